//! Each test builds a small site in a folder of its own, and looks at the disk.

// A test says so if the machine cannot run it, and one of them talks to another process by its output.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use walkdir::WalkDir;

use super::files::fault::{self, Fault};
use super::*;

/// A folder for one test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("cuebook-write-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = fs::canonicalize(std::env::temp_dir()).expect("a temp folder").join(name);
        for part in ["book/content", "book/themes/mine"] {
            fs::create_dir_all(folder.join(part)).expect("room in the temp folder");
        }
        Scratch(folder)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    fn out(&self) -> PathBuf {
        self.path("book/site")
    }

    fn put(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("below the scratch folder")).expect("room in the temp folder");
        fs::write(&path, text).expect("room in the temp folder");
        path
    }

    fn output(&self, out: &Path) -> Result<Output, WriteError> {
        let (root, content, theme) = (self.path("book"), self.path("book/content"), self.path("book/themes/mine"));
        let protected = Protected { root: &root, content: &content, theme: Some(&theme) };
        Output::with_home(out, &protected, Some(&self.path("home/me")))
    }

    fn publish(&self, site: &Pages) -> Result<Written, Stopped<&'static str>> {
        publish_to(&self.output(&self.out())?, site, Swap::IfMuchChanged).0
    }

    fn check_publish(&self, site: &Pages) -> Written {
        let written = self.publish(site).unwrap_or_else(|stopped| panic!("the site was not written: {stopped:?}"));
        check_site(&self.out(), site);
        self.check_records();
        written
    }

    /// Of a finished build only the manifest and the lock stay.
    fn check_records(&self) {
        let records = ["book/.cuebook-site", "book/site/.cuebook"].map(|folder| self.path(folder));
        let records = records.iter().find(|folder| folder.is_dir()).expect("a folder of records");
        let mut names: Vec<_> =
            fs::read_dir(records).expect("records").flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["lock", "manifest"], "something was left behind");
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Path → text. A text that starts with `!` cannot be produced.
type Pages = BTreeMap<String, String>;

fn pages(files: &[(&str, &str)]) -> Pages {
    files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// `n` pages in folders, with an asset and a map, all of which say which `edition` they are.
fn edition(n: usize, edition: &str) -> Pages {
    let paths = (0..n).map(|at| format!("guides/{}/page-{at}.html", at % 3));
    let paths = paths.chain(["theme/site.css", "nav.js", "index.html"].map(str::to_owned));
    paths.map(|path| (path.clone(), format!("{path}, {edition}"))).collect()
}

fn with(mut site: Pages, path: &str, text: &str) -> Pages {
    site.insert(path.to_owned(), text.to_owned());
    site
}

fn without(mut site: Pages, path: &str) -> Pages {
    site.remove(path).expect("a page to leave out");
    site
}

fn plan(site: &Pages) -> Vec<Planned> {
    let order = |path: &str| match path.rsplit('.').next() {
        Some("html") => Order::Page,
        Some("js") => Order::Map,
        _ => Order::Asset,
    };
    site.keys().map(|path| Planned { path: path.clone(), order: order(path) }).collect()
}

fn fingerprint(text: &str) -> u128 {
    xxhash_rust::xxh3::xxh3_128_with_seed(text.trim().as_bytes(), 7)
}

fn made(fingerprint: u128, text: &str) -> Produced {
    Produced { fingerprint, bytes: Bytes::Memory(text.into()) }
}

/// Also says which paths were produced, in their order.
fn publish_to(output: &Output, site: &Pages, swap: Swap) -> (Result<Written, Stopped<&'static str>>, Vec<String>) {
    let planned = plan(site);
    let produced = Mutex::new(Vec::new());
    let text = |at: usize| &*site[&planned[at].path];
    let result = publish(
        output,
        &planned,
        swap,
        |at| fingerprint(text(at)),
        |at| {
            produced.lock().expect("no panic").push(planned[at].path.clone());
            match text(at).starts_with('!') {
                true => Err("a mistake in a template"),
                false => Ok(made(fingerprint(text(at)), text(at))),
            }
        },
    );
    let mut produced = produced.into_inner().expect("no panic");
    produced.sort();
    (result, produced)
}

/// All files of a folder with their text; a link as what it leads to, an empty folder as one.
fn tree(folder: &Path) -> Pages {
    let mut tree = Pages::new();
    for entry in WalkDir::new(folder).min_depth(1).into_iter().filter_map(Result::ok) {
        let path = super::survey::relative(folder, entry.path()).expect("names that are text");
        let kind = entry.file_type();
        if path.starts_with(".cuebook") {
            continue;
        } else if kind.is_symlink() {
            tree.insert(path, format!("-> {}", fs::read_link(entry.path()).expect("a link").display()));
        } else if kind.is_file() {
            tree.insert(path, fs::read_to_string(entry.path()).expect("a text"));
        } else if fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none()) {
            tree.insert(path + "/", String::new());
        }
    }
    tree
}

