//! Runs over many paths.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::case::Case;
use crate::classes::Peer;
use crate::judge::{self, ours, x509_parser};
use crate::mutate::{self, Mutation};
use crate::table::Table;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many paths.
    pub paths: u64,
    /// From which seed.
    pub seed: u64,
    /// The one path to run, of all; it is told and written out whatever comes of it.
    pub only: Option<u64>,
    /// Where the files of what nobody explains go; nowhere without it.
    pub folder: Option<PathBuf>,
}

/// Paths whose files are written out at most.
const WRITTEN: u64 = 200;
/// Paths taken at a time.
const BATCH: u64 = 64;

/// Runs, on as many threads as there are processors. Prints what is not as it must be.
///
/// # Panics
/// Where a thread does.
pub fn run(options: &Options) -> Table {
    let mutations = mutate::all();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, written, total) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(Table::default()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let worker = Worker { options, mutations: &mutations, written: &written, peers: Peers::new() };
                let mut table = Table::default();
                loop {
                    let first = next.fetch_add(BATCH, Ordering::Relaxed);
                    if first >= options.paths {
                        break;
                    }
                    for number in first..options.paths.min(first + BATCH) {
                        if options.only.is_none_or(|only| only == number) {
                            worker.judge(number, &mut table);
                        }
                    }
                }
                total.lock().expect("no thread failed").add(table);
            });
        }
    });
    total.into_inner().expect("no thread failed")
}

struct Worker<'a> {
    options: &'a Options,
    mutations: &'a [&'static Mutation],
    written: &'a AtomicU64,
    peers: Peers,
}

/// What the peers keep from path to path.
struct Peers {
    #[cfg(feature = "all-peers")]
    certval: certval::PkiEnvironment,
}

impl Peers {
    fn new() -> Self {
        Self {
            #[cfg(feature = "all-peers")]
            certval: judge::certval::environment(),
        }
    }

    fn answers(&self, case: &Case) -> Vec<(Peer, judge::Answer)> {
        vec![
            (Peer::OpenSsl, judge::openssl::judge(case)),
            #[cfg(feature = "all-peers")]
            (Peer::Certval, judge::certval::judge(&self.certval, case)),
        ]
    }
}

impl Worker<'_> {
    fn judge(&self, number: u64, table: &mut Table) {
        let case = Case::make(self.options.seed, number, self.mutations);
        let ours = ours::judge(&case);
        match (&case.mutation, &case.expected) {
            (None, _) => table.valid += 1,
            (Some(_), crate::draft::Expected::Tolerated(_)) => table.tolerated += 1,
            (Some(_), _) => table.refused += 1,
        }
        if let Some(mutation) = case.mutation {
            *table.changes.entry(mutation.name).or_default() += 1;
        }
        let mut complaints = Vec::new();
        if !case.is_expected(&ours) {
            table.wrong += 1;
            complaints.push(format!("wrong: {:?} is due, we say {} {:?}", case.expected, ours.summary(), ours.sentences));
        }
        let accepted = ours.codes.is_empty();
        for (peer, answer) in self.peers.answers(&case) {
            let counts = table.peers.entry(peer).or_default();
            match (accepted, &answer) {
                (true, None) => counts.both_accept += 1,
                (false, Some(_)) => counts.both_refuse += 1,
                _ => {
                    let theirs = answer.unwrap_or_default();
                    match peer.class_of(&case, &ours, &theirs) {
                        Some(class) => add(counts, class.name, accepted),
                        None => {
                            counts.unexplained += 1;
                            complaints.push(format!("{}: {theirs:?}, we say {}", peer.name(), ours.summary()));
                        }
                    }
                }
            }
        }
        self.compare_values(&case, &ours, table, &mut complaints);
        if self.options.only.is_some() {
            complaints.push(format!("we say {}, {:?}", ours.summary(), self.peers.answers(&case)));
        }
        if !complaints.is_empty() {
            self.complain(&case, &ours, &complaints);
        }
    }

    fn compare_values(&self, case: &Case, ours: &ours::Ours, table: &mut Table, complaints: &mut Vec<String>) {
        let comparison = x509_parser::compare(case, ours);
        let counts = table.peers.entry(Peer::X509Parser).or_default();
        if comparison.differences.is_empty() {
            if comparison.refused_by_both + comparison.signatures_refused_by_both > 0 {
                counts.both_refuse += 1;
            } else {
                counts.both_accept += 1;
            }
        }
        for difference in comparison.differences {
            match Peer::X509Parser.class_of(case, ours, difference) {
                Some(class) => add(counts, class.name, !difference.starts_with("only they")),
                None => {
                    counts.unexplained += 1;
                    complaints.push(format!("x509-parser: {difference}, we say {}", ours.summary()));
                }
            }
        }
    }

    /// Prints what is wrong with a path, and writes its certificates out.
    fn complain(&self, case: &Case, ours: &ours::Ours, complaints: &[String]) {
        let text = format!(
            "path {} of seed {}: {} ({:?}), {} authorities, {:?}\n  {}",
            case.number,
            self.options.seed,
            case.occasion(),
            case.draft.place,
            case.authorities.len(),
            case.draft.features,
            complaints.join("\n  ")
        );
        println!("{text}");
        let Some(folder) = &self.options.folder else { return };
        if self.written.fetch_add(1, Ordering::Relaxed) >= WRITTEN {
            return;
        }
        let folder = folder.join(case.number.to_string());
        let inputs = &case.draft.inputs;
        let notes = format!("{text}\n\nat {}\n{inputs:?}\nours: {:#?}\n", smime::Time::from_unix(case.draft.at), ours.sentences);
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("notes.txt"), &notes)?;
            std::fs::write(folder.join("anchor.der"), &case.anchor)?;
            std::fs::write(folder.join("leaf.der"), &case.leaf)?;
            for (place, octets) in case.authorities.iter().enumerate() {
                std::fs::write(folder.join(format!("authority-{}.der", place + 1)), octets)?;
            }
            for (place, octets) in case.others.iter().enumerate() {
                std::fs::write(folder.join(format!("other-{}.der", place + 1)), octets)?;
            }
            Ok(())
        };
        if let Err(error) = write() {
            println!("  {}: {error}", folder.display());
        }
    }
}

fn add(counts: &mut crate::table::Counts, class: &'static str, only_we_accept: bool) {
    let entry = counts.classes.entry(class).or_default();
    if only_we_accept {
        entry.0 += 1;
    } else {
        entry.1 += 1;
    }
}
