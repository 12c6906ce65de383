use super::*;
use crate::ca::{CertificateTemplate, Issuer};
use crate::crypto::{Curve, Digest, DigestAlgorithm, KeyKind, SignatureScheme, ToBeSigned};
use crate::pem;
use crate::time::Time;

const FROM: Time = Time::from_unix(1_767_225_600);
const TO: Time = Time::from_unix(1_893_456_000);

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

fn authority() -> Issuer {
    Issuer::self_signed(&key(KeyKind::Ec(Curve::P256)), &CertificateTemplate::authority("Root", FROM, TO)).unwrap()
}

fn template() -> CertificateTemplate {
    CertificateTemplate::end_entity("Alice", "alice@example.org", FROM, TO)
}

fn pem_of(key: &PrivateKey) -> String {
    pem::encode("PRIVATE KEY", &key.to_pkcs8().unwrap())
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

#[test]
fn pem_in_any_order() {
    let root = authority();
    let key = key(KeyKind::Ec(Curve::P256));
    let own = root.issue(key.public_key(), &template()).unwrap();
    let parts = [pem_of(&key), own.to_pem(), root.certificate().to_pem()];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let text: String = order.iter().map(|index| format!("Bag Attributes\r\n{}", parts[*index].replace('\n', "\r\n"))).collect();
        let identity = Identity::from_pem(&text, None).unwrap();
        assert_eq!(identity.certificate(), &own);
        assert_eq!(identity.chain(), [root.certificate().clone()]);
        assert!(identity.signing_pair().is_some());
    }
}

#[test]
fn what_is_missing_has_its_code() {
    let root = authority();
    let (own, other) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
    let certificate = root.issue(own.public_key(), &template()).unwrap();
    assert_eq!(code(Identity::from_pem("", None)), Some(Code::PemMalformed));
    assert_eq!(code(Identity::from_pem("-----BEGIN X-----\n-----END X-----\n", None)), Some(Code::KeyMissing));
    assert_eq!(code(Identity::from_pem(&certificate.to_pem(), None)), Some(Code::KeyMissing));
    assert_eq!(code(Identity::from_pem(&pem_of(&own), None)), Some(Code::KeyCertificateMissing));
    assert_eq!(code(Identity::from_pem(&(pem_of(&other) + &certificate.to_pem()), None)), Some(Code::KeyMismatch));
    let both = pem_of(&own) + &pem_of(&other) + &certificate.to_pem();
    assert_eq!(code(Identity::from_pem(&both, None)), Some(Code::KeyMismatch));
    assert_eq!(code(Identity::from_parts(other, certificate, Vec::new())), Some(Code::KeyMismatch));
}

