//! What is wrong with an entry, and with the book as a whole.
//!
//! [`entry`] sees one entry alone, so its findings can be kept with the entry; [`book`] sees all of them, whatever the
//! copy that is being built, because what a writer should mend does not depend on who will read it.

mod alike;
mod escalation;
mod facts;
mod flow;
mod hidden;
mod judgement;
mod kinds;
mod links;
mod names;
mod phrases;
mod project;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::asset::Assets;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Entry, Reference};
use crate::kind::Kind;
use crate::persistent::PersistentVec;
use crate::playbook::Playbook;
use crate::rules::{self, Rule};
use crate::source::Source;
use crate::text::{Span, fold};

/// What is wrong with one entry beyond what parsing found.
pub fn entry(entry: &Entry, config: &Config, today: Date) -> Vec<Diagnostic> {
    let mut out = Findings { entry, found: Vec::new() };
    facts::check(&mut out, config, today);
    judgement::check(&mut out, config);
    match &entry.kind {
        Kind::Script => kinds::script(&mut out),
        Kind::Escalation(kind) => escalation::check(&mut out, kind),
        Kind::Roleplay(kind) => flow::roleplay(&mut out, kind),
        Kind::Decision(kind) => flow::decision(&mut out, kind),
        Kind::Contact => kinds::contact(&mut out),
        Kind::Glossary(kind) => kinds::glossary(&mut out, kind),
        Kind::Path(kind) => kinds::path(&mut out, kind),
        Kind::Checklist | Kind::Guide => {}
    }
    out.found
}

/// Whether an answer is not wanted any more, as there is a newer book to be asked about. Once it says so, it always does.
pub type GivesWay<'g> = &'g (dyn Fn() -> bool + Sync);

/// What is wrong with the book: links, roles, addresses, what `book.toml` names. `everything` is the copy for
/// everyone, so that nothing is missing only because it is hidden; `entries` are the files that it was made of. `None` if it
/// gave way.
pub fn book(
    everything: &Playbook,
    entries: &PersistentVec<Arc<Entry>>,
    absent: &Absent,
    gives_way: GivesWay<'_>,
) -> Option<Vec<Diagnostic>> {
    let files = Files::new(entries, everything);
    let checks: [&(dyn Fn() -> Vec<Diagnostic> + Sync); 5] = [
        &|| links::check(everything, &files, absent, gives_way),
        &|| project::check(everything),
        &|| names::check(everything, &files),
        &|| phrases::check(everything, &files, gives_way),
        &|| hidden::check(everything),
    ];
    let found = checks.into_par_iter().map(|check| if gives_way() { Vec::new() } else { check() });
    let found: Vec<Vec<Diagnostic>> = found.collect();
    // A check that gave way has looked at some entries only.
    (!gives_way()).then(|| found.into_iter().flatten().map(|diagnostic| files.placed(diagnostic)).collect())
}

/// Names that nothing in the book has, for a reason that is told elsewhere; folded.
#[derive(Debug, Default)]
pub struct Absent {
    /// Entries that are left out: drafts, and retired ones.
    drafts: HashSet<String>,
    /// Entries whose file has an ending too many, which is reported at the file.
    misnamed: HashSet<String>,
    /// Word documents among the entries: the name that an entry would have → the path.
    documents: HashMap<String, String>,
    /// Files of which a note that is never closed hides the rest, with its headings.
    cut_short: HashSet<Arc<str>>,
    /// Headings that are nearly typed: their file, and what was meant.
    meant_headings: HashSet<(Arc<str>, String)>,
}

