//! OCSP: questions about the status of certificates and the signed answers (RFC 6960, nonces by RFC 9654).
//!
//! Here stand the formats and their signatures alone. Whether a responder may answer for an authority, and whether an answer is
//! young enough, is not decided here but in [`path`](crate::path).
//!
//! Reading is as tolerant as that of certificates and strict in the same places: DER throughout, nothing behind the end, no extension
//! twice. Answers are read one after the other where they stand, so memory is bounded by the octets that came.

mod basic;
mod cert_id;
mod request;
mod response;
mod single;

pub use basic::{BasicOcspResponse, ResponderId};
pub use cert_id::CertId;
pub use request::OcspRequest;
pub use response::{OcspResponse, OcspResponseStatus};
pub use single::{CertificateStatus, SingleResponse};

pub(super) use cert_id::responder_key_hash;

use const_oid::ObjectIdentifier;

use super::Extension;
use super::view::{Range, check_no_duplicates, read_extension};
use crate::asn1::{Reader, Tag};
use crate::error::{Code, Error, Result};

/// Whatever is wrong with the encoding, in the words of this room.
fn malformed(error: Error) -> Error {
    if matches!(error.code(), Code::OcspMalformed | Code::LimitElement) {
        return error;
    }
    let offset = error.offset().unwrap_or(0);
    Error::new(Code::OcspMalformed).at(offset).with_source(error)
}

/// The version, which can only be 1 and as a rule is left out.
fn read_version(fields: &mut Reader<'_>) -> Result<()> {
    let Some(explicit) = fields.optional(Tag::context_constructed(0))? else { return Ok(()) };
    let version = explicit.children()?.single()?;
    if version.tag == Tag::INTEGER && version.content == [0] {
        return Ok(());
    }
    Err(version.error(Code::OcspMalformed).because("the version is not 1"))
}

/// The extensions under this explicit tag, no two of a kind: two would let two verifiers read two answers out of one.
fn read_extensions<'a>(fields: &mut Reader<'a>, number: u8) -> Result<Vec<Extension<'a>>> {
    let Some(explicit) = fields.optional(Tag::context_constructed(number))? else { return Ok(Vec::new()) };
    let mut list = explicit.children()?;
    let mut members = list.sequence()?;
    list.finish()?;
    let mut extensions = Vec::new();
    while !members.is_empty() {
        let (kind, critical, value) = read_extension(members.sequence()?)?;
        extensions.push(Extension { kind: kind.content, critical, value: value.content });
    }
    let mut kinds: Vec<&[u8]> = extensions.iter().map(|extension: &Extension<'_>| extension.kind).collect();
    let twice = |error| explicit.error(Code::OcspMalformed).because("an extension stands twice").with_source(error);
    check_no_duplicates(&mut kinds).map_err(twice)?;
    Ok(extensions)
}

fn find<'a>(extensions: &[Extension<'a>], kind: ObjectIdentifier) -> Option<Extension<'a>> {
    extensions.iter().find(|extension| extension.kind == kind.as_bytes()).copied()
}

/// Which is the first critical extension that is none of these.
fn unknown_critical(extensions: &[Extension<'_>], known: &[ObjectIdentifier]) -> Option<usize> {
    let is_known = |kind: &[u8]| known.iter().any(|known| known.as_bytes() == kind);
    extensions.iter().position(|extension| extension.critical && !is_known(extension.kind))
}

#[cfg(test)]
mod tests;
