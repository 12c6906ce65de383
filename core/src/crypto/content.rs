//! Content encryption: AES in CBC and GCM, ChaCha20-Poly1305, and what old mail used (RFC 3565, 5084, 8103, 3370).

mod cbc;
mod chacha;
mod gcm;
mod ghash;
mod poly1305;
mod stream;

use std::fmt;

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag, Writer, oid};
use crate::error::{Code, Error, Result};

pub(crate) use cbc::encrypt_triple_des;
pub use stream::{ContentDecryptor, ContentEncryptor};

/// Octets of a GCM nonce that are read. RFC 5084 recommends 12, and only those are written.
const GCM_NONCE: std::ops::RangeInclusive<usize> = 1..=64;

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

/// What stands beside a cipher's object identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CipherParameters {
    /// The initialisation vector, or the nonce of GCM.
    pub nonce: Vec<u8>,
    /// Octets of the authentication tag; zero for a cipher without one.
    pub tag_length: usize,
    /// The effective key bits of RC2.
    pub effective_bits: Option<usize>,
}

impl ContentCipher {
    /// Every cipher.
    pub const ALL: &'static [Self] = &[
        Self::Aes128Cbc,
        Self::Aes192Cbc,
        Self::Aes256Cbc,
        Self::Aes128Gcm,
        Self::Aes192Gcm,
        Self::Aes256Gcm,
        Self::ChaCha20Poly1305,
        Self::DesEde3Cbc,
        Self::Rc2Cbc,
    ];

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Aes128Cbc => oid::AES128_CBC,
            Self::Aes192Cbc => oid::AES192_CBC,
            Self::Aes256Cbc => oid::AES256_CBC,
            Self::Aes128Gcm => oid::AES128_GCM,
            Self::Aes192Gcm => oid::AES192_GCM,
            Self::Aes256Gcm => oid::AES256_GCM,
            Self::ChaCha20Poly1305 => oid::CHACHA20_POLY1305,
            Self::DesEde3Cbc => oid::DES_EDE3_CBC,
            Self::Rc2Cbc => oid::RC2_CBC,
        }
    }

    /// The cipher of this object identifier, if it is one of ours.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.iter().copied().find(|cipher| cipher.oid() == oid)
    }

    /// The name in reports and on the command line: `aes-256-gcm`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128Cbc => "aes-128-cbc",
            Self::Aes192Cbc => "aes-192-cbc",
            Self::Aes256Cbc => "aes-256-cbc",
            Self::Aes128Gcm => "aes-128-gcm",
            Self::Aes192Gcm => "aes-192-gcm",
            Self::Aes256Gcm => "aes-256-gcm",
            Self::ChaCha20Poly1305 => "chacha20-poly1305",
            Self::DesEde3Cbc => "des-ede3-cbc",
            Self::Rc2Cbc => "rc2-cbc",
        }
    }

    /// The cipher of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cipher| cipher.name() == name)
    }

    /// Whether it authenticates what it encrypts.
    pub const fn is_aead(self) -> bool {
        self.is_gcm() || matches!(self, Self::ChaCha20Poly1305)
    }

    pub(super) const fn is_gcm(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }

    /// Octets of its key; for RC2 those of 128 effective bits, see [`CipherParameters::key_length`].
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Aes128Gcm | Self::Rc2Cbc => 16,
            Self::Aes192Cbc | Self::Aes192Gcm | Self::DesEde3Cbc => 24,
            Self::Aes256Cbc | Self::Aes256Gcm | Self::ChaCha20Poly1305 => 32,
        }
    }

    /// Octets of the initialisation vector or nonce that is written.
    pub const fn nonce_length(self) -> usize {
        match self {
            Self::Aes128Cbc | Self::Aes192Cbc | Self::Aes256Cbc => 16,
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm | Self::ChaCha20Poly1305 => 12,
            Self::DesEde3Cbc | Self::Rc2Cbc => 8,
        }
    }

    /// Octets of ciphertext for content of this many octets, without the tag.
    pub const fn ciphertext_length(self, content: u64) -> u64 {
        if self.is_aead() {
            return content;
        }
        let block = self.nonce_length() as u64;
        match content.checked_next_multiple_of(block) {
            Some(length) if length == content => content.saturating_add(block),
            Some(length) => length,
            None => u64::MAX,
        }
    }

    /// Its AlgorithmIdentifier in DER. The length of the tag counts for GCM alone: that of ChaCha20-Poly1305 is always 16.
    pub fn algorithm_identifier(self, nonce: &[u8], tag_length: usize) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(self.oid());
            if self.is_gcm() {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.octet_string(nonce);
                    if tag_length != 12 {
                        writer.unsigned(tag_length as u64);
                    }
                });
            } else {
                writer.octet_string(nonce);
            }
        });
        writer.into_vec()
    }

    /// Reads its parameters, the raw element of the AlgorithmIdentifier.
    ///
    /// # Errors
    /// [`Code::EncTagLength`] where the tag is not of 12 to 16 octets, [`Code::AlgParameters`] where anything else is not
    /// as the RFC of the cipher has it.
    pub fn parse_parameters(self, parameters: &[u8]) -> Result<CipherParameters> {
        self.read_parameters(parameters).map_err(|error| match error.code() {
            Code::EncTagLength => error,
            _ => Error::new(Code::AlgParameters).because(self.name()).with_source(error),
        })
    }

    fn read_parameters(self, parameters: &[u8]) -> Result<CipherParameters> {
        let element = Reader::ber(parameters).single()?;
        match self {
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm => read_gcm(element),
            // AEADChaCha20Poly1305Nonce (RFC 8103 section 3).
            Self::ChaCha20Poly1305 => Ok(CipherParameters { nonce: read_vector(element, 12)?, tag_length: 16, effective_bits: None }),
            Self::Rc2Cbc => read_rc2(element),
            _ => Ok(CipherParameters { nonce: read_vector(element, self.nonce_length())?, tag_length: 0, effective_bits: None }),
        }
    }
}

