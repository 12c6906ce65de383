//! The AWS-LC back end, as far as it goes: functions answer `None` for what it does not do, and RustCrypto takes over.

mod cipher;
mod curve;
mod rsa;

use aws_lc_rs::digest::{self, Context};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
use std::num::NonZeroU32;
use subtle::Choice;
use zeroize::Zeroizing;

use crate::crypto::digest::{Digest, DigestAlgorithm};
use crate::crypto::key::numbers::{PrivateNumbers, PublicNumbers};
use crate::crypto::pure;
use crate::crypto::signature::SignatureScheme;
use crate::crypto::transport::KeyTransport;
use crate::crypto::wrap::KeyWrap;
use crate::error::{Code, Error, Result};

pub(super) use cipher::{CbcDecryptor, CbcEncryptor, CtrCipher, Gmac};
pub(super) use curve::AgreementKey;
pub(super) use rsa::generate as generate_rsa;

/// A digest under way.
#[derive(Clone)]
pub(super) struct Hasher {
    context: Context,
}

fn algorithm(digest: DigestAlgorithm) -> &'static digest::Algorithm {
    match digest {
        DigestAlgorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &digest::SHA256,
        DigestAlgorithm::Sha384 => &digest::SHA384,
        DigestAlgorithm::Sha512 => &digest::SHA512,
    }
}

impl Hasher {
    pub(super) fn new(digest: DigestAlgorithm) -> Self {
        Self { context: Context::new(algorithm(digest)) }
    }

    pub(super) fn update(&mut self, octets: &[u8]) {
        self.context.update(octets);
    }

    pub(super) fn finish(self, digest: DigestAlgorithm) -> Digest {
        Digest::fill(digest, self.context.finish().as_ref())
    }
}

/// The digest as AWS-LC wants it.
fn import(digest: &Digest) -> Option<digest::Digest> {
    digest::Digest::import_less_safe(digest, algorithm(digest.algorithm())).ok()
}

pub(super) fn pbkdf2(digest: DigestAlgorithm, password: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) -> Result<()> {
    use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512, derive};
    let algorithm = match digest {
        DigestAlgorithm::Sha1 => PBKDF2_HMAC_SHA1,
        DigestAlgorithm::Sha256 => PBKDF2_HMAC_SHA256,
        DigestAlgorithm::Sha384 => PBKDF2_HMAC_SHA384,
        DigestAlgorithm::Sha512 => PBKDF2_HMAC_SHA512,
    };
    let iterations = NonZeroU32::new(iterations).ok_or_else(|| Error::new(Code::AlgParameters))?;
    if !key.is_empty() {
        derive(algorithm, iterations, salt, password, key);
    }
    Ok(())
}

pub(super) fn wrap_key(wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8], wrapped: &mut [u8]) -> bool {
    let algorithm = match wrap {
        KeyWrap::Aes128 => &AES_128,
        KeyWrap::Aes256 => &AES_256,
        KeyWrap::Aes192 | KeyWrap::TripleDes => return pure::wrap_key(wrap, key_encryption_key, key, wrapped),
    };
    AesKek::new(algorithm, key_encryption_key).and_then(|kek| kek.wrap(key, wrapped).map(|_| ())).is_ok()
}

pub(super) fn unwrap_key(wrap: KeyWrap, key_encryption_key: &[u8], wrapped: &[u8], key: &mut [u8]) -> bool {
    let algorithm = match wrap {
        KeyWrap::Aes128 => &AES_128,
        KeyWrap::Aes256 => &AES_256,
        KeyWrap::Aes192 | KeyWrap::TripleDes => return pure::unwrap_key(wrap, key_encryption_key, wrapped, key),
    };
    AesKek::new(algorithm, key_encryption_key).and_then(|kek| kek.unwrap(wrapped, key).map(|_| ())).is_ok()
}

/// A public key.
pub(super) enum PublicKey {
    Rsa(Box<rsa::PublicKey>),
    Curve(Box<curve::PublicKey>),
}

impl PublicKey {
    /// Nothing where the key is one that AWS-LC does not take.
    pub(super) fn new(numbers: &PublicNumbers) -> Result<Option<Self>> {
        match numbers {
            PublicNumbers::Rsa { modulus, exponent } => {
                Ok(rsa::takes(modulus, exponent).then(|| Self::Rsa(Box::new(rsa::PublicKey::new(modulus, exponent)))))
            }
            PublicNumbers::Dsa { .. } => Ok(None),
            _ => curve::PublicKey::new(numbers).map(|key| Some(Self::Curve(Box::new(key)))),
        }
    }

    pub(super) fn verify_message(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(_) => false,
            Self::Curve(key) => key.verify_message(message, signature),
        }
    }

    pub(super) fn verify_digest(&self, scheme: &SignatureScheme, digest: &Digest, signature: &[u8]) -> Option<bool> {
        match self {
            Self::Rsa(key) => key.verify(scheme, digest, signature),
            Self::Curve(key) => Some(key.verify_digest(digest, signature)),
        }
    }

    pub(super) fn encrypt_key(&self, transport: &KeyTransport, key: &[u8]) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Rsa(own) => own.encrypt(transport, key),
            Self::Curve(_) => Err(Error::new(Code::UseKeyForEncryption)),
        }
    }
}

/// A private key.
pub(super) enum PrivateKey {
    Rsa(Box<rsa::PrivateKey>),
    Curve(Box<curve::PrivateKey>),
}

impl PrivateKey {
    /// The key and the numbers of its public key; nothing where it is one that AWS-LC does not take.
    pub(super) fn new(numbers: &PrivateNumbers) -> Result<Option<(Self, PublicNumbers)>> {
        match numbers {
            PrivateNumbers::Rsa(rsa) => {
                if rsa.primes.len() != 2 || !rsa::takes(&rsa.modulus, &rsa.exponent) {
                    return Ok(None);
                }
                let public = PublicNumbers::Rsa { modulus: rsa.modulus.clone(), exponent: rsa.exponent.clone() };
                Ok(Some((Self::Rsa(Box::new(rsa::PrivateKey::new(rsa)?)), public)))
            }
            _ => curve::PrivateKey::new(numbers).map(|(key, public)| Some((Self::Curve(Box::new(key)), public))),
        }
    }

    pub(super) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
            Self::Curve(key) => key.sign_message(message),
        }
    }

    pub(super) fn sign_digest(&self, scheme: &SignatureScheme, digest: &Digest) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Rsa(key) => key.sign(scheme, digest),
            Self::Curve(key) => key.sign_digest(digest).map(Some),
        }
    }

    pub(super) fn decrypt_key(
        &self,
        transport: &KeyTransport,
        encrypted_key: &[u8],
        expected_length: usize,
    ) -> Result<Option<(Choice, Zeroizing<Vec<u8>>)>> {
        match self {
            Self::Rsa(key) => key.decrypt(transport, encrypted_key, expected_length),
            Self::Curve(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn agree(&self, peer_public_octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Rsa(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
            Self::Curve(key) => key.agree(peer_public_octets),
        }
    }
}
