//! The header of a message or of a part: field names, values, and the octets exactly as they came (RFC 5322 section 2.2).

use std::ops::Range;

use memchr::memchr;

use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// Fields of which a message or part has one at most, and which decide how it is read or who seems to have sent it.
const SINGLE_FIELDS: [&str; 11] = [
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "MIME-Version",
    "From",
    "Sender",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
];

/// Reads a header from octets that come in pieces of any size, up to and with the blank line that ends it.
///
/// Lines end in LF or CRLF. Where the first line is no field (bare DER, PEM or base64 data), the reader says so
/// through [`Header::is_header`] instead of failing.
///
/// ```
/// use smime::{Limits, mime::HeaderReader};
/// let mut reader = HeaderReader::new(&Limits::default());
/// assert_eq!(reader.push(b"Subject: a\r\n folded line\r\n\r\nbo")?, Some(28));
/// let header = reader.finish();
/// assert_eq!(header.first("subject").map(smime::mime::unfolded).as_deref(), Some("a folded line"));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Debug)]
pub struct HeaderReader {
    raw: Vec<u8>,
    fields: Vec<Field>,
    line_start: usize,
    state: State,
    defects: Defects,
    envelope_line: bool,
    most_octets: usize,
    most_fields: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first line is coming in and may still turn out to be no field.
    First,
    /// At least one line was seen and was a field.
    Fields,
    /// The blank line was read.
    Ended,
    /// The input is no header.
    Data,
}

/// What is irregular about a header although it could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Defects {
    /// Lines that are neither a field, nor the continuation of one, nor blank.
    pub malformed_lines: usize,
    /// A CR that is not part of a line end.
    pub bare_cr: bool,
    /// A NUL.
    pub nul: bool,
}

