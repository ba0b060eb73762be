//! A build of which nothing differs from the last one says the same again and does nothing; whatever differs, is seen.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::book::{Folder, QUIET};

fn book() -> Folder {
    Folder::with([
        ("book.toml", QUIET),
        ("content/late.md", "# Late parcels\n\nSee [[nowhere]].\n\n![A kettle](kettle.svg)\n"),
        ("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("content/unused.txt", "not shown anywhere"),
        ("content/tard.md", "---\nlang: fr\n---\n# En retard\n"),
        ("themes/default/css/90-own.css", "main { color: black }\n"),
    ])
}

/// What a build says, and how it ends.
fn build(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.arg("build").args(arguments).args(["--root", "."]).current_dir(folder.path());
    command.env("NO_COLOR", "1").env("XDG_CACHE_HOME", folder.path().join(".cache"));
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (said, output.status.code())
}

const DAY: [&str; 3] = ["--strict", "--today", "2026-12-01"];

fn receipt(folder: &Folder) -> String {
    let mut kept = fs::read_dir(folder.path().join(".cache/cuebook")).unwrap();
    let place = kept.next().unwrap().unwrap().path();
    assert!(kept.next().is_none(), "one book has one receipt");
    fs::read_to_string(place).unwrap()
}

#[test]
fn a_build_of_the_same_says_the_same_again() {
    let folder = book();
    let (first, ended) = build(&folder, &DAY);
    assert_eq!(ended, Some(1), "{first}");
    assert!(first.contains("nowhere") && first.contains("files written"), "{first}");
    let kept = receipt(&folder);
    // What it says comes from the receipt: a word that only stands there is said.
    let place = fs::read_dir(folder.path().join(".cache/cuebook")).unwrap().next().unwrap().unwrap().path();
    fs::write(&place, kept.replace("nowhere", "elsewhere")).unwrap();
    let (second, ended) = build(&folder, &DAY);
    assert_eq!(ended, Some(1), "{second}");
    assert!(second.contains("elsewhere") && second.contains("nothing has changed"), "{second}");
}

#[test]
fn whatever_differs_is_seen() {
    type Edit = (&'static str, fn(&Path));
    let edits: [Edit; 10] = [
        ("an entry", |root| fs::write(root.join("content/late.md"), "# Later parcels\n").unwrap()),
        ("a new entry", |root| fs::write(root.join("content/new.md"), "# New\n").unwrap()),
        ("an entry that is gone", |root| fs::remove_file(root.join("content/late.md")).unwrap()),
        ("a picture", |root| {
            fs::write(root.join("content/kettle.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"a\"/>").unwrap()
        }),
        ("the settings", |root| {
            fs::write(root.join("book.toml"), format!("{QUIET}\n[front]\npinned = [\"late\"]\n")).unwrap()
        }),
        ("the words of another language", |root| {
            fs::create_dir_all(root.join("words"))
                .and_then(|()| fs::write(root.join("words/fr.toml"), "[words]\nAccueil = \"Home\"\n"))
                .unwrap();
        }),
        ("the theme", |root| fs::write(root.join("themes/default/css/90-own.css"), "main { color: navy }\n").unwrap()),
        ("a page that is gone", |root| fs::remove_file(root.join("site/late.html")).unwrap()),
        ("a page that is cut off", |root| fs::write(root.join("site/late.html"), "").unwrap()),
        ("the records", |root| {
            fs::remove_dir_all(root.join(".cuebook-site")).and_then(|()| fs::remove_dir_all(root.join("site"))).unwrap()
        }),
    ];
    for (what, edit) in edits {
        let folder = book();
        build(&folder, &DAY);
        edit(folder.path());
        let (said, _) = build(&folder, &DAY);
        assert!(said.contains("written") && !said.contains("nothing has changed"), "{what}: {said}");
        let (again, _) = build(&folder, &DAY);
        assert!(again.contains("nothing has changed"), "{what}: {again}");
    }
}

#[test]
fn another_day_and_another_command_are_judged_anew() {
    let folder = book();
    let (_, ended) = build(&folder, &DAY);
    assert_eq!(ended, Some(1));
    let (said, ended) = build(&folder, &["--today", "2026-12-01"]);
    assert_eq!(ended, Some(0), "without --strict a warning is none: {said}");
    let dated = "---\nreviewed: 2026-11-01\nreview-every: 1 month\n---\n# Late parcels\n";
    fs::write(folder.path().join("content/late.md"), dated).unwrap();
    fs::write(folder.path().join("book.toml"), "[book]\ntitle = \"B\"\n").unwrap();
    build(&folder, &["--today", "2026-11-02"]);
    let (said, _) = build(&folder, &["--today", "2027-11-02"]);
    assert!(said.contains("overdue"), "{said}");
}

#[test]
fn messages_are_kept_where_only_their_reader_looks() {
    let folder = book();
    build(&folder, &DAY);
    let records = walkdir::WalkDir::new(folder.path().join(".cuebook-site")).into_iter().map(Result::unwrap);
    for file in records.chain(walkdir::WalkDir::new(folder.path().join("site")).into_iter().map(Result::unwrap)) {
        if file.file_type().is_file() {
            let text = fs::read(file.path()).unwrap();
            assert!(!String::from_utf8_lossy(&text).contains("broken-link"), "{}", file.path().display());
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let place = fs::read_dir(folder.path().join(".cache/cuebook")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::metadata(place).unwrap().permissions().mode() & 0o077, 0);
    }
}
