//! The push reader of CMS messages.

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

use super::algorithm::AlgorithmIdentifier;
use super::attributes::Attributes;
use super::ber::{BerEvent, BerReader, Head};
use super::enveloped::{EnvelopedEnd, EnvelopedStart};
use super::grammar::{self, Field, Hook, Kept, Part, Shape};
use super::keeper::{Keeper, Whole};
use super::recipients::{RecipientInfo, octets};
use super::signed::{CertificateSet, OtherRevocationInfo, SignedEnd, SignedStart, SignerInfo};
use super::{der, moved};

/// What a [`CmsReader`] tells. An error that a method returns ends the reading and comes back from
/// [`CmsReader::push`].
///
/// The order is: one of the `start` methods, any number of [`content`](Self::content), one
/// [`content_end`](Self::content_end), and the `end` method of the same kind (compressed data has none).
pub trait CmsSink {
    /// SignedData begins: all that stands before its content.
    fn signed_start(&mut self, start: SignedStart) -> Result<()>;
    /// EnvelopedData or AuthEnvelopedData begins: all that stands before its content.
    fn enveloped_start(&mut self, start: EnvelopedStart) -> Result<()>;
    /// CompressedData begins: all that stands before its content.
    fn compressed_start(&mut self, start: CompressedStart) -> Result<()>;
    /// Octets of eContent or encryptedContent as they come, mostly slices of the input; never empty. Where the sender cut
    /// the string in pieces, those are joined.
    fn content(&mut self, octets: &[u8]) -> Result<()>;
    /// The content has ended. `present` is false where there was none: a detached signature.
    fn content_end(&mut self, present: bool) -> Result<()>;
    /// SignedData has ended: all that stands after its content.
    fn signed_end(&mut self, end: SignedEnd) -> Result<()>;
    /// EnvelopedData or AuthEnvelopedData has ended: all that stands after its content.
    fn enveloped_end(&mut self, end: EnvelopedEnd) -> Result<()>;
}

/// What stands before the content of a CompressedData (RFC 3274).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompressedStart {
    /// CMSVersion: 0; told, not judged.
    pub version: u64,
    /// compressionAlgorithm.
    pub algorithm: AlgorithmIdentifier,
    /// eContentType.
    pub content_type: ObjectIdentifier,
}

/// Reads one CMS message, BER or DER, from pieces of any size.
///
/// How the input is cut makes no difference but to the slices in which content is handed on. Memory does not grow with the
/// content; what is kept is bounded by [`Limits::element_bytes`], [`Limits::layer_bytes`] and the counts beside them.
///
/// Events come as early as possible. That a message is whole and that nothing follows it is only known once
/// [`finish`](Self::finish) has returned.
///
/// ```
/// use smime::asn1::oid;
/// use smime::cms::*;
/// use smime::{Limits, Result};
///
/// #[derive(Default)]
/// struct Printer {
///     content: Vec<u8>,
/// }
/// impl CmsSink for Printer {
///     fn signed_start(&mut self, start: SignedStart) -> Result<()> {
///         println!("signed content of type {}", start.content_type);
///         Ok(())
///     }
///     fn enveloped_start(&mut self, start: EnvelopedStart) -> Result<()> {
///         println!("encrypted to {} recipients", start.recipients.len());
///         Ok(())
///     }
///     fn compressed_start(&mut self, _: CompressedStart) -> Result<()> {
///         Ok(())
///     }
///     fn content(&mut self, octets: &[u8]) -> Result<()> {
///         self.content.extend_from_slice(octets);
///         Ok(())
///     }
///     fn content_end(&mut self, _: bool) -> Result<()> {
///         Ok(())
///     }
///     fn signed_end(&mut self, end: SignedEnd) -> Result<()> {
///         println!("signed by {}", end.signers.len());
///         Ok(())
///     }
///     fn enveloped_end(&mut self, _: EnvelopedEnd) -> Result<()> {
///         Ok(())
///     }
/// }
///
/// let mut message = Vec::new();
/// let mut out = |octets: &[u8]| {
///     message.extend_from_slice(octets);
///     Ok(())
/// };
/// let mut writer = SignedDataWriter::new(1, &[], oid::ID_DATA);
/// writer.head(&mut out)?;
/// writer.content(b"Hello, ", &mut out)?;
/// writer.content(b"world", &mut out)?;
/// writer.tail(&SignedTail::new(&CertificateSet::default(), &[])?, &mut out)?;
///
/// let mut printer = Printer::default();
/// let mut reader = CmsReader::new(&Limits::default());
/// for piece in message.chunks(10) {
///     reader.push(piece, &mut printer)?;
/// }
/// reader.finish()?;
/// assert_eq!(printer.content, b"Hello, world");
/// # Ok::<(), smime::Error>(())
/// ```
pub struct CmsReader {
    ber: BerReader,
    limits: Limits,
    top: &'static Field,
    inner: Option<&'static Shape>,
    frames: Vec<Frame>,
    keeper: Keeper,
    layer: Layer,
    failed: bool,
}

