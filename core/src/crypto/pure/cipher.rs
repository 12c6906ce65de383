//! Block ciphers in CBC and counter mode.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::array::Array;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use ctr::Ctr32BE;
use des::TdesEde3;
use rc2::Rc2;
use subtle::{ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroize;

/// A block cipher.
#[derive(Clone, Copy)]
pub(in crate::crypto) enum BlockCipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    Rc2 { effective_bits: usize },
}

impl BlockCipher {
    pub(in crate::crypto) const fn is_aes(self) -> bool {
        matches!(self, Self::Aes128 | Self::Aes192 | Self::Aes256)
    }

    const fn block_length(self) -> usize {
        if self.is_aes() { 16 } else { 8 }
    }
}

/// A mode that changes whole blocks in place.
trait Mode: Send {
    fn process(&mut self, blocks: &mut [u8]);
}

struct Encrypting<M>(M);

impl<M: BlockModeEncrypt + Send> Mode for Encrypting<M> {
    fn process(&mut self, blocks: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(blocks);
        self.0.encrypt_blocks(blocks);
    }
}

struct Decrypting<M>(M);

impl<M: BlockModeDecrypt + Send> Mode for Decrypting<M> {
    fn process(&mut self, blocks: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(blocks);
        self.0.decrypt_blocks(blocks);
    }
}

/// Octets that wait until their block is whole.
struct Blocks {
    mode: Box<dyn Mode>,
    block_length: usize,
    waiting: [u8; 16],
    count: usize,
}

impl Blocks {
    fn new(mode: Box<dyn Mode>, block_length: usize) -> Self {
        Self { mode, block_length, waiting: [0; 16], count: 0 }
    }

    /// Processes what waits and the input up to the last whole block; `keep` keeps that block back as well.
    fn update(&mut self, input: &[u8], out: &mut Vec<u8>, keep: bool) {
        let start = out.len();
        out.extend_from_slice(self.waiting.get(..self.count).unwrap_or_default());
        out.extend_from_slice(input);
        let total = out.len().saturating_sub(start);
        let available = total.saturating_sub(usize::from(keep));
        let whole = available.saturating_sub(available.checked_rem(self.block_length).unwrap_or_default());
        let end = start.saturating_add(whole);
        self.count = 0;
        for (to, from) in self.waiting.iter_mut().zip(out.get(end..).unwrap_or_default()) {
            *to = *from;
            self.count = self.count.saturating_add(1);
        }
        out.truncate(end);
        if let Some(blocks) = out.get_mut(start..) {
            self.mode.process(blocks);
        }
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        self.waiting.zeroize();
    }
}

/// CBC encryption with padding.
pub(in crate::crypto) struct CbcEncryptor {
    blocks: Blocks,
}

