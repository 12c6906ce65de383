//! Whether a certificate of a path was revoked (RFC 5280 section 6.3, RFC 6960 section 3.2).
//!
//! Evidence is whatever is at hand: lists and OCSP responses of the store, of the request, of the message. Each piece is used only
//! where it was signed by one who may, answers for this certificate and is of the right time; why a piece was not used is told.
//! Of several answers one that says revoked for good decides; between good and on hold the later one does.

mod lists;
mod responses;
mod signers;

use super::build::Work;
use super::report::{EvidenceKind, Need, NeedKind, RevocationReport, RevocationStatus};
use super::signatures::Signed;
use super::usage::{Context, Observation};
use super::{PathCheckKind, PathRequest, inherit};
use crate::cert::{CertId, Certificate, CertificateList, NameKey, OcspRequest, OcspResponse, RevocationReason};
use crate::crypto::{DigestAlgorithm, PublicKey};
use crate::error::{Code, Severity};
use crate::policy::RevocationMode;
use crate::time::Time;

/// Lists and responses that are looked at for one certificate.
const PIECES: usize = 64;
/// Reasons that are told for one certificate.
const DOUBTS: usize = 4;
/// Places where evidence can be had that are told for one certificate.
const NEEDS: usize = 8;

/// The seconds between one's clock and another's that are not worth a word.
const CLOCK_TOLERANCE: i64 = 300;

/// What one piece of evidence says.
pub(super) struct Answer {
    kind: EvidenceKind,
    this_update: Time,
    next_update: Option<Time>,
    revoked: Option<Revoked>,
}

/// Since when and why.
#[derive(Clone, Copy)]
struct Revoked {
    at: Time,
    reason: RevocationReason,
    /// When the key is thought to have been lost.
    invalid_since: Option<Time>,
}

impl Revoked {
    /// From when on the certificate was of no more worth.
    fn since(&self) -> Time {
        self.invalid_since.map_or(self.at, |since| since.min(self.at))
    }

    fn is_for_good(&self) -> bool {
        self.reason != RevocationReason::CertificateHold
    }
}

/// Why a piece of evidence does not count, or why there is none.
#[derive(Clone)]
pub(super) struct Doubt {
    code: Code,
    detail: String,
}

/// All that was found out from the evidence about one certificate.
#[derive(Default)]
pub(super) struct Found {
    answers: Vec<Answer>,
    doubts: Vec<Doubt>,
}

impl Found {
    fn doubt(&mut self, code: Code, detail: impl Into<String>) {
        let has_room = self.doubts.len() < DOUBTS || code == Code::LimitPath;
        if has_room && !self.doubts.iter().any(|doubt| doubt.code == code) {
            self.doubts.push(Doubt { code, detail: detail.into() });
        }
    }

    /// Whether a bound kept evidence from being looked at, which may have said anything.
    fn is_cut(&self) -> bool {
        self.doubts.iter().any(|doubt| doubt.code == Code::LimitPath)
    }
}

/// One certificate whose revocation is asked about, and all that the answer depends on.
pub(super) struct Question<'a, 'w> {
    pub(super) request: &'a PathRequest<'a>,
    pub(super) context: Context<'a>,
    pub(super) work: &'w mut Work,
    pub(super) certificate: &'w Certificate,
    pub(super) issuer: &'w Certificate,
    /// The key of the issuer, where that had to be completed from above.
    pub(super) issuer_key: Option<&'w PublicKey>,
    /// Where the path of the certificate ends: whoever signs evidence must lead there too (RFC 5280 section 6.3.3 (f)).
    pub(super) anchor: &'w Certificate,
}

impl Question<'_, '_> {
    /// The time by which evidence must be neither too old nor too new.
    fn now(&self) -> Option<Time> {
        self.request.evidence_at.or(self.context.at)
    }

    /// Whether the key of this certificate made the signature of a piece of evidence with this digest.
    fn is_signed(
        &mut self,
        sha256: &[u8; 32],
        signer: &Certificate,
        verify: impl FnOnce(&PublicKey) -> crate::error::Result<()>,
    ) -> Signed {
        match self.issuer_key.filter(|_| signer == self.issuer) {
            Some(key) => self.work.signatures.check_by(sha256, key, verify),
            None => self.work.signatures.check_evidence(sha256, signer, verify),
        }
    }

    /// The lists at hand that this issuer issued.
    fn crls_of(&self, issuer: &NameKey) -> impl Iterator<Item = &CertificateList> {
        let stored = self.request.store.evidence().crls_of(issuer);
        let given = self.request.evidence.into_iter().flat_map(|evidence| evidence.crls_of(issuer));
        stored.chain(given).chain(self.work.fetched.evidence.crls_of(issuer))
    }

    /// The OCSP responses at hand that may speak of the certificate.
    fn responses(&self) -> impl Iterator<Item = &OcspResponse> {
        let serial = self.certificate.serial();
        let stored = self.request.store.evidence().responses_about(serial);
        let given = self.request.evidence.into_iter().flat_map(|evidence| evidence.responses_about(serial));
        stored.chain(given).chain(self.work.fetched.evidence.responses_about(serial))
    }

    fn answer(&mut self) -> RevocationReport {
        let Some(now) = self.now() else { return RevocationReport::default() };
        let mut found = Found::default();
        responses::ask(self, now, &mut found);
        lists::ask(self, now, &mut found);
        self.conclude(found, now)
    }

