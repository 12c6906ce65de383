//! What a person wants to know about a certificate, as plain data.

use super::{Certificate, text};
use crate::asn1::oid;
use crate::crypto::KeyKind;
use crate::time::Time;

/// What a person wants to know about a certificate: plain data, ready to be shown or turned into JSON.
///
/// All text is safe to show. What could not be read stands in `problems`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateDescription {
    /// The subject by RFC 4514.
    pub subject: String,
    /// The issuer by RFC 4514.
    pub issuer: String,
    /// The content octets of the serial number in hexadecimal.
    pub serial: String,
    /// 1, 2 or 3.
    pub version: u8,
    /// The first second of its validity.
    pub not_before: Time,
    /// The last second of its validity.
    pub not_after: Time,
    /// `rsa`, `p-256`, `p-384`, `p-521`, `ed25519`, `x25519`; the dotted algorithm where it is not supported.
    pub key_kind: String,
    /// The size of the key in bits, where that is known.
    pub key_bits: Option<usize>,
    /// The algorithm of the issuer's signature, for example `ecdsa`; `None` where it is not supported.
    pub signature_algorithm: Option<String>,
    /// The digest of the issuer's signature, for example `sha256`.
    pub signature_digest: Option<String>,
    /// Names of RFC 5280; `None` where there is no keyUsage.
    pub key_usage: Option<Vec<String>>,
    /// Names of RFC 5280, or dotted; `None` where there is no extKeyUsage.
    pub extended_key_usage: Option<Vec<String>>,
    /// Whether basicConstraints says that the subject is a certification authority.
    pub is_ca: bool,
    /// pathLenConstraint.
    pub path_length: Option<u64>,
    /// certificatePolicies, dotted; `None` where there are none.
    pub certificate_policies: Option<Vec<String>>,
    /// policyMappings, dotted: issuerDomainPolicy and subjectDomainPolicy of each; `None` where there are none.
    pub policy_mappings: Option<Vec<(String, String)>>,
    /// requireExplicitPolicy of policyConstraints: after how many certificates below a policy must hold.
    pub require_explicit_policy: Option<u64>,
    /// inhibitPolicyMapping of policyConstraints: after how many certificates below policies are mapped no more.
    pub inhibit_policy_mapping: Option<u64>,
    /// inhibitAnyPolicy: after how many certificates below anyPolicy counts for nothing.
    pub inhibit_any_policy: Option<u64>,
    /// Whether issuer and subject are the same name.
    pub is_self_issued: bool,
    /// E-mail addresses that follow the rules.
    pub addresses: Vec<String>,
    /// E-mail addresses that do not, and which therefore match nothing.
    pub malformed_addresses: Vec<String>,
    /// subjectKeyIdentifier in hexadecimal.
    pub subject_key_identifier: Option<String>,
    /// keyIdentifier of authorityKeyIdentifier in hexadecimal.
    pub authority_key_identifier: Option<String>,
    /// Dotted kinds of the extensions, in order.
    pub extensions: Vec<String>,
    /// Those of them that are critical.
    pub critical_extensions: Vec<String>,
    /// Where the issuer's certificate can be had.
    pub issuer_urls: Vec<String>,
    /// Where an OCSP responder answers.
    pub ocsp_urls: Vec<String>,
    /// Where revocation lists can be had.
    pub crl_urls: Vec<String>,
    /// SHA-256 of the certificate in hexadecimal.
    pub sha256: String,
    /// SHA-256 of SubjectPublicKeyInfo in hexadecimal.
    pub key_sha256: String,
    /// Oddities, a sentence each.
    pub problems: Vec<String>,
}

