//! The numbers of keys and the structures in which they come: SubjectPublicKeyInfo (RFC 5480, 8410, 8017, 3279),
//! PrivateKeyInfo (RFC 5958), ECPrivateKey (RFC 5915) and RSAPrivateKey (RFC 8017).

mod dsa;

use std::hash::{Hash, Hasher};
use std::ops::{Range, RangeInclusive};

use const_oid::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::asn1::{Element, Reader, Tag, Writer, oid};
use crate::crypto::key::{Curve, KeyKind};
use crate::crypto::signature::{SignatureScheme, null_or_absent, read_pss};
use crate::error::{Code, Error, Result};

/// Bits of the RSA moduli that are read at all; what is acceptable is for the policy to say.
pub(in crate::crypto) const RSA_BITS: RangeInclusive<usize> = 1024..=16_384;

/// Primes of the RSA keys that are read: two nearly always.
const RSA_PRIMES: usize = 5;

/// The numbers of a public key, in the fewest octets, big-endian.
#[derive(Clone)]
pub(in crate::crypto) enum PublicNumbers {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519([u8; 32]),
    X25519([u8; 32]),
    /// Without parameters those of the issuer's key hold.
    Dsa {
        parameters: Option<DsaParameters>,
        y: Vec<u8>,
    },
}

/// The parameters of a DSA key: p, q and g.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::crypto) struct DsaParameters {
    pub(in crate::crypto) prime: Vec<u8>,
    pub(in crate::crypto) subprime: Vec<u8>,
    pub(in crate::crypto) generator: Vec<u8>,
}

impl PartialEq for PublicNumbers {
    /// A point is the same compressed and uncompressed.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rsa { modulus, exponent }, Self::Rsa { modulus: modulus2, exponent: exponent2 }) => {
                modulus == modulus2 && exponent == exponent2
            }
            (Self::Ec { curve, point }, Self::Ec { curve: curve2, point: point2 }) => {
                curve == curve2 && compressed(point, *curve) == compressed(point2, *curve)
            }
            (Self::Ed25519(octets), Self::Ed25519(octets2)) | (Self::X25519(octets), Self::X25519(octets2)) => octets == octets2,
            (Self::Dsa { parameters, y }, Self::Dsa { parameters: parameters2, y: y2 }) => parameters == parameters2 && y == y2,
            _ => false,
        }
    }
}

impl Eq for PublicNumbers {}

impl Hash for PublicNumbers {
    /// The same for numbers that are equal.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Rsa { modulus, exponent } => (modulus, exponent).hash(state),
            Self::Ec { curve, point } => (curve, compressed(point, *curve)).hash(state),
            Self::Ed25519(octets) | Self::X25519(octets) => octets.hash(state),
            Self::Dsa { parameters, y } => (parameters.as_ref().map(|parameters| &parameters.prime), y).hash(state),
        }
    }
}

/// The first octet that a point has in compressed form, and its x coordinate (SEC 1 section 2.3.3).
fn compressed(point: &[u8], curve: Curve) -> (Option<u8>, Option<&[u8]>) {
    let form = match point.first() {
        Some(4) => point.last().map(|octet| 2 | (octet & 1)),
        other => other.copied(),
    };
    (form, point.get(1..=curve.field_length()))
}

/// What a SubjectPublicKeyInfo says.
pub(in crate::crypto) struct PublicKeyInfo {
    pub(in crate::crypto) numbers: PublicNumbers,
    /// The key is of the kind id-RSASSA-PSS: it signs with PSS only, and where parameters stand beside it with those.
    pub(in crate::crypto) pss: Option<Option<SignatureScheme>>,
    /// Where the content of the subjectPublicKey BIT STRING stands, without the count of unused bits.
    pub(in crate::crypto) key_octets: Range<usize>,
}

/// The numbers of a private key.
pub(in crate::crypto) enum PrivateNumbers {
    Rsa(RsaNumbers),
    /// The scalar has the length of the field.
    Ec {
        curve: Curve,
        scalar: Zeroizing<Vec<u8>>,
    },
    Ed25519(Zeroizing<[u8; 32]>),
    X25519(Zeroizing<[u8; 32]>),
}

