//! Says what changed in the folders of a book.
//!
//! What the system tells is only a hint to look again: at the file that it names, and everywhere when it names something
//! new, when it has lost count, and every two seconds anyway. Folders are watched, not files, because editors write a new
//! file and rename it over the old one; a folder that is new is watched first and looked through then. Where nothing can be
//! watched (a network folder, a system whose watches are used up) the files are looked at in short turns.
//!
//! Out comes one [`Change`] for all that has happened since the last one. Nothing here reads a file.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use walkdir::WalkDir;

use crate::config;
use crate::discover::is_litter;
use crate::platform;
use crate::project::{Change, Project};
use crate::publish::skipped;
use crate::text::SourcePath;

/// Time without news after which a file that is being written is taken for written, where the system does not say so.
///
/// Vim and VS Code truncate and then write within 2 ms on a disk; 10 leaves room for slower ones.
const SETTLE: Duration = Duration::from_millis(10);

/// Time for which a file that was there is not believed to be gone or empty: it is being replaced.
const GRACE: Duration = Duration::from_millis(40);

/// How often everything is looked at although nothing was told.
const ANYWAY: Duration = Duration::from_secs(2);

/// News that are taken together at most, so that a file that is written without end does not stop the rest.
const AT_ONCE: usize = 10_000;

/// Where a book lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    root: PathBuf,
    content: PathBuf,
    /// Folders below the content that are none.
    skip: Vec<PathBuf>,
    follow_links: bool,
}

impl Places {
    /// The places of a book that could be opened, and of its output.
    pub fn of(project: &Project, out: Option<&Path>) -> Places {
        Places {
            root: whole(&project.root),
            content: whole(&project.content.folder),
            skip: skipped(project, out).iter().map(|folder| whole(folder)).collect(),
            follow_links: project.config().build.follow_symlinks,
        }
    }

    /// Those of a folder that could not be opened: whatever happens in it may mend that.
    pub fn of_folder(root: &Path) -> Places {
        let root = whole(root);
        Places { content: root.join("content"), root, skip: Vec::new(), follow_links: false }
    }

    fn config(&self) -> PathBuf {
        self.root.join(config::FILE)
    }

    fn themes(&self) -> PathBuf {
        self.root.join("themes")
    }

    /// Where the words of other languages lie.
    fn words(&self) -> PathBuf {
        self.root.join("words")
    }

    /// Whether a file holds settings.
    fn is_config(&self, path: &Path) -> bool {
        path == self.config()
            || path.parent() == Some(&self.words()) && path.extension().is_some_and(|end| end == "toml")
    }

    fn is_skipped(&self, path: &Path) -> bool {
        self.skip.iter().any(|skip| path.starts_with(skip))
    }

    /// The path of a file below the content folder. `None` for what is no content.
    fn source(&self, path: &Path) -> Option<SourcePath> {
        let relative = path.strip_prefix(&self.content).ok().filter(|_| !self.is_skipped(path))?;
        SourcePath::new(&relative.to_str()?.replace('\\', "/"))
    }

    /// Whether a path is of no interest: what editors leave lying about, the output.
    fn is_idle(&self, path: &Path) -> bool {
        let below = path.strip_prefix(&self.root).or_else(|_| path.strip_prefix(&self.content)).unwrap_or(path);
        self.is_skipped(path) && !path.starts_with(self.themes()) || below.iter().any(is_litter)
    }
}

/// The path without links and dots; made absolute only, if it is not there.
fn whole(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// What shows that a file is another than before, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64),
}

impl Stamp {
    fn of(found: &Metadata) -> Stamp {
        Stamp { length: found.len(), modified: found.modified().ok(), identity: platform::identity(found) }
    }
}

/// What lies in the places of a book.
#[derive(Debug, Default)]
struct Seen {
    files: BTreeMap<PathBuf, Stamp>,
    folders: BTreeMap<PathBuf, (u64, u64)>,
    /// Files that changed when they were last looked at. The clock of a disk is coarse: a second change may leave no trace,
    /// so these are looked at once more.
    young: BTreeSet<PathBuf>,
}

impl Seen {
    fn look(places: &Places) -> Seen {
        let mut seen = Seen::default();
        if let Ok(root) = fs::metadata(&places.root) {
            seen.folders.insert(places.root.clone(), platform::identity(&root));
        }
        if let Ok(config) = fs::metadata(places.config()) {
            seen.files.insert(places.config(), Stamp::of(&config));
        }
        seen.walk(&places.themes(), places);
        seen.walk(&places.words(), places);
        seen.walk(&places.content, places);
        seen
    }

    fn walk(&mut self, folder: &Path, places: &Places) {
        let is_theme = folder.starts_with(places.themes());
        let walk = WalkDir::new(folder).follow_links(places.follow_links).into_iter().filter_entry(|item| {
            item.depth() == 0 || !(is_litter(item.file_name()) || (!is_theme && places.is_skipped(item.path())))
        });
        for item in walk.filter_map(Result::ok) {
            let Ok(found) = item.metadata() else { continue };
            if found.is_dir() {
                self.folders.insert(item.into_path(), platform::identity(&found));
            } else {
                self.files.insert(item.into_path(), Stamp::of(&found));
            }
        }
    }

