//! Evidence that lasts: what was judged once is judged so again from its file, years later and without a network.

mod altered;
mod round_trip;
mod scene;
mod time_stamps;
