//! Opening and examining.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use smime::crypto::Hasher;
use smime::policy::RevocationMode;
use smime::{Code, DigestAlgorithm, Form, Opener, Policy, Report, Time};

use crate::certificate::certificates_of;
use crate::errors::{compute, usage};
use crate::evidence::{Fetcher, Proof, lists_of, responses_of};
use crate::identity::Identity;
use crate::limits::limits_of;
use crate::report::NativeReport;
use crate::streams::{Output, Source};
use crate::trust::TrustStore;

/// How to open; the items of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Opening<'py> {
    identities: Vec<Py<Identity>>,
    trust: Py<TrustStore>,
    intermediates: Bound<'py, PyAny>,
    at: i64,
    policy: PolicyChoice,
    require_signature: bool,
    form: String,
    content_digest: bool,
    as_message: bool,
    crls: Bound<'py, PyAny>,
    ocsp: Bound<'py, PyAny>,
    fetch: Option<Bound<'py, PyAny>>,
    time_stamp_trust: Option<Py<TrustStore>>,
    limits: Option<Bound<'py, PyDict>>,
}

impl Opening<'_> {
    /// The opener, and who fetches for it.
    pub(crate) fn opener(&self) -> PyResult<(Opener, Option<Arc<Fetcher>>)> {
        let mut opener = Opener::new(&self.trust.get().inner)
            .at(Time::from_unix(self.at))
            .policy(self.policy.policy()?)
            .require_signature(self.require_signature)
            .form(form_of(&self.form)?)
            .content_digest(self.content_digest)
            .as_message(self.as_message)
            .limits(limits_of(self.limits.as_ref())?);
        for identity in &self.identities {
            opener = opener.identity(&identity.get().inner);
        }
        for certificate in certificates_of(&self.intermediates)? {
            opener = opener.intermediate(&certificate);
        }
        for list in lists_of(&self.crls)? {
            opener = opener.crl(&list);
        }
        for response in responses_of(&self.ocsp)? {
            opener = opener.ocsp_response(&response);
        }
        if let Some(trust) = &self.time_stamp_trust {
            opener = opener.time_stamp_trust(&trust.get().inner);
        }
        let fetcher = self.fetch.as_ref().map(|function| Arc::new(Fetcher::new(function)));
        if let Some(fetcher) = &fetcher {
            opener = opener.fetcher(fetcher.clone());
        }
        Ok((opener, fetcher))
    }
}

/// What the fetcher raised goes before what came of the call.
pub(crate) fn after_fetching<T>(fetcher: Option<Arc<Fetcher>>, outcome: PyResult<T>) -> PyResult<T> {
    fetcher.map_or(Ok(()), |fetcher| fetcher.outcome())?;
    outcome
}

/// What opening answers: the report; and the content, where the verdict allows it and it was not written elsewhere.
pub(crate) type Answer<'py> = (NativeReport, Option<Bound<'py, PyBytes>>);

/// Opens a message. The content comes out, here or in the output, only where the verdict allows it; evidence is written whatever it says.
#[pyo3::pyfunction]
pub(crate) fn open<'py>(
    source: &Bound<'py, PyAny>,
    detached: Option<&Bound<'py, PyAny>>,
    output: Option<&Bound<'py, PyAny>>,
    settings: &Bound<'py, PyDict>,
    evidence: Option<&Bound<'py, PyAny>>,
) -> PyResult<Answer<'py>> {
    let settings = settings.extract::<Opening<'_>>()?;
    let (opener, fetcher) = settings.opener()?;
    let py = source.py();
    let input = Source::of(source)?;
    let outcome = match (input, detached, output) {
        (input, Some(content), output) => open_detached(py, &opener, &settings, input, content, output),
        (Source::Octets(message), None, None) => open_in_memory(py, &opener, message, evidence),
        (input, None, output) => open_streamed(py, &opener, input, output, evidence),
    };
    after_fetching(fetcher, outcome)
}

fn open_in_memory<'py>(py: Python<'py>, opener: &Opener, message: &[u8], evidence: Option<&Bound<'py, PyAny>>) -> PyResult<Answer<'py>> {
    let mut evidence = Proof::of(evidence)?;
    let opened = compute(py, || {
        let opened = opener.open(message)?;
        evidence.write(opener, opened.report(), &mut Cursor::new(message), 0)?;
        Ok(opened)
    })?;
    let content = opened.content().ok().map(|content| PyBytes::new(py, content));
    Ok((NativeReport { inner: opened.into_report() }, content))
}

fn open_streamed<'py>(
    py: Python<'py>,
    opener: &Opener,
    input: Source<'_>,
    output: Option<&Bound<'py, PyAny>>,
    evidence: Option<&Bound<'py, PyAny>>,
) -> PyResult<Answer<'py>> {
    let (mut sink, mut evidence) = (Output::of(output)?, Proof::of(evidence)?);
    let opened = compute(py, || {
        let mut reader = input.reader();
        let start = reader.stream_position()?;
        let opened = sink.filled_by(|sink| opener.open_from(&mut reader, sink))?;
        evidence.write(opener, opened.report(), &mut reader, start)?;
        Ok(opened)
    })?;
    let is_acceptable = opened.is_acceptable();
    let content = sink.into_memory().filter(|_| is_acceptable).map(|octets| PyBytes::new(py, &octets));
    Ok((NativeReport { inner: opened.into_report() }, content))
}

