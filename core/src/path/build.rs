//! Looking for a path: depth first from the leaf upwards, likely issuers first, within bounds.
//!
//! Three searches, each laxer than the one before; the next runs only where the last found no way to an anchor:
//! 1. every certificate fits its place and is signed by the next: the first path without an error is the answer;
//! 2. every certificate is signed by the next: the path with the fewest errors is explained;
//! 3. names chain: the path is explained, wrong signatures included.

mod pool;

use std::borrow::Cow;
use std::collections::HashSet;

use zeroize::Zeroizing;

use super::consulted::Consulted;
use super::fetch::Fetched;
use super::inherit::{complete, inherits};
use super::report::{Need, NeedKind, PathFinding, PathReport, PathVerdict, RevocationStatus};
use super::signatures::{Signatures, Signed};
use super::usage::{Context, examine};
use super::validate::{Judgement, add_revocation, judge, path_length};
use super::{PathRequest, PathRole, Purpose, constraints, policies, revocation};
use crate::cert::Certificate;
use crate::error::{Code, Severity};
use crate::policy::{Policy, RevocationMode};
use pool::{Candidate, Candidates, Look, Pool};

/// Whole paths that the first search judges before it gives up: only constraints and such can fail a path that came so far.
const PATHS: usize = 64;
/// Steps and whole paths spent on finding the best explanation.
const EXPLAIN_STEPS: usize = 2_000;
const EXPLAIN_PATHS: usize = 16;
/// Places told where an issuer can be had.
const NEEDS: usize = 8;

/// What a search demands of each link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Sound,
    Signed,
    Named,
}

/// What the searches of one request share: what was worked out, what may still be spent, what was fetched.
pub(super) struct Work {
    pub(super) signatures: Signatures,
    pub(super) names: constraints::Budget,
    pub(super) policies: policies::Budget,
    pub(super) fetched: Fetched,
    /// What was looked at beside the path.
    pub(super) consulted: Consulted,
    /// The nonce of OCSP requests, where one is sent.
    pub(super) nonce: Option<Zeroizing<Vec<u8>>>,
    /// Steps of the searches for the paths of signers of evidence, which have one bound together.
    signer_steps: usize,
    /// Signers of evidence whose own paths are being looked at.
    pub(super) nested: Vec<[u8; 32]>,
}

impl Work {
    pub(super) fn new(request: &PathRequest<'_>) -> Self {
        Self {
            signatures: Signatures::new(request.store, request.limits.path_signatures),
            names: constraints::Budget::default(),
            policies: policies::Budget::default(),
            fetched: Fetched::default(),
            consulted: Consulted::default(),
            nonce: None,
            signer_steps: 0,
            nested: Vec::new(),
        }
    }
}

/// Answers a request.
pub(super) fn run(request: &PathRequest<'_>, work: &mut Work) -> PathReport {
    let fetched = work.fetched.certificates.clone();
    work.consulted = Consulted::default();
    let mut report = Search::new(request, &fetched, work).run();
    report.consulted = std::mem::take(&mut work.consulted);
    if report.is_valid() {
        let certificates: Vec<_> = report.certificates().cloned().collect();
        work.signatures.remember(&certificates);
    }
    report
}

/// Whether a signer of evidence has a path to this anchor, at the time of the evidence; `None` where a bound ended the search.
pub(super) fn leads_to(
    request: &PathRequest<'_>,
    work: &mut Work,
    signer: &Certificate,
    anchor: &Certificate,
    purpose: Purpose,
) -> Option<bool> {
    // What policies a signer of evidence has is of no interest.
    let policy = Policy { certificate_policies: Vec::new(), require_explicit_policy: false, ..request.policy.clone().into_owned() };
    let request = PathRequest {
        leaf: signer,
        purpose,
        at: request.evidence_at.or(request.at),
        policy: Cow::Owned(policy),
        only_anchor: Some(anchor),
        ..request.clone()
    };
    let fetched = work.fetched.certificates.clone();
    let report = Search::new(&request, &fetched, work).run();
    work.signer_steps = work.signer_steps.saturating_add(report.steps);
    if report.is_valid() {
        let certificates: Vec<_> = report.certificates().cloned().collect();
        certificates.iter().for_each(|certificate| work.consulted.add_certificate(certificate));
        work.signatures.rely_on(&certificates);
    }
    (!report.has(Code::LimitPath)).then_some(report.is_valid())
}

