//! What was found out about a path.

use super::{Consulted, inherit, json};
use crate::cert::{AddressMatch, Certificate, RevocationReason};
use crate::crypto::PublicKey;
use crate::error::{Code, Result, Severity};
use crate::time::Time;

/// What a path is worth, best first; the worst finding decides.
#[must_use]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PathVerdict {
    /// It leads to an anchor and every check passed.
    Valid,
    /// It leads to no anchor, or a rule is broken.
    Untrusted,
    /// Not everything could be checked: no time, a bound reached, an algorithm that is not supported.
    #[default]
    Indeterminate,
    /// A signature in it is wrong: somebody forged or damaged a certificate.
    Invalid,
}

impl PathVerdict {
    /// The word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Untrusted => "untrusted",
            Self::Indeterminate => "indeterminate",
            Self::Invalid => "invalid",
        }
    }

    /// What a finding of this code and severity makes of a path.
    pub(super) const fn of(code: Code, severity: Severity) -> Self {
        match (severity, code) {
            (Severity::Info | Severity::Warning, _) => Self::Valid,
            (_, Code::PathTimeUnknown | Code::LimitPath | Code::PathAlgorithmUnsupported) => Self::Indeterminate,
            (
                _,
                Code::RevMissing
                | Code::RevStale
                | Code::RevNotYetValid
                | Code::RevSigner
                | Code::RevSignature
                | Code::RevScope
                | Code::RevCriticalExtension
                | Code::RevNonce
                | Code::RevNotKnown
                | Code::RevWeak
                | Code::RevMalformed,
            ) => Self::Indeterminate,
            (_, Code::PathSignature) => Self::Invalid,
            _ => Self::Untrusted,
        }
    }
}

/// The place of a certificate in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathRole {
    /// The one that was asked about.
    Leaf,
    /// An authority between it and the anchor.
    Intermediate,
    /// The one that is trusted.
    Anchor,
}

impl PathRole {
    /// `leaf`, `intermediate` or `anchor`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Intermediate => "intermediate",
            Self::Anchor => "anchor",
        }
    }
}

/// What is checked of each certificate of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathCheckKind {
    /// The issuer's key made the signature (RFC 5280 section 6.1.3 (a)(1)).
    Signature,
    /// The validity includes the time of judgement ((a)(2)).
    Validity,
    /// Issuer and subject chain ((a)(4)).
    NameChaining,
    /// The names lie within the constraints of every authority above ((b), (c)).
    NameConstraints,
    /// An authority is one: basicConstraints and keyUsage (section 6.1.4 (k), (n)).
    Authority,
    /// No more authorities below than allowed (section 6.1.4 (l), (m)).
    PathLength,
    /// A certificate policy holds where one is demanded (section 6.1.3 (d) to (f), section 6.1.5 (g)).
    Policies,
    /// Every extension can be read, and every critical one is known (section 6.1.5 (f)).
    Extensions,
    /// keyUsage and extKeyUsage allow the purpose (RFC 8550 section 4.4).
    Usage,
    /// Key and digest are as strong as the policy asks (RFC 8550 section 4.3).
    Strength,
    /// It was not revoked (section 6.1.3 (a)(3)).
    Revocation,
}

impl PathCheckKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Signature,
        Self::Validity,
        Self::NameChaining,
        Self::NameConstraints,
        Self::Authority,
        Self::PathLength,
        Self::Policies,
        Self::Extensions,
        Self::Usage,
        Self::Strength,
        Self::Revocation,
    ];

    /// The word of reports, for example `name-chaining`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Validity => "validity",
            Self::NameChaining => "name-chaining",
            Self::NameConstraints => "name-constraints",
            Self::Authority => "authority",
            Self::PathLength => "path-length",
            Self::Policies => "policies",
            Self::Extensions => "extensions",
            Self::Usage => "usage",
            Self::Strength => "strength",
            Self::Revocation => "revocation",
        }
    }
}

/// The outcome of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckState {
    /// It was made and passed.
    Passed,
    /// It was made and failed; a finding says why.
    Failed,
    /// It was not made, for this reason.
    NotChecked(&'static str),
}

/// One check of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathCheck {
    /// What was checked.
    pub kind: PathCheckKind,
    /// How it went.
    pub state: CheckState,
}

