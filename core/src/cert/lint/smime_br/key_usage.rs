//! keyUsage and extKeyUsage of subscribers' certificates.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{Judged, error, must, warning};
use super::super::kinds;
use super::{BR, POST_QUANTUM, legacy_or_multipurpose, strict, subscriber};
use crate::asn1::oid;
use crate::cert::KeyUsage;

const SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
const AGREEMENT: KeyUsage = KeyUsage::KEY_AGREEMENT.with(KeyUsage::ENCIPHER_ONLY).with(KeyUsage::DECIPHER_ONLY);

/// Purposes that no subscriber's certificate may have.
const FORBIDDEN: &[const_oid::ObjectIdentifier] = super::authorities::FORBIDDEN_PURPOSES;

pub(super) const LINTS: &[Lint] = &[
    error("smime-br-key-usage", "S/MIME BR section 7.1.2.3 (e)", BR, "There is no keyUsage", subscriber, |facts| {
        must(facts.has(oid::CE_KEY_USAGE))
    }),
    warning(
        "smime-br-key-usage-critical",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage is not critical",
        |facts| subscriber(facts) && facts.has(oid::CE_KEY_USAGE),
        |facts| must(facts.is_critical(oid::CE_KEY_USAGE)),
    ),
    error(
        "smime-br-key-usage-rsa-strict",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of an RSA key, generation strict, has bits that do not go with what the key is for",
        |facts| strict(facts) && is_rsa(facts),
        |facts| dual(facts, SIGNING, KeyUsage::KEY_ENCIPHERMENT, KeyUsage::KEY_ENCIPHERMENT),
    ),
    error(
        "smime-br-key-usage-rsa",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of an RSA key, generation multipurpose or legacy, has bits that do not go with what the key is for",
        |facts| legacy_or_multipurpose(facts) && is_rsa(facts),
        |facts| dual(facts, SIGNING, KeyUsage::KEY_ENCIPHERMENT, KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::DATA_ENCIPHERMENT)),
    ),
    error(
        "smime-br-key-usage-rsa-purpose",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of an RSA key has neither digitalSignature nor keyEncipherment",
        |facts| subscriber(facts) && is_rsa(facts),
        |facts| has_either(facts, KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT)),
    ),
    error(
        "smime-br-key-usage-ec",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of a key on a curve has bits that do not go with what the key is for",
        |facts| subscriber(facts) && is_ec(facts),
        |facts| dual(facts, SIGNING, KeyUsage::KEY_AGREEMENT, AGREEMENT),
    ),
    error(
        "smime-br-key-usage-ec-purpose",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of a key on a curve has neither digitalSignature nor keyAgreement",
        |facts| subscriber(facts) && is_ec(facts),
        |facts| has_either(facts, KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT)),
    ),
    error(
        "smime-br-key-usage-edwards",
        "S/MIME BR section 7.1.2.3 (e)",
        BR,
        "keyUsage of a key of Ed25519 or Ed448 is not digitalSignature, with nonRepudiation at most",
        |facts| subscriber(facts) && facts.usage.is_some() && facts.key_is(kinds::EDWARDS),
        |facts| must(only_signs(facts)),
    ),
    error(
        "smime-br-key-usage-ml-dsa",
        "S/MIME BR section 7.1.2.3 (e)",
        POST_QUANTUM,
        "keyUsage of a key of ML-DSA is not digitalSignature, with nonRepudiation at most",
        |facts| subscriber(facts) && facts.usage.is_some() && facts.key_is(kinds::ML_DSA),
        |facts| must(only_signs(facts)),
    ),
    error(
        "smime-br-key-usage-ml-kem",
        "S/MIME BR section 7.1.2.3 (e)",
        POST_QUANTUM,
        "keyUsage of a key of ML-KEM is not keyEncipherment alone",
        |facts| subscriber(facts) && facts.usage.is_some() && facts.key_is(kinds::ML_KEM),
        |facts| must(facts.usage == Some(KeyUsage::KEY_ENCIPHERMENT)),
    ),
    error(
        "smime-br-extended-key-usage-strict",
        "S/MIME BR section 7.1.2.3 (f)",
        BR,
        "extKeyUsage, generation strict, is not emailProtection alone",
        strict,
        |facts| must(!facts.purposes.is_empty() && facts.purposes.iter().all(|purpose| *purpose == oid::KP_EMAIL_PROTECTION.as_bytes())),
    ),
    error(
        "smime-br-extended-key-usage",
        "S/MIME BR section 7.1.2.3 (f)",
        BR,
        "extKeyUsage, generation multipurpose or legacy, lacks emailProtection, or has serverAuth, codeSigning, timeStamping or any purpose",
        legacy_or_multipurpose,
        |facts| must(facts.has_purpose(oid::KP_EMAIL_PROTECTION) && !FORBIDDEN.iter().any(|purpose| facts.has_purpose(*purpose))),
    ),
];

fn is_rsa(facts: &Facts<'_>) -> bool {
    facts.usage.is_some() && facts.key_is(&[oid::RSA_ENCRYPTION])
}

fn is_ec(facts: &Facts<'_>) -> bool {
    facts.usage.is_some() && facts.key_is(&[oid::ID_EC_PUBLIC_KEY])
}

/// Judges a key that may be for signing, for the management of keys (which this bit stands for), or for both.
fn dual(facts: &Facts<'_>, signing: KeyUsage, manages: KeyUsage, management: KeyUsage) -> Judged {
    let allowed = match (facts.uses(KeyUsage::DIGITAL_SIGNATURE), facts.uses(manages)) {
        (true, true) => signing.with(management),
        (true, false) => signing,
        (false, true) => management,
        (false, false) => return Judged::NotApplicable,
    };
    must(facts.usage.is_some_and(|usage| usage.is_within(allowed)))
}

/// Judges whether keyUsage, if it has anything, has one of these.
fn has_either(facts: &Facts<'_>, usages: KeyUsage) -> Judged {
    match facts.usage {
        Some(usage) if usage != KeyUsage::default() => must(usage.any(usages)),
        _ => Judged::NotApplicable,
    }
}

fn only_signs(facts: &Facts<'_>) -> bool {
    facts.uses(KeyUsage::DIGITAL_SIGNATURE) && facts.usage.is_some_and(|usage| usage.is_within(SIGNING))
}
