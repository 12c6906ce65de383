//! Distinguished names: which are empty, and of what their attributes are made.

use std::collections::HashSet;

use const_oid::ObjectIdentifier;

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{Judged, always, dotted, error, must, must_not, none, warning};
use super::super::kinds;
use super::RFC5280;
use crate::asn1::{Tag, oid};
use crate::cert::{Attribute, text};

const NUMERIC_STRING: Tag = Tag(0x12);
const VISIBLE_STRING: Tag = Tag(0x1a);

/// An attribute type, the string type that it must have (`None`: DirectoryString), and how many characters it may have.
type Row = (ObjectIdentifier, Option<Tag>, usize);

/// RFC 5280 appendix A.1; X.520 for streetAddress and postalCode.
const ATTRIBUTES: &[Row] = &[
    (oid::AT_COMMON_NAME, None, 64),
    (kinds::SURNAME, None, 32_768),
    (oid::AT_SERIAL_NUMBER, Some(Tag::PRINTABLE_STRING), 64),
    (oid::AT_COUNTRY_NAME, Some(Tag::PRINTABLE_STRING), 2),
    (kinds::LOCALITY, None, 128),
    (kinds::STATE, None, 128),
    (kinds::STREET, None, 128),
    (kinds::ORGANIZATION, None, 64),
    (kinds::ORGANIZATIONAL_UNIT, None, 64),
    (kinds::TITLE, None, 64),
    (kinds::POSTAL_CODE, None, 40),
    (kinds::NAME, None, 32_768),
    (kinds::GIVEN_NAME, None, 32_768),
    (kinds::INITIALS, None, 32_768),
    (kinds::GENERATION_QUALIFIER, None, 32_768),
    (kinds::DN_QUALIFIER, Some(Tag::PRINTABLE_STRING), usize::MAX),
    (kinds::PSEUDONYM, None, 128),
    (oid::AT_EMAIL_ADDRESS, Some(Tag::IA5_STRING), 255),
    (oid::AT_DOMAIN_COMPONENT, Some(Tag::IA5_STRING), usize::MAX),
];

pub(super) const LINTS: &[Lint] = &[
    error("rfc5280-issuer-empty", "RFC 5280 section 4.1.2.4", RFC5280, "The issuer is empty", always, |facts| {
        must_not(facts.issuer.is_empty())
    }),
    error(
        "rfc5280-ca-subject-empty",
        "RFC 5280 section 4.1.2.6",
        RFC5280,
        "The subject of an authority is empty",
        |facts| facts.is_authority(),
        |facts| must_not(facts.subject.is_empty()),
    ),
    error(
        "rfc5280-subject-empty-san",
        "RFC 5280 section 4.1.2.6",
        RFC5280,
        "The subject is empty, and there is no subjectAltName",
        |facts| facts.subject.is_empty(),
        |facts| must(facts.has(oid::CE_SUBJECT_ALT_NAME)),
    ),
    error(
        "rfc5280-subject-empty-san-critical",
        "RFC 5280 section 4.2.1.6",
        RFC5280,
        "The subject is empty, but subjectAltName is not critical",
        |facts| facts.subject.is_empty() && facts.has(oid::CE_SUBJECT_ALT_NAME),
        |facts| must(facts.is_critical(oid::CE_SUBJECT_ALT_NAME)),
    ),
    error("rfc5280-attribute-empty", "RFC 5280 appendix A.1", RFC5280, "An attribute of a name is empty", always, |facts| {
        find(facts, |attribute, _| attribute.value.is_empty())
    }),
    error("rfc5280-attribute-length", "RFC 5280 appendix A.1", RFC5280, "An attribute of a name is too long", always, |facts| {
        find(facts, |attribute, row| row.is_some_and(|(_, _, bound)| length(attribute) > *bound))
    }),
    error(
        "rfc5280-attribute-type",
        "RFC 5280 appendix A.1",
        RFC5280,
        "An attribute of a name has a string type that it may not have",
        always,
        |facts| {
            find(facts, |attribute, row| match row {
                Some((_, Some(tag), _)) => attribute.tag != *tag,
                Some((_, None, _)) => !is_directory_string(attribute.tag),
                None => false,
            })
        },
    ),
    warning(
        "rfc5280-directory-string",
        "RFC 5280 section 4.1.2.4",
        RFC5280,
        "An attribute of a name is neither PrintableString nor UTF8String",
        always,
        |facts| {
            find(facts, |attribute, row| {
                let old = [Tag::TELETEX_STRING, Tag::BMP_STRING, Tag::UNIVERSAL_STRING].contains(&attribute.tag);
                old && row.is_some_and(|(_, tag, _)| tag.is_none())
            })
        },
    ),
    error(
        "x680-string-characters",
        "X.680 section 41",
        RFC5280,
        "A string of a name has characters that its type does not have",
        always,
        |facts| find(facts, |attribute, _| !has_its_characters(attribute)),
    ),
    error(
        "x690-set-order",
        "X.690 section 11.6",
        RFC5280,
        "The attributes of a relative distinguished name are not in the order of DER",
        always,
        |facts| must(in_order(&facts.subject) && in_order(&facts.issuer)),
    ),
    error(
        "x501-rdn-repeated",
        "X.501 section 9.3",
        RFC5280,
        "A relative distinguished name has two attributes of one type",
        always,
        |facts| none(repeated(&facts.subject).or_else(|| repeated(&facts.issuer)).map(|attribute| attribute_name(attribute.kind))),
    ),
];

