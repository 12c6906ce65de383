//! CertID: how OCSP names a certificate (RFC 6960 section 4.1.1).

use std::borrow::Cow;
use std::fmt;

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, Writer};
use crate::cert::Certificate;
use crate::cert::describe::hexadecimal;
use crate::cert::serial::canonical;
use crate::crypto::{Digest, DigestAlgorithm};
use crate::error::{Code, Result};

/// How OCSP names a certificate: digests of its issuer's name and key, and its serial number.
///
/// ```
/// use smime::cert::{CertId, Certificate};
/// use smime::crypto::DigestAlgorithm;
/// # let (alice, root) = (include_bytes!("../example-alice.pem"), include_bytes!("../example-root.pem"));
/// let (alice, root) = (Certificate::from_pem(alice)?, Certificate::from_pem(root)?);
/// let id = CertId::new(&alice, &root, DigestAlgorithm::Sha1);
/// assert_eq!(id.serial(), alice.serial());
/// assert_eq!(id.is_for(&alice, &root), Some(true));
/// assert_eq!(id.is_for(&root, &root), Some(false));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct CertId<'a> {
    /// The AlgorithmIdentifier of the digest, as received.
    algorithm: Cow<'a, [u8]>,
    digest: Option<DigestAlgorithm>,
    name_hash: Cow<'a, [u8]>,
    key_hash: Cow<'a, [u8]>,
    serial: Cow<'a, [u8]>,
}

impl CertId<'static> {
    /// The name of this certificate of this issuer. Every responder knows SHA-1 here, where nothing depends on its strength; many know
    /// nothing else (RFC 5019 section 2.1.1).
    pub fn new(certificate: &Certificate, issuer: &Certificate, digest: DigestAlgorithm) -> Self {
        Self::named(certificate.issuer().der(), certificate.serial(), issuer, digest)
    }

    /// The name of the certificate of this issuer with this serial number, the content octets of an INTEGER.
    pub fn for_serial(serial: &[u8], issuer: &Certificate, digest: DigestAlgorithm) -> Self {
        Self::named(issuer.subject().der(), serial, issuer, digest)
    }

    fn named(issuer_name: &[u8], serial: &[u8], issuer: &Certificate, digest: DigestAlgorithm) -> Self {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(digest.oid());
            writer.null();
        });
        Self {
            algorithm: writer.into_vec().into(),
            digest: Some(digest),
            name_hash: digest.digest(issuer_name).to_vec().into(),
            key_hash: digest.digest(key_octets(issuer)).to_vec().into(),
            serial: serial.to_vec().into(),
        }
    }

    /// The name of another certificate of the same issuer.
    pub(crate) fn with_serial(&self, serial: &[u8]) -> Self {
        Self { serial: serial.to_vec().into(), ..self.clone() }
    }
}

impl<'a> CertId<'a> {
    pub(super) fn read(element: Element<'a>) -> Result<Self> {
        if element.tag != Tag::SEQUENCE {
            return Err(element.error(Code::BerTag));
        }
        let mut fields = element.children()?;
        let algorithm = fields.expect(Tag::SEQUENCE)?;
        let name_hash = fields.expect(Tag::OCTET_STRING)?.content;
        let key_hash = fields.expect(Tag::OCTET_STRING)?.content;
        let serial = fields.expect(Tag::INTEGER)?;
        fields.finish()?;
        if serial.content.is_empty() {
            return Err(serial.error(Code::BerValue));
        }
        // What parameters a digest has, if any, changes nothing about it.
        let kind = algorithm.children()?.expect(Tag::OID)?.content;
        let digest = ObjectIdentifier::from_bytes(kind).ok().and_then(DigestAlgorithm::from_oid);
        Ok(Self {
            algorithm: algorithm.raw.into(),
            digest,
            name_hash: name_hash.into(),
            key_hash: key_hash.into(),
            serial: serial.content.into(),
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(&self.algorithm);
            writer.octet_string(&self.name_hash);
            writer.octet_string(&self.key_hash);
            writer.element(Tag::INTEGER, &self.serial);
        });
    }

