//! What was judged once is judged so again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use smime::path::{Fetch, Need, NeedKind};
use smime::{Code, ContentCipher, Encryptor, EvidenceOpener, Identity, Opener, Policy, Signer, TrustStore, Verdict};
use smime_tests::evidence::{Scene, now};
use smime_tests::maker::{Template, key};
use smime_tests::ocsp::OcspForge;

use crate::scene::{
    CONTENT, MESSAGE, alice, exported, hard, judge, judged, later, opener, read, revoked_since, root_alone, signed, with_lists,
};

#[test]
fn by_lists_long_after_everything_has_expired() {
    let scene = Scene::new();
    let (message, opener) = (signed(&scene), with_lists(&scene));
    let (report, file) = exported(&opener, &message);
    assert_eq!((report.verdict, report.at), (Verdict::Valid, Some(now())));

    let opened = judged(&judge(&scene), &file).expect("evidence");
    let told = opened.report();
    assert_eq!((opened.verdict(), told.at), (Verdict::Valid, Some(now())), "{}", told.to_json());
    assert_eq!(opened.content().expect("content"), CONTENT);
    assert!(
        told.has(Code::EvidenceTime) && told.summary().starts_with("valid as of 2026-11-23T12:00:00Z, signed by "),
        "{}",
        told.summary()
    );
    let evidence = told.evidence.as_ref().expect("evidence");
    assert_eq!((evidence.noted_at, evidence.noted_verdict), (now(), Verdict::Valid));
    assert_eq!((evidence.noted_policy.as_str(), evidence.time_stamp.is_none()), ("default+", true));
    assert_eq!(read(&file).noted_policy().expect("a policy"), hard());
    // The message itself proves nothing any more.
    assert_eq!(judge(&scene).open(&message).expect("a message").verdict(), Verdict::Untrusted);

    let evidence = read(&file);
    assert_eq!((evidence.crls().len(), evidence.ocsp_responses().len(), evidence.certificates().len()), (2, 0, 3));
    assert!(evidence.certificates().contains(&scene.root) && evidence.noted_report().contains("\"verdict\": \"valid\""));
}

#[test]
fn a_file_vouches_for_nobody() {
    let scene = Scene::new();
    let (_, file) = exported(&with_lists(&scene), &signed(&scene));
    let nobody = Opener::new(&TrustStore::default()).at(later());
    let opened = judged(&nobody, &file).expect("evidence");
    assert!(opened.report().has(Code::PathNoAnchor) && opened.verdict() == Verdict::Untrusted);
    // Nor for the policy.
    let lax = Policy { require_sender_match: false, ..Policy::legacy() };
    let other = Signer::new(&alice(&scene)).sign(b"From: mallory@example.org\r\n\r\nhello\r\n").expect("a message");
    let (report, file) = exported(&with_lists(&scene).policy(lax.clone()), &other);
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(judged(&judge(&scene), &file).expect("evidence").verdict(), Verdict::Untrusted);
    let as_noted = EvidenceOpener::new(&judge(&scene)).noted_policy(true).open(&file).expect("evidence");
    assert_eq!(as_noted.verdict(), Verdict::Valid);
    assert_eq!(judged(&judge(&scene).policy(lax), &file).expect("evidence").verdict(), Verdict::Valid);
}

#[test]
fn revoked_afterwards_is_valid_as_of_then_and_revoked_before_is_refused_as_it_was() {
    let scene = Scene::new();
    let message = signed(&scene);
    let (_, file) = exported(&with_lists(&scene), &message);
    let knows_more = TrustStore::builder().anchor(&scene.root).crl(&revoked_since(&scene)).build();
    let knowing = Opener::new(&knows_more).at(later()).policy(hard());
    assert_eq!(judged(&knowing, &file).expect("evidence").verdict(), Verdict::Valid);

    let revoked = opener(&scene).crl(&scene.roots_list()).crl(&scene.issue(&scene.list().revoked(&[5])));
    let (report, file) = exported(&revoked, &message);
    assert_eq!(report.verdict, Verdict::Untrusted);
    let opened = judged(&judge(&scene), &file).expect("evidence");
    assert!(opened.report().has(Code::PathRevoked) && opened.verdict() == Verdict::Untrusted, "{}", opened.report().to_json());
    assert!(opened.content().is_err_and(|error| error.code() == Code::UseContentRefused));
}

