//! OCSP requests and responses that others made: every field is compared with what rasn-ocsp reads, and signatures are checked
//! where the certificate is at hand.

use std::collections::{BTreeMap, BTreeSet};

use rasn_ocsp::CertStatus;
use serde_json::Value;
use smime::cert::{BasicOcspResponse, CertId, Certificate, CertificateStatus, OcspRequest, OcspResponse, OcspResponseStatus, ResponderId};
use smime::{Code, DigestAlgorithm, Time};
use smime_tests::{Tally, archive, json, vectors};

const PYCA: &str = "pyca/cryptography_vectors-50.0.2-subset.tar.gz";
const OPENSSL: &str = "openssl/openssl-3.6.3-testdata.tar.gz";

/// Members of an archive, by name, whose names begin and end so.
fn members(archive_name: &str, start: &str, end: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let files = archive(&vectors()?.join(archive_name));
    Some(files.into_iter().filter(|(name, _)| name.starts_with(start) && name.ends_with(end)).collect())
}

/// OpenSSL keeps the DER of its responses in Base64 without a frame.
fn base64(text: &[u8]) -> Vec<u8> {
    let framed = [b"-----BEGIN OCSP RESPONSE-----\n", text, b"\n-----END OCSP RESPONSE-----\n"].concat();
    let block = smime::pem::blocks(&framed).next().expect("a block").expect("a block");
    block.decode().expect("Base64").to_vec()
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// Where this reader and rasn-ocsp differ.
fn differences(response: &OcspResponse) -> Vec<&'static str> {
    let mut differences = Vec::new();
    let mut check = |same: bool, what| {
        if !same {
            differences.push(what);
        }
    };
    let theirs = rasn::der::decode::<rasn_ocsp::OcspResponse>(response.der()).expect("rasn-ocsp reads the response");
    check(theirs.status as u8 == response.status().number(), "status");
    let Some(basic) = response.basic() else {
        const BASIC: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 1];
        let is_basic = theirs.bytes.is_some_and(|bytes| bytes.r#type[..] == *BASIC);
        check(response.status() != OcspResponseStatus::Successful || !is_basic, "type");
        return differences;
    };
    let bytes = theirs.bytes.expect("rasn-ocsp reads an answer");
    check(&bytes.response[..] == basic.der(), "basic");
    let theirs = rasn::der::decode::<rasn_ocsp::BasicOcspResponse>(basic.der()).expect("rasn-ocsp reads the answer");
    let data = &theirs.tbs_response_data;
    check(data.produced_at.timestamp() == basic.produced_at().unix(), "producedAt");
    let named = match (&data.responder_id, basic.responder_id()) {
        (rasn_ocsp::ResponderId::ByKey(key), ResponderId::ByKey(own)) => key[..] == *own,
        (rasn_ocsp::ResponderId::ByName(name), ResponderId::ByName(own)) => rasn::der::encode(name).is_ok_and(|name| name == own.der()),
        _ => false,
    };
    check(named, "responderID");
    check(theirs.signature.as_raw_slice() == basic.signature(), "signature");
    let certificates = theirs.certs.as_ref().map_or(0, |certificates| certificates.len());
    check(certificates == basic.certificates().len() + basic.unread_certificates(), "certs");
    check(data.response_extensions.as_ref().map_or(0, |extensions| extensions.len()) == basic.extensions().len(), "extensions");
    check(data.responses.len() == basic.responses().count(), "responses");
    for (own, other) in basic.responses().zip(data.responses.iter()) {
        check(own.this_update.unix() == other.this_update.timestamp(), "thisUpdate");
        check(own.next_update.map(Time::unix) == other.next_update.map(|time| time.timestamp()), "nextUpdate");
        check(own.cert_id.issuer_name_hash() == &other.cert_id.issuer_name_hash[..], "issuerNameHash");
        check(own.cert_id.issuer_key_hash() == &other.cert_id.issuer_key_hash[..], "issuerKeyHash");
        check(rasn::der::encode(&other.cert_id).is_ok_and(|der| der == own.cert_id.to_der()), "certID");
        check(own.extensions.len() == other.single_extensions.as_ref().map_or(0, |extensions| extensions.len()), "singleExtensions");
        let same = match (own.status, &other.cert_status) {
            (CertificateStatus::Good, CertStatus::Good) | (CertificateStatus::Unknown, CertStatus::Unknown(())) => true,
            (CertificateStatus::Revoked { at, reason }, CertStatus::Revoked(revoked)) => {
                // Where they have none, ours may come from an extension.
                let number = revoked.revocation_reason.as_ref().map(|reason| *reason as u8);
                at.unix() == revoked.revocation_time.timestamp() && (number.is_none() || number == reason.map(|reason| reason.number()))
            }
            _ => false,
        };
        check(same, "certStatus");
    }
    differences
}

