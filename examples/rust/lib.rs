//! Nothing here: the examples are programs of their own.
