//! RSA of 2048 to 8192 bits, with the parameters that AWS-LC offers.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
    OaepPrivateDecryptingKey, OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
    RsaSignatureEncoding,
};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::crypto::digest::{Digest, DigestAlgorithm};
use crate::crypto::key::numbers::{RsaNumbers, bits};
use crate::crypto::signature::SignatureScheme;
use crate::crypto::transport::KeyTransport;
use crate::error::{Code, Error, Result};

use super::import;

/// Whether AWS-LC takes keys with these public numbers: 2048 to 8192 bits, an exponent of at most 33 bits.
pub(super) fn takes(modulus: &[u8], exponent: &[u8]) -> bool {
    (2048..=8192).contains(&bits(modulus)) && bits(exponent) <= 33
}

/// How many combinations of padding and digest are verified here.
const SCHEMES: usize = 7;

/// The place of a scheme among those that are verified here, and what AWS-LC calls it.
fn verifying(scheme: &SignatureScheme) -> Option<(usize, &'static RsaParameters)> {
    use DigestAlgorithm as D;
    match scheme {
        SignatureScheme::RsaPkcs1v15(D::Sha1) => Some((0, &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY)),
        SignatureScheme::RsaPkcs1v15(D::Sha256) => Some((1, &RSA_PKCS1_2048_8192_SHA256)),
        SignatureScheme::RsaPkcs1v15(D::Sha384) => Some((2, &RSA_PKCS1_2048_8192_SHA384)),
        SignatureScheme::RsaPkcs1v15(D::Sha512) => Some((3, &RSA_PKCS1_2048_8192_SHA512)),
        SignatureScheme::RsaPss { .. } => match usual_pss(scheme)? {
            D::Sha1 => None,
            D::Sha256 => Some((4, &RSA_PSS_2048_8192_SHA256)),
            D::Sha384 => Some((5, &RSA_PSS_2048_8192_SHA384)),
            D::Sha512 => Some((6, &RSA_PSS_2048_8192_SHA512)),
        },
        _ => None,
    }
}

fn signing(scheme: &SignatureScheme) -> Option<&'static RsaSignatureEncoding> {
    use DigestAlgorithm as D;
    match scheme {
        SignatureScheme::RsaPkcs1v15(D::Sha256) => Some(&RSA_PKCS1_SHA256),
        SignatureScheme::RsaPkcs1v15(D::Sha384) => Some(&RSA_PKCS1_SHA384),
        SignatureScheme::RsaPkcs1v15(D::Sha512) => Some(&RSA_PKCS1_SHA512),
        SignatureScheme::RsaPss { .. } => match usual_pss(scheme)? {
            D::Sha1 => None,
            D::Sha256 => Some(&RSA_PSS_SHA256),
            D::Sha384 => Some(&RSA_PSS_SHA384),
            D::Sha512 => Some(&RSA_PSS_SHA512),
        },
        _ => None,
    }
}

/// The digest of PSS with one digest throughout and a salt of its length.
fn usual_pss(scheme: &SignatureScheme) -> Option<DigestAlgorithm> {
    match scheme {
        SignatureScheme::RsaPss { digest, mgf_digest, salt_length } if digest == mgf_digest && *salt_length == digest.len() => {
            Some(*digest)
        }
        _ => None,
    }
}

fn oaep(digest: DigestAlgorithm, mgf_digest: DigestAlgorithm) -> Option<&'static OaepAlgorithm> {
    match digest {
        _ if digest != mgf_digest => None,
        DigestAlgorithm::Sha1 => Some(&OAEP_SHA1_MGF1SHA1),
        DigestAlgorithm::Sha256 => Some(&OAEP_SHA256_MGF1SHA256),
        DigestAlgorithm::Sha384 => Some(&OAEP_SHA384_MGF1SHA384),
        DigestAlgorithm::Sha512 => Some(&OAEP_SHA512_MGF1SHA512),
    }
}

/// A public RSA key, prepared for each use when that is first asked for.
pub(in crate::crypto) struct PublicKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    verifying: [OnceLock<Option<ParsedPublicKey>>; SCHEMES],
    encrypting: OnceLock<Option<Encrypting>>,
}

struct Encrypting {
    pkcs1: Pkcs1PublicEncryptingKey,
    oaep: OaepPublicEncryptingKey,
}

