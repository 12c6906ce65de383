//! What can be said of one certificate by itself, given its place in a path.

use const_oid::ObjectIdentifier;

use super::{PathCheckKind, PathRole, Purpose};
use crate::asn1::oid;
use crate::cert::{Certificate, KeyUsage};
use crate::crypto::{KeyKind, SignatureScheme};
use crate::error::{Code, Error, Result, Severity};
use crate::policy::Policy;
use crate::time::Time;

/// By what certificates are judged.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) at: Option<Time>,
    pub(super) purpose: Purpose,
    pub(super) policy: &'a Policy,
}

/// Something seen in one check.
pub(super) struct Observation {
    pub(super) kind: PathCheckKind,
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) detail: String,
}

impl Observation {
    pub(super) fn error(kind: PathCheckKind, code: Code, detail: impl Into<String>) -> Self {
        Self { kind, code, severity: Severity::Error, detail: detail.into() }
    }

    fn warning(kind: PathCheckKind, code: Code, detail: impl Into<String>) -> Self {
        Self { kind, code, severity: Severity::Warning, detail: detail.into() }
    }
}

/// Below this, an RSA key is weak even where a policy allows it (RFC 8550 section 4.3).
const RSA_STANDARD_BITS: usize = 2048;

/// All that one certificate shows by itself in this place.
pub(super) fn examine(certificate: &Certificate, role: PathRole, context: &Context<'_>) -> Vec<Observation> {
    let mut seen = Vec::new();
    extensions(certificate, role, &mut seen);
    validity(certificate, role, context, &mut seen);
    strength(certificate, role, context, &mut seen);
    if role == PathRole::Leaf {
        leaf_usage(certificate, context, &mut seen);
    } else {
        authority(certificate, role, &mut seen);
        authority_usage(certificate, context, &mut seen);
    }
    seen
}

/// Whether the dates of a certificate in this place count.
pub(super) fn dates_count(role: PathRole, context: &Context<'_>) -> bool {
    role != PathRole::Anchor || context.policy.check_anchor_validity
}

fn validity(certificate: &Certificate, role: PathRole, context: &Context<'_>, seen: &mut Vec<Observation>) {
    let Some(at) = context.at.filter(|_| dates_count(role, context)) else { return };
    if at < certificate.not_before() {
        let detail = format!("valid from {}, judged at {at}", certificate.not_before());
        seen.push(Observation::error(PathCheckKind::Validity, Code::PathNotYetValid, detail));
    }
    if at > certificate.not_after() {
        let detail = format!("valid until {}, judged at {at}", certificate.not_after());
        seen.push(Observation::error(PathCheckKind::Validity, Code::PathExpired, detail));
    }
}

/// Every critical extension must be known; every one that bears on the path must be readable, critical or not.
fn extensions(certificate: &Certificate, role: PathRole, seen: &mut Vec<Observation>) {
    let is_processed = |kind: &[u8]| PROCESSED.iter().any(|known| known.as_bytes() == kind);
    let mut unknown = certificate.extensions().filter(|extension| extension.critical && !is_processed(extension.kind));
    if let Some(first) = unknown.next() {
        let detail = match unknown.count() {
            0 => format!("extension {}", first.dotted()),
            more => format!("extension {} and {more} more", first.dotted()),
        };
        seen.push(Observation::error(PathCheckKind::Extensions, Code::PathCriticalExtension, detail));
    }
    let mut readable = |result: Result<()>| {
        if let Err(error) = result {
            seen.push(Observation::error(PathCheckKind::Extensions, Code::CertMalformed, detail_of(&error)));
        }
    };
    readable(certificate.basic_constraints().map(drop));
    readable(certificate.key_usage().map(drop));
    readable(certificate.extended_key_usage().map(drop));
    readable(certificate.subject_alternative_names().map(drop));
    // What an anchor says of policies does not bear on the path.
    if role != PathRole::Anchor {
        readable(certificate.certificate_policies().map(drop));
        readable(certificate.policy_mappings().map(drop));
        readable(certificate.policy_constraints().map(drop));
        readable(certificate.inhibit_any_policy().map(drop));
    }
}

/// The extensions whose meaning this room applies, or which only carry hints and pointers.
const PROCESSED: &[const_oid::ObjectIdentifier] = &[
    oid::CE_BASIC_CONSTRAINTS,
    oid::CE_KEY_USAGE,
    oid::CE_EXT_KEY_USAGE,
    oid::CE_SUBJECT_ALT_NAME,
    oid::CE_ISSUER_ALT_NAME,
    oid::CE_NAME_CONSTRAINTS,
    oid::CE_CERTIFICATE_POLICIES,
    oid::CE_POLICY_MAPPINGS,
    oid::CE_POLICY_CONSTRAINTS,
    oid::CE_INHIBIT_ANY_POLICY,
    oid::CE_SUBJECT_KEY_IDENTIFIER,
    oid::CE_AUTHORITY_KEY_IDENTIFIER,
    oid::CE_CRL_DISTRIBUTION_POINTS,
    oid::PE_AUTHORITY_INFO_ACCESS,
    oid::PKIX_OCSP_NO_CHECK,
];

