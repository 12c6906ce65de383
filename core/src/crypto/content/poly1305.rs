//! Poly1305 (RFC 8439 section 2.5) over whole blocks, with additional data that may come last.
//!
//! Ready-made crates begin with the additional data and give out the tag alone. Here the sum is kept as an element of the
//! field, as GHASH is in [`ghash`](super::ghash), so that the sum over the additional data can be put before that over
//! the ciphertext when both are known.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "limbs stay below 2^46 and products below 2^97, whatever the input: see `multiply` and `absorb`"
)]

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

const MASK_44: u64 = (1 << 44) - 1;
const MASK_42: u64 = (1 << 42) - 1;

/// A number modulo 2^130 - 5, in limbs of 44, 44 and 42 bits, each with a bit or two to spare.
#[derive(Clone, Copy, Zeroize)]
pub(super) struct Element([u64; 3]);

impl Element {
    pub(super) const ZERO: Self = Self([0; 3]);
    const ONE: Self = Self([1, 0, 0]);

    fn add(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        let sum1 = a1 + b1 + ((a0 + b0) >> 44);
        let sum2 = a2 + b2 + (sum1 >> 44);
        Self([((a0 + b0) & MASK_44) + 5 * (sum2 >> 42), sum1 & MASK_44, sum2 & MASK_42])
    }

    /// Limbs below 2^46 give limbs below 2^44, 2^44 + 2^15 and 2^42.
    fn multiply(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        // 2^132 is 20 modulo 2^130 - 5.
        let (c1, c2) = (20 * b1, 20 * b2);
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let sum0 = product(a0, b0) + product(a1, c2) + product(a2, c1);
        let sum1 = product(a0, b1) + product(a1, b0) + product(a2, c2) + (sum0 >> 44);
        let sum2 = product(a0, b2) + product(a1, b1) + product(a2, b0) + (sum1 >> 44);
        let low0 = (sum0 as u64 & MASK_44) + 5 * ((sum2 >> 42) as u64);
        Self([low0 & MASK_44, (sum1 as u64 & MASK_44) + (low0 >> 44), sum2 as u64 & MASK_42])
    }

    /// To the power of a public exponent.
    fn power(self, exponent: u64) -> Self {
        let mut result = Self::ONE;
        for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
            result = result.multiply(result);
            if exponent >> bit & 1 == 1 {
                result = result.multiply(self);
            }
        }
        result
    }

    /// The lowest 128 bits of the number between 0 and 2^130 - 6 that it is.
    fn lowest_bits(self) -> u128 {
        // Twice: the first may leave a carry into the first limb.
        let [a0, a1, a2] = self.add(Self::ZERO).add(Self::ZERO).0;
        // Five more pass 2^130 exactly where the number is not below the modulus.
        let more1 = a1 + ((a0 + 5) >> 44);
        let more2 = a2 + (more1 >> 44);
        let surpasses = (more2 >> 42).ct_eq(&1);
        let join = |limb0: u64, limb1: u64, limb2: u64| u128::from(limb0) | u128::from(limb1) << 44 | u128::from(limb2) << 88;
        let (number, reduced) = (join(a0, a1, a2), join((a0 + 5) & MASK_44, more1 & MASK_44, more2 & MASK_42));
        u128::conditional_select(&number, &reduced, surpasses)
    }
}

/// A one-time key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Key {
    multiplier: Element,
    addend: u128,
}

impl Key {
    pub(super) fn new(octets: &[u8; 32]) -> Self {
        let (multiplier, addend) = octets.split_at(16);
        let number = |octets: &[u8]| octets.iter().rev().fold(0u128, |number, octet| number << 8 | u128::from(*octet));
        let clamped = number(multiplier) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
        let limbs = [clamped as u64 & MASK_44, (clamped >> 44) as u64 & MASK_44, (clamped >> 88) as u64];
        Self { multiplier: Element(limbs), addend: number(addend) }
    }

