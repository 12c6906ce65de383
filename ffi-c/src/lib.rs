//! The C face of libsmime. Its manual is `include/smime.h`, which cbindgen makes from this crate (`cargo xtask header`).
//!
//! Each exported function is one line of work behind the wall of [`call`]: pointers become references, slices and strings
//! after they were checked, errors become a status and an error object, panics become `SMIME_E_INTERNAL`. Handles hold
//! what the core has; whatever in them can change stands behind a lock, so that no call from C ever meets another half done.
#![deny(unsafe_op_in_unsafe_fn)]
#![allow(non_camel_case_types, reason = "the names of the C types")]
#![allow(clippy::missing_safety_doc, reason = "the header says once what every pointer has to be")]
// The order of the modules is the order of the header.

mod call;
mod json;
mod made;
mod texts;

pub mod version;

pub mod constants;

pub mod codes;

pub mod code;

pub mod error;

pub mod buffer;

pub mod io;

pub mod certificate;

pub mod certificates;

pub mod key;

pub mod external;

pub mod fetch;

pub mod identity;

pub mod trust;

pub mod system;

pub mod report;

pub mod opened;

mod settings;

pub mod opener;

pub mod open_stream;

pub mod evidence;

pub mod signer;

pub mod encryptor;

pub mod pipe;

pub mod verifier;

pub mod request;

pub mod issuer;

pub mod profile;

pub mod challenge;

pub mod revocation_list;

pub mod ocsp;

pub mod journal;

/// What the header says of threads holds by the types. Streams are left out: the core's may hold any writer and so cannot say
/// that they move between threads; ours hold memory, or a callback for which the header says it. One call at a time meets them,
/// see [`pipe`].
#[cfg(test)]
mod threads {
    const fn may_be_shared<T: Send + Sync>() {}

    const _: () = {
        may_be_shared::<crate::error::smime_error>();
        may_be_shared::<crate::buffer::smime_buffer>();
        may_be_shared::<crate::certificate::smime_certificate>();
        may_be_shared::<crate::certificates::smime_certificates>();
        may_be_shared::<crate::key::smime_key>();
        may_be_shared::<crate::identity::smime_identity>();
        may_be_shared::<crate::trust::smime_trust>();
        may_be_shared::<crate::trust::smime_trust_builder>();
        may_be_shared::<crate::report::smime_report>();
        may_be_shared::<crate::opened::smime_opened>();
        may_be_shared::<crate::opener::smime_opener>();
        may_be_shared::<crate::signer::smime_signer>();
        may_be_shared::<crate::encryptor::smime_encryptor>();
        may_be_shared::<crate::verifier::smime_verifier>();
        may_be_shared::<crate::verifier::smime_path>();
        may_be_shared::<crate::issuer::smime_issuer>();
        may_be_shared::<crate::issuer::smime_template>();
        may_be_shared::<crate::request::smime_request>();
        may_be_shared::<crate::profile::smime_profile>();
        may_be_shared::<crate::revocation_list::smime_crl_builder>();
        may_be_shared::<crate::ocsp::smime_ocsp_request>();
        may_be_shared::<crate::ocsp::smime_ocsp_responder>();
        may_be_shared::<crate::journal::smime_journal>();
    };
}
