//! Certificates.

use std::ffi::c_char;

use smime::cert::Certificate;
use smime::{Code, Error};

use crate::buffer::smime_buffer;
use crate::error::smime_error;
use crate::{call, json};

/// An X.509 certificate. Never changes; may be read from several threads.
pub struct smime_certificate(pub(crate) Certificate);

/// Reads the one certificate in these octets, PEM or DER. For files with several see smime_certificates_from_bytes.
/// Errors: SMIME_E_CERT_MALFORMED, SMIME_E_PEM_MALFORMED, also where PEM holds none or several.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_from_bytes(
    data: *const u8,
    length: usize,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let mut found = Certificate::many(call::octets(data, length)?)?;
            match (found.pop(), found.is_empty()) {
                (Some(only), true) => Ok(smime_certificate(only)),
                _ => Err(Error::new(Code::PemMalformed).because("more than one certificate where one is due")),
            }
        })
    }
}

/// The certificate in DER, octet for octet as it was received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_to_der(
    certificate: *const smime_certificate,
    der: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, der, || Ok(smime_buffer::octets(call::shared(certificate)?.0.der().to_vec()))) }
}

/// The certificate as a PEM block. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_to_pem(
    certificate: *const smime_certificate,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, pem, || Ok(smime_buffer::text(call::shared(certificate)?.0.to_pem()))) }
}

/// Everything a person wants to know about the certificate, as JSON: subject, issuer, serial, not_before, not_after, key, key_bits,
/// key_usage, extended_key_usage, addresses, sha256, problems and more. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_to_json(
    certificate: *const smime_certificate,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(json::certificate(&call::shared(certificate)?.0)))) }
}

/// The rules for those who issue certificates that it does not keep, as JSON: {"lints": [{"lint", "severity", "message", "reference"}]}, the
/// severity error, warning or notice. The rules are RFC 5280 and the S/MIME Baseline Requirements; docs/lint.md lists them. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_lint_to_json(
    certificate: *const smime_certificate,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(json::lints(&call::shared(certificate)?.0)))) }
}

/// The subject as RFC 4514 writes it, safe to show. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_subject(
    certificate: *const smime_certificate,
    subject: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, subject, || Ok(smime_buffer::text(call::shared(certificate)?.0.subject().to_string()))) }
}

/// The issuer as RFC 4514 writes it, safe to show. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_issuer(
    certificate: *const smime_certificate,
    issuer: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, issuer, || Ok(smime_buffer::text(call::shared(certificate)?.0.issuer().to_string()))) }
}

/// The octets of the serial number in hexadecimal, as reports have it. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_serial(
    certificate: *const smime_certificate,
    serial: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, serial, || Ok(smime_buffer::text(json::hex(call::shared(certificate)?.0.serial())))) }
}

/// SHA-256 of the certificate in hexadecimal: its name in reports. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_sha256(
    certificate: *const smime_certificate,
    sha256: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, sha256, || Ok(smime_buffer::text(json::hex(call::shared(certificate)?.0.sha256())))) }
}

/// The first second of its validity, in seconds since 1970-01-01T00:00:00Z. 0 where certificate is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_not_before(certificate: *const smime_certificate) -> i64 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(certificate) }?.0.not_before().unix()))
}

/// The last second of its validity, in seconds since 1970-01-01T00:00:00Z. 0 where certificate is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_not_after(certificate: *const smime_certificate) -> i64 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(certificate) }?.0.not_after().unix()))
}

/// How many e-mail addresses that follow the rules the certificate has. 0 where certificate is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_address_count(certificate: *const smime_certificate) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(certificate) }?.0.addresses().len()))
}

/// One of its e-mail addresses; the first has index 0. The buffer is text.
/// Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_address(
    certificate: *const smime_certificate,
    index: usize,
    address: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, address, || {
            let addresses = call::shared(certificate)?.0.addresses();
            Ok(smime_buffer::text(addresses.get(index).ok_or_else(call::no_such_index)?.as_str()))
        })
    }
}

/// SMIME_ADDRESS_MATCH where this e-mail address is one of the certificate's, by the rules that hold for the sender of a signed
/// message; else SMIME_ADDRESS_MISMATCH, or SMIME_ADDRESS_ABSENT where the certificate has none or an argument cannot be used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_match_address(certificate: *const smime_certificate, address: *const c_char) -> i32 {
    use crate::constants as c;
    use smime::cert::AddressMatch;
    call::value(c::SMIME_ADDRESS_ABSENT, || {
        // SAFETY: the pointers are what the header asks for.
        let (certificate, address) = unsafe { (call::shared(certificate)?, call::text(address)?) };
        Ok(match smime::cert::match_address(&certificate.0, address) {
            AddressMatch::Match => c::SMIME_ADDRESS_MATCH,
            AddressMatch::Mismatch => c::SMIME_ADDRESS_MISMATCH,
            _ => c::SMIME_ADDRESS_ABSENT,
        })
    })
}

/// Ends a certificate. NULL is none. Objects that were made with it keep what they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificate_free(certificate: *mut smime_certificate) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(certificate) };
}
