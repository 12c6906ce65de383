//! Judging certificates.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use smime::cert::Certificate;
use smime::path::{PathReport, PathRequest, PathVerdict, Purpose};
use smime::trust::RevocationEvidence;
use smime::{Code, Limits, Policy, Result, Time, TrustStore};

use crate::buffer::smime_buffer;
use crate::call;
use crate::certificate::smime_certificate;
use crate::certificates::smime_certificates;
use crate::error::smime_error;
use crate::external::smime_destroy_fn;
use crate::fetch::{Fetcher, smime_fetch_fn};
use crate::made::Made;
use crate::trust::smime_trust;
use crate::{code, constants as c, settings};

/// Judges certificates: does a path lead from them to an anchor, and does each step of the way hold? Set it up once, use it for any
/// number of certificates from several threads at the same time.
pub struct smime_verifier(Made<Settings, Settings>);

#[derive(Clone)]
struct Settings {
    trust: TrustStore,
    intermediates: Vec<Certificate>,
    at: Option<Time>,
    purpose: Purpose,
    policy: Policy,
    limits: Limits,
    evidence: RevocationEvidence,
    fetcher: Option<Arc<Fetcher>>,
    address: Option<String>,
}

impl Settings {
    fn judge(&self, certificate: &Certificate) -> PathReport {
        let mut request = PathRequest::new(certificate, &self.trust)
            .intermediates(&self.intermediates)
            .evidence(&self.evidence)
            .at(self.at.unwrap_or_else(settings::now))
            .purpose(self.purpose)
            .policy(&self.policy)
            .limits(&self.limits);
        if let Some(fetcher) = self.fetcher.as_deref() {
            request = request.fetcher(fetcher);
        }
        if let Some(address) = &self.address {
            request = request.address(address);
        }
        request.validate()
    }
}

/// What was found out about a certificate and its path. Never changes; may be read from several threads.
pub struct smime_path(PathReport);

/// A verifier with these anchors, for signatures on mail, with the default policy and limits, at the time of each call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_new(
    trust: *const smime_trust,
    verifier: *mut *mut smime_verifier,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, verifier, || {
            Ok(smime_verifier(Made::new(Settings {
                trust: call::shared(trust)?.0.clone(),
                intermediates: Vec::new(),
                at: None,
                purpose: Purpose::EmailSignature,
                policy: Policy::default(),
                limits: Limits::default(),
                evidence: RevocationEvidence::default(),
                fetcher: None,
                address: None,
            })))
        })
    }
}

/// Uses this certificate too where a path needs it. It is not trusted for being given here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_add_intermediate(
    verifier: *mut smime_verifier,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.intermediates.push(call::shared(certificate)?.0.clone());
            Ok(())
        })
    }
}

/// Judges at this time, in seconds since 1970-01-01T00:00:00Z. Where this is not called: at the time of each call, by the system's clock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_at(verifier: *mut smime_verifier, time: i64, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.at = Some(Time::from_unix(time));
            Ok(())
        })
    }
}

/// What certificates are to be used for, one of SMIME_PURPOSE_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such purpose.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_purpose(verifier: *mut smime_verifier, purpose: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.purpose = match purpose {
                c::SMIME_PURPOSE_EMAIL_SIGNATURE => Purpose::EmailSignature,
                c::SMIME_PURPOSE_EMAIL_ENCRYPTION => Purpose::EmailEncryption,
                c::SMIME_PURPOSE_ANY => Purpose::Any,
                c::SMIME_PURPOSE_TIME_STAMPING => Purpose::TimeStamping,
                _ => return Err(call::wrong("there is no such purpose")),
            };
            Ok(())
        })
    }
}

/// Asks too whether certificates are for this address, "alice@example.org"; NULL asks no more.
/// SMIME_E_ADDR_MISMATCH or SMIME_E_ADDR_ABSENT is found in the path of one that is not.
/// Errors: SMIME_E_USE_ARGUMENT where it is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_address(
    verifier: *mut smime_verifier,
    address: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.address = if address.is_null() { None } else { Some(settings::address(call::text(address)?)?) };
            Ok(())
        })
    }
}

/// Judges by this policy, one of SMIME_POLICY_*. Options that were set before are forgotten.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such policy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_policy(verifier: *mut smime_verifier, policy: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.policy = settings::policy(policy)?;
            Ok(())
        })
    }
}

/// Changes one point of the policy: option is one of SMIME_POLICY_OPTION_*; a value that says whether is 0 or 1.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such option or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_policy_option(
    verifier: *mut smime_verifier,
    option: i32,
    value: i64,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::set_policy_option(&mut settings.policy, option, value)) }
}

/// Accepts this certificate policy, an object identifier in dotted form such as "2.16.840.1.101.3.2.1.48.1", and others only where they
/// are added too. Where this is not called, every one is accepted. A path without a policy that is accepted fails where an authority
/// demands one; to demand one of every path, set SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY.
/// Errors: SMIME_E_USE_ARGUMENT where it is no object identifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_add_certificate_policy(
    verifier: *mut smime_verifier,
    oid: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::add_certificate_policy(&mut settings.policy, call::text(oid)?)) }
}

/// Uses every revocation list in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
/// Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_add_crls(
    verifier: *mut smime_verifier,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::add_crls(&mut settings.evidence, call::octets(data, length)?)) }
}

