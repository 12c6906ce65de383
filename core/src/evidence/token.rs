//! A time-stamp over a whole file of evidence (RFC 3161).

use std::io::Read;

use crate::asn1::{Reader, Tag};
use crate::crypto::Hasher;
use crate::error::{Code, Error, Result};
use crate::open::{Opener, time_stamp};
use crate::report::TimeStampReport;
use crate::time::Time;

const BLOCK: usize = 64 << 10;

/// A time that a trusted authority vouches for.
pub(super) struct Proved {
    pub(super) time: Time,
    pub(super) report: TimeStampReport,
}

/// Judges a time-stamp over what the source holds from where it stands. One that proves nothing is an error: who gives it means it to count.
pub(super) fn judge<R: Read>(token: &[u8], source: &mut R, opener: &Opener) -> Result<Proved> {
    let stamp = time_stamp::about(token_of(token)?, opener, |algorithm| {
        let mut hasher = Hasher::new(algorithm);
        let mut block = vec![0u8; BLOCK];
        loop {
            let count = source.read(&mut block)?;
            if count == 0 {
                return Ok(hasher.finish());
            }
            hasher.update(block.get(..count).unwrap_or_default());
        }
    })
    .map_err(|error| if error.code() == Code::UseIo { error } else { invalid(&error) })?;
    match (stamp.trusted_time(), stamp.finding) {
        (Some(time), _) => Ok(Proved { time, report: stamp.report }),
        (None, Some((code, why))) => Err(Error::new(code).because(format!("over the evidence: {why}"))),
        (None, None) => Err(Code::TstInvalid.into()),
    }
}

/// The token in these octets: a TimeStampResp (RFC 3161 section 2.4.2) has a status before it, a token is a ContentInfo.
fn token_of(octets: &[u8]) -> Result<&[u8]> {
    let mut fields = Reader::ber(octets).single().and_then(|outer| outer.children()).map_err(|error| invalid(&error))?;
    let first = fields.element().map_err(|error| invalid(&error))?;
    if first.tag != Tag::SEQUENCE {
        return Ok(octets);
    }
    let token = fields.optional(Tag::SEQUENCE).map_err(|error| invalid(&error))?;
    token.map(|token| token.raw).ok_or_else(|| Error::new(Code::TstInvalid).because("over the evidence: the authority refused it"))
}

fn invalid(error: &Error) -> Error {
    // What the code says by itself need not be said twice.
    let why = if error.code() == Code::TstInvalid { error.detail().unwrap_or_default().to_owned() } else { error.message() };
    Error::new(Code::TstInvalid).because(format!("over the evidence: {why}"))
}
