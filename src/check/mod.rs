//! What is wrong with an entry, and with the book as a whole.
//!
//! [`entry`] sees one entry alone, so its findings can be kept with the entry; [`book`] sees all of them, whatever the
//! copy that is being built, because what a writer should mend does not depend on who will read it.

mod escalation;
mod facts;
mod flow;
mod kinds;
mod links;
mod project;

use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::entry::Entry;
use crate::kind::Kind;
use crate::playbook::Playbook;
use crate::rules::Rule;
use crate::text::Span;

/// What is wrong with one entry beyond what parsing found.
pub fn entry(entry: &Entry, config: &Config, today: Date) -> Vec<Diagnostic> {
    let mut out = Findings { entry, found: Vec::new() };
    facts::check(&mut out, config, today);
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

/// What is wrong with the book: links, roles, addresses, what `book.toml` names. `everything` is the copy for
/// everyone, so that nothing is missing only because it is hidden.
pub fn book(everything: &Playbook, drafts: &[String]) -> Vec<Diagnostic> {
    let mut found = links::check(everything, drafts);
    found.extend(project::check(everything));
    found
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

    /// The heading of the section at `index`.
    fn heading(&self, index: usize) -> Span {
        let section: &'e crate::entry::Section = &self.entry.body.sections[index];
        section.heading.as_ref().map_or(section.span, |heading| heading.span)
    }
}
