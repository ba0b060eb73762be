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
    /// `15 minutes`, `1 hour 30 minutes`, `half an hour`, `2-3 hours`, `1 working day`, `same day`, `end of shift`, `at
    /// once`, with what a person writes around it; the longest, where several are named. `None` if no length of time
    /// stands there.
    pub fn read(text: &str) -> Option<Wait> {
        let words = time_words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |wanted: &str| {
            let wanted: Vec<&str> = wanted.split(' ').collect();
            words.windows(wanted.len()).any(|window| window == wanted)
        };
        if SAME_DAY.iter().any(|words| has(words)) {
            return Some(Wait::SameDay);
        }
        let mut longest: Option<Wait> = None;
        let mut at = 0;
        while at < words.len() {
            let Some((wait, length)) = length_of_time(&words[at..]) else {
                at += 1;
                continue;
            };
            if longest.is_none_or(|longest| longest.minutes() < wait.minutes()) {
                longest = Some(wait);
            }
            at += length;
        }
        let next_day = || match () {
            () if has("next working day") || has("next business day") => Some(Wait::WorkingDays(1)),
            () if has("next day") || has("tomorrow") => Some(Wait::Days(1)),
            () if AT_ONCE.iter().any(|words| has(words)) => Some(Wait::Minutes(0)),
            () => None,
        };
        longest.or_else(next_day)
    }

    /// To compare: minutes of the clock, of which a working day has a few more than another.
    fn minutes(self) -> u64 {
        match self {
            Wait::Minutes(minutes) => u64::from(minutes),
            Wait::SameDay => DAY,
            Wait::Days(days) => u64::from(days) * DAY,
            Wait::WorkingDays(days) => u64::from(days) * DAY + 1,
        }
    }

    /// Both, one after the other. `None` if the second is not the smaller part of the first.
    fn and(self, more: Wait) -> Option<Wait> {
        match (self, more) {
            (Wait::Minutes(hours), Wait::Minutes(minutes)) if hours >= 60 && minutes < 60 => {
                Some(Wait::Minutes(hours + minutes))
            }
            // A part of a day is a day: nobody waits for less.
            (Wait::Days(days), Wait::Minutes(_)) => Some(Wait::Days(days + 1)),
            (Wait::WorkingDays(days), Wait::Minutes(_)) => Some(Wait::WorkingDays(days + 1)),
            _ => None,
        }
    }
}

const SAME_DAY: &[&str] = &[
    "same day",
    "same working day",
    "same business day",
    "end of shift",
    "end of the shift",
    "end of day",
    "end of the day",
    "end of the working day",
    "end of business",
    "close of business",
    "today",
    "eod",
];

const AT_ONCE: &[&str] = &["at once", "immediately", "straight away", "right away", "now", "sofort"];

/// Minutes.
const DAY: u64 = 24 * 60;

/// The words of a text that may name a length of time: figures apart from the letters at which they are typed (`24h`), a
/// number with a fraction in one piece (`1.5`).
fn time_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let folded = crate::text::fold(text);
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if figures > 0 {
            let fraction = &rest[figures..];
            let more = fraction
                .strip_prefix(['.', ',', '/'])
                .map_or(0, |more| more.bytes().take_while(u8::is_ascii_digit).count());
            if more > 0 { figures + 1 + more } else { figures }
        } else {
            rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len()).max(first.len_utf8())
        };
        let word = &rest[..length];
        // A bracket or semicolon parts two times that a comma would add up.
        if word.starts_with(char::is_alphanumeric) {
            words.push(crate::text::singular(word));
        } else if matches!(word, "(" | ";") {
            words.push(word.to_owned());
        }
        rest = &rest[length..];
    }
    words
}

/// The length of time with which `words` begin, and how many of them it takes: `1 hour and 30 minutes`.
fn length_of_time(words: &[&str]) -> Option<(Wait, usize)> {
    let (hundredths, mut used) = range(words)?;
    let (unit, working, length) = unit(&words[used..])?;
    used += length;
    let more = match (&words[used..], unit) {
        // `an hour and a half`
        (["and", "a", "half", ..], _) => Some((50, 3)),
        _ => None,
    };
    used += more.map_or(0, |(_, length)| length);
    let wait = wait(hundredths + more.map_or(0, |(half, _)| half), unit, working)?;
    let joint = usize::from(matches!(words.get(used), Some(&("and" | "und"))));
    // `1h30`
    if let ([minutes], "hour", 0) = (&words[used..], unit, joint)
        && let Some(sum) = amount(&[minutes]).and_then(|(minutes, _)| wait.and(self::wait(minutes, "minute", false)?))
    {
        return Some((sum, used + 1));
    }
    if let Some((more, length)) = length_of_time(&words[used + joint..])
        && let Some(sum) = wait.and(more)
    {
        return Some((sum, used + joint + length));
    }
    Some((wait, used))
}

/// The larger of two amounts in hundredths: `10 to 15`, `2 or 3`, `2-3`.
fn range(words: &[&str]) -> Option<(u64, usize)> {
    let (mut most, mut used) = amount(words)?;
    loop {
        let joint = usize::from(matches!(words.get(used), Some(&("to" | "or" | "and" | "bis" | "oder"))));
        let Some((other, length)) = words.get(used + joint..).and_then(amount) else { return Some((most, used)) };
        most = most.max(other);
        used += joint + length;
    }
}

