//! AES key wrap (RFC 3394), under which CMS puts content-encryption keys, and that of Triple DES (RFC 3217) in old mail.

use const_oid::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::asn1::oid;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// The longest key that is wrapped or unwrapped, in octets.
const LONGEST: usize = 4096;

/// A key wrap algorithm (RFC 3565 section 2.3.2, RFC 3370 section 4.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyWrap {
    /// AES key wrap under a key of 128 bits.
    Aes128,
    /// AES key wrap under a key of 192 bits.
    Aes192,
    /// AES key wrap under a key of 256 bits.
    Aes256,
    /// Triple DES key wrap: reading old mail only.
    TripleDes,
}

impl KeyWrap {
    /// Every key wrap algorithm.
    pub const ALL: &'static [Self] = &[Self::Aes128, Self::Aes192, Self::Aes256, Self::TripleDes];

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Aes128 => oid::AES128_WRAP,
            Self::Aes192 => oid::AES192_WRAP,
            Self::Aes256 => oid::AES256_WRAP,
            Self::TripleDes => oid::ID_ALG_CMS_3DES_WRAP,
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
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    /// The name in reports: `aes-256-wrap`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "aes-128-wrap",
            Self::Aes192 => "aes-192-wrap",
            Self::Aes256 => "aes-256-wrap",
            Self::TripleDes => "des-ede3-wrap",
        }
    }

    /// Octets that wrapping adds.
    const fn overhead(self) -> usize {
        match self {
            Self::TripleDes => 16,
            _ => 8,
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

/// Wraps a key with AES, which must have a multiple of eight octets, at least sixteen.
///
/// ```
/// use smime::crypto::{KeyWrap, wrap};
/// let wrapped = wrap::wrap_key(KeyWrap::Aes128, &[1; 16], &[2; 32])?;
/// assert_eq!(*wrap::unwrap_key(KeyWrap::Aes128, &[1; 16], &wrapped)?, [2; 32]);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::UseArgument`] where one of the keys has a length that is not possible; [`Code::AlgUnsupported`] for Triple DES, which is only read.
pub fn wrap_key(wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8]) -> Result<Vec<u8>> {
    wrap_key_with(Backend::default(), wrap, key_encryption_key, key)
}

/// Wraps by this back end.
///
/// # Errors
/// As [`wrap_key`].
#[doc(hidden)]
pub fn wrap_key_with(backend: Backend, wrap: KeyWrap, key_encryption_key: &[u8], key: &[u8]) -> Result<Vec<u8>> {
    if wrap == KeyWrap::TripleDes {
        return Err(Error::new(Code::AlgUnsupported).because("a key wrapped with Triple DES"));
    }
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
    let mut key = Zeroizing::new(vec![0; octets.saturating_sub(wrap.overhead())]);
    let done = match backend {
        #[cfg(feature = "aws-lc")]
        Backend::AwsLc => aws::unwrap_key(wrap, key_encryption_key, wrapped, &mut key),
        Backend::Pure => pure::unwrap_key(wrap, key_encryption_key, wrapped, &mut key),
    };
    if done { Ok(key) } else { Err(Error::new(Code::EncDecryptFailed)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::{hex, octets};

    /// RFC 3394 sections 4.1, 4.2 and 4.6.
    #[test]
    fn the_vectors_of_the_rfc() {
        let cases = [
            (KeyWrap::Aes128, "00112233445566778899aabbccddeeff", "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
            (KeyWrap::Aes192, "00112233445566778899aabbccddeeff", "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
            (
                KeyWrap::Aes256,
                "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
                "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
            ),
        ];
        let kek: Vec<u8> = (0..32).collect();
        for (wrap, key, wrapped) in cases {
            for backend in Backend::ALL {
                let kek = &kek[..wrap.key_length()];
                assert_eq!(hex(&wrap_key_with(*backend, wrap, kek, &octets(key)).unwrap()), wrapped);
                assert_eq!(hex(&unwrap_key_with(*backend, wrap, kek, &octets(wrapped)).unwrap()), key);
                for at in 0..wrapped.len() / 2 {
                    let mut altered = octets(wrapped);
                    altered[at] ^= 0x10;
                    let refused = unwrap_key_with(*backend, wrap, kek, &altered).unwrap_err();
                    assert_eq!(refused.code(), Code::EncDecryptFailed);
                }
            }
        }
    }

    #[test]
    fn lengths_are_checked_first() {
        for backend in Backend::ALL {
            for length in [0, 8, 15, 17, LONGEST + 8] {
                let refused = wrap_key_with(*backend, KeyWrap::Aes128, &[0; 16], &vec![0; length]).unwrap_err();
                assert_eq!(refused.code(), Code::UseArgument, "{length}");
            }
            for length in [0, 7, 8, 16, 23, 25, LONGEST + 8] {
                let refused = unwrap_key_with(*backend, KeyWrap::Aes128, &[0; 16], &vec![0; length]).unwrap_err();
                assert_eq!(refused.code(), Code::EncDecryptFailed, "{length}");
            }
            assert_eq!(wrap_key_with(*backend, KeyWrap::Aes128, &[0; 24], &[0; 16]).unwrap_err().code(), Code::UseArgument);
            assert_eq!(unwrap_key_with(*backend, KeyWrap::Aes256, &[0; 16], &[0; 24]).unwrap_err().code(), Code::EncDecryptFailed);
        }
    }

    #[test]
    fn identifiers_lead_back() {
        for wrap in KeyWrap::ALL {
            assert_eq!(KeyWrap::from_oid(wrap.oid()), Some(*wrap));
            let suits = KeyWrap::for_key_length(wrap.key_length());
            assert!(suits == *wrap || (*wrap == KeyWrap::TripleDes && suits == KeyWrap::Aes192));
        }
        assert_eq!(KeyWrap::from_oid(oid::AES128_CBC), None);
    }
}
