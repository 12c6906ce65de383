//! Quoted-printable bodies (RFC 2045 section 6.7).

use memchr::memchr2;

use crate::error::{Code, Error, Result};

/// Blanks in a row that a line may hold: more than any line of mail has.
const MOST_BLANKS: usize = 1_000;

/// Decodes quoted-printable; line ends stay as they come.
#[derive(Debug, Default)]
pub(crate) struct QuotedPrintableDecoder {
    /// Blanks that are dropped if the line ends after them.
    blanks: Vec<u8>,
    escape: Escape,
    /// A CR came and may be part of a line end.
    cr: bool,
    position: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// `=` was read.
    Started,
    /// `=` and one digit.
    High(u8),
    /// `=` and blanks: only a line end may follow.
    SoftBlanks,
    /// `=`, perhaps blanks, and CR: only LF may follow.
    SoftCr,
}

impl QuotedPrintableDecoder {
    pub(crate) fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut rest = input;
        while let Some((first, after)) = rest.split_first() {
            let counting = !self.blanks.is_empty() && matches!(first, b' ' | b'\t');
            let plain = if self.escape == Escape::None && !counting { plain_run(rest) } else { 0 };
            if plain > 0 {
                self.settle(out);
                let (run, after) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
                out.extend_from_slice(run);
                rest = after;
                self.position = self.position.saturating_add(plain as u64);
            } else {
                self.octet(*first, out)?;
                rest = after;
                self.position = self.position.saturating_add(1);
            }
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        match self.escape {
            // A body may end in a soft line break: the line end before a boundary belongs to the boundary.
            Escape::None | Escape::Started | Escape::SoftBlanks | Escape::SoftCr => {}
            Escape::High(_) => return Err(self.refused("quoted-printable ends in the middle of an octet")),
        }
        if self.cr {
            self.settle(out);
        }
        self.blanks.clear();
        Ok(())
    }

    fn octet(&mut self, octet: u8, out: &mut Vec<u8>) -> Result<()> {
        match (self.escape, octet) {
            (Escape::None, b'=') => {
                self.settle(out);
                self.escape = Escape::Started;
            }
            (Escape::None, b'\n') => {
                self.blanks.clear();
                if std::mem::take(&mut self.cr) {
                    out.push(b'\r');
                }
                out.push(b'\n');
            }
            (Escape::None, b'\r') => {
                if self.cr {
                    self.settle(out);
                }
                self.cr = true;
            }
            (Escape::None, b' ' | b'\t') => {
                if self.cr {
                    self.settle(out);
                }
                if self.blanks.len() >= MOST_BLANKS {
                    return Err(self.refused("more blanks in a row than a line can hold"));
                }
                self.blanks.push(octet);
            }
            (Escape::None, _) => {
                self.settle(out);
                out.push(octet);
            }
            (Escape::Started | Escape::SoftBlanks | Escape::SoftCr, b'\n') => self.escape = Escape::None,
            (Escape::Started | Escape::SoftBlanks, b'\r') => self.escape = Escape::SoftCr,
            (Escape::Started | Escape::SoftBlanks, b' ' | b'\t') => self.escape = Escape::SoftBlanks,
            (Escape::Started, _) => match super::hex_digit(octet) {
                Some(high) => self.escape = Escape::High(high),
                None => return Err(self.refused("no hexadecimal digit after =")),
            },
            (Escape::High(high), _) => match super::hex_digit(octet) {
                Some(low) => {
                    out.push(high << 4 | low);
                    self.escape = Escape::None;
                }
                None => return Err(self.refused("no second hexadecimal digit after =")),
            },
            (Escape::SoftBlanks | Escape::SoftCr, _) => return Err(self.refused("= with neither digits nor a line end after it")),
        }
        Ok(())
    }

    /// What was held back belongs to the content: blanks within a line, a CR without LF.
    fn settle(&mut self, out: &mut Vec<u8>) {
        if !self.blanks.is_empty() {
            out.append(&mut self.blanks);
        }
        if std::mem::take(&mut self.cr) {
            out.push(b'\r');
        }
    }

    fn refused(&self, what: &str) -> Error {
        Error::new(Code::MimeTransferEncoding).at(self.position).because(what)
    }
}

/// How many octets from the start stand for themselves, wherever the line ends. Looks at one window only, so that blanks are counted right.
fn plain_run(input: &[u8]) -> usize {
    let window = input.get(..MOST_BLANKS).unwrap_or(input);
    let special = memchr2(b'=', b'\n', window).unwrap_or(window.len());
    let run = window.get(..special).unwrap_or(window);
    // A CR and blanks at the end of the run may belong to the line end.
    run.iter().rposition(|octet| !matches!(octet, b' ' | b'\t' | b'\r')).map_or(0, |last| last.saturating_add(1))
}

/// The longest line written, without its line end (RFC 2045 section 6.7, rule 5).
const WIDTH: usize = 76;

/// Octets of look-ahead that decide how the next octet is written: `From ` is the longest.
const AHEAD: usize = 5;

