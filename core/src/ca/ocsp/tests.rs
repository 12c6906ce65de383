use proptest::prelude::*;

use super::*;
use crate::asn1::{Tag, Writer};
use crate::ca::Issuer;
use crate::cert::{OcspResponse, ResponderId};
use crate::crypto::{Curve, KeyKind};

const NOW: Time = Time::from_unix(1_767_225_600);
const NEXT: Time = Time::from_unix(1_767_225_600 + 86_400);

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

struct Scene {
    ca_key: PrivateKey,
    ca: Issuer,
}

impl Scene {
    fn new() -> Self {
        let ca_key = key(KeyKind::Ed25519);
        let ca = Issuer::self_signed(&ca_key, &CertificateTemplate::authority("CA", NOW, NEXT)).unwrap();
        Self { ca_key, ca }
    }

    fn own(&self) -> OcspResponder {
        OcspResponder::new(&self.ca_key, self.ca.certificate().clone(), self.ca.certificate().clone()).unwrap()
    }

    fn delegate(&self, change: impl FnOnce(&mut CertificateTemplate)) -> Result<OcspResponder> {
        let own = key(KeyKind::Ed25519);
        let mut template = CertificateTemplate::ocsp_responder("Delegate", NOW, NEXT);
        change(&mut template);
        OcspResponder::new(&own, self.ca.issue(own.public_key(), &template)?, self.ca.certificate().clone())
    }

    fn id(&self, serial: u8, digest: DigestAlgorithm) -> CertId<'static> {
        CertId::for_serial(&[serial], self.ca.certificate(), digest)
    }

    fn request(&self, serials: &[u8]) -> OcspRequest {
        OcspRequest::new(serials.iter().map(|serial| self.id(*serial, DigestAlgorithm::Sha1)).collect())
    }
}

/// The serial number is the answer.
fn status_of(id: &CertId<'_>) -> Result<OcspStatus> {
    Ok(match id.serial() {
        [1] => OcspStatus::Good,
        [2] => OcspStatus::Revoked { at: NOW, reason: Some(RevocationReason::KeyCompromise) },
        [3] => OcspStatus::Revoked { at: NOW, reason: Some(RevocationReason::Unspecified) },
        [4] => OcspStatus::NeverIssued,
        [7] => OcspStatus::Revoked { at: NOW, reason: Some(RevocationReason::RemoveFromCrl) },
        [8] => return Err(Code::UseIo.into()),
        [9] => return Err(Code::KeyExternalFailed.into()),
        _ => OcspStatus::Unknown,
    })
}

fn respond(responder: &OcspResponder, request: &OcspRequest) -> OcspResponse {
    OcspResponse::from_der(&responder.respond(&request.to_der(), status_of, NOW, Some(NEXT), NOW)).unwrap()
}

#[test]
fn every_kind_of_key_answers() {
    let kinds =
        [KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ec(Curve::P521), KeyKind::Ed25519];
    for kind in kinds {
        let own = key(kind);
        let ca = Issuer::self_signed(&own, &CertificateTemplate::authority("CA", NOW, NEXT)).unwrap();
        let responder = OcspResponder::new(&own, ca.certificate().clone(), ca.certificate().clone()).unwrap();
        let request = OcspRequest::new(vec![CertId::for_serial(&[1], ca.certificate(), DigestAlgorithm::Sha256)]);
        let response = respond(&responder, &request);
        let basic = response.basic().unwrap();
        basic.verify_signed_by(own.public_key()).unwrap();
        assert!(basic.is_responder(ca.certificate()) && basic.certificates().is_empty());
    }
    let digest = DigestAlgorithm::Sha384;
    let scheme = SignatureScheme::RsaPss { digest, mgf_digest: digest, salt_length: 48 };
    let own = key(KeyKind::Rsa { bits: 2048 });
    let ca = Issuer::self_signed(&own, &CertificateTemplate::authority("CA", NOW, NEXT)).unwrap().certificate().clone();
    let responder = OcspResponder::new(&own, ca.clone(), ca.clone()).unwrap().with_scheme(scheme.clone());
    let answer = responder.prepare(&[1], digest, OcspStatus::Good, NOW, NEXT, NOW).unwrap();
    let response = OcspResponse::from_der(&answer).unwrap();
    assert_eq!(response.basic().unwrap().signature_scheme().unwrap(), scheme);
    assert!(response.basic().unwrap().verify_signed_by(own.public_key()).is_ok());
}

