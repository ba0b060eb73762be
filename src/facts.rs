//! What the front matter of one entry says, each value typed and with its place.
//!
//! `parse::front_matter` reads it; nothing here knows YAML.

use jiff::civil::Date;

use crate::text::Span;

/// A value and where it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field<T> {
    /// What is said.
    pub value: T,
    /// The bytes of the value in the file, without quotes.
    pub span: Span,
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
    /// The day so long after `date`; the last day of a shorter month stands for its missing ones.
    pub fn after(self, date: Date) -> Date {
        let span = jiff::Span::new().months(i64::from(self.months)).days(i64::from(self.days));
        date.saturating_add(span)
    }
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
#[derive(Clone, Debug, Default)]
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
    /// Free words.
    pub tags: Vec<Field<String>>,
    /// Names of entries that it stands in for; their addresses redirect here.
    pub replaces: Vec<Field<String>>,
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
    /// The block could not be read as it is typed, and lines of it were read one by one: an audience may be lost.
    pub recovered: bool,
    /// A field name that is nearly `audience`, or an audience value of which nothing is left: who may see the entry
    /// cannot be told.
    pub audience_in_doubt: Option<Span>,
}
