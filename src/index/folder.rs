//! The folders of the content, so that every entry can be reached by walking down.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ByTitle;
use crate::filter::Visible;
use crate::parse::readable_name;
use crate::persistent::PersistentVec;

/// A folder that holds a visible entry, directly or deeper.
#[derive(Clone, Debug)]
pub struct Folder {
    /// From the content folder, without a slash at its end. Empty for the content folder itself.
    pub path: String,
    /// The title of its page, else its name made readable.
    pub title: String,
    /// The entry that is its page: `index.md` and the like.
    pub page: Option<usize>,
    /// The entries directly in it, its page left out: in the order of a menu, then those with an order, then by title.
    pub entries: Vec<usize>,
    /// Indexes of the folders directly in it: in the order of a menu, then those whose page has an order, then by path.
    pub folders: Vec<usize>,
    /// Entries in it and below, its pages included.
    pub total: usize,
}

impl Folder {
    /// Names it, and orders what is in it, by titles.
    pub(super) fn retitled(&mut self, entries: &PersistentVec<Visible>, by_title: &ByTitle) {
        if let Some(page) = self.page {
            self.title = entries[page].title.to_string();
        }
        by_title.sort(&mut self.entries);
        self.entries.sort_by_key(|entry| (place(&entries[*entry]), order(&entries[*entry])));
    }
}

pub(super) fn folders(entries: &PersistentVec<Visible>, by_title: &ByTitle) -> Vec<Arc<Folder>> {
    let mut found: BTreeMap<String, Folder> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let mut path = entry.source.path.folder();
        loop {
            let folder = found.entry(path.to_owned()).or_insert_with(|| Folder {
                path: path.to_owned(),
                title: readable_name(path),
                page: None,
                entries: Vec::new(),
                folders: Vec::new(),
                total: 0,
            });
            folder.total += 1;
            if path == entry.source.path.folder() {
                folder.entries.push(index);
            }
            match path.rsplit_once('/') {
                Some((outer, _)) => path = outer,
                None if path.is_empty() => break,
                None => path = "",
            }
        }
    }
    let mut folders: Vec<Folder> = found.into_values().collect();
    for folder in &mut folders {
        let rank = |entry: &usize| entries[*entry].source.path.folder_page();
        folder.page =
            folder.entries.iter().copied().filter(|entry| rank(entry).is_some()).min_by_key(|entry| rank(entry));
        if let Some(page) = folder.page {
            folder.entries.retain(|entry| *entry != page);
        }
        folder.retitled(entries, by_title);
    }
    let places: BTreeMap<String, usize> =
        folders.iter().enumerate().map(|(index, folder)| (folder.path.clone(), index)).collect();
    for index in 0..folders.len() {
        let path = folders[index].path.clone();
        if path.is_empty() {
            continue;
        }
        let outer = path.rsplit_once('/').map_or("", |(outer, _)| outer);
        if let Some(outer) = places.get(outer) {
            folders[*outer].folders.push(index);
        }
    }
    // A folder stands where the first of its entries does.
    let mut places_of: Vec<u32> = vec![u32::MAX; folders.len()];
    for index in (0..folders.len()).rev() {
        let folder = &folders[index];
        let own = folder.entries.iter().chain(&folder.page).map(|entry| place(&entries[*entry]));
        let below = folder.folders.iter().map(|inner| places_of[*inner]);
        places_of[index] = own.chain(below).min().unwrap_or(u32::MAX);
    }
    let keys: Vec<(u32, i64)> = folders
        .iter()
        .zip(places_of)
        .map(|(folder, place)| (place, folder.page.map_or(i64::MAX, |page| order(&entries[page]))))
        .collect();
    for folder in &mut folders {
        folder.folders.sort_by_key(|inner| keys[*inner]);
    }
    folders.into_iter().map(Arc::new).collect()
}

/// Where a menu names an entry; last of all if none does.
fn place(entry: &Visible) -> u32 {
    entry.source.listed.as_ref().map_or(u32::MAX, |listed| listed.place)
}

fn order(entry: &Visible) -> i64 {
    entry.facts.order.unwrap_or(i64::MAX)
}
