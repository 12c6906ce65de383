//! What was found out about a message.

use std::collections::BTreeMap;

use smime::report::Layer;

use crate::certificate::{Certificate, hex};

/// A report of the core. The dataclasses of `libsmime.Report` are read from its JSON when somebody looks.
#[pyo3::pyclass(frozen, module = "libsmime._libsmime", name = "NativeReport")]
pub(crate) struct NativeReport {
    pub(crate) inner: smime::Report,
}

#[pyo3::pymethods]
impl NativeReport {
    /// The word of the verdict.
    #[getter]
    fn verdict(&self) -> &'static str {
        self.inner.verdict.as_str()
    }

    /// One line for people and logs.
    #[getter]
    fn summary(&self) -> String {
        self.inner.summary()
    }

    /// The report by the published schema.
    fn to_json(&self) -> String {
        self.inner.to_json()
    }

    /// Every certificate that the report speaks of, by its SHA-256.
    fn certificates(&self) -> BTreeMap<String, Certificate> {
        let carried = self
            .inner
            .layers
            .iter()
            .filter_map(|layer| if let Layer::CertsOnly { certificates } = layer { Some(certificates) } else { None });
        let signing = self.inner.signers().flat_map(|signer| signer.certificate.iter().chain(signer.path.certificates()));
        let all = carried.flatten().chain(signing);
        all.map(|certificate| (hex(certificate.sha256()), certificate.clone().into())).collect()
    }
}
