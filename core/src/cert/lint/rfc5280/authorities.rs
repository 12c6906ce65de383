//! What only authorities have: basicConstraints, nameConstraints and the extensions about the policies of others.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, none, warning};
use super::RFC5280;
use crate::asn1::{Element, Reader, Tag, oid};
use crate::cert::extensions::sequence;
use crate::cert::{GeneralName, KeyUsage, is_host};
use crate::error::Result;

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-basic-constraints-critical",
        "RFC 5280 section 4.2.1.9",
        RFC5280,
        "basicConstraints of an authority is not critical",
        |facts| facts.is_authority() && facts.uses(KeyUsage::KEY_CERT_SIGN),
        |facts| must(facts.is_critical(oid::CE_BASIC_CONSTRAINTS)),
    ),
    error(
        "rfc5280-path-length",
        "RFC 5280 section 4.2.1.9",
        RFC5280,
        "There is a pathLenConstraint, but the subject is no authority that signs certificates",
        |facts| facts.certificate.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.path_length.is_some()),
        |facts| must(facts.is_authority() && (facts.usage.is_none() || facts.uses(KeyUsage::KEY_CERT_SIGN))),
    ),
    error(
        "rfc5280-name-constraints-ca",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "There are nameConstraints, but the subject is no authority",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| must(facts.is_authority()),
    ),
    error(
        "rfc5280-name-constraints-critical",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints is not critical",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| must(facts.is_critical(oid::CE_NAME_CONSTRAINTS)),
    ),
    error(
        "rfc5280-name-constraints-empty",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints constrains nothing",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| must_not(constraints(facts).is_some_and(|subtrees| subtrees.is_empty())),
    ),
    error(
        "rfc5280-name-constraints-distance",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints has a minimum that is not zero, or a maximum",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| must_not(constraints(facts).is_some_and(|subtrees| subtrees.iter().any(|subtree| subtree.has_distance))),
    ),
    warning(
        "rfc5280-name-constraints-forms",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints is about x400Address, ediPartyName or registeredID",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| {
            let odd = |subtree: &Subtree<'_>| {
                matches!(subtree.base, GeneralName::X400(_) | GeneralName::EdiParty(_) | GeneralName::RegisteredId(_))
            };
            must_not(constraints(facts).is_some_and(|subtrees| subtrees.iter().any(odd)))
        },
    ),
    error(
        "rfc5280-name-constraints-address",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints has an iPAddress that is no address with a mask",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| {
            let odd = |subtree: &Subtree<'_>| matches!(subtree.base, GeneralName::IpAddress(octets) if !matches!(octets.len(), 8 | 32));
            must_not(constraints(facts).is_some_and(|subtrees| subtrees.iter().any(odd)))
        },
    ),
    error(
        "rfc5280-name-constraints-uri",
        "RFC 5280 section 4.2.1.10",
        RFC5280,
        "nameConstraints has a uniformResourceIdentifier that is no host with its domain, nor a domain",
        |facts| facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| {
            let odd = |subtree: &Subtree<'_>| matches!(subtree.base, GeneralName::Uri(octets) if !is_domain(octets));
            must_not(constraints(facts).is_some_and(|subtrees| subtrees.iter().any(odd)))
        },
    ),
    error(
        "rfc5280-policy-extensions-ca",
        "RFC 5280 sections 4.2.1.5, 4.2.1.11 and 4.2.1.14",
        RFC5280,
        "There is an extension for authorities alone (policyMappings, policyConstraints, inhibitAnyPolicy), but the subject is none",
        |facts| !facts.is_authority(),
        |facts| {
            let kinds = [oid::CE_POLICY_MAPPINGS, oid::CE_POLICY_CONSTRAINTS, oid::CE_INHIBIT_ANY_POLICY];
            none(kinds.into_iter().find(|kind| facts.has(*kind)).map(|kind| kind.to_string()))
        },
    ),
    error(
        "rfc5280-policy-constraints-critical",
        "RFC 5280 section 4.2.1.11",
        RFC5280,
        "policyConstraints is not critical",
        |facts| facts.has(oid::CE_POLICY_CONSTRAINTS),
        |facts| must(facts.is_critical(oid::CE_POLICY_CONSTRAINTS)),
    ),
    error(
        "rfc5280-policy-constraints-empty",
        "RFC 5280 section 4.2.1.11",
        RFC5280,
        "policyConstraints is empty",
        |facts| facts.has(oid::CE_POLICY_CONSTRAINTS),
        |facts| must_not(facts.extension(oid::CE_POLICY_CONSTRAINTS).is_some_and(|extension| extension.value == [0x30, 0])),
    ),
    error(
        "rfc5280-inhibit-any-policy-critical",
        "RFC 5280 section 4.2.1.14",
        RFC5280,
        "inhibitAnyPolicy is not critical",
        |facts| facts.has(oid::CE_INHIBIT_ANY_POLICY),
        |facts| must(facts.is_critical(oid::CE_INHIBIT_ANY_POLICY)),
    ),
    warning(
        "rfc5280-policy-mappings-critical",
        "RFC 5280 section 4.2.1.5",
        RFC5280,
        "policyMappings is not critical",
        |facts| facts.has(oid::CE_POLICY_MAPPINGS),
        |facts| must(facts.is_critical(oid::CE_POLICY_MAPPINGS)),
    ),
    error(
        "rfc5280-policy-mappings-any",
        "RFC 5280 section 4.2.1.5",
        RFC5280,
        "policyMappings maps from or to anyPolicy",
        |facts| facts.has(oid::CE_POLICY_MAPPINGS),
        |facts| must_not(mappings(facts).iter().flatten().any(|policy| *policy == oid::ANY_POLICY.as_bytes())),
    ),
    warning(
        "rfc5280-policy-mappings-asserted",
        "RFC 5280 section 4.2.1.5",
        RFC5280,
        "policyMappings maps a policy that certificatePolicies does not assert",
        |facts| facts.has(oid::CE_POLICY_MAPPINGS),
        |facts| {
            let asserted: std::collections::HashSet<&[u8]> = facts.policies.iter().map(|policy| policy.kind).collect();
            must(mappings(facts).iter().all(|[mapped, _]| asserted.contains(mapped)))
        },
    ),
];

