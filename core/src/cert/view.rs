//! Where the fields of a certificate stand (RFC 5280 section 4.1).

use const_oid::ObjectIdentifier;

use crate::asn1::{Element, Reader, Tag};
use crate::crypto::{PublicKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Error, Result};
use crate::time::Time;

use super::Name;

pub(crate) type Range = std::ops::Range<usize>;

/// The fields as ranges of the certificate's octets.
pub(super) struct View {
    pub(super) signed: Signed,
    pub(super) version: u8,
    pub(super) serial: Range,
    pub(super) issuer: Range,
    pub(super) not_before: Time,
    pub(super) not_after: Time,
    pub(super) subject: Range,
    pub(super) spki: Range,
    pub(super) key_algorithm: Range,
    pub(super) extensions: Vec<ExtensionView>,
}

/// What certificates, revocation lists and OCSP responses are alike: something that is signed, how, and the signature. All that is asked of
/// it needs the octets that it was read from.
pub(crate) struct Signed {
    tbs: Range,
    algorithm: Range,
    signature: Range,
    /// Whether the bits of the signature fill octets, as those of every algorithm do.
    signature_is_whole: bool,
}

impl Signed {
    /// Reads the three fields; also what is signed, and the AlgorithmIdentifier.
    pub(crate) fn read<'a>(fields: &mut Reader<'a>) -> Result<(Self, Element<'a>, Element<'a>)> {
        let tbs = fields.expect(Tag::SEQUENCE)?;
        let algorithm = fields.expect(Tag::SEQUENCE)?;
        let signature = fields.expect(Tag::BIT_STRING)?;
        let (octets, unused_bits) = match signature.bits() {
            Ok((octets, unused)) => (octets.len(), unused),
            // A count of unused bits that is not possible damages the signature, not what it is about.
            Err(_) => (signature.content.len().saturating_sub(1), u8::MAX),
        };
        let signed =
            Self { tbs: whole(tbs), algorithm: whole(algorithm), signature: last(signature, octets), signature_is_whole: unused_bits == 0 };
        Ok((signed, tbs, algorithm))
    }

    pub(crate) fn tbs<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        slice(octets, &self.tbs)
    }

    pub(crate) fn signature<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        slice(octets, &self.signature)
    }

    pub(crate) fn scheme(&self, octets: &[u8]) -> Result<SignatureScheme> {
        let mut fields = Reader::single_der(slice(octets, &self.algorithm))?.children()?;
        let kind = fields.expect(Tag::OID)?.content;
        let parameters = if fields.is_empty() { None } else { Some(fields.element()?.raw) };
        fields.finish()?;
        let known = ObjectIdentifier::from_bytes(kind);
        let kind = known.map_err(|_| Error::new(Code::AlgUnsupported).because("the signature algorithm is not known"))?;
        SignatureScheme::from_algorithm(kind, parameters, None)
    }

    /// Checks the signature with this key.
    pub(crate) fn verify(&self, octets: &[u8], key: &PublicKey) -> Result<()> {
        let scheme = self.scheme(octets)?;
        if !self.signature_is_whole {
            return Err(Error::new(Code::SigInvalid).because("the bits of the signature do not fill octets"));
        }
        key.verify(&scheme, ToBeSigned::Message(self.tbs(octets)), self.signature(octets))
    }
}

fn slice<'a>(octets: &'a [u8], range: &Range) -> &'a [u8] {
    octets.get(range.clone()).unwrap_or_default()
}

pub(crate) struct ExtensionView {
    pub(crate) kind: Range,
    pub(crate) critical: bool,
    pub(crate) value: Range,
}

impl View {
    pub(super) fn read(der: &[u8]) -> Result<Self> {
        read(der).map_err(|error| match error.code() {
            Code::CertMalformed | Code::CertDuplicateExtension | Code::CertAlgorithmMismatch | Code::BerTrailing => error,
            _ => {
                let offset = error.offset().unwrap_or(0);
                Error::new(Code::CertMalformed).at(offset).with_source(error)
            }
        })
    }
}

