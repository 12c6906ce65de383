//! Files of keys that other programs and standards bodies made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use smime::cert::Certificate;
use smime::crypto::{DigestAlgorithm, PrivateKey};
use smime::identity::KeyFile;
use smime::{Class, Code, Error, Identity, Limits};
use smime_tests::{Tally, archive, vectors};

fn read(octets: &[u8], password: Option<&str>) -> Result<KeyFile, Error> {
    KeyFile::read(octets, password, &Limits::default())
}

fn code<T>(result: &Result<T, Error>) -> Option<Code> {
    result.as_ref().err().map(Error::code)
}

/// What every file must hold: it opens with its password, not with another, and not when cut off.
fn check_file(tally: &mut Tally, name: &str, octets: &[u8], password: &str, truncations: usize) -> Option<KeyFile> {
    let opened = read(octets, Some(password));
    tally.check(opened.is_ok(), || format!("{name}: {:?}", opened.as_ref().err()));
    let wrong = read(octets, Some("another password"));
    tally.check(code(&wrong) == Some(Code::KeyPasswordWrong), || format!("{name}: wrong password: {:?}", wrong.err()));
    for length in (0..octets.len()).step_by(octets.len().div_ceil(truncations)) {
        let cut = read(&octets[..length], Some(password));
        let malformed = cut.as_ref().is_err_and(|error| error.class() == Class::Malformed);
        tally.check(malformed, || format!("{name}: cut to {length} octets: {:?}", cut.err()));
    }
    opened.ok()
}

fn certificate(path: &Path) -> Certificate {
    Certificate::many(&std::fs::read(path).expect("a certificate")).expect("a certificate").remove(0)
}

#[test]
fn rfc9216() {
    let Some(folder) = vectors().map(|folder| folder.join("rfc9216")) else { return };
    let mut tally = Tally::new("RFC 9216 PKCS #12, keys and certificates");
    for person in ["alice", "bob", "carlos", "dana"] {
        let octets = std::fs::read(folder.join(format!("{person}.p12"))).expect("a PKCS #12 file");
        let Some(file) = check_file(&mut tally, person, &octets, person, usize::MAX) else { continue };
        let identity = file.into_identity().expect("an identity");
        let [sign, encrypt] = ["sign", "encrypt"].map(|purpose| certificate(&folder.join(format!("{person}.{purpose}.crt"))));
        tally.check(identity.signing_pair().map(|(_, certificate)| certificate) == Some(&sign), || format!("{person}: signing pair"));
        tally.check(identity.decryption_pairs().any(|(_, certificate)| *certificate == encrypt), || format!("{person}: decryption pair"));
        tally.check(identity.pairs().count() == 2, || format!("{person}: {identity:?}"));

        let text = |purpose: &str, what: &str| std::fs::read_to_string(folder.join(format!("{person}.{purpose}.{what}"))).expect("PEM");
        for purpose in ["sign", "encrypt"] {
            let (key, certificate) = (text(purpose, "key"), text(purpose, "crt"));
            tally.check(Identity::from_pem(&(key.clone() + &certificate), None).is_ok(), || format!("{person}.{purpose}: key first"));
            tally.check(Identity::from_pem(&(certificate + &key), None).is_ok(), || format!("{person}.{purpose}: certificate first"));
        }
        let crossed = Identity::from_pem(&(text("sign", "key") + &text("encrypt", "crt")), None);
        tally.check(code(&crossed) == Some(Code::KeyMismatch), || format!("{person}: crossed: {:?}", crossed.err()));
        let all: String = [text("encrypt", "crt"), text("sign", "key"), text("sign", "crt"), text("encrypt", "key")].concat();
        let both = Identity::from_pem(&all.replace('\n', "\r\n"), None);
        tally.check(both.is_ok_and(|both| both.signing_pair().map(|pair| pair.1) == Some(&sign)), || format!("{person}: all in one"));
    }
    for authority in ["ca.rsa", "ca.25519"] {
        let key = std::fs::read(folder.join(format!("{authority}.key"))).expect("a key");
        let key = read(&key, None).expect("a key").keys().next().expect("a key").clone();
        for certificate in [format!("{authority}.crt"), format!("{authority}.cross.crt")] {
            let parts = Identity::from_parts(key.clone(), self::certificate(&folder.join(&certificate)), Vec::new());
            tally.check(parts.is_ok(), || format!("{certificate}: {:?}", parts.err()));
        }
    }
    tally.finish(17_000);
}

