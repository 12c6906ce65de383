//! Writing a list entry by entry.

use super::serials::Serials;
use super::{CrlEntry, CrlScope, CrlTemplate, OnlyCertificates, significant};
use crate::asn1::{Tag, Writer, oid};
use crate::ca::fields::{self, check_date, check_serial, extension, full_name, refused};
use crate::ca::{Issuer, NewExtension};
use crate::cert::{CertificateList, RevocationReason};
use crate::error::Result;

/// Takes the entries of a revocation list one after the other, where they are no iterator: see [`Issuer::revocation_list_writer`].
///
/// ```
/// # use smime::{Time, ca::{CertificateTemplate, CrlEntry, CrlTemplate, Issuer}, crypto::{KeyKind, PrivateKey}};
/// # let (now, next) = (Time::parse_rfc3339("2026-03-01T00:00:00Z")?, Time::parse_rfc3339("2026-03-08T00:00:00Z")?);
/// # let ca = Issuer::self_signed(&PrivateKey::generate(KeyKind::Ed25519)?, &CertificateTemplate::authority("CA", now, next))?;
/// let mut writer = ca.revocation_list_writer(&CrlTemplate::new(1, now, next))?;
/// for number in 1..=3u32 {
///     let row = number.to_be_bytes();
///     writer.push(&CrlEntry::new(&row, now))?;
/// }
/// assert_eq!(writer.finish()?.len(), 3);
/// # Ok::<(), smime::Error>(())
/// ```
pub struct CrlWriter {
    issuer: Issuer,
    template: CrlTemplate,
    entries: Writer,
    serials: Serials,
    /// The DER of the certificateIssuer in force, where it is not the issuer of the list.
    in_force: Option<Box<[u8]>>,
}

impl CrlWriter {
    /// For a template that was checked.
    pub(super) fn new(issuer: Issuer, template: CrlTemplate) -> Self {
        Self { issuer, template, entries: Writer::new(), serials: Serials::default(), in_force: None }
    }

    /// Writes this entry. Whether its serial number was there before is seen at the end.
    ///
    /// # Errors
    /// [`Code::UseArgument`](crate::Code::UseArgument), see [`Issuer::revocation_list`]. The entry is not on the list then, all others are.
    pub fn push(&mut self, entry: &CrlEntry<'_>) -> Result<()> {
        self.check(entry)?;
        let own = self.issuer.certificate.subject().der();
        let theirs = entry.certificate_issuer.map(|name| name.der()).filter(|name| *name != own);
        let changed = theirs != self.in_force.as_deref();
        if changed {
            self.serials.change_issuer(theirs.unwrap_or_default(), self.entries.len());
        }
        let issuer = changed.then(|| theirs.unwrap_or(own));
        self.entries.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::INTEGER, |writer| writer.raw(self.serials.push(entry.serial)));
            fields::time(writer, entry.revocation_date);
            if issuer.is_some() || entry.reason != RevocationReason::Unspecified || entry.invalidity_date.is_some() {
                writer.nest(Tag::SEQUENCE, |writer| write_extensions(writer, entry, issuer));
            }
        });
        if changed {
            self.in_force = theirs.map(Box::from);
        }
        Ok(())
    }

    fn check(&self, entry: &CrlEntry<'_>) -> Result<()> {
        check_serial(entry.serial)?;
        check_date(entry.revocation_date)?;
        if entry.reason == RevocationReason::RemoveFromCrl && self.template.base_number.is_none() {
            return Err(refused("removeFromCRL in a list that is no delta CRL (RFC 5280 section 5.3.1)"));
        }
        let scope = self.template.scope.as_ref();
        if scope.is_some_and(|scope| !scope.covers(entry.reason)) {
            return Err(refused(format!("the reason {}, which is not among onlySomeReasons", entry.reason.as_str())));
        }
        let is_own = entry.certificate_issuer.is_none_or(|name| name.der() == self.issuer.certificate.subject().der());
        if !is_own && !scope.is_some_and(|scope| scope.indirect) {
            return Err(refused("a certificate of another issuer in a list that is not indirect"));
        }
        Ok(())
    }

    /// The list, signed.
    ///
    /// # Errors
    /// As [`Issuer::revocation_list`].
    pub fn finish(self) -> Result<CertificateList> {
        let Self { issuer, template, entries, serials, .. } = self;
        let entries = entries.into_vec();
        serials.check(&entries)?;
        let identifier = issuer.key_identifier()?;
        let mut tbs = Writer::with_capacity(entries.len().saturating_add(1024));
        tbs.nest(Tag::SEQUENCE, |writer| write_tbs(writer, &issuer, &template, &identifier, &entries));
        drop(entries);
        let list = fields::signed(&issuer.key, &issuer.scheme, &tbs.into_vec(), |_| ())?;
        CertificateList::from_vec(list)
    }
}

