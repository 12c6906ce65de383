//! The string types of X.680 as text.

use std::borrow::Cow;

use crate::asn1::Tag;

/// NumericString, VisibleString: besides those that [`Tag`] names.
const NUMERIC_STRING: Tag = Tag(0x12);
const VISIBLE_STRING: Tag = Tag(0x1a);

/// The text of a string; `None` where the type is no string or the octets are no text of that type.
///
/// Types limited to ASCII that hold more are read as UTF-8 where they are that, else as ISO 8859-1, as old authorities meant them.
pub(crate) fn decode(tag: Tag, content: &[u8]) -> Option<Cow<'_, str>> {
    match tag {
        Tag::UTF8_STRING => std::str::from_utf8(content).ok().map(Cow::Borrowed),
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | NUMERIC_STRING | VISIBLE_STRING => match std::str::from_utf8(content) {
            Ok(text) => Some(Cow::Borrowed(text)),
            Err(_) => Some(latin1(content)),
        },
        Tag::TELETEX_STRING => Some(latin1(content)),
        Tag::BMP_STRING => {
            let (units, []) = content.as_chunks::<2>() else { return None };
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit))).collect::<Result<String, _>>().ok().map(Cow::Owned)
        }
        Tag::UNIVERSAL_STRING => {
            let (units, []) = content.as_chunks::<4>() else { return None };
            units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect::<Option<String>>().map(Cow::Owned)
        }
        _ => None,
    }
}

fn latin1(content: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(content) {
        Ok(text) if content.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(content.iter().map(|octet| char::from(*octet)).collect()),
    }
}

/// Lower case, no white space at the ends, one space for each run of white space within.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.bytes().map(|octet| char::from(octet.to_ascii_lowercase())));
        } else {
            folded.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    folded
}

/// Whether a character shown to people is just that: no control, no direction or format character, nothing invisible.
pub(crate) fn is_safe(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text for people from octets that may be anything: what is not safe is escaped as `\xx`.
pub(crate) fn escape(octets: &[u8]) -> String {
    let mut shown = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character != '\\' && is_safe(character) {
                shown.push(character);
            } else {
                let mut buffer = [0; 4];
                shown.extend(character.encode_utf8(&mut buffer).bytes().map(|octet| format!("\\{octet:02x}")));
            }
        }
        shown.extend(chunk.invalid().iter().map(|octet| format!("\\{octet:02x}")));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_every_type() {
        assert_eq!(decode(Tag::BMP_STRING, &[0xd8, 0x3d, 0xde, 0x00]).as_deref(), Some("\u{1f600}"));
        assert_eq!(decode(Tag::BMP_STRING, &[0]), None);
        assert_eq!(decode(Tag::BMP_STRING, &[0xd8, 0]), None);
        assert_eq!(decode(Tag::UNIVERSAL_STRING, &[0, 1, 0xf6, 0]).as_deref(), Some("\u{1f600}"));
        assert_eq!(decode(Tag::UNIVERSAL_STRING, &[0, 0x11, 0, 0]), None);
        assert_eq!(decode(Tag::TELETEX_STRING, &[0xe4]).as_deref(), Some("\u{e4}"));
        assert_eq!(decode(Tag::UTF8_STRING, &[0xe4]), None);
        assert_eq!(decode(Tag::PRINTABLE_STRING, &[0xe4]).as_deref(), Some("\u{e4}"));
        assert_eq!(decode(Tag::OCTET_STRING, b"a"), None);
    }

    #[test]
    fn escapes() {
        assert_eq!(escape(b"a\0\\\xff\xe2\x80\xae"), "a\\00\\5c\\ff\\e2\\80\\ae");
        assert_eq!(fold("  A\t b\u{a0} \u{c4} "), "a b \u{e4}");
    }
}
