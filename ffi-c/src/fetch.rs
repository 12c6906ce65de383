//! Fetching what a judgement lacks, by a callback.

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_void};
use std::sync::Arc;

use smime::Result;
use smime::path::{Fetch, Need, NeedKind};

use crate::error::smime_error;
use crate::external::smime_destroy_fn;
use crate::{call, constants as c};

/// Where a callback that fetches puts what it got. It lives as long as the callback runs.
pub struct smime_answer(RefCell<Option<Vec<u8>>>);

/// Fetches something that a judgement lacks: what is one of SMIME_NEED_*, url where a certificate says that it can be had, certificate
/// the 32 octets of the SHA-256 of that certificate. For SMIME_NEED_OCSP the request is to be POSTed as application/ocsp-request; it is
/// empty otherwise. Give the octets to smime_answer_set. Answers 0, or any other number where it cannot be had: the judgement goes on
/// without it.
///
/// The URL is the word of a certificate that may come from anybody: bound schemes, hosts, sizes and times, and mind that its host learns
/// who reads mail from whom.
pub type smime_fetch_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        what: i32,
        url: *const c_char,
        certificate: *const u8,
        request: *const u8,
        request_length: usize,
        answer: *mut smime_answer,
    ) -> i32,
>;

/// A callback with its user pointer, which is ours from the moment that this exists.
pub(crate) struct Fetcher {
    fetch: smime_fetch_fn,
    destroy: smime_destroy_fn,
    user: *mut c_void,
}

// SAFETY: the header asks for callbacks that may run on any thread, several at the same time.
unsafe impl Send for Fetcher {}
// SAFETY: as above.
unsafe impl Sync for Fetcher {}

impl Fetcher {
    pub(crate) fn new(fetch: smime_fetch_fn, user: *mut c_void, destroy: smime_destroy_fn) -> Result<Arc<Self>> {
        if fetch.is_none() {
            return Err(call::wrong("there is no callback"));
        }
        Ok(Arc::new(Self { fetch, destroy, user }))
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // SAFETY: nobody else has the fetcher any more, so this is the one call.
            unsafe { destroy(self.user) };
        }
    }
}

impl Fetch for Fetcher {
    fn fetch(&self, need: &Need) -> Option<Vec<u8>> {
        let fetch = self.fetch?;
        let url = CString::new(need.url.as_str()).ok()?;
        let what = match need.kind {
            NeedKind::Crl => c::SMIME_NEED_CRL,
            NeedKind::Ocsp => c::SMIME_NEED_OCSP,
            _ => c::SMIME_NEED_ISSUER,
        };
        let mut answer = smime_answer(RefCell::new(None));
        // SAFETY: the callback does what its type says with these pointers, which outlive the call.
        let status = unsafe {
            fetch(self.user, what, url.as_ptr(), need.certificate.as_ptr(), need.request.as_ptr(), need.request.len(), &raw mut answer)
        };
        answer.0.into_inner().filter(|_| status == 0)
    }
}

/// Gives these octets as the answer of a callback that fetches. They are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_answer_set(answer: *mut smime_answer, data: *const u8, length: usize, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let octets = call::octets(data, length)?.to_vec();
            call::shared(answer)?.0.replace(Some(octets));
            Ok(())
        })
    }
}
