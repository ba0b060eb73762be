//! What each page is made of: the only argument of its view and of its fingerprint.
//!
//! These are plain structs that borrow from a playbook; the site, a stage behind this one, picks them. A page takes from
//! another entry nothing but its card, the sentence in which it links here, and what a contact says about how to be
//! reached, so what an edit can change is countable.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use jiff::civil::Date;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::facts::KindName;
use crate::filter::Visible;
use crate::index::address::relative;
use crate::index::words::Words;

/// What other pages may show of an entry.
#[derive(Clone, Debug, Hash)]
pub struct Card<'p> {
    /// Its title.
    pub title: &'p str,
    /// Its page.
    pub address: &'p str,
    /// Its kind.
    pub kind: KindName,
    /// Its summary; often empty.
    pub summary: &'p str,
    /// The title of its folder, where another entry has the same title.
    pub folder: Option<&'p str>,
    /// Its first tags.
    pub tags: Vec<&'p str>,
    /// For a script, the first thing to say.
    pub first_words: Option<&'p str>,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
}

/// Where one reference of an entry leads, as far as its page shows it.
#[derive(Clone, Debug, Hash)]
pub enum Destination<'p> {
    /// A page of this site.
    Page {
        /// The page.
        address: &'p str,
        /// Where in it; empty for the top.
        anchor: &'p str,
        /// The words for a link that has none of its own.
        title: Cow<'p, str>,
    },
    /// A file beside the entries.
    File {
        /// From the root of the site.
        path: &'p str,
        /// The words or the alternative text.
        text: &'p str,
    },
    /// An address outside the book.
    External {
        /// The whole address.
        address: &'p str,
        /// The words or the alternative text.
        text: &'p str,
    },
    /// Nothing, or nothing that this copy shows.
    Nowhere {
        /// What was typed.
        text: String,
    },
}

impl<'p> Destination<'p> {
    /// The address from the page at `from`. `None` if it leads nowhere.
    pub fn href(&self, from: &str) -> Option<String> {
        match self {
            Destination::Page { address, anchor, .. } => Some(relative(from, address, anchor)),
            Destination::File { path, .. } => Some(relative(from, path, "")),
            Destination::External { address, .. } => Some((*address).to_owned()),
            Destination::Nowhere { .. } => None,
        }
    }

    /// Whether it has an address.
    pub fn leads_somewhere(&self) -> bool {
        !matches!(self, Destination::Nowhere { .. })
    }

    /// The words of a link that has none of its own.
    pub fn title(&self) -> Cow<'p, str> {
        match *self {
            Destination::Page { ref title, .. } => title.clone(),
            Destination::File { path, text } | Destination::External { address: path, text } => match text {
                "" => path.rsplit('/').next().unwrap_or(path).into(),
                _ => text.into(),
            },
            Destination::Nowhere { ref text } => text.clone().into(),
        }
    }
}

/// A page of this site with its title.
#[derive(Clone, Debug, Hash)]
pub struct Named<'p> {
    /// What it is called.
    pub title: &'p str,
    /// The page.
    pub address: &'p str,
}

/// The frame around a page.
#[derive(Debug, Hash)]
pub struct FrameParts<'p> {
    /// The page's own address.
    pub address: &'p str,
    /// The folders around it, from the outside in.
    pub ancestors: Vec<Named<'p>>,
    /// What the menu marks: the page itself, or the role-play of a card.
    pub marked: &'p str,
    /// Its menu, which it shares with other pages.
    pub menu: MenuOf,
    /// The way out.
    pub escalate: Option<Named<'p>>,
}

/// Which of a site's menus a page has. Only what is in it is a part of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct MenuOf {
    /// Its place among the site's menus.
    pub at: usize,
    /// The hash of its parts.
    pub hash: u128,
}

impl Hash for MenuOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

/// A menu, for all pages that lie in one folder of the site.
#[derive(Debug, Hash)]
pub struct MenuParts<'p> {
    /// The folder; empty for the root.
    pub folder: &'p str,
    /// Its title; empty where no entries are listed.
    pub title: &'p str,
    /// Its entries, or some of them.
    pub siblings: Vec<(Named<'p>, KindName)>,
    /// Its listing, if it has more than the siblings.
    pub more: Option<&'p str>,
}

/// An entry of another page that links here.
#[derive(Debug, Hash)]
pub struct BacklinkParts<'p> {
    /// Who links.
    pub title: &'p str,
    /// Its page.
    pub address: &'p str,
    /// Its kind.
    pub kind: KindName,
    /// The sentence around the link: what comes before its own words, and what after them.
    pub sentence: (Cow<'p, str>, Cow<'p, str>),
    /// The link's own words; empty if it takes this page's title.
    pub words: &'p str,
}

/// How to reach somebody.
#[derive(Clone, Debug, Hash)]
pub struct ContactParts<'p> {
    /// The contact's title.
    pub title: &'p str,
    /// The contact's page.
    pub address: &'p str,
    /// As typed; empty if there is none.
    pub phone: &'p str,
    /// Empty if there is none.
    pub email: &'p str,
    /// Empty if there is none.
    pub chat: &'p str,
    /// Empty if there is none.
    pub hours: &'p str,
    /// Who stands in, with a page if there is one.
    pub backup: Option<(&'p str, Option<&'p str>)>,
    /// What to ask them about.
    pub knows: Vec<&'p str>,
}

