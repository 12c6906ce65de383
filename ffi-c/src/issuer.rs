//! Issuing certificates: what tests, trials and small authorities need.

use std::ffi::c_char;

use smime::Time;
use smime::ca::{CertificateTemplate, Issuer};

use crate::call;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::key::smime_key;
use crate::request::smime_request;

/// What a new certificate shall say. Never changes; may be used from several threads.
pub struct smime_template(pub(crate) CertificateTemplate);

/// A key that signs certificates, with the certificate under whose name it does. Never changes; may be used from several threads.
pub struct smime_issuer(pub(crate) Issuer);

/// For a certification authority. The times are in seconds since 1970-01-01T00:00:00Z.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_template_authority(
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
            Ok(smime_template(CertificateTemplate::authority(call::text(common_name)?, not_before, not_after)))
        })
    }
}

/// For a person or mailbox: emailProtection, one address. The times are in seconds since 1970-01-01T00:00:00Z.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_template_end_entity(
    common_name: *const c_char,
    address: *const c_char,
    not_before: i64,
    not_after: i64,
    template: *mut *mut smime_template,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, template, || {
            let (not_before, not_after) = (Time::from_unix(not_before), Time::from_unix(not_after));
            let (common_name, address) = (call::text(common_name)?, call::text(address)?);
            Ok(smime_template(CertificateTemplate::end_entity(common_name, address, not_before, not_after)))
        })
    }
}

/// Ends a template. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_template_free(template: *mut smime_template) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(template) };
}

/// An issuer from its parts.
/// Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate, SMIME_E_KEY_UNSUPPORTED where it cannot sign.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_new(
    key: *const smime_key,
    certificate: *const smime_certificate,
    issuer: *mut *mut smime_issuer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, issuer, || Issuer::new(&call::shared(key)?.0, call::shared(certificate)?.0.clone()).map(smime_issuer)) }
}

/// An issuer with a new certificate that it signs itself: a root.
/// Errors: SMIME_E_KEY_UNSUPPORTED where the key cannot sign, SMIME_E_USE_ARGUMENT where the template cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_self_signed(
    key: *const smime_key,
    template: *const smime_template,
    issuer: *mut *mut smime_issuer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, issuer, || Issuer::self_signed(&call::shared(key)?.0, &call::shared(template)?.0).map(smime_issuer)) }
}

/// The issuer's certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_certificate(
    issuer: *const smime_issuer,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, certificate, || Ok(smime_certificate(call::shared(issuer)?.0.certificate().clone()))) }
}

/// Issues a certificate for the public half of this key.
/// Errors: SMIME_E_USE_ARGUMENT where the template cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_issue(
    issuer: *const smime_issuer,
    key: *const smime_key,
    template: *const smime_template,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let (key, template) = (&call::shared(key)?.0, &call::shared(template)?.0);
            call::shared(issuer)?.0.issue(key.public_key(), template).map(smime_certificate)
        })
    }
}

/// Ends an issuer. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_free(issuer: *mut smime_issuer) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(issuer) };
}

/// Issues a certificate for the key of this request. Nothing else of the request goes in: see smime_profile_template.
/// Errors: SMIME_E_USE_ARGUMENT where the template cannot be written; those of the request's key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_issue_for_request(
    issuer: *const smime_issuer,
    request: *const smime_request,
    template: *const smime_template,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let (key, template) = (call::shared(request)?.0.public_key()?, &call::shared(template)?.0);
            call::shared(issuer)?.0.issue(&key, template).map(smime_certificate)
        })
    }
}

/// A certificate that says what the old one says, with a new serial number and validity: for the key of this request, whose proof of possession
/// is checked, or where that is NULL for the same key. The times are in seconds since 1970-01-01T00:00:00Z.
/// Errors: SMIME_E_CA_NOT_ISSUER where this issuer did not sign the old certificate; SMIME_E_USE_ARGUMENT; those of smime_request_verify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_issuer_renew(
    issuer: *const smime_issuer,
    old: *const smime_certificate,
    request: *const smime_request,
    not_before: i64,
    not_after: i64,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let (issuer, old) = (&call::shared(issuer)?.0, &call::shared(old)?.0);
            let key = match request.as_ref() {
                Some(request) => {
                    request.0.verify()?;
                    request.0.public_key()?
                }
                None => old.public_key()?.clone(),
            };
            issuer.renew(old, &key, Time::from_unix(not_before), Time::from_unix(not_after)).map(smime_certificate)
        })
    }
}
