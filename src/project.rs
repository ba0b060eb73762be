//! A folder on disk as a book: its settings, its content, its theme; and the one way from there to a published site.
//!
//! This is the only place that joins the stages. It reads files and hands them on; what they mean is decided elsewhere.

mod mend;
mod packed;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::asset::Assets;
use crate::check::{self, Absent, GivesWay};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::discover::{self, Content, Found, ReadError};
use crate::entry::Entry;
use crate::filter::{self, Copy, LeftOut, Readers, Visible};
use crate::parse::menu::{self, Menu};
use crate::parse::{self, Context, front_matter};
use crate::persistent::PersistentVec;
use crate::platform;
use crate::playbook::Playbook;
use crate::receipt;
use crate::render::{RenderError, Theme};
use crate::rules;
use crate::site::{self, Extras, Note, Page, PageId, Picked, Site};
use crate::source::{Included, IncludedFile, Listed, NotIncluded, Source};
use crate::text::{SourcePath, joined};
use crate::words::{Words, words};
use crate::write::{self, Bytes, Order, Output, Planned, Produced, Protected, Stopped, Swap, WriteError, Written};

pub use mend::Mended;
use packed::Packing;

/// A book on disk, with its settings read.
#[derive(Debug)]
pub struct Project {
    /// Where `book.toml` is, or would be.
    pub root: PathBuf,
    /// Its entries and their pictures.
    pub content: Content,
    /// What parsing depends on: the settings and the vocabulary.
    pub context: Context,
    /// The words of the theme.
    pub words: Words,
    /// What is wrong with `book.toml`.
    pub diagnostics: Vec<Diagnostic>,
}

/// A project cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The folder is not there, or is no folder.
    NoFolder(PathBuf),
    /// `book.toml` names a content folder that is not there.
    NoContent {
        /// The folder.
        folder: PathBuf,
        /// Whether `book.toml` names it.
        named: bool,
    },
    /// `book.toml` cannot be read.
    Unreadable(PathBuf, io::Error),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OpenError::NoFolder(path) if path.is_file() => write!(
                f,
                "`{}` is a file. Give the folder of a playbook with `--root`, the one in which `book.toml` or the entries lie.",
                path.display()
            ),
            OpenError::NoFolder(path) => write!(
                f,
                "there is no folder `{}`. Give the folder of a playbook with `--root`, or make a new one with `cuebook init`.",
                path.display()
            ),
            OpenError::NoContent { folder, named: true } => write!(
                f,
                "`book.toml` names the content folder `{}`, which is not there. Make the folder, or mend `src` under `[book]`.",
                folder.display()
            ),
            OpenError::NoContent { folder, named: false } => write!(
                f,
                "there is no folder `{}` beside `book.toml`. Make it, or name another one with `src` under `[book]`.",
                folder.display()
            ),
            OpenError::Unreadable(path, error) => write!(f, "`{}` cannot be read: {error}.", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// The entries of a book, parsed and checked each by itself.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// In order of path.
    pub entries: PersistentVec<Arc<Entry>>,
    /// Other files.
    pub assets: Arc<Assets>,
    /// What is wrong with the folder, and with each file.
    pub diagnostics: PersistentVec<Arc<[Diagnostic]>>,
}

/// What differs from the last time that a book was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Files of the content folder that may have other bytes.
    pub files: BTreeSet<SourcePath>,
    /// Whether files came to the content folder, or went.
    pub content: bool,
    /// Whether the book's own theme may differ.
    pub theme: bool,
    /// Whether `book.toml` may differ.
    pub config: bool,
}

impl Change {
    /// Nothing is known of the last time.
    pub fn everything() -> Change {
        Change { files: BTreeSet::new(), content: true, theme: true, config: true }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }

    /// Adds what differs besides.
    pub fn add(&mut self, other: Change) {
        self.files.extend(other.files);
        self.content |= other.content;
        self.theme |= other.theme;
        self.config |= other.config;
    }
}

/// The files of a content folder as they were read.
#[derive(Debug, Default)]
pub struct Files {
    found: Found,
    menu: Menu,
    /// In order of path.
    read: PersistentVec<FileRead>,
    /// The places of those that are made of several files, so that they may differ when another one does.
    including: BTreeSet<usize>,
    /// What all of them are. `None` until they are read for the first time.
    loaded: Option<Loaded>,
}

/// One file of the content: read, parsed and checked by itself.
#[derive(Clone, Debug)]
struct FileRead {
    path: SourcePath,
    /// `None` if it could not be read.
    entry: Option<Arc<Entry>>,
    /// What the writer is told about how it was saved, if not as UTF-8.
    encoding: Option<String>,
    diagnostics: Arc<[Diagnostic]>,
}

impl FileRead {
    fn unread(path: SourcePath, diagnostic: Option<Diagnostic>) -> FileRead {
        FileRead { path, entry: None, encoding: None, diagnostics: diagnostic.into_iter().collect() }
    }

    /// Whether it is made of other files, too.
    fn includes(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| !entry.source.included.is_empty())
    }

    fn holds(&self, source: &Source, encoding: Option<&str>) -> bool {
        let is_same = |own: &Source| own.text == source.text && own.included == source.included;
        self.encoding.as_deref() == encoding
            && self.is_listed(source.listed.as_ref())
            && self.entry.as_ref().is_some_and(|own| is_same(&own.source))
    }

    /// Whether the menus said the same when it was read.
    fn is_listed(&self, listed: Option<&Listed>) -> bool {
        self.entry.as_ref().is_none_or(|own| own.source.listed.as_ref() == listed)
    }
}

