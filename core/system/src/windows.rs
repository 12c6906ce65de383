//! Windows: the certificate stores of the current user.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use schannel::cert_context::{CertContext, ValidUses};
use schannel::cert_store::CertStore;
use smime::{Certificate, Code, Error, Result};

/// id-kp-emailProtection (RFC 5280 section 4.2.1.12).
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";

#[derive(Clone, Debug)]
pub(crate) struct Source;

impl Source {
    pub(crate) fn find() -> Self {
        Self
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        None
    }

    pub(crate) fn read(&self) -> Result<(Vec<Certificate>, usize)> {
        let disallowed: HashSet<Vec<u8>> = store("Disallowed")?.certs().map(|certificate| certificate.to_der().to_vec()).collect();
        let (mut trusted, mut unknown) = (Vec::new(), 0);
        for root in store("ROOT")?.certs().filter(|root| !disallowed.contains(root.to_der())) {
            match is_for_email(&root) {
                Some(true) => trusted.push(root.to_der().to_vec()),
                Some(false) => {}
                None => unknown += 1,
            }
        }
        let (certificates, unreadable) = crate::parsed(trusted);
        Ok((certificates, unreadable + unknown))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Windows: ROOT")
    }
}

fn store(name: &str) -> Result<CertStore> {
    CertStore::open_current_user(name)
        .map_err(|error| Error::new(Code::UseIo).because(format!("the certificate store {name}: {error}")).with_source(error))
}

/// Whether this root is valid for e-mail; nothing where Windows does not say.
fn is_for_email(root: &CertContext) -> Option<bool> {
    match root.valid_uses().ok()? {
        ValidUses::All => Some(true),
        ValidUses::Oids(uses) => Some(uses.iter().any(|purpose| purpose == EMAIL_PROTECTION)),
    }
}
