//! Words of a service desk that mean nearly the same: readers type what a caller said, and the book says it otherwise.
//!
//! They are what a thesaurus gives, without the rare and the doubtful; a team adds its own under `[search.synonyms]`. Each
//! leads to what the others of its line say, for less than they do. A phrase (`money-back`) leads to words, and no word to a
//! phrase: entries that have its words apart do not mean it.

use super::impact::Synonym;

/// The words by the first part of a language tag, in both directions. None for a language that has no list here.
pub fn synonyms(language: &str) -> Vec<Synonym> {
    let list = match language.split('-').next().unwrap_or_default() {
        "en" => ENGLISH,
        _ => "",
    };
    let mut synonyms = Vec::new();
    for line in list.lines() {
        for typed in line.split_whitespace() {
            let others = line.split_whitespace().filter(|meant| *meant != typed && !meant.contains('-'));
            synonyms.extend(others.map(|meant| Synonym { typed: typed.to_owned(), meant: meant.to_owned() }));
        }
    }
    synonyms.sort_unstable();
    synonyms.dedup();
    synonyms
}

/// A line each. A word may stand in several: they are not joined. Hyphens join the words of a phrase.
const ENGLISH: &str = include_str!("everyday/en.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_typed_and_never_meant() {
        let english = synonyms("en-GB");
        let is_phrase = |words: &str| words.contains('-');
        assert!(english.iter().any(|synonym| synonym.typed == "money-back" && synonym.meant == "refund"));
        assert!(english.iter().all(|synonym| !is_phrase(&synonym.meant)));
        assert!(english.windows(2).all(|two| two[0] != two[1]));
        assert!(synonyms("tlh").is_empty());
    }
}
