//! Every code of the table, provoked through the public API by input that is made here.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use smime::asn1::{Reader, Tag, oid};
use smime::ca::{
    CertificateRequest, CertificateTemplate, Challenge, Generation, Issuer, Journal, JournalEntry, NewExtension, Profile, RequestTemplate,
};
use smime::ca::{Standing, Validated, Validation};
use smime::cert::{CertificateList, OcspResponse};
use smime::cms::{CertificateSet, CompressedDataWriter, SignedDataWriter, SignedTail};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, PublicKey, SignatureScheme};
use smime::identity::encrypt_private_key;
use smime::path::{Fetch, Need, PathRequest, Purpose};
use smime::policy::RevocationMode;
use smime::{Certificate, Code, ContentCipher, Encryptor, Error, ExternalKey, Form, Identity, Limits, Opened, Opener, Policy, Result};
use smime::{EvidenceOpener, Report, Signer, Time, TrustStore};
use smime_tests::forge::{
    ENTITY, EnvelopeForge, OUTER, SignedForge, SignerForge, algorithm, attribute, content_info, element, multipart_signed,
    multipart_signed_as, object, pkcs7_mime, recipient, sequence, triple_des,
};
use smime_tests::maker::{CrlScope, CrlTemplate, Template, key};
use smime_tests::ocsp::{Answer, OcspForge};
use smime_tests::pki::Pki;

/// Codes that nothing here provokes, and why.
const EXCEPTIONS: [(Code, &str); 3] = [
    (Code::Internal, "a defect of the library"),
    (Code::PathNameChaining, "paths are built along names, so the check of RFC 5280 section 6.1.3 guards the builder"),
    (Code::SigTransportDamage, "reserved for recognizing what relays do"),
];

/// The codes that came of it: that of the error, or those of the findings.
type Outcome = Vec<Code>;

struct Scene {
    pki: Pki,
    alice: Identity,
    bob: Identity,
    signed: Vec<u8>,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let pki = Pki::new();
    let alice = pki.person("a@example.org", KeyKind::Ec(Curve::P256));
    let bob = pki.person("b@example.org", KeyKind::Rsa { bits: 2048 });
    let signed = pkcs7_mime(
        "signed-data",
        &SignedForge::new(Some(ENTITY), &[&SignerForge::new(&alice, ENTITY)], &[pki.issuing.certificate()]).der(),
    );
    Scene { pki, alice, bob, signed }
});

impl Scene {
    fn report(&self, message: &[u8]) -> Report {
        opener().examine(message).expect("a message")
    }
}

fn error_of<T>(result: Result<T>) -> Outcome {
    result.err().map(|error| vec![error.code()]).unwrap_or_default()
}

fn outcome(result: Result<Opened>) -> Outcome {
    match result {
        Ok(opened) => opened.report().findings.iter().map(|finding| finding.code).collect(),
        Err(error) => vec![error.code()],
    }
}

fn opener() -> Opener {
    SCENE.pki.opener().identity(&SCENE.bob)
}

fn open(message: &[u8]) -> Outcome {
    outcome(opener().open(message))
}

fn open_within(limits: Limits, message: &[u8]) -> Outcome {
    outcome(opener().limits(limits).open(message))
}

fn forge() -> SignerForge {
    SignerForge::new(&SCENE.alice, ENTITY)
}

fn opaque(signer: &SignerForge) -> SignedForge {
    SignedForge::new(Some(ENTITY), &[signer], &[SCENE.pki.issuing.certificate()])
}

fn judge(signer: &SignerForge) -> Outcome {
    open(&pkcs7_mime("signed-data", &opaque(signer).der()))
}

fn detached() -> Vec<u8> {
    SignedForge { content: None, ..opaque(&forge()) }.der()
}

fn clear_text() -> String {
    String::from_utf8(multipart_signed(ENTITY, &detached())).expect("text")
}

fn open_clear(from: &str, to: &str) -> Outcome {
    let text = clear_text();
    assert!(text.contains(from), "{from}");
    open(text.replace(from, to).as_bytes())
}

fn envelope(cipher: ContentCipher) -> EnvelopeForge {
    EnvelopeForge::new(SCENE.bob.certificate(), cipher, ENTITY)
}

const AEAD: ContentCipher = ContentCipher::Aes128Gcm;
const CBC: ContentCipher = ContentCipher::Aes128Cbc;

/// A path of three, each certificate changed.
fn path(change: [fn(Template) -> Template; 3]) -> Outcome {
    path_with(change, &Limits::default(), |_| {})
}

