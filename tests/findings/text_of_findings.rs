//! Parameters of the message stood in findings as they came: with escape sequences, line ends and marks of direction, on the terminal or
//! in the log of whoever was told.

use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::{Identity, Opener, Signer, Time, TrustStore};
use smime_tests::forge::{ENTITY, multipart_signed, pkcs7_mime};

use crate::scene::Scene;

#[test]
fn a_finding_is_one_line_of_harmless_text() {
    let scene = Scene::new();
    let clear = String::from_utf8(multipart_signed(ENTITY, &scene.cms(ENTITY, false))).expect("text");
    let opaque = String::from_utf8(pkcs7_mime("signed-data", &scene.cms(ENTITY, true))).expect("text");
    let tricks = ["x\u{1b}[31mred", "x\\\r\n smime: SIG-VALID", "x\u{202e}txet", "x\u{7}\u{9b}31m"];
    for trick in tricks.map(str::to_owned).into_iter().chain([format!("x{}", "\u{e4}".repeat(50_000))]) {
        let micalg = clear.replace("micalg=sha-256", &format!("micalg=\"{trick}\""));
        let smime_type = opaque.replace("smime-type=signed-data", &format!("smime-type=\"{trick}\""));
        for message in [micalg, smime_type] {
            let opened = scene.opener().open(message.as_bytes()).expect("a message");
            let [finding] = opened.report().findings.as_slice() else { panic!("{}", opened.report().to_json()) };
            for text in [&finding.message, &opened.report().summary()] {
                assert!(!text.contains(|found: char| found.is_control() || found == '\u{202e}'), "{text:?}");
                assert!(text.len() < 300, "{} octets", text.len());
            }
            assert!(finding.message.contains('x'));
        }
    }
}

/// Certificates of mailboxes have no subject: their signers stood without a name in summaries and findings.
#[test]
fn who_has_no_subject_is_named_by_his_addresses() {
    let from = Time::parse_rfc3339("2026-01-01T00:00:00Z").expect("a time");
    let (root_key, key) = (PrivateKey::generate(KeyKind::Ec(Curve::P256)), PrivateKey::generate(KeyKind::Ec(Curve::P256)));
    let (root_key, key) = (root_key.expect("a key"), key.expect("a key"));
    let root = Issuer::self_signed(&root_key, &CertificateTemplate::authority("Root", from, from.plus_seconds(9_000))).expect("a root");
    for (count, holder) in [(1, "a0@example.org"), (3, "a0@example.org, a1@example.org, a2@example.org"), (4, "a2@example.org, \u{2026}")] {
        let mut template = CertificateTemplate::end_entity("", "", from, from.plus_seconds(60));
        template.subject.clear();
        template.addresses = (0..count).map(|number| format!("a{number}@example.org")).collect();
        let certificate = root.issue(key.public_key(), &template).expect("a certificate");
        assert!(certificate.holder().ends_with(holder), "{}", certificate.holder());
        let identity = Identity::from_parts(key.clone(), certificate.clone(), vec![]).expect("an identity");
        let message = [b"From: a0@example.org\r\n", ENTITY].concat();
        let signed = Signer::new(&identity).sign(&message).expect("a message");
        let trust = TrustStore::builder().anchor(root.certificate()).build();
        let report = |at| Opener::new(&trust).at(at).open(&signed).expect("a message").report().clone();
        assert!(report(from).summary().contains(&format!(", signed by {}", certificate.holder())), "{}", report(from).summary());
        let late = report(from.plus_seconds(100));
        let expired = late.findings.iter().find(|finding| finding.code == smime::Code::PathExpired).expect("a finding");
        assert!(expired.message.contains(&format!("(certificate of {})", certificate.holder())), "{}", expired.message);
    }
}
