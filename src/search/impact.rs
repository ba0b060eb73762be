//! How much each term says about each entry, computed once when the site is built.
//!
//! An impact is idf · BM25 over the whole text plus idf · BM25 over the title alone, each with its own frequencies and
//! lengths (Robertson & Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, §3). It is kept in six
//! bits with a scale a term. Whoever ranks adds whole numbers only, so that every machine ranks alike.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::everyday;
use super::stem::Stemmer;
use super::stop;
use super::text::{Field, Text};
use super::tokens::{self, fold};

/// What the impacts are computed with. The defaults are the best found on three test sets; see `benches/search.rs`.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Saturation of the frequency in a text.
    pub k1: f64,
    /// How much the length of a text counts.
    pub b: f64,
    /// Saturation of the frequency in a title.
    pub title_k1: f64,
    /// How much the length of a title counts.
    pub title_b: f64,
    /// The title beside the text.
    pub title: f64,
    /// How often a word of each field counts in the text, in the order of [`Field::ALL`].
    pub fields: [f64; 9],
    /// What a stop word counts.
    pub stop: f64,
    /// Two words that stand together in a title or heading.
    pub pair: f64,
    /// Two words that stand together in any other text.
    pub text_pair: f64,
    /// The word that a synonym stands for.
    pub synonym: f64,
    /// What the page of a folder counts.
    pub door: f64,
    /// The least that one step of an impact is worth, in thousandths: what a word that stands nearly everywhere says of one
    /// entry and not of another is less than that, and its impacts need not be told apart.
    pub floor: f64,
    /// Words of text that an entry may have for its words that stand together to count, where they are in no title,
    /// heading or saying: in a long text nearly every pair stands once, and they would be most of the index.
    pub short: f64,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            k1: 1.4,
            b: 0.7,
            title_k1: 1.6,
            title_b: 0.75,
            title: 0.7,
            fields: [1.5, 2.0, 1.5, 1.5, 1.5, 1.5, 1.0, 1.0, 1.0],
            stop: 0.5,
            pair: 0.4,
            text_pair: 0.3,
            synonym: 0.4,
            door: 0.7,
            floor: 60.0,
            short: 100.0,
        }
    }
}

impl Weights {
    /// The same, with more or less made of some fields: those of `[search] boosts`, in the order of [`Field::ALL`].
    pub fn boosted(mut self, boosts: &BTreeMap<&'static str, f64>) -> Weights {
        const NAMES: [&str; 9] =
            ["title", "aliases", "headings", "tags", "situations", "customers-say", "instead-of", "summary", "text"];
        for (at, name) in NAMES.iter().enumerate() {
            let boost = boosts.get(name).copied().unwrap_or(1.0);
            self.fields[at] *= boost;
            if *name == "title" {
                self.title *= boost;
            }
        }
        self
    }
}

/// The largest impact: six bits.
pub const MOST: u8 = 63;

/// That a term says something about an entry, and how much: 1 to [`MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting(u32);

impl Posting {
    fn new(entry: u32, impact: u8) -> Posting {
        Posting(entry << 6 | u32::from(impact))
    }

    /// The entry.
    pub fn entry(self) -> u32 {
        self.0 >> 6
    }

    /// How much is said, in steps of the term's scale.
    pub fn impact(self) -> u8 {
        (self.0 & u32::from(MOST)) as u8
    }
}

/// A stem, and the entries that it says something about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The stem.
    pub key: Box<str>,
    /// The forms of the stem that the book has, without accents, in order.
    pub forms: Vec<Box<str>>,
    /// A thousandth of what one step of an impact is worth.
    pub scale: u32,
    /// Whether it says little, so that it completes no word that is being typed.
    pub stop: bool,
    /// Its posting list.
    list: Range<u32>,
}

/// Two stems that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The term of the first.
    pub first: u32,
    /// The term of the second.
    pub second: u32,
    /// A thousandth of what one step of an impact is worth.
    pub scale: u32,
    /// Its posting list.
    list: Range<u32>,
}

/// What every term says about every entry.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Impacts {
    /// In order of key.
    pub terms: Vec<Term>,
    /// In order of their terms.
    pub pairs: Vec<Pair>,
    /// All posting lists, each in order of entry.
    postings: Vec<Posting>,
}

impl Impacts {
    /// The posting list of a term, in order of entry.
    pub fn of_term(&self, term: u32) -> &[Posting] {
        self.list(&self.terms[term as usize].list)
    }

    /// The posting list of a pair, in order of entry.
    pub fn of_pair(&self, pair: u32) -> &[Posting] {
        self.list(&self.pairs[pair as usize].list)
    }

