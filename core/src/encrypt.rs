//! Encrypting a message to recipients: EnvelopedData or AuthEnvelopedData within application/pkcs7-mime.

mod recipients;
mod stream;

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use crate::cert::{Certificate, KeyUsage};
use crate::crypto::{ContentCipher, DigestAlgorithm, KeyKind, KeyTransport};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

pub use stream::EncryptStream;

/// Octets that go through the whole chain at once, so that they stay in the cache.
const BLOCK: usize = 64 << 10;

/// Encrypts messages to recipients. Set it up once, use it for any number of messages from any thread.
///
/// Without further words the content is encrypted with AES-256-GCM where every recipient is known to read it, else with
/// AES-256-CBC, which every client reads; keys of RSA recipients travel by RSAES-OAEP where that is known to be read,
/// else by PKCS #1 v1.5.
///
/// ```
/// # use smime::*;
/// # fn example(bob: &Certificate, message: &[u8]) -> Result<Vec<u8>> {
/// Encryptor::new().recipient(bob)?.encrypt(message)
/// # }
/// ```
#[derive(Clone)]
pub struct Encryptor {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    recipients: Vec<Recipient>,
    cipher: Option<ContentCipher>,
    oaep: Option<bool>,
    protects_headers: bool,
    limits: Limits,
}

/// One who will be able to read the message.
#[derive(Clone)]
struct Recipient {
    certificate: Certificate,
    reads_gcm: bool,
    reads_oaep: bool,
}

impl Default for Encryptor {
    fn default() -> Self {
        Self::new()
    }
}

impl Encryptor {
    /// An encryptor without recipients.
    pub fn new() -> Self {
        let settings = Settings { recipients: Vec::new(), cipher: None, oaep: None, protects_headers: false, limits: Limits::default() };
        Self { settings: Arc::new(settings) }
    }

    /// Encrypts to this certificate too. Whether the certificate is to be trusted was for the caller to find out.
    ///
    /// # Errors
    /// [`Code::UseKeyForEncryption`] where its key usage or the kind of its key does not allow encryption, [`Code::KeyUnsupported`]
    /// or [`Code::KeyInvalid`] where its key cannot be used, [`Code::LimitRecipients`] where there are too many.
    pub fn recipient(self, certificate: &Certificate) -> Result<Self> {
        self.recipient_announcing(certificate, &[])
    }

    /// Encrypts to this certificate too, whose owner announced what can be read: the words of
    /// [`SignerReport::capabilities`](crate::report::SignerReport::capabilities) of a message signed by that person.
    ///
    /// # Errors
    /// As [`Encryptor::recipient`].
    pub fn recipient_announcing(mut self, certificate: &Certificate, capabilities: &[String]) -> Result<Self> {
        check_recipient(certificate)?;
        let settings = self.settings_mut();
        if settings.recipients.len() >= settings.limits.recipients {
            return Err(Code::LimitRecipients.into());
        }
        let reads = |name: &str| capabilities.iter().any(|capability| capability.eq_ignore_ascii_case(name));
        settings.recipients.push(Recipient {
            certificate: certificate.clone(),
            reads_gcm: reads(ContentCipher::Aes256Gcm.name()),
            reads_oaep: reads("rsaes-oaep") || reads(&crate::asn1::oid::ID_RSAES_OAEP.to_string()),
        });
        Ok(self)
    }

    /// Uses this cipher, whatever is known of the recipients.
    ///
    /// # Errors
    /// [`Code::UseArgument`] for a cipher that is kept for reading old mail only.
    pub fn cipher(mut self, cipher: ContentCipher) -> Result<Self> {
        if matches!(cipher, ContentCipher::DesEde3Cbc | ContentCipher::Rc2Cbc) {
            return Err(Error::new(Code::UseArgument).because(format!("{} is for reading only", cipher.name())));
        }
        self.settings_mut().cipher = Some(cipher);
        Ok(self)
    }

    /// Whether keys of RSA recipients travel by RSAES-OAEP (with SHA-256) rather than PKCS #1 v1.5, whatever is known of them.
    #[must_use]
    pub fn key_transport_oaep(mut self, oaep: bool) -> Self {
        self.settings_mut().oaep = Some(oaep);
        self
    }

