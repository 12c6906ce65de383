//! Messages after opening.

use std::sync::Arc;

use smime::Opened;

use crate::buffer::smime_buffer;
use crate::error::smime_error;
use crate::report::smime_report;
use crate::{call, code, constants as c};

/// A message after opening: its report, and its content where the verdict allows it. Never changes; may be read from several threads.
pub struct smime_opened(Arc<Opened>);

impl smime_opened {
    pub(crate) fn new(opened: Opened) -> Self {
        Self(Arc::new(opened))
    }
}

/// What the message is worth, one of SMIME_VERDICT_*. SMIME_VERDICT_INDETERMINATE where opened is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_verdict(opened: *const smime_opened) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(c::SMIME_VERDICT_INDETERMINATE, || Ok(code::verdict(unsafe { call::shared(opened) }?.0.verdict())))
}

/// 1 where the verdict allows the use of the content, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_is_acceptable(opened: *const smime_opened) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(i32::from(unsafe { call::shared(opened) }?.0.is_acceptable())))
}

/// Everything that was found out. The report stays when the opened message ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_report(
    opened: *const smime_opened,
    report: *mut *mut smime_report,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, report, || Ok(smime_report::of(&call::shared(opened)?.0))) }
}

/// The innermost MIME entity, header fields and body, octet for octet as it was protected; or a whole message, see
/// smime_opener_set_as_message. It is not copied, and stays when the opened message ends. Not for messages whose content went to a
/// callback.
/// Errors: SMIME_E_USE_CONTENT_REFUSED unless the verdict allows its use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_content(
    opened: *const smime_opened,
    content: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, content, || smime_buffer::content(&call::shared(opened)?.0)) }
}

/// DANGER: the content whatever the verdict says: altered, forged, or from nobody knows whom. For forensic tools; never show it
/// as what the sender wrote, never render it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_danger_content_despite_verdict(
    opened: *const smime_opened,
    content: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, content, || Ok(smime_buffer::content_despite_verdict(&call::shared(opened)?.0))) }
}

/// Ends an opened message. NULL is none. Its content is wiped when the last buffer that shares it has ended too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opened_free(opened: *mut smime_opened) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(opened) };
}
