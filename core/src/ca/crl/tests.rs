use proptest::prelude::*;

use super::*;
use crate::ca::CertificateTemplate;
use crate::cert::DistributionPointName;
use crate::crypto::{Curve, KeyKind, PrivateKey};

const NOW: Time = Time::from_unix(1_767_225_600);
const WEEK: i64 = 7 * 86_400;
const NEXT: Time = Time::from_unix(1_767_225_600 + WEEK);

fn issuer(name: &str) -> Issuer {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    Issuer::self_signed(&key, &CertificateTemplate::authority(name, NOW, NEXT)).unwrap()
}

fn template() -> CrlTemplate {
    CrlTemplate::new(5, NOW, NEXT)
}

fn entry(serial: &[u8]) -> CrlEntry<'_> {
    CrlEntry::new(serial, NOW)
}

fn because(serial: &[u8], reason: RevocationReason) -> CrlEntry<'_> {
    CrlEntry { reason, ..entry(serial) }
}

/// The code and the detail.
fn told<T>(result: Result<T>) -> (Option<Code>, String) {
    let error = result.err();
    (error.as_ref().map(Error::code), error.and_then(|error| error.detail().map(str::to_owned)).unwrap_or_default())
}

fn assert_refused<T>(result: Result<T>, word: &str) {
    let (code, detail) = told(result);
    assert_eq!(code, Some(Code::UseArgument), "{word}");
    assert!(detail.contains(word), "{word}: {detail}");
}

#[test]
fn every_kind_of_key_signs_a_list() {
    let kinds =
        [KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ec(Curve::P521), KeyKind::Ed25519];
    for kind in kinds {
        let key = PrivateKey::generate(kind).unwrap();
        let issuer = Issuer::self_signed(&key, &CertificateTemplate::authority("CA", NOW, NEXT)).unwrap();
        let list = issuer.revocation_list(&template(), [entry(&[1])]).unwrap();
        list.verify_signed_by(key.public_key()).unwrap();
        assert_eq!(list.issuer().der(), issuer.certificate().subject().der());
        assert_eq!((list.version(), list.this_update(), list.next_update()), (2, NOW, Some(NEXT)));
        let identifier = list.authority_key_identifier().unwrap().key_identifier;
        assert_eq!(identifier, issuer.certificate().subject_key_identifier());
        assert!(!list.is_delta() && list.issuing_distribution_point().is_none() && list.freshest_crl().is_empty());
        assert!(list.unknown_critical_extension().is_none());
    }
}

#[test]
fn the_octets_are_those_of_rfc_5280() {
    let list = issuer("CA").revocation_list(&template(), [entry(&[0, 0x80]), because(&[5], RevocationReason::Superseded)]).unwrap();
    let first: &[u8] = b"\x30\x13\x02\x02\x00\x80\x17\x0d260101000000Z";
    let second: &[u8] = b"\x30\x20\x02\x01\x05\x17\x0d260101000000Z\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x04";
    let entries = [&[0x30, (first.len() + second.len()) as u8][..], first, second].concat();
    assert!(list.tbs().windows(entries.len()).any(|window| window == entries), "{:02x?}", list.tbs());
    // RFC 5280 section 5.1.2.6: no revokedCertificates where there are none; what follows the dates are the extensions.
    let empty = issuer("CA").revocation_list(&template(), []).unwrap();
    assert!(empty.is_empty() && empty.tbs().windows(3).any(|window| window == b"0Z\xa0"));
}

#[test]
fn dates_are_utc_time_to_the_end_of_2049() {
    let date = |text| Time::parse_rfc3339(text).unwrap();
    let (last, first) = (date("2049-12-31T23:59:59Z"), date("2050-01-01T00:00:00Z"));
    let list = issuer("CA").revocation_list(&CrlTemplate::new(1, last, first), [CrlEntry::new(&[1], last), CrlEntry::new(&[2], first)]);
    let list = list.unwrap();
    let count = |octets: &[u8]| list.tbs().windows(octets.len()).filter(|window| *window == octets).count();
    assert_eq!((count(b"\x17\x0d491231235959Z"), count(b"\x18\x0f20500101000000Z")), (2, 2));
    let ancient = Time::from_unix(-700_000_000);
    assert_refused(issuer("CA").revocation_list(&template(), [CrlEntry::new(&[1], ancient)]), "before 1950");
    assert_refused(issuer("CA").revocation_list(&CrlTemplate::new(1, ancient, NOW), []), "before 1950");
    let list = issuer("CA").revocation_list(&template(), [CrlEntry { invalidity_date: Some(last), ..entry(&[1]) }]).unwrap();
    assert!(list.tbs().windows(17).any(|window| window == b"\x18\x0f20491231235959Z"));
}

