//! Results made of octets.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use smime::{Opened, Result};
use zeroize::Zeroizing;

use crate::{call, texts};

/// Octets that the library made, or text. Never changes; may be read from several threads.
pub struct smime_buffer(Content);

enum Content {
    Octets(Vec<u8>),
    Text(CString),
    /// With NUL at the end. Wiped at the end.
    SecretText(Zeroizing<Vec<u8>>),
    /// The content of a message, shared with the object that it came from rather than copied.
    Opened(Arc<Opened>),
    OpenedDespiteVerdict(Arc<Opened>),
}

impl smime_buffer {
    pub(crate) fn octets(octets: Vec<u8>) -> Self {
        Self(Content::Octets(octets))
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(Content::Text(texts::c_string(text)))
    }

    pub(crate) fn secret_text(text: String) -> Self {
        let text = Zeroizing::new(text);
        let mut octets = Zeroizing::new(Vec::with_capacity(text.len() + 1));
        octets.extend_from_slice(text.as_bytes());
        octets.push(0);
        Self(Content::SecretText(octets))
    }

    /// The content of an opened message, where the verdict allows it.
    pub(crate) fn content(opened: &Arc<Opened>) -> Result<Self> {
        opened.content()?;
        Ok(Self(Content::Opened(Arc::clone(opened))))
    }

    pub(crate) fn content_despite_verdict(opened: &Arc<Opened>) -> Self {
        Self(Content::OpenedDespiteVerdict(Arc::clone(opened)))
    }

    fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Content::Octets(octets) => octets,
            Content::Text(text) => text.as_bytes(),
            Content::SecretText(octets) => octets.split_last().map(|(_, text)| text).unwrap_or_default(),
            Content::Opened(opened) => opened.content().unwrap_or_default(),
            Content::OpenedDespiteVerdict(opened) => opened.danger_content_despite_verdict(),
        }
    }
}

/// The octets. They live as long as the buffer. Never NULL for a buffer, not even for an empty one; NULL where buffer is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_buffer_data(buffer: *const smime_buffer) -> *const u8 {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || Ok(unsafe { call::shared(buffer) }?.as_slice().as_ptr()))
}

/// How many octets there are, the NUL after a text not counted. 0 where buffer is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_buffer_len(buffer: *const smime_buffer) -> usize {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(buffer) }?.as_slice().len()))
}

/// The text of a buffer that is text (JSON, PEM, names): UTF-8 with NUL at the end. It lives as long as the buffer. NULL for a
/// buffer that is not text, for example a message, and where buffer is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_buffer_text(buffer: *const smime_buffer) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || match &unsafe { call::shared(buffer) }?.0 {
        Content::Text(text) => Ok(text.as_ptr()),
        Content::SecretText(octets) => Ok(octets.as_ptr().cast()),
        _ => Ok(std::ptr::null()),
    })
}

/// Ends a buffer. Secrets in it are wiped. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_buffer_free(buffer: *mut smime_buffer) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(buffer) };
}
