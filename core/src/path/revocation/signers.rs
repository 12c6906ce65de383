//! Who may sign revocation evidence, and whether he did.

use super::{Doubt, Found, Question, lists, unknown};
use crate::asn1::oid;
use crate::cert::{BasicOcspResponse, Certificate, CertificateList, KeyUsage, OcspResponse};
use crate::crypto::SignatureScheme;
use crate::error::{Code, Result as CoreResult, Severity};
use crate::path::build;
use crate::path::report::{RevocationReport, RevocationStatus};
use crate::path::signatures::Signed;
use crate::path::usage::{Context, examine};
use crate::path::{PathRole, Purpose};
use crate::policy::RevocationMode;
use crate::time::Time;

/// Certificates that are tried as the signer of one piece of evidence.
const CANDIDATES: usize = 8;
/// Signers of evidence about signers of evidence.
const DEPTH: usize = 4;

/// The certificate whose key signed this list and who may: the certificate's own issuer, or another that leads to the same anchor
/// (RFC 5280 section 6.3.3 (f), (g)).
pub(super) fn of_list(question: &mut Question<'_, '_>, list: &CertificateList) -> Result<Certificate, Doubt> {
    let mut doubt = Doubt { code: Code::RevSigner, detail: format!("no certificate of {} is at hand that fits", list.issuer().brief()) };
    for candidate in candidates(question, list) {
        if let Err(why) = check_list(question, list, &candidate) {
            doubt = why;
            continue;
        }
        let code = match is_authority(question, &candidate) {
            Some(true) => {
                question.work.signatures.rely_on_evidence(list.sha256(), &candidate);
                question.work.consulted.add_certificate(&candidate);
                return Ok(candidate);
            }
            Some(false) => Code::RevSigner,
            None => Code::LimitPath,
        };
        let detail = format!("{} does not lead to the anchor of the path as a signer of lists", candidate.subject().brief());
        doubt = Doubt { code, detail };
    }
    Err(doubt)
}

/// Whether this certificate may sign lists and its key made the signature of this one.
pub(super) fn check_list(question: &mut Question<'_, '_>, list: &CertificateList, signer: &Certificate) -> Result<(), Doubt> {
    if signer.key_usage().ok().flatten().is_some_and(|usage| !usage.any(KeyUsage::CRL_SIGN)) {
        return Err(Doubt { code: Code::RevSigner, detail: format!("{} may not sign lists: keyUsage", signer.subject().brief()) });
    }
    strength(question, list.signature_scheme())?;
    let signed = question.is_signed(list.sha256(), signer, |key| list.verify_signed_by(key));
    settle(signed, signer)
}

/// Whether one who may signed this response (RFC 6960 section 4.2.2.2): the issuer of the certificate, whom he named, or a
/// responder that the store trusts outright.
pub(super) fn of_response(
    question: &mut Question<'_, '_>,
    response: &OcspResponse,
    basic: &BasicOcspResponse,
    now: Time,
) -> Result<(), Doubt> {
    strength(question, basic.signature_scheme())?;
    let mut doubt = Doubt { code: Code::RevSigner, detail: "the responder's certificate is not at hand".to_owned() };
    for candidate in responders(question, basic) {
        let outcome = may_respond(question, &candidate, now).and_then(|()| {
            let signed = question.is_signed(response.sha256(), &candidate, |key| basic.verify_signed_by(key));
            settle(signed, &candidate)
        });
        match outcome {
            Ok(()) => {
                question.work.signatures.rely_on_evidence(response.sha256(), &candidate);
                question.work.consulted.add_certificate(&candidate);
                return Ok(());
            }
            Err(why) => doubt = why,
        }
    }
    Err(doubt)
}

fn settle(signed: Signed, signer: &Certificate) -> Result<(), Doubt> {
    let code = match signed {
        Signed::Yes => return Ok(()),
        Signed::No => Code::RevSignature,
        Signed::Unsupported => Code::RevWeak,
        Signed::Unknown => Code::LimitPath,
    };
    Err(Doubt { code, detail: format!("signer {}", signer.subject().brief()) })
}

fn strength(question: &Question<'_, '_>, scheme: CoreResult<SignatureScheme>) -> Result<(), Doubt> {
    let policy = question.context.policy;
    match scheme.map(|scheme| scheme.digest()) {
        Ok(Some(digest)) if !policy.digests.contains(&digest) => {
            Err(Doubt { code: Code::RevWeak, detail: format!("signed with {} under policy {}", digest.name(), policy.name) })
        }
        Ok(_) => Ok(()),
        Err(_) => Err(Doubt { code: Code::RevWeak, detail: "signed with an algorithm that is not supported".to_owned() }),
    }
}

