//! The certification path of a signer, at the time that counts for it.

use std::sync::Arc;

use crate::cert::Certificate;
use crate::cms::SignerInfo;
use crate::path::{PathReport, PathRequest, PathVerdict, Purpose};
use crate::report::{Check, Need, Verdict};
use crate::time::Time;

use super::Judge;
use crate::open::time_stamp;

impl Judge<'_, '_> {
    /// Looks for a path from the signer's certificate to an anchor.
    pub(super) fn judge_path(&mut self, signer: &SignerInfo) {
        let Some(certificate) = self.report.certificate.clone() else { return };
        if self.report.signature == Check::Failed {
            return;
        }
        let stamped = self.stamped(signer);
        let found = self.find_path(&certificate, stamped);
        self.tell(&found);
        self.report.chain = if found.is_valid() { Check::Passed } else { Check::Failed };
        self.report.path = found;
    }

    /// The path from this certificate, at the time that a time-stamp proves or else at that of the judgement.
    pub(super) fn find_path(&mut self, certificate: &Certificate, stamped: Option<Time>) -> PathReport {
        let settings = Arc::clone(&self.session.settings);
        let limits = self.session.limits_left();
        let mut intermediates = self.certificates.to_vec();
        intermediates.extend(settings.intermediates.iter().cloned());
        let mut request = PathRequest::new(certificate, &settings.trust)
            .intermediates(&intermediates)
            .evidence(self.evidence)
            .purpose(settings.purpose)
            .policy(&settings.policy)
            .limits(&limits);
        if let Some(fetcher) = settings.fetcher.as_deref() {
            request = request.fetcher(fetcher);
            if let Some(nonce) = &settings.nonce {
                request = request.nonce(nonce);
            }
        }
        if let Some(at) = settings.at {
            request = match stamped {
                Some(stamped) => request.at(stamped).evidence_at(at),
                None => request.at(at),
            };
        }
        let found = request.validate();
        self.session.count_path(found.signature_work, found.steps);
        found
    }

    /// The time that a trusted time-stamp proves. The signer's own word counts for nothing.
    fn stamped(&mut self, signer: &SignerInfo) -> Option<Time> {
        // A time-stamp on a time-stamp proves nothing that is asked for, and who nests them chooses how much work they make.
        if self.session.settings.purpose == Purpose::TimeStamping {
            return None;
        }
        let stamp = time_stamp::on(signer, self.session)?;
        if let Some((code, detail)) = &stamp.finding {
            self.find(*code, Verdict::Valid, Some(detail));
        }
        let time = stamp.trusted_time();
        self.report.time_stamp = Some(stamp.report);
        time
    }

    fn tell(&mut self, found: &PathReport) {
        for finding in &found.findings {
            self.find_on_path(finding, verdict_of(found.verdict));
        }
        for need in &found.needs {
            let need =
                Need { what: need.kind.as_str(), url: need.url.clone(), certificate: need.certificate, request: need.request.clone() };
            if !self.session.report.needs.contains(&need) {
                self.session.report.needs.push(need);
            }
        }
    }
}

/// What a signer is worth at best whose path is worth this.
fn verdict_of(path: PathVerdict) -> Verdict {
    match path {
        PathVerdict::Valid => Verdict::Valid,
        PathVerdict::Indeterminate => Verdict::Indeterminate,
        _ => Verdict::Untrusted,
    }
}
