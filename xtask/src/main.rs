//! Developer commands, so that nobody needs make or just: `cargo xtask test | needs | header | work | differential | life | bench`.

mod abi;
mod bench;
mod c;
mod differential;
mod header;
mod needs;
mod python;
mod run;
mod test;
mod work;

use run::Outcome;

const HELP: &str = "cargo xtask COMMAND

  test      everything: format, lints, Rust (both back ends), C, Python
  needs     the Debian packages that the tests need and that are not installed
  header    writes include/smime.h anew (--check: compares only)
  c         builds the C library and runs the C and C++ programs of tests/c
  python    makes the virtual environment, builds the wheel into it and runs the Python tests
  work      counts instructions: twice as many of anything may cost 2.2 times as much (WORD ...: only cases whose names have them)
  differential
            judges paths from a seed with this library, OpenSSL, certval and x509-parser; what nobody explains fails
            (--paths N, --seed S, --only NUMBER)
  life      has an authority issue and revoke while its processes are killed (--certificates N, --kills N, --seed N, --workers N); it uses
            the virtual environment of `python`; `life rates` tells how many certificates and OCSP answers a second it makes (Debian's wrk)
  wheel     builds the wheel into target/wheels
  bench     times the same jobs with this library and with OpenSSL (--large: also a file of 1 GiB; --json;
            words choose jobs by a part of their name)
";

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test::everything(),
        ["needs"] => needs::print(),
        ["header"] => header::write(),
        ["header", "--check"] => header::check(),
        ["c"] => c::test(),
        ["python", rest @ ..] => python::test(rest),
        ["wheel"] => python::wheel(),
        ["work", words @ ..] => work::count(words),
        ["differential", rest @ ..] => differential::judge(rest),
        ["life", rest @ ..] => python::life(rest),
        ["bench", rest @ ..] => bench::bench(rest),
        _ => {
            print!("{HELP}");
            Err("no such command".to_owned())
        }
    };
    report(outcome)
}

fn report(outcome: Outcome) -> std::process::ExitCode {
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}