/// Uses every OCSP response in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
/// Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_add_ocsp(
    verifier: *mut smime_verifier,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::add_ocsp(&mut settings.evidence, call::octets(data, length)?)) }
}

/// Has what is missing (lists, OCSP responses, certificates of issuers) fetched by this callback, one thing at a time, at most
/// SMIME_LIMIT_FETCHES for each certificate that is judged. Without one nothing is fetched, and the report tells what is missing.
///
/// On success the verifier owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends. On
/// failure user stays the caller's. The callback may run on any thread that uses the verifier, several at the same time.
/// Errors: SMIME_E_USE_ARGUMENT where there is no callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_fetch(
    verifier: *mut smime_verifier,
    fetch: smime_fetch_fn,
    user: *mut c_void,
    destroy: smime_destroy_fn,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, verifier, |settings| {
            settings.fetcher = Some(Fetcher::new(fetch, user, destroy)?);
            Ok(())
        })
    }
}

/// Whether the policy accepts a digest in signatures: "sha1", "sha256", "sha384" or "sha512".
/// Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_allow_digest(
    verifier: *mut smime_verifier,
    digest: *const c_char,
    allowed: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::allow_digest(&mut settings.policy, call::text(digest)?, allowed != 0)) }
}

/// Holds the search for a path to a bound: limit is one of SMIME_LIMIT_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_set_limit(
    verifier: *mut smime_verifier,
    limit: i32,
    value: u64,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, verifier, |settings| settings::set_limit(&mut settings.limits, limit, value)) }
}

/// Judges this certificate. That it is not valid is no error: look at the verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_verify(
    verifier: *const smime_verifier,
    certificate: *const smime_certificate,
    path: *mut *mut smime_path,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, path, || {
            let settings = call::shared(verifier)?.0.object(|_, _| true, |settings| Ok(settings.clone()))?;
            Ok(smime_path(settings.judge(&call::shared(certificate)?.0)))
        })
    }
}

/// Ends a verifier. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_verifier_free(verifier: *mut smime_verifier) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(verifier) };
}

/// # Safety
/// As [`call::status`] and [`call::shared`].
unsafe fn change(err: *mut *mut smime_error, verifier: *mut smime_verifier, change: impl FnOnce(&mut Settings) -> Result<()>) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe { call::status(err, || call::shared(verifier)?.0.change(change)) }
}

/// What the path is worth: SMIME_VERDICT_VALID, SMIME_VERDICT_UNTRUSTED, SMIME_VERDICT_INDETERMINATE or SMIME_VERDICT_INVALID.
/// SMIME_VERDICT_INDETERMINATE where path is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_verdict(path: *const smime_path) -> i32 {
    call::value(c::SMIME_VERDICT_INDETERMINATE, || {
        // SAFETY: the pointers are what the header asks for.
        let report = &unsafe { call::shared(path) }?.0;
        Ok(match report.verdict {
            PathVerdict::Valid => c::SMIME_VERDICT_VALID,
            PathVerdict::Untrusted => c::SMIME_VERDICT_UNTRUSTED,
            PathVerdict::Invalid => c::SMIME_VERDICT_INVALID,
            _ => c::SMIME_VERDICT_INDETERMINATE,
        })
    })
}

/// The report as JSON: verdict, path (SHA-256 of each certificate, the one that was asked about first), revocation of each, policies (the certificate
/// policies that hold and are accepted, dotted; 2.5.29.32.0 is anyPolicy), findings, needs. Keys are only ever added. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_to_json(path: *const smime_path, json: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(call::shared(path)?.0.to_json()))) }
}

/// The path as a small tree for people: the anchor first, each certificate below the one that issued it, with what speaks against it. The
/// buffer is text of several lines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_to_tree(path: *const smime_path, tree: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, tree, || Ok(smime_buffer::text(call::shared(path)?.0.to_tree()))) }
}

/// The certificates of the path: the one that was asked about first, the anchor last where the path leads to one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_certificates(
    path: *const smime_path,
    certificates: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, certificates, || Ok(smime_certificates::of(call::shared(path)?.0.certificates().cloned()))) }
}

/// 1 where a finding with this code, one of SMIME_E_*, is in the report; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_has(path: *const smime_path, code: i32) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let report = &unsafe { call::shared(path) }?.0;
        Ok(Code::from_number(code).map_or(0, |code| i32::from(report.has(code))))
    })
}

/// How many findings there are. 0 where path is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_finding_count(path: *const smime_path) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(path) }?.0.findings.len()))
}

/// The code of a finding, one of SMIME_E_*; the first has index 0. 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_finding_code(path: *const smime_path, index: usize) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(path) }?.0.findings.get(index).map_or(0, |finding| finding.code.number())))
}

/// How much a finding weighs here, one of SMIME_SEVERITY_*. 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_finding_severity(path: *const smime_path, index: usize) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(path) }?.0.findings.get(index).map_or(0, |finding| code::severity(finding.severity))))
}

/// What a finding says to people. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_finding_message(
    path: *const smime_path,
    index: usize,
    message: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, message, || {
            let finding = call::shared(path)?.0.findings.get(index).ok_or_else(call::no_such_index)?;
            Ok(smime_buffer::text(finding.message()))
        })
    }
}

/// Ends a path. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_path_free(path: *mut smime_path) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(path) };
}
