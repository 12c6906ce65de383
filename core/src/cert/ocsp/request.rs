//! OCSPRequest (RFC 6960 section 4.1).

use const_oid::ObjectIdentifier;

use super::{CertId, find, malformed, read_extensions, read_version, unknown_critical};
use crate::asn1::{Reader, Tag, Writer, oid};
use crate::crypto::rng;
use crate::error::{Code, Error, Result};

/// Octets of a nonce (RFC 9654 section 2.1).
const NONCE: std::ops::RangeInclusive<usize> = 1..=128;
/// Octets of a nonce of ours: the least that a client may use (RFC 9654 section 2.1).
const FRESH_NONCE: usize = 32;
/// Certificates asked about in one request that is read.
const CERT_IDS: usize = 1_000;
/// Octets up to which a URL is asked by GET (RFC 5019 section 5).
const GET_URL: usize = 255;
/// Extensions that are applied, or are wishes that a responder may pass over: id-pkix-ocsp-response and id-pkix-ocsp-pref-sig-algs.
const KNOWN: &[ObjectIdentifier] =
    &[oid::PKIX_OCSP_NONCE, ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.4"), ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.8")];

/// A question to a responder about the status of one or several certificates.
///
/// ```
/// use smime::cert::{CertId, Certificate, OcspRequest};
/// use smime::crypto::DigestAlgorithm;
/// # let (alice, root) = (include_bytes!("../example-alice.pem"), include_bytes!("../example-root.pem"));
/// let (alice, root) = (Certificate::from_pem(alice)?, Certificate::from_pem(root)?);
/// let request = OcspRequest::new(vec![CertId::new(&alice, &root, DigestAlgorithm::Sha1)]).with_fresh_nonce()?;
/// let read = OcspRequest::from_der(&request.to_der())?;
/// assert_eq!(read, request);
/// assert_eq!(read.nonce().map(<[u8]>::len), Some(32));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    cert_ids: Vec<CertId<'static>>,
    nonce: Option<Box<[u8]>>,
    unknown_critical: bool,
    signed: bool,
}

impl OcspRequest {
    /// A question about these certificates. Responders that answer from a store (RFC 5019) take one at a time.
    pub fn new(cert_ids: Vec<CertId<'static>>) -> Self {
        Self { cert_ids, nonce: None, unknown_critical: false, signed: false }
    }

    /// With this nonce, which binds an answer to the question. A responder that answers from a store passes it over (RFC 5019).
    ///
    /// # Errors
    /// [`Code::UseArgument`] where it has not 1 to 128 octets (RFC 9654 section 2.1).
    pub fn with_nonce(mut self, nonce: &[u8]) -> Result<Self> {
        if !NONCE.contains(&nonce.len()) {
            return Err(Error::new(Code::UseArgument).because("a nonce has 1 to 128 octets"));
        }
        self.nonce = Some(nonce.into());
        Ok(self)
    }

    /// With a nonce of 32 random octets.
    ///
    /// # Errors
    /// [`Code::Internal`] where the operating system gives no random octets.
    pub fn with_fresh_nonce(self) -> Result<Self> {
        let mut nonce = [0; FRESH_NONCE];
        rng::fill(&mut nonce)?;
        self.with_nonce(&nonce)
    }

