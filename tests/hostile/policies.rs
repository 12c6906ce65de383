//! Certificate policies: compared with the tree of RFC 5280 on random paths, and made to exhaust.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use const_oid::ObjectIdentifier;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use smime::asn1::oid::ANY_POLICY;
use smime::cert::Certificate;
use smime::crypto::PrivateKey;
use smime::path::{CheckState, PathCheckKind, PathReport, PathRequest, PathVerdict};
use smime::{Code, Limits, Policy, Severity, TrustStore};
use smime_tests::graphs::{self, now, policy};
use smime_tests::maker::{Template, key};
use smime_tests::policy_tree::{Inputs, Outcome, Said, process};

/// Keys of an anchor and of the certificates below it.
static KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| (0..=32).map(|_| key()).collect());

/// An anchor and the certificates below it, as many as there are templates after the first; names and signatures chain. A template
/// whose subject is empty is self-issued.
struct Chain {
    anchor: Certificate,
    /// The leaf last.
    below: Vec<Certificate>,
}

impl Chain {
    fn new(templates: Vec<Template>) -> Self {
        let mut name = "Anchor".to_owned();
        let mut certificates = Vec::new();
        for (number, template) in templates.into_iter().enumerate() {
            let issuer = name.clone();
            if !template.subject.is_empty() {
                name = template.subject.clone();
            }
            let template = Template { issuer, subject: name.clone(), ..template };
            certificates.push(template.issue(&KEYS[number], &KEYS[number.saturating_sub(1)]));
        }
        let anchor = certificates.remove(0);
        Self { anchor, below: certificates }
    }

    fn judge(&self, policy: &Policy) -> PathReport {
        let store = TrustStore::builder().anchor(&self.anchor).build();
        let (leaf, authorities) = self.below.split_last().expect("a leaf");
        PathRequest::new(leaf, &store).intermediates(authorities).at(now()).policy(policy).validate()
    }
}

/// An anchor, so many authorities below it, each with this change, and a person with that one.
fn chain(authorities: usize, authority: impl Fn(usize, Template) -> Template, person: impl FnOnce(Template) -> Template) -> Chain {
    let mut templates = vec![Template::authority("Anchor", "")];
    templates.extend((1..=authorities).map(|number| authority(number, Template::authority(&format!("Authority {number}"), ""))));
    templates.push(person(Template::person("Alice", "", "alice@example.org")));
    Chain::new(templates)
}

fn template_of(said: &Said, base: Template) -> Template {
    let mut template = base;
    if said.self_issued {
        template.subject.clear();
    }
    if let Some(policies) = &said.policies {
        template = template.policies(policies);
    }
    if !said.mappings.is_empty() {
        template = template.policy_mappings(&said.mappings);
    }
    if said.require_explicit_policy.is_some() || said.inhibit_policy_mapping.is_some() {
        template = template.policy_constraints(said.require_explicit_policy, said.inhibit_policy_mapping);
    }
    match said.inhibit_any_policy {
        Some(count) => template.inhibit_any_policy(count),
        None => template,
    }
}

/// anyPolicy and three others.
fn pool() -> Vec<ObjectIdentifier> {
    vec![ANY_POLICY, policy(1), policy(2), policy(3)]
}

/// Some of the pool, in any order.
fn some_of_the_pool(least: usize) -> impl Strategy<Value = Vec<ObjectIdentifier>> {
    proptest::sample::subsequence(pool(), least..=4).prop_shuffle()
}

