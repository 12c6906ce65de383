//! Certificate policies (RFC 5280 section 6.1, as RFC 9618 updates it).
//!
//! RFC 5280 keeps a node for each way in which a policy came about; authorities that map two policies onto each other double their number
//! at each step. Here a policy has one node at each step, and its parents are a set: as many nodes and edges as the
//! certificates have policies and mappings, and where anyPolicy carries them on, once for each step. What that may come to is
//! bounded all the same.

mod graph;

use super::PathCheckKind;
use super::usage::Observation;
use crate::asn1::{ObjectIdentifier, oid};
use crate::cert::{Certificate, PolicyConstraints, PolicyMapping};
use crate::error::{Code, Result};
use crate::policy::Policy;
use graph::Graph;

const ANY_POLICY: &[u8] = oid::ANY_POLICY.as_bytes();

/// Policies and mappings that certificates list, and nodes and edges made of them, that one request may come to.
const STEPS: usize = 1 << 16;

/// Policies named in one sentence.
const NAMED: usize = 8;

/// What one request has spent on policies.
#[derive(Default)]
pub(super) struct Budget(usize);

impl Budget {
    /// Policies, mappings, nodes and edges so far.
    pub(super) fn spent(&self) -> usize {
        self.0
    }

    fn spend(&mut self, steps: usize) -> std::result::Result<(), Failure> {
        let spent = self.0.saturating_add(steps);
        if spent > STEPS {
            return Err((Code::LimitPath, format!("more than {STEPS} policies, mappings and what comes of them to follow")));
        }
        self.0 = spent;
        Ok(())
    }
}

/// A code and a part of a sentence.
type Failure = (Code, String);

/// What the policies of a path came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// Those that hold and are acceptable, dotted.
    pub(super) policies: Vec<String>,
    /// Where they were followed no further, and what there is to say about it.
    end: Option<(usize, Option<Failure>)>,
}

impl Outcome {
    /// What was seen at this position.
    pub(super) fn observation_at(&self, position: usize) -> Option<Observation> {
        match &self.end {
            Some((end, Some((code, detail)))) if *end == position => {
                Some(Observation::error(PathCheckKind::Policies, *code, detail.as_str()))
            }
            _ => None,
        }
    }

    /// Whether the policies were followed through this position.
    pub(super) fn reaches(&self, position: usize) -> bool {
        self.end.as_ref().is_none_or(|(end, _)| position > *end)
    }
}

/// Follows the policies of this path, leaf first, from its anchor down to the leaf.
pub(super) fn apply(path: &[Certificate], policy: &Policy, budget: &mut Budget) -> Outcome {
    // The anchor is where the path begins and no certificate of it, unless there is no other.
    let length = path.len().saturating_sub(1).max(1);
    match follow(path.get(..length).unwrap_or_default(), policy, budget) {
        Ok(policies) => Outcome { policies: policies.into_iter().map(dotted).collect(), end: None },
        Err(end) => Outcome { policies: Vec::new(), end: Some(end) },
    }
}

/// The acceptable policies at the end of these certificates, leaf first; else where the way ends and why, unless it is for an extension
/// that cannot be read: that is told with the extensions.
fn follow<'a>(
    certificates: &'a [Certificate],
    policy: &'a Policy,
    budget: &mut Budget,
) -> std::result::Result<Vec<&'a [u8]>, (usize, Option<Failure>)> {
    let mut state = State::new(certificates.len(), policy);
    for (position, certificate) in certificates.iter().enumerate().rev() {
        let at = |failure| (position, Some(failure));
        let said = Said::by(certificate).map_err(|_| (position, None))?;
        state.enter(certificate, &said, position == 0, budget).map_err(at)?;
        if position == 0 {
            return state.wrap_up(certificate, &said).map_err(at);
        }
        state.prepare(certificate, &said, budget).map_err(at)?;
    }
    Ok(Vec::new())
}

/// What a certificate says about policies.
struct Said<'a> {
    policies: Option<Vec<&'a [u8]>>,
    mappings: Vec<PolicyMapping<'a>>,
    constraints: PolicyConstraints,
    inhibit_any_policy: Option<u64>,
}

impl<'a> Said<'a> {
    fn by(certificate: &'a Certificate) -> Result<Self> {
        Ok(Self {
            policies: certificate.certificate_policies()?,
            mappings: certificate.policy_mappings()?.unwrap_or_default(),
            constraints: certificate.policy_constraints()?.unwrap_or_default(),
            inhibit_any_policy: certificate.inhibit_any_policy()?,
        })
    }
}

/// The state variables of RFC 5280 section 6.1.2. A counter says after how many certificates that are not self-issued something begins.
struct State<'a> {
    graph: Graph<'a>,
    /// A policy must hold.
    explicit_policy: u64,
    /// Policies are mapped no more.
    policy_mapping: u64,
    /// anyPolicy counts no more.
    inhibit_any_policy: u64,
    /// user-initial-policy-set; `None` is any-policy.
    accepted: Option<&'a [ObjectIdentifier]>,
    /// The certificate that demands a policy; `None`: whoever asked for the path.
    demanding: Option<&'a Certificate>,
    /// The certificate with which the last policy ended.
    ending: Option<&'a Certificate>,
}

