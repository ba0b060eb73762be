//! What scripts, contacts, glossaries and paths cannot do without.

use std::collections::HashMap;

use super::Findings;
use crate::diagnostic::Severity;
use crate::entry::{Piece, Section};
use crate::facts::{Field, dialled, is_mailbox};
use crate::kind::glossary::Glossary;
use crate::kind::path::Path;
use crate::kind::with_subsections;
use crate::rules;
use crate::text::{Span, fold, singular};

pub(super) fn script(out: &mut Findings<'_>) {
    // Where words to say were meant and are none, or a note that never ends hides them, that is the mistake.
    let is_hidden = out.entry.diagnostics.iter().any(|found| found.rule.name == rules::UNCLOSED_COMMENT.name);
    if !silent_sections(out) && out.entry.first_words.is_none() && !is_hidden {
        let (span, message, help) = match out.line(has_arrow_between_phrases) {
            Some(line) => (
                line,
                "an arrow between two phrases makes no pair of them",
                "write a table with the columns `Instead of` and `Try`, and a row for each pair",
            ),
            None => (
                out.top(),
                "this script has nothing to say",
                "add a heading `## Say` with a bullet for each line, for example `- \"That one sounded rough.\"`",
            ),
        };
        out.report(&rules::SCRIPT_WITHOUT_WORDS, span, message, help);
    }
}

/// Whether a line has quotations on both sides of an arrow: `"Calm down" → "I can see why"`.
fn has_arrow_between_phrases(line: &str) -> bool {
    const QUOTES: &[char] = &['"', '“', '”', '„', '«', '»', '‘', '’', '\''];
    let sides = ["→", "->", "=>", "⇒"].iter().find_map(|arrow| line.split_once(arrow));
    sides.is_some_and(|(before, behind)| before.trim_end().ends_with(QUOTES) && behind.trim_start().starts_with(QUOTES))
}

/// Sections of a script whose words were meant to be said, or to be said instead, and are only text.
/// Whether there are any that should hold lines to say.
fn silent_sections(out: &mut Findings<'_>) -> bool {
    let mut silent = false;
    let sections = &out.entry.body.sections;
    // Rows that make no table, or a table without the columns, have been reported.
    let told = out
        .entry
        .diagnostics
        .iter()
        .filter(|found| [rules::NO_TABLE.name, rules::NEAR_COLUMN.name].contains(&found.rule.name));
    let told: Vec<usize> = told.filter_map(|found| Some(found.place.as_ref()?.span.start as usize)).collect();
    for (index, section) in sections.iter().enumerate() {
        let (rule, message, help) = match section.known() {
            "say" | "opening" | "step-in" | "closing" => (
                &rules::NOT_SPOKEN,
                format!("nothing under `{}` can be copied as words to say", section.title()),
                "write each line to say as a bullet, in quotation marks: `- \"…\"`",
            ),
            "pairs" => (
                &rules::NO_TABLE,
                format!("nothing under `{}` is a pair of phrases", section.title()),
                "write a table with the columns `Instead of`, `Try` and `Why`",
            ),
            _ => continue,
        };
        let pieces = || sections[with_subsections(sections, index)].iter().flat_map(|section| &section.pieces);
        let has_shape = pieces().any(|piece| !matches!(piece, Piece::Prose(_)));
        let is_empty = pieces().next().is_none();
        let is_bare = is_empty && with_subsections(sections, index).len() == 1;
        if is_bare {
            let span = out.heading(index);
            let help = format!("{help}; or delete the heading");
            out.report(rule, span, format!("nothing stands under `{}`", section.title()), help);
        } else if !has_shape && !is_empty && !told.iter().any(|at| section.span.range().contains(at)) {
            let span = out.heading(index);
            silent |= section.known() != "pairs";
            out.report(rule, span, message, help);
        }
    }
    silent
}

