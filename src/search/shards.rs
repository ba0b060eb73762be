//! Cuts an index into the files that a browser loads.
//!
//! Round trips decide, not bytes: the map names all others, the shards of all words of a query are loaded at once, and
//! then the cards of all results at once. Files are named by their content, so an unchanged one keeps its bytes and its
//! name; the map alone has a fixed name. An index that is small as a whole lies in the map's file.
//!
//! A [`Shelf`] keeps what it was cut from, so that an edit of an entry writes the records of its words anew and cuts the
//! shards in which they lie, and looks at nothing else that is as large as the book. A first cut is an edit of everything.

mod record;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::impact::{Counts, Edit, Stale};
use super::rank::{CUT, by_units, is_slip_of};
use record::{DIGITS, name_record, plain, record};

/// Bytes of a shard, about.
const SHARD: usize = 8 << 10;

/// Bytes of a stop word's record from which it has a file of its own; any other word has one from [`SHARD`].
const OWN_FILE: usize = 2 << 10;

/// Bytes of an index that is one file: about 100 KiB when it is compressed.
const WHOLE: usize = 250 << 10;

/// Entries whose cards are in one file. A page of results needs ten that lie anywhere.
pub const CARDS: usize = 8;

/// Entries whose texts are in one file: so many files of cards.
pub const TEXTS: usize = 2 * CARDS;

/// The files of an index.
#[derive(Debug, Default)]
pub struct Shards {
    /// The script that names all others, and holds them if they are small.
    pub map: String,
    /// All others, in order of name.
    pub files: Vec<Shard>,
}

/// The name of a file of an index, without `.js`: forty bits of what it holds, in small letters and digits, because some file
/// systems know no capitals.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name([u8; 8]);

impl Name {
    fn of(data: &str) -> Name {
        let hash = xxh3_64(data.as_bytes());
        Name(std::array::from_fn(|at| b"0123456789abcdefghijklmnopqrstuv"[(hash >> (5 * at) & 31) as usize]))
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("letters and digits")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A file of an index.
#[derive(Clone, Debug)]
pub struct Shard {
    /// Changes with what it holds.
    pub name: Name,
    holds: Holds,
    /// Bytes of what it holds.
    length: usize,
}

/// What is shown of entries is as much as the whole book, and is made again when it is written.
#[derive(Clone, Debug)]
enum Holds {
    /// Lines.
    Records(Arc<[Arc<str>]>),
    /// A value of a script.
    Value(Arc<str>),
    /// The cards of these entries, and the name of the file of their texts, which is asked for later, if at all.
    Cards(Range<usize>, Name),
    Texts(Range<usize>),
}

impl Holds {
    fn data(&self, shown: &impl Shown) -> Cow<'_, str> {
        let list = |entries: &mut dyn Iterator<Item = String>| entries.collect::<Vec<_>>().join(",");
        match self {
            Holds::Records(records) => Value::from(records.join("\n")).to_string().into(),
            Holds::Value(data) => (&**data).into(),
            Holds::Cards(range, texts) => {
                format!("[\"{texts}\",[{}]]", list(&mut range.clone().map(|entry| shown.card(entry)))).into()
            }
            Holds::Texts(range) => format!("[{}]", list(&mut range.clone().map(|entry| shown.text(entry)))).into(),
        }
    }

    fn shard(self, shown: &impl Shown) -> Shard {
        let data = self.data(shown);
        let (name, length) = (Name::of(&data), data.len());
        Shard { name, holds: self, length }
    }
}

/// What the files of an index hold of each entry, as scripts read it.
pub trait Shown: Sync {
    /// The number of its kind.
    fn kind(&self, entry: usize) -> usize;
    /// What a result shows at once.
    fn card(&self, entry: usize) -> String;
    /// Its text, for excerpts.
    fn text(&self, entry: usize) -> String;
}

impl Shard {
    /// The file.
    pub fn script(&self, shown: &impl Shown) -> String {
        script(self.name.as_str(), &self.holds.data(shown))
    }
}

/// What entries are found by beside their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Names of entries as they are typed → entries.
    pub names: BTreeMap<String, Vec<u32>>,
    /// `tag:late parcels` → entries. The words behind the colon are folded.
    pub facets: BTreeMap<String, Vec<u32>>,
    /// The last day of entries that have one, as `2026-12-31`, in order of entry.
    pub expires: Vec<(u32, String)>,
}

/// A text in the order of [`by_units`].
#[derive(Clone, Debug, PartialEq, Eq)]
struct ByUnits(Box<str>);

