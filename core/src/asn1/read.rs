//! Reading elements from a slice.

use std::borrow::Cow;

use const_oid::ObjectIdentifier;

use crate::error::{Code, Error, Result};

/// How deep elements may be nested in one slice.
const DEPTH: usize = 64;

/// Which encoding rules a reader holds its input to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// X.690 section 10: definite lengths in the fewest octets.
    Der,
    /// X.690 section 8: indefinite and non-minimal lengths, constructed strings.
    Ber,
}

/// An identifier octet: class, constructed bit and a number below 31 (no format in this crate uses higher ones).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag(pub u8);

#[allow(missing_docs, reason = "the names of X.680")]
impl Tag {
    pub const BOOLEAN: Self = Self(0x01);
    pub const INTEGER: Self = Self(0x02);
    pub const BIT_STRING: Self = Self(0x03);
    pub const OCTET_STRING: Self = Self(0x04);
    pub const NULL: Self = Self(0x05);
    pub const OID: Self = Self(0x06);
    pub const ENUMERATED: Self = Self(0x0a);
    pub const UTF8_STRING: Self = Self(0x0c);
    pub const PRINTABLE_STRING: Self = Self(0x13);
    pub const TELETEX_STRING: Self = Self(0x14);
    pub const IA5_STRING: Self = Self(0x16);
    pub const UTC_TIME: Self = Self(0x17);
    pub const GENERALIZED_TIME: Self = Self(0x18);
    pub const UNIVERSAL_STRING: Self = Self(0x1c);
    pub const BMP_STRING: Self = Self(0x1e);
    pub const SEQUENCE: Self = Self(0x30);
    pub const SET: Self = Self(0x31);
    /// The octet that, with a length of zero, ends an indefinite element.
    pub const END: Self = Self(0x00);

    /// `[number]` with primitive content, as IMPLICIT tags of simple types have.
    pub const fn context(number: u8) -> Self {
        Self(0x80 | (number & 0x1f))
    }

    /// `[number]` with constructed content, as EXPLICIT tags and IMPLICIT tags of SEQUENCE and SET have.
    pub const fn context_constructed(number: u8) -> Self {
        Self(0xa0 | (number & 0x1f))
    }

    /// Whether the content is made of elements.
    pub const fn is_constructed(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// The same tag with the constructed bit set.
    #[must_use]
    pub const fn constructed(self) -> Self {
        Self(self.0 | 0x20)
    }
}

/// One element: its tag, its content octets and all of its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: Tag,
    /// The content octets, without the end-of-contents octets of an indefinite element.
    pub content: &'a [u8],
    /// Every octet of the element, as received.
    pub raw: &'a [u8],
    /// Offset of the first octet in the input that the outermost reader was given.
    pub offset: u64,
    rules: Rules,
    depth: usize,
}