/// The certificate of the responder, by his own word, among those that came along and these.
fn responder<'a>(basic: &'a BasicOcspResponse, known: &'a [Certificate]) -> Option<&'a Certificate> {
    basic.certificates().iter().chain(known).find(|certificate| basic.is_responder(certificate))
}

/// The outcome of checking a signature, where the certificate came along.
type Verified = Option<Result<(), Code>>;

/// What each response of pyca's says of its first certificate, or why it is refused, and how its signature can be checked.
const RESPONSES: &[(&str, Result<&str, Code>, Verified)] = &[
    ("ocsp-army.deps.mil-resp.der", Ok("revoked"), Some(Ok(()))),
    ("resp-delegate-unknown-cert.der", Ok("unknown"), Some(Ok(()))),
    ("resp-invalid-signature-oid.der", Ok("good"), None),
    ("resp-invalid-version.der", Err(Code::OcspMalformed), None),
    ("resp-responder-key-hash.der", Ok("revoked"), None),
    ("resp-response-type-unknown-oid.der", Ok("no answer"), None),
    ("resp-revoked-no-next-update.der", Ok("revoked"), None),
    ("resp-revoked-reason.der", Ok("revoked superseded"), Some(Ok(()))),
    ("resp-revoked.der", Ok("revoked"), None),
    ("resp-sct-extension.der", Ok("good"), Some(Ok(()))),
    ("resp-sha256.der", Ok("good"), None),
    ("resp-single-extension-reason.der", Ok("good"), None),
    ("resp-successful-no-response-bytes.der", Err(Code::OcspMalformed), None),
    ("resp-unauthorized.der", Ok("no answer"), None),
    // The extension was put in by hand.
    ("resp-unknown-extension.der", Ok("revoked superseded"), Some(Err(Code::SigInvalid))),
    ("resp-unknown-hash-alg.der", Ok("revoked"), None),
    ("resp-unknown-response-status.der", Err(Code::OcspMalformed), None),
];

fn said(response: &OcspResponse) -> String {
    match response.basic().and_then(|basic| basic.responses().next()).map(|single| single.status) {
        None => "no answer".to_owned(),
        Some(status @ CertificateStatus::Revoked { reason: Some(reason), .. }) => format!("{} {}", status.as_str(), reason.as_str()),
        Some(status) => status.as_str().to_owned(),
    }
}

#[test]
fn responses_of_pyca() {
    let Some(files) = members(PYCA, "x509/ocsp/", ".der") else { return };
    let mut tally = Tally::new("OCSP responses of pyca");
    let mut unexpected: BTreeSet<&str> = files.keys().map(|name| last_part(name)).filter(|name| !name.contains("req")).collect();
    for (name, due, verified) in RESPONSES {
        unexpected.remove(name);
        let response = match (OcspResponse::from_der(&files[&format!("x509/ocsp/{name}")]), due) {
            (Ok(response), Ok(status)) => {
                tally.check(said(&response) == *status, || format!("{name}: {}", said(&response)));
                response
            }
            (result, due) => {
                let code = result.as_ref().err().map(|error| error.code());
                tally.check(code == due.err(), || format!("{name}: {result:?}"));
                continue;
            }
        };
        let differences = differences(&response);
        tally.check(differences.is_empty(), || format!("{name}: {}", differences.join(", ")));
        let Some(basic) = response.basic() else { continue };
        let checked = responder(basic, &[]).map(|certificate| {
            let key = certificate.public_key().expect("a key");
            basic.verify_signed_by(key).map_err(|error| error.code())
        });
        tally.check(checked == *verified, || format!("{name}: signature {checked:?}"));
    }
    tally.check(unexpected.is_empty(), || format!("nothing is expected of {unexpected:?}"));
    let basic = |name: &str| {
        let response = OcspResponse::from_der(&files[&format!("x509/ocsp/{name}")]).expect("a response");
        response.basic().expect("an answer").clone()
    };
    let old = basic("resp-invalid-signature-oid.der").signature_scheme().map_err(|error| error.code());
    tally.check(old == Err(Code::SigAlgorithmUnsupported), || format!("MD2: {old:?}"));
    let unknown = basic("resp-unknown-hash-alg.der");
    tally.check(unknown.responses().all(|single| single.cert_id.digest_algorithm().is_none()), || "an unknown digest".to_owned());
    let nonce = basic("resp-revoked-reason.der").nonce().map(<[u8]>::len);
    tally.check(nonce == Some(16), || format!("nonce: {nonce:?}"));
    tally.finish(40);
}

