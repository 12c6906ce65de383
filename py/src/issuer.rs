//! Issuing certificates.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyTuple};
use smime::ca;

use crate::certificate::Certificate;
use crate::errors::{compute, raise};
use crate::identity::Identity;
use crate::key::{PrivateKey, public_key_of};
use crate::request::CertificateRequest;
use crate::revoking::{ListSettings, revocation_list};
use crate::template::{CertificateTemplate, time_of};

/// A key that signs certificates, with the certificate under whose name it does. It never changes and may be shared between threads.
///
/// >>> issuer = libsmime.Issuer.self_signed(key, libsmime.CertificateTemplate("CN=Example CA", authority=True, ...))
/// >>> certificate = issuer.issue(alice_key, template)
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct Issuer {
    pub(crate) inner: ca::Issuer,
}

#[pyo3::pymethods]
impl Issuer {
    #[new]
    fn new(key: &PrivateKey, certificate: &Certificate) -> PyResult<Self> {
        Ok(Self { inner: ca::Issuer::new(&key.inner, certificate.inner.clone()).map_err(raise)? })
    }

    /// The issuer that this identity is: its first certificate of an authority, else the one that stands for it.
    #[staticmethod]
    fn from_identity(identity: &Identity) -> PyResult<Self> {
        let standing = identity.inner.certificate();
        let authority = identity.inner.pairs().find(|(_, certificate)| certificate.is_ca());
        let pair = authority.or_else(|| identity.inner.pairs().find(|(_, certificate)| *certificate == standing));
        let (key, certificate) = pair.ok_or_else(|| raise(smime::Error::new(smime::Code::KeyMissing)))?;
        Ok(Self { inner: ca::Issuer::new(key, certificate.clone()).map_err(raise)? })
    }

    /// An issuer with a new certificate that it signs itself: a root.
    #[staticmethod]
    fn self_signed(py: Python<'_>, key: &PrivateKey, template: &CertificateTemplate) -> PyResult<Self> {
        Ok(Self { inner: compute(py, || ca::Issuer::self_signed(&key.inner, &template.inner))? })
    }

    /// The certificate of the issuer.
    #[getter]
    fn certificate(&self) -> Certificate {
        self.inner.certificate().clone().into()
    }

    /// A certificate for the key of a CertificateRequest, PublicKey, PrivateKey or Certificate. Nothing else of a request goes in: see
    /// Profile.template.
    fn issue(&self, key: &Bound<'_, PyAny>, template: &CertificateTemplate) -> PyResult<Certificate> {
        let public = public_key_of(key)?;
        Ok(compute(key.py(), || self.inner.issue(&public, &template.inner))?.into())
    }

    /// A certificate that says what the old one says, with a new serial number and validity: for the key of this request (whose proof of
    /// possession is checked), PublicKey or PrivateKey, or where there is none for the same key.
    #[pyo3(signature = (certificate, key = None, *, not_before, not_after))]
    fn renew(
        &self,
        certificate: &Certificate,
        key: Option<&Bound<'_, PyAny>>,
        not_before: &Bound<'_, PyAny>,
        not_after: &Bound<'_, PyAny>,
    ) -> PyResult<Certificate> {
        let py = not_before.py();
        if let Some(request) = key.and_then(|key| key.cast::<CertificateRequest>().ok()) {
            let request = &request.get().inner;
            compute(py, || request.verify())?;
        }
        let public = match key {
            Some(key) => public_key_of(key)?,
            None => certificate.inner.public_key().cloned().map_err(raise)?,
        };
        let (from, to) = (time_of(not_before)?, time_of(not_after)?);
        Ok(compute(py, || self.inner.renew(&certificate.inner, &public, from, to))?.into())
    }

    /// A revocation list of these entries, in DER.
    ///
    /// `number` is the cRLNumber, `base_number` makes it a delta CRL to the complete list of that number (`crl_delta` says what it has to
    /// say). For lists that are about a part of the certificates: `urls` of the place where the list is published, as the certificates name
    /// it; `only` "user", "ca" or "attribute" certificates; `only_some_reasons`; `indirect` where there are entries of other issuers.
    /// `freshest_urls` lead to the delta CRLs for a complete list.
    #[pyo3(signature = (*, number, this_update, next_update, entries = None, base_number = None, urls = Vec::new(), only = None,
        only_some_reasons = None, indirect = false, freshest_urls = Vec::new()))]
    #[allow(clippy::too_many_arguments, reason = "keywords")]
    fn revocation_list<'py>(
        &self,
        py: Python<'py>,
        number: Bound<'py, PyInt>,
        this_update: Bound<'py, PyAny>,
        next_update: Bound<'py, PyAny>,
        entries: Option<Bound<'py, PyAny>>,
        base_number: Option<Bound<'py, PyInt>>,
        urls: Vec<String>,
        only: Option<String>,
        only_some_reasons: Option<Vec<String>>,
        indirect: bool,
        freshest_urls: Vec<String>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let settings =
            ListSettings { number, this_update, next_update, base_number, urls, only, only_some_reasons, indirect, freshest_urls };
        let none = PyTuple::empty(py).into_any();
        revocation_list(&self.inner, settings, entries.as_ref().unwrap_or(&none))
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.Issuer {}>", self.inner.certificate().subject())
    }
}