    /// What differs from an earlier look.
    fn since(&mut self, earlier: &Seen, places: &Places) -> Change {
        let mut change = Change::default();
        let mut young = BTreeSet::new();
        for (path, stamp) in &self.files {
            match earlier.files.get(path) {
                Some(before) if before == stamp && !earlier.young.contains(path) => {}
                Some(before) => {
                    if before != stamp {
                        young.insert(path.clone());
                    }
                    change.add(changed(path, places, false));
                }
                None => change.add(changed(path, places, true)),
            }
        }
        for path in earlier.files.keys().filter(|path| !self.files.contains_key(*path)) {
            change.add(changed(path, places, true));
        }
        // Without its folder a book cannot be read, even if there was nothing in it.
        let is_there = |seen: &Seen| seen.folders.contains_key(&places.content);
        change.content |= is_there(self) != is_there(earlier);
        self.young = young;
        change
    }
}

/// What it means that a file differs, or `came_or_went`.
fn changed(path: &Path, places: &Places, came_or_went: bool) -> Change {
    let mut change = Change::default();
    if places.is_config(path) {
        change.config = true;
    } else if path.starts_with(places.themes()) {
        change.theme = true;
    } else if came_or_went {
        change.content = true;
        // A name may have been another file's a moment ago.
        change.files.extend(places.source(path));
    } else {
        change.files.extend(places.source(path));
    }
    change
}

/// What a watcher is told.
enum Told {
    Event(Event),
    /// The system has lost count, or a watch.
    Fault,
    Stop,
}

/// Ends the wait of a [`Watcher`].
#[derive(Clone, Debug)]
pub struct Stopper(Sender<Told>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl Stopper {
    /// The next [`Watcher::wait`] gives `None`.
    pub fn stop(&self) {
        let _ = self.0.send(Told::Stop);
    }
}

/// How a watcher comes to know.
enum Means {
    /// The system tells; these folders are watched.
    Events(RecommendedWatcher, BTreeMap<PathBuf, (u64, u64)>),
    /// It looks, in short turns.
    Polling,
}

/// Watches the places of one book.
pub struct Watcher {
    places: Places,
    seen: Seen,
    means: Means,
    told: Receiver<Told>,
    teller: Sender<Told>,
    notice: Option<String>,
}

impl Watcher {
    /// Looks at everything once. What changes from now on is told. `polling` looks in turns, whatever the system can do.
    pub fn new(places: Places, polling: bool) -> Watcher {
        let (teller, told) = mpsc::channel();
        let mut watcher = Watcher { places, seen: Seen::default(), means: Means::Polling, told, teller, notice: None };
        if polling {
            watcher.notice = Some("The files are looked at in turns, as asked for with `--poll`.".to_owned());
        } else if platform::is_remote(&watcher.places.content) {
            watcher.notice = Some(
                "The content lies in a network folder, which tells nobody of changes; its files are looked at in turns."
                    .to_owned(),
            );
        } else {
            watcher.listen();
        }
        watcher.seen = Seen::look(&watcher.places);
        if watcher.watch_folders() {
            watcher.seen = Seen::look(&watcher.places);
        }
        watcher
    }

    /// What ends the wait.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.teller.clone())
    }

    /// How changes are found, if that is not as usual: a sentence for whoever started it, said once.
    pub fn notice(&mut self) -> Option<String> {
        self.notice.take()
    }

    /// Watches other places from now on: the settings may name another content folder. What lies there counts as seen, so
    /// if this says that they are others, it is to be read again.
    pub fn aim(&mut self, places: Places) -> bool {
        let is_other = places != self.places;
        if is_other {
            self.places = places;
            let _ = self.look();
        }
        is_other
    }

    /// Waits until something differs. `None` when it was stopped.
    pub fn wait(&mut self) -> Option<Change> {
        loop {
            let change = match self.told.recv_timeout(self.turn()) {
                Ok(Told::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.look(),
                Ok(told) => {
                    let mut hints = Hints::default();
                    hints.note(told);
                    self.gather(&mut hints, Duration::ZERO);
                    if !hints.stop && self.is_being_replaced(&hints) {
                        self.gather(&mut hints, GRACE);
                    }
                    if hints.stop {
                        return None;
                    }
                    self.look_at(&hints)
                }
            };
            if !change.is_empty() {
                return Some(change);
            }
        }
    }

    /// How long to wait for news before looking anyway. Looking costs more where there is more to look at.
    fn turn(&self) -> Duration {
        match self.means {
            Means::Events(..) => ANYWAY,
            Means::Polling => Duration::from_millis(100 + self.seen.files.len() as u64 / 20),
        }
    }

    /// Takes all news that are there, and those that come while a file is being written.
    fn gather(&self, hints: &mut Hints, first: Duration) {
        let mut patience = first;
        for _ in 0..AT_ONCE {
            let pause = if hints.writing.is_empty() { patience } else { SETTLE.max(patience) };
            match self.told.recv_timeout(pause) {
                Ok(told) => hints.note(told),
                Err(_) => break,
            }
            if hints.stop {
                break;
            }
            patience = Duration::ZERO;
        }
    }

    /// Whether a file that had something in it is gone or empty: most likely its editor is about to write it.
    fn is_being_replaced(&self, hints: &Hints) -> bool {
        hints.paths.iter().any(|path| {
            let had_text = self.seen.files.get(path).is_some_and(|stamp| stamp.length > 0);
            had_text && fs::metadata(path).map_or(true, |found| found.len() == 0)
        })
    }

    fn look_at(&mut self, hints: &Hints) -> Change {
        let mut change = Change::default();
        let mut everywhere = hints.everywhere;
        for path in hints.paths.iter().filter(|path| !self.places.is_idle(path)) {
            let found = fs::symlink_metadata(path).ok().filter(Metadata::is_file);
            match (found, self.seen.files.get_mut(path)) {
                (Some(found), Some(stamp)) => {
                    *stamp = Stamp::of(&found);
                    self.seen.young.insert(path.clone());
                    change.add(changed(path, &self.places, false));
                }
                _ => everywhere = true,
            }
        }
        if everywhere {
            change.add(self.look());
        }
        change
    }

    /// Looks at everything now, without waiting; what differs.
    pub fn look(&mut self) -> Change {
        let mut now = Seen::look(&self.places);
        let earlier = std::mem::replace(&mut self.seen, now);
        if self.watch_folders() {
            self.seen = Seen::look(&self.places);
        }
        now = std::mem::take(&mut self.seen);
        let change = now.since(&earlier, &self.places);
        self.seen = now;
        change
    }

    fn listen(&mut self) {
        let teller = self.teller.clone();
        let tell = move |event: notify::Result<Event>| {
            // Nobody listens any more when the program ends.
            let _ = teller.send(event.map_or(Told::Fault, Told::Event));
        };
        match RecommendedWatcher::new(tell, notify::Config::default()) {
            Ok(watcher) => self.means = Means::Events(watcher, BTreeMap::new()),
            Err(error) => self.poll_instead(&error),
        }
    }

    /// Watches the folders that were seen, and no others. Says whether one of them is new.
    fn watch_folders(&mut self) -> bool {
        let Means::Events(watcher, watched) = &mut self.means else { return false };
        let folders = &self.seen.folders;
        // One that was renamed is still watched under its old name.
        let gone: Vec<PathBuf> =
            watched.iter().filter(|(path, id)| folders.get(*path) != Some(*id)).map(|(path, _)| path.clone()).collect();
        for path in gone {
            let _ = watcher.unwatch(&path);
            watched.remove(&path);
        }
        let mut is_new = false;
        for (path, id) in folders {
            if watched.contains_key(path) {
                continue;
            }
            match watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    watched.insert(path.clone(), *id);
                    is_new = true;
                }
                // It is gone again; what looks next will see that.
                Err(_) if !path.exists() => {}
                Err(error) => {
                    self.poll_instead(&error);
                    return true;
                }
            }
        }
        is_new
    }

    fn poll_instead(&mut self, error: &notify::Error) {
        self.means = Means::Polling;
        self.notice = Some(why_polling(error));
    }
}

