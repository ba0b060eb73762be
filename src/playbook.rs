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
    /// Files that the site holds beside its pages: those that an entry uses, and the logo.
    pub assets: BTreeSet<SourcePath>,
    /// Files whose address is that of a page.
    pub refused_assets: BTreeSet<SourcePath>,
    /// Old addresses and the entries that they lead to.
    pub redirects: Vec<(String, usize)>,
    /// Entries with an old address that another page has.
    pub refused_redirects: Vec<(usize, String)>,
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
        // The front page is the content folder's own page where there is one, and 404 is where servers look for it.
        let _ = taken.exactly("index.html");
        if config.build.base_url.is_some() {
            let _ = taken.exactly("404.html");
        }
        let logo = config.theme.logo.as_deref().and_then(SourcePath::new).filter(|logo| assets.contains(logo));
        let used: BTreeSet<SourcePath> = links.assets.iter().cloned().chain(logo.clone()).collect();
        let (used, refused) = used.into_iter().partition(|asset| taken.exactly(asset.as_str()).is_some());
        let mut refused_redirects = Vec::new();
        let redirects = redirects(&entries, &mut taken, &mut refused_redirects);
        Playbook {
            config,
            links,
            index,
            addresses,
            collisions,
            logo,
            assets: used,
            refused_assets: refused,
            redirects,
            refused_redirects,
            taken,
            entries,
        }
    }
}

/// The old addresses of entries that are free, each with its entry. Those that another page has are `refused`.
fn redirects(entries: &[Visible], taken: &mut Addresses, refused: &mut Vec<(usize, String)>) -> Vec<(String, usize)> {
    let mut free = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        for old in &entry.facts.replaces {
            let old = old.value.trim_end_matches(".md").trim_matches('/');
            let folder = entry.source.path.folder();
            let path = if old.contains('/') || folder.is_empty() { old.to_owned() } else { format!("{folder}/{old}") };
            let address = format!("{}.html", address::portable(&path));
            match SourcePath::new(&path).and_then(|_| taken.exactly(&address)) {
                Some(address) => free.push((address, at)),
                None => refused.push((at, address)),
            }
        }
    }
    free
}
