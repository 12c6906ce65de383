//! What came of a run, counted.

use std::collections::BTreeMap;

use crate::classes::Peer;

/// The counts of one peer.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Paths that both accept.
    pub both_accept: usize,
    /// Paths that both refuse.
    pub both_refuse: usize,
    /// Differences that a class explains: its name, and the paths that only we accept, and only the peer.
    pub classes: BTreeMap<&'static str, (usize, usize)>,
    /// Differences that no class explains.
    pub unexplained: usize,
}

/// The counts of a run.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Paths without a change.
    pub valid: usize,
    /// Paths with a change that is refused.
    pub refused: usize,
    /// Paths with a change that is tolerated.
    pub tolerated: usize,
    /// Paths for each kind of change.
    pub changes: BTreeMap<&'static str, usize>,
    /// Paths of which we did not say what the generator knows.
    pub wrong: usize,
    /// The counts of each peer.
    pub peers: BTreeMap<Peer, Counts>,
}

impl Table {
    /// Adds the counts of another part of the run.
    pub fn add(&mut self, other: Self) {
        self.valid += other.valid;
        self.refused += other.refused;
        self.tolerated += other.tolerated;
        self.wrong += other.wrong;
        for (change, count) in other.changes {
            *self.changes.entry(change).or_default() += count;
        }
        for (peer, counts) in other.peers {
            let sum = self.peers.entry(peer).or_default();
            sum.both_accept += counts.both_accept;
            sum.both_refuse += counts.both_refuse;
            sum.unexplained += counts.unexplained;
            for (class, (ours, theirs)) in counts.classes {
                let entry = sum.classes.entry(class).or_default();
                entry.0 += ours;
                entry.1 += theirs;
            }
        }
    }

    /// Differences that no class explains, of all peers.
    pub fn unexplained(&self) -> usize {
        self.peers.values().map(|counts| counts.unexplained).sum()
    }

    /// The tables of `docs/differential.md`.
    pub fn to_markdown(&self) -> String {
        let mut text = format!(
            "{} paths: {} valid, {} refused for one change, {} with a change that is tolerated; {} kinds of change.\n{} were not judged as they must be.\n\n",
            self.valid + self.refused + self.tolerated,
            self.valid,
            self.refused,
            self.tolerated,
            self.changes.len(),
            self.wrong
        );
        text.push_str("| peer | both accept | both refuse | explained | unexplained |\n|---|---|---|---|---|\n");
        for (peer, counts) in &self.peers {
            let explained: usize = counts.classes.values().map(|(ours, theirs)| ours + theirs).sum();
            let (accept, refuse) = (counts.both_accept, counts.both_refuse);
            text.push_str(&format!("| {} | {accept} | {refuse} | {explained} | {} |\n", peer.name(), counts.unexplained));
        }
        for (peer, counts) in &self.peers {
            text.push_str(&format!("\n| {} | only we accept | only it accepts |\n|---|---|---|\n", peer.name()));
            for (class, (ours, theirs)) in &counts.classes {
                text.push_str(&format!("| {class} | {ours} | {theirs} |\n"));
            }
        }
        text
    }
}
