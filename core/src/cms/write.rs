//! Writers: DER where all lengths are known beforehand, else BER of indefinite length with the content in pieces.
//!
//! Each writer is used in three steps: `head`, any number of `content`, `tail`. None of them keeps the content.

mod attributes;
mod encode;
mod framing;

use const_oid::ObjectIdentifier;

use crate::asn1::{Tag, Writer, oid, set_of};
use crate::error::{Code, Error, Result};

use super::algorithm::AlgorithmIdentifier;
use super::recipients::RecipientInfo;
use super::signed::{CertificateSet, SignerIdentifier, SignerInfo};
use framing::{Framing, Level};

pub use attributes::SignedAttributesBuilder;
pub use encode::ecc_cms_shared_info;

/// Where a writer puts what it writes; the content goes there as the slices that the caller gave.
pub type Output<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// What follows the content of a SignedData, encoded: the certificates, the CRLs and the signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTail {
    encoded: Vec<u8>,
}

impl SignedTail {
    /// Encodes the parts, each SET in DER order. Certificates and CRLs are taken as they are.
    ///
    /// # Errors
    /// As [`SignerInfo::to_der`].
    pub fn new(certificates: &CertificateSet, signers: &[SignerInfo]) -> Result<Self> {
        let mut encoded = Vec::new();
        if !certificates.certificates.is_empty() {
            encoded.extend(set_of(Tag::context_constructed(0), certificates.certificates.clone()));
        }
        let mut revocation = certificates.crls.clone();
        revocation.extend(certificates.other_revocation.iter().map(encode::other_revocation));
        if !revocation.is_empty() {
            encoded.extend(set_of(Tag::context_constructed(1), revocation));
        }
        let signers: Result<Vec<Vec<u8>>> = signers.iter().map(SignerInfo::to_der).collect();
        encoded.extend(set_of(Tag::SET, signers?));
        Ok(Self { encoded })
    }

    /// Octets of the encoding: what [`SignedDataWriter::definite`] has to be told. It depends on the sizes of the signatures
    /// and attributes, not on what is in them.
    pub fn length(&self) -> u64 {
        self.encoded.len() as u64
    }
}

/// Writes a SignedData within a ContentInfo (RFC 5652 section 5).
///
/// ```
/// use smime::asn1::oid;
/// use smime::cms::{CertificateSet, SignedDataWriter, SignedTail};
/// // A certs-only message (RFC 8551 section 3.8): no content and no signer.
/// let certificates = CertificateSet { certificates: vec![vec![0x30, 0x00]], ..Default::default() };
/// let tail = SignedTail::new(&certificates, &[])?;
/// let encoded = SignedDataWriter::new(1, &[], oid::ID_DATA).detached(&tail)?;
/// assert_eq!(encoded.len(), 41);
/// # Ok::<(), smime::Error>(())
/// ```
pub struct SignedDataWriter {
    framing: Framing,
}

impl SignedDataWriter {
    /// A writer of a SignedData of this CMSVersion ([`signed_data_version`] tells it), with these digest algorithms
    /// and this content type; of indefinite length unless [`definite`](Self::definite) is called.
    pub fn new(version: u64, digest_algorithms: &[AlgorithmIdentifier], content_type: ObjectIdentifier) -> Self {
        let mut prefix = Writer::new();
        prefix.unsigned(version);
        let mut digests: Vec<Vec<u8>> = digest_algorithms.iter().map(AlgorithmIdentifier::to_der).collect();
        digests.sort();
        digests.dedup();
        prefix.raw(&set_of(Tag::SET, digests));
        let mut levels = content_info(oid::ID_SIGNED_DATA);
        levels.push(Level::new(Tag::SEQUENCE, prefix.into_vec()));
        levels.extend(encapsulated(content_type));
        Self { framing: Framing::new(levels, STRUCTURE, Tag::OCTET_STRING) }
    }

    /// Promises content and tail of these lengths, so that the message becomes DER.
    #[must_use]
    pub fn definite(mut self, content_length: u64, tail_length: u64) -> Self {
        self.framing.promise(content_length, tail_length);
        self
    }

    /// A whole SignedData without content, in DER: a detached signature, or certificates only.
    ///
    /// # Errors
    /// [`Code::UseState`] where the writer was used before.
    pub fn detached(self, tail: &SignedTail) -> Result<Vec<u8>> {
        self.framing.without_content(&tail.encoded)
    }

    /// Writes what stands before the content.
    ///
    /// # Errors
    /// [`Code::UseState`] out of turn, or the error of the output.
    pub fn head(&mut self, out: Output<'_>) -> Result<()> {
        self.framing.head(out)
    }

    /// Writes a piece of the content.
    ///
    /// # Errors
    /// [`Code::UseContentSize`] where there is more content than promised, [`Code::UseState`] out of turn, or the error of the
    /// output.
    pub fn content(&mut self, octets: &[u8], out: Output<'_>) -> Result<()> {
        self.framing.content(octets, out)
    }

