//! The one test command.

use crate::run::{Outcome, cargo};
use crate::{c, header, needs, python, work};

/// Everything that must hold before a change lands.
pub(crate) fn everything() -> Outcome {
    let missing = needs::missing();
    if !missing.is_empty() {
        return Err(format!("please install first: apt-get install -y --no-install-recommends {}", missing.join(" ")));
    }
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    cargo(&["test", "--quiet", "--workspace", "--exclude", "smime-py"])?;
    work::count(&[])?;
    pure_rust()?;
    header::check()?;
    c::test()?;
    python::test(&[])?;
    cargo(&["run", "--quiet", "--example", "quickstart"])
}

/// A reduced run with RustCrypto alone: the core's own tests, and the test vectors.
fn pure_rust() -> Outcome {
    cargo(&["test", "--quiet", "--package", "smime", "--lib", "--no-default-features", "--features", "pure-rust"])?;
    cargo(&["test", "--quiet", "--package", "smime-tests", "--test", "vectors", "--no-default-features", "--features", "pure-rust"])
}
