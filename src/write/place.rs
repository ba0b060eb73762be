//! Puts a staged site in place: by exchanging two folders, or file by file.
//!
//! Both ways first write down what they are about to change (the journal) and what will be there then (the next
//! manifest), make all of it durable once, and from then on need no more room on the disk. A failure on the way is
//! undone. A kill leaves the journal, and the next build makes anew what is named there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::error::WriteError;
use super::files::{self, failed};
use super::manifest::journal_text;
use super::stage::Staged;
use super::survey::{State, Survey, folders_of, relative};
use super::{Planned, Site, Swap};
use crate::platform;

/// An output of which less than one part in so many changed is updated file by file: it is faster than to link all
/// the others, and programs that have the folder open see the change.
const FEW: usize = 10;

/// # Errors
/// `Disk`. What was changed until then is changed back; where that cannot be done, or only old files are left over, the
/// journal stays.
pub(super) fn put_in_place(
    site: &Site,
    planned: &[Planned],
    survey: &Survey<'_>,
    staged: &Staged,
    swap: Swap,
) -> Result<(), WriteError> {
    let change = Change { site, planned, survey, staged };
    let whole = change.should_swap(swap);
    if whole {
        change.complete()?;
    }
    change.write_ahead()?;
    if whole { change.swap_folders() } else { change.replace_files() }
}

struct Change<'a> {
    site: &'a Site,
    planned: &'a [Planned],
    survey: &'a Survey<'a>,
    staged: &'a Staged,
}

impl Change<'_> {
    fn should_swap(&self, swap: Swap) -> bool {
        let Site { out, manifest, .. } = self.site;
        if !out.exists() {
            return self.site.is_swappable();
        }
        let n_removed = self.survey.dropped.iter().filter(|dropped| dropped.there).count();
        let n_changed = self.differing().count() + n_removed;
        let needs_way = self.survey.dropped.iter().any(|dropped| dropped.there && dropped.makes_way);
        let is_much = n_changed * FEW >= manifest.files.len() || needs_way;
        swap == Swap::IfMuchChanged && is_much && self.site.is_swappable() && can_be_retired(self.site)
    }

    /// Indices of the files that lie in `new`.
    fn differing(&self) -> impl Iterator<Item = usize> {
        self.staged.differs.iter().enumerate().filter(|(_, differs)| **differs).map(|(at, _)| at)
    }

    /// Links the files that stay the same into `new`, so that it is the whole site.
    fn complete(&self) -> Result<(), WriteError> {
        let (out, new) = (&self.site.out, self.site.new_folder());
        files::make_folder(&new)?;
        let linked = self.planned.par_iter().zip(&self.staged.differs).filter(|(_, differs)| !**differs);
        linked.map(|(file, _)| files::link(&out.join(&file.path), &new.join(&file.path))).collect::<Result<(), _>>()?;
        match fs::metadata(out) {
            Ok(found) => fs::set_permissions(&new, found.permissions())
                .map_err(|cause| failed("set the permissions of", &new, cause)),
            Err(_) => Ok(()),
        }
    }

    /// Writes the next manifest and the journal. Nothing in the output is changed before this is done, and nothing
    /// after it takes room on the disk.
    fn write_ahead(&self) -> Result<(), WriteError> {
        let site = self.site;
        let differing = self.differing().map(|at| self.planned[at].path.as_str());
        let changed: Vec<&str> = differing.chain(self.survey.dropped.iter().map(|dropped| dropped.path)).collect();
        let new = site.new_folder();
        let mut written: Vec<PathBuf> = self.differing().map(|at| new.join(&self.planned[at].path)).collect();

        site.write_next_manifest(self.planned, self.staged)?;
        files::write_new(&site.next_journal_path(), journal_text(&changed).as_bytes())?;
        written.extend([site.next_manifest_path(), site.next_journal_path()]);
        files::make_durable(&site.records, &written)?;
        files::rename(&site.next_journal_path(), &site.journal_path())
    }

    /// Gives back `error`, with which all was left or made as it was before. So nothing is in doubt any more, unless
    /// an earlier build left doubts, which the journal holds too.
    fn withdraw<T>(&self, error: WriteError) -> Result<T, WriteError> {
        if !self.site.manifest.has_doubts() {
            // A journal that stays only makes the next build produce a few files more.
            let _ = files::remove_file(&self.site.journal_path());
        }
        Err(error)
    }

    fn swap_folders(&self) -> Result<(), WriteError> {
        let site = self.site;
        let (new, old) = (site.new_folder(), site.old_folder());
        if !site.out.exists() {
            files::rename(&new, &site.out).or_else(|error| self.withdraw(error))?;
            return site.commit();
        }
        // Under this name a folder is only ever emptied of what the manifest or the journal lists.
        files::rename(&new, &old).or_else(|error| self.withdraw(error))?;
        if let Err(cause) = files::exchange(&old, &site.out) {
            files::rename(&old, &new)?;
            return match cause.kind() {
                io::ErrorKind::Unsupported => self.replace_files(),
                _ => self.withdraw(failed("put the new site in the place of", &site.out, cause)),
            };
        }
        let listed = self.survey.dropped.iter().map(|dropped| dropped.path);
        retire(&old, &site.out, listed.chain(self.planned.iter().map(|file| file.path.as_str())))?;
        site.commit()
    }

    fn replace_files(&self) -> Result<(), WriteError> {
        let n_made_way = self.remove(|makes_way| makes_way)?;
        let mut done = Replaced::default();
        if let Err(error) = self.replace_each(&mut done) {
            let is_undone = done.undo() && n_made_way == 0;
            return if is_undone { self.withdraw(error) } else { Err(error) };
        }
        self.remove(|makes_way| !makes_way)?;
        self.site.commit()
    }

    fn replace_each(&self, done: &mut Replaced) -> Result<(), WriteError> {
        let Site { out, .. } = self.site;
        let new = self.site.new_folder();
        let mut order: Vec<usize> = self.differing().collect();
        order.sort_by_key(|at| self.planned[*at].order);
        let mut folders: Vec<&str> =
            folders_of(order.iter().map(|at| self.planned[*at].path.as_str())).into_iter().collect();
        folders.sort_unstable();
        for folder in std::iter::once(out.clone()).chain(folders.into_iter().map(|folder| out.join(folder))) {
            if !folder.is_dir() {
                files::make_folder(&folder)?;
                done.folders.push(folder);
            }
        }
        for at in order {
            let path = &self.planned[at].path;
            let is_there = matches!(self.survey.states[at], State::Stale { there: true, .. });
            done.replace(new.join(path), out.join(path), is_there)?;
        }
        Ok(())
    }

    /// Removes the dropped files that are meant, and the folders that are empty then. Says how many there were.
    fn remove(&self, is_meant: impl Fn(bool) -> bool) -> Result<usize, WriteError> {
        let out = &self.site.out;
        let meant = self.survey.dropped.iter().filter(|dropped| dropped.there && is_meant(dropped.makes_way));
        let mut n_removed = 0;
        for dropped in meant {
            n_removed += usize::from(files::remove_file(&out.join(dropped.path))?);
        }
        remove_empty(out, self.survey.left.iter().copied());
        Ok(n_removed)
    }
}

