//! Signatures made to deceive (each message is built piece by piece), and the code that each is refused or flagged with.

use smime::asn1::{Tag, oid};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme};
use smime::policy::RevocationMode;
use smime::report::{AddressMatch, Check};
use smime::{Certificate, Code, Identity, Opened, Opener, Policy, Signer, Verdict};
use smime_tests::forge::{
    ENTITY, OUTER, SignedForge, SignerForge, algorithm, attribute, attributes, element, multipart_signed, multipart_signed_as, object,
    pkcs7_mime, sequence, signature_part,
};
use smime_tests::pki::Pki;

/// A root, an authority, and Alice with a P-256 key.
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

    fn with_key(pem: &str) -> Self {
        let pki = Pki::new();
        let key = PrivateKey::from_pkcs8(&smime::pem::blocks(pem.as_bytes()).next().unwrap().unwrap().decode().unwrap()).unwrap();
        let certificate = pki.issuing.issue(key.public_key(), &pki.template("a@example.org")).unwrap();
        let alice = Identity::from_parts(key, certificate, vec![pki.issuing.certificate().clone()]).unwrap();
        Self { pki, alice }
    }

    fn forge(&self) -> SignerForge {
        SignerForge::new(&self.alice, ENTITY)
    }

    fn chain(&self) -> [&Certificate; 1] {
        [self.pki.issuing.certificate()]
    }

    /// A SignedData with content, of this one signer.
    fn opaque(&self, signer: &SignerForge) -> SignedForge {
        SignedForge::new(Some(ENTITY), &[signer], &self.chain())
    }

    fn clear(&self, signer: &SignerForge) -> Vec<u8> {
        multipart_signed(ENTITY, &SignedForge::new(None, &[signer], &self.chain()).der())
    }

    fn open(&self, signed: &SignedForge) -> Opened {
        self.pki.opener().open(&pkcs7_mime("signed-data", &signed.der())).unwrap()
    }

    fn judge(&self, signer: &SignerForge) -> Opened {
        self.open(&self.opaque(signer))
    }

    fn error(&self, message: &[u8]) -> Code {
        self.pki.opener().open(message).err().expect("an error").code()
    }
}

fn refused(opened: &Opened, code: Code, verdict: Verdict) {
    let report = opened.report();
    assert!(report.has(code), "{code:?} is due: {}", report.to_json());
    assert_eq!(report.verdict, verdict, "{}", report.to_json());
    assert!(opened.content().is_err_and(|error| error.code() == Code::UseContentRefused));
}

fn accepted(opened: &Opened) {
    assert_eq!(opened.verdict(), Verdict::Valid, "{}", opened.report().to_json());
    assert_eq!(opened.content().unwrap(), ENTITY);
}

#[test]
fn what_the_forge_makes_is_good_until_it_is_spoiled() {
    let scene = Scene::new();
    accepted(&scene.judge(&scene.forge()));
    accepted(&scene.pki.opener().open(&scene.clear(&scene.forge())).unwrap());
    // DER without MIME, and PEM.
    let der = scene.opaque(&scene.forge()).der();
    accepted(&scene.pki.opener().open(&der).unwrap());
    accepted(&scene.pki.opener().open(smime::pem::encode("CMS", &der).as_bytes()).unwrap());
}

#[test]
fn without_a_signer_nothing_is_signed() {
    let scene = Scene::new();
    let mut signed = scene.opaque(&scene.forge());
    signed.signers.clear();
    refused(&scene.open(&signed), Code::SigNoSigner, Verdict::Invalid);
    signed.content = None;
    signed.certificates.clear();
    assert_eq!(scene.error(&pkcs7_mime("signed-data", &signed.der())), Code::SigNoSigner);
    // The same as the signature of a multipart/signed, with certificates and without.
    for certificates in [scene.opaque(&scene.forge()).certificates, Vec::new()] {
        signed.certificates = certificates;
        let opened = scene.pki.opener().open(&multipart_signed(ENTITY, &signed.der())).unwrap();
        refused(&opened, Code::SigNoSigner, Verdict::Invalid);
    }
}

