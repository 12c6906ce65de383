//! See the modules.

mod attribute_swap;
mod codes;
mod scene;
