//! Pages made for printing: the whole book, and a learning path with all that it leads to.
//!
//! They are written on request alone, since they hold what every other page holds too. Each entry is rendered by its own
//! template as it is on its page; then its anchors get a name of their own, and links to what is printed along lead to it.

use std::collections::HashMap;

use super::Site;
use super::picked::template_of;
use crate::entry::Form;
use crate::facts::KindName;
use crate::index::address::relative;
use crate::link::Target;
use crate::render::RenderError;
use crate::view::{entry, lists, page};

/// What one page for printing holds: chapters with a title, which may be empty, and their entries.
pub(super) struct Sheets {
    title: String,
    about: String,
    chapters: Vec<(String, Vec<usize>)>,
}

impl Sheets {
    /// The entries, in the order in which they are printed.
    pub(super) fn entries(&self) -> impl Iterator<Item = usize> {
        self.chapters.iter().flat_map(|(_, entries)| entries.iter().copied())
    }
}

impl Site {
    /// The learning paths.
    pub(super) fn printed_paths(&self) -> Vec<usize> {
        let entries = self.playbook.entries.iter().enumerate();
        entries.filter(|(_, entry)| entry.kind_name == KindName::Path).map(|(at, _)| at).collect()
    }

    /// The whole book in the order of its folders, each with its own page first.
    pub(super) fn whole_book(&self) -> Sheets {
        let mut chapters = Vec::new();
        self.add_folder(0, &mut chapters);
        Sheets { title: self.frame.title.clone(), about: self.frame.description.clone(), chapters }
    }

    fn add_folder(&self, at: usize, chapters: &mut Vec<(String, Vec<usize>)>) {
        let Some(folder) = self.playbook.index.folders.get(at) else { return };
        let entries: Vec<usize> = folder.page.iter().chain(&folder.entries).copied().collect();
        let title = if folder.path.is_empty() { String::new() } else { folder.title.clone() };
        if !entries.is_empty() {
            chapters.push((title, entries));
        }
        for inner in &folder.folders {
            self.add_folder(*inner, chapters);
        }
    }

    /// A path, and what it leads to in the order of its text, each once.
    pub(super) fn path_with_all(&self, path: usize) -> Sheets {
        let playbook = &self.playbook;
        let entry = &playbook.entries[path];
        let mut printed = vec![path];
        for (reference, target) in entry.references.iter().zip(&playbook.links.targets[path]) {
            if let (false, Target::Entry { entry, .. }) = (matches!(reference.form, Form::Fact(_)), target)
                && !printed.contains(entry)
            {
                printed.push(*entry);
            }
        }
        Sheets {
            title: entry.title.to_string(),
            about: entry.summary.to_string(),
            chapters: vec![(String::new(), printed)],
        }
    }

    /// Covers all that a page for printing is made of.
    pub(super) fn sheets_fingerprint(&self, sheets: &Sheets, address: &str) -> u128 {
        let entries = sheets
            .entries()
            .map(|at| crate::view::parts::fingerprint(&self.entry_parts(at, address), self.speaker(at).shared));
        let own = (&sheets.title, &sheets.about, &sheets.chapters, entries.collect::<Vec<_>>());
        crate::view::parts::fingerprint(&own, self.shared)
    }

    /// The page at `address` with these sheets.
    ///
    /// # Errors
    /// A mistake in a template.
    pub(super) fn print_html(&self, sheets: &Sheets, address: &str) -> Result<String, RenderError> {
        let places: HashMap<String, String> =
            sheets.entries().map(|at| (relative(address, &self.playbook.addresses[at], ""), id_of(at))).collect();
        let mut chapters = Vec::with_capacity(sheets.chapters.len());
        for (title, entries) in &sheets.chapters {
            let mut items = Vec::with_capacity(entries.len());
            for at in entries {
                let source = &self.playbook.entries[*at];
                let language = super::language(source, &self.playbook.config).to_owned();
                items.push(page::PrintItem {
                    id: id_of(*at),
                    title: source.title.to_string(),
                    html: in_one_page(&self.article(*at, address)?, &id_of(*at), &places),
                    language,
                });
            }
            chapters.push(page::PrintChapter { title: title.clone(), items });
        }
        let view = page::PrintView { about: sheets.about.clone(), chapters };
        let parts = self.bare_frame(address);
        let language = &self.playbook.config.book.language;
        let frame = lists::frame(&parts, &sheets.title, &sheets.about, "print", language, String::new());
        self.theme.render("print.html", &self.site_view, &frame, &[("print", &view)])
    }

