//! What a SignedData consists of (RFC 5652 section 5).

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Result};
use crate::limits::Limits;

use super::algorithm::AlgorithmIdentifier;
use super::attributes::{Attributes, SignedAttributes};
use super::recipients::octets;

/// What stands before the content of a SignedData.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedStart {
    /// CMSVersion: 1, 3, 4 or 5; told, not judged.
    pub version: u64,
    /// The digests that the signers are said to use, in the order received.
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// eContentType.
    pub content_type: ObjectIdentifier,
}

/// What stands after the content of a SignedData.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedEnd {
    /// Certificates and CRLs.
    pub certificates: CertificateSet,
    /// The signers, in the order received; none in a certs-only message.
    pub signers: Vec<SignerInfo>,
}

/// The certificates and revocation information that a layer carries, in the order received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateSet {
    /// X.509 certificates, each whole and as received.
    pub certificates: Vec<Vec<u8>>,
    /// How many certificates of other kinds were there (RFC 5652 section 10.2.2); they are not kept.
    pub other_certificates: usize,
    /// X.509 certificate revocation lists, each whole and as received.
    pub crls: Vec<Vec<u8>>,
    /// Revocation information of other kinds, for example OCSP responses (RFC 5940).
    pub other_revocation: Vec<OtherRevocationInfo>,
}

/// Revocation information that is no CRL (RFC 5652 section 10.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherRevocationInfo {
    /// Which kind.
    pub format: ObjectIdentifier,
    /// The information: one whole element as received.
    pub info: Vec<u8>,
}

/// Names a certificate by its issuer and serial number (RFC 5652 section 10.2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IssuerAndSerial {
    /// The issuer's Name: the whole element as received.
    pub issuer: Vec<u8>,
    /// The content octets of the serial number, two's complement, as received.
    pub serial: Vec<u8>,
}

/// Names the signer's certificate (RFC 5652 section 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignerIdentifier {
    /// By issuer and serial number.
    IssuerAndSerial(IssuerAndSerial),
    /// By the octets of its subjectKeyIdentifier.
    SubjectKeyIdentifier(Vec<u8>),
}

/// One signer (RFC 5652 section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerInfo {
    /// CMSVersion: 1 or 3; told, not judged.
    pub version: u64,
    /// Names the certificate.
    pub sid: SignerIdentifier,
    /// The digest.
    pub digest_algorithm: AlgorithmIdentifier,
    /// The attributes that are signed, if there are any.
    pub signed_attributes: Option<SignedAttributes>,
    /// The signature algorithm.
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature.
    pub signature: Vec<u8>,
    /// Attributes that are not signed.
    pub unsigned_attributes: Option<Attributes>,
}

/// Attributes that mean nothing unless they are signed.
const SIGNED_ONLY: [ObjectIdentifier; 5] =
    [oid::ID_CONTENT_TYPE, oid::ID_MESSAGE_DIGEST, oid::ID_SIGNING_TIME, oid::ID_SMIME_CAPABILITIES, oid::ID_CMS_ALGORITHM_PROTECTION];

impl SignerInfo {
    /// A SignerInfo of the version that belongs to the identifier (RFC 5652 section 5.3), without unsigned attributes.
    pub fn new(
        sid: SignerIdentifier,
        digest_algorithm: AlgorithmIdentifier,
        signed_attributes: Option<SignedAttributes>,
        signature_algorithm: AlgorithmIdentifier,
        signature: Vec<u8>,
    ) -> Self {
        let version = if matches!(sid, SignerIdentifier::SubjectKeyIdentifier(_)) { 3 } else { 1 };
        Self { version, sid, digest_algorithm, signed_attributes, signature_algorithm, signature, unsigned_attributes: None }
    }

    /// An attribute that stands where it may not: content-type, message-digest, signing-time (RFC 5652 section 11),
    /// sMIMECapabilities (RFC 8551 section 2.5.2) or CMSAlgorithmProtection (RFC 6211) among the unsigned ones, a
    /// countersignature among the signed ones.
    pub fn misplaced_attribute(&self) -> Option<ObjectIdentifier> {
        let find = |attributes: Option<&Attributes>, wrong: &[ObjectIdentifier]| {
            attributes?.list().iter().map(|attribute| attribute.oid).find(|oid| wrong.contains(oid))
        };
        let unsigned = find(self.unsigned_attributes.as_ref(), &SIGNED_ONLY);
        unsigned.or_else(|| find(self.signed_attributes.as_ref(), &[oid::ID_COUNTERSIGNATURE]))
    }