    /// Writes what stands after the content.
    ///
    /// # Errors
    /// [`Code::UseContentSize`] where content or tail have another length than promised, [`Code::UseState`] out of turn,
    /// or the error of the output.
    pub fn tail(&mut self, tail: &SignedTail, out: Output<'_>) -> Result<()> {
        self.framing.tail(&tail.encoded, out)
    }
}

/// The CMSVersion of a SignedData (RFC 5652 section 5.1) of this content type whose signers are named like this.
pub fn signed_data_version<'a>(
    content_type: ObjectIdentifier,
    certificates: &CertificateSet,
    mut signers: impl Iterator<Item = &'a SignerIdentifier>,
) -> u64 {
    if !certificates.other_revocation.is_empty() {
        5
    } else if content_type != oid::ID_DATA || signers.any(|sid| matches!(sid, SignerIdentifier::SubjectKeyIdentifier(_))) {
        3
    } else {
        1
    }
}

/// Writes an EnvelopedData or AuthEnvelopedData within a ContentInfo (RFC 5652 section 6, RFC 5083).
///
/// ```
/// use smime::asn1::oid;
/// use smime::cms::{AlgorithmIdentifier, EnvelopedDataWriter, IssuerAndSerial, RecipientIdentifier, RecipientInfo};
/// let rsa = AlgorithmIdentifier { oid: oid::RSA_ENCRYPTION, parameters: Some(vec![0x05, 0x00]) };
/// let name = IssuerAndSerial { issuer: vec![0x30, 0x00], serial: vec![0x05] };
/// let recipient = RecipientInfo::key_transport(RecipientIdentifier::IssuerAndSerial(name), rsa, vec![0; 256]);
/// let cipher = AlgorithmIdentifier { oid: oid::AES256_CBC, parameters: Some([&[0x04, 0x10][..], &[0; 16]].concat()) };
///
/// let mut message = Vec::new();
/// let mut out = |octets: &[u8]| {
///     message.extend_from_slice(octets);
///     Ok(())
/// };
/// // 32 octets of ciphertext are known to come, so the message is DER.
/// let mut writer = EnvelopedDataWriter::enveloped(&[recipient], oid::ID_DATA, &cipher)?.definite(32, 0);
/// writer.head(&mut out)?;
/// writer.content(&[0; 16], &mut out)?;
/// writer.content(&[0; 16], &mut out)?;
/// writer.tail(None, &mut out)?;
/// assert_eq!(message[..2], [0x30, 0x82]);
/// # Ok::<(), smime::Error>(())
/// ```
pub struct EnvelopedDataWriter {
    framing: Framing,
    authenticated: bool,
}

impl EnvelopedDataWriter {
    /// A writer of an EnvelopedData to these recipients, with content of this type encrypted by this algorithm; of indefinite
    /// length unless [`definite`](Self::definite) is called.
    ///
    /// # Errors
    /// [`Code::UseNoRecipient`] without recipients, else as [`RecipientInfo::to_der`].
    pub fn enveloped(
        recipients: &[RecipientInfo],
        content_type: ObjectIdentifier,
        content_encryption: &AlgorithmIdentifier,
    ) -> Result<Self> {
        Self::new(oid::ID_ENVELOPED_DATA, enveloped_data_version(recipients), recipients, content_type, content_encryption)
    }

    /// A writer of an AuthEnvelopedData; the same otherwise.
    ///
    /// # Errors
    /// As [`enveloped`](Self::enveloped).
    pub fn auth_enveloped(
        recipients: &[RecipientInfo],
        content_type: ObjectIdentifier,
        content_encryption: &AlgorithmIdentifier,
    ) -> Result<Self> {
        // RFC 5083 section 2.1: "version ... MUST be 0".
        Self::new(oid::ID_CT_AUTH_ENVELOPED_DATA, 0, recipients, content_type, content_encryption)
    }

    fn new(
        outer: ObjectIdentifier,
        version: u64,
        recipients: &[RecipientInfo],
        content_type: ObjectIdentifier,
        content_encryption: &AlgorithmIdentifier,
    ) -> Result<Self> {
        if recipients.is_empty() {
            return Err(Error::new(Code::UseNoRecipient));
        }
        let encoded: Result<Vec<Vec<u8>>> = recipients.iter().map(RecipientInfo::to_der).collect();
        let mut prefix = Writer::new();
        prefix.unsigned(version);
        prefix.raw(&set_of(Tag::SET, encoded?));
        let mut info = Writer::new();
        info.oid(content_type);
        info.raw(&content_encryption.to_der());
        let mut levels = content_info(outer);
        levels.push(Level::new(Tag::SEQUENCE, prefix.into_vec()));
        levels.push(Level::new(Tag::SEQUENCE, info.into_vec()));
        let framing = Framing::new(levels, STRUCTURE, Tag::context(0));
        Ok(Self { framing, authenticated: outer == oid::ID_CT_AUTH_ENVELOPED_DATA })
    }

