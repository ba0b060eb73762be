//! Books in temporary folders, built through the library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use cuebook::diagnostic::Diagnostic;
use cuebook::filter::{Copy, Readers};
use cuebook::project::{Made, Project, Request};
use cuebook::site::{Content, PageId};
use jiff::civil::{Date, date};

/// The day on which all tests take place.
pub(crate) const TODAY: Date = date(2026, 12, 1);

/// A `book.toml` that leaves out what no small book has: owners, reviews, summaries.
pub(crate) const QUIET: &str = "\
[book]
title = \"Small book\"

[check]
missing-owner = \"off\"
missing-review = \"off\"
missing-summary = \"off\"
orphan = \"off\"
";

/// A folder that is gone when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("cuebook-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(fs::canonicalize(path).unwrap())
    }

    /// A folder with these files: path and text.
    pub(crate) fn with<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Folder {
        let folder = Folder::new();
        for (path, text) in files {
            folder.put(path, text);
        }
        folder
    }

    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every file in a folder, hidden ones too, in order.
pub(crate) fn everything_in(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.filter(|item| item.file_type().is_file());
    files.map(|item| item.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/")).collect()
}

/// Opens, loads and makes the book in `root`.
pub(crate) fn make(root: &Path, readers: Readers, today: Date) -> (Project, Made) {
    let project = Project::open(root).unwrap_or_else(|error| panic!("{error}"));
    let loaded = project.load(today, &[root.join("site")]).unwrap();
    let made = project.make(loaded, &Request { copy: Copy { readers, drafts: false }, today });
    (project, made)
}

/// The readers of a copy: the names and all whom they include, as `--audience` has them.
pub(crate) fn readers(project: &Project, names: &[&str]) -> Readers {
    let audiences = project.config().audiences.as_ref();
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let audiences = audiences.expect("a copy for an audience needs `[audiences]`");
        assert!(audiences.find(name).is_some(), "`{name}` is not an audience of this book");
        all.extend(audiences.closure(name).into_iter().map(str::to_owned));
    }
    all.sort();
    all.dedup();
    Readers::Only(all)
}

/// Every file of a site by its address. Assets are read from the content folder.
pub(crate) fn pages(project: &Project, made: &Made, readers: &Readers) -> BTreeMap<String, Vec<u8>> {
    let theme = project.theme().unwrap_or_else(|mistakes| panic!("the theme has mistakes: {mistakes:?}"));
    let site = project.site(made, &theme, readers, None);
    let bytes = |page: &cuebook::site::Page| match site.bytes(page) {
        Ok(Content::Bytes(bytes)) => bytes,
        Ok(Content::File(path)) => fs::read(project.content.folder.join(path.as_str())).unwrap(),
        Err(error) => panic!("{}: {:?}", page.address, error.diagnostic),
    };
    let pages: BTreeMap<String, Vec<u8>> = site.all_pages().map(|page| (page.address.clone(), bytes(page))).collect();
    assert_eq!(pages.len(), site.all_pages().count(), "two pages have one address");
    assert!(site.pages.iter().any(|page| page.id == PageId::Front), "a site has a front page");
    pages
}

/// `content/a.md:3:1 rule-name severity: message`
pub(crate) fn line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    format!(
        "{}{place} {} {}: {}",
        diagnostic.file,
        diagnostic.rule.name,
        diagnostic.severity.word(),
        diagnostic.message
    )
}

/// One line a diagnostic.
pub(crate) fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(line).collect()
}

/// Lines of `got` and `expected` with `+` and `-` before those that only one of them has.
pub(crate) fn difference(expected: &[String], got: &[String]) -> String {
    let missing = expected.iter().filter(|line| !got.contains(line)).map(|line| format!("  - {line}\n"));
    let surplus = got.iter().filter(|line| !expected.contains(line)).map(|line| format!("  + {line}\n"));
    let differs: String = missing.chain(surplus).collect();
    if differs.is_empty() { format!("  the order differs:\n  {}\n", got.join("\n  ")) } else { differs }
}
