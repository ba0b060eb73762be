//! The pages of one copy as a set of [`PageId`]s that any output can ask for.
//!
//! A site knows the address and the fingerprint of every page without rendering one; [`Site::bytes`] renders one when
//! an output asks for it.

mod extras;
mod machine;
mod menus;
mod parts;
mod picked;
mod previews;
mod print;
mod reports;
mod search;
mod servers;
mod voices;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock};

use jiff::civil::Date;
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use crate::config::{Config, Server};
use crate::entry::Entry;
use crate::facts::KindName;
use crate::filter::Readers;
use crate::index::address::{self, Addresses};
use crate::index::az;
use crate::index::facet::{Facet, FacetName, Value};
use crate::index::related::Related;
use crate::index::words::{Words, glossaries};
use crate::kind::Kind;
use crate::playbook::Playbook;
use crate::render::{RenderError, SiteView, Theme, hashed_name};
use crate::search::shards::{Shards, Shelf};
use crate::text::{SourcePath, fold, language_by_script};
use crate::view::page::{self, Frame, PathLink};
use crate::view::parts::{
    AzParts, DoorParts, FrameParts, FrontParts, IndexParts, ListParts, Named, PartOf, fingerprint,
};
use crate::view::reports::Report;
use crate::view::{Style, direction, lists};
pub use extras::Extras;
use menus::{MenuSlot, Menus};
pub use picked::Picked;
use previews::Previews;
use reports::Reports;
pub use servers::{is_text, media_type};
pub use voices::Spoken;
use voices::{Speaker, Voice};

/// What one output file is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PageId {
    /// The front page.
    Front,
    /// An entry's own page.
    Entry(usize),
    /// A card of a role-play: entry and number of the card.
    Card(usize, usize),
    /// The entries of a kind: its place in the index, and the part.
    Kind(usize, usize),
    /// The values of a facet: its place in the index, and the part.
    Facet(usize, usize),
    /// The entries of one value: facet, value, part.
    Value(usize, usize, usize),
    /// The entries of a folder: its place in the index, and the part.
    Folder(usize, usize),
    /// A part of the A–Z index.
    AZ(usize),
    /// A part of a page that looks at the whole book.
    Report(Report, usize),
    /// The search as a page; without script, the A–Z index.
    Search,
    /// The index of all indexes.
    Indexes,
    /// The page for an address that does not exist.
    NotFound,
    /// The old address of an entry.
    Redirect(usize),
    /// The whole book, to be printed.
    Print,
    /// A learning path with all that it leads to, to be printed.
    PathPrint(usize),
    /// What changed, as a feed.
    Feed,
    /// Where the entries are, for crawlers.
    Sitemap,
    /// The entries with their links and dates, for programs.
    PlaybookJson,
    /// Rules for a server.
    ServerRules(Server),
    /// The navigation tree as a script.
    Nav,
    /// The script that names the files of the search index, or holds them.
    SearchMap,
    /// A file of the search index, by its place among them.
    SearchPart(usize),
    /// What is shown of some entries where a reader rests on a link to one.
    Previews(usize),
    /// What the search says of this book before anything is found, as a script.
    SearchFacts,
    /// A file that the theme alone makes.
    Theme(ThemeFile),
    /// A picture that stood in the address of an entry: its place.
    Picture(String),
    /// A file that an entry shows or links to.
    Asset(SourcePath),
}

/// What the theme and the settings make, without any entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ThemeFile {
    /// The style sheet of pages to be printed.
    PrintStyle,
    /// The style sheet.
    Style,
    /// The style sheet of the front page.
    FrontStyle,
    /// The style sheet of pages that are neither that nor an entry's.
    ListStyle,
    /// The script.
    Script,
    /// A script in another language: its place among them, and which.
    ScriptIn(usize, Spoken),
    /// The style of what a reader meets on a page: previews, meanings, maps.
    ReaderStyle,
    /// The script of the same.
    ReaderScript,
    /// The style of the search.
    SearchStyle,
    /// The script of the search.
    SearchScript,
    /// The script that finds.
    EngineScript,
    /// The small script that sets the theme before the first paint.
    ThemeScript,
    /// The script of a copy that left its place.
    CopyScript,
    /// The style of what such a copy says of itself.
    CopyStyle,
    /// The picture of the browser's tab.
    Icon,
}

impl PageId {
    /// Whether its name changes with what is in it.
    pub fn is_named_by_content(&self) -> bool {
        matches!(self, PageId::Theme(_) | PageId::Picture(_))
    }
}

/// A file of the site.
#[derive(Clone, Debug)]
pub struct Page {
    /// What it is.
    pub id: PageId,
    /// Where it lies, from the root of the site.
    pub address: String,
}

/// What an output gets for a page.
#[derive(Debug)]
pub enum Content {
    /// Finished bytes.
    Bytes(Vec<u8>),
    /// A file of the content folder, to be copied.
    File(SourcePath),
}

/// How a copy is carried to where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// As a zip, to be unpacked into a folder.
    Zip,
    /// As one file, which may not even ask for a picture of somebody else's.
    File,
}

/// What a copy says of itself where it is read somewhere else than where the playbook is kept.
#[derive(Clone, Debug)]
pub struct Note {
    /// As what it comes.
    pub carrier: Carrier,
    /// The day on which it is made.
    pub made: Date,
    /// Whose it is.
    pub readers: Readers,
    /// Who keeps it.
    pub keeper: Option<String>,
}

/// One copy, ready to be rendered: its playbook, and how it is laid out, as [`Layout`], whose parts are read as its own.
pub struct Site {
    playbook: Arc<Playbook>,
    /// Made when it is asked for: a preview shows a page before it can be searched.
    search: OnceLock<SearchFiles>,
    /// The index as it was made last, for this site or an earlier one; only a preview keeps it.
    shelved: Option<Arc<Mutex<Option<Shelved>>>>,
    layout: Arc<Layout>,
    listings: Arc<Listings>,
}

/// What hangs on the order in which entries are listed and on what they are called.
#[derive(Default)]
struct Listings {
    splits: Splits,
    menus: Menus,
}

