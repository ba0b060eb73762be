//! How much each term says about each entry, computed once when the site is built.
//!
//! An impact is idf · BM25 over the whole text plus idf · BM25 over the title alone, each with its own frequencies and
//! lengths (Robertson & Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009, §3). It is kept in six
//! bits with a scale a term. Whoever ranks adds whole numbers only, so that every machine ranks alike.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::stem::Stemmer;
use super::stop;
use super::terms::{Field, Terms};
use super::tokens::fold;

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
            k1: 1.2,
            b: 0.75,
            title_k1: 1.2,
            title_b: 0.5,
            title: 0.7,
            fields: [3.0, 2.0, 1.5, 1.5, 1.5, 1.5, 1.0, 1.0, 1.0],
            stop: 0.5,
            pair: 0.3,
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

/// One term and the entries that it says something about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The stem; two stems with a space between for words that stand together.
    pub key: String,
    /// The forms of the stem that the book has, without accents, in order. Empty for two words.
    pub forms: Vec<String>,
    /// A thousandth of what one step of an impact is worth.
    pub scale: u32,
    /// Entry and impact, 1 to [`MOST`], in order of entry.
    pub postings: Vec<(u32, u8)>,
    /// Whether it says little, so that it completes no word that is being typed.
    pub stop: bool,
}

/// What the index is made of: one entry.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// The tag of its language.
    pub language: &'d str,
    /// Its words.
    pub terms: &'d Terms,
    /// Whether it is a folder's own page, which leads to others and answers less itself.
    pub is_door: bool,
}

/// A number in steps of about a twentieth, so that one edit seldom moves what other entries count.
fn stepped(n: f64) -> f64 {
    const STEP: f64 = 1.05;
    if n < 1.0 { n } else { STEP.powf((n.ln() / STEP.ln()).round()) }
}

/// Inverse document frequency as BM25 has it, never below nothing.
fn idf(n: f64, df: f64) -> f64 {
    (1.0 + (n - df + 0.5).max(0.0) / (df + 0.5)).ln()
}

fn bm25(tf: f64, k1: f64, b: f64, length: f64, average: f64) -> f64 {
    tf * (k1 + 1.0) / (tf + k1 * (1.0 - b + b * length / average))
}

/// What one entry says: term → how often, weighted, and how often in the title.
#[derive(Default)]
struct Counted {
    text: HashMap<u32, f64>,
    title: HashMap<u32, f64>,
    pairs: HashMap<(u32, u32), f64>,
    length: f64,
    title_length: f64,
    /// What all of it counts.
    share: f64,
}

/// Numbers for stems, and the forms that they have.
#[derive(Default)]
struct Stems {
    by_form: Vec<HashMap<String, u32>>,
    by_key: HashMap<String, u32>,
    keys: Vec<String>,
    forms: Vec<Vec<String>>,
    stop: Vec<bool>,
}

impl Stems {
    fn number(&mut self, language: u16, stemmer: &Stemmer, form: &str) -> u32 {
        if let Some(number) = self.by_form[language as usize].get(form) {
            return *number;
        }
        let key = stemmer.stem(form);
        let next = self.keys.len() as u32;
        let number = *self.by_key.entry(key.clone()).or_insert(next);
        if number == next {
            self.keys.push(key);
            self.forms.push(Vec::new());
            self.stop.push(false);
        }
        let folded = fold(form);
        if !folded.is_empty() && !self.forms[number as usize].contains(&folded) {
            self.forms[number as usize].push(folded);
        }
        self.by_form[language as usize].insert(form.to_owned(), number);
        number
    }
}

/// A rule that a word also finds what another one finds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// What readers type.
    pub typed: String,
    /// What the book says.
    pub meant: String,
}

