//! From inside the protection (RFC 9788), which clients show and which a whole message is given out with, was not compared with the
//! certificate.

use smime::report::AddressMatch;
use smime::{Code, Encryptor, Opened, Signer, Verdict};
use smime_tests::forge::{ENTITY, OUTER, multipart_signed, pkcs7_mime};

use crate::scene::{Scene, assert_refused};

fn entity(fields: &str) -> Vec<u8> {
    format!("Content-Type: text/plain; {fields}\r\n\r\nPay at once.\r\n").into_bytes()
}

/// Signed by Alice, clear and opaque, with this line in place of the From outside.
fn open_both(scene: &Scene, from: &str, entity: &[u8]) -> [Opened; 2] {
    let outside = |message: Vec<u8>| {
        let at = message.windows(21).position(|window| window == b"From: a@example.org\r\n").expect("a From");
        [&message[..at], from.as_bytes(), &message[at + 21..]].concat()
    };
    let clear = multipart_signed(entity, &scene.cms(entity, false));
    let opaque = pkcs7_mime("signed-data", &scene.cms(entity, true));
    [clear, opaque].map(|message| scene.opener().as_message(true).open(&outside(message)).expect("a message"))
}

#[test]
fn the_from_inside_must_be_the_signers_too() {
    let scene = Scene::new();
    let cases = [
        ("hp=\"clear\"\r\nFrom: ceo@example.org", Code::AddrMismatch, AddressMatch::Mismatch),
        ("hp=\"cipher\"\r\nFrom: ceo@example.org", Code::AddrMismatch, AddressMatch::Mismatch),
        ("protected-headers=\"v1\"\r\nFrom: ceo@example.org", Code::AddrMismatch, AddressMatch::Mismatch),
        ("hp=\"clear\"\r\nFrom: a@example.org\r\nFrom: ceo@example.org", Code::AddrAmbiguous, AddressMatch::Ambiguous),
        ("hp=\"clear\"\r\nFrom: a@example.org, ceo@example.org", Code::AddrAmbiguous, AddressMatch::Ambiguous),
        ("hp=\"clear\"\r\nFrom: \"CEO\" ceo@example.org", Code::AddrAmbiguous, AddressMatch::Ambiguous),
    ];
    for (fields, code, outcome) in cases {
        for from in ["From: a@example.org\r\n", ""] {
            for opened in open_both(&scene, from, &entity(fields)) {
                assert_refused(&opened, code, Verdict::Untrusted);
                assert_eq!(opened.report().sender.address_match, outcome, "{fields}");
            }
        }
    }
    // The one inside does not make up for one outside that is not the signer's.
    for opened in open_both(&scene, "From: ceo@example.org\r\n", &entity("hp=\"clear\"\r\nFrom: a@example.org")) {
        assert_refused(&opened, Code::AddrMismatch, Verdict::Untrusted);
        assert_eq!(opened.report().sender.from, ["ceo@example.org", "a@example.org"]);
    }
}

#[test]
fn what_is_no_protected_field_is_not_compared() {
    let scene = Scene::new();
    for fields in ["charset=us-ascii\r\nFrom: ceo@example.org", "hp=\"clear\"\r\nFrom: A <a@example.org>", "hp=\"clear\"\r\nSubject: pay"] {
        for opened in open_both(&scene, "From: a@example.org\r\n", &entity(fields)) {
            assert_eq!(opened.verdict(), Verdict::Valid, "{fields}: {}", opened.report().to_json());
            let content = opened.content().expect("content");
            assert!(!content.windows(15).any(|window| window == b"ceo@example.org"), "{fields}");
        }
    }
    for opened in open_both(&scene, "", &entity("hp=\"clear\"\r\nFrom: a@example.org")) {
        assert_eq!((opened.verdict(), opened.report().sender.address_match), (Verdict::Valid, AddressMatch::Match));
    }
}

#[test]
fn inside_encryption_it_counts_as_well() {
    let scene = Scene::new();
    let sign = |from: &str| {
        let message = [format!("From: {from}\r\nSubject: pay\r\n").as_bytes(), ENTITY].concat();
        Signer::new(&scene.alice).at(scene.pki.now).protect_headers().sign(&message).expect("a signature")
    };
    let seal = |message: &[u8]| {
        let sealed = Encryptor::new().recipient(scene.alice.certificate()).and_then(|encryptor| encryptor.encrypt(message));
        scene.opener().open(&sealed.expect("an encrypted message")).expect("a message")
    };
    assert_eq!(seal(&sign("a@example.org")).verdict(), Verdict::Valid);
    // Signed as somebody else, and the outer From made the signer's own on the way.
    let signed = String::from_utf8(sign("ceo@example.org")).expect("text").replacen("From: ceo@example.org", "From: a@example.org", 1);
    assert!(signed.contains("ceo@example.org") && OUTER.contains("a@example.org"));
    assert_refused(&seal(signed.as_bytes()), Code::AddrMismatch, Verdict::Untrusted);
}