/// Which pages a site has, where they lie, and what they share. It names entries by their index, and hangs on nothing of
/// them but their outlines, their titles left out ([`Entry::has_outline_but_title_of`]).
pub struct Layout {
    theme: Arc<Theme>,
    style: Style,
    frame: page::Site,
    /// `frame`, once it is finished.
    site_view: SiteView,
    base_url: Option<String>,
    extras: Extras,
    /// A hash of what every page shares: words, theme, frame.
    shared: u128,
    /// Every file but the parts of the search index, in order of address.
    pub pages: Vec<Page>,
    card_addresses: HashMap<usize, Vec<String>>,
    /// Folder → its place in the index and the address of its page or listing.
    folder_addresses: HashMap<String, (usize, String)>,
    folder_listings: Vec<Vec<String>>,
    kind_addresses: Vec<Vec<String>>,
    facet_addresses: Vec<Vec<String>>,
    value_addresses: Vec<Vec<Vec<String>>>,
    az_addresses: Vec<String>,
    reports: Reports,
    related: Related,
    /// Language → the words of its glossaries.
    glossaries: HashMap<String, Words>,
    previews: Previews,
    /// The languages of entries other than the book's.
    voices: Vec<Voice>,
    /// Entry → its versions in other languages.
    translations: BTreeMap<usize, Vec<usize>>,
    /// Folded situation → escalations.
    escalations_of: HashMap<String, Vec<usize>>,
    taken: Addresses,
}

impl Deref for Site {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.layout
    }
}

impl DerefMut for Site {
    fn deref_mut(&mut self) -> &mut Layout {
        Arc::get_mut(&mut self.layout).expect("a site is laid out before anybody has it")
    }
}

/// A search index and the site whose it is.
struct Shelved {
    shelf: Shelf,
    playbook: Arc<Playbook>,
    layout: Arc<Layout>,
    listings: Arc<Listings>,
}

/// The search index, and where its parts lie.
struct SearchFiles {
    shards: Shards,
    pages: Vec<Page>,
}

/// How long lists are cut into parts.
#[derive(Debug, Default)]
struct Splits {
    kinds: Vec<Arc<[Part]>>,
    facets: Vec<Arc<[Part]>>,
    values: Vec<Vec<Arc<[Part]>>>,
    folders: Vec<Arc<[Part]>>,
    az: Vec<Part>,
}

impl Splits {
    /// Whether every list has as many parts as in `other`, and so as many pages.
    fn has_parts_of(&self, other: &Splits) -> bool {
        let all = |splits: &Splits| -> Vec<usize> {
            let lists = splits.kinds.iter().chain(&splits.facets).chain(splits.values.iter().flatten());
            lists.chain(&splits.folders).map(|parts| parts.len()).chain([splits.az.len()]).collect()
        };
        all(self) == all(other)
    }
}

/// A list and how it was cut, for a list that may be the same.
type Known<'l, T> = Option<(&'l Arc<T>, &'l Arc<[Part]>)>;

/// How a list is cut, which is as it was if the list is.
fn cut_again<T>(list: &Arc<T>, known: Known<'_, T>, cut: impl FnOnce(&T) -> Vec<Part>) -> Arc<[Part]> {
    match known {
        Some((known, parts)) if Arc::ptr_eq(known, list) => parts.clone(),
        _ => cut(list).into(),
    }
}

/// Rows `range` of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    title: String,
    range: std::ops::Range<usize>,
}

/// Rows that a page lists at most.
const ROWS: usize = 300;

/// Cuts so many rows with these letters, which are asked for only if they matter, into parts of at most so many: whole
/// letters together, a long letter by number.
fn split<L: AsRef<str> + PartialEq>(n_rows: usize, most: usize, letters: impl FnOnce() -> Vec<L>) -> Vec<Part> {
    if n_rows <= most {
        return vec![Part { title: String::new(), range: 0..n_rows }];
    }
    let letters = letters();
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if letters[run.start] == *letter => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Option<std::ops::Range<usize>> = None;
    let close = |open: &mut Option<std::ops::Range<usize>>, parts: &mut Vec<Part>| {
        if let Some(range) = open.take() {
            let (first, last) = (letters[range.start].as_ref(), letters[range.end - 1].as_ref());
            let title = if first == last { first.to_owned() } else { format!("{first}–{last}") };
            parts.push(Part { title, range });
        }
    };
    for run in runs {
        if run.len() > most {
            close(&mut open, &mut parts);
            for (number, start) in (run.start..run.end).step_by(most).enumerate() {
                let range = start..run.end.min(start + most);
                parts.push(Part { title: format!("{} {}", letters[run.start].as_ref(), number + 1), range });
            }
            continue;
        }
        match &mut open {
            Some(range) if run.end - range.start <= most => range.end = run.end,
            _ => {
                close(&mut open, &mut parts);
                open = Some(run);
            }
        }
    }
    close(&mut open, &mut parts);
    parts
}

