//! Issuing revocation lists.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use smime::ca::{CrlEntry, CrlScope, CrlTemplate, CrlWriter, Delta, Issuer, OnlyCertificates};
use smime::cert::{CertificateList, ReasonFlags, RevocationReason};
use smime::{Code, Error, Result, Time};

use crate::buffer::smime_buffer;
use crate::certificate::smime_certificate;
use crate::error::smime_error;
use crate::issuer::smime_issuer;
use crate::{call, constants as c};

/// A revocation list in the making: first what it says as a whole, then its entries. May be used from several threads.
pub struct smime_crl_builder(Mutex<State>);

enum State {
    Template { issuer: Issuer, template: CrlTemplate },
    Entries(Box<CrlWriter>),
    Built,
}

impl State {
    fn template(&mut self) -> Result<&mut CrlTemplate> {
        match self {
            Self::Template { template, .. } => Ok(template),
            _ => Err(Error::new(Code::UseState).because("what a list says as a whole is set before its entries")),
        }
    }

    fn scope(&mut self) -> Result<&mut CrlScope> {
        Ok(self.template()?.scope.get_or_insert_default())
    }

    fn writer(&mut self) -> Result<&mut CrlWriter> {
        if let Self::Template { issuer, template } = self {
            *self = Self::Entries(Box::new(issuer.revocation_list_writer(template)?));
        }
        match self {
            Self::Entries(writer) => Ok(writer),
            _ => Err(Error::new(Code::UseState).because("the list is built already")),
        }
    }
}

/// Does this to the builder.
///
/// # Safety
/// `err` and `builder` are what the header asks for.
unsafe fn change(err: *mut *mut smime_error, builder: *mut smime_crl_builder, work: impl FnOnce(&mut State) -> Result<()>) -> i32 {
    // SAFETY: by the contract of this function.
    unsafe { call::status(err, || work(&mut call::shared(builder)?.0.lock().unwrap_or_else(PoisonError::into_inner))) }
}

/// The reason with this number, one of SMIME_REASON_*.
pub(crate) fn reason(number: i32) -> Result<RevocationReason> {
    let known = u8::try_from(number).ok().and_then(RevocationReason::from_number);
    known.ok_or_else(|| call::wrong("there is no such reason"))
}

/// The one list in these octets.
fn list(octets: &[u8]) -> Result<CertificateList> {
    let mut lists = CertificateList::many(octets)?;
    match (lists.pop(), lists.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(call::wrong("more than one revocation list where one is due")),
    }
}

/// A complete list of this issuer with this cRLNumber, about all its certificates. The times are in seconds since
/// 1970-01-01T00:00:00Z.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_new(
    issuer: *const smime_issuer,
    number: u64,
    this_update: i64,
    next_update: i64,
    builder: *mut *mut smime_crl_builder,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, builder, || {
            let template = CrlTemplate::new(number, Time::from_unix(this_update), Time::from_unix(next_update));
            Ok(smime_crl_builder(Mutex::new(State::Template { issuer: call::shared(issuer)?.0.clone(), template })))
        })
    }
}

/// Sets the cRLNumber: big-endian, at most 20 octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_set_number(
    builder: *mut smime_crl_builder,
    number: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            state.template()?.number = call::octets(number, length)?.to_vec();
            Ok(())
        })
    }
}

/// Makes it a delta CRL to the complete list with this number, big-endian.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_set_base_number(
    builder: *mut smime_crl_builder,
    number: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            state.template()?.base_number = Some(call::octets(number, length)?.to_vec());
            Ok(())
        })
    }
}

/// Adds a URL of the place where the list is published (issuingDistributionPoint), one that the certificates name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_url(builder: *mut smime_crl_builder, url: *const c_char, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let url = call::text(url)?.to_owned();
            state.scope()?.urls.push(url);
            Ok(())
        })
    }
}

/// Adds a URL of the delta CRLs for this list (freshestCRL).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_freshest_url(
    builder: *mut smime_crl_builder,
    url: *const c_char,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let url = call::text(url)?.to_owned();
            state.template()?.freshest_urls.push(url);
            Ok(())
        })
    }
}

