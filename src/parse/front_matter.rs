//! stub
use crate::{facts::Facts, source::Source, config::Config, diagnostic::Diagnostic};
pub struct FrontMatter { pub facts: Facts, pub body_start: usize, pub present: bool }
pub fn read(_source: &Source, _config: &Config, _out: &mut Vec<Diagnostic>) -> FrontMatter { FrontMatter { facts: Facts::default(), body_start: 0, present: false } }
