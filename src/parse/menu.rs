//! The menus that other tools keep beside the pages: `SUMMARY.md` of mdBook and GitBook, `nav` of `mkdocs.yml`.
//!
//! Titles and order are taken from them where they are there; nothing needs them. A menu that cannot be read is none.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::front_matter::nav;
use super::is_external;
use crate::source::Listed;
use crate::text::{SourcePath, joined, with_outer};

/// What all menus of a content folder say.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    listed: HashMap<SourcePath, Listed>,
    /// The files that are menus and no pages.
    pub files: BTreeSet<SourcePath>,
}

/// One line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The title that it gives.
    pub title: Option<String>,
    /// The address of a page, as typed.
    pub path: String,
}

/// A part of a menu with a title over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Which lines of the menu stand in it, those of the sections in it too.
    pub items: Range<usize>,
}

/// What a menu says, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Its lines.
    pub items: Vec<Item>,
    /// Its sections, each behind those that stand in it.
    pub sections: Vec<Section>,
}

/// What a `mkdocs.yml` says of its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MkDocs {
    /// The folder of the pages, from the file's own.
    pub folder: String,
    /// What `nav` says.
    pub nav: Lines,
}

/// Whether a file has the name of a menu.
pub fn is_menu(path: &SourcePath) -> bool {
    path.file_name() == "SUMMARY.md"
}

impl Menu {
    /// What is said about a page.
    pub fn of(&self, path: &SourcePath) -> Option<&Listed> {
        self.listed.get(path)
    }

    /// Adds the lines of a menu whose addresses count from the first of `folders` in which one of its pages is found. Of
    /// two lines about one page the first counts. Says whether any page was found.
    pub fn add<'f>(
        &mut self,
        lines: &Lines,
        folders: impl IntoIterator<Item = &'f str>,
        is_page: impl Fn(&SourcePath) -> bool,
    ) -> bool {
        let page = |folder: &str, item: &Item| {
            let typed = item.path.split(['#', '?']).next().filter(|path| !path.is_empty() && !is_external(path))?;
            let typed = percent_encoding::percent_decode_str(typed).decode_utf8_lossy();
            let path = joined(folder, &typed)?;
            let names = ["", "/index.md", "/README.md", "/_index.md", ".md"];
            names.iter().filter_map(|name| SourcePath::new(&format!("{path}{name}"))).find(&is_page)
        };
        for folder in folders {
            let found: Vec<(usize, SourcePath)> =
                lines.items.iter().enumerate().filter_map(|(at, item)| Some((at, page(folder, item)?))).collect();
            if found.is_empty() {
                continue;
            }
            let titles = titles_of_folders(&found, &lines.sections, folder);
            for (at, path) in &found {
                let title = lines.items[*at].title.as_deref().map(str::trim).filter(|title| !title.is_empty());
                let place = self.listed.len() as u32;
                let folder = titles.get(path.folder()).cloned();
                let listed = Listed { title: title.map(Arc::from), place, folder };
                self.listed.entry(path.clone()).or_insert(listed);
            }
            return true;
        }
        false
    }
}

/// The sections that are folders below `root`: all pages of such a section, and no other of the menu, lie in the folder or
/// deeper. Of sections in each other the outermost gives it its title.
fn titles_of_folders<'p>(
    found: &'p [(usize, SourcePath)],
    sections: &[Section],
    root: &str,
) -> HashMap<&'p str, Arc<str>> {
    let mut below: HashMap<&str, usize> = HashMap::new();
    for folder in found.iter().flat_map(|(_, path)| with_outer(path.folder())) {
        *below.entry(folder).or_default() += 1;
    }
    let mut titles = HashMap::new();
    for section in sections {
        let start = found.partition_point(|(at, _)| *at < section.items.start);
        let end = found.partition_point(|(at, _)| *at < section.items.end);
        let pages = &found[start..end];
        let Some((_, first)) = pages.first() else { continue };
        let shared = pages.iter().fold(first.folder(), |shared, (_, path)| {
            let own: BTreeSet<&str> = with_outer(path.folder()).collect();
            with_outer(shared).find(|folder| own.contains(folder)).unwrap_or_default()
        });
        let title = section.title.trim();
        if !shared.is_empty() && shared != root && below[shared] == pages.len() && !title.is_empty() {
            titles.insert(shared, Arc::from(title));
        }
    }
    titles
}

