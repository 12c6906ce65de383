//! Where peers answer otherwise, and why: the classes of differences, each as narrow as what was changed, our findings and the peer's error.

mod certval;
mod openssl;
mod x509_parser;

use crate::case::Case;
use crate::draft::Feature;
use crate::judge::ours::Ours;

/// Whom a class is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// OpenSSL.
    OpenSsl,
    /// certval.
    Certval,
    /// x509-parser.
    X509Parser,
}

impl Peer {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenSsl => "OpenSSL",
            Self::Certval => "certval",
            Self::X509Parser => "x509-parser",
        }
    }

    /// The classes of differences from it.
    pub fn classes(self) -> &'static [Class] {
        match self {
            Self::OpenSsl => openssl::CLASSES,
            Self::Certval => certval::CLASSES,
            Self::X509Parser => x509_parser::CLASSES,
        }
    }

    /// The class that explains this difference.
    pub fn class_of(self, case: &Case, ours: &Ours, theirs: &str) -> Option<&'static Class> {
        self.classes().iter().find(|class| class.explains(case, ours, theirs))
    }
}

/// A class of differences.
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// Why they differ, and which rule says what.
    pub why: &'static str,
    /// The changes with which it occurs; empty: any, and none.
    pub changes: &'static [&'static str],
    /// What the path must have one of; empty: nothing.
    pub features: &'static [Feature],
    /// Our codes must all be among these; empty: we accept.
    pub ours: &'static [&'static str],
    /// What the peer's error must begin with, one of these; empty: it accepts.
    pub theirs: &'static [&'static str],
}

/// The classes of all peers and why they are, as `docs/differential.md` has them.
pub fn to_markdown() -> String {
    let mut text = String::new();
    for peer in [Peer::OpenSsl, Peer::Certval, Peer::X509Parser] {
        text.push_str(&format!("### {}\n\n", peer.name()));
        for class in peer.classes() {
            let changes = class.changes.iter().map(|change| format!("\u{201c}{change}\u{201d}"));
            let features = class.features.iter().map(|feature| format!("`{feature:?}`"));
            let occasions: Vec<String> = changes.chain(features).collect();
            text.push_str(&format!("* **{}.** {} *With:* {}.\n", class.name, class.why, occasions.join(", ")));
        }
        text.push('\n');
    }
    text
}

impl Class {
    fn explains(&self, case: &Case, ours: &Ours, theirs: &str) -> bool {
        let change = self.changes.is_empty() || self.changes.contains(&case.occasion());
        let feature = self.features.is_empty() || self.features.iter().any(|feature| case.draft.features.contains(feature));
        let codes = ours.codes.is_empty() == self.ours.is_empty() && ours.codes.iter().all(|code| self.ours.contains(&code.as_str()));
        let error = if self.theirs.is_empty() { theirs.is_empty() } else { self.theirs.iter().any(|start| begins(theirs, start)) };
        change && feature && codes && error
    }
}

/// Whether the error is this one, by its first word.
fn begins(error: &str, start: &str) -> bool {
    error.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
