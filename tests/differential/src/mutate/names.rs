//! Names that constraints do not allow, and names and constraints that are odd.

mod odd;

use smime::Code;
use smime::asn1::oid;

use super::{Mutation, an_issuer, refused};
use crate::draft::{Draft, Expected};
use crate::generate::names::{MAIL_HOST, WEB_HOST};
use crate::model::extensions::{self as value, General};
use crate::model::name::{COUNTRY, Name, ORGANIZATION, UNIT};
use crate::random::Random;

pub(super) use odd::ALL as ODDITIES;

const RULE: &str = "RFC 5280 6.1.3 (b), (c)";

/// The names of the leaf stay; an authority that has no constraints gets such that do not allow one of them.
pub(super) const VIOLATIONS: &[Mutation] = &[
    Mutation {
        name: "mailbox of another host than permitted",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail("mx.example.org")], &[]),
    },
    Mutation {
        name: "mailbox of the host above the one permitted",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail("a.mail.example.org")], &[]),
    },
    Mutation {
        name: "mailbox of a host below the one permitted",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail("example.org")], &[]),
    },
    Mutation {
        name: "mailbox of the host of a permitted domain itself",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail(".mail.example.org")], &[]),
    },
    Mutation {
        name: "mailbox of a host that ends like the one permitted",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail("ail.example.org")], &[]),
    },
    Mutation {
        name: "other mailbox than the one permitted",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail("zoe@mail.example.org")], &[]),
    },
    Mutation { name: "mailbox of an excluded host", rule: RULE, apply: |d, r| constrain(d, r, &[], &[General::mail("MAIL.example.ORG")]) },
    Mutation { name: "mailbox of an excluded domain", rule: RULE, apply: |d, r| constrain(d, r, &[], &[General::mail(".example.org")]) },
    Mutation { name: "mailbox that is excluded itself", rule: RULE, apply: excluded_mailbox },
    Mutation { name: "mailbox that is excluded in other case", rule: "RFC 8550 3", apply: excluded_in_other_case },
    Mutation {
        name: "mailbox that is permitted and excluded",
        rule: RULE,
        apply: |d, r| constrain(d, r, &[General::mail(".example.org")], &[General::mail(MAIL_HOST)]),
    },
    Mutation { name: "emailAddress of the subject is not permitted", rule: "RFC 5280 4.2.1.10", apply: subject_address },
    Mutation { name: "emailAddress beside subjectAltName is not permitted", rule: "RFC 8550 3", apply: subject_address_beside },
    Mutation { name: "SmtpUTF8Mailbox of an excluded host", rule: "RFC 9598 6", apply: |d, r| utf8_mailbox(d, r, "mx.example.net") },
    Mutation { name: "SmtpUTF8Mailbox of an excluded domain", rule: "RFC 9598 6", apply: |d, r| utf8_mailbox(d, r, ".example.net") },
    Mutation {
        name: "dNSName outside of what is permitted",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::dns(WEB_HOST), &[General::dns("mail.corp.example")], &[]),
    },
    Mutation {
        name: "dNSName that ends like what is permitted",
        rule: RULE,
        apply: |d, r| {
            add_and_constrain(
                d,
                r,
                General::dns("evilcorp.example"),
                &[General::dns("corp.example"), General::dns("www.corp.example")],
                &[],
            )
        },
    },
    Mutation {
        name: "dNSName that is excluded",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::dns(WEB_HOST), &[], &[General::dns("Corp.example")]),
    },
    Mutation {
        name: "wildcard above an excluded dNSName",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::dns("*.corp.example"), &[], &[General::dns("mx.corp.example")]),
    },
    Mutation {
        name: "URI outside of what is permitted",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::uri("https://www.corp.example/"), &[General::uri("corp.example")], &[]),
    },
    Mutation {
        name: "URI of an excluded host",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::uri("https://u@www.corp.example:443/x"), &[], &[General::uri(".corp.example")]),
    },
    Mutation {
        name: "URI without a host",
        rule: "RFC 5280 4.2.1.10",
        apply: |d, r| {
            add_and_constrain(d, r, General::uri("urn:example:a"), &[General::uri("corp.example"), General::uri(".corp.example")], &[])
        },
    },
    Mutation {
        name: "URI with an address for a host",
        rule: "RFC 5280 4.2.1.10",
        apply: |d, r| add_and_constrain(d, r, General::uri("https://10.1.2.3/"), &[], &[General::uri("corp.example")]),
    },
    Mutation {
        name: "iPAddress outside of what is permitted",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::Ip(vec![10, 1, 0, 1]), &[General::Ip(vec![10, 2, 0, 0, 255, 255, 0, 0])], &[]),
    },
    Mutation {
        name: "iPAddress that is excluded",
        rule: RULE,
        apply: |d, r| add_and_constrain(d, r, General::Ip(vec![10, 1, 0, 1]), &[], &[General::Ip(vec![10, 1, 0, 0, 255, 255, 0, 0])]),
    },
    Mutation {
        name: "iPAddress of the other family than permitted",
        rule: RULE,
        apply: |d, r| {
            add_and_constrain(d, r, General::Ip([&[0x20, 1][..], &[0; 14]].concat()), &[General::Ip(vec![10, 0, 0, 0, 255, 0, 0, 0])], &[])
        },
    },
    Mutation {
        name: "leaf under another directory than permitted",
        rule: RULE,
        apply: |d, r| {
            let place = d.leaf_place();
            directory(d, r, place, true)
        },
    },
    Mutation {
        name: "leaf under an excluded directory",
        rule: RULE,
        apply: |d, r| {
            let place = d.leaf_place();
            directory(d, r, place, false)
        },
    },
    Mutation { name: "authority under another directory than permitted", rule: RULE, apply: authority_directory },
    Mutation { name: "directoryName outside of what is permitted", rule: RULE, apply: other_directory },
    Mutation { name: "registeredID where constraints have another", rule: "RFC 5280 4.2.1.10", apply: registered },
];

