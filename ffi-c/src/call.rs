//! The wall between C and Rust: what comes in is checked, what goes wrong becomes a status and an error, no panic passes.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use smime::{Code, Error, Result};

use crate::error::smime_error;

/// Runs the work of a call and answers with its status; `*err` becomes NULL or the error.
///
/// # Safety
/// `err` is NULL or points to a place for a pointer.
pub(crate) unsafe fn status(err: *mut *mut smime_error, work: impl FnOnce() -> Result<()>) -> i32 {
    let failed = caught(work).and_then(|done| done).err();
    let code = failed.as_ref().map_or(0, |error| error.code().number());
    if !err.is_null() {
        let object = failed.map_or(std::ptr::null_mut(), |error| Box::into_raw(Box::new(smime_error::new(&error))));
        // SAFETY: by the contract of this function.
        unsafe { err.write(object) };
    }
    code
}

/// As [`status`], for work that makes an object: `*made` becomes NULL or the object.
///
/// # Safety
/// `err` as in [`status`]; `made` is NULL, which is an error, or points to a place for a pointer.
pub(crate) unsafe fn make<T>(err: *mut *mut smime_error, made: *mut *mut T, work: impl FnOnce() -> Result<T>) -> i32 {
    if made.is_null() {
        // SAFETY: by the contract of this function.
        return unsafe { status(err, || Err(wrong("there is no place for the result"))) };
    }
    // SAFETY: `made` is not NULL; `err` by the contract of this function.
    unsafe {
        made.write(std::ptr::null_mut());
        status(err, || {
            let object = Box::new(work()?);
            made.write(Box::into_raw(object));
            Ok(())
        })
    }
}

/// The value that this work answers with, or the other one where it fails or panics.
pub(crate) fn value<T>(otherwise: T, work: impl FnOnce() -> Result<T>) -> T {
    caught(work).and_then(|done| done).unwrap_or(otherwise)
}

/// Ends an object that C owned. NULL is none.
///
/// # Safety
/// `object` is NULL or came from [`make`] and was not ended before.
pub(crate) unsafe fn release<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: by the contract of this function.
        let object = unsafe { Box::from_raw(object) };
        let _ = caught(|| drop(object));
    }
}

fn caught<T>(work: impl FnOnce() -> T) -> Result<T> {
    // What the work has touched is either owned by it or behind a lock that treats a panic as an error.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Error::new(Code::Internal).because(text)
    })
}

/// An argument that cannot be used.
pub(crate) fn wrong(why: impl Into<String>) -> Error {
    Error::new(Code::UseArgument).because(why)
}

/// The object behind a pointer.
///
/// # Safety
/// `object` is NULL, which is an error, or points to an object that lives for `'a`.
pub(crate) unsafe fn shared<'a, T>(object: *const T) -> Result<&'a T> {
    // SAFETY: by the contract of this function.
    unsafe { object.as_ref() }.ok_or_else(|| wrong("an object is NULL"))
}

/// Octets from C.
///
/// # Safety
/// `data` is NULL or points to `length` octets that stay as they are for `'a`.
pub(crate) unsafe fn octets<'a>(data: *const u8, length: usize) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(wrong("the data is NULL but its length is not 0"));
    }
    if isize::try_from(length).is_err() {
        return Err(wrong("the length is impossible"));
    }
    // SAFETY: neither NULL nor too long; the rest by the contract of this function.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// Text from C, which is UTF-8.
///
/// # Safety
/// `text` is NULL, which is an error, or points to octets that end with NUL and stay as they are for `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> Result<&'a str> {
    if text.is_null() {
        return Err(wrong("a text is NULL"));
    }
    // SAFETY: not NULL; the rest by the contract of this function.
    unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| wrong("a text is not UTF-8"))
}

/// Text from C that may be absent.
///
/// # Safety
/// As [`text`], but NULL is no error.
pub(crate) unsafe fn optional_text<'a>(words: *const c_char) -> Result<Option<&'a str>> {
    // SAFETY: by the contract of this function.
    if words.is_null() { Ok(None) } else { unsafe { text(words) }.map(Some) }
}

/// A lock whose content is whole at every moment, so that a panic elsewhere leaves it fit for use.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// As [`read`], to change it.
pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// An index behind the last.
pub(crate) fn no_such_index() -> Error {
    wrong("there is nothing with this index")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{smime_error_code, smime_error_free, smime_error_message};

    #[test]
    fn a_panic_becomes_an_internal_error() {
        let (mut err, mut made) = (std::ptr::null_mut(), std::ptr::NonNull::<u8>::dangling().as_ptr());
        // SAFETY: places on the stack; the error is ended once.
        unsafe {
            assert_eq!(make(&raw mut err, &raw mut made, || panic!("as {}", "intended")), Code::Internal.number());
            assert!(made.is_null());
            assert_eq!(smime_error_code(err), Code::Internal.number());
            assert!(CStr::from_ptr(smime_error_message(err)).to_str().is_ok_and(|message| message.ends_with("as intended")));
            smime_error_free(err);
            assert_eq!(status(std::ptr::null_mut(), || panic!("as intended")), Code::Internal.number());
        }
        assert_eq!(value(7, || panic!("as intended")), 7);
    }

    #[test]
    fn the_end_of_an_object_lets_no_panic_out() {
        struct Unwilling;
        impl Drop for Unwilling {
            fn drop(&mut self) {
                panic!("as intended");
            }
        }
        // SAFETY: a box that is ended once.
        unsafe { release(Box::into_raw(Box::new(Unwilling))) };
    }

    #[test]
    fn arguments_are_checked() {
        // SAFETY: no pointer here is read beyond what it points to.
        unsafe {
            assert!(octets(std::ptr::null(), 0).is_ok_and(<[u8]>::is_empty));
            assert!(octets(std::ptr::null(), 1).is_err_and(|error| error.code() == Code::UseArgument));
            assert!(octets([1].as_ptr(), usize::MAX).is_err());
            assert!(text(std::ptr::null()).is_err() && optional_text(std::ptr::null()).is_ok_and(|text| text.is_none()));
            assert!(text(c"\xff".as_ptr()).is_err() && text(c"ok".as_ptr()).is_ok_and(|text| text == "ok"));
            assert!(shared::<u8>(std::ptr::null()).is_err());
        }
    }
}
