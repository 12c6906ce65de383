//! Certification requests (RFC 2986, PKCS #10): what a subject asks an authority for, signed with the key that is to be certified.

mod describe;
mod view;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use const_oid::ObjectIdentifier;
use der::Encode;

use super::{NewExtension, default_scheme, extensions, write};
use crate::asn1::{Tag, Writer, oid};
use crate::cert::extensions::{self as typed, BasicConstraints, ExtendedKeyUsage, Extension, GeneralName, KeyUsage};
use crate::cert::{Addresses, Mailbox, Name, address};
use crate::crypto::{PrivateKey, PublicKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Error, Result};
use crate::pem;
pub use describe::RequestDescription;
use view::View;

/// The label of RFC 7468 section 7 first; the other is that of Netscape and of older Java.
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// What a request asks for. Plain data: start from [`mailbox`](Self::mailbox) or the default, which asks for nothing.
///
/// ```
/// use smime::{asn1::oid, ca::RequestTemplate, crypto::{Curve, KeyKind, PrivateKey}};
/// let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
/// let mut template = RequestTemplate::mailbox("alice@example.org");
/// template.subject = vec![(oid::AT_COMMON_NAME, "Alice".to_owned())];
/// let request = template.sign(&key)?;
/// assert_eq!(request.addresses(), ["alice@example.org"]);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RequestTemplate {
    /// The subject: attribute types and values, the least specific first, one in each RelativeDistinguishedName. May be empty
    /// where there are addresses.
    pub subject: Vec<(ObjectIdentifier, String)>,
    /// The addresses of subjectAltName: rfc822Name, or SmtpUTF8Mailbox (RFC 9598) where one is not ASCII.
    pub addresses: Vec<String>,
    /// What the key shall be used for; `None` leaves that to the authority.
    pub key_usage: Option<KeyUsage>,
    /// The purposes of extKeyUsage; none leaves them to the authority.
    pub extended_key_usage: Vec<ObjectIdentifier>,
    /// Further extensions. One that would be written anyway is replaced by what stands here.
    pub extensions: Vec<NewExtension>,
}

impl RequestTemplate {
    /// For a mailbox: its address, emailProtection.
    pub fn mailbox(address: &str) -> Self {
        Self { addresses: vec![address.to_owned()], extended_key_usage: vec![oid::KP_EMAIL_PROTECTION], ..Self::default() }
    }

    /// The request for this key, signed with it by the scheme that everybody verifies. The key may be one that another keeps.
    ///
    /// # Errors
    /// [`Code::KeyUnsupported`] where the key does not sign (X25519), [`Code::UseArgument`] and [`Code::AddrMalformed`] where the template
    /// cannot be written, [`Code::KeyExternalFailed`] and [`Code::SigInvalid`] where signing fails.
    pub fn sign(&self, key: &PrivateKey) -> Result<CertificateRequest> {
        self.sign_with(key, &default_scheme(key.kind())?)
    }

    /// As [`sign`](Self::sign), by this scheme.
    ///
    /// # Errors
    /// As [`sign`](Self::sign); [`Code::SigAlgorithmMismatch`] where the scheme does not go with the key.
    pub fn sign_with(&self, key: &PrivateKey, scheme: &SignatureScheme) -> Result<CertificateRequest> {
        let subject = write::subject(&self.subject, !self.addresses.is_empty())?;
        let extensions = extensions::requested(self)?.to_der().map_err(write::refused)?;
        let mut info = Writer::new();
        info.nest(Tag::SEQUENCE, |info| {
            info.unsigned(0);
            info.raw(&subject);
            info.raw(key.public_key().spki());
            info.nest(Tag::context_constructed(0), |attributes| {
                // An empty Extensions would be no Extensions (RFC 5280 section 4.1).
                if extensions.len() > 2 {
                    attributes.nest(Tag::SEQUENCE, |attribute| {
                        attribute.oid(oid::PKCS9_EXTENSION_REQUEST);
                        attribute.nest(Tag::SET, |values| values.raw(&extensions));
                    });
                }
            });
        });
        let info = info.into_vec();
        let signature = key.sign(scheme, ToBeSigned::Message(&info))?;
        let mut request = Writer::new();
        request.nest(Tag::SEQUENCE, |request| {
            request.raw(&info);
            request.raw(&scheme.algorithm_identifier());
            request.bit_string(&signature);
        });
        CertificateRequest::from_der(&request.into_vec())
    }
}

