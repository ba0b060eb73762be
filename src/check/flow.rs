//! Steps and choices of decisions and role-plays: every step can be reached, every way ends.

use std::collections::HashMap;

use super::Findings;
use crate::entry::{Choice, Piece, Section};
use crate::kind::decision::{Decision, Step};
use crate::kind::roleplay::{MOST_CARDS, Roleplay, is_card};
use crate::kind::with_subsections;
use crate::rules;
use crate::text::fold;

pub(super) fn decision(out: &mut Findings<'_>, kind: &Decision) {
    if kind.steps.is_empty() {
        let top = out.top();
        out.report(
            &rules::MISSING_STEP,
            top,
            "this decision asks nothing",
            "add a heading `## …` with the first question, and a bullet `- Yes → [[#Next heading]]` for each answer",
        );
        return;
    }
    // A question with one sign too many is no step: the decision would begin with the one behind it.
    for section in out.entry.body.sections.iter().take_while(|section| section.level() != 2) {
        if let (Some(heading), true) = (&section.heading, section.choices().next().is_some()) {
            out.report(
                &rules::MISPLACED_CHOICE,
                heading.span,
                "these choices stand outside the steps of the decision",
                format!("give the question two signs: `## {}`", heading.text),
            );
            return;
        }
    }
    if !kind.steps.iter().any(|step| choices(out, step).next().is_some()) {
        let first = out.heading(kind.steps[0].sections.start);
        out.report(
            &rules::MISSING_STEP,
            first,
            "this decision has no answers to choose from",
            "add a bullet for each answer: `- Yes → [[#Next heading]]`",
        );
        return;
    }
    steps(out, &kind.steps, "step");
}

pub(super) fn roleplay(out: &mut Findings<'_>, kind: &Roleplay) {
    let sections = &out.entry.body.sections;
    if kind.cards.is_empty() {
        let top = out.top();
        out.report(
            &rules::MISSING_STEP,
            top,
            "this role-play has no card",
            "add a heading `## Customer card` and one for each other player",
        );
    }
    if let Some(section) = sections.iter().filter(|section| is_card(section)).nth(MOST_CARDS) {
        out.report(
            &rules::LIMIT,
            section.heading.as_ref().map_or(section.span, |heading| heading.span),
            format!("this role-play has more than {MOST_CARDS} cards"),
            "split the role-play; cards from here on have no page of their own and stand where everyone reads them",
        );
    }
    let conversation = kind.conversation.map(|index| with_subsections(sections, index));
    for section in sections.iter().filter(|section| section.level() == 2 && section.known().is_empty()) {
        if let Some(label) = section.labels().find(|label| matches!(label.known, "secret" | "want" | "goal")) {
            let title = section.title();
            out.report(
                &rules::NEAR_HEADING,
                section.heading.as_ref().map_or(section.span, |heading| heading.span),
                format!("`{title}` is no card, so that every player reads `{}`", label.title),
                format!("end the heading with `card`, for example `## Customer card`; or tell `book.toml` about your word: under `[words]`, `\"{title}\" = \"card\"`"),
            );
        }
    }
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.choices().next().is_some()) {
        if conversation.as_ref().is_none_or(|inside| !inside.contains(&index)) {
            let first = section.choices().next().map_or(section.span, |choice| choice.span);
            let span = if section.level() == 2 { out.heading(index) } else { first };
            let help = if section.level() == 2 {
                format!(
                    "if it is a step, write it with three signs, under `## Conversation`: `### {}`",
                    section.title()
                )
            } else {
                "move it under `## Conversation`".to_owned()
            };
            out.report(&rules::MISPLACED_CHOICE, span, "these choices stand outside the conversation", help);
        }
    }
    let Some(index) = kind.conversation else { return };
    if kind.steps.is_empty() {
        let span = out.heading(index);
        out.report(
            &rules::MISSING_STEP,
            span,
            "this conversation has no step",
            "write each step under a heading of its own: `### Opening`",
        );
        return;
    }
    steps(out, &kind.steps, "step");
    for step in &kind.steps {
        let has_ending = sections[step.sections.clone()]
            .iter()
            .flat_map(|section| &section.pieces)
            .any(|piece| matches!(piece, Piece::Ending(_)));
        if choices(out, step).next().is_none() && !has_ending {
            let span = out.heading(step.sections.start);
            out.report(
                &rules::DEAD_END,
                span,
                format!("`{}` has neither a choice nor an ending", sections[step.sections.start].title()),
                "add a line `**Ending:** good` (or mixed, or poor), or choices that lead on",
            );
        }
    }
}

