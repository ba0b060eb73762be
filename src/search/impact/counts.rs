//! How often what stands where in a book, from which its impacts follow. It takes an edit of an entry for what it changes,
//! so that a preview weighs again only the terms that the edit is about.
//!
//! Terms have numbers that stay, also that of a term which nothing says any more. What a term says is computed when it is
//! asked for and not kept: it follows from these counts alone, in whatever order they came to be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ahash::RandomState;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::count::{self, Chunk, counted, counted_alone};
use super::sayings::{END, Learnt, Said};
use super::synonyms::Synonyms;
use super::{
    Document, Languages, RARE, RARE_OF, RARE_OF_STOPS, STEADY, Synonym, Weighed, Weights, again, bm25, idf, likelier,
    mean, stepped,
};
use crate::search::stop;

/// What is counted of a book.
pub struct Counts {
    weights: Weights,
    languages: Languages,
    /// Stems that say little, if the book has them.
    stops: FxHashSet<String>,
    pub(super) terms: Vec<Counted>,
    /// The numbers of all terms by their keys.
    order: Vec<u32>,
    entries: Vec<Measure>,
    means: Means,
    /// What is said for each entry.
    said: Vec<Said>,
    learnt: Learnt,
    synonyms: Synonyms,
}

/// A stem, and where it stands. Nothing is left of one that no entry has.
#[derive(Default)]
pub(super) struct Counted {
    key: Box<str>,
    /// In order, each with how many times an entry or a synonym has it.
    forms: Vec<(Box<str>, u32)>,
    /// How often it stands in which entry, weighted by place; in order of entry.
    pub(super) texts: Vec<(u32, f32)>,
    /// The same for titles, where a word counts once and one of a tag a little.
    titles: Vec<(u32, f32)>,
    /// How often those say it who want an entry.
    sayings: Vec<(u32, f32)>,
    /// What stands behind it, in order of second and entry.
    pairs: Vec<Beside>,
    /// What has ever stood before it, in order.
    firsts: Vec<u32>,
    is_stop_word: bool,
}

/// A term that stands behind another one in an entry.
#[derive(Clone, Copy)]
struct Beside {
    second: u32,
    entry: u32,
    weight: f32,
}

/// How long an entry is, how much it says again, and what all of it counts.
#[derive(Clone, Copy, PartialEq)]
struct Measure {
    length: f64,
    title_length: f64,
    sayings_length: f64,
    n_stems: f64,
    again: f64,
    share: f64,
}

impl Measure {
    fn of(entry: &count::Counted) -> Measure {
        let count::Counted { length, title_length, sayings_length, n_stems, again, share, .. } = *entry;
        Measure { length, title_length, sayings_length, n_stems, again, share }
    }

    /// Whether what stands as often in both says as much.
    fn is_as_long(&self, other: &Measure) -> bool {
        let lengths = |measure: &Measure| (measure.length, measure.title_length, measure.sayings_length, measure.share);
        lengths(self) == lengths(other)
    }
}

/// What hangs on all entries at once, in steps.
#[derive(Clone, Copy, Default, PartialEq)]
struct Means {
    /// Entries.
    n: f64,
    length: f64,
    title_length: f64,
    /// Words of all sayings together.
    sayings: f64,
    /// Stems of an entry for one that comes again in it.
    stems_for_again: f64,
}

impl Means {
    fn of(entries: &[Measure]) -> Means {
        let sum = |of: fn(&Measure) -> f64| entries.iter().map(of).sum::<f64>();
        Means {
            n: stepped(entries.len() as f64),
            length: stepped(mean(entries.iter().map(|entry| entry.length))),
            title_length: stepped(mean(entries.iter().map(|entry| entry.title_length))),
            sayings: stepped(sum(|entry| entry.sayings_length)),
            stems_for_again: stepped(sum(|entry| entry.n_stems) / sum(|entry| entry.again).max(1.0)),
        }
    }
}

/// An entry before and after, in the same language.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'d> {
    /// Its place among the entries.
    pub entry: u32,
    /// As it was counted.
    pub before: Document<'d>,
    /// As it is.
    pub after: Document<'d>,
}

