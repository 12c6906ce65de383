//! What lies beside the path and leads nowhere.

use smime::asn1::oid;

use super::{DAY, certificate, foreign_key};
use crate::draft::{Draft, Feature};
use crate::model::Date;
use crate::model::extensions as value;
use crate::model::name::{COUNTRY, Name, ORGANIZATION};
use crate::random::Random;

/// Puts some certificates beside the path.
pub(super) fn fill(draft: &mut Draft, random: &mut Random) {
    for _ in 0..random.below(3) {
        unrelated(draft, random);
    }
    match random.below(12) {
        0 => name_twin(draft, random),
        1 => expired_twin(draft, random),
        2 => cross_certificate(draft, random),
        _ => {}
    }
}

fn unrelated(draft: &mut Draft, random: &mut Random) {
    let name = |number: usize| Name::of(&[(COUNTRY, "SE"), (ORGANIZATION, &format!("Stranger {number}"))]);
    let (key, number) = (random.below(20), random.below(9));
    let mut other = certificate(name(number), name(number + 1), key, key + 1, draft.at, random);
    other.set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, None));
    draft.others.push(other);
}

/// Another key under the name of an authority of the path.
fn name_twin(draft: &mut Draft, random: &mut Random) {
    let place = 1 + random.below(draft.authorities().len());
    let key = foreign_key(draft);
    let mut twin = draft.path[place].clone();
    twin.key = key;
    twin.serial.push(7);
    twin.set(oid::CE_SUBJECT_KEY_IDENTIFIER, false, value::subject_key_identifier(&super::key_identifier(key)));
    draft.others.push(twin);
    draft.features.insert(Feature::NameTwin);
}

/// The certificate that an authority of the path had before.
fn expired_twin(draft: &mut Draft, random: &mut Random) {
    let place = 1 + random.below(draft.authorities().len());
    let mut twin = draft.path[place].clone();
    twin.serial.push(8);
    twin.not_before = Date::Proper(draft.at - 4_000 * DAY);
    twin.not_after = Date::Proper(draft.at - DAY);
    draft.others.push(twin);
    draft.features.insert(Feature::ExpiredTwin);
}

/// An authority of the path, certified by a root that is not trusted.
fn cross_certificate(draft: &mut Draft, random: &mut Random) {
    let place = 1 + random.below(draft.authorities().len());
    let (issuer, key) = (Name::of(&[(COUNTRY, "SE"), (ORGANIZATION, "Bridge")]), foreign_key(draft));
    let mut cross = draft.path[place].clone();
    cross.issuer = issuer.clone();
    cross.signer = key;
    cross.digest = crate::keys::Digest::Sha256;
    cross.remove(oid::CE_AUTHORITY_KEY_IDENTIFIER);
    let mut root = certificate(issuer.clone(), issuer, key, key, draft.at, random);
    root.set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, None));
    draft.others.extend([cross, root]);
    draft.features.insert(Feature::CrossCertificate);
}
