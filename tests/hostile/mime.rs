//! MIME made to cost time: twice the input must not cost much more than twice the work.

use std::time::Instant;

use smime::mime::{
    BodyFacts, Canonicalizer, ContentType, Header, PartSink, ProtectedHeader, QuotedPrintableWriter, Senders, Splitter, TransferDecoder,
    TransferEncoding, addresses, make_transport_safe,
};
use smime::{Limits, Result};

struct Nowhere;

impl PartSink for Nowhere {
    fn part_start(&mut self, _index: usize, _offset: u64) -> Result<()> {
        Ok(())
    }

    fn part_data(&mut self, _octets: &[u8]) -> Result<()> {
        Ok(())
    }

    fn part_end(&mut self, _index: usize, _offset: u64) -> Result<()> {
        Ok(())
    }
}

/// Bounds so wide that only the work itself counts.
fn wide() -> Limits {
    Limits { header_bytes: 1 << 30, header_fields: 1 << 30, mime_parts: 1 << 30, ..Limits::default() }
}

fn header(input: &[u8]) -> Header {
    Header::read(input, &wide()).expect("a header").0
}

fn split(input: &[u8], step: usize) {
    let mut splitter = Splitter::new("b", &wide()).expect("a splitter");
    input.chunks(step).for_each(|piece| splitter.push(piece, &mut Nowhere).expect("parts"));
    splitter.finish(&mut Nowhere).expect("parts");
}

fn decode(encoding: TransferEncoding, input: &[u8], step: usize) {
    let mut decoder = TransferDecoder::new(encoding);
    let mut out = Vec::new();
    let outcome = input.chunks(step).try_for_each(|piece| {
        out.clear();
        decoder.push(piece, &mut out)
    });
    // Refusing it is as good.
    drop(outcome);
}

/// What is repeated, what stands before and after it, and what is done with it.
type Case = (&'static str, &'static [u8], &'static [u8], &'static [u8], fn(&[u8]));

const BASE64: TransferEncoding = TransferEncoding::Base64;
const QUOTED_PRINTABLE: TransferEncoding = TransferEncoding::QuotedPrintable;

