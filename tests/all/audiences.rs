//! What an audience may not see is in no byte of its copy.
//!
//! A copy for some readers must equal, byte for byte, the site of a book that never held what they may not see. Books
//! are generated with their hidden entries and passages; the same plan without them is written down and built too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use cuebook::config::Server;
use cuebook::filter::Readers;
use cuebook::render::Theme;
use cuebook::site::{Content, Extras, Site};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::book::{Folder, TODAY, make, readers};

const AUDIENCES: [&str; 4] = ["agent", "team lead", "trainer", "manager"];

const BOOK: &str = "\
[book]
title = \"A book with audiences\"

[front]
situations = [\"parcel is late\", \"parcel is lost\"]
urgent = \"entry-1\"

[audiences]
agent = {}
\"team lead\" = { includes = [\"agent\"] }
trainer = { includes = [\"agent\"] }
manager = { includes = [\"team lead\"] }

[audiences.folders]
\"managers/\" = \"manager\"
";

/// Whom each audience includes, as `BOOK` has it; written again by hand, so that the test does not ask the program.
fn sees(audience: usize) -> &'static [usize] {
    match audience {
        0 => &[0],
        1 => &[1, 0],
        2 => &[2, 0],
        _ => &[3, 1, 0],
    }
}

// ---- the plan of a book

#[derive(Clone, Debug)]
struct EntryPlan {
    folder: usize,
    kind: usize,
    audience: Vec<usize>,
    situation: Option<usize>,
    tag: Option<usize>,
    alias: Option<usize>,
    replaces: Option<usize>,
    related: Option<usize>,
    owner: Option<usize>,
    urgent: bool,
    draft: bool,
    /// Entries with the same number here have the same title.
    title: Option<usize>,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
enum Block {
    Heading(u8, usize),
    Only(u8, Vec<usize>),
    TrainerNotes(u8),
    Paragraph(Vec<Inline>),
    Callout(Place, Vec<usize>, Vec<Inline>),
    /// A comment, and whether an empty line follows it.
    Comment(bool),
    Footnote(usize),
    Definition(usize),
    Picture(usize),
    Include(usize, Option<usize>),
    List(usize),
    Pairs(usize),
    /// A level, a card, a step: parts of the kinds, with a choice or a label that leads to an entry.
    Part(usize, usize),
    /// A table with a comment in one of its cells.
    Table(usize),
    /// A callout inside a callout, each for its own readers.
    Nested(Vec<usize>, Vec<usize>),
    /// A comment inside an item and inside a quote.
    CommentInside(Place),
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Top,
    TightList,
    LooseList,
    Quote,
}

#[derive(Clone, Debug)]
enum Inline {
    Words(usize),
    Link(usize),
    HeadingLink(usize, usize),
    Note(usize),
    Defined(usize),
    Comment,
    LongComment,
}

const HEADINGS: [&str; 4] = ["Refunds", "Late parcels", "Say", "Where it is"];
const FOLDERS: [&str; 3] = ["", "desk/", "managers/"];
const KINDS: [&str; 9] =
    ["guide", "glossary", "script", "contact", "escalation", "roleplay", "decision", "checklist", "path"];
const ENTRIES: usize = 8;

fn audiences() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..AUDIENCES.len(), 1..3)
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let inline = prop_oneof![
        4 => (0..9usize).prop_map(Inline::Words),
        2 => (0..ENTRIES).prop_map(Inline::Link),
        1 => (0..ENTRIES, 0..HEADINGS.len()).prop_map(|(entry, heading)| Inline::HeadingLink(entry, heading)),
        1 => (0..3usize).prop_map(Inline::Note),
        1 => (0..3usize).prop_map(Inline::Defined),
        1 => Just(Inline::Comment),
        1 => Just(Inline::LongComment),
    ];
    prop::collection::vec(inline, 1..5)
}

fn block() -> impl Strategy<Value = Block> {
    let place = prop_oneof![Just(Place::Top), Just(Place::TightList), Just(Place::LooseList), Just(Place::Quote)];
    prop_oneof![
        3 => (2..5u8, 0..HEADINGS.len()).prop_map(|(level, title)| Block::Heading(level, title)),
        3 => (2..5u8, audiences()).prop_map(|(level, names)| Block::Only(level, names)),
        1 => (2..5u8).prop_map(Block::TrainerNotes),
        5 => inlines().prop_map(Block::Paragraph),
        3 => (place, audiences(), inlines()).prop_map(|(place, names, words)| Block::Callout(place, names, words)),
        1 => any::<bool>().prop_map(Block::Comment),
        1 => (0..3usize).prop_map(Block::Footnote),
        1 => (0..3usize).prop_map(Block::Definition),
        1 => (0..3usize).prop_map(Block::Picture),
        1 => (0..ENTRIES, prop::option::of(0..HEADINGS.len())).prop_map(|(entry, heading)| Block::Include(entry, heading)),
        1 => (0..9usize).prop_map(Block::List),
        1 => (0..9usize).prop_map(Block::Pairs),
        2 => (0..6usize, 0..ENTRIES).prop_map(|(part, entry)| Block::Part(part, entry)),
        1 => (0..9usize).prop_map(Block::Table),
        1 => (audiences(), audiences()).prop_map(|(outer, inner)| Block::Nested(outer, inner)),
        1 => prop_oneof![Just(Place::TightList), Just(Place::Quote)].prop_map(Block::CommentInside),
    ]
}

fn entry() -> impl Strategy<Value = EntryPlan> {
    let audience = prop_oneof![2 => Just(Vec::new()), 1 => audiences()];
    let places = (prop_oneof![3 => Just(0usize), 2 => Just(1), 1 => Just(2)], 0..KINDS.len(), audience);
    let facts = (
        prop::option::of(0..3usize),
        prop::option::of(0..3usize),
        prop::option::of(0..3usize),
        prop::option::of(0..ENTRIES + 3),
        prop::option::of(0..ENTRIES),
        prop::option::of(0..ENTRIES),
        (prop::bool::weighted(0.2), prop::bool::weighted(0.1), prop::option::weighted(0.3, 0..2usize)),
    );
    (places, facts, prop::collection::vec(block(), 0..9)).prop_map(|((folder, kind, audience), facts, blocks)| {
        let (situation, tag, alias, replaces, related, owner, (urgent, draft, title)) = facts;
        EntryPlan {
            folder,
            kind,
            audience,
            situation,
            tag,
            alias,
            replaces,
            related,
            owner,
            urgent,
            draft,
            title,
            blocks,
        }
    })
}

// ---- the plan as files

/// For whom a plan is written down: everything with its marks, or what these may see.
#[derive(Clone, Copy)]
enum For<'a> {
    Everyone,
    Only(&'a [usize]),
}

impl For<'_> {
    /// Whether what is for `names` is written.
    fn may_see(self, names: &[usize]) -> bool {
        match self {
            For::Everyone => true,
            For::Only(readers) => names.iter().any(|name| readers.iter().any(|reader| sees(*reader).contains(name))),
        }
    }

    fn is_everyone(self) -> bool {
        matches!(self, For::Everyone)
    }
}

fn names(audiences: &[usize]) -> String {
    audiences.iter().map(|audience| AUDIENCES[*audience]).collect::<Vec<_>>().join(", ")
}

fn path_of(number: usize, plan: &EntryPlan) -> String {
    // The first entry of a folder may be its page.
    let name = if number < 2 && plan.tag == Some(0) { "index".to_owned() } else { format!("entry-{number}") };
    format!("content/{}{name}.md", FOLDERS[plan.folder])
}

/// The files of a book; hidden entries and passages only for everyone.
fn files(plans: &[EntryPlan], readers: For<'_>) -> BTreeMap<String, String> {
    let open = ("content/open.md".to_owned(), "# An open entry\n\n[[entry-0]] and [[entry-1]]\n".to_owned());
    let mut files = BTreeMap::from([("book.toml".to_owned(), BOOK.to_owned()), open]);
    for (number, plan) in plans.iter().enumerate() {
        let inherited = if plan.folder == 2 { vec![3] } else { Vec::new() };
        let audience = if plan.audience.is_empty() { &inherited } else { &plan.audience };
        if !audience.is_empty() && !readers.may_see(audience) {
            continue;
        }
        let text = text(number, plan, readers);
        for picture in 0..3 {
            let name = picture_name(number, picture);
            if text.contains(&name) {
                files.insert(format!("content/{}{name}", FOLDERS[plan.folder]), format!("picture {number} {picture}"));
            }
        }
        // Of two folder pages of one folder the first stays, whoever may see it.
        let path = path_of(number, plan);
        let taken = plans[..number].iter().enumerate().any(|(other, plan)| path_of(other, plan) == path);
        if !taken {
            files.insert(path, text);
        }
    }
    files
}

fn kind(number: usize, plan: &EntryPlan) -> &'static str {
    // A front page of any other kind ends the program: `tests/specs/front.md` has it as not yet mended.
    if path_of(number, plan) == "content/index.md" { "guide" } else { KINDS[plan.kind] }
}

fn title(number: usize, plan: &EntryPlan) -> String {
    plan.title.map_or_else(|| format!("Entry {number} of the book"), |shared| format!("Shared title {shared}"))
}

fn picture_name(entry: usize, picture: usize) -> String {
    format!("picture-{entry}-{picture}.png")
}

fn text(number: usize, plan: &EntryPlan, readers: For<'_>) -> String {
    let mut text = format!("---\ntitle: {}\nkind: {}\n", title(number, plan), kind(number, plan));
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    fact("audience", (!plan.audience.is_empty()).then(|| format!("[{}]", names(&plan.audience))));
    fact(
        "situations",
        plan.situation.map(|at| format!("[{}]", ["parcel is late", "parcel is lost", "caller is angry"][at])),
    );
    fact("tags", plan.tag.map(|at| format!("[tag-{at}]")));
    fact("aliases", plan.alias.map(|at| format!("[other-name-{at}]")));
    fact(
        "replaces",
        plan.replaces.map(|at| if at < 3 { format!("[old-name-{at}]") } else { format!("[entry-{}]", at - 3) }),
    );
    fact("related", plan.related.map(|at| format!("[entry-{at}]")));
    fact("owner", plan.owner.map(|at| format!("entry-{at}")));
    fact("status", plan.draft.then(|| "draft".to_owned()));
    fact("urgent", plan.urgent.then(|| "yes".to_owned()));
    text.push_str("---\n");
    let mut hidden: Vec<u8> = Vec::new();
    for (at, block) in plan.blocks.iter().enumerate() {
        if let Block::Heading(level, _) | Block::Only(level, _) | Block::TrainerNotes(level) = block {
            hidden.retain(|outer| outer < level);
            let names: &[usize] = match block {
                Block::Only(_, names) => names,
                Block::TrainerNotes(_) => &[2],
                _ => &[],
            };
            if !names.is_empty() && !readers.may_see(names) {
                hidden.push(*level);
            }
        }
        // Parts but the last begin with a heading of their own.
        if matches!(block, Block::Part(0..5, _)) {
            hidden.clear();
        }
        if hidden.is_empty() {
            write_block(&mut text, (number, at), block, readers);
        }
    }
    text
}

fn write_block(text: &mut String, (entry, at): (usize, usize), block: &Block, readers: For<'_>) {
    let marks = |level: &u8| "#".repeat(usize::from(*level));
    let written = match block {
        Block::Heading(level, title) => format!("{} {}", marks(level), HEADINGS[*title]),
        Block::Only(level, audiences) => format!("{} Only for {}", marks(level), names(audiences)),
        Block::TrainerNotes(level) => format!("{} Trainer notes", marks(level)),
        Block::Paragraph(words) => inline(words, entry, at, readers),
        Block::Callout(place, audiences, words) => {
            let words = inline(words, entry, at, readers).replace('\n', " ");
            let shown = readers.may_see(audiences);
            let head = format!("[!ONLY] {}", names(audiences));
            // A box with nothing in it but a comment is a doubt as well.
            let quote = |indent: &str| {
                if shown { format!("{indent}> {head}\n{indent}> kept {words}\n") } else { String::new() }
            };
            match place {
                Place::Top => quote(""),
                Place::TightList => format!("- item {entry}-{at}\n{}- and so on", quote("  ")),
                Place::LooseList => format!("- item {entry}-{at}\n\n{}\n- and so on", quote("  ")),
                // Words before it: a quote right behind a box may have been meant to be in the box, which is a doubt.
                Place::Quote => format!("Then:\n\n> quoted {entry}-{at}\n>\n{}>\n> and so on", quote("> ")),
            }
        }
        Block::Comment(gap) => {
            let after = if *gap { "\n\n" } else { "\n" };
            text.push_str(&if readers.is_everyone() {
                format!("\n<!-- block comment {entry}-{at} -->{after}")
            } else {
                "\n".to_owned()
            });
            return;
        }
        Block::Footnote(note) => format!("[^{note}]: Footnote {entry}-{at}."),
        Block::Definition(name) => format!("[defined-{name}]: https://example.org/{entry}-{at}"),
        Block::Picture(picture) => format!("![Picture {entry}-{at}]({})", picture_name(entry, *picture)),
        Block::Include(other, heading) => match heading {
            Some(heading) => format!("![[entry-{other}#{}]]", HEADINGS[*heading]),
            None => format!("![[entry-{other}]]"),
        },
        Block::List(words) => format!("- \"Words {words} in a list {entry}-{at}\"\n- and more"),
        Block::Pairs(words) => {
            format!("| Instead of | Try |\n| --- | --- |\n| \"No {words}.\" | \"Yes {entry}-{at}.\" |")
        }
        Block::Part(part, other) => match part {
            0 => format!(
                "## Level {at}\n\n- **Who:** [[entry-{other}]]\n- **If not resolved:** [[entry-{other}]]\n- **Out of hours:** [[entry-{other}]]"
            ),
            1 => format!("## Customer card\n\n- **You want:** wishes {entry}-{at} of [[entry-{other}]]"),
            2 => format!(
                "## Conversation\n\n### Opening\n\n- \"Words {entry}-{at}\" → [[#Later]]\n- \"More {entry}-{at}\" → [[entry-{other}]]\n\n### Later\n\n**Ending:** good"
            ),
            3 => format!("## Question {at}\n\n- Yes → [[entry-{other}]]\n- No → [[#Question {other}]]"),
            4 => format!("## Day {at}\n\n1. [[entry-{other}]] (15 minutes)\n2. Look round {entry}-{at} (5 minutes)"),
            _ => format!("- [ ] Task {entry}-{at}\n- [x] Task of [[entry-{other}]]"),
        },
        Block::Table(words) => {
            let comment = if readers.is_everyone() { "<!-- in a cell -->" } else { "" };
            format!("| A | B |\n| --- | --- |\n| words {words} {comment} | {entry}-{at} |")
        }
        Block::Nested(outer, inner) => match (readers.may_see(outer), readers.may_see(inner)) {
            (false, _) => String::new(),
            (true, false) => format!("> [!ONLY] {}\n> outer {entry}-{at}\n>\n>\n> end", names(outer)),
            (true, true) => format!(
                "> [!ONLY] {}\n> outer {entry}-{at}\n>\n> > [!ONLY] {}\n> > inner {entry}-{at}\n>\n> end",
                names(outer),
                names(inner)
            ),
        },
        Block::CommentInside(place) => {
            let comment = if readers.is_everyone() { "<!-- inside -->" } else { "" };
            match place {
                Place::Quote => format!("Then:\n\n> quoted {comment} {entry}-{at}\n> more"),
                _ => format!("- item {comment} {entry}-{at}\n- more"),
            }
        }
    };
    if !written.trim().is_empty() {
        let _ = write!(text, "\n{written}\n");
    }
}

fn inline(words: &[Inline], entry: usize, at: usize, readers: For<'_>) -> String {
    let mut line = String::new();
    // A comment at the start of a line ends with the line that closes it (CommonMark 0.31 §4.6), so that a second one
    // which goes on to the next line never closes: that is doubt, and not what is tested here.
    if words.iter().any(|part| matches!(part, Inline::LongComment)) {
        line.push_str("begin ");
    }
    for (nth, part) in words.iter().enumerate() {
        if nth > 0 {
            line.push(' ');
        }
        let _ = match part {
            Inline::Words(words) => write!(line, "words marker{entry}x{at}x{words}m"),
            Inline::Link(other) => write!(line, "[[entry-{other}]]"),
            Inline::HeadingLink(other, heading) => write!(line, "[[entry-{other}#{}]]", HEADINGS[*heading]),
            Inline::Note(note) => write!(line, "noted[^{note}]"),
            Inline::Defined(name) => write!(line, "[words][defined-{name}]"),
            Inline::Comment if readers.is_everyone() => write!(line, "<!-- comment {entry}-{at} -->"),
            Inline::LongComment if readers.is_everyone() => write!(line, "<!-- comment\nof two lines {entry}-{at} -->"),
            Inline::Comment | Inline::LongComment => Ok(()),
        };
    }
    line
}

// ---- the test

fn site(
    files: &BTreeMap<String, String>,
    names: &[&str],
    theme: &mut Option<std::sync::Arc<Theme>>,
) -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::with(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let project = cuebook::project::Project::open(folder.path()).unwrap();
    let (project, made) = make(folder.path(), readers(&project, names), TODAY);
    // The theme is the same in all these books; making it anew costs more than a book.
    let theme = theme.get_or_insert_with(|| project.theme().unwrap());
    // With all that a site can have beside its pages: nothing of it may tell more than they do.
    let extras = Extras {
        not_found: true,
        base_url: Some("https://example.org/kb/".to_owned()),
        server_rules: vec![Server::Nginx, Server::Apache, Server::Iis],
        playbook_json: true,
        print: true,
    };
    let site = Site::new(made.playbook.clone(), theme.clone(), project.words.clone(), false, None, &extras);
    let bytes = |page: &cuebook::site::Page| match site.bytes(page).unwrap() {
        Content::Bytes(bytes) => bytes,
        Content::File(path) => std::fs::read(project.content.folder.join(path.as_str())).unwrap(),
    };
    let mut files: BTreeMap<String, Vec<u8>> =
        site.all_pages().map(|page| (page.address.clone(), bytes(page))).collect();
    assert!(
        ["feed.atom", "sitemap.xml", "playbook.json", ".htaccess", "print.html"]
            .iter()
            .all(|file| files.contains_key(*file))
    );
    files.insert("export.ndjson".to_owned(), site.passages().into_bytes());
    files.extend(zipped(folder.path(), &project, &site));
    files
}

/// The files of a bundle, each unpacked, and its bytes as they are.
fn zipped(folder: &Path, project: &cuebook::project::Project, site: &Site) -> BTreeMap<String, Vec<u8>> {
    let path = folder.join("book.zip");
    cuebook::bundle::zipped::write(project, site, TODAY, &path).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut files = BTreeMap::from([("book.zip".to_owned(), std::fs::read(&path).unwrap())]);
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(format!("book.zip/{}", file.name().unwrap()), bytes);
    }
    files
}

