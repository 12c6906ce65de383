//! The canonical form in which text is signed: every line ends in CRLF (RFC 8551 section 3.1.1).

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::error::Result;

/// Octets that are looked at and handed on while they are in a cache.
const WINDOW: usize = 32 << 10;

/// Converted octets that are gathered before they are handed on.
const BLOCK: usize = 16 << 10;

/// Makes CRLF of every LF that has no CR before it; a CR without LF stays. What is canonical already is handed on as it is, without a copy.
///
/// ```
/// use smime::mime::Canonicalizer;
/// let mut canonicalizer = Canonicalizer::new();
/// let mut out = Vec::new();
/// for piece in [&b"one\r"[..], b"\ntwo\n"] {
///     canonicalizer.push(piece, &mut |octets| {
///         out.extend_from_slice(octets);
///         Ok(())
///     })?;
/// }
/// assert_eq!(out, b"one\r\ntwo\r\n");
/// assert!(canonicalizer.changed());
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Canonicalizer {
    after_cr: bool,
    changed: bool,
    /// The window before was not canonical.
    converting: bool,
    block: Vec<u8>,
}

impl Canonicalizer {
    /// A canonicalizer at the start of the content.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets and hands on their canonical form, all of it at once.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn push(&mut self, input: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        for window in input.chunks(WINDOW) {
            let starts_bare = window.first() == Some(&b'\n') && !self.after_cr;
            // After a window that had to be converted the next will have to be.
            if self.converting || starts_bare || has_bare_line_feed(window) {
                self.convert(window, out)?;
            } else {
                out(window)?;
            }
            self.after_cr = window.last() == Some(&b'\r');
        }
        Ok(())
    }

    fn convert(&mut self, window: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut from = 0_usize;
        for line_feed in memchr_iter(b'\n', window) {
            let after_cr = match line_feed.checked_sub(1) {
                Some(before) => window.get(before) == Some(&b'\r'),
                None => self.after_cr,
            };
            if !after_cr {
                self.gather(window.get(from..line_feed).unwrap_or_default(), out)?;
                self.block.extend_from_slice(b"\r\n");
                from = line_feed.saturating_add(1);
            }
        }
        self.converting = from > 0;
        if !self.converting {
            return out(window);
        }
        self.changed = true;
        self.gather(window.get(from..).unwrap_or_default(), out)?;
        self.flush(out)
    }

    /// Whether any line end was changed.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// Keeps a line for the next block, or hands it on as it is where it would fill one.
    fn gather(&mut self, line: &[u8], out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let is_long = line.len() > BLOCK / 2;
        if is_long || self.block.len().saturating_add(line.len()) > BLOCK {
            self.flush(out)?;
        }
        if is_long {
            return out(line);
        }
        self.block.extend_from_slice(line);
        Ok(())
    }

    fn flush(&mut self, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if !self.block.is_empty() {
            out(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }
}

/// The canonical form of octets in memory; borrowed where they are canonical already.
///
/// ```
/// assert_eq!(&*smime::mime::canonical(b"one\ntwo\r\n"), b"one\r\ntwo\r\n");
/// ```
pub fn canonical(input: &[u8]) -> Cow<'_, [u8]> {
    if is_canonical(input) {
        return Cow::Borrowed(input);
    }
    let mut octets = Vec::with_capacity(input.len().saturating_add(input.len() / 32));
    let gathered = Canonicalizer::new().push(input, &mut |piece| {
        octets.extend_from_slice(piece);
        Ok(())
    });
    debug_assert!(gathered.is_ok(), "a sink that cannot fail");
    Cow::Owned(octets)
}

fn is_canonical(input: &[u8]) -> bool {
    input.first() != Some(&b'\n') && !input.chunks(WINDOW).any(has_bare_line_feed) && !crosses_bare(input)
}

/// Whether a LF begins a window and no CR ends the one before it.
fn crosses_bare(input: &[u8]) -> bool {
    let windows = input.chunks(WINDOW);
    windows.clone().zip(windows.skip(1)).any(|(one, next)| next.first() == Some(&b'\n') && one.last() != Some(&b'\r'))
}

/// Whether a LF, not the first octet, has no CR before it. Made of nothing but comparisons, so that the compiler can use SIMD instructions.
fn has_bare_line_feed(window: &[u8]) -> bool {
    let later = window.get(1..).unwrap_or_default();
    window.iter().zip(later).fold(0, |found, (before, octet)| found | (u8::from(*octet == b'\n') & u8::from(*before != b'\r'))) != 0
}

#[cfg(test)]
mod tests;