impl Defects {
    /// Whether there is any.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

#[derive(Clone, Debug)]
struct Field {
    /// The field name, without blanks around it.
    name: Range<usize>,
    /// After the colon, up to the last line end.
    value: Range<usize>,
    /// With the last line end.
    end: usize,
}

impl HeaderReader {
    /// A reader bounded by `header_bytes` and `header_fields` of these limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            raw: Vec::new(),
            fields: Vec::new(),
            line_start: 0,
            state: State::First,
            defects: Defects::default(),
            envelope_line: false,
            most_octets: limits.header_bytes,
            most_fields: limits.header_fields,
        }
    }

    /// Takes the next octets. `Some(n)` once the header has ended: `n` octets of this `input` belong to it, what follows is the body.
    ///
    /// Where the input turns out to be no header, the answer is `Some(n)` too and [`Header::is_header`] is false: the octets
    /// kept in [`Header::raw`] and those from `n` on are the data. Octets pushed after the end are not looked at: `Some(0)`.
    ///
    /// # Errors
    /// `LimitHeader` where the header has more octets or fields than the limits allow.
    pub fn push(&mut self, input: &[u8]) -> Result<Option<usize>> {
        let mut at = 0;
        while !matches!(self.state, State::Ended | State::Data) {
            let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) else {
                return Ok(None);
            };
            let (piece, complete) = match memchr(b'\n', rest) {
                Some(end) => (rest.get(..=end).unwrap_or(rest), true),
                None => (rest, false),
            };
            at = at.saturating_add(self.piece_of_line(piece, complete)?);
        }
        Ok(Some(at))
    }

    /// The header as far as it has come in; [`Header::is_terminated`] says whether its blank line was seen.
    pub fn finish(mut self) -> Header {
        if self.state == State::First && !self.raw.is_empty() && self.first_line_verdict() != FirstLine::Field {
            self.state = State::Data;
        }
        if matches!(self.state, State::First | State::Fields) && self.line_start < self.raw.len() {
            self.end_line();
        }
        let is_header = self.state != State::Data;
        Header {
            terminated: self.state == State::Ended,
            is_header,
            fields: if is_header { self.fields } else { Vec::new() },
            defects: self.defects,
            envelope_line: self.envelope_line,
            raw: self.raw,
        }
    }

    /// Takes octets of one line; how many were taken.
    fn piece_of_line(&mut self, piece: &[u8], complete: bool) -> Result<usize> {
        let room = self.most_octets.saturating_sub(self.raw.len());
        if self.state == State::First {
            return self.piece_of_first_line(piece, complete, room);
        }
        if piece.len() > room {
            return Err(self.too_large());
        }
        self.raw.extend_from_slice(piece);
        if complete {
            self.end_line();
            self.check_count()?;
        }
        Ok(piece.len())
    }

    /// As long as the first line may be data, takes no more than shows which it is, whatever pieces the input comes in.
    fn piece_of_first_line(&mut self, piece: &[u8], complete: bool, room: usize) -> Result<usize> {
        for (index, octet) in piece.iter().enumerate() {
            if index >= room {
                return Err(self.too_large());
            }
            self.raw.push(*octet);
            match self.first_line_verdict() {
                FirstLine::Undecided => {}
                FirstLine::Data => {
                    self.raw.pop();
                    self.state = State::Data;
                    return Ok(index);
                }
                FirstLine::Field | FirstLine::Envelope | FirstLine::Blank => {
                    self.state = State::Fields;
                    let taken = index.saturating_add(1);
                    if octet == &b'\n' {
                        self.end_line();
                        return Ok(taken);
                    }
                    return match piece.get(taken..).filter(|rest| !rest.is_empty()) {
                        Some(rest) => Ok(taken.saturating_add(self.piece_of_line(rest, complete)?)),
                        None => Ok(taken),
                    };
                }
            }
        }
        Ok(piece.len())
    }

    /// What the octets so far make of the first line. Looks at the last octet only, but for the few that matter.
    fn first_line_verdict(&self) -> FirstLine {
        const ENVELOPE: &[u8] = b"From ";
        match self.raw.as_slice() {
            b"" | b"\r" => FirstLine::Undecided,
            b"\n" | b"\r\n" => FirstLine::Blank,
            [.., b':'] if self.raw.len() > 1 => FirstLine::Field,
            [before @ .., b' ' | b'\t'] if before.last().is_some_and(|last| is_name_octet(*last) || matches!(last, b' ' | b'\t')) => {
                FirstLine::Undecided
            }
            [before @ .., last] if is_name_octet(*last) => {
                if before.starts_with(ENVELOPE) {
                    FirstLine::Envelope
                } else if before.last().is_some_and(|last| !is_name_octet(*last)) {
                    FirstLine::Data
                } else {
                    FirstLine::Undecided
                }
            }
            _ => FirstLine::Data,
        }
    }

    /// Files the line from `line_start` to the end of the octets so far.
    fn end_line(&mut self) {
        let start = self.line_start;
        let end = self.raw.len();
        self.line_start = end;
        let line = self.raw.get(start..end).unwrap_or_default();
        let text = without_line_end(line);
        if text.is_empty() && line.len() > text.len() {
            self.state = State::Ended;
            return;
        }
        self.defects.bare_cr |= memchr(b'\r', text).is_some();
        self.defects.nul |= memchr(0, text).is_some();
        let text_end = start.saturating_add(text.len());
        if start == 0 && text.starts_with(b"From ") && name_length(text).is_none() {
            self.envelope_line = true;
        } else if matches!(text.first(), Some(b' ' | b'\t')) {
            self.end_continuation(start, text_end, end);
        } else if let Some((name, colon)) = name_length(text) {
            self.fields.push(Field {
                name: start..start.saturating_add(name),
                value: start.saturating_add(colon).saturating_add(1)..text_end,
                end,
            });
        } else {
            self.defects.malformed_lines = self.defects.malformed_lines.saturating_add(1);
        }
    }

    fn end_continuation(&mut self, start: usize, text_end: usize, end: usize) {
        match self.fields.last_mut() {
            Some(field) if field.end == start => {
                field.value.end = text_end;
                field.end = end;
            }
            // It continues a malformed line, or nothing.
            _ => self.defects.malformed_lines = self.defects.malformed_lines.saturating_add(1),
        }
    }

    fn check_count(&self) -> Result<()> {
        if self.fields.len() > self.most_fields || self.defects.malformed_lines > self.most_fields {
            return Err(Error::new(Code::LimitHeader).because(format!("more than {} fields", self.most_fields)));
        }
        Ok(())
    }

    fn too_large(&self) -> Error {
        Error::new(Code::LimitHeader).because(format!("more than {} octets", self.most_octets))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstLine {
    Undecided,
    Field,
    /// The line that mbox files put before each message.
    Envelope,
    Blank,
    Data,
}

/// Octets that a field name may have (RFC 5322 section 3.6.8).
const fn is_name_octet(octet: u8) -> bool {
    matches!(octet, 33..=57 | 59..=126)
}

/// The length of the field name at the start of a line and the place of its colon.
fn name_length(text: &[u8]) -> Option<(usize, usize)> {
    let colon = memchr(b':', text)?;
    let name = text.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|octet| is_name_octet(*octet))).then_some((name.len(), colon))
}

