//! Streaming ChaCha20-Poly1305 (RFC 8439 section 2.8), with additional data that may come last.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::crypto::pure::ChaChaCipher;
use crate::error::{Code, Error, Result};

use super::poly1305::{Element, Key};

/// Octets of content that one nonce has counters for (RFC 8439 section 2.8).
const LONGEST: u64 = ((1 << 32) - 1) * 64;

/// Octets that go through the cipher and then through Poly1305 while they are in the nearest cache.
const STRIDE: usize = 16 << 10;

/// ChaCha20-Poly1305 under way, in either direction.
pub(super) struct ChaCha {
    cipher: ChaChaCipher,
    key: Key,
    /// Over the whole blocks of ciphertext so far.
    sum: Element,
    /// The ciphertext of a block that is not whole yet.
    partial: [u8; 16],
    length: u64,
}

impl ChaCha {
    pub(super) fn new(key: &[u8], nonce: &[u8]) -> Result<Self> {
        let mut cipher = ChaChaCipher::new(key, nonce).ok_or_else(|| Error::new(Code::UseArgument))?;
        // The first half of the first block of the key stream is the one-time key, the rest of it is not used.
        let mut block = Zeroizing::new([0; 64]);
        let one_time_key = Some(cipher.apply(&mut *block)).filter(|done| *done).and_then(|_| block.first_chunk());
        let key = Key::new(one_time_key.ok_or_else(|| Error::new(Code::Internal))?);
        Ok(Self { cipher, key, sum: Element::ZERO, partial: [0; 16], length: 0 })
    }

    pub(super) fn encrypt(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        for piece in input.chunks(STRIDE) {
            let start = self.append(piece, out)?;
            self.absorb(out.get(start..).unwrap_or_default())?;
        }
        Ok(())
    }

    pub(super) fn decrypt(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        for piece in input.chunks(STRIDE) {
            self.absorb(piece)?;
            self.append(piece, out)?;
        }
        Ok(())
    }

    /// Appends the piece, encrypted or decrypted, and returns where it begins.
    fn append(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        let start = out.len();
        out.extend_from_slice(piece);
        let done = out.get_mut(start..).is_some_and(|octets| self.cipher.apply(octets));
        if done { Ok(start) } else { Err(too_long()) }
    }

    /// Takes ciphertext into Poly1305.
    fn absorb(&mut self, ciphertext: &[u8]) -> Result<()> {
        let held = (self.length % 16) as usize;
        self.length = self.length.checked_add(ciphertext.len() as u64).filter(|length| *length <= LONGEST).ok_or_else(too_long)?;
        let mut rest = ciphertext;
        if held > 0 {
            let room = self.partial.get_mut(held..).unwrap_or_default();
            let (fits, after) = rest.split_at_checked(room.len()).unwrap_or((rest, &[]));
            room.iter_mut().zip(fits).for_each(|(to, from)| *to = *from);
            if fits.len() < room.len() {
                return Ok(());
            }
            self.key.absorb(&mut self.sum, &self.partial);
            rest = after;
        }
        let (whole, tail) = rest.split_at_checked(rest.len() & !15).unwrap_or_default();
        self.key.absorb(&mut self.sum, whole);
        self.partial = [0; 16];
        self.partial.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
        Ok(())
    }

    /// The tag over these additional data and all of the ciphertext.
    pub(super) fn tag(mut self, additional_data: &[u8]) -> [u8; 16] {
        if !self.length.is_multiple_of(16) {
            self.key.absorb(&mut self.sum, &self.partial);
        }
        let mut additional = Element::ZERO;
        self.key.absorb(&mut additional, additional_data);
        let mut sum = self.key.join(additional, self.sum, self.length.div_ceil(16));
        let mut lengths = [0; 16];
        let octets = (additional_data.len() as u64).to_le_bytes().into_iter().chain(self.length.to_le_bytes());
        lengths.iter_mut().zip(octets).for_each(|(to, from)| *to = from);
        self.key.absorb(&mut sum, &lengths);
        let tag = self.key.tag(sum);
        sum.zeroize();
        tag
    }

    /// Whether this is the tag.
    pub(super) fn verifies(self, additional_data: &[u8], tag: &[u8]) -> bool {
        Zeroizing::new(self.tag(additional_data)).ct_eq(tag).into()
    }
}

impl Drop for ChaCha {
    fn drop(&mut self) {
        self.sum.zeroize();
        self.partial.zeroize();
    }
}

fn too_long() -> Error {
    Error::new(Code::LimitBytes).because("ChaCha20 ends at 256 GiB under one nonce")
}
