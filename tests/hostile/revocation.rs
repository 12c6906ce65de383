//! Revocation evidence, right and wrong: what counts, what does not and why not.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use smime::asn1::oid;
use smime::cert::{Certificate, OcspRequest, OcspResponse, RevocationReason};
use smime::path::{EvidenceKind, Need, NeedKind, PathRequest, PathVerdict, RevocationReport, RevocationStatus};
use smime::policy::RevocationMode;
use smime::trust::RevocationEvidence;
use smime::{Code, DigestAlgorithm, Limits, Policy, Time, TrustStore};
use smime_tests::evidence::{CRL, ISSUER, OCSP, Scene, now};
use smime_tests::maker::{CrlEntry, CrlPlace, CrlPoint, CrlScope, CrlTemplate, Template, key};
use smime_tests::ocsp::{Answer, OcspForge};
use smime_tests::pki::DAY;

fn status(report: &RevocationReport) -> (RevocationStatus, Option<EvidenceKind>, Option<RevocationReason>) {
    (report.status, report.source, report.reason)
}

const GOOD_BY_CRL: (RevocationStatus, Option<EvidenceKind>, Option<RevocationReason>) =
    (RevocationStatus::Good, Some(EvidenceKind::Crl), None);

#[test]
fn lists_answer() {
    let scene = Scene::new();
    let clean = scene.leaf(&[scene.issue(&scene.list().revoked(&[6]))], &[]);
    assert_eq!(status(&clean), GOOD_BY_CRL);
    assert_eq!(clean.this_update, Time::parse_rfc3339("2026-11-22T00:00:00Z").ok());
    let entry = CrlEntry::new(&[5]).at("261101000000Z").reason(RevocationReason::KeyCompromise);
    let report = scene.judge(&[scene.issue(&scene.list().entry(entry))], &[]);
    assert_eq!(report.verdict, PathVerdict::Untrusted);
    assert!(report.has(Code::PathRevoked));
    let revoked = &report.path[0].revocation;
    assert_eq!(status(revoked), (RevocationStatus::Revoked, Some(EvidenceKind::Crl), Some(RevocationReason::KeyCompromise)));
    assert_eq!(revoked.revoked_at, Time::parse_rfc3339("2026-11-01T00:00:00Z").ok());
    assert!(report.findings.iter().any(|finding| finding.message().contains("on 2026-11-01T00:00:00Z, keyCompromise")));
    assert!(report.to_tree().contains("error PATH-REVOKED"), "{}", report.to_tree());
    // A certificate without distribution points is looked up in its issuer's list all the same.
    let scene = Scene::with(|template| template);
    assert_eq!(status(&scene.leaf(&[scene.issue(&scene.list())], &[])), GOOD_BY_CRL);
    assert_eq!(scene.leaf(&[scene.issue(&scene.list().revoked(&[5]))], &[]).status, RevocationStatus::Revoked);
}

#[test]
fn responses_answer() {
    let scene = Scene::new();
    let by_ocsp = |answer: Answer| scene.leaf(&[], &[scene.responder().answer(answer).response()]);
    assert_eq!(status(&by_ocsp(scene.answer())), (RevocationStatus::Good, Some(EvidenceKind::Ocsp), None));
    let revoked = by_ocsp(scene.answer().revoked(now().plus_seconds(-DAY), Some(RevocationReason::Superseded)));
    assert_eq!(status(&revoked), (RevocationStatus::Revoked, Some(EvidenceKind::Ocsp), Some(RevocationReason::Superseded)));
    for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
        assert_eq!(by_ocsp(scene.answer().named_by(&scene.alice, &scene.authority, digest)).status, RevocationStatus::Good);
    }
    let by_key = scene.responder().by_key(&scene.authority).answer(scene.answer()).response();
    assert_eq!(scene.leaf(&[], &[by_key]).status, RevocationStatus::Good);
}

#[test]
fn a_revoked_authority_ends_the_path() {
    let scene = Scene::new();
    let roots = CrlTemplate::new("Root").dates("261122000000Z", Some("261125000000Z")).revoked(&[2]).issue(&scene.root_key);
    let report = scene.judge(&[roots, scene.issue(&scene.list())], &[]);
    assert_eq!(report.verdict, PathVerdict::Untrusted);
    assert_eq!(report.path[1].revocation.status, RevocationStatus::Revoked);
    assert_eq!(report.path[0].revocation.status, RevocationStatus::NotChecked);
    assert_eq!(report.revocation(), RevocationStatus::Revoked);
}