fn said() -> impl Strategy<Value = Said> {
    let policies = prop_oneof![1 => Just(None), 12 => some_of_the_pool(1).prop_map(Some)];
    let pair = (1u32..=3, 1u32..=3).prop_map(|(from, to)| (policy(from), policy(to)));
    let mappings = prop_oneof![1 => Just(Vec::new()), 2 => proptest::collection::vec(pair, 1..=6)];
    let rarely = |count| prop_oneof![5 => Just(None), 1 => (0..count).prop_map(Some)];
    (policies, mappings, rarely(4u64), rarely(3), rarely(3), proptest::bool::weighted(0.25)).prop_map(
        |(policies, mappings, require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy, self_issued)| Said {
            policies,
            mappings,
            require_explicit_policy,
            inhibit_policy_mapping,
            inhibit_any_policy,
            self_issued,
        },
    )
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let accepted = prop_oneof![2 => Just(Vec::new()), 3 => some_of_the_pool(1)];
    let flag = proptest::bool::weighted;
    (accepted, flag(0.15), flag(0.6), flag(0.15)).prop_map(
        |(accepted, inhibit_policy_mapping, require_explicit_policy, inhibit_any_policy)| Inputs {
            accepted: accepted.into_iter().collect(),
            inhibit_policy_mapping,
            require_explicit_policy,
            inhibit_any_policy,
        },
    )
}

/// The same verdict, the same certificate where it fails, the same policies, whatever the anchor's certificate says.
#[test]
fn as_the_tree_of_rfc_5280_has_it() {
    let seen: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let count = |what, holds: bool| *seen.borrow_mut().entry(what).or_default() += usize::from(holds);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    // More by the variable PROPTEST_CASES
    let config = ProptestConfig { cases: config.cases.max(6_000), ..config };
    let total = config.cases as usize;
    let strategy = (said(), proptest::collection::vec(said(), 1..=5), inputs());
    let compared = TestRunner::new(config).run(&strategy, |(anchor, path, inputs)| {
        let mut templates = vec![template_of(&anchor, Template::authority("Anchor", ""))];
        for (number, said) in path.iter().enumerate() {
            let last = number + 1 == path.len();
            let base = if last { Template::person("Alice", "", "a@example.org") } else { Template::authority(&number.to_string(), "") };
            templates.push(template_of(said, base));
        }
        let chain = Chain::new(templates);
        let report = chain.judge(&Policy {
            certificate_policies: inputs.accepted.iter().copied().collect(),
            require_explicit_policy: inputs.require_explicit_policy,
            inhibit_policy_mapping: inputs.inhibit_policy_mapping,
            inhibit_any_policy: inputs.inhibit_any_policy,
            ..Policy::default()
        });
        prop_assert!(report.certificates().eq(chain.below.iter().rev().chain([&chain.anchor])), "another path: {:?}", report);
        let (expected, doubles) = process(&path, &inputs);
        match &expected {
            Outcome::Valid(policies) => {
                prop_assert!(report.is_valid() && report.findings.is_empty(), "expected {policies:?}, found {:?}", report.findings);
                let found: BTreeSet<_> = report.policies.iter().map(|policy| policy.parse().expect("an object identifier")).collect();
                prop_assert_eq!(&found, policies);
                prop_assert_eq!(found.len(), report.policies.len());
            }
            Outcome::Invalid(certificate) => {
                prop_assert_eq!(report.verdict, PathVerdict::Untrusted);
                let [finding] = &report.findings[..] else { panic!("{:?}", report.findings) };
                prop_assert_eq!((finding.code, finding.severity), (Code::PathPolicy, Severity::Error));
                prop_assert_eq!(finding.certificate.as_ref(), Some(chain.below[certificate - 1].sha256()));
                prop_assert!(report.policies.is_empty());
            }
        }
        count("valid", matches!(expected, Outcome::Valid(_)));
        count("valid without a policy", matches!(&expected, Outcome::Valid(policies) if policies.is_empty()));
        count("several policies", matches!(&expected, Outcome::Valid(policies) if policies.len() > 1));
        count("anyPolicy at the end", matches!(&expected, Outcome::Valid(policies) if policies.contains(&ANY_POLICY)));
        count("failed at the leaf", expected == Outcome::Invalid(path.len()));
        count("failed before", matches!(expected, Outcome::Invalid(certificate) if certificate < path.len()));
        count("several parents", doubles > 0);
        Ok(())
    });
    compared.unwrap_or_else(|error| panic!("{error}"));
    println!("RAN {total} paths: {:?}", seen.borrow());
    for (what, found) in seen.borrow().iter() {
        assert!(found * 50 >= total, "only {found} of {total}: {what}");
    }
}

