//! The command line: a table of commands, and what each prints.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to a terminal")]

mod export;
mod importing;
mod verifying;
mod writing;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::bundle::{BundleError, Bundled, single, zipped};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::entry::Entry;
use crate::facts::Status;
use crate::filter::{Copy, Readers};
use crate::init;
use crate::platform;
use crate::project::{Change, Made, OpenError, Project, PublishError, Publishing, Request, counts};
use crate::publish::{
    self, Asked, Audience, Edition, Editions, Publisher, Refused, config_fault, is_config_fault, skipped,
};
use crate::receipt::{self, Receipt};
use crate::report::{self, Format, report};
use crate::revise::{self, Value};
use crate::serve;
use crate::site::Carrier;
use crate::text::{fold, nearest};
use crate::watch::{Places, Watcher};
use crate::write::{self, Swap};

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
    command: Option<Command>,
}

const HELP: &str = "\
A playbook is a folder of Markdown files: scripts, decisions, escalations, checklists, role-plays …
Cuebook checks them and makes a site of them that works from a web server, a shared folder or a USB stick.

Start here:
  cuebook init my-playbook        make a small playbook that shows every kind of entry
  cd my-playbook
  cuebook serve --open            see it in your browser while you write
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
    /// Make a playbook of a table of phrases, of Word documents, or of a folder that another program reads
    #[command(after_help = importing::HELP)]
    Import(importing::Import),
    /// Make the site
    #[command(after_help = "\
Examples:
  cuebook build                             the copy that nobody is kept from
  cuebook build --audience agent            the copy for agents
  cuebook build --audience \"team lead,trainer\"
  cuebook build --all                       everything, for those who may see everything
  cuebook build --each-audience             a copy an audience, side by side: site/public, site/agent, …
  cuebook build --out /srv/playbook --strict

Only files that differ are written; nothing that Cuebook did not make is touched.")]
    Build(Build),
    /// Make one zip or one HTML file of the playbook, to be read without a server: from a USB stick, a mail, a laptop
    #[command(
        after_help = "Examples:\n  cuebook bundle --zip playbook.zip            to be unpacked; then START.html leads in\n  cuebook bundle --html playbook.html          one file, which a browser opens out of a mail\n  cuebook bundle --html for-agents.html --audience agent --for \"Berlin desk\"\n\nEvery page says of which day the copy is and how old it is by the reader's clock; `[bundle] refresh-after` and\n`stop-after` in book.toml say when it is too old. A copy that was given away cannot be called back: think of\n`--audience` first."
    )]
    Bundle(BundleTo),
    /// Show the site in a browser while you write; every save is seen at once
    #[command(after_help = "\
Examples:
  cuebook serve --open                      open it in your browser
  cuebook serve --port 8080
  cuebook serve --audience agent            what agents will see

Everything is shown, with drafts and what only some may see marked, unless an audience is named. What is wrong stands in
the page, at its place. Nothing is written to the site's folder; that is what `cuebook build` is for.")]
    Serve(Serve),
    /// Say what is wrong and how to mend it; nothing is written without --fix
    #[command(after_help = "\
Examples:
  cuebook check                             for a person
  cuebook check --format short              for an editor: file:line:column
  cuebook check --fix                       mend what can be mended without asking
  cuebook check --format json               for a program; sarif for a code host, github for its pull requests
  cuebook check --strict --today 2026-12-01 warnings count as errors; reviews are judged by that day")]
    Check(Check),
    /// Say that an entry is still right: its `reviewed` becomes today
    #[command(after_help = "\
Examples:
  cuebook review                            which entries are due, with their owners
  cuebook review late-parcel                this one was read, and is right
  cuebook review --due                      all that are due were read, and are right

One line of the file is changed, and no other byte.")]
    Review(Review),
    /// Check a finished site by its bytes, and prove that what is hidden from its readers is not in it
    #[command(after_help = verifying::HELP)]
    Verify(verifying::Verify),
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
    /// Write a copy for programs: entries as JSON, or passages for a search engine
    #[command(subcommand, after_help = export::HELP)]
    Export(export::Export),
    /// Print the whole playbook into one PDF, with a Chromium, Chrome or Edge that is on this machine
    #[command(after_help = export::PDF_HELP)]
    Pdf(export::Pdf),
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

