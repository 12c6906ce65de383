//! The extensions about certificate policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14).
//!
//! Policies are content octets of OBJECT IDENTIFIERs: they may be of any length.

use std::sync::OnceLock;

use super::sequence;
use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Result};

/// A pair of policyMappings (RFC 5280 section 4.2.1.5), as content octets of OBJECT IDENTIFIERs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyMapping<'a> {
    /// issuerDomainPolicy: a policy as the issuer of the certificate names it.
    pub issuer_domain_policy: &'a [u8],
    /// subjectDomainPolicy: its equal in what the subject of the certificate issues.
    pub subject_domain_policy: &'a [u8],
}

/// policyConstraints (RFC 5280 section 4.2.1.11). Numbers are of certificates below that are not self-issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// After how many a policy must hold for the path.
    pub require_explicit_policy: Option<u64>,
    /// After how many policies are mapped no more.
    pub inhibit_policy_mapping: Option<u64>,
}

/// The policies that are listed; `distinct` keeps for the next time that none of them stands there twice, or that one does: paths are judged
/// by the dozen, and finding that out costs more than reading.
pub(in crate::cert) fn certificate_policies<'a>(element: Element<'a>, distinct: &OnceLock<bool>) -> Result<Vec<&'a [u8]>> {
    let mut list = sequence(element)?;
    let mut policies = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        policies.push(policy(&mut fields)?);
        if let Some(qualifiers) = fields.optional(Tag::SEQUENCE)? {
            pass_over_qualifiers(qualifiers)?;
        }
        fields.finish()?;
    }
    let distinct = *distinct.get_or_init(|| {
        let mut sorted = policies.clone();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| matches!(pair, [one, two] if one != two))
    });
    if policies.is_empty() || !distinct { Err(element.error(Code::BerValue)) } else { Ok(policies) }
}

/// Qualifiers change nothing in what a policy means; they must only have the form of some.
fn pass_over_qualifiers(element: Element<'_>) -> Result<()> {
    let mut qualifiers = sequence(element)?;
    while !qualifiers.is_empty() {
        let mut fields = qualifiers.sequence()?;
        fields.expect(Tag::OID)?.oid_octets()?;
        fields.element()?;
        fields.finish()?;
    }
    Ok(())
}

pub(in crate::cert) fn policy_mappings(element: Element<'_>) -> Result<Vec<PolicyMapping<'_>>> {
    let mut list = sequence(element)?;
    let mut mappings = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let mapping = PolicyMapping { issuer_domain_policy: policy(&mut fields)?, subject_domain_policy: policy(&mut fields)? };
        fields.finish()?;
        // RFC 5280 section 6.1.4 (a)
        if [mapping.issuer_domain_policy, mapping.subject_domain_policy].contains(&oid::ANY_POLICY.as_bytes()) {
            return Err(element.error(Code::BerValue));
        }
        mappings.push(mapping);
    }
    if mappings.is_empty() { Err(element.error(Code::BerValue)) } else { Ok(mappings) }
}

pub(in crate::cert) fn policy_constraints(element: Element<'_>) -> Result<PolicyConstraints> {
    let mut fields = sequence(element)?;
    let mut count = |number| fields.optional(Tag::context(number))?.map(|count| count.unsigned()).transpose();
    let constraints = PolicyConstraints { require_explicit_policy: count(0)?, inhibit_policy_mapping: count(1)? };
    fields.finish()?;
    if constraints == PolicyConstraints::default() { Err(element.error(Code::BerValue)) } else { Ok(constraints) }
}

pub(in crate::cert) fn inhibit_any_policy(element: Element<'_>) -> Result<u64> {
    if element.tag == Tag::INTEGER { element.unsigned() } else { Err(element.error(Code::BerTag)) }
}

fn policy<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8]> {
    fields.expect(Tag::OID)?.oid_octets()
}

#[cfg(test)]
mod tests;
