//! A certificate in pieces, each of which may be wrong: nothing is checked, and the signature is none.

use const_oid::ObjectIdentifier;
use smime::Certificate;
use smime::asn1::{Tag, Writer, oid};

use crate::forge::{algorithm, element, object, sequence};

/// One attribute: its type, the type of its string, its value.
pub type Attribute = (&'static str, Tag, Vec<u8>);

/// What a certificate is made of. Start from a good one and spoil what you must.
#[derive(Clone)]
pub struct Parts {
    /// The INTEGER within `[0]`: content octets; `None` where it is left out.
    pub version: Option<Vec<u8>>,
    /// Content octets.
    pub serial: Vec<u8>,
    /// The AlgorithmIdentifier of the signature.
    pub algorithm: Vec<u8>,
    /// The issuer, DER.
    pub issuer: Vec<u8>,
    /// notBefore and notAfter: types and content octets.
    pub validity: [(Tag, &'static str); 2],
    /// The subject: relative distinguished names.
    pub subject: Vec<Vec<Attribute>>,
    /// SubjectPublicKeyInfo.
    pub key: Vec<u8>,
    /// What stands between the key and the extensions.
    pub unique_identifiers: Vec<u8>,
    /// Extension SEQUENCEs; `None`: there is no list at all.
    pub extensions: Option<Vec<(ObjectIdentifier, Vec<u8>)>>,
}

/// An object identifier.
pub fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// An attribute that is a UTF8String.
pub fn utf8(kind: &'static str, value: &str) -> Attribute {
    (kind, Tag::UTF8_STRING, value.as_bytes().to_vec())
}

/// An attribute that is a PrintableString.
pub fn printable(kind: &'static str, value: &str) -> Attribute {
    (kind, Tag::PRINTABLE_STRING, value.as_bytes().to_vec())
}

/// A name of these relative distinguished names, their members in this order.
pub fn name(relatives: &[Vec<Attribute>]) -> Vec<u8> {
    let member = |(kind, tag, value): &Attribute| sequence(&[&object(oid(kind)), &element(*tag, value)]);
    let sets = relatives.iter().flat_map(|members| element(Tag::SET, &members.iter().flat_map(member).collect::<Vec<_>>()));
    element(Tag::SEQUENCE, &sets.collect::<Vec<_>>())
}

impl Parts {
    /// With this extension, in place of one of the same kind.
    #[must_use]
    pub fn with(self, kind: &str, critical: bool, value: &[u8]) -> Self {
        let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
        self.with_raw(kind, &sequence(&[&object(oid(kind)), critical, &element(Tag::OCTET_STRING, value)]))
    }

    /// With this as the whole extension, in place of one of the same kind.
    #[must_use]
    pub fn with_raw(mut self, kind: &str, extension: &[u8]) -> Self {
        let extensions = self.extensions.get_or_insert_default();
        match extensions.iter_mut().find(|(known, _)| *known == oid(kind)) {
            Some((_, old)) => *old = extension.to_vec(),
            None => extensions.push((oid(kind), extension.to_vec())),
        }
        self
    }

    /// The same extension, critical or not.
    ///
    /// # Panics
    /// Where it is not there.
    #[must_use]
    pub fn critical(self, kind: &str, critical: bool) -> Self {
        let certificate = self.certificate();
        let value = certificate.extension(oid(kind)).expect("the extension").value.to_vec();
        self.with(kind, critical, &value)
    }

    /// Without this extension.
    #[must_use]
    pub fn without(mut self, kind: &str) -> Self {
        self.extensions.get_or_insert_default().retain(|(known, _)| *known != oid(kind));
        self
    }

    /// With this attribute of the subject, in place of one of the same type.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        match self.subject.iter_mut().flatten().find(|(kind, ..)| *kind == attribute.0) {
            Some(old) => *old = attribute,
            None => self.subject.push(vec![attribute]),
        }
        self
    }

    /// Without attributes of this type.
    #[must_use]
    pub fn no_attribute(mut self, kind: &str) -> Self {
        self.subject.retain(|members| members.iter().all(|(known, ..)| *known != kind));
        self
    }

    /// The DER of the certificate.
    pub fn der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                if let Some(version) = &self.version {
                    writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::INTEGER, version));
                }
                writer.element(Tag::INTEGER, &self.serial);
                writer.raw(&self.algorithm);
                writer.raw(&self.issuer);
                writer.nest(Tag::SEQUENCE, |writer| {
                    self.validity.iter().for_each(|(tag, time)| writer.element(*tag, time.as_bytes()));
                });
                writer.raw(&name(&self.subject));
                writer.raw(&self.key);
                writer.raw(&self.unique_identifiers);
                if let Some(extensions) = &self.extensions {
                    writer.nest(Tag::context_constructed(3), |writer| {
                        writer.nest(Tag::SEQUENCE, |writer| extensions.iter().for_each(|(_, extension)| writer.raw(extension)));
                    });
                }
            });
            writer.raw(&self.algorithm);
            writer.bit_string(&[0; 64]);
        });
        writer.into_vec()
    }

    /// The certificate.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn certificate(&self) -> Certificate {
        Certificate::from_der(&self.der()).expect("a certificate that can be read")
    }
}

/// A SEQUENCE of elements, for the values of extensions.
pub fn list(elements: &[Vec<u8>]) -> Vec<u8> {
    element(Tag::SEQUENCE, &elements.concat())
}

/// A SEQUENCE of object identifiers.
pub fn objects(dotted: &[&str]) -> Vec<u8> {
    list(&dotted.iter().map(|one| object(oid(one))).collect::<Vec<_>>())
}

/// certificatePolicies without qualifiers.
pub fn policies(dotted: &[&str]) -> Vec<u8> {
    list(&dotted.iter().map(|one| objects(&[one])).collect::<Vec<_>>())
}

/// A policy with one qualifier.
pub fn qualified(policy: &str, qualifier: &str, value: &[u8]) -> Vec<u8> {
    list(&[sequence(&[&object(oid(policy)), &list(&[sequence(&[&object(oid(qualifier)), value])])])])
}

/// A GeneralName of this number with these octets.
pub fn general(number: u8, octets: &[u8]) -> Vec<u8> {
    element(Tag::context(number), octets)
}

/// An otherName.
pub fn other(kind: &str, value: &[u8]) -> Vec<u8> {
    element(Tag::context_constructed(0), &[object(oid(kind)), element(Tag::context_constructed(0), value)].concat())
}

/// An AccessDescription with an address.
pub fn access(method: &str, address: &str) -> Vec<u8> {
    sequence(&[&object(oid(method)), &general(6, address.as_bytes())])
}

/// A DistributionPoint whose fullName is this address.
pub fn point(address: &str) -> Vec<u8> {
    let full = element(Tag::context_constructed(0), &general(6, address.as_bytes()));
    sequence(&[&element(Tag::context_constructed(0), &full)])
}

/// A SubjectPublicKeyInfo.
pub fn key(algorithm: &[u8], octets: &[u8]) -> Vec<u8> {
    sequence(&[algorithm, &element(Tag::BIT_STRING, &[&[0], octets].concat())])
}

/// The SubjectPublicKeyInfo of an RSA key with this modulus and this exponent.
pub fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let mut numbers = Writer::new();
    numbers.nest(Tag::SEQUENCE, |numbers| {
        numbers.unsigned_octets(modulus);
        numbers.unsigned_octets(exponent);
    });
    key(&algorithm(oid::RSA_ENCRYPTION, &[5, 0]), &numbers.into_vec())
}
