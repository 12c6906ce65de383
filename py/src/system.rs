//! The trust anchors of the operating system.

use std::ffi::OsString;

use pyo3::prelude::*;

use crate::errors::raise_about;
use crate::trust::TrustStore;

/// Where the anchors of the system come from; as text, what a log should say.
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct SystemSource {
    inner: smime_system::Source,
}

#[pyo3::pymethods]
impl SystemSource {
    /// Looks for the source that is first in order.
    #[staticmethod]
    fn find(py: Python<'_>) -> Self {
        Self { inner: py.detach(smime_system::Source::find) }
    }

    /// The file that holds them, where they come from one.
    #[getter]
    fn file(&self) -> Option<OsString> {
        self.inner.file().map(|path| path.as_os_str().to_owned())
    }

    /// Reads the anchors.
    fn read(&self, py: Python<'_>) -> PyResult<TrustStore> {
        let read = py.detach(|| self.inner.read().map(|roots| roots.trust_store()));
        Ok(TrustStore { inner: read.map_err(|error| raise_about(py, error, self.inner.file()))? })
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }
}
