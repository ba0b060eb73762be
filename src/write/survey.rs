//! Compares what is planned with what the manifest says and what lies on disk.
//!
//! In goes the plan, out come the files to produce and the files to remove. Nothing is changed, and a stranger's file
//! where one of ours belongs is found here, before anything is.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::Planned;
use super::error::WriteError;
use super::files::{failed, is_absent};
use super::manifest::{Claim, Content, Manifest};
use crate::platform;
use crate::text::lower;

/// What is to be done about one planned file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// It lies there as planned.
    Fresh(Claim),
    /// It must be produced to know.
    Stale {
        /// What lies there now, if that is known.
        known: Option<Content>,
        /// Whether a file lies there now.
        there: bool,
    },
}

/// The plan beside the disk.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    /// For each planned file, in the order of the plan.
    pub states: Vec<State>,
    /// Ours and no longer planned, in the order of their paths.
    pub dropped: Vec<Dropped<'a>>,
    /// The folders that dropped files lie in, or lay in until a build was killed: real ones, which are not reached
    /// through a link.
    pub left: Vec<&'a str>,
}

/// A file of ours that is no longer planned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dropped<'a> {
    pub path: &'a str,
    /// Whether it is still there. Something else in its place is a stranger's, and is left alone.
    pub there: bool,
    /// Whether a planned file needs its place: as a folder, as the name of a folder, or as the same name in other
    /// letters on a disk that does not tell them apart.
    pub makes_way: bool,
}

/// # Errors
/// `InTheWay` for a stranger where a planned file belongs.
pub(super) fn survey<'a>(
    out: &Path,
    planned: &[Planned],
    manifest: &'a Manifest,
    fingerprint: &(impl Fn(usize) -> u128 + Sync),
) -> Result<Survey<'a>, WriteError> {
    let dropped_paths = dropped_paths(planned, manifest);
    let folders = Folders::look(out, planned, &dropped_paths)?;
    let twins: HashMap<String, &str> = dropped_paths.iter().map(|path| (lower(path), *path)).collect();
    let states = planned.par_iter().enumerate().map(|(at, file)| {
        let state = state_of(file, out, manifest, &folders, &twins)?;
        Ok(match state {
            State::Fresh(claim) if claim.fingerprint != fingerprint(at) => {
                State::Stale { known: Some(claim.content), there: true }
            }
            state => state,
        })
    });
    // All first, so that of several strangers the same one is always reported.
    let states = states.collect::<Vec<_>>().into_iter().collect::<Result<Vec<_>, _>>()?;

    let places = if dropped_paths.is_empty() { Places::default() } else { Places::of(planned) };
    let dropped = dropped_paths.iter().map(|path| {
        let there = folders.lead_to(path) && fs::symlink_metadata(out.join(path)).is_ok_and(|found| found.is_file());
        Dropped { path, there, makes_way: places.need(path) }
    });
    let mut left: Vec<&str> = folders_of(dropped_paths.iter().copied()).into_iter().collect();
    left.retain(|folder| folders.real[folder]);
    Ok(Survey { dropped: dropped.collect(), left, states })
}

fn dropped_paths<'a>(planned: &[Planned], manifest: &'a Manifest) -> Vec<&'a str> {
    let is_same_set = planned.len() == manifest.files.len()
        && planned.iter().all(|file| manifest.files.contains_key(file.path.as_str()));
    if is_same_set {
        return Vec::new();
    }
    let planned: HashSet<&str> = planned.iter().map(|file| file.path.as_str()).collect();
    let mut dropped: Vec<&str> = manifest.files.keys().map(String::as_str).collect();
    dropped.retain(|path| !planned.contains(path));
    dropped.sort_unstable();
    dropped
}

/// Its state, for all that disk and manifest tell; whether the fingerprint is another one, they do not.
fn state_of(
    file: &Planned,
    out: &Path,
    manifest: &Manifest,
    folders: &Folders<'_>,
    twins: &HashMap<String, &str>,
) -> Result<State, WriteError> {
    let absent = State::Stale { known: None, there: false };
    if !folders.lead_to(&file.path) {
        return Ok(absent);
    }
    let path = out.join(&file.path);
    let Some(found) = look_at(&path)? else { return Ok(absent) };
    match manifest.files.get(&file.path) {
        Some(claim) if found.is_file() => Ok(compare(*claim, &found)),
        _ if found.is_dir() && folders.holds_only_dropped(out, &file.path) => Ok(absent),
        None if twins.get(&lower(&file.path)).is_some_and(|twin| platform::is_same(&out.join(twin), &path)) => {
            Ok(absent)
        }
        _ => Err(in_the_way(&path, &found)),
    }
}

