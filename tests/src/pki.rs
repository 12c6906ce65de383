//! A small public-key infrastructure for tests, made anew in each run.

use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::{Certificate, Identity, Opener, Time, TrustStore};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A root, an authority below it, and people with certificates from that authority.
pub struct Pki {
    /// The trust anchor.
    pub root: Issuer,
    /// The authority that issues to people.
    pub issuing: Issuer,
    /// A time at which everything is valid.
    pub now: Time,
}

impl Pki {
    /// A new one, with P-256 keys.
    ///
    /// # Panics
    /// Where keys or certificates cannot be made; this holds for all methods.
    pub fn new() -> Self {
        let now = Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time");
        let (from, until) = (now.plus_seconds(-DAY), now.plus_seconds(365 * DAY));
        let key = PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
        let root = Issuer::self_signed(&key, &CertificateTemplate::authority("Test Root", from, until)).expect("a root");
        let key = PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
        let certificate =
            root.issue(key.public_key(), &CertificateTemplate::authority("Test Issuing", from, until)).expect("a certificate");
        let issuing = Issuer::new(&key, certificate).expect("an issuer");
        Self { root, issuing, now }
    }

    /// What a person's certificate says unless a test wants something else.
    pub fn template(&self, address: &str) -> CertificateTemplate {
        CertificateTemplate::end_entity("Test", address, self.now.plus_seconds(-DAY), self.now.plus_seconds(90 * DAY))
    }

    /// A person with a new key of this kind.
    pub fn person(&self, address: &str, kind: KeyKind) -> Identity {
        self.issued(&self.template(address), kind)
    }

    /// A person with a certificate made by this template.
    pub fn issued(&self, template: &CertificateTemplate, kind: KeyKind) -> Identity {
        let key = PrivateKey::generate(kind).expect("a key");
        let certificate = self.issuing.issue(key.public_key(), template).expect("a certificate");
        Identity::from_parts(key, certificate, vec![self.issuing.certificate().clone()]).expect("an identity")
    }

    /// The anchor.
    pub fn anchor(&self) -> &Certificate {
        self.root.certificate()
    }

    /// A store with the anchor.
    pub fn trust(&self) -> TrustStore {
        TrustStore::builder().anchor(self.anchor()).build()
    }

    /// An opener that trusts the anchor, at the time at which everything is valid.
    pub fn opener(&self) -> Opener {
        Opener::new(&self.trust()).at(self.now)
    }
}

impl Default for Pki {
    fn default() -> Self {
        Self::new()
    }
}
