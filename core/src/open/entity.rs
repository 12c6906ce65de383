//! A MIME entity on its way: its header decides which machine reads its body.

use crate::error::{Code, Result};
use crate::limits::Limits;
use crate::mime::{ContentType, Header, HeaderReader, PartSink, Splitter, TransferDecoder, TransferEncoding};

use super::Form;
use super::clear::ClearSigned;
use super::layer::CmsLayer;
use super::pem::{PEM_START, Pem};
use super::sender::Origin;
use super::session::Session;

/// The outermost machine: finds out the form of the input, then reads a MIME entity or bare CMS.
pub(super) enum Root {
    /// The form is not known yet; these octets came so far.
    Undecided(Form, Vec<u8>),
    Mime(Box<Entity>),
    Der(Box<CmsLayer>),
    Pem(Box<Pem>),
}

impl Root {
    pub(super) fn new(form: Form) -> Self {
        Self::Undecided(form, Vec::new())
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        match self {
            Self::Undecided(form, seen) => {
                seen.extend_from_slice(octets);
                let Some(decided) = decide_form(*form, seen) else { return Ok(()) };
                let seen = std::mem::take(seen);
                *self = decided.machine(session);
                self.push(session, &seen)
            }
            Self::Mime(entity) => entity.push(session, octets),
            Self::Der(layer) => layer.push(session, octets),
            Self::Pem(pem) => pem.push(session, octets),
        }
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        if let Self::Undecided(form, seen) = self {
            let seen = std::mem::take(seen);
            let decided = if *form == Form::Detect { Form::Mime } else { *form };
            *self = decided.machine(session);
            self.push(session, &seen)?;
        }
        match self {
            Self::Undecided(..) => Err(Code::Internal.into()),
            Self::Mime(entity) => match entity.finish(session)? {
                Found::Protected => Ok(()),
                Found::Nothing => Err(Code::MimeNotSmime.into()),
            },
            Self::Der(layer) => layer.finish(session),
            Self::Pem(pem) => pem.finish(session),
        }
    }
}

/// `None`: more octets are needed to tell.
fn decide_form(form: Form, seen: &[u8]) -> Option<Form> {
    if form != Form::Detect {
        return Some(form);
    }
    match seen {
        [] => None,
        // A SEQUENCE; as text it would be the digit zero, which starts no header field.
        [0x30, ..] => Some(Form::Der),
        _ if seen.starts_with(PEM_START) => Some(Form::Pem),
        _ if PEM_START.starts_with(seen) => None,
        _ => Some(Form::Mime),
    }
}

impl Form {
    fn machine(self, session: &Session<'_>) -> Root {
        let limits = &session.settings.limits;
        match self {
            Self::Der => Root::Der(Box::new(CmsLayer::bare(limits))),
            Self::Pem => Root::Pem(Box::new(Pem::new(limits))),
            Self::Detect | Self::Mime => Root::Mime(Box::new(Entity::outermost(limits))),
        }
    }
}

/// What an entity turned out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A protective layer, which was opened, or content inside one.
    Protected,
    /// Neither.
    Nothing,
}

/// Where an entity stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The layer right outside it; `None` outside all protection.
    layer: Option<usize>,
    /// How many multiparts stand around it, outside all protection.
    depth: usize,
    /// Its part number within the message, for example `2.1`; empty for the message itself.
    number: String,
    /// Where it starts in the layer's own entity.
    offset: u64,
}

impl Place {
    /// Inside this layer.
    pub(super) fn inside(layer: usize) -> Self {
        Self { layer: Some(layer), depth: 0, number: String::new(), offset: 0 }
    }

    fn part(&self, index: usize, offset: u64) -> Self {
        let number = index.saturating_add(1);
        let number = if self.number.is_empty() { number.to_string() } else { format!("{}.{number}", self.number) };
        Self { layer: self.layer, depth: self.depth.saturating_add(1), number, offset }
    }

    pub(super) fn is_protected(&self) -> bool {
        self.layer.is_some()
    }

