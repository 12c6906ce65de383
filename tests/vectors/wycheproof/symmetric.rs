//! AES in CBC and GCM, ChaCha20-Poly1305, key wrap, HMAC, HKDF, PBKDF2.

use smime::crypto::{Backend, CipherParameters, ContentCipher, ContentDecryptor, ContentEncryptor, KeyWrap, kdf, mac, wrap};
use smime::{Code, Limits};
use smime_tests::Tally;

use super::{Vector, files, vectors_of};

/// Pieces that are no multiple of any block.
const PIECE: usize = 7;

fn cbc(key: &[u8]) -> ContentCipher {
    match key.len() {
        16 => ContentCipher::Aes128Cbc,
        24 => ContentCipher::Aes192Cbc,
        _ => ContentCipher::Aes256Cbc,
    }
}

fn aead(file: &str, key: &[u8]) -> Option<ContentCipher> {
    match key.len() {
        _ if file.starts_with("chacha20_poly1305") => Some(ContentCipher::ChaCha20Poly1305),
        _ if !file.starts_with("aes_gcm") => None,
        16 => Some(ContentCipher::Aes128Gcm),
        24 => Some(ContentCipher::Aes192Gcm),
        _ => Some(ContentCipher::Aes256Gcm),
    }
}

type Late<'a> = Option<(&'a [u8], &'a [u8])>;

fn decrypt(
    backend: Backend,
    cipher: ContentCipher,
    key: &[u8],
    parameters: &CipherParameters,
    input: &[u8],
    late: Late<'_>,
) -> smime::Result<Vec<u8>> {
    let mut decryptor = ContentDecryptor::with(backend, cipher, key, parameters)?;
    let mut content = Vec::new();
    for piece in input.chunks(PIECE) {
        decryptor.update(piece, &mut content)?;
    }
    decryptor.finish(&mut content, late)?;
    Ok(content)
}

fn encrypt(backend: Backend, cipher: ContentCipher, key: &[u8], nonce: &[u8], aad: &[u8], input: &[u8]) -> (Vec<u8>, Option<[u8; 16]>) {
    let mut encryptor = ContentEncryptor::with(backend, cipher, key, nonce, aad).expect("an encryptor");
    let mut ciphertext = Vec::new();
    for piece in input.chunks(PIECE) {
        encryptor.update(piece, &mut ciphertext).expect("ciphertext");
    }
    let tag = encryptor.finish(&mut ciphertext).expect("the end");
    (ciphertext, tag)
}

/// A refusal must be one that tells nothing.
fn matches_message(vector: &Vector<'_>, decrypted: smime::Result<Vec<u8>>) -> bool {
    match decrypted {
        Ok(content) => content == vector.hex("msg"),
        Err(error) => {
            assert_eq!(error.code(), Code::EncDecryptFailed, "{}: {error}", vector.name());
            false
        }
    }
}

#[test]
fn aes_cbc() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: AES-CBC with padding");
    for vector in vectors_of(files, "IndCpaTest") {
        let (key, vector_octets) = (vector.hex("key"), vector.hex("iv"));
        let parameters = CipherParameters::initialisation_vector(&vector_octets);
        for backend in Backend::ALL {
            let good = matches_message(&vector, decrypt(*backend, cbc(&key), &key, &parameters, &vector.hex("ct"), None));
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
            if vector.is_valid() {
                let (ciphertext, _) = encrypt(*backend, cbc(&key), &key, &vector_octets, b"", &vector.hex("msg"));
                tally.check(ciphertext == vector.hex("ct"), || format!("{} by {backend:?}: encryption", vector.name()));
            }
        }
    }
    tally.finish(285 * Backend::ALL.len());
}

#[test]
fn aes_gcm_and_chacha20_poly1305() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: AES-GCM and ChaCha20-Poly1305");
    for vector in vectors_of(files, "AeadTest") {
        let (key, nonce, aad, tag) = (vector.hex("key"), vector.hex("iv"), vector.hex("aad"), vector.hex("tag"));
        let Some(cipher) = aead(vector.file, &key) else {
            tally.skip(format!("{} is not offered", vector.file.trim_end_matches("_test.json")));
            continue;
        };
        let parameters = CipherParameters { nonce: nonce.clone(), tag_length: tag.len(), effective_bits: None };
        for backend in Backend::ALL {
            // GCM with nonces of more than 64 octets is valid, but no mail has them.
            let bounds = if cipher == ContentCipher::ChaCha20Poly1305 { 12..=12 } else { 1..=64 };
            if !bounds.contains(&nonce.len()) {
                let refused = ContentDecryptor::with(*backend, cipher, &key, &parameters).expect_err("another nonce");
                // Vectors with another nonce have no tag either, which is seen first.
                let code = if tag.is_empty() { Code::EncTagLength } else { Code::AlgParameters };
                let expected = refused.code() == code && (nonce.len() > 64 || !vector.is_valid());
                tally.check(expected, || format!("{} by {backend:?}: a nonce of {} octets", vector.name(), nonce.len()));
                continue;
            }
            let decrypted = decrypt(*backend, cipher, &key, &parameters, &vector.hex("ct"), Some((&aad, &tag)));
            let good = matches_message(&vector, decrypted);
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
            if vector.is_valid() {
                let (ciphertext, made) = encrypt(*backend, cipher, &key, &nonce, &aad, &vector.hex("msg"));
                let same = ciphertext == vector.hex("ct") && made.expect("a tag")[..tag.len()] == tag;
                tally.check(same, || format!("{} by {backend:?}: encryption", vector.name()));
            }
        }
    }
    tally.finish(900 * Backend::ALL.len());
}