impl CbcEncryptor {
    /// Nothing where the key or the vector has another length than the cipher's, or the cipher is only read.
    pub(in crate::crypto) fn new(cipher: BlockCipher, key: &[u8], vector: &[u8]) -> Option<Self> {
        let mode: Box<dyn Mode> = match cipher {
            BlockCipher::Aes128 => Box::new(Encrypting(cbc::Encryptor::<Aes128>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Aes192 => Box::new(Encrypting(cbc::Encryptor::<Aes192>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Aes256 => Box::new(Encrypting(cbc::Encryptor::<Aes256>::new_from_slices(key, vector).ok()?)),
            BlockCipher::TripleDes => Box::new(Encrypting(cbc::Encryptor::<TdesEde3>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Rc2 { .. } => return None,
        };
        Some(Self { blocks: Blocks::new(mode, cipher.block_length()) })
    }

    pub(in crate::crypto) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) {
        self.blocks.update(input, out, false);
    }

    pub(in crate::crypto) fn finish(mut self, out: &mut Vec<u8>) {
        let missing = self.blocks.block_length.saturating_sub(self.blocks.count);
        let padding = [missing.try_into().unwrap_or(0); 16];
        self.blocks.update(padding.get(..missing).unwrap_or_default(), out, false);
    }
}

/// CBC decryption with padding.
pub(in crate::crypto) struct CbcDecryptor {
    blocks: Blocks,
}

impl CbcDecryptor {
    /// Nothing where the key or the vector has a length that the cipher does not take.
    pub(in crate::crypto) fn new(cipher: BlockCipher, key: &[u8], vector: &[u8]) -> Option<Self> {
        let mode: Box<dyn Mode> = match cipher {
            BlockCipher::Aes128 => Box::new(Decrypting(cbc::Decryptor::<Aes128>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Aes192 => Box::new(Decrypting(cbc::Decryptor::<Aes192>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Aes256 => Box::new(Decrypting(cbc::Decryptor::<Aes256>::new_from_slices(key, vector).ok()?)),
            BlockCipher::TripleDes => Box::new(Decrypting(cbc::Decryptor::<TdesEde3>::new_from_slices(key, vector).ok()?)),
            BlockCipher::Rc2 { effective_bits } => {
                if !(1..=128).contains(&key.len()) || !(1..=1024).contains(&effective_bits) {
                    return None;
                }
                let cipher = Rc2::new_with_eff_key_len(key, effective_bits);
                Box::new(Decrypting(cbc::Decryptor::inner_iv_slice_init(cipher, vector).ok()?))
            }
        };
        Some(Self { blocks: Blocks::new(mode, cipher.block_length()) })
    }

    pub(in crate::crypto) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) {
        self.blocks.update(input, out, true);
    }

    /// Whether there was a last block and its padding is right, found out in one time for every padding.
    pub(in crate::crypto) fn finish(mut self, out: &mut Vec<u8>) -> bool {
        let length = self.blocks.block_length;
        if self.blocks.count != length {
            return false;
        }
        let Some(block) = self.blocks.waiting.get_mut(..length) else { return false };
        self.blocks.mode.process(block);
        let padding = block.last().copied().unwrap_or_default();
        let limit = u8::try_from(length).unwrap_or_default();
        let mut good = !padding.ct_eq(&0) & !limit.ct_lt(&padding);
        for (distance, octet) in (0..limit).zip(block.iter().rev()) {
            good &= octet.ct_eq(&padding) | !distance.ct_lt(&padding);
        }
        let content = length.saturating_sub(padding.into());
        if bool::from(good) {
            out.extend_from_slice(block.get(..content).unwrap_or_default());
        }
        good.into()
    }
}

/// Counter mode that counts in the last 32 bits, as GCM does.
pub(in crate::crypto) struct CtrCipher {
    stream: Box<dyn Stream>,
}

/// A key stream.
trait Stream: Send {
    fn apply(&mut self, octets: &mut [u8]) -> bool;
}

impl<S: StreamCipher + Send> Stream for S {
    fn apply(&mut self, octets: &mut [u8]) -> bool {
        self.try_apply_keystream(octets).is_ok()
    }
}

impl CtrCipher {
    /// Nothing where the key has a length that AES does not take.
    pub(in crate::crypto) fn new(key: &[u8], start: &[u8; 16]) -> Option<Self> {
        let stream: Box<dyn Stream> = match key.len() {
            16 => Box::new(Ctr32BE::<Aes128>::new_from_slices(key, start).ok()?),
            24 => Box::new(Ctr32BE::<Aes192>::new_from_slices(key, start).ok()?),
            _ => Box::new(Ctr32BE::<Aes256>::new_from_slices(key, start).ok()?),
        };
        Some(Self { stream })
    }

    /// Appends the input, encrypted or decrypted; nothing of it where the counter would come back to where it began.
    pub(in crate::crypto) fn apply(&mut self, input: &[u8], out: &mut Vec<u8>) -> bool {
        let start = out.len();
        out.extend_from_slice(input);
        out.get_mut(start..).is_some_and(|octets| self.stream.apply(octets))
    }
}

/// ChaCha20 (RFC 8439 section 2.4), from its first block.
pub(in crate::crypto) struct ChaChaCipher {
    stream: Box<ChaCha20>,
}

impl ChaChaCipher {
    /// Nothing where the key has not 32 octets or the nonce not 12.
    pub(in crate::crypto) fn new(key: &[u8], nonce: &[u8]) -> Option<Self> {
        Some(Self { stream: Box::new(ChaCha20::new_from_slices(key, nonce).ok()?) })
    }

    /// Encrypts or decrypts in place; nothing where the key stream ends.
    pub(in crate::crypto) fn apply(&mut self, octets: &mut [u8]) -> bool {
        self.stream.try_apply_keystream(octets).is_ok()
    }
}