/// Of what something may differ.
#[derive(Debug, PartialEq, Eq)]
pub enum Stale {
    /// Of these terms, what they say or which forms they have; and what these pairs say.
    Some {
        /// The terms.
        terms: BTreeSet<u32>,
        /// The first and the second of each pair.
        pairs: BTreeSet<(u32, u32)>,
    },
    /// All: a figure of the whole book has made a step.
    All,
}

/// What one entry counts for a term.
#[derive(Clone, Debug, Default, PartialEq)]
struct OfEntry {
    text: Option<f32>,
    title: Option<f32>,
    saying: Option<f32>,
    forms: Vec<(Box<str>, u32)>,
}

impl Counts {
    /// Counts the entries of a book.
    pub fn new(documents: &[Document<'_>], weights: Weights, own_stops: &[String], synonyms: &[Synonym]) -> Counts {
        let languages = Languages::of(documents);
        let mut stops = FxHashSet::default();
        for (tag, stemmer) in &languages.all {
            let words = stop::words(tag).map(str::to_owned).chain(own_stops.iter().cloned());
            stops.extend(words.map(|word| stemmer.stem(&word)));
        }
        let mut chunks = counted(documents, &languages, &weights);
        let entries: Vec<Measure> = chunks.iter().flat_map(|chunk| &chunk.entries).map(Measure::of).collect();
        let terms = numbered(&mut chunks, &stops);
        let order = (0..terms.len() as u32).collect();
        let means = Means::of(&entries);
        let synonyms = Synonyms::new(&languages, synonyms);
        let said: Vec<Said> = chunks.iter().flat_map(|chunk| said(chunk, |stem| stem.number)).collect();
        let learnt = Learnt::from(&said);
        let mut counts = Counts { weights, languages, stops, terms, order, entries, means, said, learnt, synonyms };
        counts.fill(chunks);
        counts.mean_all();
        counts
    }

    /// Puts what stands where into the terms, which know how much that is.
    fn fill(&mut self, mut chunks: Vec<Chunk>) {
        let pairs = count::pairs(&mut chunks);
        let mut at = 0;
        for chunk in chunks {
            let (mut start, mut start_of_title, mut start_of_sayings) = (0, 0, 0);
            let stem = |place: u32| chunk.stems[chunk.counts[place as usize].stem as usize].number as usize;
            for entry in &chunk.entries {
                for count in &chunk.counts[start..entry.end as usize] {
                    let term = &mut self.terms[chunk.stems[count.stem as usize].number as usize];
                    term.texts.push((at, count.text));
                }
                for (place, n) in &chunk.in_titles[start_of_title..entry.end_of_title as usize] {
                    self.terms[stem(*place)].titles.push((at, *n));
                }
                for (place, n) in &chunk.in_sayings[start_of_sayings..entry.end_of_sayings as usize] {
                    self.terms[stem(*place)].sayings.push((at, *n));
                }
                start = entry.end as usize;
                (start_of_title, start_of_sayings) = (entry.end_of_title as usize, entry.end_of_sayings as usize);
                at += 1;
            }
        }
        for of_first in pairs.chunk_by(|a, b| a.first == b.first) {
            let first = of_first[0].first;
            let beside =
                of_first.iter().map(|pair| Beside { second: pair.second, entry: pair.entry, weight: pair.weight });
            self.terms[first as usize].pairs = beside.collect();
            for of_pair in of_first.chunk_by(|a, b| a.second == b.second) {
                self.terms[of_pair[0].second as usize].firsts.push(first);
            }
        }
    }

    /// Takes entries as they are now.
    pub fn change(&mut self, edits: &[Edit<'_>]) -> Stale {
        let (mut stale, mut pairs) = (BTreeSet::new(), BTreeSet::new());
        let mut is_said = false;
        for edit in edits {
            is_said |= self.change_one(edit, &mut stale, &mut pairs);
        }
        if is_said {
            let before = std::mem::replace(&mut self.learnt, Learnt::from(&self.said));
            for (first, second) in before.differing(&self.learnt) {
                match second {
                    Some(second) => drop(pairs.insert((first, second))),
                    None => drop(stale.insert(first)),
                }
            }
        }
        let means = Means::of(&self.entries);
        if means != self.means {
            self.means = means;
            self.mean_all();
            return Stale::All;
        }
        // A synonym also finds what its words find that stand together.
        let moved = stale.iter().copied().chain(pairs.iter().flat_map(|(first, second)| [*first, *second]));
        let meant: FxHashSet<&str> = moved.map(|term| &*self.terms[term as usize].key).collect();
        let rules = self.synonyms.that_mean(&meant);
        stale.extend(self.mean(rules));
        Stale::Some { terms: stale, pairs }
    }

    /// Whether something else is said for the entry.
    fn change_one(
        &mut self,
        Edit { entry, before, after }: &Edit<'_>,
        stale: &mut BTreeSet<u32>,
        stale_pairs: &mut BTreeSet<(u32, u32)>,
    ) -> bool {
        let before = counted_alone(*before, &self.languages, &self.weights);
        let after = counted_alone(*after, &self.languages, &self.weights);
        let measure = Measure::of(&after.entries[0]);
        let is_as_long = self.entries[*entry as usize].is_as_long(&measure);
        self.entries[*entry as usize] = measure;
        let (had, has) = (of_entry(&before), of_entry(&after));
        let none = OfEntry::default();
        for key in had.keys().chain(has.keys().filter(|key| !had.contains_key(*key))) {
            let (had, has) = (had.get(key).unwrap_or(&none), has.get(key).unwrap_or(&none));
            if is_as_long && had == has {
                continue;
            }
            let term = self.number(key);
            stale.insert(term);
            let counted = &mut self.terms[term as usize];
            put(&mut counted.texts, *entry, has.text);
            put(&mut counted.titles, *entry, has.title);
            put(&mut counted.sayings, *entry, has.saying);
            add_forms(&mut counted.forms, &has.forms);
            remove_forms(&mut counted.forms, &had.forms);
        }
        let (stood, stand) = (pairs_of_entry(&before), pairs_of_entry(&after));
        for pair in stood.keys().chain(stand.keys().filter(|pair| !stood.contains_key(*pair))) {
            let weight = stand.get(pair).copied();
            if stood.get(pair).copied() == weight {
                continue;
            }
            let (first, second) = (self.number(pair.0), self.number(pair.1));
            stale_pairs.insert((first, second));
            let pairs = &mut self.terms[first as usize].pairs;
            match (pairs.binary_search_by_key(&(second, *entry), |beside| (beside.second, beside.entry)), weight) {
                (Ok(at), Some(weight)) => pairs[at].weight = weight,
                (Ok(at), None) => drop(pairs.remove(at)),
                (Err(at), Some(weight)) => pairs.insert(at, Beside { second, entry: *entry, weight }),
                (Err(_), None) => {}
            }
            self.note_first(first, second);
        }
        let now = said(&after, |stem| self.find(&stem.key).expect("its terms are numbered")).remove(0);
        let is_said = now != self.said[*entry as usize];
        self.said[*entry as usize] = now;
        is_said
    }

    fn note_first(&mut self, first: u32, second: u32) {
        let firsts = &mut self.terms[second as usize].firsts;
        if let Err(at) = firsts.binary_search(&first) {
            firsts.insert(at, first);
        }
    }

    /// The number of a key, which gets one if it has none.
    fn number(&mut self, key: &str) -> u32 {
        match self.place(key) {
            Ok(at) => self.order[at],
            Err(at) => {
                let number = self.terms.len() as u32;
                self.terms.push(Counted {
                    key: key.into(),
                    is_stop_word: self.stops.contains(key),
                    ..Counted::default()
                });
                self.order.insert(at, number);
                number
            }
        }
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.order.binary_search_by(|term| (*self.terms[*term as usize].key).cmp(key))
    }

    /// The number of a key, also of one that no entry has any more.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.place(key).ok().map(|at| self.order[at])
    }

    /// Lets all words find what other words find.
    fn mean_all(&mut self) {
        let rules = self.synonyms.all();
        self.mean(rules);
    }

    /// Lets the words of these rules find what other words find. The terms of which something differs.
    fn mean(&mut self, rules: Vec<usize>) -> BTreeSet<u32> {
        let mut synonyms = std::mem::take(&mut self.synonyms);
        let changed = synonyms.renew(rules, self);
        let mut stale = BTreeSet::new();
        for (forms, is_added) in changed.forms {
            for (key, form) in forms {
                let term = self.number(&key);
                let own = &mut self.terms[term as usize].forms;
                let form = [(form, 1)];
                if is_added {
                    add_forms(own, &form)
                } else {
                    remove_forms(own, &form)
                }
                stale.insert(term);
            }
        }
        for (first, second) in changed.keys {
            let first = self.number(&first);
            let second = second.map(|second| self.number(&second));
            stale.insert(first);
            if let Some(second) = second {
                stale.insert(second);
                self.note_first(first, second);
            }
        }
        let share = self.weights.synonym;
        synonyms.add(|key| self.number(key), share);
        self.synonyms = synonyms;
        stale
    }

    /// All terms in order of key.
    pub fn terms(&self) -> Vec<u32> {
        self.order.iter().copied().filter(|term| self.is_there(*term)).collect()
    }

    /// Whether an entry or a synonym has the term.
    pub fn is_there(&self, term: u32) -> bool {
        let Counted { texts, forms, .. } = &self.terms[term as usize];
        !texts.is_empty() || !forms.is_empty()
    }

    /// The stem.
    pub fn key(&self, term: u32) -> &str {
        &self.terms[term as usize].key
    }

    /// Its forms that the book has, in order.
    pub fn forms(&self, term: u32) -> impl Iterator<Item = &str> {
        self.terms[term as usize].forms.iter().map(|(form, _)| &**form)
    }

    /// Whether it says little, so that it completes no word that is being typed.
    pub fn is_stop(&self, term: u32) -> bool {
        let term = &self.terms[term as usize];
        term.is_stop_word && !term.texts.is_empty()
    }

    /// How many entries it says something about.
    pub fn n_entries(&self, term: u32) -> usize {
        let own = &self.terms[term as usize].texts;
        let added = self.synonyms.added(term, None).into_iter().flatten();
        own.len() + added.filter(|(entry, _)| own.binary_search_by_key(*entry, |(own, _)| *own).is_err()).count()
    }

    /// What it says of which entry.
    pub fn weighed(&self, term: u32) -> Weighed {
        self.synonyms.over(term, None, Some(self.weighed_alone(term)), self.weights.floor)
    }

    /// What two terms say that stand together, or should; `None` if that is nothing.
    pub fn pair(&self, first: u32, second: u32) -> Option<Weighed> {
        let alone = self.pair_alone(first, second);
        let is_any = alone.is_some() || self.synonyms.added(first, Some(second)).is_some();
        is_any.then(|| self.synonyms.over(first, Some(second), alone, self.weights.floor))
    }

    /// The terms that may be the second of a pair with this one.
    pub fn seconds(&self, first: u32) -> BTreeSet<u32> {
        let pairs = &self.terms[first as usize].pairs;
        let own = pairs.chunk_by(|a, b| a.second == b.second).map(|of_pair| of_pair[0].second);
        own.chain(self.synonyms.seconds(first)).collect()
    }

    /// The terms that may be the first of a pair with this one.
    pub fn firsts(&self, second: u32) -> &[u32] {
        &self.terms[second as usize].firsts
    }

    /// What a term says by itself, without the words that are to find what it finds.
    pub(super) fn weighed_alone(&self, term: u32) -> Weighed {
        let Counted { texts, titles, sayings, .. } = &self.terms[term as usize];
        let (weights, means) = (&self.weights, &self.means);
        let share = if self.is_stop(term) { weights.stop } else { 1.0 };
        // What one occurrence is worth, in the text and in the title.
        let of_text = share * self.persistence(texts) * idf(means.n, stepped(texts.len() as f64));
        let n_titles = titles.iter().filter(|(_, n)| *n >= 1.0).count().max(1);
        let of_title = share * weights.title * idf(means.n, stepped(n_titles as f64));
        let in_sayings: f64 = sayings.iter().map(|(_, n)| f64::from(*n)).sum();
        let mut titles = titles.iter().peekable();
        let mut sayings = sayings.iter().peekable();
        let impact = |(entry, tf): &(u32, f32)| {
            let Measure { length, title_length, sayings_length, share, .. } = self.entries[*entry as usize];
            let mut impact = of_text * bm25(f64::from(*tf), weights.k1, weights.b, length, means.length);
            if let Some((_, tf)) = titles.next_if(|(titled, _)| titled == entry) {
                let tf = f64::from(*tf);
                impact += of_title * bm25(tf, weights.title_k1, weights.title_b, title_length, means.title_length);
            }
            if let Some((_, n)) = sayings.next_if(|(said, _)| said == entry) {
                let by_chance = in_sayings * sayings_length / means.sayings;
                impact += weights.saying * likelier(f64::from(*n), by_chance);
            }
            impact += weights.saying * f64::from(self.learnt.weight(term, None, *entry));
            (*entry, (impact * share) as f32)
        };
        Weighed::of(&texts.iter().map(impact).collect::<Vec<_>>(), weights.floor)
    }

    /// How readily a term comes again in a text that has it, where a usual one is 1. Of two words in as many entries, the one
    /// that comes again is what these entries are about (Church, *Empirical Estimates of Adaptation*, COLING 2000). Few
    /// entries prove little.
    fn persistence(&self, texts: &[(u32, f32)]) -> f64 {
        let again: f64 = texts.iter().map(|(_, times)| again(*times)).sum();
        (again * self.means.stems_for_again + STEADY) / (texts.len() as f64 + STEADY)
    }

    /// `None` if they never stand together, or so often that it says nothing.
    fn pair_alone(&self, first: u32, second: u32) -> Option<Weighed> {
        let pairs = &self.terms[first as usize].pairs;
        let start = pairs.partition_point(|pair| pair.second < second);
        let of_pair = &pairs[start..];
        let of_pair = &of_pair[..of_pair.partition_point(|pair| pair.second == second)];
        let df = of_pair.len() as f64;
        let n = self.means.n;
        let has_stop = self.is_stop(first) || self.is_stop(second);
        let is_rare = df <= RARE.max(n / if has_stop { RARE_OF_STOPS } else { RARE_OF });
        if !is_rare && self.learnt.is_empty() {
            return None;
        }
        let idf = if is_rare { idf(n, stepped(df)) as f32 } else { 0.0 };
        let impact = |Beside { entry, weight, .. }: &Beside| {
            let learnt = self.learnt.weight(first, Some(second), *entry);
            let share = self.entries[*entry as usize].share as f32;
            (*entry, weight * idf + self.weights.saying as f32 * learnt * share)
        };
        let impacts: Vec<(u32, f32)> = of_pair.iter().map(impact).filter(|(_, impact)| *impact > 0.0).collect();
        (!impacts.is_empty()).then(|| Weighed::of(&impacts, self.weights.floor))
    }
}

/// Gives stems their numbers in the book, which are their places in the order of keys, and collects their forms. Their
/// lists are empty, and have room for what stands in the chunks.
fn numbered(chunks: &mut [Chunk], stops: &FxHashSet<String>) -> Vec<Counted> {
    #[derive(Default)]
    struct Met<'c> {
        key: &'c str,
        forms: Vec<(Box<str>, u32)>,
        df: u32,
        title_df: u32,
        saying_df: u32,
    }
    let mut met: Vec<Met<'_>> = Vec::new();
    let mut places: HashMap<&str, u32, RandomState> = HashMap::default();
    let stems = chunks.iter().flat_map(|chunk| &chunk.stems);
    let met_at: Vec<u32> = stems
        .map(|stem| {
            let place = *places.entry(&stem.key).or_insert(met.len() as u32);
            if place as usize == met.len() {
                met.push(Met { key: &stem.key, ..Met::default() });
            }
            let met = &mut met[place as usize];
            met.df += stem.df;
            met.title_df += stem.title_df;
            met.saying_df += stem.saying_df;
            add_forms(&mut met.forms, &stem.forms);
            place
        })
        .collect();
    drop(places);
    let mut order: Vec<u32> = (0..met.len() as u32).collect();
    order.par_sort_unstable_by_key(|place| met[*place as usize].key);
    let mut numbers = vec![0; met.len()];
    let terms = (0..).zip(order).map(|(number, place)| {
        numbers[place as usize] = number;
        let Met { key, forms, df, title_df, saying_df } = std::mem::take(&mut met[place as usize]);
        Counted {
            key: key.into(),
            forms,
            texts: Vec::with_capacity(df as usize),
            titles: Vec::with_capacity(title_df as usize),
            sayings: Vec::with_capacity(saying_df as usize),
            is_stop_word: stops.contains(key),
            ..Counted::default()
        }
    });
    let terms = terms.collect();
    for (stem, place) in chunks.iter_mut().flat_map(|chunk| &mut chunk.stems).zip(met_at) {
        stem.number = numbers[place as usize];
    }
    terms
}

