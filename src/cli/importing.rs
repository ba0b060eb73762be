//! `cuebook import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Exit, Failure, counted, machine, usage};
use crate::import::{self, Dialect, Import as Read, ImportError};

pub(super) const HELP: &str = "\
Examples:
  cuebook import phrases.csv --to playbook         a script for each situation: Situation, Instead of, Try, Why
  cuebook import handbook.docx --to playbook       an entry, or one for each chapter; a folder of documents, too
  cuebook import my-vault --to playbook --dry-run  what would be made, and what has no place in it
  cuebook import docs --from mkdocs --to playbook

No file is overwritten, and the source is left as it is. What cannot be carried over is named, with its line. To use a
folder of Markdown as it is, without moving, nothing need be imported: `cuebook build --root FOLDER`.";

#[derive(Args)]
pub(super) struct Import {
    /// A table (.csv), a Word document (.docx), a folder of them, or the folder of a vault or a site
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// The folder of the playbook, new or one that is there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// What the source is, if that cannot be told from its files
    #[arg(long, value_enum)]
    from: Option<Source>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Source {
    /// A vault of Obsidian
    Obsidian,
    /// A folder with mkdocs.yml
    Mkdocs,
    /// A folder with book.toml and SUMMARY.md
    Mdbook,
    /// A folder with content and hugo.toml
    Hugo,
    /// A folder with SUMMARY.md, or .gitbook.yaml
    Gitbook,
    /// A table of phrases
    Csv,
    /// Word documents
    Docx,
}

impl Source {
    fn dialect(self) -> Dialect {
        match self {
            Source::Obsidian => Dialect::Obsidian,
            Source::Mkdocs => Dialect::MkDocs,
            Source::Mdbook => Dialect::MdBook,
            Source::Hugo => Dialect::Hugo,
            Source::Gitbook => Dialect::GitBook,
            Source::Csv => Dialect::Csv,
            Source::Docx => Dialect::Docx,
        }
    }
}

pub(super) fn import_command(asked: &Import) -> Result<Exit, Failure> {
    let failed = |error: ImportError| match error {
        ImportError::Disk(..) => machine(error),
        ImportError::Damaged(..) => Failure { exit: Exit::Content, message: error.to_string() },
        ImportError::Unknown(_) | ImportError::Inside(_) => usage(error),
    };
    if !asked.source.exists() {
        return Err(usage(format!("there is no `{}`.", asked.source.display())));
    }
    let dialect = match asked.from {
        Some(from) => from.dialect(),
        None => import::detect(&asked.source).map_err(failed)?,
    };
    let read: Read = import::read(&asked.source, dialect).map_err(failed)?;
    let written = import::write(&read, &asked.source, &asked.to, asked.dry_run).map_err(failed)?;
    println!("read:    {} ({}), as {}", read.title, asked.source.display(), dialect.name());
    for lost in &read.lost {
        let line = lost.line.map_or_else(String::new, |line| format!(":{line}"));
        println!("lost:    {}{line}: {}", lost.file, lost.what);
    }
    for file in &written.kept {
        println!("kept:    {} (it was there already)", asked.to.join(file).display());
    }
    if asked.dry_run {
        for file in &written.made {
            println!("would:   make {}", asked.to.join(file).display());
        }
    }
    let done = if asked.dry_run { "would make" } else { "made" };
    println!("{done} {} in {}", counted(written.made.len(), "file", "files"), asked.to.display());
    if !read.lost.is_empty() {
        println!("{} not carried over; each is named above", counted(read.lost.len(), "thing was", "things were"));
    }
    if !asked.dry_run {
        println!("next:    cuebook check --root {}", asked.to.display());
    }
    Ok(Exit::Clean)
}
