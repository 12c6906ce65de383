//! Keys without certificates.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use smime::crypto::KeyKind;
use smime::identity::{KeyDerivation, KeyFile, encrypt_private_key_with};
use smime::{Code, Error, Limits};
use zeroize::Zeroizing;

use crate::certificate::{Certificate, read_file};
use crate::errors::{compute, raise, usage};
use crate::identity::{PythonKey, octets_of};
use crate::request::CertificateRequest;

/// A private key. It never changes and may be shared between threads; it cannot be pickled or shown.
///
/// >>> key = libsmime.PrivateKey.generate("p256")
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct PrivateKey {
    pub(crate) inner: smime::crypto::PrivateKey,
}

#[pyo3::pymethods]
impl PrivateKey {
    /// Makes a new key: "p256", "p384", "p521", "ed25519", "x25519", or "rsa-" and a number of bits, for example "rsa-3072".
    #[staticmethod]
    fn generate(py: Python<'_>, kind: &str) -> PyResult<Self> {
        let kind = KeyKind::from_name(kind).ok_or_else(|| usage(&format!("there is no kind of key {kind}")))?;
        Ok(Self { inner: compute(py, || smime::crypto::PrivateKey::generate(kind))? })
    }

    /// Reads the one private key in these bytes, or in the file of this path: PKCS #8 (plain or encrypted), PKCS #1 or SEC 1, in PEM
    /// or DER, or PKCS #12.
    #[staticmethod]
    #[pyo3(signature = (data, password = None))]
    fn from_bytes(data: &Bound<'_, PyAny>, password: Option<&str>) -> PyResult<Self> {
        Self::read(data.py(), &octets_of(data)?, password)
    }

    /// Reads the one private key in this file.
    #[staticmethod]
    #[pyo3(signature = (path, password = None))]
    fn load(py: Python<'_>, path: PathBuf, password: Option<&str>) -> PyResult<Self> {
        Self::read(py, &Zeroizing::new(read_file(py, &path)?), password)
    }

    /// A key that stays with its keeper: a smart card, an HSM, a key service.
    #[staticmethod]
    fn external(key: Py<PyAny>, public_key: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { inner: smime::crypto::PrivateKey::external(public_key_of(public_key)?, Arc::new(PythonKey { key })) })
    }

    /// Its kind, in the words of generate.
    #[getter]
    fn kind(&self) -> String {
        self.inner.kind().to_string()
    }

    /// Its public half.
    #[getter]
    fn public_key(&self) -> PublicKey {
        PublicKey { inner: self.inner.public_key().clone() }
    }

    /// The key as PKCS #8 in PEM, encrypted with this password by way of "pbkdf2" or "scrypt"; with None it is not encrypted.
    #[pyo3(signature = (password = None, *, kdf = "pbkdf2"))]
    fn to_pem<'py>(&self, py: Python<'py>, password: Option<&str>, kdf: &str) -> PyResult<Bound<'py, PyString>> {
        let derivation = derivation_of(kdf)?;
        let text = compute(py, || {
            Ok(Zeroizing::new(match password {
                Some(password) => {
                    smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key_with(&self.inner, password, derivation)?)
                }
                None => smime::pem::encode("PRIVATE KEY", &self.inner.to_pkcs8()?),
            }))
        })?;
        Ok(PyString::new(py, &text))
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.PrivateKey {}>", self.inner.kind())
    }
}

impl PrivateKey {
    fn read(py: Python<'_>, octets: &[u8], password: Option<&str>) -> PyResult<Self> {
        let file = compute(py, || KeyFile::read(octets, password, &Limits::default()))?;
        let mut keys = file.keys();
        match (keys.next(), keys.next()) {
            (Some(only), None) => Ok(Self { inner: only.clone() }),
            (None, _) => Err(raise(Error::new(Code::KeyMissing))),
            _ => Err(usage("more than one private key where one is due")),
        }
    }
}

/// A public key. It never changes and may be shared between threads.
#[pyo3::pyclass(frozen, module = "libsmime", eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct PublicKey {
    pub(crate) inner: smime::crypto::PublicKey,
}

#[pyo3::pymethods]
impl PublicKey {
    /// The key in this SubjectPublicKeyInfo in DER.
    #[staticmethod]
    fn from_der(data: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: smime::crypto::PublicKey::from_spki(data).map_err(raise)? })
    }

    /// Its kind, in the words of PrivateKey.generate.
    #[getter]
    fn kind(&self) -> String {
        self.inner.kind().to_string()
    }

    /// SubjectPublicKeyInfo in DER.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.spki())
    }

    /// SubjectPublicKeyInfo as a PEM block.
    fn to_pem(&self) -> String {
        smime::pem::encode("PUBLIC KEY", self.inner.spki())
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.PublicKey {}>", self.inner.kind())
    }
}

/// The key derivation of this name.
pub(crate) fn derivation_of(name: &str) -> PyResult<KeyDerivation> {
    KeyDerivation::from_name(name).ok_or_else(|| usage(&format!("there is no key derivation {name}")))
}

/// The public key of whatever has one.
pub(crate) fn public_key_of(thing: &Bound<'_, PyAny>) -> PyResult<smime::crypto::PublicKey> {
    if let Ok(key) = thing.cast::<PublicKey>() {
        return Ok(key.get().inner.clone());
    }
    if let Ok(key) = thing.cast::<PrivateKey>() {
        return Ok(key.get().inner.public_key().clone());
    }
    if let Ok(certificate) = thing.cast::<Certificate>() {
        return certificate.get().inner.public_key().cloned().map_err(raise);
    }
    if let Ok(request) = thing.cast::<CertificateRequest>() {
        return request.get().inner.public_key().map_err(raise);
    }
    Err(PyTypeError::new_err("a PublicKey, PrivateKey, CertificateRequest or Certificate is due here"))
}