impl ByUnits {
    fn letter(&self) -> ByUnits {
        ByUnits(first_letters(&self.0, 1).into())
    }
}

impl Ord for ByUnits {
    fn cmp(&self, other: &ByUnits) -> Ordering {
        by_units(&self.0, &other.0)
    }
}

impl PartialOrd for ByUnits {
    fn partial_cmp(&self, other: &ByUnits) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The records that forms with the same first letters find.
#[derive(Default)]
struct Unit {
    /// In order of key.
    terms: Vec<u32>,
    /// Bytes, with a line end behind each record.
    size: usize,
}

/// The record of a term as it was written last.
struct Written {
    record: Arc<str>,
    forms: Box<[Box<str>]>,
    /// Entries that the term says something about.
    n_entries: usize,
    place: Place,
}

/// Where a record lies.
enum Place {
    /// In a file of its own.
    Own(Shard),
    /// Under each of these prefixes.
    Units(Vec<Box<str>>),
}

/// The units whose forms begin with one letter.
struct Letter {
    size: usize,
    /// Their shards, if they do not all fit into one.
    cut: Vec<Cut>,
}

/// A shard of several units, or letters.
struct Cut {
    first: ByUnits,
    last: ByUnits,
    n: usize,
    shard: Shard,
}

impl Cut {
    /// Whether it holds these, of which the first is its own.
    fn is_of<T>(&self, held: &[(&ByUnits, T)]) -> bool {
        self.n == held.len() && held.last().is_some_and(|(last, _)| **last == self.last)
    }
}

/// The cards and texts of [`TEXTS`] entries.
#[derive(Clone)]
struct Group {
    /// Of what kind each is, as a digit of [`DIGITS`].
    kinds: String,
    cards: Vec<Shard>,
    texts: Shard,
}

/// An index, and what it was cut from.
pub struct Shelf {
    counts: Counts,
    labels: Labels,
    /// By the number of the term.
    written: Vec<Option<Written>>,
    /// Terms whose record may be so long that it has a file of its own.
    long: BTreeSet<u32>,
    /// Each form with how many terms have it.
    forms: BTreeMap<ByUnits, u32>,
    units: BTreeMap<ByUnits, Unit>,
    /// The prefixes of units of which something has changed since they were cut.
    stale: FxHashSet<Box<str>>,
    letters: BTreeMap<ByUnits, Letter>,
    /// The shards of letters that share one.
    joined: Vec<Cut>,
    /// Every form that a slip can mean, as it is written, by its first letter. `None` if such forms have come or gone.
    vocabulary: BTreeMap<ByUnits, Option<String>>,
    /// All of that. `None` if it has changed.
    words: Option<Shard>,
    /// What entries are listed under. `None` if that has changed.
    facets: Option<Shard>,
    groups: Vec<Group>,
}

impl Shelf {
    /// The index of a book as it is counted.
    pub fn new(counts: Counts, labels: Labels) -> Shelf {
        let mut shelf = Shelf {
            counts,
            labels: Labels::default(),
            written: Vec::new(),
            long: BTreeSet::new(),
            forms: BTreeMap::new(),
            units: BTreeMap::new(),
            stale: FxHashSet::default(),
            letters: BTreeMap::new(),
            joined: Vec::new(),
            vocabulary: BTreeMap::new(),
            words: None,
            facets: None,
            groups: Vec::new(),
        };
        shelf.write(Stale::All);
        shelf.relabel(labels);
        shelf
    }