#[test]
fn what_a_template_says_is_read_back() {
    let reasons: ReasonFlags = [RevocationReason::KeyCompromise, RevocationReason::AaCompromise].into_iter().collect();
    let scope = CrlScope {
        urls: vec!["http://crl.example/1.crl".to_owned(), "ldap:///cn=1".to_owned()],
        only: Some(OnlyCertificates::User),
        only_some_reasons: Some(reasons),
        indirect: true,
    };
    let base = CrlTemplate { freshest_urls: vec!["http://crl.example/d.crl".to_owned()], ..template().scope(scope.clone()) };
    let list = issuer("CA").revocation_list(&base, []).unwrap();
    let point = list.issuing_distribution_point().unwrap();
    assert_eq!(point.distribution_point.as_ref().map(DistributionPointName::urls), Some(scope.urls.clone()));
    assert!(point.only_user_certificates && point.indirect && !point.only_ca_certificates && !point.only_attribute_certificates);
    assert_eq!(point.only_some_reasons, Some(reasons));
    assert_eq!(list.freshest_crl().iter().flat_map(|point| point.urls()).collect::<Vec<_>>(), base.freshest_urls);
    assert_eq!(list.crl_number(), Some(&[5][..]));
    let delta = issuer("CA").revocation_list(&CrlTemplate::new(0x80, NOW, NEXT).delta_to(5).scope(scope), []).unwrap();
    assert_eq!((delta.crl_number(), delta.base_crl_number()), (Some(&[0x80][..]), Some(&[5][..])));
    assert_eq!(delta.issuing_distribution_point(), list.issuing_distribution_point());
    for (only, expected) in [(OnlyCertificates::Ca, (true, false)), (OnlyCertificates::Attribute, (false, true))] {
        let list = issuer("CA").revocation_list(&template().scope(CrlScope { only: Some(only), ..CrlScope::default() }), []).unwrap();
        let point = list.issuing_distribution_point().unwrap();
        assert_eq!((point.only_ca_certificates, point.only_attribute_certificates), expected);
    }
    let expired = NewExtension { kind: const_oid::ObjectIdentifier::new_unwrap("2.5.29.60"), critical: false, value: vec![5, 0] };
    let list = issuer("CA").revocation_list(&CrlTemplate { extensions: vec![expired.clone()], ..template() }, []).unwrap();
    assert_eq!(list.extension(expired.kind).map(|extension| extension.value), Some(&[5, 0][..]));
}

#[test]
fn numbers_have_twenty_octets_at_most() {
    let issue = |number: &[u8]| issuer("CA").revocation_list(&CrlTemplate { number: number.to_vec(), ..template() }, []);
    assert_eq!(issue(&[0; 30]).unwrap().crl_number(), Some(&[][..]));
    assert_eq!(issue(&[0x7f; 20]).unwrap().crl_number(), Some(&[0x7f; 20][..]));
    assert_refused(issue(&[0x80; 20]), "20 octets");
    assert_refused(issue(&[1; 21]), "20 octets");
}

