//! Private keys with their certificates.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use smime::crypto::SignatureScheme;
use smime::identity::Pkcs12Profile;
use smime::{Code, Error, ExternalKey, KeyTransport};
use zeroize::Zeroizing;

use crate::certificate::{Certificate, certificates_of, read_file};
use crate::errors::{compute, raise, usage};
use crate::key::{PrivateKey, derivation_of};

/// One or several private keys, each with its certificate, and the certificates above them. It never changes and may be shared between
/// threads; it cannot be copied out, pickled or shown.
///
/// >>> libsmime.Identity.load("alice.p12", "secret")
/// <libsmime.Identity CN=alice,O=Example>
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct Identity {
    pub(crate) inner: smime::Identity,
}

#[pyo3::pymethods]
impl Identity {
    /// Reads PKCS#12 from bytes, or from the file of this path.
    #[staticmethod]
    #[pyo3(signature = (data, password = ""))]
    fn from_pkcs12(data: &Bound<'_, PyAny>, password: &str) -> PyResult<Self> {
        Self::read(data, Some(password))
    }

    /// Reads PEM, from text, bytes or the file of this path: a key, its certificate and the chain, in any order.
    #[staticmethod]
    #[pyo3(signature = (data, password = None))]
    fn from_pem(data: &Bound<'_, PyAny>, password: Option<&str>) -> PyResult<Self> {
        let py = data.py();
        let octets = match data.extract::<String>() {
            Ok(text) if !data.hasattr("__fspath__")? => Zeroizing::new(text.into_bytes()),
            _ => octets_of(data)?,
        };
        let text = std::str::from_utf8(&octets).map_err(|_| raise(Error::new(Code::PemMalformed).because("it is not text")))?;
        Ok(Self { inner: compute(py, || smime::Identity::from_pem(text, password))? })
    }

    /// Reads PKCS#12 or PEM, whichever it is, from bytes or from the file of this path.
    #[staticmethod]
    #[pyo3(signature = (data, password = None))]
    fn from_bytes(data: &Bound<'_, PyAny>, password: Option<&str>) -> PyResult<Self> {
        Self::read(data, password)
    }

    /// Reads PKCS#12 or PEM, whichever it is, from a file.
    #[staticmethod]
    #[pyo3(signature = (path, password = None))]
    fn load(py: Python<'_>, path: PathBuf, password: Option<&str>) -> PyResult<Self> {
        let octets = Zeroizing::new(read_file(py, &path)?);
        Ok(Self { inner: compute(py, || smime::Identity::from_bytes(&octets, password))? })
    }

    /// A key that stays with its keeper: a smart card, an HSM, a key service.
    #[staticmethod]
    #[pyo3(signature = (key, certificate, chain = None))]
    fn external(key: Py<PyAny>, certificate: &Certificate, chain: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let chain = chain.map(certificates_of).transpose()?.unwrap_or_default();
        let inner = smime::Identity::from_external(Arc::new(PythonKey { key }), certificate.inner.clone(), chain).map_err(raise)?;
        Ok(Self { inner })
    }

    /// An identity from its parts.
    #[staticmethod]
    #[pyo3(signature = (key, certificate, chain = None))]
    fn from_parts(key: &PrivateKey, certificate: &Certificate, chain: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let chain = chain.map(certificates_of).transpose()?.unwrap_or_default();
        Ok(Self { inner: smime::Identity::from_parts(key.inner.clone(), certificate.inner.clone(), chain).map_err(raise)? })
    }

    /// The certificate that stands for this identity: the one that it signs with.
    #[getter]
    fn certificate(&self) -> Certificate {
        self.inner.certificate().clone().into()
    }

    /// Every certificate that has its private key here.
    #[getter]
    fn certificates(&self) -> Vec<Certificate> {
        self.inner.pairs().map(|(_, certificate)| certificate.clone().into()).collect()
    }

    /// The certificates that are no key's own.
    #[getter]
    fn chain(&self) -> Vec<Certificate> {
        self.inner.chain().iter().cloned().map(Certificate::from).collect()
    }

    /// One identity with the keys and certificates of several, and these certificates besides in the chain: for example a key for signing
    /// and one for encryption.
    #[staticmethod]
    #[pyo3(signature = (identities, chain = None))]
    fn join(identities: Vec<Py<Self>>, chain: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let chain = chain.map(certificates_of).transpose()?.unwrap_or_default();
        Ok(Self { inner: smime::Identity::join(identities.iter().map(|identity| &identity.get().inner), &chain).map_err(raise)? })
    }

