//! Hearing what stands inside an encrypted layer, as a message of its own: what was signed can be shown to others then, who have no key.

use const_oid::ObjectIdentifier;

use crate::asn1::oid;
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::mime::{HeaderReader, head_around};

use super::session::Session;

/// Takes the message.
pub(crate) type Heard<'w> = &'w mut dyn FnMut(&[u8]) -> Result<()>;

/// Where to listen.
pub(crate) struct Tap<'w> {
    layer: usize,
    /// Until the header of the entity has ended.
    header: Option<HeaderReader>,
    heard: Heard<'w>,
}

impl<'w> Tap<'w> {
    /// Hears the entity inside this layer, under the header fields of the message that is not about its form.
    pub(crate) fn inside(layer: usize, limits: &Limits, heard: Heard<'w>) -> Self {
        Self { layer, header: Some(HeaderReader::new(limits)), heard }
    }
}

fn nothing_signed() -> Error {
    Error::new(Code::UseEvidence).because("what is encrypted is no MIME entity")
}

/// What is inside has to be a MIME entity to be a message.
pub(super) fn check(session: &Session<'_>, layer: usize, content_type: ObjectIdentifier) -> Result<()> {
    let is_heard = session.tap.as_ref().is_some_and(|tap| tap.layer == layer);
    if is_heard && content_type != oid::ID_DATA { Err(nothing_signed()) } else { Ok(()) }
}

/// Passes on the next octets inside this layer.
pub(super) fn hear(session: &mut Session<'_>, layer: usize, octets: &[u8]) -> Result<()> {
    let Some(tap) = session.tap.as_mut().filter(|tap| tap.layer == layer) else { return Ok(()) };
    let Some(reader) = &mut tap.header else { return (tap.heard)(octets) };
    let Some(consumed) = reader.push(octets)? else { return Ok(()) };
    begin(session)?;
    match session.tap.as_mut() {
        Some(tap) => (tap.heard)(octets.get(consumed..).unwrap_or_default()),
        None => Ok(()),
    }
}

/// What is inside this layer has ended.
pub(super) fn end(session: &mut Session<'_>, layer: usize) -> Result<()> {
    if session.tap.as_ref().is_some_and(|tap| tap.layer == layer && tap.header.is_some()) { begin(session) } else { Ok(()) }
}

fn begin(session: &mut Session<'_>) -> Result<()> {
    let Some(tap) = session.tap.as_mut() else { return Ok(()) };
    let Some(header) = tap.header.take().map(HeaderReader::finish) else { return Ok(()) };
    if !header.is_header() {
        return Err(nothing_signed());
    }
    (tap.heard)(&head_around(session.origin.header(), &header))
}
