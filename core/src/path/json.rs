//! The JSON form of the report of a path: keys are exact and only ever added to.

use serde_json::{Map, Value, json};

use super::{PathFinding, PathReport, RevocationReport};
use crate::cert::AddressMatch;

pub(super) fn report(report: &PathReport) -> Value {
    json!({
        "schema": 1,
        "libsmime": env!("CARGO_PKG_VERSION"),
        "verdict": report.verdict.as_str(),
        "path": report.certificates().map(|certificate| hex(certificate.sha256())).collect::<Vec<_>>(),
        "subjects": report.certificates().map(|certificate| certificate.subject().to_string()).collect::<Vec<_>>(),
        "revocation": report.path.iter().map(|member| (hex(member.certificate.sha256()), revocation(&member.revocation))).collect::<Map<_, _>>(),
        "policies": report.policies,
        "address_match": report.address_match.map(|outcome| match outcome {
            AddressMatch::Match => "match",
            AddressMatch::Mismatch => "mismatch",
            AddressMatch::Absent => "absent",
        }),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "needs": report.needs.iter().map(|need| json!({
            "what": need.kind.as_str(),
            "url": need.url,
            "for": hex(&need.certificate),
            "request": base64_simd::STANDARD.encode_to_string(&need.request),
        })).collect::<Vec<_>>(),
    })
}

/// What is known of the revocation of one certificate.
pub(crate) fn revocation(report: &RevocationReport) -> Value {
    json!({
        "status": report.status.as_str(),
        "source": report.source.map(|kind| kind.as_str()),
        "this_update": report.this_update.map(|time| time.to_string()),
        "next_update": report.next_update.map(|time| time.to_string()),
        "revoked_at": report.revoked_at.map(|time| time.to_string()),
        "reason": report.reason.map(|reason| reason.as_str()),
        "doubts": report.doubts.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(),
    })
}

fn finding(found: &PathFinding) -> Value {
    json!({
        "code": found.code.as_str(),
        "severity": found.severity.as_str(),
        "certificate": found.certificate.as_ref().map(|digest| hex(digest)),
        "message": found.message(),
        "reference": found.code.reference(),
    })
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
