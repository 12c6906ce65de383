//! Asking the caller for what is missing. The core fetches nothing itself: it names what it needs, and takes what it is given.

use std::collections::HashSet;
use std::fmt;

use super::PathRequest;
use super::build::{self, Work};
use super::report::{Need, NeedKind, PathFinding, PathReport, PathVerdict};
use crate::cert::{AddressMatch, Certificate, CertificateList, OcspResponse, match_address};
use crate::crypto::rng;
use crate::error::{Code, Error, Result, Severity};
use crate::trust::RevocationEvidence;
use zeroize::Zeroizing;

/// Fetches what a judgement lacks: a caller's own code, which knows about networks, caches and privacy.
///
/// The URL of a [`Need`] is the word of a certificate, and for an issuer's certificate of one that nobody vouches for yet: whoever
/// fetches it bounds schemes, hosts, sizes and times, and knows that the host learns who reads mail from whom.
pub trait Fetch: Send + Sync {
    /// The octets that the URL answers with, or `None` where they cannot be had. For [`NeedKind::Ocsp`] the request is to be POSTed
    /// as `application/ocsp-request`.
    fn fetch(&self, need: &Need) -> Option<Vec<u8>>;
}

impl<F: Fn(&Need) -> Option<Vec<u8>> + Send + Sync> Fetch for F {
    fn fetch(&self, need: &Need) -> Option<Vec<u8>> {
        self(need)
    }
}

/// A fetcher in a request.
#[derive(Clone, Copy)]
pub(super) struct Fetcher<'a>(pub(super) &'a dyn Fetch);

impl fmt::Debug for Fetcher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetcher")
    }
}

/// What was fetched for one request.
#[derive(Default)]
pub(super) struct Fetched {
    pub(super) certificates: Vec<Certificate>,
    pub(super) evidence: RevocationEvidence,
    problems: Vec<PathFinding>,
}

/// Octets of a nonce (RFC 9654 section 2.1).
const NONCE: usize = 32;

/// A nonce for OCSP requests; `None` where the system has no randomness.
pub(crate) fn nonce() -> Option<Zeroizing<Vec<u8>>> {
    rng::secret(NONCE).ok()
}

/// Answers a request.
pub(super) fn run(request: &PathRequest<'_>) -> PathReport {
    let mut report = judge(request);
    let Some(address) = request.address else { return report };
    let outcome = match_address(request.leaf, address);
    report.address_match = Some(outcome);
    let code = match outcome {
        AddressMatch::Match => return report,
        AddressMatch::Mismatch => Code::AddrMismatch,
        AddressMatch::Absent => Code::AddrAbsent,
    };
    report.findings.push(PathFinding::about(request.leaf, code, code.severity(), ""));
    report.verdict = report.verdict.max(PathVerdict::Untrusted);
    report
}

/// Judges, and where something lacks that can be fetched, fetches it and judges again: one thing at a time, so that nothing is
/// fetched that another answer has made needless.
fn judge(request: &PathRequest<'_>) -> PathReport {
    let mut work = Work::new(request);
    if request.fetcher.is_some() && request.policy.ocsp_nonce {
        work.nonce = request.nonce.map(|nonce| nonce.to_vec().into()).or_else(nonce);
    }
    let mut report = build::run(request, &mut work);
    let Some(Fetcher(fetcher)) = request.fetcher else { return report };
    let mut asked = HashSet::new();
    while asked.len() < request.limits.fetches {
        let Some(need) = report.needs.iter().find(|need| !asked.contains(&need.key())).cloned() else { break };
        asked.insert(need.key());
        let Some(octets) = fetcher.fetch(&need) else { continue };
        match work.fetched.take(&need, &octets, work.nonce.as_ref().map(|nonce| nonce.as_slice())) {
            Ok(()) => report = build::run(request, &mut work),
            Err(error) => work.fetched.problem(&need, &error),
        }
    }
    report.findings.append(&mut work.fetched.problems);
    report
}

impl Need {
    /// What makes two needs the same: a list answers for many certificates, a response for one.
    pub(crate) fn key(&self) -> (NeedKind, String, [u8; 32]) {
        let certificate = if self.kind == NeedKind::Ocsp { self.certificate } else { [0; 32] };
        (self.kind, self.url.clone(), certificate)
    }
}

impl Fetched {
    fn take(&mut self, need: &Need, octets: &[u8], nonce: Option<&[u8]>) -> Result<()> {
        match need.kind {
            NeedKind::Issuer => self.certificates.extend(Certificate::many(octets)?),
            NeedKind::Crl => CertificateList::many(octets)?.iter().for_each(|list| self.evidence.add_crl(list)),
            NeedKind::Ocsp => self.evidence.add_ocsp_response(&response(octets, nonce)?),
        }
        Ok(())
    }

    fn problem(&mut self, need: &Need, error: &Error) {
        let code = if error.code() == Code::RevNonce { Code::RevNonce } else { Code::RevMalformed };
        let url: String = need.url.chars().take(200).collect();
        let mut finding = PathFinding::general(code, format!("from {url}: {}", error.message()));
        finding.severity = Severity::Warning;
        self.problems.push(finding);
    }
}

/// The answer to a request: successful, and with its nonce where it has one (RFC 9654 section 2.1 lets responders leave it out).
fn response(octets: &[u8], nonce: Option<&[u8]>) -> Result<OcspResponse> {
    let response = OcspResponse::from_der(octets)?;
    let Some(basic) = response.basic() else {
        return Err(Error::new(Code::OcspMalformed).because(format!("the responder answers {}", response.status().as_str())));
    };
    match (nonce, basic.nonce()) {
        (Some(sent), Some(received)) if sent != received => Err(Code::RevNonce.into()),
        _ => Ok(response),
    }
}
