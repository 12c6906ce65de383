//! Whole messages of which one thing is repeated, opened as a user opens them.

use smime::asn1::{Tag, oid};
use smime::{Code, DigestAlgorithm, Opener, Verdict};
use smime_tests::forge::{ENTITY, SignedForge, SignerForge, algorithm, attribute, element, multipart_signed, pkcs7_mime};
use smime_tests::maker::Template;

use crate::scene::{Scene, number, signed_string, signing_key, transported};
use crate::{Case, case};

/// What opening must answer.
type Due = std::result::Result<Verdict, Code>;

/// What is repeated, how often to begin with, the message, and what opening it must answer.
type Row = (&'static str, usize, fn(&Scene, usize) -> Vec<u8>, Due);

const VALID: Due = Ok(Verdict::Valid);
/// The message is for nobody here.
const FOREIGN: Due = Err(Code::EncNoRecipient);

const ROWS: &[Row] = &[
    ("digestAlgorithms", 4_000, digest_algorithms, VALID),
    ("signed attributes", 1_000, signed_attributes, VALID),
    ("unsigned attributes", 4_000, unsigned_attributes, VALID),
    ("values of an attribute", 4_000, attribute_values, VALID),
    ("certificates of strangers", 500, |scene, count| with_certificates(scene, copies(&stranger(), count)), VALID),
    ("certificates with the name of the issuer", 100, |scene, count| with_certificates(scene, copies(&namesake(), count)), VALID),
    ("certificates with the name and number of the signer", 500, doubles, VALID),
    ("certificates that cannot be read", 4_000, |scene, count| with_certificates(scene, vec![vec![0x30, 0x00]; count]), VALID),
    ("signers", 50, |scene, count| scene.signed_by(vec![scene.signer(ENTITY).der(); count]), VALID),
    ("signers with a certificate each", 50, signers, VALID),
    ("signers without a certificate", 500, unknown_signers, Ok(Verdict::Indeterminate)),
    ("recipients", 1_000, recipients, FOREIGN),
    ("recipients with our serial number", 1_000, numbered_recipients, FOREIGN),
    ("recipients of one agreement", 2_000, agreed_recipients, FOREIGN),
    ("recipients that we are and cannot be", 50, own_recipients, Err(Code::EncDecryptFailed)),
    ("pieces of content", 10_000, pieces, VALID),
    ("lines of content", 30_000, |scene, count| lines(scene, count).der(), VALID),
    ("lines of base64", 30_000, |scene, count| pkcs7_mime("signed-data", &lines(scene, count).der()), VALID),
    ("lines of PEM", 30_000, |scene, count| smime::pem::encode("CMS", &lines(scene, count).der()).into_bytes(), VALID),
    ("lines of encrypted content", 30_000, |scene, count| scene.encrypted(&pkcs7_mime("signed-data", &lines(scene, count).der())), VALID),
    ("From fields", 1_000, |scene, count| [b"From: a@example.org\r\n".repeat(count), scene.clear()].concat(), Ok(Verdict::Untrusted)),
    ("mailboxes in From", 480, mailboxes, Ok(Verdict::Untrusted)),
    ("header fields", 5_000, |scene, count| [b"X: y\r\n".repeat(count), scene.clear()].concat(), VALID),
    ("protected header fields", 1_000, protected_fields, VALID),
    ("MIME parts", 4_000, |scene, count| mixed(b"", &scene.clear(), count), VALID),
    ("signed MIME parts", 500, |scene, count| mixed(&scene.clear(), &scene.clear(), count), VALID),
    ("MIME parts without protection", 4_000, |_, count| mixed(b"", b"", count), Err(Code::MimeNotSmime)),
];

pub(crate) fn cases() -> Vec<Case> {
    ROWS.iter()
        .map(|(what, count, message, due)| {
            case(format!("opening: {what}"), *count, move |count| {
                let scene = Scene::new();
                let (opener, message) = (scene.opener(), message(&scene, count));
                move || assert_eq!(open(&opener, &message), *due)
            })
        })
        .chain([
            octets("a clear-signed message", clear_lines, VALID),
            octets("an opaque-signed message", |scene, count| pkcs7_mime("signed-data", &lines(scene, count).der()), VALID),
            octets("text after MIME parts", |scene, count| [mixed(b"", &scene.clear(), count), vec![b'x'; 16 * count]].concat(), VALID),
        ])
        .collect()
}

fn open(opener: &Opener, message: &[u8]) -> Due {
    opener.open(message).map(|opened| opened.verdict()).map_err(|error| error.code())
}

/// The same for a message that comes octet by octet.
fn octets(what: &str, message: fn(&Scene, usize) -> Vec<u8>, due: Due) -> Case {
    case(format!("opening octet by octet: {what}"), 2_000, move |count| {
        let scene = Scene::new();
        let (mut stream, message) = (scene.opener().stream(), message(&scene, count));
        move || {
            let pushed = message.iter().try_for_each(|octet| stream.push(std::slice::from_ref(octet)));
            let verdict = pushed.and_then(|()| stream.finish()).map(|opened| opened.verdict());
            assert_eq!(verdict.map_err(|error| error.code()), due);
        }
    })
}

fn digest_algorithms(scene: &Scene, count: usize) -> Vec<u8> {
    let mut forge = scene.signed(ENTITY);
    forge.digest_algorithms.extend((0..count).map(|index| algorithm(oid::ID_SHA256, &number(index))));
    forge.der()
}

fn numbered_attributes(count: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|index| attribute(oid::ID_DATA, &[number(index)]))
}

