//! Words that mean a date, a number, yes or no, a kind, a status, opening hours, or an entry.
//!
//! Pure functions from text to a value; what becomes of a value that cannot be read is decided in `fill`.

use jiff::civil::Date;

use crate::facts::{KindName, Status};
use crate::text::{self, fold, nearest, singular};

/// How a date was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateRead {
    /// `2026-11-02`, perhaps with a time behind it.
    AsTyped(Date),
    /// Otherwise, and it can mean only this day.
    Understood(Date),
    /// Either of two days.
    TwoWays(Date, Date),
    /// It has the right form, and no calendar has that day.
    NoSuchDay,
    /// It is no date.
    Not,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as it is spoken: `2 November`.
pub(super) fn spoken(date: Date) -> String {
    let month = MONTHS.get(date.month() as usize - 1).copied().unwrap_or_default();
    format!("{} {month}", date.day())
}

/// The day that `text` means.
pub(super) fn date(text: &str) -> DateRead {
    let text = text.trim().trim_start_matches("[[").trim_end_matches("]]").trim();
    if let Some(read) = plain_date(text) {
        return read;
    }
    if text.len() > 40 {
        return DateRead::Not;
    }
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "of" | "the") && !is_weekday(word))
        .collect();
    let dotted = text.contains('.') && !text.contains(['/', '-']);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [one] if one.len() == 8 && one.bytes().all(|byte| byte.is_ascii_digit()) => {
            understood(number(&one[..4]), number(&one[4..6]), number(&one[6..]))
        }
        [a, b, c] => match (month_named(a), month_named(b)) {
            (Some(month), _) => understood(year(c), Some(month), day(b)),
            (_, Some(month)) if a.len() == 4 => understood(year(a), Some(month), day(c)),
            (_, Some(month)) => understood(year(c), Some(month), day(a)),
            _ => in_figures([a, b, c], dotted),
        },
        _ => DateRead::Not,
    }
}

/// `2026-11-02`, also with a time behind it as Obsidian and Hugo write it. `None` if the form is another.
fn plain_date(text: &str) -> Option<DateRead> {
    let head = text.get(..10)?;
    let form = head.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    let rest = &text[10..];
    let time = rest.is_empty()
        || (rest.starts_with(['T', 't', ' ']) && rest[1..].trim_start().starts_with(|c: char| c.is_ascii_digit()))
            && rest[1..].chars().all(|c| c.is_ascii_digit() || " :.+-TZtz".contains(c));
    (form && time).then(|| match calendar_day(number(&head[..4]), number(&head[5..7]), number(&head[8..])) {
        Some(date) => DateRead::AsTyped(date),
        None => DateRead::NoSuchDay,
    })
}

/// Three numbers. A dot means day.month.year wherever dots are used; a slash is read in two ways in two countries.
fn in_figures(words: [&str; 3], dotted: bool) -> DateRead {
    let [Some(a), Some(b), Some(c)] = words.map(number) else { return DateRead::Not };
    if words[0].len() == 4 {
        return understood(Some(a), Some(b), Some(c));
    }
    let full = words[2].len() == 4;
    if words[0].len() > 2 || words[1].len() > 2 || !(full || words[2].len() == 2) {
        return DateRead::Not;
    }
    let year = if full { c } else { 2000 + c };
    let day_first = calendar_day(Some(year), Some(b), Some(a));
    let other = if dotted {
        None
    } else if !full && a >= 20 && c < 20 {
        calendar_day(Some(2000 + a), Some(b), Some(c))
    } else {
        calendar_day(Some(year), Some(a), Some(b))
    };
    match (day_first, other) {
        (Some(one), Some(other)) if one != other => DateRead::TwoWays(one, other),
        (Some(one), _) | (None, Some(one)) => DateRead::Understood(one),
        (None, None) => DateRead::NoSuchDay,
    }
}

