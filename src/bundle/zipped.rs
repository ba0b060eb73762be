//! A copy of a playbook as one zip, to be carried to where no server is: a USB stick, a shared folder, a laptop.
//!
//! Unpacked, it is a page that leads in and the folder of a site beside it. Files are in the order of their names, with
//! one time and one mode.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{BundleError, Bundled, OURS, contents, replace};
use crate::index::address::portable;
use crate::project::Project;
use crate::site::{Page, Site};
use crate::text::slug;

/// The page that leads into the playbook.
const START: &str = "START.html";

/// The hash of every file of the site, as `sha256sum -c` and `cuebook verify` read it.
const SUMS: &str = "SHA256SUMS";

/// Letters that a path in the zip may have: Windows knows 260, and whoever unpacks it needs some for the folder.
pub(super) const LONGEST: usize = 180;

/// Writes a site, which says of itself that it is a copy, as a zip.
///
/// # Errors
/// Those of [`BundleError`].
pub fn write(project: &Project, site: &Site, made: Date, to: &Path) -> Result<Bundled, BundleError> {
    let is_ours = |file: &File| ZipArchive::new(BufReader::new(file)).is_ok_and(|zip| zip.comment() == OURS.as_bytes());
    replace(project, to, "zip", is_ours, |next| fill(next, project, site, made))
}

/// The folder of a playbook of this title, under a name that every system can hold.
fn folder_name(title: &str) -> String {
    let name: String = portable(&slug(title)).chars().take(40).collect();
    let words: Vec<&str> = name.split(['-', '.']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "playbook".to_owned() } else { words.join("-") }
}

fn fill(path: &Path, project: &Project, site: &Site, made: Date) -> Result<usize, BundleError> {
    let folder = folder_name(&project.config().book.title);
    let mut pages: Vec<&Page> = site.all_pages().collect();
    pages.sort_by(|a, b| a.address.cmp(&b.address));
    let path_of = |page: &Page| format!("{folder}/{}", page.address);
    let too_long = pages.iter().map(|page| path_of(page)).filter(|path| path.encode_utf16().count() > LONGEST);
    let too_long: Vec<String> = too_long.collect();
    if !too_long.is_empty() {
        return Err(BundleError::TooLong(too_long));
    }
    let start = site.start(&folder).map_err(|fault| BundleError::Theme(vec![fault]))?;
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
    let mut sums = String::new();
    contents(project, site, &pages, |page, bytes| {
        let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums.push_str(&format!("{sum}  {}\n", page.address));
        add(&path_of(page), &bytes).map_err(failed)
    })?;
    // An entry may show a file of that name, which then says what it says.
    let has_sums = pages.iter().all(|page| page.address != SUMS);
    if has_sums {
        add(&format!("{folder}/{SUMS}"), sums.as_bytes()).map_err(failed)?;
    }
    let end = |cause: zip::result::ZipError| failed(cause.into());
    zip.set_comment(OURS).map_err(end)?;
    let mut file = zip.finish().map_err(end)?;
    file.flush().map_err(failed)?;
    file.get_ref().sync_all().map_err(failed)?;
    Ok(pages.len() + 1 + usize::from(has_sums))
}

/// Whether packing would only take time.
fn is_packed_already(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(
        extension.as_str(),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "mp3" | "ogg" | "mp4" | "webm" | "woff2" | "zip" | "docx"
    )
}