    /// Puts a copy of the header fields inside the encryption and hides the Subject outside (RFC 9788).
    #[must_use]
    pub fn protect_headers(mut self) -> Self {
        self.settings_mut().protects_headers = true;
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

    /// Encrypts a message or MIME entity in memory, as DER.
    ///
    /// MIME-Version and Content-* fields go inside, all other header fields stay outside.
    ///
    /// # Errors
    /// [`Code::UseNoRecipient`], [`Code::MimeHeader`] where the input does not begin with a header, [`Code::UseHeaderValue`] where a
    /// field of it has a bare CR or NUL.
    pub fn encrypt(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        out.try_reserve(message.len().saturating_mul(3).checked_div(2).unwrap_or(0).saturating_add(8 << 10))
            .map_err(|_| Code::LimitBytes)?;
        let length = self.content_length(|measure| message.chunks(BLOCK).try_for_each(|block| measure.push(block)))?;
        let mut stream = EncryptStream::with(&self.settings, &mut out, Some(length))?;
        for block in message.chunks(BLOCK) {
            stream.push(block)?;
        }
        stream.finish()?;
        Ok(out)
    }

    /// Encrypts a message that can be read twice, in constant memory: first its size is found out, so that DER can be written.
    ///
    /// # Errors
    /// As [`Encryptor::encrypt`]; [`Code::UseIo`] where reading or writing fails, [`Code::UseContentSize`] where the source
    /// changed between the readings. After an error what was written must be thrown away.
    pub fn encrypt_from<R: Read + Seek>(&self, source: &mut R, output: &mut dyn Write) -> Result<()> {
        let start = source.stream_position()?;
        let length = self.content_length(|measure| read_blocks(source, |block| measure.push(block)))?;
        source.seek(SeekFrom::Start(start))?;
        let mut stream = EncryptStream::with(&self.settings, output, Some(length))?;
        read_blocks(source, |block| stream.push(block))?;
        stream.finish()
    }

    /// A stream for a message that comes in pieces and whose size is not known: written as BER.
    ///
    /// # Errors
    /// [`Code::UseNoRecipient`] without recipients.
    pub fn stream<'w>(&self, output: &'w mut dyn Write) -> Result<EncryptStream<'w>> {
        EncryptStream::with(&self.settings, output, None)
    }

    /// Octets of the canonical entity that goes inside.
    fn content_length(&self, feed: impl FnOnce(&mut stream::Measure) -> Result<()>) -> Result<u64> {
        let mut measure = stream::Measure::new(&self.settings);
        feed(&mut measure)?;
        measure.finish()
    }
}

impl Settings {
    /// The content cipher: the one asked for, else the best that every recipient is known to read.
    fn content_cipher(&self) -> ContentCipher {
        let all_read_gcm = self.recipients.iter().all(|recipient| recipient.reads_gcm);
        self.cipher.unwrap_or(if all_read_gcm { ContentCipher::Aes256Gcm } else { ContentCipher::Aes256Cbc })
    }

    fn transport_for(&self, recipient: &Recipient) -> KeyTransport {
        if self.oaep.unwrap_or(recipient.reads_oaep) { KeyTransport::oaep(DigestAlgorithm::Sha256) } else { KeyTransport::RsaPkcs1v15 }
    }
}

/// Whether this certificate's key may be used for encryption (RFC 5280 section 4.2.1.3).
fn check_recipient(certificate: &Certificate) -> Result<()> {
    let usage = certificate.key_usage()?;
    let kind = certificate.public_key()?.kind();
    let (fits, needed) = match kind {
        KeyKind::Rsa { .. } => (usage.is_none_or(|usage| usage.any(KeyUsage::KEY_ENCIPHERMENT)), "keyEncipherment"),
        KeyKind::Ec(_) | KeyKind::X25519 => (usage.is_none_or(|usage| usage.any(KeyUsage::KEY_AGREEMENT)), "keyAgreement"),
        _ => (false, "a key that encrypts"),
    };
    if fits {
        Ok(())
    } else {
        Err(Error::new(Code::UseKeyForEncryption).because(format!("{needed} is missing: {}", certificate.subject())))
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
