//! What lints find.

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A rule for those who issue certificates that a certificate does not keep.
///
/// >>> [finding.lint for finding in certificate.lint() if finding.severity == "error"]
/// ['smime-br-validity']
#[pyo3::pyclass(frozen, module = "libsmime", eq, hash, get_all)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct LintFinding {
    /// The name of the lint, which stays.
    lint: &'static str,
    /// ``error`` against a MUST, ``warning`` against a SHOULD, ``notice`` for what is unusual.
    severity: &'static str,
    /// A sentence, safe to show.
    message: String,
    /// Where the rule stands.
    reference: &'static str,
}

impl From<smime::cert::lint::LintFinding> for LintFinding {
    fn from(found: smime::cert::lint::LintFinding) -> Self {
        Self { lint: found.lint, severity: found.severity.as_str(), message: found.message, reference: found.reference }
    }
}

#[pyo3::pymethods]
impl LintFinding {
    /// The same as plain values, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let facts = PyDict::new(py);
        facts.set_item("lint", self.lint)?;
        facts.set_item("severity", self.severity)?;
        facts.set_item("message", &self.message)?;
        facts.set_item("reference", self.reference)?;
        Ok(facts)
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.LintFinding {}: {}>", self.severity, self.lint)
    }
}
