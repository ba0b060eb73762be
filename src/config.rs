//! `book.toml`: everything that a team can set, each with a default, also the file itself.
//!
//! [`Config::parse`] turns the text of the file into a [`Config`] and never fails: what cannot be read is a diagnostic
//! with its line, and the rest holds. Nothing here reads a file or looks at an entry; that a named entry, folder or
//! picture exists is for later stages, which find with [`Config::place`] where it is named.
//!
//! `syntax` finds the lines that are no TOML, `read` gives each key its meaning, `values` knows how people write a
//! colour or a size.

mod read;
mod schema;
mod syntax;
mod values;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::facts::Interval;
use crate::rules::Rule;
use crate::text::{Lines, Span, singular};

pub use schema::schema;
pub(crate) use values::is_language_tag;

/// How the file is named in messages.
pub const FILE: &str = "book.toml";

/// The settings of one book.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether there is a `book.toml`, and not that of an mdBook. Without one, the rules about owners and reviews are off, and
    /// kinds are not proposed by folders.
    pub is_book: bool,
    /// Whether mdBook knows every setting of the file.
    pub is_shared: bool,
    /// `[book]`
    pub book: Book,
    /// `[build]`
    pub build: Build,
    /// `[theme]`
    pub theme: ThemeSettings,
    /// `[front]`
    pub front: Front,
    /// `[words]`: a team's word and the built-in one that it stands for, in the order of the file.
    pub words: Vec<(String, String)>,
    /// The same for other languages, from `words/LANGUAGE.toml` beside `book.toml`.
    pub translations: BTreeMap<String, Vec<(String, String)>>,
    /// `[audiences]`: `None` where the book does not name any, and then nothing is withheld. Never `None` while they
    /// are in doubt.
    pub audiences: Option<Audiences>,
    /// Who may see what cannot be told: the file cannot be read whole, `[audiences]` is nearly or partly understood,
    /// or a word that withholds may be lost from `[words]`. Then nothing restricted may be published, and an entry
    /// whose folder could restrict it is restricted.
    pub audiences_in_doubt: bool,
    /// `[check]`: the severity of a rule, by name; `None` turns it off.
    pub check: BTreeMap<&'static str, Option<Severity>>,
    /// `[style]`
    pub style: Style,
    /// `[links]`
    pub links: LinkSettings,
    /// `[review]`
    pub review: Review,
    /// `[serve]`
    pub serve: Serve,
    /// `[search]`
    pub search: SearchSettings,
    /// `[bundle]`
    pub bundle: Bundle,
    /// `[limits]`
    pub limits: Limits,
    /// Where values are typed, by key; ask with [`Config::place`].
    pub places: BTreeMap<String, Vec<Place>>,
}

/// What the book is.
#[derive(Clone, Debug)]
pub struct Book {
    /// Stands on every page.
    pub title: String,
    /// Who made it.
    pub authors: Vec<String>,
    /// A sentence for the front page.
    pub description: String,
    /// BCP 47; gives `lang`, `dir` and the language of search.
    pub language: String,
    /// Other languages in which there are entries. Their words mean something in every entry, and what lacks its
    /// translation into them is reported.
    pub languages: Vec<String>,
    /// The content folder; `content` unless said otherwise.
    pub src: String,
}

/// How it is built.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// The output folder, relative to the project; neither in the content folder nor around it. `--out` wins.
    pub out: Option<String>,
    /// Where the site will be served, with a slash at its end: for the 404 page, and if it is a whole address for
    /// canonical links, the sitemap and the feed. No other address depends on it.
    pub base_url: Option<String>,
    /// The servers that get rules beside the pages.
    pub server_rules: Vec<Server>,
    /// Whether the entries, their links and review dates are written for programs too.
    pub playbook_json: bool,
    /// Whether there are pages to be printed: the whole book, and each path with all that it leads to.
    pub print: bool,
    /// Whether HTML in entries is sanitised or shown as text.
    pub raw_html: RawHtml,
    /// Whether links to files inside the content folder are followed.
    pub follow_symlinks: bool,
    /// Whether `.html` files are copied as assets.
    pub html_assets: bool,
}

