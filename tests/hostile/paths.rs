//! Certification paths made to deceive or to exhaust. Work is counted, not timed.

use smime::asn1::{Tag, oid};
use smime::cert::{AddressMatch, Certificate, match_address};
use smime::crypto::PrivateKey;
use smime::path::{CheckState, PathCheckKind, PathReport, PathRequest, PathVerdict, Purpose};
use smime::{Code, Limits, Policy, Time, TrustStore};
use smime_tests::graphs;
use smime_tests::maker::{Template, key};

fn now() -> Time {
    Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time")
}

fn store(anchors: &[&Certificate]) -> TrustStore {
    anchors.iter().fold(TrustStore::builder(), |builder, anchor| builder.anchor(anchor)).build()
}

fn judge(leaf: &Certificate, store: &TrustStore, others: &[Certificate]) -> PathReport {
    PathRequest::new(leaf, store).intermediates(others).at(now()).validate()
}

/// An anchor, an authority below it and a person.
struct Chain {
    root_key: PrivateKey,
    root: Certificate,
    authority_key: PrivateKey,
    authority: Certificate,
    person_key: PrivateKey,
    person: Certificate,
}

impl Chain {
    fn new() -> Self {
        Self::with(|root| root, |authority| authority, |person| person)
    }

    fn with(
        root: impl FnOnce(Template) -> Template,
        authority: impl FnOnce(Template) -> Template,
        person: impl FnOnce(Template) -> Template,
    ) -> Self {
        let (root_key, authority_key, person_key) = (key(), key(), key());
        Self {
            root: root(Template::authority("Root", "Root")).issue(&root_key, &root_key),
            authority: authority(Template::authority("Authority", "Root")).issue(&authority_key, &root_key),
            person: person(Template::person("Alice", "Authority", "alice@example.org")).issue(&person_key, &authority_key),
            root_key,
            authority_key,
            person_key,
        }
    }

    fn judge(&self) -> PathReport {
        judge(&self.person, &store(&[&self.root]), std::slice::from_ref(&self.authority))
    }
}

#[test]
fn a_chain_and_what_is_told_of_it() {
    let chain = Chain::new();
    let report = chain.judge();
    assert!(report.is_valid() && report.anchored && report.findings.is_empty(), "{:?}", report.findings);
    let names: Vec<_> = report.certificates().map(|certificate| certificate.subject().to_string()).collect();
    assert_eq!(names, ["CN=Alice", "CN=Authority", "CN=Root"]);
    assert_eq!(report.signatures_checked, 2);
    assert_eq!(report.path[0].check(PathCheckKind::Signature), Some(CheckState::Passed));
    assert_eq!(report.path[0].check(PathCheckKind::Authority), None);
    assert!(matches!(report.path[2].check(PathCheckKind::Signature), Some(CheckState::NotChecked(_))));
    assert_eq!(report.path[2].check(PathCheckKind::Validity), Some(CheckState::Passed));
}