/// The certificates that may have signed this list, by name and key identifier: the issuer first.
fn candidates(question: &Question<'_, '_>, list: &CertificateList) -> Vec<Certificate> {
    let hint = list.authority_key_identifier().and_then(|hint| hint.key_identifier);
    let fits = |certificate: &&Certificate| {
        certificate.subject_key() == list.issuer_key()
            && match (hint, certificate.subject_key_identifier()) {
                (Some(wanted), Some(found)) => wanted == found,
                _ => true,
            }
    };
    let store = question.request.store;
    let near = [question.issuer, question.anchor].into_iter();
    let stored = store.intermediates_named(list.issuer_key());
    let all = near.chain(stored).chain(question.request.intermediates.iter()).chain(&question.work.fetched.certificates);
    let mut found: Vec<Certificate> = Vec::new();
    for certificate in all.filter(fits) {
        if found.len() < CANDIDATES && !found.contains(certificate) {
            found.push(certificate.clone());
        }
    }
    found
}

/// Whether a signer of lists leads to the anchor of the path: it is the issuer, the anchor, or has a path of its own. `None` where a
/// bound ended the search.
fn is_authority(question: &mut Question<'_, '_>, signer: &Certificate) -> Option<bool> {
    let same = |other: &Certificate| signer == other || (signer.subject_key() == other.subject_key() && signer.spki() == other.spki());
    if same(question.issuer) || signer == question.anchor {
        return Some(true);
    }
    // Whether a signer was revoked may be told by itself: its path is being looked at already.
    if question.work.nested.contains(signer.sha256()) {
        return Some(true);
    }
    if question.work.nested.len() >= DEPTH {
        return None;
    }
    question.work.nested.push(*signer.sha256());
    let leads = build::leads_to(question.request, question.work, signer, question.anchor, Purpose::CrlSigning);
    question.work.nested.pop();
    leads
}

/// The certificates that the response may mean by its responder.
fn responders(question: &Question<'_, '_>, basic: &BasicOcspResponse) -> Vec<Certificate> {
    let store = question.request.store;
    let (named, stored) = match basic.responder_key() {
        Some(name) => (Some(store.intermediates_named(name)), &[][..]),
        None => (None, store.intermediates()),
    };
    let stored = named.into_iter().flatten().chain(stored).chain(question.request.intermediates);
    let all = std::iter::once(question.issuer).chain(store.ocsp_responders()).chain(basic.certificates()).chain(stored);
    let mut found: Vec<Certificate> = Vec::new();
    for certificate in all.filter(|certificate| basic.is_responder(certificate)) {
        if found.len() < CANDIDATES && !found.contains(certificate) {
            found.push(certificate.clone());
        }
    }
    found
}

/// Whether this certificate may answer for the issuer at this time.
fn may_respond(question: &mut Question<'_, '_>, responder: &Certificate, now: Time) -> Result<(), Doubt> {
    let refuse = |why: &str| Err(Doubt { code: Code::RevSigner, detail: format!("the responder {} {why}", responder.subject().brief()) });
    if responder == question.issuer || question.request.store.ocsp_responders().contains(responder) {
        return Ok(());
    }
    if responder.issuer_key() != question.issuer.subject_key() || question.work.signatures.check(responder, question.issuer) != Signed::Yes
    {
        return refuse("was not named by the issuer");
    }
    let usage = responder.extended_key_usage().ok().flatten();
    if !usage.is_some_and(|usage| usage.contains(oid::KP_OCSP_SIGNING)) {
        return refuse("is not for OCSP: extKeyUsage");
    }
    let context = Context { at: Some(now), purpose: Purpose::OcspSigning, policy: question.context.policy };
    if let Some(error) = examine(responder, PathRole::Leaf, &context).iter().find(|seen| seen.severity == Severity::Error) {
        return refuse(&format!("does not hold: {}", error.code.as_str()));
    }
    question.work.signatures.rely_on(&[responder.clone(), question.issuer.clone()]);
    if responder.extension(oid::PKIX_OCSP_NO_CHECK).is_some() {
        return Ok(());
    }
    let report = by_lists(question, responder, now);
    match report.status {
        RevocationStatus::Revoked => refuse("was revoked"),
        RevocationStatus::Unknown if report.doubts.iter().any(|(code, _)| *code == Code::LimitPath) => {
            refuse("was not looked at to the end")
        }
        RevocationStatus::Unknown if question.context.policy.revocation == RevocationMode::Hard => {
            refuse("has no id-pkix-ocsp-nocheck, and no list at hand says whether it was revoked")
        }
        _ => Ok(()),
    }
}

/// What the lists at hand say of a responder.
fn by_lists(question: &mut Question<'_, '_>, responder: &Certificate, now: Time) -> RevocationReport {
    if question.work.nested.len() >= DEPTH {
        return unknown(vec![Doubt { code: Code::LimitPath, detail: format!("more than {DEPTH} signers of evidence about signers") }]);
    }
    question.work.nested.push(*responder.sha256());
    let mut found = Found::default();
    let Question { request, issuer, issuer_key, anchor, .. } = *question;
    // He answers now, whatever the time that the answer is wanted for.
    let context = Context { at: Some(now), ..question.context };
    let mut about = Question { request, context, work: &mut *question.work, certificate: responder, issuer, issuer_key, anchor };
    lists::ask(&mut about, now, &mut found);
    let report = about.conclude(found, now);
    question.work.nested.pop();
    report
}
