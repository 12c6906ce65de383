//! S/MIME (RFC 8551) for programs that embed it: from raw message octets to content and a verdict with reasons.
//!
//! Everything happens in memory that the caller sees: no network, no clock, no files, no global state.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)
)]

#[cfg(not(any(feature = "aws-lc", feature = "pure-rust")))]
compile_error!("choose a cryptographic back end: the feature `aws-lc` (default) or `pure-rust`");

pub mod asn1;
pub mod ca;
pub mod cert;
pub mod cms;
pub mod crypto;
pub mod encrypt;
pub mod error;
pub mod evidence;
pub mod identity;
pub mod limits;
pub mod manual;
pub mod mime;
pub mod open;
pub mod path;
pub mod pem;
pub mod policy;
pub mod report;
pub mod sign;
pub mod time;
pub mod trust;

pub use cert::Certificate;
pub use crypto::{ContentCipher, DigestAlgorithm, ExternalKey, KeyTransport, PrivateKey};
pub use encrypt::{EncryptStream, Encryptor};
pub use error::{Class, Code, Error, Result, Severity};
pub use evidence::{Evidence, EvidenceOpener};
pub use identity::Identity;
pub use limits::Limits;
pub use open::{Form, OpenStream, Opened, Opener};
pub use policy::Policy;
pub use report::{Report, SignedForm, Verdict};
pub use sign::{SignStream, Signer};
pub use time::Time;
pub use trust::TrustStore;
