//! Certificates from `ca`, judged by OpenSSL.

use std::path::Path;
use std::process::Command;

use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::{Identity, Time};
use smime_tests::Tally;

use crate::command::{available, run_in, words};

fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).expect("a time")
}

#[test]
fn openssl_verifies_what_is_issued() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("openssl verify");
    let (from, to) = (time("2026-01-01T00:00:00Z"), time("2056-01-01T00:00:00Z"));
    for kind in
        [KeyKind::Rsa { bits: 3072 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ec(Curve::P521), KeyKind::Ed25519]
    {
        let key = || PrivateKey::generate(kind).expect("a key");
        let root = Issuer::self_signed(&key(), &CertificateTemplate::authority("Root", from, to)).expect("a root");
        let sub_key = key();
        let mut template = CertificateTemplate::authority("Sub", from, to);
        template.path_length = Some(0);
        let sub = root.issue(sub_key.public_key(), &template).expect("a certificate");
        let sub = Issuer::new(&sub_key, sub).expect("an issuer");
        let own = key();
        let mut template = CertificateTemplate::end_entity("Zoë", "zoë@bücher.example", from, to);
        template.addresses.push("zoe@example.org".to_owned());
        let certificate = sub.issue(own.public_key(), &template).expect("a certificate");
        for (name, certificate) in [("root", root.certificate()), ("sub", sub.certificate()), ("own", &certificate)] {
            std::fs::write(folder.join(name), certificate.to_pem()).expect("written");
        }
        let line = "verify -x509_strict -attime 1800000000 -purpose smimesign -CAfile root -untrusted sub own";
        let verified = run_in(folder, "openssl", &words(line));
        tally.check(verified.is_ok(), || format!("{kind}: {verified:?}"));
        let email =
            run_in(folder, "openssl", &words("verify -attime 1800000000 -CAfile root -untrusted sub -verify_email zoe@example.org own"));
        tally.check(email.is_ok(), || format!("{kind}: {email:?}"));
        let chain = vec![sub.certificate().clone(), root.certificate().clone()];
        let identity = Identity::from_parts(own, certificate, chain).expect("an identity");
        check_pkcs12(&mut tally, folder, &kind.to_string(), &identity);
    }
    tally.finish(30);
}

/// OpenSSL, Java and NSS read what [`Identity::to_pkcs12`] writes.
fn check_pkcs12(tally: &mut Tally, folder: &Path, kind: &str, identity: &Identity) {
    for password in ["secret", "pässwörd 😀", ""] {
        std::fs::write(folder.join("out.p12"), identity.to_pkcs12(password).expect("PKCS #12")).expect("written");
        let pass = format!("pass:{password}");
        let output = Command::new("openssl").args(["pkcs12", "-in", "out.p12", "-nodes", "-passin", &pass]).current_dir(folder).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let back = Identity::from_pem(&text, None);
        let same = back.as_ref().is_ok_and(|back| back.certificate() == identity.certificate() && back.chain().len() == 2);
        tally.check(same, || format!("{kind}: openssl reads PKCS #12 with password {password:?}: {back:?}"));
        if password == "secret" && kind != "ed25519" {
            if available("keytool") {
                let line = "-importkeystore -srckeystore out.p12 -srcstoretype PKCS12 -srcstorepass secret -destkeystore java.p12 -deststoretype PKCS12 -deststorepass secret -noprompt";
                let _ = std::fs::remove_file(folder.join("java.p12"));
                let read = run_in(folder, "keytool", &words(line));
                tally.check(read.is_ok(), || format!("{kind}: keytool: {read:?}"));
                let java = std::fs::read(folder.join("java.p12")).map(|octets| Identity::from_pkcs12(&octets, "secret"));
                let same = java.is_ok_and(|java| java.is_ok_and(|java| java.certificate() == identity.certificate()));
                tally.check(same, || format!("{kind}: through keytool and back"));
            }
            if available("pk12util") && available("certutil") {
                let database = folder.join(format!("nss-{kind}"));
                std::fs::create_dir(&database).expect("a folder");
                run_in(&database, "certutil", &words("-N -d sql:. --empty-password")).expect("a database");
                let read = run_in(&database, "pk12util", &words("-i ../out.p12 -d sql:. -W secret"));
                tally.check(read.is_ok(), || format!("{kind}: pk12util: {read:?}"));
            }
        }
    }
}