    fn conclude(&self, found: Found, now: Time) -> RevocationReport {
        let at = self.context.at.unwrap_or(now);
        let for_good = |answer: &&Answer| answer.revoked.is_some_and(|revoked| revoked.is_for_good());
        let earliest = found.answers.iter().filter(for_good).min_by_key(|answer| answer.revoked.map(|revoked| revoked.since()));
        // The sender chooses what comes with a message: with enough of it he could hide the answer that speaks against him.
        let latest = || found.answers.iter().max_by_key(|answer| answer.this_update).filter(|_| !found.is_cut());
        let Some(answer) = earliest.or_else(latest) else { return unknown(found.doubts) };
        let counts = |revoked: &Revoked| self.request.evidence_at.is_none() || revoked.since() <= at;
        RevocationReport {
            status: if answer.revoked.as_ref().is_some_and(counts) { RevocationStatus::Revoked } else { RevocationStatus::Good },
            source: Some(answer.kind),
            this_update: Some(answer.this_update),
            next_update: answer.next_update,
            revoked_at: answer.revoked.map(|revoked| revoked.at),
            reason: answer.revoked.map(|revoked| revoked.reason),
            doubts: Vec::new(),
        }
    }
}

fn unknown(mut doubts: Vec<Doubt>) -> RevocationReport {
    if doubts.is_empty() {
        doubts.push(Doubt { code: Code::RevMissing, detail: String::new() });
    }
    let doubts = doubts.into_iter().map(|doubt| (doubt.code, doubt.detail)).collect();
    RevocationReport { status: RevocationStatus::Unknown, doubts, ..RevocationReport::default() }
}

/// Looks at each certificate of a path that leads to an anchor, from the anchor's side: what is revoked below a revoked authority
/// is of no more interest.
pub(super) fn check(request: &PathRequest<'_>, context: Context<'_>, work: &mut Work, path: &[Certificate]) -> Vec<RevocationReport> {
    let mut reports = vec![RevocationReport::default(); path.len()];
    let Some(anchor) = path.last() else { return reports };
    let inherited = inherit::inherited(path);
    for (position, pair) in path.windows(2).enumerate().rev() {
        let [certificate, issuer] = pair else { continue };
        let issuer_key = inherited.get(&position.saturating_add(1)).and_then(|key| key.as_ref().ok());
        let report = Question { request, context, work, certificate, issuer, issuer_key, anchor }.answer();
        let is_revoked = report.status == RevocationStatus::Revoked;
        if let Some(place) = reports.get_mut(position) {
            *place = report;
        }
        if is_revoked {
            break;
        }
    }
    reports
}

/// What a report means under this policy, in findings.
pub(super) fn observe(report: &RevocationReport, mode: RevocationMode, seen: &mut Vec<Observation>) {
    match report.status {
        RevocationStatus::Revoked => {
            let reason = report.reason.unwrap_or(RevocationReason::Unspecified).as_str();
            let detail = match report.revoked_at {
                Some(at) => format!("on {at}, {reason}"),
                None => reason.to_owned(),
            };
            seen.push(Observation::error(PathCheckKind::Revocation, Code::PathRevoked, detail));
        }
        RevocationStatus::Unknown => {
            let is_hard = mode == RevocationMode::Hard;
            // That nothing is at hand is the ordinary case where nothing is fetched, and no news.
            for (code, detail) in report.doubts.iter().filter(|(code, _)| is_hard || *code != Code::RevMissing) {
                let severity = if is_hard || *code == Code::LimitPath { Severity::Error } else { Severity::Warning };
                seen.push(Observation { kind: PathCheckKind::Revocation, code: *code, severity, detail: detail.clone() });
            }
        }
        RevocationStatus::Good | RevocationStatus::NotChecked => {}
    }
}

/// Where evidence about this certificate can be had, by its own word.
pub(super) fn needs(certificate: &Certificate, issuer: &Certificate, nonce: Option<&[u8]>) -> Vec<Need> {
    let for_certificate = |kind, url, request| Need { kind, url, certificate: *certificate.sha256(), request };
    // SHA-1 in CertID identifies, it protects nothing, and it is what every responder knows (RFC 5019 section 2.1.1).
    let request = OcspRequest::new(vec![CertId::new(certificate, issuer, DigestAlgorithm::Sha1).into_owned()]);
    let request = nonce.and_then(|nonce| request.clone().with_nonce(nonce).ok()).unwrap_or(request).to_der();
    let responders = certificate.ocsp_urls().into_iter().map(|url| for_certificate(NeedKind::Ocsp, url, request.clone()));
    let points = certificate.crl_urls().into_iter().map(|url| for_certificate(NeedKind::Crl, url, Vec::new()));
    responders.chain(points).take(NEEDS).collect()
}

/// Whether evidence of this date that does not name the certificate says that it was not revoked: of one that has expired it may have
/// been forgotten (RFC 5280 section 3.3), but where the evidence reaches back to this time (RFC 6960 section 4.4.4).
fn remembers(certificate: &Certificate, this_update: Time, reaches_back_to: Option<Time>) -> Result<(), Doubt> {
    let expired = certificate.not_after();
    if this_update > expired && reaches_back_to.is_none_or(|back| back > expired) {
        return Err(Doubt { code: Code::RevStale, detail: format!("made on {this_update}, after the certificate expired on {expired}") });
    }
    Ok(())
}

/// Whether evidence with these dates can be used at this time; else the reason why not.
fn dates(this_update: Time, next_update: Option<Time>, now: Time, most: i64) -> Result<(), Doubt> {
    if this_update > now.plus_seconds(CLOCK_TOLERANCE) {
        return Err(Doubt { code: Code::RevNotYetValid, detail: format!("made on {this_update}, judged at {now}") });
    }
    let until = next_update.unwrap_or_else(|| this_update.plus_seconds(most));
    if until < now {
        return Err(Doubt { code: Code::RevStale, detail: format!("good until {until}, judged at {now}") });
    }
    Ok(())
}
