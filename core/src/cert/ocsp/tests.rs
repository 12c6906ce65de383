use std::sync::LazyLock;

use super::*;
use crate::asn1::{Writer, oid};
use crate::ca::{CertificateTemplate, Issuer};
use crate::cert::{Certificate, RevocationReason};
use crate::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme, ToBeSigned};
use crate::time::Time;

const FROM: Time = Time::from_unix(1_767_225_600);
const TO: Time = Time::from_unix(2_900_000_000);
const SHA1: DigestAlgorithm = DigestAlgorithm::Sha1;
/// id-pkix-ocsp-archive-cutoff and a kind that nobody knows.
const ARCHIVE_CUTOFF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
const STRANGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4");

struct Scene {
    key: PrivateKey,
    root: Certificate,
    alice: Certificate,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let key = PrivateKey::generate(KeyKind::Ec(Curve::P256)).unwrap();
    let issuer = Issuer::self_signed(&key, &CertificateTemplate::authority("Root", FROM, TO)).unwrap();
    let template = CertificateTemplate::end_entity("Alice", "alice@example.org", FROM, TO);
    let alice = issuer.issue(PrivateKey::generate(KeyKind::Ed25519).unwrap().public_key(), &template).unwrap();
    Scene { key, root: issuer.certificate().clone(), alice }
});

fn encoded(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.into_vec()
}

fn time(text: &str) -> Vec<u8> {
    encoded(|writer| writer.element(Tag::GENERALIZED_TIME, text.as_bytes()))
}

fn explicit(number: u8, content: &[u8]) -> Vec<u8> {
    encoded(|writer| writer.element(Tag::context_constructed(number), content))
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    encoded(|writer| writer.element(Tag::SEQUENCE, &parts.concat()))
}

fn extension(kind: ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    encoded(|writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(kind);
            if critical {
                writer.element(Tag::BOOLEAN, &[0xff]);
            }
            writer.octet_string(value);
        });
    })
}

fn id_of(certificate: &Certificate) -> Vec<u8> {
    CertId::new(certificate, &SCENE.root, SHA1).to_der()
}

/// The parts of an answer: each is what stands there, in DER.
#[derive(Clone)]
struct Parts {
    version: Vec<u8>,
    responder: Vec<u8>,
    produced_at: Vec<u8>,
    id: Vec<u8>,
    status: Vec<u8>,
    this_update: Vec<u8>,
    next_update: Vec<u8>,
    single_extensions: Vec<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    copies: usize,
}

fn parts() -> Parts {
    Parts {
        version: vec![],
        responder: explicit(1, SCENE.root.subject().der()),
        produced_at: time("20261123120000Z"),
        id: id_of(&SCENE.alice),
        status: vec![0x80, 0],
        this_update: time("20261123110000Z"),
        next_update: explicit(0, &time("20261124110000Z")),
        single_extensions: vec![],
        extensions: vec![],
        certificates: vec![],
        copies: 1,
    }
}

/// SHA-1 as an AlgorithmIdentifier without parameters.
fn sha1() -> Vec<u8> {
    encoded(|writer| writer.nest(Tag::SEQUENCE, |writer| writer.oid(SHA1.oid())))
}

fn list(number: u8, members: &[Vec<u8>]) -> Vec<u8> {
    if members.is_empty() { vec![] } else { explicit(number, &sequence(&[&members.concat()])) }
}

impl Parts {
    fn basic(&self) -> Vec<u8> {
        let single = sequence(&[&self.id, &self.status, &self.this_update, &self.next_update, &list(1, &self.single_extensions)]);
        let singles = sequence(&[&single.repeat(self.copies)]);
        let tbs = sequence(&[&self.version, &self.responder, &self.produced_at, &singles, &list(1, &self.extensions)]);
        let scheme = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
        let signature = SCENE.key.sign(&scheme, ToBeSigned::Message(&tbs)).unwrap();
        let signature = encoded(|writer| writer.bit_string(&signature));
        sequence(&[&tbs, &scheme.algorithm_identifier(), &signature, &list(0, &self.certificates)])
    }

    fn response(&self) -> OcspResponse {
        OcspResponse::from_basic(&self.basic()).unwrap()
    }

