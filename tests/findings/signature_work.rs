//! Signatures were counted for each path and each signer alone, whatever the size of the keys: 700 kB of certificates with keys of 16384 bits,
//! and 64 signers, kept a processor busy for five minutes.

use smime::asn1::{Tag, Writer, oid};
use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey, PublicKey, SignatureScheme};
use smime::{Certificate, Code, DigestAlgorithm, Verdict};
use smime_tests::forge::{ENTITY, SignedForge, SignerForge};
use smime_tests::pki::DAY;

use crate::scene::Scene;

/// A key of 16384 bits that nobody has the private half of.
fn large_key(seed: u8) -> PublicKey {
    let mut modulus = [seed; 2048];
    (modulus[0], modulus[2047]) = (0xc3, 0x0b);
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::RSA_ENCRYPTION);
            writer.null();
        });
        writer.nest(Tag::BIT_STRING, |writer| {
            writer.raw(&[0]);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.unsigned_octets(&modulus);
                writer.unsigned_octets(&[0xff; 8]);
            });
        });
    });
    PublicKey::from_spki(&writer.into_vec()).expect("a key")
}

/// Certificates of keys of 16384 bits, all made by this template.
fn large(scene: &Scene, template: &CertificateTemplate, count: u8) -> Vec<Certificate> {
    (0..count).map(|seed| scene.pki.issuing.issue(&large_key(seed), template).expect("a certificate")).collect()
}

fn octets(certificates: &[Certificate]) -> Vec<Vec<u8>> {
    certificates.iter().map(|certificate| certificate.der().to_vec()).collect()
}

#[test]
fn signatures_of_many_candidates() {
    let scene = Scene::new();
    let template = CertificateTemplate { serial: Some(vec![7]), ..scene.pki.template("a@example.org") };
    let certificates = large(&scene, &template, 8);
    let scheme = SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256);
    let signer = SignerForge {
        certificate: certificates[0].clone(),
        signature_algorithm: scheme.algorithm_identifier(),
        scheme,
        signature: Some(vec![1; 2048]),
        ..SignerForge::new(&scene.alice, ENTITY)
    };
    let signed = |count: usize, signers: usize| SignedForge {
        certificates: octets(&certificates[..count]),
        signers: vec![signer.der(); signers],
        ..SignedForge::new(Some(ENTITY), &[&signer], &[])
    };
    // One is checked like any other, and so are three.
    for count in [1, 3] {
        let report = scene.opener().examine(&signed(count, 1).der()).expect("a report");
        assert!(report.has(Code::SigInvalid) && report.verdict == Verdict::Invalid, "{}", report.to_json());
    }
    for (count, signers) in [(4, 1), (8, 64), (1, 4)] {
        let error = scene.opener().examine(&signed(count, signers).der()).expect_err("an error");
        assert_eq!(error.code(), Code::LimitSigners, "{count} certificates, {signers} signers: {error}");
    }
}

#[test]
fn paths_of_many_signers() {
    let scene = Scene::new();
    let key = PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
    let authority = CertificateTemplate::authority("Large", scene.pki.now.plus_seconds(-DAY), scene.pki.now.plus_seconds(DAY));
    let issuer = Issuer::self_signed(&key, &authority).expect("an authority");
    let large = large(&scene, &authority, 6);
    let signers: Vec<SignerForge> = (0..4)
        .map(|_| {
            let certificate = issuer.issue(scene.alice.certificate().public_key().expect("a key"), &scene.pki.template("a@example.org"));
            SignerForge { certificate: certificate.expect("a certificate"), ..SignerForge::new(&scene.alice, ENTITY) }
        })
        .collect();
    let mut signed = SignedForge::new(Some(ENTITY), &signers.iter().collect::<Vec<_>>(), &[]);
    let report = scene.opener().examine(&signed.der()).expect("a report");
    assert!(report.has(Code::PathNoAnchor) && !report.has(Code::LimitPath), "{}", report.to_json());
    // Each of these might be the issuer of each signer.
    signed.certificates.extend(octets(&large));
    let report = scene.opener().examine(&signed.der()).expect("a report");
    assert!(report.has(Code::LimitPath) && !report.verdict.is_acceptable(), "{}", report.to_json());
    assert!(report.signers().all(|signer| signer.signature == smime::report::Check::Passed));
}
