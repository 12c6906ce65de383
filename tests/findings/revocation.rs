//! Evidence that comes with a message is chosen by its sender, who could hide the answer that speaks against him, or have absence from a
//! list taken for innocence.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use smime::cert::{OcspRequest, OcspResponse, RevocationReason};
use smime::path::{EvidenceKind, Need, NeedKind, PathRequest, RevocationStatus};
use smime::policy::RevocationMode;
use smime::trust::RevocationEvidence;
use smime::{Code, Identity, Opener, Policy, Signer, Time, TrustStore, Verdict};
use smime_tests::evidence::{Scene, now};
use smime_tests::maker::{CrlEntry, CrlTemplate, Template, key};
use smime_tests::ocsp::{Answer, OcspForge};
use smime_tests::pki::DAY;

fn delta(number: u64, to: u64) -> CrlTemplate {
    CrlTemplate::new("Authority").dates("261123000000Z", Some("261124000000Z")).number(number).delta_to(to)
}

#[test]
fn a_forged_delta_takes_nothing_from_a_list() {
    let scene = Scene::new();
    let forged = delta(99, 1).issue(&key());
    let gone = scene.issue(&scene.list().revoked(&[5]));
    assert_eq!(scene.leaf(&[gone, forged.clone()], &[]).status, RevocationStatus::Revoked);
    // Nor does it stand in the way of the true one.
    let [clean, newer] = [scene.list(), delta(11, 10).revoked(&[5])].map(|list| scene.issue(&list));
    assert_eq!(scene.leaf(&[clean, newer, forged], &[]).status, RevocationStatus::Revoked);
}

/// An authority that revokes and makes its next list within a second.
#[test]
fn of_lists_of_one_second_the_higher_number_counts() {
    let scene = Scene::new();
    let (before, after) = (scene.issue(&Scene::numbered(20)), scene.issue(&Scene::numbered(21).revoked(&[5])));
    assert_eq!(before.this_update(), after.this_update());
    for lists in [[before.clone(), after.clone()], [after, before]] {
        assert_eq!(scene.leaf(&lists, &[]).status, RevocationStatus::Revoked);
    }
}

#[test]
fn only_a_hold_is_undone_by_a_delta() {
    let scene = Scene::new();
    let removed = scene.issue(&delta(12, 9).entry(CrlEntry::new(&[5]).reason(RevocationReason::RemoveFromCrl)));
    let lost = scene.issue(&scene.list().entry(CrlEntry::new(&[5]).reason(RevocationReason::KeyCompromise)));
    assert_eq!(scene.leaf(&[lost, removed], &[]).status, RevocationStatus::Revoked);
}

#[test]
fn what_a_bound_cuts_off_counts_against_the_certificate() {
    let scene = Scene::new();
    let mut evidence = RevocationEvidence::default();
    evidence.add_crl(&scene.issue(&scene.list().revoked(&[5])));
    for number in 0..100u64 {
        evidence.add_crl(&Scene::numbered(number).dates("261123000000Z", Some("261125000000Z")).issue(&scene.root_key));
    }
    let cut_off = |evidence: &RevocationEvidence| {
        let report = scene.judge_by(evidence, &Policy::default());
        assert!(report.has(Code::LimitPath) && !report.is_valid(), "{:?}", report.findings);
    };
    cut_off(&evidence);
    // A true answer from before the revocation does not help the one who hides the list.
    evidence.add_ocsp_response(&scene.responder().answer(scene.answer()).response());
    cut_off(&evidence);
    let mut evidence = RevocationEvidence::default();
    for number in 0..100u32 {
        let forged = OcspForge { signature: Some(vec![0; 64]), ..scene.responder() };
        evidence.add_ocsp_response(&forged.nonce(&number.to_be_bytes()).answer(scene.answer()).response());
    }
    cut_off(&evidence);
}

#[test]
fn lists_that_are_not_about_the_certificate_hide_nothing() {
    let scene = Scene::new();
    let attributes = smime_tests::maker::CrlScope { only_attribute_certificates: true, ..Default::default() };
    let mut lists: Vec<_> = (0..100u64)
        .map(|number| Scene::numbered(number).dates("261123000000Z", Some("261125000000Z")).scope(&attributes).issue(&scene.root_key))
        .collect();
    lists.push(scene.issue(&scene.list().revoked(&[5])));
    assert_eq!(scene.leaf(&lists, &[]).status, RevocationStatus::Revoked);
}

/// Alice with a certificate that has ended, judged at a time when it had not.
fn judge_in_the_past(at: &str, prepare: impl FnOnce(&Scene, &mut RevocationEvidence)) -> smime::path::RevocationReport {
    let scene = Scene::with(|template| Template { not_after: "251231235959Z".to_owned(), ..template });
    let mut evidence = RevocationEvidence::default();
    prepare(&scene, &mut evidence);
    let at = Time::parse_rfc3339(at).expect("a time");
    let request = PathRequest::new(&scene.alice, &scene.store).at(at).evidence_at(now()).evidence(&evidence);
    request.validate().path[0].revocation.clone()
}

