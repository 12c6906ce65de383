//! The certificates among which a path is looked for.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::is_sound;
use crate::cert::{Certificate, NameKey};
use crate::path::usage::Context;
use crate::path::{PathRequest, PathRole};
use crate::trust::TrustStore;

/// A certificate that may be the issuer of another: its place in the pool, and whether it ends the path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) index: usize,
    pub(super) anchor: bool,
}

/// The candidate issuers of one certificate: those whose key identifier fits first, then those that do not say, then those whose
/// key identifier is another, for the hint may be wrong.
pub(super) struct Candidates<'a> {
    list: Rc<[Candidate]>,
    next: usize,
    /// The key identifier that is wanted, where one is.
    wanted: Option<&'a [u8]>,
    turn: Fit,
}

/// How the key identifier of a candidate fits what is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Same,
    Silent,
    Other,
}

/// What one look at a candidate showed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is its turn.
    Candidate(Candidate),
    /// It is not.
    NotNow,
    /// There are no more.
    End,
}

impl Candidates<'_> {
    /// Looks at the next one.
    pub(super) fn look(&mut self, pool: &Pool<'_>) -> Look {
        let Some(candidate) = self.list.get(self.next).copied() else {
            self.turn = match (self.wanted, self.turn) {
                (Some(_), Fit::Same) => Fit::Silent,
                (Some(_), Fit::Silent) => Fit::Other,
                _ => return Look::End,
            };
            self.next = 0;
            return if self.list.is_empty() { Look::End } else { Look::NotNow };
        };
        self.next = self.next.saturating_add(1);
        let due = self.wanted.is_none_or(|wanted| pool.fit(candidate.index, wanted) == self.turn);
        if due { Look::Candidate(candidate) } else { Look::NotNow }
    }
}

/// The leaf (index 0) and whatever was looked up for it so far.
pub(super) struct Pool<'a> {
    store: &'a TrustStore,
    context: Context<'a>,
    /// What came with the request, by subject.
    extra: HashMap<&'a NameKey, Vec<&'a Certificate>>,
    members: Vec<Member<'a>>,
    by_subject: HashMap<&'a NameKey, Rc<[Candidate]>>,
    leaf_is_anchor: bool,
    /// The one anchor that counts, where only one does.
    only_anchor: Option<&'a Certificate>,
}

struct Member<'a> {
    certificate: &'a Certificate,
    /// For the role in which it was asked about: an index has one role only.
    sound: Option<bool>,
}

impl<'a> Pool<'a> {
    pub(super) fn new(request: &'a PathRequest<'a>, fetched: &'a [Certificate], context: Context<'a>) -> Self {
        let mut extra: HashMap<&NameKey, Vec<&Certificate>> = HashMap::new();
        for certificate in request.intermediates.iter().chain(fetched) {
            extra.entry(certificate.subject_key()).or_default().push(certificate);
        }
        Self {
            store: request.store,
            context,
            extra,
            members: vec![Member { certificate: request.leaf, sound: None }],
            by_subject: HashMap::new(),
            leaf_is_anchor: request.only_anchor.map_or_else(|| request.store.is_anchor(request.leaf), |only| only == request.leaf),
            only_anchor: request.only_anchor,
        }
    }

    pub(super) fn leaf_is_anchor(&self) -> bool {
        self.leaf_is_anchor
    }

    #[allow(clippy::indexing_slicing, reason = "indexes are given out by this pool alone, and nothing is ever removed")]
    pub(super) fn certificate(&self, index: usize) -> &'a Certificate {
        self.members[index].certificate
    }

    /// Whether the certificate shows no error by itself in this place; worked out once.
    pub(super) fn is_sound(&mut self, index: usize, role: PathRole) -> bool {
        let certificate = self.certificate(index);
        let Some(member) = self.members.get_mut(index) else { return false };
        *member.sound.get_or_insert_with(|| is_sound(certificate, role, &self.context))
    }

    /// Whether both certify the same key under the same name, so that a path gains nothing by going through both.
    pub(super) fn same_authority(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.certificate(one), self.certificate(other));
        one.subject_key() == other.subject_key() && one.spki() == other.spki()
    }

    /// Whether the certificate asks for a key identifier that the other does not have.
    pub(super) fn hint_excludes(&self, index: usize, issuer: usize) -> bool {
        self.wanted_by(index).is_some_and(|wanted| self.fit(issuer, wanted) == Fit::Other)
    }

    /// Everything that bears the name of the issuer.
    pub(super) fn issuers_of(&mut self, index: usize) -> Candidates<'a> {
        let name = self.certificate(index).issuer_key();
        let list = match self.by_subject.get(name) {
            Some(list) => list.clone(),
            None => {
                let list: Rc<[Candidate]> = self.look_up(name).into();
                self.by_subject.insert(name, list.clone());
                list
            }
        };
        Candidates { list, next: 0, wanted: self.wanted_by(index), turn: Fit::Same }
    }

    fn wanted_by(&self, index: usize) -> Option<&'a [u8]> {
        self.certificate(index).authority_key_identifier().and_then(|hint| hint.key_identifier)
    }

    fn fit(&self, index: usize, wanted: &[u8]) -> Fit {
        match self.certificate(index).subject_key_identifier() {
            Some(found) if found == wanted => Fit::Same,
            None => Fit::Silent,
            Some(_) => Fit::Other,
        }
    }

    /// Each certificate of this name once: anchors first, then the store's, then those that came along; sound ones first.
    fn look_up(&mut self, name: &NameKey) -> Vec<Candidate> {
        let store = self.store;
        let only = self.only_anchor;
        let anchors =
            store.anchors_named(name).filter(|anchor| only.is_none_or(|only| only == *anchor)).map(|certificate| (certificate, true));
        let stored = store.intermediates_named(name).map(|certificate| (certificate, false));
        let extra = self.extra.remove(name).unwrap_or_default().into_iter().map(|certificate| (certificate, false));
        let mut known = HashSet::new();
        let mut candidates = Vec::new();
        for (certificate, anchor) in anchors.chain(stored).chain(extra) {
            if known.insert(certificate.sha256()) {
                candidates.push(Candidate { index: self.members.len(), anchor });
                self.members.push(Member { certificate, sound: None });
            }
        }
        candidates.sort_by_cached_key(|candidate| {
            let role = if candidate.anchor { PathRole::Anchor } else { PathRole::Intermediate };
            let sound = self.is_sound(candidate.index, role);
            (!sound, !candidate.anchor, std::cmp::Reverse(self.certificate(candidate.index).not_before()))
        });
        candidates
    }
}
