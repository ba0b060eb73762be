//! Which of many short texts are nearly the same: titles that readers cannot tell apart, two spellings of one situation.

use xxhash_rust::xxh3::xxh3_128;

use crate::text::singular;

/// More texts than this that differ in one word only are a series (`Day 1 …`, `Desk in Leeds`), and no slips.
const SERIES: usize = 24;

/// Words of which nobody is sure whether a title had them.
const SMALL: &[&str] = &["a", "an", "the", "is", "are", "der", "die", "das", "ein", "eine", "ist", "sind"];

/// Pairs of texts (the earlier first, each pair once, in order) that have the same words in whatever order, number and
/// case, or that differ in one letter of one longer word.
///
/// Linear in the words of all texts: each text is filed under itself without one of its words, and only texts in one file
/// are compared.
pub(super) fn alike(texts: &[&str]) -> Vec<(usize, usize)> {
    let folded: Vec<String> = texts.iter().map(|text| singular(text)).collect();
    // What a text is filed under, its place, and the word without which it is filed.
    let mut filed: Vec<(u128, usize, &str)> = Vec::with_capacity(6 * texts.len());
    for (at, folded) in folded.iter().enumerate() {
        let words: Vec<&str> = words(folded).collect();
        if words.is_empty() {
            continue;
        }
        let mut sorted = words.clone();
        sorted.sort_unstable();
        filed.push((file_of('=', &sorted), at, ""));
        filed.push((file_of('-', &[&words.concat()]), at, ""));
        for (nth, word) in words.iter().enumerate().filter(|(_, word)| may_be_mistyped(word)) {
            let mut rest = words.clone();
            rest[nth] = "*";
            filed.push((file_of('*', &rest), at, word));
        }
    }
    filed.sort_unstable();
    let mut pairs = Vec::new();
    for file in filed.chunk_by(|one, other| one.0 == other.0).filter(|file| file.len() <= SERIES) {
        for (nth, (_, one, word)) in file.iter().enumerate() {
            let near = file[nth + 1..].iter().filter(|(_, _, other)| is_slip(word, other));
            pairs.extend(near.map(|(_, other, _)| (*one, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Words in one order are one file. What two files have in common is never the whole of 128 bits.
fn file_of(sign: char, words: &[&str]) -> u128 {
    let mut name = words.join(" ");
    name.push(sign);
    xxh3_128(name.as_bytes())
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    words.filter(|word| !word.is_empty() && !SMALL.contains(word))
}

/// Whether two words are the same but for one letter. No slip in a long word is at both of its ends, and most words are told
/// apart by these.
fn is_slip(word: &str, other: &str) -> bool {
    let has_same_end = word.chars().next() == other.chars().next() || word.chars().last() == other.chars().last();
    has_same_end && strsim::osa_distance(word, other) <= 1
}

/// A short word is near to too many others, and a number is never a slip for another.
fn may_be_mistyped(word: &str) -> bool {
    word.chars().count() > 4 && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_number_case_and_one_letter_do_not_tell_texts_apart() {
        for (one, other) in [
            ("Late parcels", "The late parcel"),
            ("Return refused", "refused: return"),
            ("Warm handover", "Warm hand-over"),
            ("Customer is angry", "customer angry"),
            ("Colleague looked stuck", "Coleague looked stuck"),
        ] {
            assert_eq!(alike(&[one, other]), [(0, 1)], "{one} / {other}");
        }
    }

    #[test]
    fn other_words_and_other_numbers_do() {
        for (one, other) in [
            ("Level 1", "Level 2"),
            ("Customer is angry", "Customer is upset"),
            ("When to call", "When to fall"),
            ("Late parcel", "Lost parcel"),
            ("", ""),
        ] {
            assert_eq!(alike(&[one, other]), [], "{one} / {other}");
        }
        let series: Vec<String> = ('a'..='z').map(|letter| format!("The desk in Londo{letter}")).collect();
        assert_eq!(alike(&series.iter().map(String::as_str).collect::<Vec<_>>()), []);
    }
}
