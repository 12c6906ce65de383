//! Revocation lists that are issued.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyDict, PyInt};
use smime::ca::{CrlEntry as Entry, CrlScope, CrlTemplate, Delta, Issuer, OnlyCertificates};
use smime::cert::{CertificateList, Name, ReasonFlags, RevocationReason};

use crate::certificate::{Certificate, datetime, hex};
use crate::errors::{compute, raise, usage};
use crate::template::time_of;

/// What an entry of a revocation list says: which certificate, since when, why. It never changes.
///
/// The serial number is that of Certificate.serial or Certificate.serial_number, the reason one of RFC 5280 section 5.3.1, for example
/// keyCompromise. `certificate_issuer`, for indirect lists: the certificate of the issuer, or its name in DER.
///
/// >>> libsmime.CrlEntry(certificate.serial, now, "keyCompromise")
/// <libsmime.CrlEntry 4f2a keyCompromise since 2026-11-23T12:00:00Z>
#[pyo3::pyclass(frozen, module = "libsmime", eq, hash)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CrlEntry {
    serial: Vec<u8>,
    revocation_date: smime::Time,
    reason: RevocationReason,
    invalidity_date: Option<smime::Time>,
    /// A Name in DER that was checked.
    certificate_issuer: Option<Vec<u8>>,
}

#[pyo3::pymethods]
impl CrlEntry {
    #[new]
    #[pyo3(signature = (serial, revocation_date, reason = "unspecified", invalidity_date = None, certificate_issuer = None))]
    fn new(
        serial: &Bound<'_, PyAny>,
        revocation_date: &Bound<'_, PyAny>,
        reason: &str,
        invalidity_date: Option<&Bound<'_, PyAny>>,
        certificate_issuer: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            serial: serial_of(serial)?,
            revocation_date: time_of(revocation_date)?,
            reason: reason_of(reason)?,
            invalidity_date: invalidity_date.map(time_of).transpose()?,
            certificate_issuer: certificate_issuer.map(name_of).transpose()?,
        })
    }

    /// The octets of the serial number in hexadecimal.
    #[getter]
    fn serial(&self) -> String {
        hex(&self.serial)
    }

    /// When the authority revoked the certificate.
    #[getter]
    fn revocation_date<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.revocation_date)
    }

    /// Why.
    #[getter]
    fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// When the key is thought to have come into other hands.
    #[getter]
    fn invalidity_date<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        self.invalidity_date.map(|date| datetime(py, date)).transpose()
    }

    /// The issuer of the certificate, where that is not the issuer of the list, written as RFC 4514 says.
    #[getter]
    fn certificate_issuer(&self) -> Option<String> {
        self.name().map(|name| name.to_string())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Parts<'py>)> {
        let issuer = self.certificate_issuer.as_deref().map(|der| PyBytes::new(py, der));
        let parts = (self.serial(), self.revocation_date(py)?, self.reason(), self.invalidity_date(py)?, issuer);
        Ok((py.get_type::<Self>().into_any(), parts))
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.CrlEntry {} {} since {}>", hex(&self.serial), self.reason.as_str(), self.revocation_date)
    }
}

/// What an entry is made from again.
type Parts<'py> = (String, Bound<'py, PyDateTime>, &'static str, Option<Bound<'py, PyDateTime>>, Option<Bound<'py, PyBytes>>);

impl CrlEntry {
    fn name(&self) -> Option<Name<'_>> {
        self.certificate_issuer.as_deref().and_then(|der| Name::from_der(der).ok())
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            serial: &self.serial,
            revocation_date: self.revocation_date,
            reason: self.reason,
            invalidity_date: self.invalidity_date,
            certificate_issuer: self.name(),
        }
    }

    /// The status of an OCSP answer that this is.
    pub(crate) fn ocsp_status(&self) -> smime::ca::OcspStatus {
        smime::ca::OcspStatus::Revoked { at: self.revocation_date, reason: Some(self.reason) }
    }
}

impl From<Entry<'_>> for CrlEntry {
    fn from(entry: Entry<'_>) -> Self {
        Self {
            serial: entry.serial.to_vec(),
            revocation_date: entry.revocation_date,
            reason: entry.reason,
            invalidity_date: entry.invalidity_date,
            certificate_issuer: entry.certificate_issuer.map(|name| name.der().to_vec()),
        }
    }
}

/// A serial number: hexadecimal text, or an int.
pub(crate) fn serial_of(serial: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if serial.is_instance_of::<PyInt>() {
        let signed = PyDict::new(serial.py());
        signed.set_item("signed", true)?;
        let octets = serial.call_method0("bit_length")?.extract::<usize>()? / 8 + 1;
        return serial.call_method("to_bytes", (octets, "big"), Some(&signed))?.extract();
    }
    let text: String = serial.extract()?;
    let octet = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let is_hexadecimal = text.len().is_multiple_of(2) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let octets: Option<Vec<u8>> = text.as_bytes().chunks(2).map(octet).collect();
    octets.filter(|_| is_hexadecimal).ok_or_else(|| usage("a serial number is an int, or octets in hexadecimal"))
}

fn reason_of(word: &str) -> PyResult<RevocationReason> {
    let known = RevocationReason::ALL.into_iter().find(|reason| reason.as_str() == word);
    known.ok_or_else(|| usage(&format!("there is no reason {word}: they are written as in RFC 5280, for example keyCompromise")))
}

