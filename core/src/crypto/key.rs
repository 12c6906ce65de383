//! Keys as handles: read and checked once, cheap to clone, shared between threads.

mod external;
pub(super) mod numbers;
mod private;
mod public;

use std::fmt;

use const_oid::ObjectIdentifier;

use crate::asn1::oid;

pub use external::ExternalKey;
pub use private::PrivateKey;
pub use public::PublicKey;

/// A named curve (RFC 5480). No key with other curve parameters is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Curve {
    /// secp256r1, NIST P-256.
    P256,
    /// secp384r1, NIST P-384.
    P384,
    /// secp521r1, NIST P-521.
    P521,
}

impl Curve {
    /// Every curve.
    pub const ALL: &'static [Self] = &[Self::P256, Self::P384, Self::P521];

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::P256 => oid::SECP256R1,
            Self::P384 => oid::SECP384R1,
            Self::P521 => oid::SECP521R1,
        }
    }

    /// The curve of this object identifier, if it is one of ours.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.iter().copied().find(|curve| curve.oid() == oid)
    }

    /// Octets of a coordinate, of a private key and of a shared secret.
    pub const fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The name in reports: `p256`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
        }
    }

    /// Whether these octets have the form of a point that is written here: uncompressed or compressed (SEC 1 section 2.3.3).
    pub(super) fn is_point_form(self, octets: &[u8]) -> bool {
        let length = octets.len().saturating_sub(1);
        match octets.first() {
            Some(4) => length == self.field_length().saturating_mul(2),
            Some(2 | 3) => length == self.field_length(),
            _ => false,
        }
    }
}

/// What kind of key a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA: signatures and key transport.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// A key on a named curve: ECDSA and ECDH.
    Ec(Curve),
    /// Ed25519: signatures.
    Ed25519,
    /// X25519: key agreement.
    X25519,
    /// DSA: signatures of the past, which are verified and not made.
    Dsa {
        /// Bits of the prime p; none where the parameters are those of the issuer's key (RFC 3279 section 2.3.2).
        bits: Option<usize>,
    },
}

impl KeyKind {
    /// The kind of this name: `rsa-3072` (any size from 1024 to 16384), `p256`, `p384`, `p521`, `ed25519`, `x25519`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ed25519" => Some(Self::Ed25519),
            "x25519" => Some(Self::X25519),
            _ => match name.strip_prefix("rsa-") {
                Some(bits) => bits.parse().ok().filter(|bits| numbers::RSA_BITS.contains(bits)).map(|bits| Self::Rsa { bits }),
                None => Curve::ALL.iter().find(|curve| curve.name() == name).map(|curve| Self::Ec(*curve)),
            },
        }
    }

    /// Whether keys of this kind sign here.
    pub const fn signs(self) -> bool {
        !matches!(self, Self::X25519 | Self::Dsa { .. })
    }

    /// Whether keys of this kind agree on secrets.
    pub const fn agrees(self) -> bool {
        matches!(self, Self::Ec(_) | Self::X25519)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "rsa-{bits}"),
            Self::Ec(curve) => f.write_str(curve.name()),
            Self::Ed25519 => f.write_str("ed25519"),
            Self::X25519 => f.write_str("x25519"),
            Self::Dsa { bits: Some(bits) } => write!(f, "dsa-{bits}"),
            Self::Dsa { bits: None } => f.write_str("dsa"),
        }
    }
}
