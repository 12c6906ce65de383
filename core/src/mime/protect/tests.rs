use super::super::compose::split_message;
use super::*;

const MESSAGE: &str = "Received: by x\nFrom: A <a@b>\nTo: c@d,\n e@f\nBcc: g@h\nSubject:secret\nKeywords: k\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8;\n\n";

fn header(text: &str) -> Header {
    Header::read(text.as_bytes(), &Limits::default()).unwrap().0
}

fn with_blank_line(fields: &[u8]) -> Header {
    header(&format!("{}\r\n", std::str::from_utf8(fields).unwrap()))
}

fn signed(text: &str) -> SplitMessage {
    protect_signed(&split_message(&header(text)).unwrap(), &Limits::default()).unwrap()
}

fn encrypted(text: &str, confidentiality: HeaderConfidentiality) -> SplitMessage {
    protect_encrypted(&split_message(&header(text)).unwrap(), confidentiality, &Limits::default()).unwrap()
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_signed_message() {
    let message = signed(MESSAGE);
    assert_eq!(text(&message.outer), "Received: by x\nFrom: A <a@b>\nTo: c@d,\n e@f\nBcc: g@h\nSubject:secret\nKeywords: k\n");
    assert_eq!(
        text(&message.entity),
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; hp=\"clear\"\nFrom: A <a@b>\nTo: c@d,\n e@f\nSubject:secret\nKeywords: k\n"
    );
    assert_eq!(signed(MESSAGE), message, "the same again");
    let protected = ProtectedHeader::of(&with_blank_line(&message.entity), None).unwrap();
    assert_eq!(protected.protection(), HeaderProtection::Rfc9788(HeaderIntent::Clear));
    assert!(protected.differences(&with_blank_line(&message.outer)).is_empty());
    assert!(protected.altered(&with_blank_line(&message.outer)).is_empty());
    assert!(protected.confidential().is_empty() && protected.intended_outer().is_empty());
}

#[test]
fn an_encrypted_message() {
    let message = encrypted(MESSAGE, HeaderConfidentiality::Baseline);
    assert_eq!(text(&message.outer), "Received: by x\nFrom: A <a@b>\nTo: c@d,\n e@f\nBcc: g@h\nSubject: [...]\n");
    assert_eq!(
        text(&message.entity),
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; hp=\"cipher\"\nFrom: A <a@b>\nTo: c@d,\n e@f\nSubject:secret\nKeywords: k\n\
         HP-Outer: From: A <a@b>\nHP-Outer: To: c@d,\n e@f\nHP-Outer: Subject: [...]\n"
    );
    let protected = ProtectedHeader::of(&with_blank_line(&message.entity), None).unwrap();
    let outer = with_blank_line(&message.outer);
    assert_eq!(protected.protection(), HeaderProtection::Rfc9788(HeaderIntent::Cipher));
    assert_eq!(protected.confidential(), ["Subject", "Keywords"]);
    assert_eq!(protected.differences(&outer), ["Subject", "Keywords"]);
    assert!(protected.altered(&outer).is_empty());
    assert_eq!(protected.fields().len(), 4);
    assert_eq!(protected.intended_outer().last().unwrap(), &("Subject".to_owned(), "[...]".to_owned()));

    let open = encrypted(MESSAGE, HeaderConfidentiality::None);
    assert_eq!(text(&open.outer), "Received: by x\nFrom: A <a@b>\nTo: c@d,\n e@f\nBcc: g@h\nSubject: secret\nKeywords: k\n");
    let protected = ProtectedHeader::of(&with_blank_line(&open.entity), None).unwrap();
    assert!(protected.confidential().is_empty() && protected.differences(&with_blank_line(&open.outer)).is_empty());
}

#[test]
fn the_mark_is_added_to_any_content_type() {
    for (field, expected) in [
        ("", "Content-Type: text/plain; charset=us-ascii; hp=\"clear\"\n"),
        ("Content-type:multipart/mixed;\n\tboundary=\"a;b\" \n", "Content-type:multipart/mixed;\n\tboundary=\"a;b\"; hp=\"clear\"\n"),
        ("Content-Type: text/plain (odd; comment)\n", "Content-Type: text/plain (odd; comment); hp=\"clear\"\n"),
        ("Content-Type: a/b; x=y; hp=cipher\n", "Content-Type: a/b; x=\"y\"; hp=\"clear\"\n"),
        (&format!("Content-Type: a/b; x={}\n", "y".repeat(50)), &format!("Content-Type: a/b; x={};\n hp=\"clear\"\n", "y".repeat(50))),
    ] {
        let message = signed(&format!("Subject: s\n{field}\n"));
        assert_eq!(text(&message.entity), format!("{expected}Subject: s\n"));
        let protected = ProtectedHeader::of(&with_blank_line(&message.entity), None).unwrap();
        assert_eq!(protected.fields(), [("Subject".to_owned(), "s".to_owned())]);
    }
    for field in ["Content-Type: a/b\nContent-Type: a/b\n", "Content-Type: text\n"] {
        let split = split_message(&header(&format!("{field}\n"))).unwrap();
        assert_eq!(protect_signed(&split, &Limits::default()).unwrap_err().code(), Code::MimeHeader);
        assert_eq!(protect_encrypted(&split, HeaderConfidentiality::Baseline, &Limits::default()).unwrap_err().code(), Code::MimeHeader);
    }
    assert_eq!(signed("\n").outer, b"");
}

#[test]
fn what_changed_on_the_way_is_named() {
    let root = header("Content-Type: text/plain; hp=clear\nFrom: a@b\nTo: c@d\nSubject: a  long\n subject\nComments: x\nComments: y\n\n");
    let protected = ProtectedHeader::of(&root, None).unwrap();
    for (outer, expected) in [
        ("From: a@b\nTo: c@d\nSubject: a long subject\nComments: x\nComments: y\n\n", &[][..]),
        ("FROM:\ta@b\nto: c@d\nsubject: a\n\tlong subject\nComments: x\nComments: y\nReceived: z\nX-Spam: no\nList-Id: l\n\n", &[]),
        ("From: m@n\nTo: c@d\nSubject: other\nComments: x\nComments: y\n\n", &["From", "Subject"]),
        ("From: a@b\nFrom: m@n\nTo: c@d\nSubject: a long subject\nComments: x\nComments: y\n\n", &["From"]),
        ("To: c@d\nSubject: a long subject\nComments: x\n\n", &["From", "Comments"]),
        ("From: a@b\nTo: c@d\nSubject: a long subject\nComments: x\nComments: y\nReply-To: m@n\nCc: o@p\n\n", &["Reply-To", "Cc"]),
    ] {
        assert_eq!(protected.differences(&header(outer)), expected, "{outer}");
        assert_eq!(protected.altered(&header(outer)), expected, "{outer}");
    }
    let cipher = header("Content-Type: text/plain; hp=cipher\nFrom: a@b\nSubject: s\nHP-Outer: From: a@b\nHP-Outer: Subject: [...]\n\n");
    let protected = ProtectedHeader::of(&cipher, None).unwrap();
    assert_eq!(protected.altered(&header("From: a@b\nSubject: s\n\n")), ["Subject"], "what was hidden stands outside");
    assert_eq!(protected.altered(&header("From: x@y\nSubject: [...]\n\n")), ["From"]);
}

#[test]
fn without_the_mark_nothing_is_protected() {
    for root in [
        "Content-Type: text/plain\nSubject: x\n\n",
        "Subject: x\n\n",
        "Content-Type: text/plain; hp=other\nSubject: x\n\n",
        "Content-Type: text/plain; hp=clear; hp=cipher\nSubject: x\n\n",
        "Content-Type: text/plain; hp=clear\nContent-Type: text/plain; hp=clear\nSubject: x\n\n",
        "Content-Type: message/rfc822\nSubject: x\n\n",
        "Content-Type: ;\nSubject: x\n\n",
    ] {
        assert!(ProtectedHeader::of(&header(root), None).is_none(), "{root}");
    }
}

#[test]
fn older_schemes() {
    let root = header("Content-Type: text/plain; protected-headers=\"v1\"\nSubject: x\n\n");
    assert_eq!(ProtectedHeader::of(&root, None).unwrap().protection(), HeaderProtection::ProtectedHeaders);
    let root = header("Content-Type: message/rfc822\n\n");
    for (wrapped, is_protected) in [
        ("Content-Type: text/plain\nSubject: x\n\n", true),
        ("Subject: x\n\n", true),
        ("Content-Type: text/plain; hp=clear\nSubject: x\n\n", false),
        ("Content-Type: multipart/signed; boundary=b\nSubject: x\n\n", false),
        ("Content-Type: application/pkcs7-mime\nSubject: x\n\n", false),
    ] {
        let protected = ProtectedHeader::of(&root, Some(&header(wrapped)));
        assert_eq!(protected.is_some(), is_protected, "{wrapped}");
        if let Some(protected) = protected {
            assert_eq!(protected.protection(), HeaderProtection::Rfc8551);
            assert_eq!(protected.fields(), [("Subject".to_owned(), "x".to_owned())]);
        }
    }
    let root = header("Content-Type: text/plain\n\n");
    assert!(ProtectedHeader::of(&root, Some(&header("Subject: x\n\n"))).is_none());
}

#[test]
fn duplicates_inside_are_named() {
    let root = header("Content-Type: text/plain; hp=clear\nFrom: a@b\nfrom: c@d\nComments: x\nComments: y\nSubject: z\n\n");
    assert_eq!(ProtectedHeader::of(&root, None).unwrap().duplicates(), ["From"]);
}

#[test]
fn a_whole_message_again() {
    let outer =
        header("Received: r\nFrom: a@b\nSubject: [...]\nReply-To: m@n\nContent-Type: application/pkcs7-mime\nMIME-Version: 1.0\n\n");
    let root = header("Content-Type: text/plain; hp=cipher\nFrom: a@b\nSubject: s\nHP-Outer: From: a@b\nHP-Outer: Subject: [...]\n\n");
    assert_eq!(
        text(&whole_message_head(&outer, &root)),
        "Received: r\nContent-Type: text/plain; hp=cipher\nFrom: a@b\nSubject: s\nMIME-Version: 1.0\n\n"
    );
    let unmarked = header("MIME-Version: 1.0\nContent-Type: text/plain\nFrom: forged@b\nSubject: s");
    assert_eq!(
        text(&whole_message_head(&outer, &unmarked)),
        "Received: r\nFrom: a@b\nSubject: [...]\nReply-To: m@n\nMIME-Version: 1.0\nContent-Type: text/plain\n\n"
    );
}

#[test]
fn a_legacy_display_element_ends_with_the_first_blank_line() {
    let marked = ContentType::parse(b"text/plain; hp-legacy-display=\"1\"").unwrap();
    for (body, length) in
        [("Subject: x\nCc: y\n\ntext\n\nmore", 18), ("Subject: x\r\n\r\ntext", 14), ("no blank line", 0), ("\ntext", 1), ("", 0)]
    {
        assert_eq!(legacy_display_length(&marked, body.as_bytes()), length, "{body:?}");
    }
    for other in [&b"text/plain"[..], b"text/html; hp-legacy-display=1", b"text/plain; hp-legacy-display=2"] {
        assert_eq!(legacy_display_length(&ContentType::parse(other).unwrap(), b"a\n\nb"), 0);
    }
}