/// A policy that demands one of these; none: any.
fn demanding(accepted: &[ObjectIdentifier]) -> Policy {
    Policy { certificate_policies: accepted.to_vec(), require_explicit_policy: true, ..Policy::default() }
}

fn dotted(policies: &[ObjectIdentifier]) -> Vec<String> {
    policies.iter().map(ToString::to_string).collect()
}

/// The code of the only finding, which certificate it is about (the leaf is 0), and what it says.
fn failure(report: &PathReport) -> (Code, usize, String) {
    let [finding] = &report.findings[..] else { panic!("{:?}", report.findings) };
    let position = report.certificates().position(|certificate| Some(certificate.sha256()) == finding.certificate.as_ref());
    (finding.code, position.expect("a certificate of the path"), finding.message())
}

#[test]
fn what_is_told_of_policies() {
    let (a, b, c) = (policy(1), policy(2), policy(3));
    let good = chain(2, |_, t| t.policies(&[a, b]), |t| t.policies(&[b, c]));
    let report = good.judge(&Policy::default());
    assert!(report.is_valid() && report.policies == dotted(&[b]), "{report:?}");
    let checks = |report: &PathReport| -> Vec<_> { report.path.iter().map(|member| member.check(PathCheckKind::Policies)).collect() };
    let passed = Some(CheckState::Passed);
    assert_eq!(checks(&report), [passed, passed, passed, None]);
    assert!(good.judge(&demanding(&[])).is_valid() && good.judge(&demanding(&[a, b])).is_valid());
    // Accepted and not demanded: told, no more
    let report = good.judge(&Policy { certificate_policies: vec![a], ..Policy::default() });
    assert!(report.is_valid() && report.policies.is_empty());

    let report = good.judge(&demanding(&[a, c]));
    let (code, position, message) = failure(&report);
    assert_eq!((code, position, report.verdict), (Code::PathPolicy, 0, PathVerdict::Untrusted));
    assert!(message.contains("the request demands a policy (1.2.3.1, 1.2.3.3 would do); those that hold: 1.2.3.2"), "{message}");
    assert_eq!(checks(&report), [Some(CheckState::Failed), passed, passed, None]);

    // The policies end at the second authority, and the first demands one: after one more, two more, three more certificates
    let demanded = |count| {
        chain(
            3,
            |number, t| match number {
                1 => t.policies(&[a]).policy_constraints(Some(count), None),
                2 => t.policies(&[b]),
                _ => t.policies(&[a, b]),
            },
            |t| t.policies(&[a, b]),
        )
    };
    let unchecked = Some(CheckState::NotChecked("policies were not followed to here"));
    for (count, position, states) in [
        (0, 2, [unchecked, unchecked, Some(CheckState::Failed), passed, None]),
        (1, 1, [unchecked, Some(CheckState::Failed), passed, passed, None]),
        (2, 0, [Some(CheckState::Failed), passed, passed, passed, None]),
    ] {
        let report = demanded(count).judge(&Policy::default());
        let (code, found, message) = failure(&report);
        assert_eq!((code, found, report.policies.len()), (Code::PathPolicy, position, 0), "{count}");
        assert!(message.contains("CN=Authority 1 demands a policy; the certificate of CN=Authority 2 leaves none"), "{message}");
        assert_eq!(checks(&report), states, "{count}");
    }
    // Three more than there are, less one for the leaf (RFC 5280 section 6.1.5 (a))
    assert_eq!(failure(&demanded(3).judge(&Policy::default())).1, 0);
    assert!(demanded(4).judge(&Policy::default()).is_valid());

    // An extension that cannot be read ends it, and no policy holds
    let unreadable = chain(2, |number, t| if number == 2 { t.policies(&[a, a]) } else { t.policies(&[a]) }, |t| t.policies(&[a]));
    let report = unreadable.judge(&demanding(&[]));
    assert_eq!((failure(&report).0, failure(&report).1), (Code::CertMalformed, 1));
    assert_eq!(checks(&report), [unchecked, unchecked, passed, None]);
    assert!(report.policies.is_empty());

    // Without an anchor nothing is followed
    let report = PathRequest::new(&good.below[2], &TrustStore::default()).at(now()).policy(&demanding(&[])).validate();
    assert!(report.has(Code::PathNoAnchor) && !report.has(Code::PathPolicy) && report.policies.is_empty());
    assert_eq!(checks(&report), [Some(CheckState::NotChecked("the path leads to no anchor"))]);
}

