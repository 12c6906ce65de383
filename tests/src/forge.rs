//! Makes CMS structures and messages piece by piece, wrong ones too: nothing is checked.

use const_oid::ObjectIdentifier;
use smime::asn1::{Tag, Writer, oid, set_of};
use smime::crypto::{ContentCipher, ContentEncryptor, DigestAlgorithm, KeyKind, KeyTransport, PrivateKey, SignatureScheme, ToBeSigned};
use smime::mime::{Base64Writer, LineLength};
use smime::{Certificate, Identity};

/// The content that the messages carry unless a test wants other: a MIME entity in canonical form.
pub const ENTITY: &[u8] = b"Content-Type: text/plain\r\n\r\nOne line.\r\nAnother.\r\n";

/// The header fields outside.
pub const OUTER: &str = "From: a@example.org\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n";

/// An element with this tag around these octets.
pub fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.element(tag, content);
    writer.into_vec()
}

/// A SEQUENCE of these elements.
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(Tag::SEQUENCE, &elements.concat())
}

/// An OBJECT IDENTIFIER.
pub fn object(oid: ObjectIdentifier) -> Vec<u8> {
    element(Tag::OID, oid.as_bytes())
}

/// An AlgorithmIdentifier with these parameters.
pub fn algorithm(oid: ObjectIdentifier, parameters: &[u8]) -> Vec<u8> {
    sequence(&[&object(oid), parameters])
}

/// An Attribute with these values.
pub fn attribute(kind: ObjectIdentifier, values: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[&object(kind), &element(Tag::SET, &values.concat())])
}

/// The attributes that every signer has: content-type and message-digest.
pub fn attributes(digest: &[u8]) -> Vec<Vec<u8>> {
    vec![attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_DATA)]), attribute(oid::ID_MESSAGE_DIGEST, &[element(Tag::OCTET_STRING, digest)])]
}

/// A SignerInfo in the making: start from [`SignerForge::new`] and spoil what you must.
#[derive(Clone)]
pub struct SignerForge {
    /// The key that signs.
    pub key: PrivateKey,
    /// Whose issuer and serial name the signer.
    pub certificate: Certificate,
    /// digestAlgorithm.
    pub digest_algorithm: Vec<u8>,
    /// The signed attributes in this order; `None` for none. Without them the signature is over `content`.
    pub attributes: Option<Vec<Vec<u8>>>,
    /// The unsigned attributes.
    pub unsigned: Vec<Vec<u8>>,
    /// How it is signed.
    pub scheme: SignatureScheme,
    /// signatureAlgorithm.
    pub signature_algorithm: Vec<u8>,
    /// A signature in place of one that is made.
    pub signature: Option<Vec<u8>>,
    /// What is signed without attributes.
    pub content: Vec<u8>,
}

impl SignerForge {
    /// A good one of this identity over this content, with SHA-256 (SHA-512 with Ed25519).
    ///
    /// # Panics
    /// Where the identity cannot sign; this holds for all functions here.
    pub fn new(identity: &Identity, content: &[u8]) -> Self {
        let (key, certificate) = identity.signing_pair().expect("a key that signs");
        Self::with_digest(key, certificate, content, DigestAlgorithm::Sha256)
    }

    /// The same with this digest.
    pub fn with_digest(key: &PrivateKey, certificate: &Certificate, content: &[u8], digest: DigestAlgorithm) -> Self {
        let scheme = match key.kind() {
            KeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1v15(digest),
            KeyKind::Ec(_) => SignatureScheme::Ecdsa(digest),
            _ => SignatureScheme::Ed25519,
        };
        Self {
            key: key.clone(),
            certificate: certificate.clone(),
            digest_algorithm: algorithm(digest.oid(), &[]),
            attributes: Some(attributes(&digest.digest(content))),
            unsigned: Vec::new(),
            signature_algorithm: scheme.algorithm_identifier(),
            scheme,
            signature: None,
            content: content.to_vec(),
        }
    }

    /// With this attribute too.
    #[must_use]
    pub fn attribute(mut self, kind: ObjectIdentifier, values: &[Vec<u8>]) -> Self {
        self.attributes.get_or_insert_default().push(attribute(kind, values));
        self
    }

    /// Without the attribute of this kind.
    #[must_use]
    pub fn without(mut self, kind: ObjectIdentifier) -> Self {
        let start = object(kind);
        self.attributes.get_or_insert_default().retain(|attribute| !attribute[2..].starts_with(&start));
        self
    }

    /// What is to be signed.
    pub fn to_be_signed(&self) -> Vec<u8> {
        match &self.attributes {
            Some(attributes) => element(Tag::SET, &attributes.concat()),
            None => self.content.clone(),
        }
    }

