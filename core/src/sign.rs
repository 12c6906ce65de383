//! Signing a message: multipart/signed or opaque, made so that no relay on the way has a reason to rewrite it.

mod information;
mod stream;

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use crate::asn1::oid;
use crate::cms::SignedDataWriter;
use crate::crypto::{Digest, DigestAlgorithm, Hasher};
use crate::error::{Code, Error, Result};
use crate::identity::Identity;
use crate::limits::Limits;
use crate::mime::{
    Base64Writer, BodyFacts, ContentType, Header, HeaderReader, LineLength, canonical, make_transport_safe, pkcs7_mime_head, split_message,
};
use crate::report::SignedForm;
use crate::time::Time;

pub use stream::SignStream;
use stream::{Foreknowledge, digest_algorithms};

/// Octets that go through the whole chain at once, so that they stay in the cache.
const BLOCK: usize = 64 << 10;

/// Signs messages for one or several identities. Set it up once, use it for any number of messages from any thread.
///
/// ```
/// # use smime::*;
/// # fn example(alice: Identity, now: Time) -> Result<()> {
/// let message = b"From: alice@example.org\r\nSubject: hello\r\nContent-Type: text/plain\r\n\r\nHello\r\n";
/// let signed = Signer::new(&alice).at(now).sign(message)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signer {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    identities: Vec<Identity>,
    digest: Option<DigestAlgorithm>,
    is_pss: bool,
    form: SignedForm,
    with_chain: bool,
    protects_headers: bool,
    at: Option<Time>,
    limits: Limits,
}

impl Signer {
    /// A signer for this identity: clear-signed, SHA-256 (with P-384 SHA-384, with P-521 and Ed25519 SHA-512), RSA as PKCS #1 v1.5,
    /// with the chain but without its root.
    pub fn new(identity: &Identity) -> Self {
        Self {
            settings: Arc::new(Settings {
                identities: vec![identity.clone()],
                digest: None,
                is_pss: false,
                form: SignedForm::Clear,
                with_chain: true,
                protects_headers: false,
                at: None,
                limits: Limits::default(),
            }),
        }
    }

    /// Signs for this identity too. Some clients look at one signer only.
    #[must_use]
    pub fn also(mut self, identity: &Identity) -> Self {
        self.settings_mut().identities.push(identity.clone());
        self
    }

    /// Uses this digest in place of the one that goes with the key. Ed25519 keeps its own.
    #[must_use]
    pub fn digest(mut self, digest: DigestAlgorithm) -> Self {
        self.settings_mut().digest = Some(digest);
        self
    }

    /// Signs with RSASSA-PSS where the key is RSA (RFC 4056). Several clients refuse it.
    #[must_use]
    pub fn pss(mut self) -> Self {
        self.settings_mut().is_pss = true;
        self
    }

    /// Makes application/pkcs7-mime with the content inside, which survives every relay but is unreadable without S/MIME.
    #[must_use]
    pub fn opaque(mut self) -> Self {
        self.settings_mut().form = SignedForm::Opaque;
        self
    }

    /// Sends the signer's certificate alone, without its chain.
    #[must_use]
    pub fn without_chain(mut self) -> Self {
        self.settings_mut().with_chain = false;
        self
    }

    /// Puts a copy of the header fields inside the signature (RFC 9788).
    #[must_use]
    pub fn protect_headers(mut self) -> Self {
        self.settings_mut().protects_headers = true;
        self
    }

    /// The time that the signature claims. Without it the signature claims none: the core asks no clock.
    #[must_use]
    pub fn at(mut self, time: Time) -> Self {
        self.settings_mut().at = Some(time);
        self
    }

