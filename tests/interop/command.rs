//! Running the programs of others.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether a program is in the search path.
pub(crate) fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Whether a program is in the search path; says so where it is not.
pub(crate) fn available(program: &str) -> bool {
    let found = installed(program);
    if !found {
        println!("SKIPPED: there is no program {program}");
    }
    found
}

/// The words of a line.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// A command with its arguments.
pub(crate) fn command<A: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Runs a program in a folder.
pub(crate) fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    run(command(program, arguments).current_dir(folder), b"").map(drop).map_err(|why| format!("{program} {}: {why}", arguments.join(" ")))
}

/// Runs a command with this input and answers with its standard output, or with what it said on standard error.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    run_with_errors(command, input).map(|(output, _)| output)
}

/// As [`run`], with what was said on standard error besides.
pub(crate) fn run_with_errors(command: &mut Command, input: &[u8]) -> Result<(Vec<u8>, String), String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        // A program that stops reading early has said why on standard error.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().map_err(|error| error.to_string())
    })?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok((output.stdout, errors)) } else { Err(format!("{}: {}", output.status, one_line(&errors))) }
}

/// Words on one line.
pub(crate) fn one_line(text: &str) -> String {
    words(text).join(" ")
}

/// A file that goes when it is dropped.
pub(crate) struct Scratch(PathBuf);

static SCRATCH: AtomicUsize = AtomicUsize::new(0);

impl Scratch {
    /// A name in this folder that no other has, without a file yet.
    pub(crate) fn empty(folder: &Path) -> Self {
        Self(folder.join(format!("scratch-{}", SCRATCH.fetch_add(1, Ordering::Relaxed))))
    }

    /// A file in this folder with these octets.
    pub(crate) fn with(folder: &Path, octets: &[u8]) -> Self {
        let scratch = Self::empty(folder);
        std::fs::write(&scratch.0, octets).expect("a scratch file");
        scratch
    }

    pub(crate) fn read(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

impl AsRef<OsStr> for Scratch {
    fn as_ref(&self) -> &OsStr {
        self.0.as_os_str()
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}
