//! The trust anchors of the operating system.

use crate::buffer::smime_buffer;
use crate::call;
use crate::error::smime_error;
use crate::trust::smime_trust;

/// The anchors that the system has for e-mail, the first of: the PEM bundle that the variable SSL_CERT_FILE names; the stores of Windows, or
/// of macOS; the distribution's bundle for e-mail (Fedora, Red Hat, Arch); what NSS's library trusts for e-mail (libnssckbi.so,
/// as Debian has it), without the roots for which it has a date of distrust; the distribution's bundle for every purpose. Without any
/// of them the store is empty.
///
/// source, which may be NULL, becomes one line of text for logs: where they come from. Files are read with each call. NSS's library is read once
/// and stays loaded. A program that uses NSS itself calls this before or after it initializes NSS, not meanwhile.
/// Errors: SMIME_E_USE_IO where a file that is there, or was named, cannot be read: nothing else takes its place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_trust_system(
    trust: *mut *mut smime_trust,
    source: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        if !source.is_null() {
            source.write(std::ptr::null_mut());
        }
        call::make(err, trust, || {
            let roots = sigpipe::kept(smime_system::email_roots)?;
            let store = smime_trust(roots.trust_store());
            if !source.is_null() {
                source.write(Box::into_raw(Box::new(smime_buffer::text(roots.source().to_string()))));
            }
            Ok(store)
        })
    }
}

/// NSS brings NSPR, which sets SIGPIPE to be ignored. How the program treats its signals is the program's affair.
#[cfg(unix)]
mod sigpipe {
    use std::mem::MaybeUninit;
    use std::ptr;

    /// Does this, and leaves SIGPIPE as it was.
    pub(super) fn kept<T>(work: impl FnOnce() -> T) -> T {
        let before = action();
        let done = work();
        if let (Some(before), Some(after)) = (before, action())
            && before.sa_sigaction != after.sa_sigaction
        {
            // SAFETY: an action that sigaction itself has filled.
            unsafe { libc::sigaction(libc::SIGPIPE, &raw const before, ptr::null_mut()) };
        }
        done
    }

    fn action() -> Option<libc::sigaction> {
        let mut action = MaybeUninit::uninit();
        // SAFETY: a place for an action, which is filled where the call succeeds.
        unsafe { (libc::sigaction(libc::SIGPIPE, ptr::null(), action.as_mut_ptr()) == 0).then(|| action.assume_init()) }
    }
}

#[cfg(not(unix))]
mod sigpipe {
    pub(super) fn kept<T>(work: impl FnOnce() -> T) -> T {
        work()
    }
}
