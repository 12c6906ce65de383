//! Whole messages with the verdicts that their sources give: RFC 9788, RFC 4134, OpenSSL, NSS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use smime::report::{Check, SignerReport};
use smime::{Certificate, Code, Error, Identity, Opened, Opener, Policy, Time, TrustStore, Verdict};
use smime_tests::{Tally, archive, json, vectors};

/// One case of the manifest, with its files at hand.
struct Case<'a> {
    entry: &'a Value,
    folder: &'a Path,
    openssl: &'a BTreeMap<String, Vec<u8>>,
}

impl Case<'_> {
    fn text(&self, key: &str) -> &str {
        self.entry[key].as_str().unwrap_or_default()
    }

    fn list(&self, key: &str) -> Vec<&str> {
        self.entry[key].as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// A file of the folder, or a member of the archive that the case is inside of.
    fn file(&self, name: &str) -> Vec<u8> {
        if self.text("inside").is_empty() {
            std::fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
        } else {
            self.openssl.get(name).unwrap_or_else(|| panic!("{name} is not in the archive")).clone()
        }
    }

    fn message(&self) -> Vec<u8> {
        match self.text("inside") {
            "" => self.file(self.list("files")[0]),
            inside => self.file(inside),
        }
    }

    fn certificates(&self, key: &str) -> Vec<Certificate> {
        self.list(key).iter().flat_map(|name| Certificate::many(&self.file(name)).expect("a certificate")).collect()
    }

    fn identity(&self) -> Option<Identity> {
        let files: Vec<Vec<u8>> = self.list("keys").iter().map(|name| self.file(name)).collect();
        let password = self.entry["password"].as_str();
        match files.as_slice() {
            [] => None,
            [one] => Some(Identity::from_bytes(one, password.or(Some(""))).expect("an identity")),
            several if several.iter().all(|file| file.starts_with(b"-----")) => {
                let text: Vec<String> = several.iter().map(|file| String::from_utf8_lossy(file).into_owned()).collect();
                Some(Identity::from_pem(&text.join("\n"), password).expect("an identity"))
            }
            several => {
                let key = several.iter().find_map(|file| smime::PrivateKey::from_pkcs8(file).ok()).expect("a key");
                let certificate = several.iter().find_map(|file| Certificate::from_der(file).ok()).expect("a certificate");
                Some(Identity::from_parts(key, certificate, Vec::new()).expect("an identity"))
            }
        }
    }

    fn open(&self, policy: Policy) -> Result<Opened, Error> {
        let mut trust = TrustStore::builder();
        for anchor in self.certificates("trust_anchors") {
            trust = trust.anchor(&anchor);
        }
        for certificate in self.certificates("extra_certs") {
            trust = trust.intermediate(&certificate);
        }
        let mut opener = Opener::new(&trust.build()).policy(policy);
        if let Some(identity) = self.identity() {
            opener = opener.identity(&identity);
        }
        if let Ok(at) = Time::parse_rfc3339(self.text("verification_time")) {
            opener = opener.at(at);
        }
        match self.list("files").get(1) {
            Some(content) if self.text("operation") == "cms-verify" => opener.open_detached(&self.message(), &self.file(content)),
            _ => opener.open(&self.message()),
        }
    }
}

