//! Valid paths: lawful in every way of which RFC 5280 and RFC 8550 know, by the generator's own knowledge.

pub mod names;
pub mod policies;
mod pool;
pub mod usage;

use std::collections::BTreeSet;

use smime::asn1::oid;

use crate::draft::{Draft, Feature, Inputs, Place};
use crate::keys::{Digest, Kind, of_kind, ordinary, pool as keys};
use crate::model::extensions as value;
use crate::model::name::{COUNTRY, Name, ORGANIZATION, UNIT};
use crate::model::{Date, Model};
use crate::random::Random;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The valid path of this number.
pub fn valid(random: &mut Random) -> Draft {
    let mut draft = skeleton(random);
    usage::fill(&mut draft, random);
    names::fill(&mut draft, random);
    policies::fill(&mut draft, random);
    identifiers(&mut draft, random);
    hints(&mut draft, random);
    rewrite(&mut draft, random);
    pool::fill(&mut draft, random);
    for certificate in &mut draft.path {
        random.shuffle(&mut certificate.extensions);
    }
    draft
}

/// Names, keys and dates.
fn skeleton(random: &mut Random) -> Draft {
    let at = 1_790_000_000 + random.between(-400 * DAY, 400 * DAY);
    let authorities = 1 + random.below(6);
    let company = Name::of(&[(COUNTRY, "DE"), (ORGANIZATION, &format!("Example Company {}", random.below(40)))]);
    let keys = choose_keys(authorities + 2, random);
    let mut path: Vec<Model> = Vec::new();
    let mut features = BTreeSet::new();
    for (place, key) in keys.iter().copied().enumerate() {
        let issuer = path.last().map(|above| above.subject.clone());
        let is_leaf = place == authorities + 1;
        let self_issued = place > 0 && !is_leaf && random.chance(5);
        let subject = match &issuer {
            Some(issuer) if self_issued => issuer.clone(),
            _ if is_leaf => person(&company, random),
            _ => company.with(UNIT, "Certification").with(oid::AT_COMMON_NAME, &format!("Authority {place}")),
        };
        if self_issued {
            features.insert(Feature::SelfIssued);
        }
        let signer = if place == 0 { key } else { keys[place - 1] };
        if subject.0.iter().any(|relative| relative.len() > 1) {
            features.insert(Feature::TwoAttributes);
        }
        path.push(certificate(issuer.unwrap_or_else(|| subject.clone()), subject, key, signer, at, random));
        if place > 0 && keys_kind(signer) == Kind::Ed25519 {
            features.insert(Feature::Ed25519);
        }
    }
    if random.chance(2) {
        let place = random.below(path.len());
        path[place].not_after = Date::Proper(at);
        features.insert(Feature::EndsNow);
    }
    if random.chance(2) {
        let place = random.below(path.len());
        path[place].not_before = Date::Proper(at);
    }
    let inputs = Inputs::default();
    Draft {
        path,
        others: Vec::new(),
        at,
        inputs,
        features,
        names: Vec::new(),
        other_anchor: None,
        missing: None,
        place: Place::Path,
        ambiguous: false,
    }
}

fn keys_kind(place: usize) -> Kind {
    keys()[place].kind
}

/// So many keys, all different, most of them P-256.
fn choose_keys(count: usize, random: &mut Random) -> Vec<usize> {
    let mut all = ordinary();
    random.shuffle(&mut all);
    let (mut common, mut rare): (Vec<usize>, Vec<usize>) = all.into_iter().partition(|place| keys_kind(*place) == Kind::P256);
    (0..count).filter_map(|_| if random.chance(12) { rare.pop().or_else(|| common.pop()) } else { common.pop() }).collect()
}

/// A certificate with these names, good at this time.
pub fn certificate(issuer: Name, subject: Name, key: usize, signer: usize, at: i64, random: &mut Random) -> Model {
    let mut serial: Vec<u8> = (0..1 + random.below(19)).map(|_| random.next() as u8).collect();
    serial[0] = serial[0] & 0x7f | 1;
    let end = match random.below(12) {
        0 => 253_402_300_799,
        1 => at + random.between(9_000 * DAY, 20_000 * DAY),
        _ => at + random.between(1, 5_000 * DAY),
    };
    let digest = if matches!(keys_kind(signer), Kind::P384 | Kind::Rsa) && random.chance(50) { Digest::Sha384 } else { Digest::Sha256 };
    Model {
        version: Some(2),
        serial,
        issuer,
        subject,
        not_before: Date::Proper(at - random.between(1, 3_000 * DAY)),
        not_after: Date::Proper(end),
        key,
        signer,
        digest,
        spki: None,
        inner_algorithm: None,
        outer_algorithm: None,
        unique_identifiers: Vec::new(),
        extensions: Vec::new(),
        edit_tbs: None,
        edit_signature: None,
        edit_whole: None,
    }
}

