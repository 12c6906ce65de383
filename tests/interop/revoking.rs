//! Revocation lists and OCSP answers from `ca`, judged by OpenSSL, by NSS and by our own paths.

use std::path::Path;
use std::process::Stdio;

use smime::asn1::{Tag, Writer, oid};
use smime::ca::{CertificateTemplate, CrlEntry, CrlScope, CrlTemplate, Delta, Issuer, NewExtension};
use smime::ca::{OcspResponder, OcspStatus, OnlyCertificates, OtherIssuers};
use smime::cert::{CertId, Certificate, CertificateList, OcspRequest, OcspResponse, ReasonFlags, RevocationReason};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey};
use smime::path::{PathRequest, RevocationStatus};
use smime::trust::RevocationEvidence;
use smime::{Time, TrustStore};
use smime_tests::Tally;

use crate::command::{available, command, run_in, run_with_errors, words};

const KINDS: [KeyKind; 5] =
    [KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ec(Curve::P521), KeyKind::Ed25519];
const DAY: i64 = 86_400;

fn now() -> Time {
    Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time")
}

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).expect("a key")
}

fn root(name: &str, key: &PrivateKey) -> Issuer {
    root_at(name, key, now())
}

fn root_at(name: &str, key: &PrivateKey, now: Time) -> Issuer {
    let template = CertificateTemplate::authority(name, now.plus_seconds(-DAY), now.plus_seconds(900 * DAY));
    Issuer::self_signed(key, &template).expect("a root")
}

/// The time of the clock.
fn clock() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970");
    Time::from_unix(since.as_secs() as i64)
}

/// What OpenSSL says on both outputs, whether it succeeds or not.
fn openssl(folder: &Path, line: &str) -> String {
    let output = command("openssl", words(line)).current_dir(folder).stdin(Stdio::null()).output().expect("openssl");
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What is known of one authority, and what judges it.
struct Scene {
    folder: tempfile::TempDir,
    ca: Issuer,
    /// Another authority of the same root, which may issue lists for it.
    other: Issuer,
    anchor: Certificate,
}

/// cRLDistributionPoints with this URL, and a cRLIssuer of this name.
fn point(url: &str, issuer: Option<&Certificate>) -> NewExtension {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::context_constructed(0), |writer| {
                writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::context(6), url.as_bytes()));
            });
            if let Some(issuer) = issuer {
                writer.nest(Tag::context_constructed(2), |writer| {
                    writer.nest(Tag::context_constructed(4), |writer| writer.raw(issuer.subject().der()));
                });
            }
        });
    });
    NewExtension { kind: oid::CE_CRL_DISTRIBUTION_POINTS, critical: false, value: writer.into_vec() }
}

impl Scene {
    fn new() -> Self {
        let (root_key, other_key) = (key(KeyKind::Ec(Curve::P256)), key(KeyKind::Ec(Curve::P256)));
        let ca = root("Root", &root_key);
        let template = CertificateTemplate::authority("Lists", now().plus_seconds(-DAY), now().plus_seconds(900 * DAY));
        let other = Issuer::new(&other_key, ca.issue(other_key.public_key(), &template).expect("a certificate")).expect("an issuer");
        let folder = tempfile::tempdir().expect("a folder");
        let anchor = ca.certificate().clone();
        std::fs::write(folder.path().join("root"), anchor.to_pem()).expect("written");
        std::fs::write(folder.path().join("other"), other.certificate().to_pem()).expect("written");
        Self { folder, ca, other, anchor }
    }

    fn person(&self, serial: u8, extensions: Vec<NewExtension>) -> Certificate {
        let own = key(KeyKind::Ec(Curve::P256));
        let mut template =
            CertificateTemplate::end_entity("Alice", "alice@example.org", now().plus_seconds(-DAY), now().plus_seconds(90 * DAY));
        template.serial = Some(vec![serial]);
        template.extensions = extensions;
        self.ca.issue(own.public_key(), &template).expect("a certificate")
    }

