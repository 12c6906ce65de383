use proptest::prelude::*;

use super::super::testing::{pieces, words};
use super::*;

fn decode(input: &[u8]) -> (Result<()>, Vec<u8>, bool) {
    let mut decoder = Base64Decoder::default();
    let mut out = Vec::new();
    let result = decoder.push(input, &mut out).and_then(|()| decoder.finish());
    (result, out, decoder.trailing())
}

#[test]
fn white_space_anywhere() {
    for input in ["aGVsbG8=", "aGVs\r\nbG8=\r\n", "aGVs\nbG8=\n", " a G\tV\r s\x0bb\x0cG8 = ", "aGVsbG8=\r\n\r\n  \t"] {
        let (result, out, trailing) = decode(input.as_bytes());
        result.unwrap();
        assert_eq!((out.as_slice(), trailing), (&b"hello"[..], false), "{input}");
    }
    assert_eq!(decode(b"").1, b"");
    assert_eq!(decode(b"\r\n").1, b"");
}

#[test]
fn octets_after_the_padding_are_ignored_and_reported() {
    for input in ["aGVsbG8=\r\n-- \r\nlist footer", "aGVsbG8==", "aGVsbG8=aGVsbG8="] {
        let (result, out, trailing) = decode(input.as_bytes());
        result.unwrap();
        assert_eq!((out.as_slice(), trailing), (&b"hello"[..], true), "{input}");
    }
}

#[test]
fn padding_at_the_end_of_a_full_line() {
    for (width, octets, end) in [(76, 113, "\r\n"), (64, 95, "\n"), (76, 56, "\r\n"), (64, 94, "\r\n"), (60, 89, "\n")] {
        let content: Vec<u8> = (0..octets).map(|n| (n % 251) as u8).collect();
        let digits = base64_simd::STANDARD.encode_to_string(&content);
        let lines: Vec<&str> = digits.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        assert_eq!(lines.last().unwrap().len(), width);
        let text = lines.join(end) + end;
        let (result, out, trailing) = decode(text.as_bytes());
        result.unwrap();
        assert!(out == content && !trailing, "{width}");
        // Blanks that fill the last line, and a CR where no line ends.
        for spoiled in [text.replace('=', " "), text.replace(end, &format!("\r{end}"))] {
            let (result, out, _) = decode(spoiled.as_bytes());
            assert!(content.starts_with(&out) || result.is_ok() && out == content, "{spoiled:?}");
        }
    }
}

#[test]
fn strays_are_refused_where_they_stand() {
    for (input, offset) in [
        ("aGVs!G8=", 4),
        ("aGVsbG8", 7),
        ("aGVsb===", 5),
        ("=", 0),
        ("aGVsbG8\0", 7),
        ("aGVsbA=x", 7),
        ("aGVsbA=", 7),
        ("a", 1),
        ("aGVs\r\naGVs\r\naG-s\r\n", 14),
        ("aGVs\u{e9}", 4),
    ] {
        let error = decode(input.as_bytes()).0.unwrap_err();
        assert_eq!((error.code(), error.offset()), (Code::MimeTransferEncoding, Some(offset)), "{input}");
    }
}

#[test]
fn lines_of_the_right_length() {
    for (line, width) in [(LineLength::Of64, 64), (LineLength::Of76, 76)] {
        for octets in [0, 1, 2, 3, 47, 48, 49, 56, 57, 58, 1000, 100_000] {
            let content: Vec<u8> = (0..octets).map(|n| (n % 251) as u8).collect();
            let mut writer = Base64Writer::new(line);
            let mut out = Vec::new();
            writer.push(&content, &mut out);
            writer.finish(&mut out);
            assert_eq!(out.len() as u64, Base64Writer::encoded_length(line, octets as u64));
            let text = String::from_utf8(out.clone()).unwrap();
            let lines: Vec<&str> = text.split_terminator("\r\n").collect();
            assert!(lines.iter().rev().skip(1).all(|line| line.len() == width), "{octets}");
            assert!(lines.last().is_none_or(|line| line.len() <= width && !line.is_empty()));
            let (result, back, _) = decode(&out);
            result.unwrap();
            assert_eq!(back, content);
        }
    }
}

/// The fast way takes lines of one length together: one of another length among them, or no line end where one was, must not cost an octet.
#[test]
fn a_line_of_another_length_among_many() {
    for (width, end) in [(76, "\r\n"), (76, "\n"), (64, "\r\n"), (64, "\n")] {
        let line = "QUJD".repeat(width / 4);
        for odd in ["", "QUJD", &line, &line.repeat(2), &line.repeat(5), &line[4..], "QU JD", " "] {
            for place in [0, 1, 5, 9] {
                let mut lines = vec![format!("{line}{end}"); 10];
                lines[place] = format!("{odd}{line}{end}");
                let text = lines.concat();
                let digits = text.bytes().filter(|octet| !octet.is_ascii_whitespace()).count();
                let (result, out, trailing) = decode(text.as_bytes());
                result.unwrap();
                assert!(!trailing && out == b"ABC".repeat(digits / 4), "{width} {end:?} {odd:?} {place}");
            }
        }
        let stray = format!("{line}{end}{line}{}{line}{end}", "!".repeat(end.len()));
        assert_eq!(decode(stray.as_bytes()).0.unwrap_err().offset(), Some((2 * width + end.len()) as u64));
    }
}

const WORDS: &[&[u8]] =
    &[b"aGVs", b"QUJD\r\n", b"\r\n", b"\n", b"\r", b" ", b"=", b"==", b"A", b"!", b"\0", b"+/+/", &[b'Q'; 76], &[b'Q'; 75], b"\xff"];

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same(input in pieces(words(WORDS))) {
        let (result, whole, trailing) = decode(&input.octets);
        let mut decoder = Base64Decoder::default();
        let mut out = Vec::new();
        let mut failed = None;
        input.each(|piece| if failed.is_none() { failed = decoder.push(piece, &mut out).err(); });
        let failed = failed.or_else(|| decoder.finish().err());
        prop_assert_eq!(failed.as_ref().map(|e| (e.code(), e.offset())), result.as_ref().err().map(|e| (e.code(), e.offset())));
        if failed.is_none() {
            prop_assert_eq!(out, whole);
            prop_assert_eq!(decoder.trailing(), trailing);
        }
    }

    #[test]
    fn what_is_written_in_pieces_is_read(input in pieces(prop::collection::vec(any::<u8>(), 0..70_000)), wide in any::<bool>()) {
        let line = if wide { LineLength::Of76 } else { LineLength::Of64 };
        let mut whole = Vec::new();
        let mut writer = Base64Writer::new(line);
        writer.push(&input.octets, &mut whole);
        writer.finish(&mut whole);
        let mut out = Vec::new();
        let mut writer = Base64Writer::new(line);
        input.each(|piece| writer.push(piece, &mut out));
        writer.finish(&mut out);
        prop_assert_eq!(&out, &whole);
        let (result, back, trailing) = decode(&out);
        prop_assert!(result.is_ok() && !trailing);
        prop_assert_eq!(back, input.octets);
    }
}
