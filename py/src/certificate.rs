//! Certificates.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyDict, PyInt, PyString, PyTuple, PyTzInfo};
use smime::Time;

use crate::errors::{file_error, raise};
use crate::lint::LintFinding;

/// An X.509 certificate. It never changes and may be shared between threads.
///
/// >>> certificate = libsmime.Certificate.load("bob.pem")
/// >>> certificate.subject, certificate.addresses
/// ('CN=bob,O=Example', ('bob@example.org',))
#[pyo3::pyclass(frozen, module = "libsmime", eq, hash)]
#[derive(Clone)]
pub(crate) struct Certificate {
    pub(crate) inner: smime::Certificate,
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.inner.der() == other.inner.der()
    }
}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.sha256().hash(state);
    }
}

impl From<smime::Certificate> for Certificate {
    fn from(inner: smime::Certificate) -> Self {
        Self { inner }
    }
}

#[pyo3::pymethods]
impl Certificate {
    /// The one certificate in these octets, PEM or DER.
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        let mut found = smime::Certificate::many(data).map_err(raise)?;
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only.into()),
            _ => Err(raise(
                smime::Error::new(smime::Code::PemMalformed).because("more than one certificate where one is due: see Certificate.many"),
            )),
        }
    }

    /// Every certificate in these octets: PEM with any number of them, the DER of one, or a bundle (.p7c, .p7b) in DER or PEM.
    #[staticmethod]
    fn many(data: &[u8]) -> PyResult<Vec<Self>> {
        Ok(smime::Certificate::many(data).map_err(raise)?.into_iter().map(Self::from).collect())
    }

    /// The one certificate in this file, PEM or DER.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::from_bytes(&read_file(py, &path)?)
    }

    /// The subject, written as RFC 4514 says.
    #[getter]
    fn subject(&self) -> String {
        self.inner.subject().to_string()
    }

    /// The issuer, written as RFC 4514 says.
    #[getter]
    fn issuer(&self) -> String {
        self.inner.issuer().to_string()
    }

    /// The octets of the serial number in hexadecimal, as reports have it.
    #[getter]
    fn serial(&self) -> String {
        hex(self.inner.serial())
    }

    /// The serial number.
    #[getter]
    fn serial_number<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let signed = PyDict::new(py);
        signed.set_item("signed", true)?;
        py.get_type::<PyInt>().call_method("from_bytes", (PyBytes::new(py, self.inner.serial()), "big"), Some(&signed))
    }

    /// The first second of its validity.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.inner.not_before())
    }

    /// The last second of its validity.
    #[getter]
    fn not_after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.inner.not_after())
    }

    /// The e-mail addresses that follow the rules.
    #[getter]
    fn addresses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.addresses())
    }

    /// SHA-256 of the certificate in hexadecimal.
    #[getter]
    fn sha256(&self) -> String {
        hex(self.inner.sha256())
    }

    /// The certificate as it was received.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.der())
    }

    /// The certificate as a PEM block.
    fn to_pem(&self) -> String {
        self.inner.to_pem()
    }

    /// Everything a person wants to know about it: plain values, ready for JSON. All text is safe to show.
    fn describe<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let told = self.inner.describe();
        let facts = PyDict::new(py);
        facts.set_item("subject", told.subject)?;
        facts.set_item("issuer", told.issuer)?;
        facts.set_item("serial", told.serial)?;
        facts.set_item("version", told.version)?;
        facts.set_item("not_before", told.not_before.to_string())?;
        facts.set_item("not_after", told.not_after.to_string())?;
        facts.set_item("key", told.key_kind)?;
        facts.set_item("key_bits", told.key_bits)?;
        facts.set_item("signature_algorithm", told.signature_algorithm)?;
        facts.set_item("signature_digest", told.signature_digest)?;
        facts.set_item("key_usage", told.key_usage)?;
        facts.set_item("extended_key_usage", told.extended_key_usage)?;
        facts.set_item("is_ca", told.is_ca)?;
        facts.set_item("path_length", told.path_length)?;
        facts.set_item("certificate_policies", told.certificate_policies)?;
        let mapping = |(issuer, subject)| BTreeMap::from([("issuer_domain_policy", issuer), ("subject_domain_policy", subject)]);
        let mappings: Option<Vec<BTreeMap<&str, String>>> = told.policy_mappings.map(|all| all.into_iter().map(mapping).collect());
        facts.set_item("policy_mappings", mappings)?;
        facts.set_item("require_explicit_policy", told.require_explicit_policy)?;
        facts.set_item("inhibit_policy_mapping", told.inhibit_policy_mapping)?;
        facts.set_item("inhibit_any_policy", told.inhibit_any_policy)?;
        facts.set_item("is_self_issued", told.is_self_issued)?;
        facts.set_item("addresses", told.addresses)?;
        facts.set_item("malformed_addresses", told.malformed_addresses)?;
        facts.set_item("subject_key_identifier", told.subject_key_identifier)?;
        facts.set_item("authority_key_identifier", told.authority_key_identifier)?;
        facts.set_item("extensions", told.extensions)?;
        facts.set_item("critical_extensions", told.critical_extensions)?;
        facts.set_item("issuer_urls", told.issuer_urls)?;
        facts.set_item("ocsp_urls", told.ocsp_urls)?;
        facts.set_item("crl_urls", told.crl_urls)?;
        facts.set_item("sha256", told.sha256)?;
        facts.set_item("key_sha256", told.key_sha256)?;
        facts.set_item("problems", told.problems)?;
        Ok(facts)
    }

    /// The rules for those who issue certificates that it does not keep: RFC 5280 and the S/MIME Baseline Requirements.
    fn lint(&self, py: Python<'_>) -> Vec<LintFinding> {
        py.detach(|| self.inner.lint()).into_iter().map(LintFinding::from).collect()
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.Certificate {} sha256={:.16}>", self.subject(), self.sha256())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((py.get_type::<Self>().getattr("from_bytes")?, (self.to_der(py),)))
    }
}

