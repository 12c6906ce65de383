//! Whom to trust: anchors, certificates that help to reach them, and what says which were revoked.

mod evidence;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cert::{Certificate, CertificateList, NameKey, OcspResponse};
use crate::error::Result;

pub use evidence::RevocationEvidence;

/// Trust anchors, intermediate certificates and revocation evidence. Immutable once built, cheap to clone, shared between threads.
///
/// An anchor is trusted for what it is: an authority for what it issues, and, if it is a person's own certificate, for that
/// certificate alone. An intermediate is trusted for nothing; it is there to be found.
///
/// The store remembers which certificates, lists and responses were seen to be signed by which key, so that a chain met again costs no
/// public-key operation. It remembers nothing else: dates, usage and revocation are judged anew each time. Only chains that led to an
/// anchor of this store are remembered, so strangers cannot push others out.
///
/// ```
/// use smime::TrustStore;
/// let store = TrustStore::builder().build();
/// assert!(store.anchors().is_empty());
/// ```
#[derive(Clone)]
pub struct TrustStore {
    inner: Arc<Inner>,
}

struct Inner {
    anchors: Shelf,
    intermediates: Shelf,
    responders: Vec<Certificate>,
    evidence: RevocationEvidence,
    verified: Mutex<Verified>,
}

/// Collects what a [`TrustStore`] is to hold.
#[derive(Clone, Default)]
pub struct TrustStoreBuilder {
    anchors: Shelf,
    intermediates: Shelf,
    responders: Vec<Certificate>,
    evidence: RevocationEvidence,
}

impl TrustStore {
    /// An empty builder.
    pub fn builder() -> TrustStoreBuilder {
        TrustStoreBuilder::default()
    }

    /// The anchors, each once.
    pub fn anchors(&self) -> &[Certificate] {
        &self.inner.anchors.certificates
    }

    /// The intermediates, each once.
    pub fn intermediates(&self) -> &[Certificate] {
        &self.inner.intermediates.certificates
    }

    /// Whether this very certificate is an anchor.
    pub fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors_named(certificate.subject_key()).any(|anchor| anchor == certificate)
    }

    pub(crate) fn anchors_named<'a>(&'a self, name: &NameKey) -> impl Iterator<Item = &'a Certificate> + use<'a> {
        self.inner.anchors.named(name)
    }

    pub(crate) fn intermediates_named<'a>(&'a self, name: &NameKey) -> impl Iterator<Item = &'a Certificate> + use<'a> {
        self.inner.intermediates.named(name)
    }

    /// Responders that are trusted to answer for every issuer, by the word of whoever built the store.
    pub fn ocsp_responders(&self) -> &[Certificate] {
        &self.inner.responders
    }

    /// The revocation evidence at hand.
    pub fn evidence(&self) -> &RevocationEvidence {
        &self.inner.evidence
    }

    /// Whether this signature was seen before to be right.
    pub(crate) fn is_verified(&self, fact: Fact) -> bool {
        self.verified().contains(fact)
    }

    /// Remembers that this signature is right.
    pub(crate) fn remember_verified(&self, fact: Fact) {
        self.verified().insert(fact);
    }

    fn verified(&self) -> std::sync::MutexGuard<'_, Verified> {
        // The set is whole at every moment: a panic elsewhere cannot have left it half changed.
        self.inner.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TrustStore {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrustStore({} anchors, {} intermediates)", self.anchors().len(), self.intermediates().len())
    }
}

impl TrustStoreBuilder {
    /// Trusts this certificate.
    #[must_use]
    pub fn anchor(mut self, certificate: &Certificate) -> Self {
        self.anchors.add(certificate);
        self
    }

    /// Trusts every certificate of this file: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`Certificate::many`].
    pub fn anchor_file(mut self, file: &[u8]) -> Result<Self> {
        Certificate::many(file)?.iter().for_each(|certificate| self.anchors.add(certificate));
        Ok(self)
    }