#[derive(Args, Clone, Debug)]
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

#[derive(Args, Clone, Debug)]
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
    /// A copy for each audience, and the public one, side by side in the site's folder
    #[arg(long, conflicts_with_all = ["audience", "all"])]
    each_audience: bool,
    /// Write `.gz` and `.br` beside each text file, for servers that send them as they lie
    #[arg(long)]
    precompress: bool,
    /// Build drafts and retired entries too
    #[arg(long)]
    drafts: bool,
    /// Go on, and build again whenever a file changes, until Ctrl+C
    #[arg(long)]
    watch: bool,
    /// With `--watch`, look for changes in turns: for folders whose changes the system does not hear of
    #[arg(long, requires = "watch")]
    poll: bool,
}

#[derive(Args)]
struct BundleTo {
    #[command(flatten)]
    book: Book,
    /// The zip; one of an earlier bundle is replaced, any other file is left alone
    #[arg(long, value_name = "FILE", required_unless_present = "html")]
    zip: Option<PathBuf>,
    /// The same as one HTML file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// For whom the copy is: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES", conflicts_with = "all")]
    audience: Option<String>,
    /// Leave nothing out: the copy for those who may see everything
    #[arg(long)]
    all: bool,
    /// Who keeps the copy, as every page says: `--for "Berlin desk"`
    #[arg(long = "for", value_name = "NAME")]
    keeper: Option<String>,
}

#[derive(Args)]
struct Serve {
    /// The folder of the book, or any folder of Markdown
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The day by which reviews are judged, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// The port [default: 3000, or the next one that is free]; 0 for any
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Open it in the browser
    #[arg(long)]
    open: bool,
    /// Listen at this address of the machine, so that others can look; 0.0.0.0 is all of them
    #[arg(long, value_name = "ADDRESS")]
    host: Option<IpAddr>,
    /// A name of this machine by which others may ask for it
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Whose copy is shown: one audience of the book, or several with commas between
    #[arg(long, value_name = "NAMES")]
    audience: Option<String>,
    /// Look for changes in turns: for folders whose changes the system does not hear of
    #[arg(long)]
    poll: bool,
}

#[derive(Args)]
struct Review {
    /// The entry, by its name or its title
    #[arg(conflicts_with = "due")]
    entry: Option<String>,
    /// All that are due
    #[arg(long)]
    due: bool,
    /// The folder of the book
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The day, as 2026-12-01; today if not given
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
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
    let Some(command) = cli.command else { return ended(without_command()) };
    ended(match command {
        Command::Init { folder } => init_command(&folder),
        Command::Build(build) => build_command(&build),
        Command::Bundle(bundle) => bundle_command(&bundle),
        Command::Serve(serve) => serve_command(serve),
        Command::Review(review) => review_command(&review),
        Command::Check(check) => check_command(&check),
        Command::Import(asked) => importing::import_command(&asked),
        Command::Verify(asked) => verifying::verify_command(&asked),
        Command::Search(search) => search_command(&search),
        Command::Export(asked) => export::export_command(&asked),
        Command::Pdf(asked) => export::pdf_command(&asked),
        Command::New(asked) => writing::new_command(&asked),
        Command::List(asked) => writing::list_command(&asked),
        Command::Explain(asked) => writing::explain_command(&asked),
        Command::Schema(asked) => Ok(writing::schema_command(&asked)),
        Command::Completions(asked) => Ok(writing::completions_command(&asked)),
    })
}

