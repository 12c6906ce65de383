//! What is wrong with a certificate by the rules for those who issue it: RFC 5280 and its companions, and the CA/Browser Forum's Baseline
//! Requirements for S/MIME (BR).
//!
//! A lint is one rule with a name that stays. It is judged by the certificate alone: no path, no clock. Whether a rule was in force is
//! asked of notBefore. The BR are held against a certificate that says it follows them: it names one of their reserved policies.
//! What makes a certificate unreadable ([`Certificate::from_der`]) is no lint. `docs/lint.md` lists all of them.

mod facts;
mod judged;
mod kinds;
mod rfc5280;
mod smime_br;

use std::fmt;

use super::Certificate;
use crate::time::Time;
use facts::Facts;
use judged::Judged;

/// How much a lint weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LintSeverity {
    /// Unusual, against no rule.
    Notice,
    /// Against a SHOULD.
    Warning,
    /// Against a MUST or SHALL.
    Error,
}

impl LintSeverity {
    /// `notice`, `warning` or `error`, as reports have it.
    ///
    /// ```
    /// assert_eq!(smime::cert::lint::LintSeverity::Warning.as_str(), "warning");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for LintSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one lint says of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LintOutcome {
    /// The rule is about other certificates.
    NotApplicable,
    /// The certificate is older than the rule.
    NotEffective,
    /// The certificate keeps the rule.
    Passed,
    /// It does not: a sentence that says so, safe to show.
    Found(String),
}

/// A rule that a certificate does not keep.
///
/// ```
/// # let file = include_bytes!("example-alice.pem");
/// let alice = smime::Certificate::from_pem(file)?;
/// for finding in alice.lint() {
///     println!("{}: {}: {} ({})", finding.severity, finding.lint, finding.message, finding.reference);
/// }
/// # assert!(alice.lint().iter().any(|finding| finding.lint == "smime-br-policy-reserved"));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintFinding {
    /// The name of the lint, for example `rfc5280-serial-positive`.
    pub lint: &'static str,
    /// How much it weighs.
    pub severity: LintSeverity,
    /// A sentence, safe to show.
    pub message: String,
    /// Where the rule stands, for example `RFC 5280 section 4.1.2.2`.
    pub reference: &'static str,
}

/// A day: year, month, day.
type Day = (u16, u8, u8);

/// One rule. See [`lints`].
pub struct Lint {
    name: &'static str,
    severity: LintSeverity,
    reference: &'static str,
    since: Day,
    sentence: &'static str,
    /// Whether the rule is about certificates like this.
    applies: fn(&Facts<'_>) -> bool,
    check: fn(&Facts<'_>) -> Judged,
}

impl Lint {
    /// Its name, which stays: lower case with hyphens.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How much it weighs.
    pub const fn severity(&self) -> LintSeverity {
        self.severity
    }

    /// Where the rule stands.
    pub const fn reference(&self) -> &'static str {
        self.reference
    }

    /// From when on the rule holds: certificates whose notBefore is earlier are not judged by it.
    pub fn since(&self) -> Time {
        let (year, month, day) = self.since;
        Time::from_civil(year, month, day, 0, 0, 0).unwrap_or(Time::from_unix(0))
    }

    /// The sentence of a finding, without what is peculiar to the certificate.
    pub const fn sentence(&self) -> &'static str {
        self.sentence
    }

    /// What this lint says of this certificate. For all of them see [`Certificate::lint`].
    ///
    /// ```
    /// use smime::cert::lint::{LintOutcome, lints};
    /// # let file = include_bytes!("example-alice.pem");
    /// let alice = smime::Certificate::from_pem(file)?;
    /// let lint = lints().find(|lint| lint.name() == "rfc5280-serial-positive").expect("a lint of this name");
    /// assert_eq!(lint.judge(&alice), LintOutcome::Passed);
    /// # Ok::<(), smime::Error>(())
    /// ```
    pub fn judge(&self, certificate: &Certificate) -> LintOutcome {
        self.outcome(&Facts::of(certificate))
    }

    fn outcome(&self, facts: &Facts<'_>) -> LintOutcome {
        if !(self.applies)(facts) {
            return LintOutcome::NotApplicable;
        }
        if facts.certificate.not_before() < self.since() {
            return LintOutcome::NotEffective;
        }
        match (self.check)(facts) {
            Judged::NotApplicable => LintOutcome::NotApplicable,
            Judged::Passed => LintOutcome::Passed,
            Judged::Found(detail) if detail.is_empty() => LintOutcome::Found(self.sentence.to_owned()),
            Judged::Found(detail) => LintOutcome::Found(format!("{}: {detail}", self.sentence)),
        }
    }
}

impl fmt::Debug for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lint({})", self.name)
    }
}

/// Every lint, those of RFC 5280 and its companions first.
///
/// ```
/// use smime::cert::lint::{LintSeverity, lints};
/// let legacy = lints().find(|lint| lint.name() == "smime-br-legacy-generation").expect("a lint of this name");
/// assert_eq!(legacy.severity(), LintSeverity::Error);
/// assert_eq!(legacy.reference(), "S/MIME BR section 7.1.6.1");
/// assert_eq!(legacy.since().to_string(), "2025-07-15T00:00:00Z");
/// ```
pub fn lints() -> impl Iterator<Item = &'static Lint> {
    rfc5280::TABLES.iter().chain(smime_br::TABLES).copied().flatten()
}

/// See [`Certificate::lint`].
pub(super) fn lint(certificate: &Certificate) -> Vec<LintFinding> {
    let facts = Facts::of(certificate);
    lints()
        .filter_map(|lint| match lint.outcome(&facts) {
            LintOutcome::Found(message) => {
                Some(LintFinding { lint: lint.name, severity: lint.severity, message, reference: lint.reference })
            }
            _ => None,
        })
        .collect()
}
