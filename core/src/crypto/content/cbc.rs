//! CBC with the padding of CMS (RFC 5652 section 6.3), whatever the block cipher.

use crate::crypto::pure::BlockCipher;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

use super::{CipherParameters, ContentCipher};

/// CBC encryption under way.
pub(super) enum Encryptor {
    #[cfg(feature = "aws-lc")]
    Aws(aws::CbcEncryptor),
    Pure(pure::CbcEncryptor),
}

impl Encryptor {
    pub(super) fn new(backend: Backend, key: &[u8], vector: [u8; 16]) -> Result<Self> {
        match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => aws::CbcEncryptor::new(key, vector).map(Self::Aws),
            Backend::Pure => {
                let cipher = aes(key.len()).ok_or_else(|| Error::new(Code::UseArgument))?;
                pure::CbcEncryptor::new(cipher, key, &vector).map(Self::Pure).ok_or_else(|| Error::new(Code::UseArgument))
            }
        }
    }

    pub(super) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(cipher) => cipher.update(input, out),
            Self::Pure(cipher) => {
                cipher.update(input, out);
                Ok(())
            }
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(cipher) => cipher.finish(out),
            Self::Pure(cipher) => {
                cipher.finish(out);
                Ok(())
            }
        }
    }
}

/// Triple DES in CBC mode, for key files that old programs read; no content of mail is encrypted so any more.
pub(crate) fn encrypt_triple_des(key: &[u8], vector: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let cipher = pure::CbcEncryptor::new(BlockCipher::TripleDes, key, vector);
    let mut cipher = cipher.ok_or_else(|| Error::new(Code::UseArgument).because("a key or a vector of another length"))?;
    // Room for all of it: before it is encrypted in place, the plaintext stands there.
    let mut encrypted = Vec::with_capacity(plain.len().saturating_add(8));
    cipher.update(plain, &mut encrypted);
    cipher.finish(&mut encrypted);
    Ok(encrypted)
}

/// CBC decryption under way. The last block is kept back until it is known to be the last.
pub(super) enum Decryptor {
    #[cfg(feature = "aws-lc")]
    Aws(aws::CbcDecryptor),
    Pure(pure::CbcDecryptor),
}

impl Decryptor {
    pub(super) fn new(backend: Backend, cipher: ContentCipher, key: &[u8], parameters: &CipherParameters) -> Result<Self> {
        let cipher = match cipher {
            ContentCipher::DesEde3Cbc => Some(BlockCipher::TripleDes),
            ContentCipher::Rc2Cbc => Some(BlockCipher::Rc2 { effective_bits: parameters.effective_bits.unwrap_or(128) }),
            _ => aes(key.len()),
        };
        let cipher = cipher.ok_or_else(|| Error::new(Code::UseArgument))?;
        let vector = parameters.nonce.as_slice();
        match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc if cipher.is_aes() => aws::CbcDecryptor::new(key, vector).map(Self::Aws),
            _ => pure::CbcDecryptor::new(cipher, key, vector).map(Self::Pure).ok_or_else(|| Error::new(Code::UseArgument)),
        }
    }

    pub(super) fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(cipher) => cipher.update(input, out),
            Self::Pure(cipher) => {
                cipher.update(input, out);
                Ok(())
            }
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) -> Result<()> {
        let good = match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(cipher) => cipher.finish(out),
            Self::Pure(cipher) => cipher.finish(out),
        };
        if good { Ok(()) } else { Err(Error::new(Code::EncDecryptFailed)) }
    }
}

fn aes(key_length: usize) -> Option<BlockCipher> {
    match key_length {
        16 => Some(BlockCipher::Aes128),
        24 => Some(BlockCipher::Aes192),
        32 => Some(BlockCipher::Aes256),
        _ => None,
    }
}