impl fmt::Display for ContentCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl CipherParameters {
    /// An initialisation vector and nothing else, for ciphers without a tag.
    pub fn initialisation_vector(octets: &[u8]) -> Self {
        Self { nonce: octets.to_vec(), tag_length: 0, effective_bits: None }
    }

    /// Octets of the content-encryption key for this cipher with these parameters.
    pub fn key_length(&self, cipher: ContentCipher) -> usize {
        match (cipher, self.effective_bits) {
            (ContentCipher::Rc2Cbc, Some(bits)) => bits.div_ceil(8),
            _ => cipher.key_length(),
        }
    }
}

/// GCMParameters (RFC 5084 section 3.2).
fn read_gcm(element: Element<'_>) -> Result<CipherParameters> {
    if element.tag != Tag::SEQUENCE {
        return Err(element.error(Code::BerTag));
    }
    let mut fields = element.children()?;
    let nonce = fields.element()?;
    if nonce.tag != Tag::OCTET_STRING || !GCM_NONCE.contains(&nonce.content.len()) {
        return Err(nonce.error(Code::BerValue));
    }
    let tag_length = if fields.is_empty() { 12 } else { fields.unsigned()? };
    fields.finish()?;
    match usize::try_from(tag_length) {
        Ok(tag_length @ 12..=16) => Ok(CipherParameters { nonce: nonce.content.to_vec(), tag_length, effective_bits: None }),
        _ => Err(Error::new(Code::EncTagLength).because(format!("{tag_length} octets"))),
    }
}

/// RC2CBCParameter (RFC 3370 section 5.2), or the bare vector of 32 effective bits that RFC 2268 also has.
fn read_rc2(element: Element<'_>) -> Result<CipherParameters> {
    let (version, vector) = match element.tag {
        Tag::SEQUENCE => {
            let mut fields = element.children()?;
            let version = fields.unsigned()?;
            let vector = fields.element()?;
            fields.finish()?;
            (Some(version), vector)
        }
        _ => (None, element),
    };
    let effective_bits = match version {
        Some(160) => 40,
        Some(120) => 64,
        Some(58) => 128,
        None => 32,
        Some(other) => return Err(Error::new(Code::AlgParameters).because(format!("rc2ParameterVersion {other}"))),
    };
    Ok(CipherParameters { nonce: read_vector(vector, 8)?, tag_length: 0, effective_bits: Some(effective_bits) })
}

