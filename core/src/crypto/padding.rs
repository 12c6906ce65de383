//! The encodings of RFC 8017 between octets and what RSA raises to a power, for what AWS-LC does not offer.
//!
//! Those that take a received block apart touch every octet of it, whatever stands there, and say only at the end
//! whether it was good.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::crypto::digest::{Digest, DigestAlgorithm, Hasher};
use crate::crypto::{Backend, rng};
use crate::error::{Code, Error, Result};

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2): the one block of `length` octets that signs this digest.
///
/// A verifier builds it and compares the whole, so that nothing in a received block is ever parsed.
pub(super) fn pkcs1_v15_signature(digest: &Digest, length: usize) -> Result<Vec<u8>> {
    let prefix = digest_info_prefix(digest.algorithm());
    let filler = length.checked_sub(prefix.len().saturating_add(digest.len()).saturating_add(3)).filter(|filler| *filler >= 8);
    let filler = filler.ok_or_else(|| Error::new(Code::KeyUnsupported).because("the RSA key is too small for the digest"))?;
    let mut block = Vec::with_capacity(length);
    block.extend_from_slice(&[0, 1]);
    block.resize(filler.saturating_add(2), 0xff);
    block.push(0);
    block.extend_from_slice(prefix);
    block.extend_from_slice(digest);
    Ok(block)
}

/// The octets of a DER DigestInfo before the digest itself (RFC 8017 section 9.2 note 1).
fn digest_info_prefix(digest: DigestAlgorithm) -> &'static [u8] {
    match digest {
        DigestAlgorithm::Sha1 => &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14],
        DigestAlgorithm::Sha256 => {
            &[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20]
        }
        DigestAlgorithm::Sha384 => {
            &[0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30]
        }
        DigestAlgorithm::Sha512 => {
            &[0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40]
        }
    }
}

/// The numbers of one RSASSA-PSS encoding.
#[derive(Clone, Copy)]
pub(super) struct Pss {
    pub(super) backend: Backend,
    pub(super) mgf_digest: DigestAlgorithm,
    pub(super) salt_length: usize,
    /// Bits of the modulus.
    pub(super) modulus_bits: usize,
}

impl Pss {
    pub(super) fn block_length(&self) -> usize {
        self.modulus_bits.saturating_sub(1).div_ceil(8)
    }

    /// Those bits of the first octet that the block may use.
    fn first_octet_mask(&self) -> u8 {
        let unused = self.block_length().saturating_mul(8).saturating_sub(self.modulus_bits.saturating_sub(1));
        0xffu8.checked_shr(unused.try_into().unwrap_or(u32::MAX)).unwrap_or(0)
    }

    /// Octets of zeros before the mark, or nothing where the key is too small.
    fn filler(&self, digest: &Digest) -> Option<usize> {
        self.block_length().checked_sub(digest.len())?.checked_sub(self.salt_length)?.checked_sub(2)
    }

    fn hash(&self, digest: &Digest, salt: &[u8]) -> Digest {
        let mut hasher = Hasher::with(self.backend, digest.algorithm());
        hasher.update(&[0; 8]);
        hasher.update(digest);
        hasher.update(salt);
        hasher.finish()
    }

    /// EMSA-PSS-ENCODE (RFC 8017 section 9.1.1) with a fresh salt.
    pub(super) fn encode(&self, digest: &Digest) -> Result<Vec<u8>> {
        let filler = self.filler(digest);
        let filler = filler.ok_or_else(|| Error::new(Code::KeyUnsupported).because("the RSA key is too small for the salt"))?;
        let mut salt = vec![0; self.salt_length];
        rng::fill(&mut salt)?;
        let hash = self.hash(digest, &salt);
        let mut block = vec![0; filler];
        block.push(1);
        block.extend_from_slice(&salt);
        mask(self.backend, self.mgf_digest, &hash, &mut block);
        if let Some(first) = block.first_mut() {
            *first &= self.first_octet_mask();
        }
        block.extend_from_slice(&hash);
        block.push(0xbc);
        Ok(block)
    }

    /// EMSA-PSS-VERIFY (RFC 8017 section 9.1.2): whether this block signs this digest with a salt of exactly that length.
    pub(super) fn verifies(&self, digest: &Digest, block: &[u8]) -> bool {
        let Some(filler) = self.filler(digest) else { return false };
        let Some((masked, hash)) = block
            .split_last()
            .filter(|(trailer, rest)| **trailer == 0xbc && rest.len().checked_add(1) == Some(self.block_length()))
            .and_then(|(_, rest)| rest.split_at_checked(rest.len().checked_sub(digest.len())?))
        else {
            return false;
        };
        if masked.first().is_none_or(|first| first & !self.first_octet_mask() != 0) {
            return false;
        }
        let mut data = masked.to_vec();
        mask(self.backend, self.mgf_digest, hash, &mut data);
        if let Some(first) = data.first_mut() {
            *first &= self.first_octet_mask();
        }
        let Some((zeros, [1, salt @ ..])) = data.split_at_checked(filler) else { return false };
        zeros.iter().all(|octet| *octet == 0) && self.hash(digest, salt).ct_eq(hash).into()
    }
}

