//! Files that were altered, damaged or made up.

use smime::{Code, Evidence, EvidenceOpener, Limits, Opener, Time, TrustStore, Verdict};
use smime_tests::evidence::{Scene, now};
use smime_tests::forge::base64;

use crate::scene::{CONTENT, exported, hard, judge, judged, later, read, root_alone, signed, with_lists};

fn file(scene: &Scene) -> Vec<u8> {
    exported(&with_lists(scene), &signed(scene)).1
}

fn code(judge: &Opener, file: &[u8]) -> Option<Code> {
    judged(judge, file).err().map(|error| error.code())
}

#[test]
fn an_altered_octet_is_noticed_or_means_nothing() {
    let scene = Scene::new();
    let file = file(&scene);
    let judge = EvidenceOpener::new(&judge(&scene));
    let good = judge.open(&file).expect("evidence").into_report().to_json();
    let mut unnoticed = 0;
    for at in 0..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 1 << (at % 8);
        if let Ok(opened) = judge.open(&altered) {
            // The Subject for people, the case of a name, a blank between lines: nothing that is judged.
            assert_eq!(opened.report().to_json(), good, "octet {at}");
            unnoticed += 1;
        }
    }
    println!("RAN {} altered octets, {unnoticed} of which mean nothing", file.len());
    assert!(unnoticed * 10 < file.len(), "{unnoticed} of {}", file.len());
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let scene = Scene::new();
    let file = file(&scene);
    let judge = EvidenceOpener::new(&judge(&scene));
    // Only the last line end may go.
    for end in (0..file.len() - 4).step_by(3) {
        assert!(judge.open(&file[..end]).is_err(), "{end} octets");
    }
    assert!(judge.open(&file[..file.len() - 2]).is_ok());
}