fn understood(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> DateRead {
    if year.is_none() || month.is_none() || day.is_none() {
        return DateRead::Not;
    }
    calendar_day(year, month, day).map_or(DateRead::NoSuchDay, DateRead::Understood)
}

fn calendar_day(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> Option<Date> {
    Date::new(i16::try_from(year?).ok()?, i8::try_from(month?).ok()?, i8::try_from(day?).ok()?).ok()
}

fn number(word: &str) -> Option<u32> {
    let figures = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    figures.then(|| word.parse().ok()).flatten()
}

fn year(word: &str) -> Option<u32> {
    match word.len() {
        4 => number(word),
        2 => number(word).map(|year| 2000 + year),
        _ => None,
    }
}

fn day(word: &str) -> Option<u32> {
    number(["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word))
}

/// A month in English or German, in full or by at least three letters.
fn month_named(word: &str) -> Option<u32> {
    const GERMAN: [(&str, u32); 6] =
        [("januar", 1), ("jänner", 1), ("märz", 3), ("mai", 5), ("oktober", 10), ("dezember", 12)];
    let starts = |month: &str| word.len() >= 3 && month.starts_with(word);
    let english =
        MONTHS.iter().position(|month| starts(&month.to_lowercase()) || (word == "sept" && *month == "September"));
    let german = || match word {
        "februar" => Some(2),
        "juni" => Some(6),
        "juli" => Some(7),
        _ => GERMAN.iter().find(|(month, _)| starts(month)).map(|(_, number)| *number),
    };
    english.map(|at| at as u32 + 1).or_else(german)
}

fn is_weekday(word: &str) -> bool {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 3 && days.iter().any(|day| day.starts_with(word))
}

/// A date at the beginning of a line, and what follows it. The date may be several words: `2 November 2026`.
pub(super) fn date_and_rest(text: &str) -> (DateRead, &str) {
    let ends = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([text.len()]);
    let mut best = (DateRead::Not, text);
    for end in ends.take(4) {
        let head = text[..end].trim_end_matches([':', ',', ';', '-', '–', '—', ' ']);
        let read = date(head);
        let better = match (read, best.0) {
            (DateRead::Not, _) => false,
            (_, DateRead::Not | DateRead::NoSuchDay) => true,
            _ => false,
        };
        if better {
            best = (read, text[end..].trim_start_matches([':', ',', ';', '-', '–', '—', ' ', '\t']));
        }
    }
    best
}

/// A whole number, perhaps followed by what is counted: `15 minutes`, `three players`.
pub(super) fn whole_number(text: &str) -> Option<u32> {
    let folded = fold(text);
    let (first, unit) = folded.split_once(' ').unwrap_or((&folded, ""));
    let figures = first.bytes().take_while(u8::is_ascii_digit).count();
    let (first, unit) = if figures > 0 && unit.is_empty() { first.split_at(figures) } else { (first, unit) };
    let counted = matches!(
        singular(unit).trim_end_matches('.'),
        "" | "min" | "mins" | "minute" | "people" | "person" | "player" | "participant"
    );
    text::whole_number(first).filter(|_| counted)
}

/// The tag of a language that is written as a word or with an underscore: `English`, `en_GB`. `None` if it cannot be told.
pub(super) fn language(text: &str) -> Option<String> {
    const NAMES: &[(&str, &str)] = &[
        ("english", "en"),
        ("englisch", "en"),
        ("british english", "en-GB"),
        ("american english", "en-US"),
        ("german", "de"),
        ("deutsch", "de"),
        ("french", "fr"),
        ("francais", "fr"),
        ("français", "fr"),
        ("spanish", "es"),
        ("español", "es"),
        ("italian", "it"),
        ("italiano", "it"),
        ("portuguese", "pt"),
        ("português", "pt"),
        ("dutch", "nl"),
        ("nederlands", "nl"),
        ("polish", "pl"),
        ("polski", "pl"),
        ("turkish", "tr"),
        ("türkçe", "tr"),
        ("russian", "ru"),
        ("ukrainian", "uk"),
        ("arabic", "ar"),
        ("chinese", "zh"),
        ("japanese", "ja"),
        ("swedish", "sv"),
        ("danish", "da"),
        ("norwegian", "no"),
        ("finnish", "fi"),
        ("czech", "cs"),
        ("hungarian", "hu"),
        ("romanian", "ro"),
        ("greek", "el"),
    ];
    let folded = fold(text);
    let named = NAMES.iter().find(|(name, _)| *name == folded).map(|(_, tag)| (*tag).to_owned());
    let tag = text.trim().replace(['_', ' '], "-");
    named.or_else(|| crate::config::is_language_tag(&tag).then_some(tag))
}

/// The path of a page in an address on the web, without the host and the file's ending: `guides/help` in
/// `https://example.org/guides/help.html`. `None` if the text is no such address.
pub(super) fn path_in_address(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let path = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm")).unwrap_or(path);
    (!path.is_empty()).then_some(path)
}

/// Yes or no, in any case.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "yes" | "true" | "on" | "y" | "1" | "ja" | "oui" | "sí" | "x" | "✓" | "✔" | "✅" => Some(true),
        "no" | "false" | "off" | "n" | "0" | "nein" | "non" => Some(false),
        _ => None,
    }
}

/// What a kind was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KindRead {
    /// One of the nine.
    Known(KindName),
    /// One of the nine, in the plural.
    Plural(KindName),
    /// Perhaps this one.
    Near(KindName),
    /// None of them.
    Not,
}

/// Words that trainers use for the nine kinds.
const KIND_WORDS: &[(&str, KindName)] = &[
    ("call script", KindName::Script),
    ("dialogue", KindName::Script),
    ("dialog", KindName::Script),
    ("phrase", KindName::Script),
    ("wording", KindName::Script),
    ("escalation path", KindName::Escalation),
    ("escalation guide", KindName::Escalation),
    ("exercise", KindName::Roleplay),
    ("practice", KindName::Roleplay),
    ("simulation", KindName::Roleplay),
    ("decision tree", KindName::Decision),
    ("decision guide", KindName::Decision),
    ("flowchart", KindName::Decision),
    ("tree", KindName::Decision),
    ("rubric", KindName::Checklist),
    ("scorecard", KindName::Checklist),
    ("check", KindName::Checklist),
    ("list", KindName::Checklist),
    ("people", KindName::Contact),
    ("person", KindName::Contact),
    ("role", KindName::Contact),
    ("team", KindName::Contact),
    ("word", KindName::Glossary),
    ("term", KindName::Glossary),
    ("definition", KindName::Glossary),
    ("learning path", KindName::Path),
    ("onboarding", KindName::Path),
    ("course", KindName::Path),
    ("training", KindName::Path),
    ("page", KindName::Guide),
    ("article", KindName::Guide),
    ("how to", KindName::Guide),
    ("policy", KindName::Guide),
    ("procedure", KindName::Guide),
];

/// The kind that `text` names.
pub(super) fn kind(text: &str) -> KindRead {
    let folded = fold(text);
    if folded == "role play" {
        return KindRead::Known(KindName::Roleplay);
    }
    let stem = singular(&folded);
    for kind in KindName::ALL {
        if folded == kind.word() {
            return KindRead::Known(kind);
        }
        let joined = stem.replace(' ', "");
        if stem == singular(kind.word()) || joined == kind.word() || (folded.len() > 4 && folded == kind.folder()) {
            let contact = kind == KindName::Contact && folded == kind.folder();
            return if contact { KindRead::Near(kind) } else { KindRead::Plural(kind) };
        }
    }
    if folded == "glossaries" {
        return KindRead::Plural(KindName::Glossary);
    }
    if let Some((_, kind)) = KIND_WORDS.iter().find(|(word, _)| *word == stem || *word == folded) {
        return KindRead::Near(*kind);
    }
    // `role play card`: the kind, and what is in it.
    let within = KindName::ALL.into_iter().find(|kind| {
        let words = stem.split(' ').collect::<Vec<_>>();
        words.contains(&kind.word()) || (*kind == KindName::Roleplay && stem.starts_with("role play "))
    });
    if let Some(kind) = within {
        return KindRead::Near(kind);
    }
    let word = nearest(&folded, KindName::ALL.iter().map(|kind| kind.word()));
    KindName::ALL.into_iter().find(|kind| Some(kind.word()) == word).map_or(KindRead::Not, KindRead::Near)
}

/// The four words that `status:` takes.
pub(super) const STATUSES: [(&str, Status); 4] =
    [("draft", Status::Draft), ("review", Status::Review), ("ready", Status::Ready), ("retired", Status::Retired)];

/// The status that `text` names, or that it most likely means (with the word to type).
pub(super) fn status(text: &str) -> Result<Status, Option<(&'static str, Status)>> {
    let folded = fold(text);
    let find = |wanted: &str| STATUSES.into_iter().find(|(word, _)| *word == wanted);
    if let Some((_, status)) = find(&folded) {
        return Ok(status);
    }
    let meant = match folded.as_str() {
        "don't publish" | "do not publish" | "not ready" | "not yet" | "unpublished" | "hidden" | "entwurf" => "draft",
        "wip" | "in progress" | "work in progress" | "todo" | "to do" | "idea" | "unfinished" | "new" => "draft",
        "in review" | "reviewing" | "for review" | "to review" | "pending" | "waiting" => "review",
        "published" | "publish" | "final" | "done" | "live" | "active" | "approved" | "current" | "finished" => "ready",
        "archived" | "archive" | "obsolete" | "deprecated" | "old" | "withdrawn" | "inactive" | "expired" => "retired",
        _ => nearest(&folded, STATUSES.iter().map(|(word, _)| *word)).unwrap_or_default(),
    };
    Err(find(meant))
}

/// The name of an entry in what an author typed for it: `[[name|text]]`, `[text](folder/name.md)`, `name.md`, `name`.
pub(super) fn entry_name(text: &str) -> &str {
    let text = text.trim();
    if let Some(inner) = text.trim_start_matches('!').strip_prefix("[[") {
        let inner = inner.trim_end_matches(']');
        return inner.split(['|', '#']).next().unwrap_or(inner).trim().trim_end_matches('\\');
    }
    if text.starts_with('[')
        && let Some((_, target)) = text.split_once("](")
    {
        let target = target.trim_end_matches(')');
        let target = target.split('#').next().unwrap_or(target);
        return target.rsplit('/').next().unwrap_or(target).trim_end_matches(".md");
    }
    text.trim_start_matches('@').trim_end_matches(".md")
}

/// Whether `text` tells opening hours: parts such as `Mon-Fri 08:00-20:00`, `Sat 9-14`, `24/7`, `daily`, between
/// commas or semicolons. `any_day_name` takes every word for a day, for books that are not in English.
pub(super) fn are_hours(text: &str, any_day_name: bool) -> bool {
    let mut plain = text.to_lowercase().replace(['–', '—', '‐', '‑', '−'], "-").replace('&', ",");
    for (from, to) in
        [(" to ", "-"), (" till ", "-"), (" until ", "-"), (" through ", "-"), (" bis ", "-"), (" and ", ",")]
    {
        plain = plain.replace(from, to);
    }
    let parts: Vec<&str> = plain.split([',', ';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
    !parts.is_empty() && parts.iter().all(|part| is_part_of_hours(part, any_day_name))
}

/// Hours of which nobody can tell whether they are before or after noon, `9 to 5`, and how they are most likely meant.
pub(super) fn half_day_hours(text: &str) -> Option<(std::ops::Range<usize>, String)> {
    let bytes = text.as_bytes();
    let figures = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    // Figures with minutes, `am` or another sign at them are clear.
    let bare = |start: usize, end: usize| {
        let glued = |c: char| c.is_alphanumeric() || matches!(c, ':' | '.' | '/');
        let noon = text[end..].trim_start().to_lowercase();
        !text[..start].ends_with(glued)
            && !text[end..].starts_with(glued)
            && !["am", "pm", "a.m", "p.m", "h", "uhr", "o'clock"].iter().any(|mark| noon.starts_with(mark))
    };
    let mut at = 0;
    while at < text.len() {
        let length = figures(at);
        let end = at + length;
        if (1..=2).contains(&length) && bare(at, end) {
            let gap = text[end..].trim_start();
            let signs = ["-", "–", "—", "to ", "till ", "until ", "bis "];
            if let Some(rest) = signs.iter().find_map(|sign| gap.strip_prefix(sign)) {
                let second = text.len() - rest.trim_start().len();
                let second_end = second + figures(second);
                let (from, to) = (number(&text[at..end]), number(&text[second..second_end]));
                if let (Some(from), Some(to @ 1..12)) = (from, to)
                    && (to..=12).contains(&from)
                    && bare(second, second_end)
                {
                    return Some((at..second_end, format!("{from:02}:00-{:02}:00", to + 12)));
                }
            }
        }
        at = end + text[end..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn is_part_of_hours(part: &str, any_day_name: bool) -> bool {
    let joined = part.split('-').map(str::trim).collect::<Vec<_>>().join("-");
    joined.split_whitespace().all(|word| {
        let word = word.trim_end_matches([':', '.']);
        let fixed = matches!(
            word,
            "24/7"
                | "24h"
                | "always"
                | "daily"
                | "everyday"
                | "every"
                | "day"
                | "days"
                | "weekdays"
                | "weekday"
                | "weekends"
                | "weekend"
                | "workdays"
                | "working"
                | "holidays"
                | "public"
                | "bank"
                | "closed"
                | "from"
                | "except"
                | "open"
                | "uhr"
                | "h"
                | "hours"
                | "o'clock"
                | "noon"
                | "midnight"
                | "utc"
                | "gmt"
                | "cet"
                | "cest"
                | "et"
                | "est"
                | "edt"
                | "ct"
                | "pt"
                | "pst"
                | "bst"
                | "am"
                | "pm"
                | ""
        );
        fixed
            || word
                .split_once('-')
                .is_some_and(|(from, to)| is_hour_or_day(from, any_day_name) && is_hour_or_day(to, any_day_name))
            || is_day(word, any_day_name)
            || word.ends_with("am") && is_time(word)
            || word.ends_with("pm") && is_time(word)
            || word.contains(':') && is_time(word)
    })
}

fn is_hour_or_day(word: &str, any_day_name: bool) -> bool {
    is_time(word) || is_day(word, any_day_name) || matches!(word, "noon" | "midnight")
}

fn is_day(word: &str, any_day_name: bool) -> bool {
    let german = ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"];
    let short = ["mo", "tu", "we", "th", "fr", "sa", "su", "di", "mi", "do", "so"];
    let word = word.trim_end_matches('.');
    let known = is_weekday(word.strip_suffix('s').unwrap_or(word)) || is_weekday(word) || short.contains(&word);
    known || german.contains(&word) || (any_day_name && !word.is_empty() && word.chars().all(char::is_alphabetic))
}

fn is_time(word: &str) -> bool {
    let word = ["am", "pm", "uhr", "h", "hrs"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let (hour, minute) = word.split_once([':', '.', 'h']).unwrap_or((word, "00"));
    let in_reach = |part: &str, most: u32| part.len() <= 2 && number(part).is_some_and(|value| value <= most);
    let together = word.len() == 4 && number(word).is_some_and(|time| time <= 2400 && time % 100 < 60);
    together || (in_reach(hour, 24) && minute.len() == 2 && in_reach(minute, 59))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_of(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).expect("a day")
    }

    #[test]
    fn dates_that_can_mean_one_day_are_understood() {
        let second = day_of(2026, 11, 2);
        for typed in [
            "2026/11/02",
            "2026.11.2",
            "20261102",
            "2 November 2026",
            "2nd Nov 2026",
            "November 2, 2026",
            "Nov 2 2026",
            "02.11.2026",
            "2.11.26",
            "2. November 2026",
            "2. Nov. 2026",
            "Monday, 2 November 2026",
            "2026–11–02",
            "2-Nov-26",
            "2026 November 2",
            "2026-11-2",
        ] {
            assert_eq!(date(typed), DateRead::Understood(second), "{typed}");
        }
        assert_eq!(date("2. Dezember 2026"), DateRead::Understood(day_of(2026, 12, 2)));
        assert_eq!(date("31/12/2026"), DateRead::Understood(day_of(2026, 12, 31)));
        assert_eq!(date("31/12/26"), DateRead::Understood(day_of(2026, 12, 31)));
        assert_eq!(date("12/31/2026"), DateRead::Understood(day_of(2026, 12, 31)));
        assert_eq!(date("5/5/2026"), DateRead::Understood(day_of(2026, 5, 5)));
        for typed in ["2026-11-02", "2026-11-02T10:00:00Z", "2026-11-02 10:00", "[[2026-11-02]]"] {
            assert_eq!(date(typed), DateRead::AsTyped(second), "{typed}");
        }
    }

    #[test]
    fn dates_that_can_mean_two_days_or_none_are_not() {
        assert_eq!(date("2/11/26"), DateRead::TwoWays(day_of(2026, 11, 2), day_of(2026, 2, 11)));
        assert_eq!(date("02-11-2026"), DateRead::TwoWays(day_of(2026, 11, 2), day_of(2026, 2, 11)));
        assert_eq!(date("26/11/02"), DateRead::TwoWays(day_of(2002, 11, 26), day_of(2026, 11, 2)));
        assert_eq!(date("2026-02-30"), DateRead::NoSuchDay);
        for typed in ["today", "2026", "2026-11", "November 2026", "YYYY-MM-DD", "", "1/2/3/4", "2/11"] {
            assert_eq!(date(typed), DateRead::Not, "{typed}");
        }
    }

    #[test]
    fn a_date_can_have_a_line_behind_it() {
        let second = day_of(2026, 11, 2);
        assert_eq!(date_and_rest("2026-11-02 Open boxes"), (DateRead::AsTyped(second), "Open boxes"));
        assert_eq!(date_and_rest("2026-11-02: 10:30 is the time"), (DateRead::AsTyped(second), "10:30 is the time"));
        assert_eq!(date_and_rest("2 November 2026 – Open boxes"), (DateRead::Understood(second), "Open boxes"));
        assert_eq!(date_and_rest("Open boxes").0, DateRead::Not);
    }

    #[test]
    fn hours_are_days_and_times() {
        for typed in [
            "Mon-Fri 08:00-20:00",
            "Mon–Fri 8–20",
            "24/7",
            "daily 8-20",
            "Sat 09:00-14:00; Sun closed",
            "always",
            "Mon - Fri 8am to 6pm, Sat 9-14",
            "Mon, Wed, Fri 9:00-17:00",
            "8-20",
            "Monday to Friday 08:00 - 20:00 CET",
            "weekdays 8.30-17.00",
            "every day 7-22",
        ] {
            assert!(are_hours(typed, false), "{typed}");
        }
        for typed in ["ask the desk", "Mon-Fri 25:00-30:00", "", "mornings", "Mon-Fri 8-20 or call"] {
            assert!(!are_hours(typed, false), "{typed}");
        }
        assert!(are_hours("lun-ven 8-20", true));
    }

    #[test]
    fn hours_of_half_a_day_are_told_from_others() {
        assert_eq!(half_day_hours("9 to 5 weekdays"), Some((0..6, "09:00-17:00".to_owned())));
        assert_eq!(half_day_hours("Mon–Fri 8–4"), Some((10..15, "08:00-16:00".to_owned())));
        for typed in
            ["8-20", "9am to 5pm", "9 to 5pm", "22-6", "09:00-05:00", "24/7", "Mon-Fri 8.30-5.30", "9 am - 5 pm"]
        {
            assert_eq!(half_day_hours(typed), None, "{typed}");
        }
    }

    #[test]
    fn kinds_have_synonyms() {
        assert_eq!(kind("Role-Play"), KindRead::Known(KindName::Roleplay));
        assert_eq!(kind("role plays"), KindRead::Plural(KindName::Roleplay));
        assert_eq!(kind("scripts"), KindRead::Plural(KindName::Script));
        assert_eq!(kind("people"), KindRead::Near(KindName::Contact));
        assert_eq!(kind("scirpt"), KindRead::Near(KindName::Script));
        assert_eq!(kind("role play card"), KindRead::Near(KindName::Roleplay));
        assert_eq!(kind("zebra"), KindRead::Not);
    }

    #[test]
    fn languages_have_tags() {
        let tags = ["English", "deutsch", "en_GB", "pt-BR", "fr"].map(|typed| language(typed).unwrap_or_default());
        assert_eq!(tags, ["en", "de", "en-GB", "pt-BR", "fr"]);
        assert_eq!(language("Klingon"), None);
    }

    #[test]
    fn an_address_holds_a_path() {
        assert_eq!(path_in_address("https://example.org/guides/old-help.html"), Some("guides/old-help"));
        assert_eq!((path_in_address("https://example.org/"), path_in_address("guides/help")), (None, None));
    }
}
