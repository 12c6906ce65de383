//! Header protection (RFC 9788): header fields that stand inside the protection too, and how they compare with those outside.

use std::collections::{BTreeMap, BTreeSet};

use mail_builder::headers::Header as _;
use mail_builder::headers::content_type::ContentType as Field;

use super::compose::{SplitMessage, is_structural};
use super::content_type::ContentType;
use super::header::{FieldView, Header, unfolded};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// Names the copy of an outer field (RFC 9788 section 2.2).
const HP_OUTER: &str = "HP-Outer";

/// Fields that are not the author's, or must not reach all recipients: they are not copied inside.
const NEVER_PROTECTED: [&str; 10] = [
    "Bcc",
    "Received",
    "Return-Path",
    "Delivered-To",
    "X-Original-To",
    "DKIM-Signature",
    "Authentication-Results",
    "ARC-Seal",
    "ARC-Message-Signature",
    "ARC-Authentication-Results",
];

/// Fields that people are shown: one that stands outside only is worth a word (RFC 9788 section 4).
const USER_FACING: [&str; 12] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Followup-To",
    "Mail-Followup-To",
    "In-Reply-To",
    "References",
    "Message-ID",
];

/// What protection the author intends for the header (RFC 9788 section 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderIntent {
    /// `hp="clear"`: signed, not encrypted.
    Clear,
    /// `hp="cipher"`: encrypted, and usually signed.
    Cipher,
}

/// Which fields are hidden from those who carry the message (RFC 9788 section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderConfidentiality {
    /// `hcp_baseline`: Subject becomes `[...]`, Comments and Keywords are left out.
    #[default]
    Baseline,
    /// `hcp_no_confidentiality`: all fields stay outside as they are.
    None,
}

/// Copies the outer fields into the header of the entity, for a message that is signed and not encrypted: `hp="clear"`.
///
/// Structural fields come first, then the protected ones in their order: the same input gives the same octets. Bcc and the traces of
/// transport (Received, DKIM-Signature and the like) are not copied.
///
/// ```
/// use smime::{Limits, mime::{Header, protect_signed, split_message}};
/// let (header, _) = Header::read(b"Subject: hi\nContent-Type: text/plain\n\n", &Limits::default())?;
/// let message = protect_signed(&split_message(&header)?, &Limits::default())?;
/// assert_eq!(message.entity, b"Content-Type: text/plain; hp=\"clear\"\r\nSubject: hi\r\n");
/// assert_eq!(message.outer, b"Subject: hi\r\n");
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// `MimeHeader` where the entity has no Content-Type that can be read, or more than one; `LimitHeader` where the limits are reached.
pub fn protect_signed(message: &SplitMessage, limits: &Limits) -> Result<SplitMessage> {
    let mut entity = marked_entity(&message.entity, "clear", limits)?;
    let outer = read_fields(&message.outer, limits)?;
    outer.fields().filter(is_protected).for_each(|field| entity.extend_from_slice(field.raw));
    Ok(SplitMessage { outer: message.outer.clone(), entity })
}

/// The same for a message that is encrypted: `hp="cipher"`, the fields to hide taken away outside, those left outside recorded as HP-Outer.
///
/// # Errors
/// As [`protect_signed`].
pub fn protect_encrypted(message: &SplitMessage, confidentiality: HeaderConfidentiality, limits: &Limits) -> Result<SplitMessage> {
    let mut entity = marked_entity(&message.entity, "cipher", limits)?;
    let header = read_fields(&message.outer, limits)?;
    let mut outer = Vec::with_capacity(message.outer.len());
    let mut record = Vec::new();
    for field in header.fields() {
        if !is_protected(&field) {
            outer.extend_from_slice(field.raw);
            continue;
        }
        entity.extend_from_slice(field.raw);
        if let Some(visible) = confidentiality.outside(&field) {
            record.extend_from_slice(format!("{HP_OUTER}: ").as_bytes());
            record.extend_from_slice(&visible);
            outer.extend_from_slice(&visible);
        }
    }
    entity.extend_from_slice(&record);
    Ok(SplitMessage { outer, entity })
}

impl HeaderConfidentiality {
    /// The whole field as it stands outside, or nothing where it is left out.
    fn outside(self, field: &FieldView<'_>) -> Option<Vec<u8>> {
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        match self {
            Self::Baseline if is("Subject") => Some(format!("{}: [...]\r\n", field.name).into_bytes()),
            Self::Baseline if is("Comments") || is("Keywords") => None,
            // The blank after the colon is part of the syntax of HP-Outer (RFC 9788 section 2.2.1).
            Self::Baseline | Self::None => {
                let mut octets = format!("{}: ", field.name).into_bytes();
                octets.extend_from_slice(field.value.trim_ascii_start());
                octets.extend_from_slice(b"\r\n");
                Some(octets)
            }
        }
    }
}