    /// Takes entries as they are now.
    pub fn change(&mut self, edits: &[Edit<'_>]) {
        let stale = self.counts.change(edits);
        self.write(stale);
    }

    /// Takes what entries are found by beside their words.
    pub fn relabel(&mut self, labels: Labels) {
        let before = std::mem::replace(&mut self.labels, labels);
        let differ = |names: &BTreeMap<String, Vec<u32>>, others: &BTreeMap<String, Vec<u32>>| -> Vec<Box<str>> {
            let differing = names.iter().filter(|(name, entries)| others.get(*name) != Some(entries));
            differing.map(|(name, _)| prefix_of_name(name).into()).collect()
        };
        let mut stale = differ(&before.names, &self.labels.names);
        stale.extend(differ(&self.labels.names, &before.names));
        for prefix in stale {
            self.units.entry(ByUnits(prefix.clone())).or_default();
            self.stale.insert(prefix);
        }
        self.facets = self.facets.take().filter(|_| before.facets == self.labels.facets);
    }

    /// Writes the records of these terms, and puts each where it belongs.
    fn write(&mut self, stale: Stale) {
        let stale: BTreeSet<u32> = match stale {
            Stale::All => {
                let gone = (0..).zip(&self.written).filter(|(_, written)| written.is_some()).map(|(term, _)| term);
                gone.chain(self.counts.terms()).collect()
            }
            Stale::Some { terms, pairs } => self.with_partners(terms, &pairs),
        };
        let counts = &self.counts;
        let stale: Vec<u32> = stale.into_iter().collect();
        let records: Vec<Option<String>> =
            stale.par_iter().map(|term| counts.is_there(*term).then(|| record(counts, *term))).collect();
        let end = stale.last().map_or(0, |last| *last as usize + 1);
        if self.written.len() < end {
            self.written.resize_with(end, || None);
        }
        let mut changed: Vec<(ByUnits, i32)> = Vec::new();
        let mut fresh: Vec<(u32, Written)> = Vec::with_capacity(stale.len());
        for (term, record) in stale.into_iter().zip(records) {
            let before = self.written[term as usize].take();
            let forms: Box<[Box<str>]> = self.counts.forms(term).filter(|_| record.is_some()).map(Box::from).collect();
            let had = before.as_ref().map_or(&[][..], |written| &written.forms);
            if *had != *forms {
                changed.extend(had.iter().map(|form| (ByUnits(form.clone()), -1)));
                changed.extend(forms.iter().map(|form| (ByUnits(form.clone()), 1)));
            }
            if let Some(before) = before {
                self.take_away(term, &before);
            }
            if let Some(record) = record {
                let (record, n_entries) = (record.into(), self.counts.n_entries(term));
                fresh.push((term, Written { record, forms, n_entries, place: Place::Units(Vec::new()) }));
            }
        }
        let moved = self.count_forms(changed);
        // Whether a long record may have a file of its own hangs on whether other terms have its forms.
        for term in self.long.iter().copied().collect::<Vec<_>>() {
            let is_moved = |written: &mut Written| written.forms.iter().any(|form| moved.contains(form));
            if let Some(written) = self.written[term as usize].take_if(is_moved) {
                self.take_away(term, &written);
                fresh.push((term, written));
            }
        }
        for (term, written) in fresh {
            self.put_in(term, written);
        }
    }

    /// These terms; those whose record holds, or is to hold, one of these pairs; and those whose record holds a pair with one
    /// of these terms, or is to, because the other has become the rarer one.
    fn with_partners(&self, mut stale: BTreeSet<u32>, pairs: &BTreeSet<(u32, u32)>) -> BTreeSet<u32> {
        let before = |term: u32| {
            let written = self.written.get(term as usize).and_then(Option::as_ref);
            written.map_or(0, |written| written.n_entries)
        };
        for (first, second) in pairs {
            let lay_with_first = before(*second) >= before(*first);
            let lies_with_first = self.counts.n_entries(*second) >= self.counts.n_entries(*first);
            stale.extend([lay_with_first, lies_with_first].map(|is_first| if is_first { *first } else { *second }));
        }
        let mut partners = Vec::new();
        for term in &stale {
            let (was, is) = (before(*term), self.counts.n_entries(*term));
            if was == is {
                continue;
            }
            let seconds = self.counts.seconds(*term);
            for partner in seconds.iter().chain(self.counts.firsts(*term)) {
                let (other_was, other_is) = (before(*partner), self.counts.n_entries(*partner));
                if was.cmp(&other_was) != is.cmp(&other_is) {
                    partners.push(*partner);
                }
            }
        }
        stale.extend(partners);
        stale
    }

    /// Adds to how many terms have a form. The forms that were there before and of which that has changed.
    fn count_forms(&mut self, mut changed: Vec<(ByUnits, i32)>) -> FxHashSet<Box<str>> {
        if self.forms.is_empty() {
            changed.sort_unstable();
            let counted = changed.chunk_by(|one, other| one.0 == other.0).map(|of_form| {
                let n: i32 = of_form.iter().map(|(_, n)| n).sum();
                (of_form[0].0.clone(), n.unsigned_abs())
            });
            self.forms = counted.collect();
            self.vocabulary = self.forms.keys().map(|form| (form.letter(), None)).collect();
            return FxHashSet::default();
        }
        let mut before: FxHashMap<Box<str>, u32> = FxHashMap::default();
        for (form, n) in changed {
            let count = self.forms.entry(form.clone()).or_default();
            before.entry(form.0).or_insert(*count);
            *count = count.saturating_add_signed(n);
        }
        for (form, before) in &before {
            let form = ByUnits(form.clone());
            let is_gone = self.forms[&form] == 0;
            if is_slip_of(&form.0) && is_gone != (*before == 0) {
                self.vocabulary.insert(form.letter(), None);
                self.words = None;
            }
            if is_gone {
                self.forms.remove(&form);
            }
        }
        before.into_keys().collect()
    }

    fn take_away(&mut self, term: u32, written: &Written) {
        self.long.remove(&term);
        let Place::Units(prefixes) = &written.place else { return };
        for prefix in prefixes {
            let unit = self.units.get_mut(&ByUnits(prefix.clone())).expect("a record lies where it was put");
            unit.terms.retain(|known| *known != term);
            self.stale.insert(prefix.clone());
        }
    }

    fn put_in(&mut self, term: u32, mut written: Written) {
        if written.record.len() > OWN_FILE {
            self.long.insert(term);
        }
        let is_alone = |form: &str| self.forms.get(&ByUnits(form.into())) == Some(&1);
        // Whoever knows a form by its own file looks into no other.
        let most = if self.counts.is_stop(term) { OWN_FILE } else { SHARD };
        written.place = if written.record.len() > most && written.forms.iter().all(|form| is_alone(form)) {
            Place::Own(records_shard([written.record.clone()].into()))
        } else {
            let prefixes: BTreeSet<&str> = written.forms.iter().map(|form| prefix(form)).collect();
            Place::Units(prefixes.into_iter().map(Box::from).collect())
        };
        if let Place::Units(prefixes) = &written.place {
            let counts = &self.counts;
            for prefix in prefixes {
                let unit = self.units.entry(ByUnits(prefix.clone())).or_default();
                let is_before = |known: &u32| counts.key(*known) < counts.key(term);
                // Those of a whole book come in order.
                let is_last = unit.terms.last().is_none_or(is_before);
                let at = if is_last { unit.terms.len() } else { unit.terms.partition_point(is_before) };
                unit.terms.insert(at, term);
                if !self.stale.contains(prefix) {
                    self.stale.insert(prefix.clone());
                }
            }
        }
        self.written[term as usize] = Some(written);
    }

    /// The records under a prefix: of its terms, then the names of entries.
    fn records(&self, prefix: &str, unit: &Unit) -> Vec<Arc<str>> {
        let record = |term: &u32| Some(self.written[*term as usize].as_ref()?.record.clone());
        let terms = unit.terms.iter().filter_map(record);
        let names = self.labels.names.range(prefix.to_owned()..).take_while(|(name, _)| name.starts_with(prefix));
        let names = names.filter(|(name, _)| prefix_of_name(name) == prefix);
        terms.chain(names.map(|(name, entries)| name_record(name, entries).into())).collect()
    }

    /// Measures the units of which something has changed. Those that hold nothing go.
    fn measure(&mut self) -> FxHashSet<Box<str>> {
        let stale = std::mem::take(&mut self.stale);
        for prefix in stale.iter().map(|prefix| ByUnits(prefix.clone())) {
            let records = self.records(&prefix.0, &self.units[&prefix]);
            let size: usize = records.iter().map(|record| record.len() + 1).sum();
            match self.units.get_mut(&prefix) {
                Some(unit) if size > 0 => unit.size = size,
                _ => drop(self.units.remove(&prefix)),
            }
        }
        stale
    }

    fn units_of<'s>(&'s self, letter: &'s ByUnits) -> impl Iterator<Item = (&'s ByUnits, &'s Unit)> {
        self.units.range(letter.clone()..).take_while(|(prefix, _)| prefix.0.starts_with(&*letter.0))
    }

