//! Nothing here: the examples are programs of their own. What the README says in Rust is compiled with this page.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