    /// Promises so many octets of encrypted content, so that the message becomes DER. `tag_length` is that of the
    /// authentication tag, zero for EnvelopedData; attributes are then not possible.
    #[must_use]
    pub fn definite(mut self, content_length: u64, tag_length: usize) -> Self {
        let tail = if self.authenticated { mac(&vec![0; tag_length]).len() as u64 } else { 0 };
        self.framing.promise(content_length, tail);
        self
    }

    /// Writes what stands before the encrypted content.
    ///
    /// # Errors
    /// [`Code::UseState`] out of turn, or the error of the output.
    pub fn head(&mut self, out: Output<'_>) -> Result<()> {
        self.framing.head(out)
    }

    /// Writes a piece of the encrypted content.
    ///
    /// # Errors
    /// As [`SignedDataWriter::content`].
    pub fn content(&mut self, octets: &[u8], out: Output<'_>) -> Result<()> {
        self.framing.content(octets, out)
    }

    /// Writes what stands after the encrypted content; the tag is that of AuthEnvelopedData, and `None` for EnvelopedData.
    ///
    /// # Errors
    /// [`Code::UseState`] where a tag is missing or out of place, else as [`SignedDataWriter::tail`].
    pub fn tail(&mut self, tag: Option<&[u8]>, out: Output<'_>) -> Result<()> {
        match tag {
            Some(tag) if self.authenticated => self.framing.tail(&mac(tag), out),
            None if !self.authenticated => self.framing.tail(&[], out),
            _ => Err(Error::new(Code::UseState).because("AuthEnvelopedData has an authentication tag, EnvelopedData has none")),
        }
    }
}

/// The CMSVersion of an EnvelopedData (RFC 5652 section 6.1) to these recipients, without originatorInfo and attributes.
fn enveloped_data_version(recipients: &[RecipientInfo]) -> u64 {
    let is_late = |recipient: &RecipientInfo| matches!(recipient, RecipientInfo::Password { .. } | RecipientInfo::Other { .. });
    if recipients.iter().any(is_late) {
        3
    } else if recipients.iter().all(|recipient| recipient.version() == Some(0)) {
        0
    } else {
        2
    }
}

/// Writes a CompressedData within a ContentInfo (RFC 3274).
pub struct CompressedDataWriter {
    framing: Framing,
}

impl CompressedDataWriter {
    /// A writer of content of this type compressed by ZLIB; of indefinite length unless [`definite`](Self::definite) is called.
    pub fn new(content_type: ObjectIdentifier) -> Self {
        let mut prefix = Writer::new();
        prefix.unsigned(0);
        prefix.raw(&AlgorithmIdentifier { oid: oid::ID_ALG_ZLIB_COMPRESS, parameters: None }.to_der());
        let mut levels = content_info(oid::ID_CT_COMPRESSED_DATA);
        levels.push(Level::new(Tag::SEQUENCE, prefix.into_vec()));
        levels.extend(encapsulated(content_type));
        Self { framing: Framing::new(levels, STRUCTURE, Tag::OCTET_STRING) }
    }

    /// Promises so many octets of compressed content, so that the message becomes DER.
    #[must_use]
    pub fn definite(mut self, content_length: u64) -> Self {
        self.framing.promise(content_length, 0);
        self
    }

    /// Writes what stands before the compressed content.
    ///
    /// # Errors
    /// [`Code::UseState`] out of turn, or the error of the output.
    pub fn head(&mut self, out: Output<'_>) -> Result<()> {
        self.framing.head(out)
    }

    /// Writes a piece of the compressed content.
    ///
    /// # Errors
    /// As [`SignedDataWriter::content`].
    pub fn content(&mut self, octets: &[u8], out: Output<'_>) -> Result<()> {
        self.framing.content(octets, out)
    }

    /// Writes what stands after the compressed content.
    ///
    /// # Errors
    /// As [`SignedDataWriter::tail`].
    pub fn tail(&mut self, out: Output<'_>) -> Result<()> {
        self.framing.tail(&[], out)
    }
}

/// The index of the level that the tail belongs to: ContentInfo, [0] and then the structure itself.
const STRUCTURE: usize = 2;

fn content_info(content_type: ObjectIdentifier) -> Vec<Level> {
    let mut prefix = Writer::new();
    prefix.oid(content_type);
    vec![Level::new(Tag::SEQUENCE, prefix.into_vec()), Level::new(Tag::context_constructed(0), Vec::new())]
}

fn encapsulated(content_type: ObjectIdentifier) -> [Level; 2] {
    let mut prefix = Writer::new();
    prefix.oid(content_type);
    [Level::new(Tag::SEQUENCE, prefix.into_vec()), Level::new(Tag::context_constructed(0), Vec::new())]
}

fn mac(tag: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.octet_string(tag);
    writer.into_vec()
}

#[cfg(test)]
mod tests;
