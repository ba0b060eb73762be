//! The commands for those who write: a new entry, what a rule means, whose entries are due, what editors want to know.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, ValueEnum};
use serde_json::json;

use super::{Cli, Exit, Failure, colours, machine, open, skipped, today, usage};
use crate::facts::KindName;
use crate::filter::{Copy, Readers};
use crate::list::{self, Wanted};
use crate::new::{self, Asked};
use crate::parse::front_matter;
use crate::project::{Loaded, Made, Project, Request};
use crate::text::nearest;
use crate::{config, report, rules};

#[derive(Args)]
pub(super) struct New {
    /// What it is
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(KindName::ALL.map(KindName::word)))]
    kind: String,
    /// What readers see; the file is named after it
    #[arg(value_name = "TITLE")]
    title: String,
    /// The folder of the book
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The contact who looks after it [default: who owns most entries of that kind]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The day on which it counts as reviewed, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
}

pub(super) const NEW_HELP: &str = "\
Examples:
  cuebook new script \"Bad news about a date\"
  cuebook new contact \"Duty manager\" --owner training-lead

The file goes into the folder that holds most entries of its kind. It is a draft, with blanks in curly brackets for what
only you know: fill them in, take out `status: draft`, and run `cuebook check`. Nothing that is there is overwritten.";

pub(super) fn new_command(asked: &New) -> Result<Exit, Failure> {
    let today = today(asked.today.as_deref())?;
    let project = open(&asked.root)?;
    let made = whole_book(&project, today)?;
    let asked = Asked { kind: kind(&asked.kind), title: &asked.title, owner: asked.owner.as_deref(), today };
    let entry = new::entry(&made.playbook, &project.words, asked).map_err(usage)?;
    let path = project.content.folder.join(entry.path.as_str());
    let shown = path.strip_prefix(".").unwrap_or(&path).display();
    match project.add(&entry) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(usage(format!("there is a file `{shown}` already. Give the entry another title.")));
        }
        Err(error) => return Err(machine(format!("`{shown}` cannot be written: {error}."))),
    }
    println!("made     {shown}");
    if let Some(namesake) = entry.namesake {
        println!("note     {namesake} has the same name; links to either need the folder: [[{}]]", entry.path.id());
    }
    println!("\nNext:    fill in what stands in curly brackets, take out `status: draft`, then run cuebook check");
    Ok(Exit::Clean)
}

#[derive(Args)]
pub(super) struct Explain {
    /// The name that stands in a message, such as broken-link; all of them if none is given
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

pub(super) fn explain_command(asked: &Explain) -> Result<Exit, Failure> {
    let Some(name) = &asked.rule else {
        let width = rules::ALL.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
        for rule in rules::ALL {
            println!("{:width$}  {:7}  {}", rule.name, rule.severity.word(), rule.about);
        }
        return Ok(Exit::Clean);
    };
    let Some(rule) = rules::by_name(&name.to_lowercase()) else {
        let near = nearest(name, rules::ALL.iter().map(|rule| rule.name));
        let help =
            near.map_or_else(|| "`cuebook explain` lists all.".to_owned(), |near| format!("Did you mean `{near}`?"));
        return Err(usage(format!("there is no rule `{name}`. {help}")));
    };
    let only = if rule.book_only { ", in a book only" } else { "" };
    println!("{} ({}{only}): {}\n\n{}", rule.name, rule.severity.word(), rule.about, rule.explanation());
    Ok(Exit::Clean)
}

#[derive(Args)]
pub(super) struct List {
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Only what this contact looks after: a file name or a title
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only what should have been reviewed by now
    #[arg(long)]
    overdue: bool,
    /// Only one kind
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(KindName::ALL.map(KindName::word)))]
    kind: Option<String>,
    /// Write a list for a program
    #[arg(long)]
    json: bool,
    /// The day by which reviews are judged, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
}

pub(super) const LIST_HELP: &str = "\
Examples:
  cuebook list --overdue                    what to read again, the oldest first
  cuebook list --owner training-lead --kind script
  cuebook list --json                       for a program

Drafts and retired entries are listed too, and marked.";

