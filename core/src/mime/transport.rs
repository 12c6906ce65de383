//! Makes content 7-bit safe before it is signed in the clear (RFC 8551 section 3.1.3), so that no relay has a reason to change it.

use std::borrow::Cow;

use super::base64::{Base64Writer, LineLength};
use super::canonical::{Canonicalizer, canonical};
use super::content_type::ContentType;
use super::facts::BodyFacts;
use super::header::{FieldView, Header};
use super::quoted_printable::QuotedPrintableWriter;
use super::splitter::Parts;
use super::transfer::{TransferDecoder, TransferEncoding};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

const ENCODING_FIELD: &str = "Content-Transfer-Encoding";

/// The same entity in a form that passes through every relay and store unchanged.
///
/// What is safe already ([`BodyFacts::is_transport_safe`]) stays octet for octet, but for line ends, which become CRLF. Otherwise the
/// parts that are not safe, and only these, are encoded anew: text as quoted-printable where that is shorter, everything else as base64,
/// their Content-Transfer-Encoding changed accordingly. Blanks at the ends of header lines are removed; preambles and epilogues
/// that are not safe are left out.
///
/// ```
/// use smime::{Limits, mime::make_transport_safe};
/// let entity = "Content-Type: text/plain; charset=utf-8\n\nViele Grüße aus Köln am Rhein\n";
/// let safe = make_transport_safe(entity.as_bytes(), &Limits::default())?;
/// let expected = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
///     Viele Gr=C3=BC=C3=9Fe aus K=C3=B6ln am Rhein\r\n";
/// assert_eq!(&*safe, expected.as_bytes());
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// `UseNotTransportSafe` where what is not safe may not be changed: a multipart/signed inside, a header field, a part whose encoding is
/// ambiguous or unknown or whose body does not follow it. `LimitDepth`, `LimitParts`, `LimitHeader` where the limits are reached;
/// `MimeBoundary` and `MimeTruncated` for a multipart that cannot be taken apart.
pub fn make_transport_safe<'a>(entity: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>> {
    if BodyFacts::of(entity).is_transport_safe() {
        return Ok(canonical(entity));
    }
    let mut rewriter = Rewriter { limits, out: Vec::with_capacity(entity.len()), steps: Vec::new(), parts: 0 };
    rewriter.steps.push(Step::Entity { octets: entity, depth: 0, in_digest: false });
    while let Some(step) = rewriter.steps.pop() {
        match step {
            Step::Octets(octets) => rewriter.out.extend_from_slice(&octets),
            Step::Entity { octets, depth, in_digest } => rewriter.entity(octets, depth, in_digest)?,
        }
    }
    Ok(Cow::Owned(rewriter.out))
}

/// What is still to be written, the next on top: in place of recursion.
enum Step<'a> {
    Octets(Cow<'a, [u8]>),
    Entity { octets: &'a [u8], depth: usize, in_digest: bool },
}

struct Rewriter<'a, 'l> {
    limits: &'l Limits,
    out: Vec<u8>,
    steps: Vec<Step<'a>>,
    parts: usize,
}

impl<'a> Rewriter<'a, '_> {
    fn entity(&mut self, octets: &'a [u8], depth: usize, in_digest: bool) -> Result<()> {
        self.parts = self.parts.saturating_add(1);
        if self.parts > self.limits.mime_parts {
            return Err(Error::new(Code::LimitParts));
        }
        if BodyFacts::of(octets).is_transport_safe() {
            self.out.extend_from_slice(&canonical(octets));
            return Ok(());
        }
        if depth > self.limits.mime_depth {
            return Err(Error::new(Code::LimitDepth).because("multiparts and messages inside one another"));
        }
        let (header, body) = Header::read(octets, self.limits)?;
        let facts = BodyFacts::of(body);
        let entity = Entity::of(&header, in_digest)?;
        if facts.is_transport_safe() {
            self.out.extend_from_slice(&entity.header(None)?);
            self.out.extend_from_slice(&canonical(body));
            return Ok(());
        }
        match entity.form() {
            Form::Multipart => self.multipart(&entity, body, depth),
            Form::Message => {
                self.out.extend_from_slice(&entity.identity_header()?);
                self.steps.push(Step::Entity { octets: body, depth: depth.saturating_add(1), in_digest: false });
                Ok(())
            }
            Form::Leaf => {
                let (header, mut encoder) = TransportEncoder::of_leaf(&entity, &facts)?;
                self.out.extend_from_slice(&header);
                encoder.push(body, &mut self.out)?;
                encoder.finish(&mut self.out)
            }
            Form::Fixed(why) => Err(not_safe(why)),
        }
    }

    fn multipart(&mut self, entity: &Entity<'_>, body: &'a [u8], depth: usize) -> Result<()> {
        let boundary = entity.content_type.parameter("boundary").ok_or_else(|| Error::new(Code::MimeBoundary).because("none is given"))?;
        if entity.content_type.is_ambiguous("boundary") {
            return Err(Error::new(Code::MimeBoundary).because("given more than once"));
        }
        let parts = Parts::of(body, boundary, self.limits)?;
        if !parts.closed {
            return Err(Error::new(Code::MimeTruncated));
        }
        self.out.extend_from_slice(&entity.identity_header()?);
        let in_digest = entity.content_type.subtype() == "digest";
        let delimiter = format!("--{boundary}\r\n").into_bytes();
        let mut steps = Vec::new();
        if !parts.preamble.is_empty() && BodyFacts::of(parts.preamble).is_transport_safe() {
            steps.push(Step::Octets(canonical(parts.preamble)));
            steps.push(Step::Octets(Cow::Borrowed(b"\r\n")));
        }
        for octets in parts.parts {
            steps.push(Step::Octets(Cow::Owned(delimiter.clone())));
            steps.push(Step::Entity { octets, depth: depth.saturating_add(1), in_digest });
            steps.push(Step::Octets(Cow::Borrowed(b"\r\n")));
        }
        steps.push(Step::Octets(Cow::Owned(format!("--{boundary}--\r\n").into_bytes())));
        if BodyFacts::of(parts.epilogue).is_transport_safe() {
            steps.push(Step::Octets(canonical(parts.epilogue)));
        }
        self.steps.extend(steps.into_iter().rev());
        Ok(())
    }
}

