//! Our own judgement.

use smime::path::{PathReport, PathRequest};
use smime::policy::RevocationMode;
use smime::{Certificate, Code, Limits, Policy, Severity, Time, TrustStore};

use crate::case::Case;

/// What we say.
pub struct Ours {
    /// The codes of what keeps the path from being valid, each once; none where it is valid.
    pub codes: Vec<Code>,
    /// The sentences that go with them.
    pub sentences: Vec<String>,
}

impl Ours {
    /// The codes, for a table.
    pub fn summary(&self) -> String {
        let codes: Vec<&str> = self.codes.iter().map(|code| code.as_str()).collect();
        if codes.is_empty() { "accepted".to_owned() } else { codes.join(" ") }
    }
}

/// Judges by the default policy without revocation, and what the path asks about certificate policies.
pub fn judge(case: &Case) -> Ours {
    match report(case) {
        Ok(report) => {
            let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let (mut codes, sentences): (Vec<Code>, Vec<String>) = errors.map(|finding| (finding.code, finding.message())).unzip();
            codes.sort_unstable_by_key(|code| code.as_str());
            codes.dedup();
            assert_eq!(codes.is_empty(), report.is_valid(), "the verdict and the findings");
            Ours { codes, sentences }
        }
        Err(error) => Ours { codes: vec![error.code()], sentences: vec![error.to_string()] },
    }
}

fn report(case: &Case) -> smime::Result<PathReport> {
    let inputs = &case.draft.inputs;
    let policy = Policy {
        revocation: RevocationMode::Off,
        certificate_policies: inputs.accepted.clone(),
        require_explicit_policy: inputs.explicit,
        inhibit_policy_mapping: inputs.inhibit_mapping,
        inhibit_any_policy: inputs.inhibit_any,
        ..Policy::default()
    };
    let store = TrustStore::builder().anchor(&Certificate::from_der(&case.anchor)?).build();
    let leaf = Certificate::from_der(&case.leaf)?;
    let pool = case.pool().into_iter().map(Certificate::from_der).collect::<smime::Result<Vec<_>>>()?;
    let limits = Limits::default();
    let request = PathRequest::new(&leaf, &store).intermediates(&pool).policy(&policy).limits(&limits);
    Ok(request.at(Time::from_unix(case.draft.at)).validate())
}
