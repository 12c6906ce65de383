//! Time-stamps: those on signatures in the message, and those over the whole file.

use smime::cert::Certificate;
use smime::{Code, EvidenceOpener, Opened, Opener, Result, TrustStore, Verdict};
use smime_tests::evidence::{Scene, now};
use smime_tests::forge::{element, sequence};
use smime_tests::maker::CrlTemplate;
use smime_tests::stamps::{self, keep, time};

use crate::scene::{exported, hard, judge, judged, root_alone, signed, with_lists};

#[test]
fn a_time_stamp_on_the_signature_counts_again() {
    let scene = stamps::Scene::new();
    let message = scene.message(&scene.stamper(stamps::Scene::template()), "20251101120000Z", keep);
    let (report, file) = exported(&scene.opener(), &message);
    assert_eq!(report.verdict, Verdict::Valid, "{}", report.to_json());
    let later = scene.opener().at(time("2046-01-01T00:00:00Z"));
    let opened = judged(&later, &file).expect("evidence");
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    let signer = opened.report().signers().next().expect("a signer");
    assert_eq!(signer.time_stamp.as_ref().and_then(|stamp| stamp.time), Some(time("2025-11-01T12:00:00Z")));
    // Who trusts nobody's time-stamps judges at the time of the evidence, when the certificate had ended.
    let trust = TrustStore::builder().anchor(&scene.root).build();
    let opened = judged(&Opener::new(&trust).at(time("2046-01-01T00:00:00Z")), &file).expect("evidence");
    assert!(opened.report().has(Code::PathExpired) && opened.verdict() == Verdict::Untrusted);
}

/// A file about a message, and an authority that stamps it.
struct Stamped {
    scene: Scene,
    clocks: stamps::Scene,
    clock: Certificate,
    file: Vec<u8>,
}

impl Stamped {
    fn new() -> Self {
        let (scene, clocks) = (Scene::new(), stamps::Scene::new());
        let (_, file) = exported(&with_lists(&scene), &signed(&scene));
        let clock = clocks.stamper(stamps::Scene::template());
        Self { scene, clocks, clock, file }
    }

    fn token(&self, at: &str) -> Vec<u8> {
        self.clocks.token(&self.file, &self.clock, at)
    }

    fn judge(&self) -> Opener {
        let list = CrlTemplate::new("Stamps").dates("341231000000Z", Some("350105000000Z")).issue(&self.clocks.stamp_root_key);
        let clocks = TrustStore::builder().anchor(&self.clocks.stamp_root).crl(&list).build();
        Opener::new(&root_alone(&self.scene)).at(time("2035-01-01T00:00:00Z")).policy(hard()).time_stamp_trust(&clocks)
    }

    fn open(&self, token: &[u8]) -> Result<Opened> {
        EvidenceOpener::new(&self.judge()).time_stamp(token).open(&self.file)
    }

    fn code(&self, token: &[u8]) -> Option<Code> {
        self.open(token).err().map(|error| error.code())
    }
}

#[test]
fn a_time_stamp_over_the_file_is_the_time_that_counts() {
    let stamped = Stamped::new();
    let token = stamped.token("20261124060000Z");
    // A token, and a whole response with a status before it.
    let response = sequence(&[&sequence(&[&[2, 1, 0]]), &token]);
    for token in [&token, &response] {
        let opened = stamped.open(token).expect("evidence");
        let report = opened.report();
        assert_eq!((opened.verdict(), report.at), (Verdict::Valid, Some(time("2026-11-24T06:00:00Z"))), "{}", report.to_json());
        assert!(!report.has(Code::EvidenceTime));
        let evidence = report.evidence.as_ref().expect("evidence");
        let stamp = evidence.time_stamp.as_ref().expect("a time-stamp");
        assert_eq!((evidence.noted_at, stamp.verdict, stamp.time), (now(), Verdict::Valid, report.at));
        assert!(
            report
                .to_json()
                .contains("\"time_stamp\":{\"time\":\"2026-11-24T06:00:00Z\",\"verdict\":\"valid\",\"authority\":\"CN=Clock\"}")
        );
    }
    // Stamped when the lists had gone stale: who kept the file may have waited for that.
    let late = stamped.open(&stamped.token("20270101000000Z")).expect("evidence");
    assert!(late.report().has(Code::RevStale) && late.verdict() == Verdict::Indeterminate, "{}", late.report().to_json());
}

#[test]
fn a_time_stamp_that_proves_nothing_is_refused() {
    let stamped = Stamped::new();
    let good = stamped.token("20261124060000Z");
    let mut broken = good.clone();
    *broken.last_mut().expect("octets") ^= 1;
    assert_eq!(stamped.code(&broken), Some(Code::TstInvalid));
    assert_eq!(stamped.code(b"no token"), Some(Code::TstInvalid));
    assert_eq!(stamped.code(&sequence(&[&sequence(&[&[2, 1, 2]])])), Some(Code::TstInvalid));
    assert_eq!(stamped.code(&element(smime::asn1::Tag::SEQUENCE, &[])), Some(Code::TstInvalid));
    let other = stamped.clocks.token(&[stamped.file.as_slice(), b"\r\n"].concat(), &stamped.clock, "20261124060000Z");
    assert_eq!(stamped.code(&other), Some(Code::TstInvalid));
    // Before the message was judged, as the file has it.
    assert_eq!(stamped.code(&stamped.token("20261101000000Z")), Some(Code::EvidenceMalformed));
    // Later than the judge's own clock.
    assert_eq!(stamped.code(&stamped.token("20350201000000Z")), Some(Code::TstInvalid));
    let nobody = EvidenceOpener::new(&judge(&stamped.scene)).time_stamp(&good).open(&stamped.file);
    assert_eq!(nobody.err().map(|error| error.code()), Some(Code::TstUntrusted));
}