fn strength(certificate: &Certificate, role: PathRole, context: &Context<'_>, seen: &mut Vec<Observation>) {
    let policy = context.policy;
    match certificate.public_key().map(|key| key.kind()) {
        Ok(KeyKind::Rsa { bits }) if bits < policy.rsa_minimum_bits => {
            let detail = format!("an RSA key of {bits} bits; at least {} are due", policy.rsa_minimum_bits);
            seen.push(Observation::error(PathCheckKind::Strength, Code::PathWeak, detail));
        }
        Ok(KeyKind::Rsa { bits }) if bits < RSA_STANDARD_BITS => {
            let detail = format!("an RSA key of {bits} bits, allowed by the policy {}", policy.name);
            seen.push(Observation::warning(PathCheckKind::Strength, Code::PathWeak, detail));
        }
        Ok(kind @ KeyKind::Dsa { .. }) if !policy.allow_dsa => {
            seen.push(Observation::error(PathCheckKind::Strength, Code::PathWeak, format!("a DSA key ({kind})")));
        }
        Ok(kind @ KeyKind::Dsa { .. }) => {
            let detail = format!("a DSA key ({kind}), allowed by the policy {}", policy.name);
            seen.push(Observation::warning(PathCheckKind::Strength, Code::PathWeak, detail));
        }
        Ok(_) => {}
        Err(error) if error.code() == Code::KeyUnsupported || error.code() == Code::AlgUnsupported => {
            let algorithm = oid::dotted(certificate.key_algorithm()).unwrap_or_default();
            let detail = format!("its key is of a kind or size that is not supported ({algorithm}; {})", detail_of(&error));
            seen.push(Observation::error(PathCheckKind::Strength, Code::PathAlgorithmUnsupported, detail));
        }
        Err(error) => seen.push(Observation::error(PathCheckKind::Strength, error.code(), detail_of(&error))),
    }
    if role == PathRole::Anchor {
        return;
    }
    // An algorithm that is not known is reported where the signature is checked.
    let Some(digest) = certificate.signature_scheme().ok().as_ref().and_then(SignatureScheme::digest) else { return };
    if !policy.digests.contains(&digest) {
        let detail = format!("it is signed with {}", digest.name());
        seen.push(Observation::error(PathCheckKind::Strength, Code::PathWeak, detail));
    } else if !Policy::standard().digests.contains(&digest) {
        let detail = format!("it is signed with {}, allowed by the policy {}", digest.name(), policy.name);
        seen.push(Observation::warning(PathCheckKind::Strength, Code::PathWeak, detail));
    }
}

fn leaf_usage(certificate: &Certificate, context: &Context<'_>, seen: &mut Vec<Observation>) {
    let due = match context.purpose {
        Purpose::EmailSignature | Purpose::OcspSigning | Purpose::TimeStamping => {
            KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION)
        }
        Purpose::EmailEncryption => encryption_usage(certificate),
        Purpose::CrlSigning => KeyUsage::CRL_SIGN,
        Purpose::Any => return,
    };
    if let Ok(Some(usage)) = certificate.key_usage()
        && !usage.any(due)
    {
        let detail = format!("it is for {}; {} is due", list(usage.names()), due.names().join(" or "));
        seen.push(Observation::error(PathCheckKind::Usage, Code::PathKeyUsage, detail));
    }
    if let Some(why) = key_unfit(certificate, context.purpose) {
        seen.push(Observation::error(PathCheckKind::Usage, Code::PathKeyUsage, why));
    }
    match context.purpose {
        Purpose::EmailSignature | Purpose::EmailEncryption => email_usage(certificate, context, seen),
        Purpose::OcspSigning => named_usage(certificate, oid::KP_OCSP_SIGNING, false, seen),
        Purpose::TimeStamping => named_usage(certificate, oid::KP_TIME_STAMPING, true, seen),
        Purpose::CrlSigning | Purpose::Any => {}
    }
}

/// extKeyUsage has to name the purpose; `alone` asks for that purpose only, in a critical extension (RFC 3161 section 2.3).
fn named_usage(certificate: &Certificate, purpose: ObjectIdentifier, alone: bool, seen: &mut Vec<Observation>) {
    let Ok(usage) = certificate.extended_key_usage() else { return };
    let detail = match &usage {
        Some(usage) if !usage.contains(purpose) => format!("it is for {}", usage.names().join(", ")),
        None => "it has no extKeyUsage".to_owned(),
        Some(usage) if alone && usage.names().len() > 1 => "it is for other purposes too".to_owned(),
        Some(_) if alone && !certificate.extension(oid::CE_EXT_KEY_USAGE).is_some_and(|found| found.critical) => {
            "its extKeyUsage is not critical".to_owned()
        }
        Some(_) => return,
    };
    seen.push(Observation::error(PathCheckKind::Usage, Code::PathExtendedKeyUsage, detail));
}

