//! Certification requests.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use smime::ca;

use crate::certificate::{hex, read_file};
use crate::errors::{compute, raise};
use crate::key::{PrivateKey, PublicKey};
use crate::template::{extensions_of, key_usage_of, purposes_of, subject_of};

/// A certification request (PKCS #10): what a subject asks an authority for. It never changes and may be shared between threads.
///
/// What it says is the wish of whoever made it: ``verify`` proves that he has the private key, and nothing else.
///
/// >>> request = libsmime.CertificateRequest.load("alice.csr")
/// >>> request.verify()
/// >>> request.addresses
/// ('alice@example.org',)
#[pyo3::pyclass(frozen, module = "libsmime", eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct CertificateRequest {
    pub(crate) inner: ca::CertificateRequest,
}

#[pyo3::pymethods]
impl CertificateRequest {
    /// Makes a request for this key and signs it with it. ``subject`` is as in CertificateTemplate, and may be empty where there are
    /// addresses; key usages and purposes that are not given are left to the authority.
    #[new]
    #[pyo3(signature = (key, *, subject = None, addresses = Vec::new(), key_usage = None, extended_key_usage = Vec::new(), extensions = Vec::new()))]
    fn new(
        py: Python<'_>,
        key: &PrivateKey,
        subject: Option<&Bound<'_, PyAny>>,
        addresses: Vec<String>,
        key_usage: Option<Vec<String>>,
        extended_key_usage: Vec<String>,
        extensions: Vec<(String, bool, Vec<u8>)>,
    ) -> PyResult<Self> {
        let template = ca::RequestTemplate {
            subject: subject.map(subject_of).transpose()?.unwrap_or_default(),
            addresses,
            key_usage: key_usage.map(|names| key_usage_of(&names)).transpose()?,
            extended_key_usage: purposes_of(&extended_key_usage)?,
            extensions: extensions_of(extensions)?,
        };
        Ok(Self { inner: compute(py, || template.sign(&key.inner))? })
    }

    /// The one request in these octets, PEM or DER.
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: ca::CertificateRequest::from_bytes(data).map_err(raise)? })
    }

    /// The one request in this file, PEM or DER.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::from_bytes(&read_file(py, &path)?)
    }

    /// Proof of possession: raises where the request was not signed with the private half of its key, or altered since.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        compute(py, || self.inner.verify())
    }

    /// The subject, written as RFC 4514 says.
    #[getter]
    fn subject(&self) -> String {
        self.inner.subject().to_string()
    }

    /// The key to be certified.
    #[getter]
    fn public_key(&self) -> PyResult<PublicKey> {
        Ok(PublicKey { inner: self.inner.public_key().map_err(raise)? })
    }

    /// The e-mail addresses asked for that follow the rules.
    #[getter]
    fn addresses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.addresses())
    }

    /// The key usages asked for, by their names in RFC 5280; None where none are.
    #[getter]
    fn key_usage(&self) -> PyResult<Option<Vec<&'static str>>> {
        Ok(self.inner.key_usage().map_err(raise)?.map(smime::cert::KeyUsage::names))
    }

    /// The purposes asked for: names, or dotted object identifiers; None where none are.
    #[getter]
    fn extended_key_usage(&self) -> PyResult<Option<Vec<String>>> {
        Ok(self.inner.extended_key_usage().map_err(raise)?.map(|purposes| purposes.names()))
    }

    /// The extensions asked for: dotted object identifier, whether critical, and the DER.
    #[getter]
    fn extensions<'py>(&self, py: Python<'py>) -> Vec<(String, bool, Bound<'py, PyBytes>)> {
        let extensions = self.inner.extensions();
        extensions.map(|extension| (extension.dotted(), extension.critical, PyBytes::new(py, extension.value))).collect()
    }

    /// Everything a person wants to know about it: plain values, ready for JSON. All text is safe to show.
    fn describe<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let told = self.inner.describe();
        let facts = PyDict::new(py);
        facts.set_item("subject", told.subject)?;
        facts.set_item("addresses", told.addresses)?;
        facts.set_item("malformed_addresses", told.malformed_addresses)?;
        facts.set_item("key", told.key)?;
        facts.set_item("key_sha256", hex(&told.key_sha256))?;
        facts.set_item("signature_algorithm", told.signature_algorithm)?;
        facts.set_item("signature", told.signature)?;
        facts.set_item("key_usage", told.key_usage)?;
        facts.set_item("extended_key_usage", told.extended_key_usage)?;
        facts.set_item("extensions", told.extensions)?;
        facts.set_item("attributes", told.attributes)?;
        Ok(facts)
    }

    /// The request as it was received.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.der())
    }

    /// The request as a PEM block.
    fn to_pem(&self) -> String {
        self.inner.to_pem()
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.CertificateRequest {}>", self.inner.subject())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((py.get_type::<Self>().getattr("from_bytes")?, (self.to_der(py),)))
    }
}
