//! Messages of every kind, made by the writers, and the normal form in which readings of different encodings compare.

use const_oid::ObjectIdentifier;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Record;
use crate::asn1::{Tag, Writer, oid};
use crate::cms::{
    AlgorithmIdentifier, Attributes, CertificateSet, CompressedDataWriter, EnvelopedDataWriter, IssuerAndSerial, KekIdentifier,
    KeyAgreementRecipient, Originator, OtherRevocationInfo, RecipientIdentifier, RecipientInfo, SignedAttributesBuilder, SignedDataWriter,
    SignedTail, SignerIdentifier, SignerInfo, der, signed_data_version,
};
use crate::limits::Limits;
use crate::time::Time;

pub(in crate::cms) fn octets() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..40)
}

pub(in crate::cms) fn oids() -> impl Strategy<Value = ObjectIdentifier> {
    prop::sample::select(vec![oid::ID_DATA, oid::ID_SIGNED_DATA, oid::ID_SHA256, oid::RSA_ENCRYPTION, oid::AES256_GCM, oid::ID_SCRYPT])
}

/// One whole element in DER.
pub(in crate::cms) fn elements() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(vec![0x05, 0x00]),
        octets().prop_map(|octets| element(Tag::OCTET_STRING, &octets)),
        (octets(), oids()).prop_map(|(octets, oid)| {
            let mut writer = Writer::new();
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid);
                writer.octet_string(&octets);
            });
            writer.into_vec()
        }),
    ]
}

pub(in crate::cms) fn algorithms() -> impl Strategy<Value = AlgorithmIdentifier> {
    (oids(), prop::option::of(elements())).prop_map(|(oid, parameters)| AlgorithmIdentifier { oid, parameters })
}

pub(in crate::cms) fn names() -> impl Strategy<Value = IssuerAndSerial> {
    (vec("[a-z]{0,8}", 0..3), vec(1u8.., 1..24)).prop_map(|(parts, serial)| {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            for part in &parts {
                writer.nest(Tag::SET, |writer| {
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(oid::AT_COMMON_NAME);
                        writer.element(Tag::UTF8_STRING, part.as_bytes());
                    });
                });
            }
        });
        IssuerAndSerial { issuer: writer.into_vec(), serial }
    })
}

fn signer_identifiers() -> impl Strategy<Value = SignerIdentifier> {
    prop_oneof![names().prop_map(SignerIdentifier::IssuerAndSerial), octets().prop_map(SignerIdentifier::SubjectKeyIdentifier)]
}

fn recipient_identifiers() -> impl Strategy<Value = RecipientIdentifier> {
    prop_oneof![names().prop_map(RecipientIdentifier::IssuerAndSerial), octets().prop_map(RecipientIdentifier::SubjectKeyIdentifier)]
}

pub(in crate::cms) fn attributes() -> impl Strategy<Value = Attributes> {
    let times = prop::option::of((0i64..4_000_000_000).prop_map(Time::from_unix));
    (oids(), octets(), times, vec(algorithms(), 0..4), algorithms()).prop_map(|(kind, digest, time, capabilities, protection)| {
        let mut builder = SignedAttributesBuilder::new(kind, &digest).unwrap();
        if let Some(time) = time {
            builder = builder.signing_time(time).unwrap();
        }
        builder = builder.smime_capabilities(&capabilities).unwrap();
        builder.algorithm_protection(&protection, &protection).unwrap().build().unwrap()
    })
}

pub(in crate::cms) fn signers() -> impl Strategy<Value = SignerInfo> {
    let attributes = (prop::option::of(attributes()), prop::option::of(attributes()));
    (signer_identifiers(), algorithms(), attributes, algorithms(), octets()).prop_map(|(sid, digest, attributes, signature, octets)| {
        let mut signer = SignerInfo::new(sid, digest, attributes.0, signature, octets);
        signer.unsigned_attributes = attributes.1;
        signer
    })
}

