//! Password-based encryption: PBES2 (RFC 8018 section 6.2) and the schemes of PKCS #12 (RFC 7292 appendix C).

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::password::{Budget, Password};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::crypto::kdf::{self, Pkcs12Purpose};
use crate::crypto::{CipherParameters, ContentCipher, ContentDecryptor, DigestAlgorithm};
use crate::error::{Code, Error, Result};

/// A scheme that encrypts under a password, with its parameters.
pub(super) enum Scheme<'a> {
    Pbes2 { derivation: Derivation<'a>, cipher: ContentCipher, parameters: CipherParameters },
    Pkcs12 { cipher: Pkcs12Cipher, salt: Cow<'a, [u8]>, iterations: u64 },
}

/// What turns a password into a key (RFC 8018 section 5.2, RFC 7914).
pub(super) enum Derivation<'a> {
    Pbkdf2 { prf: DigestAlgorithm, salt: Cow<'a, [u8]>, iterations: u64, length: Option<u64> },
    Scrypt { salt: Cow<'a, [u8]>, cost: u64, block_size: u64, parallelization: u64, length: Option<u64> },
}

/// The ciphers of the schemes of RFC 7292 appendix C that are still met.
#[derive(Clone, Copy)]
pub(super) enum Pkcs12Cipher {
    TripleDes,
    TwoKeyTripleDes,
    Rc2 { key_length: usize },
}

/// What makes the password into octets besides the way that the scheme prescribes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// EncryptedPrivateKeyInfo on its own: the prescribed way only.
    Pkcs8,
    /// Within PKCS #12, where old NSS gave PBES2 the BMPString too.
    Pkcs12,
}

impl<'a> Scheme<'a> {
    /// Reads an AlgorithmIdentifier.
    pub(super) fn read(mut algorithm: Reader<'a>) -> Result<Self> {
        let identifier = algorithm.oid()?;
        if identifier == oid::ID_PBES2 {
            return Self::read_pbes2(algorithm.sequence()?);
        }
        let cipher = match identifier {
            oid::PBE_WITH_SHA_AND_3_KEY_DES_CBC => Pkcs12Cipher::TripleDes,
            oid::PBE_WITH_SHA_AND_2_KEY_DES_CBC => Pkcs12Cipher::TwoKeyTripleDes,
            oid::PBE_WITH_SHA_AND_128_RC2_CBC => Pkcs12Cipher::Rc2 { key_length: 16 },
            oid::PBE_WITH_SHA_AND_40_RC2_CBC => Pkcs12Cipher::Rc2 { key_length: 5 },
            _ => return Err(Error::new(Code::AlgUnsupported).because(format!("password-based encryption {identifier}"))),
        };
        let mut parameters = algorithm.sequence()?;
        let salt = octet_string(&mut parameters)?;
        let iterations = parameters.unsigned()?;
        Ok(Self::Pkcs12 { cipher, salt, iterations })
    }

    fn read_pbes2(mut parameters: Reader<'a>) -> Result<Self> {
        let derivation = Derivation::read(parameters.sequence()?)?;
        let mut encryption = parameters.sequence()?;
        let identifier = encryption.oid()?;
        let cipher = match identifier {
            oid::AES128_CBC => ContentCipher::Aes128Cbc,
            oid::AES192_CBC => ContentCipher::Aes192Cbc,
            oid::AES256_CBC => ContentCipher::Aes256Cbc,
            oid::DES_EDE3_CBC => ContentCipher::DesEde3Cbc,
            _ => return Err(Error::new(Code::AlgUnsupported).because(format!("the cipher {identifier} under a password"))),
        };
        let parameters = cipher.parse_parameters(encryption.element()?.raw)?;
        Ok(Self::Pbes2 { derivation, cipher, parameters })
    }

    /// The single BER element that was encrypted. Every way in which the password may have been made into octets is tried;
    /// what is right shows in the padding and in the element, which must fill the plaintext wholly.
    ///
    /// # Errors
    /// [`Code::KeyPasswordWrong`], [`Code::LimitKdf`], [`Code::AlgParameters`].
    pub(super) fn decrypt(
        &self,
        origin: Origin,
        password: Password<'_>,
        encrypted: &[u8],
        budget: &mut Budget<'_>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Pbes2 { derivation, cipher, parameters } => {
                let mut attempt = |octets: &[u8]| {
                    let key = derivation.derive(octets, cipher.key_length(), budget)?;
                    Ok(decrypt(*cipher, &key, parameters, encrypted))
                };
                if let Some(plain) = attempt(password.utf8())? {
                    return Ok(plain);
                }
                if origin == Origin::Pkcs12 { first_some(password, attempt) } else { Err(Error::new(Code::KeyPasswordWrong)) }
            }
            Self::Pkcs12 { cipher, salt, iterations } => first_some(password, |octets| {
                let (key, parameters) = cipher.derive(octets, salt, *iterations, budget)?;
                Ok(decrypt(cipher.content_cipher(), &key, &parameters, encrypted))
            }),
        }
    }
}