fn path_with(change: [fn(Template) -> Template; 3], limits: &Limits, spoil: fn(&mut [PrivateKey; 3])) -> Outcome {
    let keys = [key(), key(), key()];
    let mut signing = keys.clone();
    spoil(&mut signing);
    let root = change[0](Template::authority("Root", "Root")).issue(&keys[0], &keys[0]);
    let authority = change[1](Template::authority("Authority", "Root")).issue(&keys[1], &signing[0]);
    let person = change[2](Template::person("Alice", "Authority", "alice@example.org")).issue(&keys[2], &signing[1]);
    let store = TrustStore::builder().anchor(&root).build();
    let report = PathRequest::new(&person, &store)
        .intermediates(&[authority])
        .at(SCENE.pki.now)
        .purpose(Purpose::EmailSignature)
        .limits(limits)
        .validate();
    report.findings.iter().map(|finding| finding.code).collect()
}

fn keep(template: Template) -> Template {
    template
}

/// Alice, with a certificate by this template.
fn signed_by(change: impl FnOnce(&mut CertificateTemplate), kind: KeyKind) -> Outcome {
    let mut template = SCENE.pki.template("a@example.org");
    change(&mut template);
    judge(&SignerForge::new(&SCENE.pki.issued(&template, kind), ENTITY))
}

struct Unwilling;

impl ExternalKey for Unwilling {}

fn usage() -> Vec<(Code, Outcome)> {
    let mut sink = |_: &[u8]| Ok(());
    let tail = SignedTail::new(&CertificateSet::default(), &[]).expect("a tail");
    let x25519 = SCENE.pki.person("x@example.org", KeyKind::X25519);
    let ed25519 = SCENE.pki.person("e@example.org", KeyKind::Ed25519);
    let key = PrivateKey::generate(KeyKind::Ed25519).expect("a key");
    let encrypted = smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key(&key, "secret").expect("a key"));
    let plain = smime::pem::encode("PRIVATE KEY", &key.to_pkcs8().expect("a key"));
    let eight_bit = [OUTER.as_bytes(), b"Content-Type: text/plain\r\n\r\n\xc3\xa4\r\n"].concat();
    let unsigned = envelope(AEAD).message();
    let mut out = Vec::new();
    let mut stream = Signer::new(&SCENE.alice).stream(&mut out);
    let streamed = stream.push(&eight_bit).and_then(|()| stream.finish());
    let refused = opener().open(&pkcs7_mime("signed-data", &SignedForge { signers: vec![], ..opaque(&forge()) }.der()));
    let mut announced = SignedDataWriter::new(1, &[], oid::ID_DATA).definite(1, tail.length());
    let too_much = announced.head(&mut sink).and_then(|()| announced.content(b"two", &mut sink));
    let entry = Journal::new().append(Time::from_unix(1_000), "issued", "").expect("an entry");
    let external = Identity::from_external(Arc::new(Unwilling), SCENE.alice.certificate().clone(), vec![]).expect("an identity");
    vec![
        (Code::UseArgument, error_of(Encryptor::new().cipher(ContentCipher::DesEde3Cbc))),
        (Code::UseState, error_of(SignedDataWriter::new(1, &[], oid::ID_DATA).content(b"", &mut sink))),
        (Code::UseIo, error_of(opener().open_from(&mut Cursor::new(&SCENE.signed), &mut Full))),
        (Code::UseNoRecipient, error_of(Encryptor::new().encrypt(ENTITY))),
        (Code::UseHeaderValue, error_of(smime::mime::check_field("Subject", "hello\r\nBcc: m@example.org"))),
        (Code::UseNotTransportSafe, error_of(streamed)),
        (Code::UseKeyForSigning, error_of(Signer::new(&x25519).sign(ENTITY))),
        (Code::UseKeyForEncryption, error_of(Encryptor::new().recipient(ed25519.certificate()))),
        (Code::UseContentSize, error_of(too_much)),
        (Code::UseContentRefused, error_of(refused.and_then(|opened| opened.content().map(<[u8]>::len)))),
        (Code::UsePassword, error_of(Identity::from_pem(&encrypted, None))),
        (Code::UseContentMissing, open(&detached())),
        (Code::UseEvidence, error_of(opener().write_evidence(&SCENE.report(&unsigned), &mut unsigned.as_slice(), &mut Vec::new()))),
        (Code::KeyMissing, error_of(Identity::from_pem(&SCENE.alice.certificate().to_pem(), None))),
        (Code::KeyCertificateMissing, error_of(Identity::from_pem(&plain, None))),
        (Code::CaClock, error_of(Journal::resume(&entry).append(Time::from_unix(999), "issued", ""))),
        (Code::CaStanding, error_of(Standing::Good.release())),
        (Code::CaJournal, error_of(Journal::new().follow(&JournalEntry { detail: "another".into(), ..entry.clone() }))),
        (Code::KeyExternalFailed, error_of(Signer::new(&external).sign(ENTITY))),
        (Code::KeyMismatch, error_of(Identity::from_parts(key, SCENE.alice.certificate().clone(), vec![]))),
        (Code::KeyPasswordWrong, error_of(SCENE.alice.to_pkcs12("right").and_then(|file| Identity::from_pkcs12(&file, "wrong")))),
    ]
}

