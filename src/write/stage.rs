//! Produces what is stale, and writes what turns out to differ into a folder of our own.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::error::WriteError;
use super::files;
use super::manifest::{Claim, Content};
use super::survey::{State, Survey};
use super::{Bytes, Planned, Produced, Site, Stopped};

/// What was produced, for each planned file in the order of the plan.
#[derive(Debug)]
pub(super) struct Staged {
    /// What the file will hold, and what for.
    pub claims: Vec<Claim>,
    /// Whether it lies in the folder `new`, to be put in place.
    pub differs: Vec<bool>,
}

/// Nothing is written, and no folder made, if all that is produced lies on disk already.
pub(super) fn stage<E: Send>(
    site: &Site,
    planned: &[Planned],
    survey: &Survey<'_>,
    produce: impl Fn(usize) -> Result<Produced, E> + Sync,
) -> Result<Staged, Stopped<E>> {
    let new = site.new_folder();
    let failed = AtomicBool::new(false);
    let stage_one = |(at, file): (usize, &Planned)| -> Result<(Claim, bool), Failure<E>> {
        let known = match survey.states[at] {
            State::Fresh(claim) => return Ok((claim, false)),
            State::Stale { known, .. } => known,
        };
        let produced = produce(at).map_err(|cause| Failure::Unproduced(at, cause));
        // After a failure nothing will be put in place, so nothing need be written; but a writer wants to know of all
        // mistakes, so the rest is still produced.
        let staged = produced.and_then(|Produced { fingerprint, bytes }| match failed.load(Ordering::Relaxed) {
            true => Err(Failure::Follows),
            false => {
                let written = write_one(&new.join(&file.path), bytes, known).map_err(Failure::Unwritten);
                written.map(|(content, differs)| (Claim { fingerprint, content }, differs))
            }
        });
        failed.fetch_or(staged.is_err(), Ordering::Relaxed);
        staged
    };
    let results: Vec<Result<(Claim, bool), Failure<E>>> = planned.par_iter().enumerate().map(stage_one).collect();
    gather(results)
}

/// Why one file was not staged.
enum Failure<E> {
    Unproduced(usize, E),
    Unwritten(WriteError),
    /// Another one failed before it.
    Follows,
}

/// `known` is what lies in the output now. Says what was produced, and whether that is something else.
fn write_one(path: &Path, bytes: Bytes, known: Option<Content>) -> Result<(Content, bool), WriteError> {
    let content = match bytes {
        Bytes::Memory(bytes) => {
            let content = files::content_of(&bytes);
            if known != Some(content) {
                files::write_new(path, &bytes)?;
            }
            content
        }
        Bytes::Copy(source) => {
            let content = files::copy_new(&source, path)?;
            if known == Some(content) {
                files::remove_file(path)?;
            }
            content
        }
    };
    Ok((content, known != Some(content)))
}

fn gather<E>(results: Vec<Result<(Claim, bool), Failure<E>>>) -> Result<Staged, Stopped<E>> {
    let mut staged = Staged { claims: Vec::with_capacity(results.len()), differs: Vec::with_capacity(results.len()) };
    let mut unproduced = Vec::new();
    let mut unwritten = None;
    for result in results {
        match result {
            Ok((claim, differs)) => {
                staged.claims.push(claim);
                staged.differs.push(differs);
            }
            Err(Failure::Unproduced(at, cause)) => unproduced.push((at, cause)),
            Err(Failure::Unwritten(error)) => unwritten = unwritten.or(Some(error)),
            Err(Failure::Follows) => {}
        }
    }
    match unwritten {
        Some(error) => Err(Stopped::Unwritten(error)),
        None if !unproduced.is_empty() => Err(Stopped::Unproduced(unproduced)),
        None => Ok(staged),
    }
}