/// The first plaintext that one of the PKCS #12 forms of the password gives.
fn first_some(password: Password<'_>, mut attempt: impl FnMut(&[u8]) -> Result<Option<Zeroizing<Vec<u8>>>>) -> Result<Zeroizing<Vec<u8>>> {
    for form in password.pkcs12_forms() {
        if let Some(plain) = attempt(&form)? {
            return Ok(plain);
        }
    }
    Err(Error::new(Code::KeyPasswordWrong))
}

/// The plaintext, if its padding is right and it is one SEQUENCE.
fn decrypt(cipher: ContentCipher, key: &[u8], parameters: &CipherParameters, encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // Room for all of it from the start: a vector that grows leaves copies of the secret behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(encrypted.len().saturating_add(64)));
    let mut decryptor = ContentDecryptor::new(cipher, key, parameters).ok()?;
    decryptor.update(encrypted, &mut plain).ok()?;
    decryptor.finish(&mut plain, None).ok()?;
    let whole = Reader::ber(&plain).single().is_ok_and(|element| element.tag == Tag::SEQUENCE);
    whole.then_some(plain)
}

impl<'a> Derivation<'a> {
    /// Reads the AlgorithmIdentifier of a key derivation function.
    pub(super) fn read(mut algorithm: Reader<'a>) -> Result<Self> {
        let identifier = algorithm.oid()?;
        let mut parameters = algorithm.sequence()?;
        match identifier {
            // Bouncy Castle up to 1.86 named PBES2 where PBMAC1 wants PBKDF2, with the parameters of PBKDF2.
            oid::ID_PBKDF2 | oid::ID_PBES2 => {
                let salt = octet_string(&mut parameters)?;
                let iterations = parameters.unsigned()?;
                let length = optional_unsigned(&mut parameters)?;
                let prf = if parameters.is_empty() { DigestAlgorithm::Sha1 } else { prf(parameters.sequence()?.oid()?)? };
                Ok(Self::Pbkdf2 { prf, salt, iterations, length })
            }
            oid::ID_SCRYPT => {
                let salt = octet_string(&mut parameters)?;
                let (cost, block_size) = (parameters.unsigned()?, parameters.unsigned()?);
                let parallelization = parameters.unsigned()?;
                let length = optional_unsigned(&mut parameters)?;
                Ok(Self::Scrypt { salt, cost, block_size, parallelization, length })
            }
            _ => Err(Error::new(Code::AlgUnsupported).because(format!("key derivation {identifier}"))),
        }
    }

    /// The length that the parameters give the key, octets.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Pbkdf2 { length, .. } | Self::Scrypt { length, .. } => *length,
        }
    }

    /// A key of this length; parameters that ask for another are refused.
    pub(super) fn derive(&self, password: &[u8], key_length: usize, budget: &mut Budget<'_>) -> Result<Zeroizing<Vec<u8>>> {
        if self.length().is_some_and(|length| length != key_length as u64) {
            return Err(Error::new(Code::AlgParameters).because("the length of the derived key is not that of the cipher's key"));
        }
        match self {
            Self::Pbkdf2 { prf, salt, iterations, .. } => {
                budget.charge(iterations.saturating_mul(blocks(key_length, *prf)))?;
                kdf::pbkdf2(*prf, password, salt, narrow(*iterations)?, key_length, budget.limits())
            }
            Self::Scrypt { salt, cost, block_size, parallelization, .. } => {
                // 4 N r p runs of Salsa20/8, four of which cost about as much as one HMAC.
                budget.charge(cost.saturating_mul(*block_size).saturating_mul(*parallelization))?;
                kdf::scrypt(password, salt, *cost, narrow(*block_size)?, narrow(*parallelization)?, key_length, budget.limits())
            }
        }
    }
}

