//! DSA keys that sign: the library only verifies with such keys.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use smime::Certificate;
use smime::asn1::{Reader, Tag, Writer, oid};
use smime::crypto::{DigestAlgorithm, PrivateKey, SignatureScheme, ToBeSigned};

use crate::forge::{element, object, sequence};
use crate::maker::Template;

/// A private DSA key. Nothing about it is secret.
#[derive(Clone)]
pub struct DsaKey {
    field: BoxedMontyParams,
    subgroup: BoxedMontyParams,
    generator: BoxedMontyForm,
    x: BoxedUint,
}

impl DsaKey {
    /// The key of `tests/data/keys/dsa-1024.pem`.
    pub fn small() -> Self {
        Self::from_pem(include_bytes!("../data/keys/dsa-1024.pem"))
    }

    /// The key of `tests/data/keys/dsa-2048.pem`.
    pub fn large() -> Self {
        Self::from_pem(include_bytes!("../data/keys/dsa-2048.pem"))
    }

    fn from_pem(text: &[u8]) -> Self {
        let block = smime::pem::blocks(text).next().and_then(Result::ok).expect("PEM");
        let octets = block.decode().expect("Base64");
        let mut info = Reader::single_der(&octets).and_then(|info| info.children()).expect("PrivateKeyInfo");
        info.unsigned().expect("a version");
        let mut algorithm = info.sequence().expect("an algorithm");
        algorithm.oid().expect("id-dsa");
        let mut parameters = algorithm.sequence().expect("parameters");
        let mut number = || {
            BoxedUint::from_be_slice_vartime(parameters.expect(Tag::INTEGER).and_then(|number| number.unsigned_octets()).expect("a number"))
        };
        let modulus = |number| BoxedMontyParams::new_vartime(Odd::new(number).expect("an odd number"));
        let (field, subgroup) = (modulus(number()), modulus(number()));
        let generator = BoxedMontyForm::new(number(), &field);
        let key = Reader::single_der(info.expect(Tag::OCTET_STRING).expect("a key").content).expect("a key");
        let x = scalar(key.unsigned_octets().expect("a number"), &subgroup);
        Self { field, subgroup, generator, x }
    }

    /// Another key by the same parameters.
    #[must_use]
    pub fn with_number(&self, x: u8) -> Self {
        Self { x: scalar(&[x], &self.subgroup), ..self.clone() }
    }

    /// A key with the same private number by other parameters: the generator is this power of the old one.
    #[must_use]
    pub fn with_generator(&self, power: u8) -> Self {
        Self { generator: self.generator.pow(&scalar(&[power], &self.subgroup)), ..self.clone() }
    }

    /// SubjectPublicKeyInfo.
    pub fn spki(&self) -> Vec<u8> {
        let numbers = [self.field.modulus().as_ref().clone(), self.subgroup.modulus().as_ref().clone(), self.generator.retrieve()];
        self.spki_with(&sequence(&numbers.map(|number| integer(&number)).each_ref().map(Vec::as_slice)))
    }

    /// SubjectPublicKeyInfo without parameters.
    pub fn heir(&self) -> Vec<u8> {
        self.spki_with(&[])
    }

    fn spki_with(&self, parameters: &[u8]) -> Vec<u8> {
        let y = integer(&self.generator.pow(&self.x).retrieve());
        let mut bits = Writer::new();
        bits.bit_string(&y);
        sequence(&[&sequence(&[&object(oid::ID_DSA), parameters]), &bits.into_vec()])
    }

    /// Signs (FIPS 186-4 section 4.6).
    pub fn sign(&self, digest: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
        let length = self.subgroup.modulus().bit_width_vartime() as usize / 8;
        let modulo = |number: BoxedUint| BoxedMontyForm::new(number, &self.subgroup);
        let value = digest.digest(message);
        let z = modulo(scalar(&value[..value.len().min(length)], &self.subgroup));
        // The same number for the same message, below q for sure.
        let mut k = DigestAlgorithm::Sha256.digest(&[&self.x.to_be_bytes()[..], message].concat())[..length].to_vec();
        k[0] &= 0x3f;
        let k = scalar(&k, &self.subgroup);
        let r = self.generator.pow(&k).retrieve().rem_vartime(self.subgroup.modulus().as_nz_ref());
        let inverse = modulo(k).invert_vartime().into_option().expect("a number that is not zero");
        let s = inverse.mul(&z.add(&modulo(self.x.clone()).mul(&modulo(r.clone())))).retrieve();
        sequence(&[&integer(&r), &integer(&s)])
    }

    /// A certificate of this SubjectPublicKeyInfo, signed by this key with SHA-1.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn issue(&self, template: &Template, spki: &[u8]) -> Certificate {
        let scheme = SignatureScheme::Dsa(DigestAlgorithm::Sha1);
        certificate(template, spki, &scheme, |tbs| self.sign(DigestAlgorithm::Sha1, tbs))
    }
}

/// A certificate of this SubjectPublicKeyInfo, signed by an elliptic key with SHA-256.
///
/// # Panics
/// Where it cannot be read.
pub fn issue(template: &Template, spki: &[u8], issuer: &PrivateKey) -> Certificate {
    let scheme = SignatureScheme::Ecdsa(DigestAlgorithm::Sha256);
    certificate(template, spki, &scheme, |tbs| issuer.sign(&scheme, ToBeSigned::Message(tbs)).expect("a signature"))
}

fn certificate(template: &Template, spki: &[u8], scheme: &SignatureScheme, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Certificate {
    let validity = [&template.not_before, &template.not_after].map(|time| element(Tag::UTC_TIME, time.as_bytes())).concat();
    let extensions: Vec<u8> = template
        .extensions
        .iter()
        .flat_map(|(kind, critical, value)| {
            let critical = if *critical { element(Tag::BOOLEAN, &[0xff]) } else { Vec::new() };
            sequence(&[&object(*kind), &critical, &element(Tag::OCTET_STRING, value)])
        })
        .collect();
    let algorithm = scheme.algorithm_identifier();
    let tbs = sequence(&[
        &element(Tag::context_constructed(0), &[2, 1, 2]),
        &element(Tag::INTEGER, &template.serial),
        &algorithm,
        &name(&template.issuer),
        &sequence(&[&validity]),
        &name(&template.subject),
        spki,
        &element(Tag::context_constructed(3), &sequence(&[&extensions])),
    ]);
    let mut bits = Writer::new();
    bits.bit_string(&sign(&tbs));
    Certificate::from_der(&sequence(&[&tbs, &algorithm, &bits.into_vec()])).expect("a certificate")
}

/// A name with one common name.
fn name(common_name: &str) -> Vec<u8> {
    let attribute = sequence(&[&object(oid::AT_COMMON_NAME), &element(Tag::UTF8_STRING, common_name.as_bytes())]);
    sequence(&[&element(Tag::SET, &attribute)])
}

fn scalar(octets: &[u8], subgroup: &BoxedMontyParams) -> BoxedUint {
    BoxedUint::from_be_slice(octets, subgroup.bits_precision()).expect("a number of the size of q")
}

fn integer(number: &BoxedUint) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.unsigned_octets(&number.to_be_bytes());
    writer.into_vec()
}
