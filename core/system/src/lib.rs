//! The trust anchors that the operating system has for e-mail.
//!
//! The crate `smime` reads no files and knows no environment; what has to is here, for every face of the library.
//!
//! ```no_run
//! let roots = smime_system::email_roots()?;
//! eprintln!("{} anchors from {}", roots.certificates().len(), roots.source());
//! let trust = roots.trust_store();
//! # Ok::<(), smime::Error>(())
//! ```
//!
//! # Where they come from
//!
//! The first that is there:
//!
//! 1. the PEM bundle that the variable `SSL_CERT_FILE` names, on every system;
//! 2. the stores of Windows, and of macOS;
//! 3. elsewhere the bundle that the distribution keeps for e-mail: `/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem` (Fedora, Red
//!    Hat), `/etc/ca-certificates/extracted/email-ca-bundle.pem` (Arch);
//! 4. with the feature `nss`, what NSS's `libnssckbi.so` (Debian's package libnss3) or p11-kit's `p11-kit-trust.so` holds as trusted for
//!    e-mail. Roots that are trusted for web servers alone are left out, and so are those with a date after which NSS distrusts what they
//!    issue for e-mail, past or future;
//! 5. the bundle for every purpose, such as `/etc/ssl/certs/ca-certificates.crt`. On most systems it holds the roots for web servers.
//!
//! A file that is there and cannot be read is an error: nothing else takes its place. Certificates that cannot be parsed are passed over
//! and counted. Where nothing is found there are no roots, and nobody is trusted.
//!
//! **NSS.** To load a library is to run it, so it is looked for in the folders of the system alone, where it and each folder above
//! it must belong to root and be writable for nobody else; one that cannot be loaded is as good as absent. It is read once in the life
//! of the process and stays loaded. It brings NSPR with it, which sets `SIGPIPE` to be ignored: who cares restores it. A program that
//! uses NSS itself initializes NSS before it asks for roots, or afterwards, not at the same time.
//!
//! **Windows.** The store ROOT of the current user, which includes those of the machine and of its administrators: what is valid for e-mail
//! protection or for everything, without what stands in the store Disallowed. Windows fetches many of its roots only when a program of its
//! own meets them; they are not there before.
//!
//! **macOS.** What the user, the administrator or the system trusts, without what one of them denies for TLS or for everything. The crate
//! that reads the settings tells no other purposes apart: who is trusted for one purpose counts as trusted here.
#![forbid(unsafe_code)]

mod bundle;
#[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
mod nss;
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(not(any(windows, target_os = "macos")), path = "unix.rs")]
mod platform;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use smime::{Certificate, Result, TrustStore};

pub use bundle::bundle;

/// The environment variable that names a PEM bundle with the anchors, as OpenSSL has it.
const VARIABLE: &str = "SSL_CERT_FILE";

/// The trust anchors for e-mail: [`Source::find`] and [`Source::read`] in one.
///
/// # Errors
/// As [`Source::read`].
pub fn email_roots() -> Result<Roots> {
    Source::find().read()
}

/// Where the anchors come from. As text it is what a log should say: a path, `NSS: ` and the path of the library, `Windows: ROOT`,
/// `macOS: trust settings`, or `nowhere`.
#[derive(Clone, Debug)]
pub struct Source(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Chosen(PathBuf),
    Platform(platform::Source),
}

impl Source {
    /// Looks for the source that is first in order, as the [crate] says.
    pub fn find() -> Self {
        Self::chosen_by(std::env::var_os(VARIABLE))
    }

    fn chosen_by(variable: Option<OsString>) -> Self {
        match variable.filter(|path| !path.is_empty()) {
            Some(path) => Self(Kind::Chosen(path.into())),
            None => Self(Kind::Platform(platform::Source::find())),
        }
    }

    /// The file that holds the anchors, where they come from one. Who keeps them reads them again when it has changed; what comes from
    /// elsewhere stays as it is.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Chosen(path) => Some(path),
            Kind::Platform(source) => source.file(),
        }
    }

    /// Reads the anchors. A bundle without a certificate has none, and that is no error.
    ///
    /// # Errors
    /// [`Code::UseIo`](smime::Code::UseIo) where a file, or a store of the system, cannot be read; the error of the system is its source.
    pub fn read(&self) -> Result<Roots> {
        let (certificates, unreadable) = match &self.0 {
            Kind::Chosen(path) => bundle::read(path)?,
            Kind::Platform(source) => source.read()?,
        };
        Ok(Roots { certificates, unreadable, source: self.clone() })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Chosen(path) => path.display().fmt(f),
            Kind::Platform(source) => source.fmt(f),
        }
    }
}

/// The trust anchors that were found, and where.
#[derive(Clone, Debug)]
pub struct Roots {
    certificates: Vec<Certificate>,
    unreadable: usize,
    source: Source,
}

impl Roots {
    /// The anchors, in the order of their source.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Where they come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How many certificates were passed over because they could not be parsed.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// A store that trusts them.
    pub fn trust_store(&self) -> TrustStore {
        self.certificates.iter().fold(TrustStore::builder(), |builder, root| builder.anchor(root)).build()
    }
}

/// The certificates behind these octets, and how many could not be parsed.
#[cfg(any(windows, target_os = "macos", all(unix, not(target_vendor = "apple"), feature = "nss")))]
fn parsed<T: AsRef<[u8]>>(certificates: impl IntoIterator<Item = T>) -> (Vec<Certificate>, usize) {
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for der in certificates {
        match Certificate::from_der(der.as_ref()) {
            Ok(certificate) => found.push(certificate),
            Err(_) => unreadable += 1,
        }
    }
    (found, unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_chosen_is_read_and_nothing_in_its_place() {
        let missing = Source::chosen_by(Some("/nowhere/at/all.pem".into()));
        assert_eq!(missing.file(), Some(Path::new("/nowhere/at/all.pem")));
        assert_eq!(missing.to_string(), "/nowhere/at/all.pem");
        let error = missing.read().unwrap_err();
        assert_eq!(error.code(), smime::Code::UseIo);
        assert!(error.message().contains("/nowhere/at/all.pem"), "{error}");
    }

    #[test]
    fn an_empty_variable_chooses_nothing() {
        for variable in [None, Some(OsString::new())] {
            assert!(matches!(Source::chosen_by(variable), Source(Kind::Platform(_))));
        }
    }

    #[test]
    fn the_store_trusts_what_was_found() {
        let pem = include_bytes!("../../src/cert/example-root.pem");
        let (certificates, unreadable) = bundle(pem);
        let roots = Roots { certificates, unreadable, source: Source::chosen_by(Some("root.pem".into())) };
        assert_eq!((roots.certificates().len(), roots.unreadable(), roots.source().to_string().as_str()), (1, 0, "root.pem"));
        assert!(roots.trust_store().is_anchor(&roots.certificates()[0]));
    }
}
