//! SingleResponse: what a responder says of one certificate (RFC 6960 section 4.2.1).

use const_oid::ObjectIdentifier;

use super::{CertId, find, read_extensions, unknown_critical};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::cert::view::read_time;
use crate::cert::{Extension, RevocationReason};
use crate::error::{Code, Result};
use crate::time::Time;

/// id-pkix-ocsp-archive-cutoff (RFC 6960 section 4.4.4).
const ARCHIVE_CUTOFF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
/// Extensions whose meaning is applied here, or which only inform; those of entries of lists may stand here too (RFC 6960 section 4.4.5).
const KNOWN: &[ObjectIdentifier] = &[
    ARCHIVE_CUTOFF,
    oid::CE_CRL_REASONS,
    oid::CE_INVALIDITY_DATE,
    // id-pkix-ocsp-crl (section 4.4.2)
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.3"),
];

/// What a responder says about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateStatus {
    /// It is not revoked. Whether it was ever issued is another question, unless the responder promises so.
    Good,
    /// It is revoked.
    Revoked {
        /// Since when.
        at: Time,
        /// Why, where that is said by a number that has a meaning.
        reason: Option<RevocationReason>,
    },
    /// The responder does not know it.
    Unknown,
}

impl CertificateStatus {
    /// `good`, `revoked` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked { .. } => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// What a responder says of one certificate, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SingleResponse<'a> {
    /// Which certificate.
    pub cert_id: CertId<'a>,
    /// What it says.
    pub status: CertificateStatus,
    /// The time at which this was known to be right.
    pub this_update: Time,
    /// The time at or before which newer information will be at hand. Absent: always.
    pub next_update: Option<Time>,
    /// The responder keeps what it knows beyond the expiry of certificates, back to this time (section 4.4.4).
    pub archive_cutoff: Option<Time>,
    /// Whether there is a critical extension that is not understood: then nothing may be concluded from this.
    pub unknown_critical: bool,
    /// The extensions in the order in which they stand; no two are of the same kind.
    pub extensions: Vec<Extension<'a>>,
}

impl<'a> SingleResponse<'a> {
    pub(super) fn read(mut fields: Reader<'a>) -> Result<Self> {
        let cert_id = CertId::read(fields.element()?)?;
        let status = read_status(fields.element()?)?;
        let this_update = read_time(fields.element()?)?;
        let next_update = match fields.optional(Tag::context_constructed(0))? {
            Some(explicit) => Some(read_time(explicit.children()?.single()?)?),
            None => None,
        };
        let extensions = read_extensions(&mut fields, 1)?;
        fields.finish()?;
        let archive_cutoff = match find(&extensions, ARCHIVE_CUTOFF) {
            Some(cutoff) => Some(read_time(Reader::single_der(cutoff.value)?)?),
            None => None,
        };
        Ok(Self {
            cert_id,
            status: with_reason(status, &extensions),
            this_update,
            next_update,
            archive_cutoff,
            unknown_critical: unknown_critical(&extensions, KNOWN).is_some(),
            extensions,
        })
    }
}

fn read_status(element: Element<'_>) -> Result<CertificateStatus> {
    match (element.tag.0, element.content) {
        (0x80, []) => Ok(CertificateStatus::Good),
        (0x82, []) => Ok(CertificateStatus::Unknown),
        (0xa1, _) => {
            let mut fields = element.children()?;
            let at = read_time(fields.element()?)?;
            let reason = match fields.optional(Tag::context_constructed(0))? {
                Some(explicit) => read_reason(explicit.children()?.single()?)?,
                None => None,
            };
            fields.finish()?;
            Ok(CertificateStatus::Revoked { at, reason })
        }
        _ => Err(element.error(Code::OcspMalformed).because("the status is none of good, revoked and unknown")),
    }
}

/// A reason. One with a number that nobody has defined takes nothing from the revocation.
fn read_reason(element: Element<'_>) -> Result<Option<RevocationReason>> {
    match (element.tag, element.content) {
        (Tag::ENUMERATED, [number]) => Ok(RevocationReason::from_number(*number)),
        (Tag::ENUMERATED, [_, ..]) => Ok(None),
        _ => Err(element.error(Code::BerTag)),
    }
}

/// The reason that stands in an extension, where none stands in its place.
fn with_reason(status: CertificateStatus, extensions: &[Extension<'_>]) -> CertificateStatus {
    match status {
        CertificateStatus::Revoked { at, reason: None } => {
            let value = find(extensions, oid::CE_CRL_REASONS).map(|extension| extension.value);
            let reason = value.and_then(|value| Reader::single_der(value).and_then(read_reason).ok()).flatten();
            CertificateStatus::Revoked { at, reason }
        }
        other => other,
    }
}
