//! Issuing revocation lists (RFC 5280 section 5): complete ones, deltas, partitioned and indirect ones.
//!
//! ```
//! use smime::Time;
//! use smime::ca::{CertificateTemplate, CrlEntry, CrlTemplate, Issuer};
//! use smime::cert::RevocationReason;
//! # use smime::crypto::{Curve, KeyKind, PrivateKey};
//! # let (from, to) = (Time::parse_rfc3339("2026-01-01T00:00:00Z")?, Time::parse_rfc3339("2027-01-01T00:00:00Z")?);
//! # let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! # let ca = Issuer::self_signed(&key, &CertificateTemplate::authority("Example Mail CA", from, to))?;
//! let (now, next) = (Time::parse_rfc3339("2026-03-01T00:00:00Z")?, Time::parse_rfc3339("2026-03-08T00:00:00Z")?);
//! let revoked = CrlEntry { reason: RevocationReason::KeyCompromise, ..CrlEntry::new(&[0x05], now) };
//! let list = ca.revocation_list(&CrlTemplate::new(7, now, next), [revoked])?;
//! assert_eq!(list.crl_number(), Some(&[7][..]));
//! assert_eq!(list.find(list.issuer_key(), &[5]).and_then(|entry| entry.reason), Some(RevocationReason::KeyCompromise));
//!
//! // The next one, from the entries of the last and one more.
//! let entries = list.entries().map(CrlEntry::from).chain([CrlEntry::new(&[0x06], next)]);
//! let following = ca.revocation_list(&CrlTemplate::new(8, next, next.plus_seconds(7 * 86_400)), entries)?;
//! assert_eq!(following.len(), 2);
//! # Ok::<(), smime::Error>(())
//! ```

mod delta;
mod serials;
mod write;

pub use delta::Delta;
pub use write::CrlWriter;

use super::fields::{check_date, check_updates, check_urls, refused};
use super::{Issuer, NewExtension};
use crate::asn1::oid;
use crate::cert::{CertificateList, KeyUsage, Name, ReasonFlags, RevocationReason, RevokedCertificate};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// Octets of a cRLNumber (RFC 5280 section 5.2.3).
const NUMBER: usize = 20;

/// What a new revocation list shall say but for its entries. Plain data: start from [`new`](Self::new) and change what you must.
#[derive(Clone, Debug)]
pub struct CrlTemplate {
    /// cRLNumber: big-endian, at most 20 octets. It grows from list to list of one scope.
    pub number: Vec<u8>,
    /// thisUpdate.
    pub this_update: Time,
    /// nextUpdate: when the next list is issued at the latest.
    pub next_update: Time,
    /// deltaCRLIndicator: the number of the complete list whose changes this one tells; `None` for a complete list.
    pub base_number: Option<Vec<u8>>,
    /// issuingDistributionPoint: which certificates the list is about; `None` where it is about all of its issuer.
    pub scope: Option<CrlScope>,
    /// freshestCRL: URLs of the delta CRLs for this list.
    pub freshest_urls: Vec<String>,
    /// Further extensions, of kinds that are not written anyway.
    pub extensions: Vec<NewExtension>,
}

