//! What was found out about a message: a verdict, the layers from the outside in, and findings with stable codes.

mod json;

use crate::cert::{Certificate, text};
use crate::error::{Code, Severity};
use crate::path::PathReport;
use crate::time::Time;

/// What a message, a layer or a signer is worth, best first.
///
/// A message is worth what its worst layer is worth. A proven failure outweighs an unknown, so
/// [`Verdict::Invalid`] is the last.
#[must_use]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Verdict {
    /// Signed, and each check passed.
    Valid = 0,
    /// Nothing is signed; what there is (encryption) is in order.
    Unsigned = 1,
    /// The signature fits, but the signer, the algorithm or the sender's address is not to be trusted.
    Untrusted = 2,
    /// Not everything could be checked.
    #[default]
    Indeterminate = 3,
    /// A check failed that proves the message altered or the signature wrong.
    Invalid = 4,
}

impl Verdict {
    /// The word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Unsigned => "unsigned",
            Self::Untrusted => "untrusted",
            Self::Indeterminate => "indeterminate",
            Self::Invalid => "invalid",
        }
    }

    /// Whether a message with this verdict may be used: [`Verdict::Valid`] and [`Verdict::Unsigned`].
    pub const fn is_acceptable(self) -> bool {
        matches!(self, Self::Valid | Self::Unsigned)
    }
}

/// The outcome of one check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// It was made and passed.
    Passed,
    /// It was made and failed; the findings say why.
    Failed,
    /// It was not made; the findings say why where that matters.
    #[default]
    NotChecked,
}

impl Check {
    /// The word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotChecked => "not_checked",
        }
    }
}

/// How the sender of the message and the addresses in the signer's certificate compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressMatch {
    /// The one address in From is in the certificate.
    Match,
    /// It is not.
    Mismatch,
    /// From stands twice, holds several addresses or cannot be read.
    Ambiguous,
    /// There is no From, no certificate or no address in it.
    #[default]
    Absent,
}

impl AddressMatch {
    /// The word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::Ambiguous => "ambiguous",
            Self::Absent => "absent",
        }
    }
}

/// One thing seen: a stable code, how much it weighs, where, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was seen.
    pub code: Code,
    /// How much it weighs here.
    pub severity: Severity,
    /// Index into [`Report::layers`], where it belongs to one.
    pub layer: Option<usize>,
    /// Index into [`SignedLayer::signers`], where it belongs to one.
    pub signer: Option<usize>,
    /// A sentence that a postmaster understands.
    pub message: String,
}

/// A protective layer of a message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Layer {
    /// EnvelopedData or AuthEnvelopedData.
    Encrypted(EncryptedLayer),
    /// multipart/signed or SignedData.
    Signed(SignedLayer),
    /// CompressedData.
    Compressed {
        /// Always `zlib` (RFC 3274).
        algorithm: &'static str,
    },
    /// SignedData without signers, for the transport of certificates.
    CertsOnly {
        /// The certificates.
        certificates: Vec<Certificate>,
    },
}

/// An encrypted layer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EncryptedLayer {
    /// The name of the content cipher, for example `aes-256-gcm`.
    pub cipher: String,
    /// Whether changes to the content would have been noticed (an authenticated cipher).
    pub authenticated: bool,
    /// The recipients in the order of the message.
    pub recipients: Vec<RecipientReport>,
}

/// One RecipientInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientReport {
    /// `ktri`, `kari`, `kekri`, `pwri` or `ori`.
    pub kind: &'static str,
    /// The name of its algorithm, or its dotted object identifier.
    pub algorithm: String,
    /// Whether the content key came from here.
    pub used: bool,
}

/// How a signed layer carries its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedForm {
    /// multipart/signed, or a detached signature.
    Clear,
    /// The content inside SignedData.
    Opaque,
}

/// A signed layer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedLayer {
    /// How the content is carried.
    pub form: SignedForm,
    /// The worst of the signers' verdicts, unless the policy says that one suffices.
    pub verdict: Verdict,
    /// The signers in the order of the message.
    pub signers: Vec<SignerReport>,
}

/// One SignerInfo and what was found out about it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SignerReport {
    /// The signer's certificate, where it was found.
    pub certificate: Option<Certificate>,
    /// The certification path, signer first, as far as it was built, and what was checked of it.
    pub path: PathReport,
    /// The name of the digest algorithm, or its dotted object identifier.
    pub digest: String,
    /// The name of the signature algorithm, or its dotted object identifier.
    pub algorithm: String,
    /// When the signer claims to have signed. Nothing is judged by it.
    pub signing_time: Option<Time>,
    /// Content ciphers that the signer says it reads (RFC 8551 section 2.5.2), best first, as far as they are known.
    pub capabilities: Vec<String>,
    /// Whether the signature fits the content and the key.
    pub signature: Check,
    /// The time-stamp on the signature, where there is one.
    pub time_stamp: Option<TimeStampReport>,
    /// Whether the certification path leads to an anchor.
    pub chain: Check,
    /// How the sender's address compares.
    pub address: AddressMatch,
    /// What this signer is worth.
    pub verdict: Verdict,
    /// Indices into [`Report::findings`].
    pub findings: Vec<usize>,
}

/// A time-stamp on a signature, or over a file of evidence (RFC 3161).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TimeStampReport {
    /// When the signature is said to have been there already.
    pub time: Option<Time>,
    /// What the time-stamp is worth. The signer's path is judged at its time where it is [`Verdict::Valid`], and only there.
    pub verdict: Verdict,
    /// Who made it.
    pub authority: Option<Certificate>,
    /// The certification path of who made it.
    pub path: PathReport,
}

