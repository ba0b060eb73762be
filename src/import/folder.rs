//! A folder that another program makes a site of: its pages, pictures, menu and old addresses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::markdown::{list, quoted};
use super::shortcodes::converted;
use super::{Dialect, Import, ImportError, Lost, bytes_of, stem};
use crate::config::Config;
use crate::discover::{is_litter, text_of};
use crate::facts::{Facts, Status};
use crate::parse::front_matter;
use crate::source::Source;
use crate::text::{SourcePath, fold, joined};

/// What the settings of the other program say.
#[derive(Default)]
struct Settings {
    title: Option<String>,
    /// Where its pages lie, in the source.
    pages: PathBuf,
    /// Pages in the order of the menu, with their names there.
    menu: Vec<(String, String)>,
    /// Old addresses and the pages that they lead to.
    redirects: Vec<(String, String)>,
    /// What of the settings has no like here.
    lost: Vec<Lost>,
}

/// Endings of files that an entry may show or offer.
const ASSETS: [&str; 22] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "mp3", "ogg", "wav", "mp4", "webm", "pdf", "docx", "xlsx",
    "pptx", "odt", "ods", "csv", "txt", "zip", "ico",
];

/// Reads a folder.
pub(super) fn read(source: &Path, dialect: Dialect) -> Result<Import, ImportError> {
    if !source.is_dir() {
        return Err(ImportError::Damaged(source.to_owned(), "it is no folder".to_owned()));
    }
    let settings = settings(source, dialect)?;
    let mut import = Import {
        title: settings.title.clone().unwrap_or_else(|| stem(source)),
        lost: settings.lost.clone(),
        ..Import::default()
    };
    let root = source.join(&settings.pages);
    let files = files(&root).map_err(|cause| ImportError::Disk(root.clone(), cause))?;
    let pages: BTreeSet<String> = files.iter().filter(|file| is_page(file)).map(|file| page_path(file)).collect();
    for file in &files {
        let path = root.join(file);
        let shown = path.display().to_string();
        if dialect != Dialect::Obsidian && matches!(file.as_str(), "SUMMARY.md" | "_sidebar.md") {
            continue;
        }
        let bytes = match bytes_of(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                import.lost.push(Lost { file: shown, line: None, what: error.to_string() });
                continue;
            }
        };
        if is_page(file) {
            let text = text_of(bytes, &shown).0.trim_start_matches('\u{feff}').replace("\r\n", "\n");
            let page = Page { file: file.clone(), to: page_path(file), shown, text, dialect };
            let text = page.ours(&settings, &pages, &mut import.lost);
            import.files.insert(format!("content/{}", page.to), text.into_bytes());
        } else if ASSETS.contains(&ending(file).as_str()) {
            import.files.insert(format!("content/{file}"), bytes);
        } else {
            import.lost.push(Lost {
                file: shown,
                line: None,
                what: "this file is no page and nothing that a page shows".to_owned(),
            });
        }
    }
    if pages.is_empty() {
        return Err(ImportError::Damaged(root, "there is no page in it".to_owned()));
    }
    Ok(import)
}

fn ending(file: &str) -> String {
    file.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

fn is_page(file: &str) -> bool {
    matches!(ending(file).as_str(), "md" | "markdown" | "mdx")
}

/// Where a page goes: the page of a folder is called `index.md`.
fn page_path(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = match stem.strip_suffix("_index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}index"),
        _ => stem.to_owned(),
    };
    format!("{stem}.md")
}

/// Every file in a folder, with `/` between its parts; what editors leave and what is hidden is not meant.
fn files(root: &Path) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    for item in walk.filter_entry(|item| item.depth() == 0 || !is_litter(item.file_name())) {
        let item = item?;
        if item.file_type().is_file()
            && let Ok(inside) = item.path().strip_prefix(root)
        {
            let parts = inside.components().map(|part| part.as_os_str().to_string_lossy());
            found.push(parts.collect::<Vec<_>>().join("/"));
        }
    }
    Ok(found)
}

