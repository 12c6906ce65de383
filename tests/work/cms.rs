//! Structures of which one element is repeated, read by the CMS reader alone.

use smime::Result;
use smime::cms::{CmsReader, CmsSink, CompressedStart, EnvelopedEnd, EnvelopedStart, SignedEnd, SignedStart};
use smime_tests::repeated::KINDS;

use crate::scene::wide;
use crate::{Case, case};

struct Nowhere;

impl CmsSink for Nowhere {
    fn signed_start(&mut self, _start: SignedStart) -> Result<()> {
        Ok(())
    }

    fn enveloped_start(&mut self, _start: EnvelopedStart) -> Result<()> {
        Ok(())
    }

    fn compressed_start(&mut self, _start: CompressedStart) -> Result<()> {
        Ok(())
    }

    fn content(&mut self, _octets: &[u8]) -> Result<()> {
        Ok(())
    }

    fn content_end(&mut self, _present: bool) -> Result<()> {
        Ok(())
    }

    fn signed_end(&mut self, _end: SignedEnd) -> Result<()> {
        Ok(())
    }

    fn enveloped_end(&mut self, _end: EnvelopedEnd) -> Result<()> {
        Ok(())
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let named = KINDS.iter().map(|(what, message)| {
        case(format!("CMS: {what}"), 1_000, move |count| {
            let message = message(count);
            move || read(&message)
        })
    });
    named.collect()
}

fn read(message: &[u8]) {
    let mut reader = CmsReader::new(&wide());
    message.chunks(4_096).for_each(|piece| reader.push(piece, &mut Nowhere).expect("a structure"));
    reader.finish().expect("a whole structure");
}
