//! The manual, as chapters.

/// Errors and findings: the list of codes.
pub mod errors {}