    /// What the page of an entry holds in its middle, with links as from `address`.
    fn article(&self, at: usize, address: &str) -> Result<String, RenderError> {
        let parts = self.entry_parts(at, address);
        let speaker = self.speaker(at);
        let view = entry::view(&parts, speaker.style);
        let language = super::language(parts.entry, &self.playbook.config);
        let frame = lists::frame(&parts.frame, &view.title, &view.summary, view.kind, language, String::new());
        let html = speaker.theme.render(template_of(view.kind), speaker.site_view, &frame, &[("entry", &view)])?;
        // A theme may have made something else of an entry than an article: then all that is in `main` is printed.
        let between = |open: &str, close: &str| {
            let start = html.find(open)?;
            let end = html.rfind(close)? + close.len();
            html.get(start..end)
        };
        let article = between("<article", "</article>").or_else(|| between("<main", "</main>"));
        Ok(article.unwrap_or_default().to_owned())
    }
}

/// The anchor of an entry on a page for printing.
fn id_of(entry: usize) -> String {
    format!("e{entry}")
}

/// Attributes that hold names of anchors, with spaces between.
const NAMES: [&str; 6] = ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"];

/// Markup of one entry among others: each anchor with `prefix` before it, and each link to one of `places`, by its address
/// on this page, to the anchor there, with a place behind it for the number of the printed page.
fn in_one_page(html: &str, prefix: &str, places: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    // Where the link that is open leads to.
    let mut leads_to: Option<&str> = None;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let end = end_of_tag(&rest[open..]);
        let tag = &rest[open..open + end];
        rest = &rest[open + end..];
        if tag.starts_with("</a") {
            out.push_str(tag);
            if let Some(place) = leads_to.take() {
                out.push_str(&format!("<span class=\"print-no\" data-of=\"{place}\"></span>"));
            }
            continue;
        }
        leads_to = push_tag(tag, prefix, places, &mut out).or(leads_to);
    }
    out.push_str(rest);
    out
}

/// The length of the tag that `html` begins with; a `>` in quotes does not end it.
fn end_of_tag(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// Writes a tag with its names and its link as they are on this page. Returns where the link leads, if to an entry that is
/// printed along.
fn push_tag<'p>(tag: &str, prefix: &str, places: &'p HashMap<String, String>, out: &mut String) -> Option<&'p str> {
    let mut leads_to = None;
    let mut rest = tag;
    while let Some(equals) = rest.find("=\"") {
        let name = rest[..equals].rsplit(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        let start = equals + 2;
        let Some(length) = rest[start..].find('"') else { break };
        let value = &rest[start..start + length];
        out.push_str(&rest[..start]);
        if NAMES.contains(&name) {
            let named: Vec<String> = value.split_whitespace().map(|name| format!("{prefix}-{name}")).collect();
            out.push_str(&named.join(" "));
        } else if name == "href" && tag.starts_with("<a") {
            let (file, anchor) = value.split_once('#').map_or((value, ""), |(file, anchor)| (file, anchor));
            let place = places.get(file).map(String::as_str);
            match (file, place, anchor) {
                ("", _, "") => out.push_str(&format!("#{prefix}")),
                ("", _, anchor) => out.push_str(&format!("#{prefix}-{anchor}")),
                (_, Some(place), "") => out.push_str(&format!("#{place}")),
                (_, Some(place), anchor) => out.push_str(&format!("#{place}-{anchor}")),
                (_, None, _) => out.push_str(value),
            }
            leads_to = place.filter(|_| !file.is_empty());
        } else {
            out.push_str(value);
        }
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    leads_to
}

/// Where the page for printing a path lies.
pub(super) fn address_of(path: &str) -> String {
    format!("{}-print.html", path.strip_suffix(".html").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_and_links_of_several_pages_go_together_in_one() {
        let places = HashMap::from([("a%20b.html".to_owned(), "e7".to_owned())]);
        let html = "<h2 id=\"say\">x</h2><a class=\"l\" href=\"a%20b.html#say\">there</a> <a href=\"#say\">here</a> \
                    <a href=\"c.html\">c</a> <p title=\"id=&quot;x > y\" aria-labelledby=\"say b\">id=\"say\" is text</p>";
        let got = in_one_page(html, "e3", &places);
        assert_eq!(
            got,
            "<h2 id=\"e3-say\">x</h2><a class=\"l\" href=\"#e7-say\">there</a><span class=\"print-no\" data-of=\"e7\"></span> \
             <a href=\"#e3-say\">here</a> <a href=\"c.html\">c</a> <p title=\"id=&quot;x > y\" aria-labelledby=\"e3-say e3-b\">\
             id=\"say\" is text</p>"
        );
    }
}