/// The subject of a certificate, or a Name in DER.
fn name_of(issuer: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(certificate) = issuer.cast::<Certificate>() {
        return Ok(certificate.get().inner.subject().der().to_vec());
    }
    match issuer.cast::<PyBytes>() {
        Ok(der) => Ok(Name::from_der(der.as_bytes()).map_err(raise)?.der().to_vec()),
        Err(_) => Err(PyTypeError::new_err("a Certificate, or the DER of a name, is due here")),
    }
}

/// A number of any size, big-endian.
fn number_of(number: &Bound<'_, PyInt>) -> PyResult<Vec<u8>> {
    if number.lt(0)? {
        return Err(usage("a cRLNumber is not negative"));
    }
    let octets = number.call_method0("bit_length")?.extract::<usize>()? / 8 + 1;
    number.call_method1("to_bytes", (octets, "big"))?.extract()
}

/// What a list says but for its entries; the keywords of Issuer.revocation_list.
pub(crate) struct ListSettings<'py> {
    pub(crate) number: Bound<'py, PyInt>,
    pub(crate) this_update: Bound<'py, PyAny>,
    pub(crate) next_update: Bound<'py, PyAny>,
    pub(crate) base_number: Option<Bound<'py, PyInt>>,
    pub(crate) urls: Vec<String>,
    pub(crate) only: Option<String>,
    pub(crate) only_some_reasons: Option<Vec<String>>,
    pub(crate) indirect: bool,
    pub(crate) freshest_urls: Vec<String>,
}

impl ListSettings<'_> {
    fn template(self) -> PyResult<CrlTemplate> {
        let mut template = CrlTemplate::new(0, time_of(&self.this_update)?, time_of(&self.next_update)?);
        template.number = number_of(&self.number)?;
        template.base_number = self.base_number.as_ref().map(number_of).transpose()?;
        template.freshest_urls = self.freshest_urls;
        let only = match self.only.as_deref() {
            None => None,
            Some("user") => Some(OnlyCertificates::User),
            Some("ca") => Some(OnlyCertificates::Ca),
            Some("attribute") => Some(OnlyCertificates::Attribute),
            Some(other) => return Err(usage(&format!("a list is about user, ca or attribute certificates only, not {other}"))),
        };
        let reasons = self.only_some_reasons.map(|words| words.iter().map(|word| reason_of(word)).collect::<PyResult<ReasonFlags>>());
        if !self.urls.is_empty() || only.is_some() || reasons.is_some() || self.indirect {
            let only_some_reasons = reasons.transpose()?;
            template.scope = Some(CrlScope { urls: self.urls, only, only_some_reasons, indirect: self.indirect });
        }
        Ok(template)
    }
}

/// The DER of a list of these entries.
pub(crate) fn revocation_list<'py>(
    issuer: &Issuer,
    settings: ListSettings<'py>,
    entries: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = entries.py();
    let mut writer = issuer.revocation_list_writer(&settings.template()?).map_err(raise)?;
    for entry in entries.try_iter()? {
        writer.push(&entry?.cast::<CrlEntry>()?.get().entry()).map_err(raise)?;
    }
    let list = compute(py, || writer.finish())?;
    Ok(PyBytes::new(py, list.der()))
}

/// The one list in these octets, PEM or DER.
fn list_of(octets: &[u8]) -> smime::Result<CertificateList> {
    let mut lists = CertificateList::many(octets)?;
    match (lists.pop(), lists.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(smime::Error::new(smime::Code::PemMalformed).because("more than one revocation list where one is due")),
    }
}

/// The entries of the one revocation list in these octets, PEM or DER.
#[pyo3::pyfunction]
pub(crate) fn crl_entries(py: Python<'_>, data: &[u8]) -> PyResult<Vec<CrlEntry>> {
    compute(py, || Ok(list_of(data)?.entries().map(|entry| Entry::from(entry).into()).collect()))
}

/// What a delta CRL has to say: the changes since the complete list that it is based on. Both are the octets of a list, or entries; `new` is
/// all that is revoked or on hold now. `later`: the entries of lists that were issued since the base.
///
/// What was on hold and is no more comes with the reason removeFromCRL.
#[pyo3::pyfunction]
#[pyo3(signature = (old, new, later = None))]
pub(crate) fn crl_delta(old: &Bound<'_, PyAny>, new: &Bound<'_, PyAny>, later: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<CrlEntry>> {
    let py = old.py();
    let (old, new) = (entries_of(old)?, entries_of(new)?);
    let later = later.map(entries_of).transpose()?.unwrap_or_default();
    compute(py, || {
        let delta = Delta::between(old.iter().map(CrlEntry::entry), new.iter().map(CrlEntry::entry))?;
        Ok(delta.after(later.iter().map(CrlEntry::entry)).entries().map(CrlEntry::from).collect())
    })
}

fn entries_of(things: &Bound<'_, PyAny>) -> PyResult<Vec<CrlEntry>> {
    if let Ok(octets) = things.cast::<PyBytes>() {
        return crl_entries(things.py(), octets.as_bytes());
    }
    things.try_iter()?.map(|entry| Ok(entry?.cast::<CrlEntry>()?.get().clone())).collect()
}