fn ended(done: Result<Exit, Failure>) -> Exit {
    done.unwrap_or_else(|failure| {
        say_failure(&failure);
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
    println!("\nNext:    {cd}cuebook serve --open");
    Ok(Exit::Clean)
}

fn build_command(build: &Build) -> Result<Exit, Failure> {
    let asked = Asked {
        root: build.book.root.clone(),
        out: build.out.clone(),
        audience: audience(build.audience.as_deref(), build.all),
        drafts: build.drafts,
    };
    let mut publisher = Publisher::new(asked, today(build.book.today.as_deref())?);
    if !build.watch {
        return build_once(build, publisher);
    }
    let opened = Project::open(&build.book.root).map_err(usage)?;
    // Whoever ends the program waits for what is being written, which is never long.
    let writing = Arc::new(Mutex::new(()));
    let (watching, build) = (writing.clone(), build.clone());
    until_interrupted(move || {
        let mut watcher = Watcher::new(Places::of(&opened, build.out.as_deref()), build.poll);
        let mut change = Some(Change::everything());
        while let Some(what) = change.take().or_else(|| watcher.wait()) {
            let _writing = watching.lock();
            publisher.set_today(today(build.book.today.as_deref())?);
            if let Err(failure) = publish_once(&build, &mut publisher, what, Swap::Never) {
                say_failure(&failure);
            }
            let places = publisher.project().map(|project| Places::of(project, build.out.as_deref()));
            if places.is_some_and(|places| watcher.aim(places)) {
                change = Some(Change::everything());
            }
            if let Some(notice) = watcher.notice() {
                println!("{notice}");
            }
        }
        Ok(())
    })?;
    // Never given back: nothing more is begun.
    std::mem::forget(writing.lock());
    Ok(Exit::Clean)
}

/// Builds, unless the last build of the same inputs left the output as it lies there.
fn build_once(build: &Build, mut publisher: Publisher) -> Result<Exit, Failure> {
    let today = today(build.book.today.as_deref())?;
    let asked = Project::open(&build.book.root).ok().and_then(|project| {
        let out = build.out.clone().unwrap_or_else(|| project.default_out());
        let command = format!("{build:?} {today} {}", colours());
        let content = project.hash_of_inputs(&skipped(&project, build.out.as_deref()))?;
        let inputs = receipt::hash_of([env!("CUEBOOK_SOURCES"), &command, &content].map(str::as_bytes));
        Some((receipt::place(&build.book.root, &out)?, inputs, out, project))
    });
    let Some((place, inputs, out, project)) = asked else {
        return Ok(publish_once(build, &mut publisher, Change::everything(), Swap::IfMuchChanged)?.exit);
    };
    let last = Receipt::read(&place).filter(|last| {
        last.inputs == inputs
            && project.hash_of_assets(&last.assets).as_ref() == Some(&last.of_assets)
            && project.hash_of_output(&out).as_ref() == Some(&last.output)
    });
    if let Some(last) = last {
        eprint!("{}", last.report);
        print!("{}", last.summary);
        say_where(&out, build.each_audience, write::Written::default());
        return Ok(if last.is_clean { Exit::Clean } else { Exit::Content });
    }
    let done = publish_once(build, &mut publisher, Change::everything(), Swap::IfMuchChanged)?;
    if let Some(said) = done.said
        && let Some(of_assets) = project.hash_of_assets(&said.assets)
        && let Some(output) = project.hash_of_output(&out)
    {
        let Said { assets, report, summary } = said;
        let is_clean = done.exit == Exit::Clean;
        Receipt { inputs, assets, of_assets, output, report, summary, is_clean }.keep(&place);
    }
    // The process ends here, and the system takes back a whole book sooner than we could give it back piece by piece.
    std::mem::forget((done.edition, publisher));
    Ok(done.exit)
}

/// How a publish ended.
struct Done {
    exit: Exit,
    /// What was written, if a site could be made.
    edition: Option<Editions>,
    /// If a site was made.
    said: Option<Said>,
}

/// What a publish said, and the files of the content folder that it copied.
struct Said {
    report: String,
    summary: String,
    assets: Vec<String>,
}

/// Makes the site, and says what was made.
fn publish_once(build: &Build, publisher: &mut Publisher, change: Change, swap: Swap) -> Result<Done, Failure> {
    let refused = |exit| Done { exit, edition: None, said: None };
    let progress = Progress::new();
    let says = |what: &str| progress.say(what);
    let published = match build.each_audience {
        true => publisher.publish_each(change, says),
        false => publisher.publish(change, says).map(Editions::from),
    };
    let editions = match published {
        Ok(editions) => editions,
        Err(why) => {
            progress.clear();
            return refusal(&why).map(refused);
        }
    };
    let Edition { project, made, .. } = editions.first();
    let out = build.out.clone().unwrap_or_else(|| project.default_out());
    progress.say("Writing …");
    let written = editions.write(&out, Publishing { swap, precompress: build.precompress });
    progress.clear();
    let report = report(&made.diagnostics, Format::Human { colour: colours() });
    eprint!("{report}");
    let written = match written {
        Ok(written) => written,
        Err(PublishError::Theme(mistakes)) => return Ok(refused(theme_faults(&mistakes))),
        Err(PublishError::Write(error)) => return Err(Failure { exit: exit_of(&error), message: error.to_string() }),
    };
    let summary = if build.each_audience { summary_of_each(&editions) } else { summary(editions.first()) };
    print!("{summary}");
    say_where(&out, build.each_audience, written);
    let assets = editions.all().flat_map(|(_, edition)| &edition.made.playbook.assets);
    let assets: BTreeSet<String> = assets.map(|asset| asset.as_str().to_owned()).collect();
    let assets = assets.into_iter().collect();
    let exit = exit(&made.diagnostics, build.book.strict);
    Ok(Done { exit, said: Some(Said { report, summary, assets }), edition: Some(editions) })
}

/// Which book an edition is of, how much is in it, and for whom it is.
fn summary(edition: &Edition) -> String {
    let Edition { project, made, readers, .. } = edition;
    let entries = counted(made.playbook.entries.len(), "entry", "entries");
    let mut summary = format!("{}: {entries}\n", project.config().book.title);
    summary.push_str(&left_out(made));
    if project.config().audiences.is_some() {
        summary.push_str(&whose(readers));
        summary.push('\n');
    }
    summary
}

/// The same of copies side by side, a line each.
fn summary_of_each(editions: &Editions) -> String {
    let mut summary = format!("{}\n", editions.first().project.config().book.title);
    for (folder, Edition { made, readers, .. }) in editions.all() {
        let n_entries = counted(made.playbook.entries.len(), "entry", "entries");
        let whose = match readers {
            Readers::Only(names) if !names.is_empty() => names.join(", "),
            _ => "everybody".to_owned(),
        };
        summary.push_str(&format!("copy:    {folder} ({n_entries}) for {whose}\n"));
    }
    summary
}

fn say_where(out: &Path, each: bool, written: write::Written) {
    let changed = match (written.written, written.removed) {
        (0, 0) => "nothing has changed".to_owned(),
        (n, 0) => format!("{} written", counted(n, "file", "files")),
        (n, gone) => format!("{} written, {gone} removed", counted(n, "file", "files")),
    };
    let out = out.strip_prefix(".").unwrap_or(out);
    println!("site:    {} ({changed})", out.display());
    let front = if each { out.join(publish::PUBLIC) } else { out.to_owned() };
    println!("open:    {}", front.join("index.html").display());
}

fn say_failure(failure: &Failure) {
    eprintln!("{} {}", painted("1;31", "error:"), failure.message);
}

/// What is said where the program itself has failed.
pub const FAULT: &str = "Cuebook itself failed. Please report what you did, with the folder if you can.";

/// Lets `work` go on until Ctrl+C, until the system wants the program to end, or until it fails.
fn until_interrupted(work: impl FnOnce() -> Result<(), Failure> + Send + 'static) -> Result<(), Failure> {
    let (over, ended) = mpsc::channel();
    let interrupted = over.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let waited = runtime.and_then(|runtime| runtime.block_on(platform::interrupted()));
        let _ = interrupted.send(waited.map_err(machine));
    });
    std::thread::spawn(move || {
        // Whoever waits would wait for ever if this thread ended without a word.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        let _ = over.send(done.unwrap_or_else(|_| Err(machine(FAULT))));
    });
    ended.recv().unwrap_or(Ok(()))
}

