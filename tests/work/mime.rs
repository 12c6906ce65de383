//! MIME made to cost time.

use smime::Result;
use smime::mime::{
    BodyFacts, Canonicalizer, ContentType, Header, PartSink, ProtectedHeader, QuotedPrintableWriter, Senders, Splitter, TransferDecoder,
    TransferEncoding, addresses, make_transport_safe,
};

use crate::scene::wide;
use crate::{Case, case};

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
type Row = (&'static str, &'static [u8], &'static [u8], &'static [u8], fn(&[u8]));

const BASE64: TransferEncoding = TransferEncoding::Base64;
const QUOTED_PRINTABLE: TransferEncoding = TransferEncoding::QuotedPrintable;

const CASES: [Row; 36] = [
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
    ("addresses: many", b"a@b", b",a.long.local.part@a.long.domain.example.org", b"", |input| drop(addresses(input))),
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

/// Octets of the input: twice as many as in [`quadratic`], where they suffice.
const OCTETS: usize = 20_000;

pub(crate) fn cases() -> Vec<Case> {
    let named = CASES.iter().map(|(name, before, repeated, after, work)| {
        case(*name, OCTETS / repeated.len(), move |count| {
            let input = [*before, repeated.repeat(count).as_slice(), *after].concat();
            move || work(&input)
        })
    });
    named.collect()
}

/// What no code may do: after each line, a look through all that follows, and that as cheaply as it can be done.
pub(crate) fn quadratic(count: usize) -> impl FnOnce() + use<> {
    let input = b"A: b\n".repeat(count);
    move || {
        drop(header(&input));
        for at in (0..input.len()).step_by(5) {
            assert!(!input[at..].contains(&0));
        }
    }
}