#[test]
fn an_anchor_is_a_name_and_a_key() {
    let (a, b) = (policy(1), policy(2));
    let mut templates = vec![
        Template::authority("Anchor", "").policies(&[b]).policy_constraints(Some(0), Some(0)).inhibit_any_policy(0),
        Template::authority("Authority", "").policies(&[ANY_POLICY]).policy_mappings(&[(a, b)]),
        Template::person("Alice", "", "alice@example.org").policies(&[b]),
    ];
    let report = Chain::new(templates.clone()).judge(&demanding(&[a]));
    assert!(report.is_valid() && report.policies == dotted(&[a]), "{report:?}");
    templates[2] = templates[2].clone().without(smime::asn1::oid::CE_CERTIFICATE_POLICIES);
    assert!(Chain::new(templates).judge(&Policy::default()).is_valid());

    // One that is asked about itself is a certificate like others
    let alice = |t: Template| t.issue(&KEYS[0], &KEYS[0]);
    let judge = |leaf: &Certificate, policy: &Policy| {
        let store = TrustStore::builder().anchor(leaf).build();
        PathRequest::new(leaf, &store).at(now()).policy(policy).validate()
    };
    let with = alice(Template::person("Alice", "Alice", "alice@example.org").policies(&[a]));
    let without = alice(Template::person("Alice", "Alice", "alice@example.org"));
    assert_eq!(judge(&with, &demanding(&[a])).policies, dotted(&[a]));
    assert!(judge(&with, &demanding(&[b])).has(Code::PathPolicy));
    assert!(judge(&without, &demanding(&[])).has(Code::PathPolicy));
    assert!(judge(&without, &Policy::default()).is_valid());
}

/// Two ways to the anchor: what fails by its policies does not end the search.
#[test]
fn another_path_may_have_the_policy() {
    let a = policy(1);
    let mut base = chain(1, |_, t| t.policies(&[a]), |t| t.policies(&[a]));
    // Newer, and so tried first
    let newer = Template { not_before: "260101000000Z".into(), ..Template::authority("Authority 1", "Anchor") };
    base.below.insert(0, newer.clone().policies(&[policy(2)]).issue(&KEYS[1], &KEYS[0]));
    let report = base.judge(&Policy::default());
    assert!(report.is_valid() && report.policies.is_empty(), "{report:?}");
    let report = base.judge(&demanding(&[]));
    assert!(report.is_valid() && report.policies == dotted(&[a]), "{report:?}");
    // A demand of the newer one itself
    base.below[0] = newer.policies(&[policy(2)]).policy_constraints(Some(0), None).issue(&KEYS[1], &KEYS[0]);
    let report = base.judge(&Policy::default());
    assert!(report.is_valid() && report.policies == dotted(&[a]), "{report:?}");
    assert_eq!(failure(&base.judge(&demanding(&[policy(3)]))).0, Code::PathPolicy);
}

/// More than any path here needs: what is left is the bound on policies.
fn judge_long(chain: &Chain, policy: &Policy) -> PathReport {
    let store = TrustStore::builder().anchor(&chain.anchor).build();
    let (leaf, authorities) = chain.below.split_last().expect("a leaf");
    let limits = Limits { path_length: 40, ..Limits::default() };
    PathRequest::new(leaf, &store).intermediates(authorities).at(now()).policy(policy).limits(&limits).validate()
}

/// Policies, mappings, nodes and edges that one request may come to.
const STEPS: usize = 1 << 16;

