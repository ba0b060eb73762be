//! Cuts an index into the files that a browser loads.
//!
//! Round trips decide, not bytes: the map names all others, the shards of all words of a query are loaded at once, and
//! then the cards of all results at once. Files are named by their content, so an unchanged one keeps its bytes and its
//! name; the map alone has a fixed name. An index that is small as a whole lies in the map's file.
//!
//! A [`Shelf`] keeps what it was cut from, so that an edit of an entry writes the records of its words anew and cuts the
//! shards in which they lie, and nothing else. A first cut is an edit of everything.

mod record;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
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

/// A file of an index.
#[derive(Clone, Debug)]
pub struct Shard {
    /// Its name without `.js`, which changes with what it holds.
    pub name: Arc<str>,
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
    Cards(Range<usize>, Arc<str>),
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
        let (name, length) = (name_of(&data), data.len());
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
        script(&self.name, &self.holds.data(shown))
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

/// A shard of several units, by the first of which it is known.
struct Cut {
    last: ByUnits,
    n_units: usize,
    shard: Shard,
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
    cut: BTreeMap<ByUnits, Cut>,
    /// Every form that a slip can mean. `None` if such forms have come or gone.
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
            cut: BTreeMap::new(),
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
                let at = unit.terms.partition_point(|known| counts.key(*known) < counts.key(term));
                unit.terms.insert(at, term);
                self.stale.insert(prefix.clone());
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

    /// The shards of all units, with the first prefix of each.
    fn cut(&mut self, shown: &impl Shown) -> Vec<(Box<str>, Shard)> {
        let stale = self.measure();
        let units: Vec<(&ByUnits, &Unit)> = self.units.iter().collect();
        let mut ranges = Vec::new();
        cut_at(&units, 0..units.len(), 1, &mut ranges);
        let mut kept = std::mem::take(&mut self.cut);
        let cut: Vec<(ByUnits, Option<Cut>)> = ranges
            .iter()
            .map(|range| {
                let units = &units[range.clone()];
                let is_same = |cut: &Cut| {
                    cut.n_units == units.len()
                        && cut.last == *units[units.len() - 1].0
                        && units.iter().all(|(prefix, _)| !stale.contains(&prefix.0))
                };
                (units[0].0.clone(), kept.remove(units[0].0).filter(is_same))
            })
            .collect();
        let made = cut.into_par_iter().zip(&ranges).map(|((first, kept), range)| {
            let units = &units[range.clone()];
            let make = || {
                let records = units.iter().flat_map(|(prefix, unit)| self.records(&prefix.0, unit));
                let shard = Holds::Records(records.collect()).shard(shown);
                Cut { last: units[units.len() - 1].0.clone(), n_units: units.len(), shard }
            };
            (first, kept.unwrap_or_else(make))
        });
        let made: Vec<(ByUnits, Cut)> = made.collect();
        let shards = made.iter().map(|(first, cut)| (first.0.clone(), cut.shard.clone())).collect();
        self.cut = made.into_iter().collect();
        shards
    }

