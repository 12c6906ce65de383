//! The Python face of libsmime: the native half of the package `libsmime`.
//!
//! Here stand the objects that hold keys and certificates, and the verbs over octets, paths and Python files. What a Python
//! programmer touches beyond that (inputs of every kind, reports as dataclasses, exceptions, the command) is written in
//! Python, in `python/libsmime`.
//!
//! Every call that computes for long releases the interpreter lock, and every object may be shared between threads.
#![deny(unsafe_code)]

mod certificate;
mod challenge;
mod errors;
mod evidence;
mod identity;
mod issuer;
mod journal;
mod key;
mod limits;
mod lint;
mod make;
mod ocsp;
mod open;
mod path;
mod profile;
mod report;
mod request;
mod revoking;
mod streams;
mod system;
mod template;
mod trust;

/// The native half of libsmime.
#[pyo3::pymodule]
mod _libsmime {
    #[pymodule_export]
    use crate::certificate::{Certificate, certs_only};
    #[pymodule_export]
    use crate::challenge::{
        Challenge, acme_check_response, acme_identifier, acme_jwk, acme_jwk_thumbprint, acme_new_token_part, acme_response, acme_token,
        acme_token_part1,
    };
    #[pymodule_export]
    use crate::errors::codes;
    #[pymodule_export]
    use crate::evidence::{examine_evidence, has_nonce, next_update, open_evidence};
    #[pymodule_export]
    use crate::identity::Identity;
    #[pymodule_export]
    use crate::issuer::Issuer;
    #[pymodule_export]
    use crate::journal::{Journal, next_standing};
    #[pymodule_export]
    use crate::key::{PrivateKey, PublicKey};
    #[pymodule_export]
    use crate::limits::default_limits;
    #[pymodule_export]
    use crate::lint::LintFinding;
    #[pymodule_export]
    use crate::make::{encrypt, sign};
    #[pymodule_export]
    use crate::ocsp::{CertId, OcspRequest, OcspResponder};
    #[pymodule_export]
    use crate::open::{examine, open};
    #[pymodule_export]
    use crate::path::verify_certificate;
    #[pymodule_export]
    use crate::profile::Profile;
    #[pymodule_export]
    use crate::report::NativeReport;
    #[pymodule_export]
    use crate::request::CertificateRequest;
    #[pymodule_export]
    use crate::revoking::{CrlEntry, crl_delta, crl_entries};
    #[pymodule_export]
    use crate::system::SystemSource;
    #[pymodule_export]
    use crate::template::{CertificateTemplate, places_of};
    #[pymodule_export]
    use crate::trust::TrustStore;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python packages give it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
