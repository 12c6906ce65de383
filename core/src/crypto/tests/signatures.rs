use proptest::prelude::*;

use super::{KINDS, key, on, pairs, rsa};
use crate::crypto::{Backend, DigestAlgorithm, KeyKind, PublicKey, SignatureScheme, ToBeSigned};
use crate::error::Code;

/// Every scheme that fits a kind of key, with unusual parameters of PSS.
fn schemes(kind: KeyKind) -> Vec<SignatureScheme> {
    let digests = DigestAlgorithm::ALL.iter().copied();
    match kind {
        KeyKind::Rsa { .. } => {
            let mut schemes: Vec<_> = digests.clone().map(SignatureScheme::RsaPkcs1v15).collect();
            for digest in digests.clone() {
                schemes.push(SignatureScheme::pss(digest));
                for mgf_digest in digests.clone() {
                    for salt_length in [0, 20, 33, 100] {
                        schemes.push(SignatureScheme::RsaPss { digest, mgf_digest, salt_length });
                    }
                }
            }
            schemes
        }
        KeyKind::Ec(_) => digests.map(SignatureScheme::Ecdsa).collect(),
        KeyKind::Ed25519 => vec![SignatureScheme::Ed25519],
        KeyKind::X25519 | KeyKind::Dsa { .. } => Vec::new(),
    }
}

/// Every scheme, signed on one back end and verified on the other; another message, another signature, another scheme
/// and another key are refused.
#[test]
fn what_one_back_end_signs_the_other_verifies() {
    for kind in KINDS {
        let key = key(kind);
        let schemes = schemes(kind);
        for (signer, verifier) in pairs() {
            let (private, public) = (on(signer, &key), on(verifier, &key).public_key().clone());
            for scheme in &schemes {
                let message = ToBeSigned::Message(b"a message");
                let signature = private.sign(scheme, message).unwrap();
                public.verify(scheme, message, &signature).unwrap();
                let refused = |signed, signature: &[u8]| public.verify(scheme, signed, signature).unwrap_err().code();
                assert_eq!(refused(ToBeSigned::Message(b"another"), &signature), Code::SigInvalid);
                let mut altered = signature.clone();
                *altered.last_mut().unwrap() ^= 1;
                assert_eq!(refused(message, &altered), Code::SigInvalid);
                for shorter in [&signature[1..], &signature[..signature.len() - 1], &[]] {
                    assert_eq!(refused(message, shorter), Code::SigInvalid);
                }
                assert_eq!(refused(message, &[&[0], &signature[..]].concat()), Code::SigInvalid);
                assert_eq!(refused(message, &[&signature[..], &[0]].concat()), Code::SigInvalid);
            }
        }
    }
}

#[test]
fn no_scheme_verifies_what_another_signed() {
    let schemes = schemes(KeyKind::Rsa { bits: 2048 });
    let message = ToBeSigned::Message(b"a message");
    for backend in Backend::ALL {
        let public = on(*backend, rsa()).public_key().clone();
        for scheme in schemes.iter().step_by(5) {
            let signature = rsa().sign(scheme, message).unwrap();
            for other in schemes.iter().filter(|other| *other != scheme) {
                assert_eq!(public.verify(other, message, &signature).unwrap_err().code(), Code::SigInvalid, "{scheme:?} as {other:?}");
            }
        }
    }
}

#[test]
fn a_digest_counts_as_its_message() {
    for kind in KINDS.into_iter().filter(|kind| kind.signs() && *kind != KeyKind::Ed25519) {
        let key = key(kind);
        for backend in Backend::ALL {
            let key = on(*backend, &key);
            for scheme in schemes(kind).iter().take(4) {
                let digest = scheme.digest().unwrap().digest(b"a message");
                let signature = key.sign(scheme, ToBeSigned::Digest(&digest)).unwrap();
                key.public_key().verify(scheme, ToBeSigned::Message(b"a message"), &signature).unwrap();
                let other = if scheme.digest() == Some(DigestAlgorithm::Sha1) { DigestAlgorithm::Sha256 } else { DigestAlgorithm::Sha1 };
                let other = other.digest(b"a message");
                let refused = key.sign(scheme, ToBeSigned::Digest(&other)).unwrap_err();
                assert_eq!(refused.code(), Code::SigAlgorithmMismatch);
                let refused = key.public_key().verify(scheme, ToBeSigned::Digest(&other), &signature).unwrap_err();
                assert_eq!(refused.code(), Code::SigAlgorithmMismatch);
            }
        }
    }
}

