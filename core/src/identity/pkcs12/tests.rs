//! Files built element by element, each odd or hostile in one way.

use super::*;
use crate::asn1::Writer;
use crate::ca::{CertificateTemplate, Issuer};
use crate::crypto::kdf::{self, Pkcs12Purpose};
use crate::crypto::{ContentCipher, ContentEncryptor, DigestAlgorithm, KeyKind, mac};
use crate::identity::{Identity, KeyFile};
use crate::time::Time;

const PASSWORD: &str = "pässword 😀";
const SALT: &[u8] = b"saltsalt";

/// A key and its own certificate.
fn pair() -> (PrivateKey, Certificate) {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let mut template = CertificateTemplate::end_entity("Alice", "alice@example.org", Time::from_unix(0), Time::from_unix(1 << 40));
    template.authority = false;
    let issuer = Issuer::self_signed(&key, &template).unwrap();
    (key, issuer.certificate().clone())
}

fn der(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.element(tag, &parts.concat());
    writer.into_vec()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(Tag::SEQUENCE, parts)
}

fn explicit(content: &[u8]) -> Vec<u8> {
    der(Tag::context_constructed(0), &[content])
}

fn octets(content: &[u8]) -> Vec<u8> {
    der(Tag::OCTET_STRING, &[content])
}

fn integer(value: u64) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.unsigned(value);
    writer.into_vec()
}

fn object(identifier: const_oid::ObjectIdentifier) -> Vec<u8> {
    der(Tag::OID, &[identifier.as_bytes()])
}

fn bag(kind: const_oid::ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    sequence(&[&object(kind), &explicit(value)])
}

fn certificate_bag(certificate: &Certificate) -> Vec<u8> {
    bag(oid::PKCS12_CERT_BAG, &sequence(&[&object(oid::PKCS9_X509_CERTIFICATE), &explicit(&octets(certificate.der()))]))
}

fn key_bag(key: &PrivateKey) -> Vec<u8> {
    bag(oid::PKCS12_KEY_BAG, &key.to_pkcs8().unwrap())
}

fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[&object(oid::ID_DATA), &explicit(&octets(content))])
}

fn encrypted_data(algorithm: &[u8], encrypted: &[u8]) -> Vec<u8> {
    let content = sequence(&[&object(oid::ID_DATA), algorithm, &der(Tag::context(0), &[encrypted])]);
    sequence(&[&object(oid::ID_ENCRYPTED_DATA), &explicit(&sequence(&[&integer(0), &content]))])
}

/// A file without MAC.
fn pfx(safes: &[&[u8]]) -> Vec<u8> {
    sequence(&[&integer(3), &data(&sequence(safes))])
}

fn pbkdf2(identifier: const_oid::ObjectIdentifier, iterations: u64, length: Option<u64>) -> Vec<u8> {
    let prf = sequence(&[&object(oid::ID_HMAC_WITH_SHA256)]);
    let length = length.map(integer).unwrap_or_default();
    sequence(&[&object(identifier), &sequence(&[&octets(SALT), &integer(iterations), &length, &prf])])
}

fn pbes2(derivation: &[u8]) -> Vec<u8> {
    let encryption = sequence(&[&object(oid::AES128_CBC), &octets(&[0; 16])]);
    sequence(&[&object(oid::ID_PBES2), &sequence(&[derivation, &encryption])])
}

fn encrypt(password: &[u8], iterations: u32, plain: &[u8]) -> Vec<u8> {
    let key = kdf::pbkdf2(DigestAlgorithm::Sha256, password, SALT, iterations, 16, &Limits::default()).unwrap();
    let mut encrypted = Vec::new();
    let mut encryptor = ContentEncryptor::new(ContentCipher::Aes128Cbc, &key, &[0; 16], &[]).unwrap();
    encryptor.update(plain, &mut encrypted).unwrap();
    encryptor.finish(&mut encrypted).unwrap();
    encrypted
}

