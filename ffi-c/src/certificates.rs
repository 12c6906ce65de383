//! Lists of certificates.

use std::sync::RwLock;

use smime::cert::Certificate;

use crate::call;
use crate::certificate::smime_certificate;
use crate::error::smime_error;

/// A list of certificates. May be used from several threads.
pub struct smime_certificates(RwLock<Vec<Certificate>>);

impl smime_certificates {
    pub(crate) fn of(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        Self(RwLock::new(certificates.into_iter().collect()))
    }

    pub(crate) fn to_vec(&self) -> Vec<Certificate> {
        call::read(&self.0).clone()
    }

    /// The certificates of a list that may be NULL.
    ///
    /// # Safety
    /// `list` is NULL or points to a list.
    pub(crate) unsafe fn optional(list: *const Self) -> Vec<Certificate> {
        // SAFETY: by the contract of this function.
        unsafe { list.as_ref() }.map(Self::to_vec).unwrap_or_default()
    }
}

/// An empty list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_new(list: *mut *mut smime_certificates, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, list, || Ok(smime_certificates::of([]))) }
}

/// Reads every certificate in these octets: PEM with any number of them, or the DER of one.
/// Errors: SMIME_E_CERT_MALFORMED, SMIME_E_PEM_MALFORMED, also where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_from_bytes(
    data: *const u8,
    length: usize,
    list: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, list, || Ok(smime_certificates::of(Certificate::many(call::octets(data, length)?)?))) }
}

/// Puts a certificate at the end of the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_add(
    list: *mut smime_certificates,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (list, certificate) = (call::shared(list)?, call::shared(certificate)?.0.clone());
            call::write(&list.0).push(certificate);
            Ok(())
        })
    }
}

/// How many certificates there are. 0 where list is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_len(list: *const smime_certificates) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(call::read(&unsafe { call::shared(list) }?.0).len()))
}

/// One of the certificates, as an object of its own; the first has index 0.
/// Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_at(
    list: *const smime_certificates,
    index: usize,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificate, || {
            let list = call::read(&call::shared(list)?.0);
            Ok(smime_certificate(list.get(index).ok_or_else(call::no_such_index)?.clone()))
        })
    }
}

/// Ends a list. NULL is none. Certificates that were taken out of it stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_free(list: *mut smime_certificates) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(list) };
}
