//! Addresses of From and Sender fields (RFC 5322 section 3.4, RFC 6532): strict, because a verdict hangs on them.

use std::fmt;

use super::header::Header;
use super::lexer::{Lexer, is_atext};
use crate::error::{Code, Error, Result};

/// Mailboxes of one field: more than any honest From has.
const MOST_MAILBOXES: usize = 1_000;

/// An addr-spec: local part and domain, without quotes, comments and blanks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    local: String,
    domain: String,
}

impl Address {
    /// What stands before the `@`, quotes and escapes removed.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// What stands after the `@`, as it is written: upper and lower case kept, U-labels not converted.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

/// `local@domain`; the local part in quotes where it needs them.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_dot_atom = self.local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
        if is_dot_atom {
            return write!(f, "{}@{}", self.local, self.domain);
        }
        f.write_str("\"")?;
        for character in self.local.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        write!(f, "\"@{}", self.domain)
    }
}

/// Reads a list of mailboxes and groups. Display names and comments are passed over, never looked into: an address that only
/// stands in one of them (also as an encoded word) is none.
///
/// ```
/// let value = b"\"bob@example.org\" <alice@example.org> (not <mallory@example.org>)";
/// let addresses = smime::mime::addresses(value)?;
/// assert_eq!(addresses.len(), 1);
/// assert_eq!(addresses[0].to_string(), "alice@example.org");
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// `AddrMalformed` for anything that the grammar of RFC 5322 section 3.4 (with UTF-8, RFC 6532) does not have: NUL and other control characters,
/// bad UTF-8, source routes, text outside brackets, unbalanced quotes, comments or brackets, empty elements, a list without a mailbox.
pub fn addresses(value: &[u8]) -> Result<Vec<Address>> {
    Ok(Reader::read(value)?.addresses)
}

fn check_characters(value: &[u8]) -> Result<()> {
    let text = std::str::from_utf8(value).map_err(|_| malformed("octets that are no UTF-8"))?;
    if has_forbidden_character(text) {
        return Err(malformed("a control character"));
    }
    Ok(())
}