    fn list(&self, list: &Range<u32>) -> &[Posting] {
        &self.postings[list.start as usize..list.end as usize]
    }

    /// The pair of two terms, if they stand together anywhere.
    pub fn pair(&self, first: u32, second: u32) -> Option<u32> {
        self.pairs.binary_search_by_key(&(first, second), |pair| (pair.first, pair.second)).ok().map(|at| at as u32)
    }

    /// The pairs that begin with a term.
    pub fn pairs_of(&self, first: u32) -> Range<u32> {
        let start = self.pairs.partition_point(|pair| pair.first < first);
        let n = self.pairs[start..].partition_point(|pair| pair.first == first);
        start as u32..(start + n) as u32
    }

    fn term(&self, key: &str) -> Option<u32> {
        self.terms.binary_search_by(|term| (*term.key).cmp(key)).ok().map(|at| at as u32)
    }

    fn keep(&mut self, impacts: impl Iterator<Item = (u32, f32)>, scale: u32) -> Range<u32> {
        let start = self.postings.len() as u32;
        self.postings.extend(impacts.map(|(entry, impact)| quantised(entry, impact, scale)));
        start..self.postings.len() as u32
    }
}

/// What the index is made of: one entry.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// The tag of its language.
    pub language: &'d str,
    /// Its text.
    pub text: &'d Text,
    /// Whether it is a folder's own page, which leads to others and answers less itself.
    pub is_door: bool,
}

/// A rule that a word also finds what another one finds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// What readers type.
    pub typed: String,
    /// What the book says.
    pub meant: String,
}

/// A number in steps of about a twentieth, so that one edit seldom moves what other entries count.
fn stepped(n: f64) -> f64 {
    in_steps(n, 1.05)
}

/// The length of an entry in steps of about a tenth, so that one edit seldom moves what its other words count.
fn stepped_length(words: f64) -> f64 {
    in_steps(words, 1.1)
}

fn in_steps(n: f64, step: f64) -> f64 {
    if n < 1.0 { n } else { step.powf((n.ln() / step.ln()).round()) }
}

/// Inverse document frequency as BM25 has it, never below nothing.
fn idf(n: f64, df: f64) -> f64 {
    (1.0 + (n - df + 0.5).max(0.0) / (df + 0.5)).ln()
}

fn bm25(tf: f64, k1: f64, b: f64, length: f64, average: f64) -> f64 {
    tf * (k1 + 1.0) / (tf + k1 * (1.0 - b + b * length / average))
}

/// The scale of a term whose largest impact is `most`.
fn scale(most: f32, floor: f64) -> u32 {
    (f64::from(most) * 1000.0 / f64::from(MOST)).ceil().max(floor) as u32
}

fn quantised(entry: u32, impact: f32, scale: u32) -> Posting {
    let steps = (f64::from(impact) * 1000.0 / f64::from(scale)).round().clamp(1.0, f64::from(MOST));
    Posting::new(entry, steps as u8)
}

/// Entries that are counted together, on one thread.
const TOGETHER: usize = 500;

/// Entries in which two words may stand together and still say something …
const RARE: f64 = 30.0;

/// … or one of so many entries, if that is more …
const RARE_OF: f64 = 30.0;

/// … and of so many if one of the two is a stop word.
const RARE_OF_STOPS: f64 = 100.0;

