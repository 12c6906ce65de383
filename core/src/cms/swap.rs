//! Recognises content that has the form of signed attributes.
//!
//! A signature over signed attributes is a signature over the DER encoding of a SET OF Attribute. Whoever takes the
//! attributes away and presents that encoding as the content of a message without signed attributes has a message whose
//! signature fits though nobody signed it as content. So such content is never acceptable where there are no signed attributes.

use crate::asn1::{Tag, oid};

use super::ber::{BerEvent, BerReader};

/// Longest OBJECT IDENTIFIER that is looked at; those looked for are shorter.
const OID: usize = 16;

/// Is fed the content of a message, in pieces of any size and in constant memory, and tells at the end whether all of it is a SET OF
/// Attribute with a content-type or a message-digest attribute.
///
/// ```
/// use smime::cms::AttributeSwapDetector;
/// let mut detector = AttributeSwapDetector::new();
/// detector.push(b"Content-Type: text/plain\r\n\r\nHello\r\n");
/// assert!(!detector.finish());
/// ```
#[derive(Clone, Debug)]
pub struct AttributeSwapDetector {
    /// `None`: it cannot be signed attributes any more.
    reader: Option<BerReader>,
    state: State,
    telling: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The SET is due.
    Set,
    /// An Attribute is due, or the end of the SET.
    Attribute,
    /// attrType is due.
    Type,
    /// Within attrType, whose octets so far are these.
    InType { octets: [u8; OID], length: usize },
    /// attrValues is due.
    Values,
    /// Within attrValues.
    InValues,
    /// The end of the Attribute is due.
    AttributeEnd,
}

/// Open elements within attrValues: the SET, the Attribute and attrValues itself.
const IN_VALUES: usize = 3;

impl Default for AttributeSwapDetector {
    fn default() -> Self {
        Self::new()
    }
}

impl AttributeSwapDetector {
    /// A detector that has seen nothing.
    pub fn new() -> Self {
        Self { reader: Some(BerReader::new(64)), state: State::Set, telling: false }
    }

    /// More of the content.
    pub fn push(&mut self, content: &[u8]) {
        let Some(mut reader) = self.reader.take() else { return };
        let mut rest = content;
        loop {
            match reader.next(&mut rest) {
                Ok(Some(event)) => {
                    if !self.follow(event, &mut reader) {
                        return;
                    }
                }
                Ok(None) => break,
                Err(_) => return,
            }
        }
        self.reader = Some(reader);
    }

    /// Whether the content may still turn out to be signed attributes; once false, more of it need not be pushed.
    pub fn is_possible(&self) -> bool {
        self.reader.is_some()
    }

    /// Whether the content, which has ended, has the form of signed attributes.
    pub fn finish(&self) -> bool {
        self.telling && self.reader.as_ref().is_some_and(BerReader::is_done)
    }

    /// Takes the event into account; false where this cannot be signed attributes.
    fn follow(&mut self, event: BerEvent<'_>, reader: &mut BerReader) -> bool {
        let next = match (self.state, event) {
            (State::Set, BerEvent::Start(head)) if head.tag == Tag::SET => State::Attribute,
            (State::Attribute, BerEvent::Start(head)) if head.tag == Tag::SEQUENCE => State::Type,
            (State::Attribute, BerEvent::End { .. }) => State::Attribute,
            (State::Type, BerEvent::Start(head)) if head.tag == Tag::OID => State::InType { octets: [0; OID], length: 0 },
            (State::InType { octets, length }, BerEvent::Data(more)) => add(octets, length, more),
            (State::InType { octets, length }, BerEvent::End { .. }) => {
                let found = octets.get(..length).unwrap_or_default();
                self.telling |= [oid::ID_CONTENT_TYPE, oid::ID_MESSAGE_DIGEST].iter().any(|oid| oid.as_bytes() == found);
                State::Values
            }
            (State::Values, BerEvent::Start(head)) if head.tag == Tag::SET => {
                reader.opaque();
                State::InValues
            }
            (State::InValues, BerEvent::End { .. }) if reader.open() < IN_VALUES => State::AttributeEnd,
            (State::InValues, BerEvent::Start(_)) => {
                reader.opaque();
                State::InValues
            }
            (State::InValues, _) => State::InValues,
            (State::AttributeEnd, BerEvent::End { .. }) => State::Attribute,
            _ => return false,
        };
        self.state = next;
        true
    }
}

