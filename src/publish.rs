//! The way from a folder to a copy that is ready to be published, once or again and again.
//!
//! A [`Publisher`] keeps each file as it was read last, and the book as it was linked last. It takes one [`Change`] and
//! reads what the change names. If only the wording of some entries differs, or what they are called, what follows from all
//! else is kept; if more does, everything is made from nothing. What is published after any number of changes is what a first
//! build would give.
//! `cuebook build` is one publish, `cuebook build --watch` the same one again, into a folder; `cuebook serve` keeps the
//! [`Edition`] and asks it for pages. What cannot be used, a `book.toml` or a theme with a mistake, is refused, and stays
//! to be read until it can be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::check::GivesWay;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::discover::ReadError;
use crate::entry::Entry;
use crate::filter::Readers;
use crate::index::address::portable;
use crate::persistent::PersistentVec;
use crate::project::{Change, Files, Joined, Made, OpenError, Placed, Project, PublishError, Publishing};
use crate::render::Theme;
use crate::rules;
use crate::site::{Carrier, Extras, Note, Site};
use crate::text::{nearest, slug};
use crate::write::Written;

/// For whom a copy is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// What nobody is kept from.
    Public,
    /// Audiences of the book, with commas between.
    Named(String),
    /// Nothing is left out.
    Everyone,
}

impl Audience {
    /// The readers of the copy: those who are named, and all whom they include.
    ///
    /// # Errors
    /// A sentence for whoever named an audience that the book does not have.
    pub fn readers(&self, config: &Config) -> Result<Readers, String> {
        let named = match self {
            Audience::Public => return Ok(Readers::Only(Vec::new())),
            Audience::Everyone => return Ok(Readers::Everyone),
            Audience::Named(named) => named,
        };
        let Some(audiences) = &config.audiences else {
            return Err(
                "this book has no audiences. Name them under `[audiences]` in book.toml, or leave out `--audience`."
                    .to_owned(),
            );
        };
        let mut names: Vec<String> = Vec::new();
        for name in named.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if audiences.find(name).is_none() {
                let known: Vec<&str> = audiences.includes.keys().map(String::as_str).collect();
                let near = nearest(name, known.iter().copied())
                    .map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
                let known = known.join(", ");
                return Err(format!("`{name}` is not an audience of this book.{near} It has: {known}."));
            }
            names.extend(audiences.closure(name).into_iter().map(str::to_owned));
        }
        if names.is_empty() {
            return Err(
                "`--audience` names nobody. Give one of the book's audiences, or leave it out for the public copy."
                    .to_owned(),
            );
        }
        names.sort();
        names.dedup();
        Ok(Readers::Only(names))
    }
}

/// What is to be published.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The folder of the book.
    pub root: PathBuf,
    /// The output, which is no content. `None` for where it is by default.
    pub out: Option<PathBuf>,
    /// For whom.
    pub audience: Audience,
    /// Whether drafts and retired entries are in it.
    pub drafts: bool,
}

/// Why nothing was made. What was published before is still right to show.
#[derive(Debug)]
pub enum Refused {
    /// The folder is not there.
    Open(OpenError),
    /// The content cannot be read.
    Read(ReadError),
    /// The audience is none of the book's.
    Audience(String),
    /// Mistakes in `book.toml`: an audience may be lost with the broken line.
    Config(Vec<Diagnostic>),
    /// Mistakes in the theme.
    Theme(Vec<Diagnostic>),
    /// A folder that is to be kept from some readers is not there, and would be shown to them under its new name. With
    /// everything else that is wrong with the book.
    LostFolder(Vec<Diagnostic>),
}

/// Whether the settings or the theme cannot be used as they are typed.
pub fn is_config_fault(diagnostic: &Diagnostic) -> bool {
    let rules = [&rules::CONFIG_SYNTAX, &rules::CONFIG_KEY, &rules::CONFIG_VALUE, &rules::THEME];
    diagnostic.severity == Severity::Error && rules.contains(&diagnostic.rule)
}

