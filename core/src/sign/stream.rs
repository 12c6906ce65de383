//! Signing as a pipe: header split, body made canonical and hashed as it is written, signature at the end.

use std::io::Write;
use std::sync::Arc;

use crate::asn1::oid;
use crate::cms::{AlgorithmIdentifier, SignedDataWriter};
use crate::crypto::{Digest, DigestAlgorithm, Hasher, rng};
use crate::error::{Code, Error, Result};
use crate::mime::{
    self, Base64Writer, BodyFacts, Canonicalizer, Header, HeaderReader, LineLength, SplitMessage, TransportEncoder, multipart_signed_head,
    multipart_signed_tail, pkcs7_mime_head, protect_signed, split_message,
};
use crate::report::SignedForm;

use super::Settings;
use super::information::{self, Author};

/// What is known of the body before it comes.
pub(super) enum Foreknowledge {
    /// A scan found out this.
    Scanned(BodyFacts),
    /// It is safe: it was made so.
    Safe,
    /// Nothing: it is scanned on the way, and what is not safe is an error at the end.
    None,
}

/// How the body reaches the signature.
enum Body {
    AsIs,
    Encoded(Box<TransportEncoder>),
    Checked,
}

/// A message on its way to being signed: push its octets in pieces of any size, then finish.
pub struct SignStream<'w> {
    settings: Arc<Settings>,
    out: &'w mut dyn Write,
    state: State,
}

enum State {
    Header(HeaderReader, Foreknowledge),
    Body(Box<Writing>),
}

/// The body while it goes by.
struct Writing {
    body: Body,
    facts: BodyFacts,
    canonicalizer: Canonicalizer,
    hashers: Vec<Hasher>,
    carrier: Carrier,
    encoded: Vec<u8>,
}

/// What the content is put into.
enum Carrier {
    Clear { boundary: String },
    Opaque { writer: SignedDataWriter, base64: Base64Writer },
}

impl<'w> SignStream<'w> {
    pub(super) fn with(settings: &Arc<Settings>, out: &'w mut dyn Write, known: Foreknowledge) -> Self {
        let reader = HeaderReader::new(&settings.limits);
        Self { settings: Arc::clone(settings), out, state: State::Header(reader, known) }
    }

    /// Takes the next octets of the message.
    ///
    /// # Errors
    /// As [`Signer::sign`](super::Signer::sign); [`Code::UseIo`] where writing fails. After an error the stream, and what was written,
    /// are of no more use.
    pub fn push(&mut self, octets: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Header(reader, _) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                self.begin()?;
                self.push(octets.get(consumed..).unwrap_or_default())
            }
            State::Body(writing) => octets.chunks(super::BLOCK).try_for_each(|block| writing.push(block, self.out)),
        }
    }

    /// Signs and writes what is left.
    ///
    /// # Errors
    /// As [`SignStream::push`], and [`Code::UseNotTransportSafe`] where content that was not scanned before turned out not to
    /// survive 7-bit transport.
    pub fn finish(mut self) -> Result<()> {
        if matches!(self.state, State::Header(..)) {
            self.begin()?;
        }
        let State::Body(writing) = self.state else { return Err(Code::Internal.into()) };
        writing.finish(&self.settings, self.out)
    }

    /// The header has ended: writes everything that stands before the content.
    fn begin(&mut self) -> Result<()> {
        let State::Header(reader, known) = &mut self.state else { return Ok(()) };
        let header = std::mem::replace(reader, HeaderReader::new(&self.settings.limits)).finish();
        let known = std::mem::replace(known, Foreknowledge::None);
        let mut split = split_message(&header)?;
        let body = self.settings.body(&mut split.entity, known)?;
        let split = self.settings.protect(split)?;
        let authors = information::authors(&self.settings)?;
        let digests = information::digests_of(&authors);
        let carrier = match self.settings.form {
            SignedForm::Clear => clear(&authors, &split.outer, self.out)?,
            SignedForm::Opaque => opaque(&authors, &split.outer, self.out)?,
        };
        let mut writing = Writing {
            body,
            facts: BodyFacts::new(),
            canonicalizer: Canonicalizer::new(),
            hashers: digests.into_iter().map(Hasher::new).collect(),
            carrier,
            encoded: Vec::new(),
        };
        writing.canonical(&split.entity, self.out)?;
        self.state = State::Body(Box::new(writing));
        Ok(())
    }
}

impl Settings {
    /// The fields for outside, and the whole header for inside with the fields to protect.
    pub(super) fn protect(&self, mut split: SplitMessage) -> Result<SplitMessage> {
        if self.protects_headers {
            split = protect_signed(&split, &self.limits)?;
        }
        split.entity.extend_from_slice(b"\r\n");
        Ok(split)
    }