/// What is said for each entry of a chunk, in the numbers that its stems have in the book.
fn said(chunk: &Chunk, number: impl Fn(&count::Stem) -> u32) -> Vec<Said> {
    let mut start = 0;
    let of_entry = |entry: &count::Counted| {
        let end = entry.end_of_said as usize;
        let said = &chunk.said[std::mem::replace(&mut start, end)..end];
        let has_sayings = said.iter().filter(|stem| **stem == END).count() > 1;
        let numbers = said.iter().map(|stem| if *stem == END { END } else { number(&chunk.stems[*stem as usize]) });
        if has_sayings { numbers.collect() } else { Said::default() }
    };
    chunk.entries.iter().map(of_entry).collect()
}

/// What an entry that was counted alone has of each stem.
fn of_entry(chunk: &Chunk) -> BTreeMap<&str, OfEntry> {
    let stems = chunk.stems.iter();
    let mut terms: BTreeMap<&str, OfEntry> =
        stems.map(|stem| (&*stem.key, OfEntry { forms: stem.forms.clone(), ..OfEntry::default() })).collect();
    let key = |stem: u32| &*chunk.stems[stem as usize].key;
    for count in &chunk.counts {
        terms.entry(key(count.stem)).or_default().text = Some(count.text);
    }
    for (place, n) in &chunk.in_titles {
        terms.entry(key(chunk.counts[*place as usize].stem)).or_default().title = Some(*n);
    }
    for (place, n) in &chunk.in_sayings {
        terms.entry(key(chunk.counts[*place as usize].stem)).or_default().saying = Some(*n);
    }
    terms
}

