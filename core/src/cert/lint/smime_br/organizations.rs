//! organizationIdentifier (BR section 7.1.4.2.2 (d), appendix A.1): a scheme, a country and a reference within the scheme.

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{Judged, error, none, shown};
use super::super::kinds;
use super::countries::{country_of_vat, is_country};
use super::profile::Validation;
use super::{BR, subscriber, validated};
use crate::asn1::{Tag, oid};

fn has_identifier(facts: &Facts<'_>) -> bool {
    subscriber(facts) && facts.subject_has(&[kinds::ORGANIZATION_IDENTIFIER])
}

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-organization-identifier",
        "S/MIME BR section 7.1.4.2.2 (d)",
        BR,
        "organizationIdentifier is not built of scheme, country and reference as one of the schemes has it",
        has_identifier,
        |facts| {
            let mut identifiers = facts.subject_values(kinds::ORGANIZATION_IDENTIFIER);
            none(identifiers.find(|identifier| !is_identifier(identifier)).map(|identifier| shown(identifier.as_bytes())))
        },
    ),
    error(
        "smime-br-organization-identifier-type",
        "S/MIME BR section 7.1.4.2.2 (d)",
        BR,
        "organizationIdentifier is neither PrintableString nor UTF8String",
        has_identifier,
        |facts| {
            let mut identifiers = facts.subject.iter().filter(|attribute| attribute.kind == kinds::ORGANIZATION_IDENTIFIER.as_bytes());
            none(identifiers.find(|one| ![Tag::PRINTABLE_STRING, Tag::UTF8_STRING].contains(&one.tag)).map(|_| ""))
        },
    ),
    error(
        "smime-br-organization-identifier-country",
        "S/MIME BR section 7.1.4.2.2 (d)",
        BR,
        "The country of organizationIdentifier is not that of the subject",
        |facts| validated(facts, &[Validation::Organization, Validation::Sponsor]) && names_countries(facts),
        |facts| {
            let Some(country) = facts.subject_values(oid::AT_COUNTRY_NAME).next() else { return Judged::NotApplicable };
            let wrong = |identifier: &str| match parts(identifier) {
                Some(("INT" | "LEI", _)) | None => false,
                Some(("VAT", prefix)) => prefix != country && country_of_vat(prefix) != country,
                Some((_, code)) => code != country,
            };
            let mut identifiers = facts.subject_values(kinds::ORGANIZATION_IDENTIFIER);
            none(identifiers.find(|identifier| wrong(identifier)).map(|identifier| shown(identifier.as_bytes())))
        },
    ),
];

/// The scheme and the country with which an identifier begins: three and two capital letters.
fn parts(identifier: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = identifier.split_at_checked(3)?;
    let (country, _) = rest.split_at_checked(2)?;
    [scheme, country].iter().all(|part| part.bytes().all(|octet| octet.is_ascii_uppercase())).then_some((scheme, country))
}

/// Whether there is a country of two letters, every identifier begins as one, and one at least is of a country.
fn names_countries(facts: &Facts<'_>) -> bool {
    let identifiers: Vec<_> = facts.subject_values(kinds::ORGANIZATION_IDENTIFIER).collect();
    let has_country = facts.subject_values(oid::AT_COUNTRY_NAME).next().is_some_and(|country| country.len() == 2);
    has_country
        && identifiers.iter().all(|identifier| parts(identifier).is_some())
        && identifiers.iter().any(|identifier| !matches!(parts(identifier), Some(("INT" | "LEI", _))))
}

/// Whether an identifier has the structure that its scheme demands.
fn is_identifier(identifier: &str) -> bool {
    let Some((scheme, country)) = parts(identifier) else { return false };
    let rest = identifier.get(5..).unwrap_or_default();
    let (region, reference) = match rest.split_once('-') {
        Some((region, reference)) => (region, Some(reference)),
        None => (rest, None),
    };
    let has_reference = reference.is_some_and(|reference| !reference.trim().is_empty());
    let is_region = region.is_empty()
        || region
            .strip_prefix('+')
            .is_some_and(|code| (1..=3).contains(&code.len()) && code.bytes().all(|octet| octet.is_ascii_alphanumeric()));
    match scheme {
        "NTR" => is_country(country) && is_region && has_reference,
        "VAT" => is_country(country_of_vat(country)) && is_region && has_reference,
        "PSD" => is_country(country) && region.is_empty() && reference.is_some_and(names_authority),
        "LEI" => country == "XG" && region.is_empty() && reference.is_some_and(is_legal_entity),
        "GOV" => is_country(country) && is_region && reference.is_none(),
        "INT" => country == "XG" && rest.is_empty(),
        _ => false,
    }
}

/// ETSI TS 119 495 section 5.2.1: the authority by two to eight capital letters, a hyphen, and what it assigned.
fn names_authority(reference: &str) -> bool {
    reference.split_once('-').is_some_and(|(authority, number)| {
        (2..=8).contains(&authority.len()) && authority.bytes().all(|octet| octet.is_ascii_uppercase()) && !number.is_empty()
    })
}

/// ISO 17442: twenty letters and digits, the last two a check by ISO 7064 (MOD 97-10).
fn is_legal_entity(reference: &str) -> bool {
    let rest = reference.chars().try_fold(0u32, |rest, character| {
        let value = character.to_digit(36).filter(|_| !character.is_ascii_lowercase())?;
        let factor: u32 = if value < 10 { 10 } else { 100 };
        rest.checked_mul(factor)?.checked_add(value)?.checked_rem(97)
    });
    reference.len() == 20 && rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_requirements() {
        for good in [
            "NTRGB-12345678",
            "NTRUS+CA-12345678",
            "PSDBE-NBB-1234.567.890",
            "VATEL-123456789",
            "NTRDE-DER3306.HRB12345",
            "LEIXG-506700GE1G29325QX363",
            "GOVUS",
            "GOVUS+CA",
            "INTXG",
        ] {
            assert!(is_identifier(good), "{good}");
        }
        for bad in [
            "",
            "NTR",
            "NTRGB",
            "NTRGB-",
            "NTRXX-1",
            "NTRgb-1",
            "NTRUS+CALI-1",
            "NTRUSCA-1",
            "NTREL-1",
            "ABCGB-1",
            "PSDBE-1234",
            "PSDBE-nbb-1",
            "LEIXG-506700GE1G29325QX364",
            "LEIXG-506700GE1G29325QX36",
            "LEIDE-506700GE1G29325QX363",
            "GOVUS-1",
            "INTXG-1",
            "INTDE",
            "\u{e4}\u{e4}\u{e4}",
        ] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }
}