#[test]
fn what_must_not_be_written_is_refused() {
    let issuer = issuer("CA");
    let of = |template: CrlTemplate| issuer.revocation_list(&template, []);
    assert_refused(of(CrlTemplate::new(5, NEXT, NOW)), "nextUpdate");
    for (number, base) in [(5, 5), (5, 6), (0xff, 0x100), (5, u64::MAX)] {
        assert_refused(of(CrlTemplate::new(number, NOW, NEXT).delta_to(base)), "not below its own");
    }
    assert!(of(CrlTemplate::new(0x100, NOW, NEXT).delta_to(0xff)).is_ok());
    let urls = |url: &str| vec![url.to_owned()];
    assert_refused(of(CrlTemplate { freshest_urls: urls("http://a"), ..template().delta_to(1) }), "freshestCRL");
    for url in ["", "http://a b", "http://bücher.example"] {
        assert_refused(of(CrlTemplate { freshest_urls: urls(url), ..template() }), "URL");
        assert_refused(of(template().scope(CrlScope { urls: urls(url), ..CrlScope::default() })), "URL");
    }
    assert_refused(of(template().scope(CrlScope::default())), "says nothing");
    assert_refused(
        of(template().scope(CrlScope { only_some_reasons: Some(ReasonFlags::NONE), ..CrlScope::default() })),
        "without a reason",
    );
    let number = NewExtension { kind: oid::CE_CRL_NUMBER, critical: false, value: vec![2, 1, 1] };
    assert_refused(of(CrlTemplate { extensions: vec![number], ..template() }), "anyway");

    let with = |template: CrlTemplate, entry: CrlEntry<'_>| issuer.revocation_list(&template, [entry]);
    assert_refused(with(template(), because(&[1], RevocationReason::RemoveFromCrl)), "removeFromCRL");
    assert!(with(template().delta_to(4), because(&[1], RevocationReason::RemoveFromCrl)).is_ok());
    for serial in [&[][..], &[1; 21]] {
        assert_refused(with(template(), entry(serial)), "1 to 20");
    }
    assert_refused(with(template(), entry(&[0x80])), "below zero");
    let holds = CrlScope { only_some_reasons: Some(RevocationReason::CertificateHold.into()), ..CrlScope::default() };
    assert_refused(with(template().scope(holds.clone()), because(&[1], RevocationReason::KeyCompromise)), "onlySomeReasons");
    for reason in [RevocationReason::CertificateHold, RevocationReason::RemoveFromCrl, RevocationReason::Unspecified] {
        assert!(with(template().delta_to(1).scope(holds.clone()), because(&[1], reason)).is_ok(), "{reason:?}");
    }
}

#[test]
fn an_issuer_without_crl_sign_signs_none() {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let mut template = CertificateTemplate::authority("CA", NOW, NEXT);
    template.key_usage = Some(KeyUsage::KEY_CERT_SIGN);
    let issuer = Issuer::self_signed(&key, &template).unwrap();
    assert_eq!(told(issuer.revocation_list(&self::template(), [])).0, Some(Code::UseKeyForSigning));
}

#[test]
fn a_certificate_stands_once_on_a_list() {
    let (ca, other) = (issuer("CA"), issuer("Other"));
    assert_refused(ca.revocation_list(&template(), [entry(&[1]), entry(&[2]), entry(&[1])]), "01 stands on the list twice");
    // Superfluous octets are not written and do not count.
    assert_refused(ca.revocation_list(&template(), [entry(&[0, 1]), entry(&[1])]), "twice");
    let indirect = template().scope(CrlScope { indirect: true, ..CrlScope::default() });
    let theirs = |serial| CrlEntry { certificate_issuer: Some(other.certificate().subject()), ..entry(serial) };
    let named = |serial| CrlEntry { certificate_issuer: Some(ca.certificate().subject()), ..entry(serial) };
    assert_eq!(ca.revocation_list(&indirect, [entry(&[1]), theirs(&[1]), named(&[2]), theirs(&[2])]).unwrap().len(), 4);
    assert_refused(ca.revocation_list(&indirect, [theirs(&[1]), entry(&[1]), theirs(&[1])]), "twice");
    assert_refused(ca.revocation_list(&indirect, [entry(&[1]), theirs(&[1]), named(&[1])]), "twice");
    // Serial numbers that differ only where the numbers for a first look do not see it.
    let serial = |middle: u8| [&[1; 8][..], &[middle; 4], &[2; 8]].concat();
    let serials: Vec<_> = (0..200).map(serial).collect();
    let entries = || serials.iter().map(|serial| entry(serial));
    assert_eq!(ca.revocation_list(&template(), entries()).unwrap().len(), 200);
    assert_refused(ca.revocation_list(&template(), entries().chain([entry(&serials[77])])), "twice");
}