    /// The SignerInfo.
    pub fn der(&self) -> Vec<u8> {
        let made = || self.key.sign(&self.scheme, ToBeSigned::Message(&self.to_be_signed())).expect("a signature");
        let signature = self.signature.clone().unwrap_or_else(made);
        let attributes = |number, list: &[Vec<u8>]| element(Tag::context_constructed(number), &list.concat());
        let unsigned = if self.unsigned.is_empty() { Vec::new() } else { attributes(1, &self.unsigned) };
        sequence(&[
            &[0x02, 0x01, 0x01],
            &issuer_and_serial(&self.certificate),
            &self.digest_algorithm,
            &self.attributes.as_ref().map(|list| attributes(0, list)).unwrap_or_default(),
            &self.signature_algorithm,
            &element(Tag::OCTET_STRING, &signature),
            &unsigned,
        ])
    }
}

/// IssuerAndSerialNumber of a certificate.
pub fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    sequence(&[certificate.issuer().der(), &element(Tag::INTEGER, certificate.serial())])
}

/// A SignedData in the making.
#[derive(Clone)]
pub struct SignedForge {
    /// digestAlgorithms.
    pub digest_algorithms: Vec<Vec<u8>>,
    /// eContentType.
    pub content_type: ObjectIdentifier,
    /// eContent.
    pub content: Option<Vec<u8>>,
    /// Certificates as they are.
    pub certificates: Vec<Vec<u8>>,
    /// SignerInfos as they are.
    pub signers: Vec<Vec<u8>>,
}

impl SignedForge {
    /// One with these signers, their certificates and the authority's, around this content.
    pub fn new(content: Option<&[u8]>, signers: &[&SignerForge], chain: &[&Certificate]) -> Self {
        let own = signers.iter().map(|signer| signer.certificate.der().to_vec());
        Self {
            digest_algorithms: signers.iter().map(|signer| signer.digest_algorithm.clone()).collect(),
            content_type: oid::ID_DATA,
            content: content.map(<[u8]>::to_vec),
            certificates: own.chain(chain.iter().map(|certificate| certificate.der().to_vec())).collect(),
            signers: signers.iter().map(|signer| signer.der()).collect(),
        }
    }

    /// The ContentInfo.
    pub fn der(&self) -> Vec<u8> {
        let content = self.content.as_ref().map(|content| element(Tag::context_constructed(0), &element(Tag::OCTET_STRING, content)));
        let certificates =
            if self.certificates.is_empty() { Vec::new() } else { element(Tag::context_constructed(0), &self.certificates.concat()) };
        let mut digests = self.digest_algorithms.clone();
        digests.dedup();
        let signed = sequence(&[
            &[0x02, 0x01, 0x01],
            &set_of(Tag::SET, digests),
            &sequence(&[&object(self.content_type), &content.unwrap_or_default()]),
            &certificates,
            &element(Tag::SET, &self.signers.concat()),
        ]);
        content_info(oid::ID_SIGNED_DATA, &signed)
    }
}

/// A ContentInfo around this structure.
pub fn content_info(content_type: ObjectIdentifier, structure: &[u8]) -> Vec<u8> {
    sequence(&[&object(content_type), &element(Tag::context_constructed(0), structure)])
}

/// Base64 in lines.
pub fn base64(octets: &[u8]) -> Vec<u8> {
    let (mut writer, mut out) = (Base64Writer::new(LineLength::Of64), Vec::new());
    writer.push(octets, &mut out);
    writer.finish(&mut out);
    out
}

/// A message with this CMS as application/pkcs7-mime.
pub fn pkcs7_mime(smime_type: &str, cms: &[u8]) -> Vec<u8> {
    let head = format!(
        "{OUTER}MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type={smime_type}; name=smime.p7m\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n"
    );
    [head.into_bytes(), base64(cms)].concat()
}

/// A multipart/signed of this entity and this signature, whose digest is said to be SHA-256.
pub fn multipart_signed(entity: &[u8], cms: &[u8]) -> Vec<u8> {
    multipart_signed_as("protocol=\"application/pkcs7-signature\"; micalg=sha-256", entity, cms)
}

/// A multipart/signed with these parameters besides the boundary.
pub fn multipart_signed_as(parameters: &str, entity: &[u8], cms: &[u8]) -> Vec<u8> {
    let head = format!("{OUTER}MIME-Version: 1.0\r\nContent-Type: multipart/signed; {parameters}; boundary=b1\r\n\r\n");
    [head.as_bytes(), b"--b1\r\n", entity, b"\r\n", &signature_part(cms), b"--b1--\r\n"].concat()
}

/// The second part of a multipart/signed with the boundary `b1`, its delimiter before it.
pub fn signature_part(cms: &[u8]) -> Vec<u8> {
    let head = b"--b1\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    [&head[..], &base64(cms), b"\r\n"].concat()
}

/// A KeyTransRecipientInfo with this key, encrypted by PKCS #1 v1.5.
pub fn recipient(to: &Certificate, key: &[u8]) -> Vec<u8> {
    let encrypted = to.public_key().and_then(|public| public.encrypt_key(&KeyTransport::RsaPkcs1v15, key)).expect("an encrypted key");
    recipient_with(to, &KeyTransport::RsaPkcs1v15.algorithm_identifier(), &encrypted)
}

