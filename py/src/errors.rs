//! Errors of the core as Python exceptions, and the table of codes.

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pyo3::exceptions::{PyException, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use smime::{Class, Code, Error};

/// One row of the table: name, number, class, severity, sentence, reference, exit code of the command.
type Row = (&'static str, i32, &'static str, &'static str, &'static str, Option<&'static str>, u8);

/// The table of codes.
#[pyo3::pyfunction]
pub(crate) fn codes() -> Vec<Row> {
    let row = |code: &Code| {
        let class = code.class();
        (code.as_str(), code.number(), word(class), code.severity().as_str(), code.sentence(), code.reference(), class.exit_code())
    };
    Code::ALL.iter().map(row).collect()
}

fn word(class: Class) -> &'static str {
    match class {
        Class::Usage => "usage",
        Class::Malformed => "malformed",
        Class::Decryption => "decryption",
        Class::Limit => "limit",
        Class::Unsupported => "unsupported",
        Class::Signature => "signature",
        Class::Path => "path",
        Class::Address => "address",
        _ => "internal",
    }
}

/// The Python exception for an error of the core.
///
/// An exception that a Python file raised, and an error of the operating system, come out as they went in. One that an external key raised
/// is the cause of the exception that names what failed.
pub(crate) fn raise(error: Error) -> PyErr {
    Python::attach(|py| {
        let cause = python_cause(py, &error);
        if error.code() == Code::UseIo {
            if let Some(cause) = cause {
                return cause;
            }
            if let Some(number) = system_error(&error) {
                return os_error(py, number, None);
            }
        }
        match cause {
            // KeyboardInterrupt and SystemExit are nobody's failure.
            Some(cause) if !cause.is_instance_of::<PyException>(py) => cause,
            cause => made(py, &error, cause),
        }
    })
}

/// The Python exception for an error of the core that came of this file.
pub(crate) fn raise_about(py: Python<'_>, error: Error, path: Option<&Path>) -> PyErr {
    match (path, system_error(&error)) {
        (Some(path), Some(number)) => os_error(py, number, Some(path)),
        _ => raise(error),
    }
}

/// Does this without the interpreter lock. A panic, which is a defect of the library, becomes an exception that callers catch like any other.
pub(crate) fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> smime::Result<T> + Send) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(outcome) => outcome.map_err(raise),
        Err(_) => Err(raise(Error::new(Code::Internal).because("a panic, which standard error tells about"))),
    }
}

/// An error of usage that the core cannot see.
pub(crate) fn usage(detail: &str) -> PyErr {
    raise(Error::new(Code::UseArgument).because(detail))
}

/// The OSError for what went wrong with this file, of the subclass that fits.
pub(crate) fn file_error(py: Python<'_>, error: io::Error, path: &Path) -> PyErr {
    match error.raw_os_error() {
        Some(number) => os_error(py, number, Some(path)),
        None => error.into(),
    }
}

fn os_error(py: Python<'_>, number: i32, path: Option<&Path>) -> PyErr {
    let text = match py.import("os").and_then(|os| os.call_method1("strerror", (number,))?.extract::<String>()) {
        Ok(text) => text,
        Err(error) => return error,
    };
    match path {
        Some(path) => PyOSError::new_err((number, text, path.as_os_str().to_owned())),
        None => PyOSError::new_err((number, text)),
    }
}

fn made(py: Python<'_>, error: &Error, cause: Option<PyErr>) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = || {
        let make = MAKE.import(py, "libsmime._errors", "from_core")?;
        make.call1((error.code().as_str(), error.message(), error.offset()))
    };
    match make() {
        Ok(exception) => {
            let exception = PyErr::from_value(exception);
            exception.set_cause(py, cause);
            exception
        }
        Err(failure) => failure,
    }
}

/// The Python exception at the bottom of an error of the core, if there is one.
fn python_cause(py: Python<'_>, error: &Error) -> Option<PyErr> {
    let mut source = error.source();
    while let Some(inner) = source {
        let wrapped = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let found = inner.downcast_ref::<PyErr>().or_else(|| wrapped.and_then(|wrapped| wrapped.downcast_ref::<PyErr>()));
        if let Some(found) = found {
            return Some(found.clone_ref(py));
        }
        source = inner.source();
    }
    None
}

fn system_error(error: &Error) -> Option<i32> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(number) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return Some(number);
        }
        source = inner.source();
    }
    None
}
