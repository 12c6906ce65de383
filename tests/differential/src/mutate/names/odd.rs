//! Names and constraints that are odd: malformed, or in a form that says little.

use smime::Code;
use smime::asn1::oid;

use super::{MAIL_HOST, RULE, constrain, free_issuer, set_names};
use crate::draft::{Draft, Expected, Feature};
use crate::model::extensions::{self as value, General};
use crate::model::name::Name;
use crate::mutate::{Mutation, an_authority, refused};
use crate::random::Random;

const FORM: &str = "RFC 5280 4.2.1.6";
const SUBTREE: &str = "RFC 5280 4.2.1.10";

pub(in crate::mutate) const ALL: &[Mutation] = &[
    Mutation {
        name: "rfc822Name with NUL under constraints",
        rule: FORM,
        apply: |d, r| odd_address(d, r, b"a@mail.example.org\0.evil.example"),
    },
    Mutation {
        name: "rfc822Name with a second @ under constraints",
        rule: FORM,
        apply: |d, r| odd_address(d, r, b"a@evil.example@mail.example.org"),
    },
    Mutation { name: "rfc822Name in quotes with an @ under constraints", rule: FORM, apply: |d, r| quoted_address(d, r) },
    Mutation {
        name: "rfc822Name with a trailing dot under constraints",
        rule: FORM,
        apply: |d, r| odd_address(d, r, b"a@mail.example.org."),
    },
    Mutation { name: "rfc822Name without an @ under constraints", rule: FORM, apply: |d, r| odd_address(d, r, b"mail.example.org") },
    Mutation { name: "rfc822Name without octets under constraints", rule: FORM, apply: |d, r| odd_address(d, r, b"") },
    Mutation {
        name: "rfc822Name that is not ASCII under constraints",
        rule: "RFC 9598 3",
        apply: |d, r| odd_address(d, r, "j\u{f6}@mail.example.org".as_bytes()),
    },
    Mutation {
        name: "rfc822Name with a name before the address under constraints",
        rule: FORM,
        apply: |d, r| odd_address(d, r, b"A <a@mail.example.org>"),
    },
    Mutation {
        name: "dNSName that is none under constraints",
        rule: FORM,
        apply: |d, r| odd_name(d, r, General::dns("www..corp.example"), General::dns("corp.example")),
    },
    Mutation {
        name: "dNSName with a trailing dot under constraints",
        rule: FORM,
        apply: |d, r| odd_name(d, r, General::dns("www.corp.example."), General::dns("corp.example")),
    },
    Mutation {
        name: "iPAddress of five octets under constraints",
        rule: FORM,
        apply: |d, r| odd_name(d, r, General::Ip(vec![10, 0, 0, 1, 2]), General::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0])),
    },
    Mutation {
        name: "iPAddress subtree without a mask",
        rule: SUBTREE,
        apply: |d, r| odd_name(d, r, General::Ip(vec![10, 0, 0, 1]), General::Ip(vec![10, 0, 0, 1])),
    },
    Mutation {
        name: "subtree that is no mailbox",
        rule: SUBTREE,
        apply: |d, r| constrain(d, r, &[], &[General::mail("@mail.example.org")]),
    },
    Mutation { name: "subtree of all mailboxes excluded", rule: SUBTREE, apply: |d, r| constrain(d, r, &[], &[General::mail("")]) },
    Mutation { name: "subtree of all mailboxes permitted", rule: SUBTREE, apply: |d, r| constrain(d, r, &[General::mail("")], &[]) },
    Mutation { name: "subtree with a minimum", rule: SUBTREE, apply: |d, r| bounds(d, r, &[0x80, 1, 1]) },
    Mutation { name: "subtree with a maximum", rule: SUBTREE, apply: |d, r| bounds(d, r, &[0x81, 1, 5]) },
    Mutation { name: "subtree with the minimum 0 in so many words", rule: "X.690 11.5", apply: minimum_zero },
    Mutation { name: "nameConstraints that are an INTEGER", rule: SUBTREE, apply: |d, r| raw(d, r, &[2, 1, 0], Some(Code::CertMalformed)) },
    Mutation { name: "nameConstraints without subtrees", rule: SUBTREE, apply: |d, r| raw(d, r, &[0x30, 0], None) },
    Mutation { name: "nameConstraints with an empty list", rule: SUBTREE, apply: |d, r| raw(d, r, &[0x30, 2, 0xa0, 0], None) },
    Mutation {
        name: "nameConstraints with a subtree of an unknown form",
        rule: SUBTREE,
        apply: |d, r| raw(d, r, &[0x30, 6, 0xa0, 4, 0x30, 2, 0x8b, 0], Some(Code::CertMalformed)),
    },
    Mutation { name: "nameConstraints in the leaf", rule: SUBTREE, apply: in_leaf },
    Mutation { name: "subjectAltName that is an INTEGER", rule: FORM, apply: |d, r| alternative(d, r, vec![2, 1, 0], true) },
    Mutation {
        name: "subjectAltName with a name of an unknown form",
        rule: FORM,
        apply: |d, r| alternative(d, r, vec![0x30, 2, 0x8b, 0], true),
    },
    Mutation {
        name: "subjectAltName with an address cut short",
        rule: FORM,
        apply: |d, r| alternative(d, r, vec![0x30, 3, 0x81, 5, b'a'], true),
    },
    Mutation { name: "subjectAltName without names", rule: FORM, apply: |d, r| alternative(d, r, vec![0x30, 0], false) },
    Mutation { name: "no name at all", rule: "RFC 5280 4.1.2.6", apply: nameless },
    Mutation { name: "authority without a name", rule: "RFC 5280 4.1.2.6", apply: nameless_authority },
    Mutation { name: "names in a self-issued certificate outside of what is permitted", rule: RULE, apply: self_issued_exempt },
];