#[test]
fn a_way_around_a_revoked_certificate_is_taken() {
    let scene = Scene::new();
    // The same authority, certified by the root a second time.
    let again = Template { serial: vec![3], ..Template::authority("Authority", "Root") }.issue(&scene.authority_key, &scene.root_key);
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority).intermediate(&again).build();
    let judge = |revoked: &[&[u8]]| {
        let list = CrlTemplate::new("Root").dates("261122000000Z", Some("261125000000Z"));
        let list = revoked.iter().fold(list, |list, serial| list.revoked(serial)).issue(&scene.root_key);
        let mut evidence = RevocationEvidence::default();
        evidence.add_crl(&list);
        PathRequest::new(&scene.alice, &store).at(now()).evidence(&evidence).validate()
    };
    for revoked in [&[2u8][..], &[3]] {
        let report = judge(&[revoked]);
        assert!(report.is_valid(), "{:?}", report.findings);
        assert_ne!(report.path[1].certificate.serial(), revoked);
    }
    assert!(judge(&[&[2], &[3]]).has(Code::PathRevoked));
}

#[test]
fn evidence_of_the_wrong_time() {
    let scene = Scene::new();
    scene.doubts(Code::RevStale, &[scene.issue(&scene.list().dates("261101000000Z", Some("261122000000Z")))], &[]);
    scene.doubts(Code::RevStale, &[scene.issue(&scene.list().dates("261101000000Z", None))], &[]);
    scene.doubts(Code::RevNotYetValid, &[scene.issue(&scene.list().dates("261124000000Z", Some("261125000000Z")))], &[]);
    let response = |answer: Answer| scene.responder().answer(answer).response();
    let old = Answer::good(&scene.alice, &scene.authority, now().plus_seconds(-30 * DAY));
    scene.doubts(Code::RevStale, &[], &[response(old.clone())]);
    scene.doubts(Code::RevStale, &[], &[response(old.next_update(None))]);
    let future = Answer::good(&scene.alice, &scene.authority, now().plus_seconds(DAY));
    scene.doubts(Code::RevNotYetValid, &[], &[response(future)]);
    let made_tomorrow = OcspForge { produced_at: now().plus_seconds(DAY), ..scene.responder() };
    scene.doubts(Code::RevNotYetValid, &[], &[made_tomorrow.answer(scene.answer()).response()]);
    // A list without an end counts for a week.
    assert_eq!(scene.leaf(&[scene.issue(&scene.list().dates("261120000000Z", None))], &[]).status, RevocationStatus::Good);
    // A clock may be five minutes slow.
    let soon = Answer::good(&scene.alice, &scene.authority, now().plus_seconds(200));
    assert_eq!(scene.leaf(&[], &[response(soon)]).status, RevocationStatus::Good);
}

#[test]
fn evidence_of_the_wrong_signer() {
    let scene = Scene::new();
    scene.doubts(Code::RevMissing, &[], &[]);
    scene.doubts(Code::RevSignature, &[scene.list().issue(&key())], &[]);
    // The key is right, but its certificate is not for lists.
    let (authority_key, alice_key) = (key(), key());
    let root = Template::authority("Root", "Root").issue(&scene.root_key, &scene.root_key);
    let authority = Template::authority("Authority", "Root").key_usage(0x04).issue(&authority_key, &scene.root_key);
    let alice =
        Template { serial: vec![5], ..Template::person("Alice", "Authority", "alice@example.org") }.issue(&alice_key, &authority_key);
    let store = TrustStore::builder().anchor(&root).intermediate(&authority).build();
    let other = Scene { root_key: scene.root_key.clone(), root, authority_key, authority, alice, store, alice_key };
    other.doubts(Code::RevSigner, &[other.issue(&other.list())], &[]);

    let stranger = key();
    let of_nobody = Template::authority("Stranger", "Stranger").issue(&stranger, &stranger);
    let unknown = OcspForge::new(&of_nobody, &stranger, now()).certificate(&of_nobody).answer(scene.answer());
    scene.doubts(Code::RevSigner, &[], &[unknown.response()]);
    let forged = OcspForge { key: stranger.clone(), ..scene.responder() };
    scene.doubts(Code::RevSignature, &[], &[forged.answer(scene.answer()).response()]);
}

