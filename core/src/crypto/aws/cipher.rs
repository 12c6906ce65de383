//! AES in CBC and counter mode, streaming.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, EncryptionContext, StreamingDecryptingKey, StreamingEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// AWS-LC wants room for a block beyond the input.
const BLOCK: usize = 16;

fn unbound(key: &[u8]) -> Result<UnboundCipherKey> {
    let algorithm: &'static Algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return Err(Error::new(Code::UseArgument).because("a key of that length for AES")),
    };
    UnboundCipherKey::new(algorithm, key).map_err(|_| failed())
}

/// Appends what `process` writes into room for the input and a block, and returns whether it could.
fn append(out: &mut Vec<u8>, input: usize, process: impl FnOnce(&mut [u8]) -> Option<usize>) -> bool {
    let start = out.len();
    out.resize(start.saturating_add(input).saturating_add(BLOCK), 0);
    let written = out.get_mut(start..).and_then(process);
    out.truncate(start.saturating_add(written.unwrap_or(0)));
    written.is_some()
}

/// CBC encryption with padding.
pub(in crate::crypto) struct CbcEncryptor {
    key: StreamingEncryptingKey,
}

impl CbcEncryptor {
    pub(in crate::crypto) fn new(key: &[u8], vector: [u8; 16]) -> Result<Self> {
        let context = EncryptionContext::Iv128(FixedLength::from(vector));
        let key = StreamingEncryptingKey::less_safe_cbc_pkcs7(unbound(key)?, context).map_err(|_| failed())?;
        Ok(Self { key })
    }

    pub(in crate::crypto) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let done = append(out, input.len(), |room| self.key.update(input, room).ok().map(|update| update.written().len()));
        if done { Ok(()) } else { Err(failed()) }
    }

    pub(in crate::crypto) fn finish(self, out: &mut Vec<u8>) -> Result<()> {
        let done = append(out, 0, |room| self.key.finish(room).ok().map(|(_, update)| update.written().len()));
        if done { Ok(()) } else { Err(failed()) }
    }
}

/// CBC decryption with padding.
pub(in crate::crypto) struct CbcDecryptor {
    key: StreamingDecryptingKey,
}

impl CbcDecryptor {
    pub(in crate::crypto) fn new(key: &[u8], vector: &[u8]) -> Result<Self> {
        let vector: [u8; 16] = vector.try_into().map_err(|_| failed())?;
        let context = DecryptionContext::Iv128(FixedLength::from(vector));
        let key = StreamingDecryptingKey::cbc_pkcs7(unbound(key)?, context).map_err(|_| failed())?;
        Ok(Self { key })
    }

    pub(in crate::crypto) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let done = append(out, input.len(), |room| self.key.update(input, room).ok().map(|update| update.written().len()));
        if done { Ok(()) } else { Err(failed()) }
    }

    /// Whether there was a last block and its padding is right.
    pub(in crate::crypto) fn finish(self, out: &mut Vec<u8>) -> bool {
        append(out, 0, |room| self.key.finish(room).ok().map(|update| update.written().len()))
    }
}

/// Counter mode that counts in all 128 bits.
pub(in crate::crypto) struct CtrCipher {
    key: StreamingEncryptingKey,
}

impl CtrCipher {
    pub(in crate::crypto) fn new(key: &[u8], start: [u8; 16]) -> Result<Self> {
        let context = EncryptionContext::Iv128(FixedLength::from(start));
        let key = StreamingEncryptingKey::less_safe_ctr(unbound(key)?, context).map_err(|_| failed())?;
        Ok(Self { key })
    }

    /// Appends the input, encrypted or decrypted.
    pub(in crate::crypto) fn apply(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let done = append(out, input.len(), |room| self.key.update(input, room).ok().map(|update| update.written().len()));
        if done { Ok(()) } else { Err(failed()) }
    }
}

/// GMAC under a nonce that is always the same: it never leaves this crate, only the GHASH inside it is wanted.
pub(in crate::crypto) struct Gmac {
    key: LessSafeKey,
    /// What covers GHASH in the tags.
    mask: Zeroizing<[u8; 16]>,
}

impl Gmac {
    pub(in crate::crypto) fn new(key: &[u8]) -> Result<Self> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            24 => &AES_192_GCM,
            _ => &AES_256_GCM,
        };
        let key = LessSafeKey::new(UnboundKey::new(algorithm, key).map_err(|_| failed())?);
        let mut gmac = Self { key, mask: Zeroizing::new([0; 16]) };
        // Of nothing at all, GHASH is zero: the tag is the mask.
        let mask = gmac.hash(&[]).ok_or_else(failed)?;
        *gmac.mask = mask;
        Ok(gmac)
    }

    /// GHASH of these octets, filled up to whole blocks, and of a block with their length.
    pub(in crate::crypto) fn hash(&self, octets: &[u8]) -> Option<[u8; 16]> {
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(octets), &mut []).ok()?;
        let mut hash: [u8; 16] = tag.as_ref().try_into().ok()?;
        for (octet, mask) in hash.iter_mut().zip(self.mask.iter()) {
            *octet ^= mask;
        }
        Some(hash)
    }
}

fn failed() -> Error {
    Error::new(Code::Internal).because("AES failed")
}
