//! Certificate revocation lists (RFC 5280 section 5): a view that keeps the octets as received.
//!
//! Reading and looking up only. Which list answers for which certificate, and who may sign it, is decided elsewhere (RFC 5280
//! section 6.3).

mod entry;
mod index;
mod ordinary;
mod view;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use const_oid::ObjectIdentifier;

pub use entry::RevokedCertificate;

use super::distribution::{self, DistributionPoint, IssuingDistributionPoint};
use super::extensions::{self, AuthorityKeyIdentifier, Extension};
use super::serial::canonical;
use super::view::Range;
use super::{Name, NameKey, sha256};
use crate::asn1::{Element, oid};
use crate::crypto::{PublicKey, SignatureScheme};
#[cfg(doc)]
use crate::error::Code;
use crate::error::Result;
use crate::pem;
use crate::time::Time;
use entry::{Entries, Entry, Extensions, directory_names};
use index::Index;
use view::{View, read_value};

/// A certificate revocation list. Cheap to clone: clones share one copy, and what was worked out once (an index, the digest) is kept.
///
/// The octets are kept as received and the entries read where they stand. The first look-up in a long list makes an index that takes less
/// than three octets an entry.
///
/// Two lists are equal when all their octets are.
///
/// ```
/// use smime::{Code, cert::CertificateList};
/// # use smime::asn1::{Tag, Writer, oid};
/// # let mut writer = Writer::new();
/// # let algorithm = |w: &mut Writer| w.nest(Tag::SEQUENCE, |w| w.oid(oid::ID_ED25519));
/// # writer.nest(Tag::SEQUENCE, |w| {
/// #     w.nest(Tag::SEQUENCE, |w| {
/// #         algorithm(w);
/// #         w.nest(Tag::SEQUENCE, |w| w.nest(Tag::SET, |w| w.nest(Tag::SEQUENCE, |w| {
/// #             w.oid(oid::AT_COMMON_NAME);
/// #             w.element(Tag::UTF8_STRING, b"Example CA");
/// #         })));
/// #         w.element(Tag::UTC_TIME, b"260101000000Z");
/// #         w.nest(Tag::SEQUENCE, |w| w.nest(Tag::SEQUENCE, |w| {
/// #             w.unsigned(5);
/// #             w.element(Tag::UTC_TIME, b"251224180000Z");
/// #         }));
/// #     });
/// #     algorithm(w);
/// #     w.bit_string(&[0; 64]);
/// # });
/// # let file = writer.into_vec();
/// let list = CertificateList::from_der(&file)?;
/// assert_eq!(list.issuer().to_string(), "CN=Example CA");
/// let entry = list.find(list.issuer_key(), &[5]).expect("an entry");
/// assert_eq!(entry.revocation_date.to_string(), "2025-12-24T18:00:00Z");
/// assert!(list.find(list.issuer_key(), &[6]).is_none());
/// assert_eq!(CertificateList::from_der(b"no list").unwrap_err().code(), Code::CrlMalformed);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone)]
pub struct CertificateList {
    inner: Arc<Inner>,
}

struct Inner {
    der: Vec<u8>,
    view: View,
    index: OnceLock<Option<Index>>,
    sha256: OnceLock<[u8; 32]>,
    issuer_key: OnceLock<NameKey>,
}

/// Of a block of PEM.
const LABEL: &str = "X509 CRL";

