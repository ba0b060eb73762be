//! What each key of `book.toml` means.
//!
//! [`EXAMPLES`] is the one list of keys: it says what is known, what is meant by a key that is nearly one, and how a
//! value is written. `Reader::set` gives each of them its meaning.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::values::{colour, is_folder_name, is_language_tag, is_mail_address, is_web_address, relative_path, size};
use super::{Audiences, BookToml, Config, RawHtml, SearchTest, Server, syntax};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::facts::Interval;
use crate::rules::{self, CONFIG_KEY, CONFIG_VALUE};
use crate::text::{Span, fold, nearest, singular};
use crate::words;

/// Table, key, and a line that shows how it is written.
pub(super) const EXAMPLES: &[(&str, &str, &str)] = &[
    ("book", "title", r#"title = "Playbook of the returns desk""#),
    ("book", "authors", r#"authors = ["Training team"]"#),
    ("book", "description", r#"description = "What to say, whom to ask, and how to practise it""#),
    ("book", "language", r#"language = "en""#),
    ("book", "languages", r#"languages = ["de"]"#),
    ("book", "src", r#"src = "content""#),
    ("build", "out", r#"out = "site""#),
    ("build", "build-dir", r#"build-dir = "site""#),
    ("build", "base-url", r#"base-url = "https://example.org/playbook/""#),
    ("build", "server-rules", r#"server-rules = ["nginx"]"#),
    ("build", "playbook-json", "playbook-json = true"),
    ("build", "print", "print = true"),
    ("build", "raw-html", r#"raw-html = "sanitise""#),
    ("build", "follow-symlinks", "follow-symlinks = true"),
    ("build", "html-assets", "html-assets = true"),
    ("theme", "name", r#"name = "default""#),
    ("theme", "colours", r##"colours = { link = "#1f4fb2" }"##),
    ("theme", "logo", r#"logo = "pictures/logo.svg""#),
    ("front", "situations", r#"situations = ["return refused", "caller is angry"]"#),
    ("front", "urgent", r#"urgent = "wellbeing-and-safety""#),
    ("front", "pinned", r#"pinned = ["quiet-offer", "should-i-step-in"]"#),
    ("style", "judgement-words", r#"judgement-words = ["drama queen"]"#),
    ("links", "feedback", r#"feedback = "mailto:training@example.org?subject={title}""#),
    ("links", "edit", r#"edit = "https://example.org/edit/{path}""#),
    ("links", "external-images", "external-images = true"),
    ("review", "every", r#"every = "6 months""#),
    ("review", "complete", r#"complete = { "new on the desk" = "there is nothing to decide" }"#),
    ("serve", "editor", r#"editor = "vscode""#),
    ("search", "boosts", "boosts = { headings = 2 }"),
    ("search", "stop-words", r#"stop-words = ["parcel"]"#),
    ("search", "synonyms", r#"synonyms = { "money back" = "refund" }"#),
    ("search", "tests", r#"tests = { "where is my parcel" = "late-parcel" }"#),
    ("bundle", "refresh-after", r#"refresh-after = "1 month""#),
    ("bundle", "stop-after", r#"stop-after = "6 months""#),
    ("limits", "entry", r#"entry = "2 MiB""#),
    ("limits", "front-matter", r#"front-matter = "16 KiB""#),
    ("limits", "headings", "headings = 2000"),
    ("limits", "nesting", "nesting = 100"),
    ("limits", "cells", "cells = 50000"),
    ("limits", "asset", r#"asset = "64 MiB""#),
    ("limits", "output", "output = 20"),
];

/// Tables, in the order in which a file usually has them.
pub(super) const TABLES: &[&str] = &[
    "book",
    "build",
    "theme",
    "front",
    "words",
    "audiences",
    "check",
    "style",
    "links",
    "review",
    "serve",
    "search",
    "bundle",
    "limits",
];

/// Tables and keys of mdBook that have no meaning here and do no harm.
const MDBOOK_TABLES: &[&str] = &["output", "preprocessor", "rust"];
const MDBOOK_KEYS: &[(&str, &str)] = &[
    ("book", "multilingual"),
    ("book", "text-direction"),
    ("build", "create-missing"),
    ("build", "use-default-preprocessors"),
    ("build", "extra-watch-dirs"),
];

/// Keys that mean the same in an mdBook.
const SHARED_KEYS: &[(&str, &str)] = &[
    ("book", "title"),
    ("book", "authors"),
    ("book", "description"),
    ("book", "language"),
    ("book", "src"),
    ("build", "build-dir"),
];

/// What `[theme] colours` can set.
pub(super) const COLOUR_TOKENS: &[&str] = &[
    "background",
    "surface",
    "text",
    "muted",
    "link",
    "mark",
    "script",
    "escalation",
    "roleplay",
    "guide",
    "decision",
    "checklist",
    "contact",
    "glossary",
    "path",
];

/// Fields of an entry whose words `[search] boosts` can make more or less of.
pub(super) const BOOSTED: &[&str] = &[
    "title",
    "aliases",
    "headings",
    "tags",
    "situations",
    "customers-say",
    "asked-as",
    "instead-of",
    "summary",
    "text",
];

/// The most that words of a field can count.
pub(super) const MOST_BOOST: f64 = 10.0;

/// Situations that the front page has room for.
const MOST_SITUATIONS: usize = 12;

/// The deepest nesting that may be asked for: readers of Markdown and HTML recurse, and a thread's stack is finite.
const DEEPEST_NESTING: u64 = 1_000;

/// The largest entry that may be asked for: places in it are counted in 32 bits.
const LARGEST_ENTRY: u64 = u32::MAX as u64;

/// Reads the whole file.
pub(super) fn config(file: &BookToml<'_>) -> (Config, Vec<Diagnostic>) {
    let mut reader = Reader {
        file,
        config: Config { is_book: true, is_shared: true, ..Config::default() },
        found: Vec::new(),
        words_lost: false,
    };
    let (table, errors) = DeTable::parse_recoverable(file.text);
    if errors.is_empty() {
        reader.book(table.get_ref());
        return reader.finished();
    }
    let (mended, broken) = syntax::mend(file);
    let (table, errors) = DeTable::parse_recoverable(&mended);
    reader.found.extend(broken);
    reader.found.extend(syntax::repeated(file, &errors));
    // What withholds may stand in the lines that were lost.
    reader.config.audiences_in_doubt = true;
    reader.book(table.get_ref());
    reader.finished()
}

struct Reader<'f> {
    file: &'f BookToml<'f>,
    config: Config,
    found: Vec<Diagnostic>,
    /// Something in `[words]` could not be used.
    words_lost: bool,
}

/// One key with its value.
#[derive(Clone, Copy)]
struct Setting<'a> {
    table: &'a str,
    key: &'a str,
    value: &'a Spanned<DeValue<'a>>,
    /// How it is written.
    example: &'a str,
}

impl Reader<'_> {
    fn finished(mut self) -> (Config, Vec<Diagnostic>) {
        self.keep_folders_apart();
        if self.config.audiences_in_doubt {
            self.config.audiences.get_or_insert_default();
        }
        self.found.sort_by(|a, b| a.order().cmp(&b.order()));
        (self.config, self.found)
    }

    fn book(&mut self, book: &DeTable<'_>) {
        for (key, value) in in_order(book) {
            let name = key.get_ref().as_ref();
            self.config.is_shared &= MDBOOK_TABLES.contains(&name) || matches!(name, "book" | "build");
            match value.get_ref() {
                _ if MDBOOK_TABLES.contains(&name) => {}
                DeValue::Table(table) if TABLES.contains(&name) => match name {
                    "words" => self.words(table),
                    "audiences" => self.audiences(table),
                    "check" => self.check(table),
                    _ => self.settings(name, table),
                },
                _ if TABLES.contains(&name) => {
                    self.config.audiences_in_doubt |= name == "audiences";
                    self.words_lost |= name == "words";
                    self.complain(span_of(key), format!("`{name}` is a table, and not {}", what(value.get_ref())))
                        .help = Some(format!("write `[{name}]` on a line of its own, and below it what it holds"));
                }
                other => {
                    self.config.audiences_in_doubt |= names_audiences(other);
                    self.unknown_key(None, key, other.is_table(), TABLES);
                }
            }
        }
        // A word that cannot be read may have been the team's word for what withholds.
        self.config.audiences_in_doubt |= self.words_lost && self.config.audiences.is_some();
    }

    fn settings(&mut self, table: &str, settings: &DeTable<'_>) {
        for (key, value) in in_order(settings) {
            let name = key.get_ref().as_ref();
            match EXAMPLES.iter().find(|(in_table, known, _)| *in_table == table && *known == name) {
                Some((_, _, example)) => {
                    self.config.is_shared &= SHARED_KEYS.contains(&(table, name));
                    self.set(Setting { table, key: name, value, example });
                }
                None if MDBOOK_KEYS.contains(&(table, name)) => {}
                None => {
                    let keys: Vec<&str> =
                        EXAMPLES.iter().filter(|(in_table, ..)| *in_table == table).map(|(_, key, _)| *key).collect();
                    self.unknown_key(Some(table), key, value.get_ref().is_table(), &keys);
                }
            }
        }
    }

    fn set(&mut self, setting: Setting<'_>) {
        match (setting.table, setting.key) {
            ("book", "title") => self.filled(setting).map(|title| self.config.book.title = title),
            ("book", "authors") => self.texts(setting).map(|authors| self.config.book.authors = authors),
            ("book", "description") => self.text(setting).map(|text| self.config.book.description = text),
            ("book", "language") => self.language(setting).map(|tag| self.config.book.language = tag),
            ("book", "languages") => self.languages(setting).map(|tags| self.config.book.languages = tags),
            ("book", "src") => self.path(setting).map(|src| self.config.book.src = src),
            ("build", "out") => self.path(setting).map(|out| self.config.build.out = Some(out)),
            // mdBook's name for it, which gives way to ours.
            ("build", "build-dir") => self.path(setting).map(|out| {
                self.config.build.out.get_or_insert(out);
            }),
            ("build", "base-url") => self.base_url(setting).map(|url| self.config.build.base_url = Some(url)),
            ("build", "server-rules") => self.servers(setting).map(|servers| self.config.build.server_rules = servers),
            ("build", "playbook-json") => self.yes_or_no(setting).map(|yes| self.config.build.playbook_json = yes),
            ("build", "print") => self.yes_or_no(setting).map(|yes| self.config.build.print = yes),
            ("build", "raw-html") => self
                .choice(setting, &[("sanitise", RawHtml::Sanitise), ("escape", RawHtml::Escape)])
                .map(|html| self.config.build.raw_html = html),
            ("build", "follow-symlinks") => self.yes_or_no(setting).map(|yes| self.config.build.follow_symlinks = yes),
            ("build", "html-assets") => self.yes_or_no(setting).map(|yes| self.config.build.html_assets = yes),
            ("theme", "name") => self.theme_name(setting).map(|name| self.config.theme.name = name),
            ("theme", "colours") => self.colours(setting).map(|colours| self.config.theme.colours = colours),
            ("theme", "logo") => self.path(setting).map(|logo| self.config.theme.logo = Some(logo)),
            ("front", "situations") => self.situations(setting).map(|named| self.config.front.situations = named),
            ("front", "urgent") => {
                self.filled(setting).map(|name| self.config.front.urgent = Some(without_brackets(&name)))
            }
            ("front", "pinned") => self.texts(setting).map(|names| {
                self.config.front.pinned = names.iter().map(|name| without_brackets(name)).collect();
            }),
            ("style", "judgement-words") => self.texts(setting).map(|words| self.config.style.judgement_words = words),
            ("links", "feedback") => self.link(setting).map(|link| self.config.links.feedback = Some(link)),
            ("links", "edit") => self.link(setting).map(|link| self.config.links.edit = Some(link)),
            ("links", "external-images") => self.yes_or_no(setting).map(|yes| self.config.links.external_images = yes),
            ("review", "every") => self.interval(setting).map(|every| self.config.review.every = Some(every)),
            ("serve", "editor") => self.text(setting).map(|editor| self.config.serve.editor = Some(editor)),
            ("review", "complete") => self.reasons(setting).map(|complete| self.config.review.complete = complete),
            ("bundle", "refresh-after") => {
                self.interval(setting).map(|after| self.config.bundle.refresh_after = Some(after))
            }
            ("bundle", "stop-after") => self.interval(setting).map(|after| self.config.bundle.stop_after = Some(after)),
            ("search", "boosts") => self.boosts(setting).map(|boosts| self.config.search.boosts = boosts),
            ("search", "stop-words") => self.texts(setting).map(|words| self.config.search.stop_words = words),
            ("search", "synonyms") => self.synonyms(setting).map(|synonyms| self.config.search.synonyms = synonyms),
            ("search", "tests") => self.search_tests(setting).map(|tests| self.config.search.tests = tests),
            ("limits", "entry") => self.bytes(setting, LARGEST_ENTRY).map(|n| self.config.limits.entry = n),
            ("limits", "front-matter") => {
                self.bytes(setting, LARGEST_ENTRY).map(|n| self.config.limits.front_matter = n as usize)
            }
            ("limits", "asset") => self.bytes(setting, i64::MAX as u64).map(|n| self.config.limits.asset = n),
            ("limits", "headings") => self.number(setting, LARGEST_ENTRY).map(|n| self.config.limits.headings = n),
            ("limits", "nesting") => self.number(setting, DEEPEST_NESTING).map(|n| self.config.limits.nesting = n),
            ("limits", "cells") => self.number(setting, LARGEST_ENTRY).map(|n| self.config.limits.cells = n),
            ("limits", "output") => self.number(setting, LARGEST_ENTRY).map(|n| self.config.limits.output = n),
            (table, key) => unreachable!("`{key}` of `[{table}]` has an example and no meaning"),
        };
    }

    // ---- values of one kind

    fn text(&mut self, setting: Setting<'_>) -> Option<String> {
        let DeValue::String(text) = setting.value.get_ref() else {
            return self.wrong_type(setting, "text in quotes");
        };
        self.remember(format!("{}.{}", setting.table, setting.key), span_of(setting.value));
        Some(text.trim().to_owned())
    }

    fn filled(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        if text.is_empty() {
            return self.wrong(setting, format!("`{}` is empty", setting.key));
        }
        Some(text)
    }

    /// A list of texts; one text stands for a list of one, as in front matter. Empty ones are left out.
    fn texts(&mut self, setting: Setting<'_>) -> Option<Vec<String>> {
        if setting.value.get_ref().is_str() {
            return self.text(setting).map(|text| Vec::from_iter((!text.is_empty()).then_some(text)));
        }
        let DeValue::Array(list) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a list of texts in quotes");
        };
        let mut texts = Vec::new();
        for value in list {
            let texts_here = self.text(Setting { value, ..setting });
            texts.extend(texts_here);
        }
        Some(texts.into_iter().filter(|text| !text.is_empty()).collect())
    }

    fn yes_or_no(&mut self, setting: Setting<'_>) -> Option<bool> {
        match setting.value.get_ref() {
            DeValue::Boolean(yes) => Some(*yes),
            _ => self.wrong_type(setting, "`true` or `false` without quotes"),
        }
    }

    fn number(&mut self, setting: Setting<'_>, most: u64) -> Option<usize> {
        let DeValue::Integer(number) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a whole number without quotes");
        };
        let number = u64::from_str_radix(number.as_str(), number.radix()).ok();
        self.up_to(setting, number, most).map(|number| number as usize)
    }

    fn bytes(&mut self, setting: Setting<'_>, most: u64) -> Option<u64> {
        let bytes = match setting.value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            DeValue::String(_) => {
                let meant = "a number and B, KiB, MiB or GiB";
                Some(self.understood(setting, meant, size)?)
            }
            _ => return self.wrong_type(setting, "a size"),
        };
        self.up_to(setting, bytes, most)
    }

    fn up_to(&mut self, setting: Setting<'_>, number: Option<u64>, most: u64) -> Option<u64> {
        match number {
            Some(number) if (1..=most).contains(&number) => Some(number),
            _ => self.wrong(setting, format!("`{}` goes from 1 to {most}", setting.key)),
        }
    }

    fn choice<T: Copy>(&mut self, setting: Setting<'_>, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(setting)?;
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*chosen);
        }
        let words = choices.iter().map(|(word, _)| *word);
        let meant = nearest(&text, words.clone());
        let listed = words.map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
        let found = self.complain(span_of(setting.value), format!("`{text}` is not one of {listed}"));
        found.help = Some(match meant {
            Some(word) => format!("did you mean `{} = \"{word}\"`?", setting.key),
            None => format!("write `{}`", setting.example),
        });
        None
    }

    fn understood<T>(&mut self, setting: Setting<'_>, meant: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(setting)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong::<()>(setting, format!("`{text}` is not {meant}"));
        }
        value
    }

    // ---- values of one key

    fn path(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        match relative_path(&text) {
            Ok(path) => Some(path),
            Err(why) => {
                let typed = self.file.text.get(span_of(setting.value).range()).unwrap_or(&text);
                let typed = typed.trim_matches(['"', '\'']).to_owned();
                self.wrong(setting, format!("the path `{typed}` {why}"))
            }
        }
    }

    fn languages(&mut self, setting: Setting<'_>) -> Option<Vec<String>> {
        let texts = self.texts(setting)?;
        match texts.iter().find(|text| !is_language_tag(text)) {
            Some(text) => self.wrong(setting, format!("`{text}` is not the short name of a language")),
            None => Some(texts),
        }
    }

    fn language(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        if is_language_tag(&text) {
            return Some(text);
        }
        let dashed = text.replace('_', "-");
        let found = self.complain(span_of(setting.value), format!("`{text}` is not the short name of a language"));
        found.help = Some(if is_language_tag(&dashed) {
            format!("write `language = \"{dashed}\"`")
        } else {
            "write two or three letters, with a region if it matters: `language = \"en\"`, `language = \"pt-BR\"`"
                .to_owned()
        });
        None
    }

    fn base_url(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        let path = text.starts_with('/') && !text.starts_with("//") && !text.contains(char::is_whitespace);
        if (path || is_web_address(&text)) && !text.contains(['?', '#', '\\']) {
            return Some(if text.ends_with('/') { text } else { text + "/" });
        }
        self.wrong(setting, format!("`{text}` is neither an address that begins with `https://` nor a path from `/`"))
    }

    /// Servers in the order of their names, each once.
    fn servers(&mut self, setting: Setting<'_>) -> Option<Vec<Server>> {
        let known = [("nginx", Server::Nginx), ("apache", Server::Apache), ("iis", Server::Iis)];
        let named = self.texts(setting)?;
        let server_of = |name: &String| known.iter().find(|(known, _)| *known == name.to_ascii_lowercase());
        if let Some(unknown) = named.iter().find(|name| server_of(name).is_none()) {
            let message = format!("`{unknown}` is no server that rules can be written for: `nginx`, `apache`, `iis`");
            return self.wrong(setting, message);
        }
        Some(
            known
                .iter()
                .filter(|known| named.iter().any(|name| server_of(name) == Some(*known)))
                .map(|(_, it)| *it)
                .collect(),
        )
    }

    fn link(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        if !is_web_address(&text) && !is_mail_address(&text) {
            let message = format!("`{text}` is no address that begins with `https://` or `mailto:`");
            return self.wrong(setting, message);
        }
        let known: &[&str] = if setting.key == "edit" { &["path"] } else { &["title", "path"] };
        let Some(unknown) = words::blanks(&text).into_iter().find(|blank| !known.contains(blank)) else {
            return Some(text);
        };
        let listed = known.iter().map(|blank| format!("`{{{blank}}}`")).collect::<Vec<_>>().join(" and ");
        self.wrong(setting, format!("`{{{unknown}}}` is not filled in here; {listed} can be"))
    }

    fn theme_name(&mut self, setting: Setting<'_>) -> Option<String> {
        let text = self.text(setting)?;
        if is_folder_name(&text) {
            return Some(text);
        }
        self.wrong(setting, format!("`{text}` is not the name of one folder under `themes/`"))
    }

    fn interval(&mut self, setting: Setting<'_>) -> Option<Interval> {
        self.understood(setting, "a number and days, weeks, months or years", Interval::read)
    }

    fn situations(&mut self, setting: Setting<'_>) -> Option<Vec<String>> {
        let mut situations = self.texts(setting)?;
        if situations.len() > MOST_SITUATIONS {
            let message =
                format!("the front page has room for {MOST_SITUATIONS} situations, and there are {}", situations.len());
            let found = self.complain(span_of(setting.value), message);
            found.help =
                Some(format!("keep the {MOST_SITUATIONS} that callers bring most; the others are in the index"));
            situations.truncate(MOST_SITUATIONS);
        }
        Some(situations)
    }

    fn colours(&mut self, setting: Setting<'_>) -> Option<BTreeMap<String, (String, String)>> {
        let DeValue::Table(tokens) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a table of colours");
        };
        let mut colours = BTreeMap::new();
        for (key, value) in in_order(tokens) {
            let token = key.get_ref().as_ref();
            if !COLOUR_TOKENS.contains(&token) {
                self.unknown_key(Some("theme.colours"), key, false, COLOUR_TOKENS);
                continue;
            }
            let example = format!(r##"{token} = "#1f4fb2"` or `{token} = {{ light = "#1f4fb2", dark = "#8ab4f8" }}"##);
            let setting = Setting { table: "theme.colours", key: token, value, example: &example };
            if let Some(pair) = self.colour_pair(setting) {
                colours.insert(token.to_owned(), pair);
            }
        }
        Some(colours)
    }

    /// One colour for both, or one for light and one for dark.
    fn colour_pair(&mut self, setting: Setting<'_>) -> Option<(String, String)> {
        const MEANT: &str = "a colour of three or six digits behind `#`";
        let DeValue::Table(pair) = setting.value.get_ref() else {
            if !setting.value.get_ref().is_str() {
                return self.wrong_type(setting, "a colour in quotes, or one for light and one for dark");
            }
            return self.understood(setting, MEANT, colour).map(|both| (both.clone(), both));
        };
        let (mut light, mut dark) = (None, None);
        let mut n_known = 0;
        for (key, value) in in_order(pair) {
            let half = match key.get_ref().as_ref() {
                "light" => &mut light,
                "dark" => &mut dark,
                _ => {
                    self.unknown_key(Some("theme.colours"), key, false, &["light", "dark"]);
                    continue;
                }
            };
            n_known += 1;
            *half = self.understood(Setting { value, ..setting }, MEANT, colour);
        }
        if n_known == 1 {
            return self.wrong(setting, format!("`{}` has one colour where light and dark need one each", setting.key));
        }
        light.zip(dark)
    }

    fn boosts(&mut self, setting: Setting<'_>) -> Option<BTreeMap<&'static str, f64>> {
        let DeValue::Table(fields) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a table of fields, each with a number");
        };
        let mut boosts = BTreeMap::new();
        for (key, value) in in_order(fields) {
            let Some(field) = BOOSTED.iter().find(|field| **field == key.get_ref().as_ref()) else {
                self.unknown_key(Some("search.boosts"), key, false, BOOSTED);
                continue;
            };
            let example = format!("{field} = 2");
            let setting = Setting { table: "search.boosts", key: field, value, example: &example };
            let number = match value.get_ref() {
                DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
                DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
                _ => {
                    self.wrong_type::<()>(setting, "a number without quotes");
                    continue;
                }
            };
            match number.filter(|number| (0.0..=MOST_BOOST).contains(number)) {
                Some(number) => {
                    boosts.insert(*field, number);
                }
                None => {
                    self.wrong::<()>(setting, format!("`{field}` goes from 0 to {MOST_BOOST}"));
                }
            }
        }
        Some(boosts)
    }

    /// What readers type, each with one or several words of the book.
    fn synonyms(&mut self, setting: Setting<'_>) -> Option<Vec<(String, Vec<String>)>> {
        let DeValue::Table(words) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a table `[search.synonyms]`");
        };
        let mut synonyms = Vec::new();
        for (key, value) in in_order(words) {
            let typed = key.get_ref().trim();
            let example = format!("\"{typed}\" = \"refund\"");
            let setting = Setting { table: "search.synonyms", key: typed, value, example: &example };
            if let Some(meant) = self.texts(setting) {
                synonyms.push((typed.to_owned(), meant));
            }
        }
        Some(synonyms)
    }

    /// Situations, each with the reason why it needs no further entry.
    fn reasons(&mut self, setting: Setting<'_>) -> Option<Vec<(String, String)>> {
        let DeValue::Table(situations) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a table `[review.complete]`");
        };
        let mut reasons = Vec::new();
        for (key, value) in in_order(situations) {
            let situation = key.get_ref().trim();
            let example = format!("\"{situation}\" = \"there is nothing to decide\"");
            let setting = Setting { table: "review.complete", key: situation, value, example: &example };
            if let Some(reason) = self.filled(setting) {
                self.remember("review.complete".to_owned(), span_of(key));
                reasons.push((situation.to_owned(), reason));
            }
        }
        Some(reasons)
    }

    /// Queries, each with the name of an entry that comes first, or with a name and a place.
    fn search_tests(&mut self, setting: Setting<'_>) -> Option<Vec<SearchTest>> {
        let DeValue::Table(queries) = setting.value.get_ref() else {
            return self.wrong_type(setting, "a table `[search.tests]`");
        };
        let mut tests = Vec::new();
        for (key, value) in in_order(queries) {
            let query = key.get_ref().as_ref();
            let example =
                format!("\"{query}\" = \"late-parcel\"` or `\"{query}\" = {{ entry = \"late-parcel\", within = 3 }}");
            let setting = Setting { table: "search.tests", key: query, value, example: &example };
            if let Some((entry, within)) = self.search_test(setting) {
                self.remember("search.tests".to_owned(), span_of(key));
                tests.push(SearchTest { query: query.to_owned(), entry: without_brackets(&entry), within });
            }
        }
        Some(tests)
    }

    fn search_test(&mut self, setting: Setting<'_>) -> Option<(String, usize)> {
        let DeValue::Table(wanted) = setting.value.get_ref() else {
            return self.filled(setting).map(|entry| (entry, 1));
        };
        let (mut entry, mut within) = (None, 1);
        for (key, value) in in_order(wanted) {
            match key.get_ref().as_ref() {
                "entry" => entry = Some(self.filled(Setting { value, ..setting })?),
                "within" => {
                    within = self.number(Setting { value, key: "within", example: "within = 3", ..setting }, 10)?
                }
                _ => self.unknown_key(Some("search.tests"), key, false, &["entry", "within"]),
            }
        }
        match entry {
            Some(entry) => Some((entry, within)),
            None => self.wrong(setting, format!("the entry that `{}` must find is not said", setting.key)),
        }
    }

    // ---- whole tables

    fn words(&mut self, table: &DeTable<'_>) {
        let mut meanings: BTreeMap<String, &'static str> = BTreeMap::new();
        let n_found = self.found.len();
        for (key, value) in in_order(table) {
            let team_word = key.get_ref().trim();
            let example = format!("\"{}\" = \"Instead of\"", if team_word.is_empty() { "Statt" } else { team_word });
            let setting = Setting { table: "words", key: team_word, value, example: &example };
            if let Some(built_in) = self.built_in_word(key, setting) {
                let known = *meanings.entry(fold(team_word)).or_insert(built_in);
                if known == built_in {
                    self.config.words.push((team_word.to_owned(), built_in.to_owned()));
                } else {
                    self.complain(span_of(key), format!("`{team_word}` stands for `{known}` already")).help =
                        Some(format!("give `{built_in}` another word, or leave this line out"));
                }
            }
        }
        self.words_lost |= self.found.len() > n_found;
    }

    fn built_in_word(&mut self, key: &Spanned<DeString<'_>>, setting: Setting<'_>) -> Option<&'static str> {
        let built_in = self.filled(setting)?;
        if fold(setting.key).is_empty() {
            self.complain(span_of(key), format!("the word for `{built_in}` is empty")).help =
                Some(format!("write the team's word before the `=`: `{}`", setting.example));
            return None;
        }
        let Some(known) = words::known(&built_in) else {
            // The two sides are easily swapped.
            let swapped = words::known(setting.key);
            let found = self.complain(span_of(setting.value), format!("`{built_in}` is not a word that Cuebook knows"));
            found.help = Some(match (swapped, words::nearest_word(&built_in)) {
                (Some(known), _) => format!("write the team's word first: `\"{built_in}\" = \"{known}\"`"),
                (None, Some(meant)) => format!("did you mean `\"{}\" = \"{meant}\"`?", setting.key),
                (None, None) => format!("the English word comes behind the `=`: `{}`", setting.example),
            });
            return None;
        };
        let missing = |blank: &&str| !words::blanks(setting.key).contains(blank);
        if let Some(blank) = words::blanks(known).into_iter().find(missing) {
            self.complain(span_of(key), format!("the team's words for `{known}` leave out `{{{blank}}}`")).help =
                Some(format!("put `{{{blank}}}` where the page fills it in"));
            return None;
        }
        Some(known)
    }

    fn check(&mut self, table: &DeTable<'_>) {
        const SEVERITIES: &[(&str, Option<Severity>)] = &[
            ("error", Some(Severity::Error)),
            ("warning", Some(Severity::Warning)),
            ("hint", Some(Severity::Hint)),
            ("off", None),
        ];
        for (key, value) in in_order(table) {
            let Some(rule) = rules::by_name(key.get_ref()) else {
                let name = key.get_ref();
                let meant = nearest(name, rules::ALL.iter().map(|rule| rule.name));
                let help = match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "write the name that stands in brackets in a message, such as `broken-link`".to_owned(),
                };
                self.unknown(span_of(key), format!("there is no rule `{name}`"), help, meant);
                continue;
            };
            let example = format!("{} = \"warning\"", rule.name);
            let setting = Setting { table: "check", key: rule.name, value, example: &example };
            if let Some(severity) = self.choice(setting, SEVERITIES) {
                self.config.check.insert(rule.name, severity);
            }
        }
    }

    /// Whatever is wrong here puts the audiences in doubt.
    fn audiences(&mut self, table: &DeTable<'_>) {
        let n_found = self.found.len();
        let mut audiences = Audiences::default();
        let (folders, named): (Vec<_>, Vec<_>) =
            in_order(table).into_iter().partition(|(key, value)| is_folders(key.get_ref(), value.get_ref()));
        let mut included = Vec::new();
        for (key, value) in named {
            if let Some((name, includes)) = self.audience(&audiences, key, value) {
                audiences.includes.insert(name.clone(), Vec::new());
                included.extend(includes.into_iter().map(|(span, other)| (name.clone(), span, other)));
            }
        }
        // Names are all known only now.
        for (name, span, other) in included {
            match audiences.find(&other).map(str::to_owned) {
                Some(other) => audiences.includes.entry(name).or_default().push(other),
                None => self.no_audience(&audiences, span, &other),
            }
        }
        for (key, value) in folders {
            if key.get_ref() == "folders" {
                self.folders(&mut audiences, value);
            } else {
                self.unknown_key(Some("audiences"), key, true, &["folders"]);
            }
        }
        self.config.audiences = Some(audiences);
        self.config.audiences_in_doubt |= self.found.len() > n_found;
    }

    /// An audience and whom it includes, with the place of each; `None` if there is no such audience then.
    fn audience(
        &mut self,
        known: &Audiences,
        key: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<(String, Vec<(Span, String)>)> {
        let name = key.get_ref().trim();
        if singular(name).is_empty() || name.contains([',', ';', '[', ']']) {
            self.complain(span_of(key), format!("`{name}` cannot be the name of an audience")).help =
                Some("write a name without commas and brackets: `\"team lead\" = {}`".to_owned());
            return None;
        }
        if let Some(other) = known.find(name) {
            let message =
                format!("`{name}` and `{other}` are one audience: case, plural and signs do not tell them apart");
            self.complain(span_of(key), message).help = Some("keep one of them, or give one another name".to_owned());
            return None;
        }
        let quoted = if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() };
        let example = format!("{quoted} = {{}}` or `{quoted} = {{ includes = [\"agent\"] }}");
        let setting = Setting { table: "audiences", key: name, value, example: &example };
        let mut includes = Vec::new();
        match value.get_ref() {
            DeValue::Table(facts) => {
                for (key, value) in in_order(facts) {
                    if key.get_ref() != "includes" {
                        self.unknown_key(Some("audiences"), key, false, &["includes"]);
                    } else if let DeValue::Array(list) = value.get_ref() {
                        for one in list {
                            let text = self.text(Setting { value: one, ..setting });
                            includes.extend(text.map(|text| (span_of(one), text)));
                        }
                    } else {
                        let text = self.text(Setting { value, ..setting });
                        includes.extend(text.map(|text| (span_of(value), text)));
                    }
                }
            }
            _ => {
                self.wrong_type::<()>(setting, "braces, which may be empty");
            }
        }
        Some((name.to_owned(), includes))
    }

    fn folders(&mut self, audiences: &mut Audiences, value: &Spanned<DeValue<'_>>) {
        const EXAMPLE: &str = "\"managers/\" = \"manager\"";
        let DeValue::Table(folders) = value.get_ref() else {
            let setting = Setting { table: "audiences", key: "folders", value, example: EXAMPLE };
            self.wrong_type::<()>(setting, "a table `[audiences.folders]`");
            return;
        };
        for (key, value) in in_order(folders) {
            let folder = match relative_path(key.get_ref()) {
                Ok(folder) => folder + "/",
                Err(why) => {
                    self.complain(span_of(key), format!("the folder `{}` {why}", key.get_ref())).help =
                        Some(format!("write a folder of the content folder: `{EXAMPLE}`"));
                    continue;
                }
            };
            let setting = Setting { table: "audiences.folders", key: key.get_ref(), value, example: EXAMPLE };
            let Some(typed) = self.text(setting) else {
                continue;
            };
            let Some(audience) = audiences.find(&typed).map(str::to_owned) else {
                self.no_audience(audiences, span_of(value), &typed);
                continue;
            };
            self.remember(format!("audiences.folders.{folder}"), span_of(key));
            match audiences.folders.get(&folder) {
                Some(other) if *other != audience => {
                    let message = format!("the folder `{folder}` is for `{other}` already");
                    self.complain(span_of(key), message).help = Some("keep one of the two lines".to_owned());
                }
                _ => {
                    audiences.folders.insert(folder, audience);
                }
            }
        }
    }

    fn no_audience(&mut self, audiences: &Audiences, span: Span, typed: &str) {
        let names = audiences.includes.keys().map(String::as_str);
        let meant = nearest(typed, names.clone());
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if audiences.includes.is_empty() => "name it under `[audiences]` first: `agent = {}`".to_owned(),
            None => format!("the audiences are {}", listed(names)),
        };
        self.complain(span, format!("`{typed}` is not an audience of this book")).help = Some(help);
    }

    /// The output would be read as content, or the content be taken for old output and deleted.
    fn keep_folders_apart(&mut self) {
        let Some(out) = &self.config.build.out else {
            return;
        };
        let src = &self.config.book.src;
        let (inner, outer) = (format!("{out}/"), format!("{src}/"));
        if !inner.starts_with(&outer) && !outer.starts_with(&inner) {
            return;
        }
        let message = format!("the output folder `{out}` and the content folder `{src}` must not lie in each other");
        let key = if self.config.place("build.out", 0).is_some() { "build.out" } else { "build.build-dir" };
        let found = self.config.diagnose(&CONFIG_VALUE, key, 0, message).help("write `out = \"site\"`");
        self.found.push(found);
        self.config.build.out = None;
    }

    // ---- what is wrong

    fn complain(&mut self, span: Span, message: String) -> &mut Diagnostic {
        self.found.push(self.file.diagnose(&CONFIG_VALUE, span, message));
        self.found.last_mut().expect("one was just pushed")
    }

    fn wrong<T>(&mut self, setting: Setting<'_>, message: String) -> Option<T> {
        self.complain(span_of(setting.value), message).help = Some(format!("write `{}`", setting.example));
        None
    }

    fn wrong_type<T>(&mut self, setting: Setting<'_>, wanted: &str) -> Option<T> {
        let message = format!("`{}` wants {wanted}, and not {}", setting.key, what(setting.value.get_ref()));
        self.wrong(setting, message)
    }

    fn unknown(&mut self, span: Span, message: String, help: String, meant: Option<&str>) {
        let found = self.file.diagnose(&CONFIG_KEY, span, message).help(help);
        self.found.push(match meant {
            Some(meant) => found.suggested_fix(span, meant),
            None => found,
        });
    }

    /// A key that `table` does not have; without a table, one that stands above or beside all tables.
    fn unknown_key(&mut self, table: Option<&str>, key: &Spanned<DeString<'_>>, is_table: bool, known: &[&str]) {
        let name = key.get_ref().as_ref();
        self.config.audiences_in_doubt |= nearest(name, ["audiences"]).is_some();
        let message = match table {
            Some(table) => format!("`[{table}]` has no key `{name}`"),
            None if is_table => format!("there is no table `[{name}]`"),
            None => format!("`{name}` is not a setting"),
        };
        let folded = fold(name);
        let elsewhere = EXAMPLES.iter().find(|(_, key, _)| fold(key) == folded).map(|(table, ..)| *table);
        let at_top = TABLES.iter().find(|table| is_table && fold(table) == folded);
        let meant = nearest(name, known.iter().copied());
        let help = match (meant, elsewhere, at_top) {
            (Some(meant), ..) => format!("did you mean `{meant}`?"),
            (None, _, Some(top)) => format!("write it as a table of its own: `[{top}]`"),
            (None, Some(table), None) => format!("write it under `[{table}]`"),
            (None, None, None) if table.is_none() => format!("the tables are {}", listed(known.iter().copied())),
            (None, None, None) => format!("the keys here are {}", listed(known.iter().copied())),
        };
        self.unknown(span_of(key), message, help, meant);
    }

    fn remember(&mut self, key: String, span: Span) {
        let place = Place::new(self.file.text, &self.file.lines, span);
        self.config.places.entry(key).or_default().push(place);
    }
}

/// The keys of a table as they are typed; the map has them by name.
fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<(&'a Spanned<DeString<'i>>, &'a Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn span_of<T>(spanned: &Spanned<T>) -> Span {
    Span::from(spanned.span())
}

/// A kind of value in plain words.
fn what(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `[[quiet-offer]]` as people type it in an entry.
fn without_brackets(name: &str) -> String {
    name.trim_start_matches("[[").trim_end_matches("]]").trim().to_owned()
}

/// Whether a key of `[audiences]` gives folders their audience, or is meant to.
fn is_folders(key: &str, value: &DeValue<'_>) -> bool {
    let holds_more = value.as_table().is_some_and(|table| table.keys().any(|key| key.get_ref() != "includes"));
    singular(key) == "folder" || (holds_more && nearest(key, ["folders"]).is_some())
}

/// Whether a table of another name has the form of `[audiences]`: the name may be in the team's language.
fn names_audiences(value: &DeValue<'_>) -> bool {
    let Some(table) = value.as_table() else {
        return false;
    };
    table.iter().any(|(key, value)| match value.get_ref() {
        DeValue::Table(inner) => key.get_ref() == "folders" || inner.contains_key("includes"),
        _ => false,
    })
}
