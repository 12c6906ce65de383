//! See the modules.

mod control;
mod encryption;
mod mime;
mod paths;
mod signatures;
