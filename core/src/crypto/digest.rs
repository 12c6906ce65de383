//! Message digests (RFC 5754).

use std::fmt;
use std::ops::Deref;

use const_oid::ObjectIdentifier;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::asn1::oid;
use crate::crypto::{Backend, pure};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// A message digest (RFC 5754).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-1: legacy only.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every digest, weakest first.
    pub const ALL: &'static [Self] = &[Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => oid::ID_SHA1,
            Self::Sha256 => oid::ID_SHA256,
            Self::Sha384 => oid::ID_SHA384,
            Self::Sha512 => oid::ID_SHA512,
        }
    }

    /// The digest of this object identifier, if it is one of ours.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.iter().copied().find(|digest| digest.oid() == oid)
    }

    /// Octets of its values.
    #[allow(clippy::len_without_is_empty, reason = "a digest is never empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Octets of the blocks in which it works.
    pub const fn block_length(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// The name in reports and on the command line: `sha256`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The value of the `micalg` parameter: `sha-256` (RFC 8551 section 3.5.3.2).
    pub const fn micalg(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The digest of this name, as [`name`](Self::name) or [`micalg`](Self::micalg) write it, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|digest| name.eq_ignore_ascii_case(digest.name()) || name.eq_ignore_ascii_case(digest.micalg()))
    }

    /// The digest of these octets.
    ///
    /// ```
    /// use smime::crypto::DigestAlgorithm;
    /// assert_eq!(DigestAlgorithm::Sha256.digest(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    /// ```
    pub fn digest(self, octets: &[u8]) -> Digest {
        let mut hasher = Hasher::new(self);
        hasher.update(octets);
        hasher.finish()
    }
}

impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The value of a digest. Comparing two takes the same time wherever they differ.
#[derive(Clone, Copy)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    octets: [u8; 64],
}

impl Digest {
    /// The value with these octets; nothing where their number is not that of the algorithm.
    pub fn from_slice(algorithm: DigestAlgorithm, octets: &[u8]) -> Option<Self> {
        if octets.len() != algorithm.len() {
            return None;
        }
        let mut value = [0; 64];
        value.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { algorithm, octets: value })
    }

    /// A value whose octets the back end has just made.
    pub(super) fn fill(algorithm: DigestAlgorithm, octets: &[u8]) -> Self {
        let mut value = [0; 64];
        for (to, from) in value.iter_mut().zip(octets) {
            *to = *from;
        }
        Self { algorithm, octets: value }
    }

    /// Which digest this is a value of.
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }
}

impl Deref for Digest {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.octets.get(..self.algorithm.len()).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// For the values that are keys.
impl Zeroize for Digest {
    fn zeroize(&mut self) {
        self.octets.zeroize();
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.octets.ct_eq(&other.octets).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm)?;
        self.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// A digest under way.
#[derive(Clone)]
pub struct Hasher {
    algorithm: DigestAlgorithm,
    state: State,
}

#[derive(Clone)]
enum State {
    #[cfg(feature = "aws-lc")]
    Aws(aws::Hasher),
    Pure(pure::Hasher),
}

impl Hasher {
    /// A digest of nothing yet.
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self::with(Backend::default(), algorithm)
    }

    /// A digest by this back end.
    #[doc(hidden)]
    pub fn with(backend: Backend, algorithm: DigestAlgorithm) -> Self {
        let state = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => State::Aws(aws::Hasher::new(algorithm)),
            Backend::Pure => State::Pure(pure::Hasher::new(algorithm)),
        };
        Self { algorithm, state }
    }

    /// Which digest this makes.
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Takes these octets in.
    #[inline]
    pub fn update(&mut self, octets: &[u8]) {
        match &mut self.state {
            #[cfg(feature = "aws-lc")]
            State::Aws(hasher) => hasher.update(octets),
            State::Pure(hasher) => hasher.update(octets),
        }
    }

    /// The digest of all that was taken in.
    pub fn finish(self) -> Digest {
        match self.state {
            #[cfg(feature = "aws-lc")]
            State::Aws(hasher) => hasher.finish(self.algorithm),
            State::Pure(hasher) => hasher.finish(self.algorithm),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hasher({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn the_digests_of_abc_are_those_of_fips_180() {
        let expected = [
            (DigestAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (DigestAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (DigestAlgorithm::Sha384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
            (
                DigestAlgorithm::Sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
        ];
        for (algorithm, digits) in expected {
            for backend in Backend::ALL {
                let mut hasher = Hasher::with(*backend, algorithm);
                hasher.update(b"a");
                let mut other = hasher.clone();
                hasher.update(b"bc");
                other.update(b"bd");
                let digest = hasher.finish();
                assert_eq!(hex(&digest), digits, "{algorithm} by {backend:?}");
                assert_eq!(digest.len(), algorithm.len());
                assert_ne!(other.finish(), digest);
            }
            assert_eq!(hex(&algorithm.digest(b"abc")), digits);
        }
    }

    #[test]
    fn names_and_identifiers_lead_back() {
        for digest in DigestAlgorithm::ALL {
            assert_eq!(DigestAlgorithm::from_oid(digest.oid()), Some(*digest));
            assert_eq!(DigestAlgorithm::from_name(digest.name()), Some(*digest));
            assert_eq!(DigestAlgorithm::from_name(&digest.micalg().to_uppercase()), Some(*digest));
            assert_eq!(digest.digest(b"").len(), digest.len());
        }
        assert_eq!(DigestAlgorithm::from_oid(oid::ID_MD5), None);
        assert_eq!(DigestAlgorithm::from_name("md5"), None);
    }

    #[test]
    fn a_value_has_the_length_of_its_algorithm() {
        assert!(Digest::from_slice(DigestAlgorithm::Sha256, &[0; 31]).is_none());
        assert!(Digest::from_slice(DigestAlgorithm::Sha256, &[0; 33]).is_none());
        let value = Digest::from_slice(DigestAlgorithm::Sha256, &[7; 32]).unwrap();
        assert_eq!(&value[..], [7; 32]);
        assert_ne!(value, Digest::from_slice(DigestAlgorithm::Sha256, &[8; 32]).unwrap());
    }
}
