//! The life of certificates on the side of an authority: requests, profiles, issuing, renewal, the proof that somebody reads a mailbox,
//! revocation lists ([`CrlTemplate`], [`Delta`]) and OCSP answers ([`OcspResponder`]).
//!
//! Nothing is kept between calls: an [`Issuer`] is a key and its certificate, a [`CertificateTemplate`] says what the new
//! certificate shall say, and [`Issuer::issue`] puts one's signature under the other. Whether the issuer may do that by its
//! own certificate is not asked here; whoever validates a path asks it.
//!
//! Who asks for a certificate sends a [`CertificateRequest`], made from a [`RequestTemplate`]. A [`Challenge`] or [`acme`] shows that he
//! reads the mail of his address; a [`Profile`] makes a template from what was validated, and nothing else. [`Issuer::renew`] says the same again.
//!
//! ```
//! use smime::{Identity, Time, ca::{CertificateTemplate, Issuer}, crypto::{Curve, KeyKind, PrivateKey}};
//!
//! let (from, to) = (Time::parse_rfc3339("2026-01-01T00:00:00Z")?, Time::parse_rfc3339("2027-01-01T00:00:00Z")?);
//! let ca_key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! let ca = Issuer::self_signed(&ca_key, &CertificateTemplate::authority("Example Mail CA", from, to))?;
//!
//! let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! let template = CertificateTemplate::end_entity("Alice", "alice@example.org", from, to);
//! let certificate = ca.issue(key.public_key(), &template)?;
//! assert_eq!(certificate.addresses(), ["alice@example.org"]);
//! let alice = Identity::from_parts(key, certificate, vec![ca.certificate().clone()])?;
//! # Ok::<(), smime::Error>(())
//! ```

pub mod acme;
mod challenge;
mod crl;
mod extensions;
mod fields;
mod journal;
mod ocsp;
mod profile;
mod renew;
mod request;
mod standing;
mod subject;
mod write;

use const_oid::ObjectIdentifier;

pub use challenge::Challenge;
pub use crl::{CrlEntry, CrlScope, CrlTemplate, CrlWriter, Delta, OnlyCertificates};
pub use journal::{Journal, JournalEntry};
pub use ocsp::{OcspResponder, OcspStatus, OtherIssuers};
pub use profile::{Generation, KeyUse, Profile, Validated, Validation};
pub use request::{CertificateRequest, RequestAttribute, RequestDescription, RequestTemplate};
pub use standing::Standing;
pub use subject::parse_subject;

use crate::asn1::oid;
use crate::cert::{Certificate, KeyUsage};
use crate::crypto::{DigestAlgorithm, KeyKind, PrivateKey, PublicKey, SignatureScheme};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// What a new certificate shall say. Plain data: start from [`end_entity`](Self::end_entity) or
/// [`authority`](Self::authority) and change what you must.
#[derive(Clone, Debug)]
pub struct CertificateTemplate {
    /// The subject: attribute types and values, in order, one in each RelativeDistinguishedName. May be empty where there
    /// are addresses.
    pub subject: Vec<(ObjectIdentifier, String)>,
    /// The addresses of subjectAltName: rfc822Name, or SmtpUTF8Mailbox (RFC 9598) where one is not ASCII.
    pub addresses: Vec<String>,
    /// The first second of the validity.
    pub not_before: Time,
    /// The last second of the validity.
    pub not_after: Time,
    /// What the key may be used for; `None` writes what fits the kind of key and whether it is an authority's.
    pub key_usage: Option<KeyUsage>,
    /// The purposes of extKeyUsage; none writes no such extension.
    pub extended_key_usage: Vec<ObjectIdentifier>,
    /// Whether the subject is a certification authority.
    pub authority: bool,
    /// How many further authorities may follow below this one.
    pub path_length: Option<u8>,
    /// The serial number, big-endian and positive, at most 20 octets; `None` takes 126 random bits.
    pub serial: Option<Vec<u8>>,
    /// Further extensions. One that would be written anyway is replaced by what stands here.
    pub extensions: Vec<NewExtension>,
}

/// An extension to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExtension {
    /// What it is.
    pub kind: ObjectIdentifier,
    /// Whether a verifier that does not know it must refuse the certificate.
    pub critical: bool,
    /// The DER inside the OCTET STRING.
    pub value: Vec<u8>,
}

impl CertificateTemplate {
    /// For a person or mailbox: emailProtection, one address.
    pub fn end_entity(common_name: &str, address: &str, not_before: Time, not_after: Time) -> Self {
        Self {
            addresses: vec![address.to_owned()],
            extended_key_usage: vec![oid::KP_EMAIL_PROTECTION],
            ..Self::named(common_name, not_before, not_after)
        }
    }

