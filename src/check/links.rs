//! Links that lead nowhere, or not where the writer meant. Names are compared only for links that failed.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::{Absent, Files, GivesWay};
use crate::asset::Unfit;
use crate::diagnostic::Diagnostic;
use crate::entry::{Fact, Form, Reference, Section};
use crate::facts::{KindName, is_mailbox};
use crate::filter::Visible;
use crate::kind::Kind;
use crate::link::{Problem, Target};
use crate::playbook::Playbook;
use crate::rules;
use crate::text::{Effort, NearNames, SourcePath, Span, fold, on_one_computer, size};

/// Lines that are named where the same mistake is made more than once; the others are counted.
const SHOWN: usize = 8;

/// Checks every reference.
pub(super) fn check(
    playbook: &Playbook,
    files: &Files<'_>,
    absent: &Absent,
    gives_way: GivesWay<'_>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut meant = Meant::new(playbook, absent);
    for (at, targets) in playbook.links.targets.iter().enumerate().take_while(|_| !gives_way()) {
        let entry = &playbook.entries[at];
        let mut same: HashMap<(&str, Option<&str>), (usize, usize)> = HashMap::new();
        for (reference, target) in entry.references.iter().zip(targets) {
            let Some(mut diagnostic) = fault(&mut meant, at, reference, target) else { continue };
            diagnostic.title = Some(entry.title.clone());
            // The same mistake on one page is one message, with the lines of the others.
            match same.entry((reference.target.as_str(), reference.heading.as_deref())) {
                std::collections::hash_map::Entry::Occupied(mut first) => {
                    let (at, times) = first.get_mut();
                    let earlier: &mut Diagnostic = &mut found[*at];
                    if earlier.rule.name == diagnostic.rule.name {
                        *times += 1;
                        match times.checked_sub(SHOWN) {
                            None | Some(0) => {
                                let line = files.line(&entry.source, reference.span);
                                earlier.notes.push(format!("the same stands in line {line}"));
                            }
                            Some(1) => earlier.notes.push("the same stands in one more place".to_owned()),
                            Some(more) => {
                                earlier.notes[SHOWN] = format!("the same stands in {more} more places");
                            }
                        }
                        continue;
                    }
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert((found.len(), 0));
                }
            }
            found.push(diagnostic);
        }
        roles(playbook, entry, targets, &mut found);
    }
    if playbook.config.is_book {
        single_brackets(playbook, &mut found);
    }
    found
}

/// `[late-parcel]`, which is text: the name of an entry, with one bracket on either side instead of two. Names of one word
/// are also words that a writer adds to a quotation.
fn single_brackets(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    let names: HashSet<&str> =
        playbook.entries.iter().map(|entry| entry.source.path.name()).filter(|name| name.contains('-')).collect();
    let longest = names.iter().map(|name| name.len()).max().unwrap_or_default();
    for entry in playbook.entries.iter() {
        let text = &entry.source.text;
        let bytes = text.as_bytes();
        let (mut defined, mut alone) = (HashSet::new(), Vec::new());
        for at in memchr::memchr_iter(b'[', bytes) {
            let near = &bytes[at + 1..bytes.len().min(at + longest + 2)];
            // Most brackets are those of links, and no name is looked up for them.
            let Some(length) = memchr::memchr(b']', near).filter(|_| near[0] != b'[') else { continue };
            let end = at + length + 2;
            if matches!(bytes.get(end), Some(b'(' | b'[' | b']')) {
                continue;
            }
            let Some(name) = text.get(at + 1..end - 1).and_then(|name| names.get(name)) else { continue };
            if bytes.get(end) == Some(&b':') {
                defined.insert(*name);
                continue;
            }
            let line = &bytes[memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1)..at];
            let is_other = matches!(line.last(), Some(b'[' | b'!' | b'\\' | b']'));
            if !is_other && memchr::memchr(b'`', line).is_none() {
                alone.push((Span::new(at, end), *name));
            }
        }
        alone.retain(|(_, name)| !defined.contains(name));
        let places: Vec<u32> = alone.iter().map(|(span, _)| span.start).collect();
        let in_text = within(entry.body.sections.iter().map(|section| section.span), &places);
        let in_link = within(entry.references.iter().map(|reference| reference.span), &places);
        for (((span, name), in_text), in_link) in alone.into_iter().zip(in_text).zip(in_link) {
            if !in_text || in_link {
                continue;
            }
            let message = format!("`[{name}]` is no link, because it has one bracket on either side");
            let diagnostic = entry.source.diagnose(&rules::LINK_BRACKETS, span, message);
            let diagnostic = diagnostic.help(format!("write two: `[[{name}]]`"));
            let diagnostic = diagnostic.suggested_fix(span, format!("[[{name}]]"));
            found.push(Diagnostic { title: Some(entry.title.clone()), ..diagnostic });
        }
    }
}

