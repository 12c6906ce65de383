use ::cms::cert::IssuerAndSerialNumber;
use ::cms::content_info::{CmsVersion, ContentInfo};
use ::cms::enveloped_data as oracle;
use ::cms::signed_data as signed_oracle;
use ::der::asn1::BitString;
use ::der::{Decode as _, Encode as _};
use proptest::prelude::*;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::encode::{algorithm, octets};
use super::*;
use crate::cms::testing::messages::{algorithms, attributes, element, messages, names, recipients, signers};
use crate::cms::testing::{Record, read_pieces};
use crate::cms::{Attributes, EnvelopedEnd, IssuerAndSerial, KeyAgreementRecipient, Originator, RecipientIdentifier};
use crate::limits::Limits;

/// Collects what a writer writes.
fn written(write: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(&mut |octets| {
        out.extend_from_slice(octets);
        Ok(())
    })?;
    Ok(out)
}

fn read(message: &[u8]) -> (Record, bool) {
    read_pieces(std::iter::once(message), &Limits::default()).unwrap()
}

fn sha256() -> AlgorithmIdentifier {
    AlgorithmIdentifier { oid: oid::ID_SHA256, parameters: None }
}

fn skid(octet: u8) -> SignerIdentifier {
    SignerIdentifier::SubjectKeyIdentifier(vec![octet; 20])
}

fn signer(sid: SignerIdentifier) -> SignerInfo {
    SignerInfo::new(sid, sha256(), None, sha256(), vec![1; 64])
}

fn transport() -> RecipientInfo {
    let name = IssuerAndSerial { issuer: vec![0x30, 0x00], serial: vec![5] };
    RecipientInfo::key_transport(RecipientIdentifier::IssuerAndSerial(name), sha256(), vec![2; 128])
}

#[test]
fn streams_are_ber_and_promises_make_der() {
    let tail = SignedTail::new(&CertificateSet::default(), &[signer(skid(1))]).unwrap();
    for promised in [false, true] {
        let message = written(|out| {
            let mut writer = SignedDataWriter::new(3, &[sha256()], oid::ID_DATA);
            if promised {
                writer = writer.definite(6, tail.length());
            }
            writer.head(out)?;
            writer.content(b"abc", out)?;
            writer.content(b"", out)?;
            writer.content(b"def", out)?;
            writer.tail(&tail, out)
        });
        let (record, was_der) = read(&message.unwrap());
        assert_eq!(was_der, promised);
        assert_eq!(record.content, b"abcdef");
        assert_eq!(record.pieces, if promised { 1 } else { 2 });
        assert_eq!(record.signed_end.unwrap().signers, [signer(skid(1))]);
    }
}

#[test]
fn the_content_is_handed_on_as_it_came() {
    let content = vec![b'x'; 70_000];
    let mut seen = false;
    let mut out = |octets: &[u8]| {
        seen |= std::ptr::eq(octets, content.as_slice());
        Ok(())
    };
    let mut writer = CompressedDataWriter::new(oid::ID_DATA);
    writer.head(&mut out).unwrap();
    writer.content(&content, &mut out).unwrap();
    writer.tail(&mut out).unwrap();
    assert!(seen);
}

#[test]
fn broken_promises_are_refused() {
    let tail = SignedTail::new(&CertificateSet::default(), &[]).unwrap();
    let longer = SignedTail::new(&CertificateSet::default(), &[signer(skid(1))]).unwrap();
    for (contents, tail, expected) in [
        (&["abc", "def"][..], &tail, None),
        (&["abc"], &tail, Some(Code::UseContentSize)),
        (&["abc", "defg"], &tail, Some(Code::UseContentSize)),
        (&["abcdef"], &longer, Some(Code::UseContentSize)),
    ] {
        let result = written(|out| {
            let mut writer = SignedDataWriter::new(1, &[], oid::ID_DATA).definite(6, 2);
            writer.head(out)?;
            contents.iter().try_for_each(|content| writer.content(content.as_bytes(), out))?;
            writer.tail(tail, out)
        });
        assert_eq!(result.err().map(|error| error.code()), expected);
    }
    let too_long = written(|out| SignedDataWriter::new(1, &[], oid::ID_DATA).definite(u64::MAX, 0).head(out));
    assert_eq!(too_long.unwrap_err().code(), Code::UseContentSize);
}