/// A certification request: a view that keeps the octets as received. Cheap to clone.
///
/// Reading says nothing of who made it: [`verify`](Self::verify) does, and what it asks for is the wish of somebody unknown. Certificates are
/// made from what an authority has validated, see [`Profile::template`](super::Profile::template).
///
/// What others write is read: OpenSSL, GnuTLS, NSS, Java, and Windows with attributes of its own.
///
/// ```
/// use smime::{Code, ca::CertificateRequest};
/// # let key = smime::crypto::PrivateKey::generate(smime::crypto::KeyKind::Ed25519)?;
/// # let file = smime::ca::RequestTemplate::mailbox("alice@example.org").sign(&key)?.to_pem();
/// let request = CertificateRequest::from_bytes(file.as_bytes())?;
/// request.verify()?;
/// assert_eq!(request.public_key()?.kind().to_string(), "ed25519");
/// assert_eq!(CertificateRequest::from_der(&[0x30, 0]).unwrap_err().code(), Code::ReqMalformed);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct CertificateRequest {
    inner: Arc<Inner>,
}

struct Inner {
    der: Box<[u8]>,
    view: View,
}

/// An attribute of a request, as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestAttribute<'a> {
    /// Content octets of the OBJECT IDENTIFIER.
    pub kind: &'a [u8],
    /// The encoded values, one after the other.
    pub values: &'a [u8],
}

impl CertificateRequest {
    /// The longest request that is read, in octets: many times what a key and its extensions need.
    pub const MAXIMUM_LENGTH: usize = 1 << 18;

