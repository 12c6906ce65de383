//! Revocation evidence: files of lists and OCSP responses, and fetching what is missing.

use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use smime::cert::{CertificateList, OcspRequest, OcspResponse};
use smime::path::{Fetch, Need};

use crate::certificate::{hex, read_file};
use crate::errors::raise;

/// Revocation lists out of one thing or an iterable of things: bytes (PEM with any number, or DER), or the path of such a file.
pub(crate) fn lists_of(things: &Bound<'_, PyAny>) -> PyResult<Vec<CertificateList>> {
    let mut found = Vec::new();
    each_file(things, |octets| {
        found.extend(CertificateList::many(octets).map_err(raise)?);
        Ok(())
    })?;
    Ok(found)
}

/// OCSP responses out of one thing or an iterable of things.
pub(crate) fn responses_of(things: &Bound<'_, PyAny>) -> PyResult<Vec<OcspResponse>> {
    let mut found = Vec::new();
    each_file(things, |octets| {
        found.extend(OcspResponse::many(octets).map_err(raise)?);
        Ok(())
    })?;
    Ok(found)
}

fn each_file(things: &Bound<'_, PyAny>, mut with: impl FnMut(&[u8]) -> PyResult<()>) -> PyResult<()> {
    if take(things, &mut with)? {
        return Ok(());
    }
    for thing in things.try_iter()? {
        let thing = thing?;
        if !take(&thing, &mut with)? {
            return Err(no_file(&thing));
        }
    }
    Ok(())
}

fn take(thing: &Bound<'_, PyAny>, with: &mut impl FnMut(&[u8]) -> PyResult<()>) -> PyResult<bool> {
    if let Ok(octets) = thing.cast::<PyBytes>() {
        with(octets.as_bytes())?;
    } else if thing.is_instance_of::<PyString>() {
        return Err(no_file(thing));
    } else if thing.hasattr("__fspath__")? {
        with(&read_file(thing.py(), &thing.extract::<PathBuf>()?)?)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn no_file(thing: &Bound<'_, PyAny>) -> PyErr {
    let kind = thing.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("bytes or a pathlib.Path is due here, not {kind}"))
}

/// A Python function that fetches. What it raises comes out of the call that asked it.
pub(crate) struct Fetcher {
    function: Py<PyAny>,
    raised: Mutex<Option<PyErr>>,
}

impl Fetcher {
    pub(crate) fn new(function: &Bound<'_, PyAny>) -> Self {
        Self { function: function.clone().unbind(), raised: Mutex::new(None) }
    }

    /// The exception that the function raised, if it did.
    pub(crate) fn outcome(&self) -> PyResult<()> {
        match self.raised.lock() {
            Ok(mut raised) => raised.take().map_or(Ok(()), Err),
            Err(_) => Ok(()),
        }
    }
}

impl Fetch for Fetcher {
    fn fetch(&self, need: &Need) -> Option<Vec<u8>> {
        Python::attach(|py| {
            let arguments = (need.kind.as_str(), &need.url, hex(&need.certificate), PyBytes::new(py, &need.request));
            let answer = self.function.call1(py, arguments).and_then(|answer| answer.extract::<Option<Vec<u8>>>(py));
            match answer {
                Ok(octets) => octets,
                Err(error) => {
                    if let Ok(mut raised) = self.raised.lock() {
                        raised.get_or_insert(error);
                    }
                    None
                }
            }
        })
    }
}

/// When what was fetched says that its successor comes, in seconds since 1970; nothing where it does not say or cannot be read.
#[pyo3::pyfunction]
pub(crate) fn next_update(what: &str, octets: &[u8]) -> Option<i64> {
    let time = match what {
        "crl" => CertificateList::many(octets).ok()?.iter().filter_map(CertificateList::next_update).min(),
        "ocsp" => OcspResponse::from_der(octets).ok()?.basic()?.responses().filter_map(|single| single.next_update).min(),
        _ => None,
    };
    time.map(smime::Time::unix)
}

/// Whether this OCSP request carries a nonce, so that its answer is of use for nobody else.
#[pyo3::pyfunction]
pub(crate) fn has_nonce(request: &[u8]) -> bool {
    OcspRequest::from_der(request).is_ok_and(|request| request.nonce().is_some())
}
