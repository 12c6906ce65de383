use proptest::prelude::*;

use super::super::testing::words;
use super::*;
use crate::limits::Limits;

fn texts(value: &str) -> Vec<String> {
    addresses(value.as_bytes()).unwrap_or_else(|error| panic!("{value}: {error}")).iter().map(Address::to_string).collect()
}

fn senders(header: &str) -> Senders {
    Senders::of(&Header::read(header.as_bytes(), &Limits::default()).unwrap().0)
}

#[test]
fn what_the_grammar_has() {
    for (value, expected) in [
        ("alice@example.org", &["alice@example.org"][..]),
        (" <alice@example.org> ", &["alice@example.org"]),
        ("Alice <alice@example.org>", &["alice@example.org"]),
        ("Alice B. Carroll <alice@example.org>", &["alice@example.org"]),
        ("\"Carroll, Alice\" <alice@example.org>", &["alice@example.org"]),
        ("alice@example.org (Alice)", &["alice@example.org"]),
        ("alice(home)@(work)example.org", &["alice@example.org"]),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= <a@b>", &["a@b"]),
        ("a@b,\r\n c@d", &["a@b", "c@d"]),
        ("Team: a@b, C <c@d>;", &["a@b", "c@d"]),
        ("Empty:;, a@b", &["a@b"]),
        ("\"a b\"@c", &["\"a b\"@c"]),
        ("\"a\\\"b\"@c", &["\"a\\\"b\"@c"]),
        ("\"plain.one\"@c", &["plain.one@c"]),
        ("a@[192.0.2.1]", &["a@[192.0.2.1]"]),
        ("Jörg <jörg@müller.example>", &["jörg@müller.example"]),
        ("a+b=c/d@x-y.example", &["a+b=c/d@x-y.example"]),
    ] {
        assert_eq!(texts(value), expected, "{value}");
    }
}

/// An address that only stands in a display name or a comment is none; the real one is found.
#[test]
fn names_and_comments_are_not_looked_into() {
    for value in [
        "\"ceo@example.org\" <mallory@evil.example>",
        "=?utf-8?q?ceo=40example.org?= <mallory@evil.example>",
        "=?utf-8?b?Y2VvQGV4YW1wbGUub3Jn?= <mallory@evil.example>",
        "(ceo@example.org) mallory@evil.example",
        "(<ceo@example.org>,) mallory@evil.example (, ceo@example.org)",
        "\"<ceo@example.org>,\" <mallory@evil.example>",
        "\"ceo@example.org\\\" <ceo@example.org>, \" <mallory@evil.example>",
        "(\\) ceo@example.org) mallory@evil.example",
    ] {
        assert_eq!(texts(value), ["mallory@evil.example"], "{value}");
    }
}

#[test]
fn tricks_are_refused() {
    for value in [
        "",
        " ",
        "alice",
        "Alice <alice>",
        "alice@",
        "@example.org",
        "<>",
        "a@b@c",
        "<a@b@c>",
        "ceo@example.org <mallory@evil.example>",
        "mallory@evil.example <ceo@example.org>",
        "<ceo@example.org> mallory@evil.example",
        "<a@b> <c@d>",
        "<a@b>c@d",
        "a@b c@d",
        "a@b; c@d",
        "a@b,",
        ",a@b",
        "a@b,,c@d",
        "a b@c",
        "a .b@c",
        "a. b@c",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@.b",
        "a@b.",
        "a@b..c",
        "a@b .c",
        "<@relay.example:a@b>",
        "<a@b",
        "a@b>",
        "\"a@b",
        "(a@b",
        "a@b)",
        "\"\"@b",
        "\"a\"b@c",
        "\"a\".b@c",
        "a@\"b\"",
        "a@[1",
        "a@[]",
        "a@[[1]]",
        "a@[1]x",
        "Group: a@b",
        "Group: a@b;;",
        "Group: Inner: a@b;;",
        "Group:;",
        "<Group: a@b;>",
        "a\0@b",
        "a@b\0",
        "a@b\0.evil.example",
        "\"a\0\" <a@b>",
        "a@b\r\nBcc: c@d",
        "a@b\rc",
        "a@b\n",
        "a\u{202e}@b",
        "\"\u{202e}\" <a@b>",
        "a@b\u{200b}",
        "a\u{85}@b",
        "a@b\u{7f}",
        "\"a\tb\"@c",
        "\\a@b",
        "a@b\\",
    ] {
        let error = addresses(value.as_bytes()).map(|found| panic!("{value:?} gave {found:?}")).unwrap_err();
        assert_eq!(error.code(), Code::AddrMalformed, "{value:?}");
    }
    assert_eq!(addresses(b"a\xff@b").unwrap_err().code(), Code::AddrMalformed);
    let many = vec!["a@b"; MOST_MAILBOXES + 1].join(",");
    assert_eq!(addresses(many.as_bytes()).unwrap_err().code(), Code::AddrMalformed);
}

