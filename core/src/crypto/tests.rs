//! What concerns several files: keys and ciphers on both back ends, each against the other.

mod ciphers;
mod dsa;
mod keys;
mod signatures;
mod transport;

use super::{Backend, Curve, KeyKind, PrivateKey};

/// Octets from hexadecimal digits.
pub(crate) fn octets(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "an even number of digits");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// Hexadecimal digits of octets.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Every kind of key, RSA in the least size that is made.
const KINDS: [KeyKind; 6] = [
    KeyKind::Rsa { bits: 2048 },
    KeyKind::Ec(Curve::P256),
    KeyKind::Ec(Curve::P384),
    KeyKind::Ec(Curve::P521),
    KeyKind::Ed25519,
    KeyKind::X25519,
];

/// One RSA key for all tests: making one takes seconds without optimisation.
pub(super) fn rsa() -> &'static PrivateKey {
    static KEY: std::sync::OnceLock<PrivateKey> = std::sync::OnceLock::new();
    KEY.get_or_init(|| PrivateKey::generate(KeyKind::Rsa { bits: 2048 }).unwrap())
}

/// A key of this kind: the shared one for RSA, a fresh one otherwise.
fn key(kind: KeyKind) -> PrivateKey {
    if matches!(kind, KeyKind::Rsa { .. }) { rsa().clone() } else { PrivateKey::generate(kind).unwrap() }
}

/// The same key on another back end.
pub(super) fn on(backend: Backend, key: &PrivateKey) -> PrivateKey {
    PrivateKey::from_pkcs8_with(backend, &key.to_pkcs8().unwrap()).unwrap()
}

/// Every ordered pair of back ends.
fn pairs() -> impl Iterator<Item = (Backend, Backend)> {
    Backend::ALL.iter().flat_map(|one| Backend::ALL.iter().map(|other| (*one, *other)))
}
