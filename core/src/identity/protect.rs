//! Encrypting under a password, as everybody reads it: PBES2 with PBKDF2, HMAC with SHA-256 and AES-256-CBC (RFC 8018).

use zeroize::Zeroizing;

use crate::asn1::{Tag, Writer, oid};
use crate::crypto::{ContentCipher, ContentEncryptor, DigestAlgorithm, PrivateKey, kdf, rng};
use crate::error::Result;
use crate::limits::Limits;

/// Iterations of every derivation: a tenth of a second or so, for one who knows the password and one who guesses it.
pub(super) const ITERATIONS: u32 = 250_000;
/// Octets of a salt.
pub(super) const SALT: usize = 16;

/// A private key as EncryptedPrivateKeyInfo (RFC 5958 section 3) in DER: what a PEM block `ENCRYPTED PRIVATE KEY` holds.
///
/// ```
/// use smime::{Limits, crypto::{KeyKind, PrivateKey}, identity::{KeyFile, encrypt_private_key}};
/// let key = PrivateKey::generate(KeyKind::Ed25519)?;
/// let text = smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key(&key, "secret")?);
/// let read = KeyFile::read(text.as_bytes(), Some("secret"), &Limits::default())?;
/// assert_eq!(read.keys().next().map(PrivateKey::public_key), Some(key.public_key()));
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// As [`PrivateKey::to_pkcs8`].
pub fn encrypt_private_key(key: &PrivateKey, password: &str) -> Result<Vec<u8>> {
    let (algorithm, encrypted) = encrypt(&key.to_pkcs8()?, password)?;
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.raw(&algorithm);
        writer.octet_string(&encrypted);
    });
    Ok(writer.into_vec())
}

/// The AlgorithmIdentifier and the ciphertext.
pub(super) fn encrypt(plain: &[u8], password: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let cipher = ContentCipher::Aes256Cbc;
    let (salt, iv) = (rng::secret(SALT)?, rng::secret(cipher.nonce_length())?);
    let unlimited = Limits { kdf_iterations: ITERATIONS, ..Limits::default() };
    let key = kdf::pbkdf2(DigestAlgorithm::Sha256, password.as_bytes(), &salt, ITERATIONS, cipher.key_length(), &unlimited)?;
    let mut encrypted = Vec::new();
    let mut encryptor = ContentEncryptor::new(cipher, &key, &iv, &[])?;
    encryptor.update(plain, &mut encrypted)?;
    encryptor.finish(&mut encrypted)?;
    Ok((algorithm(&salt, &iv), encrypted))
}

/// PBES2-params in their AlgorithmIdentifier (RFC 8018 appendix A.4).
fn algorithm(salt: &Zeroizing<Vec<u8>>, iv: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_PBES2);
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::ID_PBKDF2);
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.octet_string(salt);
                    writer.unsigned(ITERATIONS.into());
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(oid::ID_HMAC_WITH_SHA256);
                        writer.null();
                    });
                });
            });
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::AES256_CBC);
                writer.octet_string(iv);
            });
        });
    });
    writer.into_vec()
}
