//! Levels: who, out of hours, where they lead.

use std::collections::HashMap;

use super::Findings;
use crate::entry::Section;
use crate::kind::escalation::{Escalation, Level, Outcome, Way, span_of};
use crate::rules;
use crate::text::{fold, whole_number};

pub(super) fn check(out: &mut Findings<'_>, kind: &Escalation) {
    if kind.levels.is_empty() {
        let (span, message, help) = match out.line(is_row_of_level) {
            Some(row) => (
                row,
                "levels that stand in a table are not read as levels",
                "make each row a heading `## Level 1, …`, with its cells as lines under it: `- **Who:** [[contact]]`, `- **When:** …`",
            ),
            None => (
                out.top(),
                "this escalation has no level",
                "add a heading `## Level 1, …` with a line `- **Who:** [[contact]]` under it",
            ),
        };
        out.report(&rules::MISSING_LEVEL, span, message, help);
        return;
    }
    numbers(out, kind);
    for (at, level) in kind.levels.iter().enumerate() {
        labels(out, kind, at, level);
    }
    ways(out, kind);
}

/// Whether a line is a row of a table that begins as a level does: `| Level 1 | …`, `| 1 | …`.
fn is_row_of_level(line: &str) -> bool {
    let Some((first, _)) = line.strip_prefix('|').and_then(|cells| cells.split_once('|')) else { return false };
    let first = fold(first.trim().trim_matches('*'));
    let number = ["level ", "stufe "].iter().find_map(|name| first.strip_prefix(name)).unwrap_or(&first);
    whole_number(number).is_some()
}

/// Levels are shown with their place, which should be the number that their headings give them.
fn numbers(out: &mut Findings<'_>, kind: &Escalation) {
    let mut before: Option<u32> = None;
    for level in &kind.levels {
        let title = section(out, level).title();
        let number = title.split(|c: char| !c.is_alphanumeric()).nth(1).and_then(|word| word.parse::<u32>().ok());
        if let (Some(before), Some(number)) = (before, number)
            && number != before.saturating_add(1)
        {
            let next = before.saturating_add(1);
            out.report(
                &rules::MISSING_LEVEL,
                span_of(level, &out.entry.body),
                format!("level {number} comes after level {before}"),
                match number > next {
                    true => format!("add the one between them, or call this one level {next}, and mend what names it"),
                    false => format!("call this one level {next}, and mend what names it"),
                },
            );
        }
        before = number;
    }
}

fn section<'e>(out: &Findings<'e>, level: &Level) -> &'e Section {
    &out.entry.body.sections[level.sections.start]
}

