//! What provokes the lints of the Baseline Requirements.

use smime::asn1::{Tag, oid};
use smime_tests::forge::{algorithm, element, object};
use smime_tests::parts::{Parts, access, general, key, list, objects, other, point, policies, printable, qualified, rsa_key, utf8};

use crate::Case;
use crate::goods::*;

fn rsa_of(modulus: &[u8], exponent: &[u8]) -> Parts {
    Parts { key: rsa_key(modulus, exponent), ..rsa() }
}

fn until(end: &'static str) -> Parts {
    Parts { validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::UTC_TIME, end)], ..mailbox() }
}

fn identifier(text: &str) -> Parts {
    organization().attribute(utf8(ORGANIZATION_ID, text))
}

fn multipurpose_rsa(bits: u16) -> Parts {
    rsa().with(POLICIES, false, &policies(&[&reserved(1, 2)])).with(USAGE, true, &usage(bits))
}

/// An odd number of 2048 bits that 751 divides.
fn divisible() -> Vec<u8> {
    let mut number = modulus(2048);
    let last = number.len() - 1;
    for low in (1..=u16::MAX).step_by(2) {
        number[last - 1..].copy_from_slice(&low.to_be_bytes());
        if number.iter().fold(0, |rest, octet| (rest << 8 | u32::from(*octet)) % 751) == 0 {
            return number;
        }
    }
    unreachable!("one of 751 odd neighbours is divisible")
}

