//! Which of many short texts are nearly the same: titles that readers cannot tell apart, two spellings of one situation.

use std::collections::HashMap;

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
    let words: Vec<Vec<String>> = texts.iter().map(|text| words(text)).collect();
    let mut files: HashMap<String, Vec<(usize, &str)>> = HashMap::new();
    for (at, words) in words.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
        let mut sorted = words.clone();
        sorted.sort_unstable();
        files.entry(format!("= {}", sorted.join(" "))).or_default().push((at, ""));
        files.entry(format!("- {}", words.concat())).or_default().push((at, ""));
        for (nth, word) in words.iter().enumerate().filter(|(_, word)| may_be_mistyped(word)) {
            let rest = [&words[..nth], &["*".to_owned()], &words[nth + 1..]].concat();
            files.entry(format!("* {}", rest.join(" "))).or_default().push((at, word));
        }
    }
    let mut pairs = Vec::new();
    for file in files.values().filter(|file| file.len() <= SERIES) {
        for (nth, (one, word)) in file.iter().enumerate() {
            let near = file[nth + 1..].iter().filter(|(_, other)| strsim::osa_distance(word, other) <= 1);
            pairs.extend(near.map(|(other, _)| (*one, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn words(text: &str) -> Vec<String> {
    let folded = singular(text);
    let words = folded.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    words.filter(|word| !word.is_empty() && !SMALL.contains(word)).map(str::to_owned).collect()
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
