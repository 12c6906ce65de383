//! Revocation evidence: files of lists and OCSP responses, and fetching what is missing; and evidence that lasts.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use smime::cert::{CertificateList, OcspRequest, OcspResponse};
use smime::path::{Fetch, Need};
use smime::{EvidenceOpener, Opener, Report};

use crate::certificate::{hex, read_file};
use crate::errors::{compute, raise};
use crate::open::{Answer, Opening, after_fetching};
use crate::report::NativeReport;
use crate::streams::{Output, Source};

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

/// Where evidence of a message goes, if anywhere.
pub(crate) struct Proof(Option<Output>);

impl Proof {
    pub(crate) fn of(target: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        target.map(|target| Output::of(Some(target))).transpose().map(Self)
    }

    /// Writes it, reading the message once more from where it began.
    pub(crate) fn write<R: Read + Seek>(&mut self, opener: &Opener, report: &Report, source: &mut R, start: u64) -> smime::Result<()> {
        let Some(output) = &mut self.0 else { return Ok(()) };
        source.seek(SeekFrom::Start(start))?;
        output.filled_by(|output| opener.write_evidence(report, source, output))
    }
}

/// Who judges evidence.
fn judge(settings: &Bound<'_, PyDict>, time_stamp: Option<&[u8]>, as_noted: bool) -> PyResult<(EvidenceOpener, Option<Arc<Fetcher>>)> {
    let (opener, fetcher) = settings.extract::<Opening<'_>>()?.opener()?;
    let judge = EvidenceOpener::new(&opener).noted_policy(as_noted);
    Ok((time_stamp.iter().fold(judge, |judge, token| judge.time_stamp(token)), fetcher))
}

/// Judges evidence again. The content of the message comes out, here or in the output, only where the verdict allows it.
#[pyo3::pyfunction]
pub(crate) fn open_evidence<'py>(
    source: &Bound<'py, PyAny>,
    output: Option<&Bound<'py, PyAny>>,
    settings: &Bound<'py, PyDict>,
    time_stamp: Option<&[u8]>,
    as_noted: bool,
) -> PyResult<Answer<'py>> {
    let (judge, fetcher) = judge(settings, time_stamp, as_noted)?;
    let py = source.py();
    let input = Source::of(source)?;
    let mut sink = Output::of(output)?;
    let opened = after_fetching(fetcher, compute(py, || sink.filled_by(|sink| judge.open_from(&mut input.reader(), sink))))?;
    let content = sink.into_memory().filter(|_| opened.is_acceptable()).map(|octets| PyBytes::new(py, &octets));
    Ok((NativeReport { inner: opened.into_report() }, content))
}

/// Judges evidence again without giving out the content of the message.
#[pyo3::pyfunction]
pub(crate) fn examine_evidence(
    source: &Bound<'_, PyAny>,
    settings: &Bound<'_, PyDict>,
    time_stamp: Option<&[u8]>,
    as_noted: bool,
) -> PyResult<NativeReport> {
    let (judge, fetcher) = judge(settings, time_stamp, as_noted)?;
    let input = Source::of(source)?;
    let report = after_fetching(fetcher, compute(source.py(), || judge.examine_from(&mut input.reader())))?;
    Ok(NativeReport { inner: report })
}
