//! Encrypting under a password: PBES2 with AES-256-CBC (RFC 8018), and Triple DES as PKCS #12 had it first (RFC 7292 appendix C).

use std::fmt;

use zeroize::Zeroizing;

use super::password::{Budget, Password};
use super::pbe::Pkcs12Cipher;
use crate::asn1::{Tag, Writer, oid};
use crate::crypto::content::encrypt_triple_des;
use crate::crypto::{ContentCipher, ContentEncryptor, DigestAlgorithm, PrivateKey, kdf, rng};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// Iterations of every derivation: a tenth of a second or so, for one who knows the password and one who guesses it.
pub(super) const ITERATIONS: u32 = 250_000;
/// Octets of a salt.
pub(super) const SALT: usize = 16;
/// Cost, block size and parallelization of scrypt: 16 MiB, as OpenSSL takes at most 32 MiB, five times over.
const SCRYPT: (u64, u32, u32) = (1 << 14, 8, 5);

/// What turns a password into the key that encrypts a private key (RFC 8018 section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyDerivation {
    /// PBKDF2 with HMAC-SHA-256 and 250 000 iterations, which everybody reads.
    #[default]
    Pbkdf2,
    /// scrypt (RFC 7914) with 16 MiB, five times over: guessing costs memory too. OpenSSL and few others read it.
    Scrypt,
}

impl KeyDerivation {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Pbkdf2, Self::Scrypt];

    /// The name on the command line: `pbkdf2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pbkdf2 => "pbkdf2",
            Self::Scrypt => "scrypt",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|derivation| derivation.name() == name)
    }

    fn derive(self, password: &str, salt: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
        // The bounds are for what others ask for.
        let limits = Limits { kdf_iterations: u32::MAX, kdf_memory: u64::MAX, ..Limits::default() };
        let password = Password::new(password).utf8();
        match self {
            Self::Pbkdf2 => kdf::pbkdf2(DigestAlgorithm::Sha256, password, salt, ITERATIONS, length, &limits),
            Self::Scrypt => {
                let (cost, block_size, parallelization) = SCRYPT;
                kdf::scrypt(password, salt, cost, block_size, parallelization, length, &limits)
            }
        }
    }

    /// Its AlgorithmIdentifier.
    fn write(self, writer: &mut Writer, salt: &[u8]) {
        match self {
            Self::Pbkdf2 => write_pbkdf2(writer, salt, None),
            Self::Scrypt => writer.nest(Tag::SEQUENCE, |writer| {
                let (cost, block_size, parallelization) = SCRYPT;
                writer.oid(oid::ID_SCRYPT);
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.octet_string(salt);
                    [cost, block_size.into(), parallelization.into()].into_iter().for_each(|number| writer.unsigned(number));
                });
            }),
        }
    }
}

impl fmt::Display for KeyDerivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

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
    encrypt_private_key_with(key, password, KeyDerivation::default())
}

/// The same with the derivation of one's choice.
///
/// ```
/// use smime::{Limits, crypto::{KeyKind, PrivateKey}, identity::{KeyDerivation, KeyFile, encrypt_private_key_with}};
/// let key = PrivateKey::generate(KeyKind::X25519)?;
/// let encrypted = encrypt_private_key_with(&key, "secret", KeyDerivation::Scrypt)?;
/// assert_eq!(KeyFile::read(&encrypted, Some("secret"), &Limits::default())?.keys().count(), 1);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// As [`PrivateKey::to_pkcs8`].
pub fn encrypt_private_key_with(key: &PrivateKey, password: &str, derivation: KeyDerivation) -> Result<Vec<u8>> {
    Protection::Pbes2(derivation).encrypt_key(key, password)
}

/// A scheme to write with.
#[derive(Clone, Copy)]
pub(super) enum Protection {
    /// PBES2 with AES-256-CBC.
    Pbes2(KeyDerivation),
    /// pbeWithSHAAnd3-KeyTripleDES-CBC.
    TripleDes,
}

