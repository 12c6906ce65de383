//! Private keys.

use std::fmt;
use std::sync::{Arc, OnceLock};

use const_oid::ObjectIdentifier;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::crypto::key::numbers::{self, PrivateKeyInfo, PrivateNumbers, PublicNumbers};
use crate::crypto::key::public::{Input, digest_to_sign};
use crate::crypto::key::{Curve, ExternalKey, KeyKind, PublicKey};
use crate::crypto::signature::{SignatureScheme, ToBeSigned};
use crate::crypto::transport::KeyTransport;
use crate::crypto::{Backend, DigestAlgorithm, kdf, padding, pure, rng};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// How often a scalar is drawn before the source of random octets is taken to be broken: one draw in 2^32 is in vain.
const DRAWS: usize = 64;

/// A private key, checked when it is read, wiped when the last clone is dropped. Cloning it costs nothing.
///
/// ```
/// use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme, ToBeSigned};
/// let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
/// let scheme = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
/// let signature = key.sign(&scheme, ToBeSigned::Message(b"message"))?;
/// key.public_key().verify(&scheme, ToBeSigned::Message(b"message"), &signature)?;
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Inner>,
}

struct Inner {
    public: PublicKey,
    keeper: Keeper,
    /// From which comes what is given in place of a content key that cannot be decrypted.
    rejection: OnceLock<Zeroizing<Vec<u8>>>,
}

enum Keeper {
    Own(Box<Own>),
    External(Arc<dyn ExternalKey>),
}

struct Own {
    numbers: PrivateNumbers,
    handle: Handle,
    /// For what AWS-LC does not do.
    #[cfg(feature = "aws-lc")]
    fallback: OnceLock<Option<pure::PrivateKey>>,
}

enum Handle {
    #[cfg(feature = "aws-lc")]
    Aws(aws::PrivateKey),
    Pure(pure::PrivateKey),
}

impl PrivateKey {
    /// Reads a PrivateKeyInfo or OneAsymmetricKey, not encrypted (RFC 5958), BER or DER.
    ///
    /// # Errors
    /// [`Code::KeyMalformed`], [`Code::KeyInvalid`] (numbers that make no key) or [`Code::KeyUnsupported`].
    pub fn from_pkcs8(octets: &[u8]) -> Result<Self> {
        Self::from_pkcs8_with(Backend::default(), octets)
    }

    /// Reads a key for this back end.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8`].
    #[doc(hidden)]
    pub fn from_pkcs8_with(backend: Backend, octets: &[u8]) -> Result<Self> {
        Self::build(backend, numbers::read_pkcs8(octets)?)
    }

    /// Reads an ECPrivateKey (RFC 5915), whose curve may be named outside it.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8`].
    pub fn from_sec1(octets: &[u8], curve: Option<ObjectIdentifier>) -> Result<Self> {
        let curve = match curve {
            Some(oid) => Some(Curve::from_oid(oid).ok_or_else(|| Error::new(Code::KeyUnsupported).because(format!("curve {oid}")))?),
            None => None,
        };
        Self::build(Backend::default(), numbers::read_sec1(octets, curve)?)
    }

