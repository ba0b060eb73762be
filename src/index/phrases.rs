//! The phrase bank: every pair of *Instead of* and *Try* in the book, by situation.

use std::sync::Arc;

use super::ByTitle;
use super::facet::{Facet, FacetName};
use crate::entry::{Pair, Piece};
use crate::filter::Visible;
use crate::persistent::PersistentVec;

/// Phrases for one situation.
#[derive(Clone, Debug)]
pub struct Group {
    /// The index of the situation among the values of its facet. `None` for entries that name none.
    pub situation: Option<usize>,
    /// In order of the entries' titles, and in each in the order of its text.
    pub phrases: Vec<Phrase>,
    /// Entries for this situation whose phrases stand under the first one that they name. A phrase stands in the bank
    /// once, so that the bank does not grow with the situations of an entry.
    pub see: Vec<usize>,
}

/// Where a pair is typed.
#[derive(Clone, Copy, Debug)]
pub struct Phrase {
    /// The entry.
    pub entry: usize,
    /// The section of its text.
    pub section: usize,
    piece: usize,
    pair: usize,
}

impl Phrase {
    /// The pair itself. `entries` are those that the bank was made of.
    pub fn pair<'e>(&self, entries: &'e PersistentVec<Visible>) -> &'e Pair {
        match &entries[self.entry].body.sections[self.section].pieces[self.piece] {
            Piece::Pairs(pairs) => &pairs[self.pair],
            other => unreachable!("{other:?} holds no pairs"),
        }
    }
}

/// All phrases of a copy: the situations in order of name, then what has none.
pub(super) fn groups(entries: &PersistentVec<Visible>, facets: &[Facet], by_title: &ByTitle) -> Vec<Arc<Group>> {
    let phrases: Vec<Vec<Phrase>> = entries.iter().enumerate().map(|(at, entry)| phrases_of(at, entry)).collect();
    let situations = facets.iter().find(|facet| facet.name == FacetName::Situations);
    let first = |entry: usize| {
        let named = entries[entry].facts.situations.first()?;
        situations?.find(&named.value)
    };
    let mut groups: Vec<Group> = Vec::new();
    for (at, value) in situations.iter().flat_map(|facet| facet.values.iter().enumerate()) {
        let with_phrases = value.entries.iter().filter(|entry| !phrases[**entry].is_empty());
        let (own, see): (Vec<usize>, Vec<usize>) = with_phrases.partition(|entry| first(**entry) == Some(at));
        groups.push(Group {
            situation: Some(at),
            phrases: own.into_iter().flat_map(|entry| phrases[entry].iter().copied()).collect(),
            see,
        });
    }
    let mut unnamed: Vec<usize> = (0..entries.len()).filter(|entry| first(*entry).is_none()).collect();
    unnamed.retain(|entry| !phrases[*entry].is_empty());
    by_title.sort(&mut unnamed);
    let phrases = unnamed.into_iter().flat_map(|entry| phrases[entry].iter().copied()).collect();
    groups.push(Group { situation: None, phrases, see: Vec::new() });
    groups.retain(|group| !group.phrases.is_empty() || !group.see.is_empty());
    groups.into_iter().map(Arc::new).collect()
}

/// The same phrases, of an entry that is called otherwise among them.
pub(super) fn retitled(mut groups: Vec<Arc<Group>>, entry: usize, by_title: &ByTitle) -> Vec<Arc<Group>> {
    let holds = |group: &Group| group.see.contains(&entry) || group.phrases.iter().any(|phrase| phrase.entry == entry);
    for group in groups.iter_mut().filter(|group| holds(group)) {
        let group = Arc::make_mut(group);
        by_title.sort(&mut group.see);
        group.phrases.sort_by_key(|phrase| by_title.ranks[phrase.entry]);
    }
    groups
}

fn phrases_of(at: usize, entry: &Visible) -> Vec<Phrase> {
    let mut found = Vec::new();
    for (section, kept) in entry.body.sections.iter().enumerate() {
        for (piece, kept) in kept.pieces.iter().enumerate() {
            if let Piece::Pairs(pairs) = kept {
                found.extend((0..pairs.len()).map(|pair| Phrase { entry: at, section, piece, pair }));
            }
        }
    }
    found
}
