//! MIME at the level of octets: reading what comes in piece by piece without changing it, and writing what goes out.
//!
//! Nothing here knows CMS, certificates or policy. Everything that reads is fed with `push` and gives the same result for
//! pieces of any size.

mod address;
mod base64;
mod canonical;
mod compose;
mod content_type;
pub mod date;
mod facts;
mod header;
mod lexer;
mod protect;
mod quoted_printable;
mod splitter;
#[cfg(test)]
mod testing;
mod transfer;
mod transport;

pub use address::{Address, Senders, addresses};
pub use base64::{Base64Writer, LineLength};
pub use canonical::{Canonicalizer, canonical};
pub use compose::{SplitMessage, boundary, check_field, head_around, split_message};
pub use compose::{multipart_signed_head, multipart_signed_tail, pkcs7_mime_head};
pub use content_type::{ContentType, Parameter};
pub use facts::BodyFacts;
pub use header::{Defects, FieldView, Header, HeaderReader, unfolded};
pub use protect::{
    HeaderConfidentiality, HeaderIntent, HeaderProtection, ProtectedHeader, legacy_display_length, protect_encrypted, protect_signed,
    whole_message_head,
};
pub use quoted_printable::QuotedPrintableWriter;
pub use splitter::{PartSink, Parts, Splitter};
pub use transfer::{TransferDecoder, TransferEncoding};
pub use transport::{TransportEncoder, make_transport_safe};

/// The value of a hexadecimal digit.
const fn hex_digit(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(octet.wrapping_sub(b'A').wrapping_add(10)),
        b'a'..=b'f' => Some(octet.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}
