//! RecipientInfo in all its kinds (RFC 5652 section 6.2).

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag};
use crate::error::{Code, Result};
use crate::limits::Limits;

use super::algorithm::AlgorithmIdentifier;
use super::signed::IssuerAndSerial;

/// Names the recipient's certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecipientIdentifier {
    /// By issuer and serial number.
    IssuerAndSerial(IssuerAndSerial),
    /// By the octets of its subjectKeyIdentifier.
    SubjectKeyIdentifier(Vec<u8>),
}

/// One RecipientInfo: one way to the content-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecipientInfo {
    /// KeyTransRecipientInfo (section 6.2.1): the key encrypted to an RSA key.
    KeyTransport {
        /// CMSVersion: 0 or 2.
        version: u64,
        /// Names the certificate.
        rid: RecipientIdentifier,
        /// keyEncryptionAlgorithm.
        algorithm: AlgorithmIdentifier,
        /// The encrypted key.
        encrypted_key: Vec<u8>,
    },
    /// KeyAgreeRecipientInfo (section 6.2.2): the key wrapped under a key agreed on.
    KeyAgreement {
        /// CMSVersion: 3.
        version: u64,
        /// The originator's public key, or the name of the certificate that has it.
        originator: Originator,
        /// User keying material.
        ukm: Option<Vec<u8>>,
        /// keyEncryptionAlgorithm: the agreement, with the key wrap as its parameter.
        algorithm: AlgorithmIdentifier,
        /// Those who can agree on the key, each with the wrapped key.
        recipients: Vec<KeyAgreementRecipient>,
    },
    /// KEKRecipientInfo (section 6.2.3): the key wrapped under a key shared before.
    KeyEncryption {
        /// CMSVersion: 4.
        version: u64,
        /// Names the shared key.
        kekid: KekIdentifier,
        /// The key wrap.
        algorithm: AlgorithmIdentifier,
        /// The wrapped key.
        encrypted_key: Vec<u8>,
    },
    /// PasswordRecipientInfo (section 6.2.4): the key wrapped under a key that comes from a password.
    Password {
        /// CMSVersion: 0.
        version: u64,
        /// How the key comes from the password; absent where it was supplied otherwise.
        key_derivation: Option<AlgorithmIdentifier>,
        /// The key wrap.
        algorithm: AlgorithmIdentifier,
        /// The wrapped key.
        encrypted_key: Vec<u8>,
    },
    /// OtherRecipientInfo (section 6.2.5), or a kind that no RFC defines yet: to be skipped and reported.
    Other {
        /// oriType; `None` where the kind itself is unknown.
        oid: Option<ObjectIdentifier>,
        /// The whole RecipientInfo as received.
        raw: Vec<u8>,
    },
}

/// OriginatorIdentifierOrKey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Originator {
    /// The issuer and serial number of the originator's certificate.
    IssuerAndSerial(IssuerAndSerial),
    /// The subjectKeyIdentifier of the originator's certificate.
    SubjectKeyIdentifier(Vec<u8>),
    /// The (ephemeral) public key itself.
    PublicKey {
        /// The kind of key; parameters are often left out (RFC 5753 section 3.1.1).
        algorithm: AlgorithmIdentifier,
        /// The octets of the BIT STRING: for curves the encoded point.
        public_key: Vec<u8>,
    },
}

/// RecipientEncryptedKey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAgreementRecipient {
    /// Names the certificate.
    pub rid: RecipientIdentifier,
    /// The wrapped key.
    pub encrypted_key: Vec<u8>,
}

/// KEKIdentifier, without its date and other attributes, which name nothing that this library could look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KekIdentifier {
    /// keyIdentifier.
    pub key_identifier: Vec<u8>,
}

impl RecipientInfo {
    /// Reads one RecipientInfo from its encoding, BER or DER.
    ///
    /// # Errors
    /// A code of the class malformed, or [`Code::LimitRecipients`].
    pub fn parse(encoded: &[u8], limits: &Limits) -> Result<Self> {
        let element = Reader::ber(encoded).single()?;
        match element.tag {
            Tag::SEQUENCE => key_transport(&element),
            tag if tag == Tag::context_constructed(1) => key_agreement(&element, limits),
            tag if tag == Tag::context_constructed(2) => key_encryption(&element),
            tag if tag == Tag::context_constructed(3) => password(&element),
            tag if tag == Tag::context_constructed(4) => {
                let mut fields = element.children()?;
                let oid = Some(fields.oid()?);
                fields.element()?;
                fields.finish()?;
                Ok(Self::Other { oid, raw: encoded.to_vec() })
            }
            tag if tag.0 & 0xc0 == 0x80 => Ok(Self::Other { oid: None, raw: encoded.to_vec() }),
            _ => Err(element.error(Code::BerTag)),
        }
    }

