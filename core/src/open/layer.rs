//! One CMS structure on its way: signed, enveloped, authenticated-enveloped or compressed.

use const_oid::ObjectIdentifier;

use crate::asn1::oid;
use crate::cms::{CmsReader, CmsSink, CompressedStart, EnvelopedEnd, EnvelopedStart, SignedEnd, SignedStart};
use crate::crypto::DigestAlgorithm;
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::path::Purpose;
use crate::report::{Layer, SignedForm, SignedLayer, Verdict};

use super::entity::{Entity, Place};
use super::envelope::Envelope;
use super::inflate::Inflate;
use super::session::{Hashed, Hashing, Session};
use super::signers::{self, Signed};

/// Reads one CMS structure and what is inside it.
pub(super) struct CmsLayer {
    reader: CmsReader,
    state: State,
}

/// What is known so far.
struct State {
    /// The layer of the report, once there is one.
    layer: Option<usize>,
    content: Content,
    /// The content of a multipart/signed.
    outside: Option<Hashed>,
}

enum Content {
    NotYet,
    Signed(Box<SignedContent>),
    Enveloped(Box<Envelope>),
    Compressed(Box<Inflate>),
    Ended(Kind),
}

/// What the structure was, for comparison with the smime-type parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signed,
    CertsOnly,
    Enveloped,
    AuthEnveloped,
    Compressed,
}

/// The content of a SignedData.
struct SignedContent {
    start: SignedStart,
    hashing: Hashing,
    entity: Option<Box<Entity>>,
    /// Once the content has ended; `None` where it is absent.
    hashed: Option<Hashed>,
}

impl CmsLayer {
    /// A structure that stands for itself.
    pub(super) fn bare(limits: &Limits) -> Self {
        Self::with(CmsReader::new(limits), None, None)
    }

    /// A structure of this content type without its ContentInfo, as it stands inside another one (RFC 5652 section 5.2).
    ///
    /// # Errors
    /// [`Code::CmsTypeUnsupported`] where there is no machine for it.
    pub(super) fn nested(limits: &Limits, content_type: ObjectIdentifier) -> Result<Self> {
        Ok(Self::with(CmsReader::bare(content_type, limits)?, None, None))
    }

    /// The signature of a multipart/signed with this content.
    pub(super) fn signature_over(limits: &Limits, layer: usize, content: Hashed) -> Self {
        Self::with(CmsReader::new(limits), Some(layer), Some(content))
    }

    fn with(reader: CmsReader, layer: Option<usize>, outside: Option<Hashed>) -> Self {
        Self { reader, state: State { layer, content: Content::NotYet, outside } }
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        self.reader.push(octets, &mut LayerSink { state: &mut self.state, session })
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        self.reader.finish()?;
        if !self.reader.was_der() {
            session.find(Code::CmsNotDer, self.state.layer, None);
        }
        Ok(())
    }

    /// Reports an smime-type parameter that says something else (RFC 8551 section 3.2.2).
    pub(super) fn compare_smime_type(&self, session: &mut Session<'_>, smime_type: &str) {
        let Content::Ended(kind) = &self.state.content else { return };
        let fits = match kind {
            Kind::Signed => matches!(smime_type, "signed-data" | "signed-receipt"),
            Kind::CertsOnly => smime_type == "certs-only",
            // Both spellings are in use for authenticated encryption.
            Kind::Enveloped => smime_type == "enveloped-data",
            Kind::AuthEnveloped => matches!(smime_type, "authenveloped-data" | "authenvelopeddata" | "enveloped-data"),
            Kind::Compressed => smime_type == "compressed-data",
        };
        if !fits {
            let shown: String = smime_type.chars().take(40).collect();
            session.find(Code::MimeSmimeType, self.state.layer, Some(&shown));
        }
    }
}

struct LayerSink<'a, 'w> {
    state: &'a mut State,
    session: &'a mut Session<'w>,
}

impl CmsSink for LayerSink<'_, '_> {
    fn signed_start(&mut self, start: SignedStart) -> Result<()> {
        let announced: Vec<DigestAlgorithm> =
            start.digest_algorithms.iter().filter_map(|algorithm| DigestAlgorithm::from_oid(algorithm.oid)).take(8).collect();
        let mut known = Vec::new();
        for algorithm in announced {
            if !known.contains(&algorithm) {
                known.push(algorithm);
            }
        }
        let hashing = Hashing::new(known);
        self.state.content = Content::Signed(Box::new(SignedContent { start, hashing, entity: None, hashed: None }));
        Ok(())
    }

    fn enveloped_start(&mut self, start: EnvelopedStart) -> Result<()> {
        self.refuse_as_signature()?;
        let envelope = Envelope::open(self.session, start)?;
        self.state.layer = Some(envelope.layer());
        self.state.content = Content::Enveloped(Box::new(envelope));
        Ok(())
    }

    fn compressed_start(&mut self, start: CompressedStart) -> Result<()> {
        self.refuse_as_signature()?;
        if start.algorithm.oid != oid::ID_ALG_ZLIB_COMPRESS {
            return Err(Error::new(Code::AlgUnsupported).because(format!("compression {}", start.algorithm.oid)));
        }
        let layer = self.session.add_layer(Layer::Compressed { algorithm: "zlib" })?;
        self.state.layer = Some(layer);
        self.state.content = Content::Compressed(Box::new(Inflate::new(inner(self.session, layer, start.content_type))));
        Ok(())
    }

