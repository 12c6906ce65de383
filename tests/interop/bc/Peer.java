import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.mail.Session;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientId;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientInformationStore;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.mail.smime.SMIMEEnveloped;
import org.bouncycastle.mail.smime.SMIMEEnvelopedGenerator;
import org.bouncycastle.mail.smime.SMIMESigned;
import org.bouncycastle.mail.smime.SMIMESignedGenerator;
import org.bouncycastle.mail.smime.validator.SignedMailValidator;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/**
 * Bouncy Castle as a peer: takes jobs on standard input, one a line, fields divided by tabs, and answers each with a line,
 * `ok` or `no` and the reason. One process serves all jobs, because the start of the machine takes longer than they do.
 *
 * <pre>
 * sign     ber|der  clear|opaque  KEY  SCHEME   DIGEST   IN OUT
 * verify   IN OUT
 * encrypt  ber|der  KEY  TRANSPORT  CIPHER   IN OUT
 * decrypt  KEY  IN OUT
 * </pre>
 * `ber` uses the classes of org.bouncycastle.mail.smime and writes a MIME entity, `der` those of org.bouncycastle.cms and writes a
 * bare CMS; AuthEnvelopedData always comes bare, for 1.72 has no mail class for it. What is read is always a message.
 */
public final class Peer {
    private static final String BC = BouncyCastleProvider.PROVIDER_NAME;
    private static final char[] PASSWORD = "secret".toCharArray();
    private static final Map<String, ASN1ObjectIdentifier> CIPHERS = new HashMap<>();
    private static final Map<String, ASN1ObjectIdentifier> AGREEMENTS = new HashMap<>();

    static {
        CIPHERS.put("aes-128-cbc", CMSAlgorithm.AES128_CBC);
        CIPHERS.put("aes-192-cbc", CMSAlgorithm.AES192_CBC);
        CIPHERS.put("aes-256-cbc", CMSAlgorithm.AES256_CBC);
        CIPHERS.put("aes-128-gcm", CMSAlgorithm.AES128_GCM);
        CIPHERS.put("aes-256-gcm", CMSAlgorithm.AES256_GCM);
        AGREEMENTS.put("ecdh-sha1", CMSAlgorithm.ECDH_SHA1KDF);
        AGREEMENTS.put("ecdh-sha224", CMSAlgorithm.ECDH_SHA224KDF);
        AGREEMENTS.put("ecdh-sha256", CMSAlgorithm.ECDH_SHA256KDF);
        AGREEMENTS.put("ecdh-sha384", CMSAlgorithm.ECDH_SHA384KDF);
        AGREEMENTS.put("ecdh-sha512", CMSAlgorithm.ECDH_SHA512KDF);
        AGREEMENTS.put("eccdh-sha1", CMSAlgorithm.ECCDH_SHA1KDF);
        AGREEMENTS.put("eccdh-sha224", CMSAlgorithm.ECCDH_SHA224KDF);
        AGREEMENTS.put("eccdh-sha256", CMSAlgorithm.ECCDH_SHA256KDF);
        AGREEMENTS.put("eccdh-sha384", CMSAlgorithm.ECCDH_SHA384KDF);
        AGREEMENTS.put("eccdh-sha512", CMSAlgorithm.ECCDH_SHA512KDF);
    }

    private final Path pki;
    private final Map<String, KeyStore.PrivateKeyEntry> identities = new HashMap<>();
    private final PKIXParameters trust;

