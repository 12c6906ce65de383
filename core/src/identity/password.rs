//! Passwords as the formats encode them, and the account of the work that deriving keys from them costs.

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// A password and the ways in which programs turn it into octets.
#[derive(Clone, Copy)]
pub(super) struct Password<'a> {
    text: &'a str,
}

impl<'a> Password<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// UTF-8, as PBES2 and PBMAC1 take it (RFC 8018 section 3, RFC 9579 section 4).
    pub(super) fn utf8(self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The encodings that occur where RFC 7292 appendix B.1 asks for a BMPString with two octets of zero at its end, the
    /// right one first. Characters beyond the Basic Multilingual Plane are surrogates, as OpenSSL and Java write them.
    pub(super) fn pkcs12_forms(self) -> Vec<Zeroizing<Vec<u8>>> {
        let terminated = |units: &mut dyn Iterator<Item = u16>| {
            // At most twice the length of the UTF-8: the vector never grows, which would leave a copy behind.
            let mut octets = Zeroizing::new(Vec::with_capacity(self.text.len().saturating_mul(2).saturating_add(2)));
            octets.extend(units.chain([0]).flat_map(u16::to_be_bytes));
            octets
        };
        let mut forms = vec![terminated(&mut self.text.encode_utf16())];
        if self.text.is_empty() {
            // No password at all, which several programs do not tell from an empty one.
            forms.push(Zeroizing::new(Vec::new()));
        }
        if !self.text.is_ascii() {
            // OpenSSL before 1.1.0 took each octet of the UTF-8 for a character.
            forms.push(terminated(&mut self.text.bytes().map(u16::from)));
        }
        forms
    }
}

/// What key derivation may still cost for one file: the sum over all its keys, however many it holds.
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    iterations_left: u64,
}

impl<'a> Budget<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self { limits, iterations_left: u64::from(limits.kdf_iterations) }
    }

    pub(super) fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Takes so many iterations off the account before they are done.
    pub(super) fn charge(&mut self, iterations: u64) -> Result<()> {
        match self.iterations_left.checked_sub(iterations) {
            Some(left) => {
                self.iterations_left = left;
                Ok(())
            }
            None => Err(Error::new(Code::LimitKdf).because(format!("{iterations} iterations, {} allowed", self.iterations_left))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_beyond_the_basic_plane_are_surrogates() {
        let forms = Password::new("a😀").pkcs12_forms();
        assert_eq!(forms[0].as_slice(), [0, b'a', 0xd8, 0x3d, 0xde, 0x00, 0, 0]);
        assert_eq!(forms[1].as_slice(), [0, b'a', 0, 0xf0, 0, 0x9f, 0, 0x98, 0, 0x80, 0, 0]);
    }

    #[test]
    fn an_empty_password_is_also_none_at_all() {
        let forms = Password::new("").pkcs12_forms();
        assert_eq!(forms.iter().map(|form| form.as_slice()).collect::<Vec<_>>(), [&[0, 0][..], &[]]);
    }

    #[test]
    fn the_account_is_of_the_whole_file() {
        let limits = Limits { kdf_iterations: 100, ..Default::default() };
        let mut budget = Budget::new(&limits);
        budget.charge(60).unwrap();
        assert_eq!(budget.charge(60).unwrap_err().code(), Code::LimitKdf);
        budget.charge(40).unwrap();
    }
}
