//! Links that lead nowhere, or not where the writer meant. Names are compared only for links that failed.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::entry::{Fact, Form, Reference, Section};
use crate::facts::KindName;
use crate::filter::Visible;
use crate::kind::Kind;
use crate::link::{Problem, Target};
use crate::playbook::Playbook;
use crate::rules;
use crate::text::{Effort, NearNames, Span, fold};

/// Checks every reference. `drafts` are the names of entries that are left out.
pub(super) fn check(playbook: &Playbook, drafts: &[String]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut meant = Meant::new(playbook, drafts);
    for (at, targets) in playbook.links.targets.iter().enumerate() {
        let entry = &playbook.entries[at];
        let mut same: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for (reference, target) in entry.references.iter().zip(targets) {
            let Some(mut diagnostic) = fault(&mut meant, at, reference, target) else { continue };
            diagnostic.title = Some(entry.title.clone());
            // The same mistake on one page is one message, with the lines of the others.
            match same.entry((reference.target.as_str(), reference.heading.as_deref())) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    let line = entry.source.line(reference.span);
                    let earlier: &mut Diagnostic = &mut found[*first.get()];
                    if earlier.rule.name == diagnostic.rule.name {
                        earlier.notes.push(format!("the same stands in line {line}"));
                        continue;
                    }
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(found.len());
                }
            }
            found.push(diagnostic);
        }
        roles(playbook, entry, targets, &mut found);
    }
    found
}

/// What a writer most likely meant by a name that nothing has. Everything is made when it is first asked for, so that a
/// clean book pays nothing.
struct Meant<'p> {
    playbook: &'p Playbook,
    drafts: &'p [String],
    folded_drafts: OnceCell<HashSet<String>>,
    /// Names and titles of all entries, and of contacts alone: the index of the entry.
    entries: OnceCell<[NearNames<usize>; 2]>,
    contacts: OnceCell<[NearNames<usize>; 2]>,
    pictures: OnceCell<NearNames<&'p str>>,
    /// Entry → its headings: the section.
    headings: HashMap<usize, NearNames<usize>>,
    /// Whether a contact is wanted, and the name → the entry.
    found: HashMap<(bool, String), Option<usize>>,
    effort: Effort,
}

impl<'p> Meant<'p> {
    fn new(playbook: &'p Playbook, drafts: &'p [String]) -> Meant<'p> {
        Meant {
            playbook,
            drafts,
            folded_drafts: OnceCell::new(),
            entries: OnceCell::new(),
            contacts: OnceCell::new(),
            pictures: OnceCell::new(),
            headings: HashMap::new(),
            found: HashMap::new(),
            effort: Effort::default(),
        }
    }

    fn is_draft(&self, name: &str) -> bool {
        let folded = || self.drafts.iter().map(|draft| fold(draft)).collect();
        self.folded_drafts.get_or_init(folded).contains(&fold(name))
    }

    fn contacts(&self) -> impl Iterator<Item = usize> {
        let kind = KindName::Contact;
        let list = self.playbook.index.kinds.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, list)| list);
        let mut contacts = list.to_vec();
        contacts.sort_unstable();
        contacts.into_iter()
    }

    /// The entry whose name, else whose title, is nearest.
    fn entry(&mut self, name: &str, wants_contact: bool) -> Option<usize> {
        if let Some(found) = self.found.get(&(wants_contact, name.to_owned())) {
            return *found;
        }
        let all = &self.playbook.entries;
        let names_of = |entries: Vec<usize>| {
            let names = entries.iter().map(|at| (all[*at].source.path.name(), *at));
            [NearNames::new(names), NearNames::new(entries.iter().map(|at| (&*all[*at].title, *at)))]
        };
        let [names, titles] = match wants_contact {
            true => self.contacts.get_or_init(|| names_of(self.contacts().collect())),
            false => self.entries.get_or_init(|| names_of((0..all.len()).collect())),
        };
        let effort = &mut self.effort;
        let found = names.nearest(name, effort).or_else(|| titles.nearest(name, effort));
        self.found.insert((wants_contact, name.to_owned()), found);
        found
    }

    fn picture(&mut self, name: &str) -> Option<&'p str> {
        let names = self.playbook.links.assets.iter().map(|path| (path.file_name(), path.file_name()));
        self.pictures.get_or_init(|| NearNames::new(names)).nearest(name, &mut self.effort)
    }

    fn heading(&mut self, entry: usize, typed: &str) -> Option<&'p str> {
        let sections = &self.playbook.entries[entry].body.sections;
        let titles = sections.iter().enumerate().filter(|(_, section)| section.heading.is_some());
        let titles = titles.map(|(at, section)| (section.title(), at));
        let names = self.headings.entry(entry).or_insert_with(|| NearNames::new(titles));
        names.nearest(typed, &mut self.effort).map(|at| sections[at].title())
    }
}

