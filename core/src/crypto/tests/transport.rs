use std::sync::Arc;

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::{KINDS, key, on, pairs, rsa};
use crate::crypto::{
    Backend, Curve, DigestAlgorithm, EphemeralKey, ExternalKey, KeyKind, KeyTransport, PrivateKey, PublicKey, SignatureScheme, ToBeSigned,
};
use crate::error::{Code, Error, Result};

fn transports() -> Vec<KeyTransport> {
    let mut transports = vec![KeyTransport::RsaPkcs1v15];
    for digest in DigestAlgorithm::ALL {
        for mgf_digest in DigestAlgorithm::ALL {
            for label in [&b""[..], b"a label"] {
                transports.push(KeyTransport::RsaOaep { digest: *digest, mgf_digest: *mgf_digest, label: label.to_vec() });
            }
        }
    }
    transports
}

#[test]
fn what_one_back_end_encrypts_the_other_decrypts() {
    for (one, other) in pairs() {
        let (public, private) = (on(one, rsa()).public_key().clone(), on(other, rsa()));
        for transport in transports() {
            for length in [0, 1, 16, 32] {
                let key = vec![0xa5; length];
                let encrypted = public.encrypt_key(&transport, &key).unwrap();
                assert_eq!(encrypted.len(), 256);
                assert_eq!(*private.decrypt_key(&transport, &encrypted, length).unwrap(), key, "{transport:?} {length}");
            }
        }
    }
}

/// Implicit rejection: no error, the length asked for, and a key that goes with the input: trying again tells nothing.
#[test]
fn what_cannot_be_decrypted_becomes_another_key() {
    let all = transports();
    for backend in Backend::ALL {
        let (private, again) = (on(*backend, rsa()), on(*backend, rsa()));
        let keeper: Arc<dyn ExternalKey> = Arc::new(Keeper { key: private.clone(), failure: Some(Code::EncDecryptFailed), spoil: false });
        let external = PrivateKey::external(private.public_key().clone(), keeper);
        for transport in all.iter().step_by(6) {
            let encrypted = rsa().public_key().encrypt_key(transport, &[7; 16]).unwrap();
            let mut altered = encrypted.clone();
            altered[200] ^= 4;
            let inputs: [&[u8]; 7] = [&altered, &[], &[0], &encrypted[1..], &[&[0], &encrypted[..]].concat(), &[0; 256], &[0xff; 256]];
            let mut seen = std::collections::BTreeSet::new();
            for input in inputs {
                for length in [16, 24, 32] {
                    let decrypt = |key: &PrivateKey| key.decrypt_key(transport, input, length).unwrap();
                    let key = decrypt(&private);
                    assert_eq!(key.len(), length);
                    assert_eq!((&*key, &*decrypt(&external)), (&*decrypt(&again), &*decrypt(&external)));
                    assert_ne!(*key, *decrypt(&external));
                    seen.insert(key[..16].to_vec());
                }
            }
            assert_eq!(seen.len(), inputs.len(), "one for each input");
            for length in [8, 15, 17, 32, 300] {
                let decrypt = || private.decrypt_key(transport, &encrypted, length).unwrap();
                assert_eq!(*decrypt(), *decrypt(), "{transport:?} as {length} octets");
                assert!(!decrypt().starts_with(&[7; 8]));
            }
        }
        let other = all.iter().find(|transport| **transport == KeyTransport::oaep(DigestAlgorithm::Sha256)).unwrap();
        let encrypted = rsa().public_key().encrypt_key(other, &[7; 16]).unwrap();
        for transport in all.iter().filter(|transport| *transport != other) {
            assert_ne!(*private.decrypt_key(transport, &encrypted, 16).unwrap(), [7; 16], "{transport:?}");
        }
    }
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    for backend in Backend::ALL {
        let public = on(*backend, rsa()).public_key().clone();
        for (transport, most) in [
            (KeyTransport::RsaPkcs1v15, 245),
            (KeyTransport::oaep(DigestAlgorithm::Sha1), 214),
            (KeyTransport::oaep(DigestAlgorithm::Sha512), 126),
        ] {
            assert!(public.encrypt_key(&transport, &vec![1; most]).is_ok());
            assert_eq!(public.encrypt_key(&transport, &vec![1; most + 1]).unwrap_err().code(), Code::KeyUnsupported);
        }
    }
    for kind in KINDS.into_iter().filter(|kind| !matches!(kind, KeyKind::Rsa { .. })) {
        let key = key(kind);
        let refused = key.public_key().encrypt_key(&KeyTransport::RsaPkcs1v15, &[0; 16]).unwrap_err();
        assert_eq!(refused.code(), Code::UseKeyForEncryption);
        let refused = key.decrypt_key(&KeyTransport::RsaPkcs1v15, &[0; 256], 16).unwrap_err();
        assert_eq!(refused.code(), Code::SigAlgorithmMismatch);
    }
}

