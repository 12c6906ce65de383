//! Dates.

use smime::Code;
use smime::asn1::Tag;

use super::{Mutation, anywhere, refused};
use crate::draft::{Draft, Expected};
use crate::generate::DAY;
use crate::model::{Date, element, generalized_time, utc_time};
use crate::random::Random;

const RULE: &str = "RFC 5280 6.1.3 (a)(2)";
const FORM: &str = "RFC 5280 4.1.2.5";

pub(super) const ALL: &[Mutation] = &[
    Mutation {
        name: "expired",
        rule: RULE,
        apply: |d, r| {
            let ago = r.between(2, 2_000 * DAY);
            end(d, r, ago)
        },
    },
    Mutation { name: "expired a second ago", rule: RULE, apply: |d, r| end(d, r, 1) },
    Mutation {
        name: "not yet valid",
        rule: RULE,
        apply: |d, r| {
            let to_come = r.between(2, 2_000 * DAY);
            begin(d, r, to_come)
        },
    },
    Mutation { name: "valid a second later", rule: RULE, apply: |d, r| begin(d, r, 1) },
    Mutation { name: "ends before it begins", rule: RULE, apply: inverted },
    Mutation {
        name: "GeneralizedTime before 2050",
        rule: FORM,
        apply: |d, r| form(d, r, |unix| Some(element(Tag::GENERALIZED_TIME, generalized_time(unix).as_bytes()))),
    },
    Mutation {
        name: "GeneralizedTime with a fraction",
        rule: FORM,
        apply: |d, r| form(d, r, |unix| Some(element(Tag::GENERALIZED_TIME, generalized_time(unix).replace('Z', ".0Z").as_bytes()))),
    },
    Mutation { name: "UTCTime without seconds", rule: FORM, apply: without_seconds },
    Mutation { name: "UTCTime with an offset", rule: FORM, apply: |d, r| form(d, r, |unix| element_utc(unix + 3600, "+0100")) },
    Mutation { name: "UTCTime with an offset of nothing", rule: FORM, apply: |d, r| form(d, r, |unix| element_utc(unix, "+0000")) },
    Mutation { name: "UTCTime of local time", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "300101000000") },
    Mutation { name: "UTCTime of the month 13", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "301301000000Z") },
    Mutation { name: "UTCTime of the 30th of February", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "300230000000Z") },
    Mutation { name: "UTCTime of the hour 24", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "300101240000Z") },
    Mutation { name: "UTCTime of the second 60", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "300101000060Z") },
    Mutation { name: "UTCTime with a letter", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "3001O1000000Z") },
    Mutation { name: "UTCTime with an octet behind", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "300101000000Z0") },
    Mutation {
        name: "GeneralizedTime in the form of UTCTime",
        rule: FORM,
        apply: |d, r| malformed(d, r, Tag::GENERALIZED_TIME, "300101000000Z"),
    },
    Mutation { name: "date without octets", rule: FORM, apply: |d, r| malformed(d, r, Tag::UTC_TIME, "") },
    Mutation { name: "date that is text", rule: FORM, apply: |d, r| malformed(d, r, Tag::PRINTABLE_STRING, "300101000000Z") },
];

fn end(draft: &mut Draft, random: &mut Random, ago: i64) -> Option<Expected> {
    let (place, at) = (anywhere(draft, random), draft.at);
    let certificate = draft.change(place);
    certificate.not_before = Date::Proper(at - ago - 9 * DAY);
    certificate.not_after = Date::Proper(at - ago);
    refused(Code::PathExpired)
}

fn begin(draft: &mut Draft, random: &mut Random, to_come: i64) -> Option<Expected> {
    let (place, at) = (anywhere(draft, random), draft.at);
    let certificate = draft.change(place);
    certificate.not_before = Date::Proper(at + to_come);
    certificate.not_after = Date::Proper(at + to_come + 9 * DAY);
    refused(Code::PathNotYetValid)
}

fn inverted(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let (place, at) = (anywhere(draft, random), draft.at);
    let certificate = draft.change(place);
    certificate.not_before = Date::Proper(at - DAY);
    certificate.not_after = Date::Proper(at - 9 * DAY);
    refused(Code::PathExpired)
}

/// The same time in another form.
fn form(draft: &mut Draft, random: &mut Random, write: fn(i64) -> Option<Vec<u8>>) -> Option<Expected> {
    let (place, first) = (anywhere(draft, random), random.chance(50));
    let certificate = draft.change(place);
    let date = if first { &mut certificate.not_before } else { &mut certificate.not_after };
    let unix = date.unix();
    if unix >= 2_524_608_000 - DAY {
        return None;
    }
    *date = Date::Element(unix, write(unix)?);
    Some(Expected::Tolerated("certificates in use have such dates, and all of these forms say one time"))
}

fn element_utc(unix: i64, offset: &str) -> Option<Vec<u8>> {
    Some(element(Tag::UTC_TIME, utc_time(unix).replace('Z', offset).as_bytes()))
}

fn without_seconds(draft: &mut Draft, random: &mut Random) -> Option<Expected> {
    let place = anywhere(draft, random);
    let certificate = draft.change(place);
    // Begun within the minute, so that nothing else changes.
    let unix = certificate.not_before.unix() / 60 * 60;
    let time = utc_time(unix);
    let octets = element(Tag::UTC_TIME, format!("{}Z", &time[..10]).as_bytes());
    certificate.not_before = Date::Element(unix, octets);
    Some(Expected::Tolerated("certificates in use have such dates, and all of these forms say one time"))
}

fn malformed(draft: &mut Draft, random: &mut Random, tag: Tag, text: &str) -> Option<Expected> {
    let place = anywhere(draft, random);
    draft.change(place).not_after = Date::Element(1_893_456_000, element(tag, text.as_bytes()));
    refused(Code::CertMalformed)
}
