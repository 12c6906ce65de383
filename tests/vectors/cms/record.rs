//! A sink that writes down what it is told.

use smime::cms::{CmsReader, CmsSink, CompressedStart, EnvelopedEnd, EnvelopedStart, SignedEnd, SignedStart};
use smime::{Limits, Result};

/// Everything that a reader told, with the content joined.
#[derive(Default, PartialEq, Debug)]
pub(super) struct Record {
    pub(super) signed: Option<SignedStart>,
    pub(super) enveloped: Option<EnvelopedStart>,
    pub(super) compressed: Option<CompressedStart>,
    pub(super) content: Vec<u8>,
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
        self.content.extend_from_slice(octets);
        Ok(())
    }

    fn content_end(&mut self, present: bool) -> Result<()> {
        self.present = Some(present);
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

/// Reads a message in pieces of this size.
pub(super) fn read(octets: &[u8], chunk: usize) -> Result<Record> {
    read_within(octets, chunk, &Limits::default())
}

/// The same with other limits.
pub(super) fn read_within(octets: &[u8], chunk: usize, limits: &Limits) -> Result<Record> {
    let mut record = Record::default();
    let mut reader = CmsReader::new(limits);
    for piece in octets.chunks(chunk) {
        reader.push(piece, &mut record)?;
    }
    reader.finish()?;
    Ok(record)
}