impl Absent {
    /// What the files of a book, and what was found wrong in them, say of it.
    pub fn of<'f, F: Iterator<Item = &'f Diagnostic>>(
        entries: &PersistentVec<Arc<Entry>>,
        assets: &Assets,
        found: impl Fn() -> F,
    ) -> Absent {
        let of_rule = |rule: &'static Rule| found().filter(move |found| found.rule.name == rule.name);
        let drafts = entries.iter().filter(|entry| !entry.facts.status.is_published());
        // `late.md.txt`: the name before any ending that Markdown has.
        let own_name = |file: &str| Some(fold(file.rsplit('/').next()?.split_once(".m")?.0));
        let documents = assets.files.iter().filter(|path| path.extension().eq_ignore_ascii_case("docx"));
        let meant_heading = |found: &Diagnostic| {
            let meant = found.fix.as_ref()?.replacement.trim_start_matches('#');
            Some((found.file.clone(), fold(meant)))
        };
        Absent {
            drafts: drafts.map(|entry| fold(entry.source.path.name())).collect(),
            misnamed: of_rule(&rules::FILE_NAME).filter_map(|found| own_name(&found.file)).collect(),
            documents: documents.rev().map(|path| (fold(path.name()), path.to_string())).collect(),
            cut_short: of_rule(&rules::UNCLOSED_COMMENT).map(|found| found.file.clone()).collect(),
            meant_headings: of_rule(&rules::NEAR_HEADING).filter_map(meant_heading).collect(),
        }
    }

    /// Whether the heading that a link names is missing for a reason that is told where it should stand.
    fn hides_heading(&self, file: &Arc<str>, link: &Reference) -> bool {
        let typed = fold(link.heading.as_deref().unwrap_or_default());
        self.cut_short.contains(file) || self.meant_headings.contains(&(file.clone(), typed))
    }
}

/// The files out of which something was cut, each with what is left of it. Comments are in no copy of a book, and a
/// place in what is left is not the place that a writer sees.
struct Files<'e>(HashMap<&'e str, (&'e Source, &'e Source)>);

impl<'e> Files<'e> {
    fn new(entries: &'e PersistentVec<Arc<Entry>>, everything: &'e Playbook) -> Files<'e> {
        let copies = everything.entries.iter().map(|copy| &*copy.source).filter(|copy| !copy.runs.is_empty());
        let copies: HashMap<&str, &Source> = copies.map(|copy| (&*copy.file, copy)).collect();
        let files = entries.iter().map(|entry| (&*entry.source.file, &*entry.source));
        Files(files.filter_map(|(name, file)| Some((name, (file, *copies.get(name)?)))).collect())
    }

    /// The line in its file of some bytes of a copy.
    fn line(&self, copy: &Source, span: Span) -> u32 {
        self.0.get(&*copy.file).map_or_else(|| copy.line(span), |(file, copy)| file.line(copy.in_file(span)))
    }

    /// A finding in a copy as one in its file.
    fn placed(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some((file, copy)) = self.0.get(&*diagnostic.file) else { return diagnostic };
        if let Some(place) = &mut diagnostic.place {
            *place = Place::new(&file.text, &file.lines, copy.in_file(place.span));
        }
        if let Some(fix) = &mut diagnostic.fix {
            fix.span = copy.in_file(fix.span);
        }
        diagnostic
    }
}

/// Collects what is found in one entry.
struct Findings<'e> {
    entry: &'e Entry,
    found: Vec<Diagnostic>,
}

impl<'e> Findings<'e> {
    /// Adds a finding about some bytes of the entry, with how to mend it.
    fn report(
        &mut self,
        rule: &'static Rule,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Diagnostic {
        let mut diagnostic = self.entry.source.diagnose(rule, span, message).help(help);
        diagnostic.title = Some(self.entry.title.clone());
        self.found.push(diagnostic);
        self.found.last_mut().expect("one was just added")
    }

    /// The first line of the file, for what is missing as a whole.
    fn top(&self) -> Span {
        self.entry.source.lines.span_of(&self.entry.source.text, 1)
    }

    /// The first line of the text that is so.
    fn line(&self, is_so: impl Fn(&str) -> bool) -> Option<Span> {
        let mut at = self.entry.body.sections.first()?.span.start as usize;
        self.entry.source.text[at..].split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            is_so(line.trim()).then(|| Span::new(start, start + line.trim_end().len()))
        })
    }

    /// The heading of the section at `index`.
    fn heading(&self, index: usize) -> Span {
        let section: &'e crate::entry::Section = &self.entry.body.sections[index];
        section.heading.as_ref().map_or(section.span, |heading| heading.span)
    }
}
