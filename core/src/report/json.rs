//! The JSON form of a report: keys are exact and only ever added to.

use serde_json::{Map, Value, json};

use crate::path::revocation_json as revocation;

use super::{EncryptedLayer, Finding, Layer, Report, SignedForm, SignedLayer, SignerReport, TimeStampReport};

pub(super) fn report(report: &Report) -> Value {
    json!({
        "schema": 1,
        "libsmime": env!("CARGO_PKG_VERSION"),
        "verdict": report.verdict.as_str(),
        "at": report.at.map(|time| time.to_string()),
        "evidence": report.evidence.as_ref().map(|evidence| json!({
            "noted_at": evidence.noted_at.to_string(),
            "noted_verdict": evidence.noted_verdict.as_str(),
            "noted_policy": evidence.noted_policy,
            "time_stamp": evidence.time_stamp.as_ref().map(time_stamp),
        })),
        "sender": {
            "from": report.sender.from,
            "sender": report.sender.sender,
            "address_match": report.sender.address_match.as_str(),
        },
        "layers": report.layers.iter().map(layer).collect::<Vec<_>>(),
        "coverage": {
            "signed": report.coverage.signed.iter().map(|(start, end)| json!([start, end])).collect::<Vec<_>>(),
            "uncovered_parts": report.coverage.uncovered_parts,
        },
        "headers": {
            "protected": report.headers.protected.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect::<Map<_, _>>(),
            "differences": report.headers.differences,
        },
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "needs": report.needs.iter().map(|need| json!({
            "what": need.what,
            "url": need.url,
            "for": hex(&need.certificate),
            "request": base64_simd::STANDARD.encode_to_string(&need.request),
        })).collect::<Vec<_>>(),
        "content": {"bytes": report.content.bytes, "sha256": report.content.sha256.map(|digest| hex(&digest))},
    })
}

fn layer(layer: &Layer) -> Value {
    match layer {
        Layer::Encrypted(encrypted) => encrypted_layer(encrypted),
        Layer::Signed(signed) => signed_layer(signed),
        Layer::Compressed { algorithm } => json!({"kind": "compressed", "algorithm": algorithm}),
        Layer::CertsOnly { certificates } => json!({
            "kind": "certs-only",
            "certificates": certificates.iter().map(|certificate| json!({
                "subject": certificate.subject().to_string(),
                "sha256": hex(certificate.sha256()),
            })).collect::<Vec<_>>(),
        }),
    }
}

fn encrypted_layer(layer: &EncryptedLayer) -> Value {
    json!({
        "kind": "encrypted",
        "cipher": layer.cipher,
        "integrity": if layer.authenticated { "aead" } else { "none" },
        "recipients": layer.recipients.iter().map(|recipient| json!({
            "kind": recipient.kind, "algorithm": recipient.algorithm, "used": recipient.used,
        })).collect::<Vec<_>>(),
    })
}

fn signed_layer(layer: &SignedLayer) -> Value {
    json!({
        "kind": "signed",
        "form": match layer.form { SignedForm::Clear => "clear", SignedForm::Opaque => "opaque" },
        "verdict": layer.verdict.as_str(),
        "signers": layer.signers.iter().map(signer).collect::<Vec<_>>(),
    })
}

fn signer(signer: &SignerReport) -> Value {
    let certificate = signer.certificate.as_ref();
    json!({
        "subject": certificate.map(|found| found.subject().to_string()),
        "issuer": certificate.map(|found| found.issuer().to_string()),
        "serial": certificate.map(|found| hex(found.serial())),
        "sha256": certificate.map(|found| hex(found.sha256())),
        "addresses": certificate.map(|found| found.addresses().to_vec()).unwrap_or_default(),
        "digest": signer.digest,
        "algorithm": signer.algorithm,
        "signing_time": signer.signing_time.map(|time| time.to_string()),
        "capabilities": signer.capabilities,
        "signature": signer.signature.as_str(),
        "chain": signer.chain.as_str(),
        "path": signer.path.certificates().map(|found| hex(found.sha256())).collect::<Vec<_>>(),
        "revocation": signer.path.revocation().as_str(),
        "path_revocation": signer.path.path.iter().map(|member| revocation(&member.revocation)).collect::<Vec<_>>(),
        "policies": signer.path.policies,
        "time_stamp": signer.time_stamp.as_ref().map(time_stamp),
        "address_match": signer.address.as_str(),
        "verdict": signer.verdict.as_str(),
        "findings": signer.findings,
    })
}

fn time_stamp(stamp: &TimeStampReport) -> Value {
    json!({
        "time": stamp.time.map(|time| time.to_string()),
        "verdict": stamp.verdict.as_str(),
        "authority": stamp.authority.as_ref().map(|found| found.subject().to_string()),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "layer": finding.layer,
        "signer": finding.signer,
        "message": finding.message,
        "reference": finding.code.reference(),
    })
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