    /// The CertID in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_vec()
    }

    /// The digest of name and key, if it is one of ours.
    pub const fn digest_algorithm(&self) -> Option<DigestAlgorithm> {
        self.digest
    }

    /// issuerNameHash: the digest of the issuer's Name in DER.
    pub fn issuer_name_hash(&self) -> &[u8] {
        &self.name_hash
    }

    /// issuerKeyHash: the digest of the octets in the issuer's subjectPublicKey, without tag, length and count of unused bits.
    pub fn issuer_key_hash(&self) -> &[u8] {
        &self.key_hash
    }

    /// Content octets of the serial number.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// Whether it names this certificate of this issuer; `None` where the digest is not known, so that nobody can tell.
    ///
    /// The name may be hashed as the certificate has it, which is right, or as the issuer's own certificate has it, where the two are
    /// equal and differ in their encoding.
    pub fn is_for(&self, certificate: &Certificate, issuer: &Certificate) -> Option<bool> {
        Target::new(certificate, issuer).is_meant_by(self)
    }

    /// The same, holding its octets itself.
    pub fn into_owned(self) -> CertId<'static> {
        CertId {
            algorithm: self.algorithm.into_owned().into(),
            digest: self.digest,
            name_hash: self.name_hash.into_owned().into(),
            key_hash: self.key_hash.into_owned().into(),
            serial: self.serial.into_owned().into(),
        }
    }
}

impl PartialEq for CertId<'_> {
    /// Parameters of the digest and superfluous octets of the serial number do not count.
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
            && (self.digest.is_some() || self.algorithm == other.algorithm)
            && self.name_hash == other.name_hash
            && self.key_hash == other.key_hash
            && canonical(&self.serial) == canonical(&other.serial)
    }
}

impl Eq for CertId<'_> {}

impl fmt::Debug for CertId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertId(serial {}, issuer's key {})", hexadecimal(&self.serial), hexadecimal(&self.key_hash))
    }
}

/// A certificate that is looked for among many names; each digest is worked out once.
pub(super) struct Target<'c> {
    certificate: &'c Certificate,
    issuer: &'c Certificate,
    known: Vec<(DigestAlgorithm, Hashes)>,
}

#[derive(Clone, Copy)]
struct Hashes {
    name: Digest,
    own_name: Digest,
    key: Digest,
}

impl<'c> Target<'c> {
    pub(super) const fn new(certificate: &'c Certificate, issuer: &'c Certificate) -> Self {
        Self { certificate, issuer, known: Vec::new() }
    }

    pub(super) fn is_meant_by(&mut self, id: &CertId<'_>) -> Option<bool> {
        let digest = id.digest?;
        if canonical(&id.serial) != canonical(self.certificate.serial()) {
            return Some(false);
        }
        let hashes = self.hashes(digest);
        Some(*id.key_hash == *hashes.key && (*id.name_hash == *hashes.name || *id.name_hash == *hashes.own_name))
    }

    fn hashes(&mut self, digest: DigestAlgorithm) -> Hashes {
        if let Some((_, hashes)) = self.known.iter().find(|(known, _)| *known == digest) {
            return *hashes;
        }
        let named = self.certificate.issuer().der();
        let chains = self.certificate.issuer_key() == self.issuer.subject_key();
        let own = if chains { self.issuer.subject().der() } else { named };
        let hashes = Hashes { name: digest.digest(named), own_name: digest.digest(own), key: digest.digest(key_octets(self.issuer)) };
        self.known.push((digest, hashes));
        hashes
    }
}

/// The octets of subjectPublicKey, also of keys of a kind that is not supported; none where there is no BIT STRING.
fn key_octets(certificate: &Certificate) -> &[u8] {
    let read = || {
        let mut fields = Reader::single_der(certificate.spki())?.children()?;
        fields.expect(Tag::SEQUENCE)?;
        fields.expect(Tag::BIT_STRING)
    };
    read().ok().and_then(|bits| bits.content.get(1..)).unwrap_or_default()
}

/// The digest by which a responder names its key (RFC 6960 section 4.2.1).
pub(in crate::cert) fn responder_key_hash(certificate: &Certificate) -> Digest {
    DigestAlgorithm::Sha1.digest(key_octets(certificate))
}
