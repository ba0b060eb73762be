//! Random front matter, entries, wikilinks and addresses, through the whole program from file to page.
//!
//! Each target strings words of its grammar and odd letters together. A short run is part of the tests, with the seed of
//! `.cargo/config.toml`; a long one with another is `PROPTEST_RNG_SEED=$RANDOM CUEBOOK_FUZZ=500 cargo test --release fuzz`,
//! which counts books of forty entries for each target. What a run finds becomes a test of its own.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::book::{Folder, QUIET, TODAY, make, pages};
use crate::hostile::check_inactive;
use cuebook::facts::KindName;
use cuebook::filter::Readers;

const MARKDOWN: &[&str] = &[
    "# ",
    "## ",
    "### Card: ",
    "Level 1",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "> ",
    "    ",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "~~~",
    "|",
    "|-|-|\n",
    "| Instead of | Try |\n",
    "[",
    "]",
    "(",
    ")",
    "![",
    "[[",
    "]]",
    "![[",
    "|",
    "#",
    "^",
    "[^1]",
    "[^1]: ",
    "%%",
    "<!--",
    "-->",
    "<div>",
    "</div>",
    "<details>",
    "<b",
    ">",
    "<a href=\"",
    "<img src=x onerror=",
    "<script>",
    "</script>",
    "<svg onload=",
    "<name here>",
    "{",
    "}",
    "{{ x }}",
    "{% x %}",
    ":::note",
    "!!! note",
    "> [!NOTE]",
    "---",
    "===",
    "&amp;",
    "&#106;",
    "\\",
    "→ ",
    "**You:** ",
    "**Who:** ",
    "[ ] ",
    "[x] ",
    "https://e.org/",
    "www.",
    "a@b.org",
    "javascript:",
    "a",
    "late",
    "日本",
    "é",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "\r\n",
    "\u{a0}",
    "👩\u{200d}👩",
    "<<<<<<< ",
    "Instead of",
    "4111111111111111",
];

const FACTS: &[&str] = &[
    "title: ",
    "kind: ",
    "script",
    "escalation",
    "roleplay",
    "decision",
    "glossary",
    "path",
    "tags: ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n",
    "\n  - ",
    "- ",
    ": ",
    ":",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "#",
    "\t",
    "  ",
    "---\n",
    "...\n",
    "+++\n",
    "reviewed: ",
    "2026-01-01",
    "review-every: ",
    "6 months",
    "owner: ",
    "aliases: ",
    "replaces: ",
    "../x",
    "audience: ",
    "hours: ",
    "Mon-Fri 8-20",
    "phone: ",
    "+49",
    "order: ",
    "1e999",
    ".nan",
    "true",
    "null",
    "~",
    "lang: ",
    "de",
    "valid-until: ",
    "9999-12-31",
    "é",
    "\u{feff}",
    "\0",
    "\r\n",
    "<script>",
    "{{ x }}",
    "titel: ",
    "related: ",
    "[[",
    "]]",
    "changed: ",
    "must-read: ",
    "situations: ",
];

const ADDRESS: &[&str] = &[
    "javascript",
    "data",
    "vbscript",
    "file",
    "https",
    "mailto",
    "tel",
    ":",
    "//",
    "/",
    "..",
    "../",
    "%2e",
    "%00",
    "%",
    "\\",
    "#",
    "?",
    "&",
    "&colon;",
    "&#x3a;",
    "&#9;",
    "\t",
    " ",
    "\n",
    "a.md",
    "b",
    "x.png",
    "x.svg",
    "image/png;base64,",
    "iVBORw0KGgo=",
    "text/html,",
    "@",
    "e.org",
    "C:",
    "^x",
    "|",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "\"",
    "'",
    "é",
    "\u{200b}",
    "\u{1}",
    "{.md}",
    "alert(1)",
    "onclick=",
];

fn strung(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..most).prop_map(|words| words.concat())
}

/// Builds books of such entries; each must end with pages in which nothing runs, and no message that the program failed.
fn check_books(entry: impl Strategy<Value = String>) {
    let n_books = std::env::var("CUEBOOK_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    // A book is slow to make, so a find is not shrunk for long; the same entries are not tried again from a file.
    let config = Config { cases: n_books, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let books = prop::collection::vec(entry, 40);
    let tried = TestRunner::new(config).run(&books, |entries| {
        let folder = Folder::with([("book.toml", QUIET), ("content/x.png", "x")]);
        for (at, text) in entries.iter().enumerate() {
            folder.put(&format!("content/{}.md", ["a", "b", "late"].get(at).unwrap_or(&&*format!("e{at}"))), text);
        }
        let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
        for found in &made.diagnostics {
            prop_assert!(found.rule.name != "parser-failed", "{}: {}", found.file, found.message);
        }
        for (address, bytes) in pages(&project, &made, &Readers::Everyone) {
            let Ok(page) = String::from_utf8(bytes) else { continue };
            if address.ends_with(".html") {
                check_inactive(&address, &page);
            }
        }
        Ok(())
    });
    if let Err(found) = tried {
        panic!("{found}");
    }
}

#[test]
fn random_entries() {
    let head = |kind: KindName| format!("---\nkind: {}\n---\n\n", kind.word());
    let head = prop_oneof![Just(String::new()), prop::sample::select(KindName::ALL.to_vec()).prop_map(head)];
    check_books((head, strung(MARKDOWN, 60)).prop_map(|(head, text)| head + &text));
}

#[test]
fn random_front_matter() {
    check_books(
        (strung(FACTS, 30), strung(MARKDOWN, 10)).prop_map(|(facts, text)| format!("---\n{facts}\n---\n{text}")),
    );
}

#[test]
fn random_wikilinks() {
    let link = (strung(ADDRESS, 6), strung(MARKDOWN, 4), strung(MARKDOWN, 4));
    let links = link.prop_map(|(target, heading, words)| {
        format!("![[{target}#{heading}|{words}]] [[{target}|{words}]] [[{target}]]\n\n")
    });
    check_books(links);
}

#[test]
fn random_addresses() {
    let forms = |address: String| {
        format!(
            "[x]({address}) [y](<{address}>) ![z](<{address}>) <{address}>\n\n[r]\n\n<a href=\"{address}\">h</a> <img src='{address}'>\n\n[r]: {address}\n"
        )
    };
    check_books(strung(ADDRESS, 10).prop_map(forms));
}
