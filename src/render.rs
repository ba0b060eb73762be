//! The theme, and a page's bytes from its view. What becomes of style sheets, scripts and icons is in `assets`.
//!
//! The default theme is part of the program. A book's files in `themes/NAME/` lie over it, file by file. A mistake in
//! a template is a [`Diagnostic`] at the template's line, like any other that a person can mend.

mod assets;
mod own;

use std::collections::BTreeMap;

use memchr::memmem;
use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};
use xxhash_rust::xxh3::Xxh3;

use crate::config::ThemeSettings;
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::text::{Lines, Span, escape_html, lower_first};
use crate::view::{markup, page};
use crate::words::Words;
pub(crate) use assets::hashed_name;
use assets::{When, colours, given, icon_shapes, joined_script, joined_style, script_with_words, symbols};
pub use own::VIEW;

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        /// The files of the default theme: path in the theme, text.
        static DEFAULT: &[(&str, &str)] = &[$(($path, include_str!(concat!("../themes/default/", $path)))),+];
    };
}

embedded!(
    "templates/404-plain.html",
    "templates/404.html",
    "templates/a-z.html",
    "templates/base.html",
    "templates/card.html",
    "templates/checklist.html",
    "templates/contact.html",
    "templates/decision.html",
    "templates/entry.html",
    "templates/escalation.html",
    "templates/front.html",
    "templates/glossary.html",
    "templates/guide.html",
    "templates/index.html",
    "templates/list.html",
    "templates/path.html",
    "templates/print.html",
    "templates/redirect.html",
    "templates/report.html",
    "templates/roleplay.html",
    "templates/script.html",
    "templates/search.html",
    "templates/single.html",
    "templates/start.html",
    "templates/parts/about.html",
    "templates/parts/components.html",
    "templates/parts/copy-foot.html",
    "templates/parts/copy-head.html",
    "templates/parts/copy-notice.html",
    "templates/parts/filter.html",
    "templates/parts/menu.html",
    "templates/parts/notices.html",
    "templates/parts/search-field.html",
    "templates/parts/ticks.html",
    "templates/parts/tools.html",
    "templates/parts/trail.html",
    "templates/parts/ways-out.html",
    "css/01-tokens.css",
    "css/02-reset.css",
    "css/03-base.css",
    "css/04-layout.css",
    "css/05-components.css",
    "css/06-kinds.css",
    "css/07-print.css",
    "css/08-search.css",
    "css/09-front.css",
    "css/09-lists.css",
    "css/10-reader.css",
    "js/00-cuebook.js",
    "js/10-theme.js",
    "js/20-copy.js",
    "js/30-menu.js",
    "js/40-ticks.js",
    "js/50-dates.js",
    "js/60-filter.js",
    "js/65-opener.js",
    "js/66-resting.js",
    "js/70-engine-shelf.js",
    "js/71-engine-words.js",
    "js/72-engine-terms.js",
    "js/73-engine-rank.js",
    "js/74-engine-results.js",
    "js/80-search-marks.js",
    "js/81-search-hours.js",
    "js/82-search-rows.js",
    "js/83-search-start.js",
    "js/84-search-empty.js",
    "js/85-search-box.js",
    "js/86-search-arrival.js",
    "js/87-search-filter.js",
    "js/88-search-tree.js",
    "js/90-reader-preview.js",
    "js/91-reader-map.js",
    "js/99-main.js",
    "copy/copy.css",
    "copy/copy.js",
    "copy/single.js",
    "print/print.css",
    "live/live.css",
    "live/live.js",
    "theme-init.js",
    "icon.svg",
    "icons.svg",
);

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    words: Words,
    settings: ThemeSettings,
    /// As they stand in their files: name, text.
    templates: Vec<(String, String)>,
    /// The style sheets of every page, in the order of their names, and the book's colours.
    pub stylesheet: String,
    /// The same for the front page, with what only that has.
    pub front_stylesheet: String,
    /// The same for pages that are neither that nor an entry's.
    pub list_stylesheet: String,
    /// The scripts of every page, in the order of their names.
    pub script: String,
    /// The style sheets that are loaded when a reader rests on a link or asks for a map.
    pub reader_stylesheet: String,
    /// The scripts that are loaded then.
    pub reader_script: String,
    /// The style sheets that are loaded when a reader searches.
    pub search_stylesheet: String,
    /// The scripts that are loaded when a reader searches.
    pub search_script: String,
    /// The scripts that find, for the box of the search and for anybody who asks.
    pub engine_script: String,
    /// What the preview adds to a page: the script, with its words, and the style. No site has them.
    pub live: Live,
    /// What a copy that left its place adds to a page: it counts its days.
    pub copy_script: String,
    /// How what such a copy says of itself looks.
    pub copy_stylesheet: String,
    /// What shows the pages of a copy that is one file.
    pub single_script: String,
    /// The style sheet of pages made for printing.
    pub print_stylesheet: String,
    /// The script that runs before the first paint.
    pub theme_script: String,
    /// The picture of the browser's tab.
    pub icon: String,
    /// The icons of pages: name, `<symbol>`.
    icons: Vec<(String, String)>,
    /// Changes when any file of the theme or the program does.
    pub hash: u128,
    /// Files of the book's own theme: path in the theme → name in messages and text.
    own: BTreeMap<String, (String, String)>,
}