impl<'p> Site {
    /// The site of a copy, which it keeps. `mark_missing` marks links to nothing, which a copy for some readers never
    /// does. With a `note` every page says what it has; `extras` is what there is beside the pages.
    pub fn new(
        playbook: Arc<Playbook>,
        theme: Arc<Theme>,
        words: crate::words::Words,
        mark_missing: bool,
        note: Option<&Note>,
        extras: &Extras,
    ) -> Site {
        let mut taken = playbook.taken.clone();
        let config = playbook.config.clone();
        let front = address::FRONT.to_owned();
        let style = Style {
            words,
            mark_missing,
            external_images: config.links.external_images && note.is_none_or(|note| note.carrier != Carrier::File),
            feedback: config.links.feedback.clone(),
            edit: config.links.edit.clone(),
            review_every: config.review.every,
            headings: config.limits.headings,
        };
        // A folder that has been given no name is called what its own page is called.
        let is_named = config.is_book || config.book.title != Config::default().book.title;
        let own_page = playbook.index.front.page.filter(|_| !is_named);
        let title = own_page.map_or(config.book.title.as_str(), |page| &playbook.entries[page].title);
        let mut frame = frame_of(&config, &theme, front, title);
        frame.copy = note.map(|note| copy_of(note, &config, &theme, &style));
        frame.base_url = extras.base_url.clone();
        let related = Related::new(&playbook.entries, &playbook.index.facets);
        let glossaries = glossaries(&playbook.entries, &playbook.addresses, &playbook.config.book.language);
        let layout = Layout {
            theme,
            style,
            site_view: SiteView::new(&frame),
            frame,
            base_url: config.build.base_url.clone(),
            extras: extras.clone(),
            shared: 0,
            pages: Vec::new(),
            card_addresses: HashMap::new(),
            folder_addresses: HashMap::new(),
            folder_listings: Vec::new(),
            kind_addresses: Vec::new(),
            facet_addresses: Vec::new(),
            value_addresses: Vec::new(),
            az_addresses: Vec::new(),
            reports: Reports::default(),
            glossaries,
            previews: Previews::default(),
            voices: Vec::new(),
            translations: BTreeMap::new(),
            related,
            escalations_of: HashMap::new(),
            taken: Addresses::default(),
        };
        let (layout, listings) = (Arc::new(layout), Arc::default());
        let mut site = Site { playbook, search: OnceLock::new(), shelved: None, layout, listings };
        site.translations = site.list_translations();
        let splits = site.split_lists(None);
        site.listings = Arc::new(Listings { splits, menus: Menus::default() });
        site.assign(&mut taken);
        site.escalations();
        site.finish_frame();
        site.previews = site.list_previews(&mut taken);
        site.frame.previews_path = site.previews.folder.clone();
        site.voices = site.list_voices();
        site.pages = site.list_pages(&mut taken);
        site.taken = taken;
        site.finish_voices();
        let menus = site.list_menus(None);
        let listings = Arc::get_mut(&mut site.listings).expect("a site is laid out before anybody has it");
        listings.menus = menus;
        site
    }

    /// The same site with a playbook that differs in wording alone, or in what entries are called. `None` if it leads
    /// elsewhere, or if pages come, go or say something else of the whole site.
    pub fn reworded(&self, playbook: Arc<Playbook>) -> Option<Site> {
        let (layout, shelved) = (self.layout.clone(), self.shelved.clone());
        let listings = self.listings.clone();
        let mut site = Site { playbook, search: OnceLock::new(), shelved, layout, listings };
        if site.playbook.is_rewording_of(&self.playbook) {
            return Some(site);
        }
        let shown_everywhere = |site: &Site| {
            let front = &site.playbook.index.front;
            [front.urgent, front.page].map(|entry| entry.map(|entry| site.playbook.entries[entry].title.clone()))
        };
        if !site.playbook.leads_as(&self.playbook) || shown_everywhere(&site) != shown_everywhere(self) {
            return None;
        }
        let splits = site.split_lists(Some(self));
        if !splits.has_parts_of(&self.listings.splits) {
            return None;
        }
        let menus = site.list_menus(Some(self));
        site.listings = Arc::new(Listings { splits, menus });
        Some(site)
    }

    /// The same site, which keeps what its search index is made of for those that come after it, or goes on with that of one
    /// that came before.
    pub fn keeping_index(mut self, earlier: Option<&Site>) -> Site {
        self.shelved = Some(earlier.and_then(|earlier| earlier.shelved.clone()).unwrap_or_default());
        self
    }

    /// The parts of the search index, in order of address.
    pub fn search_pages(&self) -> &[Page] {
        &self.search().pages
    }

    /// Every file.
    pub fn all_pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().chain(self.search_pages())
    }

    fn search(&self) -> &SearchFiles {
        self.search.get_or_init(|| {
            let shards = self.shards();
            let wanted = shards.files.iter().map(|shard| format!("search/{}.js", shard.name));
            // Where nobody else has this folder, no part is in anybody's way.
            let addresses: Vec<String> = if self.taken.is_free("search") {
                wanted.collect()
            } else {
                let mut taken = self.taken.clone();
                wanted.map(|address| taken.own(&address)).collect()
            };
            let part = |(at, address)| Page { id: PageId::SearchPart(at), address };
            let mut pages: Vec<Page> = addresses.into_iter().enumerate().map(part).collect();
            pages.sort_by(|a, b| a.address.cmp(&b.address));
            SearchFiles { shards, pages }
        })
    }

    /// Of each entry: a long list has many, and several list the same.
    fn letters(&self) -> Vec<Cow<'static, str>> {
        self.playbook.entries.iter().map(|entry| az::letter(&entry.title)).collect()
    }

    /// Cuts long lists. Those that `earlier`, a site with as many of each, has as well are cut as there.
    fn split_lists(&self, earlier: Option<&Site>) -> Splits {
        let index = &self.playbook.index;
        let known = earlier.map(|earlier| (&earlier.playbook.index, &earlier.listings.splits));
        let letters = LazyCell::new(|| self.letters());
        let by_letters =
            |list: &[usize]| split(list.len(), ROWS, || list.iter().map(|entry| &*letters[*entry]).collect());
        let facets = || index.facets.iter().enumerate();
        Splits {
            kinds: index
                .kinds
                .iter()
                .enumerate()
                .map(|(at, (_, list))| {
                    let known = known.map(|(index, splits)| (&index.kinds[at].1, &splits.kinds[at]));
                    cut_again(list, known, |list| by_letters(list))
                })
                .collect(),
            facets: facets()
                .map(|(at, facet)| match known {
                    // What values are called does not hang on titles, save of owners, which are made from nothing.
                    Some((_, splits)) => splits.facets[at].clone(),
                    None => split(facet.values.len(), ROWS, || value_letters(facet)).into(),
                })
                .collect(),
            values: facets()
                .map(|(at, facet)| {
                    let cut = |(nth, value): (usize, &Arc<Value>)| {
                        let known =
                            known.map(|(index, splits)| (&index.facets[at].values[nth], &splits.values[at][nth]));
                        cut_again(value, known, |value| match facet.name {
                            FacetName::Owners => self.split_owner(&value.entries),
                            _ => by_letters(&value.entries),
                        })
                    };
                    facet.values.iter().enumerate().map(cut).collect()
                })
                .collect(),
            folders: index
                .folders
                .iter()
                .enumerate()
                .map(|(at, folder)| {
                    let known = known.map(|(index, splits)| (&index.folders[at], &splits.folders[at]));
                    cut_again(folder, known, |folder| by_letters(&folder.entries))
                })
                .collect(),
            az: split(index.a_z.iter().map(|letter| letter.rows.len()).sum(), ROWS, || {
                index.a_z.iter().flat_map(|letter| letter.rows.iter().map(|_| letter.title.as_str())).collect()
            }),
        }
    }

    fn assign(&mut self, taken: &mut Addresses) {
        let playbook = self.playbook.clone();
        let index = &playbook.index;
        let mut parts = |stem: &str, count: usize| -> Vec<String> {
            (0..count)
                .map(|part| {
                    taken.own(&if part == 0 { format!("{stem}.html") } else { format!("{stem}-{}.html", part + 1) })
                })
                .collect()
        };
        let az_addresses = parts("a-z", self.listings.splits.az.len());
        let reports = self.list_reports(&mut parts);
        let listings = self.listings.clone();
        let splits = &listings.splits;
        let layout: &mut Layout = self;
        (layout.az_addresses, layout.reports) = (az_addresses, reports);
        for (at, (kind, _)) in index.kinds.iter().enumerate() {
            layout.kind_addresses.push(parts(&format!("kinds/{}", kind.word()), splits.kinds[at].len()));
        }
        for (at, facet) in index.facets.iter().enumerate() {
            let word = facet.name.word();
            layout.facet_addresses.push(parts(&format!("{word}/index"), splits.facets[at].len()));
            let values = facet.values.iter().enumerate();
            layout.value_addresses.push(
                values
                    .map(|(value, kept)| parts(&format!("{word}/{}", kept.slug), splits.values[at][value].len()))
                    .collect(),
            );
        }
        for (at, folder) in index.folders.iter().enumerate() {
            let stem = if folder.path.is_empty() { "folders".to_owned() } else { format!("{}/index", folder.path) };
            let listing = parts(&stem, splits.folders[at].len());
            let own = match folder.page {
                Some(page) => playbook.addresses[page].clone(),
                None => listing[0].clone(),
            };
            layout.folder_addresses.insert(folder.path.clone(), (at, own));
            layout.folder_listings.push(listing);
        }
        for (at, entry) in playbook.entries.iter().enumerate() {
            if let Kind::Roleplay(roleplay) = &entry.kind {
                let stem = playbook.addresses[at].strip_suffix(".html").unwrap_or_default().to_owned();
                let cards = roleplay.cards.iter().map(|card| taken.own(&format!("{stem}.{}.html", card.slug)));
                layout.card_addresses.insert(at, cards.collect());
            }
        }
    }

    fn escalations(&mut self) {
        let playbook = self.playbook.clone();
        for (at, entry) in
            playbook.entries.iter().enumerate().filter(|(_, entry)| entry.kind_name == KindName::Escalation)
        {
            for situation in &entry.facts.situations {
                self.escalations_of.entry(fold(&situation.value)).or_default().push(at);
            }
        }
    }

    /// Links to the index pages, in the words of `style`.
    fn index_links(&self, style: &Style) -> Vec<PathLink> {
        let index = &self.playbook.index;
        let word = |key: &str| style.word(key).to_owned();
        let kinds = index.kinds.iter().enumerate().map(|(at, (kind, _))| PathLink {
            title: word(&format!("kinds_{}", kind.word())),
            path: self.kind_addresses[at][0].clone(),
            class: kind.word().to_owned(),
        });
        let facets = index.facets.iter().enumerate().map(|(at, facet)| PathLink {
            title: word(facet.name.word()),
            path: self.facet_addresses[at][0].clone(),
            class: "index".to_owned(),
        });
        let reports = self.reports.first_pages().map(|(report, address)| PathLink {
            title: word(report.word()),
            path: address.to_owned(),
            class: if matches!(report, Report::Phrases | Report::Changes) { "index" } else { "care" }.to_owned(),
        });
        let mut links: Vec<PathLink> = kinds.chain(facets).chain(reports).collect();
        for link in &mut links {
            link.path = crate::index::address::encoded(&link.path);
        }
        links
    }

    fn finish_frame(&mut self) {
        self.frame.indexes = self.index_links(&self.style);
        let playbook = self.playbook.clone();
        self.frame.a_z_path = self.az_addresses[0].clone();
        self.frame.urgent = playbook.index.front.urgent.map(|urgent| PathLink {
            title: playbook.entries[urgent].title.to_string(),
            path: crate::index::address::encoded(&playbook.addresses[urgent]),
            class: playbook.entries[urgent].kind_name.word().to_owned(),
        });
    }

    fn list_pages(&mut self, taken: &mut Addresses) -> Vec<Page> {
        let mut pages: Vec<Page> = Vec::new();
        let mut add = |id: PageId, address: &str| pages.push(Page { id, address: address.to_owned() });
        add(PageId::Front, &self.frame.front_path);
        for (at, address) in self.playbook.addresses.iter().enumerate() {
            if self.playbook.index.front.page != Some(at) {
                add(PageId::Entry(at), address);
            }
        }
        for (entry, cards) in &self.card_addresses {
            cards.iter().enumerate().for_each(|(card, address)| add(PageId::Card(*entry, card), address));
        }
        for (at, parts) in self.kind_addresses.iter().enumerate() {
            parts.iter().enumerate().for_each(|(part, address)| add(PageId::Kind(at, part), address));
        }
        for (at, parts) in self.facet_addresses.iter().enumerate() {
            parts.iter().enumerate().for_each(|(part, address)| add(PageId::Facet(at, part), address));
        }
        for (at, values) in self.value_addresses.iter().enumerate() {
            for (value, parts) in values.iter().enumerate() {
                parts.iter().enumerate().for_each(|(part, address)| add(PageId::Value(at, value, part), address));
            }
        }
        for (at, parts) in self.folder_listings.iter().enumerate() {
            parts.iter().enumerate().for_each(|(part, address)| add(PageId::Folder(at, part), address));
        }
        self.az_addresses.iter().enumerate().for_each(|(part, address)| add(PageId::AZ(part), address));
        self.reports.pages().for_each(|(report, part, address)| add(PageId::Report(report, part), address));
        self.frame.search_path = taken.own("search.html");
        add(PageId::Search, &self.frame.search_path);
        self.frame.index_path = taken.own("indexes.html");
        add(PageId::Indexes, &self.frame.index_path);
        if self.extras.not_found {
            // Where servers look for it; the address is kept for it where the book says at which address it lies.
            let address = if self.base_url.is_some() { "404.html".to_owned() } else { taken.own("404.html") };
            add(PageId::NotFound, &address);
        }
        self.playbook.redirects.iter().enumerate().for_each(|(at, (address, _))| add(PageId::Redirect(at), address));
        if self.extras.base_url.is_some() {
            self.frame.feed_path = taken.own("feed.atom");
            add(PageId::Feed, &self.frame.feed_path);
            add(PageId::Sitemap, &taken.own("sitemap.xml"));
        }
        if self.extras.print {
            self.frame.print_stylesheet_path = hashed_name("print", &self.theme.print_stylesheet, "css");
            add(PageId::Theme(ThemeFile::PrintStyle), &self.frame.print_stylesheet_path);
            add(PageId::Print, &taken.own("print.html"));
            for path in self.printed_paths() {
                add(PageId::PathPrint(path), &taken.own(&print::address_of(&self.playbook.addresses[path])));
            }
        }
        if self.extras.playbook_json {
            add(PageId::PlaybookJson, &taken.own("playbook.json"));
        }
        for server in &self.extras.server_rules {
            add(PageId::ServerRules(*server), &taken.own(server.file()));
        }
        self.frame.nav_path = taken.own("nav.js");
        add(PageId::Nav, &self.frame.nav_path);
        self.frame.search_map_path = taken.own("search.js");
        add(PageId::SearchMap, &self.frame.search_map_path);
        self.frame.search_facts_path = taken.own("search-facts.js");
        add(PageId::SearchFacts, &self.frame.search_facts_path);
        add(PageId::Theme(ThemeFile::ReaderStyle), &hashed_name("reader", &self.theme.reader_stylesheet, "css"));
        add(PageId::Theme(ThemeFile::ReaderScript), &hashed_name("reader", &self.theme.reader_script, "js"));
        self.previews.pages().for_each(|(shard, address)| add(PageId::Previews(shard), &address));
        let mut spoken: BTreeSet<String> = BTreeSet::new();
        for (at, voice) in self.voices.iter().enumerate() {
            for (script, address) in voice.scripts() {
                let own = [&self.theme.script, &self.theme.search_script, &self.theme.reader_script];
                // Two languages may say the few words of a script alike.
                if !own.contains(&&voice.script(script).to_owned()) && spoken.insert(address.clone()) {
                    add(PageId::Theme(ThemeFile::ScriptIn(at, script)), &address);
                }
            }
        }
        add(PageId::Theme(ThemeFile::SearchStyle), &hashed_name("search", &self.theme.search_stylesheet, "css"));
        add(PageId::Theme(ThemeFile::SearchScript), &hashed_name("search", &self.theme.search_script, "js"));
        add(PageId::Theme(ThemeFile::EngineScript), &hashed_name("engine", &self.theme.engine_script, "js"));
        add(PageId::Theme(ThemeFile::Style), &self.frame.stylesheet_path);
        add(PageId::Theme(ThemeFile::FrontStyle), &self.frame.front_stylesheet_path);
        add(PageId::Theme(ThemeFile::ListStyle), &self.frame.list_stylesheet_path);
        add(PageId::Theme(ThemeFile::Script), &self.frame.script_path);
        add(PageId::Theme(ThemeFile::ThemeScript), &self.frame.theme_script_path);
        add(PageId::Theme(ThemeFile::Icon), &self.frame.icon_path);
        if let Some(copy) = &self.frame.copy {
            add(PageId::Theme(ThemeFile::CopyScript), &copy.script_path);
            add(PageId::Theme(ThemeFile::CopyStyle), &copy.stylesheet_path);
        }
        for address in self.playbook.links.pictures.keys() {
            add(PageId::Picture(address.clone()), address);
        }
        for asset in &self.playbook.assets {
            add(PageId::Asset(asset.clone()), asset.as_str());
        }
        // Paths of files are encoded only now: an address is a file name until a page links to it.
        self.frame.a_z_path = crate::index::address::encoded(&self.frame.a_z_path);
        self.frame.index_path = crate::index::address::encoded(&self.frame.index_path);
        self.frame.search_path = crate::index::address::encoded(&self.frame.search_path);
        self.frame.logo_path = self.playbook.logo.as_ref().map(|logo| crate::index::address::encoded(logo.as_str()));
        self.site_view = SiteView::new(&self.frame);
        self.shared = fingerprint(&(&self.frame, &self.style), self.theme.hash);
        pages.sort_by(|a, b| a.address.cmp(&b.address));
        pages
    }

    fn kind_address(&self, kind: KindName) -> &str {
        let at = self.playbook.index.kinds.iter().position(|(known, _)| *known == kind);
        at.map_or(&self.az_addresses[0], |at| &self.kind_addresses[at][0])
    }

    /// What its pages may load, run and be framed by, as they say themselves.
    pub fn policy(&self) -> &str {
        &self.frame.policy
    }

    /// What a page is made of: the only argument of its fingerprint and of its bytes.
    pub fn pick(&'p self, page: &'p Page) -> Picked<'p> {
        Picked::new(self, page)
    }

    /// The hash of everything that a page is made of: the same hash, the same bytes.
    pub fn fingerprint(&self, page: &Page) -> u128 {
        self.pick(page).fingerprint()
    }

    /// Renders one page.
    ///
    /// # Errors
    /// A mistake in a template, with its place.
    pub fn bytes(&self, page: &Page) -> Result<Content, RenderError> {
        self.pick(page).bytes()
    }

    /// What is wrong with the templates: one page of each form shows it.
    pub fn mistakes(&self) -> impl Iterator<Item = RenderError> {
        let mut seen = HashSet::new();
        self.pages.iter().filter_map(move |page| {
            let form = match &page.id {
                PageId::Entry(entry) => Some(self.playbook.entries[*entry].kind_name),
                PageId::SearchMap => return None,
                _ => None,
            };
            seen.insert((std::mem::discriminant(&page.id), form)).then(|| self.bytes(page).err()).flatten()
        })
    }

    fn theme_file(&self, file: &ThemeFile) -> &str {
        match file {
            ThemeFile::Style => &self.theme.stylesheet,
            ThemeFile::FrontStyle => &self.theme.front_stylesheet,
            ThemeFile::ListStyle => &self.theme.list_stylesheet,
            ThemeFile::Script => &self.theme.script,
            ThemeFile::ScriptIn(at, script) => self.voices[*at].script(*script),
            ThemeFile::ReaderStyle => &self.theme.reader_stylesheet,
            ThemeFile::ReaderScript => &self.theme.reader_script,
            ThemeFile::SearchStyle => &self.theme.search_stylesheet,
            ThemeFile::SearchScript => &self.theme.search_script,
            ThemeFile::EngineScript => &self.theme.engine_script,
            ThemeFile::ThemeScript => &self.theme.theme_script,
            ThemeFile::CopyScript => &self.theme.copy_script,
            ThemeFile::CopyStyle => &self.theme.copy_stylesheet,
            ThemeFile::PrintStyle => &self.theme.print_stylesheet,
            ThemeFile::Icon => &self.theme.icon,
        }
    }

    /// The page that leads into the site, which lies in `folder` beside it.
    ///
    /// # Errors
    /// A mistake in its template.
    pub fn start(&self, folder: &str) -> Result<String, RenderError> {
        let (site, playbook) = (&self.frame, &self.playbook);
        let parts = self.bare_frame("index.html");
        let language = &playbook.config.book.language;
        let mut frame = lists::frame(&parts, &site.title, &site.description, "start", language, String::new());
        frame.root = format!("{}/", crate::index::address::encoded(folder));
        frame.escalate = None;
        self.theme.render("start.html", &self.site_view, &frame, &[])
    }

    /// The document of a copy that is one file, round what `single` says of it.
    ///
    /// # Errors
    /// A mistake in its template.
    pub fn single(&self, single: &page::SingleView) -> Result<String, RenderError> {
        let (site, playbook) = (&self.frame, &self.playbook);
        let parts = self.bare_frame("index.html");
        let language = &playbook.config.book.language;
        let frame = lists::frame(&parts, &site.title, &site.description, "start", language, String::new());
        self.theme.render("single.html", &self.site_view, &frame, &[("single", single)])
    }

    /// The script that shows the pages of such a copy.
    pub fn single_script(&self) -> &str {
        &self.theme.single_script
    }

    /// The titles of all entries, in the order of the alphabet.
    pub fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> = self.playbook.entries.iter().map(|entry| entry.title.to_string()).collect();
        titles.sort_by_cached_key(|title| az::sort_key(title));
        titles
    }

    fn has_audiences(&self) -> bool {
        self.playbook.config.audiences.is_some()
    }

    fn is_owner(&self, facet: usize) -> bool {
        self.playbook.index.facets[facet].name == FacetName::Owners
    }

    /// The frame of a page in the words of `speaker`; the title with the description.
    fn frame_in(
        &self,
        speaker: &Speaker<'_>,
        parts: &FrameParts<'_>,
        (title, description): (&str, &str),
        class: &str,
        language: &str,
    ) -> Result<Frame, RenderError> {
        let render =
            |slot: &MenuSlot| speaker.theme.render_menu(speaker.site_view, &lists::menu(&self.menu_parts(slot)));
        let menu = self.listings.menus.html(parts.menu, render)?;
        let menu = lists::with_current(menu, parts.marked);
        Ok(lists::frame(parts, title, description, class, language, menu))
    }

    fn redirect_parts(&self, at: usize) -> (&str, &str) {
        let entry = self.playbook.redirects[at].1;
        (&self.playbook.entries[entry].title, &self.playbook.addresses[entry])
    }

    fn front_parts(&'p self, address: &'p str) -> FrontParts<'p> {
        let index = &self.playbook.index;
        let situations = index.facets.iter().position(|facet| facet.name == FacetName::Situations);
        let situation = |value: &usize| {
            let at = situations.expect("a situation is a value of the facet");
            let value_of = &index.facets[at].values[*value];
            // A situation leads straight to its words: to the script, if there is exactly one.
            let mut scripts =
                value_of.entries.iter().filter(|entry| self.playbook.entries[**entry].kind_name == KindName::Script);
            let address = match (scripts.next(), scripts.next()) {
                (Some(only), None) => &self.playbook.addresses[*only],
                _ => &self.value_addresses[at][*value][0],
            };
            Named { title: &value_of.title, address }
        };
        let must_read = index.front.must_read.iter().map(|entry| {
            let changed = self.playbook.entries[*entry].facts.changed.as_ref();
            (
                self.card(*entry),
                changed.map(|changed| changed.value.0),
                changed.map_or("", |changed| changed.value.1.as_str()),
            )
        });
        let doors = index.front.doors.iter().map(|door| {
            let of_kind =
                |kind: &KindName| index.kinds.iter().find(|(known, _)| known == kind).map_or(&[][..], |(_, list)| list);
            // What others point to most is what somebody new should meet first: of each kind in turn.
            let mut ranked: Vec<(usize, usize)> = Vec::new();
            for kind in door.kinds {
                let mut most = of_kind(kind).to_vec();
                most.sort_by_key(|entry| std::cmp::Reverse(self.playbook.links.backlinks[*entry].len()));
                ranked.extend(most.into_iter().enumerate());
            }
            ranked.sort_by_key(|(rank, _)| *rank);
            let all: Vec<usize> = ranked.into_iter().map(|(_, entry)| entry).collect();
            let first = door.kinds.iter().find(|kind| !of_kind(kind).is_empty()).expect("a door has an entry");
            let cards = all.iter().take(lists::DOOR_CARDS).map(|entry| self.card(*entry)).collect();
            (door.name, self.kind_address(*first), cards, all.len())
        });
        FrontParts {
            frame: self.bare_frame(address),
            page: index.front.page.map(|page| self.entry_parts(page, address)),
            situations: index.front.situations.iter().map(situation).collect(),
            must_read: must_read.collect(),
            doors: doors.collect(),
            indexes: self.index_doors(),
        }
    }

    /// The pages made for printing.
    fn print_doors(&'p self) -> Vec<DoorParts<'p>> {
        let door = |page: &'p Page| {
            let (title, count): (&str, usize) = match page.id {
                PageId::Print => (self.style.word("whole_book"), self.playbook.entries.len()),
                PageId::PathPrint(path) => {
                    (&self.playbook.entries[path].title, self.path_with_all(path).entries().count())
                }
                _ => return None,
            };
            Some(DoorParts { title, address: &page.address, count, class: "path" })
        };
        if self.extras.print { self.pages.iter().filter_map(door).collect() } else { Vec::new() }
    }

    fn index_doors(&'p self) -> Vec<DoorParts<'p>> {
        let index = &self.playbook.index;
        let kinds = index.kinds.iter().enumerate().map(|(at, (kind, list))| DoorParts {
            title: &self.frame.indexes[at].title,
            address: &self.kind_addresses[at][0],
            count: list.len(),
            class: kind.word(),
        });
        let facets = index.facets.iter().enumerate().map(|(at, facet)| DoorParts {
            title: &self.frame.indexes[index.kinds.len() + at].title,
            address: &self.facet_addresses[at][0],
            count: facet.values.len(),
            class: "index",
        });
        kinds.chain(facets).chain(self.report_doors()).collect()
    }

    fn part_links(&'p self, parts: &'p [Part], addresses: &'p [String], from: &str) -> Vec<PartOf<'p>> {
        if parts.len() < 2 {
            return Vec::new();
        }
        let links = parts.iter().zip(addresses);
        links.map(|(part, address)| PartOf { title: &part.title, address, current: address == from }).collect()
    }

    fn list_parts(&'p self, id: &PageId, address: &'p str) -> ListParts<'p> {
        let index = &self.playbook.index;
        let (title, facet, entries, splits, addresses, part): (&str, _, &[usize], &[Part], &[String], usize) = match id
        {
            PageId::Kind(at, part) => (
                &self.frame.indexes[*at].title,
                "",
                &index.kinds[*at].1,
                &self.listings.splits.kinds[*at],
                &self.kind_addresses[*at],
                *part,
            ),
            PageId::Value(at, value, part) => {
                let facet = &index.facets[*at];
                let splits = &self.listings.splits.values[*at][*value];
                (
                    &facet.values[*value].title,
                    facet.name.one(),
                    &facet.values[*value].entries,
                    splits,
                    &self.value_addresses[*at][*value],
                    *part,
                )
            }
            PageId::Folder(at, part) => {
                let folder = &index.folders[*at];
                let title = if folder.path.is_empty() { &self.frame.title } else { &folder.title };
                (
                    title,
                    "folder",
                    &folder.entries,
                    &self.listings.splits.folders[*at],
                    &self.folder_listings[*at],
                    *part,
                )
            }
            other => unreachable!("{other:?} is no listing"),
        };
        let shown = &entries[splits[part].range.clone()];
        let by_kind = matches!(id, PageId::Value(..)) && splits.len() == 1;
        let mut groups: Vec<(String, Vec<_>)> = Vec::new();
        if by_kind {
            for (kind, _) in &index.kinds {
                let of_kind: Vec<_> = shown
                    .iter()
                    .filter(|entry| self.playbook.entries[**entry].kind_name == *kind)
                    .map(|entry| self.card(*entry))
                    .collect();
                if !of_kind.is_empty() {
                    groups.push((self.style.word(&format!("kinds_{}", kind.word())).to_owned(), of_kind));
                }
            }
        } else {
            groups.push((String::new(), shown.iter().map(|entry| self.card(*entry)).collect()));
        }
        let folders = match id {
            PageId::Folder(at, 0) => index.folders[*at]
                .folders
                .iter()
                .map(|folder| {
                    let folder = &index.folders[*folder];
                    DoorParts {
                        title: &folder.title,
                        address: &self.folder_addresses[&folder.path].1,
                        count: folder.total,
                        class: "index",
                    }
                })
                .collect(),
            _ => Vec::new(),
        };
        ListParts {
            frame: self.bare_frame(address),
            title,
            facet,
            folders,
            groups,
            total: entries.len(),
            parts: self.part_links(splits, addresses, address),
        }
    }

    fn index_parts(&'p self, id: &PageId, address: &'p str) -> IndexParts<'p> {
        let index = &self.playbook.index;
        let PageId::Facet(at, part) = id else {
            // The content folder itself, and the folders directly in it; deeper ones are listed in those.
            let outer = index.folders.iter().enumerate().filter(|(_, folder)| !folder.path.contains('/'));
            let folders = outer.map(|(at, folder)| DoorParts {
                title: if folder.path.is_empty() { &self.frame.title } else { &folder.title },
                address: &self.folder_listings[at][0],
                count: folder.total,
                class: "index",
            });
            let groups =
                vec![(String::new(), self.index_doors()), (self.style.word("folders").to_owned(), folders.collect())];
            let groups = groups.into_iter().chain([(self.style.word("to_print").to_owned(), self.print_doors())]);
            let groups = groups.filter(|(_, doors): &(String, Vec<DoorParts<'p>>)| !doors.is_empty()).collect();
            return IndexParts {
                frame: self.bare_frame(address),
                title: self.style.word("all_indexes"),
                groups,
                parts: Vec::new(),
            };
        };
        let facet = &index.facets[*at];
        let splits = &self.listings.splits.facets[*at];
        let mut groups: Vec<(String, Vec<DoorParts<'p>>)> = Vec::new();
        for value in splits[*part].range.clone() {
            let kept = &facet.values[value];
            let letter = az::letter(&kept.title).into_owned();
            let door = DoorParts {
                title: &kept.title,
                address: &self.value_addresses[*at][value][0],
                count: kept.entries.len(),
                class: "index",
            };
            match groups.last_mut() {
                Some((last, doors)) if facet.values.len() < 30 || *last == letter => doors.push(door),
                _ => groups.push((if facet.values.len() < 30 { String::new() } else { letter }, vec![door])),
            }
        }
        IndexParts {
            frame: self.bare_frame(address),
            title: &self.frame.indexes[index.kinds.len() + at].title,
            groups,
            parts: self.part_links(splits, &self.facet_addresses[*at], address),
        }
    }

    fn az_parts(&'p self, part: usize, address: &'p str) -> AzParts<'p> {
        let range = self.listings.splits.az[part].range.clone();
        let mut letters = Vec::new();
        let mut start = 0;
        for letter in &self.playbook.index.a_z {
            let end = start + letter.rows.len();
            let from = range.start.max(start);
            let to = range.end.min(end);
            if from < to {
                letters.push((letter.title.as_str(), self.az_rows(&letter.rows[from - start..to - start])));
            }
            start = end;
        }
        AzParts {
            frame: self.bare_frame(address),
            letters,
            parts: self.part_links(&self.listings.splits.az, &self.az_addresses, address),
        }
    }

    /// The tree of folders and entries as a script, with addresses from the root of the site.
    fn nav(&self) -> String {
        let index = &self.playbook.index;
        let mut made: BTreeMap<usize, serde_json::Value> = BTreeMap::new();
        // Folders come after those that hold them, so walking backwards meets children first.
        for at in (0..index.folders.len()).rev() {
            let folder = &index.folders[at];
            let mut children: Vec<serde_json::Value> =
                folder.folders.iter().filter_map(|inner| made.remove(inner)).collect();
            children.extend(folder.entries.iter().map(|entry| {
                let source = &self.playbook.entries[*entry];
                json!([
                    &*source.title,
                    crate::index::address::encoded(&self.playbook.addresses[*entry]),
                    source.kind_name.word()
                ])
            }));
            let address = crate::index::address::encoded(&self.folder_addresses[&folder.path].1);
            made.insert(at, json!([folder.title, address, "folder", children]));
        }
        let root = made.remove(&0).and_then(|root| root.get(3).cloned()).unwrap_or_else(|| json!([]));
        format!("cuebook.nav({root});\n")
    }

    /// What the search shows of this book by itself, as a script: pinned entries and the urgent one, as
    /// `[title, path, kind]`, where the A–Z index is, and where to say that something is missing.
    fn search_facts(&self) -> String {
        let front = &self.playbook.index.front;
        let link = |entry: &usize| {
            let source = &self.playbook.entries[*entry];
            let address = crate::index::address::encoded(&self.playbook.addresses[*entry]);
            json!([&*source.title, address, source.kind_name.word()])
        };
        let facts = json!({
            "page": self.frame.search_path,
            "index": self.frame.a_z_path,
            "pinned": front.pinned.iter().map(link).collect::<Vec<_>>(),
            "urgent": front.urgent.as_ref().map(link),
            "feedback": self.style.feedback,
        });
        format!("cuebook.facts={facts};\n")
    }
}

fn value_letters(facet: &Facet) -> Vec<Cow<'static, str>> {
    facet.values.iter().map(|value| az::letter(&value.title)).collect()
}

