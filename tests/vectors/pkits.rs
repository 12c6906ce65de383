//! NIST PKITS 1.0.1 whole: each of its 249 tests as a path with revocation lists and policy inputs, and as a signed message.

use std::collections::BTreeMap;

use serde_json::Value;
use smime::asn1::ObjectIdentifier;
use smime::cert::{Certificate, CertificateList};
use smime::path::{PathReport, PathRequest, PathVerdict, RevocationStatus};
use smime::policy::RevocationMode;
use smime::trust::RevocationEvidence;
use smime::{Code, Opener, Policy, Severity, Time, TrustStore, Verdict};
use smime_tests::{Tally, archive, json, vectors};

/// What a test is made of.
struct Test<'a> {
    id: &'a str,
    section: &'a str,
    name: &'a str,
    is_valid: bool,
    anchor: Certificate,
    /// Between the anchor and the target, signers of lists among them.
    between: Vec<Certificate>,
    target: Certificate,
    lists: Vec<CertificateList>,
    policy: Policy,
    policies: Vec<String>,
    message: &'a [u8],
}

fn at() -> Time {
    Time::parse_rfc3339("2011-04-15T00:00:00Z").expect("a time")
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|word| word.as_str().expect("a word")).collect()
}

fn each_test(mut with: impl FnMut(Test<'_>)) -> bool {
    let Some(folder) = vectors() else { return false };
    let index = json(&folder.join("pkits/pkits.json"));
    let files = archive(&folder.join("pkits/PKITS_data.tar.gz"));
    let oids: BTreeMap<&str, &str> =
        index["policy_oids"].as_object().expect("names").iter().map(|(name, oid)| (name.as_str(), oid.as_str().expect("an OID"))).collect();
    for test in index["tests"].as_array().expect("tests") {
        let text = |key: &str| test[key].as_str().expect("a text");
        let certificate = |name: &&str| Certificate::from_der(&files[&format!("certs/{name}")]).expect("a certificate");
        let path: Vec<Certificate> = words(&test["path"]).iter().map(certificate).collect();
        let [anchor, between @ .., target] = path.as_slice() else { panic!("{}", text("id")) };
        let list = |name: &str| CertificateList::from_der(&files[&format!("crls/{name}")]).expect("a list");
        let settings = &test["settings"];
        let flag = |key: &str| settings[key].as_bool().expect("yes or no");
        let demanded = words(&settings["initial_policy_set"]).into_iter().map(|name| ObjectIdentifier::new_unwrap(oids[name]));
        // DSA and old digests are a question of the policy for archives.
        let uses_dsa = matches!(text("id"), "pkits-4.1.4" | "pkits-4.1.5" | "pkits-4.1.6");
        with(Test {
            id: text("id"),
            section: text("section"),
            name: text("name"),
            is_valid: text("expected") == "valid",
            anchor: anchor.clone(),
            between: between.to_vec(),
            target: target.clone(),
            lists: words(&test["crls"]).into_iter().map(list).collect(),
            policy: Policy {
                certificate_policies: demanded.collect(),
                require_explicit_policy: flag("initial_explicit_policy"),
                inhibit_policy_mapping: flag("initial_policy_mapping_inhibit"),
                inhibit_any_policy: flag("initial_inhibit_any_policy"),
                revocation: RevocationMode::Hard,
                // The messages are all from one sender, whom no certificate names.
                require_sender_match: false,
                ..if uses_dsa { Policy::legacy() } else { Policy::standard() }
            },
            policies: words(&test["expected_user_constrained_policy_set"]).into_iter().map(|name| oids[name].to_owned()).collect(),
            message: &files[&format!("smime/{}", text("smime_message"))],
        });
    }
    true
}

fn errors(report: &PathReport) -> Vec<Code> {
    report.findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.code).collect()
}