fn settings(source: &Path, dialect: Dialect) -> Result<Settings, ImportError> {
    let text = |name: &str| -> Result<String, ImportError> {
        let path = source.join(name);
        if !path.is_file() {
            return Ok(String::new());
        }
        bytes_of(&path).map(|bytes| text_of(bytes, name).0)
    };
    let mut settings = Settings::default();
    match dialect {
        Dialect::MkDocs => {
            let name = if source.join("mkdocs.yml").is_file() { "mkdocs.yml" } else { "mkdocs.yaml" };
            let text = text(name)?;
            settings.title = yaml_value(&text, "site_name");
            settings.pages = yaml_value(&text, "docs_dir").unwrap_or_else(|| "docs".to_owned()).into();
            settings.menu = yaml_menu(&text);
            settings.redirects = yaml_pairs(&text, "redirect_maps");
            settings.lose_keys(
                source,
                name,
                &text,
                &["site_name", "docs_dir", "nav", "plugins", "theme", "markdown_extensions"],
            );
        }
        Dialect::MdBook => {
            let settings_text = text("book.toml")?;
            let table: toml::Table = settings_text.parse().unwrap_or_default();
            let book = table.get("book").and_then(toml::Value::as_table);
            let value =
                |name: &str| book.and_then(|book| book.get(name)).and_then(toml::Value::as_str).map(str::to_owned);
            settings.title = value("title");
            settings.pages = value("src").unwrap_or_else(|| "src".to_owned()).into();
            if !source.join(&settings.pages).is_dir() {
                settings.pages = PathBuf::new();
            }
            settings.menu = summary(&text(&settings.pages.join("SUMMARY.md").to_string_lossy())?);
            let html = table.get("output").and_then(|output| output.get("html"));
            let redirect = html.and_then(|html| html.get("redirect")).and_then(toml::Value::as_table);
            for (old, new) in redirect.into_iter().flatten() {
                settings.redirects.extend(new.as_str().map(|new| (old.clone(), new.to_owned())));
            }
            for name in table.keys().filter(|name| !matches!(name.as_str(), "book" | "output")) {
                settings.lost.push(lost_in(source, "book.toml", format!("the settings under `[{name}]`")));
            }
        }
        Dialect::GitBook => {
            let text_of_settings = text(".gitbook.yaml")?;
            settings.pages = yaml_value(&text_of_settings, "root").unwrap_or_default().trim_start_matches("./").into();
            settings.menu = summary(&text(&settings.pages.join("SUMMARY.md").to_string_lossy())?);
            settings.redirects = yaml_pairs(&text_of_settings, "redirects");
        }
        Dialect::Hugo => {
            for name in ["hugo.toml", "config.toml", "config/_default/hugo.toml", "config/_default/config.toml"] {
                let table: toml::Table = text(name)?.parse().unwrap_or_default();
                settings.title =
                    settings.title.or_else(|| table.get("title").and_then(toml::Value::as_str).map(str::to_owned));
            }
            for name in ["hugo.yaml", "hugo.yml", "config.yaml"] {
                settings.title = settings.title.take().or(yaml_value(&text(name)?, "title"));
            }
            settings.pages = "content".into();
            for folder in
                ["layouts", "themes", "data", "i18n", "archetypes"].iter().filter(|name| source.join(name).is_dir())
            {
                settings.lost.push(lost_in(source, folder, "templates and data, which only Hugo reads".to_owned()));
            }
        }
        Dialect::Obsidian | Dialect::Csv | Dialect::Docx => {}
    }
    Ok(settings)
}

fn lost_in(source: &Path, name: &str, what: String) -> Lost {
    Lost { file: source.join(name).display().to_string(), line: None, what }
}

impl Settings {
    fn lose_keys(&mut self, source: &Path, name: &str, text: &str, known: &[&str]) {
        for (at, line) in text.lines().enumerate() {
            let Some((key, _)) = line.split_once(':').filter(|_| line.starts_with(char::is_alphabetic)) else {
                continue;
            };
            if !known.contains(&key) {
                let what = format!("the setting `{key}`");
                self.lost.push(Lost { line: Some(at + 1), ..lost_in(source, name, what) });
            }
        }
    }
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let bare = text.split(" #").next().unwrap_or_default().trim();
    bare.trim_matches(['"', '\'']).to_owned()
}

/// The value of a key at the edge of some YAML.
fn yaml_value(text: &str, key: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    value.map(unquoted).filter(|value| !value.is_empty())
}

/// The lines below a key, as far as they are indented more, or lists.
fn yaml_block<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let mut lines = text.lines().skip_while(|line| line.trim() != format!("{key}:"));
    let Some(head) = lines.next() else { return Vec::new() };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inside = lines.take_while(|line| {
        line.trim().is_empty()
            || indent(line) > indent(head)
            || (indent(line) == indent(head) && line.trim().starts_with("- "))
    });
    inside.filter(|line| !line.trim().is_empty()).collect()
}

fn yaml_pairs(text: &str, key: &str) -> Vec<(String, String)> {
    let pairs = yaml_block(text, key).into_iter().filter_map(|line| {
        let (old, new) = line.split_once(": ")?;
        Some((unquoted(old), unquoted(new)))
    });
    pairs.collect()
}

/// MkDocs' `nav`: pages with their titles, in order.
fn yaml_menu(text: &str) -> Vec<(String, String)> {
    let pages = yaml_block(text, "nav").into_iter().filter_map(|line| {
        let item = line.trim().strip_prefix("- ")?;
        let (title, path) = match item.rsplit_once(": ") {
            Some((title, path)) => (unquoted(title), unquoted(path)),
            None => (String::new(), unquoted(item)),
        };
        is_page(&path).then_some((path, title))
    });
    pages.collect()
}

