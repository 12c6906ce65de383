//! One thing wrong with a path that was valid, and what must come of it.

mod chain;
mod dates;
mod names;
mod numbers;
mod policies;
mod signature;
mod usage;
mod wire;

use smime::Code;

use crate::draft::{Draft, Expected, Feature};
use crate::random::Random;

/// A kind of change.
pub struct Mutation {
    /// Its name.
    pub name: &'static str,
    /// The rule that it breaks, or the one that lets it pass.
    pub rule: &'static str,
    /// Makes the change; `None` where this path offers no occasion.
    pub apply: fn(&mut Draft, &mut Random) -> Option<Expected>,
}

/// Every kind.
pub fn all() -> Vec<&'static Mutation> {
    [wire::ALL, numbers::ALL, signature::ALL, dates::ALL, usage::ALL, names::VIOLATIONS, names::ODDITIES, policies::ALL, chain::ALL]
        .into_iter()
        .flatten()
        .collect()
}

/// Changes the path in this way.
pub fn apply(mutation: &Mutation, draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    const TWINS: [Feature; 3] = [Feature::NameTwin, Feature::ExpiredTwin, Feature::CrossCertificate];
    if draft.features.iter().any(|feature| TWINS.contains(feature)) {
        // An expired twin explains everything as well as what is changed.
        if random.chance(50) && !draft.features.contains(&Feature::ExpiredTwin) {
            draft.ambiguous = true;
        } else {
            draft.others.clear();
            draft.features.retain(|feature| !TWINS.contains(feature));
        }
    }
    let expected = (mutation.apply)(draft, random)?;
    // Where a name has two keys, the way may lead past what was changed, to a signature that the other key did not make.
    let past = [Code::PathAlgorithmUnsupported, Code::PathNoAnchor].map(|code| Expected::Refused(vec![code])).contains(&expected);
    draft.ambiguous |= past && draft.features.contains(&Feature::SelfIssued);
    Some(expected)
}

fn refused(code: Code) -> Option<Expected> {
    Some(Expected::Refused(vec![code]))
}

/// Any place, the anchor's among them.
fn anywhere(draft: &Draft, random: &mut Random) -> usize {
    random.below(draft.path.len())
}

/// Any place below the anchor.
fn below_anchor(draft: &Draft, random: &mut Random) -> usize {
    1 + random.below(draft.path.len() - 1)
}

/// The place of an authority below the anchor.
fn an_authority(draft: &Draft, random: &mut Random) -> usize {
    1 + random.below(draft.authorities().len())
}

/// The place of an authority, that of the anchor among them.
fn an_issuer(draft: &Draft, random: &mut Random) -> usize {
    random.below(draft.leaf_place())
}
