//! Version, serial number, signature algorithm, validity and the encoding of the whole.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{always, dotted, error, must, must_not, none, warning};
use super::super::kinds;
use super::{RFC5280, RFC8550};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::Result;
use crate::time::Time;

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-version",
        "RFC 5280 section 4.1.2.1",
        RFC5280,
        "There are extensions, but the version is not 3",
        |facts| facts.fields.has_extensions,
        |facts| must(facts.certificate.version() == 3),
    ),
    error("rfc5280-serial-positive", "RFC 5280 section 4.1.2.2", RFC5280, "The serial number is zero or negative", always, |facts| {
        must(!facts.certificate.serial_is_negative() && facts.certificate.serial().iter().any(|octet| *octet != 0))
    }),
    error("rfc5280-serial-length", "RFC 5280 section 4.1.2.2", RFC5280, "The serial number has more than 20 octets", always, |facts| {
        must(facts.certificate.serial().len() <= 20)
    }),
    error(
        "rfc5280-unique-identifiers",
        "RFC 5280 section 4.1.2.8",
        RFC5280,
        "There is an issuerUniqueID or a subjectUniqueID",
        always,
        |facts| must_not(facts.fields.unique_identifiers),
    ),
    error(
        "rfc5280-extensions-empty",
        "RFC 5280 section 4.1",
        RFC5280,
        "The list of extensions is empty",
        |facts| facts.fields.has_extensions,
        |facts| must_not(facts.extensions.is_empty()),
    ),
    error("rfc5280-validity-order", "RFC 5280 section 4.1.2.5", RFC5280, "The validity ends before it begins", always, |facts| {
        must(facts.certificate.not_before() <= facts.certificate.not_after())
    }),
    error(
        "rfc5280-time-type",
        "RFC 5280 section 4.1.2.5",
        RFC5280,
        "A date through 2049 is no UTCTime, or a later one no GeneralizedTime",
        always,
        |facts| {
            let later = |time: Time| time.civil().0 >= 2050;
            let dates = [facts.certificate.not_before(), facts.certificate.not_after()];
            must(facts.fields.times.iter().zip(dates).all(|(element, date)| (element.tag == Tag::GENERALIZED_TIME) == later(date)))
        },
    ),
    error(
        "rfc5280-utc-time",
        "RFC 5280 section 4.1.2.5.1",
        RFC5280,
        "A UTCTime is not written YYMMDDHHMMSSZ",
        |facts| facts.fields.times.iter().any(|time| time.tag == Tag::UTC_TIME),
        |facts| must(has_form(facts, Tag::UTC_TIME, 12)),
    ),
    error(
        "rfc5280-generalized-time",
        "RFC 5280 section 4.1.2.5.2",
        RFC5280,
        "A GeneralizedTime is not written YYYYMMDDHHMMSSZ",
        |facts| facts.fields.times.iter().any(|time| time.tag == Tag::GENERALIZED_TIME),
        |facts| must(has_form(facts, Tag::GENERALIZED_TIME, 14)),
    ),
    error(
        "rfc4055-rsa-signature-parameters",
        "RFC 4055 section 5",
        RFC5280,
        "The parameters of an RSA signature algorithm (PKCS #1 v1.5) are not NULL",
        |facts| {
            let kinds = [oid::SHA1_WITH_RSA, oid::SHA256_WITH_RSA, oid::SHA384_WITH_RSA, oid::SHA512_WITH_RSA];
            signature(facts).is_some_and(|(kind, _)| kinds::is_one_of(kind, &kinds))
        },
        |facts| must(signature(facts).is_some_and(|(_, parameters)| parameters == [5, 0])),
    ),
    error(
        "rfc5758-signature-parameters",
        "RFC 5758 section 3.2, RFC 8410 section 3, RFC 9881 section 2",
        RFC5280,
        "A signature algorithm that has no parameters has some",
        |facts| {
            let kinds = [
                oid::ECDSA_WITH_SHA1,
                oid::ECDSA_WITH_SHA256,
                oid::ECDSA_WITH_SHA384,
                oid::ECDSA_WITH_SHA512,
                oid::ID_DSA_WITH_SHA1,
                oid::ID_DSA_WITH_SHA256,
            ];
            let groups = [&kinds[..], kinds::EDWARDS, kinds::ML_DSA];
            signature(facts).is_some_and(|(kind, _)| groups.iter().any(|group| kinds::is_one_of(kind, group)))
        },
        |facts| must(signature(facts).is_some_and(|(_, parameters)| parameters.is_empty())),
    ),
    warning(
        "rfc8550-signature-digest",
        "RFC 8550 appendix A.1",
        RFC8550,
        "The signature is made over a digest that is broken (MD2, MD5 or SHA-1)",
        |facts| !facts.self_signed,
        |facts| {
            let broken = [kinds::MD2_WITH_RSA, kinds::MD5_WITH_RSA, oid::SHA1_WITH_RSA, oid::ECDSA_WITH_SHA1, oid::ID_DSA_WITH_SHA1];
            must_not(signature(facts).is_some_and(|(kind, _)| kinds::is_one_of(kind, &broken)))
        },
    ),
    error(
        "x690-default-value",
        "X.690 section 11.5",
        RFC5280,
        "What is the default is written out: version 1, critical FALSE or cA FALSE",
        always,
        |facts| {
            let version = facts.fields.version.is_some_and(|version| version.content == [0]);
            let authority =
                facts.extension(oid::CE_BASIC_CONSTRAINTS).is_some_and(|extension| extension.value.starts_with(&[0x30, 3, 1, 1, 0]));
            must_not(version || facts.fields.spells_default || authority)
        },
    ),
    error("x690-integer", "X.690 section 8.3.2", RFC5280, "The serial number is written with more octets than it needs", always, |facts| {
        must(facts.fields.serial.is_some_and(|serial| serial.integer_octets().is_ok()))
    }),
    error(
        "x690-object-identifier",
        "X.690 section 8.19",
        RFC5280,
        "An OBJECT IDENTIFIER of an extension, a purpose or an attribute cannot be one",
        always,
        |facts| {
            let extensions = facts.extensions.iter().map(|extension| extension.kind);
            let attributes = facts.attributes().map(|attribute| attribute.kind);
            must(extensions.chain(attributes).chain(facts.purposes.iter().copied()).all(is_object_identifier))
        },
    ),
    error("rfc5280-extension-der", "RFC 5280 section 4.2", RFC5280, "The value of an extension is no DER", always, |facts| {
        none(facts.extensions.iter().find(|extension| check_der(extension.value).is_err()).map(|extension| dotted(extension.kind)))
    }),
];

