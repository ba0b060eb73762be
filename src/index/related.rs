//! Which entries stand near one another: by the situations, skills and tags that they share, and by links.
//!
//! Only whole numbers are compared, and no prose is: an edit of a text never changes what another page shows.

use std::cell::RefCell;
use std::sync::OnceLock;

use super::facet::{Facet, FacetName};
use crate::filter::Visible;
use crate::link::{Links, Target};
use crate::persistent::PersistentVec;

/// What most entries share says nothing about any two of them, and would be work for each.
const MOST_ENTRIES: usize = 200;

/// Related entries that a page shows.
const SHOWN: usize = 4;

/// Two entries are related if they share two values, or one and a link.
const LEAST: u32 = 2;

/// What stands near each entry of a copy. An entry's neighbours are found when they are asked for: a preview shows few
/// pages of many, and this is a good part of what a book costs.
#[derive(Debug, Default)]
pub struct Related {
    /// For each entry the values that it shares with few enough others, as places of the facet and of the value.
    values: Vec<Vec<(usize, usize)>>,
    found: Vec<OnceLock<Vec<usize>>>,
}

thread_local! {
    /// How much each entry shares with the one that is looked at; all 0 in between.
    static SHARED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

impl Related {
    /// Nothing is found yet.
    pub fn new(entries: &PersistentVec<Visible>, facets: &[Facet]) -> Related {
        let counts = [FacetName::Situations, FacetName::Skills, FacetName::Tags];
        let mut values: Vec<Vec<(usize, usize)>> = vec![Vec::new(); entries.len()];
        for (at, facet) in facets.iter().enumerate().filter(|(_, facet)| counts.contains(&facet.name)) {
            for (nth, value) in facet.values.iter().enumerate() {
                if (2..=MOST_ENTRIES).contains(&value.entries.len()) {
                    value.entries.iter().for_each(|entry| values[*entry].push((at, nth)));
                }
            }
        }
        Related { values, found: (0..entries.len()).map(|_| OnceLock::new()).collect() }
    }

    /// Those that share most with an entry, the nearest first, then by path. What it names itself in `related`, and what
    /// translates it, is not among them.
    pub fn of(&self, at: usize, entries: &PersistentVec<Visible>, facets: &[Facet], links: &Links) -> &[usize] {
        self.found[at].get_or_init(|| {
            SHARED.with_borrow_mut(|shared| {
                shared.resize(shared.len().max(entries.len()), 0);
                self.near(at, shared, entries, facets, links)
            })
        })
    }

    fn near(
        &self,
        at: usize,
        shared: &mut [u32],
        entries: &PersistentVec<Visible>,
        facets: &[Facet],
        links: &Links,
    ) -> Vec<usize> {
        let mut met: Vec<usize> = Vec::new();
        let mut meet = |other: usize| {
            if shared[other] == 0 {
                met.push(other);
            }
            shared[other] += 1;
        };
        let values = self.values[at].iter().map(|(facet, value)| &facets[*facet].values[*value]);
        values.for_each(|value| value.entries.iter().for_each(|other| meet(*other)));
        let led_to = links.targets[at].iter().filter_map(entry_of);
        let neighbours = led_to.chain(links.backlinks[at].iter().map(|backlink| backlink.from));
        let mut neighbours: Vec<usize> = neighbours.collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours.into_iter().for_each(&mut meet);
        let facts: Vec<usize> = facts_of(entries, links, at).chain([at]).collect();
        let with_count = met.iter().map(|other| (shared[*other], *other));
        let mut ranked: Vec<(u32, usize)> = with_count.filter(|(n, _)| *n >= LEAST).collect();
        met.iter().for_each(|other| shared[*other] = 0);
        // Entries are in order of path.
        ranked.sort_unstable_by_key(|(n, other)| (std::cmp::Reverse(*n), *other));
        let others = ranked.iter().map(|(_, other)| *other);
        // What an entry says of itself is asked of few.
        let near = others.filter(|other| !facts.contains(other) && !translates(entries, links, *other, at));
        near.take(SHOWN).collect()
    }
}

fn entry_of(target: &Target) -> Option<usize> {
    match target {
        Target::Entry { entry, .. } => Some(*entry),
        _ => None,
    }
}

/// What the facts of an entry name: its owner, its backup, what it translates, what it calls related.
fn facts_of<'e>(entries: &'e PersistentVec<Visible>, links: &'e Links, at: usize) -> impl Iterator<Item = usize> + 'e {
    let references = entries[at].references.iter().zip(&links.targets[at]);
    let facts = references.filter(|(reference, _)| matches!(reference.form, crate::entry::Form::Fact(_)));
    facts.filter_map(|(_, target)| entry_of(target))
}

fn translates(entries: &PersistentVec<Visible>, links: &Links, translation: usize, original: usize) -> bool {
    entries[translation].facts.translation_of.is_some()
        && facts_of(entries, links, translation).any(|named| named == original)
}
