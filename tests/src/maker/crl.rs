//! Revocation lists, and what certificates say of them.

use smime::asn1::{Tag, Writer, oid};
use smime::cert::{CertificateList, RevocationReason};
use smime::crypto::PrivateKey;

use super::{Template, extensions, name, relative_name, sign};

/// What a revocation list is to say.
#[derive(Clone)]
pub struct CrlTemplate {
    /// Common name of the issuer.
    pub issuer: String,
    /// UTCTime.
    pub this_update: String,
    /// UTCTime.
    pub next_update: Option<String>,
    /// 2, or 1 without extensions.
    pub version: u8,
    /// The entries; where there is none, revokedCertificates is left out.
    pub entries: Vec<CrlEntry>,
    /// The object identifier, whether it is critical, the DER of its value.
    pub extensions: Vec<(const_oid::ObjectIdentifier, bool, Vec<u8>)>,
}

impl CrlTemplate {
    /// A complete list with nothing on it, good from 2020 to 2040.
    pub fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            this_update: "200101000000Z".to_owned(),
            next_update: Some("400101000000Z".to_owned()),
            version: 2,
            entries: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// With these dates instead of others, each a UTCTime.
    #[must_use]
    pub fn dates(mut self, this_update: &str, next_update: Option<&str>) -> Self {
        self.this_update = this_update.to_owned();
        self.next_update = next_update.map(str::to_owned);
        self
    }

    /// With this entry too.
    #[must_use]
    pub fn entry(mut self, entry: CrlEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// With an entry for the certificate with this serial number, the content octets of an INTEGER, and no reason.
    #[must_use]
    pub fn revoked(self, serial: &[u8]) -> Self {
        self.entry(CrlEntry::new(serial))
    }

    /// With this extension too.
    #[must_use]
    pub fn extension(mut self, kind: const_oid::ObjectIdentifier, critical: bool, value: impl FnOnce(&mut Writer)) -> Self {
        self.extensions.push((kind, critical, written(value)));
        self
    }

    /// With this cRLNumber.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.extension(oid::CE_CRL_NUMBER, false, |writer| writer.unsigned(number))
    }

    /// As a delta to the list with this number.
    #[must_use]
    pub fn delta_to(self, base: u64) -> Self {
        self.extension(oid::CE_DELTA_CRL_INDICATOR, true, |writer| writer.unsigned(base))
    }

    /// With this keyIdentifier in authorityKeyIdentifier.
    #[must_use]
    pub fn authority_key_identifier(self, identifier: &[u8]) -> Self {
        self.extension(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::context(0), identifier));
        })
    }

    /// With this issuingDistributionPoint.
    #[must_use]
    pub fn scope(self, scope: &CrlScope) -> Self {
        self.extension(oid::CE_ISSUING_DISTRIBUTION_POINT, true, |writer| scope.write(writer))
    }

    /// With this freshestCRL.
    #[must_use]
    pub fn freshest_crl(self, points: &[CrlPoint]) -> Self {
        self.extension(oid::CE_FRESHEST_CRL, false, |writer| write_points(writer, points))
    }

    /// The list, signed with this key.
    ///
    /// # Panics
    /// Where the signature cannot be made or the result cannot be read.
    pub fn issue(&self, issuer: &PrivateKey) -> CertificateList {
        CertificateList::from_vec(self.issue_der(issuer)).expect("a list")
    }

    /// The octets of the list, signed with this key and SHA-256.
    ///
    /// # Panics
    /// Where the signature cannot be made.
    pub fn issue_der(&self, issuer: &PrivateKey) -> Vec<u8> {
        sign(issuer, |algorithm| self.tbs(algorithm))
    }

    fn tbs(&self, algorithm: &[u8]) -> Vec<u8> {
        written(|writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                if self.version > 1 {
                    writer.unsigned(u64::from(self.version) - 1);
                }
                writer.raw(algorithm);
                name(writer, &self.issuer);
                writer.element(Tag::UTC_TIME, self.this_update.as_bytes());
                if let Some(next_update) = &self.next_update {
                    writer.element(Tag::UTC_TIME, next_update.as_bytes());
                }
                if !self.entries.is_empty() {
                    writer.nest(Tag::SEQUENCE, |writer| self.entries.iter().for_each(|entry| entry.write(writer)));
                }
                if !self.extensions.is_empty() {
                    writer.nest(Tag::context_constructed(0), |writer| extensions(writer, &self.extensions));
                }
            });
        })
    }
}

/// What an entry of a revocation list is to say.
#[derive(Clone)]
pub struct CrlEntry {
    /// Content octets.
    pub serial: Vec<u8>,
    /// UTCTime.
    pub revocation_date: String,
    /// The object identifier, whether it is critical, the DER of its value.
    pub extensions: Vec<(const_oid::ObjectIdentifier, bool, Vec<u8>)>,
}

impl CrlEntry {
    /// Revoked in 2021, without a reason.
    pub fn new(serial: &[u8]) -> Self {
        Self { serial: serial.to_vec(), revocation_date: "210101000000Z".to_owned(), extensions: Vec::new() }
    }

    /// With this extension too.
    #[must_use]
    pub fn extension(mut self, kind: const_oid::ObjectIdentifier, critical: bool, value: impl FnOnce(&mut Writer)) -> Self {
        self.extensions.push((kind, critical, written(value)));
        self
    }

    /// With this date instead of another, a UTCTime.
    #[must_use]
    pub fn at(mut self, revocation_date: &str) -> Self {
        self.revocation_date = revocation_date.to_owned();
        self
    }

