//! The CA/Browser Forum's Baseline Requirements for S/MIME, version 1.0.12: held against certificates that name one of their reserved policies.

mod alternative_names;
mod authorities;
mod countries;
mod extensions;
mod key_usage;
mod keys;
mod organizations;
mod policies;
pub(super) mod profile;
mod references;
mod subject;

use super::facts::{Facts, Role};
use super::{Day, Lint};
use profile::{Generation, Validation};

/// The day on which version 1.0 came into force.
const BR: Day = (2023, 9, 1);
/// The day from which no certificates of the legacy generation are issued (ballot SMC08).
const NO_LEGACY: Day = (2025, 7, 15);
/// The day from which keys of ML-DSA and ML-KEM are allowed (version 1.0.11, ballot SMC013).
const POST_QUANTUM: Day = (2025, 8, 22);

pub(super) const TABLES: &[&[Lint]] = &[
    policies::LINTS,
    keys::LINTS,
    key_usage::LINTS,
    extensions::LINTS,
    references::LINTS,
    alternative_names::LINTS,
    subject::LINTS,
    organizations::LINTS,
    authorities::LINTS,
];

/// Whether the certificate says that it follows the BR.
fn follows(facts: &Facts<'_>) -> bool {
    !facts.profiles.is_empty() && facts.role != Role::SelfSigned
}

/// A subscriber's certificate that says that it follows the BR.
fn subscriber(facts: &Facts<'_>) -> bool {
    !facts.profiles.is_empty() && facts.role == Role::Subscriber
}

/// An authority's certificate that says so.
fn authority(facts: &Facts<'_>) -> bool {
    !facts.profiles.is_empty() && facts.is_authority()
}

fn of_generation(facts: &Facts<'_>, generations: &[Generation]) -> bool {
    subscriber(facts) && facts.profiles.iter().any(|profile| generations.contains(&profile.generation))
}

fn strict(facts: &Facts<'_>) -> bool {
    of_generation(facts, &[Generation::Strict])
}

fn legacy(facts: &Facts<'_>) -> bool {
    of_generation(facts, &[Generation::Legacy])
}

fn strict_or_multipurpose(facts: &Facts<'_>) -> bool {
    of_generation(facts, &[Generation::Strict, Generation::Multipurpose])
}

fn legacy_or_multipurpose(facts: &Facts<'_>) -> bool {
    of_generation(facts, &[Generation::Legacy, Generation::Multipurpose])
}

fn validated(facts: &Facts<'_>, validations: &[Validation]) -> bool {
    subscriber(facts) && facts.profiles.iter().any(|profile| validations.contains(&profile.validation))
}
