//! A new entry of a kind: its place in the book, and a text to begin with.
//!
//! The texts are `starter/new/*.md`, one a kind, and `starter/new/de/*.md` for a book in German. They show every part that the kind understands, with blanks for what only
//! the writer knows, in the words of the book: `«Say»` becomes the team's word for *Say*. A new entry is a draft, so that no
//! reader meets a blank; taking `status: draft` out publishes it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::facts::{Interval, KindName};
use crate::playbook::Playbook;
use crate::text::{SourcePath, fold, nearest, slug};
use crate::words::{WORDS, Words, primary};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Which kind.
    pub kind: KindName,
    /// What readers see; the file is named after it.
    pub title: &'a str,
    /// The file name or the title of a contact; else the one who owns most of the book's entries of that kind.
    pub owner: Option<&'a str>,
    /// The day on which it counts as reviewed.
    pub today: Date,
}

/// An entry that is not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Where it goes: the folder that holds most entries of its kind, else the one that proposes the kind.
    pub path: SourcePath,
    /// The whole file.
    pub text: String,
    /// Another entry with the name of its file. Links must then give the folder too.
    pub namesake: Option<SourcePath>,
}

/// Why there is no new entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewError {
    /// The title has no letter and no number, so that the file would have no name.
    NoName(String),
    /// An entry lies there already.
    Taken(SourcePath),
    /// No contact has the name; with the nearest one that is there.
    NoContact(String, Option<String>),
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NewError::NoName(title) => {
                write!(f, "`{title}` cannot be a title: it has no letter and no number to name the file after.")
            }
            NewError::Taken(path) => {
                write!(f, "there is an entry `{path}` already. Open that one, or give the new one another title.")
            }
            NewError::NoContact(name, Some(near)) => {
                write!(f, "no contact is called `{name}`. Did you mean `{near}`?")
            }
            NewError::NoContact(name, None) => {
                write!(f, "no contact is called `{name}`. Make one with `cuebook new contact \"{name}\"`.")
            }
        }
    }
}

impl std::error::Error for NewError {}

/// Makes the text of a new entry. `playbook` is the whole book, with its drafts.
///
/// # Errors
/// See [`NewError`]. Whether a file that is no entry lies in its place is found out by the one who writes it.
pub fn entry(playbook: &Playbook, words: &Words, asked: Asked<'_>) -> Result<NewEntry, NewError> {
    let title = asked.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = slug(&title);
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let folder =
        most_used(playbook.entries.iter().filter(|it| it.kind_name == asked.kind).map(|it| it.source.path.folder()))
            .filter(|folder| !folder.is_empty())
            .unwrap_or(asked.kind.folder());
    let path = SourcePath::new(&format!("{folder}/{name}.md")).filter(|_| name.contains(char::is_alphanumeric));
    let path = path.ok_or_else(|| NewError::NoName(asked.title.to_owned()))?;
    let same_place = |other: &&SourcePath| fold(other.id()) == fold(path.id());
    let same_name = |other: &&SourcePath| fold(other.name()) == fold(path.name());
    let paths = || playbook.entries.iter().map(|entry| &entry.source.path);
    if let Some(taken) = paths().find(same_place) {
        return Err(NewError::Taken(taken.clone()));
    }
    let owner = match asked.owner {
        Some(owner) => Some(contact(playbook, owner)?),
        None => usual_owner(playbook, asked.kind),
    };
    let namesake = paths().find(same_name).cloned();
    let facts = front_matter(asked, &title, owner, playbook.config.review.every);
    let [english, german] = starter(asked.kind);
    let text = match primary(&playbook.config.book.language).as_str() {
        "de" => in_german(&facts) + &body(german, owner, words),
        _ => facts + &body(english, owner, words),
    };
    Ok(NewEntry { path, text, namesake })
}

/// The value that stands there most often; of equals the first by its letters.
fn most_used<'a>(values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map(|(value, _)| value)
}

fn contacts(playbook: &Playbook) -> impl Iterator<Item = (&str, &str)> {
    let contacts = playbook.entries.iter().filter(|entry| entry.kind_name == KindName::Contact);
    contacts.map(|entry| (entry.source.path.name(), &*entry.title))
}

fn contact<'p>(playbook: &'p Playbook, asked: &str) -> Result<&'p str, NewError> {
    let wanted = fold(asked);
    let is_it = |(name, title): &(&str, &str)| fold(name) == wanted || fold(title) == wanted;
    if let Some((name, _)) = contacts(playbook).find(is_it) {
        return Ok(name);
    }
    let near = nearest(asked, contacts(playbook).map(|(name, _)| name));
    let near = near.or_else(|| nearest(asked, contacts(playbook).map(|(_, title)| title)));
    Err(NewError::NoContact(asked.to_owned(), near.map(str::to_owned)))
}

/// The one who owns most entries of that kind, else of the book; else the first contact.
fn usual_owner(playbook: &Playbook, kind: KindName) -> Option<&str> {
    let owners = |of_kind: Option<KindName>| {
        let entries = playbook.entries.iter().filter(move |entry| of_kind.is_none_or(|kind| entry.kind_name == kind));
        let owners = entries.filter_map(|entry| entry.facts.owner.as_ref());
        most_used(owners.map(|owner| owner.value.as_str()))
    };
    owners(Some(kind)).or_else(|| owners(None)).or_else(|| contacts(playbook).next().map(|(name, _)| name))
}