impl Files {
    /// Takes a file as it is now. What all files are stays, but for this one, if it still is an entry or is still none.
    fn put(&mut self, at: usize, read: FileRead) {
        if read.includes() {
            self.including.insert(at);
        } else {
            self.including.remove(&at);
        }
        let was_entry = self.read[at].entry.is_some();
        self.loaded = self.loaded.take().filter(|_| was_entry == read.entry.is_some()).map(|mut loaded| {
            loaded.diagnostics.set(at + 1, read.diagnostics.clone());
            if let Some(entry) = &read.entry {
                let place = loaded.entries.binary_search_by(|known| known.source.path.cmp(&read.path));
                loaded.entries.set(place.expect("it was an entry before"), entry.clone());
            }
            loaded
        });
        self.read.set(at, read);
    }

    fn loaded(&mut self) -> Loaded {
        let Files { found, menu, read, loaded, .. } = self;
        let all = || {
            let mut assets = found.assets.clone();
            assets.files.extend(menu.files.iter().cloned());
            let of_folder: Arc<[Diagnostic]> = found.diagnostics.as_slice().into();
            Loaded {
                entries: read.iter().filter_map(|read| read.entry.clone()).collect(),
                assets: Arc::new(assets),
                diagnostics: std::iter::once(of_folder)
                    .chain(read.iter().map(|read| read.diagnostics.clone()))
                    .collect(),
            }
        };
        loaded.get_or_insert_with(all).clone()
    }
}

/// What a build is asked for.
#[derive(Debug)]
pub struct Request {
    /// For whom.
    pub copy: Copy,
    /// The day by which reviews are judged.
    pub today: Date,
}

/// How a site is written.
#[derive(Clone, Copy, Debug)]
pub struct Publishing {
    /// When the output may be swapped for another folder.
    pub swap: Swap,
    /// Whether beside each text file lie the same, packed.
    pub precompress: bool,
}

/// Why a file could not be made.
enum Unmade {
    /// A mistake in a template.
    Page(RenderError),
    /// A file of the book could not be read.
    File(WriteError),
}

impl From<RenderError> for Unmade {
    fn from(error: RenderError) -> Unmade {
        Unmade::Page(error)
    }
}

/// A site and where it lies in an output.
pub struct Placed {
    /// The folder, with a slash at its end; empty for the output itself.
    pub folder: String,
    /// The site.
    pub site: Site,
}
/// A book linked and indexed for those who may see everything, before it is checked.
#[derive(Debug)]
pub struct Joined {
    /// The copy for everyone.
    pub whole: Arc<Playbook>,
    /// What it leaves out because of its status.
    pub left_out: LeftOut,
    /// The files that it was made of.
    entries: PersistentVec<Arc<Entry>>,
    assets: Arc<Assets>,
    /// What is wrong with the folder and with files, each by itself.
    found: PersistentVec<Arc<[Diagnostic]>>,
    /// Entries that are not in it because what is left of them could not be read.
    unread: Vec<Diagnostic>,
}

impl Joined {
    /// What is shown of an entry that was among those of this book, unless its status keeps it out.
    fn shown(&self, entry: &Arc<Entry>) -> Option<Visible> {
        let path = &entry.source.path;
        let at = self.entries.binary_search_by(|known| known.source.path.cmp(path)).ok()?;
        let is_known = Arc::ptr_eq(&self.entries[at], entry);
        let shown = self.whole.entries.binary_search_by(|shown| shown.source.path.cmp(path)).ok();
        is_known.then(|| Some(self.whole.entries[shown?].clone()))?
    }
}

/// Entries that are put into an earlier copy one by one at most; more are a checkout.
const REWORDED: usize = 16;

/// One copy, linked and indexed, with everything that is wrong with the book.
#[derive(Debug)]
pub struct Made {
    /// The copy.
    pub playbook: Arc<Playbook>,
    /// Of the whole book, whatever the copy; in order, each once, with the severity that the book gives it.
    pub diagnostics: Vec<Diagnostic>,
    /// What the copy leaves out because of its status.
    pub left_out: LeftOut,
    /// Entries that were found.
    pub entries: usize,
}

impl Project {
    /// Opens the book in `root`. Without a `book.toml` of ours, the folder itself is the content; an mdBook's `src` and the
    /// `docs` of MkDocs are found.
    ///
    /// # Errors
    /// If there is nothing to read. What is wrong *in* `book.toml` is a diagnostic.
    pub fn open(root: &Path) -> Result<Project, OpenError> {
        if !root.is_dir() {
            return Err(OpenError::NoFolder(root.to_owned()));
        }
        let file = root.join("book.toml");
        let read = || {
            let mut bytes = Vec::new();
            // A link is the owner's affair; a FIFO would never end.
            platform::open_regular(&fs::canonicalize(&file)?)?.read_to_end(&mut bytes)?;
            Ok::<_, io::Error>(bytes)
        };
        let (mut config, mut diagnostics) = match read() {
            Ok(bytes) => Config::parse(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Config::default(), Vec::new()),
            Err(error) => return Err(OpenError::Unreadable(file, error)),
        };
        let content = content_of(root, &mut config)?;
        diagnostics.extend(left_beside(root, &content).filter(|_| !config.is_book));
        // An mdBook is a folder of Markdown like any other: nobody has asked for what a book of ours must have, and what mdBook
        // makes of it stays where it is.
        if config.is_shared && content.folder.join("SUMMARY.md").is_file() {
            (config.is_book, config.build.out) = (false, None);
            diagnostics.retain(|diagnostic| diagnostic.rule.name != rules::CONFIG_KEY.name);
        }
        // What lies in a stranger's folder of that name is no setting.
        if config.is_book {
            read_words(root, &mut config, &mut diagnostics);
        }
        for diagnostic in &mut diagnostics {
            if let Some(Some(severity)) = config.check.get(diagnostic.rule.name) {
                diagnostic.severity = *severity;
            }
        }
        let words = words(&config);
        Ok(Project { root: root.to_owned(), content, words, context: Context::new(Arc::new(config)), diagnostics })
    }

