//! The crate x509-parser, which builds no paths: what it reads in each certificate is compared with what we read.

use smime::Certificate;
use smime::asn1::oid;
use smime::cert::GeneralName as OurName;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;

use crate::case::Case;
use crate::judge::ours::Ours;

/// What came of a comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Certificates that both refuse to read.
    pub refused_by_both: usize,
    /// Signatures that both refuse.
    pub signatures_refused_by_both: usize,
    /// What differs, each once.
    pub differences: Vec<&'static str>,
}

/// Compares all certificates of the path.
pub fn compare(case: &Case, ours: &Ours) -> Comparison {
    let mut comparison = Comparison::default();
    let path = case.path();
    for (place, octets) in path.iter().enumerate() {
        let one = Certificate::from_der(octets).ok();
        let other = X509Certificate::from_der(octets).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, certificate)| certificate);
        match (&one, &other) {
            (None, None) => comparison.refused_by_both += 1,
            (Some(_), None) => comparison.differences.push("only we read it"),
            (None, Some(_)) => comparison.differences.push("only they read it"),
            (Some(one), Some(other)) => {
                values(one, other, ours, &mut comparison.differences);
                let issuer = place.checked_sub(1).and_then(|above| path.get(above));
                if let Some(issuer) = issuer {
                    signature(one, other, issuer, &mut comparison);
                }
            }
        }
    }
    comparison.differences.sort_unstable();
    comparison.differences.dedup();
    comparison
}

fn values(one: &Certificate, other: &X509Certificate<'_>, ours: &Ours, differences: &mut Vec<&'static str>) {
    let mut same = |what: &'static str, holds: bool| {
        if !holds {
            differences.push(what);
        }
    };
    same("version", u32::from(one.version()) == other.version().0 + 1);
    same("serial number", one.serial() == other.raw_serial());
    same("issuer", one.issuer().der() == other.issuer().as_raw());
    same("subject", one.subject().der() == other.subject().as_raw());
    same("notBefore", one.not_before().unix() == other.validity().not_before.timestamp());
    same("notAfter", one.not_after().unix() == other.validity().not_after.timestamp());
    same("key", one.spki() == other.public_key().raw);
    let mut extensions = one.extensions().zip(other.extensions());
    same("count of extensions", one.extensions().count() == other.extensions().len());
    same(
        "extensions",
        extensions.all(|(one, other)| one.kind == other.oid.as_bytes() && one.value == other.value && one.critical == other.critical),
    );
    let constraints = |result: smime::Result<Option<smime::cert::BasicConstraints>>| {
        result.map(|found| found.map(|found| (found.ca, found.path_length))).map_err(drop)
    };
    let theirs = other.basic_constraints().map_err(drop);
    let theirs = theirs.map(|found| found.map(|found| (found.value.ca, found.value.path_len_constraint.map(u64::from))));
    same("basicConstraints", constraints(one.basic_constraints()) == theirs);
    let bits = |usage: smime::cert::KeyUsage| {
        let names = usage.names();
        names.iter().filter_map(|name| BITS.iter().position(|bit| bit == name)).fold(0u16, |bits, bit| bits | 1 << bit)
    };
    let ours_usage = one.key_usage().map(|usage| usage.map(bits)).map_err(drop);
    same("keyUsage", ours_usage == other.key_usage().map(|usage| usage.map(|usage| usage.value.flags)).map_err(drop));
    let purposes = one.extended_key_usage().map(|usage| usage.map(|usage| usage.contains(oid::KP_EMAIL_PROTECTION))).map_err(drop);
    let theirs = other.extended_key_usage().map(|usage| usage.map(|usage| usage.value.email_protection)).map_err(drop);
    same("extKeyUsage", purposes == theirs);
    let names = one.subject_alternative_names().map(|names| names.map(|names| names.iter().map(our_name).collect::<Vec<_>>()));
    let theirs = other.subject_alternative_name().map_err(drop);
    let theirs = theirs.map(|names| names.map(|names| names.value.general_names.iter().map(their_name).collect::<Vec<_>>()));
    same("subjectAltName", names.map_err(drop) == theirs);
    let kind = x509_parser::oid_registry::OID_X509_EXT_NAME_CONSTRAINTS;
    let found = other.extensions().iter().find(|extension| extension.oid == kind);
    let unreadable = found.is_some_and(|extension| !matches!(extension.parsed_extension(), ParsedExtension::NameConstraints(_)));
    let ours_unreadable = ours.sentences.iter().any(|sentence| sentence.contains("nameConstraints cannot be read"));
    // Of those that are ours to apply: what an end entity says of what it issues, nobody reads.
    same("nameConstraints", !unreadable || ours_unreadable || !ours.codes.is_empty());
}

const BITS: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

fn our_name(name: &OurName<'_>) -> (u8, Vec<u8>) {
    match name {
        OurName::Other { .. } => (0, Vec::new()),
        OurName::Rfc822(octets) => (1, octets.to_vec()),
        OurName::Dns(octets) => (2, octets.to_vec()),
        OurName::Directory(name) => (4, name.der().to_vec()),
        OurName::Uri(octets) => (6, octets.to_vec()),
        OurName::IpAddress(octets) => (7, octets.to_vec()),
        OurName::RegisteredId(octets) => (8, octets.to_vec()),
        _ => (9, Vec::new()),
    }
}

fn their_name(name: &GeneralName<'_>) -> (u8, Vec<u8>) {
    match name {
        GeneralName::OtherName(..) => (0, Vec::new()),
        GeneralName::RFC822Name(text) => (1, text.as_bytes().to_vec()),
        GeneralName::DNSName(text) => (2, text.as_bytes().to_vec()),
        GeneralName::DirectoryName(name) => (4, name.as_raw().to_vec()),
        GeneralName::URI(text) => (6, text.as_bytes().to_vec()),
        GeneralName::IPAddress(octets) => (7, octets.to_vec()),
        GeneralName::RegisteredID(kind) => (8, kind.as_bytes().to_vec()),
        _ => (9, Vec::new()),
    }
}

#[cfg(not(feature = "all-peers"))]
fn signature(_: &Certificate, _: &X509Certificate<'_>, _: &[u8], _: &mut Comparison) {}

/// Whether the key above made the signature, where both read that certificate too.
#[cfg(feature = "all-peers")]
fn signature(one: &Certificate, other: &X509Certificate<'_>, issuer: &[u8], comparison: &mut Comparison) {
    let (Ok(above), Ok((_, their_issuer))) = (Certificate::from_der(issuer), X509Certificate::from_der(issuer)) else { return };
    let ours = above.public_key().is_ok_and(|key| one.verify_signed_by(key).is_ok());
    match (ours, other.verify_signature(Some(their_issuer.public_key())).is_ok()) {
        (true, true) => {}
        (false, false) => comparison.signatures_refused_by_both += 1,
        (true, false) => comparison.differences.push("only we accept the signature"),
        (false, true) => comparison.differences.push("only they accept the signature"),
    }
}