fn check_site(out: &Path, site: &Pages) {
    let found = tree(out);
    let wrong = |path: &&String| found.get(*path) != site.get(*path);
    let differ: Vec<_> = found.keys().chain(site.keys()).filter(wrong).collect();
    assert!(differ.is_empty(), "these differ from what was planned: {differ:?}");
}

fn times(out: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let all = WalkDir::new(out).into_iter().filter_map(Result::ok);
    all.map(|entry| {
        (entry.path().to_owned(), fs::metadata(entry.path()).and_then(|found| found.modified()).expect("a time"))
    })
    .collect()
}

fn counts(written: usize, unchanged: usize, removed: usize) -> Written {
    Written { written, unchanged, removed }
}

/// Backdates everything, so that whatever is written again shows.
fn age(folder: &Path) {
    for entry in WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        let file = fs::File::open(entry.path()).expect("a file of ours");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("a settable time");
    }
}

fn check_refused(result: Result<Written, Stopped<&'static str>>, part: &str) {
    match result {
        Err(Stopped::Unwritten(error)) => {
            let message = error.to_string();
            assert!(message.contains(part), "the message should say `{part}`: {message}");
            assert!(message.ends_with('.') && message.contains(". "), "say what, why and how to mend: {message}");
        }
        other => panic!("should be refused with `{part}`: {other:?}"),
    }
}

#[test]
fn a_first_build_writes_all_and_leaves_nothing_else() {
    let scratch = Scratch::new();
    assert_eq!(scratch.check_publish(&edition(20, "1st")), counts(23, 0, 0));
}

#[test]
fn an_empty_folder_may_be_there_before_the_first_build() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.out()).expect("room");
    assert_eq!(scratch.check_publish(&edition(20, "1st")), counts(23, 0, 0));
}

#[test]
fn a_build_with_nothing_changed_produces_and_touches_nothing() {
    let scratch = Scratch::new();
    let site = edition(20, "1st");
    scratch.check_publish(&site);
    age(&scratch.path("book"));
    let before = times(&scratch.path("book"));
    let (written, produced) = publish_to(&scratch.output(&scratch.out()).expect("ours"), &site, Swap::IfMuchChanged);
    assert_eq!((written.expect("no error"), produced.len()), (counts(0, 23, 0), 0));
    let mut after = times(&scratch.path("book"));
    after.insert(scratch.path("book/.cuebook-site/lock"), SystemTime::UNIX_EPOCH);
    assert_eq!(before, after);
}

#[test]
fn one_changed_page_is_the_only_one_produced_and_written() {
    let scratch = Scratch::new();
    let site = edition(40, "1st");
    scratch.check_publish(&site);
    age(&scratch.out());
    let site = with(site, "guides/1/page-1.html", "rewritten");
    let (written, produced) = publish_to(&scratch.output(&scratch.out()).expect("ours"), &site, Swap::IfMuchChanged);
    assert_eq!((written.expect("no error"), produced), (counts(1, 42, 0), vec!["guides/1/page-1.html".to_owned()]));
    check_site(&scratch.out(), &site);
    let touched =
        times(&scratch.out()).into_iter().filter(|(path, time)| path.is_file() && *time != SystemTime::UNIX_EPOCH);
    assert_eq!(touched.count(), 1);
}

#[test]
fn unchanged_pages_keep_their_times_when_the_whole_folder_is_swapped() {
    let scratch = Scratch::new();
    let site = edition(20, "1st");
    scratch.check_publish(&site);
    age(&scratch.out());
    let site: Pages =
        site.into_iter().enumerate().map(|(n, (path, text))| (path, if n < 10 { text + "!" } else { text })).collect();
    assert_eq!(scratch.check_publish(&site), counts(10, 13, 0));
    let kept =
        times(&scratch.out()).into_iter().filter(|(path, time)| path.is_file() && *time == SystemTime::UNIX_EPOCH);
    assert_eq!(kept.count(), 13);
}