    /// Takes into a sum blocks of sixteen octets; what is left at the end is filled up with zeros.
    pub(super) fn absorb(&self, sum: &mut Element, octets: &[u8]) {
        let (blocks, rest) = octets.as_chunks::<16>();
        for block in blocks {
            *sum = self.absorb_block(*sum, block);
        }
        if !rest.is_empty() {
            let mut block = [0; 16];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            *sum = self.absorb_block(*sum, &block);
        }
    }

    /// The sum has limbs below 2^45, the block below 2^44: together below 2^46.
    fn absorb_block(&self, sum: Element, block: &[u8; 16]) -> Element {
        let number = u128::from_le_bytes(*block);
        let Element([limb0, limb1, limb2]) = sum;
        let whole = 1 << 40;
        let limbs = [limb0 + (number as u64 & MASK_44), limb1 + ((number >> 44) as u64 & MASK_44), limb2 + ((number >> 88) as u64 | whole)];
        Element(limbs).multiply(self.multiplier)
    }

    /// The sum over two strings of blocks, one after the other, from the sums over each and the blocks of the second.
    pub(super) fn join(&self, first: Element, second: Element, blocks: u64) -> Element {
        first.multiply(self.multiplier.power(blocks)).add(second)
    }

    /// The tag of a sum.
    pub(super) fn tag(&self, sum: Element) -> [u8; 16] {
        sum.lowest_bits().wrapping_add(self.addend).to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::{hex, octets};

    fn tag(key: &Key, message: &[u8]) -> [u8; 16] {
        let mut sum = Element::ZERO;
        key.absorb(&mut sum, message);
        key.tag(sum)
    }

    /// RFC 8439 appendix A.3, those whose messages are whole blocks: sums at the edge of the modulus.
    #[test]
    fn the_vectors_of_the_rfc() {
        let ff = "ff".repeat(16);
        let (zeros, two) = ("00".repeat(16), format!("02{}", "00".repeat(15)));
        let cases = [
            (zeros.clone() + &zeros, zeros.repeat(4), zeros.clone()),
            (two.clone() + &zeros, ff.clone(), format!("03{}", "00".repeat(15))),
            (two.clone() + &ff, two.clone(), format!("03{}", "00".repeat(15))),
            (
                format!("01{}", "00".repeat(15)) + &zeros,
                ff.clone() + &format!("f0{}", "ff".repeat(15)) + &format!("11{}", "00".repeat(15)),
                format!("05{}", "00".repeat(15)),
            ),
            (
                format!("01{}", "00".repeat(15)) + &zeros,
                ff.clone() + &format!("fb{}", "fe".repeat(15)) + &"01".repeat(16),
                zeros.clone(),
            ),
            (two + &zeros, format!("fd{}", "ff".repeat(15)), format!("fa{}", "ff".repeat(15))),
            (
                "01000000000000000400000000000000".to_owned() + &zeros,
                "e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000"
                    .to_owned(),
                "14000000000000005500000000000000".to_owned(),
            ),
            (
                "01000000000000000400000000000000".to_owned() + &zeros,
                "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000".to_owned(),
                "13000000000000000000000000000000".to_owned(),
            ),
        ];
        for (key, message, expected) in cases {
            let key = Key::new(&octets(&key).try_into().unwrap());
            assert_eq!(hex(&tag(&key, &octets(&message))), expected, "{message}");
        }
    }

    #[test]
    fn two_sums_join_to_one() {
        let key = Key::new(&octets("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b").try_into().unwrap());
        let message: Vec<u8> = (0..640).map(|at| (at * 7 % 256) as u8).collect();
        for split in (0..=640).step_by(16) {
            let (mut first, mut second) = (Element::ZERO, Element::ZERO);
            key.absorb(&mut first, &message[..split]);
            key.absorb(&mut second, &message[split..]);
            let joined = key.join(first, second, (640 - split as u64) / 16);
            assert_eq!(key.tag(joined), tag(&key, &message), "{split}");
        }
    }
}