/// A flipped bit never gives another identity; most give an error.
#[test]
fn flipped_bits() {
    let Some(folder) = vectors().map(|folder| folder.join("rfc9216")) else { return };
    let mut tally = Tally::new("RFC 9216 PKCS #12 with flipped bits");
    let mut octets = std::fs::read(folder.join("carlos.p12")).expect("a PKCS #12 file");
    let whole = Identity::from_pkcs12(&octets, "carlos").expect("an identity");
    let parts = |identity: &Identity| identity.pairs().map(|(_, certificate)| certificate.clone()).collect::<Vec<_>>();
    for bit in (0..octets.len() * 8).step_by(31) {
        octets[bit / 8] ^= 1 << (bit % 8);
        // A flip in an iteration count may ask for very much work: that is for a tighter limit.
        let limits = Limits { kdf_iterations: 100_000, ..Default::default() };
        let flipped = KeyFile::read(&octets, Some("carlos"), &limits).and_then(KeyFile::into_identity);
        tally.check(flipped.as_ref().map_or(true, |flipped| parts(flipped) == parts(&whole)), || format!("bit {bit}: {flipped:?}"));
        octets[bit / 8] ^= 1 << (bit % 8);
    }
    tally.finish(700);
}

/// Name, password, private keys and certificates, as OpenSSL 3.0 counts them.
const PYCA: &[(&str, &str, usize, usize)] = &[
    ("cert-aes256cbc-no-key", "cryptography", 0, 1),
    ("cert-key-aes256cbc", "cryptography", 1, 1),
    ("cert-none-key-none", "cryptography", 1, 1),
    ("cert-rc2-key-3des", "cryptography", 1, 1),
    ("java-truststore", "", 0, 2),
    ("name-1-no-pwd", "", 1, 3),
    ("name-1-pwd", "password", 1, 3),
    ("name-2-3-no-pwd", "", 1, 3),
    ("name-2-3-pwd", "password", 1, 3),
    ("name-2-no-pwd", "", 1, 3),
    ("name-2-pwd", "password", 1, 3),
    ("name-3-no-pwd", "", 1, 3),
    ("name-3-pwd", "password", 1, 3),
    ("name-all-no-pwd", "", 1, 3),
    ("name-all-pwd", "password", 1, 3),
    ("name-unicode-no-pwd", "", 1, 3),
    ("name-unicode-pwd", "password", 1, 3),
    ("no-cert-key-aes256cbc", "cryptography", 1, 0),
    ("no-cert-name-2-no-pwd", "", 0, 2),
    ("no-cert-name-2-pwd", "password", 0, 2),
    ("no-cert-name-3-no-pwd", "", 0, 2),
    ("no-cert-name-3-pwd", "password", 0, 2),
    ("no-cert-name-all-no-pwd", "", 0, 2),
    ("no-cert-name-all-pwd", "password", 0, 2),
    ("no-cert-name-unicode-no-pwd", "", 0, 2),
    ("no-cert-name-unicode-pwd", "password", 0, 2),
    ("no-cert-no-name-no-pwd", "", 0, 2),
    ("no-cert-no-name-pwd", "password", 0, 2),
    ("no-name-no-pwd", "", 1, 3),
    ("no-name-pwd", "password", 1, 3),
    ("no-password", "", 1, 1),
];

#[test]
fn pyca() {
    let Some(folder) = vectors() else { return };
    let members = archive(&folder.join("pyca/cryptography_vectors-50.0.2-subset.tar.gz"));
    let mut tally = Tally::new("pyca/cryptography PKCS #12");
    for (name, password, keys, certificates) in PYCA {
        let octets = &members[&format!("pkcs12/{name}.p12")];
        let Some(file) = check_file(&mut tally, name, octets, password, 50) else { continue };
        let counts = (file.keys().count(), file.certificates().count());
        tally.check(counts == (*keys, *certificates), || format!("{name}: {counts:?}"));
        let without = read(octets, None);
        let due = if password.is_empty() { None } else { Some(Code::UsePassword) };
        tally.check(code(&without) == due, || format!("{name}: no password: {:?}", without.err()));
        let identity = file.into_identity();
        let due = match (keys, certificates) {
            (0, _) => Some(Code::KeyMissing),
            (_, 0) => Some(Code::KeyCertificateMissing),
            _ => None,
        };
        tally.check(code(&identity) == due, || format!("{name}: identity: {:?}", identity.err()));
    }
    let authority = [&members["pkcs12/ca/ca.pem"][..], &members["pkcs12/ca/ca_key.pem"]].concat();
    tally.check(Identity::from_bytes(&authority, None).is_ok(), || "the authority's PEM".to_owned());
    tally.finish(1_600);
}

