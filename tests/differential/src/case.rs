//! A path, issued.

use crate::draft::{Draft, Expected};
use crate::generate;
use crate::mutate::{self, Mutation};
use crate::random::Random;

/// Tries to find a path that offers the occasion for a change.
const ATTEMPTS: u64 = 4_000;

/// A path and what must come of it.
pub struct Case {
    /// Its number in the run.
    pub number: u64,
    /// What it was made from.
    pub draft: Draft,
    /// What was changed.
    pub mutation: Option<&'static Mutation>,
    /// What must come of it.
    pub expected: Expected,
    /// The anchor in the store.
    pub anchor: Vec<u8>,
    /// The path below the anchor, its highest authority first, without the leaf.
    pub authorities: Vec<Vec<u8>>,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// What else lies in the pool.
    pub others: Vec<Vec<u8>>,
}

impl Case {
    /// The path of this number: each second one is changed, in each of the ways in turn.
    pub fn make(seed: u64, number: u64, mutations: &[&'static Mutation]) -> Self {
        if number.is_multiple_of(2) {
            let draft = generate::valid(&mut Random::new(seed, number));
            return Self::issue(number, draft, None, Expected::Valid);
        }
        let mutation = mutations[(number / 2) as usize % mutations.len()];
        for attempt in 0..ATTEMPTS {
            let mut random = Random::new(seed, number | attempt << 32);
            let mut draft = generate::valid(&mut random);
            if let Some(expected) = mutate::apply(mutation, &mut draft, &mut random) {
                return Self::issue(number, draft, Some(mutation), expected);
            }
        }
        panic!("no path offers an occasion for: {}", mutation.name)
    }

    fn issue(number: u64, draft: Draft, mutation: Option<&'static Mutation>, expected: Expected) -> Self {
        let leaf_place = draft.leaf_place();
        let anchor = draft.other_anchor.as_ref().unwrap_or(&draft.path[0]).issue();
        let authorities =
            draft.authorities().filter(|place| draft.missing != Some(*place)).map(|place| draft.path[place].issue()).collect();
        let leaf = draft.path[leaf_place].issue();
        let others = draft.others.iter().map(crate::model::Model::issue).collect();
        Self { number, draft, mutation, expected, anchor, authorities, leaf, others }
    }

    /// What was changed, in a word.
    pub fn occasion(&self) -> &'static str {
        self.mutation.map_or("valid", |mutation| mutation.name)
    }

    /// All that a message might bring along, in an order that says nothing.
    pub fn pool(&self) -> Vec<&[u8]> {
        let mut pool: Vec<&[u8]> = self.authorities.iter().chain(&self.others).map(Vec::as_slice).collect();
        Random::new(self.number, 1).shuffle(&mut pool);
        pool
    }

    /// The certificates of the path, the anchor first.
    pub fn path(&self) -> Vec<&[u8]> {
        let mut path: Vec<&[u8]> = vec![&self.anchor];
        path.extend(self.authorities.iter().map(Vec::as_slice));
        path.push(&self.leaf);
        path
    }

    /// Whether this is what must come of it.
    pub fn is_expected(&self, ours: &crate::judge::ours::Ours) -> bool {
        match &self.expected {
            Expected::Valid | Expected::Tolerated(_) => ours.codes.is_empty(),
            Expected::Refused(_) if self.draft.ambiguous => !ours.codes.is_empty(),
            Expected::Refused(codes) => ours.codes == *codes,
        }
    }
}
