//! The comparison with OpenSSL: the same jobs, in turn, as medians of CPU time and as ratios.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Outcome, cargo, root, run, target};

/// Turns each job gets with either program.
const TURNS: usize = 5;

struct Job {
    name: &'static str,
    job: &'static str,
    key: &'static str,
    input: &'static str,
    iterations: u32,
}

const fn job(name: &'static str, job: &'static str, key: &'static str, input: &'static str, iterations: u32) -> Job {
    Job { name, job, key, input, iterations }
}

const JOBS: &[Job] = &[
    job("sign 2 kB RSA-2048", "sign", "rsa2048", "plain-2k.eml", 2000),
    job("sign 2 kB RSA-3072", "sign", "rsa3072", "plain-2k.eml", 500),
    job("sign 2 kB P-256", "sign", "p256", "plain-2k.eml", 5000),
    job("verify 2 kB, chain of 3, RSA-2048", "verify", "rsa2048", "signed-rsa2048-2k.eml", 4000),
    job("verify 2 kB, chain of 3, P-256", "verify", "p256", "signed-p256-2k.eml", 4000),
    job("the same, path seen before, RSA-2048", "verify-warm", "rsa2048", "signed-rsa2048-2k.eml", 4000),
    job("the same, path seen before, P-256", "verify-warm", "p256", "signed-p256-2k.eml", 4000),
    job("encrypt 2 kB RSA-2048", "encrypt", "rsa2048", "plain-2k.eml", 5000),
    job("encrypt 2 kB P-256", "encrypt", "p256", "plain-2k.eml", 3000),
    job("encrypt 2 kB to 100, RSA-2048", "encrypt-100", "rsa2048", "plain-2k.eml", 150),
    job("encrypt 2 kB to 100, P-256", "encrypt-100", "p256", "plain-2k.eml", 50),
    job("decrypt 2 kB RSA-2048", "decrypt", "rsa2048", "cbc-rsa2048-2k.eml", 2000),
    job("decrypt 2 kB P-256", "decrypt", "p256", "cbc-p256-2k.eml", 4000),
    job("sign 10 MB", "sign", "rsa2048", "plain-10m.eml", 20),
    job("verify 10 MB", "verify", "rsa2048", "signed-rsa2048-10m.eml", 20),
    job("encrypt 10 MB AES-256-CBC", "encrypt", "rsa2048", "plain-10m.eml", 20),
    job("encrypt 10 MB AES-256-GCM", "encrypt-gcm", "rsa2048", "plain-10m.eml", 20),
    job("decrypt 10 MB AES-256-CBC", "decrypt", "rsa2048", "cbc-rsa2048-10m.eml", 20),
    job("decrypt 10 MB AES-256-GCM", "decrypt-gcm", "rsa2048", "gcm-rsa2048-10m.eml", 20),
    job("revocation list of 1,000,000, no reasons", "list", "rsa2048", "lists/bare.crl", 5),
    job("revocation list of 1,000,000, reasons", "list", "rsa2048", "lists/reasons.crl", 5),
];

const LARGE_JOBS: &[Job] = &[
    job("sign 1 GiB file", "sign", "rsa2048", "plain-large.eml", 1),
    job("verify 1 GiB file", "verify", "rsa2048", "signed-rsa2048-large.eml", 1),
    job("encrypt 1 GiB file AES-256-CBC", "encrypt", "rsa2048", "plain-large.eml", 1),
    job("encrypt 1 GiB file AES-256-GCM", "encrypt-gcm", "rsa2048", "plain-large.eml", 1),
    job("decrypt 1 GiB file AES-256-CBC", "decrypt", "rsa2048", "cbc-rsa2048-large.eml", 1),
    job("decrypt 1 GiB file AES-256-GCM", "decrypt-gcm", "rsa2048", "gcm-rsa2048-large.eml", 1),
];

/// The medians of one job with one program.
struct Figure {
    seconds: f64,
    peak_kib: f64,
}