/// What the preview adds to a page.
#[derive(Clone, Debug)]
pub struct Live {
    /// Reloads the page in place, and shows problems.
    pub script: String,
    /// How that looks.
    pub stylesheet: String,
}

impl Live {
    /// That of the default theme, for as long as a book's own cannot be read.
    pub fn new(words: &Words) -> Live {
        let one = |path: &str| DEFAULT.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
        Live {
            script: script_with_words("cuebookLive", one("live/live.js"), words),
            stylesheet: one("live/live.css").to_owned(),
        }
    }
}

/// A page could not be rendered: a template has a mistake.
#[derive(Clone, Debug)]
pub struct RenderError {
    /// Where, and how to mend it.
    pub diagnostic: Box<Diagnostic>,
}

impl Theme {
    /// The default theme with a book's own files over it: path in the theme → name in messages and text.
    ///
    /// # Errors
    /// Every mistake in the book's own files, each with its place.
    pub fn new(
        settings: &ThemeSettings,
        own: BTreeMap<String, (String, String)>,
        words: Words,
    ) -> Result<Theme, Vec<Diagnostic>> {
        let (tokens, mut faults) = own::read(&own, DEFAULT.iter().copied());
        let mut files: BTreeMap<&str, &str> = DEFAULT.iter().copied().collect();
        files.extend(own.iter().map(|(path, (_, text))| (path.as_str(), text.as_str())));
        let icons = icon_shapes(files.get("icons.svg").copied().unwrap_or_default());
        let search_style = joined_style(&files, When::Searching);
        let search_script = joined_script(&files, When::Searching);
        let search_script = given(&search_script, &icons, &words) + &search_script;
        let engine_script = joined_script(&files, When::Finding);
        let names = [
            hashed_name("search", &search_script, "js"),
            hashed_name("search", &search_style, "css"),
            hashed_name("engine", &engine_script, "js"),
        ];
        let reader_style = joined_style(&files, When::Reading);
        let reader_script = joined_script(&files, When::Reading);
        let reader_script = given(&reader_script, &icons, &words) + &reader_script;
        let reader = [hashed_name("reader", &reader_script, "js"), hashed_name("reader", &reader_style, "css")];
        let page_script = joined_script(&files, When::Always);
        let names = format!(
            "cuebook.searchFiles={};\ncuebook.readerFiles={};\n",
            serde_json::json!(names),
            serde_json::json!(reader)
        );
        let given_to_page = given(&page_script, &icons, &words) + &names;
        files.entry("js/05-given.js").or_insert(&given_to_page);
        let one = |path: &str| files.get(path).map_or_else(String::new, |text| (*text).to_owned());
        let mut digest = Xxh3::new();
        digest.update(env!("CUEBOOK_SOURCES").as_bytes());
        for (path, text) in &files {
            digest.update(path.as_bytes());
            digest.update(text.as_bytes());
        }
        let templates: Vec<(String, String)> = files
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix("templates/")?.to_owned(), (*text).to_owned())))
            .collect();
        let style = |parts: &[When]| {
            parts.iter().map(|when| joined_style(&files, *when)).collect::<String>() + &tokens + &colours(settings)
        };
        let mut theme = Theme {
            tera: Tera::new(),
            templates: Vec::new(),
            front_stylesheet: style(&[When::Always, When::OnFront]),
            list_stylesheet: style(&[When::Always, When::OnLists]),
            stylesheet: style(&[When::Always]),
            script: joined_script(&files, When::Always),
            reader_stylesheet: reader_style,
            reader_script,
            search_stylesheet: search_style,
            search_script,
            engine_script,
            live: Live {
                script: script_with_words("cuebookLive", &one("live/live.js"), &words),
                stylesheet: one("live/live.css"),
            },
            copy_script: script_with_words("cuebookCopy", &one("copy/copy.js"), &words),
            copy_stylesheet: one("copy/copy.css"),
            single_script: script_with_words("cuebookFile", &one("copy/single.js"), &words),
            print_stylesheet: one("print/print.css"),
            theme_script: one("theme-init.js"),
            icon: one("icon.svg"),
            icons: symbols(&one("icons.svg")),
            hash: digest.digest128(),
            own: BTreeMap::new(),
            settings: settings.clone(),
            words,
        };
        // A theme that says itself what an icon looks like is asked each time.
        let own_icon = own.contains_key("templates/parts/components.html");
        theme.own = own;
        let folded: Vec<(String, String)> = templates
            .iter()
            .map(|(name, text)| (name.clone(), constants_folded(text, &theme.words, own_icon)))
            .collect();
        theme.templates = templates;
        match with_templates(folded, &theme.words) {
            Ok(tera) if faults.is_empty() => return Ok(Theme { tera, ..theme }),
            Ok(_) => {}
            // The columns of a mistake are those of the file.
            Err(error) => faults.push(theme.mistake(&theme.as_typed().err().unwrap_or(error))),
        }
        faults.sort_by(|a, b| a.order().cmp(&b.order()));
        Err(faults)
    }

    /// The same theme in other words.
    pub fn in_words(&self, words: Words) -> Theme {
        Theme::new(&self.settings, self.own.clone(), words).unwrap_or_else(|_| unreachable!("it was read before"))
    }

    /// Renders one template with the frame of its page and what the page holds.
    ///
    /// # Errors
    /// A mistake in a template, with its place.
    pub fn render(
        &self,
        template: &str,
        site: &SiteView,
        frame: &page::Frame,
        own: &[(&'static str, &dyn ErasedView)],
    ) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert_value("site", site.0.clone());
        context.insert("page", frame);
        for (name, view) in own {
            view.insert(name, &mut context);
        }
        let mut html = self.rendered(template, &context)?;
        self.push_icons(&mut html);
        Ok(html)
    }

    /// Renders the menu that the pages of a folder share.
    ///
    /// # Errors
    /// A mistake in its template, with its place.
    pub fn render_menu(&self, site: &SiteView, menu: &page::Menu) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert_value("site", site.0.clone());
        context.insert("menu", menu);
        self.rendered("parts/menu.html", &context)
    }

    fn rendered(&self, template: &str, context: &Context) -> Result<String, RenderError> {
        self.tera.render(template, context).map_err(|error| {
            let error = match self.as_typed() {
                Ok(tera) => tera.render(template, context).err().unwrap_or(error),
                Err(error) => error,
            };
            RenderError { diagnostic: Box::new(self.mistake(&error)) }
        })
    }

    /// The templates as they stand in their files.
    fn as_typed(&self) -> Result<Tera, tera::Error> {
        with_templates(self.templates.clone(), &self.words)
    }

    /// Puts the icons that a page uses before its end: a page draws them with `<use href="#i-…">`, the only form that
    /// also works from a file, and all of them would be a fifth of a page.
    fn push_icons(&self, html: &mut String) {
        const USE: &str = "<use href=\"#i-";
        let Some(end) = html.rfind("</body>") else { return };
        let mut used = vec![false; self.icons.len()];
        for at in memmem::find_iter(html.as_bytes(), USE) {
            let rest = &html[at + USE.len()..];
            let name = &rest[..rest.find('"').unwrap_or(0)];
            if let Some(icon) = self.icons.iter().position(|(known, _)| known == name) {
                used[icon] = true;
            }
        }
        let used = self.icons.iter().zip(used).filter(|(_, used)| *used);
        let symbols: String = used.map(|((_, symbol), _)| symbol.as_str()).collect();
        if !symbols.is_empty() {
            html.insert_str(
                end,
                &format!("<svg class=\"sprite\" width=\"0\" height=\"0\" aria-hidden=\"true\">{symbols}</svg>\n"),
            );
        }
    }

    /// An error of the template engine as a message for the theme's author.
    fn mistake(&self, error: &tera::Error) -> Diagnostic {
        let report = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report),
            _ => None,
        };
        let help = "mend the template, or delete it from the theme to use the built-in one";
        let (message, name, range) = match report {
            Some(report) => {
                (report.message().to_owned(), report.filename().to_owned(), Some(report.span().range.clone()))
            }
            None => match unknown_name(&error.to_string()) {
                Some((message, name, line, column)) => {
                    let text = self.template(&name).1;
                    (message, name, offset(text, line, column).map(|at| at..at + 1))
                }
                None => {
                    return Diagnostic::about_file(&rules::THEME, "themes", said(&error.to_string())).help(help);
                }
            },
        };
        let (file, text) = self.template(&name);
        let range = range.unwrap_or_default();
        let span = Span::new(range.start.min(text.len()), range.end.min(text.len()));
        let lines = Lines::new(text);
        Diagnostic::at(&rules::THEME, file, (text, &lines), span, said(&message)).help(help)
    }

    /// The file of a template, and its text.
    fn template(&self, name: &str) -> (String, &str) {
        let path = format!("templates/{name}");
        match self.own.get(&path) {
            Some((file, text)) => (file.clone(), text.as_str()),
            None => {
                let text = DEFAULT.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
                (format!("themes/default/{path}"), text)
            }
        }
    }
}

