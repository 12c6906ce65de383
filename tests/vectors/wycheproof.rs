//! Project Wycheproof, every applicable vector, on each back end of the build.
//!
//! A vector that is "acceptable" is one on which implementations may differ: what we do with each class of them is
//! written down and checked like the rest. Vectors of algorithms that this library does not offer are skipped by name.

mod agreement;
mod signatures;
mod symmetric;
mod transport;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;
use smime::crypto::DigestAlgorithm;

/// Every file with test groups, by name; nothing where there are no vectors.
fn files() -> Option<&'static BTreeMap<String, Value>> {
    static FILES: OnceLock<Option<BTreeMap<String, Value>>> = OnceLock::new();
    let read = || {
        let archive = smime_tests::archive(&smime_tests::vectors()?.join("wycheproof/wycheproof-subset.tar.gz"));
        let json = |(name, octets): (String, Vec<u8>)| Some((name, serde_json::from_slice(&octets).ok()?));
        Some(archive.into_iter().filter(|(name, _)| name.ends_with(".json")).filter_map(json).collect())
    };
    FILES.get_or_init(read).as_ref()
}

/// One vector with what its file and its group say.
struct Vector<'a> {
    file: &'a str,
    group: &'a Value,
    test: &'a Value,
}

/// Every vector of the groups of this type.
fn vectors_of<'a>(files: &'a BTreeMap<String, Value>, kind: &str) -> Vec<Vector<'a>> {
    let mut vectors = Vec::new();
    for (file, contents) in files {
        for group in contents["testGroups"].as_array().expect("groups") {
            if type_of(group) == kind {
                let tests = group["tests"].as_array().expect("tests");
                vectors.extend(tests.iter().map(|test| Vector { file, group, test }));
            }
        }
    }
    vectors
}

fn type_of(group: &Value) -> &str {
    group["type"].as_str().expect("a type")
}

impl Vector<'_> {
    /// The octets of a field of the test, or of its group.
    fn hex(&self, field: &str) -> Vec<u8> {
        smime_tests::hex(self.text(field))
    }

    fn text(&self, field: &str) -> &str {
        self.test[field].as_str().or(self.group[field].as_str()).unwrap_or_else(|| panic!("{}: no {field}", self.name()))
    }

    fn number(&self, field: &str) -> usize {
        let number = self.test[field].as_u64().or(self.group[field].as_u64());
        usize::try_from(number.unwrap_or_else(|| panic!("{}: no {field}", self.name()))).expect("a size")
    }

    fn is_valid(&self) -> bool {
        self.text("result") == "valid"
    }

    fn is_acceptable(&self) -> bool {
        self.text("result") == "acceptable"
    }

    fn has_flag(&self, flag: &str) -> bool {
        self.test["flags"].as_array().is_some_and(|flags| flags.iter().any(|other| other == flag))
    }

    fn name(&self) -> String {
        format!("{} {} ({})", self.file, self.test["tcId"], self.test["comment"].as_str().unwrap_or_default())
    }

    /// The digest that a field names, where it is one of ours.
    fn digest(&self, field: &str) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_name(self.text(field))
    }
}

/// The types of groups that the tests beside this run.
const RUN: &[&str] = &[
    "AeadTest",
    "EcdhEcpointTest",
    "EcdhTest",
    "EcdsaVerify",
    "EddsaVerify",
    "HkdfTest",
    "IndCpaTest",
    "KeywrapTest",
    "MacTest",
    "PbeTest",
    "PbkdfTest",
    "RsaesOaepDecrypt",
    "RsaesPkcs1Decrypt",
    "RsassaPkcs1Generate",
    "RsassaPkcs1Verify",
    "RsassaPssVerify",
    "RsassaPssWithParametersVerify",
    "XdhAsnComp",
    "XdhComp",
];

/// Every file is either run or named here with its reason, so that a new release of the vectors is noticed.
#[test]
fn every_type_of_vector_is_run_or_left_out_for_a_reason() {
    let Some(files) = files() else { return };
    let mut tally = smime_tests::Tally::new("wycheproof: types of vectors");
    for (file, contents) in files {
        for group in contents["testGroups"].as_array().expect("groups") {
            let kind = type_of(group);
            if kind.starts_with("MlDsa") || kind.starts_with("MLKEM") {
                tally.skip("ML-DSA and ML-KEM are not offered");
            } else {
                tally.check(RUN.contains(&kind), || format!("{file}: nothing runs {kind}"));
            }
        }
    }
    tally.finish(1000);
}
