//! The names of subjectAltName and issuerAltName.

use super::super::Lint;
use super::super::facts::{Facts, mailbox_key, values};
use super::super::judged::{Judged, error, none, shown};
use super::RFC5280;
use crate::asn1::{Reader, Tag, oid};
use crate::cert::{GeneralName, Mailbox, is_host};

/// RFC 8398 was published in May 2018, its successor RFC 9598 in June 2024.
const RFC8398: super::Day = (2018, 5, 1);
const RFC9598: super::Day = (2024, 6, 1);

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-rfc822-name-ascii",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "An rfc822Name is not ASCII",
        |facts| any(facts, |name| matches!(name, GeneralName::Rfc822(_))),
        |facts| {
            find(
                facts,
                |name| if let GeneralName::Rfc822(octets) = name { Some(*octets).filter(|octets| !octets.is_ascii()) } else { None },
            )
        },
    ),
    error(
        "rfc5280-rfc822-name",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "An rfc822Name is no mailbox",
        |facts| any(facts, |name| matches!(name, GeneralName::Rfc822(_))),
        |facts| {
            let wrong = |octets: &&[u8]| octets.is_ascii() && Mailbox::from_ascii(octets).is_err();
            find(facts, |name| if let GeneralName::Rfc822(octets) = name { Some(*octets).filter(wrong) } else { None })
        },
    ),
    error(
        "rfc5280-dns-name",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "A dNSName is no name of a host",
        |facts| any(facts, |name| matches!(name, GeneralName::Dns(_))),
        |facts| {
            find(facts, |name| if let GeneralName::Dns(octets) = name { Some(*octets).filter(|octets| !is_dns_name(octets)) } else { None })
        },
    ),
    error(
        "rfc5280-uri",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "A uniformResourceIdentifier is not ASCII, has no scheme, or its host is neither a full name nor an address",
        |facts| any(facts, |name| matches!(name, GeneralName::Uri(_))),
        |facts| find(facts, |name| if let GeneralName::Uri(octets) = name { Some(*octets).filter(|octets| !is_uri(octets)) } else { None }),
    ),
    error(
        "rfc5280-ip-address",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "An iPAddress has neither 4 nor 16 octets",
        |facts| any(facts, |name| matches!(name, GeneralName::IpAddress(_))),
        |facts| {
            let wrong = |octets: &&[u8]| !matches!(octets.len(), 4 | 16);
            find(facts, |name| if let GeneralName::IpAddress(octets) = name { Some(*octets).filter(wrong) } else { None })
        },
    ),
    error(
        "rfc8398-smtp-utf8-mailbox",
        "RFC 9598 section 3",
        RFC8398,
        "A SmtpUTF8Mailbox is no UTF8String with a mailbox, or begins with a byte order mark",
        |facts| any(facts, |name| smtp_utf8(name).is_some()),
        |facts| {
            let wrong = |value: &&[u8]| utf8(value).is_none_or(|text| Mailbox::parse(text).is_err());
            find(facts, |name| smtp_utf8(name).filter(wrong))
        },
    ),
    error(
        "rfc8398-smtp-utf8-mailbox-ascii",
        "RFC 9598 section 3",
        RFC8398,
        "A SmtpUTF8Mailbox has a local part in ASCII, for which rfc822Name is there",
        |facts| any(facts, |name| smtp_utf8(name).is_some()),
        |facts| {
            let wrong = |value: &&[u8]| utf8(value).and_then(|text| text.rsplit_once('@')).is_some_and(|(local, _)| local.is_ascii());
            find(facts, |name| smtp_utf8(name).filter(wrong))
        },
    ),
    error(
        "rfc9598-smtp-utf8-mailbox-domain",
        "RFC 9598 section 3",
        RFC9598,
        "The domain of a SmtpUTF8Mailbox is not written in ASCII (A-labels)",
        |facts| any(facts, |name| smtp_utf8(name).is_some()),
        |facts| {
            let wrong = |value: &&[u8]| utf8(value).and_then(|text| text.rsplit_once('@')).is_some_and(|(_, domain)| !domain.is_ascii());
            find(facts, |name| smtp_utf8(name).filter(wrong))
        },
    ),
    error(
        "rfc5280-email-address-in-san",
        "RFC 5280 section 4.1.2.6",
        RFC5280,
        "An emailAddress of the subject is not repeated in subjectAltName",
        |facts| facts.subject.iter().any(|attribute| attribute.kind == oid::AT_EMAIL_ADDRESS.as_bytes()),
        |facts| {
            let known = facts.san_mailboxes();
            let mut addresses = values(&facts.subject, oid::AT_EMAIL_ADDRESS);
            let missing = addresses.find(|text| !Mailbox::parse(text).is_ok_and(|mailbox| known.contains(&mailbox_key(&mailbox))));
            none(missing.map(|text| shown(text.as_bytes())))
        },
    ),
];

fn any(facts: &Facts<'_>, is: impl Fn(&GeneralName<'_>) -> bool) -> bool {
    facts.names.iter().chain(&facts.issuer_names).any(is)
}

/// The first name of which this returns octets.
fn find<'a>(facts: &Facts<'a>, wrong: impl Fn(&GeneralName<'a>) -> Option<&'a [u8]>) -> Judged {
    none(facts.names.iter().chain(&facts.issuer_names).find_map(wrong).map(shown))
}

/// The DER of the value of a SmtpUTF8Mailbox.
fn smtp_utf8<'a>(name: &GeneralName<'a>) -> Option<&'a [u8]> {
    match name {
        GeneralName::Other { kind, value } if *kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes() => Some(value),
        _ => None,
    }
}

fn utf8(value: &[u8]) -> Option<&str> {
    let element = Reader::single_der(value).ok().filter(|element| element.tag == Tag::UTF8_STRING)?;
    std::str::from_utf8(element.content).ok()
}

/// Letters, digits and hyphens (RFC 1034 section 3.5); the first label may be an asterisk.
fn is_dns_name(octets: &[u8]) -> bool {
    let name = octets.strip_prefix(b"*.").unwrap_or(octets).to_ascii_lowercase();
    std::str::from_utf8(&name).is_ok_and(is_host)
}

/// A scheme and what it is about; where there is a host, one that can be found from anywhere.
fn is_uri(octets: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(octets).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_graphic())) else {
        return false;
    };
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    is_scheme && !rest.is_empty() && host(rest).is_none_or(|host| is_address(host) || (host.contains('.') && is_dns_name(host.as_bytes())))
}

/// The host behind `//`, without user, port and brackets.
pub(in crate::cert::lint) fn host(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(literal) => literal.split(']').next(),
        None => host.split(':').next(),
    }
}

/// Whether a host is given as an IP address.
pub(in crate::cert::lint) fn is_address(host: &str) -> bool {
    host.parse::<core::net::IpAddr>().is_ok()
}
