//! Splits the body of a multipart into its parts while it comes in (RFC 2046 section 5.1).

use memchr::{memmem, memrchr};

use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// The most octets that a boundary may have (RFC 2046 section 5.1.1).
const MOST_BOUNDARY: usize = 70;

/// The most blanks after a delimiter; with more the line is content.
const MOST_BLANKS: usize = 900;

/// More octets than a line with a delimiter can have.
const WINDOW: usize = 1_000;

/// Takes what a [`Splitter`] finds, in the order of the input. Octets come in pieces of any size, untouched and without a copy where possible.
pub trait PartSink {
    /// Octets before the first part.
    ///
    /// # Errors
    /// Any error ends the splitting and is passed on; this holds for all methods.
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        let _ = octets;
        Ok(())
    }

    /// A part begins; the first has the index 0. Its first octet stands at `offset` of the body.
    #[allow(clippy::missing_errors_doc, reason = "said at the first method")]
    fn part_start(&mut self, index: usize, offset: u64) -> Result<()>;

    /// Octets of the part that began last: its header, its blank line and its body, without the line end that belongs to the delimiter.
    #[allow(clippy::missing_errors_doc, reason = "said at the first method")]
    fn part_data(&mut self, octets: &[u8]) -> Result<()>;

    /// The part ended, with a delimiter or with the input, before the octet at `offset` of the body.
    #[allow(clippy::missing_errors_doc, reason = "said at the first method")]
    fn part_end(&mut self, index: usize, offset: u64) -> Result<()>;

    /// Octets after the line with the closing delimiter.
    #[allow(clippy::missing_errors_doc, reason = "said at the first method")]
    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        let _ = octets;
        Ok(())
    }
}

/// Splits the body of a multipart that comes in pieces of any size. Lines end in LF or CRLF.
///
/// A delimiter is a whole line: `--`, the boundary, perhaps `--`, perhaps blanks. A line that only begins like one is content; it is counted
/// ([`Splitter::near_delimiters`]) because other readers take it for a delimiter.
#[derive(Debug)]
pub struct Splitter {
    finder: memmem::Finder<'static>,
    place: Place,
    /// The next octet begins a line, and a delimiter may begin right here.
    at_line_start: bool,
    parts: usize,
    most_parts: usize,
    near_delimiters: u64,
    /// Octets of the body that were passed on or were delimiters.
    offset: u64,
    held: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Preamble,
    Part,
    Epilogue,
}

/// What stands where a delimiter may be.
enum Candidate {
    /// A delimiter of so many octets with its line end.
    Delimiter { octets: usize, closing: bool },
    /// A line of content that begins like a delimiter.
    Near,
    /// Other content.
    Content,
    /// More octets are needed to tell.
    Undecided,
}

impl Splitter {
    /// A splitter for this boundary, which is given without the leading `--`.
    ///
    /// # Errors
    /// `MimeBoundary` where the boundary is empty, has more than 70 octets, ends in a blank, or has octets other than printable ASCII and blanks.
    pub fn new(boundary: &str, limits: &Limits) -> Result<Self> {
        check_boundary(boundary)?;
        let pattern = [b"\n--", boundary.as_bytes()].concat();
        Ok(Self {
            finder: memmem::Finder::new(&pattern).into_owned(),
            place: Place::Preamble,
            at_line_start: true,
            parts: 0,
            most_parts: limits.mime_parts,
            near_delimiters: 0,
            offset: 0,
            held: Vec::new(),
        })
    }

    /// Takes the next octets of the body.
    ///
    /// # Errors
    /// Those of the sink, and `LimitParts` for more parts than the limits allow.
    pub fn push(&mut self, input: &[u8], sink: &mut dyn PartSink) -> Result<()> {
        let mut rest = input;
        if !self.held.is_empty() {
            let mut joined = std::mem::take(&mut self.held);
            let before = joined.len();
            let now = rest.get(..WINDOW).unwrap_or(rest);
            joined.extend_from_slice(now);
            let settled = self.scan(&joined, false, sink)?;
            match settled.checked_sub(before) {
                Some(beyond) => rest = rest.get(beyond..).unwrap_or_default(),
                // Only where all of this input is still undecided: the window is longer than any delimiter.
                None => {
                    joined.drain(..settled.min(joined.len()));
                    self.held = joined;
                    return Ok(());
                }
            }
            joined.clear();
            self.held = joined;
        }
        let settled = self.scan(rest, false, sink)?;
        self.held.extend_from_slice(rest.get(settled..).unwrap_or_default());
        Ok(())
    }

