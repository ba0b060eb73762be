//! What is compared: words, runs of words, numbers, sums and names, each as one hash.
//!
//! What is hidden and what is searched go through the same function, so they are cut alike, and one look into a map
//! answers. Words are compared in lower case, without accents, with nothing between them that is no letter: an index or an
//! excerpt may show them so.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::search::tokens::is_dense;

/// Words of a run. Fewer may meet by chance.
pub(super) const RUN: usize = 8;

/// What a hash is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// So many words in a row, 1 to [`RUN`].
    Words(usize),
    /// A number of at least four digits, as it is dialled: the last nine of them.
    Number,
    /// A sum of money, or a share of a hundred.
    Sum,
    /// A name as of a file or an anchor, with its signs.
    Name,
}

/// Every unit of a text: what it is, its hash, its first byte and the one behind it. In noise, short words are left out.
pub(super) fn units(text: &str, noisy: bool, mut found: impl FnMut(Unit, u64, usize, usize)) {
    words(text, |last: &[Word]| {
        let newest = last[last.len() - 1];
        let mut hash = 0;
        for (at, word) in last.iter().rev().enumerate() {
            hash = mix(hash, word.hash);
            if !noisy || at > 0 || newest.letters > 5 {
                found(Unit::Words(at + 1), hash, word.start, newest.end);
            }
        }
    });
    names(text, |hash, start, end| found(Unit::Name, hash, start, end));
    if !noisy {
        numbers(text, found);
    }
}

/// The hash of a text as a run of so many words. `None` if it has none, or more than a run.
pub(super) fn phrase(text: &str) -> Option<(u64, usize)> {
    let mut phrase = None;
    let mut n_words = 0;
    words(text, |last| {
        n_words += 1;
        phrase = Some(last.iter().rev().fold(0, |hash, word| mix(hash, word.hash)));
    });
    phrase.filter(|_| n_words <= RUN).map(|hash| (hash, n_words))
}

#[derive(Clone, Copy)]
struct Word {
    hash: u64,
    start: usize,
    end: usize,
    letters: usize,
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a (Fowler, Noll & Vo) by letters, with the end of MurmurHash3 (Appleby) where hashes are put together.
fn letter(hash: u64, letter: char) -> u64 {
    (hash ^ u64::from(u32::from(letter))).wrapping_mul(PRIME)
}

fn mix(hash: u64, next: u64) -> u64 {
    let mut mixed = (hash.rotate_left(5) ^ next).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^= mixed >> 33;
    mixed.wrapping_add(0x9e37_79b9_7f4a_7c15)
}

/// Hands on the last words, up to [`RUN`], at each word.
fn words(text: &str, mut found: impl FnMut(&[Word])) {
    let mut last: Vec<Word> = Vec::with_capacity(2 * RUN);
    let mut keep = |word: Word| {
        if last.len() == 2 * RUN {
            last.drain(..=RUN);
        }
        last.push(word);
        found(&last[last.len().saturating_sub(RUN)..]);
    };
    let none = Word { hash: SEED, start: 0, end: 0, letters: 0 };
    let mut open = none;
    let mut dense: Option<(usize, char)> = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let behind = at + c.len_utf8();
        if !c.is_ascii() && is_dense(c) {
            if open.letters > 0 {
                keep(std::mem::replace(&mut open, none));
            }
            if let Some((start, before)) = dense {
                keep(Word { hash: letter(letter(SEED, before), c), start, end: behind, letters: 2 });
            }
            dense = Some((at, c));
            continue;
        }
        let is_letter = c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c));
        if is_letter {
            dense = None;
            if open.letters == 0 {
                open.start = at;
            }
            open.end = behind;
            if c.is_ascii() {
                open.hash = letter(open.hash, c.to_ascii_lowercase());
                open.letters += 1;
            } else {
                for c in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
                    let same = match c {
                        'ß' => "ss",
                        'ς' => "σ",
                        'ø' => "o",
                        'ł' => "l",
                        'æ' => "ae",
                        'œ' => "oe",
                        _ => "",
                    };
                    open.hash = match same {
                        "" => letter(open.hash, c),
                        same => same.chars().fold(open.hash, letter),
                    };
                    open.letters += 1;
                }
            }
            continue;
        }
        // An apostrophe in a word, and what nobody sees, part nothing.
        let is_nothing = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
            || (matches!(c, '\'' | '’' | '‘' | 'ʼ')
                && open.letters > 0
                && letters.peek().is_some_and(|(_, next)| next.is_alphabetic()));
        if is_nothing {
            continue;
        }
        dense = None;
        if open.letters > 0 {
            keep(std::mem::replace(&mut open, none));
        }
    }
    if open.letters > 0 {
        keep(open);
    }
}

