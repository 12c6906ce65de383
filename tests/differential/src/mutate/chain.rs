//! Certificates that do not belong together.

use smime::Code;
use smime::asn1::{Tag, oid};

use super::{Mutation, an_authority, below_anchor, refused};
use crate::draft::{Draft, Expected, Feature, Place};
use crate::generate::{certificate, foreign_key, key_identifier};
use crate::model::extensions as value;
use crate::model::name::{COUNTRY, Name, ORGANIZATION};
use crate::random::Random;

const RULE: &str = "RFC 5280 6.1.3 (a)(4)";
const HINT: &str = "RFC 5280 4.2.1.1";

pub(super) const ALL: &[Mutation] = &[
    Mutation { name: "issuer of another name", rule: RULE, apply: other_issuer },
    Mutation { name: "issuer with an attribute more", rule: RULE, apply: longer_issuer },
    Mutation { name: "issuer with attributes in another order", rule: RULE, apply: reordered_issuer },
    Mutation { name: "authority left out", rule: "RFC 5280 6.1", apply: left_out },
    Mutation { name: "another anchor of the same name", rule: "RFC 5280 6.1.1 (d)", apply: other_anchor },
    Mutation { name: "anchor that has nothing to do with it", rule: "RFC 5280 6.1.1 (d)", apply: unrelated_anchor },
    Mutation { name: "authorityKeyIdentifier of another key", rule: HINT, apply: wrong_hint },
    Mutation { name: "authorityKeyIdentifier with another serial number", rule: HINT, apply: wrong_serial },
    Mutation { name: "authorityKeyIdentifier that cannot be read", rule: HINT, apply: unreadable_hint },
    Mutation { name: "subjectKeyIdentifier of another key", rule: "RFC 5280 4.2.1.2", apply: wrong_identifier },
    Mutation { name: "subjectKeyIdentifier that cannot be read", rule: "RFC 5280 4.2.1.2", apply: unreadable_identifier },
];

fn other_issuer(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    draft.change(place).issuer = Name::of(&[(COUNTRY, "NO"), (ORGANIZATION, "Nobody")]);
    refused(Code::PathNoAnchor)
}

fn longer_issuer(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    let certificate = draft.change(place);
    certificate.issuer = certificate.issuer.with(oid::AT_COMMON_NAME, "More");
    refused(Code::PathNoAnchor)
}

fn reordered_issuer(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    draft.change(place).issuer.0.reverse();
    refused(Code::PathNoAnchor)
}

fn left_out(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = an_authority(draft, random);
    // Where a certificate of the same name remains, it is tried and found not to have signed.
    if draft.is_self_issued(place) || draft.is_self_issued(place + 1) {
        return None;
    }
    draft.missing = Some(place);
    draft.place = Place::Path;
    refused(Code::PathNoAnchor)
}

fn other_anchor(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    let key = foreign_key(draft);
    if (1..draft.path.len()).any(|place| draft.is_self_issued(place)) {
        return None;
    }
    let mut other = draft.path[0].clone();
    (other.key, other.signer, other.digest) = (key, key, crate::keys::Digest::Sha256);
    // Nothing says that it is another key.
    other.remove(oid::CE_SUBJECT_KEY_IDENTIFIER);
    draft.other_anchor = Some(other);
    draft.place = Place::Path;
    refused(Code::PathSignature)
}

fn unrelated_anchor(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let (name, key) = (Name::of(&[(COUNTRY, "NO"), (ORGANIZATION, "Nobody")]), foreign_key(draft));
    let mut other = certificate(name.clone(), name, key, key, draft.at, random);
    other.set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, None));
    draft.other_anchor = Some(other);
    draft.place = Place::Path;
    refused(Code::PathNoAnchor)
}

const HINTS: &str = "identifiers of keys are hints and prove nothing";

fn wrong_hint(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    let key = foreign_key(draft);
    draft.change(place).set(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, value::authority_key_identifier(Some(&key_identifier(key)), None));
    Some(Expected::Tolerated(HINTS))
}

fn wrong_serial(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    let issuer = draft.path[place - 1].issuer.clone();
    draft.change(place).set(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, value::authority_key_identifier(None, Some((&issuer, &[0x2a]))));
    Some(Expected::Tolerated(HINTS))
}

fn unreadable_hint(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    draft.change(place).set(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, vec![2, 1, 0]);
    Some(Expected::Tolerated(HINTS))
}

fn wrong_identifier(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = super::an_issuer(draft, random);
    let key = foreign_key(draft);
    draft.change(place).set(oid::CE_SUBJECT_KEY_IDENTIFIER, false, value::subject_key_identifier(&key_identifier(key)));
    Some(Expected::Tolerated(HINTS))
}

fn unreadable_identifier(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = super::an_issuer(draft, random);
    if draft.features.contains(&Feature::BareAnchor) {
        return None;
    }
    draft.change(place).set(oid::CE_SUBJECT_KEY_IDENTIFIER, false, crate::model::element(Tag::BIT_STRING, &[0, 1, 2]));
    Some(Expected::Tolerated(HINTS))
}
