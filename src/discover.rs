//! Finds and reads the files of the content folder.
//!
//! Only regular files and folders are looked at; nothing outside the content folder is followed. Files come in the
//! order of their paths, whatever the file system says.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::asset::{Assets, Unfit};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::Source;
use crate::text::{SourcePath, size};

/// What lies in a content folder.
#[derive(Debug, Default)]
pub struct Found {
    /// Files that are entries, in order of path.
    pub entries: Vec<SourcePath>,
    /// All other files.
    pub assets: Assets,
    /// What could not be used.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where the content of a project lies, and how messages name it.
#[derive(Clone, Debug)]
pub struct Content {
    /// The folder.
    pub folder: PathBuf,
    /// The folder relative to the project, with a slash at its end; empty if it is the project itself.
    pub shown: String,
}

/// The content folder cannot be read at all.
#[derive(Debug)]
pub struct ReadError {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the folder `{}` cannot be read: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Walks the content folder. `skip` are folders that are not content: the output, the theme.
///
/// # Errors
/// If the folder itself cannot be read. What goes wrong below it is a diagnostic.
pub fn walk(content: &Content, config: &Config, skip: &[PathBuf]) -> Result<Found, ReadError> {
    fs::read_dir(&content.folder).map_err(|source| ReadError { path: content.folder.clone(), source })?;
    let mut found = Found::default();
    let walk = WalkDir::new(&content.folder).follow_links(config.build.follow_symlinks).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|item| {
        let is_link_out = || item.path_is_symlink() && !leads_inside(content, item.path());
        let left_out = item.file_type().is_dir()
            && (is_litter(item.file_name()) && !may_be_shown(item.file_name()) || is_link_out());
        item.depth() == 0 || !(left_out || skip.iter().any(|skip| item.path() == skip))
    });
    for item in walk {
        let item = match item {
            Ok(item) => item,
            Err(error) => {
                let shown = error.path().map_or_else(String::new, |path| shown(content, path));
                let why = error.io_error().map_or_else(|| "it leads back to itself".to_owned(), ToString::to_string);
                found.diagnostics.push(
                    Diagnostic::about_file(&rules::UNREADABLE_FILE, shown, format!("this cannot be read: {why}"))
                        .help("check that it exists and that you may read it"),
                );
                continue;
            }
        };
        let below = item.path().strip_prefix(&content.folder).unwrap_or(item.path());
        let is_hidden = below.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
        if item.file_type().is_dir() || is_hidden && !item.file_type().is_file() {
            continue;
        }
        let name = shown(content, item.path());
        if item.file_type().is_symlink() {
            found.diagnostics.push(
                Diagnostic::about_file(&rules::SYMLINK, name, "a symbolic link is not followed")
                    .help("copy the file here, or set `follow-symlinks = true` under `[build]` if it leads to a file inside the content folder"),
            );
            continue;
        }
        if !item.file_type().is_file() {
            found.diagnostics.push(
                Diagnostic::about_file(&rules::ODD_FILE, name, "this is neither a file nor a folder, and is left out")
                    .help("delete it, or move it out of the content folder"),
            );
            continue;
        }
        if item.path_is_symlink() && !leads_inside(content, item.path()) {
            found.diagnostics.push(
                Diagnostic::about_file(&rules::SYMLINK, name, "a symbolic link leads out of the content folder")
                    .help("copy the file into the content folder"),
            );
            continue;
        }
        let relative = item.path().strip_prefix(&content.folder).ok().and_then(Path::to_str);
        let path = relative.and_then(|relative| SourcePath::new(&relative.replace('\\', "/")));
        let Some(path) = path else {
            found.diagnostics.push(
                Diagnostic::about_file(&rules::UNREADABLE_FILE, name, "the name of this file is not written in UTF-8")
                    .help("give it a name of ordinary letters"),
            );
            continue;
        };
        if is_hidden && below.iter().all(may_be_shown) {
            // It is no entry, but a page may show or link it.
            found.assets.files.insert(path);
            continue;
        }
        if is_litter(item.file_name()) {
            continue;
        }
        match path.extension().to_ascii_lowercase().as_str() {
            _ if path.is_markdown() => found.entries.push(path),
            "txt" if looks_like_entry(&path) => {
                let renamed = path.name();
                found.diagnostics.push(
                    Diagnostic::about_file(
                        &rules::FILE_NAME,
                        name,
                        "this looks like an entry, and its name ends in `.txt`",
                    )
                    .help(format!("rename it to `{renamed}`")),
                );
            }
            _ => {
                found.assets.files.insert(path);
            }
        }
    }
    found.entries.sort();
    judge(content, config, &mut found.assets);
    Ok(found)
}

/// Finds out anew which of the files beside the entries a site may not hold.
pub fn judge(content: &Content, config: &Config, assets: &mut Assets) {
    let unfit = |path: &SourcePath| Some((path.clone(), unfit(content, config, path)?));
    assets.unfit =
        assets.files.par_iter().filter_map(unfit).collect::<Vec<_>>().into_iter().collect::<BTreeMap<_, _>>();
}

/// A file that cannot be read is fit: writing it will say why it cannot.
fn unfit(content: &Content, config: &Config, path: &SourcePath) -> Option<Unfit> {
    let whole = content.folder.join(path.as_str());
    if fs::metadata(&whole).ok()?.len() > config.limits.asset {
        return Some(Unfit::TooLarge);
    }
    let extension = path.extension();
    if Unfit::is_page(extension) && !config.build.html_assets {
        return Some(Unfit::Page);
    }
    if Unfit::is_for_servers(path.file_name()) && !config.build.html_assets {
        return Some(Unfit::Server);
    }
    if !extension.eq_ignore_ascii_case("svg") {
        return None;
    }
    let mut bytes = Vec::new();
    let file = crate::platform::open_regular(&fs::canonicalize(whole).ok()?).ok()?;
    file.take(config.limits.asset).read_to_end(&mut bytes).ok()?;
    Unfit::drawing(&bytes)
}

/// Reads one entry. `Err` is what to tell the writer; the other files are read all the same.
///
/// # Errors
/// The file cannot be read, is too large, or is not text.
pub fn read(
    content: &Content,
    path: &SourcePath,
    config: &Config,
) -> Result<(Source, Option<Diagnostic>), Box<Diagnostic>> {
    let name = format!("{}{path}", content.shown);
    let whole = content.folder.join(path.as_str());
    let limit = config.limits.entry;
    let unreadable = |error: std::io::Error| {
        Box::new(
            Diagnostic::about_file(&rules::UNREADABLE_FILE, name.clone(), format!("this file cannot be read: {error}"))
                .help("check that it exists and that you may read it"),
        )
    };
    let whole = match config.build.follow_symlinks {
        // Looked at once more: the link may have been changed since the walk.
        true if leads_inside(content, &whole) => fs::canonicalize(&whole).map_err(unreadable)?,
        _ => whole,
    };
    let mut file = crate::platform::open_regular(&whole).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(8 << 10);
    file.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Box::new(
            Diagnostic::about_file(&rules::LIMIT, name, format!("this entry is larger than {}", size(limit)))
                .help("split it, or raise `entry` under `[limits]`"),
        ));
    }
    // The text is kept as long as the book, so it keeps no room behind it.
    bytes.shrink_to_fit();
    let (text, warning) = text_of(bytes, &name);
    Ok((Source::new(path.clone(), &content.shown, text), warning))
}

