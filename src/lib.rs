//! Cuebook turns a folder of Markdown playbook entries into a searchable, cross-linked static site.
//!
//! Data flows one way: discover → parse → check → filter → link → index → view → render → write. ARCHITECTURE.md says
//! what each stage guarantees.

pub mod config;
pub mod diagnostic;
pub mod facts;
pub mod parse;
pub mod platform;
pub mod rules;
pub mod source;
pub mod text;
pub mod write;
