//! Errors and the one table of stable codes that every face of the library shares.
//!
//! A [`Code`] names *what* happened, once, for Rust, C, Python, JSON and the command line. The same codes stand in
//! an [`Error`] (the operation could not be done) and in a [`Finding`](crate::report::Finding) (it was done, and this was seen).

mod codes;

use std::fmt;

pub use codes::{Class, Code, Severity};

/// The result of a fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation could not be done: a stable [`Code`], where in the input, and what exactly.
///
/// The text is for people and may change; programs look at [`Error::code`] and [`Error::class`].
///
/// ```
/// use smime::{Code, Error};
/// let error = Error::new(Code::BerTruncated).at(17).because("a length of 300 octets");
/// assert_eq!(error.code().as_str(), "BER-TRUNCATED");
/// assert_eq!(error.offset(), Some(17));
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    code: Code,
    offset: Option<u64>,
    detail: Option<Box<str>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with this code and nothing else.
    pub fn new(code: Code) -> Self {
        Self { inner: Box::new(Inner { code, offset: None, detail: None, source: None }) }
    }

    /// The same error at this offset: octets from the start of the input that was being read.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.inner.offset = Some(offset);
        self
    }

    /// The same error with what was special about this case. Never put secrets or whole inputs here.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.inner.detail = Some(detail.into().into_boxed_str());
        self
    }

    /// The same error with the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// What happened.
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// Who or what is to blame; decides the range of C status codes and the exit code of the command.
    pub fn class(&self) -> Class {
        self.inner.code.class()
    }

    /// Octets from the start of the input that was being read, where that is known.
    pub fn offset(&self) -> Option<u64> {
        self.inner.offset
    }

    /// What was special about this case, where there is something to say.
    pub fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// The sentence for people: that of the code, then the detail, then the offset; one line.
    pub fn message(&self) -> String {
        let mut text = self.inner.code.sentence().to_owned();
        if let Some(detail) = self.detail() {
            text.push_str(": ");
            text.extend(detail.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        if let Some(offset) = self.inner.offset {
            text.push_str(&format!(" (at offset {offset})"));
        }
        text
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        // An `Error` of ours that travelled through an io trait keeps its own code.
        if source.get_ref().is_some_and(|inner| inner.is::<Error>()) {
            if let Some(Ok(own)) = source.into_inner().map(|inner| inner.downcast::<Error>()) {
                return *own;
            }
            return Self::new(Code::UseIo);
        }
        Self::new(Code::UseIo).because(source.to_string()).with_source(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code().as_str(), self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_the_range_of_their_class() {
        let mut numbers = std::collections::BTreeSet::new();
        let mut names = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(numbers.insert(code.number()), "{code:?}: number used twice");
            assert!(names.insert(code.as_str()), "{code:?}: name used twice");
            assert_eq!(code.number() / 1000, code.class() as i32 / 1000, "{code:?}: wrong range");
            assert_eq!(Code::from_name(code.as_str()), Some(*code));
            assert_eq!(Code::from_number(code.number()), Some(*code));
        }
    }

    #[test]
    fn an_error_survives_an_io_trait() {
        let io = std::io::Error::other(Error::new(Code::BerTruncated).at(3));
        let back = Error::from(io);
        assert_eq!((back.code(), back.offset()), (Code::BerTruncated, Some(3)));
    }

    #[test]
    fn a_message_is_one_line() {
        let error = Error::new(Code::UseIo).because("two\r\nlines");
        assert!(!error.to_string().contains(['\r', '\n']));
    }
}