#[test]
fn an_indirect_list_says_whose_certificates_it_is_about() {
    let (ca, other) = (issuer("CA"), issuer("Other"));
    let theirs = CrlEntry { certificate_issuer: Some(other.certificate().subject()), ..entry(&[2]) };
    assert_refused(ca.revocation_list(&template(), [theirs]), "not indirect");
    let named = CrlEntry { certificate_issuer: Some(ca.certificate().subject()), ..entry(&[1]) };
    assert!(ca.revocation_list(&template(), [named]).is_ok());
    let indirect = template().scope(CrlScope { indirect: true, ..CrlScope::default() });
    let list = ca.revocation_list(&indirect, [entry(&[1]), theirs, CrlEntry { serial: &[3], ..theirs }, entry(&[4])]).unwrap();
    let said: Vec<_> = list.entries().map(|entry| entry.certificate_issuer.map(|name| name.to_string())).collect();
    assert_eq!(said[..3], [None, Some("CN=Other".to_owned()), Some("CN=Other".to_owned())]);
    // Each change is said once, also the way back.
    assert_eq!(list.entries().filter(|entry| entry.extensions().count() > 0).count(), 2);
    assert!(list.find(other.certificate().subject_key(), &[3]).is_some() && list.find(list.issuer_key(), &[3]).is_none());
    assert!(list.find(list.issuer_key(), &[4]).is_some() && list.find(list.issuer_key(), &[1]).is_some());
}

#[test]
fn an_entry_that_is_refused_leaves_the_others() {
    let ca = issuer("CA");
    let mut writer = ca.revocation_list_writer(&template()).unwrap();
    writer.push(&entry(&[1])).unwrap();
    assert_refused(writer.push(&entry(&[0x80])), "below zero");
    writer.push(&entry(&[2])).unwrap();
    assert_eq!(format!("{writer:?}"), "CrlWriter(2 entries)");
    assert_eq!(writer.finish().unwrap().entries().map(|entry| entry.serial).collect::<Vec<_>>(), [&[1], &[2]]);
}

#[test]
fn a_delta_says_what_changed() {
    use RevocationReason::{CertificateHold, KeyCompromise, RemoveFromCrl, Superseded, Unspecified};
    let old = [
        because(&[1], CertificateHold),
        because(&[2], CertificateHold),
        because(&[3], CertificateHold),
        because(&[4], KeyCompromise),
        because(&[5], KeyCompromise),
        because(&[6], Superseded),
    ];
    let new = [
        because(&[9], Unspecified),
        because(&[2], CertificateHold),
        because(&[3], KeyCompromise),
        because(&[4], KeyCompromise),
        because(&[6], KeyCompromise),
    ];
    let said = |delta: Delta<'_>| delta.entries().map(|entry| (entry.serial[0], entry.reason)).collect::<Vec<_>>();
    let changes = [(9, Unspecified), (3, KeyCompromise), (6, KeyCompromise), (1, RemoveFromCrl)];
    assert_eq!(said(Delta::between(old, new).unwrap()), changes);
    // On hold and released since the base, on lists between: said once. What is on hold again is not released.
    let later = [because(&[7], CertificateHold), because(&[7], CertificateHold), because(&[2], CertificateHold), because(&[8], Superseded)];
    let more = [&changes[..], &[(7, RemoveFromCrl)]].concat();
    assert_eq!(said(Delta::between(old, new).unwrap().after(later).after(old)), more);
    assert!(said(Delta::between(old, old).unwrap()).is_empty());
    let moved = CrlEntry { invalidity_date: Some(NOW), ..old[3] };
    assert_eq!(said(Delta::between([old[3]], [moved]).unwrap()), [(4, KeyCompromise)]);
    assert_refused(Delta::between([], [old[0], old[0]]), "twice");
    assert_refused(Delta::between([], [because(&[1], RemoveFromCrl)]), "removeFromCRL");
    // Of one number, but of two issuers.
    let other = issuer("Other");
    let theirs = CrlEntry { certificate_issuer: Some(other.certificate().subject()), ..old[0] };
    assert_eq!(said(Delta::between([old[0]], [theirs]).unwrap()), [(1, CertificateHold), (1, RemoveFromCrl)]);
}

