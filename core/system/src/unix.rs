//! Linux and other Unix: the bundles of the distribution, and NSS.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
#[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
use std::sync::Arc;

use smime::{Certificate, Result};

use crate::bundle;
#[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
use crate::nss;

/// The bundles that distributions keep for e-mail.
const FOR_EMAIL: &[&str] = &[
    "/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem", // Fedora, Red Hat
    "/etc/ca-certificates/extracted/email-ca-bundle.pem",  // Arch
];

/// The bundles that they keep for everything.
const FOR_ALL: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",   // Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",             // SUSE
    "/etc/ssl/cert.pem",                  // Alpine, BSD
];

#[derive(Clone, Debug)]
pub(crate) enum Source {
    File(PathBuf),
    #[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
    Nss(Arc<nss::Found>),
    Nowhere,
}

impl Source {
    pub(crate) fn find() -> Self {
        first_of(FOR_EMAIL).or_else(from_nss).or_else(|| first_of(FOR_ALL)).unwrap_or(Self::Nowhere)
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn read(&self) -> Result<(Vec<Certificate>, usize)> {
        match self {
            Self::File(path) => bundle::read(path),
            #[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
            Self::Nss(found) => Ok((found.certificates.clone(), found.unreadable)),
            Self::Nowhere => Ok((Vec::new(), 0)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            #[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
            Self::Nss(found) => write!(f, "NSS: {}", found.library.display()),
            Self::Nowhere => f.write_str("nowhere"),
        }
    }
}

fn first_of(bundles: &[&str]) -> Option<Source> {
    bundles.iter().map(Path::new).find(|path| is_there(path)).map(|path| Source::File(path.to_owned()))
}

/// Whether there is such a file. One that cannot even be looked at is there: it must not be replaced without a word by one that trusts more.
fn is_there(path: &Path) -> bool {
    match path.metadata() {
        Ok(facts) => facts.is_file(),
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

#[cfg(all(unix, not(target_vendor = "apple"), feature = "nss"))]
fn from_nss() -> Option<Source> {
    nss::find().map(Source::Nss)
}

#[cfg(not(all(unix, not(target_vendor = "apple"), feature = "nss")))]
fn from_nss() -> Option<Source> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_that_is_there_is_taken() {
        let (here, also) = (concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs"));
        let folder = env!("CARGO_MANIFEST_DIR");
        let below_a_file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/bundle.pem");
        let found = first_of(&["/nowhere/at/all.pem", folder, below_a_file, here, also]).unwrap();
        assert_eq!((found.file(), found.to_string().as_str()), (Some(Path::new(here)), here));
        assert!(first_of(&["/nowhere/at/all.pem"]).is_none());
    }

    #[test]
    fn nowhere_has_no_roots() {
        assert_eq!(Source::Nowhere.read().unwrap(), (Vec::new(), 0));
        assert_eq!((Source::Nowhere.file(), Source::Nowhere.to_string().as_str()), (None, "nowhere"));
    }
}
