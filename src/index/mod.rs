//! Everything that needs the whole book: addresses, facets, folders, the A–Z index, what the front page shows, phrases,
//! coverage, reviews, changes, related entries.
//!
//! Made from nothing whenever the outline of any entry differs ([`crate::entry::Entry::has_outline_of`]) in more than its
//! title: it names entries by their index, and holds nothing of their prose. Where an entry is called otherwise, the parts in
//! which it stands are made anew ([`Index::retitled`]), and all others are shared: of two indexes, a part that is the same in
//! memory lists the same entries, and they are called the same.

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

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::facts::KindName;
use crate::filter::Visible;
use crate::link::Links;
use crate::persistent::PersistentVec;

/// The indexes of one copy.
#[derive(Clone, Debug)]
pub struct Index {
    /// The entries of each kind in use, by title.
    pub kinds: Vec<(KindName, Arc<Vec<usize>>)>,
    /// Situations, skills, channels, tags and owners with their entries.
    pub facets: Vec<facet::Facet>,
    /// Every folder that holds an entry, and those around it, in order of path.
    pub folders: Vec<Arc<folder::Folder>>,
    /// Titles, other names, glossary words and headings.
    pub a_z: Vec<Arc<az::Letter>>,
    /// What the front page shows.
    pub front: Arc<front::Front>,
    /// Every phrase pair, by situation.
    pub phrases: Vec<Arc<phrases::Group>>,
    /// What there is for each situation.
    pub coverage: Vec<Arc<coverage::Row>>,
    /// What is to be reviewed.
    pub reviews: Arc<Vec<review::Row>>,
    /// What changed, the newest first.
    pub changes: Arc<Vec<usize>>,
    /// Whether another entry has the same title.
    pub shares_title: Vec<bool>,
    by_title: ByTitle,
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
        front: Arc::new(front::front(entries, root, &facets, config)),
        phrases,
        coverage: coverage::rows(entries, &facets, config),
        reviews: Arc::new(review::rows(entries, root, config)),
        changes: Arc::new(review::changes(entries)),
        folders,
        facets,
        shares_title: shares_title(entries),
        by_title,
    }
}

impl Index {
    /// The index of the same entries, of which one has been called `before`. `None` if that may be more than another name and
    /// place in lists: then it is to be made from nothing.
    pub fn retitled(
        &self,
        entry: usize,
        before: &Visible,
        entries: &PersistentVec<Visible>,
        links: &Links,
        config: &Config,
    ) -> Option<Index> {
        let now = &entries[entry];
        if self.front.page == Some(entry) || facet::is_owner(&self.facets, &before.title) {
            return None;
        }
        let mut index = self.clone();
        index.by_title.put(entry, entries);
        index.a_z = az::retitled(&self.a_z, entry, before, entries, links)?;
        index.by_title.mark_shared(entries, &before.title, &mut index.shares_title);
        index.by_title.mark_shared(entries, &now.title, &mut index.shares_title);
        let by_title = &index.by_title;
        for (_, list) in index.kinds.iter_mut().filter(|(kind, _)| *kind == now.kind_name) {
            by_title.sort(Arc::<Vec<usize>>::make_mut(list));
        }
        for facet in &mut index.facets {
            facet.retitled(now, by_title);
        }
        let folder = index.folders.binary_search_by(|folder| folder.path.as_str().cmp(now.source.path.folder()));
        Arc::make_mut(&mut index.folders[folder.ok()?]).retitled(entries, by_title, config);
        index.phrases = phrases::retitled(index.phrases, entry, by_title);
        index.coverage = coverage::retitled(index.coverage, entry, by_title);
        Some(index)
    }
}

/// The order of entries in a list: by title as a reader would look it up, then by path. An entry stands in many lists, so
/// that its place among all is found once.
#[derive(Clone, Debug)]
struct ByTitle {
    order: Vec<u32>,
    /// The place of each entry in `order`.
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
        let order: Vec<u32> = order.into_iter().map(|(_, at)| at).collect();
        let mut by_title = ByTitle { ranks: vec![0; entries.len()], order };
        by_title.rank();
        by_title
    }

    fn rank(&mut self) {
        (0..).zip(&self.order).for_each(|(rank, at)| self.ranks[*at as usize] = rank);
    }

    /// Gives an entry the place that its title among `entries` has.
    fn put(&mut self, entry: usize, entries: &PersistentVec<Visible>) {
        self.order.remove(self.ranks[entry] as usize);
        let key = (az::sort_key(&entries[entry].title), entry as u32);
        let place = self.order.partition_point(|at| (az::sort_key(&entries[*at as usize].title), *at) < key);
        self.order.insert(place, entry as u32);
        self.rank();
    }

    /// Says of all entries of that title whether it is that of several.
    fn mark_shared(&self, entries: &PersistentVec<Visible>, title: &str, shares_title: &mut [bool]) {
        let wanted = az::sort_key(title);
        let key = |at: &u32| az::sort_key(&entries[*at as usize].title);
        let start = self.order.partition_point(|at| key(at) < wanted);
        let alike = self.order[start..].iter().take_while(|at| key(at) == wanted).map(|at| *at as usize);
        let so_called: Vec<usize> = alike.filter(|at| *entries[*at].title == *title).collect();
        so_called.iter().for_each(|at| shares_title[*at] = so_called.len() > 1);
    }

    /// Of a list in which one entry has another place than it should, this takes one look at each.
    fn sort(&self, list: &mut [usize]) {
        list.sort_by_key(|entry| self.ranks[*entry]);
    }
}

fn kinds(
    entries: &PersistentVec<Visible>,
    root: Option<usize>,
    by_title: &ByTitle,
) -> Vec<(KindName, Arc<Vec<usize>>)> {
    let of = |kind: KindName| {
        let mut list: Vec<usize> =
            (0..entries.len()).filter(|entry| entries[*entry].kind_name == kind && Some(*entry) != root).collect();
        by_title.sort(&mut list);
        (kind, Arc::new(list))
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
