//! Making DER out of BER, element by element, for what has to be hashed or authenticated as DER (RFC 5652 section 5.4).

use crate::asn1::{Reader, Tag, header};
use crate::error::Result;

use super::ber::is_constructed_string;

/// An element that is being rebuilt.
struct Level<'a> {
    tag: Tag,
    rest: Reader<'a>,
    children: Vec<Vec<u8>>,
}

/// The DER encoding of one BER element: definite minimal lengths, strings in one piece, the elements of each SET in order.
///
/// # Errors
/// As [`Reader::element`], where the element is not well-formed inside.
pub(super) fn to_der(encoded: &[u8]) -> Result<Vec<u8>> {
    let mut top = Level { tag: Tag::SEQUENCE, rest: Reader::ber(encoded), children: Vec::new() };
    let mut open: Vec<Level<'_>> = Vec::new();
    loop {
        let level = open.last_mut().unwrap_or(&mut top);
        if level.rest.is_empty() {
            let Some(done) = open.pop() else { return Ok(top.children.concat()) };
            let encoded = done.close();
            open.last_mut().unwrap_or(&mut top).children.push(encoded);
            continue;
        }
        let element = level.rest.element()?;
        if element.tag.is_constructed() {
            let rest = element.children()?;
            open.push(Level { tag: element.tag, rest, children: Vec::new() });
        } else {
            let content: &[u8] = if element.tag == Tag::BOOLEAN && element.boolean()? { &[0xff] } else { element.content };
            level.children.push(encode(element.tag, content));
        }
    }
}

/// Whether an element is DER as far as [`to_der`] can make it so.
pub(super) fn is_der(encoded: &[u8]) -> bool {
    to_der(encoded).is_ok_and(|der| der == encoded)
}

/// Whether all lengths in this element are definite and minimal and all strings primitive, at any depth.
pub(super) fn has_der_lengths(encoded: &[u8]) -> bool {
    let mut open = vec![Reader::der(encoded)];
    while let Some(reader) = open.last_mut() {
        if reader.is_empty() {
            open.pop();
            continue;
        }
        match reader.element() {
            Ok(element) if is_constructed_string(element.tag) => return false,
            Ok(element) if element.tag.is_constructed() => match element.children() {
                Ok(children) => open.push(children),
                Err(_) => return false,
            },
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    true
}

/// An element of this tag and content.
pub(super) fn encode(tag: Tag, content: &[u8]) -> Vec<u8> {
    header(tag, content.len() as u64).chain(content.iter().copied()).collect()
}

impl Level<'_> {
    fn close(mut self) -> Vec<u8> {
        if is_constructed_string(self.tag) {
            return join(self.tag, &self.children);
        }
        if self.tag == Tag::SET {
            self.children.sort();
        }
        encode(self.tag, &self.children.concat())
    }
}

/// The primitive form of a constructed string whose pieces are DER.
fn join(tag: Tag, pieces: &[Vec<u8>]) -> Vec<u8> {
    let primitive = Tag(tag.0 & !0x20);
    let mut content = Vec::new();
    let mut unused = 0;
    for piece in pieces {
        let octets = Reader::single_der(piece).map(|element| element.content).unwrap_or_default();
        match octets.split_first() {
            Some((count, bits)) if primitive == Tag::BIT_STRING => {
                unused = *count;
                content.extend_from_slice(bits);
            }
            _ => content.extend_from_slice(octets),
        }
    }
    if primitive == Tag::BIT_STRING {
        content.insert(0, unused);
    }
    encode(primitive, &content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cms::testing::{Choices, trees};
    use crate::error::Code;

    #[test]
    fn strings_are_joined_and_sets_sorted() {
        for (ber, der) in [
            (&[0x24, 0x80, 0x04, 0x01, 1, 0x24, 0x03, 0x04, 0x01, 2, 0, 0][..], &[0x04, 0x02, 1, 2][..]),
            (&[0x23, 0x80, 0x03, 0x02, 0, 0xaa, 0x03, 0x02, 4, 0xf0, 0, 0], &[0x03, 0x03, 4, 0xaa, 0xf0]),
            (&[0x24, 0x80, 0, 0], &[0x04, 0x00]),
            (&[0x31, 0x80, 0x02, 0x81, 0x01, 5, 0x02, 0x01, 3, 0, 0], &[0x31, 0x06, 0x02, 0x01, 3, 0x02, 0x01, 5]),
            (&[0x30, 0x03, 0x01, 0x01, 0x01], &[0x30, 0x03, 0x01, 0x01, 0xff]),
            (&[0x30, 0x03, 0x01, 0x01, 0x00], &[0x30, 0x03, 0x01, 0x01, 0x00]),
        ] {
            assert_eq!(to_der(ber).unwrap(), der);
            assert_eq!(is_der(ber), ber == der);
            assert!(is_der(der));
        }
        assert_eq!(to_der(&[0x30, 0x02, 0x04, 0x05]).unwrap_err().code(), Code::BerTruncated);
        assert!(!has_der_lengths(&[0x30, 0x02, 0x04, 0x05]));
        assert!(!has_der_lengths(&[0x30, 0x80, 0, 0]));
        assert!(!has_der_lengths(&[0x24, 0x00]));
    }

    proptest! {
        #[test]
        fn every_form_of_a_value_has_one_der(tree in trees(), choices: Vec<u8>) {
            let der = tree.to_der();
            prop_assert!(is_der(&der));
            prop_assert!(has_der_lengths(&der));
            let ber = tree.to_ber(&mut Choices::new(choices));
            prop_assert_eq!(has_der_lengths(&ber), ber == der);
            // Pieces under an IMPLICIT tag cannot be told from elements; the trees have no [0] primitive.
            prop_assert_eq!(to_der(&ber).unwrap(), der);
        }

        #[test]
        fn never_panics(input: Vec<u8>) {
            if let Ok(der) = to_der(&input) {
                prop_assert_eq!(to_der(&der).unwrap(), der);
            }
        }
    }
}
