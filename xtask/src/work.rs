//! The count of work: whatever a hostile sender repeats, twice as many may cost little more than twice the instructions. valgrind counts them, so
//! that the answer is the same on a busy machine.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::run::{Outcome, cargo, target};

/// How many times the instructions twice as many may cost.
const MOST: f64 = 2.2;
/// Where it is less, it is not what is repeated that costs, and the case proves nothing.
const LEAST: f64 = 1.5;
/// The case that is quadratic on purpose, and what it must cost at least: else the check is blind.
const CONTROL: &str = "control: quadratic";
const CONTROL_LEAST: f64 = 3.0;
/// The function of `tests/work` whose instructions are counted.
const MEASURED: &str = "work::measured";
/// glibc keeps small blocks that were freed in one list for each size, of any length. By default it joins them with their neighbours now and
/// then, which costs more in one run than in another.
const ALLOCATOR: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=65535:glibc.malloc.mxfast=0");
/// Processes at a time.
const PROCESSES: usize = 2;

/// A case of `tests/work`, and how often it repeats what it repeats.
struct Case {
    name: String,
    count: usize,
}

/// Builds `tests/work` and counts the work of all cases whose names have all these words; a line for each.
pub(crate) fn count(words: &[&str]) -> Outcome {
    cargo(&["build", "--quiet", "--package", "smime-tests", "--bin", "work"])?;
    let program = target().join("debug/work");
    let mut cases = cases(&program)?;
    cases.retain(|case| case.name == CONTROL || words.iter().all(|word| case.name.contains(word)));
    if !cases.iter().any(|case| case.name == CONTROL) || cases.len() < 2 {
        return Err("no case has such a name".to_owned());
    }
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..PROCESSES.min(cases.len()) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = judge(&program, case)
                        && let Ok(mut failed) = failed.lock()
                    {
                        println!("FAILED {}: {why}", case.name);
                        failed.push(case.name.as_str());
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().map_err(|_| "a case could not be told".to_owned())?;
    println!("work: {} passed, {} failed", cases.len() - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(format!("work: {}", failed.join("; "))) }
}

fn cases(program: &Path) -> Result<Vec<Case>, String> {
    let output = Command::new(program).arg("list").output().map_err(|error| format!("{}: {error}", program.display()))?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines
        .lines()
        .map(|line| {
            let (count, name) = line.split_once(' ').ok_or_else(|| format!("no case: {line}"))?;
            Ok(Case { name: name.to_owned(), count: count.parse().map_err(|error| format!("{line}: {error}"))? })
        })
        .collect()
}

/// Compares the work for the count of the case with that for twice as many, and prints both.
fn judge(program: &Path, case: &Case) -> Outcome {
    let once = instructions(program, &case.name, case.count)?;
    let twice = instructions(program, &case.name, case.count * 2)?;
    let ratio = twice / once;
    println!("{:<60} {:>6} {once:>11.0} {twice:>11.0} {ratio:>6.3}", case.name, case.count);
    match case.name.as_str() {
        CONTROL if ratio < CONTROL_LEAST => Err(format!("quadratic work costs only {ratio:.3} times as much: the check is blind")),
        CONTROL => Ok(()),
        _ if ratio > MOST => Err(format!("twice as many cost {ratio:.3} times as much")),
        _ if ratio < LEAST => Err(format!("twice as many cost only {ratio:.3} times as much: something else is measured")),
        _ => Ok(()),
    }
}

/// The instructions of this case with so many repetitions, without those that prepare the input.
fn instructions(program: &Path, name: &str, count: usize) -> Result<f64, String> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", &format!("--toggle-collect={MEASURED}")])
        .arg(program)
        .args(["run", name, &count.to_string()])
        .env(ALLOCATOR.0, ALLOCATOR.1)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<f64>().ok());
    match collected {
        Some(instructions) if output.status.success() && instructions > 0.0 => Ok(instructions),
        _ => {
            let own: Vec<&str> = told.lines().filter(|line| !line.starts_with("==")).collect();
            Err(format!("{count} times: {}\n{}", output.status, own.join("\n")))
        }
    }
}
