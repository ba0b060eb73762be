//! Who, when, with which facts.

use std::ops::Range;

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

/// How long to wait, in the unit in which a team thinks of it: working days and hours of the clock do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// Minutes of the clock.
    Minutes(u32),
    /// Working days.
    WorkingDays(u32),
    /// Days of the calendar.
    Days(u32),
    /// By the end of the shift or the same day.
    SameDay,
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
        answer_within: label("answer-within").and_then(|label| Wait::read(&label.text)),
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

impl Wait {
    /// `15 minutes`, `2 hours`, `1 working day`, `3 days`, `1 week`, `same day`, `end of shift`, `at once`, with what a
    /// person writes around it. `None` if no length of time stands there.
    pub fn read(text: &str) -> Option<Wait> {
        let folded = crate::text::singular(text);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let has = |wanted: &[&str]| words.windows(wanted.len()).any(|window| window == wanted);
        if has(&["same", "day"])
            || has(&["end", "of", "shift"])
            || has(&["end", "of", "the", "shift"])
            || has(&["today"])
            || has(&["end", "of", "day"])
        {
            return Some(Wait::SameDay);
        }
        if has(&["at", "once"])
            || has(&["immediately"])
            || has(&["straight", "away"])
            || has(&["right", "away"])
            || has(&["now"])
        {
            return Some(Wait::Minutes(0));
        }
        let (at, amount) = words.iter().enumerate().find_map(|(at, word)| number(word).map(|amount| (at, amount)))?;
        // `24h` and `15min` are typed without a space.
        let digits = words[at].trim_start_matches(|c: char| c.is_ascii_digit());
        let glued = if digits.len() < words[at].len() && !digits.is_empty() { Some(digits) } else { None };
        let rest = &words[at + 1..];
        let unit = glued.or_else(|| {
            rest.iter().copied().find(|word| !matches!(*word, "working" | "business" | "a" | "an" | "clear"))
        })?;
        let working = rest.iter().take(2).any(|word| matches!(*word, "working" | "business"));
        Some(match unit {
            "minute" | "min" | "mins" | "m" => Wait::Minutes(amount),
            "hour" | "hr" | "hrs" | "h" => Wait::Minutes(amount * 60),
            "day" | "d" if working => Wait::WorkingDays(amount),
            "day" | "d" => Wait::Days(amount),
            "week" if working => Wait::WorkingDays(amount * 5),
            "week" => Wait::Days(amount * 7),
            _ => return None,
        })
    }
}

fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(number) = digits.parse::<u32>() {
        return (number <= 10_000).then_some(number);
    }
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    WORDS.iter().position(|known| *known == word).map(|at| at as u32)
}

/// The heading of a level.
pub fn span_of(level: &Level, body: &Body) -> Span {
    body.sections[level.sections.start].heading.as_ref().map_or(Span::default(), |heading| heading.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(Wait::read("15 minutes"), Some(Wait::Minutes(15)));
        assert_eq!(Wait::read("within two hours"), Some(Wait::Minutes(120)));
        assert_eq!(Wait::read("1 working day"), Some(Wait::WorkingDays(1)));
        assert_eq!(Wait::read("24h"), Some(Wait::Minutes(24 * 60)));
        assert_eq!(Wait::read("end of shift"), Some(Wait::SameDay));
        assert_eq!(Wait::read("as soon as possible"), None);
    }
}
