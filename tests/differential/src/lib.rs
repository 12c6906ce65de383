//! Certification paths from a seed, valid ones and such with one thing wrong, judged by this library and by others.
//!
//! Each path is made from its number and the seed alone, so that one can be made again by itself. What must come of it is known to the
//! generator and independent of all judges. Where a peer answers otherwise, [`classes`] has to explain it: what was changed, our
//! findings and the peer's error all have to fit. What nobody explains fails the run, and its files are written out.
//!
//! `docs/differential.md` tells how to run it and what came of it.

pub mod case;
pub mod classes;
pub mod draft;
pub mod generate;
pub mod judge;
pub mod keys;
pub mod model;
pub mod mutate;
pub mod random;
pub mod run;
pub mod table;
