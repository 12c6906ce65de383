use super::*;
use crate::cert::Certificate;
use crate::crypto::{Curve, DigestAlgorithm, KeyKind};

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

fn full() -> RequestTemplate {
    RequestTemplate {
        subject: vec![(oid::AT_COUNTRY_NAME, "DE".to_owned()), (oid::AT_COMMON_NAME, "J\u{f6}rg".to_owned())],
        addresses: ["joerg@b\u{fc}cher.example", "j\u{f6}rg@example.org"].map(str::to_owned).to_vec(),
        key_usage: Some(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::DECIPHER_ONLY)),
        extensions: vec![NewExtension { kind: oid::ID_DATA, critical: true, value: vec![5, 0] }],
        ..RequestTemplate::mailbox("")
    }
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

/// A request around these fields of its CertificationRequestInfo, after version, subject and key; its signature fits.
fn forge(key: &PrivateKey, version: u8, attributes: &[u8]) -> Vec<u8> {
    let mut info = Writer::new();
    info.nest(Tag::SEQUENCE, |info| {
        info.element(Tag::INTEGER, &[version]);
        info.raw(&[0x30, 0]);
        info.raw(key.public_key().spki());
        info.raw(attributes);
    });
    let info = info.into_vec();
    let scheme = default_scheme(key.kind()).unwrap();
    let signature = key.sign(&scheme, ToBeSigned::Message(&info)).unwrap();
    let mut request = Writer::new();
    request.nest(Tag::SEQUENCE, |request| {
        request.raw(&info);
        request.raw(&scheme.algorithm_identifier());
        request.bit_string(&signature);
    });
    request.into_vec()
}

fn element(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.element(tag, &parts.concat());
    writer.into_vec()
}

fn attribute(kind: ObjectIdentifier, values: &[&[u8]]) -> Vec<u8> {
    element(Tag::SEQUENCE, &[&element(Tag::OID, &[kind.as_bytes()]), &element(Tag::SET, values)])
}

#[test]
fn what_is_asked_for_is_read_again() {
    for kind in
        [KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ec(Curve::P521), KeyKind::Ed25519]
    {
        let key = key(kind);
        let request = full().sign(&key).unwrap();
        request.verify().unwrap();
        assert_eq!(&request.public_key().unwrap(), key.public_key());
        assert_eq!(request.subject().to_string(), "CN=J\u{f6}rg,C=DE");
        assert_eq!(request.addresses(), ["joerg@xn--bcher-kva.example", "j\u{f6}rg@example.org"]);
        assert_eq!(request.key_usage().unwrap().unwrap().names(), ["digitalSignature", "decipherOnly"]);
        assert!(request.extended_key_usage().unwrap().unwrap().contains(oid::KP_EMAIL_PROTECTION));
        let data = request.extension(oid::ID_DATA).unwrap();
        assert_eq!((data.critical, data.value, request.extensions().count()), (true, &[5, 0][..], 4));
        assert_eq!(request.attributes().map(|attribute| attribute.dotted().into_owned()).collect::<Vec<_>>(), ["1.2.840.113549.1.9.14"]);
        for file in [request.der(), request.to_pem().as_bytes(), request.to_pem().replace(" CERT", " NEW CERT").as_bytes()] {
            assert_eq!(CertificateRequest::from_bytes(file).unwrap(), request);
        }
        let told = request.describe();
        assert_eq!((told.signature, told.key), ("passed", Some(kind.to_string())));
    }
}