#[test]
fn keys_and_schemes_must_belong_together() {
    let all = [
        SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256),
        SignatureScheme::pss(DigestAlgorithm::Sha256),
        SignatureScheme::Ecdsa(DigestAlgorithm::Sha256),
        SignatureScheme::Ed25519,
    ];
    for kind in KINDS {
        let key = key(kind);
        for scheme in &all {
            let signed = key.sign(scheme, ToBeSigned::Message(b"")).map_err(|error| error.code());
            let fits = schemes(kind).contains(scheme);
            assert_eq!(signed.as_ref().err(), (!fits).then_some(&Code::SigAlgorithmMismatch), "{kind} {scheme:?}");
            let verified = key.public_key().verify(scheme, ToBeSigned::Message(b""), b"").unwrap_err();
            assert_eq!(verified.code(), if fits { Code::SigInvalid } else { Code::SigAlgorithmMismatch });
        }
    }
    let digest = DigestAlgorithm::Sha256.digest(b"");
    let refused = key(KeyKind::Ed25519).sign(&SignatureScheme::Ed25519, ToBeSigned::Digest(&digest)).unwrap_err();
    assert_eq!(refused.code(), Code::SigAlgorithmMismatch);
}

#[test]
fn a_salt_has_to_fit_the_key() {
    // 2048 bits hold 256 octets: a digest of 32, a mark, a trailer, and so a salt of 222.
    let scheme =
        |salt_length| SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha256, mgf_digest: DigestAlgorithm::Sha256, salt_length };
    let message = ToBeSigned::Message(b"a message");
    for backend in Backend::ALL {
        let key = on(*backend, rsa());
        let signature = key.sign(&scheme(222), message).unwrap();
        key.public_key().verify(&scheme(222), message, &signature).unwrap();
        for too_long in [223, 2048, usize::MAX] {
            assert_eq!(key.sign(&scheme(too_long), message).unwrap_err().code(), Code::KeyUnsupported);
            assert_eq!(key.public_key().verify(&scheme(too_long), message, &signature).unwrap_err().code(), Code::SigInvalid);
        }
    }
}

/// 0, 1, n - 1, n and s + n verify nothing, whatever the scheme.
#[test]
fn numbers_outside_the_range_are_no_signatures() {
    let spki = rsa().public_key().spki();
    // The modulus stands after two headers, as a positive INTEGER of 257 octets.
    let at = spki.windows(5).position(|window| window == [0x02, 0x82, 0x01, 0x01, 0x00]).unwrap() + 5;
    let modulus = &spki[at..at + 256];
    let mut less_one = modulus.to_vec();
    less_one[255] -= 1;
    let zero = vec![0; 256];
    let mut one = zero.clone();
    one[255] = 1;
    for backend in Backend::ALL {
        let public = PublicKey::from_spki_with(*backend, spki).unwrap();
        for scheme in schemes(KeyKind::Rsa { bits: 2048 }).iter().step_by(3) {
            for signature in [&zero, &one, &less_one, &modulus.to_vec(), &vec![0xff; 256]] {
                let refused = public.verify(scheme, ToBeSigned::Message(b""), signature).unwrap_err();
                assert_eq!(refused.code(), Code::SigInvalid);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_message_on_any_pair(message: Vec<u8>, kind in 1usize..5, digest in 0usize..4, flip: u16) {
        let key = key(KINDS[kind]);
        let scheme = match KINDS[kind] {
            KeyKind::Ed25519 => SignatureScheme::Ed25519,
            _ => SignatureScheme::Ecdsa(DigestAlgorithm::ALL[digest]),
        };
        for (signer, verifier) in pairs() {
            let signature = on(signer, &key).sign(&scheme, ToBeSigned::Message(&message)).unwrap();
            let public = PublicKey::from_spki_with(verifier, key.public_key().spki()).unwrap();
            public.verify(&scheme, ToBeSigned::Message(&message), &signature).unwrap();
            let mut altered = signature.clone();
            let at = usize::from(flip) % (8 * altered.len());
            altered[at / 8] ^= 1 << (at % 8);
            prop_assert!(public.verify(&scheme, ToBeSigned::Message(&message), &altered).is_err());
        }
    }

    #[test]
    fn any_octets_are_no_signature(signature: Vec<u8>, kind in 0usize..5) {
        let key = key(KINDS[kind]);
        for backend in Backend::ALL {
            let public = PublicKey::from_spki_with(*backend, key.public_key().spki()).unwrap();
            for scheme in schemes(KINDS[kind]).iter().step_by(7) {
                prop_assert_eq!(public.verify(scheme, ToBeSigned::Message(b"m"), &signature).unwrap_err().code(), Code::SigInvalid);
            }
        }
    }
}
