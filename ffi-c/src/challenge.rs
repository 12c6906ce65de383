//! Control of a mailbox: our own challenge, and that of ACME (RFC 8823).

use std::ffi::c_char;

use smime::ca::{Challenge, acme};
use smime::{Result, Time};

use crate::buffer::smime_buffer;
use crate::call;
use crate::error::smime_error;
use crate::key::smime_key;
use crate::request::smime_request;

/// # Safety
/// As the header asks of the pointers.
unsafe fn challenge(address: *const c_char, request: *const smime_request, purpose: *const c_char) -> Result<Challenge> {
    // SAFETY: by the contract of this function.
    unsafe { Challenge::new(call::text(address)?, &call::shared(request)?.0.public_key()?, call::text(purpose)?) }
}

/// A token to send to this address, and nowhere else. That it comes back proves that who has the key of the request also reads the mail of the
/// address; for this purpose, the authority's own word ("issue"), and until expires, in seconds since 1970-01-01T00:00:00Z. The secret is
/// the authority's and has 32 octets or more. The buffer is text: 75 characters of URL-safe Base64.
/// Errors: SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_challenge_token(
    secret: *const u8,
    secret_length: usize,
    address: *const c_char,
    request: *const smime_request,
    purpose: *const c_char,
    expires: i64,
    token: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, token, || {
            let challenge = challenge(address, request, purpose)?;
            challenge.token(call::octets(secret, secret_length)?, Time::from_unix(expires)).map(smime_buffer::text)
        })
    }
}

/// Checks a token that came back at this time: SMIME_OK where it was made with the same secret, address, key and purpose, and came in time.
/// Errors: SMIME_E_ADDR_CHALLENGE, SMIME_E_ADDR_CHALLENGE_EXPIRED, SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_challenge_check(
    secret: *const u8,
    secret_length: usize,
    address: *const c_char,
    request: *const smime_request,
    purpose: *const c_char,
    token: *const c_char,
    at: i64,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let challenge = challenge(address, request, purpose)?;
            challenge.check(call::octets(secret, secret_length)?, call::text(token)?, Time::from_unix(at))
        })
    }
}

/// The identifier of an ACME order, as JSON: {"type":"email","value":"alice@example.org"}. The buffer is text.
/// Errors: SMIME_E_ADDR_MALFORMED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_identifier(address: *const c_char, json: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || acme::identifier(call::text(address)?).map(smime_buffer::text)) }
}

/// Half an ACME token for a server: 128 random bits in URL-safe Base64. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_new_token_part(part: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, part, || acme::new_token_part().map(smime_buffer::text)) }
}

/// The ACME token: the half that came in the Subject of the challenge ("ACME: ...", which may stand before it) and the half that came over HTTPS,
/// joined. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where a half is not URL-safe Base64 of 128 bits or more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_token(
    part1: *const c_char,
    part2: *const c_char,
    token: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, token, || {
            let part1 = call::text(part1)?;
            acme::token(acme::token_part1(part1).unwrap_or(part1), call::text(part2)?).map(smime_buffer::text)
        })
    }
}

/// The public half of the account's key as JSON Web Key, in the form that thumbprints are made of (RFC 7638). The buffer is text.
/// Errors: SMIME_E_KEY_UNSUPPORTED for a kind of key that accounts do not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_jwk(key: *const smime_key, jwk: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, jwk, || acme::jwk(call::shared(key)?.0.public_key()).map(smime_buffer::text)) }
}

/// The thumbprint of the account's key (RFC 7638). The buffer is text.
/// Errors: as smime_acme_jwk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_jwk_thumbprint(
    key: *const smime_key,
    thumbprint: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, thumbprint, || acme::jwk_thumbprint(call::shared(key)?.0.public_key()).map(smime_buffer::text)) }
}

/// The body of the answer to an ACME challenge (RFC 8823 section 3.2), for a text/plain part. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_response(
    token: *const c_char,
    thumbprint: *const c_char,
    body: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, body, || Ok(smime_buffer::text(acme::response(call::text(token)?, call::text(thumbprint)?)))) }
}

/// Checks the body of an answer. That it came from the address (DKIM or S/MIME, RFC 8823 section 3.2) is for the caller to check.
/// Errors: SMIME_E_ADDR_CHALLENGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_acme_check_response(
    body: *const c_char,
    token: *const c_char,
    thumbprint: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::status(err, || acme::check_response(call::text(body)?, call::text(token)?, call::text(thumbprint)?)) }
}
