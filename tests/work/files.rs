//! Files of keys and certificates with many of either.

use const_oid::ObjectIdentifier;
use smime::asn1::{Tag, oid};
use smime::identity::KeyFile;
use smime::{Certificate, DigestAlgorithm, Evidence, Limits, pem};
use smime_tests::forge::{base64, element, object, sequence};
use smime_tests::maker::Template;

use crate::scene::{number, signing_key, wide};
use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    pem_files().into_iter().chain(pkcs12_files()).chain(pairings()).chain(evidence()).collect()
}

fn pem_files() -> [Case; 7] {
    [
        case("PEM: certificates", 200, |count| {
            let text = blocks(certificates(count));
            move || assert_eq!(Certificate::many(&text).expect("certificates").len(), count)
        }),
        case("PEM: certificates in a file with a key", 100, |count| identity([blocks(certificates(count)), pair(0)].concat(), count)),
        case("PEM: blocks of another kind", 2_000, |count| {
            identity([b"-----BEGIN X-----\nMAA=\n-----END X-----\n".repeat(count), pair(0)].concat(), 0)
        }),
        case("PEM: lines before the first block", 40_000, |count| identity([b"-----END X-----\n".repeat(count), pair(0)].concat(), 0)),
        case("PEM: blocks that do not begin a line", 5_000, |count| {
            identity([b"x -----BEGIN ".repeat(count), vec![b'\n'], pair(0)].concat(), 0)
        }),
        case("PEM: blanks before a block", 40_000, |count| identity([b" ".repeat(count), pair(0)].concat(), 0)),
        case("PEM: fields in a block", 40_000, |count| {
            identity([&b"-----BEGIN X-----\n"[..], &b"A: b\n".repeat(count), b"\nMAA=\n-----END X-----\n", &pair(0)].concat(), 0)
        }),
    ]
}

fn evidence() -> [Case; 2] {
    [
        case("evidence: certificates", 100, |count| {
            let parts: Vec<_> = certificates(count).iter().map(|der| ("application/pkix-cert", der.clone())).collect();
            read_evidence(&parts, count)
        }),
        case("evidence: parts of another kind", 1_000, |count| read_evidence(&vec![("application/x", b"x".to_vec()); count], 0)),
    ]
}

