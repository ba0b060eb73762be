//! The command line: a table of commands, and what each prints.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to a terminal")]

mod writing;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::filter::{Copy, Readers};
use crate::init;
use crate::project::{Made, Project, PublishError, Request, counts};
use crate::report::{self, Format, report};
use crate::rules;
use crate::text::nearest;

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing is wrong.
    Clean = 0,
    /// Something in the content is to be mended.
    Content = 1,
    /// The command or the configuration is wrong; nothing was written.
    Usage = 2,
    /// The machine failed.
    Machine = 3,
}

#[derive(Parser)]
#[command(name = "cuebook", version, about, long_about = None, max_term_width = 100, after_help = HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "\
A playbook is a folder of Markdown files: scripts, decisions, escalations, checklists, role-plays …
Cuebook checks them and makes a site of them that works from a web server, a shared folder or a USB stick.

Start here:
  cuebook init my-playbook        make a small playbook that shows every kind of entry
  cd my-playbook
  cuebook build                   make the site in my-playbook/site; open site/index.html
  cuebook check                   see what is wrong, and how to mend it
  cuebook new script \"A title\"  begin an entry

Any folder of Markdown will do:
  cuebook build --root handbook   makes handbook-site beside it

Exit codes: 0 clean, 1 something in the content, 2 the command or book.toml, 3 the machine.";

#[derive(Subcommand)]
enum Command {
    /// Make a small playbook that shows every kind of entry
    #[command(after_help = "Nothing that is there is overwritten: files that exist are left as they are, and named.")]
    Init {
        /// Where to make it
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
    /// Make the site
    #[command(after_help = "\
Examples:
  cuebook build                             the copy that nobody is kept from
  cuebook build --audience agent            the copy for agents
  cuebook build --audience \"team lead,trainer\"
  cuebook build --all                       everything, for those who may see everything
  cuebook build --out /srv/playbook --strict

Only files that differ are written; nothing that Cuebook did not make is touched.")]
    Build(Build),
    /// Say what is wrong and how to mend it; nothing is written without --fix
    #[command(after_help = "\
Examples:
  cuebook check                             for a person
  cuebook check --format short              for an editor: file:line:column
  cuebook check --fix                       mend what can be mended without asking
  cuebook check --format json               for a program; sarif for a code host, github for its pull requests
  cuebook check --strict --today 2026-12-01 warnings count as errors; reviews are judged by that day")]
    Check(Check),
    /// Find entries as the search of the site does, and say why each was found
    #[command(after_help = "\
Examples:
  cuebook search where is my parcel
  cuebook search '\"change of mind\" kind:script'
  cuebook search - < queries.txt            one query a line
  cuebook search --format json late parcel

A word counts by how much it tells the entries of the book apart; the last word may be half typed, and a word that the
book does not have is taken for the one that is nearest. Queries with the entry that must come first can be kept under
[search.tests] in book.toml: `cuebook check` reports those that fail.")]
    Search(Search),
    /// Begin an entry: a draft with its parts, in the right folder
    #[command(after_help = writing::NEW_HELP)]
    New(writing::New),
    /// List entries with their owners and when they are to be reviewed
    #[command(after_help = writing::LIST_HELP)]
    List(writing::List),
    /// Say what a message means and how to mend it
    Explain(writing::Explain),
    /// Print the JSON Schema of front matter and of book.toml, for editors
    Schema(writing::Schema),
    /// Print what lets a shell complete commands and options
    #[command(after_help = writing::COMPLETIONS_HELP)]
    Completions(writing::Completions),
}

#[derive(Args)]
struct Search {
    /// What a reader would type; `-` reads one query a line
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// How many entries to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
    /// The day by which entries hold, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// Whose copy is searched: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all")]
    audience: Option<String>,
    /// Search what only some may see too
    #[arg(long)]
    all: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Found::Human)]
    format: Found,
}

#[derive(Clone, Copy, ValueEnum)]
enum Found {
    /// For a person
    Human,
    /// One line a query, for programs
    Json,
}

#[derive(Args)]
struct Book {
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The day by which reviews are judged, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// Count warnings as errors
    #[arg(long)]
    strict: bool,
}

