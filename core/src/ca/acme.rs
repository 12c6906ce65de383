//! ACME for S/MIME (RFC 8823): the parts of the challenge `email-reply-00` that are about text and digests.
//!
//! The server sends one half of a token in a message (`Subject: ACME: token-part1`) and gives the other over HTTPS. Who reads the mail and
//! has the account answers the message with a digest of both halves and the account's key.
//!
//! ```
//! use smime::{ca::acme, crypto::{Curve, KeyKind, PrivateKey}};
//! let account = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! # let part1 = acme::new_token_part()?;
//! # let part2 = acme::new_token_part()?;
//! # let subject = format!("ACME: {part1}");
//! let token = acme::token(acme::token_part1(&subject).unwrap_or_default(), &part2)?;
//! let thumbprint = acme::jwk_thumbprint(account.public_key())?;
//! let body = acme::response(&token, &thumbprint);
//! // The server:
//! acme::check_response(&body, &token, &thumbprint)?;
//! # Ok::<(), smime::Error>(())
//! ```

use crate::asn1::Reader;
use crate::cert::{self, Mailbox};
use crate::crypto::{Curve, KeyKind, PublicKey, constant_time_eq, rng};
use crate::error::{Code, Error, Result};

/// The type of the challenge (RFC 8823 section 3).
pub const CHALLENGE_TYPE: &str = "email-reply-00";

const BEGIN: &str = "-----BEGIN ACME RESPONSE-----";
const END: &str = "-----END ACME RESPONSE-----";
/// Characters of half a token with the 128 bits that RFC 8823 section 3.1 asks for.
const PART: usize = 22;
/// The longest half of a token that is taken.
const LONGEST_PART: usize = 256;
/// The longest body that a response is looked for in.
const LONGEST_BODY: usize = 1 << 20;

/// The identifier of an order, as JSON: `{"type":"email","value":"alice@example.org"}`.
///
/// ```
/// let identifier = smime::ca::acme::identifier("Alice@Example.org")?;
/// assert_eq!(identifier, r#"{"type":"email","value":"Alice@example.org"}"#);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::AddrMalformed`] where the address is none.
pub fn identifier(address: &str) -> Result<String> {
    Ok(serde_json::json!({"type": "email", "value": Mailbox::parse(address)?.to_string()}).to_string())
}

/// Half a token for a server: 128 random bits in URL-safe Base64.
///
/// # Errors
/// [`Code::Internal`] where there are no random octets.
pub fn new_token_part() -> Result<String> {
    let mut random = [0; 16];
    rng::fill(&mut random)?;
    Ok(base64_simd::URL_SAFE_NO_PAD.encode_to_string(random))
}

/// The first half of the token, out of the Subject of a challenge or of its answer; `None` where there is none.
///
/// ```
/// assert_eq!(smime::ca::acme::token_part1("Re: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME"), Some("LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME"));
/// assert_eq!(smime::ca::acme::token_part1("ACME: your order has been shipped"), None);
/// ```
pub fn token_part1(subject: &str) -> Option<&str> {
    let mut rest = subject.trim_ascii();
    while let Some((start, after)) = rest.split_at_checked(3)
        && start.eq_ignore_ascii_case("re:")
    {
        rest = after.trim_ascii_start();
    }
    let part = rest.strip_prefix("ACME:")?.trim_ascii();
    is_part(part).then_some(part)
}

/// The token: its halves, joined (RFC 8823 section 3).
///
/// # Errors
/// [`Code::UseArgument`] where a half is not URL-safe Base64 or holds fewer than 128 bits.
pub fn token(part1: &str, part2: &str) -> Result<String> {
    if is_part(part1) && is_part(part2) {
        return Ok(format!("{part1}{part2}"));
    }
    Err(Error::new(Code::UseArgument).because("half an ACME token is not URL-safe Base64 of 128 bits or more"))
}

/// The account's key as JSON Web Key, in the form that thumbprints are made of: the required members in order, no blanks (RFC 7638).
///
/// # Errors
/// [`Code::KeyUnsupported`] for a kind of key that accounts do not have, or a point that is compressed.
pub fn jwk(key: &PublicKey) -> Result<String> {
    let base64 = |octets: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets);
    let unsupported = |why: &str| Error::new(Code::KeyUnsupported).because(why);
    match key.kind() {
        KeyKind::Rsa { .. } => {
            let mut numbers = Reader::single_der(key.key_octets())?.children()?;
            let modulus = numbers.element()?.unsigned_octets()?;
            let exponent = numbers.element()?.unsigned_octets()?;
            Ok(format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64(exponent), base64(modulus)))
        }
        KeyKind::Ec(curve) => {
            let name = match curve {
                Curve::P256 => "P-256",
                Curve::P384 => "P-384",
                Curve::P521 => "P-521",
            };
            let point = key.key_octets().strip_prefix(&[4]).ok_or_else(|| unsupported("the point is compressed"))?;
            let (x, y) = point.split_at_checked(curve.field_length()).ok_or_else(|| unsupported("the point is cut off"))?;
            Ok(format!(r#"{{"crv":"{name}","kty":"EC","x":"{}","y":"{}"}}"#, base64(x), base64(y)))
        }
        KeyKind::Ed25519 => Ok(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64(key.key_octets()))),
        kind => Err(unsupported(&format!("an account has no key of the kind {kind}"))),
    }
}

/// The thumbprint of the account's key: SHA-256 of [`jwk`], in URL-safe Base64 (RFC 7638).
///
/// # Errors
/// As [`jwk`].
pub fn jwk_thumbprint(key: &PublicKey) -> Result<String> {
    Ok(digest(&jwk(key)?))
}