fn read(der: &[u8]) -> Result<View> {
    let mut outer = Reader::der(der);
    let mut certificate = outer.sequence()?;
    outer.finish()?;
    let (signed, tbs, algorithm) = Signed::read(&mut certificate)?;
    certificate.finish()?;

    let mut fields = tbs.children()?;
    let version = match fields.optional(Tag::context_constructed(0))? {
        Some(version) => read_version(version)?,
        None => 1,
    };
    let serial = fields.expect(Tag::INTEGER)?;
    if serial.content.is_empty() {
        return Err(serial.error(Code::BerValue));
    }
    let inner_algorithm = fields.expect(Tag::SEQUENCE)?;
    if inner_algorithm.raw != algorithm.raw {
        return Err(inner_algorithm.error(Code::CertAlgorithmMismatch));
    }
    let issuer = fields.expect(Tag::SEQUENCE)?;
    let (not_before, not_after) = read_validity(fields.sequence()?)?;
    let subject = fields.expect(Tag::SEQUENCE)?;
    for name in [issuer, subject] {
        Name::from_der(name.raw).map_err(|error| name.error(Code::CertMalformed).because("a name cannot be read").with_source(error))?;
    }
    let spki = fields.expect(Tag::SEQUENCE)?;
    let key_algorithm = spki.children()?.sequence()?.expect(Tag::OID)?;
    fields.optional(Tag::context(1))?;
    fields.optional(Tag::context(2))?;
    let extensions = match fields.optional(Tag::context_constructed(3))? {
        Some(extensions) => read_extensions(extensions)?,
        None => Vec::new(),
    };
    fields.finish()?;

    let mut kinds: Vec<&[u8]> = extensions.iter().map(|extension| der.get(extension.kind.clone()).unwrap_or_default()).collect();
    check_no_duplicates(&mut kinds)?;
    Ok(View {
        signed,
        version,
        serial: content(serial),
        issuer: whole(issuer),
        not_before,
        not_after,
        subject: whole(subject),
        spki: whole(spki),
        key_algorithm: content(key_algorithm),
        extensions,
    })
}

fn read_version(explicit: Element<'_>) -> Result<u8> {
    let version = explicit.children()?.single()?;
    if version.tag != Tag::INTEGER {
        return Err(version.error(Code::BerTag));
    }
    match version.content {
        [number @ 0..=2] => Ok(number.saturating_add(1)),
        _ => Err(version.error(Code::CertMalformed).because("the version is none of 1, 2 and 3")),
    }
}

fn read_validity(mut fields: Reader<'_>) -> Result<(Time, Time)> {
    let not_before = read_time(fields.element()?)?;
    let not_after = read_time(fields.element()?)?;
    fields.finish()?;
    Ok((not_before, not_after))
}

/// A Time, see [`time_of`].
pub(super) fn read_time(element: Element<'_>) -> Result<Time> {
    match element.tag {
        Tag::UTC_TIME | Tag::GENERALIZED_TIME => {}
        _ => return Err(element.error(Code::BerTag)),
    }
    let malformed = || element.error(Code::CertMalformed).because("a date cannot be read");
    time_of(element.tag, element.content).ok_or_else(malformed)
}

/// The time in an element with this tag, also with what X.680 allows and RFC 5280 does not: an offset from UTC, fractions of a second.
pub(super) fn time_of(tag: Tag, octets: &[u8]) -> Option<Time> {
    let plain = |octets: &[u8]| match tag {
        Tag::UTC_TIME => Time::from_utc_time(octets),
        Tag::GENERALIZED_TIME => Time::from_generalized_time(octets),
        _ => None,
    };
    plain(octets).or_else(|| {
        let (octets, moved) = split_offset(octets);
        plain(&octets).map(|time| time.plus_seconds(moved))
    })
}

/// The time as `...Z` without fractions, and the seconds to add for its offset from UTC.
fn split_offset(octets: &[u8]) -> (Vec<u8>, i64) {
    let at = octets.iter().position(|octet| matches!(octet, b'+' | b'-' | b'Z')).unwrap_or(octets.len());
    let (clock, zone) = octets.split_at_checked(at).unwrap_or((octets, &[]));
    let fraction = clock.iter().position(|octet| matches!(octet, b'.' | b',')).unwrap_or(clock.len());
    let (clock, digits) = clock.split_at_checked(fraction).unwrap_or((clock, &[]));
    let digit = |octet: u8| i64::from(octet.wrapping_sub(b'0'));
    let is_fraction = digits.is_empty() || (digits.len() > 1 && digits.iter().skip(1).all(u8::is_ascii_digit));
    let moved = match *zone {
        [sign @ (b'+' | b'-'), a, b, c, d] if [a, b, c, d].iter().all(u8::is_ascii_digit) => {
            let hours = digit(a).saturating_mul(10).saturating_add(digit(b));
            let minutes = digit(c).saturating_mul(10).saturating_add(digit(d));
            let seconds = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60));
            if hours > 23 || minutes > 59 {
                None
            } else if sign == b'+' {
                Some(seconds.saturating_neg())
            } else {
                Some(seconds)
            }
        }
        [b'Z'] => Some(0),
        _ => None,
    };
    match moved {
        Some(moved) if is_fraction => ([clock, b"Z"].concat(), moved),
        _ => (octets.to_vec(), 0),
    }
}

