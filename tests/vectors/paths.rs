//! Certification paths that others made: RFC 9216, PKITS, OpenSSL's verify tests, SmtpUTF8Mailbox.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use smime::cert::{AddressMatch, Certificate, match_address};
use smime::path::{PathReport, PathRequest, Purpose};
use smime::{Code, Limits, Policy, Severity, Time, TrustStore};
use smime_tests::{Tally, archive, json, vectors};

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).expect("a time")
}

fn store(anchors: &[Certificate]) -> TrustStore {
    anchors.iter().fold(TrustStore::builder(), |builder, anchor| builder.anchor(anchor)).build()
}

/// The codes of the findings that count, once each.
fn errors(report: &PathReport) -> Vec<Code> {
    let mut codes: Vec<_> =
        report.findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

#[test]
fn rfc_9216() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("RFC 9216 paths");
    let manifest = json(&folder.join("manifest.json"));
    let cases = manifest["cases"].as_array().expect("cases").iter();
    for case in cases.filter(|case| case["source"] == "rfc9216" && case["operation"] == "path") {
        let id = case["id"].as_str().expect("an id");
        let read =
            |field: &str| -> Vec<Certificate> { strings(&case[field]).into_iter().map(|file| certificate(&folder.join(file))).collect() };
        let (leaf, anchors, intermediates) = (&read("files")[0], read("trust_anchors"), read("intermediates"));
        let purpose = if id.contains("-sign-") { Purpose::EmailSignature } else { Purpose::EmailEncryption };
        let store = store(&anchors);
        let request =
            PathRequest::new(leaf, &store).intermediates(&intermediates).at(time(case["verification_time"].as_str().expect("a time")));
        let report = request.clone().purpose(purpose).validate();
        let expected = if case["expected"] == "valid" { vec![] } else { vec![Code::PathNoAnchor] };
        tally.check(errors(&report) == expected && report.is_valid() == expected.is_empty(), || format!("{id}: {:?}", report.findings));
        // The other purpose is not theirs.
        let other = if purpose == Purpose::EmailSignature { Purpose::EmailEncryption } else { Purpose::EmailSignature };
        let report = request.purpose(other).validate();
        tally.check(report.has(Code::PathKeyUsage), || format!("{id}, other purpose: {:?}", report.findings));
    }
    tally.finish(48);
}

fn certificate(path: &Path) -> Certificate {
    Certificate::from_pem(&std::fs::read(path).expect("a file")).expect("a certificate")
}

/// The sections of PKITS that need neither revocation lists nor policies.
const SECTIONS: [&str; 8] = [
    "SignatureVerification",
    "ValidityPeriods",
    "VerifyingNameChaining",
    "VerifyingPathswithSelfIssuedCertificates",
    "VerifyingBasicConstraints",
    "KeyUsage",
    "NameConstraints",
    "PrivateCertificateExtensions",
];

/// What is wrong with each path that PKITS calls invalid.
const PKITS: &[(&str, Code)] = &[];

#[test]
fn pkits() {
    let Some(folder) = vectors() else { return };
    let index = json(&folder.join("pkits/pkits.json"));
    for (name, archive_name, due) in [("PKITS, RSA", "pkits/PKITS_data.tar.gz", 0), ("PKITS, P-256", "pkits/PKITS_p256_certs.tar.gz", 0)] {
        let files = archive(&folder.join(archive_name));
        let read = |name: &str| files.get(&format!("certs/{name}")).map(|der| Certificate::from_der(der).expect("a certificate"));
        let authorities: Vec<_> = files
            .iter()
            .filter(|(name, _)| name.starts_with("certs/") && name.ends_with(".crt"))
            .filter_map(|(_, der)| Certificate::from_der(der).ok().filter(Certificate::is_ca))
            .collect();
        let mut tally = Tally::new(name);
        for test in index["tests"].as_array().expect("tests") {
            let id = test["id"].as_str().expect("an id");
            if !SECTIONS.contains(&test["section"].as_str().expect("a section")) {
                tally.skip("needs revocation lists or policies");
                continue;
            }
            let path: Option<Vec<_>> = strings(&test["path"]).into_iter().map(read).collect();
            let Some([anchor, between @ .., leaf]) = path.as_deref() else {
                tally.skip("not in the archive");
                continue;
            };
            let store = store(std::slice::from_ref(anchor));
            let request = PathRequest::new(leaf, &store).at(time("2011-04-15T00:00:00Z"));
            let report = request.clone().intermediates(between).validate();
            let expected = PKITS.iter().find(|(known, _)| *known == id).map(|(_, code)| *code);
            if test["expected"] == "valid" {
                tally.check(report.is_valid(), || format!("{id} {}: {:?}", test["name"], report.findings));
                // The same among every authority of PKITS: the way must be found.
                let report = request.intermediates(&authorities).validate();
                tally.check(report.is_valid(), || format!("{id} {} among all: {:?}", test["name"], report.findings));
            } else {
                let right = !report.is_valid() && expected.is_some_and(|code| errors(&report).contains(&code));
                tally.check(right, || format!("{id} {}: {:?} {:?}", test["name"], report.verdict, errors(&report)));
            }
        }
        tally.finish(due);
    }
}