/// The terms of a book, in order of key.
pub fn terms(documents: &[Document<'_>], weights: &Weights, own_stops: &[String], synonyms: &[Synonym]) -> Vec<Term> {
    let mut languages: Vec<&str> = documents.iter().map(|document| document.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let stemmers: Vec<Stemmer> = languages.iter().map(|language| Stemmer::of(language)).collect();
    let mut stems = Stems { by_form: vec![HashMap::new(); languages.len()], ..Stems::default() };
    let counted: Vec<Counted> = documents
        .iter()
        .map(|document| {
            let at = languages.binary_search(&document.language).expect("it was collected from the documents");
            let share = if document.is_door { weights.door } else { 1.0 };
            Counted { share, ..count(document.terms, at as u16, &stemmers[at], &mut stems, weights) }
        })
        .collect();
    for (at, language) in languages.iter().enumerate() {
        let built_in = stop::words(language).map(str::to_owned);
        for word in built_in.chain(own_stops.iter().cloned()) {
            if let Some(number) = stems.by_key.get(&stemmers[at].stem(&word)) {
                stems.stop[*number as usize] = true;
            }
        }
    }
    let mut found = weighed(&counted, &stems, weights);
    let mut typed = synonymous(&mut found, synonyms, &stemmers, weights);
    let terms = found.into_iter().map(|(key, (impacts, number))| {
        let (mut forms, stop) = match number {
            Some(number) => (stems.forms[number as usize].clone(), stems.stop[number as usize]),
            None => (Vec::new(), false),
        };
        forms.extend(typed.remove(&key).into_iter().flatten());
        forms.sort_unstable();
        forms.dedup();
        quantised(key, forms, stop, impacts, weights.floor)
    });
    // The map has them in order of key.
    terms.collect()
}

fn count(terms: &Terms, language: u16, stemmer: &Stemmer, stems: &mut Stems, weights: &Weights) -> Counted {
    let mut counted = Counted::default();
    let is_short = terms.count() as f64 <= weights.short;
    for (field, words) in terms.runs() {
        let weight = weights.fields[field as usize];
        if weight == 0.0 {
            continue;
        }
        let mut before = None;
        for word in words {
            let number = stems.number(language, stemmer, word);
            *counted.text.entry(number).or_default() += weight;
            counted.length += weight.min(1.0);
            if field == Field::Title {
                *counted.title.entry(number).or_default() += 1.0;
                counted.title_length += 1.0;
            }
            if let Some(before) = before {
                let weight = if field.is_short() { weights.pair } else { weights.text_pair };
                if field.is_short() || is_short {
                    let pair = counted.pairs.entry((before, number)).or_default();
                    *pair = pair.max(weight);
                }
            }
            before = Some(number);
        }
    }
    counted
}

/// Two words that stand together in more than one of so many entries say next to nothing …
const COMMON: f64 = 8.0;

/// … in a book of more entries than this.
const COMMON_FROM: f64 = 100.0;

type Impacts = Vec<(u32, f64)>;

/// The impacts of every stem and pair, by key.
fn weighed(counted: &[Counted], stems: &Stems, weights: &Weights) -> BTreeMap<String, (Impacts, Option<u32>)> {
    let n = stepped(counted.len() as f64);
    let average = stepped(mean(counted.iter().map(|entry| entry.length)));
    let title_average = stepped(mean(counted.iter().map(|entry| entry.title_length)));
    let mut df = vec![(0u32, 0u32); stems.keys.len()];
    let mut pair_df: HashMap<(u32, u32), u32> = HashMap::new();
    for entry in counted {
        entry.text.keys().for_each(|number| df[*number as usize].0 += 1);
        entry.title.keys().for_each(|number| df[*number as usize].1 += 1);
        entry.pairs.keys().for_each(|pair| *pair_df.entry(*pair).or_default() += 1);
    }
    let mut singles: Vec<Impacts> = vec![Vec::new(); stems.keys.len()];
    let mut pairs: HashMap<(u32, u32), Impacts> = HashMap::new();
    for (at, entry) in counted.iter().enumerate() {
        for (number, tf) in &entry.text {
            let (text_df, title_df) = df[*number as usize];
            let mut impact =
                idf(n, stepped(f64::from(text_df))) * bm25(*tf, weights.k1, weights.b, entry.length, average);
            if let Some(tf) = entry.title.get(number) {
                impact += weights.title
                    * idf(n, stepped(f64::from(title_df)))
                    * bm25(*tf, weights.title_k1, weights.title_b, entry.title_length, title_average);
            }
            if stems.stop[*number as usize] {
                impact *= weights.stop;
            }
            singles[*number as usize].push((at as u32, impact * entry.share));
        }
        for (pair, weight) in &entry.pairs {
            if n > COMMON_FROM && f64::from(pair_df[pair]) * COMMON > n {
                continue;
            }
            let impact = entry.share * weight * idf(n, stepped(f64::from(pair_df[pair])));
            pairs.entry(*pair).or_default().push((at as u32, impact));
        }
    }
    let singles = singles
        .into_iter()
        .enumerate()
        .map(|(number, impacts)| (stems.keys[number].clone(), (impacts, Some(number as u32))));
    let pairs = pairs.into_iter().map(|((first, second), impacts)| {
        (format!("{} {}", stems.keys[first as usize], stems.keys[second as usize]), (impacts, None))
    });
    singles.chain(pairs).filter(|(_, (impacts, _))| !impacts.is_empty()).collect()
}

fn mean(lengths: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = lengths.fold((0.0, 0.0), |(sum, n), length| (sum + length, n + 1.0));
    if sum > 0.0 { sum / n } else { 1.0 }
}

/// Lets the words that are typed find what the words that are meant find, for less. The forms of those words by stem: the
/// book itself may not have them.
fn synonymous(
    found: &mut BTreeMap<String, (Impacts, Option<u32>)>,
    synonyms: &[Synonym],
    stemmers: &[Stemmer],
    weights: &Weights,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut forms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut added: BTreeMap<String, BTreeMap<u32, f64>> = BTreeMap::new();
    for synonym in synonyms {
        for stemmer in stemmers {
            let typed = stemmed(&synonym.typed, stemmer);
            let meant = stemmed(&synonym.meant, stemmer);
            let impacts = foremost(all_of(found, &meant));
            if typed.is_empty() || typed == meant || impacts.is_empty() {
                continue;
            }
            super::tokens::words(&synonym.typed, |word| {
                forms.entry(stemmer.stem(word)).or_default().insert(fold(word));
            });
            // Two words are one term, and of more each neighbouring pair is.
            let keys: Vec<String> =
                if typed.len() == 1 { typed } else { typed.windows(2).map(|pair| pair.join(" ")).collect() };
            let share = weights.synonym / keys.len() as f64;
            for key in keys {
                let to = added.entry(key).or_default();
                for (entry, impact) in &impacts {
                    let kept = to.entry(*entry).or_default();
                    *kept = kept.max(impact * share);
                }
            }
        }
    }
    for stem in forms.keys() {
        found.entry(stem.clone()).or_default();
    }
    for (key, mut all) in added {
        let (own, _) = found.entry(key).or_default();
        for (entry, impact) in own.iter() {
            let kept = all.entry(*entry).or_default();
            *kept = kept.max(*impact);
        }
        *own = all.into_iter().collect();
    }
    forms
}

/// Entries that a synonym leads to: those that say most of what is meant. All that hold a frequent word are no help.
const MEANT: usize = 50;

fn foremost(mut impacts: Impacts) -> Impacts {
    impacts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    impacts.truncate(MEANT);
    impacts
}

fn stemmed(text: &str, stemmer: &Stemmer) -> Vec<String> {
    let mut stems = Vec::new();
    super::tokens::words(text, |word| stems.push(stemmer.stem(word)));
    stems
}

/// The entries that hold all of some stems, with the sum of what these say.
fn all_of(found: &BTreeMap<String, (Impacts, Option<u32>)>, stems: &[String]) -> Impacts {
    let mut all: Option<BTreeMap<u32, f64>> = None;
    for stem in stems {
        let Some((impacts, _)) = found.get(stem) else { return Vec::new() };
        all = Some(match all {
            None => impacts.iter().copied().collect(),
            Some(before) => impacts
                .iter()
                .filter_map(|(entry, impact)| before.get(entry).map(|sum| (*entry, sum + impact)))
                .collect(),
        });
    }
    all.unwrap_or_default().into_iter().collect()
}

fn quantised(key: String, forms: Vec<String>, stop: bool, mut impacts: Impacts, floor: f64) -> Term {
    impacts.sort_unstable_by_key(|(entry, _)| *entry);
    let most = impacts.iter().fold(0.0f64, |most, (_, impact)| most.max(*impact));
    let scale = (most * 1000.0 / f64::from(MOST)).ceil().max(floor);
    let postings = impacts.into_iter().map(|(entry, impact)| {
        let steps = (impact * 1000.0 / scale).round().clamp(1.0, f64::from(MOST));
        (entry, steps as u8)
    });
    Term { key, forms, scale: scale as u32, postings: postings.collect(), stop }
}
