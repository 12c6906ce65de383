//! Whether the extensions of RFC 5280 can be read at all, and what stands in them that may not.

use super::super::Lint;
use super::super::facts::{Facts, read_access, read_policies};
use super::super::judged::{always, dotted, error, none, notice};
use super::super::kinds;
use super::RFC5280;
use super::authorities::read_constraints;
use crate::asn1::{Element, Tag, oid};
use crate::cert::{Extension, GeneralName, distribution, extensions};
use crate::error::{Code, Result};

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-extension-malformed",
        "RFC 5280 appendix A.2",
        RFC5280,
        "An extension does not have the form that its definition gives it",
        always,
        |facts| none(facts.extensions.iter().find(|extension| !is_readable(extension)).map(|extension| dotted(extension.kind))),
    ),
    notice(
        "rfc5280-critical-unknown",
        "RFC 5280 section 4.2",
        RFC5280,
        "A critical extension is none of RFC 5280: software that does not know it refuses the certificate",
        always,
        |facts| {
            none(
                facts
                    .extensions
                    .iter()
                    .find(|extension| extension.critical && !is_of_rfc5280(extension))
                    .map(|extension| dotted(extension.kind)),
            )
        },
    ),
    error(
        "rfc5280-general-name-empty",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "An alternative name is empty",
        |facts| !facts.names.is_empty() || !facts.issuer_names.is_empty(),
        |facts| none(facts.names.iter().chain(&facts.issuer_names).find(|name| is_empty(name)).map(|_| "")),
    ),
    error(
        "rfc5280-alternative-names-none",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "An extension with alternative names has none",
        |facts| facts.has(oid::CE_SUBJECT_ALT_NAME) || facts.has(oid::CE_ISSUER_ALT_NAME),
        |facts| {
            none(
                [oid::CE_SUBJECT_ALT_NAME, oid::CE_ISSUER_ALT_NAME]
                    .into_iter()
                    .find(|kind| is_bare(facts, *kind))
                    .map(|kind| kind.to_string()),
            )
        },
    ),
];

fn is_bare(facts: &Facts<'_>, kind: const_oid::ObjectIdentifier) -> bool {
    facts.extension(kind).is_some_and(|extension| extension.value == [0x30, 0])
}

fn is_empty(name: &GeneralName<'_>) -> bool {
    match name {
        GeneralName::Rfc822(octets) | GeneralName::Dns(octets) | GeneralName::Uri(octets) | GeneralName::IpAddress(octets) => {
            octets.is_empty()
        }
        GeneralName::Directory(name) => name.is_empty(),
        _ => false,
    }
}

/// Whether this is an extension of RFC 5280 that can be read, or another.
fn is_readable(extension: &Extension<'_>) -> bool {
    let whether = |reader: for<'a> fn(Element<'a>) -> Result<()>| extensions::read(extension, reader).is_ok();
    let Some(reader) = READERS.iter().find(|(kind, _)| kind.as_bytes() == extension.kind) else { return true };
    whether(reader.1)
}

fn is_of_rfc5280(extension: &Extension<'_>) -> bool {
    READERS.iter().any(|(kind, _)| kind.as_bytes() == extension.kind)
}

type Reads = for<'a> fn(Element<'a>) -> Result<()>;

const READERS: &[(const_oid::ObjectIdentifier, Reads)] = &[
    (oid::CE_AUTHORITY_KEY_IDENTIFIER, |element| extensions::authority_key_identifier(element).map(drop)),
    (oid::CE_SUBJECT_KEY_IDENTIFIER, |element| extensions::octet_string(element).map(drop)),
    (oid::CE_KEY_USAGE, |element| extensions::key_usage(element).map(drop)),
    (oid::CE_CERTIFICATE_POLICIES, |element| read_policies(element).and_then(|policies| not_empty(&policies, element))),
    (oid::CE_POLICY_MAPPINGS, not_an_empty_sequence),
    (oid::CE_SUBJECT_ALT_NAME, |element| extensions::general_names(element).map(drop)),
    (oid::CE_ISSUER_ALT_NAME, |element| extensions::general_names(element).map(drop)),
    (kinds::SUBJECT_DIRECTORY_ATTRIBUTES, not_an_empty_sequence),
    (oid::CE_BASIC_CONSTRAINTS, |element| extensions::basic_constraints(element).map(drop)),
    (oid::CE_NAME_CONSTRAINTS, |element| read_constraints(element).map(drop)),
    (oid::CE_POLICY_CONSTRAINTS, |element| extensions::sequence(element).map(drop)),
    (oid::CE_EXT_KEY_USAGE, |element| extensions::extended_key_usage(element).map(drop)),
    (oid::CE_CRL_DISTRIBUTION_POINTS, |element| distribution::read_points(element).and_then(|points| not_empty(&points, element))),
    (oid::CE_INHIBIT_ANY_POLICY, |element| extensions::inhibit_any_policy(element).map(drop)),
    (oid::CE_FRESHEST_CRL, |element| distribution::read_points(element).and_then(|points| not_empty(&points, element))),
    (oid::PE_AUTHORITY_INFO_ACCESS, |element| read_access(element).and_then(|access| not_empty(&access, element))),
    (kinds::SUBJECT_INFO_ACCESS, |element| read_access(element).and_then(|access| not_empty(&access, element))),
];

/// `SEQUENCE SIZE (1..MAX)`
fn not_empty<T>(found: &[T], element: Element<'_>) -> Result<()> {
    if found.is_empty() { Err(element.error(Code::BerValue)) } else { Ok(()) }
}

fn not_an_empty_sequence(element: Element<'_>) -> Result<()> {
    if element.tag == Tag::SEQUENCE && !element.content.is_empty() { Ok(()) } else { Err(element.error(Code::BerValue)) }
}
