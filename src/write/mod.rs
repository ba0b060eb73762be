//! Writes a site into a folder, so that readers never meet half of it.
//!
//! In goes the plan, with functions that tell the fingerprint of a file and that produce one; out comes a folder with those
//! files. Only what differs from the last time is produced, and only what differs on disk is written: first into a
//! folder of our own, then, when all is there, into place. Until then the old site is whole, whatever happens.
//! Nothing that we did not write is overwritten, removed or looked through, and nothing outside of the output and its
//! records is changed.
//!
//! Beside the output `site` lies `.cuebook-site`, with
//!
//! | name | what it is |
//! | --- | --- |
//! | `manifest` | the files that are ours, and what is in them |
//! | `journal` | the files that a build is putting in place just now; left by one that was killed |
//! | `lock` | locked while a build runs |
//! | `new/` | where a build is staged; what a dead one left is removed |
//! | `old/` | changes places with the output; strangers' files left in it are brought back |

mod error;
mod files;
mod lock;
mod manifest;
mod output;
mod place;
mod stage;
mod survey;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

pub use error::WriteError;
pub use output::{Output, Protected};

use lock::Lock;
use manifest::{Claim, Manifest};
use stage::Staged;
use survey::{State, Survey, survey};

const MANIFEST: &str = "manifest";
const JOURNAL: &str = "journal";

/// One file of the finished site.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where it lies in the output: relative, with forward slashes.
    pub path: String,
    /// When it is put in place.
    pub order: Order,
}

/// The order in which files are replaced where that cannot be done at once: what is named comes before what names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// Pictures, styles, scripts, search shards.
    Asset,
    /// Pages for people.
    Page,
    /// Navigation and the search map, which name pages and shards.
    Map,
}

/// A file as it was produced.
#[derive(Clone, Debug)]
pub struct Produced {
    /// Covers all that its bytes depend on. Equal fingerprints promise equal bytes.
    pub fingerprint: u128,
    /// What is in it.
    pub bytes: Bytes,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// These bytes.
    Memory(Vec<u8>),
    /// The bytes of a regular file. If it was reached through a link, this is where the link led.
    Copy(PathBuf),
}

/// When the whole output may be swapped for another folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// If a tenth of the files or more differ. Programs that look into the folder must open it anew.
    IfMuchChanged,
    /// Never: each file is replaced by itself, for programs that stay in the folder while somebody edits.
    Never,
}

/// What was done to the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have other bytes.
    pub written: usize,
    /// Files that lie there as before, with their times.
    pub unchanged: usize,
    /// Files that were ours and are no longer planned.
    pub removed: usize,
}

/// Why a site was not written. The old one is whole; or the new one, if it was only that something that is no longer
/// needed could not be removed.
#[derive(Debug)]
pub enum Stopped<E> {
    /// Files that could not be produced, by their place in the plan and in its order; at least one.
    Unproduced(Vec<(usize, E)>),
    /// The machine failed, or the output cannot be used.
    Unwritten(WriteError),
}

impl<E> From<WriteError> for Stopped<E> {
    fn from(error: WriteError) -> Stopped<E> {
        Stopped::Unwritten(error)
    }
}

/// Makes the output hold the planned files, and of ours only those. `fingerprint(i)` is that of `planned[i]`; it is asked
/// for files that lie on disk as the manifest says. `produce(i)` gives the file; it is asked for those that do not, or for
/// which the manifest has another fingerprint. Both are asked on several threads.
///
/// If nothing differs, nothing is written, nor is any time changed.
///
/// # Errors
/// `Unproduced` if `produce` fails for any file; the others are still produced, so that all mistakes are known.
/// `Unwritten` with `Busy` while another build is at it, `NotOurs` and `InTheWay` for strangers' files, `BadPath` for
/// a plan that cannot be a folder, `Damaged` if the manifest cannot be read, and `Asset` or `Disk` if the system fails.
pub fn publish<E: Send>(
    output: &Output,
    planned: &[Planned],
    swap: Swap,
    fingerprint: impl Fn(usize) -> u128 + Sync,
    produce: impl Fn(usize) -> Result<Produced, E> + Sync,
) -> Result<Written, Stopped<E>> {
    check_paths(planned)?;
    let site = Site::open(output)?;
    let survey = survey(&site.out, planned, &site.manifest, &fingerprint)?;
    let staged = stage::stage(&site, planned, &survey, produce);
    let done = staged.and_then(|staged| Ok(site.settle(planned, &survey, &staged, swap)?));
    if done.is_err() {
        // The failure is what matters; what cannot be removed now is removed by the next build.
        let _ = site.discard();
    }
    done
}

/// A hash of what an output holds: of the manifest, if every file that it lists lies there with its length. `None` if
/// anything differs, or if a build was killed.
pub fn state(output: &Output) -> Option<u128> {
    let (out, records) = (output.folder(), output.records());
    let (manifest, journal) = (records.join(MANIFEST), records.join(JOURNAL));
    let text = fs::read(&manifest).ok()?;
    let listed = Manifest::read(&manifest, &journal, out).ok()??;
    let is_whole = listed.files.par_iter().all(|(path, claim)| {
        let lies_there =
            |length| fs::symlink_metadata(out.join(path)).is_ok_and(|it| it.is_file() && it.len() == length);
        claim.is_some_and(|claim| lies_there(claim.content.length))
    });
    (is_whole && !journal.exists()).then(|| xxhash_rust::xxh3::xxh3_128(&text))
}

/// An output, locked, with its records read and what a killed build left behind cleaned up.
struct Site {
    out: PathBuf,
    records: PathBuf,
    manifest: Manifest,
    _lock: Lock,
}