/// An open element.
enum Frame {
    /// A structure, and the index of the field that is due.
    Structure { shape: &'static Shape, next: usize },
    /// A string that is made of strings.
    Pieces,
    /// Content octets.
    Octets,
}

/// The start of a layer, ready to be told.
enum Start {
    Signed(SignedStart),
    Enveloped(EnvelopedStart),
    Compressed(CompressedStart),
}

/// What is known of the layer so far.
#[derive(Default)]
struct Layer {
    authenticated: bool,
    version: u64,
    digest_algorithms: Vec<AlgorithmIdentifier>,
    compression: Option<AlgorithmIdentifier>,
    content_type: Option<ObjectIdentifier>,
    content_present: bool,
    certificates: CertificateSet,
    signers: Vec<SignerInfo>,
    originator: Option<CertificateSet>,
    recipients: Vec<RecipientInfo>,
    recipient_count: usize,
    end: EnvelopedEnd,
}

impl CmsReader {
    /// A reader of a ContentInfo (RFC 5652 section 3).
    pub fn new(limits: &Limits) -> Self {
        Self::with_top(limits, &grammar::TOP)
    }

    /// A reader of the structure of this content type without a ContentInfo around it, as eContent of that type is.
    ///
    /// # Errors
    /// [`Code::CmsTypeUnsupported`] where this is no type that [`CmsSink`] has methods for.
    pub fn bare(content_type: ObjectIdentifier, limits: &Limits) -> Result<Self> {
        let mut reader = Self::with_top(limits, &grammar::BARE);
        reader.select(content_type)?;
        Ok(reader)
    }

    fn with_top(limits: &Limits, top: &'static Field) -> Self {
        Self {
            ber: BerReader::new(limits.ber_depth),
            limits: limits.clone(),
            top,
            inner: None,
            frames: Vec::new(),
            keeper: Keeper::new(limits),
            layer: Layer::default(),
            failed: false,
        }
    }

    /// Reads these octets and tells the sink what they bring.
    ///
    /// # Errors
    /// Codes of the class malformed, [`Code::CmsTypeUnsupported`], codes of the class limit, or the error of the sink. After
    /// an error every further call returns [`Code::UseState`].
    pub fn push(&mut self, input: &[u8], sink: &mut dyn CmsSink) -> Result<()> {
        if self.failed {
            return Err(Error::new(Code::UseState).because("the reader has failed before"));
        }
        let result = self.read(input, sink);
        self.failed = result.is_err();
        result
    }

    /// No more octets come.
    ///
    /// # Errors
    /// [`Code::BerTruncated`] where the message is not whole; [`Code::UseState`] after an error.
    pub fn finish(&mut self) -> Result<()> {
        if self.failed {
            return Err(Error::new(Code::UseState).because("the reader has failed before"));
        }
        self.ber.finish()
    }

    /// Whether the message has ended; octets after that are refused.
    pub fn is_done(&self) -> bool {
        self.ber.is_done()
    }

