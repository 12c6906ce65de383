//! A small pool of keys, the same in every run, and signatures made with them without our own code. Equal octets give equal signatures.

use std::sync::OnceLock;

use ed25519_dalek::Signer as _;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::pkcs8::EncodePublicKey as _;
use sha2::Digest as _;
use smime::asn1::{Tag, Writer, oid};

/// The digest of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1, which no policy but the legacy one takes.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ECDSA with P-256.
    P256,
    /// ECDSA with P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA of 2048 bits.
    Rsa,
    /// RSA of 1024 bits.
    WeakRsa,
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    Rsa(PKey<Private>),
}

/// A key of the pool.
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    secret: Secret,
}

const P256_KEYS: usize = 28;
const RSA_KEYS: [&[u8]; 3] =
    [include_bytes!("../keys/rsa-2048-1.pem"), include_bytes!("../keys/rsa-2048-2.pem"), include_bytes!("../keys/rsa-2048-3.pem")];

/// The pool: the ordinary keys, then one that is too weak.
pub fn pool() -> &'static [Key] {
    static POOL: OnceLock<Vec<Key>> = OnceLock::new();
    POOL.get_or_init(|| {
        let mut pool: Vec<Key> = (0..P256_KEYS).map(p256_key).collect();
        pool.extend((0..3).map(p384_key));
        pool.extend((0..3).map(ed25519_key));
        pool.extend(RSA_KEYS.map(|pem| rsa_key(pem, Kind::Rsa)));
        pool.push(rsa_key(include_bytes!("../../data/keys/rsa-1024.pem"), Kind::WeakRsa));
        pool
    })
}

/// The places of the keys that are good enough.
pub fn ordinary() -> Vec<usize> {
    (0..pool().len()).filter(|place| pool()[*place].kind != Kind::WeakRsa).collect()
}

/// The place of a key of this kind.
///
/// # Panics
/// Where there is none.
pub fn of_kind(kind: Kind) -> usize {
    pool().iter().position(|key| key.kind == kind).expect("a key of each kind")
}

fn secret_of(what: &str, number: usize) -> [u8; 32] {
    sha2::Sha256::digest(format!("libsmime differential {what} {number}").as_bytes()).into()
}

fn p256_key(number: usize) -> Key {
    let secret = p256::ecdsa::SigningKey::from_slice(&secret_of("P-256", number)).expect("a scalar");
    let spki = secret.verifying_key().to_public_key_der().expect("a key").into_vec();
    Key { kind: Kind::P256, spki, secret: Secret::P256(secret) }
}

fn p384_key(number: usize) -> Key {
    let mut scalar = [0; 48];
    scalar[16..].copy_from_slice(&secret_of("P-384", number));
    let secret = p384::ecdsa::SigningKey::from_slice(&scalar).expect("a scalar");
    let spki = secret.verifying_key().to_public_key_der().expect("a key").into_vec();
    Key { kind: Kind::P384, spki, secret: Secret::P384(secret) }
}

fn ed25519_key(number: usize) -> Key {
    let secret = ed25519_dalek::SigningKey::from_bytes(&secret_of("Ed25519", number));
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_ED25519));
        writer.bit_string(secret.verifying_key().as_bytes());
    });
    Key { kind: Kind::Ed25519, spki: writer.into_vec(), secret: Secret::Ed25519(secret) }
}

fn rsa_key(pem: &[u8], kind: Kind) -> Key {
    let secret = PKey::private_key_from_pem(pem).expect("a key");
    Key { kind, spki: secret.public_key_to_der().expect("a key"), secret: Secret::Rsa(secret) }
}

impl Key {
    /// The AlgorithmIdentifier of a signature of this key with this digest.
    pub fn algorithm(&self, digest: Digest) -> Vec<u8> {
        let (kind, null) = match (self.kind, digest) {
            (Kind::P256 | Kind::P384, Digest::Sha1) => (oid::ECDSA_WITH_SHA1, false),
            (Kind::P256 | Kind::P384, Digest::Sha256) => (oid::ECDSA_WITH_SHA256, false),
            (Kind::P256 | Kind::P384, Digest::Sha384) => (oid::ECDSA_WITH_SHA384, false),
            (Kind::Rsa | Kind::WeakRsa, Digest::Sha1) => (oid::SHA1_WITH_RSA, true),
            (Kind::Rsa | Kind::WeakRsa, Digest::Sha256) => (oid::SHA256_WITH_RSA, true),
            (Kind::Rsa | Kind::WeakRsa, Digest::Sha384) => (oid::SHA384_WITH_RSA, true),
            (Kind::Ed25519, _) => (oid::ID_ED25519, false),
        };
        algorithm(kind, null)
    }

    /// The signature on this message.
    ///
    /// # Panics
    /// Where none can be made.
    pub fn sign(&self, digest: Digest, message: &[u8]) -> Vec<u8> {
        let hashed = || match digest {
            Digest::Sha1 => sha1::Sha1::digest(message).to_vec(),
            Digest::Sha256 => sha2::Sha256::digest(message).to_vec(),
            Digest::Sha384 => sha2::Sha384::digest(message).to_vec(),
        };
        match &self.secret {
            Secret::P256(secret) => {
                let signature: p256::ecdsa::Signature = secret.sign_prehash(&hashed()).expect("a signature");
                signature.to_der().as_bytes().to_vec()
            }
            Secret::P384(secret) => {
                // Half of its field at least.
                let mut hashed = hashed();
                if hashed.len() < 24 {
                    hashed = [vec![0; 48 - hashed.len()], hashed].concat();
                }
                let signature: p384::ecdsa::Signature = secret.sign_prehash(&hashed).expect("a signature");
                signature.to_der().as_bytes().to_vec()
            }
            Secret::Ed25519(secret) => secret.sign(message).to_bytes().to_vec(),
            Secret::Rsa(secret) => {
                let digest = match digest {
                    Digest::Sha1 => MessageDigest::sha1(),
                    Digest::Sha256 => MessageDigest::sha256(),
                    Digest::Sha384 => MessageDigest::sha384(),
                };
                let mut signer = openssl::sign::Signer::new(digest, secret).expect("a signer");
                signer.sign_oneshot_to_vec(message).expect("a signature")
            }
        }
    }

    /// The octets of the key itself, within its BIT STRING.
    pub fn bits(&self) -> &[u8] {
        // SEQUENCE { AlgorithmIdentifier, BIT STRING }: the last field, after its count of unused bits.
        let read = smime::asn1::Reader::single_der(&self.spki).and_then(|spki| {
            let mut fields = spki.children()?;
            fields.element()?;
            Ok(fields.element()?.content)
        });
        &read.expect("a key")[1..]
    }
}

/// An AlgorithmIdentifier, with NULL as its parameters or without any.
pub fn algorithm(kind: const_oid::ObjectIdentifier, null: bool) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(kind);
        if null {
            writer.null();
        }
    });
    writer.into_vec()
}