fn labels(out: &mut Findings<'_>, kind: &Escalation, at: usize, level: &Level) {
    let head = section(out, level);
    let heading = span_of(level, &out.entry.body);
    let number = at + 1;
    let label = |known: &str| head.labels().find(|label| label.known == known);
    let unknown = || head.labels().find(|label| label.known.is_empty() && !label.references.is_empty());
    match label("who") {
        None => match unknown() {
            Some(other) => {
                let title = other.title.clone();
                out.report(
                    &rules::MISSING_WHO,
                    other.span,
                    format!("level {number} does not say who to go to; is `{title}` your word for `Who`?"),
                    format!("write `Who` instead, or tell `book.toml` about your word: under `[words]`, `\"{title}\" = \"Who\"`"),
                );
            }
            None => {
                out.report(
                    &rules::MISSING_WHO,
                    heading,
                    format!("level {number} does not say who to go to"),
                    "add a line `- **Who:** [[contact]]` under this heading",
                );
            }
        },
        Some(who) if who.text.trim().is_empty() && who.references.is_empty() => {
            out.report(
                &rules::MISSING_WHO,
                who.span,
                format!("level {number} does not say who to go to"),
                "name a contact: `- **Who:** [[contact]]`",
            );
        }
        Some(who) if who.references.is_empty() => {
            let text = who.text.trim().to_owned();
            out.report(
                &rules::UNKNOWN_ROLE,
                who.span,
                format!("`{text}` is not a link to a contact"),
                format!("link to the contact: `- **Who:** [[{}]]`", crate::text::slug(&text)),
            );
        }
        Some(_) => {}
    }
    if label("out-of-hours").is_none_or(|label| label.text.trim().is_empty() && label.references.is_empty()) {
        out.report(
            &rules::MISSING_OUT_OF_HOURS,
            label("out-of-hours").map_or(heading, |label| label.span),
            format!("level {number} does not say who helps out of hours"),
            "add a line `- **Out of hours:** [[contact]]` under this heading",
        );
    }
    match label("answer-within") {
        Some(wait) if level.answer_within.is_none() => {
            let typed = wait.text.trim().to_owned();
            out.report(
                &rules::BAD_INTERVAL,
                wait.span,
                format!("`{typed}` is not a time that can be waited for"),
                "write a number and a unit: `15 minutes`, `2 hours`, `1 working day`, or `same day`, `end of shift`",
            );
        }
        _ => {}
    }
    for (known, outcome) in [("if-resolved", &level.if_resolved), ("if-not-resolved", &level.if_not_resolved)] {
        let Some(label) = label(known) else { continue };
        let last = number == kind.levels.len();
        if known == "if-not-resolved" && *outcome == Outcome::Prose {
            out.report(
                &rules::UNKNOWN_OUTCOME,
                label.span,
                format!("it is not clear where `{}` leads", label.text.trim()),
                "begin with `next level` or `stop here`, or link to a level or an entry",
            );
        } else if *outcome == Outcome::Next && last {
            out.report(
                &rules::UNKNOWN_OUTCOME,
                label.span,
                "there is no next level",
                "write `stop here` and what to do then, or add a level",
            );
        }
    }
}

/// Where each level leads, followed from the first.
fn ways(out: &mut Findings<'_>, kind: &Escalation) {
    let entry = out.entry;
    let sections = &entry.body.sections;
    let count = kind.levels.len();
    let mut by_words: HashMap<String, usize> = HashMap::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (at, level) in kind.levels.iter().enumerate() {
        if let Some(heading) = &sections[level.sections.start].heading {
            by_words.entry(fold(&heading.text)).or_insert(at);
            by_id.entry(&heading.id).or_insert(at);
        }
    }
    let level_of = |reference: usize| {
        let reference = &entry.references[reference];
        let typed = reference.heading.as_deref().filter(|_| reference.target.is_empty())?;
        by_words.get(&fold(typed)).or_else(|| by_id.get(typed)).copied()
    };
    let ways = kind.ways(level_of);
    let next: Vec<Option<usize>> = ways
        .iter()
        .map(|ways| match ways.if_not_resolved {
            Way::Level(to) => Some(to),
            _ => None,
        })
        .collect();
    let mut reached = vec![false; count];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            open.extend(ways[at].levels());
        }
    }
    for (at, level) in kind.levels.iter().enumerate().filter(|(at, _)| !reached[*at]) {
        out.report(
            &rules::UNREACHABLE_LEVEL,
            span_of(level, &entry.body),
            format!("no way leads to level {}", at + 1),
            "let the level before it say `- **If not resolved:** next level`",
        );
    }
    // A way that comes back to a level which it passed never ends.
    let mut at = 0;
    let mut passed = vec![false; count];
    loop {
        if std::mem::replace(&mut passed[at], true) {
            let label =
                sections[kind.levels[at].sections.start].labels().find(|label| label.known == "if-not-resolved");
            let culprit =
                (0..count).find(|from| passed[*from] && next[*from].is_some_and(|to| to <= *from)).unwrap_or(at);
            let label = sections[kind.levels[culprit].sections.start]
                .labels()
                .find(|label| label.known == "if-not-resolved")
                .or(label);
            let span = label.map_or(span_of(&kind.levels[culprit], &entry.body), |label| label.span);
            out.report(
                &rules::ESCALATION_LOOP,
                span,
                "from here the levels lead in a circle without a way out",
                "let the last level say `- **If not resolved:** stop here and …`",
            );
            return;
        }
        match next[at] {
            Some(to) => at = to,
            None => return,
        }
    }
}
