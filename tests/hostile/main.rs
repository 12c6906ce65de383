//! See the modules.

mod control;
mod encryption;
mod paths;
mod signatures;
