//! See the modules.

mod certificates;
mod cms;
mod identity;
mod paths;
