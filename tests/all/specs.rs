//! Runs the specs: every Markdown file under `tests/specs/` is a test suite.
//!
//! Each `##` heading names a behaviour. What the fences below it say stands in their first line:
//!
//! | first line | holds |
//! | --- | --- |
//! | ```` ```markdown content/a.md ````, ```` ```toml book.toml ```` … | a file of the smallest book that shows it |
//! | ```` ```bytes content/a.md ```` | a file as text with `\xff` for a byte, `\t`, `\n` and `\r` |
//! | ```` ```symlink content/a.md ```` | where that link leads |
//! | ```` ```socket content/a ```` | something that is neither a file nor a folder |
//! | ```` ```copy agent ```` | nothing; for whom the copy is (names with commas, or `all`) |
//! | ```` ```diagnostics ```` | everything that is wrong, in order, as `file:line:column rule severity: message` |
//! | ```` ```finished finished/a.html ```` | a file of a site that is not made but found |
//! | ```` ```verified ```` | everything that is wrong with that site, as `cuebook verify finished --root .` says it |
//! | ```` ```html page.html ```` | what stands somewhere in the page's `<main>`, whatever its white space |
//! | ```` ```without page.html ```` | lines that stand nowhere in the page's `<main>`; with `*`, in no byte of any page |
//! | ```` ```no-page page.html ```` | nothing; that page does not exist |
//!
//! A message may be cut with `…`. Without a `book.toml` the book has one in which nobody needs an owner, a review or a
//! summary; ```` ```bare ```` takes that away too. Without a `diagnostics` fence nothing may be wrong. Files that stand
//! above the first `##` belong to every behaviour.
//!
//! A heading that ends in `(not yet)` names what does not hold yet, and must not hold: once it does, the mark goes.
//!
//! `CUEBOOK_BLESS=1 cargo test` rewrites the `diagnostics` and `html` fences that do not hold. An `html` fence is filled
//! with the element that begins like its first line, or with the whole of `<main>` if it is empty.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cuebook::filter::Readers;
use cuebook::project::Project;
use cuebook::render::Theme;
use cuebook::verify::{Book, Hidden, verify};

use crate::book::{Folder, QUIET, TODAY, difference, lines, make, pages, readers};

/// A fenced part of a spec.
#[derive(Clone)]
struct Fence {
    /// The first word of its first line.
    word: String,
    /// The rest of its first line.
    path: String,
    content: String,
    /// The line of the opening fence, from 1.
    line: usize,
    /// Lines of the content.
    n_lines: usize,
}

struct Behaviour {
    name: String,
    line: usize,
    fences: Vec<Fence>,
}

/// What a fence should hold instead: the line of its opening fence, the lines of its content, the new content.
type Blessing = (usize, usize, String);

#[test]
fn every_spec_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let files: Vec<PathBuf> = spec_files(&folder);
    assert!(files.len() > 50, "the specs are not where they should be: {}", folder.display());
    let bless = std::env::var_os("CUEBOOK_BLESS").is_some();
    let only = std::env::var("CUEBOOK_SPEC").ok();
    let mut failures = Vec::new();
    for file in files {
        let shown = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
        if only.as_ref().is_some_and(|only| !shown.contains(only.as_str())) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let mut blessings = Vec::new();
        let behaviours = behaviours(&text);
        if behaviours.is_empty() {
            failures.push(format!("{shown}: no `##` heading names a behaviour"));
        }
        for behaviour in behaviours {
            if behaviour.name.ends_with("(not yet)") {
                if held(&behaviour, &mut Vec::new()).is_empty() {
                    failures.push(format!(
                        "{shown}:{}: {}\n  this holds now: take `(not yet)` away\n",
                        behaviour.line, behaviour.name
                    ));
                }
                continue;
            }
            for failure in held(&behaviour, &mut blessings) {
                failures.push(format!("{shown}:{}: {}\n{}", failure.0, behaviour.name, failure.1));
            }
        }
        if bless && !blessings.is_empty() {
            fs::write(&file, blessed(&text, blessings)).unwrap();
        }
    }
    if bless && !failures.is_empty() {
        println!("{}\n\nrewritten where that was possible; read `git diff` before you commit", failures.join("\n"));
        return;
    }
    let n = failures.len();
    assert!(failures.is_empty(), "{n} behaviours do not hold (- expected, + got):\n\n{}", failures.join("\n"));
}