/// emailProtection, or by policy anyExtendedKeyUsage (RFC 8550 section 4.4.4).
fn email_usage(certificate: &Certificate, context: &Context<'_>, seen: &mut Vec<Observation>) {
    let Ok(Some(usage)) = certificate.extended_key_usage() else { return };
    if usage.contains(oid::KP_EMAIL_PROTECTION) {
        return;
    }
    if !usage.contains(oid::ANY_EXTENDED_KEY_USAGE) {
        let detail = format!("it is for {}", usage.names().join(", "));
        seen.push(Observation::error(PathCheckKind::Usage, Code::PathExtendedKeyUsage, detail));
    } else if context.policy.allow_any_extended_key_usage {
        seen.push(Observation::warning(PathCheckKind::Usage, Code::PathAnyUsage, ""));
    } else {
        let detail = format!("it is for anyExtendedKeyUsage, which does not do under the policy {}", context.policy.name);
        seen.push(Observation::error(PathCheckKind::Usage, Code::PathExtendedKeyUsage, detail));
    }
}

/// RSA keys transport the content key, the others agree on one (RFC 8550 section 4.4.2, RFC 8410 section 5).
fn encryption_usage(certificate: &Certificate) -> KeyUsage {
    match certificate.public_key().map(|key| key.kind()) {
        Ok(KeyKind::Rsa { .. }) => KeyUsage::KEY_ENCIPHERMENT,
        Ok(_) => KeyUsage::KEY_AGREEMENT,
        Err(_) => KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT),
    }
}

/// Why a key cannot serve the purpose, whatever its certificate says.
fn key_unfit(certificate: &Certificate, purpose: Purpose) -> Option<&'static str> {
    let signs_only = certificate.key_algorithm() == oid::ID_RSASSA_PSS.as_bytes();
    match (purpose, certificate.public_key().ok()?.kind()) {
        (Purpose::EmailSignature, KeyKind::X25519) => Some("an X25519 key cannot sign"),
        (Purpose::EmailEncryption, KeyKind::Ed25519) => Some("an Ed25519 key cannot decrypt"),
        (Purpose::EmailEncryption, KeyKind::Dsa { .. }) => Some("a DSA key cannot decrypt"),
        (Purpose::EmailEncryption, KeyKind::Rsa { .. }) if signs_only => Some("an id-RSASSA-PSS key is for signatures alone"),
        _ => None,
    }
}

/// RFC 5280 section 6.1.4 (k) and (n). A root that cannot have basicConstraints (version 1) or has keyCertSign instead is an
/// authority; any other anchor without basicConstraints is some person's certificate, trusted for itself alone.
fn authority(certificate: &Certificate, role: PathRole, seen: &mut Vec<Observation>) {
    let old_root = role == PathRole::Anchor
        && certificate.is_self_issued()
        && (certificate.version() == 1 || matches!(certificate.key_usage(), Ok(Some(usage)) if usage.any(KeyUsage::KEY_CERT_SIGN)));
    match certificate.basic_constraints() {
        Ok(Some(constraints)) if constraints.ca => {}
        Ok(None) if old_root => {}
        Ok(Some(_)) => seen.push(Observation::error(PathCheckKind::Authority, Code::PathNotCa, "basicConstraints says so")),
        Ok(None) => seen.push(Observation::error(PathCheckKind::Authority, Code::PathNotCa, "it has no basicConstraints")),
        // What cannot be read was reported with the extensions.
        Err(_) => {}
    }
    match certificate.key_usage() {
        Ok(Some(usage)) if !usage.any(KeyUsage::KEY_CERT_SIGN) => {
            let detail = format!("it is for {}; keyCertSign is due", list(usage.names()));
            seen.push(Observation::error(PathCheckKind::Authority, Code::PathKeyUsage, detail));
        }
        _ => {}
    }
}

/// An authority whose extKeyUsage leaves out the purpose issues nothing for it. Evidence may be signed below any authority.
fn authority_usage(certificate: &Certificate, context: &Context<'_>, seen: &mut Vec<Observation>) {
    let purpose = match context.purpose {
        Purpose::EmailSignature | Purpose::EmailEncryption => oid::KP_EMAIL_PROTECTION,
        Purpose::TimeStamping => oid::KP_TIME_STAMPING,
        Purpose::Any | Purpose::CrlSigning | Purpose::OcspSigning => return,
    };
    let Ok(Some(usage)) = certificate.extended_key_usage() else { return };
    if !usage.contains(purpose) && !usage.contains(oid::ANY_EXTENDED_KEY_USAGE) {
        let detail = format!("this authority is for {}", usage.names().join(", "));
        seen.push(Observation::error(PathCheckKind::Usage, Code::PathExtendedKeyUsage, detail));
    }
}

fn list(names: Vec<&'static str>) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

pub(super) fn detail_of(error: &Error) -> String {
    error.detail().unwrap_or_default().to_owned()
}
