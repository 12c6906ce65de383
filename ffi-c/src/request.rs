//! Certification requests.

use std::ffi::c_char;

use smime::asn1::ObjectIdentifier;
use smime::ca::{CertificateRequest, NewExtension, RequestTemplate, parse_subject};
use smime::cert::{KeyUsage, purpose_from_name};
use smime::{Error, Result};

use crate::buffer::smime_buffer;
use crate::error::smime_error;
use crate::key::smime_key;
use crate::{call, json};

/// A certification request (PKCS #10): what a subject asks an authority for. Never changes; may be read from several threads.
pub struct smime_request(pub(crate) CertificateRequest);

/// Makes a request for this key and signs it with it.
///
/// Each text may be NULL for nothing, but subject or addresses must be there. subject is as RFC 4514 writes it ("CN=Alice,O=Example"); the
/// others are words between blanks: addresses; names of RFC 5280 ("digitalSignature"); names ("emailProtection") or dotted object identifiers.
/// What is not asked for is left to the authority.
/// Errors: SMIME_E_USE_ARGUMENT, SMIME_E_ADDR_MALFORMED, SMIME_E_KEY_UNSUPPORTED where the key does not sign.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_new(
    key: *const smime_key,
    subject: *const c_char,
    addresses: *const c_char,
    key_usage: *const c_char,
    extended_key_usage: *const c_char,
    request: *mut *mut smime_request,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, request, || {
            let template = RequestTemplate {
                subject: parse_subject(call::optional_text(subject)?.unwrap_or_default())?,
                addresses: words(call::optional_text(addresses)?).map(str::to_owned).collect(),
                key_usage: call::optional_text(key_usage)?.map(key_usage_of).transpose()?,
                extended_key_usage: purposes_of(call::optional_text(extended_key_usage)?)?,
                extensions: Vec::<NewExtension>::new(),
            };
            template.sign(&call::shared(key)?.0).map(smime_request)
        })
    }
}

/// Reads the one request in these octets, PEM or DER.
/// Errors: SMIME_E_REQ_MALFORMED, SMIME_E_PEM_MALFORMED, SMIME_E_BER_TRAILING, SMIME_E_LIMIT_BYTES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_from_bytes(
    data: *const u8,
    length: usize,
    request: *mut *mut smime_request,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, request, || CertificateRequest::from_bytes(call::octets(data, length)?).map(smime_request)) }
}

/// Proof of possession: SMIME_OK where the request was signed with the private half of the key in it, and not altered since. Nothing else is
/// proved: what it asks for is the wish of whoever made it.
/// Errors: SMIME_E_SIG_INVALID, SMIME_E_SIG_ALGORITHM_MISMATCH, SMIME_E_ALG_UNSUPPORTED, SMIME_E_KEY_UNSUPPORTED, SMIME_E_KEY_INVALID and the like.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_verify(request: *const smime_request, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::status(err, || call::shared(request)?.0.verify()) }
}

/// The request in DER, octet for octet as it was received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_to_der(
    request: *const smime_request,
    der: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, der, || Ok(smime_buffer::octets(call::shared(request)?.0.der().to_vec()))) }
}

/// The request as a PEM block. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_to_pem(
    request: *const smime_request,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, pem, || Ok(smime_buffer::text(call::shared(request)?.0.to_pem()))) }
}

/// Everything a person wants to know about the request, as JSON: subject, addresses, key, key_sha256, signature ("passed", "failed" or
/// "not_checked"), key_usage, extended_key_usage, extensions, attributes and more. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_to_json(
    request: *const smime_request,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(json::request(&call::shared(request)?.0)))) }
}

/// The subject as RFC 4514 writes it, safe to show. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_subject(
    request: *const smime_request,
    subject: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, subject, || Ok(smime_buffer::text(call::shared(request)?.0.subject().to_string()))) }
}

/// How many e-mail addresses that follow the rules the request asks for. 0 where request is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_address_count(request: *const smime_request) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(request) }?.0.addresses().len()))
}

/// One of these e-mail addresses; the first has index 0. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_address(
    request: *const smime_request,
    index: usize,
    address: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, address, || {
            let addresses = call::shared(request)?.0.addresses();
            Ok(smime_buffer::text(addresses.get(index).ok_or_else(call::no_such_index)?.as_str()))
        })
    }
}

/// Ends a request. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_request_free(request: *mut smime_request) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(request) };
}

/// The words between blanks of a text that may be absent.
pub(crate) fn words(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split_ascii_whitespace()
}

fn key_usage_of(names: &str) -> Result<KeyUsage> {
    words(Some(names))
        .try_fold(KeyUsage::default(), |usages, name| Ok(usages.with(KeyUsage::from_name(name).ok_or_else(|| no_such("key usage", name))?)))
}

fn purposes_of(names: Option<&str>) -> Result<Vec<ObjectIdentifier>> {
    words(names).map(|name| purpose_from_name(name).ok_or_else(|| no_such("purpose", name))).collect()
}

fn no_such(what: &str, name: &str) -> Error {
    call::wrong(format!("there is no {what} {name}"))
}
