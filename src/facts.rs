//! What the front matter of one entry says, each value typed and with its place.
//!
//! `parse::front_matter` reads it; nothing here knows YAML.

use std::hash::{Hash, Hasher};

use jiff::civil::Date;

use crate::text::{Span, fold, singular, whole_number};

/// A value and where it is typed. Two are equal if they say the same, wherever that stands.
#[derive(Clone, Debug, Eq)]
pub struct Field<T> {
    /// What is said.
    pub value: T,
    /// The bytes of the value in the file, without quotes.
    pub span: Span,
}

impl<T: PartialEq> PartialEq for Field<T> {
    fn eq(&self, other: &Field<T>) -> bool {
        self.value == other.value
    }
}

impl<T: Hash> Hash for Field<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// A length of time as a calendar counts it: months are not a fixed number of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Whole months; a year is twelve.
    pub months: u16,
    /// Whole days; a week is seven.
    pub days: u16,
}

impl Interval {
    /// `6 months`, `every two weeks`, `half a year`, `yearly`, and ISO 8601's `P6M`. `None` for no time at all, and for
    /// more than some 5,000 years.
    pub fn read(text: &str) -> Option<Interval> {
        let folded = fold(text);
        let words = folded.trim_end_matches('.');
        let words = words.strip_prefix("once ").unwrap_or(words);
        let words = words.strip_prefix("every ").or_else(|| words.strip_prefix("each ")).unwrap_or(words);
        let (months, days) = match words {
            "daily" | "täglich" => (0, 1),
            "weekly" | "wöchentlich" => (0, 7),
            "fortnightly" | "biweekly" | "fortnight" => (0, 14),
            "monthly" | "monatlich" => (1, 0),
            "quarterly" | "vierteljährlich" => (3, 0),
            "half a year" | "half year" | "half yearly" | "twice a year" | "twice yearly" | "biannually"
            | "semiannually" | "halbjährlich" => (6, 0),
            "yearly" | "annually" | "annual" | "jährlich" => (12, 0),
            "a year and a half" | "one and a half years" | "1.5 years" => (18, 0),
            _ if text.trim_start().starts_with(['-', '−', '–']) => return None,
            _ => months_and_days(words)?,
        };
        (months > 0 || days > 0).then_some(Interval { months, days })
    }

    /// The day so long after `date`; the last day of a shorter month stands for its missing ones.
    pub fn after(self, date: Date) -> Date {
        let span = jiff::Span::new().months(i64::from(self.months)).days(i64::from(self.days));
        date.saturating_add(span)
    }
}

/// A number and a unit.
fn months_and_days(words: &str) -> Option<(u16, u16)> {
    if let Some(iso) = words.strip_prefix('p')
        && iso.starts_with(|c: char| c.is_ascii_digit())
    {
        return months_and_days(iso);
    }
    let figures = words.bytes().take_while(u8::is_ascii_digit).count();
    let (amount, unit) = if figures > 0 {
        (whole_number(&words[..figures])?, words[figures..].trim_start())
    } else {
        match words.split_once(' ') {
            Some((first, unit)) => (count(first)?, unit.strip_prefix("of ").unwrap_or(unit)),
            None => (1, words),
        }
    };
    if figures == 0 && unit == words && unit.len() < 3 {
        return None;
    }
    let amount = u16::try_from(amount).ok()?;
    match singular(unit).as_str() {
        "day" | "d" | "calendar day" | "tag" | "tage" => Some((0, amount)),
        "week" | "wk" | "w" | "wks" | "woche" | "wochen" => Some((0, amount.checked_mul(7)?)),
        "fortnight" => Some((0, amount.checked_mul(14)?)),
        "month" | "mo" | "m" | "mth" | "mon" | "monat" | "monate" => Some((amount, 0)),
        "quarter" => Some((amount.checked_mul(3)?, 0)),
        "half year" => Some((amount.checked_mul(6)?, 0)),
        "year" | "yr" | "y" | "yrs" | "jahr" | "jahre" => Some((amount.checked_mul(12)?, 0)),
        _ => None,
    }
}

