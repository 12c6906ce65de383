//! Attributes of signers and of authenticated content (RFC 5652 sections 5.3 and 11), as received.

use std::borrow::Cow;
use std::ops::Range;

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;
use crate::time::Time;

use super::algorithm::AlgorithmIdentifier;
use super::der;
use super::time_stamp::SigningCertificate;

/// The attributes that a signature covers.
pub type SignedAttributes = Attributes;

/// One attribute: its type and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// attrType; [`UNNAMED`](Self::UNNAMED) where it is too long to be any that this library knows.
    pub oid: ObjectIdentifier,
    /// attrValues: whole elements as received.
    pub values: Vec<Vec<u8>>,
}

impl Attribute {
    /// Stands for an attribute type with numbers of more than 32 bits or very many of them: `0.0`, which names no attribute.
    pub const UNNAMED: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.0");
}

/// A set of attributes that remembers its original octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    octets: Vec<u8>,
    content: Range<usize>,
    list: Vec<Attribute>,
}

/// The algorithms that a signer says to have used, bound by the signature (RFC 6211).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmProtection {
    /// The digest.
    pub digest_algorithm: AlgorithmIdentifier,
    /// The signature algorithm, in a SignerInfo.
    pub signature_algorithm: Option<AlgorithmIdentifier>,
    /// The MAC algorithm, in AuthenticatedData.
    pub mac_algorithm: Option<AlgorithmIdentifier>,
}

impl Attributes {
    /// Reads a SET OF Attribute from its encoding, BER or DER, under its own tag or an IMPLICIT one.
    ///
    /// # Errors
    /// A code of the class malformed, or [`Code::LimitAttributes`] where there are more attributes, or values in all, than
    /// allowed.
    pub fn parse(encoded: &[u8], limits: &Limits) -> Result<Self> {
        Self::read(&Reader::ber(encoded).single()?, limits)
    }

    pub(super) fn read(element: &Element<'_>, limits: &Limits) -> Result<Self> {
        let mut list: Vec<Attribute> = Vec::new();
        let mut values = 0usize;
        let mut attributes = element.children()?;
        while !attributes.is_empty() {
            if list.len() >= limits.attributes {
                return Err(element.error(Code::LimitAttributes));
            }
            let mut fields = attributes.sequence()?;
            let oid = fields.expect(Tag::OID)?;
            let mut set = fields.expect(Tag::SET)?.children()?;
            fields.finish()?;
            let mut attribute = Attribute { oid: type_of(&oid)?, values: Vec::new() };
            while !set.is_empty() {
                values = values.saturating_add(1);
                if values > limits.attributes {
                    return Err(element.error(Code::LimitAttributes));
                }
                attribute.values.push(set.element()?.raw.to_vec());
            }
            list.push(attribute);
        }
        let start = element.content.as_ptr().addr().saturating_sub(element.raw.as_ptr().addr());
        let content = start..start.saturating_add(element.content.len());
        Ok(Self { octets: element.raw.to_vec(), content, list })
    }

    /// Every octet as received, with the IMPLICIT tag.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The attributes in the order received.
    pub fn list(&self) -> &[Attribute] {
        &self.list
    }

