//! Cuts an index into the files that a browser loads.
//!
//! Round trips decide, not bytes: the map names all others, the shards of all words of a query are loaded at once, and
//! then the cards of all results at once. Files are named by their content, so an unchanged one keeps its bytes and its
//! name; the map alone has a fixed name. An index that is small as a whole lies in the map's file.
//!
//! Records are lines. A word: `stem;forms;scale;postings`, each form as the letters that it lacks of the stem's end (one
//! digit of base 36) and those that it adds, `!` before the scale of a stop word. Two words, below the record of the
//! first: ` second;scale;postings`. The name of an entry: `=hash;postings`. Postings are the distances from one entry to
//! the next, 5 bits a character of [`DIGITS`] (32 is the continuation), each followed by its impact as one character;
//! names and facets have no impacts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::impact::Term;
use super::rank::{Index, by_units, is_slip_of};

/// Digits of postings.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes of a shard, about.
const SHARD: usize = 8 << 10;

/// Bytes of a stop word's record from which it has a file of its own.
const OWN_FILE: usize = 2 << 10;

/// Bytes of an index that is one file: about 100 KiB when it is compressed.
const WHOLE: usize = 250 << 10;

/// Entries whose cards are in one file. A page of results needs ten that lie anywhere.
pub const CARDS: usize = 8;

/// Entries whose texts are in one file: so many files of cards.
pub const TEXTS: usize = 2 * CARDS;

/// Letters at which shards may be cut.
const CUT: usize = 3;

/// The files of an index.
#[derive(Debug)]
pub struct Shards {
    /// The script that names all others, and holds them if they are small.
    pub map: String,
    /// Each other file: the name without `.js`, and the script.
    pub files: Vec<(String, String)>,
}

/// What is shown of one entry: its card, and its text by section, both as a script reads them.
#[derive(Debug)]
pub struct Shown {
    /// The number of its kind.
    pub kind: usize,
    /// What a result shows at once.
    pub card: Value,
    /// Its text, for excerpts.
    pub text: Value,
}

/// The files of an index over entries that are shown so. `kinds` are the words of the kinds by their numbers.
pub fn shards(index: &Index, shown: &[Shown], kinds: &[&str]) -> Shards {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut keep = |data: &Value| kept(data, &mut files);
    let (units, own) = units(index);
    let own: Vec<Value> = own.into_iter().map(|(forms, records)| json!([forms, keep(&json!(records))])).collect();
    let mut cut: Vec<(String, String)> = Vec::new();
    let units: Vec<(&str, &str)> = units.iter().map(|(prefix, records)| (prefix.as_str(), records.as_str())).collect();
    cut_at(&units, 1, &mut cut);
    let terms: Vec<Value> = cut.iter().map(|(start, records)| json!([start, keep(&json!(records))])).collect();
    let words = keep(&json!(vocabulary(index)));
    let facets: Vec<Value> = index
        .facets
        .iter()
        // What kind an entry is of stands in the map.
        .filter(|(key, _)| !key.starts_with("kind:"))
        .map(|(key, entries)| json!([key, plain(entries)]))
        .collect();
    let facets = keep(&json!(facets));
    // A file of cards names that of their texts, which is asked for later, if at all.
    let mut later: Vec<(String, String)> = Vec::new();
    let cards = shown.chunks(TEXTS).flat_map(|texts| {
        let name = kept(&texts.iter().map(|shown| shown.text.clone()).collect(), &mut later);
        let cards = texts.chunks(CARDS).map(|cards| cards.iter().map(|shown| shown.card.clone()).collect::<Value>());
        cards.map(|cards| keep(&json!([name, cards]))).collect::<Vec<_>>()
    });
    let cards: Vec<String> = cards.collect();
    let of_kind: String = shown.iter().map(|shown| char::from(DIGITS[shown.kind])).collect();
    let map = json!({
        "n": index.n, "cardsIn": CARDS, "textsIn": TEXTS, "kinds": kinds, "ofKind": of_kind, "expires": index.expires,
        "terms": terms, "own": own, "words": words, "facets": facets, "cards": cards,
    });
    let mut map = format!("cuebook.shelf(\"map\",{map});\n");
    // What answers comes first; the texts are for excerpts, and are asked for later.
    for files in [&mut files, &mut later] {
        files.sort_unstable();
        files.dedup();
        if map.len() + files.iter().map(|(_, text)| text.len()).sum::<usize>() <= WHOLE {
            files.drain(..).for_each(|(_, text)| map.push_str(&text));
        }
    }
    files.append(&mut later);
    files.sort_unstable();
    files.dedup();
    Shards { map, files }
}

