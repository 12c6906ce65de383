//! Every lint: a certificate that provokes it, and one that it is about and that does not.

mod goods;
mod rfc5280;
mod smime_br;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use smime::asn1::Tag;
use smime::cert::lint::{LintOutcome, lints};
use smime_tests::forge::{element, sequence};
use smime_tests::parts::{Parts, general, list};

/// The name of a lint, and what provokes it.
type Case = (&'static str, fn() -> Parts);

/// Lints that pass no certificate that they are about.
const NEVER_PASS: &[&str] = &["smime-br-legacy-generation"];

#[test]
fn names_are_of_one_form_and_each_is_one() {
    let mut seen = BTreeSet::new();
    for lint in lints() {
        let name = lint.name();
        assert!(name.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'), "{name}");
        assert!(seen.insert(name), "{name} stands twice");
        assert!(!lint.sentence().ends_with('.') && !lint.sentence().contains('\n'), "{name}");
    }
}

#[test]
fn good_certificates_provoke_nothing() {
    let mut passed = BTreeSet::new();
    for (what, parts) in goods::all() {
        let certificate = parts.certificate();
        assert_eq!(certificate.lint(), [], "{what}");
        passed.extend(lints().filter(|lint| lint.judge(&certificate) == LintOutcome::Passed).map(|lint| lint.name()));
    }
    let missing: Vec<_> = lints().map(|lint| lint.name()).filter(|name| !passed.contains(name) && !NEVER_PASS.contains(name)).collect();
    assert_eq!(missing, [""; 0], "lints that no good certificate passes");
}

#[test]
fn every_lint_is_provoked() {
    let known: BTreeMap<_, _> = lints().map(|lint| (lint.name(), lint)).collect();
    let mut provoked = BTreeSet::new();
    let mut silent = Vec::new();
    for (name, parts) in rfc5280::CASES.iter().chain(smime_br::CASES) {
        let lint = known.get(name).unwrap_or_else(|| panic!("no lint {name}"));
        let certificate = parts().certificate();
        match lint.judge(&certificate) {
            LintOutcome::Found(message) => assert!(message.starts_with(lint.sentence()), "{name}: {message}"),
            outcome => silent.push(format!("{name}: {outcome:?}")),
        }
        provoked.insert(*name);
    }
    assert!(silent.is_empty(), "not provoked: {silent:#?}");
    let missing: Vec<_> = known.keys().filter(|name| !provoked.contains(*name)).collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

/// What a message shows of a certificate is cut where it is long.
#[test]
fn messages_are_short() {
    let mut kind = vec![0x2a];
    kind.extend([0x81, 0x01].repeat(50_000));
    let extension = sequence(&[&element(Tag::OID, &kind), &element(Tag::OCTET_STRING, b"text")]);
    let long = [b'a'; 100_000];
    let attributes = [(goods::CN, Tag::UTF8_STRING, long.to_vec()), (goods::ORGANIZATION_ID, Tag::IA5_STRING, long.to_vec())];
    let parts = attributes.into_iter().fold(goods::organization(), Parts::attribute).with_raw("1.2.3", &extension);
    let findings = parts.with(goods::NAMES, false, &list(&[general(1, &long)])).certificate().lint();
    assert!(findings.len() > 5, "{findings:?}");
    for finding in findings {
        assert!(finding.message.len() < 400, "{}", finding.lint);
    }
}

/// A rule that is younger than the certificate is not held against it.
#[test]
fn rules_have_a_beginning() {
    let old = Parts { validity: [(Tag::UTC_TIME, "230831235959Z"), (Tag::UTC_TIME, "240831000000Z")], ..goods::mailbox() };
    let certificate = old.without(goods::USAGE).certificate();
    let usage = lints().find(|lint| lint.name() == "smime-br-key-usage").expect("a lint");
    assert_eq!(usage.judge(&certificate), LintOutcome::NotEffective);
    assert!(certificate.lint().iter().all(|finding| !finding.lint.starts_with("smime-br-")));
}
