//! How long something takes or may take, in the units in which a team thinks of it.
//!
//! Working days and minutes of the clock do not add up, so a sum of times keeps its units.

use super::vocabulary::{Role, Vocabulary};
use crate::facts::KindName;

/// A time that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// Minutes of the clock.
    Minutes(u32),
    /// Working days.
    WorkingDays(u32),
    /// Days of the calendar.
    Days(u32),
    /// Months; a year is twelve.
    Months(u32),
    /// By the end of the shift or the same day.
    SameDay,
}

/// A sum of times. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Total {
    /// Months.
    pub months: u32,
    /// Working days.
    pub working_days: u32,
    /// Days of the calendar.
    pub days: u32,
    /// Minutes of the clock.
    pub minutes: u32,
    /// Whether some of it ends with the day or the shift.
    pub same_day: bool,
}

impl Total {
    /// The sum with one more time.
    pub fn and(mut self, wait: Wait) -> Total {
        match wait {
            Wait::Minutes(n) => self.minutes = self.minutes.saturating_add(n),
            Wait::WorkingDays(n) => self.working_days = self.working_days.saturating_add(n),
            Wait::Days(n) => self.days = self.days.saturating_add(n),
            Wait::Months(n) => self.months = self.months.saturating_add(n),
            Wait::SameDay => self.same_day = true,
        }
        self
    }

    /// About how many minutes of the clock pass, to tell which of two is longer: five working days are a week, a month
    /// has 30 days, and what ends with the day takes half of one.
    pub fn clock_minutes(self) -> u64 {
        const DAY: u64 = 24 * 60;
        let working_days = u64::from(self.working_days) * DAY * 7 / 5;
        let days = u64::from(self.days) * DAY + u64::from(self.months) * 30 * DAY;
        working_days + days + u64::from(self.minutes) + if self.same_day { DAY / 2 } else { 0 }
    }
}

