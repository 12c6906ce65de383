//! The outside of messages that are made: which fields stand where, and the MIME around CMS (RFC 8551 sections 3.2 to 3.5).

use mail_builder::headers::content_type::ContentType as Field;
use mail_builder::mime::{BodyPart, MimePart};

use super::canonical::canonical;
use super::header::Header;
use crate::error::{Code, Error, Result};

/// The fields of a message, divided into those that stay outside and those that go inside the protection. Both end in CRLF, neither has the blank line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SplitMessage {
    /// From, To, Subject and all the others.
    pub outer: Vec<u8>,
    /// MIME-Version and Content-*: the header of the entity that is protected.
    pub entity: Vec<u8>,
}

/// Divides the header of a message: MIME-Version and Content-* go inside, all other fields stay outside. Fields stay octet for octet, with CRLF.
///
/// ```
/// use smime::{Limits, mime::{Header, split_message}};
/// let (header, _body) = Header::read(b"From: a@example.org\nContent-Type: text/plain\n\nbody", &Limits::default())?;
/// let split = split_message(&header)?;
/// assert_eq!(split.outer, b"From: a@example.org\r\n");
/// assert_eq!(split.entity, b"Content-Type: text/plain\r\n");
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// `MimeHeader` where the header has lines that are no fields, or is none at all; `UseHeaderValue` where a field has a CR that is no line
/// end, or a NUL: some who pass the message on would read other fields out of it.
pub fn split_message(header: &Header) -> Result<SplitMessage> {
    if !header.is_header() || header.defects().malformed_lines > 0 {
        return Err(Error::new(Code::MimeHeader).because("a line that is no field"));
    }
    if header.defects().bare_cr || header.defects().nul {
        return Err(Error::new(Code::UseHeaderValue).because("a field of the message"));
    }
    let mut split = SplitMessage::default();
    for field in header.fields() {
        let side = if is_structural(field.name) { &mut split.entity } else { &mut split.outer };
        side.extend_from_slice(&canonical(field.raw));
        if !side.ends_with(b"\n") {
            side.extend_from_slice(b"\r\n");
        }
    }
    Ok(split)
}