struct Search<'a, 'w> {
    request: &'a PathRequest<'a>,
    work: &'w mut Work,
    pool: Pool<'a>,
    context: Context<'a>,
    /// Certificates that a path may have.
    length: usize,
    steps: usize,
    /// The best whole path so far.
    best: Option<Judgement>,
    /// The bound that ended the first search early.
    exhausted: Option<&'static str>,
    /// Whether a whole path was not judged to its end, for the bounds on names and policies.
    unjudged: bool,
    /// Whether a way was given up for its length.
    too_long: bool,
    /// The longest chain of good signatures, where no whole path was found.
    deepest: Vec<usize>,
}

/// A certificate on the way, and which of its candidate issuers come next.
struct Frame<'a> {
    index: usize,
    candidates: Candidates<'a>,
    /// Whether something above was left out because of what is below: then the failure says nothing of other ways to here.
    tainted: bool,
}

impl<'a, 'w> Search<'a, 'w> {
    fn new(request: &'a PathRequest<'a>, fetched: &'a [Certificate], work: &'w mut Work) -> Self {
        let context = Context { at: request.at, purpose: request.purpose, policy: &request.policy };
        Self {
            pool: Pool::new(request, fetched, context),
            request,
            work,
            context,
            length: request.limits.path_length,
            steps: 0,
            best: None,
            exhausted: None,
            unjudged: false,
            too_long: false,
            deepest: vec![0],
        }
    }

    fn run(mut self) -> PathReport {
        // Of the path of a signer of evidence nobody asks why it is none.
        if self.request.only_anchor.is_some() {
            let steps = self.request.limits.path_steps.saturating_sub(self.work.signer_steps);
            self.search_sound(steps);
        } else {
            self.search(self.request.limits.path_steps);
        }
        self.report()
    }

    /// Looks for a path without errors; true when there is one.
    fn search_sound(&mut self, steps: usize) -> bool {
        if self.pool.leaf_is_anchor() {
            self.complete(&[0]);
            return true;
        }
        self.pool.is_sound(0, PathRole::Leaf) && self.walk(Demand::Sound, steps, PATHS)
    }

    fn search(&mut self, steps: usize) {
        if self.search_sound(steps) || self.exhausted.is_some() {
            return;
        }
        for demand in [Demand::Signed, Demand::Named] {
            if self.best.is_some() {
                return;
            }
            self.walk(demand, self.steps.saturating_add(EXPLAIN_STEPS.min(steps)), EXPLAIN_PATHS);
            // Not finding a better explanation in time is no failure of the search for a path.
            self.exhausted = None;
            self.unjudged = false;
        }
    }

    /// Walks the graph; true when a path without errors was found.
    fn walk(&mut self, demand: Demand, steps: usize, mut paths: usize) -> bool {
        let mut dead = HashSet::new();
        let mut way = vec![self.frame(0)];
        while let Some(top) = way.last_mut() {
            let look = top.candidates.look(&self.pool);
            if look == Look::End {
                self.leave(&mut way, &mut dead, demand);
                continue;
            }
            if self.steps >= steps {
                self.exhausted = Some("candidate issuers");
                return false;
            }
            self.steps = self.steps.saturating_add(1);
            let Look::Candidate(candidate) = look else { continue };
            if dead.contains(&candidate.index) || !self.admits(&mut way, candidate, demand) {
                if self.exhausted.is_some() {
                    return false;
                }
                continue;
            }
            if candidate.anchor {
                let mut path: Vec<usize> = way.iter().map(|frame| frame.index).collect();
                path.push(candidate.index);
                if self.complete(&path) {
                    return true;
                }
                taint(&mut way);
                paths = paths.saturating_sub(1);
                if paths == 0 {
                    self.exhausted = Some("whole paths");
                    return false;
                }
            } else {
                let frame = self.frame(candidate.index);
                way.push(frame);
            }
        }
        false
    }