#[test]
fn responders_are_named_by_the_issuer() {
    let scene = Scene::new();
    let responder_key = key();
    let template = |purpose| Template { serial: vec![9], ..Template::new("Responder", "Authority").key_usage(0x80).purposes(&[purpose]) };
    let no_check = |template: Template| template.extension(oid::PKIX_OCSP_NO_CHECK, false, |writer| writer.null());
    let by = |responder: &Certificate| {
        OcspForge::new(responder, &responder_key, now().plus_seconds(-60)).certificate(responder).answer(scene.answer()).response()
    };
    let good = no_check(template(oid::KP_OCSP_SIGNING)).issue(&responder_key, &scene.authority_key);
    assert_eq!(scene.leaf(&[], &[by(&good)]).status, RevocationStatus::Good);
    let wrong_purpose = no_check(template(oid::KP_EMAIL_PROTECTION)).issue(&responder_key, &scene.authority_key);
    scene.doubts(Code::RevSigner, &[], &[by(&wrong_purpose)]);
    let expired = Template { not_after: "250101000000Z".to_owned(), ..no_check(template(oid::KP_OCSP_SIGNING)) };
    scene.doubts(Code::RevSigner, &[], &[by(&expired.issue(&responder_key, &scene.authority_key))]);
    // One whom the root names may not speak for the authority below it.
    let by_root = Template { issuer: "Root".to_owned(), ..no_check(template(oid::KP_OCSP_SIGNING)) }.issue(&responder_key, &scene.root_key);
    scene.doubts(Code::RevSigner, &[], &[by(&by_root)]);
    // Without nocheck the lists are asked about the responder: silence is held against him only where revocation is hard.
    let unchecked = template(oid::KP_OCSP_SIGNING).issue(&responder_key, &scene.authority_key);
    assert_eq!(scene.leaf(&[], &[by(&unchecked)]).status, RevocationStatus::Good);
    let gone = scene.issue(&scene.list().revoked(&[9]));
    let report = scene.leaf(&[gone], &[by(&unchecked)]);
    assert_eq!(status(&report), GOOD_BY_CRL, "the response does not count, the list does");
    // A responder whom the store trusts answers for everybody.
    let store =
        TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority).ocsp_responder(&by_root).ocsp_response(&by(&by_root));
    let store = store.build();
    let report = PathRequest::new(&scene.alice, &store).at(now()).validate();
    assert_eq!(report.path[0].revocation.status, RevocationStatus::Good);
}

#[test]
fn a_response_about_another_certificate_is_none() {
    let scene = Scene::new();
    let other = Template { serial: vec![6], ..Template::person("Bob", "Authority", "bob@example.org") }.issue(&key(), &scene.authority_key);
    let about_other = Answer::good(&other, &scene.authority, now().plus_seconds(-60));
    scene.doubts(Code::RevMissing, &[], &[scene.responder().answer(about_other).response()]);
    // The same serial number, another issuer.
    let about_same_number = Answer::good(&scene.alice, &scene.root, now().plus_seconds(-60));
    scene.doubts(Code::RevMissing, &[], &[scene.responder().answer(about_same_number).response()]);
    scene.doubts(Code::RevNotKnown, &[], &[scene.responder().answer(scene.answer().unknown()).response()]);
    scene.doubts(Code::RevMissing, &[], &[OcspResponse::from_der(&OcspForge::refusal(3)).expect("a refusal")]);
}

