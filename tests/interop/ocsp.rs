//! OCSP with OpenSSL: it answers our requests and judges the responses that the tests make.

use std::path::Path;

use smime::Certificate;
use smime::ca::{CertificateTemplate, Issuer};
use smime::cert::{CertId, CertificateStatus, OcspRequest, OcspResponse, RevocationReason};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey};
use smime_tests::Tally;
use smime_tests::ocsp::{Answer, OcspForge};
use smime_tests::pki::Pki;

use crate::command::{available, command, run_with_errors, words};

/// What OpenSSL says on both outputs.
fn openssl(folder: &Path, line: &str) -> String {
    match run_with_errors(command("openssl", words(line)).current_dir(folder), b"") {
        Ok((output, errors)) => format!("{}\n{errors}", String::from_utf8_lossy(&output)),
        Err(why) => format!("failed: {why}"),
    }
}

/// The line that OpenSSL's index has for a certificate.
fn index_line(certificate: &Certificate, state: &str) -> String {
    let serial: String = certificate.serial().iter().skip_while(|octet| **octet == 0).map(|octet| format!("{octet:02X}")).collect();
    let (flag, revoked) = if state.is_empty() { ("V", "") } else { ("R", state) };
    format!("{flag}\t400101000000Z\t{revoked}\t{serial}\tunknown\t/CN=Test\n")
}

struct Scene {
    pki: Pki,
    key: PrivateKey,
    root: Certificate,
    /// Good, revoked, not in the index.
    people: [Certificate; 3],
}

fn scene(folder: &Path) -> Scene {
    let pki = Pki::new();
    let key = PrivateKey::generate(KeyKind::Rsa { bits: 2048 }).expect("a key");
    let (from, until) = (pki.now.plus_seconds(-86_400), pki.now.plus_seconds(900 * 86_400));
    let issuer = Issuer::self_signed(&key, &CertificateTemplate::authority("Responder", from, until)).expect("a root");
    let people = ["good", "revoked", "stranger"].map(|name| {
        let own = PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key");
        issuer.issue(own.public_key(), &pki.template(&format!("{name}@example.org"))).expect("a certificate")
    });
    let root = issuer.certificate().clone();
    for (name, certificate) in [("root", &root), ("good", &people[0]), ("revoked", &people[1]), ("stranger", &people[2])] {
        std::fs::write(folder.join(name), certificate.to_pem()).expect("written");
    }
    let pkcs8 = key.to_pkcs8().expect("a key");
    std::fs::write(folder.join("key"), smime::pem::encode("PRIVATE KEY", &pkcs8)).expect("written");
    let index = [index_line(&people[0], ""), index_line(&people[1], "261101000000Z,keyCompromise")].concat();
    std::fs::write(folder.join("index"), index).expect("written");
    Scene { pki, key, root, people }
}

#[test]
fn openssl_answers_our_requests() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Scene { root, people, .. } = scene(folder);
    let mut tally = Tally::new("openssl ocsp, as a responder");
    for digest in DigestAlgorithm::ALL {
        let ids = people.iter().map(|person| CertId::new(person, &root, *digest)).collect();
        let request = OcspRequest::new(ids).with_fresh_nonce().expect("a nonce");
        std::fs::write(folder.join("request"), request.to_der()).expect("written");
        for by_key in ["", "-resp_key_id"] {
            let line = format!(
                "ocsp -index index -CA root -rsigner root -rkey key -reqin request -respout response -ndays 1 -rmd sha256 {by_key}"
            );
            let said = openssl(folder, &line);
            let octets = std::fs::read(folder.join("response")).unwrap_or_default();
            let Ok(response) = OcspResponse::from_der(&octets) else {
                tally.check(false, || format!("{digest}: {said}"));
                continue;
            };
            let basic = response.basic().expect("an answer");
            let status = |person| basic.responses_for(person, &root).next().map(|answer| answer.status);
            tally.check(status(&people[0]) == Some(CertificateStatus::Good), || format!("{digest}: {:?}", status(&people[0])));
            let revoked = matches!(status(&people[1]), Some(CertificateStatus::Revoked { at, reason: Some(RevocationReason::KeyCompromise) })
                if at.to_string() == "2026-11-01T00:00:00Z");
            tally.check(revoked, || format!("{digest}: {:?}", status(&people[1])));
            tally.check(status(&people[2]) == Some(CertificateStatus::Unknown), || format!("{digest}: {:?}", status(&people[2])));
            tally.check(basic.nonce() == request.nonce(), || format!("{digest}: another nonce"));
            tally.check(basic.is_responder(&root) && !basic.is_responder(&people[0]), || format!("{digest}: {response:?}"));
            tally.check(basic.certificates() == [root.clone()], || format!("{digest}: {:?}", basic.certificates()));
            let verified = basic.verify_signed_by(root.public_key().expect("a key"));
            tally.check(verified.is_ok(), || format!("{digest}: {verified:?}"));
        }
    }
    tally.finish(56);
}

#[test]
fn openssl_reads_our_requests_and_responses() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Scene { pki, key, root, people } = scene(folder);
    let mut tally = Tally::new("openssl ocsp, as a client");
    let answers =
        || {
            OcspForge::new(&root, &key, pki.now)
                .answer(Answer::good(&people[0], &root, pki.now))
                .answer(
                    Answer::good(&people[1], &root, pki.now)
                        .revoked(pki.now.plus_seconds(-3600), Some(RevocationReason::Superseded))
                        .named_by(&people[1], &root, DigestAlgorithm::Sha256),
                )
                .answer(Answer::good(&people[2], &root, pki.now).unknown().archive_cutoff(pki.now).next_update(None))
        };
    let id = |person, digest| CertId::new(person, &root, digest);
    let request = OcspRequest::new(vec![id(&people[0], DigestAlgorithm::Sha1)]).with_fresh_nonce().expect("a nonce");
    std::fs::write(folder.join("request"), request.to_der()).expect("written");
    let line = format!("ocsp -respin response -reqin request -CAfile root -attime {}", pki.now.unix());
    for (name, forge) in [("by name", answers()), ("by key", answers().by_key(&root)), ("with certificate", answers().certificate(&root))] {
        let nonce = request.nonce().expect("a nonce");
        std::fs::write(folder.join("response"), forge.nonce(nonce).der()).expect("written");
        let said = openssl(folder, &format!("{line} -verify_other root"));
        tally.check(said.contains("Response verify OK") && !said.contains("Nonce"), || format!("{name}: {said}"));
        let shown = openssl(folder, "ocsp -respin response -noverify -resp_text");
        for due in [
            "Cert Status: good",
            "Cert Status: revoked",
            "superseded",
            "Cert Status: unknown",
            "OCSP Archive Cutoff",
            "Hash Algorithm: sha256",
        ] {
            tally.check(shown.contains(due), || format!("{name}: {due}: {shown}"));
        }
    }
    std::fs::write(folder.join("response"), answers().nonce(b"another").der()).expect("written");
    let said = openssl(folder, &format!("{line} -verify_other root"));
    tally.check(said.contains("Nonce Verify error"), || said.clone());
    std::fs::write(folder.join("response"), OcspForge { signature: Some(vec![1; 256]), ..answers() }.der()).expect("written");
    let said = openssl(folder, &format!("{line} -verify_other root"));
    tally.check(!said.contains("Response verify OK"), || said.clone());
    tally.finish(23);
}