/// A bundle of certificates, SignedData that nobody signed: what .p7c and .p7b files hold, in DER or as PEM. They are a SET there, in an order
/// of its own.
///
/// >>> libsmime.certs_only([bob_certificate], pem=True).splitlines()[0]
/// b'-----BEGIN PKCS7-----'
#[pyo3::pyfunction]
#[pyo3(signature = (certificates, *, pem = false))]
pub(crate) fn certs_only<'py>(certificates: &Bound<'py, PyAny>, pem: bool) -> PyResult<Bound<'py, PyBytes>> {
    let der = smime::cert::certs_only(&certificates_of(certificates)?).map_err(raise)?;
    let py = certificates.py();
    Ok(if pem { PyBytes::new(py, smime::pem::encode("PKCS7", &der).as_bytes()) } else { PyBytes::new(py, &der) })
}

/// Certificates out of one thing or an iterable of things: a Certificate, bytes with any number of them, or the path of such a file.
pub(crate) fn certificates_of(things: &Bound<'_, PyAny>) -> PyResult<Vec<smime::Certificate>> {
    let mut found = Vec::new();
    if !take(things, &mut found)? {
        for thing in things.try_iter()? {
            let thing = thing?;
            if !take(&thing, &mut found)? {
                return Err(not_certificates(&thing));
            }
        }
    }
    Ok(found)
}

fn take(thing: &Bound<'_, PyAny>, found: &mut Vec<smime::Certificate>) -> PyResult<bool> {
    if let Ok(certificate) = thing.cast::<Certificate>() {
        found.push(certificate.get().inner.clone());
    } else if let Ok(octets) = thing.cast::<PyBytes>() {
        found.extend(smime::Certificate::many(octets.as_bytes()).map_err(raise)?);
    } else if thing.is_instance_of::<PyString>() {
        return Err(not_certificates(thing));
    } else if thing.hasattr("__fspath__")? {
        let octets = read_file(thing.py(), &thing.extract::<PathBuf>()?)?;
        found.extend(smime::Certificate::many(&octets).map_err(raise)?);
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn not_certificates(thing: &Bound<'_, PyAny>) -> PyErr {
    let kind = thing.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("a Certificate, bytes or a pathlib.Path is due here, not {kind}"))
}

/// All octets of a small file.
pub(crate) fn read_file(py: Python<'_>, path: &std::path::Path) -> PyResult<Vec<u8>> {
    py.detach(|| std::fs::read(path)).map_err(|error| file_error(py, error, path))
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(crate) fn datetime(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyDateTime>> {
    let (year, month, day, hour, minute, second) = time.civil();
    let utc = PyTzInfo::utc(py)?;
    // Python's years begin with 1.
    PyDateTime::new(py, i32::from(year.max(1)), month, day, hour, minute, second, 0, Some(&utc))
}
