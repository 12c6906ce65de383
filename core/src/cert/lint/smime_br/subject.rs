//! The subject of subscribers' certificates (BR section 7.1.4.2.2): which attributes are there, and what they say.

use const_oid::ObjectIdentifier;

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{Judged, error, must, must_not, none, shown};
use super::super::kinds;
use super::super::rfc5280::names::attribute_name;
use super::countries::is_country;
use super::profile::{Generation, Validation};
use super::{BR, of_generation, strict, strict_or_multipurpose, subscriber, validated};
use crate::asn1::oid;
use crate::cert::{Mailbox, text};

const PERSON: &[ObjectIdentifier] = &[kinds::GIVEN_NAME, kinds::SURNAME];
const ORGANIZATION: &[ObjectIdentifier] = &[kinds::ORGANIZATION, kinds::ORGANIZATIONAL_UNIT, kinds::ORGANIZATION_IDENTIFIER];
/// Attributes that each profile may have.
const ALL: &[ObjectIdentifier] = &[oid::AT_COMMON_NAME, oid::AT_SERIAL_NUMBER, oid::AT_EMAIL_ADDRESS];
const PLACE: &[ObjectIdentifier] = &[kinds::LOCALITY, kinds::STATE, oid::AT_COUNTRY_NAME];
const STREET: &[ObjectIdentifier] = &[kinds::STREET, kinds::POSTAL_CODE];

