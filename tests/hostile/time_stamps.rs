//! Time-stamps on signatures: what moves the time of judgement, and what does not.

use smime::asn1::{Tag, oid};
use smime::cert::CertificateList;
use smime::crypto::DigestAlgorithm;
use smime::{Code, Opened, Opener, TrustStore, Verdict};
use smime_tests::forge::{SignerForge, attribute, element, sequence};
use smime_tests::maker::{CrlEntry, CrlTemplate, Template};
use smime_tests::stamps::{Scene, keep, time};

/// The token does not count, so that the signer is judged today, when his certificate has expired.
fn counts_for_nothing(opened: &Opened, code: Code, verdict: Verdict) {
    let report = opened.report();
    assert!(report.has(code) && report.has(Code::PathExpired), "{} is due: {}", code.as_str(), report.to_json());
    let signer = report.signers().next().expect("a signer");
    assert_eq!(signer.time_stamp.as_ref().map(|stamp| stamp.verdict), Some(verdict), "{}", report.to_json());
    assert_eq!(opened.verdict(), Verdict::Untrusted);
}

#[test]
fn a_trusted_time_stamp_moves_the_time_of_judgement() {
    let scene = Scene::new();
    let message = scene.message(&scene.stamper(Scene::template()), "20251101120000Z", keep);
    let opened = scene.open(&message);
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    let stamp = opened.report().signers().next().and_then(|signer| signer.time_stamp.clone()).expect("a time-stamp");
    assert_eq!((stamp.time, stamp.verdict), (Some(time("2025-11-01T12:00:00Z")), Verdict::Valid));
    assert_eq!(stamp.authority.map(|found| found.subject().to_string()).as_deref(), Some("CN=Clock"));
    // Stamped after the certificate had ended.
    let late = scene.open(&scene.message(&scene.stamper(Scene::template()), "20260101120000Z", keep));
    assert!(late.report().has(Code::PathExpired) && late.verdict() == Verdict::Untrusted);
    // Who trusts nobody's time-stamps judges today.
    let trust = TrustStore::builder().anchor(&scene.root).build();
    let opened = Opener::new(&trust).at(time("2026-11-23T12:00:00Z")).open(&message).expect("a message");
    counts_for_nothing(&opened, Code::TstUntrusted, Verdict::Untrusted);
    // The anchor for time-stamps is none for people, and the other way round.
    let swapped = scene.opener().time_stamp_trust(&trust).open(&message).expect("a message");
    counts_for_nothing(&swapped, Code::TstUntrusted, Verdict::Untrusted);
}

#[test]
fn revocation_after_the_time_stamp_comes_too_late() {
    let scene = Scene::new();
    let list = |since: &str| -> CertificateList {
        let list = CrlTemplate::new("Root").dates("261122000000Z", Some("261125000000Z"));
        list.entry(CrlEntry::new(&[5]).at(since)).issue(&scene.root_key)
    };
    let message = scene.message(&scene.stamper(Scene::template()), "20251101120000Z", keep);
    let judge = |since| scene.opener().crl(&list(since)).open(&message).expect("a message");
    assert_eq!(judge("251115000000Z").verdict(), Verdict::Valid);
    let before = judge("251015000000Z");
    assert!(before.report().has(Code::PathRevoked) && before.verdict() == Verdict::Untrusted);
}

#[test]
fn tokens_of_authorities_that_may_not() {
    let scene = Scene::new();
    let purposes = |critical: bool, purposes: &[smime::asn1::ObjectIdentifier]| {
        Scene::template().without(oid::CE_EXT_KEY_USAGE).extension(oid::CE_EXT_KEY_USAGE, critical, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| purposes.iter().for_each(|purpose| writer.oid(*purpose)));
        })
    };
    let stamps = oid::KP_TIME_STAMPING;
    for template in [
        purposes(false, &[stamps]),
        purposes(true, &[stamps, oid::KP_EMAIL_PROTECTION]),
        purposes(true, &[oid::KP_EMAIL_PROTECTION]),
        Scene::template().without(oid::CE_EXT_KEY_USAGE),
        Template { not_after: "260101000000Z".to_owned(), ..Scene::template() },
    ] {
        let opened = scene.open(&scene.message(&scene.stamper(template), "20251101120000Z", keep));
        counts_for_nothing(&opened, Code::TstUntrusted, Verdict::Untrusted);
    }
}

#[test]
fn tokens_that_do_not_fit() {
    let scene = Scene::new();
    let stamper = scene.stamper(Scene::template());
    let with = |change: fn(&mut Vec<u8>, &mut SignerForge)| scene.open(&scene.message(&stamper, "20251101120000Z", change));
    // About another signature; altered after it was signed; without the attribute that names its signer; naming another.
    let at_of_digest = |info: &[u8]| info.windows(2).position(|pair| pair == [0x04, 0x20]).expect("a digest") + 2;
    let mut other = scene.message(&stamper, "20251101120000Z", |info, authority| {
        let at = at_of_digest(info);
        info[at] ^= 1;
        let attributes = authority.attributes.get_or_insert_default();
        attributes[1] = attribute(oid::ID_MESSAGE_DIGEST, &[element(Tag::OCTET_STRING, &DigestAlgorithm::Sha256.digest(info))]);
    });
    counts_for_nothing(&scene.open(&other), Code::TstInvalid, Verdict::Invalid);
    counts_for_nothing(&with(|info, _| *info.last_mut().expect("octets") = b'Y'), Code::TstInvalid, Verdict::Invalid);
    let altered = with(|info, _| {
        let year = info.windows(4).position(|text| text == b"2025").expect("a time");
        info[year + 3] = b'4';
    });
    counts_for_nothing(&altered, Code::TstInvalid, Verdict::Invalid);
    let unnamed = with(|_, authority| *authority = authority.clone().without(oid::ID_AA_SIGNING_CERTIFICATE_V2));
    counts_for_nothing(&unnamed, Code::TstInvalid, Verdict::Invalid);
    let misnamed = with(|_, authority| {
        let digest = element(Tag::OCTET_STRING, &[7; 32]);
        let attributes = authority.attributes.get_or_insert_default();
        attributes[2] = attribute(oid::ID_AA_SIGNING_CERTIFICATE_V2, &[sequence(&[&sequence(&[&sequence(&[&digest])])])]);
    });
    counts_for_nothing(&misnamed, Code::TstInvalid, Verdict::Invalid);
    // Cut anywhere, the message is none or is judged without it.
    other.truncate(other.len() / 2);
    assert!(scene.opener().open(&other).is_err());
}
