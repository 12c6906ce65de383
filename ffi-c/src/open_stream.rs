//! Messages that come in pieces.

use smime::OpenStream;

use crate::call;
use crate::error::smime_error;
use crate::opened::smime_opened;
use crate::pipe::Flow;

/// A message on its way through the layers: push its octets in pieces of any size, then finish. One thread at a time: a call that
/// meets another one on the same stream fails with SMIME_E_USE_STATE. After an error, and after it has finished, a stream is of no
/// more use and each call fails with SMIME_E_USE_STATE; end it.
pub struct smime_open_stream(Flow<OpenStream<'static>>);

impl smime_open_stream {
    pub(crate) fn new(stream: OpenStream<'static>) -> Self {
        Self(Flow::new(stream))
    }
}

/// Takes the next octets of the message.
/// Errors: as smime_opener_open; SMIME_E_USE_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_open_stream_push(
    stream: *mut smime_open_stream,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let octets = call::octets(data, length)?;
            call::shared(stream)?.0.with(|stream| stream.push(octets))
        })
    }
}

/// Ends the message and answers with what came out. The stream object must still be ended.
/// Errors: as smime_opener_open; SMIME_E_USE_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_open_stream_finish(
    stream: *mut smime_open_stream,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, opened, || call::shared(stream)?.0.end(OpenStream::finish).map(smime_opened::new)) }
}

/// Ends a stream, finished or not. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_open_stream_free(stream: *mut smime_open_stream) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(stream) };
}
