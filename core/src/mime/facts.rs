//! What an entity holds that mail transport may change (RFC 8551 section 3.1.3, RFC 5322 section 2.1.1, RFC 3156 section 5).

use memchr::{memchr, memmem, memrchr};

/// The longest line of mail, without its line end (RFC 5322 section 2.1.1).
const MOST_LINE: usize = 998;

/// How a line begins that mbox files quote, with the line end before it.
const FROM: &[u8; 6] = b"\nFrom ";

/// How many octets of a block may count for what the next one begins with: all of `FROM` but its last.
const KEPT: usize = 5;

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
    /// Whether a line has more than 998 octets, its line end not counted.
    pub long_lines: bool,
    /// Whether a line, or the last octets, end in a blank.
    pub trailing_blanks: bool,
    /// Whether a line begins with `From `, which mbox files quote.
    pub from_lines: bool,
    /// How many octets are 128 or more, or NUL.
    pub to_escape: u64,
    /// Octets since the last LF.
    open_line: u64,
    before: Before,
}

/// The octets that came last. Before any came it is as if a line had ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Before([u8; KEPT]);

impl Default for Before {
    fn default() -> Self {
        Self([b'x', b'x', b'x', b'x', b'\n'])
    }
}

impl Before {
    fn last(&self) -> u8 {
        let Self([.., last]) = self;
        *last
    }

    /// These octets with the first of the block after them, and how many there are: where the block begins, what came before it counts too.
    fn joined(&self, block: &[u8]) -> ([u8; 2 * KEPT], usize) {
        let mut joined = [0_u8; 2 * KEPT];
        let (known, new) = joined.split_at_mut(KEPT);
        known.copy_from_slice(&self.0);
        new.iter_mut().zip(block).for_each(|(place, octet)| *place = *octet);
        let end = known.len().saturating_add(new.len().min(block.len()));
        (joined, end)
    }
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
        let Before([.., last]) = std::mem::take(&mut self.before);
        self.bare_cr |= last == b'\r';
        self.trailing_blanks |= matches!(last, b' ' | b'\t');
        self.long_lines |= self.open_line > MOST_LINE as u64;
        self.open_line = 0;
    }

    /// Whether the content passes through every relay and store as it is: no octet over 127, no NUL, no bare CR, no blank at the end
    /// of a line, no line over 998 octets, no line that begins with `From `. Bare LF does not count: it becomes CRLF.
    pub fn is_transport_safe(&self) -> bool {
        !(self.has_8bit || self.has_nul || self.bare_cr || self.trailing_blanks || self.from_lines || self.long_lines)
    }

    /// Whether quoted-printable leaves text legible and is not much longer than base64: a quarter of the octets to escape at most.
    pub fn prefers_quoted_printable(&self) -> bool {
        self.to_escape.saturating_mul(4) <= self.octets
    }

    fn block(&mut self, block: &[u8]) {
        let (joined, end) = self.before.joined(block);
        let joined = joined.get(..end).unwrap_or_default();
        let start = joined.get(KEPT - 2..).unwrap_or_default();
        let marks = Marks::of(start).with(Marks::of(block));
        self.has_8bit |= marks.octets >= 0x80;
        self.has_nul |= marks.nul != 0;
        self.bare_cr |= marks.bare_cr != 0;
        self.trailing_blanks |= marks.trailing_blank != 0;
        if !self.from_lines {
            self.from_lines = memmem::find(joined, FROM).is_some() || (marks.from != 0 && memmem::find(block, FROM).is_some());
        }
        if marks.octets >= 0x80 || marks.nul != 0 {
            self.to_escape = self.to_escape.saturating_add(count_to_escape(block));
        }
        self.octets = self.octets.saturating_add(block.len() as u64);
        self.canonical_octets = self.canonical_octets.saturating_add(block.len() as u64);
        if marks.bare_lf != 0 {
            self.bare_lf = true;
            let starts_bare = block.first() == Some(&b'\n') && self.before.last() != b'\r';
            self.canonical_octets = self.canonical_octets.saturating_add(count_bare_lf(block)).saturating_add(u64::from(starts_bare));
        }
        self.measure_lines(block);
        let tail = joined.get(end.saturating_sub(KEPT)..).unwrap_or_default();
        let tail = block.last_chunk().copied().or_else(|| tail.first_chunk().copied());
        self.before = tail.map_or_else(Before::default, Before);
    }

    /// Looks for lines that are too long, with a stride of as much as a line may have.
    fn measure_lines(&mut self, block: &[u8]) {
        let Some(first) = memchr(b'\n', block) else {
            self.open_line = self.open_line.saturating_add(block.len() as u64);
            return;
        };
        let before = match first.checked_sub(1) {
            Some(at) => block.get(at).copied().unwrap_or_default(),
            None => self.before.last(),
        };
        let line = self.open_line.saturating_add(first as u64).saturating_sub(u64::from(before == b'\r'));
        self.long_lines |= line > MOST_LINE as u64;
        let mut rest = block.get(first.saturating_add(1)..).unwrap_or_default();
        while !self.long_lines && rest.len() > MOST_LINE {
            let window = rest.get(..=MOST_LINE).unwrap_or(rest);
            let line = match memrchr(b'\n', window) {
                Some(last) => last.saturating_add(1),
                // The longest line there may be, if its line end is CRLF.
                None if window.last() == Some(&b'\r') && rest.get(window.len()) == Some(&b'\n') => window.len().saturating_add(1),
                None if memchr(b'\n', rest).is_none() => break,
                None => {
                    self.long_lines = true;
                    break;
                }
            };
            rest = rest.get(line..).unwrap_or_default();
        }
        let open = memrchr(b'\n', rest).map_or(rest.len(), |last| rest.len().saturating_sub(last).saturating_sub(1));
        self.open_line = open as u64;
    }
}

