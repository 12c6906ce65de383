use proptest::prelude::*;

use super::{KINDS, hex, key, octets, on, rsa};
use crate::asn1::{Tag, Writer, oid};
use crate::crypto::{Backend, Curve, DigestAlgorithm, KeyKind, PrivateKey, PublicKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Result};

/// A SubjectPublicKeyInfo of these RSA numbers.
fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::RSA_ENCRYPTION);
            writer.null();
        });
        writer.nest(Tag::BIT_STRING, |writer| {
            writer.raw(&[0]);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.unsigned_octets(modulus);
                writer.unsigned_octets(exponent);
            });
        });
    });
    writer.into_vec()
}

/// A SubjectPublicKeyInfo with these octets as algorithm and key.
fn spki(algorithm: &str, key: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.element(Tag::SEQUENCE, &octets(algorithm));
        writer.bit_string(key);
    });
    writer.into_vec()
}

fn code(result: Result<impl Sized>) -> Option<Code> {
    result.err().map(|error| error.code())
}

/// An odd number of so many bits.
fn modulus(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0x5b; bits.div_ceil(8)];
    modulus[0] = 1 << ((bits - 1) % 8);
    modulus
}

#[test]
fn keys_survive_being_written() {
    for kind in KINDS {
        let original = key(kind);
        for backend in Backend::ALL {
            let read = on(*backend, &original);
            assert_eq!(read.kind(), kind);
            assert_eq!(read.public_key(), original.public_key());
            assert_eq!(read.public_key().spki(), original.public_key().spki());
            assert_eq!(*read.to_pkcs8().unwrap(), *original.to_pkcs8().unwrap());
            let public = PublicKey::from_spki_with(*backend, original.public_key().spki()).unwrap();
            assert_eq!(&public, original.public_key());
            assert_eq!(public.spki(), original.public_key().spki());
            assert!(original.public_key().spki().ends_with(public.key_octets()));
        }
        let other = PrivateKey::generate(KeyKind::Ec(Curve::P256)).unwrap();
        assert_ne!(other.public_key(), original.public_key());
    }
}

#[test]
fn new_keys_are_new_on_each_back_end() {
    for backend in Backend::ALL {
        for kind in KINDS.into_iter().skip(1) {
            let (one, two) = (PrivateKey::generate_with(*backend, kind).unwrap(), PrivateKey::generate_with(*backend, kind).unwrap());
            assert_eq!((one.kind(), two.kind()), (kind, kind));
            assert_ne!(one.public_key(), two.public_key());
        }
        let rsa = PrivateKey::generate_with(*backend, KeyKind::Rsa { bits: 2048 }).unwrap();
        assert_eq!(rsa.kind(), KeyKind::Rsa { bits: 2048 });
        for bits in [0, 512, 1024, 2047, 2049, 8194, usize::MAX] {
            assert_eq!(code(PrivateKey::generate_with(*backend, KeyKind::Rsa { bits })), Some(Code::UseArgument), "{bits}");
        }
    }
}

#[test]
fn names_of_kinds_lead_back() {
    for kind in KINDS {
        assert_eq!(KeyKind::from_name(&kind.to_string()), Some(kind));
    }
    for name in ["rsa", "rsa-", "rsa-512", "rsa-20480", "p224", "P256", ""] {
        assert_eq!(KeyKind::from_name(name), None, "{name}");
    }
}

#[test]
fn rsa_numbers_are_checked() {
    let good = [1, 0, 1];
    for backend in Backend::ALL {
        let read = |modulus: &[u8], exponent: &[u8]| PublicKey::from_spki_with(*backend, &rsa_spki(modulus, exponent));
        for bits in [1024, 1031, 2048, 8192, 8193, 16_384] {
            let key = read(&modulus(bits), &good).unwrap();
            assert_eq!(key.kind(), KeyKind::Rsa { bits });
            let scheme = SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256);
            let refused = key.verify(&scheme, ToBeSigned::Message(b""), &vec![1; bits.div_ceil(8)]);
            assert_eq!(code(refused), Some(Code::SigInvalid));
        }
        for bits in [8, 512, 1023, 16_385, 100_000] {
            assert_eq!(code(read(&modulus(bits), &good)), Some(Code::KeyUnsupported), "{bits}");
        }
        let mut even = modulus(2048);
        *even.last_mut().unwrap() ^= 1;
        assert_eq!(code(read(&even, &good)), Some(Code::KeyInvalid));
        for exponent in [&[][..], &[1], &[2], &[4], &[1, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
            assert_eq!(code(read(&modulus(2048), exponent)), Some(Code::KeyInvalid), "{exponent:?}");
        }
        for exponent in [&[3][..], &[17], &[1, 0, 0, 0, 1], &[0xff; 8]] {
            assert!(read(&modulus(2048), exponent).is_ok(), "{exponent:?}");
        }
        // A negative modulus, and numbers that are not DER.
        let mut negative = rsa_spki(&modulus(2048), &good);
        let at = negative.windows(5).position(|window| window == [0x02, 0x82, 0x01, 0x00, 0x80]).is_none();
        assert!(at, "a positive modulus has a leading zero");
        let at = negative.windows(5).position(|window| window == [0x02, 0x82, 0x01, 0x01, 0x00]).unwrap();
        negative[at + 4] = 0xff;
        assert_eq!(code(PublicKey::from_spki_with(*backend, &negative)), Some(Code::KeyMalformed));
    }
}

