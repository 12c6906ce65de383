//! DSA (FIPS 186-4 section 4), of which only verification is here: everything in it is public, so nothing has to take constant time.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use crate::asn1::{Reader, Tag};
use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{DsaParameters, bits};
use crate::error::{Code, Error, Result};

/// A public DSA key.
pub(in crate::crypto) struct PublicKey {
    subgroup: Subgroup,
    generator: BoxedMontyForm,
    y: BoxedMontyForm,
}

/// Arithmetic modulo q.
struct Subgroup {
    order: Odd<BoxedUint>,
    arithmetic: BoxedMontyParams,
    bits: u32,
}

impl PublicKey {
    /// The sizes and ranges of the numbers were checked. That p and q are primes is not: who chose them otherwise harms himself.
    pub(super) fn new(parameters: &DsaParameters, y: &[u8]) -> Result<Self> {
        let field = BoxedMontyParams::new_vartime(odd(&parameters.prime).ok_or_else(invalid)?);
        let order = odd(&parameters.subprime).ok_or_else(invalid)?;
        let subgroup = Subgroup {
            arithmetic: BoxedMontyParams::new_vartime(order.clone()),
            order,
            bits: u32::try_from(bits(&parameters.subprime)).map_err(|_| invalid())?,
        };
        let element = |octets: &[u8]| {
            let number = BoxedUint::from_be_slice(octets, field.bits_precision()).map_err(|_| invalid())?;
            Ok::<_, Error>(BoxedMontyForm::new(number, &field))
        };
        let (generator, y) = (element(&parameters.generator)?, element(y)?);
        // Both are in the subgroup of order q, and neither is 1 (FIPS 186-4 section 4.1; SP 800-89 section 5.3.1).
        for number in [&generator, &y] {
            if number.pow_bounded_exp(&subgroup.order, subgroup.bits) != BoxedMontyForm::one(&field) {
                return Err(invalid());
            }
        }
        Ok(Self { subgroup, generator, y })
    }

    pub(super) fn verify(&self, digest: &Digest, signature: &[u8]) -> bool {
        self.is_good(digest, signature).unwrap_or(false)
    }

    /// FIPS 186-4 section 4.7.
    fn is_good(&self, digest: &Digest, signature: &[u8]) -> Option<bool> {
        let subgroup = &self.subgroup;
        let (r, s) = read_signature(signature)?;
        let (r, s) = (subgroup.scalar(r)?, subgroup.scalar(s)?);
        let w = BoxedMontyForm::new(s, &subgroup.arithmetic).invert_vartime().into_option()?;
        let exponent = |number| BoxedMontyForm::new(number, &subgroup.arithmetic).mul(&w).retrieve();
        let (u1, u2) = (exponent(subgroup.leftmost(digest)?), exponent(r.clone()));
        let v = self.generator.pow_bounded_exp(&u1, subgroup.bits).mul(&self.y.pow_bounded_exp(&u2, subgroup.bits)).retrieve();
        Some(v.rem_vartime(subgroup.order.as_nz_ref()) == r)
    }
}

impl Subgroup {
    /// A number over zero and below q.
    fn scalar(&self, octets: &[u8]) -> Option<BoxedUint> {
        let number = BoxedUint::from_be_slice(octets, self.order.bits_precision()).ok()?;
        (!octets.is_empty() && number < *self.order.as_ref()).then_some(number)
    }

    /// As many bits of a digest as q has: the leftmost ones. They may make a number over q.
    fn leftmost(&self, digest: &Digest) -> Option<BoxedUint> {
        let octets = usize::try_from(self.bits / 8).ok()?;
        BoxedUint::from_be_slice(digest.get(..octets).unwrap_or(digest), self.order.bits_precision()).ok()
    }
}

/// r and s of a Dss-Sig-Value (RFC 3279 section 2.2.2), without leading zeros.
fn read_signature(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let element = Reader::single_der(signature).ok().filter(|element| element.tag == Tag::SEQUENCE)?;
    let mut fields = element.children().ok()?;
    let mut number = || fields.expect(Tag::INTEGER).and_then(|number| number.unsigned_octets()).ok();
    let (r, s) = (number()?, number()?);
    fields.finish().ok()?;
    Some((r, s))
}

fn odd(octets: &[u8]) -> Option<Odd<BoxedUint>> {
    Odd::new(BoxedUint::from_be_slice_vartime(octets)).into_option()
}

fn invalid() -> Error {
    Error::new(Code::KeyInvalid).because("not a DSA key by its parameters")
}