impl Protection {
    /// EncryptedPrivateKeyInfo.
    pub(super) fn encrypt_key(self, key: &PrivateKey, password: &str) -> Result<Vec<u8>> {
        let (algorithm, encrypted) = self.encrypt(&key.to_pkcs8()?, password)?;
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(&algorithm);
            writer.octet_string(&encrypted);
        });
        Ok(writer.into_vec())
    }

    /// The AlgorithmIdentifier and the ciphertext.
    pub(super) fn encrypt(self, plain: &[u8], password: &str) -> Result<(Vec<u8>, Vec<u8>)> {
        match self {
            Self::Pbes2(derivation) => encrypt_pbes2(plain, password, derivation),
            Self::TripleDes => encrypt_pkcs12(plain, password),
        }
    }
}

fn encrypt_pbes2(plain: &[u8], password: &str, derivation: KeyDerivation) -> Result<(Vec<u8>, Vec<u8>)> {
    let cipher = ContentCipher::Aes256Cbc;
    let (salt, iv) = (rng::secret(SALT)?, rng::secret(cipher.nonce_length())?);
    let key = derivation.derive(password, &salt, cipher.key_length())?;
    let mut encrypted = Vec::new();
    let mut encryptor = ContentEncryptor::new(cipher, &key, &iv, &[])?;
    encryptor.update(plain, &mut encrypted)?;
    encryptor.finish(&mut encrypted)?;
    // PBES2-params (RFC 8018 appendix A.4).
    let mut algorithm = Writer::new();
    algorithm.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_PBES2);
        writer.nest(Tag::SEQUENCE, |writer| {
            derivation.write(writer, &salt);
            writer.raw(&cipher.algorithm_identifier(&iv, 0));
        });
    });
    Ok((algorithm.into_vec(), encrypted))
}

fn encrypt_pkcs12(plain: &[u8], password: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let salt = rng::secret(SALT)?;
    // Key and vector are of three digests together.
    let limits = Limits { kdf_iterations: u32::MAX, ..Limits::default() };
    let form = pkcs12_form(password)?;
    let (key, parameters) = Pkcs12Cipher::TripleDes.derive(&form, &salt, ITERATIONS.into(), &mut Budget::new(&limits))?;
    let encrypted = encrypt_triple_des(&key, &parameters.nonce, plain)?;
    // pkcs-12PbeParams (RFC 7292 appendix C).
    let mut algorithm = Writer::new();
    algorithm.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::PBE_WITH_SHA_AND_3_KEY_DES_CBC);
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.octet_string(&salt);
            writer.unsigned(ITERATIONS.into());
        });
    });
    Ok((algorithm.into_vec(), encrypted))
}

/// The password as RFC 7292 appendix B.1 wants it.
pub(super) fn pkcs12_form(password: &str) -> Result<Zeroizing<Vec<u8>>> {
    Password::new(password).pkcs12_forms().into_iter().next().ok_or_else(|| Error::new(Code::Internal))
}

/// The AlgorithmIdentifier of PBKDF2 with HMAC-SHA-256; PBMAC1 wants the length of the key in it.
pub(super) fn write_pbkdf2(writer: &mut Writer, salt: &[u8], length: Option<usize>) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_PBKDF2);
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.octet_string(salt);
            writer.unsigned(ITERATIONS.into());
            if let Some(length) = length {
                writer.unsigned(length as u64);
            }
            write_hmac_sha256(writer);
        });
    });
}

/// The AlgorithmIdentifier of HMAC-SHA-256.
pub(super) fn write_hmac_sha256(writer: &mut Writer) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_HMAC_WITH_SHA256);
        writer.null();
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::KeyKind;
    use crate::identity::KeyFile;

    #[test]
    fn what_is_encrypted_is_read_whatever_the_derivation() {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        for derivation in KeyDerivation::ALL {
            assert_eq!(KeyDerivation::from_name(derivation.name()), Some(*derivation));
            let file = encrypt_private_key_with(&key, "pässword", *derivation).unwrap();
            let read = KeyFile::read(&file, Some("pässword"), &Limits::default()).unwrap();
            assert!(read.keys().all(|found| found.public_key() == key.public_key()) && read.keys().count() == 1);
            let code = |password| KeyFile::read(&file, password, &Limits::default()).err().map(|error| error.code());
            assert_eq!((code(Some("password")), code(None)), (Some(Code::KeyPasswordWrong), Some(Code::UsePassword)), "{derivation}");
        }
        assert_eq!(KeyDerivation::from_name("md5"), None);
    }
}
