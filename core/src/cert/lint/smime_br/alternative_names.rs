//! subjectAltName of subscribers' certificates, and the mailboxes that have to stand in it.

use super::super::Lint;
use super::super::facts::{Facts, mailbox_key, values};
use super::super::judged::{Judged, dotted, error, must, must_not, none, shown, warning};
use super::{BR, strict, subscriber};
use crate::asn1::oid;
use crate::cert::{Attribute, GeneralName, Mailbox};

fn has_san(facts: &Facts<'_>) -> bool {
    subscriber(facts) && facts.has(oid::CE_SUBJECT_ALT_NAME)
}

pub(super) const LINTS: &[Lint] = &[
    error("smime-br-subject-alt-name", "S/MIME BR section 7.1.2.3 (h)", BR, "There is no subjectAltName", subscriber, |facts| {
        must(facts.has(oid::CE_SUBJECT_ALT_NAME))
    }),
    warning(
        "smime-br-subject-alt-name-critical",
        "S/MIME BR section 7.1.2.3 (h)",
        BR,
        "subjectAltName is critical though there is a subject",
        has_san,
        |facts| must_not(facts.is_critical(oid::CE_SUBJECT_ALT_NAME) && !facts.subject.is_empty()),
    ),
    error(
        "smime-br-subject-alt-name-mailbox",
        "S/MIME BR section 7.1.4.2.1",
        BR,
        "subjectAltName has neither an rfc822Name nor a SmtpUTF8Mailbox",
        has_san,
        |facts| must(has_mailbox(facts)),
    ),
    error(
        "smime-br-subject-alt-name-forms",
        "S/MIME BR section 7.1.4.2.1",
        BR,
        "subjectAltName has a kind of name that it may not have",
        has_san,
        |facts| none(facts.names.iter().find_map(|name| unwelcome(facts, name))),
    ),
    error(
        "smime-br-mailbox-address",
        "S/MIME BR section 7.1.4.2.1",
        BR,
        "An rfc822Name is not one mailbox",
        |facts| subscriber(facts) && facts.names.iter().any(|name| matches!(name, GeneralName::Rfc822(_))),
        |facts| {
            let odd = facts.names.iter().find_map(|name| match name {
                GeneralName::Rfc822(octets) if Mailbox::from_ascii(octets).is_err() => Some(shown(octets)),
                _ => None,
            });
            none(odd)
        },
    ),
    error(
        "smime-br-mailbox-repeated",
        "S/MIME BR section 7.1.4.2.1",
        BR,
        "A mailbox of the subject or of a directoryName is not repeated in subjectAltName",
        subscriber,
        repeated,
    ),
];

/// Whether subjectAltName has a mailbox in one of the forms that are meant for it.
pub(super) fn has_mailbox(facts: &Facts<'_>) -> bool {
    facts.names.iter().any(|name| match name {
        GeneralName::Rfc822(_) => true,
        GeneralName::Other { kind, .. } => *kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes(),
        _ => false,
    })
}

/// The kind of this name where it may not be there.
fn unwelcome(facts: &Facts<'_>, name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::Rfc822(_) | GeneralName::Directory(_) => None,
        GeneralName::Other { kind, .. } if *kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes() || !strict(facts) => None,
        GeneralName::Other { kind, .. } => Some(format!("otherName {}", dotted(kind))),
        GeneralName::Dns(_) => Some("dNSName".to_owned()),
        GeneralName::Uri(_) => Some("uniformResourceIdentifier".to_owned()),
        GeneralName::IpAddress(_) => Some("iPAddress".to_owned()),
        GeneralName::X400(_) => Some("x400Address".to_owned()),
        GeneralName::EdiParty(_) => Some("ediPartyName".to_owned()),
        GeneralName::RegisteredId(_) => Some("registeredID".to_owned()),
    }
}

/// Judges whether every mailbox in a name stands among those of subjectAltName.
fn repeated(facts: &Facts<'_>) -> Judged {
    let directories: Vec<Attribute<'_>> = facts
        .names
        .iter()
        .filter_map(|name| if let GeneralName::Directory(name) = name { Some(*name) } else { None })
        .flat_map(|name| name.attributes())
        .collect();
    let mut mailboxes = [&facts.subject, &directories]
        .into_iter()
        .flat_map(|attributes| values(attributes, oid::AT_EMAIL_ADDRESS).chain(values(attributes, oid::AT_COMMON_NAME)))
        .filter_map(|text| Mailbox::parse(&text).ok())
        .peekable();
    if mailboxes.peek().is_none() {
        return Judged::NotApplicable;
    }
    let known = facts.san_mailboxes();
    none(mailboxes.find(|mailbox| !known.contains(&mailbox_key(mailbox))).map(|mailbox| shown(mailbox.to_string().as_bytes())))
}
