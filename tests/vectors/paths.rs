//! Certification paths that others made: RFC 9216, PKITS, OpenSSL's verify tests, SmtpUTF8Mailbox.

use std::path::Path;

use serde_json::Value;
use smime::cert::{AddressMatch, Certificate, match_address};
use smime::path::{PathReport, PathRequest, Purpose};
use smime::{Code, Policy, Severity, Time, TrustStore};
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

/// The sections of PKITS that do not need revocation lists.
const SECTIONS: [&str; 13] = [
    "SignatureVerification",
    "ValidityPeriods",
    "VerifyingNameChaining",
    "VerifyingPathswithSelfIssuedCertificates",
    "VerifyingBasicConstraints",
    "KeyUsage",
    "CertificatePolicies",
    "RequireExplicitPolicy",
    "PolicyMappings",
    "InhibitPolicyMapping",
    "InhibitAnyPolicy",
    "NameConstraints",
    "PrivateCertificateExtensions",
];

/// Those of them that need revocation lists all the same.
const REVOCATION: [&str; 5] = ["pkits-4.5.2", "pkits-4.5.5", "pkits-4.5.7", "pkits-4.7.4", "pkits-4.7.5"];
/// Those with DSA and SHA-1, which only the policy for archives allows.
const DSA: [&str; 3] = ["pkits-4.1.4", "pkits-4.1.5", "pkits-4.1.6"];

/// What is wrong with a path that PKITS calls invalid.
fn expected_code(id: &str, section: &str) -> Code {
    match (id, section) {
        ("pkits-4.2.1" | "pkits-4.2.2", _) => Code::PathNotYetValid,
        ("pkits-4.5.8" | "pkits-4.6.1" | "pkits-4.6.2" | "pkits-4.6.3", _) => Code::PathNotCa,
        // anyPolicy in policyMappings
        ("pkits-4.10.7" | "pkits-4.10.8", _) => Code::CertMalformed,
        (_, "SignatureVerification") => Code::PathSignature,
        (_, "ValidityPeriods") => Code::PathExpired,
        (_, "VerifyingNameChaining") => Code::PathNoAnchor,
        (_, "VerifyingBasicConstraints") => Code::PathLength,
        (_, "KeyUsage") => Code::PathKeyUsage,
        (_, "CertificatePolicies" | "RequireExplicitPolicy" | "PolicyMappings" | "InhibitPolicyMapping" | "InhibitAnyPolicy") => {
            Code::PathPolicy
        }
        (_, "NameConstraints") => Code::PathNameConstraints,
        (_, "PrivateCertificateExtensions") => Code::PathCriticalExtension,
        _ => panic!("{id} of {section}: what is wrong with it?"),
    }
}

/// The policy of a PKITS test, and the user-constrained-policy-set that is due.
fn policies_of(test: &Value, identifiers: &Value, re_issued: bool) -> (Policy, Vec<String>) {
    let settings = &test["settings"];
    let flag = |name: &str| settings[name].as_bool().expect("a flag");
    let dotted = |names: &Value| -> Vec<&str> {
        strings(names).into_iter().map(|name| identifiers[name].as_str().expect("an object identifier")).collect()
    };
    let accepted = dotted(&settings["initial_policy_set"]).into_iter();
    let policy = Policy {
        certificate_policies: accepted.map(|policy| policy.parse().expect("an object identifier")).collect(),
        require_explicit_policy: flag("initial_explicit_policy"),
        inhibit_policy_mapping: flag("initial_policy_mapping_inhibit"),
        inhibit_any_policy: flag("initial_inhibit_any_policy"),
        ..Policy::default()
    };
    let mut due: Vec<_> = dotted(&test["expected_user_constrained_policy_set"]).into_iter().map(str::to_owned).collect();
    // Re-issued with P-256, the leaf has a policy that the original lacks.
    if test["id"] == "pkits-4.9.6" && re_issued {
        due.push(identifiers["NIST-test-policy-1"].as_str().expect("an object identifier").to_owned());
    }
    due.sort();
    (policy, due)
}