/// The first attribute, of subject or issuer, with which something is wrong.
fn find(facts: &Facts<'_>, wrong: impl Fn(&Attribute<'_>, Option<&Row>) -> bool) -> Judged {
    let row = |kind: &[u8]| ATTRIBUTES.iter().find(|(known, ..)| known.as_bytes() == kind);
    let offender = facts.attributes().find(|attribute| wrong(attribute, row(attribute.kind)));
    none(offender.map(|attribute| attribute_name(attribute.kind)))
}

/// The name of an attribute type, or its dotted form.
pub(in crate::cert::lint) fn attribute_name(kind: &[u8]) -> String {
    ObjectIdentifier::from_bytes(kind).map_or_else(|_| dotted(kind), crate::cert::attribute_name)
}

/// In characters; octets where it is no text.
fn length(attribute: &Attribute<'_>) -> usize {
    text::decode(attribute.tag, attribute.value).map_or(attribute.value.len(), |text| text.chars().count())
}

fn is_directory_string(tag: Tag) -> bool {
    [Tag::PRINTABLE_STRING, Tag::UTF8_STRING, Tag::TELETEX_STRING, Tag::BMP_STRING, Tag::UNIVERSAL_STRING].contains(&tag)
}

fn has_its_characters(attribute: &Attribute<'_>) -> bool {
    let value = attribute.value;
    match attribute.tag {
        Tag::PRINTABLE_STRING => value.iter().all(|octet| octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(octet)),
        Tag::IA5_STRING => value.is_ascii(),
        NUMERIC_STRING => value.iter().all(|octet| octet.is_ascii_digit() || *octet == b' '),
        VISIBLE_STRING => value.iter().all(|octet| matches!(octet, b' '..=b'~')),
        Tag::UTF8_STRING | Tag::BMP_STRING | Tag::UNIVERSAL_STRING => text::decode(attribute.tag, value).is_some(),
        _ => true,
    }
}

/// Whether the members of each SET stand in the order of their encodings.
fn in_order(attributes: &[Attribute<'_>]) -> bool {
    // The encodings differ first in the length of the whole, then in that of the type.
    let lengths = |one: &Attribute<'_>| (one.kind.len().saturating_add(one.encoded.len()), one.kind.len());
    attributes.windows(2).all(|pair| match pair {
        [one, next] if one.position == next.position => (lengths(one), one.kind, one.encoded) <= (lengths(next), next.kind, next.encoded),
        _ => true,
    })
}

/// The first attribute of a type that its relative distinguished name has already.
fn repeated<'s, 'a>(attributes: &'s [Attribute<'a>]) -> Option<&'s Attribute<'a>> {
    let mut seen = HashSet::new();
    attributes.iter().find(|attribute| !seen.insert((attribute.position, attribute.kind)))
}
