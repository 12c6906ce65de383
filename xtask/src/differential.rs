//! Paths from a seed, judged by this library and by others.

use std::process::Command;

use crate::run::{Outcome, cargo, run, target};

/// Lints and builds `tests/differential` with all peers and runs it. The files of what nobody explains are written below `target/`.
pub(crate) fn judge(arguments: &[&str]) -> Outcome {
    let package = ["--quiet", "--package", "smime-differential", "--features", "all-peers"];
    cargo(&[&["clippy"], &package[..], &["--all-targets", "--", "-D", "warnings"]].concat())?;
    cargo(&[&["build"], &package[..]].concat())?;
    let folder = target().join("differential");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    run(Command::new(target().join("debug/smime-differential")).arg("--folder").arg(&folder).args(arguments))
}