#[test]
fn evidence_that_is_not_understood() {
    let scene = Scene::new();
    let unknown = |template: CrlTemplate| template.extension(oid::ID_DATA, true, |writer| writer.null());
    scene.doubts(Code::RevCriticalExtension, &[scene.issue(&unknown(scene.list()))], &[]);
    let strange = CrlEntry::new(&[6]).extension(oid::ID_DATA, true, |writer| writer.null());
    scene.doubts(Code::RevCriticalExtension, &[scene.issue(&scene.list().entry(strange.clone()))], &[]);
    // Whose entry is not understood is not good, whatever it says.
    let own = CrlEntry { serial: vec![5], ..strange };
    assert_eq!(scene.leaf(&[scene.issue(&scene.list().entry(own))], &[]).status, RevocationStatus::Revoked);
    let null = vec![0x05, 0x00];
    scene.doubts(
        Code::RevCriticalExtension,
        &[],
        &[scene.responder().extension(oid::ID_DATA, true, null.clone()).answer(scene.answer()).response()],
    );
    scene.doubts(
        Code::RevCriticalExtension,
        &[],
        &[scene.responder().answer(scene.answer().extension(oid::ID_DATA, true, null)).response()],
    );
}

#[test]
fn evidence_by_weak_algorithms() {
    let scene = Scene::new();
    let scheme = smime::crypto::SignatureScheme::Ecdsa(DigestAlgorithm::Sha1);
    let weak = scene.responder().scheme(scheme).answer(scene.answer()).response();
    scene.doubts(Code::RevWeak, &[], std::slice::from_ref(&weak));
    let mut evidence = RevocationEvidence::default();
    evidence.add_ocsp_response(&weak);
    assert_eq!(scene.judge_by(&evidence, &Policy::legacy()).path[0].revocation.status, RevocationStatus::Good);
}

#[test]
fn scopes_of_lists() {
    let scene = Scene::new();
    let scoped = |scope: CrlScope| scene.issue(&scene.list().scope(&scope));
    let here = || Some(CrlPlace::url(CRL));
    assert_eq!(scene.leaf(&[scoped(CrlScope { place: here(), ..CrlScope::default() })], &[]).status, RevocationStatus::Good);
    assert_eq!(scene.leaf(&[scoped(CrlScope { only_user_certificates: true, ..CrlScope::default() })], &[]).status, RevocationStatus::Good);
    for scope in [
        CrlScope { place: Some(CrlPlace::url("http://crl.example.org/other.crl")), ..CrlScope::default() },
        CrlScope { only_ca_certificates: true, ..CrlScope::default() },
        CrlScope { only_attribute_certificates: true, ..CrlScope::default() },
    ] {
        scene.doubts(Code::RevScope, &[scoped(scope)], &[]);
    }
    // Lists for some reasons count together.
    let for_reasons = |reasons: &[u8]| scoped(CrlScope { only_some_reasons: Some(reasons.to_vec()), ..CrlScope::default() });
    scene.doubts(Code::RevScope, &[for_reasons(&[1, 2])], &[]);
    let both = [for_reasons(&[1, 2]), for_reasons(&[3, 4, 5, 6, 7])];
    let report = scene.leaf(&both, &[]);
    // aACompromise, number 8 of ReasonFlags, needs a second octet: with the first seven the eighth is not answered for.
    assert_eq!(report.status, RevocationStatus::Unknown);
    let report = scene.leaf(&[for_reasons(&[1, 2]), scene.issue(&scene.list())], &[]);
    assert_eq!(report.status, RevocationStatus::Good);
    let revoked_for = scene.list().scope(&CrlScope { only_some_reasons: Some(vec![1]), ..CrlScope::default() }).revoked(&[5]);
    assert_eq!(scene.leaf(&[scene.issue(&revoked_for)], &[]).status, RevocationStatus::Revoked);
}

