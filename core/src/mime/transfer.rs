//! Content-Transfer-Encoding and decoding (RFC 2045 section 6).

use super::base64::Base64Decoder;
use super::lexer::{Lexer, is_token};
use super::quoted_printable::QuotedPrintableDecoder;
use crate::error::Result;

/// The value of a Content-Transfer-Encoding field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransferEncoding {
    /// `7bit`: lines of ASCII. What holds where there is no field.
    #[default]
    SevenBit,
    /// `8bit`: lines of any octets but NUL.
    EightBit,
    /// `binary`: any octets.
    Binary,
    /// `base64`.
    Base64,
    /// `quoted-printable`.
    QuotedPrintable,
}

impl TransferEncoding {
    /// Reads the value of a field. `None` where it is none of the five: the body cannot be decoded then.
    ///
    /// ```
    /// use smime::mime::TransferEncoding;
    /// assert_eq!(TransferEncoding::parse(b" Base64 (as usual)"), Some(TransferEncoding::Base64));
    /// assert_eq!(TransferEncoding::parse(b"x-uuencode"), None);
    /// ```
    pub fn parse(value: &[u8]) -> Option<Self> {
        let mut lexer = Lexer::new(value);
        lexer.skip_comments()?;
        let word = lexer.take_while(is_token);
        lexer.skip_comments()?;
        if !lexer.is_at_end() {
            return None;
        }
        [Self::SevenBit, Self::EightBit, Self::Binary, Self::Base64, Self::QuotedPrintable]
            .into_iter()
            .find(|encoding| word.eq_ignore_ascii_case(encoding.as_str().as_bytes()))
    }

    /// The word of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
        }
    }

    /// Whether the encoded octets are the octets themselves.
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }
}

/// Decodes a body that comes in pieces of any size.
///
/// ```
/// use smime::mime::{TransferDecoder, TransferEncoding};
/// let mut decoder = TransferDecoder::new(TransferEncoding::Base64);
/// let mut out = Vec::new();
/// decoder.push(b"aGVs\r\nbG", &mut out)?;
/// decoder.push(b"8=\r\n", &mut out)?;
/// decoder.finish(&mut out)?;
/// assert_eq!(out, b"hello");
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Debug)]
pub struct TransferDecoder {
    machine: Machine,
}

#[derive(Debug)]
enum Machine {
    Identity,
    Base64(Box<Base64Decoder>),
    QuotedPrintable(QuotedPrintableDecoder),
}

impl TransferDecoder {
    /// A decoder for a body in this encoding.
    pub fn new(encoding: TransferEncoding) -> Self {
        let machine = match encoding {
            TransferEncoding::SevenBit | TransferEncoding::EightBit | TransferEncoding::Binary => Machine::Identity,
            TransferEncoding::Base64 => Machine::Base64(Box::default()),
            TransferEncoding::QuotedPrintable => Machine::QuotedPrintable(QuotedPrintableDecoder::default()),
        };
        Self { machine }
    }

    /// Decodes the next octets and appends what is complete to `out`.
    ///
    /// # Errors
    /// `MimeTransferEncoding`, with the offset in the encoded body, where an octet does not belong there.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match &mut self.machine {
            Machine::Identity => out.extend_from_slice(input),
            Machine::Base64(decoder) => decoder.push(input, out)?,
            Machine::QuotedPrintable(decoder) => decoder.push(input, out)?,
        }
        Ok(())
    }

    /// Ends the body.
    ///
    /// # Errors
    /// `MimeTransferEncoding` where it ends in the middle of an encoded octet.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        match &mut self.machine {
            Machine::Identity => Ok(()),
            Machine::Base64(decoder) => decoder.finish(),
            Machine::QuotedPrintable(decoder) => decoder.finish(out),
        }
    }

    /// Whether octets other than white space followed the padding of base64 and were ignored: a footer that a list added, for example.
    pub fn trailing(&self) -> bool {
        matches!(&self.machine, Machine::Base64(decoder) if decoder.trailing())
    }
}

#[cfg(test)]
mod tests;
