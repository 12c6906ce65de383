//! Every case with every peer in both directions, and the tables that say what came of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::case::{self, Case, Encoding};
use crate::mail;
use crate::peer::{Obstacle, Peer, Present};

/// Who writes and who reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// libsmime writes, the peer reads.
    Written,
    /// The peer writes, libsmime reads.
    Read,
}

/// What came of a case with a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Passed,
    /// It does not work for a reason that lies with this one.
    Left(&'static str, &'static str),
    /// The peer is not there.
    Absent(String),
    Failed(String),
}

/// The messages of one run.
pub(crate) struct Exchange<'l> {
    pub(crate) ours: &'l dyn Peer,
    pub(crate) peers: &'l [Present],
    pub(crate) entity: Vec<u8>,
    pub(crate) date: String,
}

impl Exchange<'_> {
    /// A cell for each case and peer.
    pub(crate) fn run(&self, direction: Direction, cases: &[Case]) -> Vec<Vec<Cell>> {
        let made: Vec<Option<Result<Vec<u8>, String>>> = match direction {
            Direction::Written => over(cases, |case| Some(self.ours.make(case, &self.entity, &self.date))),
            Direction::Read => cases.iter().map(|_| None).collect(),
        };
        let work: Vec<(usize, usize)> = (0..cases.len()).flat_map(|case| (0..self.peers.len()).map(move |peer| (case, peer))).collect();
        let cells = over(&work, |&(at, peer)| match &self.peers[peer].1 {
            Err(why) => Cell::Absent(why.clone()),
            Ok(peer) => match &made[at] {
                Some(Ok(message)) => self.written(peer.as_ref(), &cases[at], message),
                Some(Err(why)) => Cell::Failed(format!("libsmime does not make it: {why}")),
                None => self.read(peer.as_ref(), &cases[at]),
            },
        });
        cells.chunks(self.peers.len()).map(<[Cell]>::to_vec).collect()
    }

    fn written(&self, reader: &dyn Peer, case: &Case, message: &[u8]) -> Cell {
        let Err(why) = self.read_by(reader, case, message) else { return Cell::Passed };
        match reader.cannot_read(case) {
            Some(reason) => match self.reference_that_is_read(reader, case) {
                None => Cell::Left(reader.name(), reason),
                Some(reference) => Cell::Failed(format!("{} refuses ours but reads that of {reference}: {why}", reader.name())),
            },
            None => Cell::Failed(format!("{} does not read it: {why}", reader.name())),
        }
    }

    /// A weakness of the reader excuses a cell only where the same from others meets the same refusal.
    fn reference_that_is_read(&self, reader: &dyn Peer, case: &Case) -> Option<&'static str> {
        let references = self.peers.iter().filter_map(|(_, peer)| peer.as_deref_ok()).filter(|peer| peer.cannot_make(case).is_none());
        references
            .filter(|maker| {
                let made = maker.make(case, &self.entity, &self.date);
                made.is_ok_and(|message| self.read_by(reader, case, &message).is_ok())
            })
            .map(|maker| maker.name())
            .next()
    }

    fn read(&self, maker: &dyn Peer, case: &Case) -> Cell {
        let obstacle = maker.cannot_make(case);
        if let Some(Obstacle::NoWay(reason)) = obstacle {
            return Cell::Left(maker.name(), reason);
        }
        match (maker.make(case, &self.entity, &self.date), obstacle) {
            (Ok(message), _) => match (self.read_by(self.ours, case, &message), self.ours.cannot_read(case)) {
                (Ok(()), _) => Cell::Passed,
                (Err(_), Some(reason)) => Cell::Left(self.ours.name(), reason),
                (Err(why), None) => Cell::Failed(format!("what {} made is not read: {why}", maker.name())),
            },
            (Err(_), Some(obstacle)) => Cell::Left(maker.name(), obstacle.reason()),
            (Err(why), None) => Cell::Failed(format!("{} does not make it: {why}", maker.name())),
        }
    }

    /// Whether a reader gets the entity out of a message.
    pub(crate) fn read_by(&self, reader: &dyn Peer, case: &Case, message: &[u8]) -> Result<(), String> {
        let content = reader.read(case, message, &self.date)?;
        // Some peers write LF. libsmime puts MIME-Version inside with the other fields that describe the content.
        let content = mail::canonical(&content);
        let content = content.strip_prefix(b"MIME-Version: 1.0\r\n").unwrap_or(&content);
        if content == self.entity { Ok(()) } else { Err(format!("the content differs: {} octets", content.len())) }
    }
}