#[test]
fn all_signers_must_be_good_unless_the_policy_says_otherwise() {
    let scene = Scene::new();
    let other = scene.pki.person("a@example.org", KeyKind::Ec(Curve::P256));
    let (good, bad) = (scene.forge(), SignerForge { signature: Some(vec![0x30, 0x00]), ..SignerForge::new(&other, ENTITY) });
    for signers in [[&good, &bad], [&bad, &good]] {
        let signed = SignedForge::new(Some(ENTITY), &signers, &scene.chain());
        let opened = scene.open(&signed);
        refused(&opened, Code::SigInvalid, Verdict::Invalid);
        let mut verdicts: Vec<Verdict> = opened.report().signers().map(|signer| signer.verdict).collect();
        verdicts.sort();
        assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid], "one result for each signer");
        let lenient = scene.pki.opener().policy(Policy { any_signer_suffices: true, ..Policy::default() });
        assert_eq!(lenient.open(&pkcs7_mime("signed-data", &signed.der())).unwrap().verdict(), Verdict::Valid);
    }
    accepted(&scene.open(&SignedForge::new(Some(ENTITY), &[&good, &SignerForge::new(&other, ENTITY)], &scene.chain())));
}

#[test]
fn signed_attributes_cannot_be_passed_off_as_content() {
    // Alice signed attributes. Somebody takes their encoding as content without attributes: the signature fits it.
    let scene = Scene::new();
    let signer = scene.forge();
    let swapped = signer.to_be_signed();
    let signature = signer.key.sign(&signer.scheme, smime::crypto::ToBeSigned::Message(&swapped)).unwrap();
    let forged = SignerForge { attributes: None, signature: Some(signature), content: swapped.clone(), ..signer };
    let signed = SignedForge { content: Some(swapped), ..scene.opaque(&forged) };
    refused(&scene.open(&signed), Code::SigAttributeSwap, Verdict::Invalid);
}

#[test]
fn content_signed_without_attributes_is_a_question_of_policy() {
    let scene = Scene::new();
    let bare = SignerForge { attributes: None, ..scene.forge() };
    accepted(&scene.judge(&bare));
    let strict = scene.pki.opener().policy(Policy { revocation: RevocationMode::Soft, ..Policy::strict() });
    let opened = strict.open(&pkcs7_mime("signed-data", &scene.opaque(&bare).der())).unwrap();
    refused(&opened, Code::SigAttributesRequired, Verdict::Untrusted);
    // RFC 5652 section 5.3: content of another type must have them.
    let signed = SignedForge { content_type: oid::ID_CT_AUTH_DATA, ..scene.opaque(&bare) };
    refused(&scene.open(&signed), Code::SigAttributeMissing, Verdict::Invalid);
}

