//! keyUsage: what is there, how it is written, and whether it fits the key and extKeyUsage.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, warning};
use super::super::kinds;
use super::{RFC5280, RFC8813};
use crate::asn1::{Reader, oid};
use crate::cert::KeyUsage;

const SIGNS: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
const ENCRYPTS: KeyUsage = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::DATA_ENCIPHERMENT);
const AGREES: KeyUsage = KeyUsage::KEY_AGREEMENT.with(ONE_WAY);
const ONE_WAY: KeyUsage = KeyUsage::ENCIPHER_ONLY.with(KeyUsage::DECIPHER_ONLY);
const ISSUES: KeyUsage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);

fn is_there(facts: &Facts<'_>) -> bool {
    facts.usage.is_some()
}

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-key-usage-ca",
        "RFC 5280 section 4.2.1.3",
        RFC5280,
        "An authority has no keyUsage",
        |facts| facts.is_authority(),
        |facts| must(facts.has(oid::CE_KEY_USAGE)),
    ),
    warning(
        "rfc5280-key-usage-critical",
        "RFC 5280 section 4.2.1.3",
        RFC5280,
        "keyUsage is not critical",
        |facts| facts.has(oid::CE_KEY_USAGE),
        |facts| must(facts.is_critical(oid::CE_KEY_USAGE)),
    ),
    error("rfc5280-key-usage-none", "RFC 5280 section 4.2.1.3", RFC5280, "keyUsage allows nothing", is_there, |facts| {
        must_not(facts.usage == Some(KeyUsage::default()))
    }),
    error(
        "x690-named-bits",
        "X.690 section 11.2",
        RFC5280,
        "keyUsage is written with bits at its end that DER leaves out",
        |facts| facts.has(oid::CE_KEY_USAGE),
        |facts| must(facts.extension(oid::CE_KEY_USAGE).is_some_and(|extension| ends_in_a_bit(extension.value))),
    ),
    error(
        "rfc5280-key-usage-cert-sign",
        "RFC 5280 section 4.2.1.9",
        RFC5280,
        "keyUsage allows to sign certificates, but the subject is no authority",
        |facts| facts.uses(KeyUsage::KEY_CERT_SIGN),
        |facts| must(facts.is_authority()),
    ),
    error(
        "rfc5280-key-usage-one-way",
        "RFC 5280 section 4.2.1.3",
        RFC5280,
        "keyUsage has encipherOnly or decipherOnly without keyAgreement, where they mean nothing",
        |facts| facts.uses(ONE_WAY),
        |facts| must(facts.uses(KeyUsage::KEY_AGREEMENT)),
    ),
    error(
        "rfc5280-key-usage-purpose",
        "RFC 5280 section 4.2.1.12",
        RFC5280,
        "extKeyUsage has emailProtection, but keyUsage allows nothing that it needs",
        |facts| is_there(facts) && facts.has_purpose(oid::KP_EMAIL_PROTECTION) && !facts.is_authority(),
        |facts| must(facts.uses(SIGNS.with(KeyUsage::KEY_ENCIPHERMENT).with(KeyUsage::KEY_AGREEMENT))),
    ),
    error(
        "rfc3279-key-usage-rsa",
        "RFC 3279 section 2.3.1, RFC 4055 section 1.2",
        RFC5280,
        "keyUsage lets an RSA key agree, which it cannot",
        |facts| is_there(facts) && facts.key_is(&[oid::RSA_ENCRYPTION, oid::ID_RSASSA_PSS]),
        |facts| must_not(facts.uses(AGREES)),
    ),
    warning(
        "rfc3279-key-usage-rsa-ca",
        "RFC 3279 section 2.3.1",
        RFC5280,
        "keyUsage lets an RSA key sign certificates or lists and encrypt as well",
        |facts| facts.uses(ISSUES) && facts.key_is(&[oid::RSA_ENCRYPTION, oid::ID_RSASSA_PSS]),
        |facts| must_not(facts.uses(ENCRYPTS)),
    ),
    error(
        "rfc8813-key-usage-ec",
        "RFC 8813 section 3",
        RFC8813,
        "keyUsage lets a key on a curve encrypt, which it cannot",
        |facts| is_there(facts) && facts.key_is(&[oid::ID_EC_PUBLIC_KEY]),
        |facts| must_not(facts.uses(ENCRYPTS)),
    ),
    error(
        "rfc8410-key-usage-signing",
        "RFC 8410 section 5, RFC 9881 section 5",
        RFC5280,
        "keyUsage lets a key do more than sign, which is all that it can, or not even that",
        |facts| is_there(facts) && (facts.key_is(kinds::EDWARDS) || facts.key_is(kinds::ML_DSA)),
        |facts| must(facts.uses(SIGNS.with(ISSUES)) && !facts.uses(ENCRYPTS.with(AGREES))),
    ),
    error(
        "rfc8410-key-usage-agreement",
        "RFC 8410 section 5",
        RFC5280,
        "keyUsage lets a key do more than agree, which is all that it can, or not even that",
        |facts| is_there(facts) && facts.key_is(kinds::MONTGOMERY),
        |facts| must(facts.uses(KeyUsage::KEY_AGREEMENT) && !facts.uses(SIGNS.with(ISSUES).with(ENCRYPTS))),
    ),
    error(
        "rfc9935-key-usage",
        "RFC 9935 section 5",
        RFC5280,
        "keyUsage of a key of ML-KEM is not keyEncipherment alone",
        |facts| is_there(facts) && facts.key_is(kinds::ML_KEM),
        |facts| must(facts.usage == Some(KeyUsage::KEY_ENCIPHERMENT)),
    ),
];

/// Whether the last bit of the BIT STRING is set, and those that it does not use are not.
fn ends_in_a_bit(value: &[u8]) -> bool {
    let Ok((octets, unused)) = Reader::single_der(value).and_then(|element| element.bits()) else { return false };
    match octets.last() {
        Some(last) => last.trailing_zeros() == u32::from(unused),
        None => true,
    }
}