/// The markers that are planted in a book: `m` between numbers, so that none is a part of another.
fn markers(files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let text: String = files.iter().filter(|(path, _)| path.ends_with(".md")).map(|(_, text)| text.as_str()).collect();
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.starts_with("marker") && word.ends_with('m')).map(str::to_owned).collect()
}

/// A marker that only others may see, and the file that holds it.
fn leaked(hidden: &BTreeSet<String>, files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    for (file, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        let words = text.split(|c: char| !c.is_alphanumeric());
        if let Some(marker) = words.filter(|word| word.starts_with("marker")).find(|word| hidden.contains(*word)) {
            return Some(format!("`{marker}` is in `{file}`"));
        }
    }
    None
}

/// The first page that differs, and the first line in it.
fn first_difference(got: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let only = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| {
        a.keys().find(|address| !b.contains_key(*address)).cloned()
    };
    if let Some(address) = only(got, wanted) {
        return Some(format!("`{address}` is in the copy, and would not be without what is hidden"));
    }
    if let Some(address) = only(wanted, got) {
        return Some(format!("`{address}` is not in the copy, and would be without what is hidden"));
    }
    let (address, bytes) = got.iter().find(|(address, bytes)| wanted[*address] != **bytes)?;
    let (got, wanted) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&wanted[address]));
    let differs = got.lines().zip(wanted.lines()).find(|(got, wanted)| got != wanted);
    let (got_line, wanted_line) = differs.unwrap_or(("(more lines)", "(fewer lines)"));
    Some(format!("`{address}`:\n  got     {got_line}\n  without {wanted_line}"))
}