fn is_protected(field: &FieldView<'_>) -> bool {
    !field.name.eq_ignore_ascii_case(HP_OUTER) && !NEVER_PROTECTED.iter().any(|name| field.name.eq_ignore_ascii_case(name))
}

fn read_fields(fields: &[u8], limits: &Limits) -> Result<Header> {
    let (header, _) = Header::read(fields, limits)?;
    if !header.is_header() && !header.raw().is_empty() || header.defects().malformed_lines > 0 {
        return Err(Error::new(Code::MimeHeader).because("a line that is no field"));
    }
    Ok(header)
}

/// The structural fields with the parameter `hp` added to Content-Type.
fn marked_entity(fields: &[u8], intent: &str, limits: &Limits) -> Result<Vec<u8>> {
    let header = read_fields(fields, limits)?;
    if header.count("Content-Type") > 1 {
        return Err(Error::new(Code::MimeHeader).because("several Content-Type fields"));
    }
    let mut entity = Vec::with_capacity(fields.len().saturating_add(64));
    if header.count("Content-Type") == 0 {
        mark(&FieldView { name: "Content-Type", value: b" text/plain; charset=us-ascii", raw: b"" }, intent, &mut entity)?;
    }
    for field in header.fields() {
        if field.name.eq_ignore_ascii_case("Content-Type") {
            mark(&field, intent, &mut entity)?;
        } else {
            entity.extend_from_slice(field.raw);
        }
    }
    Ok(entity)
}

/// Writes a Content-Type field with this value of `hp`: the field as it came with the parameter added; only where it has one already, anew.
fn mark(field: &FieldView<'_>, intent: &str, out: &mut Vec<u8>) -> Result<()> {
    let content_type = ContentType::parse(field.value)?;
    if content_type.parameter("hp").is_some() {
        let mut anew = Field::new(format!("{}/{}", content_type.kind(), content_type.subtype()));
        for parameter in content_type.parameters().iter().filter(|parameter| parameter.name != "hp") {
            anew = anew.attribute(parameter.name.clone(), parameter.value.clone());
        }
        out.extend_from_slice(format!("{}: ", field.name).as_bytes());
        anew.attribute("hp", intent.to_owned()).write_header(out, field.name.len().saturating_add(2));
        return Ok(());
    }
    let value = field.value.trim_ascii_end();
    let value = value.strip_suffix(b";").unwrap_or(value).trim_ascii_end();
    let last_line = value.rsplit(|octet| *octet == b'\n').next().unwrap_or_default().len();
    let fold = if last_line.saturating_add(field.name.len()).saturating_add(16) > 78 { "\r\n" } else { "" };
    out.extend_from_slice(field.name.as_bytes());
    out.push(b':');
    out.extend_from_slice(value);
    out.extend_from_slice(format!(";{fold} hp=\"{intent}\"\r\n").as_bytes());
    Ok(())
}

/// How header fields are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderProtection {
    /// RFC 9788: the parameter `hp` at the root of the protected content.
    Rfc9788(HeaderIntent),
    /// RFC 8551 section 3.1: the protected content is a message/rfc822.
    Rfc8551,
    /// The draft before RFC 9788: the parameter `protected-headers="v1"`.
    ProtectedHeaders,
}

/// The fields that stand inside the protection.
#[derive(Clone, Debug)]
pub struct ProtectedHeader {
    protection: HeaderProtection,
    fields: Vec<(String, String)>,
    outer: Vec<(String, String)>,
}