#[test]
fn steps_out_of_turn_are_refused() {
    let nowhere: Output<'_> = &mut |_| Ok(());
    let mut writer = CompressedDataWriter::new(oid::ID_DATA);
    assert_eq!(writer.content(b"x", nowhere).unwrap_err().code(), Code::UseState);
    assert_eq!(writer.tail(nowhere).unwrap_err().code(), Code::UseState);
    writer.head(nowhere).unwrap();
    assert_eq!(writer.head(nowhere).unwrap_err().code(), Code::UseState);
    writer.tail(nowhere).unwrap();
    assert_eq!(writer.content(b"x", nowhere).unwrap_err().code(), Code::UseState);
    assert_eq!(writer.tail(nowhere).unwrap_err().code(), Code::UseState);
    for (authenticated, tag) in [(false, Some(&[0u8; 16][..])), (true, None)] {
        let new = if authenticated { EnvelopedDataWriter::auth_enveloped } else { EnvelopedDataWriter::enveloped };
        let mut writer = new(&[transport()], oid::ID_DATA, &sha256()).unwrap();
        writer.head(nowhere).unwrap();
        assert_eq!(writer.tail(tag, nowhere).unwrap_err().code(), Code::UseState);
    }
    let error = EnvelopedDataWriter::enveloped(&[], oid::ID_DATA, &sha256()).err().unwrap();
    assert_eq!(error.code(), Code::UseNoRecipient);
}

#[test]
fn versions_follow_rfc_5652() {
    let other = crate::cms::OtherRevocationInfo { format: oid::ID_SHA256, info: vec![0x05, 0x00] };
    let with_other = CertificateSet { other_revocation: vec![other], ..CertificateSet::default() };
    let named = SignerIdentifier::IssuerAndSerial(IssuerAndSerial { issuer: vec![0x30, 0x00], serial: vec![1] });
    let none = CertificateSet::default();
    for (content_type, certificates, sids, version) in [
        (oid::ID_DATA, &none, vec![], 1),
        (oid::ID_DATA, &none, vec![&named], 1),
        (oid::ID_DATA, &none, vec![&named, &skid(1)], 3),
        (oid::ID_SIGNED_DATA, &none, vec![&named], 3),
        (oid::ID_DATA, &with_other, vec![&named], 5),
    ] {
        assert_eq!(signed_data_version(content_type, certificates, sids.into_iter()), version);
    }
    let by_key = RecipientInfo::key_transport(RecipientIdentifier::SubjectKeyIdentifier(vec![1]), sha256(), vec![]);
    let password = RecipientInfo::password(sha256(), sha256(), vec![]);
    assert_eq!((by_key.version(), signer(skid(1)).version), (Some(2), 3));
    for (recipients, version) in [
        (vec![transport()], 0),
        (vec![transport(), by_key.clone()], 2),
        (vec![transport(), password], 3),
        (vec![by_key, RecipientInfo::Other { oid: None, raw: vec![0xa4, 0] }], 3),
    ] {
        assert_eq!(enveloped_data_version(&recipients), version);
    }
}

#[test]
fn an_ephemeral_key_serves_several_recipients() {
    let key =
        |octet| KeyAgreementRecipient { rid: RecipientIdentifier::SubjectKeyIdentifier(vec![octet; 20]), encrypted_key: vec![octet; 40] };
    let agreement = RecipientInfo::key_agreement((sha256(), vec![4; 65]), None, sha256(), vec![key(1), key(2), key(3)]);
    assert_eq!(agreement.count(), 3);
    let message = written(|out| {
        let mut writer = EnvelopedDataWriter::auth_enveloped(std::slice::from_ref(&agreement), oid::ID_DATA, &sha256())?.definite(0, 16);
        writer.head(out)?;
        writer.tail(Some(&[9; 16]), out)
    });
    let (record, was_der) = read(&message.unwrap());
    assert!(was_der);
    assert_eq!(record.enveloped.unwrap().recipients, [agreement]);
    assert_eq!(record.enveloped_end.unwrap(), EnvelopedEnd { mac: vec![9; 16], ..EnvelopedEnd::default() });
}

#[test]
fn the_shared_info_of_rfc_5753() {
    let wrap = AlgorithmIdentifier { oid: oid::AES128_WRAP, parameters: None };
    let key_info = [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x05];
    let length = [0xa2, 0x06, 0x04, 0x04, 0x00, 0x00, 0x00, 0x80];
    assert_eq!(ecc_cms_shared_info(&wrap, None, 16).unwrap(), [&[0x30, 0x15][..], &key_info, &length].concat());
    let ukm = [0xa0, 0x04, 0x04, 0x02, 7, 8];
    assert_eq!(ecc_cms_shared_info(&wrap, Some(&[7, 8]), 16).unwrap(), [&[0x30, 0x1b][..], &key_info, &ukm, &length].concat());
    assert_eq!(ecc_cms_shared_info(&wrap, None, usize::MAX).unwrap_err().code(), Code::UseArgument);
}