impl Wait {
    /// `15 minutes`, `1 hour 30 minutes`, `half an hour`, `2-3 hours`, `1 working day`, `same day`, `end of shift`, `at
    /// once`, with what a person writes around it, in English or in the team's own words; the longest, where several are
    /// named. `None` if no length of time stands there.
    pub fn read(text: &str, vocabulary: &Vocabulary) -> Option<Wait> {
        let words = time_words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let has = |wanted: &str| {
            let wanted: Vec<&str> = wanted.split(' ').collect();
            words.windows(wanted.len()).any(|window| window == wanted)
        };
        let says =
            |class: &str| (0..words.len()).any(|at| named(&words[at..], vocabulary).is_some_and(|it| it.0 == class));
        if says("same-day") || SAME_DAY.iter().any(|words| has(words)) {
            return Some(Wait::SameDay);
        }
        let mut longest: Option<Wait> = None;
        let mut at = 0;
        while at < words.len() {
            let Some((wait, length)) = length_of_time(&words[at..], vocabulary) else {
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
            () if says("at-once") || AT_ONCE.iter().any(|words| has(words)) => Some(Wait::Minutes(0)),
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
            Wait::Months(months) => u64::from(months) * 30 * DAY,
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
fn length_of_time(words: &[&str], vocabulary: &Vocabulary) -> Option<(Wait, usize)> {
    let (hundredths, mut used) = range(words, vocabulary)?;
    let (unit, working, length) = unit(&words[used..], vocabulary)?;
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
        && let Some(sum) =
            amount(&[minutes], vocabulary).and_then(|(minutes, _)| wait.and(self::wait(minutes, "minute", false)?))
    {
        return Some((sum, used + 1));
    }
    if let Some((more, length)) = length_of_time(&words[used + joint..], vocabulary)
        && let Some(sum) = wait.and(more)
    {
        return Some((sum, used + joint + length));
    }
    Some((wait, used))
}

/// The larger of two amounts in hundredths: `10 to 15`, `2 or 3`, `2-3`.
fn range(words: &[&str], vocabulary: &Vocabulary) -> Option<(u64, usize)> {
    let (mut most, mut used) = amount(words, vocabulary)?;
    loop {
        let joint = usize::from(matches!(words.get(used), Some(&("to" | "or" | "and" | "bis" | "oder"))));
        let Some((other, length)) = words.get(used + joint..).and_then(|words| amount(words, vocabulary)) else {
            return Some((most, used));
        };
        most = most.max(other);
        used += joint + length;
    }
}

/// An amount in hundredths: `2`, `two`, `1.5`, `an`, `half an`, `1 ½`, `one and a half`.
fn amount(words: &[&str], vocabulary: &Vocabulary) -> Option<(u64, usize)> {
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
        ["and", "a", "half", ref rest @ ..] if unit(rest, vocabulary).is_some() => Some((whole + 50, used + 3)),
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

/// The class of the time word with which `words` begin, the longest one, and how many words it takes.
fn named(words: &[&str], vocabulary: &Vocabulary) -> Option<(&'static str, usize)> {
    (1..=words.len().min(4)).rev().find_map(|length| {
        let start = words[..length].join(" ");
        let word = vocabulary.find(Role::Time, KindName::Escalation, &start)?;
        Some((word.class, length))
    })
}

/// The unit with which `words` begin, as the class of the built-in word for it, whether it counts working days, and how
/// many words.
fn unit(words: &[&str], vocabulary: &Vocabulary) -> Option<(&'static str, bool, usize)> {
    let before = words
        .iter()
        .take_while(|word| matches!(**word, "working" | "business" | "calendar" | "full" | "clear" | "a" | "an" | "of"))
        .count();
    let working = words[..before].iter().any(|word| matches!(*word, "working" | "business"));
    let found = named(words, vocabulary).map(|(class, length)| (class, working, length));
    let found =
        found.or_else(|| named(&words[before..], vocabulary).map(|(class, length)| (class, working, before + length)));
    let (class, working, length) = found.or_else(|| {
        let (class, working_day) = match *words.get(before)? {
            "min" | "m" | "minuten" => ("minute", false),
            "hr" | "h" | "std" | "stunde" | "stunden" => ("hour", false),
            "d" | "tag" | "tage" | "tagen" => ("day", false),
            "workday" | "werktag" | "werktage" | "werktagen" | "arbeitstag" | "arbeitstage" | "arbeitstagen" => {
                ("day", true)
            }
            "woche" | "wochen" => ("week", false),
            _ => return None,
        };
        Some((class, working || working_day, before + 1))
    })?;
    match class {
        "working-day" => Some(("day", true, length)),
        "minute" | "hour" | "day" | "week" | "month" | "year" => Some((class, working, length)),
        _ => None,
    }
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
        ("month", _) => days(1).map(Wait::Months),
        ("year", _) => days(12).map(Wait::Months),
        (_, true) => days(5).map(Wait::WorkingDays),
        (_, false) => days(7).map(Wait::Days),
    }
}

/// `15`, or `15, with a partner`: minutes.
pub fn number_alone(time: &str) -> Option<Wait> {
    let digits = time.len() - time.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let alone = !time[digits..].trim_start().starts_with(char::is_alphabetic);
    time[..digits].parse().ok().filter(|minutes| alone && *minutes <= 10_000).map(Wait::Minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(text: &str, words: &[(&str, &str)]) -> Option<Wait> {
        let words = words.iter().map(|(team, built_in)| ((*team).to_owned(), (*built_in).to_owned())).collect();
        Wait::read(text, &Vocabulary::new(&Config { words, ..Config::default() }))
    }

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
            assert_eq!(read(typed, &[]), Some(Wait::Minutes(minutes)), "{typed}");
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
            ("2 clear working days", Wait::WorkingDays(2)),
            ("a month", Wait::Months(1)),
            ("2 Werktage", Wait::WorkingDays(2)),
            ("next working day", Wait::WorkingDays(1)),
            ("tomorrow", Wait::Days(1)),
            ("end of shift", Wait::SameDay),
            ("the same working day", Wait::SameDay),
        ] {
            assert_eq!(read(typed, &[]), Some(wait), "{typed}");
        }
        for typed in ["as soon as possible", "", "soon", "2 people", "by 5 p.m.", "17:00", "call 555", "99999999 hours"]
        {
            assert_eq!(read(typed, &[]), None, "{typed}");
        }
    }

    #[test]
    fn times_are_read_in_a_teams_own_words() {
        // A form says what its unit is called, and so does the unit alone.
        let german = [("{n} Minuten", "{n} minutes"), ("Stunden", "Hours"), ("Arbeitstage", "Working days")];
        assert_eq!(read("15 Minuten", &german), Some(Wait::Minutes(15)));
        assert_eq!(read("in 2 Stunden", &german), Some(Wait::Minutes(120)));
        assert_eq!(read("3 Arbeitstage", &german), Some(Wait::WorkingDays(3)));
        assert_eq!(read("15 minutes", &german), Some(Wait::Minutes(15)));
        assert_eq!(read("noch heute", &[("noch heute", "Same day")]), Some(Wait::SameDay));
    }
}