#[test]
fn one_author_only_where_nothing_is_ambiguous() {
    let one = senders("From: Alice <alice@example.org>\r\nSender: Bob <bob@example.org>\r\n\r\n");
    assert_eq!(one.author().map(Address::to_string).as_deref(), Some("alice@example.org"));
    assert_eq!(one.sender.map(|sender| sender.to_string()).as_deref(), Some("bob@example.org"));
    for (header, code, count) in [
        ("Subject: x\n\n", Code::AddrNoSender, 0),
        ("From: a@b\nFrom: a@b\n\n", Code::AddrAmbiguous, 2),
        ("From: a@b\nfrom : c@d\n\n", Code::AddrAmbiguous, 2),
        ("From: a@b, c@d\n\n", Code::AddrAmbiguous, 2),
        ("From: Team: a@b;\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\nFrom: x\n\n", Code::AddrMalformed, 1),
        ("From: x\nFrom: a@b\n\n", Code::AddrMalformed, 1),
        ("From: a@b\nSender: c@d\nSender: e@f\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\nSender: c@d, e@f\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\nSender: c\n\n", Code::AddrMalformed, 1),
        ("From: a@b\nno field here\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\nX: y\rFrom: c@d\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\nX: \0\n\n", Code::AddrAmbiguous, 1),
        ("From: a@b\n \n\tc@d\n\n", Code::AddrMalformed, 0),
    ] {
        let found = senders(header);
        assert!(found.author().is_none(), "{header:?}");
        assert_eq!(found.problem.as_ref().map(Error::code), Some(code), "{header:?}");
        assert_eq!(found.from.len(), count, "{header:?}");
    }
}

const WORDS: &[&[u8]] = &[
    b"a",
    b"b.c",
    b"@",
    b"@",
    b"<",
    b">",
    b",",
    b":",
    b";",
    b"\"",
    b"\\",
    b"(",
    b")",
    b" ",
    b"\r\n ",
    b".",
    b"[",
    b"]",
    b"\xc3\xa4",
    b"\0",
    b"=?utf-8?q?=40?=",
];

proptest! {
    /// Whatever is accepted, each address is accepted alone, as itself.
    #[test]
    fn an_address_reads_as_itself(value in words(WORDS)) {
        for address in addresses(&value).unwrap_or_default() {
            let again = addresses(address.to_string().as_bytes()).unwrap();
            prop_assert_eq!(again, vec![address]);
        }
    }

    /// Where both readers see one mailbox, it is the same.
    #[test]
    fn no_other_address_than_mail_parser_finds(name in "[a-zA-Z@<>,()\"\\\\ .]{0,12}", comment in "[a-z@<>, ]{0,8}") {
        let value = format!("{name} <alice@example.org> ({comment})");
        if let Ok(found) = addresses(value.as_bytes()) {
            let message = format!("From: {value}\r\n\r\n");
            let parsed = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
            let theirs: Vec<String> = parsed.from().unwrap().iter().filter_map(|address| address.address().map(str::to_owned)).collect();
            let ours: Vec<String> = found.iter().map(Address::to_string).collect();
            if ours.len() == 1 && theirs.len() == 1 {
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
