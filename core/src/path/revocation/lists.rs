//! What certificate revocation lists say of a certificate (RFC 5280 section 6.3.3).

use super::{Answer, Doubt, Found, PIECES, Question, Revoked, dates, remembers, signers};
use crate::cert::{Certificate, CertificateList, DistributionPoint, DistributionPointName, GeneralNameKey, NameKey, ReasonFlags};
use crate::cert::{RevocationReason, RevokedCertificate};
use crate::error::Code;
use crate::path::report::EvidenceKind;
use crate::time::Time;

/// Asks every list that answers for the certificate, until all reasons are covered.
pub(super) fn ask(question: &mut Question<'_, '_>, now: Time, found: &mut Found) {
    let mut asked = Asked { covered: ReasonFlags::NONE, good: None, revoked: false, seen: 0 };
    let stated = question.certificate.crl_distribution_points().unwrap_or_else(|_| {
        found.doubt(Code::CertMalformed, "cRLDistributionPoints cannot be read");
        None
    });
    for point in &stated.unwrap_or_default() {
        asked.point(question, Some(point), now, found);
    }
    // Lists of the issuer that no distribution point names count too.
    asked.point(question, None, now, found);
    asked.conclude(found);
}

/// How far the question is answered.
struct Asked {
    /// The reasons for which a list was found that does not name the certificate.
    covered: ReasonFlags,
    /// The oldest of the lists that do not name it.
    good: Option<(Time, Option<Time>)>,
    revoked: bool,
    seen: usize,
}

impl Asked {
    fn point(&mut self, question: &mut Question<'_, '_>, point: Option<&DistributionPoint>, now: Time, found: &mut Found) {
        for list in complete_lists(question, point) {
            if self.revoked || self.covered.contains(ReasonFlags::ALL) {
                return;
            }
            let Some(reasons) = scope(&list, point, question.certificate) else {
                found.doubt(Code::RevScope, "a list of the issuer is for other certificates");
                continue;
            };
            if self.covered.contains(reasons) {
                continue;
            }
            if self.seen >= PIECES {
                found.doubt(Code::LimitPath, format!("more than {PIECES} lists"));
                return;
            }
            self.seen = self.seen.saturating_add(1);
            match use_list(question, &list, now) {
                Ok(answer) if answer.revoked.is_some() => {
                    self.revoked = true;
                    found.answers.push(answer);
                }
                Ok(answer) => {
                    self.covered = self.covered.or(reasons);
                    let oldest = self.good.is_none_or(|(this_update, _)| answer.this_update < this_update);
                    if oldest {
                        self.good = Some((answer.this_update, answer.next_update));
                    }
                }
                Err(doubt) => found.doubt(doubt.code, doubt.detail),
            }
        }
    }

    fn conclude(self, found: &mut Found) {
        match self.good {
            Some((this_update, next_update)) if self.covered.contains(ReasonFlags::ALL) => {
                found.answers.push(Answer { kind: EvidenceKind::Crl, this_update, next_update, revoked: None });
            }
            Some(_) if !self.revoked => found.doubt(Code::RevScope, "the lists at hand answer for some reasons only"),
            _ => {}
        }
    }
}

/// The lists at hand of those who issue lists for this distribution point, deltas left out; the newest, which says most, first.
fn complete_lists(question: &Question<'_, '_>, point: Option<&DistributionPoint>) -> Vec<CertificateList> {
    let stated: Vec<&NameKey> = point.into_iter().flat_map(DistributionPoint::crl_issuer_names).collect();
    let issuers = if stated.is_empty() { vec![question.certificate.issuer_key()] } else { stated };
    let lists = issuers.iter().flat_map(|issuer| question.crls_of(issuer)).filter(|list| !list.is_delta());
    let mut lists: Vec<CertificateList> = lists.cloned().collect();
    newest_first(&mut lists);
    lists
}

/// By their time; lists of one second by their number, which grows (RFC 5280 section 5.2.3).
fn newest_first(lists: &mut [CertificateList]) {
    lists.sort_by(|one, other| {
        let number = |list: &CertificateList| list.crl_number().map(|number| (number.len(), number.to_vec()));
        other.this_update().cmp(&one.this_update()).then_with(|| number(other).cmp(&number(one)))
    });
}

/// The reasons for which a list answers about this certificate at this distribution point; `None` where it does not
/// (RFC 5280 section 6.3.3 (b), (d)).
fn scope(list: &CertificateList, point: Option<&DistributionPoint>, certificate: &Certificate) -> Option<ReasonFlags> {
    let stated = point.and_then(|point| point.reasons).unwrap_or(ReasonFlags::ALL);
    let is_indirect = point.is_some_and(|point| !point.crl_issuer.is_empty());
    let Some(own) = list.issuing_distribution_point() else { return (!is_indirect).then_some(stated) };
    let fits = (own.indirect || !is_indirect)
        && own.distribution_point.as_ref().is_none_or(|name| is_named(name, list, point, certificate))
        && !(own.only_user_certificates && certificate.is_ca())
        && (!own.only_ca_certificates || certificate.is_ca())
        && !own.only_attribute_certificates;
    fits.then(|| stated.and(own.only_some_reasons.unwrap_or(ReasonFlags::ALL)))
}