    /// What a signature covers if the signer encoded as it sent: the attributes in the order received and octet for octet,
    /// under the tag of SET with a definite length.
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.under_tag(Tag::SET)
    }

    /// The attributes in the order received and octet for octet, under this tag with a definite length.
    pub(super) fn under_tag(&self, tag: Tag) -> Vec<u8> {
        der::encode(tag, self.octets.get(self.content.clone()).unwrap_or_default())
    }

    /// What a signature covers by RFC 5652 section 5.4: the DER encoding. The same as [`to_be_signed`](Self::to_be_signed)
    /// where the sender used DER.
    ///
    /// # Errors
    /// A code of the class malformed where a value is not well-formed inside.
    pub fn to_be_signed_der(&self) -> Result<Vec<u8>> {
        der::to_der(&self.to_be_signed())
    }

    /// Whether the attributes were received in DER, sorted, with definite and minimal lengths.
    pub fn is_der(&self) -> bool {
        let received = self.octets.get(1..).unwrap_or_default();
        self.to_be_signed().get(1..).is_some_and(|same| same == received) && der::is_der(&self.to_be_signed())
    }

    /// The only value of the only attribute of this type; `None` where there is no such attribute.
    ///
    /// # Errors
    /// [`Code::SigAttributeDuplicate`] where the attribute stands more than once or has several values,
    /// [`Code::SigAttributeMalformed`] where it has none.
    pub fn single(&self, oid: ObjectIdentifier) -> Result<Option<&[u8]>> {
        let mut found = self.list.iter().filter(|attribute| attribute.oid == oid);
        let Some(attribute) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(Error::new(Code::SigAttributeDuplicate).because(oid.to_string()));
        }
        match attribute.values.as_slice() {
            [value] => Ok(Some(value)),
            [] => Err(Error::new(Code::SigAttributeMalformed).because(format!("{oid} has no value"))),
            _ => Err(Error::new(Code::SigAttributeDuplicate).because(format!("{oid} has several values"))),
        }
    }

    /// The content-type attribute (RFC 5652 section 11.1).
    ///
    /// # Errors
    /// [`Code::SigAttributeMissing`], [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn content_type(&self) -> Result<ObjectIdentifier> {
        let value = self.required(oid::ID_CONTENT_TYPE)?;
        malformed(
            oid::ID_CONTENT_TYPE,
            element(value).and_then(|element| match element.tag {
                Tag::OID => element.oid(),
                _ => Err(element.error(Code::BerTag)),
            }),
        )
    }

    /// The message-digest attribute (RFC 5652 section 11.2).
    ///
    /// # Errors
    /// [`Code::SigAttributeMissing`], [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn message_digest(&self) -> Result<Cow<'_, [u8]>> {
        let value = self.required(oid::ID_MESSAGE_DIGEST)?;
        malformed(
            oid::ID_MESSAGE_DIGEST,
            element(value).and_then(|element| match element.tag {
                tag if tag == Tag::OCTET_STRING || tag == Tag::OCTET_STRING.constructed() => element.octets(),
                _ => Err(element.error(Code::BerTag)),
            }),
        )
    }

    /// The signing-time attribute (RFC 5652 section 11.3), if it is there.
    ///
    /// # Errors
    /// [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn signing_time(&self) -> Result<Option<Time>> {
        let Some(value) = self.single(oid::ID_SIGNING_TIME)? else { return Ok(None) };
        let time = element(value).and_then(|element| {
            let time = match element.tag {
                Tag::UTC_TIME => Time::from_utc_time(element.content),
                Tag::GENERALIZED_TIME => Time::from_generalized_time(element.content),
                _ => None,
            };
            time.ok_or_else(|| element.error(Code::BerValue))
        });
        malformed(oid::ID_SIGNING_TIME, time).map(Some)
    }

    /// The sMIMECapabilities attribute (RFC 8551 section 2.5.2), best liked first, if it is there.
    ///
    /// # Errors
    /// [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn smime_capabilities(&self) -> Result<Option<Vec<AlgorithmIdentifier>>> {
        let Some(value) = self.single(oid::ID_SMIME_CAPABILITIES)? else { return Ok(None) };
        malformed(oid::ID_SMIME_CAPABILITIES, parse_capabilities(value)).map(Some)
    }

    /// The CMSAlgorithmProtection attribute (RFC 6211), if it is there.
    ///
    /// # Errors
    /// [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn algorithm_protection(&self) -> Result<Option<AlgorithmProtection>> {
        let Some(value) = self.single(oid::ID_CMS_ALGORITHM_PROTECTION)? else { return Ok(None) };
        malformed(oid::ID_CMS_ALGORITHM_PROTECTION, parse_protection(value)).map(Some)
    }

    /// The signing-certificate attribute in its second version (RFC 5035 section 3), else in its first (RFC 2634 section 5.4), if one
    /// is there.
    ///
    /// # Errors
    /// [`Code::SigAttributeDuplicate`] or [`Code::SigAttributeMalformed`].
    pub fn signing_certificate(&self) -> Result<Option<SigningCertificate>> {
        if let Some(value) = self.single(oid::ID_AA_SIGNING_CERTIFICATE_V2)? {
            return malformed(oid::ID_AA_SIGNING_CERTIFICATE_V2, SigningCertificate::read_v2(value)).map(Some);
        }
        let Some(value) = self.single(oid::ID_AA_SIGNING_CERTIFICATE)? else { return Ok(None) };
        malformed(oid::ID_AA_SIGNING_CERTIFICATE, SigningCertificate::read_v1(value)).map(Some)
    }

    fn required(&self, oid: ObjectIdentifier) -> Result<&[u8]> {
        self.single(oid)?.ok_or_else(|| Error::new(Code::SigAttributeMissing).because(oid.to_string()))
    }
}

