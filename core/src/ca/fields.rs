//! Fields that revocation lists and OCSP responses share: dates, extensions, the envelope of what is signed.

use const_oid::ObjectIdentifier;

use super::{Issuer, NewExtension};
use crate::asn1::{Tag, Writer};
use crate::cert::Certificate;
use crate::crypto::{PrivateKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// What is said in a UTCTime.
const UTC_YEARS: std::ops::RangeInclusive<u16> = 1950..=2049;

/// An argument that cannot be written.
pub(super) fn refused(why: impl Into<String>) -> Error {
    Error::new(Code::UseArgument).because(why)
}

/// UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 5.1.2.4), for a date that was checked.
pub(super) fn time(writer: &mut Writer, time: Time) {
    if UTC_YEARS.contains(&time.civil().0) {
        writer.element(Tag::UTC_TIME, digits(time).get(2..).unwrap_or_default());
    } else {
        generalized_time(writer, time);
    }
}

/// Whether a date can be written as RFC 5280 wants it.
pub(super) fn check_date(time: Time) -> Result<()> {
    if time.civil().0 < *UTC_YEARS.start() { Err(refused("a date before 1950")) } else { Ok(()) }
}

/// GeneralizedTime: `YYYYMMDDHHMMSSZ`.
pub(super) fn generalized_time(writer: &mut Writer, time: Time) {
    writer.element(Tag::GENERALIZED_TIME, &digits(time));
}

fn digits(time: Time) -> [u8; 15] {
    let (year, month, day, hour, minute, second) = time.civil();
    let digit = |number: u16| b'0'.wrapping_add((number % 10) as u8);
    let pair = |number: u16| [digit(number / 10), digit(number)];
    let ([a, b], [c, d]) = (pair(year / 100), pair(year));
    let [[e, f], [g, h], [i, j], [k, l], [m, n]] = [month, day, hour, minute, second].map(|number| pair(number.into()));
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, b'Z']
}

/// An Extension with the value that the closure writes.
pub(super) fn extension(writer: &mut Writer, kind: ObjectIdentifier, critical: bool, value: impl FnOnce(&mut Writer)) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(kind);
        if critical {
            writer.element(Tag::BOOLEAN, &[0xff]);
        }
        writer.nest(Tag::OCTET_STRING, value);
    });
}

/// An Extension that is ready.
pub(super) fn ready_extension(writer: &mut Writer, new: &NewExtension) {
    extension(writer, new.kind, new.critical, |writer| writer.raw(&new.value));
}

/// A fullName of these URLs as DistributionPointName, under the tag that stands before one.
pub(super) fn full_name(writer: &mut Writer, urls: &[String]) {
    writer.nest(Tag::context_constructed(0), |writer| {
        writer.nest(Tag::context_constructed(0), |writer| urls.iter().for_each(|url| writer.element(Tag::context(6), url.as_bytes())));
    });
}

/// Whether a verifier will hand these on to what fetches: printable ASCII without blanks.
pub(super) fn check_urls(urls: &[String]) -> Result<()> {
    let is_url = |url: &String| !url.is_empty() && url.bytes().all(|octet| octet.is_ascii_graphic());
    if urls.iter().all(is_url) { Ok(()) } else { Err(refused("a URL that is not printable ASCII without blanks")) }
}

/// What is signed, the algorithm, the signature, and what the closure adds, in one SEQUENCE.
pub(super) fn signed(key: &PrivateKey, scheme: &SignatureScheme, tbs: &[u8], rest: impl FnOnce(&mut Writer)) -> Result<Vec<u8>> {
    let signature = key.sign(scheme, ToBeSigned::Message(tbs))?;
    let algorithm = scheme.algorithm_identifier();
    let mut writer = Writer::with_capacity(tbs.len().saturating_add(signature.len()).saturating_add(64));
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.raw(tbs);
        writer.raw(&algorithm);
        writer.bit_string(&signature);
        rest(writer);
    });
    Ok(writer.into_vec())
}

/// An INTEGER of a serial number as certificates have it: its content octets, not negative, 20 at most (RFC 5280 section 4.1.2.2).
pub(super) fn check_serial(serial: &[u8]) -> Result<()> {
    const SERIAL: std::ops::RangeInclusive<usize> = 1..=20;
    match serial.first() {
        Some(first) if first & 0x80 != 0 => Err(refused("a serial number below zero: one whose first bit is set has an octet 0 in front")),
        Some(_) if SERIAL.contains(&serial.len()) => Ok(()),
        _ => Err(refused("a serial number has 1 to 20 octets")),
    }
}

/// Whether what is said from here on is said before its own end.
pub(super) fn check_updates(this_update: Time, next_update: Option<Time>) -> Result<()> {
    if next_update.is_some_and(|next| next < this_update) { Err(refused("nextUpdate is before thisUpdate")) } else { Ok(()) }
}

impl Issuer {
    /// The keyIdentifier that names this issuer in what it signs.
    pub(super) fn key_identifier(&self) -> Result<Vec<u8>> {
        key_identifier(&self.certificate)
    }
}

fn key_identifier(issuer: &Certificate) -> Result<Vec<u8>> {
    match issuer.subject_key_identifier() {
        Some(identifier) => Ok(identifier.to_vec()),
        None => Ok(super::extensions::key_identifier(issuer.public_key()?)),
    }
}
