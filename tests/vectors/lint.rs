//! Certificates with the verdict of another linter on each: ours has to be the same, also where a rule does not apply or was not in force.

use std::collections::{BTreeMap, BTreeSet};

use smime::Certificate;
use smime::cert::lint::{Lint, LintOutcome, LintSeverity, lints};
use smime_tests::{Tally, archive, json, vectors};

/// The lints of zlint that have cases, and ours that say the same.
const LINTS: &[(&str, &str)] = &[
    ("e_adobe_extensions_legacy_multipurpose_criticality", "smime-br-adobe-extensions-critical"),
    ("e_adobe_extensions_strict_presence", "smime-br-adobe-extensions"),
    ("e_authority_key_identifier_correct", "smime-br-authority-key-identifier"),
    ("e_commonname_mailbox_validated", "smime-br-common-name-mailbox"),
    ("e_ec_other_key_usages", "smime-br-key-usage-ec-purpose"),
    ("e_ecpublickey_key_usages", "smime-br-key-usage-ec"),
    ("e_edwardspublickey_key_usages", "smime-br-key-usage-edwards"),
    ("e_key_usage_presence", "smime-br-key-usage"),
    ("e_legal_entity_identifier", "smime-br-legal-entity-identifier"),
    ("e_mailbox_validated_allowed_subjectdn_attributes", "smime-br-subject-mailbox-validated"),
    ("e_mailbox_validated_enforce_subject_field_restrictions", "smime-br-subject-mailbox-validated"),
    ("e_registration_scheme_id_matches_subject_country", "smime-br-organization-identifier-country"),
    ("e_rsa_key_usage_legacy_multipurpose", "smime-br-key-usage-rsa"),
    ("e_rsa_key_usage_strict", "smime-br-key-usage-rsa-strict"),
    ("e_rsa_other_key_usages", "smime-br-key-usage-rsa-purpose"),
    ("e_san_shall_be_present", "smime-br-subject-alt-name"),
    ("e_single_email_if_present", "smime-br-mailbox-address"),
    ("e_single_email_subject_if_present", "smime-br-subject-email-address"),
    ("e_smime_legacy_aia_shall_have_one_http", "smime-br-authority-info-access-scheme-legacy"),
    ("e_smime_legacy_multipurpose_eku_check", "smime-br-extended-key-usage"),
    ("e_smime_qc_statements_must_not_be_critical", "smime-br-qc-statements-critical"),
    ("e_smime_strict_aia_shall_have_http_only", "smime-br-authority-info-access-scheme"),
    ("e_smime_strict_eku_check", "smime-br-extended-key-usage-strict"),
    ("e_strict_multipurpose_smime_ext_subject_directory_attr", "smime-br-subject-directory-attributes"),
    ("e_subject_country_name", "smime-br-subject-country"),
    ("e_subscribers_crl_distribution_points_are_http", "smime-br-crl-distribution-points-scheme"),
    ("e_subscribers_shall_have_crl_distribution_points", "smime-br-crl-distribution-points"),
    ("w_key_usage_criticality", "smime-br-key-usage-critical"),
    ("w_san_should_not_be_critical", "smime-br-subject-alt-name-critical"),
    ("w_smime_aia_contains_internal_names", "smime-br-authority-info-access-internal"),
];

/// Certificates of a test whose verdicts `cases.json` does not list.
const MAILBOXES: &[(&str, &str)] = &[
    ("WithOtherNameMatched", "Pass"),
    ("WithSANEmailMatched", "Pass"),
    ("WithOnlySANEmail", "NA"),
    ("WithOnlySANOtherName", "NA"),
    ("NotEffective", "NE"),
    ("NotApplicable", "NA"),
    ("WithOtherNameUnmatched", "Error"),
    ("WithOtherNameIncorrectType", "Error"),
    ("WithSANEmailUnmatched", "Error"),
    ("sponsorValidatedMultipurposeEmailInSubjectNotInSAN", "Error"),
    ("sponsorValidatedMultipurposePersonalNameInCN", "NA"),
];

fn our_lint(name: &str) -> &'static Lint {
    lints().find(|lint| lint.name() == name).unwrap_or_else(|| panic!("no lint {name}"))
}

/// Our verdict in zlint's words.
fn verdict(lint: &Lint, certificate: &Certificate) -> &'static str {
    match (lint.judge(certificate), lint.severity()) {
        (LintOutcome::NotApplicable, _) => "NA",
        (LintOutcome::NotEffective, _) => "NE",
        (LintOutcome::Passed, _) => "Pass",
        (LintOutcome::Found(_), LintSeverity::Error) => "Error",
        (LintOutcome::Found(_), LintSeverity::Warning) => "Warn",
        _ => "Notice",
    }
}

#[test]
fn verdicts_agree_with_zlint() {
    let Some(folder) = vectors() else { return };
    let folder = folder.join("zlint-smime");
    let files = archive(&folder.join("zlint-smime-certs.tar.gz"));
    let certificate = |name: &str| {
        let file = files.get(name).unwrap_or_else(|| panic!("no file {name}"));
        Certificate::many(file).map(|mut found| found.remove(0))
    };
    let cases = json(&folder.join("cases.json"));
    let ours: BTreeMap<_, _> = LINTS.iter().copied().collect();
    let mut tally = Tally::new("zlint's verdicts");
    let mut used = BTreeSet::new();
    for case in cases["cases"].as_array().expect("cases") {
        let field = |name: &str| case[name].as_str().expect("a text");
        let Some(name) = ours.get(field("lint")) else {
            tally.skip(format!("{} is not ours", field("lint")));
            continue;
        };
        used.insert(field("lint").to_owned());
        match certificate(field("file")) {
            Ok(certificate) => {
                let found = verdict(our_lint(name), &certificate);
                tally.check(found == field("expected"), || format!("{name}: {}: {found}, not {}", field("file"), field("expected")));
            }
            Err(error) => tally.check(false, || format!("{}: {error}", field("file"))),
        }
    }
    assert_eq!(used.len(), LINTS.len(), "a lint has no case");
    for (name, expected) in MAILBOXES {
        let certificate = certificate(&format!("smime/MailboxAddressFromSAN/{name}.pem")).expect("a certificate");
        let found = verdict(our_lint("smime-br-mailbox-repeated"), &certificate);
        tally.check(found == *expected, || format!("smime-br-mailbox-repeated: {name}: {found}, not {expected}"));
    }
    tally.finish(155 + MAILBOXES.len());
}

/// Whatever stands in a certificate, a finding is one line that is safe to show, and each lint speaks once.
#[test]
fn findings_are_safe_and_few() {
    let Some(certificates) = crate::certificates::all() else { return };
    let mut tally = Tally::new("certificates linted");
    let most = lints().count();
    for (name, der) in &certificates {
        let Ok(certificate) = Certificate::from_der(der) else {
            tally.skip("not read here");
            continue;
        };
        let findings = certificate.lint();
        let safe = findings.iter().all(|finding| finding.message.len() < 600 && !finding.message.chars().any(char::is_control));
        tally.check(safe && findings.len() <= most, || format!("{name}: {findings:?}"));
    }
    tally.finish(1_400);
}