#[test]
fn each_attribute_stands_once_with_one_value_of_its_type() {
    let scene = Scene::new();
    let good = scene.forge();
    let time = |text: &str| element(Tag::UTC_TIME, text.as_bytes());
    let digest = DigestAlgorithm::Sha256.digest(ENTITY);
    let octets = element(Tag::OCTET_STRING, &digest);
    let cases: Vec<(&str, SignerForge, Code)> = vec![
        ("no contentType", good.clone().without(oid::ID_CONTENT_TYPE), Code::SigAttributeMissing),
        ("no messageDigest", good.clone().without(oid::ID_MESSAGE_DIGEST), Code::SigAttributeMissing),
        ("no attribute at all", SignerForge { attributes: Some(vec![]), ..good.clone() }, Code::SigAttributeMissing),
        ("contentType twice", good.clone().attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_DATA)]), Code::SigAttributeDuplicate),
        ("messageDigest twice", good.clone().attribute(oid::ID_MESSAGE_DIGEST, std::slice::from_ref(&octets)), Code::SigAttributeDuplicate),
        (
            "messageDigest of two values",
            good.clone().without(oid::ID_MESSAGE_DIGEST).attribute(oid::ID_MESSAGE_DIGEST, &[octets.clone(), octets.clone()]),
            Code::SigAttributeDuplicate,
        ),
        (
            "messageDigest of no value",
            good.clone().without(oid::ID_MESSAGE_DIGEST).attribute(oid::ID_MESSAGE_DIGEST, &[]),
            Code::SigAttributeMalformed,
        ),
        (
            "messageDigest of another type",
            good.clone().without(oid::ID_MESSAGE_DIGEST).attribute(oid::ID_MESSAGE_DIGEST, &[element(Tag::UTF8_STRING, &digest)]),
            Code::SigAttributeMalformed,
        ),
        (
            "contentType of another type",
            good.clone().without(oid::ID_CONTENT_TYPE).attribute(oid::ID_CONTENT_TYPE, &[element(Tag::OCTET_STRING, &[42])]),
            Code::SigAttributeMalformed,
        ),
        (
            "contentType of something else",
            good.clone().without(oid::ID_CONTENT_TYPE).attribute(oid::ID_CONTENT_TYPE, &[object(oid::ID_SIGNED_DATA)]),
            Code::SigContentType,
        ),
        (
            "signingTime twice",
            good.clone().attribute(oid::ID_SIGNING_TIME, &[time("261123120000Z"), time("261123120000Z")]),
            Code::SigAttributeDuplicate,
        ),
        (
            "signingTime that is no time",
            good.clone().attribute(oid::ID_SIGNING_TIME, &[time("269999999999Z")]),
            Code::SigAttributeMalformed,
        ),
        (
            "signingTime of another type",
            good.clone().attribute(oid::ID_SIGNING_TIME, &[element(Tag::OCTET_STRING, b"now")]),
            Code::SigAttributeMalformed,
        ),
        ("a digest cut short", SignerForge { attributes: Some(attributes(&digest[..31])), ..good.clone() }, Code::SigDigestMismatch),
        (
            "messageDigest among the unsigned ones",
            SignerForge { unsigned: vec![attribute(oid::ID_MESSAGE_DIGEST, &[octets])], ..good.clone() },
            Code::SigAttributeMalformed,
        ),
    ];
    for (name, signer, code) in cases {
        let opened = scene.judge(&signer);
        assert!(opened.report().has(code), "{name}: {}", opened.report().to_json());
        refused(&opened, code, Verdict::Invalid);
    }
}

#[test]
fn attributes_out_of_order_are_flagged() {
    let scene = Scene::new();
    let mut signer = scene.forge();
    if let Some(list) = &mut signer.attributes {
        list.sort();
        list.reverse();
    }
    let opened = scene.judge(&signer);
    accepted(&opened);
    assert!(opened.report().has(Code::SigAttributesNotDer));
}

#[test]
fn the_algorithms_must_belong_together() {
    let scene = Scene::new();
    let good = scene.forge();
    let sha512 = algorithm(oid::ID_SHA512, &[]);
    let cases = [
        (
            "digest of another length than the scheme's",
            SignerForge { digest_algorithm: sha512, ..good.clone() },
            Code::SigAlgorithmMismatch,
        ),
        (
            "RSA with an elliptic key",
            SignerForge {
                signature_algorithm: SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256).algorithm_identifier(),
                ..good.clone()
            },
            Code::SigAlgorithmMismatch,
        ),
        (
            "Ed25519 with an elliptic key",
            SignerForge { signature_algorithm: SignatureScheme::Ed25519.algorithm_identifier(), ..good.clone() },
            Code::SigAlgorithmMismatch,
        ),
        (
            "ECDSA with parameters",
            SignerForge { signature_algorithm: algorithm(oid::ECDSA_WITH_SHA256, &[0x04, 0x00]), ..good.clone() },
            Code::SigAlgorithmMismatch,
        ),
    ];
    for (name, signer, code) in cases {
        let opened = scene.judge(&signer);
        assert!(opened.report().has(code), "{name}: {}", opened.report().to_json());
        assert_eq!(opened.verdict(), Verdict::Invalid, "{name}");
    }
    let unlisted = SignedForge { digest_algorithms: vec![algorithm(oid::ID_SHA512, &[])], ..scene.opaque(&good) };
    refused(&scene.open(&unlisted), Code::SigDigestNotListed, Verdict::Invalid);
    let unknown = SignerForge { signature_algorithm: algorithm(oid::ID_DATA, &[]), ..good.clone() };
    refused(&scene.judge(&unknown), Code::SigAlgorithmUnsupported, Verdict::Indeterminate);
    // What CMSAlgorithmProtection says (RFC 6211) must be what stands in the SignerInfo.
    let other = sequence(&[&algorithm(oid::ID_SHA512, &[]), &element(Tag::context_constructed(1), &object(oid::ECDSA_WITH_SHA512))]);
    refused(&scene.judge(&good.attribute(oid::ID_CMS_ALGORITHM_PROTECTION, &[other])), Code::SigAlgorithmMismatch, Verdict::Invalid);
}

