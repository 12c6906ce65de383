//! Collects the elements that must be kept whole, within bounds.

use crate::error::{Code, Error, Result};
use crate::limits::Limits;

use super::ber::Head;
use super::grammar::Kept;

/// Room reserved before any octet of an element has come.
const RESERVE: usize = 4096;

/// An element that is being kept, or passed over, and the account of all that were kept.
pub(super) struct Keeper {
    current: Option<Current>,
    octets: Vec<u8>,
    total: usize,
    element_limit: usize,
    layer_limit: usize,
}

#[derive(Clone, Copy)]
struct Current {
    /// `None`: passed over.
    what: Option<Kept>,
    /// Open elements, this one among them.
    open: usize,
    offset: u64,
}

/// An element that is whole.
pub(super) struct Whole {
    /// `None`: it was passed over.
    pub(super) what: Option<Kept>,
    pub(super) offset: u64,
    pub(super) octets: Vec<u8>,
}

impl Keeper {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { current: None, octets: Vec::new(), total: 0, element_limit: limits.element_bytes, layer_limit: limits.layer_bytes }
    }

    /// Whether an element is being kept or passed over.
    pub(super) fn is_busy(&self) -> bool {
        self.current.is_some()
    }

    /// Begins with the element that has just started; `open` elements are open.
    pub(super) fn begin(&mut self, what: Option<Kept>, open: usize, head: Head) {
        self.current = Some(Current { what, open, offset: head.offset });
        self.octets.clear();
    }

    /// The element, or one within it, starts with this header.
    pub(super) fn start(&mut self, head: Head, header: &[u8]) -> Result<()> {
        let announced = head.length.unwrap_or(0).saturating_add(header.len() as u64);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        self.account(announced)?;
        if self.is_kept() {
            self.octets.reserve(announced.min(RESERVE));
        }
        self.append(header)
    }

    /// More octets of the element.
    pub(super) fn append(&mut self, octets: &[u8]) -> Result<()> {
        self.account(octets.len())?;
        if self.is_kept() {
            self.octets.extend_from_slice(octets);
            self.total = self.total.saturating_add(octets.len());
        }
        Ok(())
    }

    /// The element, or one within it, has ended, and `open` elements are still open.
    pub(super) fn end(&mut self, indefinite: bool, open: usize) -> Result<Option<Whole>> {
        if indefinite {
            self.append(&[0, 0])?;
        }
        match self.current {
            Some(Current { what, open: own, offset }) if open < own => {
                self.current = None;
                Ok(Some(Whole { what, offset, octets: std::mem::take(&mut self.octets) }))
            }
            _ => Ok(None),
        }
    }

    /// Takes back memory that can serve for the next element.
    pub(super) fn reuse(&mut self, octets: Vec<u8>) {
        self.octets = octets;
    }

    fn is_kept(&self) -> bool {
        self.current.is_some_and(|current| current.what.is_some())
    }

    /// Whether so many octets more are within the bounds.
    fn account(&self, more: usize) -> Result<()> {
        let Some(Current { what: Some(_), offset, .. }) = self.current else { return Ok(()) };
        if self.octets.len().saturating_add(more) > self.element_limit {
            return Err(Error::new(Code::LimitElement).at(offset));
        }
        if self.total.saturating_add(more) > self.layer_limit {
            return Err(Error::new(Code::LimitBytes).at(offset).because("what stands around the content"));
        }
        Ok(())
    }
}