pub(in crate::cms) fn recipients() -> impl Strategy<Value = RecipientInfo> {
    let originators = prop_oneof![
        names().prop_map(Originator::IssuerAndSerial),
        octets().prop_map(Originator::SubjectKeyIdentifier),
        (algorithms(), octets()).prop_map(|(algorithm, public_key)| Originator::PublicKey { algorithm, public_key }),
    ];
    let keys = (recipient_identifiers(), octets()).prop_map(|(rid, encrypted_key)| KeyAgreementRecipient { rid, encrypted_key });
    prop_oneof![
        (recipient_identifiers(), algorithms(), octets())
            .prop_map(|(rid, algorithm, key)| RecipientInfo::key_transport(rid, algorithm, key)),
        (originators, prop::option::of(octets()), algorithms(), vec(keys, 0..4)).prop_map(|(originator, ukm, algorithm, recipients)| {
            RecipientInfo::KeyAgreement { version: 3, originator, ukm, algorithm, recipients }
        }),
        (octets(), algorithms(), octets()).prop_map(|(key_identifier, algorithm, encrypted_key)| {
            RecipientInfo::KeyEncryption { version: 4, kekid: KekIdentifier { key_identifier }, algorithm, encrypted_key }
        }),
        (prop::option::of(algorithms()), algorithms(), octets()).prop_map(|(key_derivation, algorithm, encrypted_key)| {
            RecipientInfo::Password { version: 0, key_derivation, algorithm, encrypted_key }
        }),
        (oids(), elements()).prop_map(|(oid, value)| {
            let raw = element(Tag::context_constructed(4), &[element(Tag::OID, oid.as_bytes()), value].concat());
            RecipientInfo::Other { oid: Some(oid), raw }
        }),
        elements().prop_map(|value| RecipientInfo::Other { oid: None, raw: element(Tag::context_constructed(9), &value) }),
    ]
}

pub(in crate::cms) fn certificate_sets() -> impl Strategy<Value = CertificateSet> {
    let sequences = || elements().prop_map(|inner| element(Tag::SEQUENCE, &inner));
    let other = (oids(), elements()).prop_map(|(format, info)| OtherRevocationInfo { format, info });
    (vec(sequences(), 0..4), vec(sequences(), 0..3), vec(other, 0..2)).prop_map(|(certificates, crls, other_revocation)| CertificateSet {
        certificates,
        other_certificates: 0,
        crls,
        other_revocation,
    })
}

/// A message in DER, by a writer, and what must be read from it: sets in DER order.
pub(in crate::cms) fn messages() -> impl Strategy<Value = (Vec<u8>, Record)> {
    prop_oneof![
        (vec(algorithms(), 0..3), oids(), prop::option::of(octets()), certificate_sets(), vec(signers(), 0..3))
            .prop_map(|(digests, kind, content, certificates, signers)| signed(&digests, kind, content, &certificates, &signers)),
        (vec(recipients(), 1..5), oids(), algorithms(), octets(), prop::option::of(octets()))
            .prop_map(|(recipients, kind, cipher, content, mac)| enveloped(&recipients, kind, &cipher, &content, mac)),
        (oids(), octets()).prop_map(|(kind, content)| compressed(kind, &content)),
    ]
}

fn signed(
    digests: &[AlgorithmIdentifier],
    content_type: ObjectIdentifier,
    content: Option<Vec<u8>>,
    certificates: &CertificateSet,
    signers: &[SignerInfo],
) -> (Vec<u8>, Record) {
    let tail = SignedTail::new(certificates, signers).unwrap();
    let version = signed_data_version(content_type, certificates, signers.iter().map(|signer| &signer.sid));
    let writer = SignedDataWriter::new(version, digests, content_type);
    let message = match &content {
        None => writer.detached(&tail).unwrap(),
        Some(content) => {
            let mut message = Vec::new();
            let mut out = |octets: &[u8]| {
                message.extend_from_slice(octets);
                Ok(())
            };
            let mut writer = writer.definite(content.len() as u64, tail.length());
            writer.head(&mut out).unwrap();
            writer.content(content, &mut out).unwrap();
            writer.tail(&tail, &mut out).unwrap();
            message
        }
    };
    let mut digest_algorithms = digests.to_vec();
    digest_algorithms.sort_by_key(AlgorithmIdentifier::to_der);
    digest_algorithms.dedup();
    let mut end = crate::cms::SignedEnd { certificates: certificates.clone(), signers: signers.to_vec() };
    end.certificates.certificates.sort();
    end.certificates.crls.sort();
    end.certificates
        .other_revocation
        .sort_by_key(|other| (other.format.as_bytes().len() + other.info.len(), other.format, other.info.clone()));
    end.signers.sort_by_key(|signer| signer.to_der().unwrap());
    let record = Record {
        signed: Some(crate::cms::SignedStart { version, digest_algorithms, content_type }),
        present: Some(content.is_some()),
        content: content.unwrap_or_default(),
        signed_end: Some(end),
        ..Record::default()
    };
    (message, record)
}