#[test]
fn a_page_produced_anew_with_the_same_bytes_is_not_rewritten() {
    let scratch = Scratch::new();
    let site = edition(20, "1st");
    scratch.check_publish(&site);
    age(&scratch.out());
    let before = times(&scratch.out());
    let planned = plan(&site);
    let output = scratch.output(&scratch.out()).expect("ours");
    let asked = AtomicUsize::new(0);
    let again = || {
        let produce = |at: usize| {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok::<_, ()>(made(1, &site[&planned[at].path]))
        };
        publish(&output, &planned, Swap::IfMuchChanged, |_| 1, produce)
    };
    assert_eq!(again().expect("no error"), counts(0, 23, 0));
    assert_eq!(again().expect("no error"), counts(0, 23, 0));
    assert_eq!(asked.into_inner(), 23, "the second time the fingerprints are known");
    assert_eq!(before, times(&scratch.out()));
    scratch.check_records();
}

#[test]
fn a_missing_or_shortened_page_is_made_again() {
    let scratch = Scratch::new();
    let site = edition(40, "1st");
    scratch.check_publish(&site);
    fs::remove_file(scratch.out().join("index.html")).expect("a page");
    fs::write(scratch.out().join("nav.js"), "cut").expect("a file");
    assert_eq!(scratch.check_publish(&site), counts(2, 41, 0));
    fs::remove_dir_all(scratch.out()).expect("the site");
    assert_eq!(scratch.check_publish(&site), counts(43, 0, 0));
}

#[test]
fn a_page_that_is_no_longer_planned_goes_with_its_empty_folder() {
    for n in [4, 40] {
        let scratch = Scratch::new();
        let site = with(edition(n, "1st"), "deep/down/page.html", "text");
        scratch.check_publish(&site);
        assert_eq!(scratch.check_publish(&without(site, "deep/down/page.html")), counts(0, n + 3, 1));
        assert!(!scratch.out().join("deep").exists());
    }
}

#[test]
fn strangers_files_folders_and_links_survive_every_kind_of_build() {
    let scratch = Scratch::new();
    scratch.check_publish(&edition(40, "1st"));
    let outside = scratch.put("outside/secret.txt", "keep me");
    scratch.put("book/site/CNAME", "example.org");
    scratch.put("book/site/guides/1/mine.txt", "mine");
    fs::create_dir_all(scratch.path("book/site/empty/inner")).expect("room");
    let mut strangers = pages(&[("CNAME", "example.org"), ("guides/1/mine.txt", "mine"), ("empty/inner/", "")]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scratch.path("outside"), scratch.out().join("linked")).expect("a link");
        strangers.insert("linked".to_owned(), format!("-> {}", scratch.path("outside").display()));
    }
    let editions = [edition(40, "1st"), edition(40, "2nd"), edition(2, "3rd"), with(edition(2, "3rd"), "x.html", "x")];
    for mut site in editions {
        scratch.publish(&site).expect("a build beside strangers");
        site.extend(strangers.clone());
        check_site(&scratch.out(), &site);
    }
    assert_eq!(fs::read_to_string(outside).expect("kept"), "keep me");
}

#[test]
fn a_strangers_file_is_not_overwritten() {
    let scratch = Scratch::new();
    scratch.check_publish(&edition(4, "1st"));
    scratch.put("book/site/new.html", "a stranger's");
    let before = tree(&scratch.out());
    check_refused(scratch.publish(&with(edition(4, "2nd"), "new.html", "ours")), "There is a file at");
    assert_eq!(tree(&scratch.out()), before);
}

#[test]
#[cfg(unix)]
fn nothing_is_written_or_removed_through_a_link() {
    let scratch = Scratch::new();
    let site = edition(9, "1st");
    scratch.check_publish(&site);
    let outside = scratch.put("outside/page-1.html", "not ours");
    fs::remove_dir_all(scratch.out().join("guides/1")).expect("a folder");
    std::os::unix::fs::symlink(scratch.path("outside"), scratch.out().join("guides/1")).expect("a link");
    check_refused(scratch.publish(&edition(9, "2nd")), "There is a link at");

    let smaller: Pages = site.into_iter().filter(|(path, _)| !path.starts_with("guides/1")).collect();
    assert_eq!(scratch.publish(&smaller).expect("the link is in nobody's way"), counts(0, 9, 0));
    assert_eq!(fs::read_to_string(outside).expect("kept"), "not ours");

    fs::remove_file(scratch.out().join("index.html")).expect("a page");
    std::os::unix::fs::symlink(scratch.path("outside/page-1.html"), scratch.out().join("index.html")).expect("a link");
    check_refused(scratch.publish(&smaller), "There is a link at");
}

