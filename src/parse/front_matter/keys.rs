//! The names that a field can have: ours, other tools', and those that are almost ours.
//!
//! One table says for each of our fields how its value is read ([`Form`]). Case does not matter, and `_` and a space
//! equal `-`. What a typed name stands for is decided once, by [`meaning`].

use crate::config::Config;
use crate::text::{fold, nearest};

/// How the value of a field is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Free text, in which commas and colons mean nothing.
    Prose,
    /// One word or a short text.
    Text,
    /// The name of an entry, also as `[[name]]`.
    Name,
    /// Several texts.
    Texts,
    /// Several names of entries.
    Names,
    /// Year-month-day.
    Date,
    /// A date and one line.
    Change,
    /// `6 months`.
    Interval,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
    /// One of the nine kinds.
    Kind,
    /// Draft, review, ready or retired.
    Status,
    /// Opening hours.
    Hours,
}

impl Form {
    /// Whether the field takes several texts.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Form::Texts | Form::Names)
    }
}

macro_rules! keys {
    ($($key:ident = $name:literal, $form:ident, $about:literal;)+) => {
        /// One of our fields.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Key { $(#[doc = $about] $key),+ }

        impl Key {
            /// All of them, the more usual ones first: of two equally near names the first is proposed.
            pub(super) const ALL: &[Key] = &[$(Key::$key),+];

            /// As an author types it.
            pub(super) fn name(self) -> &'static str {
                match self { $(Key::$key => $name),+ }
            }

            /// How its value is read.
            pub(super) fn form(self) -> Form {
                match self { $(Key::$key => Form::$form),+ }
            }

            /// What it says, for editors that show it while one types.
            pub(super) fn about(self) -> &'static str {
                match self { $(Key::$key => $about),+ }
            }
        }
    };
}

keys! {
    Title = "title", Prose, "what readers see; else the first heading, else the file name";
    Kind = "kind", Kind, "one of the nine kinds; else as the folder proposes";
    Summary = "summary", Prose, "one sentence for lists and search";
    Owner = "owner", Name, "the contact who looks after the entry";
    Reviewed = "reviewed", Date, "the day on which somebody last said that it is right";
    ReviewEvery = "review-every", Interval, "how long that holds";
    Status = "status", Status, "draft and retired entries are left out";
    Audience = "audience", Texts, "who may see the entry; everyone if it is not said";
    Channel = "channel", Texts, "where it is used: phone, chat, in person";
    Situations = "situations", Texts, "what is going on, in the words of callers and colleagues";
    ValidFrom = "valid-from", Date, "the first day on which it holds";
    ValidUntil = "valid-until", Date, "the last day on which it holds";
    Changed = "changed", Change, "a day, and one line about what changed on it";
    MustRead = "must-read", YesNo, "on the front page until it is no longer new";
    Urgent = "urgent", YesNo, "reached from the urgent link of every page";
    Skills = "skills", Texts, "what one practises with it";
    Related = "related", Names, "entries to read next";
    Aliases = "aliases", Names, "other names, linkable and searched";
    AskedAs = "asked-as", Texts, "how people ask for it, a line each: searched, and shown nowhere";
    Tags = "tags", Texts, "free words";
    Replaces = "replaces", Names, "names of entries that it stands in for; their addresses lead here";
    Permalink = "permalink", Text, "its address from the root of the site; else its path";
    Lang = "lang", Text, "the language of the entry, as its short code";
    TranslationOf = "translation-of", Name, "the entry that this one translates";
    Source = "source", Prose, "where it came from";
    Difficulty = "difficulty", Text, "a role-play: how hard it is";
    Minutes = "minutes", Number, "a role-play: how long it takes";
    People = "people", Number, "a role-play: how many play";
    Phone = "phone", Text, "a contact: a number, in quotes";
    Email = "email", Text, "a contact: an address";
    Chat = "chat", Text, "a contact: a channel or name in the team's chat";
    Hours = "hours", Hours, "a contact: when it is there, such as Mon-Fri 08:00-20:00";
    Backup = "backup", Name, "a contact: the contact who stands in";
    Knows = "knows", Texts, "a contact: what to ask about";
    RefreshEvery = "refresh-every", Interval, "a path: how often to walk it again";
    Order = "order", Number, "its place among the others of its folder, smallest first";
    CustomersSay = "customers-say", Texts, "better written as a heading of that name: what customers say";
}

