//! How much each term says about each entry, computed once when the site is built.
//!
//! An impact is idf · BM25 over the whole text plus idf · BM25 over the title alone, each with its own frequencies and
//! lengths (Robertson & Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, §3). It is kept in six
//! bits with a scale a term. Whoever ranks adds whole numbers only, so that every machine ranks alike.

mod count;
mod synonyms;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::everyday;
use super::stem::Stemmer;
use super::stop;
use super::text::Text;
use count::{Chunk, counted, pairs};
use synonyms::synonymous;

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
    /// How often a word of each field counts in the text, in the order of [`Field::ALL`](super::text::Field::ALL).
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
            b: 0.6,
            title_k1: 1.6,
            title_b: 0.75,
            title: 0.7,
            fields: [1.5, 3.0, 1.5, 1.5, 1.5, 1.5, 1.0, 1.5, 1.0],
            stop: 0.4,
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
    /// The same, with more or less made of some fields: those of `[search] boosts`, in the order of [`Field::ALL`](super::text::Field::ALL).
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
    let mut chunks = counted(documents, &languages, &stemmers, weights);
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
