//! Distinguished names (RFC 5280 section 4.1.2.4): original octets, comparison and display.

use std::borrow::Cow;
use std::fmt::{self, Write};

use const_oid::ObjectIdentifier;

use super::{keywords, text};
use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Result};

/// A distinguished name: its DER as received.
///
/// Two names are equal when they match by RFC 5280 section 7.1: text is compared without case and with white space folded,
/// whatever string type carries it; what is no text is compared octet by octet. Unicode normal forms are not unified:
/// names that differ in them are different names.
///
/// [`Display`](fmt::Display) writes RFC 4514: the most specific part first, and nothing that could disturb a terminal or a log.
#[derive(Clone, Copy)]
pub struct Name<'a> {
    der: &'a [u8],
}

/// One attribute of a name, for example its common name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Content octets of the OBJECT IDENTIFIER of the attribute type.
    pub kind: &'a [u8],
    /// The type of the value.
    pub tag: Tag,
    /// Content octets of the value.
    pub value: &'a [u8],
    /// The value with its tag and length.
    pub encoded: &'a [u8],
    /// Which relative distinguished name it belongs to, counted from the first encoded (the least specific).
    pub position: usize,
}

/// What identifies a name under the comparison of RFC 5280 section 7.1: equal for equal names, usable as a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameKey(Box<[u8]>);

impl<'a> Name<'a> {
    /// The name that this DER holds.
    ///
    /// # Errors
    /// [`Code::CertMalformed`] where it is no Name.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        check(der).map_err(|error| {
            let offset = error.offset().unwrap_or(0);
            crate::Error::new(Code::CertMalformed).at(offset).because("a name cannot be read").with_source(error)
        })?;
        Ok(Self { der })
    }

    /// A name that was checked before.
    pub(crate) const fn checked(der: &'a [u8]) -> Self {
        Self { der }
    }

    /// The DER, as received.
    pub const fn der(self) -> &'a [u8] {
        self.der
    }

    /// Whether the name has no attribute, as the subject of a certificate may whose names all stand in subjectAltName.
    pub fn is_empty(self) -> bool {
        self.attributes().next().is_none()
    }

    /// The attributes in the order in which they are encoded: the least specific first.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let mut names = Reader::single_der(self.der).and_then(|name| name.children()).ok();
        let mut set: Option<Reader<'a>> = None;
        let mut position = 0usize;
        std::iter::from_fn(move || {
            loop {
                if let Some(members) = &mut set
                    && !members.is_empty()
                {
                    return attribute(members.element().ok()?, position.saturating_sub(1)).ok();
                }
                set = Some(names.as_mut().filter(|names| !names.is_empty())?.expect(Tag::SET).ok()?.children().ok()?);
                position = position.saturating_add(1);
            }
        })
    }

    /// The text of each attribute of this type, in the order in which they are encoded; values that are no text are left out.
    pub fn values(self, kind: ObjectIdentifier) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.attributes()
            .filter(move |attribute| attribute.kind == kind.as_bytes())
            .filter_map(|attribute| text::decode(attribute.tag, attribute.value))
    }

    /// The name for a sentence: as [`Display`](fmt::Display) writes it, but cut where it is very long.
    pub fn brief(self) -> String {
        let mut brief = Brief { text: String::new(), left: BRIEF };
        if write!(brief, "{self}").is_err() {
            brief.text.push('\u{2026}');
        }
        brief.text
    }

    /// The key of this name.
    pub fn key(self) -> NameKey {
        NameKey(canonical(self.der).into_boxed_slice())
    }

    /// The keys of the relative distinguished names, from the least specific: a name lies within another when its keys start with those.
    pub(crate) fn relative_keys(self) -> Vec<NameKey> {
        let mut keys = Vec::new();
        let mut members: Vec<Vec<u8>> = Vec::new();
        let mut position = 0usize;
        for attribute in self.attributes() {
            if attribute.position != position {
                keys.push(relative_key(&mut members));
                position = attribute.position;
            }
            members.push(canonical_attribute(&attribute));
        }
        if !members.is_empty() {
            keys.push(relative_key(&mut members));
        }
        keys
    }
}

impl NameKey {
    /// The key of the name that this relative distinguished name makes below the name with this key.
    pub(super) fn with_relative(&self, relative: &Self) -> Self {
        let mut key = self.0.to_vec();
        push_with_length(&mut key, &relative.0);
        Self(key.into_boxed_slice())
    }
}