#[test]
fn a_folder_may_become_a_page_and_a_page_a_folder() {
    let other = |n: usize| edition(n, "1st");
    for (n, stranger) in [(2, false), (40, false), (40, true)] {
        let scratch = Scratch::new();
        let (page, folder) = (with(other(n), "topic", "a page"), with(other(n), "topic/a/page.html", "below"));
        scratch.check_publish(&page);
        let mut strangers = Pages::new();
        if stranger {
            scratch.put("book/site/CNAME", "example.org");
            strangers.insert("CNAME".to_owned(), "example.org".to_owned());
        }
        for site in [&folder, &page, &folder] {
            assert_eq!(scratch.publish(site).expect("room for both"), counts(1, n + 3, 1));
            check_site(&scratch.out(), &site.iter().chain(&strangers).map(|(p, t)| (p.clone(), t.clone())).collect());
        }
        scratch.put("book/site/topic/a/stranger", "x");
        check_refused(scratch.publish(&page), "There is a folder at");
        check_refused(scratch.publish(&with(other(n), "topic/a", "a page")), "There is a folder at");
    }
}

#[test]
fn a_page_may_change_the_case_of_its_name() {
    let scratch = Scratch::new();
    let site = edition(40, "1st");
    scratch.check_publish(&with(site.clone(), "Tea.html", "tea"));
    assert_eq!(scratch.check_publish(&with(site, "tea.html", "tea")), counts(1, 43, 1));
}

#[test]
fn a_mistake_in_a_template_leaves_the_old_site_and_names_every_page() {
    let scratch = Scratch::new();
    let site = edition(20, "1st");
    scratch.check_publish(&site);
    let broken = with(with(edition(20, "2nd"), "guides/1/page-1.html", "!"), "index.html", "!");
    match scratch.publish(&broken) {
        Err(Stopped::Unproduced(mistakes)) => {
            let planned = plan(&broken);
            let paths: Vec<&str> = mistakes.iter().map(|(at, _)| &*planned[*at].path).collect();
            assert_eq!(paths, ["guides/1/page-1.html", "index.html"]);
        }
        other => panic!("two pages cannot be produced: {other:?}"),
    }
    check_site(&scratch.out(), &site);
    scratch.check_records();
    assert_eq!(scratch.check_publish(&site), counts(0, 23, 0));
}

#[test]
fn an_asset_is_copied_as_it_is() {
    let scratch = Scratch::new();
    let asset = scratch.put("book/content/picture.svg", &"<svg/>".repeat(50_000));
    let site = pages(&[("index.html", "front")]);
    let mut planned = plan(&site);
    planned.push(Planned { path: "pictures/picture.svg".to_owned(), order: Order::Asset });
    let output = scratch.output(&scratch.out()).expect("a free folder");
    let build = |fingerprint: u128, asset: &Path| {
        let produce = |at: usize| match at {
            0 => Ok::<_, &'static str>(made(0, "front")),
            _ => Ok(Produced { fingerprint, bytes: Bytes::Copy(asset.to_owned()) }),
        };
        publish(&output, &planned, Swap::IfMuchChanged, |at| if at == 0 { 0 } else { fingerprint }, produce)
    };
    assert_eq!(build(5, &asset).expect("no error"), counts(2, 0, 0));
    assert_eq!(fs::read(scratch.out().join("pictures/picture.svg")).expect("copied"), fs::read(&asset).expect("there"));
    assert_eq!(build(6, &asset).expect("no error"), counts(0, 2, 0));
    check_refused(build(7, &scratch.path("book/content/gone.svg")), "could not be copied");
    check_refused(build(7, &scratch.path("book/content")), "not a regular file");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&asset, scratch.path("book/content/link.svg")).expect("a link");
        check_refused(build(7, &scratch.path("book/content/link.svg")), "could not be copied");
    }
    check_site(&scratch.out(), &with(site, "pictures/picture.svg", &"<svg/>".repeat(50_000)));
}

#[test]
fn a_path_that_leaves_the_output_is_refused() {
    let scratch = Scratch::new();
    for path in ["", "/etc/passwd", "../up.html", "a/../../up.html", "a//b", "a/", "./a", "line\nbreak", ".cuebook/x"] {
        check_refused(scratch.publish(&pages(&[(path, "text")])), "cannot have a file named");
    }
    check_refused(scratch.publish(&pages(&[("a", "text"), ("a/b", "text")])), "cannot have a file named `a`");
    let twice: Vec<Planned> = [&pages(&[("a", "text")]); 2].iter().flat_map(|site| plan(site)).collect();
    let output = scratch.output(&scratch.out()).expect("free");
    let result = publish(&output, &twice, Swap::Never, |_| 0, |_| Ok(made(0, "")));
    check_refused(result, "two files of the site have that name");
    assert!(!scratch.out().exists());
}

