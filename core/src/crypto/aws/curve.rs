//! Keys on curves: ECDSA and ECDH on P-256, P-384 and P-521, Ed25519, X25519.

use std::sync::OnceLock;

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, X25519};
use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use zeroize::Zeroizing;

use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{PrivateNumbers, PublicNumbers};
use crate::crypto::key::{Curve, KeyKind};
use crate::crypto::pure;
use crate::error::{Code, Error, Result};

/// A digest for this curve. AWS-LC ties each curve to one digest, but ECDSA takes from a digest only the leftmost bits of
/// as many as the curve has, or all of it with zeros before (FIPS 186-5 section 6.4.1): so any digest goes in as the one
/// that AWS-LC expects.
fn fit(curve: Curve, digest: &Digest) -> Option<digest::Digest> {
    let octets = pure::leftmost(curve, digest);
    let (algorithm, surplus) = match curve {
        Curve::P256 => (&SHA256, 0),
        Curve::P384 => (&SHA384, 0),
        // Of 66 octets, the first two are zeros: no digest is longer than 64.
        Curve::P521 => (&SHA512, 2),
    };
    digest::Digest::import_less_safe(octets.get(surplus..)?, algorithm).ok()
}

fn verifying(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    }
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
    }
}

fn agreeing(curve: Curve) -> &'static agreement::Algorithm {
    match curve {
        Curve::P256 => &ECDH_P256,
        Curve::P384 => &ECDH_P384,
        Curve::P521 => &ECDH_P521,
    }
}

/// A public key on a curve.
pub(in crate::crypto) enum PublicKey {
    Ec { curve: Curve, key: signature::ParsedPublicKey, point: Vec<u8>, agreement: OnceLock<Option<agreement::ParsedPublicKey>> },
    Ed25519(signature::ParsedPublicKey),
    X25519(agreement::ParsedPublicKey),
}

impl PublicKey {
    pub(super) fn new(numbers: &PublicNumbers) -> Result<Self> {
        match numbers {
            PublicNumbers::Ec { curve, point } => {
                let key = signature::ParsedPublicKey::new(verifying(*curve), point).map_err(|_| off_curve())?;
                Ok(Self::Ec { curve: *curve, key, point: point.clone(), agreement: OnceLock::new() })
            }
            PublicNumbers::Ed25519(octets) => {
                pure::ed25519_public(octets)?;
                signature::ParsedPublicKey::new(&ED25519, octets).map(Self::Ed25519).map_err(|_| off_curve())
            }
            PublicNumbers::X25519(octets) => parse_peer(&X25519, octets).map(Self::X25519).ok_or_else(off_curve),
            PublicNumbers::Rsa { .. } | PublicNumbers::Dsa { .. } => Err(Error::new(Code::Internal)),
        }
    }

    pub(super) fn verify_message(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => key.verify_sig(message, signature).is_ok(),
            _ => false,
        }
    }

    pub(super) fn verify_digest(&self, digest: &Digest, signature: &[u8]) -> bool {
        match self {
            Self::Ec { curve, key, .. } => fit(*curve, digest).is_some_and(|digest| key.verify_digest_sig(&digest, signature).is_ok()),
            _ => false,
        }
    }

    /// The key as a peer, parsed once.
    fn peer(&self) -> Option<&agreement::ParsedPublicKey> {
        match self {
            Self::Ec { curve, point, agreement, .. } => agreement.get_or_init(|| parse_peer(agreeing(*curve), point)).as_ref(),
            Self::X25519(key) => Some(key),
            Self::Ed25519(_) => None,
        }
    }
}

fn parse_peer(algorithm: &'static agreement::Algorithm, octets: &[u8]) -> Option<agreement::ParsedPublicKey> {
    agreement::ParsedPublicKey::try_from(agreement::UnparsedPublicKey::new(algorithm, octets)).ok()
}

/// A private key on a curve.
pub(in crate::crypto) enum PrivateKey {
    Ec { curve: Curve, signing: EcdsaKeyPair, agreement: AgreementKey },
    Ed25519(Ed25519KeyPair),
    X25519(AgreementKey),
}

