//! The RustCrypto back end: always compiled, so that what AWS-LC does not do has a place and tests can compare the two;
//! the only one with the feature `pure-rust` alone.
//!
//! # RUSTSEC-2023-0071 (the Marvin attack)
//!
//! The advisory stands against every release of the `rsa` crate: its big numbers were not of constant time, so that the
//! time of private-key operations could tell an attacker on the network about the result. Version 0.10, used here, moved
//! to arithmetic meant to be of constant time and blinds base, exponents and CRT moduli with fresh randomness in each
//! operation; only its raw operation is used, with that blinding. Padding is taken apart in this crate in one pass of one
//! length, and whatever was wrong with it the caller gets another content-encryption key of the due length, so that
//! there is neither an error nor a length to observe (see [`padding`](super::padding) and
//! [`PrivateKey::decrypt_key`](super::PrivateKey::decrypt_key)).
//!
//! What remains: the crate's authors do not call it fixed, and nobody has measured this build as AWS-LC has been measured.
//! In the default build, private RSA operations go to AWS-LC, except for keys and parameters that it does not take
//! (moduli under 2048 or over 8192 bits, exponents over 33 bits, more than two primes, OAEP with two digests, PSS with a
//! salt of another length than the digest). With `pure-rust` alone every RSA operation is done here: do not decrypt there,
//! with RSA, for strangers who can measure how long it takes.

mod cipher;
mod curve;
mod dsa;
mod old;
mod rsa;

use ::rsa::rand_core::TryCryptoRng;
use aes::{Aes128, Aes192, Aes256};
use aes_kw::AesKw;
use aes_kw::cipher::KeyInit;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::crypto::digest::{Digest, DigestAlgorithm};
use crate::crypto::key::numbers::{PrivateNumbers, PublicNumbers};
use crate::crypto::signature::SignatureScheme;
use crate::crypto::transport::KeyTransport;
use crate::crypto::wrap::KeyWrap;
use crate::error::{Code, Error, Result};

pub(super) use cipher::{BlockCipher, CbcDecryptor, CbcEncryptor, ChaChaCipher, CtrCipher};
pub(super) use curve::{AgreementKey, random_scalar};
#[cfg(feature = "aws-lc")]
pub(super) use curve::{ed25519_public, leftmost};
pub(super) use old::x963_sha224;
pub(super) use rsa::generate as generate_rsa;

/// The source of randomness for blinding.
fn random() -> impl TryCryptoRng {
    getrandom::SysRng
}

/// A digest under way.
#[derive(Clone)]
pub(super) enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub(super) fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha1 => Self::Sha1(Sha1::new()),
            DigestAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => Self::Sha384(Sha384::new()),
            DigestAlgorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub(super) fn update(&mut self, octets: &[u8]) {
        match self {
            Self::Sha1(hasher) => hasher.update(octets),
            Self::Sha256(hasher) => hasher.update(octets),
            Self::Sha384(hasher) => hasher.update(octets),
            Self::Sha512(hasher) => hasher.update(octets),
        }
    }

    pub(super) fn finish(self, algorithm: DigestAlgorithm) -> Digest {
        match self {
            Self::Sha1(hasher) => Digest::fill(algorithm, &hasher.finalize()),
            Self::Sha256(hasher) => Digest::fill(algorithm, &hasher.finalize()),
            Self::Sha384(hasher) => Digest::fill(algorithm, &hasher.finalize()),
            Self::Sha512(hasher) => Digest::fill(algorithm, &hasher.finalize()),
        }
    }
}

pub(super) fn pbkdf2(digest: DigestAlgorithm, password: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) {
    match digest {
        DigestAlgorithm::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, key),
        DigestAlgorithm::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, key),
        DigestAlgorithm::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>(password, salt, iterations, key),
        DigestAlgorithm::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, key),
    }
}

pub(super) fn scrypt(password: &[u8], salt: &[u8], cost: u64, block_size: u32, parallelization: u32, key: &mut [u8]) -> Result<()> {
    let refused = || Error::new(Code::AlgParameters).because("scrypt takes no such numbers");
    // `Params` multiplies these two without looking.
    block_size.checked_mul(parallelization).ok_or_else(refused)?;
    let log_cost = u8::try_from(cost.trailing_zeros()).map_err(|_| refused())?;
    let params = scrypt::Params::new(log_cost, block_size, parallelization).map_err(|_| refused())?;
    scrypt::scrypt(password, salt, &params, key).map_err(|_| refused())
}

