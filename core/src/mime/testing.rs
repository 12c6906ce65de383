//! What the tests of this room share: the same octets in pieces of any size.

use proptest::prelude::*;

/// Octets, and the lengths of the pieces into which they are cut.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    pub(crate) octets: Vec<u8>,
    lengths: Vec<usize>,
}

impl Pieces {
    pub(crate) fn each(&self, mut take: impl FnMut(&[u8])) {
        let mut rest = self.octets.as_slice();
        let mut lengths = self.lengths.iter().cycle();
        while !rest.is_empty() {
            let length = lengths.next().copied().unwrap_or(1).clamp(1, rest.len());
            take(&rest[..length]);
            rest = &rest[length..];
        }
    }
}

/// These octets cut in random places; often octet by octet.
pub(crate) fn pieces(octets: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Pieces> {
    let lengths = prop_oneof![Just(vec![1]), prop::collection::vec(1..8_usize, 1..8), prop::collection::vec(1..200_usize, 1..8)];
    (octets, lengths).prop_map(|(octets, lengths)| Pieces { octets, lengths })
}

/// Octets made of these words, so that the rare cases are frequent.
pub(crate) fn words(words: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(words), 0..60).prop_map(|words| words.concat())
}

/// Text as mail has it and as it should not have it.
pub(crate) fn mail_text() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: &[&[u8]] = &[
        b"\r\n",
        b"\n",
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b"  ",
        b"From ",
        b"\nFrom ",
        b"\r\nFrom x",
        b".",
        b"\n.\n",
        b"--",
        b"\n-- \n",
        b"=",
        b"=41",
        b"=\n",
        b"\0",
        b"a",
        b"hello world",
        "Größe".as_bytes(),
        b"\xff",
        b"F",
        b"Fro",
        b"rom ",
        &[b'x'; 75],
        &[b'y'; 76],
        &[b'z'; 77],
        &[b'w'; 998],
        &[b'l'; 999],
    ];
    prop_oneof![words(WORDS), prop::collection::vec(any::<u8>(), 0..400)]
}