    /// With this reason.
    #[must_use]
    pub fn reason(self, reason: RevocationReason) -> Self {
        self.extension(oid::CE_CRL_REASONS, false, |writer| writer.element(Tag::ENUMERATED, &[reason.number()]))
    }

    /// With this invalidityDate, a GeneralizedTime.
    #[must_use]
    pub fn invalid_from(self, date: &str) -> Self {
        self.extension(oid::CE_INVALIDITY_DATE, false, |writer| writer.element(Tag::GENERALIZED_TIME, date.as_bytes()))
    }

    /// With a certificateIssuer of this common name, in force from here on.
    #[must_use]
    pub fn certificate_issuer(self, issuer: &str) -> Self {
        self.extension(oid::CE_CERTIFICATE_ISSUER, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| directory_name(writer, issuer));
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.element(Tag::INTEGER, &self.serial);
            writer.element(Tag::UTC_TIME, self.revocation_date.as_bytes());
            if !self.extensions.is_empty() {
                extensions(writer, &self.extensions);
            }
        });
    }
}

/// The names of a place where a list is published.
#[derive(Clone)]
pub enum CrlPlace {
    /// fullName with these URLs.
    Urls(Vec<String>),
    /// fullName with directory names of these common names.
    Directory(Vec<String>),
    /// nameRelativeToCRLIssuer: a common name below the name of the issuer.
    Relative(String),
}

impl CrlPlace {
    /// This URL.
    pub fn url(url: &str) -> Self {
        Self::Urls(vec![url.to_owned()])
    }

    fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::context_constructed(0), |writer| match self {
            Self::Urls(urls) => writer.nest(Tag::context_constructed(0), |writer| {
                urls.iter().for_each(|url| writer.element(Tag::context(6), url.as_bytes()));
            }),
            Self::Directory(names) => writer.nest(Tag::context_constructed(0), |writer| {
                names.iter().for_each(|name| directory_name(writer, name));
            }),
            Self::Relative(name) => relative_name(writer, Tag::context_constructed(1), name),
        });
    }
}

/// What issuingDistributionPoint is to say.
#[derive(Clone, Default)]
pub struct CrlScope {
    /// distributionPoint.
    pub place: Option<CrlPlace>,
    /// onlyContainsUserCerts.
    pub only_user_certificates: bool,
    /// onlyContainsCACerts.
    pub only_ca_certificates: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute_certificates: bool,
    /// The numbers of the flags in onlySomeReasons, below 8.
    pub only_some_reasons: Option<Vec<u8>>,
    /// indirectCRL.
    pub indirect: bool,
}

impl CrlScope {
    fn write(&self, writer: &mut Writer) {
        let flag = |writer: &mut Writer, number, set| {
            if set {
                writer.element(Tag::context(number), &[0xff]);
            }
        };
        writer.nest(Tag::SEQUENCE, |writer| {
            if let Some(place) = &self.place {
                place.write(writer);
            }
            flag(writer, 1, self.only_user_certificates);
            flag(writer, 2, self.only_ca_certificates);
            if let Some(reasons) = &self.only_some_reasons {
                write_reasons(writer, 3, reasons);
            }
            flag(writer, 4, self.indirect);
            flag(writer, 5, self.only_attribute_certificates);
        });
    }
}

/// What a DistributionPoint is to say.
#[derive(Clone, Default)]
pub struct CrlPoint {
    /// distributionPoint.
    pub place: Option<CrlPlace>,
    /// The numbers of the flags in reasons, below 8.
    pub reasons: Option<Vec<u8>>,
    /// cRLIssuer: common names.
    pub crl_issuer: Vec<String>,
}

impl CrlPoint {
    /// The place with this URL.
    pub fn url(url: &str) -> Self {
        Self { place: Some(CrlPlace::url(url)), ..Self::default() }
    }

    fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::SEQUENCE, |writer| {
            if let Some(place) = &self.place {
                place.write(writer);
            }
            if let Some(reasons) = &self.reasons {
                write_reasons(writer, 1, reasons);
            }
            if !self.crl_issuer.is_empty() {
                writer.nest(Tag::context_constructed(2), |writer| self.crl_issuer.iter().for_each(|name| directory_name(writer, name)));
            }
        });
    }
}

impl Template {
    /// With these cRLDistributionPoints.
    #[must_use]
    pub fn distribution_points(self, points: &[CrlPoint]) -> Self {
        self.extension(oid::CE_CRL_DISTRIBUTION_POINTS, false, |writer| write_points(writer, points))
    }

    /// With this freshestCRL.
    #[must_use]
    pub fn freshest_crl(self, points: &[CrlPoint]) -> Self {
        self.extension(oid::CE_FRESHEST_CRL, false, |writer| write_points(writer, points))
    }
}

fn write_points(writer: &mut Writer, points: &[CrlPoint]) {
    writer.nest(Tag::SEQUENCE, |writer| points.iter().for_each(|point| point.write(writer)));
}

fn write_reasons(writer: &mut Writer, number: u8, reasons: &[u8]) {
    let bits = reasons.iter().fold(0u8, |bits, reason| bits | 0x80 >> reason);
    writer.element(Tag::context(number), &[bits.trailing_zeros().min(7) as u8, bits]);
}

fn directory_name(writer: &mut Writer, common_name: &str) {
    writer.nest(Tag::context_constructed(4), |writer| name(writer, common_name));
}

fn written(content: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    content(&mut writer);
    writer.into_vec()
}