/// All Markdown files under `folder`, in order, without the examples, which are no specs.
pub(crate) fn spec_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|item| item.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !path.starts_with(folder.join("examples")))
        .collect();
    files.sort();
    files
}

/// The behaviours of a spec. Fences are read here, not by the program's own parser: what is tested cannot judge.
fn behaviours(text: &str) -> Vec<Behaviour> {
    let mut found: Vec<Behaviour> = Vec::new();
    let mut shared: Vec<Fence> = Vec::new();
    let mut open: Option<(usize, Fence)> = None;
    for (at, line) in text.lines().enumerate() {
        if let Some((ticks, fence)) = &mut open {
            let closing = line.trim_end();
            if closing.len() >= *ticks && closing.chars().all(|c| c == '`') {
                let (_, fence) = open.take().unwrap();
                match found.last_mut() {
                    Some(behaviour) => behaviour.fences.push(fence),
                    None => shared.push(fence),
                }
            } else {
                fence.content.push_str(line);
                fence.content.push('\n');
                fence.n_lines += 1;
            }
            continue;
        }
        let ticks = line.chars().take_while(|c| *c == '`').count();
        if ticks >= 3 {
            let (word, path) = line[ticks..].trim().split_once(' ').unwrap_or((line[ticks..].trim(), ""));
            let fence = Fence {
                word: word.to_owned(),
                path: path.trim().to_owned(),
                content: String::new(),
                line: at + 1,
                n_lines: 0,
            };
            open = Some((ticks, fence));
        } else if let Some(name) = line.strip_prefix("## ") {
            found.push(Behaviour { name: name.to_owned(), line: at + 1, fences: shared.clone() });
        }
    }
    assert!(open.is_none(), "a fence is not closed:\n{}", open.map_or_else(String::new, |(_, fence)| fence.content));
    found
}

/// What does not hold, also if the program panics on it.
fn held(behaviour: &Behaviour, blessings: &mut Vec<Blessing>) -> Vec<(usize, String)> {
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(behaviour, blessings)));
    ran.unwrap_or_else(|_| vec![(behaviour.line, "  the program panics; its words stand above\n".to_owned())])
}

/// Runs one behaviour: the line and the words of everything that does not hold.
fn run(behaviour: &Behaviour, blessings: &mut Vec<Blessing>) -> Vec<(usize, String)> {
    let folder = book(behaviour);
    let copy = behaviour.fences.iter().rfind(|fence| fence.word == "copy").map(|fence| fence.path.clone());
    let is_check =
        |fence: &&Fence| matches!(fence.word.as_str(), "diagnostics" | "html" | "without" | "no-page" | "verified");
    let checks: Vec<&Fence> = behaviour.fences.iter().filter(is_check).collect();
    let project =
        cuebook::project::Project::open(folder.path()).unwrap_or_else(|error| panic!("{}: {error}", behaviour.name));
    let names: Vec<&str> =
        copy.iter().flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect();
    let readers = if names == ["all"] { Readers::Everyone } else { readers(&project, &names) };
    let (project, made) = make(folder.path(), readers.clone(), TODAY);
    let theme = project.theme();
    let mut wrong = made.diagnostics.clone();
    if let Err(mistakes) = &theme {
        wrong.extend(mistakes.iter().cloned());
    }
    let got = lines(&wrong);
    let mut failures = Vec::new();
    match checks.iter().find(|fence| fence.word == "diagnostics") {
        None if got.is_empty() => {}
        None => failures.push((behaviour.line, difference(&[], &got))),
        Some(fence) => {
            let expected: Vec<String> =
                fence.content.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
            if !same(&expected, &got) {
                failures.push((fence.line, difference(&expected, &got)));
                blessings.push((fence.line, fence.n_lines, got.iter().map(|line| format!("{line}\n")).collect()));
            }
        }
    }
    let Ok(theme) = theme else { return failures };
    for fence in checks.iter().filter(|fence| fence.word == "verified") {
        let expected: Vec<String> = fence.content.lines().map(str::to_owned).collect();
        let got = verified(folder.path(), &project, theme.clone(), &readers);
        if !same(&expected, &got) {
            failures.push((fence.line, difference(&expected, &got)));
            blessings.push((fence.line, fence.n_lines, got.iter().map(|line| format!("{line}\n")).collect()));
        }
    }
    if checks.iter().all(|fence| matches!(fence.word.as_str(), "diagnostics" | "verified")) {
        return failures;
    }
    let pages = pages(&project, &made, &readers);
    for fence in checks.iter().filter(|fence| !matches!(fence.word.as_str(), "diagnostics" | "verified")) {
        if let Some(failure) = look(fence, &pages, blessings) {
            failures.push((fence.line, failure));
        }
    }
    failures
}