/// Longer ones are cut: they are none of those looked for.
fn add(mut octets: [u8; OID], length: usize, more: &[u8]) -> State {
    let mut length = length;
    for octet in more {
        match octets.get_mut(length) {
            Some(place) => *place = *octet,
            None => break,
        }
        length = length.saturating_add(1);
    }
    State::InType { octets, length }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cms::testing::messages::{attributes, element};
    use crate::cms::testing::{Choices, Tree};

    fn detects<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> bool {
        let mut detector = AttributeSwapDetector::new();
        pieces.for_each(|piece| detector.push(piece));
        detector.finish()
    }

    fn attribute(oid: const_oid::ObjectIdentifier, values: &[u8]) -> Vec<u8> {
        element(Tag::SEQUENCE, &[element(Tag::OID, oid.as_bytes()), element(Tag::SET, values)].concat())
    }

    #[test]
    fn only_whole_sets_of_attributes_are_detected() {
        let digest = attribute(oid::ID_MESSAGE_DIGEST, &[0x04, 0x01, 7]);
        let kind = attribute(oid::ID_CONTENT_TYPE, &[0x06, 0x01, 0x2a]);
        let time = attribute(oid::ID_SIGNING_TIME, &[0x17, 0x00]);
        let long = element(Tag::SEQUENCE, &[element(Tag::OID, &[0x2a; 40]), element(Tag::SET, &[])].concat());
        let broken = element(Tag::SEQUENCE, &element(Tag::OID, oid::ID_MESSAGE_DIGEST.as_bytes()));
        let excess = element(Tag::SEQUENCE, &[digest.get(2..).unwrap(), &[0x05, 0x00]].concat());
        let set = |attributes: &[&[u8]]| element(Tag::SET, &attributes.concat());
        let several = [0x31, 0x80, 0x30, 0x80, 0x05, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00];
        let several = element(Tag::SEQUENCE, &[element(Tag::OID, oid::ID_MESSAGE_DIGEST.as_bytes()), several.to_vec()].concat());
        for (content, expected) in [
            (set(&[&digest]), true),
            (set(&[&several]), true),
            (set(&[&several, &kind]), true),
            (set(&[&kind]), true),
            (set(&[&time, &kind, &long, &digest]), true),
            ([&[0x31, 0x80], digest.as_slice(), &[0, 0]].concat(), true),
            (set(&[&attribute(oid::ID_MESSAGE_DIGEST, &[0x30, 0x80, 0x05, 0x00, 0x00, 0x00])]), true),
            // Neither of the two.
            (set(&[&time, &long]), false),
            (set(&[]), false),
            // Not whole, or more.
            ([set(&[&digest]), b"x".to_vec()].concat(), false),
            (set(&[&digest]).split_last().unwrap().1.to_vec(), false),
            (set(&[&digest, &broken]), false),
            (set(&[&excess]), false),
            (set(&[&digest, &[0x05, 0x00]]), false),
            (element(Tag::SEQUENCE, &digest), false),
            (b"1234 Hello".to_vec(), false),
            (vec![], false),
        ] {
            assert_eq!(detects(std::iter::once(content.as_slice())), expected, "{content:02x?}");
            assert_eq!(detects(content.chunks(1)), expected, "{content:02x?} octet by octet");
        }
    }

    #[test]
    fn other_content_costs_nothing() {
        let mut detector = AttributeSwapDetector::default();
        detector.push(b"Content-Type: text/plain\r\n");
        assert!(!detector.is_possible());
        // A long value does not need to be kept.
        let mut detector = AttributeSwapDetector::default();
        detector.push(&[0x31, 0x80, 0x30, 0x80, 0x06, 0x01, 0x2a, 0x31, 0x80, 0x04, 0x88, 0, 0, 0, 1, 0, 0, 0, 0]);
        for _ in 0..1000 {
            detector.push(&[0; 4096]);
        }
        assert!(detector.is_possible());
        assert!(!detector.finish());
    }

    proptest! {
        #[test]
        fn all_signed_attributes_are_detected(attributes in attributes(), choices: Vec<u8>) {
            let signed = attributes.to_be_signed();
            prop_assert!(detects(std::iter::once(signed.as_slice())));
            let mut choices = Choices::new(choices);
            let ber = Tree::parse(&signed).to_ber(&mut choices);
            prop_assert!(detects(ber.chunks(choices.cut(30).max(1))));
        }

        #[test]
        fn cuts_make_no_difference(attributes in attributes(), place: u16, octet: u8) {
            let mut content = attributes.to_be_signed();
            let place = usize::from(place) % content.len();
            content[place] = octet;
            prop_assert_eq!(detects(std::iter::once(content.as_slice())), detects(content.chunks(1)));
        }
    }
}