fn each_case(mut with: impl FnMut(&Case<'_>)) -> Option<PathBuf> {
    let folder = vectors()?;
    let manifest = json(&folder.join("manifest.json"));
    let openssl = archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"));
    for entry in manifest["cases"].as_array().expect("cases") {
        with(&Case { entry, folder: &folder, openssl: &openssl });
    }
    Some(folder)
}

#[test]
fn messages_of_rfc_9788_and_its_predecessor() {
    let mut tally = Tally::new("header-protected messages");
    let found = each_case(|case| {
        if !matches!(case.text("source"), "rfc9788" | "protected-headers-2019") {
            return;
        }
        // Three of them are encrypted with 3DES.
        let is_old = case.text("operation").contains("decrypt");
        let opened = case.open(if is_old { Policy::legacy() } else { Policy::default() });
        let expected = if case.text("operation") == "smime-decrypt" { Verdict::Unsigned } else { Verdict::Valid };
        tally.check(opened.as_ref().is_ok_and(|opened| opened.verdict() == expected), || {
            format!("{}: {:?}", case.text("id"), opened.as_ref().map(|opened| opened.report().to_json()))
        });
        let subject = case.text("protected_subject");
        if let (Ok(opened), false) = (&opened, subject.is_empty() || case.text("id").contains("rfc8551hp")) {
            let protected = &opened.report().headers.protected;
            tally.check(protected.iter().any(|(name, value)| name == "Subject" && value == subject), || {
                format!("{}: Subject {subject}: {protected:?}", case.text("id"))
            });
        }
    });
    if found.is_some() {
        tally.finish(12);
    }
}

#[test]
fn messages_that_nss_reads() {
    let mut tally = Tally::new("NSS interoperability");
    let found = each_case(|case| {
        if case.text("source") != "nss-interop" {
            return;
        }
        // One of them is encrypted with 3DES.
        let is_old = case.text("id") == "nss-fran-oaep_ossl";
        let opened = case.open(if is_old { Policy::legacy() } else { Policy::default() });
        let expected = case.text("expected_content_text").as_bytes();
        tally.check(opened.as_ref().is_ok_and(|opened| opened.content().is_ok_and(|content| content == expected)), || {
            format!("{}: {:?}", case.text("id"), opened.as_ref().map(|opened| opened.report().to_json()))
        });
    });
    if found.is_some() {
        tally.finish(17);
    }
}

#[test]
fn messages_of_rfc_4134_under_legacy_and_default_policy() {
    let mut tally = Tally::new("RFC 4134");
    let found = each_case(|case| {
        let operation = case.text("operation");
        if case.text("source") != "rfc4134" || !matches!(operation, "cms-verify" | "smime-verify" | "cms-decrypt" | "smime-decrypt") {
            return;
        }
        // Under the default policy not one of them may pass.
        let strictly = case.open(Policy::default());
        tally.check(strictly.as_ref().is_ok_and(|opened| !opened.is_acceptable()) || strictly.is_err(), || {
            format!("{}: accepted under the default policy", case.text("id"))
        });
        let opened = case.open(Policy::legacy());
        match &opened {
            Ok(opened) => {
                let content = opened.danger_content_despite_verdict();
                let whole = case.text("expected_content").is_empty() || case.file(case.text("expected_content")) == content;
                let passed = |signer: &SignerReport| signer.signature == Check::Passed && signer.chain == Check::Passed;
                let checked = opened.report().signers().all(passed);
                tally.check(whole && checked, || format!("{}: {}", case.text("id"), opened.report().to_json()));
            }
            Err(error) => tally.check(false, || format!("{}: {error}", case.text("id"))),
        }
    });
    if found.is_some() {
        tally.finish(15);
    }
}

/// Signed by keys with DSA and SHA-1: one with its own parameters, one that has them from two authorities further up, one whose
/// certificate has a wrong signature.
#[test]
fn messages_of_pkits_with_dsa() {
    let Some(folder) = vectors() else { return };
    let mut tally = Tally::new("PKITS messages with DSA");
    let files = archive(&folder.join("pkits/PKITS_data.tar.gz"));
    let anchor = Certificate::from_der(&files["certs/TrustAnchorRootCertificate.crt"]).expect("a certificate");
    let trust = TrustStore::builder().anchor(&anchor).build();
    for (name, chain) in [
        ("SignedValidDSASignaturesTest4", Check::Passed),
        ("SignedValidDSAParameterInheritanceTest5", Check::Passed),
        ("SignedInvalidDSASignatureTest6", Check::Failed),
    ] {
        let message = &files[&format!("smime/{name}.eml")];
        for (policy, code, is_allowed) in [(Policy::default(), Code::SigAlgorithmForbidden, false), (Policy::legacy(), Code::SigWeak, true)]
        {
            let opened = Opener::new(&trust).policy(policy).at(Time::from_unix(1_302_825_600)).open(message).expect("a message");
            let signer = opened.report().signers().next().expect("a signer");
            let right = signer.signature == Check::Passed
                && (signer.chain == chain) == (is_allowed || chain == Check::Failed)
                && signer.algorithm == "dsa"
                && opened.report().has(code);
            tally.check(right, || format!("{name}: {}", opened.report().to_json()));
            let valid = opened.report().signers().all(|signer| signer.verdict == Verdict::Valid);
            tally.check(!valid || (is_allowed && chain == Check::Passed), || format!("{name}: {}", opened.report().to_json()));
        }
    }
    tally.finish(12);
}

#[test]
fn messages_of_openssl() {
    let codes: BTreeMap<&str, &[Code]> = BTreeMap::from([
        ("openssl-bad_signtime_attr", &[Code::SigAttributeMalformed][..]),
        ("openssl-no_ct_attr", &[Code::SigAttributeMissing]),
        ("openssl-no_md_attr", &[Code::SigAttributeMissing]),
        ("openssl-ct_multiple_attr", &[Code::SigAttributeDuplicate]),
        ("openssl-dh-malformed", &[Code::KeyUnsupported, Code::EncNoRecipient]),
        ("openssl-ecdh-malformed", &[Code::AlgParameters, Code::EncNoRecipient]),
        ("openssl-rsa-malformed", &[Code::AlgParameters, Code::EncNoRecipient]),
        ("openssl-gcm-in-enveloped", &[Code::EncAeadInEnveloped]),
        ("openssl-pwri-missing-kdf", &[Code::EncNoRecipient]),
        ("openssl-empty-digest-set", &[Code::SigDigestNotListed]),
        ("openssl-pkits-mapping-any", &[Code::PathTimeUnknown]),
        ("openssl-md4-signed", &[Code::SigAlgorithmUnsupported]),
        ("openssl-md4-signed-and-enveloped", &[Code::CmsTypeUnsupported]),
    ]);
    let mut tally = Tally::new("OpenSSL's CMS data");
    let found = each_case(|case| {
        let id = case.text("id");
        if case.text("source") != "openssl"
            || !matches!(case.text("operation"), "cms-verify" | "smime-verify" | "cms-decrypt" | "smime-decrypt")
        {
            return;
        }
        if id == "openssl-dh-malformed" {
            return tally.skip("Diffie-Hellman keys over integers are not supported");
        }
        // The message of OpenSSL 1.1.1 is encrypted with 3DES.
        let opened = case.open(if id == "openssl-ciphertext-1.1.1" { Policy::legacy() } else { Policy::default() });
        match (&opened, codes.get(id)) {
            (Ok(opened), None) => {
                let content = case.openssl.get("smcont.txt").or_else(|| case.openssl.get("test/smcont.txt"));
                let whole = content.is_none_or(|content| content.as_slice() == opened.danger_content_despite_verdict());
                tally.check(opened.is_acceptable() && whole, || format!("{id}: {}", opened.report().to_json()));
            }
            (Ok(opened), Some(due)) => {
                tally.check(!opened.is_acceptable() && due.iter().any(|code| opened.report().has(*code)), || {
                    format!("{id}: {}", opened.report().to_json())
                });
            }
            (Err(error), due) => tally.check(due.is_some_and(|due| due.contains(&error.code())), || format!("{id}: {error}")),
        }
    });
    if found.is_some() {
        tally.finish(13);
    }
}
