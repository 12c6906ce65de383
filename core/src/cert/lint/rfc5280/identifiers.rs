//! authorityKeyIdentifier and subjectKeyIdentifier.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, warning};
use super::RFC5280;
use crate::asn1::{Reader, Tag, oid};
use crate::cert::extensions::sequence;

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-authority-key-identifier",
        "RFC 5280 section 4.2.1.1",
        RFC5280,
        "There is no authorityKeyIdentifier with a keyIdentifier",
        |facts| !facts.self_signed,
        |facts| must(authority(facts).is_some_and(|parts| parts.key)),
    ),
    error(
        "rfc5280-authority-key-identifier-critical",
        "RFC 5280 section 4.2.1.1",
        RFC5280,
        "authorityKeyIdentifier is critical",
        |facts| facts.has(oid::CE_AUTHORITY_KEY_IDENTIFIER),
        |facts| must_not(facts.is_critical(oid::CE_AUTHORITY_KEY_IDENTIFIER)),
    ),
    error(
        "rfc5280-authority-key-identifier-pair",
        "RFC 5280 appendix A.2",
        RFC5280,
        "authorityKeyIdentifier has one of authorityCertIssuer and authorityCertSerialNumber without the other",
        |facts| facts.has(oid::CE_AUTHORITY_KEY_IDENTIFIER),
        |facts| must(authority(facts).is_none_or(|parts| parts.issuer == parts.serial)),
    ),
    error(
        "rfc5280-subject-key-identifier-ca",
        "RFC 5280 section 4.2.1.2",
        RFC5280,
        "An authority has no subjectKeyIdentifier",
        |facts| facts.is_authority(),
        |facts| must(facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
    warning(
        "rfc5280-subject-key-identifier",
        "RFC 5280 section 4.2.1.2",
        RFC5280,
        "There is no subjectKeyIdentifier",
        |facts| !facts.is_authority(),
        |facts| must(facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
    error(
        "rfc5280-subject-key-identifier-critical",
        "RFC 5280 section 4.2.1.2",
        RFC5280,
        "subjectKeyIdentifier is critical",
        |facts| facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER),
        |facts| must_not(facts.is_critical(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
];

/// Which fields authorityKeyIdentifier has.
#[derive(Default)]
pub(in crate::cert::lint) struct AuthorityParts {
    pub(in crate::cert::lint) key: bool,
    pub(in crate::cert::lint) issuer: bool,
    pub(in crate::cert::lint) serial: bool,
}

/// The fields of authorityKeyIdentifier, where it can be read.
pub(in crate::cert::lint) fn authority(facts: &Facts<'_>) -> Option<AuthorityParts> {
    let extension = facts.extension(oid::CE_AUTHORITY_KEY_IDENTIFIER)?;
    let mut fields = Reader::single_der(extension.value).and_then(sequence).ok()?;
    let mut has = |tag| fields.optional(tag).ok().flatten().is_some_and(|field| !field.content.is_empty());
    Some(AuthorityParts { key: has(Tag::context(0)), issuer: has(Tag::context_constructed(1)), serial: has(Tag::context(2)) })
}
