//! The entries of revokedCertificates (RFC 5280 sections 5.1.2.6 and 5.3), read where they stand.
//!
//! Lists have a million of them. A survey checks every one when a list is read; what reads them afterwards cannot fail.

use super::super::extensions::{Extension, GeneralName};
use super::super::view::{check_no_duplicates, time_of};
use super::super::{Name, RevocationReason};
use super::ordinary;
use crate::asn1::{Reader, Tag, oid};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// An entry of a revocation list (RFC 5280 section 5.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevokedCertificate<'a> {
    /// Content octets of the serial number as received: two's complement, of any length.
    pub serial: &'a [u8],
    /// When the authority revoked it.
    pub revocation_date: Time,
    /// reasonCode; `None` where none is given, or one that has no name or cannot be read.
    pub reason: Option<RevocationReason>,
    /// invalidityDate: when the key is thought to have come into other hands; `None` where none is given or it cannot be read.
    pub invalidity_date: Option<Time>,
    /// The issuer in force, where that is not the issuer of the list: the first directory name of the last certificateIssuer in this
    /// entry or one before it (RFC 5280 section 5.3.3).
    pub certificate_issuer: Option<Name<'a>>,
    /// Whether it has a critical extension that is not understood. RFC 5280 section 5.3 forbids to use such a list at all: see
    /// [`CertificateList::unknown_critical_entry_extension`](super::CertificateList::unknown_critical_entry_extension).
    pub unknown_critical: bool,
    extensions: &'a [u8],
}

impl<'a> RevokedCertificate<'a> {
    /// The extensions in the order in which they stand; no two are of the same kind.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        Extensions(self.extensions).map_while(|extension| extension)
    }

    /// The entry, where this issuer is in force.
    pub(super) fn new(entry: &Entry<'a>, issuer: Option<Name<'a>>) -> Option<Self> {
        let mut certificate = Self {
            serial: entry.serial,
            revocation_date: time_of(entry.time_tag, entry.time)?,
            reason: None,
            invalidity_date: None,
            certificate_issuer: issuer,
            unknown_critical: false,
            extensions: entry.extensions,
        };
        for extension in certificate.extensions() {
            if extension.kind == oid::CE_CRL_REASONS.as_bytes() {
                certificate.reason = read_reason(extension.value);
            } else if extension.kind == oid::CE_INVALIDITY_DATE.as_bytes() {
                certificate.invalidity_date = read_invalidity_date(extension.value);
            }
            certificate.unknown_critical |= extension.critical && !is_understood(&extension);
        }
        Some(certificate)
    }
}

/// The fields of an entry, not looked into.
pub(super) struct Entry<'a> {
    pub(super) serial: &'a [u8],
    time_tag: Tag,
    time: &'a [u8],
    /// What stands in the SEQUENCE of extensions; nothing where there is none.
    extensions: &'a [u8],
}

impl<'a> Entry<'a> {
    /// The entry at the start of these octets, and what follows it; `None` where there is none that is DER.
    #[inline]
    pub(super) fn split(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (entry, rest) = take(octets, Tag::SEQUENCE)?;
        let (serial, fields) = take(entry, Tag::INTEGER)?;
        let (time_tag, (time, fields)) = match fields.first() {
            Some(&tag) if Tag(tag) == Tag::GENERALIZED_TIME => (Tag::GENERALIZED_TIME, take(fields, Tag::GENERALIZED_TIME)?),
            _ => (Tag::UTC_TIME, take(fields, Tag::UTC_TIME)?),
        };
        let extensions = if fields.is_empty() { fields } else { last(fields, Tag::SEQUENCE)? };
        (!serial.is_empty()).then_some((Self { serial, time_tag, time, extensions }, rest))
    }

    /// The serial number of the entry at the start of these octets, which were checked, and what follows the entry.
    #[inline]
    pub(super) fn split_serial(octets: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let (entry, rest) = take(octets, Tag::SEQUENCE)?;
        let (serial, _) = take(entry, Tag::INTEGER)?;
        Some((serial, rest))
    }