    /// A KeyTransRecipientInfo of the version that belongs to the identifier (RFC 5652 section 6.2.1).
    pub fn key_transport(rid: RecipientIdentifier, algorithm: AlgorithmIdentifier, encrypted_key: Vec<u8>) -> Self {
        let version = if matches!(rid, RecipientIdentifier::SubjectKeyIdentifier(_)) { 2 } else { 0 };
        Self::KeyTransport { version, rid, algorithm, encrypted_key }
    }

    /// A KeyAgreeRecipientInfo with an ephemeral public key, for any number of recipients whose keys are of its kind.
    pub fn key_agreement(
        originator_key: (AlgorithmIdentifier, Vec<u8>),
        ukm: Option<Vec<u8>>,
        algorithm: AlgorithmIdentifier,
        recipients: Vec<KeyAgreementRecipient>,
    ) -> Self {
        let (key_algorithm, public_key) = originator_key;
        let originator = Originator::PublicKey { algorithm: key_algorithm, public_key };
        Self::KeyAgreement { version: 3, originator, ukm, algorithm, recipients }
    }

    /// A PasswordRecipientInfo.
    pub fn password(key_derivation: AlgorithmIdentifier, algorithm: AlgorithmIdentifier, encrypted_key: Vec<u8>) -> Self {
        Self::Password { version: 0, key_derivation: Some(key_derivation), algorithm, encrypted_key }
    }

    /// CMSVersion of this RecipientInfo, where its kind has one.
    pub fn version(&self) -> Option<u64> {
        match self {
            Self::KeyTransport { version, .. }
            | Self::KeyAgreement { version, .. }
            | Self::KeyEncryption { version, .. }
            | Self::Password { version, .. } => Some(*version),
            Self::Other { .. } => None,
        }
    }

    /// How many recipients this stands for: those of a key agreement are several.
    pub fn count(&self) -> usize {
        match self {
            Self::KeyAgreement { recipients, .. } => recipients.len(),
            _ => 1,
        }
    }

    /// The word for the kind: `ktri`, `kari`, `kekri`, `pwri` or `ori`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::KeyTransport { .. } => "ktri",
            Self::KeyAgreement { .. } => "kari",
            Self::KeyEncryption { .. } => "kekri",
            Self::Password { .. } => "pwri",
            Self::Other { .. } => "ori",
        }
    }
}

