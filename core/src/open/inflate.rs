//! CompressedData (RFC 3274): zlib, streamed, with bounds on how much comes out.

use flate2::{Decompress, FlushDecompress, Status};

use crate::error::{Code, Error, Result};

use super::entity::Entity;
use super::session::Session;

/// Octets inflated at once.
const PIECE: usize = 32 << 10;

/// A compressed layer while its content goes by.
pub(super) struct Inflate {
    machine: Decompress,
    piece: Vec<u8>,
    entity: Entity,
    is_ended: bool,
}

impl Inflate {
    pub(super) fn new(entity: Entity) -> Self {
        Self { machine: Decompress::new(true), piece: vec![0; PIECE], entity, is_ended: false }
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        let mut rest = octets;
        while !self.is_ended {
            let (read, written) = (self.machine.total_in(), self.machine.total_out());
            let malformed = |error| Error::new(Code::MimeTransferEncoding).because("the zlib stream is damaged").with_source(error);
            let status = self.machine.decompress(rest, &mut self.piece, FlushDecompress::None).map_err(malformed)?;
            let consumed = usize::try_from(self.machine.total_in().saturating_sub(read)).unwrap_or(usize::MAX);
            let produced = usize::try_from(self.machine.total_out().saturating_sub(written)).unwrap_or(usize::MAX);
            session.count_inflated(produced)?;
            self.entity.push(session, self.piece.get(..produced).unwrap_or_default())?;
            rest = rest.get(consumed..).unwrap_or_default();
            self.is_ended = status == Status::StreamEnd;
            if consumed == 0 && produced == 0 {
                break;
            }
        }
        if self.is_ended && !rest.is_empty() { Err(Code::BerTrailing.into()) } else { Ok(()) }
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        if !self.is_ended {
            return Err(Error::new(Code::BerTruncated).because("the zlib stream does not end"));
        }
        self.entity.finish(session).map(|_| ())
    }
}
