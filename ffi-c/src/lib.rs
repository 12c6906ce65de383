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

pub mod identity;

pub mod trust;

pub mod report;

pub mod opened;

mod settings;

pub mod opener;

pub mod open_stream;

pub mod signer;

pub mod encryptor;

pub mod pipe;

pub mod verifier;

pub mod issuer;
