//! multipart/signed (RFC 1847, RFC 8551 section 3.5): the first part is hashed and read on, the second is its signature.

use crate::crypto::DigestAlgorithm;
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::mime::{Canonicalizer, ContentType, HeaderReader, PartSink, Splitter, TransferDecoder};
use crate::report::{Layer, SignedForm, SignedLayer, Verdict};

use super::entity::{Entity, Place, content_type, has_name, is_signature_type, note_text, transfer_encoding};
use super::layer::CmsLayer;
use super::session::{Hashed, Hashing, Session};

pub(super) struct ClearSigned {
    splitter: Splitter,
    parts: Parts,
}

struct Parts {
    place: Place,
    header_octets: u64,
    layer: usize,
    micalg: Option<String>,
    announced: Vec<DigestAlgorithm>,
    part: Part,
    /// The first part, once it has ended.
    hashed: Option<Hashed>,
    is_signature_read: bool,
    uncovered: Vec<String>,
}

enum Part {
    None,
    Content(Box<Content>),
    Signature(Box<Signature>),
}

/// The first part: what is signed.
struct Content {
    canonicalizer: Canonicalizer,
    hashing: Hashing,
    entity: Entity,
    start: u64,
    octets: u64,
}

/// The second part: a MIME entity that holds a detached signature.
struct Signature {
    layer: usize,
    state: SignatureState,
}

enum SignatureState {
    Header(HeaderReader, Hashed),
    Body { decoder: TransferDecoder, decoded: Vec<u8>, cms: Box<CmsLayer> },
}

impl ClearSigned {
    pub(super) fn new(session: &mut Session<'_>, content_type: &ContentType, header_octets: u64, place: &Place) -> Result<Self> {
        let boundary = content_type.parameter("boundary").ok_or(Code::MimeBoundary)?;
        let splitter = Splitter::new(boundary, &session.settings.limits)?;
        let layer = session.add_layer(Layer::Signed(SignedLayer {
            form: SignedForm::Clear,
            verdict: Verdict::Indeterminate,
            signers: Vec::new(),
        }))?;
        if content_type.parameter("protocol").is_none() {
            session.find(Code::MimeSmimeType, Some(layer), Some("the protocol parameter is missing"));
        }
        let announced = content_type.parameter("micalg").map(announced_digests).unwrap_or_default();
        Ok(Self {
            splitter,
            parts: Parts {
                place: place.clone(),
                header_octets,
                layer,
                micalg: content_type.parameter("micalg").map(|micalg| micalg.chars().take(40).collect()),
                announced,
                part: Part::None,
                hashed: None,
                is_signature_read: false,
                uncovered: Vec::new(),
            },
        })
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        self.splitter.push(octets, &mut ClearSink { parts: &mut self.parts, session })
    }

    pub(super) fn finish(&mut self, session: &mut Session<'_>) -> Result<()> {
        self.splitter.finish(&mut ClearSink { parts: &mut self.parts, session })?;
        if !self.splitter.closed() {
            return Err(Code::MimeTruncated.into());
        }
        if !self.parts.is_signature_read {
            return Err(Error::new(Code::MimeSignedParts).because("the signature is missing"));
        }
        self.parts.compare_micalg(session);
        let uncovered = std::mem::take(&mut self.parts.uncovered);
        if !uncovered.is_empty() {
            // No client shows what stands around the parts (RFC 2046 section 5.1.1), and many write a line there for old ones.
            session.note(Code::SigUncovered, self.parts.layer, &uncovered.join(", "));
            session.report.coverage.uncovered_parts.extend(uncovered);
        }
        Ok(())
    }
}

/// The digests that a micalg parameter names, in the spellings of RFC 8551 section 3.5.3.2 and of older mail.
fn announced_digests(micalg: &str) -> Vec<DigestAlgorithm> {
    let mut found = Vec::new();
    for word in micalg.split(',').take(8) {
        let algorithm = match word.trim().to_ascii_lowercase().as_str() {
            "sha-1" | "sha1" => DigestAlgorithm::Sha1,
            "sha-256" | "sha256" => DigestAlgorithm::Sha256,
            "sha-384" | "sha384" => DigestAlgorithm::Sha384,
            "sha-512" | "sha512" => DigestAlgorithm::Sha512,
            _ => continue,
        };
        if !found.contains(&algorithm) {
            found.push(algorithm);
        }
    }
    found
}

struct ClearSink<'a, 'w> {
    parts: &'a mut Parts,
    session: &'a mut Session<'w>,
}

impl PartSink for ClearSink<'_, '_> {
    fn preamble(&mut self, octets: &[u8]) -> Result<()> {
        note_text(&mut self.parts.uncovered, &self.parts.place, "preamble", octets);
        Ok(())
    }

    fn part_start(&mut self, index: usize, offset: u64) -> Result<()> {
        self.session.count_part()?;
        self.parts.part = match index {
            0 => Part::Content(Box::new(self.parts.content(self.session, offset))),
            1 => {
                let hashed = self.parts.hashed.take().ok_or(Code::Internal)?;
                let reader = HeaderReader::new(&self.session.settings.limits);
                Part::Signature(Box::new(Signature { layer: self.parts.layer, state: SignatureState::Header(reader, hashed) }))
            }
            _ => return Err(Error::new(Code::MimeSignedParts).because("there are more than two parts")),
        };
        Ok(())
    }

