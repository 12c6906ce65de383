//! OCSP requests that are answered.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use smime::ca::{self, OcspStatus, OtherIssuers};
use smime::cert::{self, OcspResponseStatus};
use smime::crypto::DigestAlgorithm;
use smime::{Code, Error};

use crate::certificate::{Certificate, hex};
use crate::errors::{compute, raise, usage};
use crate::identity::Identity;
use crate::key::PrivateKey;
use crate::revoking::{CrlEntry, serial_of};
use crate::template::time_of;

/// How an OCSP request names a certificate: digests of its issuer's name and key, and its serial number.
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct CertId {
    inner: cert::CertId<'static>,
}

#[pyo3::pymethods]
impl CertId {
    /// The octets of the serial number in hexadecimal, in the fewest octets, as Certificate.serial has it.
    #[getter]
    fn serial(&self) -> String {
        serial_text(self.inner.serial())
    }

    /// The digest, for example sha1; None where it is not known.
    #[getter]
    fn digest(&self) -> Option<&'static str> {
        self.inner.digest_algorithm().map(DigestAlgorithm::name)
    }

    /// The digest of the issuer's name in hexadecimal.
    #[getter]
    fn issuer_name_hash(&self) -> String {
        hex(self.inner.issuer_name_hash())
    }

    /// The digest of the issuer's key in hexadecimal.
    #[getter]
    fn issuer_key_hash(&self) -> String {
        hex(self.inner.issuer_key_hash())
    }

    /// The CertID in DER.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_der())
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.CertId {}>", self.serial())
    }
}

/// A serial number without superfluous octets in front.
fn serial_text(serial: &[u8]) -> String {
    let mut rest = serial;
    while let [0, second, ..] = rest {
        if second & 0x80 != 0 {
            break;
        }
        rest = &rest[1..];
    }
    hex(rest)
}

/// An OCSP request that was read (RFC 6960 section 4.1).
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct OcspRequest {
    inner: cert::OcspRequest,
}

#[pyo3::pymethods]
impl OcspRequest {
    /// The request in this DER.
    #[staticmethod]
    fn from_der(data: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: cert::OcspRequest::from_der(data).map_err(raise)? })
    }

    /// The request in the URL of a GET (RFC 6960 appendix A.1): what follows the responder's own URL.
    #[staticmethod]
    fn from_get_path(path: &str) -> PyResult<Self> {
        Ok(Self { inner: cert::OcspRequest::from_get_path(path).map_err(raise)? })
    }

    /// The certificates asked about.
    #[getter]
    fn cert_ids(&self) -> Vec<CertId> {
        self.inner.cert_ids().iter().map(|id| CertId { inner: id.clone() }).collect()
    }

    /// Their serial numbers.
    #[getter]
    fn serials(&self) -> Vec<String> {
        self.inner.cert_ids().iter().map(|id| serial_text(id.serial())).collect()
    }

    /// The nonce.
    #[getter]
    fn nonce<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.inner.nonce().map(|nonce| PyBytes::new(py, nonce))
    }

    /// Whether it has a signature, which nobody has checked.
    #[getter]
    fn is_signed(&self) -> bool {
        self.inner.is_signed()
    }

    /// The request in DER, without a signature.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_der())
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.OcspRequest about {} certificates>", self.inner.cert_ids().len())
    }
}

/// A key that answers OCSP requests for the certificates of one issuer. It never changes and may be shared between threads.
///
/// The certificate is the issuer's own, or one that the issuer has issued for this, which goes along with each answer.
///
/// >>> responder = libsmime.OcspResponder(key, certificate, issuer)
/// >>> responder.answer(request, {"4f2a": "good"}, this_update=now, next_update=now + timedelta(hours=1))
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct OcspResponder {
    inner: ca::OcspResponder,
}

#[pyo3::pymethods]
impl OcspResponder {
    #[new]
    #[pyo3(signature = (key, certificate, issuer, *, by_name = false, nonces = true, other_issuers = "unauthorized"))]
    fn new(
        key: &PrivateKey,
        certificate: &Certificate,
        issuer: &Certificate,
        by_name: bool,
        nonces: bool,
        other_issuers: &str,
    ) -> PyResult<Self> {
        Self::made(&key.inner, certificate.inner.clone(), issuer, by_name, nonces, other_issuers)
    }

    /// The responder that this identity is.
    #[staticmethod]
    #[pyo3(signature = (identity, issuer, *, by_name = false, nonces = true, other_issuers = "unauthorized"))]
    fn from_identity(identity: &Identity, issuer: &Certificate, by_name: bool, nonces: bool, other_issuers: &str) -> PyResult<Self> {
        let standing = identity.inner.certificate();
        let pair = identity.inner.pairs().find(|(_, certificate)| *certificate == standing);
        let (key, certificate) = pair.ok_or_else(|| raise(Code::KeyMissing.into()))?;
        Self::made(key, certificate.clone(), issuer, by_name, nonces, other_issuers)
    }

    /// The certificate with which it answers.
    #[getter]
    fn certificate(&self) -> Certificate {
        self.inner.certificate().clone().into()
    }

