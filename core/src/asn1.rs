//! BER and DER (X.690): the slice reader and the writer on which every room that knows a format stands.
//!
//! The streaming reader for content of any size is in [`cms::ber`](crate::cms). This one reads elements that are
//! already whole in memory, without copying and without recursion.

pub mod oid;
mod read;
mod write;

pub use const_oid::ObjectIdentifier;
pub use read::{Element, Reader, Rules, Tag};
pub use write::{Writer, header, set_of};