    /// The identity as PKCS#12 under this password. The profile says who is to read it: "windows-legacy", "compatible" or "modern". Programs
    /// show the friendlyName; without one it is the first address in the certificate.
    #[pyo3(signature = (password, *, profile = "compatible", friendly_name = None))]
    fn to_pkcs12<'py>(&self, py: Python<'py>, password: &str, profile: &str, friendly_name: Option<&str>) -> PyResult<Bound<'py, PyBytes>> {
        let found = Pkcs12Profile::from_name(profile).ok_or_else(|| usage(&format!("there is no profile {profile} of PKCS #12")))?;
        Ok(PyBytes::new(py, &compute(py, || self.inner.to_pkcs12_profile(password, found, friendly_name))?))
    }

    /// The identity as PEM: each key as PKCS #8 with its certificates behind it, then the chain. The keys are encrypted with this password,
    /// by way of "pbkdf2" or "scrypt"; with None they are not encrypted.
    #[pyo3(signature = (password = None, *, kdf = "pbkdf2"))]
    fn to_pem<'py>(&self, py: Python<'py>, password: Option<&str>, kdf: &str) -> PyResult<Bound<'py, PyString>> {
        let derivation = derivation_of(kdf)?;
        Ok(PyString::new(py, &compute(py, || self.inner.to_pem(password, derivation))?))
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.Identity {}>", self.inner.certificate().subject())
    }
}

impl Identity {
    fn read(data: &Bound<'_, PyAny>, password: Option<&str>) -> PyResult<Self> {
        let octets = octets_of(data)?;
        Ok(Self { inner: compute(data.py(), || smime::Identity::from_bytes(&octets, password))? })
    }
}

/// The octets of `bytes`, `bytearray` and the like, or of the file with this path.
pub(crate) fn octets_of(data: &Bound<'_, PyAny>) -> PyResult<Zeroizing<Vec<u8>>> {
    if data.hasattr("__fspath__")? {
        return Ok(Zeroizing::new(read_file(data.py(), &data.extract::<PathBuf>()?)?));
    }
    match data.extract::<Vec<u8>>() {
        Ok(octets) => Ok(Zeroizing::new(octets)),
        Err(_) => Err(pyo3::exceptions::PyTypeError::new_err("bytes or a pathlib.Path is due here")),
    }
}

/// What a keeper raises as ValueError here is a wrong padding, and nobody must learn of it: the core goes on with a random key then.
const UNWRAP: &str = "unwrap_key";

/// A Python object that keeps a private key.
pub(crate) struct PythonKey {
    pub(crate) key: Py<PyAny>,
}

impl PythonKey {
    /// Calls the method, if the object has it, for octets.
    fn ask(&self, method: &str, words: Option<&str>, octets: &[u8]) -> smime::Result<Zeroizing<Vec<u8>>> {
        Python::attach(|py| {
            let key = self.key.bind(py);
            let octets = PyBytes::new(py, octets);
            let answer = match words {
                Some(words) => key.call_method1(method, (words, octets)),
                None => key.call_method1(method, (octets,)),
            };
            let octets = answer.and_then(|answer| answer.extract::<Vec<u8>>());
            octets.map(Zeroizing::new).map_err(|error| {
                if method == UNWRAP && error.is_instance_of::<PyValueError>(py) {
                    return Code::EncDecryptFailed.into();
                }
                let told = format!("{method}: {}", error.value(py).to_string().lines().next().unwrap_or_default());
                Error::new(Code::KeyExternalFailed).because(told).with_source(error)
            })
        })
    }
}

impl ExternalKey for PythonKey {
    fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> smime::Result<Vec<u8>> {
        let name = match scheme.digest() {
            Some(digest) => format!("{}-{}", scheme.name(), digest.name()),
            None => scheme.name().to_owned(),
        };
        self.ask("sign_digest", Some(&name), digest).map(|signature| signature.to_vec())
    }

    fn unwrap_key(&self, transport: &KeyTransport, encrypted_key: &[u8]) -> smime::Result<Zeroizing<Vec<u8>>> {
        let name = match transport {
            KeyTransport::RsaOaep { label, .. } if !label.is_empty() => {
                return Err(Error::new(Code::AlgParameters).because("RSAES-OAEP with a label"));
            }
            KeyTransport::RsaOaep { digest, mgf_digest, .. } if digest != mgf_digest => {
                format!("{}-{}-mgf1-{}", transport.name(), digest.name(), mgf_digest.name())
            }
            KeyTransport::RsaOaep { digest, .. } => format!("{}-{}", transport.name(), digest.name()),
            _ => transport.name().to_owned(),
        };
        self.ask(UNWRAP, Some(&name), encrypted_key)
    }

    fn agree(&self, peer_public: &[u8]) -> smime::Result<Zeroizing<Vec<u8>>> {
        self.ask("agree", None, peer_public)
    }
}

/// The identities, of which there must be one at least.
pub(crate) fn at_least_one(identities: &[Py<Identity>]) -> PyResult<&Py<Identity>> {
    identities.first().ok_or_else(|| usage("there is no identity to sign with"))
}