/// A disk that is full.
struct Full;

impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("no room"))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn structure() -> Vec<(Code, Outcome)> {
    let der = opaque(&forge()).der();
    let content_type = attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_DATA)]);
    let twice = EnvelopeForge::with_attributes(SCENE.bob.certificate(), AEAD, ENTITY, Some(vec![content_type.clone(), content_type]));
    let mut nested = b"x".to_vec();
    (0..80).for_each(|_| nested = element(Tag::OCTET_STRING.constructed(), &nested));
    let deep = content_info(
        oid::ID_SIGNED_DATA,
        &sequence(&[&[2, 1, 1], &[0x31, 0], &sequence(&[&object(oid::ID_DATA), &element(Tag::context_constructed(0), &nested)])]),
    );
    vec![
        (Code::BerTruncated, open(&der[..der.len() / 2])),
        (Code::BerTag, open(&content_info(oid::ID_SIGNED_DATA, &element(Tag::OCTET_STRING, b"no SignedData")))),
        (Code::BerLength, open(&content_info(oid::ID_SIGNED_DATA, &[0x30, 0x7f, 0x02, 0x01, 0x01]))),
        (Code::BerTrailing, open(&[der.as_slice(), &[0x05, 0x00]].concat())),
        (Code::BerValue, open(&SignedForge { digest_algorithms: vec![sequence(&[&[0x06, 0x01, 0x80]])], ..opaque(&forge()) }.der())),
        (Code::BerNotDer, error_of(Reader::single_der(&[0x30, 0x80, 0x00, 0x00]))),
        (Code::CmsStructure, open(&EnvelopeForge { ciphertext: None, ..envelope(AEAD) }.message())),
        (Code::CmsDuplicateAttribute, open(&twice.message())),
        (Code::CmsTypeUnsupported, open(&content_info(oid::ID_DIGESTED_DATA, &sequence(&[])))),
        (Code::LimitDepth, open(&deep)),
        (Code::CmsNotDer, open(&indefinite(&der))),
    ]
}

/// The same element, its length indefinite.
fn indefinite(der: &[u8]) -> Vec<u8> {
    let content = Reader::single_der(der).expect("an element").content;
    [&[der[0], 0x80], content, &[0, 0]].concat()
}

fn mime() -> Vec<(Code, Outcome)> {
    let third = "--b1\r\nContent-Type: text/plain\r\n\r\nmore\r\n--b1--\r\n";
    let mixed = |parts: &[&str]| {
        let joined: String = parts.iter().map(|part| format!("--m\r\n{part}\r\n")).collect();
        format!("{OUTER}Content-Type: multipart/mixed; boundary=m\r\n\r\n{joined}--m--\r\n")
    };
    let clear = clear_text();
    let entity = &clear[clear.find("Content-Type: multipart").expect("a header")..];
    let text = "Content-Type: text/plain\r\n\r\nfooter\r\n";
    vec![
        (Code::MimeNotSmime, open(b"Subject: plain\r\n\r\nhello\r\n")),
        (Code::MimeHeader, error_of(Signer::new(&SCENE.alice).sign(b"this is no header\r\n\r\nbody"))),
        (Code::MimeTransferEncoding, open(&[&SCENE.signed[..SCENE.signed.len() - 100], b"!!!!\r\n"].concat())),
        (Code::MimeBoundary, open_clear("; boundary=b1", "")),
        (Code::MimeSignedParts, open_clear("--b1--\r\n", third)),
        (Code::MimeSignedProtocol, open_clear("Content-Type: application/pkcs7-signature", "Content-Type: text/plain")),
        (Code::MimeSignedContent, open(&multipart_signed(ENTITY, &opaque(&forge()).der()))),
        (Code::MimeTruncated, open_clear("--b1--\r\n", "")),
        (Code::MimeSmimeType, open(&pkcs7_mime("certs-only", &opaque(&forge()).der()))),
        (Code::PemMalformed, outcome(opener().form(Form::Pem).open(b"-----BEGIN CMS-----\nMIAG\n"))),
        (Code::LimitParts, open_within(Limits { mime_parts: 3, ..Limits::default() }, mixed(&[text; 5]).as_bytes())),
        (Code::LimitHeader, open_within(Limits { header_bytes: 50, ..Limits::default() }, &SCENE.signed)),
        (Code::SigUncovered, open(mixed(&[entity, text]).as_bytes())),
        (Code::SigSeveralProtected, open(mixed(&[entity, entity]).as_bytes())),
        (Code::SigMimeAmbiguous, open_clear("boundary=b1\r\n", "boundary=b1\r\nContent-Type: text/plain\r\n")),
        (Code::AddrMalformed, error_of(smime::mime::addresses(b"a@b@example.org"))),
    ]
}