#[test]
fn who_asks_for_nothing_has_no_extensions() {
    let template = RequestTemplate { subject: vec![(oid::AT_COMMON_NAME, "A".to_owned())], ..RequestTemplate::default() };
    let request = template.sign(&key(KeyKind::Ed25519)).unwrap();
    request.verify().unwrap();
    assert_eq!((request.attributes().count(), request.extensions().count(), request.addresses().len()), (0, 0, 0));
    assert!(request.key_usage().unwrap().is_none() && request.extended_key_usage().unwrap().is_none());
    assert_eq!(code(RequestTemplate::default().sign(&key(KeyKind::Ed25519))), Some(Code::UseArgument));
    assert_eq!(code(RequestTemplate::mailbox("nobody").sign(&key(KeyKind::Ed25519))), Some(Code::AddrMalformed));
    assert_eq!(code(full().sign(&key(KeyKind::X25519))), Some(Code::KeyUnsupported));
}

#[test]
fn another_scheme() {
    let key = key(KeyKind::Rsa { bits: 2048 });
    let pss = SignatureScheme::pss(DigestAlgorithm::Sha384);
    let request = full().sign_with(&key, &pss).unwrap();
    request.verify().unwrap();
    assert_eq!(request.signature_scheme().unwrap(), pss);
    assert!(full().sign_with(&key, &SignatureScheme::Ed25519).is_err());
}

#[test]
fn a_key_that_another_keeps_signs_its_request() {
    struct Kept(PrivateKey);
    impl crate::crypto::ExternalKey for Kept {
        fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> Result<Vec<u8>> {
            self.0.sign(scheme, ToBeSigned::Message(digest))
        }
    }
    // Ed25519 has no digest: the keeper gets the message.
    let own = key(KeyKind::Ed25519);
    let kept = PrivateKey::external(own.public_key().clone(), Arc::new(Kept(own.clone())));
    full().sign(&kept).unwrap().verify().unwrap();
    let wrong = PrivateKey::external(own.public_key().clone(), Arc::new(Kept(key(KeyKind::Ed25519))));
    assert!(full().sign(&wrong).is_err());
}

#[test]
fn possession_is_proved_with_the_key_in_the_request() {
    let (one, other) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
    let mut der = full().sign(&one).unwrap().der().to_vec();
    let at = der.windows(32).position(|window| window == one.public_key().key_octets()).unwrap();
    der[at..at + 32].copy_from_slice(other.public_key().key_octets());
    let stolen = CertificateRequest::from_der(&der).unwrap();
    assert_eq!((&stolen.public_key().unwrap(), code(stolen.verify())), (other.public_key(), Some(Code::SigInvalid)));
    assert_eq!(stolen.describe().signature, "failed");
}

#[test]
fn odd_requests_are_read() {
    let key = key(KeyKind::Ed25519);
    let usage =
        element(Tag::SEQUENCE, &[&element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid::CE_KEY_USAGE.as_bytes()]), &[4, 4, 3, 2, 5, 0x20]])]);
    let windows = attribute(oid::MS_CERT_EXTENSIONS, &[&usage]);
    let version = attribute(ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.13.2.3"), &[&[0x16, 3, b'1', b'0', b'.']]);
    for attributes in [vec![], element(Tag::context_constructed(0), &[]), element(Tag::context_constructed(0), &[&version, &windows])] {
        let request = CertificateRequest::from_der(&forge(&key, 0, &attributes)).unwrap();
        request.verify().unwrap();
        assert!(request.subject().is_empty());
        assert_eq!(request.key_usage().unwrap().is_some(), attributes.len() > 2);
    }
    assert!(CertificateRequest::from_der(&forge(&key, 1, &[])).is_ok());
}

