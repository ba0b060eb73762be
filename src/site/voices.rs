//! The languages in which a site speaks to its readers: the page of an entry has the words of the entry's language.

use std::collections::{BTreeMap, BTreeSet};

use super::{Site, page};
use crate::entry::{Fact, Form};
use crate::link::Target;
use crate::render::{SiteView, Theme, hashed_name};
use crate::view::Style;
use crate::view::parts::{Named, fingerprint};
use crate::words::{primary, words_in};

/// Everything that has words in it, in another language than the book's.
pub(super) struct Voice {
    /// Without a region.
    language: String,
    pub(super) style: Style,
    pub(super) theme: Theme,
    pub(super) site_view: SiteView,
    /// See [`Site`].
    pub(super) shared: u128,
}

/// What the pages of one language are rendered with.
pub(super) struct Speaker<'s> {
    pub(super) style: &'s Style,
    pub(super) theme: &'s Theme,
    pub(super) site_view: &'s SiteView,
    pub(super) shared: u128,
}

/// A script that has words in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    /// That of every page.
    Page,
    /// That of the search.
    Search,
    /// That of what a reader meets on a page.
    Reader,
}

impl Voice {
    /// The text of one of its scripts.
    pub(super) fn script(&self, script: Spoken) -> &str {
        match script {
            Spoken::Page => &self.theme.script,
            Spoken::Search => &self.theme.search_script,
            Spoken::Reader => &self.theme.reader_script,
        }
    }

    /// Its scripts with their addresses.
    pub(super) fn scripts(&self) -> [(Spoken, String); 3] {
        [(Spoken::Page, "cuebook"), (Spoken::Search, "search"), (Spoken::Reader, "reader")]
            .map(|(script, stem)| (script, hashed_name(stem, self.script(script), "js")))
    }
}

impl Site {
    /// A voice for each language of an entry, as far as somebody has said its words, in order of their tags.
    pub(super) fn list_voices(&self) -> Vec<Voice> {
        let config = &self.playbook.config;
        let own = primary(&config.book.language);
        let languages = self.playbook.entries.iter().filter_map(|entry| entry.facts.lang.as_ref());
        let languages: BTreeSet<String> =
            languages.map(|lang| primary(&lang.value)).filter(|lang| *lang != own).collect();
        let voices = languages.into_iter().filter_map(|language| {
            let words = words_in(config, &language)?;
            let theme = self.theme.in_words(words.clone());
            let style = Style { words, ..self.style.clone() };
            Some(Voice { language, style, theme, site_view: SiteView::new(&self.frame), shared: 0 })
        });
        voices.collect()
    }

    /// Gives each voice the finished frame of the site in its own words.
    pub(super) fn finish_voices(&mut self) {
        for at in 0..self.voices.len() {
            let voice = &self.voices[at];
            let [(_, script_path), ..] = voice.scripts();
            let indexes = self.index_links(&voice.style);
            let frame = page::Site { script_path, indexes, ..self.frame.clone() };
            let shared = fingerprint(&(&frame, &voice.style), voice.theme.hash);
            let voice = &mut self.voices[at];
            (voice.site_view, voice.shared) = (SiteView::new(&frame), shared);
        }
    }

    /// The place of an entry's voice among those of other languages. `None` for the book's own, which also speaks where
    /// nobody has said the words of a language.
    pub(super) fn voice_of(&self, entry: usize) -> Option<usize> {
        let language = primary(&self.playbook.entries[entry].facts.lang.as_ref()?.value);
        self.voices.iter().position(|voice| voice.language == language)
    }

    /// What speaks on an entry's page.
    pub(super) fn speaker(&self, entry: usize) -> Speaker<'_> {
        let Some(voice) = self.voice_of(entry).map(|at| &self.voices[at]) else { return self.own_speaker() };
        Speaker { style: &voice.style, theme: &voice.theme, site_view: &voice.site_view, shared: voice.shared }
    }

    /// What speaks on all other pages.
    pub(super) fn own_speaker(&self) -> Speaker<'_> {
        Speaker { style: &self.style, theme: &self.theme, site_view: &self.site_view, shared: self.shared }
    }

    /// For each entry that has one its versions in other languages, in order of path.
    pub(super) fn list_translations(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut versions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, entry) in self.playbook.entries.iter().enumerate() {
            let references = entry.references.iter().zip(&self.playbook.links.targets[at]);
            let original = references.filter_map(|(reference, target)| match (reference.form, target) {
                (Form::Fact(Fact::TranslationOf), Target::Entry { entry, .. }) if *entry != at => Some(*entry),
                _ => None,
            });
            original.for_each(|original| versions.entry(original).or_default().push(at));
        }
        let mut others: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (original, translations) in versions {
            let all: Vec<usize> = std::iter::once(original).chain(translations).collect();
            for version in &all {
                others.entry(*version).or_default().extend(all.iter().filter(|other| *other != version));
            }
        }
        others
    }

    /// An entry in other languages.
    pub(super) fn translations_of<'p>(&'p self, entry: usize) -> Vec<(&'p str, Named<'p>)> {
        let config = &self.playbook.config;
        let others = self.translations.get(&entry).into_iter().flatten();
        others.map(|other| (super::language(&self.playbook.entries[*other], config), self.named(*other))).collect()
    }
}