/// Forty bits of the content in small letters and digits: some file systems know no capitals.
fn name_of(data: &str) -> String {
    let hash = xxh3_64(data.as_bytes());
    (0..8).map(|at| char::from(b"0123456789abcdefghijklmnopqrstuv"[(hash >> (5 * at) & 31) as usize])).collect()
}

/// Keeps data as a file; its name.
fn kept(data: &Value, files: &mut Vec<(String, String)>) -> String {
    let data = data.to_string();
    let name = name_of(&data);
    files.push((name.clone(), format!("cuebook.shelf(\"{name}\",{data});\n")));
    name
}

/// The letters by which a form finds its shard.
fn prefix(form: &str) -> &str {
    form.char_indices().nth(CUT).map_or(form, |(at, _)| &form[..at])
}

/// Forms of a stop word, and its records.
type Own = (Vec<String>, String);

/// The records under each prefix, in order, and those of stop words that have a file of their own. A stem whose forms have
/// several prefixes is in all of them, so that no form needs a second look.
fn units(index: &Index) -> (Vec<(String, String)>, Vec<Own>) {
    let mut units: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut own: Vec<Own> = Vec::new();
    let mut at = 0;
    while at < index.terms.len() {
        let term = &index.terms[at];
        let first = term.key.split(' ').next().unwrap_or_default();
        let pairs = index.terms[at..]
            .iter()
            .skip(1)
            .take_while(|next| next.key.strip_prefix(first).is_some_and(|rest| rest.starts_with(' ')));
        let mut record = record(term);
        let mut n = 1;
        for pair in pairs {
            record.push('\n');
            record.push_str(&pair_record(&pair.key[first.len()..], pair));
            n += 1;
        }
        at += n;
        if term.stop && record.len() > OWN_FILE {
            own.push((term.forms.clone(), record));
            continue;
        }
        let prefixes: BTreeSet<&str> = term.forms.iter().map(|form| prefix(form)).collect();
        for prefix in prefixes {
            units.entry(prefix).or_default().push(record.clone());
        }
    }
    for (name, entries) in &index.names {
        let first = name.split(' ').next().unwrap_or_default();
        units.entry(prefix(first)).or_default().push(format!("={};{}", hash(name), plain(entries)));
    }
    let mut units: Vec<(String, String)> =
        units.into_iter().map(|(prefix, records)| (prefix.to_owned(), records.join("\n"))).collect();
    units.sort_by(|a, b| by_units(&a.0, &b.0));
    (units, own)
}

/// A short name for the words of a title, the same in the script (FNV-1a, 32 bits, over UTF-16 code units; Fowler, Noll &
/// Vo, draft-eastlake-fnv).
pub fn hash(text: &str) -> String {
    let hash =
        text.encode_utf16().fold(0x811c_9dc5u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
    format!("{hash:x}")
}

/// Cuts units into shards: those that share their first letters lie together while they are small, and where they are
/// not, the next letter decides. So an edit moves nothing but the shards of its own letters.
fn cut_at(units: &[(&str, &str)], letters: usize, cut: &mut Vec<(String, String)>) {
    let first = |unit: &(&str, &str)| unit.0.chars().take(letters).collect::<String>();
    let mut open: Option<(String, String)> = None;
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
            let records = group.iter().map(|(_, records)| *records).collect::<Vec<_>>().join("\n");
            // Where shards are cut by a later letter, the shorter word stands first.
            match &mut open {
                Some((_, kept)) if kept.len() + size <= SHARD => {
                    kept.push('\n');
                    kept.push_str(&records);
                }
                _ => {
                    cut.extend(open.take());
                    open = Some((group[0].0.to_owned(), records));
                }
            }
        }
        start = end;
    }
    cut.extend(open);
}

fn record(term: &Term) -> String {
    let key = term.key.split(' ').next().unwrap_or_default();
    let forms: Vec<String> = term.forms.iter().map(|form| ending(key, form)).collect();
    let stop = if term.stop { "!" } else { "" };
    format!("{key};{};{stop}{};{}", forms.join(","), term.scale, postings(&term.postings))
}

fn pair_record(second: &str, term: &Term) -> String {
    format!("{second};{};{}", term.scale, postings(&term.postings))
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

fn postings(postings: &[(u32, u8)]) -> String {
    let mut text = String::with_capacity(postings.len() * 2);
    let mut before = 0;
    for (entry, impact) in postings {
        push(entry - before, &mut text);
        text.push(char::from(DIGITS[*impact as usize]));
        before = *entry;
    }
    text
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
        if form == before {
            continue;
        }
        let shared = before.chars().zip(form.chars()).take_while(|(a, b)| a == b).count().min(35);
        let digit = char::from_digit(shared as u32, 36).expect("it is one of 36");
        coded.push(digit.to_string() + &form.chars().skip(shared).collect::<String>());
        before = form;
    }
    coded.join(",")
}
