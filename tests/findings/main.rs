//! See the modules.

mod codes;
