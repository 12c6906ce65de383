//! PEM (RFC 7468): blocks of Base64 between lines `-----BEGIN label-----` and `-----END label-----`.
//!
//! Reading is lax as files in the wild are: text before, between and after the blocks is passed over, lines end in LF,
//! CR LF or CR, blanks may stand anywhere in the Base64, and only blocks that somebody asks for are decoded.

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// Base64 digits on a line (RFC 7468 section 2).
const LINE: usize = 64;

/// One block of a PEM text, not yet decoded.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    label: &'a str,
    headers: &'a [u8],
    body: &'a [u8],
    offset: u64,
}

impl<'a> Block<'a> {
    /// What the block says that it holds, for example `CERTIFICATE`.
    pub fn label(&self) -> &'a str {
        self.label
    }

    /// Octets from the start of the text to the block.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the block is encrypted as OpenSSL did before PKCS #8: `Proc-Type: 4,ENCRYPTED` (RFC 1421).
    pub fn is_encrypted(&self) -> bool {
        memchr::memmem::find(self.headers, b"ENCRYPTED").is_some()
    }

    /// The octets that the block carries. They are wiped when dropped, as they may be a key.
    ///
    /// # Errors
    /// [`Code::PemMalformed`] where they are not Base64.
    pub fn decode(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut octets = Zeroizing::new(Vec::with_capacity(self.body.len()));
        octets.extend(self.body.iter().filter(|octet| !octet.is_ascii_whitespace()));
        let length = base64_simd::STANDARD
            .decode_inplace(&mut octets)
            .map(|decoded| decoded.len())
            .map_err(|_| Error::new(Code::PemMalformed).at(self.offset).because(format!("the block {} is not Base64", self.label)))?;
        octets.truncate(length);
        Ok(octets)
    }
}

/// The blocks of a text, in the order in which they stand. After an error there are no more.
///
/// ```
/// let text = b"Bag Attributes\n-----BEGIN CERTIFICATE-----\r\nMAA=\r\n-----END CERTIFICATE-----\r\n";
/// let block = smime::pem::blocks(text).next().expect("a block")?;
/// assert_eq!((block.label(), block.decode()?.as_slice()), ("CERTIFICATE", &[0x30, 0x00][..]));
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::PemMalformed`] where a block has no end, or the end of another.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Result<Block<'_>>> {
    let mut rest = text;
    std::iter::from_fn(move || match next_block(text.len(), rest)? {
        Ok((block, after)) => {
            rest = after;
            Some(Ok(block))
        }
        Err(error) => {
            rest = &[];
            Some(Err(error))
        }
    })
}

/// What is found in the blocks of a text.
///
/// # Errors
/// As [`blocks`], and those of the function.
pub(crate) fn in_blocks<T, I: IntoIterator<Item = T>>(text: &[u8], of_block: impl Fn(&Block<'_>) -> Result<I>) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for block in blocks(text) {
        found.extend(of_block(&block?)?);
    }
    Ok(found)
}

/// What is found in a file: in the blocks of PEM, among which one at least must have something, or in what is not PEM.
///
/// # Errors
/// [`Code::PemMalformed`] where a PEM text has nothing, which a block with this label would have; as [`blocks`]; those of the functions.
pub(crate) fn in_file<T, I: IntoIterator<Item = T>>(
    file: &[u8],
    label: &str,
    of_der: impl FnOnce(&[u8]) -> Result<Vec<T>>,
    of_block: impl Fn(&Block<'_>) -> Result<I>,
) -> Result<Vec<T>> {
    // No text goes on with such an octet after a zero, so a long file need not be searched for a line of PEM.
    let is_der = matches!(file, [0x30, 0x80..=0x88, ..]);
    if is_der || !is_pem(file) {
        return of_der(file);
    }
    let found = in_blocks(file, of_block)?;
    if found.is_empty() { Err(no_block(label)) } else { Ok(found) }
}

/// There is no block with this label where one is due.
pub(crate) fn no_block(label: &str) -> Error {
    Error::new(Code::PemMalformed).because(format!("there is no block {label}"))
}

/// Whether a text has a line that begins a PEM block.
pub fn is_pem(text: &[u8]) -> bool {
    find_line(text, BEGIN).is_some()
}

/// A block with this label around these octets: lines of 64 digits that end in LF.
///
/// A caller who encodes a key wipes what is returned; no other copy is left behind.
///
/// ```
/// assert_eq!(smime::pem::encode("X509 CRL", &[0x30, 0x00]), "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
/// ```
pub fn encode(label: &str, octets: &[u8]) -> String {
    let digits = Zeroizing::new(base64_simd::STANDARD.encode_to_string(octets));
    let lines = digits.len().div_ceil(LINE);
    let around = label.len().saturating_add(BEGIN.len()).saturating_add(END.len());
    let mut text = String::with_capacity(digits.len().saturating_add(lines).saturating_add(around.saturating_mul(2)));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = digits.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The first block of what remains and what follows it; `total` octets has the whole text.
fn next_block(total: usize, rest: &[u8]) -> Option<Result<(Block<'_>, &[u8])>> {
    let start = find_line(rest, BEGIN)?;
    let offset = total.saturating_sub(rest.len()).saturating_add(start) as u64;
    let malformed = |why: &str| Some(Err(Error::new(Code::PemMalformed).at(offset).because(why)));
    let after_begin = rest.get(start.saturating_add(BEGIN.len())..)?;
    let Some((label, inside)) = label_line(after_begin) else {
        return malformed("the line that begins a block is not ended");
    };
    let Some(end) = find_line(inside, END) else {
        return malformed("a block has no end");
    };
    let body = inside.get(..end)?;
    match label_line(inside.get(end.saturating_add(END.len())..)?) {
        Some((found, after)) if found == label => {
            if find_line(body, BEGIN).is_some() {
                return malformed("a block begins within a block");
            }
            let (headers, body) = split_headers(body);
            Some(Ok((Block { label, headers, body, offset }, after)))
        }
        _ => malformed("a block ends with another label"),
    }
}

/// Where a line starts with these octets; blanks may stand before them.
fn find_line(text: &[u8], start: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(text, start).find(|found| {
        let before = text.get(..*found).unwrap_or_default();
        let blanks = before.iter().rev().take_while(|octet| matches!(octet, b' ' | b'\t')).count();
        let before = before.get(..before.len().saturating_sub(blanks)).unwrap_or_default();
        before.is_empty() || before == b"\xef\xbb\xbf" || matches!(before.last(), Some(b'\n' | b'\r'))
    })
}

/// The label at the start of this text, which dashes and the end of the line must follow, and the text after that line.
fn label_line(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let (line, after) = text.split_at_checked(end)?;
    let label = line.trim_ascii_end().strip_suffix(DASHES)?;
    let label = std::str::from_utf8(label).ok()?;
    label.bytes().all(|octet| (b' '..=b'~').contains(&octet)).then_some((label, after))
}

/// The header fields of RFC 1421 before the empty line, where there are some, and the Base64.
fn split_headers(body: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = memchr::memchr(b':', body) else { return (&[], body) };
    let after = body.get(colon..).unwrap_or_default();
    let ends = [&b"\n\n"[..], b"\r\n\r\n", b"\r\r"].into_iter().filter_map(|end| memchr::memmem::find(after, end)).min();
    match ends.and_then(|end| body.split_at_checked(colon.saturating_add(end))) {
        Some(split) => split,
        None => (body, &[]),
    }
}

#[cfg(test)]
mod tests;