    /// The shard of some units.
    fn shard_of<'s>(&'s self, units: impl Iterator<Item = (&'s ByUnits, &'s Unit)>, shown: &impl Shown) -> Shard {
        Holds::Records(units.flat_map(|(prefix, unit)| self.records(&prefix.0, unit)).collect()).shard(shown)
    }

    /// Cuts the units of each letter of which something has changed.
    fn cut_letters(&mut self, shown: &impl Shown) -> BTreeSet<ByUnits> {
        let stale = self.measure();
        let letters: BTreeSet<ByUnits> = stale.iter().map(|prefix| ByUnits(first_letters(prefix, 1).into())).collect();
        let mut cut = std::mem::take(&mut self.letters);
        let before: Vec<(&ByUnits, Vec<Cut>)> =
            letters.iter().map(|letter| (letter, cut.remove(letter).map_or_else(Vec::new, |kept| kept.cut))).collect();
        let made = before.into_par_iter().filter_map(|(letter, before)| {
            let units: Vec<(&ByUnits, &Unit)> = self.units_of(letter).collect();
            let size = units.iter().map(|(_, unit)| unit.size).sum();
            let mut ranges = Vec::new();
            if is_parted(size, units.len(), 1) {
                cut_at(&units, 0..units.len(), 2, &mut ranges);
            }
            let kept: BTreeMap<ByUnits, Cut> = before.into_iter().map(|cut| (cut.first.clone(), cut)).collect();
            let cut = ranges.into_par_iter().map(|range| {
                let units = &units[range];
                let kept = kept
                    .get(units[0].0)
                    .filter(|cut| cut.is_of(units) && units.iter().all(|(prefix, _)| !stale.contains(&prefix.0)));
                let shard = kept.map_or_else(|| self.shard_of(units.iter().copied(), shown), |cut| cut.shard.clone());
                Cut { first: units[0].0.clone(), last: units[units.len() - 1].0.clone(), n: units.len(), shard }
            });
            (!units.is_empty()).then(|| (letter.clone(), Letter { size, cut: cut.collect() }))
        });
        let made: Vec<(ByUnits, Letter)> = made.collect();
        cut.extend(made);
        self.letters = cut;
        letters
    }

