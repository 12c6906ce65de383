//! Certificate policies that do not hold, or cannot be read.

use smime::Code;
use smime::asn1::oid;

use super::{Mutation, an_authority, below_anchor, refused};
use crate::draft::{Draft, Expected, Feature, Place};
use crate::generate::policies::policy;
use crate::model::extensions as value;
use crate::random::Random;

const RULE: &str = "RFC 5280 6.1.5 (g)";
const FORM: &str = "RFC 5280 4.2.1.4";

pub(super) const ALL: &[Mutation] = &[
    Mutation { name: "policy demanded that nobody has", rule: RULE, apply: nobody_has },
    Mutation {
        name: "policy demanded, the leaf has none",
        rule: RULE,
        apply: |d, _| {
            let place = d.leaf_place();
            without(d, place)
        },
    },
    Mutation {
        name: "policy demanded, an authority has none",
        rule: RULE,
        apply: |d, r| {
            let place = an_authority(d, r);
            without(d, place)
        },
    },
    Mutation { name: "policy demanded, an authority has another", rule: RULE, apply: another },
    Mutation { name: "policy demanded by an authority alone", rule: "RFC 5280 6.1.4 (i)", apply: demanded_by_authority },
    Mutation { name: "policy demanded by the leaf", rule: "RFC 5280 6.1.5 (b)", apply: demanded_by_leaf },
    Mutation { name: "anyPolicy inhibited by an authority", rule: "RFC 5280 6.1.4 (j)", apply: any_inhibited },
    Mutation { name: "anyPolicy inhibited by the request", rule: "RFC 5280 6.1.1 (g)", apply: any_inhibited_by_request },
    Mutation { name: "mapping inhibited by an authority", rule: "RFC 5280 6.1.4 (i)", apply: mapping_inhibited },
    Mutation { name: "mapping inhibited by the request", rule: "RFC 5280 6.1.1 (e)", apply: mapping_inhibited_by_request },
    Mutation { name: "mapping left out", rule: "RFC 5280 6.1.4 (b)", apply: mapping_left_out },
    Mutation { name: "mapping the wrong way round", rule: "RFC 5280 6.1.4 (b)", apply: mapping_reversed },
    Mutation { name: "mapping from anyPolicy", rule: "RFC 5280 6.1.4 (a)", apply: |d, r| mapping(d, r, &[(oid::ANY_POLICY, policy(0))]) },
    Mutation { name: "mapping to anyPolicy", rule: "RFC 5280 6.1.4 (a)", apply: |d, r| mapping(d, r, &[(policy(0), oid::ANY_POLICY)]) },
    Mutation { name: "mapping of nothing", rule: "RFC 5280 4.2.1.5", apply: |d, r| mapping(d, r, &[]) },
    Mutation { name: "policy twice", rule: FORM, apply: |d, r| malformed(d, r, value::policies(&[policy(2), policy(2)])) },
    Mutation { name: "certificatePolicies without any", rule: FORM, apply: |d, r| malformed(d, r, vec![0x30, 0]) },
    Mutation { name: "certificatePolicies that are an INTEGER", rule: FORM, apply: |d, r| malformed(d, r, vec![2, 1, 1]) },
    Mutation {
        name: "certificatePolicies with octets behind",
        rule: FORM,
        apply: |d, r| malformed(d, r, [value::policies(&[policy(2)]), vec![0]].concat()),
    },
    Mutation { name: "policyConstraints without any", rule: "RFC 5280 4.2.1.11", apply: |d, r| constraints(d, r, vec![0x30, 0]) },
    Mutation {
        name: "policyConstraints with a negative number",
        rule: "RFC 5280 4.2.1.11",
        apply: |d, r| constraints(d, r, value::policy_constraints(Some(&[0xff]), None)),
    },
    Mutation {
        name: "policyConstraints with a number without octets",
        rule: "X.690 8.3.1",
        apply: |d, r| constraints(d, r, value::policy_constraints(Some(&[]), None)),
    },
    Mutation { name: "inhibitAnyPolicy that is negative", rule: "RFC 5280 4.2.1.14", apply: |d, r| inhibit(d, r, vec![2, 1, 0x80]) },
    Mutation { name: "inhibitAnyPolicy that is a BOOLEAN", rule: "RFC 5280 4.2.1.14", apply: |d, r| inhibit(d, r, vec![1, 1, 0xff]) },
];

/// Whether the generator made one policy hold all the way, without mappings.
fn holds(draft: &Draft) -> bool {
    let all = (1..draft.path.len()).all(|place| draft.path[place].extension(oid::CE_CERTIFICATE_POLICIES).is_some());
    all && !draft.features.contains(&Feature::Mappings)
}