impl CertificateDescription {
    pub(super) fn of(certificate: &Certificate) -> Self {
        let mut problems = Vec::new();
        let mut note = |result: crate::Result<()>| {
            if let Err(error) = result {
                problems.push(error.message());
            }
        };
        note(certificate.basic_constraints().map(drop));
        note(certificate.key_usage().map(drop));
        note(certificate.extended_key_usage().map(drop));
        note(certificate.subject_alternative_names().map(drop));
        note(certificate.certificate_policies().map(drop));
        note(certificate.policy_mappings().map(drop));
        note(certificate.policy_constraints().map(drop));
        note(certificate.inhibit_any_policy().map(drop));
        note(certificate.public_key().map(drop));
        note(certificate.signature_scheme().map(drop));
        if certificate.serial_is_negative() {
            problems.push("The serial number is negative".to_owned());
        }
        if certificate.serial().len() > 20 {
            problems.push("The serial number has more than 20 octets".to_owned());
        }
        let (key_kind, key_bits) = key(certificate);
        let scheme = certificate.signature_scheme().ok();
        let addresses = certificate.mailboxes();
        let constraints = certificate.basic_constraints().ok().flatten().unwrap_or_default();
        let policy_constraints = certificate.policy_constraints().ok().flatten().unwrap_or_default();
        let policy_mappings = certificate.policy_mappings().ok().flatten();
        let names = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
        Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: hexadecimal(certificate.serial()),
            version: certificate.version(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            key_kind,
            key_bits,
            signature_algorithm: scheme.as_ref().map(|scheme| scheme.name().to_owned()),
            signature_digest: scheme.as_ref().and_then(|scheme| scheme.digest()).map(|digest| digest.name().to_owned()),
            key_usage: certificate.key_usage().ok().flatten().map(|usage| names(usage.names())),
            extended_key_usage: certificate.extended_key_usage().ok().flatten().map(|usage| usage.names()),
            is_ca: constraints.ca,
            path_length: constraints.path_length,
            certificate_policies: certificate
                .certificate_policies()
                .ok()
                .flatten()
                .map(|policies| policies.into_iter().map(dotted).collect()),
            policy_mappings: policy_mappings.map(|mappings| {
                mappings.iter().map(|mapping| (dotted(mapping.issuer_domain_policy), dotted(mapping.subject_domain_policy))).collect()
            }),
            require_explicit_policy: policy_constraints.require_explicit_policy,
            inhibit_policy_mapping: policy_constraints.inhibit_policy_mapping,
            inhibit_any_policy: certificate.inhibit_any_policy().ok().flatten(),
            is_self_issued: certificate.is_self_issued(),
            addresses: addresses.mailboxes.iter().map(|mailbox| text::escape(mailbox.to_string().as_bytes())).collect(),
            malformed_addresses: addresses.malformed.clone(),
            subject_key_identifier: certificate.subject_key_identifier().map(hexadecimal),
            authority_key_identifier: certificate.authority_key_identifier().and_then(|hint| hint.key_identifier).map(hexadecimal),
            extensions: certificate.extensions().map(|extension| extension.dotted()).collect(),
            critical_extensions: certificate.extensions().filter(|one| one.critical).map(|extension| extension.dotted()).collect(),
            issuer_urls: certificate.issuer_urls(),
            ocsp_urls: certificate.ocsp_urls(),
            crl_urls: certificate.crl_urls(),
            sha256: hexadecimal(certificate.sha256()),
            key_sha256: hexadecimal(certificate.key_sha256()),
            problems,
        }
    }
}

fn key(certificate: &Certificate) -> (String, Option<usize>) {
    use crate::crypto::Curve;
    let kind = certificate.public_key().map(|key| key.kind());
    let (word, bits) = match kind {
        Ok(KeyKind::Rsa { bits }) => ("rsa", bits),
        Ok(KeyKind::Ec(Curve::P256)) => ("p-256", 256),
        Ok(KeyKind::Ec(Curve::P384)) => ("p-384", 384),
        Ok(KeyKind::Ec(Curve::P521)) => ("p-521", 521),
        Ok(KeyKind::Ed25519) => ("ed25519", 256),
        Ok(KeyKind::X25519) => ("x25519", 256),
        Ok(KeyKind::Dsa { bits: Some(bits) }) => ("dsa", bits),
        Ok(KeyKind::Dsa { bits: None }) => return ("dsa".to_owned(), None),
        Err(_) => return (dotted(certificate.key_algorithm()), None),
    };
    (word.to_owned(), Some(bits))
}

fn dotted(kind: &[u8]) -> String {
    oid::dotted(kind).unwrap_or_else(|| "?".to_owned())
}

pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 0xf)).copied().unwrap_or('0');
    octets.iter().flat_map(|octet| [digit(octet >> 4), digit(*octet)]).collect()
}
