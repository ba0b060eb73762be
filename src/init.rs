//! Makes a small playbook that shows every kind of entry.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

macro_rules! starter {
    ($($path:literal),+ $(,)?) => {
        static STARTER: &[(&str, &str)] = &[$(($path, include_str!(concat!("../starter/", $path)))),+];
    };
}

starter!(
    "book.toml",
    "content/index.md",
    "content/scripts/checking-in-after-a-hard-call.md",
    "content/escalations/a-colleague-needs-more-help.md",
    "content/roleplays/return-refused-twice.md",
    "content/decisions/should-i-step-in.md",
    "content/checklists/before-you-step-in.md",
    "content/guides/asking-for-help.md",
    "content/glossary/words-we-use.md",
    "content/paths/your-first-week.md",
    "content/people/team-lead.md",
    "content/people/duty-manager.md",
    "content/people/operations-manager.md",
    "content/people/training-lead.md",
);

/// What was made.
#[derive(Debug, Default)]
pub struct Made {
    /// Files that are new.
    pub written: usize,
    /// Files that were there already, and are as they were.
    pub kept: Vec<PathBuf>,
}

/// A file or folder could not be made.
#[derive(Debug)]
pub struct InitError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl std::fmt::Display for InitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` cannot be made: {}.", self.path.display(), self.source)
    }
}

impl std::error::Error for InitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The day on which the starter's entries were written. A new playbook is reviewed by the one who makes it, today.
const WRITTEN: &str = "2026-11-02";

/// Makes the playbook in `folder`, which need not exist. Never overwrites a file.
///
/// # Errors
/// The first file or folder that cannot be made.
pub fn init(folder: &Path, today: Date) -> Result<Made, InitError> {
    let mut made = Made::default();
    let today = today.to_string();
    for (path, text) in STARTER {
        let path = folder.join(path);
        let failed = |source| InitError { path: path.clone(), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.replace(WRITTEN, &today).as_bytes()).map_err(failed)?;
                made.written += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => made.kept.push(path),
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(made)
}