#[test]
fn folders_that_hold_sources_are_refused() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("home/me/site")).expect("room");
    for (out, part) in [
        ("book/content", "is, or holds, the content"),
        ("book", "is, or holds, the content"),
        ("", "is, or holds, the content"),
        ("book/content/site", "lies in the content"),
        ("book/content/new/../site", "of a folder that does not exist"),
        ("book/site/../content", "of a folder that does not exist"),
        ("book/themes/../content", "the content"),
        ("book/themes", "holds, the theme"),
        ("book/themes/mine/site/new", "lies in the theme"),
        ("home/me", "your home folder"),
        ("home", "your home folder"),
    ] {
        check_refused(scratch.output(&scratch.path(out)).map(|_| Written::default()).map_err(Stopped::Unwritten), part);
    }
    let refused = |out: &Path, part| {
        check_refused(scratch.output(out).map(|_| Written::default()).map_err(Stopped::Unwritten), part);
    };
    refused(Path::new(if cfg!(windows) { "C:\\" } else { "/" }), "is, or holds,");
    refused(&scratch.put("file", ""), "there is a file at that place");
    refused(&scratch.path("file/site"), "a file lies where");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scratch.path("book/content"), scratch.path("link")).expect("a link");
        refused(&scratch.path("link/site"), "lies in the content");
        refused(&scratch.path("link"), "is, or holds, the content");
        std::os::unix::fs::symlink(scratch.path("nowhere"), scratch.path("dangling")).expect("a link");
        refused(&scratch.path("dangling"), "leads to nothing");
    }
    for fine in ["book/site", "home/me/site", "book/content-site", "elsewhere/a/b"] {
        assert!(scratch.output(&scratch.path(fine)).is_ok(), "{fine} holds nothing that matters");
    }
}

#[test]
fn a_folder_with_files_but_without_our_manifest_is_refused_and_untouched() {
    let scratch = Scratch::new();
    scratch.put("book/site/holiday.txt", "a stranger's");
    check_refused(scratch.publish(&edition(4, "1st")), "nothing shows that Cuebook wrote them");
    check_site(&scratch.out(), &pages(&[("holiday.txt", "a stranger's")]));
    assert!(!scratch.path("book/.cuebook-site").exists());
}

#[test]
fn a_manifest_that_cannot_be_understood_is_an_error() {
    let scratch = Scratch::new();
    scratch.check_publish(&edition(4, "1st"));
    let manifest = scratch.path("book/.cuebook-site/manifest");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    for text in [text.replace("nav.js", "../nav.js"), String::new(), "\u{0}".to_owned()] {
        fs::write(&manifest, text).expect("room");
        check_refused(scratch.publish(&edition(4, "2nd")), "Delete the folders");
        check_site(&scratch.out(), &edition(4, "1st"));
    }
}

#[test]
fn the_manifest_is_the_same_wherever_the_site_was_built() {
    let manifests = [Scratch::new(), Scratch::new()].map(|scratch| {
        scratch.check_publish(&edition(20, "1st"));
        scratch.check_publish(&edition(30, "2nd"));
        fs::read_to_string(scratch.path("book/.cuebook-site/manifest")).expect("a manifest")
    });
    assert_eq!(manifests[0], manifests[1]);
    assert_eq!(manifests[0].lines().count(), 34);
}

#[test]
fn an_output_with_no_room_beside_it_keeps_its_records_inside() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("book/site/.cuebook")).expect("room");
    assert_eq!(scratch.check_publish(&edition(20, "1st")), counts(23, 0, 0));
    assert_eq!(scratch.check_publish(&edition(20, "2nd")), counts(23, 0, 0));
    assert_eq!(scratch.check_publish(&edition(2, "2nd")), counts(0, 5, 18));
    assert!(!scratch.path("book/.cuebook-site").exists());
}

/// Which folder it is, whatever its name.
#[cfg(target_os = "linux")]
fn inode(folder: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&fs::metadata(folder).expect("a folder"))
}

#[test]
#[cfg(target_os = "linux")]
fn the_folder_is_swapped_only_if_much_changed_and_that_is_allowed() {
    let scratch = Scratch::new();
    let build = |site: &Pages, swap| {
        let before = inode(&scratch.out());
        publish_to(&scratch.output(&scratch.out()).expect("ours"), site, swap).0.expect("no error");
        check_site(&scratch.out(), site);
        inode(&scratch.out()) != before
    };
    scratch.check_publish(&edition(40, "1st"));
    assert!(!build(&with(edition(40, "1st"), "nav.js", "2nd"), Swap::IfMuchChanged), "one file changed");
    assert!(build(&edition(40, "2nd"), Swap::IfMuchChanged), "all files changed");
    assert!(!build(&edition(40, "3rd"), Swap::Never), "swapping is not allowed");
    scratch.put("book/site/CNAME", "example.org");
    scratch.publish(&edition(40, "4th")).expect("no error");
    assert_eq!(fs::read_to_string(scratch.out().join("CNAME")).expect("kept"), "example.org");
}