/// The codes of which one must be among the errors of a test that is to fail.
fn expected_codes(test: &Test<'_>) -> &'static [Code] {
    use Code as C;
    match (test.id, test.section) {
        ("pkits-4.2.1" | "pkits-4.2.2", _) => &[C::PathNotYetValid],
        ("pkits-4.5.8", _) => &[C::PathNotCa],
        // A mapping from or to anyPolicy is no mapping (RFC 5280 section 4.2.1.5).
        ("pkits-4.10.7" | "pkits-4.10.8", _) => &[C::CertMalformed],
        // No list at all, one of another issuer, one with another issuer's name, an indirect one, a delta without its base.
        ("pkits-4.4.1" | "pkits-4.4.5" | "pkits-4.4.6" | "pkits-4.14.26" | "pkits-4.15.1", _) => &[C::RevMissing],
        ("pkits-4.4.4", _) => &[C::RevSignature],
        ("pkits-4.4.9" | "pkits-4.4.10", _) => &[C::RevCriticalExtension],
        ("pkits-4.4.11" | "pkits-4.4.12" | "pkits-4.15.10", _) => &[C::RevStale],
        ("pkits-4.4.21", _) => &[C::RevSigner],
        ("pkits-4.14.3" | "pkits-4.14.8" | "pkits-4.14.9" | "pkits-4.14.11" | "pkits-4.14.12" | "pkits-4.14.14", _) => &[C::RevScope],
        ("pkits-4.14.17" | "pkits-4.14.27" | "pkits-4.14.35", _) => &[C::RevScope],
        (_, "SignatureVerification") => &[C::PathSignature],
        (_, "ValidityPeriods") => &[C::PathExpired],
        (_, "VerifyingNameChaining") => &[C::PathNoAnchor],
        (_, "VerifyingBasicConstraints") => &[C::PathNotCa, C::PathLength],
        (_, "KeyUsage") => &[C::PathKeyUsage, C::RevSigner],
        (_, "NameConstraints") => &[C::PathNameConstraints],
        (_, "PrivateCertificateExtensions") => &[C::PathCriticalExtension],
        (_, "CertificatePolicies" | "RequireExplicitPolicy" | "PolicyMappings" | "InhibitPolicyMapping" | "InhibitAnyPolicy") => {
            &[C::PathPolicy]
        }
        (_, "BasicCertificateRevocationTests" | "DeltaCRLs" | "DistributionPoints" | "VerifyingPathswithSelfIssuedCertificates") => {
            &[C::PathRevoked]
        }
        (id, section) => panic!("{id} of {section}: what is wrong with it?"),
    }
}

#[test]
fn all_paths() {
    let mut tally = Tally::new("PKITS, 249 paths with lists and policies");
    let ran = each_test(|test| {
        let mut evidence = RevocationEvidence::default();
        test.lists.iter().for_each(|list| evidence.add_crl(list));
        let store = TrustStore::builder().anchor(&test.anchor).build();
        let request = PathRequest::new(&test.target, &store).intermediates(&test.between).at(at()).policy(&test.policy).evidence(&evidence);
        let report = request.validate();
        let right = match test.is_valid {
            true => {
                let mut policies = report.policies.clone();
                policies.sort();
                let mut expected = test.policies.clone();
                expected.sort();
                report.is_valid() && report.revocation() == RevocationStatus::Good && policies == expected
            }
            false => {
                let due = expected_codes(&test);
                report.verdict != PathVerdict::Valid && errors(&report).iter().any(|code| due.contains(code))
            }
        };
        tally.check(right, || {
            format!("{} {}: {:?} {:?} {:?} due {:?}", test.id, test.name, report.verdict, report.findings, report.policies, test.policies)
        });
    });
    if ran {
        tally.finish(249);
    }
}

#[test]
fn all_messages() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("PKITS, 249 signed messages");
    // As a mail server would have it: one store with every list and every authority there is.
    let mut builder = TrustStore::builder();
    for (name, octets) in archive(&folder.join("pkits/PKITS_data.tar.gz")) {
        if name.starts_with("crls/") {
            builder = builder.crl_file(&octets).expect("a list");
        } else if name.ends_with("TrustAnchorRootCertificate.crt") {
            builder = builder.anchor_file(&octets).expect("an anchor");
        } else if name.starts_with("certs/") && !name.ends_with("EE.crt") {
            builder = builder.intermediate_file(&octets).expect("a certificate");
        }
    }
    let store = builder.build();
    let ran = each_test(|test| {
        let outcome = Opener::new(&store).at(at()).policy(test.policy.clone()).open(test.message);
        let right = match &outcome {
            Ok(opened) if test.is_valid => opened.verdict() == Verdict::Valid && opened.content().is_ok(),
            Ok(opened) => {
                let told = expected_codes(&test).iter().any(|code| opened.report().has(*code));
                opened.verdict() != Verdict::Valid && opened.content().is_err() && told
            }
            Err(_) => false,
        };
        tally.check(right, || format!("{} {}: {:?}", test.id, test.name, outcome.map(|opened| opened.into_report().findings)));
    });
    if ran {
        tally.finish(249);
    }
}