/// An amount in hundredths: `2`, `two`, `1.5`, `an`, `half an`, `1 ½`, `one and a half`.
fn amount(words: &[&str]) -> Option<(u64, usize)> {
    let articles = |from: usize| words[from..].iter().take_while(|word| matches!(**word, "a" | "an" | "of")).count();
    let (whole, used) = match words {
        ["½" | "1/2" | "half" | "halbe" | "halben", ..] => return Some((50, 1 + articles(1))),
        ["¼" | "1/4" | "quarter", ..] => return Some((25, 1 + articles(1))),
        ["¾" | "3/4", ..] => return Some((75, 1 + articles(1))),
        ["three", "quarter", ..] => return Some((75, 2 + articles(2))),
        ["a", "quarter", ..] => return Some((25, 2 + articles(2))),
        ["a", "half", ..] => return Some((50, 2 + articles(2))),
        ["a", "couple", ..] => return Some((200, 2 + articles(2))),
        ["a" | "an" | "ein" | "eine" | "einer" | "eines" | "einem", ..] => (100, 1),
        [tens, units, ..] if crate::text::whole_number(&format!("{tens} {units}")).is_some() => {
            (in_hundredths(&format!("{tens} {units}"))?, 2)
        }
        [number, ..] => (in_hundredths(number)?, 1),
        [] => return None,
    };
    match words[used..] {
        ["½" | "1/2", ..] => Some((whole + 50, used + 1)),
        ["and", "a", "half", ref rest @ ..] if unit(rest).is_some() => Some((whole + 50, used + 3)),
        _ => Some((whole, used)),
    }
}

fn in_hundredths(number: &str) -> Option<u64> {
    let sound = |amount: u32| (amount <= 10_000).then_some(u64::from(amount) * 100);
    match number.split_once(['.', ',']) {
        None => sound(crate::text::whole_number(number)?),
        Some((whole, fraction)) => {
            let fraction = format!("{fraction:0<2}");
            Some(sound(whole.parse().ok()?)? + fraction.get(..2)?.parse::<u64>().ok()?)
        }
    }
}

/// The unit with which `words` begin, as the built-in word for it, whether it counts working days, and how many words.
fn unit(words: &[&str]) -> Option<(&'static str, bool, usize)> {
    let before = words
        .iter()
        .take_while(|word| matches!(**word, "working" | "business" | "calendar" | "full" | "clear" | "a" | "an" | "of"))
        .count();
    let (unit, working) = match *words.get(before)? {
        "minute" | "min" | "m" | "minuten" => ("minute", false),
        "hour" | "hr" | "h" | "std" | "stunde" | "stunden" => ("hour", false),
        "day" | "d" | "tag" | "tage" | "tagen" => ("day", false),
        "workday" | "werktag" | "werktage" | "werktagen" | "arbeitstag" | "arbeitstage" | "arbeitstagen" => {
            ("day", true)
        }
        "week" | "woche" | "wochen" => ("week", false),
        _ => return None,
    };
    let working = working || words[..before].iter().any(|word| matches!(*word, "working" | "business"));
    Some((unit, working, before + 1))
}

fn wait(hundredths: u64, unit: &str, working: bool) -> Option<Wait> {
    let minutes = |each: u64| u32::try_from((hundredths * each).div_ceil(100)).ok().map(Wait::Minutes);
    // Five working days are a week of them.
    let days = |each: u64| u32::try_from((hundredths * each).div_ceil(100)).ok();
    match (unit, working) {
        ("minute", _) => minutes(1),
        ("hour", _) => minutes(60),
        ("day", true) => days(1).map(Wait::WorkingDays),
        ("day", false) => days(1).map(Wait::Days),
        (_, true) => days(5).map(Wait::WorkingDays),
        (_, false) => days(7).map(Wait::Days),
    }
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
        for (typed, minutes) in [
            ("15 minutes", 15),
            ("within two hours", 120),
            ("24h", 24 * 60),
            ("15min.", 15),
            ("15 minutes, with a partner", 15),
            ("1 hour 30 minutes", 90),
            ("1 hour and 30 min", 90),
            ("1h30", 90),
            ("1 h 30 m", 90),
            ("10 to 15 minutes", 15),
            ("10–15 minutes", 15),
            ("2-3 hours", 180),
            ("two or three hours", 180),
            ("half an hour", 30),
            ("½ hour", 30),
            ("half hour", 30),
            ("an hour and a half", 90),
            ("one and a half hours", 90),
            ("1½ hours", 90),
            ("1.5 hours", 90),
            ("1,5 Stunden", 90),
            ("a quarter of an hour", 15),
            ("three quarters of an hour", 45),
            ("forty-five minutes", 45),
            ("30 minutes to 1 hour", 60),
            ("15 minutes in chat, 1 hour by phone", 60),
            ("2 hours (4 at weekends)", 120),
            ("a couple of hours", 120),
            ("an hour", 60),
            ("at once", 0),
            ("1 hour, otherwise right away", 60),
        ] {
            assert_eq!(Wait::read(typed), Some(Wait::Minutes(minutes)), "{typed}");
        }
        for (typed, wait) in [
            ("1 working day", Wait::WorkingDays(1)),
            ("2 business days", Wait::WorkingDays(2)),
            ("1 to 2 working days", Wait::WorkingDays(2)),
            ("one and a half working days", Wait::WorkingDays(2)),
            ("1 working day (8 hours)", Wait::WorkingDays(1)),
            ("1 day and 4 hours", Wait::Days(2)),
            ("3 days", Wait::Days(3)),
            ("1 week", Wait::Days(7)),
            ("2 Werktage", Wait::WorkingDays(2)),
            ("next working day", Wait::WorkingDays(1)),
            ("tomorrow", Wait::Days(1)),
            ("end of shift", Wait::SameDay),
            ("the same working day", Wait::SameDay),
        ] {
            assert_eq!(Wait::read(typed), Some(wait), "{typed}");
        }
        for typed in ["as soon as possible", "", "soon", "2 people", "by 5 p.m.", "17:00", "call 555", "99999999 hours"]
        {
            assert_eq!(Wait::read(typed), None, "{typed}");
        }
    }
}
