//! The message of a file of evidence, to be read like a file of its own.

use std::io::{self, Read, Seek, SeekFrom};

use crate::error::{Error, Result};
use crate::limits::Limits;

use super::scan::{Finder, Found, Scan};

const BLOCK: usize = 64 << 10;

/// Reads and decodes the message as it is asked for.
pub(super) struct MessagePart<'r, R> {
    source: &'r mut R,
    /// Where the file begins.
    start: u64,
    limits: Limits,
    scan: Scan,
    decoded: Vec<u8>,
    /// How much of that was given out.
    given: usize,
    position: u64,
    has_ended: bool,
    block: Vec<u8>,
}

struct Message<'a>(&'a mut Vec<u8>);

impl Finder for Message<'_> {
    fn message(&mut self, octets: &[u8]) -> Result<()> {
        self.0.extend_from_slice(octets);
        Ok(())
    }

    fn part(&mut self, _: Found) -> Result<()> {
        Ok(())
    }

    fn wants_parts(&self) -> bool {
        false
    }
}

impl<'r, R: Read + Seek> MessagePart<'r, R> {
    /// The message in the file that begins where the source stands.
    pub(super) fn new(source: &'r mut R, limits: &Limits) -> Result<Self> {
        let start = source.stream_position()?;
        Ok(Self {
            source,
            start,
            limits: limits.clone(),
            scan: Scan::new(limits),
            decoded: Vec::new(),
            given: 0,
            position: 0,
            has_ended: false,
            block: vec![0; BLOCK],
        })
    }

    /// Decodes the next block of the file.
    fn decode(&mut self) -> Result<()> {
        self.decoded.clear();
        self.given = 0;
        let count = self.source.read(&mut self.block)?;
        let mut message = Message(&mut self.decoded);
        if count == 0 {
            self.scan.finish(&mut message)?;
        } else {
            self.scan.push(self.block.get(..count).unwrap_or_default(), &mut message)?;
        }
        self.has_ended = count == 0 || self.scan.is_past_message();
        Ok(())
    }
}

impl<R: Read + Seek> Read for MessagePart<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.decoded.len() {
            if self.has_ended || out.is_empty() {
                return Ok(0);
            }
            self.decode().map_err(io::Error::other)?;
        }
        let mut rest = self.decoded.get(self.given..).unwrap_or_default();
        let count = rest.read(out)?;
        self.given = self.given.saturating_add(count);
        self.position = self.position.saturating_add(count as u64);
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for MessagePart<'_, R> {
    /// Back to the start; nobody asks for more.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Current(0) => return Ok(self.position),
            SeekFrom::Start(0) => {}
            _ => return Err(io::ErrorKind::Unsupported.into()),
        }
        self.source.seek(SeekFrom::Start(self.start)).map_err(Error::from).map_err(io::Error::other)?;
        self.scan = Scan::new(&self.limits);
        self.decoded.clear();
        (self.given, self.position, self.has_ended) = (0, 0, false);
        Ok(0)
    }
}