pub(crate) const CASES: &[Case] = &[
    ("smime-br-policy-reserved", || mailbox().with(POLICIES, false, &policies(&["1.2.3"]))),
    ("smime-br-policy-reserved", || mailbox().without(POLICIES)),
    ("smime-br-policy-single", || mailbox().with(POLICIES, false, &policies(&[&reserved(1, 3), &reserved(1, 2)]))),
    ("smime-br-legacy-generation", || mailbox().with(POLICIES, false, &policies(&[&reserved(1, 1)]))),
    ("smime-br-policies-critical", || mailbox().critical(POLICIES, true)),
    ("smime-br-policy-cps-uri", || {
        mailbox().with(POLICIES, false, &qualified(&reserved(1, 3), CPS, &element(Tag::IA5_STRING, b"ftp://example.org/cps")))
    }),
    ("smime-br-policy-user-notice", || mailbox().with(POLICIES, false, &qualified(&reserved(1, 3), NOTICE, &list(&[])))),
    // 825 days and a second.
    ("smime-br-validity", || until("280104000000Z")),
    ("smime-br-validity", || Parts { validity: [(Tag::UTC_TIME, "240101000000Z"), (Tag::UTC_TIME, "270331000000Z")], ..legacy() }),
    ("smime-br-version", || Parts { version: Some(vec![1]), ..mailbox() }),
    ("smime-br-serial-number", || Parts { serial: vec![0x80; 20], ..mailbox() }),
    ("smime-br-serial-number", || Parts { serial: vec![1; 21], ..mailbox() }),
    ("smime-br-serial-number-entropy", || Parts { serial: vec![1; 7], ..mailbox() }),
    // Keys
    ("smime-br-key-algorithm", || Parts { key: key(&algorithm(oid::ID_RSASSA_PSS, &[]), &[0x30, 0]), ..mailbox() }),
    ("smime-br-key-algorithm", || Parts {
        validity: [(Tag::UTC_TIME, "250801000000Z"), (Tag::UTC_TIME, "270101000000Z")],
        ..with_key("2.16.840.1.101.3.4.3.18", 1952, SIGNS)
    }),
    ("smime-br-signature-algorithm", || Parts { algorithm: algorithm(oid::ECDSA_WITH_SHA256, &[5, 0]), ..mailbox() }),
    ("smime-br-key-point", || Parts { key: key(&algorithm(oid::ID_EC_PUBLIC_KEY, &object(oid::SECP256R1)), &[4; 65]), ..mailbox() }),
    ("smime-br-rsa-modulus-size", || rsa_of(&modulus(2040), &[1, 0, 1])),
    ("smime-br-rsa-modulus-octets", || rsa_of(&modulus(2052), &[1, 0, 1])),
    ("smime-br-rsa-modulus-factors", || rsa_of(&divisible(), &[1, 0, 1])),
    ("smime-br-rsa-exponent", || rsa_of(&modulus(2048), &[2])),
    ("smime-br-rsa-exponent-range", || rsa_of(&modulus(2048), &[3])),
    // keyUsage and extKeyUsage
    ("smime-br-key-usage", || mailbox().without(USAGE)),
    ("smime-br-key-usage-critical", || mailbox().critical(USAGE, false)),
    ("smime-br-key-usage-rsa-strict", || rsa().with(USAGE, true, &usage(SIGNS | ENCIPHERS | ENCIPHERS_DATA))),
    ("smime-br-key-usage-rsa", || multipurpose_rsa(SIGNS | ENCIPHERS_DATA)),
    ("smime-br-key-usage-rsa-purpose", || multipurpose_rsa(REPUDIATES_NOT)),
    ("smime-br-key-usage-ec", || mailbox().with(USAGE, true, &usage(SIGNS | ENCIPHERS_ONLY))),
    ("smime-br-key-usage-ec-purpose", || mailbox().with(USAGE, true, &usage(REPUDIATES_NOT))),
    ("smime-br-key-usage-edwards", || edwards().with(USAGE, true, &usage(REPUDIATES_NOT))),
    ("smime-br-key-usage-ml-dsa", || with_key("2.16.840.1.101.3.4.3.18", 1952, REPUDIATES_NOT)),
    ("smime-br-key-usage-ml-kem", || with_key("2.16.840.1.101.3.4.4.2", 1184, ENCIPHERS | ENCIPHERS_DATA)),
    ("smime-br-extended-key-usage-strict", || mailbox().with(PURPOSES, false, &objects(&[MAIL, "1.3.6.1.5.5.7.3.2"]))),
    ("smime-br-extended-key-usage-strict", || mailbox().without(PURPOSES)),
    ("smime-br-extended-key-usage", || organization().with(PURPOSES, false, &objects(&[MAIL, SERVER]))),
    ("smime-br-extended-key-usage", || organization().with(PURPOSES, false, &objects(&["1.3.6.1.5.5.7.3.2"]))),
    // Extensions
    ("smime-br-path-length", || mailbox().with(BASIC, true, &list(&[vec![2, 1, 0]]))),
    ("smime-br-authority-key-identifier", || mailbox().without(AUTHORITY_KEY)),
    ("smime-br-authority-key-identifier", || mailbox().critical(AUTHORITY_KEY, true)),
    ("smime-br-authority-key-identifier", || mailbox().with(AUTHORITY_KEY, false, &list(&[general(0, &[1; 20]), general(2, &[1])]))),
    ("smime-br-subject-key-identifier", || mailbox().without(SUBJECT_KEY)),
    ("smime-br-subject-key-identifier-critical", || mailbox().critical(SUBJECT_KEY, true)),
    ("smime-br-smime-capabilities-critical", || organization().critical(CAPABILITIES, true)),
    ("smime-br-subject-directory-attributes", || organization().with(DIRECTORY_ATTRIBUTES, false, &list(&[list(&[])]))),
    ("smime-br-subject-directory-attributes-critical", || legacy().critical(DIRECTORY_ATTRIBUTES, true)),
    ("smime-br-qc-statements-critical", || organization().critical(QC, true)),
    ("smime-br-legal-entity-identifier", || mailbox().with(LEI, false, &[0x13, 0])),
    ("smime-br-legal-entity-identifier", || organization().critical(LEI, true)),
    ("smime-br-legal-entity-identifier", || organization().with(LEI_ROLE, false, &[0x13, 0])),
    ("smime-br-legal-entity-identifier", || sponsor().with(LEI_ROLE, true, &[0x13, 0])),
    ("smime-br-adobe-extensions", || mailbox().with(ADOBE, false, &list(&[]))),
    ("smime-br-adobe-extensions-critical", || organization().critical(ADOBE, true)),
    ("smime-br-extension-other", || mailbox().with("1.2.3", false, &[5, 0])),
    // Lists, issuers, responders
    ("smime-br-crl-distribution-points", || mailbox().without(LISTS)),
    ("smime-br-crl-distribution-points-critical", || mailbox().critical(LISTS, true)),
    ("smime-br-crl-distribution-points-scheme", || {
        mailbox().with(LISTS, false, &list(&[point("http://crl.example.org/1.crl"), point("ldap://crl.example.org/1")]))
    }),
    ("smime-br-crl-distribution-points-scheme", || legacy().with(LISTS, false, &list(&[point("ldap://crl.example.org/1")]))),
    ("smime-br-authority-info-access", || mailbox().without(ACCESS)),
    ("smime-br-authority-info-access-critical", || mailbox().critical(ACCESS, true)),
    ("smime-br-ca-issuers", || mailbox().with(ACCESS, false, &list(&[access(OCSP, "http://ocsp.example.org/")]))),
    ("smime-br-authority-info-access-scheme", || mailbox().with(ACCESS, false, &list(&[access(OCSP, "https://ocsp.example.org/")]))),
    ("smime-br-authority-info-access-scheme-legacy", || legacy().with(ACCESS, false, &list(&[access(OCSP, "ldap://ocsp.example.org/")]))),
    ("smime-br-authority-info-access-internal", || mailbox().with(ACCESS, false, &list(&[access(OCSP, "http://ocsp.corp/")]))),
    // subjectAltName
    ("smime-br-subject-alt-name", || mailbox().without(NAMES)),
    ("smime-br-subject-alt-name-critical", || mailbox().critical(NAMES, true)),
    ("smime-br-subject-alt-name-mailbox", || mailbox().with(NAMES, false, &list(&[general(2, b"example.org")]))),
    ("smime-br-subject-alt-name-forms", || {
        mailbox().with(NAMES, false, &list(&[general(1, b"alice@example.org"), general(2, b"example.org")]))
    }),
    ("smime-br-subject-alt-name-forms", || {
        mailbox().with(NAMES, false, &list(&[general(1, b"alice@example.org"), other("1.3.6.1.4.1.311.20.2.3", &[0x0c, 0])]))
    }),
    ("smime-br-mailbox-address", || mailbox().with(NAMES, false, &list(&[general(1, b"alice@example.org, bob@example.org")]))),
    ("smime-br-mailbox-repeated", || mailbox().attribute(utf8(CN, "bob@example.org"))),
    // Subject
    ("smime-br-subject-mailbox-validated", || mailbox().attribute(utf8(O, "Example"))),
    ("smime-br-subject-organization-validated", || organization().attribute(utf8(SURNAME, "Example"))),
    ("smime-br-subject-organization-validated", || organization().attribute(utf8("1.2.3.4", "Example"))),
    ("smime-br-subject-sponsor-validated", || sponsor().attribute(utf8("1.2.3.4", "Example"))),
    ("smime-br-subject-sponsor-validated", || sponsor().with(POLICIES, false, &policies(&[&reserved(3, 3)]))),
    ("smime-br-subject-individual-validated", || individual().attribute(utf8(O, "Example"))),
    ("smime-br-subject-individual-validated", || individual().attribute(utf8("1.2.3.4", "Example"))),
    ("smime-br-subject-organization", || organization().no_attribute(O)),
    ("smime-br-subject-organization", || sponsor().no_attribute(ORGANIZATION_ID)),
    ("smime-br-subject-person", || sponsor().no_attribute(GIVEN_NAME)),
    ("smime-br-subject-pseudonym", || individual().attribute(utf8(SURNAME, "Vega"))),
    ("smime-br-common-name-mailbox", || mailbox().attribute(utf8(CN, "Alice"))),
    ("smime-br-common-name-organization", || organization().attribute(utf8(CN, "Alice"))),
    ("smime-br-subject-email-address", || mailbox().attribute((EMAIL, Tag::IA5_STRING, b"Alice <alice@example.org>".to_vec()))),
    ("smime-br-subject-metadata", || organization().attribute(utf8(L, " - "))),
    ("smime-br-subject-street", || organization().no_attribute(L)),
    ("smime-br-subject-place", || organization().no_attribute(C)),
    ("smime-br-subject-country", || organization().attribute(printable(C, "UK"))),
    ("smime-br-organization-identifier", || identifier("HRB 1")),
    ("smime-br-organization-identifier-type", || organization().attribute((ORGANIZATION_ID, Tag::BMP_STRING, vec![0, b'N']))),
    ("smime-br-organization-identifier-country", || identifier("NTRFR-1")),
    ("smime-br-organization-identifier-country", || identifier("VATEL-1")),
    // Authorities
    ("smime-br-ca-crl-distribution-points", || authority().without(LISTS)),
    ("smime-br-ca-crl-distribution-points", || authority().critical(LISTS, true)),
    ("smime-br-ca-authority-info-access", || authority().without(ACCESS)),
    ("smime-br-ca-authority-info-access-critical", || authority().critical(ACCESS, true)),
    ("smime-br-ca-basic-constraints-critical", || authority().critical(BASIC, false)),
    ("smime-br-ca-key-usage", || authority().with(USAGE, true, &usage(ISSUES))),
    ("smime-br-ca-key-usage", || authority().without(USAGE)),
    ("smime-br-ca-name-constraints-critical", || authority().critical(CONSTRAINTS, false)),
    ("smime-br-ca-extended-key-usage", || authority().without(PURPOSES)),
    ("smime-br-ca-extended-key-usage", || authority().with(PURPOSES, false, &objects(&[MAIL, ANY_PURPOSE]))),
    ("smime-br-ca-extended-key-usage-critical", || authority().critical(PURPOSES, true)),
    ("smime-br-ca-authority-key-identifier", || authority().without(AUTHORITY_KEY)),
    ("smime-br-ca-subject-key-identifier", || authority().without(SUBJECT_KEY)),
    ("smime-br-ca-subject", || authority().no_attribute(O)),
    ("smime-br-ca-subject-country", || authority().attribute(printable(C, "XX"))),
];