impl Key {
    /// Whether its values are sentences, in which a colon is no field.
    pub(super) fn is_speech(self) -> bool {
        matches!(self, Key::Summary | Key::Source | Key::Changed | Key::CustomersSay | Key::AskedAs)
    }
}

/// What a typed name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field of ours.
    Ours(Key),
    /// Another tool's name for a field of ours: fills it if nothing else does, and is never complained about.
    Theirs(Key),
    /// `draft: true`
    Draft,
    /// `publish: false`
    Publish,
    /// `retired: true`
    Retired,
    /// A field of ours in the singular or plural: understood, with a warning.
    Plural(Key),
    /// Almost a field of ours: not read.
    Near(Key),
    /// Perhaps meant to be `audience`: who may see the entry is in doubt.
    Doubt,
    /// Something that other tools read.
    Other,
    /// Not known to anybody.
    Unknown,
}

impl Meaning {
    /// The field whose value the name sets.
    pub(super) fn key(self) -> Option<Key> {
        match self {
            Meaning::Ours(key) | Meaning::Plural(key) | Meaning::Theirs(key) => Some(key),
            _ => None,
        }
    }

    /// Whether the value is read at all.
    pub(super) fn is_read(self) -> bool {
        self.key().is_some() || matches!(self, Meaning::Draft | Meaning::Publish | Meaning::Retired)
    }

    /// Whether a line that begins with the name and a colon is a field, wherever it stands.
    pub(super) fn is_known(self) -> bool {
        self != Meaning::Unknown
    }

    /// Whether complaints about the value go to the author.
    pub(super) fn is_ours(self) -> bool {
        matches!(self, Meaning::Ours(_) | Meaning::Plural(_))
    }
}

/// Other tools' names for our fields, folded: Obsidian, Jekyll, Hugo, MkDocs, Docusaurus, GOV.UK's tech docs.
const THEIRS: &[(&str, Key)] = &[
    ("description", Key::Summary),
    ("tag", Key::Tags),
    ("keywords", Key::Tags),
    ("categories", Key::Tags),
    ("alias", Key::Aliases),
    ("redirect from", Key::Replaces),
    ("slug", Key::Permalink),
    ("url", Key::Permalink),
    ("last reviewed", Key::Reviewed),
    ("last reviewed on", Key::Reviewed),
    ("lastmod", Key::Reviewed),
    ("updated", Key::Reviewed),
    ("review in", Key::ReviewEvery),
    ("author", Key::Owner),
    ("authors", Key::Owner),
    ("weight", Key::Order),
    ("order", Key::Order),
    ("nav order", Key::Order),
    ("sidebar position", Key::Order),
    ("language", Key::Lang),
];

/// German names of our fields, folded: a team that writes German begins the block in its own words, and none of them is
/// read, because a book may be read in any language.
const GERMAN: &[(&str, Key)] = &[
    ("überschrift", Key::Title),
    ("art", Key::Kind),
    ("zusammenfassung", Key::Summary),
    ("kurzfassung", Key::Summary),
    ("verantwortlich", Key::Owner),
    ("besitzer", Key::Owner),
    ("zuständig", Key::Owner),
    ("geprüft", Key::Reviewed),
    ("geprüft am", Key::Reviewed),
    ("überprüft", Key::Reviewed),
    ("prüfen alle", Key::ReviewEvery),
    ("situationen", Key::Situations),
    ("kanal", Key::Channel),
    ("kanäle", Key::Channel),
    ("fähigkeiten", Key::Skills),
    ("gültig ab", Key::ValidFrom),
    ("gültig bis", Key::ValidUntil),
    ("geändert", Key::Changed),
    ("dringend", Key::Urgent),
    ("schlagworte", Key::Tags),
    ("schlagwörter", Key::Tags),
    ("stichworte", Key::Tags),
    ("stichwörter", Key::Tags),
    ("ersetzt", Key::Replaces),
    ("sprache", Key::Lang),
    ("übersetzung von", Key::TranslationOf),
    ("quelle", Key::Source),
    ("schwierigkeit", Key::Difficulty),
    ("minuten", Key::Minutes),
    ("dauer", Key::Minutes),
    ("personen", Key::People),
    ("telefon", Key::Phone),
    ("sprechzeiten", Key::Hours),
    ("öffnungszeiten", Key::Hours),
    ("vertretung", Key::Backup),
];