#[test]
fn nss_and_others() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("PKCS #12 of NSS and notmuch");
    for (name, password) in [("nss-interop/Fran.p12", "nss"), ("nss-interop/Fran-ec.p12", "nss"), ("protected-headers-2019/bob.p12", "")] {
        let octets = std::fs::read(folder.join(name)).expect("a PKCS #12 file");
        let file = check_file(&mut tally, name, &octets, password, 200);
        let identity = file.and_then(|file| file.into_identity().ok());
        tally.check(identity.is_some_and(|identity| identity.signing_pair().is_some()), || format!("{name}: no signing pair"));
    }
    tally.finish(500);
}

#[test]
fn pkits() {
    let Some(folder) = vectors() else { return };
    let members = archive(&folder.join("pkits/PKITS_data.tar.gz"));
    let mut tally = Tally::new("PKITS PKCS #12");
    let (mut wrong, mut dsa) = (0, 0);
    for (path, octets) in members.iter().filter(|(path, _)| path.ends_with(".p12")) {
        let own = &members[&path.replace("pkcs12/", "certs/").replace(".p12", ".crt")];
        match Identity::from_pkcs12(octets, "password") {
            Ok(identity) => {
                tally.check(identity.pairs().any(|(_, found)| found.der() == own.as_slice()), || format!("{path}: {identity:?}"));
            }
            // The DSA keys of PKITS, and certificates that no reader of DER takes.
            Err(error) if error.code() == Code::KeyUnsupported && path.contains("DSA") => {
                dsa += 1;
                tally.check(true, String::new);
            }
            Err(error) => tally.check(false, || format!("{path}: {error}")),
        }
        if wrong < 40 {
            wrong += 1;
            let refused = Identity::from_pkcs12(octets, "Password");
            tally.check(code(&refused) == Some(Code::KeyPasswordWrong), || format!("{path}: wrong password: {refused:?}"));
        }
    }
    println!("of these {dsa} with DSA keys, which are refused as such");
    tally.finish(445);
}

#[test]
fn openssl() {
    let Some(folder) = vectors() else { return };
    let members = archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"));
    let mut tally = Tally::new("OpenSSL PKCS #12, encrypted PKCS #8 and PEM pairs");
    for name in ["v3-certs-RC2", "v3-certs-TDES"] {
        let file = check_file(&mut tally, name, &members[&format!("certs/{name}.p12")], "v3-certs", 100);
        let counts = file.map(|file| (file.keys().count(), file.certificates().count()));
        tally.check(counts == Some((0, 2)), || format!("{name}: {counts:?}"));
    }
    let encrypted = &members["certs/leaf-encrypted.key"];
    let one = |file: Result<KeyFile, Error>| file.map(|file| file.keys().next().expect("a key").public_key().spki().to_vec());
    let plain = one(read(&members["certs/leaf.key"], None)).expect("a key");
    tally.check(one(read(encrypted, Some("testpass"))).is_ok_and(|key| key == plain), || "leaf-encrypted.key".to_owned());
    tally.check(code(&read(encrypted, Some("wrong"))) == Some(Code::KeyPasswordWrong), || "leaf-encrypted.key: wrong".to_owned());
    tally.check(code(&read(encrypted, None)) == Some(Code::UsePassword), || "leaf-encrypted.key: none".to_owned());
    tally.check(code(&read(&members["certs/sm2.key"], None)) == Some(Code::KeyUnsupported), || "sm2.key".to_owned());

    let by_key = pairs(&members);
    for (name, key, certificate) in &by_key {
        match read(key, None) {
            Ok(file) => {
                let key = file.keys().next().expect("a key").clone();
                let identity = Certificate::many(certificate).and_then(|mut found| Identity::from_parts(key, found.remove(0), Vec::new()));
                // Two of the keys are not those of the certificates beside them.
                let crossed = matches!(*name, "certs/badalt1-key.pem" | "certs/badalt3-key.pem");
                let due = crossed.then_some(Code::KeyMismatch);
                tally.check(code(&identity) == due, || format!("{name}: {:?}", identity.err()));
            }
            Err(error) if error.class() == Class::Unsupported => tally.skip("a kind of key that is not supported"),
            Err(error) => tally.check(false, || format!("{name}: {error}")),
        }
    }
    tally.finish(245);
}