/// Prints what a preview does.
struct Reporter {
    is_first: bool,
}

impl serve::Listener for Reporter {
    fn published(&mut self, edition: &Edition, problems: &[Diagnostic], took: Duration) {
        let (errors, warnings, _) = counts(problems);
        let mut problems = vec![counted(edition.made.playbook.entries.len(), "entry", "entries")];
        problems.extend((errors > 0).then(|| counted(errors, "error", "errors")));
        problems.extend((warnings > 0).then(|| counted(warnings, "warning", "warnings")));
        problems.extend((errors + warnings == 0).then(|| "no problems".to_owned()));
        let what = if self.is_first { edition.project.config().book.title.as_str() } else { "changed" };
        println!("{what}: {}, {} ms", problems.join(", "), took.as_millis());
        if self.is_first && edition.project.config().audiences.is_some() {
            println!("{}", whose(&edition.readers));
        }
        self.is_first = false;
    }

    fn refused(&mut self, found: &[Diagnostic]) {
        eprint!("{}", report(found, Format::Human { colour: colours() }));
        eprintln!("The pages stay as they were until that is mended.");
    }

    fn notice(&mut self, notice: &str) {
        println!("{notice}");
    }
}

/// Megabytes from which a single file is too heavy for a mail.
const HEAVY: f64 = 25.0;

