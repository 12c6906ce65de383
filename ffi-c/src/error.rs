//! Errors as objects.

use std::ffi::{CStr, CString, c_char};

use smime::{Code, Error};

use crate::buffer::smime_buffer;
use crate::{call, json, texts};

/// Why a call failed: a stable code, a line for people, and where in the input. Never changes; may be read from several threads.
pub struct smime_error {
    code: Code,
    offset: Option<u64>,
    message: CString,
}

impl smime_error {
    pub(crate) fn new(error: &Error) -> Self {
        Self { code: error.code(), offset: error.offset(), message: texts::c_string(error.message()) }
    }

    fn as_error(&self) -> (Code, Option<u64>, &str) {
        (self.code, self.offset, self.message.to_str().unwrap_or_default())
    }
}

/// The code: one of SMIME_E_*, the same number that the call returned. SMIME_OK where error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_code(error: *const smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(error) }?.code.number()))
}

/// The stable name of the code, for example "BER-TRUNCATED". Static; "" where error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_name(error: *const smime_error) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value(c"", || Ok(texts::name(unsafe { call::shared(error) }?.code.number()).unwrap_or_default())).as_ptr()
}

/// One line for people, in UTF-8. It may change from version to version. Lives as long as the error; "" where error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_message(error: *const smime_error) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value::<&CStr>(c"", || Ok(&unsafe { call::shared(error) }?.message)).as_ptr()
}

/// Octets from the start of the input that was being read; -1 where that is not known or error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_offset(error: *const smime_error) -> i64 {
    // SAFETY: the pointers are what the header asks for.
    let offset = call::value(None, || Ok(unsafe { call::shared(error) }?.offset));
    offset.and_then(|offset| i64::try_from(offset).ok()).unwrap_or(-1)
}

/// The error as JSON: {"error": {"code", "message", "offset"}}. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_to_json(error: *const smime_error, json: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(json::error(call::shared(error)?.as_error())))) }
}

/// Ends an error. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_error_free(error: *mut smime_error) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(error) };
}
