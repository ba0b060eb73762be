//! `check --fix`: exactly the faulty places change, nothing is left to mend, and every other byte stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cuebook::diagnostic::Diagnostic;
use cuebook::project::{Mended, Project};

use crate::book::{Folder, QUIET, TODAY, lines};
use crate::specs::books_of_all_specs;

/// What the safe fixes make of the book in `root`, and what is wrong then. Nothing is written.
fn mend(root: &Path) -> (Project, Vec<Mended>, Vec<Diagnostic>) {
    let project = Project::open(root).unwrap();
    let loaded = project.load(TODAY, &[]).unwrap();
    let (mended, made) = project.mend(loaded, TODAY);
    (project, mended, made.diagnostics)
}

fn fix(root: &Path) -> Vec<Mended> {
    let (project, mended, _) = mend(root);
    for file in &mended {
        project.write(file).unwrap();
    }
    mended
}

/// Faults that have a safe fix, each as a whole line with what it becomes.
const FAULTS: &[(&str, &str)] = &[
    ("##Level 1", "## Level 1"),
    ("• A bullet from a word processor", "- A bullet from a word processor"),
    ("See [[The end]].", "See [[#The end]]."),
    ("-[ ] A box without its space", "- [ ] A box without its space"),
];

#[test]
fn in_forty_files_exactly_the_faulty_places_change() {
    let folder = Folder::with([("book.toml", QUIET)]);
    let mut wanted = BTreeMap::new();
    for n in 0..40 {
        let (typed, meant) = FAULTS[n % FAULTS.len()];
        let end = if n % 3 == 0 { "\r\n" } else { "\n" };
        let mark = if n % 5 == 0 { "\u{feff}" } else { "" };
        let last = if n % 7 == 0 { "" } else { end };
        let text = |line: &str| {
            let lines = [
                "---",
                &format!("title: Entry {n}"),
                "kind: guide",
                "---",
                "",
                "Two spaces at the end  ",
                "\tand a tab.",
                "",
                "<!-- a note of the trainer -->",
                "",
                line,
                "",
                "## The end",
            ];
            format!("{mark}{}{last}", lines.join(end))
        };
        let path = format!("content/guides/entry-{n:02}.md");
        folder.put(&path, text(typed));
        wanted.insert(path, text(meant));
    }
    let sound = "# Nothing is wrong here\r\n\nA mixed  \nfile.";
    folder.put("content/sound.md", sound);
    let mended = fix(folder.path());
    assert_eq!((mended.len(), mended.iter().map(|file| file.changes.len()).sum::<usize>()), (40, 40));
    for (path, text) in &wanted {
        assert_eq!(&fs::read_to_string(folder.path().join(path)).unwrap(), text, "{path}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("content/sound.md")).unwrap(), sound);
    let (_, again, left) = mend(folder.path());
    assert!(again.is_empty(), "a second run finds nothing to mend: {again:?}");
    assert_eq!(lines(&left), [""; 0]);
    let litter = walkdir::WalkDir::new(folder.path())
        .into_iter()
        .filter(|item| item.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"));
    assert_eq!(litter.count(), 0);
}

#[test]
fn every_fix_that_is_marked_safe_mends_what_it_was_made_for() {
    let mut faults = Vec::new();
    let mut n_mended = 0;
    for (name, folder) in books_of_all_specs() {
        let Ok(project) = Project::open(folder.path()) else { continue };
        let Ok(loaded) = project.load(TODAY, &[]) else { continue };
        let request = cuebook::project::Request {
            copy: cuebook::filter::Copy { readers: cuebook::filter::Readers::Everyone, drafts: false },
            today: TODAY,
        };
        let before = project.make(loaded.clone(), &request).diagnostics;
        let (mended, after) = project.mend(loaded, TODAY);
        n_mended += mended.len();
        let safe: Vec<String> = after
            .diagnostics
            .iter()
            .filter(|found| found.fix.as_ref().is_some_and(|fix| fix.safe))
            .filter(|found| {
                !after.diagnostics.iter().any(|other| other.file == found.file && other.rule.name == "not-utf8")
            })
            .map(crate::book::line)
            .collect();
        if !safe.is_empty() {
            faults.push(format!("{name}: still to be mended: {safe:#?}"));
        }
        let of = |all: &[Diagnostic], rule: &str| all.iter().filter(|found| found.rule.name == rule).count();
        for found in &after.diagnostics {
            let is_new = of(&after.diagnostics, found.rule.name) > of(&before, found.rule.name);
            if is_new {
                faults.push(format!("{name}: mending brings out {}", crate::book::line(found)));
            }
        }
    }
    assert!(n_mended > 25, "only {n_mended} files of specs hold something to mend");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_file_that_is_not_utf_8_or_was_changed_meanwhile_is_left_alone() {
    let folder = Folder::with([("book.toml", QUIET), ("content/a.md", "##Level 1\n")]);
    folder.put("content/old.md", b"##Gr\xfcn\n");
    let (project, mended, _) = mend(folder.path());
    assert_eq!(mended.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a.md"]);
    folder.put("content/a.md", "##Level 1, changed\n");
    assert!(project.write(&mended[0]).is_err());
    assert_eq!(fs::read_to_string(folder.path().join("content/a.md")).unwrap(), "##Level 1, changed\n");
    assert_eq!(fs::read(folder.path().join("content/old.md")).unwrap(), b"##Gr\xfcn\n");
}

#[test]
fn a_fix_in_a_file_with_comments_lands_at_its_place() {
    // Links are looked at in a copy without comments.
    let text = "<!-- Trainer: see below -->\n\nGo to [[Below]] <!-- or not -->.\n\n## Below\n";
    let folder = Folder::with([("book.toml", QUIET), ("content/a.md", text)]);
    fix(folder.path());
    let mended = fs::read_to_string(folder.path().join("content/a.md")).unwrap();
    assert_eq!(mended, text.replace("[[Below]]", "[[#Below]]"));
}

#[cfg(unix)]
#[test]
fn the_permissions_of_a_file_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with([("book.toml", QUIET), ("content/a.md", "##Level 1\n")]);
    let path = folder.path().join("content/a.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(fix(folder.path()).len(), 1);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}