    pub(super) fn is_outermost(&self) -> bool {
        self.layer.is_none() && self.depth == 0
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn number(&self) -> &str {
        &self.number
    }
}

/// A MIME entity.
pub(super) struct Entity {
    place: Place,
    state: State,
}

enum State {
    Header(HeaderReader),
    /// The innermost entity: its octets are the content.
    Content,
    /// Not protected and not of interest.
    Ignored,
    Mixed(Box<Mixed>),
    Clear(Box<ClearSigned>),
    Cms(Box<Cms>),
    Nested(Box<CmsLayer>),
}

impl Entity {
    fn outermost(limits: &Limits) -> Self {
        Self::new(limits, Place { layer: None, depth: 0, number: String::new(), offset: 0 })
    }

    /// An entity at this place.
    pub(super) fn new(limits: &Limits, place: Place) -> Self {
        Self { place, state: State::Header(HeaderReader::new(limits)) }
    }

    /// Content that is known not to be MIME.
    pub(super) fn opaque(place: Place) -> Self {
        Self { place, state: State::Content }
    }

    /// CMS that stands inside a layer without MIME around it.
    pub(super) fn cms(place: Place, layer: CmsLayer) -> Self {
        Self { place, state: State::Nested(Box::new(layer)) }
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Header(reader) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                self.decide(session)?;
                self.push(session, octets.get(consumed..).unwrap_or_default())
            }
            State::Content => session.content(octets),
            State::Ignored => Ok(()),
            State::Mixed(mixed) => mixed.push(session, octets),
            State::Clear(clear) => clear.push(session, octets),
            State::Cms(cms) => cms.push(session, octets),
            State::Nested(layer) => layer.push(session, octets),
        }
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<Found> {
        if matches!(self.state, State::Header(_)) {
            self.decide(session)?;
        }
        match &mut self.state {
            State::Header(_) | State::Ignored => Ok(Found::Nothing),
            State::Content => Ok(Found::Protected),
            State::Mixed(mixed) => mixed.finish(session),
            State::Clear(clear) => clear.finish(session).map(|()| Found::Protected),
            State::Cms(cms) => cms.finish(session).map(|()| Found::Protected),
            State::Nested(layer) => layer.finish(session).map(|()| Found::Protected),
        }
    }

    /// The header has ended: chooses the machine for the body.
    fn decide(&mut self, session: &mut Session<'_>) -> Result<()> {
        let State::Header(reader) = std::mem::replace(&mut self.state, State::Ignored) else { return Ok(()) };
        let header = reader.finish();
        session.count_part()?;
        if !header.is_header() {
            // No MIME at all: raw data inside a layer, or no message.
            if self.place.is_protected() {
                self.begin_content(session, &header)?;
            }
            return Ok(());
        }
        if self.place.is_outermost() {
            session.origin = Origin::read(&header);
        }
        let kind = Kind::of(&header);
        if (self.place.is_protected() || !matches!(kind, Kind::Other)) && is_ambiguous(&header) {
            session.find(Code::SigMimeAmbiguous, self.place.layer, Some("Content-Type or Content-Transfer-Encoding"));
        }
        if let Kind::Signed(content_type) | Kind::Multipart(content_type) = &kind
            && content_type.is_ambiguous("boundary")
        {
            session.find(Code::SigMimeAmbiguous, self.place.layer, Some("the boundary parameter"));
        }
        self.state = match kind {
            Kind::Signed(content_type) if session_has_room(session, &self.place) => {
                State::Clear(Box::new(ClearSigned::new(session, &content_type, header.raw().len() as u64, &self.place)?))
            }
            Kind::Cms { encoding, smime_type } if session_has_room(session, &self.place) => {
                State::Cms(Box::new(Cms::new(&session.settings.limits, encoding?, smime_type)))
            }
            Kind::Multipart(content_type) if !self.place.is_protected() => {
                State::Mixed(Box::new(Mixed::new(session, &content_type, header.raw().len() as u64, &self.place)?))
            }
            _ if self.place.is_protected() => return self.begin_content(session, &header),
            _ => State::Ignored,
        };
        Ok(())
    }