    /// The request in this DER; nothing may follow it. Extensions of ours are kept, others and a signature are passed over.
    ///
    /// # Errors
    /// [`Code::OcspMalformed`], also for a nonce that is empty or longer than 128 octets (RFC 9654 section 2.1): a responder answers
    /// `malformedRequest`. [`Code::LimitElement`] where it asks about more than 1000 certificates.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        read(der).map_err(malformed)
    }

    /// The request in DER, not signed.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    self.cert_ids.iter().for_each(|id| writer.nest(Tag::SEQUENCE, |writer| id.write(writer)));
                });
                if let Some(nonce) = &self.nonce {
                    writer.nest(Tag::context_constructed(2), |writer| {
                        writer.nest(Tag::SEQUENCE, |writer| write_nonce(writer, nonce));
                    });
                }
            });
        });
        writer.into_vec()
    }

    /// Where to ask by GET (RFC 6960 appendix A.1), given the URL of the responder; nothing where the URL becomes longer than 255 octets
    /// and POST is due (RFC 5019 section 5).
    ///
    /// ```
    /// # use smime::cert::{CertId, Certificate, OcspRequest};
    /// # let (alice, root) = (include_bytes!("../example-alice.pem"), include_bytes!("../example-root.pem"));
    /// # let (alice, root) = (Certificate::from_pem(alice)?, Certificate::from_pem(root)?);
    /// let request = OcspRequest::new(vec![CertId::new(&alice, &root, smime::DigestAlgorithm::Sha1)]);
    /// let url = request.get_url("http://ocsp.example.org").expect("a short URL");
    /// assert!(url.starts_with("http://ocsp.example.org/M"));
    /// # Ok::<(), smime::Error>(())
    /// ```
    pub fn get_url(&self, responder: &str) -> Option<String> {
        let digits = base64_simd::STANDARD.encode_to_string(self.to_der());
        let digits = digits.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let url = format!("{}/{digits}", responder.trim_end_matches('/'));
        (url.len() <= GET_URL).then_some(url)
    }

    /// The request in the URL of a GET (RFC 6960 appendix A.1): what follows the responder's own URL, with or without the slash between.
    ///
    /// Octets may be percent-encoded or not, as clients differ in it.
    ///
    /// ```
    /// # use smime::cert::{CertId, Certificate, OcspRequest};
    /// # let (alice, root) = (include_bytes!("../example-alice.pem"), include_bytes!("../example-root.pem"));
    /// # let (alice, root) = (Certificate::from_pem(alice)?, Certificate::from_pem(root)?);
    /// let request = OcspRequest::new(vec![CertId::new(&alice, &root, smime::DigestAlgorithm::Sha1)]);
    /// let url = request.get_url("http://ocsp.example.org").expect("a short URL");
    /// assert_eq!(OcspRequest::from_get_path(&url["http://ocsp.example.org".len()..])?, request);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`OcspRequest::from_der`].
    pub fn from_get_path(path: &str) -> Result<Self> {
        let refuse = || Error::new(Code::OcspMalformed).because("the path is no request in Base64");
        // Base64 of a SEQUENCE begins with M.
        let digits = percent_decoded(path.trim_start_matches('/').as_bytes()).ok_or_else(refuse)?;
        let padding = digits.iter().rev().take_while(|octet| **octet == b'=').take(2).count();
        let digits = digits.get(..digits.len().saturating_sub(padding)).unwrap_or_default();
        let der = base64_simd::STANDARD_NO_PAD.decode_to_vec(digits).map_err(|_| refuse())?;
        Self::from_der(&der)
    }

    /// The certificates asked about.
    pub fn cert_ids(&self) -> &[CertId<'static>] {
        &self.cert_ids
    }

    /// The nonce.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Whether it was read with a critical extension that is not understood: then it must not be answered (RFC 6960 section 4.4).
    pub const fn has_unknown_critical_extension(&self) -> bool {
        self.unknown_critical
    }

    /// Whether it was read with a signature, which nobody has checked.
    pub const fn is_signed(&self) -> bool {
        self.signed
    }
}

/// The octets behind `%` and two hexadecimal digits; `None` where a `%` stands before anything else.
fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut decoded, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let ([high, low], after) = rest.split_first_chunk::<2>()?;
        decoded.push(digit(*high)? << 4 | digit(*low)?);
        rest = after;
    }
    Some(decoded)
}

fn write_nonce(writer: &mut Writer, nonce: &[u8]) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::PKIX_OCSP_NONCE);
        writer.nest(Tag::OCTET_STRING, |writer| writer.octet_string(nonce));
    });
}

fn read(der: &[u8]) -> Result<OcspRequest> {
    let mut request = Reader::single_der(der)?;
    if request.tag != Tag::SEQUENCE {
        return Err(request.error(Code::BerTag));
    }
    let mut outer = request.children()?;
    request = outer.expect(Tag::SEQUENCE)?;
    let signature = outer.optional(Tag::context_constructed(0))?;
    outer.finish()?;

    let mut fields = request.children()?;
    read_version(&mut fields)?;
    fields.optional(Tag::context_constructed(1))?;
    let mut list = fields.sequence()?;
    let extensions = read_extensions(&mut fields, 2)?;
    fields.finish()?;

    let mut cert_ids = Vec::new();
    let mut unknown = unknown_critical(&extensions, KNOWN).is_some();
    while !list.is_empty() {
        if cert_ids.len() >= CERT_IDS {
            return Err(Error::new(Code::LimitElement).at(list.offset()).because("more certificates than one request may ask about"));
        }
        let mut one = list.sequence()?;
        cert_ids.push(CertId::read(one.element()?)?.into_owned());
        unknown |= unknown_critical(&read_extensions(&mut one, 0)?, &[]).is_some();
        one.finish()?;
    }
    let nonce = match find(&extensions, oid::PKIX_OCSP_NONCE) {
        Some(extension) => Some(read_nonce(extension.value)?),
        None => None,
    };
    Ok(OcspRequest { cert_ids, nonce, unknown_critical: unknown, signed: signature.is_some() })
}

fn read_nonce(value: &[u8]) -> Result<Box<[u8]>> {
    match Reader::single_der(value) {
        Ok(element) if element.tag == Tag::OCTET_STRING && NONCE.contains(&element.content.len()) => Ok(element.content.into()),
        _ => Err(Error::new(Code::OcspMalformed).because("the nonce has not 1 to 128 octets")),
    }
}