#[test]
fn only_named_curves_and_points_on_them() {
    let p256 = key(KeyKind::Ec(Curve::P256));
    let point = p256.public_key().key_octets().to_vec();
    let named = "06072a8648ce3d020106082a8648ce3d030107";
    let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
    let mut off_curve = point.clone();
    off_curve[40] ^= 1;
    for backend in Backend::ALL {
        let read = |algorithm: &str, key: &[u8]| PublicKey::from_spki_with(*backend, &spki(algorithm, key));
        assert_eq!(&read(named, &point).unwrap(), p256.public_key());
        assert_eq!(read(named, &compressed).unwrap().kind(), KeyKind::Ec(Curve::P256));
        let infinity = [0];
        let hybrid = [&[6 | (point[64] & 1)], &point[1..]].concat();
        let zeros = [&[4u8][..], &[0; 64]].concat();
        let beyond = [&[4u8][..], &[0xff; 64]].concat();
        for wrong in [&off_curve[..], &infinity, &hybrid, &zeros, &beyond, &point[..64], &[], &[&point[..], &[0]].concat()] {
            assert_eq!(code(read(named, wrong)), Some(Code::KeyInvalid));
        }
        let curves = [
            ("brainpoolP256r1", "06072a8648ce3d020106092b2403030208010107"),
            ("secp256k1", "06072a8648ce3d020106052b8104000a"),
            ("no parameters", "06072a8648ce3d0201"),
            ("NULL", "06072a8648ce3d02010500"),
            ("explicit parameters", "06072a8648ce3d02013003020101"),
        ];
        for (what, algorithm) in curves {
            assert_eq!(code(read(algorithm, &point)), Some(Code::KeyUnsupported), "{what}");
        }
        assert_eq!(code(read("06052b81040022", &point)), Some(Code::KeyUnsupported), "a curve where the algorithm belongs");
    }
}

#[test]
fn keys_of_montgomery_and_edwards() {
    for backend in Backend::ALL {
        let read = |algorithm: &str, key: &[u8]| code(PublicKey::from_spki_with(*backend, &spki(algorithm, key)));
        for length in [0, 31, 33, 57] {
            assert_eq!(read("06032b656e", &vec![9; length]), Some(Code::KeyInvalid));
            assert_eq!(read("06032b6570", &vec![9; length]), Some(Code::KeyInvalid));
        }
        assert_eq!(read("06032b656e0500", &[9; 32]), Some(Code::KeyMalformed));
        assert_eq!(read("06032b656f", &[9; 56]), Some(Code::KeyUnsupported), "X448");
        assert_eq!(read("06032b6571", &[9; 57]), Some(Code::KeyUnsupported), "Ed448");
        // Points of small order verify signatures that nobody made.
        for weak in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        ] {
            assert_eq!(read("06032b6570", &octets(weak)), Some(Code::KeyInvalid), "{weak}");
        }
        assert_eq!(read("06032b6570", &[2; 32]), Some(Code::KeyInvalid), "not on the curve");
    }
}

