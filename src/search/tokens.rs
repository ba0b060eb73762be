//! Cuts text into the words that are searched for.
//!
//! The script of the site does the same with what a reader types (`themes/default/js/71-engine-words.js`), and a test
//! holds the two equal. A word is a run of letters, digits and marks (Unicode UAX #44: Alphabetic, N, M). Scripts that are
//! written without spaces become overlapping pairs of characters, so that neither side needs a dictionary.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters before an apostrophe, at most, for it to part two words: `l’entrée`, `qu’il`; else it is dropped: `don’t`.
const ELIDED: usize = 2;

/// The words of a text, in order and in lower case, accents kept. Handed on one by one, so that nothing is collected
/// that the caller does not keep.
pub fn words(text: &str, mut found: impl FnMut(&str)) {
    let mut word = String::new();
    if text.is_ascii() {
        cut_ascii(text, &mut word, &mut found);
    } else {
        cut(text.nfkc().flat_map(char::to_lowercase), &mut word, &mut found);
    }
}

/// The same as [`cut`], a run of letters at a time: most text has no other letters.
fn cut_ascii(text: &str, word: &mut String, found: &mut impl FnMut(&str)) {
    let mut rest = text;
    loop {
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        word.push_str(&rest[..end]);
        word.make_ascii_lowercase();
        let is_apostrophe = rest.as_bytes().get(end) == Some(&b'\'');
        if !is_apostrophe || word.len() <= ELIDED {
            flush(word, found);
        }
        match rest.get(end + 1..) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    flush(word, found);
}

fn cut(letters: impl Iterator<Item = char>, word: &mut String, found: &mut impl FnMut(&str)) {
    let mut dense_before = None;
    let mut n_dense = 0;
    for c in letters {
        if is_apostrophe(c) {
            if !word.is_empty() && word.chars().count() <= ELIDED {
                flush(word, found);
            }
            continue;
        }
        if is_dense(c) {
            flush(word, found);
            if let Some(before) = dense_before {
                word.push(before);
                word.push(c);
                flush(word, found);
            }
            n_dense += 1;
            dense_before = Some(c);
            continue;
        }
        if let Some(alone) = dense_before.take()
            && n_dense == 1
        {
            word.push(alone);
            flush(word, found);
        }
        n_dense = 0;
        if c.is_alphanumeric() || is_combining_mark(c) {
            word.push(if c == 'ς' { 'σ' } else { c });
        } else {
            flush(word, found);
        }
    }
    if let Some(alone) = dense_before
        && n_dense == 1
    {
        word.push(alone);
    }
    flush(word, found);
}

fn flush(word: &mut String, found: &mut impl FnMut(&str)) {
    if !word.is_empty() {
        found(word);
        word.clear();
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
    fn scripts_without_spaces_become_pairs() {
        check_words("返品できますか", &["返品", "品で", "でき", "きま", "ます", "すか"]);
        check_words("税 VAT税率", &["税", "vat", "税率"]);
        check_words("คืนเงิน", &["คื", "ืน", "นเ", "เง", "งิ", "ิน"]);
    }
}