fn odd_address(draft: &mut Draft, random: &mut Random, address: &[u8]) -> Option<Expected> {
    odd_name(draft, random, General::Rfc822(address.to_vec()), General::mail(MAIL_HOST))
}

/// One local part in quotes, whose domain is evil.example.
fn quoted_address(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    odd_name(draft, random, General::mail("\"a@mail.example.org\"@evil.example"), General::mail(MAIL_HOST))
}

/// One more name in the leaf, and constraints that permit what names of its form there are otherwise.
fn odd_name(draft: &mut Draft, random: &mut Random, name: General, permitted: General) -> Option<Expected> {
    let free = draft.path.iter().all(|certificate| certificate.extension(oid::CE_NAME_CONSTRAINTS).is_none());
    let same_form = |other: &General| std::mem::discriminant(other) == std::mem::discriminant(&name);
    if !free {
        return None;
    }
    if !matches!(name, General::Rfc822(_)) {
        draft.names.retain(|other| !same_form(other));
    }
    draft.names.push(name);
    set_names(draft);
    constrain(draft, random, &[permitted], &[])
}

/// A subtree that would permit all mailboxes of the leaf, were it not for its bounds.
fn bounds(draft: &mut Draft, random: &mut Random, bounds: &[u8]) -> Option<Expected> {
    let place = free_issuer(draft, random)?;
    draft.change(place).set(oid::CE_NAME_CONSTRAINTS, true, value::name_constraints_bounded(&General::mail(MAIL_HOST), bounds));
    refused(Code::CertMalformed)
}

fn minimum_zero(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    bounds(draft, random, &[0x80, 1, 0])?;
    Some(Expected::Tolerated("a default that is written out"))
}

fn raw(draft: &mut Draft, random: &mut Random, octets: &[u8], code: Option<Code>) -> Option<Expected> {
    let place = free_issuer(draft, random)?;
    draft.change(place).set(oid::CE_NAME_CONSTRAINTS, true, octets.to_vec());
    match code {
        Some(code) => refused(code),
        None => Some(Expected::Tolerated("constraints that say nothing forbid nothing")),
    }
}

fn in_leaf(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    draft.leaf().set(oid::CE_NAME_CONSTRAINTS, true, value::name_constraints(&[General::mail("nowhere.example")], &[]));
    Some(Expected::Tolerated("they are about what a certificate issues"))
}

fn alternative(draft: &mut Draft, random: &mut Random, octets: Vec<u8>, malformed: bool) -> Option<Expected> {
    let leaf = draft.leaf();
    if leaf.subject.is_empty() && !malformed {
        return None;
    }
    leaf.set(oid::CE_SUBJECT_ALT_NAME, random.chance(50), octets);
    if malformed { refused(Code::CertMalformed) } else { Some(Expected::Tolerated("no name is none of a wrong kind")) }
}

fn nameless(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    let leaf = draft.leaf();
    leaf.subject = Name::default();
    leaf.remove(oid::CE_SUBJECT_ALT_NAME);
    Some(Expected::Tolerated("what has no name matches no sender"))
}

/// An authority with an empty name, which its certificates give as the issuer's.
fn nameless_authority(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    // The chain of names holds; the one below must not have been self-issued.
    // Nor must a name be written out in a hint, or the leaf be nameless too and so be taken for self-issued.
    let named = draft.features.contains(&Feature::IssuerAndSerial) || draft.features.contains(&Feature::EmptySubject);
    if named || draft.is_self_issued(place) || draft.is_self_issued(place + 1) {
        return None;
    }
    draft.change(place).subject = Name::default();
    draft.path[place + 1].issuer = Name::default();
    Some(Expected::Tolerated("the names chain"))
}

/// A self-issued authority with an address that the constraints above do not permit.
fn self_issued_exempt(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = draft.authorities().find(|place| draft.is_self_issued(*place))?;
    let above = random.below(place);
    if draft.path[above].extension(oid::CE_NAME_CONSTRAINTS).is_some() {
        return None;
    }
    draft.path[above].set(oid::CE_NAME_CONSTRAINTS, true, value::name_constraints(&[], &[General::mail("ca.example")]));
    draft.change(place).set(oid::CE_SUBJECT_ALT_NAME, false, value::general_names(&[General::mail("a@ca.example")]));
    Some(Expected::Tolerated("self-issued certificates are exempt, but for the last of a path"))
}
