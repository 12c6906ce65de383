//! What the tests need from Debian, and how to see whether it is there.

use std::path::Path;

use crate::run::{Outcome, installed};

enum Sign {
    Program(&'static str),
    File(&'static str),
}

const NEEDS: &[(&str, Sign)] = &[
    ("gcc", Sign::Program("gcc")),
    ("g++", Sign::Program("g++")),
    ("python3-venv", Sign::Program("python3")),
    ("openssl", Sign::Program("openssl")),
    ("libssl-dev", Sign::File("/usr/include/openssl/cms.h")),
    ("gpgsm", Sign::Program("gpgsm")),
    ("gpg-agent", Sign::Program("gpg-agent")),
    ("libnss3-tools", Sign::Program("cmsutil")),
    ("valgrind", Sign::Program("valgrind")),
    ("softhsm2", Sign::Program("softhsm2-util")),
    ("default-jdk-headless", Sign::Program("javac")),
    ("libbcmail-java", Sign::File("/usr/share/java/bcmail.jar")),
    ("libbcpkix-java", Sign::File("/usr/share/java/bcpkix.jar")),
    ("libbcprov-java", Sign::File("/usr/share/java/bcprov.jar")),
    ("libmail-java", Sign::File("/usr/share/java/javax.mail.jar")),
    ("libactivation-java", Sign::File("/usr/share/java/javax.activation.jar")),
];

/// The packages that are missing.
pub(crate) fn missing() -> Vec<&'static str> {
    let there = |sign: &Sign| match sign {
        Sign::Program(program) => installed(program),
        Sign::File(file) => Path::new(file).exists(),
    };
    NEEDS.iter().filter(|(_, sign)| !there(sign)).map(|(package, _)| *package).collect()
}

/// Prints the missing packages on one line, nothing where all are there.
pub(crate) fn print() -> Outcome {
    let missing = missing();
    if !missing.is_empty() {
        println!("{}", missing.join(" "));
    }
    Ok(())
}