/// Each `X-key.pem` with its `X-cert.pem`.
fn pairs(members: &BTreeMap<String, Vec<u8>>) -> Vec<(&str, &[u8], &[u8])> {
    let pair = |path: &'_ String| members.get(&path.replace("-key.pem", "-cert.pem")).map(Vec::as_slice);
    let keys = members.iter().filter(|(path, _)| path.starts_with("certs/") && path.ends_with("-key.pem"));
    keys.filter_map(|(path, key)| pair(path).map(|certificate| (path.as_str(), key.as_slice(), certificate))).collect()
}

/// The files that GnuPG's importer was tested with: exports of Mozilla, QuoVadis, OpenSC, gpgsm, with a machine-readable index.
#[test]
fn gnupg() {
    let Some(folder) = vectors() else { return };
    let members = archive(&folder.join("gnupg/libksba-1.6.7_gnupg-2.4.9-samples.tar.gz"));
    let (folder, index) = members.iter().find(|(path, _)| path.ends_with("samplekeys/Description-p12")).expect("the index");
    let folder = PathBuf::from(folder.trim_end_matches("Description-p12"));
    let mut tally = Tally::new("GnuPG PKCS #12");
    for entry in String::from_utf8_lossy(index).split("\nName: ").skip(1) {
        let name = entry.lines().next().unwrap_or_default();
        let field = |field: &'static str| entry.lines().filter_map(move |line| line.strip_prefix(field)).map(str::trim);
        let password = field("Pass:").next().expect("a password");
        let octets = &members[folder.join(name).to_str().expect("a path")];
        // The MAC of the one and the padding of the other's key are wrong; OpenSSL refuses them too.
        if matches!(name, "t5793-test.pfx" | "edward.tester@demo.gnupg.com.p12") {
            let refused = read(octets, Some(password));
            tally.check(code(&refused) == Some(Code::KeyPasswordWrong), || format!("{name}: {:?}", refused.err()));
            continue;
        }
        let Some(file) = check_file(&mut tally, name, octets, password, 100) else { continue };
        let sha1 = |certificate: &Certificate| DigestAlgorithm::Sha1.digest(certificate.der()).iter().map(|o| format!("{o:02x}")).collect();
        let found: Vec<String> = file.certificates().map(sha1).collect();
        for due in field("Cert:").flat_map(|list| list.split(',')) {
            tally.check(found.iter().any(|found| found == due), || format!("{name}: {due} is not among {found:?}"));
        }
        let keys = file.keys().map(PrivateKey::kind).count();
        tally.check(keys == 1, || format!("{name}: {keys} keys"));
        let identity = file.into_identity();
        tally.check(identity.is_ok(), || format!("{name}: {:?}", identity.err()));
    }
    tally.finish(800);
}

/// RFC 9579 appendix A: three good files, then a wrong iteration count, a wrong salt and a missing key length.
#[test]
fn rfc9579() {
    let mut tally = Tally::new("RFC 9579 PBMAC1");
    let read = |name: &str| std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/rfc9579").join(name)).expect("a file");
    for name in ["a1.p12", "a2.p12", "a3.p12"] {
        let file = check_file(&mut tally, name, &read(name), "1234", 300);
        let identity = file.map(KeyFile::into_identity);
        tally.check(identity.is_some_and(|identity| identity.is_ok()), || format!("{name}: no identity"));
    }
    for (name, due) in [("a4.p12", Code::KeyPasswordWrong), ("a5.p12", Code::KeyPasswordWrong), ("a6.p12", Code::AlgParameters)] {
        let refused = self::read(&read(name), Some("1234"));
        tally.check(code(&refused) == Some(due), || format!("{name}: {:?}", refused.err()));
    }
    tally.finish(800);
}
