//! Every rule is found somewhere, has a spec that shows it, and a page of the manual that explains it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cuebook::filter::Readers;
use cuebook::rules::{ALL, Rule};

use crate::book::{Folder, QUIET, TODAY, lines, make};

/// Rules that no spec can show: what they name is a fault of the program, and no text is known that causes it.
const UNSHOWN: &[&str] = &["parser-failed"];

/// Rules that are written down and found nowhere yet. Take one away once it is.
const NOT_YET: &[&str] = &["include-loop"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of the Markdown files in a folder, without `.md`.
fn names(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(root().join(folder)).unwrap().map(|item| item.unwrap().path());
    let markdown = files.filter(|path: &PathBuf| path.extension().is_some_and(|extension| extension == "md"));
    markdown.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn rule_names() -> BTreeSet<String> {
    ALL.iter().map(|rule| rule.name.to_owned()).collect()
}

fn page(rule: &Rule) -> String {
    fs::read_to_string(root().join(format!("manual/rules/{}.md", rule.name))).unwrap()
}

#[test]
fn every_rule_has_a_spec_and_no_spec_is_left_over() {
    assert_eq!(names("tests/specs/rules"), rule_names());
    for rule in ALL.iter().filter(|rule| !UNSHOWN.contains(&rule.name)) {
        let spec = fs::read_to_string(root().join(format!("tests/specs/rules/{}.md", rule.name))).unwrap();
        let severities = ["error", "warning", "hint"];
        let shown = severities.iter().any(|severity| spec.contains(&format!(" {} {severity}: ", rule.name)));
        assert!(shown, "the spec of `{}` does not show it", rule.name);
        assert!(spec.matches("\n## ").count() > 1, "the spec of `{}` does not show a book that is mended", rule.name);
    }
}

#[test]
fn every_rule_has_a_page_and_no_page_is_left_over() {
    let mut wanted = rule_names();
    wanted.insert("index".to_owned());
    assert_eq!(names("manual/rules"), wanted);
}

#[test]
fn every_rule_is_found_somewhere() {
    let files = walkdir::WalkDir::new(root().join("src")).into_iter().map(|item| item.unwrap().into_path());
    let files = files.filter(|path| path.is_file() && !path.ends_with("src/rules.rs") && !path.ends_with("tests.rs"));
    let source: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let words: BTreeSet<&str> = source.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    for rule in ALL {
        let constant = rule.name.replace('-', "_").to_uppercase();
        let found = words.contains(constant.as_str());
        assert_eq!(found, !NOT_YET.contains(&rule.name), "rules::{constant}: found somewhere = {found}");
    }
}

#[test]
fn a_page_says_what_is_seen_why_it_matters_and_how_to_mend_it() {
    let mut faults = Vec::new();
    for rule in ALL {
        let page = page(rule);
        let name = rule.name;
        for part in [
            "---\ntitle: ",
            "\nsummary: ",
            "\nkind: guide\n",
            "\n## What you see\n",
            "\n## Why it matters\n",
            "\n## How to mend it\n",
        ] {
            if !page.contains(part) {
                faults.push(format!("{name}: there is no {part:?}"));
            }
        }
        let body = page.splitn(3, "---\n").nth(2).unwrap_or_default();
        let words = body.split_whitespace().count();
        if !(45..=220).contains(&words) {
            faults.push(format!("{name}: {words} words"));
        }
        if page.matches("\n```").count() < 2 && !UNSHOWN.contains(&name) {
            faults.push(format!("{name}: no example"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_table_of_all_rules_is_the_program_s() {
    let index = fs::read_to_string(root().join("manual/rules/index.md")).unwrap();
    let rows: Vec<&str> = index.lines().filter(|line| line.starts_with("| [")).collect();
    let wanted: Vec<String> = ALL
        .iter()
        .map(|rule| {
            let only = if rule.book_only { "in a book only" } else { "" };
            format!("| [{0}]({0}.md) | {1} | {2} | {only} |", rule.name, rule.severity.word(), rule.about)
        })
        .collect();
    assert_eq!(rows, wanted);
}

#[test]
fn nothing_is_wrong_with_the_manual() {
    let folder = Folder::with([("book.toml", QUIET)]);
    for name in names("manual/rules") {
        let path = format!("manual/rules/{name}.md");
        folder.put(&format!("content/{name}.md"), fs::read(root().join(path)).unwrap());
    }
    let (_, mut made) = make(folder.path(), Readers::Everyone, TODAY);
    // Brackets in a block of code are taken for links: `tests/specs/links.md` has it as not yet mended.
    made.diagnostics.retain(|found| !matches!(found.rule.name, "link-brackets" | "link-spaces"));
    assert_eq!(lines(&made.diagnostics), [""; 0]);
}
