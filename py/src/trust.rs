//! Whom to trust.

use pyo3::prelude::*;

use crate::certificate::{Certificate, certificates_of};
use crate::evidence::{lists_of, responses_of};

/// Trust anchors, and certificates that help to reach them. It never changes; build it once and share it between threads: it remembers
/// which certificates it has seen to be signed by which key.
///
/// Lists of certificates take Certificate objects, octets (PEM with any number of certificates, DER, or a bundle such as .p7c) and paths of
/// such files. `crls` and `ocsp`, revocation lists and OCSP responses, take octets and paths; who signed them is judged when they are needed.
/// `ocsp_responders` are trusted to answer for every issuer.
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
    #[pyo3(signature = (anchors = None, intermediates = None, *, crls = None, ocsp = None, ocsp_responders = None))]
    fn new(
        anchors: Option<&Bound<'_, PyAny>>,
        intermediates: Option<&Bound<'_, PyAny>>,
        crls: Option<&Bound<'_, PyAny>>,
        ocsp: Option<&Bound<'_, PyAny>>,
        ocsp_responders: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = smime::TrustStore::builder();
        for certificate in anchors.map(certificates_of).transpose()?.unwrap_or_default() {
            builder = builder.anchor(&certificate);
        }
        for certificate in intermediates.map(certificates_of).transpose()?.unwrap_or_default() {
            builder = builder.intermediate(&certificate);
        }
        for list in crls.map(lists_of).transpose()?.unwrap_or_default() {
            builder = builder.crl(&list);
        }
        for response in ocsp.map(responses_of).transpose()?.unwrap_or_default() {
            builder = builder.ocsp_response(&response);
        }
        for responder in ocsp_responders.map(certificates_of).transpose()?.unwrap_or_default() {
            builder = builder.ocsp_responder(&responder);
        }
        Ok(Self { inner: builder.build() })
    }

    /// Every certificate of this PEM bundle as an anchor. Blocks that cannot be read are passed over, as the bundles of systems hold all sorts.
    #[staticmethod]
    fn from_bundle(py: Python<'_>, data: &[u8]) -> Self {
        let store = || smime_system::bundle(data).0.iter().fold(smime::TrustStore::builder(), |builder, root| builder.anchor(root)).build();
        Self { inner: py.detach(store) }
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