/// Reads a file of evidence with these parts after a text and a message.
fn read_evidence(parts: &[(&str, Vec<u8>)], found: usize) -> impl FnOnce() + use<> {
    let sha256 = |octets: &[u8]| -> String { DigestAlgorithm::Sha256.digest(octets).iter().map(|octet| format!("{octet:02x}")).collect() };
    let first = [("text/plain", b"text".to_vec()), ("application/octet-stream", b"message".to_vec())];
    let part = |name: &str, kind: &str, octets: &[u8], more: &str| {
        let head = format!("--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n");
        [format!("{head}Content-Transfer-Encoding: base64\r\n{more}\r\n").as_bytes(), &base64(octets)].concat()
    };
    let (mut file, mut listed) = (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_vec(), Vec::new());
    for (index, (kind, octets)) in first.iter().chain(parts).enumerate() {
        let name = format!("part-{index}");
        file.extend(part(&name, kind, octets, ""));
        let (length, digest) = (octets.len(), sha256(octets));
        listed.push(format!(r#"{{"name": "{name}", "type": "{kind}", "octets": {length}, "sha256": "{digest}"}}"#));
    }
    let noted = r#""at": "2026-11-23T12:00:00Z", "verdict": "valid", "purpose": "email-signature", "form": "mime", "policy": {}"#;
    let manifest = format!(r#"{{"evidence": 1, {noted}, "parts": [{}]}}"#, listed.join(", "));
    let id = format!("Content-ID: <sha256.{}@libsmime>\r\n", sha256(manifest.as_bytes()));
    file.extend(part("manifest.json", "application/json", manifest.as_bytes(), &id));
    file.extend(b"--b--\r\n");
    move || assert_eq!(Evidence::read(&mut file.as_slice(), &Limits::default()).expect("evidence").certificates().len(), found)
}

fn pkcs12_files() -> [Case; 6] {
    [
        case("PKCS #12: certificates", 100, |count| {
            let bags = certificates(count).iter().flat_map(|certificate| certificate_bag(certificate, b"")).collect::<Vec<_>>();
            identity(pkcs12(&[&bags, &pair_bags(0)]), count)
        }),
        case("PKCS #12: keys with a certificate each", 50, |count| {
            identity(pkcs12(&[&(0..count).flat_map(pair_bags).collect::<Vec<_>>()]), 0)
        }),
        case("PKCS #12: bags of another kind", 2_000, |count| {
            let secret = bag(ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.5"), &sequence(&[]), b"");
            identity(pkcs12(&[&secret.repeat(count), &pair_bags(0)]), 0)
        }),
        case("PKCS #12: safes", 2_000, |count| {
            let own = pair_bags(0);
            let safes: Vec<&[u8]> = std::iter::repeat_n(&[][..], count).chain([&own[..]]).collect();
            identity(pkcs12(&safes), 0)
        }),
        case("PKCS #12: attributes of a bag", 2_000, |count| {
            let attribute = sequence(&[&object(oid::PKCS9_LOCAL_KEY_ID), &element(Tag::SET, &element(Tag::OCTET_STRING, &[1]))]);
            let attributes = element(Tag::SET, &attribute.repeat(count));
            identity(pkcs12(&[&key_bag(0), &certificate_bag(&own_certificate(0), &attributes)]), 0)
        }),
        case("PKCS #12: pieces of a string", 10_000, |count| {
            let content = sequence(&[&data(&sequence(&[&pair_bags(0)]))]);
            let pieces = [element(Tag::OCTET_STRING, &content), [0x04, 0x00].repeat(count)].concat();
            let string = element(Tag::OCTET_STRING.constructed(), &pieces);
            identity(sequence(&[&[0x02, 0x01, 0x03], &sequence(&[&object(oid::ID_DATA), &explicit(&string)])]), 0)
        }),
    ]
}

/// Keys and certificates that are read and only need to be matched.
fn pairings() -> [Case; 3] {
    let matched = |file: Vec<u8>| {
        let file = KeyFile::read(&file, None, &wide()).expect("a file");
        // Each reads its key when that is first asked for.
        assert!(file.certificates().all(|certificate| certificate.public_key().is_ok()));
        move || drop(file.into_identity().expect("an identity"))
    };
    [
        case("identity: keys with a certificate each", 100, move |count| matched((0..count).flat_map(pair).collect())),
        case("identity: certificates of one key", 100, move |count| {
            let renewed = |index| Template { serial: serial(index), ..person(0) }.issue_der(&signing_key(0), &signing_key(1));
            matched([key_block(0), blocks((0..count).map(renewed).collect())].concat())
        }),
        case("identity: one key with its certificate, again and again", 200, move |count| matched(pair(0).repeat(count))),
    ]
}

/// Reads the file and matches its keys with its certificates; so many of those remain.
fn identity(file: Vec<u8>, chain: usize) -> impl FnOnce() + use<> {
    move || {
        let file = KeyFile::read(&file, None, &wide()).expect("a file");
        assert_eq!(file.into_identity().expect("an identity").chain().len(), chain);
    }
}

fn serial(index: usize) -> Vec<u8> {
    number(index).split_off(2)
}

fn person(index: usize) -> Template {
    Template::person(&format!("Person {index}"), "Authority", "a@example.org")
}

/// Certificates of a key that is not in the file.
fn certificates(count: usize) -> Vec<Vec<u8>> {
    let key = signing_key(usize::MAX);
    (0..count).map(|index| Template { serial: serial(index), ..person(index) }.issue_der(&key, &key)).collect()
}

fn own_certificate(index: usize) -> Vec<u8> {
    person(index).issue_der(&signing_key(index), &signing_key(1))
}

fn blocks(certificates: Vec<Vec<u8>>) -> Vec<u8> {
    certificates.iter().flat_map(|certificate| pem::encode("CERTIFICATE", certificate).into_bytes()).collect()
}

fn pkcs8(index: usize) -> Vec<u8> {
    signing_key(index).to_pkcs8().expect("a key").to_vec()
}

fn key_block(index: usize) -> Vec<u8> {
    pem::encode("PRIVATE KEY", &pkcs8(index)).into_bytes()
}

/// A key and its certificate, in PEM.
fn pair(index: usize) -> Vec<u8> {
    [key_block(index), blocks(vec![own_certificate(index)])].concat()
}

fn explicit(content: &[u8]) -> Vec<u8> {
    element(Tag::context_constructed(0), content)
}

fn bag(kind: ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Vec<u8> {
    sequence(&[&object(kind), &explicit(value), attributes])
}

fn certificate_bag(certificate: &[u8], attributes: &[u8]) -> Vec<u8> {
    let value = sequence(&[&object(oid::PKCS9_X509_CERTIFICATE), &explicit(&element(Tag::OCTET_STRING, certificate))]);
    bag(oid::PKCS12_CERT_BAG, &value, attributes)
}

fn key_bag(index: usize) -> Vec<u8> {
    bag(oid::PKCS12_KEY_BAG, &pkcs8(index), b"")
}

/// A key and its certificate, in bags.
fn pair_bags(index: usize) -> Vec<u8> {
    [key_bag(index), certificate_bag(&own_certificate(index), b"")].concat()
}

fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[&object(oid::ID_DATA), &explicit(&element(Tag::OCTET_STRING, content))])
}

/// A file without MAC, with bags in these safes.
fn pkcs12(safes: &[&[u8]]) -> Vec<u8> {
    let safes: Vec<u8> = safes.iter().flat_map(|bags| data(&sequence(&[bags]))).collect();
    sequence(&[&[0x02, 0x01, 0x03], &data(&sequence(&[&safes]))])
}
