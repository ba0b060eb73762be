//! What readers are told not to say in one place and given to say in another.

use std::collections::{BTreeMap, HashMap};

use super::{Files, GivesWay};
use crate::diagnostic::Diagnostic;
use crate::entry::{Entry, Piece};
use crate::filter::Visible;
use crate::playbook::Playbook;
use crate::rules;
use crate::text::{Span, lower};

/// Sections in which bullets and quotations are words to say. What stands under them, such as a variant for the phone, is
/// too.
const SPOKEN: &[&str] = &["say", "opening", "step-in", "closing", "ask", "offer"];

/// A sentence of fewer words than this inside of a longer line is too common to be a clash: `Of course.`
const TELLING: usize = 3;

/// Words somewhere in the book.
#[derive(Clone, Copy)]
struct Phrase<'p> {
    entry: usize,
    text: &'p str,
    span: Span,
    /// Where the pair begins that the words stand in.
    pair: Option<u32>,
}

pub(super) fn check(playbook: &Playbook, files: &Files<'_>, gives_way: GivesWay<'_>) -> Vec<Diagnostic> {
    let mut avoided: HashMap<String, Vec<Phrase<'_>>> = HashMap::new();
    for (at, entry) in playbook.entries.iter().enumerate() {
        let pairs = entry.body.sections.iter().flat_map(|section| &section.pieces).filter_map(|piece| match piece {
            Piece::Pairs(pairs) => Some(pairs),
            _ => None,
        });
        for line in pairs.flatten().map(|pair| &pair.instead) {
            let phrase = Phrase { entry: at, text: &line.text, span: line.span, pair: Some(line.span.start) };
            avoided.entry(spoken(&line.text, String::new())).or_default().push(phrase);
        }
    }
    // A blank that is not filled in yet is no words.
    avoided.retain(|words, _| words.split(' ').any(|word| !matches!(word, "" | "{}")));
    let mut clashes = Vec::new();
    // Every line to say of the book is looked up, so all of them share their memory.
    let (mut whole, mut sentence) = (String::new(), String::new());
    let entries = playbook.entries.iter().enumerate().filter(|_| !avoided.is_empty());
    for (at, entry) in entries.take_while(|_| !gives_way()) {
        for advice in advice(at, entry) {
            let mut look_up = |said: &str| {
                // What to try may begin with the words that it stands against, and go on better.
                let is_its_own = |avoided: &Phrase<'_>| avoided.entry == at && avoided.pair == advice.pair;
                let elsewhere = avoided.get(said).into_iter().flatten().filter(|avoided| !is_its_own(avoided));
                clashes.extend(elsewhere.map(|avoided| (*avoided, advice)));
            };
            whole = spoken(advice.text, whole);
            look_up(&whole);
            for part in advice.text.split_inclusive(['.', '?', '!', '…']) {
                sentence = spoken(part, sentence);
                if sentence.len() < whole.len() && sentence.split(' ').count() >= TELLING {
                    look_up(&sentence);
                }
            }
        }
    }
    reported(playbook, files, &clashes)
}

/// What an entry gives its readers to say. Choices of a role-play are there to be weighed, and not among it.
fn advice(at: usize, entry: &Entry) -> Vec<Phrase<'_>> {
    let outside = |text, span| Phrase { entry: at, text, span, pair: None };
    let mut advice = Vec::new();
    let mut over: Vec<(u8, &str)> = Vec::new();
    for section in &entry.body.sections {
        over.retain(|(level, _)| *level < section.level());
        over.push((section.level(), section.known()));
        let is_under = |class: &str| over.iter().any(|(_, known)| *known == class);
        if is_under("not-like-this") {
            continue;
        }
        let is_spoken = SPOKEN.iter().any(|class| is_under(class));
        for piece in &section.pieces {
            match piece {
                Piece::Pairs(pairs) => advice.extend(pairs.iter().map(|pair| Phrase {
                    entry: at,
                    text: &pair.better.text,
                    span: pair.better.span,
                    pair: Some(pair.instead.span.start),
                })),
                Piece::Lines(lines) if is_spoken => {
                    advice.extend(lines.iter().map(|line| outside(&line.text, line.span)));
                }
                Piece::Turns(turns) => {
                    let ours = turns.iter().filter(|turn| turn.ours);
                    advice.extend(ours.map(|turn| outside(&turn.line.text, turn.line.span)));
                }
                Piece::Labels(labels) => {
                    let say = labels.iter().filter(|label| label.known == "say");
                    advice.extend(say.map(|label| outside(&label.text, label.span)));
                }
                _ => {}
            }
        }
    }
    advice
}

/// Words as they are spoken, in small letters, without signs, and with blanks that are all alike. `plain` gives its memory.
fn spoken(text: &str, mut plain: String) -> String {
    plain.clear();
    let mut blank = false;
    for c in lower(text).chars() {
        match c {
            '}' => blank = false,
            _ if blank => {}
            // `don't` and `dont` are the same to the ear.
            '\'' | '’' => {}
            c if c.is_alphanumeric() => plain.push(c),
            c => {
                if !plain.is_empty() && !plain.ends_with(' ') {
                    plain.push(' ');
                }
                if c == '{' {
                    blank = true;
                    plain.push_str("{} ");
                }
            }
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Each place once, with all places that it clashes with: either side may be the one to mend, and their writers may be
/// several people.
fn reported(playbook: &Playbook, files: &Files<'_>, clashes: &[(Phrase<'_>, Phrase<'_>)]) -> Vec<Diagnostic> {
    let entry = |phrase: Phrase<'_>| -> &Visible { &playbook.entries[phrase.entry] };
    let mut found: BTreeMap<(usize, Span, bool), Diagnostic> = BTreeMap::new();
    let mut report = |here: Phrase<'_>, there: Phrase<'_>, is_advice: bool, message: String, note: &str| {
        let diagnostic = found.entry((here.entry, here.span, is_advice)).or_insert_with(|| {
            let diagnostic = entry(here).source.diagnose(&rules::PHRASE_CLASH, here.span, message);
            let diagnostic = diagnostic.help("decide which of the two is right, and change the other");
            Diagnostic { title: Some(entry(here).title.clone()), ..diagnostic }
        });
        let other = entry(there);
        let line = files.line(&other.source, there.span);
        diagnostic.notes.push(format!("{note} {}:{line}, in `{}`", other.source.file, other.title));
    };
    for (avoided, advice) in clashes {
        let phrase = avoided.text.trim();
        let whose = if avoided.entry == advice.entry { "the same" } else { "another" };
        let here = format!("`{phrase}` is not to be said here, and {whose} entry says it");
        report(*avoided, *advice, false, here, "it is to be said in");
        let there = format!("`{phrase}` is to be said here, and {whose} entry says not to");
        report(*advice, *avoided, true, there, "it is not to be said in");
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn signs_case_and_the_names_of_blanks_do_not_matter() {
        let spoken = |text: &str| spoken(text, "what was there before".to_owned());
        assert_eq!(spoken("“You’ll have to call back, {name}!”"), spoken("you'll have to call back {customer name}"));
        assert_eq!(spoken("Don't  worry."), "dont worry");
        assert_eq!(spoken(" … "), "");
    }
}
