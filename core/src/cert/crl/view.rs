//! Where the fields of a revocation list stand (RFC 5280 section 5.1).

use super::super::distribution::{self, IssuingDistributionPoint};
use super::super::extensions::{self, Extension};
use super::super::view::{Range, Signed, check_no_duplicates, content, read_time, whole};
use super::super::{GeneralName, Name};
use super::entry::{EXTENSIONS, Extensions, OCTETS, Survey};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The fields as ranges of the list's octets.
pub(super) struct View {
    pub(super) signed: Signed,
    pub(super) version: u8,
    pub(super) issuer: Range,
    pub(super) this_update: Time,
    pub(super) next_update: Option<Time>,
    /// What stands in revokedCertificates.
    pub(super) entries: Range,
    pub(super) survey: Survey,
    /// What stands in the SEQUENCE of extensions.
    pub(super) extensions: Range,
    pub(super) known: Known,
}

/// What the extensions say that decides how the list may be used.
#[derive(Default)]
pub(super) struct Known {
    /// Big-endian, without leading zeros.
    pub(super) crl_number: Option<Box<[u8]>>,
    /// Big-endian, without leading zeros.
    pub(super) base_crl_number: Option<Box<[u8]>>,
    pub(super) issuing_distribution_point: Option<IssuingDistributionPoint>,
    /// The first critical extension that is not understood, dotted.
    pub(super) unknown_critical: Option<String>,
}

impl View {
    pub(super) fn read(der: &[u8]) -> Result<Self> {
        read(der).map_err(|error| match error.code() {
            Code::CrlMalformed | Code::CertDuplicateExtension | Code::CertAlgorithmMismatch | Code::BerTrailing => error,
            _ => {
                let offset = error.offset().unwrap_or(0);
                Error::new(Code::CrlMalformed).at(offset).with_source(error)
            }
        })
    }
}

fn read(der: &[u8]) -> Result<View> {
    let mut outer = Reader::der(der);
    let mut list = outer.sequence()?;
    outer.finish()?;
    let (signed, tbs, algorithm) = Signed::read(&mut list)?;
    list.finish()?;

    let mut fields = tbs.children()?;
    let version = fields.optional(Tag::INTEGER)?.map_or(Ok(1), read_version)?;
    let inner_algorithm = fields.expect(Tag::SEQUENCE)?;
    if inner_algorithm.raw != algorithm.raw {
        return Err(inner_algorithm.error(Code::CertAlgorithmMismatch));
    }
    let issuer = fields.expect(Tag::SEQUENCE)?;
    check_issuer(issuer)?;
    let this_update = read_time(fields.element()?)?;
    let next_update = match fields.peek() {
        Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(read_time(fields.element()?)?),
        _ => None,
    };
    let entries = fields.optional(Tag::SEQUENCE)?;
    let extensions = match fields.optional(Tag::context_constructed(0))? {
        Some(explicit) => Some(read_sequence(explicit)?),
        None => None,
    };
    fields.finish()?;

    let known = extensions.map_or(Ok(Known::default()), read_extensions)?;
    let survey = entries.map_or(Ok(Survey::default()), |entries| {
        let range = content(entries);
        Survey::new(entries.content, range.start as u64)
    })?;
    Ok(View {
        signed,
        version,
        issuer: whole(issuer),
        this_update,
        next_update,
        entries: entries.map(content).unwrap_or_default(),
        survey,
        extensions: extensions.map(content).unwrap_or_default(),
        known,
    })
}

/// A list of version 1 does not say so; one that says so all the same is understood.
fn read_version(version: Element<'_>) -> Result<u8> {
    match version.content {
        [number @ 0..=1] => Ok(number.saturating_add(1)),
        _ => Err(version.error(Code::CrlMalformed).because("the version is neither 1 nor 2")),
    }
}

fn check_issuer(issuer: Element<'_>) -> Result<()> {
    let refuse = |error| issuer.error(Code::CrlMalformed).because("the issuer cannot be read").with_source(error);
    if issuer.raw.len() > OCTETS {
        return Err(refuse(Error::new(Code::LimitElement)));
    }
    Name::from_der(issuer.raw).map(drop).map_err(refuse)
}

fn read_sequence(explicit: Element<'_>) -> Result<Element<'_>> {
    let sequence = explicit.children()?.single()?;
    if sequence.tag == Tag::SEQUENCE { Ok(sequence) } else { Err(sequence.error(Code::BerTag)) }
}

fn read_extensions(sequence: Element<'_>) -> Result<Known> {
    let mut known = Known::default();
    let mut kinds = Vec::new();
    for extension in Extensions(sequence.content) {
        let extension = extension.ok_or_else(|| sequence.error(Code::CrlMalformed).because("the extensions cannot be read"))?;
        if kinds.len() >= EXTENSIONS {
            return Err(sequence.error(Code::CrlMalformed).because("there are more extensions than any list needs"));
        }
        kinds.push(extension.kind);
        let understood = known.take(&extension).map_err(|error| {
            let why = format!("the extension {} cannot be read", extension.dotted());
            sequence.error(Code::CrlMalformed).because(why).with_source(error)
        })?;
        if extension.critical && !understood && known.unknown_critical.is_none() {
            known.unknown_critical = Some(extension.dotted());
        }
    }
    check_no_duplicates(&mut kinds)?;
    Ok(known)
}

impl Known {
    /// Reads an extension; whether it is understood.
    ///
    /// # Errors
    /// Where one cannot be read that says what the list is about: it must not be taken for another list.
    fn take(&mut self, extension: &Extension<'_>) -> Result<bool> {
        let value = || read_value(extension);
        match extension.kind {
            kind if kind == oid::CE_CRL_NUMBER.as_bytes() => self.crl_number = Some(read_number(value()?)?),
            kind if kind == oid::CE_DELTA_CRL_INDICATOR.as_bytes() => self.base_crl_number = Some(read_number(value()?)?),
            kind if kind == oid::CE_ISSUING_DISTRIBUTION_POINT.as_bytes() => {
                self.issuing_distribution_point = Some(distribution::read_issuing_point(value()?)?);
            }
            _ => return Ok(is_readable_hint(extension)),
        }
        Ok(true)
    }
}

/// Whether an extension is one of those that only help to find something.
fn is_readable_hint(extension: &Extension<'_>) -> bool {
    let Ok(value) = read_value(extension) else { return false };
    match extension.kind {
        kind if kind == oid::CE_AUTHORITY_KEY_IDENTIFIER.as_bytes() => extensions::authority_key_identifier(value).is_ok(),
        kind if kind == oid::CE_ISSUER_ALT_NAME.as_bytes() => {
            extensions::general_names(value).is_ok_and(|names: Vec<GeneralName<'_>>| !names.is_empty())
        }
        kind if kind == oid::CE_FRESHEST_CRL.as_bytes() => distribution::read_points(value).is_ok(),
        kind if kind == oid::PE_AUTHORITY_INFO_ACCESS.as_bytes() => extensions::access_urls(value, extensions::CA_ISSUERS).is_ok(),
        _ => false,
    }
}

/// The value of an extension of the list, unless it is too long for any use.
pub(super) fn read_value<'a>(extension: &Extension<'a>) -> Result<Element<'a>> {
    if extension.value.len() > OCTETS { Err(Error::new(Code::LimitElement)) } else { Reader::single_der(extension.value) }
}

fn read_number(element: Element<'_>) -> Result<Box<[u8]>> {
    if element.tag != Tag::INTEGER {
        return Err(element.error(Code::BerTag));
    }
    Ok(element.unsigned_octets()?.into())
}