/// What an entry says: serial number, seconds, reason, invalidity date, which of three issuers.
type Random = (Vec<u8>, i64, usize, Option<i64>, usize);

fn random_entry() -> impl Strategy<Value = Random> {
    let seconds = -600_000_000i64..253_402_300_799;
    let serial = (0u8..0x80, proptest::collection::vec(any::<u8>(), 0..19)).prop_map(|(first, rest)| [&[first][..], &rest].concat());
    (serial, seconds.clone(), 0usize..10, proptest::option::of(seconds), 0usize..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(entries in proptest::collection::vec(random_entry(), 0..40), number: u64, from in 0i64..4_000_000_000, more in 0i64..4_000_000_000) {
        let issuers = [issuer("CA"), issuer("One"), issuer("Two")];
        let name = |index: usize| (index > 0).then(|| issuers[index].certificate().subject());
        let (this, next) = (Time::from_unix(from), Time::from_unix(from + more));
        let mut template = CrlTemplate::new(number, this, next).scope(CrlScope { indirect: true, ..CrlScope::default() });
        template.base_number = number.checked_sub(1).map(|base| base.to_be_bytes().to_vec());
        let mut seen = std::collections::BTreeSet::new();
        let due: Vec<CrlEntry<'_>> = entries.iter().filter_map(|(serial, at, reason, invalid, issuer)| {
            let serial = crate::cert::serial::canonical(serial);
            let reason = RevocationReason::ALL[*reason];
            let reason = if number == 0 && reason == RevocationReason::RemoveFromCrl { RevocationReason::Unspecified } else { reason };
            let entry = CrlEntry { serial, revocation_date: Time::from_unix(*at), reason, invalidity_date: invalid.map(Time::from_unix), certificate_issuer: name(*issuer) };
            seen.insert((*issuer, serial)).then_some(entry)
        }).collect();
        let list = issuers[0].revocation_list(&template, due.iter().copied()).unwrap();
        let own = issuers[0].certificate().subject().der();
        let read: Vec<_> = list.entries().map(|entry| CrlEntry { certificate_issuer: entry.certificate_issuer.filter(|name| name.der() != own), ..entry.into() }).collect();
        prop_assert_eq!(&read, &due);
        prop_assert_eq!((list.this_update(), list.next_update()), (this, Some(next)));
        let number = number.to_be_bytes();
        prop_assert_eq!(list.crl_number(), Some(significant(&number)));
        list.verify_signed_by(issuers[0].certificate().public_key().unwrap()).unwrap();
        // A delta over a base gives the new state.
        let half = due.len() / 2;
        let held = |entry: &CrlEntry<'_>| entry.reason == RevocationReason::CertificateHold;
        let is_state = |entry: &&CrlEntry<'_>| entry.reason != RevocationReason::RemoveFromCrl;
        let old: Vec<_> = due.iter().filter(is_state).copied().take(half).collect();
        let new: Vec<_> = due.iter().filter(is_state).copied().filter(|entry| !old.contains(entry) || !held(entry)).collect();
        let delta = Delta::between(old.clone(), new.clone()).unwrap();
        let key = |entry: &CrlEntry<'_>| (entry.certificate_issuer.map(|name| name.to_string()), entry.serial.to_vec());
        let mut state: std::collections::BTreeMap<_, _> = old.iter().map(|entry| (key(entry), entry.reason)).collect();
        for entry in delta.entries() {
            if entry.reason == RevocationReason::RemoveFromCrl { state.remove(&key(&entry)); } else { state.insert(key(&entry), entry.reason); }
        }
        let expected: std::collections::BTreeMap<_, _> = new.iter().map(|entry| (key(entry), entry.reason)).collect();
        prop_assert_eq!(state, expected);
    }
}