#[test]
fn each_rule_has_its_code() {
    type Change = fn(Template) -> Template;
    let keep: Change = |template| template;
    let cases: Vec<(&str, [Change; 3], Code)> = vec![
        ("expired leaf", [keep, keep, |t| Template { not_after: "250101000000Z".into(), ..t }], Code::PathExpired),
        ("leaf of tomorrow", [keep, keep, |t| Template { not_before: "270101000000Z".into(), ..t }], Code::PathNotYetValid),
        ("expired authority", [keep, |t| Template { not_after: "250101000000Z".into(), ..t }, keep], Code::PathExpired),
        ("expired anchor", [|t| Template { not_after: "250101000000Z".into(), ..t }, keep, keep], Code::PathExpired),
        ("no authority", [keep, |t| t.basic_constraints(false, None), keep], Code::PathNotCa),
        ("no basicConstraints", [keep, |t| t.without(oid::CE_BASIC_CONSTRAINTS), keep], Code::PathNotCa),
        ("version 1 authority", [keep, |t| Template { version: 1, extensions: vec![], ..t }, keep], Code::PathNotCa),
        (
            "anchor that is a person",
            [|_| Template::person("Root", "Root", "r@example.org").without(oid::CE_KEY_USAGE), keep, keep],
            Code::PathNotCa,
        ),
        ("no keyCertSign", [keep, |t| t.key_usage(0x80), keep], Code::PathKeyUsage),
        ("path length of the anchor", [|t| t.basic_constraints(true, Some(0)), keep, keep], Code::PathLength),
        ("keyUsage of the leaf", [keep, keep, |t| t.key_usage(0x20)], Code::PathKeyUsage),
        ("extKeyUsage of the leaf", [keep, keep, |t| t.purposes(&[oid::ID_DATA])], Code::PathExtendedKeyUsage),
        ("extKeyUsage of the authority", [keep, |t| t.purposes(&[oid::ID_DATA]), keep], Code::PathExtendedKeyUsage),
        ("extKeyUsage of the anchor", [|t| t.purposes(&[oid::ID_DATA]), keep, keep], Code::PathExtendedKeyUsage),
        ("critical unknown in the leaf", [keep, keep, |t| t.extension(oid::ID_DATA, true, |w| w.null())], Code::PathCriticalExtension),
        ("critical unknown in the authority", [keep, |t| t.extension(oid::ID_DATA, true, |w| w.null()), keep], Code::PathCriticalExtension),
        ("a policy demanded by the authority", [keep, |t| t.policy_constraints(Some(0), None), keep], Code::PathPolicy),
        ("a policy demanded by the leaf", [keep, keep, |t| t.policy_constraints(Some(0), None)], Code::PathPolicy),
        (
            "unreadable certificatePolicies",
            [keep, keep, |t| t.extension(oid::CE_CERTIFICATE_POLICIES, false, |w| w.nest(Tag::SEQUENCE, |_| ()))],
            Code::CertMalformed,
        ),
        ("unreadable policyMappings", [keep, |t| t.policy_mappings(&[(oid::ANY_POLICY, oid::ID_DATA)]), keep], Code::CertMalformed),
        ("unreadable policyConstraints", [keep, |t| t.policy_constraints(None, None), keep], Code::CertMalformed),
        ("unreadable inhibitAnyPolicy", [keep, |t| t.extension(oid::CE_INHIBIT_ANY_POLICY, true, |w| w.null()), keep], Code::CertMalformed),
        (
            "unreadable keyUsage",
            [keep, |t| t.without(oid::CE_KEY_USAGE).extension(oid::CE_KEY_USAGE, false, |w| w.null()), keep],
            Code::CertMalformed,
        ),
        (
            "unreadable subjectAltName",
            [keep, keep, |t| t.without(oid::CE_SUBJECT_ALT_NAME).extension(oid::CE_SUBJECT_ALT_NAME, false, |w| w.null())],
            Code::CertMalformed,
        ),
        ("unreadable nameConstraints", [keep, |t| t.extension(oid::CE_NAME_CONSTRAINTS, false, |w| w.null()), keep], Code::CertMalformed),
        ("address not permitted", [keep, |t| t.address_constraints(&["example.com"], &[]), keep], Code::PathNameConstraints),
        ("address excluded", [keep, |t| t.address_constraints(&[], &["example.org"]), keep], Code::PathNameConstraints),
        ("address excluded by the anchor", [|t| t.address_constraints(&[], &["example.org"]), keep, keep], Code::PathNameConstraints),
        (
            "NUL in the address",
            [keep, |t| t.address_constraints(&["example.org"], &[]), |t| t.addresses(&["a@example.org\0.evil.example"])],
            Code::PathNameConstraints,
        ),
        (
            "trailing dot",
            [keep, |t| t.address_constraints(&[], &["example.org"]), |t| t.addresses(&["alice@example.org."])],
            Code::PathNameConstraints,
        ),
        (
            "second @",
            [keep, |t| t.address_constraints(&["example.org"], &[]), |t| t.addresses(&["a@evil.example@example.org"])],
            Code::PathNameConstraints,
        ),
    ];
    for (what, [root, authority, person], code) in cases {
        let report = Chain::with(root, authority, person).judge();
        assert!(!report.is_valid() && report.anchored && report.has(code), "{what}: {:?}", report.findings);
        assert_eq!(report.findings.len(), 1, "{what}: {:?}", report.findings);
    }
    for (what, [root, authority, person]) in [
        ("keyUsage absent", [keep, keep, (|t| t.without(oid::CE_KEY_USAGE)) as Change]),
        ("extKeyUsage absent", [keep, keep, |t| t.without(oid::CE_EXT_KEY_USAGE)]),
        ("nonRepudiation", [keep, keep, |t| t.key_usage(0x40)]),
        ("path length that suffices", [|t| t.basic_constraints(true, Some(1)), |t| t.basic_constraints(true, Some(0)), keep]),
        ("version 1 anchor", [|t| Template { version: 1, extensions: vec![], ..t }, keep, keep]),
        ("authority for any usage", [keep, |t| t.purposes(&[oid::ANY_EXTENDED_KEY_USAGE]), keep]),
        ("not critical unknown", [keep, |t| t.extension(oid::ID_DATA, false, |w| w.null()), keep]),
        (
            "critical certificatePolicies",
            [
                keep,
                |t| {
                    t.extension(oid::CE_CERTIFICATE_POLICIES, true, |w| {
                        w.nest(Tag::SEQUENCE, |w| w.nest(Tag::SEQUENCE, |w| w.oid(oid::ID_DATA)));
                    })
                },
                keep,
            ],
        ),
        (
            "policies of the anchor that demand, and cannot be read",
            [|t| t.policy_constraints(Some(0), None).extension(oid::CE_CERTIFICATE_POLICIES, true, |w| w.null()), keep, keep],
        ),
        ("address permitted", [keep, |t| t.address_constraints(&["example.org"], &["example.com"]), keep]),
        ("negative serial number of 30 octets", [keep, keep, |t| Template { serial: vec![0x80; 30], ..t }]),
    ] {
        let report = Chain::with(root, authority, person).judge();
        assert!(report.is_valid(), "{what}: {:?}", report.findings);
    }
}

