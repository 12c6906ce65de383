//! RSA: the raw operations of the `rsa` crate, blinded, under the encodings of this crate.

use rsa::BoxedUint;
use rsa::hazmat::{rsa_decrypt_and_check, rsa_encrypt};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use subtle::Choice;
use zeroize::Zeroizing;

use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{RsaNumbers, bits, write_pkcs1};
use crate::crypto::padding::{self, Pss};
use crate::crypto::signature::SignatureScheme;
use crate::crypto::transport::KeyTransport;
use crate::crypto::{Backend, rng};
use crate::error::{Code, Error, Result};

/// A public RSA key.
pub(in crate::crypto) struct PublicKey {
    key: rsa::PublicKey,
}

impl PublicKey {
    /// The numbers were checked to be odd and of an acceptable size.
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self> {
        if modulus.last().is_none_or(|octet| octet & 1 == 0) {
            return Err(invalid());
        }
        let (modulus, exponent) = (BoxedUint::from_be_slice_vartime(modulus), BoxedUint::from_be_slice_vartime(exponent));
        Ok(Self { key: rsa::PublicKey::new_unchecked(modulus, exponent) })
    }

    pub(super) fn verify(&self, scheme: &SignatureScheme, digest: &Digest, signature: &[u8]) -> bool {
        let Some(block) = self.raise(signature) else { return false };
        match scheme {
            SignatureScheme::RsaPkcs1v15(_) => {
                padding::pkcs1_v15_signature(digest, self.key.size()).is_ok_and(|expected| rng::constant_time_eq(&expected, &block))
            }
            SignatureScheme::RsaPss { mgf_digest, salt_length, .. } => {
                let pss = pss(&self.key, *mgf_digest, *salt_length);
                let (zeros, block) = block.split_at_checked(block.len().saturating_sub(pss.block_length())).unwrap_or_default();
                zeros.iter().all(|octet| *octet == 0) && pss.verifies(digest, block)
            }
            _ => false,
        }
    }

    /// RSAVP1 on a signature of exactly the length of the modulus and below it (RFC 8017 section 8.2.2 steps 1 and 2).
    fn raise(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let number = representative(&self.key, signature)?;
        let raised = rsa_encrypt(&self.key, &number).ok()?;
        octets(&raised, self.key.size()).map(|octets| octets.to_vec())
    }

    pub(super) fn encrypt(&self, transport: &KeyTransport, key: &[u8]) -> Result<Vec<u8>> {
        let block = match transport {
            KeyTransport::RsaPkcs1v15 => padding::pkcs1_v15_encode(key, self.key.size())?,
            KeyTransport::RsaOaep { digest, mgf_digest, label } => {
                padding::oaep_encode(Backend::Pure, (*digest, *mgf_digest), label, key, self.key.size())?
            }
        };
        let number = Zeroizing::new(representative(&self.key, &block).ok_or_else(invalid)?);
        let raised = rsa_encrypt(&self.key, &number).map_err(|_| invalid())?;
        octets(&raised, self.key.size()).map(|octets| octets.to_vec()).ok_or_else(invalid)
    }
}

/// A private RSA key.
pub(in crate::crypto) struct PrivateKey {
    key: rsa::PrivateKey,
}

impl PrivateKey {
    pub(super) fn new(numbers: &RsaNumbers) -> Result<Self> {
        let number = |octets: &[u8]| BoxedUint::from_be_slice_vartime(octets);
        let (modulus, exponent, private_exponent) =
            (number(&numbers.modulus), number(&numbers.exponent), number(&numbers.private_exponent));
        let primes = numbers.primes.iter().map(|prime| number(prime)).collect();
        // Primes of unequal size take another way of reckoning, of the width of the modulus. Which one it is can be seen
        // from the lengths in the file that the key came in.
        let half = bits(&numbers.modulus).div_ceil(2);
        let key = if numbers.primes.iter().any(|prime| bits(prime) > half) {
            rsa::PrivateKey::from_components_with_wide_primes(modulus, exponent, private_exponent, primes)
        } else {
            rsa::PrivateKey::from_components_with_large_exponent(modulus, exponent, private_exponent, primes)
        };
        Ok(Self { key: key.map_err(|_| invalid())? })
    }

