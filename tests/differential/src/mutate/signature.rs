//! Signatures that do not hold, or are made in a way that does not do.

use const_oid::ObjectIdentifier as Oid;
use smime::Code;
use smime::asn1::{Tag, oid};

use super::{Mutation, below_anchor, refused};
use crate::draft::{Draft, Expected};
use crate::generate::foreign_key;
use crate::keys::{Digest, Kind, algorithm, pool};
use crate::model::{Edit, element};
use crate::random::Random;

const RULE: &str = "RFC 5280 6.1.3 (a)(1)";
const EQUAL: &str = "RFC 5280 4.1.1.2";

pub(super) const ALL: &[Mutation] = &[
    Mutation { name: "bit of the signature flipped", rule: RULE, apply: |d, r| edited(d, r, flip_last, None) },
    Mutation { name: "first bit of the signature flipped", rule: RULE, apply: |d, r| edited(d, r, flip_first, None) },
    Mutation { name: "signature without octets", rule: RULE, apply: |d, r| edited(d, r, |_| vec![0], None) },
    Mutation { name: "signature of zeros", rule: RULE, apply: |d, r| edited(d, r, |octets| vec![0; octets.len()], None) },
    Mutation { name: "octet behind the signature", rule: RULE, apply: |d, r| edited(d, r, |octets| [octets, vec![0]].concat(), None) },
    Mutation { name: "signature cut short", rule: RULE, apply: |d, r| edited(d, r, cut, None) },
    Mutation { name: "signature that does not fill octets", rule: RULE, apply: |d, r| edited(d, r, loose, None) },
    Mutation { name: "signature with nine unused bits", rule: "X.690 8.6.2", apply: |d, r| edited(d, r, nine_unused, None) },
    Mutation { name: "ECDSA with r of zero", rule: "FIPS 186-5 6.4.2", apply: |d, r| edited(d, r, zero_r, Some(Kind::P256)) },
    Mutation { name: "ECDSA with a long length", rule: "X.690 10.1", apply: |d, r| edited(d, r, long_ecdsa, Some(Kind::P256)) },
    Mutation { name: "ECDSA with a leading zero in r", rule: "X.690 8.3.2", apply: |d, r| edited(d, r, padded_r, Some(Kind::P256)) },
    Mutation { name: "signature of another key", rule: RULE, apply: another_key },
    Mutation { name: "signed before a change", rule: RULE, apply: changed_after },
    Mutation { name: "algorithms differ inside and outside", rule: EQUAL, apply: differing },
    Mutation { name: "parameters differ inside and outside", rule: EQUAL, apply: differing_parameters },
    Mutation { name: "unknown signature algorithm", rule: "RFC 5280 6.1.3 (a)(1)", apply: unknown },
    Mutation { name: "algorithm of another kind of key", rule: RULE, apply: other_kind },
    Mutation { name: "ECDSA algorithm with NULL parameters", rule: "RFC 5758 3.2", apply: ecdsa_null },
    Mutation { name: "RSA algorithm without parameters", rule: "RFC 4055 5", apply: rsa_absent },
    Mutation { name: "RSA algorithm with other parameters", rule: "RFC 4055 5", apply: rsa_other },
    Mutation { name: "signed with SHA-1", rule: "RFC 8550 4.3", apply: sha1 },
    Mutation { name: "signature of the anchor damaged", rule: "RFC 5280 6.1", apply: anchor_damaged },
];

fn edited(draft: &mut Draft, random: &mut Random, edit: Edit, kind: Option<Kind>) -> Option<Expected> {
    let place = below_anchor(draft, random);
    let signer = pool()[draft.path[place].signer].kind;
    if kind.is_some_and(|kind| kind != signer) {
        return None;
    }
    draft.change(place).edit_signature = Some(edit);
    refused(Code::PathSignature)
}

fn flip_last(mut octets: Vec<u8>) -> Vec<u8> {
    if let Some(last) = octets.last_mut() {
        *last ^= 0x10;
    }
    octets
}

fn flip_first(mut octets: Vec<u8>) -> Vec<u8> {
    octets[1] ^= 0x80;
    octets
}

fn cut(mut octets: Vec<u8>) -> Vec<u8> {
    octets.pop();
    octets
}

fn loose(mut octets: Vec<u8>) -> Vec<u8> {
    octets[0] = 1;
    octets
}

fn nine_unused(mut octets: Vec<u8>) -> Vec<u8> {
    octets[0] = 9;
    octets
}

/// The content of Ecdsa-Sig-Value, which is shorter than 128 octets.
fn ecdsa(octets: &[u8]) -> (&[u8], &[u8]) {
    let r = usize::from(octets[4]) + 2;
    (&octets[3..3 + r], &octets[3 + r..])
}

