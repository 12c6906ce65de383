//! Settings that cross as numbers.

use std::time::{SystemTime, UNIX_EPOCH};

use smime::cert::{CertificateList, Mailbox, OcspResponse};
use smime::policy::RevocationMode;
use smime::trust::RevocationEvidence;
use smime::{ContentCipher, DigestAlgorithm, Limits, Policy, Result, Time};

use crate::{call, constants as c};

/// The system's clock.
pub(crate) fn now() -> Time {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX).saturating_neg(),
    };
    Time::from_unix(seconds)
}

pub(crate) fn policy(number: i32) -> Result<Policy> {
    match number {
        c::SMIME_POLICY_DEFAULT => Ok(Policy::standard()),
        c::SMIME_POLICY_STRICT => Ok(Policy::strict()),
        c::SMIME_POLICY_LEGACY => Ok(Policy::legacy()),
        _ => Err(call::wrong("there is no such policy")),
    }
}

pub(crate) fn set_policy_option(policy: &mut Policy, option: i32, value: i64) -> Result<()> {
    let is_on = value != 0;
    match option {
        c::SMIME_POLICY_OPTION_RSA_MINIMUM_BITS => policy.rsa_minimum_bits = not_negative(value)?,
        c::SMIME_POLICY_OPTION_ALLOW_UNAUTHENTICATED_CIPHERS => policy.allow_unauthenticated_ciphers = is_on,
        c::SMIME_POLICY_OPTION_REQUIRE_SIGNED_ATTRIBUTES => policy.require_signed_attributes = is_on,
        c::SMIME_POLICY_OPTION_ALLOW_ANY_EXTENDED_KEY_USAGE => policy.allow_any_extended_key_usage = is_on,
        c::SMIME_POLICY_OPTION_REQUIRE_SENDER_MATCH => policy.require_sender_match = is_on,
        c::SMIME_POLICY_OPTION_ANY_SIGNER_SUFFICES => policy.any_signer_suffices = is_on,
        c::SMIME_POLICY_OPTION_SIGNING_TIME_TOLERANCE => policy.signing_time_tolerance = not_negative(value)?,
        c::SMIME_POLICY_OPTION_CHECK_ANCHOR_VALIDITY => policy.check_anchor_validity = is_on,
        c::SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY => policy.require_explicit_policy = is_on,
        c::SMIME_POLICY_OPTION_INHIBIT_POLICY_MAPPING => policy.inhibit_policy_mapping = is_on,
        c::SMIME_POLICY_OPTION_INHIBIT_ANY_POLICY => policy.inhibit_any_policy = is_on,
        c::SMIME_POLICY_OPTION_ALLOW_DSA => policy.allow_dsa = is_on,
        c::SMIME_POLICY_OPTION_REVOCATION => policy.revocation = revocation(value)?,
        c::SMIME_POLICY_OPTION_EVIDENCE_LIFETIME => policy.evidence_lifetime = not_negative(value)?,
        c::SMIME_POLICY_OPTION_OCSP_NONCE => policy.ocsp_nonce = is_on,
        _ => return Err(call::wrong("there is no such option of a policy")),
    }
    Ok(())
}

fn revocation(value: i64) -> Result<RevocationMode> {
    match i32::try_from(value) {
        Ok(c::SMIME_REVOCATION_OFF) => Ok(RevocationMode::Off),
        Ok(c::SMIME_REVOCATION_SOFT) => Ok(RevocationMode::Soft),
        Ok(c::SMIME_REVOCATION_HARD) => Ok(RevocationMode::Hard),
        _ => Err(call::wrong("there is no such mode of revocation")),
    }
}

pub(crate) fn add_certificate_policy(policy: &mut Policy, oid: &str) -> Result<()> {
    let oid = oid.parse().map_err(|_| call::wrong("the certificate policy is not a dotted object identifier"))?;
    policy.certificate_policies.push(oid);
    Ok(())
}

pub(crate) fn address(text: &str) -> Result<String> {
    Mailbox::parse(text).map_err(|_| call::wrong("that is no address of mail"))?;
    Ok(text.to_owned())
}

pub(crate) fn add_crls(evidence: &mut RevocationEvidence, octets: &[u8]) -> Result<()> {
    CertificateList::many(octets)?.iter().for_each(|list| evidence.add_crl(list));
    Ok(())
}

pub(crate) fn add_ocsp(evidence: &mut RevocationEvidence, octets: &[u8]) -> Result<()> {
    OcspResponse::many(octets)?.iter().for_each(|response| evidence.add_ocsp_response(response));
    Ok(())
}

pub(crate) fn allow_digest(policy: &mut Policy, name: &str, allowed: bool) -> Result<()> {
    let digest = digest(name)?;
    policy.digests.retain(|other| *other != digest);
    policy.digests.extend(allowed.then_some(digest));
    Ok(())
}

pub(crate) fn allow_cipher(policy: &mut Policy, name: &str, allowed: bool) -> Result<()> {
    let cipher = cipher(name)?;
    policy.ciphers.retain(|other| *other != cipher);
    policy.ciphers.extend(allowed.then_some(cipher));
    Ok(())
}

pub(crate) fn digest(name: &str) -> Result<DigestAlgorithm> {
    DigestAlgorithm::from_name(name).ok_or_else(|| call::wrong("there is no digest of this name"))
}

pub(crate) fn cipher(name: &str) -> Result<ContentCipher> {
    ContentCipher::from_name(name).ok_or_else(|| call::wrong("there is no content cipher of this name"))
}