    /// Whether a file that was read for `other` is the same for this one: it lies there, and no setting differs by which
    /// entries are parsed and checked each by itself.
    pub fn reads_as(&self, other: &Project) -> bool {
        let checked =
            |project: &Project| (project.config().review.every, project.config().style.judgement_words.clone());
        (&self.content.folder, &self.content.shown) == (&other.content.folder, &other.content.shown)
            && self.context.key == other.context.key
            && checked(self) == checked(other)
    }

    /// The settings.
    pub fn config(&self) -> &Arc<Config> {
        &self.context.config
    }

    /// Where the site goes unless `--out` says otherwise: `site` in a book; beside a bare folder, the same name with
    /// `-site`.
    pub fn default_out(&self) -> PathBuf {
        match &self.config().build.out {
            Some(out) => self.root.join(out),
            None if self.config().is_book => self.root.join("site"),
            None => {
                let root = fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
                let name =
                    root.file_name().map_or_else(|| "playbook".to_owned(), |name| name.to_string_lossy().into_owned());
                root.with_file_name(format!("{name}-site"))
            }
        }
    }

    /// The folder of the book's own theme, if it has one. A bare folder has none: who may write in it is not trusted with
    /// templates and scripts.
    pub fn theme_folder(&self) -> Option<PathBuf> {
        let folder = self.root.join("themes").join(&self.config().theme.name);
        (self.config().is_book && folder.is_dir()).then_some(folder)
    }

    /// The theme: the built-in one, with the files of the book's own theme over it.
    ///
    /// # Errors
    /// Every mistake in it, as diagnostics.
    pub fn theme(&self) -> Result<Arc<Theme>, Vec<Diagnostic>> {
        let mut own = BTreeMap::new();
        let mut faults = Vec::new();
        let name = &self.config().theme.name;
        // The program's own sources hold the built-in theme at this place; there it lies over itself.
        match self.theme_folder() {
            Some(folder) => read_theme(&folder, &format!("themes/{name}"), &mut own, &mut faults),
            None if name == "default" => {}
            None => faults.push(
                Diagnostic::about_file(&rules::THEME, "book.toml", format!("there is no theme `{name}`"))
                    .help(format!("make the folder `themes/{name}`, or take `name` out of `[theme]`")),
            ),
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Theme::new(&self.config().theme, own, self.words.clone()).map(Arc::new)
    }

    /// Reads, parses and checks every entry. `skip` are folders that are not content.
    ///
    /// # Errors
    /// If the content folder cannot be read at all.
    pub fn load(&self, today: Date, skip: &[PathBuf]) -> Result<Loaded, ReadError> {
        self.load_again(&mut Files::default(), &Change::everything(), today, skip)
    }

    /// Reads, parses and checks the entries of which `change` says that they differ; the others are as `files` has them,
    /// which the same project has filled on the same day.
    ///
    /// # Errors
    /// If the content folder cannot be read at all. Then `files` is as it was.
    pub fn load_again(
        &self,
        files: &mut Files,
        change: &Change,
        today: Date,
        skip: &[PathBuf],
    ) -> Result<Loaded, ReadError> {
        let of_menu = |path: &SourcePath| menu::is_menu(path) || MKDOCS.contains(&path.file_name());
        let mut stale: BTreeSet<usize> = BTreeSet::new();
        if change.content || change.files.iter().any(of_menu) {
            if change.content {
                files.found = discover::walk(&self.content, self.config(), skip)?;
            }
            files.menu = self.menu(&files.found);
            let place = |path: &SourcePath| files.read.binary_search_by(|read| read.path.cmp(path));
            let mut read = Vec::with_capacity(files.found.entries.len());
            for path in files.found.entries.iter().filter(|path| !files.menu.files.contains(*path)) {
                let known = place(path).ok().map(|at| files.read[at].clone());
                if known.as_ref().is_none_or(|known| !known.is_listed(files.menu.of(path))) {
                    stale.insert(read.len());
                }
                read.push(known.unwrap_or_else(|| FileRead::unread(path.clone(), None)));
            }
            files.including = (0..read.len()).filter(|at| read[*at].includes()).collect();
            files.read = read.into_iter().collect();
            files.loaded = None;
            // Whatever came or went may be a part of them.
            stale.extend(&files.including);
        }
        if !change.files.is_empty() {
            let place = |path: &SourcePath| files.read.binary_search_by(|read| read.path.cmp(path)).ok();
            stale.extend(change.files.iter().filter_map(place));
            stale.extend(&files.including);
        }
        let stale: Vec<usize> = stale.into_iter().collect();
        let read: Vec<FileRead> =
            stale.par_iter().map(|at| self.read_file(&files.read[*at], &files.menu, today)).collect();
        if !change.content && change.files.iter().any(|path| files.found.assets.files.contains(path)) {
            discover::judge(&self.content, self.config(), &mut files.found.assets);
            files.loaded = None;
        }
        for (at, read) in stale.into_iter().zip(read) {
            files.put(at, read);
        }
        Ok(files.loaded())
    }

    /// What the menus say that lie among the entries or beside them.
    fn menu(&self, found: &Found) -> Menu {
        let mut menu = Menu::default();
        let is_page = |path: &SourcePath| found.entries.binary_search(path).is_ok();
        for (folder, file) in self.mkdocs_files(found) {
            let Some(text) = discover::read_beside(&file, self.config()) else { continue };
            let said = menu::mkdocs(&text);
            // Its pages lie in the folder that it names; if they were moved, they may lie in any of those beside it.
            let inner = joined(folder.unwrap_or_default(), &said.folder);
            let beside = found.entries.iter().filter_map(|path| {
                let below = path.as_str().strip_prefix(folder?)?.trim_start_matches('/');
                Some(&path.as_str()[..path.as_str().len() - below.len() + below.find('/')?])
            });
            let mut folders: Vec<&str> = inner.as_deref().filter(|_| folder.is_some()).into_iter().collect();
            folders.push(folder.unwrap_or_default());
            folders.extend(beside);
            folders.dedup();
            menu.add(&said.nav, folders, is_page);
        }
        for path in found.entries.iter().filter(|path| menu::is_menu(path)) {
            let text = discover::read_beside(&self.content.folder.join(path.as_str()), self.config());
            let lines = text.and_then(|text| menu::summary(&text));
            if lines.is_some_and(|lines| menu.add(&lines, [path.folder()], is_page)) {
                menu.files.insert(path.clone());
            }
        }
        menu
    }

    /// Every `mkdocs.yml`, with its folder among the entries; `None` for one that lies beside them.
    fn mkdocs_files<'f>(&self, found: &'f Found) -> Vec<(Option<&'f str>, PathBuf)> {
        let content = &self.content.folder;
        let inside = found.assets.files.iter().filter(|path| MKDOCS.contains(&path.file_name()));
        let mut files: Vec<_> = inside.map(|path| (Some(path.folder()), content.join(path.as_str()))).collect();
        let whole = fs::canonicalize(content).unwrap_or_else(|_| content.clone());
        if let Some(outer) = whole.parent().filter(|_| !self.config().is_book) {
            files.extend(MKDOCS.map(|name| (None, outer.join(name))));
        }
        files
    }