    /// Reads one SignerInfo from its encoding, BER or DER; also a countersignature (RFC 5652 section 11.4).
    ///
    /// # Errors
    /// A code of the class malformed, or [`Code::LimitAttributes`].
    pub fn parse(encoded: &[u8], limits: &Limits) -> Result<Self> {
        let mut fields = sequence(&Reader::ber(encoded).single()?)?;
        let version = fields.unsigned()?;
        let sid = SignerIdentifier::read(&fields.element()?)?;
        let digest_algorithm = AlgorithmIdentifier::next(&mut fields)?;
        let signed = fields.optional(Tag::context_constructed(0))?;
        let signed_attributes = signed.map(|element| Attributes::read(&element, limits)).transpose()?;
        let signature_algorithm = AlgorithmIdentifier::next(&mut fields)?;
        let signature = octets(&fields.element()?, Tag::OCTET_STRING)?;
        let unsigned = fields.optional(Tag::context_constructed(1))?;
        let unsigned_attributes = unsigned.map(|element| Attributes::read(&element, limits)).transpose()?;
        fields.finish()?;
        Ok(Self { version, sid, digest_algorithm, signed_attributes, signature_algorithm, signature, unsigned_attributes })
    }
}

impl SignerIdentifier {
    fn read(element: &Element<'_>) -> Result<Self> {
        match element.tag {
            Tag::SEQUENCE => IssuerAndSerial::read(element).map(Self::IssuerAndSerial),
            _ => octets(element, Tag::context(0)).map(Self::SubjectKeyIdentifier),
        }
    }
}

impl IssuerAndSerial {
    pub(super) fn read(element: &Element<'_>) -> Result<Self> {
        let mut fields = sequence(element)?;
        let issuer = fields.expect(Tag::SEQUENCE)?;
        check_name(&issuer)?;
        let issuer = issuer.raw.to_vec();
        let serial = fields.expect(Tag::INTEGER)?.integer_octets()?.to_vec();
        fields.finish()?;
        Ok(Self { issuer, serial })
    }
}

impl OtherRevocationInfo {
    pub(super) fn parse(encoded: &[u8]) -> Result<Self> {
        let mut fields = Reader::ber(encoded).single()?.children()?;
        let format = fields.oid()?;
        let info = fields.element()?.raw.to_vec();
        fields.finish()?;
        Ok(Self { format, info })
    }
}

/// A Name is compared octet for octet or handed on, so its form is checked here once (RFC 5280 section 4.1.2.4).
fn check_name(name: &Element<'_>) -> Result<()> {
    let mut names = name.children()?;
    while !names.is_empty() {
        let mut relative = names.expect(Tag::SET)?.children()?;
        // X.501 has at least one attribute in each.
        relative.sequence().and_then(check_attribute)?;
        while !relative.is_empty() {
            relative.sequence().and_then(check_attribute)?;
        }
    }
    Ok(())
}

/// AttributeTypeAndValue.
fn check_attribute(mut fields: Reader<'_>) -> Result<()> {
    fields.expect(Tag::OID)?;
    fields.element()?;
    fields.finish()
}