/// One copy, made and ready to be written or shown.
pub struct Edition {
    /// The book.
    pub project: Arc<Project>,
    /// Its theme.
    pub theme: Arc<Theme>,
    /// The copy, and what is wrong with the book.
    pub made: Made,
    /// Every entry of the book as its file says it, in order of path.
    pub read: PersistentVec<Arc<Entry>>,
    /// Whose it is.
    pub readers: Readers,
    /// The book, if it is still to be checked.
    unchecked: Option<Arc<Joined>>,
}

impl Edition {
    /// Its pages.
    pub fn site(&self) -> Site {
        self.project.site(&self.made, &self.theme, &self.readers, None)
    }

    /// Its pages, with those made for printing.
    pub fn to_print(&self) -> Site {
        let extras = Extras { print: true, ..Extras::default() };
        self.project.site_with(&self.made, &self.theme, &self.readers, None, &extras)
    }

    /// Its pages, made of those of an earlier edition as far as these can be the same; and its search index of that of the
    /// earlier one.
    pub fn site_after(&self, earlier: Option<(&Edition, &Site)>) -> Site {
        let kept = earlier.filter(|(edition, _)| {
            Arc::ptr_eq(&edition.project, &self.project)
                && Arc::ptr_eq(&edition.theme, &self.theme)
                && edition.readers == self.readers
        });
        let anew = || self.site().keeping_index(earlier.map(|(_, site)| site));
        kept.and_then(|(_, site)| site.reworded(self.made.playbook.clone())).unwrap_or_else(anew)
    }

    /// Everything that is wrong with the book.
    pub fn problems(&self) -> Arc<[Diagnostic]> {
        self.problems_unless(&|| false).expect("nothing comes before it")
    }

    /// The same, `None` if it gave way to a newer edition.
    pub fn problems_unless(&self, gives_way: GivesWay<'_>) -> Option<Arc<[Diagnostic]>> {
        match &self.unchecked {
            Some(joined) => Some(self.project.check_unless(joined, gives_way)?.into()),
            None => Some(self.made.diagnostics.as_slice().into()),
        }
    }

    /// Its pages as they are in a copy that leaves its place. `keeper` is who keeps it.
    pub fn copy(&self, carrier: Carrier, made: Date, keeper: Option<String>) -> Site {
        let note = Note { carrier, made, readers: self.readers.clone(), keeper };
        self.project.site(&self.made, &self.theme, &self.readers, Some(&note))
    }
}

/// What one build writes: one edition, or one for each audience of the book.
pub struct Editions {
    /// The public one, or the only one.
    first: (String, Edition),
    /// The others, by the names of their audiences.
    others: Vec<(String, Edition)>,
}

impl From<Edition> for Editions {
    fn from(edition: Edition) -> Editions {
        Editions { first: (String::new(), edition), others: Vec::new() }
    }
}

impl Editions {
    /// The public one, or the only one.
    pub fn first(&self) -> &Edition {
        &self.first.1
    }

    /// Each with its folder in the output, which is empty for an only one.
    pub fn all(&self) -> impl Iterator<Item = &(String, Edition)> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Writes them into one folder, with one manifest, so that all change at once.
    ///
    /// # Errors
    /// Mistakes in templates, or what the machine failed at. What was there is whole.
    pub fn write(&self, out: &Path, how: Publishing) -> Result<Written, PublishError> {
        let placed = |(folder, edition): &(String, Edition)| {
            let Edition { project, theme, made, readers, .. } = edition;
            let is_one_of_several = !folder.is_empty();
            let mut extras = Extras::of(project.config());
            extras.not_found |= is_one_of_several;
            let folder = if is_one_of_several { format!("{folder}/") } else { String::new() };
            Placed { folder, site: project.site_with(made, theme, readers, None, &extras) }
        };
        self.first().project.publish(&self.all().map(placed).collect::<Vec<_>>(), out, how)
    }
}

