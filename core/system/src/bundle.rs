//! Files with many certificates in PEM.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use smime::{Certificate, Code, Error, Result};

const END: &str = "-----END CERTIFICATE-----";
/// Octets of a bundle that are read; that of a distribution has a quarter of a million.
const MAXIMUM: u64 = 64 << 20;

/// Every certificate of this PEM text, and how many blocks could not be read: bundles of systems hold all sorts.
///
/// ```
/// let text = b"# mine\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
/// let (certificates, unreadable) = smime_system::bundle(text);
/// assert_eq!((certificates.len(), unreadable), (0, 1));
/// ```
pub fn bundle(text: &[u8]) -> (Vec<Certificate>, usize) {
    let text = String::from_utf8_lossy(text);
    let blocks = text.split_inclusive(END).filter(|block| block.ends_with(END));
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for block in blocks {
        match Certificate::from_pem(block.as_bytes()) {
            Ok(certificate) => found.push(certificate),
            Err(_) => unreadable += 1,
        }
    }
    (found, unreadable)
}

/// Reads a bundle. The error names the file.
pub(crate) fn read(path: &Path) -> Result<(Vec<Certificate>, usize)> {
    let text = octets(path).map_err(|error| Error::new(Code::UseIo).because(format!("{}: {error}", path.display())).with_source(error))?;
    Ok(bundle(&text))
}

fn octets(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(MAXIMUM + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAXIMUM {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large for a bundle of certificates"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const ROOT: &str = include_str!("../../src/cert/example-root.pem");
    const ALICE: &str = include_str!("../../src/cert/example-alice.pem");
    const BROKEN: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    #[test]
    fn what_cannot_be_read_is_passed_over_and_counted() {
        let (found, unreadable) = bundle(format!("# a comment\n{ROOT}{BROKEN}some words\n{BROKEN}{ALICE}more words\n").as_bytes());
        let expected = [ROOT, ALICE].map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
        assert_eq!((found.as_slice(), unreadable), (&expected[..], 2));
    }

    #[test]
    fn octets_of_any_kind_are_no_certificates() {
        for text in
            [&b""[..], b"\xff\xfe\x00", b"-----BEGIN CERTIFICATE-----\nMIIB", b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n"]
        {
            assert_eq!(bundle(text), (Vec::new(), 0));
        }
        assert_eq!(bundle(END.as_bytes()), (Vec::new(), 1));
    }

    #[test]
    fn what_is_no_file_is_an_error_that_names_it() {
        let error = read(Path::new("/")).unwrap_err();
        assert_eq!(error.code(), Code::UseIo);
        assert!(error.message().contains(": /: "), "{error}");
        assert!(std::error::Error::source(&error).is_some_and(|source| source.is::<io::Error>()));
    }

    proptest! {
        #[test]
        fn every_block_is_found_or_counted(kinds in vec(0..4_usize, 0..12), noise in vec(any::<u8>(), 0..64)) {
            let words = format!("words {}\n", String::from_utf8_lossy(&noise).replace('-', "_"));
            let text: String = kinds.iter().map(|kind| [ROOT, ALICE, BROKEN, &words][*kind]).collect();
            let (found, unreadable) = bundle(text.as_bytes());
            prop_assert_eq!(found.len(), kinds.iter().filter(|kind| **kind < 2).count());
            prop_assert_eq!(unreadable, kinds.iter().filter(|kind| **kind == 2).count());
        }

        #[test]
        fn octets_never_panic(noise in vec(any::<u8>(), 0..512), at in 0..2000_usize) {
            let mut text = ROOT.as_bytes().to_vec();
            let at = at.min(text.len());
            text.splice(at..at, noise);
            let (found, unreadable) = bundle(&text);
            prop_assert!(found.len() + unreadable <= 1 + text.len() / END.len());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_an_end_is_an_error() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert!(error.message().contains("too large"), "{error}");
    }
}