/// A cursor over the elements of a slice.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: u64,
    rules: Rules,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader of this slice by these rules.
    pub fn new(input: &'a [u8], rules: Rules) -> Self {
        Self { rest: input, offset: 0, rules, depth: 0 }
    }

    /// A reader that holds its input to DER.
    pub fn der(input: &'a [u8]) -> Self {
        Self::new(input, Rules::Der)
    }

    /// A reader that takes BER.
    pub fn ber(input: &'a [u8]) -> Self {
        Self::new(input, Rules::Ber)
    }

    /// The only element of this slice, by DER.
    ///
    /// # Errors
    /// [`Code::BerTrailing`] where more follows, else as [`Reader::element`].
    pub fn single_der(input: &'a [u8]) -> Result<Element<'a>> {
        Self::der(input).single()
    }

    /// The only element of what remains; nothing may follow it.
    ///
    /// # Errors
    /// [`Code::BerTrailing`] where more follows, else as [`Reader::element`].
    pub fn single(mut self) -> Result<Element<'a>> {
        let element = self.element()?;
        self.finish()?;
        Ok(element)
    }

    /// Whether nothing remains.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The octets that remain.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Offset of the next octet in the input that the outermost reader was given.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The tag of the next element, if there is one.
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().map(|octet| Tag(*octet))
    }

    /// The next element.
    ///
    /// # Errors
    /// [`Code::BerTruncated`], [`Code::BerLength`], [`Code::BerTag`], [`Code::BerNotDer`] or [`Code::LimitDepth`].
    pub fn element(&mut self) -> Result<Element<'a>> {
        let head = Head::read(self.rest, self.rules).map_err(|error| self.locate(error))?;
        if head.tag == Tag::END {
            return Err(Error::new(Code::BerTag).at(self.offset).because("end-of-contents octets where no element is open"));
        }
        let (content_end, end) = match head.length {
            Some(length) => {
                let end = head.octets.checked_add(length).filter(|end| *end <= self.rest.len());
                let end = end.ok_or_else(|| Error::new(Code::BerTruncated).at(self.offset))?;
                (end, end)
            }
            None => {
                let body = self.rest.get(head.octets..).unwrap_or_default();
                let length = indefinite_length(body, DEPTH.saturating_sub(self.depth)).map_err(|error| self.locate(error))?;
                let content_end = head.octets.saturating_add(length);
                (content_end, content_end.saturating_add(2))
            }
        };
        let (Some(content), Some(raw), Some(rest)) = (self.rest.get(head.octets..content_end), self.rest.get(..end), self.rest.get(end..))
        else {
            return Err(Error::new(Code::BerTruncated).at(self.offset));
        };
        let element = Element { tag: head.tag, content, raw, offset: self.offset, rules: self.rules, depth: self.depth };
        self.rest = rest;
        self.offset = self.offset.saturating_add(end as u64);
        Ok(element)
    }

    /// The next element, which must have this tag.
    ///
    /// # Errors
    /// [`Code::BerTag`] where it has another, else as [`Reader::element`].
    pub fn expect(&mut self, tag: Tag) -> Result<Element<'a>> {
        match self.peek() {
            Some(found) if found == tag => self.element(),
            Some(_) => Err(Error::new(Code::BerTag).at(self.offset)),
            None => Err(Error::new(Code::BerTruncated).at(self.offset)),
        }
    }

    /// The next element if it has this tag, else nothing.
    ///
    /// # Errors
    /// As [`Reader::element`].
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>> {
        if self.peek() == Some(tag) { self.element().map(Some) } else { Ok(None) }
    }

    /// A reader over the children of the next element, which must be a SEQUENCE.
    ///
    /// # Errors
    /// As [`Reader::expect`].
    pub fn sequence(&mut self) -> Result<Reader<'a>> {
        self.expect(Tag::SEQUENCE)?.children()
    }

    /// An OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// As [`Reader::expect`] and [`Element::oid`].
    pub fn oid(&mut self) -> Result<ObjectIdentifier> {
        self.expect(Tag::OID)?.oid()
    }

    /// An INTEGER that fits an `u64`.
    ///
    /// # Errors
    /// As [`Reader::expect`] and [`Element::unsigned`].
    pub fn unsigned(&mut self) -> Result<u64> {
        self.expect(Tag::INTEGER)?.unsigned()
    }

    /// Nothing may remain.
    ///
    /// # Errors
    /// [`Code::BerTrailing`] where something does.
    pub fn finish(self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::new(Code::BerTrailing).at(self.offset)) }
    }

    fn locate(&self, error: Error) -> Error {
        let within = error.offset().unwrap_or(0);
        error.at(self.offset.saturating_add(within))
    }
}