/// The numbers of a private RSA key.
pub(in crate::crypto) struct RsaNumbers {
    pub(in crate::crypto) modulus: Vec<u8>,
    pub(in crate::crypto) exponent: Vec<u8>,
    pub(in crate::crypto) private_exponent: Zeroizing<Vec<u8>>,
    pub(in crate::crypto) primes: Vec<Zeroizing<Vec<u8>>>,
    /// The RSAPrivateKey as it came.
    pub(in crate::crypto) der: Zeroizing<Vec<u8>>,
    /// As in [`PublicKeyInfo`], with the parameters as they came.
    pub(in crate::crypto) pss: Option<Option<Vec<u8>>>,
}

/// A private key as a file holds it, with the public key that stands beside it, if any.
pub(in crate::crypto) struct PrivateKeyInfo {
    pub(in crate::crypto) numbers: PrivateNumbers,
    pub(in crate::crypto) public: Option<Vec<u8>>,
}

impl PublicNumbers {
    pub(in crate::crypto) fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa { modulus, .. } => KeyKind::Rsa { bits: bits(modulus) },
            Self::Ec { curve, .. } => KeyKind::Ec(*curve),
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::X25519(_) => KeyKind::X25519,
            Self::Dsa { parameters, .. } => KeyKind::Dsa { bits: parameters.as_ref().map(|parameters| bits(&parameters.prime)) },
        }
    }
}

/// Reads a SubjectPublicKeyInfo. Whether a point is on its curve is for the back end to say.
pub(in crate::crypto) fn read_spki(spki: &[u8]) -> Result<PublicKeyInfo> {
    read_spki_fields(spki).map_err(key_error)
}

fn read_spki_fields(spki: &[u8]) -> Result<PublicKeyInfo> {
    let mut outer = Reader::der(spki);
    let mut info = outer.sequence()?;
    outer.finish()?;
    let (algorithm, parameters) = read_algorithm(&mut info)?;
    let key = info.expect(Tag::BIT_STRING)?;
    info.finish()?;
    let octets = key.bit_octets()?;
    let mut pss = None;
    let numbers = match algorithm {
        oid::RSA_ENCRYPTION if null_or_absent(parameters) => read_rsa_public(octets)?,
        oid::ID_RSASSA_PSS => {
            pss = Some(parameters.map(|parameters| read_pss(Some(parameters))).transpose()?);
            read_rsa_public(octets)?
        }
        oid::ID_EC_PUBLIC_KEY => {
            let curve = read_curve(parameters)?;
            if !curve.is_point_form(octets) {
                return Err(Error::new(Code::KeyInvalid).because("a point of that form"));
            }
            PublicNumbers::Ec { curve, point: octets.to_vec() }
        }
        oid::ID_ED25519 if parameters.is_none() => PublicNumbers::Ed25519(fixed(octets)?),
        oid::ID_X25519 if parameters.is_none() => PublicNumbers::X25519(fixed(octets)?),
        oid::ID_DSA => dsa::read_public(parameters, octets)?,
        oid::RSA_ENCRYPTION | oid::ID_ED25519 | oid::ID_X25519 => return Err(unexpected_parameters()),
        other => return Err(unsupported(other)),
    };
    let end = spki.len();
    Ok(PublicKeyInfo { numbers, pss, key_octets: end.saturating_sub(octets.len())..end })
}

/// RSAPublicKey (RFC 8017 appendix A.1.1), with the checks that cost nothing.
fn read_rsa_public(octets: &[u8]) -> Result<PublicNumbers> {
    let mut outer = Reader::der(octets);
    let mut key = outer.sequence()?;
    outer.finish()?;
    let modulus = key.expect(Tag::INTEGER)?.unsigned_octets()?.to_vec();
    let exponent = key.expect(Tag::INTEGER)?.unsigned_octets()?.to_vec();
    key.finish()?;
    check_rsa_public(&modulus, &exponent)?;
    Ok(PublicNumbers::Rsa { modulus, exponent })
}

/// An odd modulus of an acceptable size, an odd exponent from 3 to 2^64.
fn check_rsa_public(modulus: &[u8], exponent: &[u8]) -> Result<()> {
    let size = bits(modulus);
    if !RSA_BITS.contains(&size) {
        return Err(Error::new(Code::KeyUnsupported).because(format!("an RSA modulus of {size} bits")));
    }
    let odd = |octets: &[u8]| octets.last().is_some_and(|octet| octet & 1 == 1);
    if !odd(modulus) || !odd(exponent) || exponent.len() > 8 || exponent == [1] {
        return Err(Error::new(Code::KeyInvalid).because("an RSA modulus or exponent that cannot be one"));
    }
    Ok(())
}