#[test]
fn purposes_and_policies() {
    let any = Chain::with(|t| t, |t| t, |t| t.purposes(&[oid::ANY_EXTENDED_KEY_USAGE]));
    let report = any.judge();
    assert!(report.is_valid() && report.has(Code::PathAnyUsage), "{:?}", report.findings);
    let strict = Policy::strict();
    let store_of_any = store(&[&any.root]);
    let request = PathRequest::new(&any.person, &store_of_any).intermediates(std::slice::from_ref(&any.authority)).at(now());
    assert!(request.clone().policy(&strict).validate().has(Code::PathExtendedKeyUsage));
    assert!(request.purpose(Purpose::Any).validate().findings.is_empty());

    let signer = Chain::with(|t| t, |t| t, |t| t.key_usage(0xc0));
    let store_of_signer = store(&[&signer.root]);
    let request = PathRequest::new(&signer.person, &store_of_signer).intermediates(std::slice::from_ref(&signer.authority)).at(now());
    assert!(request.clone().validate().is_valid());
    assert!(request.clone().purpose(Purpose::EmailEncryption).validate().has(Code::PathKeyUsage));

    // The dates of an anchor count unless the policy says that they do not.
    let old = Chain::with(|t| Template { not_after: "250101000000Z".into(), ..t }, |t| t, |t| t);
    let store_of_old = store(&[&old.root]);
    let request = PathRequest::new(&old.person, &store_of_old).intermediates(std::slice::from_ref(&old.authority)).at(now());
    let legacy = Policy::legacy();
    let report = request.policy(&legacy).validate();
    assert!(report.is_valid());
    assert!(matches!(report.path[2].check(PathCheckKind::Validity), Some(CheckState::NotChecked(_))));
}

#[test]
fn without_a_time_nothing_is_valid() {
    let chain = Chain::new();
    let store = store(&[&chain.root]);
    let report = PathRequest::new(&chain.person, &store).intermediates(std::slice::from_ref(&chain.authority)).validate();
    assert_eq!(report.verdict, PathVerdict::Indeterminate);
    assert!(report.has(Code::PathTimeUnknown) && report.findings.len() == 1);
    assert!(matches!(report.path[0].check(PathCheckKind::Validity), Some(CheckState::NotChecked(_))));
}

#[test]
fn what_lacks_is_told() {
    let url = b"http://example.org/authority.cer";
    let chain = Chain::with(
        |t| t,
        |t| t,
        |t| {
            t.extension(oid::PE_AUTHORITY_INFO_ACCESS, false, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2"));
                        writer.element(Tag::context(6), url);
                    });
                });
            })
        },
    );
    let report = judge(&chain.person, &store(&[&chain.root]), &[]);
    assert!(report.has(Code::PathNoAnchor) && !report.anchored && report.verdict == PathVerdict::Untrusted);
    assert_eq!(report.needs.len(), 1);
    assert_eq!((report.needs[0].url.as_bytes(), &report.needs[0].certificate), (&url[..], chain.person.sha256()));
    // The issuer is there, its own issuer is not.
    let report = judge(&chain.person, &TrustStore::default(), std::slice::from_ref(&chain.authority));
    assert!(report.has(Code::PathNoAnchor) && report.path.len() == 2);
    // A root that nobody trusts.
    let report = judge(&chain.person, &TrustStore::default(), &[chain.root.clone(), chain.authority.clone()]);
    assert!(report.has(Code::PathNoAnchor) && report.path.len() == 3 && report.needs.is_empty());
    assert!(report.findings[0].message().contains("self-signed"));
}

