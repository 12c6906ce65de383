//! `smime-differential [--paths N] [--seed S] [--only NUMBER] [--folder FOLDER]` runs; `smime-differential --classes` tells why peers differ.

use std::process::ExitCode;

use smime_differential::{classes, judge, run};

fn main() -> ExitCode {
    let mut options = run::Options { paths: 20_000, seed: 1, only: None, folder: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--classes" {
            print!("{}", classes::to_markdown());
            return ExitCode::SUCCESS;
        }
        let value = arguments.next().unwrap_or_default();
        let number = || value.parse::<u64>().ok();
        let understood = match argument.as_str() {
            "--paths" => number().map(|number| options.paths = number),
            "--seed" => number().map(|number| options.seed = number),
            "--only" => number().map(|number| options.only = Some(number)),
            "--folder" => {
                options.folder = Some(value.clone().into());
                Some(())
            }
            _ => None,
        };
        if understood.is_none() {
            eprintln!("not understood: {argument} {value}");
            return ExitCode::FAILURE;
        }
    }
    if let Some(only) = options.only {
        options.paths = options.paths.max(only + 1);
    }
    let begin = std::time::Instant::now();
    let table = run::run(&options);
    print!("{}", table.to_markdown());
    println!("\nseed {}, {}, {:.0} s", options.seed, judge::openssl::version(), begin.elapsed().as_secs_f64());
    if table.wrong == 0 && table.unexplained() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