/// A certificate of a path, and what was checked of it.
#[derive(Clone, Debug)]
pub struct PathMember {
    /// The certificate.
    pub certificate: Certificate,
    /// Its place.
    pub role: PathRole,
    /// Every kind of check that its place asks for.
    pub checks: Vec<PathCheck>,
    /// Whether it was revoked.
    pub revocation: RevocationReport,
}

impl PathMember {
    /// One line: the subject, its place, until when it is valid, and whether it was revoked.
    fn line(&self) -> String {
        let name = self.certificate.holder();
        let place = if self.role == PathRole::Anchor { "trusted, " } else { "" };
        let revocation = match self.revocation.status {
            RevocationStatus::NotChecked => String::new(),
            status => format!(", revocation {}", status.as_str()),
        };
        format!("{name} ({place}valid until {}{revocation})", self.certificate.not_after())
    }

    /// How this check went; nothing where its place does not ask for it.
    pub fn check(&self, kind: PathCheckKind) -> Option<CheckState> {
        self.checks.iter().find(|check| check.kind == kind).map(|check| check.state)
    }
}

/// Characters of the detail of a finding.
const DETAIL: usize = 600;

/// One thing seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathFinding {
    /// What was seen.
    pub code: Code,
    /// How much it weighs here.
    pub severity: Severity,
    /// What exactly: a sentence or a part of one, for people.
    pub detail: String,
    /// SHA-256 of the certificate that it is about.
    pub certificate: Option<[u8; 32]>,
    /// Its holder ([`Certificate::holder`]), safe to show.
    pub subject: Option<String>,
}

impl PathFinding {
    /// A finding about a certificate. Text from the certificate is cut: a report stays small whatever the input.
    pub(super) fn about(certificate: &Certificate, code: Code, severity: Severity, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if let Some((end, _)) = detail.char_indices().nth(DETAIL) {
            detail.truncate(end);
            detail.push('\u{2026}');
        }
        Self { code, severity, detail, certificate: Some(*certificate.sha256()), subject: Some(certificate.holder()) }
    }

    /// A finding about the path as a whole.
    pub(super) fn general(code: Code, detail: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), detail: detail.into(), certificate: None, subject: None }
    }

    /// The sentence for people: that of the code, and what exactly.
    fn sentence(&self) -> String {
        if self.detail.is_empty() { self.code.sentence().to_owned() } else { format!("{}: {}", self.code.sentence(), self.detail) }
    }

    /// The sentence for people: that of the code, what exactly, and which certificate.
    pub fn message(&self) -> String {
        let mut message = self.sentence();
        match self.subject.as_deref() {
            None => {}
            Some("") => message.push_str(" (certificate without a subject name)"),
            Some(subject) => message.push_str(&format!(" (certificate of {subject})")),
        }
        message
    }
}

/// What is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NeedKind {
    /// The certificate of an issuer.
    Issuer,
    /// A certificate revocation list.
    Crl,
    /// The answer of an OCSP responder.
    Ocsp,
}

impl NeedKind {
    /// The word of the JSON report: `issuer`, `crl` or `ocsp`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Crl => "crl",
            Self::Ocsp => "ocsp",
        }
    }
}

/// Something that the caller can fetch and give with the next request. The core fetches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// What it is.
    pub kind: NeedKind,
    /// Where it can be had, by the word of the certificate itself: printable ASCII, otherwise unchecked.
    pub url: String,
    /// SHA-256 of the certificate that lacks it.
    pub certificate: [u8; 32],
    /// The DER of the OCSPRequest to be POSTed there; empty for other kinds.
    pub request: Vec<u8>,
}

/// Which kind of evidence told of a revocation, or of none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// A certificate revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

impl EvidenceKind {
    /// The word of the JSON report: `crl` or `ocsp`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crl => "crl",
            Self::Ocsp => "ocsp",
        }
    }
}

/// Whether a certificate was revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// It was not asked: by policy, or because something else decides already. An anchor is never asked about.
    #[default]
    NotChecked,
    /// Evidence says that it was not.
    Good,
    /// No evidence settles it.
    Unknown,
    /// Evidence says that it was.
    Revoked,
}

impl RevocationStatus {
    /// The word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
        }
    }
}

