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

/// Blocks that no signer would make, signed with the raw private operation: both back ends must refuse each of them.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::numbers::read_pkcs8;
    use crate::crypto::tests::{on, rsa};
    use crate::crypto::{SignatureScheme, ToBeSigned, pure};

    const MESSAGE: &[u8] = b"a message";

    fn sign_block(block: &[u8]) -> Vec<u8> {
        let numbers = read_pkcs8(&rsa().to_pkcs8().unwrap()).unwrap().numbers;
        pure::PrivateKey::new(&numbers).unwrap().0.sign_block(block)
    }

    fn check(what: &str, scheme: &SignatureScheme, block: &[u8], good: bool) {
        assert_eq!(block.len(), 256, "{what}");
        let signature = sign_block(block);
        for backend in Backend::ALL {
            let key = on(*backend, rsa());
            let outcome = key.public_key().verify(scheme, ToBeSigned::Message(MESSAGE), &signature);
            assert_eq!(outcome.map_err(|error| error.code()), if good { Ok(()) } else { Err(Code::SigInvalid) }, "{what} by {backend:?}");
        }
    }

    /// 00 01 ff.. 00 and then this DigestInfo, with so many ff, and whatever is left to 256 octets at the end.
    fn block(digest_info: &[u8], filler: usize, rest: u8) -> Vec<u8> {
        let mut block = vec![0, 1];
        block.resize(2 + filler, 0xff);
        block.push(0);
        block.extend_from_slice(digest_info);
        block.resize(256, rest);
        block
    }

    /// The forgeries of Bleichenbacher 2006, BERserk (CVE-2014-1568) and their kin.
    #[test]
    fn pkcs1_v15_signatures_are_compared_whole() {
        for algorithm in DigestAlgorithm::ALL {
            let scheme = SignatureScheme::RsaPkcs1v15(*algorithm);
            let digest = algorithm.digest(MESSAGE);
            let prefix = digest_info_prefix(*algorithm);
            let good = [prefix, &digest].concat();
            let fill = |info: &[u8]| 256 - 3 - info.len();
            check("as it should be", &scheme, &block(&good, fill(&good), 0), true);

            check("octets after the digest", &scheme, &block(&good, 8, 0), false);
            check("octets after the digest, one less of filler", &scheme, &block(&good, fill(&good) - 1, 0), false);
            check("octets after the digest, random", &scheme, &block(&good, 20, 0x5a), false);

            let oid = &prefix[4..prefix.len() - 4];
            let info = |algorithm: &[u8], digest: &[u8]| {
                let content = [algorithm, digest].concat();
                [&[0x30, content.len() as u8], &content[..]].concat()
            };
            let value = [&[0x04, digest.len() as u8], &digest[..]].concat();
            let sequence = |content: &[u8]| [&[0x30, content.len() as u8], content].concat();
            let null = [oid, &[5, 0]].concat();
            assert_eq!(info(&sequence(&null), &value), good);
            let kin: [(&str, Vec<u8>); 7] = [
                ("no NULL", info(&sequence(oid), &value)),
                ("octets in the parameters", info(&sequence(&[oid, &[4, 3, 1, 2, 3]].concat()), &value)),
                ("octets after the NULL", info(&sequence(&[&null[..], &[0]].concat()), &value)),
                ("a NULL that is not empty", info(&sequence(&[oid, &[5, 1, 0]].concat()), &value)),
                ("octets after the digest, inside", info(&sequence(&null), &[&value[..], &[0, 0]].concat())),
                ("the bare digest", digest.to_vec()),
                ("a long form of length", [&[0x30, 0x81, good.len() as u8 - 2], &good[2..]].concat()),
            ];
            for (what, altered) in kin {
                check(what, &scheme, &block(&altered, fill(&altered), 0), false);
            }
            // BERserk: a length whose many octets hide what the forger needs.
            let hidden = [&[0x30, 0x80 | 20][..], &[0x5a; 19], &[good.len() as u8 - 2], &good[2..]].concat();
            check("a length of twenty octets", &scheme, &block(&hidden, fill(&hidden), 0), false);

            let whole = block(&good, fill(&good), 0);
            for (what, at, octet) in [
                ("first octet", 0, 1),
                ("block type 2", 1, 2),
                ("block type 0", 1, 0),
                ("filler", 10, 0xfe),
                ("filler of zero", 30, 0),
                ("no separator", 2 + fill(&good), 0xff),
            ] {
                let mut altered = whole.clone();
                altered[at] = octet;
                check(what, &scheme, &altered, false);
            }
        }
    }

    /// What EMSA-PSS-VERIFY looks at, one thing wrong at a time.
    #[test]
    fn pss_blocks_are_strict() {
        let digest = DigestAlgorithm::Sha256.digest(MESSAGE);
        for salt_length in [32, 20] {
            let scheme = SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha256, mgf_digest: DigestAlgorithm::Sha256, salt_length };
            let pss = Pss { backend: Backend::Pure, mgf_digest: DigestAlgorithm::Sha256, salt_length, modulus_bits: 2048 };
            let good = pss.encode(&digest).unwrap();
            check("as it should be", &scheme, &good, true);
            // Data and mask are joined by exclusive or: what is changed in the one is changed in the other.
            let filler = 256 - 32 - salt_length - 2;
            for (what, at, flip) in [
                ("the trailer", 255, 0xbc ^ 0xcc),
                ("the hash", 240, 1),
                ("the filler", 5, 1),
                ("the last octet of the filler", filler - 1, 1),
                ("the mark", filler, 1 ^ 2),
                ("the salt", filler + 1, 1),
            ] {
                let mut altered = good.clone();
                altered[at] ^= flip;
                check(what, &scheme, &altered, false);
            }
            for other in [salt_length + 1, salt_length - 1, 0, 190] {
                let longer = Pss { salt_length: other, ..pss };
                check("another salt length", &scheme, &longer.encode(&digest).unwrap(), false);
            }
            let other = Pss { mgf_digest: DigestAlgorithm::Sha1, ..pss };
            check("another mask", &scheme, &other.encode(&digest).unwrap(), false);
        }
    }

    #[test]
    fn pss_fits_moduli_whose_bits_fill_no_octets() {
        let digest = DigestAlgorithm::Sha256.digest(MESSAGE);
        for modulus_bits in 1024..1042 {
            for salt_length in [0, 32, 60] {
                let pss = Pss { backend: Backend::Pure, mgf_digest: DigestAlgorithm::Sha1, salt_length, modulus_bits };
                let block = pss.encode(&digest).unwrap();
                assert_eq!(block.len(), (modulus_bits - 1).div_ceil(8));
                assert!(pss.verifies(&digest, &block), "{modulus_bits} {salt_length}");
                // The bits that the modulus has not must be zero.
                let mut altered = block.clone();
                altered[0] |= !pss.first_octet_mask();
                assert_eq!(pss.verifies(&digest, &altered), altered == block, "{modulus_bits}");
                assert!(!pss.verifies(&digest, &block[1..]) && !pss.verifies(&digest, &[&[0], &block[..]].concat()));
                assert!(!pss.verifies(&DigestAlgorithm::Sha256.digest(b""), &block));
            }
        }
    }

    fn good(decoded: &(Choice, Zeroizing<Vec<u8>>)) -> bool {
        decoded.0.into()
    }

    #[test]
    fn pkcs1_v15_encryption_blocks() {
        for length in [0, 1, 16, 117] {
            let message = vec![0; length];
            let block = pkcs1_v15_encode(&message, 128).unwrap();
            assert_eq!((block.len(), &block[..2]), (128, &[0, 2][..]));
            let decoded = pkcs1_v15_decode(&block, length);
            assert!(good(&decoded) && *decoded.1 == message);
            for other in [length + 1, length + 100, 126, 127, 128, 129, 1000] {
                assert!(!good(&pkcs1_v15_decode(&block, other)), "{length} as {other}");
            }
            for (at, octet) in [(0, 1), (1, 1), (2, 0), (9, 0), (127 - length, 1)] {
                let mut altered = block.to_vec();
                altered[at] = octet;
                assert!(!good(&pkcs1_v15_decode(&altered, length)), "{length}: {at}");
            }
        }
        assert_eq!(pkcs1_v15_encode(&[0; 118], 128).unwrap_err().code(), Code::KeyUnsupported);
    }

    #[test]
    fn oaep_blocks() {
        let digests = (DigestAlgorithm::Sha256, DigestAlgorithm::Sha1);
        for length in [0, 16, 62] {
            let message = vec![1; length];
            let block = oaep_encode(Backend::Pure, digests, b"label", &message, 128).unwrap();
            let decode = |block: &[u8], label: &[u8], length| oaep_decode(Backend::Pure, digests, label, &mut block.to_vec(), length);
            let decoded = decode(&block, b"label", length);
            assert!(good(&decoded) && *decoded.1 == message);
            assert!(!good(&decode(&block, b"", length)));
            for other in [length + 1, 63, 95, 200] {
                assert!(!good(&decode(&block, b"label", other)), "{length} as {other}");
            }
            for at in 0..128 {
                let mut altered = block.to_vec();
                altered[at] ^= 1;
                // An octet of the message alone is not authenticated, all else is.
                let decoded = decode(&altered, b"label", length);
                assert!(!good(&decoded) || *decoded.1 != message, "{at}");
            }
        }
        assert_eq!(oaep_encode(Backend::Pure, digests, b"", &[0; 63], 128).unwrap_err().code(), Code::KeyUnsupported);
    }
}