fn bundle_command(asked: &BundleTo) -> Result<Exit, Failure> {
    let day = today(asked.book.today.as_deref())?;
    let copy = Asked {
        root: asked.book.root.clone(),
        out: None,
        audience: audience(asked.audience.as_deref(), asked.all),
        drafts: false,
    };
    let progress = Progress::new();
    let edition = match Publisher::new(copy, day).publish(Change::everything(), |what| progress.say(what)) {
        Ok(edition) => edition,
        Err(why) => {
            progress.clear();
            return refusal(&why);
        }
    };
    progress.say("Packing …");
    let Edition { project, made, .. } = &edition;
    let copy = |carrier| edition.copy(carrier, day, asked.keeper.clone());
    let zip = asked.zip.as_ref().map(|to| zipped::write(project, &copy(Carrier::Zip), day, to)).transpose();
    let written = zip.and_then(|zip| {
        let html = asked.html.as_ref().map(|to| single::write(project, &copy(Carrier::File), to)).transpose()?;
        Ok((zip, html))
    });
    progress.clear();
    eprint!("{}", report(&made.diagnostics, Format::Human { colour: colours() }));
    let (zip, html) = match written {
        Ok(written) => written,
        Err(BundleError::Theme(faults)) => {
            let faults: Vec<Diagnostic> = faults.into_iter().map(|fault| *fault.diagnostic).collect();
            return Ok(theme_faults(&project.judged(faults)));
        }
        Err(error @ BundleError::Disk(..)) => return Err(machine(error)),
        Err(error) => return Err(usage(error)),
    };
    print!("{}", summary(&edition));
    let megabytes = |bundled: &Bundled| bundled.bytes as f64 / 1e6;
    if let (Some(to), Some(zip)) = (&asked.zip, &zip) {
        println!("zip:     {} ({}, {:.1} MB)", to.display(), counted(zip.files, "file", "files"), megabytes(zip));
        println!("open:    START.html, once the zip is unpacked");
    }
    if let (Some(to), Some(html)) = (&asked.html, &html) {
        println!("html:    {} ({:.1} MB)", to.display(), megabytes(html));
        if megabytes(html) > HEAVY {
            println!(
                "warning: over {HEAVY} MB: many mail servers refuse it, and it opens slowly. Make a zip, or a copy for fewer \
                 readers with `--audience`"
            );
        }
    }
    println!("note:    a copy that was given away cannot be called back");
    Ok(exit(&made.diagnostics, asked.book.strict))
}

