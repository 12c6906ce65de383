//! The extensions of a new certificate (RFC 5280 section 4.2).

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::{Ia5String, OctetString, Utf8StringRef};
use der::flagset::FlagSet;
use der::{Any, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};

use super::{CertificateTemplate, NewExtension, RequestTemplate};
use crate::asn1::{Tag, Writer, oid};
use crate::cert::{self, Certificate};
use crate::crypto::{DigestAlgorithm, PublicKey};
use crate::error::{Code, Error, Result};

/// Octets of a key identifier (RFC 7093 section 2).
const KEY_IDENTIFIER: usize = 20;

const USAGES: [(cert::KeyUsage, KeyUsages); 9] = [
    (cert::KeyUsage::DIGITAL_SIGNATURE, KeyUsages::DigitalSignature),
    (cert::KeyUsage::NON_REPUDIATION, KeyUsages::NonRepudiation),
    (cert::KeyUsage::KEY_ENCIPHERMENT, KeyUsages::KeyEncipherment),
    (cert::KeyUsage::DATA_ENCIPHERMENT, KeyUsages::DataEncipherment),
    (cert::KeyUsage::KEY_AGREEMENT, KeyUsages::KeyAgreement),
    (cert::KeyUsage::KEY_CERT_SIGN, KeyUsages::KeyCertSign),
    (cert::KeyUsage::CRL_SIGN, KeyUsages::CRLSign),
    (cert::KeyUsage::ENCIPHER_ONLY, KeyUsages::EncipherOnly),
    (cert::KeyUsage::DECIPHER_ONLY, KeyUsages::DecipherOnly),
];

/// Those that the template and the keys ask for, then those that it brings along.
pub(super) fn of(template: &CertificateTemplate, key: &PublicKey, issuer: Option<&Certificate>) -> Result<Vec<Extension>> {
    let mut list = List { extensions: Vec::new(), replaced: &template.extensions };
    list.push(true, &BasicConstraints { ca: template.authority, path_len_constraint: template.path_length })?;
    list.push(true, &KeyUsage(usages(template.key_usage(key.kind()))))?;
    list.asked(&template.extended_key_usage, &template.addresses, template.subject.is_empty())?;
    let mut identifiers = Vec::new();
    push_key_identifiers(&mut identifiers, key, issuer)?;
    let replaced = |kind| template.extensions.iter().any(|extension| extension.kind == kind);
    list.extensions.extend(identifiers.into_iter().filter(|extension| !replaced(extension.extn_id)));
    list.given()
}

/// Those that a request asks for: nothing but what the template says.
pub(super) fn requested(template: &RequestTemplate) -> Result<Vec<Extension>> {
    let mut list = List { extensions: Vec::new(), replaced: &template.extensions };
    if let Some(usage) = template.key_usage {
        list.push(true, &KeyUsage(usages(usage)))?;
    }
    list.asked(&template.extended_key_usage, &template.addresses, template.subject.is_empty())?;
    list.given()
}

/// subjectKeyIdentifier, and authorityKeyIdentifier where there is an issuer.
pub(super) fn push_key_identifiers(extensions: &mut Vec<Extension>, key: &PublicKey, issuer: Option<&Certificate>) -> Result<()> {
    extensions.push(encoded(false, &SubjectKeyIdentifier(octets(&key_identifier(key))?))?);
    if let Some(issuer) = issuer {
        let theirs = match issuer.subject_key_identifier() {
            Some(identifier) => identifier.to_vec(),
            None => key_identifier(issuer.public_key()?),
        };
        extensions.push(encoded(false, &AuthorityKeyIdentifier { key_identifier: Some(octets(&theirs)?), ..Default::default() })?);
    }
    Ok(())
}

/// Puts these usages in the place of those that stand there.
pub(super) fn replace_key_usage(extensions: &mut [Extension], usage: cert::KeyUsage) -> Result<()> {
    let value = encoded(true, &KeyUsage(usages(usage)))?.extn_value;
    for extension in extensions.iter_mut().filter(|extension| extension.extn_id == KeyUsage::OID) {
        extension.extn_value = value.clone();
    }
    Ok(())
}

struct List<'a> {
    extensions: Vec<Extension>,
    replaced: &'a [NewExtension],
}

impl List<'_> {
    fn push<T: AssociatedOid + Encode>(&mut self, critical: bool, value: &T) -> Result<()> {
        if !self.replaced.iter().any(|extension| extension.kind == T::OID) {
            self.extensions.push(encoded(critical, value)?);
        }
        Ok(())
    }

    /// extKeyUsage and subjectAltName.
    fn asked(&mut self, purposes: &[ObjectIdentifier], addresses: &[String], is_nameless: bool) -> Result<()> {
        if !purposes.is_empty() {
            self.push(false, &ExtendedKeyUsage(purposes.to_vec()))?;
        }
        if !addresses.is_empty() {
            let names = addresses.iter().map(|address| general_name(address)).collect::<Result<_>>()?;
            self.push(is_nameless, &SubjectAltName(names))?;
        }
        Ok(())
    }

    /// All, with those at the end that the template brings along.
    fn given(mut self) -> Result<Vec<Extension>> {
        for extension in self.replaced {
            let extn_value = octets(&extension.value)?;
            self.extensions.push(Extension { extn_id: extension.kind, critical: extension.critical, extn_value });
        }
        Ok(self.extensions)
    }
}

