//! One copy of a book: its visible entries, where they lead, and their indexes. Immutable.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::asset::Assets;
use crate::config::Config;
use crate::facts::KindName;
use crate::filter::Visible;
use crate::index::address::{Addresses, Collision};
use crate::index::{self, Index, address};
use crate::kind::Kind;
use crate::link::{self, Links};
use crate::persistent::PersistentVec;
use crate::search::impact::{self, Counts, Document, Edit, Synonym, Weights};
use crate::search::query::Query;
use crate::search::shards::{Labels, Shelf};
use crate::search::tokens::folded_words;
use crate::search::{collect, rank};
use crate::text::{SourcePath, lower};
use crate::words::words;

/// One copy of a book: its entries, and what follows from them, as [`Structure`], whose parts are read as its own.
#[derive(Debug)]
pub struct Playbook {
    /// The settings.
    pub config: Arc<Config>,
    /// In order of path.
    pub entries: PersistentVec<Visible>,
    structure: Arc<Structure>,
    /// What its entries are found by, once that is asked for.
    search: OnceLock<rank::Index>,
}

/// What follows from the outlines of the entries of a copy ([`crate::entry::Entry::has_outline_of`]): where they lead,
/// stand and are listed. It names them by their index.
#[derive(Debug)]
pub struct Structure {
    /// What they can be found by.
    pub index: Index,
    places: Arc<Places>,
}

/// What follows from them but from their titles, save those by which something is linked to.
#[derive(Debug)]
pub struct Places {
    /// Where they lead.
    pub links: Links,
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
    /// What readers call each kind but the one that an entry is of when nothing is said.
    kinds: BTreeMap<KindName, String>,
    /// What readers may type for what the book says.
    synonyms: Vec<Synonym>,
}

impl Deref for Playbook {
    type Target = Structure;

    fn deref(&self) -> &Structure {
        &self.structure
    }
}

impl Deref for Structure {
    type Target = Places;

    fn deref(&self) -> &Places {
        &self.places
    }
}

impl Playbook {
    /// Links and indexes the entries of one copy.
    pub fn new(entries: impl IntoIterator<Item = Visible>, assets: &Assets, config: Arc<Config>) -> Playbook {
        let entries: PersistentVec<Visible> = entries.into_iter().collect();
        let links = link::link(&entries, assets, &config.limits);
        let index = index::index(&entries, &links, &config);
        let mut taken = Addresses::default();
        let folder_pages: Vec<Option<usize>> = index.folders.iter().map(|folder| folder.page).collect();
        let (addresses, collisions) = address::of_entries(&entries, &folder_pages, &mut taken);
        // The front page is the content folder's own page where there is one, and 404 is where servers look for it.
        let _ = taken.exactly(address::FRONT);
        if config.build.base_url.is_some() {
            let _ = taken.exactly("404.html");
        }
        let logo = config
            .theme
            .logo
            .as_deref()
            .and_then(SourcePath::new)
            .filter(|logo| assets.files.contains(logo) && !assets.unfit.contains_key(logo));
        let used: BTreeSet<SourcePath> = links.assets.iter().cloned().chain(logo.clone()).collect();
        let (used, refused) = used.into_iter().partition(|asset| taken.exactly(asset.as_str()).is_some());
        let mut refused_redirects = Vec::new();
        let redirects = redirects(&entries, &addresses, &mut taken, &mut refused_redirects);
        let places = Places {
            links,
            addresses,
            collisions,
            logo,
            assets: used,
            refused_assets: refused,
            redirects,
            refused_redirects,
            taken,
            kinds: kinds(&config),
            synonyms: synonyms(&entries, &config),
        };
        let structure = Arc::new(Structure { index, places: Arc::new(places) });
        Playbook { config, entries, structure, search: OnceLock::new() }
    }

    /// The same book with other entries at some places, of which each has the outline of the one before, but perhaps another
    /// title. `None` if more follows from that than other names and places in lists.
    pub fn reworded(&self, reworded: Vec<(usize, Visible)>) -> Option<Playbook> {
        let limits = &self.config.limits;
        let (mut entries, mut structure) = (self.entries.clone(), self.structure.clone());
        let places: Vec<usize> = reworded.iter().map(|(at, _)| *at).collect();
        for (at, entry) in reworded {
            let before = &self.entries[at];
            let is_retitled = entry.title != before.title;
            if !entry.has_outline_but_title_of(before) {
                return None;
            }
            entries.set(at, entry);
            if is_retitled {
                if !self.links.leads_as_before(at, &before.title, &entries, limits) {
                    return None;
                }
                let index = structure.index.retitled(at, before, &entries, &self.links, &self.config)?;
                structure = Arc::new(Structure { index, places: self.structure.places.clone() });
            }
        }
        let fits = |at: &usize| self.links.fits_as_before(*at, &entries, limits);
        places.iter().all(fits).then(|| Playbook {
            config: self.config.clone(),
            entries: entries.clone(),
            structure,
            search: OnceLock::new(),
        })
    }

    /// Whether one of the two has been made of the other by [`Playbook::reworded`], and no title differs.
    pub fn is_rewording_of(&self, other: &Playbook) -> bool {
        Arc::ptr_eq(&self.structure, &other.structure)
    }

    /// Whether one of the two has been made of the other by [`Playbook::reworded`].
    pub fn leads_as(&self, other: &Playbook) -> bool {
        Arc::ptr_eq(&self.structure.places, &other.structure.places)
    }

    /// What its entries are found by.
    pub fn search(&self) -> &rank::Index {
        self.search.get_or_init(|| self.searchable())
    }

    /// What a query finds in it.
    pub fn ask(&self, query: &str, today: &str) -> rank::Answer {
        let holds = |entry: u32, phrase: &[String]| collect::holds(&self.entries[entry as usize], phrase);
        self.search().ask(&Query::parse(query), today, holds)
    }