/// The place of an authority without constraints of its own.
fn free_issuer(draft: &Draft, random: &mut Random) -> Option<usize> {
    let place = an_issuer(draft, random);
    draft.path[place].extension(oid::CE_NAME_CONSTRAINTS).is_none().then_some(place)
}

/// Adds these constraints to an authority.
fn constrain(draft: &mut Draft, random: &mut Random, permitted: &[General], excluded: &[General]) -> Option<Expected> {
    let place = free_issuer(draft, random)?;
    let critical = random.chance(80);
    draft.change(place).set(oid::CE_NAME_CONSTRAINTS, critical, value::name_constraints(permitted, excluded));
    refused(Code::PathNameConstraints)
}

/// The same, with one more name in the leaf, where nobody restricts names of any form otherwise.
fn add_and_constrain(
    draft: &mut Draft,
    random: &mut Random,
    name: General,
    permitted: &[General],
    excluded: &[General],
) -> Option<Expected> {
    if draft.path.iter().any(|certificate| certificate.extension(oid::CE_NAME_CONSTRAINTS).is_some()) {
        return None;
    }
    let same_form = |other: &General| std::mem::discriminant(other) == std::mem::discriminant(&name);
    draft.names.retain(|other| !same_form(other));
    draft.names.push(name);
    set_names(draft);
    constrain(draft, random, permitted, excluded)
}

fn set_names(draft: &mut Draft) {
    let names = value::general_names(&draft.names);
    let leaf = draft.leaf();
    let critical = leaf.subject.is_empty();
    leaf.set(oid::CE_SUBJECT_ALT_NAME, critical, names);
}

fn a_mailbox(draft: &Draft) -> Option<String> {
    draft.names.iter().find_map(|name| match name {
        General::Rfc822(octets) => String::from_utf8(octets.clone()).ok(),
        _ => None,
    })
}

fn excluded_mailbox(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let mailbox = a_mailbox(draft)?;
    constrain(draft, random, &[], &[General::mail(&mailbox)])
}

fn excluded_in_other_case(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let mailbox = a_mailbox(draft)?;
    let (local, domain) = mailbox.split_once('@')?;
    constrain(draft, random, &[], &[General::mail(&format!("{}@{domain}", local.to_uppercase()))])
}

/// An address in the subject alone.
fn subject_address(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let leaf = draft.leaf();
    if leaf.subject.is_empty() {
        return None;
    }
    leaf.subject = leaf.subject.with(oid::AT_EMAIL_ADDRESS, "mallory@elsewhere.example");
    leaf.remove(oid::CE_SUBJECT_ALT_NAME);
    constrain(draft, random, &[General::mail(".example.org"), General::mail(MAIL_HOST)], &[])
}

/// An address in the subject that differs from those in subjectAltName, which are permitted.
fn subject_address_beside(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let leaf = draft.leaf();
    if leaf.subject.is_empty() {
        return None;
    }
    leaf.subject = leaf.subject.with(oid::AT_EMAIL_ADDRESS, "mallory@elsewhere.example");
    constrain(draft, random, &[General::mail(".example.org"), General::mail(MAIL_HOST)], &[])
}

fn utf8_mailbox(draft: &mut Draft, random: &mut Random, excluded: &str) -> Option<Expected> {
    draft.names.push(General::SmtpUtf8("j\u{f6}rg@mx.example.net".to_owned()));
    set_names(draft);
    constrain(draft, random, &[], &[General::mail(excluded)])
}

/// Constraints that the name of the certificate in this place is outside of, and those of all others within.
fn directory(draft: &mut Draft, random: &mut Random, place: usize, permitted: bool) -> Option<Expected> {
    if draft.path[place].subject.is_empty() {
        return None;
    }
    let above = random.below(place);
    if draft.path[above].extension(oid::CE_NAME_CONSTRAINTS).is_some() {
        return None;
    }
    let constraints = if permitted {
        value::name_constraints(&[General::Directory(Name::of(&[(COUNTRY, "DE"), (ORGANIZATION, "Certification"), (UNIT, "x")]))], &[])
    } else {
        value::name_constraints(&[], &[General::Directory(draft.path[place].subject.rewritten(random))])
    };
    draft.change(above).set(oid::CE_NAME_CONSTRAINTS, true, constraints);
    refused(Code::PathNameConstraints)
}

/// The name of an authority is excluded, or not permitted.
fn authority_directory(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = super::an_authority(draft, random);
    if draft.is_self_issued(place) {
        return None;
    }
    let permitted = random.chance(50);
    directory(draft, random, place, permitted)
}

fn other_directory(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let company = draft.path[0].subject.prefix(2);
    let name = Name::of(&[(COUNTRY, "FR"), (ORGANIZATION, "Another Company")]);
    add_and_constrain(draft, random, General::Directory(name), &[General::Directory(company)], &[])
}

fn registered(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let kind = |text| General::Registered(const_oid::ObjectIdentifier::new_unwrap(text));
    add_and_constrain(draft, random, kind("1.3.6.1.4.1.32473.3.1"), &[kind("1.3.6.1.4.1.32473.3.2")], &[])
}
