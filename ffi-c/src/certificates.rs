//! Lists of certificates.

use std::sync::RwLock;

use smime::cert::Certificate;

use crate::buffer::smime_buffer;
use crate::call;
use crate::certificate::smime_certificate;
use crate::constants as c;
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

/// Reads every certificate in these octets: PEM with any number of them, the DER of one, or a bundle (.p7c, .p7b) in DER or PEM.
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

/// The certificates as a bundle, SignedData that nobody signed (.p7c, .p7b, certs-only), in SMIME_FORM_DER or SMIME_FORM_PEM. They are a SET
/// there, in an order of its own. The buffer is text where it is PEM.
/// Errors: SMIME_E_USE_ARGUMENT where the list is empty, SMIME_E_LIMIT_CERTIFICATES where there are more than 10000.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_to_certs_only(
    list: *const smime_certificates,
    form: i32,
    bundle: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, bundle, || {
            let der = smime::cert::certs_only(&call::shared(list)?.to_vec())?;
            match form {
                c::SMIME_FORM_DER => Ok(smime_buffer::octets(der)),
                c::SMIME_FORM_PEM => Ok(smime_buffer::text(smime::pem::encode("PKCS7", &der))),
                _ => Err(call::wrong("a bundle has the form DER or PEM")),
            }
        })
    }
}

/// The certificates as PEM, one block behind the other. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_to_pem(
    list: *const smime_certificates,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, pem, || {
            let list = call::shared(list)?.to_vec();
            Ok(smime_buffer::text(list.iter().map(Certificate::to_pem).collect::<String>()))
        })
    }
}

/// Ends a list. NULL is none. Certificates that were taken out of it stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_certificates_free(list: *mut smime_certificates) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(list) };
}
