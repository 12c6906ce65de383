//! The extensions of a new certificate (RFC 5280 section 4.2).

use const_oid::AssociatedOid;
use der::asn1::{Ia5String, OctetString, Utf8StringRef};
use der::flagset::FlagSet;
use der::{Any, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::{GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};

use super::{CertificateTemplate, NewExtension};
use crate::asn1::oid;
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
    if !template.extended_key_usage.is_empty() {
        list.push(false, &ExtendedKeyUsage(template.extended_key_usage.clone()))?;
    }
    if !template.addresses.is_empty() {
        let names = template.addresses.iter().map(|address| general_name(address)).collect::<Result<_>>()?;
        list.push(template.subject.is_empty(), &SubjectAltName(names))?;
    }
    list.push(false, &SubjectKeyIdentifier(octets(&key_identifier(key))?))?;
    if let Some(issuer) = issuer {
        let theirs = match issuer.subject_key_identifier() {
            Some(identifier) => identifier.to_vec(),
            None => key_identifier(issuer.public_key()?),
        };
        list.push(false, &AuthorityKeyIdentifier { key_identifier: Some(octets(&theirs)?), ..Default::default() })?;
    }
    for extension in &template.extensions {
        list.extensions.push(Extension { extn_id: extension.kind, critical: extension.critical, extn_value: octets(&extension.value)? });
    }
    Ok(list.extensions)
}

struct List<'a> {
    extensions: Vec<Extension>,
    replaced: &'a [NewExtension],
}

impl List<'_> {
    fn push<T: AssociatedOid + Encode>(&mut self, critical: bool, value: &T) -> Result<()> {
        if self.replaced.iter().any(|extension| extension.kind == T::OID) {
            return Ok(());
        }
        let value = value.to_der().map_err(refused)?;
        self.extensions.push(Extension { extn_id: T::OID, critical, extn_value: octets(&value)? });
        Ok(())
    }
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
fn key_identifier(key: &PublicKey) -> Vec<u8> {
    DigestAlgorithm::Sha256.digest(key.key_octets()).iter().copied().take(KEY_IDENTIFIER).collect()
}

fn octets(octets: &[u8]) -> Result<OctetString> {
    OctetString::new(octets).map_err(refused)
}

fn refused(error: der::Error) -> Error {
    Error::new(Code::UseArgument).because(error.to_string()).with_source(error)
}