    /// The value of its certificateIssuer.
    pub(super) fn certificate_issuer(&self) -> Option<&'a [u8]> {
        if self.extensions.is_empty() || ordinary::is_reason_alone(self.extensions) {
            return None;
        }
        let mut extensions = Extensions(self.extensions).map_while(|extension| extension);
        extensions.find(|extension| extension.kind == oid::CE_CERTIFICATE_ISSUER.as_bytes()).map(|extension| extension.value)
    }
}

/// The entries in order, each with the issuer in force.
pub(super) struct Entries<'a> {
    rest: &'a [u8],
    /// Read where it comes into force: it may be long, and hold for any number of entries.
    issuer: Option<Name<'a>>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets, issuer: None }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = RevokedCertificate<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (entry, rest) = Entry::split(self.rest)?;
        self.rest = rest;
        if let Some(names) = entry.certificate_issuer() {
            self.issuer = directory_names(names).next();
        }
        RevokedCertificate::new(&entry, self.issuer)
    }
}

/// Extensions of a list or an entry at most.
pub(super) const EXTENSIONS: usize = 256;
/// Octets at most of what is not read in place: names, and the extensions of the list. What is made of them is several times as large.
pub(super) const OCTETS: usize = 1 << 16;

/// What the entries of a list have in common.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) count: usize,
    /// Where the entries start with which another issuer comes into force.
    pub(super) changes: Vec<usize>,
    /// The first critical extension that is not understood, dotted.
    pub(super) unknown_critical: Option<String>,
}

impl Survey {
    /// Checks all entries, which start at this offset of the list.
    ///
    /// # Errors
    /// [`Code::CrlMalformed`] or [`Code::CertDuplicateExtension`].
    pub(super) fn new(octets: &[u8], offset: u64) -> Result<Self> {
        let mut survey = Self::default();
        let mut surveyor = Surveyor { survey: &mut survey, issuer: None, kinds: Vec::new() };
        let mut rest = octets;
        while !rest.is_empty() {
            let position = octets.len().saturating_sub(rest.len());
            rest = surveyor.entry(rest, position).map_err(|error| error.at(offset.saturating_add(position as u64)))?;
        }
        Ok(survey)
    }
}

struct Surveyor<'a, 'b> {
    survey: &'b mut Survey,
    issuer: Option<&'a [u8]>,
    /// The kinds of the extensions of one entry; kept so that its memory is used again.
    kinds: Vec<&'a [u8]>,
}