#[test]
fn deltas() {
    let scene = Scene::new();
    let held = CrlEntry::new(&[5]).reason(RevocationReason::CertificateHold);
    let base = scene.issue(&scene.list().entry(held));
    assert_eq!(scene.leaf(std::slice::from_ref(&base), &[]).status, RevocationStatus::Revoked);
    let delta = |number, to| CrlTemplate::new("Authority").dates("261123000000Z", Some("261124000000Z")).number(number).delta_to(to);
    let released = CrlEntry::new(&[5]).reason(RevocationReason::RemoveFromCrl);
    let release = scene.issue(&delta(12, 9).entry(released));
    let report = scene.leaf(&[base.clone(), release.clone()], &[]);
    assert_eq!(report.status, RevocationStatus::Good);
    assert_eq!(report.this_update, Time::parse_rfc3339("2026-11-23T00:00:00Z").ok());
    let clean = scene.issue(&scene.list());
    assert_eq!(scene.leaf(&[clean.clone(), scene.issue(&delta(11, 10).revoked(&[5]))], &[]).status, RevocationStatus::Revoked);
    // A delta to a later base, one that is older than the list, and one of another scope say nothing.
    for other in [delta(12, 11).revoked(&[5]), delta(10, 9).revoked(&[5]), delta(12, 9).revoked(&[5]).scope(&CrlScope::default())] {
        assert_eq!(scene.leaf(&[clean.clone(), scene.issue(&other)], &[]).status, RevocationStatus::Good);
    }
    // A delta alone answers nothing.
    scene.doubts(Code::RevMissing, &[release], &[]);
    // A list that is too old is good again with a delta of today.
    let old = scene.issue(&CrlTemplate::new("Authority").dates("261101000000Z", Some("261110000000Z")).number(10));
    assert_eq!(scene.leaf(&[old.clone(), scene.issue(&delta(12, 9))], &[]).status, RevocationStatus::Good);
    // A delta by somebody else is no reason to believe anything.
    scene.doubts(Code::RevSignature, &[old, delta(12, 9).issue(&key())], &[]);
}

#[test]
fn indirect_lists_and_keys_for_lists_alone() {
    let scene = Scene::with(|template| {
        template.distribution_points(&[CrlPoint {
            place: Some(CrlPlace::url(CRL)),
            crl_issuer: vec!["Lists".to_owned()],
            ..CrlPoint::default()
        }])
    });
    let lists_key = key();
    let lists = Template { serial: vec![7], ..Template::new("Lists", "Root").key_usage(0x02) }.issue(&lists_key, &scene.root_key);
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority).intermediate(&lists).build();
    let scene = Scene { store, ..scene };
    let list = |scope: CrlScope| CrlTemplate::new("Lists").dates("261122000000Z", Some("261125000000Z")).scope(&scope);
    let indirect = || CrlScope { indirect: true, place: Some(CrlPlace::url(CRL)), ..CrlScope::default() };
    assert_eq!(scene.leaf(&[list(indirect()).issue(&lists_key)], &[]).status, RevocationStatus::Good);
    // Number 5 of the one who issues the lists is another certificate than number 5 of the authority.
    assert_eq!(scene.leaf(&[list(indirect()).revoked(&[5]).issue(&lists_key)], &[]).status, RevocationStatus::Good);
    let own = CrlEntry::new(&[5]).certificate_issuer("Authority");
    assert_eq!(scene.leaf(&[list(indirect()).entry(own).issue(&lists_key)], &[]).status, RevocationStatus::Revoked);
    // A list that does not say that it is indirect speaks for its own issuer alone.
    scene.doubts(Code::RevScope, &[list(CrlScope { place: Some(CrlPlace::url(CRL)), ..CrlScope::default() }).issue(&lists_key)], &[]);
    // One who does not lead to the anchor of the path may not sign lists for it.
    let (other_root_key, other_key) = (key(), key());
    let other_root = Template::authority("Other root", "Other root").issue(&other_root_key, &other_root_key);
    let other = Template::new("Lists", "Other root").key_usage(0x02).issue(&other_key, &other_root_key);
    let store = TrustStore::builder().anchor(&scene.root).anchor(&other_root).intermediate(&scene.authority).intermediate(&other).build();
    let scene = Scene { store, ..scene };
    scene.doubts(Code::RevSigner, &[list(indirect()).issue(&other_key)], &[]);
}

#[test]
fn a_list_signed_by_the_next_key_of_the_authority() {
    let scene = Scene::new();
    let next_key = key();
    let next = Template { serial: vec![8], ..Template::authority("Authority", "Root") }.issue(&next_key, &scene.root_key);
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority).intermediate(&next).build();
    let scene = Scene { store, ..scene };
    assert_eq!(scene.leaf(&[scene.list().issue(&next_key)], &[]).status, RevocationStatus::Good);
    let revoked = CrlTemplate::new("Root").dates("261122000000Z", Some("261125000000Z")).revoked(&[8]).issue(&scene.root_key);
    let report = scene.leaf(&[scene.list().issue(&next_key), revoked], &[]);
    assert_eq!(report.doubts.first().map(|(code, _)| *code), Some(Code::RevSigner), "{report:?}");
}

