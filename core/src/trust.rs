//! Room `trust`.