/// RFC 4056 section 1.2 and RFC 4055 section 1.2: a key marked for PSS does nothing else, and may name its parameters.
#[test]
fn a_key_for_pss_is_for_pss() {
    let pkcs8 = rsa().to_pkcs8().unwrap();
    let marked = |parameters: &str| {
        // The AlgorithmIdentifier of rsaEncryption becomes that of id-RSASSA-PSS.
        let algorithm = octets("300d06092a864886f70d0101010500");
        let at = pkcs8.windows(algorithm.len()).position(|window| window == algorithm).unwrap();
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.unsigned(0);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::ID_RSASSA_PSS);
                writer.raw(&octets(parameters));
            });
            writer.raw(&pkcs8[at + algorithm.len()..]);
        });
        writer.into_vec()
    };
    let sha256 = hex(&SignatureScheme::pss(DigestAlgorithm::Sha256).algorithm_identifier()[2 + 11..]);
    let message = ToBeSigned::Message(b"a message");
    for backend in Backend::ALL {
        let any = PrivateKey::from_pkcs8_with(*backend, &marked("")).unwrap();
        let one = PrivateKey::from_pkcs8_with(*backend, &marked(&sha256)).unwrap();
        for key in [&any, &one] {
            assert_eq!(key.public_key(), rsa().public_key());
            assert_eq!(code(key.sign(&SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256), message)), Some(Code::SigAlgorithmMismatch));
            let scheme = SignatureScheme::pss(DigestAlgorithm::Sha256);
            let signature = key.sign(&scheme, message).unwrap();
            let public = PublicKey::from_spki_with(*backend, key.public_key().spki()).unwrap();
            public.verify(&scheme, message, &signature).unwrap();
            let transport = crate::crypto::KeyTransport::RsaPkcs1v15;
            assert_eq!(code(public.encrypt_key(&transport, &[0; 16])), Some(Code::UseKeyForEncryption));
            assert_eq!(*PrivateKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap().to_pkcs8().unwrap(), *key.to_pkcs8().unwrap());
        }
        assert!(any.sign(&SignatureScheme::pss(DigestAlgorithm::Sha512), message).is_ok());
        assert_eq!(code(one.sign(&SignatureScheme::pss(DigestAlgorithm::Sha512), message)), Some(Code::SigAlgorithmMismatch));
        let salt =
            |salt_length| SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha256, mgf_digest: DigestAlgorithm::Sha256, salt_length };
        assert!(one.sign(&salt(40), message).is_ok());
        assert_eq!(code(one.sign(&salt(31), message)), Some(Code::SigAlgorithmMismatch));
        assert_eq!(code(PrivateKey::from_pkcs8_with(*backend, &marked("0500"))), Some(Code::KeyUnsupported));
    }
}

fn sec1(scalar: &[u8], curve: Option<Curve>, public: Option<&[u8]>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(1);
        writer.octet_string(scalar);
        if let Some(curve) = curve {
            writer.nest(Tag::context_constructed(0), |writer| writer.oid(curve.oid()));
        }
        if let Some(public) = public {
            writer.nest(Tag::context_constructed(1), |writer| writer.bit_string(public));
        }
    });
    writer.into_vec()
}

fn ec_pkcs8(curve: Curve, inner: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(0);
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::ID_EC_PUBLIC_KEY);
            writer.oid(curve.oid());
        });
        writer.octet_string(inner);
    });
    writer.into_vec()
}