    /// One entry's file, and the files that it includes as text.
    fn read_with_includes(&self, path: &SourcePath) -> Result<(Source, Option<Diagnostic>), Box<Diagnostic>> {
        let (mut source, warning) = discover::read(&self.content, path, self.config())?;
        source.included = self.included(&source).into();
        Ok((source, warning))
    }

    /// The files that an entry includes, and those that they include, each as it is typed in each.
    fn included(&self, source: &Source) -> Vec<Included> {
        let mut found: Vec<Included> = Vec::new();
        let mut open: Vec<IncludedFile> = Vec::new();
        let mut known: BTreeSet<SourcePath> = BTreeSet::from([source.path.clone()]);
        let mut of_file = |by: &SourcePath, text: &str, open: &mut Vec<IncludedFile>| {
            for typed in parse::included_paths(text) {
                let file = self.included_file(by, typed);
                open.extend(file.iter().filter(|file| known.insert(file.path.clone())).cloned());
                found.push(Included { by: by.clone(), typed: typed.to_owned(), file });
            }
        };
        of_file(&source.path, &source.text, &mut open);
        // A file that was met is not read again, so this ends; no page needs more files than this.
        let mut left = 1000;
        while let Some(file) = open.pop().filter(|_| left > 0) {
            left -= 1;
            of_file(&file.path, &file.text, &mut open);
        }
        found
    }

    /// The file that an include in `by` means: beside it, from the content folder, or, in a project whose content is a
    /// folder of it, from the project. Where only some may see some entries, no entry is included as text, and nothing of
    /// a folder that is not for everyone: what it says about its readers would be lost.
    fn included_file(&self, by: &SourcePath, typed: &str) -> Result<IncludedFile, NotIncluded> {
        let source = self.included_source(by, typed).ok_or(NotIncluded::Missing)?;
        let mut body_start = 0;
        if source.path.is_markdown() {
            // What is wrong with its facts is said where they stand.
            let front_matter = front_matter::read(&source, self.config(), &mut Vec::new());
            if !front_matter.facts.status.is_published() {
                return Err(NotIncluded::Unpublished);
            }
            body_start = front_matter.body_start;
        }
        Ok(IncludedFile { path: source.path, text: source.text.into(), body_start })
    }

    fn included_source(&self, by: &SourcePath, typed: &str) -> Option<Source> {
        let typed = typed.replace('\\', "/");
        let rooted = ["~/", "@/", "/"].iter().find_map(|root| typed.strip_prefix(root));
        let path = rooted.unwrap_or(&typed);
        let beside = if rooted.is_some() { None } else { joined(by.folder(), path) };
        let readings = [beside, joined("", path), path.split_once('/').and_then(|(_, rest)| joined("", rest))];
        let read = |content: &Content, path: &str| {
            let path = SourcePath::new(path)?;
            // No link on the way may lead out.
            let (file, folder) = (content.folder.join(path.as_str()), fs::canonicalize(&content.folder).ok()?);
            fs::canonicalize(file).ok().filter(|file| file.starts_with(&folder))?;
            let is_hidden = path.as_str().split('/').any(|part| part.starts_with('.'));
            let (source, _) = Some(path)
                .filter(|_| !is_hidden)
                .and_then(|path| discover::read(content, &path, self.config()).ok())?;
            Some(source)
        };
        let in_content = readings.iter().flatten().find_map(|path| read(&self.content, path));
        if let Some(audiences) = &self.config().audiences {
            let is_open = |path: &SourcePath| {
                let is_entry = path.is_markdown();
                let lower = path.as_str().to_lowercase();
                !is_entry && !audiences.folders.iter().any(|(folder, _)| lower.starts_with(&folder.to_lowercase()))
            };
            return in_content.filter(|source| is_open(&source.path));
        }
        in_content.or_else(|| {
            let project = Content { folder: self.root.clone(), shown: String::new() };
            let inside = self.content.folder.strip_prefix(&self.root).ok()?.to_str()?;
            let folder = format!("{inside}/{}", by.folder());
            let readings = [joined(&folder, path).filter(|_| rooted.is_none()), joined("", path)];
            readings.iter().flatten().find_map(|path| read(&project, path))
        })
    }