    /// Its files over `n` entries that are shown so. `kinds` are the words of the kinds by their numbers; entries whose
    /// card or text may differ from the last time are `changed`, which is not asked the first time.
    pub fn shards(
        &mut self,
        n: usize,
        shown: &impl Shown,
        kinds: &[&str],
        changed: impl Fn(usize) -> bool + Sync,
    ) -> Shards {
        let mut files: Vec<Shard> = Vec::new();
        let mut keep = |shard: Shard| {
            let name = shard.name.to_string();
            files.push(shard);
            name
        };
        let mut long: Vec<u32> = self.long.iter().copied().collect();
        long.sort_unstable_by_key(|term| self.counts.key(*term));
        let own: Vec<Value> = long
            .into_iter()
            .filter_map(|term| {
                let Written { place: Place::Own(shard), forms, .. } = self.written[term as usize].as_ref()? else {
                    return None;
                };
                Some(json!([forms, keep(shard.clone()), u8::from(!self.counts.is_stop(term))]))
            })
            .collect();
        let cut = self.cut(shown);
        let terms: Vec<Value> = cut.into_iter().map(|(start, shard)| json!([start, keep(shard)])).collect();
        let words = match &self.words {
            Some(words) => words.clone(),
            None => Holds::Value(Value::from(vocabulary(&self.forms)).to_string().into()).shard(shown),
        };
        self.words = Some(words.clone());
        let words = keep(words);
        let facets = self.facets.take().unwrap_or_else(|| {
            // What kind an entry is of stands in the map.
            let listed = self.labels.facets.iter().filter(|(key, _)| !key.starts_with("kind:"));
            let facets: Vec<Value> = listed.map(|(key, entries)| json!([key, plain(entries)])).collect();
            Holds::Value(Value::from(facets).to_string().into()).shard(shown)
        });
        self.facets = Some(facets.clone());
        let facets = keep(facets);
        self.group(n, shown, changed);
        let cards: Vec<&str> = self.groups.iter().flat_map(|group| &group.cards).map(|shard| &*shard.name).collect();
        let of_kind: String = self.groups.iter().map(|group| &*group.kinds).collect();
        let map = json!({
            "n": n, "cardsIn": CARDS, "textsIn": TEXTS, "kinds": kinds, "ofKind": of_kind, "expires": self.labels.expires,
            "terms": terms, "own": own, "words": words, "facets": facets, "cards": cards,
        });
        let mut map = script("map", &map.to_string());
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

    fn group(&mut self, n: usize, shown: &impl Shown, changed: impl Fn(usize) -> bool + Sync) {
        let kept = std::mem::take(&mut self.groups);
        let group = |at: usize| {
            let range = at * TEXTS..n.min((at + 1) * TEXTS);
            if let Some(kept) = kept.get(at).filter(|_| !range.clone().any(&changed)) {
                return kept.clone();
            }
            let kinds = range.clone().map(|entry| char::from(DIGITS[shown.kind(entry)])).collect();
            let texts = Holds::Texts(range.clone()).shard(shown);
            let starts = range.clone().step_by(CARDS);
            let cards =
                starts.map(|start| Holds::Cards(start..range.end.min(start + CARDS), texts.name.clone()).shard(shown));
            Group { kinds, cards: cards.collect(), texts }
        };
        self.groups = (0..n.div_ceil(TEXTS)).into_par_iter().map(group).collect();
    }
}

fn records_shard(records: Arc<[Arc<str>]>) -> Shard {
    let data = Value::from(records.join("\n")).to_string();
    Shard { name: name_of(&data), holds: Holds::Records(records), length: data.len() }
}

/// Files that hold the same have the same name, and are one.
fn in_order(files: &mut Vec<Shard>) {
    files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    files.dedup_by(|a, b| a.name == b.name);
}

fn script(name: &str, data: &str) -> String {
    format!("cuebook.shelf(\"{name}\",{data});\n")
}

/// Forty bits of the content in small letters and digits: some file systems know no capitals.
fn name_of(data: &str) -> Arc<str> {
    let hash = xxh3_64(data.as_bytes());
    let letter = |at: u32| char::from(b"0123456789abcdefghijklmnopqrstuv"[(hash >> (5 * at) & 31) as usize]);
    (0..8).map(letter).collect::<String>().into()
}

/// The letters by which a form finds its shard.
fn prefix(form: &str) -> &str {
    form.char_indices().nth(CUT).map_or(form, |(at, _)| &form[..at])
}

/// The same for the name of an entry: it is found by its first word.
fn prefix_of_name(name: &str) -> &str {
    prefix(name.split(' ').next().unwrap_or_default())
}

/// Cuts units into shards: those that share their first letters lie together while they are small, and where they are
/// not, the next letter decides. So an edit moves nothing but the shards of its own letters.
fn cut_at(units: &[(&ByUnits, &Unit)], of: Range<usize>, letters: usize, cut: &mut Vec<Range<usize>>) {
    let first = |at: usize| {
        let prefix = &*units[at].0.0;
        prefix.char_indices().nth(letters).map_or(prefix, |(at, _)| &prefix[..at])
    };
    let mut open: Option<(Range<usize>, usize)> = None;
    let mut start = of.start;
    while start < of.end {
        let name = first(start);
        let end = start + (start..of.end).take_while(|at| first(*at) == name).count();
        let size: usize = units[start..end].iter().map(|(_, unit)| unit.size).sum();
        if size > SHARD && letters < CUT && end - start > 1 {
            cut.extend(open.take().map(|(range, _)| range));
            cut_at(units, start..end, letters + 1, cut);
        } else {
            // Where shards are cut by a later letter, the shorter word stands first. No line ends behind the last record.
            match &mut open {
                Some((range, kept)) if *kept - 1 + size <= SHARD => {
                    range.end = end;
                    *kept += size;
                }
                _ => cut.extend(open.replace((start..end, size)).map(|(range, _)| range)),
            }
        }
        start = end;
    }
    cut.extend(open.map(|(range, _)| range));
}

/// Every form that a slip can mean, in order, front-coded: how many letters it shares with the one before (one digit of
/// base 36), and the others.
fn vocabulary(forms: &BTreeMap<ByUnits, u32>) -> String {
    // Written anew after most edits, as a new word is a new form.
    let mut coded = String::with_capacity(8 * forms.len());
    let mut before: &str = "";
    for (ByUnits(form), _) in forms.iter().filter(|(form, _)| is_slip_of(&form.0)) {
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
        Grüße gruesse grüßen boiler call ring phone résumé resume resumed to of broken faulty zebra zebras quilt 2026 返品";

    #[test]
    fn an_index_after_edits_is_the_index_of_the_last_texts() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut random = Random(20_261_122);
        let mut texts: Vec<Text> = (0..700).map(|_| random.text(&words)).collect();
        let synonyms = [("money back", "refund"), ("steamer", "kettle boiler"), ("quilt", "parcel"), ("gnu", "zebra")]
            .map(|(typed, meant)| Synonym { typed: typed.to_owned(), meant: meant.to_owned() });
        let shelf = |texts: &[Text]| {
            let documents: Vec<Document<'_>> = texts.iter().map(of_english).collect();
            Shelf::new(Counts::new(&documents, Weights::default(), &[], &synonyms), Labels::default())
        };
        let cut = |shelf: &mut Shelf| {
            let Shards { map, files } = shelf.shards(700, &Plain, &["guide"], |_| false);
            (map, files.iter().map(|file| file.script(&Plain)).collect::<Vec<_>>())
        };
        let mut kept = shelf(&texts);
        cut(&mut kept);
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
            assert!(cut(&mut kept) == cut(&mut shelf(&texts)), "after step {step}");
        }
        assert!(n_small > 3, "every edit wrote nearly everything");
    }

    #[test]
    fn a_rare_word_beside_a_frequent_one_leaves_the_record_of_the_frequent_one_alone() {
        // So long that one word more moves no length by a step.
        let line = "the late parcel ".repeat(10);
        let mut texts: Vec<Text> = (0..40).map(|_| text_of(&line)).collect();
        let documents: Vec<Document<'_>> = texts.iter().map(of_english).collect();
        let mut shelf = Shelf::new(Counts::new(&documents, Weights::default(), &[], &[]), Labels::default());
        shelf.shards(40, &Plain, &["guide"], |_| true);
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