fn count(word: &str) -> Option<u32> {
    match word {
        "a" | "an" | "every" | "each" => Some(1),
        "other" | "second" | "couple" => Some(2),
        _ => whole_number(word),
    }
}

/// What a phone dials for `phone` as people type it, for an address with `tel:` (RFC 3966): the first number, a plus
/// instead of `00`, and its extension. `None` if there is no number.
///
/// ```
/// use cuebook::facts::dialled;
/// assert_eq!(dialled("0049 (0)30 555 0105 ext. 12").as_deref(), Some("+49305550105;ext=12"));
/// assert_eq!(dialled("ask at the desk"), None);
/// ```
pub fn dialled(phone: &str) -> Option<String> {
    const NAMES: [&str; 8] = ["phone", "telephone", "telefon", "tel", "mobile", "mobil", "t", "p"];
    const EXTENSIONS: [&str; 8] = ["ext", "extension", "x", "durchwahl", "dw", "nst", "nebenstelle", "#"];
    let word = |text: &str| text.trim_end_matches(['.', ':', ' ']).to_lowercase();
    let start = phone.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
    let before = word(phone[..start].trim());
    if !before.is_empty() && !NAMES.contains(&before.as_str()) {
        return None;
    }
    let typed = &phone[start..];
    let abroad = typed.starts_with(['+', '0']) && !typed.starts_with("0 ");
    // In a number for callers from abroad `(0)` is what they leave out.
    let number = if abroad { typed.replacen("(0)", "", 1) } else { typed.to_owned() };
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-–./()".contains(c);
    let end = number.find(|c: char| !is_part(c)).unwrap_or(number.len());
    let (first, behind) = number.split_at(end);
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    let mut dialled = match digits.strip_prefix("00") {
        Some(country) if digits.len() > 8 => format!("+{country}"),
        _ if first.starts_with('+') => format!("+{digits}"),
        _ => digits,
    };
    let name = behind.find(|c: char| c.is_ascii_digit()).map_or(behind, |at| &behind[..at]);
    let extension: String = behind[name.len()..].chars().take_while(char::is_ascii_digit).collect();
    if EXTENSIONS.contains(&word(name.trim_start_matches([',', ';', ' '])).as_str()) && !extension.is_empty() {
        dialled.push_str(";ext=");
        dialled.push_str(&extension);
    }
    Some(dialled)
}

/// Whether a text can be the address of a mailbox: `name@example.org`. Looser than RFC 5321, so that no address that
/// works is refused.
pub fn is_mailbox(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let odd = |c: char| c.is_whitespace() || c.is_control() || ",;:<>()[]\\\"@".contains(c);
    let mut labels = host.split('.');
    let ending = labels.next_back().unwrap_or_default();
    !name.is_empty()
        && !name.contains(odd)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && ending.chars().count() > 1
        && ending.chars().all(char::is_alphanumeric)
        && host.contains('.')
        && labels.all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

/// How far an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// Being written; left out unless drafts are asked for.
    Draft,
    /// Waits for a second pair of eyes; published.
    Review,
    /// Published.
    #[default]
    Ready,
    /// Left out; links to it are reported.
    Retired,
}

impl Status {
    /// All four.
    pub const ALL: [Status; 4] = [Status::Draft, Status::Review, Status::Ready, Status::Retired];

    /// Whether readers get to see an entry of this status, unless drafts are asked for.
    pub fn is_published(self) -> bool {
        matches!(self, Status::Review | Status::Ready)
    }

    /// The word that `status:` takes.
    pub fn word(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Review => "review",
            Status::Ready => "ready",
            Status::Retired => "retired",
        }
    }
}

/// The nine kinds of entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindName {
    /// What to say.
    Script,
    /// Who, when, with which facts.
    Escalation,
    /// Practise it.
    Roleplay,
    /// One question at a time.
    Decision,
    /// Tick, or score.
    Checklist,
    /// A role, not a name.
    Contact,
    /// A heading a word.
    Glossary,
    /// What to learn, in order.
    Path,
    /// Anything else.
    #[default]
    Guide,
}

