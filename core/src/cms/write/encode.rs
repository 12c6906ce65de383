//! Encoding SignerInfo and RecipientInfo in DER.
//!
//! The types are those of the crate `cms`, except where one would hold an issuer's name and serial number: that crate encodes
//! names anew and refuses serial numbers over 20 octets, but both must go out exactly as they stand in the certificate. There
//! a structure of the same layout stands in, which holds the identifier as it is.

use cms::content_info::CmsVersion;
use cms::enveloped_data::{
    EncryptedKey, KekIdentifier as CmsKekIdentifier, KekRecipientInfo, OriginatorIdentifierOrKey, OriginatorPublicKey,
    PasswordRecipientInfo, UserKeyingMaterial,
};
use cms::signed_data::SignatureValue;
use der::asn1::{BitString, ContextSpecific, OctetString};
use der::{Any, Decode as _, Encode, EncodeValue, FixedTag, Sequence, TagMode, TagNumber};
use spki::AlgorithmIdentifierOwned;

use crate::asn1::{Tag, Writer};
use crate::cms::algorithm::AlgorithmIdentifier;
use crate::cms::attributes::Attributes;
use crate::cms::recipients::{KeyAgreementRecipient, Originator, RecipientIdentifier, RecipientInfo};
use crate::cms::signed::{IssuerAndSerial, OtherRevocationInfo, SignerIdentifier, SignerInfo};
use crate::error::{Code, Error, Result};

/// `cms::signed_data::SignerInfo` with identifier and attributes as they are.
#[derive(EncodeValue)]
struct EncodedSignerInfo {
    version: CmsVersion,
    sid: Any,
    digest_alg: AlgorithmIdentifierOwned,
    signed_attrs: Option<Any>,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: SignatureValue,
    unsigned_attrs: Option<Any>,
}

/// `cms::enveloped_data::KeyTransRecipientInfo` with the identifier as it is.
#[derive(EncodeValue)]
struct EncodedKeyTransport {
    version: CmsVersion,
    rid: Any,
    key_enc_alg: AlgorithmIdentifierOwned,
    enc_key: EncryptedKey,
}

/// `cms::enveloped_data::KeyAgreeRecipientInfo` with the identifiers as they are.
#[derive(EncodeValue)]
struct EncodedKeyAgreement {
    version: CmsVersion,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    originator: Any,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    ukm: Option<UserKeyingMaterial>,
    key_enc_alg: AlgorithmIdentifierOwned,
    recipient_enc_keys: Vec<EncodedAgreementKey>,
}

/// `cms::enveloped_data::RecipientEncryptedKey` with the identifier as it is.
#[derive(EncodeValue)]
struct EncodedAgreementKey {
    rid: Any,
    enc_key: EncryptedKey,
}

/// ECC-CMS-SharedInfo (RFC 5753 section 7.2).
#[derive(Sequence)]
struct EccCmsSharedInfo {
    key_info: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", constructed = "true", optional = "true")]
    entity_u_info: Option<UserKeyingMaterial>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    supp_pub_info: OctetString,
}

macro_rules! sequences {
    ($($name:ty),*) => { $(impl FixedTag for $name { const TAG: der::Tag = der::Tag::Sequence; })* };
}
sequences!(EncodedSignerInfo, EncodedKeyTransport, EncodedKeyAgreement, EncodedAgreementKey);

/// The DER encoding of ECC-CMS-SharedInfo (RFC 5753 section 7.2), which enters the key derivation of a key agreement: the key
/// wrap algorithm, the user keying material, and the length of the key-encryption key in octets.
///
/// # Errors
/// [`Code::UseArgument`] where the parameters of the algorithm are not one whole element.
pub fn ecc_cms_shared_info(key_wrap: &AlgorithmIdentifier, ukm: Option<&[u8]>, key_octets: usize) -> Result<Vec<u8>> {
    let bits = u32::try_from(key_octets).ok().and_then(|octets| octets.checked_mul(8));
    let bits = bits.ok_or_else(|| Error::new(Code::UseArgument).because("a key of that length"))?;
    let info = EccCmsSharedInfo {
        key_info: algorithm(key_wrap)?,
        entity_u_info: ukm.map(octets).transpose()?,
        supp_pub_info: octets(&bits.to_be_bytes())?,
    };
    encode(&info)
}

impl SignerInfo {
    /// The encoding: DER where the attributes are.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where a field holds what it cannot.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        let sid = match &self.sid {
            SignerIdentifier::IssuerAndSerial(name) => name.to_der(),
            SignerIdentifier::SubjectKeyIdentifier(octets) => element(Tag::context(0), octets),
        };
        encode(&EncodedSignerInfo {
            version: version(self.version)?,
            sid: any(&sid)?,
            digest_alg: algorithm(&self.digest_algorithm)?,
            signed_attrs: implicit(0, self.signed_attributes.as_ref())?,
            signature_algorithm: algorithm(&self.signature_algorithm)?,
            signature: octets(&self.signature)?,
            unsigned_attrs: implicit(1, self.unsigned_attributes.as_ref())?,
        })
    }
}