#[test]
fn a_copy_equals_the_site_of_a_book_that_never_held_what_is_hidden() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 600, ..Config::default() });
    let plans = (prop::collection::vec(entry(), 2..=ENTRIES), prop::collection::vec(0..AUDIENCES.len(), 0..3));
    let theme = std::cell::RefCell::new(None);
    let n_hidden = std::cell::Cell::new(0);
    let ran = runner.run(&plans, |(plans, readers)| {
        let names: Vec<&str> = readers.iter().map(|reader| AUDIENCES[*reader]).collect();
        let (whole, cut) = (files(&plans, For::Everyone), files(&plans, For::Only(&readers)));
        let theme = &mut *theme.borrow_mut();
        let (got, wanted) = (site(&whole, &names, theme), site(&cut, &names, theme));
        let hidden: BTreeSet<String> = markers(&whole).difference(&markers(&cut)).cloned().collect();
        n_hidden.set(n_hidden.get() + hidden.len());
        if let Some(difference) = leaked(&hidden, &got).or_else(|| first_difference(&got, &wanted)) {
            let sources: String = whole
                .iter()
                .filter(|(path, _)| path.ends_with(".md"))
                .map(|(path, text)| format!("--- {path}\n{text}\n"))
                .collect();
            return Err(TestCaseError::fail(format!("for {names:?}, {difference}\n{sources}")));
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, _)) = ran {
        panic!("{reason}");
    }
    ran.unwrap();
    assert!(n_hidden.get() > cases as usize, "{} markers were hidden in {cases} books", n_hidden.get());
}

