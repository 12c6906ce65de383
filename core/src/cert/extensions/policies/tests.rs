use super::certificate_policies as remembering;
use super::*;
use crate::asn1::{Writer, oid};
use crate::cert::extensions::{Extension, read};

fn parse<'a, T>(value: &'a [u8], content: impl FnOnce(Element<'a>) -> Result<T>) -> Result<T> {
    read(&Extension { kind: oid::CE_CERTIFICATE_POLICIES.as_bytes(), critical: false, value }, content)
}

fn refused<'a, T: std::fmt::Debug>(bad: &[&'a [u8]], content: impl Fn(Element<'a>) -> Result<T>) {
    for value in bad {
        assert_eq!(parse(value, &content).unwrap_err().code(), Code::CertMalformed, "{value:02x?}");
    }
}

fn certificate_policies(element: Element<'_>) -> Result<Vec<&[u8]>> {
    remembering(element, &OnceLock::new())
}

#[test]
fn policies_with_and_without_qualifiers() {
    let read = |value| parse(value, certificate_policies).ok();
    assert_eq!(read(&[0x30, 5, 0x30, 3, 6, 1, 0x2a]), Some(vec![&[0x2a][..]]));
    let two = [0x30, 13, 0x30, 6, 6, 4, 0x55, 0x1d, 0x20, 0, 0x30, 3, 6, 1, 0x2a];
    assert_eq!(read(&two), Some(vec![oid::ANY_POLICY.as_bytes(), &[0x2a]]));
    // A qualifier of an unknown kind, one whose value is NULL, and none in a list of them
    assert_eq!(read(&[0x30, 14, 0x30, 12, 6, 1, 0x2a, 0x30, 7, 0x30, 5, 6, 1, 0x2b, 5, 0]), Some(vec![&[0x2a][..]]));
    assert_eq!(read(&[0x30, 7, 0x30, 5, 6, 1, 0x2a, 0x30, 0]), Some(vec![&[0x2a][..]]));
    refused(
        &[
            // none; no SEQUENCE; not one; octets behind; no OBJECT IDENTIFIER
            &[0x30, 0],
            &[0x31, 5, 0x30, 3, 6, 1, 0x2a],
            &[0x30, 3, 6, 1, 0x2a],
            &[0x30, 5, 0x30, 3, 6, 1, 0x2a, 0],
            &[0x30, 5, 0x30, 3, 4, 1, 0x2a],
            // twice, side by side and apart
            &[0x30, 10, 0x30, 3, 6, 1, 0x2a, 0x30, 3, 6, 1, 0x2a],
            &[0x30, 15, 0x30, 3, 6, 1, 0x2a, 0x30, 3, 6, 1, 0x2b, 0x30, 3, 6, 1, 0x2a],
            // an empty identifier, one without its end, an arc with leading zeros
            &[0x30, 4, 0x30, 2, 6, 0],
            &[0x30, 5, 0x30, 3, 6, 1, 0x80],
            &[0x30, 6, 0x30, 4, 6, 2, 0x2a, 0x81],
            &[0x30, 7, 0x30, 5, 6, 3, 0x2a, 0x80, 1],
            // qualifiers: not a SEQUENCE; without a value; with two; something behind them
            &[0x30, 7, 0x30, 5, 6, 1, 0x2a, 5, 0],
            &[0x30, 12, 0x30, 10, 6, 1, 0x2a, 0x30, 5, 0x30, 3, 6, 1, 0x2b],
            &[0x30, 16, 0x30, 14, 6, 1, 0x2a, 0x30, 9, 0x30, 7, 6, 1, 0x2b, 5, 0, 5, 0],
            &[0x30, 9, 0x30, 7, 6, 1, 0x2a, 0x30, 0, 5, 0],
        ],
        certificate_policies,
    );
}

#[test]
fn an_identifier_of_any_length() {
    let identifier: Vec<u8> = [0x2a].into_iter().chain([0xff; 5_000]).chain([1]).collect();
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::OID, &identifier)));
    assert_eq!(parse(&writer.into_vec(), certificate_policies).unwrap(), [identifier]);
}

