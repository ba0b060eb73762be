//! Cuts text into the words that are searched for.
//!
//! The script of the site does the same with what a reader types (`themes/default/js/71-engine-words.js`), and a test
//! holds the two equal. A word is a run of letters, digits and marks (Unicode UAX #44: Alphabetic, N, M). Scripts that are
//! written without spaces become overlapping pairs of characters, so that neither side needs a dictionary.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Letters before an apostrophe, at most, for it to part two words: `l’entrée`, `qu’il`; else it is dropped: `don’t`.
const ELIDED: usize = 2;

/// The words of a text, in order and in lower case, accents kept, characters in their usual form (NFKC, Unicode UAX #15).
/// Handed on one by one, so that nothing is collected that the caller does not keep.
pub fn words(text: &str, found: impl FnMut(&str)) {
    let mut cutter = Cutter { word: String::new(), dense: Dense::None, found };
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let letters = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let own = letters.max(next.len_utf8());
        let joining = joining(&rest[own..]);
        let piece = &rest[..own + joining];
        rest = &rest[own + joining..];
        if joining > 0 || !is_stable(next) {
            piece.nfkc().for_each(|c| cutter.character(c));
        } else if letters > 0 {
            cutter.letters(piece);
        } else if next.is_ascii() && next != '\'' {
            cutter.end();
        } else {
            cutter.character(next);
        }
    }
    cutter.end();
}

/// How many bytes at the start of a text may change what stands before them when both are brought into the usual form.
fn joining(text: &str) -> usize {
    if text.as_bytes().first().is_none_or(u8::is_ascii) {
        return 0;
    }
    text.chars().take_while(|c| !is_stable(*c)).map(char::len_utf8).sum()
}

/// Whether a character is in its usual form (NFKC) and stays apart from what stands before it: a starter whose quick check
/// says yes (UAX #15, section 9). A text may be cut before it. The blocks named here are those of most text.
fn is_stable(c: char) -> bool {
    match u32::from(c) {
        0..=0x9F | 0xC0..=0x131 | 0x400..=0x482 | 0x621..=0x64A | 0x2010 | 0x2013..=0x2016 | 0x2018..=0x2023 => true,
        0x3001..=0x3029 | 0x3041..=0x3096 | 0x30A1..=0x30FE | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => {
            true
        }
        _ => is_stable_by_table(c),
    }
}

fn is_stable_by_table(c: char) -> bool {
    canonical_combining_class(c) == 0 && is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes
}

/// The word that is being read, and what was seen before it.
struct Cutter<F> {
    word: String,
    dense: Dense,
    found: F,
}

/// The run of characters written without spaces that is being read.
enum Dense {
    None,
    /// Its only character so far, which is a word if it stays alone.
    One(char),
    /// The last of several.
    Last(char),
}

impl<F: FnMut(&str)> Cutter<F> {
    /// Letters and digits of ASCII, which most text is made of, together.
    fn letters(&mut self, run: &str) {
        self.end_dense();
        let start = self.word.len();
        self.word.push_str(run);
        self.word[start..].make_ascii_lowercase();
    }

    fn character(&mut self, c: char) {
        if is_apostrophe(c) {
            if self.word.len() <= ELIDED * 4 && self.word.chars().count() <= ELIDED {
                self.flush();
            }
        } else if is_dense(c) {
            self.flush();
            self.dense = match self.dense {
                Dense::None => Dense::One(c),
                Dense::One(before) | Dense::Last(before) => {
                    self.word.extend([before, c]);
                    self.flush();
                    Dense::Last(c)
                }
            };
        } else {
            self.end_dense();
            for c in c.to_lowercase() {
                if c.is_alphanumeric() || is_combining_mark(c) {
                    self.word.push(if c == 'ς' { 'σ' } else { c });
                } else {
                    self.flush();
                }
            }
        }
    }

    fn end_dense(&mut self) {
        if let Dense::One(alone) = std::mem::replace(&mut self.dense, Dense::None) {
            self.word.push(alone);
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.word.is_empty() {
            (self.found)(&self.word);
            self.word.clear();
        }
    }

    fn end(&mut self) {
        self.end_dense();
        self.flush();
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '＇')
}

/// Whether a character belongs to a script that is written without spaces between words: Thai, Lao, Burmese, Khmer,
/// kana and Han.
pub fn is_dense(c: char) -> bool {
    matches!(u32::from(c),
        0x0E01..=0x0E3A | 0x0E40..=0x0E4E | 0x0E81..=0x0ECE | 0x1000..=0x103F | 0x1780..=0x17D3 | 0x3005..=0x3007
        | 0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// A word without accents, as it is looked up: readers leave them out.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd() {
        match c {
            '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{652}' | '\u{670}' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            c => folded.push(c),
        }
    }
    folded.nfkc().collect()
}

/// The words of a query, folded.
pub fn folded_words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    words(text, |word| {
        let word = fold(word);
        if !word.is_empty() {
            found.push(word);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_words(text: &str, wanted: &[&str]) {
        assert_eq!(folded_words(text), wanted, "{text}");
    }

    #[test]
    fn words_are_letters_digits_and_marks_in_lower_case() {
        check_words("Where is my PARCEL, #42?", &["where", "is", "my", "parcel", "42"]);
        check_words("3.43.0", &["3", "43", "0"]);
        check_words("  …!? ", &[]);
        check_words("__proto__ constructor", &["proto", "constructor"]);
    }

    #[test]
    fn an_apostrophe_is_dropped_or_parts_an_elided_article() {
        check_words("don't can’t customers’", &["dont", "cant", "customers"]);
        check_words("l’entrée qu'il I'm", &["l", "entree", "qu", "il", "i", "m"]);
    }

    #[test]
    fn accents_are_folded_and_other_marks_stay() {
        check_words("Übergröße ŁÓDŹ Ærø Ｆｕｌｌ", &["ubergrosse", "lodz", "aero", "full"]);
        check_words("한국어 हिन्दी", &["한국어", "हिन्दी"]);
        check_words("ΛΟΓΟΣ λόγος", &["λογοσ", "λογοσ"]);
    }

    #[test]
    fn blocks_that_are_named_are_stable() {
        let wrong: Vec<char> = ('\0'..=char::MAX).filter(|c| is_stable(*c) && !is_stable_by_table(*c)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn what_joins_is_normalised_together() {
        check_words("cafe\u{301}s o\u{308}l =\u{338}a", &["cafes", "ol", "a"]);
        check_words("か\u{3099}く ﾊﾟﾘ 각\u{11a8}", &["がく", "パリ", "각\u{11a8}"]);
        check_words("1½ ﬁn e\u{323}\u{302}x", &["11", "2", "fin", "ex"]);
    }

    proptest::proptest! {
        #[test]
        fn words_are_those_of_the_text_in_its_usual_form(
            text in "([a-zA-Z'’ .=…税率かハ\u{3099}ﾊﾟคื한ᄒ\u{1161}\u{11ab}각éßİΣ\u{301}\u{323}\u{338}ｆ½ﬁ\u{a0}हि\u{94d}\u{64b}ا]){0,24}"
        ) {
            let normal: String = text.nfkc().collect();
            let of = |text: &str| {
                let mut all = Vec::new();
                words(text, |word| all.push(word.to_owned()));
                all
            };
            proptest::prop_assert_eq!(of(&text), of(&normal));
        }
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        check_words("返品できますか", &["返品", "品で", "でき", "きま", "ます", "すか"]);
        check_words("税 VAT税率", &["税", "vat", "税率"]);
        check_words("คืนเงิน", &["คื", "ืน", "นเ", "เง", "งิ", "ิน"]);
    }
}