pub(crate) fn set_limit(limits: &mut Limits, limit: i32, value: u64) -> Result<()> {
    let size = usize::try_from(value);
    let size = || size.map_err(|_| call::wrong("the value does not fit"));
    match limit {
        c::SMIME_LIMIT_MESSAGE_BYTES => limits.message_bytes = value,
        c::SMIME_LIMIT_MEMORY_BYTES => limits.memory_bytes = value,
        c::SMIME_LIMIT_LAYERS => limits.layers = size()?,
        c::SMIME_LIMIT_BER_DEPTH => limits.ber_depth = size()?,
        c::SMIME_LIMIT_ELEMENT_BYTES => limits.element_bytes = size()?,
        c::SMIME_LIMIT_LAYER_BYTES => limits.layer_bytes = size()?,
        c::SMIME_LIMIT_RECIPIENTS => limits.recipients = size()?,
        c::SMIME_LIMIT_SIGNERS => limits.signers = size()?,
        c::SMIME_LIMIT_CERTIFICATES => limits.certificates = size()?,
        c::SMIME_LIMIT_ATTRIBUTES => limits.attributes = size()?,
        c::SMIME_LIMIT_PRIVATE_KEY_OPERATIONS => limits.private_key_operations = size()?,
        c::SMIME_LIMIT_HEADER_BYTES => limits.header_bytes = size()?,
        c::SMIME_LIMIT_HEADER_FIELDS => limits.header_fields = size()?,
        c::SMIME_LIMIT_MIME_PARTS => limits.mime_parts = size()?,
        c::SMIME_LIMIT_MIME_DEPTH => limits.mime_depth = size()?,
        c::SMIME_LIMIT_KDF_ITERATIONS => {
            limits.kdf_iterations = u32::try_from(value).map_err(|_| call::wrong("the value does not fit"))?;
        }
        c::SMIME_LIMIT_KDF_MEMORY => limits.kdf_memory = value,
        c::SMIME_LIMIT_PATH_SIGNATURES => limits.path_signatures = size()?,
        c::SMIME_LIMIT_PATH_STEPS => limits.path_steps = size()?,
        c::SMIME_LIMIT_PATH_LENGTH => limits.path_length = size()?,
        c::SMIME_LIMIT_INFLATE_RATIO => limits.inflate_ratio = value,
        c::SMIME_LIMIT_FETCHES => limits.fetches = size()?,
        _ => return Err(call::wrong("there is no such limit")),
    }
    Ok(())
}

fn not_negative<T: TryFrom<i64>>(value: i64) -> Result<T> {
    Some(value).filter(|value| *value >= 0).and_then(|value| T::try_from(value).ok()).ok_or_else(|| call::wrong("the value does not fit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_its_own_number() {
        // Each number changes the limits, and no two of them in the same way.
        let mut seen = std::collections::HashSet::new();
        for number in c::SMIME_LIMIT_MESSAGE_BYTES..=c::SMIME_LIMIT_FETCHES {
            let mut limits = Limits::default();
            set_limit(&mut limits, number, 12_345).expect("a limit");
            assert_ne!(limits, Limits::default());
            assert!(seen.insert(format!("{limits:?}")), "{number}");
        }
        // A field that is new in the core needs a number here.
        assert_eq!(format!("{:?}", Limits::default()).matches(": ").count(), seen.len());
        assert!(set_limit(&mut Limits::default(), 0, 1).is_err());
        assert!(set_limit(&mut Limits::default(), c::SMIME_LIMIT_FETCHES + 1, 1).is_err());
        assert!(set_limit(&mut Limits::default(), c::SMIME_LIMIT_KDF_ITERATIONS, u64::MAX).is_err());
    }

    #[test]
    fn policies_can_be_changed() {
        let mut changed = policy(c::SMIME_POLICY_DEFAULT).expect("a policy");
        allow_digest(&mut changed, "sha1", true).expect("a digest");
        allow_cipher(&mut changed, "aes-128-cbc", false).expect("a cipher");
        assert!(changed.digests.contains(&DigestAlgorithm::Sha1));
        assert!(!changed.ciphers.contains(&ContentCipher::Aes128Cbc));
        let mut seen = std::collections::HashSet::new();
        for option in c::SMIME_POLICY_OPTION_RSA_MINIMUM_BITS..=c::SMIME_POLICY_OPTION_OCSP_NONCE {
            let (mut on, mut off) = (Policy::standard(), Policy::standard());
            set_policy_option(&mut on, option, 1).expect("an option");
            set_policy_option(&mut off, option, 0).expect("an option");
            assert_ne!(on, off, "{option}");
            assert!(seen.insert(format!("{on:?}{off:?}")), "{option}");
        }
        // A field that is new in the core needs a number here; name, digests, ciphers and certificate policies have none.
        assert_eq!(format!("{:?}", Policy::standard()).matches(": ").count(), seen.len() + 4);
        add_certificate_policy(&mut changed, "1.2.3").expect("an object identifier");
        assert_eq!(changed.certificate_policies.len(), 1);
        for bad in ["", "1", "1.2.", "1..2", "anyPolicy", "1.2.x", "-1.2", "3.1", " 1.2.3"] {
            assert!(add_certificate_policy(&mut changed, bad).is_err(), "{bad}");
        }
        assert!(set_policy_option(&mut changed, c::SMIME_POLICY_OPTION_REVOCATION, 3).is_err());
        assert!(set_policy_option(&mut changed, c::SMIME_POLICY_OPTION_RSA_MINIMUM_BITS, -1).is_err());
        assert!(policy(3).is_err() && set_policy_option(&mut changed, 0, 0).is_err());
        assert!(allow_digest(&mut changed, "md5", true).is_err() && allow_cipher(&mut changed, "rot13", true).is_err());
    }
}
