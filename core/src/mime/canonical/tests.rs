use proptest::prelude::*;

use super::super::testing::{mail_text, pieces};
use super::*;

/// The definition, octet by octet.
fn defined(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, octet) in input.iter().enumerate() {
        if *octet == b'\n' && (index == 0 || input[index - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(*octet);
    }
    out
}

#[test]
fn a_canonical_slice_is_handed_on_as_it_is() {
    let input = b"one\r\ntwo\r three\r\n".repeat(5_000);
    let mut canonicalizer = Canonicalizer::new();
    let mut at = 0;
    canonicalizer
        .push(&input, &mut |octets| {
            assert_eq!(octets.as_ptr(), input[at..].as_ptr());
            at += octets.len();
            Ok(())
        })
        .unwrap();
    assert_eq!(at, input.len());
    assert!(!canonicalizer.changed());
    assert!(matches!(canonical(&input), Cow::Borrowed(_)));
}

#[test]
fn long_lines_and_many_short_ones() {
    for line in [
        &b"\n"[..],
        b"\r\n",
        b"1234567\n",
        b"123456\r\n",
        b"12\r\n\n\r\r\n",
        b"x\n",
        &[&[b'x'; 9_000][..], b"\n"].concat(),
        &[&[b'x'; 40_000][..], b"\n"].concat(),
    ] {
        let input = line.repeat(50.max(140_000 / line.len()));
        for start in [0, 1] {
            let input = &input[start..];
            assert!(canonical(input) == defined(input), "{line:?}");
        }
    }
}

#[test]
fn an_error_of_the_sink_ends_it() {
    use crate::error::{Code, Error};
    for input in [&b"a\r\n"[..], b"a\n"] {
        let result = Canonicalizer::new().push(input, &mut |_| Err(Error::new(Code::UseIo)));
        assert_eq!(result.unwrap_err().code(), Code::UseIo);
    }
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_what_is_defined(input in pieces(mail_text())) {
        let expected = defined(&input.octets);
        let mut out = Vec::new();
        let mut canonicalizer = Canonicalizer::new();
        input.each(|piece| canonicalizer.push(piece, &mut |octets| { out.extend_from_slice(octets); Ok(()) }).unwrap());
        prop_assert_eq!(canonicalizer.changed(), expected != input.octets);
        prop_assert_eq!(&out, &expected);
        prop_assert_eq!(&*canonical(&input.octets), expected.as_slice());
        prop_assert_eq!(&*canonical(&expected), expected.as_slice());
    }
}
