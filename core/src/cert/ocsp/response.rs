//! OCSPResponse: a status and, where that is `successful`, a signed answer (RFC 6960 section 4.2).

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::basic::{BasicOcspResponse, BasicView};
use super::malformed;
use crate::asn1::{Element, Reader, Tag, Writer, oid};
use crate::cert::sha256;
use crate::cert::view::content;
use crate::error::{Code, Error, Result};
use crate::pem;

/// How a responder took a request (RFC 6960 section 4.2.1). Nobody signs this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OcspResponseStatus {
    /// There is an answer.
    Successful,
    /// The request could not be read.
    MalformedRequest,
    /// The responder is broken: another may do.
    InternalError,
    /// The responder is busy.
    TryLater,
    /// The request has to be signed.
    SigRequired,
    /// The responder does not answer this asker, or not about this certificate (RFC 5019 section 2.2.3).
    Unauthorized,
}

impl OcspResponseStatus {
    /// Every status, in the order of its number; number 4 is not used.
    pub const ALL: [Self; 6] =
        [Self::Successful, Self::MalformedRequest, Self::InternalError, Self::TryLater, Self::SigRequired, Self::Unauthorized];

    /// Its number in OCSPResponseStatus.
    pub const fn number(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::SigRequired => 5,
            Self::Unauthorized => 6,
        }
    }

    /// The status with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }

    /// The name that RFC 6960 gives it, for example `tryLater`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SigRequired => "sigRequired",
            Self::Unauthorized => "unauthorized",
        }
    }
}

/// The response of an OCSP responder. Cheap to clone: clones share one copy.
///
/// Two are equal when all their octets are.
///
/// ```
/// use smime::Code;
/// use smime::cert::{OcspResponse, OcspResponseStatus};
/// let response = OcspResponse::from_der(&[0x30, 0x03, 0x0a, 0x01, 0x06])?;
/// assert_eq!(response.status(), OcspResponseStatus::Unauthorized);
/// assert!(response.basic().is_none());
/// assert_eq!(OcspResponse::from_der(b"no response").unwrap_err().code(), Code::OcspMalformed);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct OcspResponse {
    inner: Arc<Inner>,
}

struct Inner {
    der: Arc<[u8]>,
    status: OcspResponseStatus,
    basic: Option<BasicOcspResponse>,
    sha256: OnceLock<[u8; 32]>,
}

/// Of a block of PEM.
const LABEL: &str = "OCSP RESPONSE";

impl OcspResponse {
    /// The response in this DER, whatever its status; nothing may follow it.
    ///
    /// # Errors
    /// [`Code::OcspMalformed`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let (status, found) = read(der).map_err(malformed)?;
        let basic = match found {
            Some(response) => {
                let range = content(response);
                let view = BasicView::read(response.content).map_err(|error| malformed(moved(error, range.start)))?;
                Some((range, view))
            }
            None => None,
        };
        Ok(Self::build(der.into(), status, basic))
    }

    /// The response around this BasicOCSPResponse, as some embed it bare. (In CMS the whole stands, RFC 5940 section 3.)
    ///
    /// # Errors
    /// [`Code::OcspMalformed`].
    pub fn from_basic(basic: &[u8]) -> Result<Self> {
        let view = BasicView::read(basic).map_err(malformed)?;
        let der = wrap(basic);
        let range = der.len().saturating_sub(basic.len())..der.len();
        Ok(Self::build(der.into(), OcspResponseStatus::Successful, Some((range, view))))
    }

    /// Every response in this file: PEM with any number of blocks `OCSP RESPONSE`, or the DER of one.
    ///
    /// # Errors
    /// [`Code::PemMalformed`] where a PEM text has no such block, else as [`OcspResponse::from_der`].
    pub fn many(file: &[u8]) -> Result<Vec<Self>> {
        let of_block = |block: &pem::Block<'_>| (block.label() == LABEL).then(|| Self::from_der(&block.decode()?)).transpose();
        pem::in_file(file, LABEL, |der| Ok(vec![Self::from_der(der)?]), of_block)
    }

    fn build(der: Arc<[u8]>, status: OcspResponseStatus, basic: Option<(super::Range, BasicView)>) -> Self {
        let basic = basic.map(|(range, view)| BasicOcspResponse::new(Arc::clone(&der), range, view));
        Self { inner: Arc::new(Inner { der, status, basic, sha256: OnceLock::new() }) }
    }

    /// All octets, as received.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// SHA-256 of all octets: what names a response in reports.
    pub fn sha256(&self) -> &[u8; 32] {
        self.inner.sha256.get_or_init(|| sha256(self.der()))
    }

    /// How the responder took the request.
    pub fn status(&self) -> OcspResponseStatus {
        self.inner.status
    }

    /// The answer, where the status is `successful` and the answer of the one type that is in use: id-pkix-ocsp-basic.
    pub fn basic(&self) -> Option<&BasicOcspResponse> {
        self.inner.basic.as_ref()
    }
}

/// The status, and the OCTET STRING with the BasicOCSPResponse, where it is one.
fn read(der: &[u8]) -> Result<(OcspResponseStatus, Option<Element<'_>>)> {
    let mut outer = Reader::der(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let status = fields.expect(Tag::ENUMERATED)?;
    let bytes = fields.optional(Tag::context_constructed(0))?;
    fields.finish()?;
    let known = match status.content {
        [number] => OcspResponseStatus::from_number(*number),
        _ => None,
    };
    let known = known.ok_or_else(|| status.error(Code::OcspMalformed).because("a status that is not defined"))?;
    match (known, bytes) {
        (OcspResponseStatus::Successful, None) => Err(status.error(Code::OcspMalformed).because("successful, but without an answer")),
        (OcspResponseStatus::Successful, Some(bytes)) => Ok((known, read_bytes(bytes)?)),
        // What stands beside an error means nothing.
        _ => Ok((known, None)),
    }
}

fn read_bytes(explicit: Element<'_>) -> Result<Option<Element<'_>>> {
    let mut list = explicit.children()?;
    let mut fields = list.sequence()?;
    list.finish()?;
    let kind = fields.expect(Tag::OID)?;
    let response = fields.expect(Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok((kind.content == oid::PKIX_OCSP_BASIC.as_bytes()).then_some(response))
}

fn wrap(basic: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.element(Tag::ENUMERATED, &[0]);
        writer.nest(Tag::context_constructed(0), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::PKIX_OCSP_BASIC);
                writer.octet_string(basic);
            });
        });
    });
    writer.into_vec()
}

/// The error at its place in the whole.
fn moved(error: Error, start: usize) -> Error {
    let offset = error.offset().unwrap_or(0).saturating_add(start as u64);
    error.at(offset)
}

impl PartialEq for OcspResponse {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.der() == other.der()
    }
}

impl Eq for OcspResponse {}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspResponse({}", self.status().as_str())?;
        if let Some(basic) = self.basic() {
            write!(f, ", by {:?} at {}", basic.responder_id(), basic.produced_at())?;
        }
        f.write_str(")")
    }
}