impl KindName {
    /// All nine, in the order in which indexes list them.
    pub const ALL: [KindName; 9] = [
        KindName::Script,
        KindName::Decision,
        KindName::Escalation,
        KindName::Checklist,
        KindName::Guide,
        KindName::Roleplay,
        KindName::Path,
        KindName::Contact,
        KindName::Glossary,
    ];

    /// The word that `kind:` takes, which is also the class of its pages: `script`, `roleplay` …
    pub fn word(self) -> &'static str {
        match self {
            KindName::Script => "script",
            KindName::Escalation => "escalation",
            KindName::Roleplay => "roleplay",
            KindName::Decision => "decision",
            KindName::Checklist => "checklist",
            KindName::Contact => "contact",
            KindName::Glossary => "glossary",
            KindName::Path => "path",
            KindName::Guide => "guide",
        }
    }

    /// The folder that proposes it, which is also the address of its index: `scripts`, `people` …
    pub fn folder(self) -> &'static str {
        match self {
            KindName::Script => "scripts",
            KindName::Escalation => "escalations",
            KindName::Roleplay => "roleplays",
            KindName::Decision => "decisions",
            KindName::Checklist => "checklists",
            KindName::Contact => "people",
            KindName::Glossary => "glossary",
            KindName::Path => "paths",
            KindName::Guide => "guides",
        }
    }
}