/// What is wrong with the site that was found, as lines.
fn verified(root: &Path, project: &Project, theme: Arc<Theme>, readers: &Readers) -> Vec<String> {
    let loaded = project.load(TODAY, &[root.join("site")]).unwrap();
    let book = Book { project, loaded, readers: readers.clone(), theme, today: TODAY, carrier: None };
    let verified = verify(&root.join("finished"), Some(&Hidden::new(book))).unwrap_or_else(|error| panic!("{error}"));
    let root = format!("{}/", root.display());
    lines(&verified.diagnostics).into_iter().map(|line| line.replace(&root, "")).collect()
}

/// The smallest book that shows it.
fn book(behaviour: &Behaviour) -> Folder {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("content")).unwrap();
    let mut quiet = true;
    for fence in &behaviour.fences {
        match fence.word.as_str() {
            "bare" => {
                fs::remove_dir(folder.path().join("content")).unwrap();
                quiet = false;
            }
            "copy" | "diagnostics" | "html" | "without" | "no-page" | "verified" => {}
            "bytes" => folder.put(&fence.path, unescaped(&fence.content)),
            "symlink" => link(folder.path(), &fence.path, fence.content.trim()),
            "socket" => socket(folder.path(), &fence.path),
            word => {
                assert!(!fence.path.is_empty(), "line {}: the fence `{word}` names no file", fence.line);
                quiet &= fence.path != "book.toml";
                folder.put(&fence.path, &fence.content);
            }
        }
    }
    if quiet {
        folder.put("book.toml", QUIET);
    }
    folder
}

/// The book of every behaviour of every spec, for tests that hold for any book; with the name of the behaviour.
pub(crate) fn books_of_all_specs() -> impl Iterator<Item = (String, Folder)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    spec_files(&folder).into_iter().flat_map(|file| {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        behaviours(&text).into_iter().map(move |it| (format!("{name}: {}", it.name), book(&it)))
    })
}

/// Whether every line is as expected; an expected line may end in `…`.
fn same(expected: &[String], got: &[String]) -> bool {
    let line = |(expected, got): (&String, &String)| match expected.strip_suffix('…') {
        Some(start) => got.starts_with(start),
        None => expected == got,
    };
    expected.len() == got.len() && expected.iter().zip(got).all(line)
}

/// What a page lacks that it should have, or has that it should not.
fn look(fence: &Fence, pages: &BTreeMap<String, Vec<u8>>, blessings: &mut Vec<Blessing>) -> Option<String> {
    if fence.word == "no-page" {
        return pages.contains_key(&fence.path).then(|| format!("  there is a page `{}`\n", fence.path));
    }
    if fence.path == "*" {
        let found = fence.content.lines().flat_map(|line| {
            let holds = move |(_, bytes): &(&String, &Vec<u8>)| String::from_utf8_lossy(bytes).contains(line);
            pages.iter().filter(holds).map(move |(address, _)| format!("  + `{line}` in {address}\n"))
        });
        let found: String = found.collect();
        return (!found.is_empty()).then_some(found);
    }
    let Some(bytes) = pages.get(&fence.path) else {
        let all: Vec<&str> = pages.keys().map(String::as_str).collect();
        return Some(format!("  there is no page `{}`; there are {}\n", fence.path, all.join(", ")));
    };
    let main = normal(main_of(&String::from_utf8_lossy(bytes)));
    if fence.word == "without" {
        let found: String = fence
            .content
            .lines()
            .filter(|line| main.contains(&normal(line)))
            .map(|line| format!("  + `{line}`\n"))
            .collect();
        return (!found.is_empty()).then_some(found);
    }
    let expected = normal(&fence.content);
    // A fence that opens an element and does not close it would hold by accident.
    if alike(&expected, &expected).is_some() && main.contains(&expected) {
        return None;
    }
    let instead = alike(&main, &expected).unwrap_or_else(|| main.clone());
    let shown = broken_lines(&instead);
    blessings.push((fence.line, fence.n_lines, shown.clone()));
    let wanted: Vec<String> = broken_lines(&expected).lines().map(str::to_owned).collect();
    let got: Vec<String> = shown.lines().map(str::to_owned).collect();
    Some(format!("  in {}:\n{}", fence.path, difference(&wanted, &got)))
}