    /// The shards of all units, with the first prefix of each.
    fn cut(&mut self, shown: &impl Shown) -> Vec<(Box<str>, Shard)> {
        let stale = self.cut_letters(shown);
        let letters: Vec<(&ByUnits, &Letter)> = self.letters.iter().collect();
        let sizes: Vec<(usize, bool)> =
            letters.iter().map(|(_, letter)| (letter.size, !letter.cut.is_empty())).collect();
        let (mut joined, mut shards) = (Vec::new(), Vec::new());
        for run in together(&sizes) {
            let letters = &letters[run];
            let (first, letter) = letters[0];
            if !letter.cut.is_empty() {
                shards.extend(letter.cut.iter().map(|cut| (cut.first.0.clone(), cut.shard.clone())));
                continue;
            }
            let is_same = |cut: &&Cut| {
                cut.first == *first && cut.is_of(letters) && !letters.iter().any(|(name, _)| stale.contains(name))
            };
            let units = || letters.iter().flat_map(|(letter, _)| self.units_of(letter));
            let kept = self.joined.iter().find(is_same);
            let shard = kept.map_or_else(|| self.shard_of(units(), shown), |cut| cut.shard.clone());
            let prefix = units().next().map(|(prefix, _)| prefix.0.clone()).unwrap_or_default();
            shards.push((prefix, shard.clone()));
            joined.push(Cut {
                first: first.clone(),
                last: letters[letters.len() - 1].0.clone(),
                n: letters.len(),
                shard,
            });
        }
        self.joined = joined;
        shards
    }

    /// Every form that a slip can mean.
    fn words(&mut self, shown: &impl Shown) -> Shard {
        if let Some(words) = &self.words {
            return words.clone();
        }
        for (letter, coded) in self.vocabulary.iter_mut().filter(|(_, coded)| coded.is_none()) {
            let forms = self.forms.range(letter.clone()..).map(|(form, _)| &*form.0);
            *coded = Some(front_coded(forms.take_while(|form| form.starts_with(&*letter.0))));
        }
        let coded: Vec<&str> =
            self.vocabulary.values().flatten().map(String::as_str).filter(|coded| !coded.is_empty()).collect();
        let words = Holds::Value(Value::from(coded.join(",")).to_string().into()).shard(shown);
        self.words.insert(words).clone()
    }