impl<'a> Surveyor<'a, '_> {
    /// Checks the entry at the start of these octets; what follows it.
    #[inline]
    fn entry(&mut self, octets: &'a [u8], position: usize) -> Result<&'a [u8]> {
        self.survey.count = self.survey.count.saturating_add(1);
        match ordinary::skip(octets) {
            Some(rest) => Ok(rest),
            None => self.odd_entry(octets, position),
        }
    }

    fn odd_entry(&mut self, octets: &'a [u8], position: usize) -> Result<&'a [u8]> {
        let (entry, rest) = Entry::split(octets).ok_or_else(|| malformed("an entry cannot be read"))?;
        if time_of(entry.time_tag, entry.time).is_none() {
            return Err(malformed("the date of an entry cannot be read"));
        }
        self.extensions(entry.extensions, position)?;
        Ok(rest)
    }

    fn extensions(&mut self, octets: &'a [u8], position: usize) -> Result<()> {
        self.kinds.clear();
        for extension in Extensions(octets) {
            let extension = extension.ok_or_else(|| malformed("the extensions of an entry cannot be read"))?;
            if self.kinds.len() >= EXTENSIONS {
                return Err(malformed("an entry has more extensions than any needs"));
            }
            self.kinds.push(extension.kind);
            if extension.kind == oid::CE_CERTIFICATE_ISSUER.as_bytes() && self.issuer != Some(extension.value) {
                check_certificate_issuer(extension.value)?;
                self.issuer = Some(extension.value);
                self.survey.changes.push(position);
            }
            if extension.critical && self.survey.unknown_critical.is_none() && !is_understood(&extension) {
                self.survey.unknown_critical = Some(extension.dotted());
            }
        }
        check_no_duplicates(&mut self.kinds)
    }
}

fn malformed(why: &str) -> Error {
    Error::new(Code::CrlMalformed).because(why)
}

/// Whether an extension is one whose meaning is known, in a form that can be read.
fn is_understood(extension: &Extension<'_>) -> bool {
    match extension.kind {
        kind if kind == oid::CE_CRL_REASONS.as_bytes() => read_reason(extension.value).is_some(),
        kind if kind == oid::CE_INVALIDITY_DATE.as_bytes() => read_invalidity_date(extension.value).is_some(),
        // A list in which one cannot be read is refused.
        kind => kind == oid::CE_CERTIFICATE_ISSUER.as_bytes(),
    }
}

fn read_reason(value: &[u8]) -> Option<RevocationReason> {
    match last(value, Tag::ENUMERATED)? {
        [number] => RevocationReason::from_number(*number),
        _ => None,
    }
}

fn read_invalidity_date(value: &[u8]) -> Option<Time> {
    time_of(Tag::GENERALIZED_TIME, last(value, Tag::GENERALIZED_TIME)?)
}

/// Without a directory name nobody could say whose certificates the entries from here on are about.
fn check_certificate_issuer(value: &[u8]) -> Result<()> {
    let refuse = || malformed("the certificateIssuer of an entry cannot be read");
    if value.len() > OCTETS {
        return Err(refuse().with_source(Error::new(Code::LimitElement)));
    }
    let mut names = Reader::single_der(value).and_then(|names| names.children()).map_err(|error| refuse().with_source(error))?;
    let is_sequence = value.first() == Some(&Tag::SEQUENCE.0);
    let mut has_directory_name = false;
    while !names.is_empty() {
        let name = names.element().and_then(GeneralName::read).map_err(|error| refuse().with_source(error))?;
        has_directory_name |= matches!(name, GeneralName::Directory(_));
    }
    if is_sequence && has_directory_name { Ok(()) } else { Err(refuse()) }
}

/// The directory names of a certificateIssuer that was checked.
pub(super) fn directory_names(value: &[u8]) -> impl Iterator<Item = Name<'_>> {
    let mut names = Reader::single_der(value).and_then(|names| names.children()).ok();
    let elements = std::iter::from_fn(move || names.as_mut().filter(|names| !names.is_empty())?.element().ok());
    elements.filter_map(|element| match GeneralName::read(element) {
        Ok(GeneralName::Directory(name)) => Some(name),
        _ => None,
    })
}

/// The members of a SEQUENCE of extensions; `None` once and at last where one cannot be read.
pub(super) struct Extensions<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Extensions<'a> {
    type Item = Option<Extension<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        match split_extension(self.0) {
            Some((extension, rest)) => {
                self.0 = rest;
                Some(Some(extension))
            }
            None => {
                self.0 = &[];
                Some(None)
            }
        }
    }
}

fn split_extension(octets: &[u8]) -> Option<(Extension<'_>, &[u8])> {
    let (extension, rest) = take(octets, Tag::SEQUENCE)?;
    let (kind, fields) = take(extension, Tag::OID)?;
    let (critical, fields) = match fields {
        [0x01, 0x01, 0xff, fields @ ..] => (true, fields),
        // DER leaves out what is the default; it is seen all the same.
        [0x01, 0x01, 0x00, fields @ ..] => (false, fields),
        _ => (false, fields),
    };
    let value = last(fields, Tag::OCTET_STRING)?;
    Some((Extension { kind, critical, value }, rest))
}

/// The content of the element with this tag at the start of these octets, and what follows it.
#[inline]
fn take(octets: &[u8], tag: Tag) -> Option<(&[u8], &[u8])> {
    match octets {
        [found, length @ 0..=0x7f, rest @ ..] if *found == tag.0 => rest.split_at_checked(usize::from(*length)),
        _ => take_long(octets, tag),
    }
}

/// The same for elements of 128 octets and more.
#[cold]
fn take_long(octets: &[u8], tag: Tag) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::der(octets);
    let element = reader.expect(tag).ok()?;
    Some((element.content, reader.rest()))
}

/// The content of the element with this tag that these octets are.
#[inline]
fn last(octets: &[u8], tag: Tag) -> Option<&[u8]> {
    take(octets, tag).and_then(|(content, rest)| rest.is_empty().then_some(content))
}