fn keys_and_certificates() -> Vec<(Code, Outcome)> {
    let key = key();
    let twice =
        Template::person("A", "A", "a@example.org")
            .extension(oid::ID_DATA, false, |w| w.null())
            .extension(oid::ID_DATA, false, |w| w.null());
    let mut other_algorithm = Template::new("A", "A").issue_der(&key, &key);
    let name = object(oid::ECDSA_WITH_SHA256);
    let at = other_algorithm.windows(name.len()).position(|window| window == name).expect("an algorithm") + name.len() - 1;
    other_algorithm[at] = 3;
    let scope_unreadable = CrlTemplate::new("A").extension(oid::CE_ISSUING_DISTRIBUTION_POINT, true, |w| w.null());
    let mut off_curve = key.public_key().spki().to_vec();
    *off_curve.last_mut().expect("octets") ^= 1;
    let ed448 = sequence(&[&sequence(&[&[0x06, 0x03, 0x2b, 0x65, 0x71]]), &[0x03, 0x02, 0x00, 0x00]]);
    let salt = element(Tag::OCTET_STRING, b"saltsalt");
    let derivation = algorithm(oid::ID_PBKDF2, &sequence(&[&salt, &element(Tag::INTEGER, &[0x7f, 0xff, 0xff, 0xff])]));
    let cipher = algorithm(oid::AES256_CBC, &element(Tag::OCTET_STRING, &[0; 16]));
    let costly = sequence(&[&algorithm(oid::ID_PBES2, &sequence(&[&derivation, &cipher])), &element(Tag::OCTET_STRING, &[0; 64])]);
    vec![
        (Code::CertMalformed, error_of(Certificate::from_der(&[0x30, 0x00]))),
        (Code::CertDuplicateExtension, error_of(Certificate::from_der(&twice.issue_der(&key, &key)))),
        (Code::CertAlgorithmMismatch, error_of(Certificate::from_der(&other_algorithm))),
        (Code::ReqMalformed, error_of(CertificateRequest::from_der(&[0x30, 0x00]))),
        (Code::OcspMalformed, error_of(OcspResponse::from_der(&[0x30, 0x00]))),
        (Code::CrlMalformed, error_of(CertificateList::from_der(&scope_unreadable.issue_der(&key)))),
        (Code::KeyMalformed, error_of(PrivateKey::from_pkcs8(&[0x30, 0x00]))),
        (Code::KeyInvalid, error_of(PublicKey::from_spki(&off_curve))),
        (Code::KeyUnsupported, error_of(PublicKey::from_spki(&ed448))),
        (Code::Pkcs12Malformed, error_of(Identity::from_pkcs12(&sequence(&[&[2, 1, 3], &sequence(&[])]), ""))),
        (Code::LimitKdf, error_of(smime::identity::KeyFile::read(&costly, Some("secret"), &Limits::default()))),
    ]
}

fn encryption() -> Vec<(Code, Outcome)> {
    let stranger = SCENE.pki.person("s@example.org", KeyKind::Rsa { bits: 2048 });
    let mut altered = envelope(AEAD);
    altered.tag.as_mut().expect("a tag")[0] ^= 1;
    let old = EnvelopeForge { recipients: vec![recipient(SCENE.bob.certificate(), &triple_des::KEY)], ..triple_des::envelope() };
    let no_nonce = algorithm(AEAD.oid(), &sequence(&[&element(Tag::OCTET_STRING, &[]), &[2, 1, 16]]));
    let within = |limits| open_within(limits, &envelope(AEAD).message());
    vec![
        (Code::EncNoRecipient, open(&EnvelopeForge::new(stranger.certificate(), AEAD, ENTITY).message())),
        (Code::EncDecryptFailed, open(&altered.message())),
        (Code::EncAeadInEnveloped, open(&EnvelopeForge { tag: None, ..envelope(AEAD) }.message())),
        (Code::EncNotAead, open(&EnvelopeForge { tag: Some(vec![0; 16]), ..envelope(CBC) }.message())),
        (Code::EncTagLength, open(&EnvelopeForge { tag: Some(vec![0; 4]), ..envelope(AEAD) }.message())),
        (Code::EncNoIntegrity, open(&envelope(CBC).message())),
        (Code::EncAlgorithmForbidden, open(&old.message())),
        (Code::EncWeak, outcome(opener().policy(Policy::legacy()).open(&old.message()))),
        (Code::AlgUnsupported, open(&EnvelopeForge { algorithm: algorithm(oid::ID_DATA, &[]), ..envelope(CBC) }.message())),
        (Code::AlgParameters, open(&EnvelopeForge { algorithm: no_nonce, ..envelope(AEAD) }.message())),
        (Code::LimitPrivateKey, within(Limits { private_key_operations: 0, ..Limits::default() })),
        (Code::LimitRecipients, within(Limits { recipients: 0, ..Limits::default() })),
        (Code::LimitBytes, within(Limits { message_bytes: 100, ..Limits::default() })),
        (Code::LimitElement, within(Limits { element_bytes: 100, ..Limits::default() })),
        (
            Code::LimitLayers,
            open_within(
                Limits { layers: 1, ..Limits::default() },
                &EnvelopeForge::new(SCENE.bob.certificate(), AEAD, &SCENE.signed).message(),
            ),
        ),
        (Code::LimitInflate, open(&bomb())),
    ]
}