/// What was found out about the revocation of one certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevocationReport {
    /// Whether it was revoked.
    pub status: RevocationStatus,
    /// What says so.
    pub source: Option<EvidenceKind>,
    /// When the evidence was made.
    pub this_update: Option<Time>,
    /// Until when newer evidence is due, where it says so.
    pub next_update: Option<Time>,
    /// Since when it is revoked. With a status of `Good`: only after the time of judgement.
    pub revoked_at: Option<Time>,
    /// Why it was revoked.
    pub reason: Option<RevocationReason>,
    /// Why it is not known: a code for each piece of evidence that does not count, and what exactly.
    pub doubts: Vec<(Code, String)>,
}

/// The answer to a [`PathRequest`](super::PathRequest).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PathReport {
    /// What the path is worth.
    pub verdict: PathVerdict,
    /// The path: the leaf first, the anchor last where it leads to one. The leaf alone where nothing was found.
    pub path: Vec<PathMember>,
    /// Whether the last certificate is an anchor.
    pub anchored: bool,
    /// What was seen, the leaf's first.
    pub findings: Vec<PathFinding>,
    /// How the address that was asked about compares with those of the certificate; `None` where none was.
    pub address_match: Option<AddressMatch>,
    /// What might help: certificates where no anchor was reached, evidence where it is not known whether one was revoked.
    pub needs: Vec<Need>,
    /// The certificate policies that hold for the whole path and are acceptable (user-constrained-policy-set of RFC 9618), dotted, as
    /// the anchor's side names them; `2.5.29.32.0` is anyPolicy. Empty where none holds, which is no fault unless somebody demands
    /// one, and where the path leads to no anchor. Worth no more than the path: look at the verdict first.
    pub policies: Vec<String>,
    /// What was looked at beside the path: lists, OCSP responses, and who signed them.
    pub consulted: Consulted,
    /// Signatures that were checked, those remembered by the store not counted.
    pub signatures_checked: usize,
    /// What that cost, in units of [`Limits::path_signatures`](crate::Limits::path_signatures).
    pub signature_work: usize,
    /// Candidate issuers that were looked at.
    pub steps: usize,
    /// Certificate policies that were followed: those that certificates list and map, and what came of them at each step of a path.
    pub policy_steps: usize,
}

impl PathReport {
    /// Whether the path leads to an anchor and every check passed.
    pub fn is_valid(&self) -> bool {
        self.verdict == PathVerdict::Valid
    }

    /// The certificates of the path: the leaf first.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.path.iter().map(|member| &member.certificate)
    }

    /// The report as JSON: verdict, path (SHA-256 of each certificate, leaf first), revocation, policies, findings, needs.
    pub fn to_json(&self) -> String {
        json::report(self).to_string()
    }

    /// The path as a small tree for people: the anchor first, each certificate below the one that issued it, with what speaks
    /// against it.
    pub fn to_tree(&self) -> String {
        let mut tree = String::new();
        for (depth, member) in self.path.iter().rev().enumerate() {
            let indent = "   ".repeat(depth.saturating_sub(1));
            let branch = if depth == 0 { "" } else { "\u{2514}\u{2500} " };
            tree.push_str(&format!("{indent}{branch}{}\n", member.line()));
            for finding in self.findings.iter().filter(|finding| finding.certificate == Some(*member.certificate.sha256())) {
                let below = "   ".repeat(depth.saturating_add(1));
                tree.push_str(&format!("{below}{} {}: {}\n", finding.severity.as_str(), finding.code.as_str(), finding.sentence()));
            }
        }
        tree
    }

    /// The worst of what is known of the revocation of each certificate; the anchor is not asked about.
    pub fn revocation(&self) -> RevocationStatus {
        self.path.iter().map(|member| member.revocation.status).max().unwrap_or_default()
    }

    /// The key of the certificate that was asked about. Where that is a DSA key without parameters, it has those of the key above it in the
    /// path, whatever the path is worth (RFC 5280 section 6.1.4 (d) to (f)).
    ///
    /// # Errors
    /// As [`Certificate::public_key`]; [`Code::KeyUnsupported`] where it lacks parameters and there are none above it.
    pub fn leaf_key(&self) -> Result<PublicKey> {
        let path: Vec<Certificate> = self.certificates().cloned().collect();
        match (inherit::inherited(&path).remove(&0), path.first()) {
            (Some(completed), _) => completed,
            (None, Some(leaf)) => leaf.public_key().cloned(),
            (None, None) => Err(Code::KeyUnsupported.into()),
        }
    }

    /// Whether there is a finding with this code.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}
