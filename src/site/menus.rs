//! The menus of a site. All pages of a folder share one, so that its thirty links are written once and not thirty
//! times.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Site;
use crate::render::RenderError;
use crate::view::parts::{MenuOf, fingerprint};

/// Entries that a menu lists at most.
const SIBLINGS: usize = 30;

/// How many folders an address names.
fn depth(address: &str) -> usize {
    address.bytes().filter(|byte| *byte == b'/').count()
}

/// All menus of a site, each rendered when the first page asks for it.
#[derive(Default)]
pub(crate) struct Menus {
    slots: Vec<Arc<MenuSlot>>,
    /// The place of the first menu of each folder of the book.
    of_folder: Vec<usize>,
    /// Of each entry.
    of_entry: Vec<usize>,
    /// Of pages that are no entry's, by the depth of their folder.
    bare: Vec<usize>,
}

/// A menu: for which folder of the site, and what it lists.
#[derive(Default)]
pub(crate) struct MenuSlot {
    /// Of the site, without a slash at its end. Any folder of the right depth for a menu that lists nothing.
    pub folder: String,
    /// The folder of the book whose entries it lists.
    pub lists: Option<usize>,
    /// Those entries.
    pub entries: Vec<usize>,
    /// Of its parts.
    hash: OnceLock<u128>,
    html: OnceLock<Result<String, RenderError>>,
}

impl Menus {
    /// The menu of an entry's page.
    pub(crate) fn of_entry(&self, entry: usize) -> MenuOf {
        self.at(self.of_entry[entry])
    }

    /// The menu of a page that is no entry's.
    pub(crate) fn bare(&self, address: &str) -> MenuOf {
        self.at(self.bare[depth(address)])
    }

    fn at(&self, at: usize) -> MenuOf {
        MenuOf { at, hash: *self.slots[at].hash.get().expect("a menu is listed with its hash") }
    }

    /// A menu's markup.
    ///
    /// # Errors
    /// What `render` fails with, each time.
    pub(crate) fn html(
        &self,
        menu: MenuOf,
        render: impl FnOnce(&MenuSlot) -> Result<String, RenderError>,
    ) -> Result<&str, RenderError> {
        let slot = &self.slots[menu.at];
        slot.html.get_or_init(|| render(slot)).as_deref().map_err(RenderError::clone)
    }
}

impl Site {
    /// The menus of every folder, once the addresses of all pages are known. Those of folders that `earlier`, which has the
    /// same addresses, has as well are shared.
    pub(super) fn list_menus(&self, earlier: Option<&Site>) -> Menus {
        let index = &self.playbook.index;
        let mut menus = Menus::default();
        if let Some(known) = earlier.map(|earlier| &earlier.listings.menus) {
            menus.bare = known.bare.clone();
            menus.slots.extend_from_slice(&known.slots[..known.bare.len()]);
            menus.of_entry = known.of_entry.clone();
        } else {
            let deepest = self.pages.iter().map(|page| depth(&page.address)).max().unwrap_or_default();
            menus.bare = (0..=deepest).collect();
            let folders = menus.bare.iter().map(|depth| vec!["-"; *depth].join("/"));
            menus.slots.extend(folders.map(|folder| Arc::new(MenuSlot { folder, ..MenuSlot::default() })));
            menus.of_entry = self.playbook.addresses.iter().map(|address| depth(address)).collect();
        }
        for (lists, folder) in index.folders.iter().enumerate() {
            // A folder's own page is not among its entries, and has the menu of the first of them.
            let listed = folder.entries.iter().enumerate().map(|(nth, entry)| (nth / SIBLINGS, *entry));
            let first = menus.slots.len();
            menus.of_folder.push(first);
            let known = earlier.filter(|earlier| Arc::ptr_eq(&earlier.playbook.index.folders[lists], folder));
            if let Some(known) = known.map(|earlier| &earlier.listings.menus) {
                let start = known.of_folder[lists];
                let end = known.of_folder.get(lists + 1).copied().unwrap_or(known.slots.len());
                menus.slots.extend_from_slice(&known.slots[start..end]);
                for entry in folder.entries.iter().chain(&folder.page) {
                    menus.of_entry[*entry] = known.of_entry[*entry] - start + first;
                }
                continue;
            }
            // Each language has a menu of its own.
            // Entries of one folder lie in one folder of the site, unless a name had to be changed on the way.
            let mut slots: HashMap<(usize, &str, Option<usize>), usize> = HashMap::new();
            for (part, entry) in listed.chain(folder.page.map(|page| (0, page))) {
                let place = self.playbook.addresses[entry].rsplit_once('/').map_or("", |(place, _)| place);
                menus.of_entry[entry] = *slots.entry((part, place, self.voice_of(entry))).or_insert_with(|| {
                    let entries = folder.entries.chunks(SIBLINGS).nth(part).unwrap_or_default().to_vec();
                    let folder = place.to_owned();
                    let slot = MenuSlot { folder, lists: Some(lists), entries, ..MenuSlot::default() };
                    menus.slots.push(Arc::new(slot));
                    menus.slots.len() - 1
                });
            }
        }
        menus.slots.par_iter().for_each(|slot| {
            slot.hash.get_or_init(|| fingerprint(&self.menu_parts(slot), 0));
        });
        menus
    }
}
