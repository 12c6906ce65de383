//! Certificate policies by the letter of RFC 5280 section 6.1: the tree, step by step, whatever it costs. The oracle for the library's graph.

use std::collections::BTreeSet;

use const_oid::ObjectIdentifier;
use smime::asn1::oid::ANY_POLICY;

/// What a certificate says about policies.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// certificatePolicies.
    pub policies: Option<Vec<ObjectIdentifier>>,
    /// policyMappings, issuerDomainPolicy first.
    pub mappings: Vec<(ObjectIdentifier, ObjectIdentifier)>,
    /// requireExplicitPolicy of policyConstraints.
    pub require_explicit_policy: Option<u64>,
    /// inhibitPolicyMapping of policyConstraints.
    pub inhibit_policy_mapping: Option<u64>,
    /// inhibitAnyPolicy.
    pub inhibit_any_policy: Option<u64>,
    /// Whether issuer and subject are the same name.
    pub self_issued: bool,
}

/// Section 6.1.1 (c), (e), (f), (g).
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// user-initial-policy-set; with anyPolicy, or empty: any-policy.
    pub accepted: BTreeSet<ObjectIdentifier>,
    /// initial-policy-mapping-inhibit.
    pub inhibit_policy_mapping: bool,
    /// initial-explicit-policy.
    pub require_explicit_policy: bool,
    /// initial-any-policy-inhibit.
    pub inhibit_any_policy: bool,
}

/// What came of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is valid, with this user-constrained-policy-set.
    Valid(BTreeSet<ObjectIdentifier>),
    /// Processing ended at this certificate, 1 for the one below the anchor.
    Invalid(usize),
}

/// A node of valid_policy_tree, without qualifiers.
#[derive(Clone, Debug)]
struct Node {
    depth: usize,
    parent: Option<usize>,
    valid_policy: ObjectIdentifier,
    expected_policy_set: BTreeSet<ObjectIdentifier>,
}

/// valid_policy_tree. Without nodes it is NULL.
struct Tree {
    /// A deleted node leaves a gap.
    nodes: Vec<Option<Node>>,
    /// Nodes that were added beside another of the same depth and policy.
    doubles: usize,
}

impl Tree {
    fn is_null(&self) -> bool {
        self.nodes.iter().all(Option::is_none)
    }

    fn at(&self, depth: usize) -> Vec<usize> {
        (0..self.nodes.len()).filter(|index| self.nodes[*index].as_ref().is_some_and(|node| node.depth == depth)).collect()
    }

    fn node(&self, index: usize) -> &Node {
        self.nodes[index].as_ref().expect("a node that is there")
    }

    fn children(&self, parent: usize) -> Vec<usize> {
        (0..self.nodes.len()).filter(|index| self.nodes[*index].as_ref().is_some_and(|node| node.parent == Some(parent))).collect()
    }

    fn add(&mut self, parent: usize, valid_policy: ObjectIdentifier, expected_policy_set: BTreeSet<ObjectIdentifier>) {
        let depth = self.node(parent).depth + 1;
        self.doubles += usize::from(self.at(depth).into_iter().any(|node| self.node(node).valid_policy == valid_policy));
        self.nodes.push(Some(Node { depth, parent: Some(parent), valid_policy, expected_policy_set }));
    }

    fn delete_with_children(&mut self, index: usize) {
        self.children(index).into_iter().for_each(|child| self.delete_with_children(child));
        self.nodes[index] = None;
    }

    /// Deletes nodes of this depth or less that have no children, until there are none.
    fn prune(&mut self, depth: usize) {
        while let Some(index) = (0..=depth).flat_map(|depth| self.at(depth)).find(|index| self.children(*index).is_empty()) {
            self.nodes[index] = None;
        }
    }

    fn has_any_policy_above(&self, index: usize) -> bool {
        self.node(index).parent.is_some_and(|parent| self.node(parent).valid_policy == ANY_POLICY)
    }
}

/// Processes the certificates of a path, the one below the anchor first. Beside the outcome stands how many nodes the tree had too many, which
/// a graph has only once.
pub fn process(path: &[Said], inputs: &Inputs) -> (Outcome, usize) {
    let n = path.len();
    // 6.1.2
    let root = Node { depth: 0, parent: None, valid_policy: ANY_POLICY, expected_policy_set: BTreeSet::from([ANY_POLICY]) };
    let mut tree = Tree { nodes: vec![Some(root)], doubles: 0 };
    let initial = |inhibited| if inhibited { 0 } else { n as u64 + 1 };
    let mut explicit_policy = initial(inputs.require_explicit_policy);
    let mut inhibit_any_policy = initial(inputs.inhibit_any_policy);
    let mut policy_mapping = initial(inputs.inhibit_policy_mapping);
    for (i, said) in (1..).zip(path) {
        // 6.1.3 (d)
        if let (Some(policies), false) = (&said.policies, tree.is_null()) {
            let any_policy_counts = inhibit_any_policy > 0 || (i < n && said.self_issued);
            certificate_policies(&mut tree, i, policies, any_policy_counts);
        }
        // (e), (f)
        if said.policies.is_none() {
            tree.nodes.clear();
        }
        if explicit_policy == 0 && tree.is_null() {
            return (Outcome::Invalid(i), tree.doubles);
        }
        if i == n {
            break;
        }
        // 6.1.4 (b)
        if policy_mapping > 0 {
            map(&mut tree, i, &said.mappings);
        } else {
            inhibit(&mut tree, i, &said.mappings);
        }
        // (h)
        if !said.self_issued {
            explicit_policy = explicit_policy.saturating_sub(1);
            policy_mapping = policy_mapping.saturating_sub(1);
            inhibit_any_policy = inhibit_any_policy.saturating_sub(1);
        }
        // (i), (j)
        explicit_policy = explicit_policy.min(said.require_explicit_policy.unwrap_or(u64::MAX));
        policy_mapping = policy_mapping.min(said.inhibit_policy_mapping.unwrap_or(u64::MAX));
        inhibit_any_policy = inhibit_any_policy.min(said.inhibit_any_policy.unwrap_or(u64::MAX));
    }
    // 6.1.5 (a), (b), (g)
    explicit_policy = explicit_policy.saturating_sub(1);
    if path.last().and_then(|leaf| leaf.require_explicit_policy) == Some(0) {
        explicit_policy = 0;
    }
    if !tree.is_null() && !inputs.accepted.is_empty() && !inputs.accepted.contains(&ANY_POLICY) {
        intersect(&mut tree, n, &inputs.accepted);
    }
    if explicit_policy == 0 && tree.is_null() {
        return (Outcome::Invalid(n), tree.doubles);
    }
    (Outcome::Valid(policies_of(&tree, n)), tree.doubles)
}

