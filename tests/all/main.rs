//! The integration tests, as one binary. `book` makes books in temporary folders; every other module asks one question.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]
#![allow(clippy::print_stdout, reason = "what was rewritten on demand is told to the one who asked")]

mod architecture;
mod audiences;
mod authoring;
mod book;
mod bundles;
mod commonmark;
mod fuzz;
mod hostile;
mod importing;
mod listings;
mod mending;
mod messages;
mod oracle;
mod places;
mod preview;
mod receipts;
mod rules;
mod same_bytes;
mod specs;
mod theme;
mod verifying;
mod writing;
