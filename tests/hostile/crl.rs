//! Revocation lists made here: what they say is read, by x509-parser too; nothing altered is accepted.

use std::collections::BTreeSet;

use smime::Code;
use smime::asn1::oid;
use smime::cert::{CertificateList, DistributionPointName, NameKey, ReasonFlags, RevocationReason};
use smime::crypto::{KeyKind, PrivateKey};
use smime_tests::maker::{CrlEntry, CrlPlace, CrlPoint, CrlScope, CrlTemplate, Template, key};
use x509_parser::prelude::{CertificateRevocationList, FromDer};

fn everything() -> CrlTemplate {
    let scope = CrlScope {
        place: Some(CrlPlace::Relative("List".to_owned())),
        only_some_reasons: Some(vec![1, 2]),
        indirect: true,
        ..CrlScope::default()
    };
    CrlTemplate::new("Root")
        .number(0x1234)
        .delta_to(0x1200)
        .authority_key_identifier(b"root key")
        .scope(&scope)
        .freshest_crl(&[CrlPoint::url("http://example.org/delta.crl")])
        .extension(oid::ID_DATA, true, |writer| writer.null())
        .revoked(&[5])
        .entry(CrlEntry::new(&[0, 0x80]).reason(RevocationReason::KeyCompromise).invalid_from("20201201000000Z").at("201224180000Z"))
        .entry(CrlEntry::new(&[5]).certificate_issuer("Other").reason(RevocationReason::RemoveFromCrl))
        .entry(CrlEntry::new(&[6]).extension(oid::ID_DATA, true, |writer| writer.null()))
}

fn name_key(common_name: &str) -> NameKey {
    let key = key();
    Template::new(common_name, common_name).issue(&key, &key).subject_key().clone()
}

#[test]
fn what_is_made_is_read() {
    let key = key();
    let list = everything().issue(&key);
    assert!(CertificateRevocationList::from_der(list.der()).is_ok_and(|(rest, _)| rest.is_empty()));
    list.verify_signed_by(key.public_key()).expect("its signature");
    assert_eq!((list.crl_number(), list.base_crl_number()), (Some(&[0x12, 0x34][..]), Some(&[0x12, 0x00][..])));
    assert_eq!(list.authority_key_identifier().and_then(|hint| hint.key_identifier), Some(&b"root key"[..]));
    assert_eq!(list.freshest_crl()[0].urls(), ["http://example.org/delta.crl"]);
    assert_eq!(list.unknown_critical_extension(), Some(oid::ID_DATA.to_string()));
    assert_eq!(list.unknown_critical_entry_extension(), Some(oid::ID_DATA.to_string()));
    let scope = list.issuing_distribution_point().expect("a scope");
    assert!(scope.indirect && !scope.only_user_certificates);
    assert_eq!(scope.only_some_reasons, Some(ReasonFlags::from_bits(&[0x60])));
    let (root, other) = (name_key("Root"), name_key("other"));
    let found = list.find(&root, &[0, 0x80]).expect("an entry");
    assert_eq!(found.revocation_date.to_string(), "2020-12-24T18:00:00Z");
    assert_eq!(
        (found.reason, found.invalidity_date.map(|time| time.to_string())),
        (Some(RevocationReason::KeyCompromise), Some("2020-12-01T00:00:00Z".to_owned()))
    );
    assert_eq!(list.find(&root, &[5]).expect("an entry").reason, None);
    assert_eq!(list.find(&other, &[5]).expect("an entry").reason, Some(RevocationReason::RemoveFromCrl));
    assert!(list.find(&other, &[6]).is_some_and(|found| found.unknown_critical));
    assert!(list.find(&root, &[6]).is_none());
}

#[test]
fn lists_and_certificates_meet_at_distribution_points() {
    let key = key();
    let scoped = |place: CrlPlace| {
        let list = CrlTemplate::new("Root").scope(&CrlScope { place: Some(place), ..CrlScope::default() }).issue(&key);
        (list.issuing_distribution_point().and_then(|scope| scope.distribution_point.clone()).expect("a place"), list.issuer_key().clone())
    };
    let point = |point: CrlPoint| {
        let certificate = Template::new("Alice", "Root").distribution_points(&[point]).issue(&key, &key);
        certificate.crl_distribution_points().expect("points").expect("points").remove(0)
    };
    let url = |url: &str| CrlPoint::url(url);
    let relative = |name: &str| CrlPoint { place: Some(CrlPlace::Relative(name.to_owned())), ..CrlPoint::default() };
    let root = name_key("Root");
    for (place, point, expected) in [
        (CrlPlace::Urls(vec!["http://a".to_owned(), "http://b".to_owned()]), point(url("http://b")), true),
        (CrlPlace::url("http://a"), point(url("http://b")), false),
        (CrlPlace::Relative("List".to_owned()), point(relative("list")), true),
        (CrlPlace::Relative("List".to_owned()), point(relative("other")), false),
        (CrlPlace::Directory(vec!["Root".to_owned()]), point(relative("Root")), false),
    ] {
        let (place, list_issuer) = scoped(place);
        assert_eq!(point.name.expect("a name").matches(&root, &place, &list_issuer), expected);
    }
    let by_other = point(CrlPoint { crl_issuer: vec!["Other".to_owned()], reasons: Some(vec![1]), ..relative("List") });
    assert_eq!(by_other.crl_issuer_names().collect::<Vec<_>>(), [&name_key("Other")]);
    assert_eq!(by_other.reasons, Some(ReasonFlags::from_bits(&[0x40])));
    assert!(matches!(by_other.name, Some(DistributionPointName::RelativeToIssuer(_))));
    let certificate = Template::new("Alice", "Root").freshest_crl(&[url("http://delta")]).issue(&key, &key);
    assert_eq!(certificate.freshest_crl().expect("points").expect("points")[0].urls(), ["http://delta"]);
    assert_eq!(certificate.crl_distribution_points().expect("no points"), None);
}

#[test]
fn no_altered_list_is_accepted() {
    let key = PrivateKey::generate(KeyKind::Ed25519).expect("a key");
    let good = everything().issue_der(&key);
    let mut refused = BTreeSet::new();
    let mut judge =
        |altered: &[u8], what: String| match CertificateList::from_der(altered).and_then(|list| list.verify_signed_by(key.public_key())) {
            Ok(()) => panic!("accepted: {what}"),
            Err(error) => _ = refused.insert(error.code()),
        };
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut altered = good.clone();
            altered[at] ^= 1 << bit;
            judge(&altered, format!("bit {bit} of octet {at}"));
        }
        judge(&good[..at], format!("{at} octets"));
        judge(&[&good[..at], &[0], &good[at..]].concat(), format!("one octet more at {at}"));
    }
    assert!(refused.contains(&Code::SigInvalid) && refused.contains(&Code::CrlMalformed), "{refused:?}");
    let other = PrivateKey::generate(KeyKind::Ed25519).expect("a key");
    let list = CertificateList::from_der(&good).expect("a list");
    assert_eq!(list.verify_signed_by(other.public_key()).expect_err("another key").code(), Code::SigInvalid);
}