/// The facts. Those that only the writer knows stand behind a `#`, which YAML leaves out.
fn front_matter(asked: Asked<'_>, title: &str, owner: Option<&str>, every: Option<Interval>) -> String {
    let mut lines = vec![
        format!("title: {}", scalar(title)),
        format!("kind: {}", asked.kind.word()),
        "status: draft".to_owned(),
        "# summary: One sentence for lists and search".to_owned(),
    ];
    lines.extend(owner.map(|owner| format!("owner: {}", scalar(owner))));
    lines.push(format!("reviewed: {}", asked.today));
    // A book may say it once for all.
    lines.extend(every.is_none().then(|| "review-every: 6 months".to_owned()));
    let more: &[&str] = match asked.kind {
        KindName::Contact => &[
            "# phone: \"01632 960110\"",
            "# email: name@example.org",
            "# hours: Mon-Fri 09:00-17:00",
            "# knows: [what to ask them about]",
        ],
        KindName::Roleplay => &[
            "minutes: 15",
            "people: 3",
            "# situations: [what is going on, in a few words]",
            "# skills: [what one practises]",
        ],
        KindName::Glossary | KindName::Path => &[],
        _ => &["# situations: [what is going on, in a few words]", "# channel: [phone, chat]"],
    };
    lines.extend(more.iter().map(|line| (*line).to_owned()));
    format!("---\n{}\n---\n\n", lines.join("\n"))
}

/// The same facts with what a writer may add said in German.
fn in_german(front_matter: &str) -> String {
    const LINES: [(&str, &str); 5] = [
        ("# summary: One sentence for lists and search", "# summary: Ein Satz für Listen und Suche"),
        ("# knows: [what to ask them about]", "# knows: [wonach man hier fragt]"),
        ("# situations: [what is going on, in a few words]", "# situations: [was los ist, in wenigen Worten]"),
        ("# skills: [what one practises]", "# skills: [was man übt]"),
        ("# channel: [phone, chat]", "# channel: [Telefon, Chat]"),
    ];
    LINES.iter().fold(front_matter.to_owned(), |text, (english, german)| text.replace(english, german))
}

/// A text as YAML takes it: in double quotes (YAML 1.2 § 7.3.1) unless it is plainly words.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || " '-.,?!()".contains(c))
        && !["yes", "no", "true", "false", "on", "off", "y", "n", "null"].contains(&text.to_lowercase().as_str());
    match plain {
        true => text.to_owned(),
        false => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// The text of a kind, in English and in German.
fn starter(kind: KindName) -> [&'static str; 2] {
    macro_rules! starter {
        ($name:literal) => {
            [
                include_str!(concat!("../starter/new/", $name, ".md")),
                include_str!(concat!("../starter/new/de/", $name, ".md")),
            ]
        };
    }
    match kind {
        KindName::Script => starter!("script"),
        KindName::Escalation => starter!("escalation"),
        KindName::Roleplay => starter!("roleplay"),
        KindName::Decision => starter!("decision"),
        KindName::Checklist => starter!("checklist"),
        KindName::Contact => starter!("contact"),
        KindName::Glossary => starter!("glossary"),
        KindName::Path => starter!("path"),
        KindName::Guide => starter!("guide"),
    }
}

/// A text to begin with in the words of the book.
fn body(text: &str, owner: Option<&str>, words: &Words) -> String {
    let mut body = String::with_capacity(text.len());
    let mut parts = text.split('«');
    body.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (marked, behind) = part.split_once('»').unwrap_or((part, ""));
        let key = WORDS.iter().find(|(_, english)| *english == marked).map(|(key, _)| *key);
        let word = key.and_then(|key| words.get(key)).map_or(marked, String::as_str);
        body.push_str(if marked == "owner" { owner.unwrap_or("team-lead") } else { word });
        body.push_str(behind);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::words::words;

    #[test]
    fn every_marked_word_is_one_that_a_team_may_have_its_own_for() {
        let english: Vec<&str> = WORDS.iter().map(|(_, english)| *english).collect();
        let shouted: Words = WORDS.iter().map(|(key, english)| (*key, english.to_uppercase())).collect();
        for text in KindName::ALL.into_iter().flat_map(starter) {
            let plain = body(text, Some("training-lead"), &words(&Config::default()));
            let loud = body(text, Some("training-lead"), &shouted);
            assert!(!plain.contains(['«', '»']), "{plain}");
            let differ = plain.lines().zip(loud.lines()).filter(|(plain, loud)| plain != loud);
            for (plain, loud) in differ {
                let same_words = english.iter().any(|word| plain.contains(word) && loud.contains(&word.to_uppercase()));
                assert!(same_words, "{plain} / {loud}");
            }
        }
    }

    #[test]
    fn a_title_stays_what_it_is() {
        for (title, typed) in [
            ("A quiet offer", "A quiet offer"),
            ("Refund: what to say", "\"Refund: what to say\""),
            ("Refund #2", "\"Refund #2\""),
            ("\"No\" is an answer", "\"\\\"No\\\" is an answer\""),
            ("no", "\"no\""),
            ("2026", "\"2026\""),
            ("Don't ask, listen (again)", "Don't ask, listen (again)"),
        ] {
            assert_eq!(scalar(title), typed);
        }
    }
}