#[test]
fn what_was_fetched_is_in_the_file() {
    let scene = Scene::new();
    // Neither the authority's certificate nor any evidence comes along.
    let alone = Identity::from_parts(scene.alice_key.clone(), scene.alice.clone(), Vec::new()).expect("an identity");
    let message = Signer::new(&alone).sign(MESSAGE).expect("a message");
    let responder_key = key();
    let responder = Template::new("Responder", "Authority")
        .key_usage(0x80)
        .purposes(&[smime::asn1::oid::KP_OCSP_SIGNING])
        .extension(smime::asn1::oid::PKIX_OCSP_NO_CHECK, false, |writer| writer.null())
        .issue(&responder_key, &scene.authority_key);
    let response = OcspForge::new(&responder, &responder_key, now().plus_seconds(-3600)).answer(scene.answer()).der();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let authority = scene.authority.der().to_vec();
    let fetcher: Arc<dyn Fetch> = Arc::new(move |need: &Need| {
        counter.fetch_add(1, Ordering::Relaxed);
        match need.kind {
            NeedKind::Issuer => Some(authority.clone()),
            NeedKind::Ocsp => Some(response.clone()),
            _ => None,
        }
    });
    // The response does not carry the certificate of the responder.
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&responder).crl(&scene.roots_list()).build();
    let opener = Opener::new(&store).at(now()).policy(hard()).fetcher(fetcher);
    let (report, file) = exported(&opener, &message);
    assert_eq!((report.verdict, asked.load(Ordering::Relaxed)), (Verdict::Valid, 2), "{}", report.to_json());
    let opened = judged(&judge(&scene), &file).expect("evidence");
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    let evidence = read(&file);
    assert_eq!((evidence.crls().len(), evidence.ocsp_responses().len()), (1, 1));
    assert!([&scene.authority, &responder].iter().all(|certificate| evidence.certificates().contains(certificate)));
}

#[test]
fn what_the_message_carries_stays_there() {
    let scene = Scene::new();
    let (_, without) = exported(&opener(&scene).policy(Policy::default()), &signed(&scene));
    assert_eq!((read(&without).crls().len(), read(&without).certificates().len()), (0, 3));
    // Soft: nothing is known of revocation, then as now.
    assert_eq!(judged(&judge(&scene).policy(Policy::default()), &without).expect("evidence").verdict(), Verdict::Valid);
    let opened = judged(&judge(&scene), &without).expect("evidence");
    assert!(opened.report().has(Code::RevMissing) && opened.verdict() == Verdict::Indeterminate);
}