impl PrivateKey {
    pub(super) fn new(numbers: &PrivateNumbers) -> Result<(Self, PublicNumbers)> {
        match numbers {
            PrivateNumbers::Ec { curve, scalar } => {
                let (agreement, point) = AgreementKey::new(agreeing(*curve), scalar)?;
                let signing = EcdsaKeyPair::from_private_key_and_public_key(signing(*curve), scalar, &point).map_err(|_| off_curve())?;
                Ok((Self::Ec { curve: *curve, signing, agreement }, PublicNumbers::Ec { curve: *curve, point }))
            }
            PrivateNumbers::Ed25519(seed) => {
                let key = Ed25519KeyPair::from_seed_unchecked(&**seed).map_err(|_| off_curve())?;
                let public = key.public_key().as_ref().try_into().map_err(|_| Error::new(Code::Internal))?;
                Ok((Self::Ed25519(key), PublicNumbers::Ed25519(public)))
            }
            PrivateNumbers::X25519(scalar) => {
                let (agreement, public) = AgreementKey::new(&X25519, &**scalar)?;
                let public = public.try_into().map_err(|_| Error::new(Code::Internal))?;
                Ok((Self::X25519(agreement), PublicNumbers::X25519(public)))
            }
            PrivateNumbers::Rsa(_) => Err(Error::new(Code::Internal)),
        }
    }

    pub(super) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Ed25519(key) => {
                let signature = key.try_sign(message).map_err(|_| Error::new(Code::Internal).because("the Ed25519 operation failed"))?;
                Ok(signature.as_ref().to_vec())
            }
            _ => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn sign_digest(&self, digest: &Digest) -> Result<Vec<u8>> {
        match self {
            Self::Ec { curve, signing, .. } => {
                let signature = fit(*curve, digest).and_then(|digest| signing.sign_digest(&digest).ok());
                let signature = signature.ok_or_else(|| Error::new(Code::Internal).because("the ECDSA operation failed"))?;
                Ok(signature.as_ref().to_vec())
            }
            _ => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn agree(&self, peer_public_octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Ec { agreement, .. } | Self::X25519(agreement) => agreement.agree(peer_public_octets),
            Self::Ed25519(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }
}

/// A private key that agrees.
pub(in crate::crypto) struct AgreementKey {
    key: agreement::PrivateKey,
}

impl AgreementKey {
    fn new(algorithm: &'static agreement::Algorithm, octets: &[u8]) -> Result<(Self, Vec<u8>)> {
        let key = agreement::PrivateKey::from_private_key(algorithm, octets).map_err(|_| off_curve())?;
        Self::with_public(key)
    }

    pub(in crate::crypto) fn generate(kind: KeyKind) -> Result<(Self, Vec<u8>)> {
        let algorithm = match kind {
            KeyKind::Ec(curve) => agreeing(curve),
            KeyKind::X25519 => &X25519,
            KeyKind::Rsa { .. } | KeyKind::Ed25519 | KeyKind::Dsa { .. } => return Err(Error::new(Code::Internal)),
        };
        Self::with_public(agreement::PrivateKey::generate(algorithm).map_err(|_| Error::new(Code::Internal))?)
    }

    fn with_public(key: agreement::PrivateKey) -> Result<(Self, Vec<u8>)> {
        let public = key.compute_public_key().map_err(|_| off_curve())?.as_ref().to_vec();
        Ok((Self { key }, public))
    }

    pub(in crate::crypto) fn agree(&self, peer_public_octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let peer = agreement::UnparsedPublicKey::new(self.key.algorithm(), peer_public_octets);
        agreement::agree(&self.key, peer, (), keep).map_err(|()| off_curve())
    }

    pub(in crate::crypto) fn agree_with(&self, peer: &super::PublicKey) -> Result<Zeroizing<Vec<u8>>> {
        let peer = match peer {
            super::PublicKey::Curve(key) => key.peer().cloned().ok_or_else(off_curve)?,
            super::PublicKey::Rsa(_) => return Err(Error::new(Code::Internal)),
        };
        agreement::agree(&self.key, peer, (), keep).map_err(|()| off_curve())
    }
}

fn keep(secret: &[u8]) -> std::result::Result<Zeroizing<Vec<u8>>, ()> {
    Ok(Zeroizing::new(secret.to_vec()))
}

fn off_curve() -> Error {
    Error::new(Code::KeyInvalid).because("not a key on its curve")
}