    /// Its files over `n` entries that are shown so. `kinds` are the words of the kinds by their numbers; `changed` are the
    /// entries whose card or text may differ from the last time, all if that is not known.
    pub fn shards(
        &mut self,
        n: usize,
        shown: &impl Shown,
        kinds: &[&str],
        changed: Option<&BTreeSet<usize>>,
    ) -> Shards {
        let mut files: Vec<Shard> = Vec::new();
        let mut keep = |shard: Shard| {
            let name = shard.name;
            files.push(shard);
            name
        };
        let cut = self.cut(shown);
        let terms: Vec<(Box<str>, Name)> = cut.into_iter().map(|(start, shard)| (start, keep(shard))).collect();
        let words = keep(self.words(shown));
        let mut long: Vec<u32> = self.long.iter().copied().collect();
        long.sort_unstable_by_key(|term| self.counts.key(*term));
        let own = long.into_iter().filter_map(|term| {
            let Written { place: Place::Own(shard), forms, .. } = self.written[term as usize].as_ref()? else {
                return None;
            };
            Some((&**forms, keep(shard.clone()), u8::from(!self.counts.is_stop(term))))
        });
        let own: Vec<(&[Box<str>], Name, u8)> = own.collect();
        let facets = self.facets.take().unwrap_or_else(|| {
            // What kind an entry is of stands in the map.
            let listed = self.labels.facets.iter().filter(|(key, _)| !key.starts_with("kind:"));
            let facets: Vec<Value> = listed.map(|(key, entries)| json!([key, plain(entries)])).collect();
            Holds::Value(Value::from(facets).to_string().into()).shard(shown)
        });
        self.facets = Some(facets.clone());
        let facets = keep(facets);
        group(&mut self.groups, n, shown, changed);
        let map = Map {
            n,
            cards_in: CARDS,
            texts_in: TEXTS,
            kinds,
            of_kind: self.groups.iter().map(|group| &*group.kinds).collect(),
            expires: &self.labels.expires,
            terms,
            own,
            words,
            facets,
            cards: self.groups.iter().flat_map(|group| &group.cards).map(|shard| shard.name).collect(),
        };
        let mut map = script("map", &serde_json::to_string(&map).expect("names and numbers are always JSON"));
        files.extend(self.groups.iter().flat_map(|group| &group.cards).cloned());
        let mut later: Vec<Shard> = self.groups.iter().map(|group| group.texts.clone()).collect();
        // What answers comes first; the texts are for excerpts, and are asked for later.
        for files in [&mut files, &mut later] {
            in_order(files);
            if map.len() + files.iter().map(|shard| shard.length).sum::<usize>() <= WHOLE {
                files.drain(..).for_each(|shard| map.push_str(&shard.script(shown)));
            }
        }
        files.append(&mut later);
        in_order(&mut files);
        Shards { map, files }
    }
}

/// The file that names all others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Map<'s> {
    n: usize,
    cards_in: usize,
    texts_in: usize,
    kinds: &'s [&'s str],
    /// A digit an entry.
    of_kind: String,
    expires: &'s [(u32, String)],
    /// The first prefix of each shard.
    terms: Vec<(Box<str>, Name)>,
    /// The forms of each word that has a file of its own, and 0 if it is a stop word.
    own: Vec<(&'s [Box<str>], Name, u8)>,
    words: Name,
    facets: Name,
    cards: Vec<Name>,
}

/// Makes the groups of `n` entries those that hold what is shown now.
fn group(groups: &mut Vec<Group>, n: usize, shown: &impl Shown, changed: Option<&BTreeSet<usize>>) {
    let made = |at: usize| {
        let range = at * TEXTS..n.min((at + 1) * TEXTS);
        let kinds = range.clone().map(|entry| char::from(DIGITS[shown.kind(entry)])).collect();
        let texts = Holds::Texts(range.clone()).shard(shown);
        let starts = range.clone().step_by(CARDS);
        let cards = starts.map(|start| Holds::Cards(start..range.end.min(start + CARDS), texts.name).shard(shown));
        Group { kinds, cards: cards.collect(), texts }
    };
    match changed {
        Some(changed) => {
            let stale: BTreeSet<usize> = changed.iter().map(|entry| entry / TEXTS).collect();
            let made: Vec<(usize, Group)> = stale.into_par_iter().map(|at| (at, made(at))).collect();
            made.into_iter().for_each(|(at, group)| groups[at] = group);
        }
        None => *groups = (0..n.div_ceil(TEXTS)).into_par_iter().map(made).collect(),
    }
}

fn records_shard(records: Arc<[Arc<str>]>) -> Shard {
    let data = Value::from(records.join("\n")).to_string();
    Shard { name: Name::of(&data), holds: Holds::Records(records), length: data.len() }
}

/// Files that hold the same have the same name, and are one.
fn in_order(files: &mut Vec<Shard>) {
    files.sort_unstable_by_key(|shard| shard.name);
    files.dedup_by_key(|shard| shard.name);
}

