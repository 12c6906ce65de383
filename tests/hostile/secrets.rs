//! What is left of secrets in memory: a process of its own uses keys, passwords and messages, drops them, and looks for their octets in
//! all that it may read. It gets what to look for under a mask, so that it finds no copy but those that the library made.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use smime::asn1::oid;
use smime::cms::{AlgorithmIdentifier, IssuerAndSerial, KeyAgreementRecipient, RecipientIdentifier, RecipientInfo, ecc_cms_shared_info};
use smime::crypto::{Curve, KeyKind, KeyWrap, PrivateKey, kdf, rng, wrap};
use smime::identity::encrypt_private_key;
use smime::{Certificate, ContentCipher, DigestAlgorithm, Identity};
use smime_tests::forge::{EnvelopeForge, encrypt, recipient};
use smime_tests::pki::Pki;
use smime_tests::secrets::mask;

const PASSWORD: &str = "Zu Fuß nach Samarkand, 1914";

/// What the other process is given.
struct Case<'a> {
    folder: &'a Path,
    /// Name and octets.
    secrets: Vec<(String, Vec<u8>)>,
}

impl Case<'_> {
    fn file(&self, name: &str, octets: &[u8]) {
        std::fs::write(self.folder.join(name), octets).expect("a file");
    }

    fn secret(&mut self, name: &str, octets: &[u8]) {
        self.secrets.push((name.to_owned(), octets.to_vec()));
    }

    /// A number of a key, of which 16 octets in either order of octets would be a find.
    fn number(&mut self, name: &str, octets: &[u8]) {
        let part = &octets[octets.len() - 24..octets.len() - 8];
        self.secret(&format!("{name}, big-endian"), part);
        self.secret(&format!("{name}, little-endian"), &part.iter().rev().copied().collect::<Vec<u8>>());
    }

    /// An encrypted message under a key of its own, large enough that half of it is not the whole.
    fn message(&mut self, name: &str, cipher: ContentCipher, recipients: impl Fn(&mut Self, &[u8]) -> Vec<u8>) {
        let key = rng::secret(cipher.key_length()).expect("a key");
        let content = [&b"Content-Type: text/plain\r\n\r\n"[..], &b"All work and no play.\r\n".repeat(5_000)].concat();
        let nonce = vec![2; cipher.nonce_length()];
        let (ciphertext, tag) = encrypt(cipher, &key, &nonce, &[], &content);
        let recipients = vec![recipients(self, &key)];
        let forge = EnvelopeForge {
            recipients,
            content_type: oid::ID_DATA,
            algorithm: cipher.algorithm_identifier(&nonce, 16),
            ciphertext: Some(ciphertext),
            attributes: None,
            tag: cipher.is_aead().then_some(tag),
        };
        self.file(&format!("{name}.message"), &forge.der());
        self.secret(&format!("content key of {name}"), &key[..16]);
    }

    fn finish(&self) {
        self.file("password", &mask(PASSWORD.as_bytes()));
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        let lines: String = self.secrets.iter().map(|(name, octets)| format!("{}\t{name}\n", hex(&mask(octets)))).collect();
        self.file("secrets", lines.as_bytes());
    }
}

/// The content key for a key on a curve (RFC 5753).
fn agreement(case: &mut Case<'_>, to: &Certificate, key: &[u8]) -> Vec<u8> {
    let ephemeral = PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
    let shared = ephemeral.agree(to.public_key().expect("a key").key_octets()).expect("a secret");
    let algorithm = AlgorithmIdentifier { oid: oid::AES128_WRAP, parameters: None };
    let info = ecc_cms_shared_info(&algorithm, None, 16).expect("shared info");
    let wrapping = kdf::x963(DigestAlgorithm::Sha256, &shared, &info, 16).expect("a key");
    case.secret("the secret agreed on", &shared[..16]);
    case.secret("the key that wraps", &wrapping);
    let name = IssuerAndSerial { issuer: to.issuer().der().to_vec(), serial: to.serial().to_vec() };
    let encrypted_key = wrap::wrap_key(KeyWrap::Aes128, &wrapping, key).expect("a wrapped key");
    let mine = KeyAgreementRecipient { rid: RecipientIdentifier::IssuerAndSerial(name), encrypted_key };
    let originator = AlgorithmIdentifier { oid: oid::ID_EC_PUBLIC_KEY, parameters: None };
    let scheme = AlgorithmIdentifier { oid: oid::DH_SINGLE_PASS_STD_DH_SHA256KDF, parameters: Some(algorithm.to_der()) };
    let point = ephemeral.public_key().key_octets().to_vec();
    RecipientInfo::key_agreement((originator, point), None, scheme, vec![mine]).to_der().expect("a recipient")
}