/// `SUMMARY.md`: links with their words, in order.
fn summary(text: &str) -> Vec<(String, String)> {
    let pages = text.lines().filter_map(|line| {
        let open = line.find('[')?;
        let middle = line[open..].find("](").map(|at| open + at)?;
        let close = line[middle..].find(')').map(|at| middle + at)?;
        let path = line[middle + 2..close].trim_matches(['<', '>']).trim_start_matches("./").replace("%20", " ");
        let path = path.split([' ', '#']).next().filter(|_| !is_page(&path)).map_or(path.clone(), str::to_owned);
        is_page(&path).then(|| (path, line[open + 1..middle].to_owned()))
    });
    pages.collect()
}

struct Page {
    /// In the folder of pages.
    file: String,
    /// In the content.
    to: String,
    /// In messages.
    shown: String,
    text: String,
    dialect: Dialect,
}

/// Keys of other programs' facts whose meaning is carried over, or means nothing without them.
const CARRIED: [&str; 40] = [
    "title",
    "kind",
    "summary",
    "description",
    "owner",
    "author",
    "authors",
    "reviewed",
    "review every",
    "status",
    "draft",
    "audience",
    "channel",
    "situations",
    "valid from",
    "valid until",
    "changed",
    "must read",
    "urgent",
    "skills",
    "related",
    "aliases",
    "alias",
    "tags",
    "tag",
    "categories",
    "keywords",
    "replaces",
    "redirect from",
    "redirects",
    "lang",
    "language",
    "translation of",
    "source",
    "order",
    "weight",
    "nav order",
    "date",
    "lastmod",
    "cssclasses",
];

impl Page {
    fn ours(&self, settings: &Settings, pages: &BTreeSet<String>, lost: &mut Vec<Lost>) -> String {
        let path = SourcePath::new(&self.to);
        let source = path.map(|path| Source::new(path, "", self.text.clone()));
        let Some(source) = source else { return self.text.clone() };
        let read = front_matter::read(&source, &Config::default(), &mut Vec::new());
        let block = self.text[..read.body_start].trim_start_matches('\u{feff}').to_owned();
        let body = &self.text[read.body_start..];
        let first_line = 1 + self.text[..read.body_start].matches('\n').count();
        let (body, found) = converted(body, self.dialect, first_line);
        let here = |line, what| Lost { file: self.shown.clone(), line, what };
        lost.extend(found.into_iter().map(|(line, what)| here(Some(line), what)));
        let body = self.relinked(&body, pages);
        if ending(&self.file) == "mdx" {
            lost.push(here(None, "components and expressions of MDX are shown as they are typed".to_owned()));
        }
        if read.present {
            for (at, line) in block.lines().enumerate() {
                let key = line.split([':', '=']).next().unwrap_or_default();
                let is_key = line.starts_with(char::is_alphabetic) && line.contains([':', '=']);
                if is_key && !CARRIED.contains(&fold(key.trim()).as_str()) {
                    lost.push(here(Some(at + 1), format!("the fact `{}`, which means nothing here", key.trim())));
                }
            }
        }
        let more = self.more(&read.facts, settings, &body);
        let facts = match read.present && block.trim_start().starts_with("---") && self.dialect != Dialect::Hugo {
            // It is YAML that we read as it is.
            true if more.is_empty() => block,
            true => block.replacen("---\n", &format!("---\n{more}"), 1),
            false => {
                let all = format!("{}{more}", facts(&read.facts));
                if all.is_empty() { String::new() } else { format!("---\n{all}---\n\n") }
            }
        };
        format!("{facts}{}", body.trim_start_matches('\n'))
    }

    /// What menu and redirects know of it, as lines of facts.
    fn more(&self, facts: &Facts, settings: &Settings, body: &str) -> String {
        let mut more = String::new();
        let of_menu = settings.menu.iter().position(|(path, _)| page_path(path) == self.to);
        if let Some(at) = of_menu {
            let title = &settings.menu[at].1;
            let has_heading = body.lines().any(|line| line.starts_with("# "));
            // In MkDocs the menu names a page; elsewhere the page does.
            let is_named = facts.title.is_some() || (has_heading && self.dialect != Dialect::MkDocs);
            if !title.is_empty() && !is_named {
                more.push_str(&format!("title: {}\n", quoted(title)));
            }
            if facts.order.is_none() {
                more.push_str(&format!("order: {}\n", at + 1));
            }
        }
        let bare = |address: &str| {
            let address = address.trim_matches('/').split(['#', '?']).next().unwrap_or_default().to_owned();
            let address = ["/index.html", ".html", ".md"]
                .iter()
                .fold(address, |address, end| address.strip_suffix(end).map_or(address.clone(), str::to_owned));
            address.trim_end_matches("/README").to_owned()
        };
        let own = bare(&self.to);
        let own_folder = own.strip_suffix("/index").unwrap_or(&own).to_owned();
        let mut old: Vec<String> = settings
            .redirects
            .iter()
            .filter(|(_, new)| {
                let new = bare(new);
                new == own || new == own_folder
            })
            .map(|(old, _)| bare(old))
            .collect();
        if self.dialect == Dialect::Hugo {
            let aliases = facts.aliases.iter().map(|alias| alias.value.as_str()).filter(|alias| alias.contains('/'));
            old.extend(aliases.map(bare));
        }
        old.retain(|old| !old.is_empty() && *old != own);
        if !old.is_empty() && facts.replaces.is_empty() {
            more.push_str(&format!("replaces: {}\n", list(old.iter().map(String::as_str))));
        }
        more
    }