impl std::fmt::Debug for CrlWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CrlWriter({} entries)", self.serials.len())
    }
}

fn write_tbs(writer: &mut Writer, issuer: &Issuer, template: &CrlTemplate, identifier: &[u8], entries: &[u8]) {
    writer.unsigned(1);
    writer.raw(&issuer.scheme.algorithm_identifier());
    writer.raw(issuer.certificate.subject().der());
    fields::time(writer, template.this_update);
    fields::time(writer, template.next_update);
    if !entries.is_empty() {
        writer.element(Tag::SEQUENCE, entries);
    }
    writer.nest(Tag::context_constructed(0), |writer| {
        writer.nest(Tag::SEQUENCE, |writer| write_list_extensions(writer, template, identifier));
    });
}

fn write_list_extensions(writer: &mut Writer, template: &CrlTemplate, identifier: &[u8]) {
    extension(writer, oid::CE_AUTHORITY_KEY_IDENTIFIER, false, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::context(0), identifier));
    });
    extension(writer, oid::CE_CRL_NUMBER, false, |writer| writer.unsigned_octets(significant(&template.number)));
    if let Some(base) = &template.base_number {
        extension(writer, oid::CE_DELTA_CRL_INDICATOR, true, |writer| writer.unsigned_octets(significant(base)));
    }
    if let Some(scope) = &template.scope {
        extension(writer, oid::CE_ISSUING_DISTRIBUTION_POINT, true, |writer| write_scope(writer, scope));
    }
    if !template.freshest_urls.is_empty() {
        extension(writer, oid::CE_FRESHEST_CRL, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.nest(Tag::SEQUENCE, |writer| full_name(writer, &template.freshest_urls)));
        });
    }
    template.extensions.iter().for_each(|new: &NewExtension| fields::ready_extension(writer, new));
}

fn write_scope(writer: &mut Writer, scope: &CrlScope) {
    let flag = |writer: &mut Writer, number, set| {
        if set {
            writer.element(Tag::context(number), &[0xff]);
        }
    };
    writer.nest(Tag::SEQUENCE, |writer| {
        if !scope.urls.is_empty() {
            full_name(writer, &scope.urls);
        }
        flag(writer, 1, scope.only == Some(OnlyCertificates::User));
        flag(writer, 2, scope.only == Some(OnlyCertificates::Ca));
        if let Some(reasons) = scope.only_some_reasons {
            writer.element(Tag::context(3), &reasons.to_named_bits());
        }
        flag(writer, 4, scope.indirect);
        flag(writer, 5, scope.only == Some(OnlyCertificates::Attribute));
    });
}

fn write_extensions(writer: &mut Writer, entry: &CrlEntry<'_>, issuer: Option<&[u8]>) {
    if entry.reason != RevocationReason::Unspecified {
        extension(writer, oid::CE_CRL_REASONS, false, |writer| writer.element(Tag::ENUMERATED, &[entry.reason.number()]));
    }
    if let Some(date) = entry.invalidity_date {
        extension(writer, oid::CE_INVALIDITY_DATE, false, |writer| fields::generalized_time(writer, date));
    }
    if let Some(issuer) = issuer {
        extension(writer, oid::CE_CERTIFICATE_ISSUER, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.nest(Tag::context_constructed(4), |writer| writer.raw(issuer)));
        });
    }
}
