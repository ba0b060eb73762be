//! What an entry is found by: links from others, a title of its own, situations spelt as elsewhere.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::Files;
use super::alike::alike;
use crate::diagnostic::Diagnostic;
use crate::filter::Visible;
use crate::index::facet::FacetName;
use crate::link::Target;
use crate::playbook::Playbook;
use crate::rules;
use crate::text::{Span, fold};

pub(super) fn check(playbook: &Playbook, files: &Files<'_>) -> Vec<Diagnostic> {
    let originals = Originals::new(playbook);
    let mut found = orphans(playbook, &originals);
    titles(playbook, &originals, files, &mut found);
    situations(playbook, &mut found);
    gaps(playbook, &mut found);
    found
}

/// Where a message about an entry's title points.
fn title_of(entry: &Visible) -> Span {
    let heading = entry.body.sections.iter().find_map(|section| section.heading.as_ref().map(|heading| heading.span));
    let typed = entry.facts.title.as_ref().map(|title| title.span);
    typed.or(heading).unwrap_or_else(|| entry.source.lines.span_of(&entry.source.text, 1))
}

fn of(entry: &Visible, diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { title: Some(entry.title.clone()), ..diagnostic }
}

/// Entries that nobody comes upon while reading: no other entry links to them or names them in its facts, and the front
/// page does not either. A list of all entries is no way to what one does not know of.
fn orphans<'p>(playbook: &'p Playbook, originals: &Originals<'p>) -> Vec<Diagnostic> {
    let mut reached = vec![false; playbook.entries.len()];
    for (from, targets) in playbook.links.targets.iter().enumerate() {
        for target in targets {
            if let Target::Entry { entry, .. } = target {
                reached[*entry] |= *entry != from;
            }
        }
    }
    let front = &playbook.config.front;
    let named: Vec<String> = front.pinned.iter().chain(&front.urgent).map(|name| fold(name)).collect();
    let is_named =
        |entry: &Visible| [entry.source.path.name(), entry.id()].iter().any(|name| named.contains(&fold(name)));
    let is_orphan = |(at, entry): &(usize, &'p Visible)| {
        let facts = &entry.facts;
        let on_front = || facts.must_read || facts.urgent || is_named(entry);
        // The switch of languages leads to a translation, and its folder to a folder's page.
        let is_found = reached[*at] || facts.translation_of.is_some() || entry.is_folder_page() || on_front();
        !is_found && originals.of(entry).is_none()
    };
    let orphans = playbook.entries.iter().enumerate().filter(is_orphan);
    let report = |(_, entry): (usize, &Visible)| {
        let name = entry.source.path.name();
        let message = "no other entry leads to this one";
        let help = format!("link to it where its readers are, with `[[{name}]]`, or name it there under `related:`");
        of(entry, entry.source.diagnose(&rules::ORPHAN, title_of(entry), message).help(help))
    };
    orphans.map(report).collect()
}

/// Finds of which entry another one's file is a copy.
struct Originals<'p> {
    playbook: &'p Playbook,
    /// Folder, name in small letters and title → the first such entry. Made when the first name is that of a copy.
    entries: OnceCell<HashMap<(&'p str, String, &'p str), &'p Visible>>,
}