    /// Reads an RSAPrivateKey (RFC 8017 appendix A.1.2).
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs8`].
    pub fn from_pkcs1(octets: &[u8]) -> Result<Self> {
        Self::build(Backend::default(), numbers::read_pkcs1(octets)?)
    }

    /// A new key.
    ///
    /// # Errors
    /// [`Code::UseArgument`] for RSA of fewer than 2048 or more than 8192 bits, or an odd number of them; [`Code::KeyUnsupported`] for DSA,
    /// with which nothing is signed any more.
    pub fn generate(kind: KeyKind) -> Result<Self> {
        Self::generate_with(Backend::default(), kind)
    }

    /// A new key by this back end.
    ///
    /// # Errors
    /// As [`PrivateKey::generate`].
    #[doc(hidden)]
    pub fn generate_with(backend: Backend, kind: KeyKind) -> Result<Self> {
        let fresh = |numbers| PrivateKeyInfo { numbers, public: None };
        match kind {
            KeyKind::Rsa { bits } => generate_rsa(backend, bits).and_then(|info| Self::build(backend, info)),
            KeyKind::Ec(curve) => {
                for _ in 0..DRAWS {
                    let scalar = pure::random_scalar(curve)?;
                    match Self::build(backend, fresh(PrivateNumbers::Ec { curve, scalar })) {
                        Err(error) if error.code() == Code::KeyInvalid => {}
                        other => return other,
                    }
                }
                Err(Error::new(Code::Internal).because("random octets that are none"))
            }
            KeyKind::Ed25519 => {
                let mut seed = Zeroizing::new([0; 32]);
                rng::fill(&mut *seed)?;
                Self::build(backend, fresh(PrivateNumbers::Ed25519(seed)))
            }
            KeyKind::X25519 => {
                let mut scalar = Zeroizing::new([0; 32]);
                rng::fill(&mut *scalar)?;
                Self::build(backend, fresh(PrivateNumbers::X25519(scalar)))
            }
            KeyKind::Dsa { .. } => Err(Error::new(Code::KeyUnsupported).because("nothing is signed with DSA any more")),
        }
    }

    /// A key that another keeps, by its public key.
    pub fn external(public: PublicKey, key: Arc<dyn ExternalKey>) -> Self {
        Self { inner: Arc::new(Inner { public, keeper: Keeper::External(key), rejection: OnceLock::new() }) }
    }

    fn build(backend: Backend, info: PrivateKeyInfo) -> Result<Self> {
        let PrivateKeyInfo { numbers, public: claimed } = info;
        let (handle, public_numbers) = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => match aws::PrivateKey::new(&numbers)? {
                Some((key, public)) => (Handle::Aws(key), public),
                None => pure_handle(&numbers)?,
            },
            Backend::Pure => pure_handle(&numbers)?,
        };
        let pss = match &numbers {
            PrivateNumbers::Rsa(rsa) => rsa.pss.as_ref().map(Option::as_deref),
            _ => None,
        };
        let public = PublicKey::from_numbers(backend, &public_numbers, pss)?;
        if claimed.is_some_and(|claimed| !is_same_public(&public, &claimed)) {
            return Err(Error::new(Code::KeyInvalid).because("the public key beside the private key is another one"));
        }
        let own = Own {
            numbers,
            handle,
            #[cfg(feature = "aws-lc")]
            fallback: OnceLock::new(),
        };
        Ok(Self { inner: Arc::new(Inner { public, keeper: Keeper::Own(Box::new(own)), rejection: OnceLock::new() }) })
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.inner.public
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.inner.public.kind()
    }

    /// Whether another keeps the key.
    pub fn is_external(&self) -> bool {
        matches!(self.inner.keeper, Keeper::External(_))
    }

    /// The PrivateKeyInfo in DER, not encrypted.
    ///
    /// # Errors
    /// [`Code::KeyExternalFailed`] where another keeps the key.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>> {
        match &self.inner.keeper {
            Keeper::Own(own) => Ok(numbers::write_pkcs8(&own.numbers, self.inner.public.numbers())),
            Keeper::External(_) => Err(Error::new(Code::KeyExternalFailed).because("it does not leave its keeper")),
        }
    }

    /// Signs. A signature by an external key is checked before it is returned.
    ///
    /// # Errors
    /// [`Code::SigAlgorithmMismatch`] where key, scheme and digest do not belong together, [`Code::KeyUnsupported`] where
    /// the key is too small for the scheme, [`Code::KeyExternalFailed`] where an external key did not sign.
    pub fn sign(&self, scheme: &SignatureScheme, to_be_signed: ToBeSigned<'_>) -> Result<Vec<u8>> {
        if !self.kind().signs() || !self.inner.public.suits(scheme) {
            return Err(Error::new(Code::SigAlgorithmMismatch).because(format!(
                "{} with a key of the kind {}",
                scheme.name(),
                self.kind()
            )));
        }
        let input = digest_to_sign(scheme, to_be_signed)?;
        match &self.inner.keeper {
            Keeper::Own(own) => own.sign(scheme, &input),
            Keeper::External(key) => {
                let signature = match &input {
                    Input::Message(message) => key.sign_digest(scheme, message)?,
                    Input::Digest(digest) => key.sign_digest(scheme, digest)?,
                };
                self.inner
                    .public
                    .verify(scheme, to_be_signed, &signature)
                    .map_err(|error| Error::new(Code::KeyExternalFailed).because("its signature is wrong").with_source(error))?;
                Ok(signature)
            }
        }
    }

    /// Decrypts a content-encryption key of an expected length.
    ///
    /// Whatever is wrong with the encrypted key, its padding or the length of what is in it: the result is a key of the
    /// expected length then that nobody can foretell, and which only fails where content is decrypted with it. So nobody
    /// learns from an error or from its time what was wrong (implicit rejection, against Bleichenbacher's and Manger's
    /// attacks). It is the same each time for the same encrypted key, as one that was right would be; else trying again would tell
    /// the two apart.
    ///
    /// ```
    /// use smime::crypto::{DigestAlgorithm, KeyKind, KeyTransport, PrivateKey};
    /// let recipient = PrivateKey::generate(KeyKind::Rsa { bits: 2048 })?;
    /// let transport = KeyTransport::oaep(DigestAlgorithm::Sha256);
    /// let encrypted = recipient.public_key().encrypt_key(&transport, &[7; 16])?;
    /// assert_eq!(*recipient.decrypt_key(&transport, &encrypted, 16)?, [7; 16]);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::SigAlgorithmMismatch`] where the key is no RSA key, [`Code::KeyExternalFailed`] where an external key did
    /// not do it.
    pub fn decrypt_key(&self, transport: &KeyTransport, encrypted_key: &[u8], expected_length: usize) -> Result<Zeroizing<Vec<u8>>> {
        if !matches!(self.kind(), KeyKind::Rsa { .. }) {
            return Err(Error::new(Code::SigAlgorithmMismatch).because(format!("key transport with a key of the kind {}", self.kind())));
        }
        let mut key = kdf::hkdf(DigestAlgorithm::Sha256, b"implicit rejection", self.rejection()?, encrypted_key, expected_length)?;
        let (good, candidate) = match &self.inner.keeper {
            Keeper::Own(own) => own.decrypt_key(transport, encrypted_key, expected_length)?,
            Keeper::External(external) => match external.unwrap_key(transport, encrypted_key) {
                Ok(candidate) => (candidate.len().ct_eq(&expected_length), candidate),
                Err(error) if error.code() == Code::EncDecryptFailed => (0.into(), Zeroizing::default()),
                Err(error) => return Err(error),
            },
        };
        padding::select(good, &candidate, &mut key);
        Ok(key)
    }

