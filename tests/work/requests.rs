//! Certification requests, whose sender is unknown.

use smime::asn1::{ObjectIdentifier, oid};
use smime::ca::{CertificateRequest, Generation, NewExtension, Profile, RequestTemplate, Validation};
use smime::crypto::{KeyKind, PrivateKey};

use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    let address = |index| format!("{index}@example.org");
    vec![
        case("request: addresses", 1_000, move |count| {
            judged(RequestTemplate { addresses: (0..count).map(address).collect(), ..RequestTemplate::mailbox("") })
        }),
        case("request: names and addresses", 500, move |count| {
            let subject = (0..count).map(|index| (oid::AT_COMMON_NAME, address(index))).collect();
            judged(RequestTemplate { subject, addresses: (0..count).map(address).collect(), ..RequestTemplate::default() })
        }),
        case("request: purposes", 2_000, |count| {
            judged(RequestTemplate { extended_key_usage: (0..count).map(number).collect(), ..RequestTemplate::mailbox("a@example.org") })
        }),
        case("request: extensions", 2_000, |count| {
            let extension = |index| NewExtension { kind: number(index), critical: false, value: vec![5, 0] };
            judged(RequestTemplate { extensions: (0..count).map(extension).collect(), ..RequestTemplate::mailbox("a@example.org") })
        }),
    ]
}

fn number(index: usize) -> ObjectIdentifier {
    format!("1.3.6.1.4.1.99999.{index}").parse().expect("an object identifier")
}

/// Reads a request, tells about it, and compares it with a profile.
fn judged(template: RequestTemplate) -> impl FnOnce() + use<> {
    let request = template.sign(&PrivateKey::generate(KeyKind::Ed25519).expect("a key")).expect("a request").der().to_vec();
    move || {
        let request = CertificateRequest::from_der(&request).expect("a request");
        assert_eq!(request.describe().signature, "passed");
        let _ = Profile::baseline(Validation::Organization, Generation::Strict).check(&request);
    }
}
