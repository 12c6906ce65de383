//! See the modules.

mod control;
mod paths;