#[test]
fn both_sides_of_an_agreement_reach_one_secret() {
    for kind in KINDS.into_iter().filter(|kind| kind.agrees()) {
        let recipient = key(kind);
        for (one, other) in pairs() {
            let ephemeral = EphemeralKey::generate_with(one, kind).unwrap();
            let recipient = on(other, &recipient);
            let sent = ephemeral.agree(recipient.public_key()).unwrap();
            let again = ephemeral.agree(&PublicKey::from_spki_with(one, recipient.public_key().spki()).unwrap()).unwrap();
            assert_eq!((&*sent, &*sent), (&*recipient.agree(ephemeral.public_octets()).unwrap(), &*again));
            assert_ne!(*sent, *EphemeralKey::generate_with(one, kind).unwrap().agree(recipient.public_key()).unwrap());
        }
    }
}

#[test]
fn agreement_checks_its_peer() {
    let p256 = key(KeyKind::Ec(Curve::P256));
    let point = p256.public_key().key_octets().to_vec();
    let mut off_curve = point.clone();
    off_curve[64] ^= 1;
    let hybrid = [&[6 | (point[64] & 1)], &point[1..]].concat();
    let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
    for backend in Backend::ALL {
        let key = on(*backend, &p256);
        assert_eq!(*key.agree(&compressed).unwrap(), *key.agree(&point).unwrap());
        let others: [&[u8]; 8] =
            [&off_curve, &hybrid, &[], &[0], &point[..64], &[&point[..], &[0]].concat(), p256.public_key().spki(), &[4; 97]];
        for peer in others {
            assert_eq!(key.agree(peer).unwrap_err().code(), Code::KeyInvalid);
        }
        let x25519 = on(*backend, &super::key(KeyKind::X25519));
        for peer in [&[0u8; 32][..], &[1; 31], &[1; 33], &[]] {
            assert_eq!(x25519.agree(peer).unwrap_err().code(), Code::KeyInvalid);
        }
        let ephemeral = EphemeralKey::generate_with(*backend, KeyKind::Ec(Curve::P384)).unwrap();
        assert_eq!(ephemeral.agree(p256.public_key()).unwrap_err().code(), Code::UseArgument);
    }
    assert_eq!(EphemeralKey::generate(KeyKind::Ed25519).unwrap_err().code(), Code::UseArgument);
    assert_eq!(rsa().agree(&point).unwrap_err().code(), Code::SigAlgorithmMismatch);
}

/// Does what its inner key does, or what the test wants.
struct Keeper {
    key: PrivateKey,
    failure: Option<Code>,
    spoil: bool,
}

impl Keeper {
    fn outcome(&self, mut octets: Vec<u8>) -> Result<Vec<u8>> {
        if self.spoil {
            octets.push(0);
        }
        self.failure.map_or(Ok(octets), |code| Err(Error::new(code)))
    }
}

impl ExternalKey for Keeper {
    fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> Result<Vec<u8>> {
        let signature = match scheme.digest() {
            Some(algorithm) => self.key.sign(scheme, ToBeSigned::Digest(&crate::crypto::Digest::from_slice(algorithm, digest).unwrap())),
            None => self.key.sign(scheme, ToBeSigned::Message(digest)),
        };
        self.outcome(signature?)
    }

    fn unwrap_key(&self, transport: &KeyTransport, encrypted_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.outcome(self.key.decrypt_key(transport, encrypted_key, 16)?.to_vec()).map(Zeroizing::new)
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.outcome(self.key.agree(peer_public)?.to_vec()).map(Zeroizing::new)
    }
}

fn external(kind: KeyKind, failure: Option<Code>, spoil: bool) -> PrivateKey {
    let key = key(kind);
    PrivateKey::external(key.public_key().clone(), Arc::new(Keeper { key, failure, spoil }))
}

