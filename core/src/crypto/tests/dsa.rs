use std::sync::Arc;

use proptest::prelude::*;

use super::key;
use crate::asn1::{Reader, Tag, Writer, oid};
use crate::crypto::key::numbers::bits;
use crate::crypto::{Backend, Curve, DigestAlgorithm, ExternalKey, KeyKind, PrivateKey, PublicKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Result};

const MESSAGE: ToBeSigned<'static> = ToBeSigned::Message(b"a message");

/// A key and its signatures with each digest, made by OpenSSL.
struct Sample {
    spki: Vec<u8>,
    signatures: Vec<Vec<u8>>,
}

fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for block in include_str!("dsa.pem").split("-----BEGIN ").skip(1) {
        let (label, rest) = block.split_once("-----").unwrap();
        let digits: String = rest.split("-----END ").next().unwrap().split_whitespace().collect();
        let octets = base64_simd::STANDARD.decode_to_vec(digits).unwrap();
        match label {
            "PUBLIC KEY" => samples.push(Sample { spki: octets, signatures: Vec::new() }),
            _ => samples.last_mut().unwrap().signatures.push(octets),
        }
    }
    samples
}

/// p, q, g and y of a key.
fn numbers(spki: &[u8]) -> [Vec<u8>; 4] {
    let mut info = Reader::single_der(spki).unwrap().children().unwrap();
    let mut algorithm = info.sequence().unwrap();
    algorithm.oid().unwrap();
    let mut parameters = algorithm.sequence().unwrap();
    let mut number = || parameters.expect(Tag::INTEGER).unwrap().unsigned_octets().unwrap().to_vec();
    let (p, q, g) = (number(), number(), number());
    let key = info.expect(Tag::BIT_STRING).unwrap().bit_octets().unwrap();
    [p, q, g, Reader::single_der(key).unwrap().unsigned_octets().unwrap().to_vec()]
}

/// A SubjectPublicKeyInfo with these parameters, whatever they are, and this y.
fn spki(parameters: &[u8], y: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::ID_DSA);
            writer.raw(parameters);
        });
        writer.nest(Tag::BIT_STRING, |writer| {
            writer.raw(&[0]);
            writer.unsigned_octets(y);
        });
    });
    writer.into_vec()
}

fn sequence(numbers: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| numbers.iter().for_each(|number| writer.unsigned_octets(number)));
    writer.into_vec()
}

fn code<T>(result: Result<T>) -> Option<Code> {
    result.err().map(|error| error.code())
}

/// One more or one less, where no octet overflows.
fn moved(number: &[u8], by: i8) -> Vec<u8> {
    let mut number = number.to_vec();
    let last = number.last_mut().unwrap();
    *last = last.checked_add_signed(by).unwrap();
    number
}

#[test]
fn signatures_of_openssl_verify() {
    let samples = samples();
    assert_eq!(samples.len(), 4);
    for (sample, (p, q)) in samples.iter().zip([(1024, 160), (2048, 224), (2048, 256), (3072, 256)]) {
        assert_eq!(bits(&numbers(&sample.spki)[1]), q);
        assert_eq!(sample.signatures.len(), DigestAlgorithm::ALL.len());
        for backend in Backend::ALL {
            let public = PublicKey::from_spki_with(*backend, &sample.spki).unwrap();
            assert_eq!(public.kind(), KeyKind::Dsa { bits: Some(p) });
            assert!(!public.lacks_parameters());
            assert!(sample.spki.ends_with(public.key_octets()));
            for (digest, signature) in DigestAlgorithm::ALL.iter().zip(&sample.signatures) {
                let scheme = SignatureScheme::Dsa(*digest);
                public.verify(&scheme, MESSAGE, signature).unwrap();
                public.verify(&scheme, ToBeSigned::Digest(&digest.digest(b"a message")), signature).unwrap();
                assert_eq!(code(public.verify(&scheme, ToBeSigned::Message(b"another"), signature)), Some(Code::SigInvalid));
                for other in DigestAlgorithm::ALL.iter().filter(|other| *other != digest) {
                    assert_eq!(code(public.verify(&SignatureScheme::Dsa(*other), MESSAGE, signature)), Some(Code::SigInvalid));
                }
                for stranger in samples.iter().filter(|stranger| stranger.spki != sample.spki) {
                    let stranger = PublicKey::from_spki_with(*backend, &stranger.spki).unwrap();
                    assert_eq!(code(stranger.verify(&scheme, MESSAGE, signature)), Some(Code::SigInvalid));
                }
            }
        }
    }
}

