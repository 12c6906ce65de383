//! Making signed attributes (RFC 5652 section 11, RFC 8551 section 2.5, RFC 6211).

use cms::attr::MessageDigest;
use const_oid::ObjectIdentifier;
use der::asn1::{GeneralizedTime, SetOfVec, UtcTime};
use der::{Any, DateTime};
use x509_cert::attr::Attribute;

use super::encode::{any, encode, octets, refused};
use crate::asn1::{Tag, Writer, oid};
use crate::cms::algorithm::AlgorithmIdentifier;
use crate::cms::attributes::{Attributes, SignedAttributes};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::time::Time;

/// Builds the attributes that a signature covers: always content-type and message-digest, others as asked for; in DER order.
///
/// ```
/// use smime::asn1::oid;
/// use smime::cms::SignedAttributesBuilder;
/// let time = smime::Time::from_unix(1_700_000_000);
/// let attributes = SignedAttributesBuilder::new(oid::ID_DATA, &[0; 32])?.signing_time(time)?.build()?;
/// assert!(attributes.is_der());
/// assert_eq!(attributes.signing_time()?, Some(time));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SignedAttributesBuilder {
    attributes: Vec<Attribute>,
}

impl SignedAttributesBuilder {
    /// Attributes for content of this type and digest.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the digest is longer than an OCTET STRING can be.
    pub fn new(content_type: ObjectIdentifier, digest: &[u8]) -> Result<Self> {
        let builder = Self { attributes: Vec::new() };
        let digest = encode(&MessageDigest(octets(digest)?))?;
        builder.attribute(oid::ID_CONTENT_TYPE, &encode(&content_type)?)?.attribute(oid::ID_MESSAGE_DIGEST, &digest)
    }

    /// The time at which the signer says to sign: UTCTime until 2049, GeneralizedTime after (RFC 5652 section 11.3).
    ///
    /// # Errors
    /// [`Code::UseArgument`] before 1970, and as [`attribute`](Self::attribute).
    pub fn signing_time(self, time: Time) -> Result<Self> {
        let (year, month, day, hour, minute, second) = time.civil();
        let date = DateTime::new(year, month, day, hour, minute, second).map_err(refused)?;
        let value = match UtcTime::from_date_time(date) {
            Ok(utc) => encode(&utc)?,
            Err(_) => encode(&GeneralizedTime::from_date_time(date))?,
        };
        self.attribute(oid::ID_SIGNING_TIME, &value)
    }

    /// What the signer can read, best liked first (RFC 8551 section 2.5.2).
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute).
    pub fn smime_capabilities(self, capabilities: &[AlgorithmIdentifier]) -> Result<Self> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| capabilities.iter().for_each(|capability| writer.raw(&capability.to_der())));
        self.attribute(oid::ID_SMIME_CAPABILITIES, &writer.into_vec())
    }

    /// Binds the algorithms of the SignerInfo (RFC 6211).
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute).
    pub fn algorithm_protection(self, digest: &AlgorithmIdentifier, signature: &AlgorithmIdentifier) -> Result<Self> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(&digest.to_der());
            writer.nest(Tag::context_constructed(1), |writer| {
                writer.oid(signature.oid);
                writer.raw(signature.parameters.as_deref().unwrap_or_default());
            });
        });
        self.attribute(oid::ID_CMS_ALGORITHM_PROTECTION, &writer.into_vec())
    }

    /// Any attribute with one value, which is one whole element in DER.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the value is none, or an attribute of this type is there already.
    pub fn attribute(mut self, oid: ObjectIdentifier, value: &[u8]) -> Result<Self> {
        if self.attributes.iter().any(|attribute| attribute.oid == oid) {
            return Err(Error::new(Code::UseArgument).because(format!("the attribute {oid} stands there already")));
        }
        let values = SetOfVec::<Any>::try_from(vec![any(value)?]).map_err(refused)?;
        self.attributes.push(Attribute { oid, values });
        Ok(self)
    }

    /// The finished attributes; [`SignedAttributes::to_be_signed`] is what the signature is made over.
    ///
    /// # Errors
    /// [`Code::LimitAttributes`] where there are very many.
    pub fn build(self) -> Result<SignedAttributes> {
        let set = cms::signed_data::SignedAttributes::try_from(self.attributes).map_err(refused)?;
        Attributes::parse(&encode(&set)?, &Limits::default())
    }
}