#[test]
fn a_forged_certificate_is_invalid_and_said_to_be() {
    let chain = Chain::new();
    let stranger = key();
    let forged = Template::authority("Authority", "Root").issue(&chain.authority_key, &stranger);
    let report = judge(&chain.person, &store(&[&chain.root]), &[forged]);
    assert!(report.has(Code::PathSignature) && report.verdict == PathVerdict::Invalid && report.anchored);
    // With the right one beside it the right one is found.
    let forged = Template::authority("Authority", "Root").issue(&chain.authority_key, &stranger);
    let report = judge(&chain.person, &store(&[&chain.root]), &[forged, chain.authority.clone()]);
    assert!(report.is_valid());
}

#[test]
fn a_person_who_is_an_anchor_is_trusted_for_himself_alone() {
    let (key, other_key) = (key(), key());
    let person = Template::person("Alice", "Alice", "alice@example.org").issue(&key, &key);
    let store = store(&[&person]);
    let report = judge(&person, &store, &[]);
    assert!(report.is_valid() && report.path.len() == 1 && report.signatures_checked == 0);
    let made_by_her = Template::person("Bob", "Alice", "bob@example.org").issue(&other_key, &key);
    let report = judge(&made_by_her, &store, &[]);
    assert!(!report.is_valid() && report.has(Code::PathNotCa));
    // Her dates and usage count all the same.
    let late = Template { not_after: "250101000000Z".into(), ..Template::person("Alice", "Alice", "alice@example.org") }.issue(&key, &key);
    assert!(judge(&late, &TrustStore::builder().anchor(&late).build(), &[]).has(Code::PathExpired));
}

#[test]
fn the_key_of_an_anchor_certified_again_is_a_leaf_like_any_other() {
    let key = key();
    let old = Template::authority("Root", "Root").issue(&key, &key);
    let new = Template { serial: vec![2], ..Template::authority("Root", "Root").key_usage(0x86) }.issue(&key, &key);
    let report = judge(&new, &store(&[&old]), std::slice::from_ref(&new));
    assert!(report.is_valid() && report.path.len() == 2, "{:?}", report.findings);
    // Not trusted, it is not its own issuer either.
    let report = judge(&new, &TrustStore::default(), std::slice::from_ref(&new));
    assert!(report.has(Code::PathNoAnchor) && report.path.len() == 1);
}

#[test]
fn self_issued_certificates_do_not_count_as_length() {
    let (root_key, old_key, new_key, person_key) = (key(), key(), key(), key());
    let root = Template::authority("Root", "Root").basic_constraints(true, Some(1)).issue(&root_key, &root_key);
    let old = Template::authority("Authority", "Root").basic_constraints(true, Some(0)).issue(&old_key, &root_key);
    let rolled = Template::authority("Authority", "Authority").issue(&new_key, &old_key);
    let person = Template::person("Alice", "Authority", "alice@example.org").issue(&person_key, &new_key);
    let report = judge(&person, &store(&[&root]), &[rolled, old]);
    assert!(report.is_valid() && report.path.len() == 4, "{:?}", report.findings);
}

#[test]
fn hints_only_order_candidates() {
    let (root_key, right_key, wrong_key, person_key) = (key(), key(), key(), key());
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let right = Template::authority("Authority", "Root").subject_key_identifier(b"right").issue(&right_key, &root_key);
    let wrong = Template::authority("Authority", "Root").subject_key_identifier(b"wrong").issue(&wrong_key, &root_key);
    let person =
        Template::person("Alice", "Authority", "alice@example.org").authority_key_identifier(b"wrong").issue(&person_key, &right_key);
    let report = judge(&person, &store(&[&root]), &[right, wrong]);
    assert!(report.is_valid(), "{:?}", report.findings);
}