    private Peer(Path pki) throws Exception {
        this.pki = pki;
        trust = new PKIXParameters(Collections.singleton(new TrustAnchor(certificate("root.pem"), null)));
        trust.setRevocationEnabled(false);
        trust.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(Collections.emptyList()), BC));
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Peer peer = new Peer(Path.of(arguments[0]));
        System.out.println("ready " + Security.getProvider(BC).getVersionStr());
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            System.out.println(peer.answer(job.split("\t")));
        }
    }

    private String answer(String[] job) {
        try {
            byte[] input = Files.readAllBytes(Path.of(job[job.length - 2]));
            Files.write(Path.of(job[job.length - 1]), serve(job, input));
            return "ok";
        } catch (Throwable error) {
            StringBuilder why = new StringBuilder("no ");
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                why.append(cause.getClass().getSimpleName()).append(": ").append(cause.getMessage()).append("; ");
            }
            return why.toString().replaceAll("\\s+", " ");
        }
    }

    private byte[] serve(String[] job, byte[] input) throws Exception {
        switch (job[0]) {
            case "sign":
                return sign(job[1].equals("ber"), job[2].equals("opaque"), identity(job[3]), job[4], job[5], input);
            case "verify":
                return verify(message(input));
            case "encrypt":
                return encrypt(job[1].equals("ber"), identity(job[2]), job[3], CIPHERS.get(job[4]), job[4].endsWith("gcm"), input);
            case "decrypt":
                return decrypt(identity(job[1]), message(input));
            default:
                throw new IllegalArgumentException("no such job: " + job[0]);
        }
    }

    private byte[] sign(boolean mail, boolean opaque, KeyStore.PrivateKeyEntry signer, String scheme, String digest, byte[] entity)
            throws Exception {
        X509Certificate certificate = (X509Certificate) signer.getCertificate();
        String algorithm = digest.toUpperCase() + "with" + scheme;
        SignerInfoGenerator info = new JcaSimpleSignerInfoGeneratorBuilder().setProvider(BC).build(algorithm, signer.getPrivateKey(), certificate);
        JcaCertStore chain = new JcaCertStore(Arrays.asList(certificate, certificate("inter.pem")));
        if (mail) {
            SMIMESignedGenerator generator = new SMIMESignedGenerator();
            generator.addSignerInfoGenerator(info);
            generator.addCertificates(chain);
            MimeBodyPart part = new MimeBodyPart(new ByteArrayInputStream(entity));
            if (opaque) {
                return octets(generator.generateEncapsulated(part));
            }
            MimeMultipart multipart = generator.generate(part);
            MimeBodyPart whole = new MimeBodyPart();
            whole.setContent(multipart);
            whole.setHeader("Content-Type", multipart.getContentType());
            return octets(whole);
        }
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(info);
        generator.addCertificates(chain);
        return generator.generate(new CMSProcessableByteArray(entity), opaque).toASN1Structure().getEncoded("DER");
    }

    private byte[] verify(MimeMessage message) throws Exception {
        SignedMailValidator validator = new SignedMailValidator(message, trust);
        int signers = 0;
        for (SignerInformation signer : validator.getSignerInformationStore().getSigners()) {
            SignedMailValidator.ValidationResult result = validator.getValidationResult(signer);
            if (!result.isValidSignature()) {
                throw new SecurityException(result.getErrors().toString());
            }
            signers++;
        }
        if (signers == 0) {
            throw new SecurityException("no signer");
        }
        boolean clear = message.isMimeType("multipart/signed");
        SMIMESigned signed = clear ? new SMIMESigned((MimeMultipart) message.getContent()) : new SMIMESigned(message);
        return octets(signed.getContent());
    }

    private byte[] encrypt(boolean mail, KeyStore.PrivateKeyEntry recipient, String transport, ASN1ObjectIdentifier cipher, boolean aead, byte[] entity)
            throws Exception {
        X509Certificate certificate = (X509Certificate) recipient.getCertificate();
        RecipientInfoGenerator info = recipientInfo(certificate, transport, cipher);
        OutputEncryptor encryptor = new JceCMSContentEncryptorBuilder(cipher).setProvider(BC).build();
        if (aead) {
            CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(info);
            CMSAuthEnvelopedData data = generator.generate(new CMSProcessableByteArray(entity), (OutputAEADEncryptor) encryptor);
            return mail ? data.getEncoded() : data.toASN1Structure().getEncoded("DER");
        }
        if (mail) {
            SMIMEEnvelopedGenerator generator = new SMIMEEnvelopedGenerator();
            generator.addRecipientInfoGenerator(info);
            return octets(generator.generate(new MimeBodyPart(new ByteArrayInputStream(entity)), encryptor));
        }
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(info);
        return generator.generate(new CMSProcessableByteArray(entity), encryptor).toASN1Structure().getEncoded("DER");
    }

    private RecipientInfoGenerator recipientInfo(X509Certificate certificate, String transport, ASN1ObjectIdentifier cipher) throws Exception {
        if (transport.equals("pkcs1")) {
            return new JceKeyTransRecipientInfoGenerator(certificate).setProvider(BC);
        }
        if (transport.startsWith("oaep-")) {
            String digest = transport.replace("oaep-sha", "SHA-");
            OAEPParameterSpec parameters = new OAEPParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT);
            AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, parameters);
            return new JceKeyTransRecipientInfoGenerator(certificate, oaep).setProvider(BC);
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
        generator.initialize(((ECPublicKey) certificate.getPublicKey()).getParams());
        KeyPair ephemeral = generator.generateKeyPair();
        return new JceKeyAgreeRecipientInfoGenerator(AGREEMENTS.get(transport), ephemeral.getPrivate(), ephemeral.getPublic(), wrapFor(cipher))
                .addRecipient(certificate).setProvider(BC);
    }

    private static ASN1ObjectIdentifier wrapFor(ASN1ObjectIdentifier cipher) {
        if (cipher.equals(CMSAlgorithm.AES128_CBC) || cipher.equals(CMSAlgorithm.AES128_GCM)) {
            return CMSAlgorithm.AES128_WRAP;
        }
        return cipher.equals(CMSAlgorithm.AES192_CBC) ? CMSAlgorithm.AES192_WRAP : CMSAlgorithm.AES256_WRAP;
    }

    private byte[] decrypt(KeyStore.PrivateKeyEntry recipient, MimeMessage message) throws Exception {
        byte[] cms = message.getInputStream().readAllBytes();
        boolean rsa = recipient.getPrivateKey().getAlgorithm().equals("RSA");
        if (ContentInfo.getInstance(cms).getContentType().equals(CMSObjectIdentifiers.authEnvelopedData)) {
            Recipient key = rsa ? new JceKeyTransAuthEnvelopedRecipient(recipient.getPrivateKey()).setProvider(BC) : agreement(recipient);
            return mine(new CMSAuthEnvelopedData(cms).getRecipientInfos(), recipient, rsa).getContent(key);
        }
        Recipient key = rsa ? new JceKeyTransEnvelopedRecipient(recipient.getPrivateKey()).setProvider(BC) : agreement(recipient);
        return mine(new SMIMEEnveloped(message).getRecipientInfos(), recipient, rsa).getContent(key);
    }

    /** 1.72 has no JceKeyAgreeAuthEnvelopedRecipient; this one takes its place where there are no authenticated attributes. */
    private static Recipient agreement(KeyStore.PrivateKeyEntry recipient) {
        return new JceKeyAgreeEnvelopedRecipient(recipient.getPrivateKey()).setProvider(BC);
    }

    private static RecipientInformation mine(RecipientInformationStore recipients, KeyStore.PrivateKeyEntry recipient, boolean rsa) {
        X509Certificate certificate = (X509Certificate) recipient.getCertificate();
        RecipientId id = rsa ? new JceKeyTransRecipientId(certificate) : new JceKeyAgreeRecipientId(certificate);
        RecipientInformation found = recipients.get(id);
        if (found == null) {
            throw new IllegalArgumentException("not for this recipient");
        }
        return found;
    }

    private KeyStore.PrivateKeyEntry identity(String name) throws Exception {
        KeyStore.PrivateKeyEntry found = identities.get(name);
        if (found == null) {
            KeyStore store = KeyStore.getInstance("PKCS12", BC);
            try (InputStream input = Files.newInputStream(pki.resolve(name + ".p12"))) {
                store.load(input, PASSWORD);
            }
            String alias = store.aliases().nextElement();
            found = (KeyStore.PrivateKeyEntry) store.getEntry(alias, new KeyStore.PasswordProtection(PASSWORD));
            identities.put(name, found);
        }
        return found;
    }

    private X509Certificate certificate(String file) throws Exception {
        try (InputStream input = Files.newInputStream(pki.resolve(file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509", BC).generateCertificate(input);
        }
    }

    private static MimeMessage message(byte[] octets) throws Exception {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
    }

    private static byte[] octets(MimeBodyPart part) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        part.writeTo(output);
        return output.toByteArray();
    }
}