fn fault(meant: &mut Meant<'_>, at: usize, reference: &Reference, target: &Target) -> Option<Diagnostic> {
    let playbook = meant.playbook;
    let source = &playbook.entries[at].source;
    match target {
        Target::Missing => Some(missing(meant, at, reference)),
        Target::Unsafe => Some(
            source
                .diagnose(&rules::UNSAFE_LINK, reference.span, format!("a page may not lead to `{}`", reference.target))
                .help("use an address that begins with https:, http:, mailto: or tel:"),
        ),
        Target::External(_) if reference.form == Form::Picture && !playbook.config.links.external_images => Some(
            source
                .diagnose(
                    &rules::EXTERNAL_PICTURE,
                    reference.span,
                    "this picture lies on another host, so it is shown as a link",
                )
                .help("save the picture beside the entry, or set `external-images = true` under `[links]`"),
        ),
        Target::Entry { entry: other_at, problem: Some(problem), .. } => {
            let other = &playbook.entries[*other_at];
            Some(match problem {
                Problem::NoHeading => no_heading(meant, at, reference, *other_at),
                Problem::Ambiguous => source
                    .diagnose(
                        &rules::AMBIGUOUS_LINK,
                        reference.span,
                        format!(
                            "several entries are called `{}`; the nearest was taken, `{}`",
                            reference.target,
                            other.id()
                        ),
                    )
                    .help(format!("write the folder too: `[[{}]]`", other.id())),
                Problem::Case => source
                    .diagnose(
                        &rules::LINK_CASE,
                        reference.span,
                        format!("`{}` differs from the name of the file in upper and lower case", reference.target),
                    )
                    .help(format!("write it as the file is called: `{}`", other.source.path)),
                Problem::Unsuitable => source
                    .diagnose(
                        &rules::UNSUITABLE_INCLUDE,
                        reference.span,
                        "levels, steps and cards mean nothing outside their own page",
                    )
                    .help(format!("link to it instead: `[[{}]]`", reference.target)),
                Problem::Loop => source
                    .diagnose(
                        &rules::INCLUDE_LOOP,
                        reference.span,
                        format!("including `{}` leads back to this page", reference.target),
                    )
                    .help(format!("link to it instead: `[[{}]]`", reference.target)),
                Problem::HeadingWithoutHash => {
                    let typed = &source.text[reference.span.range()];
                    let fixed = typed.replacen("[[", "[[#", 1);
                    source
                        .diagnose(
                            &rules::BROKEN_LINK,
                            reference.span,
                            format!("no entry is called `{}`, but a heading of this one is", reference.target),
                        )
                        .help(format!("put a `#` before the heading: `{fixed}`"))
                        .safe_fix(reference.span, fixed)
                }
            })
        }
        _ => None,
    }
}

