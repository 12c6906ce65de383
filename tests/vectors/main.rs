//! See the modules.

mod certificates;
mod cms;
mod paths;
