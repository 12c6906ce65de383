//! Callbacks for reading, seeking and writing.

use std::ffi::c_void;
use std::io::{self, Read, Seek, SeekFrom, Write};

use smime::{Code, Error, Result};

use crate::{call, constants as c};

/// Reads up to capacity octets into buffer and says in *length how many; 0 octets mean that the source has ended.
/// Answers 0, or any other number where it fails: the call then fails with SMIME_E_USE_IO and names the number.
pub type smime_read_fn = Option<unsafe extern "C" fn(user: *mut c_void, buffer: *mut u8, capacity: usize, length: *mut usize) -> i32>;

/// Goes to another place of the source: offset octets from origin, one of SMIME_SEEK_*, and says in *position how far that is
/// from the start. The numbers are those of SEEK_SET, SEEK_CUR and SEEK_END, so fseeko and ftello or lseek do the work.
/// Answers 0, or any other number where it fails.
pub type smime_seek_fn = Option<unsafe extern "C" fn(user: *mut c_void, offset: i64, origin: i32, position: *mut u64) -> i32>;

/// Takes all of these octets. Answers 0, or any other number where it fails.
pub type smime_write_fn = Option<unsafe extern "C" fn(user: *mut c_void, data: *const u8, length: usize) -> i32>;

type Seeking = unsafe extern "C" fn(*mut c_void, i64, i32, *mut u64) -> i32;

/// A source behind callbacks.
pub(crate) struct Source {
    read: unsafe extern "C" fn(*mut c_void, *mut u8, usize, *mut usize) -> i32,
    seek: Option<Seeking>,
    user: *mut c_void,
}

impl Source {
    /// A source that is read once.
    ///
    /// # Safety
    /// The callback does what its type says, with this user pointer, as long as the source is there.
    pub(crate) unsafe fn once(read: smime_read_fn, user: *mut c_void) -> Result<Self> {
        let read = read.ok_or_else(|| call::wrong("the read callback is NULL"))?;
        Ok(Self { read, seek: None, user })
    }

    /// A source that can be read again.
    ///
    /// # Safety
    /// As [`Source::once`].
    pub(crate) unsafe fn again(read: smime_read_fn, seek: smime_seek_fn, user: *mut c_void) -> Result<Self> {
        let seek = Some(seek.ok_or_else(|| call::wrong("the seek callback is NULL"))?);
        // SAFETY: by the contract of this function.
        Ok(Self { seek, ..unsafe { Self::once(read, user) }? })
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        // SAFETY: the callback and its pointer are as promised; the buffer has as much room as is said.
        answer("read", unsafe { (self.read)(self.user, buffer.as_mut_ptr(), buffer.len(), &raw mut length) })?;
        if length > buffer.len() { Err(failed("the read callback read more than there was room for")) } else { Ok(length) }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (offset, origin) = match to {
            SeekFrom::Start(offset) => (i64::try_from(offset).map_err(|_| failed("the source is too long"))?, c::SMIME_SEEK_START),
            SeekFrom::Current(offset) => (offset, c::SMIME_SEEK_CURRENT),
            SeekFrom::End(offset) => (offset, c::SMIME_SEEK_END),
        };
        let seek = self.seek.ok_or_else(|| failed("there is no seek callback"))?;
        let mut position = 0;
        // SAFETY: the callback and its pointer are as promised.
        answer("seek", unsafe { seek(self.user, offset, origin, &raw mut position) })?;
        Ok(position)
    }
}

/// A sink behind a callback.
pub(crate) struct Sink {
    write: unsafe extern "C" fn(*mut c_void, *const u8, usize) -> i32,
    user: *mut c_void,
}

impl Sink {
    /// # Safety
    /// The callback does what its type says, with this user pointer, as long as the sink is there.
    pub(crate) unsafe fn new(write: smime_write_fn, user: *mut c_void) -> Result<Self> {
        Ok(Self { write: write.ok_or_else(|| call::wrong("the write callback is NULL"))?, user })
    }
}

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if !octets.is_empty() {
            // SAFETY: the callback and its pointer are as promised; the octets are there while it runs.
            answer("write", unsafe { (self.write)(self.user, octets.as_ptr(), octets.len()) })?;
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn answer(which: &str, answer: i32) -> io::Result<()> {
    if answer == 0 { Ok(()) } else { Err(failed(format!("the {which} callback answered {answer}"))) }
}

fn failed(why: impl Into<String>) -> io::Error {
    io::Error::other(Error::new(Code::UseIo).because(why))
}