/// Says which limit was met, and how to raise it.
fn why_polling(error: &notify::Error) -> String {
    let number = match &error.kind {
        notify::ErrorKind::Io(cause) => cause.raw_os_error(),
        _ => None,
    };
    let limit = match (&error.kind, number) {
        // ENOSPC and EMFILE, by which Linux tells the two limits apart.
        (notify::ErrorKind::MaxFilesWatch, _) | (_, Some(28)) => "fs.inotify.max_user_watches",
        (_, Some(24)) => "fs.inotify.max_user_instances",
        _ => return format!("The system cannot watch these folders ({error}); the files are looked at in turns."),
    };
    format!(
        "The system's limit `{limit}` is used up by this and other programs; the files are looked at in turns. \
         An administrator raises it with `sysctl {limit}=524288`."
    )
}

/// What was told since the last look.
#[derive(Default)]
struct Hints {
    paths: BTreeSet<PathBuf>,
    /// Files that somebody has begun to write and has not closed.
    writing: BTreeSet<PathBuf>,
    everywhere: bool,
    stop: bool,
}

impl Hints {
    fn note(&mut self, told: Told) {
        let event = match told {
            Told::Event(event) => event,
            Told::Fault => {
                self.everywhere = true;
                return;
            }
            Told::Stop => {
                self.stop = true;
                return;
            }
        };
        self.everywhere |= event.need_rescan();
        let is_written = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            EventKind::Access(_) => return,
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(_) => true,
            EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Metadata(_)) => true,
            _ => false,
        };
        for path in event.paths {
            if is_written || is_litter(path.file_name().unwrap_or(OsStr::new(""))) {
                self.writing.remove(&path);
            } else {
                self.writing.insert(path.clone());
            }
            self.paths.insert(path);
        }
    }
}