    fn code(&self) -> Option<Code> {
        OcspResponse::from_basic(&self.basic()).err().map(|error| error.code())
    }

    fn single(&self, check: impl FnOnce(SingleResponse<'_>)) {
        check(self.response().basic().unwrap().responses().next().unwrap());
    }
}

#[test]
fn a_response_says_what_was_written() {
    let nonce = encoded(|writer| writer.octet_string(b"nonce"));
    let response = Parts {
        version: explicit(0, &[2, 1, 0]),
        single_extensions: vec![extension(ARCHIVE_CUTOFF, false, &time("20200101000000Z"))],
        extensions: vec![extension(oid::PKIX_OCSP_NONCE, false, &nonce)],
        certificates: vec![SCENE.root.der().to_vec(), vec![5, 0]],
        ..parts()
    }
    .response();
    assert_eq!(response.status(), OcspResponseStatus::Successful);
    let basic = response.basic().unwrap();
    assert_eq!(basic.responder_id(), ResponderId::ByName(SCENE.root.subject()));
    assert!(basic.is_responder(&SCENE.root) && !basic.is_responder(&SCENE.alice));
    assert_eq!(basic.produced_at().to_string(), "2026-11-23T12:00:00Z");
    assert_eq!(basic.nonce(), Some(&b"nonce"[..]));
    assert_eq!((basic.certificates(), basic.unread_certificates()), (&[SCENE.root.clone()][..], 1));
    assert_eq!(basic.unknown_critical_extension(), None);
    basic.verify_signed_by(SCENE.key.public_key()).unwrap();
    let other = PrivateKey::generate(KeyKind::Ec(Curve::P256)).unwrap();
    assert_eq!(basic.verify_signed_by(other.public_key()).unwrap_err().code(), Code::SigInvalid);
    let ed25519 = SCENE.alice.public_key().unwrap();
    assert_eq!(basic.verify_signed_by(ed25519).unwrap_err().code(), Code::SigAlgorithmMismatch);
    assert_eq!(format!("{response:?}"), "OcspResponse(successful, by CN=Root at 2026-11-23T12:00:00Z)");

    let single = basic.responses_for(&SCENE.alice, &SCENE.root).next().unwrap();
    assert_eq!(single.status, CertificateStatus::Good);
    assert_eq!(single.this_update.to_string(), "2026-11-23T11:00:00Z");
    assert_eq!(single.next_update.unwrap().to_string(), "2026-11-24T11:00:00Z");
    assert_eq!(single.archive_cutoff.unwrap().to_string(), "2020-01-01T00:00:00Z");
    assert!(!single.unknown_critical);
    assert!(basic.responses_for(&SCENE.root, &SCENE.root).next().is_none());
}

#[test]
fn bare_whole_and_pem_are_the_same() {
    let basic = parts().basic();
    let response = OcspResponse::from_basic(&basic).unwrap();
    let whole = OcspResponse::from_der(response.der()).unwrap();
    assert_eq!(whole, response);
    assert_eq!((whole.basic().unwrap().der(), response.basic().unwrap().der()), (&basic[..], &basic[..]));
    assert_eq!(whole.basic().unwrap().tbs(), response.basic().unwrap().tbs());
    assert_eq!(*whole.sha256(), super::super::sha256(whole.der()));
    let pem = crate::pem::encode("OCSP RESPONSE", whole.der());
    assert_eq!(OcspResponse::many(format!("{pem}{pem}").as_bytes()).unwrap(), [whole.clone(), whole.clone()]);
    assert_eq!(OcspResponse::many(whole.der()).unwrap(), [whole]);
    assert_eq!(OcspResponse::many(SCENE.root.to_pem().as_bytes()).unwrap_err().code(), Code::PemMalformed);
}

#[test]
fn a_responder_is_named_by_name_or_key() {
    let by_key = |certificate: &Certificate| {
        let digest = SHA1.digest(certificate.public_key().unwrap().key_octets());
        explicit(2, &encoded(|writer| writer.octet_string(&digest)))
    };
    let response = Parts { responder: by_key(&SCENE.root), ..parts() }.response();
    let basic = response.basic().unwrap();
    assert!(matches!(basic.responder_id(), ResponderId::ByKey(digest) if digest.len() == 20));
    assert!(basic.is_responder(&SCENE.root) && !basic.is_responder(&SCENE.alice));
    for bad in [explicit(1, &[4, 0]), explicit(2, &[5, 0]), explicit(3, &[4, 0]), explicit(1, &[]), vec![0x82, 0]] {
        assert_eq!(Parts { responder: bad.clone(), ..parts() }.code(), Some(Code::OcspMalformed), "{bad:02x?}");
    }
}

#[test]
fn every_status() {
    let revoked = |fields: &[&[u8]]| encoded(|writer| writer.element(Tag::context_constructed(1), &fields.concat()));
    let at = time("20261101000000Z");
    let since = Time::parse_rfc3339("2026-11-01T00:00:00Z").unwrap();
    let reason = |number: u8| explicit(0, &[0x0a, 1, number]);
    for (status, found) in [
        (vec![0x80, 0], CertificateStatus::Good),
        (vec![0x82, 0], CertificateStatus::Unknown),
        (revoked(&[&at]), CertificateStatus::Revoked { at: since, reason: None }),
        (revoked(&[&at, &reason(1)]), CertificateStatus::Revoked { at: since, reason: Some(RevocationReason::KeyCompromise) }),
        // Reasons that do not exist take nothing from the revocation.
        (revoked(&[&at, &reason(7)]), CertificateStatus::Revoked { at: since, reason: None }),
        (revoked(&[&at, &explicit(0, &[0x0a, 2, 1, 0])]), CertificateStatus::Revoked { at: since, reason: None }),
    ] {
        Parts { status, ..parts() }.single(|single| assert_eq!(single.status, found));
    }
    for status in [
        vec![0x80, 1, 0],
        vec![0x82, 1, 0],
        vec![0xa0, 0],
        vec![0x81, 0],
        vec![0xa1, 0],
        vec![0x83, 0],
        vec![5, 0],
        revoked(&[&at, &explicit(0, &[2, 1, 1])]),
        revoked(&[&at, &explicit(0, &[0x0a, 0])]),
        revoked(&[&at, &reason(1), &reason(1)]),
    ] {
        assert_eq!(Parts { status: status.clone(), ..parts() }.code(), Some(Code::OcspMalformed), "{status:02x?}");
    }
    // The reason may stand in an extension, and counts less there.
    let superseded = extension(ObjectIdentifier::new_unwrap("2.5.29.21"), false, &[0x0a, 1, 4]);
    let with = |status| Parts { status, single_extensions: vec![superseded.clone()], ..parts() };
    let expected = |reason| CertificateStatus::Revoked { at: since, reason: Some(reason) };
    with(revoked(&[&at])).single(|single| assert_eq!(single.status, expected(RevocationReason::Superseded)));
    with(revoked(&[&at, &reason(1)])).single(|single| assert_eq!(single.status, expected(RevocationReason::KeyCompromise)));
    with(vec![0x80, 0]).single(|single| assert_eq!(single.status, CertificateStatus::Good));
}

#[test]
fn critical_extensions() {
    let strange = |critical| vec![extension(STRANGE, critical, &[5, 0])];
    Parts { single_extensions: strange(false), ..parts() }.single(|single| assert!(!single.unknown_critical));
    Parts { single_extensions: strange(true), ..parts() }.single(|single| {
        assert!(single.unknown_critical);
        assert_eq!(single.extensions[0].dotted(), "1.2.3.4");
    });
    let known = vec![extension(ARCHIVE_CUTOFF, true, &time("20200101000000Z"))];
    Parts { single_extensions: known, ..parts() }.single(|single| assert!(!single.unknown_critical));
    let found = |extensions| {
        let response = Parts { extensions, ..parts() }.response();
        response.basic().unwrap().unknown_critical_extension().map(|extension| extension.dotted())
    };
    assert_eq!(found(strange(false)), None);
    assert_eq!(found(strange(true)).as_deref(), Some("1.2.3.4"));
    assert_eq!(found(vec![extension(oid::PKIX_OCSP_NONCE, true, &[4, 0])]), None);
    // A nonce without the inner OCTET STRING, as RFC 2560 can be read.
    let response = Parts { extensions: vec![extension(oid::PKIX_OCSP_NONCE, false, b"bare")], ..parts() }.response();
    assert_eq!(response.basic().unwrap().nonce(), Some(&b"bare"[..]));
    for twice in [[strange(false), strange(false)].concat(), vec![vec![0x30, 0]], vec![vec![5, 0]]] {
        assert_eq!(Parts { extensions: twice.clone(), ..parts() }.code(), Some(Code::OcspMalformed));
        assert_eq!(Parts { single_extensions: twice, ..parts() }.code(), Some(Code::OcspMalformed));
    }
    let unreadable = vec![extension(ARCHIVE_CUTOFF, false, &time("never"))];
    assert_eq!(Parts { single_extensions: unreadable, ..parts() }.code(), Some(Code::OcspMalformed));
}

#[test]
fn what_is_no_response() {
    let alter = |change: fn(&mut Parts)| {
        let mut parts = parts();
        change(&mut parts);
        parts.code()
    };
    for code in [
        alter(|parts| parts.version = explicit(0, &[2, 1, 1])),
        alter(|parts| parts.version = explicit(0, &[2, 1, 0, 2, 1, 0])),
        alter(|parts| parts.produced_at = time("yesterday")),
        alter(|parts| parts.this_update = vec![4, 1, 0]),
        alter(|parts| parts.next_update = explicit(0, &[])),
        alter(|parts| parts.next_update = time("20261124110000Z")),
        alter(|parts| parts.id = sequence(&[])),
        alter(|parts| parts.id = sequence(&[&sha1(), &[4, 0], &[4, 0], &[2, 0]])),
        alter(|parts| parts.id[0] = 0x31),
        alter(|parts| parts.certificates = vec![vec![0x30, 0x80, 0, 0]]),
    ] {
        assert_eq!(code, Some(Code::OcspMalformed));
    }
    let whole = parts().response().der().to_vec();
    let code = |der: &[u8]| OcspResponse::from_der(der).err().map(|error| error.code());
    assert_eq!(code(&[&whole[..], &[0]].concat()), Some(Code::OcspMalformed));
    for (der, expected) in [
        (&[0x30, 3, 0x0a, 1, 6][..], None),
        // What stands beside an error is not looked at.
        (&[0x30, 7, 0x0a, 1, 3, 0xa0, 2, 5, 0], None),
        // An answer of a type that is not known.
        (&[0x30, 14, 0x0a, 1, 0, 0xa0, 9, 0x30, 7, 6, 2, 0x2a, 3, 4, 1, 0], None),
        (&[0x30, 3, 0x0a, 1, 0], Some(Code::OcspMalformed)),
        (&[0x30, 3, 0x0a, 1, 4], Some(Code::OcspMalformed)),
        (&[0x30, 3, 0x0a, 1, 7], Some(Code::OcspMalformed)),
        (&[0x30, 4, 0x0a, 2, 0, 6], Some(Code::OcspMalformed)),
        (&[0x30, 3, 0x02, 1, 6], Some(Code::OcspMalformed)),
        (&[0x30, 7, 0x0a, 1, 0, 0xa0, 2, 5, 0], Some(Code::OcspMalformed)),
        (&[0x30, 0x80, 0x0a, 1, 6, 0, 0], Some(Code::OcspMalformed)),
        (&[0x30, 0], Some(Code::OcspMalformed)),
        (&[], Some(Code::OcspMalformed)),
    ] {
        assert_eq!(code(der), expected, "{der:02x?}");
        assert!(OcspResponse::from_der(der).is_err() || OcspResponse::from_der(der).unwrap().basic().is_none());
    }
}

#[test]
fn an_error_says_where() {
    let bare = Parts { produced_at: time("yesterday"), ..parts() }.basic();
    let at = bare.windows(9).position(|window| window == b"yesterday").unwrap() as u64 - 2;
    assert_eq!(OcspResponse::from_basic(&bare).unwrap_err().offset(), Some(at));
    let whole = parts().response().der().to_vec();
    let start = whole.windows(15).rposition(|window| window == b"20261123120000Z").unwrap();
    let mut altered = whole.clone();
    altered[start] = b'x';
    assert_eq!(OcspResponse::from_der(&altered).unwrap_err().offset(), Some(start as u64 - 2));
}

#[test]
fn names_of_certificates() {
    let (alice, root) = (&SCENE.alice, &SCENE.root);
    for digest in DigestAlgorithm::ALL {
        let id = CertId::new(alice, root, *digest);
        assert_eq!(id.digest_algorithm(), Some(*digest));
        assert_eq!(*id.issuer_name_hash(), *digest.digest(root.subject().der()));
        assert_eq!(*id.issuer_key_hash(), *digest.digest(root.public_key().unwrap().key_octets()));
        assert_eq!(id.is_for(alice, root), Some(true));
        assert_eq!(id.is_for(root, root), Some(false));
        assert_eq!(id.is_for(alice, alice), Some(false));
        let der = id.to_der();
        let read = CertId::read(Reader::single_der(&der).unwrap()).unwrap();
        assert_eq!(read, id);
        assert_eq!(read.into_owned(), id);
        assert_ne!(id, CertId::new(root, root, *digest));
    }
    assert_ne!(CertId::new(alice, root, SHA1), CertId::new(alice, root, DigestAlgorithm::Sha256));

    let read = |algorithm: &[u8], serial: &[u8]| {
        let known = CertId::new(alice, root, SHA1);
        let [name, key] = [known.issuer_name_hash(), known.issuer_key_hash()].map(|hash| encoded(|writer| writer.octet_string(hash)));
        let serial = encoded(|writer| writer.element(Tag::INTEGER, serial));
        let der = sequence(&[algorithm, &name, &key, &serial]);
        CertId::read(Reader::single_der(&der).unwrap()).unwrap().into_owned()
    };
    // Without NULL, with strange parameters, with a number longer than need be: the same name.
    let longer = [&[0], alice.serial()].concat();
    let with = |parameters: &[u8]| sequence(&[&encoded(|writer| writer.oid(SHA1.oid())), parameters]);
    for id in [read(&sha1(), alice.serial()), read(&with(&[4, 0]), alice.serial()), read(&with(&[5, 0]), &longer)] {
        assert_eq!(id, CertId::new(alice, root, SHA1));
        assert_eq!(id.is_for(alice, root), Some(true));
    }
    let md5 = read(&sequence(&[&encoded(|writer| writer.oid(oid::ID_MD5))]), alice.serial());
    assert_eq!((md5.digest_algorithm(), md5.is_for(alice, root), md5.is_for(root, root)), (None, None, None));
    let endless = read(&sequence(&[&[6, 0]]), alice.serial());
    assert_eq!(endless.is_for(alice, root), None);
    assert_ne!(endless, md5);
}

/// The issuer's name in another string type: some responders hash it as the issuer's own certificate has it.
#[test]
fn either_encoding_of_the_issuers_name_does() {
    let der = SCENE.root.der().to_vec();
    let name = SCENE.root.subject().der().to_vec();
    let at = der.windows(name.len()).rposition(|window| window == name).unwrap();
    let mut printable = der.clone();
    // The last attribute of the subject ends the name: the tag of its value stands before the length and the text.
    printable[at + name.len() - 6] = Tag::PRINTABLE_STRING.0;
    let root = Certificate::from_der(&printable).unwrap();
    assert_eq!(root.subject(), SCENE.root.subject());
    assert_ne!(root.subject().der(), name);
    let encode = |name: &[u8]| {
        let known = CertId::new(&SCENE.alice, &root, SHA1);
        let hash = SHA1.digest(name);
        let der = sequence(&[
            &sha1(),
            &encoded(|writer| writer.octet_string(&hash)),
            &encoded(|writer| writer.octet_string(known.issuer_key_hash())),
            &encoded(|writer| writer.element(Tag::INTEGER, known.serial())),
        ]);
        CertId::read(Reader::single_der(&der).unwrap()).unwrap().into_owned()
    };
    assert_eq!(encode(&name).is_for(&SCENE.alice, &root), Some(true));
    assert_eq!(encode(root.subject().der()).is_for(&SCENE.alice, &root), Some(true));
    assert_eq!(encode(SCENE.alice.subject().der()).is_for(&SCENE.alice, &root), Some(false));
    // But not the name of an issuer that is another.
    assert_eq!(encode(SCENE.alice.subject().der()).is_for(&SCENE.alice, &SCENE.alice), Some(false));
}

#[test]
fn requests() {
    let (alice, root) = (&SCENE.alice, &SCENE.root);
    let ids = vec![CertId::new(alice, root, SHA1), CertId::new(root, root, DigestAlgorithm::Sha256)];
    for octets in [1, 32, 128] {
        let request = OcspRequest::new(ids.clone()).with_nonce(&vec![7; octets]).unwrap();
        let read = OcspRequest::from_der(&request.to_der()).unwrap();
        assert_eq!((read.cert_ids(), read.nonce()), (&ids[..], Some(&vec![7; octets][..])));
        assert!(!read.is_signed() && !read.has_unknown_critical_extension());
    }
    for octets in [0, 129, 1000] {
        let refused = OcspRequest::new(ids.clone()).with_nonce(&vec![7; octets]).unwrap_err();
        assert_eq!(refused.code(), Code::UseArgument);
    }
    let fresh = || OcspRequest::new(ids.clone()).with_fresh_nonce().unwrap();
    assert_ne!(fresh().nonce(), fresh().nonce());

    let one = OcspRequest::new(ids[..1].to_vec());
    let url = one.get_url("http://ocsp.example.org/").unwrap();
    let digits = url.strip_prefix("http://ocsp.example.org/").unwrap().replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert!(!url[24..].contains(['/', '+', '=']));
    assert_eq!(base64_simd::STANDARD.decode_to_vec(digits).unwrap(), one.to_der());
    assert_eq!(one.get_url(&format!("http://{}.example.org/", "o".repeat(200))), None);
    assert_eq!(fresh().get_url("http://ocsp.example.org/"), None);
}

#[test]
fn what_stands_in_requests() {
    let id = id_of(&SCENE.alice);
    let request = |version: &[u8], requests: &[u8], extensions: &[Vec<u8>], after: &[u8]| {
        OcspRequest::from_der(&sequence(&[&sequence(&[version, &sequence(&[requests]), &list(2, extensions)]), after]))
    };
    let one = sequence(&[&id]);
    let refused = |result: Result<OcspRequest>| result.unwrap_err().code();
    let requestor = explicit(1, &explicit(4, SCENE.alice.subject().der()));
    let signed = request(&[explicit(0, &[2, 1, 0]), requestor].concat(), &one, &[], &explicit(0, &[0x30, 0])).unwrap();
    assert!(signed.is_signed());
    assert!(request(&[], &one, &[extension(STRANGE, true, &[])], &[]).unwrap().has_unknown_critical_extension());
    assert!(!request(&[], &one, &[extension(STRANGE, false, &[])], &[]).unwrap().has_unknown_critical_extension());
    let single = sequence(&[&id, &list(0, &[extension(STRANGE, true, &[])])]);
    assert!(request(&[], &single, &[], &[]).unwrap().has_unknown_critical_extension());
    assert_eq!(request(&[], &[], &[], &[]).unwrap().cert_ids(), []);
    assert_eq!(request(&[], &one.repeat(1000), &[], &[]).unwrap().cert_ids().len(), 1000);

    assert_eq!(refused(request(&[], &one.repeat(1001), &[], &[])), Code::LimitElement);
    assert_eq!(refused(request(&explicit(0, &[2, 1, 1]), &one, &[], &[])), Code::OcspMalformed);
    assert_eq!(refused(request(&[], &sequence(&[&id, &[5, 0]]), &[], &[])), Code::OcspMalformed);
    assert_eq!(refused(request(&[], &one, &vec![extension(STRANGE, false, &[]); 2], &[])), Code::OcspMalformed);
    assert_eq!(refused(OcspRequest::from_der(&[])), Code::OcspMalformed);
    for nonce in [&[][..], &[4, 0], &[5, 0], &[4, 1, 7, 0], b"bare"] {
        assert_eq!(refused(request(&[], &one, &[extension(oid::PKIX_OCSP_NONCE, false, nonce)], &[])), Code::OcspMalformed, "{nonce:02x?}");
    }
    let long = encoded(|writer| writer.octet_string(&[7; 129]));
    assert_eq!(refused(request(&[], &one, &[extension(oid::PKIX_OCSP_NONCE, false, &long)], &[])), Code::OcspMalformed);
}

/// Nothing that is changed can pass for what was signed.
#[test]
fn flipped_bits() {
    let response = Parts { certificates: vec![SCENE.root.der().to_vec()], ..parts() }.response();
    let tbs = response.basic().unwrap().tbs().to_vec();
    let (mut refused, mut unsigned, mut same) = (0, 0, 0);
    for bit in 0..response.der().len() * 8 {
        let mut altered = response.der().to_vec();
        altered[bit / 8] ^= 1 << (bit % 8);
        match OcspResponse::from_der(&altered) {
            Err(error) => {
                assert_eq!(error.code(), Code::OcspMalformed);
                refused += 1;
            }
            Ok(read) => match read.basic().map(|basic| (basic.verify_signed_by(SCENE.key.public_key()), basic.tbs())) {
                // Outside of what is signed: the certificates that came along.
                Some((Ok(()), signed)) => {
                    assert_eq!(signed, tbs, "bit {bit}");
                    same += 1;
                }
                _ => unsigned += 1,
            },
        }
    }
    assert!(refused > 500 && unsigned > 1000 && same > 100, "{refused} {unsigned} {same}");
}

#[test]
fn certificates_are_read_up_to_a_bound_and_counted() {
    let response = Parts { certificates: vec![SCENE.root.der().to_vec(); 40], copies: 3, ..parts() }.response();
    let basic = response.basic().unwrap();
    assert_eq!((basic.certificates().len(), basic.unread_certificates()), (32, 8));
    assert_eq!((basic.responses().count(), basic.responses_for(&SCENE.alice, &SCENE.root).count()), (3, 3));
    let none = Parts { copies: 0, ..parts() }.response();
    assert_eq!(none.basic().unwrap().responses().count(), 0);
}

proptest::proptest! {
    #[test]
    fn never_panics(octets: Vec<u8>) {
        let _ = (OcspResponse::from_der(&octets), OcspResponse::from_basic(&octets), OcspRequest::from_der(&octets));
        let _ = OcspResponse::many(&octets);
    }

    #[test]
    fn never_panics_on_what_is_nearly_right(changes in proptest::collection::vec((proptest::prelude::any::<u16>(), proptest::prelude::any::<u8>()), 1..6)) {
        let nonce = extension(oid::PKIX_OCSP_NONCE, false, &[4, 1, 7]);
        let cutoff = extension(ARCHIVE_CUTOFF, false, &time("20200101000000Z"));
        let mut der = Parts { extensions: vec![nonce], single_extensions: vec![cutoff], ..parts() }.response().der().to_vec();
        for (at, octet) in changes {
            let at = usize::from(at) % der.len();
            der[at] = octet;
        }
        if let Ok(response) = OcspResponse::from_der(&der) {
            let _ = format!("{response:?}");
            if let Some(basic) = response.basic() {
                let _ = (basic.responses().count(), basic.nonce(), basic.unknown_critical_extension(), basic.extensions());
                let _ = (basic.verify_signed_by(SCENE.key.public_key()), basic.is_responder(&SCENE.root));
                let _ = basic.responses_for(&SCENE.alice, &SCENE.root).count();
            }
        }
    }

    #[test]
    fn requests_survive_being_written(count in 0usize..5, nonce in proptest::option::of(proptest::collection::vec(proptest::prelude::any::<u8>(), 1..=128))) {
        let mut request = OcspRequest::new(vec![CertId::new(&SCENE.alice, &SCENE.root, SHA1); count]);
        if let Some(nonce) = nonce {
            request = request.with_nonce(&nonce).unwrap();
        }
        proptest::prop_assert_eq!(OcspRequest::from_der(&request.to_der()).unwrap(), request);
    }
}
