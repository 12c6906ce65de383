//! See the modules.

mod certificates;
mod cms;
mod identity;
mod messages;
mod paths;

mod wycheproof;
