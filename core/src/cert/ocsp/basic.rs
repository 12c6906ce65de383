//! BasicOCSPResponse: the signed answer (RFC 6960 section 4.2.1).

use std::fmt;
use std::sync::{Arc, OnceLock};

use const_oid::ObjectIdentifier;

use super::cert_id::Target;
use super::{SingleResponse, read_extensions, read_version, unknown_critical};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::cert::describe::hexadecimal;
use crate::cert::view::{Range, Signed, content, read_time, whole};
use crate::cert::{Certificate, Extension, Name, NameKey};
use crate::crypto::{PublicKey, SignatureScheme};
use crate::error::{Code, Result};
use crate::time::Time;

/// Certificates of one answer that are read: a delegate's, and his chain where a responder sends it. Others are counted.
const CERTIFICATES: usize = 32;
/// Extensions whose meaning is applied here, or which only inform: id-pkix-ocsp-extended-revoke (RFC 6960 section 4.4.8).
const KNOWN: &[ObjectIdentifier] = &[oid::PKIX_OCSP_NONCE, ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.9")];

/// Who answers: ResponderID. A hint for finding the certificate; the signature is what counts.
#[derive(Clone, Copy, PartialEq)]
pub enum ResponderId<'a> {
    /// By the subject of his certificate.
    ByName(Name<'a>),
    /// By the SHA-1 digest of his key's octets, without tag, length and count of unused bits.
    ByKey(&'a [u8]),
}

impl fmt::Debug for ResponderId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByName(name) => f.write_str(&name.brief()),
            Self::ByKey(digest) => write!(f, "key {}", hexadecimal(digest)),
        }
    }
}

/// The signed answer of a responder, about any number of certificates.
///
/// That it can be read says nothing of who made it: see [`BasicOcspResponse::verify_signed_by`].
#[derive(Clone)]
pub struct BasicOcspResponse {
    /// The whole response.
    octets: Arc<[u8]>,
    /// Where in it this stands.
    range: Range,
    view: Arc<BasicView>,
}

/// The fields as ranges of the octets of the BasicOCSPResponse.
pub(super) struct BasicView {
    signed: Signed,
    responder: (Tag, Range),
    responder_key: OnceLock<NameKey>,
    produced_at: Time,
    /// The content of the SEQUENCE OF SingleResponse; every one of them was read once.
    responses: Range,
    /// The explicit element with the extensions, which were read once.
    extensions: Option<Range>,
    /// Which of them is the first that is critical and not understood.
    unknown_critical: Option<usize>,
    certificates: Vec<Certificate>,
    unread: usize,
}

impl BasicOcspResponse {
    pub(super) fn new(octets: Arc<[u8]>, range: Range, view: BasicView) -> Self {
        Self { octets, range, view: Arc::new(view) }
    }

    /// All octets of the BasicOCSPResponse, as received.
    pub fn der(&self) -> &[u8] {
        self.octets.get(self.range.clone()).unwrap_or_default()
    }

    /// The octets that the responder signed: ResponseData.
    pub fn tbs(&self) -> &[u8] {
        self.view.signed.tbs(self.der())
    }

