//! Subjects as people write them.

use const_oid::ObjectIdentifier;

use crate::cert;
use crate::error::{Code, Error, Result};

/// The attributes of a distinguished name written as RFC 4514 says, the most specific first: `CN=Alice,O=Example,C=DE`. They come in the
/// order in which a name is encoded, the least specific first, as [`CertificateTemplate::subject`](super::CertificateTemplate::subject)
/// has them.
///
/// ```
/// use smime::{asn1::oid, ca::parse_subject};
/// let subject = parse_subject("CN=Grabbit\\, Sue,C=DE")?;
/// assert_eq!(subject, [(oid::AT_COUNTRY_NAME, "DE".to_owned()), (oid::AT_COMMON_NAME, "Grabbit, Sue".to_owned())]);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::UseArgument`] where it is written otherwise, names an attribute type that is not known, or has several attributes joined by `+`.
pub fn parse_subject(text: &str) -> Result<Vec<(ObjectIdentifier, String)>> {
    let mut attributes = Vec::new();
    let mut rest = text.chars().peekable();
    while rest.peek().is_some() {
        let word: String = std::iter::from_fn(|| rest.next_if(|next| *next != '=')).collect();
        let kind = cert::attribute_type(word.trim()).ok_or_else(|| wrong(format!("there is no attribute type {}", word.trim())))?;
        if rest.next().is_none() {
            return Err(wrong("an attribute without a value"));
        }
        attributes.push((kind, value(&mut rest)?));
    }
    attributes.reverse();
    Ok(attributes)
}

/// A value up to the comma after it, without blanks around it.
fn value(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String> {
    let mut octets = Vec::new();
    // Octets that stay: those up to the last that is no blank, or that was escaped.
    let mut kept = 0usize;
    while let Some(character) = rest.next() {
        match character {
            ',' if rest.peek().is_none() => return Err(wrong("nothing follows the last comma")),
            ',' => break,
            ' ' if octets.is_empty() => continue,
            '#' if octets.is_empty() => return Err(wrong("a value in hexadecimal")),
            '+' | '"' | ';' | '<' | '>' => return Err(wrong(format!("{character} stands unescaped in a value"))),
            '\\' => octets.push(escaped(rest)?),
            _ => octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        if character != ' ' {
            kept = octets.len();
        }
    }
    octets.truncate(kept);
    String::from_utf8(octets).map_err(|_| wrong("a value that is not UTF-8"))
}

/// The octet after a backslash: one of the special characters, or two hexadecimal digits.
fn escaped(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<u8> {
    let refused = || wrong("a backslash before what needs none");
    match rest.next() {
        Some(special @ (' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\')) => u8::try_from(special).map_err(|_| refused()),
        Some(first) => {
            let digit = |digit: char| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let second = rest.next().and_then(digit);
            digit(first).zip(second).map(|(high, low)| high << 4 | low).ok_or_else(refused)
        }
        None => Err(refused()),
    }
}

fn wrong(why: impl Into<String>) -> Error {
    Error::new(Code::UseArgument).because(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ca::{CertificateTemplate, Issuer};
    use crate::crypto::{KeyKind, PrivateKey};
    use crate::time::Time;

    #[test]
    fn what_is_not_rfc_4514_is_refused() {
        for text in ["CN", "=x", "shoeSize=9", "CN=a,", "CN=a+O=b", "CN=#0c0161", "CN=a\\", "CN=\\x", "CN=\"a\"", "CN=\\ff", "CN=a;O=b"] {
            assert_eq!(parse_subject(text).unwrap_err().code(), Code::UseArgument, "{text}");
        }
        assert!(parse_subject("").unwrap().is_empty());
        assert_eq!(parse_subject(" CN =  a b , O=c\\ ").unwrap()[1].1, "a b");
        assert_eq!(parse_subject("O=c\\ ").unwrap()[0].1, "c ");
    }

    proptest::proptest! {
        #[test]
        fn what_a_name_shows_is_read_again(values in proptest::collection::vec("\\PC{1,12}", 1..4)) {
            let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
            let mut template = CertificateTemplate::authority("x", Time::from_unix(0), Time::from_unix(1));
            template.subject = values.into_iter().map(|value| (crate::asn1::oid::AT_COMMON_NAME, value)).collect();
            let made = Issuer::self_signed(&key, &template).unwrap();
            proptest::prop_assert_eq!(parse_subject(&made.certificate().subject().to_string()).unwrap(), template.subject);
        }

        #[test]
        fn never_panics(text: String) {
            let _ = parse_subject(&text);
        }
    }
}