/// The fields of an element that must be a SEQUENCE.
fn sequence<'a>(element: &Element<'a>) -> Result<Reader<'a>> {
    if element.tag == Tag::SEQUENCE { element.children() } else { Err(element.error(Code::BerTag)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::testing::messages::element;

    fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        element(Tag::SEQUENCE, &parts.concat())
    }

    const VERSION: [u8; 3] = [0x02, 0x01, 0x01];
    const ALGORITHM: [u8; 5] = [0x30, 0x03, 0x06, 0x01, 0x2a];
    const NAME: [u8; 7] = [0x30, 0x05, 0x30, 0x00, 0x02, 0x01, 0x05];
    const SIGNATURE: [u8; 3] = [0x04, 0x01, 0x07];

    fn parse(parts: &[&[u8]]) -> std::result::Result<SignerInfo, Code> {
        SignerInfo::parse(&sequence(parts), &Limits::default()).map_err(|error| error.code())
    }

    #[test]
    fn every_optional_part_is_told() {
        let attribute = sequence(&[&[0x06, 0x01, 0x2a], &[0x31, 0x02, 0x05, 0x00]]);
        let signed = element(Tag::context_constructed(0), &attribute);
        let unsigned = element(Tag::context_constructed(1), &attribute.repeat(2));
        let signer = parse(&[&VERSION, &NAME, &ALGORITHM, &signed, &ALGORITHM, &SIGNATURE, &unsigned]).unwrap();
        assert_eq!(signer.signed_attributes.unwrap().octets(), signed);
        assert_eq!(signer.unsigned_attributes.unwrap().list().len(), 2);
        assert_eq!(signer.signature, [7]);
        let sid = [0x80, 0x02, 0x01, 0x02];
        let signer = parse(&[&VERSION, &sid, &ALGORITHM, &ALGORITHM, &[0x24, 0x03, 0x04, 0x01, 0x08]]).unwrap();
        assert_eq!(signer.sid, SignerIdentifier::SubjectKeyIdentifier(vec![1, 2]));
        assert_eq!((signer.signature, signer.signed_attributes), (vec![8], None));
    }

    #[test]
    fn malformed_ones_are_refused() {
        for (parts, expected) in [
            (&[][..], Code::BerTruncated),
            (&[&VERSION[..], &NAME, &ALGORITHM, &ALGORITHM], Code::BerTruncated),
            (&[&VERSION, &NAME, &ALGORITHM, &ALGORITHM, &[0x03, 0x01, 0x00]], Code::BerTag),
            (&[&VERSION, &NAME, &ALGORITHM, &ALGORITHM, &SIGNATURE, &SIGNATURE], Code::BerTrailing),
            (&[&VERSION, &SIGNATURE, &ALGORITHM, &ALGORITHM, &SIGNATURE], Code::BerTag),
            (&[&[0x02, 0x00], &NAME, &ALGORITHM, &ALGORITHM, &SIGNATURE], Code::BerValue),
            (&[&VERSION, &NAME, &[0x30, 0x02, 0x05, 0x00], &ALGORITHM, &SIGNATURE], Code::BerTag),
            (&[&VERSION, &NAME, &[0x30, 0x07, 0x06, 0x01, 0x2a, 0x05, 0, 0x05, 0], &ALGORITHM, &SIGNATURE], Code::BerTrailing),
            (&[&VERSION, &NAME, &[0x30, 0x06, 0x06, 0x01, 0x2a, 0x05, 0x01, 0], &ALGORITHM, &SIGNATURE], Code::BerValue),
            (&[&VERSION, &NAME, &[0x30, 0x05, 0x06, 0x01, 0x2a, 0x02, 0x00], &ALGORITHM, &SIGNATURE], Code::BerValue),
            (&[&VERSION, &NAME, &[0x30, 0x02, 0x06, 0x00], &ALGORITHM, &SIGNATURE], Code::BerValue),
        ] {
            assert_eq!(parse(parts), Err(expected), "{parts:02x?}");
        }
        assert!(SignerInfo::parse(&[0x31, 0x00], &Limits::default()).is_err());
    }

    #[test]
    fn attributes_stand_where_they_may() {
        let attributes = |number, oid: ObjectIdentifier| {
            let attribute = sequence(&[&element(Tag::OID, oid.as_bytes()), &[0x31, 0x02, 0x05, 0x00]]);
            element(Tag::context_constructed(number), &attribute)
        };
        for (oid, signed_only) in SIGNED_ONLY.map(|oid| (oid, true)).into_iter().chain([(oid::ID_COUNTERSIGNATURE, false)]) {
            let signed = parse(&[&VERSION, &NAME, &ALGORITHM, &attributes(0, oid), &ALGORITHM, &SIGNATURE]).unwrap();
            let unsigned = parse(&[&VERSION, &NAME, &ALGORITHM, &ALGORITHM, &SIGNATURE, &attributes(1, oid)]).unwrap();
            let (right, wrong) = if signed_only { (signed, unsigned) } else { (unsigned, signed) };
            assert_eq!((right.misplaced_attribute(), wrong.misplaced_attribute()), (None, Some(oid)));
        }
    }

    #[test]
    fn names_have_the_form_of_names() {
        let with_name = |name: &[u8]| parse(&[&VERSION, &sequence(&[name, &[0x02, 0x01, 0x05]]), &ALGORITHM, &ALGORITHM, &SIGNATURE]);
        let attribute = sequence(&[&[0x06, 0x01, 0x2a], &[0x0c, 0x00]]);
        for (name, expected) in [
            (sequence(&[]), None),
            (sequence(&[&element(Tag::SET, &attribute), &element(Tag::SET, &attribute.repeat(2))]), None),
            (element(Tag::SET, &[]), Some(Code::BerTag)),
            (sequence(&[&attribute]), Some(Code::BerTag)),
            (sequence(&[&element(Tag::SET, &[])]), Some(Code::BerTruncated)),
            (sequence(&[&element(Tag::SET, &[0x05, 0x00])]), Some(Code::BerTag)),
            (sequence(&[&element(Tag::SET, &sequence(&[&[0x06, 0x01, 0x2a]]))]), Some(Code::BerTruncated)),
            (sequence(&[&element(Tag::SET, &sequence(&[&[0x06, 0x01, 0x2a, 0x05, 0, 0x05, 0]]))]), Some(Code::BerTrailing)),
        ] {
            assert_eq!(with_name(&name).err(), expected, "{name:02x?}");
        }
    }
}