#[test]
#[cfg(unix)]
fn an_output_behind_a_link_is_written_where_the_link_leads_and_records_behind_one_are_refused() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("www/real")).expect("room");
    std::os::unix::fs::symlink(scratch.path("www/real"), scratch.out()).expect("a link");
    let site = edition(4, "1st");
    scratch.publish(&site).expect("no error");
    check_site(&scratch.path("www/real"), &site);
    assert!(scratch.out().is_symlink() && scratch.path("www/.cuebook-real/manifest").exists());

    let kept = scratch.put("elsewhere/new/kept", "not ours");
    std::os::unix::fs::symlink(scratch.path("elsewhere"), scratch.path("www/.cuebook-site")).expect("a link");
    let output = scratch.output(&scratch.path("www/site")).expect("free");
    check_refused(publish_to(&output, &site, Swap::Never).0, "There is a link at");
    assert!(kept.exists());
}

#[test]
fn a_second_build_at_the_same_time_is_refused_and_the_first_goes_on() {
    let scratch = Scratch::new();
    let site = edition(4, "1st");
    let planned = plan(&site);
    let output = scratch.output(&scratch.out()).expect("free");
    let produce = |at: usize| {
        if at == 0 {
            let own_id = format!("(process {})", std::process::id());
            check_refused(scratch.publish(&edition(4, "2nd")), if cfg!(unix) { &own_id } else { "Another build" });
        }
        Ok::<_, ()>(made(0, &site[&planned[at].path]))
    };
    let first = publish(&output, &planned, Swap::IfMuchChanged, |_| 0, produce);
    assert_eq!(first.expect("the first has the lock"), counts(7, 0, 0));
    check_site(&scratch.out(), &site);
}

/// Old and new site of one way to publish, with a stranger's file or without one.
fn ways() -> Vec<(&'static str, Pages, Pages, bool)> {
    let few = with(without(with(edition(30, "1st"), "new/a.html", "a"), "guides/0/page-0.html"), "nav.js", "2nd");
    vec![
        ("first build", Pages::new(), edition(6, "1st"), false),
        (
            "swap",
            with(edition(6, "1st"), "old/x.html", "x"),
            with(edition(7, "2nd"), "theme/site.css", "theme/site.css, 1st"),
            false,
        ),
        ("file by file", edition(30, "1st"), few, false),
        ("beside a stranger", with(edition(4, "1st"), "old/x.html", "x"), edition(5, "2nd"), true),
        (
            "a page becomes a folder",
            with(edition(30, "1st"), "topic", "x"),
            with(edition(30, "1st"), "topic/x.html", "x"),
            false,
        ),
    ]
}

/// A site of the old pages, ready to be built over.
fn prepared(old: &Pages, stranger: bool) -> Scratch {
    let scratch = Scratch::new();
    if !old.is_empty() {
        scratch.check_publish(old);
    }
    if stranger {
        scratch.put("book/site/CNAME", "example.org");
    }
    scratch
}

fn with_stranger(site: &Pages, stranger: bool) -> Pages {
    if stranger { with(site.clone(), "CNAME", "example.org") } else { site.clone() }
}

#[test]
fn a_disk_that_is_full_at_any_step_leaves_the_old_site_or_the_new_one() {
    for (way, old, new, stranger) in ways() {
        let (mut n, mut n_old) = (0, 0);
        loop {
            let scratch = prepared(&old, stranger);
            let (result, met) = fault::during(&scratch.path("book"), n, Fault::DiskFull, || scratch.publish(&new));
            if !met {
                break;
            }
            let found = tree(&scratch.out());
            let is_old = found == with_stranger(&old, stranger);
            // What only clears away may fail after the new site is in place; old pages may be left over then.
            let new_is_there = new.iter().all(|(path, text)| found.get(path) == Some(text));
            assert!(is_old || new_is_there, "{way}, step {n}: old and new pages are mixed: {result:?}");
            if is_old && result.is_err() {
                n_old += 1;
                assert!(!scratch.path("book/.cuebook-site/journal").exists(), "{way}, step {n}: nothing is in doubt");
            }
            scratch.publish(&new).unwrap_or_else(|stopped| panic!("{way}, step {n}, the next build: {stopped:?}"));
            check_site(&scratch.out(), &with_stranger(&new, stranger));
            scratch.check_records();
            n += 1;
        }
        assert!(n > 10 && n_old > 5, "{way}: only {n} steps, {n_old} of which failed");
    }
}

