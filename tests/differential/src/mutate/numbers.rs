//! Versions, serial numbers and keys.

use const_oid::ObjectIdentifier as Oid;
use smime::Code;
use smime::asn1::{Tag, Writer, oid};

use super::{Mutation, an_authority, anywhere, refused};
use crate::draft::{Draft, Expected, Feature};
use crate::keys::{Kind, of_kind, pool};
use crate::random::Random;

const SERIAL: &str = "RFC 5280 4.1.2.2";
const KEY: &str = "RFC 5280 4.1.2.7";

pub(super) const ALL: &[Mutation] = &[
    Mutation { name: "version 1 with extensions", rule: "RFC 5280 4.1.2.1", apply: |d, r| version(d, r, None, None) },
    Mutation { name: "version 1 in so many words", rule: "X.690 11.5", apply: |d, r| version(d, r, Some(0), None) },
    Mutation { name: "version 2 with extensions", rule: "RFC 5280 4.1.2.1", apply: |d, r| version(d, r, Some(1), None) },
    Mutation { name: "version 4", rule: "RFC 5280 4.1.2.1", apply: |d, r| version(d, r, Some(3), Some(Code::CertMalformed)) },
    Mutation { name: "version 1 authority without extensions", rule: "RFC 5280 6.1.4 (k)", apply: bare_authority },
    Mutation { name: "serial number is zero", rule: SERIAL, apply: |d, r| serial(d, r, vec![0], None) },
    Mutation { name: "serial number is negative", rule: SERIAL, apply: |d, r| serial(d, r, vec![0x91, 0x22], None) },
    Mutation { name: "serial number of 21 octets", rule: SERIAL, apply: |d, r| serial(d, r, vec![0x11; 21], None) },
    Mutation { name: "serial number of 64 octets", rule: SERIAL, apply: |d, r| serial(d, r, vec![0x11; 64], None) },
    Mutation { name: "serial number with a leading zero", rule: "X.690 8.3.2", apply: |d, r| serial(d, r, vec![0, 0x11], None) },
    Mutation { name: "serial number without octets", rule: "X.690 8.3.1", apply: |d, r| serial(d, r, vec![], Some(Code::CertMalformed)) },
    Mutation { name: "RSA key of 1024 bits in the leaf", rule: "RFC 8550 4.3", apply: |d, _| weak(d) },
    Mutation { name: "RSA key with an even exponent", rule: "RFC 8017 3.1", apply: |d, _| rsa_exponent(d, 65_536) },
    Mutation { name: "RSA key with the exponent 1", rule: "RFC 8017 3.1", apply: |d, _| rsa_exponent(d, 1) },
    Mutation {
        name: "point that is not on the curve",
        rule: "RFC 5480 2.2",
        apply: |d, _| leaf_key(d, point(&off_curve()), Code::KeyInvalid),
    },
    Mutation { name: "point at infinity", rule: "RFC 5480 2.2", apply: |d, _| leaf_key(d, point(&[0]), Code::KeyInvalid) },
    Mutation { name: "point of no known form", rule: "RFC 5480 2.2", apply: |d, _| leaf_key(d, point(&[5; 65]), Code::KeyInvalid) },
    Mutation {
        name: "key on an unknown curve",
        rule: "RFC 5480 2.1.1",
        apply: |d, _| leaf_key(d, unknown_curve(), Code::PathAlgorithmUnsupported),
    },
    Mutation { name: "key of an unknown kind", rule: KEY, apply: |d, _| leaf_key(d, unknown_key(), Code::PathAlgorithmUnsupported) },
    Mutation { name: "key that does not fill octets", rule: KEY, apply: |d, _| leaf_key(d, loose_key(), Code::KeyMalformed) },
];

fn version(draft: &mut Draft, random: &mut Random, number: Option<u8>, code: Option<Code>) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.change(place).version = number;
    match code {
        Some(code) => refused(code),
        None => Some(Expected::Tolerated("what the extensions say counts, whatever the version")),
    }
}

fn bare_authority(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    if !draft.inputs.accepted.is_empty() || draft.features.contains(&Feature::Policies) {
        return None;
    }
    let certificate = draft.change(place);
    certificate.version = None;
    certificate.extensions.clear();
    refused(Code::PathNotCa)
}

fn serial(draft: &mut Draft, random: &mut Random, serial: Vec<u8>, code: Option<Code>) -> Option<Expected> {
    if draft.features.contains(&Feature::IssuerAndSerial) {
        return None;
    }
    let place = anywhere(draft, random);
    draft.change(place).serial = serial;
    match code {
        Some(code) => refused(code),
        None => Some(Expected::Tolerated("certificates in use have such serial numbers, and nothing rests on their form")),
    }
}

fn weak(draft: &mut Draft) -> Option<Expected> {
    draft.leaf().key = of_kind(Kind::WeakRsa);
    refused(Code::PathWeak)
}

fn leaf_key(draft: &mut Draft, spki: Vec<u8>, code: Code) -> Option<Expected> {
    draft.leaf().spki = Some(spki);
    refused(code)
}

fn key_info(algorithm: impl FnOnce(&mut Writer), unused: u8, key: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, algorithm);
        writer.element(Tag::BIT_STRING, &[&[unused], key].concat());
    });
    writer.into_vec()
}

fn on_p256(writer: &mut Writer) {
    writer.oid(oid::ID_EC_PUBLIC_KEY);
    writer.oid(oid::SECP256R1);
}

fn point(octets: &[u8]) -> Vec<u8> {
    key_info(on_p256, 0, octets)
}

fn off_curve() -> Vec<u8> {
    let mut octets = pool()[of_kind(Kind::P256)].bits().to_vec();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    octets
}

fn loose_key() -> Vec<u8> {
    let mut octets = pool()[of_kind(Kind::P256)].bits().to_vec();
    if let Some(last) = octets.last_mut() {
        *last &= 0xf8;
    }
    key_info(on_p256, 3, &octets)
}

fn unknown_curve() -> Vec<u8> {
    let algorithm = |writer: &mut Writer| {
        writer.oid(oid::ID_EC_PUBLIC_KEY);
        writer.oid(Oid::new_unwrap("1.3.6.1.4.1.32473.2.1"));
    };
    key_info(algorithm, 0, pool()[of_kind(Kind::P256)].bits())
}

fn unknown_key() -> Vec<u8> {
    key_info(|writer| writer.oid(Oid::new_unwrap("1.3.6.1.4.1.32473.2.2")), 0, &[7; 32])
}

fn rsa_exponent(draft: &mut Draft, exponent: u64) -> Option<Expected> {
    let key = &pool()[of_kind(Kind::Rsa)];
    // RSAPublicKey: the modulus, and another exponent.
    let modulus = smime::asn1::Reader::single_der(key.bits()).and_then(|key| key.children()?.element()).ok()?.raw.to_vec();
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.raw(&modulus);
        writer.unsigned(exponent);
    });
    let algorithm = |writer: &mut Writer| {
        writer.oid(oid::RSA_ENCRYPTION);
        writer.null();
    };
    leaf_key(draft, key_info(algorithm, 0, &writer.into_vec()), Code::KeyInvalid)
}