#[test]
fn a_scalar_lies_between_nothing_and_the_order() {
    let order = octets("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut less_one = order.clone();
    less_one[31] -= 1;
    let generator = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    for backend in Backend::ALL {
        let read = |scalar: &[u8]| PrivateKey::from_pkcs8_with(*backend, &ec_pkcs8(Curve::P256, &sec1(scalar, None, None)));
        for wrong in [&[][..], &[0], &[0; 32], &order, &[0xff; 32], &[1; 33]] {
            assert_eq!(code(read(wrong)), Some(Code::KeyInvalid), "{}", hex(wrong));
        }
        // One, with fewer and with more octets than it should have; and the order less one, which mirrors it.
        for one in [&[1][..], &[&[0; 31][..], &[1]].concat(), &[&[0; 40][..], &[1]].concat(), &less_one] {
            assert_eq!(hex(&read(one).unwrap().public_key().key_octets()[1..33]), generator);
        }
        assert_eq!(read(&[1]).unwrap().to_pkcs8().unwrap().len(), 138);
    }
}

#[test]
fn an_ec_private_key_names_its_curve_once() {
    let curve = Curve::P384;
    let read = |octets: &[u8], outer: Option<Curve>| PrivateKey::from_sec1(octets, outer.map(Curve::oid));
    let expected = read(&sec1(&[5], Some(curve), None), None).unwrap();
    assert_eq!(expected.kind(), KeyKind::Ec(curve));
    for (inner, outer) in [(Some(curve), Some(curve)), (None, Some(curve))] {
        assert_eq!(read(&sec1(&[5], inner, None), outer).unwrap().public_key(), expected.public_key());
    }
    assert_eq!(code(read(&sec1(&[5], None, None), None)), Some(Code::KeyMalformed));
    assert_eq!(code(read(&sec1(&[5], Some(Curve::P256), None), Some(curve))), Some(Code::KeyMalformed));
    assert_eq!(code(PrivateKey::from_sec1(&sec1(&[5], None, None), Some(oid::ID_SHA1))), Some(Code::KeyUnsupported));
    // The public key beside it must be its own.
    let point = expected.public_key().key_octets();
    let compressed = [&[2 | (point[96] & 1)], &point[1..49]].concat();
    for own in [point, &compressed] {
        assert!(read(&sec1(&[5], Some(curve), Some(own)), None).is_ok());
    }
    let mirrored = [&[3 ^ (point[96] & 1)], &point[1..49]].concat();
    let other = PrivateKey::generate(KeyKind::Ec(curve)).unwrap();
    for foreign in [other.public_key().key_octets(), &mirrored, &[]] {
        assert_eq!(code(read(&sec1(&[5], Some(curve), Some(foreign)), None)), Some(Code::KeyInvalid));
    }
}

/// RFC 8410 section 10.3: the same key in version 1 and, with attributes and public key, in version 2.
#[test]
fn one_asymmetric_key_of_the_rfc() {
    let v1 = octets("302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    let v2 = octets(
        "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273812100 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
            .replace(' ', "")
            .as_str(),
    );
    for backend in Backend::ALL {
        let one = PrivateKey::from_pkcs8_with(*backend, &v1).unwrap();
        let two = PrivateKey::from_pkcs8_with(*backend, &v2).unwrap();
        assert_eq!(one.public_key(), two.public_key());
        assert_eq!(hex(one.public_key().key_octets()), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assert_eq!(*two.to_pkcs8().unwrap(), v1);
        let mut foreign = v2.clone();
        *foreign.last_mut().unwrap() ^= 1;
        assert_eq!(code(PrivateKey::from_pkcs8_with(*backend, &foreign)), Some(Code::KeyInvalid));
    }
}

#[test]
fn private_rsa_numbers_are_checked() {
    let pkcs8 = rsa().to_pkcs8().unwrap();
    let start = pkcs8.windows(4).skip(8).position(|window| window == [0x02, 0x01, 0x00, 0x02]).unwrap() + 8 - 4;
    let pkcs1 = &pkcs8[start..];
    assert_eq!(PrivateKey::from_pkcs1(pkcs1).unwrap().public_key(), rsa().public_key());
    for backend in Backend::ALL {
        // An octet within the modulus, the private exponent and the first prime.
        for at in [start + 100, start + 400, start + 600] {
            let mut altered = pkcs8.to_vec();
            altered[at] ^= 2;
            assert_eq!(code(PrivateKey::from_pkcs8_with(*backend, &altered)), Some(Code::KeyInvalid), "{at}");
        }
        let mut version = pkcs8.to_vec();
        version[start + 6] = 1;
        assert_eq!(code(PrivateKey::from_pkcs8_with(*backend, &version)), Some(Code::KeyMalformed));
    }
}

#[test]
fn nothing_secret_is_shown() {
    for kind in KINDS {
        assert_eq!(format!("{:?}", key(kind)), format!("PrivateKey({kind})"));
    }
}

#[test]
fn keys_are_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<PrivateKey>();
    shared::<PublicKey>();
    fn sent<T: Send + 'static>() {}
    sent::<crate::crypto::ContentEncryptor>();
    sent::<crate::crypto::ContentDecryptor>();
    sent::<crate::crypto::Hasher>();
    sent::<crate::crypto::EphemeralKey>();
    let message = ToBeSigned::Message(b"a message");
    let scheme = SignatureScheme::pss(DigestAlgorithm::Sha256);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let signature = rsa().sign(&scheme, message).unwrap();
                rsa().public_key().verify(&scheme, message, &signature).unwrap();
            });
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is altered in a key file, reading it neither panics nor gives another key than the numbers say.
    #[test]
    fn altered_keys_are_refused_or_whole(kind in 1usize..6, at: proptest::sample::Index, flip in 1u8.., cut: bool) {
        let original = key(KINDS[kind]);
        for octets in [original.to_pkcs8().unwrap().to_vec(), original.public_key().spki().to_vec()] {
            let mut altered = octets.clone();
            let at = at.index(altered.len());
            if cut { altered.truncate(at) } else { altered[at] ^= flip }
            let outcomes: Vec<_> = Backend::ALL
                .iter()
                .map(|backend| {
                    let private = PrivateKey::from_pkcs8_with(*backend, &altered).map(|key| key.public_key().spki().to_vec());
                    let public = PublicKey::from_spki_with(*backend, &altered).map(|key| key.spki().to_vec());
                    (private.map_err(|error| error.code()), public.map_err(|error| error.code()))
                })
                .collect();
            prop_assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", outcomes);
        }
    }

    #[test]
    fn any_octets_are_no_key(octets: Vec<u8>) {
        for backend in Backend::ALL {
            prop_assert!(PrivateKey::from_pkcs8_with(*backend, &octets).is_err());
            prop_assert!(PublicKey::from_spki_with(*backend, &octets).is_err());
        }
        prop_assert!(PrivateKey::from_pkcs1(&octets).is_err());
        prop_assert!(PrivateKey::from_sec1(&octets, Some(oid::SECP256R1)).is_err());
    }
}
