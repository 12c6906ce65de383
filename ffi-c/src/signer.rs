//! Signing messages.

use std::ffi::{c_char, c_void};

use smime::{DigestAlgorithm, Identity, Limits, Result, Signer, Time};

use crate::buffer::smime_buffer;
use crate::call;
use crate::error::smime_error;
use crate::identity::smime_identity;
use crate::io::{Sink, Source, smime_read_fn, smime_seek_fn, smime_write_fn};
use crate::made::Made;
use crate::pipe::smime_sign_stream;
use crate::{constants as c, settings};

/// Signs messages for one or several identities. Set it up once, use it for any number of messages from several threads at the
/// same time. A call works with the settings that stand when it begins.
pub struct smime_signer(Made<Settings, (Option<Time>, Signer)>);

struct Settings {
    first: Identity,
    others: Vec<Identity>,
    digest: Option<DigestAlgorithm>,
    is_pss: bool,
    is_opaque: bool,
    with_chain: bool,
    protects_headers: bool,
    time: SigningTime,
    limits: Limits,
}

#[derive(Clone, Copy)]
enum SigningTime {
    Clock,
    Omitted,
    Given(Time),
}

impl Settings {
    fn time(&self, now: Time) -> Option<Time> {
        match self.time {
            SigningTime::Clock => Some(now),
            SigningTime::Omitted => None,
            SigningTime::Given(time) => Some(time),
        }
    }

    fn build(&self, time: Option<Time>) -> Signer {
        let mut signer = Signer::new(&self.first).limits(self.limits.clone());
        signer = self.others.iter().fold(signer, |signer, identity| signer.also(identity));
        if let Some(digest) = self.digest {
            signer = signer.digest(digest);
        }
        if self.is_pss {
            signer = signer.pss();
        }
        if self.is_opaque {
            signer = signer.opaque();
        }
        if !self.with_chain {
            signer = signer.without_chain();
        }
        if self.protects_headers {
            signer = signer.protect_headers();
        }
        match time {
            Some(time) => signer.at(time),
            None => signer,
        }
    }
}

impl smime_signer {
    /// The signer for a call that begins now.
    fn ready(&self) -> Result<Signer> {
        let now = settings::now();
        let fits = |settings: &Settings, (time, _): &(Option<Time>, Signer)| *time == settings.time(now);
        let built = self.0.object(fits, |settings| Ok((settings.time(now), settings.build(settings.time(now)))));
        built.map(|(_, signer)| signer)
    }
}

/// A signer for this identity: multipart/signed, a digest that goes with the key, RSA as PKCS #1 v1.5, with the chain but without
/// its root, and with the time of each call as signingTime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_new(
    identity: *const smime_identity,
    signer: *mut *mut smime_signer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, signer, || {
            Ok(smime_signer(Made::new(Settings {
                first: call::shared(identity)?.0.clone(),
                others: Vec::new(),
                digest: None,
                is_pss: false,
                is_opaque: false,
                with_chain: true,
                protects_headers: false,
                time: SigningTime::Clock,
                limits: Limits::default(),
            })))
        })
    }
}

/// Signs for this identity too. Some mail programs look at one signer only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_add_identity(
    signer: *mut smime_signer,
    identity: *const smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.others.push(call::shared(identity)?.0.clone());
            Ok(())
        })
    }
}

/// Uses this digest, "sha256", "sha384" or "sha512", in place of the one that goes with the key. Ed25519 keeps its own.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_digest(signer: *mut smime_signer, digest: *const c_char, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.digest = Some(settings::digest(call::text(digest)?)?);
            Ok(())
        })
    }
}

/// Whether RSA keys sign with RSASSA-PSS, which several mail programs refuse. Where this is not called, they do not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_pss(signer: *mut smime_signer, wanted: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.is_pss = wanted != 0;
            Ok(())
        })
    }
}

/// How the content is carried, one of SMIME_SIGNED_FORM_*. Where this is not called: SMIME_SIGNED_FORM_CLEAR.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such form.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_form(signer: *mut smime_signer, form: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.is_opaque = match form {
                c::SMIME_SIGNED_FORM_CLEAR => false,
                c::SMIME_SIGNED_FORM_OPAQUE => true,
                _ => return Err(call::wrong("there is no such form")),
            };
            Ok(())
        })
    }
}