#[test]
fn an_external_key_serves_as_one_of_our_own() {
    let encrypted = rsa().public_key().encrypt_key(&KeyTransport::RsaPkcs1v15, &[7; 16]).unwrap();
    let key = external(rsa().kind(), None, false);
    assert!(key.is_external() && !rsa().is_external());
    assert_eq!(*key.decrypt_key(&KeyTransport::RsaPkcs1v15, &encrypted, 16).unwrap(), [7; 16]);
    let other_length = || key.decrypt_key(&KeyTransport::RsaPkcs1v15, &encrypted, 32).unwrap();
    assert_eq!(*other_length(), *other_length());
    assert!(!other_length().starts_with(&[7; 8]));
    for (kind, scheme) in [
        (rsa().kind(), SignatureScheme::pss(DigestAlgorithm::Sha256)),
        (KeyKind::Ec(Curve::P256), SignatureScheme::Ecdsa(DigestAlgorithm::Sha384)),
        (KeyKind::Ed25519, SignatureScheme::Ed25519),
    ] {
        let key = external(kind, None, false);
        let signature = key.sign(&scheme, ToBeSigned::Message(b"a message")).unwrap();
        key.public_key().verify(&scheme, ToBeSigned::Message(b"a message"), &signature).unwrap();
    }
    let (key, ephemeral) = (external(KeyKind::X25519, None, false), EphemeralKey::generate(KeyKind::X25519).unwrap());
    assert_eq!(*key.agree(ephemeral.public_octets()).unwrap(), *ephemeral.agree(key.public_key()).unwrap());
    assert_eq!(key.to_pkcs8().unwrap_err().code(), Code::KeyExternalFailed);
}

#[test]
fn an_external_key_that_fails_is_noticed() {
    let scheme = SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256);
    let (message, transport) = (ToBeSigned::Message(b"a message"), KeyTransport::RsaPkcs1v15);
    let encrypted = rsa().public_key().encrypt_key(&transport, &[7; 16]).unwrap();
    let failing = external(rsa().kind(), Some(Code::KeyExternalFailed), false);
    assert_eq!(failing.sign(&scheme, message).unwrap_err().code(), Code::KeyExternalFailed);
    assert_eq!(failing.decrypt_key(&transport, &encrypted, 16).unwrap_err().code(), Code::KeyExternalFailed);
    // What says that the padding was wrong must not be told on.
    let refusing = external(rsa().kind(), Some(Code::EncDecryptFailed), false);
    let decrypt = |key: &PrivateKey| key.decrypt_key(&transport, &encrypted, 16).unwrap();
    assert_eq!(*decrypt(&refusing), *decrypt(&refusing));
    assert_ne!(*decrypt(&refusing), [7; 16]);
    // A wrong signature, a key or a secret of another length.
    let spoiling = external(rsa().kind(), None, true);
    assert_eq!(spoiling.sign(&scheme, message).unwrap_err().code(), Code::KeyExternalFailed);
    assert_eq!(*decrypt(&spoiling), *decrypt(&spoiling));
    assert_ne!(*decrypt(&spoiling), [7; 16]);
    let spoiling = external(KeyKind::Ec(Curve::P384), None, true);
    let ephemeral = EphemeralKey::generate(KeyKind::Ec(Curve::P384)).unwrap();
    assert_eq!(spoiling.agree(ephemeral.public_octets()).unwrap_err().code(), Code::KeyExternalFailed);

    /// Can do nothing.
    struct Idle;
    impl ExternalKey for Idle {}
    let idle = PrivateKey::external(rsa().public_key().clone(), Arc::new(Idle));
    assert_eq!(idle.sign(&scheme, message).unwrap_err().code(), Code::KeyExternalFailed);
    assert_eq!(idle.decrypt_key(&transport, &encrypted, 16).unwrap_err().code(), Code::KeyExternalFailed);
    let idle = PrivateKey::external(key(KeyKind::X25519).public_key().clone(), Arc::new(Idle));
    assert_eq!(idle.agree(&[9; 32]).unwrap_err().code(), Code::KeyExternalFailed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_octets_decrypt_to_a_key(input in proptest::collection::vec(any::<u8>(), 200..260), length in 0usize..40) {
        for backend in Backend::ALL {
            let private = on(*backend, rsa());
            for transport in [KeyTransport::RsaPkcs1v15, KeyTransport::oaep(DigestAlgorithm::Sha256)] {
                prop_assert_eq!(private.decrypt_key(&transport, &input, length).unwrap().len(), length);
            }
        }
    }

    #[test]
    fn any_octets_are_hardly_a_peer(peer in proptest::collection::vec(any::<u8>(), 0..140)) {
        for kind in KINDS.into_iter().filter(|kind| kind.agrees()) {
            let key = key(kind);
            let outcomes: Vec<_> = Backend::ALL.iter().map(|backend| on(*backend, &key).agree(&peer).ok().map(|secret| secret.to_vec())).collect();
            prop_assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }
}