impl RecipientInfo {
    /// The encoding in DER; that of [`RecipientInfo::Other`] as it is.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where a field holds what it cannot.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        match self {
            Self::KeyTransport { version: number, rid, algorithm: transport, encrypted_key } => encode(&EncodedKeyTransport {
                version: version(*number)?,
                rid: any(&rid.to_der())?,
                key_enc_alg: algorithm(transport)?,
                enc_key: octets(encrypted_key)?,
            }),
            Self::KeyAgreement { version: number, originator, ukm, algorithm: agreement, recipients } => {
                let keys: Result<Vec<EncodedAgreementKey>> = recipients.iter().map(agreement_key).collect();
                encode_implicit(
                    1,
                    EncodedKeyAgreement {
                        version: version(*number)?,
                        originator: any(&originator.to_der()?)?,
                        ukm: ukm.as_deref().map(octets).transpose()?,
                        key_enc_alg: algorithm(agreement)?,
                        recipient_enc_keys: keys?,
                    },
                )
            }
            Self::KeyEncryption { version: number, kekid, algorithm: wrap, encrypted_key } => encode_implicit(
                2,
                KekRecipientInfo {
                    version: version(*number)?,
                    kek_id: CmsKekIdentifier { kek_identifier: octets(&kekid.key_identifier)?, date: None, other: None },
                    key_enc_alg: algorithm(wrap)?,
                    encrypted_key: octets(encrypted_key)?,
                },
            ),
            Self::Password { version: number, key_derivation, algorithm: wrap, encrypted_key } => encode_implicit(
                3,
                PasswordRecipientInfo {
                    version: version(*number)?,
                    key_derivation_alg: key_derivation.as_ref().map(algorithm).transpose()?,
                    key_enc_alg: algorithm(wrap)?,
                    enc_key: octets(encrypted_key)?,
                },
            ),
            Self::Other { raw, .. } => Ok(raw.clone()),
        }
    }
}

impl IssuerAndSerial {
    /// The encoding, with name and serial number exactly as they are.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(&self.issuer);
            writer.element(Tag::INTEGER, &self.serial);
        });
        writer.into_vec()
    }
}

impl RecipientIdentifier {
    fn to_der(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerial(name) => name.to_der(),
            Self::SubjectKeyIdentifier(octets) => element(Tag::context(0), octets),
        }
    }
}

impl Originator {
    fn to_der(&self) -> Result<Vec<u8>> {
        match self {
            Self::IssuerAndSerial(name) => Ok(name.to_der()),
            Self::SubjectKeyIdentifier(octets) => Ok(element(Tag::context(0), octets)),
            Self::PublicKey { algorithm: kind, public_key } => encode(&OriginatorIdentifierOrKey::OriginatorKey(OriginatorPublicKey {
                algorithm: algorithm(kind)?,
                public_key: BitString::from_bytes(public_key).map_err(refused)?,
            })),
        }
    }
}

fn agreement_key(recipient: &KeyAgreementRecipient) -> Result<EncodedAgreementKey> {
    let rid = match &recipient.rid {
        RecipientIdentifier::IssuerAndSerial(name) => name.to_der(),
        RecipientIdentifier::SubjectKeyIdentifier(octets) => element(Tag::context_constructed(0), &element(Tag::OCTET_STRING, octets)),
    };
    Ok(EncodedAgreementKey { rid: any(&rid)?, enc_key: octets(&recipient.encrypted_key)? })
}

/// OtherRevocationInfoFormat under its tag.
pub(super) fn other_revocation(other: &OtherRevocationInfo) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::context_constructed(1), |writer| {
        writer.oid(other.format);
        writer.raw(&other.info);
    });
    writer.into_vec()
}

fn implicit(number: u8, attributes: Option<&Attributes>) -> Result<Option<Any>> {
    let Some(attributes) = attributes else { return Ok(None) };
    any(&attributes.under_tag(Tag::context_constructed(number))).map(Some)
}

pub(super) fn algorithm(algorithm: &AlgorithmIdentifier) -> Result<AlgorithmIdentifierOwned> {
    let parameters = algorithm.parameters.as_deref().map(any).transpose()?;
    Ok(AlgorithmIdentifierOwned { oid: algorithm.oid, parameters })
}

fn version(number: u64) -> Result<CmsVersion> {
    match number {
        0 => Ok(CmsVersion::V0),
        1 => Ok(CmsVersion::V1),
        2 => Ok(CmsVersion::V2),
        3 => Ok(CmsVersion::V3),
        4 => Ok(CmsVersion::V4),
        5 => Ok(CmsVersion::V5),
        _ => Err(Error::new(Code::UseArgument).because("a CMSVersion over 5")),
    }
}

fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    crate::cms::der::encode(tag, content)
}

pub(super) fn any(encoded: &[u8]) -> Result<Any> {
    Any::from_der(encoded).map_err(refused)
}

pub(super) fn octets(octets: &[u8]) -> Result<OctetString> {
    OctetString::new(octets).map_err(refused)
}

pub(super) fn encode(value: &impl Encode) -> Result<Vec<u8>> {
    value.to_der().map_err(refused)
}

fn encode_implicit<T: EncodeValue + der::Tagged>(number: u32, value: T) -> Result<Vec<u8>> {
    encode(&ContextSpecific { tag_number: TagNumber(number), tag_mode: TagMode::Implicit, value })
}

/// What the encoder does not take: a field that is no whole element, or one of more than the sizes it knows.
pub(super) fn refused(error: der::Error) -> Error {
    Error::new(Code::UseArgument).because("not encodable").with_source(error)
}
