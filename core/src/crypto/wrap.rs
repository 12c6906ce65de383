//! AES key wrap (RFC 3394), under which CMS puts content-encryption keys.

use const_oid::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::asn1::oid;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// The longest key that is wrapped or unwrapped, in octets.
const LONGEST: usize = 4096;

/// A key wrap algorithm (RFC 3565 section 2.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyWrap {
    /// AES key wrap under a key of 128 bits.
    Aes128,
    /// AES key wrap under a key of 192 bits.
    Aes192,
    /// AES key wrap under a key of 256 bits.
    Aes256,
}

impl KeyWrap {
    /// Every key wrap algorithm.
    pub const ALL: &'static [Self] = &[Self::Aes128, Self::Aes192, Self::Aes256];

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Aes128 => oid::AES128_WRAP,
            Self::Aes192 => oid::AES192_WRAP,
            Self::Aes256 => oid::AES256_WRAP,
        }
    }

    /// The key wrap algorithm of this object identifier, if it is one of ours.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.iter().copied().find(|wrap| wrap.oid() == oid)
    }

    /// Octets of the key-encryption key.
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// The name in reports: `aes-256-wrap`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "aes-128-wrap",
            Self::Aes192 => "aes-192-wrap",
            Self::Aes256 => "aes-256-wrap",
        }
    }

    /// The key wrap algorithm that suits a content-encryption key of this many octets.
    pub const fn for_key_length(octets: usize) -> Self {
        match octets {
            0..=16 => Self::Aes128,
            17..=24 => Self::Aes192,
            _ => Self::Aes256,
        }
    }
}

/// Wraps a key, which must have a multiple of eight octets, at least sixteen.
///
/// ```
/// use smime::crypto::{KeyWrap, wrap};
/// let wrapped = wrap::wrap_key(KeyWrap::Aes128, &[1; 16], &[2; 32])?;
/// assert_eq!(*wrap::unwrap_key(KeyWrap::Aes128, &[1; 16], &wrapped)?, [2; 32]);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::UseArgument`] where one of the keys has a length that is not possible.
pub fn wrap_key(wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8]) -> Result<Vec<u8>> {
    wrap_key_with(Backend::default(), wrap, key_encryption_key, key)
}

/// Wraps by this back end.
///
/// # Errors
/// As [`wrap_key`].
#[doc(hidden)]
pub fn wrap_key_with(backend: Backend, wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8]) -> Result<Vec<u8>> {
    if key_encryption_key.len() != wrap.key_length() || key.len() < 16 || !key.len().is_multiple_of(8) || key.len() > LONGEST {
        return Err(Error::new(Code::UseArgument).because("a key to wrap, or to wrap under, of that length"));
    }
    let mut wrapped = vec![0; key.len().saturating_add(8)];
    let done = match backend {
        #[cfg(feature = "aws-lc")]
        Backend::AwsLc => aws::wrap_key(wrap, key_encryption_key, key, &mut wrapped),
        Backend::Pure => pure::wrap_key(wrap, key_encryption_key, key, &mut wrapped),
    };
    if done { Ok(wrapped) } else { Err(Error::new(Code::Internal)) }
}

/// Unwraps a key. Lengths are checked before anything is computed.
///
/// # Errors
/// [`Code::EncDecryptFailed`] where it was not wrapped under this key, whatever the reason.
pub fn unwrap_key(wrap: KeyWrap, key_encryption_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    unwrap_key_with(Backend::default(), wrap, key_encryption_key, wrapped)
}

/// Unwraps by this back end.
///
/// # Errors
/// As [`unwrap_key`].
#[doc(hidden)]
pub fn unwrap_key_with(backend: Backend, wrap: KeyWrap, key_encryption_key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let octets = wrapped.len();
    if key_encryption_key.len() != wrap.key_length() || octets < 24 || !octets.is_multiple_of(8) || octets > LONGEST {
        return Err(Error::new(Code::EncDecryptFailed));
    }
    let mut key = Zeroizing::new(vec![0; octets.saturating_sub(8)]);
    let done = match backend {
        #[cfg(feature = "aws-lc")]
        Backend::AwsLc => aws::unwrap_key(wrap, key_encryption_key, wrapped, &mut key),
        Backend::Pure => pure::unwrap_key(wrap, key_encryption_key, wrapped, &mut key),
    };
    if done { Ok(key) } else { Err(Error::new(Code::EncDecryptFailed)) }
}