fn read_curve(parameters: Option<&[u8]>) -> Result<Curve> {
    match parameters.map(Reader::single_der).transpose()? {
        Some(element) if element.tag == Tag::OID => {
            let oid = element.oid()?;
            Curve::from_oid(oid).ok_or_else(|| Error::new(Code::KeyUnsupported).because(format!("curve {oid}")))
        }
        _ => Err(Error::new(Code::KeyUnsupported).because("a curve that is not named")),
    }
}

/// The SubjectPublicKeyInfo of a key.
pub(in crate::crypto) fn write_spki(numbers: &PublicNumbers, pss: Option<Option<&[u8]>>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| match numbers {
        PublicNumbers::Rsa { modulus, exponent } => {
            write_rsa_algorithm(writer, pss);
            writer.nest(Tag::BIT_STRING, |writer| {
                writer.raw(&[0]);
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.unsigned_octets(modulus);
                    writer.unsigned_octets(exponent);
                });
            });
        }
        PublicNumbers::Ec { curve, point } => {
            write_ec_algorithm(writer, *curve);
            writer.bit_string(point);
        }
        PublicNumbers::Ed25519(octets) => {
            writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_ED25519));
            writer.bit_string(octets);
        }
        PublicNumbers::X25519(octets) => {
            writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_X25519));
            writer.bit_string(octets);
        }
        PublicNumbers::Dsa { parameters, y } => dsa::write_public(writer, parameters.as_ref(), y),
    });
    writer.into_vec()
}

fn write_rsa_algorithm(writer: &mut Writer, pss: Option<Option<&[u8]>>) {
    writer.nest(Tag::SEQUENCE, |writer| match pss {
        None => {
            writer.oid(oid::RSA_ENCRYPTION);
            writer.null();
        }
        Some(parameters) => {
            writer.oid(oid::ID_RSASSA_PSS);
            writer.raw(parameters.unwrap_or_default());
        }
    });
}

fn write_ec_algorithm(writer: &mut Writer, curve: Curve) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_EC_PUBLIC_KEY);
        writer.oid(curve.oid());
    });
}

/// Reads a PrivateKeyInfo or OneAsymmetricKey (RFC 5958), BER as well as DER.
pub(in crate::crypto) fn read_pkcs8(octets: &[u8]) -> Result<PrivateKeyInfo> {
    read_pkcs8_fields(octets).map_err(key_error)
}

fn read_pkcs8_fields(octets: &[u8]) -> Result<PrivateKeyInfo> {
    let mut outer = Reader::ber(octets);
    let mut info = outer.sequence()?;
    outer.finish()?;
    if info.unsigned()? > 1 {
        return Err(Error::new(Code::KeyUnsupported).because("a PrivateKeyInfo of another version"));
    }
    let (algorithm, parameters) = read_algorithm(&mut info)?;
    let key = info.element()?;
    if !matches!(key.tag, Tag::OCTET_STRING) && key.tag != Tag::OCTET_STRING.constructed() {
        return Err(key.error(Code::BerTag));
    }
    let key = Zeroizing::new(key.octets()?.into_owned());
    info.optional(Tag::context_constructed(0))?;
    let public = info.optional(Tag::context(1))?.map(|element| element.bit_octets().map(<[u8]>::to_vec)).transpose()?;
    info.finish()?;
    match algorithm {
        oid::RSA_ENCRYPTION if null_or_absent(parameters) => read_rsa_private(&key, None),
        oid::ID_RSASSA_PSS => {
            parameters.map(|parameters| read_pss(Some(parameters))).transpose()?;
            read_rsa_private(&key, Some(parameters.map(<[u8]>::to_vec)))
        }
        oid::ID_EC_PUBLIC_KEY => {
            let curve = read_curve(parameters)?;
            let mut read = read_ec_private(&key, Some(curve))?;
            read.public = read.public.or(public);
            Ok(read)
        }
        oid::ID_ED25519 if parameters.is_none() => {
            Ok(PrivateKeyInfo { numbers: PrivateNumbers::Ed25519(read_octets_private(&key)?), public })
        }
        oid::ID_X25519 if parameters.is_none() => {
            Ok(PrivateKeyInfo { numbers: PrivateNumbers::X25519(read_octets_private(&key)?), public })
        }
        oid::RSA_ENCRYPTION | oid::ID_ED25519 | oid::ID_X25519 => Err(unexpected_parameters()),
        other => Err(unsupported(other)),
    }
}