/// What somebody may type to keep `MARKER` from others, and each of it a little wrong.
const NEAR_MISSES: &[(&str, &str)] = &[
    // The key.
    ("a letter of the key", "---\ntitle: T\naudiense: team lead\n---\n\nMARKER\n"),
    ("two letters of the key", "---\ntitle: T\nAudeince: team lead\n---\n\nMARKER\n"),
    ("the key in the plural", "---\ntitle: T\naudiences: supervisors\n---\n\nMARKER\n"),
    ("the key in German", "---\ntitle: T\nAudienz: team lead\n---\n\nMARKER\n"),
    ("another word for the key", "---\ntitle: T\nvisibility: team lead\n---\n\nMARKER\n"),
    ("only as a key", "---\ntitle: T\nonly: team lead\n---\n\nMARKER\n"),
    ("only for as a key", "---\ntitle: T\nonly-for: team lead\n---\n\nMARKER\n"),
    ("readers as a key", "---\ntitle: T\nreaders: team lead\n---\n\nMARKER\n"),
    ("no colon after the key", "---\ntitle: T\naudience team lead\n---\n\nMARKER\n"),
    ("no space after the colon", "---\ntitle: T\naudience:team lead\n---\n\nMARKER\n"),
    ("a tab before the key", "---\ntitle: T\n\taudience: team lead\n---\n\nMARKER\n"),
    ("the key inside another", "---\ntitle: T\nmeta:\n  audience: team lead\n---\n\nMARKER\n"),
    ("the key twice", "---\ntitle: T\naudience: manager\naudience: agent\n---\n\nMARKER\n"),
    ("the key marked as in a text", "---\ntitle: T\n**audience:** team lead\n---\n\nMARKER\n"),
    ("an open list", "---\ntitle: T\naudience: [team lead\n---\n\nMARKER\n"),
    ("nothing behind the key", "---\ntitle: T\naudience:\n---\n\nMARKER\n"),
    ("an empty list", "---\ntitle: T\naudience: []\n---\n\nMARKER\n"),
    ("a hidden value", "---\ntitle: T\naudience: #team lead\n---\n\nMARKER\n"),
    ("a block that is not closed", "---\ntitle: T\naudience: team lead\n\nMARKER\n"),
    ("a block that is not opened", "title: T\naudience: team lead\n---\n\nMARKER\n"),
    ("a block behind a heading", "# T\n\n---\naudience: team lead\n---\n\nMARKER\n"),
    ("a block in capitals' fences", "***\ntitle: T\naudience: team lead\n***\n\nMARKER\n"),
    ("the key in the text", "# T\n\naudience: team lead\n\nMARKER\n"),
    // The name.
    ("a letter of the name", "---\ntitle: T\naudience: team laed\n---\n\nMARKER\n"),
    ("a name of another book", "---\ntitle: T\naudience: supervisors\n---\n\nMARKER\n"),
    ("one name of two", "---\ntitle: T\naudience: [agent, supervisors]\n---\n\nMARKER\n"),
    // The heading.
    ("a letter of the heading", "## Onyl for team leads\n\nMARKER\n"),
    ("for is missing", "## Only team leads\n\nMARKER\n"),
    ("the order of the words", "## For team leads only\n\nMARKER\n"),
    ("the name first", "## Team leads only\n\nMARKER\n"),
    ("a name that is nearly right", "## Only for team laeds\n\nMARKER\n"),
    ("a name that nobody knows", "## Only for supervisors\n\nMARKER\n"),
    ("no name", "## Only for\n\nMARKER\n"),
    ("a heading without its space", "##Only for team leads\n\nMARKER\n"),
    ("bold instead of a heading", "**Only for team leads**\n\nMARKER\n"),
    ("a line instead of a heading", "Only for team leads\n\nMARKER\n"),
    ("a line with a colon", "Only for team leads:\n\nMARKER\n"),
    ("a bold line above the text", "**Only for team leads**\nMARKER\n"),
    ("a heading in a quote", "> ## Only for team leads\n>\n> MARKER\n"),
    ("a heading in a list", "- ## Only for team leads\n\n  MARKER\n"),
    ("a heading in HTML", "<h2>Only for team leads</h2>\n\nMARKER\n"),
    ("a heading in code that is not closed", "```\n## Only for team leads\n\nMARKER\n"),
    ("four spaces before the heading", "Before.\n\n    ## Only for team leads\n\nMARKER\n"),
    ("the heading in German", "## Nur für team leads\n\nMARKER\n"),
    ("the heading in French", "## Uniquement pour team lead\n\nMARKER\n"),
    ("the heading in Spanish", "## Solo para trainer\n\nMARKER\n"),
    ("the heading in Dutch", "## Alleen voor trainers\n\nMARKER\n"),
    ("notes for trainers", "## Notes for trainers\n\nMARKER\n"),
    ("a letter of trainer notes", "## Trainer ntoes\n\nMARKER\n"),
    ("confidential", "## Confidential: team leads\n\nMARKER\n"),
    ("italic instead of a heading", "*Only for team leads*\n\nMARKER\n"),
    ("round brackets instead of a heading", "(Only for team leads)\n\nMARKER\n"),
    ("a label instead of a heading", "- **Only for team leads:** MARKER\n"),
    ("a bold line with a colon", "**Only for team leads:** MARKER\n"),
    ("a summary in HTML", "<details><summary>Only for team leads</summary>\n\nMARKER\n\n</details>\n"),
    ("a bullet instead of a heading", "- Only for team leads\n  - MARKER\n"),
    ("the key in TOML", "+++\ntitle = \"T\"\naudiense = \"team lead\"\n+++\n\nMARKER\n"),
    ("the key in JSON", "{\"title\": \"T\", \"audiense\": \"team lead\"}\n\nMARKER\n"),
    ("the key after an equals sign", "---\ntitle: T\naudience = team lead\n---\n\nMARKER\n"),
    ("the key with another colon", "---\ntitle: T\naudience： team lead\n---\n\nMARKER\n"),
    ("the key in Word's quotes", "---\ntitle: T\n“audience”: team laed\n---\n\nMARKER\n"),
    ("a name with a letter from another alphabet", "---\ntitle: T\naudience: tеam lead\n---\n\nMARKER\n"),
    ("the key with a letter from another alphabet", "---\ntitle: T\naudienсe: team lead\n---\n\nMARKER\n"),
    ("the heading with a letter from another alphabet", "## Оnly for team leads\n\nMARKER\n"),
    // The callout.
    ("a note whose title withholds", "> [!NOTE] Only for team leads\n> MARKER\n"),
    ("a letter of the callout", "> [!ONYL] trainer\n> MARKER\n"),
    ("no sign in the brackets", "> [ONLY] trainer\n> MARKER\n"),
    ("a space behind the sign", "> [! ONLY] trainerz\n> MARKER\n"),
    ("round brackets", "> (!ONLY) trainer\n> MARKER\n"),
    ("curly brackets", "> {!ONLY} trainer\n> MARKER\n"),
    ("no brackets", "> !ONLY trainer\n> MARKER\n"),
    ("a bracket that is not closed", "> [!ONLY trainer\n> MARKER\n"),
    ("the name in the brackets", "> [!ONLY trainer]\n> MARKER\n"),
    ("only for in the brackets", "> [!Only for trainers]\n> MARKER\n"),
    ("no name in the callout", "> [!ONLY]\n> MARKER\n"),
    ("a name that the book lacks", "> [!ONLY] supervisors\n> MARKER\n"),
    ("a bold callout", "> **[!ONLY]** trainer\n> MARKER\n"),
    ("a callout outside a quote", "[!ONLY] trainer\n\nMARKER\n"),
    ("a callout in German", "> [!NUR] trainer\n> MARKER\n"),
    ("words instead of a callout", "> Only for trainers\n>\n> MARKER\n"),
    ("bold words instead of a callout", "> **Only for trainers**\n>\n> MARKER\n"),
    ("the callout in the second line", "> Mind this.\n> [!ONLY] trainer\n> MARKER\n"),
    // The comment.
    ("a comment that is not closed", "<!-- MARKER\n"),
    ("a comment with long dashes", "<!– MARKER –>\n"),
    ("a comment with one dash", "<!- MARKER ->\n"),
    ("a comment that is closed too late", "Words <!-- MARKER -- > and more.\n"),
    ("a note that is not closed", "%% MARKER\n"),
];