    /// Addresses of other programs' pages as the files that they are made of.
    fn relinked(&self, body: &str, pages: &BTreeSet<String>) -> String {
        let mut out = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(at) = rest.find("](") {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            let end = rest.find([')', ' ', '\n']).unwrap_or(rest.len());
            let (target, anchor) =
                rest[..end].split_once('#').map_or((&rest[..end], ""), |(target, anchor)| (target, anchor));
            match self.page_of(target, pages) {
                Some(page) => {
                    out.push_str(&page);
                    out.push_str(if anchor.is_empty() { "" } else { "#" });
                    out.push_str(anchor);
                }
                None => out.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }

    /// The page that an address leads to, from this one; `None` if it is right as it is, or leads elsewhere.
    fn page_of(&self, target: &str, pages: &BTreeSet<String>) -> Option<String> {
        if target.is_empty() || target.contains(':') || self.dialect == Dialect::Obsidian {
            return None;
        }
        let folder = self.to.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = self.to.trim_end_matches(".md");
        // A page of Hugo or MkDocs lies in a folder of its own, so that `../late/` is its neighbour.
        let places = match target.starts_with('/') {
            true => [joined("", target), None],
            false => [joined(folder, target), joined(stem, target)],
        };
        let page = places.into_iter().flatten().find_map(|place| {
            let bare = place.trim_end_matches(".html").trim_end_matches(".md").trim_end_matches("_index");
            let candidates = [
                place.clone(),
                format!("{bare}.md"),
                format!("{}/index.md", bare.trim_end_matches('/')).trim_start_matches('/').to_owned(),
                format!("{}/README.md", bare.trim_end_matches('/')).trim_start_matches('/').to_owned(),
            ];
            candidates.into_iter().find(|candidate| pages.contains(candidate))
        })?;
        let up = "../".repeat(self.to.matches('/').count());
        let same_folder = page.strip_prefix(&format!("{folder}/")).filter(|_| !folder.is_empty());
        Some(match same_folder {
            Some(own) => own.to_owned(),
            None => format!("{up}{page}"),
        })
    }
}

/// Facts as lines of YAML.
fn facts(facts: &Facts) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: String| out.push_str(&format!("{name}: {value}\n"));
    let texts = |fields: &[crate::facts::Field<String>]| list(fields.iter().map(|field| field.value.as_str()));
    for (name, field) in
        [("title", &facts.title), ("summary", &facts.summary), ("owner", &facts.owner), ("lang", &facts.lang)]
    {
        if let Some(field) = field {
            put(name, quoted(&field.value));
        }
    }
    if let Some(kind) = &facts.kind {
        put("kind", kind.value.word().to_owned());
    }
    match facts.status {
        Status::Draft => put("status", "draft".to_owned()),
        Status::Retired => put("status", "retired".to_owned()),
        _ => {}
    }
    for (name, field) in
        [("reviewed", &facts.reviewed), ("valid-from", &facts.valid_from), ("valid-until", &facts.valid_until)]
    {
        if let Some(field) = field {
            put(name, field.value.to_string());
        }
    }
    if let Some(changed) = &facts.changed {
        put("changed", format!("{} {}", changed.value.0, changed.value.1).trim().to_owned());
    }
    for (name, fields) in [
        ("tags", &facts.tags),
        ("situations", &facts.situations),
        ("skills", &facts.skills),
        ("audience", &facts.audience),
    ] {
        if !fields.is_empty() {
            put(name, texts(fields));
        }
    }
    let names: Vec<&str> =
        facts.aliases.iter().map(|alias| alias.value.as_str()).filter(|alias| !alias.contains('/')).collect();
    if !names.is_empty() {
        put("aliases", list(names));
    }
    if !facts.replaces.is_empty() {
        put("replaces", texts(&facts.replaces));
    }
    if let Some(order) = facts.order {
        put("order", order.to_string());
    }
    out
}