fn person(company: &Name, random: &mut Random) -> Name {
    const PEOPLE: [&str; 5] = ["Alice Example", "Bob Example", "Carol van Beispiel", "Dave O'Test", "Support Team (Mail)"];
    let name = company.with(UNIT, ["Sales", "Engineering", "Mail Operations"][random.below(3)]);
    let mut name = name.with(oid::AT_COMMON_NAME, PEOPLE[random.below(5)]);
    if random.chance(8) {
        // One relative name of two attributes.
        let last = name.0.pop().unwrap_or_default();
        if let Some(unit) = name.0.last_mut() {
            unit.extend(last);
        }
    }
    name
}

/// subjectKeyIdentifier and authorityKeyIdentifier.
fn identifiers(draft: &mut Draft, random: &mut Random) {
    for place in 0..draft.path.len() {
        if random.chance(88) {
            let identifier = key_identifier(draft.path[place].key);
            draft.path[place].set(oid::CE_SUBJECT_KEY_IDENTIFIER, false, value::subject_key_identifier(&identifier));
        }
        if place == 0 {
            continue;
        }
        let (above, rest) = draft.path.split_at_mut(place);
        let Some(issuer) = above.last() else { continue };
        let has_identifier = issuer.extension(oid::CE_SUBJECT_KEY_IDENTIFIER).is_some();
        let identifier = key_identifier(issuer.key);
        let by_serial = random.chance(8).then_some((&issuer.issuer, issuer.serial.as_slice()));
        let identifier = Some(identifier.as_slice()).filter(|_| has_identifier && random.chance(90));
        if by_serial.is_some() {
            draft.features.insert(Feature::IssuerAndSerial);
        }
        if identifier.is_some() || by_serial.is_some() {
            rest[0].set(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, value::authority_key_identifier(identifier, by_serial));
        }
    }
    if draft.path[0].extension(oid::CE_SUBJECT_KEY_IDENTIFIER).is_none() {
        draft.features.insert(Feature::BareAnchor);
    }
}

/// The first 160 bits of SHA-256 of a key (RFC 7093 section 2).
pub fn key_identifier(key: usize) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(keys()[key].bits())[..20].to_vec()
}

/// Extensions that do not bear on the path.
fn hints(draft: &mut Draft, random: &mut Random) {
    use const_oid::ObjectIdentifier as Oid;
    for certificate in &mut draft.path {
        if random.chance(30) {
            certificate.set(oid::CE_CRL_DISTRIBUTION_POINTS, false, value::distribution_points("http://crl.example.com/a.crl"));
        }
        if random.chance(30) {
            certificate.set(oid::PE_AUTHORITY_INFO_ACCESS, false, value::issuer_access("http://ca.example.com/a.cer"));
        }
        if random.chance(6) {
            let names = value::general_names(&[value::General::uri("http://ca.example.com/")]);
            certificate.set(oid::CE_ISSUER_ALT_NAME, false, names);
        }
        if random.chance(10) {
            certificate.set(Oid::new_unwrap("1.3.6.1.4.1.32473.1.7"), false, vec![5, 0]);
            draft.features.insert(Feature::UnknownExtension);
        }
    }
}

/// Writes the issuer's name in other octets than its subject's, here and there. What names it inside authorityKeyIdentifier stays.
fn rewrite(draft: &mut Draft, random: &mut Random) {
    for place in 1..draft.path.len() {
        if random.chance(12) {
            let rewritten = draft.path[place].issuer.rewritten(random);
            if rewritten != draft.path[place].issuer {
                draft.path[place].issuer = rewritten;
                draft.features.insert(Feature::RewrittenName);
            }
        }
    }
}

/// The place of a key that no certificate of the pool has, so that nothing that it signs holds.
pub fn foreign_key(draft: &Draft) -> usize {
    let used: BTreeSet<usize> = draft.path.iter().chain(&draft.others).map(|certificate| certificate.key).collect();
    (0..keys().len()).find(|place| !used.contains(place) && keys_kind(*place) == Kind::P256).unwrap_or_else(|| of_kind(Kind::P256))
}
