//! Keys on curves: ECDSA and ECDH on P-256, P-384 and P-521, Ed25519, X25519.

use ed25519_dalek::{Signer, Verifier};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::elliptic_curve::ecdh::diffie_hellman;
use zeroize::Zeroizing;

use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{PrivateNumbers, PublicNumbers};
use crate::crypto::key::{Curve, KeyKind};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};

/// A public key on a curve.
pub(in crate::crypto) enum PublicKey {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
    X25519,
}

impl PublicKey {
    pub(super) fn new(numbers: &PublicNumbers) -> Result<Self> {
        match numbers {
            PublicNumbers::Ec { curve: Curve::P256, point } => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P256).map_err(|_| off_curve())
            }
            PublicNumbers::Ec { curve: Curve::P384, point } => {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P384).map_err(|_| off_curve())
            }
            PublicNumbers::Ec { curve: Curve::P521, point } => {
                p521::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Self::P521).map_err(|_| off_curve())
            }
            PublicNumbers::Ed25519(octets) => ed25519_public(octets).map(Self::Ed25519),
            PublicNumbers::X25519(_) => Ok(Self::X25519),
            PublicNumbers::Rsa { .. } | PublicNumbers::Dsa { .. } => Err(Error::new(Code::Internal)),
        }
    }

    pub(super) fn verify_message(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => {
                ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            _ => false,
        }
    }

    pub(super) fn verify_digest(&self, digest: &Digest, signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&leftmost(Curve::P256, digest), &signature).is_ok()),
            Self::P384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&leftmost(Curve::P384, digest), &signature).is_ok()),
            Self::P521(key) => p521::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&leftmost(Curve::P521, digest), &signature).is_ok()),
            Self::Ed25519(_) | Self::X25519 => false,
        }
    }
}

/// An Ed25519 key, unless it is of small order: such a key verifies one signature over almost anything.
pub(in crate::crypto) fn ed25519_public(octets: &[u8; 32]) -> Result<ed25519_dalek::VerifyingKey> {
    match ed25519_dalek::VerifyingKey::from_bytes(octets) {
        Ok(key) if !key.is_weak() => Ok(key),
        _ => Err(off_curve()),
    }
}

/// A digest in as many octets as the field has: its leftmost ones, or zeros before it (FIPS 186-5 section 6.4.1).
pub(in crate::crypto) fn leftmost(curve: Curve, digest: &Digest) -> Vec<u8> {
    let length = curve.field_length();
    let taken = digest.get(..length).unwrap_or(digest);
    let mut octets = vec![0; length.saturating_sub(taken.len())];
    octets.extend_from_slice(taken);
    octets
}

/// A private key on a curve.
pub(in crate::crypto) enum PrivateKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    X25519(x25519_dalek::StaticSecret),
}