/// CurvePrivateKey (RFC 8410 section 7).
fn read_octets_private(octets: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let element = Reader::ber(octets).single()?;
    if element.tag != Tag::OCTET_STRING {
        return Err(element.error(Code::BerTag));
    }
    fixed(element.content).map(Zeroizing::new)
}

/// Reads an RSAPrivateKey (RFC 8017 appendix A.1.2) of two or more primes.
pub(in crate::crypto) fn read_pkcs1(octets: &[u8]) -> Result<PrivateKeyInfo> {
    read_rsa_private(octets, None).map_err(key_error)
}

fn read_rsa_private(octets: &[u8], pss: Option<Option<Vec<u8>>>) -> Result<PrivateKeyInfo> {
    let mut outer = Reader::ber(octets);
    let mut key = outer.sequence()?;
    outer.finish()?;
    let version = key.unsigned()?;
    let public = |element: Element<'_>| element.unsigned_octets().map(<[u8]>::to_vec);
    let secret = |element: Element<'_>| element.unsigned_octets().map(|octets| Zeroizing::new(octets.to_vec()));
    let modulus = public(key.expect(Tag::INTEGER)?)?;
    let exponent = public(key.expect(Tag::INTEGER)?)?;
    let private_exponent = secret(key.expect(Tag::INTEGER)?)?;
    let mut primes = vec![secret(key.expect(Tag::INTEGER)?)?, secret(key.expect(Tag::INTEGER)?)?];
    for _ in 0..3 {
        key.expect(Tag::INTEGER)?;
    }
    if version == 1 {
        let mut others = key.sequence()?;
        while !others.is_empty() {
            let mut other = others.sequence()?;
            primes.push(secret(other.expect(Tag::INTEGER)?)?);
            other.expect(Tag::INTEGER)?;
            other.expect(Tag::INTEGER)?;
            other.finish()?;
            if primes.len() > RSA_PRIMES {
                return Err(Error::new(Code::KeyUnsupported).because("an RSA key of so many primes"));
            }
        }
    }
    key.finish()?;
    if version != u64::from(primes.len() > 2) {
        return Err(Error::new(Code::KeyMalformed).because("an RSAPrivateKey whose version does not fit its primes"));
    }
    check_rsa_public(&modulus, &exponent)?;
    let numbers = RsaNumbers { modulus, exponent, private_exponent, primes, der: Zeroizing::new(octets.to_vec()), pss };
    Ok(PrivateKeyInfo { numbers: PrivateNumbers::Rsa(numbers), public: None })
}

/// Reads an ECPrivateKey (RFC 5915). Its curve may stand outside, inside or both, but must stand somewhere.
pub(in crate::crypto) fn read_sec1(octets: &[u8], curve: Option<Curve>) -> Result<PrivateKeyInfo> {
    read_ec_private(octets, curve).map_err(key_error)
}

fn read_ec_private(octets: &[u8], outer_curve: Option<Curve>) -> Result<PrivateKeyInfo> {
    let mut outer = Reader::ber(octets);
    let mut key = outer.sequence()?;
    outer.finish()?;
    if key.unsigned()? != 1 {
        return Err(Error::new(Code::KeyUnsupported).because("an ECPrivateKey of another version"));
    }
    let scalar = key.expect(Tag::OCTET_STRING)?.content;
    let inner_curve = match key.optional(Tag::context_constructed(0))? {
        Some(field) => Some(read_curve(Some(field.content))?),
        None => None,
    };
    let public = match key.optional(Tag::context_constructed(1))? {
        Some(field) => Some(field.children()?.single()?).filter(|element| element.tag == Tag::BIT_STRING),
        None => None,
    };
    key.finish()?;
    let curve = match (outer_curve, inner_curve) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(Error::new(Code::KeyMalformed).because("an ECPrivateKey that names two curves"));
        }
        (outer, inner) => outer.or(inner).ok_or_else(|| Error::new(Code::KeyMalformed).because("an ECPrivateKey without a curve"))?,
    };
    let public = public.map(|element| element.bit_octets().map(<[u8]>::to_vec)).transpose()?;
    Ok(PrivateKeyInfo { numbers: PrivateNumbers::Ec { curve, scalar: field_octets(curve, scalar)? }, public })
}

