//! The integration tests, as one binary. `book` makes books in temporary folders; every other module asks one question.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod architecture;
mod audiences;
mod authoring;
mod book;
mod messages;
mod rules;
mod same_bytes;
mod specs;