impl<'p> Originals<'p> {
    fn new(playbook: &'p Playbook) -> Originals<'p> {
        Originals { playbook, entries: OnceCell::new() }
    }

    /// The entry of which this one's file is a copy, by its name: as programs that keep folders alike, and file managers, name
    /// the second of two. It lies in the same folder, and is titled alike.
    fn of(&self, copy: &'p Visible) -> Option<&'p Visible> {
        let name = copy.source.path.name();
        let marks = [" (", " - copy", " copy", " - kopie", " kopie"];
        let lower = name.to_ascii_lowercase();
        let behind = marks.iter().filter_map(|mark| lower.find(mark)).min().and_then(|at| lower.get(..at));
        let before = ["copy of ", "kopie von "].iter().find_map(|mark| lower.strip_prefix(mark));
        let wanted = before.or(behind)?.to_owned();
        let entries = self.entries.get_or_init(|| {
            let mut entries = HashMap::new();
            for entry in self.playbook.entries.iter() {
                let path = &entry.source.path;
                entries.entry((path.folder(), path.name().to_ascii_lowercase(), &*entry.title)).or_insert(entry);
            }
            entries
        });
        entries.get(&(copy.source.path.folder(), wanted, &*copy.title)).copied()
    }
}

/// Entries whose titles look alike, in a list or among the results of a search.
fn titles<'p>(playbook: &'p Playbook, originals: &Originals<'p>, files: &Files<'_>, found: &mut Vec<Diagnostic>) {
    let entries = &playbook.entries;
    let titles: Vec<&str> = entries.iter().map(|entry| &*entry.title).collect();
    for (first, second) in alike(&titles) {
        let (one, other) = (&entries[first], &entries[second]);
        let language = |entry: &Visible| entry.facts.lang.as_ref().map(|lang| lang.value.clone());
        let equal = fold(&one.title) == fold(&other.title);
        // A list shows the kind beside the title, and folders' own pages are called alike for good reason.
        let told_apart = one.kind_name != other.kind_name && !equal;
        if told_apart || language(one) != language(other) || one.is_folder_page() || other.is_folder_page() {
            continue;
        }
        let copies = [(one, other), (other, one)];
        let is_copy =
            |(of, copy): &&(&Visible, &'p Visible)| originals.of(copy).is_some_and(|found| found.id() == of.id());
        if let Some((original, copy)) = copies.iter().find(is_copy) {
            let (kept, name) = (&original.source.file, copy.source.path.file_name());
            let message = format!("by its name, this file is a copy of `{}`", original.source.path.file_name());
            let help = format!("take over into {kept} what is right here, and delete `{name}`");
            found.push(of(copy, copy.source.diagnose(&rules::SIMILAR_TITLE, title_of(copy), message).help(help)));
            continue;
        }
        let what = if equal { "has the same title" } else { "is called nearly the same" };
        let line = files.line(&one.source, title_of(one));
        found.push(of(
            other,
            other
                .source
                .diagnose(&rules::SIMILAR_TITLE, title_of(other), format!("another entry {what}: `{}`", one.title))
                .note(format!("it is {}:{line}", one.source.file))
                .help("say in the title what is particular to this one, or make one entry of the two"),
        ));
    }
}

/// A situation that is nearly one of the others, so that its entries are not found among theirs.
fn situations(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    let Some(facet) = playbook.index.facets.iter().find(|facet| facet.name == FacetName::Situations) else { return };
    let named: Vec<String> = playbook.config.front.situations.iter().map(|name| fold(name)).collect();
    let weight = |at: usize| (named.contains(&fold(&facet.values[at].title)), facet.values[at].entries.len());
    let titles: Vec<&str> = facet.values.iter().map(|value| value.title.as_str()).collect();
    let mut meant: HashMap<usize, usize> = HashMap::new();
    for (one, other) in alike(&titles) {
        let (rare, usual) = if weight(one) < weight(other) { (one, other) } else { (other, one) };
        meant.entry(rare).or_insert(usual);
    }
    for (at, entry) in playbook.entries.iter().enumerate() {
        for field in &entry.facts.situations {
            let usual = facet.find(&field.value).and_then(|value| meant.get(&value)).map(|usual| &facet.values[*usual]);
            let Some(usual) = usual.filter(|usual| !usual.entries.contains(&at)) else { continue };
            let n = usual.entries.len();
            let message = format!(
                "`{}` is nearly the situation `{}`, which {n} other {}",
                field.value,
                usual.title,
                if n == 1 { "entry names" } else { "entries name" }
            );
            let help = format!("write `{}`, so that this entry is found with them", usual.title);
            found.push(of(
                entry,
                entry
                    .source
                    .diagnose(&rules::NEAR_SITUATION, field.span, message)
                    .help(help)
                    .suggested_fix(field.span, &*usual.title),
            ));
        }
    }
}

/// Entries from which a book is more than a beginning, which lacks nearly everything.
const BEGUN: usize = 20;

/// Situations in which whoever is in them finds no words, or nothing that says what to do next: where the first entry names
/// them. A name that is mistyped is reported as such.
fn gaps(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    if playbook.entries.len() < BEGUN {
        return;
    }
    let Some(facet) = playbook.index.facets.iter().find(|facet| facet.name == FacetName::Situations) else { return };
    let mistyped: HashSet<String> = found
        .iter()
        .filter(|known| known.rule.name == rules::NEAR_SITUATION.name)
        .filter_map(|known| Some(fold(known.message.split('`').nth(1)?)))
        .collect();
    for row in &playbook.index.coverage {
        let value = &facet.values[row.situation];
        if row.gaps().is_empty() || mistyped.contains(&fold(&value.title)) {
            continue;
        }
        let first = value.entries.iter().min().map(|entry| &playbook.entries[*entry]);
        let typed = first.into_iter().flat_map(|entry| entry.facts.situations.iter().map(move |field| (entry, field)));
        let wanted = fold(&value.title);
        let Some((entry, field)) = typed.into_iter().find(|(_, field)| fold(&field.value) == wanted) else { continue };
        let (lacking, kinds) = match row.gaps() {
            [0] => ("words to say: no script names it", "script"),
            [1] => ("way on: no decision and no escalation names it", "decision"),
            _ => ("words to say and no way on: no script, decision or escalation names it", "script"),
        };
        let title = &value.title;
        let message = format!("the situation `{title}` has no {lacking}");
        let help = format!(
            "name it under `situations:` of one that there is, or begin one with `cuebook new {kinds} \"{title}\"`; if none is needed, say \
             why in `book.toml`, under `[review.complete]`: `\"{title}\" = \"why\"`"
        );
        found.push(of(entry, entry.source.diagnose(&rules::COVERAGE_GAP, field.span, message).help(help)));
    }
}