fn serve_command(serve: Serve) -> Result<Exit, Failure> {
    // A day that cannot be read is said now, not in the middle of the work.
    today(serve.today.as_deref())?;
    let asked_day = serve.today.clone();
    if !serve.root.is_dir() {
        return Err(usage(OpenError::NoFolder(serve.root)));
    }
    if let Some(host) = serve.host.filter(|host| !host.is_loopback()) {
        let names = if serve.allow_host.is_empty() {
            "\n         They reach it only by a name that you allow with `--allow-host`."
        } else {
            ""
        };
        eprintln!(
            "{} {host} can be reached from other machines: whoever can, reads this playbook.{names}",
            painted("1;33", "warning:")
        );
    }
    let loopback = serve.host.is_none_or(|host| host.is_loopback());
    let audience = match serve.audience {
        Some(named) => Audience::Named(named),
        None if loopback => Audience::Everyone,
        None => Audience::Public,
    };
    let preview = serve::Preview {
        asked: Asked { root: serve.root, out: None, drafts: loopback, audience },
        address: serve::Address { host: serve.host, port: serve.port, allowed: serve.allow_host },
        polling: serve.poll,
        today: Arc::new(move || today(asked_day.as_deref()).unwrap_or_default()),
    };
    until_interrupted(move || {
        let server = serve::start(preview, Reporter { is_first: true }).map_err(usage)?;
        let ip = server.address.ip();
        let name = if ip.is_loopback() { "localhost".to_owned() } else { ip.to_string() };
        let address = format!("http://{name}:{}/", server.address.port());
        println!("open:    {address}\nstop:    Ctrl+C");
        if serve.open && platform::open_in_browser(&address).is_err() {
            println!("No browser could be started; type the address into one.");
        }
        loop {
            std::thread::park();
        }
    })?;
    Ok(Exit::Clean)
}

fn check_command(check: &Check) -> Result<Exit, Failure> {
    let today = today(check.book.today.as_deref())?;
    let project = open(&check.book.root)?;
    let loaded = project.load(today, &skipped(&project, None)).map_err(machine)?;
    let request = Request { copy: Copy { readers: Readers::Everyone, drafts: false }, today };
    let for_a_person = matches!(check.format, Written::Human);
    let mut made = match check.fix {
        true => writing::mend(&project, loaded, today, for_a_person)?,
        false => project.make(loaded, &request),
    };
    match project.theme() {
        Err(mistakes) => made.diagnostics.extend(mistakes),
        Ok(theme) if project.theme_folder().is_some() => {
            let site = project.site(&made, &theme, &request.copy.readers, None);
            for mistake in site.mistakes() {
                let found = *mistake.diagnostic;
                // Most templates are made of the same parts.
                let is_told = |told: &Diagnostic| (&told.file, &told.place) == (&found.file, &found.place);
                if !made.diagnostics.iter().any(is_told) {
                    made.diagnostics.push(found);
                }
            }
        }
        Ok(_) => {}
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
        print!("{}", left_out(&made));
    }
    let wrong_config = made.diagnostics.iter().any(is_config_fault);
    Ok(if wrong_config { Exit::Usage } else { exit(&made.diagnostics, check.book.strict) })
}

fn review_command(review: &Review) -> Result<Exit, Failure> {
    let today = today(review.today.as_deref())?;
    let project = open(&review.root)?;
    if let Some(refused) = config_fault(&project) {
        return refusal(&refused);
    }
    let loaded = project.load(today, &skipped(&project, None)).map_err(machine)?;
    let due = |entry: &&Arc<Entry>| {
        entry.facts.reviewed.is_none() && project.config().is_book
            || entry.review_due(project.config().review.every).is_some_and(|day| day <= today)
    };
    let chosen: Vec<&Arc<Entry>> = match &review.entry {
        None => loaded.entries.iter().filter(|entry| entry.facts.status != Status::Retired).filter(due).collect(),
        Some(asked) => {
            let name = asked.trim_end_matches(".md");
            let is_asked = |entry: &&Arc<Entry>| {
                entry.id() == name || entry.source.path.name() == name || fold(&entry.title) == fold(name)
            };
            let found: Vec<&Arc<Entry>> = loaded.entries.iter().filter(is_asked).collect();
            match found.as_slice() {
                [_] => found,
                [] => {
                    let near = nearest(name, loaded.entries.iter().map(|entry| entry.source.path.name()));
                    let help = near.map_or_else(
                        || "`cuebook list` names the files of all entries; give one without `.md`.".to_owned(),
                        |near| format!("Did you mean `{near}`?"),
                    );
                    return Err(usage(format!("there is no entry `{asked}`. {help}")));
                }
                several => {
                    let ids: Vec<&str> = several.iter().map(|entry| entry.id()).collect();
                    return Err(usage(format!("`{asked}` may be any of {}. Give one of these.", ids.join(", "))));
                }
            }
        }
    };
    if review.entry.is_none() && !review.due {
        for entry in &chosen {
            let when = entry.review_due(project.config().review.every);
            let when = when.map_or_else(|| "never reviewed".to_owned(), |day| format!("due {day}"));
            let owner = entry.facts.owner.as_ref().map_or("no owner", |owner| owner.value.as_str());
            println!("{when:<16}{}  {} ({owner})", entry.title, entry.source.file);
        }
        println!("{} due", counted(chosen.len(), "entry is", "entries are"));
        return Ok(Exit::Clean);
    }
    for entry in &chosen {
        let file = project.content.folder.join(entry.source.path.as_str());
        revise::file(&file, &[("reviewed", Value::One(today.to_string()))])
            .map_err(|error| Failure { exit: Exit::Content, message: format!("{}: {error}", entry.source.file) })?;
        println!("reviewed {today}: {}", entry.source.file);
    }
    Ok(Exit::Clean)
}