/// Names that other tools read and we do not, folded: never a typing mistake of ours.
const OTHERS: &[&str] = &[
    "archived",
    "area",
    "banner",
    "banner x",
    "banner y",
    "body class",
    "breadcrumb",
    "breadcrumbs",
    "canonical url",
    "cascade",
    "category",
    "class",
    "collection",
    "comments",
    "components",
    "content",
    "cover",
    "created",
    "created at",
    "created by",
    "creation date",
    "cssclass",
    "cssclasses",
    "custom edit url",
    "data",
    "date",
    "date created",
    "date modified",
    "dates",
    "display",
    "edit",
    "email address",
    "excerpt",
    "expires",
    "expirydate",
    "extra",
    "favourite",
    "feed",
    "footer",
    "format",
    "full width",
    "genre",
    "github",
    "group",
    "has children",
    "head",
    "header",
    "headless",
    "hidden",
    "hide",
    "hide table of contents",
    "hide title",
    "icon",
    "id",
    "image",
    "images",
    "index",
    "kanban plugin",
    "label",
    "lastupdated",
    "layout",
    "level",
    "license",
    "link",
    "links",
    "list",
    "locale",
    "location",
    "main",
    "markup",
    "math",
    "menu",
    "menus",
    "mermaid",
    "meta",
    "metadata",
    "modified",
    "modified by",
    "name",
    "nav",
    "nav exclude",
    "nav title",
    "next",
    "no list",
    "notes",
    "number",
    "outline",
    "outputs",
    "page",
    "pagination next",
    "pagination prev",
    "parent",
    "path",
    "phase",
    "photo",
    "pin",
    "pinned",
    "position",
    "post",
    "prev",
    "priority",
    "project",
    "publishdate",
    "rating",
    "reading time",
    "redirect",
    "redirect to",
    "resources",
    "robots",
    "role",
    "score",
    "search",
    "section",
    "series",
    "share",
    "short title",
    "sidebar",
    "sidebar label",
    "sitemap",
    "size",
    "sort",
    "sources",
    "state",
    "style",
    "subject",
    "subtitle",
    "table of contents",
    "taxonomies",
    "team",
    "template",
    "theme",
    "thumbnail",
    "time",
    "title meta",
    "toc",
    "topic",
    "topics",
    "type",
    "unlisted",
    "urls",
    "user",
    "uuid",
    "value",
    "version",
    "video",
    "view",
    "visible",
    "year",
];

/// Names under which somebody may try to say who may see an entry, folded.
const DOUBTFUL: &[&str] = &[
    "access",
    "confidential",
    "for",
    "hidden",
    "intern",
    "internal",
    "nur für",
    "only",
    "only for",
    "private",
    "readers",
    "restricted",
    "restricted to",
    "seen by",
    "sichtbar für",
    "shown to",
    "staff only",
    "target audience",
    "target group",
    "vertraulich",
    "viewers",
    "visibility",
    "visible",
    "visible for",
    "visible to",
    "who may see",
    "who may see it",
    "zielgruppe",
];

/// Longer names, in bytes, are nobody's, so that long lines cost nothing.
const LONGEST: usize = 60;

