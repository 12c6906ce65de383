//! Messages and certificates that OpenSSL signs with DSA, under the policy for archives and under the others.

use std::path::Path;

use smime::path::PathRequest;
use smime::report::Check;
use smime::{Certificate, Code, Opener, Policy, TrustStore, Verdict};
use smime_tests::Tally;
use smime_tests::forge::ENTITY;

use crate::command::{available, run_in, words};

fn certificate(folder: &Path, name: &str) -> Certificate {
    Certificate::from_pem(&std::fs::read(folder.join(name)).expect("a file")).expect("a certificate")
}

#[test]
fn openssl_signs_with_dsa() {
    if !available("openssl") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let mut tally = Tally::new("OpenSSL with DSA");
    std::fs::write(folder.join("entity"), ENTITY).expect("written");
    std::fs::write(folder.join("extensions"), "subjectAltName=email:a@example.org\nextendedKeyUsage=emailProtection\n").expect("written");
    std::fs::write(folder.join("dsa-1024"), include_bytes!("../data/keys/dsa-1024.pem")).expect("written");
    std::fs::write(folder.join("dsa-2048"), include_bytes!("../data/keys/dsa-2048.pem")).expect("written");
    for [name, own] in [["dsa-1024", "dsa-2048"], ["dsa-2048", "dsa-1024"]] {
        for digest in ["sha1", "sha256"] {
            for line in [
                format!("req -x509 -new -key {name} -{digest} -subj /CN=Root -days 30 -out root"),
                format!("req -new -key {own} -subj /CN=Alice -out request"),
                format!("x509 -req -in request -CA root -CAkey {name} -{digest} -days 30 -set_serial 7 -extfile extensions -out alice"),
                format!("cms -sign -binary -nodetach -md {digest} -in entity -signer alice -inkey {own} -outform DER -out attributes"),
                format!("cms -sign -binary -nodetach -noattr -md {digest} -in entity -signer alice -inkey {own} -outform DER -out bare"),
            ] {
                run_in(folder, "openssl", &words(&line)).expect("OpenSSL signs");
            }
            let (root, alice) = (certificate(folder, "root"), certificate(folder, "alice"));
            let store = TrustStore::builder().anchor(&root).build();
            let at = alice.not_before();
            let own = root.verify_signed_by(root.public_key().expect("a key"));
            tally.check(own.is_ok(), || format!("{name} {digest}: {own:?}"));
            for (policy, is_allowed) in [(Policy::legacy(), true), (Policy::standard(), false), (Policy::strict(), false)] {
                let report = PathRequest::new(&alice, &store).at(at).policy(&policy).validate();
                let right = report.is_valid() == is_allowed && report.has(Code::PathWeak) && !report.has(Code::PathSignature);
                tally.check(right, || format!("{name} {digest} {}: {:?}", policy.name, report.findings));
                for form in ["attributes", "bare"] {
                    let message = std::fs::read(folder.join(form)).expect("a message");
                    let opened = Opener::new(&store).policy(policy.clone()).at(at).open(&message).expect("a message");
                    let signer = opened.report().signers().next().expect("a signer");
                    let verdict = if is_allowed { Verdict::Valid } else { Verdict::Untrusted };
                    let right = signer.signature == Check::Passed && signer.algorithm == "dsa" && opened.verdict() == verdict;
                    tally.check(right, || format!("{name} {digest} {} {form}: {}", policy.name, opened.report().to_json()));
                }
            }
        }
    }
    tally.finish(40);
}
