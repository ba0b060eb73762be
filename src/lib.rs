//! Cuebook turns a folder of Markdown playbook entries into a searchable, cross-linked static site.
//!
//! Data flows one way: discover → parse → check → filter → link → index → view → render → write. ARCHITECTURE.md says
//! what each stage guarantees.

pub mod asset;
pub mod bundle;
pub mod check;
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod discover;
pub mod entry;
pub mod facts;
pub mod filter;
pub mod fix;
pub mod import;
pub mod index;
pub mod init;
pub mod kind;
pub mod link;
pub mod list;
pub mod new;
pub mod parse;
pub mod pdf;
pub mod persistent;
pub mod platform;
pub mod playbook;
pub mod project;
pub mod publish;
pub mod receipt;
pub mod render;
pub mod report;
pub mod revise;
pub mod rules;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod text;
pub mod verify;
pub mod view;
pub mod watch;
pub mod words;
pub mod write;