/// Near misses that still leak; each is a fault that is known. Take one away once it is mended.
const LEAKS: &[&str] = &[];

#[test]
fn a_near_miss_keeps_the_entry_out_of_every_restricted_copy() {
    let folder = Folder::with([("book.toml", BOOK), ("content/index.md", "# Front\n")]);
    for (number, (_, text)) in NEAR_MISSES.iter().enumerate() {
        folder.put(&format!("content/near-{number:02}.md"), text.replace("MARKER", &format!("MARKER{number:02}")));
    }
    let mut leaks: BTreeMap<&str, String> = BTreeMap::new();
    for names in [&[][..], &["agent"], &["team lead"], &["trainer"], &["manager"], &["trainer", "manager"]] {
        let project = cuebook::project::Project::open(folder.path()).unwrap();
        let readers = readers(&project, names);
        let (project, made) = make(folder.path(), readers.clone(), TODAY);
        let pages = crate::book::pages(&project, &made, &readers);
        for (number, (what, _)) in NEAR_MISSES.iter().enumerate() {
            let marker = format!("MARKER{number:02}");
            if let Some((address, _)) = pages.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&marker))
            {
                leaks
                    .entry(what)
                    .or_insert_with(|| format!("{what}: {marker} stands in `{address}` of the copy for {names:?}"));
            }
            let file = format!("content/near-{number:02}.md");
            let is_error = |rule: &str| matches!(rule, "audience-in-doubt" | "unknown-audience");
            let told = made.diagnostics.iter().any(|found| *found.file == *file && is_error(found.rule.name));
            if !told {
                leaks.entry(what).or_insert_with(|| format!("{what}: no error says that the entry is withheld"));
            }
        }
    }
    let unexpected: Vec<&String> =
        leaks.iter().filter(|(what, _)| !LEAKS.contains(what)).map(|(_, leak)| leak).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    let mended: Vec<&&str> = LEAKS.iter().filter(|what| !leaks.contains_key(**what)).collect();
    assert!(mended.is_empty(), "these no longer leak, so take them out of `LEAKS`: {mended:?}");
}

