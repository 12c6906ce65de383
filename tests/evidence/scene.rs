//! A message, those who judge it, and the file in between.

use std::io::Cursor;

use smime::cert::CertificateList;
use smime::policy::RevocationMode;
use smime::{Evidence, EvidenceOpener, Identity, Limits, Opened, Opener, Policy, Report, Result, Signer, Time, TrustStore};
use smime_tests::evidence::{Scene, now};

/// What Alice signs.
pub(crate) const MESSAGE: &[u8] = b"From: alice@example.org\r\nSubject: Debts\r\nContent-Type: text/plain\r\n\r\nI owe you a lunch.\r\n";
/// What is protected of it.
pub(crate) const CONTENT: &[u8] = b"Content-Type: text/plain\r\n\r\nI owe you a lunch.\r\n";

/// When everything has expired.
pub(crate) fn later() -> Time {
    Time::parse_rfc3339("2046-01-01T00:00:00Z").expect("a time")
}

/// Each certificate must be shown not to be revoked.
pub(crate) fn hard() -> Policy {
    Policy { revocation: RevocationMode::Hard, ..Policy::default() }
}

/// Alice, with the authority's certificate beside hers.
pub(crate) fn alice(scene: &Scene) -> Identity {
    Identity::from_parts(scene.alice_key.clone(), scene.alice.clone(), vec![scene.authority.clone()]).expect("an identity")
}

pub(crate) fn signed(scene: &Scene) -> Vec<u8> {
    Signer::new(&alice(scene)).sign(MESSAGE).expect("a message")
}

/// Trusts the root and knows nothing else.
pub(crate) fn root_alone(scene: &Scene) -> TrustStore {
    TrustStore::builder().anchor(&scene.root).build()
}

/// Who judges today.
pub(crate) fn opener(scene: &Scene) -> Opener {
    Opener::new(&root_alone(scene)).at(now()).policy(hard())
}

/// The same with lists, by which everybody is good.
pub(crate) fn with_lists(scene: &Scene) -> Opener {
    opener(scene).crl(&scene.roots_list()).crl(&scene.issue(&scene.list()))
}

/// Who judges years later.
pub(crate) fn judge(scene: &Scene) -> Opener {
    Opener::new(&root_alone(scene)).at(later()).policy(hard())
}

/// The report and the file that this opener makes of the message.
pub(crate) fn exported(opener: &Opener, message: &[u8]) -> (Report, Vec<u8>) {
    let report = opener.examine(message).expect("a message");
    let mut file = Vec::new();
    opener.write_evidence(&report, &mut &*message, &mut file).unwrap_or_else(|error| panic!("{error}: {}", report.to_json()));
    (report, file)
}

/// What this judge makes of it, the same by both ways.
pub(crate) fn judged(judge: &Opener, file: &[u8]) -> Result<Opened> {
    let judge = EvidenceOpener::new(judge);
    let opened = judge.open(file);
    let mut written = Vec::new();
    match (&opened, judge.open_from(&mut Cursor::new(file), &mut written)) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one.report().to_json(), other.report().to_json());
            assert_eq!(one.content().unwrap_or_default(), written);
        }
        (Err(one), Err(other)) => assert_eq!(one.code(), other.code()),
        (one, other) => panic!("{:?}, {:?}", one.as_ref().err(), other.err()),
    }
    opened
}

/// What the file says of itself.
pub(crate) fn read(file: &[u8]) -> Evidence {
    Evidence::read(&mut &*file, &Limits::default()).expect("evidence")
}

/// A list of the authority, made a week after everything was judged, with Alice on it.
pub(crate) fn revoked_since(scene: &Scene) -> CertificateList {
    scene.issue(&Scene::numbered(11).dates("261130000000Z", Some("461231000000Z")).revoked(&[5]))
}
