//! Certification graphs made to exhaust whoever looks for a path in them.

use smime_tests::graphs::{self, Graph};

use crate::{Outcome, cpu_seconds};

/// So long is each graph judged again and again: the kernel counts CPU time in ticks of some milliseconds.
const SECONDS: f64 = 1.0;

/// Prints for each graph its name, the CPU seconds of one verdict, the verdict, and the signatures and steps that it took.
pub(crate) fn judge() -> Outcome {
    let graphs: [(&str, Graph); 6] = [
        ("10^19 paths, each authority with its own name", graphs::ten_to_the_nineteenth_paths(false).0),
        ("10^19 paths, one name for each layer", graphs::ten_to_the_nineteenth_paths(true).0),
        ("2,000 issuers of one name", graphs::issuers_of_one_name(2_000)),
        ("policy mappings to 2^30 leaves", graphs::two_to_the_thirtieth_mappings()),
        ("20,000 name constraints, 20,000 names", graphs::constraints_times_names(20_000)),
        ("2,000 certificates of two authorities in a loop", graphs::loops(1_000)),
    ];
    for (name, graph) in graphs {
        let (start, mut turns, mut told) = (cpu_seconds(), 0.0, String::new());
        while turns == 0.0 || cpu_seconds() - start < SECONDS {
            let report = graph.judge();
            turns += 1.0;
            told = format!("{:?}\t{}\t{}", report.verdict, report.signatures_checked, report.steps);
        }
        println!("{name}\t{:.9}\t{told}", (cpu_seconds() - start) / turns);
    }
    Ok(())
}