/// Builds both programs and prints the table; with `--large` also the jobs on a file of 1 GiB, with `--json` as JSON. Further words choose
/// jobs by a part of their name; without any a table of certification graphs made to exhaust follows, which OpenSSL has no part in.
pub(crate) fn bench(arguments: &[&str]) -> Outcome {
    let large = arguments.contains(&"--large");
    cargo(&["build", "--quiet", "--release", "--package", "smime-tests", "--bin", "bench-ours"])?;
    let ours = target().join("release/bench-ours");
    let theirs = target().join("release/bench-openssl");
    run(Command::new("gcc").args(["-O2", "-o"]).arg(&theirs).arg("tests/bench/openssl.c").arg("-lcrypto"))?;
    let folder = target().join("bench");
    run(Command::new(&ours).arg("fixtures").arg(&folder).arg(if large { "1024" } else { "0" }))?;
    run(Command::new(&ours).arg("lists").arg(folder.join("lists")).arg("1000000"))?;

    let mut rows = Vec::new();
    let words: Vec<&&str> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let is_chosen = |job: &&Job| words.is_empty() || words.iter().any(|word| job.name.contains(**word));
    for job in JOBS.iter().chain(if large { LARGE_JOBS } else { &[] }).filter(is_chosen) {
        let turns = if job.input.contains("large") { 3 } else { TURNS };
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            a.push(figure(&ours, job, &folder)?);
            b.push(figure(&theirs, job, &folder)?);
        }
        rows.push((job.name, median(&a), median(&b)));
        eprint!(".");
    }
    eprintln!();
    let graphs = if words.is_empty() { graphs(&ours)? } else { Vec::new() };
    if arguments.contains(&"--json") {
        print_json(&rows, &graphs);
        return Ok(());
    }
    print_table(&rows);
    if !graphs.is_empty() {
        println!("\n| graph | ms | verdict | signatures | steps |\n|---|---|---|---|---|");
        for graph in graphs {
            println!("| {} | {:.1} | {} | {} | {} |", graph.name, graph.seconds * 1e3, graph.verdict, graph.signatures, graph.steps);
        }
    }
    Ok(())
}

/// What one certification graph took.
struct Graph {
    name: String,
    seconds: f64,
    verdict: String,
    signatures: String,
    steps: String,
}

fn graphs(program: &Path) -> Result<Vec<Graph>, String> {
    let output = Command::new(program).arg("graphs").output().map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() {
        return Err(format!("{} graphs: {}", program.display(), String::from_utf8_lossy(&output.stderr)));
    }
    let graph = |line: &str| {
        let [name, seconds, verdict, signatures, steps] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let [name, verdict, signatures, steps] = [name, verdict, signatures, steps].map(str::to_owned);
        Some(Graph { name, seconds: seconds.parse().ok()?, verdict, signatures, steps })
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| graph(line).ok_or_else(|| format!("{} graphs: {line}", program.display())))
        .collect()
}

fn figure(program: &PathBuf, job: &Job, folder: &Path) -> Result<Figure, String> {
    let output = Command::new(program)
        .args([job.job, job.key, job.input, &job.iterations.to_string()])
        .arg(folder)
        .current_dir(root())
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_ascii_whitespace().filter_map(|word| word.parse::<f64>().ok());
    match (output.status.success(), words.next(), words.next()) {
        (true, Some(seconds), Some(peak_kib)) => Ok(Figure { seconds, peak_kib }),
        _ => Err(format!("{} {}: {}", program.display(), job.name, String::from_utf8_lossy(&output.stderr))),
    }
}

fn median(figures: &[Figure]) -> Figure {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Figure {
        seconds: middle(figures.iter().map(|figure| figure.seconds).collect()),
        peak_kib: middle(figures.iter().map(|figure| figure.peak_kib).collect()),
    }
}

fn print_table(rows: &[(&str, Figure, Figure)]) {
    println!("| operation | libsmime | OpenSSL | ratio | peak MiB | peak MiB (OpenSSL) |\n|---|---|---|---|---|---|");
    for (name, ours, theirs) in rows {
        let time = |seconds: f64| if seconds < 0.01 { format!("{:.1} us", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) };
        println!(
            "| {name} | {} | {} | {:.2}x | {:.1} | {:.1} |",
            time(ours.seconds),
            time(theirs.seconds),
            theirs.seconds / ours.seconds,
            ours.peak_kib / 1024.0,
            theirs.peak_kib / 1024.0
        );
    }
}

fn print_json(rows: &[(&str, Figure, Figure)], graphs: &[Graph]) {
    let mut lines: Vec<String> = rows
        .iter()
        .map(|(name, ours, theirs)| {
            format!(
                "  {{\"operation\": \"{name}\", \"ours_seconds\": {:.9}, \"openssl_seconds\": {:.9}, \"ratio\": {:.3}, \"ours_peak_kib\": {}, \"openssl_peak_kib\": {}}}",
                ours.seconds,
                theirs.seconds,
                theirs.seconds / ours.seconds,
                ours.peak_kib,
                theirs.peak_kib
            )
        })
        .collect();
    lines.extend(graphs.iter().map(|graph| {
        let Graph { name, seconds, verdict, signatures, steps } = graph;
        format!(
            "  {{\"graph\": \"{name}\", \"ours_seconds\": {seconds:.9}, \"verdict\": \"{verdict}\", \"signatures\": {signatures}, \"steps\": {steps}}}"
        )
    }));
    println!("[\n{}\n]", lines.join(",\n"));
}