    fn frame(&mut self, index: usize) -> Frame<'a> {
        Frame { index, candidates: self.pool.issuers_of(index), tainted: false }
    }

    /// Steps back from a certificate from which no way led on.
    fn leave(&mut self, way: &mut Vec<Frame<'a>>, dead: &mut HashSet<usize>, demand: Demand) {
        if demand != Demand::Named && way.len() > self.deepest.len() {
            self.deepest = way.iter().map(|frame| frame.index).collect();
        }
        let Some(left) = way.pop() else { return };
        if left.tainted {
            taint(way);
        } else {
            dead.insert(left.index);
        }
    }

    /// Whether the candidate may follow as an issuer.
    fn admits(&mut self, way: &mut [Frame<'a>], candidate: Candidate, demand: Demand) -> bool {
        // Going through the same key and name twice leads nowhere new; but a leaf may be an anchor's own key, certified again.
        let passed = usize::from(candidate.anchor);
        if way.iter().skip(passed).any(|frame| self.pool.same_authority(frame.index, candidate.index)) {
            taint(way);
            return false;
        }
        // Room for this one and, unless it is one, for an anchor.
        let due = way.len().saturating_add(if candidate.anchor { 1 } else { 2 });
        if due > self.length {
            self.too_long |= demand != Demand::Named;
            taint(way);
            return false;
        }
        let role = if candidate.anchor { PathRole::Anchor } else { PathRole::Intermediate };
        if demand == Demand::Sound {
            if !self.pool.is_sound(candidate.index, role) {
                return false;
            }
            if !self.length_allows(way, candidate) {
                taint(way);
                return false;
            }
        }
        let Some(certificate) = way.last().map(|frame| frame.index) else { return false };
        match demand {
            // Only where nothing speaks against it is a wrong signature worth telling: another key under the name explains nothing.
            Demand::Named => !self.pool.hint_excludes(certificate, candidate.index),
            // What a key without parameters signed is checked once it is known from whom it has them.
            Demand::Sound | Demand::Signed if inherits(self.pool.certificate(candidate.index)) => !candidate.anchor,
            Demand::Sound | Demand::Signed => self.is_signed(certificate, candidate.index) && self.heirs_signed(way, candidate.index),
        }
    }

    /// Whether the keys on the way that have their parameters from this issuer made the signatures below them.
    fn heirs_signed(&mut self, way: &mut [Frame<'a>], issuer: usize) -> bool {
        let mut key = self.pool.certificate(issuer).public_key().cloned();
        for place in (1..way.len()).rev() {
            let index = |place: usize| way.get(place).map(|frame| self.pool.certificate(frame.index));
            let (Some(heir), Some(below)) = (index(place), index(place.saturating_sub(1))) else { break };
            if !inherits(heir) {
                break;
            }
            key = complete(heir, key.as_ref().ok());
            let signed = key
                .as_ref()
                .map_or(Signed::Unsupported, |key| self.work.signatures.check_by(below.sha256(), key, |key| below.verify_signed_by(key)));
            if !self.is_yes(signed) {
                // With other certificates below, this way may do.
                taint(way);
                return false;
            }
        }
        true
    }

    fn length_allows(&self, way: &[Frame<'a>], candidate: Candidate) -> bool {
        let below: Vec<Certificate> = way.iter().skip(1).map(|frame| self.pool.certificate(frame.index).clone()).collect();
        let mut seen = Vec::new();
        path_length(self.pool.certificate(candidate.index), &below, &mut seen);
        seen.is_empty()
    }

    fn is_signed(&mut self, certificate: usize, issuer: usize) -> bool {
        let signed = self.work.signatures.check(self.pool.certificate(certificate), self.pool.certificate(issuer));
        self.is_yes(signed)
    }

    fn is_yes(&mut self, signed: Signed) -> bool {
        match signed {
            Signed::Yes => true,
            Signed::No | Signed::Unsupported => false,
            Signed::Unknown => {
                self.exhausted = Some("signatures");
                false
            }
        }
    }

    /// Judges a whole path and keeps it if it is the best; true when it has no errors.
    fn complete(&mut self, path: &[usize]) -> bool {
        let certificates: Vec<_> = path.iter().map(|index| self.pool.certificate(*index).clone()).collect();
        let mut judgement = judge(&certificates, true, &self.context, self.work);
        let mode = self.context.policy.revocation;
        if judgement.errors() == 0 && mode != RevocationMode::Off {
            let reports = revocation::check(self.request, self.context, self.work, &certificates);
            add_revocation(&mut judgement, reports, mode);
        }
        let errors = judgement.errors();
        self.unjudged |= judgement.has(Code::LimitPath);
        if self.best.as_ref().is_none_or(|best| errors < best.errors()) {
            self.best = Some(judgement);
        }
        errors == 0
    }

    fn report(&mut self) -> PathReport {
        if self.best.is_none() && self.too_long {
            self.exhausted.get_or_insert("certificates in one path");
        } else if self.unjudged && self.best.as_ref().is_some_and(|best| !best.has(Code::LimitPath)) {
            self.exhausted.get_or_insert("names and policies");
        }
        let anchored = self.best.is_some();
        let (judgement, needs) = match self.best.take() {
            Some(judgement) => {
                let needs = self.evidence_needs(&judgement);
                (judgement, needs)
            }
            None => self.explain_missing_anchor(),
        };
        let mut findings = judgement.findings;
        let valid = anchored && findings.iter().all(|finding| finding.severity != Severity::Error);
        if let (Some(what), false) = (self.exhausted, valid) {
            let detail = format!("the bound on {what} was reached before a valid path was found");
            findings.push(PathFinding::general(Code::LimitPath, detail));
        }
        if self.request.at.is_none() {
            findings.push(PathFinding::general(Code::PathTimeUnknown, ""));
        }
        let verdicts = findings.iter().map(|finding| PathVerdict::of(finding.code, finding.severity));
        PathReport {
            verdict: verdicts.max().unwrap_or(PathVerdict::Valid),
            path: judgement.members,
            anchored,
            findings,
            address_match: None,
            needs,
            policies: judgement.policies,
            consulted: Consulted::default(),
            signatures_checked: self.work.signatures.checked(),
            signature_work: self.work.signatures.work(),
            steps: self.steps.saturating_add(if self.request.only_anchor.is_none() { self.work.signer_steps } else { 0 }),
            policy_steps: self.work.policies.spent(),
        }
    }

    /// Where evidence can be had about the certificates of a path that lack it.
    fn evidence_needs(&self, judgement: &Judgement) -> Vec<Need> {
        let pairs = judgement.members.iter().zip(judgement.members.iter().skip(1));
        let lacking = pairs.filter(|(member, _)| member.revocation.status == RevocationStatus::Unknown);
        let nonce = self.work.nonce.as_ref().map(|nonce| nonce.as_slice());
        lacking.flat_map(|(member, issuer)| revocation::needs(&member.certificate, &issuer.certificate, nonce)).collect()
    }

    /// The longest way that was found, and what lacks at its end.
    fn explain_missing_anchor(&mut self) -> (Judgement, Vec<Need>) {
        let certificates: Vec<_> = self.deepest.iter().map(|index| self.pool.certificate(*index).clone()).collect();
        let mut judgement = judge(&certificates, false, &self.context, self.work);
        let Some(last) = certificates.last().filter(|_| self.exhausted.is_none()) else { return (judgement, Vec::new()) };
        let self_signed = last.is_self_issued() && self.work.signatures.check(last, last) == Signed::Yes;
        let (detail, urls) = if self_signed {
            ("the way ends at a self-signed certificate that is not an anchor".to_owned(), Vec::new())
        } else {
            (format!("no certificate of {} is at hand that fits", last.issuer().brief()), last.issuer_urls())
        };
        judgement.findings.push(PathFinding::about(last, Code::PathNoAnchor, Severity::Error, detail));
        let need = |url| Need { kind: NeedKind::Issuer, url, certificate: *last.sha256(), request: Vec::new() };
        (judgement, urls.into_iter().take(NEEDS).map(need).collect())
    }
}

fn taint(way: &mut [Frame<'_>]) {
    if let Some(top) = way.last_mut() {
        top.tainted = true;
    }
}

/// Whether a certificate shows no error by itself in this place.
fn is_sound(certificate: &Certificate, role: PathRole, context: &Context<'_>) -> bool {
    examine(certificate, role, context).iter().all(|seen| seen.severity != Severity::Error)
}