#[test]
fn signing_time_is_utc_time_until_2049() {
    for (unix, value) in
        [(0, &b"\x17\x0d700101000000Z"[..]), (2_524_607_999, b"\x17\x0d491231235959Z"), (2_524_608_000, b"\x18\x0f20500101000000Z")]
    {
        let time = crate::Time::from_unix(unix);
        let attributes = SignedAttributesBuilder::new(oid::ID_DATA, &[1]).unwrap().signing_time(time).unwrap().build().unwrap();
        assert_eq!(attributes.single(oid::ID_SIGNING_TIME).unwrap(), Some(value));
        assert_eq!(attributes.signing_time().unwrap(), Some(time));
    }
    let builder = SignedAttributesBuilder::new(oid::ID_DATA, &[1]).unwrap();
    assert_eq!(builder.clone().signing_time(crate::Time::from_unix(-1)).unwrap_err().code(), Code::UseArgument);
    assert_eq!(builder.clone().attribute(oid::ID_CONTENT_TYPE, &[0x05, 0x00]).unwrap_err().code(), Code::UseArgument);
    assert_eq!(builder.attribute(oid::ID_SHA256, &[0x05]).unwrap_err().code(), Code::UseArgument);
}

/// The name as the crate `cms` has it, where it can.
fn oracle_name(name: &IssuerAndSerial) -> Option<IssuerAndSerialNumber> {
    IssuerAndSerialNumber::from_der(&name.to_der()).ok()
}

fn oracle_key(octets: &[u8]) -> SubjectKeyIdentifier {
    SubjectKeyIdentifier(super::encode::octets(octets).unwrap())
}

fn version_of(number: u64) -> CmsVersion {
    CmsVersion::from_der(&[0x02, 0x01, number as u8]).unwrap()
}

fn oracle_signer(signer: &SignerInfo) -> Option<signed_oracle::SignerInfo> {
    let attributes = |attributes: Option<&Attributes>| {
        attributes.map(|attributes| signed_oracle::SignedAttributes::from_der(&attributes.to_be_signed()).unwrap())
    };
    Some(signed_oracle::SignerInfo {
        version: version_of(signer.version),
        sid: match &signer.sid {
            SignerIdentifier::IssuerAndSerial(name) => signed_oracle::SignerIdentifier::IssuerAndSerialNumber(oracle_name(name)?),
            SignerIdentifier::SubjectKeyIdentifier(octets) => signed_oracle::SignerIdentifier::SubjectKeyIdentifier(oracle_key(octets)),
        },
        digest_alg: algorithm(&signer.digest_algorithm).unwrap(),
        signed_attrs: attributes(signer.signed_attributes.as_ref()),
        signature_algorithm: algorithm(&signer.signature_algorithm).unwrap(),
        signature: octets(&signer.signature).unwrap(),
        unsigned_attrs: attributes(signer.unsigned_attributes.as_ref()),
    })
}

fn oracle_recipient(recipient: &RecipientInfo) -> Option<oracle::RecipientInfo> {
    match recipient {
        RecipientInfo::KeyTransport { version, rid, algorithm: transport, encrypted_key } => {
            Some(oracle::RecipientInfo::Ktri(oracle::KeyTransRecipientInfo {
                version: version_of(*version),
                rid: match rid {
                    RecipientIdentifier::IssuerAndSerial(name) => oracle::RecipientIdentifier::IssuerAndSerialNumber(oracle_name(name)?),
                    RecipientIdentifier::SubjectKeyIdentifier(octets) => {
                        oracle::RecipientIdentifier::SubjectKeyIdentifier(oracle_key(octets))
                    }
                },
                key_enc_alg: algorithm(transport).unwrap(),
                enc_key: octets(encrypted_key).unwrap(),
            }))
        }
        RecipientInfo::KeyAgreement { version, originator, ukm, algorithm: agreement, recipients } => {
            let keys: Option<Vec<_>> = recipients.iter().map(oracle_agreement_key).collect();
            Some(oracle::RecipientInfo::Kari(oracle::KeyAgreeRecipientInfo {
                version: version_of(*version),
                originator: match originator {
                    Originator::IssuerAndSerial(name) => oracle::OriginatorIdentifierOrKey::IssuerAndSerialNumber(oracle_name(name)?),
                    Originator::SubjectKeyIdentifier(octets) => oracle::OriginatorIdentifierOrKey::SubjectKeyIdentifier(oracle_key(octets)),
                    Originator::PublicKey { algorithm: kind, public_key } => {
                        oracle::OriginatorIdentifierOrKey::OriginatorKey(oracle::OriginatorPublicKey {
                            algorithm: algorithm(kind).unwrap(),
                            public_key: BitString::from_bytes(public_key).unwrap(),
                        })
                    }
                },
                ukm: ukm.as_deref().map(|ukm| octets(ukm).unwrap()),
                key_enc_alg: algorithm(agreement).unwrap(),
                recipient_enc_keys: keys?,
            }))
        }
        other => oracle::RecipientInfo::from_der(&other.to_der().unwrap()).ok(),
    }
}

