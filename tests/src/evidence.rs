//! Revocation evidence about one certificate, right and wrong.

use smime::asn1::{Tag, oid};
use smime::cert::{Certificate, CertificateList, OcspResponse};
use smime::crypto::PrivateKey;
use smime::path::{PathReport, PathRequest, PathVerdict, RevocationReport, RevocationStatus};
use smime::policy::RevocationMode;
use smime::trust::RevocationEvidence;
use smime::{Code, Policy, Time, TrustStore};

use crate::maker::{CrlPoint, CrlTemplate, Template, key};
use crate::ocsp::{Answer, OcspForge};

/// Where the list of the authority is said to be.
pub const CRL: &str = "http://crl.example.org/authority.crl";
/// Where its responder is said to be.
pub const OCSP: &str = "http://ocsp.example.org/";
/// Where its certificate is said to be.
pub const ISSUER: &str = "http://ca.example.org/authority.cer";

/// When everything is judged.
pub fn now() -> Time {
    Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time")
}

/// A root, an authority, and Alice with serial number 5.
pub struct Scene {
    /// The key of the root.
    pub root_key: PrivateKey,
    /// The anchor.
    pub root: Certificate,
    /// The key of the authority.
    pub authority_key: PrivateKey,
    /// It issued Alice's certificate.
    pub authority: Certificate,
    /// The key of Alice.
    pub alice_key: PrivateKey,
    /// The certificate that is asked about.
    pub alice: Certificate,
    /// With the root and the authority.
    pub store: TrustStore,
}

fn access(template: Template) -> Template {
    template.extension(oid::PE_AUTHORITY_INFO_ACCESS, false, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            for (method, url) in [("1.3.6.1.5.5.7.48.1", OCSP), ("1.3.6.1.5.5.7.48.2", ISSUER)] {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(smime::asn1::ObjectIdentifier::new_unwrap(method));
                    writer.element(Tag::context(6), url.as_bytes());
                });
            }
        });
    })
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Scene {
    /// Alice's certificate says where evidence can be had.
    pub fn new() -> Self {
        Self::with(|template| access(template.distribution_points(&[CrlPoint::url(CRL)])))
    }

    /// Alice's certificate is changed so.
    pub fn with(leaf: impl FnOnce(Template) -> Template) -> Self {
        let (root_key, authority_key, alice_key) = (key(), key(), key());
        let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
        let authority = Template { serial: vec![2], ..Template::authority("Authority", "Root") }.issue(&authority_key, &root_key);
        let template = Template { serial: vec![5], ..Template::person("Alice", "Authority", "alice@example.org") };
        let alice = leaf(template).issue(&alice_key, &authority_key);
        let store = TrustStore::builder().anchor(&root).intermediate(&authority).build();
        Self { root_key, root, authority_key, authority, alice_key, alice, store }
    }

    /// A list of today, with number 10.
    pub fn list(&self) -> CrlTemplate {
        Self::numbered(10)
    }

    /// A list of today with this number.
    pub fn numbered(number: u64) -> CrlTemplate {
        CrlTemplate::new("Authority").dates("261122000000Z", Some("261125000000Z")).number(number)
    }

    /// The list of the root, of today and empty.
    pub fn roots_list(&self) -> CertificateList {
        CrlTemplate::new("Root").dates("261122000000Z", Some("261125000000Z")).issue(&self.root_key)
    }

    /// A list that the authority signs.
    pub fn issue(&self, list: &CrlTemplate) -> CertificateList {
        list.issue(&self.authority_key)
    }

    /// That Alice's certificate is good.
    pub fn answer(&self) -> Answer {
        Answer::good(&self.alice, &self.authority, now().plus_seconds(-3600))
    }

    /// The authority as responder.
    pub fn responder(&self) -> OcspForge {
        OcspForge::new(&self.authority, &self.authority_key, now().plus_seconds(-3600))
    }

    /// The path of Alice, now.
    pub fn judge_by(&self, evidence: &RevocationEvidence, policy: &Policy) -> PathReport {
        PathRequest::new(&self.alice, &self.store).at(now()).policy(policy).evidence(evidence).validate()
    }

    /// The path of Alice by the standard policy.
    pub fn judge(&self, lists: &[CertificateList], responses: &[OcspResponse]) -> PathReport {
        let mut evidence = RevocationEvidence::default();
        lists.iter().for_each(|list| evidence.add_crl(list));
        responses.iter().for_each(|response| evidence.add_ocsp_response(response));
        self.judge_by(&evidence, &Policy::default())
    }

    /// What is found about Alice's certificate.
    pub fn leaf(&self, lists: &[CertificateList], responses: &[OcspResponse]) -> RevocationReport {
        self.judge(lists, responses).path[0].revocation.clone()
    }

    /// The evidence does not count, for this reason.
    pub fn doubts(&self, code: Code, lists: &[CertificateList], responses: &[OcspResponse]) {
        let mut evidence = RevocationEvidence::default();
        evidence.add_crl(&self.roots_list());
        lists.iter().for_each(|list| evidence.add_crl(list));
        responses.iter().for_each(|response| evidence.add_ocsp_response(response));
        let soft = self.judge_by(&evidence, &Policy::default());
        assert!(soft.is_valid(), "{:?}", soft.findings);
        let told: Vec<Code> = soft.path[0].revocation.doubts.iter().map(|(code, _)| *code).collect();
        assert_eq!(
            (soft.path[0].revocation.status, told.as_slice()),
            (RevocationStatus::Unknown, &[code][..]),
            "{:?}",
            soft.path[0].revocation
        );
        assert_eq!(soft.has(code), code != Code::RevMissing);
        let hard = self.judge_by(&evidence, &Policy { revocation: RevocationMode::Hard, ..Policy::default() });
        assert_eq!(hard.verdict, PathVerdict::Indeterminate, "{:?}", hard.findings);
        assert!(hard.has(code));
    }
}
