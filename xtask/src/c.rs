//! The C face: builds the library, compiles the programs of `tests/c` and runs them.

use std::process::Command;

use crate::run::{Outcome, run, target};

/// Builds and runs the programs of `tests/c`.
pub(crate) fn test() -> Outcome {
    run(Command::new("bash").arg("tests/c/run").env("TARGET", target()))
}
