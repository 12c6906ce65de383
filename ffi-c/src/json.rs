//! JSON for what the core describes without it. The keys are those of the command line's reports.

use serde_json::json;
use smime::ca::{CertificateRequest, Profile};
use smime::cert::Certificate;
use smime::cert::lint::LintFinding;
use smime::{Code, Error};

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(crate) fn error((code, offset, message): (Code, Option<u64>, &str)) -> String {
    json!({"error": {"code": code.as_str(), "message": message, "offset": offset}}).to_string()
}

pub(crate) fn lints(certificate: &Certificate) -> String {
    let finding = |found: LintFinding| {
        json!({
            "lint": found.lint,
            "severity": found.severity.as_str(),
            "message": found.message,
            "reference": found.reference,
        })
    };
    json!({"lints": certificate.lint().into_iter().map(finding).collect::<Vec<_>>()}).to_string()
}

pub(crate) fn certificate(certificate: &Certificate) -> String {
    let told = certificate.describe();
    let mapping = |(issuer, subject): (String, String)| json!({"issuer_domain_policy": issuer, "subject_domain_policy": subject});
    let policy_mappings = told.policy_mappings.map(|mappings| mappings.into_iter().map(mapping).collect::<Vec<_>>());
    json!({
        "subject": told.subject,
        "issuer": told.issuer,
        "serial": told.serial,
        "version": told.version,
        "not_before": told.not_before.to_string(),
        "not_after": told.not_after.to_string(),
        "key": told.key_kind,
        "key_bits": told.key_bits,
        "signature_algorithm": told.signature_algorithm,
        "signature_digest": told.signature_digest,
        "key_usage": told.key_usage,
        "extended_key_usage": told.extended_key_usage,
        "is_ca": told.is_ca,
        "path_length": told.path_length,
        "certificate_policies": told.certificate_policies,
        "policy_mappings": policy_mappings,
        "require_explicit_policy": told.require_explicit_policy,
        "inhibit_policy_mapping": told.inhibit_policy_mapping,
        "inhibit_any_policy": told.inhibit_any_policy,
        "is_self_issued": told.is_self_issued,
        "addresses": told.addresses,
        "malformed_addresses": told.malformed_addresses,
        "subject_key_identifier": told.subject_key_identifier,
        "authority_key_identifier": told.authority_key_identifier,
        "extensions": told.extensions,
        "critical_extensions": told.critical_extensions,
        "issuer_urls": told.issuer_urls,
        "ocsp_urls": told.ocsp_urls,
        "crl_urls": told.crl_urls,
        "sha256": told.sha256,
        "key_sha256": told.key_sha256,
        "problems": told.problems,
    })
    .to_string()
}

pub(crate) fn request(request: &CertificateRequest) -> String {
    let told = request.describe();
    json!({
        "subject": told.subject,
        "addresses": told.addresses,
        "malformed_addresses": told.malformed_addresses,
        "key": told.key,
        "key_sha256": hex(&told.key_sha256),
        "signature_algorithm": told.signature_algorithm,
        "signature": told.signature,
        "key_usage": told.key_usage,
        "extended_key_usage": told.extended_key_usage,
        "extensions": told.extensions,
        "attributes": told.attributes,
    })
    .to_string()
}

pub(crate) fn profile(profile: &Profile) -> String {
    let fields = profile.pairs().into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    serde_json::Value::Object(fields.collect()).to_string()
}

pub(crate) fn problems(problems: &[Error]) -> String {
    let of = |problem: &Error| json!({"code": problem.code().as_str(), "message": problem.message()});
    serde_json::Value::Array(problems.iter().map(of).collect()).to_string()
}