#[test]
fn two_to_the_thirtieth_nodes_by_mappings() {
    let (a, b, c) = (policy(1), policy(2), policy(3));
    let all = [(a, a), (a, b), (b, a), (b, b)];
    let doubling = chain(30, |_, t| t.policies(&[a, b]).policy_mappings(&all), |t| t.policies(&[a, b]));
    for (accepted, holding) in [(&[][..], &[a, b][..]), (&[a], &[a]), (&[b, c], &[b])] {
        let report = judge_long(&doubling, &demanding(accepted));
        assert!(report.is_valid() && report.policies == dotted(holding), "{:?}", report.findings);
        // Two policies, four mappings, two nodes and four edges for each
        assert!(report.policy_steps <= 12 * 31, "{}", report.policy_steps);
    }
    let report = graphs::two_to_the_thirtieth_mappings().judge();
    assert_eq!((failure(&report).0, report.verdict), (Code::PathPolicy, PathVerdict::Untrusted));
    assert!(report.policy_steps <= 12 * 31);
    // The same out of anyPolicy, and with its policies taken away at the end
    let doubling = chain(30, |_, t| t.policies(&[ANY_POLICY]).policy_mappings(&all), |t| t.policies(&[c]));
    let report = judge_long(&doubling, &demanding(&[]));
    assert!(report.is_valid() && report.policies == dotted(&[c]) && report.policy_steps <= 15 * 31, "{report:?}");
    let doubling = chain(30, |_, t| t.policies(&[a, b]).policy_mappings(&all), |t| t.policies(&[c]));
    assert_eq!(failure(&judge_long(&doubling, &demanding(&[]))).0, Code::PathPolicy);
}

/// A full mapping of n policies onto each other has n^2 pairs, which stand in the certificate.
#[test]
fn a_graph_is_as_large_as_the_certificates() {
    let policies: Vec<_> = (0..40).map(policy).collect();
    let all: Vec<_> = policies.iter().flat_map(|from| policies.iter().map(|to| (*from, *to))).collect();
    let steps = |authorities| {
        let chain = chain(authorities, |_, t| t.policies(&policies).policy_mappings(&all), |t| t.policies(&policies));
        let report = judge_long(&chain, &demanding(&policies[7..8]));
        assert!(report.is_valid() && report.policies == dotted(&policies[7..8]), "{:?}", report.findings);
        report.policy_steps
    };
    let (one, two, four) = (steps(1), steps(2), steps(4));
    // For each authority: 40 policies and nodes, 1600 mappings, 1600 edges to what is below
    assert_eq!((two - one, four - two), (2 * 40 + 2 * 1_600, 2 * (2 * 40 + 2 * 1_600)));
}

#[test]
fn thousands_of_policies() {
    let policies: Vec<_> = (0..20_000).map(policy).collect();
    let one = chain(1, |_, t| t.policies(&policies), |t| t.policies(&[policy(19_999), policy(20_000)]));
    let report = one.judge(&demanding(&[]));
    assert!(report.is_valid() && report.policies == dotted(&[policy(19_999)]) && report.policy_steps <= STEPS, "{}", report.policy_steps);
    let report = one.judge(&demanding(&[policy(5)]));
    assert!(failure(&report).0 == Code::PathPolicy && report.policy_steps <= STEPS);
    // All of them hold, and the sentence stays short
    let held = chain(1, |_, t| t.policies(&[ANY_POLICY]), |t| t.policies(&policies[..10_000]));
    assert_eq!(held.judge(&demanding(&[])).policies.len(), 10_000);
    let (code, _, message) = failure(&held.judge(&demanding(&[policy(30_000)])));
    assert!(code == Code::PathPolicy && message.contains("and 9992 more") && message.len() < 600, "{message}");
}