impl Pkcs12Cipher {
    fn content_cipher(self) -> ContentCipher {
        match self {
            Self::TripleDes | Self::TwoKeyTripleDes => ContentCipher::DesEde3Cbc,
            Self::Rc2 { .. } => ContentCipher::Rc2Cbc,
        }
    }

    /// Key and initialization vector (RFC 7292 appendix B.4).
    pub(super) fn derive(
        self,
        password: &[u8],
        salt: &[u8],
        iterations: u64,
        budget: &mut Budget<'_>,
    ) -> Result<(Zeroizing<Vec<u8>>, CipherParameters)> {
        let key_length = match self {
            Self::TripleDes => 24,
            Self::TwoKeyTripleDes => 16,
            Self::Rc2 { key_length } => key_length,
        };
        let mut derive = |purpose, length| {
            budget.charge(iterations.saturating_mul(blocks(length, DigestAlgorithm::Sha1)))?;
            kdf::pkcs12_kdf(DigestAlgorithm::Sha1, purpose, password, salt, narrow(iterations)?, length, budget.limits())
        };
        let mut key = derive(Pkcs12Purpose::Encryption, key_length)?;
        let iv = derive(Pkcs12Purpose::InitialisationVector, 8)?;
        if matches!(self, Self::TwoKeyTripleDes) {
            let mut three = Zeroizing::new(Vec::with_capacity(24));
            three.extend_from_slice(&key);
            three.extend(key.iter().take(8));
            key = three;
        }
        let effective_bits = match self {
            Self::Rc2 { key_length } => Some(key_length.saturating_mul(8)),
            Self::TripleDes | Self::TwoKeyTripleDes => None,
        };
        Ok((key, CipherParameters { effective_bits, ..CipherParameters::initialisation_vector(&iv) }))
    }
}

/// How often all iterations run for a key of this length.
fn blocks(key_length: usize, digest: DigestAlgorithm) -> u64 {
    key_length.div_ceil(digest.len()) as u64
}

/// The digest of an HMAC (RFC 8018 appendix B.1).
pub(super) fn prf(identifier: const_oid::ObjectIdentifier) -> Result<DigestAlgorithm> {
    match identifier {
        oid::ID_HMAC_WITH_SHA1 => Ok(DigestAlgorithm::Sha1),
        oid::ID_HMAC_WITH_SHA256 => Ok(DigestAlgorithm::Sha256),
        oid::ID_HMAC_WITH_SHA384 => Ok(DigestAlgorithm::Sha384),
        oid::ID_HMAC_WITH_SHA512 => Ok(DigestAlgorithm::Sha512),
        _ => Err(Error::new(Code::AlgUnsupported).because(format!("the pseudo-random function {identifier}"))),
    }
}

/// A count that must fit the functions, after [`Budget::charge`] has passed it.
pub(super) fn narrow(value: u64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::new(Code::LimitKdf))
}

fn octet_string<'a>(reader: &mut Reader<'a>) -> Result<Cow<'a, [u8]>> {
    string_octets(reader.element()?)
}

/// The octets of an OCTET STRING, primitive or constructed.
pub(super) fn string_octets(element: Element<'_>) -> Result<Cow<'_, [u8]>> {
    if element.tag == Tag::OCTET_STRING || element.tag == Tag::OCTET_STRING.constructed() {
        element.octets()
    } else {
        Err(element.error(Code::BerTag))
    }
}

fn optional_unsigned(reader: &mut Reader<'_>) -> Result<Option<u64>> {
    reader.optional(Tag::INTEGER)?.map(|element| element.unsigned()).transpose()
}
