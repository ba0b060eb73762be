//! Search: what entries are found by, how much each word says, the files that a browser loads, and the ranker.
//!
//! `parse` collects an entry's [`text::Text`]; [`impact`] weighs them; [`rank::Index`] answers in the terminal and in
//! checks; [`shards`] cuts the same index into the files of a site. Nothing here reads a file, and nothing sees an entry
//! but what a copy's readers may see: callers hand in the entries of one copy.

pub mod collect;
pub mod everyday;
pub mod impact;
pub mod irregular;
pub mod query;
pub mod rank;
pub mod shards;
pub mod stem;
pub mod stop;
pub mod text;
pub mod tokens;
