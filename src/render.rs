//! The theme: templates, style sheet and scripts; and a page's bytes from its view.
//!
//! The default theme is part of the program. A book's files in `themes/NAME/` lie over it, file by file. A mistake in
//! a template is a [`Diagnostic`] at the template's line, like any other that a person can mend.

use std::collections::BTreeMap;

use memchr::memmem;
use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};
use xxhash_rust::xxh3::Xxh3;

use crate::config::ThemeSettings;
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::text::{Lines, Span, escape_html};
use crate::view::{markup, page};
use crate::words::Words;

macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        /// The files of the default theme: path in the theme, text.
        static DEFAULT: &[(&str, &str)] = &[$(($path, include_str!(concat!("../themes/default/", $path)))),+];
    };
}

embedded!(
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
    "templates/redirect.html",
    "templates/roleplay.html",
    "templates/script.html",
    "templates/parts/about.html",
    "templates/parts/components.html",
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
    "js/00-cuebook.js",
    "js/10-theme.js",
    "js/20-copy.js",
    "js/30-menu.js",
    "js/40-ticks.js",
    "js/50-dates.js",
    "js/60-filter.js",
    "js/70-search-shelf.js",
    "js/71-search-words.js",
    "js/72-search-terms.js",
    "js/73-search-rank.js",
    "js/74-search-results.js",
    "js/99-main.js",
    "theme-init.js",
    "icon.svg",
    "icons.svg",
);

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    words: Words,
    /// As they stand in their files: name, text.
    templates: Vec<(String, String)>,
    /// All style sheets, in the order of their names, and the book's colours.
    pub stylesheet: String,
    /// All scripts, in the order of their names.
    pub script: String,
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
    /// Every template that cannot be read, each with its place.
    pub fn new(
        settings: &ThemeSettings,
        own: BTreeMap<String, (String, String)>,
        words: Words,
    ) -> Result<Theme, Vec<Diagnostic>> {
        let mut files: BTreeMap<&str, &str> = DEFAULT.iter().copied().collect();
        files.extend(own.iter().map(|(path, (_, text))| (path.as_str(), text.as_str())));
        let drawn = |name: &str| {
            let call = format!("cuebook.icon(\"{name}\")");
            files.iter().any(|(path, text)| path.starts_with("js/") && text.contains(&call))
        };
        let icons = icon_shapes(files.get("icons.svg").copied().unwrap_or_default(), drawn);
        files.entry("js/05-icons.js").or_insert(&icons);
        let joined = |folder: &str, extension: &str| {
            let parts = files.iter().filter(|(path, _)| path.starts_with(folder) && path.ends_with(extension));
            parts.map(|(_, text)| slimmed(text)).collect::<String>()
        };
        let stylesheet = closed_up(&joined("css/", ".css"));
        let one = |path: &str| files.get(path).map_or_else(String::new, |text| (*text).to_owned());
        let mut digest = Xxh3::new();
        digest.update(env!("CARGO_PKG_VERSION").as_bytes());
        for (path, text) in &files {
            digest.update(path.as_bytes());
            digest.update(text.as_bytes());
        }
        let templates: Vec<(String, String)> = files
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix("templates/")?.to_owned(), (*text).to_owned())))
            .collect();
        let mut theme = Theme {
            tera: Tera::new(),
            words,
            templates: Vec::new(),
            stylesheet: stylesheet + &colours(settings),
            script: on_fewer_lines(&joined("js/", ".js"), &['{', ';', ',']),
            theme_script: one("theme-init.js"),
            icon: one("icon.svg"),
            icons: symbols(&one("icons.svg")),
            hash: digest.digest128(),
            own: BTreeMap::new(),
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
            Ok(tera) => Ok(Theme { tera, ..theme }),
            // The columns of a mistake are those of the file.
            Err(error) => Err(vec![theme.mistake(&theme.as_typed().err().unwrap_or(error))]),
        }
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
        let Some(report) = report else {
            return Diagnostic::about_file(&rules::THEME, "themes", lower_first(&error.to_string())).help(help);
        };
        let path = format!("templates/{}", report.filename());
        let (file, text) = match self.own.get(&path) {
            Some((file, text)) => (file.clone(), text.as_str()),
            None => (
                format!("themes/default/{path}"),
                DEFAULT.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text),
            ),
        };
        let range = report.span().range.clone();
        let span = Span::new(range.start.min(text.len()), range.end.min(text.len()));
        let lines = Lines::new(text);
        Diagnostic::at(&rules::THEME, file, (text, &lines), span, lower_first(report.message())).help(help)
    }
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The icons that script draws and a page may not hold: `cuebook.icons` by name, the shapes of each as
/// `[element, attributes]`. A policy with trusted types lets script make elements, and no markup.
fn icon_shapes(svg: &str, drawn: impl Fn(&str) -> bool) -> String {
    let icons = symbols(svg).into_iter().filter(|(name, _)| drawn(name)).map(|(name, symbol)| {
        let shapes = symbol.split('<').skip(2).filter(|shape| !shape.starts_with('/')).map(|shape| {
            let (element, rest) = shape.split_once(' ').unwrap_or((shape, ""));
            let quoted: Vec<&str> = rest.split('"').collect();
            let attributes =
                quoted.chunks_exact(2).map(|pair| (pair[0].trim_matches(['=', ' ']).to_owned(), pair[1].into()));
            let attributes = attributes.collect::<serde_json::Map<String, serde_json::Value>>();
            serde_json::json!([element, attributes])
        });
        (name, shapes.collect::<serde_json::Value>())
    });
    format!("cuebook.icons={};\n", icons.collect::<serde_json::Map<_, _>>().into_iter().collect::<serde_json::Value>())
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
        true => template.lines().map(|line| line.trim_start().to_owned() + "\n").collect::<String>(),
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

/// The symbols of a file of icons, by the name behind `i-` in their ids.
fn symbols(svg: &str) -> Vec<(String, String)> {
    let symbols = svg.split_inclusive("</symbol>").filter_map(|part| {
        let symbol = &part[part.find("<symbol ")?..];
        let name = symbol.split_once("id=\"i-")?.1.split_once('"')?.0;
        Some((name.to_owned(), symbol.to_owned()))
    });
    symbols.collect()
}

/// A style sheet or script without its indentation, empty lines, and the comments that have their lines to themselves:
/// a third of what every first visit loads. `theme.toml` says what a file must keep to for that.
fn slimmed(text: &str) -> String {
    let mut slim = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        let opens = line.starts_with("/*");
        if in_comment || opens {
            let from = if opens { 2 } else { 0 };
            match line[from..].find("*/") {
                Some(end) => {
                    in_comment = false;
                    let after = line[from + end + 2..].trim_start();
                    if !after.is_empty() {
                        slim.push_str(after);
                        slim.push('\n');
                    }
                }
                None => in_comment = true,
            }
            continue;
        }
        if !line.is_empty() && !line.starts_with("//") {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    slim
}

/// A style sheet without the spaces that only people need, a tenth of all. Strings stay as they are.
fn closed_up(style: &str) -> String {
    let mut closed = String::with_capacity(style.len());
    for line in style.lines() {
        let mut rest = line;
        while let Some(open) = rest.find(['"', '\'']) {
            let quote = &rest[open..open + 1];
            let end = rest[open + 1..].find(quote).map_or(rest.len(), |end| open + 1 + end + 1);
            closed.push_str(&without_spaces(&rest[..open]));
            closed.push_str(&rest[open..end]);
            rest = &rest[end..];
        }
        closed.push_str(&without_spaces(rest));
        closed.push('\n');
    }
    on_fewer_lines(&closed, &['{', '}', ';', ','])
}

fn without_spaces(style: &str) -> String {
    let closed = style.replace(": ", ":").replace(", ", ",").replace("; ", ";").replace(" > ", ">");
    closed.replace(" {", "{").replace("{ ", "{").replace(" }", "}").replace(";}", "}")
}

/// A style sheet or script without the line breaks behind a sign that ends something by itself.
fn on_fewer_lines(text: &str, ends: &[char]) -> String {
    // A template literal may go over lines.
    if text.contains('`') {
        return text.to_owned();
    }
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        joined.push_str(line);
        if !line.ends_with(ends) {
            joined.push('\n');
        }
    }
    joined
}

/// The book's own colours, over those of the theme.
fn colours(settings: &ThemeSettings) -> String {
    if settings.colours.is_empty() {
        return String::new();
    }
    let tokens = settings.colours.iter().map(|(name, (light, dark))| format!("--{name}: light-dark({light}, {dark});"));
    format!("@layer book {{ :root {{ {} }} }}\n", tokens.collect::<Vec<_>>().join(" "))
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