    /// Whether all read so far is DER in its lengths and strings (X.690 sections 10.1 and 10.2); certificates and CRLs are
    /// not looked into, and the order of sets is told by [`Attributes::is_der`] where it matters.
    pub fn was_der(&self) -> bool {
        self.ber.is_der()
    }

    /// Octets read so far.
    pub fn offset(&self) -> u64 {
        self.ber.offset()
    }

    fn read(&mut self, input: &[u8], sink: &mut dyn CmsSink) -> Result<()> {
        let mut rest = input;
        while let Some(event) = self.ber.next(&mut rest)? {
            match event {
                BerEvent::Start(head) => self.start(head)?,
                BerEvent::Data(octets) => self.data(octets, sink)?,
                BerEvent::End { indefinite } => self.end(indefinite, sink)?,
            }
        }
        Ok(())
    }

    fn start(&mut self, head: Head) -> Result<()> {
        if self.keeper.is_busy() {
            return self.collect(head);
        }
        let field = match self.frames.last_mut() {
            None => self.top,
            Some(Frame::Structure { shape, next }) => due(shape, next, head, self.layer.content_type)?,
            Some(Frame::Pieces | Frame::Octets) => {
                let piece = match head.tag {
                    Tag::OCTET_STRING => Frame::Octets,
                    tag if tag == Tag::OCTET_STRING.constructed() => Frame::Pieces,
                    _ => return Err(wrong(head, "OCTET STRING")),
                };
                self.frames.push(piece);
                return Ok(());
            }
        };
        if !(field.matches)(head.tag) {
            return Err(wrong(head, field.name));
        }
        self.begin(field, head)
    }

    fn begin(&mut self, field: &'static Field, head: Head) -> Result<()> {
        match field.part {
            Part::Enter(shape) => self.frames.push(Frame::Structure { shape, next: 0 }),
            Part::Inner => {
                let shape = self.inner.ok_or_else(|| Error::new(Code::CmsStructure).at(head.offset))?;
                self.frames.push(Frame::Structure { shape, next: 0 });
            }
            Part::Stream => {
                self.layer.content_present = true;
                let constructed = head.tag.is_constructed();
                if constructed {
                    self.ber.mark_not_der();
                }
                self.frames.push(if constructed { Frame::Pieces } else { Frame::Octets });
            }
            Part::Keep(what) => return self.keep(Some(what), head),
            Part::OtherCertificate => {
                self.count_certificate(head)?;
                self.layer.certificates.other_certificates = self.layer.certificates.other_certificates.saturating_add(1);
                return self.keep(None, head);
            }
        }
        Ok(())
    }

    /// Begins to keep an element, once the counts allow it.
    fn keep(&mut self, what: Option<Kept>, head: Head) -> Result<()> {
        match what {
            Some(Kept::Certificate | Kept::Crl | Kept::OtherRevocation) => self.count_certificate(head)?,
            Some(Kept::Signer) => at_most(self.layer.signers.len(), self.limits.signers, Code::LimitSigners, head)?,
            Some(Kept::DigestAlgorithm) => {
                // As many as there may be signers: each names one of these.
                at_most(self.layer.digest_algorithms.len(), self.limits.signers, Code::LimitSigners, head)?;
            }
            Some(Kept::Recipient) => at_most(self.layer.recipient_count, self.limits.recipients, Code::LimitRecipients, head)?,
            _ => {}
        }
        self.keeper.begin(what, self.ber.open(), head);
        self.collect(head)
    }

    /// The element that is kept starts, or one within it.
    fn collect(&mut self, head: Head) -> Result<()> {
        self.ber.opaque();
        self.keeper.start(head, self.ber.header())
    }

    fn count_certificate(&self, head: Head) -> Result<()> {
        let set = &self.layer.certificates;
        let count = set.certificates.len().saturating_add(set.other_certificates);
        let count = count.saturating_add(set.crls.len()).saturating_add(set.other_revocation.len());
        at_most(count, self.limits.certificates, Code::LimitCertificates, head)
    }

