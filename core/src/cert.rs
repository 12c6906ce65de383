//! Certificates and certificate revocation lists (RFC 5280 sections 4 and 5): views that keep the octets as received.
//!
//! The views are tolerant where mail in the wild is: serial numbers of any size and sign, dates in either type, object identifiers of any
//! length, explicit defaults, X.509 v1. They are strict where laxness would be a way in: DER throughout, nothing behind the end, no
//! extension twice, the same algorithm inside and outside the signature.
//! Whether a certificate may be *trusted*, and which list answers for it, is not decided here but in [`path`](crate::path).

pub(crate) mod address;
mod bundle;
mod crl;
mod describe;
mod distribution;
pub(crate) mod extensions;
mod keywords;
pub mod lint;
mod name;
mod ocsp;
mod reason;
pub(crate) mod serial;
pub(crate) mod text;
pub(crate) mod view;

use std::cell::OnceCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use const_oid::ObjectIdentifier;

pub use address::{AddressMatch, Addresses, Mailbox, match_address};
pub use bundle::certs_only;
pub use crl::{CertificateList, RevokedCertificate};
pub use describe::CertificateDescription;
pub use distribution::{DistributionPoint, DistributionPointName, GeneralNameKey, IssuingDistributionPoint};
pub use extensions::{AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, Extension, GeneralName, KeyUsage};
pub use extensions::{PolicyConstraints, PolicyMapping, purpose_from_name};
pub use keywords::{attribute_name, attribute_type};
pub use name::{Attribute, Name, NameKey};
pub use ocsp::{BasicOcspResponse, CertId, CertificateStatus, OcspRequest, OcspResponse, OcspResponseStatus, ResponderId, SingleResponse};
pub use reason::{ReasonFlags, RevocationReason};

pub(crate) use address::{is_host, parse_domain};

use crate::asn1::oid;
use crate::crypto::{Digest, DigestAlgorithm, PublicKey, SignatureScheme};
use crate::error::{Code, Error, Result};
use crate::pem;
use crate::time::Time;
use view::{Range, View};

/// A certificate's name in CMS (RFC 5652 section 10.2.4), made ready to be compared with many: each message has up to a thousand
/// certificates, and a name may be long.
pub(crate) struct IssuedAs<'a> {
    issuer: &'a [u8],
    serial: &'a [u8],
    /// `None` in it: the issuer is no Name.
    key: OnceCell<Option<NameKey>>,
}

impl<'a> IssuedAs<'a> {
    /// The DER of the issuer's Name, and the content octets of the serial number.
    pub(crate) const fn new(issuer: &'a [u8], serial: &'a [u8]) -> Self {
        Self { issuer, serial, key: OnceCell::new() }
    }

    /// Whether this certificate was issued so.
    pub(crate) fn names(&self, certificate: &Certificate) -> bool {
        let key = || self.key.get_or_init(|| Name::from_der(self.issuer).ok().map(Name::key)).as_ref();
        certificate.serial() == self.serial
            && (certificate.issuer().der() == self.issuer || key().is_some_and(|key| key == certificate.issuer_key()))
    }
}

/// A certificate. Cheap to clone: clones share one copy, and what was worked out once (the key, the digest) is kept.
///
/// Two certificates are equal when all their octets are.
///
/// ```
/// use smime::{Code, cert::Certificate};
/// # let file = include_bytes!("cert/example-alice.pem");
/// let alice = Certificate::from_pem(file)?;
/// assert_eq!(alice.subject().to_string(), "CN=Alice");
/// assert_eq!(alice.addresses(), ["alice@example.org"]);
/// assert_eq!(alice.describe().extended_key_usage.unwrap(), ["emailProtection"]);
/// assert_eq!(Certificate::from_der(b"no certificate").unwrap_err().code(), Code::CertMalformed);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct Certificate {
    inner: Arc<Inner>,
}

struct Inner {
    der: Box<[u8]>,
    view: View,
    sha256: OnceLock<[u8; 32]>,
    key_sha256: OnceLock<[u8; 32]>,
    responder_key_hash: OnceLock<Digest>,
    policies_are_distinct: OnceLock<bool>,
    subject_key: OnceLock<NameKey>,
    issuer_key: OnceLock<NameKey>,
    public_key: OnceLock<std::result::Result<PublicKey, (Code, String)>>,
    mailboxes: OnceLock<Addresses>,
}