/// Section 6.1.3 (d).
fn certificate_policies(tree: &mut Tree, i: usize, policies: &[ObjectIdentifier], any_policy_counts: bool) {
    for p in policies.iter().filter(|p| **p != ANY_POLICY) {
        let matching: Vec<_> = tree.at(i - 1).into_iter().filter(|node| tree.node(*node).expected_policy_set.contains(p)).collect();
        if matching.is_empty() {
            let any_policy = tree.at(i - 1).into_iter().find(|node| tree.node(*node).valid_policy == ANY_POLICY);
            any_policy.into_iter().for_each(|parent| tree.add(parent, *p, BTreeSet::from([*p])));
        }
        matching.into_iter().for_each(|parent| tree.add(parent, *p, BTreeSet::from([*p])));
    }
    if policies.contains(&ANY_POLICY) && any_policy_counts {
        for parent in tree.at(i - 1) {
            for value in tree.node(parent).expected_policy_set.clone() {
                if !tree.children(parent).into_iter().any(|child| tree.node(child).valid_policy == value) {
                    tree.add(parent, value, BTreeSet::from([value]));
                }
            }
        }
    }
    tree.prune(i - 1);
}

/// Section 6.1.4 (b) (1).
fn map(tree: &mut Tree, i: usize, mappings: &[(ObjectIdentifier, ObjectIdentifier)]) {
    for id_p in mappings.iter().map(|(from, _)| *from).collect::<BTreeSet<_>>() {
        let equivalent: BTreeSet<_> = mappings.iter().filter(|(from, _)| *from == id_p).map(|(_, to)| *to).collect();
        let with = |tree: &Tree, policy| tree.at(i).into_iter().filter(|node| tree.node(*node).valid_policy == policy).collect::<Vec<_>>();
        let nodes = with(tree, id_p);
        if let ([], Some(any_policy)) = (&nodes[..], with(tree, ANY_POLICY).first()) {
            let parent = tree.node(*any_policy).parent.expect("a node of depth i-1");
            tree.add(parent, id_p, equivalent.clone());
        }
        for node in nodes {
            tree.nodes[node].as_mut().expect("a node that is there").expected_policy_set = equivalent.clone();
        }
    }
}

/// Section 6.1.4 (b) (2).
fn inhibit(tree: &mut Tree, i: usize, mappings: &[(ObjectIdentifier, ObjectIdentifier)]) {
    for (id_p, _) in mappings {
        for node in tree.at(i) {
            if tree.node(node).valid_policy == *id_p {
                tree.nodes[node] = None;
            }
        }
        tree.prune(i - 1);
    }
}

/// Section 6.1.5 (g) (iii).
fn intersect(tree: &mut Tree, n: usize, accepted: &BTreeSet<ObjectIdentifier>) {
    let node_set: Vec<_> = (1..=n).flat_map(|depth| tree.at(depth)).filter(|node| tree.has_any_policy_above(*node)).collect();
    let policies: BTreeSet<_> = node_set.iter().map(|node| tree.node(*node).valid_policy).collect();
    for node in node_set {
        let refused =
            tree.nodes[node].as_ref().is_some_and(|node| node.valid_policy != ANY_POLICY && !accepted.contains(&node.valid_policy));
        if refused {
            tree.delete_with_children(node);
        }
    }
    if let Some(any_policy) = tree.at(n).into_iter().find(|node| tree.node(*node).valid_policy == ANY_POLICY) {
        let parent = tree.node(any_policy).parent.expect("a node of depth n-1");
        accepted.difference(&policies).for_each(|policy| tree.add(parent, *policy, BTreeSet::from([*policy])));
        tree.nodes[any_policy] = None;
    }
    tree.prune(n - 1);
}

/// The policies that a tree stands for: those below anyPolicy, and anyPolicy itself at the last depth.
fn policies_of(tree: &Tree, n: usize) -> BTreeSet<ObjectIdentifier> {
    (1..=n)
        .flat_map(|depth| tree.at(depth))
        .filter(|node| tree.has_any_policy_above(*node))
        .filter(|node| tree.node(*node).valid_policy != ANY_POLICY || tree.node(*node).depth == n)
        .map(|node| tree.node(node).valid_policy)
        .collect()
}
