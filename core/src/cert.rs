//! Room `cert`.