#[test]
fn each_status_is_said() {
    let scene = Scene::new();
    let response = respond(&scene.own(), &scene.request(&[1, 2, 3, 5, 1]));
    let basic = response.basic().unwrap();
    let said: Vec<_> = basic.responses().map(|one| (one.cert_id.serial()[0], one.status)).collect();
    let (good, unknown) = (CertificateStatus::Good, CertificateStatus::Unknown);
    let revoked = |reason| CertificateStatus::Revoked { at: NOW, reason };
    let compromised = revoked(Some(RevocationReason::KeyCompromise));
    assert_eq!(said, [(1, good), (2, compromised), (3, revoked(None)), (5, unknown), (1, good)]);
    assert!(basic.responses().all(|one| (one.this_update, one.next_update) == (NOW, Some(NEXT))));
    assert!(basic.extensions().is_empty());
    assert_eq!(basic.produced_at(), NOW);

    let response = respond(&scene.own(), &scene.request(&[4]));
    let basic = response.basic().unwrap();
    let held = CertificateStatus::Revoked { at: Time::from_unix(0), reason: Some(RevocationReason::CertificateHold) };
    assert_eq!(basic.responses().next().unwrap().status, held);
    assert_eq!(basic.extensions().len(), 1);
    assert_eq!(basic.extensions()[0].dotted(), "1.3.6.1.5.5.7.48.1.9");
    assert_eq!(OcspStatus::from(compromised), OcspStatus::Revoked { at: NOW, reason: Some(RevocationReason::KeyCompromise) });
    assert_eq!([OcspStatus::from(good), OcspStatus::from(unknown)], [OcspStatus::Good, OcspStatus::Unknown]);
}

#[test]
fn an_answer_names_the_certificate_as_the_question_does() {
    let scene = Scene::new();
    for digest in DigestAlgorithm::ALL {
        let id = scene.id(1, *digest);
        let response = respond(&scene.own(), &OcspRequest::new(vec![id.clone()]));
        assert_eq!(response.basic().unwrap().responses().next().unwrap().cert_id.to_der(), id.to_der());
    }
}

#[test]
fn nonces_are_echoed() {
    let scene = Scene::new();
    for length in [1, 32, 128] {
        let request = scene.request(&[1]).with_nonce(&vec![7; length]).unwrap();
        assert_eq!(respond(&scene.own(), &request).basic().unwrap().nonce(), request.nonce());
        assert_eq!(respond(&scene.own().without_nonces(), &request).basic().unwrap().nonce(), None);
        // With both extensions.
        let request = scene.request(&[4]).with_nonce(&vec![7; length]).unwrap();
        let response = respond(&scene.own(), &request);
        assert_eq!((response.basic().unwrap().nonce(), response.basic().unwrap().extensions().len()), (request.nonce(), 2));
    }
}

#[test]
fn a_delegate_sends_its_certificate() {
    let scene = Scene::new();
    let responder = scene.delegate(|_| ()).unwrap();
    assert!(responder.certificate().extension(oid::PKIX_OCSP_NO_CHECK).is_some());
    assert_eq!(responder.certificate().key_usage().unwrap().unwrap().names(), ["digitalSignature"]);
    let response = respond(&responder, &scene.request(&[1]));
    let basic = response.basic().unwrap();
    assert_eq!(basic.certificates(), [responder.certificate().clone()]);
    basic.verify_signed_by(responder.certificate().public_key().unwrap()).unwrap();
    assert!(matches!(basic.responder_id(), ResponderId::ByKey(_)) && basic.is_responder(responder.certificate()));
    let response = respond(&responder.clone().by_name(), &scene.request(&[1]));
    let basic = response.basic().unwrap();
    assert!(matches!(basic.responder_id(), ResponderId::ByName(_)) && basic.is_responder(responder.certificate()));
}

#[test]
fn who_may_not_answer_is_refused() {
    let scene = Scene::new();
    let code = |result: Result<OcspResponder>| result.err().map(|error| error.code());
    assert_eq!(code(scene.delegate(|template| template.extended_key_usage.clear())), Some(Code::UseKeyForSigning));
    assert_eq!(code(scene.delegate(|template| template.extended_key_usage = vec![oid::KP_EMAIL_PROTECTION])), Some(Code::UseKeyForSigning));
    assert_eq!(code(scene.delegate(|template| template.key_usage = Some(KeyUsage::KEY_AGREEMENT))), Some(Code::UseKeyForSigning));
    assert_eq!(code(scene.delegate(|template| template.key_usage = Some(KeyUsage::NON_REPUDIATION))), None);
    // Of the same name, but of another key.
    let (own, twin) = (key(KeyKind::Ed25519), Scene::new());
    let theirs = twin.ca.issue(own.public_key(), &CertificateTemplate::ocsp_responder("Delegate", NOW, NEXT)).unwrap();
    assert_eq!(code(OcspResponder::new(&own, theirs.clone(), scene.ca.certificate().clone())), Some(Code::UseKeyForSigning));
    assert_eq!(code(OcspResponder::new(&scene.ca_key, theirs, twin.ca.certificate().clone())), Some(Code::KeyMismatch));
}

