use proptest::prelude::*;

use super::{octets, pairs};
use crate::crypto::{Backend, CipherParameters, ContentCipher, ContentDecryptor, ContentEncryptor};
use crate::error::{Code, Result};

/// The ciphers in which new content is written.
const WRITTEN: [ContentCipher; 7] = [
    ContentCipher::Aes128Cbc,
    ContentCipher::Aes192Cbc,
    ContentCipher::Aes256Cbc,
    ContentCipher::Aes128Gcm,
    ContentCipher::Aes192Gcm,
    ContentCipher::Aes256Gcm,
    ContentCipher::ChaCha20Poly1305,
];

struct Case {
    cipher: ContentCipher,
    key: Vec<u8>,
    nonce: Vec<u8>,
    additional_data: Vec<u8>,
}

impl Case {
    fn new(cipher: ContentCipher, additional_data: &[u8]) -> Self {
        let additional_data = if cipher.is_aead() { additional_data.to_vec() } else { Vec::new() };
        Self { cipher, key: vec![3; cipher.key_length()], nonce: vec![5; cipher.nonce_length()], additional_data }
    }

    fn parameters(&self, tag_length: usize) -> CipherParameters {
        CipherParameters { nonce: self.nonce.clone(), tag_length, effective_bits: None }
    }

    /// Encrypts in pieces of these lengths, over and over.
    fn encrypt(&self, backend: Backend, content: &[u8], pieces: &[usize]) -> (Vec<u8>, Option<[u8; 16]>) {
        let mut encryptor = ContentEncryptor::with(backend, self.cipher, &self.key, &self.nonce, &self.additional_data).unwrap();
        let mut out = Vec::new();
        for piece in split(content, pieces) {
            encryptor.update(piece, &mut out).unwrap();
        }
        let tag = encryptor.finish(&mut out).unwrap();
        (out, tag)
    }

    fn decrypt(&self, backend: Backend, ciphertext: &[u8], tag: Option<&[u8]>, pieces: &[usize]) -> Result<Vec<u8>> {
        let parameters = self.parameters(tag.map_or(0, <[u8]>::len));
        let mut decryptor = ContentDecryptor::with(backend, self.cipher, &self.key, &parameters)?;
        let mut out = Vec::new();
        for piece in split(ciphertext, pieces) {
            decryptor.update(piece, &mut out)?;
        }
        decryptor.finish(&mut out, tag.map(|tag| (&self.additional_data[..], tag)))?;
        Ok(out)
    }
}

fn split<'a>(octets: &'a [u8], pieces: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = octets;
    let mut split = Vec::new();
    for piece in pieces.iter().cycle().take(10_000) {
        let (head, tail) = rest.split_at((*piece).min(rest.len()));
        split.push(head);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    split.push(rest);
    split
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_one_back_end_encrypts_the_other_decrypts(
        content in proptest::collection::vec(any::<u8>(), 0..200),
        additional_data in proptest::collection::vec(any::<u8>(), 0..60),
        pieces in proptest::collection::vec(0usize..40, 1..6),
        tag_length in 12usize..=16,
        nonce_length in 1usize..=64,
        flip: u16,
    ) {
        for cipher in WRITTEN {
            let mut case = Case::new(cipher, &additional_data);
            if cipher.is_gcm() {
                case.nonce = vec![9; nonce_length];
            }
            let tag_length = if cipher.is_gcm() { tag_length } else { 16 };
            for (one, other) in pairs() {
                let (ciphertext, tag) = case.encrypt(one, &content, &pieces);
                prop_assert_eq!(ciphertext.len() as u64, cipher.ciphertext_length(content.len() as u64));
                let tag = tag.as_ref().map(|tag| &tag[..tag_length]);
                prop_assert_eq!(case.decrypt(other, &ciphertext, tag, &pieces).unwrap(), content.clone());
                if let Some(tag) = tag {
                    let refused = |ciphertext: &[u8], tag: &[u8]| {
                        case.decrypt(other, ciphertext, Some(tag), &pieces).unwrap_err().code()
                    };
                    let mut altered = tag.to_vec();
                    let at = usize::from(flip) % (8 * altered.len());
                    altered[at / 8] ^= 1 << (at % 8);
                    prop_assert_eq!(refused(&ciphertext, &altered), Code::EncDecryptFailed);
                    if !ciphertext.is_empty() {
                        let mut altered = ciphertext.clone();
                        let at = usize::from(flip) % (8 * altered.len());
                        altered[at / 8] ^= 1 << (at % 8);
                        prop_assert_eq!(refused(&altered, tag), Code::EncDecryptFailed);
                        prop_assert_eq!(refused(&ciphertext[1..], tag), Code::EncDecryptFailed);
                    }
                    prop_assert_eq!(refused(&[&ciphertext[..], &[0]].concat(), tag), Code::EncDecryptFailed);
                    let mut other_data = Case { additional_data: [&additional_data[..], &[0]].concat(), ..Case::new(cipher, b"") };
                    other_data.nonce = case.nonce.clone();
                    let refused = other_data.decrypt(other, &ciphertext, Some(tag), &pieces).unwrap_err();
                    prop_assert_eq!(refused.code(), Code::EncDecryptFailed);
                }
            }
        }
    }

    #[test]
    fn cbc_that_ends_within_a_block_is_refused(length in 0usize..70) {
        for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
            let case = Case::new(cipher, b"");
            let (ciphertext, _) = case.encrypt(Backend::default(), &[7; 64], &[64]);
            for backend in Backend::ALL {
                let decrypted = case.decrypt(*backend, &ciphertext[..length.min(79)], None, &[11]);
                // Content of one octet over and over: a whole block of it is no padding, sevens are, of seven octets.
                match length {
                    16 | 32 | 48 | 64 => prop_assert_eq!(decrypted.unwrap(), vec![7; length - 7]),
                    _ => prop_assert_eq!(decrypted.unwrap_err().code(), Code::EncDecryptFailed),
                }
            }
        }
    }
}

