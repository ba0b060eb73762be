//! Why a site could not be written: each error a plain sentence that says what, why, and how to mend it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What the machine, or the choice of the folder, put in the way of writing a site.
#[derive(Debug)]
pub enum WriteError {
    /// The output is, or holds, a folder that must survive.
    Holds {
        /// The output, resolved.
        out: PathBuf,
        /// What it would take with it: `the content`, `your home folder`.
        what: &'static str,
        /// Where that lies.
        kept: PathBuf,
    },
    /// The output lies in a folder that Cuebook reads.
    LiesIn {
        /// The output, resolved.
        out: PathBuf,
        /// `the content` or `the theme`.
        what: &'static str,
        /// Where that lies.
        kept: PathBuf,
    },
    /// The output has files, and nothing says that Cuebook wrote them.
    NotOurs {
        /// The output.
        out: PathBuf,
    },
    /// The output cannot be a folder: it is a file, a link to nothing, or goes through `..` of what does not exist.
    NoFolder {
        /// The output as given.
        out: PathBuf,
        /// What it is instead.
        why: &'static str,
    },
    /// Something that Cuebook did not write lies where a file of the site belongs.
    InTheWay {
        /// The stranger.
        path: PathBuf,
        /// `a file`, `a folder`, `a link`.
        what: &'static str,
    },
    /// A planned path cannot be the name of a file of a site.
    BadPath {
        /// As planned.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Another build is writing to the same output.
    Busy {
        /// The output.
        out: PathBuf,
        /// The other's process id. `None` where the system does not let us read it.
        owner: Option<u32>,
    },
    /// The list of our files cannot be understood.
    Damaged {
        /// The manifest or the journal.
        list: PathBuf,
        /// The output that it belongs to.
        out: PathBuf,
        /// The line (counted from 1) that makes no sense.
        line: usize,
    },
    /// An asset could not be read.
    Asset {
        /// The asset in the content or the theme.
        path: PathBuf,
        /// The system's word for it.
        cause: io::Error,
    },
    /// The system would not do something.
    Disk {
        /// As in "could not …": `write`, `remove`, `put in place`.
        doing: &'static str,
        /// What it should have been done to.
        path: PathBuf,
        /// The system's word for it.
        cause: io::Error,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Holds { out, what, kept } => write!(
                f,
                "The site cannot be written to `{}`: that is, or holds, {what} (`{}`), and files that belong to it could \
                 be overwritten. Name another folder with `--out`.",
                out.display(),
                kept.display()
            ),
            WriteError::LiesIn { out, what, kept } => write!(
                f,
                "The site cannot be written to `{}`: that lies in {what} (`{}`), which would then read its own pages. \
                 Name a folder outside of it with `--out`.",
                out.display(),
                kept.display()
            ),
            WriteError::NotOurs { out } => write!(
                f,
                "The folder `{}` has files in it, and nothing shows that Cuebook wrote them, so none of them is touched. \
                 Empty or delete the folder if you do not need them, or name another one with `--out`.",
                out.display()
            ),
            WriteError::NoFolder { out, why } => write!(
                f,
                "The site cannot be written to `{}`: {why}. Name a folder with `--out`, or remove what is there.",
                out.display()
            ),
            WriteError::InTheWay { path, what } => write!(
                f,
                "There is {what} at `{}` that Cuebook did not write, and a file of the site belongs there. Nothing was \
                 changed. Move it away and build again.",
                path.display()
            ),
            WriteError::BadPath { path, why } => write!(
                f,
                "The site cannot have a file named `{}`: {why}. Rename the entry or the asset that it comes from.",
                path.escape_debug()
            ),
            WriteError::Busy { out, owner } => {
                write!(f, "Another build")?;
                if let Some(owner) = owner {
                    write!(f, " (process {owner})")?;
                }
                write!(
                    f,
                    " is writing to `{}`. Wait until it is done and build again, or end it, or name another folder with \
                     `--out`.",
                    out.display()
                )
            }
            WriteError::Damaged { list, out, line } => write!(
                f,
                "The list of the files that Cuebook wrote, `{}`, cannot be understood from line {line} on; it was \
                 changed by hand or written by another version. Delete the folders `{}` and `{}` and build again.",
                list.display(),
                list.parent().unwrap_or(list).display(),
                out.display()
            ),
            WriteError::Asset { path, cause } => write!(
                f,
                "The file `{}` could not be copied to the site: {}. If it was just moved or deleted, build again; else \
                 see that you may read it.",
                path.display(),
                plain(cause)
            ),
            WriteError::Disk { doing, path, cause } => {
                write!(f, "Could not {doing} `{}`: {}. {}", path.display(), plain(cause), remedy(cause))
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Asset { cause, .. } | WriteError::Disk { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// The usual failures in words; the system's own text for the rest.
fn plain(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::PermissionDenied => "you are not allowed to".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        io::ErrorKind::AlreadyExists => "the site has something else of that name".to_owned(),
        _ => cause.to_string(),
    }
}

fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Free some space and build again.",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Make it writable for you, or name another folder with `--out`."
        }
        io::ErrorKind::AlreadyExists => "Move it away and build again.",
        io::ErrorKind::NotFound => "Build again; another program may have changed the folder during the build.",
        _ => "Build again; if it happens again, name a folder on another disk with `--out`.",
    }
}
