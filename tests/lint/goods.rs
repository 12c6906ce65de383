//! Certificates in which nothing is wrong, of every profile and with every extension.

use smime::asn1::{Tag, oid};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime_tests::forge::{algorithm, element};
use smime_tests::parts::{
    Parts, access, general, key, list, name, objects, oid as object_id, other, point, policies, printable, qualified,
};
use smime_tests::parts::{rsa_key, utf8};

pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const LISTS: &str = "2.5.29.31";
pub(crate) const ACCESS: &str = "1.3.6.1.5.5.7.1.1";
pub(crate) const USAGE: &str = "2.5.29.15";
pub(crate) const PURPOSES: &str = "2.5.29.37";
pub(crate) const AUTHORITY_KEY: &str = "2.5.29.35";
pub(crate) const SUBJECT_KEY: &str = "2.5.29.14";
pub(crate) const NAMES: &str = "2.5.29.17";
pub(crate) const ISSUER_NAMES: &str = "2.5.29.18";
pub(crate) const BASIC: &str = "2.5.29.19";
pub(crate) const CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const MAPPINGS: &str = "2.5.29.33";
pub(crate) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
pub(crate) const INHIBIT_ANY: &str = "2.5.29.54";
pub(crate) const FRESHEST: &str = "2.5.29.46";
pub(crate) const DIRECTORY_ATTRIBUTES: &str = "2.5.29.9";
pub(crate) const SUBJECT_ACCESS: &str = "1.3.6.1.5.5.7.1.11";
pub(crate) const CAPABILITIES: &str = "1.2.840.113549.1.9.15";
pub(crate) const QC: &str = "1.3.6.1.5.5.7.1.3";
pub(crate) const LEI: &str = "1.3.6.1.4.1.52266.1";
pub(crate) const LEI_ROLE: &str = "1.3.6.1.4.1.52266.2";
pub(crate) const ADOBE: &str = "1.2.840.113583.1.1.9.1";

pub(crate) const OCSP: &str = "1.3.6.1.5.5.7.48.1";
pub(crate) const ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
pub(crate) const CPS: &str = "1.3.6.1.5.5.7.2.1";
pub(crate) const NOTICE: &str = "1.3.6.1.5.5.7.2.2";
pub(crate) const MAIL: &str = "1.3.6.1.5.5.7.3.4";
pub(crate) const SERVER: &str = "1.3.6.1.5.5.7.3.1";
pub(crate) const ANY_PURPOSE: &str = "2.5.29.37.0";
pub(crate) const SMTP_UTF8: &str = "1.3.6.1.5.5.7.8.9";

pub(crate) const CN: &str = "2.5.4.3";
pub(crate) const C: &str = "2.5.4.6";
pub(crate) const L: &str = "2.5.4.7";
pub(crate) const STREET: &str = "2.5.4.9";
pub(crate) const O: &str = "2.5.4.10";
pub(crate) const SURNAME: &str = "2.5.4.4";
pub(crate) const GIVEN_NAME: &str = "2.5.4.42";
pub(crate) const PSEUDONYM: &str = "2.5.4.65";
pub(crate) const ORGANIZATION_ID: &str = "2.5.4.97";
pub(crate) const EMAIL: &str = "1.2.840.113549.1.9.1";

/// keyUsage of two octets at most; the first bit is digitalSignature.
pub(crate) fn usage(bits: u16) -> Vec<u8> {
    let unused = u8::try_from(bits.trailing_zeros().min(15)).expect("a small number");
    let [first, second] = bits.to_be_bytes();
    if unused >= 8 { element(Tag::BIT_STRING, &[unused - 8, first]) } else { element(Tag::BIT_STRING, &[unused, first, second]) }
}

pub(crate) const SIGNS: u16 = 0x8000;
pub(crate) const REPUDIATES_NOT: u16 = 0x4000;
pub(crate) const ENCIPHERS: u16 = 0x2000;
pub(crate) const ENCIPHERS_DATA: u16 = 0x1000;
pub(crate) const AGREES: u16 = 0x0800;
pub(crate) const ISSUES: u16 = 0x0400;
pub(crate) const LISTS_REVOKED: u16 = 0x0200;
pub(crate) const ENCIPHERS_ONLY: u16 = 0x0100;

/// A reserved policy: what was validated (1 to 4), and the generation (1 legacy, 2 multipurpose, 3 strict).
pub(crate) fn reserved(validation: u8, generation: u8) -> String {
    format!("2.23.140.1.5.{validation}.{generation}")
}

fn authority_name() -> Vec<u8> {
    name(&[vec![printable(C, "DE")], vec![utf8(O, "Example CA")], vec![utf8(CN, "Example CA 1")]])
}

/// A key on P-256.
pub(crate) fn ec_key() -> Vec<u8> {
    PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key").public_key().spki().to_vec()
}

