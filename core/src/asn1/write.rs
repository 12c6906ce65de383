//! Writing DER into memory.

use const_oid::ObjectIdentifier;

use super::Tag;

/// Builds DER front to back. Lengths are filled in when an element is closed, so nothing is encoded twice.
///
/// ```
/// use smime::asn1::{Tag, Writer};
/// let mut writer = Writer::new();
/// writer.nest(Tag::SEQUENCE, |writer| {
///     writer.unsigned(5);
///     writer.octet_string(b"x");
/// });
/// assert_eq!(writer.into_vec(), [0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, b'x']);
/// ```
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for this many octets, so that secrets of a known size are not left behind when it grows.
    pub fn with_capacity(octets: usize) -> Self {
        Self { out: Vec::with_capacity(octets) }
    }

    /// How many octets were written.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// What was written.
    pub fn into_vec(self) -> Vec<u8> {
        self.out
    }

    /// An element with this tag and the content that the closure writes.
    pub fn nest(&mut self, tag: Tag, content: impl FnOnce(&mut Self)) {
        self.out.push(tag.0);
        let start = self.out.len();
        content(self);
        let length = self.out.len().saturating_sub(start);
        self.out.splice(start..start, length_octets(length as u64));
    }

    /// An element with this tag and content.
    pub fn element(&mut self, tag: Tag, content: &[u8]) {
        self.out.extend(header(tag, content.len() as u64));
        self.out.extend_from_slice(content);
    }

    /// Octets that are encoded already.
    pub fn raw(&mut self, encoded: &[u8]) {
        self.out.extend_from_slice(encoded);
    }

    /// An OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: ObjectIdentifier) {
        self.element(Tag::OID, oid.as_bytes());
    }

    /// A NULL.
    pub fn null(&mut self) {
        self.element(Tag::NULL, &[]);
    }

    /// An OCTET STRING.
    pub fn octet_string(&mut self, octets: &[u8]) {
        self.element(Tag::OCTET_STRING, octets);
    }

    /// A BIT STRING whose bits fill these octets.
    pub fn bit_string(&mut self, octets: &[u8]) {
        self.nest(Tag::BIT_STRING, |writer| {
            writer.raw(&[0]);
            writer.raw(octets);
        });
    }

    /// A small non-negative INTEGER.
    pub fn unsigned(&mut self, value: u64) {
        self.unsigned_octets(&value.to_be_bytes());
    }

    /// A non-negative INTEGER from big-endian octets; leading zeros are dropped.
    pub fn unsigned_octets(&mut self, magnitude: &[u8]) {
        let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
        let significant = magnitude.get(zeros..).unwrap_or_default();
        self.nest(Tag::INTEGER, |writer| {
            if significant.first().is_none_or(|first| first & 0x80 != 0) {
                writer.raw(&[0]);
            }
            writer.raw(significant);
        });
    }
}

/// Identifier and definite length octets of an element whose content has this many octets.
pub fn header(tag: Tag, length: u64) -> impl Iterator<Item = u8> {
    std::iter::once(tag.0).chain(length_octets(length))
}

/// A SET OF these encoded elements under this tag, in DER order (X.690 section 11.6).
pub fn set_of(tag: Tag, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let mut writer = Writer::new();
    writer.element(tag, &elements.concat());
    writer.into_vec()
}

fn length_octets(length: u64) -> impl Iterator<Item = u8> {
    let octets = length.to_be_bytes();
    let significant = 8usize.saturating_sub(length.leading_zeros() as usize / 8).max(1);
    let first = (length >= 0x80).then_some(0x80 | significant as u8);
    first.into_iter().chain(octets.into_iter().skip(8usize.saturating_sub(significant)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(value: u64, octets: Vec<u8>) {
            let mut writer = Writer::new();
            writer.nest(Tag::SEQUENCE, |writer| { writer.unsigned(value); writer.octet_string(&octets); writer.bit_string(&octets) });
            let encoded = writer.into_vec();
            let mut reader = Reader::single_der(&encoded).unwrap().children().unwrap();
            assert_eq!(reader.unsigned().unwrap(), value);
            assert_eq!(reader.expect(Tag::OCTET_STRING).unwrap().content, octets);
            assert_eq!(reader.expect(Tag::BIT_STRING).unwrap().bit_octets().unwrap(), octets);
            reader.finish().unwrap();
        }
    }

    #[test]
    fn long_lengths() {
        for (length, octets) in [(127, 1), (128, 2), (255, 2), (256, 3), (65_536, 4), (1 << 32, 6)] {
            assert_eq!(header(Tag::OCTET_STRING, length).count(), octets + 1);
        }
    }
}
