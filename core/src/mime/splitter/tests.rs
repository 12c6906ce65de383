use proptest::prelude::*;

use super::super::testing::{pieces, words};
use super::*;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    preamble: Vec<u8>,
    parts: Vec<Vec<u8>>,
    ranges: Vec<(u64, u64)>,
    epilogue: Vec<u8>,
    closed: bool,
    near: u64,
}

impl PartSink for Found {
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        assert!(self.parts.is_empty() && self.epilogue.is_empty());
        self.preamble.extend_from_slice(octets);
        Ok(())
    }

    fn part_start(&mut self, index: usize, offset: u64) -> Result<()> {
        assert_eq!(index, self.parts.len());
        self.parts.push(Vec::new());
        self.ranges.push((offset, u64::MAX));
        Ok(())
    }

    fn part_data(&mut self, octets: &[u8]) -> Result<()> {
        assert!(!octets.is_empty());
        self.parts.last_mut().unwrap().extend_from_slice(octets);
        Ok(())
    }

    fn part_end(&mut self, index: usize, offset: u64) -> Result<()> {
        assert_eq!(index + 1, self.parts.len());
        self.ranges[index].1 = offset;
        Ok(())
    }

    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        self.epilogue.extend_from_slice(octets);
        Ok(())
    }
}

fn split(body: &[u8]) -> Found {
    let mut splitter = Splitter::new("b", &Limits::default()).unwrap();
    let mut found = Found::default();
    splitter.push(body, &mut found).unwrap();
    splitter.finish(&mut found).unwrap();
    found.closed = splitter.closed();
    found.near = splitter.near_delimiters();
    found
}

/// The same by looking at whole lines.
fn by_lines(body: &[u8]) -> Found {
    let mut found = Found::default();
    let mut content: Vec<u8> = Vec::new();
    let mut held: &[u8] = b"";
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        if found.closed {
            found.epilogue.extend_from_slice(line);
            continue;
        }
        let text = without_line_end(line);
        let blanks = text.iter().rev().take_while(|octet| matches!(octet, b' ' | b'\t')).count();
        let word = &text[..text.len() - blanks];
        if blanks <= MOST_BLANKS && (word == b"--b" || word == b"--b--") {
            match found.parts.last_mut() {
                Some(part) => *part = std::mem::take(&mut content),
                None => found.preamble = std::mem::take(&mut content),
            }
            held = b"";
            if word == b"--b" {
                found.parts.push(Vec::new());
            } else {
                found.closed = true;
            }
            continue;
        }
        found.near += u64::from(line.starts_with(b"--b"));
        content.extend_from_slice(held);
        content.extend_from_slice(text);
        held = &line[text.len()..];
    }
    if !found.closed {
        content.extend_from_slice(held);
        match found.parts.last_mut() {
            Some(part) => *part = content,
            None => found.preamble = content,
        }
    }
    found
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = match line.strip_suffix(b"\n") {
        Some(line) => line,
        None => return line,
    };
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

#[test]
fn parts_preamble_and_epilogue() {
    for end in ["\n", "\r\n"] {
        let body = ["preamble", "--b", "A: 1", "", "one", "--b  \t", "", "two", "", "--b--", "epilogue", ""].join(end);
        let found = split(body.as_bytes());
        assert_eq!(text(&found.preamble), "preamble");
        assert_eq!(
            found.parts.iter().map(|part| text(part)).collect::<Vec<_>>(),
            [["A: 1", "", "one"].join(end), ["", "two", ""].join(end)]
        );
        assert_eq!(text(&found.epilogue), ["epilogue", ""].join(end));
        assert!(found.closed);
        for (part, (start, stop)) in found.parts.iter().zip(&found.ranges) {
            assert_eq!(part.as_slice(), &body.as_bytes()[*start as usize..*stop as usize]);
        }
    }
}

#[test]
fn a_boundary_that_only_begins_a_line_is_content() {
    let found = split(b"--bb\n--b\none --b\n--b2\n --b\n--b-\n--b--x\n--b\ntwo\n--b--");
    assert_eq!(text(&found.preamble), "--bb");
    assert_eq!(found.parts.iter().map(|part| text(part)).collect::<Vec<_>>(), ["one --b\n--b2\n --b\n--b-\n--b--x", "two"]);
    assert_eq!((found.closed, found.near), (true, 4));
}