/// The key of one relative distinguished name: this element, whatever its tag, holds the members of the SET.
pub(super) fn read_relative(set: Element<'_>) -> Result<NameKey> {
    let mut reader = set.children()?;
    let mut members = Vec::new();
    while !reader.is_empty() {
        members.push(canonical_attribute(&attribute(reader.element()?, 0)?));
    }
    if members.is_empty() {
        return Err(set.error(Code::BerValue));
    }
    Ok(relative_key(&mut members))
}

/// Characters of a name in a sentence.
const BRIEF: usize = 200;

/// Takes so many characters and then no more.
struct Brief {
    text: String,
    left: usize,
}

impl fmt::Write for Brief {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der || self.key() == other.key()
    }
}

impl Eq for Name<'_> {}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes: Vec<_> = self.attributes().collect();
        // RFC 4514 section 2.1: the relative names in reverse order, the members of each in the order of encoding.
        let mut first = true;
        for members in attributes.chunk_by(|one, next| one.position == next.position).rev() {
            for (index, attribute) in members.iter().enumerate() {
                match (first, index) {
                    (true, _) => {}
                    (false, 0) => f.write_char(',')?,
                    (false, _) => f.write_char('+')?,
                }
                first = false;
                attribute.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl fmt::Display for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = keywords::keyword(self.kind);
        match (short, text::decode(self.tag, self.value)) {
            (Some(word), Some(value)) => {
                write!(f, "{word}=")?;
                write_escaped(f, &value)
            }
            (word, _) => {
                match (word, oid::dotted(self.kind)) {
                    (Some(word), _) => f.write_str(word)?,
                    (None, Some(dotted)) => f.write_str(&dotted)?,
                    (None, None) => f.write_char('?')?,
                }
                f.write_str("=#")?;
                self.encoded.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

/// Walks the whole name once, so that later walks cannot fail.
fn check(der: &[u8]) -> Result<()> {
    let mut names = Reader::der(der);
    let name = names.expect(Tag::SEQUENCE)?;
    names.finish()?;
    let mut sets = name.children()?;
    while !sets.is_empty() {
        let set = sets.expect(Tag::SET)?;
        let mut members = set.children()?;
        if members.is_empty() {
            return Err(set.error(Code::BerValue));
        }
        while !members.is_empty() {
            attribute(members.element()?, 0)?;
        }
    }
    Ok(())
}

fn attribute(element: Element<'_>, position: usize) -> Result<Attribute<'_>> {
    if element.tag != Tag::SEQUENCE {
        return Err(element.error(Code::BerTag));
    }
    let mut fields = element.children()?;
    let kind = fields.expect(Tag::OID)?.content;
    let value = fields.element()?;
    fields.finish()?;
    Ok(Attribute { kind, tag: value.tag, value: value.content, encoded: value.raw, position })
}

fn canonical(der: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(der.len().saturating_add(64));
    for key in Name::checked(der).relative_keys() {
        push_with_length(&mut out, &key.0);
    }
    out
}

/// The members of a SET have no order, so they are sorted.
fn relative_key(members: &mut Vec<Vec<u8>>) -> NameKey {
    members.sort();
    let key = NameKey(members.concat().into_boxed_slice());
    members.clear();
    key
}

fn canonical_attribute(attribute: &Attribute<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(attribute.encoded.len().saturating_add(24));
    push_with_length(&mut out, attribute.kind);
    match text::decode(attribute.tag, attribute.value) {
        Some(value) => {
            out.push(1);
            push_with_length(&mut out, text::fold(&value).as_bytes());
        }
        None => {
            out.push(0);
            push_with_length(&mut out, attribute.encoded);
        }
    }
    out
}

fn push_with_length(out: &mut Vec<u8>, octets: &[u8]) {
    out.extend((octets.len() as u64).to_be_bytes());
    out.extend_from_slice(octets);
}

/// RFC 4514 section 2.4, and besides: control, format and private characters as hexadecimal pairs.
fn write_escaped(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}")?,
            ' ' if index == 0 || index == last => f.write_str("\\ ")?,
            '#' if index == 0 => f.write_str("\\#")?,
            _ if text::is_safe(character) => f.write_char(character)?,
            _ => character.encode_utf8(&mut [0; 4]).bytes().try_for_each(|octet| write!(f, "\\{octet:02x}"))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Writer;

    fn name(parts: &[&[(&str, Tag, &[u8])]]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            for set in parts {
                writer.nest(Tag::SET, |writer| {
                    for (kind, tag, value) in *set {
                        writer.nest(Tag::SEQUENCE, |writer| {
                            writer.oid(ObjectIdentifier::new_unwrap(kind));
                            writer.element(*tag, value);
                        });
                    }
                });
            }
        });
        writer.into_vec()
    }

    const CN: &str = "2.5.4.3";
    const O: &str = "2.5.4.10";
    const UTF8: Tag = Tag::UTF8_STRING;
    const PRINTABLE: Tag = Tag::PRINTABLE_STRING;

    #[test]
    fn names_are_compared_as_rfc_5280_says() {
        let one = name(&[&[(O, PRINTABLE, b"Example  Corp")], &[(CN, UTF8, "J\u{f6}rg ".as_bytes())]]);
        let two = name(&[&[(O, UTF8, b" example corp")], &[(CN, Tag::BMP_STRING, &[0, b'J', 0, 0xd6, 0, b'R', 0, b'G'])]]);
        assert_eq!(Name::from_der(&one).unwrap(), Name::from_der(&two).unwrap());
        for other in [
            name(&[&[(CN, UTF8, "J\u{f6}rg".as_bytes())], &[(O, UTF8, b"Example Corp")]]),
            name(&[&[(O, UTF8, b"Example Corp"), (CN, UTF8, "J\u{f6}rg".as_bytes())]]),
            name(&[&[(O, UTF8, b"ExampleCorp")], &[(CN, UTF8, "J\u{f6}rg".as_bytes())]]),
            name(&[&[(O, UTF8, b"Example Corp")]]),
            name(&[&[(O, Tag::OCTET_STRING, b"Example Corp")], &[(CN, UTF8, "J\u{f6}rg".as_bytes())]]),
            name(&[]),
        ] {
            assert_ne!(Name::from_der(&one).unwrap(), Name::from_der(&other).unwrap());
        }
    }

    #[test]
    fn members_of_a_relative_name_have_no_order() {
        let one = name(&[&[(O, UTF8, b"a"), (CN, UTF8, b"b")]]);
        let two = name(&[&[(CN, UTF8, b"B"), (O, UTF8, b"A")]]);
        assert_eq!(Name::from_der(&one).unwrap(), Name::from_der(&two).unwrap());
    }

    #[test]
    fn display_is_rfc_4514_and_safe() {
        let encoded = name(&[
            &[("2.5.4.6", PRINTABLE, b"DE")],
            &[(O, UTF8, b"Sue, Grabbit + Runn")],
            &[(CN, UTF8, "#a\r\n\u{202e}b ".as_bytes()), ("1.2.3.4", UTF8, b"x")],
        ]);
        let shown = Name::from_der(&encoded).unwrap().to_string();
        assert_eq!(shown, "CN=\\#a\\0d\\0a\\e2\\80\\aeb\\ +1.2.3.4=#0c0178,O=Sue\\, Grabbit \\+ Runn,C=DE");
        assert_eq!(Name::from_der(&name(&[])).unwrap().to_string(), "");
    }

    #[test]
    fn a_name_in_a_sentence_is_cut() {
        let long = name(&[&[(CN, UTF8, "\u{e4}".repeat(100_000).as_bytes())]]);
        let brief = Name::from_der(&long).unwrap().brief();
        assert!(brief.chars().count() == BRIEF + 1 && brief.ends_with('\u{2026}'));
        let short = name(&[&[(CN, UTF8, b"Alice")]]);
        assert_eq!(Name::from_der(&short).unwrap().brief(), "CN=Alice");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in [&[0x31, 0][..], &[0x30, 2, 0x30, 0], &[0x30, 4, 0x31, 2, 0x30, 0], &[0x30, 0, 0], &[]] {
            assert_eq!(Name::from_der(bad).unwrap_err().code(), Code::CertMalformed, "{bad:02x?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_name_equals_itself_in_other_case(parts: Vec<String>) {
            let lower: Vec<_> = parts.iter().map(|part| part.to_ascii_lowercase()).collect();
            let upper: Vec<_> = parts.iter().map(|part| part.to_ascii_uppercase()).collect();
            let encode = |parts: &[String]| {
                let sets: Vec<_> = parts.iter().map(|part| [(CN, UTF8, part.as_bytes())]).collect();
                name(&sets.iter().map(|set| &set[..]).collect::<Vec<_>>())
            };
            let (lower, upper) = (encode(&lower), encode(&upper));
            let (lower, upper) = (Name::from_der(&lower).unwrap(), Name::from_der(&upper).unwrap());
            assert_eq!(lower, upper);
            assert!(lower.to_string().chars().all(|c| !c.is_control()));
        }

        #[test]
        fn never_panics(input: Vec<u8>) {
            if let Ok(name) = Name::from_der(&input) { let _ = (name.to_string(), name.key(), name.relative_keys()); }
        }
    }
}