fn not_safe(why: &str) -> Error {
    Error::new(Code::UseNotTransportSafe).because(why)
}

/// A header, and what it says about the body.
struct Entity<'h> {
    header: &'h Header,
    content_type: ContentType,
    encoding: TransferEncoding,
}

/// How the body of an entity may be changed.
enum Form {
    Leaf,
    Multipart,
    Message,
    Fixed(&'static str),
}

impl<'h> Entity<'h> {
    fn of(header: &'h Header, in_digest: bool) -> Result<Self> {
        if !header.is_header() || header.defects().any() {
            return Err(not_safe("a header has lines that are no fields, or control characters"));
        }
        if header.count("Content-Type") > 1 || header.count(ENCODING_FIELD) > 1 {
            return Err(not_safe("a header says more than once what the body is"));
        }
        let content_type = match header.first("Content-Type") {
            Some(value) => ContentType::parse(value).map_err(|error| not_safe("a Content-Type that cannot be read").with_source(error))?,
            None if in_digest => ContentType::parse(b"message/rfc822")?,
            None => ContentType::default(),
        };
        let encoding = match header.first(ENCODING_FIELD) {
            Some(value) => TransferEncoding::parse(value).ok_or_else(|| not_safe("a transfer encoding that is not known"))?,
            None => TransferEncoding::SevenBit,
        };
        Ok(Self { header, content_type, encoding })
    }

    fn form(&self) -> Form {
        match (self.content_type.kind(), self.content_type.subtype()) {
            ("multipart", "signed") => Form::Fixed("a signed part inside would break"),
            ("message", "partial" | "external-body") => Form::Fixed("a message/partial or message/external-body cannot be encoded"),
            ("multipart", _) | ("message", "rfc822") if !self.encoding.is_identity() => {
                Form::Fixed("a multipart or message with a transfer encoding of its own")
            }
            ("multipart", _) => Form::Multipart,
            ("message", "rfc822") => Form::Message,
            // RFC 6532 section 3.5 allows every other message/* an encoding.
            _ => Form::Leaf,
        }
    }

    /// The header with its blank line, safe; an encoding of 8bit or binary becomes 7bit.
    fn identity_header(&self) -> Result<Vec<u8>> {
        match self.encoding {
            TransferEncoding::EightBit | TransferEncoding::Binary => self.header(Some(TransferEncoding::SevenBit)),
            _ => self.header(None),
        }
    }

