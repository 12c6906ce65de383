//! What a time-stamp token says (RFC 3161 section 2.4.2). Wire only: who may say so is judged elsewhere.

use const_oid::ObjectIdentifier;

use crate::asn1::{Reader, Tag};
use crate::error::{Code, Error, Result};
use crate::time::Time;

use super::algorithm::AlgorithmIdentifier;

/// The content of a time-stamp token: TSTInfo.
///
/// ```
/// use smime::{Code, cms::TimeStampInfo};
/// assert_eq!(TimeStampInfo::from_der(&[0x30, 0x00]).unwrap_err().code(), Code::BerTruncated);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeStampInfo {
    /// Under which policy the token was issued: content octets of an OBJECT IDENTIFIER.
    pub policy: Vec<u8>,
    /// The digest by which what was stamped is known.
    pub digest_algorithm: AlgorithmIdentifier,
    /// The digest of what was stamped.
    pub digest: Vec<u8>,
    /// The number of the token: content octets of an INTEGER.
    pub serial: Vec<u8>,
    /// When it was made. A fraction of a second is cut off.
    pub time: Time,
}

impl TimeStampInfo {
    /// Reads a TSTInfo; nothing may follow it.
    ///
    /// # Errors
    /// A code of the class malformed, or [`Code::BerValue`] where its version is not 1.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let mut fields = Reader::single_der(der)?.children()?;
        let version = fields.unsigned()?;
        if version != 1 {
            return Err(Error::new(Code::BerValue).because("a TSTInfo of another version than 1"));
        }
        let policy = fields.expect(Tag::OID)?.content.to_vec();
        let mut imprint = fields.sequence()?;
        let digest_algorithm = AlgorithmIdentifier::next(&mut imprint)?;
        let digest = imprint.expect(Tag::OCTET_STRING)?.content.to_vec();
        imprint.finish()?;
        let serial = fields.expect(Tag::INTEGER)?.integer_octets()?.to_vec();
        let element = fields.expect(Tag::GENERALIZED_TIME)?;
        let time = time(element.content).ok_or_else(|| element.error(Code::BerValue))?;
        // accuracy, ordering, nonce, tsa, extensions: of use to the one who asked for the token.
        for tag in [Tag::SEQUENCE, Tag::BOOLEAN, Tag::INTEGER, Tag::context_constructed(0)] {
            fields.optional(tag)?;
        }
        if let Some(extensions) = fields.optional(Tag::context_constructed(1))? {
            refuse_critical(extensions.children()?)?;
        }
        fields.finish()?;
        Ok(Self { policy, digest_algorithm, digest, serial, time })
    }
}

/// No extension of a token is known here, so none may be critical (RFC 3161 section 2.4.2).
fn refuse_critical(mut extensions: Reader<'_>) -> Result<()> {
    while !extensions.is_empty() {
        let mut extension = extensions.sequence()?;
        extension.expect(Tag::OID)?;
        if let Some(critical) = extension.optional(Tag::BOOLEAN)?
            && critical.boolean()?
        {
            return Err(critical.error(Code::BerValue).because("a critical extension of a time-stamp that is not understood"));
        }
    }
    Ok(())
}

/// A GeneralizedTime in UTC, which may have a fraction of a second.
fn time(octets: &[u8]) -> Option<Time> {
    let Some(point) = octets.iter().position(|octet| *octet == b'.') else { return Time::from_generalized_time(octets) };
    let (whole, fraction) = octets.split_at_checked(point)?;
    let digits = fraction.get(1..)?.strip_suffix(b"Z")?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || digits.ends_with(b"0") {
        return None;
    }
    Time::from_generalized_time(&[whole, b"Z"].concat())
}

/// Which certificate made a signature, by the signed attribute signing-certificate (RFC 5035): the digest of the whole certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningCertificate {
    /// The digest algorithm.
    pub digest_algorithm: ObjectIdentifier,
    /// The digest.
    pub digest: Vec<u8>,
}

impl SigningCertificate {
    /// SigningCertificateV2, whose digest is SHA-256 unless it says otherwise (RFC 5035 section 3).
    pub(super) fn read_v2(value: &[u8]) -> Result<Self> {
        let mut first = first_of(value)?;
        let digest_algorithm = match first.optional(Tag::SEQUENCE)? {
            Some(algorithm) => AlgorithmIdentifier::read(&algorithm)?.oid,
            None => crate::asn1::oid::ID_SHA256,
        };
        Ok(Self { digest_algorithm, digest: first.expect(Tag::OCTET_STRING)?.octets()?.into_owned() })
    }

    /// SigningCertificate, whose digest is SHA-1 (RFC 2634 section 5.4).
    pub(super) fn read_v1(value: &[u8]) -> Result<Self> {
        let mut first = first_of(value)?;
        Ok(Self { digest_algorithm: crate::asn1::oid::ID_SHA1, digest: first.expect(Tag::OCTET_STRING)?.octets()?.into_owned() })
    }
}

/// The first certificate of the list is that of the signer.
fn first_of(value: &[u8]) -> Result<Reader<'_>> {
    Reader::ber(value).single()?.children()?.sequence()?.sequence()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Writer, oid};

    fn info(change: impl FnOnce(&mut Writer), time: &[u8]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.unsigned(1);
            writer.oid(oid::ID_DATA);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_SHA256));
                writer.octet_string(&[7; 32]);
            });
            writer.unsigned(5);
            writer.element(Tag::GENERALIZED_TIME, time);
            change(writer);
        });
        writer.into_vec()
    }

    #[test]
    fn what_a_token_says() {
        let read = TimeStampInfo::from_der(&info(|_| {}, b"20261123120000Z")).unwrap();
        assert_eq!(read.time, Time::parse_rfc3339("2026-11-23T12:00:00Z").unwrap());
        assert_eq!((read.digest_algorithm.oid, read.digest.as_slice(), read.serial.as_slice()), (oid::ID_SHA256, &[7; 32][..], &[5][..]));
        let everything = |writer: &mut Writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.unsigned(1));
            writer.element(Tag::BOOLEAN, &[0xff]);
            writer.unsigned(77);
            writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::context(1), b"a@example.org"));
            writer.nest(Tag::context_constructed(1), |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(oid::ID_DATA);
                    writer.octet_string(&[]);
                });
            });
        };
        assert_eq!(TimeStampInfo::from_der(&info(everything, b"20261123120000.25Z")).unwrap().time, read.time);
    }

    #[test]
    fn what_is_refused() {
        let code = |der: &[u8]| TimeStampInfo::from_der(der).unwrap_err().code();
        for time in [&b"20261123120000.Z"[..], b"20261123120000.250Z", b"20261123120000.5", b"20261123120000+0100", b"261123120000Z"] {
            assert_eq!(code(&info(|_| {}, time)), Code::BerValue, "{}", String::from_utf8_lossy(time));
        }
        let critical = |writer: &mut Writer| {
            writer.nest(Tag::context_constructed(1), |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(oid::ID_DATA);
                    writer.element(Tag::BOOLEAN, &[0xff]);
                    writer.octet_string(&[]);
                });
            });
        };
        assert_eq!(code(&info(critical, b"20261123120000Z")), Code::BerValue);
        let good = info(|_| {}, b"20261123120000Z");
        assert_eq!(code(&[&good[..], &[0]].concat()), Code::BerTrailing);
        assert_eq!(code(&good[..good.len() - 1]), Code::BerTruncated);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(input: Vec<u8>) {
            let _ = (TimeStampInfo::from_der(&input), SigningCertificate::read_v1(&input), SigningCertificate::read_v2(&input));
        }
    }
}
