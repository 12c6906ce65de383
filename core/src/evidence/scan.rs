//! Going through a file of evidence, piece by piece: the message is passed on, other parts are kept.

use crate::crypto::{DigestAlgorithm, Hasher};
use crate::error::{Code, Result};
use crate::limits::Limits;
use crate::mime::{ContentType, Header, HeaderReader, PartSink, Splitter, TransferDecoder, TransferEncoding};

use super::manifest::{self, Part, hex};
use super::{altered, malformed};

/// Octets of all parts but the message that are kept at once.
const KEPT: u64 = 256 << 20;

/// What a part turned out to be.
pub(super) struct Found {
    pub(super) part: Part,
    /// The Content-ID of its header.
    pub(super) id: Option<String>,
    /// Nothing of the message.
    pub(super) octets: Vec<u8>,
}

/// Takes what is found.
pub(super) trait Finder {
    /// The next octets of the message, decoded.
    fn message(&mut self, octets: &[u8]) -> Result<()>;

    /// A part has ended.
    fn part(&mut self, found: Found) -> Result<()>;

    /// Whether other parts than the message are of interest.
    fn wants_parts(&self) -> bool;
}

/// Reads a file of evidence.
pub(super) struct Scan {
    limits: Limits,
    state: State,
}

enum State {
    Header(HeaderReader),
    Body(Box<Body>),
}

struct Body {
    splitter: Splitter,
    parts: Parts,
}

#[derive(Default)]
struct Parts {
    limits: Limits,
    index: usize,
    kept: u64,
    reading: Option<Reading>,
}

struct Reading {
    state: PartState,
    hasher: Hasher,
    count: u64,
    kept: Vec<u8>,
}

enum PartState {
    Header(HeaderReader),
    Body { header: Described, decoder: TransferDecoder, decoded: Vec<u8> },
}

struct Described {
    name: String,
    media_type: String,
    id: Option<String>,
}

impl Scan {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), state: State::Header(HeaderReader::new(limits)) }
    }

    pub(super) fn push(&mut self, octets: &[u8], finder: &mut dyn Finder) -> Result<()> {
        match &mut self.state {
            State::Header(reader) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                self.begin_body()?;
                self.push(octets.get(consumed..).unwrap_or_default(), finder)
            }
            State::Body(body) => body.splitter.push(octets, &mut Sink { parts: &mut body.parts, finder }),
        }
    }

    pub(super) fn finish(&mut self, finder: &mut dyn Finder) -> Result<()> {
        match &mut self.state {
            State::Header(_) => Err(malformed("it has no parts")),
            State::Body(body) => {
                body.splitter.finish(&mut Sink { parts: &mut body.parts, finder })?;
                if body.splitter.closed() { Ok(()) } else { Err(Code::MimeTruncated.into()) }
            }
        }
    }

    /// Whether the message has ended.
    pub(super) fn is_past_message(&self) -> bool {
        matches!(&self.state, State::Body(body) if body.parts.index > manifest::MESSAGE)
    }

    fn begin_body(&mut self) -> Result<()> {
        let State::Header(reader) = &mut self.state else { return Ok(()) };
        let header = std::mem::replace(reader, HeaderReader::new(&self.limits)).finish();
        let content_type = header.first("Content-Type").and_then(|value| ContentType::parse(value).ok());
        let Some(boundary) =
            content_type.as_ref().filter(|found| found.is("multipart", "mixed")).and_then(|found| found.parameter("boundary"))
        else {
            return Err(malformed("it is no multipart/mixed"));
        };
        let splitter = Splitter::new(boundary, &self.limits)?;
        let parts = Parts { limits: self.limits.clone(), ..Parts::default() };
        self.state = State::Body(Box::new(Body { splitter, parts }));
        Ok(())
    }
}

struct Sink<'a> {
    parts: &'a mut Parts,
    finder: &'a mut dyn Finder,
}

