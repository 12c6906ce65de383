//! Which profile it is, how long it is valid, and the rest of certificatePolicies.

use super::super::Lint;
use super::super::facts::{Facts, Role};
use super::super::judged::{error, must, must_not, warning};
use super::super::rfc5280::policies::{notices, practice_statements};
use super::{BR, NO_LEGACY, follows, legacy, subscriber};
use crate::asn1::oid;

/// A day, as BR section 6.3.2 counts.
const DAY: i64 = 86_400;

pub(super) const LINTS: &[Lint] = &[
    warning(
        "smime-br-policy-reserved",
        "S/MIME BR section 7.1.6.4",
        BR,
        "A certificate for e-mail names none of the reserved policies: what is trusted publicly must, and by the BR no more was judged",
        |facts| facts.role == Role::Subscriber && is_for_mail(facts),
        |facts| must_not(facts.profiles.is_empty()),
    ),
    error(
        "smime-br-policy-single",
        "S/MIME BR section 7.1.2.3 (a)",
        BR,
        "There is more than one of the reserved policies",
        subscriber,
        |facts| must(facts.reserved_policies == 1),
    ),
    error(
        "smime-br-legacy-generation",
        "S/MIME BR section 7.1.6.1",
        NO_LEGACY,
        "The certificate is of the legacy generation, which is issued no more",
        legacy,
        |_| must(false),
    ),
    warning(
        "smime-br-policies-critical",
        "S/MIME BR sections 7.1.2.2 (a) and 7.1.2.3 (a)",
        BR,
        "certificatePolicies is critical",
        follows,
        |facts| must_not(facts.is_critical(oid::CE_CERTIFICATE_POLICIES)),
    ),
    error(
        "smime-br-policy-cps-uri",
        "S/MIME BR sections 7.1.2.2 (a) and 7.1.2.3 (a)",
        BR,
        "The address of a statement of practice is no HTTP or HTTPS address",
        |facts| follows(facts) && practice_statements(facts).next().is_some(),
        |facts| must(practice_statements(facts).all(|cps| cps.content.starts_with(b"http://") || cps.content.starts_with(b"https://"))),
    ),
    error(
        "smime-br-policy-user-notice",
        "S/MIME BR sections 7.1.2.2 (a) and 7.1.2.3 (a)",
        BR,
        "A user notice has a noticeRef, or no explicitText",
        |facts| follows(facts) && notices(facts).next().is_some(),
        |facts| must(notices(facts).all(|notice| notice.text.is_some() && !notice.has_reference)),
    ),
    error(
        "smime-br-validity",
        "S/MIME BR section 6.3.2",
        BR,
        "The certificate is valid for longer than its generation may be (825 days, legacy 1185)",
        subscriber,
        |facts| {
            let most: i64 = if legacy(facts) { 1185 } else { 825 };
            // The last second belongs to the validity.
            let seconds = facts.certificate.not_after().unix().saturating_sub(facts.certificate.not_before().unix()).saturating_add(1);
            must(seconds <= most.saturating_mul(DAY))
        },
    ),
    error("smime-br-version", "S/MIME BR section 7.1.1", BR, "The version is not 3", follows, |facts| {
        must(facts.certificate.version() == 3)
    }),
    error(
        "smime-br-serial-number",
        "S/MIME BR section 7.1",
        BR,
        "The serial number is not greater than 0 and less than 2^159",
        follows,
        |facts| {
            let serial = facts.certificate.serial();
            // In 20 octets of two's complement the positive numbers are those less than 2^159.
            must(serial.len() <= 20 && !facts.certificate.serial_is_negative() && serial.iter().any(|octet| *octet != 0))
        },
    ),
    warning(
        "smime-br-serial-number-entropy",
        "S/MIME BR section 7.1",
        BR,
        "The serial number is too short for 64 random bits",
        follows,
        |facts| must(facts.certificate.serial().len() >= 8),
    ),
];

/// BR section 1.1: extKeyUsage has emailProtection, and subjectAltName a mailbox.
fn is_for_mail(facts: &Facts<'_>) -> bool {
    facts.has_purpose(oid::KP_EMAIL_PROTECTION) && super::alternative_names::has_mailbox(facts)
}
