//! The judges.

#[cfg(feature = "all-peers")]
pub mod certval;
pub mod openssl;
pub mod ours;
pub mod x509_parser;

/// A judge's answer: nothing where the path is accepted, else why not.
pub type Answer = Option<String>;