impl PartSink for Sink<'_> {
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        only_blanks(octets)
    }

    fn part_start(&mut self, index: usize, _offset: u64) -> Result<()> {
        self.parts.index = index;
        let is_of_interest = index == manifest::MESSAGE || self.finder.wants_parts();
        self.parts.reading = is_of_interest.then(|| Reading {
            state: PartState::Header(HeaderReader::new(&self.parts.limits)),
            hasher: Hasher::new(DigestAlgorithm::Sha256),
            count: 0,
            kept: Vec::new(),
        });
        Ok(())
    }

    fn part_data(&mut self, octets: &[u8]) -> Result<()> {
        let Some(reading) = &mut self.parts.reading else { return Ok(()) };
        let body = match &mut reading.state {
            PartState::Header(reader) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                let header = std::mem::replace(reader, HeaderReader::new(&self.parts.limits)).finish();
                reading.begin_body(&header)?;
                octets.get(consumed..).unwrap_or_default()
            }
            PartState::Body { .. } => octets,
        };
        if let PartState::Body { decoder, decoded, .. } = &mut reading.state {
            decoded.clear();
            decoder.push(body, decoded)?;
        }
        self.take()
    }

    fn part_end(&mut self, index: usize, _offset: u64) -> Result<()> {
        match &mut self.parts.reading {
            None => return Ok(()),
            Some(Reading { state: PartState::Header(_), .. }) => return Err(malformed("a part has no body")),
            Some(Reading { state: PartState::Body { decoder, decoded, .. }, .. }) => {
                decoded.clear();
                decoder.finish(decoded)?;
                if decoder.trailing() {
                    return Err(altered("text follows the base64 of a part"));
                }
            }
        }
        self.take()?;
        self.parts.index = index.saturating_add(1);
        let Some(Reading { state: PartState::Body { header, .. }, hasher, count, kept }) = self.parts.reading.take() else {
            return Ok(());
        };
        let part = Part { name: header.name, media_type: header.media_type, octets: count, sha256: hex(&hasher.finish()) };
        self.finder.part(Found { part, id: header.id, octets: kept })
    }

    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        only_blanks(octets)
    }
}

impl Sink<'_> {
    /// What was decoded last goes where it belongs.
    fn take(&mut self) -> Result<()> {
        let Parts { limits, index, kept, reading } = &mut *self.parts;
        let Some(Reading { state: PartState::Body { decoded, .. }, hasher, count, kept: own }) = reading else { return Ok(()) };
        *count = count.saturating_add(decoded.len() as u64);
        if self.finder.wants_parts() {
            hasher.update(decoded);
        }
        if *index == manifest::MESSAGE {
            return self.finder.message(decoded);
        }
        *kept = kept.saturating_add(decoded.len() as u64);
        if *kept > limits.memory_bytes.min(KEPT) {
            return Err(Code::LimitBytes.into());
        }
        own.extend_from_slice(decoded);
        Ok(())
    }
}

impl Reading {
    fn begin_body(&mut self, header: &Header) -> Result<()> {
        let encoding = match header.first("Content-Transfer-Encoding") {
            None => TransferEncoding::SevenBit,
            Some(value) => TransferEncoding::parse(value).ok_or(Code::MimeTransferEncoding)?,
        };
        let content_type = header.first("Content-Type").and_then(|value| ContentType::parse(value).ok());
        let disposition = header.first("Content-Disposition").and_then(|value| ContentType::parse_disposition(value).ok());
        let name = disposition.into_iter().flat_map(|(_, parameters)| parameters).find(|parameter| parameter.name == "filename");
        let described = Described {
            name: name.map(|parameter| parameter.value).unwrap_or_default(),
            media_type: content_type.map(|found| format!("{}/{}", found.kind(), found.subtype())).unwrap_or_default(),
            id: header.first("Content-ID").map(|value| String::from_utf8_lossy(value.trim_ascii()).into_owned()),
        };
        self.state = PartState::Body { header: described, decoder: TransferDecoder::new(encoding), decoded: Vec::new() };
        Ok(())
    }
}

fn only_blanks(octets: &[u8]) -> Result<()> {
    if octets.iter().all(u8::is_ascii_whitespace) { Ok(()) } else { Err(altered("there is text around the parts")) }
}