    /// The answer to these octets, whatever they are: what cannot be read is answered by malformedRequest.
    ///
    /// `status` says how the certificate with a serial number (hexadecimal, as in Certificate.serial) is: a function, or a mapping. It is
    /// "good", "unknown", "never-issued", or the CrlEntry of a certificate that is revoked; None is "unknown". What the function raises comes
    /// out of this call. `produced_at` is the time of the call where it is None, `next_update` None says that newer information is always at
    /// hand.
    #[pyo3(signature = (request, status, *, this_update, next_update = None, produced_at = None))]
    fn answer<'py>(
        &self,
        request: &[u8],
        status: &Bound<'py, PyAny>,
        this_update: &Bound<'py, PyAny>,
        next_update: Option<&Bound<'py, PyAny>>,
        produced_at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = status.py();
        let (this_update, next_update, produced_at) = (time_of(this_update)?, next_update.map(time_of).transpose()?, now_or(produced_at)?);
        let is_function = status.is_callable();
        let status = status.clone().unbind();
        let answer = compute(py, || {
            let Ok(request) = cert::OcspRequest::from_der(request) else {
                return Ok(ca::OcspResponder::refusal(OcspResponseStatus::MalformedRequest));
            };
            let ask = |id: &cert::CertId<'_>| {
                let told = Python::attach(|py| {
                    let (status, serial) = (status.bind(py), serial_text(id.serial()));
                    status_of(&if is_function { status.call1((serial,))? } else { status.call_method1("get", (serial,))? })
                });
                // An exception of the function comes out as it is.
                told.map_err(|error| Error::new(Code::UseIo).with_source(error))
            };
            self.inner.answer(&request, ask, this_update, next_update, produced_at)
        })?;
        Ok(PyBytes::new(py, &answer))
    }

    /// An answer made before anybody asks: about one certificate, named by this digest, without a nonce.
    #[pyo3(signature = (serial, status, *, this_update, next_update, produced_at = None, digest = "sha1"))]
    fn prepare<'py>(
        &self,
        serial: &Bound<'py, PyAny>,
        status: &Bound<'py, PyAny>,
        this_update: &Bound<'py, PyAny>,
        next_update: &Bound<'py, PyAny>,
        produced_at: Option<&Bound<'py, PyAny>>,
        digest: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let py = status.py();
        let digest = DigestAlgorithm::from_name(digest).ok_or_else(|| usage(&format!("there is no digest {digest}")))?;
        let (serial, status) = (serial_of(serial)?, status_of(status)?);
        let (this_update, next_update, produced_at) = (time_of(this_update)?, time_of(next_update)?, now_or(produced_at)?);
        let answer = compute(py, || self.inner.prepare(&serial, digest, status, this_update, next_update, produced_at))?;
        Ok(PyBytes::new(py, &answer))
    }

    /// A response without an answer, which nobody signs: malformedRequest, internalError, tryLater, sigRequired or unauthorized.
    #[staticmethod]
    fn refusal<'py>(py: Python<'py>, status: &str) -> PyResult<Bound<'py, PyBytes>> {
        let known = OcspResponseStatus::ALL.into_iter().find(|known| known.as_str() == status && *known != OcspResponseStatus::Successful);
        let known =
            known.ok_or_else(|| usage(&format!("there is no refusal {status}: they are written as in RFC 6960, for example tryLater")))?;
        Ok(PyBytes::new(py, &ca::OcspResponder::refusal(known)))
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.OcspResponder {}>", self.inner.certificate().subject())
    }
}

impl OcspResponder {
    fn made(
        key: &smime::crypto::PrivateKey,
        certificate: smime::Certificate,
        issuer: &Certificate,
        by_name: bool,
        nonces: bool,
        other_issuers: &str,
    ) -> PyResult<Self> {
        let others = match other_issuers {
            "unauthorized" => OtherIssuers::Unauthorized,
            "unknown" => OtherIssuers::Unknown,
            other => return Err(usage(&format!("other_issuers is unauthorized or unknown, not {other}"))),
        };
        let responder = ca::OcspResponder::new(key, certificate, issuer.inner.clone()).map_err(raise)?.other_issuers(others);
        let responder = if by_name { responder.by_name() } else { responder };
        Ok(Self { inner: if nonces { responder } else { responder.without_nonces() } })
    }
}

fn status_of(status: &Bound<'_, PyAny>) -> PyResult<OcspStatus> {
    if let Ok(entry) = status.cast::<CrlEntry>() {
        return Ok(entry.get().ocsp_status());
    }
    if status.is_none() {
        return Ok(OcspStatus::Unknown);
    }
    match status.cast::<PyString>().map(|word| word.to_string()).as_deref() {
        Ok("good") => Ok(OcspStatus::Good),
        Ok("unknown") => Ok(OcspStatus::Unknown),
        Ok("never-issued") => Ok(OcspStatus::NeverIssued),
        Ok(other) => Err(usage(&format!("a status is good, unknown, never-issued or a CrlEntry, not {other}"))),
        Err(_) => Err(PyTypeError::new_err("a status is a str or a CrlEntry")),
    }
}

/// This time, or the system's where there is none.
fn now_or(time: Option<&Bound<'_, PyAny>>) -> PyResult<smime::Time> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    time.map_or_else(|| Ok(smime::Time::from_unix(i64::try_from(since).unwrap_or(i64::MAX))), time_of)
}
