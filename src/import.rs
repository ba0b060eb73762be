//! Makes a playbook of our own format out of what a team has: a table of phrases, Word documents, or a folder that another
//! program makes a site of.
//!
//! Each source is read by a file of its own and becomes an [`Import`]: files by their path, and everything that has no
//! place in our format, by name. Writing it overwrites nothing.

mod docx;
mod folder;
mod markdown;
mod phrases;
mod shortcodes;
mod xml;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::platform;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A vault of Obsidian.
    Obsidian,
    /// A folder for MkDocs.
    MkDocs,
    /// A folder for mdBook.
    MdBook,
    /// A folder for Hugo.
    Hugo,
    /// A folder for GitBook.
    GitBook,
    /// A table of phrases: Situation, Instead of, Try, Why.
    Csv,
    /// A document of Word, or a folder of them.
    Docx,
}

impl Dialect {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Obsidian => "an Obsidian vault",
            Dialect::MkDocs => "a MkDocs folder",
            Dialect::MdBook => "an mdBook",
            Dialect::Hugo => "a Hugo folder",
            Dialect::GitBook => "a GitBook folder",
            Dialect::Csv => "a table of phrases",
            Dialect::Docx => "Word",
        }
    }
}

/// A playbook that is not written yet.
#[derive(Debug, Default)]
pub struct Import {
    /// What its `book.toml` calls it.
    pub title: String,
    /// Its files by their path in the playbook.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What has no place in it.
    pub lost: Vec<Lost>,
}

/// Something that could not be carried over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// The file of the source.
    pub file: String,
    /// Its line, counted from 1, if lines mean anything there.
    pub line: Option<usize>,
    /// What it is and what became of it.
    pub what: String,
}

/// What was written.
#[derive(Debug, Default)]
pub struct Written {
    /// New files.
    pub made: Vec<String>,
    /// Files that were there already, and are as they were.
    pub kept: Vec<String>,
}

/// Nothing was imported.
#[derive(Debug)]
pub enum ImportError {
    /// Nobody knows what it is.
    Unknown(PathBuf),
    /// It is not what it should be.
    Damaged(PathBuf, String),
    /// The playbook would lie in its own source.
    Inside(PathBuf),
    /// The machine failed.
    Disk(PathBuf, io::Error),
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ImportError::Unknown(path) => write!(
                f,
                "what `{}` is cannot be told. Say it with `--from`: obsidian, mkdocs, mdbook, hugo, gitbook, csv or docx.",
                path.display()
            ),
            ImportError::Damaged(path, why) => write!(f, "`{}` cannot be imported: {why}.", path.display()),
            ImportError::Inside(path) => {
                write!(f, "`{}` lies in what is imported. Give `--to` another folder.", path.display())
            }
            ImportError::Disk(path, cause) => write!(f, "`{}`: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for ImportError {}

/// Bytes of a file that are read. No entry and no picture is so large.
const LARGEST: u64 = 64 << 20;

/// What a source is, by its ending or by the files that only one program has.
///
/// # Errors
/// If nothing tells it.
pub fn detect(source: &Path) -> Result<Dialect, ImportError> {
    let ending = source.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv" | "tsv") => return Ok(Dialect::Csv),
        Some("docx") => return Ok(Dialect::Docx),
        _ => {}
    }
    let has = |name: &str| source.join(name).exists();
    let hugo = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config/_default"];
    match () {
        () if has(".obsidian") => Ok(Dialect::Obsidian),
        () if has("mkdocs.yml") || has("mkdocs.yaml") => Ok(Dialect::MkDocs),
        () if has(".gitbook.yaml") || has(".gitbook") => Ok(Dialect::GitBook),
        () if has("src/SUMMARY.md") || (has("book.toml") && has("SUMMARY.md")) => Ok(Dialect::MdBook),
        () if hugo.iter().any(|name| has(name)) && has("content") => Ok(Dialect::Hugo),
        () if has("SUMMARY.md") => Ok(Dialect::GitBook),
        () if source.is_dir() && !docx::documents(source).is_empty() => Ok(Dialect::Docx),
        () => Err(ImportError::Unknown(source.to_owned())),
    }
}

/// Reads a source. Nothing is written.
///
/// # Errors
/// If it cannot be read, or is not what it is said to be.
pub fn read(source: &Path, dialect: Dialect) -> Result<Import, ImportError> {
    let mut import = match dialect {
        Dialect::Csv => phrases::read(source)?,
        Dialect::Docx => docx::read(source)?,
        _ => folder::read(source, dialect)?,
    };
    let title = serde_json::to_string(&import.title).unwrap_or_default();
    import.files.insert("book.toml".to_owned(), format!("[book]\ntitle = {title}\n").into_bytes());
    import.lost.sort();
    import.lost.dedup();
    Ok(import)
}

/// Writes a playbook into a folder, and overwrites nothing. With `dry_run` it only says what it would do.
///
/// # Errors
/// If the folder lies in `source`, and whatever the machine fails at.
pub fn write(import: &Import, source: &Path, to: &Path, dry_run: bool) -> Result<Written, ImportError> {
    let whole = |path: &Path| {
        let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut rest = Vec::new();
        // What is not there yet lies in what is.
        while !path.exists()
            && let Some(name) = path.file_name().map(ToOwned::to_owned)
        {
            rest.push(name);
            path.pop();
        }
        let path = fs::canonicalize(&path).unwrap_or(path);
        rest.into_iter().rev().fold(path, |path, name| path.join(name))
    };
    if source.is_dir() && whole(to).starts_with(whole(source)) {
        return Err(ImportError::Inside(to.to_owned()));
    }
    let mut written = Written::default();
    for (name, bytes) in &import.files {
        let path = to.join(name);
        if dry_run {
            if path.exists() {
                written.kept.push(name.clone())
            } else {
                written.made.push(name.clone())
            }
            continue;
        }
        let failed = |cause| ImportError::Disk(path.clone(), cause);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(bytes).map_err(failed)?;
                written.made.push(name.clone());
            }
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => written.kept.push(name.clone()),
            Err(cause) => return Err(failed(cause)),
        }
    }
    Ok(written)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, ImportError> {
    let failed = |cause| ImportError::Disk(path.to_owned(), cause);
    let file = platform::open_regular(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(ImportError::Damaged(path.to_owned(), format!("it is larger than {} MB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// The name of a file without its ending.
fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