#[test]
fn no_flipped_bit_verifies() {
    let sample = samples().swap_remove(0);
    let public = PublicKey::from_spki(&sample.spki).unwrap();
    let scheme = SignatureScheme::Dsa(DigestAlgorithm::Sha1);
    for bit in 0..sample.signatures[0].len() * 8 {
        let mut altered = sample.signatures[0].clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(code(public.verify(&scheme, MESSAGE, &altered)), Some(Code::SigInvalid), "bit {bit}");
    }
}

/// FIPS 186-4 section 4.7: 0 < r < q and 0 < s < q, in strict DER.
#[test]
fn numbers_of_signatures_are_bounded() {
    for sample in samples() {
        let public = PublicKey::from_spki(&sample.spki).unwrap();
        let scheme = SignatureScheme::Dsa(DigestAlgorithm::Sha256);
        let good = Reader::single_der(&sample.signatures[1]).unwrap();
        let mut fields = good.children().unwrap();
        let mut number = || fields.expect(Tag::INTEGER).unwrap().unsigned_octets().unwrap().to_vec();
        let (r, s) = (number(), number());
        let [p, q, ..] = numbers(&sample.spki);
        let verify = |signature: &[u8]| code(public.verify(&scheme, MESSAGE, signature));
        assert_eq!(verify(&sequence(&[&r, &s])), None);
        // s + q is the same number modulo q.
        let sum = |one: &[u8], other: &[u8]| {
            let (one, other) = ([&vec![0; q.len() + 1 - one.len()], one].concat(), [&[0], other].concat());
            let mut carry = 0;
            let mut sum: Vec<u8> = one
                .iter()
                .zip(&other)
                .rev()
                .map(|(a, b)| {
                    carry += u16::from(*a) + u16::from(*b);
                    let octet = carry as u8;
                    carry >>= 8;
                    octet
                })
                .collect();
            sum.reverse();
            sum
        };
        let bad: [(&[u8], &[u8]); 10] =
            [(&[], &s), (&r, &[]), (&[], &[]), (&q, &s), (&r, &q), (&sum(&r, &q), &s), (&r, &sum(&s, &q)), (&p, &s), (&r, &p), (&s, &r)];
        for (r, s) in bad {
            assert_eq!(verify(&sequence(&[r, s])), Some(Code::SigInvalid));
        }
        let whole = sequence(&[&r, &s]);
        let negative = [&[0x30, 6, 2, 1, 0xff, 2, 1, 1][..]].concat();
        for bad in
            [[&whole[..], &[0]].concat(), sequence(&[&r, &s, &[1]]), sequence(&[&r]), whole[..whole.len() - 1].to_vec(), negative, vec![]]
        {
            assert_eq!(verify(&bad), Some(Code::SigInvalid), "{bad:02x?}");
        }
        let mut set = whole.clone();
        set[0] = 0x31;
        let mut long = vec![0x30, 0x81, whole[1]];
        long.extend_from_slice(&whole[2..]);
        let padded: Vec<u8> = [&[0x30, whole[1] + 1, 2, whole[3] + 1, 0], &whole[4..]].concat();
        for bad in [set, long, padded] {
            assert_eq!(verify(&bad), Some(Code::SigInvalid), "{bad:02x?}");
        }
    }
}