trait OkRef {
    fn as_deref_ok(&self) -> Option<&dyn Peer>;
}

impl OkRef for Result<Box<dyn Peer>, String> {
    fn as_deref_ok(&self) -> Option<&dyn Peer> {
        self.as_ref().ok().map(AsRef::as_ref)
    }
}

/// Does this for each item, on a few threads: most of the time is spent waiting for programs.
pub(crate) fn over<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(item) = items.get(at)
                {
                    let result = each(item);
                    results.lock().expect("nobody panics in here").insert(at, result);
                }
            });
        }
    });
    results.into_inner().expect("nobody panics in here").into_values().collect()
}

/// A row of a table: form, keys, digest, cipher, and a word for each peer.
type Row = ([String; 4], Vec<String>);

/// A table as Markdown, with notes below that say why a cell is left out.
pub(crate) fn table(cases: &[Case], cells: &[Vec<Cell>], peers: &[Present]) -> String {
    let mut notes = Notes::default();
    let mut rows: Vec<Row> = Vec::new();
    for (case, cells) in cases.iter().zip(cells) {
        let words = cells.iter().map(|cell| notes.word(case.encoding, cell));
        let label = case.row();
        match rows.last_mut().filter(|(found, _)| *found == label) {
            Some((_, found)) => found.iter_mut().zip(words).for_each(|(found, word)| join(found, &word)),
            None => rows.push((label, words.collect())),
        }
    }
    // Ciphers first, keys last: so the rows stay readable.
    let rows = [3, 2, 0, 1].into_iter().fold(rows, merge);
    let mut text = String::from("| Form | Keys | Digests | Cipher |");
    peers.iter().for_each(|(name, _)| write!(text, " {name} |").expect("memory"));
    text.push_str(&format!("\n|{}\n", "---|".repeat(4 + peers.len())));
    for (label, words) in rows {
        writeln!(text, "| {} | {} |", label.join(" | "), words.join(" | ")).expect("memory");
    }
    text.push('\n');
    for (at, (peer, reason)) in notes.0.iter().enumerate() {
        writeln!(text, "* ({}) {peer}: {reason}", at + 1).expect("memory");
    }
    text
}

#[derive(Default)]
struct Notes(Vec<(&'static str, &'static str)>);

impl Notes {
    fn word(&mut self, encoding: Encoding, cell: &Cell) -> String {
        let reason = match cell {
            Cell::Passed => return encoding.to_string(),
            Cell::Failed(_) => return "FAILED".into(),
            Cell::Absent(_) => return "SKIPPED".into(),
            Cell::Left(who, reason) => (*who, *reason),
        };
        let at = self.0.iter().position(|note| *note == reason).unwrap_or_else(|| {
            self.0.push(reason);
            self.0.len() - 1
        });
        format!("({})", at + 1)
    }
}

/// Puts the words for DER and BER into one.
fn join(found: &mut String, word: &str) {
    if found != word {
        write!(found, " {word}").expect("memory");
    }
}

/// Merges rows that differ in this column alone.
fn merge(rows: Vec<Row>, column: usize) -> Vec<Row> {
    let mut merged: Vec<(Row, Vec<String>)> = Vec::new();
    for (label, words) in rows {
        let alike = |(found, seen): &&mut (Row, Vec<String>)| {
            found.1 == words && (0..4).all(|at| at == column || found.0[at] == label[at]) && !seen.contains(&label[column])
        };
        match merged.iter_mut().find(alike) {
            Some((_, seen)) => seen.push(label[column].clone()),
            None => merged.push(((label.clone(), words), vec![label[column].clone()])),
        }
    }
    merged
        .into_iter()
        .map(|((mut label, words), seen)| {
            label[column] = seen.join(", ");
            (label, words)
        })
        .collect()
}

/// The cases that a maker can be asked for, and the reasons for which others are left out.
pub(crate) fn possible(maker: &dyn Peer) -> (Vec<Case>, Vec<(Case, &'static str)>) {
    let mut left = Vec::new();
    let cases = case::all()
        .into_iter()
        .filter(|case| match maker.cannot_make(case) {
            None => true,
            Some(obstacle) => {
                left.push((*case, obstacle.reason()));
                false
            }
        })
        .collect();
    (cases, left)
}