/// Started without a command, most likely by a double click: serves the playbook that is here, or helps to make one.
fn without_command() -> Result<Exit, Failure> {
    let here = Path::new(".");
    if here.join(config::FILE).is_file() {
        return serve_command(Serve { open: true, ..Serve::of(here) });
    }
    if !std::io::stdin().is_terminal() {
        return Err(usage("give a command; `cuebook --help` lists them."));
    }
    println!("There is no playbook in this folder (no `book.toml`). What would you like?");
    println!("  1  open the folder of a playbook, or any folder of Markdown");
    println!("  2  make a new playbook");
    let asked = |question: &str| -> Result<String, Failure> {
        use std::io::Write;
        print!("{question} ");
        std::io::stdout().flush().map_err(machine)?;
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(machine)?;
        Ok(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    let is_new = match asked("1 or 2, nothing to leave:")?.as_str() {
        "1" => false,
        "2" => true,
        _ => return Ok(Exit::Clean),
    };
    let folder =
        asked(if is_new { "Name of the new folder:" } else { "Folder (it can be dragged into this window):" })?;
    if folder.is_empty() {
        return Ok(Exit::Clean);
    }
    let folder = PathBuf::from(folder);
    if is_new {
        init_command(&folder)?;
    }
    serve_command(Serve { open: true, ..Serve::of(&folder) })
}

impl Serve {
    /// As it is without options.
    fn of(root: &Path) -> Serve {
        Serve {
            root: root.to_owned(),
            today: None,
            port: None,
            open: false,
            host: None,
            allow_host: Vec::new(),
            audience: None,
            poll: false,
        }
    }
}

fn search_command(search: &Search) -> Result<Exit, Failure> {
    let today = today(search.today.as_deref())?;
    let project = open(&search.root)?;
    if let Some(refused) = config_fault(&project) {
        return refusal(&refused);
    }
    let readers = audience(search.audience.as_deref(), search.all).readers(project.config()).map_err(usage)?;
    let loaded = project.load(today, &skipped(&project, None)).map_err(machine)?;
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

fn audience(named: Option<&str>, all: bool) -> Audience {
    match named {
        Some(named) => Audience::Named(named.to_owned()),
        None if all => Audience::Everyone,
        None => Audience::Public,
    }
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

fn left_out(made: &Made) -> String {
    let mut parts = Vec::new();
    if made.left_out.drafts > 0 {
        parts.push(counted(made.left_out.drafts, "draft", "drafts"));
    }
    if made.left_out.retired > 0 {
        parts.push(format!("{} retired", made.left_out.retired));
    }
    if parts.is_empty() { String::new() } else { format!("left out: {}\n", parts.join(", ")) }
}

/// Says why nothing was made.
fn refusal(refused: &Refused) -> Result<Exit, Failure> {
    let (found, why) = match refused {
        Refused::Open(error) => return Err(usage(error)),
        Refused::Read(error) => return Err(machine(error)),
        Refused::Audience(why) => return Err(usage(why)),
        Refused::Theme(mistakes) => return Ok(theme_faults(mistakes)),
        Refused::Config(found) => (found, "mend book.toml first."),
        Refused::LostFolder(found) => {
            (found, "a folder that is to be kept from some readers would be shown to all of them.")
        }
    };
    eprint!("{}", report(found, Format::Human { colour: colours() }));
    eprintln!("Nothing was written: {why}");
    Ok(Exit::Usage)
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