fn enveloped(
    recipients: &[RecipientInfo],
    content_type: ObjectIdentifier,
    content_encryption: &AlgorithmIdentifier,
    content: &[u8],
    mac: Option<Vec<u8>>,
) -> (Vec<u8>, Record) {
    let writer = match mac {
        Some(_) => EnvelopedDataWriter::auth_enveloped(recipients, content_type, content_encryption),
        None => EnvelopedDataWriter::enveloped(recipients, content_type, content_encryption),
    };
    let mut message = Vec::new();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    let mut writer = writer.unwrap().definite(content.len() as u64, mac.as_deref().map_or(0, <[u8]>::len));
    writer.head(&mut out).unwrap();
    content.chunks(7).for_each(|piece| writer.content(piece, &mut out).unwrap());
    writer.tail(mac.as_deref(), &mut out).unwrap();
    let mut recipients = recipients.to_vec();
    recipients.sort_by_key(|recipient| recipient.to_der().unwrap());
    let late = recipients.iter().any(|recipient| matches!(recipient.kind(), "pwri" | "ori"));
    let version = match mac {
        Some(_) => 0,
        None if late => 3,
        None if recipients.iter().all(|recipient| recipient.version() == Some(0)) => 0,
        None => 2,
    };
    let record = Record {
        enveloped: Some(crate::cms::EnvelopedStart {
            authenticated: mac.is_some(),
            version,
            originator: None,
            recipients,
            content_type,
            content_encryption: content_encryption.clone(),
        }),
        content: content.to_vec(),
        present: Some(true),
        enveloped_end: Some(crate::cms::EnvelopedEnd { mac: mac.unwrap_or_default(), ..Default::default() }),
        ..Record::default()
    };
    (message, record)
}

fn compressed(content_type: ObjectIdentifier, content: &[u8]) -> (Vec<u8>, Record) {
    let mut message = Vec::new();
    let mut out = |octets: &[u8]| {
        message.extend_from_slice(octets);
        Ok(())
    };
    let mut writer = CompressedDataWriter::new(content_type).definite(content.len() as u64);
    writer.head(&mut out).unwrap();
    writer.content(content, &mut out).unwrap();
    writer.tail(&mut out).unwrap();
    let algorithm = AlgorithmIdentifier { oid: oid::ID_ALG_ZLIB_COMPRESS, parameters: None };
    let record = Record {
        compressed: Some(crate::cms::CompressedStart { version: 0, algorithm, content_type }),
        content: content.to_vec(),
        present: Some(true),
        ..Record::default()
    };
    (message, record)
}

impl Record {
    /// The same reading with all that is kept as received in DER, and without what depends on the pieces.
    pub(in crate::cms) fn normal(mut self) -> Self {
        self.pieces = 0;
        if let Some(start) = &mut self.signed {
            start.digest_algorithms.iter_mut().for_each(algorithm);
        }
        if let Some(end) = &mut self.signed_end {
            end.certificates.certificates.iter_mut().for_each(to_der);
            end.certificates.crls.iter_mut().for_each(to_der);
            end.certificates.other_revocation.iter_mut().for_each(|other| to_der(&mut other.info));
            end.signers.iter_mut().for_each(signer);
        }
        if let Some(start) = &mut self.enveloped {
            algorithm(&mut start.content_encryption);
            start.recipients.iter_mut().for_each(recipient);
        }
        self
    }
}

fn signer(signer: &mut SignerInfo) {
    algorithm(&mut signer.digest_algorithm);
    algorithm(&mut signer.signature_algorithm);
    if let SignerIdentifier::IssuerAndSerial(name) = &mut signer.sid {
        to_der(&mut name.issuer);
    }
    for attributes in [&mut signer.signed_attributes, &mut signer.unsigned_attributes].into_iter().flatten() {
        *attributes = Attributes::parse(&attributes.to_be_signed_der().unwrap(), &Limits::default()).unwrap();
    }
}

fn recipient(recipient: &mut RecipientInfo) {
    match recipient {
        RecipientInfo::KeyTransport { rid, algorithm: transport, .. } => {
            algorithm(transport);
            identifier(rid);
        }
        RecipientInfo::KeyAgreement { originator, algorithm: agreement, recipients, .. } => {
            algorithm(agreement);
            recipients.iter_mut().for_each(|recipient| identifier(&mut recipient.rid));
            match originator {
                Originator::IssuerAndSerial(name) => to_der(&mut name.issuer),
                Originator::PublicKey { algorithm: kind, .. } => algorithm(kind),
                Originator::SubjectKeyIdentifier(_) => {}
            }
        }
        RecipientInfo::KeyEncryption { algorithm: wrap, .. } => algorithm(wrap),
        RecipientInfo::Password { key_derivation, algorithm: wrap, .. } => {
            algorithm(wrap);
            key_derivation.iter_mut().for_each(algorithm);
        }
        RecipientInfo::Other { raw, .. } => to_der(raw),
    }
}

fn identifier(rid: &mut RecipientIdentifier) {
    if let RecipientIdentifier::IssuerAndSerial(name) = rid {
        to_der(&mut name.issuer);
    }
}

fn algorithm(algorithm: &mut AlgorithmIdentifier) {
    algorithm.parameters.iter_mut().for_each(to_der);
}

fn to_der(encoded: &mut Vec<u8>) {
    *encoded = der::to_der(encoded).unwrap();
}

pub(in crate::cms) fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    der::encode(tag, content)
}
