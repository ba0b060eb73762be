//! Checks a finished site by its bytes: ours or anyone's, as a folder, a zip or one HTML file.
//!
//! Nothing here asks the stages that make a site what they meant: pages are read as a browser reads them, and what is
//! looked for is read from the sources. A fault of the generator is then found, not repeated. What the sources hide is
//! the one thing that only the reading of sources can say, so that part is shared with `parse`.

mod artefact;
mod hidden;
mod links;
mod page;
mod readings;
mod single;
mod sums;
mod units;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::rules::{self, Rule};
use crate::site::Carrier;
use crate::text::{Lines, Span, fold};
use artefact::Artefact;
use page::Page;

pub use hidden::{Book, Hidden, Proof, What};

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
pub struct Verified {
    /// In order of file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that there are.
    pub files: usize,
    /// Pages among them.
    pub pages: usize,
    /// Addresses that were followed.
    pub addresses: usize,
    /// Files that were compared with a list of their hashes.
    pub compared: usize,
    /// What is proved to be hidden, where that was asked.
    pub proof: Option<Proof>,
}

/// There is nothing to verify.
#[derive(Debug)]
pub enum VerifyError {
    /// It is neither a folder, nor a zip, nor an HTML file.
    Unknown(PathBuf),
    /// The machine failed, or the zip is damaged.
    Disk(PathBuf, io::Error),
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            VerifyError::Unknown(path) => write!(
                f,
                "`{}` is no site: give the folder of one, a zip, or a file that ends in `.html`.",
                path.display()
            ),
            VerifyError::Disk(path, cause) => write!(f, "cannot read `{}`: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Something wrong in a file, before its text is at hand.
struct Finding {
    file: String,
    span: Option<Span>,
    rule: &'static Rule,
    message: String,
    notes: Vec<String>,
    help: Option<String>,
}

impl Finding {
    fn whole(file: &str, rule: &'static Rule, message: String) -> Finding {
        Finding { file: file.to_owned(), span: None, rule, message, notes: Vec::new(), help: None }
    }

    fn at(file: &str, span: Span, rule: &'static Rule, message: String) -> Finding {
        Finding { span: Some(span), ..Finding::whole(file, rule, message) }
    }

    fn help(self, help: impl Into<String>) -> Finding {
        self.help_if(Some(help.into()))
    }

    fn help_if(mut self, help: Option<String>) -> Finding {
        self.help = help;
        self
    }

    fn diagnostic(self, shown: &str, text: Option<(&str, &Lines)>) -> Diagnostic {
        let Finding { span, rule, message, notes, help, .. } = self;
        let mut diagnostic = match (span, text) {
            (Some(span), Some(text)) => Diagnostic::at(rule, shown, text, span, message),
            _ => Diagnostic::about_file(rule, shown, message),
        };
        diagnostic.notes = notes;
        diagnostic.help = help;
        diagnostic
    }
}

/// Verifies what lies at `target`; with `hidden`, also that what its readers may not see is not in it, and that each entry
/// that they may see has its page.
///
/// # Errors
/// If there is nothing that could be verified.
pub fn verify(target: &Path, hidden: Option<&Hidden>) -> Result<Verified, VerifyError> {
    let artefact = Artefact::open(target)?;
    let names: Vec<&str> = artefact.names().collect();
    let read: Vec<(Option<Page>, Vec<Diagnostic>, BTreeSet<u32>)> =
        names.par_iter().map(|name| read(&artefact, name, hidden)).collect();
    let mut verified = Verified { files: names.len(), ..Verified::default() };
    let mut pages: HashMap<String, Page> = HashMap::new();
    let mut leaked = BTreeSet::new();
    for (name, (page, diagnostics, found)) in names.iter().zip(read) {
        verified.diagnostics.extend(diagnostics);
        leaked.extend(found);
        if let Some(page) = page {
            verified.pages += usize::from(is_page(name));
            verified.addresses += page.addresses.len();
            pages.insert((*name).to_owned(), page);
        }
    }
    let mut findings = links::check(&artefact, &pages);
    let (changed, compared) = sums::check(&artefact, target);
    findings.extend(changed);
    verified.compared = compared;
    verified.diagnostics.extend(placed(&artefact, findings));
    if let Some(hidden) = hidden {
        verified.diagnostics.extend(without_page(&artefact, hidden, &pages));
        verified.diagnostics.extend(in_comment(&artefact, hidden, &mut leaked));
        verified.proof = Some(hidden.proof(&leaked));
    }
    verified.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    verified.diagnostics.dedup_by(|a, b| a.order() == b.order());
    Ok(verified)
}

/// How the copy at a place is carried, by its form: see [`Book::carrier`].
pub fn carrier(target: &Path) -> Option<Carrier> {
    match () {
        () if target.is_dir() => None,
        () if artefact::is_html(target) => Some(Carrier::File),
        () => Some(Carrier::Zip),
    }
}

fn ends_in(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

fn is_page(name: &str) -> bool {
    ends_in(name, &[".html", ".htm", ".xhtml"])
}

/// Reads one file: its ids and addresses if it is a page, style, script or drawing, and the leaks in it.
fn read(artefact: &Artefact, name: &str, hidden: Option<&Hidden>) -> (Option<Page>, Vec<Diagnostic>, BTreeSet<u32>) {
    let shown = artefact.shown(name);
    let bytes = match artefact.read(name) {
        Ok(bytes) => bytes,
        Err(cause) => {
            let unread =
                Diagnostic::about_file(&rules::UNREADABLE_FILE, shown, format!("this file cannot be read: {cause}"));
            return (None, vec![unread], BTreeSet::new());
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let page = match () {
        () if is_page(name) || ends_in(name, &[".svg"]) => Some(page::read(&text)),
        () if ends_in(name, &[".css"]) => Some(page::read_style(&text)),
        () if ends_in(name, &[".js", ".mjs"]) => Some(page::read_script(&text)),
        () => None,
    };
    let mut diagnostics = Vec::new();
    let mut faults = Vec::new();
    if let Some(plain) =
        [".gz", ".br"].iter().find_map(|ending| name.strip_suffix(ending)).filter(|name| artefact.has(name))
    {
        let files = readings::unpacked(name, bytes.clone(), &mut Vec::new());
        let same = artefact.read(plain).is_ok_and(|plain| files.iter().any(|file| file.bytes == plain));
        if !same {
            let message = format!("what is packed here is not what `{plain}` holds");
            let help =
                "build again with `--precompress`, or remove this file: browsers get it in the place of the other";
            diagnostics.push(Diagnostic::about_file(&rules::CHANGED_FILE, shown.clone(), message).help(help));
        }
    }
    let mut leaked = BTreeSet::new();
    if let Some(hidden) = hidden {
        for file in readings::unpacked(name, bytes, &mut faults) {
            let shown = if file.name == name { shown.clone() } else { file.name.replacen(name, &shown, 1) };
            let (hits, is_whole) = hidden.find(&file.name, &file.bytes);
            leaked.extend(hits.iter().map(|hit| hit.needle));
            diagnostics.extend(leaks(hidden, &shown, &file.bytes, hits));
            if !is_whole {
                let message = "this file unpacks to far more than it is, and was not read to its end";
                diagnostics.push(Diagnostic::about_file(&rules::LIMIT, shown, message));
            }
        }
        for (file, cause) in faults {
            let message = format!("what is packed in this file cannot be read: {cause}");
            diagnostics.push(Diagnostic::about_file(&rules::UNREADABLE_FILE, file.replacen(name, &shown, 1), message));
        }
    }
    (page, diagnostics, leaked)
}

/// What a zip says of itself is in it too.
fn in_comment(artefact: &Artefact, hidden: &Hidden, leaked: &mut BTreeSet<u32>) -> Vec<Diagnostic> {
    let (hits, _) = hidden.find("", artefact.comment.as_bytes());
    leaked.extend(hits.iter().map(|hit| hit.needle));
    leaks(hidden, &format!("{} (its comment)", artefact.shown), artefact.comment.as_bytes(), hits)
}

/// Places that overlap are one leak, and each thing that is hidden is told once a file.
fn leaks(hidden: &Hidden, shown: &str, bytes: &[u8], mut hits: Vec<hidden::Hit>) -> Vec<Diagnostic> {
    if hits.is_empty() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let lines = Lines::new(&text);
    hits.sort_by_key(|hit| (hidden.about(hit.needle).0, hit.start, !hit.unwrapped.is_empty()));
    let mut told: BTreeMap<usize, usize> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut found: Vec<(hidden::Hit, What, String, String)> = Vec::new();
    for hit in hits {
        let (what, words, place) = hidden.about(hit.needle);
        let before = told.range(..=hit.start).next_back().map(|(_, end)| *end);
        let is_told = before.is_some_and(|end| hit.start < end);
        let is_new = known.insert(hit.needle);
        if is_told && hit.unwrapped != "in the name of the file" {
            if let Some((_, end)) = told.range_mut(..=hit.start).next_back().filter(|_| what == What::Run) {
                *end = (*end).max(hit.end);
            }
            continue;
        }
        told.insert(hit.start, hit.end.max(hit.start + 1));
        if is_new {
            found.push((hit, what, words, place));
        }
    }
    let diagnostic = |(hit, what, words, place): (hidden::Hit, What, String, String)| {
        let message = match what {
            What::File => format!("the file `{words}` is here, which is hidden from the readers of this copy"),
            What::Run => format!("words are here that are hidden from the readers of this copy: `{words}`"),
            _ => format!("the {} `{words}` is here, which is hidden from the readers of this copy", what.word()),
        };
        let in_name = hit.unwrapped == "in the name of the file";
        let end = told.get(&hit.start).copied().unwrap_or(hit.end).max(hit.end);
        let span = Span::new(hit.start.min(text.len()), end.min(text.len()));
        let mut leak = match in_name || text.contains('\u{fffd}') {
            true => Diagnostic::about_file(&rules::LEAK, shown, message),
            false => Diagnostic::at(&rules::LEAK, shown, (&text, &lines), span, message),
        };
        if !hit.unwrapped.is_empty() {
            leak = leak.note(format!("it is found {}", hit.unwrapped));
        }
        leak.note(format!("it is hidden in {place}"))
            .help("take this copy away from where it can be read, make it again, and verify it before you give it out")
    };
    found.into_iter().map(diagnostic).collect()
}

/// Entries that these readers may see, and that have no page.
fn without_page(artefact: &Artefact, hidden: &Hidden, pages: &HashMap<String, Page>) -> Vec<Diagnostic> {
    let lower: HashMap<String, &Page> = pages.iter().map(|(name, page)| (name.to_lowercase(), page)).collect();
    let folders: BTreeSet<&str> = pages
        .keys()
        .map(|name| name.rsplit_once('/').map_or("", |(folder, _)| folder))
        .flat_map(|folder| [folder.split('/').next().unwrap_or_default(), ""])
        .collect();
    let mut titles: BTreeSet<String> =
        pages.values().flat_map(|page| &page.titles).map(|title| fold(title.trim())).collect();
    if artefact.is_one_file() {
        titles.extend(hidden::titles_in(&hidden.pages, &artefact.read_all()));
    }
    let lost = hidden.pages.iter().filter(|wanted| {
        let there = wanted.addresses.iter().any(|address| {
            let address = address.to_lowercase();
            folders.iter().any(|folder| match folder.is_empty() {
                true => lower.contains_key(&address),
                false => lower.contains_key(&format!("{}/{address}", folder.to_lowercase())),
            })
        });
        !there && !titles.contains(&fold(&wanted.title))
    });
    let lost = lost.map(|wanted| {
        let message = format!("the entry `{}` has no page in `{}`", wanted.title, artefact.shown);
        let help = "build the site again; if it is for other readers, name them with `--audience`";
        Diagnostic::about_file(&rules::MISSING_PAGE, wanted.file.clone(), message).help(help)
    });
    lost.collect()
}

/// Findings with the lines that they are about.
fn placed(artefact: &Artefact, findings: Vec<Finding>) -> Vec<Diagnostic> {
    let mut by_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        by_file.entry(finding.file.clone()).or_default().push(finding);
    }
    let placed = by_file.into_iter().flat_map(|(name, findings)| {
        let bytes = artefact.read(&name).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines = Lines::new(&text);
        let shown = artefact.shown(&name);
        findings.into_iter().map(|finding| finding.diagnostic(&shown, Some((&text, &lines)))).collect::<Vec<_>>()
    });
    placed.collect()
}