/// Whether each date of this type is so many digits and a `Z`.
fn has_form(facts: &Facts<'_>, tag: Tag, digits: usize) -> bool {
    facts.fields.times.iter().filter(|time| time.tag == tag).all(|time| match time.content.split_last() {
        Some((b'Z', rest)) => rest.len() == digits && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    })
}

/// The content octets of the signature algorithm's OBJECT IDENTIFIER, and the octets of its parameters.
fn signature<'a>(facts: &Facts<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let mut fields = facts.fields.signature?.children().ok()?;
    let kind = fields.element().ok()?.content;
    Some((kind, fields.rest()))
}

fn is_object_identifier(content: &[u8]) -> bool {
    let mut ends = false;
    for (before, octet) in std::iter::once(0).chain(content.iter().copied()).zip(content) {
        // An arc begins behind an octet without the high bit, and not with a zero.
        if before & 0x80 == 0 && *octet == 0x80 {
            return false;
        }
        ends = octet & 0x80 == 0;
    }
    ends
}

/// Whether this is one element of DER, and so all elements within.
fn check_der(value: &[u8]) -> Result<()> {
    let mut open = vec![Reader::der(value)];
    Reader::single_der(value)?;
    while let Some(reader) = open.last_mut() {
        if reader.is_empty() {
            open.pop();
            continue;
        }
        let element: Element<'_> = reader.element()?;
        if element.tag.is_constructed() {
            open.push(element.children()?);
        }
    }
    Ok(())
}