#[test]
fn of_several_answers_revoked_for_good_decides() {
    let scene = Scene::new();
    let good = scene.responder().answer(scene.answer()).response();
    let revoked = scene.issue(&scene.list().entry(CrlEntry::new(&[5]).reason(RevocationReason::KeyCompromise)));
    assert_eq!(scene.leaf(&[revoked], std::slice::from_ref(&good)).status, RevocationStatus::Revoked);
    // What was on hold may be released: the later answer counts.
    let held = scene.issue(&scene.list().entry(CrlEntry::new(&[5]).reason(RevocationReason::CertificateHold)));
    assert_eq!(scene.leaf(std::slice::from_ref(&held), &[good]).status, RevocationStatus::Good);
    let earlier = Answer::good(&scene.alice, &scene.authority, now().plus_seconds(-3 * DAY)).next_update(Some(now().plus_seconds(DAY)));
    assert_eq!(scene.leaf(&[held], &[scene.responder().answer(earlier).response()]).status, RevocationStatus::Revoked);
}

#[test]
fn revocation_after_the_time_that_is_judged() {
    let scene = Scene::new();
    let list = |entry: CrlEntry| {
        let mut evidence = RevocationEvidence::default();
        evidence.add_crl(&scene.issue(&scene.list().entry(entry)));
        evidence
    };
    let judge = |evidence: &RevocationEvidence, at: &str| {
        let at = Time::parse_rfc3339(at).expect("a time");
        let report = PathRequest::new(&scene.alice, &scene.store).at(at).evidence_at(now()).evidence(evidence).validate();
        report.path[0].revocation.clone()
    };
    let since_november = list(CrlEntry::new(&[5]).at("261101000000Z").reason(RevocationReason::KeyCompromise));
    let before = judge(&since_november, "2026-10-01T00:00:00Z");
    assert_eq!((before.status, before.reason), (RevocationStatus::Good, Some(RevocationReason::KeyCompromise)));
    assert_eq!(judge(&since_november, "2026-11-02T00:00:00Z").status, RevocationStatus::Revoked);
    // The key was lost earlier than that was noticed.
    let lost_in_september = list(CrlEntry::new(&[5]).at("261101000000Z").invalid_from("20260901000000Z"));
    assert_eq!(judge(&lost_in_september, "2026-10-01T00:00:00Z").status, RevocationStatus::Revoked);
    assert_eq!(judge(&lost_in_september, "2026-08-01T00:00:00Z").status, RevocationStatus::Good);
    // Without a time-stamp in between, revoked is revoked.
    let mut future = RevocationEvidence::default();
    future.add_crl(&scene.issue(&scene.list().entry(CrlEntry::new(&[5]).at("270101000000Z"))));
    assert_eq!(scene.judge_by(&future, &Policy::default()).path[0].revocation.status, RevocationStatus::Revoked);
}

#[test]
fn modes() {
    let scene = Scene::new();
    let mut evidence = RevocationEvidence::default();
    evidence.add_crl(&scene.issue(&scene.list().revoked(&[5])));
    let judge = |mode| scene.judge_by(&evidence, &Policy { revocation: mode, ..Policy::default() });
    assert!(judge(RevocationMode::Off).is_valid());
    assert_eq!(judge(RevocationMode::Off).revocation(), RevocationStatus::NotChecked);
    assert!(judge(RevocationMode::Off).needs.is_empty());
    assert!(!judge(RevocationMode::Soft).is_valid());
    // Hard asks about the authority too.
    let report = judge(RevocationMode::Hard);
    assert!(report.has(Code::PathRevoked) && report.has(Code::RevMissing), "{:?}", report.findings);
}

#[test]
fn what_lacks_is_told() {
    let scene = Scene::new();
    let report = scene.judge(&[], &[]);
    let told: Vec<_> = report.needs.iter().map(|need| (need.kind, need.url.as_str())).collect();
    assert_eq!(told, [(NeedKind::Ocsp, OCSP), (NeedKind::Crl, CRL)]);
    assert!(report.needs.iter().all(|need| need.certificate == *scene.alice.sha256()));
    let request = OcspRequest::from_der(&report.needs[0].request).expect("a request");
    assert_eq!(request.cert_ids()[0].is_for(&scene.alice, &scene.authority), Some(true));
    assert!(request.nonce().is_none());
    // Once it is known nothing lacks.
    assert!(scene.judge(&[scene.issue(&scene.list())], &[]).needs.is_empty());
}