fn zero_r(octets: Vec<u8>) -> Vec<u8> {
    let (_, s) = ecdsa(&octets);
    [vec![0], element(Tag::SEQUENCE, &[&[2, 1, 0], s].concat())].concat()
}

fn long_ecdsa(octets: Vec<u8>) -> Vec<u8> {
    [&[0, 0x30, 0x81, octets[2]], &octets[3..]].concat()
}

fn padded_r(octets: Vec<u8>) -> Vec<u8> {
    let (r, s) = ecdsa(&octets);
    let padded = element(Tag::INTEGER, &[&[0], &r[2..]].concat());
    // A zero that is already there needs another before it to be one too many.
    let padded = if r[2] & 0x80 == 0 && padded[3] & 0x80 != 0 { element(Tag::INTEGER, &[&[0, 0], &r[2..]].concat()) } else { padded };
    [vec![0], element(Tag::SEQUENCE, &[&padded, s].concat())].concat()
}

fn another_key(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    if pool()[draft.path[place].signer].kind != Kind::P256 {
        return None;
    }
    let key = foreign_key(draft);
    draft.change(place).signer = key;
    refused(Code::PathSignature)
}

fn changed_after(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    draft.change(place).edit_whole = Some(|mut octets| {
        // The last octet of the serial number, which stands behind two headers and the version.
        let header = |at: usize| 2 + if octets[at + 1] > 0x80 { usize::from(octets[at + 1] & 0x7f) } else { 0 };
        let tbs = header(0);
        let serial = tbs + header(tbs) + 5;
        let last = serial + 1 + usize::from(octets[serial + 1]);
        octets[last] ^= 1;
        octets
    });
    refused(Code::PathSignature)
}

fn differing(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = super::anywhere(draft, random);
    let certificate = draft.change(place);
    let other = match pool()[certificate.signer].kind {
        Kind::Rsa | Kind::WeakRsa => algorithm(oid::SHA512_WITH_RSA, true),
        _ => algorithm(oid::ECDSA_WITH_SHA512, false),
    };
    if random.chance(50) {
        certificate.inner_algorithm = Some(other);
    } else {
        certificate.outer_algorithm = Some(other);
    }
    refused(Code::CertAlgorithmMismatch)
}

fn differing_parameters(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = super::anywhere(draft, random);
    let certificate = draft.change(place);
    let other = match (pool()[certificate.signer].kind, certificate.digest) {
        (Kind::Rsa, Digest::Sha256) => algorithm(oid::SHA256_WITH_RSA, false),
        (Kind::P256, Digest::Sha256) => algorithm(oid::ECDSA_WITH_SHA256, true),
        _ => return None,
    };
    certificate.outer_algorithm = Some(other);
    refused(Code::CertAlgorithmMismatch)
}

fn both(draft: &mut Draft, random: &mut Random, kind: Kind, other: Vec<u8>) -> Option<()> {
    let place = below_anchor(draft, random);
    let certificate = &draft.path[place];
    if pool()[certificate.signer].kind != kind || certificate.digest != Digest::Sha256 {
        return None;
    }
    let certificate = draft.change(place);
    certificate.inner_algorithm = Some(other.clone());
    certificate.outer_algorithm = Some(other);
    Some(())
}

fn unknown(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    both(draft, random, Kind::P256, algorithm(Oid::new_unwrap("1.3.6.1.4.1.32473.2.3"), false))?;
    refused(Code::PathAlgorithmUnsupported)
}

fn other_kind(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    both(draft, random, Kind::P256, algorithm(oid::SHA256_WITH_RSA, true))?;
    refused(Code::PathSignature)
}

fn ecdsa_null(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    both(draft, random, Kind::P256, algorithm(oid::ECDSA_WITH_SHA256, true))?;
    Some(Expected::Tolerated("some software writes them, and they say nothing"))
}

fn rsa_absent(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    both(draft, random, Kind::Rsa, algorithm(oid::SHA256_WITH_RSA, false))?;
    Some(Expected::Tolerated("RFC 4055 section 5 has them accepted"))
}

fn rsa_other(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let other = element(Tag::SEQUENCE, &[element(Tag::OID, oid::SHA256_WITH_RSA.as_bytes()), vec![2, 1, 5]].concat());
    both(draft, random, Kind::Rsa, other)?;
    refused(Code::PathAlgorithmUnsupported)
}

fn sha1(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = below_anchor(draft, random);
    if pool()[draft.path[place].signer].kind == Kind::Ed25519 {
        return None;
    }
    draft.change(place).digest = Digest::Sha1;
    refused(Code::PathWeak)
}

fn anchor_damaged(draft: &mut Draft, _: &mut Random) -> Option<Expected> {
    draft.change(0).edit_signature = Some(flip_last);
    Some(Expected::Tolerated("an anchor is trusted for what it is, not for who signed it"))
}
