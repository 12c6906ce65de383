//! Octets that are not DER, or not a certificate.

use const_oid::ObjectIdentifier as Oid;
use smime::Code;
use smime::asn1::{Tag, oid};

use super::{Mutation, anywhere, refused};
use crate::draft::{Draft, Expected};
use crate::model::{Critical, Edit, Extension, element};
use crate::random::Random;

/// An extension that nobody knows.
pub(super) const UNKNOWN: Oid = Oid::new_unwrap("1.3.6.1.4.1.32473.1.99");

pub(super) const ALL: &[Mutation] = &[
    Mutation {
        name: "octets behind the certificate",
        rule: "RFC 5280 4.1",
        apply: |d, r| whole(d, r, |o| [o, vec![0]].concat(), Code::BerTrailing),
    },
    Mutation { name: "certificate cut short", rule: "RFC 5280 4.1", apply: |d, r| whole(d, r, cut, Code::CertMalformed) },
    Mutation { name: "indefinite length", rule: "X.690 10.1", apply: |d, r| whole(d, r, indefinite, Code::CertMalformed) },
    Mutation { name: "certificate with a long length", rule: "X.690 10.1", apply: |d, r| whole(d, r, lengthen, Code::CertMalformed) },
    Mutation { name: "element behind the signature", rule: "RFC 5280 4.1", apply: |d, r| whole(d, r, append_null, Code::BerTrailing) },
    Mutation { name: "TBSCertificate with a long length", rule: "X.690 10.1", apply: |d, r| tbs(d, r, lengthen, Code::CertMalformed) },
    Mutation { name: "element behind the extensions", rule: "RFC 5280 4.1", apply: |d, r| tbs(d, r, append_null, Code::BerTrailing) },
    Mutation { name: "critical is BER TRUE", rule: "X.690 11.1", apply: ber_true },
    Mutation { name: "critical is FALSE in so many words", rule: "X.690 11.5", apply: explicit_false },
    Mutation { name: "extension twice", rule: "RFC 5280 4.2", apply: twice },
    Mutation { name: "no extension in the list", rule: "RFC 5280 4.1", apply: empty_list },
    Mutation { name: "issuerUniqueID", rule: "RFC 5280 4.1.2.8", apply: unique_identifier },
    Mutation { name: "basicConstraints with BER TRUE", rule: "X.690 11.1", apply: |d, r| authority_value(d, r, &[0x30, 3, 1, 1, 1]) },
    Mutation {
        name: "basicConstraints with a long length",
        rule: "X.690 10.1",
        apply: |d, r| authority_value(d, r, &[0x30, 0x81, 3, 1, 1, 0xff]),
    },
    Mutation {
        name: "octets behind basicConstraints",
        rule: "RFC 5280 4.2",
        apply: |d, r| authority_value(d, r, &[0x30, 3, 1, 1, 0xff, 0]),
    },
    Mutation { name: "basicConstraints is a SET", rule: "RFC 5280 4.2.1.9", apply: |d, r| authority_value(d, r, &[0x31, 3, 1, 1, 0xff]) },
    Mutation { name: "basicConstraints is empty", rule: "RFC 5280 4.2", apply: |d, r| authority_value(d, r, &[]) },
    Mutation {
        name: "pathLenConstraint is negative",
        rule: "RFC 5280 4.2.1.9",
        apply: |d, r| authority_value(d, r, &[0x30, 6, 1, 1, 0xff, 2, 1, 0xff]),
    },
    Mutation {
        name: "pathLenConstraint with a leading zero",
        rule: "X.690 8.3.2",
        apply: |d, r| authority_value(d, r, &[0x30, 7, 1, 1, 0xff, 2, 2, 0, 9]),
    },
    Mutation {
        name: "keyUsage says nine unused bits",
        rule: "X.690 8.6.2",
        apply: |d, r| value(d, r, oid::CE_KEY_USAGE, &[3, 2, 9, 0x84]),
    },
    Mutation {
        name: "keyUsage is an OCTET STRING",
        rule: "RFC 5280 4.2.1.3",
        apply: |d, r| value(d, r, oid::CE_KEY_USAGE, &[4, 2, 1, 0x84]),
    },
    Mutation { name: "keyUsage with zeros at its end", rule: "X.690 11.2.2", apply: trailing_zeros },
    Mutation {
        name: "keyUsage with unused bits set",
        rule: "X.690 11.2.1",
        apply: |d, r| value(d, r, oid::CE_KEY_USAGE, &[3, 2, 1, 0x87]),
    },
    Mutation {
        name: "keyCertSign in an unused bit of keyUsage",
        rule: "X.690 11.2.1",
        apply: |d, r| authority_usage(d, r, &[3, 2, 3, 0x84]),
    },
    Mutation { name: "extKeyUsage is empty", rule: "RFC 5280 4.2.1.12", apply: |d, r| value(d, r, oid::CE_EXT_KEY_USAGE, &[0x30, 0]) },
    Mutation {
        name: "extKeyUsage of integers",
        rule: "RFC 5280 4.2.1.12",
        apply: |d, r| value(d, r, oid::CE_EXT_KEY_USAGE, &[0x30, 3, 2, 1, 4]),
    },
    Mutation { name: "name with an empty relative name", rule: "RFC 5280 4.1.2.4", apply: empty_relative },
    Mutation { name: "name in UTF-8 that is none", rule: "RFC 3629", apply: bad_utf8 },
];

