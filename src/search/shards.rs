//! Cuts an index into the files that a browser loads.
//!
//! Round trips decide, not bytes: the map names all others, the shards of all words of a query are loaded at once, and
//! then the cards of all results at once. Files are named by their content, so an unchanged one keeps its bytes and its
//! name; the map alone has a fixed name. An index that is small as a whole lies in the map's file.
//!
//! Records are lines. A word: `stem;forms;scale;postings`, each form as the letters that it lacks of the stem's end (one
//! digit of base 36) and those that it adds, `!` before the scale of a stop word. Two words, below the record of the
//! rarer one, of which fewer have many: ` second;scale;postings` or `<first;scale;postings`. The name of an entry: `=hash;postings`. Postings are the distances from one entry to
//! the next, 5 bits a character of [`DIGITS`] (32 is the continuation), each followed by its impact as one character;
//! names and facets have no impacts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use rayon::prelude::*;
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::impact::{Impacts, Posting, Term};
use super::rank::{CUT, Index, by_units, is_slip_of};
use crate::text::fnv_1a;

/// Digits of postings.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

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
#[derive(Debug)]
pub struct Shard {
    /// Its name without `.js`, which changes with what it holds.
    pub name: String,
    holds: Holds,
    /// Bytes of what it holds.
    length: usize,
}

/// What is shown of entries is as much as the whole book, and is made again when it is written.
#[derive(Debug)]
enum Holds {
    Records(String),
    /// The cards of these entries, and the name of the file of their texts, which is asked for later, if at all.
    Cards(Range<usize>, String),
    Texts(Range<usize>),
}