/// Encodes text that comes in pieces of any size as quoted-printable that no relay has a reason to touch.
///
/// LF and CRLF are line ends and are written as CRLF; a bare CR is content. Encoded beyond what RFC 2045 demands: blanks at the end of
/// a line, `From ` and `.` at its start (RFC 3156 section 5, RFC 5321 section 4.5.2), and `--` at its start, so that no line looks like a boundary.
///
/// ```
/// use smime::mime::QuotedPrintableWriter;
/// let mut writer = QuotedPrintableWriter::new();
/// let mut out = Vec::new();
/// writer.push("From Köln \n".as_bytes(), &mut out);
/// writer.finish(&mut out);
/// assert_eq!(out, b"=46rom K=C3=B6ln=20\r\n");
/// ```
#[derive(Debug, Default)]
pub struct QuotedPrintableWriter {
    held: Vec<u8>,
    column: usize,
}

impl QuotedPrintableWriter {
    /// A writer at the start of a line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Encodes the next octets and appends what is decided to `out`.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        out.reserve(input.len().saturating_add(input.len() / 8));
        let mut rest = input;
        if !self.held.is_empty() {
            let mut joined = std::mem::take(&mut self.held);
            let before = joined.len();
            let (now, _) = rest.split_at_checked(AHEAD).unwrap_or((rest, &[]));
            joined.extend_from_slice(now);
            let taken = self.encode(&joined, false, out);
            match taken.checked_sub(before) {
                Some(beyond) => rest = rest.get(beyond..).unwrap_or_default(),
                // Only where all of this input is still undecided.
                None => {
                    joined.drain(..taken.min(joined.len()));
                    self.held = joined;
                    return;
                }
            }
            joined.clear();
            self.held = joined;
        }
        let taken = self.encode(rest, false, out);
        self.held.extend_from_slice(rest.get(taken..).unwrap_or_default());
    }

    /// Encodes what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        self.encode(&held, true, out);
        self.column = 0;
    }

    /// Encodes as far as enough octets follow to decide, or to the end; how many octets were taken.
    fn encode(&mut self, input: &[u8], at_end: bool, out: &mut Vec<u8>) -> usize {
        let mut at = 0_usize;
        while let Some(rest) = input.get(at..).filter(|rest| rest.len() >= AHEAD || (at_end && !rest.is_empty())) {
            let taken = match line_end(rest) {
                Some(octets) => {
                    out.extend_from_slice(b"\r\n");
                    self.column = 0;
                    octets
                }
                None => self.text(rest, out),
            };
            at = at.saturating_add(taken);
        }
        at
    }

    /// Writes a run of octets that stand for themselves, or one octet; how many were taken.
    fn text(&mut self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        // The last octets of the run are left to the careful way: they may stand before a line end.
        let room = (WIDTH - 2).saturating_sub(self.column).min(rest.len().saturating_sub(AHEAD));
        if self.column > 0 && room > 0 {
            let run = rest.get(..room).unwrap_or(rest);
            let plain = run.iter().position(|octet| !is_literal(*octet)).unwrap_or(run.len());
            let plain = run.get(..plain).unwrap_or_default().trim_ascii_end();
            if !plain.is_empty() {
                out.extend_from_slice(plain);
                self.column = self.column.saturating_add(plain.len());
                return plain.len();
            }
        }
        self.octet(rest, out);
        1
    }

    fn octet(&mut self, rest: &[u8], out: &mut Vec<u8>) {
        let Some((octet, after)) = rest.split_first() else { return };
        let line_ends = after.is_empty() || line_end(after).is_some();
        let literal = self.literal(*octet, after, line_ends);
        let width = if literal { 1 } else { 3 };
        let limit = if line_ends { WIDTH } else { WIDTH - 1 };
        if self.column.saturating_add(width) > limit {
            out.extend_from_slice(b"=\r\n");
            self.column = 0;
            // The rules for the start of a line now hold for this octet.
            return self.octet(rest, out);
        }
        if literal {
            out.push(*octet);
        } else {
            out.extend_from_slice(&[b'=', hex(octet >> 4), hex(octet & 15)]);
        }
        self.column = self.column.saturating_add(width);
    }

    fn literal(&self, octet: u8, after: &[u8], line_ends: bool) -> bool {
        match octet {
            b' ' | b'\t' => !line_ends,
            b'.' => self.column > 0,
            b'-' => self.column > 0 || !after.starts_with(b"-"),
            b'F' => self.column > 0 || !after.starts_with(b"rom "),
            _ => is_literal(octet),
        }
    }
}

/// Octets that stand for themselves inside a line.
const fn is_literal(octet: u8) -> bool {
    matches!(octet, b' '..=b'<' | b'>'..=b'~' | b'\t')
}

/// The length of the line end at the start.
fn line_end(input: &[u8]) -> Option<usize> {
    match input {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

const fn hex(value: u8) -> u8 {
    if value < 10 { value.wrapping_add(b'0') } else { value.wrapping_sub(10).wrapping_add(b'A') }
}

#[cfg(test)]
mod tests;
