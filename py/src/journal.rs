//! The journal of an authority, and the steps from one standing of a certificate to the next.

use std::sync::Mutex;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use smime::Time;
use smime::ca::{JournalEntry, Standing};
use smime::cert::RevocationReason;

use crate::errors::{raise, usage};

/// Where the journal of an authority stands: a chain of hashes, which the entries that the caller keeps must follow. Times are seconds since
/// 1970-01-01T00:00:00Z.
///
/// >>> journal = libsmime.ca.Journal()
/// >>> number, hash = journal.append(1764158400, "issued", "serial 5f01")
#[pyo3::pyclass(frozen, module = "libsmime.ca")]
pub(crate) struct Journal {
    inner: Mutex<smime::ca::Journal>,
}

#[pyo3::pymethods]
impl Journal {
    /// A journal without entries, or one that goes on after this last entry: its number, its time and its hash.
    #[new]
    #[pyo3(signature = (last = None))]
    fn new(last: Option<(u64, i64, [u8; 32])>) -> Self {
        let inner = last.map_or_else(smime::ca::Journal::new, |(number, at, hash)| {
            let entry = JournalEntry { number, at: Time::from_unix(at), event: "".into(), detail: "".into(), hash };
            smime::ca::Journal::resume(&entry)
        });
        Self { inner: Mutex::new(inner) }
    }

    /// The next entry: its number and its hash. CA-CLOCK where the time is before that of the last entry.
    fn append<'py>(&self, py: Python<'py>, at: i64, event: &str, detail: &str) -> PyResult<(u64, Bound<'py, PyBytes>)> {
        let entry = self.lock().append(Time::from_unix(at), event, detail).map_err(raise)?;
        Ok((entry.number, PyBytes::new(py, &entry.hash)))
    }

    /// Checks that this is the next entry, as it was written. CA-JOURNAL where it is not.
    fn follow(&self, number: u64, at: i64, event: &str, detail: &str, hash: [u8; 32]) -> PyResult<()> {
        let entry = JournalEntry { number, at: Time::from_unix(at), event: event.into(), detail: detail.into(), hash };
        self.lock().follow(&entry).map_err(raise)
    }

    /// CA-CLOCK where this time is before that of the last entry.
    fn in_time(&self, at: i64) -> PyResult<()> {
        self.lock().in_time(Time::from_unix(at)).map_err(raise)
    }

    /// The hash of the last entry: who knows it knows all.
    #[getter]
    fn head<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.lock().head())
    }

    fn __len__(&self) -> usize {
        usize::try_from(self.lock().len()).unwrap_or(usize::MAX)
    }
}

impl Journal {
    fn lock(&self) -> std::sync::MutexGuard<'_, smime::ca::Journal> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A standing as Python has it: `good`, `held` or `revoked`, since when, and why.
type Told = (String, Option<i64>, Option<String>);

/// How a certificate stands after a step: `revoke`, `hold` or `release`. CA-STANDING where the step does not lead on from there.
#[pyo3::pyfunction]
#[pyo3(signature = (standing, step, at, reason = None))]
pub(crate) fn next_standing(standing: Told, step: &str, at: i64, reason: Option<&str>) -> PyResult<Told> {
    let standing = match (standing.0.as_str(), standing.1, standing.2) {
        ("good", ..) => Standing::Good,
        ("held", Some(since), _) => Standing::Held(Time::from_unix(since)),
        ("revoked", Some(since), why) => {
            Standing::Revoked { at: Time::from_unix(since), reason: reason_of(why.as_deref().unwrap_or("unspecified"))? }
        }
        _ => return Err(usage("a standing is good, held or revoked")),
    };
    let at = Time::from_unix(at);
    let next = match step {
        "revoke" => standing.revoke(reason_of(reason.unwrap_or("unspecified"))?, at),
        "hold" => standing.hold(at),
        "release" => standing.release(),
        _ => return Err(usage("a step is revoke, hold or release")),
    };
    Ok(match next.map_err(raise)? {
        Standing::Good => ("good".to_owned(), None, None),
        Standing::Held(since) => ("held".to_owned(), Some(since.unix()), None),
        Standing::Revoked { at, reason } => ("revoked".to_owned(), Some(at.unix()), Some(reason.as_str().to_owned())),
    })
}

fn reason_of(name: &str) -> PyResult<RevocationReason> {
    RevocationReason::from_name(name).ok_or_else(|| usage(&format!("{name} is no reason of RFC 5280 section 5.3.1")))
}
