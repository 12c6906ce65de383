//! A push reader of BER and DER (X.690): elements come out as octets go in, content of any size in constant memory.
//!
//! The reader keeps one small record for each open element and the header that is being read, nothing else. It knows no
//! format: [`CmsReader`](super::CmsReader) tells it which elements to take apart and which to hand on whole.

use crate::asn1::Tag;
use crate::error::{Code, Error, Result};

/// Identifier octet, length octet and the most length octets that X.690 section 8.1.3.5 allows.
const HEADER: usize = 2 + 126;

/// The identifier and length of an element that has just begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The identifier octet.
    pub tag: Tag,
    /// Octets of content; `None` where end-of-contents octets will tell (X.690 section 8.1.3.6).
    pub length: Option<u64>,
    /// Offset of the identifier octet from the start of the input.
    pub offset: u64,
    /// Octets of the header itself.
    pub header: usize,
}

/// What the reader has come upon. Each start has its end, and what lies between belongs to that element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BerEvent<'a> {
    /// An element begins.
    Start(Head),
    /// Content octets of the primitive (or [opaque](BerReader::opaque)) element that is open; never empty.
    Data(&'a [u8]),
    /// The innermost open element ends.
    End {
        /// Whether end-of-contents octets ended it.
        indefinite: bool,
    },
}

/// Reads one element, with all that it contains, from pieces of any size.
///
/// ```
/// use smime::cms::ber::{BerEvent, BerReader};
/// let mut reader = BerReader::new(64);
/// let mut content = Vec::new();
/// for piece in [&[0x30u8, 0x80, 0x04][..], &[0x02, b'h'], &[b'i', 0x00, 0x00]] {
///     let mut rest = piece;
///     while let Some(event) = reader.next(&mut rest)? {
///         if let BerEvent::Data(octets) = event {
///             content.extend_from_slice(octets);
///         }
///     }
/// }
/// reader.finish()?;
/// assert_eq!(content, b"hi");
/// assert!(!reader.is_der());
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BerReader {
    offset: u64,
    open: Vec<Open>,
    state: State,
    header: [u8; HEADER],
    header_length: usize,
    depth: usize,
    der: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    /// Offset of the octet after the content; `None` where end-of-contents octets will tell.
    end: Option<u64>,
    /// The tightest end of this element and those around it.
    bound: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before an identifier octet, or at the end of an element.
    Between,
    /// Within a header.
    Header,
    /// Within content that is not taken apart; so many octets are left.
    Content(u64),
    /// The outermost element has ended.
    Done,
}

impl BerReader {
    /// A reader that allows constructed elements to be nested this deep.
    pub fn new(depth: usize) -> Self {
        Self { offset: 0, open: Vec::new(), state: State::Between, header: [0; HEADER], header_length: 0, depth, der: true }
    }

