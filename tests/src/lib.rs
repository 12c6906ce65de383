//! Helpers for the tests: the folder of test vectors, archives inside it, and tallies that say loudly what ran.

pub mod dsa;

pub mod evidence;

pub mod forge;

pub mod graphs;

pub mod maker;

pub mod ocsp;

pub mod parts;

pub mod pki;

pub mod policy_tree;

pub mod repeated;

pub mod secrets;

pub mod stamps;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folder of test vectors: the variable `SMIME_VECTORS`, else `../shared/vectors` beside the project.
///
/// `None`, with a message, where there is none: the test then skips.
pub fn vectors() -> Option<PathBuf> {
    let folder = match std::env::var_os("SMIME_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
    };
    if folder.join("manifest.json").is_file() {
        Some(folder)
    } else {
        println!("SKIPPED: no test vectors in {}; set SMIME_VECTORS", folder.display());
        None
    }
}

/// Every file of a `.tar.gz`, by its path inside.
///
/// # Panics
/// Where the archive cannot be read.
pub fn archive(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut members = BTreeMap::new();
    for entry in archive.entries().expect("a tar archive") {
        let mut entry = entry.expect("an entry");
        if entry.header().entry_type().is_file() {
            let name = entry.path().expect("a path").to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the whole entry");
            members.insert(name, bytes);
        }
    }
    members
}

/// Every file of a zip archive, by its path inside.
///
/// # Panics
/// Where the archive cannot be read.
pub fn zip(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let field = |at: usize, octets: usize| archive[at..at + octets].iter().rev().fold(0, |value, octet| value << 8 | usize::from(*octet));
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").expect("a zip archive");
    let mut members = BTreeMap::new();
    let mut entry = field(end + 16, 4);
    for _ in 0..field(end + 10, 2) {
        let (method, packed, size) = (field(entry + 10, 2), field(entry + 20, 4), field(entry + 24, 4));
        let (name, extra, comment, local) = (field(entry + 28, 2), field(entry + 30, 2), field(entry + 32, 2), field(entry + 42, 4));
        let path = String::from_utf8_lossy(&archive[entry + 46..entry + 46 + name]).into_owned();
        let start = local + 30 + field(local + 26, 2) + field(local + 28, 2);
        let mut bytes = Vec::new();
        match method {
            0 => bytes.extend_from_slice(&archive[start..start + packed]),
            _ => _ = flate2::read::DeflateDecoder::new(&archive[start..start + packed]).read_to_end(&mut bytes).expect("deflated octets"),
        }
        assert_eq!(bytes.len(), size, "{path}");
        if !path.ends_with('/') {
            members.insert(path, bytes);
        }
        entry += 46 + name + extra + comment;
    }
    members
}

/// A JSON file, plain or compressed with gzip (`.gz`).
///
/// # Panics
/// Where it cannot be read.
pub fn json(path: &Path) -> serde_json::Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "gz") {
        return serde_json::from_reader(flate2::read::GzDecoder::new(bytes.as_slice())).expect("JSON");
    }
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Octets from hexadecimal digits.
///
/// # Panics
/// Where they are none.
pub fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "an even number of digits");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal")).collect()
}

/// Counts cases and says at the end how many ran; a tally that is dropped with failures fails the test.
pub struct Tally {
    name: &'static str,
    passed: usize,
    skipped: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    /// A tally of this name.
    pub fn new(name: &'static str) -> Self {
        Self { name, passed: 0, skipped: BTreeMap::new(), failures: Vec::new() }
    }

    /// A case that must hold.
    pub fn check(&mut self, holds: bool, case: impl FnOnce() -> String) {
        if holds {
            self.passed += 1;
        } else {
            self.failures.push(case());
        }
    }

    /// A case that was left out, and why.
    pub fn skip(&mut self, why: impl Into<String>) {
        *self.skipped.entry(why.into()).or_default() += 1;
    }

    /// Prints the counts and fails where a case failed or fewer than `at_least` passed.
    ///
    /// # Panics
    /// See above.
    pub fn finish(self, at_least: usize) {
        println!(
            "RAN {}: {} passed, {} failed, {} skipped",
            self.name,
            self.passed,
            self.failures.len(),
            self.skipped.values().sum::<usize>()
        );
        for (why, count) in &self.skipped {
            println!("  skipped {count}: {why}");
        }
        for failure in self.failures.iter().take(40) {
            println!("  FAILED {failure}");
        }
        assert!(self.failures.is_empty(), "{}: {} cases failed", self.name, self.failures.len());
        assert!(self.passed >= at_least, "{}: only {} cases ran, {at_least} are due", self.name, self.passed);
    }
}