/// What was seen anywhere in some octets; each mark is 0 or not. Made of nothing but comparisons, so that the compiler can use SIMD instructions.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// All octets or-ed.
    octets: u8,
    nul: u8,
    bare_cr: u8,
    bare_lf: u8,
    trailing_blank: u8,
    /// An `F` begins a line.
    from: u8,
}

impl Marks {
    /// Of the octets from the third on, which the two before each of them decide with it.
    fn of(octets: &[u8]) -> Self {
        let mut marks = Self::default();
        let one_later = octets.get(1..).unwrap_or_default();
        let two_later = octets.get(2..).unwrap_or_default();
        for ((two_before, before), octet) in octets.iter().zip(one_later).zip(two_later) {
            let is_lf = u8::from(*octet == b'\n');
            let after_cr = u8::from(*before == b'\r');
            let after_blank = is_blank(*before) | (after_cr & is_blank(*two_before));
            marks.octets |= octet;
            marks.nul |= u8::from(*octet == 0);
            marks.bare_cr |= after_cr & (is_lf ^ 1);
            marks.bare_lf |= is_lf & (after_cr ^ 1);
            marks.trailing_blank |= is_lf & after_blank;
            marks.from |= u8::from(*before == b'\n') & u8::from(*octet == b'F');
        }
        marks
    }

    fn with(self, other: Self) -> Self {
        Self {
            octets: self.octets | other.octets,
            nul: self.nul | other.nul,
            bare_cr: self.bare_cr | other.bare_cr,
            bare_lf: self.bare_lf | other.bare_lf,
            trailing_blank: self.trailing_blank | other.trailing_blank,
            from: self.from | other.from,
        }
    }
}

fn is_blank(octet: u8) -> u8 {
    u8::from(octet == b' ') | u8::from(octet == b'\t')
}

/// Counted in pieces that fit an octet, for the same reason as [`Marks`].
const PIECE: usize = 255;

fn count_to_escape(block: &[u8]) -> u64 {
    let piece = |piece: &[u8]| piece.iter().fold(0_u8, |count, octet| count.wrapping_add(u8::from(*octet == 0) | (octet >> 7)));
    block.chunks(PIECE).fold(0, |count: u64, octets| count.saturating_add(u64::from(piece(octets))))
}

/// Not counting the first octet.
fn count_bare_lf(block: &[u8]) -> u64 {
    let later = block.get(1..).unwrap_or_default();
    let is_bare = |(before, octet): (&u8, &u8)| u8::from(*octet == b'\n') & u8::from(*before != b'\r');
    let piece = |(before, octets): (&[u8], &[u8])| before.iter().zip(octets).fold(0_u8, |count, pair| count.wrapping_add(is_bare(pair)));
    block.chunks(PIECE).zip(later.chunks(PIECE)).fold(0, |count: u64, pieces| count.saturating_add(u64::from(piece(pieces))))
}

#[cfg(test)]
mod tests;
