//! Keys and algorithms, which the BR give octet for octet.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, warning};
use super::super::rfc5280::keys::bits;
use super::{BR, POST_QUANTUM, follows};
use crate::asn1::Element;
use crate::cert::describe::hexadecimal;
use crate::error::Code;

/// AlgorithmIdentifiers of keys: RSA; P-256, P-384, P-521; Ed25519, Ed448.
const KEYS: &[&str] = &[
    "300d06092a864886f70d0101010500",
    "301306072a8648ce3d020106082a8648ce3d030107",
    "301006072a8648ce3d020106052b81040022",
    "301006072a8648ce3d020106052b81040023",
    "300506032b6570",
    "300506032b6571",
];

/// ML-DSA-44, -65 and -87, keys and signatures.
const ML_DSA: &[&str] = &["300b0609608648016503040311", "300b0609608648016503040312", "300b0609608648016503040313"];

/// ML-KEM-512, -768 and -1024.
const ML_KEM: &[&str] = &["300b0609608648016503040401", "300b0609608648016503040402", "300b0609608648016503040403"];

/// AlgorithmIdentifiers of signatures: RSASSA-PKCS1-v1_5 and RSASSA-PSS with SHA-256, SHA-384, SHA-512; ECDSA with the same; Ed25519, Ed448.
const SIGNATURES: &[&str] = &[
    "300d06092a864886f70d01010b0500",
    "300d06092a864886f70d01010c0500",
    "300d06092a864886f70d01010d0500",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130",
    "304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140",
    "300a06082a8648ce3d040302",
    "300a06082a8648ce3d040303",
    "300a06082a8648ce3d040304",
    "300506032b6570",
    "300506032b6571",
];

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-key-algorithm",
        "S/MIME BR section 7.1.3.1",
        BR,
        "The algorithm of the key is none of those that are allowed, or not written as it has to be",
        follows,
        |facts| must(is_one_of(facts, facts.fields.key_algorithm, &[KEYS], &[ML_DSA, ML_KEM])),
    ),
    error(
        "smime-br-signature-algorithm",
        "S/MIME BR section 7.1.3.2",
        BR,
        "The algorithm of the signature is none of those that are allowed, or not written as it has to be",
        follows,
        |facts| must(is_one_of(facts, facts.fields.signature, &[SIGNATURES], &[ML_DSA])),
    ),
    error(
        "smime-br-key-point",
        "S/MIME BR section 6.1.5",
        BR,
        "The key is no point of its curve",
        |facts| follows(facts) && facts.rsa_numbers().is_none(),
        |facts| must_not(facts.certificate.public_key().is_err_and(|error| matches!(error.code(), Code::KeyInvalid | Code::KeyMalformed))),
    ),
    error("smime-br-rsa-modulus-size", "S/MIME BR section 6.1.5", BR, "The RSA modulus has fewer than 2048 bits", rsa, |facts| {
        must(facts.rsa_numbers().is_some_and(|(modulus, _)| bits(modulus) >= 2048))
    }),
    error("smime-br-rsa-modulus-octets", "S/MIME BR section 6.1.5", BR, "The bits of the RSA modulus are no multiple of 8", rsa, |facts| {
        must(facts.rsa_numbers().is_some_and(|(modulus, _)| bits(modulus).is_multiple_of(8)))
    }),
    warning(
        "smime-br-rsa-modulus-factors",
        "S/MIME BR section 6.1.6",
        BR,
        "The RSA modulus is even or has a factor smaller than 752",
        rsa,
        |facts| must(facts.rsa_numbers().is_some_and(|(modulus, _)| !has_small_factor(modulus))),
    ),
    error("smime-br-rsa-exponent", "S/MIME BR section 6.1.6", BR, "The RSA exponent is even or smaller than 3", rsa, |facts| {
        must(facts.rsa_numbers().is_some_and(|(_, exponent)| exponent.last().is_some_and(|last| last & 1 == 1) && exponent != [1]))
    }),
    warning(
        "smime-br-rsa-exponent-range",
        "S/MIME BR section 6.1.6",
        BR,
        "The RSA exponent is not between 2^16 + 1 and 2^256 - 1",
        rsa,
        |facts| must(facts.rsa_numbers().is_some_and(|(_, exponent)| (17..=256).contains(&bits(exponent)) && exponent != [1, 0, 0])),
    ),
];

fn rsa(facts: &Facts<'_>) -> bool {
    follows(facts) && facts.rsa_numbers().is_some()
}

/// Whether an AlgorithmIdentifier is one of these, or of those that are new, octet for octet.
fn is_one_of(facts: &Facts<'_>, algorithm: Option<Element<'_>>, ever: &[&[&str]], new: &[&[&str]]) -> bool {
    let Some(algorithm) = algorithm.map(|algorithm| hexadecimal(algorithm.raw)) else { return false };
    let (year, month, day, ..) = facts.certificate.not_before().civil();
    let new = if (year, month, day) >= POST_QUANTUM { new } else { &[] };
    ever.iter().chain(new).copied().flatten().any(|known| *known == algorithm)
}

/// Whether a number from 2 to 751 divides this one. Ten thousands of bits are divided in no time.
fn has_small_factor(modulus: &[u8]) -> bool {
    (2..752u32).any(|divisor| {
        let step = |rest: u32, octet: &u8| (rest << 8 | u32::from(*octet)).checked_rem(divisor).unwrap_or(0);
        modulus.iter().fold(0, step) == 0
    })
}