#[test]
fn other_issuers() {
    let (scene, other) = (Scene::new(), Scene::new());
    let mut ids = scene.request(&[1]).cert_ids().to_vec();
    ids.extend_from_slice(other.request(&[1]).cert_ids());
    let request = OcspRequest::new(ids);
    assert_eq!(respond(&scene.own(), &request).status(), OcspResponseStatus::Unauthorized);
    let response = respond(&scene.own().other_issuers(OtherIssuers::Unknown), &request);
    let said: Vec<_> = response.basic().unwrap().responses().map(|one| one.status).collect();
    assert_eq!(said, [CertificateStatus::Good, CertificateStatus::Unknown]);
    // A digest that is not known names nobody.
    let unknown = scene.id(1, DigestAlgorithm::Sha256).to_der();
    let at = unknown.windows(9).position(|window| window == DigestAlgorithm::Sha256.oid().as_bytes()).unwrap();
    let mut odd = unknown.clone();
    odd[at + 8] = 0x7f;
    let mut request = OcspRequest::new(vec![scene.id(1, DigestAlgorithm::Sha256)]).to_der();
    let at = request.windows(unknown.len()).position(|window| window == unknown).unwrap();
    request[at..at + odd.len()].copy_from_slice(&odd);
    let response = OcspResponse::from_der(&scene.own().respond(&request, status_of, NOW, None, NOW)).unwrap();
    assert_eq!(response.status(), OcspResponseStatus::Unauthorized);
}

#[test]
fn what_cannot_be_answered() {
    let scene = Scene::new();
    let status = |request: &[u8]| OcspResponse::from_der(&scene.own().respond(request, status_of, NOW, Some(NEXT), NOW)).unwrap().status();
    let of = |serials: &[u8]| status(&scene.request(serials).to_der());
    assert_eq!(of(&[1]), OcspResponseStatus::Successful);
    assert_eq!(of(&[]), OcspResponseStatus::MalformedRequest);
    assert_eq!(of(&[7]), OcspResponseStatus::InternalError);
    assert_eq!((of(&[8]), of(&[9])), (OcspResponseStatus::TryLater, OcspResponseStatus::TryLater));
    assert_eq!(of(&[1; 1000]), OcspResponseStatus::Successful);
    assert_eq!(of(&[1; 1001]), OcspResponseStatus::MalformedRequest);
    assert_eq!(status(b""), OcspResponseStatus::MalformedRequest);
    let backwards = scene.own().respond(&scene.request(&[1]).to_der(), status_of, NEXT, Some(NOW), NOW);
    assert_eq!(OcspResponse::from_der(&backwards).unwrap().status(), OcspResponseStatus::InternalError);
    let answered = scene.own().answer(&scene.request(&[8]), status_of, NOW, None, NOW);
    assert_eq!(answered.unwrap_err().code(), Code::UseIo);
    // Every part of a request, and every octet of one spoilt: some answer, and no other than these.
    let whole = scene.request(&[1, 2]).with_nonce(&[9; 32]).unwrap().to_der();
    for length in 0..whole.len() {
        assert_eq!(status(&whole[..length]), OcspResponseStatus::MalformedRequest, "{length}");
    }
    for at in 0..whole.len() {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0x41;
        status(&spoilt);
    }
    for status in OcspResponseStatus::ALL {
        let due = if status == OcspResponseStatus::Successful { OcspResponseStatus::InternalError } else { status };
        assert_eq!(OcspResponse::from_der(&OcspResponder::refusal(status)).unwrap().status(), due);
    }
}

#[test]
fn a_critical_extension_that_is_not_understood_and_nonces_of_a_wrong_length() {
    let scene = Scene::new();
    let request = |kind, critical, value: &[u8]| {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| writer.nest(Tag::SEQUENCE, |writer| scene.id(1, DigestAlgorithm::Sha1).write(writer)));
                writer.nest(Tag::context_constructed(2), |writer| {
                    writer.nest(Tag::SEQUENCE, |writer| {
                        crate::ca::fields::extension(writer, kind, critical, |writer| writer.octet_string(value));
                    });
                });
            });
        });
        scene.own().respond(&writer.into_vec(), status_of, NOW, Some(NEXT), NOW)
    };
    let status = |kind, critical, value: &[u8]| OcspResponse::from_der(&request(kind, critical, value)).unwrap().status();
    assert_eq!(status(oid::CE_KEY_USAGE, false, b""), OcspResponseStatus::Successful);
    assert_eq!(status(oid::CE_KEY_USAGE, true, b""), OcspResponseStatus::MalformedRequest);
    for (length, due) in [(1, OcspResponseStatus::Successful), (128, OcspResponseStatus::Successful)] {
        assert_eq!(status(oid::PKIX_OCSP_NONCE, false, &vec![1; length]), due);
    }
    for length in [0, 129, 65_536] {
        assert_eq!(status(oid::PKIX_OCSP_NONCE, false, &vec![1; length]), OcspResponseStatus::MalformedRequest);
    }
}