/// The folder of the copy that nobody is kept from, where each audience has its own.
pub const PUBLIC: &str = "public";

/// The folder of each copy and whose it is: of what nobody is kept from, and of each audience that the book names. Who
/// belongs to two audiences is an audience that includes both.
///
/// # Errors
/// A sentence if the book names nobody, or if two copies would have one folder.
fn each_audience(config: &Config) -> Result<Vec<(String, Audience)>, String> {
    let Some(audiences) = &config.audiences else {
        return Err(
            "this book has no audiences. Name them under `[audiences]` in book.toml, or leave out `--each-audience`."
                .to_owned(),
        );
    };
    let mut copies = vec![(PUBLIC.to_owned(), Audience::Public)];
    for name in audiences.includes.keys() {
        let folder = portable(&slug(name));
        if let Some((_, first)) = copies.iter().find(|(taken, _)| *taken == folder) {
            let first = match first {
                Audience::Named(first) => format!("of `{first}`"),
                _ => "that nobody is kept from".to_owned(),
            };
            return Err(format!(
                "the copy of `{name}` and the copy {first} would lie in one folder, `{folder}`. Name the audience otherwise."
            ));
        }
        copies.push((folder, Audience::Named(name.clone())));
    }
    Ok(copies)
}

/// Makes editions of one book.
pub struct Publisher {
    asked: Asked,
    project: Option<Arc<Project>>,
    theme: Option<Arc<Theme>>,
    files: Files,
    today: Date,
    /// The book as it was linked last, of which the next one may be a rewording.
    last: Option<Arc<Joined>>,
    /// What has changed since the last edition.
    open: Change,
}

impl Publisher {
    /// Nothing is read yet. Reviews are judged by the day `today`.
    pub fn new(asked: Asked, today: Date) -> Publisher {
        Publisher {
            asked,
            project: None,
            theme: None,
            files: Files::default(),
            today,
            last: None,
            open: Change::everything(),
        }
    }

    /// The book as it was opened last.
    pub fn project(&self) -> Option<&Arc<Project>> {
        self.project.as_ref()
    }

    /// Judges reviews by another day from now on.
    pub fn set_today(&mut self, today: Date) {
        if today != self.today {
            self.today = today;
            self.files = Files::default();
            self.open.content = true;
        }
    }

    /// The next edition: of everything that has changed since the last one. `says` is told what is being done, for
    /// those who wait.
    ///
    /// # Errors
    /// What keeps the book from being published. The next call looks at it again.
    pub fn publish(&mut self, change: Change, says: impl Fn(&str)) -> Result<Edition, Refused> {
        let mut edition = self.publish_unchecked(change, says)?;
        edition.made.diagnostics = edition.problems().to_vec();
        edition.unchecked = None;
        Ok(edition)
    }

    /// The next edition for those who wait for its pages: where it can be made without, the book is not checked yet, and
    /// only [`Edition::problems`] knows what is wrong.
    ///
    /// # Errors
    /// As of [`Publisher::publish`].
    pub fn publish_unchecked(&mut self, change: Change, says: impl Fn(&str)) -> Result<Edition, Refused> {
        self.open.add(change);
        let project = self.opened()?;
        let readers = self.asked.audience.readers(project.config()).map_err(Refused::Audience)?;
        let mut editions = self.editions(project, vec![readers], says)?;
        Ok(editions.pop().expect("one edition was asked for"))
    }

    /// The next edition for each audience of the book, and for everybody.
    ///
    /// # Errors
    /// What keeps the book from being published, also that it has no audiences.
    pub fn publish_each(&mut self, change: Change, says: impl Fn(&str)) -> Result<Editions, Refused> {
        self.open.add(change);
        let project = self.opened()?;
        let copies = each_audience(project.config()).map_err(Refused::Audience)?;
        let readers = copies.iter().map(|(_, audience)| audience.readers(project.config()));
        let readers = readers.collect::<Result<Vec<_>, _>>().map_err(Refused::Audience)?;
        let editions = self.editions(project, readers, says)?;
        let mut placed = copies.into_iter().map(|(folder, _)| folder).zip(editions);
        let first = placed.next().expect("there is always the public copy");
        Ok(Editions { first, others: placed.collect() })
    }

