//! Whom to trust.

use pyo3::prelude::*;
use smime::trust::TrustStoreBuilder;

use crate::certificate::{Certificate, certificates_of};

/// Trust anchors, and certificates that help to reach them. It never changes; build it once and share it between threads: it remembers
/// which certificates it has seen to be signed by which key.
///
/// Both lists take Certificate objects, octets (PEM with any number of certificates, or DER) and paths of such files.
///
/// >>> libsmime.TrustStore(anchors=[Path("root.pem")])
/// <libsmime.TrustStore of 1 anchors and 0 intermediates>
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct TrustStore {
    pub(crate) inner: smime::TrustStore,
}

#[pyo3::pymethods]
impl TrustStore {
    #[new]
    #[pyo3(signature = (anchors = None, intermediates = None))]
    fn new(anchors: Option<&Bound<'_, PyAny>>, intermediates: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut builder = smime::TrustStore::builder();
        for certificate in anchors.map(certificates_of).transpose()?.unwrap_or_default() {
            builder = builder.anchor(&certificate);
        }
        for certificate in intermediates.map(certificates_of).transpose()?.unwrap_or_default() {
            builder = builder.intermediate(&certificate);
        }
        Ok(Self { inner: builder.build() })
    }

    /// Every certificate of this PEM bundle as an anchor. Blocks that cannot be read are passed over, as the bundles of systems hold all sorts.
    #[staticmethod]
    fn from_bundle(py: Python<'_>, data: &[u8]) -> Self {
        Self { inner: py.detach(|| bundle(data).build()) }
    }

    /// The anchors, each once.
    #[getter]
    fn anchors(&self) -> Vec<Certificate> {
        self.inner.anchors().iter().cloned().map(Certificate::from).collect()
    }

    /// The intermediates, each once.
    #[getter]
    fn intermediates(&self) -> Vec<Certificate> {
        self.inner.intermediates().iter().cloned().map(Certificate::from).collect()
    }

    fn __repr__(&self) -> String {
        format!("<libsmime.TrustStore of {} anchors and {} intermediates>", self.inner.anchors().len(), self.inner.intermediates().len())
    }
}

fn bundle(data: &[u8]) -> TrustStoreBuilder {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(data);
    let certificates = text.split_inclusive(END).filter_map(|block| smime::Certificate::from_pem(block.as_bytes()).ok());
    certificates.fold(smime::TrustStore::builder(), |builder, certificate| builder.anchor(&certificate))
}
