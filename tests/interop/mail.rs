//! Just enough MIME for peers that know bare CMS only, and for looking into what they made. Knows nothing of libsmime, so that
//! a defect of libsmime cannot hide in it.

use crate::case::{Encoding, Form, Signing};

/// What is protected in every case: several parts, an attachment, line ends CRLF, nothing that a relay would touch.
pub(crate) fn entity() -> Vec<u8> {
    let mut text = String::from(
        "Content-Type: multipart/mixed; boundary=\"=_inner\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
         --=_inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         Gr=C3=BC=C3=9Fe,\r\n\r\nhere is what you asked for.\r\n\r\n-- =20\r\nAlice\r\n\
         --=_inner\r\nContent-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=data.bin\r\n\r\n",
    );
    // Long enough that writers of BER cut it into several strings.
    let octets: Vec<u8> = (0..5_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    text.push_str(&base64(&octets));
    text.push_str("--=_inner--\r\n");
    text.into_bytes()
}

/// A message from Alice to Bob around a MIME entity.
pub(crate) fn message(entity: &[u8], date: &str) -> Vec<u8> {
    let mut message =
        format!("From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: interoperation\r\nDate: {date}\r\n").into_bytes();
    if !entity.to_ascii_lowercase().starts_with(b"mime-version:") {
        message.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    message.extend_from_slice(entity);
    message
}

/// application/pkcs7-mime around a CMS.
pub(crate) fn opaque(cms: &[u8], smime_type: &str) -> Vec<u8> {
    format!(
        "Content-Type: application/pkcs7-mime; smime-type={smime_type}; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=smime.p7m\r\n\r\n{}",
        base64(cms)
    )
    .into_bytes()
}

/// multipart/signed around an entity and the CMS that signs it.
fn clear(entity: &[u8], cms: &[u8], micalg: &str) -> Vec<u8> {
    let mut text = format!(
        "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg={micalg}; boundary=\"=_outer\"\r\n\r\n--=_outer\r\n"
    )
    .into_bytes();
    text.extend_from_slice(entity);
    text.extend_from_slice(
        b"\r\n--=_outer\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    text.extend_from_slice(base64(cms).as_bytes());
    text.extend_from_slice(b"--=_outer--\r\n");
    text
}

/// The MIME entity for a bare SignedData.
pub(crate) fn signed(entity: &[u8], cms: &[u8], signing: &Signing) -> Vec<u8> {
    match signing.form {
        Form::Clear => clear(entity, cms, &signing.digest.micalg()),
        Form::Opaque => opaque(cms, "signed-data"),
    }
}

/// A protective layer taken apart: the CMS and, where it is clear-signed, the entity that it signs, line ends as CRLF.
pub(crate) struct Layer {
    pub(crate) cms: Vec<u8>,
    pub(crate) content: Option<Vec<u8>>,
}

/// Takes the outermost layer of a message apart.
pub(crate) fn layer(message: &[u8]) -> Result<Layer, String> {
    let message = canonical(message);
    let (header, body) = divide(&message, b"\r\n\r\n").ok_or("no end of the header")?;
    let header = String::from_utf8_lossy(header).replace("\r\n\t", " ").replace("\r\n ", " ");
    let content_type = field(&header, "content-type").ok_or("no Content-Type")?;
    if !content_type.to_ascii_lowercase().starts_with("multipart/signed") {
        return Ok(Layer { cms: from_base64(body)?, content: None });
    }
    let boundary = content_type.split("boundary=").nth(1).ok_or("no boundary")?;
    let boundary = boundary.trim_start_matches('"').split(['"', ';', ' ']).next().unwrap_or_default();
    let delimiter = format!("--{boundary}\r\n");
    let (_, rest) = divide(body, delimiter.as_bytes()).ok_or("no first part")?;
    let (content, rest) = divide(rest, format!("\r\n{delimiter}").as_bytes()).ok_or("no second part")?;
    let (_, signature) = divide(rest, b"\r\n\r\n").ok_or("no header of the second part")?;
    let (signature, _) = divide(signature, format!("\r\n--{boundary}--").as_bytes()).ok_or("no end of the second part")?;
    Ok(Layer { cms: from_base64(signature)?, content: Some(content.to_vec()) })
}

fn field<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn divide<'o>(octets: &'o [u8], at: &[u8]) -> Option<(&'o [u8], &'o [u8])> {
    let found = memchr::memmem::find(octets, at)?;
    Some((&octets[..found], &octets[found + at.len()..]))
}

/// Whether one stands in the other.
pub(crate) fn contains(octets: &[u8], wanted: &[u8]) -> bool {
    divide(octets, wanted).is_some()
}

/// Line ends as CRLF.
pub(crate) fn canonical(octets: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::with_capacity(octets.len() + octets.len() / 32);
    let mut before = 0;
    for &octet in octets {
        if octet == b'\n' && before != b'\r' {
            canonical.push(b'\r');
        }
        canonical.push(octet);
        before = octet;
    }
    canonical
}

/// The encoding of a CMS, by its outermost length.
pub(crate) fn encoding(cms: &[u8]) -> Option<Encoding> {
    match cms {
        [0x30, 0x80, ..] => Some(Encoding::Ber),
        [0x30, ..] => Some(Encoding::Der),
        _ => None,
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 in lines of 76, each with its line end.
pub(crate) fn base64(octets: &[u8]) -> String {
    let mut text = String::new();
    for line in octets.chunks(57) {
        for group in line.chunks(3) {
            let bits = group.iter().enumerate().fold(0u32, |bits, (at, octet)| bits | u32::from(*octet) << (16 - 8 * at));
            for at in 0..4 {
                text.push(if at <= group.len() { ALPHABET[(bits >> (18 - 6 * at)) as usize & 63] as char } else { '=' });
            }
        }
        text.push_str("\r\n");
    }
    text
}

fn from_base64(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0u32, 0);
    for character in text.iter().filter(|character| !character.is_ascii_whitespace() && **character != b'=') {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err("not base64".into()),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count) as u8);
        }
    }
    Ok(octets)
}
