//! Profiles: by which rules certificates are made.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};
use smime::ca;

use crate::errors::{compute, raise};
use crate::request::CertificateRequest;
use crate::template::{CertificateTemplate, subject_of, time_of};

/// The fields of a profile that are lists.
const LISTS: [&str; 8] =
    ["keys", "extended_key_usage", "required_subject", "allowed_subject", "policies", "crl_urls", "ocsp_urls", "issuer_urls"];

/// The rules by which certificates are made. It never changes and may be shared between threads.
///
/// ``type`` (mailbox, organization, sponsor, individual) and ``generation`` (strict, multipurpose, legacy) take those of the S/MIME Baseline
/// Requirements; the other fields change them. The fields are those of the tables of a TOML file, which ``tomllib`` reads.
///
/// >>> profile = libsmime.Profile(type="mailbox", generation="strict", days=365, crl_urls=["http://crl.example.org/ca.crl"])
/// >>> profile = libsmime.Profile(**tomllib.loads(text))
#[pyo3::pyclass(frozen, module = "libsmime", eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Profile {
    inner: ca::Profile,
}

#[pyo3::pymethods]
impl Profile {
    #[new]
    #[pyo3(signature = (**fields))]
    fn new(fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut pairs = Vec::new();
        for (name, value) in fields.into_iter().flatten() {
            pairs.push((name.extract::<String>()?, words_of(&value)?));
        }
        Ok(Self { inner: ca::Profile::from_pairs(pairs).map_err(raise)? })
    }

    /// Every field, as the constructor takes them.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        for (name, value) in self.inner.pairs() {
            match name {
                "days" | "maximum_days" => fields.set_item(name, value.parse::<u32>().unwrap_or_default())?,
                "non_repudiation" => fields.set_item(name, value == "true")?,
                "allowed_subject" if value == "any" => fields.set_item(name, value)?,
                _ if LISTS.contains(&name) => fields.set_item(name, value.split_ascii_whitespace().collect::<Vec<_>>())?,
                _ => fields.set_item(name, value)?,
            }
        }
        Ok(fields)
    }

    /// All that speaks against issuing what this request asks for: exceptions with code and message, which are not raised. Nothing where it
    /// follows the profile.
    fn check<'py>(&self, py: Python<'py>, request: &CertificateRequest) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let problems = compute(py, || Ok(self.inner.check(&request.inner)))?;
        Ok(problems.into_iter().map(|problem| raise(problem).into_value(py).into_bound(py).into_any()).collect())
    }

    /// What the certificate for this request shall say: the subject and the addresses that were validated, and all else by the profile. Of the
    /// request nothing goes in but the key, and its proof of possession is checked.
    #[pyo3(signature = (request, *, subject = None, addresses, not_before))]
    fn template(
        &self,
        request: &CertificateRequest,
        subject: Option<&Bound<'_, PyAny>>,
        addresses: Vec<String>,
        not_before: &Bound<'_, PyAny>,
    ) -> PyResult<CertificateTemplate> {
        let validated = ca::Validated { subject: subject.map(subject_of).transpose()?.unwrap_or_default(), addresses };
        let at = time_of(not_before)?;
        Ok(compute(not_before.py(), || self.inner.template(&request.inner, &validated, at))?.into())
    }

    fn __repr__(&self) -> String {
        match self.inner.baseline {
            Some((validation, generation)) => format!("<libsmime.Profile {} {}>", validation.name(), generation.name()),
            None => "<libsmime.Profile>".to_owned(),
        }
    }
}

/// Text, number, truth or a list of words, as the core takes it.
fn words_of(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_instance_of::<PyBool>() {
        return Ok(value.extract::<bool>()?.to_string());
    }
    if value.is_instance_of::<PyString>() {
        return value.extract();
    }
    match value.extract::<u64>() {
        Ok(number) => Ok(number.to_string()),
        Err(_) => Ok(value.extract::<Vec<String>>()?.join(" ")),
    }
}
