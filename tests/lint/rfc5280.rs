//! What provokes the lints of RFC 5280 and its companions.

use smime::asn1::{Tag, oid};
use smime_tests::forge::{algorithm, element, object, sequence};
use smime_tests::parts::{Parts, access, general, key, list, objects, oid as object_id, other, point, policies, printable, qualified};
use smime_tests::parts::{rsa_key, utf8};

use crate::Case;
use crate::goods::*;

/// The names of these in place of those that the certificate has.
fn san(names: &[Vec<u8>]) -> Parts {
    various().with(NAMES, false, &list(names))
}

fn smtp_utf8(tag: Tag, address: &str) -> Parts {
    san(&[other(SMTP_UTF8, &element(tag, address.as_bytes()))])
}

/// An authority whose nameConstraints permits this.
fn permits(subtree: &[Vec<u8>]) -> Parts {
    authority().with(CONSTRAINTS, true, &list(&[element(Tag::context_constructed(0), &list(subtree))]))
}

fn notice(text: &[u8]) -> Parts {
    various().with(POLICIES, false, &qualified("1.2.3", NOTICE, &list(&[text.to_vec()])))
}

fn ec_algorithm(parameters: &[u8]) -> Vec<u8> {
    algorithm(oid::ID_EC_PUBLIC_KEY, parameters)
}

fn one_attribute(tag: Tag, value: &[u8]) -> Parts {
    various().attribute((O, tag, value.to_vec()))
}

/// An extension that says that it is not critical.
fn spelled_out() -> Parts {
    let extension = sequence(&[&object(object_id("1.2.3")), &[1, 1, 0], &element(Tag::OCTET_STRING, &[5, 0])]);
    mailbox().with_raw("1.2.3", &extension)
}