impl PrivateKey {
    pub(super) fn new(numbers: &PrivateNumbers) -> Result<(Self, PublicNumbers)> {
        let ec = |curve, point: Box<[u8]>| PublicNumbers::Ec { curve, point: point.into_vec() };
        match numbers {
            PrivateNumbers::Ec { curve: Curve::P256, scalar } => {
                let key = p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| off_curve())?;
                let public = ec(Curve::P256, Box::from(key.verifying_key().to_sec1_point(false).as_bytes()));
                Ok((Self::P256(key), public))
            }
            PrivateNumbers::Ec { curve: Curve::P384, scalar } => {
                let key = p384::ecdsa::SigningKey::from_slice(scalar).map_err(|_| off_curve())?;
                let public = ec(Curve::P384, Box::from(key.verifying_key().to_sec1_point(false).as_bytes()));
                Ok((Self::P384(key), public))
            }
            PrivateNumbers::Ec { curve: Curve::P521, scalar } => {
                let key = p521::ecdsa::SigningKey::from_slice(scalar).map_err(|_| off_curve())?;
                let public = ec(Curve::P521, Box::from(key.verifying_key().to_sec1_point(false).as_bytes()));
                Ok((Self::P521(key), public))
            }
            PrivateNumbers::Ed25519(seed) => {
                let key = ed25519_dalek::SigningKey::from_bytes(seed);
                let public = PublicNumbers::Ed25519(key.verifying_key().to_bytes());
                Ok((Self::Ed25519(key), public))
            }
            PrivateNumbers::X25519(scalar) => {
                let key = x25519_dalek::StaticSecret::from(**scalar);
                let public = PublicNumbers::X25519(x25519_dalek::PublicKey::from(&key).to_bytes());
                Ok((Self::X25519(key), public))
            }
            PrivateNumbers::Rsa(_) => Err(Error::new(Code::Internal)),
        }
    }

    pub(super) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            _ => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn sign_digest(&self, digest: &Digest) -> Result<Vec<u8>> {
        let failed = |_| Error::new(Code::Internal).because("the ECDSA operation failed");
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&leftmost(Curve::P256, digest)).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(&leftmost(Curve::P384, digest)).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign_prehash(&leftmost(Curve::P521, digest)).map_err(failed)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::Ed25519(_) | Self::X25519(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }

    pub(super) fn agree(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::P256(key) => {
                let peer = p256::PublicKey::from_sec1_bytes(peer).map_err(|_| off_curve())?;
                Ok(Zeroizing::new(diffie_hellman(key.as_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()))
            }
            Self::P384(key) => {
                let peer = p384::PublicKey::from_sec1_bytes(peer).map_err(|_| off_curve())?;
                Ok(Zeroizing::new(diffie_hellman(key.as_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()))
            }
            Self::P521(key) => {
                let peer = p521::PublicKey::from_sec1_bytes(peer).map_err(|_| off_curve())?;
                Ok(Zeroizing::new(diffie_hellman(key.as_nonzero_scalar(), peer.as_affine()).raw_secret_bytes().to_vec()))
            }
            Self::X25519(key) => {
                let peer: [u8; 32] = peer.try_into().map_err(|_| off_curve())?;
                let secret = key.diffie_hellman(&x25519_dalek::PublicKey::from(peer));
                // RFC 7748 section 6.1: a peer of small order makes zero.
                if secret.was_contributory() { Ok(Zeroizing::new(secret.as_bytes().to_vec())) } else { Err(off_curve()) }
            }
            Self::Ed25519(_) => Err(Error::new(Code::SigAlgorithmMismatch)),
        }
    }
}

/// An ephemeral key that agrees.
pub(in crate::crypto) struct AgreementKey {
    key: Box<PrivateKey>,
}

impl AgreementKey {
    pub(in crate::crypto) fn generate(kind: KeyKind) -> Result<(Self, Vec<u8>)> {
        // A draw is in vain once in 2^32 on P-256, and hardly ever on the others.
        for _ in 0..64 {
            let numbers = match kind {
                KeyKind::Ec(curve) => PrivateNumbers::Ec { curve, scalar: random_scalar(curve)? },
                KeyKind::X25519 => {
                    let mut scalar = Zeroizing::new([0; 32]);
                    rng::fill(&mut *scalar)?;
                    PrivateNumbers::X25519(scalar)
                }
                KeyKind::Rsa { .. } | KeyKind::Ed25519 | KeyKind::Dsa { .. } => break,
            };
            if let Ok((key, public)) = PrivateKey::new(&numbers) {
                let public = match public {
                    PublicNumbers::Ec { point, .. } => point,
                    PublicNumbers::X25519(octets) => octets.to_vec(),
                    _ => break,
                };
                return Ok((Self { key: Box::new(key) }, public));
            }
        }
        Err(Error::new(Code::Internal).because("no ephemeral key was found"))
    }

    pub(in crate::crypto) fn agree(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.key.agree(peer)
    }
}

/// Random octets of the size of the curve's order; once in a long while they are no scalar.
pub(in crate::crypto) fn random_scalar(curve: Curve) -> Result<Zeroizing<Vec<u8>>> {
    let mut scalar = rng::secret(curve.field_length())?;
    if curve == Curve::P521
        && let Some(first) = scalar.first_mut()
    {
        *first &= 1;
    }
    Ok(scalar)
}

fn off_curve() -> Error {
    Error::new(Code::KeyInvalid).because("not a key on its curve")
}
