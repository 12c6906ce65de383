//! Keys that others keep: a smart card, an HSM, a key service, the key store of the operating system.

use zeroize::Zeroizing;

use crate::crypto::signature::SignatureScheme;
use crate::crypto::transport::KeyTransport;
use crate::error::{Code, Error, Result};

/// A private key that does not leave its keeper. Implement what the key can do; the rest says that it cannot.
///
/// An error of the keeper should be [`Code::KeyExternalFailed`]; what it says reaches the caller.
pub trait ExternalKey: Send + Sync {
    /// Signs this digest by this scheme, the digest of the scheme having been applied already. For Ed25519, which has
    /// no digest, the octets are the whole message. An ECDSA signature is a DER `Ecdsa-Sig-Value`.
    ///
    /// # Errors
    /// Whatever kept the keeper from signing.
    fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> Result<Vec<u8>> {
        let _ = digest;
        Err(Error::new(Code::KeyExternalFailed).because(format!("it does not sign with {}", scheme.name())))
    }

    /// Decrypts a content-encryption key. Where the padding is wrong this may be [`Code::EncDecryptFailed`]: callers
    /// never learn the difference, the key that they get is a random one then.
    ///
    /// # Errors
    /// Whatever kept the keeper from decrypting.
    fn unwrap_key(&self, transport: &KeyTransport, encrypted_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let _ = encrypted_key;
        Err(Error::new(Code::KeyExternalFailed).because(format!("it does not decrypt with {}", transport.name())))
    }

    /// The secret shared with this public key: the x coordinate for a curve, as X25519 makes it for X25519. The octets
    /// are an uncompressed or compressed SEC 1 point, or the 32 octets of X25519.
    ///
    /// # Errors
    /// Whatever kept the keeper from agreeing.
    fn agree(&self, peer_public: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let _ = peer_public;
        Err(Error::new(Code::KeyExternalFailed).because("it does not agree on secrets"))
    }
}