    fn searchable(&self) -> rank::Index {
        let settings = &self.config.search;
        let impacts = impact::impacts(&self.documents(), self.weights(), &settings.stop_words, &self.synonyms);
        rank::Index::new(impacts, self.labels(), self.entries.len())
    }

    /// Its search index, to be cut into files.
    pub fn shelf(&self) -> Shelf {
        let stop_words = &self.config.search.stop_words;
        let counts = Counts::new(&self.documents(), self.weights(), stop_words, &self.synonyms);
        Shelf::new(counts, self.labels())
    }

    /// Makes the search index of `earlier` that of this book, if they have the same entries under the same settings. Which
    /// entries differ; `None` if it cannot be done, and then nothing is.
    pub fn reshelve(&self, shelf: &mut Shelf, earlier: &Playbook) -> Option<BTreeSet<usize>> {
        let differ: BTreeSet<usize> = self.entries.differing(&earlier.entries, Visible::is_same).into_iter().collect();
        let path = |entries: &PersistentVec<Visible>, at: usize| entries.get(at).map(|entry| entry.source.path.clone());
        if !Arc::ptr_eq(&self.config, &earlier.config)
            || differ.iter().any(|at| path(&self.entries, *at) != path(&earlier.entries, *at))
            || !self.leads_as(earlier) && self.synonyms != earlier.synonyms
        {
            return None;
        }
        let edits = differ.iter().map(|at| Edit {
            entry: *at as u32,
            before: earlier.document(&earlier.entries[*at]),
            after: self.document(&self.entries[*at]),
        });
        let edits: Vec<Edit<'_>> = edits.collect();
        // A language that comes or goes has stop words and synonyms of its own.
        if edits.iter().any(|edit| edit.before.language != edit.after.language) {
            return None;
        }
        shelf.change(&edits);
        if !self.is_rewording_of(earlier) {
            shelf.relabel(self.labels());
        }
        Some(differ)
    }

    fn weights(&self) -> Weights {
        Weights::default().boosted(&self.config.search.boosts)
    }

    fn documents(&self) -> Vec<Document<'_>> {
        self.entries.iter().map(|entry| self.document(entry)).collect()
    }

    fn document<'e>(&'e self, entry: &'e Visible) -> Document<'e> {
        let listed_in = &self.config.book.language;
        Document {
            language: entry.facts.lang.as_ref().map_or(listed_in, |lang| &lang.value),
            listed_in,
            kind: self.kinds.get(&entry.kind_name).map(String::as_str),
            text: &entry.text,
            is_door: entry.is_folder_page(),
        }
    }

    fn labels(&self) -> Labels {
        let mut labels = Labels::default();
        for (at, entry) in (0..).zip(&self.entries) {
            let names =
                std::iter::once(&*entry.title).chain(entry.facts.aliases.iter().map(|alias| alias.value.as_str()));
            for name in names.map(|name| folded_words(name).join(" ")).filter(|name| !name.is_empty()) {
                let named = labels.names.entry(name).or_default();
                if named.last() != Some(&at) {
                    named.push(at);
                }
            }
            labels.facets.entry(format!("kind:{}", entry.kind_name.word())).or_default().push(at);
            let last_day = entry.facts.valid_until.as_ref().map(|field| (at, field.value.to_string()));
            labels.expires.extend(last_day);
        }
        for facet in &self.index.facets {
            for value in &facet.values {
                let key = format!("{}:{}", facet.name.one(), folded_words(&value.title).join(" "));
                let entries = labels.facets.entry(key).or_default();
                entries.extend(value.entries.iter().map(|entry| *entry as u32));
                entries.sort_unstable();
                entries.dedup();
            }
        }
        labels
    }
}

fn kinds(config: &Config) -> BTreeMap<KindName, String> {
    let mut words = words(config);
    let named = KindName::ALL.into_iter().filter(|kind| *kind != KindName::default());
    named.filter_map(|kind| Some((kind, words.remove(&*format!("kind_{}", kind.word()))?))).collect()
}

/// What readers may type for what the book says: the glossaries' *Also called*, and `[search.synonyms]`.
fn synonyms(entries: &PersistentVec<Visible>, config: &Config) -> Vec<Synonym> {
    let mut synonyms = Vec::new();
    for entry in entries {
        let Kind::Glossary(glossary) = &entry.kind else { continue };
        for word in &glossary.words {
            let meant = entry.body.sections[word.sections.start].title();
            synonyms
                .extend(word.also_called.iter().map(|typed| Synonym { typed: typed.clone(), meant: meant.to_owned() }));
        }
    }
    for (typed, meant) in &config.search.synonyms {
        synonyms.extend(meant.iter().map(|meant| Synonym { typed: typed.clone(), meant: meant.clone() }));
    }
    synonyms
}

/// The old addresses of entries that are free, each with its entry. Those that another page has are `refused`.
fn redirects(
    entries: &PersistentVec<Visible>,
    addresses: &[String],
    taken: &mut Addresses,
    refused: &mut Vec<(usize, String)>,
) -> Vec<(String, usize)> {
    let mut free = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        // A folder's page stays in its folder, and what it asks for leads there. Nothing leads from the front page.
        let stays = |wanted: &str| entry.is_folder_page() || lower(wanted) == address::FRONT;
        let wanted = entry.wanted_address().filter(|wanted| stays(wanted) && addresses[at] != *wanted);
        for old in entry.old_addresses().chain(wanted) {
            let address = address::portable(&old);
            match taken.exactly(&address) {
                Some(address) => free.push((address, at)),
                None => refused.push((at, address)),
            }
        }
    }
    free
}
