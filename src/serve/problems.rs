//! What is wrong with the book, as the bar of an open page shows it.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Live, State, fixes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::Entry;
use crate::project::counts;
use crate::site::PageId;

/// Problems of other entries that are listed at most; the terminal shows all.
const LISTED: usize = 200;

/// `{errors, warnings, hints, fixes, stale, here, others}`: how many, how many of them have a safe fix, whether the page is
/// older than what the files say, and each problem of the open page and of other files.
pub(super) fn of(state: &State, page: &str) -> Value {
    let found: &[Diagnostic] = &state.problems;
    let shown = state.live.as_ref().and_then(|live| Some(live.show(live.now.page(page)?)));
    let fault = shown.and_then(|shown| shown.map_or_else(Some, |shown| shown.fault)).map(|fault| fault.diagnostic);
    let is_stale = !state.refused.is_empty() || fault.is_some();
    let stopping: Vec<&Diagnostic> = state.refused.iter().chain(fault.as_deref()).collect();
    let open = state.live.as_ref().and_then(|live| entry_of(live, page));
    let is_here = |found: &&Diagnostic| open.is_some_and(|entry| found.file == entry.source.file);
    let (here, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = found.iter().partition(is_here);
    let (errors, warnings, hints) = counts(found);
    let fixes: HashSet<_> = fixes::offered(state).map(|(found, _)| found.order()).collect();
    let problem = |found: &Diagnostic, open| {
        let mut said = problem(found, open);
        said["fix"] = json!(fixes.contains(&found.order()).then(|| fixes::name(found)));
        said
    };
    let stops = stopping.iter().filter(|found| found.severity == Severity::Error).count();
    json!({
        "errors": errors + stops,
        "warnings": warnings,
        "hints": hints,
        "fixes": fixes.len(),
        "stale": is_stale,
        "stopping": stopping.iter().map(|found| problem(found, None)).collect::<Vec<_>>(),
        "here": here.iter().map(|found| problem(found, open)).collect::<Vec<_>>(),
        "others": others.iter().take(LISTED).map(|found| problem(found, None)).collect::<Vec<_>>(),
        "unlisted": others.len().saturating_sub(LISTED),
    })
}

/// The entry that a page shows, or shows a card of.
pub(super) fn entry_of<'l>(live: &'l Live, page: &str) -> Option<&'l Entry> {
    let playbook = &live.now.edition.made.playbook;
    match &live.now.page(page)?.id {
        PageId::Entry(entry) | PageId::Card(entry, _) => Some(&playbook.entries[*entry]),
        PageId::Front => playbook.index.front.page.map(|entry| &*playbook.entries[entry]),
        _ => None,
    }
}

/// `at` is where it stands in the open page: the anchor of the heading above it, empty for the top, and the words of the line.
fn problem(found: &Diagnostic, open: Option<&Entry>) -> Value {
    let place = found.place.as_ref();
    let at = open.zip(place).map(|(entry, place)| {
        let above = entry.body.sections.iter().rev().find(|section| section.span.start <= place.span.start);
        let anchor = above.and_then(|section| section.heading.as_ref()).map_or("", |heading| heading.id.as_str());
        json!([anchor, place.excerpt])
    });
    json!({
        "severity": found.severity.word(),
        "rule": found.rule.name,
        "file": &*found.file,
        "title": found.title.as_deref().unwrap_or(&found.file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "before": place.map(|place| place.before),
        "width": place.map(|place| place.width),
        "excerpt": place.map(|place| place.excerpt.as_str()),
        "label": found.label,
        "message": found.message,
        "notes": found.notes,
        "help": found.help,
        "at": at,
    })
}