    /// The request in this DER; nothing may follow it.
    ///
    /// # Errors
    /// [`Code::ReqMalformed`], [`Code::BerTrailing`], or [`Code::LimitBytes`] where it is longer than [`Self::MAXIMUM_LENGTH`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        bounded(der, Self::MAXIMUM_LENGTH)?;
        let view = View::read(der)?;
        Ok(Self { inner: Arc::new(Inner { der: der.into(), view }) })
    }

    /// The one request in this PEM text; blocks with other labels are passed over.
    ///
    /// # Errors
    /// [`Code::PemMalformed`] where there is none or more than one, else as [`CertificateRequest::from_der`].
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        // Four digits for three octets, their line ends, and as much again of what people put around.
        bounded(text, Self::MAXIMUM_LENGTH.saturating_mul(4))?;
        let in_block = |block: &pem::Block<'_>| match LABELS.contains(&block.label()) {
            true => Self::from_der(&block.decode()?).map(Some),
            false => Ok(None),
        };
        let mut found = pem::in_blocks(text, in_block)?;
        match (found.pop(), found.is_empty()) {
            (Some(request), true) => Ok(request),
            (Some(_), false) => Err(Error::new(Code::PemMalformed).because("more than one request where one is due")),
            (None, _) => Err(pem::no_block(LABELS[0])),
        }
    }

    /// The one request in this file, PEM or DER.
    ///
    /// # Errors
    /// As [`CertificateRequest::from_pem`] and [`CertificateRequest::from_der`].
    pub fn from_bytes(file: &[u8]) -> Result<Self> {
        if file.first() != Some(&Tag::SEQUENCE.0) && pem::is_pem(file) { Self::from_pem(file) } else { Self::from_der(file) }
    }

    /// All octets, as received.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// The request as a PEM block.
    pub fn to_pem(&self) -> String {
        pem::encode(LABELS[0], self.der())
    }

    /// Whose key it is, as the request says.
    pub fn subject(&self) -> Name<'_> {
        Name::checked(self.slice(&self.inner.view.subject))
    }

    /// SubjectPublicKeyInfo, as received.
    pub fn spki(&self) -> &[u8] {
        self.slice(&self.inner.view.spki)
    }

    /// The key to be certified.
    ///
    /// # Errors
    /// As [`PublicKey::from_spki`].
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::from_spki(self.spki())
    }

    /// How the request is signed.
    ///
    /// # Errors
    /// As [`SignatureScheme::from_algorithm`].
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        self.inner.view.signed.scheme(self.der())
    }

    /// Proof of possession: that the request was signed with the private half of the key in it, and not altered since. Nothing else is
    /// proved; and whoever has seen a request can send it again.
    ///
    /// # Errors
    /// [`Code::SigInvalid`], [`Code::SigAlgorithmMismatch`], [`Code::AlgUnsupported`], [`Code::AlgParameters`], or as [`PublicKey::from_spki`].
    pub fn verify(&self) -> Result<()> {
        self.inner.view.signed.verify(self.der(), &self.public_key()?)
    }

    /// The attributes in the order in which they stand.
    pub fn attributes(&self) -> impl Iterator<Item = RequestAttribute<'_>> {
        let attributes = self.inner.view.attributes.iter();
        attributes.map(|attribute| RequestAttribute { kind: self.slice(&attribute.kind), values: self.slice(&attribute.values) })
    }

    /// The extensions asked for, in the order in which they stand; no two are of the same kind. They are those of extensionRequest
    /// (RFC 2985 section 5.4.2), or of the attribute that Windows used before it.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'_>> {
        self.inner.view.extensions.iter().map(|extension| Extension {
            kind: self.slice(&extension.kind),
            critical: extension.critical,
            value: self.slice(&extension.value),
        })
    }

    /// The extension of this kind, if it is asked for.
    pub fn extension(&self, kind: ObjectIdentifier) -> Option<Extension<'_>> {
        self.extensions().find(|extension| extension.kind == kind.as_bytes())
    }

    /// The keyUsage asked for.
    ///
    /// # Errors
    /// [`Code::ReqMalformed`] where the extension cannot be read.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        self.typed(oid::CE_KEY_USAGE, typed::key_usage)
    }

    /// The extKeyUsage asked for.
    ///
    /// # Errors
    /// [`Code::ReqMalformed`] where the extension cannot be read.
    pub fn extended_key_usage(&self) -> Result<Option<ExtendedKeyUsage<'_>>> {
        self.typed(oid::CE_EXT_KEY_USAGE, typed::extended_key_usage)
    }

    /// The basicConstraints asked for.
    ///
    /// # Errors
    /// [`Code::ReqMalformed`] where the extension cannot be read.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        self.typed(oid::CE_BASIC_CONSTRAINTS, typed::basic_constraints)
    }

    /// The subjectAltName asked for.
    ///
    /// # Errors
    /// [`Code::ReqMalformed`] where the extension cannot be read.
    pub fn subject_alternative_names(&self) -> Result<Option<Vec<GeneralName<'_>>>> {
        self.typed(oid::CE_SUBJECT_ALT_NAME, typed::general_names)
    }

    /// The e-mail addresses asked for, sorted into those that follow the rules and those that do not: of subjectAltName, then of the subject.
    pub fn mailboxes(&self) -> Addresses {
        address::collect(self.subject_alternative_names().ok().flatten().unwrap_or_default(), self.subject())
    }

    /// The e-mail addresses asked for that follow the rules, as text.
    pub fn addresses(&self) -> Vec<String> {
        self.mailboxes().mailboxes.iter().map(Mailbox::to_string).collect()
    }

    fn typed<'a, T>(&'a self, kind: ObjectIdentifier, content: impl FnOnce(crate::asn1::Element<'a>) -> Result<T>) -> Result<Option<T>> {
        let read = |extension| {
            typed::read(&extension, content).map_err(|error| {
                let why = error.detail().unwrap_or_default().to_owned();
                Error::new(Code::ReqMalformed).because(why).with_source(error)
            })
        };
        self.extension(kind).map(read).transpose()
    }

    fn slice(&self, range: &std::ops::Range<usize>) -> &[u8] {
        self.inner.der.get(range.clone()).unwrap_or_default()
    }
}

impl RequestAttribute<'_> {
    /// The dotted object identifier; `?` where it is none.
    pub fn dotted(&self) -> Cow<'static, str> {
        oid::dotted(self.kind).map_or(Cow::Borrowed("?"), Cow::Owned)
    }
}

fn bounded(octets: &[u8], most: usize) -> Result<()> {
    if octets.len() > most {
        return Err(Error::new(Code::LimitBytes).because(format!("a certification request of {} octets", octets.len())));
    }
    Ok(())
}

impl PartialEq for CertificateRequest {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for CertificateRequest {}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequest({})", self.subject())
    }
}

#[cfg(test)]
mod tests;
