//! HMAC (RFC 2104), for key derivation and for the integrity of PKCS #12 files.

use zeroize::Zeroizing;

use crate::crypto::Backend;
use crate::crypto::digest::{Digest, DigestAlgorithm, Hasher};

/// The HMAC of a message under a key.
///
/// ```
/// use smime::crypto::{DigestAlgorithm, mac};
/// let mac = mac::hmac(DigestAlgorithm::Sha256, b"Jefe", b"what do ya want for nothing?");
/// assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
/// ```
pub fn hmac(digest: DigestAlgorithm, key: &[u8], message: &[u8]) -> Digest {
    let mut mac = Hmac::new(digest, key);
    mac.update(message);
    mac.finish()
}

/// An HMAC under way.
#[derive(Clone)]
pub struct Hmac {
    inner: Hasher,
    outer: Hasher,
}

impl Hmac {
    /// An HMAC of nothing yet, under a key of any length.
    pub fn new(digest: DigestAlgorithm, key: &[u8]) -> Self {
        Self::with(Backend::default(), digest, key)
    }

    /// An HMAC by this back end.
    #[doc(hidden)]
    pub fn with(backend: Backend, digest: DigestAlgorithm, key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0u8; 128]);
        let hashed: Zeroizing<Digest>;
        let key: &[u8] = if key.len() > digest.block_length() {
            hashed = Zeroizing::new(digest.digest(key));
            &hashed
        } else {
            key
        };
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self { inner: keyed(backend, digest, &mut block, 0x36), outer: keyed(backend, digest, &mut block, 0x36 ^ 0x5c) }
    }

    /// Takes these octets in.
    pub fn update(&mut self, octets: &[u8]) {
        self.inner.update(octets);
    }

    /// The HMAC of all that was taken in.
    pub fn finish(mut self) -> Digest {
        self.outer.update(&Zeroizing::new(self.inner.finish()));
        self.outer.finish()
    }
}

/// A hasher that has taken in the block, after each of its octets was changed by the mask.
fn keyed(backend: Backend, digest: DigestAlgorithm, block: &mut [u8; 128], mask: u8) -> Hasher {
    for octet in block.iter_mut() {
        *octet ^= mask;
    }
    let mut hasher = Hasher::with(backend, digest);
    hasher.update(block.get(..digest.block_length()).unwrap_or_default());
    hasher
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231: case 2 (short key) and case 6 (key longer than a block).
    #[test]
    fn the_vectors_of_the_rfcs() {
        let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        let short = |digest| hex(&hmac(digest, b"Jefe", b"what do ya want for nothing?"));
        assert_eq!(short(DigestAlgorithm::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(short(DigestAlgorithm::Sha256), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(short(DigestAlgorithm::Sha384).starts_with("af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"));
        assert!(short(DigestAlgorithm::Sha512).starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"));
        let long = hmac(DigestAlgorithm::Sha256, &[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex(&long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }
}
