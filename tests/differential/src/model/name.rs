//! Distinguished names, and the many ways to write one and the same.

use const_oid::ObjectIdentifier;
use smime::asn1::{Tag, Writer, oid, set_of};

use crate::random::Random;

/// countryName.
pub const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
/// organizationName.
pub const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// organizationalUnitName.
pub const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type.
    pub kind: ObjectIdentifier,
    /// The string type of the value.
    pub tag: Tag,
    /// The octets of the value.
    pub value: Vec<u8>,
}

impl Attribute {
    /// Text, in the string type that is usual for it.
    pub fn new(kind: ObjectIdentifier, text: &str) -> Self {
        let tag = match kind {
            COUNTRY => Tag::PRINTABLE_STRING,
            oid::AT_EMAIL_ADDRESS => Tag::IA5_STRING,
            _ => Tag::UTF8_STRING,
        };
        Self { kind, tag, value: text.as_bytes().to_vec() }
    }
}

/// A name: its relative distinguished names, the least specific first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(pub Vec<Vec<Attribute>>);

impl Name {
    /// A name of these attributes, each by itself.
    pub fn of(attributes: &[(ObjectIdentifier, &str)]) -> Self {
        Self(attributes.iter().map(|(kind, text)| vec![Attribute::new(*kind, text)]).collect())
    }

    /// This name and one more attribute below it.
    #[must_use]
    pub fn with(&self, kind: ObjectIdentifier, text: &str) -> Self {
        let mut name = self.clone();
        name.0.push(vec![Attribute::new(kind, text)]);
        name
    }

    /// The first so many relative names.
    #[must_use]
    pub fn prefix(&self, count: usize) -> Self {
        Self(self.0.iter().take(count).cloned().collect())
    }

    /// Whether it has no attribute.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::SEQUENCE, |writer| {
            for relative in &self.0 {
                let members = relative.iter().map(|attribute| {
                    let mut writer = Writer::new();
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(attribute.kind);
                        writer.element(attribute.tag, &attribute.value);
                    });
                    writer.into_vec()
                });
                writer.raw(&set_of(Tag::SET, members.collect()));
            }
        });
    }

    /// Its DER.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_vec()
    }

    /// The same name (RFC 5280 section 7.1) in other octets: another string type, case, white space.
    #[must_use]
    pub fn rewritten(&self, random: &mut Random) -> Self {
        let mut name = self.clone();
        for attribute in name.0.iter_mut().flatten().filter(|attribute| attribute.tag == Tag::UTF8_STRING) {
            match random.below(4) {
                0 => attribute.tag = Tag::PRINTABLE_STRING,
                1 => attribute.value.make_ascii_uppercase(),
                2 => {
                    let text = String::from_utf8_lossy(&attribute.value).replace(' ', "   ");
                    attribute.value = format!(" {text}  ").into_bytes();
                }
                _ => attribute.value.make_ascii_lowercase(),
            }
        }
        name
    }
}