/// Filters, tests, functions and components that are not there come as one text, a report behind the other: the first one's
/// message, file, line and column.
fn unknown_name(reports: &str) -> Option<(String, String, usize, usize)> {
    let (message, rest) = reports.trim_start().strip_prefix("error: ")?.split_once('\n')?;
    let place = rest.lines().next()?.trim_start().strip_prefix("--> ")?;
    let mut parts = place.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((message.to_owned(), parts.next()?.to_owned(), line, column))
}

/// The byte at a line and column, both counted from 1, the column in characters.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let on_line = text.get(start..)?;
    Some(start + on_line.char_indices().nth(column.checked_sub(1)?).map_or(on_line.len(), |(at, _)| at))
}

/// What the template engine says, as a message of ours.
fn said(message: &str) -> String {
    lower_first(message.trim_end_matches('.'))
}

fn with_templates<N: AsRef<str>>(templates: Vec<(N, String)>, words: &Words) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.add_raw_templates(templates)?;
    *tera.global_context() = Context::new();
    tera.global_context().insert("words", words);
    Ok(tera)
}

/// A template with the words and the icons that it names put in already: on 10,000 pages they never change, and they
/// are half of what a page prints.
fn constants_folded(template: &str, words: &Words, own_icon: bool) -> String {
    // Indentation is for people; only in preformatted text is it for readers too.
    let is_loose = !template.contains("<pre") && !template.contains("<textarea");
    let template = match is_loose {
        true => {
            let lines = template.lines().map(str::trim_start).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        }
        false => template.to_owned(),
    };
    let mut folded = String::with_capacity(template.len());
    let mut rest = template.as_str();
    while let Some(at) = rest.find("{{ ") {
        let (before, print) = rest.split_at(at);
        folded.push_str(before);
        let Some((inside, behind)) = print[3..].split_once(" }}") else {
            rest = print;
            break;
        };
        let word = inside.strip_prefix("words.").and_then(|key| words.get(key));
        let icon = inside.strip_prefix("<icon name=\"").and_then(|rest| rest.strip_suffix("\" />"));
        if let Some(word) = word {
            let mut text = String::new();
            escape_html(word, &mut text);
            folded.push_str(&text.replace('{', "&#123;"));
        } else if let Some(name) = icon.filter(|name| !own_icon && !name.contains(['"', '{'])) {
            markup::icon(name, &mut folded);
        } else {
            folded.push_str(&print[..3 + inside.len() + 3]);
        }
        rest = behind;
    }
    folded + rest
}

/// What every page of a site sees, as templates take it. Made once a site: it is the same for all, and not small.
#[derive(Debug)]
pub struct SiteView(Value);

impl SiteView {
    /// The view of a site whose addresses are known.
    pub fn new(site: &page::Site) -> SiteView {
        SiteView(Value::from_serializable(site))
    }
}

/// A view of any page. `Serialize` itself cannot be passed as an object.
pub trait ErasedView {
    /// Puts the view into a template's context.
    fn insert(&self, name: &'static str, context: &mut Context);
}

impl<T: Serialize> ErasedView for T {
    fn insert(&self, name: &'static str, context: &mut Context) {
        context.insert(name, self);
    }
}

/// The paths of the files of the default theme.
pub fn default_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    DEFAULT.iter().copied()
}