    /// `before` is what the same file was, which it still is if it has the same text and the menu says the same.
    fn read_file(&self, before: &FileRead, menu: &Menu, today: Date) -> FileRead {
        let path = before.path.clone();
        let (source, warning) = match self.read_with_includes(&path) {
            Ok((source, warning)) => (Arc::new(Source { listed: menu.of(&path).cloned(), ..source }), warning),
            Err(diagnostic) => return FileRead::unread(path, Some(*diagnostic)),
        };
        let encoding = warning.as_ref().map(|warning| warning.message.clone());
        if before.holds(&source, encoding.as_deref()) {
            return before.clone();
        }
        let (entry, found) = self.read_source(source, today);
        FileRead { path, entry, encoding, diagnostics: warning.into_iter().chain(found).collect() }
    }

    /// Parses and checks one entry by itself.
    fn read_source(&self, source: Arc<Source>, today: Date) -> (Option<Arc<Entry>>, Vec<Diagnostic>) {
        let file = source.file.clone();
        let read = parse::guarded(&file, || {
            let entry = parse::parse(source, &self.context);
            let checked = check::entry(&entry, self.config(), today);
            (entry, checked)
        });
        match read {
            Ok((mut entry, checked)) => {
                let mut diagnostics = std::mem::take(&mut entry.diagnostics);
                diagnostics.extend(checked);
                (Some(Arc::new(entry)), diagnostics)
            }
            Err(fault) => (None, vec![*fault]),
        }
    }

    /// Links and indexes one copy, and checks the book.
    pub fn make(&self, loaded: Loaded, request: &Request) -> Made {
        let readers = std::slice::from_ref(&request.copy.readers);
        self.make_each(loaded, readers, request.copy.drafts).pop().expect("one copy was asked for")
    }

    /// Links and indexes a copy for each of these readers, and checks the book once.
    pub fn make_each(&self, loaded: Loaded, readers: &[Readers], drafts: bool) -> Vec<Made> {
        let joined = self.join(loaded, drafts, None);
        let mut diagnostics = self.check(&joined);
        let Joined { whole, left_out, entries, assets, .. } = joined;
        // Without audiences the public copy is the copy for everyone.
        let is_whole = |readers: &Readers| self.config().audiences.is_none() || *readers == Readers::Everyone;
        // Kept only if somebody asked for it: it is as large as a copy.
        let whole = readers.iter().any(is_whole).then_some(whole);
        let mut copies = Vec::with_capacity(readers.len());
        for readers in readers {
            copies.push(match &whole {
                Some(whole) if is_whole(readers) => (whole.clone(), left_out),
                _ => {
                    let copy = Copy { readers: readers.clone(), drafts };
                    let mut copy = filter::filter(&entries, &copy, &self.context);
                    diagnostics.append(&mut copy.unread);
                    (Arc::new(Playbook::new(copy.entries, &assets, self.config().clone())), copy.left_out)
                }
            });
        }
        let diagnostics = self.judged(diagnostics);
        let made = copies.into_iter().map(|(playbook, left_out)| Made {
            playbook,
            diagnostics: diagnostics.clone(),
            left_out,
            entries: entries.len(),
        });
        made.collect()
    }

    /// Links and indexes a book for those who may see everything. If only the wording of a few entries differs from the
    /// book `before`, with as many drafts, everything else is as it was there.
    pub fn join(&self, loaded: Loaded, drafts: bool, before: Option<&Joined>) -> Joined {
        let Loaded { entries, assets, diagnostics: found } = loaded;
        let copy = Copy { readers: Readers::Everyone, drafts };
        let alike = before.filter(|before| before.assets == assets && before.unread.is_empty());
        if let Some((before, whole)) = alike.and_then(|it| Some((it, self.reworded(it, &entries, &copy)?))) {
            let whole = Arc::new(whole);
            return Joined { whole, left_out: before.left_out, entries, assets, found, unread: Vec::new() };
        }
        let all = filter::filter_again(&entries, &copy, &self.context, |entry| before?.shown(entry));
        let whole = Arc::new(Playbook::new(all.entries, &assets, self.config().clone()));
        Joined { whole, left_out: all.left_out, entries, assets, found, unread: all.unread }
    }

    /// The copy `before` with other entries, if only the wording of a few of them differs, or what they are called.
    fn reworded(&self, before: &Joined, entries: &PersistentVec<Arc<Entry>>, copy: &Copy) -> Option<Playbook> {
        let changed = entries.differing(&before.entries, Arc::ptr_eq);
        if changed.len() > REWORDED || entries.len() != before.entries.len() {
            return None;
        }
        let shown = &before.whole.entries;
        let mut reworded = Vec::new();
        for (now, then) in changed.into_iter().map(|at| (&entries[at], &before.entries[at])) {
            if now.source.path != then.source.path || now.facts.status != then.facts.status {
                return None;
            }
            let mut visible = filter::filter([now], copy, &self.context);
            let place = shown.binary_search_by(|entry| entry.source.path.cmp(&now.source.path)).ok();
            match (visible.entries.pop(), place) {
                (Some(entry), Some(at)) => reworded.push((at, entry)),
                // A draft that is not shown.
                (None, None) if visible.unread.is_empty() => {}
                _ => return None,
            }
        }
        before.whole.reworded(reworded)
    }

    /// Everything that is wrong with a book: in order, each once, with the severity that the book gives it.
    pub fn check(&self, joined: &Joined) -> Vec<Diagnostic> {
        self.check_unless(joined, &|| false).expect("nothing comes before it")
    }

    /// The same, `None` if it gave way.
    pub fn check_unless(&self, joined: &Joined, gives_way: GivesWay<'_>) -> Option<Vec<Diagnostic>> {
        let found = || joined.found.iter().flat_map(|found| &**found).chain(&joined.unread);
        let absent = Absent::of(&joined.entries, &joined.assets, found);
        let mut diagnostics: Vec<Diagnostic> = found().cloned().collect();
        diagnostics.extend(check::book(&joined.whole, &joined.entries, &absent, gives_way)?);
        diagnostics.extend(self.diagnostics.iter().cloned());
        Some(self.judged(diagnostics))
    }

