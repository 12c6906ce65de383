use proptest::prelude::*;

use super::super::testing::words;
use super::*;

fn parsed(value: &str) -> ContentType {
    ContentType::parse(value.as_bytes()).unwrap()
}

#[test]
fn what_mail_really_has() {
    for (value, parameter, expected) in [
        ("text/plain; charset=us-ascii (Plain text)", "charset", "us-ascii"),
        ("text/plain; charset=\"us-ascii\"", "charset", "us-ascii"),
        ("TEXT/Plain;CHARSET=UTF-8;", "charset", "UTF-8"),
        ("text / plain (a (nested \\) comment)) ; charset = x", "charset", "x"),
        ("multipart/mixed;\r\n\tboundary=\"a b\"", "boundary", "a b"),
        ("multipart/mixed; boundary=----=_Part_1/2?3", "boundary", "----=_Part_1/2?3"),
        ("multipart/mixed; boundary=\"a\\\"b\"", "boundary", "a\"b"),
        ("application/x; ; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title", "This is ***fun***"),
        ("message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/x\"", "url", "ftp://cs.utk.edu/x"),
        (
            "application/x; t*0*=us-ascii'en'This%20is%20even%20more%20; t*1*=%2A%2A%2Afun%2A%2A%2A%20; t*2=\"isn't it!\"",
            "t",
            "This is even more ***fun*** isn't it!",
        ),
        ("application/x; name*=iso-8859-1''na%EFve", "name", "naïve"),
        ("application/x; name*=UTF-8''na%C3%AFve%zz", "name", "naïve%zz"),
        ("application/x; t*1=b; t*0=a", "t", "ab"),
    ] {
        let content_type = parsed(value);
        assert_eq!(content_type.parameter(parameter), Some(expected), "{value}");
        assert!(!content_type.is_ambiguous(parameter) && !content_type.is_irregular(), "{value}");
    }
    assert!(parsed("TEXT / Plain").is("text", "plain"));
}

#[test]
fn what_readers_take_differently_is_ambiguous() {
    for (value, name) in [
        ("multipart/signed; boundary=a; boundary=b", "boundary"),
        ("multipart/signed; boundary=a; Boundary=a", "boundary"),
        ("multipart/signed; boundary=a; boundary*=us-ascii''b", "boundary"),
        ("multipart/signed; boundary*0=a; boundary*2=b", "boundary"),
        ("multipart/signed; boundary*1=b", "boundary"),
        ("multipart/signed; boundary*0=a; boundary*0=b", "boundary"),
        ("multipart/signed; boundary*=a; boundary*0=b", "boundary"),
    ] {
        assert!(parsed(value).is_ambiguous(name), "{value}");
    }
    assert_eq!(parsed("a/b; c*0=x; c*2=y").parameter("c"), Some("x"), "nothing after a gap is joined");
}

#[test]
fn what_belongs_to_no_parameter_is_passed_over() {
    for value in ["application/pdf; name=my file.pdf; x=y", "application/pdf garbage \"; z\"; x=y", "application/pdf; novalue; x=y"] {
        let content_type = parsed(value);
        assert!(content_type.is_irregular(), "{value}");
        assert_eq!(content_type.parameter("x"), Some("y"), "{value}");
        assert_eq!(content_type.parameter("z"), None);
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    for value in ["", "text", "text/", "/plain", "text/plain; a=\"b", "text/plain (", "text/plain; a=\"b\\", "(", "\0/\0"] {
        assert_eq!(ContentType::parse(value.as_bytes()).unwrap_err().code(), Code::MimeHeader, "{value}");
    }
    let many = format!("a/b{}", "; x=y".repeat(257));
    assert_eq!(ContentType::parse(many.as_bytes()).unwrap_err().code(), Code::LimitHeader);
}

#[test]
fn deep_comments_cost_no_stack() {
    let deep = format!("text/plain {}{}", "(".repeat(200_000), ")".repeat(200_000));
    assert!(parsed(&deep).is("text", "plain"));
}

#[test]
fn a_disposition() {
    let (word, parameters) = ContentType::parse_disposition(b" Attachment; filename*0=\"a\"; filename*1=\"b\"").unwrap();
    assert_eq!((word.as_str(), parameters[0].value.as_str()), ("attachment", "ab"));
}

const WORDS: &[&[u8]] = &[
    b"text",
    b"/",
    b"plain",
    b";",
    b" ",
    b"a=b",
    b"a*0=",
    b"a*1*=",
    b"\"",
    b"\\",
    b"(",
    b")",
    b"\r\n ",
    b"*",
    b"=",
    b"%41",
    b"'",
    b"us-ascii''",
    b"\xff",
    b"\0",
];

proptest! {
    #[test]
    fn nothing_panics(value in words(WORDS)) {
        if let Ok(content_type) = ContentType::parse(&value) {
            prop_assert!(!content_type.kind().is_empty() && !content_type.subtype().is_empty());
        }
    }

    /// What mail-builder writes is read as it was meant, long and international values too.
    #[test]
    fn what_is_written_is_read(value in "[ -~äöü€]{1,200}") {
        use mail_builder::headers::Header;
        let mut written = Vec::new();
        mail_builder::headers::content_type::ContentType::new("application/x").attribute("name", value.as_str()).write_header(&mut written, 14);
        let read = ContentType::parse(&written).unwrap();
        prop_assert_eq!(read.parameter("name"), Some(value.as_str()));
        prop_assert!(!read.is_ambiguous("name"));
    }
}
