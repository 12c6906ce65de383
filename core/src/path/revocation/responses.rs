//! What OCSP responses say of a certificate (RFC 6960 section 3.2).

use super::{Answer, Doubt, Found, PIECES, Question, Revoked, dates, remembers, signers};
use crate::cert::{BasicOcspResponse, CertificateStatus, OcspResponse, RevocationReason, SingleResponse};
use crate::error::Code;
use crate::path::report::EvidenceKind;
use crate::time::Time;

/// Asks every response that names the certificate.
pub(super) fn ask(question: &mut Question<'_, '_>, now: Time, found: &mut Found) {
    let responses: Vec<OcspResponse> = question.responses().take(PIECES.saturating_add(1)).cloned().collect();
    if responses.len() > PIECES {
        found.doubt(Code::LimitPath, format!("more than {PIECES} OCSP responses"));
    }
    for response in responses.iter().take(PIECES) {
        let Some(basic) = response.basic() else { continue };
        for single in basic.responses_for(question.certificate, question.issuer).take(PIECES) {
            match use_response(question, response, basic, &single, now) {
                Ok(answer) => found.answers.push(answer),
                Err(doubt) => found.doubt(doubt.code, doubt.detail),
            }
        }
    }
}

fn use_response(
    question: &mut Question<'_, '_>,
    response: &OcspResponse,
    basic: &BasicOcspResponse,
    single: &SingleResponse<'_>,
    now: Time,
) -> Result<Answer, Doubt> {
    if single.unknown_critical || basic.unknown_critical_extension().is_some() {
        return Err(Doubt { code: Code::RevCriticalExtension, detail: "an extension of an OCSP response".to_owned() });
    }
    dates(single.this_update, single.next_update, now, question.request.policy.evidence_lifetime)?;
    dates(basic.produced_at(), None, now, i64::MAX)?;
    signers::of_response(question, response, basic, now)?;
    let revoked = match single.status {
        CertificateStatus::Good => {
            remembers(question.certificate, single.this_update, single.archive_cutoff)?;
            None
        }
        CertificateStatus::Revoked { at, reason } => {
            Some(Revoked { at, reason: reason.unwrap_or(RevocationReason::Unspecified), invalid_since: None })
        }
        CertificateStatus::Unknown => {
            return Err(Doubt { code: Code::RevNotKnown, detail: String::new() });
        }
    };
    Ok(Answer { kind: EvidenceKind::Ocsp, this_update: single.this_update, next_update: single.next_update, revoked })
}