/// A KeyTransRecipientInfo with this encrypted key.
pub fn recipient_with(to: &Certificate, algorithm: &[u8], encrypted_key: &[u8]) -> Vec<u8> {
    sequence(&[&[0x02, 0x01, 0x00], &issuer_and_serial(to), algorithm, &element(Tag::OCTET_STRING, encrypted_key)])
}

/// Ciphertext and tag.
pub fn encrypt(cipher: ContentCipher, key: &[u8], nonce: &[u8], additional: &[u8], content: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut out = Vec::new();
    let mut encryptor = ContentEncryptor::new(cipher, key, nonce, additional).expect("a key and a nonce");
    encryptor.update(content, &mut out).expect("ciphertext");
    let tag = encryptor.finish(&mut out).expect("a tag");
    (out, tag.map(|tag| tag.to_vec()).unwrap_or_default())
}

/// What an EnvelopedData or AuthEnvelopedData consists of.
#[derive(Clone)]
pub struct EnvelopeForge {
    /// RecipientInfos as they are.
    pub recipients: Vec<Vec<u8>>,
    /// The type of the content.
    pub content_type: ObjectIdentifier,
    /// contentEncryptionAlgorithm.
    pub algorithm: Vec<u8>,
    /// The ciphertext; `None` leaves it out.
    pub ciphertext: Option<Vec<u8>>,
    /// authAttrs.
    pub attributes: Option<Vec<Vec<u8>>>,
    /// The tag of AuthEnvelopedData; `None` makes EnvelopedData.
    pub tag: Option<Vec<u8>>,
}

impl EnvelopeForge {
    /// A good one, with a key of ones and a nonce of twos.
    pub fn new(to: &Certificate, cipher: ContentCipher, content: &[u8]) -> Self {
        Self::with_attributes(to, cipher, content, None)
    }

    /// A good one with these authenticated attributes.
    pub fn with_attributes(to: &Certificate, cipher: ContentCipher, content: &[u8], attributes: Option<Vec<Vec<u8>>>) -> Self {
        let (key, nonce) = (vec![1; cipher.key_length()], vec![2; cipher.nonce_length()]);
        let additional = attributes.as_ref().map(|list| set_of(Tag::SET, list.clone())).unwrap_or_default();
        let (ciphertext, tag) = encrypt(cipher, &key, &nonce, &additional, content);
        Self {
            recipients: vec![recipient(to, &key)],
            content_type: oid::ID_DATA,
            algorithm: cipher.algorithm_identifier(&nonce, 16),
            ciphertext: Some(ciphertext),
            attributes,
            tag: cipher.is_aead().then_some(tag),
        }
    }

    /// The ContentInfo.
    pub fn der(&self) -> Vec<u8> {
        let ciphertext = self.ciphertext.as_ref().map(|octets| element(Tag::context(0), octets)).unwrap_or_default();
        let attributes = self.attributes.as_ref().map(|list| element(Tag::context_constructed(1), &list.concat()));
        let body = sequence(&[
            &[0x02, 0x01, 0x00],
            &element(Tag::SET, &self.recipients.concat()),
            &sequence(&[&object(self.content_type), &self.algorithm, &ciphertext]),
            &attributes.unwrap_or_default(),
            &self.tag.as_ref().map(|tag| element(Tag::OCTET_STRING, tag)).unwrap_or_default(),
        ]);
        let kind = if self.tag.is_some() { oid::ID_CT_AUTH_ENVELOPED_DATA } else { oid::ID_ENVELOPED_DATA };
        content_info(kind, &body)
    }

    /// A message with it.
    pub fn message(&self) -> Vec<u8> {
        pkcs7_mime(if self.tag.is_some() { "authEnveloped-data" } else { "enveloped-data" }, &self.der())
    }
}

/// A message in Triple DES, which the library does not write: as OpenSSL encrypts [`ENTITY`].
pub mod triple_des {
    use super::{ContentCipher, EnvelopeForge, oid};

    /// Its key.
    pub const KEY: [u8; 24] = [1; 24];

    /// The message, without recipients.
    pub fn envelope() -> EnvelopeForge {
        let ciphertext = crate::hex(
            "b7a3cc9b249dbf3bf37f6f74d12db9abd23b6004ca2d694fc01dbc3bd737b3ee\
             c2392896896a1fc5d44f07044fa158bce04d0541e2e4d7fa",
        );
        EnvelopeForge {
            recipients: Vec::new(),
            content_type: oid::ID_DATA,
            algorithm: ContentCipher::DesEde3Cbc.algorithm_identifier(&[2; 8], 0),
            ciphertext: Some(ciphertext),
            attributes: None,
            tag: None,
        }
    }
}
