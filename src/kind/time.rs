//! How long something takes or may take, in the units in which a team thinks of it.
//!
//! Working days and minutes of the clock do not add up, so a sum of times keeps its units.

use super::vocabulary::{Role, Vocabulary};
use crate::text::singular;

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
    /// `15 minutes`, `2 hours`, `1 working day`, `3 days`, `1 week`, `same day`, `end of shift`, `at once`, with what a
    /// person writes around it, in English or in the team's own words. `None` if no length of time stands there.
    pub fn read(text: &str, vocabulary: &Vocabulary) -> Option<Wait> {
        let folded = singular(text);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let has = |wanted: &[&str]| words.windows(wanted.len()).any(|window| window == wanted);
        let says = |class: &str| (0..words.len()).any(|at| unit(&words[at..], vocabulary) == Some(class));
        if says("same-day") || has(&["end", "of", "the", "shift"]) || has(&["today"]) || has(&["end", "of", "day"]) {
            return Some(Wait::SameDay);
        }
        if says("at-once")
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
        let glued = (digits.len() < words[at].len() && !digits.is_empty()).then_some(digits);
        let mut rest = &words[at + 1..];
        let working = rest.iter().take(2).any(|word| matches!(*word, "working" | "business"));
        let class = match glued {
            Some(glued) => unit(&[glued], vocabulary)?,
            None => loop {
                match (unit(rest, vocabulary), rest.first()?) {
                    (Some(class), _) => break class,
                    (None, &("working" | "business" | "a" | "an" | "clear")) => rest = &rest[1..],
                    (None, _) => return None,
                }
            },
        };
        Some(match class {
            "minute" => Wait::Minutes(amount),
            "hour" => Wait::Minutes(amount * 60),
            "day" if working => Wait::WorkingDays(amount),
            "day" => Wait::Days(amount),
            "working-day" => Wait::WorkingDays(amount),
            "week" if working => Wait::WorkingDays(amount * 5),
            "week" => Wait::Days(amount * 7),
            "month" => Wait::Months(amount),
            "year" => Wait::Months(amount * 12),
            _ => return None,
        })
    }
}

/// The class of the unit that `words` begin with, the longest one; each is folded to its singular.
fn unit(words: &[&str], vocabulary: &Vocabulary) -> Option<&'static str> {
    let known = (1..=words.len().min(4)).rev().find_map(|length| {
        let start = words[..length].join(" ");
        vocabulary.find(Role::Time, crate::facts::KindName::Escalation, &start).map(|word| word.class)
    });
    known.or_else(|| {
        Some(match *words.first()? {
            "min" | "mins" | "m" => "minute",
            "hr" | "hrs" | "h" => "hour",
            "d" => "day",
            _ => return None,
        })
    })
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
        assert_eq!(read("15 minutes", &[]), Some(Wait::Minutes(15)));
        assert_eq!(read("within two hours", &[]), Some(Wait::Minutes(120)));
        assert_eq!(read("1 working day", &[]), Some(Wait::WorkingDays(1)));
        assert_eq!(read("2 clear working days", &[]), Some(Wait::WorkingDays(2)));
        assert_eq!(read("24h", &[]), Some(Wait::Minutes(24 * 60)));
        assert_eq!(read("end of shift", &[]), Some(Wait::SameDay));
        assert_eq!(read("a month", &[]), Some(Wait::Months(1)));
        assert_eq!(read("as soon as possible", &[]), None);
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
