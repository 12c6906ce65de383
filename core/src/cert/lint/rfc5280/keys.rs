//! The key: how its algorithm is named, and whether its numbers can be those of a key.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{always, error, must, must_not, notice, warning};
use super::super::kinds;
use super::{RFC5280, RFC8550};
use crate::asn1::{Reader, Tag, oid};
use crate::error::Code;

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc3279-rsa-key-parameters",
        "RFC 3279 section 2.3.1",
        RFC5280,
        "The parameters of an RSA key are not NULL",
        |facts| facts.key_is(&[oid::RSA_ENCRYPTION]),
        |facts| must(key_parameters(facts).is_some_and(|parameters| parameters == [5, 0])),
    ),
    error(
        "rfc5480-named-curve",
        "RFC 5480 section 2.1.1",
        RFC5280,
        "The curve of a key is not given by name",
        |facts| facts.key_is(&[oid::ID_EC_PUBLIC_KEY]),
        |facts| must(key_parameters(facts).is_some_and(|parameters| Reader::single_der(parameters).is_ok_and(|one| one.tag == Tag::OID))),
    ),
    notice(
        "rfc5480-compressed-point",
        "RFC 5480 section 2.2",
        RFC5280,
        "The point of a key is compressed, which not all software reads",
        |facts| facts.key_is(&[oid::ID_EC_PUBLIC_KEY]),
        |facts| must_not(matches!(facts.fields.key_octets.first(), Some(2 | 3))),
    ),
    error(
        "rfc8410-key-parameters",
        "RFC 8410 section 3, RFC 9881 section 2, RFC 9935 section 3",
        RFC5280,
        "A key whose algorithm has no parameters has some",
        |facts| [kinds::EDWARDS, kinds::MONTGOMERY, kinds::ML_DSA, kinds::ML_KEM].iter().any(|group| facts.key_is(group)),
        |facts| must(key_parameters(facts).is_some_and(<[u8]>::is_empty)),
    ),
    error(
        "rfc5280-key-invalid",
        "RFC 5280 section 4.1.2.7",
        RFC5280,
        "The key cannot be one: its numbers do not fit each other, or cannot be read",
        always,
        |facts| {
            let code = facts.certificate.public_key().err().map(|error| error.code());
            must_not(matches!(code, Some(Code::KeyInvalid | Code::KeyMalformed)))
        },
    ),
    error(
        "rfc8017-rsa-exponent",
        "RFC 8017 section 3.1",
        RFC5280,
        "The exponent of an RSA key is even or smaller than 3",
        |facts| facts.rsa_numbers().is_some(),
        |facts| {
            let odd = |octets: &[u8]| octets.last().is_some_and(|last| last & 1 == 1);
            must(facts.rsa_numbers().is_some_and(|(_, exponent)| odd(exponent) && exponent != [1]))
        },
    ),
    warning(
        "rfc8550-rsa-key-size",
        "RFC 8550 section 6",
        RFC8550,
        "The RSA key has fewer than 2048 bits",
        |facts| facts.rsa_numbers().is_some(),
        |facts| must(facts.rsa_numbers().is_some_and(|(modulus, _)| bits(modulus) >= 2048)),
    ),
];

/// The octets of the parameters of the key's algorithm; nothing where there are none.
fn key_parameters<'a>(facts: &Facts<'a>) -> Option<&'a [u8]> {
    let mut fields = facts.fields.key_algorithm?.children().ok()?;
    fields.element().ok()?;
    Some(fields.rest())
}

/// Bits of a number without leading zeros.
pub(in crate::cert::lint) fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    number.len().saturating_mul(8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}
