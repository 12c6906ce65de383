//! The keys and the peers, set up once for all tests of this target and taken down with the last.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, Weak};

use crate::case::Case;
use crate::command::installed;
use crate::ours::Ours;
use crate::peer::{self, Peer, Present};
use crate::pki::Pki;

pub(crate) struct Lab {
    pub(crate) peers: Vec<Present>,
    pub(crate) ours: Ours,
    /// After the peers, so that it goes after them.
    pub(crate) pki: Pki,
}

/// Where the measured part of a page begins.
pub(crate) const HEADING: &str = "## Measured";

static LAB: Mutex<Weak<Lab>> = Mutex::new(Weak::new());

impl Lab {
    /// The one that is there, or a new one; none, said loudly, where OpenSSL is missing, which makes the keys.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        if !installed("openssl") {
            say("SKIPPED interop: openssl is not installed");
            return None;
        }
        let mut slot = LAB.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Some(slot.upgrade().unwrap_or_else(|| {
            let lab = Arc::new(Self::new());
            *slot = Arc::downgrade(&lab);
            lab
        }))
    }

    fn new() -> Self {
        let pki = Pki::new();
        let peers = peer::all(&pki);
        for (name, peer) in &peers {
            if let Err(why) = peer {
                say(&format!("SKIPPED interop with {name}: {why}"));
            }
        }
        Self { peers, ours: Ours::new(&pki), pki }
    }

    /// Whether every peer is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.peers.iter().all(|(_, peer)| peer.is_ok())
    }

    /// The peers that are there.
    pub(crate) fn present(&self) -> impl Iterator<Item = &dyn Peer> {
        self.peers.iter().filter_map(|(_, peer)| peer.as_ref().ok()).map(AsRef::as_ref)
    }

    /// Both tables with what a reader needs to know of them.
    pub(crate) fn tables(&self, written: &str, not_written: &[(Case, &'static str)], read: &str) -> String {
        let mut text = format!("{HEADING}\n\n");
        writeln!(text, "{}, by `SMIME_INTEROP_TABLES=FILE cargo test -p smime-tests --test interop`.", self.pki.date).expect("memory");
        let mut versions: Vec<String> = self.present().map(Peer::version).collect();
        versions.dedup();
        writeln!(text, "With {}.\n", versions.join("; ")).expect("memory");
        text.push_str(
            "DER and BER: the exchange works with a message so encoded, content and verdict included. A number in parentheses: it does not, \
             for the reason below the table; where a peer refuses to read, it refuses the same from OpenSSL and Bouncy Castle. \"In\" is \
             signed and then encrypted. Rows that differ in one column only are merged.\n\n### libsmime writes, the other reads\n\n",
        );
        text.push_str(written);
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        not_written.iter().for_each(|(_, reason)| *reasons.entry(reason).or_default() += 1);
        text.push_str("\nNot written by libsmime, and therefore in the second table only:\n\n");
        for (reason, count) in reasons {
            writeln!(text, "* {reason} ({count} combinations)").expect("memory");
        }
        text.push_str("\n### The other writes, libsmime reads\n\n");
        text.push_str(read);
        text
    }
}

/// Says it on the terminal. Not by a macro: what those print is shown only where a test fails.
fn say(what: &str) {
    writeln!(std::io::stderr(), "{what}").expect("standard error");
}