#[test]
fn weak_algorithms_are_a_question_of_policy() {
    let scene = Scene::new();
    let md5 = SignerForge { digest_algorithm: algorithm(oid::ID_MD5, &[0x05, 0x00]), ..scene.forge() };
    let opened = |signer: &SignerForge, scene: &Scene, policy: Policy| {
        scene.pki.opener().policy(policy).open(&pkcs7_mime("signed-data", &scene.opaque(signer).der())).unwrap()
    };
    for policy in [Policy::standard(), Policy::strict(), Policy::legacy()] {
        let opened = opened(&md5, &scene, policy);
        assert!(opened.report().has(Code::SigAlgorithmForbidden) && !opened.is_acceptable(), "{}", opened.report().to_json());
    }
    let (key, certificate) = scene.alice.signing_pair().unwrap();
    let sha1 = SignerForge::with_digest(key, certificate, ENTITY, DigestAlgorithm::Sha1);
    refused(&opened(&sha1, &scene, Policy::standard()), Code::SigAlgorithmForbidden, Verdict::Untrusted);
    let legacy = opened(&sha1, &scene, Policy::legacy());
    accepted(&legacy);
    assert!(legacy.report().has(Code::SigWeak));

    let small = Scene::with_key(include_str!("../data/keys/rsa-1024.pem"));
    refused(&opened(&small.forge(), &small, Policy::standard()), Code::SigAlgorithmForbidden, Verdict::Untrusted);
    let legacy = opened(&small.forge(), &small, Policy::legacy());
    accepted(&legacy);
    assert!(legacy.report().has(Code::SigWeak) && legacy.report().has(Code::PathWeak));
}

/// The largest number whose cube is not larger, as big-endian octets: what makes signatures of a key with e = 3 without the key.
fn cube_root(target: &[u8], octets: usize) -> Vec<u8> {
    let multiply = |a: &[u8], b: &[u8]| {
        let mut product = vec![0u32; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            let mut carry = 0;
            for (j, y) in b.iter().rev().enumerate() {
                let sum = product[i + j] + u32::from(*x) * u32::from(*y) + carry;
                product[i + j] = sum & 0xff;
                carry = sum >> 8;
            }
            product[i + b.len()] += carry;
        }
        product.into_iter().rev().map(|octet| octet as u8).collect::<Vec<u8>>()
    };
    let is_larger = |cube: &[u8]| {
        let extra = cube.len() - target.len();
        cube[..extra].iter().any(|octet| *octet != 0) || cube[extra..] > *target
    };
    let mut root = vec![0u8; octets];
    for bit in 0..octets * 8 {
        root[bit / 8] |= 0x80 >> (bit % 8);
        if is_larger(&multiply(&multiply(&root, &root), &root)) {
            root[bit / 8] &= !(0x80 >> (bit % 8));
        }
    }
    root
}

#[test]
fn an_exponent_of_three_forges_nothing() {
    let scene = Scene::with_key(include_str!("../data/keys/rsa-e3.pem"));
    accepted(&scene.judge(&scene.forge()));
    // Bleichenbacher 2006: a short padding, the digest, and the rest free for the cube root to come out.
    let digest = DigestAlgorithm::Sha256.digest(ENTITY);
    let bare = SignerForge { attributes: None, ..scene.forge() };
    for (name, info) in [
        ("plain", sequence(&[&algorithm(oid::ID_SHA256, &[0x05, 0x00]), &element(Tag::OCTET_STRING, &digest)])),
        ("without NULL", sequence(&[&algorithm(oid::ID_SHA256, &[]), &element(Tag::OCTET_STRING, &digest)])),
    ] {
        let mut block = [&[0x00, 0x01][..], &[0xff; 8], &[0x00], &info].concat();
        let fixed = block.len();
        block.resize(256, 0xff);
        let root = cube_root(&block, 86);
        let signature = [vec![0; 256 - 86], root].concat();
        let opened = scene.judge(&SignerForge { signature: Some(signature), ..bare.clone() });
        refused(&opened, Code::SigInvalid, Verdict::Invalid);
        println!("RAN a forged block ({name}) with {fixed} octets fixed of 256");
    }
    // A signature that is too long, too short, or not smaller than the modulus.
    let good = scene.forge();
    let signature = good.key.sign(&good.scheme, smime::crypto::ToBeSigned::Message(&good.to_be_signed())).unwrap();
    for spoiled in
        [[&[0], signature.as_slice()].concat(), [signature.as_slice(), &[0]].concat(), signature[1..].to_vec(), vec![0xff; 256], vec![]]
    {
        refused(&scene.judge(&SignerForge { signature: Some(spoiled), ..good.clone() }), Code::SigInvalid, Verdict::Invalid);
    }
}

