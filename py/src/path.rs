//! Certification paths.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value, json};
use smime::cert::{AddressMatch, Mailbox, match_address};
use smime::path::{PathFinding, PathReport, PathRequest, PathVerdict, Purpose};
use smime::{Code, Severity, Time};

use crate::certificate::{Certificate, certificates_of, hex};
use crate::errors::{compute, usage};
use crate::limits::limits_of;
use crate::open::PolicyChoice;
use crate::trust::TrustStore;

/// What to judge by; the items of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Judging<'py> {
    trust: Py<TrustStore>,
    intermediates: Bound<'py, PyAny>,
    at: i64,
    purpose: String,
    address: Option<String>,
    policy: PolicyChoice,
    limits: Option<Bound<'py, PyDict>>,
}

/// Judges a certificate; answers with the report as JSON and the certificates of the path, the leaf first.
#[pyo3::pyfunction]
pub(crate) fn verify_certificate(
    py: Python<'_>,
    certificate: &Certificate,
    settings: &Bound<'_, PyDict>,
) -> PyResult<(String, Vec<Certificate>)> {
    let settings = settings.extract::<Judging<'_>>()?;
    let intermediates = certificates_of(&settings.intermediates)?;
    let policy = settings.policy.policy()?;
    let limits = limits_of(settings.limits.as_ref())?;
    let purpose = Purpose::from_name(&settings.purpose)
        .ok_or_else(|| usage(&format!("the purpose is email-signature, email-encryption or any, not {}", settings.purpose)))?;
    let address = settings.address.as_deref().map(|address| compare(&certificate.inner, address)).transpose()?;
    let store = settings.trust.get();
    let report = compute(py, || {
        let request = PathRequest::new(&certificate.inner, &store.inner).intermediates(&intermediates).at(Time::from_unix(settings.at));
        Ok(request.purpose(purpose).policy(&policy).limits(&limits).validate())
    })?;
    let path = report.certificates().cloned().map(Certificate::from).collect();
    Ok((document(&report, address).to_string(), path))
}

/// How the address compares, as the finding that it makes.
fn compare(certificate: &smime::Certificate, address: &str) -> PyResult<Option<Code>> {
    Mailbox::parse(address).map_err(|error| usage(&format!("{address}: {}", error.message())))?;
    Ok(match match_address(certificate, address) {
        AddressMatch::Match => None,
        AddressMatch::Mismatch => Some(Code::AddrMismatch),
        AddressMatch::Absent => Some(Code::AddrAbsent),
    })
}

fn document(report: &PathReport, address: Option<Option<Code>>) -> Value {
    let mut findings: Vec<Value> =
        report.findings.iter().map(|found| finding(found.code, found.severity, &found.message(), certificate_of(found))).collect();
    let mut verdict = report.verdict;
    if let Some(code) = address.flatten() {
        verdict = verdict.max(PathVerdict::Untrusted);
        findings.push(finding(code, code.severity(), code.sentence(), report.certificates().next().map(|leaf| hex(leaf.sha256()))));
    }
    let path: Vec<String> = report.certificates().map(|certificate| hex(certificate.sha256())).collect();
    let revocation: Map<String, Value> = path.iter().map(|sha256| (sha256.clone(), "not_checked".into())).collect();
    let needs: Vec<Value> =
        report.needs.iter().map(|need| json!({"what": need.kind.as_str(), "url": need.url, "for": hex(&need.certificate)})).collect();
    json!({
        "schema": 1,
        "libsmime": env!("CARGO_PKG_VERSION"),
        "verdict": verdict.as_str(),
        "path": path,
        "revocation": revocation,
        "policies": report.policies,
        "address_match": address.map(|code| match code { None => "match", Some(Code::AddrMismatch) => "mismatch", Some(_) => "absent" }),
        "findings": findings,
        "needs": needs,
    })
}

fn certificate_of(found: &PathFinding) -> Option<String> {
    found.certificate.as_ref().map(|digest| hex(digest))
}

fn finding(code: Code, severity: Severity, message: &str, certificate: Option<String>) -> Value {
    json!({
        "code": code.as_str(),
        "severity": severity.as_str(),
        "certificate": certificate,
        "message": message,
        "reference": code.reference(),
    })
}
