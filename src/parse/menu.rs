//! The menus that other tools keep beside the pages: `SUMMARY.md` of mdBook and GitBook, `nav` of `mkdocs.yml`.
//!
//! Titles and order are taken from them where they are there; nothing needs them. A menu that cannot be read is none.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::front_matter::nav;
use super::is_external;
use crate::source::Listed;
use crate::text::{SourcePath, joined};

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

/// What a `mkdocs.yml` says of its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MkDocs {
    /// The folder of the pages, from the file's own.
    pub folder: String,
    /// The lines of `nav`.
    pub items: Vec<Item>,
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
        items: &[Item],
        folders: impl IntoIterator<Item = &'f str>,
        is_page: impl Fn(&SourcePath) -> bool,
    ) -> bool {
        let page = |folder: &str, item: &Item| {
            let typed = item.path.split(['#', '?']).next().unwrap_or_default();
            let typed = percent_encoding::percent_decode_str(typed).decode_utf8_lossy();
            let path = joined(folder, &typed)?;
            let names = ["", "/index.md", "/README.md", "/_index.md", ".md"];
            names.iter().filter_map(|name| SourcePath::new(&format!("{path}{name}"))).find(&is_page)
        };
        for folder in folders {
            let found: Vec<(SourcePath, &Item)> =
                items.iter().filter_map(|item| Some((page(folder, item)?, item))).collect();
            if found.is_empty() {
                continue;
            }
            for (path, item) in found {
                let title = item.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).map(Arc::from);
                let place = self.listed.len() as u32;
                self.listed.entry(path).or_insert(Listed { title, place });
            }
            return true;
        }
        false
    }
}

/// The lines of a `SUMMARY.md`. `None` if it says more than its links do, so that it is a page that is only called so.
pub fn summary(text: &str) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut open: Option<Item> = None;
    let mut in_heading = false;
    let (mut linked, mut other) = (0, 0);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
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
                _ => {}
            },
            _ => {}
        }
    }
    items.retain(|item: &Item| !item.path.is_empty() && !is_external(&item.path));
    (!items.is_empty() && other <= linked).then_some(items)
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
    let mut items = nav(&block).unwrap_or_default();
    items.retain(|item| !is_external(&item.path));
    MkDocs { folder, items }
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
        assert_eq!(read, Some(vec![item("Start", "README.md"), item("A b", "a.md")]));
    }

    #[test]
    fn tags_of_programs_do_not_keep_a_nav_from_being_read() {
        let read =
            mkdocs("x: !!python/name:a.b\ndocs_dir: 'pages' # here\nnav:\n- a.md\n- Two: \n  - \"B: c\": b.md\ny: 1\n");
        let item = |title: Option<&str>, path: &str| Item { title: title.map(str::to_owned), path: path.to_owned() };
        assert_eq!(
            read,
            MkDocs { folder: "pages".to_owned(), items: vec![item(None, "a.md"), item(Some("B: c"), "b.md")] }
        );
    }

    #[test]
    fn a_nav_that_refers_to_itself_is_not_read() {
        for nav in ["nav: &a\n- *a\n", "nav:\n- x: !tag y\n", "nav: [[[[[[[[[[[[a]]]]]]]]]]]]\n", "nav: {\n"] {
            assert_eq!(mkdocs(nav).items, [], "{nav}");
        }
    }
}
