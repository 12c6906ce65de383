//! Random octets from the operating system's source, and comparison in constant time.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// Fills this with random octets fit for keys.
///
/// # Errors
/// [`Code::Internal`] where the operating system gives none.
pub fn fill(octets: &mut [u8]) -> Result<()> {
    #[cfg(feature = "aws-lc")]
    let filled = aws_lc_rs::rand::fill(octets).is_ok();
    #[cfg(not(feature = "aws-lc"))]
    let filled = getrandom::fill(octets).is_ok();
    if filled { Ok(()) } else { Err(Error::new(Code::Internal).because("no random octets from the operating system")) }
}

/// A secret of this many random octets.
///
/// # Errors
/// As [`fill`].
pub fn secret(length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut octets = Zeroizing::new(vec![0; length]);
    fill(&mut octets)?;
    Ok(octets)
}

/// Whether these are equal, in a time that depends on their lengths alone.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_octets_differ() {
        let (one, two) = (secret(32).unwrap(), secret(32).unwrap());
        assert_ne!(*one, *two);
        assert_ne!(*one, vec![0; 32]);
        assert!(secret(0).unwrap().is_empty());
    }

    #[test]
    fn equality_is_that_of_slices() {
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