/// Everything that front matter can say. A field that was not given, or from which nothing could be read, is `None`
/// or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What readers see.
    pub title: Option<Field<String>>,
    /// One of the nine.
    pub kind: Option<Field<KindName>>,
    /// One sentence for search results and cards.
    pub summary: Option<Field<String>>,
    /// The name of a contact.
    pub owner: Option<Field<String>>,
    /// The day on which somebody last said that it is right.
    pub reviewed: Option<Field<Date>>,
    /// How long that holds.
    pub review_every: Option<Field<Interval>>,
    /// Ready unless said otherwise.
    pub status: Status,
    /// Who may see it, as typed. Empty means everyone.
    pub audience: Vec<Field<String>>,
    /// Where it is used: phone, chat …
    pub channel: Vec<Field<String>>,
    /// What is going on, in the words of callers and colleagues.
    pub situations: Vec<Field<String>>,
    /// The first day on which it holds.
    pub valid_from: Option<Field<Date>>,
    /// The last day on which it holds.
    pub valid_until: Option<Field<Date>>,
    /// When it last changed, and what, in one line (empty if only the date is given).
    pub changed: Option<Field<(Date, String)>>,
    /// On the front page until it is no longer new.
    pub must_read: bool,
    /// Reached from the urgent link of every page.
    pub urgent: bool,
    /// What one practises with it.
    pub skills: Vec<Field<String>>,
    /// Names of entries to read next.
    pub related: Vec<Field<String>>,
    /// Other names, linkable and searched.
    pub aliases: Vec<Field<String>>,
    /// How people ask for it: searched, and shown nowhere.
    pub asked_as: Vec<Field<String>>,
    /// Free words.
    pub tags: Vec<Field<String>>,
    /// Names of entries that it stands in for; their addresses redirect here.
    pub replaces: Vec<Field<String>>,
    /// The address that it asks for: from the root of the site with a slash before it, else a name in its folder.
    pub permalink: Option<Field<String>>,
    /// The language of this entry, as BCP 47 has it.
    pub lang: Option<Field<String>>,
    /// The name of the entry that this one translates.
    pub translation_of: Option<Field<String>>,
    /// Where it came from.
    pub source: Option<Field<String>>,
    /// Role-play: how hard it is, as typed.
    pub difficulty: Option<Field<String>>,
    /// Role-play: how long it takes.
    pub minutes: Option<Field<u32>>,
    /// Role-play: how many play.
    pub people: Option<Field<u32>>,
    /// Contact: a number, as typed.
    pub phone: Option<Field<String>>,
    /// Contact: an address.
    pub email: Option<Field<String>>,
    /// Contact: a channel or name in the team's chat.
    pub chat: Option<Field<String>>,
    /// Contact: `Mon-Fri 08:00-20:00`, as typed.
    pub hours: Option<Field<String>>,
    /// Contact: the name of the contact who stands in.
    pub backup: Option<Field<String>>,
    /// Contact: what to ask them about.
    pub knows: Vec<Field<String>>,
    /// Path: how often to walk it again.
    pub refresh_every: Option<Field<Interval>>,
    /// Sorts an entry among the others of its folder, smallest first; entries without come after, by title.
    pub order: Option<i64>,
    /// What customers say, if it was typed here rather than under a heading.
    pub customers_say: Vec<Field<String>>,
    /// Fields that are there and say nothing, by their name, with the place of the name.
    pub left_empty: Vec<Field<&'static str>>,
    /// The block could not be read as it is typed, and lines of it were read one by one: an audience may be lost.
    pub recovered: bool,
    /// A field name that is nearly `audience`, or an audience value of which nothing is left: who may see the entry
    /// cannot be told.
    pub audience_in_doubt: Option<Span>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_say_them() {
        for (typed, months, days) in [
            ("6 months", 6, 0),
            ("1 year", 12, 0),
            ("2 weeks", 0, 14),
            ("90 days", 0, 90),
            ("every 6 months", 6, 0),
            ("six months", 6, 0),
            ("half a year", 6, 0),
            ("yearly", 12, 0),
            ("Monthly", 1, 0),
            ("quarterly", 3, 0),
            ("every month", 1, 0),
            ("every other week", 0, 14),
            ("every two weeks", 0, 14),
            ("once a year", 12, 0),
            ("P6M", 6, 0),
            ("6months", 6, 0),
            ("1 y", 12, 0),
            ("a month", 1, 0),
            ("each quarter", 3, 0),
            ("6\u{a0}months", 6, 0),
            ("6 Monate", 6, 0),
            ("2 Jahre", 24, 0),
        ] {
            assert_eq!(Interval::read(typed), Some(Interval { months, days }), "{typed}");
        }
        for typed in ["soon", "6", "0 days", "99999 years", "", "y", "6 moons", "when it changes"] {
            assert_eq!(Interval::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_phone_dials_the_first_number() {
        for (typed, dialled) in [
            ("+49 30 555 01 05", "+49305550105"),
            ("+49 (0)30 5550105", "+49305550105"),
            ("0049 (0)30 5550105", "+49305550105"),
            ("(030) 555-0105", "0305550105"),
            ("Tel.: 030/5550105", "0305550105"),
            ("5550105 ext. 12", "5550105;ext=12"),
            ("01632 960110 x12", "01632960110;ext=12"),
            ("030 5550105, Durchwahl 12", "0305550105;ext=12"),
            ("030 5550105 or 030 5550106", "0305550105"),
            ("030 5550105 (mornings)", "0305550105"),
            ("100", "100"),
            ("0 800 100", "0800100"),
        ] {
            assert_eq!(super::dialled(typed).as_deref(), Some(dialled), "{typed}");
        }
        assert!(["ask at the desk", "", "desk 12 or 13"].iter().all(|typed| super::dialled(typed).is_none()));
    }

    #[test]
    fn a_mailbox_has_a_name_and_a_host() {
        assert!(
            ["a@example.org", "first.last+x@mail.example.co", "büro@münchen.example"].iter().all(|it| is_mailbox(it))
        );
        let wrong =
            ["", "a", "a@", "@b.org", "a@b", "a (at) b.org", "a@b,org", "a@b.org, c@d.org", "a b@c.org", "a@b..org"];
        assert!(wrong.iter().all(|it| !is_mailbox(it)), "{wrong:?}");
    }
}
