//! Brings the forms of a word together: *refund*, *refunds*, *refunded*.
//!
//! This is the only file that names the stemmer crate. The browser has no stemmer: it looks a form up in the forms that
//! the book has.

use rust_stemmers::{Algorithm, Stemmer as Snowball};

use super::irregular;
use super::tokens::is_dense;

/// The stemmer of one language; for a language without one, every form stands for itself.
pub struct Stemmer {
    snowball: Option<Snowball>,
    is_english: bool,
}

impl Stemmer {
    /// By the first part of a language tag: `de`, `de-CH`.
    pub fn of(language: &str) -> Stemmer {
        let first = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let algorithm = match first.as_str() {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "nl" => Algorithm::Dutch,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return Stemmer { snowball: None, is_english: false },
        };
        Stemmer { snowball: Some(Snowball::create(algorithm)), is_english: first == "en" }
    }

    /// The stem of a word in lower case. Numbers and pairs of characters are their own.
    pub fn stem(&self, word: &str) -> String {
        match &self.snowball {
            Some(snowball) if !word.contains(|c: char| c.is_ascii_digit() || is_dense(c)) => {
                let base = if self.is_english { irregular::english(word) } else { None };
                snowball.stem(base.unwrap_or(word)).into_owned()
            }
            _ => word.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_together_by_language() {
        for (language, forms) in [
            ("en-GB", ["refund", "refunds", "refunded"]),
            ("en", ["buying", "buys", "bought"]),
            ("en", ["child", "child", "children"]),
            ("de", ["rückgabe", "rückgaben", "rückgabe"]),
            ("fr", ["remboursement", "remboursements", "remboursement"]),
        ] {
            let stemmer = Stemmer::of(language);
            let stems = forms.map(|form| stemmer.stem(form));
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{language}: {stems:?}");
        }
        assert_eq!(Stemmer::of("ja").stem("返品"), "返品");
        assert_eq!(Stemmer::of("en").stem("1000s"), "1000s");
    }
}