/// The private exponent and the first prime of an RSA key, the last octets of the scalar of another.
fn numbers(case: &mut Case<'_>, name: &str, identity: &Identity) {
    let (key, _) = identity.pairs().next().expect("a key");
    let pkcs8 = key.to_pkcs8().expect("a key");
    let numbers = match key.kind() {
        KeyKind::Rsa { .. } => {
            // PrivateKeyInfo, OCTET STRING, RSAPrivateKey: version, n, e, d, p, q ...
            let mut outer = smime::asn1::Reader::der(&pkcs8).sequence().expect("a key");
            outer.unsigned().and_then(|_| outer.sequence().map(drop)).expect("a key");
            let inner = outer.element().expect("a key").content;
            let mut fields = smime::asn1::Reader::der(inner).sequence().expect("a key");
            (0..9).map(|_| fields.element().expect("a number").content.to_vec()).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    };
    match numbers.as_slice() {
        [_, _, _, exponent, prime, other, ..] => {
            case.number(&format!("{name}: the private exponent"), exponent);
            case.number(&format!("{name}: the first prime"), prime);
            case.number(&format!("{name}: the second prime"), other);
        }
        _ => {
            // version 1, OCTET STRING of 32 octets: the scalar.
            let at = pkcs8.windows(5).position(|window| window == [0x02, 0x01, 0x01, 0x04, 0x20]).expect("a scalar") + 5;
            case.number(&format!("{name}: the scalar"), &pkcs8[at..at + 32]);
        }
    }
}

fn build(folder: &Path) -> Vec<String> {
    let pki = Pki::new();
    let rsa = pki.person("a@example.org", KeyKind::Rsa { bits: 2048 });
    let curve = pki.person("b@example.org", KeyKind::Ec(Curve::P256));
    let mut case = Case { folder, secrets: Vec::new() };
    let utf16: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    case.secret("the password", PASSWORD.as_bytes());
    case.secret("the password as a BMPString", &utf16);
    numbers(&mut case, "RSA", &rsa);
    numbers(&mut case, "P-256", &curve);
    case.file("rsa.p12", &rsa.to_pkcs12(PASSWORD).expect("PKCS #12"));
    let (key, certificate) = curve.pairs().next().expect("a key");
    let encrypted = smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key(key, PASSWORD).expect("a key"));
    case.file("curve.pem", (encrypted + &certificate.to_pem()).as_bytes());
    let plain = smime::pem::encode("PRIVATE KEY", &rsa.pairs().next().expect("a key").0.to_pkcs8().expect("a key"));
    case.file("plain.pem", (plain + &rsa.certificate().to_pem()).as_bytes());
    case.message("GCM", ContentCipher::Aes256Gcm, |_, key| recipient(rsa.certificate(), key));
    case.message("CBC", ContentCipher::Aes256Cbc, |_, key| recipient(rsa.certificate(), key));
    case.message("ChaCha20", ContentCipher::ChaCha20Poly1305, |_, key| recipient(rsa.certificate(), key));
    case.message("agreement", ContentCipher::Aes128Gcm, |case, key| agreement(case, curve.certificate(), key));
    case.finish();
    case.secrets.into_iter().map(|(name, _)| name).collect()
}

/// What is in memory while it is used at the latest: else the scan would prove nothing.
const SEEN_ALIVE: [&str; 9] = [
    "the password",
    "RSA: the private exponent, big-endian",
    "RSA: the first prime, big-endian",
    "RSA: the second prime, big-endian",
    "P-256: the scalar, big-endian",
    "content key of GCM",
    "content key of CBC",
    "content key of ChaCha20",
    "content key of agreement",
];

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "memory is read through /proc")]
fn nothing_is_left_in_memory_of_what_was_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = build(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_secrets-scan")).arg(folder.path()).output().expect("the program");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let alive: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("alive\t")?.split_once('\t')).map(|(name, _)| name).collect();
    println!("RAN a scan for {} secrets, {} of which were seen while they were used", names.len(), alive.len());
    for name in SEEN_ALIVE {
        assert!(names.iter().any(|known| known == name) && alive.contains(name), "{name} was not found while it was used: {alive:?}");
    }
    let left: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("dropped\t")).collect();
    assert!(left.is_empty(), "left behind: {left:#?}");
    assert!(text.ends_with("done\t\n"), "{text}");
}
