//! Opening messages.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use smime::cert::Certificate;
use smime::trust::RevocationEvidence;
use smime::{Form, Identity, Limits, Opener, Policy, Result, Time, TrustStore};

use crate::call;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::external::smime_destroy_fn;
use crate::fetch::{Fetcher, smime_fetch_fn};
use crate::identity::smime_identity;
use crate::io::{Sink, Source, smime_read_fn, smime_seek_fn, smime_write_fn};
use crate::made::Made;
use crate::open_stream::smime_open_stream;
use crate::opened::smime_opened;
use crate::report::smime_report;
use crate::trust::smime_trust;
use crate::{constants as c, settings};

/// Opens messages: decrypts, verifies and explains. Set it up once, use it for any number of messages from several threads at the
/// same time. A call works with the settings that stand when it begins.
pub struct smime_opener(Made<Settings, (Time, Opener)>);

struct Settings {
    trust: TrustStore,
    identities: Vec<Identity>,
    intermediates: Vec<Certificate>,
    at: Option<Time>,
    policy: Policy,
    limits: Limits,
    form: Form,
    require_signature: bool,
    content_digest: bool,
    as_message: bool,
    evidence: RevocationEvidence,
    fetcher: Option<Arc<Fetcher>>,
    time_stamp_trust: Option<TrustStore>,
}

impl Settings {
    fn build(&self, at: Time) -> Opener {
        let opener = Opener::new(&self.trust)
            .at(at)
            .policy(self.policy.clone())
            .limits(self.limits.clone())
            .form(self.form)
            .require_signature(self.require_signature)
            .content_digest(self.content_digest)
            .as_message(self.as_message)
            .evidence(&self.evidence);
        let opener = self.fetcher.iter().fold(opener, |opener, fetcher| opener.fetcher(fetcher.clone()));
        let opener = self.time_stamp_trust.iter().fold(opener, |opener, trust| opener.time_stamp_trust(trust));
        let opener = self.identities.iter().fold(opener, |opener, identity| opener.identity(identity));
        self.intermediates.iter().fold(opener, |opener, certificate| opener.intermediate(certificate))
    }
}

impl smime_opener {
    /// The opener for a call that begins now.
    pub(crate) fn ready(&self) -> Result<Opener> {
        let now = settings::now();
        let at = |settings: &Settings| settings.at.unwrap_or(now);
        let built = self.0.object(|settings, (time, _)| *time == at(settings), |settings| Ok((at(settings), settings.build(at(settings)))));
        built.map(|(_, opener)| opener)
    }
}

/// An opener that judges signers by these anchors, with the default policy and limits, at the time of each call. Trust may be NULL:
/// no signer is trusted then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_new(trust: *const smime_trust, opener: *mut *mut smime_opener, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, opener, || {
            Ok(smime_opener(Made::new(Settings {
                trust: trust.as_ref().map_or_else(TrustStore::default, |trust| trust.0.clone()),
                identities: Vec::new(),
                intermediates: Vec::new(),
                at: None,
                policy: Policy::default(),
                limits: Limits::default(),
                form: Form::Detect,
                require_signature: false,
                content_digest: false,
                as_message: false,
                evidence: RevocationEvidence::default(),
                fetcher: None,
                time_stamp_trust: None,
            })))
        })
    }
}

/// Decrypts with this identity too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_add_identity(
    opener: *mut smime_opener,
    identity: *const smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.identities.push(call::shared(identity)?.0.clone());
            Ok(())
        })
    }
}

/// Uses this certificate too where a path needs it. It is not trusted for being given here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_add_intermediate(
    opener: *mut smime_opener,
    certificate: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.intermediates.push(call::shared(certificate)?.0.clone());
            Ok(())
        })
    }
}

/// Judges at this time, in seconds since 1970-01-01T00:00:00Z. Where this is not called, each message is judged at the time of its
/// call, by the system's clock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_at(opener: *mut smime_opener, time: i64, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.at = Some(Time::from_unix(time));
            Ok(())
        })
    }
}

/// Judges by this policy, one of SMIME_POLICY_*. Options that were set before are forgotten.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such policy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_policy(opener: *mut smime_opener, policy: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.policy = settings::policy(policy)?;
            Ok(())
        })
    }
}

/// Changes one point of the policy: option is one of SMIME_POLICY_OPTION_*; a value that says whether is 0 or 1.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such option or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_policy_option(
    opener: *mut smime_opener,
    option: i32,
    value: i64,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::set_policy_option(&mut settings.policy, option, value)) }
}

