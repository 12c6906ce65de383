//! The house: which room may know which, read off the `use` lines.