/// A fetcher that answers from a table and keeps account.
struct Shelf {
    answers: Vec<(&'static str, Vec<u8>)>,
    asked: Mutex<Vec<Need>>,
}

impl smime::path::Fetch for Shelf {
    fn fetch(&self, need: &Need) -> Option<Vec<u8>> {
        self.asked.lock().expect("no panic").push(need.clone());
        self.answers.iter().find(|(url, _)| *url == need.url).map(|(_, octets)| octets.clone())
    }
}

impl Shelf {
    fn with(answers: Vec<(&'static str, Vec<u8>)>) -> Self {
        Self { answers, asked: Mutex::default() }
    }

    fn urls(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").iter().map(|need| need.url.clone()).collect()
    }
}

#[test]
fn what_lacks_is_fetched_one_thing_at_a_time() {
    let scene = Scene::new();
    let bare = TrustStore::builder().anchor(&scene.root).build();
    let response = scene.responder().answer(scene.answer()).der();
    let list = scene.issue(&scene.list()).der().to_vec();
    let judge = |shelf: &Shelf| PathRequest::new(&scene.alice, &bare).at(now()).fetcher(shelf).validate();
    // The issuer's certificate first, without which there is no path to ask about; then the response, which makes the list needless.
    let shelf = Shelf::with(vec![(ISSUER, scene.authority.der().to_vec()), (OCSP, response), (CRL, list.clone())]);
    let report = judge(&shelf);
    assert!(report.is_valid(), "{:?}", report.findings);
    assert_eq!(report.path[0].revocation.source, Some(EvidenceKind::Ocsp));
    assert_eq!(shelf.urls(), [ISSUER, OCSP]);
    assert!(report.needs.is_empty());
    // Where the responder is silent the list is asked for.
    let shelf = Shelf::with(vec![(ISSUER, scene.authority.to_pem().into_bytes()), (CRL, list)]);
    assert_eq!(judge(&shelf).path[0].revocation.source, Some(EvidenceKind::Crl));
    assert_eq!(shelf.urls(), [ISSUER, OCSP, CRL]);
    // Rubbish is told, and does no harm.
    let shelf = Shelf::with(vec![(ISSUER, scene.authority.der().to_vec()), (OCSP, OcspForge::refusal(6)), (CRL, b"<html>".to_vec())]);
    let report = judge(&shelf);
    assert!(report.is_valid() && report.has(Code::RevMalformed), "{:?}", report.findings);
    assert_eq!(report.path[0].revocation.status, RevocationStatus::Unknown);
    // A bound on what is fetched.
    let shelf = Shelf::with(vec![]);
    let limits = Limits { fetches: 1, ..Limits::default() };
    let _ = PathRequest::new(&scene.alice, &scene.store).at(now()).limits(&limits).fetcher(&shelf).validate();
    assert_eq!(shelf.urls(), [OCSP]);
}

#[test]
fn a_nonce_binds_an_answer_to_its_question() {
    let scene = Scene::new();
    let strict = Policy { ocsp_nonce: true, ..Policy::default() };
    let judge = |reply: &(dyn Fn(&OcspRequest) -> Vec<u8> + Sync)| {
        let fetcher = |need: &Need| {
            let request = OcspRequest::from_der(&need.request).ok().filter(|_| need.kind == NeedKind::Ocsp)?;
            Some(reply(&request))
        };
        PathRequest::new(&scene.alice, &scene.store).at(now()).policy(&strict).fetcher(&fetcher).validate()
    };
    let answered = || scene.responder().answer(scene.answer());
    let same = judge(&|request| answered().nonce(request.nonce().expect("a nonce")).der());
    assert_eq!(same.path[0].revocation.status, RevocationStatus::Good);
    let replayed = judge(&|_| answered().nonce(&[1; 32]).der());
    assert!(replayed.has(Code::RevNonce), "{:?}", replayed.findings);
    assert_eq!(replayed.path[0].revocation.status, RevocationStatus::Unknown);
    // Most responders prepare their answers.
    assert_eq!(judge(&|_| answered().der()).path[0].revocation.status, RevocationStatus::Good);
}

#[test]
fn evidence_seen_before_costs_no_signature() {
    let scene = Scene::new();
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.authority);
    let store = store.crl(&scene.issue(&scene.list())).crl(&scene.roots_list()).build();
    let judge = || PathRequest::new(&scene.alice, &store).at(now()).validate();
    assert_eq!(judge().signatures_checked, 4);
    let again = judge();
    assert_eq!((again.signatures_checked, again.revocation()), (0, RevocationStatus::Good));
    // A newer list that revokes is noticed at once all the same, and so is the end of a validity.
    let mut news = RevocationEvidence::default();
    news.add_crl(&scene.issue(&Scene::numbered(11).dates("261123000000Z", Some("261125000000Z")).revoked(&[5])));
    let report = PathRequest::new(&scene.alice, &store).at(now()).evidence(&news).validate();
    assert!(report.has(Code::PathRevoked) && report.signatures_checked == 1, "{:?}", report.findings);
    let later = Time::parse_rfc3339("2041-01-01T00:00:00Z").expect("a time");
    let report = PathRequest::new(&scene.alice, &store).at(later).validate();
    assert!(report.has(Code::PathExpired) && report.signatures_checked == 0);
}

#[test]
fn the_work_is_bounded_whatever_is_given() {
    let scene = Scene::new();
    let mut evidence = RevocationEvidence::default();
    for number in 0..2_000u32 {
        let mut template = Scene::numbered(u64::from(number) + 20);
        template.entries.push(CrlEntry::new(&number.to_be_bytes()));
        evidence.add_crl(&template.issue(&scene.root_key));
        let stranger = OcspForge { signature: Some(vec![0; 64]), ..scene.responder() };
        evidence.add_ocsp_response(&stranger.nonce(&number.to_be_bytes()).answer(scene.answer()).response());
    }
    let report = scene.judge_by(&evidence, &Policy::default());
    assert_eq!(report.path[0].revocation.status, RevocationStatus::Unknown);
    assert!(report.signatures_checked <= Limits::default().path_signatures, "{}", report.signatures_checked);
    assert!(report.findings.len() < 20, "{:?}", report.findings);
}

#[test]
fn signers_of_lists_about_each_other_come_to_an_end() {
    // Each of a ring of signers has its own certificate's list signed by the next.
    const RING: usize = 12;
    let root_key = key();
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let name = |index: usize| format!("Lists {}", index % RING);
    let point = |index: usize| CrlPoint { place: Some(CrlPlace::url(CRL)), crl_issuer: vec![name(index)], ..CrlPoint::default() };
    let indirect = CrlScope { indirect: true, place: Some(CrlPlace::url(CRL)), ..CrlScope::default() };
    let mut store = TrustStore::builder().anchor(&root);
    let mut evidence = RevocationEvidence::default();
    for index in 0..RING {
        let own = key();
        let template = Template { serial: vec![10 + index as u8], ..Template::new(&name(index), "Root").key_usage(0x02) };
        store = store.intermediate(&template.distribution_points(&[point(index + 1)]).issue(&own, &root_key));
        let list = CrlTemplate::new(&name(index)).dates("261122000000Z", Some("261125000000Z")).scope(&indirect);
        evidence.add_crl(&list.issue(&own));
    }
    let store = store.build();
    let template = Template { serial: vec![5], ..Template::person("Alice", "Root", "alice@example.org") };
    let alice = template.distribution_points(&[point(0)]).issue(&key(), &root_key);
    let hard = Policy { revocation: RevocationMode::Hard, ..Policy::default() };
    let report = PathRequest::new(&alice, &store).at(now()).policy(&hard).evidence(&evidence).validate();
    assert_eq!(report.verdict, PathVerdict::Indeterminate);
    assert!(report.signatures_checked < 64, "{}", report.signatures_checked);
    // A ring of two closes: each vouches for the other.
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let counting = |_: &Need| {
        CALLS.fetch_add(1, Ordering::Relaxed);
        None
    };
    let _ = PathRequest::new(&alice, &store).at(now()).policy(&hard).evidence(&evidence).fetcher(&counting).validate();
    assert!(CALLS.load(Ordering::Relaxed) <= Limits::default().fetches);
}