#[test]
fn parameters_are_checked() {
    for sample in samples() {
        let [p, q, g, y] = numbers(&sample.spki);
        for backend in Backend::ALL {
            let read = |p: &[u8], q: &[u8], g: &[u8], y: &[u8]| code(PublicKey::from_spki_with(*backend, &spki(&sequence(&[p, q, g]), y)));
            assert_eq!(read(&p, &q, &g, &y), None);
            let less_one = moved(&p, -1);
            for bad in [&[][..], &[1], &p, &moved(&p, 1), &[&[1], &p[..]].concat()] {
                assert_eq!(read(&p, &q, bad, &y), Some(Code::KeyInvalid), "g {bad:02x?}");
                assert_eq!(read(&p, &q, &g, bad), Some(Code::KeyInvalid), "y {bad:02x?}");
            }
            assert_eq!(read(&less_one, &q, &g, &y), Some(Code::KeyInvalid));
            assert_eq!(read(&p, &moved(&q, -1), &g, &y), Some(Code::KeyInvalid));
            assert_eq!(read(&q, &p, &g, &y), Some(Code::KeyUnsupported));
        }
    }
    let sized = |p: usize, q: usize| {
        let number = |bits: usize| {
            let mut number = vec![0xa5; bits.div_ceil(8)];
            number[0] = 1 << ((bits - 1) % 8);
            number
        };
        code(PublicKey::from_spki(&spki(&sequence(&[&number(p), &number(q), &[2]]), &[3])))
    };
    for (p, q) in [(512, 160), (1023, 160), (1024, 161), (1024, 224), (2048, 160), (3072, 224), (4096, 256), (15_360, 512), (160, 1024)] {
        assert_eq!(sized(p, q), Some(Code::KeyUnsupported), "{p} {q}");
    }
    assert_eq!(sized(1024, 160), None);
    let [p, q, g, y] = numbers(&samples()[0].spki);
    let four = sequence(&[&p, &q, &g, &[1]]);
    for bad in [four, sequence(&[&p, &q]), vec![4, 0], vec![5, 1, 0], vec![0x30, 0], [sequence(&[&p, &q, &g]), vec![5, 0]].concat()] {
        assert_eq!(code(PublicKey::from_spki(&spki(&bad, &y))), Some(Code::KeyMalformed));
    }
}

/// Numbers outside the subgroup of order q: by p - 1, which has the order 2, r would be 1 for every second message.
#[test]
fn keys_outside_their_subgroup_verify_nothing() {
    for sample in samples() {
        let [p, q, g, y] = numbers(&sample.spki);
        let mut other = q.clone();
        other[3] ^= 1;
        let less_one = moved(&p, -1);
        let keys = [
            (&q, &less_one, &y),
            (&q, &g, &less_one),
            (&q, &vec![2], &y),
            (&q, &g, &vec![2]),
            (&other, &g, &y),
            (&q, &less_one, &less_one),
        ];
        for (q, g, y) in keys {
            let public = PublicKey::from_spki(&spki(&sequence(&[&p, q, g]), y)).unwrap();
            let scheme = SignatureScheme::Dsa(DigestAlgorithm::Sha256);
            let good = &sample.signatures[1];
            for number in 1..4 {
                for signature in [good, &sequence(&[&[1], &[number]]), &sequence(&[&less_one, &[number]])] {
                    assert_eq!(code(public.verify(&scheme, MESSAGE, signature)), Some(Code::SigInvalid));
                }
            }
        }
    }
}