    /// OpenSSL and our own paths say of this certificate what is due: good, revoked, or that there is no evidence that counts.
    fn check(&self, tally: &mut Tally, what: &str, person: &Certificate, lists: &[&CertificateList], due: RevocationStatus) {
        let folder = self.folder.path();
        std::fs::write(folder.join("person"), person.to_pem()).expect("written");
        let mut line = format!("verify -crl_check -use_deltas -extended_crl -attime {} -CAfile root -untrusted other", now().unix());
        for (index, list) in lists.iter().enumerate() {
            std::fs::write(folder.join(format!("list{index}")), list.to_pem()).expect("written");
            line += &format!(" -CRLfile list{index}");
        }
        if available("openssl") {
            let said = openssl(folder, &format!("{line} person"));
            let found = if said.contains("person: OK") {
                RevocationStatus::Good
            } else if said.contains("certificate revoked") {
                RevocationStatus::Revoked
            } else {
                RevocationStatus::Unknown
            };
            tally.check(found == due, || format!("{what}: openssl: {said}"));
        }
        let mut evidence = RevocationEvidence::default();
        lists.iter().for_each(|list| evidence.add_crl(list));
        let store = TrustStore::builder().anchor(&self.anchor).intermediate(self.other.certificate()).build();
        let report = PathRequest::new(person, &store).at(now()).evidence(&evidence).validate();
        let found = &report.path[0].revocation;
        tally.check(found.status == due, || format!("{what}: ours: {found:?}"));
    }

    fn list(&self, template: &CrlTemplate, entries: &[CrlEntry<'_>]) -> CertificateList {
        self.ca.revocation_list(template, entries.iter().copied()).expect("a list")
    }
}

fn template(number: u64) -> CrlTemplate {
    CrlTemplate::new(number, now().plus_seconds(-3600), now().plus_seconds(7 * DAY))
}

fn entry(serial: &[u8], reason: RevocationReason) -> CrlEntry<'_> {
    CrlEntry { reason, ..CrlEntry::new(serial, now().plus_seconds(-7200)) }
}

#[test]
fn openssl_verifies_lists_of_every_key() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("openssl crl");
    for kind in KINDS {
        let ca = root("Root", &key(kind));
        std::fs::write(folder.join("root"), ca.certificate().to_pem()).expect("written");
        let entries = RevocationReason::ALL.iter().filter(|reason| **reason != RevocationReason::RemoveFromCrl).zip(1u8..);
        let serials: Vec<_> = entries.clone().map(|(_, serial)| [0, 0xf0 | serial]).collect();
        let entries = entries
            .zip(&serials)
            .map(|((reason, _), serial)| CrlEntry { invalidity_date: Some(now().plus_seconds(-2 * DAY)), ..entry(serial, *reason) });
        let list = ca.revocation_list(&template(4660), entries).expect("a list");
        std::fs::write(folder.join("list"), list.to_pem()).expect("written");
        let said = openssl(folder, "crl -verify -CAfile root -in list -noout");
        tally.check(said.contains("verify OK"), || format!("{kind}: {said}"));
        let shown = openssl(folder, "crl -in list -noout -text");
        for due in ["Version 2", "4660", "Key Compromise", "AA Compromise", "Invalidity Date", "F9", "X509v3 CRL Number"] {
            tally.check(shown.contains(due), || format!("{kind}: {due}: {shown}"));
        }
        tally.check(!shown.contains("Unspecified"), || format!("{kind}: {shown}"));
        let empty = ca.revocation_list(&template(1), []).expect("a list");
        std::fs::write(folder.join("list"), empty.to_pem()).expect("written");
        let shown = openssl(folder, "crl -in list -noout -text -verify -CAfile root");
        tally.check(shown.contains("No Revoked Certificates") && shown.contains("verify OK"), || format!("{kind}: {shown}"));
        if available("crlutil") && available("certutil") {
            nss(&mut tally, folder, &kind.to_string(), ca.certificate(), &list);
        }
    }
    tally.finish(50);
}

/// NSS takes the list into its database and shows it.
fn nss(tally: &mut Tally, folder: &Path, kind: &str, ca: &Certificate, list: &CertificateList) {
    if kind == "ed25519" {
        return tally.skip("NSS: Ed25519".to_owned());
    }
    let database = folder.join(format!("nss-{kind}"));
    std::fs::create_dir(&database).expect("a folder");
    std::fs::write(database.join("list.der"), list.der()).expect("written");
    std::fs::write(database.join("root.der"), ca.der()).expect("written");
    run_in(&database, "certutil", &words("-N -d sql:. --empty-password")).expect("a database");
    run_in(&database, "certutil", &words("-A -d sql:. -n root -t CT,C,C -i root.der")).expect("a certificate");
    let taken = run_in(&database, "crlutil", &words("-I -d sql:. -i list.der"));
    tally.check(taken.is_ok(), || format!("{kind}: crlutil: {taken:?}"));
    let shown = run_with_errors(command("crlutil", words("-L -d sql:. -n root")).current_dir(&database), b"");
    let shown = shown.map(|(output, _)| String::from_utf8_lossy(&output).into_owned());
    tally.check(shown.as_ref().is_ok_and(|shown| shown.contains("CRL Number")), || format!("{kind}: crlutil: {shown:?}"));
}

