//! The words for what names of certificates are made of.

use const_oid::ObjectIdentifier;

use crate::asn1::oid;

/// The keywords of RFC 4514 section 3, and those that people expect for other attributes seen in certificates; then the names of
/// X.520 and RFC 4519 where those are longer.
const KEYWORDS: &[(ObjectIdentifier, &str, &str)] = &[
    (oid::AT_COMMON_NAME, "CN", "commonName"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O", "organizationName"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU", "organizationalUnitName"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C", "countryName"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L", "localityName"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST", "stateOrProvinceName"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "STREET", "streetAddress"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"), "DC", "domainComponent"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"), "UID", "userId"),
    (oid::AT_EMAIL_ADDRESS, "emailAddress", "emailAddress"),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "serialNumber", "serialNumber"),
    (ObjectIdentifier::new_unwrap("2.5.4.4"), "SN", "surname"),
    (ObjectIdentifier::new_unwrap("2.5.4.42"), "GN", "givenName"),
    (ObjectIdentifier::new_unwrap("2.5.4.43"), "initials", "initials"),
    (ObjectIdentifier::new_unwrap("2.5.4.12"), "title", "title"),
    (ObjectIdentifier::new_unwrap("2.5.4.13"), "description", "description"),
    (ObjectIdentifier::new_unwrap("2.5.4.17"), "postalCode", "postalCode"),
    (ObjectIdentifier::new_unwrap("2.5.4.41"), "name", "name"),
    (ObjectIdentifier::new_unwrap("2.5.4.44"), "generationQualifier", "generationQualifier"),
    (ObjectIdentifier::new_unwrap("2.5.4.46"), "dnQualifier", "dnQualifier"),
    (ObjectIdentifier::new_unwrap("2.5.4.65"), "pseudonym", "pseudonym"),
    (ObjectIdentifier::new_unwrap("2.5.4.97"), "organizationIdentifier", "organizationIdentifier"),
];

/// The attribute type of this word, in any case: a keyword (`CN`), the long name (`commonName`), or a dotted object identifier.
///
/// ```
/// use smime::{asn1::oid, cert::attribute_type};
/// assert_eq!(attribute_type("cn"), Some(oid::AT_COMMON_NAME));
/// assert_eq!(attribute_type("commonName"), attribute_type("2.5.4.3"));
/// assert_eq!(attribute_type("shoeSize"), None);
/// ```
pub fn attribute_type(word: &str) -> Option<ObjectIdentifier> {
    let named = |(_, short, long): &&(ObjectIdentifier, &str, &str)| short.eq_ignore_ascii_case(word) || long.eq_ignore_ascii_case(word);
    match KEYWORDS.iter().find(named) {
        Some((kind, ..)) => Some(*kind),
        None => word.parse().ok(),
    }
}

/// The long name of an attribute type, else its dotted form.
pub fn attribute_name(kind: ObjectIdentifier) -> String {
    KEYWORDS.iter().find(|(known, ..)| *known == kind).map_or_else(|| kind.to_string(), |(.., long)| (*long).to_owned())
}

/// The keyword for the content octets of an attribute type's object identifier.
pub(super) fn keyword(kind: &[u8]) -> Option<&'static str> {
    KEYWORDS.iter().find(|(known, ..)| known.as_bytes() == kind).map(|(_, short, _)| *short)
}