#[test]
fn a_build_killed_at_any_step_is_repaired_by_the_next() {
    for (way, old, new, stranger) in ways() {
        for n in 0.. {
            let scratch = prepared(&old, stranger);
            let killed = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scratch.publish(&new)));
            let (_, met) = fault::during(&scratch.path("book"), n, Fault::Killed, killed);
            check_whole_files(&scratch.out(), &[&old, &new, &pages(&[("CNAME", "example.org")])]);
            // A swap, and what comes before anything is put in place, leaves no mixture at all.
            if matches!(way, "swap" | "first build") || !scratch.path("book/.cuebook-site/journal").exists() {
                let found = tree(&scratch.out());
                assert!(
                    found == with_stranger(&old, stranger) || found == with_stranger(&new, stranger),
                    "{way}, step {n}"
                );
            }
            // The next build may be of another edition than the one that was killed.
            let next = if n % 2 == 0 { new.clone() } else { with(edition(8, "3rd"), "index.html", "3rd") };
            // And it may be killed, too.
            let killed = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scratch.publish(&next)));
            let _ = fault::during(&scratch.path("book"), n / 2, Fault::Killed, killed);
            scratch.publish(&next).unwrap_or_else(|stopped| panic!("{way}, step {n}, the next build: {stopped:?}"));
            check_site(&scratch.out(), &with_stranger(&next, stranger));
            scratch.check_records();
            if !met {
                break;
            }
        }
    }
}

/// Every file that is there is one of those that a build wrote, from its first byte to its last.
fn check_whole_files(out: &Path, editions: &[&Pages]) {
    for (path, text) in tree(out) {
        let is_known = path.ends_with('/') || editions.iter().any(|edition| edition.get(&path) == Some(&text));
        assert!(is_known, "`{path}` is not whole: {text:?}");
    }
}

#[test]
fn what_somebody_writes_into_the_output_during_the_swap_is_kept() {
    let scratch = Scratch::new();
    scratch.check_publish(&edition(6, "1st"));
    let records = scratch.path("book/.cuebook-site");
    // As a build leaves it that is killed right after the swap: the old site lies in `old`.
    fs::rename(scratch.out(), records.join("old")).expect("room");
    for (path, text) in edition(6, "2nd") {
        scratch.put(&format!("book/site/{path}"), &text);
    }
    fs::write(
        records.join("journal"),
        manifest::journal_text(&edition(6, "2nd").keys().map(|k| &**k).collect::<Vec<_>>()),
    )
    .expect("room");
    scratch.put("book/.cuebook-site/old/guides/late.txt", "late");
    scratch.put("book/.cuebook-site/old/late/late.txt", "late");
    scratch.publish(&edition(6, "2nd")).expect("no error");
    check_site(&scratch.out(), &with(with(edition(6, "2nd"), "guides/late.txt", "late"), "late/late.txt", "late"));
    scratch.check_records();
}

/// The environment variable that makes this test binary build a site in the folder that it names, and do no test.
const CHILD: &str = "CUEBOOK_WRITE_CHILD";

/// Runs in a process of its own when a test below asks for it: builds editions 0, 1, 2 … until it is ended, or the one
/// that is named.
#[test]
fn child() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let (folder, n) = order.split_once('|').expect("folder|edition");
    let scratch = Scratch(PathBuf::from(folder));
    let editions = n.parse().map_or(0..usize::MAX, |n: usize| n..n + 1);
    for n in editions {
        let result = scratch.publish(&numbered(n));
        if let Err(Stopped::Unwritten(error)) = &result {
            println!("{error}");
        }
        println!("built {n}");
    }
    std::mem::forget(scratch);
}

/// Every third edition differs in two pages only, the others in all.
fn numbered(n: usize) -> Pages {
    let site = edition(60, &format!("edition {}", n / 3));
    if n.is_multiple_of(3) {
        site
    } else {
        with(with(site, "guides/0/page-0.html", &n.to_string()), "nav.js", &n.to_string())
    }
}

