//! Evidence that lasts: writing it, and judging it again.

use std::ffi::c_void;

use smime::{EvidenceOpener, Result};

use crate::buffer::smime_buffer;
use crate::call;
use crate::error::smime_error;
use crate::io::{Sink, Source, smime_read_fn, smime_seek_fn, smime_write_fn};
use crate::opened::smime_opened;
use crate::opener::smime_opener;
use crate::report::smime_report;

/// Makes evidence of a message that this opener has judged with this report: one file with the message, the certificates, lists and OCSP
/// responses by which it was judged, the report, and a manifest, to be judged again years later by smime_opener_open_evidence. data
/// is the message once more. Of an encrypted message the file has what was inside, decrypted: whoever sees the file reads it.
/// Errors: SMIME_E_USE_EVIDENCE where nothing is signed, where a signature stands around something encrypted, where the message is another
/// one, or where the evidence does not suffice to come to the same verdict; as smime_opener_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_opener_write_evidence(
    opener: *const smime_opener,
    report: *const smime_report,
    data: *const u8,
    length: usize,
    evidence: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, evidence, || {
            let (report, mut message) = (call::shared(report)?.report(), call::octets(data, length)?);
            let mut file = Vec::new();
            call::shared(opener)?.ready()?.write_evidence(report, &mut message, &mut file)?;
            Ok(smime_buffer::octets(file))
        })
    }
}

/// As smime_opener_write_evidence, for a message of any size in constant memory: it is read once, from where the source stands. What was
/// written before an error must be thrown away.
/// Errors: as smime_opener_write_evidence; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_opener_write_evidence_io(
    opener: *const smime_opener,
    report: *const smime_report,
    read: smime_read_fn,
    source: *mut c_void,
    write: smime_write_fn,
    sink: *mut c_void,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::status(err, || {
            let (mut source, mut sink) = (Source::once(read, source)?, Sink::new(write, sink)?);
            call::shared(opener)?.ready()?.write_evidence(call::shared(report)?.report(), &mut source, &mut sink)
        })
    }
}

/// Judges evidence again as of its time, by what is in the file alone. Of the opener count whom it trusts, its policy, its limits and the form
/// of the content; its time is that of the judge, whom evidence of a later time does not convince. Certificates, lists and
/// responses that were added to the opener are not used, and nothing is fetched but about the time-stamp.
///
/// time_stamp is a time-stamp over the whole file (RFC 3161; a token or a response, DER) of one whom smime_opener_set_time_stamp_trust
/// trusts: its time is the time of judgement then. Where its length is 0 there is none, and the time that the file notes counts, which is
/// the word of whoever kept it (the finding SMIME_E_EVIDENCE_TIME).
///
/// as_noted says whether the policy that the file notes counts in place of the opener's. It may allow whatever its writer liked.
/// Errors: SMIME_E_EVIDENCE_MALFORMED where it is no evidence, SMIME_E_EVIDENCE_ALTERED, SMIME_E_TST_INVALID and SMIME_E_TST_UNTRUSTED for
/// the time-stamp over the file; as smime_opener_open.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_opener_open_evidence(
    opener: *const smime_opener,
    data: *const u8,
    length: usize,
    time_stamp: *const u8,
    time_stamp_length: usize,
    as_noted: i32,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, opened, || {
            let judge = judge(call::shared(opener)?, call::octets(time_stamp, time_stamp_length)?, as_noted)?;
            judge.open(call::octets(data, length)?).map(smime_opened::new)
        })
    }
}

/// As smime_opener_open_evidence, for evidence of any size, in constant memory but for the certificates, lists and responses in it. It is
/// read several times, from where the source stands. The content is written where the verdict allows it, as by smime_opener_open_io.
/// Errors: as smime_opener_open_evidence; SMIME_E_USE_IO.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_opener_open_evidence_io(
    opener: *const smime_opener,
    read: smime_read_fn,
    seek: smime_seek_fn,
    source: *mut c_void,
    time_stamp: *const u8,
    time_stamp_length: usize,
    as_noted: i32,
    write: smime_write_fn,
    sink: *mut c_void,
    opened: *mut *mut smime_opened,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, opened, || {
            let (mut source, mut sink) = (Source::again(read, seek, source)?, Sink::new(write, sink)?);
            let judge = judge(call::shared(opener)?, call::octets(time_stamp, time_stamp_length)?, as_noted)?;
            judge.open_from(&mut source, &mut sink).map(smime_opened::new)
        })
    }
}

fn judge(opener: &smime_opener, time_stamp: &[u8], as_noted: i32) -> Result<EvidenceOpener> {
    let judge = EvidenceOpener::new(&opener.ready()?).noted_policy(as_noted != 0);
    Ok(if time_stamp.is_empty() { judge } else { judge.time_stamp(time_stamp) })
}
