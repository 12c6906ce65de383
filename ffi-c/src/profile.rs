//! Profiles: by which rules certificates are made.

use std::ffi::c_char;
use std::sync::RwLock;

use smime::Time;
use smime::ca::{Generation, Profile, Validated, Validation, parse_subject};

use crate::buffer::smime_buffer;
use crate::error::smime_error;
use crate::issuer::smime_template;
use crate::request::{smime_request, words};
use crate::{call, json};

/// The rules by which certificates are made. Set it up once, use it for any number of requests from several threads at the same time.
pub struct smime_profile(RwLock<Profile>);

/// A profile: type "mailbox", "organization", "sponsor" or "individual" and generation "strict", "multipurpose" or "legacy" are those of the
/// S/MIME Baseline Requirements of the CA/Browser Forum. With NULL for both none of their rules holds.
///
/// With them, smime_profile_template refuses until there is a URL of a revocation list (crl_urls).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_new(
    type_: *const c_char,
    generation: *const c_char,
    profile: *mut *mut smime_profile,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, profile, || {
            let made = match (call::optional_text(type_)?, call::optional_text(generation)?) {
                (None, None) => Profile::default(),
                (Some(validation), Some(generation)) => {
                    let validation = Validation::from_name(validation).ok_or_else(|| call::wrong("there is no such type"))?;
                    Profile::baseline(
                        validation,
                        Generation::from_name(generation).ok_or_else(|| call::wrong("there is no such generation"))?,
                    )
                }
                _ => return Err(call::wrong("type and generation belong together")),
            };
            Ok(smime_profile(RwLock::new(made)))
        })
    }
}

/// Sets a field. Lists are words between blanks.
///
/// days and maximum_days; keys ("rsa-2048 p256": for RSA the least); key_use ("signing", "encryption" or "dual"); non_repudiation ("true" or
/// "false"); extended_key_usage (names or dotted object identifiers); required_subject and allowed_subject (attribute types: "CN O"; allowed_subject
/// also "any"); policies (dotted); cps (a URL, or nothing); crl_urls, ocsp_urls, issuer_urls.
/// Errors: SMIME_E_USE_ARGUMENT for another name, or a value that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_set(
    profile: *mut smime_profile,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::status(err, || call::write(&call::shared(profile)?.0).set(call::text(name)?, call::text(value)?)) }
}

/// The fields as a JSON object of texts, in the words of smime_profile_set; type and generation stand first. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_to_json(
    profile: *const smime_profile,
    json: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, json, || Ok(smime_buffer::text(json::profile(&call::read(&call::shared(profile)?.0))))) }
}

/// All that speaks against issuing what this request asks for, as a JSON array of objects with code and message, which names the rule; "[]"
/// where it follows the profile. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_check(
    profile: *const smime_profile,
    request: *const smime_request,
    problems: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, problems, || {
            let found = call::read(&call::shared(profile)?.0).check(&call::shared(request)?.0);
            Ok(smime_buffer::text(json::problems(&found)))
        })
    }
}

/// What the certificate for this request shall say: the subject (RFC 4514, NULL for none) and the addresses (words between blanks) that were
/// validated, and all else by the profile. Of the request nothing goes in but the key; its proof of possession is checked. not_before is in seconds
/// since 1970-01-01T00:00:00Z.
/// Errors: SMIME_E_CA_PROFILE, SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT; those of smime_request_verify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_template(
    profile: *const smime_profile,
    request: *const smime_request,
    subject: *const c_char,
    addresses: *const c_char,
    not_before: i64,
    template: *mut *mut smime_template,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, template, || {
            let validated = Validated {
                subject: parse_subject(call::optional_text(subject)?.unwrap_or_default())?,
                addresses: words(call::optional_text(addresses)?).map(str::to_owned).collect(),
            };
            let profile = call::read(&call::shared(profile)?.0).clone();
            profile.template(&call::shared(request)?.0, &validated, Time::from_unix(not_before)).map(smime_template)
        })
    }
}

/// Ends a profile. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_profile_free(profile: *mut smime_profile) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(profile) };
}
