//! Which folders may be written to, and where the records of one lie.
//!
//! An [`Output`] can only be made for a folder that holds nothing of the writer's: not the content, the project, the
//! theme, the home folder or the disk, and not a folder with files that somebody else put there.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::WriteError;
use super::files::{failed, is_absent};
use crate::platform;

/// Where the records lie in an output that has no room beside it. No file of a site may be named so.
pub(super) const RECORDS_INSIDE: &str = ".cuebook";

/// The folders that a site must not be written over.
#[derive(Clone, Copy, Debug)]
pub struct Protected<'a> {
    /// The project, where `book.toml` lies. A site may lie in it.
    pub root: &'a Path,
    /// The content. A site may not lie in it.
    pub content: &'a Path,
    /// The book's own theme, if it has one. A site may not lie in it.
    pub theme: Option<&'a Path>,
}

/// A folder that a site may be written to.
#[derive(Clone, Debug)]
pub struct Output {
    folder: PathBuf,
}

impl Output {
    /// Resolves `out`, which need not exist, and refuses what must not be written over. Changes nothing on disk.
    ///
    /// # Errors
    /// `Holds` and `LiesIn` for protected folders, the home folder and the disk; `NotOurs` for a folder with files but
    /// without records of ours; `NoFolder` for what cannot be one; `Disk` if the system does not let us look.
    pub fn new(out: &Path, protected: &Protected<'_>) -> Result<Output, WriteError> {
        Output::with_home(out, protected, std::env::home_dir().as_deref())
    }

    pub(super) fn with_home(out: &Path, protected: &Protected<'_>, home: Option<&Path>) -> Result<Output, WriteError> {
        let folder = resolve(out)?;
        keep_clear(&folder, protected, home)?;
        let output = Output { folder };
        if !output.has_records() && !is_free(&output.folder)? {
            return Err(WriteError::NotOurs { out: output.folder });
        }
        Ok(output)
    }

    /// The folder, absolute and without links.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the records lie: beside the output, so that an upload has no extra file. A mount point has room only
    /// inside: what lies beside it is on another file system, and often gone with the next container.
    pub(super) fn records(&self) -> PathBuf {
        let inside = self.records_inside();
        let Some(beside) = self.records_beside() else { return inside };
        if inside.exists() || platform::is_mount_point(&self.folder) { inside } else { beside }
    }

    pub(super) fn records_inside(&self) -> PathBuf {
        self.folder.join(RECORDS_INSIDE)
    }

    fn records_beside(&self) -> Option<PathBuf> {
        let mut name = std::ffi::OsString::from(".cuebook-");
        name.push(self.folder.file_name()?);
        Some(self.folder.with_file_name(name))
    }

    fn has_records(&self) -> bool {
        let records = self.records();
        records.join(super::MANIFEST).exists() || records.join(super::JOURNAL).exists()
    }
}

/// Whether nobody has files there: it does not exist, or is empty but for our records.
pub(super) fn is_free(folder: &Path) -> Result<bool, WriteError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name().as_os_str() == RECORDS_INSIDE)))
        }
        Err(cause) if is_absent(&cause) => Ok(true),
        Err(cause) => Err(failed("look into", folder, cause)),
    }
}

/// The real path of the deepest folder that exists, and the rest as typed.
fn resolve(out: &Path) -> Result<PathBuf, WriteError> {
    let no_folder = |why| WriteError::NoFolder { out: out.to_owned(), why };
    let typed = std::path::absolute(out).map_err(|cause| failed("find", out, cause))?;
    let mut existing = typed.as_path();
    let mut rest = Vec::new();
    let mut resolved = loop {
        match fs::canonicalize(existing) {
            Ok(resolved) => break resolved,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {
                return Err(no_folder("a file lies where one of the folders above it should be"));
            }
            Err(cause) => return Err(failed("find", existing, cause)),
        }
        if existing.is_symlink() {
            return Err(no_folder("a link on the way to it leads to nothing"));
        }
        match (existing.components().next_back(), existing.parent()) {
            (Some(Component::Normal(name)), Some(above)) => {
                rest.push(name);
                existing = above;
            }
            _ => return Err(no_folder("it goes through `..` of a folder that does not exist")),
        }
    };
    resolved.extend(rest.iter().rev());
    let is_folder = fs::metadata(&resolved).map_or(true, |metadata| metadata.is_dir());
    if is_folder { Ok(resolved) } else { Err(no_folder("there is a file at that place")) }
}

fn keep_clear(out: &Path, protected: &Protected<'_>, home: Option<&Path>) -> Result<(), WriteError> {
    let top = out.ancestors().last().unwrap_or(out);
    let sources = [(Some(protected.content), "the content"), (protected.theme, "the theme")];
    let others = [(Some(protected.root), "the project"), (home, "your home folder"), (Some(top), "the whole disk")];
    for (kept, what) in sources.into_iter().chain(others) {
        let Some(kept) = kept.map(|kept| fs::canonicalize(kept).unwrap_or_else(|_| kept.to_owned())) else { continue };
        if lies_in(&kept, out) {
            return Err(WriteError::Holds { out: out.to_owned(), what, kept });
        }
    }
    for (kept, what) in sources {
        let Some(kept) = kept.map(|kept| fs::canonicalize(kept).unwrap_or_else(|_| kept.to_owned())) else { continue };
        if lies_in(out, &kept) {
            return Err(WriteError::LiesIn { out: out.to_owned(), what, kept });
        }
    }
    Ok(())
}

/// Whether `path` is `folder` or lies below it, also where two spellings or two mounts lead to one folder.
fn lies_in(path: &Path, folder: &Path) -> bool {
    path.ancestors().any(|above| above == folder || platform::is_same(above, folder))
}