#[test]
fn pkits() {
    let Some(folder) = vectors() else { return };
    let (index, legacy) = (json(&folder.join("pkits/pkits.json")), Policy::legacy());
    for (name, archive_name, due) in
        [("PKITS, RSA", "pkits/PKITS_data.tar.gz", 350), ("PKITS, P-256", "pkits/PKITS_p256_certs.tar.gz", 350)]
    {
        let files = archive(&folder.join(archive_name));
        let read = |name: &str| files.get(&format!("certs/{name}")).map(|der| Certificate::from_der(der).expect("a certificate"));
        let authorities: Vec<_> = files
            .iter()
            .filter(|(name, _)| name.starts_with("certs/") && name.ends_with(".crt"))
            .filter_map(|(_, der)| Certificate::from_der(der).ok().filter(Certificate::is_ca))
            .collect();
        let mut tally = Tally::new(name);
        for test in index["tests"].as_array().expect("tests") {
            let (id, section) = (test["id"].as_str().expect("an id"), test["section"].as_str().expect("a section"));
            if !SECTIONS.contains(&section) || REVOCATION.contains(&id) {
                tally.skip("needs revocation lists");
                continue;
            }
            let path: Option<Vec<_>> = strings(&test["path"]).into_iter().map(read).collect();
            let Some([anchor, between @ .., leaf]) = path.as_deref() else {
                tally.skip("not in the archive");
                continue;
            };
            let store = store(std::slice::from_ref(anchor));
            let (policy, policies) = policies_of(test, &index["policy_oids"], name == "PKITS, P-256");
            let mut request = PathRequest::new(leaf, &store).at(time("2011-04-15T00:00:00Z")).policy(&policy);
            if DSA.contains(&id) {
                let report = request.clone().intermediates(between).validate();
                tally.check(errors(&report).contains(&Code::PathWeak), || format!("{id}, default policy: {:?}", errors(&report)));
                request = request.policy(&legacy);
            }
            let report = request.clone().intermediates(between).validate();
            // The same among every authority of PKITS: a way that there is must be found, and no other may appear.
            let among_all = request.intermediates(&authorities).validate();
            for (which, report) in [("", report), (" among all", among_all)] {
                let right = match test["expected"].as_str() {
                    Some("valid") => {
                        let mut found = report.policies.clone();
                        found.sort();
                        report.is_valid() && errors(&report).is_empty() && found == policies
                    }
                    // Among all of them a wrong way may be explained that lacks what is wrong with the other.
                    _ if !which.is_empty() => !report.is_valid(),
                    _ => !report.is_valid() && errors(&report).contains(&expected_code(id, section)),
                };
                tally.check(right, || {
                    format!(
                        "{id} {}{which}: {:?} {:?} {:?}, due {policies:?}",
                        test["name"],
                        report.verdict,
                        errors(&report),
                        report.policies
                    )
                });
            }
        }
        tally.finish(due);
    }
}

/// Why a case of OpenSSL's verify tests says nothing about this library.
fn left_out(case: &Value, labels_are_openssl: bool) -> Option<&'static str> {
    let options = strings(&case["options"]);
    let (id, purpose) = (case["id"].as_str().expect("an id"), case["purpose"].as_str().expect("a purpose"));
    let number = id.rsplit('-').next().expect("a number");
    let valid = case["expected"] == "valid";
    match options.first() {
        _ if labels_are_openssl => Some("OpenSSL trust settings"),
        Some(&"-allow_proxy_certs") => Some("proxy certificates (RFC 3820)"),
        Some(&("-verify_depth" | "-x509_strict" | "-check_ss_sig")) => Some("options of OpenSSL"),
        Some(&"-auth_level") if valid && options[1] == "0" => Some("keys and digests below every policy here"),
        Some(&"-auth_level") if options[1] == "3" => Some("options of OpenSSL"),
        Some(&"-provider-path") => Some("the same again with a FIPS module"),
        Some(&"-vfyopt") => Some("SM2"),
        _ if matches!(purpose, "codesign" | "timestampsign") => Some("purposes other than mail"),
        _ => match number {
            "011" | "048" | "065" | "077" | "078" => Some("purposes other than mail"),
            "134" | "135" | "136" | "137" => Some("SHA-3"),
            "154" | "160" | "161" => Some("host names in the common name"),
            "187" => Some("a certificate that is an anchor needs no issuer here"),
            _ => None,
        },
    }
}