pub(super) const LINTS: &[Lint] = &[
    error(
        "smime-br-subject-mailbox-validated",
        "S/MIME BR section 7.1.4.2.3",
        BR,
        "The subject of a mailbox-validated certificate has more than commonName, serialNumber and emailAddress",
        |facts| validated(facts, &[Validation::Mailbox]),
        |facts| first_other(facts, &[ALL]),
    ),
    error(
        "smime-br-subject-organization-validated",
        "S/MIME BR section 7.1.4.2.4",
        BR,
        "The subject of an organization-validated certificate has an attribute that it may not have",
        |facts| validated(facts, &[Validation::Organization]),
        |facts| {
            let person = [kinds::GIVEN_NAME, kinds::SURNAME, kinds::PSEUDONYM, kinds::TITLE];
            let forbidden = facts.subject.iter().find(|attribute| kinds::is_one_of(attribute.kind, &person));
            match forbidden {
                Some(attribute) => Judged::Found(attribute_name(attribute.kind)),
                None => within_generation(facts, &[ALL, PLACE, ORGANIZATION]),
            }
        },
    ),
    error(
        "smime-br-subject-sponsor-validated",
        "S/MIME BR section 7.1.4.2.5",
        BR,
        "The subject of a sponsor-validated certificate has an attribute that it may not have",
        |facts| validated(facts, &[Validation::Sponsor]),
        |facts| within_generation(facts, &[ALL, PLACE, ORGANIZATION, PERSON, &[kinds::PSEUDONYM, kinds::TITLE]]),
    ),
    error(
        "smime-br-subject-individual-validated",
        "S/MIME BR section 7.1.4.2.6",
        BR,
        "The subject of an individual-validated certificate has an attribute that it may not have",
        |facts| validated(facts, &[Validation::Individual]),
        |facts| {
            let forbidden = facts.subject.iter().find(|attribute| kinds::is_one_of(attribute.kind, ORGANIZATION));
            match forbidden {
                Some(attribute) => Judged::Found(attribute_name(attribute.kind)),
                None => within_generation(facts, &[ALL, PLACE, PERSON, &[kinds::PSEUDONYM, kinds::TITLE]]),
            }
        },
    ),
    error(
        "smime-br-subject-organization",
        "S/MIME BR sections 7.1.4.2.4 and 7.1.4.2.5",
        BR,
        "The subject lacks organizationName or organizationIdentifier",
        |facts| validated(facts, &[Validation::Organization, Validation::Sponsor]),
        |facts| must(facts.subject_has(&[kinds::ORGANIZATION]) && facts.subject_has(&[kinds::ORGANIZATION_IDENTIFIER])),
    ),
    error(
        "smime-br-subject-person",
        "S/MIME BR sections 7.1.4.2.5 and 7.1.4.2.6",
        BR,
        "The subject names nobody: it has neither givenName nor surname nor pseudonym",
        |facts| strict_or_multipurpose(facts) && validated(facts, &[Validation::Sponsor, Validation::Individual]),
        |facts| must(facts.subject_has(PERSON) || facts.subject_has(&[kinds::PSEUDONYM])),
    ),
    error(
        "smime-br-subject-pseudonym",
        "S/MIME BR section 7.1.4.2.2 (f)",
        BR,
        "The subject has a pseudonym beside givenName or surname",
        |facts| subscriber(facts) && facts.subject_has(&[kinds::PSEUDONYM]),
        |facts| must_not(facts.subject_has(PERSON)),
    ),
    error(
        "smime-br-common-name-mailbox",
        "S/MIME BR section 7.1.4.2.2 (a)",
        BR,
        "commonName of a mailbox-validated certificate is no mailbox",
        |facts| validated(facts, &[Validation::Mailbox]),
        |facts| {
            let mut names = facts.subject_values(oid::AT_COMMON_NAME);
            none(names.find(|name| Mailbox::parse(name).is_err()).map(|name| shown(name.as_bytes())))
        },
    ),
    error(
        "smime-br-common-name-organization",
        "S/MIME BR section 7.1.4.2.2 (a)",
        BR,
        "commonName of an organization-validated certificate is neither organizationName nor a mailbox",
        |facts| validated(facts, &[Validation::Organization]) && facts.subject_has(&[oid::AT_COMMON_NAME]),
        |facts| {
            let organizations: std::collections::HashSet<_> = facts.subject_values(kinds::ORGANIZATION).collect();
            let mut names = facts.subject_values(oid::AT_COMMON_NAME);
            none(names.find(|name| !organizations.contains(name) && Mailbox::parse(name).is_err()).map(|name| shown(name.as_bytes())))
        },
    ),
    error(
        "smime-br-subject-email-address",
        "S/MIME BR section 7.1.4.2.2 (h)",
        BR,
        "emailAddress of the subject is not one mailbox",
        |facts| subscriber(facts) && facts.subject_has(&[oid::AT_EMAIL_ADDRESS]),
        |facts| {
            let mut addresses = facts.subject_values(oid::AT_EMAIL_ADDRESS);
            none(addresses.find(|address| Mailbox::parse(address).is_err()).map(|address| shown(address.as_bytes())))
        },
    ),
    error(
        "smime-br-subject-metadata",
        "S/MIME BR section 7.1.4.2",
        BR,
        "An attribute of the subject has only dots, hyphens and blanks",
        subscriber,
        |facts| {
            let says_nothing = |value: &str| !value.is_empty() && value.chars().all(|character| matches!(character, '.' | '-' | ' '));
            let offender = facts
                .subject
                .iter()
                .find(|attribute| text::decode(attribute.tag, attribute.value).is_some_and(|value| says_nothing(&value)));
            none(offender.map(|attribute| attribute_name(attribute.kind)))
        },
    ),
    error(
        "smime-br-subject-street",
        "S/MIME BR section 7.1.4.2.2 (j)",
        BR,
        "The subject has streetAddress without localityName and stateOrProvinceName",
        |facts| subscriber(facts) && facts.subject_has(&[kinds::STREET]),
        |facts| must(facts.subject_has(&[kinds::LOCALITY, kinds::STATE])),
    ),
    error(
        "smime-br-subject-place",
        "S/MIME BR section 7.1.4.2.2 (k), (l) and (m)",
        BR,
        "The subject has localityName, stateOrProvinceName or postalCode without countryName",
        |facts| subscriber(facts) && facts.subject_has(&[kinds::LOCALITY, kinds::STATE, kinds::POSTAL_CODE]),
        |facts| must(facts.subject_has(&[oid::AT_COUNTRY_NAME])),
    ),
    error(
        "smime-br-subject-country",
        "S/MIME BR section 7.1.4.2.2 (n)",
        BR,
        "countryName of the subject is neither a code of ISO 3166-1 nor XX",
        |facts| validated(facts, &[Validation::Organization, Validation::Sponsor, Validation::Individual]),
        |facts| {
            let mut countries = facts.subject_values(oid::AT_COUNTRY_NAME);
            none(countries.find(|code| !is_country(code) && code != "XX").map(|code| shown(code.as_bytes())))
        },
    ),
];

/// The first attribute of the subject that is none of these.
fn first_other(facts: &Facts<'_>, allowed: &[&[ObjectIdentifier]]) -> Judged {
    let other = facts.subject.iter().find(|attribute| !allowed.iter().any(|kinds| kinds::is_one_of(attribute.kind, kinds)));
    none(other.map(|attribute| attribute_name(attribute.kind)))
}

/// Legacy may have any other attribute, multipurpose these and the street, strict these alone.
fn within_generation(facts: &Facts<'_>, allowed: &[&[ObjectIdentifier]]) -> Judged {
    if strict(facts) {
        first_other(facts, allowed)
    } else if of_generation(facts, &[Generation::Multipurpose]) {
        first_other(facts, &[allowed, &[STREET]].concat())
    } else {
        Judged::Passed
    }
}
