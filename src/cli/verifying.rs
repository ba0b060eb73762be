//! `cuebook verify`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Format, Written, audience, colours, counted, exit, machine, open, refusal, today, usage};
use crate::publish::{config_fault, skipped};
use crate::report::report;
use crate::verify::{self, Book, Hidden, Proof, VerifyError, What};

pub(super) const HELP: &str = "\
Examples:
  cuebook verify site                              links, anchors, pictures, ids, hashes, no other host
  cuebook verify site --root .                     and: every entry has its page, and nothing that is not for
                                                   everybody is in any byte
  cuebook verify agents.zip --root . --audience agent
  cuebook verify everything.html --root . --all    only hidden notes are looked for

It reads the finished bytes, unpacked and in every encoding, and makes nothing. The site may be of any other program.";

#[derive(Args)]
pub(super) struct Verify {
    /// The folder of a site, a zip, or one HTML file
    #[arg(value_name = "SITE")]
    site: PathBuf,
    /// The book of which it was made
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// For whom it was made: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all", requires = "root")]
    audience: Option<String>,
    /// It was made for those who may see everything
    #[arg(long, requires = "root")]
    all: bool,
    /// The day by which the book is judged, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Written::Human)]
    format: Written,
}

pub(super) fn verify_command(asked: &Verify) -> Result<Exit, Failure> {
    let hidden = match &asked.root {
        None => None,
        Some(root) => {
            let today = today(asked.today.as_deref())?;
            let project = open(root)?;
            if let Some(refused) = config_fault(&project) {
                return refusal(&refused);
            }
            let readers = audience(asked.audience.as_deref(), asked.all).readers(project.config()).map_err(usage)?;
            let loaded = project.load(today, &skipped(&project, Some(&asked.site))).map_err(machine)?;
            let theme = match project.theme() {
                Ok(theme) => theme,
                Err(mistakes) => return Ok(super::theme_faults(&mistakes)),
            };
            let carrier = verify::carrier(&asked.site);
            Some(Hidden::new(Book { project: &project, loaded, readers, theme, today, carrier }))
        }
    };
    let verified = verify::verify(&asked.site, hidden.as_ref()).map_err(|error| match error {
        VerifyError::Unknown(_) => usage(error),
        VerifyError::Disk(..) => machine(error),
    })?;
    let for_a_person = matches!(asked.format, Written::Human);
    let format = match asked.format {
        Written::Human => Format::Human { colour: colours() },
        Written::Short => Format::Short,
        Written::Json => Format::Json,
        Written::Sarif => Format::Sarif,
        Written::Github => Format::Github,
    };
    print!("{}", report(&verified.diagnostics, format));
    if for_a_person {
        let (files, pages) = (counted(verified.files, "file", "files"), counted(verified.pages, "page", "pages"));
        let addresses = counted(verified.addresses, "address", "addresses");
        println!("read:    {files}, {pages}, {addresses}");
        if verified.compared > 0 {
            println!("hashes:  {} compared", counted(verified.compared, "file", "files"));
        }
        if let Some(proof) = &verified.proof {
            print!("{}", proved(proof));
        }
        if verified.diagnostics.is_empty() {
            println!("nothing is wrong");
        }
    }
    Ok(exit(&verified.diagnostics, false))
}

/// Things that are too common to prove and are shown; more are counted.
const SHOWN: usize = 12;

fn proved(proof: &Proof) -> String {
    let kinds = proof.proved.iter().map(|(what, n)| match what {
        What::Run => counted(*n, "run of eight words", "runs of eight words"),
        What::Line => counted(*n, "name or line", "names and lines"),
        What::Id => counted(*n, "id", "ids"),
        What::Number => counted(*n, "number", "numbers"),
        What::Sum => counted(*n, "sum", "sums"),
        What::File => counted(*n, "file", "files"),
        What::Word => counted(*n, "word", "words"),
    });
    let kinds: Vec<String> = kinds.collect();
    let mut text = match kinds.is_empty() {
        true => "hidden:  nothing is hidden from these readers\n".to_owned(),
        false => format!("proved:  in no byte of it are {}\n", kinds.join(", ")),
    };
    let n_common = proof.common.len();
    if proof.common_runs + n_common > 0 {
        text.push_str("unsaid:  also in what these readers may see, so that nothing can be proved:\n");
    }
    if proof.common_runs > 0 {
        text.push_str(&format!(
            "         {}\n",
            counted(proof.common_runs, "run of eight words", "runs of eight words")
        ));
    }
    for (what, words, place) in proof.common.iter().take(SHOWN) {
        text.push_str(&format!("         {} `{words}` ({place})\n", what.word()));
    }
    if n_common > SHOWN {
        text.push_str(&format!("         and {} more\n", n_common - SHOWN));
    }
    text
}