#[test]
fn requests_of_pyca() {
    let Some(files) = members(PYCA, "x509/ocsp/", ".der") else { return };
    let mut tally = Tally::new("OCSP requests of pyca");
    for (name, octets) in files.iter().filter(|(name, _)| name.contains("req")) {
        let name = last_part(name);
        let due = match name {
            "req-duplicate-ext.der" | "req-invalid-version.der" => Err(Code::OcspMalformed),
            _ => Ok(()),
        };
        let read = OcspRequest::from_der(octets);
        tally.check(read.as_ref().map(|_| ()).map_err(|error| error.code()) == due, || format!("{name}: {read:?}"));
        let (Ok(request), Ok(theirs)) = (&read, rasn::der::decode::<rasn_ocsp::OcspRequest>(octets)) else { continue };
        let list = &theirs.tbs_request.request_list;
        let same =
            |(own, other): (&CertId<'_>, &rasn_ocsp::Request)| rasn::der::encode(&other.req_cert).is_ok_and(|der| der == own.to_der());
        tally.check(request.cert_ids().len() == list.len() && request.cert_ids().iter().zip(list.iter()).all(same), || name.to_owned());
        tally.check(request.is_signed() == theirs.optional_signature.is_some(), || format!("{name}: signature"));
        // What is written again is the same, but for extensions that are not ours.
        let is_plain = !matches!(name, "req-ext-unknown-oid.der" | "req-acceptable-responses.der");
        tally.check(!is_plain || request.to_der() == *octets, || format!("{name}: written again"));
        let known = request.cert_ids().iter().all(|id| id.digest_algorithm().is_some());
        tally.check(known != (name == "req-invalid-hash-alg.der"), || format!("{name}: digest"));
        tally.check(request.nonce().is_some() == (name == "req-ext-nonce.der"), || format!("{name}: {:?}", request.nonce()));
    }
    tally.finish(30);
}

/// What can be seen of a response and its responder without deciding whether to trust him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Facts {
    /// A certificate is at hand that the responder calls his own.
    responder: bool,
    /// Its key made the signature.
    signature: bool,
    /// It is the issuer's, or its issuer's key signed it.
    delegation: bool,
    /// Every answer is about a certificate of an issuer of this name, of this key.
    name: bool,
    key: bool,
}

const RIGHT: Facts = Facts { responder: true, signature: true, delegation: true, name: true, key: true };

fn facts(basic: &BasicOcspResponse, issuer: &Certificate) -> Facts {
    let issuer_key = issuer.public_key().expect("a key");
    let found = responder(basic, std::slice::from_ref(issuer));
    let (name, key) = (DigestAlgorithm::Sha1.digest(issuer.subject().der()), DigestAlgorithm::Sha1.digest(issuer_key.key_octets()));
    Facts {
        responder: found.is_some(),
        signature: found.is_some_and(|found| basic.verify_signed_by(found.public_key().expect("a key")).is_ok()),
        delegation: found.is_some_and(|found| found == issuer || found.verify_signed_by(issuer_key).is_ok()),
        name: basic.responses().all(|single| single.cert_id.issuer_name_hash() == &name[..]),
        key: basic.responses().all(|single| single.cert_id.issuer_key_hash() == &key[..]),
    }
}