#[test]
fn prepared_answers() {
    let scene = Scene::new();
    for digest in DigestAlgorithm::ALL {
        let answer = scene.own().prepare(&[5], *digest, OcspStatus::Good, NOW, NEXT, NOW).unwrap();
        let response = OcspResponse::from_der(&answer).unwrap();
        let one = response.basic().unwrap().responses().next().unwrap();
        assert_eq!((one.cert_id, one.status), (scene.id(5, *digest), CertificateStatus::Good));
    }
    for serial in [&[][..], &[0x80], &[1; 21]] {
        let answer = scene.own().prepare(serial, DigestAlgorithm::Sha1, OcspStatus::Good, NOW, NEXT, NOW);
        assert_eq!(answer.unwrap_err().code(), Code::UseArgument);
    }
}

#[test]
fn paths_of_get() {
    let scene = Scene::new();
    for nonce in 0..64 {
        let request = scene.request(&[nonce]).with_nonce(&[nonce | 0xc0; 9]).unwrap();
        let url = request.get_url("http://o").unwrap();
        let escaped = url.strip_prefix("http://o/").unwrap();
        let plain = base64_simd::STANDARD.encode_to_string(request.to_der());
        for path in [escaped, &plain, &format!("//{plain}"), plain.trim_end_matches('='), &escaped.to_lowercase().replace("%2b", "%2B")] {
            let read = OcspRequest::from_get_path(path);
            if path.contains(char::is_uppercase) && path.starts_with(['M', '/']) {
                assert_eq!(read.unwrap(), request, "{path}");
            }
        }
    }
    for path in ["", "/", "%", "%4", "%zz", "M===", "MEI=%3D%3D", "MEI 4", "!"] {
        assert_eq!(OcspRequest::from_get_path(path).unwrap_err().code(), Code::OcspMalformed, "{path}");
    }
}

proptest! {
    #[test]
    fn never_panics(input: Vec<u8>, path in "\\PC{0,80}") {
        let scene = Scene::new();
        prop_assert!(OcspResponse::from_der(&scene.own().respond(&input, status_of, NOW, Some(NEXT), NOW)).is_ok());
        let _ = OcspRequest::from_get_path(&path);
    }

    #[test]
    fn what_is_said_is_read(
        serials in proptest::collection::vec((0u8..0x80, proptest::collection::vec(any::<u8>(), 0..19)), 1..20),
        nonce in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..=128)), at in 0i64..253_402_300_799, pick: u64,
    ) {
        let scene = Scene::new();
        let ids: Vec<_> = serials.iter().map(|(first, rest)| CertId::for_serial(&[&[*first][..], rest].concat(), scene.ca.certificate(), DigestAlgorithm::Sha1)).collect();
        let mut request = OcspRequest::new(ids.clone());
        if let Some(nonce) = &nonce { request = request.with_nonce(nonce).unwrap(); }
        let status = |index: usize| match (pick >> (index * 3)) & 7 {
            0 => OcspStatus::Good,
            1 => OcspStatus::Unknown,
            number => OcspStatus::Revoked { at: Time::from_unix(at), reason: RevocationReason::from_number(number as u8) },
        };
        let mut asked = 0;
        let answer = scene.own().answer(&request, |_| { asked += 1; Ok(status(asked - 1)) }, Time::from_unix(at), None, Time::from_unix(at)).unwrap();
        let response = OcspResponse::from_der(&answer).unwrap();
        let basic = response.basic().unwrap();
        basic.verify_signed_by(scene.ca_key.public_key()).unwrap();
        prop_assert_eq!(basic.nonce(), nonce.as_deref());
        prop_assert_eq!(basic.produced_at(), Time::from_unix(at));
        let read: Vec<_> = basic.responses().map(|one| (one.cert_id.into_owned(), OcspStatus::from(one.status))).collect();
        let due: Vec<_> = ids.into_iter().enumerate().map(|(index, id)| (id, status(index))).collect();
        prop_assert_eq!(read, due);
    }
}