/// The scalar in as many octets as the field has: some programs drop leading zeros, others add one.
fn field_octets(curve: Curve, scalar: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let length = curve.field_length();
    let surplus = scalar.len().saturating_sub(length);
    let (zeros, significant) = scalar.split_at_checked(surplus).unwrap_or_default();
    if zeros.iter().any(|octet| *octet != 0) {
        return Err(Error::new(Code::KeyInvalid).because("a private key larger than its curve"));
    }
    let mut octets = Zeroizing::new(vec![0; length]);
    if let Some(room) = octets.get_mut(length.saturating_sub(significant.len())..) {
        room.copy_from_slice(significant);
    }
    Ok(octets)
}

/// The PrivateKeyInfo of a key, version 1: what every reader takes.
pub(in crate::crypto) fn write_pkcs8(numbers: &PrivateNumbers, public: &PublicNumbers) -> Zeroizing<Vec<u8>> {
    // Large enough from the start, so that no copy of the secret stays behind when the writer grows.
    let mut writer = Writer::with_capacity(match numbers {
        PrivateNumbers::Rsa(rsa) => rsa.der.len().saturating_add(256),
        _ => 512,
    });
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(0);
        match numbers {
            PrivateNumbers::Rsa(rsa) => {
                write_rsa_algorithm(writer, rsa.pss.as_ref().map(Option::as_deref));
                writer.octet_string(&rsa.der);
            }
            PrivateNumbers::Ec { curve, scalar } => {
                write_ec_algorithm(writer, *curve);
                writer.nest(Tag::OCTET_STRING, |writer| write_ec_private(writer, scalar, public));
            }
            PrivateNumbers::Ed25519(seed) => write_octets_private(writer, oid::ID_ED25519, seed),
            PrivateNumbers::X25519(scalar) => write_octets_private(writer, oid::ID_X25519, scalar),
        }
    });
    Zeroizing::new(writer.into_vec())
}

fn write_ec_private(writer: &mut Writer, scalar: &[u8], public: &PublicNumbers) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(1);
        writer.octet_string(scalar);
        if let PublicNumbers::Ec { point, .. } = public {
            writer.nest(Tag::context_constructed(1), |writer| writer.bit_string(point));
        }
    });
}

fn write_octets_private(writer: &mut Writer, algorithm: ObjectIdentifier, octets: &[u8; 32]) {
    writer.nest(Tag::SEQUENCE, |writer| writer.oid(algorithm));
    writer.nest(Tag::OCTET_STRING, |writer| writer.octet_string(octets));
}

/// The RSAPrivateKey of these numbers, each big-endian: n, e, d, p, q, d mod (p - 1), d mod (q - 1), 1/q mod p.
pub(in crate::crypto) fn write_pkcs1(numbers: [&[u8]; 8]) -> Zeroizing<Vec<u8>> {
    let length = numbers.iter().fold(64usize, |length, number| length.saturating_add(number.len()).saturating_add(8));
    let mut writer = Writer::with_capacity(length);
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(0);
        numbers.iter().for_each(|number| writer.unsigned_octets(number));
    });
    Zeroizing::new(writer.into_vec())
}

fn read_algorithm<'a>(reader: &mut Reader<'a>) -> Result<(ObjectIdentifier, Option<&'a [u8]>)> {
    let mut algorithm = reader.sequence()?;
    let oid = algorithm.oid()?;
    let parameters = if algorithm.is_empty() { None } else { Some(algorithm.element()?.raw) };
    algorithm.finish()?;
    Ok((oid, parameters))
}

/// Bits of a number that has no leading zero octets.
pub(in crate::crypto) fn bits(magnitude: &[u8]) -> usize {
    let leading = magnitude.first().map_or(0, |first| first.leading_zeros() as usize);
    magnitude.len().saturating_mul(8).saturating_sub(leading)
}

fn fixed(octets: &[u8]) -> Result<[u8; 32]> {
    octets.try_into().map_err(|_| Error::new(Code::KeyInvalid).because("a key of another length than its kind has"))
}

fn unexpected_parameters() -> Error {
    Error::new(Code::KeyMalformed).because("a key algorithm with parameters that it does not have")
}

fn unsupported(algorithm: ObjectIdentifier) -> Error {
    Error::new(Code::KeyUnsupported).because(format!("key algorithm {algorithm}"))
}

/// What is wrong with the encoding is wrong with the key.
fn key_error(error: Error) -> Error {
    match error.code() {
        Code::KeyMalformed | Code::KeyInvalid | Code::KeyUnsupported => error,
        Code::AlgParameters | Code::SigAlgorithmUnsupported => Error::new(Code::KeyUnsupported).with_source(error),
        _ => Error::new(Code::KeyMalformed).with_source(error),
    }
}