pub(super) fn wrap_key(wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8], wrapped: &mut [u8]) -> bool {
    let done = match wrap {
        KeyWrap::Aes128 => AesKw::<Aes128>::new_from_slice(key_encryption_key).map(|kek| kek.wrap_key(key, wrapped).is_ok()),
        KeyWrap::Aes192 => AesKw::<Aes192>::new_from_slice(key_encryption_key).map(|kek| kek.wrap_key(key, wrapped).is_ok()),
        KeyWrap::Aes256 => AesKw::<Aes256>::new_from_slice(key_encryption_key).map(|kek| kek.wrap_key(key, wrapped).is_ok()),
        KeyWrap::TripleDes => Ok(false),
    };
    done.unwrap_or(false)
}

pub(super) fn unwrap_key(wrap: KeyWrap, key_encryption_key: &[u8], wrapped: &[u8], key: &mut [u8]) -> bool {
    let done = match wrap {
        KeyWrap::Aes128 => AesKw::<Aes128>::new_from_slice(key_encryption_key).map(|kek| kek.unwrap_key(wrapped, key).is_ok()),
        KeyWrap::Aes192 => AesKw::<Aes192>::new_from_slice(key_encryption_key).map(|kek| kek.unwrap_key(wrapped, key).is_ok()),
        KeyWrap::Aes256 => AesKw::<Aes256>::new_from_slice(key_encryption_key).map(|kek| kek.unwrap_key(wrapped, key).is_ok()),
        KeyWrap::TripleDes => Ok(old::triple_des_unwrap(key_encryption_key, wrapped, key)),
    };
    done.unwrap_or(false)
}

/// A public key.
pub(super) enum PublicKey {
    Rsa(Box<rsa::PublicKey>),
    Curve(curve::PublicKey),
    Dsa(Box<dsa::PublicKey>),
    /// DSA without parameters.
    Incomplete,
}

impl PublicKey {
    pub(super) fn new(numbers: &PublicNumbers) -> Result<Self> {
        match numbers {
            PublicNumbers::Rsa { modulus, exponent } => Ok(Self::Rsa(Box::new(rsa::PublicKey::new(modulus, exponent)?))),
            PublicNumbers::Dsa { parameters: Some(parameters), y } => Ok(Self::Dsa(Box::new(dsa::PublicKey::new(parameters, y)))),
            PublicNumbers::Dsa { parameters: None, .. } => Ok(Self::Incomplete),
            _ => curve::PublicKey::new(numbers).map(Self::Curve),
        }
    }

    pub(super) fn verify_message(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Curve(key) => key.verify_message(message, signature),
            Self::Rsa(_) | Self::Dsa(_) | Self::Incomplete => false,
        }
    }

    pub(super) fn verify_digest(&self, scheme: &SignatureScheme, digest: &Digest, signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => key.verify(scheme, digest, signature),
            Self::Curve(key) => key.verify_digest(digest, signature),
            Self::Dsa(key) => key.verify(digest, signature),
            Self::Incomplete => false,
        }
    }

    pub(super) fn encrypt_key(&self, transport: &KeyTransport, key: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(own) => own.encrypt(transport, key),
            Self::Curve(_) | Self::Dsa(_) | Self::Incomplete => Err(Error::new(Code::UseKeyForEncryption)),
        }
    }
}

/// A private key.
pub(super) enum PrivateKey {
    Rsa(Box<rsa::PrivateKey>),
    Curve(Box<curve::PrivateKey>),
}

#[cfg(test)]
impl PrivateKey {
    /// The private operation on any block, for tests of what no signer would sign.
    pub(super) fn sign_block(&self, block: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.sign_block(block),
            Self::Curve(_) => panic!("no RSA key"),
        }
    }
}

impl PrivateKey {
    /// The key, and the numbers of its public key.
    pub(super) fn new(numbers: &PrivateNumbers) -> Result<(Self, PublicNumbers)> {
        match numbers {
            PrivateNumbers::Rsa(rsa) => {
                let public = PublicNumbers::Rsa { modulus: rsa.modulus.clone(), exponent: rsa.exponent.clone() };
                Ok((Self::Rsa(Box::new(rsa::PrivateKey::new(rsa)?)), public))
            }
            _ => curve::PrivateKey::new(numbers).map(|(key, public)| (Self::Curve(Box::new(key)), public)),
        }
    }

    pub(super) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
            Self::Curve(key) => key.sign_message(message),
        }
    }

    pub(super) fn sign_digest(&self, scheme: &SignatureScheme, digest: &Digest) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(key) => key.sign(scheme, digest),
            Self::Curve(key) => key.sign_digest(digest),
        }
    }

    pub(super) fn decrypt_key(
        &self,
        transport: &KeyTransport,
        encrypted_key: &[u8],
        expected_length: usize,
    ) -> Result<(subtle::Choice, zeroize::Zeroizing<Vec<u8>>)> {
        match self {
            Self::Rsa(key) => key.decrypt(transport, encrypted_key, expected_length),
            Self::Curve(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn agree(&self, peer_public_octets: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>> {
        match self {
            Self::Rsa(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
            Self::Curve(key) => key.agree(peer_public_octets),
        }
    }
}
