//! CMS in PEM on its way (RFC 7468).

use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::mime::{TransferDecoder, TransferEncoding};

use super::layer::CmsLayer;
use super::session::Session;

pub(super) const PEM_START: &[u8] = b"-----BEGIN ";
const PEM_END: &[u8] = b"-----END ";

/// CMS between `-----BEGIN` and `-----END` lines with the same label, and nothing else.
pub(super) struct Pem {
    state: PemState,
    /// What follows `-----BEGIN ` and has to follow `-----END `.
    label: Vec<u8>,
    decoder: TransferDecoder,
    decoded: Vec<u8>,
    layer: CmsLayer,
}

enum PemState {
    /// The first line, as far as it is there.
    Begin,
    Body,
    /// The last line, as far as it is there.
    End(Vec<u8>),
    /// Only blanks may follow.
    Ended,
}

/// More octets than the first or the last line can have.
const PEM_LINE: usize = 200;

impl Pem {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            state: PemState::Begin,
            label: Vec::new(),
            decoder: TransferDecoder::new(TransferEncoding::Base64),
            decoded: Vec::new(),
            layer: CmsLayer::bare(limits),
        }
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        let mut rest = octets;
        while !rest.is_empty() {
            let taken = match &mut self.state {
                PemState::Begin => {
                    let (taken, is_whole) = take_line(&mut self.label, rest)?;
                    if is_whole {
                        self.label = self.label.strip_prefix(PEM_START).ok_or(Code::PemMalformed)?.to_vec();
                        self.state = PemState::Body;
                    }
                    taken
                }
                PemState::Body => {
                    let end = memchr::memchr(b'-', rest);
                    self.decoded.clear();
                    let decoding = self.decoder.push(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default(), &mut self.decoded);
                    self.layer.push(session, &self.decoded)?;
                    decoding?;
                    if end.is_some() {
                        self.state = PemState::End(Vec::new());
                    }
                    end.unwrap_or(rest.len())
                }
                PemState::End(line) => {
                    let (taken, is_whole) = take_line(line, rest)?;
                    if is_whole {
                        self.end_line()?;
                    }
                    taken
                }
                PemState::Ended if rest.iter().all(u8::is_ascii_whitespace) => rest.len(),
                PemState::Ended => return Err(Error::new(Code::PemMalformed).because("something follows the END line")),
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<()> {
        let PemState::End(line) = std::mem::replace(&mut self.state, PemState::Ended) else { return Ok(()) };
        if line.trim_ascii_end().strip_prefix(PEM_END) == Some(self.label.as_slice()) {
            return Ok(());
        }
        Err(Error::new(Code::PemMalformed).because("the END line is not that of the BEGIN line"))
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        if matches!(self.state, PemState::End(_)) {
            self.end_line()?;
        }
        if !matches!(self.state, PemState::Ended) {
            return Err(Error::new(Code::PemMalformed).because("the END line is missing"));
        }
        if self.decoder.trailing() {
            return Err(Error::new(Code::PemMalformed).because("text between the base64 and the END line"));
        }
        self.decoded.clear();
        self.decoder.finish(&mut self.decoded)?;
        self.layer.push(session, &self.decoded)?;
        self.layer.finish(session)
    }
}

/// Adds to a line what of it has come: how many octets that are, and whether it has ended. Blanks at its end do not count then.
fn take_line(line: &mut Vec<u8>, octets: &[u8]) -> Result<(usize, bool)> {
    let end = memchr::memchr(b'\n', octets);
    let more = octets.get(..end.unwrap_or(octets.len())).unwrap_or_default();
    if line.len().saturating_add(more.len()) > PEM_LINE {
        return Err(Error::new(Code::PemMalformed).because("a BEGIN or END line of that length"));
    }
    line.extend_from_slice(more);
    if end.is_some() {
        line.truncate(line.trim_ascii_end().len());
    }
    Ok((more.len().saturating_add(usize::from(end.is_some())), end.is_some()))
}
