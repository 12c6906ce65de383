//! RSASSA-PKCS1-v1_5, RSASSA-PSS, ECDSA, Ed25519.

use smime::Code;
use smime::crypto::{Backend, Curve, KeyKind, PrivateKey, PublicKey, SignatureScheme, ToBeSigned};
use smime_tests::Tally;

use super::{Vector, files, vectors_of};

/// Whether the signature of this vector verifies; any refusal must be that of a wrong signature.
fn verifies(vector: &Vector<'_>, backend: Backend, key: &PublicKey, scheme: &SignatureScheme) -> bool {
    let message = vector.hex("msg");
    match key.verify(scheme, ToBeSigned::Message(&message), &vector.hex("sig")) {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.code(), Code::SigInvalid, "{} by {backend:?}", vector.name());
            false
        }
    }
}

fn public_key(vector: &Vector<'_>, backend: Backend) -> smime::Result<PublicKey> {
    PublicKey::from_spki_with(backend, &vector.hex("publicKeyDer"))
}

#[test]
fn rsa_pkcs1_v15_signatures() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: RSASSA-PKCS1-v1_5 verification");
    for vector in vectors_of(files, "RsassaPkcs1Verify") {
        let Some(digest) = vector.digest("sha") else {
            tally.skip(format!("{} is not offered", vector.text("sha")));
            continue;
        };
        for backend in Backend::ALL {
            let key = public_key(&vector, *backend).expect("a key");
            let good = verifies(&vector, *backend, &key, &SignatureScheme::RsaPkcs1v15(digest));
            // A DigestInfo without the NULL is refused: the whole block is built and compared (RFC 8017 section 8.2.2).
            assert!(!vector.is_acceptable() || vector.has_flag("MissingNull"), "{}", vector.name());
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(2_400 * Backend::ALL.len());
}

#[test]
fn rsa_pkcs1_v15_signatures_made() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: RSASSA-PKCS1-v1_5 generation");
    for vector in vectors_of(files, "RsassaPkcs1Generate") {
        let Some(digest) = vector.digest("sha") else {
            tally.skip(format!("{} is not offered", vector.text("sha")));
            continue;
        };
        let scheme = SignatureScheme::RsaPkcs1v15(digest);
        for backend in Backend::ALL {
            let key = match PrivateKey::from_pkcs8_with(*backend, &vector.hex("privateKeyPkcs8")) {
                Ok(key) => key,
                Err(error) => {
                    tally.check(false, || format!("{} by {backend:?}: {error}", vector.name()));
                    continue;
                }
            };
            let signature = key.sign(&scheme, ToBeSigned::Message(&vector.hex("msg"))).expect("a signature");
            // SHA-1 and small exponents ("acceptable") are for the policy to refuse, not for the primitive.
            tally.check(signature == vector.hex("sig"), || format!("{} by {backend:?}", vector.name()));
        }
    }
    tally.finish(85 * Backend::ALL.len());
}

#[test]
fn rsa_pss_signatures() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: RSASSA-PSS");
    for kind in ["RsassaPssVerify", "RsassaPssWithParametersVerify"] {
        for vector in vectors_of(files, kind) {
            let digests = (vector.digest("sha"), (vector.text("mgf") == "MGF1").then(|| vector.digest("mgfSha")).flatten());
            let (Some(digest), Some(mgf_digest)) = digests else {
                tally.skip(format!("{} with {} {} is not offered", vector.text("sha"), vector.text("mgf"), vector.text("mgfSha")));
                continue;
            };
            let scheme = SignatureScheme::RsaPss { digest, mgf_digest, salt_length: vector.number("sLen") };
            for backend in Backend::ALL {
                let key = public_key(&vector, *backend).expect("a key");
                let good = verifies(&vector, *backend, &key, &scheme);
                assert!(!vector.is_acceptable(), "{}", vector.name());
                tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
            }
        }
    }
    tally.finish(1_500 * Backend::ALL.len());
}

#[test]
fn ecdsa_signatures() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: ECDSA");
    for vector in vectors_of(files, "EcdsaVerify") {
        let curve = vector.group["publicKey"]["curve"].as_str().expect("a curve").to_owned();
        if curve.starts_with("brainpool") {
            tally.skip(format!("{curve} is not offered"));
            continue;
        }
        let scheme = SignatureScheme::Ecdsa(vector.digest("sha").expect("a digest"));
        for backend in Backend::ALL {
            let key = public_key(&vector, *backend).expect("a key");
            assert!(matches!(key.kind(), KeyKind::Ec(Curve::P256 | Curve::P384 | Curve::P521)));
            let good = verifies(&vector, *backend, &key, &scheme);
            assert!(!vector.is_acceptable(), "{}", vector.name());
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(2_500 * Backend::ALL.len());
}

#[test]
fn ed25519_signatures() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: Ed25519");
    for vector in vectors_of(files, "EddsaVerify") {
        if vector.group["publicKey"]["curve"] != "edwards25519" {
            tally.skip("Ed448 is not offered");
            continue;
        }
        for backend in Backend::ALL {
            let key = public_key(&vector, *backend).expect("a key");
            let good = verifies(&vector, *backend, &key, &SignatureScheme::Ed25519);
            assert!(!vector.is_acceptable(), "{}", vector.name());
            tally.check(good == vector.is_valid(), || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(145 * Backend::ALL.len());
}