    /// For a certification authority.
    pub fn authority(common_name: &str, not_before: Time, not_after: Time) -> Self {
        Self { authority: true, ..Self::named(common_name, not_before, not_after) }
    }

    fn named(common_name: &str, not_before: Time, not_after: Time) -> Self {
        Self {
            subject: vec![(oid::AT_COMMON_NAME, common_name.to_owned())],
            addresses: Vec::new(),
            not_before,
            not_after,
            key_usage: None,
            extended_key_usage: Vec::new(),
            authority: false,
            path_length: None,
            serial: None,
            extensions: Vec::new(),
        }
    }

    /// The usages asked for, or those that fit (RFC 5280 section 4.2.1.3, RFC 8410 section 5).
    fn key_usage(&self, kind: KeyKind) -> KeyUsage {
        let fitting = match kind {
            _ if self.authority => KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN),
            KeyKind::Rsa { .. } => KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT),
            KeyKind::Ec(_) => KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT),
            KeyKind::X25519 => KeyUsage::KEY_AGREEMENT,
            _ => KeyUsage::DIGITAL_SIGNATURE,
        };
        self.key_usage.unwrap_or(fitting)
    }
}

/// A key that signs certificates, with the certificate under whose name it does.
#[derive(Clone)]
pub struct Issuer {
    key: PrivateKey,
    certificate: Certificate,
    scheme: SignatureScheme,
}

impl Issuer {
    /// An issuer from its parts.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] where the key is not that of the certificate, [`Code::KeyUnsupported`] where it cannot sign.
    pub fn new(key: &PrivateKey, certificate: Certificate) -> Result<Self> {
        if certificate.public_key()? != key.public_key() {
            return Err(Error::new(Code::KeyMismatch));
        }
        Ok(Self { key: key.clone(), certificate, scheme: default_scheme(key.kind())? })
    }

    /// An issuer with a new certificate that it signs itself: a root.
    ///
    /// # Errors
    /// As [`Issuer::issue`].
    pub fn self_signed(key: &PrivateKey, template: &CertificateTemplate) -> Result<Self> {
        let scheme = default_scheme(key.kind())?;
        let signer = write::Signer { key, scheme: &scheme };
        let contents = write::Contents::of(template, key.public_key(), None)?;
        let certificate = Certificate::from_der(&write::certificate(&signer, None, key.public_key(), contents)?)?;
        Ok(Self { key: key.clone(), certificate, scheme })
    }

    /// The same issuer, which signs by this scheme from now on: another digest, or RSASSA-PSS.
    #[must_use]
    pub fn with_scheme(self, scheme: SignatureScheme) -> Self {
        Self { scheme, ..self }
    }

    /// The certificate of the issuer.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// A certificate for a public key, signed by this issuer.
    ///
    /// Key identifiers are the leftmost 160 bits of the SHA-256 hash of the subjectPublicKey (RFC 7093 section 2, method 1);
    /// that of the issuer is taken from its certificate where it has one.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the template cannot be written: a time before 1970, an empty subject without addresses, a
    /// serial number that is not positive or too long, an address that is none; [`Code::SigInvalid`] and
    /// [`Code::KeyExternalFailed`] where signing fails.
    pub fn issue(&self, key: &PublicKey, template: &CertificateTemplate) -> Result<Certificate> {
        Certificate::from_der(&self.issue_der(key, template)?)
    }

    /// The same in DER, not read again: a template may ask for what no certificate should say, as tests of other programs do.
    ///
    /// # Errors
    /// As [`Issuer::issue`].
    pub fn issue_der(&self, key: &PublicKey, template: &CertificateTemplate) -> Result<Vec<u8>> {
        self.write(key, write::Contents::of(template, key, Some(&self.certificate))?)
    }

    fn write(&self, key: &PublicKey, contents: write::Contents) -> Result<Vec<u8>> {
        let signer = write::Signer { key: &self.key, scheme: &self.scheme };
        write::certificate(&signer, Some(&self.certificate), key, contents)
    }
}

/// The scheme that everybody verifies, by the kind of key.
fn default_scheme(kind: KeyKind) -> Result<SignatureScheme> {
    use crate::crypto::Curve;
    match kind {
        KeyKind::Rsa { .. } => Ok(SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256)),
        KeyKind::Ec(Curve::P256) => Ok(SignatureScheme::Ecdsa(DigestAlgorithm::Sha256)),
        KeyKind::Ec(Curve::P384) => Ok(SignatureScheme::Ecdsa(DigestAlgorithm::Sha384)),
        KeyKind::Ec(Curve::P521) => Ok(SignatureScheme::Ecdsa(DigestAlgorithm::Sha512)),
        KeyKind::Ed25519 => Ok(SignatureScheme::Ed25519),
        _ => Err(Error::new(Code::KeyUnsupported).because("a key that does not sign")),
    }
}

#[cfg(test)]
mod tests;
