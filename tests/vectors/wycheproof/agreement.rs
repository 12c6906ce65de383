//! ECDH and X25519.

use smime::Code;
use smime::asn1::{Tag, Writer, oid};
use smime::crypto::{Backend, Curve, PrivateKey, PublicKey};
use smime_tests::Tally;

use super::{Vector, files, vectors_of};

fn curve(vector: &Vector<'_>) -> Option<Curve> {
    match vector.text("curve") {
        "secp256r1" => Some(Curve::P256),
        "secp384r1" => Some(Curve::P384),
        "secp521r1" => Some(Curve::P521),
        _ => None,
    }
}

/// The PrivateKeyInfo of a scalar.
fn pkcs8_of_scalar(curve: Curve, scalar: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(0);
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::ID_EC_PUBLIC_KEY);
            writer.oid(curve.oid());
        });
        writer.nest(Tag::OCTET_STRING, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.unsigned(1);
                writer.octet_string(scalar);
            });
        });
    });
    writer.into_vec()
}

/// The PrivateKeyInfo of 32 octets for X25519.
fn pkcs8_of_x25519(octets: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(0);
        writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_X25519));
        writer.nest(Tag::OCTET_STRING, |writer| writer.octet_string(octets));
    });
    writer.into_vec()
}

/// Agreed, or refused with one of the codes of a key that is none.
fn agrees(vector: &Vector<'_>, agreed: smime::Result<impl AsRef<[u8]>>) -> bool {
    match agreed {
        Ok(secret) => secret.as_ref() == vector.hex("shared"),
        Err(error) => {
            let codes = [Code::KeyInvalid, Code::KeyMalformed, Code::KeyUnsupported];
            assert!(codes.contains(&error.code()), "{}: {error}", vector.name());
            false
        }
    }
}

#[test]
fn ecdh_with_points() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: ECDH with points");
    for vector in vectors_of(files, "EcdhEcpointTest") {
        let curve = curve(&vector).expect("a curve of ours");
        for backend in Backend::ALL {
            let key = PrivateKey::from_pkcs8_with(*backend, &pkcs8_of_scalar(curve, &vector.hex("private"))).expect("a private key");
            let secret = key.agree(&vector.hex("public")).map(|secret| secret.to_vec());
            let good = agrees(&vector, secret);
            // Compressed points ("acceptable") are read.
            assert!(!vector.is_acceptable() || vector.has_flag("CompressedPoint"), "{}", vector.name());
            let expected = vector.is_valid() || vector.is_acceptable();
            tally.check(good == expected, || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(1_800 * Backend::ALL.len());
}

#[test]
fn ecdh_with_public_key_infos() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: ECDH with SubjectPublicKeyInfo");
    for vector in vectors_of(files, "EcdhTest") {
        let Some(curve) = curve(&vector) else {
            tally.skip(format!("{} is not offered", vector.text("curve")));
            continue;
        };
        for backend in Backend::ALL {
            let key = PrivateKey::from_pkcs8_with(*backend, &pkcs8_of_scalar(curve, &vector.hex("private"))).expect("a private key");
            let secret = PublicKey::from_spki_with(*backend, &vector.hex("public"))
                .and_then(|public| if public.kind() == key.kind() { key.agree(public.key_octets()) } else { Err(Code::KeyInvalid.into()) });
            let good = agrees(&vector, secret.map(|secret| secret.to_vec()));
            // Of what is "acceptable", compressed points are read; broken DER and curves that are not named are not.
            let expected = vector.is_valid() || (vector.is_acceptable() && vector.has_flag("CompressedPoint"));
            tally.check(good == expected, || format!("{} by {backend:?}: {good}", vector.name()));
        }
    }
    tally.finish(2_500 * Backend::ALL.len());
}

#[test]
fn x25519() {
    let Some(files) = files() else { return };
    let mut tally = Tally::new("wycheproof: X25519");
    for kind in ["XdhComp", "XdhAsnComp"] {
        for vector in vectors_of(files, kind) {
            if vector.text("curve") != "curve25519" {
                tally.skip("X448 is not offered");
                continue;
            }
            for backend in Backend::ALL {
                let good = agrees(&vector, x25519_secret(&vector, *backend, kind == "XdhAsnComp"));
                // Of what is "acceptable", an all-zero secret is refused (RFC 7748 section 6.1); the rest is computed.
                let expected = vector.is_valid() || (vector.is_acceptable() && !vector.has_flag("ZeroSharedSecret"));
                tally.check(good == expected, || format!("{} by {backend:?}: {good}", vector.name()));
            }
        }
    }
    tally.finish(1_000 * Backend::ALL.len());
}

fn x25519_secret(vector: &Vector<'_>, backend: Backend, encoded: bool) -> smime::Result<Vec<u8>> {
    let (private, public) = (vector.hex("private"), vector.hex("public"));
    let (pkcs8, octets) = if encoded {
        (private, PublicKey::from_spki_with(backend, &public)?.key_octets().to_vec())
    } else {
        (pkcs8_of_x25519(&private), public)
    };
    PrivateKey::from_pkcs8_with(backend, &pkcs8)?.agree(&octets).map(|secret| secret.to_vec())
}
