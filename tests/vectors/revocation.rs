//! Revocation as others see it: OpenSSL's OCSP cases, each as the path of the certificate that the response speaks of.

use smime::cert::{Certificate, OcspResponse};
use smime::path::{PathReport, PathRequest, Purpose, RevocationStatus};
use smime::trust::RevocationEvidence;
use smime::{Code, Policy, Time, TrustStore};
use smime_tests::{Tally, archive, json, vectors};

/// Base64 without lines around it, as the files hold it.
fn base64(text: &[u8]) -> Vec<u8> {
    let pem = [b"-----BEGIN OCSP RESPONSE-----\n", text, b"\n-----END OCSP RESPONSE-----\n"].concat();
    smime::pem::blocks(&pem).next().expect("a block").and_then(|block| block.decode()).expect("Base64").to_vec()
}

/// What keeps a response from counting: the codes of the first certificate's doubts, or of the findings where there is no path.
fn why(report: &PathReport) -> Vec<Code> {
    let doubts = report.path.first().into_iter().flat_map(|leaf| leaf.revocation.doubts.iter().map(|(code, _)| *code));
    doubts.chain(report.findings.iter().filter(|_| !report.is_valid()).map(|finding| finding.code)).collect()
}

/// What is wrong in each of OpenSSL's sections of bad cases.
fn due(section: &str) -> &'static [Code] {
    use Code as C;
    match section {
        "INVALID SIGNATURE on the OCSP RESPONSE" => &[C::RevSignature],
        "WRONG RESPONDERID in the OCSP RESPONSE" => &[C::RevSigner],
        // A response about a certificate of another issuer is none about this one.
        "WRONG ISSUERNAMEHASH in the OCSP RESPONSE" | "WRONG ISSUERKEYHASH in the OCSP RESPONSE" => &[C::RevMissing],
        "WRONG KEY in the DELEGATED OCSP SIGNING CERTIFICATE" => &[C::RevSignature, C::RevSigner],
        "INVALID SIGNATURE on the DELEGATED OCSP SIGNING CERTIFICATE" => &[C::RevSigner],
        "WRONG SUBJECT NAME in the ISSUER CERTIFICATE" | "WRONG KEY in the ISSUER CERTIFICATE" => &[C::PathNoAnchor, C::PathSignature],
        _ => &[C::PathNoAnchor, C::PathSignature],
    }
}

#[test]
fn ocsp_cases_of_openssl() {
    let Some(folder) = vectors() else { return };
    let index = json(&folder.join("openssl/ocsp-cases.json"));
    let files = archive(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"));
    let mut tally = Tally::new("OpenSSL's OCSP cases");
    for case in index["cases"].as_array().expect("cases") {
        let text = |key: &str| case[key].as_str().expect("a text");
        let read = |name: &str| Certificate::many(&files[&format!("ocsp-tests/{name}")]).expect("certificates");
        let response = OcspResponse::from_der(&base64(&files[&format!("ocsp-tests/{}", text("response"))])).expect("a response");
        // The response for D1_Cert_EE.pem is D1.ors, or with another beginning one that was spoiled.
        let kind = text("response").trim_end_matches(".ors").rsplit('_').next().expect("a kind");
        let leaf = ["EE", "ICA"].iter().find_map(|role| files.get(&format!("ocsp-tests/{kind}_Cert_{role}.pem"))).expect("a certificate");
        let leaf = Certificate::from_pem(leaf).expect("a certificate");

        let store = read(text("ca")).iter().fold(TrustStore::builder(), |builder, anchor| builder.anchor(anchor)).build();
        let mut evidence = RevocationEvidence::default();
        evidence.add_ocsp_response(&response);
        // The responses are of 2012, signed with SHA-1.
        let policy = Policy::legacy();
        let untrusted = read(text("untrusted"));
        let report = PathRequest::new(&leaf, &store)
            .intermediates(&untrusted)
            .at(Time::parse_rfc3339(text("verification_time")).expect("a time"))
            .purpose(Purpose::Any)
            .policy(&policy)
            .evidence(&evidence)
            // OpenSSL's tests look at the dates of certificates only.
            .evidence_at(response.basic().expect("an answer").produced_at())
            .validate();
        let good = report.is_valid() && report.path[0].revocation.status == RevocationStatus::Good;
        let section = text("section").split("===").next().expect("a section");
        let right = match text("expected") {
            "valid" => good,
            _ => !good && why(&report).iter().any(|code| due(section).contains(code)),
        };
        tally.check(right, || format!("{} {} {}: {:?} {:?}", text("id"), section, text("title"), report.verdict, why(&report)));
    }
    tally.finish(59);
}