/// Whether the chain goes along with the signer's certificate. Where this is not called, it does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_chain(signer: *mut smime_signer, wanted: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.with_chain = wanted != 0;
            Ok(())
        })
    }
}

/// Whether a copy of the header fields goes inside the signature (RFC 9788). Where this is not called, none does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_protect_headers(signer: *mut smime_signer, wanted: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.protects_headers = wanted != 0;
            Ok(())
        })
    }
}

/// The time that signatures claim, in seconds since 1970-01-01T00:00:00Z. Where this is not called, it is the time of each call, by
/// the system's clock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_at(signer: *mut smime_signer, time: i64, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.time = SigningTime::Given(Time::from_unix(time));
            Ok(())
        })
    }
}

/// Signatures claim no time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_omit_time(signer: *mut smime_signer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, signer, |settings| {
            settings.time = SigningTime::Omitted;
            Ok(())
        })
    }
}

/// Holds input to a bound: limit is one of SMIME_LIMIT_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_set_limit(signer: *mut smime_signer, limit: i32, value: u64, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, signer, |settings| settings::set_limit(&mut settings.limits, limit, value)) }
}

/// Signs an RFC 5322 message or a bare MIME entity in memory. MIME-Version and Content-* fields go inside, all other header fields
/// stay outside. Content that would not survive 7-bit transport is encoded; other content is kept octet for octet, with line ends
/// as CRLF.
/// Errors: SMIME_E_USE_KEY_FOR_SIGNING where an identity has no key that may sign; SMIME_E_MIME_HEADER where the input does not begin
/// with a header; SMIME_E_USE_NOT_TRANSPORT_SAFE where it could be made safe only by breaking a signature inside it;
/// SMIME_E_KEY_EXTERNAL_FAILED; SMIME_CLASS_LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_sign(
    signer: *const smime_signer,
    data: *const u8,
    length: usize,
    signed: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, signed, || call::shared(signer)?.ready()?.sign(call::octets(data, length)?).map(smime_buffer::octets)) }
}

/// Signs a message of any size in constant memory: reads it twice, from where the source stands, and writes the signed message.
/// What was written before an error must be thrown away.
/// Errors: as smime_signer_sign; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_signer_sign_io(
    signer: *const smime_signer,
    read: smime_read_fn,
    seek: smime_seek_fn,
    source: *mut c_void,
    write: smime_write_fn,
    sink: *mut c_void,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (mut source, mut sink) = (Source::again(read, seek, source)?, Sink::new(write, sink)?);
            call::shared(signer)?.ready()?.sign_from(&mut source, &mut sink)
        })
    }
}

/// Makes a detached signature in DER over these octets as they are, without MIME.
/// Errors: SMIME_E_USE_KEY_FOR_SIGNING, SMIME_E_KEY_EXTERNAL_FAILED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_sign_detached(
    signer: *const smime_signer,
    data: *const u8,
    length: usize,
    signature: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, signature, || call::shared(signer)?.ready()?.sign_detached(call::octets(data, length)?).map(smime_buffer::octets))
    }
}

/// A stream that signs a message that comes in pieces and writes through this callback, which is called with the user pointer until
/// the stream has finished or ended. The stream keeps what it needs of the signer.
/// Errors: SMIME_E_USE_KEY_FOR_SIGNING.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_stream(
    signer: *const smime_signer,
    write: smime_write_fn,
    sink: *mut c_void,
    stream: *mut *mut smime_sign_stream,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, stream, || smime_sign_stream::open(&call::shared(signer)?.ready()?, Sink::new(write, sink)?)) }
}

/// Ends a signer. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_signer_free(signer: *mut smime_signer) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(signer) };
}

/// # Safety
/// As [`call::status`] and [`call::shared`].
unsafe fn change(err: *mut *mut smime_error, signer: *mut smime_signer, change: impl FnOnce(&mut Settings) -> Result<()>) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe { call::status(err, || call::shared(signer)?.0.change(change)) }
}
