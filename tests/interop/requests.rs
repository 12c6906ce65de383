//! Certification requests: OpenSSL judges ours, and those of others are read.

use std::path::Path;

use smime::asn1::oid;
use smime::ca::{CertificateRequest, NewExtension, RequestTemplate};
use smime::cert::KeyUsage;
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime_tests::Tally;

use crate::command::{available, command, run, run_in, words};

fn template() -> RequestTemplate {
    RequestTemplate {
        subject: vec![(oid::AT_COUNTRY_NAME, "DE".to_owned()), (oid::AT_COMMON_NAME, "Zo\u{eb}".to_owned())],
        addresses: vec!["zoe@example.org".to_owned(), "zo\u{eb}@b\u{fc}cher.example".to_owned()],
        key_usage: Some(KeyUsage::DIGITAL_SIGNATURE),
        extensions: vec![NewExtension::certificate_policies(&[oid::ANY_POLICY], None).expect("policies")],
        ..RequestTemplate::mailbox("")
    }
}

#[test]
fn openssl_takes_our_requests() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut tally = Tally::new("requests read by OpenSSL");
    let rsa = |bits| KeyKind::Rsa { bits };
    let curve = KeyKind::Ec;
    for kind in [rsa(2048), rsa(3072), rsa(4096), curve(Curve::P256), curve(Curve::P384), curve(Curve::P521), KeyKind::Ed25519] {
        let key = PrivateKey::generate(kind).expect("a key");
        for (name, template) in [("full", template()), ("address alone", RequestTemplate::mailbox("zoe@example.org"))] {
            let request = template.sign(&key).expect("a request");
            for (form, octets) in [("PEM", request.to_pem().into_bytes()), ("DER", request.der().to_vec())] {
                let line = format!("req -verify -text -noout -inform {form}");
                let read = run(command("openssl", words(&line)).current_dir(folder.path()), &octets);
                let text = read.as_ref().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
                let expected: &[&str] = if name == "full" {
                    &["email:zoe@example.org", "CN = Zo", "E-mail Protection", "Digital Signature"]
                } else {
                    &["email:zoe@example.org"]
                };
                tally.check(expected.iter().all(|words| text.contains(words)), || format!("{kind}, {name}, {form}: {read:?}"));
            }
        }
    }
    tally.finish(28);
}

/// Whether this is a request for this name and address, with its proof.
fn check(tally: &mut Tally, folder: &Path, who: &str, file: &str, kind: &str) {
    let read = std::fs::read(folder.join(file)).map_err(|error| error.to_string());
    let request = read.and_then(|octets| CertificateRequest::from_bytes(&octets).map_err(|error| error.to_string()));
    let outcome = request.and_then(|request| {
        request.verify().map_err(|error| error.to_string())?;
        let told = request.describe();
        match (told.subject.as_str(), told.addresses.as_slice(), told.key.as_deref()) {
            ("CN=Alice,O=Example,C=DE", [address], Some(found)) if address == "alice@example.org" && found == kind => Ok(()),
            _ => Err(format!("{told:?}")),
        }
    });
    tally.check(outcome.is_ok(), || format!("{who}, {kind}: {outcome:?}"));
}

#[test]
fn requests_of_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("requests of others");
    let mut expected = 0;
    if available("openssl") {
        for (kind, new) in [
            ("rsa-2048", "rsa:2048"),
            ("p256", "ec -pkeyopt ec_paramgen_curve:P-256"),
            ("p384", "ec -pkeyopt ec_paramgen_curve:P-384"),
            ("p521", "ec -pkeyopt ec_paramgen_curve:P-521"),
            ("ed25519", "ed25519"),
        ] {
            for form in ["PEM", "DER"] {
                let line = format!(
                    "req -new -newkey {new} -nodes -keyout key -out request -outform {form} -utf8 -subj /C=DE/O=Example/CN=Alice -addext subjectAltName=email:alice@example.org -addext keyUsage=critical,digitalSignature"
                );
                tally.check(run_in(folder, "openssl", &words(&line)).is_ok(), || line.clone());
                check(&mut tally, folder, "openssl", "request", kind);
                expected += 2;
            }
        }
        // Old conventions: the address in the subject, a password, no extensions; the other label.
        let config = "[req]\ndistinguished_name=name\nattributes=more\nprompt=no\n[name]\nC=DE\nO=Example\nCN=Alice\nemailAddress=alice@example.org\n[more]\nchallengePassword=secret\nunstructuredName=x\n";
        std::fs::write(folder.join("config"), config).expect("written");
        let old = run_in(folder, "openssl", &words("req -new -newhdr -config config -newkey rsa:2048 -nodes -keyout key -out request"));
        let octets = std::fs::read(folder.join("request")).unwrap_or_default();
        let request = CertificateRequest::from_bytes(&octets);
        let fits = request.as_ref().is_ok_and(|request| {
            request.verify().is_ok() && request.addresses() == ["alice@example.org"] && request.attributes().count() == 2
        });
        tally.check(fits && octets.starts_with(b"-----BEGIN NEW CERTIFICATE REQUEST"), || format!("{old:?} {request:?}"));
        expected += 1;
    }
    if available("keytool") {
        for (kind, algorithm) in [("rsa-2048", "RSA -keysize 2048"), ("p256", "EC -groupname secp256r1"), ("ed25519", "Ed25519")] {
            let store = format!("-keystore {kind}.p12 -storetype PKCS12 -storepass secret -alias alice");
            let made =
                run_in(folder, "keytool", &words(&format!("-genkeypair -keyalg {algorithm} -dname CN=Alice,O=Example,C=DE {store}")));
            let asked = run_in(folder, "keytool", &words(&format!("-certreq -ext SAN=email:alice@example.org -file request {store}")));
            tally.check(made.is_ok() && asked.is_ok(), || format!("{made:?} {asked:?}"));
            check(&mut tally, folder, "keytool", "request", kind);
            expected += 2;
        }
    }
    if available("certutil") {
        std::fs::create_dir(folder.join("nss")).expect("a folder");
        std::fs::write(folder.join("noise"), [7; 64]).expect("written");
        run_in(folder, "certutil", &words("-N -d sql:nss --empty-password")).expect("a database");
        for (kind, new, form) in [("rsa-2048", "rsa -g 2048", "-a"), ("p256", "ec -q nistp256", "")] {
            let line = format!("-R -d sql:nss -k {new} -s CN=Alice,O=Example,C=DE -7 alice@example.org -z noise -o request {form}");
            let asked = run_in(folder, "certutil", &words(&line));
            tally.check(asked.is_ok(), || format!("{asked:?}"));
            check(&mut tally, folder, "certutil", "request", kind);
            expected += 2;
        }
    }
    tally.finish(expected);
}
