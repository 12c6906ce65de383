//! Evidence of which one thing is repeated, or two that could multiply each other: read and asked about a certificate.

use smime::asn1::{Tag, oid};
use smime::cert::{CertificateList, OcspResponse};
use smime::path::{PathRequest, RevocationStatus};
use smime::trust::RevocationEvidence;
use smime::{Time, TrustStore};
use smime_tests::forge::{element, object, sequence};
use smime_tests::maker::{CrlEntry, CrlTemplate, Template};
use smime_tests::ocsp::{Answer, OcspForge};

use crate::scene::{Scene, signing_key};
use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        // No more answers count than one response may give about a certificate.
        case("OCSP: answers and extensions of one response", 30, |count| {
            ask(RevocationStatus::Good, move |forge| {
                // Of one length: sorting finds other patterns among object identifiers of two.
                let kinds = (1u32 << 20..).map(|number| oid::ID_DATA.push_arc(number).expect("an object identifier"));
                let extensions = kinds.take(count * 500).map(|kind| (kind, false, Vec::new())).collect();
                OcspForge { extensions, answers: vec![forge.answers[0].clone(); count], ..forge }
            })
        }),
        // No more certificates are read.
        case("OCSP: answers, and certificates that may be the responder's", 16, |count| {
            ask(RevocationStatus::Unknown, move |forge| {
                let issue = |template: Template| template.issue(&signing_key(9), &signing_key(9));
                let stranger = issue(Template::person("Stranger", "Nobody", "s@example.org")).der().to_vec();
                let responder = issue(Template { subject: "x ".repeat(count * 500), ..Template::authority("", "Nobody") });
                OcspForge {
                    responder: element(Tag::context_constructed(1), responder.subject().der()),
                    answers: vec![forge.answers[0].clone(); count],
                    certificates: vec![stranger; count],
                    ..forge
                }
            })
        }),
        case("CRL: entries, and parts of the name of the issuer in force", 1_000, |count| {
            let entry = |index: usize| CrlEntry::new(&[&[1], &index.to_be_bytes()[..]].concat());
            let part = element(Tag::SET, &sequence(&[&object(oid::AT_COMMON_NAME), &element(Tag::UTF8_STRING, b"x")]));
            let names = sequence(&[&element(Tag::context_constructed(4), &sequence(&[&part.repeat(count)]))]);
            let first = entry(0).extension(oid::CE_CERTIFICATE_ISSUER, true, |writer| writer.raw(&names));
            let list = (1..count).fold(CrlTemplate::new("Authority").entry(first), |list, index| list.entry(entry(index)));
            let list = list.issue_der(&signing_key(2));
            move || {
                let list = CertificateList::from_der(&list).expect("a list");
                assert_eq!(list.entries().filter(|entry| entry.certificate_issuer.is_some()).count(), count);
            }
        }),
    ]
}

/// Reads the response that this makes of one that says that Alice's certificate is good, and validates her path with it.
fn ask(due: RevocationStatus, change: impl FnOnce(OcspForge) -> OcspForge) -> impl FnOnce() {
    let scene = Scene::new();
    let now = Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time");
    let alice = scene.alice.certificate().clone();
    let answer = Answer::good(&alice, &scene.issuing, now);
    let response = change(OcspForge::new(&scene.issuing, &scene.issuing_key, now).answer(answer)).der();
    let store = TrustStore::builder().anchor(&scene.root).intermediate(&scene.issuing).build();
    move || {
        let mut evidence = RevocationEvidence::default();
        evidence.add_ocsp_response(&OcspResponse::from_der(&response).expect("a response"));
        let report = PathRequest::new(&alice, &store).at(now).evidence(&evidence).validate();
        assert_eq!(report.path.first().map(|step| step.revocation.status), Some(due), "{:?}", report.findings);
    }
}