/// What `typed` stands for. `typed` is without its colon, quotes and bold marks.
pub(super) fn meaning(typed: &str, config: &Config) -> Meaning {
    if typed.len() > LONGEST {
        return Meaning::Unknown;
    }
    // Nearly all names are plain words, for which folding is only lower case.
    let plain = typed.bytes().all(|byte| byte.is_ascii_alphabetic());
    let folded = if plain { typed.to_ascii_lowercase() } else { fold(typed) };
    if let Some(key) = Key::ALL.iter().find(|key| **key != Key::Order && is_same(key.name(), &folded)) {
        return Meaning::Ours(*key);
    }
    if config.audiences.is_some() && DOUBTFUL.contains(&folded.as_str()) {
        return Meaning::Doubt;
    }
    if let Some((_, key)) = THEIRS.iter().find(|(name, _)| *name == folded) {
        return Meaning::Theirs(*key);
    }
    if let Some((_, key)) = GERMAN.iter().find(|(name, _)| *name == folded) {
        return Meaning::Near(*key);
    }
    match folded.as_str() {
        "draft" => return Meaning::Draft,
        "publish" | "published" => return Meaning::Publish,
        "retired" => return Meaning::Retired,
        _ if folded.starts_with("owner ") => return Meaning::Theirs(Key::Owner),
        _ if OTHERS.binary_search(&folded.as_str()).is_ok() => return Meaning::Other,
        _ => {}
    }
    if config.audiences.is_some() && is_nearly_audience(&folded) {
        return Meaning::Doubt;
    }
    if let Some(key) = Key::ALL.iter().find(|key| is_other_number(key.name(), &folded)) {
        return Meaning::Plural(*key);
    }
    let near = Key::ALL.iter().filter(|key| may_be_near(key.name(), &folded));
    match nearest(&folded, near.map(|key| key.name())) {
        Some(name) => {
            Key::ALL.iter().find(|key| key.name() == name).map_or(Meaning::Unknown, |key| Meaning::Near(*key))
        }
        None => Meaning::Unknown,
    }
}

/// Whether one name is the other in the plural.
fn is_other_number(name: &str, folded: &str) -> bool {
    let (short, long) = if name.len() < folded.len() { (name, folded) } else { (folded, name) };
    short.len() > 2 && long.len() == short.len() + 1 && long.ends_with('s') && same(name, folded, short.len())
}

/// A cheap look before names are compared letter by letter: three slips change the length by three at most, and the
/// set of letters by six.
fn may_be_near(name: &str, folded: &str) -> bool {
    let letters =
        |text: &str| text.bytes().filter(u8::is_ascii_lowercase).fold(0u32, |set, letter| set | 1 << (letter - b'a'));
    name.len().abs_diff(folded.len()) <= 3 && (letters(name) ^ letters(folded)).count_ones() <= 6
}

/// Nearer than `nearest` asks for, since a leak weighs more than a needless question.
pub(super) fn is_nearly_audience(folded: &str) -> bool {
    folded.chars().count() <= 11 && strsim::osa_distance(folded, "audience") <= 3
}

/// Whether a name of ours, with its hyphens, is the folded one.
fn is_same(name: &str, folded: &str) -> bool {
    name.len() == folded.len() && same(name, folded, name.len())
}

/// Whether a name of ours, with its hyphens, and a folded one are the same in their first `length` bytes.
fn same(name: &str, folded: &str, length: usize) -> bool {
    let pairs = name.bytes().zip(folded.bytes()).take(length);
    pairs.filter(|(a, b)| a == b || (*a == b'-' && *b == b' ')).count() == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_tools_are_sorted() {
        assert!(OTHERS.is_sorted(), "OTHERS is searched by halves");
    }

    #[test]
    fn case_and_underscores_do_not_matter() {
        let config = Config::default();
        assert_eq!(meaning("Review_Every", &config), Meaning::Ours(Key::ReviewEvery));
        assert_eq!(meaning("owner_slack", &config), Meaning::Theirs(Key::Owner));
        assert_eq!(meaning("titel", &config), Meaning::Near(Key::Title));
        assert_eq!(meaning("channels", &config), Meaning::Plural(Key::Channel));
        assert_eq!(meaning("date", &config), Meaning::Other);
        assert_eq!(meaning("favourite colour", &config), Meaning::Unknown);
    }
}