#[test]
fn what_is_no_request_is_refused() {
    let key = key(KeyKind::Ed25519);
    let attributes = |parts: &[&[u8]]| forge(&key, 0, &element(Tag::context_constructed(0), parts));
    let extension = element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid::ID_DATA.as_bytes()]), &[4, 2, 5, 0]]);
    let one = element(Tag::SEQUENCE, &[&extension]);
    let requested = attribute(oid::PKCS9_EXTENSION_REQUEST, &[&one]);
    let good = attributes(&[&requested]);
    assert!(CertificateRequest::from_der(&good).is_ok());
    for bad in [
        vec![],
        vec![0x30, 0],
        forge(&key, 9, &[]),
        forge(&key, 0, &[0xa0, 2, 5, 0]),
        forge(&key, 0, &[5, 0]),
        [&[0x31], &good[1..]].concat(),
        good[..good.len() - 1].to_vec(),
        attributes(&[&requested, &attribute(oid::MS_CERT_EXTENSIONS, &[&one])]),
        attributes(&[&attribute(oid::PKCS9_EXTENSION_REQUEST, &[&one, &one])]),
        attributes(&[&attribute(oid::PKCS9_EXTENSION_REQUEST, &[])]),
        attributes(&[&attribute(oid::PKCS9_EXTENSION_REQUEST, &[&[5, 0]])]),
        attributes(&[&attribute(oid::PKCS9_EXTENSION_REQUEST, &[&element(Tag::SEQUENCE, &[&extension, &extension])])]),
        attributes(&[&[5, 0]]),
        key.public_key().spki().to_vec(),
    ] {
        assert_eq!(code(CertificateRequest::from_der(&bad)), Some(Code::ReqMalformed), "{bad:02x?}");
    }
    assert_eq!(code(CertificateRequest::from_der(&[&good[..], &[0]].concat())), Some(Code::BerTrailing));
    assert_eq!(code(CertificateRequest::from_der(&vec![0x30; CertificateRequest::MAXIMUM_LENGTH + 1])), Some(Code::LimitBytes));
    assert_eq!(code(CertificateRequest::from_pem(&vec![b' '; CertificateRequest::MAXIMUM_LENGTH * 4 + 1])), Some(Code::LimitBytes));
    let pem = CertificateRequest::from_der(&good).unwrap().to_pem();
    for bad in [format!("{pem}{pem}"), pem.replace("REQUEST", "REQUESTS"), String::new()] {
        assert_eq!(code(CertificateRequest::from_pem(bad.as_bytes())), Some(Code::PemMalformed));
    }
    // Unreadable where it is asked, and not before.
    let usage = element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid::CE_KEY_USAGE.as_bytes()]), &[4, 2, 5, 0]]);
    let odd = attributes(&[&attribute(oid::PKCS9_EXTENSION_REQUEST, &[&element(Tag::SEQUENCE, &[&usage])])]);
    assert_eq!(code(CertificateRequest::from_der(&odd).unwrap().key_usage()), Some(Code::ReqMalformed));
    assert!(Certificate::from_der(&good).is_err());
}

proptest::proptest! {
    /// Nothing of the content can be altered under the signature; what else can be (none of it) is not content.
    #[test]
    fn an_altered_request_never_verifies_with_other_content(at: proptest::sample::Index, flip in 1u8..=255, ec: bool) {
        let request = full().sign(&key(if ec { KeyKind::Ec(Curve::P256) } else { KeyKind::Ed25519 })).unwrap();
        let mut altered = request.der().to_vec();
        let at = at.index(altered.len());
        altered[at] ^= flip;
        if let Ok(altered) = CertificateRequest::from_der(&altered) {
            let _ = (altered.describe(), altered.key_usage().is_ok(), altered.extended_key_usage().is_ok());
            if altered.verify().is_ok() {
                proptest::prop_assert_eq!(altered.inner.view.signed.tbs(altered.der()), request.inner.view.signed.tbs(request.der()));
            }
        }
    }

    #[test]
    fn never_panics(octets: Vec<u8>, attributes: Vec<u8>) {
        let _ = CertificateRequest::from_bytes(&octets);
        let key = key(KeyKind::Ed25519);
        for octets in [element(Tag::context_constructed(0), &[&attributes]), attributes] {
            if let Ok(request) = CertificateRequest::from_der(&forge(&key, 0, &octets)) {
                let _ = (request.describe(), request.mailboxes());
            }
        }
    }
}
