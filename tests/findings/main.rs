//! See the modules.

mod attribute_swap;
mod codes;
mod detached_content;
mod protected_from;
mod scene;