    /// The copy for everyone, of which nobody knows yet what is wrong with it.
    pub fn whole(&self, joined: &Joined) -> Made {
        let (left_out, entries) = (joined.left_out, joined.entries.len());
        Made { playbook: joined.whole.clone(), diagnostics: Vec::new(), left_out, entries }
    }

    /// Diagnostics with the severity that the book gives them, in order, each once.
    pub fn judged(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let config = self.config();
        let judged = diagnostics.into_iter().filter_map(|mut diagnostic| {
            diagnostic.severity = config.severity(diagnostic.rule, diagnostic.severity)?;
            Some(diagnostic)
        });
        let mut judged: Vec<Diagnostic> = judged.collect();
        judged.sort_by(|a, b| a.order().cmp(&b.order()));
        judged.dedup_by(|a, b| a.order() == b.order());
        judged
    }

    /// The site of a copy. Links to nothing are marked only where everyone may know of everything. With a `note` every
    /// page says what it has, and what only a server has a use for is left out.
    pub fn site(&self, made: &Made, theme: &Arc<Theme>, readers: &Readers, note: Option<&Note>) -> Site {
        let extras = if note.is_some() { Extras::default() } else { Extras::of(self.config()) };
        self.site_with(made, theme, readers, note, &extras)
    }

    /// The same, with what it has beside its pages.
    pub fn site_with(
        &self,
        made: &Made,
        theme: &Arc<Theme>,
        readers: &Readers,
        note: Option<&Note>,
        extras: &Extras,
    ) -> Site {
        let mark_missing = self.config().audiences.is_none() || *readers == Readers::Everyone;
        Site::new(made.playbook.clone(), theme.clone(), self.words.clone(), mark_missing, note, extras)
    }

    /// Writes copies into a folder, each at its place in it: only what differs from the last time.
    ///
    /// # Errors
    /// Mistakes in templates, or what the machine failed at. The old site is whole.
    pub fn publish(&self, copies: &[Placed], out: &Path, how: Publishing) -> Result<Written, PublishError> {
        let output = self.output(out)?;
        let pages: Vec<(&Placed, &Page)> =
            copies.iter().flat_map(|copy| copy.site.all_pages().map(move |page| (copy, page))).collect();
        let mut planned: Vec<Planned> = pages
            .iter()
            .map(|(copy, page)| Planned { path: format!("{}{}", copy.folder, page.address), order: order_of(page) })
            .collect();
        // Behind the pages, so that the first so many places are theirs.
        let packed = if how.precompress { self.plan_packed(&pages, &mut planned) } else { Vec::new() };
        let place = |at: usize| match at.checked_sub(pages.len()) {
            None => (pages[at], None),
            Some(at) => (pages[packed[at].0], Some(packed[at].1)),
        };
        let fingerprint = |picked: &Picked<'_>, packing: Option<Packing>| {
            let own = match picked.asset() {
                Some(path) => self.hash_of(path),
                None => picked.fingerprint(),
            };
            packing.map_or(own, |packing| xxhash_rust::xxh3::xxh3_128_with_seed(&own.to_le_bytes(), packing as u64))
        };
        let produce = |at: usize| {
            let ((copy, page), packing) = place(at);
            let picked = copy.site.pick(page);
            let fingerprint = fingerprint(&picked, packing);
            let file = |path: &SourcePath| self.content.folder.join(path.as_str());
            let bytes = match (picked.bytes()?, packing) {
                (site::Content::Bytes(bytes), None) => Bytes::Memory(bytes),
                (site::Content::File(path), None) => Bytes::Copy(file(&path)),
                (site::Content::Bytes(bytes), Some(packing)) => Bytes::Memory(packing.pack(&bytes)),
                (site::Content::File(path), Some(packing)) => {
                    let path = file(&path);
                    let bytes = packed::read(&path).map_err(|cause| Unmade::File(WriteError::Asset { path, cause }))?;
                    Bytes::Memory(packing.pack(&bytes))
                }
            };
            Ok::<Produced, Unmade>(Produced { fingerprint, bytes })
        };
        let fingerprint_at = |at: usize| {
            let ((copy, page), packing) = place(at);
            fingerprint(&copy.site.pick(page), packing)
        };
        Ok(write::publish(&output, &planned, how.swap, fingerprint_at, produce)?)
    }

    /// Plans the packed files of all text files: of each, which page it holds and how.
    fn plan_packed(&self, pages: &[(&Placed, &Page)], planned: &mut Vec<Planned>) -> Vec<(usize, Packing)> {
        let own: BTreeSet<String> = planned.iter().map(|file| file.path.clone()).collect();
        let mut packed = Vec::new();
        for (at, (_, page)) in pages.iter().enumerate().filter(|(_, (_, page))| site::is_text(&page.address)) {
            if let PageId::Asset(path) = &page.id
                && !packed::pays(&self.content.folder.join(path.as_str()))
            {
                continue;
            }
            for packing in Packing::ALL {
                let Planned { path, order } = &planned[at];
                let path = format!("{path}{}", packing.extension());
                // The book has a file of that name: it is not ours to replace.
                if own.contains(&path) {
                    continue;
                }
                planned.push(Planned { path, order: *order });
                packed.push((at, packing));
            }
        }
        packed
    }

    /// A hash of all that the book is made of, the bytes of its assets left out. `None` if any of it cannot be read.
    pub fn hash_of_inputs(&self, skip: &[PathBuf]) -> Option<String> {
        let found = discover::walk(&self.content, self.config(), skip).ok()?;
        let read = |path: &SourcePath| {
            let (source, warning) = self.read_with_includes(path).ok()?;
            let warning = warning.map_or_else(String::new, |warning| warning.message);
            let included = if source.included.is_empty() { String::new() } else { format!("{:?}", source.included) };
            Some(receipt::hash_of([path.as_str(), &source.text, &warning, &included].map(str::as_bytes)))
        };
        let entries: Option<Vec<String>> = found.entries.par_iter().map(read).collect();
        let mut theme = BTreeMap::new();
        let mut faults = Vec::new();
        if let Some(folder) = self.theme_folder() {
            read_theme(&folder, "", &mut theme, &mut faults);
        }
        // As they were understood, from whatever files: none can be forgotten here.
        let settings = format!("{:?} {:?}", self.config(), self.diagnostics);
        let menu = self.menu(&found);
        let listed: Vec<_> = found.entries.iter().map(|path| menu.of(path)).collect();
        let rest = format!("{theme:?} {faults:?} {:?} {:?} {listed:?}", found.assets, found.diagnostics);
        let parts = [settings.as_bytes(), rest.as_bytes()];
        Some(receipt::hash_of(parts.into_iter().chain(entries?.iter().map(String::as_bytes))))
    }

    /// A hash of the bytes of some assets. `None` if any cannot be read.
    pub fn hash_of_assets(&self, assets: &[String]) -> Option<String> {
        let read = |asset: &String| packed::read(&self.content.folder.join(SourcePath::new(asset)?.as_str())).ok();
        let hashes: Option<Vec<String>> =
            assets.par_iter().map(|asset| Some(receipt::hash_of([read(asset)?.as_slice()]))).collect();
        Some(receipt::hash_of(hashes?.iter().map(String::as_bytes)))
    }

    /// Whether a file at this place would lie among the content, and be a part of it the next time.
    pub fn would_read(&self, file: &Path) -> bool {
        let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let place = whole.parent().and_then(|folder| fs::canonicalize(folder).ok());
        let content = fs::canonicalize(&self.content.folder);
        place.zip(content.ok()).is_some_and(|(place, content)| place.starts_with(content))
    }

    /// A hash of what an output holds. `None` if it is not as a build left it.
    pub fn hash_of_output(&self, out: &Path) -> Option<String> {
        Some(format!("{:032x}", write::state(&self.output(out).ok()?)?))
    }

    fn output(&self, out: &Path) -> Result<Output, WriteError> {
        let theme_folder = self.theme_folder();
        let protected = Protected { root: &self.root, content: &self.content.folder, theme: theme_folder.as_deref() };
        Output::new(out, &protected)
    }

    /// The hash of an asset's bytes; of one that cannot be read, nothing: writing it will say why.
    fn hash_of(&self, path: &SourcePath) -> u128 {
        let bytes = packed::read(&self.content.folder.join(path.as_str()));
        bytes.map_or(0, |bytes| xxhash_rust::xxh3::xxh3_128(&bytes))
    }
}

