//! Room `path`.
