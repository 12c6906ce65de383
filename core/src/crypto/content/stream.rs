//! Encryption and decryption of content of any size, piece by piece.

use std::fmt;

use crate::crypto::Backend;
use crate::error::{Code, Error, Result};

use super::chacha::ChaCha;
use super::gcm::Gcm;
use super::{CipherParameters, ContentCipher, cbc};

/// Content being encrypted.
///
/// ```
/// use smime::crypto::{CipherParameters, ContentCipher, ContentDecryptor, ContentEncryptor};
/// let (key, nonce) = ([1; 32], [2; 12]);
/// let mut encryptor = ContentEncryptor::new(ContentCipher::Aes256Gcm, &key, &nonce, b"")?;
/// let mut ciphertext = Vec::new();
/// encryptor.update(b"some content", &mut ciphertext)?;
/// let tag = encryptor.finish(&mut ciphertext)?.expect("GCM has a tag");
///
/// let parameters = CipherParameters { nonce: nonce.to_vec(), tag_length: 16, effective_bits: None };
/// let mut decryptor = ContentDecryptor::new(ContentCipher::Aes256Gcm, &key, &parameters)?;
/// let mut content = Vec::new();
/// decryptor.update(&ciphertext, &mut content)?;
/// decryptor.finish(&mut content, Some((b"", &tag)))?; // until this has passed, the content is not to be believed
/// assert_eq!(content, b"some content");
/// # Ok::<(), smime::Error>(())
/// ```
pub struct ContentEncryptor {
    cipher: ContentCipher,
    state: Encryptor,
}

enum Encryptor {
    Cbc(cbc::Encryptor),
    Gcm { gcm: Box<Gcm>, additional_data: Vec<u8> },
    ChaCha { chacha: Box<ChaCha>, additional_data: Vec<u8> },
}

impl ContentEncryptor {
    /// Encryption under a fresh key and nonce; additional data are for ciphers that authenticate.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the key or the nonce has another length than the cipher's, or additional data cannot be
    /// authenticated; [`Code::AlgUnsupported`] for ciphers that are only read.
    pub fn new(cipher: ContentCipher, key: &[u8], nonce: &[u8], additional_data: &[u8]) -> Result<Self> {
        Self::with(Backend::default(), cipher, key, nonce, additional_data)
    }

    /// Encryption by this back end.
    ///
    /// # Errors
    /// As [`ContentEncryptor::new`].
    #[doc(hidden)]
    pub fn with(backend: Backend, cipher: ContentCipher, key: &[u8], nonce: &[u8], additional_data: &[u8]) -> Result<Self> {
        if matches!(cipher, ContentCipher::DesEde3Cbc | ContentCipher::Rc2Cbc) {
            return Err(Error::new(Code::AlgUnsupported).because(format!("new content in {cipher}")));
        }
        if key.len() != cipher.key_length() {
            return Err(Error::new(Code::UseArgument).because(format!("a key of {} octets for {cipher}", key.len())));
        }
        let state = if cipher.is_gcm() {
            let gcm = Box::new(Gcm::new(backend, key, check_nonce(cipher, nonce)?)?);
            Encryptor::Gcm { gcm, additional_data: additional_data.to_vec() }
        } else if cipher.is_aead() {
            let chacha = Box::new(ChaCha::new(key, check_nonce(cipher, nonce)?)?);
            Encryptor::ChaCha { chacha, additional_data: additional_data.to_vec() }
        } else {
            if !additional_data.is_empty() {
                return Err(Error::new(Code::UseArgument).because(format!("additional data for {cipher}")));
            }
            let vector =
                nonce.try_into().map_err(|_| Error::new(Code::UseArgument).because("an initialisation vector of another length"))?;
            Encryptor::Cbc(cbc::Encryptor::new(backend, key, vector)?)
        };
        Ok(Self { cipher, state })
    }

    /// Which cipher it is.
    pub fn cipher(&self) -> ContentCipher {
        self.cipher
    }

    /// Encrypts the next piece, best of 16 to 64 KiB, and appends what of the ciphertext is ready.
    ///
    /// # Errors
    /// [`Code::LimitBytes`] where the content is longer than the cipher can take.
    pub fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match &mut self.state {
            Encryptor::Cbc(cipher) => cipher.update(input, out),
            Encryptor::Gcm { gcm, .. } => gcm.encrypt(input, out),
            Encryptor::ChaCha { chacha, .. } => chacha.encrypt(input, out),
        }
    }

    /// Appends the rest of the ciphertext. The tag, of 16 octets, is there where the cipher has one.
    ///
    /// # Errors
    /// [`Code::Internal`] where the back end fails.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<Option<[u8; 16]>> {
        match self.state {
            Encryptor::Cbc(cipher) => cipher.finish(out).map(|()| None),
            Encryptor::Gcm { gcm, additional_data } => Ok(Some(gcm.tag(&additional_data))),
            Encryptor::ChaCha { chacha, additional_data } => Ok(Some(chacha.tag(&additional_data))),
        }
    }
}

/// Content being decrypted. What comes out is not to be believed, used or shown before [`finish`](Self::finish) has
/// passed; with a cipher that does not authenticate, not even then.
pub struct ContentDecryptor {
    cipher: ContentCipher,
    tag_length: usize,
    state: Decryptor,
}