fn read(file: &[u8]) -> Result<KeyFile> {
    KeyFile::read(file, Some(PASSWORD), &Limits::default())
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

#[test]
fn what_is_written_is_read() {
    let (key, certificate) = pair();
    let (_, other) = pair();
    let identity = Identity::from_parts(key.clone(), certificate.clone(), vec![other.clone()]).unwrap();
    let file = identity.to_pkcs12(PASSWORD).unwrap();
    let back = Identity::from_pkcs12(&file, PASSWORD).unwrap();
    assert!(back.pairs().all(|(found, own)| found.public_key() == key.public_key() && *own == certificate));
    assert_eq!(back.chain(), [other]);
    assert_eq!(code(Identity::from_pkcs12(&file, "password")), Some(Code::KeyPasswordWrong));
    assert_eq!(code(Identity::from_bytes(&file, None)), Some(Code::UsePassword));
}

#[test]
fn one_key_with_two_certificates_is_written_once() {
    let (key, first) = pair();
    let second = Issuer::new(&key, first.clone()).unwrap();
    let template = CertificateTemplate::end_entity("Alice", "alice@example.com", Time::from_unix(0), Time::from_unix(1 << 33));
    let second = second.issue(key.public_key(), &template).unwrap();
    let text = crate::pem::encode("PRIVATE KEY", &key.to_pkcs8().unwrap()) + &first.to_pem() + &second.to_pem();
    let file = Identity::from_pem(&text, None).unwrap().to_pkcs12(PASSWORD).unwrap();
    let back = read(&file).unwrap();
    assert_eq!((back.keys().count(), back.certificates().count()), (1, 2));
    assert_eq!(back.into_identity().unwrap().pairs().count(), 2);
}

#[test]
fn plain_bags_nested_and_unknown_ones() {
    let (key, certificate) = pair();
    let unknown = bag(const_oid::ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.5"), &sequence(&[]));
    let nested = bag(oid::PKCS12_SAFE_CONTENTS_BAG, &sequence(&[&key_bag(&key)]));
    let file = pfx(&[&data(&sequence(&[&unknown, &nested])), &data(&sequence(&[&certificate_bag(&certificate)]))]);
    assert_eq!(read(&file).unwrap().into_identity().unwrap().certificate(), &certificate);
}

#[test]
fn ber_with_strings_in_pieces() {
    let (key, certificate) = pair();
    let indefinite = |tag: u8, parts: &[&[u8]]| [&[tag, 0x80][..], &parts.concat(), &[0, 0]].concat();
    let pieces = |octets: &[u8]| {
        let (one, two) = octets.split_at(octets.len() / 3);
        let inner = indefinite(0x24, &[&self::octets(two)]);
        indefinite(0x24, &[&self::octets(one), &inner])
    };
    let data = |content: &[u8]| indefinite(0x30, &[&object(oid::ID_DATA), &indefinite(0xa0, &[&pieces(content)])]);
    let bags = indefinite(0x30, &[&key_bag(&key), &certificate_bag(&certificate)]);
    let algorithm = pbes2(&pbkdf2(oid::ID_PBKDF2, 10, None));
    let encrypted = encrypt(PASSWORD.as_bytes(), 10, &bags);
    let (one, two) = encrypted.split_at(20);
    let content = indefinite(0x30, &[&object(oid::ID_DATA), &algorithm, &indefinite(0xa0, &[&octets(one), &octets(two)])]);
    let encrypted = indefinite(0x30, &[&integer(0), &content]);
    let safe = indefinite(0x30, &[&object(oid::ID_ENCRYPTED_DATA), &indefinite(0xa0, &[&encrypted])]);
    let authenticated = indefinite(0x30, &[&safe]);
    let file = indefinite(0x30, &[&integer(3), &data(&authenticated)]);
    assert_eq!(read(&file).unwrap().into_identity().unwrap().certificate(), &certificate);

    let digest = DigestAlgorithm::Sha1;
    let form = Password::new(PASSWORD).pkcs12_forms().remove(0);
    let key = kdf::pkcs12_kdf(digest, Pkcs12Purpose::Mac, &form, SALT, 1, digest.len(), &Limits::default()).unwrap();
    let info = sequence(&[&sequence(&[&object(digest.oid())]), &octets(&mac::hmac(digest, &key, &authenticated))]);
    // Without an iteration count, of which the default is 1.
    let mac_data = sequence(&[&info, &pieces(SALT)]);
    let with_mac = indefinite(0x30, &[&integer(3), &data(&authenticated), &mac_data]);
    assert!(read(&with_mac).is_ok());
    assert_eq!(code(KeyFile::read(&with_mac, Some("other"), &Limits::default())), Some(Code::KeyPasswordWrong));
}

#[test]
fn old_nss_gave_pbes2_the_bmp_string() {
    let (_, certificate) = pair();
    let form = Password::new(PASSWORD).pkcs12_forms().remove(0);
    let encrypted = encrypt(&form, 10, &sequence(&[&certificate_bag(&certificate)]));
    let file = pfx(&[&encrypted_data(&pbes2(&pbkdf2(oid::ID_PBKDF2, 10, None)), &encrypted)]);
    assert_eq!(read(&file).unwrap().certificates().count(), 1);
}

#[test]
fn pbmac1_and_its_key_lengths() {
    let authenticated = sequence(&[]);
    let file = |identifier, length: Option<u64>| {
        let bytes = length.unwrap_or(32).min(4096) as usize;
        let key = kdf::pbkdf2(DigestAlgorithm::Sha256, PASSWORD.as_bytes(), SALT, 10, bytes, &Limits::default()).unwrap();
        let scheme = sequence(&[&object(oid::ID_HMAC_WITH_SHA256)]);
        let algorithm = sequence(&[&object(oid::ID_PBMAC1), &sequence(&[&pbkdf2(identifier, 10, length), &scheme])]);
        let info = sequence(&[&algorithm, &octets(&mac::hmac(DigestAlgorithm::Sha256, &key, &authenticated))]);
        sequence(&[&integer(3), &data(&authenticated), &sequence(&[&info, &octets(b"not used"), &integer(1)])])
    };
    for length in [20, 32, 256, 1024] {
        assert!(read(&file(oid::ID_PBKDF2, Some(length))).is_ok(), "{length}");
    }
    assert!(read(&file(oid::ID_PBES2, Some(32))).is_ok(), "as Bouncy Castle wrote it");
    for length in [None, Some(0), Some(1), Some(19), Some(1025), Some(1 << 31), Some(u64::MAX)] {
        assert_eq!(code(read(&file(oid::ID_PBKDF2, length))), Some(Code::AlgParameters), "{length:?}");
    }
}

#[test]
fn work_is_refused_before_it_is_done() {
    // That there is an answer proves it: u64::MAX iterations would have no end.
    let mac_data = |iterations| {
        let info = sequence(&[&sequence(&[&object(oid::ID_SHA256)]), &octets(&[0; 32])]);
        sequence(&[&integer(3), &data(&sequence(&[])), &sequence(&[&info, &octets(SALT), &integer(iterations)])])
    };
    let safe = |algorithm: &[u8]| pfx(&[&encrypted_data(algorithm, &[0; 32])]);
    let pkcs12 = |iterations| sequence(&[&object(oid::PBE_WITH_SHA_AND_3_KEY_DES_CBC), &sequence(&[&octets(SALT), &integer(iterations)])]);
    let scrypt = |cost, block_size, parallelization| {
        let parameters = sequence(&[&octets(SALT), &integer(cost), &integer(block_size), &integer(parallelization)]);
        pbes2(&sequence(&[&object(oid::ID_SCRYPT), &parameters]))
    };
    for iterations in [1 << 31, u32::MAX.into(), 1 << 32, u64::MAX, 10_000_001] {
        for file in [mac_data(iterations), safe(&pbes2(&pbkdf2(oid::ID_PBKDF2, iterations, None))), safe(&pkcs12(iterations))] {
            assert_eq!(code(read(&file)), Some(Code::LimitKdf), "{iterations}");
        }
    }
    for (cost, block_size, parallelization) in [(1 << 30, 8, 1), (1 << 15, 1 << 20, 1), (2, 1, 1 << 29), (u64::MAX, u64::MAX, u64::MAX)] {
        assert_eq!(code(read(&safe(&scrypt(cost, block_size, parallelization)))), Some(Code::LimitKdf), "{cost} {block_size}");
    }
    assert_eq!(code(read(&safe(&pbes2(&pbkdf2(oid::ID_PBKDF2, 0, None))))), Some(Code::AlgParameters));
    assert_eq!(code(read(&safe(&pbes2(&pbkdf2(oid::ID_PBKDF2, 1, Some(1 << 40)))))), Some(Code::AlgParameters));
}

#[test]
fn the_work_of_many_bags_is_added_up() {
    let (key, _) = pair();
    let encrypted = encrypt(PASSWORD.as_bytes(), 100, &key.to_pkcs8().unwrap());
    let shrouded = sequence(&[&pbes2(&pbkdf2(oid::ID_PBKDF2, 100, None)), &octets(&encrypted)]);
    let bag = bag(oid::PKCS12_SHROUDED_KEY_BAG, &shrouded);
    let limits = Limits { kdf_iterations: 1000, ..Default::default() };
    for (bags, due) in [(10, None), (11, Some(Code::LimitKdf))] {
        let file = pfx(&[&data(&sequence(&[&bag.repeat(bags)]))]);
        assert_eq!(code(KeyFile::read(&file, Some(PASSWORD), &limits)), due, "{bags}");
    }
}

#[test]
fn depth_and_numbers_are_bounded() {
    let (_, certificate) = pair();
    let bag = certificate_bag(&certificate);
    let nested = |depth: usize| (0..depth).fold(bag.clone(), |bag, _| self::bag(oid::PKCS12_SAFE_CONTENTS_BAG, &sequence(&[&bag])));
    let file = |bag: &[u8]| pfx(&[&data(&sequence(&[bag]))]);
    assert!(read(&file(&nested(BAG_DEPTH - 1))).is_ok());
    assert_eq!(code(read(&file(&nested(BAG_DEPTH)))), Some(Code::LimitDepth));
    let limits = Limits { certificates: 3, ..Default::default() };
    assert!(KeyFile::read(&file(&bag.repeat(3)), None, &limits).is_ok());
    assert_eq!(code(KeyFile::read(&file(&bag.repeat(4)), None, &limits)), Some(Code::LimitCertificates));
    let (key, _) = pair();
    let keys = file(&key_bag(&key).repeat(4));
    assert_eq!(code(KeyFile::read(&keys, None, &limits)), Some(Code::LimitCertificates));
    let limits = Limits { layer_bytes: 100, ..Default::default() };
    assert_eq!(code(KeyFile::read(&file(&bag), None, &limits)), Some(Code::LimitBytes));
}

#[test]
fn what_is_no_pkcs12_file_is_refused() {
    let authenticated = sequence(&[]);
    let info = |length| sequence(&[&sequence(&[&object(oid::ID_SHA256)]), &octets(&vec![0; length])]);
    let with_mac = |mac_data: &[u8]| sequence(&[&integer(3), &data(&authenticated), mac_data]);
    let good = pfx(&[]);
    for (why, file, due) in [
        ("version 4", sequence(&[&integer(4), &data(&authenticated)]), Code::Pkcs12Malformed),
        ("octets behind it", [&good[..], &[0]].concat(), Code::Pkcs12Malformed),
        ("content that is none", sequence(&[&integer(3), &data(&[1, 2, 3])]), Code::Pkcs12Malformed),
        ("a short MAC", with_mac(&sequence(&[&info(4), &octets(SALT)])), Code::Pkcs12Malformed),
        ("an empty MAC", with_mac(&sequence(&[&info(0), &octets(SALT)])), Code::Pkcs12Malformed),
        ("a wrong MAC", with_mac(&sequence(&[&info(32), &octets(SALT)])), Code::KeyPasswordWrong),
        ("two MACs", with_mac(&sequence(&[&info(32), &octets(SALT)]).repeat(2)), Code::Pkcs12Malformed),
        ("no iterations", with_mac(&sequence(&[&info(32), &octets(SALT), &integer(0)])), Code::AlgParameters),
        (
            "integrity by signature",
            sequence(&[&integer(3), &sequence(&[&object(oid::ID_SIGNED_DATA), &explicit(&sequence(&[]))])]),
            Code::CmsTypeUnsupported,
        ),
        (
            "privacy by public key",
            pfx(&[&sequence(&[&object(oid::ID_ENVELOPED_DATA), &explicit(&sequence(&[]))])]),
            Code::CmsTypeUnsupported,
        ),
        (
            "RC4",
            pfx(&[&encrypted_data(
                &sequence(&[
                    &object(const_oid::ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.1")),
                    &sequence(&[&octets(SALT), &integer(1)]),
                ]),
                &[0; 16],
            )]),
            Code::AlgUnsupported,
        ),
        ("a key that is none", pfx(&[&data(&sequence(&[&bag(oid::PKCS12_KEY_BAG, &integer(1))]))]), Code::KeyMalformed),
    ] {
        assert_eq!(code(read(&file)), Some(due), "{why}");
    }
    assert!(read(&good).is_ok());
}

#[test]
fn an_unusable_key_beside_a_usable_one_is_passed_over() {
    let (key, certificate) = pair();
    let secp256k1 = object(const_oid::ObjectIdentifier::new_unwrap("1.3.132.0.10"));
    let algorithm = sequence(&[&object(oid::ID_EC_PUBLIC_KEY), &secp256k1]);
    let odd = sequence(&[&integer(0), &algorithm, &octets(&sequence(&[&integer(1), &octets(&[1; 32])]))]);
    let odd = bag(oid::PKCS12_KEY_BAG, &odd);
    let file = pfx(&[&data(&sequence(&[&odd, &key_bag(&key), &certificate_bag(&certificate)]))]);
    assert_eq!(read(&file).unwrap().into_identity().unwrap().certificate(), &certificate);
    let alone = pfx(&[&data(&sequence(&[&odd, &certificate_bag(&certificate)]))]);
    assert_eq!(code(read(&alone)), Some(Code::KeyUnsupported));
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(octets: Vec<u8>) {
        let _ = read(&octets);
    }

    #[test]
    fn damage_never_panics(position: proptest::sample::Index, octet: u8, keep: proptest::sample::Index) {
        thread_local!(static FILE: Vec<u8> = {
            let (key, certificate) = pair();
            let encrypted = encrypt(PASSWORD.as_bytes(), 10, &sequence(&[&certificate_bag(&certificate)]));
            let safe = encrypted_data(&pbes2(&pbkdf2(oid::ID_PBKDF2, 10, None)), &encrypted);
            pfx(&[&data(&sequence(&[&key_bag(&key)])), &safe])
        });
        let mut file = FILE.with(Vec::clone);
        let position = position.index(file.len());
        file[position] = octet;
        let limits = Limits { kdf_iterations: 1000, ..Default::default() };
        let _ = KeyFile::read(&file, Some(PASSWORD), &limits).and_then(KeyFile::into_identity);
        let _ = KeyFile::read(&file[..keep.index(file.len())], Some(PASSWORD), &limits);
    }
}
