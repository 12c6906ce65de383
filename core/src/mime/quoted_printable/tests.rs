use proptest::prelude::*;

use super::super::canonical::canonical;
use super::super::facts::BodyFacts;
use super::super::testing::{mail_text, pieces, words};
use super::*;

fn decode(input: &[u8]) -> (Result<()>, Vec<u8>) {
    let mut decoder = QuotedPrintableDecoder::default();
    let mut out = Vec::new();
    let result = decoder.push(input, &mut out).and_then(|()| decoder.finish(&mut out));
    (result, out)
}

fn encode(input: &[u8]) -> Vec<u8> {
    let mut writer = QuotedPrintableWriter::new();
    let mut out = Vec::new();
    writer.push(input, &mut out);
    writer.finish(&mut out);
    out
}

#[test]
fn decoding_by_the_rules() {
    for (input, expected) in [
        ("a=3Db", "a=b"),
        ("a=3db", "a=b"),
        ("one=\r\ntwo=\nthree", "onetwothree"),
        ("one= \t\r\ntwo", "onetwo"),
        ("trailing  \t\r\nblanks \nend  ", "trailing\r\nblanks\nend"),
        ("kept=20\r\n", "kept \r\n"),
        (" x \ry", " x \ry"),
        ("ends=", "ends"),
        ("ends=\r", "ends"),
        ("a\r\r\n", "a\r\r\n"),
        ("x \r", "x \r"),
        ("\r\n\r\n", "\r\n\r\n"),
    ] {
        let (result, out) = decode(input.as_bytes());
        result.unwrap();
        assert_eq!(String::from_utf8_lossy(&out), expected, "{input:?}");
    }
}

#[test]
fn what_is_no_quoted_printable_is_refused() {
    let blanks = format!("a{}b", " ".repeat(1001));
    for (input, offset) in [("a=G1", 2), ("a=1G", 3), ("a==41", 2), ("a= b", 3), ("a=\rb", 3), ("a=4", 3), (&blanks, 1001)] {
        let error = decode(input.as_bytes()).0.unwrap_err();
        assert_eq!((error.code(), error.offset()), (Code::MimeTransferEncoding, Some(offset)), "{input:?}");
    }
    let allowed = format!("a{}b", " ".repeat(1000));
    assert_eq!(decode(allowed.as_bytes()).1, allowed.as_bytes());
}

#[test]
fn encoding_beyond_the_rules() {
    for (input, expected) in [
        ("plain text\n", "plain text\r\n"),
        ("From me\nFro", "=46rom me\r\nFro"),
        ("from From \n", "from From=20\r\n"),
        (".\r\n..a\n", "=2E\r\n=2E.a\r\n"),
        ("-- \n-\n--b", "=2D-=20\r\n-\r\n=2D-b"),
        ("tab\t\nblank ", "tab=09\r\nblank=20"),
        ("a\rb\0", "a=0Db=00"),
        ("1=2", "1=3D2"),
        ("\u{7f}~", "=7F~"),
        ("", ""),
    ] {
        assert_eq!(String::from_utf8(encode(input.as_bytes())).unwrap(), expected, "{input:?}");
    }
}

#[test]
fn lines_are_76_at_most() {
    assert_eq!(encode(&[b'x'; 76]), [b'x'; 76]);
    assert_eq!(encode(&[b'x'; 77]), [&[b'x'; 75][..], b"=\r\nxx"].concat());
    // What would begin a line after a soft line break follows the rules for the start of a line.
    let dots = [b'.'; 200];
    for line in encode(&dots).split(|octet| *octet == b'\n') {
        assert!(!line.starts_with(b"."));
    }
}

const WORDS: &[&[u8]] =
    &[b"=", b"=4", b"=41", b"=\r\n", b"=\n", b"= \r\n", b"\r\n", b"\n", b"\r", b" ", b"\t", b"text", &[b' '; 600], &[b'x'; 999], b"\xff"];

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same(input in pieces(words(WORDS))) {
        let (result, whole) = decode(&input.octets);
        let mut decoder = QuotedPrintableDecoder::default();
        let mut out = Vec::new();
        let mut failed = None;
        input.each(|piece| if failed.is_none() { failed = decoder.push(piece, &mut out).err(); });
        let failed = failed.or_else(|| decoder.finish(&mut out).err());
        prop_assert_eq!(failed.as_ref().map(|e| (e.code(), e.offset())), result.as_ref().err().map(|e| (e.code(), e.offset())));
        if failed.is_none() {
            prop_assert_eq!(out, whole);
        }
    }

    #[test]
    fn what_is_written_in_pieces_is_safe_and_is_read(input in pieces(mail_text())) {
        let whole = encode(&input.octets);
        let mut out = Vec::new();
        let mut writer = QuotedPrintableWriter::new();
        input.each(|piece| writer.push(piece, &mut out));
        writer.finish(&mut out);
        prop_assert_eq!(&out, &whole);
        let facts = BodyFacts::of(&out);
        prop_assert!(facts.is_transport_safe() && !facts.bare_lf);
        prop_assert!(out.split(|octet| *octet == b'\n').all(|line| line.len() <= 77));
        prop_assert!(out.split(|octet| *octet == b'\n').all(|line| !line.starts_with(b".") && !line.starts_with(b"--")));
        let (result, back) = decode(&out);
        prop_assert!(result.is_ok());
        prop_assert_eq!(back, canonical(&input.octets).into_owned());
    }
}
