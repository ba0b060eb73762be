//! What each page is made of: the only argument of its view and of its fingerprint.
//!
//! [`Parts`] are picked from the playbook here and nowhere else. A page takes from another entry nothing but its card,
//! the sentence in which it links here, and what a contact says about how to be reached, so what an edit can change is
//! countable.

use std::hash::{Hash, Hasher};

use jiff::civil::Date;
use xxhash_rust::xxh3::Xxh3;

use crate::entry::{Entry, Form, Piece, Sentence};
use crate::facts::KindName;
use crate::filter::Visible;
use crate::index::address::relative;
use crate::index::az;
use crate::kind::Kind;
use crate::link::{Problem, Target};
use crate::site::Site;
use crate::site::menus::MenuSlot;

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
        anchor: String,
        /// The words for a link that has none of its own.
        title: String,
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

impl Destination<'_> {
    /// The address from the page at `from`. `None` if it leads nowhere.
    pub fn href(&self, from: &str) -> Option<String> {
        match self {
            Destination::Page { address, anchor, .. } => Some(relative(from, address, anchor)),
            Destination::File { path, .. } => Some(relative(from, path, "")),
            Destination::External { address, .. } => Some((*address).to_owned()),
            Destination::Nowhere { .. } => None,
        }
    }

    /// The words of a link that has none of its own.
    pub fn title(&self) -> String {
        match self {
            Destination::Page { title, .. } => title.clone(),
            Destination::File { path, text } | Destination::External { address: path, text } => {
                if text.is_empty() {
                    path.rsplit('/').next().unwrap_or(path).to_owned()
                } else {
                    (*text).to_owned()
                }
            }
            Destination::Nowhere { text } => text.clone(),
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
    /// The sentence around the link.
    pub sentence: &'p Sentence,
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
    /// Named in `related`.
    pub related: Vec<Card<'p>>,
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
    /// The entry's own title, if something else is listed.
    pub see: Option<&'p str>,
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

/// The hash of everything that a page is made of.
pub fn fingerprint<T: Hash>(parts: &T, shared: u128) -> u128 {
    struct Digest(Xxh3);
    impl Hasher for Digest {
        fn finish(&self) -> u64 {
            self.0.digest()
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut digest = Digest(Xxh3::new());
    shared.hash(&mut digest);
    parts.hash(&mut digest);
    digest.0.digest128()
}

impl<'p> Site<'p> {
    /// What other pages may show of an entry.
    pub(crate) fn card(&'p self, entry: usize) -> Card<'p> {
        let playbook = self.playbook;
        let source = &playbook.entries[entry];
        Card {
            title: &source.title,
            address: &playbook.addresses[entry],
            kind: source.kind_name,
            summary: &source.summary,
            folder: self.folder_hint(entry),
            tags: source.facts.tags.iter().take(3).map(|tag| tag.value.as_str()).collect(),
            first_words: source.first_words.as_ref().map(|line| line.text.as_str()),
            valid_until: source.facts.valid_until.as_ref().map(|field| field.value),
        }
    }

    /// The title of an entry's folder, if another entry has the same title.
    fn folder_hint(&'p self, entry: usize) -> Option<&'p str> {
        let path = &self.playbook.entries[entry].source.path;
        self.playbook.index.shares_title[entry].then(|| path.folder()).filter(|folder| !folder.is_empty())
    }

    fn named(&'p self, entry: usize) -> Named<'p> {
        Named { title: &self.playbook.entries[entry].title, address: &self.playbook.addresses[entry] }
    }

    /// The frame of a page that is no entry's.
    pub(crate) fn bare_frame(&'p self, address: &'p str) -> FrameParts<'p> {
        let escalate = self.playbook.index.front.urgent.map(|urgent| self.named(urgent));
        FrameParts { address, ancestors: Vec::new(), menu: self.menus.bare(address), escalate }
    }

    fn entry_frame(&'p self, entry: usize, address: &'p str) -> FrameParts<'p> {
        let playbook = self.playbook;
        let places = &self.folder_addresses;
        let mut ancestors = Vec::new();
        let mut end = 0;
        let folder = playbook.entries[entry].source.path.folder();
        while end < folder.len() {
            end = folder[end + 1..].find('/').map_or(folder.len(), |at| end + 1 + at);
            if let Some((index, folder_address)) = places.get(&folder[..end])
                && folder_address != address
            {
                ancestors.push(Named { title: &playbook.index.folders[*index].title, address: folder_address });
            }
        }
        FrameParts { address, ancestors, menu: self.menus.of_entry(entry), escalate: self.escalation_of(entry) }
    }

    /// What a menu is made of.
    pub(crate) fn menu_parts(&'p self, menu: &'p MenuSlot) -> MenuParts<'p> {
        let index = &self.playbook.index;
        let siblings = menu.entries.iter().map(|entry| (self.named(*entry), self.playbook.entries[*entry].kind_name));
        let siblings = siblings.collect();
        let folder = &menu.folder;
        let Some(listed) = menu.lists else { return MenuParts { folder, title: "", siblings, more: None } };
        // A folder's own page is no list of the folder, so the menu leads to one.
        let has_more = menu.entries.len() < index.folders[listed].entries.len() || index.folders[listed].page.is_some();
        let more = has_more.then(|| self.folder_listings[listed][0].as_str());
        MenuParts { folder, title: &index.folders[listed].title, siblings, more }
    }

    /// The first escalation that an entry links to, else the one that shares most situations, else the urgent one.
    fn escalation_of(&'p self, entry: usize) -> Option<Named<'p>> {
        let playbook = self.playbook;
        let source = &playbook.entries[entry];
        if source.kind_name == KindName::Escalation {
            return None;
        }
        let is_escalation = |target: &Target| match target {
            Target::Entry { entry, .. } if playbook.entries[*entry].kind_name == KindName::Escalation => Some(*entry),
            _ => None,
        };
        let linked = playbook.links.targets[entry].iter().find_map(is_escalation);
        let sharing = || {
            let mut shared: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
            for situation in &source.facts.situations {
                for other in self.escalations_of.get(&crate::text::fold(&situation.value)).into_iter().flatten() {
                    *shared.entry(*other).or_default() += 1;
                }
            }
            shared.into_iter().max_by_key(|(other, n)| (*n, std::cmp::Reverse(*other))).map(|(other, _)| other)
        };
        let found = linked.or_else(sharing).or(playbook.index.front.urgent);
        found.filter(|found| *found != entry).map(|found| self.named(found))
    }

    fn destinations(&'p self, entry: usize) -> Vec<Destination<'p>> {
        let source: &'p Entry = &self.playbook.entries[entry];
        let targets = &self.playbook.links.targets[entry];
        source
            .references
            .iter()
            .zip(targets)
            .map(|(reference, target)| self.destination(entry, reference, target))
            .collect()
    }

    fn destination(
        &'p self,
        from: usize,
        reference: &'p crate::entry::Reference,
        target: &'p Target,
    ) -> Destination<'p> {
        let playbook = self.playbook;
        match target {
            Target::Entry { entry, anchor, .. } => {
                let other = &playbook.entries[*entry];
                let anchor = anchor.as_deref().unwrap_or_default().to_owned();
                let heading = || {
                    let headings = other.body.sections.iter().filter_map(|section| section.heading.as_ref());
                    headings.filter(|heading| heading.id == anchor).map(|heading| heading.text.clone()).next()
                };
                let title = match (reference.text.is_empty(), anchor.is_empty()) {
                    (false, _) => String::new(),
                    (true, true) => other.title.to_string(),
                    (true, false) if *entry == from => heading().unwrap_or_default(),
                    (true, false) => format!("{}: {}", other.title, heading().unwrap_or_default()),
                };
                // A card's passage is not on the role-play's page but on one of its own.
                let card = match &other.kind {
                    Kind::Roleplay(roleplay) if !anchor.is_empty() => {
                        let sections = &other.body.sections;
                        let is_it =
                            |at: &usize| sections[*at].heading.as_ref().is_some_and(|heading| heading.id == anchor);
                        roleplay.cards.iter().position(|card| card.sections.clone().any(|at| is_it(&at)))
                    }
                    _ => None,
                };
                let address = match card {
                    Some(card) => &self.card_addresses[entry][card],
                    None => &playbook.addresses[*entry],
                };
                let anchor = if card.is_some() { String::new() } else { anchor };
                Destination::Page { address, anchor, title }
            }
            Target::Folder(folder) => match self.folder_addresses.get(folder.as_str()) {
                Some((index, address)) => Destination::Page {
                    address,
                    anchor: String::new(),
                    title: playbook.index.folders[*index].title.clone(),
                },
                None => nowhere(reference),
            },
            Target::Asset(path) => Destination::File { path: path.as_str(), text: &reference.text },
            Target::External(address) => Destination::External { address, text: &reference.text },
            Target::Unsafe | Target::Missing => nowhere(reference),
        }
    }

    fn contact(&'p self, entry: usize) -> ContactParts<'p> {
        let source: &'p Entry = &self.playbook.entries[entry];
        let facts = &source.facts;
        let text =
            |field: &'p Option<crate::facts::Field<String>>| field.as_ref().map_or("", |field| field.value.as_str());
        let backup =
            source.references.iter().position(|reference| reference.form == Form::Fact(crate::entry::Fact::Backup));
        let backup = backup.map(|reference| match &self.playbook.links.targets[entry][reference] {
            Target::Entry { entry, .. } => {
                (&*self.playbook.entries[*entry].title, Some(self.playbook.addresses[*entry].as_str()))
            }
            _ => (text(&facts.backup), None),
        });
        ContactParts {
            title: &source.title,
            address: &self.playbook.addresses[entry],
            phone: text(&facts.phone),
            email: text(&facts.email),
            chat: text(&facts.chat),
            hours: text(&facts.hours),
            backup,
            knows: facts.knows.iter().map(|field| field.value.as_str()).collect(),
        }
    }

    /// What the page of an entry is made of; `address` is that of its card for a card's page.
    pub(crate) fn entry_parts(&'p self, entry: usize, address: &'p str) -> EntryParts<'p> {
        let playbook = self.playbook;
        let source = &playbook.entries[entry];
        let targets = &playbook.links.targets[entry];
        let contacts = match &source.kind {
            Kind::Escalation(escalation) => {
                let contact = |reference: usize| match &targets[reference] {
                    Target::Entry { entry, .. } if playbook.entries[*entry].kind_name == KindName::Contact => {
                        Some(self.contact(*entry))
                    }
                    _ => None,
                };
                escalation.levels.iter().map(|level| level.who.clone().find_map(contact)).collect()
            }
            _ => Vec::new(),
        };
        let related =
            source.references.iter().zip(targets).filter_map(|(reference, target)| match (reference.form, target) {
                (Form::Fact(crate::entry::Fact::Related), Target::Entry { entry: other, .. }) if *other != entry => {
                    Some(self.card(*other))
                }
                _ => None,
            });
        let backlinks = playbook.links.backlinks[entry].iter().map(|backlink| {
            let from = &playbook.entries[backlink.from];
            let reference = &from.references[backlink.reference];
            BacklinkParts {
                title: &from.title,
                address: &playbook.addresses[backlink.from],
                kind: from.kind_name,
                sentence: &reference.sentence,
                words: &reference.text,
            }
        });
        EntryParts {
            frame: self.entry_frame(entry, address),
            entry: source,
            destinations: self.destinations(entry),
            included: self.included(entry),
            contacts,
            contact: (source.kind_name == KindName::Contact).then(|| self.contact(entry)),
            cards: self
                .card_addresses
                .get(&entry)
                .map_or_else(Vec::new, |cards| cards.iter().map(String::as_str).collect()),
            facets: self.facets_of(source),
            owner: self.owner(entry, source),
            kind_address: self.kind_address(source.kind_name),
            related: related.collect(),
            backlinks: backlinks.collect(),
        }
    }

    fn owner(&'p self, entry: usize, source: &'p Entry) -> Option<(&'p str, Option<&'p str>)> {
        let typed = source.facts.owner.as_ref()?;
        let contact = crate::index::facet::owner(entry, source, &self.playbook.links);
        Some(match contact {
            Some(contact) => (&*self.playbook.entries[contact].title, Some(self.playbook.addresses[contact].as_str())),
            None => (typed.value.as_str(), None),
        })
    }

    fn facets_of(&'p self, source: &'p Entry) -> Vec<(&'static str, Vec<Named<'p>>)> {
        use crate::index::facet::FacetName;
        let shown = self.playbook.index.facets.iter().enumerate().filter(|(_, facet)| facet.name != FacetName::Owners);
        let shown = shown.map(|(at, facet)| {
            let mut values: Vec<usize> =
                facet.name.of(source).iter().filter_map(|typed| facet.find(&typed.value)).collect();
            let mut seen = std::collections::HashSet::new();
            values.retain(|value| seen.insert(*value));
            let values = values.into_iter();
            let values = values
                .map(|value| Named { title: &facet.values[value].title, address: &self.value_addresses[at][value][0] });
            (facet.name.word(), values.collect::<Vec<_>>())
        });
        shown.filter(|(_, values)| !values.is_empty()).collect()
    }

    /// Everything that an entry includes, in the order of the text. What that includes is shown as its title.
    fn included(&'p self, entry: usize) -> Vec<IncludedParts<'p>> {
        let source = &self.playbook.entries[entry];
        let pieces = source.body.sections.iter().flat_map(|section| &section.pieces);
        let references = pieces.filter_map(|piece| match piece {
            Piece::Include(reference) => Some(*reference),
            _ => None,
        });
        let included = references.filter_map(|reference| {
            let Target::Entry { entry: other, anchor, problem } = &self.playbook.links.targets[entry][reference] else {
                return None;
            };
            if matches!(problem, Some(Problem::Unsuitable | Problem::Loop)) {
                return None;
            }
            let target = &self.playbook.entries[*other];
            let sections = match anchor {
                None => 0..target.body.sections.len(),
                Some(anchor) => {
                    let at =
                        target.body.sections.iter().position(|section| {
                            section.heading.as_ref().is_some_and(|heading| *heading.id == **anchor)
                        })?;
                    crate::kind::with_subsections(&target.body.sections, at)
                }
            };
            Some(IncludedParts {
                reference,
                entry: target,
                address: &self.playbook.addresses[*other],
                sections,
                destinations: self.destinations(*other),
            })
        });
        included.collect()
    }

    /// The rows of one part of the A–Z index.
    pub(crate) fn az_rows(&'p self, rows: &'p [az::Row]) -> Vec<AzRowParts<'p>> {
        let row = |row: &'p az::Row| {
            let entry = &self.playbook.entries[row.entry];
            AzRowParts {
                title: &row.title,
                address: &self.playbook.addresses[row.entry],
                anchor: &row.anchor,
                kind: entry.kind_name,
                see: (row.is_other_name || !row.anchor.is_empty()).then_some(&*entry.title),
                folder: self.folder_hint(row.entry),
            }
        };
        rows.iter().map(row).collect()
    }
}

fn nowhere<'p>(reference: &crate::entry::Reference) -> Destination<'p> {
    let typed = match (&reference.text, &reference.heading) {
        (text, _) if !text.is_empty() => text.clone(),
        (_, Some(heading)) if reference.target.is_empty() => heading.clone(),
        _ => crate::parse::readable_name(&reference.target),
    };
    Destination::Nowhere { text: typed }
}