impl Holds {
    fn data(&self, shown: &impl Shown) -> Cow<'_, str> {
        let list = |entries: &mut dyn Iterator<Item = String>| entries.collect::<Vec<_>>().join(",");
        match self {
            Holds::Records(data) => data.into(),
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

/// The files of an index over entries that are shown so. `kinds` are the words of the kinds by their numbers.
pub fn shards(index: &Index, shown: &impl Shown, kinds: &[&str]) -> Shards {
    let mut files: Vec<Shard> = Vec::new();
    let mut keep = |data: Value| {
        let shard = Holds::Records(data.to_string()).shard(shown);
        let name = shard.name.clone();
        files.push(shard);
        name
    };
    let (units, own) = units(index);
    let own: Vec<Value> = own
        .into_iter()
        .map(|(term, records)| json!([term.forms, keep(json!(records)), u8::from(!term.stop)]))
        .collect();
    let mut cut: Vec<(&str, String)> = Vec::new();
    cut_at(&units, 1, &mut cut);
    let terms: Vec<Value> = cut.into_iter().map(|(start, records)| json!([start, keep(json!(records))])).collect();
    let words = keep(json!(vocabulary(index)));
    let facets: Vec<Value> = index
        .facets
        .iter()
        // What kind an entry is of stands in the map.
        .filter(|(key, _)| !key.starts_with("kind:"))
        .map(|(key, entries)| json!([key, plain(entries)]))
        .collect();
    let facets = keep(json!(facets));
    let of_texts = (0..index.n.div_ceil(TEXTS)).into_par_iter().map(|at| {
        let range = at * TEXTS..index.n.min((at + 1) * TEXTS);
        let texts = Holds::Texts(range.clone()).shard(shown);
        let starts = range.clone().step_by(CARDS);
        let cards =
            starts.map(|start| Holds::Cards(start..range.end.min(start + CARDS), texts.name.clone()).shard(shown));
        (cards.collect::<Vec<_>>(), texts)
    });
    let (cards_of_texts, mut later): (Vec<Vec<Shard>>, Vec<Shard>) = of_texts.unzip();
    let cards: Vec<&str> = cards_of_texts.iter().flatten().map(|shard| shard.name.as_str()).collect();
    let of_kind: String = (0..index.n).map(|entry| char::from(DIGITS[shown.kind(entry)])).collect();
    let map = json!({
        "n": index.n, "cardsIn": CARDS, "textsIn": TEXTS, "kinds": kinds, "ofKind": of_kind, "expires": index.expires,
        "terms": terms, "own": own, "words": words, "facets": facets, "cards": cards,
    });
    let mut map = script("map", &map.to_string());
    files.extend(cards_of_texts.into_iter().flatten());
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

/// Files that hold the same have the same name, and are one.
fn in_order(files: &mut Vec<Shard>) {
    files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    files.dedup_by(|a, b| a.name == b.name);
}

fn script(name: &str, data: &str) -> String {
    format!("cuebook.shelf(\"{name}\",{data});\n")
}

/// Forty bits of the content in small letters and digits: some file systems know no capitals.
fn name_of(data: &str) -> String {
    let hash = xxh3_64(data.as_bytes());
    (0..8).map(|at| char::from(b"0123456789abcdefghijklmnopqrstuv"[(hash >> (5 * at) & 31) as usize])).collect()
}

/// The letters by which a form finds its shard.
fn prefix(form: &str) -> &str {
    form.char_indices().nth(CUT).map_or(form, |(at, _)| &form[..at])
}

/// A term with its records.
type Own<'i> = (&'i Term, String);

/// The records under each prefix, in order, and those of terms that have a file of their own. A stem whose forms have
/// several prefixes is in all of them, so that no form needs a second look.
fn units(index: &Index) -> (Vec<(&str, String)>, Vec<Own<'_>>) {
    let impacts = &index.impacts;
    let mut by_second: Vec<u32> = (0..impacts.pairs.len() as u32).collect();
    by_second.sort_unstable_by_key(|pair| (impacts.pairs[*pair as usize].second, *pair));
    let records: Vec<String> =
        (0..impacts.terms.len() as u32).into_par_iter().map(|term| records(impacts, term, &by_second)).collect();
    let mut units: BTreeMap<&str, String> = BTreeMap::new();
    let mut add = |prefix, record: &str| {
        let unit: &mut String = units.entry(prefix).or_default();
        if !unit.is_empty() {
            unit.push('\n');
        }
        unit.push_str(record);
    };
    let mut own: Vec<Own<'_>> = Vec::new();
    for (term, record) in impacts.terms.iter().zip(records) {
        // Whoever knows a form by its own file looks into no other.
        let is_alone = |form: &str| index.with_form(form).nth(1).is_none();
        if record.len() > if term.stop { OWN_FILE } else { SHARD } && term.forms.iter().all(|form| is_alone(form)) {
            own.push((term, record));
            continue;
        }
        let prefixes: BTreeSet<&str> = term.forms.iter().map(|form| prefix(form)).collect();
        prefixes.into_iter().for_each(|prefix| add(prefix, &record));
    }
    for (name, entries) in &index.names {
        let first = name.split(' ').next().unwrap_or_default();
        add(prefix(first), &format!("={:x};{}", fnv_1a(name), plain(entries)));
    }
    let mut units: Vec<(&str, String)> = units.into_iter().collect();
    units.sort_by(|a, b| by_units(a.0, b.0));
    (units, own)
}

/// Cuts units into shards: those that share their first letters lie together while they are small, and where they are
/// not, the next letter decides. So an edit moves nothing but the shards of its own letters.
fn cut_at<'u>(units: &[(&'u str, String)], letters: usize, cut: &mut Vec<(&'u str, String)>) {
    let first = |unit: &(&'u str, String)| unit.0.char_indices().nth(letters).map_or(unit.0, |(at, _)| &unit.0[..at]);
    let mut open: Option<(&str, String)> = None;
    let mut start = 0;
    while start < units.len() {
        let name = first(&units[start]);
        let end = start + units[start..].iter().take_while(|unit| first(unit) == name).count();
        let group = &units[start..end];
        let size: usize = group.iter().map(|(_, records)| records.len() + 1).sum();
        if size > SHARD && letters < CUT && group.len() > 1 {
            cut.extend(open.take());
            cut_at(group, letters + 1, cut);
        } else {
            let records = group.iter().map(|(_, records)| records.as_str()).collect::<Vec<_>>().join("\n");
            // Where shards are cut by a later letter, the shorter word stands first.
            match &mut open {
                Some((_, kept)) if kept.len() + size <= SHARD => {
                    kept.push('\n');
                    kept.push_str(&records);
                }
                _ => {
                    cut.extend(open.take());
                    open = Some((group[0].0, records));
                }
            }
        }
        start = end;
    }
    cut.extend(open);
}

/// The record of a term, and below it those of the pairs with words that are not rarer.
fn records(impacts: &Impacts, at: u32, by_second: &[u32]) -> String {
    let Term { key, forms, scale, stop, .. } = &impacts.terms[at as usize];
    let forms: Vec<String> = forms.iter().map(|form| ending(key, form)).collect();
    let stop = if *stop { "!" } else { "" };
    let mut text = format!("{key};{};{stop}{scale};", forms.join(","));
    push_postings(impacts.of_term(at), &mut text);
    let entries = |term: u32| impacts.of_term(term).len();
    let mut push = |sign: char, other: u32, pair: u32| {
        let _ = write!(text, "\n{sign}{};{};", impacts.terms[other as usize].key, impacts.pairs[pair as usize].scale);
        push_postings(impacts.of_pair(pair), &mut text);
    };
    for pair in impacts.pairs_of(at) {
        let second = impacts.pairs[pair as usize].second;
        if entries(second) >= entries(at) {
            push(' ', second, pair);
        }
    }
    let start = by_second.partition_point(|pair| impacts.pairs[*pair as usize].second < at);
    for pair in by_second[start..].iter().take_while(|pair| impacts.pairs[**pair as usize].second == at) {
        let first = impacts.pairs[*pair as usize].first;
        if entries(first) > entries(at) {
            push('<', first, *pair);
        }
    }
    text
}

/// A form as what differs from its stem.
fn ending(key: &str, form: &str) -> String {
    let shared = key.chars().zip(form.chars()).take_while(|(a, b)| a == b).count();
    let lacks = key.chars().count() - shared;
    match char::from_digit(lacks as u32, 36) {
        Some(digit) => digit.to_string() + &form.chars().skip(shared).collect::<String>(),
        // Nothing of the stem: a `-` and the whole form.
        None => format!("-{form}"),
    }
}

fn push_postings(postings: &[Posting], text: &mut String) {
    let mut before = 0;
    for posting in postings {
        push(posting.entry() - before, text);
        text.push(char::from(DIGITS[posting.impact() as usize]));
        before = posting.entry();
    }
}

fn plain(entries: &[u32]) -> String {
    let mut text = String::new();
    let mut before = 0;
    for entry in entries {
        push(entry - before, &mut text);
        before = *entry;
    }
    text
}

/// A number, its lowest 5 bits first.
fn push(mut n: u32, text: &mut String) {
    while n >= 32 {
        text.push(char::from(DIGITS[32 + (n & 31) as usize]));
        n >>= 5;
    }
    text.push(char::from(DIGITS[n as usize]));
}

/// Every form that a slip can mean, in order, front-coded: how many letters it shares with the one before (one digit of
/// base 36), and the others.
fn vocabulary(index: &Index) -> String {
    let mut coded: Vec<String> = Vec::new();
    let mut before: &str = "";
    for (form, _) in index.forms.iter().filter(|(form, _)| is_slip_of(form)) {
        if **form == *before {
            continue;
        }
        let shared = before.chars().zip(form.chars()).take_while(|(a, b)| a == b).count().min(35);
        let digit = char::from_digit(shared as u32, 36).expect("it is one of 36");
        coded.push(digit.to_string() + &form.chars().skip(shared).collect::<String>());
        before = form;
    }
    coded.join(",")
}
