//! The A–Z index: titles, aliases and glossary words under their first letters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::entry::Section;
use crate::filter::Visible;
use crate::kind::Kind;

/// A letter with its rows.
#[derive(Debug)]
pub struct Letter {
    /// `A`; `0–9` for digits; the first character of any other script.
    pub title: String,
    /// In order.
    pub rows: Vec<Row>,
}

/// A row of the index.
#[derive(Debug)]
pub struct Row {
    /// What is listed.
    pub title: String,
    /// The entry that it leads to.
    pub entry: usize,
    /// The anchor in it; empty for the top.
    pub anchor: String,
    /// Whether it is another name, so that the entry's own title is shown behind it.
    pub is_other_name: bool,
}

/// How a title sorts: without accents, in lower case, without quotation marks and signs at its start.
pub fn sort_key(title: &str) -> String {
    let plain: String = match title.is_ascii() {
        true => title.to_ascii_lowercase(),
        false => title.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect(),
    };
    plain.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// All rows of a copy, under their letters.
pub(super) fn letters(entries: &[Visible], root: Option<usize>) -> Vec<Letter> {
    let mut rows: Vec<(String, Row)> = Vec::new();
    let mut add = |title: &str, entry: usize, anchor: &str, is_other_name: bool| {
        let row = Row { title: title.to_owned(), entry, anchor: anchor.to_owned(), is_other_name };
        rows.push((sort_key(title), row));
    };
    for (index, entry) in entries.iter().enumerate() {
        if Some(index) == root {
            continue;
        }
        add(&entry.title, index, "", false);
        for alias in &entry.facts.aliases {
            add(&alias.value, index, "", true);
        }
        if let Kind::Glossary(glossary) = &entry.kind {
            for word in &glossary.words {
                let section = &entry.body.sections[word.sections.start];
                let anchor = section.heading.as_ref().map_or("", |heading| heading.id.as_str());
                add(Section::title(section), index, anchor, false);
                for name in &word.also_called {
                    add(name, index, anchor, true);
                }
            }
        }
    }
    rows.sort_by(|(a, x), (b, y)| (a, &x.title, x.entry).cmp(&(b, &y.title, y.entry)));
    let mut letters: Vec<Letter> = Vec::new();
    for (key, row) in rows {
        let title = letter(&key);
        match letters.last_mut() {
            Some(last) if last.title == title => last.rows.push(row),
            _ => letters.push(Letter { title, rows: vec![row] }),
        }
    }
    letters
}

/// The letter under which a sort key stands.
pub fn letter(key: &str) -> String {
    match key.chars().next() {
        Some(c) if c.is_ascii_digit() => "0–9".to_owned(),
        Some(c) => c.to_uppercase().collect(),
        None => "#".to_owned(),
    }
}
