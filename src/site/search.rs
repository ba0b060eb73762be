//! Picks what search shows of an entry, and has the index cut into files.

use serde_json::{Value, json};

use super::Site;
use crate::entry::{Entry, Piece};
use crate::facts::KindName;
use crate::index::address::encoded;
use crate::kind::Kind;
use crate::link::Target;
use crate::search::collect;
use crate::search::shards::{Shards, Shown, shards};

/// Lines to say that a card has beside the first.
const LINES: usize = 8;

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

    /// `[title, address, folders, summary, line, why, more lines, pairs, headings]`; `headings` has one `[text, id]` for
    /// each section but the first, or 0 for one that no other page quotes.
    fn card(&self, at: usize) -> String {
        let entry: &Entry = &self.playbook.entries[at];
        let sections = &entry.body.sections;
        let secret = collect::secret(entry);
        let headings = sections.iter().enumerate().skip(1).map(|(at, section)| match &section.heading {
            Some(heading) if !secret.contains(&at) => json!([heading.text, heading.id]),
            _ => json!(0),
        });
        let (line, why) = self.first_line(at, entry);
        let mut lines: Vec<&str> = Vec::new();
        let mut pairs: Vec<Value> = Vec::new();
        for piece in
            sections.iter().enumerate().filter(|(at, _)| !secret.contains(at)).flat_map(|(_, section)| &section.pieces)
        {
            match piece {
                Piece::Lines(said) if entry.kind_name == KindName::Script => {
                    lines.extend(said.iter().map(|said| said.text.as_str()).filter(|said| *said != line));
                }
                Piece::Pairs(all) => {
                    let both = all.iter().filter(|pair| !pair.better.text.is_empty());
                    pairs.extend(both.map(|pair| json!([pair.instead.text, pair.better.text])));
                }
                _ => {}
            }
        }
        lines.truncate(LINES);
        let address = encoded(&self.playbook.addresses[at]);
        let card = json!([
            &*entry.title,
            address,
            self.trail(entry),
            &*entry.summary,
            line,
            why,
            lines,
            pairs,
            headings.collect::<Vec<_>>(),
        ]);
        card.to_string()
    }
}

impl<'p> Site {
    /// The files of the search index.
    pub(super) fn shards(&self) -> Shards {
        shards(self.playbook.search(), self, &KindName::ALL.map(KindName::word))
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