/// Of which evidence a message was judged: see [`evidence`](crate::evidence).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EvidenceReport {
    /// When it says that the message was judged: the word of whoever kept it.
    pub noted_at: Time,
    /// What it says that came of it then.
    pub noted_verdict: Verdict,
    /// The name of the policy by which it says that the message was judged; with `+` where points of it were changed.
    pub noted_policy: String,
    /// The time-stamp over the file, where one was given. [`Report::at`] is its time then.
    pub time_stamp: Option<TimeStampReport>,
}

/// Who the message says it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sender {
    /// The addresses of every From field.
    pub from: Vec<String>,
    /// The address of the Sender field.
    pub sender: Option<String>,
    /// The comparison with the certificates of the signers: the worst of them.
    pub address_match: AddressMatch,
}

/// What the outermost signature or encryption covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Octet ranges, start and end, of the entity of each clear-signed layer that its signature covers.
    pub signed: Vec<(u64, u64)>,
    /// Parts outside the protection: `preamble`, `epilogue` or part numbers such as `2`.
    pub uncovered_parts: Vec<String>,
}

/// Header fields that stand inside the protection (RFC 9788).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtectedHeaders {
    /// Name and unfolded value, in order.
    pub protected: Vec<(String, String)>,
    /// Names of fields that differ between outside and inside.
    pub differences: Vec<String>,
}

/// Something that is missing and could be fetched by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// `crl`, `ocsp` or `issuer`.
    pub what: &'static str,
    /// Where it can be had.
    pub url: String,
    /// SHA-256 of the certificate that it is needed for.
    pub certificate: [u8; 32],
    /// For `ocsp`: the DER of the OCSPRequest to be POSTed there.
    pub request: Vec<u8>,
}

/// The content that was released, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentReport {
    /// Its length in octets.
    pub bytes: u64,
    /// Its SHA-256, where it was asked for and the content may be used.
    pub sha256: Option<[u8; 32]>,
}

/// Everything that was found out about a message.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// What the message as a whole is worth.
    pub verdict: Verdict,
    /// The time of judgement, where one was given.
    pub at: Option<Time>,
    /// The evidence that was judged, where it was not a message as it came in.
    pub evidence: Option<EvidenceReport>,
    /// Who it says it is from.
    pub sender: Sender,
    /// The protective layers, from the outside in.
    pub layers: Vec<Layer>,
    /// What is covered.
    pub coverage: Coverage,
    /// Header fields inside the protection.
    pub headers: ProtectedHeaders,
    /// What was seen.
    pub findings: Vec<Finding>,
    /// What could be fetched to know more.
    pub needs: Vec<Need>,
    /// The content.
    pub content: ContentReport,
}

impl Report {
    /// The report as JSON, by the published schema, version 1.
    pub fn to_json(&self) -> String {
        json::report(self).to_string()
    }

    /// The report as JSON over several lines, for people.
    pub fn to_json_pretty(&self) -> String {
        format!("{:#}", json::report(self))
    }

    /// The signers of all layers, from the outside in.
    pub fn signers(&self) -> impl Iterator<Item = &SignerReport> {
        self.layers.iter().filter_map(|layer| if let Layer::Signed(signed) = layer { Some(&signed.signers) } else { None }).flatten()
    }

    /// Whether a finding with this code is in the report.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }

    /// The finding that matters most: the first of the highest severity.
    pub fn principal(&self) -> Option<&Finding> {
        self.findings.iter().rev().max_by_key(|finding| finding.severity)
    }

    /// One line for people and logs: the verdict, who signed, and what matters most.
    pub fn summary(&self) -> String {
        let mut line = self.verdict.as_str().to_owned();
        if let (Some(_), Some(at)) = (&self.evidence, self.at) {
            line.push_str(&format!(" as of {at}"));
        }
        let signers: Vec<String> = self.signers().filter_map(|signer| signer.certificate.as_ref().map(Certificate::holder)).collect();
        if !signers.is_empty() {
            line.push_str(&format!(", signed by {}", signers.join(" and ")));
        }
        if let Some(Layer::Encrypted(layer)) = self.layers.iter().find(|layer| matches!(layer, Layer::Encrypted(_))) {
            line.push_str(&format!(", encrypted with {}", layer.cipher));
        }
        if let Some(finding) = self.principal().filter(|finding| finding.severity > Severity::Info) {
            line.push_str(&format!("; {}: {}", finding.code.as_str(), finding.message));
        }
        line
    }

    /// Adds a finding and answers with its index.
    pub(crate) fn find(&mut self, code: Code, layer: Option<usize>, signer: Option<usize>, detail: Option<&str>) -> usize {
        let message = match detail {
            Some(detail) => format!("{}: {}", code.sentence(), shown(detail)),
            None => code.sentence().to_owned(),
        };
        let finding = Finding { code, severity: code.severity(), layer, signer, message };
        self.findings.push(finding);
        self.findings.len().saturating_sub(1)
    }
}

/// Characters of the detail of a finding.
const DETAIL: usize = 600;

/// What may come from the message itself, as text for one line of a terminal or log: nothing in it that controls or turns it.
fn shown(detail: &str) -> String {
    let mut shown: String = detail.chars().take(DETAIL).map(|found| if text::is_safe(found) { found } else { ' ' }).collect();
    if detail.chars().nth(DETAIL).is_some() {
        shown.push('\u{2026}');
    }
    shown
}
