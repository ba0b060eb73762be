//! A heading a word.

use std::ops::Range;

use super::{is_universal, with_subsections};
use crate::entry::Body;

/// A glossary's words, in the order typed.
#[derive(Clone, Debug, Default, Hash)]
pub struct Glossary {
    /// A word each.
    pub words: Vec<Word>,
}

/// A word of the glossary.
#[derive(Clone, Debug, Hash)]
pub struct Word {
    /// Its section and the deeper ones under it.
    pub sections: Range<usize>,
    /// Other words for it.
    pub also_called: Vec<String>,
}

/// Reads the sections of a glossary.
pub fn read(body: &Body) -> Glossary {
    let sections = &body.sections;
    let words = sections.iter().enumerate().filter(|(_, section)| section.level() == 2 && !is_universal(section));
    let words = words.map(|(index, section)| {
        let also_called = section.labels().filter(|label| label.known == "also-called");
        let also_called = also_called
            .flat_map(|label| label.text.split([',', ';', '\n']))
            .map(|name| name.trim().trim_end_matches('.').trim_matches(['"', '“', '”']).to_owned());
        Word {
            sections: with_subsections(sections, index),
            also_called: also_called.filter(|name| !name.is_empty()).collect(),
        }
    });
    Glossary { words: words.collect() }
}
