//! Answering OCSP requests.

use std::ffi::{c_char, c_void};
use std::sync::RwLock;

use smime::ca::{CertificateTemplate, OcspResponder, OcspStatus, OtherIssuers};
use smime::cert::{OcspRequest, OcspResponseStatus};
use smime::crypto::DigestAlgorithm;
use smime::{Code, Error, Result, Time};

use crate::buffer::smime_buffer;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::issuer::smime_template;
use crate::key::smime_key;
use crate::revocation_list::reason;
use crate::{call, constants as c};

/// An OCSP request that was read. Never changes; may be used from several threads.
pub struct smime_ocsp_request(OcspRequest);

/// A key that answers for the certificates of one issuer. May be used from several threads.
pub struct smime_ocsp_responder(RwLock<OcspResponder>);

/// Where a callback says the status of a certificate. It lives as long as the callback runs.
pub struct smime_ocsp_status(RwLock<OcspStatus>);

/// Says the status of the certificate with this serial number, the content octets of an INTEGER, by smime_ocsp_status_set; where it does
/// not, that is unknown. Answers 0, or any other number where it cannot be found out: the asker is told to try later.
pub type smime_ocsp_status_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, serial: *const u8, serial_length: usize, status: *mut smime_ocsp_status) -> i32>;

/// Reads an OCSP request.
/// Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_LIMIT_ELEMENT where it asks about more than 1000 certificates.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_from_bytes(
    data: *const u8,
    length: usize,
    request: *mut *mut smime_ocsp_request,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, request, || OcspRequest::from_der(call::octets(data, length)?).map(smime_ocsp_request)) }
}

/// Reads the OCSP request in the URL of a GET (RFC 6960 appendix A.1): what follows the responder's own URL.
/// Errors: as smime_ocsp_request_from_bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_from_get_path(
    path: *const c_char,
    request: *mut *mut smime_ocsp_request,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, request, || OcspRequest::from_get_path(call::text(path)?).map(smime_ocsp_request)) }
}

/// The request in DER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_to_der(
    request: *const smime_ocsp_request,
    der: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, der, || Ok(smime_buffer::octets(call::shared(request)?.0.to_der()))) }
}

/// How many certificates are asked about. 0 where request is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_len(request: *const smime_ocsp_request) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(request) }?.0.cert_ids().len()))
}

/// The CertID of the certificate with this index, in DER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_cert_id(
    request: *const smime_ocsp_request,
    index: usize,
    cert_id: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, cert_id, || {
            let id = call::shared(request)?.0.cert_ids().get(index).ok_or_else(call::no_such_index)?;
            Ok(smime_buffer::octets(id.to_der()))
        })
    }
}

/// The serial number of the certificate with this index: the content octets of an INTEGER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_serial(
    request: *const smime_ocsp_request,
    index: usize,
    serial: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, serial, || {
            let id = call::shared(request)?.0.cert_ids().get(index).ok_or_else(call::no_such_index)?;
            Ok(smime_buffer::octets(id.serial().to_vec()))
        })
    }
}

/// The nonce; an empty buffer where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_nonce(
    request: *const smime_ocsp_request,
    nonce: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, nonce, || Ok(smime_buffer::octets(call::shared(request)?.0.nonce().unwrap_or_default().to_vec()))) }
}

/// Ends a request. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_request_free(request: *mut smime_ocsp_request) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(request) };
}

/// Says the status of a certificate, one of SMIME_OCSP_STATUS_*; for SMIME_OCSP_STATUS_REVOKED also since when, in seconds since
/// 1970-01-01T00:00:00Z, and why, one of SMIME_REASON_*.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_status_set(
    status: *mut smime_ocsp_status,
    kind: i32,
    revoked_at: i64,
    reason: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            *call::write(&call::shared(status)?.0) = status_of(kind, revoked_at, reason)?;
            Ok(())
        })
    }
}

fn status_of(kind: i32, revoked_at: i64, number: i32) -> Result<OcspStatus> {
    match kind {
        c::SMIME_OCSP_STATUS_GOOD => Ok(OcspStatus::Good),
        c::SMIME_OCSP_STATUS_REVOKED => Ok(OcspStatus::Revoked { at: Time::from_unix(revoked_at), reason: Some(reason(number)?) }),
        c::SMIME_OCSP_STATUS_UNKNOWN => Ok(OcspStatus::Unknown),
        c::SMIME_OCSP_STATUS_NEVER_ISSUED => Ok(OcspStatus::NeverIssued),
        _ => Err(call::wrong("there is no such status")),
    }
}

/// For a key that answers OCSP requests in the place of an authority: id-kp-OCSPSigning and id-pkix-ocsp-nocheck. Nobody asks whether such a
/// certificate is revoked, so let it end after days. The times are in seconds since 1970-01-01T00:00:00Z.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_template_ocsp_responder(
    common_name: *const c_char,
    not_before: i64,
    not_after: i64,
    template: *mut *mut smime_template,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, template, || {
            let (not_before, not_after) = (Time::from_unix(not_before), Time::from_unix(not_after));
            Ok(smime_template(CertificateTemplate::ocsp_responder(call::text(common_name)?, not_before, not_after)))
        })
    }
}

