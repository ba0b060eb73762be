//! `cuebook bundle`: what is in the zip and in the single file, what is not, and what they leave alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

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

/// A single file, and every file of the site in it.
struct Single {
    html: String,
    files: BTreeMap<String, Vec<u8>>,
}

fn single(folder: &Folder, name: &str) -> Single {
    let html = fs::read_to_string(folder.path().join(name)).unwrap();
    let mut files = BTreeMap::new();
    for block in html.split("<script type=\"text/plain\" data-pack>").skip(1) {
        let packed = STANDARD.decode(block.split("</script>").next().unwrap()).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
        for file in text.split('\0') {
            let (address, text) = file.split_once('\n').unwrap();
            assert!(files.insert(address.to_owned(), text.as_bytes().to_vec()).is_none(), "{address} is there once");
        }
    }
    for block in html.split(" data-file=\"").skip(1) {
        let (address, rest) = block.split_once('"').unwrap();
        let (attributes, rest) = rest.split_once('>').unwrap();
        let end = rest.find("</script>").into_iter().chain(rest.find("</style>")).min().unwrap();
        let text = &rest[..end];
        let bytes =
            if attributes.contains("data-type") { STANDARD.decode(text).unwrap() } else { text.as_bytes().to_vec() };
        assert!(files.insert(address.to_owned(), bytes).is_none(), "{address} is there once");
    }
    Single { html, files }
}

#[test]
fn a_single_file_holds_every_file_of_the_copy() {
    let folder = book();
    let (said, ended) = bundle(&folder, &["--html", "one.html", "--zip", "all.zip", "--all", "--for", "Berlin <desk>"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("html:    one.html (0."), "{said}");
    let (single, zip) = (single(&folder, "one.html"), unpacked(&folder, "all.zip"));
    let mut pages = 0;
    for (name, bytes) in &zip {
        let Some(address) = name.strip_prefix("stepping-in-out/") else { continue };
        // What runs before the first paint, and the picture of the tab, stand in the head.
        if address.starts_with("theme-") && address.ends_with(".js") || address.starts_with("icon-") {
            continue;
        }
        // One file is whole or it is not; a folder has the hashes of its files.
        if address == "SHA256SUMS" {
            continue;
        }
        let held = single.files.get(address).unwrap_or_else(|| panic!("{address} of {:?}", single.files.keys()));
        if address.ends_with(".html") {
            pages += 1;
            let packed = String::from_utf8_lossy(bytes);
            let line = packed.lines().find(|line| line.contains("copy-packed"));
            let unpacked = line.map_or(packed.to_string(), |line| packed.replacen(&format!("\n{line}"), "", 1));
            assert_eq!(String::from_utf8_lossy(held), unpacked, "{address}");
        } else {
            assert!(held == bytes, "{address}");
        }
    }
    assert!(pages > 5, "{:?}", zip.keys());
    for said in ["1 December 2026", "Berlin &lt;desk&gt;", "Late parcels</li>"] {
        assert!(single.html.contains(said), "{said} stands there without script");
    }
}

#[test]
fn a_single_file_runs_what_it_names_and_asks_nobody() {
    let folder = Folder::with([
        ("book.toml", format!("{BOOK}[links]\nexternal-images = true\n").as_str()),
        ("content/late.md", "# Late\n\n![A kettle](https://pictures.example/kettle.png)\n"),
    ]);
    let (said, ended) = bundle(&folder, &["--html", "one.html"]);
    assert_ne!(ended, Some(2), "{said}");
    let single = single(&folder, "one.html");
    let policy = single.html.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let mut scripts: Vec<String> = Vec::new();
    let mut styles: Vec<String> = Vec::new();
    for element in single.html.split("<script").skip(1) {
        let (attributes, rest) = element.split_once('>').unwrap();
        let text = rest.split("</script>").next().unwrap();
        assert!(!attributes.contains("src="), "{attributes}");
        if attributes.is_empty()
            || attributes.contains("data-stands-for")
            || attributes.contains("data-file") && !attributes.contains("data-type")
        {
            scripts.push(hash(text));
        }
    }
    for element in single.html.split("<style").skip(1) {
        styles.push(hash(element.split_once('>').unwrap().1.split("</style>").next().unwrap()));
    }
    let named = |directive: &str| -> BTreeSet<String> {
        let of = policy.split("; ").find_map(|part| part.strip_prefix(directive)).unwrap();
        of.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(named("script-src "), scripts.into_iter().collect());
    assert_eq!(named("style-src "), styles.into_iter().collect());
    assert_eq!(named("img-src "), BTreeSet::from(["data:".to_owned()]));
    assert_eq!(named("default-src "), BTreeSet::from(["'none'".to_owned()]));
    for element in ["<link rel=\"stylesheet\"", "<iframe", "<object", " srcset", "@import", "url("] {
        assert!(!single.html.contains(element), "{element}");
    }
    let page = String::from_utf8_lossy(&single.files["late.html"]).into_owned();
    assert!(
        page.contains("https://pictures.example/kettle.png") && !page.contains("<img"),
        "a link, no picture: {page}"
    );
}

#[test]
fn what_some_may_not_see_is_in_no_byte_of_a_single_file() {
    let folder = book();
    for (arguments, hidden) in [(&["--html", "a.html"][..], true), (&["--html", "b.html", "--audience", "lead"], false)]
    {
        let (said, ended) = bundle(&folder, arguments);
        assert_eq!(ended, Some(0), "{said}");
        let Single { html, files } = single(&folder, arguments[1]);
        let found = html.contains("armalade") || files.values().any(|bytes| holds(bytes, "armalade"));
        assert_eq!(found, !hidden, "{arguments:?}");
    }
}

#[test]
fn the_same_book_on_the_same_day_is_the_same_single_file() {
    let (one, other) = (book(), book());
    bundle(&one, &["--html", "a.html"]);
    bundle(&one, &["--html", "a.html"]);
    let (said, _) = bundle(&other, &["--html", "elsewhere.html"]);
    let bytes = fs::read(one.path().join("a.html")).unwrap();
    assert!(bytes == fs::read(other.path().join("elsewhere.html")).unwrap(), "{said}");
    assert_eq!(fs::read_dir(one.path()).unwrap().count(), 3, "nothing is left beside it");
    other.put("content/new.md", "# Another name\n");
    bundle(&other, &["--html", "elsewhere.html"]);
    let id = |html: &str| html.split("data-site=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let changed = fs::read_to_string(other.path().join("elsewhere.html")).unwrap();
    assert_ne!(id(&changed), id(&String::from_utf8_lossy(&bytes)), "two files share no storage");
}

#[test]
fn a_page_of_somebody_else_is_left_alone() {
    let folder = book();
    fs::write(folder.path().join("report.html"), "<p>my own notes</p>\n").unwrap();
    let (said, ended) = bundle(&folder, &["--html", "report.html"]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("is no single file of Cuebook"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("report.html")).unwrap(), "<p>my own notes</p>\n");
    let (said, ended) = bundle(&folder, &["--html", "content/in.html"]);
    assert_eq!(ended, Some(2), "{said}");
    let (said, ended) = bundle(&folder, &[]);
    assert_eq!(ended, Some(2), "{said}");
    assert!(said.contains("--zip"), "{said}");
}
