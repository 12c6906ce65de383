//! What an authority is asked and told of which one thing is repeated.

use smime::Time;
use smime::ca::{CertificateTemplate, CrlEntry, CrlScope, CrlTemplate, Delta, Issuer, OcspResponder, OcspStatus};
use smime::cert::{CertId, OcspRequest, RevocationReason};
use smime::crypto::DigestAlgorithm;

use crate::scene::signing_key;
use crate::{Case, case};

const NOW: Time = Time::from_unix(1_795_392_000);
const NEXT: Time = Time::from_unix(1_795_392_000 + 86_400);

pub(crate) fn cases() -> Vec<Case> {
    vec![
        // They differ where the first look at them does not see it, so that all are compared.
        case("issuing a CRL: entries of serial numbers that look alike", 2_000, |count| {
            let serials: Vec<_> = (0..count as u32).map(|number| [&[1; 8][..], &number.to_be_bytes(), &[2; 8]].concat()).collect();
            let (ca, template) = (authority("Authority"), CrlTemplate::new(1, NOW, NEXT));
            move || {
                let list = ca.revocation_list(&template, serials.iter().map(|serial| CrlEntry::new(serial, NOW)));
                assert_eq!(list.expect("a list").len(), count);
            }
        }),
        case("issuing a CRL: entries of two issuers in turn", 2_000, |count| {
            let (ca, other) = (authority("Authority"), authority("Other"));
            let scope = CrlScope { indirect: true, ..CrlScope::default() };
            let template = CrlTemplate::new(1, NOW, NEXT).scope(scope);
            move || {
                let serials: Vec<_> = (0..count as u32).map(u32::to_be_bytes).collect();
                let entry = |(index, serial)| CrlEntry {
                    certificate_issuer: (index & 1 == 0).then(|| other.certificate().subject()),
                    ..CrlEntry::new(serial, NOW)
                };
                let list = ca.revocation_list(&template, serials.iter().map(<[u8; 4]>::as_slice).enumerate().map(entry));
                assert_eq!(list.expect("a list").len(), count);
            }
        }),
        case("delta CRL: entries held and released", 2_000, |count| {
            move || {
                let serials: Vec<_> = (0..2 * count as u32).map(u32::to_be_bytes).collect();
                let (old, new) = serials.split_at(count);
                fn held(serial: &[u8; 4]) -> CrlEntry<'_> {
                    CrlEntry { reason: RevocationReason::CertificateHold, ..CrlEntry::new(serial, NOW) }
                }
                let delta = Delta::between(old.iter().map(held), new.iter().map(held));
                assert_eq!(delta.expect("changes").entries().count(), 2 * count);
            }
        }),
        case("OCSP responder: certificates of one request", 450, |count| {
            let ca = authority("Authority");
            let key = signing_key(2);
            let responder = OcspResponder::new(&key, ca.certificate().clone(), ca.certificate().clone()).expect("a responder");
            let id = CertId::for_serial(&[5], ca.certificate(), DigestAlgorithm::Sha1);
            let request = OcspRequest::new(vec![id; count]).to_der();
            move || {
                let response = responder.respond(&request, |_| Ok(OcspStatus::Good), NOW, Some(NEXT), NOW);
                assert!(response.len() > count * 50);
            }
        }),
    ]
}

fn authority(name: &str) -> Issuer {
    Issuer::self_signed(&signing_key(2), &CertificateTemplate::authority(name, NOW, NEXT)).expect("an authority")
}
