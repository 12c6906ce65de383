//! How a rule says what it found, and how the tables are written.

use super::facts::Facts;
use super::{Day, Lint, LintSeverity};
use crate::asn1::oid;
use crate::cert::text;

/// What the check of a rule found out.
pub(super) enum Judged {
    Passed,
    /// The certificate lacks what the rule is about; seen only now.
    NotApplicable,
    /// Broken, and by what; an empty text where there is no more to say than the lint's sentence.
    Found(String),
}

/// Octets of the certificate that a message shows.
const SHOWN: usize = 80;

/// Passed where this holds.
pub(super) fn must(holds: bool) -> Judged {
    if holds { Judged::Passed } else { Judged::Found(String::new()) }
}

/// Passed where this does not hold.
pub(super) fn must_not(holds: bool) -> Judged {
    must(!holds)
}

/// Passed where there is no offender; the first one stands in the message.
pub(super) fn none(offender: Option<impl Into<String>>) -> Judged {
    offender.map_or(Judged::Passed, |offender| Judged::Found(offender.into()))
}

/// Octets of a certificate made safe to show, cut where they are long.
pub(super) fn shown(octets: &[u8]) -> String {
    match octets.get(..SHOWN) {
        Some(start) if start.len() < octets.len() => format!("{}\u{2026}", text::escape(start)),
        _ => text::escape(octets),
    }
}

/// An object identifier for a message: dotted, cut where it is long.
pub(super) fn dotted(kind: &[u8]) -> String {
    oid::dotted(kind).map_or_else(|| "?".to_owned(), |text| shown(text.as_bytes()))
}

type Applies = fn(&Facts<'_>) -> bool;
type Check = fn(&Facts<'_>) -> Judged;

/// A rule with MUST or SHALL.
pub(super) const fn error(
    name: &'static str,
    reference: &'static str,
    since: Day,
    sentence: &'static str,
    applies: Applies,
    check: Check,
) -> Lint {
    Lint { name, severity: LintSeverity::Error, reference, since, sentence, applies, check }
}

/// A rule with SHOULD.
pub(super) const fn warning(
    name: &'static str,
    reference: &'static str,
    since: Day,
    sentence: &'static str,
    applies: Applies,
    check: Check,
) -> Lint {
    Lint { name, severity: LintSeverity::Warning, reference, since, sentence, applies, check }
}

/// No rule, but worth a look.
pub(super) const fn notice(
    name: &'static str,
    reference: &'static str,
    since: Day,
    sentence: &'static str,
    applies: Applies,
    check: Check,
) -> Lint {
    Lint { name, severity: LintSeverity::Notice, reference, since, sentence, applies, check }
}

/// For rules about every certificate.
pub(super) const fn always(_: &Facts<'_>) -> bool {
    true
}