fn without_line_end(line: &[u8]) -> &[u8] {
    match line {
        [text @ .., b'\r', b'\n'] | [text @ .., b'\n'] => text,
        text => text,
    }
}

/// A header: its octets exactly as they came, and where its fields are.
#[derive(Clone, Debug)]
pub struct Header {
    raw: Vec<u8>,
    fields: Vec<Field>,
    defects: Defects,
    envelope_line: bool,
    is_header: bool,
    terminated: bool,
}

/// One field of a [`Header`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldView<'a> {
    /// The field name as it is written.
    pub name: &'a str,
    /// What follows the colon, folded as it came, without the last line end. See [`unfolded`].
    pub value: &'a [u8],
    /// The whole field with its line ends.
    pub raw: &'a [u8],
}

impl Header {
    /// Reads a header at the start of octets in memory; the header, and what follows it.
    ///
    /// # Errors
    /// `LimitHeader`, as [`HeaderReader::push`].
    pub fn read<'a>(input: &'a [u8], limits: &Limits) -> Result<(Self, &'a [u8])> {
        let mut reader = HeaderReader::new(limits);
        let consumed = reader.push(input)?.unwrap_or(input.len());
        Ok((reader.finish(), input.get(consumed..).unwrap_or_default()))
    }

    /// The octets exactly as they came, with the blank line. Where this is no header: those taken before that was clear.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// False where the first line is no header field: the input is bare data.
    pub fn is_header(&self) -> bool {
        self.is_header
    }

    /// Whether the blank line that ends a header was there.
    pub fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// Whether the line that mbox files put before a message ("From sender date") stood first. It is no field.
    pub fn has_envelope_line(&self) -> bool {
        self.envelope_line
    }

    /// What is irregular.
    pub fn defects(&self) -> Defects {
        self.defects
    }

    /// The fields in their order.
    pub fn fields(&self) -> impl Iterator<Item = FieldView<'_>> {
        self.fields.iter().map(|field| self.view(field))
    }

    /// The values of all fields of this name, compared without case; folded as they came.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// The value of the first field of this name.
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.fields().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// How many fields have this name.
    pub fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// The names of fields that may stand once (RFC 5322 section 3.6, RFC 2045), decide how the message is read, and stand more than once.
    pub fn ambiguous_fields(&self) -> Vec<&'static str> {
        SINGLE_FIELDS.into_iter().filter(|name| self.count(name) > 1).collect()
    }

    fn view<'a>(&'a self, field: &Field) -> FieldView<'a> {
        let octets = |range: Range<usize>| self.raw.get(range).unwrap_or_default();
        FieldView {
            name: std::str::from_utf8(octets(field.name.clone())).unwrap_or_default(),
            value: octets(field.value.clone()),
            raw: octets(field.name.start..field.end),
        }
    }
}

/// A value on one line: line ends removed (RFC 5322 section 2.2.3), blanks at both ends too. Octets that are no UTF-8 are replaced.
pub fn unfolded(value: &[u8]) -> String {
    let mut octets = Vec::with_capacity(value.len());
    for line in value.split(|octet| *octet == b'\n') {
        octets.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    String::from_utf8_lossy(octets.trim_ascii()).into_owned()
}

#[cfg(test)]
mod tests;
