//! Which extensions are critical and which are not, and those about access and revocation lists.

use super::super::Lint;
use super::super::judged::{error, must, must_not, warning};
use super::super::kinds;
use super::RFC5280;
use crate::asn1::oid;
use crate::cert::GeneralName;

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-subject-directory-attributes-critical",
        "RFC 5280 section 4.2.1.8",
        RFC5280,
        "subjectDirectoryAttributes is critical",
        |facts| facts.has(kinds::SUBJECT_DIRECTORY_ATTRIBUTES),
        |facts| must_not(facts.is_critical(kinds::SUBJECT_DIRECTORY_ATTRIBUTES)),
    ),
    error(
        "rfc5280-authority-info-access-critical",
        "RFC 5280 section 4.2.2.1",
        RFC5280,
        "authorityInfoAccess is critical",
        |facts| facts.has(oid::PE_AUTHORITY_INFO_ACCESS),
        |facts| must_not(facts.is_critical(oid::PE_AUTHORITY_INFO_ACCESS)),
    ),
    error(
        "rfc5280-subject-info-access-critical",
        "RFC 5280 section 4.2.2.2",
        RFC5280,
        "subjectInfoAccess is critical",
        |facts| facts.has(kinds::SUBJECT_INFO_ACCESS),
        |facts| must_not(facts.is_critical(kinds::SUBJECT_INFO_ACCESS)),
    ),
    error(
        "rfc5280-freshest-crl-critical",
        "RFC 5280 section 4.2.1.15",
        RFC5280,
        "freshestCRL is critical",
        |facts| facts.has(oid::CE_FRESHEST_CRL),
        |facts| must_not(facts.is_critical(oid::CE_FRESHEST_CRL)),
    ),
    warning(
        "rfc5280-crl-distribution-points-critical",
        "RFC 5280 section 4.2.1.13",
        RFC5280,
        "cRLDistributionPoints is critical",
        |facts| facts.has(oid::CE_CRL_DISTRIBUTION_POINTS),
        |facts| must_not(facts.is_critical(oid::CE_CRL_DISTRIBUTION_POINTS)),
    ),
    warning(
        "rfc5280-issuer-alt-name-critical",
        "RFC 5280 section 4.2.1.7",
        RFC5280,
        "issuerAltName is critical",
        |facts| facts.has(oid::CE_ISSUER_ALT_NAME),
        |facts| must_not(facts.is_critical(oid::CE_ISSUER_ALT_NAME)),
    ),
    warning(
        "rfc5280-subject-alt-name-critical",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "subjectAltName is critical though there is a subject",
        |facts| facts.has(oid::CE_SUBJECT_ALT_NAME) && !facts.subject.is_empty(),
        |facts| must_not(facts.is_critical(oid::CE_SUBJECT_ALT_NAME)),
    ),
    warning(
        "rfc5280-any-purpose-critical",
        "RFC 5280 section 4.2.1.12",
        RFC5280,
        "extKeyUsage allows any purpose and is critical",
        |facts| facts.has_purpose(oid::ANY_EXTENDED_KEY_USAGE),
        |facts| must_not(facts.is_critical(oid::CE_EXT_KEY_USAGE)),
    ),
    error(
        "rfc5280-distribution-point-incomplete",
        "RFC 5280 section 4.2.1.13",
        RFC5280,
        "A distribution point has neither a name nor an issuer of lists",
        |facts| facts.has(oid::CE_CRL_DISTRIBUTION_POINTS),
        |facts| {
            let points = facts.certificate.crl_distribution_points().ok().flatten().unwrap_or_default();
            must_not(points.iter().any(|point| point.name.is_none() && point.crl_issuer.is_empty()))
        },
    ),
    error(
        "rfc5280-distribution-point-reasons",
        "RFC 5280 section 4.2.1.13",
        RFC5280,
        "No distribution point has lists for all reasons",
        |facts| facts.has(oid::CE_CRL_DISTRIBUTION_POINTS),
        |facts| {
            let points = facts.certificate.crl_distribution_points().ok().flatten().unwrap_or_default();
            must(points.is_empty() || points.iter().any(|point| point.reasons.is_none()))
        },
    ),
    warning(
        "rfc5280-distribution-point-scheme",
        "RFC 5280 section 4.2.1.13",
        RFC5280,
        "No distribution point has an HTTP or LDAP address",
        |facts| facts.has(oid::CE_CRL_DISTRIBUTION_POINTS),
        |facts| must(facts.list_uris.iter().any(|uri| is_http_or_ldap(uri))),
    ),
    warning(
        "rfc5280-ca-issuers-scheme",
        "RFC 5280 section 4.2.2.1",
        RFC5280,
        "No location of the issuer's certificate is an HTTP or LDAP address",
        |facts| facts.access.iter().any(|(method, _)| *method == kinds::ACCESS_CA_ISSUERS.as_bytes()),
        |facts| {
            let mut issuers = facts.access.iter().filter(|(method, _)| *method == kinds::ACCESS_CA_ISSUERS.as_bytes());
            must(issuers.any(|(_, location)| matches!(location, GeneralName::Uri(uri) if is_http_or_ldap(uri))))
        },
    ),
];

fn is_http_or_ldap(uri: &[u8]) -> bool {
    [&b"http:"[..], b"ldap:"].iter().any(|scheme| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}
