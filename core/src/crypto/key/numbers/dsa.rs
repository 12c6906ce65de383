//! Public DSA keys (RFC 3279 section 2.3.2).

use super::{DsaParameters, PublicNumbers, bits};
use crate::asn1::{Reader, Tag, Writer, oid};
use crate::crypto::signature::null_or_absent;
use crate::error::{Code, Error, Result};

/// Bits of p and q (FIPS 186-4 section 4.2).
const SIZES: [(usize, usize); 4] = [(1024, 160), (2048, 224), (2048, 256), (3072, 256)];

/// The parameters of the algorithm, where there are some, and DSAPublicKey.
pub(super) fn read_public(parameters: Option<&[u8]>, key: &[u8]) -> Result<PublicNumbers> {
    let y = Reader::single_der(key)?;
    if y.tag != Tag::INTEGER {
        return Err(y.error(Code::BerTag));
    }
    let y = y.unsigned_octets()?;
    let parameters = match parameters {
        _ if null_or_absent(parameters) => None,
        Some(parameters) => Some(read_parameters(parameters)?),
        None => None,
    };
    let longest = SIZES.iter().map(|(prime, _)| *prime).max().unwrap_or_default();
    let bound = parameters.as_ref().map(|parameters| parameters.prime.as_slice());
    if bits(y) > longest || !is_between(y, bound) {
        return Err(Error::new(Code::KeyInvalid).because("a DSA key outside its range"));
    }
    Ok(PublicNumbers::Dsa { parameters, y: y.to_vec() })
}

/// Dss-Parms, with the checks that cost nothing.
fn read_parameters(parameters: &[u8]) -> Result<DsaParameters> {
    let mut outer = Reader::der(parameters);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let mut number = || Ok::<_, Error>(fields.expect(Tag::INTEGER)?.unsigned_octets()?.to_vec());
    let (prime, subprime, generator) = (number()?, number()?, number()?);
    fields.finish()?;
    let sizes = (bits(&prime), bits(&subprime));
    if !SIZES.contains(&sizes) {
        return Err(Error::new(Code::KeyUnsupported).because(format!("DSA parameters of {} and {} bits", sizes.0, sizes.1)));
    }
    let is_odd = |octets: &[u8]| octets.last().is_some_and(|octet| octet & 1 == 1);
    if !is_odd(&prime) || !is_odd(&subprime) || !is_between(&generator, Some(&prime)) {
        return Err(Error::new(Code::KeyInvalid).because("DSA parameters that cannot be some"));
    }
    Ok(DsaParameters { prime, subprime, generator })
}

/// Whether a number without leading zeros is over 1 and below the bound.
fn is_between(number: &[u8], bound: Option<&[u8]>) -> bool {
    !matches!(number, [] | [1]) && bound.is_none_or(|bound| (number.len(), number) < (bound.len(), bound))
}

pub(super) fn write_public(writer: &mut Writer, parameters: Option<&DsaParameters>, y: &[u8]) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_DSA);
        if let Some(DsaParameters { prime, subprime, generator }) = parameters {
            writer.nest(Tag::SEQUENCE, |writer| [prime, subprime, generator].into_iter().for_each(|number| writer.unsigned_octets(number)));
        }
    });
    writer.nest(Tag::BIT_STRING, |writer| {
        writer.raw(&[0]);
        writer.unsigned_octets(y);
    });
}