/// More than one stride of GCM, and pieces as they come from files.
#[test]
fn large_content_in_large_pieces() {
    let content: Vec<u8> = (0..150_001u32).map(|at| (at % 251) as u8).collect();
    for cipher in WRITTEN {
        let case = Case::new(cipher, b"attributes");
        let (expected, tag) = case.encrypt(Backend::Pure, &content, &[usize::MAX]);
        for (one, other) in pairs() {
            let (ciphertext, made) = case.encrypt(one, &content, &[65_536, 16_384, 1]);
            assert!(ciphertext == expected && made == tag, "{cipher} {one:?}");
            let decrypted = case.decrypt(other, &ciphertext, tag.as_ref().map(|tag| &tag[..]), &[65_536]).unwrap();
            assert!(decrypted == content, "{cipher} {other:?}");
        }
    }
}

/// Every last octet of CBC content, made by encrypting without padding: only 1 to 16 of the same are padding.
#[test]
fn paddings_of_cbc() {
    let vector = [5; 16];
    for backend in Backend::ALL {
        for last in 0..=255u8 {
            for wrong in [false, true] {
                let mut block = [last; 16];
                if wrong {
                    block[16usize.saturating_sub(last.into()).min(15)] ^= 0x20;
                }
                // The encryptor pads with a block of its own, which is left off.
                let case = Case { cipher: ContentCipher::Aes128Cbc, key: vec![3; 16], nonce: vector.to_vec(), additional_data: Vec::new() };
                let (ciphertext, _) = case.encrypt(Backend::default(), &block, &[16]);
                let decrypted = case.decrypt(*backend, &ciphertext[..16], None, &[16]);
                let good = (1..=16).contains(&last) && !wrong;
                assert_eq!(decrypted.map(|content| content.len()).ok(), good.then(|| 16 - usize::from(last)), "{last} {wrong}");
            }
        }
    }
}