/// MGF1 (RFC 8017 appendix B.2.1), exclusive-ored onto the octets.
fn mask(backend: Backend, digest: DigestAlgorithm, seed: &[u8], octets: &mut [u8]) {
    let mut seeded = Hasher::with(backend, digest);
    seeded.update(seed);
    for (block, counter) in octets.chunks_mut(digest.len()).zip(0u32..) {
        let mut hasher = seeded.clone();
        hasher.update(&counter.to_be_bytes());
        for (octet, with) in block.iter_mut().zip(hasher.finish().iter()) {
            *octet ^= with;
        }
    }
}

/// EME-OAEP encoding (RFC 8017 section 7.1.1 step 2) of a message into `length` octets.
pub(super) fn oaep_encode(
    backend: Backend,
    (digest, mgf_digest): (DigestAlgorithm, DigestAlgorithm),
    label: &[u8],
    message: &[u8],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>> {
    let overhead = digest.len().saturating_mul(2).saturating_add(2).saturating_add(message.len());
    let filler = length.checked_sub(overhead).ok_or_else(too_small)?;
    let mut block = Zeroizing::new(Vec::with_capacity(length));
    block.push(0);
    let mut seed = Zeroizing::new(vec![0; digest.len()]);
    rng::fill(&mut seed)?;
    block.extend_from_slice(&seed);
    block.extend_from_slice(&label_hash(backend, digest, label));
    let filled = block.len().saturating_add(filler);
    block.resize(filled, 0);
    block.push(1);
    block.extend_from_slice(message);
    if let Some((seed, data)) = block.get_mut(1..).and_then(|rest| rest.split_at_mut_checked(digest.len())) {
        mask(backend, mgf_digest, seed, data);
        mask(backend, mgf_digest, data, seed);
    }
    Ok(block)
}

/// EME-OAEP decoding (RFC 8017 section 7.1.2 step 3) of a message whose length is known: one pass of one length.
///
/// The candidate comes back in any case; the choice says whether it is the message.
pub(super) fn oaep_decode(
    backend: Backend,
    (digest, mgf_digest): (DigestAlgorithm, DigestAlgorithm),
    label: &[u8],
    block: &mut [u8],
    message_length: usize,
) -> (Choice, Zeroizing<Vec<u8>>) {
    let refused = (Choice::from(0), Zeroizing::new(vec![0; message_length]));
    let Some((first, rest)) = block.split_first_mut() else { return refused };
    let Some((seed, data)) = rest.split_at_mut_checked(digest.len()) else { return refused };
    mask(backend, mgf_digest, data, seed);
    mask(backend, mgf_digest, seed, data);
    let Some((hash, rest)) = data.split_at_checked(digest.len()) else { return refused };
    let Some((filler, message)) = rest.len().checked_sub(message_length).and_then(|at| rest.split_at_checked(at)) else { return refused };
    let Some((mark, zeros)) = filler.split_last() else { return refused };
    let mut good = first.ct_eq(&0) & hash.ct_eq(&label_hash(backend, digest, label)) & mark.ct_eq(&1);
    for octet in zeros {
        good &= octet.ct_eq(&0);
    }
    (good, Zeroizing::new(message.to_vec()))
}

fn label_hash(backend: Backend, digest: DigestAlgorithm, label: &[u8]) -> Digest {
    let mut hasher = Hasher::with(backend, digest);
    hasher.update(label);
    hasher.finish()
}

/// EME-PKCS1-v1_5 encoding (RFC 8017 section 7.2.1 step 2) of a message into `length` octets.
pub(super) fn pkcs1_v15_encode(message: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let filler = length.checked_sub(message.len().saturating_add(3)).filter(|filler| *filler >= 8).ok_or_else(too_small)?;
    let mut block = Zeroizing::new(vec![0; length]);
    if let [_, kind, rest @ ..] = block.as_mut_slice() {
        *kind = 2;
        if let Some((filler, rest)) = rest.split_at_mut_checked(filler) {
            rng::fill(filler)?;
            for octet in filler {
                while *octet == 0 {
                    rng::fill(std::slice::from_mut(octet))?;
                }
            }
            if let Some(room) = rest.get_mut(1..) {
                room.copy_from_slice(message);
            }
        }
    }
    Ok(block)
}

/// EME-PKCS1-v1_5 decoding (RFC 8017 section 7.2.2 step 3) of a message whose length is known: one pass of one length.
///
/// The candidate comes back in any case; the choice says whether it is the message.
pub(super) fn pkcs1_v15_decode(block: &[u8], message_length: usize) -> (Choice, Zeroizing<Vec<u8>>) {
    let refused = (Choice::from(0), Zeroizing::new(vec![0; message_length]));
    let Some((head, message)) = block.len().checked_sub(message_length).and_then(|at| block.split_at_checked(at)) else { return refused };
    let [zero, kind, filler @ .., separator] = head else { return refused };
    let mut good = zero.ct_eq(&0) & kind.ct_eq(&2) & separator.ct_eq(&0) & Choice::from(u8::from(filler.len() >= 8));
    for octet in filler {
        good &= !octet.ct_eq(&0);
    }
    (good, Zeroizing::new(message.to_vec()))
}

/// The one or the other, without a trace of which in time: implicit rejection.
pub(super) fn select(good: Choice, message: &[u8], instead: &mut [u8]) {
    for (octet, from) in instead.iter_mut().zip(message) {
        octet.conditional_assign(from, good);
    }
}

fn too_small() -> Error {
    Error::new(Code::KeyUnsupported).because("the RSA key is too small for the key to encrypt")
}
