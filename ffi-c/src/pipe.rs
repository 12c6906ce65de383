//! Streams: what may be called when, and the two that write through a callback.

use std::ptr::NonNull;
use std::sync::{Mutex, TryLockError};

use smime::encrypt::EncryptStream;
use smime::sign::SignStream;
use smime::{Code, Error, Result};

use crate::call;
use crate::error::smime_error;
use crate::io::Sink;

/// A stream that one call at a time may use, until one fails or it has finished.
pub(crate) struct Flow<S> {
    stream: Mutex<Option<S>>,
}

impl<S> Flow<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream: Mutex::new(Some(stream)) }
    }

    /// Works with the stream; it is gone where the work fails or panics.
    pub(crate) fn with(&self, work: impl FnOnce(&mut S) -> Result<()>) -> Result<()> {
        self.taken(|place, mut stream| {
            work(&mut stream)?;
            *place = Some(stream);
            Ok(())
        })
    }

    /// Ends the stream.
    pub(crate) fn end<T>(&self, work: impl FnOnce(S) -> Result<T>) -> Result<T> {
        self.taken(|_, stream| work(stream))
    }

    fn taken<T>(&self, work: impl FnOnce(&mut Option<S>, S) -> Result<T>) -> Result<T> {
        let mut place = match self.stream.try_lock() {
            Ok(place) => place,
            Err(TryLockError::Poisoned(place)) => place.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(Error::new(Code::UseState).because("another call is using this stream")),
        };
        let stream = place.take().ok_or_else(|| Error::new(Code::UseState).because("the stream has finished or failed"))?;
        work(&mut place, stream)
    }
}

/// A stream together with the sink that it writes to.
pub(crate) struct Piped<S> {
    // Fields are dropped in this order: the stream, which borrows the sink, before the sink.
    stream: S,
    sink: Kept,
}

/// A sink at a fixed address.
struct Kept(NonNull<Sink>);

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: it came from `Box::leak` and whoever borrowed it is gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl<S> Piped<S> {
    /// Opens a stream on this sink.
    fn open(sink: Sink, open: impl FnOnce(&'static mut Sink) -> Result<S>) -> Result<Self> {
        let sink = Kept(NonNull::from(Box::leak(Box::new(sink))));
        // SAFETY: the stream alone uses this reference, and `Piped` ends the stream before the sink. Where opening fails, it is
        // gone when `sink` is dropped.
        let stream = open(unsafe { &mut *sink.0.as_ptr() })?;
        Ok(Self { stream, sink })
    }

    fn close(self, close: impl FnOnce(S) -> Result<()>) -> Result<()> {
        let Self { stream, sink } = self;
        let closed = close(stream);
        drop(sink);
        closed
    }
}

/// A message that is signed while it comes in pieces. One thread at a time, as smime_open_stream.
pub struct smime_sign_stream(pub(crate) Flow<Piped<SignStream<'static>>>);

impl smime_sign_stream {
    pub(crate) fn open(signer: &smime::Signer, sink: Sink) -> Result<Self> {
        Piped::open(sink, |sink| Ok(signer.stream(sink))).map(|piped| Self(Flow::new(piped)))
    }
}

/// Takes the next octets of the message. What is ready is written at once.
/// Errors: SMIME_E_USE_NOT_TRANSPORT_SAFE where the content would not survive mail transport: sign it with smime_signer_sign or
/// smime_signer_sign_io, which encode it; SMIME_E_MIME_HEADER, SMIME_E_USE_IO, SMIME_E_USE_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_sign_stream_push(
    stream: *mut smime_sign_stream,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let octets = call::octets(data, length)?;
            call::shared(stream)?.0.with(|piped| piped.stream.push(octets))
        })
    }
}

/// Ends the message: signs, and writes what remains. The stream object must still be ended.
/// Errors: as smime_sign_stream_push; SMIME_E_USE_KEY_FOR_SIGNING, SMIME_E_KEY_EXTERNAL_FAILED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_sign_stream_finish(stream: *mut smime_sign_stream, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::status(err, || call::shared(stream)?.0.end(|piped| piped.close(SignStream::finish))) }
}

/// Ends a stream, finished or not. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_sign_stream_free(stream: *mut smime_sign_stream) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(stream) };
}

/// A message that is encrypted while it comes in pieces. One thread at a time, as smime_open_stream.
pub struct smime_encrypt_stream(pub(crate) Flow<Piped<EncryptStream<'static>>>);

impl smime_encrypt_stream {
    pub(crate) fn open(encryptor: &smime::Encryptor, sink: Sink) -> Result<Self> {
        Piped::open(sink, |sink| encryptor.stream(sink)).map(|piped| Self(Flow::new(piped)))
    }
}

/// Takes the next octets of the message. What is ready is written at once.
/// Errors: SMIME_E_USE_NO_RECIPIENT, SMIME_E_MIME_HEADER, SMIME_E_USE_IO, SMIME_E_USE_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encrypt_stream_push(
    stream: *mut smime_encrypt_stream,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let octets = call::octets(data, length)?;
            call::shared(stream)?.0.with(|piped| piped.stream.push(octets))
        })
    }
}

/// Ends the message and writes what remains. The stream object must still be ended.
/// Errors: as smime_encrypt_stream_push.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encrypt_stream_finish(stream: *mut smime_encrypt_stream, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::status(err, || call::shared(stream)?.0.end(|piped| piped.close(EncryptStream::finish))) }
}

/// Ends a stream, finished or not. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encrypt_stream_free(stream: *mut smime_encrypt_stream) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(stream) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_gone_after_a_failure_or_a_panic() {
        let flow = Flow::new(7);
        assert!(flow.with(|_| Ok(())).is_ok());
        // A call that meets another one on the same stream.
        assert!(flow.with(|_| flow.with(|_| Ok(()))).is_err_and(|error| error.code() == Code::UseState));
        assert!(flow.with(|_| Ok(())).is_err_and(|error| error.code() == Code::UseState));

        let flow = Flow::new(7);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| flow.with(|_| panic!("as intended"))));
        assert!(panicked.is_err());
        assert!(flow.with(|_| Ok(())).is_err_and(|error| error.code() == Code::UseState));
        assert_eq!(Flow::new(7).end(Ok).ok(), Some(7));
    }
}
