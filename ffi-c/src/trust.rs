//! Whom to trust.

use std::sync::RwLock;

use smime::TrustStore;
use smime::cert::{Certificate, CertificateList, OcspResponse};
use smime::trust::TrustStoreBuilder;

use crate::call;
use crate::certificate::smime_certificate;
use crate::certificates::smime_certificates;
use crate::error::smime_error;

/// Collects what a smime_trust is to hold. May be used from several threads.
pub struct smime_trust_builder(RwLock<TrustStoreBuilder>);

/// Trust anchors, and certificates that help to reach them. Never changes; build it once and share it between threads: it
/// remembers which certificates it has seen to be signed by which key.
pub struct smime_trust(pub(crate) TrustStore);

impl smime_trust_builder {
    fn change(&self, change: impl FnOnce(TrustStoreBuilder) -> TrustStoreBuilder) {
        let mut builder = call::write(&self.0);
        *builder = change(std::mem::take(&mut *builder));
    }
}

/// An empty builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_new(builder: *mut *mut smime_trust_builder, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, builder, || Ok(smime_trust_builder(RwLock::new(TrustStore::builder())))) }
}

/// Trusts this certificate: an authority for what it issues, a person's own certificate for itself alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_anchor(
    builder: *mut smime_trust_builder,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, certificate) = (call::shared(builder)?, &call::shared(certificate)?.0);
            builder.change(|builder| builder.anchor(certificate));
            Ok(())
        })
    }
}

/// Trusts every certificate in these octets: PEM with any number of them, or the DER of one.
/// Errors: as smime_certificates_from_bytes; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_anchors(
    builder: *mut smime_trust_builder,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, found) = (call::shared(builder)?, Certificate::many(call::octets(data, length)?)?);
            builder.change(|builder| found.iter().fold(builder, |builder, found| builder.anchor(found)));
            Ok(())
        })
    }
}

/// Has this certificate at hand where a path needs it. It is not trusted for being given here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_intermediate(
    builder: *mut smime_trust_builder,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, certificate) = (call::shared(builder)?, &call::shared(certificate)?.0);
            builder.change(|builder| builder.intermediate(certificate));
            Ok(())
        })
    }
}

/// Has every certificate in these octets at hand: PEM with any number of them, or the DER of one.
/// Errors: as smime_certificates_from_bytes; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_intermediates(
    builder: *mut smime_trust_builder,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, found) = (call::shared(builder)?, Certificate::many(call::octets(data, length)?)?);
            builder.change(|builder| found.iter().fold(builder, |builder, found| builder.intermediate(found)));
            Ok(())
        })
    }
}

/// Has every revocation list in these octets at hand: PEM with any number of them, or the DER of one. Who signed it is judged when it is
/// needed.
/// Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_crls(
    builder: *mut smime_trust_builder,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, found) = (call::shared(builder)?, CertificateList::many(call::octets(data, length)?)?);
            builder.change(|builder| found.iter().fold(builder, |builder, found| builder.crl(found)));
            Ok(())
        })
    }
}

/// Has every OCSP response in these octets at hand: PEM with any number of them, or the DER of one. Who signed it is judged when it is
/// needed.
/// Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_ocsp(
    builder: *mut smime_trust_builder,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, found) = (call::shared(builder)?, OcspResponse::many(call::octets(data, length)?)?);
            builder.change(|builder| found.iter().fold(builder, |builder, found| builder.ocsp_response(found)));
            Ok(())
        })
    }
}

/// Trusts this OCSP responder to answer for every issuer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_add_ocsp_responder(
    builder: *mut smime_trust_builder,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (builder, certificate) = (call::shared(builder)?, &call::shared(certificate)?.0);
            builder.change(|builder| builder.ocsp_responder(certificate));
            Ok(())
        })
    }
}

/// The store with what was collected so far. The builder stays and may go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_build(
    builder: *const smime_trust_builder,
    trust: *mut *mut smime_trust,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, trust, || Ok(smime_trust(call::read(&call::shared(builder)?.0).clone().build()))) }
}

/// Ends a builder. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_builder_free(builder: *mut smime_trust_builder) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(builder) };
}

/// The anchors, each once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_anchors(
    trust: *const smime_trust,
    anchors: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, anchors, || Ok(smime_certificates::of(call::shared(trust)?.0.anchors().iter().cloned()))) }
}

/// The intermediates, each once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_intermediates(
    trust: *const smime_trust,
    intermediates: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, intermediates, || Ok(smime_certificates::of(call::shared(trust)?.0.intermediates().iter().cloned()))) }
}

/// Ends a store. NULL is none. Objects that were made with it keep what they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_free(trust: *mut smime_trust) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(trust) };
}