#[test]
fn complete_lists_and_deltas() {
    let scene = Scene::new();
    let mut tally = Tally::new("lists and deltas");
    let [good, held, revoked] = [1, 2, 3].map(|serial| scene.person(serial, Vec::new()));
    let freshest = |number| CrlTemplate { freshest_urls: vec!["http://crl.example.org/d.crl".to_owned()], ..template(number) };
    let before = [entry(&[2], RevocationReason::CertificateHold)];
    let after = [entry(&[3], RevocationReason::KeyCompromise)];
    let base = scene.list(&freshest(10), &before);
    scene.check(&mut tally, "complete, good", &good, &[&base], RevocationStatus::Good);
    scene.check(&mut tally, "complete, held", &held, &[&base], RevocationStatus::Revoked);
    scene.check(&mut tally, "complete, not yet revoked", &revoked, &[&base], RevocationStatus::Good);
    let changes: Vec<_> = Delta::between(before, after).expect("changes").entries().collect();
    let delta = scene.list(&template(11).delta_to(10), &changes);
    scene.check(&mut tally, "delta, good", &good, &[&base, &delta], RevocationStatus::Good);
    scene.check(&mut tally, "delta, released", &held, &[&base, &delta], RevocationStatus::Good);
    scene.check(&mut tally, "delta, revoked", &revoked, &[&base, &delta], RevocationStatus::Revoked);
    scene.check(&mut tally, "delta alone", &good, &[&delta], RevocationStatus::Unknown);
    // The next complete list says the same as both.
    let complete = scene.list(&template(12), &after);
    for (what, person, due) in [
        ("good", &good, RevocationStatus::Good),
        ("released", &held, RevocationStatus::Good),
        ("revoked", &revoked, RevocationStatus::Revoked),
    ] {
        scene.check(&mut tally, &format!("next, {what}"), person, &[&complete], due);
    }
    tally.finish(20);
}

#[test]
fn partitioned_lists() {
    let scene = Scene::new();
    let mut tally = Tally::new("partitioned lists");
    let urls = ["http://crl.example.org/1.crl", "http://crl.example.org/2.crl"];
    let [first, second] = [(1, urls[0]), (2, urls[1])].map(|(serial, url)| scene.person(serial, vec![point(url, None)]));
    let everything = [entry(&[1], RevocationReason::Superseded), entry(&[2], RevocationReason::Superseded)];
    let of = |url: &str| CrlScope { urls: vec![url.to_owned()], ..CrlScope::default() };
    let [one, two] = [of(urls[0]), of(urls[1])].map(|scope| template(5).scope(scope));
    let (good, full) = (scene.list(&one, &[]), scene.list(&two, &everything[1..]));
    scene.check(&mut tally, "own part, good", &first, &[&good], RevocationStatus::Good);
    scene.check(&mut tally, "own part, revoked", &second, &[&full], RevocationStatus::Revoked);
    scene.check(&mut tally, "both parts", &first, &[&good, &full], RevocationStatus::Good);
    scene.check(&mut tally, "another part", &second, &[&good], RevocationStatus::Unknown);
    let delta = scene.list(&template(6).delta_to(5).scope(of(urls[1])), &[entry(&[2], RevocationReason::RemoveFromCrl)]);
    let fresh = CrlTemplate { freshest_urls: vec!["http://crl.example.org/d.crl".to_owned()], ..two.clone() };
    let held = scene.list(&fresh, &[entry(&[2], RevocationReason::CertificateHold)]);
    scene.check(&mut tally, "delta of the own part", &second, &[&held, &delta], RevocationStatus::Good);
    let strange = scene.list(&template(6).delta_to(5).scope(of(urls[0])), &[entry(&[2], RevocationReason::RemoveFromCrl)]);
    scene.check(&mut tally, "delta of another part", &second, &[&held, &strange], RevocationStatus::Revoked);

    let plain = scene.person(1, Vec::new());
    let only = |only| CrlScope { only: Some(only), ..CrlScope::default() };
    let list = |only_certificates| scene.list(&template(5).scope(only(only_certificates)), &everything);
    scene.check(&mut tally, "users", &plain, &[&list(OnlyCertificates::User)], RevocationStatus::Revoked);
    scene.check(&mut tally, "authorities", &plain, &[&list(OnlyCertificates::Ca)], RevocationStatus::Unknown);
    scene.check(&mut tally, "attributes", &plain, &[&list(OnlyCertificates::Attribute)], RevocationStatus::Unknown);

    let lost: ReasonFlags = RevocationReason::KeyCompromise.into();
    let rest: ReasonFlags = RevocationReason::ALL.into_iter().filter(|reason| *reason != RevocationReason::KeyCompromise).collect();
    let some = |reasons| CrlScope { only_some_reasons: Some(reasons), urls: vec![urls[0].to_owned()], ..CrlScope::default() };
    let (lost_list, rest_list) = (scene.list(&template(5).scope(some(lost)), &[]), scene.list(&template(6).scope(some(rest)), &[]));
    scene.check(&mut tally, "all reasons in two lists", &first, &[&lost_list, &rest_list], RevocationStatus::Good);
    scene.check(&mut tally, "some reasons", &first, &[&lost_list], RevocationStatus::Unknown);
    let revoked = scene.list(&template(7).scope(some(rest)), &everything[..1]);
    scene.check(&mut tally, "for one of some reasons", &first, &[&lost_list, &revoked], RevocationStatus::Revoked);
    tally.finish(24);
}

