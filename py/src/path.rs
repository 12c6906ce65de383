//! Certification paths.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use smime::Time;
use smime::cert::Mailbox;
use smime::path::{PathRequest, Purpose};
use smime::trust::RevocationEvidence;

use crate::certificate::{Certificate, certificates_of};
use crate::errors::{compute, usage};
use crate::evidence::{Fetcher, lists_of, responses_of};
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
    crls: Bound<'py, PyAny>,
    ocsp: Bound<'py, PyAny>,
    fetch: Option<Bound<'py, PyAny>>,
    limits: Option<Bound<'py, PyDict>>,
}

/// Judges a certificate; answers with the report as JSON and as a tree, and with the certificates of the path, the leaf first.
#[pyo3::pyfunction]
pub(crate) fn verify_certificate(
    py: Python<'_>,
    certificate: &Certificate,
    settings: &Bound<'_, PyDict>,
) -> PyResult<(String, String, Vec<Certificate>)> {
    let settings = settings.extract::<Judging<'_>>()?;
    let intermediates = certificates_of(&settings.intermediates)?;
    let policy = settings.policy.policy()?;
    let limits = limits_of(settings.limits.as_ref())?;
    let purpose = Purpose::from_name(&settings.purpose).ok_or_else(|| {
        usage(&format!("the purpose is email-signature, email-encryption, any, or time-stamping, not {}", settings.purpose))
    })?;
    if let Some(address) = &settings.address {
        Mailbox::parse(address).map_err(|error| usage(&format!("{address}: {}", error.message())))?;
    }
    let mut evidence = RevocationEvidence::default();
    lists_of(&settings.crls)?.iter().for_each(|list| evidence.add_crl(list));
    responses_of(&settings.ocsp)?.iter().for_each(|response| evidence.add_ocsp_response(response));
    let fetcher = settings.fetch.as_ref().map(Fetcher::new);
    let store = settings.trust.get();
    let report = compute(py, || {
        let mut request = PathRequest::new(&certificate.inner, &store.inner)
            .intermediates(&intermediates)
            .evidence(&evidence)
            .at(Time::from_unix(settings.at))
            .purpose(purpose)
            .policy(&policy)
            .limits(&limits);
        if let Some(address) = &settings.address {
            request = request.address(address);
        }
        if let Some(fetcher) = &fetcher {
            request = request.fetcher(fetcher);
        }
        Ok(request.validate())
    });
    fetcher.map_or(Ok(()), |fetcher| fetcher.outcome())?;
    let report = report?;
    let path = report.certificates().cloned().map(Certificate::from).collect();
    Ok((report.to_json(), report.to_tree(), path))
}
