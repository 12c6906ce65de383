//! See the modules.

mod certificates;
mod cms;
mod crl;
mod identity;
mod lint;
mod messages;
mod mime;
mod ocsp;
mod paths;
mod pkits;
mod revocation;

mod wycheproof;