/// A GeneralSubtree.
pub(super) struct Subtree<'a> {
    base: GeneralName<'a>,
    /// There is a minimum that is not zero, or a maximum.
    has_distance: bool,
}

/// The subtrees of nameConstraints, permitted and excluded.
pub(super) fn read_constraints(element: Element<'_>) -> Result<Vec<Subtree<'_>>> {
    let mut fields = sequence(element)?;
    let mut found = Vec::new();
    for number in 0..=1 {
        let Some(subtrees) = fields.optional(Tag::context_constructed(number))? else { continue };
        let mut list = subtrees.children()?;
        while !list.is_empty() {
            let mut subtree = list.sequence()?;
            let base = GeneralName::read(subtree.element()?)?;
            let minimum = subtree.optional(Tag::context(0))?.is_some_and(|minimum| minimum.content != [0]);
            let maximum = subtree.optional(Tag::context(1))?.is_some();
            subtree.finish()?;
            found.push(Subtree { base, has_distance: minimum || maximum });
        }
    }
    fields.finish()?;
    Ok(found)
}

fn constraints<'a>(facts: &Facts<'a>) -> Option<Vec<Subtree<'a>>> {
    let extension = facts.extension(oid::CE_NAME_CONSTRAINTS)?;
    Reader::single_der(extension.value).and_then(read_constraints).ok()
}

/// A full name of a host, or a domain with a dot before it.
fn is_domain(octets: &[u8]) -> bool {
    let name = octets.to_ascii_lowercase();
    let name = std::str::from_utf8(&name).unwrap_or_default();
    is_host(name.strip_prefix('.').unwrap_or(name)) && name.contains('.')
}

/// The pairs of policyMappings, as far as they can be read.
fn mappings<'a>(facts: &Facts<'a>) -> Vec<[&'a [u8]; 2]> {
    let Some(extension) = facts.extension(oid::CE_POLICY_MAPPINGS) else { return Vec::new() };
    let Ok(mut list) = Reader::single_der(extension.value).and_then(sequence) else { return Vec::new() };
    let mut found = Vec::new();
    while let Ok(mut pair) = list.sequence() {
        let (Ok(from), Ok(to)) = (pair.expect(Tag::OID), pair.expect(Tag::OID)) else { break };
        found.push([from.content, to.content]);
    }
    found
}