/// When a file is put in place: what pages load comes before them, and what tells of pages and shards comes behind them.
/// Readers then meet old pages with old files, or new ones with new files; what is left over is removed at the end.
fn order_of(page: &Page) -> Order {
    match &page.id {
        id if id.is_named_by_content() => Order::Asset,
        PageId::Asset(_) | PageId::SearchPart(_) => Order::Asset,
        _ if page.address.ends_with(".html") => Order::Page,
        _ => Order::Map,
    }
}

/// A site could not be published.
#[derive(Debug)]
pub enum PublishError {
    /// Mistakes in templates, each once.
    Theme(Vec<Diagnostic>),
    /// What the machine failed at.
    Write(WriteError),
}

impl From<WriteError> for PublishError {
    fn from(error: WriteError) -> PublishError {
        PublishError::Write(error)
    }
}

impl From<Stopped<Unmade>> for PublishError {
    fn from(stopped: Stopped<Unmade>) -> PublishError {
        match stopped {
            Stopped::Unwritten(error) => PublishError::Write(error),
            Stopped::Unproduced(failed) => {
                let mut mistakes: Vec<Diagnostic> = Vec::with_capacity(failed.len());
                for (_, unmade) in failed {
                    match unmade {
                        Unmade::Page(error) => mistakes.push(*error.diagnostic),
                        Unmade::File(error) => return PublishError::Write(error),
                    }
                }
                mistakes.sort_by(|a, b| a.order().cmp(&b.order()));
                mistakes.dedup_by(|a, b| a.order() == b.order());
                PublishError::Theme(mistakes)
            }
        }
    }
}

/// What MkDocs calls its settings.
const MKDOCS: [&str; 2] = ["mkdocs.yml", "mkdocs.yaml"];

/// Where the content of a project lies. Without a `book.toml` that is the folder itself, unless a `mkdocs.yml` in it names
/// another one.
fn content_of(root: &Path, config: &mut Config) -> Result<Content, OpenError> {
    if !config.is_book {
        let said = MKDOCS.iter().find_map(|name| discover::read_beside(&root.join(name), config));
        let docs = said.map(|text| menu::mkdocs(&text).folder).and_then(|folder| SourcePath::new(&folder));
        return Ok(match docs {
            Some(docs) if root.join(docs.as_str()).is_dir() => {
                Content { folder: root.join(docs.as_str()), shown: format!("{docs}/") }
            }
            _ => Content { folder: root.to_owned(), shown: String::new() },
        });
    }
    let named = config.book.src.clone();
    let folder = root.join(&named);
    if folder.is_dir() {
        return Ok(Content { folder, shown: format!("{}/", named.trim_end_matches('/')) });
    }
    // mdBook keeps its pages in `src` without saying so.
    let mdbook = root.join("src");
    if named == "content" && mdbook.join("SUMMARY.md").is_file() {
        return Ok(Content { folder: mdbook, shown: "src/".to_owned() });
    }
    Err(OpenError::NoContent { named: named != "content", folder })
}

