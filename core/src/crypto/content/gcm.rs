//! Streaming AES-GCM (NIST SP 800-38D) out of counter mode and GHASH, with additional data that may come last.
//!
//! In AuthEnvelopedData the authenticated attributes, which are additional data, follow the content (RFC 5083 section 2.1),
//! but GHASH takes them first. It is linear: both are hashed from zero, and put together at the end.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

use super::ghash::{Block, Hash, STRIDE, hash_product, lengths, multiply, power, xor};

/// Octets of content that one nonce has counters for (NIST SP 800-38D section 5.2.1.1).
const LONGEST: u64 = (1 << 36) - 32;

/// GCM under way, in either direction.
pub(super) struct Gcm {
    counter: Counter,
    hash_key: Block,
    /// Of the whole blocks of ciphertext so far.
    hash: Hash,
    /// The ciphertext of a block that is not whole yet.
    partial: Block,
    length: u64,
    /// The cipher applied to the first counter, which hides the tag.
    tag_mask: Block,
}

enum Counter {
    #[cfg(feature = "aws-lc")]
    Aws(aws::CtrCipher),
    Pure(pure::CtrCipher),
}

impl Counter {
    /// A counter mode that starts here. AWS-LC counts in 128 bits where GCM counts in 32: it serves where these are one.
    fn new(backend: Backend, key: &[u8], start: &Block, wraps: bool) -> Result<Self> {
        match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc if !wraps => aws::CtrCipher::new(key, *start).map(Self::Aws),
            _ => {
                let _ = wraps;
                pure::CtrCipher::new(key, start).map(Self::Pure).ok_or_else(|| Error::new(Code::UseArgument))
            }
        }
    }

    /// Appends the input, encrypted or decrypted.
    fn apply(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(cipher) => cipher.apply(input, out),
            Self::Pure(cipher) => cipher.apply(input, out).then_some(()).ok_or_else(too_long),
        }
    }

    fn block(&mut self) -> Result<Block> {
        let mut out = Vec::with_capacity(32);
        self.apply(&[0; 16], &mut out)?;
        let block = out.first_chunk().copied().ok_or_else(|| Error::new(Code::Internal));
        out.zeroize();
        block
    }
}

impl Gcm {
    pub(super) fn new(backend: Backend, key: &[u8], nonce: &[u8]) -> Result<Self> {
        let hash_key = Counter::new(backend, key, &[0; 16], false)?.block()?;
        let start = first_counter(&hash_key, nonce);
        let mut counter = Counter::new(backend, key, &start, nonce.len() != 12)?;
        let tag_mask = counter.block()?;
        let hash = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => Hash::aws(&hash_key, aws::Gmac::new(key)?),
            Backend::Pure => Hash::pure(&hash_key),
        };
        Ok(Self { counter, hash_key, hash, partial: [0; 16], length: 0, tag_mask })
    }

    pub(super) fn encrypt(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        for piece in input.chunks(STRIDE) {
            let start = out.len();
            self.counter.apply(piece, out)?;
            self.absorb(out.get(start..).unwrap_or_default())?;
        }
        Ok(())
    }

    pub(super) fn decrypt(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        for piece in input.chunks(STRIDE) {
            self.absorb(piece)?;
            self.counter.apply(piece, out)?;
        }
        Ok(())
    }

    /// Takes ciphertext into GHASH.
    fn absorb(&mut self, ciphertext: &[u8]) -> Result<()> {
        let held = (self.length % 16) as usize;
        self.length = self.length.checked_add(ciphertext.len() as u64).filter(|length| *length <= LONGEST).ok_or_else(too_long)?;
        let mut rest = ciphertext;
        if held > 0 {
            let room = self.partial.get_mut(held..).unwrap_or_default();
            let (fits, after) = rest.split_at_checked(room.len()).unwrap_or((rest, &[]));
            for (to, from) in room.iter_mut().zip(fits) {
                *to = *from;
            }
            if fits.len() < room.len() {
                return Ok(());
            }
            self.hash.update(&self.partial);
            rest = after;
        }
        let (whole, tail) = rest.split_at_checked(rest.len() & !15).unwrap_or_default();
        self.hash.update(whole);
        self.partial = [0; 16];
        for (to, from) in self.partial.iter_mut().zip(tail) {
            *to = *from;
        }
        Ok(())
    }

    /// The whole tag over these additional data and all of the ciphertext.
    pub(super) fn tag(mut self, additional_data: &[u8]) -> Block {
        if !self.length.is_multiple_of(16) {
            self.hash.update(&self.partial);
        }
        let additional = hash_product(&self.hash_key, additional_data);
        let shifted = multiply(&additional, &power(&self.hash_key, self.length.div_ceil(16)));
        let last = multiply(&lengths(additional_data.len() as u64, self.length), &self.hash_key);
        xor(&xor(&xor(&shifted, &self.hash.product()), &last), &self.tag_mask)
    }

    /// Whether this is the tag, or as much of its beginning.
    pub(super) fn verifies(self, additional_data: &[u8], tag: &[u8]) -> bool {
        let expected = Zeroizing::new(self.tag(additional_data));
        expected.get(..tag.len()).is_some_and(|expected| expected.ct_eq(tag).into())
    }
}

impl Drop for Gcm {
    fn drop(&mut self) {
        self.hash_key.zeroize();
        self.tag_mask.zeroize();
        self.partial.zeroize();
    }
}

/// J0 (NIST SP 800-38D section 7.1 step 2).
fn first_counter(hash_key: &Block, nonce: &[u8]) -> Block {
    let mut start = [0; 16];
    if nonce.len() == 12 {
        for (to, from) in start.iter_mut().zip(nonce.iter().chain(&[0, 0, 0, 1])) {
            *to = *from;
        }
        return start;
    }
    let last = multiply(&lengths(0, nonce.len() as u64), hash_key);
    xor(&hash_product(hash_key, nonce), &last)
}

fn too_long() -> Error {
    Error::new(Code::LimitBytes).because("AES-GCM ends at 64 GiB under one nonce")
}
