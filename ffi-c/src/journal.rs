//! The journal of an authority, and the steps from one standing of a certificate to the next.

use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smime::ca::{Journal, JournalEntry, Standing};
use smime::{Code, Error, Result, Time};

use crate::error::smime_error;
use crate::revocation_list::reason as reason_of;
use crate::{call, constants as c};

/// Where the journal of an authority stands: a chain of hashes, so that no entry can be changed, taken away or slipped in unnoticed. The entries
/// are kept by the caller. May be used from several threads.
pub struct smime_journal(Mutex<Journal>);

impl smime_journal {
    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The 32 octets of a hash.
///
/// # Safety
/// `hash` is NULL or has 32 octets.
unsafe fn hash_of(hash: *const u8) -> Result<[u8; 32]> {
    // SAFETY: by the contract of this function.
    let octets = unsafe { call::octets(hash, 32)? };
    octets.try_into().map_err(|_| Error::new(Code::UseArgument))
}

/// A journal without entries.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_journal_new(journal: *mut *mut smime_journal, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, journal, || Ok(smime_journal(Mutex::new(Journal::new())))) }
}

/// A journal that goes on after a last entry, which is believed: its number, its time in seconds since 1970-01-01T00:00:00Z, and the 32 octets of
/// its hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_journal_resume(
    number: u64,
    at: i64,
    hash: *const u8,
    journal: *mut *mut smime_journal,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, journal, || {
            let last = JournalEntry { number, at: Time::from_unix(at), event: "".into(), detail: "".into(), hash: hash_of(hash)? };
            Ok(smime_journal(Mutex::new(Journal::resume(&last))))
        })
    }
}

/// Ends a journal. NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_journal_free(journal: *mut smime_journal) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(journal) };
}

/// The next entry: what happened, in a word, and the facts. Its number, and its hash into the 32 octets of `hash`.
/// Errors: SMIME_E_CA_CLOCK where the time is before that of the last entry; the journal stays as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_journal_append(
    journal: *mut smime_journal,
    at: i64,
    event: *const c_char,
    detail: *const c_char,
    number: *mut u64,
    hash: *mut u8,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            if number.is_null() || hash.is_null() {
                return Err(call::wrong("no place for the number or the hash"));
            }
            let entry = call::shared(journal)?.lock().append(Time::from_unix(at), call::text(event)?, call::text(detail)?)?;
            number.write(entry.number);
            hash.cast::<[u8; 32]>().write(entry.hash);
            Ok(())
        })
    }
}

/// Checks that this entry is the next, as it was written, and goes on from it.
/// Errors: SMIME_E_CA_JOURNAL where it is another one or was altered; the journal stays as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_journal_follow(
    journal: *mut smime_journal,
    number: u64,
    at: i64,
    event: *const c_char,
    detail: *const c_char,
    hash: *const u8,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (event, detail) = (call::text(event)?.into(), call::text(detail)?.into());
            let entry = JournalEntry { number, at: Time::from_unix(at), event, detail, hash: hash_of(hash)? };
            call::shared(journal)?.lock().follow(&entry)
        })
    }
}

/// How a certificate stands after a step, SMIME_STEP_*. `standing` is SMIME_STANDING_*, `since` from when on it is held or revoked, `reason` why it was
/// revoked, SMIME_REASON_*; they are changed in place. `step_reason` is why it is revoked now.
/// Errors: SMIME_E_CA_STANDING where the step does not lead on from there, SMIME_E_USE_ARGUMENT where a number is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_standing_next(
    standing: *mut i32,
    since: *mut i64,
    reason: *mut i32,
    step: i32,
    at: i64,
    step_reason: i32,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            if standing.is_null() || since.is_null() || reason.is_null() {
                return Err(call::wrong("no place for how it stands"));
            }
            let before = match standing.read() {
                c::SMIME_STANDING_GOOD => Standing::Good,
                c::SMIME_STANDING_HELD => Standing::Held(Time::from_unix(since.read())),
                c::SMIME_STANDING_REVOKED => Standing::Revoked { at: Time::from_unix(since.read()), reason: reason_of(reason.read())? },
                _ => return Err(call::wrong("there is no such standing")),
            };
            let at = Time::from_unix(at);
            let after = match step {
                c::SMIME_STEP_REVOKE => before.revoke(reason_of(step_reason)?, at),
                c::SMIME_STEP_HOLD => before.hold(at),
                c::SMIME_STEP_RELEASE => before.release(),
                _ => return Err(call::wrong("there is no such step")),
            };
            let (number, from, why) = match after? {
                Standing::Good => (c::SMIME_STANDING_GOOD, 0, 0),
                Standing::Held(from) => (c::SMIME_STANDING_HELD, from.unix(), c::SMIME_REASON_CERTIFICATE_HOLD),
                Standing::Revoked { at, reason } => (c::SMIME_STANDING_REVOKED, at.unix(), i32::from(reason.number())),
            };
            standing.write(number);
            since.write(from);
            reason.write(why);
            Ok(())
        })
    }
}
