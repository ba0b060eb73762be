//! The few things that are done to files, each with the path in its error, and each a step at which a test can stop.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::error::WriteError;
use super::manifest::Content;
use crate::platform;

/// Bytes read at a time when an asset is copied: large enough that calls cost nothing, small enough for the cache.
const PIECE: usize = 128 << 10;

/// Writes a file that does not exist yet, and the folders above it where they are missing.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    step(path)
        .and_then(|()| with_folders(path, || File::create_new(path)))
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|cause| failed("write", path, cause))
}

/// Copies an asset to a file that does not exist yet, and says what it copied.
pub(super) fn copy_new(source: &Path, path: &Path) -> Result<Content, WriteError> {
    let unreadable = |cause| WriteError::Asset { path: source.to_owned(), cause };
    let unwritable = |cause| failed("write", path, cause);
    let mut asset = platform::open_regular(source).map_err(unreadable)?;
    let length = asset.metadata().map_err(unreadable)?.len();
    step(path).map_err(unwritable)?;
    let mut copy = with_folders(path, || File::create_new(path)).map_err(unwritable)?;
    let mut hash = Xxh3::new();
    let mut piece = vec![0; (length as usize).clamp(1, PIECE)];
    // A file that grows while it is read, such as a log, would never come to its end.
    let mut left = length;
    while left > 0 {
        let wanted = (left as usize).min(piece.len());
        let read = asset.read(&mut piece[..wanted]).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        copy.write_all(&piece[..read]).map_err(unwritable)?;
        left -= read as u64;
    }
    Ok(Content { hash: hash.digest128(), length: length - left })
}

/// What bytes in memory are to the manifest.
pub(super) fn content_of(bytes: &[u8]) -> Content {
    Content { hash: xxh3_128(bytes), length: bytes.len() as u64 }
}

/// A second name for a file, which keeps its times; a copy with the same times where there can be no second name.
pub(super) fn link(from: &Path, to: &Path) -> Result<(), WriteError> {
    let linked = step(to).and_then(|()| with_folders(to, || fs::hard_link(from, to)));
    linked.or_else(|_| copy_with_times(from, to)).map_err(|cause| failed("write", to, cause))
}

fn copy_with_times(from: &Path, to: &Path) -> io::Result<()> {
    step(to)?;
    let mut original = platform::open_regular(from)?;
    let metadata = original.metadata()?;
    let mut copy = with_folders(to, || File::create_new(to))?;
    io::copy(&mut original, &mut copy)?;
    copy.set_modified(metadata.modified()?)
}

/// Moves a file or folder; a file that is there already is replaced.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    step(to).and_then(|()| fs::rename(from, to)).map_err(|cause| failed("put in place", to, cause))
}

/// See [`platform::exchange`].
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    step(other)?;
    platform::exchange(one, other)
}

/// Removes a file or a link, never a folder. Says whether one was there.
pub(super) fn remove_file(path: &Path) -> Result<bool, WriteError> {
    match step(path).and_then(|()| fs::remove_file(path)) {
        Ok(()) => Ok(true),
        Err(cause) if is_absent(&cause) => Ok(false),
        // Systems disagree about the error for a folder.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) => Ok(false),
        Err(cause) => Err(failed("remove", path, cause)),
    }
}

/// Removes a folder if nothing is in it. Says whether it is gone.
pub(super) fn remove_if_empty(folder: &Path) -> bool {
    // That a folder cannot be removed is no failure, so a test can stop here but not fail.
    let _ = step(folder);
    fs::remove_dir(folder).is_ok()
}

/// Removes a folder of ours with all that is in it. Links in it are not followed.
pub(super) fn remove_tree(folder: &Path) -> Result<(), WriteError> {
    match step(folder).and_then(|()| fs::remove_dir_all(folder)) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed("remove", folder, cause)),
        _ => Ok(()),
    }
}

/// Makes a folder and those above it. It may exist.
pub(super) fn make_folder(folder: &Path) -> Result<(), WriteError> {
    step(folder).and_then(|()| fs::create_dir_all(folder)).map_err(|cause| failed("make the folder", folder, cause))
}

/// See [`platform::make_durable`].
pub(super) fn make_durable(folder: &Path, files: &[PathBuf]) -> Result<(), WriteError> {
    let durable = step(folder).and_then(|()| {
        // No test cuts the power, and the many small builds of the tests would wait for the disk most of the time.
        if cfg!(test) { Ok(()) } else { platform::make_durable(folder, files) }
    });
    durable.map_err(|cause| failed("write", folder, cause))
}

/// The error of a step that failed.
pub(super) fn failed(doing: &'static str, path: &Path, cause: io::Error) -> WriteError {
    WriteError::Disk { doing, path: path.to_owned(), cause }
}

/// Whether it was not there: it is missing, or a folder above it is none.
pub(super) fn is_absent(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Tries at once, and makes the folders above `path` only if that fails: a folder is made once, not once a file.
fn with_folders<T>(path: &Path, attempt: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (attempt(), path.parent()) {
        (Err(cause), Some(folder)) if cause.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            attempt()
        }
        (result, _) => result,
    }
}

#[cfg(not(test))]
#[inline(always)]
fn step(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use fault::step;

/// Lets a test end a build at its n-th step, by an error or as if the process were killed.
#[cfg(test)]
pub(super) mod fault {
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, MutexGuard};

    /// How the step ends.
    #[derive(Clone, Copy, PartialEq)]
    pub(crate) enum Fault {
        /// With `StorageFull`. Later steps succeed.
        DiskFull,
        /// Without a chance to clean up, and so do all later ones.
        Killed,
    }

    struct Planned {
        under: PathBuf,
        steps_left: usize,
        fault: Fault,
    }

    static PLANNED: Mutex<Option<Planned>> = Mutex::new(None);
    static ONE_TEST: Mutex<()> = Mutex::new(());

    /// Plans a fault at step `n` (counted from 0) among those whose path lies under a folder, and runs `build`.
    /// Says whether the fault was met.
    pub(crate) fn during<T>(under: &Path, n: usize, fault: Fault, build: impl FnOnce() -> T) -> (T, bool) {
        let _one_test: MutexGuard<'_, ()> = ONE_TEST.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *planned() = Some(Planned { under: under.to_owned(), steps_left: n + 1, fault });
        let result = build();
        let met = planned().take().is_some_and(|planned| planned.steps_left == 0);
        (result, met)
    }

    fn planned() -> MutexGuard<'static, Option<Planned>> {
        PLANNED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn step(path: &Path) -> io::Result<()> {
        let mut guard = planned();
        let Some(planned) = guard.as_mut().filter(|planned| path.starts_with(&planned.under)) else { return Ok(()) };
        match (planned.steps_left, planned.fault) {
            (0, Fault::DiskFull) => Ok(()),
            (0 | 1, Fault::Killed) => {
                planned.steps_left = 0;
                drop(guard);
                std::panic::resume_unwind(Box::new("killed"))
            }
            (1, Fault::DiskFull) => {
                planned.steps_left = 0;
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => {
                planned.steps_left -= 1;
                Ok(())
            }
        }
    }
}