fn read_vector(element: Element<'_>, length: usize) -> Result<Vec<u8>> {
    if element.tag != Tag::OCTET_STRING || element.content.len() != length {
        return Err(element.error(Code::BerValue));
    }
    Ok(element.content.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::octets;

    #[test]
    fn identifiers_and_names_lead_back() {
        for cipher in ContentCipher::ALL {
            assert_eq!(ContentCipher::from_oid(cipher.oid()), Some(*cipher));
            assert_eq!(ContentCipher::from_name(cipher.name()), Some(*cipher));
        }
        assert_eq!(ContentCipher::from_oid(oid::AES128_WRAP), None);
    }

    #[test]
    fn what_is_written_is_read() {
        for cipher in ContentCipher::ALL.iter().filter(|cipher| **cipher != ContentCipher::Rc2Cbc) {
            let nonce = vec![7; cipher.nonce_length()];
            let tag_lengths = match cipher {
                ContentCipher::ChaCha20Poly1305 => 16..=16,
                _ if cipher.is_aead() => 12..=16,
                _ => 0..=0,
            };
            for tag_length in tag_lengths {
                let identifier = cipher.algorithm_identifier(&nonce, tag_length);
                let mut fields = Reader::der(&identifier).sequence().unwrap();
                assert_eq!(ContentCipher::from_oid(fields.oid().unwrap()), Some(*cipher));
                let parameters = cipher.parse_parameters(fields.rest()).unwrap();
                assert_eq!(parameters, CipherParameters { nonce: nonce.clone(), tag_length, effective_bits: None });
                assert_eq!(parameters.key_length(*cipher), cipher.key_length());
            }
        }
    }

    #[test]
    fn gcm_parameters_are_bounded() {
        let parse = |parameters: &str| ContentCipher::Aes256Gcm.parse_parameters(&octets(parameters)).map_err(|error| error.code());
        let nonce = "040c000102030405060708090a0b";
        assert_eq!(parse(&format!("300e{nonce}")).unwrap().tag_length, 12);
        assert_eq!(parse(&format!("3011{nonce}020110")).unwrap().tag_length, 16);
        for tag_length in ["00", "04", "08", "0b", "11", "7f"] {
            assert_eq!(parse(&format!("3011{nonce}0201{tag_length}")).unwrap_err(), Code::EncTagLength, "{tag_length}");
        }
        assert_eq!(parse(&format!("3011{nonce}0201ff")).unwrap_err(), Code::AlgParameters);
        assert_eq!(parse(&format!("3013{nonce}0201100500")).unwrap_err(), Code::AlgParameters);
        for parameters in ["", "0500", "3000", "30020400", "040c000102030405060708090a0b"] {
            assert_eq!(parse(parameters).unwrap_err(), Code::AlgParameters, "{parameters}");
        }
        assert_eq!(parse(&format!("30430441{}", "00".repeat(65))).unwrap_err(), Code::AlgParameters);
        assert_eq!(parse(&format!("30420440{}", "00".repeat(64))).unwrap().nonce.len(), 64);
    }

    #[test]
    fn vectors_have_the_length_of_a_block() {
        for cipher in [ContentCipher::Aes128Cbc, ContentCipher::DesEde3Cbc, ContentCipher::ChaCha20Poly1305] {
            for length in 0..40 {
                let parameters = [vec![4, length], vec![0; length.into()]].concat();
                let read = cipher.parse_parameters(&parameters);
                assert_eq!(read.is_ok(), usize::from(length) == cipher.nonce_length(), "{cipher} {length}");
            }
            assert_eq!(cipher.parse_parameters(&[5, 0]).unwrap_err().code(), Code::AlgParameters);
        }
    }

    /// RFC 3370 section 5.2.
    #[test]
    fn versions_of_rc2_are_key_sizes() {
        let parse = |parameters: &str| ContentCipher::Rc2Cbc.parse_parameters(&octets(parameters)).map_err(|error| error.code());
        let vector = "04080011223344556677";
        for (version, bits, octets) in [("020200a0", 40, 5), ("020178", 64, 8), ("02013a", 128, 16)] {
            let parameters = parse(&format!("30{:02x}{version}{vector}", (version.len() + vector.len()) / 2)).unwrap();
            assert_eq!(parameters.effective_bits, Some(bits));
            assert_eq!(parameters.key_length(ContentCipher::Rc2Cbc), octets);
        }
        assert_eq!(parse(vector).unwrap().effective_bits, Some(32));
        assert_eq!(parse(&format!("300d020101{vector}")).unwrap_err(), Code::AlgParameters);
        assert_eq!(parse(&format!("300e02020400{vector}")).unwrap_err(), Code::AlgParameters);
    }

    #[test]
    fn the_length_of_ciphertext_is_known_beforehand() {
        for (content, cbc) in [(0, 16), (1, 16), (15, 16), (16, 32), (17, 32)] {
            assert_eq!(ContentCipher::Aes128Cbc.ciphertext_length(content), cbc);
            assert_eq!(ContentCipher::Aes128Gcm.ciphertext_length(content), content);
        }
        assert_eq!(ContentCipher::Aes128Cbc.ciphertext_length(u64::MAX), u64::MAX);
    }
}
