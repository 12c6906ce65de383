//! Who may be an authority, and what for.

use smime::Code;
use smime::asn1::{Tag, oid};

use super::{Mutation, an_authority, an_issuer, anywhere, refused};
use crate::draft::{Draft, Expected, Feature};
use crate::generate::usage::{CLIENT_AUTH, SERVER_AUTH};
use crate::model::element;
use crate::model::extensions as value;
use crate::random::Random;

pub(super) const ALL: &[Mutation] = &[
    Mutation { name: "authority without basicConstraints", rule: "RFC 5280 6.1.4 (k)", apply: no_constraints },
    Mutation { name: "authority that is said to be none", rule: "RFC 5280 6.1.4 (k)", apply: not_ca },
    Mutation { name: "anchor that is said to be no authority", rule: "RFC 5280 4.2.1.9", apply: anchor_not_ca },
    Mutation { name: "path longer than allowed", rule: "RFC 5280 6.1.4 (l)", apply: path_length },
    Mutation {
        name: "authority without keyCertSign",
        rule: "RFC 5280 6.1.4 (n)",
        apply: |d, r| {
            let place = an_authority(d, r);
            no_cert_sign(d, place)
        },
    },
    Mutation { name: "anchor without keyCertSign", rule: "RFC 5280 4.2.1.3", apply: |d, _| no_cert_sign(d, 0) },
    Mutation { name: "authority with an empty keyUsage", rule: "RFC 5280 4.2.1.3", apply: no_bits },
    Mutation { name: "leaf that may not sign", rule: "RFC 8550 4.4.2", apply: |d, _| leaf_usage(d, 0x20) },
    Mutation { name: "leaf that is for keyCertSign alone", rule: "RFC 8550 4.4.2", apply: |d, _| leaf_usage(d, 0x04) },
    Mutation { name: "leaf for servers", rule: "RFC 8550 4.4.4", apply: leaf_for_servers },
    Mutation {
        name: "authority for servers",
        rule: "RFC 5280 4.2.1.12",
        apply: |d, r| {
            let place = an_authority(d, r);
            for_servers(d, place)
        },
    },
    Mutation { name: "anchor for servers", rule: "RFC 5280 4.2.1.12", apply: |d, _| for_servers(d, 0) },
    Mutation {
        name: "critical extension that nobody knows in the leaf",
        rule: "RFC 5280 6.1.5 (f)",
        apply: |d, _| {
            let place = d.leaf_place();
            critical(d, place)
        },
    },
    Mutation {
        name: "critical extension that nobody knows in an authority",
        rule: "RFC 5280 6.1.4 (o)",
        apply: |d, r| {
            let place = an_authority(d, r);
            critical(d, place)
        },
    },
    Mutation { name: "critical extension that nobody knows in the anchor", rule: "RFC 5280 4.2", apply: |d, _| critical(d, 0) },
    Mutation { name: "critical subjectDirectoryAttributes", rule: "RFC 5280 4.2.1.8", apply: critical_attributes },
    Mutation { name: "leaf that is an authority", rule: "RFC 5280 4.2.1.9", apply: leaf_is_authority },
    Mutation { name: "pathLenConstraint without cA", rule: "RFC 5280 4.2.1.9", apply: length_without_ca },
    Mutation { name: "subjectKeyIdentifier is critical", rule: "RFC 5280 4.2.1.2", apply: critical_identifier },
];

const LEAF_ALLOWED: &str = "nothing keeps an authority from signing mail";

fn no_constraints(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).remove(oid::CE_BASIC_CONSTRAINTS);
    refused(Code::PathNotCa)
}

fn not_ca(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(false, None));
    refused(Code::PathNotCa)
}

fn anchor_not_ca(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    draft.change(0).set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(false, None));
    refused(Code::PathNotCa)
}

fn path_length(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_issuer(draft, random);
    let below = draft.authorities_below(place);
    let allowed = below.checked_sub(1 + random.below(below as usize) as u64)?;
    draft.change(place).set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, Some(allowed)));
    refused(Code::PathLength)
}

fn no_cert_sign(draft: &mut Draft, place: usize) -> Option<Expected> {
    draft.change(place).set(oid::CE_KEY_USAGE, true, value::key_usage(0x82));
    refused(Code::PathKeyUsage)
}

fn no_bits(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    draft.change(place).set(oid::CE_KEY_USAGE, true, element(Tag::BIT_STRING, &[0]));
    refused(Code::PathKeyUsage)
}

fn leaf_usage(draft: &mut Draft, bits: u8) -> Option<Expected> {
    draft.leaf().set(oid::CE_KEY_USAGE, true, value::key_usage(bits));
    refused(Code::PathKeyUsage)
}

fn leaf_for_servers(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    draft.leaf().set(oid::CE_EXT_KEY_USAGE, random.chance(20), value::identifiers(&[SERVER_AUTH, CLIENT_AUTH]));
    draft.features.remove(&Feature::LeafAnyUsage);
    refused(Code::PathExtendedKeyUsage)
}

fn for_servers(draft: &mut Draft, place: usize) -> Option<Expected> {
    draft.change(place).set(oid::CE_EXT_KEY_USAGE, false, value::identifiers(&[SERVER_AUTH]));
    refused(Code::PathExtendedKeyUsage)
}

fn critical(draft: &mut Draft, place: usize) -> Option<Expected> {
    draft.change(place).extensions.push(super::wire::unknown(true));
    refused(Code::PathCriticalExtension)
}

fn critical_attributes(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let kind = const_oid::ObjectIdentifier::new_unwrap("2.5.29.9");
    let octets = [0x30, 0x12, 0x30, 0x10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 9, 4, 0x31, 4, 0x13, 2, b'D', b'E'];
    draft.change(place).set(kind, true, octets.to_vec());
    refused(Code::PathCriticalExtension)
}

fn leaf_is_authority(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let length = random.chance(50).then_some(0);
    let leaf = draft.leaf();
    leaf.set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, length));
    leaf.set(oid::CE_KEY_USAGE, true, value::key_usage(0x86));
    Some(Expected::Tolerated(LEAF_ALLOWED))
}

fn length_without_ca(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    draft.leaf().set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(false, Some(0)));
    Some(Expected::Tolerated("without cA it says nothing"))
}

fn critical_identifier(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let identifier = value::subject_key_identifier(&crate::generate::key_identifier(draft.path[place].key));
    draft.change(place).set(oid::CE_SUBJECT_KEY_IDENTIFIER, true, identifier);
    Some(Expected::Tolerated("it is known, so nothing is missed"))
}
