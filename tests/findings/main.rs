//! See the modules.

mod around_pem;
mod attribute_swap;
mod bare_cr_in_fields;
mod codes;
mod detached_content;
mod lax_certificates;
mod nested_compression;
mod protected_from;
mod repeated_rejection;
mod revocation;
mod scene;
mod signature_work;
mod signing_from_files;
mod text_of_findings;
mod time_stamps;
