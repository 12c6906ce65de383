//! The formats of a single private key: PKCS #8 (RFC 5958) plain and encrypted, PKCS #1 (RFC 8017), SEC 1 (RFC 5915).

use const_oid::ObjectIdentifier;

use super::password::{Budget, Password};
use super::pbe::{Origin, Scheme, string_octets};
use crate::asn1::{Reader, Tag};
use crate::crypto::PrivateKey;
use crate::error::{Class, Code, Error, Result};

/// What a DER structure is, by its first elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// PrivateKeyInfo or OneAsymmetricKey.
    Pkcs8,
    /// EncryptedPrivateKeyInfo.
    EncryptedPkcs8,
    /// RSAPrivateKey.
    Pkcs1,
    /// ECPrivateKey.
    Sec1,
    /// The key format of OpenSSL for DSA: version and five numbers.
    Dsa,
    /// PFX.
    Pkcs12,
    /// Anything else: probably a certificate.
    Other,
}

impl Shape {
    /// Looks at the beginning only, so that a file that was cut off is still known for what it was.
    pub(super) fn of(octets: &[u8]) -> Self {
        content(octets).and_then(|fields| Self::of_fields(Reader::ber(fields)).ok()).unwrap_or(Self::Other)
    }

    fn of_fields(mut fields: Reader<'_>) -> Result<Self> {
        let first = fields.element()?;
        Ok(match (first.tag, fields.peek()) {
            (Tag::SEQUENCE, Some(Tag::OCTET_STRING)) if first.children()?.peek() == Some(Tag::OID) => Self::EncryptedPkcs8,
            (Tag::INTEGER, Some(Tag::SEQUENCE)) if first.unsigned()? >= 3 => Self::Pkcs12,
            (Tag::INTEGER, Some(Tag::SEQUENCE)) => Self::Pkcs8,
            (Tag::INTEGER, Some(Tag::OCTET_STRING)) => Self::Sec1,
            (Tag::INTEGER, Some(Tag::INTEGER)) => {
                let mut more = 0usize;
                while fields.optional(Tag::INTEGER)?.is_some() {
                    more = more.saturating_add(1);
                }
                if more == 5 { Self::Dsa } else { Self::Pkcs1 }
            }
            _ => Self::Other,
        })
    }
}

/// What follows the identifier and length octets of a SEQUENCE, as far as it is there.
fn content(octets: &[u8]) -> Option<&[u8]> {
    let (length, rest) = octets.strip_prefix(&[Tag::SEQUENCE.0])?.split_first()?;
    let more = if length & 0x80 == 0 { 0 } else { usize::from(length & 0x7f) };
    rest.get(more..)
}

/// A private key in any of the formats. `curve` serves an ECPrivateKey that does not name its own.
pub(super) fn read(
    octets: &[u8],
    curve: Option<ObjectIdentifier>,
    password: Option<Password<'_>>,
    origin: Origin,
    budget: &mut Budget<'_>,
) -> Result<PrivateKey> {
    match Shape::of(octets) {
        Shape::Pkcs8 => PrivateKey::from_pkcs8(octets),
        Shape::Pkcs1 => PrivateKey::from_pkcs1(octets),
        Shape::Sec1 => PrivateKey::from_sec1(octets, curve),
        Shape::EncryptedPkcs8 => {
            let password = password.ok_or_else(|| Error::new(Code::UsePassword).because("the private key is encrypted"))?;
            let encrypted = Encrypted::read(octets).map_err(malformed)?;
            let plain = encrypted.scheme.decrypt(origin, password, &encrypted.octets, budget)?;
            match Shape::of(&plain) {
                Shape::Pkcs8 => PrivateKey::from_pkcs8(&plain),
                _ => Err(Error::new(Code::KeyMalformed).because("what was encrypted is no PKCS #8 key")),
            }
        }
        Shape::Dsa => Err(Error::new(Code::KeyUnsupported).because("a DSA key")),
        Shape::Pkcs12 | Shape::Other => Err(Error::new(Code::KeyMalformed).because("neither PKCS #8 nor PKCS #1 nor SEC 1")),
    }
}

/// EncryptedPrivateKeyInfo (RFC 5958 section 3).
struct Encrypted<'a> {
    scheme: Scheme<'a>,
    octets: std::borrow::Cow<'a, [u8]>,
}

impl<'a> Encrypted<'a> {
    fn read(octets: &'a [u8]) -> Result<Self> {
        let mut outer = Reader::ber(octets);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let scheme = Scheme::read(fields.sequence()?)?;
        let octets = string_octets(fields.element()?)?;
        fields.finish()?;
        Ok(Self { scheme, octets })
    }
}

/// An error of the structure as one of the key.
fn malformed(error: Error) -> Error {
    if error.class() != Class::Malformed {
        return error;
    }
    let told = Error::new(Code::KeyMalformed).because(error.to_string());
    match error.offset() {
        Some(offset) => told.at(offset),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (octets, shape) in [
            (&[0x30, 0x08, 2, 1, 0, 0x30, 3, 6, 1, 0x2a][..], Shape::Pkcs8),
            (&[0x30, 0x08, 2, 1, 3, 0x30, 3, 6, 1, 0x2a], Shape::Pkcs12),
            (&[0x30, 0x07, 0x30, 3, 6, 1, 0x2a, 4, 0], Shape::EncryptedPkcs8),
            (&[0x30, 0x05, 2, 1, 1, 4, 0], Shape::Sec1),
            (&[0x30, 0x06, 2, 1, 0, 2, 1, 5], Shape::Pkcs1),
            (&[0x30, 0x12, 2, 1, 0, 2, 1, 5, 2, 1, 5, 2, 1, 5, 2, 1, 5, 2, 1, 5], Shape::Dsa),
            (&[0x30, 0x80, 2, 1, 3, 0x30, 3, 6, 1, 0x2a, 0, 0], Shape::Pkcs12),
            (&[0x30, 0x04, 0x30, 0, 0x30, 0], Shape::Other),
            (&[0x30, 0x82, 9, 9, 2, 1, 3, 0x30], Shape::Pkcs12),
            (&[0x30, 0x80], Shape::Other),
            (&[], Shape::Other),
        ] {
            assert_eq!(Shape::of(octets), shape, "{octets:02x?}");
        }
    }
}