impl<'a> Element<'a> {
    /// A reader over the children of this element.
    ///
    /// # Errors
    /// [`Code::BerTag`] where the element is primitive, [`Code::LimitDepth`] where it is nested too deep.
    pub fn children(&self) -> Result<Reader<'a>> {
        if !self.tag.is_constructed() {
            return Err(self.error(Code::BerTag));
        }
        let depth = self.depth.saturating_add(1);
        if depth >= DEPTH {
            return Err(self.error(Code::LimitDepth));
        }
        let header = self.content.as_ptr().addr().saturating_sub(self.raw.as_ptr().addr());
        Ok(Reader { rest: self.content, offset: self.offset.saturating_add(header as u64), rules: self.rules, depth })
    }

    /// Whether the length is given by end-of-contents octets.
    pub fn is_indefinite(&self) -> bool {
        self.raw.get(1) == Some(&0x80)
    }

    /// An error with this code at this element.
    pub fn error(&self, code: Code) -> Error {
        Error::new(code).at(self.offset)
    }

    /// The value as an OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// [`Code::BerValue`] where it is none, or one too long to be in use anywhere.
    pub fn oid(&self) -> Result<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(self.content).map_err(|_| self.error(Code::BerValue))
    }

    /// The content octets of an OBJECT IDENTIFIER of any length.
    ///
    /// # Errors
    /// [`Code::BerValue`] where they are none: no octets, an arc with leading zeros, a last arc without its end.
    pub fn oid_octets(&self) -> Result<&'a [u8]> {
        let mut within = false;
        for octet in self.content {
            if !within && *octet == 0x80 {
                return Err(self.error(Code::BerValue));
            }
            within = octet & 0x80 != 0;
        }
        if within || self.content.is_empty() { Err(self.error(Code::BerValue)) } else { Ok(self.content) }
    }

    /// The value as a non-negative INTEGER of at most 64 bits.
    ///
    /// # Errors
    /// [`Code::BerValue`] where it is another.
    pub fn unsigned(&self) -> Result<u64> {
        let magnitude = self.unsigned_octets()?;
        if magnitude.len() > 8 {
            return Err(self.error(Code::BerValue));
        }
        Ok(magnitude.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet)))
    }

    /// The value as a non-negative INTEGER of any size: big-endian, without leading zeros, empty for zero.
    ///
    /// # Errors
    /// [`Code::BerValue`] where it is negative, empty or (in DER) not minimal.
    pub fn unsigned_octets(&self) -> Result<&'a [u8]> {
        let content = self.integer_octets()?;
        match content {
            [first, ..] if first & 0x80 != 0 => Err(self.error(Code::BerValue)),
            _ => {
                let zeros = content.iter().take_while(|octet| **octet == 0).count();
                Ok(content.get(zeros..).unwrap_or_default())
            }
        }
    }

    /// The content octets of an INTEGER, two's complement.
    ///
    /// # Errors
    /// [`Code::BerValue`] where they are none or (in DER) not minimal.
    pub fn integer_octets(&self) -> Result<&'a [u8]> {
        let minimal = match self.content {
            [] => return Err(self.error(Code::BerValue)),
            [first, second, ..] => !((*first == 0 && second & 0x80 == 0) || (*first == 0xff && second & 0x80 != 0)),
            [_] => true,
        };
        if minimal || self.rules == Rules::Ber { Ok(self.content) } else { Err(self.error(Code::BerValue)) }
    }

    /// The value as a BOOLEAN.
    ///
    /// # Errors
    /// [`Code::BerValue`] where it is none.
    pub fn boolean(&self) -> Result<bool> {
        match (self.content, self.rules) {
            ([0], _) => Ok(false),
            ([0xff], _) | ([_], Rules::Ber) => Ok(true),
            _ => Err(self.error(Code::BerValue)),
        }
    }

    /// The octets of an OCTET STRING (or another string type, or one under an IMPLICIT tag), joined where it is constructed.
    ///
    /// # Errors
    /// [`Code::BerTag`] where a piece of a constructed string is no OCTET STRING, [`Code::BerNotDer`] where DER forbids pieces.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>> {
        if !self.tag.is_constructed() {
            return Ok(Cow::Borrowed(self.content));
        }
        if self.rules == Rules::Der {
            return Err(self.error(Code::BerNotDer));
        }
        // Room for all pieces from the start: they may be a secret, and a vector that grows leaves copies behind.
        let mut joined = Vec::with_capacity(self.content.len());
        let mut open = vec![self.children()?];
        while let Some(reader) = open.last_mut() {
            if reader.is_empty() {
                open.pop();
                continue;
            }
            let piece = reader.element()?;
            match piece.tag {
                Tag::OCTET_STRING => joined.extend_from_slice(piece.content),
                tag if tag == Tag::OCTET_STRING.constructed() => open.push(piece.children()?),
                _ => return Err(piece.error(Code::BerTag)),
            }
        }
        Ok(Cow::Owned(joined))
    }

    /// The octets of a primitive BIT STRING and the number of unused bits at its end.
    ///
    /// # Errors
    /// [`Code::BerValue`] where the count of unused bits is not possible.
    pub fn bits(&self) -> Result<(&'a [u8], u8)> {
        match self.content.split_first() {
            Some((unused, octets)) if *unused == 0 || (*unused < 8 && !octets.is_empty()) => Ok((octets, *unused)),
            _ => Err(self.error(Code::BerValue)),
        }
    }

    /// The octets of a primitive BIT STRING whose bits fill them wholly.
    ///
    /// # Errors
    /// [`Code::BerValue`] where they do not.
    pub fn bit_octets(&self) -> Result<&'a [u8]> {
        match self.bits()? {
            (octets, 0) => Ok(octets),
            _ => Err(self.error(Code::BerValue)),
        }
    }
}

/// Identifier and length octets.
struct Head {
    tag: Tag,
    octets: usize,
    /// `None`: indefinite.
    length: Option<usize>,
}

