//! What a new certificate shall say.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyString};
use smime::Time;
use smime::asn1::{ObjectIdentifier, oid};
use smime::ca::{self, NewExtension, parse_subject};
use smime::cert::{KeyUsage, attribute_type, purpose_from_name};

use crate::certificate::datetime;
use crate::errors::{raise, usage};

/// What a new certificate shall say. It never changes and may be shared between threads.
///
/// ``subject`` is text as RFC 4514 writes it (``CN=Alice,O=Example``), or pairs of attribute type and value, the least specific
/// first. Key usages have the names of RFC 5280; None takes what fits the key. Purposes are names (``emailProtection``) or dotted
/// object identifiers. An extension is a dotted object identifier, whether it is critical, and its DER.
///
/// >>> libsmime.CertificateTemplate("CN=Alice", addresses=["alice@example.org"], not_before=now, not_after=then)
#[pyo3::pyclass(frozen, module = "libsmime")]
#[derive(Clone)]
pub(crate) struct CertificateTemplate {
    pub(crate) inner: ca::CertificateTemplate,
}

impl From<ca::CertificateTemplate> for CertificateTemplate {
    fn from(inner: ca::CertificateTemplate) -> Self {
        Self { inner }
    }
}

#[pyo3::pymethods]
impl CertificateTemplate {
    #[new]
    #[pyo3(signature = (subject, *, addresses = Vec::new(), not_before, not_after, key_usage = None, extended_key_usage = None,
        authority = false, path_length = None, serial_number = None, extensions = Vec::new()))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        subject: &Bound<'_, PyAny>,
        addresses: Vec<String>,
        not_before: &Bound<'_, PyAny>,
        not_after: &Bound<'_, PyAny>,
        key_usage: Option<Vec<String>>,
        extended_key_usage: Option<Vec<String>>,
        authority: bool,
        path_length: Option<u8>,
        serial_number: Option<&Bound<'_, PyAny>>,
        extensions: Vec<(String, bool, Vec<u8>)>,
    ) -> PyResult<Self> {
        let mut inner = ca::CertificateTemplate::authority("", time_of(not_before)?, time_of(not_after)?);
        inner.subject = subject_of(subject)?;
        inner.authority = authority;
        inner.path_length = path_length;
        inner.key_usage = key_usage.map(|names| key_usage_of(&names)).transpose()?;
        inner.extended_key_usage = match extended_key_usage {
            Some(names) => purposes_of(&names)?,
            None if authority => Vec::new(),
            None => vec![oid::KP_EMAIL_PROTECTION],
        };
        inner.serial = serial_number.map(serial_of).transpose()?;
        inner.extensions = extensions_of(extensions)?;
        inner.addresses = addresses;
        Ok(Self { inner })
    }

    /// For a key that answers OCSP requests in the place of the authority that issues this. Nobody asks whether such a certificate is revoked,
    /// so let it end after days, not years.
    #[staticmethod]
    #[pyo3(signature = (common_name, *, not_before, not_after))]
    fn ocsp_responder(common_name: &str, not_before: &Bound<'_, PyAny>, not_after: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(ca::CertificateTemplate::ocsp_responder(common_name, time_of(not_before)?, time_of(not_after)?).into())
    }

    /// The addresses of subjectAltName.
    #[getter]
    fn addresses(&self) -> Vec<String> {
        self.inner.addresses.clone()
    }

    /// The first second of the validity.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.inner.not_before)
    }

    /// The last second of the validity.
    #[getter]
    fn not_after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        datetime(py, self.inner.not_after)
    }

    /// Whether the subject is a certification authority.
    #[getter]
    fn authority(&self) -> bool {
        self.inner.authority
    }
}

/// The point in time of a datetime, which has to know its time zone.
pub(crate) fn time_of(at: &Bound<'_, PyAny>) -> PyResult<Time> {
    if at.getattr("tzinfo")?.is_none() {
        return Err(usage("a time needs its time zone: datetime(..., tzinfo=timezone.utc)"));
    }
    let seconds: f64 = at.call_method0("timestamp")?.extract()?;
    #[allow(clippy::cast_possible_truncation, reason = "years beyond 9999 do not exist in Python")]
    Ok(Time::from_unix(seconds.floor() as i64))
}

/// A subject: text, or pairs of words.
pub(crate) fn subject_of(subject: &Bound<'_, PyAny>) -> PyResult<Vec<(ObjectIdentifier, String)>> {
    if let Ok(text) = subject.cast::<PyString>() {
        return parse_subject(&text.to_cow()?).map_err(raise);
    }
    let pairs: Vec<(String, String)> = subject.extract()?;
    let kind = |word: &str| attribute_type(word).ok_or_else(|| usage(&format!("there is no attribute type {word}")));
    pairs.into_iter().map(|(word, value)| Ok((kind(&word)?, value))).collect()
}

/// The usages of these names.
pub(crate) fn key_usage_of(names: &[String]) -> PyResult<KeyUsage> {
    names.iter().try_fold(KeyUsage::default(), |usages, name| {
        Ok(usages.with(KeyUsage::from_name(name).ok_or_else(|| usage(&format!("there is no key usage {name}")))?))
    })
}

/// The purposes of these names.
pub(crate) fn purposes_of(names: &[String]) -> PyResult<Vec<ObjectIdentifier>> {
    names.iter().map(|name| purpose_from_name(name).ok_or_else(|| usage(&format!("there is no purpose {name}")))).collect()
}

/// Extensions from their parts.
pub(crate) fn extensions_of(extensions: Vec<(String, bool, Vec<u8>)>) -> PyResult<Vec<NewExtension>> {
    let extension = |(kind, critical, value): (String, bool, Vec<u8>)| {
        let kind = kind.parse().map_err(|_| usage(&format!("{kind} is no object identifier")))?;
        Ok(NewExtension { kind, critical, value })
    };
    extensions.into_iter().map(extension).collect()
}

/// The extensions that say where the lists, the responder and the certificate of an authority are, as CertificateTemplate takes them.
#[pyo3::pyfunction]
pub(crate) fn places_of(
    py: Python<'_>,
    lists: Vec<String>,
    responders: Vec<String>,
    issuers: Vec<String>,
) -> PyResult<Vec<(String, bool, Bound<'_, PyBytes>)>> {
    let mut places = Vec::new();
    if !lists.is_empty() {
        places.push(NewExtension::crl_distribution_points(&lists).map_err(raise)?);
    }
    if !responders.is_empty() || !issuers.is_empty() {
        places.push(NewExtension::authority_info_access(&responders, &issuers).map_err(raise)?);
    }
    Ok(places.into_iter().map(|place| (place.kind.to_string(), place.critical, PyBytes::new(py, &place.value))).collect())
}

/// The octets of a positive number.
fn serial_of(number: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let length = number.call_method0("bit_length")?.extract::<usize>()? / 8 + 1;
    let octets = number.call_method1("to_bytes", (length, "big")).map_err(|_| usage("a serial number that is not positive"))?;
    let octets: Vec<u8> = octets.extract()?;
    Ok(octets.iter().copied().skip_while(|octet| *octet == 0).collect())
}