fn signed_attributes(scene: &Scene, count: usize) -> Vec<u8> {
    let mut signer = scene.signer(ENTITY);
    signer.attributes.get_or_insert_default().extend(numbered_attributes(count));
    scene.signed_by(vec![signer.der()])
}

fn unsigned_attributes(scene: &Scene, count: usize) -> Vec<u8> {
    scene.signed_by(vec![SignerForge { unsigned: numbered_attributes(count).collect(), ..scene.signer(ENTITY) }.der()])
}

fn attribute_values(scene: &Scene, count: usize) -> Vec<u8> {
    let values: Vec<_> = (0..count).map(number).collect();
    scene.signed_by(vec![scene.signer(ENTITY).attribute(oid::ID_DATA, &values).der()])
}

fn with_certificates(scene: &Scene, certificates: Vec<Vec<u8>>) -> Vec<u8> {
    let mut forge = scene.signed(ENTITY);
    forge.certificates.extend(certificates);
    forge.der()
}

/// The certificate so many times, each with another signature.
fn copies(certificate: &[u8], count: usize) -> Vec<Vec<u8>> {
    let (kept, _) = certificate.split_at(certificate.len() - 8);
    (0..count).map(|index| [kept, &index.to_be_bytes()].concat()).collect()
}

fn stranger() -> Vec<u8> {
    Template::person("Stranger", "Nobody", "s@example.org").issue_der(&signing_key(9), &signing_key(9))
}

fn namesake() -> Vec<u8> {
    Template::authority("Authority", "Root").issue_der(&signing_key(9), &signing_key(9))
}

fn doubles(scene: &Scene, count: usize) -> Vec<u8> {
    with_certificates(scene, copies(scene.alice.certificate().der(), count))
}

fn signers(scene: &Scene, count: usize) -> Vec<u8> {
    let (key, _) = scene.alice.signing_pair().expect("a key");
    let certificate = |index: usize| Template { serial: [&[1], &index.to_be_bytes()[..]].concat(), ..Scene::person("Alice", 1) };
    let forge = |index| SignerForge::with_digest(key, &certificate(index).issue(key, &scene.issuing_key), ENTITY, DigestAlgorithm::Sha512);
    let signers: Vec<_> = (0..count).map(forge).collect();
    SignedForge::new(Some(ENTITY), &signers.iter().collect::<Vec<_>>(), &[&scene.issuing]).der()
}

fn unknown_signers(scene: &Scene, count: usize) -> Vec<u8> {
    let signers = vec![scene.signer(ENTITY).der(); count];
    SignedForge { signers, certificates: Vec::new(), ..scene.signed(ENTITY) }.der()
}

fn recipients(scene: &Scene, count: usize) -> Vec<u8> {
    scene.envelope(vec![transported(scene.root.subject().der(), &[9]); count], ENTITY)
}

fn numbered_recipients(scene: &Scene, count: usize) -> Vec<u8> {
    scene.envelope(vec![transported(scene.root.subject().der(), scene.bob.certificate().serial()); count], ENTITY)
}

fn agreed_recipients(scene: &Scene, count: usize) -> Vec<u8> {
    scene.envelope(vec![scene.agreement(&vec![(scene.alice.certificate(), vec![1; 24]); count])], ENTITY)
}

fn own_recipients(scene: &Scene, count: usize) -> Vec<u8> {
    scene.envelope(vec![scene.agreement(&[(scene.bob.certificate(), vec![1; 24])]); count], ENTITY)
}

fn content(lines: usize) -> Vec<u8> {
    [ENTITY, &b"One more line.\r\n".repeat(lines)].concat()
}

fn lines(scene: &Scene, count: usize) -> SignedForge {
    scene.signed(&content(count))
}

fn clear_lines(scene: &Scene, count: usize) -> Vec<u8> {
    multipart_signed(&content(count), &SignedForge { content: None, ..lines(scene, count) }.der())
}

/// The content in pieces of one octet.
fn pieces(scene: &Scene, count: usize) -> Vec<u8> {
    let content = content(count / 16);
    let pieces: Vec<u8> = content.iter().flat_map(|octet| [0x04, 0x01, *octet]).collect();
    signed_string(&scene.signed(&content), &element(Tag::OCTET_STRING.constructed(), &pieces))
}

fn mailboxes(scene: &Scene, count: usize) -> Vec<u8> {
    let message = String::from_utf8(scene.clear()).expect("text");
    message.replacen("a@example.org", &format!("a@example.org{}", ",\r\n b@example.org".repeat(count)), 1).into_bytes()
}

fn protected_fields(scene: &Scene, count: usize) -> Vec<u8> {
    let fields = b"X: y\r\n".repeat(count);
    let entity = [&b"Content-Type: text/plain; hp=clear\r\n"[..], &fields, b"\r\nOne line.\r\n"].concat();
    let signed = SignedForge { content: None, ..scene.signed(&entity) };
    [fields, multipart_signed(&entity, &signed.der())].concat()
}

/// So many of one part, and another after them.
fn mixed(repeated: &[u8], last: &[u8], count: usize) -> Vec<u8> {
    let part = [b"--m\r\n", repeated, b"\r\n"].concat();
    let head = b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n";
    [&head[..], &part.repeat(count), b"--m\r\n", last, b"\r\n--m--\r\n"].concat()
}