fn choices<'e>(out: &Findings<'e>, step: &Step) -> impl Iterator<Item = &'e Choice> {
    out.entry.body.sections[step.sections.clone()].iter().flat_map(Section::choices)
}

fn steps(out: &mut Findings<'_>, steps: &[Step], word: &str) {
    let entry = out.entry;
    let sections = &entry.body.sections;
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        let Some(heading) = &sections[step.sections.start].heading else { continue };
        by_id.insert(&heading.id, at);
        if let Some(first) = by_name.get(&fold(&heading.text)) {
            let first_line = entry.source.line(out.heading(steps[*first].sections.start));
            out.report(
                &rules::DUPLICATE_STEP,
                heading.span,
                format!("two steps are called `{}`, so that no choice can lead to this one", heading.text),
                format!("give one of them another name; the first stands in line {first_line}"),
            );
        } else {
            by_name.insert(fold(&heading.text), at);
        }
    }
    // A choice leads to a step, out of the entry, or nowhere; nowhere is reported where links are.
    let lead = |choice: &Choice| {
        let reference = &entry.references[choice.reference?];
        if !reference.target.is_empty() {
            let own = by_name.get(&fold(&reference.target)).copied();
            return Some(own);
        }
        let typed = reference.heading.as_deref().unwrap_or_default();
        let last = typed.rsplit('#').next().unwrap_or(typed);
        by_name.get(&fold(last)).or_else(|| by_id.get(last)).map(|step| Some(*step))
    };
    let leads: Vec<Vec<Option<usize>>> =
        steps.iter().map(|step| choices(out, step).filter_map(lead).collect()).collect();
    let mut reached = vec![false; steps.len()];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            open.extend(leads[at].iter().flatten());
        }
    }
    for (at, step) in steps.iter().enumerate().filter(|(at, _)| !reached[*at]) {
        let title = sections[step.sections.start].title();
        let is_copy = by_name.get(&fold(title)).is_some_and(|first| *first != at);
        if is_copy {
            continue;
        }
        let span = out.heading(step.sections.start);
        out.report(
            &rules::UNREACHABLE_STEP,
            span,
            format!("no choice leads to the {word} `{title}`"),
            format!("let a choice lead here: `→ [[#{title}]]`; or delete it"),
        );
    }
    endless(out, steps, &leads, &reached);
}

/// Steps from which no way leads to an end: found backwards from those that end or lead out of the entry.
fn endless(out: &mut Findings<'_>, steps: &[Step], leads: &[Vec<Option<usize>>], reached: &[bool]) {
    let mut ends = vec![false; steps.len()];
    let mut came_from: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    let mut open = Vec::new();
    for (at, ways) in leads.iter().enumerate() {
        if ways.is_empty() || ways.contains(&None) {
            open.push(at);
        }
        for to in ways.iter().flatten() {
            came_from[*to].push(at);
        }
    }
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut ends[at], true) {
            open.extend(&came_from[at]);
        }
    }
    if let Some(at) = (0..steps.len()).find(|at| reached[*at] && !ends[*at]) {
        let title = out.entry.body.sections[steps[at].sections.start].title();
        let span = out.heading(steps[at].sections.start);
        out.report(
            &rules::ENDLESS_CONVERSATION,
            span,
            format!("from `{title}` no way leads to an end"),
            "let one of the choices lead to a step without choices, or to another entry",
        );
    }
}