/// The key authorization (RFC 8555 section 8.1).
pub fn key_authorization(token: &str, thumbprint: &str) -> String {
    format!("{token}.{thumbprint}")
}

/// The body of the answer (RFC 8823 section 3.2): the digest of the key authorization in its block. It is for a text/plain part.
pub fn response(token: &str, thumbprint: &str) -> String {
    format!("{BEGIN}\r\n{}\r\n{END}\r\n", digest(&key_authorization(token, thumbprint)))
}

/// Checks the body of an answer. What stands around the block, and line ends in it, do not matter.
///
/// That the answer came from the address (DKIM or S/MIME, RFC 8823 section 3.2) is for the caller to check.
///
/// # Errors
/// [`Code::AddrChallenge`] where there is no block, or it holds something else.
pub fn check_response(body: &str, token: &str, thumbprint: &str) -> Result<()> {
    let wrong = |why: &str| Error::new(Code::AddrChallenge).because(why);
    if body.len() > LONGEST_BODY {
        return Err(wrong("the answer is too long"));
    }
    let (_, after) = body.split_once(BEGIN).ok_or_else(|| wrong("there is no ACME response"))?;
    let (block, _) = after.split_once(END).ok_or_else(|| wrong("the ACME response has no end"))?;
    let found: String = block.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let due = digest(&key_authorization(token, thumbprint));
    if constant_time_eq(found.as_bytes(), due.as_bytes()) { Ok(()) } else { Err(wrong("another digest is due")) }
}

fn digest(text: &str) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(cert::sha256(text.as_bytes()))
}

fn is_part(part: &str) -> bool {
    (PART..=LONGEST_PART).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Tag, Writer, oid};
    use crate::crypto::PrivateKey;

    /// RFC 7638 section 3.1.
    const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    #[test]
    fn the_thumbprint_of_the_rfc() {
        let modulus = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(N).unwrap();
        let mut numbers = Writer::new();
        numbers.nest(Tag::SEQUENCE, |writer| {
            writer.unsigned_octets(&modulus);
            writer.unsigned(65537);
        });
        let mut spki = Writer::new();
        spki.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::RSA_ENCRYPTION);
                writer.null();
            });
            writer.bit_string(&numbers.into_vec());
        });
        let key = PublicKey::from_spki(&spki.into_vec()).unwrap();
        assert_eq!(jwk(&key).unwrap(), format!(r#"{{"e":"AQAB","kty":"RSA","n":"{N}"}}"#));
        assert_eq!(jwk_thumbprint(&key).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    /// RFC 8037 appendix A.3.
    #[test]
    fn the_thumbprint_of_ed25519() {
        let x = base64_simd::URL_SAFE_NO_PAD.decode_to_vec("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let spki = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &x].concat();
        let key = PublicKey::from_spki(&spki).unwrap();
        assert_eq!(jwk_thumbprint(&key).unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn keys_on_curves_and_keys_that_no_account_has() {
        for curve in Curve::ALL {
            let key = PrivateKey::generate(KeyKind::Ec(*curve)).unwrap();
            let parsed: serde_json::Value = serde_json::from_str(&jwk(key.public_key()).unwrap()).unwrap();
            let length = |name: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(parsed[name].as_str().unwrap()).unwrap().len();
            assert_eq!((length("x"), length("y")), (curve.field_length(), curve.field_length()));
        }
        let key = PrivateKey::generate(KeyKind::X25519).unwrap();
        assert_eq!(jwk(key.public_key()).unwrap_err().code(), Code::KeyUnsupported);
    }

    #[test]
    fn halves_of_tokens() {
        let part = "DGyRejmCefe7v4NfDGDKfA";
        assert_eq!(token(part, part).unwrap(), format!("{part}{part}"));
        for bad in ["", "short", "DGyRejmCefe7v4NfDGDKf=", &"A".repeat(257)] {
            assert_eq!(token(part, bad).unwrap_err().code(), Code::UseArgument);
            assert_eq!(token(bad, part).unwrap_err().code(), Code::UseArgument);
        }
        for subject in [format!("ACME: {part}"), format!(" RE: re:ACME:{part} ")] {
            assert_eq!(token_part1(&subject), Some(part));
        }
        for subject in ["", "Re:", "ACME:", "\u{e9}\u{e9}", "Fwd: ACME: DGyRejmCefe7v4NfDGDKfA", "ACME: DGyRejmCefe7v4NfDGDKfA x"] {
            assert_eq!(token_part1(subject), None, "{subject}");
        }
        assert_eq!(new_token_part().map(|part| is_part(&part)).ok(), Some(true));
    }

    #[test]
    fn answers() {
        let (token, thumbprint) =
            ("LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sMEDGyRejmCefe7v4NfDGDKfA", "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI");
        let body = response(token, thumbprint);
        assert!(body.lines().all(|line| line.len() <= 76));
        let check = |body: &str| check_response(body, token, thumbprint).map_err(|error| error.code());
        assert_eq!(check(&body), Ok(()));
        let (start, rest) = body.lines().nth(1).unwrap().split_at(20);
        let folded = format!("Hello\n> quoted\n{BEGIN}\n{start}\r\n {rest}\n{END}\nBye");
        assert_eq!(check(&folded), Ok(()));
        for wrong in [
            String::new(),
            body.replace("-----END", "-----"),
            response(token, "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTJ"),
            response(&token.to_lowercase(), thumbprint),
            format!("{BEGIN}\r\n{token}.{thumbprint}\r\n{END}\r\n"),
            "x".repeat(LONGEST_BODY + 1),
        ] {
            assert_eq!(check(&wrong), Err(Code::AddrChallenge));
        }
        assert_eq!(identifier("alice").unwrap_err().code(), Code::AddrMalformed);
    }
}
