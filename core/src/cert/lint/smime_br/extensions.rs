//! The extensions of subscribers' certificates but for those that have a room of their own.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{Judged, dotted, error, must, must_not, none, notice, warning};
use super::super::kinds;
use super::super::rfc5280::identifiers::authority;
use super::profile::Validation;
use super::{BR, legacy, legacy_or_multipurpose, strict, strict_or_multipurpose, subscriber, validated};
use crate::asn1::oid;

const ADOBE: &[const_oid::ObjectIdentifier] = &[kinds::ADOBE_TIME_STAMP, kinds::ADOBE_ARCHIVE_REVOCATION];

/// The extensions that BR section 7.1.2.3 speaks of.
const KNOWN: &[const_oid::ObjectIdentifier] = &[
    oid::CE_CERTIFICATE_POLICIES,
    oid::CE_CRL_DISTRIBUTION_POINTS,
    oid::PE_AUTHORITY_INFO_ACCESS,
    oid::CE_BASIC_CONSTRAINTS,
    oid::CE_KEY_USAGE,
    oid::CE_EXT_KEY_USAGE,
    oid::CE_AUTHORITY_KEY_IDENTIFIER,
    oid::CE_SUBJECT_ALT_NAME,
    kinds::SMIME_CAPABILITIES,
    kinds::SUBJECT_DIRECTORY_ATTRIBUTES,
    kinds::QC_STATEMENTS,
    kinds::LEGAL_ENTITY_IDENTIFIER,
    kinds::LEGAL_ENTITY_ROLE,
    kinds::ADOBE_TIME_STAMP,
    kinds::ADOBE_ARCHIVE_REVOCATION,
    oid::CE_SUBJECT_KEY_IDENTIFIER,
];

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-path-length",
        "S/MIME BR section 7.1.2.3 (d)",
        BR,
        "basicConstraints has a pathLenConstraint",
        |facts| subscriber(facts) && facts.has(oid::CE_BASIC_CONSTRAINTS),
        |facts| must(facts.certificate.basic_constraints().ok().flatten().is_none_or(|constraints| constraints.path_length.is_none())),
    ),
    error(
        "smime-br-authority-key-identifier",
        "S/MIME BR section 7.1.2.3 (g)",
        BR,
        "authorityKeyIdentifier is missing or critical, or does not have a keyIdentifier alone",
        subscriber,
        |facts| must(identifies_by_key(facts)),
    ),
    warning(
        "smime-br-subject-key-identifier",
        "S/MIME BR section 7.1.2.3 (n)",
        BR,
        "There is no subjectKeyIdentifier",
        subscriber,
        |facts| must(facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
    error(
        "smime-br-subject-key-identifier-critical",
        "S/MIME BR section 7.1.2.3 (n)",
        BR,
        "subjectKeyIdentifier is critical",
        |facts| subscriber(facts) && facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER),
        |facts| must_not(facts.is_critical(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
    error(
        "smime-br-smime-capabilities-critical",
        "S/MIME BR section 7.1.2.3 (i)",
        BR,
        "smimeCapabilities is critical",
        |facts| subscriber(facts) && facts.has(kinds::SMIME_CAPABILITIES),
        |facts| must_not(facts.is_critical(kinds::SMIME_CAPABILITIES)),
    ),
    error(
        "smime-br-subject-directory-attributes",
        "S/MIME BR section 7.1.2.3 (j)",
        BR,
        "There are subjectDirectoryAttributes, generation strict or multipurpose",
        strict_or_multipurpose,
        |facts| must_not(facts.has(kinds::SUBJECT_DIRECTORY_ATTRIBUTES)),
    ),
    error(
        "smime-br-subject-directory-attributes-critical",
        "S/MIME BR section 7.1.2.3 (j)",
        BR,
        "subjectDirectoryAttributes is critical",
        |facts| legacy(facts) && facts.has(kinds::SUBJECT_DIRECTORY_ATTRIBUTES),
        |facts| must_not(facts.is_critical(kinds::SUBJECT_DIRECTORY_ATTRIBUTES)),
    ),
    error(
        "smime-br-qc-statements-critical",
        "S/MIME BR section 7.1.2.3 (k)",
        BR,
        "qcStatements is critical",
        |facts| subscriber(facts) && facts.has(kinds::QC_STATEMENTS),
        |facts| must_not(facts.is_critical(kinds::QC_STATEMENTS)),
    ),
    error(
        "smime-br-legal-entity-identifier",
        "S/MIME BR section 7.1.2.3 (l)",
        BR,
        "A Legal Entity Identifier is there or critical where it may not be",
        subscriber,
        legal_entity,
    ),
    error(
        "smime-br-adobe-extensions",
        "S/MIME BR section 7.1.2.3 (m)",
        BR,
        "There is an extension of Adobe's, generation strict",
        strict,
        |facts| must_not(ADOBE.iter().any(|kind| facts.has(*kind))),
    ),
    error(
        "smime-br-adobe-extensions-critical",
        "S/MIME BR section 7.1.2.3 (m)",
        BR,
        "An extension of Adobe's is critical",
        |facts| legacy_or_multipurpose(facts) && ADOBE.iter().any(|kind| facts.has(*kind)),
        |facts| must_not(ADOBE.iter().any(|kind| facts.is_critical(*kind))),
    ),
    notice(
        "smime-br-extension-other",
        "S/MIME BR section 7.1.2.4",
        BR,
        "There is an extension of which the requirements do not speak: the authority has to know why",
        subscriber,
        |facts| {
            none(facts.extensions.iter().find(|extension| !kinds::is_one_of(extension.kind, KNOWN)).map(|extension| dotted(extension.kind)))
        },
    ),
];

/// authorityKeyIdentifier is there, not critical, and names the key alone.
pub(super) fn identifies_by_key(facts: &Facts<'_>) -> bool {
    let alone = authority(facts).is_some_and(|parts| parts.key && !parts.issuer && !parts.serial);
    alone && !facts.is_critical(oid::CE_AUTHORITY_KEY_IDENTIFIER)
}

fn legal_entity(facts: &Facts<'_>) -> Judged {
    let found = |kind, wrong: bool| if wrong { Some(format!("{kind}")) } else { None };
    let (identifier, role) = (kinds::LEGAL_ENTITY_IDENTIFIER, kinds::LEGAL_ENTITY_ROLE);
    if validated(facts, &[Validation::Mailbox, Validation::Individual]) {
        return none(found(identifier, facts.has(identifier)).or_else(|| found(role, facts.has(role))));
    }
    let role_is_wrong = if validated(facts, &[Validation::Organization]) { facts.has(role) } else { facts.is_critical(role) };
    none(found(identifier, facts.is_critical(identifier)).or_else(|| found(role, role_is_wrong)))
}