impl PublicKey {
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        Self { modulus: modulus.to_vec(), exponent: exponent.to_vec(), verifying: Default::default(), encrypting: OnceLock::new() }
    }

    fn components(&self) -> RsaPublicKeyComponents<&[u8]> {
        RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent }
    }

    pub(super) fn verify(&self, scheme: &SignatureScheme, digest: &Digest, signature: &[u8]) -> Option<bool> {
        let (place, parameters) = verifying(scheme)?;
        let key = self.verifying.get(place)?.get_or_init(|| self.components().to_parsed_public_key(parameters).ok());
        Some(key.as_ref()?.verify_digest_sig(&import(digest)?, signature).is_ok())
    }

    pub(super) fn encrypt(&self, transport: &KeyTransport, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some(encrypting) = self.encrypting.get_or_init(|| self.encrypting()).as_ref() else { return Ok(None) };
        let mut encrypted = vec![0; self.modulus.len()];
        let too_small = |_| Error::new(Code::KeyUnsupported).because("the RSA key is too small for the key to encrypt");
        match transport {
            KeyTransport::RsaPkcs1v15 => encrypting.pkcs1.encrypt(key, &mut encrypted).map(|_| ()).map_err(too_small)?,
            KeyTransport::RsaOaep { digest, mgf_digest, label } => {
                let Some(algorithm) = oaep(*digest, *mgf_digest) else { return Ok(None) };
                encrypting.oaep.encrypt(algorithm, key, &mut encrypted, Some(label)).map(|_| ()).map_err(too_small)?;
            }
        }
        Ok(Some(encrypted))
    }

    fn encrypting(&self) -> Option<Encrypting> {
        let key: PublicEncryptingKey = self.components().try_into().ok()?;
        Some(Encrypting { pkcs1: Pkcs1PublicEncryptingKey::new(key.clone()).ok()?, oaep: OaepPublicEncryptingKey::new(key).ok()? })
    }
}

/// A private RSA key. What decrypts is prepared when that is first asked for: AWS-LC keeps the two uses apart.
pub(in crate::crypto) struct PrivateKey {
    signing: RsaKeyPair,
    decrypting: OnceLock<Option<Decrypting>>,
}

struct Decrypting {
    pkcs1: Pkcs1PrivateDecryptingKey,
    oaep: OaepPrivateDecryptingKey,
}

impl PrivateKey {
    pub(super) fn new(numbers: &RsaNumbers) -> Result<Self> {
        let signing =
            RsaKeyPair::from_der(&numbers.der).map_err(|_| Error::new(Code::KeyInvalid).because("RSA numbers that make no key"))?;
        Ok(Self { signing, decrypting: OnceLock::new() })
    }

    pub(super) fn sign(&self, scheme: &SignatureScheme, digest: &Digest) -> Result<Option<Vec<u8>>> {
        let (Some(encoding), Some(digest)) = (signing(scheme), import(digest)) else { return Ok(None) };
        let mut signature = vec![0; self.signing.public_modulus_len()];
        let signed = self.signing.sign_digest(encoding, &digest, &mut signature);
        signed.map_err(|_| Error::new(Code::Internal).because("the RSA operation failed"))?;
        Ok(Some(signature))
    }

    /// The candidate, and whether it is one.
    pub(super) fn decrypt(
        &self,
        transport: &KeyTransport,
        encrypted_key: &[u8],
        expected_length: usize,
    ) -> Result<Option<(Choice, Zeroizing<Vec<u8>>)>> {
        let Some(decrypting) = self.decrypting.get_or_init(|| self.decrypting()).as_ref() else { return Ok(None) };
        let mut room = Zeroizing::new(vec![0; self.signing.public_modulus_len().max(expected_length)]);
        let length = match transport {
            KeyTransport::RsaPkcs1v15 => decrypting.pkcs1.decrypt(encrypted_key, &mut room).map(|key| key.len()),
            KeyTransport::RsaOaep { digest, mgf_digest, label } => {
                let Some(algorithm) = oaep(*digest, *mgf_digest) else { return Ok(None) };
                decrypting.oaep.decrypt(algorithm, encrypted_key, &mut room, Some(label)).map(|key| key.len())
            }
        };
        // Whatever went wrong, one comparison decides.
        let good = length.unwrap_or(usize::MAX).ct_eq(&expected_length);
        let candidate = Zeroizing::new(room.get(..expected_length).unwrap_or_default().to_vec());
        Ok(Some((good, candidate)))
    }

    fn decrypting(&self) -> Option<Decrypting> {
        let pkcs8 = self.signing.as_der().ok()?;
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref()).ok()?;
        Some(Decrypting { pkcs1: Pkcs1PrivateDecryptingKey::new(key.clone()).ok()?, oaep: OaepPrivateDecryptingKey::new(key).ok()? })
    }
}

/// The PrivateKeyInfo of a new key; nothing where AWS-LC makes none of this size.
pub(in crate::crypto) fn generate(bits: usize) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        8192 => KeySize::Rsa8192,
        _ => return Ok(None),
    };
    let failed = |_| Error::new(Code::Internal).because("no RSA key was found");
    let key = RsaKeyPair::generate(size).map_err(failed)?;
    let der = key.as_der().map_err(failed)?;
    Ok(Some(Zeroizing::new(der.as_ref().to_vec())))
}
