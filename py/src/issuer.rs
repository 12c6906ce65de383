//! Issuing certificates.

use pyo3::prelude::*;
use smime::ca;

use crate::certificate::Certificate;
use crate::errors::{compute, raise};
use crate::identity::Identity;
use crate::key::{PrivateKey, public_key_of};
use crate::request::CertificateRequest;
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

    fn __repr__(&self) -> String {
        format!("<libsmime.Issuer {}>", self.inner.certificate().subject())
    }
}
