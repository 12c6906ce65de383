//! Structures made to exhaust: depth, lengths, counts and layers.

use smime::asn1::{Tag, oid};
use smime::crypto::{Curve, KeyKind};
use smime::{Code, ContentCipher, Identity, Opened, Opener, Verdict};
use smime_tests::forge::{
    ENTITY, EnvelopeForge, SignedForge, SignerForge, algorithm, attribute, base64, content_info, element, object, sequence,
};
use smime_tests::pki::Pki;

struct Scene {
    pki: Pki,
    alice: Identity,
}

impl Scene {
    fn new() -> Self {
        let pki = Pki::new();
        let alice = pki.person("a@example.org", KeyKind::Ec(Curve::P256));
        Self { pki, alice }
    }

    fn opener(&self) -> Opener {
        self.pki.opener().identity(&self.alice)
    }

    fn signed(&self, content: &[u8]) -> SignedForge {
        SignedForge::new(Some(content), &[&SignerForge::new(&self.alice, content)], &[self.pki.issuing.certificate()])
    }

    fn code(&self, message: &[u8]) -> Code {
        self.opener().open(message).err().expect("an error").code()
    }
}

/// A SignedData whose content is this element.
fn with_content(content: &[u8]) -> Vec<u8> {
    let data = sequence(&[&object(oid::ID_DATA), &element(Tag::context_constructed(0), content)]);
    content_info(oid::ID_SIGNED_DATA, &sequence(&[&[2, 1, 1], &[0x31, 0], &data, &[0x31, 0]]))
}

#[test]
fn depth_is_bounded_and_not_that_of_the_stack() {
    let scene = Scene::new();
    for tag in [Tag::OCTET_STRING.constructed(), Tag::SEQUENCE] {
        let mut nested = element(Tag::OCTET_STRING, b"x");
        (0..100).for_each(|_| nested = element(tag, &nested));
        let code = scene.code(&with_content(&nested));
        assert!(code == Code::LimitDepth || (tag == Tag::SEQUENCE && code == Code::BerTag), "{code:?}");
    }
    // Headers alone, a million of them, of indefinite length: wherever they stand.
    let endless = |octets: [u8; 2]| octets.repeat(1_000_000);
    assert_eq!(scene.code(&endless([0x30, 0x80])), Code::BerTag);
    let parts = [&[0x30, 0x80][..], &object(oid::ID_SIGNED_DATA), &[0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0x31, 0x00, 0x30, 0x80]];
    let content = [&parts.concat()[..], &object(oid::ID_DATA), &[0xa0, 0x80], &endless([0x24, 0x80])].concat();
    assert_eq!(scene.code(&content), Code::LimitDepth);
    // In an attribute, in the parameters of an algorithm, in a certificate: what nobody looks into may be as deep as it likes.
    let mut nested = vec![0x05, 0x00];
    (0..2000).for_each(|_| nested = element(Tag::SEQUENCE, &nested));
    let good = scene.signed(ENTITY);
    let signer = SignerForge::new(&scene.alice, ENTITY).attribute(oid::ID_DATA, std::slice::from_ref(&nested));
    let in_attribute = SignedForge { signers: vec![signer.der()], ..good.clone() };
    let mut in_algorithm = good.clone();
    in_algorithm.digest_algorithms.push(algorithm(oid::ID_SHA256, &nested));
    let mut as_certificate = good;
    as_certificate.certificates.push(nested);
    for deep in [in_attribute, in_algorithm, as_certificate] {
        match scene.opener().open(&deep.der()) {
            Ok(opened) => assert_eq!((opened.verdict(), opened.content().expect("content")), (Verdict::Valid, ENTITY)),
            Err(error) => assert_eq!(error.code(), Code::LimitDepth),
        }
    }
}