    /// A secret that goes with this key: made from the private exponent or, where another keeps that, drawn once.
    fn rejection(&self) -> Result<&[u8]> {
        if let Some(known) = self.inner.rejection.get() {
            return Ok(known);
        }
        let secret = match &self.inner.keeper {
            Keeper::Own(own) => match &own.numbers {
                PrivateNumbers::Rsa(rsa) => {
                    let digest = Zeroizing::new(DigestAlgorithm::Sha256.digest(&rsa.private_exponent));
                    Zeroizing::new(digest.to_vec())
                }
                _ => return Err(Error::new(Code::SigAlgorithmMismatch)),
            },
            Keeper::External(_) => rng::secret(32)?,
        };
        Ok(self.inner.rejection.get_or_init(|| secret))
    }

    /// The secret that this key shares with another public key: a SEC 1 point on the same curve, or 32 octets of X25519.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`] where the octets are no such public key (or one that makes X25519 all zero),
    /// [`Code::SigAlgorithmMismatch`] where this key does not agree, [`Code::KeyExternalFailed`] where an external key
    /// did not do it.
    pub fn agree(&self, peer_public_octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let length = match self.kind() {
            KeyKind::Ec(curve) if curve.is_point_form(peer_public_octets) => curve.field_length(),
            KeyKind::X25519 if peer_public_octets.len() == 32 => 32,
            KeyKind::Ec(_) | KeyKind::X25519 => return Err(Error::new(Code::KeyInvalid).because("a public key of another form")),
            other => return Err(Error::new(Code::SigAlgorithmMismatch).because(format!("key agreement with a key of the kind {other}"))),
        };
        match &self.inner.keeper {
            Keeper::Own(own) => match &own.handle {
                #[cfg(feature = "aws-lc")]
                Handle::Aws(key) => key.agree(peer_public_octets),
                Handle::Pure(key) => key.agree(peer_public_octets),
            },
            Keeper::External(key) => match key.agree(peer_public_octets)? {
                secret if secret.len() == length => Ok(secret),
                _ => Err(Error::new(Code::KeyExternalFailed).because("its shared secret has another length than the curve")),
            },
        }
    }
}

