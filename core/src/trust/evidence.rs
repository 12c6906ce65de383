//! Revocation evidence that is at hand: lists and OCSP responses, to be found by whom they speak of.

use std::collections::HashMap;
use std::fmt;

use crate::cert::{CertificateList, NameKey, OcspResponse};
use crate::error::Result;

/// Certificate revocation lists and OCSP responses. None is trusted for being here: who signed it, for which certificates it
/// answers and how old it is are judged when a path needs it (RFC 5280 section 6.3, RFC 6960 section 3.2).
///
/// ```
/// use smime::trust::RevocationEvidence;
/// let evidence = RevocationEvidence::default();
/// assert!(evidence.is_empty());
/// ```
#[derive(Clone, Default)]
pub struct RevocationEvidence {
    lists: Vec<CertificateList>,
    by_issuer: HashMap<NameKey, Vec<usize>>,
    responses: Vec<OcspResponse>,
    /// By the serial numbers that a response names, without leading zeros.
    by_serial: HashMap<Box<[u8]>, Vec<usize>>,
}

impl RevocationEvidence {
    /// Adds a revocation list.
    pub fn add_crl(&mut self, list: &CertificateList) {
        self.by_issuer.entry(list.issuer_key().clone()).or_default().push(self.lists.len());
        self.lists.push(list.clone());
    }

    /// Adds every revocation list of this file: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`CertificateList::many`].
    pub fn add_crl_file(&mut self, file: &[u8]) -> Result<()> {
        CertificateList::many(file)?.iter().for_each(|list| self.add_crl(list));
        Ok(())
    }

    /// Adds an OCSP response.
    pub fn add_ocsp_response(&mut self, response: &OcspResponse) {
        let index = self.responses.len();
        for single in response.basic().into_iter().flat_map(|basic| basic.responses()) {
            let places = self.by_serial.entry(significant(single.cert_id.serial()).into()).or_default();
            if places.last() != Some(&index) {
                places.push(index);
            }
        }
        self.responses.push(response.clone());
    }

    /// Adds every OCSP response of this file: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`OcspResponse::many`].
    pub fn add_ocsp_file(&mut self, file: &[u8]) -> Result<()> {
        OcspResponse::many(file)?.iter().for_each(|response| self.add_ocsp_response(response));
        Ok(())
    }

    /// The lists, in the order in which they were added.
    pub fn crls(&self) -> &[CertificateList] {
        &self.lists
    }

    /// The responses, in the order in which they were added.
    pub fn ocsp_responses(&self) -> &[OcspResponse] {
        &self.responses
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.responses.is_empty()
    }

    /// The lists that this issuer issued.
    pub(crate) fn crls_of<'a>(&'a self, issuer: &NameKey) -> impl Iterator<Item = &'a CertificateList> + use<'a> {
        let found = self.by_issuer.get(issuer).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|index| self.lists.get(*index))
    }

    /// The responses that name this serial number, whoever issued it.
    pub(crate) fn responses_about<'a>(&'a self, serial: &[u8]) -> impl Iterator<Item = &'a OcspResponse> + use<'a> {
        let found = self.by_serial.get(significant(serial)).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|index| self.responses.get(*index))
    }
}

impl fmt::Debug for RevocationEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationEvidence({} CRLs, {} OCSP responses)", self.lists.len(), self.responses.len())
    }
}

fn significant(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|octet| **octet == 0).count();
    serial.get(zeros..).unwrap_or_default()
}