fn missing(meant: &mut Meant<'_>, at: usize, reference: &Reference) -> Diagnostic {
    let playbook = meant.playbook;
    let source = &playbook.entries[at].source;
    if reference.form == Form::Picture {
        let near = meant.picture(reference.target.rsplit('/').next().unwrap_or_default());
        let help = near.map_or_else(
            || "put the picture there, or mend its name".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return source
            .diagnose(
                &rules::MISSING_PICTURE,
                reference.span,
                format!("the picture `{}` is not there", reference.target),
            )
            .help(help);
    }
    if reference.target.is_empty() {
        return no_heading(meant, at, reference, at);
    }
    let name = reference.target.rsplit('/').next().unwrap_or(&reference.target);
    let name = name.strip_suffix(".md").unwrap_or(name);
    if meant.is_draft(name) {
        return source
            .diagnose(
                &rules::BROKEN_LINK,
                reference.span,
                format!("`{}` is a draft or retired, so it is left out", reference.target),
            )
            .help("set its `status` to ready, or take the link away");
    }
    let what = match reference.form {
        Form::Fact(Fact::Owner | Fact::Backup) => format!("no contact is called `{}`", reference.target),
        Form::Link if name.contains('.') && !reference.target.ends_with(".md") => {
            format!("there is no file `{}`", reference.target)
        }
        _ => format!("no entry is called `{}`", reference.target),
    };
    let wants_contact = matches!(reference.form, Form::Fact(Fact::Owner | Fact::Backup));
    let near = meant.entry(name, wants_contact).map(|near| playbook.entries[near].source.path.name());
    let diagnostic = source.diagnose(&rules::BROKEN_LINK, reference.span, what);
    match near {
        Some(near) => {
            let typed = &source.text[reference.span.range()];
            let fixed = typed.replacen(name, near, 1);
            let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            if fixed == typed { diagnostic } else { diagnostic.suggested_fix(reference.span, fixed) }
        }
        None if wants_contact => {
            let names = meant.contacts().take(8).map(|contact| playbook.entries[contact].source.path.name());
            let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            diagnostic.help(if all.is_empty() {
                format!("make a contact: a file `people/{name}.md` with `kind: contact`")
            } else {
                format!("the contacts of this book are {}", all.join(", "))
            })
        }
        None if name.contains('.') => diagnostic.help("put the file there, or mend the link"),
        None => diagnostic.help(format!("make a file `{name}.md`, or mend the link")),
    }
}

fn no_heading(meant: &mut Meant<'_>, at: usize, reference: &Reference, other_at: usize) -> Diagnostic {
    let (entry, other) = (&meant.playbook.entries[at], &meant.playbook.entries[other_at]);
    let typed = reference.heading.as_deref().unwrap_or_default();
    let of =
        if reference.target.is_empty() { "this entry".to_owned() } else { format!("`{}`", other.source.path.name()) };
    let diagnostic =
        entry.source.diagnose(&rules::BROKEN_HEADING_LINK, reference.span, format!("{of} has no heading `{typed}`"));
    match meant.heading(other_at, typed) {
        Some(near) => {
            let source = &entry.source.text[reference.span.range()];
            let fixed = source.replacen(typed, near, 1);
            let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            if fixed == source { diagnostic } else { diagnostic.suggested_fix(reference.span, fixed) }
        }
        None => {
            let headings = other.body.sections.iter().filter(|section| section.heading.is_some()).map(Section::title);
            let all: Vec<String> = headings.take(6).map(|heading| format!("`{heading}`")).collect();
            diagnostic.help(if all.is_empty() {
                "it has no headings at all".to_owned()
            } else {
                format!("its headings are {}", all.join(", "))
            })
        }
    }
}

/// *Who* and *Out of hours* name contacts.
fn roles(playbook: &Playbook, entry: &Visible, targets: &[Target], found: &mut Vec<Diagnostic>) {
    let mut add = |diagnostic: Diagnostic| found.push(Diagnostic { title: Some(entry.title.clone()), ..diagnostic });
    if let Kind::Escalation(_) = entry.kind {
        for label in entry
            .body
            .sections
            .iter()
            .flat_map(|section| section.labels())
            .filter(|label| matches!(label.known, "who" | "out-of-hours"))
        {
            for reference in label.references.clone() {
                if let Target::Entry { entry: other, .. } = &targets[reference]
                    && playbook.entries[*other].kind_name != KindName::Contact
                {
                    let other = &playbook.entries[*other];
                    let span: Span = entry.references[reference].span;
                    add(entry
                        .source
                        .diagnose(
                            &rules::UNKNOWN_ROLE,
                            span,
                            format!("`{}` is not a contact but a {}", other.title, other.kind_name.word()),
                        )
                        .help("name an entry of `kind: contact`, so that readers see how to reach them"));
                }
            }
        }
    }
}
