//! See the modules.

mod attribute_swap;
mod codes;
mod detached_content;
mod scene;