/// Control characters other than those of folding; and the Unicode ones that reorder or hide text.
fn has_forbidden_character(text: &str) -> bool {
    let bare_line_end = text.replace("\r\n ", "").replace("\r\n\t", "").replace("\n ", "").replace("\n\t", "").contains(['\r', '\n']);
    bare_line_end
        || text.chars().any(|character| {
            (character.is_control() && !matches!(character, '\t' | '\r' | '\n'))
                || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
}

fn malformed(what: &str) -> Error {
    Error::new(Code::AddrMalformed).because(what)
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    addresses: Vec<Address>,
    has_group: bool,
}

impl<'a> Reader<'a> {
    fn read(value: &'a [u8]) -> Result<Self> {
        check_characters(value)?;
        let mut reader = Self { lexer: Lexer::new(value), addresses: Vec::new(), has_group: false };
        reader.list()?;
        if reader.addresses.is_empty() {
            return Err(malformed("no mailbox"));
        }
        Ok(reader)
    }

    /// Passes blanks and comments; whether there were any.
    fn comments(&mut self) -> Result<bool> {
        let before = self.lexer.remaining();
        self.lexer.skip_comments().ok_or_else(|| malformed("a comment that is not closed"))?;
        Ok(self.lexer.remaining() < before)
    }

    /// `address *("," address)`.
    fn list(&mut self) -> Result<()> {
        loop {
            self.element(true)?;
            if self.lexer.is_at_end() {
                return Ok(());
            }
            if !self.lexer.take(b',') {
                return Err(malformed("text after an address"));
            }
        }
    }

    /// A mailbox, or where it may be one, a group. Ends before the separator.
    fn element(&mut self, may_be_group: bool) -> Result<()> {
        self.comments()?;
        if self.lexer.peek() == Some(b'<') {
            return self.angle_address();
        }
        let words = self.words()?;
        match self.lexer.peek() {
            Some(b'<') => self.angle_address(),
            Some(b'@') => {
                let local = words.local_part()?;
                self.domain_of(local)
            }
            Some(b':') if may_be_group => self.group(),
            _ => Err(malformed("a name without an address")),
        }
    }

    /// `":" [mailbox *("," mailbox)] ";"`.
    fn group(&mut self) -> Result<()> {
        self.lexer.take(b':');
        self.has_group = true;
        self.comments()?;
        if !self.lexer.take(b';') {
            loop {
                self.element(false)?;
                if self.lexer.take(b';') {
                    break;
                }
                if !self.lexer.take(b',') {
                    return Err(malformed("a group that is not closed"));
                }
            }
        }
        self.comments().map(|_| ())
    }

    /// `"<" addr-spec ">"`.
    fn angle_address(&mut self) -> Result<()> {
        self.lexer.take(b'<');
        self.comments()?;
        let local = self.words()?.local_part()?;
        if self.lexer.peek() != Some(b'@') {
            return Err(malformed("an address without @"));
        }
        self.domain_of(local)?;
        if !self.lexer.take(b'>') {
            return Err(malformed("text after an address in angle brackets"));
        }
        self.comments().map(|_| ())
    }

    /// `"@" domain`, and files the address.
    fn domain_of(&mut self, local: String) -> Result<()> {
        self.lexer.take(b'@');
        self.comments()?;
        let domain = if self.lexer.peek() == Some(b'[') { self.domain_literal()? } else { self.words()?.domain()? };
        self.comments()?;
        if self.addresses.len() >= MOST_MAILBOXES {
            return Err(malformed("more mailboxes than a field can hold"));
        }
        self.addresses.push(Address { local, domain });
        Ok(())
    }

    fn domain_literal(&mut self) -> Result<String> {
        self.lexer.take(b'[');
        let content = self.lexer.take_while(|octet| matches!(octet, 33..=126) && !matches!(octet, b'[' | b']' | b'\\'));
        if content.is_empty() || !self.lexer.take(b']') {
            return Err(malformed("a domain literal that is not closed"));
        }
        Ok(format!("[{}]", String::from_utf8_lossy(content)))
    }

    /// Words and dots up to the next special character: a display name, a local part or a domain.
    fn words(&mut self) -> Result<Words> {
        let mut words = Words::default();
        loop {
            let gap = self.comments()?;
            let word = match self.lexer.peek() {
                Some(b'"') => {
                    Word::Quoted(text(self.lexer.quoted_string().ok_or_else(|| malformed("a quoted string that is not closed"))?)?)
                }
                Some(b'.') => {
                    self.lexer.take(b'.');
                    Word::Dot
                }
                Some(octet) if is_atext(octet) => Word::Atom(text(self.lexer.take_while(is_atext).to_vec())?),
                _ => return Ok(words),
            };
            words.has_gaps |= gap && !words.words.is_empty();
            words.words.push(word);
        }
    }
}

fn text(octets: Vec<u8>) -> Result<String> {
    String::from_utf8(octets).map_err(|_| malformed("octets that are no UTF-8"))
}

#[derive(Default)]
struct Words {
    words: Vec<Word>,
    /// Blanks or comments stand between words: fine in a display name, obsolete and read in different ways in an address.
    has_gaps: bool,
}

enum Word {
    Atom(String),
    Quoted(String),
    Dot,
}

impl Words {
    /// `dot-atom` or one quoted string. The obsolete mixtures are refused.
    fn local_part(self) -> Result<String> {
        match self.words.as_slice() {
            [Word::Quoted(content)] if !content.is_empty() && !content.contains(char::is_control) => Ok(content.clone()),
            _ => self.dot_atom().ok_or_else(|| malformed("a local part that is none")),
        }
    }

    fn domain(self) -> Result<String> {
        self.dot_atom().ok_or_else(|| malformed("a domain that is none"))
    }

    /// Atoms with single dots between them.
    fn dot_atom(&self) -> Option<String> {
        let mut joined = String::new();
        for (index, word) in self.words.iter().enumerate() {
            match (index % 2, word) {
                (0, Word::Atom(atom)) => joined.push_str(atom),
                (1, Word::Dot) => joined.push('.'),
                _ => return None,
            }
        }
        (self.words.len() % 2 == 1 && !self.has_gaps).then_some(joined)
    }
}

/// What the header of a message says about who sent it.
#[derive(Debug, Default)]
pub struct Senders {
    /// Every address in every From field.
    pub from: Vec<Address>,
    /// The address in the Sender field, where there is exactly one field with one address.
    pub sender: Option<Address>,
    /// Why the fields do not name one author: nothing where they do.
    pub problem: Option<Error>,
}

impl Senders {
    /// Reads From and Sender of a header. Never fails: what is wrong is in [`Senders::problem`]:
    ///
    /// * `AddrNoSender`: there is no From field,
    /// * `AddrAmbiguous`: several From fields, several mailboxes, a group, several Sender fields, lines of the header that readers take differently,
    /// * `AddrMalformed`: a field cannot be read; then its addresses are left out.
    pub fn of(header: &Header) -> Self {
        let mut senders = Self::default();
        let mut groups = false;
        let fields: Vec<&[u8]> = header.all("From").collect();
        for value in &fields {
            match Reader::read(value) {
                Ok(mut reader) => {
                    groups |= reader.has_group;
                    senders.from.append(&mut reader.addresses);
                }
                Err(error) => {
                    senders.problem.get_or_insert(error);
                }
            }
        }
        let problem = match (fields.len(), senders.from.len()) {
            (0, _) => Some(Error::new(Code::AddrNoSender)),
            (2.., _) => ambiguous("several From fields"),
            (_, 2..) => ambiguous("several mailboxes in From"),
            _ if groups => ambiguous("a group in From"),
            _ if header.defects().any() => ambiguous("lines in the header that are no fields, or control characters"),
            _ => None,
        };
        senders.problem = senders.problem.or(problem);
        senders.read_sender(header);
        senders
    }

    /// The one author: only where there is one From field with one mailbox and no problem.
    pub fn author(&self) -> Option<&Address> {
        match (&self.problem, self.from.as_slice()) {
            (None, [author]) => Some(author),
            _ => None,
        }
    }

    fn read_sender(&mut self, header: &Header) {
        let fields: Vec<&[u8]> = header.all("Sender").collect();
        let problem = match fields.as_slice() {
            [] => return,
            [value] => match addresses(value) {
                Ok(mut addresses) if addresses.len() == 1 => {
                    self.sender = addresses.pop();
                    return;
                }
                Ok(_) => Error::new(Code::AddrAmbiguous).because("several mailboxes in Sender"),
                Err(error) => error,
            },
            _ => Error::new(Code::AddrAmbiguous).because("several Sender fields"),
        };
        self.problem.get_or_insert(problem);
    }
}

fn ambiguous(what: &str) -> Option<Error> {
    Some(Error::new(Code::AddrAmbiguous).because(what))
}

#[cfg(test)]
mod tests;
