//! Cryptographic primitives: the only room that names primitive crates.

/// A message digest (RFC 5754).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-1: legacy only.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A content-encryption algorithm (RFC 3565, 5084, 8103, 3370).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ContentCipher {
    /// AES-128 in CBC mode.
    Aes128Cbc,
    /// AES-192 in CBC mode.
    Aes192Cbc,
    /// AES-256 in CBC mode.
    Aes256Cbc,
    /// AES-128 in Galois/Counter mode.
    Aes128Gcm,
    /// AES-192 in Galois/Counter mode.
    Aes192Gcm,
    /// AES-256 in Galois/Counter mode.
    Aes256Gcm,
    /// ChaCha20 with Poly1305.
    ChaCha20Poly1305,
    /// Triple DES in CBC mode: reading old mail only.
    DesEde3Cbc,
    /// RC2 in CBC mode: reading old mail only.
    Rc2Cbc,
}