fn language<'l>(entry: &'l Entry, config: &'l Config) -> &'l str {
    match &entry.facts.lang {
        Some(lang) => &lang.value,
        None if config.is_book => &config.book.language,
        // Nobody has said anything about a bare folder; by which way a page is read must be known all the same.
        None => language_by_script(&entry.source.text).unwrap_or(&config.book.language),
    }
}

/// What the pages of a site may load, run and be framed by: reliability.md, Pages.
fn policy(config: &Config) -> String {
    let pictures = if config.links.external_images { "img-src 'self' https: http:" } else { "img-src 'self'" };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; {pictures}; font-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )
}

fn copy_of(note: &Note, config: &Config, theme: &Theme, style: &Style) -> page::Copy {
    let readers = match &note.readers {
        Readers::Everyone if config.audiences.is_none() => String::new(),
        Readers::Everyone => style.word("copy_for_everyone").to_owned(),
        Readers::Only(names) if names.is_empty() => match config.audiences {
            None => String::new(),
            Some(_) => style.word("copy_for_public").to_owned(),
        },
        Readers::Only(names) => style.word("copy_for").replace("{readers}", &names.join(", ")),
    };
    page::Copy {
        made: style.day(note.made),
        readers,
        keeper: note
            .keeper
            .as_ref()
            .map_or_else(String::new, |name| style.word("copy_kept_by").replace("{name}", name)),
        current: config.build.base_url.clone().unwrap_or_default(),
        refresh_after: config.bundle.refresh_after.map(|after| style.day(after.after(note.made))),
        stop_after: config.bundle.stop_after.map(|after| style.day(after.after(note.made))),
        script_path: hashed_name("copy", &theme.copy_script, "js"),
        stylesheet_path: hashed_name("copy", &theme.copy_stylesheet, "css"),
        is_packed: note.carrier == Carrier::Zip,
    }
}

fn frame_of(config: &Config, theme: &Theme, front: String, title: &str) -> page::Site {
    page::Site {
        title: title.to_owned(),
        description: config.book.description.clone(),
        language: config.book.language.clone(),
        dir: direction(&config.book.language),
        id: format!("{:08x}", xxh3_64(title.as_bytes()) as u32),
        stylesheet_path: hashed_name("theme", &theme.stylesheet, "css"),
        front_stylesheet_path: hashed_name("front", &theme.front_stylesheet, "css"),
        list_stylesheet_path: hashed_name("lists", &theme.list_stylesheet, "css"),
        script_path: hashed_name("cuebook", &theme.script, "js"),
        theme_script_path: hashed_name("theme", &theme.theme_script, "js"),
        icon_path: hashed_name("icon", &theme.icon, "svg"),
        logo_path: None,
        front_path: front,
        a_z_path: String::new(),
        index_path: String::new(),
        nav_path: String::new(),
        search_path: String::new(),
        search_map_path: String::new(),
        search_facts_path: String::new(),
        previews_path: String::new(),
        urgent: None,
        indexes: Vec::new(),
        policy: policy(config),
        base_url: None,
        feed_path: String::new(),
        print_stylesheet_path: String::new(),
        copy: None,
    }
}
