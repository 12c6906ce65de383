//! The elements around the content: their headers before it, their ends after it.

use crate::asn1::{Tag, header};
use crate::error::{Code, Error, Result};

use super::Output;

/// End-of-contents octets.
const END: [u8; 2] = [0, 0];

/// An element that contains, directly or not, the content.
pub(super) struct Level {
    tag: Tag,
    /// What stands in it before the next level.
    prefix: Vec<u8>,
}

/// The content string within its levels, and a tail that belongs to one of them.
pub(super) struct Framing {
    levels: Vec<Level>,
    tail_level: usize,
    string: Tag,
    promised: Option<Promise>,
    state: State,
}

struct Promise {
    content_left: u64,
    tail: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    Content,
    Done,
}

impl Level {
    pub(super) fn new(tag: Tag, prefix: Vec<u8>) -> Self {
        Self { tag, prefix }
    }
}

impl Framing {
    /// Levels from the outside in; the content is a string of this (primitive) tag in the innermost one.
    pub(super) fn new(levels: Vec<Level>, tail_level: usize, string: Tag) -> Self {
        Self { levels, tail_level, string, promised: None, state: State::Head }
    }

    pub(super) fn promise(&mut self, content: u64, tail: u64) {
        self.promised = Some(Promise { content_left: content, tail });
    }

    pub(super) fn head(&mut self, out: Output<'_>) -> Result<()> {
        self.step(State::Head, State::Content)?;
        match &self.promised {
            Some(promise) => {
                let string = header(self.string, promise.content_left).collect::<Vec<u8>>();
                let inside = (string.len() as u64).checked_add(promise.content_left);
                let encoded = self.definite(inside, promise.tail, string)?;
                out(&encoded)
            }
            None => {
                let mut encoded = Vec::new();
                for level in &self.levels {
                    encoded.extend([level.tag.0, 0x80]);
                    encoded.extend_from_slice(&level.prefix);
                }
                encoded.extend([self.string.constructed().0, 0x80]);
                out(&encoded)
            }
        }
    }

    pub(super) fn content(&mut self, octets: &[u8], out: Output<'_>) -> Result<()> {
        self.step(State::Content, State::Content)?;
        if octets.is_empty() {
            return Ok(());
        }
        match &mut self.promised {
            Some(promise) => {
                let left = promise.content_left.checked_sub(octets.len() as u64);
                promise.content_left = left.ok_or_else(|| Error::new(Code::UseContentSize).because("more content than announced"))?;
            }
            None => out(&header(Tag::OCTET_STRING, octets.len() as u64).collect::<Vec<u8>>())?,
        }
        out(octets)
    }

    pub(super) fn tail(&mut self, tail: &[u8], out: Output<'_>) -> Result<()> {
        self.step(State::Content, State::Done)?;
        match &self.promised {
            Some(promise) if promise.content_left > 0 => Err(Error::new(Code::UseContentSize).because("less content than announced")),
            Some(promise) if promise.tail != tail.len() as u64 => {
                Err(Error::new(Code::UseContentSize).because("what follows the content has another length than announced"))
            }
            Some(_) => out(tail),
            None => {
                let outside = self.tail_level.saturating_add(1);
                let inside = self.levels.len().saturating_sub(outside).saturating_add(1);
                let mut encoded = END.repeat(inside);
                encoded.extend_from_slice(tail);
                encoded.extend(END.repeat(outside));
                out(&encoded)
            }
        }
    }

    /// The whole encoding without the content and the innermost level.
    pub(super) fn without_content(mut self, tail: &[u8]) -> Result<Vec<u8>> {
        self.step(State::Head, State::Done)?;
        self.levels.pop();
        let mut encoded = self.definite(Some(0), tail.len() as u64, Vec::new())?;
        encoded.extend_from_slice(tail);
        Ok(encoded)
    }

    /// The headers and prefixes of all levels where so many octets stand in the innermost one, then `last`.
    fn definite(&self, inside: Option<u64>, tail: u64, last: Vec<u8>) -> Result<Vec<u8>> {
        let mut length = inside;
        let mut lengths = Vec::new();
        for (index, level) in self.levels.iter().enumerate().rev() {
            let after = if index == self.tail_level { tail } else { 0 };
            let content = length.and_then(|inner| inner.checked_add(level.prefix.len() as u64)?.checked_add(after));
            let content = content.ok_or_else(|| Error::new(Code::UseContentSize).because("too long"))?;
            lengths.push(content);
            length = content.checked_add(header(level.tag, content).count() as u64);
        }
        let mut encoded = Vec::new();
        for (level, length) in self.levels.iter().zip(lengths.into_iter().rev()) {
            encoded.extend(header(level.tag, length));
            encoded.extend_from_slice(&level.prefix);
        }
        encoded.extend(last);
        Ok(encoded)
    }

    fn step(&mut self, due: State, next: State) -> Result<()> {
        if self.state != due {
            return Err(Error::new(Code::UseState).because("the writer is used out of turn"));
        }
        self.state = next;
        Ok(())
    }
}
