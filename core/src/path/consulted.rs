//! What a judgement looked at beside the path: revocation evidence, and who signed it.

use std::collections::HashSet;
use std::fmt;

use crate::cert::{Certificate, CertificateList, OcspResponse};

/// Revocation evidence that a judgement looked at, whatever came of it, and the certificates of those who signed what counted: each once,
/// in the order in which it was looked at. With the path and the time of judgement it is what the same judgement can be made of again.
///
/// ```
/// use smime::path::PathRequest;
/// use smime::{Certificate, TrustStore};
/// # let alice = include_bytes!("../cert/example-alice.pem");
/// let report = PathRequest::new(&Certificate::from_pem(alice)?, &TrustStore::default()).validate();
/// assert!(report.consulted.crls().is_empty() && report.consulted.ocsp_responses().is_empty());
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Consulted {
    certificates: Vec<Certificate>,
    crls: Vec<CertificateList>,
    ocsp_responses: Vec<OcspResponse>,
    known: HashSet<[u8; 32]>,
}

impl Consulted {
    /// Those who signed evidence that counted, and the authorities between them and the anchor.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The lists.
    pub fn crls(&self) -> &[CertificateList] {
        &self.crls
    }

    /// The responses.
    pub fn ocsp_responses(&self) -> &[OcspResponse] {
        &self.ocsp_responses
    }

    pub(crate) fn add_certificate(&mut self, certificate: &Certificate) {
        if self.known.insert(*certificate.sha256()) {
            self.certificates.push(certificate.clone());
        }
    }

    pub(crate) fn add_crl(&mut self, list: &CertificateList) {
        if self.known.insert(*list.sha256()) {
            self.crls.push(list.clone());
        }
    }

    pub(crate) fn add_ocsp_response(&mut self, response: &OcspResponse) {
        if self.known.insert(*response.sha256()) {
            self.ocsp_responses.push(response.clone());
        }
    }

    /// Adds what another judgement looked at.
    pub(crate) fn add(&mut self, other: &Self) {
        other.certificates.iter().for_each(|certificate| self.add_certificate(certificate));
        other.crls.iter().for_each(|list| self.add_crl(list));
        other.ocsp_responses.iter().for_each(|response| self.add_ocsp_response(response));
    }

    /// Leaves out lists and responses with these digests.
    pub(crate) fn leave_out(&mut self, digests: &HashSet<[u8; 32]>) {
        self.crls.retain(|list| !digests.contains(list.sha256()));
        self.ocsp_responses.retain(|response| !digests.contains(response.sha256()));
    }
}

impl fmt::Debug for Consulted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (certificates, crls, responses) = (self.certificates.len(), self.crls.len(), self.ocsp_responses.len());
        write!(f, "Consulted({certificates} certificates, {crls} CRLs, {responses} OCSP responses)")
    }
}
