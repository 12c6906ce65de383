//! E-mail addresses of certificates, read strictly (RFC 5280 section 4.2.1.6, RFC 5321 section 4.1.2, RFC 9598).

use std::fmt;

use super::{Certificate, Name, text};
use crate::asn1::{Reader, Tag, oid};
use crate::error::{Code, Error, Result};

use super::extensions::GeneralName;

/// Octets of a local part (RFC 5321 section 4.5.3.1.1).
const LOCAL: usize = 64;
/// Octets of a domain in ASCII (RFC 1035, without the root's label).
const DOMAIN: usize = 253;

/// One e-mail address, checked and normalised: exactly one `@`, a local part and a domain that follow their grammar.
///
/// Two are equal when RFC 8550 section 3 has them match: the domain without case, internationalised labels in
/// whichever form; the local part without case where it is ASCII (RFC 8550 section 3: no mail system in use tells them
/// apart, and people write their own address in many ways), octet by octet where it is not (RFC 9598 section 5).
///
/// ```
/// use smime::cert::Mailbox;
/// assert_eq!(Mailbox::parse("Alice@B\u{fc}cher.example")?, Mailbox::parse("alice@xn--bcher-kva.EXAMPLE")?);
/// assert!(Mailbox::parse("alice@example.org.").is_err());
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mailbox {
    local: String,
    /// In ASCII and lower case.
    domain: String,
}

/// How an address compares with those of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressMatch {
    /// It is one of them.
    Match,
    /// The certificate has addresses, and it is none of them.
    Mismatch,
    /// The certificate has no address at all.
    Absent,
}

/// The addresses of a certificate: subjectAltName first, then the emailAddress attributes of the subject.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Those that follow the rules, each once.
    pub mailboxes: Vec<Mailbox>,
    /// Those that do not, made safe to show. They match nothing.
    pub malformed: Vec<String>,
}

impl Mailbox {
    /// Reads an address as it stands in a header field or certificate, UTF-8 allowed (RFC 6531).
    ///
    /// # Errors
    /// [`Code::AddrMalformed`] for all that could be read in two ways: control characters, a second `@`, a trailing dot, a domain
    /// that is none or is not written as its registry would write it, parts that are too long.
    pub fn parse(address: &str) -> Result<Self> {
        let malformed = |why: &str| Error::new(Code::AddrMalformed).because(why);
        let (local, domain) = address.split_once('@').ok_or_else(|| malformed("there is no @"))?;
        if domain.contains('@') {
            return Err(malformed("there is a second @"));
        }
        let local = parse_local(local).ok_or_else(|| malformed("the part before the @ is not one"))?;
        let domain = parse_domain(domain).ok_or_else(|| malformed("the part after the @ is no domain"))?;
        Ok(Self { local, domain })
    }

    /// What stands before the `@`, without quotes that are not needed.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain, in ASCII and lower case; or an address literal in brackets.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// An rfc822Name or emailAddress attribute: ASCII only.
    pub(crate) fn from_ascii(octets: &[u8]) -> Result<Self> {
        match std::str::from_utf8(octets) {
            Ok(address) if address.is_ascii() => Self::parse(address),
            _ => Err(Error::new(Code::AddrMalformed).because("it is not ASCII")),
        }
    }

    /// The value of an otherName of type SmtpUTF8Mailbox: a UTF8String whose local part is not ASCII (RFC 9598 section 3).
    pub(crate) fn from_smtp_utf8(value: &[u8]) -> Result<Self> {
        let malformed = |why: &str| Error::new(Code::AddrMalformed).because(why);
        let element = Reader::single_der(value).map_err(|error| malformed("SmtpUTF8Mailbox is not DER").with_source(error))?;
        let address = std::str::from_utf8(element.content).ok().filter(|_| element.tag == Tag::UTF8_STRING);
        let mailbox = Self::parse(address.ok_or_else(|| malformed("SmtpUTF8Mailbox is no UTF8String"))?)?;
        if mailbox.local.is_ascii() {
            return Err(malformed("SmtpUTF8Mailbox is for local parts that are not ASCII"));
        }
        Ok(mailbox)
    }
}

impl PartialEq for Mailbox {
    fn eq(&self, other: &Self) -> bool {
        self.domain == other.domain
            && (self.local == other.local || (self.local.is_ascii() && self.local.eq_ignore_ascii_case(&other.local)))
    }
}

