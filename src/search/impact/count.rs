//! Counts what stands how often in which entry, some entries at a time on each thread.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Document, Weights, stepped_length};
use crate::search::stem::Stemmer;
use crate::search::text::Field;
use crate::search::tokens::{self, fold};

/// Entries that are counted together, on one thread.
const TOGETHER: usize = 500;

/// The entries, counted. `languages` are theirs, in order, each with its stemmer.
pub(super) fn counted(
    documents: &[Document<'_>],
    languages: &[&str],
    stemmers: &[Stemmer],
    weights: &Weights,
) -> Vec<Chunk> {
    let language = |document: &Document<'_>| languages.partition_point(|language| *language < document.language);
    let chunks = documents.par_chunks(TOGETHER).map_init(Counter::default, |counter, documents| {
        let by_form = vec![FxHashMap::default(); languages.len()];
        let mut chunk = Chunk { by_form, ..Chunk::default() };
        for document in documents {
            let language = language(document);
            chunk.count(document, language, &stemmers[language], weights, counter);
        }
        counter.hand_over(&mut chunk);
        chunk
    });
    chunks.collect()
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

/// How often a stem stands in the text of an entry, weighted; later, what it says.
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
    by_form: Vec<FxHashMap<Box<str>, u32>>,
    by_stem: FxHashMap<Box<str>, u32>,
    pub(super) stems: Vec<Stem>,
    pub(super) counts: Vec<Count>,
    /// How often a stem stands in the title of an entry: its place in `counts`.
    pub(super) in_titles: Vec<(u32, f32)>,
    /// By the entry's place in the chunk.
    pairs: Vec<Together>,
    pub(super) entries: Vec<Counted>,
}

/// A stem in a chunk.
#[derive(Default)]
pub(super) struct Stem {
    pub(super) forms: Vec<Box<str>>,
    pub(super) key: Box<str>,
    /// Entries that have it in the text, and in the title.
    pub(super) df: u32,
    pub(super) title_df: u32,
    /// Its number in the book.
    pub(super) number: u32,
}

/// One entry of a chunk.
pub(super) struct Counted {
    /// The ends of its counts.
    pub(super) end: u32,
    pub(super) end_of_title: u32,
    pub(super) length: f64,
    pub(super) title_length: f64,
    /// What all of it counts.
    pub(super) share: f64,
}

/// What one thread counts a chunk in: kept for the next one, because lists that grow leave gaps in memory.
#[derive(Default)]
struct Counter {
    counts: Vec<Count>,
    pairs: Vec<Together>,
    /// By stem, while an entry is counted: its place in `counts`, and the entry, plus one.
    open: Vec<(u32, u32)>,
}

impl Counter {
    fn hand_over(&mut self, chunk: &mut Chunk) {
        chunk.by_form = Vec::new();
        chunk.by_stem = FxHashMap::default();
        chunk.counts = self.counts.as_slice().into();
        chunk.pairs = self.pairs.as_slice().into();
        self.counts.clear();
        self.pairs.clear();
        self.open.clear();
    }
}

impl Chunk {
    fn number(&mut self, language: usize, stemmer: &Stemmer, form: &str) -> u32 {
        if let Some(number) = self.by_form[language].get(form) {
            return *number;
        }
        let key = stemmer.stem(form).into_boxed_str();
        let next = self.stems.len() as u32;
        let number = *self.by_stem.entry(key.clone()).or_insert(next);
        if number == next {
            self.stems.push(Stem { key, ..Stem::default() });
        }
        let folded = fold(form).into_boxed_str();
        let forms = &mut self.stems[number as usize].forms;
        if !folded.is_empty() && !forms.contains(&folded) {
            forms.push(folded);
        }
        self.by_form[language].insert(form.into(), number);
        number
    }

    fn count(
        &mut self,
        document: &Document<'_>,
        language: usize,
        stemmer: &Stemmer,
        weights: &Weights,
        Counter { counts, pairs, open }: &mut Counter,
    ) {
        let entry = self.entries.len() as u32;
        let share = if document.is_door { weights.door } else { 1.0 };
        let (mut length, mut title_length) = (0.0, 0.0);
        let first_title = self.in_titles.len();
        let first_pair = pairs.len();
        let is_short = document.text.has_at_most(weights.short as usize);
        for (field, line) in document.text.lines() {
            let weight = weights.fields[field as usize];
            if weight == 0.0 {
                continue;
            }
            let pair = if field.is_short() { weights.pair } else { weights.text_pair };
            let mut before = None;
            tokens::words(line, |word| {
                let stem = self.number(language, stemmer, word);
                if open.len() < self.stems.len() {
                    open.resize(self.stems.len(), (0, 0));
                }
                let open = &mut open[stem as usize];
                if open.1 != entry + 1 {
                    *open = (counts.len() as u32, entry + 1);
                    counts.push(Count { stem, text: 0.0 });
                    self.stems[stem as usize].df += 1;
                }
                counts[open.0 as usize].text += weight as f32;
                length += weight.min(1.0);
                if field == Field::Title {
                    match self.in_titles[first_title..].iter_mut().find(|(at, _)| *at == open.0) {
                        Some((_, n)) => *n += 1.0,
                        None => {
                            self.in_titles.push((open.0, 1.0));
                            self.stems[stem as usize].title_df += 1;
                        }
                    }
                    title_length += 1.0;
                }
                if let Some(first) = before
                    && (field.is_short() || is_short)
                {
                    pairs.push(Together { first, second: stem, entry, weight: (pair * share) as f32 });
                }
                before = Some(stem);
            });
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
        let (end, end_of_title) = (counts.len() as u32, self.in_titles.len() as u32);
        let length = stepped_length(length);
        self.entries.push(Counted { end, end_of_title, length, title_length, share });
    }
}
