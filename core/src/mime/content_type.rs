//! Content-Type, and fields of the same form such as Content-Disposition (RFC 2045 section 5.1, RFC 2231).

use std::collections::BTreeMap;

use super::lexer::{Lexer, is_blank, is_token};
use crate::error::{Code, Error, Result};

/// Parameters of one field, continuations counted one by one.
const MOST_PARAMETERS: usize = 256;

/// The value of a Content-Type field: type, subtype and parameters.
///
/// ```
/// let value = b"Multipart/Signed; protocol=\"application/pkcs7-signature\";\r\n\tmicalg=sha-256; boundary*0=a; boundary*1=b";
/// let content_type = smime::mime::ContentType::parse(value)?;
/// assert!(content_type.is("multipart", "signed"));
/// assert_eq!(content_type.parameter("boundary"), Some("ab"));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    kind: String,
    subtype: String,
    parameters: Vec<Parameter>,
    irregular: bool,
}

/// One parameter of a [`ContentType`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name in lower case, without the marks of RFC 2231.
    pub name: String,
    /// The value, unquoted, decoded and joined.
    pub value: String,
    /// Whether it stands more than once, or its pieces do not fit together: readers will differ about its value.
    pub ambiguous: bool,
}

impl Default for ContentType {
    /// What holds where there is no field: `text/plain; charset=us-ascii` (RFC 2045 section 5.2).
    fn default() -> Self {
        Self {
            kind: "text".to_owned(),
            subtype: "plain".to_owned(),
            parameters: vec![Parameter { name: "charset".to_owned(), value: "us-ascii".to_owned(), ambiguous: false }],
            irregular: false,
        }
    }
}

impl ContentType {
    /// Reads the value of a field, folded as it came.
    ///
    /// # Errors
    /// `MimeHeader` where type or subtype cannot be read or a quoted string or comment is not closed; `LimitHeader` for more than 256 parameters.
    pub fn parse(value: &[u8]) -> Result<Self> {
        let mut lexer = Lexer::new(value);
        comments(&mut lexer)?;
        let kind = token(&mut lexer)?;
        comments(&mut lexer)?;
        if !lexer.take(b'/') {
            return Err(malformed("a type without subtype"));
        }
        comments(&mut lexer)?;
        let subtype = token(&mut lexer)?;
        let (parameters, irregular) = parameters(&mut lexer)?;
        Ok(Self { kind, subtype, parameters, irregular })
    }

    /// Reads the value of a field that has one word before the parameters, such as Content-Disposition: the word in lower case, the parameters.
    ///
    /// # Errors
    /// As [`ContentType::parse`].
    pub fn parse_disposition(value: &[u8]) -> Result<(String, Vec<Parameter>)> {
        let mut lexer = Lexer::new(value);
        comments(&mut lexer)?;
        let disposition = token(&mut lexer)?;
        Ok((disposition, parameters(&mut lexer)?.0))
    }

    /// The type, in lower case: `multipart`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The subtype, in lower case: `signed`.
    pub fn subtype(&self) -> &str {
        &self.subtype
    }

    /// Whether type and subtype are these; give them in lower case.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind == kind && self.subtype == subtype
    }

    /// The parameters in the order in which they first stand.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The value of a parameter; give the name in lower case. Where it stands more than once: the first, and [`ContentType::is_ambiguous`] is true.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.value.as_str())
    }

    /// Whether readers will differ about the value of this parameter.
    pub fn is_ambiguous(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.name == name && parameter.ambiguous)
    }

    /// Whether something stood in the value that belongs to no parameter and was passed over.
    pub fn is_irregular(&self) -> bool {
        self.irregular
    }
}

fn malformed(what: &str) -> Error {
    Error::new(Code::MimeHeader).because(what)
}

fn comments(lexer: &mut Lexer<'_>) -> Result<()> {
    lexer.skip_comments().map(|_| ()).ok_or_else(|| malformed("a comment that is not closed"))
}

fn token(lexer: &mut Lexer<'_>) -> Result<String> {
    let token = lexer.take_while(is_token);
    if token.is_empty() {
        return Err(malformed("a word is missing"));
    }
    Ok(String::from_utf8_lossy(token).to_ascii_lowercase())
}

/// Values collected for one parameter name before they are joined.
#[derive(Default)]
struct Pieces {
    order: usize,
    plain: Vec<Vec<u8>>,
    sections: BTreeMap<u32, Section>,
    ambiguous: bool,
}

struct Section {
    value: Vec<u8>,
    extended: bool,
}

