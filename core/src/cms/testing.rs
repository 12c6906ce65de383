//! For the tests of this room: trees of elements, encoded in DER or in any BER form.

pub(super) mod messages;

use proptest::prelude::*;

use super::{CmsReader, CmsSink, CompressedStart, EnvelopedEnd, EnvelopedStart, SignedEnd, SignedStart};
use crate::asn1::{Reader, Tag, header};
use crate::error::Result;
use crate::limits::Limits;

/// An element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Primitive(Tag, Vec<u8>),
    Constructed(Tag, Vec<Tree>),
}

impl Tree {
    /// The elements of a DER encoding.
    pub(super) fn parse(der: &[u8]) -> Self {
        let element = Reader::single_der(der).unwrap();
        if !element.tag.is_constructed() {
            return Self::Primitive(element.tag, element.content.to_vec());
        }
        let mut children = Vec::new();
        let mut rest = element.children().unwrap();
        while !rest.is_empty() {
            children.push(Self::parse(rest.element().unwrap().raw));
        }
        Self::Constructed(element.tag, children)
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Primitive(tag, content) => element(*tag, content),
            Self::Constructed(tag, children) => element(*tag, &children.iter().flat_map(Tree::to_der).collect::<Vec<u8>>()),
        }
    }

    /// A BER encoding of the same value, as the choices say.
    pub(super) fn to_ber(&self, choices: &mut Choices) -> Vec<u8> {
        match self {
            Self::Primitive(tag, content) if matches!(tag.0, 0x04 | 0x80) => string(*tag, content, choices, 0),
            Self::Primitive(tag, content) => choices.element(*tag, content),
            Self::Constructed(tag, children) => {
                let content: Vec<u8> = children.iter().flat_map(|child| child.to_ber(choices)).collect();
                choices.element(*tag, &content)
            }
        }
    }
}

/// An endless row of choices, from whatever a test brings.
pub(super) struct Choices {
    octets: Vec<u8>,
    next: usize,
}

impl Choices {
    pub(super) fn new(octets: Vec<u8>) -> Self {
        Self { octets, next: 0 }
    }

    fn next(&mut self) -> u8 {
        self.next += 1;
        self.octets.get(self.next % self.octets.len().max(1)).copied().unwrap_or(0)
    }

    fn element(&mut self, tag: Tag, content: &[u8]) -> Vec<u8> {
        match self.next() % 4 {
            0 if tag.is_constructed() => [&[tag.0, 0x80], content, &[0, 0]].concat(),
            1 => {
                let zeros = usize::from(self.next() % 4);
                let length = (content.len() as u64).to_be_bytes();
                [&[tag.0, 0x88 + zeros as u8], [0; 4].get(..zeros).unwrap(), &length, content].concat()
            }
            _ => element(tag, content),
        }
    }

    /// A cut of something of this length.
    pub(super) fn cut(&mut self, length: usize) -> usize {
        (usize::from(self.next()) << 8 | usize::from(self.next())) % (length + 1)
    }
}

fn string(tag: Tag, content: &[u8], choices: &mut Choices, depth: usize) -> Vec<u8> {
    let pieces = if depth < 4 { choices.next() % 5 } else { 0 };
    if pieces < 2 {
        return choices.element(tag, content);
    }
    let mut joined = Vec::new();
    let mut rest = content;
    for piece in 1..=pieces {
        let (first, more) = rest.split_at(if piece == pieces { rest.len() } else { choices.cut(rest.len()) });
        joined.extend(string(Tag::OCTET_STRING, first, choices, depth + 1));
        rest = more;
    }
    choices.element(tag.constructed(), &joined)
}

fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    header(tag, content.len() as u64).chain(content.iter().copied()).collect()
}

/// Trees with tags of every class, none of which is END or one of a string type that BER may take apart.
pub(super) fn trees() -> impl Strategy<Value = Tree> {
    let primitive = prop::sample::select(vec![0x01u8, 0x02, 0x04, 0x05, 0x06, 0x13, 0x17, 0x41, 0x81, 0x9e, 0xc2]);
    let constructed = prop::sample::select(vec![0x30u8, 0x31, 0x61, 0xa0, 0xa1, 0xbe, 0xe3]);
    let leaf = (primitive, prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(tag, content)| match tag {
        0x01 => Tree::Primitive(Tag(tag), vec![0xff]),
        _ => Tree::Primitive(Tag(tag), content),
    });
    leaf.prop_recursive(5, 40, 6, move |inner| {
        (constructed.clone(), prop::collection::vec(inner, 0..6)).prop_map(|(tag, mut children)| {
            if tag == 0x31 {
                children.sort_by_key(Tree::to_der);
            }
            Tree::Constructed(Tag(tag), children)
        })
    })
}

/// Everything that a reader told, with the content joined.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Record {
    pub(super) signed: Option<SignedStart>,
    pub(super) enveloped: Option<EnvelopedStart>,
    pub(super) compressed: Option<CompressedStart>,
    pub(super) content: Vec<u8>,
    pub(super) pieces: usize,
    pub(super) present: Option<bool>,
    pub(super) signed_end: Option<SignedEnd>,
    pub(super) enveloped_end: Option<EnvelopedEnd>,
}

impl CmsSink for Record {
    fn signed_start(&mut self, start: SignedStart) -> Result<()> {
        self.signed = Some(start);
        Ok(())
    }

    fn enveloped_start(&mut self, start: EnvelopedStart) -> Result<()> {
        self.enveloped = Some(start);
        Ok(())
    }

    fn compressed_start(&mut self, start: CompressedStart) -> Result<()> {
        self.compressed = Some(start);
        Ok(())
    }

    fn content(&mut self, octets: &[u8]) -> Result<()> {
        assert!(!octets.is_empty(), "content without octets");
        assert_eq!(self.present, None, "content after its end");
        self.content.extend_from_slice(octets);
        self.pieces += 1;
        Ok(())
    }

    fn content_end(&mut self, present: bool) -> Result<()> {
        assert_eq!(self.present.replace(present), None, "the content ends twice");
        Ok(())
    }

    fn signed_end(&mut self, end: SignedEnd) -> Result<()> {
        self.signed_end = Some(end);
        Ok(())
    }

    fn enveloped_end(&mut self, end: EnvelopedEnd) -> Result<()> {
        self.enveloped_end = Some(end);
        Ok(())
    }
}

/// Reads a message pushed in these pieces; tells also whether it was DER.
pub(super) fn read_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>, limits: &Limits) -> Result<(Record, bool)> {
    let mut record = Record::default();
    let mut reader = CmsReader::new(limits);
    for piece in pieces {
        reader.push(piece, &mut record)?;
    }
    reader.finish()?;
    Ok((record, reader.was_der()))
}

/// Reads a message pushed at once.
pub(super) fn read(message: &[u8]) -> Result<Record> {
    read_pieces(std::iter::once(message), &Limits::default()).map(|(record, _)| record)
}