pub(super) fn contact(out: &mut Findings<'_>) {
    let facts = &out.entry.facts;
    if let Some(phone) = &facts.phone {
        self::phone(out, phone);
    }
    if let Some(email) = facts.email.as_ref().filter(|email| !is_mailbox(&email.value)) {
        let found = out.report(
            &rules::BAD_EMAIL,
            email.span,
            format!("`{}` is not an address that can be written to", email.value),
            "write one address, with nothing before or behind it: `email: name@example.org`",
        );
        if let Some(fixed) = mended_mailbox(&email.value) {
            *found = found.clone().help(format!("type `email: {fixed}`")).suggested_fix(email.span, fixed);
        }
    }
    // A field of which nothing is left has been reported; it was meant as a way.
    let lost = out
        .entry
        .diagnostics
        .iter()
        .any(|found| found.rule.name == rules::EMPTY_FIELD.name && found.severity == Severity::Error);
    if facts.phone.is_none() && facts.email.is_none() && facts.chat.is_none() && !lost {
        let (span, message, help) = match way_in_text(out) {
            Some((span, name, value)) => (
                span,
                "this stands in the text, where nobody can call it or write to it",
                format!("move it up between the lines of three hyphens, as `{name}: {value}`"),
            ),
            None => (out.top(), "nobody can reach this contact", "add a line `phone:`, `email:` or `chat:`".to_owned()),
        };
        out.report(&rules::CONTACT_WITHOUT_WAY, span, message, help);
    }
}

/// A line of the text such as `Phone: 01632 960123`: where it stands, the field that was meant, and its value.
fn way_in_text(out: &Findings<'_>) -> Option<(Span, &'static str, String)> {
    let source = &out.entry.source;
    let mut at = out.entry.body.sections.first()?.span.start as usize;
    source.text[at..].split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        let plain: String = line.chars().filter(|c| !matches!(c, '*' | '_' | '`')).collect();
        let (name, value) = plain.trim_start_matches(['-', '+', ' ', '\t']).split_once(':')?;
        let value = value.trim();
        let name = match fold(name).as_str() {
            "phone" | "telephone" | "tel" | "mobile" | "telefon" | "handy" if dialled(value).is_some() => "phone",
            "e mail" | "email" | "mail" if is_mailbox(value) => "email",
            "chat" | "slack" | "teams" if !value.is_empty() => "chat",
            _ => return None,
        };
        Some((Span::new(start, start + line.trim_end().len()), name, value.to_owned()))
    })
}