#[test]
fn empty_parts_and_missing_ends() {
    assert_eq!(split(b"--b\n--b\n\n--b--").parts, [b"", b""]);
    assert_eq!(split(b"--b--").parts.len(), 0);
    assert!(split(b"--b--").closed);
    for (body, parts) in [(&b""[..], 0), (b"no delimiter\n", 0), (b"--b\none", 1), (b"--b\none\n--b-", 1), (b"--b\none\n--b", 2)] {
        let found = split(body);
        assert_eq!((found.parts.len(), found.closed), (parts, false), "{body:?}");
        assert!(found.ranges.iter().all(|(_, end)| *end != u64::MAX), "an end for each start");
    }
    assert_eq!(split(b"--b\none\n--b-").parts, [b"one\n--b-"]);
}

#[test]
fn after_the_end_a_delimiter_means_nothing() {
    let found = split(b"--b\none\n--b--\n--b\nthree\n--b--\n");
    assert_eq!((found.parts.len(), text(&found.epilogue).as_str()), (1, "--b\nthree\n--b--\n"));
}

#[test]
fn very_many_blanks_after_a_delimiter_make_it_content() {
    for (blanks, parts) in [(MOST_BLANKS, 1), (MOST_BLANKS + 1, 0), (100_000, 0)] {
        let body = format!("--b{}\none\n", " ".repeat(blanks)).into_bytes();
        for size in [1, 500, body.len()] {
            let mut splitter = Splitter::new("b", &Limits::default()).unwrap();
            let mut found = Found::default();
            for piece in body.chunks(size) {
                splitter.push(piece, &mut found).unwrap();
                assert!(splitter.held.len() < WINDOW);
            }
            splitter.finish(&mut found).unwrap();
            assert_eq!(found.parts.len(), parts, "{blanks} blanks in pieces of {size}");
        }
    }
}

#[test]
fn boundaries_that_cannot_be() {
    for boundary in ["", " ", "a ", "a\nb", "ä", &"x".repeat(71)] {
        assert_eq!(Splitter::new(boundary, &Limits::default()).unwrap_err().code(), Code::MimeBoundary, "{boundary:?}");
    }
    for boundary in ["a", "=_a b", "----=_Part:(1)?", &"x".repeat(70)] {
        assert!(Splitter::new(boundary, &Limits::default()).is_ok());
    }
}

#[test]
fn parts_are_limited() {
    let limits = Limits { mime_parts: 3, ..Limits::default() };
    let mut splitter = Splitter::new("b", &limits).unwrap();
    let error = splitter.push(&b"--b\n".repeat(4), &mut Found::default()).unwrap_err();
    assert_eq!(error.code(), Code::LimitParts);
}

#[test]
fn large_pieces_are_passed_on_without_a_copy() {
    struct Borrowed(std::ops::Range<*const u8>, usize);
    impl PartSink for Borrowed {
        fn part_start(&mut self, _: usize, _: u64) -> Result<()> {
            Ok(())
        }
        fn part_data(&mut self, octets: &[u8]) -> Result<()> {
            assert!(self.0.contains(&octets.as_ptr()));
            self.1 += 1;
            Ok(())
        }
        fn part_end(&mut self, _: usize, _: u64) -> Result<()> {
            Ok(())
        }
    }
    let body = [b"--b\r\n".as_slice(), &b"line\r\n".repeat(10_000), b"--b--"].concat();
    let mut sink = Borrowed(body.as_ptr_range(), 0);
    Splitter::new("b", &Limits::default()).unwrap().push(&body, &mut sink).unwrap();
    assert_eq!(sink.1, 1);
}

const WORDS: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b"\r",
    b"--b",
    b"\n--b",
    b"\r\n--b",
    b"\n--b--",
    b"--",
    b"-",
    b"b",
    b" ",
    b"\t",
    b"x",
    b"--b\n",
    b"--b\r\n",
    b"\n--b \r",
    &[b' '; 899],
];

proptest! {
    #[test]
    fn pieces_of_any_size_give_what_lines_give(input in pieces(words(WORDS))) {
        let whole = split(&input.octets);
        let mut splitter = Splitter::new("b", &Limits::default()).unwrap();
        let mut found = Found::default();
        input.each(|piece| splitter.push(piece, &mut found).unwrap());
        splitter.finish(&mut found).unwrap();
        found.closed = splitter.closed();
        found.near = splitter.near_delimiters();
        prop_assert_eq!(&found, &whole);
        let ranges = std::mem::take(&mut found.ranges);
        prop_assert_eq!(&found, &by_lines(&input.octets));
        for (part, (start, end)) in found.parts.iter().zip(ranges) {
            prop_assert_eq!(part.as_slice(), &input.octets[start as usize..end as usize]);
        }
        let parts = Parts::of(&input.octets, "b", &Limits::default()).unwrap();
        prop_assert_eq!(parts.parts, found.parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert_eq!((parts.preamble, parts.epilogue, parts.closed), (found.preamble.as_slice(), found.epilogue.as_slice(), found.closed));
    }
}
