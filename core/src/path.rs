//! Certification paths (RFC 5280 section 6): from a certificate to an anchor, and whether each step of the way holds.
//!
//! A path is looked for among the certificates of the store and those that came with the message, over cross certificates and
//! through names that several authorities share. The first path that holds wins. Where none does, the report explains the best
//! of those that lead to an anchor, or how far the way was found. All of it happens under the bounds of
//! [`Limits`]: when one is reached the report says so ([`Code::LimitPath`]) and nothing is accepted.
//!
//! Rules beyond RFC 5280 section 6.1, which takes an anchor as a bare name and key:
//! * what an anchor's certificate says of itself (basicConstraints, keyUsage, extKeyUsage, nameConstraints) binds it as it would bind
//!   another authority, except that a root of version 1, or with keyCertSign and no basicConstraints, is an authority; its dates count
//!   unless [`Policy::check_anchor_validity`] is off;
//! * of what an anchor's certificate says about certificate policies nothing counts, as RFC 5280 has it: demands that go with an anchor are
//!   made in the [`Policy`]. Only where the anchor is itself the certificate that is asked about are its policies looked at;
//! * extKeyUsage in an authority's certificate limits what it may issue, as all mail programs have it;
//! * a certificate that is itself an anchor needs no issuer, whoever signed it.

mod build;
mod constraints;
mod consulted;
mod fetch;
mod inherit;
mod json;
mod policies;
mod report;
mod revocation;
mod signatures;
mod usage;
mod validate;

pub(crate) use json::revocation as revocation_json;

pub use consulted::Consulted;
pub use fetch::Fetch;
pub(crate) use fetch::nonce;
pub use report::{CheckState, Need, NeedKind, PathCheck, PathCheckKind, PathFinding, PathMember, PathReport, PathRole, PathVerdict};
pub use report::{EvidenceKind, RevocationReport, RevocationStatus};

use std::borrow::Cow;

use crate::cert::Certificate;
#[allow(unused_imports, reason = "named in the text above")]
use crate::error::Code;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::time::Time;
use crate::trust::{RevocationEvidence, TrustStore};
use fetch::Fetcher;

/// What the certificate at the end of the path is to be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Its key made a signature on a message: digitalSignature or nonRepudiation, and emailProtection.
    #[default]
    EmailSignature,
    /// A message is encrypted to its key: keyEncipherment or keyAgreement, and emailProtection.
    EmailEncryption,
    /// Anything: the usage of the certificate itself is not looked at.
    Any,
    /// Its key signs certificate revocation lists: cRLSign.
    CrlSigning,
    /// Its key signs OCSP responses: id-kp-OCSPSigning.
    OcspSigning,
    /// Its key signs time-stamps: id-kp-timeStamping alone, critical (RFC 3161 section 2.3).
    TimeStamping,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] =
        [Self::EmailSignature, Self::EmailEncryption, Self::Any, Self::CrlSigning, Self::OcspSigning, Self::TimeStamping];

    /// The word of the command line: `email-signature`, `email-encryption`, `any`, `crl-signing`, `ocsp-signing` or `time-stamping`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailSignature => "email-signature",
            Self::EmailEncryption => "email-encryption",
            Self::Any => "any",
            Self::CrlSigning => "crl-signing",
            Self::OcspSigning => "ocsp-signing",
            Self::TimeStamping => "time-stamping",
        }
    }

    /// The purpose of this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// A question: does a path lead from this certificate to an anchor of this store?
///
/// ```
/// use smime::path::{PathRequest, Purpose};
/// use smime::{Certificate, Code, Time, TrustStore};
/// # let (alice, root) = (include_bytes!("cert/example-alice.pem"), include_bytes!("cert/example-root.pem"));
/// let alice = Certificate::from_pem(alice)?;
/// let store = TrustStore::builder().anchor_file(root)?.build();
/// let report = PathRequest::new(&alice, &store).at(Time::parse_rfc3339("2060-01-01T00:00:00Z")?).purpose(Purpose::EmailSignature).validate();
/// assert!(report.is_valid());
///
/// let report = PathRequest::new(&alice, &store).at(Time::parse_rfc3339("2200-01-01T00:00:00Z")?).validate();
/// assert!(report.has(Code::PathExpired));
/// for finding in &report.findings {
///     println!("{}: {}", finding.code.as_str(), finding.message());
/// }
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PathRequest<'a> {
    leaf: &'a Certificate,
    store: &'a TrustStore,
    intermediates: &'a [Certificate],
    at: Option<Time>,
    purpose: Purpose,
    policy: Cow<'a, Policy>,
    limits: Cow<'a, Limits>,
    evidence: Option<&'a RevocationEvidence>,
    evidence_at: Option<Time>,
    fetcher: Option<Fetcher<'a>>,
    nonce: Option<&'a [u8]>,
    only_anchor: Option<&'a Certificate>,
    address: Option<&'a str>,
}

impl<'a> PathRequest<'a> {
    /// Asks about this certificate, for signatures on mail, by the default policy and limits, at no time yet.
    pub fn new(leaf: &'a Certificate, store: &'a TrustStore) -> Self {
        Self {
            leaf,
            store,
            intermediates: &[],
            at: None,
            purpose: Purpose::default(),
            policy: Cow::Owned(Policy::default()),
            limits: Cow::Owned(Limits::default()),
            evidence: None,
            evidence_at: None,
            fetcher: None,
            nonce: None,
            only_anchor: None,
            address: None,
        }
    }

    /// Certificates that came along and may help, in any order, of any relation to this one. None is trusted for being here.
    #[must_use]
    pub fn intermediates(mut self, certificates: &'a [Certificate]) -> Self {
        self.intermediates = certificates;
        self
    }

    /// The time of judgement. Without it no path is valid ([`Code::PathTimeUnknown`]): the core asks no clock.
    #[must_use]
    pub fn at(mut self, time: Time) -> Self {
        self.at = Some(time);
        self
    }

    /// What the certificate is to be used for.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Judges by this policy.
    #[must_use]
    pub fn policy(mut self, policy: &'a Policy) -> Self {
        self.policy = Cow::Borrowed(policy);
        self
    }

    /// Works within these bounds.
    #[must_use]
    pub fn limits(mut self, limits: &'a Limits) -> Self {
        self.limits = Cow::Borrowed(limits);
        self
    }

    /// An address that the certificate must have, for its subject's mail.
    #[must_use]
    pub fn address(mut self, address: &'a str) -> Self {
        self.address = Some(address);
        self
    }

    /// Revocation evidence that came along, beside that of the store.
    #[must_use]
    pub fn evidence(mut self, evidence: &'a RevocationEvidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// The time at which revocation evidence must be neither too old nor too new, where that is not the time of judgement: a signature
    /// of last year, whose time a time-stamp proves, is judged at that time by evidence of today. A certificate that was revoked in
    /// between was good then.
    #[must_use]
    pub fn evidence_at(mut self, time: Time) -> Self {
        self.evidence_at = Some(time);
        self
    }

    /// Who fetches what is missing, within [`Limits::fetches`]. Without one it is told in [`PathReport::needs`].
    #[must_use]
    pub fn fetcher(mut self, fetcher: &'a dyn Fetch) -> Self {
        self.fetcher = Some(Fetcher(fetcher));
        self
    }

    /// Asks responders with this nonce, where the policy wants one, in place of one of its own: answers that are remembered for a message
    /// are answers to all its questions.
    #[must_use]
    pub(crate) fn nonce(mut self, nonce: &'a [u8]) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// Looks for the path and judges it.
    pub fn validate(&self) -> PathReport {
        fetch::run(self)
    }
}