fn child_process(scratch: &Scratch, edition: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    command.args(["--exact", "write::tests::child", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, format!("{}|{edition}", scratch.0.display())).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
fn a_process_killed_at_a_random_moment_leaves_whole_files_and_the_next_repairs() {
    use std::io::{BufRead, BufReader};
    let scratch = Scratch::new();
    let mut random = u64::from(std::process::id()) | 1;
    for _ in 0..20 {
        let mut child = child_process(&scratch, "all").spawn().expect("the test binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n_built = (random >> 33) % 8;
        let built = (0..n_built).all(|_| lines.by_ref().map_while(Result::ok).any(|line| line.contains("built")));
        assert!(built, "the child builds until it is killed");
        // Somewhere within the next build: counted in turns of a loop, since nothing depends on how long it takes.
        (0..(random >> 40) % 3_000_000).for_each(|turn| {
            std::hint::black_box(turn);
        });
        child.kill().expect("the child runs");
        child.wait().expect("the child was ours");

        let found = tree(&scratch.out());
        let editions: Vec<Pages> = (0..40).map(numbered).collect();
        check_whole_files(&scratch.out(), &editions.iter().collect::<Vec<_>>());
        assert!(found.is_empty() || found.len() == 63, "a page is missing: {} are there", found.len());
        let is_mixed = !found.is_empty() && !editions.contains(&found);
        let in_doubt = scratch.path("book/.cuebook-site/journal").exists();
        assert!(!is_mixed || in_doubt, "old and new pages are mixed, and nothing says so");

        let n = (random >> 20) as usize % 40;
        scratch.check_publish(&numbered(n));
        // The next child begins with edition 0 again.
    }
}

#[test]
#[cfg(unix)]
fn an_output_that_is_read_only_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let scratch = Scratch::new();
    scratch.check_publish(&numbered(0));
    let protect = |path: &str, mode| {
        fs::set_permissions(scratch.path(path), fs::Permissions::from_mode(mode)).expect("our folder");
    };
    let build_as_another = |edition: &str| {
        let mut command = child_process(&scratch, edition);
        // The rights of a folder mean nothing to root.
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        command.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for entry in WalkDir::new(&scratch.0).into_iter().filter_map(Result::ok) {
        let _ = std::os::unix::fs::chown(entry.path(), Some(65_534), Some(65_534));
    }
    for (closed, editions) in [
        (vec!["book/site"], ["1", "3"]),
        (vec!["book/site/guides/0"], ["1", "3"]),
        (vec!["book/.cuebook-site"], ["1", "3"]),
    ] {
        closed.iter().for_each(|path| protect(path, 0o555));
        for edition in editions {
            // Two pages differ in edition 1, one of them in the closed folder, and all in edition 3.
            let Some(said) = build_as_another(edition).filter(|said| said.contains("built")) else {
                closed.iter().for_each(|path| protect(path, 0o755));
                println!("skipped: the test binary cannot be run as another user");
                return;
            };
            assert!(said.contains("you are not allowed to") && said.contains("--out"), "{closed:?}: {said}");
            check_site(&scratch.out(), &numbered(0));
        }
        closed.iter().for_each(|path| protect(path, 0o755));
    }
    let said = build_as_another("3").expect("it could be run before");
    assert!(!said.contains("Could not"), "nothing is closed any more: {said}");
    check_site(&scratch.out(), &numbered(3));
}

#[test]
#[cfg(target_os = "linux")]
fn a_small_disk_that_is_full_keeps_the_old_site() {
    let scratch = Scratch::new();
    let disk = scratch.path("disk");
    fs::create_dir_all(&disk).expect("room");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=200k", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("skipped: no right to mount a small disk");
        return;
    }
    let _unmount = Unmount(disk.clone());
    // Once as a folder on the small disk, once as the whole of it.
    for out in [disk.join("site"), disk.clone()] {
        let output = scratch.output(&out).expect("free");
        let small = edition(3, "1st");
        let large: Pages = edition(9, "2nd").into_iter().map(|(path, text)| (path, text.repeat(5_000))).collect();
        publish_to(&output, &small, Swap::IfMuchChanged).0.expect("there is room");
        let (result, _) = publish_to(&output, &large, Swap::IfMuchChanged);
        check_refused(result, "the disk is full");
        check_site(&out, &small);
        assert_eq!(publish_to(&output, &small, Swap::IfMuchChanged).0.expect("as it was"), counts(0, 6, 0));
        let other = edition(5, "3rd");
        assert_eq!(publish_to(&output, &other, Swap::IfMuchChanged).0.expect("room again"), counts(8, 0, 0));
        check_site(&out, &other);
        fs::remove_dir_all(disk.join("site")).unwrap_or_default();
        fs::remove_dir_all(disk.join(".cuebook-site")).unwrap_or_default();
    }
}

#[cfg(target_os = "linux")]
struct Unmount(PathBuf);

#[cfg(target_os = "linux")]
impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}
