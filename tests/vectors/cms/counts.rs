//! Twice as many of anything costs about twice the time, whatever it is that a hostile sender repeats.

use std::time::{Duration, Instant};

use smime::asn1::{Tag, Writer, oid};
use smime::{Limits, Result};

use super::record::read_within;

const VERSION: [u8; 3] = [0x02, 0x01, 0x01];
const NAME: [u8; 7] = [0x30, 0x05, 0x30, 0x00, 0x02, 0x01, 0x05];
const ALGORITHM: [u8; 5] = [0x30, 0x03, 0x06, 0x01, 0x2a];
const EMPTY_SET: [u8; 2] = [0x31, 0x00];
const KEY: [u8; 2] = [0x04, 0x00];

fn element(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.element(tag, &parts.concat());
    writer.into_vec()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::SEQUENCE, parts)
}

fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::context_constructed(number), parts)
}

fn set(one: &[u8], count: usize) -> Vec<u8> {
    element(Tag::SET, &[&one.repeat(count)])
}

fn content_info(kind: const_oid::ObjectIdentifier, structure: &[&[u8]]) -> Vec<u8> {
    sequence(&[&element(Tag::OID, &[kind.as_bytes()]), &context(0, &[&sequence(structure)])])
}

fn signed(digests: &[u8], content: &[u8], rest: &[&[u8]]) -> Vec<u8> {
    let info = sequence(&[&element(Tag::OID, &[oid::ID_DATA.as_bytes()]), content]);
    content_info(oid::ID_SIGNED_DATA, &[&VERSION, digests, &info, &rest.concat()])
}

fn signer(attributes: &[u8]) -> Vec<u8> {
    sequence(&[&VERSION, &NAME, &ALGORITHM, attributes, &ALGORITHM, &KEY])
}

fn enveloped(recipients: &[u8]) -> Vec<u8> {
    let info = sequence(&[&element(Tag::OID, &[oid::ID_DATA.as_bytes()]), &ALGORITHM]);
    content_info(oid::ID_ENVELOPED_DATA, &[&VERSION, recipients, &info])
}

fn agreement(count: usize) -> Vec<u8> {
    let key = sequence(&[&NAME, &KEY]);
    let keys = sequence(&[&key.repeat(count)]);
    element(Tag::SET, &[&context(1, &[&VERSION, &context(0, &[&NAME]), &ALGORITHM, &keys])])
}

fn attribute(values: usize) -> Vec<u8> {
    sequence(&[&[0x06, 0x01, 0x2a], &set(&[0x05, 0x00], values)])
}

fn message(what: &str, count: usize) -> Vec<u8> {
    match what {
        "digest algorithms" => signed(&set(&ALGORITHM, count), &[], &[&EMPTY_SET]),
        "pieces of content" => {
            let string = element(Tag::OCTET_STRING.constructed(), &[&[0x04, 0x01, b'x'].repeat(count)]);
            signed(&EMPTY_SET, &context(0, &[&string]), &[&EMPTY_SET])
        }
        "empty pieces of content" => {
            let string = element(Tag::OCTET_STRING.constructed(), &[&[0x24, 0x80, 0x00, 0x00].repeat(count)]);
            signed(&EMPTY_SET, &context(0, &[&string]), &[&EMPTY_SET])
        }
        "certificates" => signed(&EMPTY_SET, &[], &[&context(0, &[&[0x30, 0x00].repeat(count)]), &EMPTY_SET]),
        "certificates of indefinite length" => {
            signed(&EMPTY_SET, &[], &[&context(0, &[&[0x30, 0x80, 0x00, 0x00].repeat(count)]), &EMPTY_SET])
        }
        "other certificates" => signed(&EMPTY_SET, &[], &[&context(0, &[&[0xa1, 0x00].repeat(count)]), &EMPTY_SET]),
        "elements of a certificate" => {
            let certificate = [&[0x30, 0x80][..], &[0x30, 0x80, 0x00, 0x00].repeat(count), &[0x00, 0x00]].concat();
            signed(&EMPTY_SET, &[], &[&context(0, &[&certificate]), &EMPTY_SET])
        }
        "CRLs" => signed(&EMPTY_SET, &[], &[&context(1, &[&[0x30, 0x00].repeat(count)]), &EMPTY_SET]),
        "signers" => signed(&EMPTY_SET, &[], &[&set(&signer(&[]), count)]),
        "attributes" => signed(&EMPTY_SET, &[], &[&set(&signer(&context(0, &[&attribute(1).repeat(count)])), 1)]),
        "attribute values" => signed(&EMPTY_SET, &[], &[&set(&signer(&context(0, &[&attribute(count)])), 1)]),
        "recipients" => enveloped(&set(&sequence(&[&VERSION, &NAME, &ALGORITHM, &KEY]), count)),
        "recipients of one agreement" => enveloped(&agreement(count)),
        _ => unreachable!("{what}"),
    }
}

const KINDS: [&str; 13] = [
    "digest algorithms",
    "pieces of content",
    "empty pieces of content",
    "certificates",
    "certificates of indefinite length",
    "other certificates",
    "elements of a certificate",
    "CRLs",
    "signers",
    "attributes",
    "attribute values",
    "recipients",
    "recipients of one agreement",
];

/// The least of several runs, as what else the machine does only adds; each long enough for a coarse clock.
fn time(message: &[u8], limits: &Limits) -> Result<Duration> {
    let beginning = Instant::now();
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let start = clock(beginning);
        for _ in 0..4 {
            read_within(message, 4096, limits)?;
        }
        least = least.min(clock(beginning).saturating_sub(start));
    }
    Ok(least)
}

/// Time that this thread was running, where the system tells it; else time that has passed.
fn clock(beginning: Instant) -> Duration {
    let running = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = running.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| beginning.elapsed(), Duration::from_nanos)
}

#[test]
fn doubling_a_count_doubles_the_time() {
    let unlimited = Limits {
        element_bytes: usize::MAX,
        layer_bytes: usize::MAX,
        recipients: usize::MAX,
        signers: usize::MAX,
        certificates: usize::MAX,
        attributes: usize::MAX,
        ..Limits::default()
    };
    // Eight times as many: the difference between 8 and 64 shows on a busy machine too.
    let count = 5_000;
    for what in KINDS {
        let once = time(&message(what, count), &unlimited).unwrap_or_else(|error| panic!("{what}: {error}"));
        let more = time(&message(what, 8 * count), &unlimited).unwrap_or_else(|error| panic!("{what}: {error}"));
        let doubling = (more.as_secs_f64() / once.as_secs_f64()).cbrt();
        println!("{what}: {count} in {once:?}, each doubling takes {doubling:.2} times as long");
        assert!(doubling < 2.5, "{what}: {doubling:.2}");
    }
}

#[test]
fn the_limits_stop_what_is_repeated() {
    for what in KINDS {
        let result = read_within(&message(what, 20_000), 4096, &Limits::default());
        let bounded = !what.contains("content") && !what.contains("elements");
        assert_eq!(result.as_ref().is_err_and(|error| error.class() == smime::Class::Limit), bounded, "{what}: {result:?}");
    }
}