fn phone(out: &mut Findings<'_>, phone: &Field<String>) {
    // An O for a nought and an l for a one look right and cannot be dialled; words can stand behind the number.
    let is_like_digit = |c: char| matches!(c, 'O' | 'o' | 'I' | 'l');
    let end = phone.value.find(|c: char| (c.is_alphabetic() && !is_like_digit(c)) || matches!(c, ',' | ';'));
    let number = phone.value[..end.unwrap_or(phone.value.len())].trim_end_matches(is_like_digit).to_owned();
    let slip = number.chars().any(is_like_digit)
        && number.chars().filter(char::is_ascii_digit).count() >= 3
        && number.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('));
    if slip {
        let digits: String = number
            .chars()
            .map(|c| match c {
                'O' | 'o' => '0',
                'I' | 'l' => '1',
                c => c,
            })
            .collect();
        let fixed = format!("{digits}{}", &phone.value[number.len()..]);
        let found = out.report(
            &rules::BAD_PHONE,
            phone.span,
            format!("the number `{}` holds letters, so that it cannot be called", phone.value),
            format!("type noughts and ones as digits: `{fixed}`"),
        );
        *found = found.clone().suggested_fix(phone.span, fixed);
    } else if dialled(&phone.value).is_none() {
        out.report(
            &rules::BAD_PHONE,
            phone.span,
            format!("`{}` does not begin with a number, so that it cannot be called", phone.value),
            "write the number first: `phone: 030 5550105`; how else to reach somebody belongs in the text",
        );
    }
}

/// The mailbox that was meant: `name (at) example.org`, `Name <name@example.org>`, `name@example,org`.
fn mended_mailbox(typed: &str) -> Option<String> {
    let inside = typed.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(typed, |(inside, _)| inside);
    let mut text = inside.trim().trim_start_matches("mailto:").to_lowercase();
    for (from, to) in
        [("(at)", "@"), ("[at]", "@"), ("{at}", "@"), (" at ", "@"), ("(dot)", "."), ("[dot]", "."), (" dot ", ".")]
    {
        text = text.replace(from, to);
    }
    let (name, host) = text.split_once('@')?;
    let mended = format!("{}@{}", name.trim(), host.trim().replace([',', ';'], ".").replace(' ', ""));
    is_mailbox(&mended).then_some(mended)
}

pub(super) fn glossary(out: &mut Findings<'_>, kind: &Glossary) {
    let sections = &out.entry.body.sections;
    let mut seen: HashMap<String, usize> = HashMap::new();
    for word in &kind.words {
        let at = word.sections.start;
        let title = sections[at].title();
        if let Some(first) = seen.insert(singular(title), at) {
            let line = out.entry.source.line(out.heading(first));
            let span = out.heading(at);
            out.report(
                &rules::DUPLICATE_WORD,
                span,
                format!("`{title}` is explained twice"),
                format!("put both into one; the first stands in line {line}"),
            );
        }
    }
    // A word with one sign too many is part of the word above it.
    for section in sections.iter().filter(|section| section.level() == 3) {
        if section.labels().any(|label| matches!(label.known, "also-called" | "do-not-confuse")) {
            one_sign_too_many(out, section, "word");
        }
    }
    if kind.words.is_empty() {
        without_headings(out, "word", "give each word a heading, `## Word`, and write what it means below it");
    }
    // A word typed as a bullet with a bold label.
    for label in sections.iter().flat_map(Section::labels).filter(|label| label.known.is_empty()) {
        let title = &label.title;
        out.report(
            &rules::NEAR_HEADING,
            label.span,
            format!("`{title}` is a bullet, and no word of the glossary"),
            format!("if it is a word, make a heading of it: `## {title}`"),
        );
    }
}

/// A text that was cut by something else than headings, so that nothing of its kind is found in it. What else is said
/// of its shape says it better.
fn without_headings(out: &mut Findings<'_>, what: &str, help: &str) {
    let (entry, shape) = (out.entry, &rules::NEAR_HEADING);
    let has_labels = entry.body.sections.iter().any(|section| section.labels().next().is_some());
    let is_told = has_labels || entry.diagnostics.iter().any(|found| found.rule.name == shape.name);
    let Some(first) = entry.body.sections.iter().find(|section| !section.pieces.is_empty()).filter(|_| !is_told) else {
        return;
    };
    let text = &entry.source.text[first.span.range()];
    let gap = text.len() - text.trim_start().len();
    let length = text.trim_start().lines().next().map_or(0, str::len);
    let span = Span::new(gap, gap + length).shifted(first.span.start as usize);
    out.report(shape, span, format!("no {what} is found here, because no heading begins one"), help);
}

/// A heading with three signs that should have two.
fn one_sign_too_many(out: &mut Findings<'_>, section: &Section, what: &str) {
    let Some(heading) = &section.heading else { return };
    let typed = &out.entry.source.text[heading.span.range()];
    let marks = typed.bytes().take_while(|byte| *byte == b'#').count();
    let span = Span::new(heading.span.start as usize, heading.span.start as usize + marks);
    let found = out.report(
        &rules::NEAR_HEADING,
        heading.span,
        format!("`{}` is part of the {what} above it", heading.text),
        format!("if it is a {what} of its own, give it two signs: `## {}`", heading.text),
    );
    if marks == 3 {
        *found = found.clone().suggested_fix(span, "##");
    }
}

pub(super) fn path(out: &mut Findings<'_>, kind: &Path) {
    let sections = &out.entry.body.sections;
    for section in sections.iter().filter(|section| section.level() == 3) {
        let has_stops = section.pieces.iter().any(
            |piece| matches!(piece, Piece::Stops(list) if list.stops.iter().any(|stop| !stop.html.holes.is_empty())),
        );
        if has_stops {
            one_sign_too_many(out, section, "station");
        }
    }
    if kind.stations.is_empty() {
        without_headings(out, "station", "put a heading above each list of links, for example `## Week 1`");
    }
    for station in &kind.stations {
        let section = &out.entry.body.sections[station.sections.start];
        let links = out.entry.references.iter().any(|reference| {
            let inside = section.span.start..section.span.end;
            inside.contains(&reference.span.start)
        });
        if !links {
            let span = out.heading(station.sections.start);
            out.report(
                &rules::STATION_WITHOUT_LINK,
                span,
                format!("the station `{}` leads nowhere", section.title()),
                "add a numbered list of links: `1. [[entry]] (15 minutes)`",
            );
        }
    }
}
