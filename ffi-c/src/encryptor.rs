//! Encrypting messages.

use std::ffi::{c_char, c_void};

use smime::cert::Certificate;
use smime::{Code, ContentCipher, Encryptor, Limits, Result};

use crate::buffer::smime_buffer;
use crate::call;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::io::{Sink, Source, smime_read_fn, smime_seek_fn, smime_write_fn};
use crate::made::Made;
use crate::pipe::smime_encrypt_stream;
use crate::{constants as c, settings};

/// Encrypts messages to any number of recipients. Set it up once, use it for any number of messages from several threads at the
/// same time. A call works with the settings that stand when it begins.
pub struct smime_encryptor(Made<Settings, Encryptor>);

#[derive(Default)]
struct Settings {
    recipients: Vec<Recipient>,
    cipher: Option<ContentCipher>,
    with_oaep: Option<bool>,
    protects_headers: bool,
    limits: Limits,
}

struct Recipient {
    certificate: Certificate,
    /// What it says it reads, where that is known.
    announced: Option<Vec<String>>,
}

impl Recipient {
    fn join(&self, encryptor: Encryptor) -> Result<Encryptor> {
        match &self.announced {
            Some(announced) => encryptor.recipient_announcing(&self.certificate, announced),
            None => encryptor.recipient(&self.certificate),
        }
    }
}

impl Settings {
    fn build(&self) -> Result<Encryptor> {
        let mut encryptor = Encryptor::new().limits(self.limits.clone());
        if let Some(cipher) = self.cipher {
            encryptor = encryptor.cipher(cipher)?;
        }
        if let Some(with_oaep) = self.with_oaep {
            encryptor = encryptor.key_transport_oaep(with_oaep);
        }
        if self.protects_headers {
            encryptor = encryptor.protect_headers();
        }
        self.recipients.iter().try_fold(encryptor, |encryptor, recipient| recipient.join(encryptor))
    }

    fn add(&mut self, recipient: Recipient) -> Result<()> {
        // Refused at once where it cannot be encrypted to.
        recipient.join(Encryptor::new())?;
        if self.recipients.len() >= self.limits.recipients {
            return Err(Code::LimitRecipients.into());
        }
        self.recipients.push(recipient);
        Ok(())
    }
}

impl smime_encryptor {
    fn ready(&self) -> Result<Encryptor> {
        self.0.object(|_, _| true, Settings::build)
    }
}

/// An encryptor without recipients. Cipher and key transport are what every recipient reads, by what is known of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_new(encryptor: *mut *mut smime_encryptor, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, encryptor, || Ok(smime_encryptor(Made::new(Settings::default())))) }
}

/// Encrypts to this certificate too. It is not asked whether the certificate is to be trusted: smime_verifier does that.
/// Errors: SMIME_E_USE_KEY_FOR_ENCRYPTION where the certificate does not allow it, SMIME_E_KEY_UNSUPPORTED,
/// SMIME_E_LIMIT_RECIPIENTS; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_add_recipient(
    encryptor: *mut smime_encryptor,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, encryptor, |settings| {
            let certificate = call::shared(certificate)?.0.clone();
            settings.add(Recipient { certificate, announced: None })
        })
    }
}

/// The same for a recipient who has announced what it reads: the capabilities are names of content ciphers with blanks between, as
/// smime_report_signer_capabilities gives them for somebody whose signed message was opened.
/// Errors: as smime_encryptor_add_recipient.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_add_recipient_announcing(
    encryptor: *mut smime_encryptor,
    certificate: *const smime_certificate,
    capabilities: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, encryptor, |settings| {
            let certificate = call::shared(certificate)?.0.clone();
            let announced = Some(call::text(capabilities)?.split_ascii_whitespace().map(str::to_owned).collect());
            settings.add(Recipient { certificate, announced })
        })
    }
}

/// Uses this cipher whatever the recipients read: "aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc" and the like.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such cipher, or it is one for reading old mail only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_set_cipher(
    encryptor: *mut smime_encryptor,
    cipher: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, encryptor, |settings| {
            let cipher = settings::cipher(call::text(cipher)?)?;
            Encryptor::new().cipher(cipher)?;
            settings.cipher = Some(cipher);
            Ok(())
        })
    }
}

/// How the key is encrypted to RSA keys, one of SMIME_KEY_TRANSPORT_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such key transport.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_set_key_transport(
    encryptor: *mut smime_encryptor,
    key_transport: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, encryptor, |settings| {
            settings.with_oaep = Some(match key_transport {
                c::SMIME_KEY_TRANSPORT_PKCS1 => false,
                c::SMIME_KEY_TRANSPORT_OAEP => true,
                _ => return Err(call::wrong("there is no such key transport")),
            });
            Ok(())
        })
    }
}

/// Whether a copy of the header fields goes inside the encryption (RFC 9788). Where this is not called, none does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_set_protect_headers(
    encryptor: *mut smime_encryptor,
    wanted: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, encryptor, |settings| {
            settings.protects_headers = wanted != 0;
            Ok(())
        })
    }
}

/// Holds input to a bound: limit is one of SMIME_LIMIT_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_set_limit(
    encryptor: *mut smime_encryptor,
    limit: i32,
    value: u64,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, encryptor, |settings| settings::set_limit(&mut settings.limits, limit, value)) }
}

/// Encrypts an RFC 5322 message or a bare MIME entity in memory. MIME-Version and Content-* fields go inside, all other header fields
/// stay outside, where everybody reads them.
/// Errors: SMIME_E_USE_NO_RECIPIENT; SMIME_E_MIME_HEADER where the input does not begin with a header; SMIME_CLASS_LIMIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_encrypt(
    encryptor: *const smime_encryptor,
    data: *const u8,
    length: usize,
    encrypted: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, encrypted, || call::shared(encryptor)?.ready()?.encrypt(call::octets(data, length)?).map(smime_buffer::octets))
    }
}

/// Encrypts a message of any size in constant memory: reads it, from where the source stands, perhaps twice, and writes the encrypted
/// message. What was written before an error must be thrown away.
/// Errors: as smime_encryptor_encrypt; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_encryptor_encrypt_io(
    encryptor: *const smime_encryptor,
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
            call::shared(encryptor)?.ready()?.encrypt_from(&mut source, &mut sink)
        })
    }
}

/// A stream that encrypts a message that comes in pieces and writes through this callback, which is called with the user pointer until
/// the stream has finished or ended. The stream keeps what it needs of the encryptor.
/// Errors: SMIME_E_USE_NO_RECIPIENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_stream(
    encryptor: *const smime_encryptor,
    write: smime_write_fn,
    sink: *mut c_void,
    stream: *mut *mut smime_encrypt_stream,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, stream, || smime_encrypt_stream::open(&call::shared(encryptor)?.ready()?, Sink::new(write, sink)?)) }
}

/// Ends an encryptor. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_encryptor_free(encryptor: *mut smime_encryptor) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(encryptor) };
}

/// # Safety
/// As [`call::status`] and [`call::shared`].
unsafe fn change(err: *mut *mut smime_error, encryptor: *mut smime_encryptor, change: impl FnOnce(&mut Settings) -> Result<()>) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe { call::status(err, || call::shared(encryptor)?.0.change(change)) }
}