const CASES: [Case; 36] = [
    ("header: many fields", b"", b"A: b\n", b"\n", |input| drop(header(input))),
    ("header: many lines of one field", b"A: b\n", b" x\n", b"\n", |input| drop(header(input))),
    ("header: many lines that are no fields", b"A: b\n", b"x\n", b"\n", |input| drop(header(input))),
    ("header: a long name", b"", b"x", b"", |input| drop(header(input))),
    ("header: blanks before a colon", b"A", b" ", b": b\n\n", |input| drop(header(input))),
    ("header: many names that may stand once", b"", b"From: a@b\n", b"\n", |input| drop(header(input).ambiguous_fields())),
    ("content type: comments", b"a/b ", b"((", b"", |input| drop(ContentType::parse(input))),
    ("content type: empty parameters", b"a/b", b"; ", b"", |input| drop(ContentType::parse(input))),
    ("content type: a quoted string", b"a/b; c=\"", b"\\\\", b"\"", |input| drop(ContentType::parse(input))),
    ("content type: no parameters", b"a/b", b" x", b"", |input| drop(ContentType::parse(input))),
    ("addresses: many", b"a@b", b",a@b", b"", |input| drop(addresses(input))),
    ("addresses: a long name", b"", b"a.", b" <a@b>", |input| drop(addresses(input))),
    ("addresses: comments", b"", b"(a)", b"a@b", |input| drop(addresses(input))),
    ("addresses: folding", b"", b"\r\n ", b"a@b", |input| drop(addresses(input))),
    ("senders: many From fields", b"", b"From: a@b\n", b"\n", |input| drop(Senders::of(&header(input)))),
    ("protected fields: many of one name", b"Content-Type: a/b; hp=cipher\n", b"A: b\nHP-Outer: A: c\n", b"\n", |input| {
        let header = header(input);
        let protected = ProtectedHeader::of(&header, None).expect("protected fields");
        drop((protected.differences(&header), protected.altered(&header), protected.duplicates()));
    }),
    ("splitter: parts", b"", b"--b\n", b"--b--", |input| split(input, input.len())),
    ("splitter: parts, octet by octet", b"", b"--b\n\n", b"--b--", |input| split(input, 1)),
    ("splitter: lines that begin like a delimiter", b"--b\n", b"--bx\n", b"", |input| split(input, 4_096)),
    ("splitter: blanks after a delimiter", b"--b\n", b"\n--b                                                        ", b"", |input| {
        split(input, 61)
    }),
    ("splitter: one delimiter with blanks", b"--b", b" ", b"", |input| split(input, 61)),
    ("splitter: line ends", b"--b\n", b"\r\n", b"", |input| split(input, 1)),
    ("splitter: CR", b"--b\n", b"\r", b"", |input| split(input, 2)),
    ("base64: one line", b"", b"QUJD", b"", |input| decode(BASE64, input, input.len())),
    ("base64: short lines", b"", b"Q\n", b"", |input| decode(BASE64, input, input.len())),
    ("base64: blanks", b"", b"Q ", b"", |input| decode(BASE64, input, 4_096)),
    ("base64: line ends", b"", b"\n", b"", |input| decode(BASE64, input, input.len())),
    ("base64: after the padding", b"QQ==", b"x", b"", |input| decode(BASE64, input, 100)),
    ("quoted-printable: one line", b"", b"x", b"", |input| decode(QUOTED_PRINTABLE, input, input.len())),
    ("quoted-printable: blanks", b"", b"x         ", b"", |input| decode(QUOTED_PRINTABLE, input, input.len())),
    ("quoted-printable: soft line breaks", b"", b"=\n", b"", |input| decode(QUOTED_PRINTABLE, input, 100)),
    ("quoted-printable: written", b"", b"From \xff.\n", b"", |input| QuotedPrintableWriter::new().push(input, &mut Vec::new())),
    ("canonical form: LF", b"", b"\n", b"", |input| Canonicalizer::new().push(input, &mut |_| Ok(())).expect("no error")),
    ("facts: short and long lines", b"", b"\nFrom x\r\r\n \n", b"", |input| assert!(!BodyFacts::of(input).is_transport_safe())),
    ("transport: many parts", b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n\n \n", b"--b--\n", |input| {
        drop(make_transport_safe(input, &wide()).expect("made safe"));
    }),
    ("transport: one inside another", b"", b"Content-Type: message/rfc822\n\n", b"\n \n", |input| {
        drop(make_transport_safe(input, &wide()))
    }),
];

/// Seconds of this thread alone, as other tests run beside it.
fn cpu_seconds(start: Instant) -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |count| count / 1e9)
}

fn cost(case: &Case, count: usize, start: Instant) -> f64 {
    let (_, before, repeated, after, work) = case;
    let input = [before, repeated.repeat(count).as_slice(), after].concat();
    let begin = cpu_seconds(start);
    work(&input);
    cpu_seconds(start) - begin
}

#[test]
fn twice_the_input_costs_twice_the_work() {
    let start = Instant::now();
    for case in &CASES {
        // Enough to be measured, however fast it is; what is quadratic never gets there within the attempts.
        let mut count = 50_000 / case.2.len();
        while cost(case, count, start) < 0.004 && count * case.2.len() < 64 << 20 {
            count *= 2;
        }
        let ratio = || cost(case, 2 * count, start) / cost(case, count, start).max(1e-9);
        let ratios: Vec<f64> = (0..6).map(|_| ratio()).collect();
        let best = ratios.iter().copied().fold(f64::MAX, f64::min);
        assert!(best < 2.5, "{}: {count} times twice cost {ratios:.1?} times as much", case.0);
    }
    println!("RAN hostile MIME: {} cases", CASES.len());
}