enum Decryptor {
    Cbc(cbc::Decryptor),
    Gcm(Box<Gcm>),
    ChaCha(Box<ChaCha>),
}

impl ContentDecryptor {
    /// Decryption under this key.
    ///
    /// # Errors
    /// [`Code::EncDecryptFailed`] where the key has another length than the cipher's, [`Code::AlgParameters`] where the
    /// nonce has, [`Code::EncTagLength`] where the tag has.
    pub fn new(cipher: ContentCipher, key: &[u8], parameters: &CipherParameters) -> Result<Self> {
        Self::with(Backend::default(), cipher, key, parameters)
    }

    /// Decryption by this back end.
    ///
    /// # Errors
    /// As [`ContentDecryptor::new`].
    #[doc(hidden)]
    pub fn with(backend: Backend, cipher: ContentCipher, key: &[u8], parameters: &CipherParameters) -> Result<Self> {
        let fits = match cipher {
            ContentCipher::Rc2Cbc => (1..=128).contains(&key.len()),
            _ => key.len() == cipher.key_length(),
        };
        if !fits {
            return Err(Error::new(Code::EncDecryptFailed));
        }
        let state = if cipher.is_aead() {
            let tag_lengths = if cipher.is_gcm() { 12..=16 } else { 16..=16 };
            if !tag_lengths.contains(&parameters.tag_length) {
                return Err(Error::new(Code::EncTagLength).because(format!("{} octets", parameters.tag_length)));
            }
            let nonce =
                check_nonce(cipher, &parameters.nonce).map_err(|_| Error::new(Code::AlgParameters).because("a nonce of that length"))?;
            if cipher.is_gcm() {
                Decryptor::Gcm(Box::new(Gcm::new(backend, key, nonce)?))
            } else {
                Decryptor::ChaCha(Box::new(ChaCha::new(key, nonce)?))
            }
        } else {
            if parameters.nonce.len() != cipher.nonce_length() || parameters.effective_bits.is_some_and(|bits| !(1..=1024).contains(&bits))
            {
                return Err(
                    Error::new(Code::AlgParameters).because(format!("an initialisation vector or a key size that {cipher} has not"))
                );
            }
            Decryptor::Cbc(cbc::Decryptor::new(backend, cipher, key, parameters)?)
        };
        Ok(Self { cipher, tag_length: parameters.tag_length, state })
    }

    /// Which cipher it is.
    pub fn cipher(&self) -> ContentCipher {
        self.cipher
    }

    /// Decrypts the next piece, best of 16 to 64 KiB, and appends what of the content is ready.
    ///
    /// # Errors
    /// [`Code::EncDecryptFailed`] where the ciphertext is longer than the cipher can have made it.
    pub fn update(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let done = match &mut self.state {
            Decryptor::Cbc(cipher) => cipher.update(input, out),
            Decryptor::Gcm(gcm) => gcm.decrypt(input, out),
            Decryptor::ChaCha(chacha) => chacha.decrypt(input, out),
        };
        done.map_err(|_| Error::new(Code::EncDecryptFailed))
    }

    /// Appends the rest of the content and checks what there is to check: the tag of an authenticated cipher, which comes
    /// after the ciphertext together with the additional data, or the padding of CBC.
    ///
    /// # Errors
    /// [`Code::EncDecryptFailed`] where anything is wrong: forget what came out. [`Code::EncTagLength`] where the tag has
    /// another length than the parameters announced; [`Code::UseArgument`] where the cipher has a tag and none is given,
    /// or the other way round.
    pub fn finish(self, out: &mut Vec<u8>, late: Option<(&[u8], &[u8])>) -> Result<()> {
        match (self.state, late) {
            (Decryptor::Cbc(cipher), None) => cipher.finish(out),
            (Decryptor::Gcm(gcm), Some((additional_data, tag))) => {
                check_tag(self.tag_length, tag)?;
                if gcm.verifies(additional_data, tag) { Ok(()) } else { Err(Error::new(Code::EncDecryptFailed)) }
            }
            (Decryptor::ChaCha(chacha), Some((additional_data, tag))) => {
                check_tag(self.tag_length, tag)?;
                if chacha.verifies(additional_data, tag) { Ok(()) } else { Err(Error::new(Code::EncDecryptFailed)) }
            }
            _ => Err(Error::new(Code::UseArgument).because("a tag for a cipher without, or none for a cipher with one")),
        }
    }
}

/// GCM takes nonces of many lengths, ChaCha20 of one.
fn check_nonce(cipher: ContentCipher, nonce: &[u8]) -> Result<&[u8]> {
    let fits = if cipher.is_gcm() { super::GCM_NONCE.contains(&nonce.len()) } else { nonce.len() == cipher.nonce_length() };
    if fits { Ok(nonce) } else { Err(Error::new(Code::UseArgument).because(format!("a nonce of {} octets for {cipher}", nonce.len()))) }
}

/// The tag has the length that was announced.
fn check_tag(announced: usize, tag: &[u8]) -> Result<()> {
    if tag.len() == announced {
        return Ok(());
    }
    Err(Error::new(Code::EncTagLength).because(format!("{} octets where {announced} were announced", tag.len())))
}

impl fmt::Debug for ContentEncryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentEncryptor({})", self.cipher)
    }
}

impl fmt::Debug for ContentDecryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentDecryptor({})", self.cipher)
    }
}
