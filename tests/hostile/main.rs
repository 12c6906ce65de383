//! See the modules.

mod paths;