/// An attribute of an unusual type must not keep the others from being read.
fn type_of(element: &Element<'_>) -> Result<ObjectIdentifier> {
    match element.oid() {
        Ok(oid) => Ok(oid),
        Err(_) if oid::dotted(element.content).is_some() => Ok(Attribute::UNNAMED),
        Err(error) => Err(error),
    }
}

fn element(value: &[u8]) -> Result<Element<'_>> {
    Reader::ber(value).single()
}

fn malformed<T>(oid: ObjectIdentifier, parsed: Result<T>) -> Result<T> {
    parsed.map_err(|error| Error::new(Code::SigAttributeMalformed).because(oid.to_string()).with_source(error))
}

/// SMIMECapabilities ::= SEQUENCE OF SMIMECapability, which has the form of AlgorithmIdentifier.
fn parse_capabilities(value: &[u8]) -> Result<Vec<AlgorithmIdentifier>> {
    let mut rest = Reader::ber(value).single()?.children()?;
    let mut capabilities = Vec::new();
    while !rest.is_empty() {
        capabilities.push(AlgorithmIdentifier::next(&mut rest)?);
    }
    Ok(capabilities)
}

fn parse_protection(value: &[u8]) -> Result<AlgorithmProtection> {
    let mut fields = Reader::ber(value).single()?.children()?;
    let digest_algorithm = AlgorithmIdentifier::next(&mut fields)?;
    let signature = fields.optional(Tag::context_constructed(1))?;
    let mac = fields.optional(Tag::context_constructed(2))?;
    fields.finish()?;
    let signature_algorithm = signature.as_ref().map(AlgorithmIdentifier::read).transpose()?;
    let mac_algorithm = mac.as_ref().map(AlgorithmIdentifier::read).transpose()?;
    if signature_algorithm.is_some() == mac_algorithm.is_some() {
        return Err(Error::new(Code::BerValue).because("exactly one of signatureAlgorithm and macAlgorithm must be there"));
    }
    Ok(AlgorithmProtection { digest_algorithm, signature_algorithm, mac_algorithm })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::testing::messages::element as encode;

    const CONTENT_TYPE: ObjectIdentifier = oid::ID_CONTENT_TYPE;
    const DIGEST: ObjectIdentifier = oid::ID_MESSAGE_DIGEST;

    fn attribute(oid: ObjectIdentifier, values: &[&[u8]]) -> Vec<u8> {
        encode(Tag::SEQUENCE, &[encode(Tag::OID, oid.as_bytes()), encode(Tag::SET, &values.concat())].concat())
    }

    fn parse(attributes: &[&[u8]]) -> Attributes {
        Attributes::parse(&encode(Tag::context_constructed(0), &attributes.concat()), &Limits::default()).unwrap()
    }

    fn code<T>(result: Result<T>) -> Option<Code> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn the_order_received_is_what_was_signed() {
        let (first, second) = (attribute(DIGEST, &[&[0x04, 0x01, 9]]), attribute(CONTENT_TYPE, &[&[0x06, 0x01, 0x2a]]));
        let unsorted = parse(&[&first, &second]);
        assert_eq!(unsorted.to_be_signed(), encode(Tag::SET, &[first.clone(), second.clone()].concat()));
        assert_eq!(unsorted.to_be_signed_der().unwrap(), encode(Tag::SET, &[second.clone(), first.clone()].concat()));
        assert!(!unsorted.is_der());
        assert_eq!(unsorted.list()[0].oid, DIGEST);
        assert!(parse(&[&second, &first]).is_der());
    }

    #[test]
    fn an_indefinite_set_is_signed_with_a_definite_length() {
        let digest = attribute(DIGEST, &[&[0x04, 0x01, 9]]);
        let octets = [&[0xa0, 0x80], digest.as_slice(), &[0, 0]].concat();
        let attributes = Attributes::parse(&octets, &Limits::default()).unwrap();
        assert_eq!(attributes.octets(), octets);
        assert_eq!(attributes.to_be_signed(), encode(Tag::SET, &digest));
        assert!(!attributes.is_der());
        let long = [&[0xa0, 0x81, digest.len() as u8], digest.as_slice()].concat();
        assert!(!Attributes::parse(&long, &Limits::default()).unwrap().is_der());
    }

    #[test]
    fn what_must_stand_once_does() {
        let digest = attribute(DIGEST, &[&[0x04, 0x01, 9]]);
        for (attributes, expected) in [
            (vec![], Some(Code::SigAttributeMissing)),
            (vec![digest.clone()], None),
            (vec![digest.clone(), digest.clone()], Some(Code::SigAttributeDuplicate)),
            (vec![attribute(DIGEST, &[&[0x04, 0x00], &[0x04, 0x00]])], Some(Code::SigAttributeDuplicate)),
            (vec![attribute(DIGEST, &[])], Some(Code::SigAttributeMalformed)),
            (vec![attribute(DIGEST, &[&[0x02, 0x01, 9]])], Some(Code::SigAttributeMalformed)),
            (vec![attribute(DIGEST, &[&[0x24, 0x03, 0x04, 0x01, 9]])], None),
            (vec![attribute(DIGEST, &[&[0x24, 0x03, 0x02, 0x01, 9]])], Some(Code::SigAttributeMalformed)),
        ] {
            let attributes = parse(&attributes.iter().map(Vec::as_slice).collect::<Vec<_>>());
            assert_eq!(code(attributes.message_digest()), expected, "{attributes:02x?}");
            if expected.is_none() {
                assert_eq!(attributes.message_digest().unwrap().as_ref(), [9]);
            }
        }
    }

    #[test]
    fn each_accessor_tells_missing_and_malformed_apart() {
        let none = parse(&[]);
        assert_eq!(code(none.content_type()), Some(Code::SigAttributeMissing));
        assert_eq!(none.signing_time().unwrap(), None);
        assert_eq!(none.smime_capabilities().unwrap(), None);
        assert_eq!(none.algorithm_protection().unwrap(), None);
        let algorithm = [0x30, 0x03, 0x06, 0x01, 0x2a];
        let implicit = |number, content: &[u8]| encode(Tag::context_constructed(number), content);
        let protection = |parts: &[&[u8]]| encode(Tag::SEQUENCE, &parts.concat());
        let signature = implicit(1, &algorithm[2..]);
        let mac = implicit(2, &algorithm[2..]);
        for (kind, value, fine) in [
            (CONTENT_TYPE, vec![0x06, 0x01, 0x2a], true),
            (CONTENT_TYPE, vec![0x06, 0x00], false),
            (CONTENT_TYPE, vec![0x04, 0x01, 0x2a], false),
            (oid::ID_SIGNING_TIME, b"\x17\x0d260101000000Z".to_vec(), true),
            (oid::ID_SIGNING_TIME, b"\x18\x0f20260101000000Z".to_vec(), true),
            (oid::ID_SIGNING_TIME, b"\x17\x0d261301000000Z".to_vec(), false),
            (oid::ID_SIGNING_TIME, b"\x17\x0c260101000000".to_vec(), false),
            (oid::ID_SIGNING_TIME, b"\x0c\x0d260101000000Z".to_vec(), false),
            (oid::ID_SMIME_CAPABILITIES, protection(&[&algorithm, &algorithm]), true),
            (oid::ID_SMIME_CAPABILITIES, protection(&[]), true),
            (oid::ID_SMIME_CAPABILITIES, protection(&[&[0x05, 0x00]]), false),
            (oid::ID_SMIME_CAPABILITIES, vec![0x05, 0x00], false),
            (oid::ID_CMS_ALGORITHM_PROTECTION, protection(&[&algorithm, &signature]), true),
            (oid::ID_CMS_ALGORITHM_PROTECTION, protection(&[&algorithm, &mac]), true),
            (oid::ID_CMS_ALGORITHM_PROTECTION, protection(&[&algorithm, &signature, &mac]), false),
            (oid::ID_CMS_ALGORITHM_PROTECTION, protection(&[&algorithm]), false),
            (oid::ID_CMS_ALGORITHM_PROTECTION, protection(&[&signature]), false),
        ] {
            let attributes = parse(&[&attribute(kind, &[&value])]);
            let found = match kind {
                CONTENT_TYPE => code(attributes.content_type()),
                oid::ID_SIGNING_TIME => code(attributes.signing_time()),
                oid::ID_SMIME_CAPABILITIES => code(attributes.smime_capabilities()),
                _ => code(attributes.algorithm_protection()),
            };
            assert_eq!(found, (!fine).then_some(Code::SigAttributeMalformed), "{kind} {value:02x?}");
        }
    }

    #[test]
    fn an_attribute_type_may_be_longer_than_any_known() {
        let uuid = [&[0x69, 0x83][..], &[0xff; 17], &[0x7f]].concat();
        let unusual = encode(Tag::SEQUENCE, &[encode(Tag::OID, &uuid), encode(Tag::SET, &[0x05, 0x00])].concat());
        let attributes = parse(&[&attribute(CONTENT_TYPE, &[&[0x06, 0x01, 0x2a]]), &unusual]);
        assert_eq!(attributes.list()[1].oid, Attribute::UNNAMED);
        assert_eq!(attributes.content_type().unwrap().to_string(), "1.2");
    }

    #[test]
    fn what_is_no_attribute_is_refused() {
        for (content, expected) in [
            (&[0x05, 0x00][..], Code::BerTag),
            (&[0x30, 0x00], Code::BerTruncated),
            (&[0x30, 0x03, 0x06, 0x01, 0x2a], Code::BerTruncated),
            (&[0x30, 0x05, 0x06, 0x01, 0x2a, 0x30, 0x00], Code::BerTag),
            (&[0x30, 0x04, 0x06, 0x00, 0x31, 0x00], Code::BerValue),
            (&[0x30, 0x05, 0x06, 0x01, 0x80, 0x31, 0x00], Code::BerValue),
            (&[0x30, 0x07, 0x06, 0x01, 0x2a, 0x31, 0x00, 0x05, 0x00], Code::BerTrailing),
            (&[0x30, 0x06, 0x06, 0x01, 0x2a, 0x31, 0x01, 0x05], Code::BerTruncated),
        ] {
            let result = Attributes::parse(&encode(Tag::SET, content), &Limits::default());
            assert_eq!(code(result), Some(expected), "{content:02x?}");
        }
        assert_eq!(code(Attributes::parse(&[0x04, 0x00], &Limits::default())), Some(Code::BerTag));
    }
}
