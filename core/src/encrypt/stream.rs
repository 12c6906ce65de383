//! Encrypting as a pipe: header split, body made canonical, encrypted, wrapped and encoded as it is written.

use std::io::Write;
use std::sync::Arc;

use crate::asn1::oid;
use crate::cms::{AlgorithmIdentifier, EnvelopedDataWriter};
use crate::crypto::{ContentEncryptor, rng};
use crate::error::{Code, Result};
use crate::mime::{
    Base64Writer, Canonicalizer, Header, HeaderConfidentiality, HeaderReader, LineLength, SplitMessage, pkcs7_mime_head, protect_encrypted,
    split_message,
};

use super::{BLOCK, Settings, recipients};

/// Octets of the authentication tag.
const TAG_LENGTH: usize = 16;

/// A message on its way to being encrypted: push its octets in pieces of any size, then finish.
pub struct EncryptStream<'w> {
    settings: Arc<Settings>,
    out: &'w mut dyn Write,
    length: Option<u64>,
    state: State,
}

enum State {
    Header(HeaderReader),
    Body(Box<Writing>),
}

/// The body while it goes by.
struct Writing {
    canonicalizer: Canonicalizer,
    encryptor: ContentEncryptor,
    ciphertext: Vec<u8>,
    writer: EnvelopedDataWriter,
    base64: Base64Writer,
    lines: Vec<u8>,
}

impl<'w> EncryptStream<'w> {
    pub(super) fn with(settings: &Arc<Settings>, out: &'w mut dyn Write, length: Option<u64>) -> Result<Self> {
        if settings.recipients.is_empty() {
            return Err(Code::UseNoRecipient.into());
        }
        let reader = HeaderReader::new(&settings.limits);
        Ok(Self { settings: Arc::clone(settings), out, length, state: State::Header(reader) })
    }

    /// Takes the next octets of the message.
    ///
    /// # Errors
    /// As [`Encryptor::encrypt`](super::Encryptor::encrypt); [`Code::UseIo`] where writing fails. After an error the stream, and what
    /// was written, are of no more use.
    pub fn push(&mut self, octets: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Header(reader) => {
                let Some(consumed) = reader.push(octets)? else { return Ok(()) };
                self.begin()?;
                self.push(octets.get(consumed..).unwrap_or_default())
            }
            State::Body(writing) => octets.chunks(BLOCK).try_for_each(|block| writing.push(block, self.out)),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// As [`EncryptStream::push`].
    pub fn finish(mut self) -> Result<()> {
        if matches!(self.state, State::Header(_)) {
            self.begin()?;
        }
        let State::Body(writing) = self.state else { return Err(Code::Internal.into()) };
        writing.finish(self.out)
    }

    /// The header has ended: writes everything that stands before the content.
    fn begin(&mut self) -> Result<()> {
        let State::Header(reader) = &mut self.state else { return Ok(()) };
        let header = std::mem::replace(reader, HeaderReader::new(&self.settings.limits)).finish();
        let split = self.settings.split(&header)?;
        let cipher = self.settings.content_cipher();
        let key = rng::secret(cipher.key_length())?;
        let mut nonce = vec![0u8; cipher.nonce_length()];
        rng::fill(&mut nonce)?;
        let informations = recipients::informations(&self.settings, &key)?;
        let algorithm = AlgorithmIdentifier::parse(&cipher.algorithm_identifier(&nonce, TAG_LENGTH))?;
        let (mut writer, smime_type) = if cipher.is_aead() {
            (EnvelopedDataWriter::auth_enveloped(&informations, oid::ID_DATA, &algorithm)?, "authEnveloped-data")
        } else {
            (EnvelopedDataWriter::enveloped(&informations, oid::ID_DATA, &algorithm)?, "enveloped-data")
        };
        if let Some(length) = self.length {
            writer = writer.definite(cipher.ciphertext_length(length), TAG_LENGTH);
        }
        self.out.write_all(&pkcs7_mime_head(&split.outer, smime_type)?)?;
        let mut writing = Writing {
            canonicalizer: Canonicalizer::new(),
            encryptor: ContentEncryptor::new(cipher, &key, &nonce, &[])?,
            ciphertext: Vec::new(),
            writer,
            base64: Base64Writer::new(LineLength::Of64),
            lines: Vec::new(),
        };
        let Writing { writer, base64, lines, .. } = &mut writing;
        writer.head(&mut |octets| {
            base64.push(octets, lines);
            Ok(())
        })?;
        writing.push(&split.entity, self.out)?;
        self.state = State::Body(Box::new(writing));
        Ok(())
    }
}

impl Writing {
    fn push(&mut self, octets: &[u8], out: &mut dyn Write) -> Result<()> {
        self.ciphertext.clear();
        let Self { canonicalizer, encryptor, ciphertext, .. } = self;
        canonicalizer.push(octets, &mut |piece| encryptor.update(piece, ciphertext))?;
        self.write(out)
    }