    pub(super) fn sign(&self, scheme: &SignatureScheme, digest: &Digest) -> Result<Vec<u8>> {
        let block = match scheme {
            SignatureScheme::RsaPkcs1v15(_) => padding::pkcs1_v15_signature(digest, self.key.size())?,
            SignatureScheme::RsaPss { mgf_digest, salt_length, .. } => pss(&self.key, *mgf_digest, *salt_length).encode(digest)?,
            _ => return Err(Error::new(Code::SigAlgorithmMismatch)),
        };
        let number = BoxedUint::from_be_slice(&block, self.key.n_bits_precision()).map_err(|_| invalid())?;
        let signature = rsa_decrypt_and_check(&self.key, Some(&mut super::random()), &number);
        let signature = signature.map_err(|_| Error::new(Code::Internal).because("the RSA operation failed"))?;
        octets(&signature, self.key.size()).map(|octets| octets.to_vec()).ok_or_else(invalid)
    }

    /// The candidate, and whether it is one; what is public (the length of the input) is refused at once.
    pub(super) fn decrypt(
        &self,
        transport: &KeyTransport,
        encrypted_key: &[u8],
        expected_length: usize,
    ) -> Result<(Choice, Zeroizing<Vec<u8>>)> {
        let refused = (Choice::from(0), Zeroizing::new(vec![0; expected_length]));
        let Some(number) = representative(&self.key, encrypted_key).filter(|number| self.is_ciphertext(number)) else {
            return Ok(refused);
        };
        let Ok(message) = rsa_decrypt_and_check(&self.key, Some(&mut super::random()), &number) else { return Ok(refused) };
        let Some(mut block) = octets(&Zeroizing::new(message), self.key.size()) else { return Ok(refused) };
        Ok(match transport {
            KeyTransport::RsaPkcs1v15 => padding::pkcs1_v15_decode(&block, expected_length),
            KeyTransport::RsaOaep { digest, mgf_digest, label } => {
                padding::oaep_decode(Backend::Pure, (*digest, *mgf_digest), label, &mut block, expected_length)
            }
        })
    }
}

#[cfg(test)]
impl PrivateKey {
    /// RSASP1 on any block: how the tests sign what no signer would.
    pub(in crate::crypto) fn sign_block(&self, block: &[u8]) -> Vec<u8> {
        let number = representative(&self.key, block).unwrap();
        let signature = rsa_decrypt_and_check(&self.key, Some(&mut super::random()), &number).unwrap();
        octets(&signature, self.key.size()).unwrap().to_vec()
    }
}

impl PrivateKey {
    /// Whether 1 < c < n - 1: the three numbers outside decrypt to themselves (NIST SP 800-56B section 7.1.2.1; AWS-LC
    /// refuses them as well).
    fn is_ciphertext(&self, number: &BoxedUint) -> bool {
        let above = number.wrapping_add(BoxedUint::one());
        *number > BoxedUint::one() && above < *self.key.n().as_ref()
    }
}

/// The RSAPrivateKey of a new key.
pub(in crate::crypto) fn generate(bits: usize) -> Result<Zeroizing<Vec<u8>>> {
    let key = rsa::PrivateKey::new(&mut super::random(), bits).map_err(|_| Error::new(Code::Internal).because("no RSA key was found"))?;
    let number = |number: &BoxedUint| Zeroizing::new(number.to_be_bytes());
    let (Some(p), Some(q), Some(dp), Some(dq)) = (key.primes().first(), key.primes().get(1), key.dp(), key.dq()) else {
        return Err(Error::new(Code::Internal));
    };
    let coefficient = key.crt_coefficient().ok_or_else(invalid)?;
    Ok(write_pkcs1([
        &key.n_bytes(),
        &key.e_bytes(),
        &number(key.d()),
        &number(p),
        &number(q),
        &number(dp),
        &number(dq),
        &number(&coefficient),
    ]))
}

fn pss(key: &impl PublicKeyParts, mgf_digest: crate::crypto::DigestAlgorithm, salt_length: usize) -> Pss {
    Pss { backend: Backend::Pure, mgf_digest, salt_length, modulus_bits: key.n().bit_width_vartime() as usize }
}

/// OS2IP of octets that must be as many as the modulus has and stand for less than it.
fn representative(key: &impl PublicKeyParts, octets: &[u8]) -> Option<BoxedUint> {
    if octets.len() != key.size() {
        return None;
    }
    let number = BoxedUint::from_be_slice(octets, key.n_bits_precision()).ok()?;
    (number < *key.n().as_ref()).then_some(number)
}

/// I2OSP: as many octets as the modulus has.
fn octets(number: &BoxedUint, length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let octets = Zeroizing::new(number.to_be_bytes());
    let mut block = Zeroizing::new(vec![0; length]);
    match octets.len().checked_sub(length) {
        Some(surplus) => block.copy_from_slice(octets.get(surplus..)?),
        None => block.get_mut(length.checked_sub(octets.len())?..)?.copy_from_slice(&octets),
    }
    Some(block)
}

fn invalid() -> Error {
    Error::new(Code::KeyInvalid).because("RSA numbers that make no key")
}
