//! Who, when, with which facts.

use std::ops::Range;

use super::time::{Total, Wait};
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

/// Where one level leads on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To a level of this escalation: its index.
    Level(usize),
    /// Out of this escalation, to what the reference names.
    Elsewhere(usize),
    /// It says that it ends here.
    Stop,
    /// It says nothing, and no level comes after it.
    End,
}

/// The ways that lead on from one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// Where it leads if nothing is resolved.
    pub if_not_resolved: Way,
    /// The level that it leads to even if something is; nearly always none.
    pub if_resolved: Option<usize>,
}

impl Ways {
    /// The levels that it leads to.
    pub fn levels(self) -> impl Iterator<Item = usize> {
        let next = match self.if_not_resolved {
            Way::Level(to) => Some(to),
            Way::Elsewhere(_) | Way::Stop | Way::End => None,
        };
        next.into_iter().chain(self.if_resolved)
    }
}

impl Escalation {
    /// Where each level really leads. `level_of` says which level a reference names, if any. Unsaid leads on to the level
    /// below, as readers take it.
    pub fn ways(&self, level_of: impl Fn(usize) -> Option<usize>) -> Vec<Ways> {
        let count = self.levels.len();
        let below = |at: usize| (at + 1 < count).then_some(at + 1);
        let ways = self.levels.iter().enumerate().map(|(at, level)| Ways {
            if_not_resolved: match level.if_not_resolved {
                Outcome::Unsaid | Outcome::Prose | Outcome::Next => below(at).map_or(Way::End, Way::Level),
                Outcome::Stop => Way::Stop,
                Outcome::Reference(reference) => level_of(reference).map_or(Way::Elsewhere(reference), Way::Level),
            },
            if_resolved: match level.if_resolved {
                Outcome::Next => below(at),
                Outcome::Reference(reference) => level_of(reference),
                Outcome::Unsaid | Outcome::Prose | Outcome::Stop => None,
            },
        });
        ways.collect()
    }

    /// The longest that it can take from the first level until nothing leads on within this escalation: the longest path
    /// along `ways`, found depth first, each level once. `None` if a level that can be reached gives no time.
    ///
    /// A way back to a level that has been passed is not followed: time in a circle has no end, and the check reports
    /// it. What another entry takes that a level leads to is that entry's to say.
    pub fn longest(&self, ways: &[Ways]) -> Option<Total> {
        let mut from: Vec<Option<Total>> = vec![None; self.levels.len()];
        let mut passed = vec![false; self.levels.len()];
        // Levels to be entered, and levels to be left again once all that lies behind them is known.
        let mut open = vec![(0, true)];
        while let Some((at, entering)) = open.pop() {
            if entering {
                if !std::mem::replace(passed.get_mut(at)?, true) {
                    open.push((at, false));
                    open.extend(ways[at].levels().map(|to| (to, true)));
                }
                continue;
            }
            // A level on the way here is not known yet, so that a way back to it adds nothing.
            let behind = ways[at].levels().filter_map(|to| from[to]).max_by_key(|total| total.clock_minutes());
            from[at] = Some(behind.unwrap_or_default().and(self.levels[at].answer_within?));
        }
        from[0]
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn level(minutes: u32, if_not_resolved: Outcome) -> Level {
        let answer_within = Some(Wait::Minutes(minutes));
        Level { sections: 0..0, who: 0..0, answer_within, if_resolved: Outcome::Unsaid, if_not_resolved }
    }

    /// References name levels by their index here.
    fn longest(levels: Vec<Level>) -> Option<u32> {
        let count = levels.len();
        let escalation = Escalation { before: None, levels };
        let ways = escalation.ways(|reference| (reference < count).then_some(reference));
        escalation.longest(&ways).map(|total| total.minutes)
    }

    #[test]
    fn the_longest_way_follows_what_the_levels_say() {
        use Outcome::{Next, Reference, Stop, Unsaid};
        assert_eq!(longest(vec![level(1, Next), level(10, Unsaid), level(100, Unsaid)]), Some(111));
        assert_eq!(longest(vec![level(1, Next), level(10, Stop), level(100, Unsaid)]), Some(11), "behind a stop");
        assert_eq!(longest(vec![level(1, Reference(2)), level(10, Next), level(100, Stop)]), Some(101), "a jump");
        assert_eq!(longest(vec![level(1, Next), level(10, Reference(0)), level(100, Stop)]), Some(11), "a circle");
        assert_eq!(longest(vec![level(1, Reference(9)), level(10, Stop)]), Some(1), "to another entry");
        assert_eq!(longest(Vec::new()), None);
        let resolved = Level { if_resolved: Reference(2), ..level(1, Stop) };
        assert_eq!(longest(vec![resolved, level(10, Stop), level(100, Stop)]), Some(101), "if resolved");
    }

    #[test]
    fn only_levels_that_can_be_reached_need_a_time() {
        let silent = |if_not_resolved| Level { answer_within: None, ..level(0, if_not_resolved) };
        assert_eq!(longest(vec![level(1, Outcome::Stop), silent(Outcome::Stop)]), Some(1));
        assert_eq!(longest(vec![level(1, Outcome::Next), silent(Outcome::Stop)]), None);
    }

    #[test]
    fn very_many_levels_are_walked_one_by_one() {
        assert_eq!(longest((0..100_000).map(|_| level(1, Outcome::Next)).collect()), Some(100_000));
    }
}
