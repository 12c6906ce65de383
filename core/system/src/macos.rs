//! macOS: the trust settings of the user, the administrator and the system.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use security_framework::trust_settings::{Domain, TrustSettings, TrustSettingsForCertificate};
use smime::{Certificate, Code, Error, Result};

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
        let (mut trusted, mut denied, mut unknown) = (Vec::new(), HashSet::new(), 0);
        for domain in [Domain::User, Domain::Admin, Domain::System] {
            let settings = TrustSettings::new(domain);
            let certificates = settings.iter().map_err(|error| {
                Error::new(Code::UseIo).because(format!("the trust settings of the domain {domain:?}: {error}")).with_source(error)
            })?;
            for certificate in certificates {
                let der = certificate.to_der();
                match settings.tls_trust_settings_for_certificate(&certificate) {
                    Ok(Some(TrustSettingsForCertificate::Deny)) => _ = denied.insert(der),
                    Ok(None | Some(TrustSettingsForCertificate::TrustRoot | TrustSettingsForCertificate::TrustAsRoot)) => trusted.push(der),
                    Ok(Some(_)) => {}
                    // It may be denied.
                    Err(_) => {
                        denied.insert(der);
                        unknown += 1;
                    }
                }
            }
        }
        let mut seen = HashSet::new();
        trusted.retain(|der| !denied.contains(der) && seen.insert(der.clone()));
        let (certificates, unreadable) = crate::parsed(trusted);
        Ok((certificates, unreadable + unknown))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("macOS: trust settings")
    }
}
