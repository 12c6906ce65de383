//! The Python face: a virtual environment of its own, the wheel built into it, pytest, mypy and stubtest.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Outcome, run, target};

const PACKAGES: &[&str] = &["maturin==1.16.*", "pytest", "mypy", "cryptography", "pkilint", "python-pkcs11"];

fn environment() -> PathBuf {
    target().join("venv")
}

fn tool(name: &str) -> Command {
    let mut command = Command::new(environment().join("bin").join(name));
    command.env("VIRTUAL_ENV", environment());
    command
}

fn prepare() -> Outcome {
    // What was installed: when the list grows, an old environment gets what is new.
    let (installed, packages) = (environment().join("packages"), PACKAGES.join("\n"));
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == packages) {
        return Ok(());
    }
    if !environment().join("bin/python").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(environment()))?;
    }
    run(tool("pip").args(["install", "--quiet"]).args(PACKAGES))?;
    std::fs::write(&installed, packages).map_err(|error| error.to_string())
}

/// Builds the wheel in release mode.
pub(crate) fn wheel() -> Outcome {
    build(&["--release"])
}

fn build(profile: &[&str]) -> Outcome {
    prepare()?;
    let wheels = target().join("wheels");
    if wheels.exists() {
        std::fs::remove_dir_all(&wheels).map_err(|error| error.to_string())?;
    }
    run(tool("maturin").args(["build", "--quiet", "--locked", "--manifest-path", "py/Cargo.toml"]).args(profile).arg("--out").arg(wheels))
}

/// The life of an authority, or its rates, with the wheel that [`test`] has installed.
pub(crate) fn life(arguments: &[&str]) -> Outcome {
    match arguments {
        ["rates"] => run(tool("python").arg("tests/life/rates.py")),
        _ => run(tool("python").arg("tests/life/life.py").args(arguments)),
    }
}

/// Installs the wheel into the virtual environment and runs the Python tests, with further arguments for pytest.
///
/// The wheel is built from what `cargo test` has compiled already: a release build takes minutes. `--release` before all other
/// arguments tests that one.
pub(crate) fn test(arguments: &[&str]) -> Outcome {
    let arguments = match arguments {
        ["--release", rest @ ..] => {
            build(&["--release"])?;
            rest
        }
        all => {
            build(&[])?;
            all
        }
    };
    run(tool("pip")
        .args(["install", "--quiet", "--force-reinstall", "--no-deps", "--no-index", "--find-links"])
        .arg(target().join("wheels"))
        .arg("libsmime"))?;
    run(tool("python").args(["-m", "mypy.stubtest", "libsmime", "--allowlist", "tests/python/stubtest.allow"]))?;
    run(tool("python").args(["-m", "mypy", "--strict", "tests/python", "tests/life", "examples/python"]))?;
    run(tool("python").args(["-m", "pytest", "-q", "tests/python"]).args(arguments))
}
