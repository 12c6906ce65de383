//! See the modules.

mod cms;
