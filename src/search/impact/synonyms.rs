//! Lets words find what other words find: those of the book, and those that everybody uses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::counts::Counts;
use super::{Languages, Posting, Synonym, Weighed};
use crate::search::everyday;
use crate::search::stem::Stemmer;
use crate::search::tokens::{self, fold};

/// One stem, or two that stand together.
type Key = (Box<str>, Option<Box<str>>);

/// What some stems say of which entry, in order of entry.
type Found = Arc<[(u32, f32)]>;

/// A stem, and a form of it without accents.
type Form = (Box<str>, Box<str>);

/// A rule with what it comes to: the words that are typed find what the words that are meant find, for less. The book
/// itself may not have the words that are typed.
struct Rule {
    /// Where the entries are added. Two words are one term, and of more each neighbouring pair is.
    keys: Vec<Key>,
    /// The stems and forms that are typed.
    forms: Vec<Form>,
    meant: Vec<Box<str>>,
    /// Nothing if the book does not say what is meant. Many rules mean the same.
    impacts: Found,
}

/// The rules of a book.
#[derive(Default)]
pub(super) struct Synonyms {
    rules: Vec<Rule>,
    /// What is added to the posting lists of terms and pairs, by their numbers.
    added: BTreeMap<(u32, Option<u32>), BTreeMap<u32, f32>>,
    /// Keys to which something else is to be added than before.
    open: BTreeSet<Key>,
}

/// What differs when rules come to something else.
#[derive(Default)]
pub(super) struct Changed {
    /// Stems with a form that came to be typed, or came not to be.
    pub(super) forms: Vec<(Vec<Form>, bool)>,
    /// What something else is added to.
    pub(super) keys: BTreeSet<Key>,
}

impl Synonyms {
    /// The rules of the book, in each of its languages, and those that its languages bring. None comes to anything yet.
    pub(super) fn new(languages: &Languages, synonyms: &[Synonym]) -> Synonyms {
        let mut rules = Vec::new();
        for (tag, stemmer) in &languages.all {
            let everyday = everyday::synonyms(tag);
            rules.extend(synonyms.iter().chain(&everyday).filter_map(|synonym| Rule::of(synonym, stemmer)));
        }
        Synonyms { rules, ..Synonyms::default() }
    }

    /// All rules.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.rules.len()).collect()
    }

    /// The rules that mean one of these stems.
    pub(super) fn that_mean(&self, stems: &FxHashSet<&str>) -> Vec<usize> {
        let means = |rule: &Rule| rule.meant.iter().any(|stem| stems.contains(&**stem));
        (0..self.rules.len()).filter(|at| means(&self.rules[*at])).collect()
    }

    /// Finds anew what these rules come to; what several mean, once.
    pub(super) fn renew(&mut self, rules: Vec<usize>, counts: &Counts) -> Changed {
        let foremost = |stems: &[Box<str>]| -> Found {
            let mut impacts = foremost(all_of(counts, stems));
            impacts.sort_unstable_by_key(|(entry, _)| *entry);
            impacts.into()
        };
        let distinct: BTreeSet<&[Box<str>]> = rules.iter().map(|at| &*self.rules[*at].meant).collect();
        let found: BTreeMap<&[Box<str>], Found> =
            distinct.into_par_iter().map(|stems| (stems, foremost(stems))).collect();
        let found: Vec<Found> = rules.iter().map(|at| Arc::clone(&found[&*self.rules[*at].meant])).collect();
        let mut changed = Changed::default();
        for (at, impacts) in rules.into_iter().zip(found) {
            let rule = &mut self.rules[at];
            if rule.impacts.is_empty() != impacts.is_empty() {
                changed.forms.push((rule.forms.clone(), !impacts.is_empty()));
            }
            if rule.impacts != impacts {
                changed.keys.extend(rule.keys.iter().cloned());
                rule.impacts = impacts;
            }
        }
        self.open.extend(changed.keys.iter().cloned());
        changed
    }

    /// Adds up what is to be added, now that all keys have numbers. `share` is what a synonym counts.
    pub(super) fn add(&mut self, mut number: impl FnMut(&str) -> u32, share: f64) {
        let mut open: BTreeMap<Key, BTreeMap<u32, f32>> =
            std::mem::take(&mut self.open).into_iter().map(|key| (key, BTreeMap::new())).collect();
        for rule in self.rules.iter().filter(|rule| !rule.impacts.is_empty()) {
            let share = share as f32 / rule.keys.len() as f32;
            for key in &rule.keys {
                let Some(to) = open.get_mut(key) else { continue };
                for (entry, impact) in rule.impacts.iter() {
                    let kept = to.entry(*entry).or_default();
                    *kept = kept.max(impact * share);
                }
            }
        }
        for ((first, second), impacts) in open {
            let key = (number(&first), second.map(|second| number(&second)));
            match impacts.is_empty() {
                true => self.added.remove(&key),
                false => self.added.insert(key, impacts),
            };
        }
    }

    /// What is added to a term, or to a pair.
    pub(super) fn added(&self, first: u32, second: Option<u32>) -> Option<&BTreeMap<u32, f32>> {
        self.added.get(&(first, second))
    }

    /// The seconds of the pairs of a term to which something is added.
    pub(super) fn seconds(&self, first: u32) -> impl Iterator<Item = u32> {
        self.added.range((first, Some(0))..=(first, Some(u32::MAX))).filter_map(|((_, second), _)| *second)
    }

    /// A posting list with what is added to it.
    pub(super) fn over(&self, first: u32, second: Option<u32>, own: Option<Weighed>, floor: f64) -> Weighed {
        let own = own.unwrap_or_default();
        let Some(added) = self.added(first, second) else { return own };
        let mut all = added.clone();
        for posting in own.postings {
            let kept = all.entry(posting.entry()).or_default();
            *kept = kept.max(worth(posting, own.scale));
        }
        Weighed::of(&all.into_iter().collect::<Vec<_>>(), floor)
    }
}