/// What was replaced file by file, to change it back.
#[derive(Default)]
struct Replaced {
    /// Made by us, in order.
    folders: Vec<PathBuf>,
    files: Vec<Replacement>,
    /// Whether a file was replaced without keeping the old one.
    lost: bool,
}

struct Replacement {
    staged: PathBuf,
    placed: PathBuf,
    /// Whether the old file lies where the new one was staged.
    exchanged: bool,
}

impl Replaced {
    /// Exchanging rather than renaming keeps the old file, without room for a copy. Where that cannot be done, a file
    /// that was there is lost to [`Replaced::undo`].
    fn replace(&mut self, staged: PathBuf, placed: PathBuf, is_there: bool) -> Result<(), WriteError> {
        let exchanged = match is_there.then(|| files::exchange(&staged, &placed)) {
            Some(Ok(())) => true,
            Some(Err(cause)) if !matches!(cause.kind(), io::ErrorKind::Unsupported | io::ErrorKind::NotFound) => {
                return Err(failed("replace", &placed, cause));
            }
            _ => {
                files::rename(&staged, &placed)?;
                false
            }
        };
        match exchanged || !is_there {
            true => self.files.push(Replacement { staged, placed, exchanged }),
            false => self.lost = true,
        }
        Ok(())
    }

    /// Says whether all is as it was.
    fn undo(self) -> bool {
        let mut is_undone = !self.lost;
        for Replacement { staged, placed, exchanged } in self.files.into_iter().rev() {
            let undone = if exchanged { platform::exchange(&staged, &placed) } else { fs::rename(&placed, &staged) };
            is_undone &= undone.is_ok();
        }
        for folder in self.folders.iter().rev() {
            files::remove_if_empty(folder);
        }
        is_undone
    }
}

/// Whether nothing would be left of the output after a swap: all in it is ours, and no folder is closed to us. A
/// stranger's empty folder counts, too.
fn can_be_retired(site: &Site) -> bool {
    let ours = &site.manifest.files;
    let folders = folders_of(ours.keys().map(String::as_str));
    WalkDir::new(&site.out).into_iter().all(|entry| {
        let Ok(entry) = entry else { return false };
        let Some(path) = relative(&site.out, entry.path()) else { return false };
        if entry.file_type().is_dir() {
            let is_open = entry.metadata().is_ok_and(|found| !found.permissions().readonly());
            is_open && (path.is_empty() || folders.contains(path.as_str()))
        } else {
            entry.file_type().is_file() && ours.contains_key(&path)
        }
    })
}

/// Removes the folder that was the output. Of what is in it, files on our list go; what somebody put there while we
/// were building is moved to the new output.
pub(super) fn retire<'a>(old: &Path, out: &Path, ours: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
    let ours: Vec<&str> = ours.collect();
    ours.par_iter().map(|path| files::remove_file(&old.join(path)).map(|_| ())).collect::<Result<(), _>>()?;
    remove_empty(old, folders_of(ours.iter().copied()).into_iter());
    if files::remove_if_empty(old) {
        return Ok(());
    }
    let mut walk = WalkDir::new(old).min_depth(1).into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.map_err(|cause| failed("look into", old, cause.into()))?;
        let Some(rest) = entry.path().strip_prefix(old).ok() else { continue };
        let place = out.join(rest);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() && entry.file_type().is_dir() => continue,
            Ok(_) => return Err(failed("bring back", entry.path(), io::ErrorKind::AlreadyExists.into())),
            Err(_) => files::rename(entry.path(), &place)?,
        }
        if entry.file_type().is_dir() {
            walk.skip_current_dir();
        }
    }
    files::remove_tree(old)
}

/// Removes those folders that are empty, the deepest first.
fn remove_empty<'a>(above: &Path, folders: impl Iterator<Item = &'a str>) {
    let mut folders: Vec<&str> = folders.collect();
    folders.sort_unstable_by(|one, other| other.cmp(one));
    for folder in folders {
        files::remove_if_empty(&above.join(folder));
    }
}
