//! A whole path, judged from the anchor down (RFC 5280 section 6.1), every check told.

use super::build::Work;
use super::inherit;
use super::report::{RevocationReport, RevocationStatus};
use super::signatures::Signed;
use super::usage::{Context, Observation, dates_count, examine};
use super::{CheckState, PathCheck, PathCheckKind, PathFinding, PathMember, PathRole, constraints, policies, revocation};
use crate::cert::Certificate;
use crate::error::{Code, Severity};
use crate::policy::RevocationMode;

/// What was found out about one candidate.
pub(super) struct Judgement {
    pub(super) members: Vec<PathMember>,
    pub(super) findings: Vec<PathFinding>,
    /// The certificate policies that hold, dotted.
    pub(super) policies: Vec<String>,
}

impl Judgement {
    /// Findings that keep the path from being valid.
    pub(super) fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    /// Whether there is a finding with this code.
    pub(super) fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

/// The place of the certificate at this position, leaf first, in a path of this length.
pub(super) fn role_at(position: usize, length: usize, anchored: bool) -> PathRole {
    match position {
        0 => PathRole::Leaf,
        _ if anchored && position.saturating_add(1) == length => PathRole::Anchor,
        _ => PathRole::Intermediate,
    }
}

/// Judges these certificates, leaf first; `anchored` says that the last is an anchor. Whether they were revoked is not looked at.
pub(super) fn judge(path: &[Certificate], anchored: bool, context: &Context<'_>, work: &mut Work) -> Judgement {
    let mut constrained = constraints::apply(path, &mut work.names);
    let inherited = inherit::inherited(path);
    // Policies are followed from an anchor down.
    let mut followed = if anchored { policies::apply(path, context.policy, &mut work.policies) } else { policies::Outcome::default() };
    let mut judgement = Judgement { members: Vec::new(), findings: Vec::new(), policies: std::mem::take(&mut followed.policies) };
    for (position, certificate) in path.iter().enumerate() {
        let role = role_at(position, path.len(), anchored);
        let issuer = path.get(position.saturating_add(1));
        let mut seen = examine(certificate, role, context);
        if let Some(issuer) = issuer {
            chaining(certificate, issuer, &mut seen);
            let signed = match inherited.get(&position.saturating_add(1)) {
                Some(Ok(key)) => work.signatures.check_by(certificate.sha256(), key, |key| certificate.verify_signed_by(key)),
                Some(Err(_)) => Signed::Unsupported,
                None => work.signatures.check(certificate, issuer),
            };
            signature(signed, issuer, &mut seen);
        }
        if role != PathRole::Leaf {
            path_length(certificate, path.get(1..position).unwrap_or_default(), &mut seen);
        }
        seen.append(&mut constrained.remove(&position).unwrap_or_default());
        seen.extend(followed.observation_at(position));
        let checks = checks(role, issuer.is_some(), anchored, followed.reaches(position), context, &seen);
        judgement.members.push(PathMember { certificate: certificate.clone(), role, checks, revocation: RevocationReport::default() });
        let about = |seen: Observation| PathFinding::about(certificate, seen.code, seen.severity, seen.detail);
        judgement.findings.extend(seen.into_iter().map(about));
    }
    judgement
}

/// Adds to a judgement what is known of the revocation of each certificate.
pub(super) fn add_revocation(judgement: &mut Judgement, reports: Vec<RevocationReport>, mode: RevocationMode) {
    for (member, report) in judgement.members.iter_mut().zip(reports) {
        let mut seen = Vec::new();
        revocation::observe(&report, mode, &mut seen);
        let state = match report.status {
            RevocationStatus::Good => CheckState::Passed,
            RevocationStatus::Revoked => CheckState::Failed,
            RevocationStatus::Unknown if mode == RevocationMode::Hard => CheckState::Failed,
            RevocationStatus::Unknown => CheckState::NotChecked("no evidence at hand settles it"),
            RevocationStatus::NotChecked => CheckState::NotChecked("it was not asked"),
        };
        for check in member.checks.iter_mut().filter(|check| check.kind == PathCheckKind::Revocation) {
            check.state = state;
        }
        member.revocation = report;
        let about = |seen: Observation| PathFinding::about(&member.certificate, seen.code, seen.severity, seen.detail);
        judgement.findings.extend(seen.into_iter().map(about));
    }
}

fn chaining(certificate: &Certificate, issuer: &Certificate, seen: &mut Vec<Observation>) {
    if certificate.issuer_key() != issuer.subject_key() {
        let detail = format!("issued by {}, followed by {}", certificate.issuer().brief(), issuer.subject().brief());
        seen.push(Observation::error(PathCheckKind::NameChaining, Code::PathNameChaining, detail));
    }
}

fn signature(signed: Signed, issuer: &Certificate, seen: &mut Vec<Observation>) {
    let (code, detail) = match signed {
        Signed::Yes => return,
        Signed::No => (Code::PathSignature, format!("the key of {} did not make it", issuer.subject().brief())),
        Signed::Unsupported => (Code::PathAlgorithmUnsupported, "its signature was not checked".to_owned()),
        Signed::Unknown => (Code::LimitPath, "its signature was not checked".to_owned()),
    };
    seen.push(Observation::error(PathCheckKind::Signature, code, detail));
}

/// RFC 5280 section 6.1.4 (l), (m): authorities below that are not self-issued, the leaf not counted.
pub(super) fn path_length(certificate: &Certificate, below: &[Certificate], seen: &mut Vec<Observation>) {
    let Some(allowed) = certificate.basic_constraints().ok().flatten().and_then(|constraints| constraints.path_length) else { return };
    let found = below.iter().filter(|authority| !authority.is_self_issued()).count() as u64;
    if found > allowed {
        let detail = format!("{allowed} further authorities are allowed, {found} follow");
        seen.push(Observation::error(PathCheckKind::PathLength, Code::PathLength, detail));
    }
}

fn checks(role: PathRole, has_issuer: bool, anchored: bool, followed: bool, context: &Context<'_>, seen: &[Observation]) -> Vec<PathCheck> {
    let applies = |kind: &PathCheckKind| match kind {
        PathCheckKind::Authority | PathCheckKind::PathLength => role != PathRole::Leaf,
        PathCheckKind::Policies | PathCheckKind::Revocation => role != PathRole::Anchor,
        _ => true,
    };
    let state = |kind: PathCheckKind| {
        if seen.iter().any(|seen| seen.kind == kind && seen.severity == Severity::Error) {
            return CheckState::Failed;
        }
        match kind {
            PathCheckKind::Signature | PathCheckKind::NameChaining if !has_issuer && anchored => {
                CheckState::NotChecked("it is trusted itself")
            }
            PathCheckKind::Signature | PathCheckKind::NameChaining if !has_issuer => CheckState::NotChecked("its issuer was not found"),
            PathCheckKind::NameConstraints | PathCheckKind::Policies if !anchored => CheckState::NotChecked("the path leads to no anchor"),
            PathCheckKind::Policies if !followed => CheckState::NotChecked("policies were not followed to here"),
            PathCheckKind::Revocation => CheckState::NotChecked("it was not asked"),
            PathCheckKind::Validity if !dates_count(role, context) => CheckState::NotChecked("the policy takes anchors without dates"),
            PathCheckKind::Validity if context.at.is_none() => CheckState::NotChecked("no time of judgement was given"),
            _ => CheckState::Passed,
        }
    };
    PathCheckKind::ALL.into_iter().filter(applies).map(|kind| PathCheck { kind, state: state(kind) }).collect()
}
