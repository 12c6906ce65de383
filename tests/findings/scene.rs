//! Who writes to whom in the findings.

use smime::crypto::{Curve, KeyKind};
use smime::{Certificate, Code, Identity, Opened, Opener, Verdict};

use smime_tests::forge::{SignedForge, SignerForge};
use smime_tests::pki::Pki;

/// A root, an authority, and Alice with a P-256 key.
pub(crate) struct Scene {
    pub(crate) pki: Pki,
    pub(crate) alice: Identity,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let pki = Pki::new();
        let alice = pki.person("a@example.org", KeyKind::Ec(Curve::P256));
        Self { pki, alice }
    }

    pub(crate) fn opener(&self) -> Opener {
        self.pki.opener().identity(&self.alice)
    }

    pub(crate) fn chain(&self) -> [&Certificate; 1] {
        [self.pki.issuing.certificate()]
    }

    /// A SignedData by Alice over this content, which it carries or not.
    pub(crate) fn cms(&self, content: &[u8], is_carried: bool) -> Vec<u8> {
        let signer = SignerForge::new(&self.alice, content);
        SignedForge::new(is_carried.then_some(content), &[&signer], &self.chain()).der()
    }
}

/// The message is judged so, for this reason, and its content withheld.
pub(crate) fn assert_refused(opened: &Opened, code: Code, verdict: Verdict) {
    let report = opened.report();
    assert!(report.has(code), "{} is due: {}", code.as_str(), report.to_json());
    assert_eq!(report.verdict, verdict, "{}", report.to_json());
    assert!(opened.content().is_err_and(|error| error.code() == Code::UseContentRefused));
}