/// Accepts this certificate policy, an object identifier in dotted form such as "2.16.840.1.101.3.2.1.48.1", and others only where they
/// are added too. Where this is not called, every one is accepted. A path without a policy that is accepted fails where an authority
/// demands one; to demand one of every path, set SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY.
/// Errors: SMIME_E_USE_ARGUMENT where it is no object identifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_add_certificate_policy(
    opener: *mut smime_opener,
    oid: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::add_certificate_policy(&mut settings.policy, call::text(oid)?)) }
}

/// Uses every revocation list in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
/// Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_add_crls(
    opener: *mut smime_opener,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::add_crls(&mut settings.evidence, call::octets(data, length)?)) }
}

/// Uses every OCSP response in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
/// Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_add_ocsp(
    opener: *mut smime_opener,
    data: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::add_ocsp(&mut settings.evidence, call::octets(data, length)?)) }
}

/// Has what is missing (lists, OCSP responses, certificates of issuers) fetched by this callback, one thing at a time, at most
/// SMIME_LIMIT_FETCHES for each signer. Without one nothing is fetched, and the report tells what is missing.
///
/// On success the opener owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends. On
/// failure user stays the caller's. The callback may run on any thread that uses the opener, several at the same time.
/// Errors: SMIME_E_USE_ARGUMENT where there is no callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_fetch(
    opener: *mut smime_opener,
    fetch: smime_fetch_fn,
    user: *mut c_void,
    destroy: smime_destroy_fn,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.fetcher = Some(Fetcher::new(fetch, user, destroy)?);
            Ok(())
        })
    }
}

/// Trusts time-stamps (RFC 3161) of authorities that lead to these anchors: a signature that carries one is judged at the time that it
/// proves. Nobody is trusted for that otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_time_stamp_trust(
    opener: *mut smime_opener,
    trust: *const smime_trust,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.time_stamp_trust = Some(call::shared(trust)?.0.clone());
            Ok(())
        })
    }
}

/// Whether the policy accepts a digest in signatures: "sha1", "sha256", "sha384" or "sha512".
/// Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_allow_digest(
    opener: *mut smime_opener,
    digest: *const c_char,
    allowed: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::allow_digest(&mut settings.policy, call::text(digest)?, allowed != 0)) }
}

/// Whether the policy accepts a content cipher: "aes-256-gcm" and the like.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such cipher.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_allow_cipher(
    opener: *mut smime_opener,
    cipher: *const c_char,
    allowed: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::allow_cipher(&mut settings.policy, call::text(cipher)?, allowed != 0)) }
}

/// Holds input to a bound: limit is one of SMIME_LIMIT_*.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_limit(opener: *mut smime_opener, limit: i32, value: u64, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { change(err, opener, |settings| settings::set_limit(&mut settings.limits, limit, value)) }
}

/// In which wrapping messages come, one of SMIME_FORM_*. Where this is not called, it is found out.
/// Errors: SMIME_E_USE_ARGUMENT where there is no such form.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_form(opener: *mut smime_opener, form: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.form = match form {
                c::SMIME_FORM_DETECT => Form::Detect,
                c::SMIME_FORM_MIME => Form::Mime,
                c::SMIME_FORM_DER => Form::Der,
                c::SMIME_FORM_PEM => Form::Pem,
                _ => return Err(call::wrong("there is no such form")),
            };
            Ok(())
        })
    }
}

/// Whether a message without a valid signature is refused (SMIME_E_SIG_MISSING). Where this is not called, it is not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_require_signature(opener: *mut smime_opener, required: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.require_signature = required != 0;
            Ok(())
        })
    }
}

/// Whether reports carry the SHA-256 of the content. Where this is not called, they do not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_content_digest(opener: *mut smime_opener, wanted: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.content_digest = wanted != 0;
            Ok(())
        })
    }
}

/// Whether what comes out is a whole message again: the header fields outside the protection around the content, a field inside the
/// protection (RFC 9788) in place of the one outside. Where this is not called, it is the innermost MIME entity alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_set_as_message(opener: *mut smime_opener, wanted: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, opener, |settings| {
            settings.as_message = wanted != 0;
            Ok(())
        })
    }
}