/// A passage of another entry that this page includes.
#[derive(Debug, Hash)]
pub struct IncludedParts<'p> {
    /// The reference that includes it.
    pub reference: usize,
    /// The entry that it comes from.
    pub entry: &'p Visible,
    /// Its page.
    pub address: &'p str,
    /// Its sections.
    pub sections: std::ops::Range<usize>,
    /// Where its references lead.
    pub destinations: Vec<Destination<'p>>,
}

/// What an entry's own page, or the page of one of its cards, is made of.
#[derive(Debug, Hash)]
pub struct EntryParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// The entry.
    pub entry: &'p Visible,
    /// Where its references lead, one each.
    pub destinations: Vec<Destination<'p>>,
    /// What it includes.
    pub included: Vec<IncludedParts<'p>>,
    /// The contact of each level, for an escalation.
    pub contacts: Vec<Option<ContactParts<'p>>>,
    /// For a contact: itself.
    pub contact: Option<ContactParts<'p>>,
    /// The pages of a role-play's cards.
    pub cards: Vec<&'p str>,
    /// Facets with their values' pages.
    pub facets: Vec<(&'static str, Vec<Named<'p>>)>,
    /// The owner, with a page if it is a contact.
    pub owner: Option<(&'p str, Option<&'p str>)>,
    /// The index of its kind.
    pub kind_address: &'p str,
    /// The words of the glossaries in its language. `None` for a glossary, and where there are none.
    pub words: Option<&'p Words>,
    /// The same entry in other languages: the tag of the language, and the page.
    pub translations: Vec<(&'p str, Named<'p>)>,
    /// Named in `related`.
    pub related: Vec<Card<'p>>,
    /// What stands near it.
    pub near: Vec<(Named<'p>, KindName)>,
    /// Who links here.
    pub backlinks: Vec<BacklinkParts<'p>>,
}

/// A link to an index page, with how much is in it.
#[derive(Clone, Debug, Hash)]
pub struct DoorParts<'p> {
    /// What it is called.
    pub title: &'p str,
    /// The page.
    pub address: &'p str,
    /// How many it lists.
    pub count: usize,
    /// A kind's word, else `index`.
    pub class: &'static str,
}

/// A link to one of several parts of a long listing.
#[derive(Clone, Debug, Hash)]
pub struct PartOf<'p> {
    /// A letter, or letters and a number.
    pub title: &'p str,
    /// The page.
    pub address: &'p str,
    /// Whether it is this page.
    pub current: bool,
}

/// A listing of entries.
#[derive(Debug, Hash)]
pub struct ListParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// The heading.
    pub title: &'p str,
    /// The key of the word for what it lists; empty for a kind.
    pub facet: &'static str,
    /// Folders directly in a folder.
    pub folders: Vec<DoorParts<'p>>,
    /// The entries of this part, under the word of a kind or a letter.
    pub groups: Vec<(String, Vec<Card<'p>>)>,
    /// All entries, also those on other parts.
    pub total: usize,
    /// All parts; empty if there is one.
    pub parts: Vec<PartOf<'p>>,
}

/// The values of a facet, or all indexes.
#[derive(Debug, Hash)]
pub struct IndexParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// The heading.
    pub title: &'p str,
    /// Under a letter or title each.
    pub groups: Vec<(String, Vec<DoorParts<'p>>)>,
    /// All parts; empty if there is one.
    pub parts: Vec<PartOf<'p>>,
}

/// A part of the A–Z index.
#[derive(Debug, Hash)]
pub struct AzParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// Letters with their rows: what is listed, its page and anchor, its kind, the title behind another name, the
    /// folder where two are alike.
    pub letters: Vec<(&'p str, Vec<AzRowParts<'p>>)>,
    /// All parts; empty if there is one.
    pub parts: Vec<PartOf<'p>>,
}

/// A row of the A–Z index.
#[derive(Debug, Hash)]
pub struct AzRowParts<'p> {
    /// What is listed.
    pub title: &'p str,
    /// The page.
    pub address: &'p str,
    /// Where in it.
    pub anchor: &'p str,
    /// The kind of the entry.
    pub kind: KindName,
    /// For another name: what it is called.
    pub see: Option<&'p str>,
    /// For a part of an entry: the entry's title.
    pub within: Option<&'p str>,
    /// What to look up as well: title, page, anchor.
    pub see_also: Vec<(&'p str, &'p str, &'p str)>,
    /// The folder, where two entries share a title.
    pub folder: Option<&'p str>,
}

/// The front page.
#[derive(Debug, Hash)]
pub struct FrontParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// The root `index.md`.
    pub page: Option<EntryParts<'p>>,
    /// Situations, each with the page that leads straight to its words.
    pub situations: Vec<Named<'p>>,
    /// Must-read entries with the day of their change and its note.
    pub must_read: Vec<(Card<'p>, Option<Date>, &'p str)>,
    /// The three doors: name, index, a few entries, how many there are.
    pub doors: Vec<(&'static str, &'p str, Vec<Card<'p>>, usize)>,
    /// All indexes.
    pub indexes: Vec<DoorParts<'p>>,
}

/// Bytes that most pages are made of, at most.
const USUAL: usize = 1 << 14;

/// The hash of everything that a page is made of.
pub fn fingerprint<T: Hash>(parts: &T, shared: u128) -> u128 {
    /// What is hashed. Parts are many and small, and are hashed together sooner than one by one.
    struct Digest(Vec<u8>);
    impl Hasher for Digest {
        fn finish(&self) -> u64 {
            xxh3_64(&self.0)
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }
    }
    let mut digest = Digest(Vec::with_capacity(USUAL));
    shared.hash(&mut digest);
    parts.hash(&mut digest);
    xxh3_128(&digest.0)
}
