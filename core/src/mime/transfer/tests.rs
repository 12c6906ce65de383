use super::*;

#[test]
fn the_word_is_read_with_comments_and_any_case() {
    for (value, expected) in [
        (" 7bit", Some(TransferEncoding::SevenBit)),
        ("8BIT (x)", Some(TransferEncoding::EightBit)),
        ("(x) Binary", Some(TransferEncoding::Binary)),
        ("Quoted-Printable\r\n ", Some(TransferEncoding::QuotedPrintable)),
        ("base64 base64", None),
        ("base64;", None),
        ("", None),
        ("base64 (", None),
    ] {
        assert_eq!(TransferEncoding::parse(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn identity_passes_octets() {
    let mut decoder = TransferDecoder::new(TransferEncoding::Binary);
    let mut out = Vec::new();
    decoder.push(b"a\0\xff\r\n", &mut out).unwrap();
    decoder.finish(&mut out).unwrap();
    assert_eq!(out, b"a\0\xff\r\n");
    assert!(!decoder.trailing());
}