    /// The next event. `input` shrinks by what was read; `None` where it is used up.
    ///
    /// # Errors
    /// [`Code::BerTag`], [`Code::BerLength`], [`Code::LimitDepth`], or [`Code::BerTrailing`] where octets follow the
    /// outermost element. The reader is of no use afterwards.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<BerEvent<'a>>> {
        loop {
            match self.state {
                State::Content(0) => return Ok(Some(self.close(false))),
                State::Content(left) => return Ok(self.content(left, input)),
                State::Between if self.at_end() => return Ok(Some(self.close(false))),
                State::Between | State::Header => {
                    if input.is_empty() {
                        return Ok(None);
                    }
                    if let Some(event) = self.read_header(input)? {
                        return Ok(Some(event));
                    }
                }
                State::Done if input.is_empty() => return Ok(None),
                State::Done => return Err(self.error(Code::BerTrailing)),
            }
        }
    }

    /// Takes the content of the constructed element of definite length that has just started as mere octets: they come as
    /// [`BerEvent::Data`]. Does nothing to other elements.
    pub fn opaque(&mut self) {
        if let (State::Between, Some(Open { end: Some(end), .. })) = (self.state, self.open.last()) {
            self.state = State::Content(end.saturating_sub(self.offset));
        }
    }

    /// The octets of the header that was read last.
    pub fn header(&self) -> &[u8] {
        self.header.get(..self.header_length).unwrap_or_default()
    }

    /// How many elements are open.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// Octets read so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the outermost element has ended.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether all lengths so far were definite and minimal and all strings primitive (X.690 sections 10.1 and 10.2).
    pub fn is_der(&self) -> bool {
        self.der
    }

    /// Says that something else than a length was seen that DER forbids.
    pub fn mark_not_der(&mut self) {
        self.der = false;
    }

    /// No more octets come.
    ///
    /// # Errors
    /// [`Code::BerTruncated`] where the outermost element has not ended.
    pub fn finish(&self) -> Result<()> {
        if self.is_done() { Ok(()) } else { Err(self.error(Code::BerTruncated)) }
    }

    fn content<'a>(&mut self, left: u64, input: &mut &'a [u8]) -> Option<BerEvent<'a>> {
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let (octets, rest) = input.split_at_checked(taken).unwrap_or((input, &[]));
        if octets.is_empty() {
            return None;
        }
        *input = rest;
        self.offset = self.offset.saturating_add(taken as u64);
        self.state = State::Content(left.saturating_sub(taken as u64));
        Some(BerEvent::Data(octets))
    }

    fn at_end(&self) -> bool {
        self.open.last().is_some_and(|open| open.end == Some(self.offset))
    }

    fn close<'a>(&mut self, indefinite: bool) -> BerEvent<'a> {
        self.open.pop();
        self.state = if self.open.is_empty() { State::Done } else { State::Between };
        BerEvent::End { indefinite }
    }

    fn bound(&self) -> u64 {
        self.open.last().map_or(u64::MAX, |open| open.bound)
    }

    fn read_header<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<BerEvent<'a>>> {
        if self.state == State::Between {
            self.header_length = 0;
            self.state = State::Header;
        }
        while let Some((octet, rest)) = input.split_first() {
            if self.offset >= self.bound() {
                return Err(self.error(Code::BerLength).because("an element goes on where the one around it ends"));
            }
            if let Some(place) = self.header.get_mut(self.header_length) {
                *place = *octet;
            }
            self.header_length = self.header_length.saturating_add(1);
            self.offset = self.offset.saturating_add(1);
            *input = rest;
            if let Some(length) = parse_header(self.header()).map_err(|error| error.at(self.offset))? {
                return self.start(length).map(Some);
            }
        }
        Ok(None)
    }

    fn start<'a>(&mut self, length: Option<u64>) -> Result<BerEvent<'a>> {
        let tag = Tag(self.header.first().copied().unwrap_or_default());
        let offset = self.offset.saturating_sub(self.header_length as u64);
        if tag == Tag::END {
            return self.end_of_contents(offset);
        }
        let outer = self.bound();
        let (end, bound) = match length {
            None if !tag.is_constructed() => {
                return Err(Error::new(Code::BerLength).at(offset).because("a primitive element of indefinite length"));
            }
            None => (None, outer),
            Some(length) => {
                let end = self.offset.checked_add(length).filter(|end| *end <= outer);
                let end = end.ok_or_else(|| Error::new(Code::BerLength).at(offset).because("longer than the element around it"))?;
                (Some(end), end)
            }
        };
        if tag.is_constructed() && self.open.len() >= self.depth {
            return Err(Error::new(Code::LimitDepth).at(offset));
        }
        self.der &= length.is_some_and(|length| is_minimal(length, self.header_length)) && !is_constructed_string(tag);
        self.open.push(Open { end, bound });
        self.state = match length {
            Some(length) if !tag.is_constructed() => State::Content(length),
            _ => State::Between,
        };
        Ok(BerEvent::Start(Head { tag, length, offset, header: self.header_length }))
    }

    fn end_of_contents<'a>(&mut self, offset: u64) -> Result<BerEvent<'a>> {
        match self.open.last() {
            Some(Open { end: None, .. }) if self.header() == [0, 0] => Ok(self.close(true)),
            Some(Open { end: None, .. }) => Err(Error::new(Code::BerLength).at(offset).because("end-of-contents octets with a length")),
            _ => Err(Error::new(Code::BerTag).at(offset).because("end-of-contents octets in an element of definite length")),
        }
    }

    fn error(&self, code: Code) -> Error {
        Error::new(code).at(self.offset)
    }
}

/// `None` where the header is not whole yet; else its length, which is `None` where it is indefinite.
#[allow(clippy::option_option, reason = "not whole yet, indefinite, definite")]
fn parse_header(header: &[u8]) -> Result<Option<Option<u64>>> {
    let [tag, rest @ ..] = header else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(Error::new(Code::BerTag).because("tag numbers over 30 are not in use"));
    }
    let [first, octets @ ..] = rest else { return Ok(None) };
    match *first {
        short @ 0..=0x7f => Ok(Some(Some(u64::from(short)))),
        0x80 => Ok(Some(None)),
        0xff => Err(Error::new(Code::BerLength).because("the reserved length octet")),
        long if octets.len() < usize::from(long & 0x7f) => Ok(None),
        _ => {
            let significant = octets.iter().skip_while(|octet| **octet == 0);
            if significant.clone().count() > 8 {
                return Err(Error::new(Code::BerLength).because("a length of more than 64 bits"));
            }
            Ok(Some(Some(significant.fold(0, |value, octet| value << 8 | u64::from(*octet)))))
        }
    }
}

fn is_minimal(length: u64, header: usize) -> bool {
    crate::asn1::header(Tag::SEQUENCE, length).count() == header
}

/// Whether this is a string type of the universal class with the constructed bit set.
pub(super) fn is_constructed_string(tag: Tag) -> bool {
    matches!(tag.0, 0x23 | 0x24 | 0x2c | 0x32..=0x3e)
}
