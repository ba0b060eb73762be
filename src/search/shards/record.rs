//! Writes the records of an index, which are lines.
//!
//! A word: `stem;forms;scale;postings`, each form as the letters that it lacks of the stem's end (one digit of base 36) and
//! those that it adds, `!` before the scale of a stop word. Two words, below the record of the rarer one, of which fewer
//! have many: ` second;scale;postings` or `<first;scale;postings`. The name of an entry: `=hash;postings`. Postings are the
//! distances from one entry to the next, 5 bits a character of [`DIGITS`] (32 is the continuation), each followed by its
//! impact as one character; names and facets have no impacts.

use std::fmt::Write;

use crate::search::impact::{Counts, Posting, Weighed};
use crate::text::fnv_1a;

/// Digits of postings.
pub(super) const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The record of a term, and below it those of the pairs with words that are not rarer.
pub(super) fn record(counts: &Counts, term: u32) -> String {
    let key = counts.key(term);
    let forms: Vec<String> = counts.forms(term).map(|form| ending(key, form)).collect();
    let stop = if counts.is_stop(term) { "!" } else { "" };
    let Weighed { scale, postings } = counts.weighed(term);
    let mut text = format!("{key};{};{stop}{scale};", forms.join(","));
    push_postings(&postings, &mut text);
    let n_entries = postings.len();
    let mut seconds: Vec<u32> = counts.seconds(term).into_iter().collect();
    seconds.retain(|second| counts.n_entries(*second) >= n_entries);
    let mut firsts = counts.firsts(term).to_vec();
    firsts.retain(|first| counts.n_entries(*first) > n_entries);
    for (sign, mut others) in [(' ', seconds), ('<', firsts)] {
        others.sort_unstable_by_key(|other| counts.key(*other));
        for other in others {
            let (first, second) = if sign == ' ' { (term, other) } else { (other, term) };
            let Some(Weighed { scale, postings }) = counts.pair(first, second) else { continue };
            let _ = write!(text, "\n{sign}{};{scale};", counts.key(other));
            push_postings(&postings, &mut text);
        }
    }
    text
}

/// The record of a name of entries.
pub(super) fn name_record(name: &str, entries: &[u32]) -> String {
    format!("={:x};{}", fnv_1a(name), plain(entries))
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

pub(super) fn plain(entries: &[u32]) -> String {
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