#[test]
fn silence_about_the_expired_is_no_answer() {
    const AT: &str = "2025-11-01T12:00:00Z";
    let stale = |report: smime::path::RevocationReport| {
        assert_eq!(report.status, RevocationStatus::Unknown);
        assert_eq!(report.doubts[0].0, Code::RevStale, "{report:?}");
    };
    stale(judge_in_the_past(AT, |scene, evidence| evidence.add_crl(&scene.issue(&scene.list()))));
    let respond = |scene: &Scene, answer: Answer| -> OcspResponse { scene.responder().answer(answer).response() };
    stale(judge_in_the_past(AT, |scene, evidence| evidence.add_ocsp_response(&respond(scene, scene.answer()))));
    // A responder who says that he remembers is believed, as far back as he says.
    let remembering = |cutoff: &str| {
        let cutoff = Time::parse_rfc3339(cutoff).expect("a time");
        judge_in_the_past(AT, |scene, evidence| evidence.add_ocsp_response(&respond(scene, scene.answer().archive_cutoff(cutoff))))
    };
    assert_eq!(remembering("2020-01-01T00:00:00Z").status, RevocationStatus::Good);
    stale(remembering("2026-06-01T00:00:00Z"));
}

#[test]
fn of_several_revocations_the_earliest_counts() {
    let report = judge_in_the_past("2025-05-15T00:00:00Z", |scene, evidence| {
        let june = Time::parse_rfc3339("2025-06-01T00:00:00Z").expect("a time");
        let reason = Some(RevocationReason::KeyCompromise);
        evidence.add_ocsp_response(&scene.responder().answer(scene.answer().revoked(june, reason)).response());
        let entry = CrlEntry::new(&[5]).at("250601000000Z").reason(RevocationReason::KeyCompromise).invalid_from("20250101000000Z");
        evidence.add_crl(&scene.issue(&scene.list().entry(entry)));
    });
    assert_eq!((report.status, report.source), (RevocationStatus::Revoked, Some(EvidenceKind::Crl)));
}

#[test]
fn a_responder_is_judged_when_he_answers() {
    let report = |gone: Option<&str>| {
        judge_in_the_past("2025-11-01T12:00:00Z", |scene, evidence| {
            let responder_key = key();
            let template = Template::new("Responder", "Authority").key_usage(0x80).purposes(&[smime::asn1::oid::KP_OCSP_SIGNING]);
            let responder = Template { serial: vec![9], ..template }.issue(&responder_key, &scene.authority_key);
            let answer = scene.answer().archive_cutoff(now().plus_seconds(-2000 * DAY));
            let forge = OcspForge::new(&responder, &responder_key, now().plus_seconds(-60)).certificate(&responder);
            evidence.add_ocsp_response(&forge.answer(answer).response());
            if let Some(since) = gone {
                evidence.add_crl(&scene.issue(&scene.list().entry(CrlEntry::new(&[9]).at(since))));
            }
        })
    };
    assert_eq!(report(None).status, RevocationStatus::Good);
    // Stolen after the time-stamp and before the answer.
    let stolen = report(Some("260601000000Z"));
    assert_eq!(stolen.status, RevocationStatus::Unknown);
    assert!(stolen.doubts.iter().any(|(code, _)| *code == Code::RevSigner), "{stolen:?}");
}

#[test]
fn a_store_is_asked_with_the_message() {
    // The list of the store says revoked; what came with the message is a forged delta to it.
    let scene = Scene::new();
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority);
    let store = store.crl(&scene.issue(&scene.list().revoked(&[5]))).build();
    let mut evidence = RevocationEvidence::default();
    evidence.add_crl(&delta(99, 1).issue(&key()));
    for mode in [RevocationMode::Soft, RevocationMode::Hard] {
        let policy = Policy { revocation: mode, ..Policy::default() };
        let report = PathRequest::new(&scene.alice, &store).at(now()).policy(&policy).evidence(&evidence).validate();
        assert!(report.has(Code::PathRevoked), "{:?}", report.findings);
    }
}

/// Each reading of a message drew a nonce of its own, and the remembered answer to the first did not fit the second.
#[test]
fn one_nonce_for_one_message() {
    let scene = Arc::new(Scene::new());
    let alice = Identity::from_parts(scene.alice_key.clone(), scene.alice.clone(), Vec::new()).expect("an identity");
    let text = "Lunch at noon? ".repeat(40_000);
    let entity = format!("From: alice@example.org\r\nContent-Type: text/plain\r\n\r\n{}\r\n", text.replace("? ", "?\r\n"));
    let message = Signer::new(&alice).at(now()).sign(entity.as_bytes()).expect("a message");
    let asked = Arc::new(AtomicUsize::new(0));
    let (responder, count) = (Arc::clone(&scene), Arc::clone(&asked));
    let fetcher = move |need: &Need| {
        let request = OcspRequest::from_der(&need.request).ok().filter(|_| need.kind == NeedKind::Ocsp)?;
        count.fetch_add(1, Ordering::Relaxed);
        Some(responder.responder().answer(responder.answer()).nonce(request.nonce().expect("a nonce")).der())
    };
    let policy = Policy { ocsp_nonce: true, revocation: RevocationMode::Hard, ..Policy::default() };
    let opener = Opener::new(&scene.store).at(now()).policy(policy).crl(&scene.roots_list()).fetcher(Arc::new(fetcher));
    let mut output = Vec::new();
    let opened = opener.open_from(&mut Cursor::new(&message), &mut output).expect("a message that is the same twice");
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    assert!(output.len() > 500_000 && asked.swap(0, Ordering::Relaxed) == 1);
    // The next message is another question.
    assert_eq!(opener.examine(&message).expect("a message").verdict, Verdict::Valid);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