impl Site {
    fn open(output: &Output) -> Result<Site, WriteError> {
        let out = output.folder().to_owned();
        let records = make_records(output)?;
        let lock = Lock::take(&records.join("lock"), &out)?;
        let manifest = Manifest::read(&records.join(MANIFEST), &records.join(JOURNAL), &out)?;
        if manifest.is_none() && !output::is_free(&out)? {
            return Err(WriteError::NotOurs { out });
        }
        let site = Site { out, records, manifest: manifest.unwrap_or_default(), _lock: lock };
        site.clean_up()?;
        Ok(site)
    }

    fn manifest_path(&self) -> PathBuf {
        self.records.join(MANIFEST)
    }

    fn next_manifest_path(&self) -> PathBuf {
        self.records.join("manifest.next")
    }

    fn journal_path(&self) -> PathBuf {
        self.records.join(JOURNAL)
    }

    fn next_journal_path(&self) -> PathBuf {
        self.records.join("journal.next")
    }

    fn new_folder(&self) -> PathBuf {
        self.records.join("new")
    }

    fn old_folder(&self) -> PathBuf {
        self.records.join("old")
    }

    /// Whether the output can be swapped: its records lie beside it, and then the staged site does.
    fn is_swappable(&self) -> bool {
        !self.records.starts_with(&self.out)
    }

    /// Removes what a killed build left. Its journal stays until the files in it are known again.
    fn clean_up(&self) -> Result<(), WriteError> {
        if self.old_folder().is_dir() {
            place::retire(&self.old_folder(), &self.out, self.manifest.files.keys().map(String::as_str))?;
        }
        self.discard()
    }

    /// Removes all that was staged.
    fn discard(&self) -> Result<(), WriteError> {
        for file in [self.next_manifest_path(), self.next_journal_path()] {
            files::remove_file(&file)?;
        }
        files::remove_tree(&self.new_folder())
    }

    /// Puts in place what was staged, and writes down what is there now.
    fn settle(
        &self,
        planned: &[Planned],
        survey: &Survey<'_>,
        staged: &Staged,
        swap: Swap,
    ) -> Result<Written, WriteError> {
        let n_written = staged.differs.iter().filter(|differs| **differs).count();
        let n_removed = survey.dropped.iter().filter(|dropped| dropped.there).count();
        if n_written > 0 || !survey.dropped.is_empty() {
            place::put_in_place(self, planned, survey, staged, swap)?;
        } else if survey.states.iter().any(|state| matches!(state, State::Stale { .. })) {
            // The bytes are the same, but now they are known to be what other fingerprints stand for.
            self.write_next_manifest(planned, staged)?;
            self.commit()?;
        }
        self.discard()?;
        Ok(Written { written: n_written, unchanged: planned.len() - n_written, removed: n_removed })
    }

    fn write_next_manifest(&self, planned: &[Planned], staged: &Staged) -> Result<(), WriteError> {
        files::write_new(&self.next_manifest_path(), manifest::manifest_text(staged.listed(planned)).as_bytes())
    }

    /// From here on the next manifest is the manifest, and nothing is in doubt.
    fn commit(&self) -> Result<(), WriteError> {
        files::rename(&self.next_manifest_path(), &self.manifest_path())?;
        files::remove_file(&self.journal_path())?;
        Ok(())
    }
}

impl Staged {
    /// What the manifest will say.
    fn listed<'a>(&'a self, planned: &'a [Planned]) -> impl Iterator<Item = (&'a str, Claim)> {
        planned.iter().zip(&self.claims).map(|(file, claim)| (&*file.path, *claim))
    }
}

/// The folder of the records, made if it is missing. It lies in the output where we may write only there.
fn make_records(output: &Output) -> Result<PathBuf, WriteError> {
    let records = output.records();
    // Whoever may write beside the output could otherwise have us empty a folder elsewhere.
    if records.is_symlink() {
        return Err(WriteError::InTheWay { path: records, what: "a link" });
    }
    match files::make_folder(&records) {
        Err(WriteError::Disk { cause, .. }) if is_closed(&cause) && output.folder().is_dir() => {
            let inside = output.records_inside();
            files::make_folder(&inside)?;
            Ok(inside)
        }
        made => made.map(|()| records),
    }
}

fn is_closed(cause: &std::io::Error) -> bool {
    matches!(cause.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}

/// A plan is a folder if each path is sound, no two are equal, and none is both a file and a folder.
fn check_paths(planned: &[Planned]) -> Result<(), WriteError> {
    let bad = |path: &str, why| Err(WriteError::BadPath { path: path.to_owned(), why });
    let folders = survey::folders_of(planned.iter().map(|file| file.path.as_str()));
    let mut seen = HashSet::with_capacity(planned.len());
    for Planned { path, .. } in planned {
        if let Some(why) = path_fault(path) {
            return bad(path, why);
        }
        if folders.contains(path.as_str()) {
            return bad(path, "a folder of the site has the same name");
        }
        if !seen.insert(path.as_str()) {
            return bad(path, "two files of the site have that name");
        }
    }
    Ok(())
}

/// What keeps a path from being that of a file in the output. `None` for a sound one.
fn path_fault(path: &str) -> Option<&'static str> {
    // Only Windows reads more into a name than that it is one, and only with these two signs in it.
    let is_plain = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(name)) if name == part) && components.next().is_none()
    };
    let is_one_name = |part: &str| !matches!(part, "" | "." | "..") && (!part.contains(['\\', ':']) || is_plain(part));
    if path.bytes().any(|byte| byte.is_ascii_control()) {
        Some("it holds a line break or another control character")
    } else if !path.split('/').all(is_one_name) {
        Some("it is empty, or a part of it is, or leads out of the site")
    } else if path.split('/').next() == Some(output::RECORDS_INSIDE) {
        Some("Cuebook keeps its own records in a folder of that name")
    } else {
        None
    }
}