/// A program that serves files, and takes rules in a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Server {
    /// nginx, in a file to be included.
    Nginx,
    /// Apache, in `.htaccess`.
    Apache,
    /// IIS, in `web.config`.
    Iis,
}

/// What becomes of HTML in an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawHtml {
    /// What is harmless stays, the rest goes.
    #[default]
    Sanitise,
    /// It is shown as it is typed.
    Escape,
}

/// How it looks.
#[derive(Clone, Debug, Default)]
pub struct ThemeSettings {
    /// A folder under `themes/`; `default` is built in.
    pub name: String,
    /// Values for the theme's colour tokens, light and dark: `link = "#1f4fb2"` for both, or a pair. In small letters.
    pub colours: BTreeMap<String, (String, String)>,
    /// A picture in the content folder.
    pub logo: Option<String>,
}

/// What the front page holds.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Up to twelve situations; the most used ones if none are named.
    pub situations: Vec<String>,
    /// The entry behind the urgent link; else the first entry marked `urgent: yes`.
    pub urgent: Option<String>,
    /// Entries that search offers before anything is typed.
    pub pinned: Vec<String>,
}

/// How a team wants its entries to speak.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Words and phrases that judge a person, beside those that Cuebook knows.
    pub judgement_words: Vec<String>,
}

/// Links that leave the entries.
#[derive(Clone, Debug, Default)]
pub struct LinkSettings {
    /// Where readers send remarks: an address with `{title}` and `{path}` to fill in.
    pub feedback: Option<String>,
    /// Where the source of a page can be edited: an address with `{path}` to fill in.
    pub edit: Option<String>,
    /// Whether pictures on other hosts are shown.
    pub external_images: bool,
}

/// Defaults for reviews.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// For entries that do not say how often they are reviewed.
    pub every: Option<Interval>,
    /// Situations that need no more entries than they have, each with the reason.
    pub complete: Vec<(String, String)>,
}

/// How long a copy that left its place is to be trusted.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// After that its pages say that there is a newer one.
    pub refresh_after: Option<Interval>,
    /// After that its pages say so before anything else.
    pub stop_after: Option<Interval>,
}

/// How the preview works.
#[derive(Clone, Debug, Default)]
pub struct Serve {
    /// `obsidian`, `vscode`, or a command with `{file}` in it; the system's own editor for Markdown if none is named.
    pub editor: Option<String>,
}

/// How entries are found.
#[derive(Clone, Debug, Default)]
pub struct SearchSettings {
    /// How much more or less the words of a field count than they would: 1 changes nothing, 0 leaves them out.
    pub boosts: BTreeMap<&'static str, f64>,
    /// Words that say little in this team, beside those of the language.
    pub stop_words: Vec<String>,
    /// What readers type, and the book's own words for it.
    pub synonyms: Vec<(String, Vec<String>)>,
    /// Queries, each with the entry that it must find, in the order of the file.
    pub tests: Vec<SearchTest>,
}

/// A query and the entry that it must find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTest {
    /// What a reader types.
    pub query: String,
    /// The name of the entry.
    pub entry: String,
    /// The place that it must have, or a better one.
    pub within: usize,
}

/// How large things may be. Each is a named diagnostic where it is passed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of an entry.
    pub entry: u64,
    /// Bytes of front matter.
    pub front_matter: usize,
    /// Headings in a page's contents list.
    pub headings: usize,
    /// Depth of quotes, lists and emphasis.
    pub nesting: usize,
    /// Cells of all tables of an entry.
    pub cells: usize,
    /// Bytes of an asset.
    pub asset: u64,
    /// How many times the text of an entry, and of what it includes, its page may be long, 64 KiB left aside.
    pub output: usize,
}

