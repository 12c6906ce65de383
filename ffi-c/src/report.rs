//! What was found out about a message.

use std::sync::Arc;

use smime::report::{Layer, SignerReport};
use smime::{Opened, Report, Result};

use crate::buffer::smime_buffer;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::{call, code, constants as c};

/// Everything that was found out about a message. Never changes; may be read from several threads.
pub struct smime_report(Whose);

enum Whose {
    Own(Box<Report>),
    Of(Arc<Opened>),
}

impl smime_report {
    pub(crate) fn own(report: Report) -> Self {
        Self(Whose::Own(Box::new(report)))
    }

    pub(crate) fn of(opened: &Arc<Opened>) -> Self {
        Self(Whose::Of(Arc::clone(opened)))
    }

    pub(crate) fn report(&self) -> &Report {
        match &self.0 {
            Whose::Own(report) => report,
            Whose::Of(opened) => opened.report(),
        }
    }

    fn signer(&self, index: usize) -> Result<&SignerReport> {
        self.report().signers().nth(index).ok_or_else(call::no_such_index)
    }
}

/// What the message as a whole is worth, one of SMIME_VERDICT_*. SMIME_VERDICT_INDETERMINATE where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_verdict(report: *const smime_report) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(c::SMIME_VERDICT_INDETERMINATE, || Ok(code::verdict(unsafe { call::shared(report) }?.report().verdict)))
}

/// The report as JSON on one line: verdict, sender, layers with recipients and signers, coverage, headers, findings, needs, content.
/// Keys are only ever added. This is where new facts come first. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_to_json(
    report: *const smime_report,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(call::shared(report)?.report().to_json()))) }
}

/// The same JSON over several lines, for people. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_to_json_pretty(
    report: *const smime_report,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(call::shared(report)?.report().to_json_pretty()))) }
}

/// One line for people and logs: the verdict, who signed, and what matters most. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_summary(
    report: *const smime_report,
    summary: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, summary, || Ok(smime_buffer::text(call::shared(report)?.report().summary()))) }
}

/// 1 where a finding with this code, one of SMIME_E_*, is in the report; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_has(report: *const smime_report, code: i32) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let report = unsafe { call::shared(report) }?.report();
        Ok(smime::Code::from_number(code).map_or(0, |code| i32::from(report.has(code))))
    })
}

/// How many findings there are. 0 where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_finding_count(report: *const smime_report) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(report) }?.report().findings.len()))
}

/// The code of a finding, one of SMIME_E_*; the first has index 0. 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_finding_code(report: *const smime_report, index: usize) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let findings = &unsafe { call::shared(report) }?.report().findings;
        Ok(findings.get(index).map_or(0, |finding| finding.code.number()))
    })
}

/// How much a finding weighs here, one of SMIME_SEVERITY_*. 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_finding_severity(report: *const smime_report, index: usize) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let findings = &unsafe { call::shared(report) }?.report().findings;
        Ok(findings.get(index).map_or(0, |finding| code::severity(finding.severity)))
    })
}

/// What a finding says to people. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_finding_message(
    report: *const smime_report,
    index: usize,
    message: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, message, || {
            let findings = &call::shared(report)?.report().findings;
            Ok(smime_buffer::text(findings.get(index).ok_or_else(call::no_such_index)?.message.as_str()))
        })
    }
}

/// How many protective layers there are. 0 where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_layer_count(report: *const smime_report) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(report) }?.report().layers.len()))
}

/// What a layer is, one of SMIME_LAYER_*; the outermost has index 0. 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_layer_kind(report: *const smime_report, index: usize) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let layers = &unsafe { call::shared(report) }?.report().layers;
        Ok(match layers.get(index) {
            Some(Layer::Encrypted(_)) => c::SMIME_LAYER_ENCRYPTED,
            Some(Layer::Signed(_)) => c::SMIME_LAYER_SIGNED,
            Some(Layer::Compressed { .. }) => c::SMIME_LAYER_COMPRESSED,
            Some(Layer::CertsOnly { .. }) => c::SMIME_LAYER_CERTS_ONLY,
            _ => 0,
        })
    })
}

/// How the sender of the message compares with the certificates of its signers, one of SMIME_ADDRESS_*: the worst of them.
/// SMIME_ADDRESS_ABSENT where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_address_match(report: *const smime_report) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(c::SMIME_ADDRESS_ABSENT, || Ok(code::address_match(unsafe { call::shared(report) }?.report().sender.address_match)))
}

/// How many octets of content there are, written out or not. 0 where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_content_length(report: *const smime_report) -> u64 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(report) }?.report().content.bytes))
}

/// How many signers there are, in all layers. 0 where report is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_signer_count(report: *const smime_report) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(report) }?.report().signers().count()))
}

/// What a signer is worth, one of SMIME_VERDICT_*; the first of the outermost layer has index 0.
/// SMIME_VERDICT_INDETERMINATE where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_signer_verdict(report: *const smime_report, index: usize) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(c::SMIME_VERDICT_INDETERMINATE, || Ok(code::verdict(unsafe { call::shared(report) }?.signer(index)?.verdict)))
}

/// The certificate of a signer. Who it belongs to is only as certain as the verdict.
/// Errors: SMIME_E_USE_ARGUMENT where there is no signer with this index, SMIME_E_SIG_CERTIFICATE_MISSING where its certificate was not found.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_signer_certificate(
    report: *const smime_report,
    index: usize,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let found = call::shared(report)?.signer(index)?.certificate.clone();
            Ok(smime_certificate(found.ok_or(smime::Code::SigCertificateMissing)?))
        })
    }
}

/// When a signer claims to have signed, in seconds since 1970-01-01T00:00:00Z, goes to *time. Nothing is judged by it.
/// Answers 1, or 0 where the signer claims no time or there is no such signer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_signer_time(report: *const smime_report, index: usize, time: *mut i64) -> i32 {
    call::value(0, || {
        // SAFETY: the pointers are what the header asks for.
        let claimed = unsafe { call::shared(report) }?.signer(index)?.signing_time;
        let Some(claimed) = claimed.filter(|_| !time.is_null()) else { return Ok(0) };
        // SAFETY: not NULL, and else what the header asks for.
        unsafe { time.write(claimed.unix()) };
        Ok(1)
    })
}

/// The content ciphers that a signer says it reads, best first, with a blank between: what smime_encryptor_add_recipient_announcing
/// takes. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where there is no signer with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_signer_capabilities(
    report: *const smime_report,
    index: usize,
    capabilities: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, capabilities, || Ok(smime_buffer::text(call::shared(report)?.signer(index)?.capabilities.join(" ")))) }
}

/// Ends a report. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_report_free(report: *mut smime_report) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(report) };
}
