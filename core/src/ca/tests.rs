use super::*;
use crate::crypto::Curve;

const FROM: Time = Time::from_unix(1_767_225_600);
const TO: Time = Time::from_unix(2_900_000_000);

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

fn authority(kind: KeyKind) -> Issuer {
    Issuer::self_signed(&key(kind), &CertificateTemplate::authority("Root", FROM, TO)).unwrap()
}

fn template() -> CertificateTemplate {
    CertificateTemplate::end_entity("Alice", "alice@example.org", FROM, TO)
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

#[test]
fn every_kind_of_key_certifies_every_kind() {
    let kinds = [
        KeyKind::Rsa { bits: 2048 },
        KeyKind::Ec(Curve::P256),
        KeyKind::Ec(Curve::P384),
        KeyKind::Ec(Curve::P521),
        KeyKind::Ed25519,
        KeyKind::X25519,
    ];
    let keys = kinds.map(key);
    for issuer in keys.iter().filter(|key| key.kind().signs()) {
        let issuer = Issuer::self_signed(issuer, &CertificateTemplate::authority("Root", FROM, TO)).unwrap();
        let root = issuer.certificate();
        root.verify_signed_by(root.public_key().unwrap()).unwrap();
        assert!(root.is_ca() && root.is_self_issued());
        for key in &keys {
            let certificate = issuer.issue(key.public_key(), &template()).unwrap();
            certificate.verify_signed_by(root.public_key().unwrap()).unwrap();
            assert_eq!(certificate.public_key().unwrap(), key.public_key());
            assert_eq!(certificate.issuer().der(), root.subject().der());
            assert!(!certificate.is_ca());
        }
    }
    assert_eq!(code(Issuer::self_signed(&keys[5], &template())), Some(Code::KeyUnsupported));
    let root = authority(KeyKind::Ed25519);
    assert_eq!(code(Issuer::new(&keys[0], root.certificate().clone())), Some(Code::KeyMismatch));
}

#[test]
fn what_the_template_says_stands_in_the_certificate() {
    let issuer = authority(KeyKind::Ec(Curve::P256));
    let certificate = issuer.issue(key(KeyKind::Rsa { bits: 2048 }).public_key(), &template()).unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=Alice");
    assert_eq!((certificate.not_before(), certificate.not_after(), certificate.version()), (FROM, TO, 3));
    assert_eq!(certificate.addresses(), ["alice@example.org"]);
    let usage = certificate.key_usage().unwrap().unwrap();
    assert_eq!(usage.names(), ["digitalSignature", "keyEncipherment"]);
    assert!(certificate.extended_key_usage().unwrap().unwrap().contains(oid::KP_EMAIL_PROTECTION));
    let identifier = certificate.authority_key_identifier().unwrap().key_identifier.unwrap();
    assert_eq!(issuer.certificate().subject_key_identifier(), Some(identifier));
    assert_eq!(identifier.len(), 20);
    assert_eq!(certificate.serial().len(), 16);
    let other = issuer.issue(certificate.public_key().unwrap(), &template()).unwrap();
    assert_ne!(certificate.serial(), other.serial());

    let mut sub = CertificateTemplate::authority("Sub", FROM, TO);
    sub.path_length = Some(0);
    sub.serial = Some(vec![0x80, 1]);
    sub.subject.push((oid::AT_COUNTRY_NAME, "DE".to_owned()));
    let sub = issuer.issue(key(KeyKind::Ed25519).public_key(), &sub).unwrap();
    let constraints = sub.basic_constraints().unwrap().unwrap();
    assert_eq!((constraints.ca, constraints.path_length), (true, Some(0)));
    assert_eq!(sub.serial(), [0, 0x80, 1]);
    assert_eq!(sub.key_usage().unwrap().unwrap().names(), ["keyCertSign", "cRLSign"]);
    assert!(sub.extended_key_usage().unwrap().is_none() && sub.addresses().is_empty());
}

#[test]
fn addresses_beyond_ascii() {
    let issuer = authority(KeyKind::Ed25519);
    let mut template = template();
    template.subject.clear();
    template.addresses = ["bob@bücher.example", "žofie@bücher.example", "a@b.example"].map(str::to_owned).to_vec();
    let certificate = issuer.issue(key(KeyKind::Ed25519).public_key(), &template).unwrap();
    assert_eq!(certificate.addresses(), ["bob@xn--bcher-kva.example", "žofie@xn--bcher-kva.example", "a@b.example"]);
    // RFC 5280 section 4.1.2.6: critical where there is no subject.
    assert!(certificate.subject().is_empty() && certificate.extension(oid::CE_SUBJECT_ALT_NAME).unwrap().critical);
}

#[test]
fn an_extension_given_replaces_the_usual_one() {
    let issuer = authority(KeyKind::Ed25519);
    let mut template = template();
    let odd = |critical| NewExtension { kind: oid::CE_KEY_USAGE, critical, value: vec![3, 2, 5, 0x20] };
    template.extensions = vec![odd(false)];
    let own = key(KeyKind::Ed25519);
    let certificate = issuer.issue(own.public_key(), &template).unwrap();
    let extension = certificate.extension(oid::CE_KEY_USAGE).unwrap();
    assert_eq!((extension.critical, extension.value), (false, &[3, 2, 5, 0x20][..]));
    template.extensions.push(odd(true));
    assert_eq!(code(issuer.issue(own.public_key(), &template)), Some(Code::CertDuplicateExtension));
    assert!(issuer.issue_der(own.public_key(), &template).is_ok());
}

#[test]
fn what_cannot_be_written_is_refused() {
    let issuer = authority(KeyKind::Ed25519);
    let own = key(KeyKind::Ed25519);
    let refused = |change: &dyn Fn(&mut CertificateTemplate)| {
        let mut template = template();
        change(&mut template);
        code(issuer.issue(own.public_key(), &template))
    };
    assert_eq!(refused(&|template| template.not_before = Time::from_unix(-1)), Some(Code::UseArgument));
    assert_eq!(refused(&|template| template.serial = Some(vec![0, 0])), Some(Code::UseArgument));
    assert_eq!(refused(&|template| template.serial = Some(Vec::new())), Some(Code::UseArgument));
    assert_eq!(refused(&|template| template.serial = Some(vec![1; 21])), Some(Code::UseArgument));
    assert_eq!(refused(&|template| template.addresses = vec!["no address".to_owned()]), Some(Code::AddrMalformed));
    assert_eq!(refused(&|template| template.subject = vec![(oid::AT_COUNTRY_NAME, "Düsseldorf".to_owned())]), Some(Code::UseArgument));
    assert_eq!(refused(&|template| template.subject = vec![(oid::AT_COMMON_NAME, String::new())]), Some(Code::UseArgument));
    let nameless = |template: &mut CertificateTemplate| {
        template.subject.clear();
        template.addresses.clear();
    };
    assert_eq!(refused(&nameless), Some(Code::UseArgument));
    assert_eq!(refused(&|_| ()), None);
}

#[test]
fn another_scheme() {
    let scheme = SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha384, mgf_digest: DigestAlgorithm::Sha384, salt_length: 48 };
    let issuer = authority(KeyKind::Rsa { bits: 2048 }).with_scheme(scheme.clone());
    let certificate = issuer.issue(key(KeyKind::Ed25519).public_key(), &template()).unwrap();
    certificate.verify_signed_by(issuer.certificate().public_key().unwrap()).unwrap();
    assert_eq!(certificate.signature_scheme().unwrap(), scheme);
}

proptest::proptest! {
    #[test]
    fn any_subject_can_be_written(name in "\\PC{1,80}", seconds in 0i64..253_402_300_799) {
        let issuer = authority(KeyKind::Ed25519);
        let (from, to) = (Time::from_unix(seconds / 2), Time::from_unix(seconds));
        let template = CertificateTemplate::end_entity(&name, "a@b.example", from, to);
        let certificate = issuer.issue(issuer.certificate().public_key().unwrap(), &template).unwrap();
        assert_eq!(certificate.subject().values(oid::AT_COMMON_NAME).collect::<Vec<_>>(), [name]);
        assert_eq!((certificate.not_before(), certificate.not_after()), (from, to));
    }
}
