//! Which entries stand near one another: by the situations, skills and tags that they share, and by links.
//!
//! Only whole numbers are compared, and no prose is: an edit of a text never changes what another page shows.

use rayon::prelude::*;

use super::facet::{Facet, FacetName};
use crate::filter::Visible;
use crate::link::{Links, Target};

/// What most entries share says nothing about any two of them, and would be work for each.
const MOST_ENTRIES: usize = 200;

/// Related entries that a page shows.
const SHOWN: usize = 4;

/// Two entries are related if they share two values, or one and a link.
const LEAST: u32 = 2;

/// For each entry those that share most with it, the nearest first, then by path. What it names itself in `related`,
/// and what translates it, is not among them.
pub fn related(entries: &[Visible], facets: &[Facet], links: &Links) -> Vec<Vec<usize>> {
    let counts = [FacetName::Situations, FacetName::Skills, FacetName::Tags];
    let mut values: Vec<Vec<&[usize]>> = vec![Vec::new(); entries.len()];
    for facet in facets.iter().filter(|facet| counts.contains(&facet.name)) {
        for value in facet.values.iter().filter(|value| (2..=MOST_ENTRIES).contains(&value.entries.len())) {
            value.entries.iter().for_each(|entry| values[*entry].push(&value.entries));
        }
    }
    let near = |shared: &mut Vec<u32>, at: usize| {
        let mut met: Vec<usize> = Vec::new();
        let mut meet = |other: usize| {
            if shared[other] == 0 {
                met.push(other);
            }
            shared[other] += 1;
        };
        values[at].iter().for_each(|value| value.iter().for_each(|other| meet(*other)));
        let led_to = links.targets[at].iter().filter_map(entry_of);
        let neighbours = led_to.chain(links.backlinks[at].iter().map(|backlink| backlink.from));
        let mut neighbours: Vec<usize> = neighbours.collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours.into_iter().for_each(&mut meet);
        let facts: Vec<usize> = facts_of(entries, links, at).chain([at]).collect();
        let mut ranked: Vec<(u32, usize)> = met.iter().map(|other| (shared[*other], *other)).collect();
        ranked.retain(|(n, other)| *n >= LEAST && !facts.contains(other) && !translates(entries, links, *other, at));
        met.iter().for_each(|other| shared[*other] = 0);
        // Entries are in order of path.
        ranked.sort_unstable_by_key(|(n, other)| (std::cmp::Reverse(*n), *other));
        ranked.truncate(SHOWN);
        // Collected from a reference: the list itself would be kept with the room of all that were met.
        ranked.iter().map(|(_, other)| *other).collect()
    };
    (0..entries.len()).into_par_iter().map_init(|| vec![0; entries.len()], near).collect()
}

fn entry_of(target: &Target) -> Option<usize> {
    match target {
        Target::Entry { entry, .. } => Some(*entry),
        _ => None,
    }
}

/// What the facts of an entry name: its owner, its backup, what it translates, what it calls related.
fn facts_of<'e>(entries: &'e [Visible], links: &'e Links, at: usize) -> impl Iterator<Item = usize> + 'e {
    let references = entries[at].references.iter().zip(&links.targets[at]);
    let facts = references.filter(|(reference, _)| matches!(reference.form, crate::entry::Form::Fact(_)));
    facts.filter_map(|(_, target)| entry_of(target))
}

fn translates(entries: &[Visible], links: &Links, translation: usize, original: usize) -> bool {
    entries[translation].facts.translation_of.is_some()
        && facts_of(entries, links, translation).any(|named| named == original)
}