    /// Has this certificate at hand where a path needs it. It is not trusted for being given here.
    #[must_use]
    pub fn intermediate(mut self, certificate: &Certificate) -> Self {
        self.intermediates.add(certificate);
        self
    }

    /// Has every certificate of this file at hand: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`Certificate::many`].
    pub fn intermediate_file(mut self, file: &[u8]) -> Result<Self> {
        Certificate::many(file)?.iter().for_each(|certificate| self.intermediates.add(certificate));
        Ok(self)
    }

    /// Trusts this responder to answer for every issuer (RFC 6960 section 4.2.2.2, "local configuration").
    #[must_use]
    pub fn ocsp_responder(mut self, certificate: &Certificate) -> Self {
        self.responders.push(certificate.clone());
        self
    }

    /// Has this revocation list at hand. Who signed it is judged when it is needed.
    #[must_use]
    pub fn crl(mut self, list: &CertificateList) -> Self {
        self.evidence.add_crl(list);
        self
    }

    /// Has every revocation list of this file at hand: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`CertificateList::many`].
    pub fn crl_file(mut self, file: &[u8]) -> Result<Self> {
        self.evidence.add_crl_file(file)?;
        Ok(self)
    }

    /// Has this OCSP response at hand. Who signed it is judged when it is needed.
    #[must_use]
    pub fn ocsp_response(mut self, response: &OcspResponse) -> Self {
        self.evidence.add_ocsp_response(response);
        self
    }

    /// Has every OCSP response of this file at hand: PEM with any number of them, or the DER of one.
    ///
    /// # Errors
    /// As [`OcspResponse::many`].
    pub fn ocsp_file(mut self, file: &[u8]) -> Result<Self> {
        self.evidence.add_ocsp_file(file)?;
        Ok(self)
    }

    /// The store.
    pub fn build(self) -> TrustStore {
        let Self { anchors, intermediates, responders, evidence } = self;
        TrustStore { inner: Arc::new(Inner { anchors, intermediates, responders, evidence, verified: Mutex::default() }) }
    }
}

/// Certificates, each once, to be found by the name of their subject.
#[derive(Clone, Default)]
struct Shelf {
    certificates: Vec<Certificate>,
    by_subject: HashMap<NameKey, Vec<usize>>,
    known: HashSet<[u8; 32]>,
}

impl Shelf {
    fn add(&mut self, certificate: &Certificate) {
        if self.known.insert(*certificate.sha256()) {
            self.by_subject.entry(certificate.subject_key().clone()).or_default().push(self.certificates.len());
            self.certificates.push(certificate.clone());
        }
    }

    fn named<'a>(&'a self, name: &NameKey) -> impl Iterator<Item = &'a Certificate> + use<'a> {
        let found = self.by_subject.get(name).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|index| self.certificates.get(*index))
    }
}

/// Something signed and the key that signed it, by their digests.
pub(crate) type Fact = ([u8; 32], [u8; 32]);

/// Facts remembered in each generation.
const GENERATION: usize = 4096;

/// The signatures seen to be right: at most two generations of them. When the younger is full the older is forgotten.
#[derive(Default)]
struct Verified {
    young: HashSet<Fact>,
    old: HashSet<Fact>,
}

impl Verified {
    fn contains(&mut self, fact: Fact) -> bool {
        if self.young.contains(&fact) {
            return true;
        }
        let found = self.old.contains(&fact);
        if found {
            self.insert(fact);
        }
        found
    }

    fn insert(&mut self, fact: Fact) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(fact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_bounded_and_those_in_use_stay() {
        let fact = |number: usize| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_be_bytes());
            (digest, [0; 32])
        };
        let mut verified = Verified::default();
        for number in 1..10 * GENERATION {
            verified.insert(fact(number));
            verified.insert(fact(0));
            assert!(verified.contains(fact(0)));
            assert!(verified.young.len() + verified.old.len() <= 2 * GENERATION);
        }
        assert!(!verified.contains(fact(1)));
    }
}