fn nobody_has(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    if !holds(draft) || draft.path.iter().any(|certificate| has(certificate, oid::ANY_POLICY) && !is_last_word(draft)) {
        return None;
    }
    draft.inputs.accepted = vec![const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.9.77")];
    draft.inputs.explicit = true;
    draft.place = Place::Path;
    refused(Code::PathPolicy)
}

/// Whether the leaf names its policies one by one.
fn is_last_word(draft: &Draft) -> bool {
    draft.path.last().is_some_and(|leaf| !has(leaf, oid::ANY_POLICY))
}

fn has(certificate: &crate::model::Model, policy: const_oid::ObjectIdentifier) -> bool {
    let wanted = policy.as_bytes();
    let listed = certificate.extension(oid::CE_CERTIFICATE_POLICIES);
    listed.is_some_and(|extension| {
        extension.value.windows(wanted.len() + 1).any(|window| window[0] as usize == wanted.len() && window[1..] == *wanted)
    })
}

fn without(draft: &mut Draft, place: usize) -> Option<Expected> {
    if !holds(draft) {
        return None;
    }
    draft.inputs.explicit = true;
    draft.change(place).remove(oid::CE_CERTIFICATE_POLICIES);
    refused(Code::PathPolicy)
}

fn another(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    if !holds(draft) {
        return None;
    }
    let place = an_authority(draft, random);
    draft.inputs.explicit = true;
    draft.inputs.accepted = vec![policy(0)];
    let other = value::policies(&[const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.9.88")]);
    draft.change(place).set(oid::CE_CERTIFICATE_POLICIES, false, other);
    refused(Code::PathPolicy)
}

/// Nobody has policies, and one authority asks for them.
fn demanded_by_authority(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    if draft.features.contains(&Feature::Policies) {
        return None;
    }
    let place = an_authority(draft, random);
    let count = random.below(draft.authorities_below(place) as usize + 2) as u8;
    draft.change(place).set(oid::CE_POLICY_CONSTRAINTS, true, value::policy_constraints(Some(&[count]), None));
    refused(Code::PathPolicy)
}

fn demanded_by_leaf(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    if draft.features.contains(&Feature::Policies) {
        return None;
    }
    draft.leaf().set(oid::CE_POLICY_CONSTRAINTS, true, value::policy_constraints(Some(&[0]), None));
    refused(Code::PathPolicy)
}

/// A path that rests on anyPolicy in an authority that is not self-issued.
fn rests_on_any(draft: &Draft) -> Option<usize> {
    let any = |place: &usize| has(&draft.path[*place], oid::ANY_POLICY) && !draft.is_self_issued(*place);
    draft.authorities().rev().find(any).filter(|_| holds(draft))
}

fn any_inhibited(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = rests_on_any(draft)?;
    if place < 2 {
        return None;
    }
    draft.inputs.explicit = true;
    let above = 1 + random.below(place - 1);
    // As many as may come before that one, and no more.
    let between = (above + 1..place).filter(|place| !draft.is_self_issued(*place)).count() as u8;
    draft.change(above).set(oid::CE_INHIBIT_ANY_POLICY, true, value::inhibit_any_policy(random.below(usize::from(between) + 1) as u8));
    refused(Code::PathPolicy)
}

fn any_inhibited_by_request(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    rests_on_any(draft)?;
    draft.inputs.explicit = true;
    draft.inputs.inhibit_any = true;
    draft.place = Place::Path;
    refused(Code::PathPolicy)
}

/// The place of the authority that maps.
fn mapper(draft: &Draft) -> Option<usize> {
    draft.authorities().find(|place| draft.path[*place].extension(oid::CE_POLICY_MAPPINGS).is_some())
}

fn mapping_inhibited(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = mapper(draft)?;
    if place < 2 {
        return None;
    }
    let above = 1 + random.below(place - 1);
    let between = (above + 1..place).filter(|place| !draft.is_self_issued(*place)).count();
    let count = [random.below(between + 1) as u8];
    draft.inputs.explicit = true;
    draft.change(above).set(oid::CE_POLICY_CONSTRAINTS, true, value::policy_constraints(None, Some(&count)));
    refused(Code::PathPolicy)
}

fn mapping_inhibited_by_request(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    mapper(draft)?;
    draft.inputs.explicit = true;
    draft.inputs.inhibit_mapping = true;
    draft.place = Place::Path;
    refused(Code::PathPolicy)
}

fn mapping_left_out(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    let place = mapper(draft)?;
    draft.inputs.explicit = true;
    draft.change(place).remove(oid::CE_POLICY_MAPPINGS);
    refused(Code::PathPolicy)
}

fn mapping_reversed(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    let place = mapper(draft)?;
    draft.inputs.explicit = true;
    draft.change(place).set(oid::CE_POLICY_MAPPINGS, true, value::policy_mappings(&[(policy(1), policy(0))]));
    refused(Code::PathPolicy)
}

fn mapping(
    draft: &mut Draft,
    random: &mut Random,
    mappings: &[(const_oid::ObjectIdentifier, const_oid::ObjectIdentifier)],
) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).set(oid::CE_POLICY_MAPPINGS, true, value::policy_mappings(mappings));
    refused(Code::CertMalformed)
}

fn malformed(draft: &mut Draft, random: &mut Random, octets: Vec<u8>) -> Option<Expected> {
    let place = below_anchor(draft, random);
    draft.change(place).set(oid::CE_CERTIFICATE_POLICIES, random.chance(50), octets);
    refused(Code::CertMalformed)
}

fn constraints(draft: &mut Draft, random: &mut Random, octets: Vec<u8>) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).set(oid::CE_POLICY_CONSTRAINTS, true, octets);
    refused(Code::CertMalformed)
}

fn inhibit(draft: &mut Draft, random: &mut Random, octets: Vec<u8>) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).set(oid::CE_INHIBIT_ANY_POLICY, true, octets);
    refused(Code::CertMalformed)
}
