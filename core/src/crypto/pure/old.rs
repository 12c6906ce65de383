//! What only old mail uses: Triple DES as a key wrap (RFC 3217), and SHA-224 in key derivation.

use cbc::cipher::array::Array;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use des::TdesEde3;
use sha1::{Digest as _, Sha1};
use sha2::Sha224;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Octets of a Triple DES key that is wrapped: vector, key and checksum.
const WRAPPED: usize = 40;
/// The vector of the outer encryption (RFC 3217 section 3.1 step 7).
const VECTOR: [u8; 8] = [0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05];

/// Undoes Triple DES key wrap (RFC 3217 section 3.2): whether `wrapped` holds a Triple DES key under this key-encryption key.
pub(in crate::crypto) fn triple_des_unwrap(key_encryption_key: &[u8], wrapped: &[u8], key: &mut [u8]) -> bool {
    let mut octets = Zeroizing::new([0; WRAPPED]);
    if wrapped.len() != WRAPPED {
        return false;
    }
    octets.copy_from_slice(wrapped);
    if !decrypt(key_encryption_key, &VECTOR, &mut *octets) {
        return false;
    }
    octets.reverse();
    let Some((vector, inner)) = octets.split_first_chunk_mut::<8>() else { return false };
    if !decrypt(key_encryption_key, vector, inner) {
        return false;
    }
    let Some((found, checksum)) = inner.split_at_checked(key.len()) else { return false };
    key.copy_from_slice(found);
    let digest = Sha1::digest(found);
    digest.get(..8).is_some_and(|expected| expected.ct_eq(checksum).into())
}

/// CBC without padding, in place.
fn decrypt(key: &[u8], vector: &[u8; 8], octets: &mut [u8]) -> bool {
    let Ok(mut cipher) = cbc::Decryptor::<TdesEde3>::new_from_slices(key, vector) else { return false };
    let (blocks, rest) = Array::slice_as_chunks_mut(octets);
    cipher.decrypt_blocks(blocks);
    rest.is_empty()
}

/// [`x963`](crate::crypto::kdf::x963) with SHA-224.
pub(in crate::crypto) fn x963_sha224(secret: &[u8], shared_info: &[u8], key: &mut [u8]) {
    for (block, counter) in key.chunks_mut(28).zip(1u32..) {
        let mut hasher = Sha224::new();
        hasher.update(secret);
        hasher.update(counter.to_be_bytes());
        hasher.update(shared_info);
        let mut value = hasher.finalize();
        block.iter_mut().zip(&value).for_each(|(to, from)| *to = *from);
        value.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::octets;

    /// RFC 3217 section 3.4.
    #[test]
    fn the_key_wrap_of_the_rfc() {
        let key_encryption_key = octets("255e0d1c07b646dfb3134cc843ba8aa71f025b7c0838251f");
        let wrapped = octets("690107618ef092b3b48ca1796b234ae9fa33ebb4159604037db5d6a84eb3aac2768c632775a467d4");
        let mut key = [0; 24];
        assert!(triple_des_unwrap(&key_encryption_key, &wrapped, &mut key));
        assert_eq!(key.to_vec(), octets("2923bf85e06dd6ae529149f1f1bae9eab3a7da3d860d3e98"));
        for at in 0..wrapped.len() {
            let mut spoiled = wrapped.clone();
            spoiled[at] ^= 1;
            assert!(!triple_des_unwrap(&key_encryption_key, &spoiled, &mut key), "{at}");
        }
        assert!(!triple_des_unwrap(&key_encryption_key, &wrapped[..32], &mut key));
        assert!(!triple_des_unwrap(&key_encryption_key[..16], &wrapped, &mut key));
        assert!(!triple_des_unwrap(&key_encryption_key, &wrapped, &mut [0; 32]));
        assert!(!triple_des_unwrap(&key_encryption_key, &wrapped, &mut [0; 33]));
    }

    /// An output of OpenSSL 3.0, longer than one digest.
    #[test]
    fn sha224_by_another_program() {
        let (secret, info) = (octets("22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d"), octets("75eef81aa3041e33b80971203d2c0c52"));
        let mut key = [0; 40];
        x963_sha224(&secret, &info, &mut key);
        assert_eq!(key.to_vec(), octets("aca3810d153faf67402260df5f2d2883d2b796848582739cdbdf1d3594beba52c483946ec6e02eb2"));
    }
}