    fn begin_content(&mut self, session: &mut Session<'_>, header: &Header) -> Result<()> {
        self.state = State::Content;
        session.origin.compare_protected(header, &mut session.report.headers);
        let head = session.settings.as_message.then(|| session.origin.message_head(header)).flatten();
        match head {
            Some(head) if header.is_header() => session.content(&head),
            Some(head) => {
                session.content(&head)?;
                session.content(header.raw())
            }
            None => session.content(header.raw()),
        }
    }
}

/// Of several protected parts side by side only the first is opened: contents are never spliced together.
fn session_has_room(session: &mut Session<'_>, place: &Place) -> bool {
    if place.is_protected() || session.open_first() {
        return true;
    }
    session.find(Code::SigSeveralProtected, None, Some(place.number()));
    false
}

fn is_ambiguous(header: &Header) -> bool {
    header.count("Content-Type") > 1 || header.count("Content-Transfer-Encoding") > 1
}

/// What a header says that its body is.
enum Kind {
    Signed(ContentType),
    Cms { encoding: Result<TransferEncoding>, smime_type: Option<String> },
    Multipart(ContentType),
    Other,
}

impl Kind {
    fn of(header: &Header) -> Self {
        let Some(content_type) = content_type(header) else { return Self::Other };
        let (kind, subtype) = (content_type.kind(), content_type.subtype());
        let is_signed = kind == "multipart" && subtype == "signed" && content_type.parameter("protocol").is_none_or(is_signature_type);
        if is_signed {
            return Self::Signed(content_type);
        }
        if kind == "multipart" {
            return Self::Multipart(content_type);
        }
        let by_type = kind == "application" && matches!(subtype, "pkcs7-mime" | "x-pkcs7-mime");
        let is_anonymous = kind == "application" && matches!(subtype, "octet-stream" | "pkcs7" | "x-pkcs7");
        if by_type || (is_anonymous && has_name(header, &content_type, ".p7m")) {
            let smime_type = content_type.parameter("smime-type").map(str::to_ascii_lowercase);
            return Self::Cms { encoding: transfer_encoding(header), smime_type };
        }
        Self::Other
    }
}

/// The Content-Type of a header, where it has one that can be read.
pub(super) fn content_type(header: &Header) -> Option<ContentType> {
    header.first("Content-Type").and_then(|value| ContentType::parse(value).ok())
}

/// The Content-Transfer-Encoding of a header: 7bit where it has none (RFC 2045 section 6.1).
pub(super) fn transfer_encoding(header: &Header) -> Result<TransferEncoding> {
    match header.first("Content-Transfer-Encoding") {
        None => Ok(TransferEncoding::SevenBit),
        Some(value) => TransferEncoding::parse(value).ok_or_else(|| Code::MimeTransferEncoding.into()),
    }
}

/// Whether a media type is that of the second part of a multipart/signed made by S/MIME.
pub(super) fn is_signature_type(media_type: &str) -> bool {
    ["application/pkcs7-signature", "application/x-pkcs7-signature"].iter().any(|known| media_type.trim().eq_ignore_ascii_case(known))
}

/// Whether the part is called so by `name` or `filename`.
pub(super) fn has_name(header: &Header, content_type: &ContentType, suffix: &str) -> bool {
    let ends = |name: &str| name.trim().to_ascii_lowercase().ends_with(suffix);
    let disposition = header.first("Content-Disposition").and_then(|value| ContentType::parse_disposition(value).ok());
    let filename = disposition.iter().flat_map(|(_, parameters)| parameters).find(|parameter| parameter.name == "filename");
    content_type.parameter("name").is_some_and(ends) || filename.is_some_and(|parameter| ends(&parameter.value))
}

/// A body that is CMS under a transfer encoding.
struct Cms {
    decoder: TransferDecoder,
    decoded: Vec<u8>,
    layer: CmsLayer,
    smime_type: Option<String>,
}

impl Cms {
    fn new(limits: &Limits, encoding: TransferEncoding, smime_type: Option<String>) -> Self {
        Self { decoder: TransferDecoder::new(encoding), decoded: Vec::new(), layer: CmsLayer::bare(limits), smime_type }
    }

    fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        self.decoded.clear();
        // What comes before the place of an error is read first, so that it makes no difference how the input is cut.
        let decoding = self.decoder.push(octets, &mut self.decoded);
        self.layer.push(session, &self.decoded)?;
        decoding
    }

    fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        self.decoded.clear();
        self.decoder.finish(&mut self.decoded)?;
        self.layer.push(session, &self.decoded)?;
        self.layer.finish(session)?;
        if self.decoder.trailing() {
            session.find(Code::SigUncovered, None, Some("text after the base64"));
            session.report.coverage.uncovered_parts.push("epilogue".to_owned());
        }
        if let Some(smime_type) = &self.smime_type {
            self.layer.compare_smime_type(session, smime_type);
        }
        Ok(())
    }
}

/// A multipart outside all protection: the first protected part in it is opened, the others are reported as uncovered.
struct Mixed {
    splitter: Splitter,
    parts: Parts,
}

struct Parts {
    place: Place,
    header_octets: u64,
    child: Option<Box<Entity>>,
    found: Found,
    /// Parts without protection, and text around the parts.
    uncovered: Vec<String>,
}

impl Mixed {
    fn new(session: &Session<'_>, content_type: &ContentType, header_octets: u64, place: &Place) -> Result<Self> {
        let limits = &session.settings.limits;
        if place.depth >= limits.mime_depth {
            return Err(Code::LimitDepth.into());
        }
        let boundary = content_type.parameter("boundary").ok_or(Code::MimeBoundary)?;
        let parts = Parts { place: place.clone(), header_octets, child: None, found: Found::Nothing, uncovered: Vec::new() };
        Ok(Self { splitter: Splitter::new(boundary, limits)?, parts })
    }

    fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        self.splitter.push(octets, &mut MixedSink { parts: &mut self.parts, session })
    }

    fn finish(&mut self, session: &mut Session<'_>) -> Result<Found> {
        self.splitter.finish(&mut MixedSink { parts: &mut self.parts, session })?;
        if self.parts.found == Found::Protected && !self.parts.uncovered.is_empty() {
            let uncovered = std::mem::take(&mut self.parts.uncovered);
            if session.report.coverage.uncovered_parts.is_empty() {
                session.find(Code::SigUncovered, None, Some(&uncovered.join(", ")));
            }
            session.report.coverage.uncovered_parts.extend(uncovered);
        }
        Ok(self.parts.found)
    }
}

struct MixedSink<'a, 'w> {
    parts: &'a mut Parts,
    session: &'a mut Session<'w>,
}

impl PartSink for MixedSink<'_, '_> {
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        note_text(&mut self.parts.uncovered, &self.parts.place, "preamble", octets);
        Ok(())
    }

    fn part_start(&mut self, index: usize, offset: u64) -> Result<()> {
        let place = self.parts.place.part(index, self.parts.header_octets.saturating_add(offset));
        self.parts.child = Some(Box::new(Entity::new(&self.session.settings.limits, place)));
        Ok(())
    }

    fn part_data(&mut self, octets: &[u8]) -> Result<()> {
        match &mut self.parts.child {
            Some(child) => child.push(self.session, octets),
            None => Ok(()),
        }
    }

    fn part_end(&mut self, _index: usize, _offset: u64) -> Result<()> {
        let Some(mut child) = self.parts.child.take() else { return Ok(()) };
        match child.finish(self.session)? {
            Found::Protected => self.parts.found = Found::Protected,
            Found::Nothing => self.parts.uncovered.push(child.place.number.clone()),
        }
        Ok(())
    }

    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        note_text(&mut self.parts.uncovered, &self.parts.place, "epilogue", octets);
        Ok(())
    }
}

/// Notes text before or after the parts, unless it is only blanks.
pub(super) fn note_text(uncovered: &mut Vec<String>, place: &Place, what: &str, octets: &[u8]) {
    if octets.iter().any(|octet| !octet.is_ascii_whitespace()) {
        let name = if place.number.is_empty() { what.to_owned() } else { format!("{}.{what}", place.number) };
        // Text before the parts is noted before all else, text after them last: no more needs a look, however often a piece comes.
        if uncovered.last() != Some(&name) {
            uncovered.push(name);
        }
    }
}