impl CertificateList {
    /// The list in this DER; nothing may follow it.
    ///
    /// # Errors
    /// [`Code::CrlMalformed`], [`Code::CertDuplicateExtension`], [`Code::CertAlgorithmMismatch`] or [`Code::BerTrailing`].
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let view = View::read(der)?;
        Ok(Self::new(der.to_vec(), view))
    }

    /// The list in this DER, whose memory it keeps: lists of many megabytes need no copy.
    ///
    /// # Errors
    /// As [`CertificateList::from_der`].
    pub fn from_vec(der: Vec<u8>) -> Result<Self> {
        let view = View::read(&der)?;
        Ok(Self::new(der, view))
    }

    /// Every list in this file: PEM with any number of blocks `X509 CRL`, others passed over, or the DER of one.
    ///
    /// # Errors
    /// [`Code::PemMalformed`] where the PEM cannot be read or has no such block, else as [`CertificateList::from_der`].
    pub fn many(file: &[u8]) -> Result<Vec<Self>> {
        pem::in_file(
            file,
            LABEL,
            |der| Ok(vec![Self::from_der(der)?]),
            |block| {
                if block.label() != LABEL {
                    return Ok(None);
                }
                let mut der = std::mem::take(&mut *block.decode()?);
                der.shrink_to_fit();
                Self::from_vec(der).map(Some)
            },
        )
    }

    fn new(der: Vec<u8>, view: View) -> Self {
        let inner = Inner { der, view, index: OnceLock::new(), sha256: OnceLock::new(), issuer_key: OnceLock::new() };
        Self { inner: Arc::new(inner) }
    }

    /// All octets, as received.
    pub fn der(&self) -> &[u8] {
        &self.inner.der
    }

    /// The list as a PEM block.
    pub fn to_pem(&self) -> String {
        pem::encode(LABEL, self.der())
    }

    /// The octets that the issuer signed: TBSCertList.
    pub fn tbs(&self) -> &[u8] {
        self.inner.view.signed.tbs(self.der())
    }

    /// SHA-256 of all octets.
    pub fn sha256(&self) -> &[u8; 32] {
        self.inner.sha256.get_or_init(|| sha256(self.der()))
    }

    /// 2 as a rule; 1 occurs.
    pub fn version(&self) -> u8 {
        self.inner.view.version
    }

    /// Who signed it.
    pub fn issuer(&self) -> Name<'_> {
        Name::checked(self.slice(&self.inner.view.issuer))
    }

    /// [`Name::key`] of the issuer, worked out once.
    pub fn issuer_key(&self) -> &NameKey {
        self.inner.issuer_key.get_or_init(|| self.issuer().key())
    }

    /// When it was issued.
    pub fn this_update(&self) -> Time {
        self.inner.view.this_update
    }

    /// When the next one is issued at the latest; RFC 5280 demands it, other lists may lack it.
    pub fn next_update(&self) -> Option<Time> {
        self.inner.view.next_update
    }

    /// The extensions in the order in which they stand; no two are of the same kind.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'_>> {
        Extensions(self.slice(&self.inner.view.extensions)).map_while(|extension| extension)
    }

    /// The extension of this kind.
    pub fn extension(&self, kind: ObjectIdentifier) -> Option<Extension<'_>> {
        self.extensions().find(|extension| extension.kind == kind.as_bytes())
    }

    /// authorityKeyIdentifier, where there is one that can be read. A hint: it may name the wrong key.
    pub fn authority_key_identifier(&self) -> Option<AuthorityKeyIdentifier<'_>> {
        self.hint(oid::CE_AUTHORITY_KEY_IDENTIFIER, extensions::authority_key_identifier)
    }

    /// cRLNumber (RFC 5280 section 5.2.3): big-endian, without leading zeros, empty for zero.
    ///
    /// Of two the longer is the greater; those of one length compare octet by octet.
    pub fn crl_number(&self) -> Option<&[u8]> {
        self.inner.view.known.crl_number.as_deref()
    }

    /// The number of the list that this one brings up to date: deltaCRLIndicator (RFC 5280 section 5.2.4), in the form of
    /// [`CertificateList::crl_number`]. `None` for a complete list.
    pub fn base_crl_number(&self) -> Option<&[u8]> {
        self.inner.view.known.base_crl_number.as_deref()
    }

    /// Whether it is a delta CRL: only what has changed since another list.
    pub fn is_delta(&self) -> bool {
        self.base_crl_number().is_some()
    }

    /// issuingDistributionPoint (RFC 5280 section 5.2.5): what the list answers for.
    pub fn issuing_distribution_point(&self) -> Option<&IssuingDistributionPoint> {
        self.inner.view.known.issuing_distribution_point.as_ref()
    }

    /// freshestCRL (RFC 5280 section 5.2.6): where delta CRLs for this list are. Nothing where it is missing or cannot be read.
    pub fn freshest_crl(&self) -> Vec<DistributionPoint> {
        self.hint(oid::CE_FRESHEST_CRL, distribution::read_points).unwrap_or_default()
    }

    /// Where the certificate of the list's issuer can be had (id-ad-caIssuers, RFC 5280 section 5.2.7).
    pub fn issuer_urls(&self) -> Vec<String> {
        let urls = |element: Element<'_>| extensions::access_urls(element, extensions::CA_ISSUERS);
        self.hint(oid::PE_AUTHORITY_INFO_ACCESS, urls).unwrap_or_default()
    }

    /// The first critical extension that is not understood, dotted: one that is not known here, or a hint that cannot be read.
    /// Such a list must not be used (RFC 5280 section 5.2).
    pub fn unknown_critical_extension(&self) -> Option<String> {
        self.inner.view.known.unknown_critical.clone()
    }

    /// The first critical extension of any entry that is not understood, dotted. Such a list must not be used for any certificate
    /// (RFC 5280 section 5.3).
    pub fn unknown_critical_entry_extension(&self) -> Option<String> {
        self.inner.view.survey.unknown_critical.clone()
    }

    /// How the list is signed.
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

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.inner.view.survey.count
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in the order in which they stand.
    pub fn entries(&self) -> impl Iterator<Item = RevokedCertificate<'_>> {
        Entries::new(self.entry_octets())
    }

    /// The entry for the certificate with this issuer and serial number, the content octets of an INTEGER; the first of several.
    ///
    /// Serial numbers are compared by value: a superfluous octet in front does not count. The issuer is that of the list or, in an
    /// indirect CRL, the one in force; whether the list may speak of other issuers is the caller's to ask
    /// ([`IssuingDistributionPoint::indirect`]).
    pub fn find(&self, issuer: &NameKey, serial: &[u8]) -> Option<RevokedCertificate<'_>> {
        let serial = canonical(serial);
        let mut issuers = Issuers::new(self, issuer);
        match self.index() {
            Some(index) => index.search(serial, |start| self.find_from(start, index::BLOCK, &mut issuers, serial)),
            None => self.find_from(0, self.len(), &mut issuers, serial),
        }
    }

    /// Looks at so many entries from the one that starts here.
    fn find_from<'a>(&'a self, start: usize, count: usize, issuers: &mut Issuers<'a, '_>, serial: &[u8]) -> Option<RevokedCertificate<'a>> {
        let octets = self.entry_octets();
        let mut rest = octets.get(start..)?;
        for _ in 0..count {
            let (found, after) = Entry::split_serial(rest)?;
            if canonical(found) == serial && issuers.is_in_force(octets.len().saturating_sub(rest.len())) {
                let (entry, _) = Entry::split(rest)?;
                return RevokedCertificate::new(&entry, issuers.names.and_then(|names| directory_names(names).next()));
            }
            rest = after;
        }
        None
    }

    fn index(&self) -> Option<&Index> {
        self.inner.index.get_or_init(|| Index::new(self.entry_octets(), self.len())).as_ref()
    }

    fn entry_octets(&self) -> &[u8] {
        self.slice(&self.inner.view.entries)
    }

    fn hint<'a, T>(&'a self, kind: ObjectIdentifier, content: impl FnOnce(Element<'a>) -> Result<T>) -> Option<T> {
        self.extension(kind).and_then(|extension| read_value(&extension).and_then(content).ok())
    }

    fn slice(&self, range: &Range) -> &[u8] {
        self.inner.der.get(range.clone()).unwrap_or_default()
    }
}

