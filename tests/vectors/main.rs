//! See the modules.

mod cms;
mod identity;
