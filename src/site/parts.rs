//! Picks from a playbook what the pages of entries are made of.
//!
//! This is the only way from one entry to the page of another: whatever is not put into one of the structs of
//! [`crate::view::parts`] here or in the site itself, no view can show and no fingerprint needs to know.

use std::borrow::Cow;

use super::Site;
use super::menus::MenuSlot;
use crate::entry::{Entry, Form, Piece, Sentence};
use crate::facts::KindName;
use crate::index::az;
use crate::kind::Kind;
use crate::link::{Problem, Target};
use crate::view::parts::{
    AzRowParts, BacklinkParts, Card, ContactParts, Destination, EntryParts, FrameParts, IncludedParts, MenuParts, Named,
};

impl<'p> Site {
    /// What other pages may show of an entry.
    pub(super) fn card(&'p self, entry: usize) -> Card<'p> {
        let playbook = &self.playbook;
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

    pub(super) fn named(&'p self, entry: usize) -> Named<'p> {
        Named { title: &self.playbook.entries[entry].title, address: &self.playbook.addresses[entry] }
    }

    /// The frame of a page that is no entry's.
    pub(super) fn bare_frame(&'p self, address: &'p str) -> FrameParts<'p> {
        let escalate = self.playbook.index.front.urgent.map(|urgent| self.named(urgent));
        FrameParts { address, ancestors: Vec::new(), marked: address, menu: self.menus.bare(address), escalate }
    }

    fn entry_frame(&'p self, entry: usize, address: &'p str) -> FrameParts<'p> {
        let playbook = &self.playbook;
        let places = &self.folder_addresses;
        let mut ancestors = Vec::new();
        let folder = playbook.entries[entry].source.path.folder();
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for end in ends.filter(|end| *end > 0) {
            if let Some((index, folder_address)) = places.get(&folder[..end])
                && folder_address != address
            {
                ancestors.push(Named { title: &playbook.index.folders[*index].title, address: folder_address });
            }
        }
        let marked = &playbook.addresses[entry];
        FrameParts { address, ancestors, marked, menu: self.menus.of_entry(entry), escalate: self.escalation_of(entry) }
    }

    /// What a menu is made of.
    pub(super) fn menu_parts(&'p self, menu: &'p MenuSlot) -> MenuParts<'p> {
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
        let playbook = &self.playbook;
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

    pub(super) fn destinations(&'p self, entry: usize) -> Vec<Destination<'p>> {
        let source: &'p Entry = &self.playbook.entries[entry];
        let targets = &self.playbook.links.targets[entry];
        source
            .references
            .iter()
            .zip(targets)
            .map(|(reference, target)| self.destination(entry, reference, target))
            .collect()
    }

    /// What a link is called where it has no words of its own.
    fn spoken(&'p self, from: usize, reference: usize) -> Option<Cow<'p, str>> {
        let target = self.playbook.links.targets[from].get(reference)?;
        Some(self.destination(from, &self.playbook.entries[from].references[reference], target).title())
    }

    fn destination(
        &'p self,
        from: usize,
        reference: &'p crate::entry::Reference,
        target: &'p Target,
    ) -> Destination<'p> {
        let playbook = &self.playbook;
        match target {
            Target::Entry { entry, anchor, problem } => {
                let other = &playbook.entries[*entry];
                let anchor = anchor.as_deref().unwrap_or_default();
                let heading = || other.body.heading(anchor).map_or("", |heading| &heading.text);
                let title = match (reference.text.is_empty(), anchor.is_empty()) {
                    (false, _) => Cow::Borrowed(""),
                    _ if *problem == Some(Problem::TooLong) => (&*reference.target).into(),
                    (true, true) => (&*other.title).into(),
                    (true, false) if *entry == from => heading().into(),
                    (true, false) => format!("{}: {}", other.title, heading()).into(),
                };
                // A card's passage is not on the role-play's page but on one of its own.
                let card = match &other.kind {
                    Kind::Roleplay(roleplay) if !anchor.is_empty() => {
                        let at = other.body.section_at(anchor);
                        at.and_then(|at| roleplay.cards.iter().position(|card| card.sections.contains(&at)))
                    }
                    _ => None,
                };
                let address = match card {
                    Some(card) => &self.card_addresses[entry][card],
                    None => &playbook.addresses[*entry],
                };
                let anchor = if card.is_some() { "" } else { anchor };
                Destination::Page { address, anchor, title }
            }
            Target::Folder(folder) => match self.folder_addresses.get(folder.as_str()) {
                Some((index, address)) => {
                    Destination::Page { address, anchor: "", title: (&*playbook.index.folders[*index].title).into() }
                }
                None => nowhere(reference),
            },
            Target::Asset(path) => Destination::File { path: path.as_str(), text: &reference.text },
            Target::Picture(path) => Destination::File { path, text: &reference.text },
            Target::External(address) => Destination::External { address, text: &reference.text },
            Target::Unsafe | Target::Unfit(..) | Target::Missing => nowhere(reference),
        }
    }

    pub(super) fn contact(&'p self, entry: usize) -> ContactParts<'p> {
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
    pub(super) fn entry_parts(&'p self, entry: usize, address: &'p str) -> EntryParts<'p> {
        let playbook = &self.playbook;
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
            let spoken = |text: &'p str| Sentence::with_titles(text, |other| self.spoken(backlink.from, other));
            BacklinkParts {
                title: &from.title,
                address: &playbook.addresses[backlink.from],
                kind: from.kind_name,
                sentence: (spoken(&reference.sentence.before), spoken(&reference.sentence.after)),
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
            words: match source.kind_name {
                KindName::Glossary => None,
                _ => self.glossaries.get(super::language(source, &playbook.config)),
            },
            translations: self.translations_of(entry),
            related: related.collect(),
            near: self
                .related
                .of(entry, &playbook.entries, &playbook.index.facets, &playbook.links)
                .iter()
                .map(|other| (self.named(*other), playbook.entries[*other].kind_name))
                .collect(),
            backlinks: backlinks.collect(),
        }
    }

    pub(super) fn owner(&'p self, entry: usize, source: &'p Entry) -> Option<(&'p str, Option<&'p str>)> {
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
            if matches!(problem, Some(Problem::Unsuitable | Problem::Loop | Problem::TooLong)) {
                return None;
            }
            let target = &self.playbook.entries[*other];
            let sections = match anchor {
                None => 0..target.body.sections.len(),
                Some(anchor) => {
                    let at = target.body.section_at(anchor)?;
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
    pub(super) fn az_rows(&'p self, rows: &'p [az::Row]) -> Vec<AzRowParts<'p>> {
        let row = |row: &'p az::Row| {
            let entry = &self.playbook.entries[row.entry];
            AzRowParts {
                title: &row.title,
                address: &self.playbook.addresses[row.entry],
                anchor: &row.anchor,
                kind: entry.kind_name,
                see: match &row.place {
                    az::Place::OtherName(name) => Some(name),
                    _ => None,
                },
                within: (row.place == az::Place::Part).then_some(&*entry.title),
                see_also: row
                    .see_also
                    .iter()
                    .map(|(title, entry, anchor)| (&**title, &*self.playbook.addresses[*entry], &**anchor))
                    .collect(),
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