impl Eq for Mailbox {}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// How this address compares with those of the certificate. A malformed address, on either side, matches nothing.
pub fn match_address(certificate: &Certificate, address: &str) -> AddressMatch {
    let addresses = certificate.mailboxes();
    if addresses.mailboxes.is_empty() && addresses.malformed.is_empty() {
        return AddressMatch::Absent;
    }
    match Mailbox::parse(address) {
        Ok(wanted) if addresses.mailboxes.contains(&wanted) => AddressMatch::Match,
        _ => AddressMatch::Mismatch,
    }
}

/// See [`Certificate::mailboxes`].
pub(crate) fn collect(alternative: Vec<GeneralName<'_>>, subject: Name<'_>) -> Addresses {
    let mut addresses = Addresses::default();
    let mut seen = std::collections::HashSet::new();
    let mut add = |found: Result<Mailbox>, shown: &[u8]| match found {
        Ok(mailbox) => {
            if seen.insert((mailbox.local.to_ascii_lowercase(), mailbox.domain.clone())) {
                addresses.mailboxes.push(mailbox);
            }
        }
        Err(_) => addresses.malformed.push(text::escape(shown)),
    };
    for name in alternative {
        match name {
            GeneralName::Rfc822(octets) => add(Mailbox::from_ascii(octets), octets),
            GeneralName::Other { kind, value } if kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes() => {
                let shown = Reader::single_der(value).map_or(value, |element| element.content);
                add(Mailbox::from_smtp_utf8(value), shown);
            }
            _ => {}
        }
    }
    for attribute in subject.attributes().filter(|attribute| attribute.kind == oid::AT_EMAIL_ADDRESS.as_bytes()) {
        let found = match text::decode(attribute.tag, attribute.value) {
            Some(address) => Mailbox::from_ascii(address.as_bytes()),
            None => Err(Error::new(Code::AddrMalformed)),
        };
        add(found, attribute.value);
    }
    addresses
}

/// Dot-string or quoted string (RFC 5321 section 4.1.2, RFC 6531 section 3.3), normalised.
fn parse_local(local: &str) -> Option<String> {
    if local.len() > LOCAL {
        return None;
    }
    if is_dot_string(local) {
        return Some(local.to_owned());
    }
    let quoted = local.strip_prefix('"')?.strip_suffix('"')?;
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return None,
            '\\' => plain.push(characters.next().filter(|next| matches!(next, ' '..='~'))?),
            ' '..='~' => plain.push(character),
            _ if is_utf8_atom(character) => plain.push(character),
            _ => return None,
        }
    }
    if plain.is_empty() {
        return None;
    }
    if is_dot_string(&plain) {
        return Some(plain);
    }
    let escaped = plain.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{escaped}\""))
}

fn is_dot_string(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom.chars().all(|character| match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' => true,
                '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^' | '_' | '`' | '{' | '|' | '}' | '~' => true,
                _ => is_utf8_atom(character),
            })
    })
}

fn is_utf8_atom(character: char) -> bool {
    !character.is_ascii() && !character.is_whitespace() && text::is_safe(character)
}

/// The domain in ASCII and lower case, or an address literal (RFC 5321 section 4.1.3).
pub(crate) fn parse_domain(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return parse_literal(literal);
    }
    if domain.is_ascii() {
        let lower = domain.to_ascii_lowercase();
        return is_host(&lower).then_some(lower);
    }
    // An address in a header field may carry labels in Unicode. Only the form that a registry would show is taken: what
    // the mapping of UTS 46 would change (full width letters and other look-alikes) is refused.
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::STD3).ok()?.into_owned();
    let (shown, valid) = idna::domain_to_unicode(&ascii);
    let lower: String = domain.chars().flat_map(char::to_lowercase).collect();
    (valid.is_ok() && shown == lower && is_host(&ascii)).then_some(ascii)
}