#[test]
fn a_sound_way_is_preferred_to_a_shorter_one() {
    let (old_key, new_key, authority_key, person_key) = (key(), key(), key(), key());
    let expired = Template { not_after: "250101000000Z".into(), ..Template::authority("Root", "Root") }.issue(&old_key, &old_key);
    let crossed = Template::authority("Root", "New Root").issue(&old_key, &new_key);
    let new = Template::authority("New Root", "New Root").issue(&new_key, &new_key);
    let authority = Template::authority("Authority", "Root").issue(&authority_key, &old_key);
    let person = Template::person("Alice", "Authority", "alice@example.org").issue(&person_key, &authority_key);
    let report = judge(&person, &store(&[&expired, &new]), &[authority.clone(), crossed]);
    assert!(report.is_valid() && report.path.len() == 4, "{:?}", report.findings);
    let report = judge(&person, &store(&[&expired]), &[authority]);
    assert!(report.has(Code::PathExpired) && report.path.len() == 3);
}

#[test]
fn loops_end() {
    let (a_key, b_key, person_key, root_key) = (key(), key(), key(), key());
    let pool = vec![
        Template::authority("A", "B").issue(&a_key, &b_key),
        Template::authority("B", "A").issue(&b_key, &a_key),
        Template::authority("A", "A").issue(&a_key, &a_key),
        Template::authority("B", "B").issue(&b_key, &b_key),
        Template::authority("A", "Root").issue(&a_key, &root_key),
    ];
    let person = Template::person("Alice", "B", "alice@example.org").issue(&person_key, &b_key);
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let report = judge(&person, &TrustStore::default(), &pool);
    assert!(report.has(Code::PathNoAnchor) && report.steps < 100, "{} steps, {:?}", report.steps, report.findings);
    let report = judge(&person, &store(&[&root]), &pool);
    assert!(report.is_valid() && report.path.len() == 4);
    let report = graphs::loops(1_000).judge();
    assert!(report.has(Code::LimitPath) && report.verdict == PathVerdict::Indeterminate, "{:?}", report.findings);
    assert_eq!((report.signatures_checked, report.steps), (2, Limits::default().path_steps));
}

#[test]
fn ten_to_the_nineteenth_paths() {
    let limits = Limits::default();
    let bounded = |report: &PathReport| report.signatures_checked <= limits.path_signatures && report.steps <= limits.path_steps;
    for shared in [false, true] {
        let (mut graph, top) = graphs::ten_to_the_nineteenth_paths(shared);
        // An anchor under the right name with another key: the worst, as every way is tried.
        let report = graph.judge();
        assert!(report.has(Code::LimitPath) && report.verdict == PathVerdict::Indeterminate && bounded(&report), "{:?}", report.findings);
        // Nowhere to arrive.
        let report = judge(&graph.person, &TrustStore::default(), &graph.pool);
        assert!(report.has(Code::LimitPath) && report.verdict == PathVerdict::Indeterminate && bounded(&report), "{:?}", report.findings);
        // The one authority of the top layer that is trusted.
        let name = graph.anchor.subject().to_string();
        let name = name.strip_prefix("CN=").expect("a common name");
        graph.anchor = Template::authority(name, name).issue(&top, &top);
        let report = graph.judge();
        println!("shared: {shared}: {:?} after {} signatures and {} steps", report.verdict, report.signatures_checked, report.steps);
        assert!(report.is_valid() && report.path.len() == 20 && bounded(&report), "shared: {shared}: {:?}", report.findings);
    }
}