    /// Ends the body.
    ///
    /// # Errors
    /// Those of the sink, and `LimitParts`.
    pub fn finish(&mut self, sink: &mut dyn PartSink) -> Result<()> {
        let held = std::mem::take(&mut self.held);
        self.scan(&held, true, sink)?;
        if self.place == Place::Part { sink.part_end(self.parts.saturating_sub(1), self.offset) } else { Ok(()) }
    }

    /// Whether the closing delimiter was there.
    pub fn closed(&self) -> bool {
        self.place == Place::Epilogue
    }

    /// The parts that have begun.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Lines before the closing delimiter that begin with a delimiter and go on with something else.
    pub fn near_delimiters(&self) -> u64 {
        self.near_delimiters
    }

    /// Passes on what is decided; how many octets that are.
    fn scan(&mut self, input: &[u8], at_end: bool, sink: &mut dyn PartSink) -> Result<usize> {
        let mut settled = 0_usize;
        loop {
            let rest = input.get(settled..).unwrap_or_default();
            if rest.is_empty() || self.place == Place::Epilogue {
                self.emit(rest, sink)?;
                return Ok(input.len());
            }
            let (content, candidate) = self.next_candidate(rest, at_end);
            match candidate {
                Candidate::Delimiter { octets, closing } => {
                    self.emit(rest.get(..content).unwrap_or_default(), sink)?;
                    self.delimiter(octets, closing, sink)?;
                    settled = settled.saturating_add(content).saturating_add(octets);
                }
                Candidate::Undecided if !at_end => {
                    self.emit(rest.get(..content).unwrap_or_default(), sink)?;
                    return Ok(settled.saturating_add(content));
                }
                Candidate::Content | Candidate::Undecided | Candidate::Near => {
                    self.near_delimiters = self.near_delimiters.saturating_add(u64::from(matches!(candidate, Candidate::Near)));
                    self.emit(rest.get(..content).unwrap_or_default(), sink)?;
                    settled = settled.saturating_add(content);
                }
            }
        }
    }

    /// The next place where a delimiter is, may be, or only seems to be: how many octets of content come before it
    /// (where it is none: up to where to go on), and what it is.
    fn next_candidate(&self, rest: &[u8], at_end: bool) -> (usize, Candidate) {
        let pattern = self.finder.needle();
        if self.at_line_start {
            let own = pattern.get(1..).unwrap_or_default();
            if rest.starts_with(own) {
                match delimiter_line(rest, own.len(), at_end) {
                    Candidate::Near | Candidate::Content => return (own.len(), Candidate::Near),
                    decided => return (0, decided),
                }
            } else if own.starts_with(rest) && !at_end {
                return (0, Candidate::Undecided);
            }
        }
        let Some(found) = self.finder.find(rest) else {
            return if at_end { (rest.len(), Candidate::Content) } else { (self.undecided_tail(rest), Candidate::Undecided) };
        };
        let start = start_of_line_end(rest, found);
        let after = found.saturating_add(pattern.len());
        match delimiter_line(rest.get(start..).unwrap_or_default(), after.saturating_sub(start), at_end) {
            Candidate::Near | Candidate::Content => (after, Candidate::Near),
            decided => (start, decided),
        }
    }

    /// Where the octets begin that may turn out to be the start of a delimiter.
    fn undecided_tail(&self, rest: &[u8]) -> usize {
        let pattern = self.finder.needle();
        let window = rest.len().saturating_sub(pattern.len());
        let tail = rest.get(window..).unwrap_or_default();
        match memrchr(b'\n', tail).and_then(|at| tail.get(at..)).filter(|last_line| pattern.starts_with(last_line)) {
            Some(last_line) => start_of_line_end(rest, rest.len().saturating_sub(last_line.len())),
            None if rest.last() == Some(&b'\r') => rest.len().saturating_sub(1),
            None => rest.len(),
        }
    }

    fn emit(&mut self, octets: &[u8], sink: &mut dyn PartSink) -> Result<()> {
        if octets.is_empty() {
            return Ok(());
        }
        self.at_line_start = false;
        self.offset = self.offset.saturating_add(octets.len() as u64);
        match self.place {
            Place::Preamble => sink.preamble(octets),
            Place::Part => sink.part_data(octets),
            Place::Epilogue => sink.epilogue(octets),
        }
    }

    fn delimiter(&mut self, octets: usize, closing: bool, sink: &mut dyn PartSink) -> Result<()> {
        if self.place == Place::Part {
            sink.part_end(self.parts.saturating_sub(1), self.offset)?;
        }
        self.offset = self.offset.saturating_add(octets as u64);
        self.at_line_start = true;
        if closing {
            self.place = Place::Epilogue;
            return Ok(());
        }
        if self.parts >= self.most_parts {
            return Err(Error::new(Code::LimitParts).because(format!("more than {} parts", self.most_parts)));
        }
        self.place = Place::Part;
        self.parts = self.parts.saturating_add(1);
        sink.part_start(self.parts.saturating_sub(1), self.offset)
    }
}