/// The text of a file: UTF-8, else UTF-16 by its mark, else Windows-1252, each with a warning.
pub(crate) fn text_of(bytes: Vec<u8>, name: &str) -> (String, Option<Diagnostic>) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if unmarked_utf16(text.as_bytes()).is_none() => return (text, None),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let warn = |what: &str| {
        Some(
            Diagnostic::about_file(&rules::NOT_UTF8, name, format!("this file is written in {what}"))
                .help("save it again as UTF-8; in Notepad that is a choice beside the button `Save`"),
        )
    };
    let wide = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| from(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match (bytes.as_slice(), unmarked_utf16(&bytes)) {
        ([0xff, 0xfe, text @ ..], _) => (wide(text, u16::from_le_bytes), warn("UTF-16")),
        ([0xfe, 0xff, text @ ..], _) => (wide(text, u16::from_be_bytes), warn("UTF-16")),
        (text, Some(from)) => (wide(text, from), warn("UTF-16")),
        _ => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), warn("an old encoding (Windows-1252)")),
    }
}

/// How to read UTF-16 that does not begin with its mark: every second byte of its first line is nought, as in no other text.
fn unmarked_utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let start = bytes.as_chunks::<2>().0.iter().take(16);
    let (mut n, mut first, mut second) = (0, 0, 0);
    for [a, b] in start {
        n += 1;
        first += usize::from(*a == 0);
        second += usize::from(*b == 0);
    }
    match (first, second) {
        _ if n < 4 => None,
        (0, nought) if 4 * nought > 3 * n => Some(u16::from_le_bytes),
        (nought, 0) if 4 * nought > 3 * n => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// The letter of a byte in Windows-1252, as the Encoding Standard has it.
fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => UPPER[byte as usize - 0x80],
        byte => byte as char,
    }
}

fn shown(content: &Content, path: &Path) -> String {
    let relative = path.strip_prefix(&content.folder).unwrap_or(path);
    format!("{}{}", content.shown, relative.to_string_lossy().replace('\\', "/"))
}

fn leads_inside(content: &Content, path: &Path) -> bool {
    match (fs::canonicalize(path), fs::canonicalize(&content.folder)) {
        (Ok(target), Ok(folder)) => target.starts_with(folder),
        _ => false,
    }
}

/// The text of a file that is no entry, for what it says about entries. `None` if it is not there, no text, or larger than
/// an entry may be.
pub fn read_beside(path: &Path, config: &Config) -> Option<String> {
    let file = crate::platform::open_regular(path).ok()?;
    let mut text = String::new();
    file.take(config.limits.entry).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Hidden folders and files that hold passwords, histories or a program's own affairs: no page shows them, whoever wrote it.
const PRIVATE: [&str; 22] = [
    ".aws",
    ".cache",
    ".direnv",
    ".docker",
    ".ds_store",
    ".git",
    ".gnupg",
    ".hg",
    ".htaccess",
    ".htpasswd",
    ".idea",
    ".kube",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".ssh",
    ".svn",
    ".terraform",
    ".tox",
    ".trash",
    ".venv",
    ".vscode",
];

/// Whether a page may show what has this name, or lies in a folder of this name.
fn may_be_shown(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    match name.strip_prefix('.') {
        Some(rest) => !rest.starts_with("env") && !PRIVATE.contains(&&*name) && !is_litter(rest.as_ref()),
        None => !is_litter(name.as_ref()),
    }
}

/// What editors and systems leave lying about, and everything hidden.
pub(crate) fn is_litter(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#')
        || [".swp", ".swx", ".tmp", ".bak", ".orig"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
        || ["node_modules", "Thumbs.db", "desktop.ini", "4913"].contains(&&*name)
}

/// `late.md.txt`: Notepad adds an extension that Windows does not show.
fn looks_like_entry(path: &SourcePath) -> bool {
    let name = path.name().to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}
