//! Octets that are wiped where this crate holds them: strings joined from pieces, against those that stand in the input.

use std::borrow::Cow;
use std::ops::Deref;

use zeroize::Zeroizing;

/// Octets of the caller's, or our own copy of them, which is wiped when dropped.
pub(super) enum Secret<'a> {
    Borrowed(&'a [u8]),
    Owned(Zeroizing<Vec<u8>>),
}

impl<'a> From<Cow<'a, [u8]>> for Secret<'a> {
    fn from(octets: Cow<'a, [u8]>) -> Self {
        match octets {
            Cow::Borrowed(octets) => Self::Borrowed(octets),
            Cow::Owned(octets) => Self::Owned(Zeroizing::new(octets)),
        }
    }
}

impl Deref for Secret<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(octets) => octets,
            Self::Owned(octets) => octets,
        }
    }
}
