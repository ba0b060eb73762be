//! `cuebook bundle`: what is in the zip, what is not, and what it leaves alone.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::process::Command;

use crate::book::Folder;

const BOOK: &str = "\
[book]
title = \"Stepping in & out\"

[audiences]
agent = {}
lead = { includes = [\"agent\"] }

[bundle]
refresh-after = \"1 month\"
stop-after = \"6 months\"

[check]
missing-owner = \"off\"
missing-review = \"off\"
";

fn book() -> Folder {
    Folder::with([
        ("book.toml", BOOK),
        ("content/late.md", "# Late parcels\n\n![A kettle](kettle.svg)\n\n> [!ONLY] lead\n> The marmalade sentence.\n"),
        ("content/new.md", "---\nreplaces: old\n---\n# New name\n\nSee [[late]].\n"),
        ("content/hidden.md", "---\naudience: lead\n---\n# The marmalade entry\n"),
        ("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ])
}

fn bundle(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(["bundle", "--today", "2026-12-01"]).args(arguments).current_dir(folder.path()).env("NO_COLOR", "1");
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (said, output.status.code())
}

/// Every file of a zip.
fn unpacked(folder: &Folder, name: &str) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(File::open(folder.path().join(name)).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o644), "{:?}", file.name());
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        files.insert(name, bytes);
    }
    files
}

fn holds(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

#[test]
fn a_bundle_is_the_site_with_a_page_that_leads_in() {
    let folder = book();
    let (said, ended) = bundle(&folder, &["--zip", "out.zip", "--all", "--for", "Berlin <desk>"]);
    assert_eq!(ended, Some(0), "{said}");
    let files = unpacked(&folder, "out.zip");
    let build = Command::new(env!("CARGO_BIN_EXE_cuebook"))
        .args(["build", "--all", "--today", "2026-12-01", "--out", "site"])
        .env("XDG_CACHE_HOME", folder.path().join(".cache"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(build.status.success());
    let site = walkdir::WalkDir::new(folder.path().join("site")).into_iter().map(Result::unwrap);
    let site: Vec<String> = site
        .filter(|file| file.file_type().is_file())
        .map(|file| file.path().strip_prefix(folder.path().join("site")).unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(site.len() > 20, "{site:?}");
    for page in &site {
        let packed =
            files.get(&format!("stepping-in-out/{page}")).unwrap_or_else(|| panic!("{page} of {:?}", files.keys()));
        if page.ends_with(".html") {
            for said in ["Unpack the folder first", "copy-"] {
                assert!(holds(packed, said), "{page} says {said}");
            }
        } else {
            assert_eq!(packed, &fs::read(folder.path().join("site").join(page)).unwrap(), "{page}");
        }
    }
    let start = &files["START.html"];
    for said in
        ["1 December 2026", "Berlin &lt;desk&gt;", "href=\"stepping-in-out/index.html\"", "Unpack the folder first"]
    {
        assert!(holds(start, said), "{said}: {}", String::from_utf8_lossy(start));
    }
    let page = &files["stepping-in-out/late.html"];
    for said in ["2026-12-01", "data-copy-old=\"2027-01-01\"", "data-copy-stop=\"2027-06-01\"", "Berlin &lt;desk&gt;"] {
        assert!(holds(page, said), "{said}");
    }
    assert!(!holds(&fs::read(folder.path().join("site/late.html")).unwrap(), "copy-packed"), "a site is no copy");
}

#[test]
fn what_some_may_not_see_is_in_no_byte_of_it() {
    let folder = book();
    for (arguments, hidden) in [(&["--zip", "a.zip"][..], true), (&["--zip", "b.zip", "--audience", "lead"], false)] {
        let (said, ended) = bundle(&folder, arguments);
        assert_eq!(ended, Some(0), "{said}");
        let found = unpacked(&folder, arguments[1]).values().any(|bytes| holds(bytes, "armalade"));
        assert_eq!(found, !hidden, "{arguments:?}");
    }
}

#[test]
fn the_same_book_on_the_same_day_is_the_same_bytes() {
    let (one, other) = (book(), book());
    bundle(&one, &["--zip", "a.zip"]);
    bundle(&one, &["--zip", "a.zip"]);
    let (said, _) = bundle(&other, &["--zip", "elsewhere.zip"]);
    let bytes = fs::read(one.path().join("a.zip")).unwrap();
    assert!(bytes == fs::read(other.path().join("elsewhere.zip")).unwrap(), "{said}");
    assert_eq!(fs::read_dir(one.path()).unwrap().count(), 3, "nothing is left beside it");
}

#[test]
fn what_somebody_else_made_is_left_alone() {
    let folder = book();
    fs::write(folder.path().join("report.zip"), "my own notes").unwrap();
    let (said, ended) = bundle(&folder, &["--zip", "report.zip"]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("is no zip of Cuebook"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("report.zip")).unwrap(), "my own notes");
    let (said, ended) = bundle(&folder, &["--zip", "content/in.zip"]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("content folder") && !folder.path().join("content/in.zip").exists(), "{said}");
    let (said, ended) = bundle(&folder, &["--zip", "no/such/folder/a.zip"]);
    assert_eq!(ended, Some(3), "{said}");
}

#[test]
fn a_path_that_windows_cannot_unpack_is_named() {
    let folder = book();
    let deep = format!("content/{}/{}.md", "a".repeat(90), "b".repeat(90));
    fs::create_dir_all(folder.path().join(&deep).parent().unwrap()).unwrap();
    fs::write(folder.path().join(&deep), "# Deep\n").unwrap();
    let (said, ended) = bundle(&folder, &["--zip", "a.zip"]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("bbbb.html") && said.contains("shorter names"), "{said}");
    assert!(!folder.path().join("a.zip").exists());
}
