//! basicConstraints, keyUsage and extKeyUsage.

use const_oid::ObjectIdentifier as Oid;
use smime::asn1::oid;

use crate::draft::{Draft, Feature};
use crate::model::extensions as value;
use crate::random::Random;

/// id-kp-clientAuth.
pub const CLIENT_AUTH: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.2");
/// id-kp-serverAuth.
pub const SERVER_AUTH: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.3.1");

/// Gives each certificate what its place asks for.
pub(super) fn fill(draft: &mut Draft, random: &mut Random) {
    for place in 0..draft.leaf_place() {
        authority(draft, place, random);
    }
    leaf(draft, random);
}

fn authority(draft: &mut Draft, place: usize, random: &mut Random) {
    let needed = draft.authorities_below(place);
    let length = match random.below(10) {
        0..=2 => {
            draft.features.insert(Feature::ExactPathLength);
            Some(needed)
        }
        3 => Some(needed + random.below(9) as u64),
        _ => None,
    };
    let certificate = &mut draft.path[place];
    certificate.set(oid::CE_BASIC_CONSTRAINTS, true, value::basic_constraints(true, length));
    if random.chance(98) {
        let bits = [0x06, 0x04, 0x86, 0xc6][random.below(4)];
        certificate.set(oid::CE_KEY_USAGE, random.chance(90), value::key_usage(bits));
    } else {
        draft.features.insert(if place == 0 { Feature::BareAnchor } else { Feature::NoKeyUsage });
    }
    let purposes: &[Oid] = match random.below(60) {
        0..=8 => &[oid::KP_EMAIL_PROTECTION],
        9..=14 => &[CLIENT_AUTH, oid::KP_EMAIL_PROTECTION],
        15 if place > 0 => {
            draft.features.insert(Feature::AuthorityAnyUsage);
            &[oid::ANY_EXTENDED_KEY_USAGE]
        }
        _ => return,
    };
    let critical = random.chance(10);
    if critical && place == 0 {
        draft.features.insert(Feature::AnchorCriticalUsage);
    }
    draft.path[place].set(oid::CE_EXT_KEY_USAGE, critical, value::identifiers(purposes));
}

fn leaf(draft: &mut Draft, random: &mut Random) {
    let leaf = draft.leaf_place();
    let certificate = &mut draft.path[leaf];
    if random.chance(92) {
        let bits = [0x80, 0x40, 0xc0, 0xa0, 0xe0][random.below(5)];
        certificate.set(oid::CE_KEY_USAGE, random.chance(80), value::key_usage(bits));
    }
    if random.chance(25) {
        certificate.set(oid::CE_BASIC_CONSTRAINTS, random.chance(70), value::basic_constraints(false, None));
    }
    let purposes: &[Oid] = match random.below(40) {
        0..=20 => &[oid::KP_EMAIL_PROTECTION],
        21..=32 => &[CLIENT_AUTH, oid::KP_EMAIL_PROTECTION],
        33 => {
            draft.features.insert(Feature::LeafAnyUsage);
            &[oid::ANY_EXTENDED_KEY_USAGE]
        }
        34 | 35 => &[oid::ANY_EXTENDED_KEY_USAGE, oid::KP_EMAIL_PROTECTION],
        _ => return,
    };
    certificate.set(oid::CE_EXT_KEY_USAGE, random.chance(15), value::identifiers(purposes));
}