impl ProtectedHeader {
    /// Reads the header at the root of the content inside all layers. `None` where it does not say that header fields are protected:
    /// other fields than Content-* that stand there mean nothing then.
    ///
    /// `wrapped` is the header of the message inside where the root is a message/rfc822 (RFC 9788 section 4.10).
    ///
    /// ```
    /// use smime::{Limits, mime::{Header, ProtectedHeader}};
    /// let (root, _) = Header::read(b"Content-Type: text/plain; hp=clear\nSubject: inside\n\n", &Limits::default())?;
    /// let (outer, _) = Header::read(b"Subject: outside\n\n", &Limits::default())?;
    /// let protected = ProtectedHeader::of(&root, None).ok_or(smime::Code::Internal)?;
    /// assert_eq!(protected.fields(), [("Subject".to_owned(), "inside".to_owned())]);
    /// assert_eq!(protected.differences(&outer), ["Subject"]);
    /// # Ok::<(), smime::Error>(())
    /// ```
    pub fn of(root: &Header, wrapped: Option<&Header>) -> Option<Self> {
        let content_type = match root.first("Content-Type") {
            Some(_) if root.count("Content-Type") > 1 => return None,
            Some(value) => ContentType::parse(value).ok()?,
            None => return None,
        };
        if let Some(protection) = mark_of(&content_type) {
            return Some(Self::read(root, protection));
        }
        let wrapped = wrapped.filter(|_| content_type.is("message", "rfc822"))?;
        let inner_type = wrapped.first("Content-Type").and_then(|value| ContentType::parse(value).ok());
        let excluded = inner_type.is_some_and(|inner| inner.parameter("hp").is_some() || is_cryptographic(&inner));
        (!excluded).then(|| Self::read(wrapped, HeaderProtection::Rfc8551))
    }

    fn read(header: &Header, protection: HeaderProtection) -> Self {
        let mut fields = Vec::new();
        let mut outer = Vec::new();
        for field in header.fields().filter(|field| !is_structural(field.name)) {
            let value = unfolded(field.value);
            if !field.name.eq_ignore_ascii_case(HP_OUTER) {
                fields.push((field.name.to_owned(), value));
            } else if let Some((name, value)) = value.split_once(':') {
                outer.push((name.trim_end().to_owned(), value.trim_start().to_owned()));
            }
        }
        Self { protection, fields, outer }
    }

    /// By which scheme they are protected, and what the author intended.
    pub fn protection(&self) -> HeaderProtection {
        self.protection
    }

    /// Names and values (unfolded) of the protected fields in their order, without the structural ones and HP-Outer.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Names and values of the fields that the author put outside, by HP-Outer. Means something for `hp="cipher"` only.
    pub fn intended_outer(&self) -> &[(String, String)] {
        &self.outer
    }

    /// Names of the fields that the author hid: they stand inside, and HP-Outer does not have them with that value (RFC 9788 section 4.3.1).
    pub fn confidential(&self) -> Vec<&str> {
        if self.protection != HeaderProtection::Rfc9788(HeaderIntent::Cipher) {
            return Vec::new();
        }
        let shown = by_name(self.outer.iter().map(pair));
        let hidden = |(name, value): &(&str, &str)| {
            !shown.get(&name.to_ascii_lowercase()).is_some_and(|shown| shown.values.iter().any(|outside| same_text(outside, value)))
        };
        distinct(self.fields.iter().map(pair).filter(hidden).map(|(name, _)| name))
    }

    /// Names of fields whose values inside are not those outside, hidden ones included; and of those that people are shown and that
    /// stand outside only. Folding and runs of blanks do not count.
    pub fn differences(&self, outer: &Header) -> Vec<String> {
        differing(&self.fields, outer)
    }

    /// Names of fields that are not outside as the author put them there: something changed them on the way, or added them. For
    /// `hp="cipher"` HP-Outer is what is compared, otherwise the protected fields.
    pub fn altered(&self, outer: &Header) -> Vec<String> {
        let expected = if self.protection == HeaderProtection::Rfc9788(HeaderIntent::Cipher) { &self.outer } else { &self.fields };
        differing(expected, outer)
    }

    /// Names of fields that may stand once and stand inside more than once.
    pub fn duplicates(&self) -> Vec<&str> {
        let groups = by_name(self.fields.iter().map(pair));
        groups.into_values().filter(|group| is_user_facing(group.name) && group.values.len() > 1).map(|group| group.name).collect()
    }
}

fn mark_of(content_type: &ContentType) -> Option<HeaderProtection> {
    if content_type.is_ambiguous("hp") {
        return None;
    }
    match (content_type.parameter("hp"), content_type.parameter("protected-headers")) {
        (Some(hp), _) if hp.eq_ignore_ascii_case("clear") => Some(HeaderProtection::Rfc9788(HeaderIntent::Clear)),
        (Some(hp), _) if hp.eq_ignore_ascii_case("cipher") => Some(HeaderProtection::Rfc9788(HeaderIntent::Cipher)),
        (None, Some("v1")) => Some(HeaderProtection::ProtectedHeaders),
        _ => None,
    }
}

/// Whether a content type is a cryptographic layer of its own.
fn is_cryptographic(content_type: &ContentType) -> bool {
    matches!(
        (content_type.kind(), content_type.subtype()),
        ("multipart", "signed" | "encrypted") | ("application", "pkcs7-mime" | "x-pkcs7-mime")
    )
}

