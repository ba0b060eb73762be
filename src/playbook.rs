//! One copy of a book: its visible entries, where they lead, and their indexes. Immutable.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Config;
use crate::filter::Visible;
use crate::index::address::{Addresses, Collision};
use crate::index::{self, Index, address};
use crate::link::{self, Links};
use crate::text::SourcePath;

/// One copy of a book.
#[derive(Debug)]
pub struct Playbook {
    /// The settings.
    pub config: Arc<Config>,
    /// In order of path.
    pub entries: Vec<Visible>,
    /// Where they lead.
    pub links: Links,
    /// What they can be found by.
    pub index: Index,
    /// The address of each entry's page, from the root of the site.
    pub addresses: Vec<String>,
    /// Entries that did not get the address that they want.
    pub collisions: Vec<Collision>,
    /// The book's logo, if it names one that is there.
    pub logo: Option<SourcePath>,
    /// Every address that is taken, for the pages that we make ourselves.
    pub taken: Addresses,
}

impl Playbook {
    /// Links and indexes the entries of one copy.
    pub fn new(entries: Vec<Visible>, assets: &BTreeSet<SourcePath>, config: Arc<Config>) -> Playbook {
        let links = link::link(&entries, assets);
        let index = index::index(&entries, &links, &config);
        let mut taken = Addresses::default();
        let folder_pages: Vec<Option<usize>> = index.folders.iter().map(|folder| folder.page).collect();
        let (addresses, collisions) = address::of_entries(&entries, &folder_pages, &mut taken);
        let logo = config.theme.logo.as_deref().and_then(SourcePath::new).filter(|logo| assets.contains(logo));
        Playbook { config, entries, links, index, addresses, collisions, logo, taken }
    }
}
