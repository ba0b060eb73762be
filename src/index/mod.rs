//! Everything that needs the whole book: addresses, facets, folders, the A–Z index, what the front page shows, phrases,
//! coverage, reviews, changes, related entries.
//!
//! Made from nothing whenever the outline of any entry differs ([`crate::entry::Entry::has_outline_of`]): it names entries
//! by their index, and holds nothing of their prose.

pub mod address;
pub mod az;
pub mod coverage;
pub mod facet;
pub mod folder;
pub mod front;
pub mod phrases;
pub mod related;
pub mod review;
pub mod words;

use rayon::prelude::*;

use crate::config::Config;
use crate::facts::KindName;
use crate::filter::Visible;
use crate::link::Links;
use crate::persistent::PersistentVec;

/// The indexes of one copy.
#[derive(Debug)]
pub struct Index {
    /// The entries of each kind in use, by title.
    pub kinds: Vec<(KindName, Vec<usize>)>,
    /// Situations, skills, channels, tags and owners with their entries.
    pub facets: Vec<facet::Facet>,
    /// Every folder that holds an entry, and those around it, in order of path.
    pub folders: Vec<folder::Folder>,
    /// Titles, other names, glossary words and headings.
    pub a_z: Vec<az::Letter>,
    /// What the front page shows.
    pub front: front::Front,
    /// Every phrase pair, by situation.
    pub phrases: Vec<phrases::Group>,
    /// What there is for each situation.
    pub coverage: Vec<coverage::Row>,
    /// What is to be reviewed.
    pub reviews: Vec<review::Row>,
    /// What changed, the newest first.
    pub changes: Vec<usize>,
    /// Whether another entry has the same title.
    pub shares_title: Vec<bool>,
}

/// Indexes the entries of one copy.
pub fn index(entries: &PersistentVec<Visible>, links: &Links, config: &Config) -> Index {
    let by_title = ByTitle::of(entries);
    let (facets, folders) = rayon::join(
        || facet::facets(entries, links, &by_title, config),
        || folder::folders(entries, &by_title, config),
    );
    let root = folders.first().filter(|folder| folder.path.is_empty()).and_then(|folder| folder.page);
    let (a_z, phrases) =
        rayon::join(|| az::letters(entries, root, links), || phrases::groups(entries, &facets, &by_title));
    Index {
        kinds: kinds(entries, root, &by_title),
        a_z,
        front: front::front(entries, root, &facets, config),
        phrases,
        coverage: coverage::rows(entries, &facets, config),
        reviews: review::rows(entries, root, config),
        changes: review::changes(entries),
        folders,
        facets,
        shares_title: shares_title(entries),
    }
}

/// The order of entries in a list: by title as a reader would look it up, then by path. An entry stands in many lists, so
/// that its place among all is found once.
struct ByTitle {
    ranks: Vec<u32>,
}

impl ByTitle {
    fn of(entries: &PersistentVec<Visible>) -> ByTitle {
        let mut order: Vec<(String, u32)> = entries
            .par_iter()
            .zip(0u32..entries.len() as u32)
            .map(|(entry, at)| (az::sort_key(&entry.title), at))
            .collect();
        // Entries are in order of path.
        order.par_sort_unstable();
        let mut ranks = vec![0; entries.len()];
        (0..).zip(&order).for_each(|(rank, (_, at))| ranks[*at as usize] = rank);
        ByTitle { ranks }
    }

    fn sort(&self, list: &mut [usize]) {
        list.sort_unstable_by_key(|entry| self.ranks[*entry]);
    }
}

fn kinds(entries: &PersistentVec<Visible>, root: Option<usize>, by_title: &ByTitle) -> Vec<(KindName, Vec<usize>)> {
    let of = |kind: KindName| {
        let mut list: Vec<usize> =
            (0..entries.len()).filter(|entry| entries[*entry].kind_name == kind && Some(*entry) != root).collect();
        by_title.sort(&mut list);
        (kind, list)
    };
    KindName::ALL.into_iter().map(of).filter(|(_, list)| !list.is_empty()).collect()
}

fn shares_title(entries: &PersistentVec<Visible>) -> Vec<bool> {
    let mut seen: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for entry in entries {
        *seen.entry(&entry.title).or_default() += 1;
    }
    entries.iter().map(|entry| seen[&*entry.title] > 1).collect()
}