/// Whether each of these places, which are in order, lies in one of the spans.
fn within(spans: impl Iterator<Item = Span>, places: &[u32]) -> Vec<bool> {
    if places.is_empty() {
        return Vec::new();
    }
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    let (mut spans, mut reach) = (spans.into_iter().peekable(), 0);
    let is_within = |place: &u32| {
        while let Some(span) = spans.next_if(|span| span.start <= *place) {
            reach = reach.max(span.end);
        }
        reach > *place
    };
    places.iter().map(is_within).collect()
}

/// What a writer most likely meant by a name that nothing has. Everything is made when it is first asked for, so that a
/// clean book pays nothing.
struct Meant<'p> {
    playbook: &'p Playbook,
    absent: &'p Absent,
    /// Names and titles of all entries, and of contacts alone: the index of the entry.
    entries: OnceCell<[NearNames<usize>; 2]>,
    contacts: OnceCell<[NearNames<usize>; 2]>,
    pictures: OnceCell<NearNames<&'p str>>,
    /// Entry → its headings: the section.
    headings: HashMap<usize, NearNames<usize>>,
    /// Entry → what stands on lines of its own in bold.
    bold: HashMap<usize, HashSet<&'p str>>,
    /// Entry and level → some of its headings, as they are told, and how many there are. All without a level.
    told: HashMap<(usize, Option<u8>), (String, usize)>,
    /// Whether a contact is wanted, and the name → the entry.
    found: HashMap<(bool, String), Option<usize>>,
    effort: Effort,
}

impl<'p> Meant<'p> {
    fn new(playbook: &'p Playbook, absent: &'p Absent) -> Meant<'p> {
        Meant {
            playbook,
            absent,
            entries: OnceCell::new(),
            contacts: OnceCell::new(),
            pictures: OnceCell::new(),
            headings: HashMap::new(),
            bold: HashMap::new(),
            told: HashMap::new(),
            found: HashMap::new(),
            effort: Effort::for_entries(playbook.entries.len()),
        }
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

    /// Whether an entry has this on a line of its own, in bold between other lines.
    fn is_bold(&mut self, entry: usize, typed: &str) -> bool {
        let text = &self.playbook.entries[entry].source.text;
        let bold = || {
            let lines = text.split_inclusive('\n').skip(1).filter_map(|line| line.strip_suffix('\n'));
            lines.filter_map(|line| line.strip_prefix("**")?.strip_suffix("**")).collect()
        };
        self.bold.entry(entry).or_insert_with(bold).contains(typed)
    }

    /// Some headings of an entry, at one level or at any, and how many there are.
    fn told(&mut self, entry: usize, level: Option<u8>) -> &(String, usize) {
        let sections = &self.playbook.entries[entry].body.sections;
        self.told.entry((entry, level)).or_insert_with(|| {
            let headings = sections.iter().filter(|section| section.heading.is_some());
            let beside: Vec<&Section> =
                headings.filter(|section| level.is_none_or(|level| section.level() == level)).collect();
            let some = beside.iter().take(SHOWN).map(|section| format!("`{}`", section.title()));
            (some.collect::<Vec<_>>().join(", "), beside.len())
        })
    }
}