    /// The way of the body to where it will stand inside; the structural fields, without the blank line, are made to say so.
    fn body(&self, fields: &mut Vec<u8>, known: Foreknowledge) -> Result<Body> {
        let facts = match known {
            Foreknowledge::Scanned(facts) => facts,
            Foreknowledge::Safe => return Ok(Body::AsIs),
            Foreknowledge::None => return Ok(Body::Checked),
        };
        if self.is_carried_safely(&facts) {
            return Ok(Body::AsIs);
        }
        let (parsed, _) = Header::read(&[fields.as_slice(), b"\r\n"].concat(), &self.limits)?;
        let (header, encoder) = TransportEncoder::new(&parsed, &facts)?;
        *fields = header.strip_suffix(b"\r\n").unwrap_or(&header).to_vec();
        Ok(Body::Encoded(Box::new(encoder)))
    }

    /// Whether a body like this can go into the signature as it is. Inside an opaque signature 8-bit text is safe; what is not
    /// text would suffer from canonical line ends.
    pub(super) fn is_carried_safely(&self, body: &BodyFacts) -> bool {
        body.is_transport_safe() || (self.form == SignedForm::Opaque && !body.has_nul && !body.bare_cr)
    }
}

fn clear(authors: &[Author<'_>], outer: &[u8], out: &mut dyn Write) -> Result<Carrier> {
    let mut random = [0u8; 16];
    rng::fill(&mut random)?;
    let boundary = mime::boundary(&random);
    let micalg: Vec<&str> = information::digests_of(authors).into_iter().map(DigestAlgorithm::micalg).collect();
    out.write_all(&multipart_signed_head(outer, &micalg.join(","), &boundary)?)?;
    Ok(Carrier::Clear { boundary })
}

fn opaque(authors: &[Author<'_>], outer: &[u8], out: &mut dyn Write) -> Result<Carrier> {
    out.write_all(&pkcs7_mime_head(outer, "signed-data")?)?;
    let mut writer = SignedDataWriter::new(1, &digest_algorithms(authors), oid::ID_DATA);
    let mut base64 = Base64Writer::new(LineLength::Of64);
    let mut lines = Vec::new();
    writer.head(&mut |octets| {
        base64.push(octets, &mut lines);
        Ok(())
    })?;
    out.write_all(&lines)?;
    Ok(Carrier::Opaque { writer, base64 })
}

pub(super) fn digest_algorithms(authors: &[Author<'_>]) -> Vec<AlgorithmIdentifier> {
    information::digests_of(authors).into_iter().map(|digest| AlgorithmIdentifier { oid: digest.oid(), parameters: None }).collect()
}

impl Writing {
    fn push(&mut self, octets: &[u8], out: &mut dyn Write) -> Result<()> {
        match &mut self.body {
            Body::AsIs => self.canonical(octets, out),
            Body::Checked => {
                self.facts.push(octets);
                self.canonical(octets, out)
            }
            Body::Encoded(encoder) => {
                let mut encoded = std::mem::take(&mut self.encoded);
                encoded.clear();
                encoder.push(octets, &mut encoded)?;
                let outcome = self.canonical(&encoded, out);
                self.encoded = encoded;
                outcome
            }
        }
    }

    /// Hashes and writes octets, their line ends as CRLF.
    fn canonical(&mut self, octets: &[u8], out: &mut dyn Write) -> Result<()> {
        let Self { canonicalizer, hashers, carrier, .. } = self;
        canonicalizer.push(octets, &mut |piece| deliver(piece, hashers, carrier, out))
    }

    fn finish(mut self, settings: &Settings, out: &mut dyn Write) -> Result<()> {
        if let Body::Encoded(encoder) = &mut self.body {
            let mut encoded = Vec::new();
            encoder.finish(&mut encoded)?;
            self.canonical(&encoded, out)?;
        }
        let Self { hashers, carrier, mut facts, body, .. } = self;
        facts.finish();
        if matches!(body, Body::Checked) && matches!(carrier, Carrier::Clear { .. }) && !facts.is_transport_safe() {
            return Err(Error::new(Code::UseNotTransportSafe).because("scan the content first, or sign it opaquely"));
        }
        let digests: Vec<Digest> = hashers.into_iter().map(Hasher::finish).collect();
        let authors = information::authors(settings)?;
        let tail = information::sign(settings, &authors, &digests)?;
        match carrier {
            Carrier::Clear { boundary } => {
                let signature = SignedDataWriter::new(1, &digest_algorithms(&authors), oid::ID_DATA).detached(&tail)?;
                out.write_all(&multipart_signed_tail(&boundary, &signature)?)?;
            }
            Carrier::Opaque { mut writer, mut base64 } => {
                let mut lines = Vec::new();
                writer.tail(&tail, &mut |octets| {
                    base64.push(octets, &mut lines);
                    Ok(())
                })?;
                base64.finish(&mut lines);
                out.write_all(&lines)?;
            }
        }
        Ok(())
    }
}

fn deliver(piece: &[u8], hashers: &mut [Hasher], carrier: &mut Carrier, out: &mut dyn Write) -> Result<()> {
    for hasher in hashers {
        hasher.update(piece);
    }
    match carrier {
        Carrier::Clear { .. } => out.write_all(piece)?,
        Carrier::Opaque { writer, base64 } => {
            let mut lines = Vec::new();
            writer.content(piece, &mut |octets| {
                base64.push(octets, &mut lines);
                Ok(())
            })?;
            out.write_all(&lines)?;
        }
    }
    Ok(())
}
