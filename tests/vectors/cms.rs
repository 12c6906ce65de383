//! The CMS reader against messages that others made.

mod samples;

use smime::cms::{CmsReader, CmsSink, CompressedStart, EnvelopedEnd, EnvelopedStart, SignedEnd, SignedStart};
use smime::{Code, Limits, Result};
use smime_tests::{Tally, hex, json, vectors};

/// Everything that a reader told, with the content joined.
#[derive(Default, PartialEq, Debug)]
struct Record {
    signed: Option<SignedStart>,
    enveloped: Option<EnvelopedStart>,
    compressed: Option<CompressedStart>,
    content: Vec<u8>,
    present: Option<bool>,
    signed_end: Option<SignedEnd>,
    enveloped_end: Option<EnvelopedEnd>,
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

fn read(octets: &[u8], chunk: usize) -> Result<Record> {
    let mut record = Record::default();
    let mut reader = CmsReader::new(&Limits::default());
    for piece in octets.chunks(chunk.max(1)) {
        reader.push(piece, &mut record)?;
    }
    reader.finish()?;
    Ok(record)
}

#[test]
fn probe() {
    let Some(samples) = samples::all() else { return };
    for (name, octets) in samples {
        match read(&octets, usize::MAX) {
            Ok(record) => println!("{name}: ok {}", record.content.len()),
            Err(error) => println!("{name}: {error}"),
        }
    }
}