fn fault(meant: &mut Meant<'_>, at: usize, reference: &Reference, target: &Target) -> Option<Diagnostic> {
    let playbook = meant.playbook;
    let entry = &playbook.entries[at];
    let source = &entry.source;
    match target {
        // Who wrote a stranger's page need not have one.
        Target::Missing if reference.form == Form::Fact(Fact::Owner) && !playbook.config.is_book => None,
        Target::Missing if meant.absent.misnamed.contains(&fold(name_in(&reference.target))) => None,
        Target::Missing => Some(missing(meant, at, reference)),
        Target::External(_) | Target::Unsafe if mended_scheme(&reference.target).is_some() => {
            let mended = mended_scheme(&reference.target)?;
            let message = format!("`{}` is not how an address begins", shown(&reference.target));
            Some(replaced(entry, reference, message, &mended).help(format!("write `{mended}`")))
        }
        Target::Unfit(path, why) => Some(unfit(playbook, entry, reference, path, *why)),
        Target::Unsafe if on_one_computer(&reference.target) => Some(local_file(entry, reference)),
        Target::Unsafe => Some(
            source
                .diagnose(
                    &rules::UNSAFE_LINK,
                    reference.span,
                    format!("a page may not lead to `{}`", shown(&reference.target)),
                )
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
        Target::Entry { entry: other_at, .. }
            if reference.form == Form::Fact(Fact::Backup) && playbook.entries[*other_at].id() == entry.id() =>
        {
            Some(
                source
                    .diagnose(&rules::OWN_BACKUP, reference.span, "this contact is its own backup")
                    .help("name the contact who stands in, or take the line out"),
            )
        }
        Target::Entry { entry: other_at, problem: Some(problem), .. } => {
            let other = &playbook.entries[*other_at];
            if *problem == Problem::NoHeading && meant.absent.hides_heading(&other.source.file, reference) {
                return None;
            }
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
                    .help(format!(
                        "write it as the file is called: `{}`",
                        as_called(&reference.target, other.source.path.as_str())
                    )),
                Problem::Unsuitable => source
                    .diagnose(
                        &rules::UNSUITABLE_INCLUDE,
                        reference.span,
                        "levels, steps and cards mean nothing outside their own page",
                    )
                    .help(format!("link to it instead: `[[{}]]`", reference.target)),
                Problem::TooLong => {
                    let times = playbook.config.limits.output;
                    let message = format!("with this, the page would be more than {times} times as long as its text");
                    let help = "take some of what is brought in out, or raise `output` under `[limits]`";
                    source.diagnose(&rules::LIMIT, reference.span, message).help(help)
                }
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

/// A broken link whose target was most likely meant to be `meant`.
fn replaced(entry: &Visible, reference: &Reference, message: String, meant: &str) -> Diagnostic {
    let typed = &entry.source.text[reference.span.range()];
    let fixed = typed.replacen(&reference.target, meant, 1);
    let diagnostic = entry.source.diagnose(&rules::BROKEN_LINK, reference.span, message);
    if fixed == typed { diagnostic } else { diagnostic.suggested_fix(reference.span, fixed) }
}

/// The beginning of a long address.
fn shown(address: &str) -> String {
    match address.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &address[..end]),
        None => address.to_owned(),
    }
}

/// The address that was meant by one whose beginning is mistyped: `http:/x`, `https:x`, `htps://x`.
fn mended_scheme(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.trim().to_ascii_lowercase();
    let path = rest.trim_start_matches('/');
    let slashes = rest.len() - path.len();
    let meant = match scheme.as_str() {
        "http" | "https" if slashes != 2 => &scheme,
        "htp" | "htpp" | "htttp" | "ttp" | "hhttp" | "httpp" => "http",
        "htps" | "htpps" | "htttps" | "ttps" | "hhttps" | "httpps" | "httsp" | "https"
            if slashes != 2 || scheme != "https" =>
        {
            "https"
        }
        _ => return None,
    };
    (!path.is_empty()).then(|| format!("{meant}://{path}"))
}

/// A file that is there and that the site may not hold.
fn unfit(playbook: &Playbook, entry: &Visible, reference: &Reference, path: &SourcePath, why: Unfit) -> Diagnostic {
    let (rule, message, help) = match why {
        Unfit::TooLarge => {
            let limit = size(playbook.config.limits.asset);
            let help = "make it smaller, or raise `asset` under `[limits]`";
            (&rules::LIMIT, format!("`{path}` is larger than {limit}, so it is left out"), help)
        }
        Unfit::Page => (
            &rules::UNSAFE_FILE,
            format!("a browser opens `{path}` as a page, which may run script, so it is left out"),
            "write an entry instead, or set `html-assets = true` under `[build]` if you trust everyone who writes here",
        ),
        Unfit::Server => (
            &rules::UNSAFE_FILE,
            format!("a web server may run `{path}` or do as it says, so it is left out"),
            "give it another name, or set `html-assets = true` under `[build]` if you trust everyone who writes here",
        ),
        Unfit::Active(what) => (
            &rules::UNSAFE_FILE,
            format!("the drawing `{path}` has {what}, so it is left out"),
            "save it as a plain or optimised SVG, or as a PNG",
        ),
    };
    entry.source.diagnose(rule, reference.span, message).help(help)
}

fn local_file(entry: &Visible, reference: &Reference) -> Diagnostic {
    let name = reference.target.rsplit(['/', '\\']).next().unwrap_or_default();
    let (rule, example) = match reference.form {
        Form::Picture => (&rules::MISSING_PICTURE, format!("![…]({name})")),
        _ => (&rules::BROKEN_LINK, format!("[…]({name})")),
    };
    let message = format!("`{}` lies on one computer, where no reader finds it", shown(&reference.target));
    let diagnostic = entry.source.diagnose(rule, reference.span, message);
    if name.is_empty() {
        return diagnostic.help("copy what it leads to into the content folder, and link to that");
    }
    diagnostic.help(format!("copy the file beside this entry and write only its name: `{example}`"))
}

/// Whether an address begins with the name of a host and lacks `https://`.
fn begins_with_host(address: &str) -> bool {
    let (host, path) = address.split_once('/').map_or((address, None), |(host, path)| (host, Some(path)));
    let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ["com", "org", "net", "de", "at", "ch", "eu", "uk", "fr", "nl", "io", "info", "example"];
    let sound = !host.contains(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')));
    sound && (host.to_ascii_lowercase().starts_with("www.") || (path.is_some() && known.contains(&ending)))
}

/// The name in a link to an entry: `quiet-offer` of `../scripts/quiet-offer.md`.
fn name_in(target: &str) -> &str {
    let typed = target.trim_end_matches('/');
    let name = typed.rsplit('/').next().unwrap_or(typed);
    name.strip_suffix(".md").unwrap_or(name)
}

fn missing(meant: &mut Meant<'_>, at: usize, reference: &Reference) -> Diagnostic {
    let playbook = meant.playbook;
    let entry = &playbook.entries[at];
    let source = &entry.source;
    if on_one_computer(&reference.target) {
        return local_file(entry, reference);
    }
    if is_mailbox(&reference.target) {
        return mailbox(playbook, entry, reference);
    }
    if matches!(reference.form, Form::Link | Form::Wiki) && begins_with_host(&reference.target) {
        let message = format!(
            "`{}` is looked for in the book, because it does not begin with `https://`",
            shown(&reference.target)
        );
        let meant = format!("https://{}", reference.target);
        return match reference.form {
            Form::Link => replaced(entry, reference, message, &meant).help(format!("write `{meant}`")),
            _ => source
                .diagnose(&rules::BROKEN_LINK, reference.span, message)
                .help(format!("write it with round brackets: `[…]({meant})`")),
        };
    }
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
    let name = name_in(&reference.target);
    if meant.absent.drafts.contains(&fold(name)) {
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
    if let Some(document) = meant.absent.documents.get(&fold(name)) {
        return diagnostic.help(format!(
            "`{document}` is a Word document, and entries are text: make one of it with `cuebook import`, then take it away"
        ));
    }
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

/// An address to write to where a file or a contact is wanted.
fn mailbox(playbook: &Playbook, entry: &Visible, reference: &Reference) -> Diagnostic {
    let address = reference.target.as_str();
    if let Form::Fact(_) = reference.form {
        let has_it = |other: &&Visible| {
            other.facts.email.as_ref().is_some_and(|email| email.value.eq_ignore_ascii_case(address))
        };
        let message = format!("`{address}` is a mail address, and the name of a contact is wanted");
        let mut owners = playbook.entries.iter().filter(|other| other.kind_name == KindName::Contact);
        return match playbook.entries.iter().find(has_it) {
            Some(contact) => {
                let name = contact.source.path.name();
                replaced(entry, reference, message, name)
                    .help(format!("write the name of the contact that has it: `{name}`"))
            }
            None => {
                let example = owners.next().map_or("training-lead", |contact| contact.source.path.name()).to_owned();
                entry.source.diagnose(&rules::BROKEN_LINK, reference.span, message).help(format!(
                    "write the file name of a contact, such as `{example}`, and the address on its page as `email:`"
                ))
            }
        };
    }
    let message = format!("`{address}` is a mail address, and is looked for as a file");
    let meant = format!("mailto:{address}");
    match reference.form {
        Form::Link => replaced(entry, reference, message, &meant).help(format!("put `mailto:` before it: `{meant}`")),
        _ => entry
            .source
            .diagnose(&rules::BROKEN_LINK, reference.span, message)
            .help(format!("write it as `[{address}]({meant})`")),
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
        None if meant.is_bold(other_at, typed) => diagnostic.help(format!(
            "it stands there in bold, which makes no heading: write `## {typed}` instead of `**{typed}**`"
        )),
        None => {
            // A choice leads to a step, which has as many signs as the one it stands in.
            let sections = &entry.body.sections;
            let behind = sections.partition_point(|section| section.span.start <= reference.span.start);
            let around = behind.checked_sub(1).filter(|_| at == other_at);
            let (some, count) = meant.told(other_at, around.map(|around| sections[around].level()));
            diagnostic.help(match count {
                0 => "it has no headings at all".to_owned(),
                1..=SHOWN => format!("its headings are {some}"),
                _ => format!("some of its {count} headings are {some}"),
            })
        }
    }
}

/// A path as it is typed, in the upper and lower case of the file that it means.
fn as_called(typed: &str, path: &str) -> String {
    let is_step = |part: &&str| matches!(*part, "." | ".." | "");
    let steps = typed.split('/').take_while(is_step).count();
    let n_named = typed.split('/').count() - steps;
    let parts: Vec<&str> = path.split('/').collect();
    let named = &parts[parts.len().saturating_sub(n_named)..];
    let called = typed.split('/').take(steps).chain(named.iter().copied()).collect::<Vec<_>>().join("/");
    let has_ending = typed.to_ascii_lowercase().ends_with(".md");
    match called.strip_suffix(".md") {
        Some(bare) if !has_ending => bare.to_owned(),
        _ => called,
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

#[cfg(test)]
mod tests {
    use super::as_called;

    #[test]
    fn a_path_keeps_the_way_in_which_it_was_typed() {
        for (typed, path, called) in [
            ("Bee.md", "scripts/bee.md", "bee.md"),
            ("Bee", "scripts/bee.md", "bee"),
            ("../Scripts/Bee.md", "scripts/bee.md", "../scripts/bee.md"),
            ("./Bee.md", "bee.md", "./bee.md"),
            ("/Scripts/Bee", "a/scripts/bee.md", "/scripts/bee"),
            ("a/b/Bee.md", "bee.md", "bee.md"),
        ] {
            assert_eq!(as_called(typed, path), called, "{typed}");
        }
    }
}
