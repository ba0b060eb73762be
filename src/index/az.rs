//! The A–Z index, as a printed book has it: titles, other names, glossary words and the headings that are worth it, under
//! their first letters, with *see* and *see also*.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::entry::{Heading, Section};
use crate::facts::{Field, KindName};
use crate::filter::Visible;
use crate::kind::Kind;
use crate::link::{Links, Target};
use crate::persistent::PersistentVec;
use crate::text::fold;

/// A letter with its rows.
#[derive(Clone, Debug)]
pub struct Letter {
    /// `A`; `0–9` for digits; the first character of any other script.
    pub title: String,
    /// In order.
    pub rows: Vec<Arc<Row>>,
}

/// A row of the index.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// What is listed.
    pub title: String,
    /// The entry that it leads to.
    pub entry: usize,
    /// The anchor in it; empty for the top.
    pub anchor: String,
    /// What it is in the entry.
    pub place: Place,
    /// What to look up as well: what a glossary says not to confuse it with. Title, entry, anchor.
    pub see_also: Vec<(String, usize, String)>,
}

/// What a row lists of its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The entry's own title.
    Title,
    /// Another name, of the entry or of a word in it: see what it is called.
    OtherName(String),
    /// A word or a heading in it.
    Part,
}

/// How a title sorts: without accents, in lower case, without quotation marks and signs at its start.
pub fn sort_key(title: &str) -> String {
    let plain: String = match title.is_ascii() {
        true => title.to_ascii_lowercase(),
        false => folded(title).collect(),
    };
    plain.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

fn folded(title: &str) -> impl Iterator<Item = char> {
    title.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

impl Row {
    /// A row that leads to the top of an entry.
    fn of_entry(title: &str, entry: usize, place: Place) -> Row {
        Row { title: title.to_owned(), entry, anchor: String::new(), place, see_also: Vec::new() }
    }

    /// Where it stands.
    fn order(&self) -> (String, &str, usize) {
        (sort_key(&self.title), &self.title, self.entry)
    }
}

/// The rows of what an entry itself is called.
fn names(index: usize, entry: &Visible) -> impl Iterator<Item = Row> {
    let other_name =
        move |alias: &'_ Field<String>| Row::of_entry(&alias.value, index, Place::OtherName(entry.title.to_string()));
    let other_names = entry.facts.aliases.iter().map(other_name);
    std::iter::once(Row::of_entry(&entry.title, index, Place::Title)).chain(other_names)
}

/// All rows of a copy, under their letters.
pub(super) fn letters(entries: &PersistentVec<Visible>, root: Option<usize>, links: &Links) -> Vec<Arc<Letter>> {
    let words = glossary_words(entries);
    let mut rows: Vec<(String, Row)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if Some(index) == root {
            continue;
        }
        rows.extend(names(index, entry).map(|row| (sort_key(&row.title), row)));
        let mut add = |title: &str, anchor: &str, place: Place, see_also: Vec<(String, usize, String)>| {
            let row = Row { anchor: anchor.to_owned(), see_also, ..Row::of_entry(title, index, place) };
            rows.push((sort_key(title), row));
        };
        if let Kind::Glossary(glossary) = &entry.kind {
            for word in &glossary.words {
                let section = &entry.body.sections[word.sections.start];
                let anchor = section.heading.as_ref().map_or("", |heading| heading.id.as_str());
                let title = Section::title(section);
                add(title, anchor, Place::Part, not_to_confuse(section, index, (entries, links), &words));
                for name in &word.also_called {
                    add(name, anchor, Place::OtherName(title.to_owned()), Vec::new());
                }
            }
        }
    }
    let of_heading = |(entry, heading): (usize, &Heading)| {
        let row = Row::of_entry(&heading.text, entry, Place::Part);
        (sort_key(&heading.text), Row { anchor: heading.id.clone(), ..row })
    };
    rows.extend(headings(entries, root).into_iter().map(of_heading));
    rows.sort_by(|(a, x), (b, y)| (a, &x.title, x.entry).cmp(&(b, &y.title, y.entry)));
    let mut letters: Vec<Letter> = Vec::new();
    for (key, row) in rows {
        let title = letter(&key);
        match letters.last_mut() {
            Some(last) if last.title == title => last.rows.push(Arc::new(row)),
            _ => letters.push(Letter { title: title.into_owned(), rows: vec![Arc::new(row)] }),
        }
    }
    letters.into_iter().map(Arc::new).collect()
}

/// The same letters with an entry that has been called as `before` is. `None` if its title decides about rows beside its
/// names, or if letters would have to be cut or joined.
pub(super) fn retitled(
    letters: &[Arc<Letter>],
    index: usize,
    before: &Visible,
    entries: &PersistentVec<Visible>,
    links: &Links,
) -> Option<Vec<Arc<Letter>>> {
    let now = &entries[index];
    let titles = [fold(&before.title), fold(&now.title)];
    let mut headings = now.body.sections.iter().filter_map(|section| section.heading.as_ref());
    let mut linking = links.backlinks[index].iter().map(|backlink| backlink.from).chain([index]);
    // A heading that is the title has no row, and a glossary may say not to confuse a word with this entry.
    if headings.any(|heading| titles.contains(&fold(&heading.text)))
        || linking.any(|from| entries[from].kind_name == KindName::Glossary)
    {
        return None;
    }
    let mut letters = letters.to_vec();
    for row in names(index, before) {
        let at = letters.partition_point(|letter| letter.rows[0].order() <= row.order()).checked_sub(1)?;
        let start = letters[at].rows.partition_point(|known| known.order() < row.order());
        // Two names of an entry can be one.
        let same = letters[at].rows[start..].iter().position(|known| known.place == row.place && **known == row)?;
        let rows = &mut Arc::make_mut(&mut letters[at]).rows;
        rows.remove(start + same);
        if rows.is_empty() {
            letters.remove(at);
            let around = at.checked_sub(1).zip(letters.get(at));
            if around.is_some_and(|(before, behind)| letters[before].title == behind.title) {
                return None;
            }
        }
    }
    for row in names(index, now) {
        let (title, row) = (letter(&row.title), Arc::new(row));
        let behind = letters.partition_point(|letter| letter.rows[0].order() <= row.order());
        let before = behind.checked_sub(1);
        match before.filter(|at| letters[*at].title == title) {
            Some(at) => {
                let rows = &mut Arc::make_mut(&mut letters[at]).rows;
                // As where all are sorted at once: what an entry is called before a heading of it that says the same.
                let is_before = |known: &Arc<Row>| match known.order().cmp(&row.order()) {
                    Ordering::Equal => known.place != Place::Part,
                    order => order == Ordering::Less,
                };
                let place = rows.partition_point(is_before);
                rows.insert(place, row);
            }
            None => {
                let is_inside = |at: usize| letters[at].rows.last().is_some_and(|last| last.order() > row.order());
                if before.is_some_and(is_inside) {
                    return None;
                }
                match letters.get_mut(behind).filter(|letter| letter.title == title) {
                    Some(letter) => Arc::make_mut(letter).rows.insert(0, row),
                    None => letters.insert(behind, Arc::new(Letter { title: title.into_owned(), rows: vec![row] })),
                }
            }
        }
    }
    Some(letters)
}

/// What a glossary says not to confuse a word with: what it links to, and a word of any glossary with which the
/// sentence begins (*a signal, which asks for help*).
fn not_to_confuse(
    section: &Section,
    index: usize,
    (entries, links): (&PersistentVec<Visible>, &Links),
    words: &HashMap<String, (String, usize, String)>,
) -> Vec<(String, usize, String)> {
    let labels = || section.labels().filter(|label| label.known == "do-not-confuse");
    let targets = labels().flat_map(|label| &links.targets[index][label.references.clone()]);
    let linked = targets.filter_map(|target| {
        let Target::Entry { entry, anchor, .. } = target else { return None };
        let anchor = anchor.as_deref().unwrap_or_default();
        let heading = entries[*entry].body.heading(anchor);
        let title = heading.map_or_else(|| entries[*entry].title.to_string(), |heading| heading.text.clone());
        Some((title, *entry, anchor.to_owned()))
    });
    let named = labels().filter_map(|label| {
        let name = fold(label.text.split([',', ';', '.', '\n']).next().unwrap_or_default());
        let bare = ["a ", "an ", "the "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(&name);
        words.get(bare).cloned()
    });
    let mut seen: Vec<(String, usize, String)> = Vec::new();
    for found in linked.chain(named) {
        if !seen.contains(&found) {
            seen.push(found);
        }
    }
    seen
}

/// Every word of every glossary, folded → its title, entry and anchor.
fn glossary_words(entries: &PersistentVec<Visible>) -> HashMap<String, (String, usize, String)> {
    let mut words = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Kind::Glossary(glossary) = &entry.kind else { continue };
        for word in &glossary.words {
            let section = &entry.body.sections[word.sections.start];
            let anchor = section.heading.as_ref().map_or_else(String::new, |heading| heading.id.clone());
            let title = Section::title(section);
            words.entry(fold(title)).or_insert_with(|| (title.to_owned(), index, anchor));
        }
    }
    words
}

/// A heading that so many entries have says nothing about where to look.
const MOST_ALIKE: usize = 3;

/// Letters of a heading that somebody may look up: longer ones are sentences.
const LONGEST_HEADING: usize = 48;

/// The headings that are worth a row: those of prose, which nobody but their writer could have called so. Known headings,
/// steps, levels and cards are the form of a kind and stand in every entry of it.
fn headings(entries: &PersistentVec<Visible>, root: Option<usize>) -> Vec<(usize, &Heading)> {
    let is_prose = |entry: &Visible| {
        matches!(entry.kind_name, KindName::Guide | KindName::Script | KindName::Checklist | KindName::Contact)
    };
    let listed = entries.iter().enumerate().filter(|(index, entry)| Some(*index) != root && is_prose(entry));
    let found = listed.flat_map(|(index, entry)| {
        let headings = entry.body.sections.iter().filter(|section| section.known().is_empty());
        let headings = headings.filter_map(|section| section.heading.as_ref());
        let is_worth_it = |heading: &&Heading| {
            (2..=3).contains(&heading.level)
                && (3..=LONGEST_HEADING).contains(&heading.text.chars().count())
                && heading.text.starts_with(|c: char| !c.is_ascii_digit())
                && fold(&heading.text) != fold(&entry.title)
        };
        headings.filter(is_worth_it).map(move |heading| (index, heading, fold(&heading.text)))
    });
    let found: Vec<(usize, &Heading, String)> = found.collect();
    let mut alike: HashMap<&str, usize> = HashMap::new();
    found.iter().for_each(|(_, _, folded)| *alike.entry(folded).or_default() += 1);
    let few = found.iter().filter(|(_, _, folded)| alike[folded.as_str()] <= MOST_ALIKE);
    few.map(|(entry, heading, _)| (*entry, *heading)).collect()
}

/// The letter under which a title stands, which its sort key begins with.
pub fn letter(title: &str) -> Cow<'static, str> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let first = match title.is_ascii() {
        true => title.chars().find(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
        false => folded(title).find(|c| c.is_alphanumeric()),
    };
    match first {
        Some(c) if c.is_ascii_digit() => "0–9".into(),
        Some(c @ 'a'..='z') => {
            let at = usize::from(c as u8 - b'a');
            ALPHABET[at..=at].into()
        }
        Some(c) => c.to_uppercase().collect(),
        None => "#".into(),
    }
}
