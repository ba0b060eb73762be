//! A copy of a playbook as one zip, to be carried to where no server is: a USB stick, a shared folder, a laptop.
//!
//! Unpacked, it is a page that leads in and the folder of a site beside it. The same pages on the same day are the same
//! bytes: files are in the order of their names, with one time and one mode.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::index::address::portable;
use crate::platform;
use crate::project::Project;
use crate::render::RenderError;
use crate::site::{Content, Page, Site};
use crate::text::slug;

/// What a zip of ours says of itself, so that no other is written over.
const OURS: &str = "A playbook, made by Cuebook.";

/// The page that leads into the playbook.
const START: &str = "START.html";

/// Letters that a path in the zip may have: Windows knows 260, and whoever unpacks it needs some for the folder.
const LONGEST: usize = 180;

/// Pages that are made at once: all of them would be the whole book in memory.
const AT_ONCE: usize = 256;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// Files in the zip.
    pub files: usize,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Why no zip was made. What lay there before still lies there.
#[derive(Debug)]
pub enum BundleError {
    /// A file that no bundle of ours is lies there.
    NotOurs(PathBuf),
    /// The zip would lie among the content, and be part of it the next time.
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
            BundleError::NotOurs(path) => write!(
                f,
                "`{}` is there already, and is no zip of Cuebook. Give another name, or move it away.",
                path.display()
            ),
            BundleError::InContent(path) => {
                write!(f, "`{}` lies in the content folder. Write the zip somewhere else.", path.display())
            }
            BundleError::TooLong(paths) => {
                let (first, more) = (&paths[0], paths.len() - 1);
                let others = if more > 0 { format!(" and {more} more") } else { String::new() };
                write!(
                    f,
                    "`{first}`{others} has more than {LONGEST} letters, and Windows may not unpack it. Give the file or \
                     its folders shorter names."
                )
            }
            BundleError::Theme(_) => write!(f, "the theme has mistakes"),
            BundleError::Disk(path, cause) => write!(f, "cannot write `{}`: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for BundleError {}

/// Writes a site, which says of itself that it is a copy, as a zip. It is whole when it takes the place of the last one.
///
/// # Errors
/// Those of [`BundleError`].
pub fn write(project: &Project, site: &Site, made: Date, to: &Path) -> Result<Bundled, BundleError> {
    refuse_strangers(to)?;
    let whole = std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
    if project.would_read(to) {
        return Err(BundleError::InContent(to.to_owned()));
    }
    let folder = folder_name(&project.config().book.title);
    let mut pages: Vec<(String, &Page)> =
        site.all_pages().map(|page| (format!("{folder}/{}", page.address), page)).collect();
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    let too_long: Vec<String> =
        pages.iter().map(|(path, _)| path.clone()).filter(|path| path.encode_utf16().count() > LONGEST).collect();
    if !too_long.is_empty() {
        return Err(BundleError::TooLong(too_long));
    }
    let start = site.start(&folder).map_err(|fault| BundleError::Theme(vec![fault]))?;
    let next = whole.with_extension(format!("zip.{}.next", std::process::id()));
    let done = write_to(&next, project, site, made, &start, &pages).and_then(|files| {
        fs::rename(&next, &whole).map_err(|cause| BundleError::Disk(to.to_owned(), cause))?;
        let bytes = fs::metadata(&whole).map_or(0, |found| found.len());
        Ok(Bundled { files, bytes })
    });
    if done.is_err() {
        let _ = fs::remove_file(&next);
    }
    done
}

/// The folder of a playbook of this title, under a name that every system can hold.
fn folder_name(title: &str) -> String {
    let name: String = portable(&slug(title)).chars().take(40).collect();
    let words: Vec<&str> = name.split(['-', '.']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "playbook".to_owned() } else { words.join("-") }
}

fn refuse_strangers(to: &Path) -> Result<(), BundleError> {
    let file = match File::open(to) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(BundleError::Disk(to.to_owned(), cause)),
    };
    let is_ours = ZipArchive::new(BufReader::new(file)).is_ok_and(|zip| zip.comment() == OURS.as_bytes());
    if is_ours { Ok(()) } else { Err(BundleError::NotOurs(to.to_owned())) }
}

fn write_to(
    path: &Path,
    project: &Project,
    site: &Site,
    made: Date,
    start: &str,
    pages: &[(String, &Page)],
) -> Result<usize, BundleError> {
    let failed = |cause: io::Error| BundleError::Disk(path.to_owned(), cause);
    let day = DateTime::from_date_and_time(
        made.year().clamp(1980, 2107).unsigned_abs(),
        made.month().unsigned_abs(),
        made.day().unsigned_abs(),
        0,
        0,
        0,
    );
    let plain = SimpleFileOptions::default().unix_permissions(0o644).last_modified_time(day.unwrap_or_default());
    let packed = plain.compression_method(CompressionMethod::Deflated).compression_level(Some(9));
    let stored = plain.compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(failed)?));
    let mut add = |name: &str, bytes: &[u8]| {
        let options = if is_packed_already(name) { stored } else { packed };
        zip.start_file(name, options)?;
        zip.write_all(bytes)
    };
    add(START, start.as_bytes()).map_err(failed)?;
    for pages in pages.chunks(AT_ONCE) {
        let bytes: Vec<Result<Content, RenderError>> = pages.par_iter().map(|(_, page)| site.bytes(page)).collect();
        let (contents, faults): (Vec<_>, Vec<_>) = bytes.into_iter().partition(Result::is_ok);
        if !faults.is_empty() {
            return Err(BundleError::Theme(faults.into_iter().filter_map(Result::err).collect()));
        }
        for ((name, _), content) in pages.iter().zip(contents.into_iter().filter_map(Result::ok)) {
            match content {
                Content::Bytes(bytes) => add(name, &bytes).map_err(failed)?,
                Content::File(asset) => {
                    let asset = project.content.folder.join(asset.as_str());
                    let read = platform::open_regular(&asset).and_then(|mut file| {
                        let mut bytes = Vec::new();
                        file.read_to_end(&mut bytes).map(|_| bytes)
                    });
                    add(name, &read.map_err(|cause| BundleError::Disk(asset, cause))?).map_err(failed)?;
                }
            }
        }
    }
    let end = |cause: zip::result::ZipError| failed(cause.into());
    zip.set_comment(OURS).map_err(end)?;
    let mut file = zip.finish().map_err(end)?;
    file.flush().map_err(failed)?;
    file.get_ref().sync_all().map_err(failed)?;
    Ok(pages.len() + 1)
}

/// Whether packing would only take time.
fn is_packed_already(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(
        extension.as_str(),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "mp3" | "ogg" | "mp4" | "webm" | "woff2" | "zip" | "docx"
    )
}