#[test]
fn indirect_lists() {
    let scene = Scene::new();
    let mut tally = Tally::new("indirect lists");
    let url = "http://crl.example.org/indirect.crl";
    let people = [1, 2].map(|serial| scene.person(serial, vec![point(url, Some(scene.other.certificate()))]));
    let scope = CrlScope { urls: vec![url.to_owned()], indirect: true, ..CrlScope::default() };
    let theirs = |serial| CrlEntry { certificate_issuer: Some(scene.anchor.subject()), ..entry(serial, RevocationReason::Superseded) };
    let list =
        |entries: &[CrlEntry<'_>]| scene.other.revocation_list(&template(5).scope(scope.clone()), entries.iter().copied()).expect("a list");
    // Number 1 is of the list's own issuer, 2 of the root.
    let mixed = list(&[entry(&[1], RevocationReason::Superseded), theirs(&[2])]);
    scene.check(&mut tally, "not on it", &people[0], &[&mixed], RevocationStatus::Good);
    scene.check(&mut tally, "on it", &people[1], &[&mixed], RevocationStatus::Revoked);
    // The way back to the own issuer.
    let back = list(&[theirs(&[2]), entry(&[1], RevocationReason::Superseded)]);
    scene.check(&mut tally, "before others", &people[0], &[&back], RevocationStatus::Good);
    scene.check(&mut tally, "first", &people[1], &[&back], RevocationStatus::Revoked);
    tally.finish(8);
}

#[test]
fn openssl_takes_the_answers_of_a_responder() {
    if !available("openssl") {
        return;
    }
    let mut tally = Tally::new("openssl ocsp, about our answers");
    // OpenSSL compares the times of answers with the clock, whatever it is told.
    let now = clock();
    for kind in KINDS {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let (ca_key, own) = (key(kind), key(kind));
        let ca = root_at("Root", &ca_key, now);
        let template = CertificateTemplate::ocsp_responder("Responder", now.plus_seconds(-DAY), now.plus_seconds(7 * DAY));
        let delegate = ca.issue(own.public_key(), &template).expect("a certificate");
        std::fs::write(folder.join("root"), ca.certificate().to_pem()).expect("written");
        let person = |serial: u8| {
            let mut template = CertificateTemplate::end_entity("P", "p@example.org", now.plus_seconds(-DAY), now.plus_seconds(90 * DAY));
            template.serial = Some(vec![0xf0, serial]);
            let certificate = ca.issue(own.public_key(), &template).expect("a certificate");
            std::fs::write(folder.join(format!("person{serial}")), certificate.to_pem()).expect("written");
            certificate
        };
        let people = [1, 2, 3, 4].map(person);
        let since = now.plus_seconds(-DAY);
        let status_of = |id: &CertId<'_>| {
            Ok(match id.serial() {
                [0, 0xf0, 1] => OcspStatus::Good,
                [0, 0xf0, 2] => OcspStatus::Revoked { at: since, reason: Some(RevocationReason::KeyCompromise) },
                [0, 0xf0, 3] => OcspStatus::NeverIssued,
                _ => OcspStatus::Unknown,
            })
        };
        let by_ca = OcspResponder::new(&ca_key, ca.certificate().clone(), ca.certificate().clone()).expect("a responder");
        let by_delegate = OcspResponder::new(&own, delegate, ca.certificate().clone()).expect("a responder");
        let next = Some(now.plus_seconds(3600));
        let responders = [by_ca.clone(), by_ca.by_name(), by_delegate.clone(), by_delegate.clone().by_name()];
        for digest in ["sha1", "sha256"] {
            let ids = "-cert person1 -cert person2 -cert person3 -cert person4";
            let asked = openssl(folder, &format!("ocsp -{digest} -issuer root {ids} -reqout request"));
            let request = std::fs::read(folder.join("request")).expect(&asked);
            for responder in &responders {
                std::fs::write(folder.join("response"), responder.respond(&request, status_of, now, next, now)).expect("written");
                let line = format!("ocsp -no_nonce -{digest} -issuer root {ids} -respin response -CAfile root -attime {}", now.unix());
                let said = openssl(folder, &format!("{line} -verify_other root"));
                for due in
                    ["Response verify OK", "person1: good", "person2: revoked", "keyCompromise", "person3: revoked", "person4: unknown"]
                {
                    tally.check(said.contains(due), || format!("{kind} {digest} {responder:?}: {due}: {said}"));
                }
                // Our own paths take the same.
                let response = OcspResponse::from_der(&responder.respond(&request, status_of, now, next, now)).expect("a response");
                let mut evidence = RevocationEvidence::default();
                evidence.add_ocsp_response(&response);
                let store = TrustStore::builder().anchor(ca.certificate()).build();
                let due = [RevocationStatus::Good, RevocationStatus::Revoked, RevocationStatus::Revoked, RevocationStatus::Unknown];
                for (person, due) in people.iter().zip(due) {
                    let report = PathRequest::new(person, &store).at(now).evidence(&evidence).validate();
                    let found = &report.path[0].revocation;
                    tally.check(found.status == due, || format!("{kind} {digest} {responder:?}: {found:?}"));
                }
            }
        }
        // Nonces: the same, another, none.
        let request = OcspRequest::new(vec![CertId::new(&people[0], ca.certificate(), DigestAlgorithm::Sha1)]);
        let (one, two) = (request.clone().with_fresh_nonce().expect("a nonce"), request.clone().with_fresh_nonce().expect("a nonce"));
        for (asked, answered, due) in
            [(&one, &one, "Response verify OK"), (&one, &two, "Nonce Verify error"), (&one, &request, "no nonce in response")]
        {
            std::fs::write(folder.join("request"), asked.to_der()).expect("written");
            std::fs::write(folder.join("response"), by_delegate.respond(&answered.to_der(), status_of, now, next, now)).expect("written");
            let said = openssl(folder, &format!("ocsp -reqin request -respin response -CAfile root -attime {}", now.unix()));
            let is_same = std::ptr::eq(asked, answered);
            tally.check(said.contains(due) && is_same != said.contains("once"), || format!("{kind}: nonce: {due}: {said}"));
        }
        // Refusals, and certificates of others.
        let stranger = OcspRequest::new(vec![CertId::new(&people[0], &people[1], DigestAlgorithm::Sha1)]).to_der();
        let unknown = by_delegate.clone().other_issuers(OtherIssuers::Unknown);
        for (responder, request, due) in [
            (&by_delegate, &stranger[..], "unauthorized (6)"),
            (&by_delegate, b"nothing", "malformedrequest (1)"),
            (&unknown, &stranger[..], "Cert Status: unknown"),
        ] {
            std::fs::write(folder.join("response"), responder.respond(request, status_of, now, next, now)).expect("written");
            let said = openssl(folder, "ocsp -respin response -noverify -resp_text");
            tally.check(said.contains(due), || format!("{kind}: {due}: {said}"));
        }
    }
    tally.finish(400);
}
