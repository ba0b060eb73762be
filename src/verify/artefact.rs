//! What is verified: the files of a folder, of a zip, or of one HTML file, by their names.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::ZipArchive;

use super::VerifyError;
use super::single;

/// Bytes of a file that are read, once it is unpacked. No page is so large; what is packed to be larger is a trap.
pub(super) const LARGEST: u64 = 256 << 20;

/// The files of a finished site.
pub(super) struct Artefact {
    /// As it was named by whoever asks.
    pub shown: String,
    files: BTreeMap<String, Place>,
    /// Names in lower case, to tell a slip from what is not there.
    by_lower: HashMap<String, String>,
    zip: Option<ZipArchive<Cursor<Arc<[u8]>>>>,
    /// What the zip says of itself.
    pub comment: String,
}

enum Place {
    File(PathBuf),
    Packed(usize),
    /// Of a single file: what is in it, and what is left of it.
    Held(Vec<u8>),
}

impl Artefact {
    /// Reads which files there are.
    ///
    /// # Errors
    /// If it is not there, or no form that we know.
    pub(super) fn open(path: &Path) -> Result<Artefact, VerifyError> {
        let disk = |cause| VerifyError::Disk(path.to_owned(), cause);
        let found = fs::metadata(path).map_err(disk)?;
        let mut artefact = Artefact {
            shown: path.display().to_string(),
            files: BTreeMap::new(),
            by_lower: HashMap::new(),
            zip: None,
            comment: String::new(),
        };
        if found.is_dir() {
            artefact.list_folder(path)?;
        } else if is_html(path) {
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let mut html = fs::File::open(path).and_then(capped).map_err(disk)?;
            let inside = single::take_apart(&mut html);
            artefact.files.extend(inside.into_iter().map(|(file, held)| (format!("{name}/{file}"), Place::Held(held))));
            artefact.files.insert(name, Place::Held(html));
        } else {
            let bytes: Arc<[u8]> = fs::read(path).map_err(disk)?.into();
            if !bytes.starts_with(b"PK") {
                return Err(VerifyError::Unknown(path.to_owned()));
            }
            let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| disk(cause.into()))?;
            artefact.comment = String::from_utf8_lossy(zip.comment()).into_owned();
            artefact.list_zip(zip).map_err(disk)?;
        }
        artefact.by_lower = artefact.files.keys().map(|name| (name.to_lowercase(), name.clone())).collect();
        Ok(artefact)
    }

    fn list_folder(&mut self, folder: &Path) -> Result<(), VerifyError> {
        for item in walkdir::WalkDir::new(folder) {
            let item = item.map_err(|cause| VerifyError::Disk(folder.to_owned(), cause.into()))?;
            if !item.file_type().is_file() {
                continue;
            }
            let Ok(inside) = item.path().strip_prefix(folder) else { continue };
            let parts = inside.components().map(|part| part.as_os_str().to_string_lossy());
            self.files.insert(parts.collect::<Vec<_>>().join("/"), Place::File(item.path().to_owned()));
        }
        Ok(())
    }

    fn list_zip(&mut self, mut zip: ZipArchive<Cursor<Arc<[u8]>>>) -> io::Result<()> {
        for at in 0..zip.len() {
            let file = zip.by_index_raw(at)?;
            if file.is_file() {
                let name = file.name()?.replace('\\', "/");
                self.files.insert(name, Place::Packed(at));
            }
        }
        self.zip = Some(zip);
        Ok(())
    }

    /// Every file, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether a file of that name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A file whose name differs only in upper and lower case.
    pub(super) fn spelt_otherwise(&self, name: &str) -> Option<&str> {
        self.by_lower.get(&name.to_lowercase()).map(String::as_str)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or larger than [`LARGEST`].
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match self.files.get(name) {
            Some(Place::File(path)) => capped(fs::File::open(path)?),
            Some(Place::Packed(at)) => {
                let mut zip = self.zip.clone().ok_or(io::ErrorKind::NotFound)?;
                capped(zip.by_index(*at)?)
            }
            Some(Place::Held(bytes)) => Ok(bytes.clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Whether all of it is one HTML file, with every page inside in a form that is not known.
    pub(super) fn is_one_file(&self) -> bool {
        self.zip.is_none() && self.files.len() == 1
    }

    /// The bytes of all files.
    pub(super) fn read_all(&self) -> Vec<u8> {
        self.names().filter_map(|name| self.read(name).ok()).collect::<Vec<_>>().concat()
    }

    /// How a file is named in messages.
    pub(super) fn shown(&self, name: &str) -> String {
        match self.files.get(name) {
            Some(Place::File(path)) => path.display().to_string(),
            Some(Place::Held(_)) => match name.split_once('/') {
                Some((_, inside)) => format!("{}/{inside}", self.shown),
                None => self.shown.clone(),
            },
            _ => format!("{}/{name}", self.shown),
        }
    }
}

/// Whether a file is HTML by its name.
pub(super) fn is_html(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))
}

/// Reads to the end, and fails rather than fill the memory.
pub(super) fn capped(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it holds more than {} MB", LARGEST >> 20)));
    }
    Ok(bytes)
}