impl Limits {
    /// The bytes that the page of a text may have in its middle.
    pub fn room_for(&self, text: usize) -> usize {
        text.saturating_mul(self.output).saturating_add(64 << 10)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            entry: 2 << 20,
            front_matter: 16 << 10,
            headings: 2_000,
            nesting: 100,
            cells: 50_000,
            asset: 64 << 20,
            output: 20,
        }
    }
}

/// The audiences of a book and whom each includes.
#[derive(Clone, Debug, Default)]
pub struct Audiences {
    /// Name as typed → the names that it includes directly, each a key of this map.
    pub includes: BTreeMap<String, Vec<String>>,
    /// A folder below the content folder (with a slash at its end) → the audience of the entries in it that do not
    /// say otherwise, spelt as in `includes`.
    pub folders: BTreeMap<String, String>,
}

impl Audiences {
    /// The audience of that name; case, spaces, a final colon and plural do not matter.
    pub fn find(&self, name: &str) -> Option<&str> {
        let wanted = singular(name);
        self.includes.keys().map(String::as_str).find(|known| singular(known) == wanted)
    }

    /// `name` and everyone whom it includes, directly or through others.
    pub fn closure(&self, name: &str) -> Vec<&str> {
        let mut seen: Vec<&str> = self.find(name).into_iter().collect();
        let mut next = 0;
        while let Some(current) = seen.get(next).copied() {
            for included in self.includes.get(current).into_iter().flatten() {
                if let Some(found) = self.find(included)
                    && !seen.contains(&found)
                {
                    seen.push(found);
                }
            }
            next += 1;
        }
        seen
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            is_book: false,
            is_shared: false,
            book: Book {
                title: "Playbook".to_owned(),
                authors: Vec::new(),
                description: String::new(),
                language: "en".to_owned(),
                languages: Vec::new(),
                src: "content".to_owned(),
            },
            build: Build::default(),
            theme: ThemeSettings { name: "default".to_owned(), ..ThemeSettings::default() },
            front: Front::default(),
            words: Vec::new(),
            translations: BTreeMap::new(),
            audiences: None,
            audiences_in_doubt: false,
            check: BTreeMap::new(),
            style: Style::default(),
            links: LinkSettings::default(),
            review: Review::default(),
            serve: Serve::default(),
            search: SearchSettings::default(),
            bundle: Bundle::default(),
            limits: Limits::default(),
            places: BTreeMap::new(),
        }
    }
}

impl Config {
    /// What a rule's finding amounts to in this book; `None` if it is not to be reported.
    pub fn severity(&self, rule: &Rule, own: Severity) -> Option<Severity> {
        if let Some(set) = self.check.get(rule.name) {
            return *set;
        }
        if self.is_book {
            return Some(own);
        }
        let machine = matches!(rule.name, "limit" | "unreadable-file");
        (!rule.book_only).then(|| if machine { own } else { own.min(Severity::Warning) })
    }

    /// Reads `book.toml`. Every mistake is a diagnostic with its line; what could be read holds.
    pub fn parse(text: &str) -> (Config, Vec<Diagnostic>) {
        read::config(&BookToml { text, lines: Lines::new(text) })
    }

    /// Where a value is typed: `front.urgent`, `theme.logo`, the second of `front.pinned`, `audiences.folders.managers/`.
    /// `None` for a default.
    pub fn place(&self, key: &str, nth: usize) -> Option<&Place> {
        self.places.get(key)?.get(nth)
    }

    /// A diagnostic about a value, in the words of [`Config::place`]; about the whole file for a default.
    pub fn diagnose(&self, rule: &'static Rule, key: &str, nth: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic { place: self.place(key, nth).cloned(), ..Diagnostic::about_file(rule, FILE, message) }
    }
}

/// The text of the file, and where its lines start.
struct BookToml<'t> {
    text: &'t str,
    lines: Lines,
}

impl BookToml<'_> {
    fn diagnose(&self, rule: &'static Rule, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(rule, FILE, (self.text, &self.lines), span, message)
    }

    fn line(&self, offset: usize) -> u32 {
        self.lines.line(offset as u32)
    }
}

#[cfg(test)]
mod tests;