impl Rule {
    /// `None` if it says nothing, or that a word means itself.
    fn of(synonym: &Synonym, stemmer: &Stemmer) -> Option<Rule> {
        let (typed, meant) = (stemmed(&synonym.typed, stemmer), stemmed(&synonym.meant, stemmer));
        if typed.is_empty() || typed == meant {
            return None;
        }
        let mut forms = Vec::new();
        tokens::words(&synonym.typed, |word| {
            let form = (Box::from(stemmer.stem(word)), Box::from(fold(word)));
            if !forms.contains(&form) {
                forms.push(form);
            }
        });
        let keys = match &*typed {
            [one] => vec![(one.clone(), None)],
            more => more.windows(2).map(|pair| (pair[0].clone(), Some(pair[1].clone()))).collect(),
        };
        Some(Rule { keys, forms, meant, impacts: Arc::default() })
    }
}

/// What a posting says, as it was before it was rounded.
fn worth(posting: Posting, scale: u32) -> f32 {
    f32::from(posting.impact()) * scale as f32 / 1000.0
}

/// Entries that a synonym leads to: those that say most of what is meant. All that hold a frequent word are no help, and most
/// of the index of a small book.
const MEANT: usize = 12;

fn foremost(mut impacts: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let better = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if impacts.len() > MEANT {
        impacts.select_nth_unstable_by(MEANT, better);
        impacts.truncate(MEANT);
        impacts.shrink_to_fit();
    }
    impacts
}

fn stemmed(text: &str, stemmer: &Stemmer) -> Vec<Box<str>> {
    let mut stems = Vec::new();
    tokens::words(text, |word| stems.push(stemmer.stem(word).into_boxed_str()));
    stems
}

/// The entries that hold all of some stems, with the sum of what these say.
fn all_of(counts: &Counts, stems: &[Box<str>]) -> Vec<(u32, f32)> {
    let Some(mut terms) = stems.iter().map(|stem| counts.find(stem)).collect::<Option<Vec<u32>>>() else {
        return Vec::new();
    };
    terms.sort_by_key(|term| counts.terms[*term as usize].texts.len());
    let Some((rarest, others)) = terms.split_first() else { return Vec::new() };
    let Weighed { scale, postings } = counts.weighed_alone(*rarest);
    let mut all: Vec<(u32, f32)> = postings.iter().map(|posting| (posting.entry(), worth(*posting, scale))).collect();
    for other in others.iter().filter(|_| !postings.is_empty()) {
        let Weighed { scale, postings } = counts.weighed_alone(*other);
        let mut rest = postings.iter().peekable();
        all.retain_mut(|(entry, sum)| {
            while rest.next_if(|posting| posting.entry() < *entry).is_some() {}
            let found = rest.next_if(|posting| posting.entry() == *entry);
            found.inspect(|posting| *sum += worth(**posting, scale)).is_some()
        });
    }
    all
}