    /// The header with its blank line, safe, with this encoding in place of its own.
    fn header(&self, encoding: Option<TransferEncoding>) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(self.header.raw().len().saturating_add(48));
        let mut due = encoding;
        for field in self.header.fields() {
            match encoding {
                Some(encoding) if field.name.eq_ignore_ascii_case(ENCODING_FIELD) => {
                    out.extend_from_slice(format!("{}: {}\r\n", field.name, encoding.as_str()).as_bytes());
                    due = None;
                }
                _ => write_field(&field, &mut out),
            }
        }
        if let Some(encoding) = due {
            out.extend_from_slice(format!("{ENCODING_FIELD}: {}\r\n", encoding.as_str()).as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        if !BodyFacts::of(&out).is_transport_safe() {
            return Err(not_safe("a header field has octets over 127 or a line of more than 998 octets"));
        }
        Ok(out)
    }
}

/// The field with CRLF and without blanks at the ends of its lines.
fn write_field(field: &FieldView<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(field.name.as_bytes());
    out.push(b':');
    for (index, line) in field.value.split(|octet| *octet == b'\n').enumerate() {
        let text = line.trim_ascii_end();
        // A line of blanks alone would end the header.
        if index == 0 || !text.is_empty() {
            if index > 0 {
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(text);
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Does the same as [`make_transport_safe`] for one entity that comes in pieces: its header is known, the facts of its body were gathered
/// in a first reading.
///
/// ```
/// use smime::{Limits, mime::{BodyFacts, Header, TransportEncoder}};
/// let (header, body) = Header::read(b"Content-Type: text/plain\n\n-- \n", &Limits::default())?;
/// let (mut out, mut encoder) = TransportEncoder::new(&header, &BodyFacts::of(body))?;
/// encoder.push(body, &mut out)?;
/// encoder.finish(&mut out)?;
/// assert_eq!(out, b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=2D-=20\r\n");
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Debug)]
pub struct TransportEncoder {
    decoder: Option<TransferDecoder>,
    canonicalizer: Option<Canonicalizer>,
    writer: Writer,
    decoded: Vec<u8>,
}

#[derive(Debug)]
enum Writer {
    Keep,
    Base64(Base64Writer),
    QuotedPrintable(QuotedPrintableWriter),
}

impl TransportEncoder {
    /// The header to write, with its blank line, and the encoder for the body.
    ///
    /// # Errors
    /// `UseNotTransportSafe` as [`make_transport_safe`], and for a multipart or message whose body is not safe: that has to be in memory.
    pub fn new(header: &Header, body: &BodyFacts) -> Result<(Vec<u8>, Self)> {
        let entity = Entity::of(header, false)?;
        if body.is_transport_safe() {
            let written = if BodyFacts::of(header.raw()).is_transport_safe() { verbatim(header) } else { entity.header(None)? };
            return Ok((written, Self::with(None, Some(Canonicalizer::new()), Writer::Keep)));
        }
        match entity.form() {
            Form::Leaf => Self::of_leaf(&entity, body),
            Form::Multipart | Form::Message => Err(not_safe("a multipart or message of this size")),
            Form::Fixed(why) => Err(not_safe(why)),
        }
    }

    /// Encodes the next octets of the body and appends them to `out`.
    ///
    /// # Errors
    /// `UseNotTransportSafe` where the body does not follow the encoding that it has so far.
    pub fn push(&mut self, body: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return write(&mut self.canonicalizer, &mut self.writer, body, out);
        };
        decoder.push(body, &mut self.decoded).map_err(does_not_follow)?;
        let result = write(&mut self.canonicalizer, &mut self.writer, &self.decoded, out);
        self.decoded.clear();
        result
    }

    /// Ends the body.
    ///
    /// # Errors
    /// As [`TransportEncoder::push`].
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if let Some(decoder) = &mut self.decoder {
            decoder.finish(&mut self.decoded).map_err(does_not_follow)?;
            if decoder.trailing() {
                return Err(not_safe("text follows the end of a base64 body"));
            }
            write(&mut self.canonicalizer, &mut self.writer, &self.decoded, out)?;
            self.decoded.clear();
        }
        match &mut self.writer {
            Writer::Keep => {}
            Writer::Base64(writer) => writer.finish(out),
            Writer::QuotedPrintable(writer) => writer.finish(out),
        }
        Ok(())
    }

    fn with(decoder: Option<TransferDecoder>, canonicalizer: Option<Canonicalizer>, writer: Writer) -> Self {
        Self { decoder, canonicalizer, writer, decoded: Vec::new() }
    }

    fn of_leaf(entity: &Entity<'_>, body: &BodyFacts) -> Result<(Vec<u8>, Self)> {
        let base64 = || Writer::Base64(Base64Writer::new(LineLength::Of76));
        let quoted_printable = || Writer::QuotedPrintable(QuotedPrintableWriter::new());
        let is_text = matches!(entity.content_type.kind(), "text" | "message");
        Ok(match entity.encoding {
            TransferEncoding::Base64 => (entity.header(None)?, Self::with(Some(TransferDecoder::new(entity.encoding)), None, base64())),
            TransferEncoding::QuotedPrintable => {
                (entity.header(None)?, Self::with(Some(TransferDecoder::new(entity.encoding)), None, quoted_printable()))
            }
            _ if is_text && body.prefers_quoted_printable() => {
                (entity.header(Some(TransferEncoding::QuotedPrintable))?, Self::with(None, None, quoted_printable()))
            }
            // Octets of a binary body that is no text are no line ends.
            TransferEncoding::Binary if !is_text => (entity.header(Some(TransferEncoding::Base64))?, Self::with(None, None, base64())),
            _ => (entity.header(Some(TransferEncoding::Base64))?, Self::with(None, Some(Canonicalizer::new()), base64())),
        })
    }
}

fn write(canonicalizer: &mut Option<Canonicalizer>, writer: &mut Writer, octets: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let mut encode = |octets: &[u8]| {
        match writer {
            Writer::Keep => out.extend_from_slice(octets),
            Writer::Base64(writer) => writer.push(octets, out),
            Writer::QuotedPrintable(writer) => writer.push(octets, out),
        }
        Ok(())
    };
    match canonicalizer {
        Some(canonicalizer) => canonicalizer.push(octets, &mut encode),
        None => encode(octets),
    }
}

fn does_not_follow(error: Error) -> Error {
    not_safe("a body does not follow its transfer encoding").with_source(error)
}

/// The header as it came, with CRLF and with a blank line.
fn verbatim(header: &Header) -> Vec<u8> {
    let mut out = canonical(header.raw()).into_owned();
    if !header.is_terminated() {
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests;
