//! `cuebook export`, a copy of the playbook for programs, and `cuebook pdf`, one for paper.

#![allow(clippy::print_stdout, reason = "a command line talks to a terminal")]

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Exit, Failure, Progress, audience, counted, machine, refusal, theme_faults, today, usage, whose};
use crate::diagnostic::Diagnostic;
use crate::pdf::{self, PdfError};
use crate::platform;
use crate::project::Change;
use crate::publish::{Asked, Publisher};

pub(super) const HELP: &str = "\
Examples:
  cuebook export ndjson > playbook.ndjson             one line a passage, for OpenSearch, Meilisearch or Typesense
  cuebook export ndjson --audience agent --out a.ndjson
  cuebook export json                                 the entries with their links and review dates

Like a site, it holds what nobody is kept from, unless `--audience` or `--all` says otherwise. The fields are documented in
manual/playbook-json.md and manual/search-engines.md.";

#[derive(Subcommand)]
pub(super) enum Export {
    /// One line of JSON a passage, for search engines
    Ndjson(To),
    /// The entries with their links and dates: the same as a site's playbook.json
    Json(To),
}

#[derive(Args)]
pub(super) struct To {
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// For whom the copy is: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all")]
    audience: Option<String>,
    /// Leave nothing out: the copy for those who may see everything
    #[arg(long)]
    all: bool,
    /// Where to write it; one that is there is replaced [default: the terminal]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn export_command(asked: &Export) -> Result<Exit, Failure> {
    let (Export::Ndjson(to) | Export::Json(to)) = asked;
    let copy =
        Asked { root: to.root.clone(), out: None, audience: audience(to.audience.as_deref(), to.all), drafts: false };
    let edition = match Publisher::new(copy, today(None)?).publish(Change::everything(), |_| {}) {
        Ok(edition) => edition,
        Err(why) => return refusal(&why),
    };
    let site = edition.site();
    let text = match asked {
        Export::Ndjson(_) => site.passages(),
        Export::Json(_) => site.playbook_json(),
    };
    let Some(out) = &to.out else {
        print!("{text}");
        return Ok(Exit::Clean);
    };
    if edition.project.would_read(out) {
        return Err(usage(format!("`{}` lies in the content folder. Write it somewhere else.", out.display())));
    }
    let failed = |cause| machine(format!("cannot write `{}`: {cause}.", out.display()));
    platform::replace(out, text.as_bytes()).map_err(failed)?;
    println!("written: {}", out.display());
    Ok(Exit::Clean)
}

pub(super) const PDF_HELP: &str = "\
Examples:
  cuebook pdf                                         playbook.pdf in this folder
  cuebook pdf --audience agent --out agents.pdf

It has a list of contents and the numbers of pages behind links. The browser is the one that the variable CHROMIUM names, else
one that is found; it is asked to reach no network. Without one, the command says so and ends with 3.";

#[derive(Args)]
pub(super) struct Pdf {
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// For whom the copy is: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all")]
    audience: Option<String>,
    /// Leave nothing out: the copy for those who may see everything
    #[arg(long)]
    all: bool,
    /// Where to write it; one that is there is replaced
    #[arg(long, value_name = "FILE", default_value = "playbook.pdf")]
    out: PathBuf,
}

pub(super) fn pdf_command(asked: &Pdf) -> Result<Exit, Failure> {
    let copy = Asked {
        root: asked.root.clone(),
        out: None,
        audience: audience(asked.audience.as_deref(), asked.all),
        drafts: false,
    };
    let progress = Progress::new();
    let edition = match Publisher::new(copy, today(None)?).publish(Change::everything(), |what| progress.say(what)) {
        Ok(edition) => edition,
        Err(why) => {
            progress.clear();
            return refusal(&why);
        }
    };
    if edition.project.would_read(&asked.out) {
        return Err(usage(format!("`{}` lies in the content folder. Write it somewhere else.", asked.out.display())));
    }
    progress.say("Printing …");
    let printed = pdf::write(&edition.project, &edition.to_print(), &asked.out);
    progress.clear();
    match printed {
        Ok(printed) => {
            if edition.project.config().audiences.is_some() {
                println!("{}", whose(&edition.readers));
            }
            println!("pdf:     {} ({})", asked.out.display(), counted(printed.pages, "page", "pages"));
            Ok(Exit::Clean)
        }
        Err(PdfError::Theme(fault)) => {
            let fault: Vec<Diagnostic> = vec![*fault.diagnostic];
            Ok(theme_faults(&edition.project.judged(fault)))
        }
        Err(error) => Err(machine(error)),
    }
}