fn read_extensions(explicit: Element<'_>) -> Result<Vec<ExtensionView>> {
    let mut list = explicit.children()?;
    let members = list.sequence()?;
    list.finish()?;
    read_extension_list(members)
}

/// The members of Extensions.
pub(crate) fn read_extension_list(mut members: Reader<'_>) -> Result<Vec<ExtensionView>> {
    let mut extensions = Vec::new();
    while !members.is_empty() {
        let (kind, critical, value) = read_extension(members.sequence()?)?;
        extensions.push(ExtensionView { kind: content(kind), critical, value: content(value) });
    }
    Ok(extensions)
}

/// The kind of an extension, whether it is critical, and its value.
pub(super) fn read_extension<'a>(mut fields: Reader<'a>) -> Result<(Element<'a>, bool, Element<'a>)> {
    let kind = fields.expect(Tag::OID)?;
    let critical = match fields.optional(Tag::BOOLEAN)? {
        Some(critical) => critical.boolean()?,
        None => false,
    };
    let value = fields.expect(Tag::OCTET_STRING)?;
    fields.finish()?;
    Ok((kind, critical, value))
}

/// Two extensions of a kind would let two verifiers read two certificates out of one.
pub(crate) fn check_no_duplicates(kinds: &mut [&[u8]]) -> Result<()> {
    kinds.sort_unstable();
    match kinds.windows(2).find(|pair| matches!(pair, [one, two] if one == two)) {
        None => Ok(()),
        Some(pair) => {
            let kind = pair.first().and_then(|kind| crate::asn1::oid::dotted(kind)).unwrap_or_default();
            Err(Error::new(Code::CertDuplicateExtension).because(kind))
        }
    }
}

pub(crate) fn whole(element: Element<'_>) -> Range {
    let start = usize::try_from(element.offset).unwrap_or(usize::MAX);
    start..start.saturating_add(element.raw.len())
}

pub(crate) fn content(element: Element<'_>) -> Range {
    last(element, element.content.len())
}

/// The last so many octets of an element, which in DER its content ends.
fn last(element: Element<'_>, length: usize) -> Range {
    let end = whole(element).end;
    end.saturating_sub(length)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_dates() {
        let time = |tag, octets: &[u8]| {
            let encoded: Vec<u8> = crate::asn1::header(tag, octets.len() as u64).chain(octets.iter().copied()).collect();
            read_time(Reader::single_der(&encoded).unwrap()).map(|time| time.to_string()).ok()
        };
        for (tag, octets, shown) in [
            (Tag::UTC_TIME, &b"260101000000Z"[..], Some("2026-01-01T00:00:00Z")),
            (Tag::UTC_TIME, b"2601010000Z", Some("2026-01-01T00:00:00Z")),
            (Tag::UTC_TIME, b"260101000000+0130", Some("2025-12-31T22:30:00Z")),
            (Tag::GENERALIZED_TIME, b"20260101000000Z", Some("2026-01-01T00:00:00Z")),
            (Tag::GENERALIZED_TIME, b"20260101000000.123Z", Some("2026-01-01T00:00:00Z")),
            (Tag::GENERALIZED_TIME, b"20260101000000-0100", Some("2026-01-01T01:00:00Z")),
            (Tag::GENERALIZED_TIME, b"99991231235959Z", Some("9999-12-31T23:59:59Z")),
            (Tag::GENERALIZED_TIME, b"20260101000000", None),
            (Tag::GENERALIZED_TIME, b"20260101000000.Z", None),
            (Tag::GENERALIZED_TIME, b"20260230000000Z", None),
            (Tag::GENERALIZED_TIME, b"20260101000000+2500", None),
            (Tag::UTC_TIME, b"260101000000+01", None),
            (Tag::UTC_TIME, b"", None),
            (Tag::OCTET_STRING, b"260101000000Z", None),
        ] {
            assert_eq!(time(tag, octets).as_deref(), shown, "{}", octets.escape_ascii());
        }
    }
}
