use super::*;
use crate::asn1::oid;
use crate::ca::{CertificateTemplate, Issuer};
use crate::crypto::{Curve, KeyKind};
use crate::identity::KeyFile;
use crate::limits::Limits;
use crate::time::Time;

const FROM: Time = Time::from_unix(1_767_225_600);
const TO: Time = Time::from_unix(1_893_456_000);
const PASSWORD: &str = "pässword 😀";

/// A key of this kind with its certificate, below one root for each.
fn identity(kind: KeyKind) -> Identity {
    let root = PrivateKey::generate(KeyKind::Ec(Curve::P256)).unwrap();
    let root = Issuer::self_signed(&root, &CertificateTemplate::authority(&format!("Root {kind}"), FROM, TO)).unwrap();
    let key = PrivateKey::generate(kind).unwrap();
    let template = CertificateTemplate::end_entity("Alice", "alice@example.org", FROM, TO);
    let certificate = root.issue(key.public_key(), &template).unwrap();
    Identity::from_parts(key, certificate, vec![root.certificate().clone()]).unwrap()
}

fn assert_same(back: &Identity, identity: &Identity) {
    let facts = |identity: &Identity| {
        let pairs = identity.pairs().map(|(key, certificate)| (key.public_key().clone(), certificate.clone()));
        (pairs.collect::<Vec<_>>(), identity.chain().to_vec())
    };
    assert_eq!(facts(back), facts(identity));
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(octets, part).is_some()
}

#[test]
fn each_profile_is_read_and_has_its_algorithms() {
    let identity = identity(KeyKind::Ec(Curve::P384));
    for profile in Pkcs12Profile::ALL {
        assert_eq!(Pkcs12Profile::from_name(profile.name()), Some(*profile));
        let file = identity.to_pkcs12_profile(PASSWORD, *profile, None).unwrap();
        assert_same(&Identity::from_pkcs12(&file, PASSWORD).unwrap(), &identity);
        let wrong = Identity::from_pkcs12(&file, "password").unwrap_err().code();
        assert_eq!(wrong, Code::KeyPasswordWrong, "{profile}");
        let algorithms =
            [oid::PBE_WITH_SHA_AND_3_KEY_DES_CBC, oid::ID_SHA1, oid::ID_PBES2, oid::AES256_CBC, oid::ID_SHA256, oid::ID_PBMAC1];
        let due = match profile {
            Pkcs12Profile::WindowsLegacy => [true, true, false, false, false, false],
            Pkcs12Profile::Compatible => [false, false, true, true, true, false],
            Pkcs12Profile::Modern => [false, false, true, true, false, true],
        };
        assert_eq!(algorithms.map(|algorithm| contains(&file, algorithm.as_bytes())), due, "{profile}");
    }
    assert_eq!(Pkcs12Profile::from_name("pkcs12"), None);
    let default = identity.to_pkcs12("").unwrap();
    assert!(contains(&default, oid::ID_SHA256.as_bytes()) && !contains(&default, oid::ID_PBMAC1.as_bytes()));
    assert_same(&Identity::from_pkcs12(&default, "").unwrap(), &identity);
}

#[test]
fn several_pairs_in_one_file() {
    let (signing, encryption) = (identity(KeyKind::Ed25519), identity(KeyKind::X25519));
    let both = Identity::join([&signing, &encryption, &signing], encryption.chain()).unwrap();
    assert_eq!((both.pairs().count(), both.chain().len()), (2, 2));
    assert_eq!(both.signing_pair().map(|(_, certificate)| certificate), Some(signing.certificate()));
    let file = both.to_pkcs12_profile(PASSWORD, Pkcs12Profile::WindowsLegacy, Some("Älice")).unwrap();
    assert_same(&Identity::from_pkcs12(&file, PASSWORD).unwrap(), &both);
    assert_eq!(Identity::join([], &[]).unwrap_err().code(), Code::UseArgument);
}

#[test]
fn a_certificate_with_its_key_is_no_link_of_the_chain_any_more() {
    let root_key = PrivateKey::generate(KeyKind::Ec(Curve::P256)).unwrap();
    let root = Issuer::self_signed(&root_key, &CertificateTemplate::authority("Root", FROM, TO)).unwrap();
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let own = root.issue(key.public_key(), &CertificateTemplate::end_entity("Alice", "alice@example.org", FROM, TO)).unwrap();
    let person = Identity::from_parts(key, own, vec![root.certificate().clone()]).unwrap();
    let authority = Identity::from_parts(root_key, root.certificate().clone(), Vec::new()).unwrap();
    let both = Identity::join([&person, &authority], &[]).unwrap();
    assert_eq!((both.pairs().count(), both.chain().len()), (2, 0));
}

#[test]
fn pem_with_and_without_a_password() {
    let identity = Identity::join([&identity(KeyKind::Ed25519), &identity(KeyKind::Ec(Curve::P256))], &[]).unwrap();
    let plain = identity.to_pem(None, KeyDerivation::Pbkdf2).unwrap();
    assert_same(&Identity::from_pem(&plain, None).unwrap(), &identity);
    let encrypted = identity.to_pem(Some(PASSWORD), KeyDerivation::Scrypt).unwrap();
    assert!(!encrypted.contains("BEGIN PRIVATE KEY") && encrypted.matches("BEGIN ENCRYPTED PRIVATE KEY").count() == 2);
    assert_same(&Identity::from_pem(&encrypted, Some(PASSWORD)).unwrap(), &identity);
    assert_eq!(Identity::from_pem(&encrypted, None).unwrap_err().code(), Code::UsePassword);
    let file = KeyFile::read(plain.as_bytes(), None, &Limits::default()).unwrap();
    assert_eq!((file.keys().count(), file.certificates().count()), (2, 4));
}