    /// Holds input to these bounds.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings_mut().limits = limits;
        self
    }

    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// Signs a message or MIME entity in memory.
    ///
    /// MIME-Version and Content-* fields go inside, all other header fields stay outside. Content that would not survive
    /// 7-bit transport is encoded; other content is kept octet for octet, with line ends as CRLF.
    ///
    /// # Errors
    /// [`Code::UseKeyForSigning`] where an identity has no key that may sign, [`Code::MimeHeader`] where the input does not begin
    /// with a header, [`Code::UseHeaderValue`] where a field of it has a bare CR or NUL, [`Code::UseNotTransportSafe`] where it could be made safe only by breaking a signature inside it, and
    /// what an external key answers.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut signed = Vec::new();
        let room = message.len().saturating_add(message.len() / 32).saturating_add(16 << 10);
        signed.try_reserve(room).map_err(|_| Error::new(Code::LimitBytes).because("out of memory"))?;
        let mut scan = Scan::new(&self.settings.limits);
        message.chunks(BLOCK).try_for_each(|block| scan.push(block))?;
        let (facts, _) = scan.finish();
        if self.settings.is_carried_safely(&facts) {
            self.push_through(message, Foreknowledge::Safe, &mut signed)?;
        } else {
            self.push_through(&self.made_safe(message)?, Foreknowledge::Safe, &mut signed)?;
        }
        Ok(signed)
    }

    /// The message with its entity encoded where 7-bit transport would change it.
    fn made_safe(&self, message: &[u8]) -> Result<Vec<u8>> {
        let (header, body) = Header::read(message, &self.settings.limits)?;
        let split = split_message(&header)?;
        let entity = [split.entity.as_slice(), b"\r\n", body].concat();
        let safe = make_transport_safe(&entity, &self.settings.limits)?;
        Ok([split.outer.as_slice(), &safe].concat())
    }

    fn push_through(&self, message: &[u8], known: Foreknowledge, signed: &mut Vec<u8>) -> Result<()> {
        if self.settings.form == SignedForm::Opaque {
            return self.opaque_in_memory(message, signed);
        }
        let mut stream = SignStream::with(&self.settings, signed, known);
        message.chunks(BLOCK).try_for_each(|block| stream.push(block))?;
        stream.finish()
    }

    /// With everything in memory the signature can be made before the content is written, so the result is DER.
    fn opaque_in_memory(&self, message: &[u8], signed: &mut Vec<u8>) -> Result<()> {
        let (header, body) = Header::read(message, &self.settings.limits)?;
        let split = self.settings.protect(split_message(&header)?)?;
        let body = canonical(body);
        let authors = information::authors(&self.settings)?;
        let digests: Vec<Digest> = information::digests_of(&authors)
            .into_iter()
            .map(|algorithm| {
                let mut hasher = Hasher::new(algorithm);
                hasher.update(&split.entity);
                hasher.update(&body);
                hasher.finish()
            })
            .collect();
        let tail = information::sign(&self.settings, &authors, &digests)?;
        let length = (split.entity.len() as u64).saturating_add(body.len() as u64);
        let mut writer = SignedDataWriter::new(1, &digest_algorithms(&authors), oid::ID_DATA).definite(length, tail.length());
        signed.extend_from_slice(&pkcs7_mime_head(&split.outer, "signed-data")?);
        let mut base64 = Base64Writer::new(LineLength::Of64);
        let mut encode = |octets: &[u8]| {
            base64.push(octets, signed);
            Ok(())
        };
        writer.head(&mut encode)?;
        writer.content(&split.entity, &mut encode)?;
        if !body.is_empty() {
            writer.content(&body, &mut encode)?;
        }
        writer.tail(&tail, &mut encode)?;
        base64.finish(signed);
        Ok(())
    }

    /// Signs a message that can be read twice, in constant memory: first it is scanned for what transport would change.
    /// An opaque signature is written as BER.
    ///
    /// A multipart that has to be encoded inside is the exception: it is read into memory, within [`Limits::memory_bytes`].
    ///
    /// # Errors
    /// As [`Signer::sign`]; [`Code::LimitBytes`]; [`Code::UseIo`] where reading or writing fails. After an error what was written must be thrown away.
    pub fn sign_from<R: Read + Seek>(&self, source: &mut R, output: &mut dyn Write) -> Result<()> {
        let start = source.stream_position()?;
        let mut scan = Scan::new(&self.settings.limits);
        read_blocks(source, |block| scan.push(block))?;
        let (facts, is_leaf) = scan.finish();
        source.seek(SeekFrom::Start(start))?;
        if !is_leaf && !self.settings.is_carried_safely(&facts) {
            let mut message = Vec::new();
            let limit = self.settings.limits.memory_bytes;
            source.take(limit.saturating_add(1)).read_to_end(&mut message)?;
            if message.len() as u64 > limit {
                return Err(Error::new(Code::LimitBytes).because("a multipart that has to be encoded does not fit the memory allowed"));
            }
            output.write_all(&self.sign(&message)?)?;
            return Ok(());
        }
        let mut stream = SignStream::with(&self.settings, output, Foreknowledge::Scanned(facts));
        read_blocks(source, |block| stream.push(block))?;
        stream.finish()
    }

    /// A stream for a message that comes in pieces. Its content must be safe for 7-bit transport already, or signed opaquely.
    pub fn stream<'w>(&self, output: &'w mut dyn Write) -> SignStream<'w> {
        SignStream::with(&self.settings, output, Foreknowledge::None)
    }

    /// Signs octets as they are, without MIME: a bare detached signature in DER.
    ///
    /// # Errors
    /// [`Code::UseKeyForSigning`], and what an external key answers.
    pub fn sign_detached(&self, content: &[u8]) -> Result<Vec<u8>> {
        let authors = information::authors(&self.settings)?;
        let digests: Vec<Digest> = information::digests_of(&authors).into_iter().map(|algorithm| algorithm.digest(content)).collect();
        let tail = information::sign(&self.settings, &authors, &digests)?;
        SignedDataWriter::new(1, &digest_algorithms(&authors), oid::ID_DATA).detached(&tail)
    }
}

/// Finds out what transport would do to the body of a message.
struct Scan {
    state: ScanState,
    facts: BodyFacts,
}

enum ScanState {
    Header(HeaderReader),
    Body { is_leaf: bool },
}

impl Scan {
    fn new(limits: &Limits) -> Self {
        Self { state: ScanState::Header(HeaderReader::new(limits)), facts: BodyFacts::new() }
    }

    fn push(&mut self, octets: &[u8]) -> Result<()> {
        let ScanState::Header(reader) = &mut self.state else {
            self.facts.push(octets);
            return Ok(());
        };
        let Some(consumed) = reader.push(octets)? else { return Ok(()) };
        self.begin_body();
        self.facts.push(octets.get(consumed..).unwrap_or_default());
        Ok(())
    }

    fn begin_body(&mut self) {
        if matches!(self.state, ScanState::Body { .. }) {
            return;
        }
        if let ScanState::Header(reader) = std::mem::replace(&mut self.state, ScanState::Body { is_leaf: true }) {
            let header = reader.finish();
            let content_type = header.first("Content-Type").and_then(|value| ContentType::parse(value).ok());
            let is_leaf = content_type.is_none_or(|found| !matches!(found.kind(), "multipart" | "message"));
            self.state = ScanState::Body { is_leaf };
        }
    }

    fn finish(&mut self) -> (BodyFacts, bool) {
        self.begin_body();
        self.facts.finish();
        (self.facts.clone(), matches!(self.state, ScanState::Body { is_leaf: true }))
    }
}

fn read_blocks<R: Read>(source: &mut R, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut block = vec![0u8; BLOCK];
    loop {
        let count = source.read(&mut block)?;
        if count == 0 {
            return Ok(());
        }
        each(block.get(..count).unwrap_or_default())?;
    }
}
