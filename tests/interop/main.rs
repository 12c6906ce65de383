//! Against other programs, where they are installed.

mod ca;
mod identity;
mod tools;