/// RFC 3279 section 2.3.2.
#[test]
fn parameters_are_inherited() {
    let (samples, scheme) = (samples(), SignatureScheme::Dsa(DigestAlgorithm::Sha256));
    let complete = |index: usize| PublicKey::from_spki(&samples[index].spki).unwrap();
    let y = &numbers(&samples[0].spki)[3];
    for absent in [&[][..], &[5, 0]] {
        for backend in Backend::ALL {
            let key = PublicKey::from_spki_with(*backend, &spki(absent, y)).unwrap();
            assert!(key.lacks_parameters());
            assert_eq!((key.kind(), key.kind().to_string().as_str()), (KeyKind::Dsa { bits: None }, "dsa"));
            assert_eq!(code(key.verify(&scheme, MESSAGE, &samples[0].signatures[1])), Some(Code::KeyUnsupported));
            assert_ne!(key, complete(0));
            let completed = key.with_parameters_of(&complete(0)).unwrap();
            assert_eq!((&completed, completed.spki()), (&complete(0), &samples[0].spki[..]));
            completed.verify(&scheme, MESSAGE, &samples[0].signatures[1]).unwrap();
            // Parameters of others, and of none.
            let other = key.with_parameters_of(&complete(1)).unwrap();
            assert_eq!(code(other.verify(&scheme, MESSAGE, &samples[0].signatures[1])), Some(Code::SigInvalid));
            let larger = PublicKey::from_spki_with(*backend, &spki(absent, &numbers(&samples[1].spki)[3])).unwrap();
            assert_eq!(code(larger.with_parameters_of(&complete(0))), Some(Code::KeyInvalid));
            assert_eq!(code(key.with_parameters_of(&key)), Some(Code::KeyUnsupported));
            let curve = self::key(KeyKind::Ec(Curve::P256));
            assert_eq!(code(key.with_parameters_of(curve.public_key())), Some(Code::KeyUnsupported));
            // Who has parameters keeps them.
            assert_eq!(completed.with_parameters_of(&complete(1)).unwrap(), complete(0));
            assert_eq!(curve.public_key().with_parameters_of(&complete(0)).unwrap(), *curve.public_key());
        }
    }
    for bad in [&[][..], &[1], &[0xff; 385]] {
        assert_eq!(code(PublicKey::from_spki(&spki(&[], bad))), Some(Code::KeyInvalid));
    }
}

struct Willing;

impl ExternalKey for Willing {
    fn sign_digest(&self, _: &SignatureScheme, _: &[u8]) -> Result<Vec<u8>> {
        Ok(samples().swap_remove(0).signatures.swap_remove(1))
    }
}

#[test]
fn nothing_is_made_with_it() {
    let scheme = SignatureScheme::Dsa(DigestAlgorithm::Sha256);
    assert_eq!(code(PrivateKey::generate(KeyKind::Dsa { bits: Some(1024) })), Some(Code::KeyUnsupported));
    assert_eq!(KeyKind::from_name("dsa-1024"), None);
    let public = PublicKey::from_spki(&samples()[0].spki).unwrap();
    assert!(!public.kind().signs() && !public.kind().agrees());
    let external = PrivateKey::external(public.clone(), Arc::new(Willing));
    assert_eq!(code(external.sign(&scheme, MESSAGE)), Some(Code::SigAlgorithmMismatch));
    assert_eq!(code(public.encrypt_key(&crate::crypto::KeyTransport::RsaPkcs1v15, b"key")), Some(Code::UseKeyForEncryption));
    let ecdsa = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
    assert_eq!(code(public.verify(&ecdsa, MESSAGE, &[])), Some(Code::SigAlgorithmMismatch));
    let curve = key(KeyKind::Ec(Curve::P256));
    assert_eq!(code(curve.public_key().verify(&scheme, MESSAGE, &[])), Some(Code::SigAlgorithmMismatch));
    assert!(crate::crypto::EphemeralKey::generate(public.kind()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_octets_are_no_signature(signature: Vec<u8>, r: Vec<u8>, s: Vec<u8>) {
        let public = PublicKey::from_spki(&samples()[0].spki).unwrap();
        for signature in [signature, sequence(&[&r, &s])] {
            let refused = public.verify(&SignatureScheme::Dsa(DigestAlgorithm::Sha1), MESSAGE, &signature).unwrap_err();
            prop_assert_eq!(refused.code(), Code::SigInvalid);
        }
    }

    #[test]
    fn altered_keys_do_no_harm(at: u16, octet: u8) {
        let sample = samples().swap_remove(0);
        let mut altered = sample.spki.clone();
        let at = usize::from(at) % altered.len();
        altered[at] = octet;
        match PublicKey::from_spki(&altered) {
            Ok(public) => {
                let verified = public.verify(&SignatureScheme::Dsa(DigestAlgorithm::Sha1), MESSAGE, &sample.signatures[0]);
                prop_assert_eq!(verified.is_ok(), altered == sample.spki);
            }
            Err(error) => prop_assert!(matches!(error.code(), Code::KeyMalformed | Code::KeyInvalid | Code::KeyUnsupported)),
        }
    }
}