#[test]
fn the_signing_pair_is_the_best_that_may_sign() {
    let root = authority();
    let own = key(KeyKind::Ec(Curve::P384));
    let issue = |change: &dyn Fn(&mut CertificateTemplate)| {
        let mut template = template();
        change(&mut template);
        root.issue(own.public_key(), &template).unwrap()
    };
    let old = issue(&|template| template.not_after = FROM.plus_seconds(9));
    let new = issue(&|_| ());
    let longer_for_any = issue(&|template| {
        template.extended_key_usage = Vec::new();
        template.not_after = TO.plus_seconds(9);
    });
    let for_servers = issue(&|template| template.extended_key_usage = vec![const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1")]);
    let for_agreement = issue(&|template| template.key_usage = Some(KeyUsage::KEY_AGREEMENT));
    let all = [&for_servers, &for_agreement, &longer_for_any, &old, &new];
    let text = pem_of(&own) + &all.map(Certificate::to_pem).concat();
    let identity = Identity::from_pem(&text, None).unwrap();
    assert_eq!(identity.signing_pair().unwrap().1, &new);
    assert_eq!(identity.certificate(), &new);
    assert_eq!(identity.decryption_pairs().count(), 5);
    assert!(identity.chain().is_empty());

    let without = pem_of(&own) + &for_servers.to_pem() + &for_agreement.to_pem();
    let identity = Identity::from_pem(&without, None).unwrap();
    assert!(identity.signing_pair().is_none());
    assert_eq!(identity.certificate(), &for_servers);
}

#[test]
fn keys_for_agreement_do_not_sign_and_keys_for_signing_do_not_decrypt() {
    let root = authority();
    let (signing, agreement) = (key(KeyKind::Ed25519), key(KeyKind::X25519));
    let certificates = [&signing, &agreement].map(|key| root.issue(key.public_key(), &template()).unwrap());
    let text = [&signing, &agreement].map(pem_of).concat() + &certificates.each_ref().map(Certificate::to_pem).concat();
    let identity = Identity::from_pem(&text, None).unwrap();
    assert_eq!(identity.signing_pair().unwrap().1, &certificates[0]);
    assert_eq!(identity.decryption_pairs().map(|(_, certificate)| certificate).collect::<Vec<_>>(), [&certificates[1]]);
}

#[test]
fn the_intermediates_lead_up_to_the_root_without_it() {
    let root = authority();
    let sub_keys = [key(KeyKind::Ec(Curve::P256)), key(KeyKind::Ec(Curve::P256))];
    let sub = |issuer: &Issuer, name: &str, key: &PrivateKey| {
        let certificate = issuer.issue(key.public_key(), &CertificateTemplate::authority(name, FROM, TO)).unwrap();
        Issuer::new(key, certificate).unwrap()
    };
    let first = sub(&root, "First", &sub_keys[0]);
    let second = sub(&first, "Second", &sub_keys[1]);
    // Of the same name with another key: the key identifier tells them apart.
    let decoy = sub(&first, "Second", &key(KeyKind::Ec(Curve::P256)));
    let own = key(KeyKind::Ed25519);
    let certificate = second.issue(own.public_key(), &template()).unwrap();
    let chain: Vec<_> = [&decoy, &root, &first, &second].map(|issuer| issuer.certificate().clone()).to_vec();
    let identity = Identity::from_parts(own, certificate.clone(), chain).unwrap();
    assert_eq!(identity.intermediates(&certificate), [second.certificate(), first.certificate()]);
    assert!(identity.intermediates(root.certificate()).is_empty());
}

#[test]
fn circles_of_issuers_end() {
    let (one, two) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
    let name = |name: &str| CertificateTemplate::authority(name, FROM, TO);
    let root_one = Issuer::self_signed(&one, &name("One")).unwrap();
    let root_two = Issuer::self_signed(&two, &name("Two")).unwrap();
    let circle = vec![root_one.issue(two.public_key(), &name("Two")).unwrap(), root_two.issue(one.public_key(), &name("One")).unwrap()];
    let own = key(KeyKind::Ed25519);
    let certificate = root_one.issue(own.public_key(), &template()).unwrap();
    let identity = Identity::from_parts(own, certificate.clone(), circle).unwrap();
    assert_eq!(identity.intermediates(&certificate).len(), 2);
}

#[test]
fn a_key_that_another_keeps() {
    struct Device(PrivateKey);
    impl crate::crypto::ExternalKey for Device {
        fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> Result<Vec<u8>> {
            let digest = Digest::from_slice(DigestAlgorithm::Sha256, digest).unwrap();
            self.0.sign(scheme, ToBeSigned::Digest(&digest))
        }
    }
    let root = authority();
    let (own, other) = (key(KeyKind::Ec(Curve::P256)), key(KeyKind::Ec(Curve::P256)));
    let certificate = root.issue(own.public_key(), &template()).unwrap();
    let scheme = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
    let sign = |device: PrivateKey| {
        let identity = Identity::from_external(Arc::new(Device(device)), certificate.clone(), Vec::new()).unwrap();
        let (key, _) = identity.signing_pair().unwrap();
        assert_eq!(code(identity.to_pkcs12("secret")), Some(Code::KeyExternalFailed));
        key.sign(&scheme, ToBeSigned::Message(b"message"))
    };
    let signature = sign(own.clone()).unwrap();
    own.public_key().verify(&scheme, ToBeSigned::Message(b"message"), &signature).unwrap();
    assert_eq!(code(sign(other)), Some(Code::KeyExternalFailed));
}

#[test]
fn nothing_of_a_key_is_shown() {
    let root = authority();
    let own = key(KeyKind::Ed25519);
    let certificate = root.issue(own.public_key(), &template()).unwrap();
    let shown = format!("{:?}", Identity::from_parts(own.clone(), certificate, Vec::new()).unwrap());
    let seed = own.to_pkcs8().unwrap();
    let seed = &seed[seed.len() - 8..];
    assert!(shown.contains("Alice") && !shown.contains(&format!("{seed:?}")[1..20]), "{shown}");
}
