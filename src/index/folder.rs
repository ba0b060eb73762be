//! The folders of the content, so that every entry can be reached by walking down.

use std::collections::BTreeMap;

use super::by_title;
use crate::filter::Visible;
use crate::parse::readable_name;

/// A folder that holds a visible entry, directly or deeper.
#[derive(Debug)]
pub struct Folder {
    /// From the content folder, without a slash at its end. Empty for the content folder itself.
    pub path: String,
    /// The title of its page, else its name made readable.
    pub title: String,
    /// The entry that is its page: `index.md` and the like.
    pub page: Option<usize>,
    /// The entries directly in it, its page left out: those with an order first, then by title.
    pub entries: Vec<usize>,
    /// Indexes of the folders directly in it.
    pub folders: Vec<usize>,
    /// Entries in it and below, its pages included.
    pub total: usize,
}

pub(super) fn folders(entries: &[Visible]) -> Vec<Folder> {
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
            folder.title = entries[page].title.to_string();
            folder.entries.retain(|entry| *entry != page);
        }
        by_title(entries, &mut folder.entries);
        folder.entries.sort_by_key(|entry| entries[*entry].facts.order.unwrap_or(i64::MAX));
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
    folders
}
