//! Content given beside a signature that is not detached came back as signed, though the signature was over something else.

use smime::{Code, ContentCipher, Verdict};
use smime_tests::forge::{ENTITY, EnvelopeForge, pkcs7_mime};

use crate::scene::Scene;

const OTHER: &[u8] = b"nobody signed this";

#[test]
fn a_signature_with_content_of_its_own_says_nothing_of_other_content() {
    let scene = Scene::new();
    let bob = scene.pki.person("b@example.org", smime::crypto::KeyKind::Rsa { bits: 2048 });
    let opener = scene.opener().identity(&bob);
    let signatures = [
        ("content of its own", scene.cms(ENTITY, true)),
        ("content of no octets", scene.cms(b"", true)),
        ("as MIME", pkcs7_mime("signed-data", &scene.cms(b"", true))),
        ("as PEM", smime::pem::encode("CMS", &scene.cms(b"", true)).into_bytes()),
        ("encrypted content of no octets", EnvelopeForge::new(bob.certificate(), ContentCipher::Aes128Gcm, b"").der()),
    ];
    for (name, signature) in signatures {
        assert!(opener.open(&signature).expect("a message").is_acceptable(), "{name}");
        for mut content in [OTHER, b""] {
            let opened = opener.open_detached(&signature, content).map(|opened| opened.report().to_json());
            assert_eq!(opened.map_err(|error| error.code()), Err(Code::CmsStructure), "{name}");
            let report = opener.examine_detached(&signature, &mut content).map(|report| report.to_json());
            assert_eq!(report.map_err(|error| error.code()), Err(Code::CmsStructure), "{name}, examined");
        }
    }
}

#[test]
fn a_detached_one_gives_back_what_it_signs() {
    let scene = Scene::new();
    for content in [OTHER, b""] {
        let opened = scene.opener().open_detached(&scene.cms(content, false), content).expect("a message");
        assert_eq!((opened.verdict(), opened.content().expect("content")), (Verdict::Valid, content));
        assert_eq!(opened.report().content.bytes, content.len() as u64);
        let report = scene.opener().examine_detached(&scene.cms(content, false), &mut &*content).expect("a report");
        assert_eq!((report.verdict, report.content.bytes), (Verdict::Valid, content.len() as u64));
    }
    let opened = scene.opener().open_detached(&scene.cms(ENTITY, false), OTHER).expect("a message");
    assert_eq!(opened.verdict(), Verdict::Invalid);
    assert!(opened.report().has(Code::SigDigestMismatch) && opened.content().is_err());
}
