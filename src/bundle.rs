//! A copy of a playbook that leaves its place: as one zip or as one HTML file.
//!
//! Both hold the same pages. The same pages on the same day are the same bytes. Each takes the place of the last one
//! when it is whole, and of nothing that somebody else made.

pub mod single;
pub mod zipped;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::platform;
use crate::project::Project;
use crate::render::RenderError;
use crate::site::{Content, Page, Site};

/// What a bundle says of itself at its end, so that no other file is written over.
const OURS: &str = "A playbook, made by Cuebook.";

/// Pages that are made at once: all of them would be the whole book in memory.
const AT_ONCE: usize = 256;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// Files of the site in it.
    pub files: usize,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why no bundle was made. What lay there before still lies there.
#[derive(Debug)]
pub enum BundleError {
    /// A file that no bundle of ours is lies there; what one would be.
    NotOurs(PathBuf, &'static str),
    /// The bundle would lie among the content, and be part of it the next time.
    InContent(PathBuf),
    /// Paths that Windows cannot unpack.
    TooLong(Vec<String>),
    /// Mistakes in templates.
    Theme(Vec<RenderError>),
    /// The machine failed.
    Disk(PathBuf, io::Error),
}

impl std::fmt::Display for BundleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BundleError::NotOurs(path, what) => write!(
                f,
                "`{}` is there already, and is no {what} of Cuebook. Give another name, or move it away.",
                path.display()
            ),
            BundleError::InContent(path) => {
                write!(f, "`{}` lies in the content folder. Write the bundle somewhere else.", path.display())
            }
            BundleError::TooLong(paths) => {
                let (first, more) = (&paths[0], paths.len() - 1);
                let others = if more > 0 { format!(" and {more} more") } else { String::new() };
                write!(
                    f,
                    "`{first}`{others} has more than {} letters, and Windows may not unpack it. Give the file or \
                     its folders shorter names.",
                    zipped::LONGEST
                )
            }
            BundleError::Theme(_) => write!(f, "the theme has mistakes"),
            BundleError::Disk(path, cause) => write!(f, "cannot write `{}`: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for BundleError {}

/// Puts the file that `fill` writes in the place of the last bundle, once it is whole. `fill` gives how many files of
/// the site are in it; `what` it is stands in messages, and `is_ours` tells it from a stranger's file.
fn replace(
    project: &Project,
    to: &Path,
    what: &'static str,
    is_ours: impl FnOnce(&File) -> bool,
    fill: impl FnOnce(&Path) -> Result<usize, BundleError>,
) -> Result<Bundled, BundleError> {
    match File::open(to) {
        Ok(file) if !is_ours(&file) => return Err(BundleError::NotOurs(to.to_owned(), what)),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(BundleError::Disk(to.to_owned(), cause)),
        _ => {}
    }
    let whole = std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
    if project.would_read(to) {
        return Err(BundleError::InContent(to.to_owned()));
    }
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let next = whole.with_file_name(format!("{name}.{}.next", std::process::id()));
    let done = fill(&next).and_then(|files| {
        fs::rename(&next, &whole).map_err(|cause| BundleError::Disk(to.to_owned(), cause))?;
        let bytes = fs::metadata(&whole).map_or(0, |found| found.len());
        Ok(Bundled { files, bytes })
    });
    if done.is_err() {
        let _ = fs::remove_file(&next);
    }
    done
}

/// Gives the bytes of each page to `each`, in this order.
fn contents(
    project: &Project,
    site: &Site,
    pages: &[&Page],
    mut each: impl FnMut(&Page, Vec<u8>) -> Result<(), BundleError>,
) -> Result<(), BundleError> {
    for pages in pages.chunks(AT_ONCE) {
        let bytes: Vec<Result<Content, RenderError>> = pages.par_iter().map(|page| site.bytes(page)).collect();
        let (contents, faults): (Vec<_>, Vec<_>) = bytes.into_iter().partition(Result::is_ok);
        if !faults.is_empty() {
            return Err(BundleError::Theme(faults.into_iter().filter_map(Result::err).collect()));
        }
        for (page, content) in pages.iter().zip(contents.into_iter().filter_map(Result::ok)) {
            match content {
                Content::Bytes(bytes) => each(page, bytes)?,
                Content::File(asset) => {
                    let asset = project.content.folder.join(asset.as_str());
                    let read = platform::open_regular(&asset).and_then(|mut file| {
                        let mut bytes = Vec::new();
                        file.read_to_end(&mut bytes).map(|_| bytes)
                    });
                    each(page, read.map_err(|cause| BundleError::Disk(asset, cause))?)?;
                }
            }
        }
    }
    Ok(())
}