    fn part_data(&mut self, octets: &[u8]) -> Result<()> {
        match &mut self.parts.part {
            Part::None => Ok(()),
            Part::Content(content) => content.push(self.session, octets),
            Part::Signature(signature) => signature.push(self.session, octets),
        }
    }

    fn part_end(&mut self, _index: usize, _offset: u64) -> Result<()> {
        match std::mem::replace(&mut self.parts.part, Part::None) {
            Part::None => Ok(()),
            Part::Content(content) => {
                self.parts.hashed = Some(content.finish(self.session)?);
                Ok(())
            }
            Part::Signature(signature) => {
                self.parts.is_signature_read = true;
                signature.finish(self.session)
            }
        }
    }

    fn epilogue(&mut self, octets: &[u8]) -> Result<()> {
        note_text(&mut self.parts.uncovered, &self.parts.place, "epilogue", octets);
        Ok(())
    }
}

impl Parts {
    /// Reports a micalg that left out a digest which was used. It is a hint and no more: nothing depends on it.
    fn compare_micalg(&self, session: &mut Session<'_>) {
        let (Some(micalg), Some(Layer::Signed(signed))) = (&self.micalg, session.report.layers.get(self.layer)) else { return };
        let is_announced = |digest: &str| self.announced.iter().any(|announced| announced.name() == digest);
        let left_out: Vec<&str> = signed.signers.iter().map(|signer| signer.digest.as_str()).filter(|used| !is_announced(used)).collect();
        if let Some(used) = left_out.first() {
            let detail = format!("{micalg} rather than {used}");
            session.find(Code::SigMicalg, Some(self.layer), Some(&detail));
        }
    }

    fn content(&self, session: &Session<'_>, offset: u64) -> Content {
        Content {
            canonicalizer: Canonicalizer::new(),
            hashing: session.hashing(&self.announced),
            entity: Entity::new(&session.settings.limits, Place::inside(self.layer)),
            start: self.place.offset().saturating_add(self.header_octets).saturating_add(offset),
            octets: 0,
        }
    }
}

impl Content {
    fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        self.octets = self.octets.saturating_add(octets.len() as u64);
        let Self { canonicalizer, hashing, entity, .. } = self;
        canonicalizer.push(octets, &mut |piece| {
            hashing.update(piece);
            entity.push(session, piece)
        })
    }

    fn finish(mut self, session: &mut Session<'_>) -> Result<Hashed> {
        self.entity.finish(session)?;
        session.report.coverage.signed.push((self.start, self.start.saturating_add(self.octets)));
        Ok(self.hashing.finish())
    }
}

impl Signature {
    fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        match &mut self.state {
            SignatureState::Header(reader, _) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                self.begin_body(session)?;
                self.push(session, octets.get(consumed..).unwrap_or_default())
            }
            SignatureState::Body { decoder, decoded, cms } => {
                decoded.clear();
                let decoding = decoder.push(octets, decoded);
                cms.push(session, decoded)?;
                decoding
            }
        }
    }

    fn begin_body(&mut self, session: &mut Session<'_>) -> Result<()> {
        let SignatureState::Header(reader, hashed) = &mut self.state else { return Ok(()) };
        let limits: &Limits = &session.settings.limits;
        let header = std::mem::replace(reader, HeaderReader::new(limits)).finish();
        let is_signature = content_type(&header).is_some_and(|found| {
            is_signature_type(&format!("{}/{}", found.kind(), found.subtype()))
                || (found.kind() == "application" && found.subtype() == "octet-stream" && has_name(&header, &found, ".p7s"))
        });
        if !is_signature {
            return Err(Code::MimeSignedProtocol.into());
        }
        let cms = Box::new(CmsLayer::signature_over(limits, self.layer, std::mem::take(hashed)));
        self.state = SignatureState::Body { decoder: TransferDecoder::new(transfer_encoding(&header)?), decoded: Vec::new(), cms };
        Ok(())
    }

    fn finish(mut self, session: &mut Session<'_>) -> Result<()> {
        if matches!(self.state, SignatureState::Header(..)) {
            self.begin_body(session)?;
        }
        let SignatureState::Body { decoder, decoded, cms } = &mut self.state else { return Err(Code::Internal.into()) };
        decoded.clear();
        decoder.finish(decoded)?;
        cms.push(session, decoded)?;
        cms.finish(session)?;
        if decoder.trailing() {
            session.note(Code::SigUncovered, self.layer, "text after the base64 of the signature");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micalg_is_read_in_every_spelling() {
        assert_eq!(announced_digests("sha-256"), [DigestAlgorithm::Sha256]);
        assert_eq!(announced_digests("SHA512, sha1,unknown, sha512"), [DigestAlgorithm::Sha512, DigestAlgorithm::Sha1]);
        assert_eq!(announced_digests("md5"), []);
    }
}
