//! Judging again, or passing on what was judged: the doors for what is done with evidence.

use crate::limits::Limits;
use crate::path::{Consulted, Purpose};
use crate::policy::Policy;
use crate::report::Report;
use crate::time::Time;
use crate::trust::{RevocationEvidence, TrustStore};

use super::session::{DigestPlan, Sink};
use super::tap::{Heard, Tap};
use super::{Form, OpenStream, Opened, Opener};

impl Opener {
    /// The same opener at this time, with these certificates and this revocation evidence in place of what it has beside its stores, and
    /// nobody who fetches.
    pub(crate) fn again(&self, at: Time, evidence: &Consulted) -> Self {
        let mut opener = self.clone();
        let settings = opener.settings_mut();
        settings.at = Some(at);
        settings.intermediates = evidence.certificates().to_vec();
        settings.evidence = RevocationEvidence::default();
        evidence.crls().iter().for_each(|list| settings.evidence.add_crl(list));
        evidence.ocsp_responses().iter().for_each(|response| settings.evidence.add_ocsp_response(response));
        settings.fetcher = None;
        opener
    }

    /// The same opener for one who has no keys and of stores whom to trust alone.
    pub(crate) fn for_others(&self) -> Self {
        let mut opener = self.clone();
        let settings = opener.settings_mut();
        settings.identities.clear();
        settings.trust = trust_alone(&settings.trust);
        settings.time_stamp_trust = settings.time_stamp_trust.as_ref().map(trust_alone);
        opener
    }

    /// A stream that judges a message while somebody hears what stands inside this encrypted layer of it.
    pub(crate) fn hearing<'w>(&self, layer: usize, heard: Heard<'w>) -> OpenStream<'w> {
        let mut stream = OpenStream::with(self, Sink::Count, DigestPlan::All);
        stream.session.tap = Some(Tap::inside(layer, &self.settings.limits, heard));
        stream
    }

    pub(crate) fn policy_in_use(&self) -> &Policy {
        &self.settings.policy
    }

    pub(crate) fn limits_in_use(&self) -> &Limits {
        &self.settings.limits
    }

    pub(crate) fn form_in_use(&self) -> Form {
        self.settings.form
    }

    pub(crate) fn purpose_in_use(&self) -> Purpose {
        self.settings.purpose
    }

    pub(crate) fn time_in_use(&self) -> Option<Time> {
        self.settings.at
    }
}

impl Opened {
    pub(crate) fn report_mut(&mut self) -> &mut Report {
        &mut self.report
    }
}

/// The anchors and responders of this store, without what it has at hand.
fn trust_alone(store: &TrustStore) -> TrustStore {
    let builder = store.anchors().iter().fold(TrustStore::builder(), |builder, anchor| builder.anchor(anchor));
    store.ocsp_responders().iter().fold(builder, |builder, responder| builder.ocsp_responder(responder)).build()
}