impl<'a> State<'a> {
    fn new(length: usize, policy: &'a Policy) -> Self {
        let never = (length as u64).saturating_add(1);
        let counter = |now| if now { 0 } else { never };
        let accepted = policy.certificate_policies.as_slice();
        Self {
            graph: Graph::new(),
            explicit_policy: counter(policy.require_explicit_policy),
            policy_mapping: counter(policy.inhibit_policy_mapping),
            inhibit_any_policy: counter(policy.inhibit_any_policy),
            accepted: Some(accepted).filter(|accepted| !accepted.is_empty() && !accepted.contains(&oid::ANY_POLICY)),
            demanding: None,
            ending: None,
        }
    }

    /// Goes down to the next certificate (RFC 5280 section 6.1.3 (d) to (f)).
    fn enter(
        &mut self,
        certificate: &'a Certificate,
        said: &Said<'a>,
        last: bool,
        budget: &mut Budget,
    ) -> std::result::Result<(), Failure> {
        match &said.policies {
            _ if self.graph.is_null() => {}
            Some(listed) => {
                let any = self.inhibit_any_policy > 0 || (!last && certificate.is_self_issued());
                self.graph.descend(listed, any, budget)?;
            }
            None => self.graph.clear(),
        }
        self.note_end(certificate);
        if self.explicit_policy == 0 && self.graph.is_null() { Err(self.failure()) } else { Ok(()) }
    }

    /// Applies what an authority says about the certificates below it (RFC 5280 section 6.1.4 (b), (h) to (j)).
    fn prepare(&mut self, authority: &'a Certificate, said: &Said<'a>, budget: &mut Budget) -> std::result::Result<(), Failure> {
        if !self.graph.is_null() {
            self.graph.map(&said.mappings, self.policy_mapping > 0, budget)?;
            self.note_end(authority);
        }
        if !authority.is_self_issued() {
            for counter in [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.inhibit_any_policy] {
                *counter = counter.saturating_sub(1);
            }
        }
        if let Some(count) = said.constraints.require_explicit_policy {
            self.demand(count, authority);
        }
        let lower = |counter: &mut u64, count: Option<u64>| *counter = count.map_or(*counter, |count| count.min(*counter));
        lower(&mut self.policy_mapping, said.constraints.inhibit_policy_mapping);
        lower(&mut self.inhibit_any_policy, said.inhibit_any_policy);
        Ok(())
    }

    /// The policies that hold and are accepted, where one is demanded at least one (RFC 5280 section 6.1.5 (a), (b), (g)).
    fn wrap_up(&mut self, leaf: &'a Certificate, said: &Said<'a>) -> std::result::Result<Vec<&'a [u8]>, Failure> {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        if said.constraints.require_explicit_policy == Some(0) {
            self.demand(0, leaf);
        }
        let acceptable = self.acceptable();
        if self.explicit_policy == 0 && acceptable.is_empty() { Err(self.failure()) } else { Ok(acceptable) }
    }

    fn demand(&mut self, count: u64, by: &'a Certificate) {
        if count < self.explicit_policy {
            self.explicit_policy = count;
            self.demanding = Some(by);
        }
    }

    fn note_end(&mut self, certificate: &'a Certificate) {
        if self.graph.is_null() {
            self.ending.get_or_insert(certificate);
        }
    }

    /// The policies that hold and are accepted (user_constrained_policy_set of RFC 9618).
    fn acceptable(&self) -> Vec<&'a [u8]> {
        let found = self.graph.policies();
        let Some(accepted) = self.accepted else { return found.into_iter().collect() };
        let any = found.contains(ANY_POLICY);
        let mut acceptable: Vec<_> =
            accepted.iter().map(ObjectIdentifier::as_bytes).filter(|policy| any || found.contains(policy)).collect();
        acceptable.sort_unstable();
        acceptable.dedup();
        acceptable
    }

    /// Who demands which policy, and what there is instead.
    fn failure(&self) -> Failure {
        let who = self.demanding.map_or_else(|| "the request".to_owned(), |certificate| certificate.subject().brief());
        let accepted = self.accepted.map(|accepted| format!(" ({} would do)", list(accepted.iter().map(ObjectIdentifier::as_bytes))));
        let found = match self.ending {
            Some(certificate) => format!("the certificate of {} leaves none", certificate.subject().brief()),
            None => format!("those that hold: {}", list(self.graph.policies().into_iter())),
        };
        (Code::PathPolicy, format!("{who} demands a policy{}; {found}", accepted.unwrap_or_default()))
    }
}

/// The first of these policies, dotted, and how many more there are.
fn list<'a>(mut policies: impl ExactSizeIterator<Item = &'a [u8]>) -> String {
    let named: Vec<_> = policies.by_ref().take(NAMED).map(dotted).collect();
    match policies.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// `?` where an arc has more than 128 bits.
fn dotted(policy: &[u8]) -> String {
    oid::dotted(policy).unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests;
