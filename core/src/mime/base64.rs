//! Base64 bodies, in blocks that SIMD instructions work on (RFC 2045 section 6.8).

use base64_simd::{AsOut, STANDARD, STANDARD_NO_PAD};
use memchr::memchr;

use crate::error::{Code, Error, Result};

/// Encoded octets that are gathered from lines before they are decoded or encoded at once: stays in the fastest cache.
const BLOCK: usize = 16 << 10;

/// Decodes base64 with white space anywhere. Blocks of whole groups go the fast way; what fails there goes octet by octet, with the place of the error.
#[derive(Debug, Default)]
pub(crate) struct Base64Decoder {
    /// Digits of a group of four that is not complete.
    group: [u8; 4],
    count: usize,
    /// One `=` was read and a second one is due.
    padding: bool,
    ended: bool,
    trailing: bool,
    position: u64,
    block: Vec<u8>,
}

impl Base64Decoder {
    pub(crate) fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        out.reserve((input.len() / 4).saturating_mul(3).saturating_add(3));
        let mut rest = input;
        while !rest.is_empty() {
            let taken = if self.ended {
                self.trailing = self.trailing || rest.iter().any(|octet| !is_white(*octet));
                rest.len()
            } else if self.count > 0 || self.padding {
                self.slow(rest.get(..1).unwrap_or_default(), out)?
            } else {
                self.block(rest, out)?
            };
            self.position = self.position.saturating_add(taken as u64);
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    pub(crate) fn finish(&self) -> Result<()> {
        if self.count > 0 || self.padding {
            return Err(Error::new(Code::MimeTransferEncoding).at(self.position).because("base64 ends in the middle of a group"));
        }
        Ok(())
    }

    pub(crate) fn trailing(&self) -> bool {
        self.trailing
    }

    /// Decodes whole lines, or the whole groups of a long line; how many octets were taken.
    fn block(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        let gathered = self.gather(input);
        if gathered.octets > 0 {
            let digits = |count| self.block.get(..count).unwrap_or_default();
            if STANDARD_NO_PAD.decode_append(digits(gathered.digits), out).is_ok() {
                return Ok(gathered.octets);
            }
            // The padding stands in the last line as a rule: what is before it goes the fast way all the same.
            let before = gathered.digits.saturating_sub(gathered.last_digits);
            if before > 0 && STANDARD_NO_PAD.decode_append(digits(before), out).is_ok() {
                return Ok(gathered.octets.saturating_sub(gathered.last_octets));
            }
            return self.slow(input.get(..gathered.octets).unwrap_or_default(), out);
        }
        let window = input.get(..BLOCK).unwrap_or(input);
        let line = memchr(b'\n', window).map_or(window.len(), |end| end.saturating_add(1));
        let groups = window.get(..line & !3).unwrap_or_default();
        if !groups.is_empty() && STANDARD_NO_PAD.decode_append(groups, out).is_ok() {
            return Ok(groups.len());
        }
        self.slow(window.get(..line).unwrap_or_default(), out)
    }

    /// Copies complete lines of whole groups to the start of the block, without their line ends.
    fn gather(&mut self, input: &[u8]) -> Gathered {
        // Lines are of one length nearly always: then none needs to be searched for its end.
        match line_length(input) {
            Some(77) => gather_lines::<76, 78>(input, b"\r\n", &mut self.block),
            Some(76) => gather_lines::<76, 77>(input, b"\n", &mut self.block),
            Some(65) => gather_lines::<64, 66>(input, b"\r\n", &mut self.block),
            Some(64) => gather_lines::<64, 65>(input, b"\n", &mut self.block),
            length => {
                // The rest of a line that came in two pieces is followed by lines of the usual length.
                let next = length.and_then(|length| line_length(input.get(length.saturating_add(1)..)?));
                self.gather_any(input, if matches!(next, Some(64 | 65 | 76 | 77)) { 1 } else { usize::MAX })
            }
        }
    }

    fn gather_any(&mut self, input: &[u8], most: usize) -> Gathered {
        let mut gathered = Gathered::default();
        let mut lines = 0_usize;
        self.block.clear();
        while lines < most
            && let Some(rest) = input.get(gathered.octets..)
            && let Some(end) = memchr(b'\n', rest.get(..BLOCK).unwrap_or(rest))
            && let Some(line) = rest.get(..end)
        {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() % 4 != 0 || self.block.len().saturating_add(line.len()) > BLOCK {
                break;
            }
            self.block.extend_from_slice(line);
            lines = lines.saturating_add(1);
            let octets = end.saturating_add(1);
            gathered = Gathered {
                octets: gathered.octets.saturating_add(octets),
                digits: self.block.len(),
                last_octets: octets,
                last_digits: line.len(),
            };
        }
        gathered
    }

    /// Decodes octet by octet, up to the end of the padding; how many octets were taken.
    fn slow(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        for (index, octet) in input.iter().enumerate() {
            if is_white(*octet) {
                continue;
            }
            let refused = || Error::new(Code::MimeTransferEncoding).at(self.position.saturating_add(index as u64));
            match (digit(*octet), self.padding) {
                (Some(value), false) => self.digit(value, out),
                (None, false) if *octet == b'=' && self.count == 2 => self.padding = true,
                (None, false) if *octet == b'=' && self.count == 3 => self.end(out),
                (None, true) if *octet == b'=' => self.end(out),
                _ => return Err(refused().because("an octet that base64 does not have there")),
            }
            if self.ended {
                return Ok(index.saturating_add(1));
            }
        }
        Ok(input.len())
    }

    fn digit(&mut self, value: u8, out: &mut Vec<u8>) {
        if let Some(place) = self.group.get_mut(self.count) {
            *place = value;
        }
        self.count = self.count.saturating_add(1);
        if self.count == 4 {
            out.extend_from_slice(&octets_of(self.group));
            self.count = 0;
        }
    }

    /// The padding is complete: what the last group holds.
    fn end(&mut self, out: &mut Vec<u8>) {
        let [a, b, c, _] = self.group;
        let [first, second, _] = octets_of([a, b, c, 0]);
        out.push(first);
        if self.count == 3 {
            out.push(second);
        }
        self.count = 0;
        self.padding = false;
        self.ended = true;
    }
}

/// Octets before the next line feed, if the line is no longer than lines of base64 are.
fn line_length(input: &[u8]) -> Option<usize> {
    memchr(b'\n', input.get(..80).unwrap_or(input))
}

/// Lines that were copied into the block.
#[derive(Default)]
struct Gathered {
    /// Octets of the input that they take.
    octets: usize,
    /// Octets of the block that they take.
    digits: usize,
    /// Octets of the last of them, its line end among them.
    last_octets: usize,
    /// Octets of the last of them in the block.
    last_digits: usize,
}

/// Copies lines of `WIDTH` octets with this line end, `STRIDE` octets together, as long as they follow one another. What is in them is seen when they
/// are decoded.
fn gather_lines<const WIDTH: usize, const STRIDE: usize>(input: &[u8], line_end: &[u8], block: &mut Vec<u8>) -> Gathered {
    let (lines, _) = input.as_chunks::<STRIDE>();
    let most = BLOCK.checked_div(WIDTH).unwrap_or(1);
    let room = lines.len().min(most).saturating_mul(WIDTH);
    // What was there before is overwritten; it is not filled with zeros for each block.
    if block.len() < room {
        block.resize(room, 0);
    }
    let (places, _) = block.as_chunks_mut::<WIDTH>();
    let mut count = 0_usize;
    for (line, place) in lines.iter().zip(places).take(most) {
        match line.split_first_chunk::<WIDTH>() {
            Some((text, end)) if end == line_end => *place = *text,
            _ => break,
        }
        count = count.saturating_add(1);
    }
    Gathered { octets: count.saturating_mul(STRIDE), digits: count.saturating_mul(WIDTH), last_octets: STRIDE, last_digits: WIDTH }
}

const fn octets_of([a, b, c, d]: [u8; 4]) -> [u8; 3] {
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

const fn is_white(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

const fn digit(octet: u8) -> Option<u8> {
    match octet {
        b'A'..=b'Z' => Some(octet.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(octet.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(octet.wrapping_sub(b'0').wrapping_add(52)),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// The length of the lines that a [`Base64Writer`] writes, in encoded octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineLength {
    /// 64, as in PEM and in what OpenSSL writes.
    Of64,
    /// 76, the most that RFC 2045 section 6.8 allows.
    Of76,
}

/// Encodes octets that come in pieces of any size as base64 lines that end in CRLF.
///
/// ```
/// use smime::mime::{Base64Writer, LineLength};
/// let mut writer = Base64Writer::new(LineLength::Of76);
/// let mut out = Vec::new();
/// writer.push(b"hel", &mut out);
/// writer.push(b"lo", &mut out);
/// writer.finish(&mut out);
/// assert_eq!(out, b"aGVsbG8=\r\n");
/// ```
#[derive(Debug)]
pub struct Base64Writer {
    line: LineLength,
    /// Octets that do not fill a line yet.
    pending: Vec<u8>,
    block: Vec<u8>,
}

impl Base64Writer {
    /// A writer of lines of this length.
    pub fn new(line: LineLength) -> Self {
        Self { line, pending: Vec::new(), block: Vec::new() }
    }

    /// The octets that all of `content` octets will take, line ends included.
    pub fn encoded_length(line: LineLength, content: u64) -> u64 {
        let digits = content.div_ceil(3).saturating_mul(4);
        let width = match line {
            LineLength::Of64 => 64,
            LineLength::Of76 => 76,
        };
        digits.saturating_add(digits.div_ceil(width).saturating_mul(2))
    }

    /// Encodes the next octets and appends the lines that are full to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let octets = self.octets_of_line();
        let mut rest = input;
        if !self.pending.is_empty() {
            let due = octets.saturating_sub(self.pending.len());
            let (now, later) = rest.split_at_checked(due).unwrap_or((rest, &[]));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() < octets {
                return;
            }
            let line = std::mem::take(&mut self.pending);
            self.lines(&line, out);
            self.pending = line;
            self.pending.clear();
        }
        let whole = rest.len().checked_div(octets).unwrap_or(0).saturating_mul(octets);
        let (lines, partial) = rest.split_at_checked(whole).unwrap_or((rest, &[]));
        out.reserve(usize::try_from(Self::encoded_length(self.line, rest.len() as u64)).unwrap_or(0));
        for block in lines.chunks(BLOCK.checked_div(octets).unwrap_or(1).saturating_mul(octets)) {
            self.lines(block, out);
        }
        self.pending.extend_from_slice(partial);
    }

    /// Writes the last, shorter line.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            STANDARD.encode_append(&self.pending, out);
            out.extend_from_slice(b"\r\n");
            self.pending.clear();
        }
    }

    const fn octets_of_line(&self) -> usize {
        match self.line {
            LineLength::Of64 => 48,
            LineLength::Of76 => 57,
        }
    }

    /// Encodes whole lines at once, then puts the line ends between them.
    fn lines(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        self.block.resize(STANDARD.encoded_length(octets.len()), 0);
        let digits: &[u8] = STANDARD.encode(octets, self.block.as_mut_slice().as_out());
        match self.line {
            LineLength::Of64 => break_lines::<64, 66>(digits, out),
            LineLength::Of76 => break_lines::<76, 78>(digits, out),
        }
    }
}

/// Lines of a width known beforehand are moved without a call for each.
fn break_lines<const WIDTH: usize, const WITH_END: usize>(digits: &[u8], out: &mut Vec<u8>) {
    let (lines, _) = digits.as_chunks::<WIDTH>();
    let start = out.len();
    out.resize(start.saturating_add(lines.len().saturating_mul(WITH_END)), 0);
    let (places, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<WITH_END>();
    for (line, place) in lines.iter().zip(places) {
        if let Some((text, end)) = place.split_first_chunk_mut::<WIDTH>() {
            *text = *line;
            end.copy_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests;
