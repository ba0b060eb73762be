//! How much each term says about each entry, computed once when the site is built.
//!
//! An impact is idf · BM25 over the whole text plus idf · BM25 over the title alone, each with its own frequencies and
//! lengths (Robertson & Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, §3). In the text, a word
//! that comes again where it stands counts more than one that does not. To that comes how much likelier those who want the
//! entry say the word than others do, and how well it tells them from these. It is kept in six bits with a scale a term.
//! Whoever ranks adds whole numbers only, so that every machine ranks alike.

mod count;
mod counts;
mod sayings;
mod synonyms;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::stem::Stemmer;
use super::text::Text;
pub use counts::{Counts, Edit, Stale};

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
    /// A word of a tag in the title, which these say again in other words.
    pub tag_in_title: f64,
    /// The last word of the path in the title …
    pub path_in_title: f64,
    /// … and any other of its words beside the one behind it: the nearer to the file name, the more it is about the entry.
    pub path_fall: f64,
    /// How often a word of each field counts in the text, in the order of [`Field::ALL`](super::text::Field::ALL).
    pub fields: [f64; 11],
    /// What it counts if those who want an entry say a word more often than others do, or if it tells them from others.
    pub saying: f64,
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
            title: 0.5,
            tag_in_title: 0.2,
            path_in_title: 0.6,
            path_fall: 0.6,
            fields: [1.0, 3.0, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.0, 1.5, 1.0],
            saying: 1.2,
            stop: 0.4,
            pair: 0.4,
            text_pair: 0.3,
            synonym: 0.4,
            door: 0.7,
            floor: 90.0,
            short: 100.0,
        }
    }
}

impl Weights {
    /// The same, with more or less made of some fields: those of `[search] boosts`, in the order of [`Field::ALL`](super::text::Field::ALL).
    /// The path is boosted with the tags.
    pub fn boosted(mut self, boosts: &BTreeMap<&'static str, f64>) -> Weights {
        const NAMES: [&str; 11] = [
            "title",
            "aliases",
            "headings",
            "tags",
            "tags",
            "situations",
            "customers-say",
            "asked-as",
            "instead-of",
            "summary",
            "text",
        ];
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

    fn keep(&mut self, postings: &[Posting]) -> Range<u32> {
        let start = self.postings.len() as u32;
        self.postings.extend_from_slice(postings);
        start..self.postings.len() as u32
    }
}

/// A posting list, and a thousandth of what one step of its impacts is worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The thousandth.
    pub scale: u32,
    /// In order of entry.
    pub postings: Vec<Posting>,
}

impl Weighed {
    fn of(impacts: &[(u32, f32)], floor: f64) -> Weighed {
        let most = impacts.iter().fold(0.0f32, |most, (_, impact)| most.max(*impact));
        let scale = scale(most, floor);
        let postings = impacts.iter().map(|(entry, impact)| quantised(*entry, *impact, scale)).collect();
        Weighed { scale, postings }
    }
}

/// What the index is made of: one entry.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// The tag of its language.
    pub language: &'d str,
    /// The tag of the language of what it is listed under with others, which is the book's: tags, situations.
    pub listed_in: &'d str,
    /// What readers call its kind, if that tells it from others: many ask for a role-play or a checklist.
    pub kind: Option<&'d str>,
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

/// The languages of a book in order of their tags, each with its stemmer.
struct Languages {
    all: Vec<(String, Stemmer)>,
}

impl Languages {
    fn of(documents: &[Document<'_>]) -> Languages {
        let mut tags: Vec<&str> = Vec::new();
        for tag in documents.iter().flat_map(|document| [document.language, document.listed_in]) {
            if let Err(place) = tags.binary_search(&tag) {
                tags.insert(place, tag);
            }
        }
        Languages { all: tags.into_iter().map(|tag| (tag.to_owned(), Stemmer::of(tag))).collect() }
    }

    fn place(&self, tag: &str) -> usize {
        self.all.partition_point(|(known, _)| known.as_str() < tag)
    }
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

/// How much likelier it is that a word is said for an entry, where it is said `n` times, than it would be if it were said
/// for all alike: the logarithm of the ratio, as in a naive Bayes classifier (Manning, Raghavan & Schütze, *Introduction to
/// Information Retrieval*, 2008, §13.2), smoothed, since words that are said once prove little; never below nothing.
fn likelier(n: f64, by_chance: f64) -> f64 {
    const SMOOTH: f64 = 0.5;
    ((n + SMOOTH) / (by_chance + SMOOTH)).ln().max(0.0)
}

/// How much of what stands so often in a text, weighted by place, comes again: nothing of what stands once.
fn again(times: f32) -> f64 {
    (1.0 - 1.0 / f64::from(times)).max(0.0)
}

/// Entries with a term that prove as much about how it comes again as what is usual.
const STEADY: f64 = 8.0;

/// The scale of a term whose largest impact is `most`.
fn scale(most: f32, floor: f64) -> u32 {
    (f64::from(most) * 1000.0 / f64::from(MOST)).ceil().max(floor) as u32
}

fn quantised(entry: u32, impact: f32, scale: u32) -> Posting {
    // `round` is a call of a function, millions of times.
    let steps = f64::from(impact) * 1000.0 / f64::from(scale) + 0.5;
    Posting::new(entry, (steps as u32).clamp(1, u32::from(MOST)) as u8)
}

/// Entries in which two words may stand together and still say something …
const RARE: f64 = 30.0;

/// … or one of so many entries, if that is more …
const RARE_OF: f64 = 30.0;

/// … and of so many if one of the two is a stop word.
const RARE_OF_STOPS: f64 = 100.0;

/// What the terms of a book say about its entries.
pub fn impacts(documents: &[Document<'_>], weights: Weights, own_stops: &[String], synonyms: &[Synonym]) -> Impacts {
    let counts = Counts::new(documents, weights, own_stops, synonyms);
    let terms = counts.terms();
    let weighed: Vec<Weighed> = terms.par_iter().map(|term| counts.weighed(*term)).collect();
    let mut made = Impacts::default();
    for (term, Weighed { scale, postings }) in terms.iter().zip(weighed) {
        let (key, stop) = (counts.key(*term).into(), counts.is_stop(*term));
        let list = made.keep(&postings);
        made.terms.push(Term { key, forms: counts.forms(*term).map(Box::from).collect(), scale, stop, list });
    }
    let place = |term: u32| terms.binary_search_by(|known| counts.key(*known).cmp(counts.key(term)));
    for (first, term) in (0..).zip(&terms) {
        let seconds = counts.seconds(*term);
        let mut pairs: Vec<(u32, Weighed)> = seconds
            .into_iter()
            .filter_map(|second| Some((place(second).ok()? as u32, counts.pair(*term, second)?)))
            .collect();
        pairs.sort_unstable_by_key(|(second, _)| *second);
        for (second, Weighed { scale, postings }) in pairs {
            let list = made.keep(&postings);
            made.pairs.push(Pair { first, second, scale, list });
        }
    }
    made
}

fn mean(lengths: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = lengths.fold((0.0, 0.0), |(sum, n), length| (sum + length, n + 1.0));
    if sum > 0.0 { sum / n } else { 1.0 }
}