/// Labels of letters, digits and hyphens in lower case, no hyphen at an end, no empty label.
pub(crate) fn is_host(host: &str) -> bool {
    host.len() <= DOMAIN
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

fn parse_literal(literal: &str) -> Option<String> {
    if let Ok(address) = literal.parse::<core::net::Ipv4Addr>() {
        return Some(format!("[{address}]"));
    }
    let (tag, address) = literal.split_at_checked(5)?;
    let address = address.parse::<core::net::Ipv6Addr>().ok().filter(|_| tag.eq_ignore_ascii_case("ipv6:"))?;
    Some(format!("[ipv6:{address}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_one() {
        for (text, shown) in [
            ("alice@example.org", "alice@example.org"),
            ("Alice.Smith+tag@EXAMPLE.org", "Alice.Smith+tag@example.org"),
            ("\"alice\"@example.org", "alice@example.org"),
            ("\"a b\\\"\"@example.org", "\"a b\\\"\"@example.org"),
            ("j\u{f6}rg@b\u{fc}cher.example", "j\u{f6}rg@xn--bcher-kva.example"),
            ("root@localhost", "root@localhost"),
            ("a@[192.0.2.1]", "a@[192.0.2.1]"),
            ("a@[IPv6:2001:DB8::0:1]", "a@[ipv6:2001:db8::1]"),
        ] {
            assert_eq!(Mailbox::parse(text).map(|mailbox| mailbox.to_string()).ok().as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn tricks_are_refused() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_domain = format!("a@{}org", "abcdefg.".repeat(32));
        for text in [
            "",
            "@",
            "alice",
            "alice@",
            "@example.org",
            "alice@example.org\0.evil.example",
            "alice\0@example.org",
            "alice@example.org@evil.example",
            "\"alice@example.org\"@evil.example",
            "alice@example.org.",
            "alice@.example.org",
            "alice@example..org",
            "alice@-example.org",
            "alice@exa_mple.org",
            "alice@example.org ",
            " alice@example.org",
            "alice @example.org",
            ".alice@example.org",
            "alice.@example.org",
            "al..ice@example.org",
            "<alice@example.org>",
            "alice@example.org\r\n",
            "al\"ice@example.org",
            "\"alice@example.org",
            "\"\"@example.org",
            "a(b)@example.org",
            "alice@[192.0.2.256]",
            "alice@[192.0.2.1",
            "alice@[2001:db8::1]",
            "alice@\u{ff45}xample.org",
            "alice@example\u{3002}org",
            "alice@exam\u{ad}ple.org",
            "a\u{202e}b@example.org",
            "a\u{a0}b@example.org",
            "a\u{85}@example.org",
            "alice@xn--\u{fc}.example",
            &long_local,
            &long_domain,
        ] {
            assert_eq!(Mailbox::parse(text).map_err(|error| error.code()).err(), Some(Code::AddrMalformed), "{text:?}");
        }
    }

    #[test]
    fn equality() {
        let equal = |one: &str, two: &str| Mailbox::parse(one).unwrap() == Mailbox::parse(two).unwrap();
        assert!(equal("Alice@example.org", "alice@Example.ORG"));
        assert!(equal("a@b\u{fc}cher.example", "A@XN--BCHER-KVA.example"));
        assert!(equal("a@B\u{dc}CHER.example", "a@b\u{fc}cher.example"));
        assert!(!equal("J\u{d6}RG@example.org", "j\u{f6}rg@example.org"));
        assert!(!equal("alice@example.org", "alice@sub.example.org"));
        // K (Kelvin sign) is not k.
        assert!(!equal("\u{212a}@example.org", "k@example.org"));
    }

    #[test]
    fn rfc822_names_are_ascii_and_smtp_utf8_mailboxes_are_not() {
        assert!(Mailbox::from_ascii("j\u{f6}rg@example.org".as_bytes()).is_err());
        assert!(Mailbox::from_ascii(b"a@b\xfccher.example").is_err());
        let utf8 = |text: &str| [&[0x0c, text.len() as u8], text.as_bytes()].concat();
        assert!(Mailbox::from_smtp_utf8(&utf8("j\u{f6}rg@example.org")).is_ok());
        assert!(Mailbox::from_smtp_utf8(&utf8("alice@b\u{fc}cher.example")).is_err());
        assert!(Mailbox::from_smtp_utf8(&[&utf8("j\u{f6}rg@example.org")[..], &[0]].concat()).is_err());
        assert!(Mailbox::from_smtp_utf8(&[0x16, 3, b'a', b'@', b'b']).is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_is_read_again(text: String, local in "[ -~]{0,12}", domain in "[a-zA-Z0-9.-]{0,12}") {
            for text in [text, format!("{local}@{domain}"), format!("\"{local}\"@{domain}")] {
                if let Ok(mailbox) = Mailbox::parse(&text) {
                    let again = Mailbox::parse(&mailbox.to_string()).unwrap();
                    assert_eq!(again.to_string(), mailbox.to_string());
                    assert_eq!(again, mailbox);
                }
            }
        }
    }
}