/// What is wrong with those that OpenSSL calls invalid.
fn openssl_code(number: &str) -> &'static [Code] {
    use Code as C;
    match number {
        "002" | "034" | "035" | "036" | "037" => &[C::PathNotCa],
        "005" | "006" | "040" | "041" | "042" | "043" | "079" | "080" | "084" | "185" => &[C::PathNoAnchor],
        "008" => &[C::PathCriticalExtension],
        "045" | "046" | "081" => &[C::PathExpired],
        "110" => &[C::PathCriticalExtension, C::PathNotCa],
        // RSA of 768 bits, MD5, curves by their parameters: not so much as supported.
        "120" | "122" | "124" | "128" | "130" | "131" | "132" => &[C::PathAlgorithmUnsupported],
        "155" | "156" | "157" | "158" | "159" | "162" | "163" | "164" | "165" | "167" => &[C::PathNameConstraints],
        "170" => &[C::PathWeak],
        "173" => &[C::PathSignature],
        "174" | "175" | "176" => &[C::LimitPath],
        // The same policy twice
        "192" => &[C::CertMalformed],
        _ => &[],
    }
}

#[test]
fn openssl_verify() {
    let Some(folder) = vectors() else { return };
    let index = json(&folder.join("openssl/verify-cases.json"));
    let files = archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"));
    let mut tally = Tally::new("OpenSSL verify");
    for case in index["cases"].as_array().expect("cases") {
        let id = case["id"].as_str().expect("an id");
        let names: Vec<_> = [&case["trusted"], &case["untrusted"]].into_iter().flat_map(strings).chain(case["target"].as_str()).collect();
        if names.iter().any(|name| !files.contains_key(&format!("certs/{name}"))) {
            tally.skip("not in the archive");
            continue;
        }
        let openssl = names.iter().any(|name| memmem(&files[&format!("certs/{name}")], b"TRUSTED CERTIFICATE"));
        if let Some(why) = left_out(case, openssl) {
            tally.skip(why);
            continue;
        }
        let read = |names: Vec<&str>| -> smime::Result<Vec<Certificate>> {
            names
                .iter()
                .map(|name| Certificate::many(&files[&format!("certs/{name}")]))
                .collect::<Result<Vec<_>, _>>()
                .map(|all| all.concat())
        };
        let parsed =
            (read(vec![case["target"].as_str().expect("a target")]), read(strings(&case["trusted"])), read(strings(&case["untrusted"])));
        let (Ok(target), Ok(trusted), Ok(untrusted)) = parsed else {
            tally.check(case["expected"] == "invalid", || format!("{id}: {:?}", parsed.0.err().or(parsed.1.err()).or(parsed.2.err())));
            continue;
        };
        let options = strings(&case["options"]);
        let at = options.iter().position(|option| *option == "-attime").map(|at| options[at + 1].parse().expect("a time"));
        let at = at.map_or_else(|| time("2026-01-01T00:00:00Z"), Time::from_unix);
        let accepted = options.windows(2).filter(|pair| pair[0] == "-policy").map(|pair| pair[1].parse().expect("an object identifier"));
        let policy = Policy {
            certificate_policies: accepted.collect(),
            require_explicit_policy: options.contains(&"-explicit_policy"),
            ..Policy::default()
        };
        let store = store(&trusted);
        let request = PathRequest::new(&target[0], &store).intermediates(&untrusted).at(at);
        let report = request.purpose(Purpose::Any).policy(&policy).validate();
        let number = id.rsplit('-').next().expect("a number");
        let right = match case["expected"] == "valid" {
            true => report.is_valid(),
            false => !report.is_valid() && errors(&report) == openssl_code(number),
        };
        tally.check(right, || format!("{number} {}: {:?} {:?}", case["description"], report.verdict, errors(&report)));
    }
    tally.finish(75);
}