#[test]
fn two_thousand_issuers_of_one_name() {
    let root_key = key();
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let store = store(&[&root]);
    let keys: Vec<_> = (0..2_000).map(|_| key()).collect();
    let identifier = |number: usize| (number as u64).to_be_bytes();
    let pool: Vec<_> = (0..2_000)
        .map(|number| Template::authority("Authority", "Root").subject_key_identifier(&identifier(number)).issue(&keys[number], &root_key))
        .collect();
    let person_key = key();
    let person = Template::person("Alice", "Authority", "alice@example.org");
    // With a hint that is right two signatures suffice.
    let hinted = person.clone().authority_key_identifier(&identifier(1_500)).issue(&person_key, &keys[1_500]);
    let report = judge(&hinted, &store, &pool);
    assert!(report.is_valid() && report.signatures_checked == 2, "{} {:?}", report.signatures_checked, report.findings);
    // Without one, or with a wrong one, the bound is reached.
    for silent in [person.clone().issue(&person_key, &keys[1_999]), person.authority_key_identifier(b"none").issue(&person_key, &key())] {
        let report = judge(&silent, &store, &pool);
        assert!(!report.is_valid() && report.has(Code::LimitPath), "{:?}", report.findings);
        assert!(report.signatures_checked <= Limits::default().path_signatures && report.steps <= 2 * Limits::default().path_steps);
    }
    // Two thousand certificates of one key cost one signature.
    let one_key: Vec<_> = (0..2_000u32)
        .map(|number| Template { serial: number.to_be_bytes().to_vec(), ..Template::authority("Authority", "Nowhere") })
        .map(|template| template.issue(&keys[0], &root_key))
        .collect();
    let stranger = Template::person("Alice", "Authority", "alice@example.org").issue(&person_key, &keys[1]);
    let report = judge(&stranger, &store, &one_key);
    assert!(report.has(Code::PathNoAnchor) && report.signatures_checked == 1, "{} {:?}", report.signatures_checked, report.findings);
}

#[test]
fn bounds_on_length() {
    for (between, valid) in [(18, true), (19, false), (30, false)] {
        let keys: Vec<_> = (0..between + 1).map(|_| key()).collect();
        let name = |number: usize| format!("authority {number}");
        let root = Template::authority(&name(0), &name(0)).issue(&keys[0], &keys[0]);
        let pool: Vec<_> = (1..=between)
            .map(|number| Template::authority(&name(number), &name(number - 1)).issue(&keys[number], &keys[number - 1]))
            .collect();
        let person_key = key();
        let person = Template::person("Alice", &name(between), "alice@example.org").issue(&person_key, &keys[between]);
        let report = judge(&person, &store(&[&root]), &pool);
        assert_eq!((report.is_valid(), report.has(Code::LimitPath)), (valid, !valid), "{between}: {:?}", report.findings);
    }
}

#[test]
fn constraints_times_names_are_bounded() {
    let report = graphs::constraints_times_names(20_000).judge();
    assert!(report.has(Code::LimitPath) && report.verdict == PathVerdict::Indeterminate, "{:?}", report.findings);
}

#[test]
fn a_chain_seen_before_costs_no_signature_and_is_judged_all_the_same() {
    let chain = Chain::new();
    let store = store(&[&chain.root]);
    let others = std::slice::from_ref(&chain.authority);
    assert_eq!(judge(&chain.person, &store, others).signatures_checked, 2);
    let again = judge(&chain.person, &store, others);
    assert!(again.is_valid() && again.signatures_checked == 0);
    // Read again from its octets, as the next message brings it.
    let copy = Certificate::from_der(chain.person.der()).expect("a certificate");
    assert_eq!(judge(&copy, &store, others).signatures_checked, 0);
    let later = Time::parse_rfc3339("2041-01-01T00:00:00Z").expect("a time");
    let report = PathRequest::new(&chain.person, &store).intermediates(others).at(later).validate();
    assert!(report.has(Code::PathExpired) && report.signatures_checked == 0);

    // A path that fails leaves nothing behind.
    let expired = Template { not_after: "250101000000Z".into(), ..Template::person("Bob", "Authority", "bob@example.org") };
    let expired = expired.issue(&chain.person_key, &chain.authority_key);
    for _ in 0..2 {
        let report = judge(&expired, &store, others);
        assert!(report.has(Code::PathExpired) && report.signatures_checked == 1);
    }
    // The fact is about a key: the same name with another key is not believed.
    let usurper = Template::authority("Authority", "Root").issue(&key(), &chain.root_key);
    let report = judge(&chain.person, &store, &[usurper]);
    assert!(!report.is_valid());
}

