//! What an entry cannot do without, where an audience that sees the entry does not see that.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entry::{Form, PassageReaders, Reference, Secrecy};
use crate::filter::Visible;
use crate::kind::Kind;
use crate::link::Target;
use crate::playbook::Playbook;
use crate::rules;
use crate::text::Span;

/// Readers of one copy: the audience that it is made for, and whom that includes.
struct Copy<'p> {
    /// As messages name them.
    name: String,
    readers: Vec<&'p str>,
}

impl Copy<'_> {
    fn includes(&self, audience: &[String]) -> bool {
        audience.iter().any(|name| self.readers.contains(&name.as_str()))
    }

    fn sees(&self, secrecy: &Secrecy) -> bool {
        !secrecy.in_doubt && (secrecy.audience.is_empty() || self.includes(&secrecy.audience))
    }

    /// Whether some bytes of an entry that it sees are in it.
    fn sees_part(&self, secrecy: &Secrecy, span: Span) -> bool {
        let hidden = secrecy.passages.iter().filter(|passage| match &passage.readers {
            PassageReaders::Nobody => true,
            PassageReaders::Only(audience) => !self.includes(audience),
        });
        !hidden.into_iter().any(|passage| passage.span.start < span.end && span.start < passage.span.end)
    }
}

/// Reported once for each copy, with the first reference that is lost in it.
pub(super) fn check(playbook: &Playbook) -> Vec<Diagnostic> {
    let Some(audiences) = &playbook.config.audiences else { return Vec::new() };
    let public = Copy { name: "the copy for everybody".to_owned(), readers: Vec::new() };
    let named = audiences.includes.keys();
    let named = named.map(|name| Copy { name: format!("the copy for `{name}`"), readers: audiences.closure(name) });
    let copies: Vec<Copy<'_>> = std::iter::once(public).chain(named).collect();
    let mut found = Vec::new();
    for (at, entry) in playbook.entries.iter().enumerate() {
        let needed = needed(entry);
        for copy in copies.iter().filter(|copy| copy.sees(&entry.secrecy)) {
            let mut told: BTreeSet<usize> = BTreeSet::new();
            for (reference, what) in &needed {
                let Target::Entry { entry: to, anchor, .. } = &playbook.links.targets[at][*reference] else { continue };
                let typed = &entry.references[*reference];
                if !copy.sees_part(&entry.secrecy, typed.span)
                    || sees_target(copy, &playbook.entries[*to], anchor.as_deref())
                {
                    continue;
                }
                if told.insert(*to) {
                    found.push(report(entry, typed, what, copy, &playbook.entries[*to]));
                }
            }
        }
    }
    found
}

fn sees_target(copy: &Copy<'_>, target: &Visible, anchor: Option<&str>) -> bool {
    let heading = anchor.and_then(|anchor| target.body.heading(anchor));
    copy.sees(&target.secrecy) && heading.is_none_or(|heading| copy.sees_part(&target.secrecy, heading.span))
}

/// The references without which an entry leads nowhere, each with what it is there.
fn needed(entry: &Visible) -> Vec<(usize, &'static str)> {
    let mut needed = Vec::new();
    let sections = &entry.body.sections;
    if let Kind::Escalation(_) = entry.kind {
        for label in sections.iter().flat_map(|section| section.labels()) {
            let what = match label.known {
                "who" => "who to go to",
                "out-of-hours" => "who helps out of hours",
                "if-resolved" | "if-not-resolved" => "where it goes on",
                _ => continue,
            };
            needed.extend(label.references.clone().map(|reference| (reference, what)));
        }
    }
    let choices = sections.iter().flat_map(|section| section.choices());
    needed.extend(choices.filter_map(|choice| choice.reference).map(|reference| (reference, "where a choice leads")));
    let includes = entry.references.iter().enumerate().filter(|(_, reference)| reference.form == Form::Include);
    needed.extend(includes.map(|(at, _)| (at, "what is included")));
    needed
}

fn report(entry: &Visible, typed: &Reference, what: &str, copy: &Copy<'_>, target: &Visible) -> Diagnostic {
    let message = format!("{} has this entry, and not `{}`, {what}", copy.name, target.title);
    let help = format!(
        "let the same readers see `{}`, or keep this part to those who do with a heading `## Only for …`",
        target.source.path.name()
    );
    let diagnostic = entry.source.diagnose(&rules::DEPENDS_ON_HIDDEN, typed.span, message).help(help);
    Diagnostic { title: Some(entry.title.clone()), ..diagnostic }
}
