//! Public keys.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{PublicKeyInfo, PublicNumbers, bits, read_spki, write_spki};
use crate::crypto::key::{Curve, KeyKind};
use crate::crypto::signature::{SignatureScheme, ToBeSigned};
use crate::crypto::transport::KeyTransport;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// A public key, checked when it is read: RSA of 1024 to 16384 bits with an odd exponent from 3 to 2^64, a point on
/// P-256, P-384 or P-521, Ed25519, X25519, or DSA of 1024/160, 2048/224, 2048/256 or 3072/256 bits (of which by its numbers no signature
/// may verify: whether they are in their subgroup is found out with the first). Cloning it costs nothing.
///
/// Two are equal where their numbers are, however they are encoded.
#[derive(Clone)]
pub struct PublicKey {
    inner: Arc<Inner>,
}

struct Inner {
    spki: Vec<u8>,
    info: PublicKeyInfo,
    handle: Handle,
    /// For what AWS-LC does not do.
    #[cfg(feature = "aws-lc")]
    fallback: std::sync::OnceLock<Option<pure::PublicKey>>,
}

enum Handle {
    #[cfg(feature = "aws-lc")]
    Aws(aws::PublicKey),
    Pure(pure::PublicKey),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).
    ///
    /// # Errors
    /// [`Code::KeyMalformed`], [`Code::KeyInvalid`] (numbers that make no key: a point off its curve, an even exponent)
    /// or [`Code::KeyUnsupported`].
    pub fn from_spki(spki: &[u8]) -> Result<Self> {
        Self::from_spki_with(Backend::default(), spki)
    }

    /// Reads a key for this back end.
    ///
    /// # Errors
    /// As [`PublicKey::from_spki`].
    #[doc(hidden)]
    pub fn from_spki_with(backend: Backend, spki: &[u8]) -> Result<Self> {
        Self::build(backend, spki.to_vec(), read_spki(spki)?)
    }

    /// The key of these numbers.
    pub(in crate::crypto) fn from_numbers(backend: Backend, numbers: &PublicNumbers, pss: Option<Option<&[u8]>>) -> Result<Self> {
        let spki = write_spki(numbers, pss);
        let info = read_spki(&spki)?;
        Self::build(backend, spki, info)
    }

    fn build(backend: Backend, spki: Vec<u8>, info: PublicKeyInfo) -> Result<Self> {
        let handle = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => match aws::PublicKey::new(&info.numbers)? {
                Some(key) => Handle::Aws(key),
                None => Handle::Pure(pure::PublicKey::new(&info.numbers)?),
            },
            Backend::Pure => Handle::Pure(pure::PublicKey::new(&info.numbers)?),
        };
        let inner = Inner {
            spki,
            info,
            handle,
            #[cfg(feature = "aws-lc")]
            fallback: std::sync::OnceLock::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The SubjectPublicKeyInfo, as it was read.
    pub fn spki(&self) -> &[u8] {
        &self.inner.spki
    }

    /// The content of the subjectPublicKey BIT STRING: what key identifiers are digests of (RFC 5280 section 4.2.1.2)
    /// and, for a key that agrees, what its peer needs.
    pub fn key_octets(&self) -> &[u8] {
        self.inner.spki.get(self.inner.info.key_octets.clone()).unwrap_or_default()
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.inner.info.numbers.kind()
    }

    /// Whether this scheme can be used with this key (RFC 5652 section 10.1.2, RFC 4056 section 3).
    pub fn suits(&self, scheme: &SignatureScheme) -> bool {
        match (self.kind(), scheme) {
            (KeyKind::Rsa { .. }, SignatureScheme::RsaPkcs1v15(_)) => self.inner.info.pss.is_none(),
            (KeyKind::Rsa { .. }, SignatureScheme::RsaPss { .. }) => match &self.inner.info.pss {
                Some(Some(demanded)) => satisfies(scheme, demanded),
                Some(None) | None => true,
            },
            (KeyKind::Ec(_), SignatureScheme::Ecdsa(_))
            | (KeyKind::Ed25519, SignatureScheme::Ed25519)
            | (KeyKind::Dsa { .. }, SignatureScheme::Dsa(_)) => true,
            _ => false,
        }
    }

    /// Whether it is a DSA key without parameters (RFC 3279 section 2.3.2): those of its issuer's key hold, and without them it verifies
    /// nothing. See [`PublicKey::with_parameters_of`].
    pub fn lacks_parameters(&self) -> bool {
        self.kind() == KeyKind::Dsa { bits: None }
    }

    /// This key with the parameters of its issuer's key where it has none, else this key as it is.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] where the issuer's key is no DSA key with parameters, [`Code::KeyInvalid`] where this one is larger than they
    /// allow.
    pub fn with_parameters_of(&self, issuer: &Self) -> Result<Self> {
        let PublicNumbers::Dsa { parameters: None, y } = self.numbers() else { return Ok(self.clone()) };
        let PublicNumbers::Dsa { parameters: Some(parameters), .. } = issuer.numbers() else {
            return Err(Error::new(Code::KeyUnsupported).because("a DSA key without parameters, and its issuer's key has none"));
        };
        let numbers = PublicNumbers::Dsa { parameters: Some(parameters.clone()), y: y.clone() };
        // No back end has DSA but this one.
        Self::from_numbers(Backend::Pure, &numbers, None)
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Code::SigInvalid`] where it is not one by this key, [`Code::SigAlgorithmMismatch`] where key, scheme and digest
    /// do not belong together, [`Code::KeyUnsupported`] where the key lacks parameters.
    pub fn verify(&self, scheme: &SignatureScheme, signed: ToBeSigned<'_>, signature: &[u8]) -> Result<()> {
        if !self.suits(scheme) {
            return Err(mismatch(format!("{} with a key of the kind {}", scheme.name(), self.kind())));
        }
        if self.lacks_parameters() {
            return Err(Error::new(Code::KeyUnsupported).because("a DSA key whose parameters are those of its issuer's key"));
        }
        let good = match digest_to_sign(scheme, signed)? {
            Input::Message(message) => match &self.inner.handle {
                #[cfg(feature = "aws-lc")]
                Handle::Aws(key) => key.verify_message(message, signature),
                Handle::Pure(key) => key.verify_message(message, signature),
            },
            Input::Digest(digest) => match &self.inner.handle {
                #[cfg(feature = "aws-lc")]
                Handle::Aws(key) => match key.verify_digest(scheme, &digest, signature) {
                    Some(good) => good,
                    None => self.fallback()?.verify_digest(scheme, &digest, signature),
                },
                Handle::Pure(key) => key.verify_digest(scheme, &digest, signature),
            },
        };
        if good { Ok(()) } else { Err(Error::new(Code::SigInvalid)) }
    }

    /// What a check of a signature with this key costs at most, in checks with a key of RSA-2048 or P-256: about 50 microseconds.
    ///
    /// A key of 16384 bits takes 256 times as long, and whoever sends a message chooses its keys.
    pub(crate) fn verification_work(&self) -> usize {
        match &self.inner.info.numbers {
            PublicNumbers::Rsa { modulus, exponent } => {
                let width = bits(modulus).div_ceil(2048);
                // Beyond these RustCrypto does what AWS-LC does not.
                let is_usual = bits(modulus) <= 8192 && bits(exponent) <= 33;
                width.saturating_mul(width).saturating_mul(if is_usual { 1 } else { 4 })
            }
            PublicNumbers::Ec { curve: Curve::P384, .. } => 4,
            PublicNumbers::Ec { curve: Curve::P521, .. } => 8,
            // Four exponentiations by RustCrypto; without parameters, as with the largest.
            PublicNumbers::Dsa { parameters, .. } => {
                let width = parameters.as_ref().map_or(3, |parameters| bits(&parameters.prime).div_ceil(1024));
                width.saturating_mul(width).saturating_mul(8)
            }
            PublicNumbers::Ec { .. } | PublicNumbers::Ed25519(_) | PublicNumbers::X25519(_) => 1,
        }
    }

    /// Encrypts a content-encryption key to this RSA key.
    ///
    /// # Errors
    /// [`Code::UseKeyForEncryption`] where it is no RSA key or one for signatures only, [`Code::KeyUnsupported`] where it
    /// is too small for that.
    pub fn encrypt_key(&self, transport: &KeyTransport, key: &[u8]) -> Result<Vec<u8>> {
        if !matches!(self.kind(), KeyKind::Rsa { .. }) || self.inner.info.pss.is_some() {
            return Err(Error::new(Code::UseKeyForEncryption).because(format!("key transport to a key of the kind {}", self.kind())));
        }
        match &self.inner.handle {
            #[cfg(feature = "aws-lc")]
            Handle::Aws(handle) => match handle.encrypt_key(transport, key)? {
                Some(encrypted) => Ok(encrypted),
                None => self.fallback()?.encrypt_key(transport, key),
            },
            Handle::Pure(handle) => handle.encrypt_key(transport, key),
        }
    }

    pub(in crate::crypto) fn numbers(&self) -> &PublicNumbers {
        &self.inner.info.numbers
    }

    /// The secret that an ephemeral key shares with this one.
    pub(in crate::crypto) fn agree_with(&self, ephemeral: &crate::crypto::agreement::Secret) -> Result<Zeroizing<Vec<u8>>> {
        match (&self.inner.handle, ephemeral) {
            #[cfg(feature = "aws-lc")]
            (Handle::Aws(key), crate::crypto::agreement::Secret::Aws(secret)) => secret.agree_with(key),
            (_, secret) => secret.agree(self.key_octets()),
        }
    }

    #[cfg(feature = "aws-lc")]
    fn fallback(&self) -> Result<&pure::PublicKey> {
        let key = self.inner.fallback.get_or_init(|| pure::PublicKey::new(&self.inner.info.numbers).ok());
        key.as_ref().ok_or_else(|| Error::new(Code::KeyInvalid))
    }
}

/// What goes into the primitive: most schemes take a digest, Ed25519 the message.
pub(super) enum Input<'a> {
    Message(&'a [u8]),
    Digest(Digest),
}

pub(super) fn digest_to_sign<'a>(scheme: &SignatureScheme, signed: ToBeSigned<'a>) -> Result<Input<'a>> {
    match (scheme.digest(), signed) {
        (Some(algorithm), ToBeSigned::Message(message)) => Ok(Input::Digest(algorithm.digest(message))),
        (Some(algorithm), ToBeSigned::Digest(digest)) if digest.algorithm() == algorithm => Ok(Input::Digest(*digest)),
        (Some(algorithm), ToBeSigned::Digest(digest)) => Err(mismatch(format!("{} where {algorithm} is due", digest.algorithm()))),
        (None, ToBeSigned::Message(message)) => Ok(Input::Message(message)),
        (None, ToBeSigned::Digest(_)) => Err(mismatch(format!("{} takes the message, not its digest", scheme.name()))),
    }
}

fn mismatch(detail: String) -> Error {
    Error::new(Code::SigAlgorithmMismatch).because(detail)
}

/// Whether these PSS parameters are those that a key demands, with a salt that is no shorter (RFC 4055 section 3.3).
fn satisfies(scheme: &SignatureScheme, demanded: &SignatureScheme) -> bool {
    match (scheme, demanded) {
        (
            SignatureScheme::RsaPss { digest, mgf_digest, salt_length },
            SignatureScheme::RsaPss { digest: key_digest, mgf_digest: key_mgf, salt_length: least },
        ) => digest == key_digest && mgf_digest == key_mgf && salt_length >= least,
        _ => false,
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.inner.info.numbers == other.inner.info.numbers
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.info.numbers.hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Tag, Writer, oid};
    use crate::crypto::{Curve, PrivateKey};

    #[test]
    fn work_goes_by_size() {
        for (kind, work) in [(Curve::P256, 1), (Curve::P384, 4), (Curve::P521, 8)] {
            assert_eq!(PrivateKey::generate(KeyKind::Ec(kind)).unwrap().public_key().verification_work(), work);
        }
        for (bits, exponent, work) in
            [(1024, 3, 1), (2048, 65537, 1), (2049, 3, 4), (4096, 3, 4), (8192, 3, 16), (2048, 1 << 34 | 1, 4), (16384, 3, 256)]
        {
            let mut modulus = vec![0xff; bits / 8];
            if bits % 8 > 0 {
                modulus.insert(0, 1);
            }
            let exponent: u64 = exponent;
            let exponent = exponent.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
            let key = PublicKey::from_numbers(Backend::default(), &PublicNumbers::Rsa { modulus, exponent }, None).unwrap();
            assert_eq!(key.verification_work(), work, "{bits}");
        }
    }

    #[test]
    fn a_compressed_point_is_the_same_key() {
        for curve in Curve::ALL {
            let key = PrivateKey::generate(KeyKind::Ec(*curve)).unwrap();
            let point = key.public_key().key_octets();
            let compress = |parity: u8| {
                let mut writer = Writer::new();
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(oid::ID_EC_PUBLIC_KEY);
                        writer.oid(curve.oid());
                    });
                    let form = 2 | ((point.last().unwrap() ^ parity) & 1);
                    writer.bit_string(&[&[form], &point[1..=curve.field_length()]].concat());
                });
                PublicKey::from_spki(&writer.into_vec()).unwrap()
            };
            let hash = |key: &PublicKey| {
                let mut hasher = std::hash::DefaultHasher::new();
                key.hash(&mut hasher);
                hasher.finish()
            };
            assert_eq!(*key.public_key(), compress(0));
            assert_eq!(hash(key.public_key()), hash(&compress(0)));
            assert_ne!(*key.public_key(), compress(1));
        }
    }
}