    fn data(&mut self, octets: &[u8], sink: &mut dyn CmsSink) -> Result<()> {
        if self.keeper.is_busy() { self.keeper.append(octets) } else { sink.content(octets) }
    }

    fn end(&mut self, indefinite: bool, sink: &mut dyn CmsSink) -> Result<()> {
        if self.keeper.is_busy() {
            return match self.keeper.end(indefinite, self.ber.open())? {
                Some(Whole { what: Some(what), offset, octets }) => self.kept(what, offset, octets, sink),
                _ => Ok(()),
            };
        }
        let Some(Frame::Structure { shape, next }) = self.frames.pop() else { return Ok(()) };
        if !shape.repeats
            && let Some(missing) = shape.fields.get(next..).unwrap_or_default().iter().find(|field| !field.optional)
        {
            let text = format!("{} without {}", shape.name, missing.name);
            return Err(Error::new(Code::CmsStructure).at(self.ber.offset()).because(text));
        }
        self.ended(shape.end, sink)
    }

    fn ended(&mut self, hook: Hook, sink: &mut dyn CmsSink) -> Result<()> {
        match hook {
            Hook::Nothing => Ok(()),
            Hook::Content => sink.content_end(self.layer.content_present),
            Hook::Originator => {
                self.layer.originator = Some(std::mem::take(&mut self.layer.certificates));
                Ok(())
            }
            Hook::Signed => {
                let certificates = std::mem::take(&mut self.layer.certificates);
                let signers = std::mem::take(&mut self.layer.signers);
                sink.signed_end(SignedEnd { certificates, signers })
            }
            Hook::Enveloped => sink.enveloped_end(std::mem::take(&mut self.layer.end)),
        }
    }

    /// An element that was kept is whole.
    fn kept(&mut self, what: Kept, offset: u64, encoded: Vec<u8>, sink: &mut dyn CmsSink) -> Result<()> {
        match what {
            Kept::Certificate => self.layer.certificates.certificates.push(encoded),
            Kept::Crl => self.layer.certificates.crls.push(encoded),
            _ => {
                if self.ber.is_der() && !der::has_der_lengths(&encoded) {
                    self.ber.mark_not_der();
                }
                let start = self.understand(what, &encoded).map_err(|error| moved(error, offset))?;
                self.keeper.reuse(encoded);
                return match start {
                    Some(Start::Signed(start)) => sink.signed_start(start),
                    Some(Start::Enveloped(start)) => sink.enveloped_start(start),
                    Some(Start::Compressed(start)) => sink.compressed_start(start),
                    None => Ok(()),
                };
            }
        }
        Ok(())
    }

    fn understand(&mut self, what: Kept, encoded: &[u8]) -> Result<Option<Start>> {
        let layer = &mut self.layer;
        match what {
            Kept::OuterType => self.select(element(encoded)?.oid()?)?,
            Kept::Version => layer.version = element(encoded)?.unsigned()?,
            Kept::DigestAlgorithm => layer.digest_algorithms.push(AlgorithmIdentifier::parse(encoded)?),
            Kept::SignedType => return Ok(Some(Start::Signed(layer.signed_start(element(encoded)?.oid()?)))),
            Kept::Certificate | Kept::Crl => {}
            Kept::OtherRevocation => layer.certificates.other_revocation.push(OtherRevocationInfo::parse(encoded)?),
            Kept::Signer => layer.signers.push(SignerInfo::parse(encoded, &self.limits)?),
            Kept::Recipient => self.recipient(encoded)?,
            Kept::EncryptedType => layer.content_type = Some(element(encoded)?.oid()?),
            Kept::ContentEncryption => {
                return layer.enveloped_start(AlgorithmIdentifier::parse(encoded)?).map(Start::Enveloped).map(Some);
            }
            Kept::UnprotectedAttributes => layer.end.unprotected_attributes = Some(Attributes::parse(encoded, &self.limits)?),
            Kept::AuthenticatedAttributes => layer.end.authenticated_attributes = Some(Attributes::parse(encoded, &self.limits)?),
            Kept::Mac => layer.end.mac = octets(&element(encoded)?, Tag::OCTET_STRING)?,
            Kept::Compression => layer.compression = Some(AlgorithmIdentifier::parse(encoded)?),
            Kept::CompressedType => return layer.compressed_start(element(encoded)?.oid()?).map(Start::Compressed).map(Some),
        }
        Ok(None)
    }

