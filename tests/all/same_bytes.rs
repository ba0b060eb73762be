//! The same input gives the same bytes, on any folder, any day and any number of threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cuebook::filter::{Copy, Readers};
use cuebook::project::{Made, Placed, Project, Publishing, Request};
use cuebook::write::{Swap, Written};
use jiff::civil::{Date, date};

use crate::book::{Folder, TODAY, lines, make, pages};

/// The book that this project ships, copied into a folder.
fn shipped() -> Folder {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for item in walkdir::WalkDir::new(root.join("content")) {
        let item = item.unwrap();
        if item.file_type().is_file() {
            let path = item.path().strip_prefix(root).unwrap();
            folder.put(path.to_str().unwrap(), fs::read(item.path()).unwrap());
        }
    }
    folder.put("book.toml", fs::read(root.join("book.toml")).unwrap());
    folder
}

/// Writes a copy for everyone.
fn publish(project: &Project, made: &Made, out: &Path) -> Written {
    let site = project.site(made, &project.theme().unwrap(), &Readers::Everyone, None);
    project
        .publish(
            &[Placed { folder: String::new(), site }],
            out,
            Publishing { swap: Swap::IfMuchChanged, precompress: false },
        )
        .unwrap()
}

fn built(root: &Path, threads: usize, today: Date, readers: &Readers) -> BTreeMap<String, Vec<u8>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let (project, made) = make(root, readers.clone(), today);
        pages(&project, &made, readers)
    })
}

#[test]
fn folder_day_and_threads_leave_no_trace() {
    let (one, other) = (shipped(), shipped());
    for readers in [Readers::Everyone, Readers::Only(Vec::new()), Readers::Only(vec!["agent".to_owned()])] {
        let a = built(one.path(), 1, date(2020, 1, 1), &readers);
        let b = built(other.path(), 4, date(2030, 12, 31), &readers);
        assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
        let differ: Vec<&String> = a.keys().filter(|address| a[*address] != b[*address]).collect();
        assert!(differ.is_empty(), "{differ:?} differ");
        let path = one.path().to_str().unwrap();
        let tells: Vec<&String> = a
            .iter()
            .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(path))
            .map(|(address, _)| address)
            .collect();
        assert!(tells.is_empty(), "{tells:?} tell where they were built");
    }
}

#[test]
fn a_second_publish_writes_nothing() {
    let book = shipped();
    let out = book.path().join("site");
    let publish = || {
        let project = Project::open(book.path()).unwrap();
        let loaded = project.load(TODAY, std::slice::from_ref(&out)).unwrap();
        let made =
            project.make(loaded, &Request { copy: Copy { readers: Readers::Everyone, drafts: false }, today: TODAY });
        publish(&project, &made, &out)
    };
    let first = publish();
    assert!(first.written > 10, "{first:?}");
    let second = publish();
    assert_eq!((second.written, second.removed), (0, 0), "{second:?}");
    let page = out.join("index.html");
    fs::write(&page, "touched").unwrap();
    let third = publish();
    assert!(third.written >= 1, "a page that somebody changed is written again: {third:?}");
    assert_ne!(fs::read_to_string(page).unwrap(), "touched");
}

#[test]
fn a_setting_that_no_page_shows_renders_no_page_anew() {
    let book = shipped();
    let toml = fs::read_to_string(book.path().join("book.toml")).unwrap();
    let before = Project::open(book.path()).unwrap().context.key;
    // Every value of the file moves, one rule is judged otherwise, and nothing that an entry says is read otherwise.
    book.put("book.toml", format!("# A note for those who come after us.\n\n{toml}"));
    assert_eq!(Project::open(book.path()).unwrap().context.key, before);
    book.put("book.toml", format!("{toml}\n[words]\n\"Wer\" = \"Who\"\n"));
    let with_a_word = Project::open(book.path()).unwrap().context.key;
    book.put("book.toml", format!("{toml}\n[limits]\nnesting = 9\n"));
    let with_a_limit = Project::open(book.path()).unwrap().context.key;
    assert!(with_a_word != before && with_a_limit != before && with_a_word != with_a_limit);
}

#[test]
fn what_is_published_is_what_the_site_says() {
    let book = shipped();
    let out = book.path().join("site");
    let project = Project::open(book.path()).unwrap();
    let loaded = project.load(TODAY, &[]).unwrap();
    let made =
        project.make(loaded, &Request { copy: Copy { readers: Readers::Everyone, drafts: false }, today: TODAY });
    publish(&project, &made, &out);
    for (address, bytes) in built(book.path(), 2, TODAY, &Readers::Everyone) {
        assert!(fs::read(out.join(&address)).unwrap() == bytes, "{address}");
    }
}

#[test]
fn the_playbook_that_init_makes_is_clean_and_overwrites_nothing() {
    let folder = Folder::new();
    let made = cuebook::init::init(folder.path(), jiff::civil::date(2026, 12, 1)).unwrap();
    assert!(made.written > 5 && made.kept.is_empty(), "{made:?}");
    let (_, book) = make(folder.path(), Readers::Everyone, TODAY);
    assert_eq!(lines(&book.diagnostics), [""; 0]);
    folder.put("content/index.md", "# Mine\n");
    let again = cuebook::init::init(folder.path(), jiff::civil::date(2026, 12, 1)).unwrap();
    assert_eq!((again.written, again.kept.len()), (0, made.written));
    assert_eq!(fs::read_to_string(folder.path().join("content/index.md")).unwrap(), "# Mine\n");
}

#[test]
fn the_shipped_playbook_is_clean() {
    let (_, made) = make(shipped().path(), Readers::Everyone, TODAY);
    // One entry is overdue on purpose: a book in use has some, and its page shows what that looks like.
    let found = lines(&made.diagnostics);
    let others = found.iter().filter(|line| !line.starts_with("content/guides/place-and-tools.md:6:11 overdue-review"));
    assert_eq!((found.len(), others.collect::<Vec<_>>()), (1, Vec::new()), "{found:?}");
}
