//! Signatures of certificates: each checked once, counted, and remembered when the whole path holds.

use std::collections::HashMap;

use crate::cert::Certificate;
use crate::error::Code;
use crate::trust::TrustStore;

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

/// Checks signatures of certificates within a bound.
pub(super) struct Signatures<'a> {
    store: &'a TrustStore,
    /// By SHA-256 of the certificate and of the key.
    known: HashMap<([u8; 32], [u8; 32]), Signed>,
    checked: usize,
    bound: usize,
}

impl<'a> Signatures<'a> {
    pub(super) fn new(store: &'a TrustStore, bound: usize) -> Self {
        Self { store, known: HashMap::new(), checked: 0, bound }
    }

    /// Signatures checked so far, those remembered not counted.
    pub(super) fn checked(&self) -> usize {
        self.checked
    }

    /// Whether the key of `issuer` made the signature of `certificate`.
    pub(super) fn check(&mut self, certificate: &Certificate, issuer: &Certificate) -> Signed {
        let pair = (*certificate.sha256(), *issuer.key_sha256());
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        let found = if self.store.is_verified(certificate, issuer) { Signed::Yes } else { self.verify(certificate, issuer) };
        if found != Signed::Unknown {
            self.known.insert(pair, found);
        }
        found
    }

    fn verify(&mut self, certificate: &Certificate, issuer: &Certificate) -> Signed {
        if self.checked >= self.bound {
            return Signed::Unknown;
        }
        let Ok(key) = issuer.public_key() else { return Signed::Unsupported };
        self.checked = self.checked.saturating_add(1);
        match certificate.verify_signed_by(key) {
            Ok(()) => Signed::Yes,
            Err(error) => match error.code() {
                Code::AlgUnsupported | Code::AlgParameters | Code::KeyUnsupported | Code::SigAlgorithmUnsupported => Signed::Unsupported,
                _ => Signed::No,
            },
        }
    }

    /// Has the store remember every signature of this path: leaf first.
    pub(super) fn remember(&self, path: &[Certificate]) {
        for pair in path.windows(2) {
            if let [certificate, issuer] = pair
                && self.known.get(&(*certificate.sha256(), *issuer.key_sha256())) == Some(&Signed::Yes)
            {
                self.store.remember_verified(certificate, issuer);
            }
        }
    }
}