impl Certificate {
    /// The certificate in this DER; nothing may follow it.
    ///
    /// # Errors
    /// [`Code::CertMalformed`], [`Code::CertDuplicateExtension`], [`Code::CertAlgorithmMismatch`] or [`Code::BerTrailing`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let view = View::read(der)?;
        Ok(Self {
            inner: Arc::new(Inner {
                der: der.into(),
                view,
                sha256: OnceLock::new(),
                key_sha256: OnceLock::new(),
                responder_key_hash: OnceLock::new(),
                policies_are_distinct: OnceLock::new(),
                subject_key: OnceLock::new(),
                issuer_key: OnceLock::new(),
                public_key: OnceLock::new(),
                mailboxes: OnceLock::new(),
            }),
        })
    }

    /// The one certificate in this PEM text; blocks with other labels are passed over.
    ///
    /// # Errors
    /// [`Code::PemMalformed`] where there is none or more than one, else as [`Certificate::from_der`].
    pub fn from_pem(text: &[u8]) -> Result<Self> {
        let mut found = pem::in_blocks(text, in_block)?;
        match (found.pop(), found.is_empty()) {
            (Some(certificate), true) => Ok(certificate),
            (Some(_), false) => Err(Error::new(Code::PemMalformed).because("more than one certificate where one is due")),
            (None, _) => Err(pem::no_block("CERTIFICATE")),
        }
    }

    /// Every certificate in this file: PEM with any number of them, the DER of one, or a bundle (`.p7c`, `.p7b`: SignedData, in
    /// DER or PEM).
    ///
    /// # Errors
    /// As [`Certificate::from_pem`] and [`Certificate::from_der`]; [`Code::LimitCertificates`] where a bundle holds too many.
    pub fn many(file: &[u8]) -> Result<Vec<Self>> {
        pem::in_file(file, "CERTIFICATE", not_in_pem, in_block)
    }

    /// All octets, as received.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// The certificate as a PEM block.
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", self.der())
    }

    /// The octets that the issuer signed: TBSCertificate.
    pub fn tbs(&self) -> &[u8] {
        self.inner.view.signed.tbs(self.der())
    }

    /// 1 or 3 as a rule; 2 occurs.
    pub fn version(&self) -> u8 {
        self.inner.view.version
    }

    /// Content octets of the serial number as received: two's complement, of any length, negative ones included.
    pub fn serial(&self) -> &[u8] {
        self.slice(&self.inner.view.serial)
    }

    /// Whether the serial number is negative, which RFC 5280 section 4.1.2.2 forbids and certificates in use have.
    pub fn serial_is_negative(&self) -> bool {
        self.serial().first().is_some_and(|first| first & 0x80 != 0)
    }

    /// Whether it was issued under this name, the DER of a Name, with this serial number, the content octets of an INTEGER: the way in which
    /// CMS names certificates (RFC 5652 section 10.2.4).
    pub fn is_issued_as(&self, issuer: &[u8], serial: &[u8]) -> bool {
        IssuedAs::new(issuer, serial).names(self)
    }

    /// Who signed it.
    pub fn issuer(&self) -> Name<'_> {
        Name::checked(self.slice(&self.inner.view.issuer))
    }

    /// Whose key it certifies.
    pub fn subject(&self) -> Name<'_> {
        Name::checked(self.slice(&self.inner.view.subject))
    }

    /// Whose it is, for a sentence: the subject, cut where it is very long; where that is empty, as in certificates of mailboxes, the
    /// first addresses.
    pub fn holder(&self) -> String {
        const SHOWN: usize = 3;
        let addresses = &self.mailboxes().mailboxes;
        if !self.subject().is_empty() || addresses.is_empty() {
            return self.subject().brief();
        }
        let mut holder = addresses.iter().take(SHOWN).map(Mailbox::to_string).collect::<Vec<_>>().join(", ");
        if addresses.len() > SHOWN {
            holder.push_str(", \u{2026}");
        }
        holder
    }

    /// [`Name::key`] of the issuer, worked out once.
    pub fn issuer_key(&self) -> &NameKey {
        self.inner.issuer_key.get_or_init(|| self.issuer().key())
    }

    /// [`Name::key`] of the subject, worked out once.
    pub fn subject_key(&self) -> &NameKey {
        self.inner.subject_key.get_or_init(|| self.subject().key())
    }

    /// Whether issuer and subject are the same name (RFC 5280 section 3.2); says nothing of who signed it.
    pub fn is_self_issued(&self) -> bool {
        self.issuer().der() == self.subject().der() || self.issuer_key() == self.subject_key()
    }

    /// The first second of its validity.
    pub fn not_before(&self) -> Time {
        self.inner.view.not_before
    }

    /// The last second of its validity.
    pub fn not_after(&self) -> Time {
        self.inner.view.not_after
    }

    /// Whether its validity includes this time.
    pub fn is_valid_at(&self, at: Time) -> bool {
        self.not_before() <= at && at <= self.not_after()
    }

    /// SubjectPublicKeyInfo, as received.
    pub fn spki(&self) -> &[u8] {
        self.slice(&self.inner.view.spki)
    }

    /// The key, read and checked once.
    ///
    /// # Errors
    /// As [`PublicKey::from_spki`].
    pub fn public_key(&self) -> Result<&PublicKey> {
        let read = || PublicKey::from_spki(self.spki()).map_err(|error| (error.code(), error.detail().unwrap_or_default().to_owned()));
        match self.inner.public_key.get_or_init(read) {
            Ok(key) => Ok(key),
            Err((code, detail)) if detail.is_empty() => Err(Error::new(*code)),
            Err((code, detail)) => Err(Error::new(*code).because(detail.as_str())),
        }
    }

    /// Content octets of the OBJECT IDENTIFIER in the key's AlgorithmIdentifier.
    pub fn key_algorithm(&self) -> &[u8] {
        self.slice(&self.inner.view.key_algorithm)
    }

    /// How the certificate is signed.
    ///
    /// # Errors
    /// As [`SignatureScheme::from_algorithm`].
    pub fn signature_scheme(&self) -> Result<SignatureScheme> {
        self.inner.view.signed.scheme(self.der())
    }

    /// The value of the signature: the octets of its BIT STRING.
    pub fn signature(&self) -> &[u8] {
        self.inner.view.signed.signature(self.der())
    }

    /// Checks the signature with this key, and nothing else: neither names nor dates nor usage.
    ///
    /// # Errors
    /// [`Code::SigInvalid`], or [`Code::AlgUnsupported`], [`Code::AlgParameters`] or [`Code::SigAlgorithmMismatch`] where it cannot be checked.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<()> {
        self.inner.view.signed.verify(self.der(), key)
    }

    /// SHA-256 of all octets: what names a certificate in reports.
    pub fn sha256(&self) -> &[u8; 32] {
        self.inner.sha256.get_or_init(|| sha256(self.der()))
    }

    /// SHA-256 of SubjectPublicKeyInfo: what names a key, whichever certificate it stands in.
    pub fn key_sha256(&self) -> &[u8; 32] {
        self.inner.key_sha256.get_or_init(|| sha256(self.spki()))
    }

    /// The digest by which a responder with this key names himself (RFC 6960 section 4.2.1), worked out once.
    pub(crate) fn responder_key_hash(&self) -> &Digest {
        self.inner.responder_key_hash.get_or_init(|| ocsp::responder_key_hash(self))
    }

    /// The extensions in the order in which they stand; no two are of the same kind.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'_>> {
        self.inner.view.extensions.iter().map(|extension| Extension {
            kind: self.slice(&extension.kind),
            critical: extension.critical,
            value: self.slice(&extension.value),
        })
    }

    /// The extension of this kind.
    pub fn extension(&self, kind: ObjectIdentifier) -> Option<Extension<'_>> {
        self.extensions().find(|extension| extension.kind == kind.as_bytes())
    }

    /// basicConstraints.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        self.typed(oid::CE_BASIC_CONSTRAINTS, extensions::basic_constraints)
    }

    /// Whether basicConstraints says that the subject is a certification authority.
    pub fn is_ca(&self) -> bool {
        self.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.ca)
    }

    /// keyUsage.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        self.typed(oid::CE_KEY_USAGE, extensions::key_usage)
    }

    /// extKeyUsage.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn extended_key_usage(&self) -> Result<Option<ExtendedKeyUsage<'_>>> {
        self.typed(oid::CE_EXT_KEY_USAGE, extensions::extended_key_usage)
    }

    /// subjectAltName.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn subject_alternative_names(&self) -> Result<Option<Vec<GeneralName<'_>>>> {
        self.typed(oid::CE_SUBJECT_ALT_NAME, extensions::general_names)
    }

    /// certificatePolicies: the content octets of each policy's OBJECT IDENTIFIER, in the order in which they stand, none twice.
    /// Qualifiers are passed over, as RFC 9618 recommends.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read, is empty or names a policy twice.
    pub fn certificate_policies(&self) -> Result<Option<Vec<&[u8]>>> {
        self.typed(oid::CE_CERTIFICATE_POLICIES, |element| extensions::certificate_policies(element, &self.inner.policies_are_distinct))
    }

    /// policyMappings, in the order in which they stand.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read, is empty or maps from or to anyPolicy.
    pub fn policy_mappings(&self) -> Result<Option<Vec<PolicyMapping<'_>>>> {
        self.typed(oid::CE_POLICY_MAPPINGS, extensions::policy_mappings)
    }

    /// policyConstraints.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read or is empty.
    pub fn policy_constraints(&self) -> Result<Option<PolicyConstraints>> {
        self.typed(oid::CE_POLICY_CONSTRAINTS, extensions::policy_constraints)
    }

    /// inhibitAnyPolicy: how many certificates that are not self-issued may follow below before anyPolicy counts no more.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn inhibit_any_policy(&self) -> Result<Option<u64>> {
        self.typed(oid::CE_INHIBIT_ANY_POLICY, extensions::inhibit_any_policy)
    }

    /// subjectKeyIdentifier, where there is one that can be read. A hint: nothing binds it to the key.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.typed(oid::CE_SUBJECT_KEY_IDENTIFIER, extensions::octet_string).ok().flatten()
    }

    /// authorityKeyIdentifier, where there is one that can be read. A hint: it may name the wrong key.
    pub fn authority_key_identifier(&self) -> Option<AuthorityKeyIdentifier<'_>> {
        self.typed(oid::CE_AUTHORITY_KEY_IDENTIFIER, extensions::authority_key_identifier).ok().flatten()
    }

    /// Where the issuer's certificate can be had (id-ad-caIssuers, RFC 5280 section 4.2.2.1).
    pub fn issuer_urls(&self) -> Vec<String> {
        self.access(extensions::CA_ISSUERS)
    }

    /// Where an OCSP responder answers (id-ad-ocsp, RFC 5280 section 4.2.2.1).
    pub fn ocsp_urls(&self) -> Vec<String> {
        self.access(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1"))
    }

    /// Where revocation lists can be had (RFC 5280 section 4.2.1.13). Nothing where the extension is missing or cannot be read.
    pub fn crl_urls(&self) -> Vec<String> {
        let points = self.crl_distribution_points().ok().flatten().unwrap_or_default();
        points.iter().flat_map(DistributionPoint::urls).collect()
    }

    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13): where the lists are that answer for it, for which reasons and by whom.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn crl_distribution_points(&self) -> Result<Option<Vec<DistributionPoint>>> {
        self.typed(oid::CE_CRL_DISTRIBUTION_POINTS, distribution::read_points)
    }

    /// freshestCRL (RFC 5280 section 4.2.1.15): where delta CRLs are.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where the extension cannot be read.
    pub fn freshest_crl(&self) -> Result<Option<Vec<DistributionPoint>>> {
        self.typed(oid::CE_FRESHEST_CRL, distribution::read_points)
    }

    /// The e-mail addresses, sorted into those that follow the rules and those that do not: the rfc822Name and SmtpUTF8Mailbox
    /// entries of subjectAltName, then the emailAddress attributes of the subject (RFC 8550 section 3). Worked out once.
    pub fn mailboxes(&self) -> &Addresses {
        self.inner.mailboxes.get_or_init(|| {
            let alternative = self.subject_alternative_names().ok().flatten().unwrap_or_default();
            address::collect(alternative, self.subject())
        })
    }

    /// The e-mail addresses that follow the rules, as text. See [`Certificate::mailboxes`].
    pub fn addresses(&self) -> Vec<String> {
        self.mailboxes().mailboxes.iter().map(Mailbox::to_string).collect()
    }

    /// The rules for those who issue certificates that it does not keep: RFC 5280 and the S/MIME Baseline Requirements. See [`lint`].
    pub fn lint(&self) -> Vec<lint::LintFinding> {
        lint::lint(self)
    }

    /// What a person wants to know about it.
    pub fn describe(&self) -> CertificateDescription {
        CertificateDescription::of(self)
    }

    fn typed<'a, T>(&'a self, kind: ObjectIdentifier, content: impl FnOnce(crate::asn1::Element<'a>) -> Result<T>) -> Result<Option<T>> {
        self.extension(kind).map(|extension| extensions::read(&extension, content)).transpose()
    }

    fn access(&self, method: ObjectIdentifier) -> Vec<String> {
        let urls = self.typed(oid::PE_AUTHORITY_INFO_ACCESS, |element| extensions::access_urls(element, method));
        urls.ok().flatten().unwrap_or_default()
    }

    fn slice(&self, range: &Range) -> &[u8] {
        self.inner.der.get(range.clone()).unwrap_or_default()
    }
}

fn in_block(block: &pem::Block<'_>) -> Result<Vec<Certificate>> {
    // TRUSTED CERTIFICATE is OpenSSL's and may say that the certificate is *not* trusted: better not taken at all than misread.
    match block.label() {
        "CERTIFICATE" | "X509 CERTIFICATE" => Ok(vec![Certificate::from_der(&block.decode()?)?]),
        "PKCS7" | "CMS" => bundle::certificates(&block.decode()?),
        _ => Ok(Vec::new()),
    }
}

fn not_in_pem(file: &[u8]) -> Result<Vec<Certificate>> {
    if !bundle::is_bundle(file) {
        return Ok(vec![Certificate::from_der(file)?]);
    }
    let found = bundle::certificates(file)?;
    if found.is_empty() { Err(Error::new(Code::CertMalformed).because("the bundle is empty")) } else { Ok(found) }
}

pub(crate) fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(DigestAlgorithm::Sha256.digest(octets).iter()) {
        *to = *from;
    }
    digest
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der().hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, issued by {})", self.subject(), self.issuer())
    }
}
