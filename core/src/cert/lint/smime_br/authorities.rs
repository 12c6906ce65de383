//! Certificates of subordinate authorities that name a reserved policy (BR section 7.1.2.2).

use const_oid::ObjectIdentifier;

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{error, must, must_not, none, warning};
use super::super::kinds;
use super::countries::is_country;
use super::extensions::identifies_by_key;
use super::references::is_http;
use super::{BR, authority};
use crate::asn1::oid;
use crate::cert::KeyUsage;

/// Purposes that stand in no certificate for e-mail.
pub(super) const FORBIDDEN_PURPOSES: &[ObjectIdentifier] =
    &[kinds::SERVER_AUTH, kinds::CODE_SIGNING, oid::KP_TIME_STAMPING, oid::ANY_EXTENDED_KEY_USAGE];

/// The certificate of an authority that others sign.
fn subordinate(facts: &Facts<'_>) -> bool {
    authority(facts) && !facts.self_signed
}

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-ca-crl-distribution-points",
        "S/MIME BR section 7.1.2.2 (b)",
        BR,
        "cRLDistributionPoints of an authority is missing or critical, or has no HTTP address",
        subordinate,
        |facts| must(facts.list_uris.iter().any(|uri| is_http(uri)) && !facts.is_critical(oid::CE_CRL_DISTRIBUTION_POINTS)),
    ),
    warning(
        "smime-br-ca-authority-info-access",
        "S/MIME BR section 7.1.2.2 (c)",
        BR,
        "authorityInfoAccess of an authority does not say where the certificate of its issuer is",
        subordinate,
        |facts| must(facts.access.iter().any(|(method, _)| *method == kinds::ACCESS_CA_ISSUERS.as_bytes())),
    ),
    error(
        "smime-br-ca-authority-info-access-critical",
        "S/MIME BR section 7.1.2.2 (c)",
        BR,
        "authorityInfoAccess of an authority is critical",
        |facts| subordinate(facts) && facts.has(oid::PE_AUTHORITY_INFO_ACCESS),
        |facts| must_not(facts.is_critical(oid::PE_AUTHORITY_INFO_ACCESS)),
    ),
    error(
        "smime-br-ca-basic-constraints-critical",
        "S/MIME BR sections 7.1.2.1 (a) and 7.1.2.2 (d)",
        BR,
        "basicConstraints of an authority is not critical",
        authority,
        |facts| must(facts.is_critical(oid::CE_BASIC_CONSTRAINTS)),
    ),
    error(
        "smime-br-ca-key-usage",
        "S/MIME BR sections 7.1.2.1 (b) and 7.1.2.2 (e)",
        BR,
        "keyUsage of an authority is missing or not critical, or lacks keyCertSign or cRLSign",
        authority,
        |facts| {
            let signs = facts.uses(KeyUsage::KEY_CERT_SIGN) && facts.uses(KeyUsage::CRL_SIGN);
            must(signs && facts.is_critical(oid::CE_KEY_USAGE))
        },
    ),
    warning(
        "smime-br-ca-name-constraints-critical",
        "S/MIME BR section 7.1.2.2 (f)",
        BR,
        "nameConstraints of an authority is not critical",
        |facts| subordinate(facts) && facts.has(oid::CE_NAME_CONSTRAINTS),
        |facts| must(facts.is_critical(oid::CE_NAME_CONSTRAINTS)),
    ),
    error(
        "smime-br-ca-extended-key-usage",
        "S/MIME BR section 7.1.2.2 (g)",
        BR,
        "extKeyUsage of an authority lacks emailProtection, or has serverAuth, codeSigning, timeStamping or any purpose",
        subordinate,
        |facts| must(facts.has_purpose(oid::KP_EMAIL_PROTECTION) && !FORBIDDEN_PURPOSES.iter().any(|purpose| facts.has_purpose(*purpose))),
    ),
    warning(
        "smime-br-ca-extended-key-usage-critical",
        "S/MIME BR section 7.1.2.2 (g)",
        BR,
        "extKeyUsage of an authority is critical",
        |facts| subordinate(facts) && facts.has(oid::CE_EXT_KEY_USAGE),
        |facts| must_not(facts.is_critical(oid::CE_EXT_KEY_USAGE)),
    ),
    error(
        "smime-br-ca-authority-key-identifier",
        "S/MIME BR section 7.1.2.2 (h)",
        BR,
        "authorityKeyIdentifier of an authority is missing or critical, or does not have a keyIdentifier alone",
        subordinate,
        |facts| must(identifies_by_key(facts)),
    ),
    error(
        "smime-br-ca-subject-key-identifier",
        "S/MIME BR sections 7.1.2.1 (e) and 7.1.2.2 (i)",
        BR,
        "subjectKeyIdentifier of an authority is missing or critical",
        authority,
        |facts| must(facts.has(oid::CE_SUBJECT_KEY_IDENTIFIER) && !facts.is_critical(oid::CE_SUBJECT_KEY_IDENTIFIER)),
    ),
    error("smime-br-ca-subject", "S/MIME BR section 7.1.4.3.1", BR, "The subject of an authority lacks an attribute", authority, |facts| {
        let due = [(oid::AT_COMMON_NAME, "commonName"), (kinds::ORGANIZATION, "organizationName"), (oid::AT_COUNTRY_NAME, "countryName")];
        none(due.into_iter().find(|(kind, _)| !facts.subject_has(&[*kind])).map(|(_, name)| name))
    }),
    error(
        "smime-br-ca-subject-country",
        "S/MIME BR section 7.1.4.3.1",
        BR,
        "countryName of an authority is no code of ISO 3166-1",
        |facts| authority(facts) && facts.subject_has(&[oid::AT_COUNTRY_NAME]),
        |facts| must(facts.subject_values(oid::AT_COUNTRY_NAME).all(|code| is_country(&code))),
    ),
];