/// Opens a message in memory: every layer, to the content and a verdict with reasons.
///
/// A bad signature is no error: the call succeeds, the verdict says it, and the content is refused.
/// Errors, where there is nothing to judge: of the classes SMIME_CLASS_MALFORMED (SMIME_E_MIME_NOT_SMIME where the input is not
/// S/MIME), SMIME_CLASS_DECRYPTION (SMIME_E_ENC_NO_RECIPIENT where no identity fits), SMIME_CLASS_LIMIT, SMIME_CLASS_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_open(
    opener: *const smime_opener,
    data: *const u8,
    length: usize,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, opened, || call::shared(opener)?.ready()?.open(call::octets(data, length)?).map(smime_opened::new)) }
}

/// Judges a message in memory without keeping its content.
/// Errors: as smime_opener_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_examine(
    opener: *const smime_opener,
    data: *const u8,
    length: usize,
    report: *mut *mut smime_report,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, report, || call::shared(opener)?.ready()?.examine(call::octets(data, length)?).map(smime_report::own)) }
}

/// Opens a detached signature (a bare CMS, DER or PEM) over this content. The content is compared as it is and, where that does
/// not fit, with its line ends as CRLF.
/// Errors: as smime_opener_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_open_detached(
    opener: *const smime_opener,
    signature: *const u8,
    signature_length: usize,
    content: *const u8,
    content_length: usize,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, opened, || {
            let (signature, content) = (call::octets(signature, signature_length)?, call::octets(content, content_length)?);
            call::shared(opener)?.ready()?.open_detached(signature, content).map(smime_opened::new)
        })
    }
}

/// Opens a message of any size in constant memory. It is read twice, from where the source stands: checked first, then read again
/// and its content written. Where the verdict does not allow the content nothing is written, and that is no error: look at the
/// verdict. What was written before an error must be thrown away: the source has changed while it was read, or a callback failed.
/// Errors: as smime_opener_open; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_opener_open_io(
    opener: *const smime_opener,
    read: smime_read_fn,
    seek: smime_seek_fn,
    source: *mut c_void,
    write: smime_write_fn,
    sink: *mut c_void,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, opened, || {
            let (mut source, mut sink) = (Source::again(read, seek, source)?, Sink::new(write, sink)?);
            call::shared(opener)?.ready()?.open_from(&mut source, &mut sink).map(smime_opened::new)
        })
    }
}

/// Judges a message of any size in constant memory without keeping its content. It may be read twice, from where the source stands.
/// Errors: as smime_opener_open; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_examine_io(
    opener: *const smime_opener,
    read: smime_read_fn,
    seek: smime_seek_fn,
    source: *mut c_void,
    report: *mut *mut smime_report,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, report, || {
            let mut source = Source::again(read, seek, source)?;
            call::shared(opener)?.ready()?.examine_from(&mut source).map(smime_report::own)
        })
    }
}

/// Judges a detached signature over content of any size, which is read once.
/// Errors: as smime_opener_open; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_opener_examine_detached_io(
    opener: *const smime_opener,
    signature: *const u8,
    signature_length: usize,
    read: smime_read_fn,
    source: *mut c_void,
    report: *mut *mut smime_report,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, report, || {
            let (signature, mut source) = (call::octets(signature, signature_length)?, Source::once(read, source)?);
            call::shared(opener)?.ready()?.examine_detached(signature, &mut source).map(smime_report::own)
        })
    }
}

/// A stream for a message that comes in pieces and cannot be read again. Its content is kept in memory, within
/// SMIME_LIMIT_MEMORY_BYTES, until it has been judged. The stream keeps what it needs of the opener.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_stream(
    opener: *const smime_opener,
    stream: *mut *mut smime_open_stream,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, stream, || Ok(smime_open_stream::new(call::shared(opener)?.ready()?.stream()))) }
}

/// A stream that judges a message that comes in pieces, in constant memory, without keeping its content.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_examine_stream(
    opener: *const smime_opener,
    stream: *mut *mut smime_open_stream,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, stream, || Ok(smime_open_stream::new(call::shared(opener)?.ready()?.examine_stream()))) }
}

/// Ends an opener. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_free(opener: *mut smime_opener) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(opener) };
}

/// # Safety
/// As [`call::status`] and [`call::shared`].
unsafe fn change(err: *mut *mut smime_error, opener: *mut smime_opener, change: impl FnOnce(&mut Settings) -> Result<()>) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe { call::status(err, || call::shared(opener)?.0.change(change)) }
}
