//! Picks what search shows of an entry, and has the index cut into files.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rayon::prelude::*;
use serde::Serialize;

use super::{Shelved, Site};
use crate::entry::{Entry, Piece};
use crate::facts::KindName;
use crate::index::address::encoded;
use crate::kind::Kind;
use crate::link::Target;
use crate::search::collect;
use crate::search::shards::{Shards, Shown};

/// Lines to say that a card has beside the first.
const LINES: usize = 8;

/// A heading on a card: its text and its id, or 0 for one that no other page quotes.
#[derive(Serialize)]
#[serde(untagged)]
enum CardHeading<'e> {
    Quoted(&'e str, &'e str),
    Hidden(u8),
}

impl Shown for Site {
    fn kind(&self, entry: usize) -> usize {
        let kind_name = self.playbook.entries[entry].kind_name;
        KindName::ALL.iter().position(|kind| *kind == kind_name).expect("all are there")
    }

    /// The lines of each section, the first included.
    fn text(&self, entry: usize) -> String {
        let entry: &Entry = &self.playbook.entries[entry];
        let mut text = vec![String::new(); entry.body.sections.len()];
        for (section, line) in entry.text.passages() {
            let lines = &mut text[section];
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(line);
        }
        serde_json::to_string(&text).expect("text is always JSON")
    }

    /// `[title, address, folders, summary, line, why, more lines, pairs, headings]`; `headings` has one for each section but
    /// the first.
    fn card(&self, at: usize) -> String {
        let entry: &Entry = &self.playbook.entries[at];
        let sections = &entry.body.sections;
        let secret = collect::secret(entry);
        let headings = sections.iter().enumerate().skip(1).map(|(at, section)| match &section.heading {
            Some(heading) if !secret.contains(&at) => CardHeading::Quoted(&heading.text, &heading.id),
            _ => CardHeading::Hidden(0),
        });
        let (line, why) = self.first_line(at, entry);
        let mut lines: Vec<&str> = Vec::new();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for piece in
            sections.iter().enumerate().filter(|(at, _)| !secret.contains(at)).flat_map(|(_, section)| &section.pieces)
        {
            match piece {
                Piece::Lines(said) if entry.kind_name == KindName::Script => {
                    lines.extend(said.iter().map(|said| said.text.as_str()).filter(|said| *said != line));
                }
                Piece::Pairs(all) => {
                    let both = all.iter().filter(|pair| !pair.better.text.is_empty());
                    pairs.extend(both.map(|pair| (&*pair.instead.text, &*pair.better.text)));
                }
                _ => {}
            }
        }
        lines.truncate(LINES);
        let address = encoded(&self.playbook.addresses[at]);
        let headings: Vec<CardHeading<'_>> = headings.collect();
        let trail = self.trail(entry);
        let card = (&*entry.title, address, trail, &*entry.summary, &line, why, lines, pairs, headings);
        serde_json::to_string(&card).expect("text is always JSON")
    }
}

impl<'p> Site {
    /// The files of the search index.
    pub(super) fn shards(&self) -> Shards {
        let n = self.playbook.entries.len();
        let kinds = KindName::ALL.map(KindName::word);
        let Some(shelved) = &self.shelved else { return self.playbook.shelf().shards(n, self, &kinds, None) };
        let mut shelved = shelved.lock().unwrap_or_else(|poisoned| {
            // Whoever had it gave up in the middle.
            let mut shelved = poisoned.into_inner();
            *shelved = None;
            shelved
        });
        let kept = shelved.take().and_then(|Shelved { mut shelf, playbook, layout, listings }| {
            let earlier = Site { playbook, search: OnceLock::new(), shelved: None, layout, listings };
            let changed = self.playbook.reshelve(&mut shelf, &earlier.playbook)?;
            let changed = self.shown_otherwise(&earlier, changed);
            Some((shelf, Some(changed)))
        });
        let (mut shelf, changed) = kept.unwrap_or_else(|| (self.playbook.shelf(), None));
        let shards = shelf.shards(n, self, &kinds, changed.as_ref());
        let (playbook, layout, listings) = (self.playbook.clone(), self.layout.clone(), self.listings.clone());
        *shelved = Some(Shelved { shelf, playbook, layout, listings });
        shards
    }

    /// The entries whose card or text may differ from what `earlier` shows of them, beside those that are `changed`: a card
    /// says where its entry is and whom it has somebody call.
    fn shown_otherwise(&self, earlier: &Site, mut changed: BTreeSet<usize>) -> BTreeSet<usize> {
        if self.playbook.is_rewording_of(&earlier.playbook) {
            // Of others a card names the facts of a contact alone, and those are in its outline.
            return changed;
        }
        let differs = |at: &usize| {
            let (now, then): (&Entry, &Entry) = (&self.playbook.entries[*at], &earlier.playbook.entries[*at]);
            self.playbook.addresses[*at] != earlier.playbook.addresses[*at]
                || self.trail(now) != earlier.trail(then)
                || self.first_line(*at, now) != earlier.first_line(*at, then)
        };
        let differing: Vec<usize> = (0..self.playbook.entries.len()).into_par_iter().filter(differs).collect();
        changed.extend(differing);
        changed
    }

    /// What a reader needs before the page: the first thing to say, whom to call, a number; and what belongs to it.
    fn first_line(&'p self, at: usize, entry: &'p Entry) -> (String, String) {
        match &entry.kind {
            Kind::Escalation(escalation) => {
                let Some(level) = escalation.levels.first() else { return Default::default() };
                let targets = &self.playbook.links.targets[at];
                let contact = level.who.clone().find_map(|reference| match &targets[reference] {
                    Target::Entry { entry, .. } if self.playbook.entries[*entry].kind_name == KindName::Contact => {
                        Some(self.contact(*entry))
                    }
                    _ => None,
                });
                let typed = entry.body.sections[level.sections.start].labels().find(|label| label.known == "who");
                match contact {
                    Some(contact) => (contact.title.to_owned(), contact.phone.to_owned()),
                    None => (typed.map_or_else(String::new, |label| label.text.clone()), String::new()),
                }
            }
            Kind::Contact => {
                let contact = self.contact(at);
                let ways = [contact.phone, contact.chat, contact.email];
                let way = ways.into_iter().find(|way| !way.is_empty()).unwrap_or_default();
                (way.to_owned(), contact.hours.to_owned())
            }
            _ => (entry.first_words.as_ref().map_or_else(String::new, |line| line.text.clone()), String::new()),
        }
    }

    /// The titles of the folders around an entry, from the outside in.
    fn trail(&self, entry: &Entry) -> String {
        let path = entry.source.path.folder();
        let ends = path.match_indices('/').map(|(at, _)| at).chain((!path.is_empty()).then_some(path.len()));
        let titles = ends.filter_map(|end| {
            let (folder, _) = self.folder_addresses.get(&path[..end])?;
            Some(self.playbook.index.folders[*folder].title.as_str())
        });
        titles.collect::<Vec<_>>().join(" › ")
    }
}