/// A responder for the certificates of this issuer, with the issuer's own certificate or with one that the issuer has issued for this
/// (smime_template_ocsp_responder), which then goes along with each answer. It is named by its key and echoes nonces; requests about
/// certificates of other issuers are answered by unauthorized.
/// Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate, SMIME_E_KEY_UNSUPPORTED where it cannot sign,
/// SMIME_E_USE_KEY_FOR_SIGNING where the certificate is neither the issuer's own nor one for this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_new(
    key: *const smime_key,
    certificate: *const smime_certificate,
    issuer: *const smime_certificate,
    responder: *mut *mut smime_ocsp_responder,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, responder, || {
            let (certificate, issuer) = (call::shared(certificate)?.0.clone(), call::shared(issuer)?.0.clone());
            OcspResponder::new(&call::shared(key)?.0, certificate, issuer).map(|responder| smime_ocsp_responder(RwLock::new(responder)))
        })
    }
}

/// Does this to the responder.
///
/// # Safety
/// `err` and `responder` are what the header asks for.
unsafe fn change(
    err: *mut *mut smime_error,
    responder: *mut smime_ocsp_responder,
    work: impl FnOnce(OcspResponder) -> OcspResponder,
) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe {
        call::status(err, || {
            let mut responder = call::write(&call::shared(responder)?.0);
            *responder = work(responder.clone());
            Ok(())
        })
    }
}

/// Names the responder by the subject of its certificate instead of its key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_set_by_name(responder: *mut smime_ocsp_responder, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, responder, OcspResponder::by_name) }
}

/// Passes over nonces.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_omit_nonces(responder: *mut smime_ocsp_responder, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, responder, OcspResponder::without_nonces) }
}

/// Answers unknown about each certificate of another issuer, instead of unauthorized to the whole request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_set_others_unknown(responder: *mut smime_ocsp_responder, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, responder, |responder| responder.other_issuers(OtherIssuers::Unknown)) }
}

/// Answers a request, whatever its octets are: the response has a status that says so where they are none, and where the status of a
/// certificate cannot be found out. The callback is asked about certificates of the issuer alone. The times are in seconds since
/// 1970-01-01T00:00:00Z; next_update may be NULL: newer information is always at hand.
/// Errors: SMIME_E_USE_ARGUMENT where there is no callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_respond(
    responder: *const smime_ocsp_responder,
    data: *const u8,
    length: usize,
    status: smime_ocsp_status_fn,
    user: *mut c_void,
    this_update: i64,
    next_update: *const i64,
    produced_at: i64,
    response: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, response, || {
            let request = call::octets(data, length)?;
            let ask = status.ok_or_else(|| call::wrong("there is no callback"))?;
            let next_update = next_update.as_ref().copied().map(Time::from_unix);
            let status_of = |id: &smime::cert::CertId<'_>| {
                let mut place = smime_ocsp_status(RwLock::new(OcspStatus::Unknown));
                match ask(user, id.serial().as_ptr(), id.serial().len(), &raw mut place) {
                    0 => Ok(*call::read(&place.0)),
                    number => Err(Error::new(Code::UseIo).because(format!("the callback answered {number}"))),
                }
            };
            let responder = call::read(&call::shared(responder)?.0).clone();
            let (this_update, produced_at) = (Time::from_unix(this_update), Time::from_unix(produced_at));
            Ok(smime_buffer::octets(responder.respond(request, status_of, this_update, next_update, produced_at)))
        })
    }
}

/// Makes an answer before anybody asks: about the certificate with this serial number, named by this digest ("sha1", also where it is
/// NULL, as most ask; or "sha256" ...), without a nonce. The status is as in smime_ocsp_status_set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_prepare(
    responder: *const smime_ocsp_responder,
    serial: *const u8,
    serial_length: usize,
    digest: *const c_char,
    status: i32,
    revoked_at: i64,
    reason: i32,
    this_update: i64,
    next_update: i64,
    produced_at: i64,
    response: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, response, || {
            let name = call::optional_text(digest)?.unwrap_or("sha1");
            let digest = DigestAlgorithm::from_name(name).ok_or_else(|| call::wrong("there is no such digest"))?;
            let status = status_of(status, revoked_at, reason)?;
            let [this_update, next_update, produced_at] = [this_update, next_update, produced_at].map(Time::from_unix);
            let responder = call::read(&call::shared(responder)?.0).clone();
            let serial = call::octets(serial, serial_length)?;
            responder.prepare(serial, digest, status, this_update, next_update, produced_at).map(smime_buffer::octets)
        })
    }
}

/// Ends a responder. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_responder_free(responder: *mut smime_ocsp_responder) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(responder) };
}

/// A response without an answer, which nobody signs: the status is one of SMIME_OCSP_RESPONSE_*.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_ocsp_refusal(status: i32, response: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, response, || {
            let status = u8::try_from(status).ok().and_then(OcspResponseStatus::from_number);
            let status = status.filter(|status| *status != OcspResponseStatus::Successful);
            Ok(smime_buffer::octets(OcspResponder::refusal(status.ok_or_else(|| call::wrong("there is no such status"))?)))
        })
    }
}