/// Made by OpenSSL 3.0 (`openssl enc`), which old mail's ciphers are read against.
#[test]
fn what_old_mail_used() {
    let cases = [
        (40, "0123456789", "7fb6b33460c7379e70b0271970333bf669452b4a3da908cbab06d7e3869c73a2da88e6bad3b30d17c76ec8e664ac4a67"),
        (64, "0123456789abcdef", "f1bc4819602f4753f6eba08bfd11227bb0d594ba16b4861f154b37acb5d0fc785f66d34a76588a233840cb1b6bfa04f4"),
        (
            128,
            "0123456789abcdef0123456789abcdef",
            "fb86d988dbff77a6981bffb7b9221353d0bb5e0e1138916062825a3221b0806af69e9d6efde1ed3b18ddc4ea26c1860b",
        ),
        (
            0,
            "0123456789abcdef23456789abcdef01456789abcdef0123",
            "7b74783dc4b50ba8995e774c54dfc90055212e52ae92ba6b8594cc1ba06f91e154b76cf0e9d0c17d679e6d897d840128",
        ),
    ];
    for (bits, key, ciphertext) in cases {
        let cipher = if bits == 0 { ContentCipher::DesEde3Cbc } else { ContentCipher::Rc2Cbc };
        let parameters = CipherParameters { nonce: octets("0011223344556677"), tag_length: 0, effective_bits: (bits > 0).then_some(bits) };
        for backend in Backend::ALL {
            let decrypt = |ciphertext: &[u8]| {
                let mut decryptor = ContentDecryptor::with(*backend, cipher, &octets(key), &parameters)?;
                let mut out = Vec::new();
                ciphertext.chunks(5).try_for_each(|piece| decryptor.update(piece, &mut out))?;
                decryptor.finish(&mut out, None).map(|()| out)
            };
            assert_eq!(decrypt(&octets(ciphertext)).unwrap(), b"The quick brown fox jumps over the lazy dog", "{cipher} {bits}");
            assert_eq!(decrypt(&octets(&ciphertext[2..])).unwrap_err().code(), Code::EncDecryptFailed);
        }
    }
}

#[test]
fn keys_nonces_and_tags_are_measured() {
    for backend in Backend::ALL {
        for cipher in WRITTEN {
            let case = Case::new(cipher, b"");
            let refused = |key: &[u8], nonce: &[u8], data: &[u8]| {
                ContentEncryptor::with(*backend, cipher, key, nonce, data).map(|_| ()).map_err(|error| error.code())
            };
            assert_eq!(refused(&case.key[1..], &case.nonce, b"").unwrap_err(), Code::UseArgument);
            assert_eq!(refused(&case.key, b"", b"").unwrap_err(), Code::UseArgument);
            assert_eq!(refused(&case.key, &[0; 65], b"").unwrap_err(), Code::UseArgument);
            assert_eq!(refused(&case.key, &case.nonce, b"data").is_ok(), cipher.is_aead());
            let decryptor = |key: &[u8], nonce: &[u8], tag_length| {
                let parameters = CipherParameters { nonce: nonce.to_vec(), tag_length, effective_bits: None };
                ContentDecryptor::with(*backend, cipher, key, &parameters).map_err(|error| error.code())
            };
            assert_eq!(decryptor(&case.key[1..], &case.nonce, 16).unwrap_err(), Code::EncDecryptFailed);
            assert_eq!(decryptor(&case.key, b"", 16).unwrap_err(), Code::AlgParameters);
            assert_eq!(
                decryptor(&case.key, &case.nonce, 16).unwrap().finish(&mut Vec::new(), None).unwrap_err().code(),
                if cipher.is_aead() { Code::UseArgument } else { Code::EncDecryptFailed }
            );
            if cipher.is_aead() {
                assert_eq!(decryptor(&case.key, &case.nonce, 4).unwrap_err(), Code::EncTagLength);
                let short = decryptor(&case.key, &case.nonce, 16).unwrap().finish(&mut Vec::new(), Some((b"", &[0; 12]))).unwrap_err();
                assert_eq!(short.code(), Code::EncTagLength);
            } else {
                let tagged = decryptor(&case.key, &case.nonce, 0).unwrap().finish(&mut Vec::new(), Some((b"", &[0; 16]))).unwrap_err();
                assert_eq!(tagged.code(), Code::UseArgument);
            }
        }
        for cipher in [ContentCipher::DesEde3Cbc, ContentCipher::Rc2Cbc] {
            let refused = ContentEncryptor::with(*backend, cipher, &vec![0; cipher.key_length()], &[0; 8], b"").unwrap_err();
            assert_eq!(refused.code(), Code::AlgUnsupported);
        }
        for (key_length, bits) in [(0, 40), (129, 40), (5, 0), (5, 1025)] {
            let parameters = CipherParameters { nonce: vec![0; 8], tag_length: 0, effective_bits: Some(bits) };
            assert!(ContentDecryptor::with(*backend, ContentCipher::Rc2Cbc, &vec![0; key_length], &parameters).is_err());
        }
    }
}