/// What the terms of a book say about its entries.
pub fn impacts(documents: &[Document<'_>], weights: &Weights, own_stops: &[String], synonyms: &[Synonym]) -> Impacts {
    let mut languages: Vec<&str> = documents.iter().map(|document| document.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let stemmers: Vec<Stemmer> = languages.iter().map(|language| Stemmer::of(language)).collect();
    let language = |document: &Document<'_>| languages.partition_point(|language| *language < document.language);
    let mut chunks: Vec<Chunk> = documents
        .par_chunks(TOGETHER)
        .map_init(Counter::default, |counter, documents| {
            let stems = vec![FxHashMap::default(); languages.len()];
            let mut chunk = Chunk { by_form: stems, ..Chunk::default() };
            for document in documents {
                let language = language(document);
                chunk.count(document, language, &stemmers[language], weights, counter);
            }
            counter.hand_over(&mut chunk);
            chunk
        })
        .collect();
    let mut made = numbered(&mut chunks);
    for (language, stemmer) in languages.iter().zip(&stemmers) {
        let words = stop::words(language).map(str::to_owned).chain(own_stops.iter().cloned());
        for word in words {
            if let Some(at) = made.term(&stemmer.stem(&word)) {
                made.terms[at as usize].stop = true;
            }
        }
    }
    let n = stepped(documents.len() as f64);
    let pairs = pairs(&mut chunks);
    weigh(&mut chunks, &mut made, weights, n);
    drop(chunks);
    made.postings.reserve_exact(pairs.len());
    for of_pair in pairs.chunk_by(|a, b| (a.first, a.second) == (b.first, b.second)) {
        let df = of_pair.len() as f64;
        let has_stop = [of_pair[0].first, of_pair[0].second].iter().any(|term| made.terms[*term as usize].stop);
        if df > RARE.max(n / if has_stop { RARE_OF_STOPS } else { RARE_OF }) {
            continue;
        }
        let idf = idf(n, stepped(df)) as f32;
        let scale = scale(of_pair.iter().fold(0.0f32, |most, pair| most.max(pair.weight)) * idf, weights.floor);
        let list = made.keep(of_pair.iter().map(|pair| (pair.entry, pair.weight * idf)), scale);
        made.pairs.push(Pair { first: of_pair[0].first, second: of_pair[0].second, scale, list });
    }
    let everyday: Vec<(Synonym, &Stemmer)> = languages
        .iter()
        .zip(&stemmers)
        .flat_map(|(language, stemmer)| everyday::synonyms(language).into_iter().map(move |synonym| (synonym, stemmer)))
        .collect();
    let own = synonyms.iter().flat_map(|synonym| stemmers.iter().map(move |stemmer| (synonym, stemmer)));
    let rules = own.chain(everyday.iter().map(|(synonym, stemmer)| (synonym, *stemmer))).collect();
    synonymous(made, rules, weights)
}

/// How often a stem stands in the text of an entry, weighted; later, what it says.
#[derive(Clone, Copy)]
struct Count {
    stem: u32,
    text: f32,
}

/// Two stems that stand together in an entry.
#[derive(Clone, Copy)]
struct Together {
    first: u32,
    second: u32,
    entry: u32,
    weight: f32,
}

/// What some entries say, with numbers of their own for stems.
#[derive(Default)]
struct Chunk {
    by_form: Vec<FxHashMap<Box<str>, u32>>,
    by_stem: FxHashMap<Box<str>, u32>,
    stems: Vec<Stem>,
    counts: Vec<Count>,
    /// How often a stem stands in the title of an entry: its place in `counts`.
    in_titles: Vec<(u32, f32)>,
    /// By the entry's place in the chunk.
    pairs: Vec<Together>,
    entries: Vec<Counted>,
}

#[derive(Default)]
struct Stem {
    forms: Vec<Box<str>>,
    key: Box<str>,
    /// Entries that have it in the text, and in the title.
    df: u32,
    title_df: u32,
    /// Its number in the book.
    number: u32,
}

/// One entry of a chunk.
struct Counted {
    /// The ends of its counts.
    end: u32,
    end_of_title: u32,
    length: f64,
    title_length: f64,
    /// What all of it counts.
    share: f64,
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

/// Gives stems their numbers in the book, which are their places in the order of keys, and collects their forms. The
/// posting lists have their places, and are empty.
fn numbered(chunks: &mut [Chunk]) -> Impacts {
    let mut stems: FxHashMap<&str, Term> = FxHashMap::default();
    for stem in chunks.iter().flat_map(|chunk| &chunk.stems) {
        let term = stems.entry(&stem.key).or_insert_with(|| Term {
            key: stem.key.clone(),
            forms: Vec::new(),
            scale: 0,
            stop: false,
            list: 0..0,
        });
        term.list.end += stem.df;
        term.forms.extend(stem.forms.iter().cloned());
    }
    let mut terms: Vec<Term> = stems.into_values().collect();
    terms.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    let mut end = 0;
    for term in &mut terms {
        term.forms.sort_unstable();
        term.forms.dedup();
        term.list = end..end + term.list.end;
        end = term.list.end;
    }
    let numbers: FxHashMap<&str, u32> = (0..).zip(&terms).map(|(at, term)| (&*term.key, at)).collect();
    for stem in chunks.iter_mut().flat_map(|chunk| &mut chunk.stems) {
        stem.number = numbers[&*stem.key];
    }
    Impacts { terms, pairs: Vec::new(), postings: vec![Posting(0); end as usize] }
}

/// What stands together in the whole book, in order of terms and entry.
fn pairs(chunks: &mut [Chunk]) -> Vec<Together> {
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

/// Fills the posting lists of single stems.
fn weigh(chunks: &mut [Chunk], made: &mut Impacts, weights: &Weights, n: f64) {
    let entries = || chunks.iter().flat_map(|chunk| &chunk.entries);
    let average = stepped(mean(entries().map(|entry| entry.length)));
    let title_average = stepped(mean(entries().map(|entry| entry.title_length)));
    let mut title_df = vec![0u32; made.terms.len()];
    for stem in chunks.iter().flat_map(|chunk| &chunk.stems) {
        title_df[stem.number as usize] += stem.title_df;
    }
    // What one occurrence is worth, in the text and in the title.
    let worth: Vec<(f64, f64)> = made
        .terms
        .iter()
        .zip(&title_df)
        .map(|(term, title_df)| {
            let share = if term.stop { weights.stop } else { 1.0 };
            let text = idf(n, stepped(term.list.len() as f64));
            (share * text, share * weights.title * idf(n, stepped(f64::from(*title_df))))
        })
        .collect();
    chunks.par_iter_mut().for_each(|chunk| {
        let Chunk { counts, in_titles, entries, stems, .. } = chunk;
        let (mut start, mut start_of_title) = (0, 0);
        for entry in entries {
            let in_title = &in_titles[start_of_title..entry.end_of_title as usize];
            for (at, count) in (start as u32..).zip(&mut counts[start..entry.end as usize]) {
                count.stem = stems[count.stem as usize].number;
                let (text, title) = worth[count.stem as usize];
                let mut impact = text * bm25(f64::from(count.text), weights.k1, weights.b, entry.length, average);
                if let Some((_, tf)) = in_title.iter().find(|(counted, _)| *counted == at) {
                    let tf = f64::from(*tf);
                    impact += title * bm25(tf, weights.title_k1, weights.title_b, entry.title_length, title_average);
                }
                count.text = (impact * entry.share) as f32;
            }
            (start, start_of_title) = (entry.end as usize, entry.end_of_title as usize);
        }
    });
    let mut most = vec![0.0f32; made.terms.len()];
    for count in chunks.iter().flat_map(|chunk| &chunk.counts) {
        let most = &mut most[count.stem as usize];
        *most = most.max(count.text);
    }
    let mut next: Vec<u32> = Vec::with_capacity(made.terms.len());
    for (term, most) in made.terms.iter_mut().zip(&most) {
        term.scale = scale(*most, weights.floor);
        next.push(term.list.start);
    }
    let mut at = 0;
    for chunk in chunks {
        let mut start = 0;
        for entry in &chunk.entries {
            for count in &chunk.counts[start..entry.end as usize] {
                let next = &mut next[count.stem as usize];
                made.postings[*next as usize] = quantised(at, count.text, made.terms[count.stem as usize].scale);
                *next += 1;
            }
            start = entry.end as usize;
            at += 1;
        }
        // Its counts are used up, and are the most of what this takes.
        *chunk = Chunk::default();
    }
}

fn mean(lengths: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = lengths.fold((0.0, 0.0), |(sum, n), length| (sum + length, n + 1.0));
    if sum > 0.0 { sum / n } else { 1.0 }
}

/// Lets the words that are typed find what the words that are meant find, for less. The book itself may not have the
/// words that are typed.
fn synonymous(made: Impacts, rules: Vec<(&Synonym, &Stemmer)>, weights: &Weights) -> Impacts {
    let mut forms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // One stem, or two that stand together.
    let mut added: BTreeMap<(String, Option<String>), BTreeMap<u32, f32>> = BTreeMap::new();
    let found = rules
        .into_par_iter()
        .map(|(synonym, stemmer)| {
            let typed = stemmed(&synonym.typed, stemmer);
            let meant = stemmed(&synonym.meant, stemmer);
            let is_other = !typed.is_empty() && typed != meant;
            (synonym, stemmer, typed, if is_other { foremost(all_of(&made, &meant)) } else { Vec::new() })
        })
        .filter(|(_, _, _, impacts)| !impacts.is_empty())
        .collect::<Vec<_>>();
    for (synonym, stemmer, typed, impacts) in found {
        tokens::words(&synonym.typed, |word| {
            forms.entry(stemmer.stem(word)).or_default().insert(fold(word));
        });
        // Two words are one term, and of more each neighbouring pair is.
        let keys: Vec<(String, Option<String>)> = match &*typed {
            [one] => vec![(one.clone(), None)],
            more => more.windows(2).map(|pair| (pair[0].clone(), Some(pair[1].clone()))).collect(),
        };
        let share = weights.synonym as f32 / keys.len() as f32;
        for key in keys {
            let to = added.entry(key).or_default();
            for (entry, impact) in &impacts {
                let kept = to.entry(*entry).or_default();
                *kept = kept.max(impact * share);
            }
        }
    }
    if forms.is_empty() { made } else { with_synonyms(made, forms, added, weights.floor) }
}

/// The same impacts with more forms, terms and pairs.
fn with_synonyms(
    mut made: Impacts,
    forms: BTreeMap<String, BTreeSet<String>>,
    added: BTreeMap<(String, Option<String>), BTreeMap<u32, f32>>,
    floor: f64,
) -> Impacts {
    let unknown: Vec<&str> = forms.keys().map(String::as_str).filter(|key| made.term(key).is_none()).collect();
    let moved: Vec<u32> =
        (0..).zip(&made.terms).map(|(at, term)| at + unknown.partition_point(|key| **key < *term.key) as u32).collect();
    for pair in &mut made.pairs {
        (pair.first, pair.second) = (moved[pair.first as usize], moved[pair.second as usize]);
    }
    let scale_of_none = scale(0.0, floor);
    made.terms.extend(unknown.into_iter().map(|key| Term {
        key: key.into(),
        forms: Vec::new(),
        scale: scale_of_none,
        stop: false,
        list: 0..0,
    }));
    made.terms.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    for (key, forms) in forms {
        let at = made.term(&key).expect("every stem that is typed was added");
        let term = &mut made.terms[at as usize];
        term.forms.extend(forms.into_iter().map(String::into_boxed_str));
        term.forms.sort_unstable();
        term.forms.dedup();
    }
    let mut new_pairs: Vec<Pair> = Vec::new();
    for ((first, second), mut all) in added {
        let first = made.term(&first).expect("every stem that is typed was added");
        let second = second.map(|second| made.term(&second).expect("every stem that is typed was added"));
        let found = match second {
            None => Some(first),
            Some(second) => made.pair(first, second),
        };
        let (own, own_scale) = match (second, found) {
            (_, None) => (&[][..], 1),
            (None, Some(at)) => (made.of_term(at), made.terms[at as usize].scale),
            (Some(_), Some(at)) => (made.of_pair(at), made.pairs[at as usize].scale),
        };
        for posting in own {
            let kept = all.entry(posting.entry()).or_default();
            *kept = kept.max(worth(*posting, own_scale));
        }
        let scale = scale(all.values().fold(0.0f32, |most, impact| most.max(*impact)), floor);
        let list = made.keep(all.into_iter(), scale);
        match (second, found) {
            (Some(second), None) => new_pairs.push(Pair { first, second, scale, list }),
            (Some(_), Some(at)) => {
                let pair = &mut made.pairs[at as usize];
                (pair.scale, pair.list) = (scale, list);
            }
            (None, _) => {
                let term = &mut made.terms[first as usize];
                (term.scale, term.list) = (scale, list);
            }
        }
    }
    made.pairs.append(&mut new_pairs);
    made.pairs.sort_unstable_by_key(|pair| (pair.first, pair.second));
    made
}

/// What a posting says, as it was before it was rounded.
fn worth(posting: Posting, scale: u32) -> f32 {
    f32::from(posting.impact()) * scale as f32 / 1000.0
}

/// Entries that a synonym leads to: those that say most of what is meant. All that hold a frequent word are no help.
const MEANT: usize = 50;

fn foremost(mut impacts: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let better = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if impacts.len() > MEANT {
        impacts.select_nth_unstable_by(MEANT, better);
        impacts.truncate(MEANT);
        impacts.shrink_to_fit();
    }
    impacts
}

fn stemmed(text: &str, stemmer: &Stemmer) -> Vec<String> {
    let mut stems = Vec::new();
    tokens::words(text, |word| stems.push(stemmer.stem(word)));
    stems
}

/// The entries that hold all of some stems, with the sum of what these say.
fn all_of(made: &Impacts, stems: &[String]) -> Vec<(u32, f32)> {
    let Some(mut terms) = stems.iter().map(|stem| made.term(stem)).collect::<Option<Vec<u32>>>() else {
        return Vec::new();
    };
    terms.sort_by_key(|term| made.of_term(*term).len());
    let worth = |term: u32, posting: Posting| worth(posting, made.terms[term as usize].scale);
    let Some((rarest, others)) = terms.split_first() else { return Vec::new() };
    let mut all: Vec<(u32, f32)> =
        made.of_term(*rarest).iter().map(|posting| (posting.entry(), worth(*rarest, *posting))).collect();
    for other in others {
        let mut rest = made.of_term(*other).iter().peekable();
        all.retain_mut(|(entry, sum)| {
            while rest.next_if(|posting| posting.entry() < *entry).is_some() {}
            let found = rest.next_if(|posting| posting.entry() == *entry);
            found.inspect(|posting| *sum += worth(*other, **posting)).is_some()
        });
    }
    all
}
