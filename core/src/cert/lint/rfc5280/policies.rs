//! certificatePolicies and its qualifiers.

use std::collections::HashSet;

use super::super::Lint;
use super::super::facts::Facts;
use super::super::judged::{dotted, error, must, must_not, none, warning};
use super::super::kinds;
use super::RFC5280;
use crate::asn1::{Element, Tag, oid};
use crate::cert::text;

const VISIBLE_STRING: Tag = Tag(0x1a);

/// Characters of an explicitText (RFC 5280 appendix A.2).
const EXPLICIT_TEXT: usize = 200;

/// RFC 6818, which has IA5String allowed and VisibleString and BMPString forbidden, is of January 2013.
const RFC6818: super::Day = (2013, 1, 1);

fn has_policies(facts: &Facts<'_>) -> bool {
    !facts.policies.is_empty()
}

fn has_texts(facts: &Facts<'_>) -> bool {
    notices(facts).any(|notice| notice.text.is_some())
}

pub(super) const LINTS: &[Lint] = &[
    error(
        "rfc5280-policy-repeated",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "A policy stands twice in certificatePolicies",
        has_policies,
        |facts| {
            let mut seen = HashSet::new();
            none(facts.policies.iter().find(|policy| !seen.insert(policy.kind)).map(|policy| dotted(policy.kind)))
        },
    ),
    error(
        "rfc5280-any-policy-qualifiers",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "anyPolicy has qualifiers other than id-qt-cps and id-qt-unotice",
        |facts| facts.policies.iter().any(|policy| policy.kind == oid::ANY_POLICY.as_bytes()),
        |facts| {
            let any = facts.policies.iter().filter(|policy| policy.kind == oid::ANY_POLICY.as_bytes());
            let known = [kinds::QUALIFIER_CPS, kinds::QUALIFIER_USER_NOTICE];
            must(any.flat_map(|policy| &policy.qualifiers).all(|(kind, _)| kinds::is_one_of(kind, &known)))
        },
    ),
    error(
        "rfc5280-policy-qualifiers-empty",
        "RFC 5280 appendix A.2",
        RFC5280,
        "A policy has an empty list of qualifiers",
        has_policies,
        |facts| must_not(facts.policies.iter().any(|policy| policy.has_qualifiers && policy.qualifiers.is_empty())),
    ),
    error(
        "rfc5280-cps-uri",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "The pointer to a CPS is no IA5String with an address",
        |facts| qualifiers(facts, true).next().is_some(),
        |facts| {
            must(qualifiers(facts, true).all(|cps| cps.tag == Tag::IA5_STRING && cps.content.is_ascii() && cps.content.contains(&b':')))
        },
    ),
    warning(
        "rfc5280-user-notice-reference",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "A user notice has a noticeRef",
        |facts| notices(facts).next().is_some(),
        |facts| must_not(notices(facts).any(|notice| notice.has_reference)),
    ),
    error(
        "rfc5280-explicit-text-length",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "The text of a user notice has more than 200 characters",
        has_texts,
        |facts| {
            let long = |text: Element<'_>| {
                text::decode(text.tag, text.content).map_or(text.content.len(), |text| text.chars().count()) > EXPLICIT_TEXT
            };
            must_not(notices(facts).filter_map(|notice| notice.text).any(long))
        },
    ),
    error(
        "rfc6818-explicit-text-type",
        "RFC 6818 section 3",
        RFC6818,
        "The text of a user notice is neither UTF8String nor IA5String",
        has_texts,
        |facts| must(notices(facts).filter_map(|notice| notice.text).all(|text| [Tag::UTF8_STRING, Tag::IA5_STRING].contains(&text.tag))),
    ),
    warning(
        "rfc6818-explicit-text-utf8",
        "RFC 6818 section 3",
        RFC6818,
        "The text of a user notice is no UTF8String",
        has_texts,
        |facts| must(notices(facts).filter_map(|notice| notice.text).all(|text| text.tag == Tag::UTF8_STRING)),
    ),
    warning(
        "rfc5280-explicit-text-control",
        "RFC 5280 section 4.2.1.4",
        RFC5280,
        "The text of a user notice has control characters",
        has_texts,
        |facts| {
            let controls = |text: Element<'_>| text::decode(text.tag, text.content).is_some_and(|text| text.chars().any(char::is_control));
            must_not(notices(facts).filter_map(|notice| notice.text).any(controls))
        },
    ),
];

/// The values of the qualifiers of one of the two kinds.
fn qualifiers<'s, 'a: 's>(facts: &'s Facts<'a>, cps: bool) -> impl Iterator<Item = Element<'a>> + 's {
    let wanted = if cps { kinds::QUALIFIER_CPS } else { kinds::QUALIFIER_USER_NOTICE };
    let all = facts.policies.iter().flat_map(|policy| &policy.qualifiers);
    all.filter(move |(kind, _)| *kind == wanted.as_bytes()).map(|(_, value)| *value)
}

/// The addresses of statements of practice.
pub(in crate::cert::lint) fn practice_statements<'s, 'a: 's>(facts: &'s Facts<'a>) -> impl Iterator<Item = Element<'a>> + 's {
    qualifiers(facts, true)
}

/// A UserNotice.
pub(in crate::cert::lint) struct Notice<'a> {
    pub(in crate::cert::lint) has_reference: bool,
    pub(in crate::cert::lint) text: Option<Element<'a>>,
}

pub(in crate::cert::lint) fn notices<'s, 'a: 's>(facts: &'s Facts<'a>) -> impl Iterator<Item = Notice<'a>> + 's {
    qualifiers(facts, false).filter_map(|value| {
        let mut fields = value.children().ok()?;
        let has_reference = fields.optional(Tag::SEQUENCE).ok()?.is_some();
        let strings = [Tag::UTF8_STRING, Tag::IA5_STRING, VISIBLE_STRING, Tag::BMP_STRING];
        let text = fields.element().ok().filter(|text| strings.contains(&text.tag));
        Some(Notice { has_reference, text })
    })
}
