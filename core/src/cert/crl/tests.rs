//! Lists made by a small builder; the signature is looked at by one test only.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::asn1::{Tag, Writer};
use crate::cert::{DistributionPointName, GeneralNameKey, ReasonFlags, RevocationReason};
use crate::crypto::{DigestAlgorithm, KeyKind, PrivateKey, ToBeSigned};
use crate::error::Code;

fn written(content: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    content(&mut writer);
    writer.into_vec()
}

fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    written(|writer| writer.element(tag, content))
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::SEQUENCE, &parts.concat())
}

fn name(common_name: &str) -> Vec<u8> {
    let attribute = sequence(&[&written(|writer| writer.oid(oid::AT_COMMON_NAME)), &element(Tag::UTF8_STRING, common_name.as_bytes())]);
    sequence(&[&element(Tag::SET, &attribute)])
}

fn directory(common_name: &str) -> Vec<u8> {
    element(Tag::context_constructed(4), &name(common_name))
}

fn key(common_name: &str) -> NameKey {
    Name::from_der(&name(common_name)).unwrap().key()
}

fn extension(kind: ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { &[1, 1, 0xff][..] } else { &[] };
    sequence(&[&written(|writer| writer.oid(kind)), critical, &element(Tag::OCTET_STRING, value)])
}

fn utc(text: &str) -> Vec<u8> {
    element(Tag::UTC_TIME, text.as_bytes())
}

fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = if extensions.is_empty() { Vec::new() } else { sequence(&[&extensions.concat()]) };
    sequence(&[&element(Tag::INTEGER, serial), &utc("251224180000Z"), &extensions])
}

fn reason(number: u8) -> Vec<u8> {
    extension(oid::CE_CRL_REASONS, false, &[0x0a, 1, number])
}

fn certificate_issuer(names: &[Vec<u8>]) -> Vec<u8> {
    extension(oid::CE_CERTIFICATE_ISSUER, true, &sequence(&[&names.concat()]))
}

fn algorithm() -> Vec<u8> {
    sequence(&[&written(|writer| writer.oid(oid::ID_ED25519))])
}

fn tbs(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    let entries = if entries.is_empty() { Vec::new() } else { sequence(&[&entries.concat()]) };
    let extensions = match extensions {
        [] => Vec::new(),
        extensions => element(Tag::context_constructed(0), &sequence(&[&extensions.concat()])),
    };
    sequence(&[&[2, 1, 1], &algorithm(), &name("CA"), &utc("260101000000Z"), &utc("260108000000Z"), &entries, &extensions])
}

fn signed(tbs: &[u8]) -> Vec<u8> {
    sequence(&[tbs, &algorithm(), &element(Tag::BIT_STRING, &[0; 65])])
}

fn der(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    signed(&tbs(entries, extensions))
}

