//! GHASH (NIST SP 800-38D section 6.4) and its field.
//!
//! For `n` blocks `X1 .. Xn` under the key `H`, GHASH is `X1 H^n + X2 H^(n-1) + .. + Xn H`. What is kept here is that,
//! times `H` once more, which is what a last block would make of it: the hash of two strings one after the other is then
//! the first times `H` to the count of blocks of the second, plus the second.

use ghash::GHash;
use ghash::universal_hash::UniversalHash;
#[cfg(feature = "aws-lc")]
use zeroize::Zeroize;

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// A block, and an element of the field.
pub(super) type Block = [u8; 16];

/// Octets that go through the cipher and then through GHASH while they are in the nearest cache.
pub(super) const STRIDE: usize = 16 << 10;

/// GHASH of whole blocks under way, from zero.
pub(super) enum Hash {
    /// AWS-LC offers no GHASH but GMAC, which is GHASH of a string and of its length under a mask that is known here, and
    /// several times as fast as the crate `ghash`.
    #[cfg(feature = "aws-lc")]
    Aws {
        mac: Box<aws::Gmac>,
        key: Block,
        /// Multiplies by the key to the count of blocks in a stride.
        stride: Box<GHash>,
        product: Block,
    },
    Pure(Box<GHash>),
}

impl Hash {
    pub(super) fn pure(key: &Block) -> Self {
        Self::Pure(Box::new(GHash::new(&(*key).into())))
    }

    #[cfg(feature = "aws-lc")]
    pub(super) fn aws(key: &Block, mac: aws::Gmac) -> Self {
        let stride = power(key, (STRIDE / 16) as u64);
        Self::Aws { mac: Box::new(mac), key: *key, stride: Box::new(GHash::new(&stride.into())), product: [0; 16] }
    }

    /// Takes in blocks, the last one filled up with zeros.
    pub(super) fn update(&mut self, octets: &[u8]) {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws { mac, key, stride, product } => {
                if octets.is_empty() {
                    return;
                }
                let shifted = if octets.len() == STRIDE {
                    let mut hash = (**stride).clone();
                    hash.update(&[(*product).into()]);
                    hash.finalize().into()
                } else {
                    multiply(product, &power(key, octets.len().div_ceil(16) as u64))
                };
                *product = xor(&shifted, &mac_product(mac, key, octets));
            }
            Self::Pure(hash) => hash.update_padded(octets),
        }
    }

    /// GHASH of all that was taken in, times the key.
    pub(super) fn product(&self) -> Block {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws { product, .. } => *product,
            Self::Pure(hash) => {
                let mut hash = (**hash).clone();
                hash.update(&[Default::default()]);
                hash.finalize().into()
            }
        }
    }
}

impl Drop for Hash {
    fn drop(&mut self) {
        #[cfg(feature = "aws-lc")]
        if let Self::Aws { key, product, .. } = self {
            key.zeroize();
            product.zeroize();
        }
    }
}

/// GHASH of these octets alone, times the key: GMAC hashes a block with their length behind them.
#[cfg(feature = "aws-lc")]
fn mac_product(mac: &aws::Gmac, key: &Block, octets: &[u8]) -> Block {
    match mac.hash(octets) {
        Some(hash) => xor(&hash, &multiply(&lengths(octets.len() as u64, 0), key)),
        None => hash_product(key, octets),
    }
}

/// GHASH of these octets, times the key.
pub(super) fn hash_product(key: &Block, octets: &[u8]) -> Block {
    let mut hash = Hash::pure(key);
    hash.update(octets);
    hash.product()
}

/// The last block of GHASH: the lengths of two strings of so many octets, in bits.
pub(super) fn lengths(first: u64, second: u64) -> Block {
    let bits = |octets: u64| u128::from(octets.saturating_mul(8));
    (bits(first).wrapping_shl(64) | bits(second)).to_be_bytes()
}

/// The product in the field: the hash of one block under the other as key.
pub(super) fn multiply(left: &Block, right: &Block) -> Block {
    let mut hash = GHash::new(&(*right).into());
    hash.update(&[(*left).into()]);
    hash.finalize().into()
}

/// `base` to the power of `exponent`, by squaring; the exponent is public.
pub(super) fn power(base: &Block, exponent: u64) -> Block {
    // The one of the field: bit 0, which GHASH writes first.
    let mut result = [0; 16];
    result[0] = 0x80;
    for bit in (0..u64::BITS.saturating_sub(exponent.leading_zeros())).rev() {
        result = multiply(&result, &result);
        if exponent.wrapping_shr(bit) & 1 == 1 {
            result = multiply(&result, base);
        }
    }
    result
}

/// The sum in the field.
pub(super) fn xor(left: &Block, right: &Block) -> Block {
    (u128::from_ne_bytes(*left) ^ u128::from_ne_bytes(*right)).to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Block = [0x66, 0xe9, 0x4b, 0xd4, 0xef, 0x8a, 0x2c, 0x3b, 0x88, 0x4c, 0xfa, 0x59, 0xca, 0x34, 0x2b, 0x2e];

    #[test]
    fn powers_are_repeated_products() {
        let mut expected = power(&KEY, 0);
        assert_eq!(multiply(&KEY, &expected), KEY);
        for exponent in 1..70 {
            expected = multiply(&expected, &KEY);
            assert_eq!(power(&KEY, exponent), expected, "{exponent}");
        }
        assert_eq!(multiply(&power(&KEY, 1 << 40), &power(&KEY, 12_345)), power(&KEY, (1 << 40) + 12_345));
    }

    #[cfg(feature = "aws-lc")]
    #[test]
    fn both_ways_hash_the_same() {
        // The key above is AES-128 under a key of zeros, applied to zeros.
        let octets: Vec<u8> = (0..3 * STRIDE + 77).map(|at| (at % 253) as u8).collect();
        for split in [0, 16, 32, 160, STRIDE, 2 * STRIDE, 2 * STRIDE + 16] {
            let mut fast = Hash::aws(&KEY, aws::Gmac::new(&[0; 16]).unwrap());
            let mut slow = Hash::pure(&KEY);
            for hash in [&mut fast, &mut slow] {
                hash.update(&octets[..split]);
                hash.update(&octets[split..]);
            }
            assert_eq!(fast.product(), slow.product(), "{split}");
        }
    }
}
