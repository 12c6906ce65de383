//! Whom to trust: anchors, and certificates that help to reach them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cert::{Certificate, NameKey};
use crate::error::Result;

/// Trust anchors and intermediate certificates. Immutable once built, cheap to clone, shared between threads.
///
/// An anchor is trusted for what it is: an authority for what it issues, and, if it is a person's own certificate, for that
/// certificate alone. An intermediate is trusted for nothing; it is there to be found.
///
/// The store remembers which certificates were seen to be signed by which key, so that a chain met again costs no public-key
/// operation. It remembers nothing else: dates, usage and revocation are judged anew each time. Only chains that led to an
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
    verified: Mutex<Verified>,
}

/// Collects what a [`TrustStore`] is to hold.
#[derive(Clone, Default)]
pub struct TrustStoreBuilder {
    anchors: Shelf,
    intermediates: Shelf,
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

    /// Whether this certificate was seen before to be signed by the key of that one.
    pub(crate) fn is_verified(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.verified().contains(fact(certificate, issuer))
    }

    /// Remembers that this certificate is signed by the key of that one.
    pub(crate) fn remember_verified(&self, certificate: &Certificate, issuer: &Certificate) {
        self.verified().insert(fact(certificate, issuer));
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

    /// The store.
    pub fn build(self) -> TrustStore {
        TrustStore { inner: Arc::new(Inner { anchors: self.anchors, intermediates: self.intermediates, verified: Mutex::default() }) }
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

/// A certificate and a key, by their digests.
type Fact = ([u8; 32], [u8; 32]);

fn fact(certificate: &Certificate, issuer: &Certificate) -> Fact {
    (*certificate.sha256(), *issuer.key_sha256())
}

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
