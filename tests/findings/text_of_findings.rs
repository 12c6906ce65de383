//! Parameters of the message stood in findings as they came: with escape sequences, line ends and marks of direction, on the terminal or
//! in the log of whoever was told.

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