fn pairs_of_entry(chunk: &Chunk) -> BTreeMap<(&str, &str), f32> {
    let key = |stem: u32| &*chunk.stems[stem as usize].key;
    chunk.pairs.iter().map(|pair| ((key(pair.first), key(pair.second)), pair.weight)).collect()
}

fn put(list: &mut Vec<(u32, f32)>, entry: u32, n: Option<f32>) {
    match (list.binary_search_by_key(&entry, |(known, _)| *known), n) {
        (Ok(at), Some(n)) => list[at].1 = n,
        (Ok(at), None) => drop(list.remove(at)),
        (Err(at), Some(n)) => list.insert(at, (entry, n)),
        (Err(_), None) => {}
    }
}

fn add_forms(forms: &mut Vec<(Box<str>, u32)>, more: &[(Box<str>, u32)]) {
    for (form, n) in more {
        match forms.binary_search_by(|(known, _)| known.cmp(form)) {
            Ok(at) => forms[at].1 += n,
            Err(at) => forms.insert(at, (form.clone(), *n)),
        }
    }
}

fn remove_forms(forms: &mut Vec<(Box<str>, u32)>, fewer: &[(Box<str>, u32)]) {
    for (form, n) in fewer {
        let Ok(at) = forms.binary_search_by(|(known, _)| known.cmp(form)) else { continue };
        forms[at].1 = forms[at].1.saturating_sub(*n);
        if forms[at].1 == 0 {
            forms.remove(at);
        }
    }
}
