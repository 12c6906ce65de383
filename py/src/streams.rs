//! Octets in and out: Python bytes, files of the operating system, Python file objects.

use std::fs::File;
use std::io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use pyo3::exceptions::{PyOSError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use smime::crypto::Hasher;
use smime::{Code, Error};

use crate::errors::file_error;

/// Output is handed to Python in pieces of this size.
const PIECE: usize = 128 << 10;
/// After so many octets Ctrl-C is looked for.
const PATIENCE: usize = 16 << 20;

/// Where a message comes from.
pub(crate) enum Source<'a> {
    /// Python bytes, which never change.
    Octets(&'a [u8]),
    /// A regular file, read without the interpreter.
    File(File),
    /// A Python binary file that can seek.
    Python(Py<PyAny>),
}

/// What the verbs read.
pub(crate) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl<'a> Source<'a> {
    /// Bytes as they are, a `str` as a path, anything else as a binary file that can seek.
    pub(crate) fn of(object: &'a Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(octets) = object.cast::<PyBytes>() {
            return Ok(Self::Octets(octets.as_bytes()));
        }
        if object.is_instance_of::<PyString>() {
            let path: PathBuf = object.extract()?;
            let file = File::open(&path).map_err(|error| file_error(object.py(), error, &path))?;
            return Ok(Self::File(file));
        }
        Ok(Self::Python(object.clone().unbind()))
    }

    /// The source as a reader.
    pub(crate) fn reader(self) -> Box<dyn ReadSeek + 'a> {
        match self {
            Self::Octets(octets) => Box::new(Patient::new(Cursor::new(octets))),
            Self::File(file) => Box::new(Patient::new(file)),
            Self::Python(file) => Box::new(PythonFile { file }),
        }
    }

    /// All octets of the source, within the bound that the caller's limits set.
    pub(crate) fn read_all(self, limit: u64) -> smime::Result<Vec<u8>> {
        let mut octets = Vec::new();
        self.reader().take(limit.saturating_add(1)).read_to_end(&mut octets)?;
        if octets.len() as u64 > limit { Err(Code::LimitBytes.into()) } else { Ok(octets) }
    }
}

/// Where the result goes, hashed on the way where that is wanted.
pub(crate) struct Output {
    sink: Sink,
    hasher: Option<Hasher>,
}

enum Sink {
    Memory(Vec<u8>),
    File(BufWriter<File>),
    Python(BufWriter<PythonFile>),
}

impl Output {
    /// `None` collects in memory, a `str` is the path of a file that exists already, anything else is a Python binary file.
    pub(crate) fn of(object: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let sink = match object {
            None => Sink::Memory(Vec::new()),
            Some(object) if object.is_instance_of::<PyString>() => {
                let path: PathBuf = object.extract()?;
                let file = File::options().write(true).open(&path).map_err(|error| file_error(object.py(), error, &path))?;
                Sink::File(BufWriter::with_capacity(PIECE, file))
            }
            Some(object) => Sink::Python(BufWriter::with_capacity(PIECE, PythonFile { file: object.clone().unbind() })),
        };
        Ok(Self { sink, hasher: None })
    }

    /// Hashes all that goes by.
    pub(crate) fn hash_with(&mut self, hasher: Hasher) {
        self.hasher = Some(hasher);
    }

    /// The digest of all that went by.
    pub(crate) fn digest(&mut self) -> Option<[u8; 32]> {
        let digest = self.hasher.take().map(Hasher::finish);
        digest.and_then(|digest| <[u8; 32]>::try_from(&*digest).ok())
    }

    /// Does this with the output and sees that everything has arrived. What was held back is thrown away after an error.
    pub(crate) fn filled_by<T>(&mut self, work: impl FnOnce(&mut Self) -> smime::Result<T>) -> smime::Result<T> {
        let outcome = work(self).and_then(|done| {
            self.flush()?;
            Ok(done)
        });
        if outcome.is_err() {
            match std::mem::replace(&mut self.sink, Sink::Memory(Vec::new())) {
                Sink::Memory(_) => {}
                Sink::File(writer) => drop(writer.into_parts()),
                Sink::Python(writer) => drop(writer.into_parts()),
            }
        }
        outcome
    }

    /// What was collected in memory.
    pub(crate) fn into_memory(self) -> Option<Vec<u8>> {
        if let Sink::Memory(octets) = self.sink { Some(octets) } else { None }
    }
}

impl Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let count = match &mut self.sink {
            Sink::Memory(collected) => {
                collected.try_reserve(octets.len()).map_err(|_| io::Error::other(Error::new(Code::LimitBytes).because("out of memory")))?;
                collected.write(octets)?
            }
            Sink::File(file) => file.write(octets)?,
            Sink::Python(file) => file.write(octets)?,
        };
        if let (Some(hasher), Some(written)) = (&mut self.hasher, octets.get(..count)) {
            hasher.update(written);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Memory(_) => Ok(()),
            Sink::File(file) => file.flush(),
            Sink::Python(file) => file.flush(),
        }
    }
}

/// A reader without the interpreter that lets Ctrl-C through now and then.
struct Patient<R> {
    inner: R,
    read: usize,
}

impl<R> Patient<R> {
    fn new(inner: R) -> Self {
        Self { inner, read: 0 }
    }
}

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        if self.read >= PATIENCE {
            self.read = 0;
            Python::attach(|py| py.check_signals()).map_err(io::Error::other)?;
        }
        let count = self.inner.read(octets)?;
        self.read = self.read.saturating_add(count);
        Ok(count)
    }
}

impl<R: Seek> Seek for Patient<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// A Python binary file.
struct PythonFile {
    file: Py<PyAny>,
}

impl Read for PythonFile {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        let room = octets.len();
        let read = |py: Python<'_>| -> PyResult<usize> {
            let answer = self.file.bind(py).call_method1("read", (room,))?;
            let found =
                answer.cast::<PyBytes>().map_err(|_| PyTypeError::new_err("read() of a binary file answers with bytes"))?.as_bytes();
            let target =
                octets.get_mut(..found.len()).ok_or_else(|| PyOSError::new_err("read() answered with more than it was asked for"))?;
            target.copy_from_slice(found);
            Ok(found.len())
        };
        Python::attach(read).map_err(io::Error::other)
    }
}

impl Seek for PythonFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let seek = |py: Python<'_>| -> PyResult<u64> {
            let file = self.file.bind(py);
            let answer = match position {
                SeekFrom::Start(offset) => file.call_method1("seek", (offset, 0))?,
                SeekFrom::Current(0) => file.call_method0("tell")?,
                SeekFrom::Current(offset) => file.call_method1("seek", (offset, 1))?,
                SeekFrom::End(offset) => file.call_method1("seek", (offset, 2))?,
            };
            answer.extract()
        };
        Python::attach(seek).map_err(io::Error::other)
    }
}

impl Write for PythonFile {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let write = |py: Python<'_>| -> PyResult<usize> {
            let count: Option<usize> = self.file.bind(py).call_method1("write", (PyBytes::new(py, octets),))?.extract()?;
            // Some objects that look like files answer nothing and have taken all.
            Ok(count.unwrap_or(octets.len()).min(octets.len()))
        };
        Python::attach(write).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
