//! Words that judge a person, where a fact is wanted: in what is handed over, and in what is to be said.

use std::ops::Range;

use super::Findings;
use crate::config::Config;
use crate::entry::{Entry, Piece};
use crate::rules;
use crate::text::{Span, lower};

/// Words and short phrases that say what somebody thinks of a person, and not what that person said or did. Words that
/// also have a plain meaning (`difficult`, `slow`) are a book's own to add.
const JUDGING: &[&str] = &[
    "lazy",
    "stupid",
    "idiot",
    "idiots",
    "idiotic",
    "incompetent",
    "incompetence",
    "useless",
    "clueless",
    "hopeless",
    "unprofessional",
    "arrogant",
    "moody",
    "sloppy",
    "selfish",
    "dumb",
    "hysterical",
    "ungrateful",
    "unreliable",
    "childish",
    "rude",
    "careless",
    "aggressive",
    "ignorant",
    "pathetic",
    "immature",
    "bad attitude",
    "poor attitude",
    "attitude problem",
    "never listens",
    "never helps",
    "never learns",
    "never cares",
    "doesn't care",
    "does not care",
    "doesn't listen",
    "couldn't care less",
    "always late",
    "always complains",
    "always complaining",
    "can't be bothered",
    "cannot be bothered",
    "common sense",
    "impossible to work with",
    "not a team player",
    "faul",
    "dumm",
    "inkompetent",
    "unfähig",
    "unprofessionell",
    "schlampig",
    "frech",
    "unverschämt",
    "aggressiv",
    "überheblich",
    "unzuverlässig",
    "hört nie zu",
    "immer zu spät",
    "kein teamplayer",
];

pub(super) fn check(out: &mut Findings<'_>, config: &Config) {
    let entry = out.entry;
    let more: Vec<String> = config.style.judgement_words.iter().map(|phrase| in_words(phrase)).collect();
    for (place, wanted) in places(entry) {
        for span in judged(&entry.source.text, place, &more) {
            let word = &entry.source.text[span.range()];
            let message = format!("`{word}` is a judgement, and {wanted}");
            out.report(
                &rules::JUDGEMENT_WORD,
                span,
                message,
                "write what was seen or heard, and when; a customer's own words stand in quotation marks",
            );
        }
    }
}

/// Where facts belong, each with what is wanted there.
fn places(entry: &Entry) -> Vec<(Range<usize>, &'static str)> {
    let mut places = Vec::new();
    for section in &entry.body.sections {
        let labels: Vec<_> = section.labels().collect();
        for (nth, label) in labels.iter().enumerate().filter(|(_, label)| label.known == "hand-over") {
            let end = labels.get(nth + 1).map_or(section.span.end, |next| next.span.start);
            places.push((Span { start: label.span.start, end }.range(), "what is handed over are facts"));
        }
        for pair in section.pieces.iter().flat_map(|piece| match piece {
            Piece::Pairs(pairs) => pairs.as_slice(),
            _ => &[],
        }) {
            places.push((within_quotes(&entry.source.text, pair.better.span), "what to say is better built on facts"));
        }
    }
    places
}

const OPENING: &[char] = &['"', '“', '„', '«', '‘', '‚'];
const CLOSING: &[char] = &['"', '”', '“', '»', '’', '‘'];

/// The words of a phrase without the quotation marks around the whole of it.
fn within_quotes(text: &str, span: Span) -> Range<usize> {
    let Some(typed) = text.get(span.range()) else { return 0..0 };
    let words = typed.trim();
    let bare = words.strip_prefix(OPENING).and_then(|words| words.strip_suffix(CLOSING)).unwrap_or(words);
    let start = bare.as_ptr() as usize - text.as_ptr() as usize;
    start..start + bare.len()
}

/// The judging words in a part of a text; `more` are those of the book. What stands in quotation marks is somebody's own
/// words.
fn judged(text: &str, part: Range<usize>, more: &[String]) -> Vec<Span> {
    let words = unquoted_words(text, part);
    let mut found: Vec<Span> = Vec::new();
    for start in 0..words.len() {
        // How many of the words from here on are the whole phrase.
        let length = |phrase: &str| {
            let mut said = words[start..].iter();
            let is_said = phrase.split(' ').all(|judging| said.next().is_some_and(|(word, _)| word == judging));
            is_said.then(|| words.len() - start - said.len())
        };
        let phrases = JUDGING.iter().copied().chain(more.iter().map(String::as_str));
        let phrases = phrases.filter(|phrase| phrase.starts_with(words[start].0.as_str()));
        if let Some(length) = phrases.filter_map(length).max() {
            let (first, last) = (&words[start].1, &words[start + length - 1].1);
            if found.last().is_none_or(|last| last.end as usize <= first.start) {
                found.push(Span::new(first.start, last.end));
            }
        }
    }
    found
}

/// A phrase as words are compared, with one space between them.
fn in_words(phrase: &str) -> String {
    plain(phrase).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> String {
    lower(text).replace('’', "'")
}

/// Words with their bytes, without those in quotation marks. A mark that is never closed opens nothing.
fn unquoted_words(text: &str, part: Range<usize>) -> Vec<(String, Range<usize>)> {
    let mut words = Vec::new();
    let Some(typed) = text.get(part.clone()) else { return words };
    let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    let mut at = 0;
    while at < typed.len() {
        let rest = &typed[at..];
        let first = rest.chars().next().expect("there is more");
        if first != '‘' && OPENING.contains(&first) {
            let behind = &rest[first.len_utf8()..];
            let line = behind.split('\n').next().unwrap_or_default();
            if let Some(end) = line.find(|c| c != '’' && c != '‘' && CLOSING.contains(&c)) {
                at += first.len_utf8() + end + line[end..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
        }
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if length > 0 {
            words.push((plain(&rest[..length]), part.start + at..part.start + at + length));
        }
        at += length.max(first.len_utf8());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, more: &[&str]) -> Vec<&'t str> {
        let more: Vec<String> = more.iter().map(|word| (*word).to_owned()).collect();
        judged(text, 0..text.len(), &more).into_iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn judging_words_are_found_whatever_their_case_and_signs() {
        assert_eq!(found("He is Lazy, and never  listens.", &[]), ["Lazy", "never  listens"]);
        assert_eq!(found("She doesn’t care", &[]), ["doesn’t care"]);
        assert_eq!(found("A bit of a diva", &["diva"]), ["diva"]);
    }

    #[test]
    fn parts_of_words_and_other_people_s_words_are_not() {
        assert_eq!(found("Lazybones, unlazy, never listened to", &[]), [""; 0]);
        assert_eq!(found("The customer said \"you are useless\" and „faul“, at 10:15", &[]), [""; 0]);
        assert_eq!(found("a 5\" screen, and a lazy colleague", &[]), ["lazy"]);
    }
}
