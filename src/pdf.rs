//! A page for printing as a PDF, by a Chromium that is on this machine.
//!
//! Chromium lays out and prints; what it cannot do is say on which page something stands. So it prints once without those
//! numbers, tells in the PDF where each anchor came to stand, and prints again with them, until they no longer move.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use memchr::memmem;

use crate::platform;
use crate::project::Project;
use crate::render::RenderError;
use crate::site::{Content, PageId, Site, ThemeFile};

/// Names under which systems know a Chromium.
const NAMES: [&str; 7] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"];

/// Where it lies on systems that do not put it on the path.
const PLACES: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/// The same below the folders in which Windows keeps programs.
const WINDOWS_PLACES: [&str; 3] = [
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
];

/// A number that is filled in may push a line onto the next page; after so many rounds the last one counts.
const ROUNDS: usize = 4;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Pages of the PDF.
    pub pages: usize,
}

/// Why no PDF was made. What lay there before still lies there.
#[derive(Debug)]
pub enum PdfError {
    /// No browser that can print was found.
    NoChromium,
    /// It was started, and made no PDF.
    Chromium(PathBuf, String),
    /// A mistake in a template.
    Theme(Box<RenderError>),
    /// The machine failed.
    Disk(PathBuf, io::Error),
}

impl std::fmt::Display for PdfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PdfError::NoChromium => write!(
                f,
                "there is no Chromium, Chrome or Edge on this machine, which makes the PDF. Install one, or name it with the \
                 variable CHROMIUM. Any browser can print `print.html` of a site that is built with `print = true` under `[build]`."
            ),
            PdfError::Chromium(program, said) => write!(f, "`{}` made no PDF: {said}", program.display()),
            PdfError::Theme(_) => write!(f, "the theme has mistakes"),
            PdfError::Disk(path, cause) => write!(f, "cannot write `{}`: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for PdfError {}

/// Prints the whole book of a site that has pages for printing.
///
/// # Errors
/// Those of [`PdfError`].
pub fn write(project: &Project, site: &Site, to: &Path) -> Result<Printed, PdfError> {
    let program = chromium().ok_or(PdfError::NoChromium)?;
    let folder = std::env::temp_dir().join(format!("cuebook-pdf-{}", std::process::id()));
    let made = printed(project, site, &program, &folder);
    let _ = fs::remove_dir_all(&folder);
    let (bytes, pages) = made?;
    platform::replace(to, &bytes).map_err(|cause| PdfError::Disk(to.to_owned(), cause))?;
    Ok(Printed { pages })
}

fn printed(project: &Project, site: &Site, program: &Path, folder: &Path) -> Result<(Vec<u8>, usize), PdfError> {
    let (address, html) = lay_out(project, site, folder)?;
    let page = folder.join(address);
    let mut numbers = HashMap::new();
    for _ in 1..ROUNDS {
        let bytes = print(program, folder, &page, &numbered(&html, &numbers))?;
        let now = numbers_in(&bytes);
        if now == numbers {
            return Ok(done(bytes));
        }
        numbers = now;
    }
    print(program, folder, &page, &numbered(&html, &numbers)).map(done)
}

fn done(bytes: Vec<u8>) -> (Vec<u8>, usize) {
    let pages = pages_of(&bytes).len();
    (bytes, pages)
}

/// Writes the page for printing and what it shows into `folder`. Returns its address and its text.
fn lay_out(project: &Project, site: &Site, folder: &Path) -> Result<(String, String), PdfError> {
    let mut found = None;
    for page in &site.pages {
        if !matches!(
            page.id,
            PageId::Print
                | PageId::Theme(ThemeFile::PrintStyle | ThemeFile::Style | ThemeFile::Icon)
                | PageId::Picture(_)
                | PageId::Asset(_)
        ) {
            continue;
        }
        let to = folder.join(&page.address);
        let disk = |cause| PdfError::Disk(to.clone(), cause);
        fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(disk)?;
        match site.bytes(page).map_err(|fault| PdfError::Theme(Box::new(fault)))? {
            Content::Bytes(bytes) => {
                fs::write(&to, &bytes).map_err(disk)?;
                if page.id == PageId::Print {
                    found = Some((page.address.clone(), String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
            Content::File(asset) => {
                fs::copy(project.content.folder.join(asset.as_str()), &to).map_err(disk)?;
            }
        }
    }
    Ok(found.expect("a site that is to be printed has a page for it"))
}

/// The page with numbers in the places that are kept for them.
fn numbered(html: &str, numbers: &HashMap<String, usize>) -> String {
    const PLACE: &str = "data-of=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(PLACE) {
        let start = at + PLACE.len();
        let Some(length) = rest[start..].find("\">") else { break };
        let name = &rest[start..start + length];
        out.push_str(&rest[..start + length + 2]);
        if let Some(number) = numbers.get(name) {
            out.push_str(&number.to_string());
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    out
}

fn print(program: &Path, folder: &Path, page: &Path, html: &str) -> Result<Vec<u8>, PdfError> {
    fs::write(page, html).map_err(|cause| PdfError::Disk(page.to_owned(), cause))?;
    let pdf = folder.join("out.pdf");
    let run = |without_sandbox: bool| {
        let mut command = Command::new(program);
        command.args(["--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]);
        // It prints a file of ours, without script, and is to ask nobody for anything.
        command.args([
            "--generate-pdf-document-outline",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ]);
        if without_sandbox {
            command.arg("--no-sandbox");
        }
        command
            .arg(argument("--user-data-dir=", &folder.join("profile")))
            .arg(argument("--print-to-pdf=", &pdf))
            .arg(page);
        command.stdin(Stdio::null()).stdout(Stdio::null()).output()
    };
    let failed = |cause: io::Error| PdfError::Chromium(program.to_owned(), cause.to_string());
    let ended = run_until(|| pdf.exists(), run).map_err(failed)?;
    let bytes = fs::read(&pdf).map_err(|_| {
        let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
        PdfError::Chromium(program.to_owned(), if said.is_empty() { ended.status.to_string() } else { said })
    })?;
    let _ = fs::remove_file(&pdf);
    Ok(bytes)
}

/// Runs a browser, with or without its sandbox, until it has made what it is to make, or will not.
fn run_until(is_made: impl Fn() -> bool, run: impl Fn(bool) -> io::Result<Output>) -> io::Result<Output> {
    let mut ended = run(false)?;
    // The system's administrator may start it only like that.
    let without_sandbox = !is_made() && memmem::find(&ended.stderr, b"--no-sandbox").is_some();
    if without_sandbox {
        ended = run(true)?;
    }
    // Now and then a browser crashes where it would print the same page the next time.
    if !is_made() {
        ended = run(without_sandbox)?;
    }
    Ok(ended)
}

fn argument(option: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(option);
    argument.push(path);
    argument
}

/// The browser that the variable names; else the first that is found.
fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        return if named.components().count() > 1 { named.is_file().then_some(named) } else { on_path(&named) };
    }
    let folders = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].into_iter().filter_map(std::env::var_os);
    let of_windows = folders.flat_map(|folder| WINDOWS_PLACES.map(|place| Path::new(&folder).join(place)));
    let known = PLACES.into_iter().map(PathBuf::from).chain(of_windows);
    NAMES.iter().find_map(|name| on_path(Path::new(name))).or_else(|| known.into_iter().find(|place| place.is_file()))
}

fn on_path(name: &Path) -> Option<PathBuf> {
    let file = name.with_extension(std::env::consts::EXE_EXTENSION);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|place| place.is_file())
}

/// On which page, counted from 1, each named place of a PDF stands. Chromium writes these lists as plain text.
fn numbers_in(pdf: &[u8]) -> HashMap<String, usize> {
    let pages: HashMap<usize, usize> = pages_of(pdf).into_iter().zip(1..).collect();
    let mut numbers = HashMap::new();
    // `/e12 [9 0 R /XYZ 6 776.25 0]`
    for at in memmem::find_iter(pdf, b" 0 R /XYZ ") {
        let before = String::from_utf8_lossy(&pdf[at.saturating_sub(120)..at]).into_owned();
        let Some((name, object)) = before.rsplit_once(" [") else { continue };
        let name = name.rsplit_once('/').map_or("", |(_, name)| name);
        let page = object.parse().ok().and_then(|object: usize| pages.get(&object));
        if let Some(page) = page {
            numbers.insert(name.to_owned(), *page);
        }
    }
    numbers
}

/// The objects that are pages, in order: the tree of pages, walked down.
fn pages_of(pdf: &[u8]) -> Vec<usize> {
    let root = memmem::find(pdf, b"/Type /Catalog").and_then(|at| {
        let rest = &pdf[at..];
        let key = b"/Pages ";
        number_at(&rest[memmem::find(rest, key)? + key.len()..])
    });
    let mut pages = Vec::new();
    let mut open: Vec<usize> = root.into_iter().collect();
    let objects = objects_of(pdf);
    while let Some(object) = open.pop() {
        let Some(text) = objects.get(&object) else { continue };
        match memmem::find(text, b"/Kids [") {
            None => pages.push(object),
            Some(at) => {
                let kids = &text[at + 7..];
                let kids = &kids[..memchr::memchr(b']', kids).unwrap_or(kids.len())];
                let kids = String::from_utf8_lossy(kids).into_owned();
                let kids: Vec<usize> = kids.split(" 0 R").filter_map(|kid| kid.trim().parse().ok()).collect();
                open.extend(kids.into_iter().rev());
            }
        }
    }
    pages
}

/// The objects of a PDF by their numbers, each up to where the next begins.
fn objects_of(pdf: &[u8]) -> HashMap<usize, &[u8]> {
    let mut objects = HashMap::new();
    for at in memmem::find_iter(pdf, b" 0 obj\n") {
        let start = pdf[..at].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
        let end = memmem::find(&pdf[at..], b"endobj").map_or(pdf.len(), |length| at + length);
        if let Some(number) = number_at(&pdf[start..]) {
            objects.insert(number, &pdf[at..end]);
        }
    }
    objects
}

fn number_at(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::process::ExitStatus;

    use super::*;

    const PDF: &[u8] = b"%PDF-1.4\n2 0 obj\n<</Type /Page\n/Parent 13 0 R>>\nendobj\n9 0 obj\n<</Type /Page>>\nendobj\n11 0 obj\n<</Type /Page>>\nendobj\n12 0 obj\n<</Type /Pages\n/Kids [9 0 R 2 0 R]>>\nendobj\n13 0 obj\n<</Type /Pages\n/Count 3\n/Kids [12 0 R 11 0 R]>>\nendobj\n14 0 obj\n<</e1 [2 0 R /XYZ 6 776.25 0]\n/e2-#25C3 [11 0 R /XYZ 6 776.25 0]>>\nendobj\n15 0 obj\n<</Type /Catalog\n/Pages 13 0 R\n/Dests 14 0 R>>\nendobj\n";

    #[test]
    fn places_are_found_on_their_pages() {
        assert_eq!(pages_of(PDF), [9, 2, 11]);
        let numbers = numbers_in(PDF);
        assert_eq!((numbers.get("e1"), numbers.get("e2-#25C3"), numbers.len()), (Some(&2), Some(&3), 2));
        assert!(numbers_in(b"no PDF").is_empty());
    }

    /// Whether each run of a browser that prints in the run with that number, from 1, is without its sandbox.
    fn runs(prints_in: usize, said: &str) -> Vec<bool> {
        let (runs, is_made) = (RefCell::new(Vec::new()), Cell::new(false));
        let run = |without_sandbox| {
            runs.borrow_mut().push(without_sandbox);
            is_made.set(runs.borrow().len() == prints_in);
            Ok(Output { status: ExitStatus::default(), stdout: Vec::new(), stderr: said.into() })
        };
        run_until(|| is_made.get(), run).expect("it can be run");
        runs.into_inner()
    }

    #[test]
    fn a_browser_that_prints_nothing_is_run_again_and_without_its_sandbox_only_if_it_says_so() {
        assert_eq!(runs(1, ""), [false]);
        assert_eq!(runs(2, "crashed"), [false, false]);
        assert_eq!(runs(2, "not as root without --no-sandbox"), [false, true]);
        assert_eq!(runs(3, "not as root without --no-sandbox"), [false, true, true]);
        assert_eq!(runs(9, "crashed"), [false, false]);
    }

    #[test]
    fn numbers_are_filled_in_where_they_are_known() {
        let html = "<span data-of=\"e1\"></span><span data-of=\"e9\"></span>";
        let numbers = HashMap::from([("e1".to_owned(), 12)]);
        assert_eq!(numbered(html, &numbers), "<span data-of=\"e1\">12</span><span data-of=\"e9\"></span>");
    }
}
