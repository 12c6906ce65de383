//! RSAES-PKCS1-v1_5 and RSAES-OAEP, where nothing but the key that comes out says whether the input was good.

use smime::crypto::{Backend, DigestAlgorithm, KeyTransport, PrivateKey, kdf};
use smime_tests::Tally;

use super::{Vector, files, vectors_of};

/// Lengths of content-encryption keys and a few beside them.
const LENGTHS: [usize; 4] = [8, 16, 24, 32];

/// Octets of the moduli on which other lengths are tried as well: beyond, RustCrypto without optimisation takes minutes.
const SMALL: usize = 384;

/// Reads keys once: many vectors share one, and reading is the expensive part.
struct Keys {
    last: Option<(Backend, Vec<u8>, PrivateKey)>,
}

impl Keys {
    fn key(&mut self, vector: &Vector<'_>, backend: Backend) -> PrivateKey {
        let pkcs8 = vector.hex("privateKeyPkcs8");
        if let Some((last_backend, last, key)) = &self.last
            && *last_backend == backend
            && *last == pkcs8
        {
            return key.clone();
        }
        let key = PrivateKey::from_pkcs8_with(backend, &pkcs8).unwrap_or_else(|error| panic!("{}: {error}", vector.name()));
        self.last = Some((backend, pkcs8, key.clone()));
        key
    }
}

/// The key that is given in place of one that cannot be decrypted.
fn substitute(vector: &Vector<'_>, encrypted: &[u8], length: usize) -> Vec<u8> {
    let exponent = vector.group["privateKey"]["privateExponent"].as_str().expect("an exponent");
    let exponent: Vec<u8> = smime_tests::hex(exponent).into_iter().skip_while(|octet| *octet == 0).collect();
    let secret = DigestAlgorithm::Sha256.digest(&exponent);
    kdf::hkdf(DigestAlgorithm::Sha256, b"implicit rejection", &secret, encrypted, length).expect("a key").to_vec()
}

/// A good vector gives its message at its length and another key at any other, a bad one another key at each.
fn check(tally: &mut Tally, vector: &Vector<'_>, backend: Backend, key: &PrivateKey, transport: &KeyTransport) {
    let (message, encrypted) = (vector.hex("msg"), vector.hex("ct"));
    let decrypt = |length| key.decrypt_key(transport, &encrypted, length).expect("always a key");
    if vector.is_valid() {
        let decrypted = decrypt(message.len());
        tally.check(*decrypted == message, || format!("{} by {backend:?}", vector.name()));
        if encrypted.len() <= SMALL {
            let other = message.len() + 8;
            assert_eq!(*decrypt(other), substitute(vector, &encrypted, other), "{} by {backend:?}: another length", vector.name());
        }
        return;
    }
    for length in LENGTHS.into_iter().chain((message.len() > 4).then_some(message.len())) {
        tally.check(*decrypt(length) == substitute(vector, &encrypted, length), || {
            format!("{} by {backend:?}: decrypted as {length} octets", vector.name())
        });
    }
}

#[test]
fn rsaes_pkcs1_v15() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: RSAES-PKCS1-v1_5");
    for backend in Backend::ALL {
        let mut keys = Keys { last: None };
        for vector in vectors_of(files, "RsaesPkcs1Decrypt") {
            let key = keys.key(&vector, *backend);
            check(&mut tally, &vector, *backend, &key, &KeyTransport::RsaPkcs1v15);
        }
    }
    tally.finish(430 * Backend::ALL.len());
}

#[test]
fn rsaes_oaep() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: RSAES-OAEP");
    for backend in Backend::ALL {
        let mut keys = Keys { last: None };
        for vector in vectors_of(files, "RsaesOaepDecrypt") {
            let (Some(digest), Some(mgf_digest)) = (vector.digest("sha"), vector.digest("mgfSha")) else {
                tally.skip(format!("{} with MGF1 {} is not offered", vector.text("sha"), vector.text("mgfSha")));
                continue;
            };
            let transport = KeyTransport::RsaOaep { digest, mgf_digest, label: vector.hex("label") };
            // What is "acceptable", the ciphertext 1 that decrypts to itself, is refused (NIST SP 800-56B section 7.1.2.1).
            assert!(!vector.is_acceptable() || vector.has_flag("SmallIntegerCiphertext"), "{}", vector.name());
            let key = keys.key(&vector, *backend);
            check(&mut tally, &vector, *backend, &key, &transport);
        }
    }
    tally.finish(1_500 * Backend::ALL.len());
}