fn encoded<T: AssociatedOid + Encode>(critical: bool, value: &T) -> Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: octets(&value.to_der().map_err(refused)?)? })
}

impl NewExtension {
    /// certificatePolicies (RFC 5280 section 4.2.1.4), not critical: these policies, the first with the URL of the practice statement.
    ///
    /// ```
    /// use smime::{asn1::oid, ca::NewExtension};
    /// let extension = NewExtension::certificate_policies(&[oid::ANY_POLICY], Some("https://example.org/cps"))?;
    /// assert_eq!(extension.kind, oid::CE_CERTIFICATE_POLICIES);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the URL is not ASCII.
    pub fn certificate_policies(policies: &[ObjectIdentifier], cps: Option<&str>) -> Result<Self> {
        let cps = cps.map(ascii).transpose()?;
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            for (index, policy) in policies.iter().enumerate() {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(*policy);
                    if let Some(url) = cps.filter(|_| index == 0) {
                        writer.nest(Tag::SEQUENCE, |qualifiers| {
                            qualifiers.nest(Tag::SEQUENCE, |qualifier| {
                                qualifier.oid(oid::QT_CPS);
                                qualifier.element(Tag::IA5_STRING, url);
                            });
                        });
                    }
                });
            }
        });
        Ok(Self { kind: oid::CE_CERTIFICATE_POLICIES, critical: false, value: writer.into_vec() })
    }

    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13), not critical: one point, where the same list is at each of these URLs.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where a URL is not ASCII.
    pub fn crl_distribution_points<U: AsRef<str>>(urls: &[U]) -> Result<Self> {
        let urls = urls.iter().map(|url| ascii(url.as_ref())).collect::<Result<Vec<_>>>()?;
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |points| {
            points.nest(Tag::SEQUENCE, |point| {
                point.nest(Tag::context_constructed(0), |name| {
                    name.nest(Tag::context_constructed(0), |names| urls.iter().for_each(|url| names.element(Tag::context(6), url)));
                });
            });
        });
        Ok(Self { kind: oid::CE_CRL_DISTRIBUTION_POINTS, critical: false, value: writer.into_vec() })
    }

    /// authorityInfoAccess (RFC 5280 section 4.2.2.1), not critical: where OCSP is answered, and where the issuer's certificate is.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where a URL is not ASCII, or there is none.
    pub fn authority_info_access<U: AsRef<str>>(ocsp: &[U], issuers: &[U]) -> Result<Self> {
        let mut places = Vec::new();
        for (method, urls) in [(oid::AD_OCSP, ocsp), (oid::AD_CA_ISSUERS, issuers)] {
            for url in urls {
                places.push((method, ascii(url.as_ref())?));
            }
        }
        if places.is_empty() {
            return Err(Error::new(Code::UseArgument).because("authorityInfoAccess without a URL"));
        }
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            for (method, url) in places {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(method);
                    writer.element(Tag::context(6), url);
                });
            }
        });
        Ok(Self { kind: oid::PE_AUTHORITY_INFO_ACCESS, critical: false, value: writer.into_vec() })
    }
}

fn ascii(url: &str) -> Result<&[u8]> {
    let is_url = !url.is_empty() && url.bytes().all(|octet| octet.is_ascii_graphic());
    if is_url { Ok(url.as_bytes()) } else { Err(Error::new(Code::UseArgument).because("a URL that is not ASCII without blanks")) }
}

fn usages(usage: cert::KeyUsage) -> FlagSet<KeyUsages> {
    USAGES.into_iter().filter(|(ours, _)| usage.any(*ours)).fold(FlagSet::default(), |all, (_, theirs)| all | theirs)
}

/// rfc822Name, or SmtpUTF8Mailbox where the local part is not ASCII; the domain in ASCII in both (RFC 9598 section 3).
fn general_name(address: &str) -> Result<GeneralName> {
    let mailbox = cert::Mailbox::parse(address)?;
    let local = address.rsplit_once('@').map_or("", |(local, _)| local);
    if address.is_ascii() {
        return Ia5String::new(address).map(GeneralName::Rfc822Name).map_err(refused);
    }
    let address = format!("{local}@{}", mailbox.domain());
    if address.is_ascii() {
        return Ia5String::new(&address).map(GeneralName::Rfc822Name).map_err(refused);
    }
    let value = Utf8StringRef::new(&address).and_then(|text| Any::encode_from(&text)).map_err(refused)?;
    Ok(GeneralName::OtherName(OtherName { type_id: oid::ID_ON_SMTP_UTF8_MAILBOX, value }))
}

/// The leftmost 160 bits of the SHA-256 hash of the subjectPublicKey's octets (RFC 7093 section 2, method 1).
pub(super) fn key_identifier(key: &PublicKey) -> Vec<u8> {
    DigestAlgorithm::Sha256.digest(key.key_octets()).iter().copied().take(KEY_IDENTIFIER).collect()
}

pub(super) fn octets(octets: &[u8]) -> Result<OctetString> {
    OctetString::new(octets).map_err(refused)
}

fn refused(error: der::Error) -> Error {
    Error::new(Code::UseArgument).because(error.to_string()).with_source(error)
}
