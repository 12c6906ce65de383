//! See the modules.

mod control;
mod crl;
mod dsa;
mod encryption;
mod messages;
mod paths;
mod policies;
mod revocation;
mod secrets;
mod signatures;
mod structure;
mod time_stamps;
