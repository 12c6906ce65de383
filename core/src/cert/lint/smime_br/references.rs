//! Where lists, issuers and responders are: cRLDistributionPoints and authorityInfoAccess.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, none, shown, warning};
use super::super::kinds;
use super::super::rfc5280::general_names::{host, is_address};
use super::{BR, legacy, strict_or_multipurpose, subscriber};
use crate::asn1::oid;
use crate::cert::GeneralName;

/// Last labels of names that are for use inside (RFC 6761, RFC 6762 with its appendix G, RFC 7686, RFC 9476).
const INSIDE: &[&str] =
    &["alt", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localhost", "onion", "private", "test"];

fn has_access(facts: &Facts<'_>) -> bool {
    facts.has(oid::PE_AUTHORITY_INFO_ACCESS)
}

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-crl-distribution-points",
        "S/MIME BR section 7.1.2.3 (b)",
        BR,
        "There is no distribution point with an address of a revocation list",
        subscriber,
        |facts| must_not(facts.list_uris.is_empty()),
    ),
    warning(
        "smime-br-crl-distribution-points-critical",
        "S/MIME BR section 7.1.2.3 (b)",
        BR,
        "cRLDistributionPoints is critical",
        |facts| subscriber(facts) && facts.has(oid::CE_CRL_DISTRIBUTION_POINTS),
        |facts| must_not(facts.is_critical(oid::CE_CRL_DISTRIBUTION_POINTS)),
    ),
    error(
        "smime-br-crl-distribution-points-scheme",
        "S/MIME BR section 7.1.2.3 (b)",
        BR,
        "An address of a revocation list is not HTTP, or in the legacy generation none is",
        |facts| subscriber(facts) && !facts.list_uris.is_empty(),
        |facts| {
            let is_http = |uri: &[u8]| is_http(uri);
            if strict_or_multipurpose(facts) {
                none(facts.list_uris.iter().find(|uri| !is_http(uri)).map(|uri| shown(uri)))
            } else {
                must(facts.list_uris.iter().any(|uri| is_http(uri)))
            }
        },
    ),
    warning(
        "smime-br-authority-info-access",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "There is no authorityInfoAccess",
        subscriber,
        |facts| must(has_access(facts)),
    ),
    error(
        "smime-br-authority-info-access-critical",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "authorityInfoAccess is critical",
        |facts| subscriber(facts) && has_access(facts),
        |facts| must_not(facts.is_critical(oid::PE_AUTHORITY_INFO_ACCESS)),
    ),
    warning(
        "smime-br-ca-issuers",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "authorityInfoAccess does not say where the certificate of the issuer is",
        |facts| subscriber(facts) && has_access(facts),
        |facts| must(facts.access.iter().any(|(method, _)| *method == kinds::ACCESS_CA_ISSUERS.as_bytes())),
    ),
    error(
        "smime-br-authority-info-access-scheme",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "A location in authorityInfoAccess, generation strict or multipurpose, is no HTTP address",
        |facts| strict_or_multipurpose(facts) && has_access(facts),
        |facts| none(locations(facts).find(|location| !is_at_http(location)).map(|location| address(location))),
    ),
    error(
        "smime-br-authority-info-access-scheme-legacy",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "Of an access method in authorityInfoAccess, generation legacy, no location is an HTTP address",
        |facts| legacy(facts) && has_access(facts),
        |facts| {
            let lacks = |method: &const_oid::ObjectIdentifier| {
                let mut of_method = facts.access.iter().filter(|(kind, _)| *kind == method.as_bytes()).peekable();
                of_method.peek().is_some() && !of_method.any(|(_, location)| is_at_http(location))
            };
            none([kinds::ACCESS_OCSP, kinds::ACCESS_CA_ISSUERS].iter().find(|method| lacks(method)).map(|method| method.to_string()))
        },
    ),
    warning(
        "smime-br-authority-info-access-internal",
        "S/MIME BR section 7.1.2.3 (c)",
        BR,
        "A host in authorityInfoAccess has a name for use inside",
        |facts| subscriber(facts) && has_access(facts),
        |facts| none(locations(facts).find(|location| is_inside(location)).map(|location| address(location))),
    ),
];

/// The locations of responders and issuers.
fn locations<'s, 'a: 's>(facts: &'s Facts<'a>) -> impl Iterator<Item = &'s GeneralName<'a>> {
    let methods = [kinds::ACCESS_OCSP, kinds::ACCESS_CA_ISSUERS];
    facts.access.iter().filter(move |(method, _)| kinds::is_one_of(method, &methods)).map(|(_, location)| location)
}

pub(super) fn is_http(uri: &[u8]) -> bool {
    uri.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"http://"))
}

fn is_at_http(location: &GeneralName<'_>) -> bool {
    matches!(location, GeneralName::Uri(uri) if is_http(uri))
}

fn address(location: &GeneralName<'_>) -> String {
    match location {
        GeneralName::Uri(uri) => shown(uri),
        _ => "no address".to_owned(),
    }
}

/// A host without a dot, or below a name that is not given to anyone.
fn is_inside(location: &GeneralName<'_>) -> bool {
    let GeneralName::Uri(uri) = location else { return false };
    let text = std::str::from_utf8(uri).ok();
    let Some(host) = text.and_then(|text| text.split_once(':')).and_then(|(_, rest)| host(rest)) else { return false };
    if is_address(host) {
        return false;
    }
    let Some((_, last)) = host.trim_end_matches('.').rsplit_once('.') else { return true };
    INSIDE.iter().any(|name| last.eq_ignore_ascii_case(name)) || !last.starts_with(|first: char| first.is_ascii_alphabetic())
}