/// The header, with its blank line, of a message whose body is that of an entity which stood inside it: the outer fields, then those of the
/// entity that say how it is to be read. Both stay octet for octet, with CRLF.
///
/// ```
/// use smime::{Limits, mime::{Header, head_around}};
/// let (outer, _) = Header::read(b"From: a@example.org\r\nContent-Type: application/pkcs7-mime\r\n\r\n", &Limits::default())?;
/// let (entity, _) = Header::read(b"Content-Type: text/plain\n\nhello", &Limits::default())?;
/// assert_eq!(head_around(Some(&outer), &entity), b"From: a@example.org\r\nContent-Type: text/plain\r\nMIME-Version: 1.0\r\n\r\n");
/// # Ok::<(), smime::Error>(())
/// ```
pub fn head_around(outer: Option<&Header>, entity: &Header) -> Vec<u8> {
    let mut head = Vec::new();
    let outside = outer.into_iter().flat_map(Header::fields).filter(|field| !is_structural(field.name));
    for field in outside.chain(entity.fields().filter(|field| is_structural(field.name))) {
        head.extend_from_slice(&canonical(field.raw));
        if !head.ends_with(b"\n") {
            head.extend_from_slice(b"\r\n");
        }
    }
    if entity.count("MIME-Version") == 0 {
        head.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Whether a field says how the body is to be read (RFC 9787 section 1.1.1): MIME-Version and Content-*.
pub(crate) fn is_structural(name: &str) -> bool {
    name.eq_ignore_ascii_case("MIME-Version") || name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("Content-"))
}

/// Refuses a header field that would carry a line end or NUL, or whose name is none.
///
/// # Errors
/// `UseHeaderValue`.
pub fn check_field(name: &str, value: &str) -> Result<()> {
    let refused = |what: String| Err(Error::new(Code::UseHeaderValue).because(what));
    if name.is_empty() || !name.bytes().all(|octet| matches!(octet, 33..=57 | 59..=126)) {
        return refused("the name of the field".to_owned());
    }
    if value.contains(['\r', '\n', '\0']) {
        return refused(format!("the field {name}"));
    }
    Ok(())
}

/// A boundary from 16 octets of a cryptographic random generator. It has `=_`, which neither base64 nor quoted-printable can contain.
pub fn boundary(random: &[u8; 16]) -> String {
    let mut boundary = String::from("=_");
    for octet in random {
        boundary.push_str(&format!("{octet:02x}"));
    }
    boundary
}

/// What comes before the entity of a clear-signed message: these outer fields, MIME-Version, Content-Type, the first delimiter.
///
/// `micalg` is the name of RFC 8551 section 3.5.3.2, several joined by commas. The entity follows directly, in canonical form.
///
/// # Errors
/// `UseHeaderValue` where `micalg` or `boundary` could not stand in the field as they are.
pub fn multipart_signed_head(outer: &[u8], micalg: &str, boundary: &str) -> Result<Vec<u8>> {
    let (head, _) = multipart_signed(micalg, boundary, b"")?;
    Ok(message(outer, &head))
}

/// What comes after the entity of a clear-signed message: the delimiter, the signature part, the closing delimiter.
///
/// # Errors
/// `UseHeaderValue`, as [`multipart_signed_head`].
pub fn multipart_signed_tail(boundary: &str, signature: &[u8]) -> Result<Vec<u8>> {
    let (_, tail) = multipart_signed("", boundary, signature)?;
    Ok(tail)
}

/// A multipart/signed around an empty entity: what comes before that, and what comes after it.
fn multipart_signed(micalg: &str, boundary: &str, signature: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    check_plain("micalg", micalg)?;
    check_plain("boundary", boundary)?;
    if boundary.is_empty() || boundary.len() > 70 {
        return Err(Error::new(Code::UseHeaderValue).because("the boundary"));
    }
    let content_type = Field::new("multipart/signed")
        .attribute("protocol", "application/pkcs7-signature")
        .attribute("micalg", micalg)
        .attribute("boundary", boundary);
    let signature =
        MimePart::new(Field::new("application/pkcs7-signature").attribute("name", "smime.p7s"), signature).attachment("smime.p7s");
    let entity = MimePart::raw(BodyPart::Binary((&b""[..]).into()));
    let mut octets = Vec::new();
    MimePart::raw(vec![entity, signature]).header("Content-Type", content_type).write_part(&mut octets);
    let delimiter = format!("\r\n--{boundary}\r\n");
    let Some(first) = memchr::memmem::find(&octets, delimiter.as_bytes()) else {
        return Err(Error::new(Code::Internal).because("a multipart without delimiter"));
    };
    let tail = octets.split_off(first.saturating_add(delimiter.len()));
    Ok((octets, tail))
}

/// What comes before the base64 of a CMS object: these outer fields, MIME-Version, Content-Type, encoding, disposition, blank line.
///
/// `smime_type` is one of RFC 8551 section 3.2.2, such as `signed-data` or `authEnveloped-data`; the file name follows from it. The base64 follows directly.
///
/// # Errors
/// `UseHeaderValue` where `smime_type` could not stand in the field as it is.
pub fn pkcs7_mime_head(outer: &[u8], smime_type: &str) -> Result<Vec<u8>> {
    check_plain("smime-type", smime_type)?;
    let name = match smime_type {
        "certs-only" => "smime.p7c",
        "compressed-data" => "smime.p7z",
        _ => "smime.p7m",
    };
    let content_type = Field::new("application/pkcs7-mime").attribute("smime-type", smime_type).attribute("name", name);
    let mut octets = Vec::new();
    MimePart::new(content_type, BodyPart::Binary((&b""[..]).into())).attachment(name).write_part(&mut octets);
    Ok(message(outer, &octets))
}

fn message(outer: &[u8], entity: &[u8]) -> Vec<u8> {
    [outer, b"MIME-Version: 1.0\r\n", entity].concat()
}

/// Parameter values of ours need neither escapes nor an encoding.
fn check_plain(parameter: &str, value: &str) -> Result<()> {
    if value.bytes().all(|octet| matches!(octet, b'!' | b'#'..=b'[' | b']'..=b'~')) {
        return Ok(());
    }
    Err(Error::new(Code::UseHeaderValue).because(format!("the parameter {parameter}")))
}

#[cfg(test)]
mod tests;
