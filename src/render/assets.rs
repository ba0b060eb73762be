//! What a theme's style sheets, scripts and icons become on their way to a reader: joined, without what only people
//! need, and with the words and icons that they name.

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::config::ThemeSettings;
use crate::words::Words;

/// When a page loads a style sheet or script of the theme.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// With `front` in its name: on the front page.
    OnFront,
    /// With `lists` in its name: on pages that are neither that nor an entry's.
    OnLists,
    /// With `reader` in its name: when a reader rests on a link or asks for a map.
    Reading,
    /// With `search` in its name: the first page has no room for what only some readers need.
    Searching,
    /// With `engine` in its name: what finds, without the box in which readers ask.
    Finding,
}

fn joined<'f>(
    files: &'f BTreeMap<&str, &str>,
    folder: &str,
    extension: &str,
    when: When,
) -> impl Iterator<Item = String> {
    let ours = |path: &str| path.starts_with(folder) && path.ends_with(extension);
    let is_when = move |path: &str| match when {
        When::Always => !["engine", "search", "reader", "front", "lists"].iter().any(|apart| path.contains(apart)),
        When::Reading => path.contains("reader"),
        When::OnFront => path.contains("front"),
        When::OnLists => path.contains("lists"),
        When::Searching => path.contains("search"),
        When::Finding => path.contains("engine"),
    };
    let parts: Vec<&'f str> =
        files.iter().filter(|(path, _)| ours(path) && is_when(path)).map(|(_, text)| *text).collect();
    parts.into_iter().map(slimmed)
}

pub(super) fn joined_script(files: &BTreeMap<&str, &str>, when: When) -> String {
    let script = joined(files, "js/", ".js", when).collect::<String>();
    on_fewer_lines(&script.lines().map(closed_line).collect::<String>(), &['{', ';', ','])
}

pub(super) fn joined_style(files: &BTreeMap<&str, &str>, when: When) -> String {
    closed_up(&joined(files, "css/", ".css", when).collect::<String>())
}

/// The name of a file that changes with what is in it, so that browsers may keep it for good.
pub(crate) fn hashed_name(stem: &str, text: &str, extension: &str) -> String {
    format!("{stem}-{:08x}.{extension}", xxh3_64(text.as_bytes()) as u32)
}

/// What the program gives a script, in script: the words and the icons that it names. One that draws icons whose names
/// it computes gets all.
pub(super) fn given(script: &str, icons: &serde_json::Map<String, serde_json::Value>, words: &Words) -> String {
    let drawn = named(script, "cuebook.icon(");
    let quoted = named(script, "cuebook.icon(\"");
    let is_drawn = |name: &str| quoted.contains(name) || drawn.iter().any(|name| !name.is_empty());
    let used: serde_json::Map<_, _> = icons.clone().into_iter().filter(|(name, _)| is_drawn(name)).collect();
    let (used, said) = (serde_json::Value::Object(used), said(script, words));
    format!("Object.assign(cuebook.icons,{used});\ncuebook.words=Object.assign({said},cuebook.words);\n")
}

/// A script that stands by itself, under a name with the words that it names. It stays as it is typed.
pub(super) fn script_with_words(name: &str, script: &str, words: &Words) -> String {
    format!("var {name} = {{ words: {} }};\n{script}", said(script, words))
}

/// The words that a script names, in script.
fn said(script: &str, words: &Words) -> String {
    let asked = named(script, "words.");
    let said = words.iter().map(|(key, word)| (camel_case(key), serde_json::Value::from(word.as_str())));
    let said = said.filter(|(name, _)| asked.contains(name.as_str())).map(|(name, word)| format!("{name}:{word}"));
    format!("{{{}}}", said.collect::<Vec<_>>().join(","))
}

/// Every name that a script has behind this.
fn named<'s>(script: &'s str, before: &str) -> BTreeSet<&'s str> {
    let names = script.match_indices(before).map(|(at, _)| &script[at + before.len()..]);
    names.map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())]).collect()
}

/// `search_failed` as scripts write it: `searchFailed`.
fn camel_case(key: &str) -> String {
    let mut parts = key.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let (initial, rest) = part.split_at(part.len().min(1));
        name + &initial.to_ascii_uppercase() + rest
    })
}

/// The icons for script, which may draw one that a page does not hold: by name, the shapes of each as
/// `[element, attributes]`. A policy with trusted types lets script make elements, and no markup.
pub(super) fn icon_shapes(svg: &str) -> serde_json::Map<String, serde_json::Value> {
    let icons = symbols(svg).into_iter().map(|(name, symbol)| {
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
    icons.collect()
}

/// The symbols of a file of icons, by the name behind `i-` in their ids.
pub(super) fn symbols(svg: &str) -> Vec<(String, String)> {
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

/// Signs of script that need no spaces around them.
const SIGNS: &[(&str, &str)] = &[
    (" === ", "==="),
    (" !== ", "!=="),
    (" => ", "=>"),
    (" += ", "+="),
    (" = ", "="),
    (" && ", "&&"),
    (" || ", "||"),
    (" >= ", ">="),
    (" <= ", "<="),
    (" > ", ">"),
    (" ? ", "?"),
    (" : ", ":"),
    (": ", ":"),
    (", ", ","),
    ("; ", ";"),
    (" {", "{"),
    ("{ ", "{"),
    (" }", "}"),
    (";}", "}"),
    (") ", ")"),
    (" (", "("),
    (" < ", "<"),
];

/// A line of script without the spaces that only people need, a tenth of all. What stands in quotes keeps its own, and
/// so does a whole line with signs that make it hard to tell what does: another quote, a pattern.
fn closed_line(line: &str) -> String {
    let mut parts: Vec<String> = line.split('"').map(str::to_owned).collect();
    let is_hard = line.contains('\\') || parts.iter().step_by(2).any(|part| part.contains(['\'', '`', '/']));
    if is_hard {
        return line.to_owned() + "\n";
    }
    for part in parts.iter_mut().step_by(2) {
        *part = SIGNS.iter().fold(std::mem::take(part), |part, (open, closed)| part.replace(open, closed));
    }
    parts.join("\"") + "\n"
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
    let closed = closed.replace(":0.", ":.").replace(" 0.", " .");
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
pub(super) fn colours(settings: &ThemeSettings) -> String {
    if settings.colours.is_empty() {
        return String::new();
    }
    let tokens = settings.colours.iter().map(|(name, (light, dark))| format!("--{name}: light-dark({light}, {dark});"));
    format!("@layer book {{ :root {{ {} }} }}\n", tokens.collect::<Vec<_>>().join(" "))
}