fn memmem(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn internationalised_addresses() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("SmtpUTF8Mailbox");
    let files = archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"));
    let manifest = json(&folder.join("manifest.json"));
    let cases = manifest["cases"].as_array().expect("cases").iter();
    for case in cases.filter(|case| case["id"].as_str().is_some_and(|id| id.starts_with("openssl-eai-"))) {
        let id = case["id"].as_str().expect("an id");
        let leaf = Certificate::from_pem(&files[case["inside"].as_str().expect("a file")]).expect("a certificate");
        if let Some(mailbox) = case["mailbox"].as_str() {
            let expected = if case["expected"] == "valid" { AddressMatch::Match } else { AddressMatch::Mismatch };
            tally.check(match_address(&leaf, mailbox) == expected, || format!("{id}: {:?}", leaf.mailboxes()));
            continue;
        }
        let anchors = Certificate::many(&files[strings(&case["trust_anchors"])[0]]).expect("certificates");
        let report = PathRequest::new(&leaf, &store(&anchors)).at(leaf.not_before()).purpose(Purpose::Any).validate();
        let right = if case["expected"] == "valid" { report.is_valid() } else { errors(&report) == [Code::PathNameConstraints] };
        tally.check(right, || format!("{id}: {:?} {:?} {:?}", report.verdict, report.findings, leaf.mailboxes()));
    }
    tally.finish(8);
}

#[test]
fn old_algorithms_need_the_policy_for_them() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("RFC 4134 paths, RSA-1024 with SHA-1");
    let read =
        |name: &str| Certificate::from_der(&std::fs::read(folder.join("rfc4134").join(name)).expect("a file")).expect("a certificate");
    let store = store(&[read("CarlRSASelf.cer")]);
    let (standard, legacy) = (Policy::standard(), Policy::legacy());
    for (name, purpose) in [
        ("AliceRSASignByCarl.cer", Purpose::EmailSignature),
        ("DianeRSASignByCarl.cer", Purpose::EmailSignature),
        ("BobRSASignByCarl.cer", Purpose::EmailEncryption),
        ("DianeRSASignByCarl.cer", Purpose::EmailEncryption),
    ] {
        let leaf = read(name);
        let request = PathRequest::new(&leaf, &store).at(time("2005-01-01T00:00:00Z")).purpose(purpose);
        let report = request.clone().policy(&standard).validate();
        tally.check(!report.is_valid() && errors(&report) == [Code::PathWeak], || format!("{name}: {:?}", report.findings));
        let report = request.policy(&legacy).validate();
        let flagged = report.findings.iter().filter(|finding| finding.code == Code::PathWeak && finding.severity == Severity::Warning);
        tally.check(report.is_valid() && flagged.count() == 3, || format!("{name}, legacy: {:?}", report.findings));
    }
    tally.finish(8);
}

#[test]
fn trust_settings_of_openssl_are_not_taken_for_certificates() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("TRUSTED CERTIFICATE");
    for (name, octets) in archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz")) {
        if memmem(&octets, b"-----BEGIN TRUSTED CERTIFICATE-----") && !memmem(&octets, b"-----BEGIN CERTIFICATE-----") {
            let error = Certificate::many(&octets).err().map(|error| error.code());
            tally.check(error == Some(Code::PemMalformed), || format!("{name}: {error:?}"));
        }
    }
    tally.finish(20);
}