/// Names with signs in them: `late-refund`, `plan_b.png`; of a file also without its ending.
fn names(text: &str, mut found: impl FnMut(u64, usize, usize)) {
    let is_sign = |c: char| matches!(c, '-' | '_' | '.');
    let mut start = None;
    let mut close = |start: usize, end: usize| {
        let name = text[start..end].trim_end_matches(is_sign);
        if !name.contains(is_sign) {
            return;
        }
        let mut put = |name: &str| found(name_hash(name), start, start + name.len());
        put(name);
        if let Some((stem, _)) = name.rsplit_once('.').filter(|(stem, _)| stem.contains(is_sign)) {
            put(stem);
        }
    };
    for (at, c) in text.char_indices() {
        match start {
            None if c.is_alphanumeric() => start = Some(at),
            Some(from) if !(c.is_alphanumeric() || is_sign(c)) => {
                close(from, at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        close(from, text.len());
    }
}

/// The hash of a name.
pub(super) fn name_hash(name: &str) -> u64 {
    mix(1, name.chars().flat_map(char::to_lowercase).fold(SEED, letter))
}

/// Groups of digits that are read as one number, at most.
const GROUPS: usize = 6;

/// Digits by which a number is known: what stands before them is how a country or an exchange is reached.
const DIALLED: usize = 9;

const CURRENCIES: [&str; 16] =
    ["€", "$", "£", "¥", "₹", "eur", "usd", "gbp", "chf", "jpy", "sek", "nok", "dkk", "pln", "euro", "euros"];

fn numbers(text: &str, mut found: impl FnMut(Unit, u64, usize, usize)) {
    let bytes = text.as_bytes();
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let between = groups.last().map(|(_, end)| &text[*end..start]);
        let goes_on = between.is_some_and(|between| {
            between.chars().count() <= 3 && between.chars().all(|c| " -–/().,'’\u{a0}\u{202f}".contains(c))
        });
        if !goes_on {
            sum(text, &groups, &mut found);
            groups.clear();
        }
        groups.push((start, at));
        let mut digits = String::new();
        for (start, end) in groups.iter().rev().take(GROUPS) {
            digits.insert_str(0, &text[*start..*end]);
            if digits.len() >= 4 {
                found(Unit::Number, number_hash(&digits), *start, at);
            }
            if digits.len() > 20 {
                break;
            }
        }
    }
    sum(text, &groups, &mut found);
}

fn number_hash(digits: &str) -> u64 {
    let dialled = &digits[digits.len().saturating_sub(DIALLED)..];
    mix(2, dialled.chars().fold(SEED, letter))
}

/// The sum that some groups of digits are, if a currency or `%` stands beside them.
fn sum(text: &str, groups: &[(usize, usize)], found: &mut impl FnMut(Unit, u64, usize, usize)) {
    let (Some((_, end)), Some((first, _))) = (groups.last(), groups.first()) else { return };
    let near = |words: &str, from_end: bool| {
        let words = if from_end { words.trim_end() } else { words.trim_start() };
        CURRENCIES.iter().copied().find(|sign| {
            let length = sign.len();
            let part = match from_end {
                true => words.len().checked_sub(length).and_then(|at| words.get(at..)),
                false => words.get(..length),
            };
            part.is_some_and(|part| part.eq_ignore_ascii_case(sign))
        })
    };
    let behind = &text[*end..];
    let before = &text[..*first];
    let is_share = behind.trim_start().starts_with('%');
    if !is_share && near(behind, false).is_none() && near(before, true).is_none() {
        return;
    }
    // The groups that belong to the sum: those with one sign between them.
    let parts = |pair: &[(usize, usize)]| {
        let between = &text[pair[0].1..pair[1].0];
        between.chars().count() != 1 || !between.contains(['.', ',', '\'', '’', '\u{a0}', '\u{202f}', ' '])
    };
    let last = groups.windows(2).rposition(parts).map_or(0, |at| at + 1);
    let digits: String = groups[last..].iter().map(|(start, end)| &text[*start..*end]).collect();
    let seed = if is_share { 3 } else { 4 };
    found(Unit::Sum, mix(seed, digits.chars().fold(SEED, letter)), groups[last].0, *end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str, wanted: Unit) -> Vec<u64> {
        let mut hashes = Vec::new();
        units(text, false, |unit, hash, start, end| {
            assert!(text.get(start..end).is_some_and(|part| !part.is_empty()), "{text}: {start}..{end}");
            if unit == wanted {
                hashes.push(hash);
            }
        });
        hashes
    }

    #[track_caller]
    fn check_meet(unit: Unit, one: &str, other: &str) {
        let (one_s, other_s) = (hashes(one, unit), hashes(other, unit));
        assert!(one_s.iter().any(|hash| other_s.contains(hash)), "{one} and {other}");
    }

    #[test]
    fn runs_meet_whatever_stands_between_their_words() {
        check_meet(
            Unit::Words(8),
            "One two, three: four — five six seven eight!",
            "x one-two THREE four\nfive six seven eight y",
        );
        check_meet(Unit::Words(1), "l’été", "L'ETE");
        check_meet(Unit::Words(1), "mar\u{ad}malade", "Marmalade");
        check_meet(Unit::Words(2), "返品でき", "返品で");
        let long: String = (0..40).map(|n| format!("w{n} ")).collect();
        assert_eq!(hashes(&long, Unit::Words(8)).len(), 33);
        assert_eq!(phrase("w3 w4 w5"), Some((hashes(&long, Unit::Words(3))[3], 3)));
    }

    #[test]
    fn numbers_meet_however_they_are_dialled_or_grouped() {
        check_meet(Unit::Number, "0049 (0)30 5550105", "tel:+49305550105;ext=12");
        check_meet(Unit::Number, "call 01632 960110 now", "+44 1632 960110");
        check_meet(Unit::Sum, "up to €1,250.50", "1.250,50 EUR");
        check_meet(Unit::Sum, "35 %", "35%");
        assert!(hashes("room 35", Unit::Sum).is_empty());
    }

    #[test]
    fn names_meet_with_their_signs() {
        check_meet(Unit::Name, "late-refund", "managers/late-refund.html#x");
        check_meet(Unit::Name, "plan_b.png", "src=\"plan_b.png\"");
        assert!(hashes("late refund.", Unit::Name).is_empty());
    }
}