    fn editions(
        &mut self,
        project: Arc<Project>,
        readers: Vec<Readers>,
        says: impl Fn(&str),
    ) -> Result<Vec<Edition>, Refused> {
        let theme = self.themed(&project)?;
        says("Reading …");
        let skip = skipped(&project, self.asked.out.as_deref());
        let loaded = project.load_again(&mut self.files, &self.open, self.today, &skip).map_err(Refused::Read)?;
        self.open = Change::default();
        says(&format!("Linking {} entries …", loaded.entries.len()));
        let read = loaded.entries.clone();
        if let [only] = &*readers
            && (*only == Readers::Everyone || project.config().audiences.is_none())
        {
            let before = self.last.take();
            let joined = Arc::new(project.join(loaded, self.asked.drafts, before.as_deref()));
            self.last = Some(joined.clone());
            let made = project.whole(&joined);
            return Ok(vec![Edition { project, theme, made, read, readers: only.clone(), unchecked: Some(joined) }]);
        }
        let mut editions = Vec::with_capacity(readers.len());
        for (made, readers) in project.make_each(loaded, &readers, self.asked.drafts).into_iter().zip(readers) {
            let lost_folder =
                |found: &Diagnostic| found.rule == &rules::CONFIG_TARGET && found.severity == Severity::Error;
            if made.diagnostics.iter().any(lost_folder) {
                return Err(Refused::LostFolder(made.diagnostics));
            }
            let (project, theme, read) = (project.clone(), theme.clone(), read.clone());
            editions.push(Edition { project, theme, made, read, readers, unchecked: None });
        }
        Ok(editions)
    }

    /// The book, opened again if its settings or its folders may differ. If that is more than settings that no entry is
    /// read by, all of it is read again.
    fn opened(&mut self) -> Result<Arc<Project>, Refused> {
        if let Some(project) = self.project.as_ref().filter(|_| !self.open.config) {
            return Ok(project.clone());
        }
        let project = Arc::new(Project::open(&self.asked.root).map_err(Refused::Open)?);
        if let Some(refused) = config_fault(&project) {
            return Err(refused);
        }
        let is_read = !self.open.content && self.project.as_ref().is_some_and(|last| project.reads_as(last));
        if !is_read {
            self.files = Files::default();
        }
        self.last = None;
        let files = std::mem::take(&mut self.open.files);
        self.open = Change { config: false, files, ..Change::everything() };
        self.project = Some(project.clone());
        Ok(project)
    }

    fn themed(&mut self, project: &Project) -> Result<Arc<Theme>, Refused> {
        if let Some(theme) = self.theme.as_ref().filter(|_| !self.open.theme) {
            return Ok(theme.clone());
        }
        let theme = project.theme().map_err(Refused::Theme)?;
        self.theme = Some(theme.clone());
        self.open.theme = false;
        Ok(theme)
    }
}

/// A book whose settings cannot be read as typed is not used: an audience may be lost with them.
pub fn config_fault(project: &Project) -> Option<Refused> {
    let is_faulty = project.diagnostics.iter().any(is_config_fault);
    is_faulty.then(|| Refused::Config(project.judged(project.diagnostics.clone())))
}

/// Folders inside the content that are not content: the output, our records beside it, the theme.
pub fn skipped(project: &Project, out: Option<&Path>) -> Vec<PathBuf> {
    let mut skipped = vec![out.map_or_else(|| project.default_out(), Path::to_owned)];
    if project.content.folder == project.root {
        skipped.push(project.root.join("themes"));
    }
    skipped
}