/// Whether an issuer is the one in force, asked along a list from its start: each change is looked at once.
struct Issuers<'a, 'k> {
    list: &'a CertificateList,
    wanted: &'k NameKey,
    /// How many changes have come into force.
    changes: usize,
    /// The certificateIssuer in force.
    names: Option<&'a [u8]>,
    fits: bool,
}

impl<'a, 'k> Issuers<'a, 'k> {
    fn new(list: &'a CertificateList, wanted: &'k NameKey) -> Self {
        Self { list, wanted, changes: 0, names: None, fits: list.issuer_key() == wanted }
    }

    fn is_in_force(&mut self, position: usize) -> bool {
        let positions = &self.list.inner.view.survey.changes;
        let changes = positions.partition_point(|change| *change <= position);
        if changes != self.changes {
            self.changes = changes;
            let last = changes.checked_sub(1).and_then(|last| positions.get(last));
            let octets = last.and_then(|start| self.list.entry_octets().get(*start..));
            self.names = octets.and_then(Entry::split).and_then(|(entry, _)| entry.certificate_issuer());
            self.fits = self.names.is_some_and(|names| directory_names(names).any(|name| name.key() == *self.wanted));
        }
        self.fits
    }
}

impl PartialEq for CertificateList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.der() == other.der()
    }
}

impl Eq for CertificateList {}

impl Hash for CertificateList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sha256().hash(state);
    }
}

impl fmt::Debug for CertificateList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateList({} entries, issued by {})", self.len(), self.issuer())
    }
}

#[cfg(test)]
mod tests;