/// 64 MiB of zeros, compressed.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    (0..64).for_each(|_| std::io::Write::write_all(&mut encoder, &vec![0; 1 << 20]).expect("memory"));
    let compressed = encoder.finish().expect("memory");
    let mut message = Vec::new();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok::<(), Error>(())
    };
    let mut writer = CompressedDataWriter::new(oid::ID_DATA);
    writer.head(&mut out).and_then(|()| writer.content(&compressed, &mut out)).and_then(|()| writer.tail(&mut out)).expect("a message");
    message
}

fn signatures() -> Vec<(Code, Outcome)> {
    let good = forge();
    let (key, certificate) = SCENE.alice.signing_pair().expect("a key");
    let sha1 = SignerForge::with_digest(key, certificate, ENTITY, DigestAlgorithm::Sha1);
    let swapped = good.to_be_signed();
    let signature = good.key.sign(&good.scheme, smime::crypto::ToBeSigned::Message(&swapped)).expect("a signature");
    let swap = SignerForge { attributes: None, content: swapped.clone(), signature: Some(signature), ..good.clone() };
    let swap = SignedForge { content: Some(swapped), ..opaque(&swap) };
    let mut turned = good.clone();
    if let Some(list) = &mut turned.attributes {
        list.sort();
        list.reverse();
    }
    let bare = pkcs7_mime("signed-data", &opaque(&SignerForge { attributes: None, ..good.clone() }).der());
    let time = |text: &str| [element(Tag::UTC_TIME, text.as_bytes())];
    let other_type = good.clone().without(oid::ID_CONTENT_TYPE).attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_SIGNED_DATA)]);
    let wrong = multipart_signed_as("protocol=\"application/pkcs7-signature\"; micalg=sha-512", ENTITY, &detached());
    let within = |limits| open_within(limits, &SCENE.signed);
    vec![
        (Code::SigNoSigner, open(&pkcs7_mime("signed-data", &SignedForge { signers: vec![], ..opaque(&good) }.der()))),
        (Code::SigDigestMismatch, open_clear("One line.", "Two lines.")),
        (Code::SigInvalid, judge(&SignerForge { signature: Some(vec![0x30, 0x00]), ..good.clone() })),
        (Code::SigCertificateMissing, open(&pkcs7_mime("signed-data", &SignedForge { certificates: vec![], ..opaque(&good) }.der()))),
        (Code::SigAttributeMissing, judge(&good.clone().without(oid::ID_MESSAGE_DIGEST))),
        (Code::SigAttributeDuplicate, judge(&good.clone().attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_DATA)]))),
        (Code::SigAttributeMalformed, judge(&good.clone().attribute(oid::ID_SIGNING_TIME, &time("never")))),
        (Code::SigContentType, judge(&other_type)),
        (Code::SigAttributeSwap, open(&pkcs7_mime("signed-data", &swap.der()))),
        (Code::SigDigestNotListed, open(&SignedForge { digest_algorithms: vec![algorithm(oid::ID_SHA512, &[])], ..opaque(&good) }.der())),
        (Code::SigAlgorithmMismatch, judge(&SignerForge { digest_algorithm: algorithm(oid::ID_SHA512, &[]), ..good.clone() })),
        (Code::SigAlgorithmForbidden, judge(&sha1)),
        (Code::SigWeak, outcome(opener().policy(Policy::legacy()).open(&pkcs7_mime("signed-data", &opaque(&sha1).der())))),
        (Code::SigAttributesRequired, outcome(opener().policy(Policy::strict()).open(&bare))),
        (Code::SigAttributesNotDer, judge(&turned)),
        (Code::SigAlgorithmUnsupported, judge(&SignerForge { signature_algorithm: algorithm(oid::ID_DATA, &[]), ..good.clone() })),
        (Code::SigMissing, outcome(opener().require_signature(true).open(&envelope(AEAD).message()))),
        (Code::SigTimeDiffers, judge(&good.clone().attribute(oid::ID_SIGNING_TIME, &time("200101000000Z")))),
        (Code::SigMicalg, open(&wrong)),
        (Code::LimitSigners, within(Limits { signers: 0, ..Limits::default() })),
        (Code::LimitCertificates, within(Limits { certificates: 1, ..Limits::default() })),
        (Code::LimitAttributes, within(Limits { attributes: 1, ..Limits::default() })),
    ]
}