/// An odd number of so many bits without small factors, as an RSA modulus may be; no one knows its factors.
pub(crate) fn modulus(bits: usize) -> Vec<u8> {
    let mut number = vec![0x5a; bits.div_ceil(8)];
    number[0] = 0xff >> (number.len() * 8 - bits);
    let small =
        |number: &[u8]| (2..752u32).any(|divisor| number.iter().fold(0, |rest, octet| (rest << 8 | u32::from(*octet)) % divisor) == 0);
    let last = number.len() - 1;
    for low in 0..=u16::MAX {
        number[last - 1..].copy_from_slice(&low.to_be_bytes());
        if !small(&number) {
            return number;
        }
    }
    unreachable!("one of them has no small factor")
}

/// Mailbox-validated, strict.
pub(crate) fn mailbox() -> Parts {
    let parts = Parts {
        version: Some(vec![2]),
        serial: (1..=16).collect(),
        algorithm: algorithm(oid::ECDSA_WITH_SHA256, &[]),
        issuer: authority_name(),
        validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::UTC_TIME, "270901000000Z")],
        subject: vec![vec![utf8(CN, "alice@example.org")], vec![(EMAIL, Tag::IA5_STRING, b"Alice@example.org".to_vec())]],
        key: ec_key(),
        unique_identifiers: Vec::new(),
        extensions: None,
    };
    parts
        .with(POLICIES, false, &policies(&[&reserved(1, 3)]))
        .with(LISTS, false, &list(&[point("http://crl.example.org/1.crl")]))
        .with(ACCESS, false, &list(&[access(OCSP, "http://ocsp.example.org/"), access(ISSUERS, "http://ca.example.org/1.cer")]))
        .with(USAGE, true, &usage(SIGNS | AGREES))
        .with(PURPOSES, false, &objects(&[MAIL]))
        .with(AUTHORITY_KEY, false, &list(&[general(0, &[1; 20])]))
        .with(SUBJECT_KEY, false, &element(Tag::OCTET_STRING, &[2; 20]))
        .with(NAMES, false, &list(&[general(1, b"alice@example.org")]))
}

/// An RSA key, strict.
pub(crate) fn rsa() -> Parts {
    Parts { key: rsa_key(&modulus(2048), &[1, 0, 1]), algorithm: algorithm(oid::SHA256_WITH_RSA, &[5, 0]), ..mailbox() }.with(
        USAGE,
        true,
        &usage(SIGNS | REPUDIATES_NOT | ENCIPHERS),
    )
}

/// Organization-validated, multipurpose, with all that may be there.
pub(crate) fn organization() -> Parts {
    Parts {
        subject: vec![
            vec![printable(C, "DE")],
            vec![utf8(L, "Bonn")],
            vec![utf8(STREET, "Weg 1")],
            vec![utf8(ORGANIZATION_ID, "NTRDE-HRB1")],
            vec![utf8(O, "Example GmbH")],
            vec![utf8(CN, "Example GmbH")],
        ],
        ..mailbox()
    }
    .with(POLICIES, false, &qualified(&reserved(2, 2), CPS, &element(Tag::IA5_STRING, b"https://ca.example.org/cps")))
    .with(CAPABILITIES, false, &list(&[]))
    .with(QC, false, &list(&[]))
    .with(LEI, false, &element(Tag::PRINTABLE_STRING, b"506700GE1G29325QX363"))
    .with(ADOBE, false, &list(&[]))
    .with(BASIC, false, &list(&[]))
}

/// Sponsor-validated, multipurpose, for any purpose but those that may not be, with a notice.
pub(crate) fn sponsor() -> Parts {
    Parts { key: rsa().key, ..organization() }
        .with(USAGE, true, &usage(SIGNS | ENCIPHERS | ENCIPHERS_DATA))
        .attribute(utf8(GIVEN_NAME, "Alice"))
        .attribute(utf8(CN, "Alice Example"))
        .with(PURPOSES, false, &objects(&[MAIL, "1.3.6.1.5.5.7.3.36"]))
        .with(POLICIES, false, &qualified(&reserved(3, 2), NOTICE, &list(&[element(Tag::UTF8_STRING, b"Read this.")])))
}

/// Individual-validated, strict, under a pseudonym and with an address that is not ASCII.
pub(crate) fn individual() -> Parts {
    let mailbox_utf8 = element(Tag::UTF8_STRING, "j\u{f6}rg@example.org".as_bytes());
    Parts { subject: vec![vec![printable(C, "XX")], vec![utf8(PSEUDONYM, "Zorro")]], ..mailbox() }
        .with(POLICIES, false, &policies(&[&reserved(4, 3)]))
        .with(NAMES, false, &list(&[other(SMTP_UTF8, &mailbox_utf8)]))
        .with(USAGE, true, &usage(SIGNS | AGREES | ENCIPHERS_ONLY))
}