impl CrlTemplate {
    /// A complete list for all certificates of its issuer.
    pub fn new(number: u64, this_update: Time, next_update: Time) -> Self {
        Self {
            number: number.to_be_bytes().to_vec(),
            this_update,
            next_update,
            base_number: None,
            scope: None,
            freshest_urls: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// The same as a delta CRL to the complete list with this number. What it has to say [`Delta::between`] finds out.
    #[must_use]
    pub fn delta_to(self, base_number: u64) -> Self {
        Self { base_number: Some(base_number.to_be_bytes().to_vec()), ..self }
    }

    /// The same for a part of the certificates.
    #[must_use]
    pub fn scope(self, scope: CrlScope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    fn check(&self) -> Result<()> {
        let number = significant(&self.number);
        check_date(self.this_update)?;
        check_updates(self.this_update, Some(self.next_update))?;
        check_urls(&self.freshest_urls)?;
        // An INTEGER whose first bit is set needs an octet in front.
        let octets = number.len().saturating_add(usize::from(number.first().is_some_and(|first| first & 0x80 != 0)));
        if octets > NUMBER {
            return Err(refused("a cRLNumber has 20 octets at most"));
        }
        if let Some(base) = self.base_number.as_deref().map(significant) {
            if (base.len(), base) >= (number.len(), number) {
                return Err(refused("the number of the list that a delta CRL is based on is not below its own"));
            }
            if !self.freshest_urls.is_empty() {
                return Err(refused("freshestCRL in a delta CRL (RFC 5280 section 5.2.6)"));
            }
        }
        if self.extensions.iter().any(|extension| WRITTEN.contains(&extension.kind)) {
            return Err(refused("a further extension of a kind that the list has anyway"));
        }
        self.scope.as_ref().map_or(Ok(()), CrlScope::check)
    }
}

/// The extensions that are written from other fields.
const WRITTEN: [const_oid::ObjectIdentifier; 5] = [
    oid::CE_AUTHORITY_KEY_IDENTIFIER,
    oid::CE_CRL_NUMBER,
    oid::CE_DELTA_CRL_INDICATOR,
    oid::CE_ISSUING_DISTRIBUTION_POINT,
    oid::CE_FRESHEST_CRL,
];

/// Which certificates a list is about: issuingDistributionPoint (RFC 5280 section 5.2.5). A delta CRL has that of its base.
#[derive(Clone, Debug, Default)]
pub struct CrlScope {
    /// distributionPoint: URLs of the place where the list is published, those of the certificates that it is about.
    pub urls: Vec<String>,
    /// onlyContainsUserCerts, onlyContainsCACerts or onlyContainsAttributeCerts.
    pub only: Option<OnlyCertificates>,
    /// onlySomeReasons; `None` for all.
    pub only_some_reasons: Option<ReasonFlags>,
    /// indirectCRL: there may be entries for certificates of other issuers.
    pub indirect: bool,
}

/// The one kind of certificates that a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlyCertificates {
    /// onlyContainsUserCerts: those of end entities.
    User,
    /// onlyContainsCACerts: those of certification authorities.
    Ca,
    /// onlyContainsAttributeCerts.
    Attribute,
}

impl CrlScope {
    fn check(&self) -> Result<()> {
        check_urls(&self.urls)?;
        match self.only_some_reasons {
            Some(reasons) if reasons.is_empty() => Err(refused("onlySomeReasons without a reason")),
            None if self.urls.is_empty() && self.only.is_none() && !self.indirect => {
                Err(refused("an issuingDistributionPoint that says nothing (RFC 5280 section 5.2.5)"))
            }
            _ => Ok(()),
        }
    }

    /// Whether an entry of this reason belongs on the list. What is not specified may be any.
    fn covers(&self, reason: RevocationReason) -> bool {
        let reason = if reason == RevocationReason::RemoveFromCrl { RevocationReason::CertificateHold } else { reason };
        self.only_some_reasons.is_none_or(|reasons| reasons.contains(reason.into()))
    }
}

/// What an entry of a revocation list shall say. Plain data: start from [`new`](Self::new) and change what you must.
///
/// It borrows its octets, so that a list of a million entries is written without a million allocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrlEntry<'a> {
    /// The serial number as [`Certificate::serial`](crate::Certificate::serial) has it: content octets of an INTEGER, not negative.
    pub serial: &'a [u8],
    /// When the authority revoked the certificate.
    pub revocation_date: Time,
    /// reasonCode; left out where it is `Unspecified` (RFC 5280 section 5.3.1). `RemoveFromCrl` in delta CRLs only.
    pub reason: RevocationReason,
    /// invalidityDate: when the key is thought to have come into other hands.
    pub invalidity_date: Option<Time>,
    /// The issuer of the certificate, where that is not the issuer of the list, which is indirect then.
    pub certificate_issuer: Option<Name<'a>>,
}

impl<'a> CrlEntry<'a> {
    /// The certificate of this serial number is revoked since then, without a reason.
    pub const fn new(serial: &'a [u8], revocation_date: Time) -> Self {
        Self { serial, revocation_date, reason: RevocationReason::Unspecified, invalidity_date: None, certificate_issuer: None }
    }
}

impl<'a> From<RevokedCertificate<'a>> for CrlEntry<'a> {
    /// What an entry of another list says; extensions that have no field here are lost.
    fn from(entry: RevokedCertificate<'a>) -> Self {
        Self {
            serial: entry.serial,
            revocation_date: entry.revocation_date,
            reason: entry.reason.unwrap_or(RevocationReason::Unspecified),
            invalidity_date: entry.invalidity_date,
            certificate_issuer: entry.certificate_issuer,
        }
    }
}

impl Issuer {
    /// A revocation list of these entries, signed by this issuer.
    ///
    /// Time and memory grow with the octets of the list; of the entries nothing is kept but what is written. Where they do not come
    /// from an iterator, [`Issuer::revocation_list_writer`] takes one after the other.
    ///
    /// # Errors
    /// [`Code::UseKeyForSigning`] where the keyUsage of the issuer's certificate lacks cRLSign. [`Code::UseArgument`] for what RFC 5280
    /// does not allow: nextUpdate before thisUpdate, a number of more than 20 octets or, of a delta CRL, not above that of its base, a
    /// scope that says nothing, a serial number twice, removeFromCRL in a complete list, another issuer's certificate in a list that
    /// is not indirect, a reason beyond the scope, a date before 1950. [`Code::KeyExternalFailed`] where signing fails.
    pub fn revocation_list<'a>(&self, template: &CrlTemplate, entries: impl IntoIterator<Item = CrlEntry<'a>>) -> Result<CertificateList> {
        let mut writer = self.revocation_list_writer(template)?;
        entries.into_iter().try_for_each(|entry| writer.push(&entry))?;
        writer.finish()
    }

    /// What writes a revocation list entry by entry.
    ///
    /// # Errors
    /// As [`Issuer::revocation_list`].
    pub fn revocation_list_writer(&self, template: &CrlTemplate) -> Result<CrlWriter> {
        if self.certificate.key_usage()?.is_some_and(|usage| !usage.any(KeyUsage::CRL_SIGN)) {
            return Err(Error::new(Code::UseKeyForSigning).because("the keyUsage of the issuer's certificate lacks cRLSign"));
        }
        template.check()?;
        Ok(CrlWriter::new(self.clone(), template.clone()))
    }
}

/// A number without the zeros in front.
fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