fn paths() -> Vec<(Code, Outcome)> {
    let nobody = Opener::new(&TrustStore::builder().build()).at(SCENE.pki.now);
    let timeless = Opener::new(&SCENE.pki.trust());
    let at = |text: &str| outcome(opener().at(Time::parse_rfc3339(text).expect("a time")).open(&SCENE.signed));
    let bounds = Limits { path_signatures: 0, ..Limits::default() };
    vec![
        (Code::PathNoAnchor, outcome(nobody.open(&SCENE.signed))),
        (Code::PathTimeUnknown, outcome(timeless.open(&SCENE.signed))),
        (Code::PathExpired, at("2040-01-01T00:00:00Z")),
        (Code::PathNotYetValid, at("2020-01-01T00:00:00Z")),
        (Code::PathSignature, path_with([keep; 3], &Limits::default(), |keys| keys[1] = key())),
        (Code::PathNotCa, path([keep, |t| t.basic_constraints(false, None), keep])),
        (Code::PathLength, path([|t| t.basic_constraints(true, Some(0)), keep, keep])),
        (Code::PathKeyUsage, path([keep, keep, |t| t.key_usage(0x20)])),
        (Code::PathExtendedKeyUsage, path([keep, keep, |t| t.purposes(&[oid::ID_DATA])])),
        (Code::PathAnyUsage, path([keep, keep, |t| t.purposes(&[oid::ANY_EXTENDED_KEY_USAGE])])),
        (Code::PathCriticalExtension, signed_by(|t| t.extensions.push(unknown_extension()), KeyKind::Ec(Curve::P256))),
        (Code::PathNameConstraints, path([keep, |t| t.address_constraints(&["example.com"], &[]), keep])),
        (Code::PathPolicy, path([keep, |t| t.policy_constraints(Some(0), None), keep])),
        (Code::PathWeak, weak_path()),
        (Code::PathAlgorithmUnsupported, unsupported_path()),
        (Code::LimitPath, path_with([keep; 3], &bounds, |_| {})),
    ]
}

fn unknown_extension() -> NewExtension {
    NewExtension { kind: oid::ID_DATA, critical: true, value: vec![0x05, 0x00] }
}

/// A key of 1024 bits, under the policy that allows it no longer.
fn weak_path() -> Outcome {
    let pem = smime::pem::blocks(include_bytes!("../data/keys/rsa-1024.pem")).next().and_then(Result::ok).expect("PEM");
    let key = PrivateKey::from_pkcs8(&pem.decode().expect("base64")).expect("a key");
    let certificate = SCENE.pki.issuing.issue(key.public_key(), &SCENE.pki.template("a@example.org")).expect("a certificate");
    let store = TrustStore::builder().anchor(SCENE.pki.anchor()).intermediate(SCENE.pki.issuing.certificate()).build();
    let report = PathRequest::new(&certificate, &store).at(SCENE.pki.now).validate();
    report.findings.iter().map(|finding| finding.code).collect()
}

/// A certificate whose signature algorithm is not known.
fn unsupported_path() -> Outcome {
    let (root_key, key) = (key(), key());
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let mut der = Template::person("Alice", "Root", "a@example.org").issue_der(&key, &root_key);
    let name = object(oid::ECDSA_WITH_SHA256);
    for at in (0..der.len() - name.len()).filter(|at| der[*at..].starts_with(&name)).collect::<Vec<_>>() {
        der[at + name.len() - 1] = 0x7f;
    }
    let leaf = Certificate::from_der(&der).expect("a certificate");
    let store = TrustStore::builder().anchor(&root).build();
    let report = PathRequest::new(&leaf, &store).at(SCENE.pki.now).validate();
    report.findings.iter().map(|finding| finding.code).collect()
}