/// Sponsor-validated, legacy, of a time when that was allowed.
pub(crate) fn legacy() -> Parts {
    Parts { validity: [(Tag::UTC_TIME, "240901000000Z"), (Tag::UTC_TIME, "270901000000Z")], ..sponsor() }
        .with(POLICIES, false, &policies(&[&reserved(3, 1)]))
        .with(LISTS, false, &list(&[point("ldap://crl.example.org/1"), point("http://crl.example.org/1.crl")]))
        .with(ACCESS, false, &list(&[access(ISSUERS, "ldap://ca.example.org/1"), access(ISSUERS, "http://ca.example.org/1.cer")]))
        .with(DIRECTORY_ATTRIBUTES, false, &list(&[list(&[])]))
}

/// A key of this algorithm, which has no parameters, in the mailbox-validated certificate.
pub(crate) fn with_key(dotted: &str, octets: usize, bits: u16) -> Parts {
    Parts { key: key(&algorithm(object_id(dotted), &[]), &vec![7; octets]), ..mailbox() }.with(USAGE, true, &usage(bits))
}

/// A key on Ed25519.
pub(crate) fn edwards() -> Parts {
    Parts { key: PrivateKey::generate(KeyKind::Ed25519).expect("a key").public_key().spki().to_vec(), ..mailbox() }.with(
        USAGE,
        true,
        &usage(SIGNS),
    )
}

/// A key on X25519, which the BR do not know.
pub(crate) fn montgomery() -> Parts {
    private(with_key("1.3.101.110", 32, AGREES))
}

/// The same without a reserved policy and without e-mail as purpose.
pub(crate) fn private(parts: Parts) -> Parts {
    parts.without(POLICIES).with(PURPOSES, false, &objects(&[ANY_PURPOSE]))
}

/// No reserved policy, but names and extensions of all kinds.
pub(crate) fn various() -> Parts {
    let names = list(&[
        general(1, b"alice@example.org"),
        general(2, b"*.example.org"),
        general(6, b"https://example.org/alice"),
        general(7, &[192, 0, 2, 1]),
        general(8, &[0x2a, 3]),
    ]);
    let any = qualified("2.5.29.32.0", CPS, &element(Tag::IA5_STRING, b"https://ca.example.org/cps"));
    Parts { validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::GENERALIZED_TIME, "20500101000000Z")], ..private(mailbox()) }
        .with(NAMES, false, &names)
        .with(ISSUER_NAMES, false, &list(&[general(6, b"http://example.org/")]))
        .with(POLICIES, false, &any)
        .with(FRESHEST, false, &list(&[point("http://crl.example.org/delta.crl")]))
        .with(SUBJECT_ACCESS, false, &list(&[access("1.3.6.1.5.5.7.48.5", "http://example.org/")]))
}

/// The subject is empty.
pub(crate) fn nameless() -> Parts {
    Parts { subject: Vec::new(), ..mailbox() }.critical(NAMES, true)
}

/// A subordinate authority with all that authorities may have.
pub(crate) fn authority() -> Parts {
    let subtree = list(&[general(1, b"example.org")]);
    let address = list(&[general(7, &[192, 0, 2, 0, 255, 255, 255, 0])]);
    Parts { subject: vec![vec![printable(C, "DE")], vec![utf8(O, "Example CA")], vec![utf8(CN, "Example CA 2")]], ..mailbox() }
        .without(NAMES)
        .with(USAGE, true, &usage(ISSUES | LISTS_REVOKED))
        .with(BASIC, true, &list(&[vec![1, 1, 0xff], vec![2, 1, 0]]))
        .with(CONSTRAINTS, true, &list(&[element(Tag::context_constructed(0), &[subtree, address].concat())]))
        .with(MAPPINGS, true, &list(&[objects(&[&reserved(1, 3), "1.2.3"])]))
        .with(POLICY_CONSTRAINTS, true, &list(&[general(0, &[0])]))
        .with(INHIBIT_ANY, true, &element(Tag::INTEGER, &[0]))
}

/// An authority with an RSA key.
pub(crate) fn rsa_authority(bits: u16) -> Parts {
    Parts { key: rsa().key, ..authority() }.with(USAGE, true, &usage(bits))
}

/// All of them.
pub(crate) fn all() -> Vec<(&'static str, Parts)> {
    vec![
        ("mailbox", mailbox()),
        ("rsa", rsa()),
        ("organization", organization()),
        ("sponsor", sponsor()),
        ("individual", individual()),
        ("legacy", legacy()),
        ("edwards", edwards()),
        ("ml-dsa", with_key("2.16.840.1.101.3.4.3.18", 1952, SIGNS)),
        ("ml-kem", with_key("2.16.840.1.101.3.4.4.2", 1184, ENCIPHERS)),
        ("montgomery", montgomery()),
        ("various", various()),
        ("nameless", nameless()),
        ("authority", authority()),
        ("rsa authority", rsa_authority(ISSUES | LISTS_REVOKED)),
    ]
}
