//! Who, when, with which facts.

use std::ops::Range;

use super::time::Wait;
use super::vocabulary::{Role, Vocabulary};
use super::{is_universal, with_subsections};
use crate::entry::{Body, Label, Section};
use crate::facts::KindName;
use crate::text::Span;

/// An escalation's levels.
#[derive(Clone, Debug, Default, Hash)]
pub struct Escalation {
    /// The section *Before you escalate*.
    pub before: Option<usize>,
    /// In order.
    pub levels: Vec<Level>,
}

/// One level.
#[derive(Clone, Debug, Hash)]
pub struct Level {
    /// Its section and the deeper ones under it.
    pub sections: Range<usize>,
    /// References under *Who*; empty if that was not said or names nobody.
    pub who: Range<usize>,
    /// How long the answer may take; `None` if that is not said or cannot be understood.
    pub answer_within: Option<Wait>,
    /// What comes after *If resolved*.
    pub if_resolved: Outcome,
    /// What comes after *If not resolved*.
    pub if_not_resolved: Outcome,
}

/// Where a level leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// To the level below it on the page.
    Next,
    /// Nowhere: it ends here.
    Stop,
    /// To what the reference names: a level of this entry, or another entry.
    Reference(usize),
    /// Something else is said.
    Prose,
}

/// Reads the sections of an escalation.
pub fn read(body: &Body, vocabulary: &Vocabulary) -> Escalation {
    let sections = &body.sections;
    let is_level = |section: &Section| {
        section.level() == 2
            && !is_universal(section)
            && (section.known() == "level" || section.labels().any(|label| label.known == "who"))
    };
    let levels = sections.iter().enumerate().filter(|(_, section)| is_level(section));
    Escalation {
        before: sections.iter().position(|section| section.known() == "before"),
        levels: levels.map(|(index, _)| level(sections, index, vocabulary)).collect(),
    }
}

fn level(sections: &[Section], index: usize, vocabulary: &Vocabulary) -> Level {
    let label = |known: &str| sections[index].labels().find(|label| label.known == known);
    let outcome = |known: &str| label(known).map_or(Outcome::Unsaid, |label| outcome(label, vocabulary));
    Level {
        sections: with_subsections(sections, index),
        who: label("who").map_or(0..0, |label| label.references.clone()),
        answer_within: label("answer-within").and_then(|label| Wait::read(&label.text, vocabulary)),
        if_resolved: outcome("if-resolved"),
        if_not_resolved: outcome("if-not-resolved"),
    }
}

fn outcome(label: &Label, vocabulary: &Vocabulary) -> Outcome {
    let words: Vec<&str> = label.text.split_whitespace().collect();
    for length in [2, 1, 3] {
        let start =
            words.iter().take(length).map(|word| word.trim_matches(['.', ',', ';', ':'])).collect::<Vec<_>>().join(" ");
        match vocabulary.find(Role::Outcome, KindName::Escalation, &start).map(|word| word.class) {
            Some("next") => return Outcome::Next,
            Some("stop") => return Outcome::Stop,
            _ => {}
        }
    }
    match label.references.start {
        reference if !label.references.is_empty() => Outcome::Reference(reference),
        _ if label.text.trim().is_empty() => Outcome::Unsaid,
        _ => Outcome::Prose,
    }
}

/// The heading of a level.
pub fn span_of(level: &Level, body: &Body) -> Span {
    body.sections[level.sections.start].heading.as_ref().map_or(Span::default(), |heading| heading.span)
}