/// Names of the expected fields that stand outside with other values, and of shown fields that are not expected at all.
fn differing(expected: &[(String, String)], outer: &Header) -> Vec<String> {
    let found: Vec<(String, String)> =
        outer.fields().filter(|field| !is_structural(field.name)).map(|field| (field.name.to_owned(), unfolded(field.value))).collect();
    let here = by_name(expected.iter().map(pair));
    let there = by_name(found.iter().map(pair));
    let same = |key: &str, values: &[&str]| {
        let others = there.get(key).map_or(&[][..], |group| group.values.as_slice());
        values.len() == others.len() && values.iter().zip(others).all(|(one, other)| same_text(one, other))
    };
    let changed = here.iter().filter(|(key, group)| !same(key, &group.values)).map(|(_, group)| (group.place, group.name));
    let added = there
        .iter()
        .filter(|(key, group)| is_user_facing(group.name) && !here.contains_key(*key))
        .map(|(_, group)| (group.place.saturating_add(expected.len()), group.name));
    let mut names: Vec<(usize, &str)> = changed.chain(added).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// The values of all fields of one name.
struct Group<'a> {
    name: &'a str,
    /// Where the first of them stands.
    place: usize,
    values: Vec<&'a str>,
}

/// Fields by their names in lower case.
fn by_name<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, Group<'a>> {
    let mut groups: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for (place, (name, value)) in fields.enumerate() {
        let group = groups.entry(name.to_ascii_lowercase()).or_insert_with(|| Group { name, place, values: Vec::new() });
        group.values.push(value);
    }
    groups
}

fn pair((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}

fn is_user_facing(name: &str) -> bool {
    USER_FACING.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The same but for runs of blanks.
fn same_text(one: &str, other: &str) -> bool {
    one.split_ascii_whitespace().eq(other.split_ascii_whitespace())
}

/// Each name once, compared without case, in the order in which it first stands.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.to_ascii_lowercase())).collect()
}

/// The header, with its blank line, of a whole message made from an opened one: the outer fields, those that are protected replaced by the
/// protected ones, then the structural fields of the root. The body of the root follows directly.
///
/// With RFC 9788, fields that people are shown and that stand outside only are left out, but for From: the author did not write them (section 4).
pub fn whole_message_head(outer: &Header, root: &Header) -> Vec<u8> {
    let protected = ProtectedHeader::of(root, None);
    let by_rfc9788 = protected.as_ref().is_some_and(|protected| matches!(protected.protection, HeaderProtection::Rfc9788(_)));
    let replaced: BTreeSet<String> =
        protected.iter().flat_map(|protected| protected.fields.iter().map(|(name, _)| name.to_ascii_lowercase())).collect();
    let mut head = Vec::with_capacity(outer.raw().len().saturating_add(root.raw().len()));
    let mut write = |field: FieldView<'_>| {
        head.extend_from_slice(&super::canonical::canonical(field.raw));
        if !head.ends_with(b"\n") {
            head.extend_from_slice(b"\r\n");
        }
    };
    outer
        .fields()
        .filter(|field| !is_structural(field.name) && !replaced.contains(&field.name.to_ascii_lowercase()))
        .filter(|field| !by_rfc9788 || !is_user_facing(field.name) || field.name.eq_ignore_ascii_case("From"))
        .for_each(&mut write);
    root.fields()
        .filter(|field| is_structural(field.name) || (protected.is_some() && !field.name.eq_ignore_ascii_case(HP_OUTER)))
        .for_each(&mut write);
    if root.count("MIME-Version") == 0 {
        head.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Where the text begins after a legacy display element (RFC 9788 section 4.5.3.2): after the first blank line of the decoded body of a
/// text/plain part that is marked `hp-legacy-display="1"`. 0 where there is none. To be used inside encryption only.
///
/// ```
/// let content_type = smime::mime::ContentType::parse(b"text/plain; hp-legacy-display=1")?;
/// let body = b"Subject: secret\r\n\r\nHello";
/// assert_eq!(smime::mime::legacy_display_length(&content_type, body), 19);
/// # Ok::<(), smime::Error>(())
/// ```
pub fn legacy_display_length(content_type: &ContentType, body: &[u8]) -> usize {
    if !content_type.is("text", "plain") || content_type.parameter("hp-legacy-display") != Some("1") {
        return 0;
    }
    let mut at = 0_usize;
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        at = at.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") {
            return at;
        }
    }
    0
}

#[cfg(test)]
mod tests;