    /// Who answers, by his own word.
    pub fn responder_id(&self) -> ResponderId<'_> {
        let (tag, range) = &self.view.responder;
        match *tag {
            BY_NAME => ResponderId::ByName(Name::checked(self.slice(range))),
            _ => ResponderId::ByKey(self.slice(range)),
        }
    }

    /// Whether the responder calls himself by the name or the key of this certificate.
    pub fn is_responder(&self, certificate: &Certificate) -> bool {
        match self.responder_id() {
            ResponderId::ByName(name) => {
                name.der() == certificate.subject().der() || self.responder_key().is_some_and(|key| key == certificate.subject_key())
            }
            ResponderId::ByKey(digest) => *digest == **certificate.responder_key_hash(),
        }
    }

    /// [`Name::key`] of a responder who calls himself by name, worked out once.
    pub(crate) fn responder_key(&self) -> Option<&NameKey> {
        match self.responder_id() {
            ResponderId::ByName(name) => Some(self.view.responder_key.get_or_init(|| name.key())),
            ResponderId::ByKey(_) => None,
        }
    }

    /// When the answer was signed.
    pub fn produced_at(&self) -> Time {
        self.view.produced_at
    }

    /// What is said of each certificate, in the order in which it stands.
    pub fn responses(&self) -> impl Iterator<Item = SingleResponse<'_>> {
        let mut list = Reader::der(self.slice(&self.view.responses));
        std::iter::from_fn(move || if list.is_empty() { None } else { SingleResponse::read(list.sequence().ok()?).ok() })
    }

    /// What is said of this certificate of this issuer: one answer as a rule. Answers that name a certificate by a digest that is not known
    /// are not among them.
    pub fn responses_for<'a>(&'a self, certificate: &'a Certificate, issuer: &'a Certificate) -> impl Iterator<Item = SingleResponse<'a>> {
        let mut target = Target::new(certificate, issuer);
        self.responses().filter(move |response| target.is_meant_by(&response.cert_id) == Some(true))
    }

    /// The extensions in the order in which they stand; no two are of the same kind.
    pub fn extensions(&self) -> Vec<Extension<'_>> {
        let read = |range| read_extensions(&mut Reader::der(self.slice(range)), EXTENSIONS);
        self.view.extensions.as_ref().and_then(|range| read(range).ok()).unwrap_or_default()
    }

    /// The nonce: of the asker, where the responder does as RFC 9654 says.
    pub fn nonce(&self) -> Option<&[u8]> {
        let value = super::find(&self.extensions(), oid::PKIX_OCSP_NONCE)?.value;
        match Reader::single_der(value) {
            Ok(element) if element.tag == Tag::OCTET_STRING => Some(element.content),
            // RFC 2560 did not say that there is an OCTET STRING within the OCTET STRING.
            _ => Some(value),
        }
    }

    /// A critical extension that is not understood, where there is one: then nothing may be concluded from the answer. Each
    /// [`SingleResponse`] has extensions of its own.
    pub fn unknown_critical_extension(&self) -> Option<Extension<'_>> {
        self.view.unknown_critical.and_then(|position| self.extensions().get(position).copied())
    }

    /// The certificates that came along, of those that can be read the first 32. None is trusted for being here.
    pub fn certificates(&self) -> &[Certificate] {
        &self.view.certificates
    }

    /// How many more came along that cannot be read, or are too many.
    pub fn unread_certificates(&self) -> usize {
        self.view.unread
    }

    /// How it is signed.
    ///
    /// # Errors
    /// As [`SignatureScheme::from_algorithm`].
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        self.view.signed.scheme(self.der())
    }

    /// The value of the signature: the octets of its BIT STRING.
    pub fn signature(&self) -> &[u8] {
        self.view.signed.signature(self.der())
    }

    /// Checks the signature with this key, and nothing else: neither times nor whether the key's owner may answer.
    ///
    /// # Errors
    /// [`Code::SigInvalid`], or [`Code::AlgUnsupported`], [`Code::AlgParameters`], [`Code::SigAlgorithmUnsupported`] or
    /// [`Code::SigAlgorithmMismatch`] where it cannot be checked.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<()> {
        self.view.signed.verify(self.der(), key)
    }

    fn slice(&self, range: &Range) -> &[u8] {
        self.der().get(range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for BasicOcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BasicOcspResponse(by {:?} at {})", self.responder_id(), self.produced_at())
    }
}

const BY_NAME: Tag = Tag::context_constructed(1);
const BY_KEY: Tag = Tag::context_constructed(2);
/// The tag number of responseExtensions.
const EXTENSIONS: u8 = 1;

impl BasicView {
    pub(super) fn read(octets: &[u8]) -> Result<Self> {
        let mut outer = Reader::der(octets);
        let mut basic = outer.sequence()?;
        outer.finish()?;
        let (signed, tbs, _) = Signed::read(&mut basic)?;
        let (certificates, unread) = match basic.optional(Tag::context_constructed(0))? {
            Some(explicit) => read_certificates(explicit)?,
            None => (Vec::new(), 0),
        };
        basic.finish()?;

        let mut fields = tbs.children()?;
        read_version(&mut fields)?;
        let responder = read_responder(fields.element()?)?;
        let produced_at = read_time(fields.element()?)?;
        let responses = fields.expect(Tag::SEQUENCE)?;
        let mut list = responses.children()?;
        while !list.is_empty() {
            SingleResponse::read(list.sequence()?)?;
        }
        let start = fields.offset();
        let extensions = read_extensions(&mut fields, EXTENSIONS)?;
        let end = fields.offset();
        fields.finish()?;

        Ok(Self {
            signed,
            responder,
            responder_key: OnceLock::new(),
            produced_at,
            responses: content(responses),
            extensions: (!extensions.is_empty()).then(|| span(start, end)),
            unknown_critical: unknown_critical(&extensions, KNOWN),
            certificates,
            unread,
        })
    }
}

/// The tag, and where the Name or the octets of the digest stand.
fn read_responder(explicit: Element<'_>) -> Result<(Tag, Range)> {
    let inner = explicit.children()?.single()?;
    match (explicit.tag, inner.tag) {
        (BY_NAME, _) => {
            Name::from_der(inner.raw).map_err(|error| inner.error(Code::OcspMalformed).with_source(error))?;
            Ok((BY_NAME, whole(inner)))
        }
        (BY_KEY, Tag::OCTET_STRING) => Ok((BY_KEY, content(inner))),
        _ => Err(explicit.error(Code::OcspMalformed).because("the responder is named neither by name nor by key")),
    }
}

fn read_certificates(explicit: Element<'_>) -> Result<(Vec<Certificate>, usize)> {
    let mut outer = explicit.children()?;
    let mut list = outer.sequence()?;
    outer.finish()?;
    let (mut certificates, mut unread) = (Vec::new(), 0usize);
    while !list.is_empty() {
        let element = list.element()?;
        match (certificates.len() < CERTIFICATES).then(|| Certificate::from_der(element.raw)) {
            Some(Ok(certificate)) => certificates.push(certificate),
            _ => unread = unread.saturating_add(1),
        }
    }
    Ok((certificates, unread))
}

fn span(start: u64, end: u64) -> Range {
    let place = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    place(start)..place(end)
}
