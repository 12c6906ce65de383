//! Cryptographic primitives: the only room that names primitive crates.
//!
//! Two back ends stand behind one set of types: AWS-LC (feature `aws-lc`, the default) does what it can do, the
//! RustCrypto crates do the rest and, with the feature `pure-rust` alone, everything. Keys are handles that are parsed
//! and checked once and cheap to clone; bulk data passes in slices of any size, best in blocks of 16 to 64 KiB.
//!
//! Nothing here decides what is acceptable: that is [`policy`](crate::policy). What is never acceptable (points off
//! their curve, trailer fields, padding that does not fill) is refused here in any case.

pub mod agreement;
#[cfg(feature = "aws-lc")]
mod aws;
pub mod content;
mod digest;
pub mod kdf;
pub mod key;
pub mod mac;
mod padding;
mod pure;
pub mod rng;
mod signature;
#[cfg(test)]
pub(crate) mod tests;
mod transport;
pub mod wrap;

pub use agreement::EphemeralKey;
pub use content::{CipherParameters, ContentCipher, ContentDecryptor, ContentEncryptor};
pub use digest::{Digest, DigestAlgorithm, Hasher};
pub use key::{Curve, ExternalKey, KeyKind, PrivateKey, PublicKey};
pub use rng::constant_time_eq;
pub use signature::{SignatureScheme, ToBeSigned};
pub use transport::KeyTransport;
pub use wrap::KeyWrap;

/// Which crates do the work. Callers never choose: the hook is there so that tests can compare the two.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// AWS-LC where it can, RustCrypto for the rest.
    #[cfg(feature = "aws-lc")]
    AwsLc,
    /// RustCrypto alone.
    Pure,
}

impl Backend {
    /// Every back end of this build, the one in use first.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "aws-lc")]
        Self::AwsLc,
        Self::Pure,
    ];
}

impl Default for Backend {
    #[cfg(feature = "aws-lc")]
    fn default() -> Self {
        Self::AwsLc
    }

    #[cfg(not(feature = "aws-lc"))]
    fn default() -> Self {
        Self::Pure
    }
}