fn oracle_agreement_key(recipient: &KeyAgreementRecipient) -> Option<oracle::RecipientEncryptedKey> {
    let rid = match &recipient.rid {
        RecipientIdentifier::IssuerAndSerial(name) => oracle::KeyAgreeRecipientIdentifier::IssuerAndSerialNumber(oracle_name(name)?),
        RecipientIdentifier::SubjectKeyIdentifier(octets) => {
            let subject_key_identifier = oracle_key(octets);
            oracle::KeyAgreeRecipientIdentifier::RKeyId(oracle::RecipientKeyIdentifier { subject_key_identifier, date: None, other: None })
        }
    };
    Some(oracle::RecipientEncryptedKey { rid, enc_key: octets(&recipient.encrypted_key).unwrap() })
}

#[test]
fn serial_numbers_that_the_crate_cms_refuses_are_written() {
    let name = IssuerAndSerial { issuer: vec![0x30, 0x00], serial: vec![0x7f; 24] };
    assert!(oracle_name(&name).is_none());
    let signer = signer(SignerIdentifier::IssuerAndSerial(name));
    assert_eq!(SignerInfo::parse(&signer.to_der().unwrap(), &Limits::default()).unwrap(), signer);
}

proptest! {
    #[test]
    fn signers_are_encoded_as_by_the_crate_cms(signer in signers()) {
        let encoded = signer.to_der().unwrap();
        if let Some(oracle) = oracle_signer(&signer) {
            prop_assert_eq!(oracle.to_der().unwrap(), encoded.clone());
        }
        let back = SignerInfo::parse(&encoded, &Limits::default()).unwrap();
        prop_assert_eq!(back.to_der().unwrap(), encoded);
        prop_assert_eq!(back.sid, signer.sid);
    }

    #[test]
    fn recipients_are_encoded_as_by_the_crate_cms(recipient in recipients()) {
        let encoded = recipient.to_der().unwrap();
        if let Some(oracle) = oracle_recipient(&recipient) {
            prop_assert_eq!(oracle.to_der().unwrap(), encoded.clone());
        }
        prop_assert_eq!(RecipientInfo::parse(&encoded, &Limits::default()).unwrap(), recipient);
    }

    #[test]
    fn names_are_written_as_they_are(name in names()) {
        prop_assert_eq!(name.to_der(), element(Tag::SEQUENCE, &[name.issuer.clone(), element(Tag::INTEGER, &name.serial)].concat()));
    }

    #[test]
    fn attributes_are_der_and_read_back(attributes in attributes()) {
        prop_assert!(attributes.is_der());
        prop_assert_eq!(attributes.to_be_signed(), attributes.octets());
        prop_assert_eq!(attributes.to_be_signed_der().unwrap(), attributes.octets());
        let set: Vec<Vec<u8>> = attributes.list().iter().map(|attribute| {
            let values = set_of(Tag::SET, attribute.values.clone());
            element(Tag::SEQUENCE, &[element(Tag::OID, attribute.oid.as_bytes()), values].concat())
        }).collect();
        prop_assert_eq!(set_of(Tag::SET, set), attributes.octets());
        attributes.content_type().unwrap();
        attributes.message_digest().unwrap();
        let protection = attributes.algorithm_protection().unwrap().unwrap();
        prop_assert_eq!(Some(protection.digest_algorithm), protection.signature_algorithm);
    }

    #[test]
    fn definite_messages_are_der_to_the_crate_der((message, _) in messages()) {
        let info = ContentInfo::from_der(&message).unwrap();
        prop_assert_eq!(info.to_der().unwrap(), message);
    }

    #[test]
    fn streams_read_as_what_was_written(content in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6), cipher in algorithms(), mac: Option<[u8; 16]>) {
        let mac = mac.as_ref().map(<[u8; 16]>::as_slice);
        let message = written(|out| {
            let new = if mac.is_some() { EnvelopedDataWriter::auth_enveloped } else { EnvelopedDataWriter::enveloped };
            let mut writer = new(&[transport()], oid::ID_DATA, &cipher)?;
            writer.head(out)?;
            content.iter().try_for_each(|piece| writer.content(piece, out))?;
            writer.tail(mac, out)
        });
        let (record, was_der) = read(&message.unwrap());
        prop_assert!(!was_der);
        prop_assert_eq!(record.content, content.concat());
        prop_assert_eq!(record.enveloped_end.unwrap().mac, mac.unwrap_or_default());
    }
}