#[test]
fn ecdsa_numbers_are_strict() {
    let scene = Scene::new();
    let good = scene.forge();
    let signature = good.key.sign(&good.scheme, smime::crypto::ToBeSigned::Message(&good.to_be_signed())).unwrap();
    let order = smime_tests::hex("00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let (zero, one) = ([0x02, 0x01, 0x00], [0x02, 0x01, 0x01]);
    let indefinite = [&[0x30, 0x80][..], &signature[2..], &[0, 0]].concat();
    let mut long_form = signature.clone();
    long_form.splice(1..2, [0x81, signature[1]]);
    let cases = [
        ("r = s = 0", sequence(&[&zero, &zero])),
        ("r = 0", sequence(&[&zero, &one])),
        ("s = 0", sequence(&[&one, &zero])),
        ("s = n", sequence(&[&one, &element(Tag::INTEGER, &order)])),
        ("r = n", sequence(&[&element(Tag::INTEGER, &order), &one])),
        ("negative", sequence(&[&[0x02, 0x01, 0xff], &one])),
        ("of indefinite length", indefinite),
        ("a length in long form", long_form),
        ("octets after it", [&signature[..], &[0]].concat()),
        ("a third number", sequence(&[&signature[2..], &one])),
        ("nothing", vec![]),
    ];
    for (name, spoiled) in cases {
        let opened = scene.judge(&SignerForge { signature: Some(spoiled), ..good.clone() });
        assert!(opened.report().has(Code::SigInvalid), "{name}: {}", opened.report().to_json());
        assert_eq!(opened.verdict(), Verdict::Invalid, "{name}");
    }
}

#[test]
fn pss_parameters_are_strict() {
    let pki = Pki::new();
    let rsa = pki.person("a@example.org", KeyKind::Rsa { bits: 2048 });
    let scene = Scene { pki, alice: rsa };
    let scheme = SignatureScheme::pss(DigestAlgorithm::Sha256);
    let good = SignerForge { signature_algorithm: scheme.algorithm_identifier(), scheme, ..scene.forge() };
    accepted(&scene.judge(&good));
    let sha256 = algorithm(oid::ID_SHA256, &[]);
    let explicit = |number, value: &[u8]| element(Tag::context_constructed(number), value);
    let mgf = |digest: &[u8]| explicit(1, &algorithm(oid::ID_MGF1, digest));
    let salt = |octets: &[u8]| explicit(2, &element(Tag::INTEGER, octets));
    let hash = explicit(0, &sha256);
    let cases: [(&str, Vec<u8>); 7] = [
        ("trailerField 2", sequence(&[&hash, &mgf(&sha256), &salt(&[32]), &explicit(3, &[0x02, 0x01, 0x02])])),
        ("a salt longer than the key", sequence(&[&hash, &mgf(&sha256), &salt(&[0x7f, 0xff, 0xff])])),
        ("a negative salt", sequence(&[&hash, &mgf(&sha256), &salt(&[0xff])])),
        ("another mask", sequence(&[&hash, &explicit(1, &algorithm(oid::ID_SHA256, &[])), &salt(&[32])])),
        ("an unknown digest", sequence(&[&explicit(0, &algorithm(oid::ID_DATA, &[])), &mgf(&sha256), &salt(&[32])])),
        ("no parameters", vec![]),
        ("a salt of another length", sequence(&[&hash, &mgf(&sha256), &salt(&[20])])),
    ];
    for (name, parameters) in cases {
        let opened = scene.judge(&SignerForge { signature_algorithm: algorithm(oid::ID_RSASSA_PSS, &parameters), ..good.clone() });
        let codes = [Code::SigAlgorithmMismatch, Code::SigAlgorithmUnsupported, Code::SigInvalid];
        assert!(codes.iter().any(|code| opened.report().has(*code)), "{name}: {}", opened.report().to_json());
        assert!(!opened.is_acceptable(), "{name}");
    }
}

#[test]
fn nothing_may_follow_the_structure() {
    let scene = Scene::new();
    let longer = [scene.opaque(&scene.forge()).der(), vec![0x05, 0x00]].concat();
    assert_eq!(scene.error(&longer), Code::BerTrailing);
    assert_eq!(scene.error(&pkcs7_mime("signed-data", &longer)), Code::BerTrailing);
    assert_eq!(scene.error(smime::pem::encode("CMS", &longer).as_bytes()), Code::BerTrailing);
    let detached = [SignedForge::new(None, &[&scene.forge()], &scene.chain()).der(), vec![0x00]].concat();
    assert_eq!(scene.error(&multipart_signed(ENTITY, &detached)), Code::BerTrailing);
    // Text after the base64, as a mailing list appends it, is no part of the structure: reported as not covered.
    let appended = [&pkcs7_mime("signed-data", &scene.opaque(&scene.forge()).der())[..], b"\r\n_____\r\nlist footer!\r\n"].concat();
    match scene.pki.opener().open(&appended) {
        Ok(opened) => {
            accepted(&opened);
            assert!(opened.report().has(Code::SigUncovered), "{}", opened.report().to_json());
        }
        Err(error) => assert_eq!(error.code(), Code::MimeTransferEncoding),
    }
}

#[test]
fn the_signer_is_found_by_key_among_certificates_of_one_name_and_number() {
    let scene = Scene::new();
    let template = smime::ca::CertificateTemplate { serial: Some(vec![7]), ..scene.pki.template("a@example.org") };
    let (one, two) = (scene.pki.issued(&template, KeyKind::Ec(Curve::P256)), scene.pki.issued(&template, KeyKind::Ec(Curve::P256)));
    let signer = SignerForge::new(&two, ENTITY);
    for order in [[&one, &two], [&two, &one]] {
        let mut signed = scene.opaque(&signer);
        signed.certificates = order.iter().map(|identity| identity.certificate().der().to_vec()).collect();
        signed.certificates.push(scene.pki.issuing.certificate().der().to_vec());
        let opened = scene.open(&signed);
        accepted(&opened);
        assert_eq!(opened.report().signers().next().unwrap().certificate.as_ref(), Some(two.certificate()));
    }
    // Only the other one is there: its key made no such signature.
    let mut signed = scene.opaque(&signer);
    signed.certificates = vec![one.certificate().der().to_vec()];
    refused(&scene.open(&signed), Code::SigInvalid, Verdict::Invalid);
    signed.certificates.clear();
    refused(&scene.open(&signed), Code::SigCertificateMissing, Verdict::Indeterminate);
}

#[test]
fn multipart_signed_has_two_parts_of_the_right_kind() {
    let scene = Scene::new();
    let signer = scene.forge();
    let detached = SignedForge::new(None, &[&signer], &scene.chain()).der();
    let head = format!(
        "{OUTER}Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b1\r\n\r\n--b1\r\n"
    );
    let alone = [head.as_bytes(), ENTITY, b"\r\n--b1--\r\n"].concat();
    assert_eq!(scene.error(&alone), Code::MimeSignedParts);
    let three =
        [head.as_bytes(), ENTITY, b"\r\n", &signature_part(&detached), b"--b1\r\nContent-Type: text/plain\r\n\r\nmore\r\n--b1--\r\n"]
            .concat();
    assert_eq!(scene.error(&three), Code::MimeSignedParts);
    let twice = [head.as_bytes(), ENTITY, b"\r\n", &signature_part(&detached), &signature_part(&detached), b"--b1--\r\n"].concat();
    assert_eq!(scene.error(&twice), Code::MimeSignedParts);
    let with_content = multipart_signed(ENTITY, &scene.opaque(&signer).der());
    assert_eq!(scene.error(&with_content), Code::MimeSignedContent);
    let empty_content = SignedForge { content: Some(Vec::new()), ..scene.opaque(&signer) };
    assert_eq!(scene.error(&multipart_signed(ENTITY, &empty_content.der())), Code::MimeSignedContent);
    let good = String::from_utf8(scene.clear(&signer)).unwrap();
    let wrong_part = good.replace("Content-Type: application/pkcs7-signature", "Content-Type: application/pgp-signature");
    assert_eq!(scene.error(wrong_part.as_bytes()), Code::MimeSignedProtocol);
    let wrong_protocol = good.replace("protocol=\"application/pkcs7-signature\"", "protocol=\"application/pgp-signature\"");
    assert_eq!(scene.error(wrong_protocol.as_bytes()), Code::MimeNotSmime);
    assert_eq!(scene.error(good.trim_end().trim_end_matches("--b1--").as_bytes()), Code::MimeTruncated);
    // The old names of both types, and no protocol at all, are read.
    let old = good.replace("application/pkcs7-signature", "application/x-pkcs7-signature");
    accepted(&scene.pki.opener().open(old.as_bytes()).unwrap());
    let silent = scene.pki.opener().open(good.replace("protocol=\"application/pkcs7-signature\"; ", "").as_bytes()).unwrap();
    accepted(&silent);
    assert!(silent.report().has(Code::MimeSmimeType));
}

/// The four ways to hand over a message.
fn open_in_each_way(opener: &Opener, message: &[u8]) -> Vec<Opened> {
    let mut written = Vec::new();
    let from = opener.open_from(&mut std::io::Cursor::new(message), &mut written).unwrap();
    assert_eq!(from.is_acceptable(), !written.is_empty());
    let mut stream = opener.stream();
    message.chunks(7).for_each(|chunk| stream.push(chunk).unwrap());
    vec![opener.open(message).unwrap(), from, stream.finish().unwrap()]
}

#[test]
fn micalg_is_a_hint_and_no_more() {
    let scene = Scene::new();
    let (key, certificate) = scene.alice.signing_pair().unwrap();
    for (digest, micalg, is_right) in [
        (DigestAlgorithm::Sha256, "sha-512", false),
        (DigestAlgorithm::Sha512, "sha-256", false),
        (DigestAlgorithm::Sha384, "sha-1", false),
        (DigestAlgorithm::Sha256, "md5", false),
        (DigestAlgorithm::Sha256, "\"sha-512,sha-256\"", true),
        (DigestAlgorithm::Sha256, "SHA256", true),
    ] {
        let signer = SignerForge::with_digest(key, certificate, ENTITY, digest);
        let detached = SignedForge::new(None, &[&signer], &scene.chain()).der();
        let parameters = format!("protocol=\"application/pkcs7-signature\"; micalg={micalg}");
        let message = multipart_signed_as(&parameters, ENTITY, &detached);
        for opened in open_in_each_way(&scene.pki.opener(), &message) {
            assert_eq!(opened.verdict(), Verdict::Valid, "{micalg}: {}", opened.report().to_json());
            assert_eq!(opened.report().has(Code::SigMicalg), !is_right, "{micalg}");
        }
    }
    let none = multipart_signed_as(
        "protocol=\"application/pkcs7-signature\"",
        ENTITY,
        &SignedForge::new(None, &[&scene.forge()], &scene.chain()).der(),
    );
    accepted(&scene.pki.opener().open(&none).unwrap());
}

#[test]
fn the_signers_own_time_moves_nothing() {
    let scene = Scene::new();
    let long_ago = scene.pki.now.plus_seconds(-300 * 86_400);
    let message = [OUTER.as_bytes(), ENTITY].concat();
    let opened = scene.pki.opener().open(&Signer::new(&scene.alice).at(long_ago).sign(&message).unwrap()).unwrap();
    accepted(&opened);
    assert!(opened.report().has(Code::SigTimeDiffers));
    // A certificate that has expired since is not saved by a signing time at which it was valid.
    let later = scene.pki.opener().at(scene.pki.now.plus_seconds(200 * 86_400));
    let opened = later.open(&Signer::new(&scene.alice).at(scene.pki.now).sign(&message).unwrap()).unwrap();
    refused(&opened, Code::PathExpired, Verdict::Untrusted);
    let opened = smime::Opener::new(&scene.pki.trust()).open(&Signer::new(&scene.alice).at(scene.pki.now).sign(&message).unwrap()).unwrap();
    assert!(opened.report().has(Code::PathTimeUnknown) && !opened.is_acceptable());
}

#[test]
fn only_one_author_can_match() {
    let scene = Scene::new();
    let message = |header: &str| {
        let clear = String::from_utf8(scene.clear(&scene.forge())).unwrap();
        scene.pki.opener().open(clear.replace("From: a@example.org\r\n", header).as_bytes()).unwrap()
    };
    let cases = [
        ("From: Alice <a@EXAMPLE.org>\r\n", AddressMatch::Match, None),
        ("From: m@example.org\r\n", AddressMatch::Mismatch, Some(Code::AddrMismatch)),
        ("From: a@example.org.evil.test\r\n", AddressMatch::Mismatch, Some(Code::AddrMismatch)),
        ("From: \"a@example.org\" <m@example.org>\r\n", AddressMatch::Mismatch, Some(Code::AddrMismatch)),
        ("From: a@example.org\r\nFrom: m@example.org\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From: m@example.org\r\nFrom: a@example.org\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From: a@example.org, m@example.org\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From: m@example.org\r\nSender: a@example.org\r\n", AddressMatch::Mismatch, Some(Code::AddrMismatch)),
        ("From: friends: a@example.org;\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From: a@example.org <m@example.org>\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From : m@example.org\r\n", AddressMatch::Mismatch, Some(Code::AddrMismatch)),
        ("From: a@example.org\0@evil.test\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("From:\r\n", AddressMatch::Ambiguous, Some(Code::AddrAmbiguous)),
        ("X-From: a@example.org\r\n", AddressMatch::Absent, Some(Code::AddrNoSender)),
    ];
    for (header, outcome, code) in cases {
        let opened = message(header);
        let report = opened.report();
        assert_eq!(report.sender.address_match, outcome, "{header:?}: {}", report.to_json());
        assert!(code.is_none_or(|code| report.has(code)), "{header:?}: {}", report.to_json());
        let is_refused = matches!(outcome, AddressMatch::Mismatch | AddressMatch::Ambiguous);
        assert_eq!(report.verdict == Verdict::Untrusted, is_refused, "{header:?}: {}", report.to_json());
        assert_eq!(report.signers().next().unwrap().signature, Check::Passed);
    }
    let nobody = smime::ca::CertificateTemplate { addresses: Vec::new(), ..scene.pki.template("") };
    let scene = Scene { alice: scene.pki.issued(&nobody, KeyKind::Ec(Curve::P256)), ..scene };
    let opened = scene.judge(&scene.forge());
    refused(&opened, Code::AddrAbsent, Verdict::Untrusted);
}

#[test]
fn an_unknown_critical_extension_is_not_passed_over() {
    let scene = Scene::new();
    let mut template = scene.pki.template("a@example.org");
    let kind = smime::asn1::oid::ID_DATA;
    template.extensions.push(smime::ca::NewExtension { kind, critical: true, value: vec![0x05, 0x00] });
    let scene = Scene { alice: scene.pki.issued(&template, KeyKind::Ec(Curve::P256)), ..scene };
    refused(&scene.judge(&scene.forge()), Code::PathCriticalExtension, Verdict::Untrusted);
}

#[test]
fn a_public_key_that_is_none_verifies_nothing() {
    // A point that is not on its curve: the certificate is found, its key cannot be used.
    let scene = Scene::new();
    let signer = scene.forge();
    let spki = signer.key.public_key().spki().to_vec();
    let der = signer.certificate.der();
    let at = der.windows(spki.len()).position(|window| window == spki).unwrap() + spki.len() - 1;
    let mut spoiled = der.to_vec();
    spoiled[at] ^= 1;
    let mut signed = scene.opaque(&signer);
    signed.certificates[0] = spoiled;
    let opened = scene.open(&signed);
    refused(&opened, Code::SigInvalid, Verdict::Invalid);
}
