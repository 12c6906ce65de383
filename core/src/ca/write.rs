//! From a template to a signed certificate, by the builder of `x509-cert`.

use const_oid::ObjectIdentifier;
use der::asn1::{BitString, Ia5StringRef, PrintableStringRef};
use der::{DateTime, Decode, Document, Encode};
use signature::Keypair;
use spki::{
    AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity;

use super::{CertificateTemplate, extensions};
use crate::asn1::{Tag, Writer, oid};
use crate::cert::Certificate;
use crate::crypto::{PrivateKey, PublicKey, SignatureScheme, ToBeSigned, rng};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// Octets of a random serial number. RFC 5280 allows 20; 64 random bits are asked of public authorities.
const RANDOM_SERIAL: usize = 16;

/// What goes into a certificate beside the issuer and the key.
pub(super) struct Contents {
    pub(super) subject: Name,
    pub(super) not_before: Time,
    pub(super) not_after: Time,
    /// `None`: random.
    pub(super) serial: Option<Vec<u8>>,
    pub(super) extensions: Vec<Extension>,
}

impl Contents {
    /// What a template asks for.
    pub(super) fn of(template: &CertificateTemplate, key: &PublicKey, issuer: Option<&Certificate>) -> Result<Self> {
        Ok(Self {
            subject: Name::from_der(&subject(&template.subject, !template.addresses.is_empty())?).map_err(refused)?,
            not_before: template.not_before,
            not_after: template.not_after,
            serial: template.serial.clone(),
            extensions: extensions::of(template, key, issuer)?,
        })
    }
}

/// A certificate for this key, in DER. Without an issuer it is self-signed.
pub(super) fn certificate(signer: &Signer<'_>, issuer: Option<&Certificate>, key: &PublicKey, contents: Contents) -> Result<Vec<u8>> {
    let validity = Validity::new(time(contents.not_before)?, time(contents.not_after)?);
    let serial = serial(contents.serial)?;
    let profile = Profile {
        issuer: issuer.map_or(Ok(contents.subject.clone()), |issuer| Name::from_der(issuer.subject().der())).map_err(refused)?,
        subject: contents.subject,
        extensions: contents.extensions,
    };
    let public_key = SubjectPublicKeyInfoOwned::from_der(key.spki()).map_err(refused)?;
    let mut builder = CertificateBuilder::new(profile, serial, validity, public_key).map_err(refused)?;
    let to_be_signed = builder.finalize(signer).map_err(refused)?;
    let signature = signer.key.sign(signer.scheme, ToBeSigned::Message(&to_be_signed))?;
    let signature = BitString::from_bytes(&signature).map_err(refused)?;
    builder.assemble(signature, signer).and_then(|certificate| Ok(certificate.to_der()?)).map_err(refused)
}

/// The subject in DER: one RelativeDistinguishedName for each attribute.
pub(super) fn subject(subject: &[(ObjectIdentifier, String)], has_address: bool) -> Result<Vec<u8>> {
    if subject.is_empty() && !has_address {
        return Err(Error::new(Code::UseArgument).because("neither a subject nor an address"));
    }
    let mut attributes = Vec::new();
    for (kind, value) in subject {
        attributes.push((*kind, string_type(*kind, value)?, value));
    }
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        for (kind, tag, value) in attributes {
            writer.nest(Tag::SET, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(kind);
                    writer.element(tag, value.as_bytes());
                });
            });
        }
    });
    Ok(writer.into_vec())
}

/// UTF8String, but for the attributes for which RFC 5280 appendix A prescribes another.
fn string_type(kind: ObjectIdentifier, value: &str) -> Result<Tag> {
    let tag = match kind {
        oid::AT_COUNTRY_NAME | oid::AT_SERIAL_NUMBER => PrintableStringRef::new(value).map(|_| Tag::PRINTABLE_STRING),
        oid::AT_EMAIL_ADDRESS | oid::AT_DOMAIN_COMPONENT => Ia5StringRef::new(value).map(|_| Tag::IA5_STRING),
        _ => Ok(Tag::UTF8_STRING),
    };
    if value.is_empty() {
        return Err(Error::new(Code::UseArgument).because(format!("the attribute {kind} of the subject is empty")));
    }
    tag.map_err(refused)
}

fn serial(given: Option<Vec<u8>>) -> Result<SerialNumber> {
    let mut random = [0; RANDOM_SERIAL];
    let octets = match &given {
        Some(serial) => serial.as_slice(),
        None => {
            rng::fill(&mut random)?;
            // Positive, and all octets significant.
            if let Some(first) = random.first_mut() {
                *first = *first & 0x7f | 0x40;
            }
            &random
        }
    };
    if octets.iter().all(|octet| *octet == 0) {
        return Err(Error::new(Code::UseArgument).because("a serial number that is not positive"));
    }
    SerialNumber::new(octets).map_err(refused)
}

/// UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 4.1.2.5).
fn time(time: Time) -> Result<x509_cert::time::Time> {
    let (year, month, day, hour, minute, second) = time.civil();
    DateTime::new(year, month, day, hour, minute, second).map(Into::into).map_err(refused)
}

/// What the builder does not take is the template's fault: nothing of it comes from elsewhere but the issuer's name and the key,
/// which were read before.
pub(super) fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::UseArgument).because(error.to_string()).with_source(error)
}

/// Hands the builder names and extensions that are ready.
struct Profile {
    issuer: Name,
    subject: Name,
    extensions: Vec<Extension>,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(self.extensions.clone())
    }
}

/// Tells the builder who signs and how.
pub(super) struct Signer<'a> {
    pub(super) key: &'a PrivateKey,
    pub(super) scheme: &'a SignatureScheme,
}

impl Keypair for Signer<'_> {
    type VerifyingKey = VerifyingKey;

    fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.key.public_key().clone())
    }
}

impl DynSignatureAlgorithmIdentifier for Signer<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned::from_der(&self.scheme.algorithm_identifier())?)
    }
}

#[derive(Clone)]
pub(super) struct VerifyingKey(PublicKey);

impl EncodePublicKey for VerifyingKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.spki())?)
    }
}