fn parameters(lexer: &mut Lexer<'_>) -> Result<(Vec<Parameter>, bool)> {
    let mut names: BTreeMap<String, Pieces> = BTreeMap::new();
    let mut irregular = false;
    let mut count = 0_usize;
    loop {
        comments(lexer)?;
        if lexer.is_at_end() {
            break;
        }
        if !lexer.take(b';') {
            irregular = true;
            skip_to_semicolon(lexer)?;
            continue;
        }
        comments(lexer)?;
        let name = lexer.take_while(is_token);
        if name.is_empty() {
            continue;
        }
        comments(lexer)?;
        if !lexer.take(b'=') {
            irregular = true;
            continue;
        }
        count = count.saturating_add(1);
        if count > MOST_PARAMETERS {
            return Err(Error::new(Code::LimitHeader).because(format!("more than {MOST_PARAMETERS} parameters")));
        }
        comments(lexer)?;
        let value = value(lexer)?;
        let order = names.len();
        file(&mut names, order, name, value);
    }
    let mut joined: Vec<(usize, Parameter)> = names.into_iter().map(|(name, pieces)| (pieces.order, join(name, pieces))).collect();
    joined.sort_by_key(|(order, _)| *order);
    Ok((joined.into_iter().map(|(_, parameter)| parameter).collect(), irregular))
}

/// A quoted string or a token. Much mail leaves out quotes that are due: then the value ends at the next blank or semicolon.
fn value(lexer: &mut Lexer<'_>) -> Result<Vec<u8>> {
    if lexer.peek() == Some(b'"') {
        return lexer.quoted_string().ok_or_else(|| malformed("a quoted string that is not closed"));
    }
    Ok(lexer.take_while(|octet| !is_blank(octet) && octet != b';' && octet != b'"').to_vec())
}

/// Passes over what belongs to no parameter; semicolons inside quotes do not count.
fn skip_to_semicolon(lexer: &mut Lexer<'_>) -> Result<()> {
    loop {
        lexer.take_while(|octet| !matches!(octet, b';' | b'"' | b'('));
        match lexer.peek() {
            Some(b'"') => {
                lexer.quoted_string().ok_or_else(|| malformed("a quoted string that is not closed"))?;
            }
            Some(b'(') => comments(lexer)?,
            _ => return Ok(()),
        }
    }
}

/// Files one `name=value`, `name*=value`, `name*3=value` or `name*3*=value` (RFC 2231 sections 3 and 4).
fn file(names: &mut BTreeMap<String, Pieces>, order: usize, name: &[u8], value: Vec<u8>) {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let (stem, section, extended) = match name.split_once('*') {
        None => (name.as_str(), None, false),
        Some((stem, "")) => (stem, Some(0), true),
        Some((stem, mark)) => {
            let (digits, extended) = mark.strip_suffix('*').map_or((mark, false), |digits| (digits, true));
            let canonical = digits == "0" || !digits.starts_with('0');
            match digits.parse::<u32>() {
                Ok(number) if canonical && digits.len() <= 4 && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                    (stem, Some(number), extended)
                }
                _ => (name.as_str(), None, false),
            }
        }
    };
    let pieces = names.entry(stem.to_owned()).or_insert_with(|| Pieces { order, ..Pieces::default() });
    match section {
        None => pieces.plain.push(value),
        Some(number) => {
            pieces.ambiguous |= pieces.sections.contains_key(&number);
            pieces.sections.entry(number).or_insert(Section { value, extended });
        }
    }
}

fn join(name: String, pieces: Pieces) -> Parameter {
    let in_sequence = pieces.sections.keys().zip(0_u32..).all(|(number, place)| *number == place);
    let ambiguous = pieces.ambiguous || !in_sequence || pieces.plain.len() > 1 || (!pieces.plain.is_empty() && !pieces.sections.is_empty());
    let value = match pieces.plain.into_iter().next() {
        Some(plain) => String::from_utf8_lossy(&plain).into_owned(),
        None => join_sections(pieces.sections),
    };
    Parameter { name, value, ambiguous }
}

/// Joins the sections from 0 on as far as none is missing, then turns the characters into UTF-8.
fn join_sections(sections: BTreeMap<u32, Section>) -> String {
    let mut latin = false;
    let mut octets = Vec::new();
    for ((number, section), place) in sections.into_iter().zip(0_u32..) {
        if number != place {
            break;
        }
        let mut value = section.value.as_slice();
        if section.extended && place == 0 {
            let mut parts = value.splitn(3, |octet| *octet == b'\'');
            if let (Some(charset), Some(_language), Some(text)) = (parts.next(), parts.next(), parts.next()) {
                latin = charset.eq_ignore_ascii_case(b"iso-8859-1") || charset.eq_ignore_ascii_case(b"latin1");
                value = text;
            }
        }
        if section.extended {
            percent_decode(value, &mut octets);
        } else {
            octets.extend_from_slice(value);
        }
    }
    if latin { octets.into_iter().map(char::from).collect() } else { String::from_utf8_lossy(&octets).into_owned() }
}

fn percent_decode(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%'
            && let [high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (super::hex_digit(*high), super::hex_digit(*low))
        {
            out.push(high << 4 | low);
            rest = after;
        } else {
            out.push(*first);
        }
    }
}

#[cfg(test)]
mod tests;