#[test]
fn aes_key_wrap() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: AES key wrap");
    for vector in vectors_of(files, "KeywrapTest") {
        if vector.file.starts_with("aes_kwp") {
            tally.skip("AES key wrap with padding is not offered");
            continue;
        }
        let (kek, key, wrapped) = (vector.hex("key"), vector.hex("msg"), vector.hex("ct"));
        let algorithm = KeyWrap::ALL.iter().copied().find(|wrap| wrap.key_length() == kek.len()).expect("a key wrap");
        for backend in Backend::ALL {
            let good = matches_message(&vector, wrap::unwrap_key_with(*backend, algorithm, &kek, &wrapped).map(|key| key.to_vec()));
            // Keys of eight octets ("acceptable") are refused: RFC 3394 section 2 wraps two blocks at least.
            assert!(!vector.is_acceptable() || vector.has_flag("ShortKey"), "{}", vector.name());
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
            if vector.is_valid() {
                let made = wrap::wrap_key_with(*backend, algorithm, &kek, &key).expect("a wrapped key");
                tally.check(made == wrapped, || format!("{} by {backend:?}: wrapping", vector.name()));
            }
        }
    }
    tally.finish(200 * Backend::ALL.len());
}

#[test]
fn hmac() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: HMAC");
    for vector in vectors_of(files, "MacTest") {
        let digest = smime::crypto::DigestAlgorithm::from_name(vector.file.trim_start_matches("hmac_").trim_end_matches("_test.json"));
        for backend in Backend::ALL {
            let mut mac = mac::Hmac::with(*backend, digest.expect("a digest"), &vector.hex("key"));
            vector.hex("msg").chunks(PIECE).for_each(|piece| mac.update(piece));
            let (made, tag) = (mac.finish(), vector.hex("tag"));
            let good = made[..tag.len()] == tag;
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(650 * Backend::ALL.len());
}

#[test]
fn hkdf() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: HKDF");
    for vector in vectors_of(files, "HkdfTest") {
        let digest = smime::crypto::DigestAlgorithm::from_name(vector.file.trim_start_matches("hkdf_").trim_end_matches("_test.json"));
        let digest = digest.expect("a digest");
        for backend in Backend::ALL {
            let key = kdf::hkdf_with(*backend, digest, &vector.hex("salt"), &vector.hex("ikm"), &vector.hex("info"), vector.number("size"));
            let good = match key {
                Ok(key) => *key == vector.hex("okm"),
                Err(error) => {
                    assert_eq!(error.code(), Code::UseArgument);
                    false
                }
            };
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(300 * Backend::ALL.len());
}

fn derive(vector: &Vector<'_>, backend: Backend, digest: smime::crypto::DigestAlgorithm, length: usize) -> Vec<u8> {
    let iterations = vector.number("iterationCount").try_into().expect("a count");
    // One vector asks for 2^24 iterations, more than the default allows.
    let limits = Limits { kdf_iterations: 1 << 24, ..Limits::default() };
    kdf::pbkdf2_with(backend, digest, &vector.hex("password"), &vector.hex("salt"), iterations, length, &limits).expect("a key").to_vec()
}

#[test]
fn pbkdf2() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: PBKDF2");
    for vector in vectors_of(files, "PbkdfTest") {
        let name = vector.file.trim_start_matches("pbkdf2_hmac").trim_end_matches("_test.json");
        let digest = smime::crypto::DigestAlgorithm::from_name(name).expect("a digest");
        for backend in Backend::ALL {
            let good = derive(&vector, *backend, digest, vector.number("dkLen")) == vector.hex("dk");
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(100 * Backend::ALL.len());
}

#[test]
fn pbes2() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: PBES2");
    for vector in vectors_of(files, "PbeTest") {
        let digest = if vector.file.contains("hmacsha1_") { "sha1" } else { "sha256" };
        let digest = smime::crypto::DigestAlgorithm::from_name(digest).expect("a digest");
        let length = if vector.file.contains("aes_128") { 16 } else { 32 };
        for backend in Backend::ALL {
            let key = derive(&vector, *backend, digest, length);
            let parameters = CipherParameters::initialisation_vector(&vector.hex("iv"));
            let good = matches_message(&vector, decrypt(*backend, cbc(&key), &key, &parameters, &vector.hex("ct"), None));
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(100 * Backend::ALL.len());
}
