//! What an entity holds that mail transport may change (RFC 8551 section 3.1.3, RFC 5322 section 2.1.1, RFC 3156 section 5).

use memchr::{memchr, memchr_iter};

/// The longest line of mail, without its line end (RFC 5322 section 2.1.1).
const MOST_LINE: u64 = 998;

const FROM: &[u8; 5] = b"From ";

/// Octets that are looked at several times while they are in the fastest cache.
const BLOCK: usize = 16 << 10;

/// Gathers the facts of content that comes in pieces of any size.
///
/// ```
/// use smime::mime::BodyFacts;
/// let facts = BodyFacts::of(b"Content-Type: text/plain\n\n-- \n");
/// assert!(facts.trailing_blanks && !facts.is_transport_safe());
/// assert_eq!((facts.octets, facts.canonical_octets), (30, 33));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyFacts {
    /// Octets.
    pub octets: u64,
    /// Octets of the canonical form: every LF without CR counts twice.
    pub canonical_octets: u64,
    /// Whether an octet is 128 or more.
    pub has_8bit: bool,
    /// Whether there is a NUL.
    pub has_nul: bool,
    /// Whether there is a CR without LF.
    pub bare_cr: bool,
    /// Whether there is a LF without CR.
    pub bare_lf: bool,
    /// Octets of the longest line, without its line end.
    pub longest_line: u64,
    /// Whether a line, or the last octets, end in a blank.
    pub trailing_blanks: bool,
    /// Whether a line begins with `From `, which mbox files quote.
    pub from_lines: bool,
    /// Octets that quoted-printable writes as three.
    pub to_escape: u64,
    carriage_returns: u64,
    line_feeds: u64,
    proper_line_ends: u64,
    line: Line,
}

/// The line that is not ended yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line {
    octets: u64,
    /// Its first octets.
    first: [u8; FROM.len()],
    /// Its last two octets.
    last: [u8; 2],
}

impl BodyFacts {
    /// No content yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The facts of content in memory.
    pub fn of(content: &[u8]) -> Self {
        let mut facts = Self::new();
        facts.push(content);
        facts.finish();
        facts
    }

    /// Takes the next octets.
    pub fn push(&mut self, input: &[u8]) {
        for block in input.chunks(BLOCK) {
            self.block(block);
        }
    }

    /// Ends the content: judges the last line, if it has no line end.
    pub fn finish(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.octets > 0 {
            self.judge_line(line.octets, line.last[1], line.first == *FROM);
        }
        self.bare_cr = self.carriage_returns > self.proper_line_ends;
    }

    /// Whether the content passes through every relay and store as it is: no octet over 127, no NUL, no bare CR, no blank at the end
    /// of a line, no line over 998 octets, no line that begins with `From `. Bare LF does not count: it becomes CRLF.
    pub fn is_transport_safe(&self) -> bool {
        !(self.has_8bit || self.has_nul || self.bare_cr || self.trailing_blanks || self.from_lines || self.longest_line > MOST_LINE)
    }

    /// Whether quoted-printable leaves text legible and is not much longer than base64: a quarter of the octets to escape at most.
    pub fn prefers_quoted_printable(&self) -> bool {
        self.to_escape.saturating_mul(4) <= self.octets
    }

    fn block(&mut self, block: &[u8]) {
        self.octets = self.octets.saturating_add(block.len() as u64);
        self.has_8bit = self.has_8bit || !block.is_ascii();
        self.has_nul = self.has_nul || memchr(0, block).is_some();
        self.to_escape = self.to_escape.saturating_add(count_to_escape(block));
        self.carriage_returns = self.carriage_returns.saturating_add(memchr_iter(b'\r', block).count() as u64);
        let mut from = 0_usize;
        for line_feed in memchr_iter(b'\n', block) {
            let line = block.get(from..line_feed).unwrap_or_default();
            from = line_feed.saturating_add(1);
            if self.line.octets > 0 {
                self.line.extend(line);
                self.end_long_line();
            } else {
                self.end_line(line);
            }
        }
        self.line.extend(block.get(from..).unwrap_or_default());
        self.bare_cr = self.carriage_returns > self.proper_line_ends.saturating_add(u64::from(self.line.last[1] == b'\r'));
        let bare = self.line_feeds.saturating_sub(self.proper_line_ends);
        self.bare_lf = bare > 0;
        self.canonical_octets = self.octets.saturating_add(bare);
    }

    /// A line that lies in one block as a whole, without its LF.
    fn end_line(&mut self, line: &[u8]) {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        self.count_line_end(text.len() < line.len());
        self.judge_line(text.len() as u64, text.last().copied().unwrap_or_default(), text.starts_with(FROM));
    }

    /// The same for a line that began in an earlier block.
    fn end_long_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let [before, last] = line.last;
        let proper = last == b'\r';
        self.count_line_end(proper);
        let (octets, last) = if proper { (line.octets.saturating_sub(1), before) } else { (line.octets, last) };
        self.judge_line(octets, last, line.first == *FROM);
    }

    fn count_line_end(&mut self, proper: bool) {
        self.line_feeds = self.line_feeds.saturating_add(1);
        self.proper_line_ends = self.proper_line_ends.saturating_add(u64::from(proper));
    }

    fn judge_line(&mut self, octets: u64, last: u8, from: bool) {
        self.longest_line = self.longest_line.max(octets);
        self.trailing_blanks |= matches!(last, b' ' | b'\t');
        self.from_lines |= from;
    }
}

impl Line {
    fn extend(&mut self, octets: &[u8]) {
        let known = usize::try_from(self.octets).unwrap_or(usize::MAX);
        for (place, octet) in self.first.iter_mut().skip(known).zip(octets) {
            *place = *octet;
        }
        match octets {
            [] => {}
            [only] => self.last = [self.last[1], *only],
            [.., before, last] => self.last = [*before, *last],
        }
        self.octets = self.octets.saturating_add(octets.len() as u64);
    }
}

/// Counted in pieces that fit an octet, which the compiler turns into SIMD instructions.
fn count_to_escape(block: &[u8]) -> u64 {
    block
        .chunks(255)
        .map(|piece| piece.iter().fold(0_u8, |count, octet| count.wrapping_add(u8::from(is_to_escape(*octet)))))
        .fold(0_u64, |sum, count| sum.saturating_add(u64::from(count)))
}

const fn is_to_escape(octet: u8) -> bool {
    octet > b'~' || octet == b'=' || (octet < b' ' && octet != b'\n' && octet != b'\r' && octet != b'\t')
}

#[cfg(test)]
mod tests;
