//! Of a multipart or message that was read from a file, and of protected fields in UTF-8, signing said that the content could not be made safe
//! for transport, though the same message in memory was signed.

use std::io::Cursor;

use smime::report::Check;
use smime::{Code, Limits, Signer, Verdict};

use crate::scene::Scene;

const MESSAGES: [(&str, &[u8]); 6] = [
    ("a message inside", b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"),
    ("a multipart", b"Content-Type: multipart/mixed; boundary=m\n\n--m\n\nGr\xc3\xbc\xc3\x9fe  \n--m\n\nFrom me\n--m--\n"),
    ("no text", b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\x00\x01\n\r\x80"),
    ("a subject in UTF-8", b"Subject: Gr\xc3\xbc\xc3\x9fe\r\nContent-Type: text/plain\r\n\r\nhello\r\n"),
    (
        "subject and body in UTF-8",
        b"Subject: Gr\xc3\xbc\xc3\x9fe\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n",
    ),
    ("no structural fields", b"Subject: x\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"),
];

#[test]
fn a_file_is_signed_as_the_same_message_in_memory() {
    let scene = Scene::new();
    for (name, message) in MESSAGES {
        let message = [b"From: a@example.org\r\n", message].concat();
        for (is_opaque, protects) in [(false, false), (false, true), (true, false), (true, true)] {
            let signer = Signer::new(&scene.alice).at(scene.pki.now);
            let signer = if is_opaque { signer.opaque() } else { signer };
            let signer = if protects { signer.protect_headers() } else { signer };
            let mut from_file = Vec::new();
            signer
                .sign_from(&mut Cursor::new(&message), &mut from_file)
                .unwrap_or_else(|error| panic!("{name} {is_opaque} {protects}: {error}"));
            let in_memory = signer.sign(&message).expect("a signed message");
            let [one, two] = [&in_memory, &from_file].map(|signed| scene.opener().open(signed).expect("a message"));
            for opened in [&one, &two] {
                assert_eq!(opened.verdict(), Verdict::Valid, "{name}: {}", opened.report().to_json());
                assert!(opened.report().signers().all(|signer| signer.signature == Check::Passed));
            }
            assert_eq!(one.content().expect("content"), two.content().expect("content"), "{name} {is_opaque} {protects}");
            let content = two.content().expect("content");
            let body = content.windows(4).position(|window| window == b"\r\n\r\n").map_or(content, |at| &content[at..]);
            assert!(is_opaque || body.is_ascii(), "{name}: {}", content.escape_ascii());
        }
    }
}

#[test]
fn what_does_not_fit_is_not_cut_off() {
    let scene = Scene::new();
    let message = [b"From: a@example.org\r\n", MESSAGES[1].1].concat();
    let sign = |memory_bytes| {
        let signer = Signer::new(&scene.alice).limits(Limits { memory_bytes, ..Limits::default() });
        let mut signed = Vec::new();
        signer.sign_from(&mut Cursor::new(&message), &mut signed).map(|()| signed).map_err(|error| error.code())
    };
    assert_eq!(sign(message.len() as u64 - 1), Err(Code::LimitBytes));
    let opened = scene.opener().open(&sign(message.len() as u64).expect("a signed message")).expect("a message");
    assert!(opened.content().expect("content").ends_with(b"--m--\r\n"));
}
