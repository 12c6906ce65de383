use super::*;

/// Policies by a digit: 0 is anyPolicy.
fn policy(digit: u8) -> &'static [u8] {
    const POLICIES: [&[u8]; 10] = [ANY_POLICY, &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9]];
    POLICIES[usize::from(digit)]
}

fn listed(digits: &[u8]) -> Vec<&'static [u8]> {
    digits.iter().map(|digit| policy(*digit)).collect()
}

fn mappings(pairs: &[(u8, u8)]) -> Vec<PolicyMapping<'static>> {
    pairs.iter().map(|(from, to)| PolicyMapping { issuer_domain_policy: policy(*from), subject_domain_policy: policy(*to) }).collect()
}

/// The policies that an authority lists, whether anyPolicy counts there, what it maps, whether it may.
type Step<'a> = (&'a [u8], bool, &'a [(u8, u8)], bool);

/// A graph after these authorities.
fn graph(steps: &[Step<'_>]) -> Graph<'static> {
    let (mut graph, mut budget) = (Graph::new(), Budget::default());
    for (policies, any, pairs, allowed) in steps {
        graph.descend(&listed(policies), *any, &mut budget).unwrap();
        graph.map(&mappings(pairs), *allowed, &mut budget).unwrap();
    }
    graph
}

fn holding(graph: &Graph<'static>) -> Vec<&'static [u8]> {
    graph.policies().into_iter().collect()
}

#[test]
fn policies_go_down() {
    assert_eq!(holding(&graph(&[])), listed(&[0]));
    // The example of RFC 9618 section 3
    let example: [Step<'_>; 2] = [(&[1, 2, 5], true, &[(1, 3), (1, 4)], true), (&[2, 3, 6], true, &[], true)];
    assert_eq!(holding(&graph(&example)), listed(&[1, 2]));
    // No policy in common
    let apart = graph(&[(&[1], true, &[], true), (&[2], true, &[], true)]);
    assert!(apart.is_null() && holding(&apart).is_empty());
    // anyPolicy carries on what stood before, and what comes later is accepted from it
    assert_eq!(holding(&graph(&[(&[1, 2], true, &[], true), (&[0], true, &[], true), (&[2], true, &[], true)])), listed(&[2]));
    assert_eq!(holding(&graph(&[(&[0], true, &[], true), (&[2, 3], true, &[], true)])), listed(&[2, 3]));
    assert_eq!(holding(&graph(&[(&[0], true, &[], true), (&[0], true, &[], true), (&[0], true, &[], true)])), listed(&[0]));
    // where it counts
    assert!(graph(&[(&[0], false, &[], true)]).is_null());
    assert_eq!(holding(&graph(&[(&[0, 1], false, &[], true), (&[0, 1], true, &[], true)])), listed(&[1]));
    // and only where the issuer has it
    assert!(graph(&[(&[1], true, &[], true), (&[0], false, &[], true)]).is_null());
}

#[test]
fn policies_are_mapped() {
    let map = |policies: &'static [u8], pairs, allowed, below: &'static [u8]| {
        holding(&graph(&[(policies, true, pairs, allowed), (below, true, &[], true)]))
    };
    assert_eq!(map(&[1], &[(1, 2)], true, &[2]), listed(&[1]));
    // What is mapped is not accepted under its old name, unless that is among the new ones
    assert_eq!(map(&[1], &[(1, 2)], true, &[1]), listed(&[]));
    assert_eq!(map(&[1], &[(1, 2), (1, 1)], true, &[1]), listed(&[1]));
    // Two become one
    assert_eq!(map(&[1, 2], &[(1, 3), (2, 3)], true, &[3]), listed(&[1, 2]));
    // Mapped from what is not there, or from anyPolicy
    assert_eq!(map(&[1], &[(4, 5)], true, &[5]), listed(&[]));
    assert_eq!(map(&[0], &[(4, 5)], true, &[5]), listed(&[4]));
    // A policy that was matched is not matched with anyPolicy too
    assert_eq!(map(&[0], &[(4, 5)], true, &[5, 6]), listed(&[4, 6]));
    assert_eq!(map(&[0], &[(4, 5)], true, &[0]), listed(&[4, 0]));
    // Where mapping is inhibited, what would be mapped ends, and anyPolicy gives nothing instead
    assert_eq!(map(&[1, 2], &[(1, 3)], false, &[1, 2, 3]), listed(&[2]));
    assert!(graph(&[(&[1], true, &[(1, 3)], false)]).is_null());
    assert_eq!(map(&[0], &[(4, 5)], false, &[5]), listed(&[5]));
    // The same pair twice is one
    assert_eq!(map(&[1], &[(1, 2), (1, 2)], true, &[2]), listed(&[1]));
}

/// Authorities that map two policies onto each other: 2^30 nodes of the tree of RFC 5280.
#[test]
fn the_graph_grows_with_what_certificates_say() {
    let (mut graph, mut budget) = (Graph::new(), Budget::default());
    for step in 1..=30 {
        graph.descend(&listed(&[1, 2]), true, &mut budget).unwrap();
        graph.map(&mappings(&[(1, 1), (1, 2), (2, 1), (2, 2)]), true, &mut budget).unwrap();
        // Two policies, four mappings, two nodes; two edges at first, then four
        assert_eq!(budget.spent(), 12 * step - 2);
    }
    assert_eq!(holding(&graph), listed(&[1, 2]));
}

#[test]
fn the_budget_ends_it() {
    let octets: Vec<[u8; 3]> = (0..10_000u32).map(|number| [1, (number >> 7) as u8 & 0x7f, number as u8 & 0x7f]).collect();
    let policies: Vec<&[u8]> = octets.iter().map(|octets| &octets[..]).collect();
    let (mut graph, mut budget) = (Graph::new(), Budget::default());
    graph.descend(&policies, true, &mut budget).unwrap();
    assert_eq!(budget.spent(), 30_000);
    graph.descend(&[ANY_POLICY], true, &mut budget).unwrap();
    assert_eq!(budget.spent(), 50_001);
    let (code, _) = graph.descend(&[ANY_POLICY], true, &mut budget).unwrap_err();
    assert_eq!(code, Code::LimitPath);
    assert!(budget.spent() <= STEPS);
    assert_eq!(graph.map(&mappings(&[(1, 2)]), true, &mut Budget(STEPS)).unwrap_err().0, Code::LimitPath);
}

#[test]
fn lists_are_short() {
    let many: Vec<[u8; 1]> = (0..20).map(|number| [number]).collect();
    assert_eq!(list(many.iter().map(|octets| &octets[..])), "0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7 and 12 more");
    assert_eq!(list([ANY_POLICY].into_iter()), "2.5.29.32.0");
    // An arc that no number here holds
    assert_eq!(list([[&[0x2a][..], &[0xff; 30], &[1]].concat().as_slice()].into_iter()), "?");
}
