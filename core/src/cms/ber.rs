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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asn1::Reader;
    use crate::cms::testing::{Choices, trees};

    /// Every event, with the octets of neighbouring data joined.
    #[derive(Debug, PartialEq, Eq)]
    enum Event {
        Start(Head),
        Data(Vec<u8>),
        End(bool),
    }

    fn events<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> std::result::Result<(Vec<Event>, bool), (Code, Option<u64>)> {
        let mut reader = BerReader::new(64);
        let mut events = Vec::new();
        let failed = |error: Error| (error.code(), error.offset());
        for piece in pieces {
            let mut rest = piece;
            while let Some(event) = reader.next(&mut rest).map_err(failed)? {
                match (event, events.last_mut()) {
                    (BerEvent::Data(more), Some(Event::Data(octets))) => octets.extend_from_slice(more),
                    (BerEvent::Data(octets), _) => events.push(Event::Data(octets.to_vec())),
                    (BerEvent::Start(head), _) => events.push(Event::Start(head)),
                    (BerEvent::End { indefinite }, _) => events.push(Event::End(indefinite)),
                }
            }
            assert!(rest.is_empty());
        }
        reader.finish().map_err(failed)?;
        Ok((events, reader.is_der()))
    }

    fn code(input: &[u8]) -> Option<Code> {
        events(std::iter::once(input)).err().map(|(code, _)| code)
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        for (input, expected) in [
            (&[][..], Code::BerTruncated),
            (&[0x30], Code::BerTruncated),
            (&[0x30, 0x02, 0x05], Code::BerTruncated),
            (&[0x30, 0x80, 0x05, 0x00], Code::BerTruncated),
            (&[0x30, 0x80, 0x05, 0x00, 0x00], Code::BerTruncated),
            (&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff], Code::BerTruncated),
            // A child that is longer than its parent, or whose header is.
            (&[0x30, 0x02, 0x04, 0x01, 0x00], Code::BerLength),
            (&[0x30, 0x01, 0x04, 0x00], Code::BerLength),
            (&[0x30, 0x80, 0x30, 0x02, 0x04, 0x02, 0, 0, 0, 0], Code::BerLength),
            // An indefinite child that its definite parent does not leave room to end.
            (&[0x30, 0x02, 0x30, 0x80, 0x00, 0x00], Code::BerLength),
            (&[0x30, 0x03, 0x30, 0x80, 0x00, 0x00], Code::BerLength),
            // Lengths.
            (&[0x04, 0x80, 0x00, 0x00], Code::BerLength),
            (&[0x04, 0xff], Code::BerLength),
            (&[0x04, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0], Code::BerLength),
            (&[0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Code::BerLength),
            (&[0x30, 0x80, 0x00, 0x01], Code::BerLength),
            (&[0x30, 0x80, 0x00, 0x81, 0x00], Code::BerLength),
            // End-of-contents where nothing is to end.
            (&[0x00, 0x00], Code::BerTag),
            (&[0x30, 0x02, 0x00, 0x00], Code::BerTag),
            (&[0x1f, 0x81, 0x00, 0x00], Code::BerTag),
            // After the end.
            (&[0x05, 0x00, 0x00], Code::BerTrailing),
            (&[0x30, 0x80, 0x00, 0x00, 0x00, 0x00], Code::BerTrailing),
        ] {
            assert_eq!(code(input), Some(expected), "{input:02x?}");
            assert_eq!(events(input.chunks(1)).err().map(|(code, _)| code), Some(expected), "{input:02x?} octet by octet");
        }
    }

    #[test]
    fn lengths_may_have_leading_zeros() {
        let mut input = vec![0x04, 0xfe];
        input.extend([0; 125]);
        input.extend([1, b'x']);
        let (events, der) = events(std::iter::once(input.as_slice())).unwrap();
        assert_eq!(events[1], Event::Data(b"x".to_vec()));
        assert!(!der);
    }

    #[test]
    fn depth_is_bounded_and_costs_no_stack() {
        for depth in [64, 65] {
            let input = [[0x30u8, 0x80].repeat(depth), [0, 0].repeat(depth)].concat();
            assert_eq!(code(&input), (depth > 64).then_some(Code::LimitDepth));
        }
        assert_eq!(code(&[0x30, 0x80].repeat(1_000_000)), Some(Code::LimitDepth));
    }

    #[test]
    fn data_is_handed_on_without_copying() {
        let content = vec![7; 1 << 20];
        let input = [&[0x04, 0x83, 0x10, 0x00, 0x00], content.as_slice()].concat();
        let mut reader = BerReader::new(64);
        let mut rest = input.as_slice();
        assert!(matches!(reader.next(&mut rest).unwrap(), Some(BerEvent::Start(_))));
        let Some(BerEvent::Data(octets)) = reader.next(&mut rest).unwrap() else { panic!("no data") };
        assert!(std::ptr::eq(octets, &input[5..]));
    }

    #[test]
    fn opaque_elements_are_not_looked_into() {
        let input = [0x30, 0x03, 0xff, 0xff, 0xff];
        let mut reader = BerReader::new(64);
        let mut rest = input.as_slice();
        assert!(matches!(reader.next(&mut rest).unwrap(), Some(BerEvent::Start(_))));
        reader.opaque();
        assert_eq!(reader.next(&mut rest).unwrap(), Some(BerEvent::Data(&[0xff; 3])));
        assert_eq!(reader.next(&mut rest).unwrap(), Some(BerEvent::End { indefinite: false }));
        assert_eq!(reader.next(&mut rest).unwrap(), None);
        reader.finish().unwrap();
    }

    proptest! {
        #[test]
        fn der_is_told_from_ber(tree in trees(), choices: Vec<u8>) {
            let der = tree.to_der();
            prop_assert!(events(std::iter::once(der.as_slice())).unwrap().1);
            let ber = tree.to_ber(&mut Choices::new(choices));
            prop_assert_eq!(events(std::iter::once(ber.as_slice())).unwrap().1, ber == der);
        }

        #[test]
        fn chunking_makes_no_difference(tree in trees(), choices: Vec<u8>, flip: Option<(u16, u8)>, cut in 0usize..2000) {
            let mut choices = Choices::new(choices);
            let mut input = tree.to_ber(&mut choices);
            if let Some((place, octet)) = flip {
                let place = usize::from(place) % input.len();
                input[place] = octet;
            }
            input.truncate(cut.max(1));
            let whole = events(std::iter::once(input.as_slice()));
            prop_assert_eq!(&whole, &events(input.chunks(1)));
            let (first, second) = input.split_at(choices.cut(input.len()));
            prop_assert_eq!(&whole, &events([first, second].into_iter()));
        }

        #[test]
        fn agrees_with_the_slice_reader(tree in trees(), choices: Vec<u8>, place: u16, octet: u8) {
            let mut input = tree.to_ber(&mut Choices::new(choices));
            let place = usize::from(place) % input.len();
            input[place] = octet;
            let mut open = vec![Reader::ber(&input)];
            let mut fine = true;
            let mut tops = 0;
            while let Some(reader) = open.last_mut() {
                if reader.is_empty() {
                    open.pop();
                    continue;
                }
                let depth = open.len();
                match open.last_mut().unwrap().element().and_then(|element| if element.tag.is_constructed() { element.children().map(Some) } else { Ok(None) }) {
                    Ok(children) => {
                        tops += usize::from(depth == 1);
                        open.extend(children);
                    }
                    Err(_) => { fine = false; break; }
                }
            }
            prop_assert_eq!(events(std::iter::once(input.as_slice())).is_ok(), fine && tops == 1);
        }
    }
}