#[test]
fn nothing_is_withheld_from_everyone() {
    let folder = Folder::with([
        ("book.toml", BOOK),
        (
            "content/a.md",
            "---\ntitle: A\naudience: manager\n---\n\nWORDS\n\n## Only for trainers\n\nNOTES\n\n<!-- COMMENT -->\n",
        ),
    ]);
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let pages = crate::book::pages(&project, &made, &Readers::Everyone);
    let page = String::from_utf8_lossy(&pages["a.html"]);
    assert!(page.contains("WORDS") && page.contains("NOTES") && !page.contains("COMMENT"));
}

/// Passages that are for some only, as they are to be typed.
const HIDDEN: &[&str] = &[
    "## Only for team leads\n\nMARKER",
    "#### Only for trainers\n\nMARKER\n\n- MARKER",
    "## Trainer notes\n\nMARKER\n\n[^1]: MARKER",
    "> [!ONLY] team lead, trainer\n> MARKER",
    "> [!ONLY] trainers\n>\n> MARKER\n>\n> - MARKER",
    "Only for team leads\n---\n\nMARKER",
    "<!-- MARKER -->",
    "words <!-- MARKER --> words",
    "%% MARKER %%",
];

/// Whatever stands around a hidden passage, its words are in no byte of a copy for others.
#[test]
fn a_hidden_passage_stays_hidden_among_any_lines() {
    // What stands in code or in HTML is no passage; such lines are left out.
    let lines: Vec<String> = crate::messages::corpus()
        .into_iter()
        .filter(|line| {
            !line.contains("```")
                && !line.contains("~~~")
                && !line.contains('<')
                && !line.contains("%%")
                && !line.contains("MARKER")
        })
        .collect();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let around = || prop::collection::vec(0..lines.len(), 0..6);
    let entry = (around(), 0..HIDDEN.len(), around());
    let theme = std::cell::RefCell::new(None);
    let ran = runner.run(&prop::collection::vec((entry, 0..KINDS.len()), 1..8), |entries| {
        let mut files = BTreeMap::from([("book.toml".to_owned(), BOOK.to_owned())]);
        files.insert("content/open.md".to_owned(), "# An open entry\n".to_owned());
        for (number, ((before, hidden, after), kind)) in entries.iter().enumerate() {
            let text = |picked: &[usize]| picked.iter().map(|at| lines[*at].as_str()).collect::<Vec<_>>().join("\n");
            let hidden = HIDDEN[*hidden];
            let text = format!(
                "---\ntitle: E{number}\nkind: {}\n---\n\n{}\n\n{hidden}\n\n# Open\n\n{}\n",
                KINDS[*kind],
                text(before),
                text(after)
            );
            files.insert(format!("content/e{number}.md"), text);
        }
        let pages = site(&files, &["agent"], &mut theme.borrow_mut());
        let leak = pages.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("MARKER"));
        if let Some((address, _)) = leak {
            let source = files.get(&format!("content/{}", address.replace(".html", ".md")));
            return Err(TestCaseError::fail(format!("{address} leaks\n{}", source.map_or("", String::as_str))));
        }
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, _)) = ran {
        panic!("{reason}");
    }
    ran.unwrap();
}