#[test]
fn mappings() {
    let one = [0x30, 8, 0x30, 6, 6, 1, 0x2a, 6, 1, 0x2b];
    let mapping = PolicyMapping { issuer_domain_policy: &[0x2a], subject_domain_policy: &[0x2b] };
    assert_eq!(parse(&one, policy_mappings).unwrap(), [mapping]);
    let twice = [0x30, 16, 0x30, 6, 6, 1, 0x2a, 6, 1, 0x2b, 0x30, 6, 6, 1, 0x2a, 6, 1, 0x2b];
    assert_eq!(parse(&twice, policy_mappings).unwrap(), [mapping, mapping]);
    refused(
        &[
            // none; half a pair; three; not DER
            &[0x30, 0],
            &[0x30, 5, 0x30, 3, 6, 1, 0x2a],
            &[0x30, 11, 0x30, 9, 6, 1, 0x2a, 6, 1, 0x2b, 6, 1, 0x2c],
            &[0x30, 9, 0x30, 0x81, 6, 6, 1, 0x2a, 6, 1, 0x2b],
            &[0x30, 8, 0x30, 6, 6, 1, 0x2a, 6, 1, 0x80],
            // from anyPolicy, to anyPolicy
            &[0x30, 11, 0x30, 9, 6, 4, 0x55, 0x1d, 0x20, 0, 6, 1, 0x2b],
            &[0x30, 11, 0x30, 9, 6, 1, 0x2b, 6, 4, 0x55, 0x1d, 0x20, 0],
        ],
        policy_mappings,
    );
}

#[test]
fn constraints_and_counts() {
    let read = |value| parse(value, policy_constraints).ok();
    let constraints =
        |require_explicit_policy, inhibit_policy_mapping| Some(PolicyConstraints { require_explicit_policy, inhibit_policy_mapping });
    assert_eq!(read(&[0x30, 3, 0x80, 1, 0]), constraints(Some(0), None));
    assert_eq!(read(&[0x30, 4, 0x81, 2, 1, 0]), constraints(None, Some(256)));
    assert_eq!(read(&[0x30, 6, 0x80, 1, 2, 0x81, 1, 3]), constraints(Some(2), Some(3)));
    refused(
        &[
            // none; the wrong order; negative; with leading zeros; empty; an explicit tag; another tag; over 64 bits
            &[0x30, 0],
            &[0x30, 6, 0x81, 1, 3, 0x80, 1, 2],
            &[0x30, 3, 0x80, 1, 0xff],
            &[0x30, 4, 0x80, 2, 0, 1],
            &[0x30, 2, 0x80, 0],
            &[0x30, 5, 0xa0, 3, 2, 1, 0],
            &[0x30, 3, 0x82, 1, 0],
            &[0x30, 11, 0x80, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        ],
        policy_constraints,
    );
    assert_eq!(parse(&[2, 1, 5], inhibit_any_policy).unwrap(), 5);
    refused(&[&[2, 1, 0x80], &[2, 0], &[4, 1, 5], &[2, 1, 5, 0], &[0x30, 3, 2, 1, 5]], inhibit_any_policy);
}

proptest::proptest! {
    #[test]
    fn never_panics(value in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
        let _ = (parse(&value, certificate_policies), parse(&value, policy_mappings));
        let _ = (parse(&value, policy_constraints), parse(&value, inhibit_any_policy));
    }

    #[test]
    fn what_is_written_is_read(policies in proptest::collection::btree_set(proptest::collection::vec(0u8..0x80, 1..50), 1..20)) {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            policies.iter().rev().for_each(|policy| writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::OID, policy)));
        });
        let value = writer.into_vec();
        proptest::prop_assert!(parse(&value, certificate_policies).unwrap().into_iter().eq(policies.iter().rev().map(Vec::as_slice)));
    }
}
