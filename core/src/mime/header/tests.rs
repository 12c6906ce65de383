use proptest::prelude::*;

use super::super::testing::{pieces, words};
use super::*;

fn read(input: &[u8]) -> (Header, Vec<u8>) {
    let (header, rest) = Header::read(input, &Limits::default()).unwrap();
    (header, rest.to_vec())
}

fn names(header: &Header) -> Vec<&str> {
    header.fields().map(|field| field.name).collect()
}

#[test]
fn fields_names_values_and_octets() {
    for end in ["\n", "\r\n"] {
        let text = ["Subject: one", " two", "\tthree ", "FROM : a@b", "Empty:", "", "Not: a field"].join(end);
        let (header, rest) = read(text.as_bytes());
        assert_eq!(names(&header), ["Subject", "FROM", "Empty"]);
        assert_eq!(unfolded(header.first("subject").unwrap()), "one two\tthree");
        assert_eq!(header.first("from").unwrap(), b" a@b");
        assert_eq!(header.first("empty").unwrap(), b"");
        assert_eq!(rest, b"Not: a field");
        assert_eq!([header.raw(), &rest].concat(), text.as_bytes());
        assert!(header.is_terminated() && header.is_header() && !header.defects().any());
        let raw: Vec<u8> = header.fields().flat_map(|field| field.raw.to_vec()).collect();
        assert_eq!(raw, header.raw()[..header.raw().len() - end.len()]);
    }
}

#[test]
fn input_that_is_no_header_is_told_apart() {
    for data in [
        &b"\x30\x82\x01\x00"[..],
        b"-----BEGIN CMS-----\nMII",
        b"MIIB0wYJKoZI\r\nhvcN",
        b" leading blank: x\n",
        b": no name\n",
        b"\xef\xbb\xbfA: b\n",
        b"Nocolon",
        b"\0",
    ] {
        let (header, rest) = read(data);
        assert!(!header.is_header(), "{data:?}");
        assert_eq!(header.fields().count(), 0);
        assert_eq!([header.raw(), &rest].concat(), data, "no octet is lost");
    }
}

#[test]
fn an_empty_header_is_one() {
    for (input, rest) in [(&b"\r\nbody"[..], &b"body"[..]), (b"\nbody", b"body"), (b"", b"")] {
        let (header, found) = read(input);
        assert!(header.is_header());
        assert_eq!((header.fields().count(), found.as_slice()), (0, rest));
    }
}

#[test]
fn an_mbox_line_before_the_header_is_no_field() {
    let (header, rest) = read(b"From alice@example.org Thu Jan  1 00:00:00 1970\nSubject: x\n\nbody");
    assert!(header.is_header() && header.has_envelope_line());
    assert_eq!(names(&header), ["Subject"]);
    assert_eq!(rest, b"body");
    let (header, _) = read(b"From : alice@example.org\n\n");
    assert!(!header.has_envelope_line());
    assert_eq!(header.first("From").unwrap(), b" alice@example.org");
}

#[test]
fn defects_are_counted_and_harm_nothing_else() {
    let (header, rest) = read(b"A: 1\nno field\n continued\nB: x\ry\nC: \0\n\n");
    assert_eq!(names(&header), ["A", "B", "C"]);
    assert_eq!(header.first("A").unwrap(), b" 1");
    assert_eq!(header.defects(), Defects { malformed_lines: 2, bare_cr: true, nul: true });
    assert!(rest.is_empty());
}

#[test]
fn a_header_without_its_blank_line() {
    let (header, _) = read(b"A: 1\nB: 2");
    assert_eq!(names(&header), ["A", "B"]);
    assert_eq!(header.first("B").unwrap(), b" 2");
    assert!(!header.is_terminated());
}

#[test]
fn fields_that_decide_and_stand_twice_are_named() {
    let (header, _) = read(b"FROM: a\nfrom: b\nContent-Type: x\nReceived: 1\nReceived: 2\n\n");
    assert_eq!(header.ambiguous_fields(), ["From"]);
    assert_eq!(header.all("From").count(), 2);
    assert_eq!(header.count("received"), 2);
}

#[test]
fn limits_hold_whatever_the_pieces() {
    let limits = Limits { header_bytes: 100, header_fields: 10, ..Limits::default() };
    let long_line = [b"A: ".as_slice(), &[b'x'; 200]].concat();
    let long_name = [b'x'; 101];
    let many = b"A: 1\n".repeat(11);
    let malformed = [b"A: 1\n".to_vec(), b"x\n".repeat(11)].concat();
    for input in [&long_line[..], &long_name, &many, &malformed] {
        for size in [1, 7, 1000] {
            let mut reader = HeaderReader::new(&limits);
            let error = input.chunks(size).find_map(|piece| reader.push(piece).err()).expect("refused");
            assert_eq!(error.code(), Code::LimitHeader);
        }
    }
    assert!(Header::read(&[b"A: ".as_slice(), &[b'x'; 96], b"\n\n"].concat(), &limits).is_err());
    assert!(Header::read(&[b"A: ".as_slice(), &[b'x'; 95], b"\n\n"].concat(), &limits).is_ok());
}

#[test]
fn octets_after_the_end_are_not_taken() {
    let mut reader = HeaderReader::new(&Limits::default());
    assert_eq!(reader.push(b"A: 1\n\nbody").unwrap(), Some(6));
    assert_eq!(reader.push(b"more").unwrap(), Some(0));
    assert_eq!(reader.finish().raw(), b"A: 1\n\n");
}

const WORDS: &[&[u8]] = &[
    b"Subject",
    b":",
    b": x",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"\t",
    b"From ",
    b"From",
    b"a",
    b"\n\n",
    b"\r\n\r\n",
    b"\0",
    b"Content-Type: text/plain",
    b"\xc3\xa4",
];

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same(input in pieces(words(WORDS))) {
        let (whole, rest) = read(&input.octets);
        let mut reader = HeaderReader::new(&Limits::default());
        let mut consumed = 0;
        let mut ended = false;
        input.each(|piece| {
            if !ended {
                match reader.push(piece).unwrap() {
                    Some(octets) => { consumed += octets; ended = true; }
                    None => consumed += piece.len(),
                }
            }
        });
        let header = reader.finish();
        prop_assert_eq!(header.raw(), whole.raw());
        prop_assert_eq!(consumed, input.octets.len() - rest.len());
        prop_assert_eq!(header.is_header(), whole.is_header());
        prop_assert_eq!(header.is_terminated(), whole.is_terminated());
        prop_assert_eq!(header.defects(), whole.defects());
        prop_assert_eq!(header.fields().collect::<Vec<_>>(), whole.fields().collect::<Vec<_>>());
    }

    #[test]
    fn no_octet_is_lost_and_fields_lie_in_order(input in words(WORDS)) {
        let (header, rest) = read(&input);
        prop_assert_eq!([header.raw(), &rest].concat(), input);
        let mut after = 0;
        for field in &header.fields {
            prop_assert!(after <= field.name.start && field.name.end < field.value.start && field.value.end <= field.end);
            after = field.end;
        }
    }
}
