//! Counts what stands how often in which entry, some entries at a time on each thread.

use std::collections::HashMap;

use ahash::RandomState;
use rayon::prelude::*;

use super::sayings::END;
use super::{Document, Languages, Weights, again, stepped_length};
use crate::search::text::Field;
use crate::search::tokens::{self, fold};

/// Entries that are counted together, on one thread.
const TOGETHER: usize = 500;

/// The entries, counted.
pub(super) fn counted(documents: &[Document<'_>], languages: &Languages, weights: &Weights) -> Vec<Chunk> {
    let chunks = documents
        .par_chunks(TOGETHER)
        .map_init(Counter::default, |counter, documents| Chunk::of(documents, languages, weights, counter));
    chunks.collect()
}

/// One entry, counted.
pub(super) fn counted_alone(document: Document<'_>, languages: &Languages, weights: &Weights) -> Chunk {
    Chunk::of(&[document], languages, weights, &mut Counter::default())
}

/// What stands together in the whole book, in order of terms and entry.
pub(super) fn pairs(chunks: &mut [Chunk]) -> Vec<Together> {
    let mut pairs: Vec<Together> = Vec::with_capacity(chunks.iter().map(|chunk| chunk.pairs.len()).sum());
    for (at, chunk) in chunks.iter_mut().enumerate() {
        let number = |stem: u32| chunk.stems[stem as usize].number;
        pairs.extend(std::mem::take(&mut chunk.pairs).into_iter().map(|pair| Together {
            first: number(pair.first),
            second: number(pair.second),
            entry: pair.entry + (at * TOGETHER) as u32,
            weight: pair.weight,
        }));
    }
    pairs.par_sort_unstable_by_key(|pair| (u64::from(pair.first) << 32 | u64::from(pair.second), pair.entry));
    pairs
}

/// How often a stem stands in the text of an entry, weighted.
#[derive(Clone, Copy)]
pub(super) struct Count {
    pub(super) stem: u32,
    pub(super) text: f32,
}

/// Two stems that stand together in an entry.
#[derive(Clone, Copy)]
pub(super) struct Together {
    pub(super) first: u32,
    pub(super) second: u32,
    pub(super) entry: u32,
    pub(super) weight: f32,
}

/// What some entries say, with numbers of their own for stems.
#[derive(Default)]
pub(super) struct Chunk {
    forms: Vec<Form>,
    pub(super) stems: Vec<Stem>,
    pub(super) counts: Vec<Count>,
    /// How often a stem stands in the title of an entry, or a little of that for its tags: its place in `counts`.
    pub(super) in_titles: Vec<(u32, f32)>,
    /// How often a stem is said by those who want an entry: its place in `counts`.
    pub(super) in_sayings: Vec<(u32, f32)>,
    /// By the entry's place in the chunk.
    pub(super) pairs: Vec<Together>,
    /// The stems of titles and sayings, with [`END`] behind each.
    pub(super) said: Vec<u32>,
    pub(super) entries: Vec<Counted>,
}

/// A form in a chunk.
struct Form {
    stem: u32,
    /// Its place among the forms of the stem. `None` if nothing of it is left without accents.
    folded: Option<u32>,
    /// The entry that has it last, plus one.
    entry: u32,
}

/// A stem in a chunk.
#[derive(Default)]
pub(super) struct Stem {
    /// Its forms without accents, and how many entries have each; one that has it with accents and without counts twice.
    pub(super) forms: Vec<(Box<str>, u32)>,
    pub(super) key: Box<str>,
    /// Entries that have it in the text, in the title or a tag, and in a saying.
    pub(super) df: u32,
    pub(super) title_df: u32,
    pub(super) saying_df: u32,
    /// Its number in the book.
    pub(super) number: u32,
}

/// One entry of a chunk.
pub(super) struct Counted {
    /// The ends of its counts.
    pub(super) end: u32,
    pub(super) end_of_title: u32,
    pub(super) end_of_sayings: u32,
    pub(super) end_of_said: u32,
    pub(super) length: f64,
    pub(super) title_length: f64,
    pub(super) sayings_length: f64,
    /// How many stems it has.
    pub(super) n_stems: f64,
    /// How much of these come again in it.
    pub(super) again: f64,
    /// What all of it counts.
    pub(super) share: f64,
}

/// What one thread counts a chunk in: kept for the next one, because lists that grow leave gaps in memory.
#[derive(Default)]
struct Counter {
    counts: Vec<Count>,
    pairs: Vec<Together>,
    /// By stem, while an entry is counted.
    open: Vec<Open>,
    known: Known,
}

/// Where a stem of the entry that is being counted has its counts.
#[derive(Clone, Copy, Default)]
struct Open {
    /// The entry, plus one.
    entry: u32,
    /// Its place in `counts`.
    at: u32,
    /// Its places in `in_titles` and `in_sayings`, plus one. 0 if it stands in none.
    in_title: u32,
    in_sayings: u32,
}

/// The words of a chunk.
#[derive(Default)]
struct Known {
    /// By language: a form and its number.
    forms: Vec<Numbers>,
    stems: Numbers,
}

/// Numbers of words. Strangers write these, and cannot foresee which of them collide.
type Numbers = HashMap<Box<str>, u32, RandomState>;

impl Counter {
    fn hand_over(&mut self, chunk: &mut Chunk) {
        chunk.forms = Vec::new();
        chunk.counts = self.counts.as_slice().into();
        chunk.pairs = self.pairs.as_slice().into();
        self.counts.clear();
        self.pairs.clear();
        self.open.clear();
        self.known.forms.iter_mut().for_each(Numbers::clear);
        self.known.stems.clear();
    }
}

impl Chunk {
    fn of(documents: &[Document<'_>], languages: &Languages, weights: &Weights, counter: &mut Counter) -> Chunk {
        counter.known.forms.resize_with(languages.all.len(), Numbers::default);
        let mut chunk = Chunk::default();
        documents.iter().for_each(|document| chunk.count(document, languages, weights, counter));
        counter.hand_over(&mut chunk);
        chunk
    }

    fn form(&mut self, language: usize, languages: &Languages, form: &str, known: &mut Known) -> u32 {
        if let Some(number) = known.forms[language].get(form) {
            return *number;
        }
        let key = languages.all[language].1.stem(form).into_boxed_str();
        let next = self.stems.len() as u32;
        let stem = *known.stems.entry(key.clone()).or_insert(next);
        if stem == next {
            self.stems.push(Stem { key, ..Stem::default() });
        }
        let folded = fold(form).into_boxed_str();
        let forms = &mut self.stems[stem as usize].forms;
        let place = forms.iter().position(|(known, _)| *known == folded);
        let folded = (!folded.is_empty()).then(|| {
            place.unwrap_or_else(|| {
                forms.push((folded, 0));
                forms.len() - 1
            }) as u32
        });
        let number = self.forms.len() as u32;
        self.forms.push(Form { stem, folded, entry: 0 });
        known.forms[language].insert(form.into(), number);
        number
    }

    fn count(
        &mut self,
        document: &Document<'_>,
        languages: &Languages,
        weights: &Weights,
        Counter { counts, pairs, open, known }: &mut Counter,
    ) {
        let entry = self.entries.len() as u32;
        let (own, listed_in) = (languages.place(document.language), languages.place(document.listed_in));
        let share = if document.is_door { weights.door } else { 1.0 };
        let (mut length, mut title_length, mut sayings_length) = (0.0, 0.0, 0.0);
        let first = counts.len();
        let first_pair = pairs.len();
        let is_short = document.text.has_at_most(weights.short as usize);
        let kind = document.kind.map(|kind| (Field::Tag, kind));
        for (field, line) in document.text.lines().chain(kind) {
            let weight = weights.fields[field as usize];
            if weight == 0.0 {
                continue;
            }
            let language = if matches!(field, Field::Tag | Field::Situation) { listed_in } else { own };
            let pair = if field.is_short() { weights.pair } else { weights.text_pair };
            let mut before = None;
            let is_said = field.is_saying() || field == Field::Title;
            let mut n_left = 0;
            if field == Field::Path {
                tokens::words(line, |_| n_left += 1);
            }
            tokens::words(line, |word| {
                let form = self.form(language, languages, word, known);
                let Form { stem, folded, entry: last } = &mut self.forms[form as usize];
                let stem = *stem;
                if std::mem::replace(last, entry + 1) <= entry
                    && let Some(folded) = folded
                {
                    self.stems[stem as usize].forms[*folded as usize].1 += 1;
                }
                if open.len() < self.stems.len() {
                    open.resize(self.stems.len(), Open::default());
                }
                let open = &mut open[stem as usize];
                let met = &mut self.stems[stem as usize];
                if open.entry != entry + 1 {
                    *open = Open { entry: entry + 1, at: counts.len() as u32, ..Open::default() };
                    counts.push(Count { stem, text: 0.0 });
                    met.df += 1;
                }
                counts[open.at as usize].text += weight as f32;
                length += weight.min(1.0);
                let in_title = match field {
                    Field::Title => 1.0,
                    Field::Tag => weights.tag_in_title,
                    Field::Path => {
                        n_left -= 1;
                        weights.path_in_title * weights.path_fall.powi(n_left)
                    }
                    _ => 0.0,
                };
                if in_title > 0.0 {
                    met.title_df += add(&mut self.in_titles, &mut open.in_title, open.at, in_title);
                    title_length += in_title;
                }
                if field.is_saying() {
                    met.saying_df += add(&mut self.in_sayings, &mut open.in_sayings, open.at, 1.0);
                    sayings_length += 1.0;
                }
                if is_said {
                    self.said.push(stem);
                }
                if let Some(first) = before
                    && (field.is_short() || is_short)
                {
                    pairs.push(Together { first, second: stem, entry, weight: (pair * share) as f32 });
                }
                before = Some(stem);
            });
            if is_said {
                self.said.push(END);
            }
        }
        // What stands together more than once counts once: the most that it does.
        let own = &mut pairs[first_pair..];
        own.sort_unstable_by(|a, b| (a.first, a.second).cmp(&(b.first, b.second)).then(b.weight.total_cmp(&a.weight)));
        let mut kept = first_pair;
        for at in first_pair..pairs.len() {
            let pair = pairs[at];
            if kept == first_pair || (pairs[kept - 1].first, pairs[kept - 1].second) != (pair.first, pair.second) {
                pairs[kept] = pair;
                kept += 1;
            }
        }
        pairs.truncate(kept);
        let ends = [counts.len(), self.in_titles.len(), self.in_sayings.len()].map(|end| end as u32);
        let [end, end_of_title, end_of_sayings] = ends;
        let (length, sayings_length) = (stepped_length(length), stepped_length(sayings_length));
        let n_stems = (counts.len() - first) as f64;
        let again = counts[first..].iter().map(|count| again(count.text)).sum();
        self.entries.push(Counted {
            end,
            end_of_title,
            end_of_sayings,
            end_of_said: self.said.len() as u32,
            length,
            title_length,
            sayings_length,
            n_stems,
            again,
            share,
        });
    }
}

/// Counts what stands at `at` so much more in a list. `place` is where it stands there, plus one, or 0 until it does. How
/// many are new in the list.
fn add(list: &mut Vec<(u32, f32)>, place: &mut u32, at: u32, n: f64) -> u32 {
    let is_new = *place == 0;
    if is_new {
        list.push((at, 0.0));
        *place = list.len() as u32;
    }
    list[*place as usize - 1].1 += n as f32;
    u32::from(is_new)
}