/// Whether a boundary can be used (RFC 2046 section 5.1.1), more generous about which printable octets it has, since mail is.
fn check_boundary(boundary: &str) -> Result<()> {
    let refused = |what: &str| Err(Error::new(Code::MimeBoundary).because(what));
    match boundary.as_bytes() {
        [] => refused("an empty boundary"),
        [.., b' '] => refused("a boundary that ends in a blank"),
        octets if octets.len() > MOST_BOUNDARY => refused("a boundary of more than 70 octets"),
        octets if !octets.iter().all(|octet| matches!(octet, b' '..=b'~')) => refused("a boundary with octets that are not printable"),
        _ => Ok(()),
    }
}

/// The place of the CR before this LF, or of the LF itself.
fn start_of_line_end(input: &[u8], line_feed: usize) -> usize {
    match line_feed.checked_sub(1) {
        Some(before) if input.get(before) == Some(&b'\r') => before,
        _ => line_feed,
    }
}

/// Judges the rest of a line after `--boundary`, which takes the first `prefix` octets.
fn delimiter_line(line: &[u8], prefix: usize, at_end: bool) -> Candidate {
    let undecided = Candidate::Undecided;
    let rest = line.get(prefix..).unwrap_or_default();
    let (closing, rest) = match rest {
        [b'-', b'-', rest @ ..] => (true, rest),
        b"-" if !at_end => return undecided,
        rest => (false, rest),
    };
    let blanks = rest.iter().take(MOST_BLANKS.saturating_add(1)).take_while(|octet| matches!(octet, b' ' | b'\t')).count();
    if blanks > MOST_BLANKS {
        return Candidate::Near;
    }
    let line_end = match rest.get(blanks..).unwrap_or_default() {
        [] | b"\r" if !at_end => return undecided,
        [] => 0,
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => return Candidate::Near,
    };
    Candidate::Delimiter { octets: line.len().saturating_sub(rest.len()).saturating_add(blanks).saturating_add(line_end), closing }
}

/// The parts of a body in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// What comes before the first part.
    pub preamble: &'a [u8],
    /// The parts, header and body.
    pub parts: Vec<&'a [u8]>,
    /// What comes after the closing delimiter.
    pub epilogue: &'a [u8],
    /// Whether there was a closing delimiter.
    pub closed: bool,
}

impl<'a> Parts<'a> {
    /// Splits the body of a multipart.
    ///
    /// ```
    /// use smime::{Limits, mime::Parts};
    /// let parts = Parts::of(b"hello\r\n--b\r\n\r\none\r\n--b--\r\nbye", "b", &Limits::default())?;
    /// assert_eq!(parts.parts, [b"\r\none"]);
    /// assert_eq!((parts.preamble, parts.epilogue, parts.closed), (&b"hello"[..], &b"bye"[..], true));
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Splitter::new`] and [`Splitter::push`].
    pub fn of(body: &'a [u8], boundary: &str, limits: &Limits) -> Result<Self> {
        let mut splitter = Splitter::new(boundary, limits)?;
        let mut ranges = Ranges::default();
        splitter.push(body, &mut ranges)?;
        splitter.finish(&mut ranges)?;
        let slice = |start: u64, end: u64| {
            let range = usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(usize::MAX);
            body.get(range).unwrap_or_default()
        };
        let total = body.len() as u64;
        Ok(Self {
            preamble: slice(0, ranges.preamble),
            parts: ranges.parts.iter().map(|(start, end)| slice(*start, *end)).collect(),
            epilogue: slice(total.saturating_sub(ranges.epilogue), total),
            closed: splitter.closed(),
        })
    }
}

#[derive(Default)]
struct Ranges {
    preamble: u64,
    parts: Vec<(u64, u64)>,
    epilogue: u64,
}

impl PartSink for Ranges {
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        self.preamble = self.preamble.saturating_add(octets.len() as u64);
        Ok(())
    }

    fn part_start(&mut self, _index: usize, offset: u64) -> Result<()> {
        self.parts.push((offset, offset));
        Ok(())
    }

    fn part_data(&mut self, _octets: &[u8]) -> Result<()> {
        Ok(())
    }

    fn part_end(&mut self, _index: usize, offset: u64) -> Result<()> {
        if let Some((_, end)) = self.parts.last_mut() {
            *end = offset;
        }
        Ok(())
    }

    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        self.epilogue = self.epilogue.saturating_add(octets.len() as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
