//! Signatures of certificates and of revocation evidence: each checked once, counted, and remembered when the whole path holds.

use std::collections::HashMap;

use crate::cert::{Certificate, sha256};
use crate::crypto::PublicKey;
use crate::error::{Code, Result};
use crate::trust::{Fact, TrustStore};

/// How the signature of a certificate and the key of a supposed issuer go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// The key made it.
    Yes,
    /// It did not.
    No,
    /// The algorithm or the key is not supported.
    Unsupported,
    /// Not looked at: the bound on signatures is reached.
    Unknown,
}

/// Checks signatures of certificates, lists and responses within a bound.
pub(super) struct Signatures {
    store: TrustStore,
    known: HashMap<Fact, Signed>,
    /// Evidence, and the chains of its signers, that a path relied on.
    relied_on: Vec<Fact>,
    checked: usize,
    work: usize,
    bound: usize,
}

impl Signatures {
    pub(super) fn new(store: &TrustStore, bound: usize) -> Self {
        Self { store: store.clone(), known: HashMap::new(), relied_on: Vec::new(), checked: 0, work: 0, bound }
    }

    /// Signatures checked so far, those remembered not counted.
    pub(super) fn checked(&self) -> usize {
        self.checked
    }

    /// What they cost, in units of [`Limits::path_signatures`](crate::Limits::path_signatures).
    pub(super) fn work(&self) -> usize {
        self.work
    }

    /// Whether the key of `issuer` made the signature of `certificate`.
    pub(super) fn check(&mut self, certificate: &Certificate, issuer: &Certificate) -> Signed {
        self.check_fact(fact(certificate, issuer), issuer, |key| certificate.verify_signed_by(key))
    }

    /// Whether the key of `signer` made the signature of a list or response with this digest.
    pub(super) fn check_evidence(
        &mut self,
        sha256: &[u8; 32],
        signer: &Certificate,
        verify: impl FnOnce(&PublicKey) -> Result<()>,
    ) -> Signed {
        self.check_fact((*sha256, *signer.key_sha256()), signer, verify)
    }

    /// Notes evidence with this digest by one who may sign it. What strangers sign rightly is not worth remembering.
    pub(super) fn rely_on_evidence(&mut self, sha256: &[u8; 32], signer: &Certificate) {
        self.relied_on.push((*sha256, *signer.key_sha256()));
    }

    fn check_fact(&mut self, fact: Fact, signer: &Certificate, verify: impl FnOnce(&PublicKey) -> Result<()>) -> Signed {
        if let Some(known) = self.known.get(&fact) {
            return *known;
        }
        let found = if self.store.is_verified(fact) { Signed::Yes } else { self.verify(signer.public_key(), verify) };
        if found != Signed::Unknown {
            self.known.insert(fact, found);
        }
        found
    }

    /// Whether this key, which was completed from above, made a signature of something with this digest. The store is not asked: it knows
    /// keys as certificates have them.
    pub(super) fn check_by(&mut self, digest: &[u8; 32], key: &PublicKey, verify: impl FnOnce(&PublicKey) -> Result<()>) -> Signed {
        let fact = (*digest, sha256(key.spki()));
        if let Some(known) = self.known.get(&fact) {
            return *known;
        }
        let found = self.verify(Ok(key), verify);
        if found != Signed::Unknown {
            self.known.insert(fact, found);
        }
        found
    }

    fn verify(&mut self, key: Result<&PublicKey>, verify: impl FnOnce(&PublicKey) -> Result<()>) -> Signed {
        let Ok(key) = key else { return Signed::Unsupported };
        let work = self.work.saturating_add(key.verification_work());
        if work > self.bound {
            return Signed::Unknown;
        }
        self.work = work;
        self.checked = self.checked.saturating_add(1);
        match verify(key) {
            Ok(()) => Signed::Yes,
            Err(error) => match error.code() {
                Code::AlgUnsupported | Code::AlgParameters | Code::KeyUnsupported | Code::SigAlgorithmUnsupported => Signed::Unsupported,
                _ => Signed::No,
            },
        }
    }

    /// Notes the chain of one who signs evidence: leaf first.
    pub(super) fn rely_on(&mut self, path: &[Certificate]) {
        self.relied_on.extend(facts(path));
    }

    /// Has the store remember every signature of this path, leaf first, and of the evidence about it.
    pub(super) fn remember(&mut self, path: &[Certificate]) {
        for fact in facts(path).chain(std::mem::take(&mut self.relied_on)) {
            if self.known.get(&fact) == Some(&Signed::Yes) {
                self.store.remember_verified(fact);
            }
        }
    }
}

fn facts(path: &[Certificate]) -> impl Iterator<Item = Fact> {
    path.windows(2).filter_map(|pair| if let [certificate, issuer] = pair { Some(fact(certificate, issuer)) } else { None })
}

fn fact(certificate: &Certificate, issuer: &Certificate) -> Fact {
    (*certificate.sha256(), *issuer.key_sha256())
}