/// Alice below an authority below an anchor, by this list or this response of the authority.
fn revocation() -> Vec<(Code, Outcome)> {
    let (root_key, alice_key) = (key(), key());
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let alice = Template { serial: vec![5], ..Template::person("Alice", "Root", "alice@example.org") }.issue(&alice_key, &root_key);
    let now = SCENE.pki.now;
    let judge = |lists: &[CertificateList], responses: &[OcspResponse], fetch: Option<&dyn Fetch>| {
        let store = lists.iter().fold(TrustStore::builder().anchor(&root), |builder, list| builder.crl(list));
        let store = responses.iter().fold(store, |builder, response| builder.ocsp_response(response)).build();
        let hard = Policy { revocation: RevocationMode::Hard, ocsp_nonce: true, ..Policy::default() };
        let request = PathRequest::new(&alice, &store).at(now).policy(&hard);
        let report = fetch.map_or_else(|| request.validate(), |fetch| request.clone().fetcher(fetch).validate());
        report.findings.iter().map(|finding| finding.code).collect::<Outcome>()
    };
    let by_list = |list: &CrlTemplate| judge(&[list.issue(&root_key)], &[], None);
    let by_response = |forge: OcspForge| judge(&[], &[forge.response()], None);
    let list = || CrlTemplate::new("Root");
    let answer = || Answer::good(&alice, &root, now);
    let responder = || OcspForge::new(&root, &root_key, now);
    let unknown = |list: CrlTemplate| list.extension(oid::ID_DATA, true, |writer| writer.null());
    let scope = CrlScope { only_ca_certificates: true, ..CrlScope::default() };
    let weak = SignatureScheme::Ecdsa(DigestAlgorithm::Sha1);

    // One that says where its responder is.
    let pointing = Template::person("Alice", "Root", "alice@example.org").extension(oid::PE_AUTHORITY_INFO_ACCESS, false, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(smime::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1"));
                writer.element(Tag::context(6), b"http://ocsp.example.org/");
            });
        });
    });
    let alice_pointing = pointing.issue(&alice_key, &root_key);
    let fetched = |octets: Vec<u8>| {
        let store = TrustStore::builder().anchor(&root).build();
        let nonce = Policy { ocsp_nonce: true, ..Policy::default() };
        let fetch = move |_: &Need| Some(octets.clone());
        let report = PathRequest::new(&alice_pointing, &store).at(now).policy(&nonce).fetcher(&fetch).validate();
        report.findings.iter().map(|finding| finding.code).collect::<Outcome>()
    };
    vec![
        (Code::PathRevoked, by_list(&list().revoked(&[5]))),
        (Code::RevMissing, judge(&[], &[], None)),
        (Code::RevStale, by_list(&list().dates("200101000000Z", Some("200102000000Z")))),
        (Code::RevNotYetValid, by_list(&list().dates("390101000000Z", Some("400101000000Z")))),
        (Code::RevSignature, judge(&[list().issue(&alice_key)], &[], None)),
        (Code::RevSigner, by_response(OcspForge::new(&alice, &alice_key, now).certificate(&alice).answer(answer()))),
        (Code::RevScope, by_list(&list().scope(&scope))),
        (Code::RevCriticalExtension, by_list(&unknown(list()))),
        (Code::RevNotKnown, by_response(responder().answer(answer().unknown()))),
        (Code::RevWeak, by_response(responder().scheme(weak).answer(answer()))),
        (Code::RevNonce, fetched(responder().nonce(&[1; 32]).answer(Answer::good(&alice_pointing, &root, now)).der())),
        (Code::RevMalformed, fetched(b"<html>".to_vec())),
    ]
}

/// Signatures with a time-stamp that is worth nothing, and one whose attributes name another certificate.
fn time_stamps() -> Vec<(Code, Outcome)> {
    let named = |digest: Vec<u8>| {
        let list = sequence(&[&sequence(&[&element(Tag::OCTET_STRING, &digest)])]);
        attribute(oid::ID_AA_SIGNING_CERTIFICATE_V2, &[sequence(&[&list])])
    };
    let mut other = forge();
    other.attributes.get_or_insert_default().push(named(vec![7; 32]));
    let stamped = |token: Vec<u8>| {
        let mut signer = forge();
        signer.unsigned = vec![attribute(oid::ID_AA_TIME_STAMP_TOKEN, &[token])];
        judge(&signer)
    };
    let mut signer = forge();
    let signature = signer.key.sign(&signer.scheme, smime::crypto::ToBeSigned::Message(&signer.to_be_signed())).expect("a signature");
    signer.signature = Some(signature.clone());
    let imprint = sequence(&[&algorithm(oid::ID_SHA256, &[]), &element(Tag::OCTET_STRING, &DigestAlgorithm::Sha256.digest(&signature))]);
    let time = element(Tag::GENERALIZED_TIME, b"20261123110000Z");
    let info = sequence(&[&[2, 1, 1], &object(oid::ID_DATA), &imprint, &[2, 1, 1], &time]);
    let token = SignedForge {
        content_type: oid::ID_CT_TST_INFO,
        ..SignedForge::new(
            Some(&info),
            &[&{
                let mut authority = SignerForge::new(&SCENE.alice, &info);
                let attributes = authority.attributes.get_or_insert_default();
                attributes[0] = attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_CT_TST_INFO)]);
                attributes.push(named(DigestAlgorithm::Sha256.digest(SCENE.alice.certificate().der()).to_vec()));
                authority
            }],
            &[],
        )
    };
    signer.unsigned = vec![attribute(oid::ID_AA_TIME_STAMP_TOKEN, &[token.der()])];
    vec![
        (Code::SigCertificateSubstituted, judge(&other)),
        (Code::TstInvalid, stamped(vec![0x30, 0x00])),
        (Code::TstUntrusted, judge(&signer)),
    ]
}