#[test]
fn no_flipped_bit_and_no_truncation_passes() {
    let chain = Chain::new();
    let store = store(&[&chain.root]);
    let der = chain.person.der();
    let mut read = 0;
    for bit in 0..der.len() * 8 {
        let mut flipped = der.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(certificate) = Certificate::from_der(&flipped) {
            read += 1;
            let report = judge(&certificate, &store, std::slice::from_ref(&chain.authority));
            assert!(!report.is_valid(), "bit {bit}");
            let _ = (certificate.describe(), match_address(&certificate, "alice@example.org"));
        }
    }
    assert!(read > der.len());
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err());
    }
    let longer = [der, &[0]].concat();
    assert_eq!(Certificate::from_der(&longer).expect_err("trailing").code(), Code::BerTrailing);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]
    #[test]
    fn altered_certificates_never_panic_and_never_pass(changes in proptest::collection::vec((0usize..600, proptest::num::u8::ANY), 1..6)) {
        static CHAIN: std::sync::LazyLock<Chain> = std::sync::LazyLock::new(Chain::new);
        let mut der = CHAIN.person.der().to_vec();
        let length = der.len();
        changes.iter().for_each(|(at, octet)| der[at % length] = *octet);
        if let Ok(certificate) = Certificate::from_der(&der) {
            let report = judge(&certificate, &store(&[&CHAIN.root]), std::slice::from_ref(&CHAIN.authority));
            assert_eq!(report.is_valid(), der == CHAIN.person.der());
            assert!(!certificate.describe().subject.chars().any(char::is_control));
        }
    }
}

#[test]
fn addresses_match_strictly() {
    let keys = key();
    let certify = |addresses: &[&str]| Template::person("Alice", "Root", "x@example.org").addresses(addresses).issue(&keys, &keys);
    let alice = certify(&["alice@example.org"]);
    for (address, expected) in [
        ("alice@example.org", AddressMatch::Match),
        ("Alice@EXAMPLE.org", AddressMatch::Match),
        ("alice@example.org.", AddressMatch::Mismatch),
        ("bob@example.org", AddressMatch::Mismatch),
        ("alice@sub.example.org", AddressMatch::Mismatch),
        ("", AddressMatch::Mismatch),
    ] {
        assert_eq!(match_address(&alice, address), expected, "{address}");
    }
    let tricky =
        certify(&["alice@example.org\0@evil.example", "alice@example.org.", "alice@example.org@evil.example", "\u{e4}lice@example.org"]);
    assert_eq!(tricky.mailboxes().malformed.len(), 4);
    assert!(tricky.addresses().is_empty());
    for address in ["alice@example.org", "alice@example.org.", "\u{e4}lice@example.org", "alice@example.org\0@evil.example"] {
        assert_eq!(match_address(&tricky, address), AddressMatch::Mismatch, "{address:?}");
    }
    let none = Template::new("Alice", "Root").issue(&keys, &keys);
    assert_eq!(match_address(&none, "alice@example.org"), AddressMatch::Absent);
}

#[test]
fn a_report_stays_small_whatever_the_certificate_says() {
    let keys = key();
    let purposes: Vec<_> =
        (0..5_000).map(|number| const_oid::ObjectIdentifier::from_arcs([1, 3, 6, 1, 4, 1, number]).expect("an identifier")).collect();
    let long = "x".repeat(100_000);
    let template = Template { not_after: "250101000000Z".into(), ..Template::new(&long, &long).key_usage(0x20).purposes(&purposes) };
    let certificate = template.address_constraints(&[&long], &[]).issue(&keys, &keys);
    for store in [store(&[&certificate]), TrustStore::default()] {
        let report = judge(&certificate, &store, &[]);
        let text: usize = report.findings.iter().map(|finding| finding.message().len()).sum();
        assert!(report.findings.len() >= 3 && text < 5_000, "{text} octets");
    }
}

#[test]
fn extensions_twice_and_thousands_of_them() {
    let keys = key();
    let twice = Template::person("Alice", "Root", "a@example.org").extension(oid::CE_KEY_USAGE, false, |writer| writer.null());
    let error = Certificate::from_der(&twice.issue_der(&keys, &keys)).expect_err("twice");
    assert_eq!((error.code(), error.detail()), (Code::CertDuplicateExtension, Some("2.5.29.15")));
    let mut many = Template::person("Alice", "Root", "a@example.org");
    for number in 0..20_000u32 {
        let kind = const_oid::ObjectIdentifier::from_arcs([1, 3, 6, 1, 4, 1, number]).expect("an identifier");
        many.extensions.push((kind, true, vec![5, 0]));
    }
    let certificate = many.issue(&keys, &keys);
    assert_eq!(certificate.extensions().count(), 20_003);
    let report = judge(&certificate, &store(&[&certificate]), &[]);
    assert!(report.has(Code::PathCriticalExtension) && report.findings.len() == 1);
    assert!(report.findings[0].message().contains("and 19999 more"), "{}", report.findings[0].message());
}
