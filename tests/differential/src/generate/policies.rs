//! Certificate policies that hold for the path, in one of several ways.

use const_oid::ObjectIdentifier as Oid;
use smime::asn1::oid;

use crate::draft::{Draft, Feature};
use crate::model::extensions as value;
use crate::random::Random;

/// A policy for tests (RFC 5612 has the arc).
pub const fn policy(number: usize) -> Oid {
    [
        Oid::new_unwrap("1.3.6.1.4.1.32473.9.1"),
        Oid::new_unwrap("1.3.6.1.4.1.32473.9.2"),
        Oid::new_unwrap("1.3.6.1.4.1.32473.9.3"),
        Oid::new_unwrap("1.3.6.1.4.1.32473.9.4"),
    ][number]
}

/// Gives the certificates their policies.
pub(super) fn fill(draft: &mut Draft, random: &mut Random) {
    match random.below(10) {
        0..=3 => undemanded(draft, random),
        4 | 5 => same(draft, random),
        6 => any(draft, random),
        7 => mapped(draft, random),
        8 => ending(draft, random),
        _ => demanded_too_late(draft, random),
    }
    if random.chance(3) {
        draft.path[0].set(oid::CE_CERTIFICATE_POLICIES, false, value::policies(&[policy(3)]));
        draft.features.insert(Feature::AnchorPolicies);
    }
}

fn set(draft: &mut Draft, place: usize, policies: &[Oid], random: &mut Random) {
    let octets = match policies {
        [one] if random.chance(15) => value::policy_with_statement(*one, "https://ca.example.com/statement"),
        _ => value::policies(policies),
    };
    draft.path[place].set(oid::CE_CERTIFICATE_POLICIES, random.chance(5), octets);
    draft.features.insert(Feature::Policies);
    if draft.is_self_issued(place) {
        draft.features.insert(Feature::PoliciesSelfIssued);
    }
}

/// None, or some that nobody asks for.
fn undemanded(draft: &mut Draft, random: &mut Random) {
    if random.chance(50) {
        let place = 1 + random.below(draft.leaf_place());
        set(draft, place, &[policy(random.below(4))], random);
    }
}

/// One policy all the way, with others beside it.
fn same(draft: &mut Draft, random: &mut Random) {
    for place in 1..draft.path.len() {
        let mut policies = vec![policy(0)];
        if random.chance(40) {
            policies.push(policy(1 + random.below(3)));
        }
        random.shuffle(&mut policies);
        set(draft, place, &policies, random);
    }
    demand(draft, random);
    if random.chance(30) {
        let place = 1 + random.below(draft.leaf_place());
        if place < draft.leaf_place() {
            draft.path[place].set(oid::CE_INHIBIT_ANY_POLICY, true, value::inhibit_any_policy(0));
        }
    }
    draft.inputs.inhibit_any = random.chance(25);
    draft.inputs.inhibit_mapping = random.chance(25);
}

/// Demands a policy, by the request or by an authority.
fn demand(draft: &mut Draft, random: &mut Random) {
    if random.chance(60) {
        draft.inputs.accepted = vec![policy(0)];
        if random.chance(40) {
            draft.inputs.accepted.push(policy(2));
        }
    }
    draft.inputs.explicit = random.chance(60);
    if random.chance(40) {
        let place = 1 + random.below(draft.authorities().len());
        let count = [random.below(3) as u8];
        draft.path[place].set(oid::CE_POLICY_CONSTRAINTS, true, value::policy_constraints(Some(&count), None));
    }
}

/// anyPolicy in authorities, one policy in the leaf.
fn any(draft: &mut Draft, random: &mut Random) {
    for place in draft.authorities() {
        let policies = if random.chance(70) { [oid::ANY_POLICY] } else { [policy(0)] };
        set(draft, place, &policies, random);
    }
    let leaf = draft.leaf_place();
    set(draft, leaf, &[policy(0)], random);
    demand(draft, random);
    if random.chance(40) {
        // Late enough not to matter: all the others may follow.
        let place = 1 + random.below(draft.authorities().len());
        let count = draft.authorities_below(place) as u8 + 1;
        draft.path[place].set(oid::CE_INHIBIT_ANY_POLICY, true, value::inhibit_any_policy(count));
    }
}

/// One policy above some authority, which maps it onto another below.
fn mapped(draft: &mut Draft, random: &mut Random) {
    let at = 1 + random.below(draft.authorities().len());
    for place in 1..draft.path.len() {
        let policies = if place <= at { [policy(0)] } else { [policy(1)] };
        set(draft, place, &policies, random);
    }
    draft.path[at].set(oid::CE_POLICY_MAPPINGS, random.chance(60), value::policy_mappings(&[(policy(0), policy(1))]));
    draft.features.insert(Feature::Mappings);
    demand(draft, random);
    if at > 1 && random.chance(40) {
        // Inhibited only below the one that maps.
        let place = 1 + random.below(at - 1);
        let between = (place + 1..at).filter(|place| !draft.is_self_issued(*place)).count() as u8;
        draft.path[place].set(oid::CE_POLICY_CONSTRAINTS, true, value::policy_constraints(None, Some(&[between + 1])));
    }
}

/// Policies that end somewhere, which nobody minds.
fn ending(draft: &mut Draft, random: &mut Random) {
    let end = 1 + random.below(draft.leaf_place());
    for place in 1..end {
        set(draft, place, &[policy(0), policy(1)], random);
    }
    if random.chance(50) {
        draft.inputs.accepted = vec![policy(2)];
    }
}

/// A policy is demanded of certificates further down than there are.
fn demanded_too_late(draft: &mut Draft, random: &mut Random) {
    let place = 1 + random.below(draft.authorities().len());
    let count = [draft.authorities_below(place) as u8 + 2 + random.below(5) as u8];
    draft.path[place].set(oid::CE_POLICY_CONSTRAINTS, random.chance(80), value::policy_constraints(Some(&count), None));
}