#[test]
fn of_an_encrypted_message_it_has_what_was_inside() {
    let scene = Scene::new();
    let bob_key = key();
    let certificate = Template::person("Bob", "Authority", "bob@example.org").issue(&bob_key, &scene.authority_key);
    let bob = Identity::from_parts(bob_key, certificate, Vec::new()).expect("an identity");
    for cipher in [ContentCipher::Aes256Gcm, ContentCipher::Aes256Cbc] {
        let encryptor = Encryptor::new().cipher(cipher).expect("a cipher").recipient(bob.certificate()).expect("a recipient");
        for opaque in [false, true] {
            let signer = Signer::new(&alice(&scene));
            let signer = if opaque { signer.opaque() } else { signer };
            let sealed = encryptor.encrypt(&signer.sign(MESSAGE).expect("a message")).expect("a message");
            let (report, file) = exported(&with_lists(&scene).identity(&bob), &sealed);
            assert_eq!((report.verdict, report.layers.len()), (Verdict::Valid, 2), "{}", report.to_json());
            // Without Bob's key, and with the sender as he was.
            let opened = judged(&judge(&scene), &file).expect("evidence");
            assert_eq!((opened.verdict(), opened.report().layers.len()), (Verdict::Valid, 1), "{}", opened.report().to_json());
            assert_eq!(opened.report().sender, report.sender);
            assert_eq!(opened.content().expect("content"), CONTENT);
        }
        // A wrong sender stays one.
        let other = Signer::new(&alice(&scene)).sign(b"From: mallory@example.org\r\n\r\nhello\r\n").expect("a message");
        let (report, file) = exported(&with_lists(&scene).identity(&bob), &encryptor.encrypt(&other).expect("a message"));
        assert_eq!(report.verdict, Verdict::Untrusted);
        let opened = judged(&judge(&scene), &file).expect("evidence");
        assert!(opened.report().has(Code::AddrMismatch) && opened.verdict() == Verdict::Untrusted);
    }
    // Signed, encrypted, and signed again: what is outside cannot be judged without the key, and would be lost.
    let encryptor = Encryptor::new().recipient(bob.certificate()).expect("a recipient");
    let sealed = encryptor.encrypt(&signed(&scene)).expect("a message");
    let thrice = Signer::new(&alice(&scene)).sign(&sealed).expect("a message");
    let opener = with_lists(&scene).identity(&bob);
    for (message, what) in [(&thrice, "thrice"), (&encryptor.encrypt(MESSAGE).expect("a message"), "not signed")] {
        let report = opener.examine(message).expect("a message");
        let outcome = opener.write_evidence(&report, &mut message.as_slice(), &mut Vec::new());
        assert_eq!(outcome.err().map(|error| error.code()), Some(Code::UseEvidence), "{what}");
    }
}

#[test]
fn another_message_or_another_opener_makes_no_evidence() {
    let scene = Scene::new();
    let opener = with_lists(&scene);
    let report = opener.examine(&signed(&scene)).expect("a message");
    let write =
        |opener: &Opener, message: &[u8]| opener.write_evidence(&report, &mut &*message, &mut Vec::new()).err().map(|error| error.code());
    let mut altered = signed(&scene);
    let at = altered.windows(5).position(|window| window == b"lunch").expect("a lunch");
    altered[at..at + 5].copy_from_slice(b"house");
    assert_eq!(write(&opener, &altered), Some(Code::UseEvidence));
    assert_eq!(write(&Opener::new(&TrustStore::default()), &signed(&scene)), Some(Code::UseEvidence));
    assert_eq!(write(&opener, MESSAGE), Some(Code::MimeNotSmime));
    let timeless = Opener::new(&root_alone(&scene)).examine(&signed(&scene)).expect("a message");
    let outcome = opener.write_evidence(&timeless, &mut signed(&scene).as_slice(), &mut Vec::new());
    assert_eq!(outcome.err().map(|error| error.code()), Some(Code::UseArgument));
}

#[test]
fn bare_cms_and_large_messages() {
    let scene = Scene::new();
    let opener = with_lists(&scene);
    let large = [MESSAGE, "lunch and dinner and a house by the sea\r\n".repeat(20_000).as_bytes()].concat();
    let message = Signer::new(&alice(&scene)).sign(&large).expect("a message");
    let (_, file) = exported(&opener, &message);
    assert_eq!(judged(&judge(&scene), &file).expect("evidence").content().map(<[u8]>::len).expect("content") as u64, {
        opener.examine(&message).expect("a message").content.bytes
    });
    let opaque = Signer::new(&alice(&scene)).opaque().sign(MESSAGE).expect("a message");
    let body = opaque.windows(4).position(|window| window == b"\r\n\r\n").expect("a body") + 4;
    let pem = [b"-----BEGIN CMS-----\r\n", &opaque[body..], b"-----END CMS-----\r\n"].concat();
    let der = smime::pem::blocks(&pem).next().expect("a block").expect("a block").decode().expect("base64");
    for message in [pem.as_slice(), der.as_slice()] {
        let (report, file) = exported(&opener, message);
        assert_eq!(report.verdict, Verdict::Valid, "{}", report.to_json());
        assert_eq!(judged(&judge(&scene), &file).expect("evidence").content().expect("content"), CONTENT);
    }
}