impl Own {
    fn sign(&self, scheme: &SignatureScheme, input: &Input<'_>) -> Result<Vec<u8>> {
        match (&self.handle, input) {
            #[cfg(feature = "aws-lc")]
            (Handle::Aws(key), Input::Message(message)) => key.sign_message(message),
            #[cfg(feature = "aws-lc")]
            (Handle::Aws(key), Input::Digest(digest)) => match key.sign_digest(scheme, digest)? {
                Some(signature) => Ok(signature),
                None => self.fallback()?.sign_digest(scheme, digest),
            },
            (Handle::Pure(key), Input::Message(message)) => key.sign_message(message),
            (Handle::Pure(key), Input::Digest(digest)) => key.sign_digest(scheme, digest),
        }
    }

    fn decrypt_key(
        &self,
        transport: &KeyTransport,
        encrypted_key: &[u8],
        expected_length: usize,
    ) -> Result<(subtle::Choice, Zeroizing<Vec<u8>>)> {
        match &self.handle {
            #[cfg(feature = "aws-lc")]
            Handle::Aws(key) => match key.decrypt_key(transport, encrypted_key, expected_length)? {
                Some(outcome) => Ok(outcome),
                None => self.fallback()?.decrypt_key(transport, encrypted_key, expected_length),
            },
            Handle::Pure(key) => key.decrypt_key(transport, encrypted_key, expected_length),
        }
    }

    #[cfg(feature = "aws-lc")]
    fn fallback(&self) -> Result<&pure::PrivateKey> {
        let key = self.fallback.get_or_init(|| pure::PrivateKey::new(&self.numbers).ok().map(|(key, _)| key));
        key.as_ref().ok_or_else(|| Error::new(Code::KeyInvalid))
    }
}

fn pure_handle(numbers: &PrivateNumbers) -> Result<(Handle, PublicNumbers)> {
    pure::PrivateKey::new(numbers).map(|(key, public)| (Handle::Pure(key), public))
}

/// Whether the public key that came beside a private one is its own; a compressed point counts as what it stands for.
fn is_same_public(public: &PublicKey, claimed: &[u8]) -> bool {
    match public.numbers() {
        PublicNumbers::Ec { point, .. } => match claimed {
            [2 | 3, x @ ..] => {
                let parity = point.last().map(|octet| 2 | (octet & 1));
                parity == claimed.first().copied() && point.get(1..).is_some_and(|point| point.starts_with(x))
            }
            _ => point == claimed,
        },
        PublicNumbers::Ed25519(octets) | PublicNumbers::X25519(octets) => octets == claimed,
        // Nothing of the kind stands beside an RSA key, and a private DSA key is none of ours.
        PublicNumbers::Rsa { .. } | PublicNumbers::Dsa { .. } => true,
    }
}

fn generate_rsa(backend: Backend, bits: usize) -> Result<PrivateKeyInfo> {
    if !(2048..=8192).contains(&bits) || !bits.is_multiple_of(2) {
        return Err(Error::new(Code::UseArgument).because(format!("a new RSA key of {bits} bits")));
    }
    #[cfg(feature = "aws-lc")]
    if backend == Backend::AwsLc
        && let Some(pkcs8) = aws::generate_rsa(bits)?
    {
        return numbers::read_pkcs8(&pkcs8);
    }
    let _ = backend;
    pure::generate_rsa(bits).and_then(|pkcs1| numbers::read_pkcs1(&pkcs1))
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.kind())
    }
}
