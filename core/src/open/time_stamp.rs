//! Time-stamps on signatures (RFC 3161 section 2.4.2, appendix A): a time that somebody else vouches for.

use std::sync::Arc;

use crate::asn1::oid;
use crate::cms::{SignerInfo, TimeStampInfo};
use crate::crypto::{Digest, DigestAlgorithm};
use crate::error::{Code, Error, Result};
use crate::path::Purpose;
use crate::policy::Policy;
use crate::report::{TimeStampReport, Verdict};
use crate::time::Time;
use crate::trust::TrustStore;

use super::session::{DigestPlan, Session, Sink};
use super::{Form, OpenStream, Opened, Opener, Settings};

/// The seconds that an authority's clock may be ahead of the judge's.
const CLOCK_TOLERANCE: i64 = 300;

/// What a time-stamp is worth.
pub(crate) struct Stamp {
    pub(crate) report: TimeStampReport,
    /// What speaks against it.
    pub(crate) finding: Option<(Code, String)>,
}

impl Stamp {
    /// The time that a trusted authority vouches for.
    pub(crate) fn trusted_time(&self) -> Option<Time> {
        self.report.time.filter(|_| self.report.verdict == Verdict::Valid)
    }

    fn unreadable(error: &Error) -> Self {
        let report = TimeStampReport { verdict: Verdict::Invalid, ..TimeStampReport::default() };
        Self { report, finding: Some((Code::TstInvalid, error.message())) }
    }
}

/// Looks at the time-stamp on this signature. Of several the first counts.
pub(super) fn on(signer: &SignerInfo, session: &mut Session<'_>) -> Option<Stamp> {
    let attributes = signer.unsigned_attributes.as_ref()?;
    let stamps = attributes.list().iter().find(|attribute| attribute.oid == oid::ID_AA_TIME_STAMP_TOKEN)?;
    let token = stamps.values.first()?;
    let judged = judge(token, session, |digest| Ok(digest.digest(&signer.signature)));
    Some(judged.unwrap_or_else(|error| Stamp::unreadable(&error)))
}

/// Looks at a time-stamp about something that has this digest.
pub(crate) fn about(token: &[u8], opener: &Opener, imprint: impl FnOnce(DigestAlgorithm) -> Result<Digest>) -> Result<Stamp> {
    let mut session = Session::new(Arc::clone(&opener.settings), Sink::Count, DigestPlan::All);
    judge(token, &mut session, imprint)
}

fn judge(token: &[u8], session: &mut Session<'_>, imprint: impl FnOnce(DigestAlgorithm) -> Result<Digest>) -> Result<Stamp> {
    let opened = open(token, session)?;
    let settings = &session.settings;
    // Whether it may be believed is asked after what it says.
    let info = TimeStampInfo::from_der(opened.danger_content_despite_verdict())?;
    let digest = DigestAlgorithm::from_oid(info.digest_algorithm.oid)
        .filter(|digest| settings.policy.digests.contains(digest))
        .ok_or_else(|| Error::new(Code::TstInvalid).because("by a digest that the policy does not allow"))?;
    if *imprint(digest)? != *info.digest {
        return Err(Error::new(Code::TstInvalid).because("it is about something else"));
    }
    if let Some(at) = settings.at.filter(|at| info.time > at.plus_seconds(CLOCK_TOLERANCE)) {
        return Err(Error::new(Code::TstInvalid).because(format!("it is of {}, judged at {at}", info.time)));
    }
    let maker = opened.report().signers().next();
    let authority = maker.and_then(|maker| maker.certificate.clone());
    let path = maker.map(|maker| maker.path.clone()).unwrap_or_default();
    let report = TimeStampReport { time: Some(info.time), verdict: opened.verdict(), authority, path };
    if opened.verdict() == Verdict::Valid {
        return Ok(Stamp { report, finding: None });
    }
    let why = opened.report().principal().map(|finding| finding.message.clone()).unwrap_or_default();
    let code = if opened.verdict() == Verdict::Invalid { Code::TstInvalid } else { Code::TstUntrusted };
    Ok(Stamp { report, finding: Some((code, why)) })
}

/// A token is a SignedData like others; what differs is whom one trusts and what for. Its work is work for the message.
fn open(token: &[u8], session: &mut Session<'_>) -> Result<Opened> {
    let settings = &session.settings;
    let settings = Settings {
        trust: settings.time_stamp_trust.clone().unwrap_or_else(|| TrustStore::builder().build()),
        identities: Vec::new(),
        intermediates: settings.intermediates.clone(),
        // What policies an authority for time has is of no interest; its word is that of every signer.
        policy: Policy {
            certificate_policies: Vec::new(),
            require_explicit_policy: false,
            any_signer_suffices: false,
            ..settings.policy.clone()
        },
        limits: session.limits_left(),
        at: settings.at,
        form: Form::Der,
        require_signature: true,
        content_digest: false,
        as_message: false,
        purpose: Purpose::TimeStamping,
        evidence: settings.evidence.clone(),
        // Where nobody is trusted nothing that is fetched can help.
        fetcher: settings.fetcher.clone().filter(|_| settings.time_stamp_trust.is_some()),
        nonce: settings.nonce.clone(),
        time_stamp_trust: None,
    };
    let sink = Sink::memory(settings.limits.memory_bytes, token.len());
    let mut stream = OpenStream::with(&Opener { settings: Arc::new(settings) }, sink, DigestPlan::All);
    let outcome = stream.push(token).and_then(|()| stream.settle());
    let (work, steps) = stream.session.counted();
    session.count_path(work, steps);
    outcome.map(|()| stream.conclude())
}
