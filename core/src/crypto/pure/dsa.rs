//! DSA (FIPS 186-4 section 4), of which only verification is here: everything in it is public, so nothing has to take constant time.

use std::sync::OnceLock;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use crate::asn1::{Reader, Tag};
use crate::crypto::digest::Digest;
use crate::crypto::key::numbers::{DsaParameters, bits};

/// A public DSA key. What costs public-key operations is done when the first signature is to be verified: reading a key must cost little,
/// as keys are read that are never used.
pub(in crate::crypto) struct PublicKey {
    parameters: DsaParameters,
    y: Vec<u8>,
    verifier: OnceLock<Option<Verifier>>,
}

struct Verifier {
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
    /// The sizes and ranges of the numbers were checked.
    pub(super) fn new(parameters: &DsaParameters, y: &[u8]) -> Self {
        Self { parameters: parameters.clone(), y: y.to_vec(), verifier: OnceLock::new() }
    }

    pub(super) fn verify(&self, digest: &Digest, signature: &[u8]) -> bool {
        let verifier = self.verifier.get_or_init(|| Verifier::new(&self.parameters, &self.y));
        verifier.as_ref().and_then(|verifier| verifier.is_good(digest, signature)).unwrap_or(false)
    }
}

impl Verifier {
    /// Nothing where generator or y is not in the subgroup of order q (FIPS 186-4 section 4.1, SP 800-89 section 5.3.1): by numbers of small
    /// order anybody could sign. That p and q are primes is not checked: who chose them otherwise harms himself.
    fn new(parameters: &DsaParameters, y: &[u8]) -> Option<Self> {
        let field = BoxedMontyParams::new_vartime(odd(&parameters.prime)?);
        let order = odd(&parameters.subprime)?;
        let arithmetic = BoxedMontyParams::new_vartime(order.clone());
        let subgroup = Subgroup { order, arithmetic, bits: u32::try_from(bits(&parameters.subprime)).ok()? };
        let element = |octets: &[u8]| {
            let number = BoxedUint::from_be_slice(octets, field.bits_precision()).ok()?;
            let number = BoxedMontyForm::new(number, &field);
            (number.pow_bounded_exp(&subgroup.order, subgroup.bits) == BoxedMontyForm::one(&field)).then_some(number)
        };
        let (generator, y) = (element(&parameters.generator)?, element(y)?);
        Some(Self { subgroup, generator, y })
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