fn key_transport(element: &Element<'_>) -> Result<RecipientInfo> {
    let mut fields = element.children()?;
    let version = fields.unsigned()?;
    let rid = RecipientIdentifier::read(&fields.element()?)?;
    let algorithm = AlgorithmIdentifier::next(&mut fields)?;
    let encrypted_key = octets(&fields.element()?, Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok(RecipientInfo::KeyTransport { version, rid, algorithm, encrypted_key })
}

fn key_agreement(element: &Element<'_>, limits: &Limits) -> Result<RecipientInfo> {
    let mut fields = element.children()?;
    let version = fields.unsigned()?;
    let originator = fields.expect(Tag::context_constructed(0))?.children()?.single()?;
    let originator = Originator::read(&originator)?;
    let ukm = fields.optional(Tag::context_constructed(1))?;
    let ukm = ukm.map(|explicit| octets(&explicit.children()?.single()?, Tag::OCTET_STRING)).transpose()?;
    let algorithm = AlgorithmIdentifier::next(&mut fields)?;
    let mut keys = fields.sequence()?;
    fields.finish()?;
    let mut recipients = Vec::new();
    while !keys.is_empty() {
        if recipients.len() >= limits.recipients {
            return Err(element.error(Code::LimitRecipients));
        }
        recipients.push(KeyAgreementRecipient::next(&mut keys)?);
    }
    Ok(RecipientInfo::KeyAgreement { version, originator, ukm, algorithm, recipients })
}

fn key_encryption(element: &Element<'_>) -> Result<RecipientInfo> {
    let mut fields = element.children()?;
    let version = fields.unsigned()?;
    let mut kekid = fields.sequence()?;
    let key_identifier = octets(&kekid.element()?, Tag::OCTET_STRING)?;
    let algorithm = AlgorithmIdentifier::next(&mut fields)?;
    let encrypted_key = octets(&fields.element()?, Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok(RecipientInfo::KeyEncryption { version, kekid: KekIdentifier { key_identifier }, algorithm, encrypted_key })
}

fn password(element: &Element<'_>) -> Result<RecipientInfo> {
    let mut fields = element.children()?;
    let version = fields.unsigned()?;
    let derivation = fields.optional(Tag::context_constructed(0))?;
    let key_derivation = derivation.as_ref().map(AlgorithmIdentifier::read).transpose()?;
    let algorithm = AlgorithmIdentifier::next(&mut fields)?;
    let encrypted_key = octets(&fields.element()?, Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok(RecipientInfo::Password { version, key_derivation, algorithm, encrypted_key })
}

impl RecipientIdentifier {
    fn read(element: &Element<'_>) -> Result<Self> {
        match element.tag {
            Tag::SEQUENCE => IssuerAndSerial::read(element).map(Self::IssuerAndSerial),
            _ => octets(element, Tag::context(0)).map(Self::SubjectKeyIdentifier),
        }
    }
}

impl Originator {
    fn read(element: &Element<'_>) -> Result<Self> {
        match element.tag {
            Tag::SEQUENCE => IssuerAndSerial::read(element).map(Self::IssuerAndSerial),
            tag if tag == Tag::context_constructed(1) => {
                let mut fields = element.children()?;
                let algorithm = AlgorithmIdentifier::next(&mut fields)?;
                let public_key = fields.expect(Tag::BIT_STRING)?.bit_octets()?.to_vec();
                fields.finish()?;
                Ok(Self::PublicKey { algorithm, public_key })
            }
            _ => octets(element, Tag::context(0)).map(Self::SubjectKeyIdentifier),
        }
    }
}

impl KeyAgreementRecipient {
    fn next(keys: &mut Reader<'_>) -> Result<Self> {
        let mut fields = keys.sequence()?;
        let rid = fields.element()?;
        let rid = match rid.tag {
            Tag::SEQUENCE => RecipientIdentifier::IssuerAndSerial(IssuerAndSerial::read(&rid)?),
            tag if tag == Tag::context_constructed(0) => {
                // RecipientKeyIdentifier: a date and other attributes may follow, which are of no use here.
                RecipientIdentifier::SubjectKeyIdentifier(octets(&rid.children()?.element()?, Tag::OCTET_STRING)?)
            }
            _ => return Err(rid.error(Code::BerTag)),
        };
        let encrypted_key = octets(&fields.element()?, Tag::OCTET_STRING)?;
        fields.finish()?;
        Ok(Self { rid, encrypted_key })
    }
}

/// The octets of an OCTET STRING under this tag, primitive or constructed.
pub(super) fn octets(element: &Element<'_>, tag: Tag) -> Result<Vec<u8>> {
    if element.tag == tag || element.tag == tag.constructed() {
        element.octets().map(std::borrow::Cow::into_owned)
    } else {
        Err(element.error(Code::BerTag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::testing::messages::element;

    fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        element(Tag::SEQUENCE, &parts.concat())
    }

    fn under(number: u8, parts: &[&[u8]]) -> Vec<u8> {
        element(Tag::context_constructed(number), &parts.concat())
    }

    const ALGORITHM: [u8; 5] = [0x30, 0x03, 0x06, 0x01, 0x2a];
    const NAME: [u8; 7] = [0x30, 0x05, 0x30, 0x00, 0x02, 0x01, 0x05];
    const KEY: [u8; 3] = [0x04, 0x01, 0x07];

    fn parse(encoded: &[u8]) -> Result<RecipientInfo> {
        RecipientInfo::parse(encoded, &Limits::default())
    }

    fn version(number: u8) -> [u8; 3] {
        [0x02, 0x01, number]
    }

    #[test]
    fn each_kind_is_told() {
        let originator = under(0, &[&[0x80, 0x01, 0x09]]);
        for (encoded, kind, number) in [
            (sequence(&[&version(0), &NAME, &ALGORITHM, &KEY]), "ktri", Some(0)),
            (sequence(&[&version(2), &[0x80, 0x01, 0x01], &ALGORITHM, &KEY]), "ktri", Some(2)),
            (sequence(&[&version(2), &[0xa0, 0x03, 0x04, 0x01, 0x01], &ALGORITHM, &KEY]), "ktri", Some(2)),
            (under(1, &[&version(3), &originator, &ALGORITHM, &sequence(&[])]), "kari", Some(3)),
            (under(2, &[&version(4), &sequence(&[&KEY]), &ALGORITHM, &KEY]), "kekri", Some(4)),
            (under(3, &[&version(0), &ALGORITHM, &KEY]), "pwri", Some(0)),
            (under(4, &[&ALGORITHM[2..], &KEY]), "ori", None),
            (under(5, &[]), "ori", None),
            (vec![0x9e, 0x00], "ori", None),
        ] {
            let recipient = parse(&encoded).unwrap();
            assert_eq!((recipient.kind(), recipient.version()), (kind, number), "{encoded:02x?}");
        }
    }

    #[test]
    fn the_date_of_a_key_identifier_is_passed_over() {
        let date = b"\x18\x0f20260101000000Z";
        let rid = under(0, &[&KEY, date]);
        let keys = sequence(&[&sequence(&[&rid, &KEY]), &sequence(&[&NAME, &KEY])]);
        let originator = under(0, &[&under(1, &[&ALGORITHM, &[0x03, 0x02, 0x00, 0x04]])]);
        let ukm = under(1, &[&[0x04, 0x01, 0x08]]);
        let agreement = parse(&under(1, &[&version(3), &originator, &ukm, &ALGORITHM, &keys])).unwrap();
        let RecipientInfo::KeyAgreement { originator, ukm, recipients, .. } = agreement else { panic!("another kind") };
        assert!(matches!(originator, Originator::PublicKey { public_key, .. } if public_key == [4]));
        assert_eq!(ukm.unwrap(), [8]);
        assert_eq!(recipients[0].rid, RecipientIdentifier::SubjectKeyIdentifier(vec![7]));
        assert!(matches!(&recipients[1].rid, RecipientIdentifier::IssuerAndSerial(name) if name.serial == [5]));
        let kekid = sequence(&[&KEY, date]);
        assert!(parse(&under(2, &[&version(4), &kekid, &ALGORITHM, &KEY])).is_ok());
    }

    #[test]
    fn malformed_ones_are_refused() {
        let public_key = |bits: &[u8]| under(0, &[&under(1, &[&ALGORITHM, bits])]);
        for (encoded, expected) in [
            (vec![0x04, 0x00], Code::BerTag),
            (sequence(&[]), Code::BerTruncated),
            (sequence(&[&version(0), &NAME, &ALGORITHM]), Code::BerTruncated),
            (sequence(&[&version(0), &NAME, &ALGORITHM, &KEY, &KEY]), Code::BerTrailing),
            (sequence(&[&version(0), &KEY, &ALGORITHM, &KEY]), Code::BerTag),
            (sequence(&[&version(0), &NAME, &ALGORITHM, &[0x03, 0x01, 0x00]]), Code::BerTag),
            (sequence(&[&version(0), &NAME, &KEY, &KEY]), Code::BerTag),
            (under(1, &[&version(3), &under(0, &[&KEY]), &ALGORITHM, &sequence(&[])]), Code::BerTag),
            (under(1, &[&version(3), &under(0, &[]), &ALGORITHM, &sequence(&[])]), Code::BerTruncated),
            (under(1, &[&version(3), &under(0, &[&NAME, &NAME]), &ALGORITHM, &sequence(&[])]), Code::BerTrailing),
            (under(1, &[&version(3), &public_key(&[0x03, 0x02, 0x01, 0x04]), &ALGORITHM, &sequence(&[])]), Code::BerValue),
            (under(1, &[&version(3), &public_key(&[0x03, 0x00]), &ALGORITHM, &sequence(&[])]), Code::BerValue),
            (under(1, &[&version(3), &public_key(&[0x03, 0x01, 0x00]), &ALGORITHM, &sequence(&[&KEY])]), Code::BerTag),
            (under(2, &[&version(4), &sequence(&[]), &ALGORITHM, &KEY]), Code::BerTruncated),
            (under(4, &[&ALGORITHM[2..]]), Code::BerTruncated),
        ] {
            assert_eq!(parse(&encoded).map_err(|error| error.code()), Err(expected), "{encoded:02x?}");
        }
    }
}
