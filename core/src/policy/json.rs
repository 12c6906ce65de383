//! A policy as JSON: the name of a preset, and what differs from it.

use serde_json::{Map, Value, json};

use super::{Policy, RevocationMode};
use crate::crypto::{ContentCipher, DigestAlgorithm};

/// Every field but the name. A new one does not compile until it stands here.
fn fields(policy: &Policy) -> [(&'static str, Value); 18] {
    let Policy {
        name: _,
        digests,
        rsa_minimum_bits,
        allow_dsa,
        ciphers,
        allow_unauthenticated_ciphers,
        require_signed_attributes,
        allow_any_extended_key_usage,
        require_sender_match,
        any_signer_suffices,
        check_anchor_validity,
        signing_time_tolerance,
        certificate_policies,
        require_explicit_policy,
        inhibit_policy_mapping,
        inhibit_any_policy,
        revocation,
        evidence_lifetime,
        ocsp_nonce,
    } = policy;
    [
        ("digests", digests.iter().map(|digest| digest.name()).collect()),
        ("rsa_minimum_bits", json!(rsa_minimum_bits)),
        ("allow_dsa", json!(allow_dsa)),
        ("ciphers", ciphers.iter().map(|cipher| cipher.name()).collect()),
        ("allow_unauthenticated_ciphers", json!(allow_unauthenticated_ciphers)),
        ("require_signed_attributes", json!(require_signed_attributes)),
        ("allow_any_extended_key_usage", json!(allow_any_extended_key_usage)),
        ("require_sender_match", json!(require_sender_match)),
        ("any_signer_suffices", json!(any_signer_suffices)),
        ("check_anchor_validity", json!(check_anchor_validity)),
        ("signing_time_tolerance", json!(signing_time_tolerance)),
        ("certificate_policies", certificate_policies.iter().map(ToString::to_string).collect()),
        ("require_explicit_policy", json!(require_explicit_policy)),
        ("inhibit_policy_mapping", json!(inhibit_policy_mapping)),
        ("inhibit_any_policy", json!(inhibit_any_policy)),
        ("revocation", json!(revocation.as_str())),
        ("evidence_lifetime", json!(evidence_lifetime)),
        ("ocsp_nonce", json!(ocsp_nonce)),
    ]
}

/// Changes one field; nothing where there is none of this name or the value does not fit.
fn set(policy: &mut Policy, name: &str, value: &Value) -> Option<()> {
    match name {
        "digests" => policy.digests = words(value, DigestAlgorithm::from_name)?,
        "rsa_minimum_bits" => policy.rsa_minimum_bits = usize::try_from(value.as_u64()?).ok()?,
        "allow_dsa" => policy.allow_dsa = value.as_bool()?,
        "ciphers" => policy.ciphers = words(value, ContentCipher::from_name)?,
        "allow_unauthenticated_ciphers" => policy.allow_unauthenticated_ciphers = value.as_bool()?,
        "require_signed_attributes" => policy.require_signed_attributes = value.as_bool()?,
        "allow_any_extended_key_usage" => policy.allow_any_extended_key_usage = value.as_bool()?,
        "require_sender_match" => policy.require_sender_match = value.as_bool()?,
        "any_signer_suffices" => policy.any_signer_suffices = value.as_bool()?,
        "check_anchor_validity" => policy.check_anchor_validity = value.as_bool()?,
        "signing_time_tolerance" => policy.signing_time_tolerance = value.as_i64()?,
        "certificate_policies" => policy.certificate_policies = words(value, |oid| oid.parse().ok())?,
        "require_explicit_policy" => policy.require_explicit_policy = value.as_bool()?,
        "inhibit_policy_mapping" => policy.inhibit_policy_mapping = value.as_bool()?,
        "inhibit_any_policy" => policy.inhibit_any_policy = value.as_bool()?,
        "revocation" => policy.revocation = RevocationMode::from_name(value.as_str()?)?,
        "evidence_lifetime" => policy.evidence_lifetime = value.as_i64()?,
        "ocsp_nonce" => policy.ocsp_nonce = value.as_bool()?,
        _ => return None,
    }
    Some(())
}

fn words<T>(value: &Value, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(|word| read(word.as_str()?)).collect()
}

impl Policy {
    /// The preset of its name (the default one where there is none), and the fields that differ from that.
    pub(crate) fn to_json(&self) -> Value {
        let preset = Self::from_name(self.name).unwrap_or_default();
        let changed: Map<String, Value> = fields(self)
            .into_iter()
            .zip(fields(&preset))
            .filter(|(own, preset)| own != preset)
            .map(|((name, value), _)| (name.to_owned(), value))
            .collect();
        json!({"preset": preset.name, "changed": changed})
    }

    /// Reads what [`Policy::to_json`] wrote; nothing where a preset, a field or a value is not known here.
    pub(crate) fn from_json(document: &Value) -> Option<Self> {
        let mut policy = Self::from_name(document.get("preset")?.as_str()?)?;
        for (name, value) in document.get("changed")?.as_object()? {
            set(&mut policy, name, value)?;
        }
        Some(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_leads_back() {
        let (standard, strict, legacy) = (Policy::standard(), Policy::strict(), Policy::legacy());
        for preset in [&standard, &strict, &legacy] {
            assert_eq!(preset.to_json(), json!({"preset": preset.name, "changed": {}}));
            assert_eq!(Policy::from_json(&preset.to_json()).as_ref(), Some(preset));
            // As if every field had been changed.
            let all: Map<String, Value> = fields(preset).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let read = Policy::from_json(&json!({"preset": "default", "changed": all})).expect("a policy");
            assert_eq!(read, Policy { name: "default", ..preset.clone() });
        }
        let changed = Policy { certificate_policies: vec!["1.2.3".parse().unwrap()], name: "ours", ..legacy };
        assert_eq!(Policy::from_json(&changed.to_json()), Some(Policy { name: "default", ..changed }));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (name, value) in [
            ("digests", json!(["md5"])),
            ("digests", json!("sha256")),
            ("ciphers", json!([1])),
            ("rsa_minimum_bits", json!(-1)),
            ("allow_dsa", json!("yes")),
            ("certificate_policies", json!(["anyPolicy"])),
            ("revocation", json!("sometimes")),
            ("evidence_lifetime", json!(1.5)),
            ("name", json!("strict")),
        ] {
            assert_eq!(Policy::from_json(&json!({"preset": "default", "changed": {name: value}})), None, "{name}");
        }
        for document in [json!({}), json!({"preset": "lax", "changed": {}}), json!({"preset": "default"}), json!([])] {
            assert_eq!(Policy::from_json(&document), None, "{document}");
        }
    }
}