/// What stands inside `<main>`; all of a page without one.
fn main_of(page: &str) -> &str {
    let start = page.find("<main").and_then(|at| page[at..].find('>').map(|end| at + end + 1));
    let end = page.rfind("</main>");
    match (start, end) {
        (Some(start), Some(end)) => &page[start..end],
        _ => page,
    }
}

/// One space for any white space, and none between two tags or at the ends.
fn normal(html: &str) -> String {
    let words = html.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace("> <", "><")
}

/// A line break between any two tags, so that a difference has a line.
fn broken_lines(html: &str) -> String {
    if html.is_empty() { String::new() } else { html.replace("><", ">\n<") + "\n" }
}

/// The element of `main` that begins with the tag which `expected` begins with.
fn alike(main: &str, expected: &str) -> Option<String> {
    let tag = &expected[..expected.find('>')? + 1];
    let name: String = tag.strip_prefix('<')?.chars().take_while(char::is_ascii_alphanumeric).collect();
    let start = main.find(tag)?;
    let mut depth = 0;
    let mut at = start;
    while let Some(next) = main[at..].find('<').map(|next| at + next) {
        let rest = &main[next + 1..];
        let ends = |rest: &str| rest.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with([' ', '>']));
        if rest.strip_prefix('/').is_some_and(ends) {
            depth -= 1;
        } else if ends(rest) {
            depth += 1;
        }
        at = next + main[next..].find('>')? + 1;
        if depth <= 0 {
            return Some(main[start..at].to_owned());
        }
    }
    None
}

fn blessed(text: &str, mut blessings: Vec<Blessing>) -> String {
    let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
    blessings.sort_by_key(|(line, ..)| std::cmp::Reverse(*line));
    blessings.dedup_by_key(|(line, ..)| *line);
    for (line, n_lines, content) in blessings {
        lines.splice(line..line + n_lines, content.lines().map(|line| format!("{line}\n")).collect::<Vec<_>>());
    }
    lines.concat()
}

/// Text with `\xff`, `\t`, `\n` and `\r` as bytes. Its own last line end does not count.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.strip_suffix('\n').unwrap_or(text);
    while let Some(at) = rest.find('\\') {
        bytes.extend(&rest.as_bytes()[..at]);
        let (byte, length) = match rest.as_bytes()[at + 1] {
            b'x' => (u8::from_str_radix(&rest[at + 2..at + 4], 16).unwrap(), 4),
            b't' => (b'\t', 2),
            b'n' => (b'\n', 2),
            b'r' => (b'\r', 2),
            other => (other, 2),
        };
        bytes.push(byte);
        rest = &rest[at + length..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

#[cfg(unix)]
fn link(root: &Path, path: &str, target: &str) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(target, root.join(path)).unwrap();
}

#[cfg(unix)]
fn socket(root: &Path, path: &str) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    std::os::unix::net::UnixListener::bind(root.join(path)).unwrap();
}

#[cfg(not(unix))]
fn link(_: &Path, _: &str, _: &str) {}

#[cfg(not(unix))]
fn socket(_: &Path, _: &str) {}

#[test]
fn a_spec_is_read_with_its_lines() {
    let spec = "# A\n\n```markdown content/a.md\nshared\n```\n\n## One\n\n````markdown content/b.md\n```\ncode\n```\n````\n\n```diagnostics\n```\n";
    let found = behaviours(spec);
    assert_eq!((found.len(), found[0].name.as_str(), found[0].line), (1, "One", 7));
    let words: Vec<(&str, &str, usize, usize)> = found[0]
        .fences
        .iter()
        .map(|fence| (fence.word.as_str(), fence.path.as_str(), fence.line, fence.n_lines))
        .collect();
    assert_eq!(
        words,
        [("markdown", "content/a.md", 3, 1), ("markdown", "content/b.md", 9, 3), ("diagnostics", "", 15, 0)]
    );
    assert_eq!(blessed(spec, vec![(15, 0, "x\n".to_owned())]).lines().nth(15), Some("x"));
    assert_eq!(
        alike("<p>a</p><ul class=\"x\"><li>b</li></ul>", "<ul class=\"x\">").as_deref(),
        Some("<ul class=\"x\"><li>b</li></ul>")
    );
}