    fn select(&mut self, content_type: ObjectIdentifier) -> Result<()> {
        self.inner = grammar::shape_of(content_type);
        self.layer.authenticated = content_type == oid::ID_CT_AUTH_ENVELOPED_DATA;
        if self.inner.is_some() {
            return Ok(());
        }
        Err(Error::new(Code::CmsTypeUnsupported).because(format!("{} ({content_type})", grammar::name_of(content_type))))
    }

    fn recipient(&mut self, encoded: &[u8]) -> Result<()> {
        let recipient = RecipientInfo::parse(encoded, &self.limits)?;
        self.layer.recipient_count = self.layer.recipient_count.saturating_add(recipient.count().max(1));
        if self.layer.recipient_count > self.limits.recipients {
            return Err(Error::new(Code::LimitRecipients));
        }
        self.layer.recipients.push(recipient);
        Ok(())
    }
}

impl Layer {
    fn signed_start(&mut self, content_type: ObjectIdentifier) -> SignedStart {
        self.content_type = Some(content_type);
        SignedStart { version: self.version, digest_algorithms: std::mem::take(&mut self.digest_algorithms), content_type }
    }

    fn enveloped_start(&mut self, content_encryption: AlgorithmIdentifier) -> Result<EnvelopedStart> {
        Ok(EnvelopedStart {
            authenticated: self.authenticated,
            version: self.version,
            originator: self.originator.take(),
            recipients: std::mem::take(&mut self.recipients),
            content_type: self.content_type.ok_or(Code::CmsStructure)?,
            content_encryption,
        })
    }

    fn compressed_start(&mut self, content_type: ObjectIdentifier) -> Result<CompressedStart> {
        self.content_type = Some(content_type);
        let algorithm = self.compression.take().ok_or(Code::CmsStructure)?;
        Ok(CompressedStart { version: self.version, algorithm, content_type })
    }
}

/// The field that an element with this head is, in a structure where the field `next` is due.
fn due(shape: &'static Shape, next: &mut usize, head: Head, content_type: Option<ObjectIdentifier>) -> Result<&'static Field> {
    let fields = shape.fields.get(*next..).unwrap_or_default();
    for field in fields {
        if (field.matches)(head.tag) {
            if !shape.repeats {
                *next = next.saturating_add(1);
            }
            return Ok(field);
        }
        if !shape.repeats {
            if !field.optional {
                return Err(not_due(shape, field, head, content_type));
            }
            *next = next.saturating_add(1);
        }
    }
    match fields.first() {
        Some(field) if shape.repeats => Err(wrong(head, field.name)),
        _ => Err(Error::new(Code::CmsStructure).at(head.offset).because(format!("{} with one element too many", shape.name))),
    }
}

fn not_due(shape: &'static Shape, field: &'static Field, head: Head, content_type: Option<ObjectIdentifier>) -> Error {
    if std::ptr::eq(shape, &grammar::EXPLICIT_OCTETS) && content_type != Some(oid::ID_DATA) {
        let text = "the content is not an OCTET STRING, as PKCS #7 1.5 had it (RFC 5652 section 5.2.1)";
        return Error::new(Code::CmsTypeUnsupported).at(head.offset).because(text);
    }
    wrong(head, field.name)
}

fn wrong(head: Head, due: &str) -> Error {
    Error::new(Code::BerTag).at(head.offset).because(format!("{due} is due, tag {:02x} was found", head.tag.0))
}

fn at_most(count: usize, limit: usize, code: Code, head: Head) -> Result<()> {
    if count < limit { Ok(()) } else { Err(Error::new(code).at(head.offset)) }
}

fn element(encoded: &[u8]) -> Result<Element<'_>> {
    Reader::ber(encoded).single()
}

#[cfg(test)]
mod tests;