impl Head {
    fn read(input: &[u8], rules: Rules) -> Result<Self> {
        let truncated = || Error::new(Code::BerTruncated).at(0);
        let (tag, rest) = input.split_first().ok_or_else(truncated)?;
        let tag = Tag(*tag);
        if tag.0 & 0x1f == 0x1f {
            return Err(Error::new(Code::BerTag).at(0).because("tag numbers over 30 are not in use"));
        }
        let (first, rest) = rest.split_first().ok_or_else(truncated)?;
        match *first {
            short @ 0..=0x7f => Ok(Self { tag, octets: 2, length: Some(usize::from(short)) }),
            0x80 if rules == Rules::Der => Err(Error::new(Code::BerNotDer).at(0)),
            0x80 if !tag.is_constructed() => Err(Error::new(Code::BerLength).at(0)),
            0x80 => Ok(Self { tag, octets: 2, length: None }),
            0xff => Err(Error::new(Code::BerLength).at(0)),
            long => {
                let count = usize::from(long & 0x7f);
                let octets = rest.get(..count).ok_or_else(truncated)?;
                let zeros = octets.iter().take_while(|octet| **octet == 0).count();
                let significant = octets.get(zeros..).unwrap_or_default();
                if significant.len() > 8 {
                    return Err(Error::new(Code::BerLength).at(0));
                }
                let length = significant.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet));
                if rules == Rules::Der && (zeros > 0 || length < 0x80) {
                    return Err(Error::new(Code::BerNotDer).at(0));
                }
                let length = usize::try_from(length).map_err(|_| Error::new(Code::BerTruncated).at(0))?;
                Ok(Self { tag, octets: count.saturating_add(2), length: Some(length) })
            }
        }
    }
}

/// The number of content octets of an indefinite element whose content starts here: up to its end-of-contents octets.
fn indefinite_length(body: &[u8], depth: usize) -> Result<usize> {
    let mut position = 0usize;
    let mut open = 1usize;
    loop {
        let rest = body.get(position..).unwrap_or_default();
        let head = Head::read(rest, Rules::Ber).map_err(|error| error.at(position as u64))?;
        let start = position;
        position = position.saturating_add(head.octets);
        match head.length {
            Some(0) if head.tag == Tag::END => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Ok(start);
                }
            }
            Some(_) if head.tag == Tag::END => return Err(Error::new(Code::BerTag).at(start as u64)),
            Some(length) => {
                position = position.saturating_add(length);
                if position > body.len() {
                    return Err(Error::new(Code::BerTruncated).at(start as u64));
                }
            }
            None => {
                open = open.saturating_add(1);
                if open >= depth {
                    return Err(Error::new(Code::LimitDepth).at(start as u64));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_and_constructed_strings_are_joined() {
        let input = [0x24, 0x80, 0x04, 0x01, b'a', 0x24, 0x03, 0x04, 0x01, b'b', 0x00, 0x00];
        let element = Reader::ber(&input).single().unwrap();
        assert_eq!(element.octets().unwrap().as_ref(), b"ab");
        assert_eq!(Reader::single_der(&input).unwrap_err().code(), Code::BerNotDer);
    }

    #[test]
    fn lengths_are_checked_before_they_are_believed() {
        for (input, code) in [
            (&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], Code::BerTruncated),
            (&[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0], Code::BerLength),
            (&[0x30, 0xff], Code::BerLength),
            (&[0x30, 0x80, 0x30, 0x80], Code::BerTruncated),
            (&[0x04, 0x80, 0, 0], Code::BerLength),
            (&[0x1f, 0x81, 0], Code::BerTag),
            (&[0x00, 0x00], Code::BerTag),
            (&[0x30], Code::BerTruncated),
            (&[], Code::BerTruncated),
        ] {
            assert_eq!(Reader::ber(input).element().unwrap_err().code(), code, "{input:02x?}");
        }
        assert_eq!(Reader::der(&[0x04, 0x81, 0x01, 0]).element().unwrap_err().code(), Code::BerNotDer);
        assert!(Reader::ber(&[0x04, 0x84, 0, 0, 0, 1, 0]).element().is_ok());
    }

    #[test]
    fn depth_is_bounded() {
        let mut input = [0x30, 0x80].repeat(100);
        input.extend([0, 0].repeat(100));
        assert_eq!(Reader::ber(&input).element().unwrap_err().code(), Code::LimitDepth);
    }

    #[test]
    fn children_know_their_offset() {
        let input = [0x30, 0x05, 0x02, 0x01, 0x05, 0x05, 0x01];
        let mut children = Reader::der(&input).sequence().unwrap();
        assert_eq!(children.unsigned().unwrap(), 5);
        assert_eq!(children.element().unwrap_err().offset(), Some(5));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(input: Vec<u8>) {
            for rules in [Rules::Der, Rules::Ber] {
                let mut open = vec![Reader::new(&input, rules)];
                while let Some(reader) = open.last_mut() {
                    match reader.element() {
                        Ok(element) => if let Ok(children) = element.children() { open.push(children) },
                        Err(_) => { open.pop(); }
                    }
                }
            }
        }
    }
}