/// What is wrong, by the heading under which OpenSSL has the case. Altered fields were not signed again, and a responder who is named by
/// his key is not found under another.
fn expected_facts(section: &str, delegated: bool, by_key: bool) -> Option<Facts> {
    let unsigned = Facts { signature: false, ..RIGHT };
    let nobody = Facts { responder: false, delegation: false, ..unsigned };
    Some(match section {
        // The signature on the issuer's own certificate is no matter of the response.
        "VALID OCSP RESPONSES" | "INVALID SIGNATURE on the ISSUER CERTIFICATE" => RIGHT,
        "INVALID SIGNATURE on the OCSP RESPONSE" => unsigned,
        "WRONG RESPONDERID in the OCSP RESPONSE" => nobody,
        "WRONG ISSUERNAMEHASH in the OCSP RESPONSE" => Facts { name: false, ..unsigned },
        "WRONG ISSUERKEYHASH in the OCSP RESPONSE" => Facts { key: false, ..unsigned },
        "WRONG KEY in the DELEGATED OCSP SIGNING CERTIFICATE" if by_key => nobody,
        "WRONG KEY in the DELEGATED OCSP SIGNING CERTIFICATE" => Facts { delegation: false, ..unsigned },
        "INVALID SIGNATURE on the DELEGATED OCSP SIGNING CERTIFICATE" => Facts { delegation: false, ..RIGHT },
        "WRONG SUBJECT NAME in the ISSUER CERTIFICATE" if delegated || by_key => Facts { name: false, ..RIGHT },
        "WRONG KEY in the ISSUER CERTIFICATE" if delegated => Facts { delegation: false, key: false, ..RIGHT },
        "WRONG KEY in the ISSUER CERTIFICATE" if by_key => Facts { key: false, ..nobody },
        _ => return None,
    })
}

#[test]
fn responses_of_openssl() {
    let Some(files) = members(OPENSSL, "ocsp-tests/", "") else { return };
    let index = json(&vectors().expect("vectors").join("openssl/ocsp-cases.json"));
    let mut tally = Tally::new("OCSP responses of OpenSSL");
    let text = |case: &Value, field: &str| case[field].as_str().unwrap_or_default().to_owned();
    for case in index["cases"].as_array().expect("cases") {
        let [id, section, title, response, issuer] = ["id", "section", "title", "response", "untrusted"].map(|field| text(case, field));
        if section.starts_with("OCSP API TESTS") {
            tally.skip("an option of OpenSSL");
            continue;
        }
        let response = OcspResponse::from_der(&base64(&files[&format!("ocsp-tests/{response}")])).expect("a response");
        let by_key = matches!(response.basic().expect("an answer").responder_id(), ResponderId::ByKey(_));
        let due = expected_facts(&section, title.starts_with("DELEGATED"), by_key).expect("a section that is known");
        assert_eq!(due == RIGHT, case["expected"] == "valid", "{id}");
        let issuer = Certificate::many(&files[&format!("ocsp-tests/{issuer}")]).expect("certificates").swap_remove(0);
        let found = facts(response.basic().expect("an answer"), &issuer);
        tally.check(found == due, || format!("{id} {section}, {title}: {found:?}"));
        let differences = differences(&response);
        tally.check(differences.is_empty(), || format!("{id}: {}", differences.join(", ")));
    }
    // The certificates in question.
    for (name, certificate, issuer) in [
        ("D1", "D1_Cert_EE", "D1_Issuer_ICA"),
        ("D2", "D2_Cert_ICA", "D2_Issuer_Root"),
        ("D3", "D3_Cert_EE", "D3_Issuer_Root"),
        ("ND1", "ND1_Cert_EE", "ND1_Issuer_ICA"),
        ("ND2", "ND2_Cert_ICA", "ND2_Issuer_Root"),
        ("ND3", "ND3_Cert_EE", "ND3_Issuer_Root"),
    ] {
        let read = |name: &str| Certificate::many(&files[&format!("ocsp-tests/{name}.pem")]).expect("certificates").swap_remove(0);
        let (certificate, issuer) = (read(certificate), read(issuer));
        for (prefix, due) in [("", Some("good")), ("ISOP_", Some("good")), ("WINH_", None), ("WIKH_", None)] {
            let response = OcspResponse::from_der(&base64(&files[&format!("ocsp-tests/{prefix}{name}.ors")])).expect("a response");
            let found = response.basic().expect("an answer").responses_for(&certificate, &issuer).next();
            let found = found.map(|single| single.status.as_str());
            tally.check(found == due, || format!("{prefix}{name}: {found:?}"));
        }
    }
    tally.finish(140);
}
