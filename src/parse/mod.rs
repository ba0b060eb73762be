//! Turns one source into one entry.

pub mod front_matter;