/// The file with another manifest, as one writes it who does it on purpose.
fn with_manifest(file: &[u8], change: impl FnOnce(&str) -> String) -> Vec<u8> {
    let text = String::from_utf8(file.to_vec()).expect("ASCII");
    let (before, part) = text.rsplit_once("Content-ID: ").expect("a manifest");
    let (_, encoded) = part.split_once("\r\n\r\n").expect("a body");
    let (encoded, end) = encoded.split_once("--").expect("an end");
    let pem = format!("-----BEGIN X-----\r\n{encoded}-----END X-----\r\n");
    let manifest = smime::pem::blocks(pem.as_bytes()).next().expect("a block").expect("a block").decode().expect("base64");
    let manifest = change(std::str::from_utf8(&manifest).expect("JSON"));
    let digest: String = smime::DigestAlgorithm::Sha256.digest(manifest.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect();
    let body = String::from_utf8(base64(manifest.as_bytes())).expect("ASCII");
    format!("{before}Content-ID: <sha256.{digest}@libsmime>\r\n\r\n{body}--{end}").into_bytes()
}

#[test]
fn who_rewrites_the_manifest_chooses_the_time_and_nothing_else() {
    let scene = Scene::new();
    let file = file(&scene);
    let judge = judge(&scene);
    let at = |time: &str| with_manifest(&file, |manifest| manifest.replace("2026-11-23T12:00:00Z", time));
    assert_eq!(judged(&judge, &at("2026-11-23T12:00:00Z")).expect("evidence").verdict(), Verdict::Valid);
    // Within the time of the lists nobody can tell: that is what a time-stamp over the file is for.
    let moved = judged(&judge, &at("2026-11-24T12:00:00Z")).expect("evidence");
    assert!(moved.verdict() == Verdict::Valid && moved.report().has(Code::EvidenceTime));
    // Without lists of the time, and before the certificates or the judge's own clock.
    for (time, code) in [("2026-12-24T12:00:00Z", Code::RevStale), ("2026-11-20T12:00:00Z", Code::RevNotYetValid)] {
        let opened = judged(&judge, &at(time)).expect("evidence");
        assert!(opened.report().has(code) && opened.verdict() == Verdict::Indeterminate, "{}", opened.report().to_json());
    }
    let opened = judged(&judge, &at("2019-11-20T12:00:00Z")).expect("evidence");
    assert!(opened.report().has(Code::PathNotYetValid) && opened.verdict() == Verdict::Untrusted);
    assert_eq!(code(&judge, &at("2047-01-01T00:00:00Z")), Some(Code::EvidenceMalformed));
    // Another verdict is only told, a part less is noticed.
    let other = with_manifest(&file, |manifest| manifest.replace("\"verdict\": \"valid\"", "\"verdict\": \"invalid\""));
    let opened = judged(&judge, &other).expect("evidence");
    assert_eq!(opened.report().evidence.as_ref().map(|evidence| evidence.noted_verdict), Some(Verdict::Invalid));
    assert_eq!(opened.verdict(), Verdict::Valid);
    let renamed = with_manifest(&file, |manifest| manifest.replace("list-1.crl", "list-9.crl"));
    assert_eq!(code(&judge, &renamed), Some(Code::EvidenceAltered));
    let less = with_manifest(&file, |manifest| {
        let (before, _) = manifest.rsplit_once(",\n    {").expect("parts");
        format!("{before}\n  ]\n}}\n")
    });
    assert_eq!(code(&judge, &less), Some(Code::EvidenceAltered));
    for (from, to) in
        [("\"evidence\": 1", "\"evidence\": 2"), ("\"at\"", "\"then\""), ("{", "["), ("\"form\": \"detect\"", "\"form\": \"any\"")]
    {
        let odd = with_manifest(&file, |manifest| manifest.replacen(from, to, 1));
        assert_eq!(code(&judge, &odd), Some(Code::EvidenceMalformed), "{to}");
    }
    let policy = with_manifest(&file, |manifest| manifest.replace("\"preset\": \"default\"", "\"preset\": \"lax\""));
    assert_eq!(judged(&judge, &policy).expect("evidence").verdict(), Verdict::Valid);
    let as_noted = EvidenceOpener::new(&judge).noted_policy(true).open(&policy);
    assert_eq!(as_noted.err().map(|error| error.code()), Some(Code::EvidenceMalformed));
    assert!(Evidence::read(&mut policy.as_slice(), &Limits::default()).expect("evidence").noted_policy().is_err());
}

#[test]
fn a_message_that_does_not_hold_is_judged_as_such() {
    let scene = Scene::new();
    let mut message = signed(&scene);
    let at = message.windows(5).position(|window| window == b"lunch").expect("a lunch");
    message[at..at + 5].copy_from_slice(b"house");
    let (report, file) = exported(&with_lists(&scene), &message);
    assert_eq!(report.verdict, Verdict::Invalid);
    let opened = judged(&judge(&scene), &file).expect("evidence");
    assert!(opened.report().has(Code::SigDigestMismatch) && opened.verdict() == Verdict::Invalid);
    assert!(!opened.content().is_ok_and(|content| content == CONTENT));
}

#[test]
fn files_are_held_to_the_limits() {
    let scene = Scene::new();
    let file = file(&scene);
    let within = |limits: Limits| {
        let code = Evidence::read(&mut file.as_slice(), &limits).err().map(|error| error.code());
        assert_eq!(EvidenceOpener::new(&judge(&scene).limits(limits)).open(&file).err().map(|error| error.code()), code);
        code
    };
    assert_eq!(within(Limits { mime_parts: 5, ..Limits::default() }), Some(Code::LimitParts));
    assert_eq!(within(Limits { certificates: 4, ..Limits::default() }), Some(Code::LimitCertificates));
    assert_eq!(within(Limits { header_bytes: 40, ..Limits::default() }), Some(Code::LimitHeader));
    assert_eq!(within(Limits { memory_bytes: 1000, ..Limits::default() }), Some(Code::LimitBytes));
    assert_eq!(within(Limits::default()), None);
    let nobody = Opener::new(&root_alone(&scene)).policy(hard());
    // A judge without a clock takes the noted time as it is.
    assert_eq!(judged(&nobody, &file).expect("evidence").report().at, Some(now()));
    assert_eq!(code(&judge(&scene).at(Time::from_unix(0)), &file), Some(Code::EvidenceMalformed));
    assert!(read(&file).noted_at() < later());
}

#[test]
fn what_is_no_evidence() {
    let judge = Opener::new(&TrustStore::default()).at(later());
    let mixed = |parts: &str| format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}").into_bytes();
    for (file, expected) in [
        (b"".to_vec(), Code::EvidenceMalformed),
        (b"\x30\x80".to_vec(), Code::EvidenceMalformed),
        (b"Content-Type: multipart/mixed\r\n\r\n".to_vec(), Code::EvidenceMalformed),
        (mixed(""), Code::MimeTruncated),
        (mixed("--b--\r\n"), Code::EvidenceMalformed),
        (mixed("--b\r\n\r\n--b--\r\n"), Code::EvidenceMalformed),
        (mixed("hello\r\n--b--\r\n"), Code::EvidenceAltered),
        (
            mixed(
                "--b\r\nContent-Type: application/json\r\nContent-Disposition: attachment; filename=manifest.json\r\n\r\n{}\r\n--b--\r\n",
            ),
            Code::EvidenceAltered,
        ),
        (mixed("--b\r\nContent-Transfer-Encoding: x\r\n\r\n{}\r\n--b--\r\n"), Code::MimeTransferEncoding),
    ] {
        assert_eq!(code(&judge, &file), Some(expected), "{}", String::from_utf8_lossy(&file));
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(input: Vec<u8>) {
        let judge = EvidenceOpener::new(&Opener::new(&TrustStore::default()).at(later()));
        let _ = judge.open(&input);
        let parts = [b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", input.as_slice(), b"\r\n--b\r\n\r\n", &input, b"\r\n--b--\r\n"].concat();
        assert!(judge.open(&parts).is_err());
    }
}