    fn content(&mut self, octets: &[u8]) -> Result<()> {
        match &mut self.state.content {
            Content::Signed(signed) => {
                if self.state.outside.is_some() {
                    return Err(Code::MimeSignedContent.into());
                }
                if signed.entity.is_none() {
                    let layer = add_opaque_layer(self.session)?;
                    self.state.layer = Some(layer);
                    signed.entity = Some(Box::new(signed_inner(self.session, layer, signed.start.content_type)?));
                }
                for block in octets.chunks(super::BLOCK) {
                    signed.hashing.update(block);
                    if let Some(entity) = &mut signed.entity {
                        entity.push(self.session, block)?;
                    }
                }
                Ok(())
            }
            Content::Enveloped(envelope) => envelope.push(self.session, octets),
            Content::Compressed(inflate) => inflate.push(self.session, octets),
            Content::NotYet | Content::Ended(_) => Err(Code::Internal.into()),
        }
    }

    fn content_end(&mut self, is_present: bool) -> Result<()> {
        match &mut self.state.content {
            Content::Signed(signed) if is_present => {
                if self.state.outside.is_some() {
                    return Err(Code::MimeSignedContent.into());
                }
                if self.state.layer.is_none() {
                    // Content of no octets.
                    self.state.layer = Some(add_opaque_layer(self.session)?);
                }
                if let Some(mut entity) = signed.entity.take() {
                    entity.finish(self.session)?;
                }
                signed.hashed = Some(std::mem::replace(&mut signed.hashing, Hashing::new([])).finish());
                Ok(())
            }
            Content::Signed(signed) => {
                signed.hashed = self.state.outside.take().or_else(|| self.session.detached_content());
                Ok(())
            }
            Content::Enveloped(_) if !is_present => Err(Error::new(Code::CmsStructure).because("the encrypted content is missing")),
            Content::Enveloped(_) => Ok(()),
            Content::Compressed(inflate) => {
                inflate.finish(self.session)?;
                self.state.content = Content::Ended(Kind::Compressed);
                Ok(())
            }
            Content::NotYet | Content::Ended(_) => Err(Code::Internal.into()),
        }
    }

    fn signed_end(&mut self, end: SignedEnd) -> Result<()> {
        let Content::Signed(signed) = std::mem::replace(&mut self.state.content, Content::Ended(Kind::Signed)) else {
            return Err(Code::Internal.into());
        };
        let is_bare = signed.hashed.is_none();
        if is_bare && end.signers.is_empty() && self.state.layer.is_none() {
            self.state.content = Content::Ended(Kind::CertsOnly);
            return self.certificates_only(end);
        }
        let Some(content) = signed.hashed else { return Err(Code::UseContentMissing.into()) };
        let layer = match self.state.layer {
            Some(layer) => layer,
            None => add_clear_layer(self.session)?,
        };
        self.state.layer = Some(layer);
        signers::judge(self.session, layer, Signed { start: signed.start, end, content })
    }

    fn enveloped_end(&mut self, end: EnvelopedEnd) -> Result<()> {
        let Content::Enveloped(envelope) = std::mem::replace(&mut self.state.content, Content::NotYet) else {
            return Err(Code::Internal.into());
        };
        let kind = if envelope.is_authenticated() { Kind::AuthEnveloped } else { Kind::Enveloped };
        self.state.content = Content::Ended(kind);
        envelope.finish(self.session, &end)
    }
}

impl LayerSink<'_, '_> {
    fn refuse_as_signature(&self) -> Result<()> {
        if self.state.outside.is_some() {
            return Err(Error::new(Code::MimeSignedProtocol).because("the signature is no SignedData"));
        }
        Ok(())
    }

    fn certificates_only(&mut self, end: SignedEnd) -> Result<()> {
        let carried = &end.certificates;
        if carried.certificates.is_empty() && carried.crls.is_empty() && carried.other_certificates == 0 {
            return Err(Code::SigNoSigner.into());
        }
        let certificates = signers::readable(&carried.certificates);
        self.state.layer = Some(self.session.add_layer(Layer::CertsOnly { certificates })?);
        Ok(())
    }
}

fn add_opaque_layer(session: &mut Session<'_>) -> Result<usize> {
    add_signed_layer(session, SignedForm::Opaque)
}

fn add_clear_layer(session: &mut Session<'_>) -> Result<usize> {
    add_signed_layer(session, SignedForm::Clear)
}

fn add_signed_layer(session: &mut Session<'_>, form: SignedForm) -> Result<usize> {
    session.add_layer(Layer::Signed(SignedLayer { form, verdict: Verdict::Indeterminate, signers: Vec::new() }))
}

/// The machine for signed content. That of a time-stamp is TSTInfo and nothing else that its signer may have signed (RFC 3161 section 2.4.2).
fn signed_inner(session: &Session<'_>, layer: usize, content_type: ObjectIdentifier) -> Result<Entity> {
    if session.settings.purpose == Purpose::TimeStamping && content_type != oid::ID_CT_TST_INFO {
        return Err(Error::new(Code::TstInvalid).because(format!("its content is of type {content_type}")));
    }
    Ok(inner(session, layer, content_type))
}

/// The machine for what is inside a layer, by its content type: MIME or raw data, or another CMS structure.
pub(super) fn inner(session: &Session<'_>, layer: usize, content_type: ObjectIdentifier) -> Entity {
    let limits = &session.settings.limits;
    let place = Place::inside(layer);
    if content_type == oid::ID_DATA {
        return Entity::new(limits, place);
    }
    match CmsLayer::nested(limits, content_type) {
        Ok(nested) => Entity::cms(place, nested),
        Err(_) => Entity::opaque(place),
    }
}
