//! What script shows of an entry, or of a glossary's word, when a reader rests on a link to it.
//!
//! A page cannot ask a file for one of them, so they lie in shards: script finds the shard of a link by its address
//! alone. That way no page changes when the summary of an entry does, and none holds what few readers ask for.

use std::collections::HashMap;

use serde_json::json;

use super::Site;
use crate::entry::Piece;
use crate::index::address::{Addresses, encoded};
use crate::text::{fnv_1a, text_of_html};

/// Entries and words that a shard holds on average: about 8 KB.
const IN_A_SHARD: usize = 32;

/// Where the shards lie, and what is in each.
#[derive(Debug, Default)]
pub(super) struct Previews {
    /// Their folder from the root of the site, with a slash; its last part is their number. Empty without any.
    pub(super) folder: String,
    shards: Vec<Vec<Key>>,
}

#[derive(Clone, Debug)]
enum Key {
    Entry(usize),
    /// The language of a glossary and the place among its words.
    Word(String, usize),
}

impl Previews {
    /// Every shard with its address.
    pub(super) fn pages(&self) -> impl Iterator<Item = (usize, String)> {
        (0..self.shards.len()).map(|at| (at, format!("{}{at}.js", self.folder)))
    }
}

impl Site {
    /// Spreads entries and words over shards.
    pub(super) fn list_previews(&self, taken: &mut Addresses) -> Previews {
        let playbook = &self.playbook;
        let entries = (0..playbook.entries.len()).filter(|entry| playbook.index.front.page != Some(*entry));
        let entries = entries.map(|entry| (Key::Entry(entry), encoded(&playbook.addresses[entry])));
        let mut languages: Vec<&String> = self.glossaries.keys().collect();
        languages.sort();
        let words = languages.into_iter().flat_map(|language| {
            let words = self.glossaries[language].words.iter().enumerate();
            words.map(|(at, word)| (Key::Word(language.clone(), at), word_path(&word.address, &word.anchor)))
        });
        let all: Vec<(Key, String)> = entries.chain(words).collect();
        if all.is_empty() {
            return Previews::default();
        }
        let count = all.len().div_ceil(IN_A_SHARD).next_power_of_two();
        // A file of the content with such a name must not be run as ours.
        let stems = (0..).map(|n| if n == 0 { "previews".to_owned() } else { format!("previews-{n}") });
        let mut folders = stems.map(|stem| format!("{stem}/{count}/"));
        let is_free = |folder: &String| (0..count).all(|at| taken.is_free(&format!("{folder}{at}.js")));
        let folder = folders.find(is_free).expect("some folder is free");
        let mut previews = Previews { folder, shards: vec![Vec::new(); count] };
        previews.pages().for_each(|(_, address)| {
            taken.own(&address);
        });
        for (key, path) in all {
            previews.shards[fnv_1a(&path) as usize % count].push(key);
        }
        previews
    }

    /// A shard as a script: `[path, kind, kind in the reader's words, title, text]` each.
    pub(super) fn preview_shard(&self, shard: usize) -> String {
        let playbook = &self.playbook;
        // Of an entry with many words, where its links lead is found out once.
        let mut destinations = HashMap::new();
        let mut row = |key: &Key| match key {
            Key::Entry(at) => {
                let entry = &playbook.entries[*at];
                let text = entry.first_words.as_ref().map_or(&*entry.summary, |line| &line.text);
                let kind = self.style.kind_title(entry.kind_name);
                json!([encoded(&playbook.addresses[*at]), entry.kind_name.word(), kind, &*entry.title, text])
            }
            Key::Word(language, at) => {
                let word = &self.glossaries[language].words[*at];
                let entry = &playbook.entries[word.entry];
                let section = &entry.body.sections[word.section];
                let prose = section.pieces.iter().find_map(|piece| match piece {
                    Piece::Prose(html) => {
                        let known = destinations.entry(word.entry).or_insert_with(|| self.destinations(word.entry));
                        Some(self.style.unlinked(html, known))
                    }
                    _ => None,
                });
                let text =
                    prose.map_or_else(String::new, |html| text_of_html(html.split("</p>").next().unwrap_or(&html)));
                let kind = entry.kind_name;
                json!([word_path(&word.address, &word.anchor), kind.word(), &*entry.title, section.title(), text])
            }
        };
        let rows: Vec<serde_json::Value> = self.previews.shards[shard].iter().map(&mut row).collect();
        format!("cuebook.previews({});\n", serde_json::Value::from(rows))
    }
}

fn word_path(address: &str, anchor: &str) -> String {
    format!("{}#{}", encoded(address), encoded(anchor))
}
