//! What the Markdown of each kind means.
//!
//! A kind looks at the sections that `parse` has made and says which of them are levels, steps, cards, words or
//! stations. Sections are named by their index in the body; what a kind does not name is shown as it is, in its place.

pub mod decision;
pub mod escalation;
pub mod glossary;
pub mod path;
pub mod roleplay;
pub mod time;
pub mod vocabulary;

use std::ops::Range;

use crate::entry::{Body, Section};
use crate::facts::KindName;
use vocabulary::Vocabulary;

/// One variant a kind, with what its Markdown means.
#[derive(Clone, Debug, Hash)]
pub enum Kind {
    /// What to say. Its parts are its headings; which line comes first is [`crate::entry::Entry::first_words`].
    Script,
    /// Who, when, with which facts.
    Escalation(escalation::Escalation),
    /// Practise it.
    Roleplay(roleplay::Roleplay),
    /// One question at a time.
    Decision(decision::Decision),
    /// Tick, or score.
    Checklist,
    /// A role, not a name.
    Contact,
    /// A heading a word.
    Glossary(glossary::Glossary),
    /// What to learn, in order.
    Path(path::Path),
    /// Anything else.
    Guide,
}

impl Kind {
    /// Reads the sections as an entry of that kind.
    pub fn read(name: KindName, body: &Body, vocabulary: &Vocabulary) -> Kind {
        match name {
            KindName::Script => Kind::Script,
            KindName::Escalation => Kind::Escalation(escalation::read(body, vocabulary)),
            KindName::Roleplay => Kind::Roleplay(roleplay::read(body, vocabulary)),
            KindName::Decision => Kind::Decision(decision::read(body)),
            KindName::Checklist => Kind::Checklist,
            KindName::Contact => Kind::Contact,
            KindName::Glossary => Kind::Glossary(glossary::read(body)),
            KindName::Path => Kind::Path(path::read(body, vocabulary)),
            KindName::Guide => Kind::Guide,
        }
    }
}

/// The section at `first` and the deeper ones under it.
pub fn with_subsections(sections: &[Section], first: usize) -> Range<usize> {
    let level = sections[first].level();
    let under = sections[first + 1..].iter().take_while(|section| section.level() > level).count();
    first..first + 1 + under
}

/// The sections whose heading is the outermost under `within` (or in the whole body), in order: their indexes.
pub fn outermost(sections: &[Section], within: Range<usize>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut next = within.start;
    while next < within.end {
        if sections[next].heading.is_none() {
            next += 1;
            continue;
        }
        found.push(next);
        next = with_subsections(sections, next).end;
    }
    found
}

/// Whether a heading is one that every kind knows, so that it is never a step, word, level, card or section of a kind.
pub fn is_universal(section: &Section) -> bool {
    vocabulary::UNIVERSAL.contains(&section.known())
}
