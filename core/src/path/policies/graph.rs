//! The policies of a path and what each comes from: the graph of RFC 9618.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{ANY_POLICY, Budget, Failure};
use crate::cert::PolicyMapping;

/// A graph in levels, one for each certificate from the anchor down, with at most one node for a policy in each (valid_policy_graph).
///
/// Nodes from which nothing leads on to the deepest level are not taken out: they are passed over at the end.
pub(super) struct Graph<'a> {
    /// Parents stand before their children.
    nodes: Vec<Node<'a>>,
    /// The parents of all nodes, as indexes, those of one node together.
    parents: Vec<usize>,
    /// What the nodes of the deepest level expect of the next certificate (expected_policy_set): policy and node, sorted.
    expected: Vec<(&'a [u8], usize)>,
}

struct Node<'a> {
    policy: &'a [u8],
    /// Where its parents stand: either one whose policy is anyPolicy, or any number of others. The root has none.
    parents: Range<usize>,
}

impl<'a> Graph<'a> {
    /// The graph above the first certificate: anyPolicy.
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node { policy: ANY_POLICY, parents: 0..0 }], parents: Vec::new(), expected: vec![(ANY_POLICY, 0)] }
    }

    /// Whether no policy is left, for good.
    pub(super) fn is_null(&self) -> bool {
        self.expected.is_empty()
    }

    /// Takes every policy away (RFC 5280 section 6.1.3 (e)).
    pub(super) fn clear(&mut self) {
        self.expected.clear();
    }

    /// Goes down to a certificate that lists these policies, none twice; `any` says whether anyPolicy among them counts
    /// (RFC 5280 section 6.1.3 (d)).
    pub(super) fn descend(&mut self, listed: &[&'a [u8]], any: bool, budget: &mut Budget) -> Result<(), Failure> {
        budget.spend(listed.len())?;
        let expected = std::mem::take(&mut self.expected);
        let mut policies: Vec<_> = listed.iter().copied().filter(|policy| *policy != ANY_POLICY).collect();
        if any && listed.contains(&ANY_POLICY) {
            policies.extend(expected.iter().map(|(policy, _)| *policy));
        }
        policies.sort_unstable();
        policies.dedup();
        let anything = expecting(&expected, ANY_POLICY);
        for policy in policies {
            let parents = expecting(&expected, policy);
            let parents = if parents.is_empty() { anything } else { parents };
            if !parents.is_empty() {
                let node = self.add(policy, parents.iter().map(|(_, parent)| *parent), budget)?;
                self.expected.push((policy, node));
            }
        }
        Ok(())
    }

    /// Applies the mappings of the certificate that the graph has just gone down to; where they are not `allowed`, what would be mapped
    /// ends there (RFC 5280 section 6.1.4 (b)).
    pub(super) fn map(&mut self, mappings: &[PolicyMapping<'a>], allowed: bool, budget: &mut Budget) -> Result<(), Failure> {
        budget.spend(mappings.len())?;
        let mut pairs: Vec<_> = mappings.iter().map(|mapping| (mapping.issuer_domain_policy, mapping.subject_domain_policy)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        // So far each node of this level expects its own policy.
        let (mut expected, mapped): (Vec<_>, Vec<_>) = std::mem::take(&mut self.expected)
            .into_iter()
            .partition(|(policy, _)| pairs.binary_search_by(|(from, _)| from.cmp(policy)).is_err());
        let anything = expecting(&expected, ANY_POLICY).first().map(|(_, node)| *node);
        for group in pairs.chunk_by(|(one, _), (other, _)| one == other).filter(|_| allowed) {
            let Some((from, _)) = group.first() else { continue };
            let node = match (expecting(&mapped, from), anything) {
                ([(_, node)], _) => *node,
                // RFC 5280 has it below the anyPolicy above this one: that it came of anyPolicy is all that counts.
                (_, Some(anything)) => self.add(from, [anything].into_iter(), budget)?,
                _ => continue,
            };
            expected.extend(group.iter().map(|(_, to)| (*to, node)));
        }
        expected.sort_unstable();
        self.expected = expected;
        Ok(())
    }

    /// The policies that hold, as the anchor's side names them: each that came of anyPolicy and leads to the deepest level, and anyPolicy
    /// where it is at the deepest level itself (authority_constrained_policy_set of RFC 9618).
    pub(super) fn policies(&self) -> BTreeSet<&'a [u8]> {
        let mut leads_down = vec![false; self.nodes.len()];
        for (_, node) in &self.expected {
            mark(&mut leads_down, *node);
        }
        let mut found: BTreeSet<_> = expecting(&self.expected, ANY_POLICY).iter().map(|(policy, _)| *policy).collect();
        for (index, node) in self.nodes.iter().enumerate().rev().filter(|(_, node)| !node.parents.is_empty()) {
            if !leads_down.get(index).copied().unwrap_or_default() {
                continue;
            }
            let parents = self.parents_of(node);
            parents.iter().for_each(|parent| mark(&mut leads_down, *parent));
            let from_any = parents.first().and_then(|parent| self.nodes.get(*parent)).is_some_and(|parent| parent.policy == ANY_POLICY);
            if from_any && node.policy != ANY_POLICY {
                found.insert(node.policy);
            }
        }
        found
    }

    fn add(&mut self, policy: &'a [u8], parents: impl ExactSizeIterator<Item = usize>, budget: &mut Budget) -> Result<usize, Failure> {
        budget.spend(parents.len().saturating_add(1))?;
        let start = self.parents.len();
        self.parents.extend(parents);
        self.nodes.push(Node { policy, parents: start..self.parents.len() });
        Ok(self.nodes.len().saturating_sub(1))
    }

    fn parents_of(&self, node: &Node<'_>) -> &[usize] {
        self.parents.get(node.parents.clone()).unwrap_or_default()
    }
}

/// The nodes that expect this policy.
fn expecting<'b, 'a>(expected: &'b [(&'a [u8], usize)], policy: &[u8]) -> &'b [(&'a [u8], usize)] {
    let start = expected.partition_point(|(found, _)| *found < policy);
    let rest = expected.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|(found, _)| *found == policy)).unwrap_or_default()
}

fn mark(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}
