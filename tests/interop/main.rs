//! libsmime and other people's S/MIME: every form, key, digest and cipher that both know, in both directions.
//!
//! `cargo test -p smime-tests --test interop -- --nocapture` prints the tables; with the variable `SMIME_INTEROP_TABLES` set they
//! are written to that file too, in place of those that stand at its end (`docs/interop.md`).

mod ca;
mod case;
mod command;
mod controls;
mod dsa;
mod identity;
mod lab;
mod mail;
mod matrix;
mod ocsp;
mod ours;
mod peer;
mod pkcs12;
mod pki;
mod recipients;
mod relay;
mod requests;
mod revoking;

use std::path::Path;

use smime_tests::Tally;

use case::Case;
use lab::Lab;
use matrix::{Cell, Direction, Exchange};

/// Puts the cells into the tally. What is not there is said on the terminal, even where the test's output is not shown.
fn count(tally: &mut Tally, lab: &Lab, cases: &[Case], cells: &[Vec<Cell>]) {
    for (case, cells) in cases.iter().zip(cells) {
        for (cell, (peer, _)) in cells.iter().zip(&lab.peers) {
            match cell {
                Cell::Passed => tally.check(true, String::new),
                Cell::Failed(why) => tally.check(false, || format!("{peer}: {case}: {why}")),
                Cell::Left(who, reason) => tally.skip(format!("{who}: {reason}")),
                Cell::Absent(why) => tally.skip(format!("{peer}: {why}")),
            }
        }
    }
}

#[test]
fn the_matrix() {
    let Some(lab) = Lab::shared() else { return };
    let exchange = Exchange { ours: &lab.ours, peers: &lab.peers, entity: mail::entity(), date: lab.pki.date.clone() };
    let mut tally = Tally::new("interop");

    let (written, not_written) = matrix::possible(&lab.ours);
    let written_cells = exchange.run(Direction::Written, &written);
    count(&mut tally, &lab, &written, &written_cells);
    let read = case::all();
    let read_cells = exchange.run(Direction::Read, &read);
    count(&mut tally, &lab, &read, &read_cells);

    let tables =
        lab.tables(&matrix::table(&written, &written_cells, &lab.peers), &not_written, &matrix::table(&read, &read_cells, &lab.peers));
    println!("{tables}");
    if let Some(file) = std::env::var_os("SMIME_INTEROP_TABLES") {
        keep(Path::new(&file), &tables);
    }
    tally.finish(if lab.is_complete() { 1_000 } else { 100 });
}

/// Writes the tables over those of an earlier run; what stands above them stays.
fn keep(file: &Path, tables: &str) {
    let page = std::fs::read_to_string(file).unwrap_or_default();
    let above = page.split(lab::HEADING).next().unwrap_or_default();
    std::fs::write(file, format!("{above}{tables}")).expect("a file for the tables");
}