fn script(name: &str, data: &str) -> String {
    format!("cuebook.shelf(\"{name}\",{data});\n")
}

/// The letters by which a form finds its shard.
fn prefix(form: &str) -> &str {
    first_letters(form, CUT)
}

fn first_letters(form: &str, n: usize) -> &str {
    form.char_indices().nth(n).map_or(form, |(at, _)| &form[..at])
}

/// The same for the name of an entry: it is found by its first word.
fn prefix_of_name(name: &str) -> &str {
    prefix(name.split(' ').next().unwrap_or_default())
}

/// Cuts units into shards: those that share their first letters lie together while they are small, and where they are
/// not, the next letter decides. So an edit moves nothing but the shards of its own letters.
fn cut_at(units: &[(&ByUnits, &Unit)], of: Range<usize>, letters: usize, cut: &mut Vec<Range<usize>>) {
    let mut start = of.start;
    let groups =
        units[of].chunk_by(|(one, _), (other, _)| first_letters(&one.0, letters) == first_letters(&other.0, letters));
    let groups = groups.map(|group| {
        let range = start..start + group.len();
        start = range.end;
        (range, group.iter().map(|(_, unit)| unit.size).sum())
    });
    let groups: Vec<(Range<usize>, usize)> = groups.collect();
    let sizes: Vec<(usize, bool)> =
        groups.iter().map(|(range, size)| (*size, is_parted(*size, range.len(), letters))).collect();
    for run in together(&sizes) {
        let range = groups[run.start].0.start..groups[run.end - 1].0.end;
        match sizes[run.start] {
            (_, true) => cut_at(units, range, letters + 1, cut),
            _ => cut.push(range),
        }
    }
}

/// Whether so many units that share so many letters are cut by the next one.
fn is_parted(size: usize, n_units: usize, letters: usize) -> bool {
    size > SHARD && letters < CUT && n_units > 1
}

/// Which neighbours are in one shard, by the size of each and whether it is cut itself; such a one is alone.
fn together(sizes: &[(usize, bool)]) -> Vec<Range<usize>> {
    let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
    for (at, (size, is_parted)) in sizes.iter().enumerate() {
        match runs.last_mut() {
            // No line ends behind the last record.
            Some((run, kept)) if !is_parted && !sizes[run.start].1 && *kept - 1 + size <= SHARD => {
                run.end = at + 1;
                *kept += size;
            }
            _ => runs.push((at..at + 1, *size)),
        }
    }
    runs.into_iter().map(|(run, _)| run).collect()
}