#[test]
fn the_bound_on_policies() {
    let thousands: Vec<_> = (0..10_000).map(policy).collect();
    let from_one: Vec<_> = thousands.iter().map(|to| (policy(0), *to)).collect();
    let to_one: Vec<_> = thousands.iter().map(|from| (*from, policy(0))).collect();
    type Change<'a> = &'a dyn Fn(usize, Template) -> Template;
    let cases: [(&str, Change<'_>); 3] = [
        // Carried on by anyPolicy at each step
        ("anyPolicy", &|number, t| t.policies(if number == 1 { &thousands } else { &[ANY_POLICY] })),
        // Made by mappings out of anyPolicy
        ("mappings", &|_, t| t.policies(&[ANY_POLICY]).policy_mappings(&to_one)),
        // One becomes thousands becomes one
        ("fan", &|number, t| match number % 2 {
            0 => t.policies(&thousands).policy_mappings(&to_one),
            _ => t.policies(&[policy(0)]).policy_mappings(&from_one),
        }),
    ];
    for (what, authority) in cases {
        let attack = chain(18, authority, |t| t.policies(&[policy(0)]));
        for policy in [demanding(&[]), Policy::default()] {
            let report = judge_long(&attack, &policy);
            assert_eq!((failure(&report).0, report.verdict), (Code::LimitPath, PathVerdict::Indeterminate), "{what}");
            assert!(report.policies.is_empty() && report.policy_steps <= STEPS, "{what}: {}", report.policy_steps);
            assert_eq!(report.path.len(), 20, "{what}");
        }
    }
}

/// The bound is one for all paths of a request.
#[test]
fn many_paths_that_fail_by_policies() {
    let policies: Vec<_> = (0..500).map(policy).collect();
    let mut many = chain(1, |_, t| t.policies(&policies), |t| t.policies(&policies));
    for number in 0..60u8 {
        let template = Template { serial: vec![2, number], ..Template::authority("Authority 1", "Anchor") };
        many.below.insert(0, template.policies(&policies).issue(&KEYS[1], &KEYS[0]));
    }
    let report = many.judge(&demanding(&[policy(1_000)]));
    assert!(report.policy_steps <= STEPS && report.policy_steps > STEPS - 3_000, "{}", report.policy_steps);
    // 61 paths of up to 3000 steps each: the first fail by their policies, which is told; but others were not looked at
    assert_eq!(report.verdict, PathVerdict::Indeterminate);
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::PathPolicy, Code::LimitPath], "{:?}", report.findings);
    // Where the first path is enough there is no bound to reach
    assert!(many.judge(&demanding(&[policy(499)])).is_valid());
    // A path that says nothing of policies costs nothing: it is found behind the others where none is demanded
    let demand = |t: Template| t.policies(&policies).policy_constraints(Some(0), None);
    let mut costly = chain(1, |_, t| t, |t| t.policies(&[policy(1_000)]));
    for number in 0..60u8 {
        let newer = Template { not_before: "260101000000Z".into(), ..Template::authority("Authority 1", "Anchor") };
        costly.below.insert(0, demand(Template { serial: vec![2, number], ..newer }).issue(&KEYS[1], &KEYS[0]));
    }
    let report = costly.judge(&Policy::default());
    assert!(report.is_valid() && report.findings.is_empty() && report.policy_steps > 60 * 1_000, "{report:?}");
}

#[test]
fn what_is_said_of_policies_is_described() {
    let template = Template::authority("Authority", "Authority").policies(&[policy(1), ANY_POLICY]);
    let template = template.policy_mappings(&[(policy(1), policy(7))]).policy_constraints(Some(0), Some(2)).inhibit_any_policy(1);
    let told = template.issue(&KEYS[0], &KEYS[0]).describe();
    assert_eq!(told.certificate_policies.as_deref(), Some(&["1.2.3.1".to_owned(), "2.5.29.32.0".to_owned()][..]));
    assert_eq!(told.policy_mappings.as_deref(), Some(&[("1.2.3.1".to_owned(), "1.2.3.7".to_owned())][..]));
    assert_eq!((told.require_explicit_policy, told.inhibit_policy_mapping, told.inhibit_any_policy), (Some(0), Some(2), Some(1)));
    assert!(told.problems.is_empty(), "{:?}", told.problems);

    let silent = Template::authority("Authority", "Authority").issue(&KEYS[0], &KEYS[0]).describe();
    assert_eq!((silent.certificate_policies, silent.policy_mappings, silent.inhibit_any_policy), (None, None, None));
    // What cannot be read is a problem, and none of it is shown.
    let twice = Template::authority("Authority", "Authority").policies(&[policy(1), policy(1)]).issue(&KEYS[0], &KEYS[0]).describe();
    assert_eq!((twice.certificate_policies, twice.problems.len()), (None, 1));
}
