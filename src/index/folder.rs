//! The folders of the content, so that every entry can be reached by walking down.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ByTitle;
use crate::config::Config;
use crate::filter::Visible;
use crate::parse::{numbered, readable_name};
use crate::persistent::PersistentVec;

/// A folder that holds a visible entry, directly or deeper.
#[derive(Clone, Debug)]
pub struct Folder {
    /// From the content folder, without a slash at its end. Empty for the content folder itself.
    pub path: String,
    /// What a menu calls it, else the title of its page, else its name made readable.
    pub title: String,
    /// The entry that is its page: `index.md` and the like.
    pub page: Option<usize>,
    /// The entries directly in it, its page left out: in the order of a menu, then those with an order, then by title.
    /// In a bare folder the number before a name is an order.
    pub entries: Vec<usize>,
    /// Indexes of the folders directly in it: in the order of a menu, then those whose page has an order or whose name a
    /// number, then by path.
    pub folders: Vec<usize>,
    /// Entries in it and below, its pages included.
    pub total: usize,
}

impl Folder {
    /// Names it, and orders what is in it, by titles.
    pub(super) fn retitled(&mut self, entries: &PersistentVec<Visible>, by_title: &ByTitle, config: &Config) {
        let in_menu = |entry: usize| entries[entry].source.listed.as_ref()?.folder.as_deref();
        let listed = self.page.iter().chain(&self.entries).copied().filter(|entry| in_menu(*entry).is_some());
        // Entries are in order of path.
        if let Some(title) = listed.min().and_then(in_menu) {
            self.title = title.to_owned();
        } else if let Some(page) = self.page {
            self.title = entries[page].title.to_string();
        }
        by_title.sort(&mut self.entries);
        let order = |entry: &Visible| {
            let of_name = || Some(number(entry.source.path.name(), config)?.0);
            entry.facts.order.or_else(of_name).unwrap_or(i64::MAX)
        };
        self.entries.sort_by_key(|entry| (place(&entries[*entry]), order(&entries[*entry])));
    }
}

pub(super) fn folders(entries: &PersistentVec<Visible>, by_title: &ByTitle, config: &Config) -> Vec<Arc<Folder>> {
    let mut found: BTreeMap<String, Folder> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let mut path = entry.source.path.folder();
        loop {
            let folder = found.entry(path.to_owned()).or_insert_with(|| Folder {
                path: path.to_owned(),
                title: readable(path, config),
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
        folder.retitled(entries, by_title, config);
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
        .map(|(folder, place)| {
            let of_page = folder.page.and_then(|page| entries[page].facts.order);
            let of_name = || Some(number(last(&folder.path), config)?.0);
            (place, of_page.or_else(of_name).unwrap_or(i64::MAX))
        })
        .collect();
    for folder in &mut folders {
        folder.folders.sort_by_key(|inner| keys[*inner]);
    }
    folders.into_iter().map(Arc::new).collect()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The number before a name, which orders a bare folder; and the rest of the name.
fn number<'n>(name: &'n str, config: &Config) -> Option<(i64, &'n str)> {
    numbered(name).filter(|_| !config.is_book)
}

fn readable(path: &str, config: &Config) -> String {
    readable_name(number(last(path), config).map_or(path, |(_, name)| name))
}

/// Where a menu names an entry; last of all if none does.
fn place(entry: &Visible) -> u32 {
    entry.source.listed.as_ref().map_or(u32::MAX, |listed| listed.place)
}