/// Whether the name in the list's issuingDistributionPoint is one of those of the certificate's distribution point.
///
/// Relative names are relative to cRLIssuer where there is one, else to the certificate's issuer: both times the one who issued this
/// list.
fn is_named(name: &DistributionPointName, list: &CertificateList, point: Option<&DistributionPoint>, certificate: &Certificate) -> bool {
    let stated = match point {
        Some(DistributionPoint { name: Some(stated), .. }) => stated.clone(),
        Some(point) => DistributionPointName::FullName(point.crl_issuer.clone()),
        // A list that no distribution point names is taken to be at the issuer's own name (RFC 5280 section 6.3.3).
        None => DistributionPointName::FullName(vec![GeneralNameKey::Directory(certificate.issuer_key().clone())]),
    };
    name.matches(list.issuer_key(), &stated, list.issuer_key())
}

/// What one list, with the newest delta that fits it, says of the certificate.
fn use_list(question: &mut Question<'_, '_>, list: &CertificateList, now: Time) -> Result<Answer, Doubt> {
    question.work.consulted.add_crl(list);
    understood(list.unknown_critical_extension())?;
    let most = question.request.policy.evidence_lifetime;
    let dated = dates(list.this_update(), list.next_update(), now, most);
    let deltas = deltas(question, list, now);
    if deltas.is_empty() {
        dated.as_ref().map_err(Doubt::clone)?;
    }
    let signer = signers::of_list(question, list)?;
    let (mut delta, mut why) = (None, dated.err());
    for newer in deltas {
        question.work.consulted.add_crl(&newer);
        match signers::check_list(question, &newer, &signer) {
            Ok(()) => {
                (delta, why) = (Some(newer), None);
                break;
            }
            Err(doubt) if doubt.code == Code::LimitPath => return Err(doubt),
            // Anybody can write a delta: one that the signer of the list did not sign takes nothing from the list.
            Err(doubt) => why = why.map(|_| doubt),
        }
    }
    if let Some(doubt) = why {
        return Err(doubt);
    }
    let newest = delta.as_ref().unwrap_or(list);
    let entry = |list: &CertificateList| list.find(question.certificate.issuer_key(), question.certificate.serial()).map(revoked);
    let revoked = match delta.as_ref().and_then(entry) {
        // What was revoked for good is removed only because it has expired (RFC 5280 section 5.3.1).
        Some(in_delta) if in_delta.reason == RevocationReason::RemoveFromCrl => entry(list).filter(Revoked::is_for_good),
        Some(in_delta) => Some(in_delta),
        None => entry(list),
    };
    // An entry that is not understood may say anything but that the certificate is good (RFC 5280 section 5.3).
    if revoked.is_none() {
        remembers(question.certificate, newest.this_update(), None)?;
        std::iter::once(list).chain(&delta).try_for_each(|list| understood(list.unknown_critical_entry_extension()))?;
    }
    Ok(Answer { kind: EvidenceKind::Crl, this_update: newest.this_update(), next_update: newest.next_update(), revoked })
}

fn revoked(entry: RevokedCertificate<'_>) -> Revoked {
    let reason = entry.reason.unwrap_or(RevocationReason::Unspecified);
    Revoked { at: entry.revocation_date, reason, invalid_since: entry.invalidity_date }
}

fn understood(unknown: Option<String>) -> Result<(), Doubt> {
    match unknown {
        Some(kind) => Err(Doubt { code: Code::RevCriticalExtension, detail: format!("extension {kind} of a list") }),
        None => Ok(()),
    }
}

/// The deltas at hand that can be put on top of this list (RFC 5280 section 5.2.4) and are of the right time, the newest first.
fn deltas(question: &Question<'_, '_>, list: &CertificateList, now: Time) -> Vec<CertificateList> {
    let Some(number) = list.crl_number() else { return Vec::new() };
    let fits = |delta: &&CertificateList| {
        let based = delta.base_crl_number().is_some_and(|base| !is_less(number, base));
        let newer = delta.crl_number().is_some_and(|newer| is_less(number, newer));
        based
            && newer
            && delta.issuing_distribution_point() == list.issuing_distribution_point()
            && key_identifier(delta) == key_identifier(list)
            && understood(delta.unknown_critical_extension()).is_ok()
            && dates(delta.this_update(), delta.next_update(), now, question.request.policy.evidence_lifetime).is_ok()
    };
    let mut deltas: Vec<CertificateList> = question.crls_of(list.issuer_key()).filter(fits).cloned().collect();
    newest_first(&mut deltas);
    deltas
}

fn key_identifier(list: &CertificateList) -> Option<Vec<u8>> {
    list.authority_key_identifier().and_then(|hint| hint.key_identifier).map(<[u8]>::to_vec)
}

/// Compares magnitudes without leading zeros.
fn is_less(one: &[u8], other: &[u8]) -> bool {
    (one.len(), one) < (other.len(), other)
}