#[derive(Args)]
struct Build {
    #[command(flatten)]
    book: Book,
    /// Where the site goes [default: site in a book, DIR-site beside a bare folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// For whom the copy is: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all")]
    audience: Option<String>,
    /// Leave nothing out: the copy for those who may see everything
    #[arg(long)]
    all: bool,
    /// Build drafts and retired entries too
    #[arg(long)]
    drafts: bool,
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    book: Book,
    /// Mend what can be mended without asking, and show each line before and after
    #[arg(long)]
    fix: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Written::Human)]
    format: Written,
}

#[derive(Clone, Copy, ValueEnum)]
enum Written {
    /// For a person
    Human,
    /// One line a place, for editors
    Short,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// For the pull requests of GitHub
    Github,
}

/// Runs the command line `arguments`, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Clean };
        }
    };
    let done = match cli.command {
        Command::Init { folder } => init_command(&folder),
        Command::Build(build) => build_command(&build),
        Command::Check(check) => check_command(&check),
        Command::Search(search) => search_command(&search),
        Command::New(asked) => writing::new_command(&asked),
        Command::List(asked) => writing::list_command(&asked),
        Command::Explain(asked) => writing::explain_command(&asked),
        Command::Schema(asked) => Ok(writing::schema_command(&asked)),
        Command::Completions(asked) => Ok(writing::completions_command(&asked)),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("{} {}", painted("1;31", "error:"), failure.message);
        failure.exit
    })
}

/// Why a command cannot go on.
struct Failure {
    exit: Exit,
    message: String,
}

fn usage(message: impl ToString) -> Failure {
    Failure { exit: Exit::Usage, message: message.to_string() }
}

fn machine(message: impl ToString) -> Failure {
    Failure { exit: Exit::Machine, message: message.to_string() }
}

fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn painted(code: &str, text: &str) -> String {
    if colours() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn init_command(folder: &Path) -> Result<Exit, Failure> {
    let made = init::init(folder, today(None)?).map_err(machine)?;
    for path in &made.kept {
        println!("kept     {} (it was there already)", path.display());
    }
    println!("made     {} files in {}", made.written, folder.display());
    let cd = if folder == Path::new(".") { String::new() } else { format!("cd {} && ", folder.display()) };
    println!("\nNext:    {cd}cuebook build");
    Ok(Exit::Clean)
}

fn build_command(build: &Build) -> Result<Exit, Failure> {
    let today = today(build.book.today.as_deref())?;
    let project = open(&build.book.root)?;
    if let Some(exit) = config_faults(&project) {
        return Ok(exit);
    }
    let readers = readers(project.config(), build.audience.as_deref(), build.all)?;
    let out = build.out.clone().unwrap_or_else(|| project.default_out());
    let theme = match project.theme() {
        Ok(theme) => theme,
        Err(mistakes) => return Ok(theme_faults(&mistakes)),
    };
    let progress = Progress::new();
    progress.say("Reading …");
    let loaded = project.load(today, &skipped(&project, &out)).map_err(machine)?;
    progress.say(&format!("Linking {} entries …", loaded.entries.len()));
    let request = Request { copy: Copy { readers: readers.clone(), drafts: build.drafts }, today };
    let mut made = project.make(loaded, &request);
    let lost_folder =
        |diagnostic: &Diagnostic| diagnostic.rule == &rules::CONFIG_TARGET && diagnostic.severity == Severity::Error;
    if readers != Readers::Everyone && made.diagnostics.iter().any(lost_folder) {
        progress.clear();
        eprint!("{}", report(&made.diagnostics, Format::Human { colour: colours() }));
        eprintln!("Nothing was written: a folder that is to be kept from some readers would be shown to all of them.");
        return Ok(Exit::Usage);
    }
    progress.say("Writing …");
    let written = project.publish(&mut made, &theme, &out, &readers);
    progress.clear();
    eprint!("{}", report(&made.diagnostics, Format::Human { colour: colours() }));
    let written = match written {
        Ok(written) => written,
        Err(PublishError::Theme(mistakes)) => return Ok(theme_faults(&mistakes)),
        Err(PublishError::Write(error)) => return Err(Failure { exit: exit_of(&error), message: error.to_string() }),
    };
    println!("{}: {}", project.config().book.title, counted(made.playbook.entries.len(), "entry", "entries"));
    left_out(&made);
    if project.config().audiences.is_some() {
        println!("{}", whose(&readers));
    }
    let changed = match (written.written, written.removed) {
        (0, 0) => "nothing has changed".to_owned(),
        (n, 0) => format!("{} written", counted(n, "file", "files")),
        (n, gone) => format!("{} written, {gone} removed", counted(n, "file", "files")),
    };
    let out = out.strip_prefix(".").unwrap_or(&out);
    let front = out.join("index.html");
    println!("site:    {} ({changed})", out.display());
    println!("open:    {}", front.display());
    Ok(exit(&made.diagnostics, build.book.strict))
}

fn check_command(check: &Check) -> Result<Exit, Failure> {
    let today = today(check.book.today.as_deref())?;
    let project = open(&check.book.root)?;
    let loaded = project.load(today, &skipped(&project, &project.default_out())).map_err(machine)?;
    let request = Request { copy: Copy { readers: Readers::Everyone, drafts: false }, today };
    let for_a_person = matches!(check.format, Written::Human);
    let mut made = match check.fix {
        true => writing::mend(&project, loaded, today, for_a_person)?,
        false => project.make(loaded, &request),
    };
    if let Err(mistakes) = project.theme() {
        made.diagnostics.extend(mistakes);
    }
    let format = match check.format {
        Written::Human => Format::Human { colour: std::io::stdout().is_terminal() && colours() },
        Written::Short => Format::Short,
        Written::Json => Format::Json,
        Written::Sarif => Format::Sarif,
        Written::Github => Format::Github,
    };
    print!("{}", report(&made.diagnostics, format));
    if for_a_person {
        if made.diagnostics.is_empty() {
            println!("{}: nothing is wrong", counted(made.playbook.entries.len(), "entry", "entries"));
        }
        left_out(&made);
    }
    let wrong_config = made.diagnostics.iter().any(is_config_fault);
    Ok(if wrong_config { Exit::Usage } else { exit(&made.diagnostics, check.book.strict) })
}

fn search_command(search: &Search) -> Result<Exit, Failure> {
    let today = today(search.today.as_deref())?;
    let project = open(&search.root)?;
    if let Some(exit) = config_faults(&project) {
        return Ok(exit);
    }
    let readers = readers(project.config(), search.audience.as_deref(), search.all)?;
    let loaded = project.load(today, &skipped(&project, &project.default_out())).map_err(machine)?;
    let playbook = project.make(loaded, &Request { copy: Copy { readers, drafts: false }, today }).playbook;
    let queries: Vec<String> = if search.words == ["-"] {
        std::io::stdin().lines().collect::<Result<_, _>>().map_err(machine)?
    } else {
        vec![search.words.join(" ")]
    };
    let mut n_found = 0;
    for query in &queries {
        let answer = playbook.ask(query, &today.to_string());
        n_found += answer.ranked.len();
        match search.format {
            Found::Human => print!("{}", report::found(&playbook, &answer, search.limit)),
            Found::Json => println!("{}", report::found_json(&playbook, query, &answer, search.limit)),
        }
    }
    Ok(if n_found > 0 { Exit::Clean } else { Exit::Content })
}

fn open(root: &Path) -> Result<Project, Failure> {
    Project::open(root).map_err(usage)
}

/// Folders inside the content that are not content: the output, our records beside it, the theme.
fn skipped(project: &Project, out: &Path) -> Vec<PathBuf> {
    let mut skipped = vec![out.to_owned()];
    if project.content.folder == project.root {
        skipped.push(project.root.join("themes"));
    }
    skipped
}

/// The day by which reviews are judged: as asked, else of SOURCE_DATE_EPOCH, else of the clock.
fn today(asked: Option<&str>) -> Result<Date, Failure> {
    if let Some(asked) = asked {
        return asked
            .parse()
            .map_err(|_| usage(format!("`{asked}` is not a day. Write it as year-month-day: `--today 2026-12-01`.")));
    }
    if let Ok(epoch) = std::env::var("SOURCE_DATE_EPOCH") {
        let seconds = epoch.parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        return match seconds {
            Some(time) => Ok(time.to_zoned(jiff::tz::TimeZone::UTC).date()),
            None => Err(usage(format!("SOURCE_DATE_EPOCH is `{epoch}`, which is not a number of seconds since 1970."))),
        };
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    Ok(jiff::Zoned::now().date())
}

fn readers(config: &Config, asked: Option<&str>, all: bool) -> Result<Readers, Failure> {
    let Some(asked) = asked else {
        return Ok(if all { Readers::Everyone } else { Readers::Only(Vec::new()) });
    };
    let Some(audiences) = &config.audiences else {
        return Err(usage(
            "this book has no audiences. Name them under `[audiences]` in book.toml, or build without `--audience`.",
        ));
    };
    let mut names: Vec<String> = Vec::new();
    for name in asked.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if audiences.find(name).is_none() {
            let known: Vec<&str> = audiences.includes.keys().map(String::as_str).collect();
            let near = nearest(name, known.iter().copied())
                .map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
            return Err(usage(format!(
                "`{name}` is not an audience of this book.{near} It has: {}.",
                known.join(", ")
            )));
        }
        names.extend(audiences.closure(name).into_iter().map(str::to_owned));
    }
    if names.is_empty() {
        return Err(usage(
            "`--audience` names nobody. Give one of the book's audiences, or leave it out for the public copy.",
        ));
    }
    names.sort();
    names.dedup();
    Ok(Readers::Only(names))
}

fn whose(readers: &Readers) -> String {
    match readers {
        Readers::Everyone => "for:     everyone who may see everything; nothing is left out".to_owned(),
        Readers::Only(names) if names.is_empty() => {
            "for:     everybody; what only some may see is left out (see --audience, --all)".to_owned()
        }
        Readers::Only(names) => format!("for:     {}; what only others may see is left out", names.join(", ")),
    }
}

fn left_out(made: &Made) {
    let mut parts = Vec::new();
    if made.left_out.drafts > 0 {
        parts.push(counted(made.left_out.drafts, "draft", "drafts"));
    }
    if made.left_out.retired > 0 {
        parts.push(format!("{} retired", made.left_out.retired));
    }
    if !parts.is_empty() {
        println!("left out: {}", parts.join(", "));
    }
}

/// Whether the settings or the theme cannot be used as they are typed.
fn is_config_fault(diagnostic: &Diagnostic) -> bool {
    let rules = [&rules::CONFIG_SYNTAX, &rules::CONFIG_KEY, &rules::CONFIG_VALUE, &rules::THEME];
    diagnostic.severity == Severity::Error && rules.contains(&diagnostic.rule)
}

/// A book whose settings cannot be read as typed is not built: an audience may be lost with them.
fn config_faults(project: &Project) -> Option<Exit> {
    if !project.diagnostics.iter().any(is_config_fault) {
        return None;
    }
    eprint!("{}", report(&project.judged(project.diagnostics.clone()), Format::Human { colour: colours() }));
    eprintln!("Nothing was written: mend book.toml first.");
    Some(Exit::Usage)
}

fn theme_faults(mistakes: &[Diagnostic]) -> Exit {
    eprint!("{}", report(mistakes, Format::Human { colour: colours() }));
    eprintln!("Nothing was written: mend the theme first.");
    Exit::Usage
}

fn exit_of(error: &crate::write::WriteError) -> Exit {
    use crate::write::WriteError;
    match error {
        WriteError::Holds { .. } | WriteError::LiesIn { .. } | WriteError::NotOurs { .. } => Exit::Usage,
        _ => Exit::Machine,
    }
}

fn exit(diagnostics: &[Diagnostic], strict: bool) -> Exit {
    let (errors, warnings, _) = counts(diagnostics);
    if errors > 0 || (strict && warnings > 0) { Exit::Content } else { Exit::Clean }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// One line that says what is going on, on a terminal only.
struct Progress {
    on: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress { on: std::io::stderr().is_terminal() }
    }

    fn say(&self, what: &str) {
        if self.on {
            eprint!("\r\u{1b}[K{what}");
        }
    }

    fn clear(&self) {
        if self.on {
            eprint!("\r\u{1b}[K");
        }
    }
}