fn list(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> CertificateList {
    CertificateList::from_vec(der(entries, extensions)).unwrap()
}

fn code(der: &[u8]) -> Code {
    CertificateList::from_der(der).unwrap_err().code()
}

/// A list with everything that is understood.
fn full() -> Vec<u8> {
    let url = element(Tag::context(6), b"http://example.org/delta.crl");
    let place = element(Tag::context_constructed(0), &element(Tag::context_constructed(0), &url));
    let access =
        sequence(&[&written(|writer| writer.oid(extensions::CA_ISSUERS)), &element(Tag::context(6), b"http://example.org/ca.crt")]);
    let invalid = extension(oid::CE_INVALIDITY_DATE, false, &element(Tag::GENERALIZED_TIME, b"20251201000000Z"));
    der(
        &[
            entry(&[1], &[]),
            entry(&[2], &[reason(1)]),
            entry(&[3], &[reason(6), invalid.clone(), certificate_issuer(&[directory("Other")])]),
            entry(&[4], &[extension(oid::ID_DATA, false, &[])]),
        ],
        &[
            extension(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, &sequence(&[&element(Tag::context(0), b"key")])),
            extension(oid::CE_ISSUER_ALT_NAME, false, &sequence(&[&url])),
            extension(oid::CE_CRL_NUMBER, false, &[2, 2, 0, 0x80]),
            extension(oid::CE_DELTA_CRL_INDICATOR, true, &[2, 1, 0x7f]),
            extension(oid::CE_ISSUING_DISTRIBUTION_POINT, true, &sequence(&[&place, &element(Tag::context(4), &[0xff])])),
            extension(oid::CE_FRESHEST_CRL, false, &sequence(&[&sequence(&[&place])])),
            extension(oid::PE_AUTHORITY_INFO_ACCESS, false, &sequence(&[&access])),
        ],
    )
}

/// Asks a list for everything.
fn exercise(list: &CertificateList) {
    let known = (list.crl_number(), list.base_crl_number(), list.issuing_distribution_point(), list.unknown_critical_extension());
    let found = (list.authority_key_identifier(), list.freshest_crl(), list.issuer_urls(), list.signature_scheme().is_ok());
    let _ = (known, found, format!("{list:?}"), list.sha256(), list.issuer_key(), list.extensions().count());
    assert_eq!(list.entries().count(), list.len());
    for one in list.entries() {
        let issuer = one.certificate_issuer.map_or_else(|| list.issuer_key().clone(), Name::key);
        let found = list.find(&issuer, one.serial).unwrap();
        assert_eq!(canonical(found.serial), canonical(one.serial));
        assert!(!one.unknown_critical || list.unknown_critical_entry_extension().is_some());
    }
}

#[test]
fn fields() {
    let der = full();
    let list = CertificateList::from_der(&der).unwrap();
    exercise(&list);
    assert_eq!((list.der(), list.version(), list.len(), list.is_empty()), (&der[..], 2, 4, false));
    assert!(der.windows(list.tbs().len()).any(|window| window == list.tbs()));
    assert_eq!((list.issuer().to_string().as_str(), list.issuer_key()), ("CN=CA", &key("CA")));
    assert_eq!(list.this_update().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(list.next_update().unwrap().to_string(), "2026-01-08T00:00:00Z");
    assert_eq!(list.authority_key_identifier().unwrap().key_identifier, Some(&b"key"[..]));
    assert_eq!((list.crl_number(), list.base_crl_number(), list.is_delta()), (Some(&[0x80][..]), Some(&[0x7f][..]), true));
    let scope = list.issuing_distribution_point().unwrap();
    assert_eq!(scope.distribution_point.as_ref().unwrap().urls(), ["http://example.org/delta.crl"]);
    assert!(scope.indirect && !scope.only_ca_certificates && scope.only_some_reasons.is_none());
    assert_eq!(list.freshest_crl()[0].urls(), ["http://example.org/delta.crl"]);
    assert_eq!(list.issuer_urls(), ["http://example.org/ca.crt"]);
    assert_eq!((list.unknown_critical_extension(), list.unknown_critical_entry_extension()), (None, None));
    assert_eq!((list.signature(), list.signature_scheme().unwrap()), (&[0; 64][..], SignatureScheme::Ed25519));
    assert_eq!(list.extensions().count(), 7);
    assert_eq!(list.sha256()[..], DigestAlgorithm::Sha256.digest(&der)[..]);
    assert_eq!(list, CertificateList::many(list.to_pem().as_bytes()).unwrap()[0]);
}

#[test]
fn entries_and_what_they_say() {
    let list = CertificateList::from_der(&full()).unwrap();
    let entries: Vec<_> = list.entries().collect();
    assert_eq!(entries.iter().map(|entry| entry.serial).collect::<Vec<_>>(), [[1], [2], [3], [4]]);
    assert!(entries.iter().all(|entry| entry.revocation_date.to_string() == "2025-12-24T18:00:00Z" && !entry.unknown_critical));
    let reasons: Vec<_> = entries.iter().map(|entry| entry.reason).collect();
    assert_eq!(reasons, [None, Some(RevocationReason::KeyCompromise), Some(RevocationReason::CertificateHold), None]);
    assert_eq!(entries[2].invalidity_date.unwrap().to_string(), "2025-12-01T00:00:00Z");
    assert_eq!(entries[3].invalidity_date, None);
    let issuers: Vec<_> = entries.iter().map(|entry| entry.certificate_issuer.map(|issuer| issuer.to_string())).collect();
    assert_eq!(issuers, [None, None, Some("CN=Other".to_owned()), Some("CN=Other".to_owned())]);
    assert_eq!(entries[3].extensions().next().unwrap().kind, oid::ID_DATA.as_bytes());
}

#[test]
fn the_issuer_in_force_counts() {
    let two_names = certificate_issuer(&[element(Tag::context(2), b"example.org"), directory("B"), directory("C")]);
    let same = certificate_issuer(&[directory("A")]);
    let list = list(
        &[
            entry(&[1], &[]),
            entry(&[1], std::slice::from_ref(&same)),
            entry(&[2], &[]),
            entry(&[3], &[same]),
            entry(&[1], &[two_names]),
            entry(&[4], &[reason(1)]),
        ],
        &[],
    );
    assert_eq!(list.inner.view.survey.changes.len(), 2);
    for (issuer, serials) in [("CA", &[1][..]), ("A", &[1, 2, 3]), ("B", &[1, 4]), ("C", &[1, 4]), ("D", &[])] {
        let found: Vec<u8> = (0..9).filter(|serial| list.find(&key(issuer), &[*serial]).is_some()).collect();
        assert_eq!(found, serials, "{issuer}");
    }
    assert_eq!(list.find(&key("C"), &[4]).unwrap().certificate_issuer.unwrap().to_string(), "CN=B");
}

#[test]
fn serial_numbers_are_compared_by_value() {
    let list = list(&[entry(&[0, 0, 5], &[]), entry(&[0x80, 1], &[]), entry(&[9; 40], &[])], &[]);
    let finds = |serial: &[u8]| list.find(&key("CA"), serial).is_some();
    assert!(finds(&[5]) && finds(&[0, 5]) && finds(&[0xff, 0x80, 1]) && finds(&[0x80, 1]) && finds(&[9; 40]));
    assert!(!finds(&[0, 0x80, 1]) && !finds(&[]) && !finds(&[0]) && !finds(&[9; 39]));
}

#[test]
fn tolerated() {
    let minimal = |middle: &[u8]| signed(&sequence(&[&algorithm(), &name("CA"), &utc("260101000000Z"), middle]));
    let read = |der: &[u8]| CertificateList::from_der(der).unwrap();
    let v1 = read(&minimal(&[]));
    assert_eq!((v1.version(), v1.len(), v1.next_update()), (1, 0, None));
    let empty = read(&minimal(&sequence(&[])));
    assert!(empty.is_empty() && empty.entries().next().is_none() && empty.find(&key("CA"), &[1]).is_none());
    let next_update = element(Tag::GENERALIZED_TIME, b"20260101000000Z");
    assert_eq!(read(&minimal(&next_update)).next_update(), Some(v1.this_update()));
    let dates = [utc("2512241800Z"), utc("251224190000+0100"), element(Tag::GENERALIZED_TIME, b"20251224180000.5Z"), utc("251224180000Z")];
    for date in dates {
        let list = read(&minimal(&sequence(&[&sequence(&[&[2, 1, 1], &date, &sequence(&[])])])));
        assert_eq!(list.entries().next().unwrap().revocation_date.to_string(), "2025-12-24T18:00:00Z");
    }
    let explicit = sequence(&[&written(|writer| writer.oid(oid::ID_DATA)), &[1, 1, 0], &[4, 0]]);
    assert_eq!(list(&[], &[explicit]).unknown_critical_extension(), None);
    let bits = signed(&tbs(&[], &[]));
    let at = bits.len() - 65;
    let odd = [&bits[..at], &[3], &bits[at + 1..]].concat();
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    assert_eq!(read(&odd).verify_signed_by(key.public_key()).unwrap_err().code(), Code::SigInvalid);
}

#[test]
fn refused() {
    let good = der(&[entry(&[1], &[])], &[]);
    assert!(CertificateList::from_der(&good).is_ok());
    assert_eq!(code(&[&good[..], &[0]].concat()), Code::BerTrailing);
    assert_eq!(code(&[]), Code::CrlMalformed);
    assert_eq!(code(&good[..good.len() - 1]), Code::CrlMalformed);
    let other = sequence(&[&written(|writer| writer.oid(oid::ID_X25519))]);
    assert_eq!(code(&sequence(&[&tbs(&[], &[]), &other, &[3, 1, 0]])), Code::CertAlgorithmMismatch);
    let version = |number: u8| {
        let tbs = sequence(&[&[2, 1, number], &algorithm(), &name("CA"), &utc("260101000000Z")]);
        CertificateList::from_der(&signed(&tbs)).map(|list| list.version())
    };
    assert_eq!((version(0).unwrap(), version(1).unwrap()), (1, 2));
    assert_eq!(version(2).unwrap_err().code(), Code::CrlMalformed);
    let number = extension(oid::CE_CRL_NUMBER, false, &[2, 1, 1]);
    assert_eq!(code(&der(&[], &[number.clone(), reason(1), number])), Code::CertDuplicateExtension);
    for (kind, value) in [
        (oid::CE_CRL_NUMBER, &[2, 1, 0x80][..]),
        (oid::CE_CRL_NUMBER, &[4, 1, 1]),
        (oid::CE_DELTA_CRL_INDICATOR, &[2, 2, 0, 1]),
        (oid::CE_DELTA_CRL_INDICATOR, &[]),
        (oid::CE_ISSUING_DISTRIBUTION_POINT, &[0x30, 3, 0x81, 1, 1]),
        (oid::CE_ISSUING_DISTRIBUTION_POINT, &[0x30, 2, 0xa0, 0]),
        (oid::CE_ISSUING_DISTRIBUTION_POINT, &[0x30, 0, 0]),
    ] {
        let error = CertificateList::from_der(&der(&[], &[extension(kind, false, value)])).unwrap_err();
        assert_eq!(error.code(), Code::CrlMalformed, "{value:02x?}");
        assert!(error.message().contains(&kind.to_string()), "{error}");
    }
}

#[test]
fn refused_entries() {
    let date = utc("251224180000Z");
    let serial = [2, 1, 1];
    for (why, bad) in [
        ("empty", sequence(&[])),
        ("no date", sequence(&[&serial])),
        ("no serial", sequence(&[&date])),
        ("an empty serial", sequence(&[&[2, 0], &date])),
        ("a date that is none", sequence(&[&serial, &utc("251324180000Z")])),
        ("a day that is none", sequence(&[&serial, &utc("250230180000Z")])),
        ("a date of another type", sequence(&[&serial, &element(Tag::OCTET_STRING, b"251224180000Z")])),
        ("one field too many", sequence(&[&serial, &date, &sequence(&[]), &sequence(&[])])),
        ("extensions that are none", sequence(&[&serial, &date, &sequence(&[&[5, 0]])])),
        ("no extension value", sequence(&[&serial, &date, &sequence(&[&sequence(&[&[6, 1, 0x55]])])])),
        ("a flag that is not DER", sequence(&[&serial, &date, &sequence(&[&sequence(&[&[6, 1, 0x55], &[1, 1, 1], &[4, 0]])])])),
        ("a long length", [&[0x30, 0x81, 18], &serial[..], &date].concat()),
        ("an indefinite length", [&[0x30, 0x80], &serial[..], &date, &[0, 0]].concat()),
        ("another type", element(Tag::SET, &[&serial[..], &date].concat())),
        ("the end in its middle", vec![0x30, 18, 2, 1, 1]),
        ("no certificate issuer", entry(&[1], &[extension(oid::CE_CERTIFICATE_ISSUER, true, &[])])),
        ("a certificate issuer without a directory name", entry(&[1], &[certificate_issuer(&[element(Tag::context(2), b"a")])])),
        (
            "a certificate issuer of another type",
            entry(&[1], &[extension(oid::CE_CERTIFICATE_ISSUER, true, &element(Tag::SET, &directory("A")))]),
        ),
        ("a broken name", entry(&[1], &[certificate_issuer(&[directory("A"), element(Tag::context_constructed(4), &[5, 0])])])),
    ] {
        let whole = der(&[entry(&[7], &[]), entry(&[8], &[]), bad.clone()], &[]);
        let error = CertificateList::from_der(&whole).unwrap_err();
        let at = whole.windows(bad.len()).position(|window| window == bad).unwrap();
        assert_eq!((error.code(), error.offset()), (Code::CrlMalformed, Some(at as u64)), "{why}");
    }
    for twice in [vec![reason(1), reason(1)], vec![reason(1), extension(oid::ID_DATA, false, &[]), extension(oid::ID_DATA, true, &[])]] {
        assert_eq!(code(&der(&[entry(&[1], &twice)], &[])), Code::CertDuplicateExtension);
    }
}

#[test]
fn what_is_not_understood_in_entries() {
    let unknown = |critical| extension(oid::ID_DATA, critical, &[]);
    let critical = |kind, value: &[u8]| extension(kind, true, value);
    for (extensions, unknown_critical, reason) in [
        (vec![reason(1), unknown(true)], Some(oid::ID_DATA), Some(RevocationReason::KeyCompromise)),
        (vec![unknown(false)], None, None),
        (vec![critical(oid::CE_CRL_REASONS, &[0x0a, 1, 3])], None, Some(RevocationReason::AffiliationChanged)),
        (vec![critical(oid::CE_CRL_REASONS, &[0x0a, 1, 7])], Some(oid::CE_CRL_REASONS), None),
        (vec![reason(11)], None, None),
        (vec![extension(oid::CE_CRL_REASONS, false, &[0x0a, 2, 0, 1])], None, None),
        (vec![extension(oid::CE_CRL_REASONS, false, &[2, 1, 1])], None, None),
        (vec![critical(oid::CE_INVALIDITY_DATE, &utc("251224180000Z"))], Some(oid::CE_INVALIDITY_DATE), None),
        (vec![extension(oid::CE_INVALIDITY_DATE, false, &[])], None, None),
    ] {
        let list = list(&[entry(&[1], &[]), entry(&[2], &extensions), entry(&[3], &[])], &[]);
        let found = list.find(&key("CA"), &[2]).unwrap();
        assert_eq!((found.reason, found.invalidity_date), (reason, None), "{extensions:02x?}");
        assert_eq!(found.unknown_critical, unknown_critical.is_some(), "{extensions:02x?}");
        assert_eq!(list.unknown_critical_entry_extension(), unknown_critical.map(|kind| kind.to_string()), "{extensions:02x?}");
        assert!(!list.find(&key("CA"), &[1]).unwrap().unknown_critical);
    }
}

#[test]
fn what_is_not_understood_in_the_list() {
    for (kind, value, unknown) in [
        (oid::ID_DATA, &[][..], true),
        (oid::CE_CRL_NUMBER, &[2, 1, 1], false),
        (oid::CE_DELTA_CRL_INDICATOR, &[2, 1, 1], false),
        (oid::CE_ISSUING_DISTRIBUTION_POINT, &[0x30, 0], false),
        (oid::CE_AUTHORITY_KEY_IDENTIFIER, &[0x30, 0], false),
        (oid::CE_AUTHORITY_KEY_IDENTIFIER, &[0x31, 0], true),
        (oid::CE_ISSUER_ALT_NAME, &[0x30, 3, 0x82, 1, b'a'], false),
        (oid::CE_ISSUER_ALT_NAME, &[0x30, 0], true),
        (oid::CE_FRESHEST_CRL, &[0x30, 0], false),
        (oid::CE_FRESHEST_CRL, &[], true),
        (oid::PE_AUTHORITY_INFO_ACCESS, &[0x30, 0], false),
        (oid::PE_AUTHORITY_INFO_ACCESS, &[0x30, 1], true),
        (oid::CE_CRL_REASONS, &[0x0a, 1, 1], true),
    ] {
        let unknown = unknown.then(|| kind.to_string());
        assert_eq!(list(&[], &[extension(kind, true, value)]).unknown_critical_extension(), unknown, "{kind} {value:02x?}");
        assert_eq!(list(&[], &[extension(kind, false, value)]).unknown_critical_extension(), None, "{kind} {value:02x?}");
    }
}

#[test]
fn what_is_too_long_or_too_many_is_refused() {
    let long = "a".repeat(1 << 16);
    let many = |count: u32| -> Vec<_> { (0..count).map(|number| extension(oid::ID_DATA.push_arc(number).unwrap(), false, &[])).collect() };
    assert_eq!(code(&signed(&sequence(&[&algorithm(), &name(&long), &utc("260101000000Z")]))), Code::CrlMalformed);
    assert_eq!(code(&der(&[entry(&[1], &[certificate_issuer(&[directory(&long)])])], &[])), Code::CrlMalformed);
    assert_eq!(code(&der(&[], &[extension(oid::CE_CRL_NUMBER, false, &element(Tag::INTEGER, &[1; 1 << 16]))])), Code::CrlMalformed);
    let hint = element(Tag::SEQUENCE, &element(Tag::context(0), &[1; 1 << 16]));
    let list_with_hint = list(&[], &[extension(oid::CE_AUTHORITY_KEY_IDENTIFIER, true, &hint)]);
    assert_eq!(list_with_hint.authority_key_identifier(), None);
    assert_eq!(list_with_hint.unknown_critical_extension().unwrap(), oid::CE_AUTHORITY_KEY_IDENTIFIER.to_string());
    assert_eq!(list(&[entry(&[1], &many(256))], &many(256)).extensions().count(), 256);
    assert_eq!((code(&der(&[], &many(257))), code(&der(&[entry(&[1], &many(257))], &[]))), (Code::CrlMalformed, Code::CrlMalformed));
}

#[test]
fn signatures() {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let other = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let tbs = tbs(&[entry(&[1], &[])], &[]);
    let signature = key.sign(&SignatureScheme::Ed25519, ToBeSigned::Message(&tbs)).unwrap();
    let list = CertificateList::from_der(&sequence(&[&tbs, &algorithm(), &written(|writer| writer.bit_string(&signature))])).unwrap();
    list.verify_signed_by(key.public_key()).unwrap();
    assert_eq!(list.verify_signed_by(other.public_key()).unwrap_err().code(), Code::SigInvalid);
}

#[test]
fn files() {
    let (one, two) = (list(&[], &[]), list(&[entry(&[1], &[])], &[]));
    let other = pem::encode("CERTIFICATE", &[0x30, 0]);
    let text = format!("0 lists\n{other}{}{}", one.to_pem(), two.to_pem());
    assert_eq!(CertificateList::many(text.as_bytes()).unwrap(), [one.clone(), two.clone()]);
    assert_eq!(CertificateList::many(two.der()).unwrap(), std::slice::from_ref(&two));
    assert_eq!(CertificateList::many(other.as_bytes()).unwrap_err().code(), Code::PemMalformed);
    assert_eq!(CertificateList::many(pem::encode("X509 CRL", &[0x30, 0]).as_bytes()).unwrap_err().code(), Code::CrlMalformed);
    assert_eq!(CertificateList::many(b"no list").unwrap_err().code(), Code::CrlMalformed);
    let octets = two.der().to_vec();
    let place = octets.as_ptr();
    assert_eq!(CertificateList::from_vec(octets).unwrap().der().as_ptr(), place);
}

#[test]
fn threads_share_one_list() {
    let list = list(&(0..5_000).map(|number| entry(&serial(number), &[])).collect::<Vec<_>>(), &[]);
    let found: usize = std::thread::scope(|scope| {
        let search = |list: CertificateList| move || (0..5_000).filter(|number| list.find(&key("CA"), &serial(*number)).is_some()).count();
        let threads = [(); 4].map(|()| scope.spawn(search(list.clone())));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(found, 20_000);
}

#[test]
fn every_flipped_bit_is_read_or_refused() {
    let good = full();
    let (mut read, mut refused) = (0, BTreeSet::new());
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << bit;
            match CertificateList::from_vec(flipped) {
                Ok(list) => {
                    exercise(&list);
                    read += 1;
                }
                Err(error) => _ = refused.insert(error.code()),
            }
        }
    }
    assert!(read > good.len(), "{read}");
    let codes = [Code::BerTrailing, Code::CertDuplicateExtension, Code::CertAlgorithmMismatch, Code::CrlMalformed];
    assert_eq!(refused, codes.into_iter().collect());
}

/// Serial numbers of 16 octets that look random.
fn serial(number: u64) -> Vec<u8> {
    DigestAlgorithm::Sha256.digest(&number.to_be_bytes())[..16].to_vec()
}

/// The starts of the blocks that a look-up walks where it finds nothing.
fn walked(list: &CertificateList, serial: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let nothing: Option<()> = list.index().unwrap().search(canonical(serial), |start| {
        starts.push(start);
        None
    });
    assert!(nothing.is_none());
    starts
}

#[test]
fn the_index_is_small_and_finds_everything() {
    const COUNT: u64 = 40_000;
    let entries: Vec<_> = (0..COUNT).map(|number| entry(&serial(number), &[])).collect();
    let list = list(&entries, &[]);
    let index = list.index().unwrap();
    assert!(index.octets() * 10 < list.der().len(), "{} octets for {}", index.octets(), list.der().len());
    let mut blocks = 0;
    for number in 0..COUNT {
        let serial = serial(number);
        assert_eq!(list.find(&key("CA"), &serial).unwrap().serial, serial);
        blocks += walked(&list, &serial).len();
    }
    assert!(blocks < COUNT as usize * 5 / 4, "{blocks} blocks walked for {COUNT} serial numbers");
    assert!((COUNT..COUNT + 1_000).all(|number| list.find(&key("CA"), &serial(number)).is_none()));
    let short: usize = (COUNT..COUNT + 1_000).map(|number| walked(&list, &serial(number)).len()).sum();
    assert!(short < 1_000 / 2, "{short} blocks walked for nothing");
}

#[test]
fn serial_numbers_that_only_count_are_spread() {
    let entries: Vec<_> = (0x10_0000u32..0x10_8000).map(|number| entry(&number.to_be_bytes()[1..], &[])).collect();
    let list = list(&entries, &[]);
    let blocks: usize = (0x10_8000u32..0x10_9000).map(|number| walked(&list, &number.to_be_bytes()[1..]).len()).sum();
    assert!(blocks < 0x1000 / 2, "{blocks} blocks walked for nothing");
}

#[test]
fn a_list_made_to_be_slow_is_walked_once() {
    // The octets at which the index does not look differ.
    let serial = |number: u16| [&[1; 8][..], &number.to_be_bytes(), &[2; 8]].concat();
    let entries: Vec<_> = (0..4_000).map(|number| entry(&serial(number), &[])).collect();
    let list = list(&entries, &[]);
    let blocks = walked(&list, &serial(7));
    assert_eq!(blocks.len(), 4_000usize.div_ceil(index::BLOCK));
    assert!(blocks.is_sorted_by(|one, next| one < next));
    assert!((0..4_000).all(|number| list.find(&key("CA"), &serial(number)).is_some_and(|found| found.serial == serial(number))));
    assert!(list.find(&key("CA"), &serial(4_000)).is_none());
}

#[test]
fn every_count_of_entries() {
    // The octets of the entries; the last blocks and words of the index are full or not.
    let all: Vec<Vec<u8>> = (0u16..27_000).map(|number| entry(&(number + 0x100).to_be_bytes(), &[])).collect();
    for count in [2_047, 2_048, 2_063, 2_064, 2_065, 3_072, 3_073, 24_576, 24_577, 27_000] {
        let list = list(&all[..count], &[]);
        assert_eq!(list.index().is_some(), count >= 2_048, "{count}");
        let finds = |number: usize| list.find(&key("CA"), &(number as u16 + 0x100).to_be_bytes()).is_some();
        assert!((0..count).step_by(7).chain([count - 1]).all(finds), "{count}");
        assert!(!(count..27_100).step_by(7).any(finds), "{count}");
    }
}

/// An entry of a random list: its serial number, octets in front of it that change nothing, its extensions.
#[derive(Clone, Debug)]
struct Random {
    serial: i64,
    superfluous: usize,
    issuer: Option<u8>,
    reason: Option<u8>,
}

impl Random {
    fn serial(&self) -> Vec<u8> {
        let fill = if self.serial < 0 { 0xff } else { 0 };
        let padded: Vec<u8> = std::iter::repeat_n(fill, self.superfluous).chain(self.serial.to_be_bytes()).collect();
        if self.superfluous == 0 { canonical(&padded).to_vec() } else { padded }
    }

    fn encoded(&self) -> Vec<u8> {
        let issuer = self.issuer.map(|issuer| certificate_issuer(&[directory(&issuer.to_string())]));
        entry(&self.serial(), &issuer.into_iter().chain(self.reason.map(reason)).collect::<Vec<_>>())
    }
}

fn random_entry(issuers: f64) -> impl Strategy<Value = Random> {
    let serial = prop_oneof![-300i64..300, any::<i64>()];
    (serial, 0usize..3, proptest::option::weighted(issuers, 0u8..3), proptest::option::of(0u8..11))
        .prop_map(|(serial, superfluous, issuer, reason)| Random { serial, superfluous, issuer, reason })
}

fn random_list() -> impl Strategy<Value = Vec<Random>> {
    prop_oneof![Just(0.0001), Just(0.02), Just(0.5)].prop_flat_map(|issuers| {
        prop_oneof![proptest::collection::vec(random_entry(issuers), 0..20), proptest::collection::vec(random_entry(issuers), 1_900..3_000)]
    })
}

proptest! {
    #[test]
    fn never_panics(input: Vec<u8>) {
        if let Ok(list) = CertificateList::from_der(&input) { exercise(&list) }
    }

    #[test]
    fn never_panics_within(entries: Vec<u8>, extensions: Vec<u8>) {
        for der in [der(std::slice::from_ref(&entries), &[]), der(&[], std::slice::from_ref(&extensions)), der(&[entry(&[1], &[extensions])], &[])] {
            if let Ok(list) = CertificateList::from_der(&der) { exercise(&list) }
        }
    }

    #[test]
    fn dates_are_judged_as_the_reader_of_times_does(text in "[0-9]{2}[0-3][0-9][0-3][0-9]{5}[0-9:]{2}[Z0-9]?") {
        let date = sequence(&[&[2, 1, 1], &utc(&text)]);
        let found = CertificateList::from_vec(der(&[date], &[])).ok().map(|list| list.entries().next().unwrap().revocation_date);
        assert_eq!(found, crate::cert::view::time_of(Tag::UTC_TIME, text.as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn find_agrees_with_a_search_from_the_start(entries in random_list(), others: Vec<i64>) {
        let list = list(&entries.iter().map(Random::encoded).collect::<Vec<_>>(), &[]);
        assert_eq!(list.index().is_some(), entries.len() >= 2_048);
        let mut in_force = "CA".to_owned();
        let mut model: Vec<(String, i64, Option<u8>)> = Vec::new();
        for entry in &entries {
            in_force = entry.issuer.map_or(in_force, |issuer| issuer.to_string());
            model.push((in_force.clone(), entry.serial, entry.reason.filter(|reason| *reason != 7)));
        }
        let read: Vec<_> = list.entries().map(|entry| (entry.serial.to_vec(), entry.certificate_issuer.map(|name| name.to_string()))).collect();
        let expected: Vec<_> = entries.iter().zip(&model).map(|(entry, (issuer, ..))| {
            (entry.serial(), Some(format!("CN={issuer}")).filter(|issuer| issuer != "CN=CA"))
        }).collect();
        assert_eq!(read, expected);
        let keys: Vec<_> = ["CA", "0", "1", "2"].map(|issuer| (issuer, key(issuer))).into();
        for serial in entries.iter().map(|entry| entry.serial).take(400).chain(others) {
            for (issuer, key) in &keys {
                let first = model.iter().find(|(found, number, _)| found == issuer && *number == serial);
                let found = list.find(key, &serial.to_be_bytes());
                assert_eq!(found.map(|entry| entry.reason.map(RevocationReason::number)), first.map(|(.., reason)| *reason));
            }
        }
    }
}

#[test]
fn distribution_points() {
    let reasons = |octets: &[u8]| element(Tag::context(3), octets);
    let read = |parts: &[&[u8]]| {
        list(&[], &[extension(oid::CE_ISSUING_DISTRIBUTION_POINT, true, &sequence(parts))]).issuing_distribution_point().cloned()
    };
    let flag = |number| element(Tag::context(number), &[0xff]);
    let scope = read(&[&flag(1), &flag(2), &reasons(&[5, 0x60]), &flag(5)]).unwrap();
    assert!(scope.only_user_certificates && scope.only_ca_certificates && scope.only_attribute_certificates && !scope.indirect);
    assert_eq!(scope.only_some_reasons, Some(ReasonFlags::from_bits(&[0x60])));
    // Bits that are counted as unused mean nothing.
    assert_eq!(read(&[&reasons(&[5, 0x7f])]).unwrap().only_some_reasons, Some(ReasonFlags::from_bits(&[0x60])));
    assert_eq!(read(&[&reasons(&[7, 0, 0x80])]).unwrap().only_some_reasons, Some(ReasonFlags::from_bits(&[0, 0x80])));
    assert_ne!(read(&[&flag(1)]), read(&[&flag(4)]));
    assert_eq!(read(&[&flag(1)]), read(&[&flag(1), &element(Tag::context(2), &[0])]));

    let relative =
        element(Tag::context_constructed(1), &sequence(&[&written(|w| w.oid(oid::AT_COMMON_NAME)), &element(Tag::UTF8_STRING, b"List")]));
    let place = element(Tag::context_constructed(0), &relative);
    let scope = read(&[&place]).unwrap();
    assert_eq!(
        scope.distribution_point,
        Some(DistributionPointName::RelativeToIssuer(Name::from_der(&name("List")).unwrap().relative_keys().remove(0)))
    );
    let other = element(Tag::context_constructed(0), &element(Tag::context(2), b"example.org"));
    let full = read(&[&element(Tag::context_constructed(0), &other)]).unwrap();
    let dns = GeneralNameKey::Other { tag: 0x82, octets: b"example.org"[..].into() };
    assert_eq!(full.distribution_point, Some(DistributionPointName::FullName(vec![dns])));
}
