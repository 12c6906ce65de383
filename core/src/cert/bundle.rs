//! Bundles of certificates in SignedData without signers: `.p7c`, `.p7b`, certs-only (RFC 5652 section 5.1, RFC 8551 section 3.8).

use super::Certificate;
use crate::asn1::{Reader, Tag, Writer, oid, set_of};
use crate::error::{Code, Error, Result};

/// Certificates that one bundle may hold.
const CERTIFICATES: usize = 10_000;

/// Whether these octets begin like a ContentInfo: a SEQUENCE whose first element is an OBJECT IDENTIFIER.
pub(super) fn is_bundle(octets: &[u8]) -> bool {
    Reader::ber(octets).sequence().and_then(|mut fields| fields.expect(Tag::OID)).is_ok()
}

/// The certificates of a bundle, in the order in which they stand; other kinds of certificates are passed over.
///
/// # Errors
/// A code of the class malformed, [`Code::LimitCertificates`], or what makes one of the certificates unreadable.
pub(super) fn certificates(octets: &[u8]) -> Result<Vec<Certificate>> {
    let mut info = Reader::ber(octets).single()?.children()?;
    if info.oid()? != oid::ID_SIGNED_DATA {
        return Err(Error::new(Code::CmsTypeUnsupported).because("a bundle of certificates is SignedData"));
    }
    let mut fields = info.expect(Tag::context_constructed(0))?.children()?.sequence()?;
    fields.unsigned()?;
    fields.expect(Tag::SET)?;
    fields.expect(Tag::SEQUENCE)?;
    let Some(set) = fields.optional(Tag::context_constructed(0))? else { return Ok(Vec::new()) };
    let mut set = set.children()?;
    let mut found = Vec::new();
    while !set.is_empty() {
        let element = set.element()?;
        if element.tag != Tag::SEQUENCE {
            continue;
        }
        if found.len() >= CERTIFICATES {
            return Err(Code::LimitCertificates.into());
        }
        found.push(Certificate::from_der(element.raw)?);
    }
    Ok(found)
}

/// A bundle of certificates: a ContentInfo in DER with SignedData that nobody signed (RFC 5652 section 5.1), what `.p7c` and `.p7b` files hold
/// and mail calls certs-only (RFC 8551 section 3.8). As PEM it is a block `PKCS7`.
///
/// The certificates are a SET: DER orders them, and one that stands twice is written once. [`Certificate::many`] reads them.
///
/// ```
/// use smime::{cert::{Certificate, certs_only}, pem};
/// # let file = include_bytes!("example-root.pem");
/// let root = Certificate::from_pem(file)?;
/// let bundle = certs_only(&[root.clone()])?;
/// assert_eq!(Certificate::many(&bundle)?, [root.clone()]);
/// assert_eq!(Certificate::many(pem::encode("PKCS7", &bundle).as_bytes())?, [root]);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::UseArgument`] where there is no certificate, [`Code::LimitCertificates`] where there are more than 10 000.
pub fn certs_only(certificates: &[Certificate]) -> Result<Vec<u8>> {
    let mut set: Vec<Vec<u8>> = certificates.iter().map(|certificate| certificate.der().to_vec()).collect();
    set.sort_unstable();
    set.dedup();
    match set.len() {
        0 => return Err(Error::new(Code::UseArgument).because("a bundle without certificates")),
        1..=CERTIFICATES => {}
        _ => return Err(Code::LimitCertificates.into()),
    }
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_SIGNED_DATA);
        writer.nest(Tag::context_constructed(0), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.unsigned(1);
                writer.nest(Tag::SET, |_| {});
                writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_DATA));
                writer.raw(&set_of(Tag::context_constructed(0), set));
                writer.nest(Tag::SET, |_| {});
            });
        });
    });
    Ok(writer.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(certificates: &[&[u8]]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::ID_SIGNED_DATA);
            writer.nest(Tag::context_constructed(0), |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.unsigned(1);
                    writer.nest(Tag::SET, |_| {});
                    writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::ID_DATA));
                    if !certificates.is_empty() {
                        writer.nest(Tag::context_constructed(0), |writer| certificates.iter().for_each(|der| writer.raw(der)));
                    }
                    writer.nest(Tag::SET, |_| {});
                });
            });
        });
        writer.into_vec()
    }

    #[test]
    fn bundles_in_der_and_pem() {
        let (alice, root) = (include_bytes!("example-alice.pem"), include_bytes!("example-root.pem"));
        let (alice, root) = (Certificate::from_pem(alice).unwrap(), Certificate::from_pem(root).unwrap());
        let der = bundle(&[alice.der(), &[0xa1, 0x00], root.der()]);
        assert_eq!(Certificate::many(&der).unwrap(), [alice.clone(), root.clone()]);
        for label in ["PKCS7", "CMS"] {
            assert_eq!(Certificate::many(crate::pem::encode(label, &der).as_bytes()).unwrap(), [alice.clone(), root.clone()]);
        }
        let code = |octets: &[u8]| Certificate::many(octets).unwrap_err().code();
        assert_eq!(code(&bundle(&[&alice.der()[..20]])), Code::BerTruncated);
        assert_eq!(code(&bundle(&[])), Code::CertMalformed);
        assert_eq!(code(&[&der[..], &[0]].concat()), Code::BerTrailing);
        assert!(!is_bundle(alice.der()));
    }

    #[test]
    fn what_is_written_is_read() {
        let (alice, root) = (include_bytes!("example-alice.pem"), include_bytes!("example-root.pem"));
        let (alice, root) = (Certificate::from_pem(alice).unwrap(), Certificate::from_pem(root).unwrap());
        let der = certs_only(&[root.clone(), alice.clone(), root.clone()]).unwrap();
        let read = Certificate::many(&der).unwrap();
        assert!(read.len() == 2 && read.contains(&alice) && read.contains(&root));
        assert_eq!(der, certs_only(&[alice.clone(), root.clone()]).unwrap(), "the order of a SET is that of DER");
        assert_eq!(certs_only(std::slice::from_ref(&alice)).unwrap(), bundle(&[alice.der()]));
        assert_eq!(certs_only(&[]).unwrap_err().code(), Code::UseArgument);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(input: Vec<u8>) {
            let _ = (is_bundle(&input), certificates(&input).is_ok());
        }
    }
}