/// The list is about one kind of certificates only, one of SMIME_CRL_ONLY_*.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_set_only(builder: *mut smime_crl_builder, only: i32, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let only = match only {
                c::SMIME_CRL_ONLY_USER => OnlyCertificates::User,
                c::SMIME_CRL_ONLY_CA => OnlyCertificates::Ca,
                c::SMIME_CRL_ONLY_ATTRIBUTE => OnlyCertificates::Attribute,
                _ => return Err(call::wrong("there is no such kind of certificates")),
            };
            state.scope()?.only = Some(only);
            Ok(())
        })
    }
}

/// The list is about some reasons only (onlySomeReasons), this one of SMIME_REASON_* among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_only_reason(
    builder: *mut smime_crl_builder,
    number: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let flag = ReasonFlags::from(reason(number)?);
            if flag.is_empty() {
                return Err(call::wrong("a reason that has no flag"));
            }
            let reasons = &mut state.scope()?.only_some_reasons;
            *reasons = Some(reasons.unwrap_or(ReasonFlags::NONE).or(flag));
            Ok(())
        })
    }
}

/// The list may have entries for certificates of other issuers (indirectCRL).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_set_indirect(builder: *mut smime_crl_builder, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            state.scope()?.indirect = true;
            Ok(())
        })
    }
}

/// Adds an entry: the serial number, the content octets of an INTEGER (the first bit is not set: put an octet 0 in front); since when;
/// why, one of SMIME_REASON_*; when the key is thought to have come into other hands, or NULL; and the certificate of the issuer, or NULL
/// where that is the issuer of the list.
/// Errors: SMIME_E_USE_ARGUMENT for what RFC 5280 does not allow on this list, SMIME_E_USE_KEY_FOR_SIGNING where the issuer's certificate
/// lacks cRLSign. The entries before stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_entry(
    builder: *mut smime_crl_builder,
    serial: *const u8,
    length: usize,
    revocation_date: i64,
    reason_number: i32,
    invalidity_date: *const i64,
    certificate_issuer: *const smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let entry = CrlEntry {
                serial: call::octets(serial, length)?,
                revocation_date: Time::from_unix(revocation_date),
                reason: reason(reason_number)?,
                invalidity_date: invalidity_date.as_ref().copied().map(Time::from_unix),
                certificate_issuer: certificate_issuer.as_ref().map(|issuer| issuer.0.subject()),
            };
            state.writer()?.push(&entry)
        })
    }
}

/// Adds the entries of another list, in DER or PEM.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_entries_of(
    builder: *mut smime_crl_builder,
    crl: *const u8,
    length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let list = list(call::octets(crl, length)?)?;
            let writer = state.writer()?;
            list.entries().try_for_each(|entry| writer.push(&entry.into()))
        })
    }
}

/// Adds what a delta CRL has to say: what has changed from the complete list that it is based on to another complete list, both in DER or
/// PEM. What was on hold and is no more is SMIME_REASON_REMOVE_FROM_CRL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_add_changes(
    builder: *mut smime_crl_builder,
    base: *const u8,
    base_length: usize,
    current: *const u8,
    current_length: usize,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        change(err, builder, |state| {
            let (base, current) = (list(call::octets(base, base_length)?)?, list(call::octets(current, current_length)?)?);
            let delta = Delta::between(base.entries().map(CrlEntry::from), current.entries().map(CrlEntry::from))?;
            let writer = state.writer()?;
            delta.entries().try_for_each(|entry| writer.push(&entry))
        })
    }
}

/// Signs the list. The buffer holds its DER. Nothing can be added afterwards.
/// Errors: as smime_crl_builder_add_entry; SMIME_E_USE_ARGUMENT also where a certificate is on the list twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_build(
    builder: *mut smime_crl_builder,
    crl: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, crl, || {
            let mut state = call::shared(builder)?.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.writer()?;
            match std::mem::replace(&mut *state, State::Built) {
                State::Entries(writer) => Ok(smime_buffer::octets(writer.finish()?.der().to_vec())),
                _ => Err(Code::Internal.into()),
            }
        })
    }
}

/// Ends a builder. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_crl_builder_free(builder: *mut smime_crl_builder) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(builder) };
}