/// What a `SUMMARY.md` says. `None` if it says more than its links do, so that it is a page that is only called so.
pub fn summary(text: &str) -> Option<Lines> {
    let mut items: Vec<Item> = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut open: Option<Item> = None;
    let mut in_heading = false;
    let (mut linked, mut other) = (0, 0);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                sections.push(Section { title: String::new(), items: items.len()..usize::MAX });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Link { dest_url, .. }) => {
                open = Some(Item { title: Some(String::new()), path: dest_url.into_string() });
            }
            Event::End(TagEnd::Link) => items.extend(open.take()),
            Event::Text(words) | Event::Code(words) => match &mut open {
                Some(Item { title: Some(title), .. }) => {
                    linked += words.len();
                    title.push_str(&words);
                }
                _ if !in_heading => other += words.trim().len(),
                _ => sections.iter_mut().last().into_iter().for_each(|section| section.title.push_str(&words)),
            },
            _ => {}
        }
    }
    // A heading before the first line may be the title of the whole.
    let starts: Vec<usize> = sections.iter().map(|section| section.items.start).collect();
    for (section, next) in sections.iter_mut().zip(starts.into_iter().skip(1)) {
        section.items.end = next;
    }
    sections.retain(|section| section.items.start > 0);
    let leads = |item: &Item| !item.path.is_empty() && !is_external(&item.path);
    (items.iter().any(leads) && other <= linked).then_some(Lines { items, sections })
}

/// What a `mkdocs.yml` says of its pages. Only the lines of `docs_dir` and `nav` are looked at: elsewhere stand tags that
/// name parts of programs.
pub fn mkdocs(text: &str) -> MkDocs {
    let text = text.trim_start_matches('\u{feff}');
    let mut folder = "docs".to_owned();
    let mut block = String::new();
    let mut in_nav = false;
    for line in text.lines() {
        // A list may stand as far left as the name over it.
        if line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '-' | '#')) {
            in_nav = line.starts_with("nav:") || line.starts_with("pages:");
            if let Some(named) = line.strip_prefix("docs_dir:") {
                let named = named.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
                folder = joined("", named).unwrap_or_default();
            }
        }
        if in_nav {
            block.push_str(line);
            block.push('\n');
        }
    }
    MkDocs { folder, nav: nav(&block).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_called_summary_is_no_menu() {
        assert_eq!(summary("# Summary\n\nWe met, and [agreed](a.md) to meet again.\n"), None);
        assert_eq!(summary("# Summary\n"), None);
        let item = |title: &str, path: &str| Item { title: Some(title.to_owned()), path: path.to_owned() };
        let read =
            summary("# Summary\n\n[Start](README.md)\n\n- [A `b`](a.md)\n  - [Draft]()\n- [Out](https://x.example)\n");
        let items = [item("Start", "README.md"), item("A b", "a.md"), item("Draft", "")];
        assert_eq!(read.map(|lines| lines.items[..3].to_vec()), Some(items.to_vec()));
    }

    #[test]
    fn tags_of_programs_do_not_keep_a_nav_from_being_read() {
        let read =
            mkdocs("x: !!python/name:a.b\ndocs_dir: 'pages' # here\nnav:\n- a.md\n- Two: \n  - \"B: c\": b.md\ny: 1\n");
        let item = |title: Option<&str>, path: &str| Item { title: title.map(str::to_owned), path: path.to_owned() };
        let nav = Lines {
            items: vec![item(None, "a.md"), item(Some("B: c"), "b.md")],
            sections: vec![Section { title: "Two".to_owned(), items: 1..2 }],
        };
        assert_eq!(read, MkDocs { folder: "pages".to_owned(), nav });
    }

    #[test]
    fn a_nav_that_refers_to_itself_is_not_read() {
        for nav in ["nav: &a\n- *a\n", "nav:\n- x: !tag y\n", "nav: [[[[[[[[[[[[a]]]]]]]]]]]]\n", "nav: {\n"] {
            assert_eq!(mkdocs(nav).nav, Lines::default(), "{nav}");
        }
    }
}
