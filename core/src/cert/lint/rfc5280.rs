//! RFC 5280, and the documents that it stands on or that stand on it: X.690, RFC 3279, 4055, 5480, 8410, 8813, 9598.

mod authorities;
mod extensions;
mod fields;
pub(super) mod general_names;
pub(super) mod identifiers;
mod key_usage;
pub(super) mod keys;
pub(super) mod names;
pub(super) mod policies;
mod readable;

use super::{Day, Lint};

/// RFC 5280 was published in May 2008.
const RFC5280: Day = (2008, 5, 1);
/// RFC 8550 in April 2019.
const RFC8550: Day = (2019, 4, 1);
/// RFC 8813 in August 2020.
const RFC8813: Day = (2020, 8, 1);

pub(super) const TABLES: &[&[Lint]] = &[
    fields::LINTS,
    keys::LINTS,
    names::LINTS,
    readable::LINTS,
    extensions::LINTS,
    identifiers::LINTS,
    key_usage::LINTS,
    authorities::LINTS,
    policies::LINTS,
    general_names::LINTS,
];
