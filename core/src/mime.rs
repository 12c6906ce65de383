//! Room `mime`.