#[test]
fn lengths_are_checked_against_what_is_there() {
    let scene = Scene::new();
    let good = scene.signed(ENTITY).der();
    let long = [0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert!(matches!(scene.code(&[&long[..], &good[4..]].concat()), Code::BerLength | Code::BerTruncated));
    assert_eq!(scene.code(&[&[0x30, 0x89, 1][..], &[0; 8], &good[4..]].concat()), Code::BerLength);
    assert_eq!(scene.code(&[0x30, 0xff, 0x01]), Code::BerLength);
    // A certificate that claims 2 GiB within a set that claims as much: refused before anything is kept.
    let parts = [&[0x30, 0x80][..], &object(oid::ID_SIGNED_DATA), &[0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0x31, 0x00]];
    let claim = [0xa0, 0x80, 0x30, 0x84, 0x7f, 0xff, 0xff, 0x00];
    let endless = [&parts.concat()[..], &sequence(&[&object(oid::ID_DATA)]), &claim].concat();
    assert_eq!(scene.code(&endless), Code::LimitElement);
    // An element that ends beyond the one around it.
    assert_eq!(scene.code(&content_info(oid::ID_SIGNED_DATA, &[0x30, 0x03, 0x02, 0x05, 0x01])), Code::BerLength);
}

/// Somebody whose RSA certificate names recipients; the key is a small one, as nothing is decrypted with it.
fn bob() -> Identity {
    Pki::new().person("b@example.org", KeyKind::Rsa { bits: 2048 })
}

#[test]
fn counts_are_bounded() {
    let scene = Scene::new();
    let base = scene.signed(ENTITY);
    let signers = |count| SignedForge { signers: vec![base.signers[0].clone(); count], ..base.clone() }.der();
    let opened = scene.opener().open(&signers(64)).expect("a message");
    assert_eq!((opened.verdict(), opened.report().signers().count()), (Verdict::Valid, 64));
    assert_eq!(scene.code(&signers(65)), Code::LimitSigners);
    let mut many = base.clone();
    many.certificates = vec![base.certificates[0].clone(); 1001];
    assert_eq!(scene.code(&many.der()), Code::LimitCertificates);
    let extra = attribute(oid::ID_DATA, &[vec![0x05, 0x00]]);
    let mut signer = SignerForge::new(&scene.alice, ENTITY);
    if let Some(list) = &mut signer.attributes {
        list.extend(vec![extra; 255]);
    }
    assert_eq!(scene.code(&SignedForge { signers: vec![signer.der()], ..base }.der()), Code::LimitAttributes);
    let mut forge = EnvelopeForge::new(bob().certificate(), ContentCipher::Aes128Gcm, ENTITY);
    forge.recipients = vec![forge.recipients[0].clone(); 10_001];
    assert_eq!(scene.code(&forge.der()), Code::LimitRecipients);
}

/// Signed so many times over, opaquely.
fn wrapped(scene: &Scene, layers: usize) -> Vec<u8> {
    let head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    (0..layers).fold(ENTITY.to_vec(), |inner, _| [&head[..], &base64(&scene.signed(&inner).der())].concat())
}

#[test]
fn layers_are_bounded() {
    let scene = Scene::new();
    let opened: Opened = scene.opener().open(&wrapped(&scene, 16)).expect("sixteen layers");
    assert_eq!((opened.verdict(), opened.report().layers.len()), (Verdict::Valid, 16));
    assert_eq!(opened.content().expect("content"), ENTITY);
    assert_eq!(scene.code(&wrapped(&scene, 17)), Code::LimitLayers);
    // One signature among the layers that does not fit spoils the whole.
    let mut spoiled = wrapped(&scene, 1);
    let other = SignedForge {
        signers: vec![SignerForge { signature: Some(vec![0x30, 0]), ..SignerForge::new(&scene.alice, &spoiled) }.der()],
        ..scene.signed(&spoiled)
    };
    spoiled = other.der();
    let opened = scene.opener().open(&spoiled).expect("a message");
    assert_eq!(opened.verdict(), Verdict::Invalid);
    assert!(opened.content().is_err());
}

#[test]
fn pieces_of_any_size_make_the_same_message() {
    let scene = Scene::new();
    let message = wrapped(&scene, 3);
    for size in [1, 2, 3, 61, 4096] {
        let mut stream = scene.opener().stream();
        message.chunks(size).for_each(|chunk| stream.push(chunk).expect("a piece"));
        let opened = stream.finish().expect("a message");
        assert_eq!((opened.verdict(), opened.content().expect("content")), (Verdict::Valid, ENTITY));
    }
}