    /// Wraps, encodes and writes the ciphertext that has come together.
    fn write(&mut self, out: &mut dyn Write) -> Result<()> {
        let Self { ciphertext, writer, base64, lines, .. } = self;
        if !ciphertext.is_empty() {
            writer.content(ciphertext, &mut |octets| {
                base64.push(octets, lines);
                Ok(())
            })?;
        }
        out.write_all(lines)?;
        lines.clear();
        Ok(())
    }

    fn finish(mut self, out: &mut dyn Write) -> Result<()> {
        self.ciphertext.clear();
        let Self { encryptor, mut ciphertext, mut writer, mut base64, mut lines, .. } = self;
        let tag = encryptor.finish(&mut ciphertext)?;
        let mut encode = |octets: &[u8]| {
            base64.push(octets, &mut lines);
            Ok(())
        };
        if !ciphertext.is_empty() {
            writer.content(&ciphertext, &mut encode)?;
        }
        writer.tail(tag.as_ref().map(|tag| &tag[..]), &mut encode)?;
        base64.finish(&mut lines);
        out.write_all(&lines)?;
        Ok(())
    }
}

impl Settings {
    /// The fields for outside, and the whole header for inside.
    fn split(&self, header: &Header) -> Result<SplitMessage> {
        let mut split = split_message(header)?;
        if self.protects_headers {
            split = protect_encrypted(&split, HeaderConfidentiality::Baseline, &self.limits)?;
        }
        split.entity.extend_from_slice(b"\r\n");
        Ok(split)
    }
}

/// Finds out how many octets of canonical content a message has.
pub(super) struct Measure {
    settings: Arc<Settings>,
    state: MeasureState,
    canonicalizer: Canonicalizer,
    octets: u64,
}

enum MeasureState {
    Header(HeaderReader),
    Body,
}

impl Measure {
    pub(super) fn new(settings: &Arc<Settings>) -> Self {
        let state = MeasureState::Header(HeaderReader::new(&settings.limits));
        Self { settings: Arc::clone(settings), state, canonicalizer: Canonicalizer::new(), octets: 0 }
    }

    pub(super) fn push(&mut self, octets: &[u8]) -> Result<()> {
        let MeasureState::Header(reader) = &mut self.state else { return self.count(octets) };
        let Some(consumed) = reader.push(octets)? else { return Ok(()) };
        self.begin()?;
        self.count(octets.get(consumed..).unwrap_or_default())
    }

    fn begin(&mut self) -> Result<()> {
        if let MeasureState::Header(reader) = std::mem::replace(&mut self.state, MeasureState::Body) {
            let entity = self.settings.split(&reader.finish())?.entity;
            self.count(&entity)?;
        }
        Ok(())
    }

    fn count(&mut self, octets: &[u8]) -> Result<()> {
        let Self { canonicalizer, octets: counted, .. } = self;
        canonicalizer.push(octets, &mut |piece| {
            *counted = counted.saturating_add(piece.len() as u64);
            Ok(())
        })
    }

    pub(super) fn finish(mut self) -> Result<u64> {
        self.begin()?;
        Ok(self.octets)
    }
}