/// A bare signature over content that stands elsewhere. The content is judged as it goes by, and given out in a second reading.
fn open_detached<'py>(
    py: Python<'py>,
    opener: &Opener,
    settings: &Opening<'_>,
    input: Source<'_>,
    content: &Bound<'py, PyAny>,
    output: Option<&Bound<'py, PyAny>>,
) -> PyResult<Answer<'py>> {
    let limit = limits_of(settings.limits.as_ref())?.memory_bytes;
    let content = Source::of(content)?;
    let mut sink = Output::of(output)?;
    if settings.content_digest {
        sink.hash_with(Hasher::new(DigestAlgorithm::Sha256));
    }
    let work = |sink: &mut Output| -> smime::Result<Report> {
        let signature = input.read_all(limit)?;
        let mut content = content.reader();
        let start = content.stream_position()?;
        let first = opener.examine_detached(&signature, &mut content)?;
        if !first.verdict.is_acceptable() {
            return Ok(first);
        }
        content.seek(SeekFrom::Start(start))?;
        let second = opener.examine_detached(&signature, &mut Tee { source: &mut content, sink })?;
        if second.verdict.is_acceptable() {
            Ok(second)
        } else {
            Err(smime::Error::new(Code::UseIo).because("the content changed while it was read"))
        }
    };
    let mut report = compute(py, || sink.filled_by(work))?;
    let is_acceptable = report.verdict.is_acceptable();
    if is_acceptable {
        report.content.sha256 = sink.digest();
    }
    let content = sink.into_memory().filter(|_| is_acceptable).map(|octets| PyBytes::new(py, &octets));
    Ok((NativeReport { inner: report }, content))
}

/// A reader that writes what it reads.
struct Tee<'a, R> {
    source: &'a mut R,
    sink: &'a mut Output,
}

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, octets: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(octets)?;
        self.sink.write_all(octets.get(..count).unwrap_or_default())?;
        Ok(count)
    }
}

/// Judges a message without giving out its content.
#[pyo3::pyfunction]
pub(crate) fn examine(
    source: &Bound<'_, PyAny>,
    detached: Option<&Bound<'_, PyAny>>,
    settings: &Bound<'_, PyDict>,
    evidence: Option<&Bound<'_, PyAny>>,
) -> PyResult<NativeReport> {
    let settings = settings.extract::<Opening<'_>>()?;
    let (opener, fetcher) = settings.opener()?;
    let py = source.py();
    let input = Source::of(source)?;
    let report = match detached {
        None => {
            let mut evidence = Proof::of(evidence)?;
            compute(py, || {
                let mut reader = input.reader();
                let start = reader.stream_position()?;
                let report = opener.examine_from(&mut reader)?;
                evidence.write(&opener, &report, &mut reader, start)?;
                Ok(report)
            })
        }
        Some(content) => {
            let limit = limits_of(settings.limits.as_ref())?.memory_bytes;
            let content = Source::of(content)?;
            compute(py, || opener.examine_detached(&input.read_all(limit)?, &mut content.reader()))
        }
    };
    after_fetching(fetcher, report).map(|inner| NativeReport { inner })
}

fn form_of(name: &str) -> PyResult<Form> {
    match name {
        "detect" => Ok(Form::Detect),
        "mime" => Ok(Form::Mime),
        "der" => Ok(Form::Der),
        "pem" => Ok(Form::Pem),
        other => Err(usage(&format!("the form is detect, mime, der or pem, not {other}"))),
    }
}

/// A preset and what differs from it; the items of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct PolicyChoice {
    name: String,
    oids: Vec<String>,
    require_explicit_policy: bool,
    inhibit_policy_mapping: bool,
    inhibit_any_policy: bool,
    /// `off`, `soft` or `hard`; else what the preset says.
    revocation: Option<String>,
    /// In seconds.
    evidence_lifetime: Option<i64>,
    ocsp_nonce: Option<bool>,
    allow_dsa: Option<bool>,
}

impl PolicyChoice {
    pub(crate) fn policy(&self) -> PyResult<Policy> {
        let preset =
            Policy::from_name(&self.name).ok_or_else(|| usage(&format!("the policy is default, strict or legacy, not {}", self.name)))?;
        let oid = |text: &String| text.parse().map_err(|_| usage(&format!("{text:?} is not a dotted object identifier")));
        let mode =
            |name: &str| RevocationMode::from_name(name).ok_or_else(|| usage(&format!("revocation is off, soft or hard, not {name}")));
        Ok(Policy {
            certificate_policies: self.oids.iter().map(oid).collect::<PyResult<_>>()?,
            require_explicit_policy: self.require_explicit_policy,
            inhibit_policy_mapping: self.inhibit_policy_mapping,
            inhibit_any_policy: self.inhibit_any_policy,
            revocation: self.revocation.as_deref().map_or(Ok(preset.revocation), mode)?,
            evidence_lifetime: self.evidence_lifetime.unwrap_or(preset.evidence_lifetime),
            ocsp_nonce: self.ocsp_nonce.unwrap_or(preset.ocsp_nonce),
            allow_dsa: self.allow_dsa.unwrap_or(preset.allow_dsa),
            ..preset
        })
    }
}