/// The forms that a slip can mean, in order: how many letters each shares with the one before (one digit of base 36), and
/// the others.
fn front_coded<'f>(forms: impl Iterator<Item = &'f str>) -> String {
    let mut coded = String::new();
    let mut before: &str = "";
    for form in forms.filter(|form| is_slip_of(form)) {
        let shared = before.chars().zip(form.chars()).take_while(|(a, b)| a == b).take(35);
        let (n, bytes) = shared.fold((0, 0), |(n, bytes), (_, letter)| (n + 1, bytes + letter.len_utf8()));
        if !coded.is_empty() {
            coded.push(',');
        }
        coded.push(char::from_digit(n, 36).expect("it is one of 36"));
        coded.push_str(&form[bytes..]);
        before = form;
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::impact::{Document, Synonym, Weights};
    use crate::search::text::{Field, Text};

    struct Plain;

    impl Shown for Plain {
        fn kind(&self, _: usize) -> usize {
            0
        }

        fn card(&self, entry: usize) -> String {
            entry.to_string()
        }

        fn text(&self, entry: usize) -> String {
            entry.to_string()
        }
    }

    /// A linear congruential generator (Knuth, MMIX).
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % n
        }

        /// A line of words of which the first are frequent, as words are.
        fn line(&mut self, words: &[&str], n: usize) -> String {
            let word = |random: &mut Random| {
                let most = 1 + random.below(words.len());
                words[random.below(most)]
            };
            (0..n).map(|_| word(self)).collect::<Vec<_>>().join(" ")
        }

        fn text(&mut self, words: &[&str]) -> Text {
            let mut text = Text::default();
            let n = 1 + self.below(3);
            text.add(Field::Title, &self.line(words, n));
            for field in [Field::Path, Field::Said, Field::Text] {
                let n = self.below(9);
                text.add(field, &self.line(words, n));
            }
            text
        }
    }

    const WORDS: &str = "the a refund refunds refunded parcel late where is my money back angry furious mad kettle kettles \
        Grüße gruesse grüßen boiler call ring phone résumé resume resumed to of broken faulty zebra zebras quilt 2026 返品 \
        reach recall reduce regret reject relief remind repair rescue return reveal ripe risk road robe roof rope round row rude \
        rule run rush";

    #[test]
    fn an_index_after_edits_is_the_index_of_the_last_texts() {
        let (kept, n_small) = edited(800);
        assert!(n_small > 3, "every edit wrote nearly everything");
        assert!(kept.letters.values().any(|letter| letter.cut.len() > 1), "no letter has several shards");
        assert!(kept.joined.iter().any(|cut| cut.n > 1), "no letters share a shard");
    }

    #[test]
    fn an_index_after_edits_is_the_same_where_sayings_are_learnt_from() {
        edited(200);
    }

    /// A shelf of so many entries after edits, and how many of these wrote little; it is compared after each.
    fn edited(n: usize) -> (Shelf, usize) {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut random = Random(20_261_122);
        let mut texts: Vec<Text> = (0..n).map(|_| random.text(&words)).collect();
        let synonyms = [("money back", "refund"), ("steamer", "kettle boiler"), ("quilt", "parcel"), ("gnu", "zebra")]
            .map(|(typed, meant)| Synonym { typed: typed.to_owned(), meant: meant.to_owned() });
        let shelf = |texts: &[Text]| {
            let documents: Vec<Document<'_>> = texts.iter().map(of_english).collect();
            Shelf::new(Counts::new(&documents, Weights::default(), &[], &synonyms), Labels::default())
        };
        let cut = |shelf: &mut Shelf, changed: Option<&BTreeSet<usize>>| {
            let Shards { map, files } = shelf.shards(n, &Plain, &["guide"], changed);
            (map, files.iter().map(|file| file.script(&Plain)).collect::<Vec<_>>())
        };
        let mut kept = shelf(&texts);
        cut(&mut kept, None);
        let mut n_small = 0;
        for step in 0..24 {
            let before = texts.clone();
            let edited: BTreeSet<u32> = (0..=random.below(3)).map(|_| random.below(texts.len()) as u32).collect();
            for entry in &edited {
                let text = &mut texts[*entry as usize];
                match random.below(4) {
                    0 => *text = Text::default(),
                    1 => *text = random.text(&words),
                    2 => text.add(Field::Heading, "zebra gnu quilt"),
                    _ => text.add(Field::Text, &format!("word{step} the parcel")),
                }
            }
            let edit = |entry: &u32| Edit {
                entry: *entry,
                before: of_english(&before[*entry as usize]),
                after: of_english(&texts[*entry as usize]),
            };
            kept.change(&edited.iter().map(edit).collect::<Vec<_>>());
            n_small += usize::from(kept.stale.len() < kept.units.len() / 2);
            let shown = BTreeSet::new();
            assert!(cut(&mut kept, Some(&shown)) == cut(&mut shelf(&texts), None), "after step {step}");
        }
        (kept, n_small)
    }

    #[test]
    fn a_rare_word_beside_a_frequent_one_leaves_the_record_of_the_frequent_one_alone() {
        // So long that one word more moves no length by a step.
        let line = "the late parcel ".repeat(10);
        let mut texts: Vec<Text> = (0..40).map(|_| text_of(&line)).collect();
        let documents: Vec<Document<'_>> = texts.iter().map(of_english).collect();
        let mut shelf = Shelf::new(Counts::new(&documents, Weights::default(), &[], &[]), Labels::default());
        shelf.shards(40, &Plain, &["guide"], None);
        let before = std::mem::replace(&mut texts[7], text_of(&format!("{line} zebra")));
        shelf.change(&[Edit { entry: 7, before: of_english(&before), after: of_english(&texts[7]) }]);
        let stale: Vec<&str> = shelf.stale.iter().map(|prefix| &**prefix).collect();
        assert_eq!(stale, [prefix("zebra")]);
        let zebra = shelf.written.iter().flatten().find(|written| written.forms.iter().any(|form| &**form == "zebra"));
        let record = &zebra.expect("it is there now").record;
        assert!(record.contains("\n<parcel;"), "what stands beside it lies with the rarer of the two: {record}");
    }

    fn text_of(line: &str) -> Text {
        let mut text = Text::default();
        text.add(Field::Text, line);
        text
    }

    fn of_english(text: &Text) -> Document<'_> {
        Document { language: "en", listed_in: "en", kind: None, text, is_door: false }
    }
}