fn compare(claim: Option<Claim>, found: &Metadata) -> State {
    match claim.filter(|claim| claim.content.length == found.len()) {
        Some(claim) => State::Fresh(claim),
        None => State::Stale { known: None, there: true },
    }
}

/// The folders of a site, each looked at once, so that no path leads through a link that somebody put there.
struct Folders<'a> {
    /// Whether a folder is a real one; `""` is the output.
    real: HashMap<&'a str, bool>,
    dropped: HashSet<&'a str>,
}

impl<'a> Folders<'a> {
    fn look(out: &Path, planned: &'a [Planned], dropped: &[&'a str]) -> Result<Folders<'a>, WriteError> {
        let dropped_set: HashSet<&str> = dropped.iter().copied().collect();
        let needed = folders_of(planned.iter().map(|file| file.path.as_str()));
        let mut all: Vec<&str> = folders_of(dropped.iter().copied()).union(&needed).copied().collect();
        all.sort_unstable();
        let mut real = HashMap::from([("", look_at(out)?.is_some_and(|found| found.is_dir()))]);
        for folder in all {
            let path = out.join(folder);
            let found = if real[folder_of(folder)] { look_at(&path)? } else { None };
            let gives_way = || dropped_set.contains(folder);
            match &found {
                Some(found) if !found.is_dir() && needed.contains(folder) && !(found.is_file() && gives_way()) => {
                    return Err(in_the_way(&path, found));
                }
                _ => real.insert(folder, found.is_some_and(|found| found.is_dir())),
            };
        }
        Ok(Folders { real, dropped: dropped_set })
    }

    /// Whether there can be a file at `path`: all folders above it are there, and are folders.
    fn lead_to(&self, path: &str) -> bool {
        self.real.get(folder_of(path)).copied().unwrap_or(false)
    }

    /// Whether a folder will be gone once the dropped files are.
    fn holds_only_dropped(&self, out: &Path, folder: &str) -> bool {
        WalkDir::new(out.join(folder)).into_iter().all(|entry| {
            let Ok(entry) = entry else { return false };
            let Some(path) = relative(out, entry.path()) else { return false };
            if entry.file_type().is_dir() {
                self.real.contains_key(path.as_str())
            } else {
                entry.file_type().is_file() && self.dropped.contains(path.as_str())
            }
        })
    }
}

/// What planned files need places for.
#[derive(Default)]
struct Places<'a> {
    folders: HashSet<&'a str>,
    files: HashSet<&'a str>,
    without_case: HashSet<String>,
}

impl<'a> Places<'a> {
    fn of(planned: &'a [Planned]) -> Places<'a> {
        let paths = || planned.iter().map(|file| file.path.as_str());
        Places { folders: folders_of(paths()), files: paths().collect(), without_case: paths().map(lower).collect() }
    }

    fn need(&self, path: &str) -> bool {
        self.folders.contains(path)
            || folders_above(path).any(|folder| self.files.contains(folder))
            || self.without_case.contains(&lower(path))
    }
}

/// The folders above `path`, the nearest first, without a slash at their ends; not the output itself.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder_of(path)), |folder| Some(folder_of(folder)))
        .take_while(|folder| !folder.is_empty())
}

/// All folders above the files, without a slash at their ends; not the output itself.
pub(super) fn folders_of<'a>(paths: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    let mut folders = HashSet::new();
    let mut last = "";
    for path in paths {
        // Files come folder by folder as a rule, so most need no look at the set.
        let folder = folder_of(path);
        if folder != last {
            last = folder;
            folders.extend(folders_above(path));
        }
    }
    folders
}

/// The folder of a file or of a folder. Empty at the top.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path below `out`, with forward slashes. `None` if it is not text.
pub(super) fn relative(out: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(out).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn look_at(path: &Path) -> Result<Option<Metadata>, WriteError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(cause) if is_absent(&cause) => Ok(None),
        // A name that the disk cannot hold is not there; that it cannot be written is said when it is.
        Err(cause) if cause.kind() == io::ErrorKind::InvalidFilename => Ok(None),
        Err(cause) => Err(failed("look at", path, cause)),
    }
}

fn in_the_way(path: &Path, found: &Metadata) -> WriteError {
    let what = match found.file_type() {
        kind if kind.is_symlink() => "a link",
        kind if kind.is_dir() => "a folder",
        kind if kind.is_file() => "a file",
        _ => "something other than a file",
    };
    WriteError::InTheWay { path: path.to_owned(), what }
}