/// Markdown near the folder that the settings of another tool name for its pages: whoever points at the project may take it
/// for a part of the book. `None` if there is none, or the content is the project itself.
fn left_beside(root: &Path, content: &Content) -> Option<Diagnostic> {
    if content.shown.is_empty() {
        return None;
    }
    let is_near = |item: &walkdir::DirEntry| item.path() != content.folder && !discover::is_litter(item.file_name());
    let near = walkdir::WalkDir::new(root).min_depth(1).max_depth(2).sort_by_file_name();
    let files = near.into_iter().filter_entry(is_near).filter_map(Result::ok).filter(|item| item.file_type().is_file());
    let paths =
        files.filter_map(|item| SourcePath::new(&item.path().strip_prefix(root).ok()?.to_str()?.replace('\\', "/")));
    let left: Vec<SourcePath> = paths.filter(SourcePath::is_markdown).collect();
    let folder = content.shown.trim_end_matches('/');
    let first = left.first()?;
    let others = match left.len() - 1 {
        0 => "this file lies".to_owned(),
        1 => "this file and another one with Markdown lie".to_owned(),
        n => format!("this file and {n} others with Markdown lie"),
    };
    let message = format!("{others} beside `{folder}`, the folder of the pages, and readers will not see them");
    let help = format!("move into `{folder}` what belongs to the book");
    Some(Diagnostic::about_file(&rules::OUTSIDE_CONTENT, first.as_str(), message).help(help))
}

/// Reads `words/LANGUAGE.toml`: the words of other languages, written as in `book.toml`.
fn read_words(root: &Path, config: &mut Config, diagnostics: &mut Vec<Diagnostic>) {
    let Ok(folder) = fs::read_dir(root.join("words")) else { return };
    let mut files: Vec<PathBuf> = folder.filter_map(|item| Some(item.ok()?.path())).collect();
    files.sort();
    let is_words = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "toml") && file.is_file();
    for file in files.into_iter().filter(is_words) {
        let language = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let (words, found) = Config::parse(&text);
        // A word that cannot be read may have been one that withholds.
        config.audiences_in_doubt |= !found.is_empty() && config.audiences.is_some();
        diagnostics.extend(found.into_iter().map(|mut diagnostic| {
            diagnostic.file = format!("words/{language}.toml").into();
            diagnostic
        }));
        config.translations.insert(language, words.words);
    }
}

/// Reads the text files of a theme.
fn read_theme(folder: &Path, shown: &str, own: &mut BTreeMap<String, (String, String)>, faults: &mut Vec<Diagnostic>) {
    let files = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|item| item.file_type().is_file());
    for item in files {
        let Some(relative) = item.path().strip_prefix(folder).ok().and_then(Path::to_str) else { continue };
        let relative = relative.replace('\\', "/");
        let is_text = ["html", "css", "js", "svg", "toml"].iter().any(|end| relative.ends_with(&format!(".{end}")));
        if !is_text || relative.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        match fs::read_to_string(item.path()) {
            Ok(text) => {
                own.insert(relative.clone(), (format!("{shown}/{relative}"), text));
            }
            Err(error) => faults.push(
                Diagnostic::about_file(
                    &rules::THEME,
                    format!("{shown}/{relative}"),
                    format!("this file cannot be read: {error}"),
                )
                .help("save it as UTF-8, and check that you may read it"),
            ),
        }
    }
}

/// How many of each severity.
pub fn counts(diagnostics: &[Diagnostic]) -> (usize, usize, usize) {
    let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    (of(Severity::Error), of(Severity::Warning), of(Severity::Hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Copy;

    #[test]
    fn what_a_page_loads_is_put_in_place_before_it_and_what_tells_of_it_after_it() {
        let project = Project::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped playbook");
        let today = jiff::civil::date(2026, 12, 1);
        let copy = Copy { readers: Readers::Everyone, drafts: false };
        let loaded = project.load(today, &[]).expect("it can be read");
        let made = project.make(loaded, &Request { copy, today });
        let theme = project.theme().unwrap_or_else(|_| panic!("the theme has no mistakes"));
        let site = project.site(&made, &theme, &Readers::Everyone, None);
        let files: Vec<(&Page, &str)> = site
            .all_pages()
            .filter(|page| !page.address.ends_with(".html"))
            .map(|file| (file, file.address.rsplit('/').next().unwrap_or_default()))
            .collect();
        let mut named = BTreeMap::new();
        // A page loads scripts, and these others.
        for page in site.all_pages().filter(|page| page.address.ends_with(".html") || order_of(page) == Order::Asset) {
            let Ok(site::Content::Bytes(text)) = site.bytes(page) else { continue };
            let text = String::from_utf8_lossy(&text);
            let words: BTreeSet<&str> = text.split(|c: char| "\"'/?#".contains(c)).collect();
            for (file, _) in files.iter().filter(|(_, name)| words.contains(name)) {
                let keeps_its_name = matches!(file.id, PageId::Nav | PageId::SearchMap | PageId::SearchFacts);
                let wanted = if keeps_its_name { Order::Map } else { Order::Asset };
                assert_eq!(order_of(file), wanted, "{}, which {} loads", file.address, page.address);
                named.insert(&file.address, wanted);
            }
        }
        assert!(named.len() > 15, "{named:?}");
        assert!(
            site.all_pages().filter(|page| page.address.ends_with(".html")).all(|page| order_of(page) == Order::Page)
        );
        let last = site.all_pages().filter(|page| matches!(page.id, PageId::SearchPart(_))).map(order_of).max();
        assert!(last < Some(Order::Map), "the map names files of the search that are there: {last:?}");
    }
}