fn authorities() -> Vec<(Code, Outcome)> {
    let (key, now) = (key(), SCENE.pki.now);
    let request = RequestTemplate::mailbox("a@example.org").sign(&key).expect("a request");
    let profile = Profile::baseline(Validation::Mailbox, Generation::Strict);
    let stranger = Issuer::self_signed(&key, &CertificateTemplate::authority("Stranger", now, now.plus_seconds(1))).expect("an issuer");
    let challenge = Challenge::new("a@example.org", key.public_key(), "issue").expect("a challenge");
    let token = challenge.token(&[7; 32], now).expect("a token");
    vec![
        // No URL of a revocation list.
        (Code::CaProfile, error_of(profile.template(&request, &Validated::mailbox("a@example.org"), now))),
        (Code::CaNotIssuer, error_of(stranger.renew(SCENE.alice.certificate(), key.public_key(), now, now))),
        (Code::AddrChallenge, error_of(challenge.check(&[8; 32], &token, now))),
        (Code::AddrChallengeExpired, error_of(challenge.check(&[7; 32], &token, now.plus_seconds(1)))),
    ]
}

/// A file of evidence of the signed message: whole, with a changed octet of the message, and what is none.
fn evidence() -> Vec<(Code, Outcome)> {
    let mut file = Vec::new();
    opener().write_evidence(&SCENE.report(&SCENE.signed), &mut SCENE.signed.as_slice(), &mut file).expect("evidence");
    let judge = |file: &[u8]| outcome(EvidenceOpener::new(&opener()).open(file));
    let message = &smime_tests::forge::base64(&SCENE.signed[..48])[..64];
    let at = file.windows(message.len()).position(|window| window == message).expect("the message");
    let mut altered = file.clone();
    altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
    vec![(Code::EvidenceTime, judge(&file)), (Code::EvidenceAltered, judge(&altered)), (Code::EvidenceMalformed, judge(&SCENE.signed))]
}

fn addresses() -> Vec<(Code, Outcome)> {
    vec![
        (Code::AddrMismatch, open_clear("From: a@example.org", "From: m@example.org")),
        (Code::AddrAmbiguous, open_clear("From: a@example.org", "From: a@example.org, m@example.org")),
        (Code::AddrAbsent, signed_by(|template| template.addresses.clear(), KeyKind::Ec(Curve::P256))),
        (Code::AddrNoSender, open(&opaque(&forge()).der())),
    ]
}

#[test]
fn every_code_is_provoked_or_excepted() {
    let cases = [
        usage(),
        structure(),
        mime(),
        keys_and_certificates(),
        encryption(),
        signatures(),
        paths(),
        revocation(),
        time_stamps(),
        authorities(),
        evidence(),
        addresses(),
    ]
    .concat();
    let mut provoked: BTreeMap<Code, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (code, outcome) in &cases {
        if outcome.contains(code) {
            *provoked.entry(*code).or_default() += 1;
        } else {
            failures.push(format!("{}: {:?} came of it", code.as_str(), outcome));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    for code in Code::ALL {
        let excepted = EXCEPTIONS.iter().any(|(excepted, _)| excepted == code);
        assert!(
            provoked.contains_key(code) != excepted,
            "{}: provoked {}, excepted {excepted}",
            code.as_str(),
            provoked.contains_key(code)
        );
    }
    println!("RAN {} codes provoked, {} excepted, {} in all", provoked.len(), EXCEPTIONS.len(), Code::ALL.len());
    assert_eq!(provoked.len() + EXCEPTIONS.len(), Code::ALL.len());
}

#[test]
fn a_good_message_has_no_finding() {
    let opened = opener().open(&SCENE.signed).expect("a message");
    assert!(opened.report().findings.is_empty(), "{}", opened.report().to_json());
    assert_eq!(opened.content().expect("content"), ENTITY);
}
