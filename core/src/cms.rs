//! The Cryptographic Message Syntax (RFC 5652): reading and writing the octets, without any decision.
//!
//! [`CmsReader`] takes BER or DER in pieces of any size and tells a [`CmsSink`] what it finds; content passes through as
//! slices of the input and only what must be kept whole (certificates, SignerInfos, RecipientInfos) is kept, within
//! [`Limits`](crate::Limits). [`SignedDataWriter`], [`EnvelopedDataWriter`] and [`CompressedDataWriter`] make the same
//! structures. Nothing here verifies, decrypts or judges.

mod algorithm;
mod attributes;
pub mod ber;
mod der;
mod enveloped;
mod grammar;
mod keeper;
mod reader;
mod recipients;
mod signed;
mod swap;
#[cfg(test)]
mod testing;
mod time_stamp;
mod write;

pub use algorithm::AlgorithmIdentifier;
pub use attributes::{AlgorithmProtection, Attribute, Attributes, SignedAttributes};
pub use enveloped::{EnvelopedEnd, EnvelopedStart, OriginatorInfo};
pub use reader::{CmsReader, CmsSink, CompressedStart};
pub use recipients::{KekIdentifier, KeyAgreementRecipient, Originator, RecipientIdentifier, RecipientInfo};
pub use signed::{CertificateSet, IssuerAndSerial, OtherRevocationInfo, SignedEnd, SignedStart, SignerIdentifier, SignerInfo};
pub use swap::AttributeSwapDetector;
pub use time_stamp::{SigningCertificate, TimeStampInfo};
pub use write::{
    CompressedDataWriter, EnvelopedDataWriter, Output, SignedAttributesBuilder, SignedDataWriter, SignedTail, ecc_cms_shared_info,
    signed_data_version,
};

use crate::error::Error;

/// The same error, its offset counted from the start of the whole input rather than from that of the element at `base`.
fn moved(error: Error, base: u64) -> Error {
    let within = error.offset().unwrap_or(0);
    error.at(base.saturating_add(within))
}