pub(crate) const CASES: &[Case] = &[
    ("rfc5280-version", || Parts { version: Some(vec![1]), ..mailbox() }),
    ("rfc5280-version", || Parts { version: None, ..mailbox() }),
    ("rfc5280-serial-positive", || Parts { serial: vec![0], ..mailbox() }),
    ("rfc5280-serial-positive", || Parts { serial: vec![0x80, 1], ..mailbox() }),
    ("rfc5280-serial-length", || Parts { serial: vec![1; 21], ..mailbox() }),
    ("rfc5280-unique-identifiers", || Parts { unique_identifiers: element(Tag::context(1), &[0, 1]), ..mailbox() }),
    ("rfc5280-unique-identifiers", || Parts { unique_identifiers: element(Tag::context(2), &[0, 1]), ..mailbox() }),
    ("rfc5280-extensions-empty", || Parts { extensions: Some(Vec::new()), ..mailbox() }),
    ("rfc5280-validity-order", || Parts { validity: [(Tag::UTC_TIME, "270901000000Z"), (Tag::UTC_TIME, "270831000000Z")], ..mailbox() }),
    ("rfc5280-time-type", || Parts {
        validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::GENERALIZED_TIME, "20491231235959Z")],
        ..mailbox()
    }),
    ("rfc5280-utc-time", || Parts { validity: [(Tag::UTC_TIME, "2510010000Z"), (Tag::UTC_TIME, "270901000000Z")], ..mailbox() }),
    ("rfc5280-utc-time", || Parts { validity: [(Tag::UTC_TIME, "251001000000+0100"), (Tag::UTC_TIME, "270901000000Z")], ..mailbox() }),
    ("rfc5280-generalized-time", || Parts {
        validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::GENERALIZED_TIME, "20500101000000.5Z")],
        ..mailbox()
    }),
    ("rfc4055-rsa-signature-parameters", || Parts { algorithm: algorithm(oid::SHA256_WITH_RSA, &[]), ..mailbox() }),
    ("rfc5758-signature-parameters", || Parts { algorithm: algorithm(oid::ECDSA_WITH_SHA256, &[5, 0]), ..mailbox() }),
    ("rfc5758-signature-parameters", || Parts { algorithm: algorithm(oid::ID_ED25519, &[5, 0]), ..mailbox() }),
    ("rfc8550-signature-digest", || Parts { algorithm: algorithm(oid::SHA1_WITH_RSA, &[5, 0]), ..mailbox() }),
    ("x690-default-value", spelled_out),
    ("x690-default-value", || Parts { version: Some(vec![0]), extensions: None, ..mailbox() }),
    ("x690-default-value", || mailbox().with(BASIC, false, &list(&[vec![1, 1, 0]]))),
    ("x690-integer", || Parts { serial: vec![0, 1], ..mailbox() }),
    ("x690-object-identifier", || mailbox().with_raw("1.2.3", &sequence(&[&[6, 2, 0x2a, 0x80], &[4, 2, 5, 0]]))),
    ("x690-object-identifier", || mailbox().with(PURPOSES, false, &list(&[vec![6, 3, 0x2a, 0x80, 1]]))),
    ("rfc5280-extension-der", || mailbox().with("1.2.3", false, b"text")),
    ("rfc5280-extension-der", || mailbox().with("1.2.3", false, &list(&[vec![4, 0x81, 1, 0]]))),
    ("rfc5280-extension-malformed", || mailbox().with(SUBJECT_KEY, false, &[5, 0])),
    ("rfc5280-extension-malformed", || mailbox().with(LISTS, false, &list(&[]))),
    ("rfc5280-critical-unknown", || mailbox().with("1.2.3", true, &[5, 0])),
    ("rfc5280-general-name-empty", || san(&[general(1, b"alice@example.org"), general(2, b"")])),
    ("rfc5280-alternative-names-none", || mailbox().with(NAMES, false, &list(&[]))),
    // Keys
    ("rfc3279-rsa-key-parameters", || Parts { key: key(&algorithm(oid::RSA_ENCRYPTION, &[]), &[0x30, 0]), ..rsa() }),
    ("rfc5480-named-curve", || Parts { key: key(&ec_algorithm(&[5, 0]), &[4; 65]), ..mailbox() }),
    ("rfc5480-named-curve", || Parts { key: key(&ec_algorithm(&list(&[vec![2, 1, 1]])), &[4; 65]), ..mailbox() }),
    ("rfc5480-compressed-point", || Parts { key: key(&ec_algorithm(&object(oid::SECP256R1)), &[2; 33]), ..mailbox() }),
    ("rfc8410-key-parameters", || Parts { key: key(&algorithm(oid::ID_ED25519, &[5, 0]), &[7; 32]), ..edwards() }),
    ("rfc5280-key-invalid", || Parts { key: key(&ec_algorithm(&object(oid::SECP256R1)), &[4; 65]), ..mailbox() }),
    ("rfc8017-rsa-exponent", || Parts { key: rsa_key(&modulus(2048), &[1, 0, 0]), ..rsa() }),
    ("rfc8017-rsa-exponent", || Parts { key: rsa_key(&modulus(2048), &[1]), ..rsa() }),
    ("rfc8550-rsa-key-size", || Parts { key: rsa_key(&modulus(1536), &[1, 0, 1]), ..rsa() }),
    // Names
    ("rfc5280-issuer-empty", || Parts { issuer: vec![0x30, 0], ..mailbox() }),
    ("rfc5280-ca-subject-empty", || Parts { subject: Vec::new(), ..authority() }),
    ("rfc5280-subject-empty-san", || nameless().without(NAMES)),
    ("rfc5280-subject-empty-san-critical", || nameless().critical(NAMES, false)),
    ("rfc5280-attribute-empty", || one_attribute(Tag::UTF8_STRING, b"")),
    ("rfc5280-attribute-length", || one_attribute(Tag::UTF8_STRING, &[b'a'; 65])),
    ("rfc5280-attribute-length", || various().attribute(printable(C, "DEU"))),
    ("rfc5280-attribute-type", || various().attribute(utf8(C, "DE"))),
    ("rfc5280-attribute-type", || one_attribute(Tag::IA5_STRING, b"Example")),
    ("rfc5280-directory-string", || one_attribute(Tag::TELETEX_STRING, b"Example")),
    ("x680-string-characters", || one_attribute(Tag::PRINTABLE_STRING, b"alice@example.org")),
    ("x680-string-characters", || one_attribute(Tag::UTF8_STRING, &[0xff])),
    ("x690-set-order", || Parts { subject: vec![vec![utf8(O, "Example"), utf8(CN, "Example")]], ..various() }),
    ("x501-rdn-repeated", || Parts { subject: vec![vec![utf8(O, "a"), utf8(O, "b")]], ..various() }),
    // Extensions
    ("rfc5280-subject-directory-attributes-critical", || legacy().critical(DIRECTORY_ATTRIBUTES, true)),
    ("rfc5280-authority-info-access-critical", || mailbox().critical(ACCESS, true)),
    ("rfc5280-subject-info-access-critical", || various().critical(SUBJECT_ACCESS, true)),
    ("rfc5280-freshest-crl-critical", || various().critical(FRESHEST, true)),
    ("rfc5280-crl-distribution-points-critical", || mailbox().critical(LISTS, true)),
    ("rfc5280-issuer-alt-name-critical", || various().critical(ISSUER_NAMES, true)),
    ("rfc5280-subject-alt-name-critical", || mailbox().critical(NAMES, true)),
    ("rfc5280-any-purpose-critical", || various().critical(PURPOSES, true)),
    ("rfc5280-distribution-point-incomplete", || mailbox().with(LISTS, false, &list(&[list(&[general(1, &[1, 0x40])])]))),
    ("rfc5280-distribution-point-reasons", || {
        let full = element(Tag::context_constructed(0), &general(6, b"http://example.org/"));
        mailbox().with(LISTS, false, &list(&[list(&[element(Tag::context_constructed(0), &full), general(1, &[6, 0x40])])]))
    }),
    ("rfc5280-distribution-point-scheme", || mailbox().with(LISTS, false, &list(&[point("ftp://example.org/1.crl")]))),
    ("rfc5280-ca-issuers-scheme", || mailbox().with(ACCESS, false, &list(&[access(ISSUERS, "ftp://example.org/1.cer")]))),
    ("rfc5280-authority-key-identifier", || mailbox().without(AUTHORITY_KEY)),
    ("rfc5280-authority-key-identifier", || mailbox().with(AUTHORITY_KEY, false, &list(&[]))),
    ("rfc5280-authority-key-identifier-critical", || mailbox().critical(AUTHORITY_KEY, true)),
    ("rfc5280-authority-key-identifier-pair", || mailbox().with(AUTHORITY_KEY, false, &list(&[general(0, &[1; 20]), general(2, &[1])]))),
    ("rfc5280-subject-key-identifier-ca", || authority().without(SUBJECT_KEY)),
    ("rfc5280-subject-key-identifier", || mailbox().without(SUBJECT_KEY)),
    ("rfc5280-subject-key-identifier-critical", || mailbox().critical(SUBJECT_KEY, true)),
    // keyUsage
    ("rfc5280-key-usage-ca", || authority().without(USAGE)),
    ("rfc5280-key-usage-critical", || mailbox().critical(USAGE, false)),
    ("rfc5280-key-usage-none", || mailbox().with(USAGE, true, &[3, 1, 0])),
    ("x690-named-bits", || mailbox().with(USAGE, true, &[3, 2, 0, 0x80])),
    ("x690-named-bits", || mailbox().with(USAGE, true, &[3, 3, 7, 0x80, 0])),
    ("x690-named-bits", || mailbox().with(USAGE, true, &[3, 2, 7, 0xc0])),
    ("rfc5280-key-usage-cert-sign", || mailbox().with(USAGE, true, &usage(SIGNS | ISSUES))),
    ("rfc5280-key-usage-one-way", || mailbox().with(USAGE, true, &usage(SIGNS | ENCIPHERS_ONLY))),
    ("rfc5280-key-usage-purpose", || mailbox().with(USAGE, true, &usage(LISTS_REVOKED))),
    ("rfc3279-key-usage-rsa", || rsa().with(USAGE, true, &usage(SIGNS | AGREES))),
    ("rfc3279-key-usage-rsa-ca", || rsa_authority(ISSUES | ENCIPHERS)),
    ("rfc8813-key-usage-ec", || mailbox().with(USAGE, true, &usage(SIGNS | ENCIPHERS))),
    ("rfc8410-key-usage-signing", || edwards().with(USAGE, true, &usage(SIGNS | AGREES))),
    ("rfc8410-key-usage-signing", || with_key("2.16.840.1.101.3.4.3.18", 1952, ENCIPHERS)),
    ("rfc8410-key-usage-agreement", || montgomery().with(USAGE, true, &usage(SIGNS))),
    ("rfc9935-key-usage", || with_key("2.16.840.1.101.3.4.4.2", 1184, SIGNS | ENCIPHERS)),
    // Authorities
    ("rfc5280-basic-constraints-critical", || authority().critical(BASIC, false)),
    ("rfc5280-path-length", || mailbox().with(BASIC, true, &list(&[vec![2, 1, 0]]))),
    ("rfc5280-path-length", || authority().with(USAGE, true, &usage(LISTS_REVOKED))),
    ("rfc5280-name-constraints-ca", || authority().without(BASIC)),
    ("rfc5280-name-constraints-critical", || authority().critical(CONSTRAINTS, false)),
    ("rfc5280-name-constraints-empty", || authority().with(CONSTRAINTS, true, &list(&[]))),
    ("rfc5280-name-constraints-distance", || permits(&[general(1, b"example.org"), general(0, &[1])])),
    ("rfc5280-name-constraints-distance", || permits(&[general(1, b"example.org"), general(1, &[1])])),
    ("rfc5280-name-constraints-forms", || permits(&[general(8, &[0x2a, 3])])),
    ("rfc5280-name-constraints-address", || permits(&[general(7, &[192, 0, 2, 1])])),
    ("rfc5280-name-constraints-uri", || permits(&[general(6, b"http://example.org/")])),
    ("rfc5280-policy-extensions-ca", || mailbox().with(INHIBIT_ANY, true, &[2, 1, 0])),
    ("rfc5280-policy-constraints-critical", || authority().critical(POLICY_CONSTRAINTS, false)),
    ("rfc5280-policy-constraints-empty", || authority().with(POLICY_CONSTRAINTS, true, &list(&[]))),
    ("rfc5280-inhibit-any-policy-critical", || authority().critical(INHIBIT_ANY, false)),
    ("rfc5280-policy-mappings-critical", || authority().critical(MAPPINGS, false)),
    ("rfc5280-policy-mappings-any", || authority().with(MAPPINGS, true, &list(&[objects(&["2.5.29.32.0", "1.2.3"])]))),
    ("rfc5280-policy-mappings-asserted", || authority().with(MAPPINGS, true, &list(&[objects(&["1.2.3", "1.2.4"])]))),
    // Policies
    ("rfc5280-policy-repeated", || mailbox().with(POLICIES, false, &policies(&["1.2.3", "1.2.4", "1.2.3"]))),
    ("rfc5280-any-policy-qualifiers", || various().with(POLICIES, false, &qualified("2.5.29.32.0", "1.2.3", &[5, 0]))),
    ("rfc5280-policy-qualifiers-empty", || various().with(POLICIES, false, &list(&[list(&[object(object_id("1.2.3")), list(&[])])]))),
    ("rfc5280-cps-uri", || various().with(POLICIES, false, &qualified("1.2.3", CPS, &element(Tag::IA5_STRING, b"see our website")))),
    ("rfc5280-user-notice-reference", || notice(&list(&[element(Tag::UTF8_STRING, b"Example"), list(&[vec![2, 1, 1]])]))),
    ("rfc5280-explicit-text-length", || notice(&element(Tag::UTF8_STRING, &[b'a'; 201]))),
    ("rfc6818-explicit-text-type", || notice(&element(Tag(0x1a), b"Read this."))),
    ("rfc6818-explicit-text-utf8", || notice(&element(Tag::IA5_STRING, b"Read this."))),
    ("rfc5280-explicit-text-control", || notice(&element(Tag::UTF8_STRING, b"Read\nthis."))),
    // Alternative names
    ("rfc5280-rfc822-name-ascii", || san(&[general(1, "j\u{f6}rg@example.org".as_bytes())])),
    ("rfc5280-rfc822-name", || san(&[general(1, b"Alice <alice@example.org>")])),
    ("rfc5280-rfc822-name", || various().with(ISSUER_NAMES, false, &list(&[general(1, b"example.org")]))),
    ("rfc5280-dns-name", || san(&[general(2, b" ")])),
    ("rfc5280-dns-name", || san(&[general(2, b"a_b.example.org")])),
    ("rfc5280-uri", || san(&[general(6, b"/relative")])),
    ("rfc5280-uri", || san(&[general(6, b"http://host/")])),
    ("rfc5280-uri", || san(&[general(6, "http://b\u{fc}cher.example/".as_bytes())])),
    ("rfc5280-ip-address", || san(&[general(7, &[192, 0, 2])])),
    ("rfc8398-smtp-utf8-mailbox", || smtp_utf8(Tag::IA5_STRING, "j\u{f6}rg@example.org")),
    ("rfc8398-smtp-utf8-mailbox", || smtp_utf8(Tag::UTF8_STRING, "\u{feff}j\u{f6}rg@example.org")),
    ("rfc8398-smtp-utf8-mailbox-ascii", || smtp_utf8(Tag::UTF8_STRING, "alice@example.org")),
    ("rfc9598-smtp-utf8-mailbox-domain", || smtp_utf8(Tag::UTF8_STRING, "j\u{f6}rg@b\u{fc}cher.example")),
    ("rfc5280-email-address-in-san", || mailbox().attribute((EMAIL, Tag::IA5_STRING, b"bob@example.org".to_vec()))),
];
