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
        // The same for all that the response says, and worked out where one thing is worth it.
        let mut whole = None;
        for single in basic.responses_for(question.certificate, question.issuer).take(PIECES) {
            question.work.consulted.add_ocsp_response(response);
            let answer = use_single(question, &single, now, |question| {
                whole.get_or_insert_with(|| use_response(question, response, basic, now)).clone()
            });
            match answer {
                Ok(answer) => found.answers.push(answer),
                Err(doubt) => found.doubt(doubt.code, doubt.detail),
            }
        }
    }
}

/// Whether what is said of any certificate can be used, as far as it is not about the one.
fn use_response(question: &mut Question<'_, '_>, response: &OcspResponse, basic: &BasicOcspResponse, now: Time) -> Result<(), Doubt> {
    understood(basic.unknown_critical_extension().is_some())?;
    dates(basic.produced_at(), None, now, i64::MAX)?;
    signers::of_response(question, response, basic, now)
}

fn use_single<'a, 'w>(
    question: &mut Question<'a, 'w>,
    single: &SingleResponse<'_>,
    now: Time,
    whole: impl FnOnce(&mut Question<'a, 'w>) -> Result<(), Doubt>,
) -> Result<Answer, Doubt> {
    understood(single.unknown_critical)?;
    dates(single.this_update, single.next_update, now, question.request.policy.evidence_lifetime)?;
    whole(question)?;
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

fn understood(unknown_critical: bool) -> Result<(), Doubt> {
    if unknown_critical {
        return Err(Doubt { code: Code::RevCriticalExtension, detail: "an extension of an OCSP response".to_owned() });
    }
    Ok(())
}
