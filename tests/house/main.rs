//! The house: which room may know which, read off the `use` lines and paths of the core.
//!
//! `ARCHITECTURE.md` draws the same picture for people. When a wall moves, both change together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each room and the rooms that it may name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("limits", &[]),
    ("time", &["error"]),
    ("asn1", &["error"]),
    ("pem", &["error"]),
    ("crypto", &["error", "limits", "asn1"]),
    ("policy", &["crypto"]),
    ("mime", &["error", "limits", "time"]),
    ("cms", &["error", "limits", "time", "asn1"]),
    ("cert", &["error", "limits", "time", "asn1", "pem", "crypto"]),
    ("identity", &["error", "limits", "time", "asn1", "pem", "crypto", "cert"]),
    ("trust", &["error", "limits", "time", "asn1", "crypto", "cert"]),
    ("path", &["error", "limits", "time", "asn1", "crypto", "cert", "trust", "policy"]),
    ("ca", &["error", "limits", "time", "asn1", "pem", "crypto", "cert"]),
    ("report", &["error", "time", "cert", "path"]),
    ("manual", &[]),
];

/// The verbs stand on top: they may know every room, and no room may know them.
const VERBS: &[&str] = &["sign", "encrypt", "open", "evidence"];

fn core_sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The room of a file: the first component of its path below `core/src`.
fn room_of(file: &Path) -> String {
    let relative = file.strip_prefix(core_sources()).expect("below core/src");
    let first = relative.components().next().expect("a component").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file: without comments and without its unit tests, which stand at its end or in a file of their own.
fn code_of(file: &Path) -> String {
    if file.file_name().is_some_and(|name| name == "tests.rs") {
        return String::new();
    }
    let text = std::fs::read_to_string(file).expect("a source file");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that this code names through `crate::`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    code.match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let group = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
                None => vec![rest],
            };
            group
                .into_iter()
                .map(|path| path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
                .collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// The room behind a name that the crate's root re-exports.
fn room_behind(name: &str) -> &str {
    match name {
        "Code" | "Error" | "Result" | "Class" | "Severity" => "error",
        "Limits" => "limits",
        "Time" => "time",
        "Policy" => "policy",
        other => other,
    }
}

#[test]
fn rooms_know_only_what_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let mut files = Vec::new();
    rust_files(&core_sources(), &mut files);
    let (mut checked, mut wrong) = (0, Vec::new());
    for file in files {
        let room = room_of(&file);
        if room == "lib" || VERBS.contains(&room.as_str()) {
            continue;
        }
        let Some(may_know) = allowed.get(room.as_str()) else {
            panic!("{}: the room `{room}` is not in the plan of the house", file.display());
        };
        for name in rooms_named(&code_of(&file)) {
            let named = room_behind(&name);
            checked += 1;
            if named != room && !may_know.contains(&named) {
                wrong.push(format!("{}: `{room}` names `{named}`", file.display()));
            }
        }
    }
    assert!(checked > 50, "the test no longer finds the use lines");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let mut files = Vec::new();
    for folder in ["../core/src", "../core/system/src", "../ffi-c/src", "../py/src", "../xtask/src"] {
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    assert!(files.len() > 20, "the test no longer finds the sources");
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, std::fs::read_to_string(file).expect("a source file").lines().count()))
        .filter(|(_, lines)| *lines > 800)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "split these: {}", long.join(", "));
}

#[test]
fn the_core_has_no_unsafe_and_no_environment() {
    let mut files = Vec::new();
    rust_files(&core_sources(), &mut files);
    for file in files {
        let code = code_of(&file);
        for forbidden in
            ["unsafe {", "std::fs", "std::net", "std::env", "SystemTime::now", "Instant::now", "static mut", "println!", "eprintln!"]
        {
            assert!(!code.contains(forbidden), "{}: {forbidden}", file.display());
        }
    }
    let lib = std::fs::read_to_string(core_sources().join("lib.rs")).expect("lib.rs");
    assert!(lib.contains("#![forbid(unsafe_code)]"));
}