pub(super) fn list_command(asked: &List) -> Result<Exit, Failure> {
    let today = today(asked.today.as_deref())?;
    let project = open(&asked.root)?;
    let made = whole_book(&project, today)?;
    let wanted = Wanted { owner: asked.owner.clone(), kind: asked.kind.as_deref().map(kind), overdue: asked.overdue };
    let rows = list::rows(&made.playbook, &wanted, today);
    if asked.json {
        print!("{}", list::json(&rows));
        return Ok(Exit::Clean);
    }
    print!("{}", list::text(&rows));
    let n_overdue = rows.iter().filter(|row| row.overdue).count();
    let (plural, of_them) = (if rows.len() == 1 { "y" } else { "ies" }, if wanted.overdue { 0 } else { n_overdue });
    println!("{} entr{plural}{}", rows.len(), if of_them > 0 { format!(", {of_them} overdue") } else { String::new() });
    if let (true, Some(owner)) = (rows.is_empty(), &wanted.owner) {
        let near = nearest(owner, list::owners(&made.playbook));
        println!("{}", near.map_or_else(String::new, |near| format!("Did you mean `{near}`?")));
    }
    Ok(Exit::Clean)
}

#[derive(Args)]
pub(super) struct Schema {
    /// Of what; both if it is not said
    #[arg(value_enum)]
    of: Option<Of>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    /// The facts at the top of an entry
    FrontMatter,
    /// The settings of a book
    Book,
}

pub(super) fn schema_command(asked: &Schema) -> Exit {
    const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
    let mut schema = match asked.of {
        Some(Of::FrontMatter) => front_matter::schema(),
        Some(Of::Book) => config::schema(),
        None => json!({ "$defs": { "front-matter": front_matter::schema(), "book": config::schema() } }),
    };
    schema["$schema"] = DRAFT.into();
    println!("{schema:#}");
    Exit::Clean
}

#[derive(Args)]
pub(super) struct Completions {
    /// Of which shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) const COMPLETIONS_HELP: &str = "\
Examples:
  cuebook completions bash > ~/.local/share/bash-completion/completions/cuebook
  cuebook completions fish > ~/.config/fish/completions/cuebook.fish";

pub(super) fn completions_command(asked: &Completions) -> Exit {
    clap_complete::generate(asked.shell, &mut Cli::command(), "cuebook", &mut io::stdout());
    Exit::Clean
}

/// Applies the safe fixes, says what they changed, and gives what is wrong then. `on_stdout` is whether a person reads it
/// there; else it is written beside what programs read.
pub(super) fn mend(
    project: &Project,
    loaded: Loaded,
    today: jiff::civil::Date,
    on_stdout: bool,
) -> Result<Made, Failure> {
    let (mended, made) = project.mend(loaded, today);
    let mut n_changes = 0;
    for file in &mended {
        project
            .write(file)
            .map_err(|error| machine(format!("`{}` cannot be mended: {error}. It is as it was.", file.file)))?;
        n_changes += file.changes.len();
        match on_stdout {
            true => print!("{}", report::mended(file, std::io::stdout().is_terminal() && colours())),
            false => eprint!("{}", report::mended(file, colours())),
        }
    }
    let total = match mended.len() {
        0 => "nothing could be mended without asking".to_owned(),
        n => format!(
            "mended: {n_changes} place{} in {n} file{}",
            if n_changes == 1 { "" } else { "s" },
            if n == 1 { "" } else { "s" }
        ),
    };
    match on_stdout {
        true => println!("{total}\n"),
        false => eprintln!("{total}"),
    }
    Ok(made)
}

/// The book as those see it who keep it: nothing withheld, drafts and retired entries too.
fn whole_book(project: &Project, today: jiff::civil::Date) -> Result<Made, Failure> {
    let loaded = project.load(today, &skipped(project, None)).map_err(machine)?;
    Ok(project.make(loaded, &Request { copy: Copy { readers: Readers::Everyone, drafts: true }, today }))
}

fn kind(word: &str) -> KindName {
    KindName::ALL.into_iter().find(|kind| kind.word() == word).expect("clap lets no other word pass")
}