fn whole(draft: &mut Draft, random: &mut Random, edit: Edit, code: Code) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.change(place).edit_whole = Some(edit);
    refused(code)
}

fn tbs(draft: &mut Draft, random: &mut Random, edit: Edit, code: Code) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.change(place).edit_tbs = Some(edit);
    refused(code)
}

fn cut(mut octets: Vec<u8>) -> Vec<u8> {
    octets.pop();
    octets
}

/// The content of a SEQUENCE of more than 127 octets.
fn content(octets: &[u8]) -> &[u8] {
    &octets[2 + usize::from(octets[1] & 0x7f)..]
}

fn indefinite(octets: Vec<u8>) -> Vec<u8> {
    [&[0x30, 0x80], content(&octets), &[0, 0]].concat()
}

fn lengthen(octets: Vec<u8>) -> Vec<u8> {
    let content = content(&octets);
    [&[0x30, 0x84], &(content.len() as u32).to_be_bytes()[..], content].concat()
}

fn append_null(octets: Vec<u8>) -> Vec<u8> {
    element(Tag::SEQUENCE, &[content(&octets), &[5, 0]].concat())
}

fn ber_true(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let extension = draft.change(place).extensions.iter_mut().find(|extension| extension.critical == Critical::Yes)?;
    extension.critical = Critical::Octet(1);
    refused(Code::CertMalformed)
}

fn explicit_false(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let extension = draft.change(place).extensions.iter_mut().find(|extension| extension.critical == Critical::No)?;
    extension.critical = Critical::Octet(0);
    Some(Expected::Tolerated("a default that is written out"))
}

fn twice(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let certificate = draft.change(place);
    let again = random.pick(&certificate.extensions).clone();
    certificate.extensions.push(again);
    refused(Code::CertDuplicateExtension)
}

/// The field of extensions without any in it. What the certificate needs none of may then have none.
fn empty_list(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let _ = random;
    let leaf = draft.leaf_place();
    if !draft.inputs.accepted.is_empty() || draft.inputs.explicit || draft.path[leaf].subject.is_empty() {
        return None;
    }
    let demanded = draft.path.iter().any(|certificate| certificate.extension(oid::CE_POLICY_CONSTRAINTS).is_some());
    if demanded {
        return None;
    }
    let leaf = draft.leaf();
    leaf.extensions.clear();
    leaf.edit_tbs = Some(|octets| element(Tag::SEQUENCE, &[content(&octets), &[0xa3, 2, 0x30, 0]].concat()));
    Some(Expected::Tolerated("a list of none says what no list says"))
}

fn unique_identifier(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.change(place).unique_identifiers = vec![0x81, 2, 0, 0x55];
    Some(Expected::Tolerated("section 4.1.2.8 has applications able to read them"))
}

/// The value of an extension of any certificate that has it, with what comes of one that cannot be read.
fn value(draft: &mut Draft, random: &mut Random, kind: Oid, octets: &[u8]) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.path[place].extension(kind)?;
    draft.change(place).set(kind, kind == oid::CE_KEY_USAGE, octets.to_vec());
    refused(Code::CertMalformed)
}

fn authority_value(draft: &mut Draft, random: &mut Random, octets: &[u8]) -> Option<Expected> {
    let place = super::an_issuer(draft, random);
    draft.change(place).set(oid::CE_BASIC_CONSTRAINTS, true, octets.to_vec());
    refused(Code::CertMalformed)
}

fn authority_usage(draft: &mut Draft, random: &mut Random, octets: &[u8]) -> Option<Expected> {
    let place = super::an_issuer(draft, random);
    draft.change(place).set(oid::CE_KEY_USAGE, true, octets.to_vec());
    refused(Code::CertMalformed)
}

fn trailing_zeros(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let certificate = draft.change(place);
    let bits = *certificate.extension(oid::CE_KEY_USAGE)?.value.last()?;
    certificate.set(oid::CE_KEY_USAGE, true, vec![3, 2, 0, bits]);
    Some(Expected::Tolerated("the bits are the same; software of some authorities writes whole octets"))
}

fn empty_relative(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let _ = random;
    let leaf = draft.leaf();
    leaf.subject.0.push(Vec::new());
    refused(Code::CertMalformed)
}

fn bad_utf8(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let _ = random;
    let leaf = draft.leaf();
    let attribute = leaf.subject.0.iter_mut().flatten().filter(|attribute| attribute.tag == Tag::UTF8_STRING).last()?;
    attribute.value.push(0xff);
    Some(Expected::Tolerated("what is no text is compared octet by octet"))
}

/// An extension that nobody knows.
pub(super) fn unknown(critical: bool) -> Extension {
    Extension { kind: UNKNOWN, critical: if critical { Critical::Yes } else { Critical::No }, value: vec![5, 0] }
}
