//! Time-stamps that moved the time of judgement without right: made for a time to come, or no time-stamps at all.

use smime::asn1::ObjectIdentifier;
use smime::{Code, Limits, Opened, Opener, Policy, TrustStore, Verdict};
use smime_tests::stamps::{Scene, keep, time};

fn assert_invalid(opened: &Opened) {
    let report = opened.report();
    assert!(report.has(Code::TstInvalid), "{}", report.to_json());
    let stamp = report.signers().next().and_then(|signer| signer.time_stamp.clone()).expect("a time-stamp");
    assert_eq!(stamp.verdict, Verdict::Invalid, "{}", report.to_json());
}

#[test]
fn a_stamp_from_the_future_counts_for_nothing() {
    let scene = Scene::new();
    let message = scene.message(&scene.stamper(Scene::template()), "20251101120000Z", keep);
    let at = |text| scene.opener().at(time(text)).open(&message).expect("a message");
    assert_invalid(&at("2025-11-01T11:00:00Z"));
    let clocks_differ = at("2025-11-01T11:58:00Z");
    assert_eq!(clocks_differ.verdict(), Verdict::Valid, "{}", clocks_differ.report().to_json());
}

#[test]
fn a_token_has_the_content_of_a_token() {
    // What else the authority may have signed, here of the type of a receipt, is no time-stamp.
    let receipt = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.1");
    let scene = Scene::new();
    let opened = scene.open(&scene.message_with(receipt, &scene.stamper(Scene::template()), "20251101120000Z", keep));
    assert_invalid(&opened);
    assert_eq!(opened.verdict(), Verdict::Untrusted);
}

#[test]
fn the_policies_that_a_signer_needs_are_not_asked_of_an_authority() {
    let scene = Scene::new();
    let message = scene.message(&scene.stamper(Scene::template()), "20251101120000Z", keep);
    let policy = Policy { require_explicit_policy: true, ..Policy::default() };
    let opened = scene.opener().policy(policy).open(&message).expect("a message");
    let stamp = opened.report().signers().next().and_then(|signer| signer.time_stamp.clone()).expect("a time-stamp");
    assert_eq!(stamp.verdict, Verdict::Valid, "{}", opened.report().to_json());
    assert!(opened.report().has(Code::PathPolicy));
}

#[test]
fn the_work_for_a_stamp_is_work_for_the_message() {
    let scene = Scene::new();
    let message = scene.message(&scene.stamper(Scene::template()), "20251101120000Z", keep);
    // Alice's signature, the authority's, and one certificate for each of them; a new scene knows none of them yet.
    let within = |path_signatures| {
        let limits = Limits { path_signatures, ..Limits::default() };
        let (trust, stamps) = (TrustStore::builder().anchor(&scene.root).build(), TrustStore::builder().anchor(&scene.stamp_root).build());
        Opener::new(&trust).at(time("2026-11-23T12:00:00Z")).time_stamp_trust(&stamps).limits(limits).open(&message).expect("a message")
    };
    assert_eq!(within(4).verdict(), Verdict::Valid, "{}", within(4).report().to_json());
    assert!(within(3).report().has(Code::LimitPath) && within(3).verdict() != Verdict::Valid, "{}", within(3).report().to_json());
}
