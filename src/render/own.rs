//! A book's own theme: what its `theme.toml` says, and mistakes in its files that a browser would pass over in silence.
//!
//! A mistake in a template is found by the template engine. A style sheet with a bracket too few is accepted by every
//! browser, which then drops all that comes behind it; a file with a name that nothing uses changes nothing. Both are
//! reported here, at their line.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::text::{Lines, Span, nearest};

/// The version of the view: of the names that templates see, as `manual/theme-view.md` lists them. It grows when a name
/// goes or means something else, and stays when one comes.
pub const VIEW: i64 = 1;

/// Files of a theme: path in the theme → name in messages and text.
type Files = BTreeMap<String, (String, String)>;

/// What `theme.toml` sets, as a style sheet, or every mistake in the theme's files. `default` are the paths and texts of
/// the theme that it lies over.
pub(super) fn read<'d>(
    own: &'d Files,
    default: impl Iterator<Item = (&'d str, &'d str)> + Clone,
) -> (String, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let paths: BTreeSet<&str> = default.clone().map(|(path, _)| path).collect();
    let texts = default.chain(own.iter().map(|(path, (_, text))| (path.as_str(), text.as_str())));
    let of = |ending| texts.clone().filter(move |(path, _)| path.ends_with(ending)).map(|(_, text)| text);
    let known: BTreeSet<&str> = of(".css").flat_map(declared_tokens).collect();
    let is_set = |name: &str| known.contains(name) || of(".js").any(|script| script.contains(&format!("--{name}")));
    for (path, (file, text)) in own {
        let at = At { file, text, lines: Lines::new(text) };
        found.extend(misplaced(path, &at, own, &paths));
        if path.ends_with(".css") {
            style_faults(&at, &mut found);
            let unknown = used_tokens(text).filter(|(name, _)| !is_set(name));
            found.extend(unknown.map(|(name, span)| unknown_token(&at, span, name, &known)));
        }
    }
    let tokens = match own.get("theme.toml") {
        Some((file, text)) => settings(&At { file, text, lines: Lines::new(text) }, &known, &mut found),
        None => String::new(),
    };
    (tokens, found)
}

/// One file, to point into.
struct At<'f> {
    file: &'f str,
    text: &'f str,
    lines: Lines,
}

impl At<'_> {
    fn fault(&self, span: impl Into<Span>, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic::at(&rules::THEME, self.file, (self.text, &self.lines), span.into(), message).help(help)
    }
}

/// A file that no page would show anything of.
fn misplaced(path: &str, at: &At<'_>, own: &Files, default: &BTreeSet<&str>) -> Option<Diagnostic> {
    let folder = path.split_once('/').map_or("", |(folder, _)| folder);
    let in_place = match folder {
        "css" => path.ends_with(".css"),
        "js" => path.ends_with(".js"),
        _ => default.contains(path) || path == "theme.toml",
    };
    if in_place {
        return None;
    }
    let name = path.strip_prefix("templates/");
    // A part of the theme's own is used by one of its templates.
    if let Some(name) = name.filter(|_| path.ends_with(".html")) {
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        if own.values().any(|(_, text)| quoted.iter().any(|quoted| text.contains(quoted))) {
            return None;
        }
    }
    let near = nearest(path, default.iter().copied());
    let help = match (near, name) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some(_)) => "name it after the template that it replaces, or include it in one".to_owned(),
        (None, None) => "style sheets lie in `css/`, scripts in `js/`, templates in `templates/`".to_owned(),
    };
    Some(at.fault(at.lines.span_of(at.text, 1), "no page uses this file of the theme", help))
}

/// Brackets, strings and comments that are not closed, and what would be asked of another host (CSS Syntax Level 3, § 4).
fn style_faults(at: &At<'_>, found: &mut Vec<Diagnostic>) {
    let mut open: Vec<usize> = Vec::new();
    let bytes = at.text.as_bytes();
    let mut next = 0;
    // Where the words begin of what may be a declaration, and whether it has its colon.
    let mut words: Option<(usize, bool)> = None;
    let mut parentheses = 0_usize;
    while next < bytes.len() {
        let here = next;
        next += 1;
        match bytes[here] {
            b'(' => parentheses += 1,
            b')' => parentheses = parentheses.saturating_sub(1),
            b'{' | b'}' => parentheses = 0,
            _ => {}
        }
        if matches!(bytes[here], b'{' | b'}' | b';') && parentheses == 0 {
            let typed = words.take().filter(|(_, has_colon)| !has_colon && bytes[here] != b'{' && !open.is_empty());
            if let Some((start, _)) = typed {
                found.push(at.fault(
                    start..start + at.text[start..here].trim_end().len(),
                    "this sets nothing",
                    "write the name of a property, a colon and a value: `color: red;`",
                ));
            }
        } else if !bytes[here].is_ascii_whitespace() && !at.text[here..].starts_with("/*") {
            let (_, has_colon) = words.get_or_insert((here, false));
            *has_colon |= matches!(bytes[here], b':' | b'@');
        }
        match bytes[here] {
            b'/' if bytes.get(next) == Some(&b'*') => match at.text[here + 2..].find("*/") {
                Some(end) => next = here + 2 + end + 2,
                None => {
                    return found.push(at.fault(here..here + 2, "this comment is never closed", "close it with `*/`"));
                }
            },
            quote @ (b'"' | b'\'') => match end_of_string(bytes, here, quote) {
                Some(end) => next = end,
                None => {
                    let line = at.lines.span_of(at.text, at.lines.line(here as u32));
                    found.push(at.fault(
                        Span { start: here as u32, end: line.end },
                        "this string is not closed in its line",
                        format!("put a `{}` behind it", quote as char),
                    ));
                    next = line.end as usize;
                }
            },
            b'{' => open.push(here),
            b'}' if open.pop().is_none() => {
                found.push(at.fault(here..next, "this bracket closes nothing", "take it out, or open one before it"));
            }
            b'@' if at.text[here..].starts_with("@import") => found.push(at.fault(
                here..here + 7,
                "a style sheet that is imported is not loaded",
                "put its rules into a file of their own in `css/`",
            )),
            b'u' if at.text[here..].starts_with("url(") => {
                let address = at.text[here + 4..].trim_start_matches([' ', '"', '\'']);
                if ["http:", "https:", "//"].iter().any(|start| address.starts_with(start)) {
                    found.push(at.fault(
                        here..here + 4,
                        "a page loads nothing from another host",
                        "use a picture of the content folder in an entry, or draw it with CSS",
                    ));
                }
            }
            _ => {}
        }
    }
    if let Some(unclosed) = open.pop() {
        let line = at.lines.span_of(at.text, at.lines.line(unclosed as u32));
        found.push(at.fault(
            line,
            "this bracket is never closed, so that everything behind it is lost",
            "put a `}` where its rules end",
        ));
    }
}

/// The byte behind a string; `None` if its line ends before it does.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The names of the custom properties that a style sheet declares, without their dashes.
fn declared_tokens(style: &str) -> impl Iterator<Item = &str> {
    style.match_indices("--").filter_map(|(at, _)| {
        let rest = &style[at + 2..];
        let name = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?];
        // `@property` declares one with a block.
        (rest[name.len()..].trim_start().starts_with([':', '{']) && !name.is_empty()).then_some(name)
    })
}

/// The custom properties that a style sheet cannot do without, each with its place: in `var()`, with nothing to take instead.
fn used_tokens(style: &str) -> impl Iterator<Item = (&str, Span)> {
    style.match_indices("var(").filter_map(|(at, opening)| {
        let is_remark = style[..at].rfind("/*").is_some_and(|start| !style[start..at].contains("*/"));
        let rest = style[at + opening.len()..].trim_start().strip_prefix("--")?;
        let name = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?];
        let start = style.len() - rest.len();
        let is_needed = rest[name.len()..].trim_start().starts_with(')') && !name.is_empty() && !is_remark;
        is_needed.then(|| (name, Span::from(start..start + name.len())))
    })
}

fn unknown_token(at: &At<'_>, span: Span, name: &str, known: &BTreeSet<&str>) -> Diagnostic {
    let help = nearest(name, known.iter().copied()).map_or_else(
        || "the tokens are the custom properties of `css/01-tokens.css`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    at.fault(span, format!("no style sheet has the token `{name}`"), help)
}

/// `theme.toml`: the version of the view, and tokens.
fn settings(at: &At<'_>, known: &BTreeSet<&str>, found: &mut Vec<Diagnostic>) -> String {
    let (table, errors) = DeTable::parse_recoverable(at.text);
    for error in &errors {
        let span = error.span().map_or(Span::default(), Span::from);
        found.push(at.fault(span, error.message().trim().to_lowercase(), "write `name = \"value\"`, a line each"));
    }
    let mut tokens = String::new();
    for (key, value) in table.get_ref() {
        let span = key.span();
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("name" | "description", DeValue::String(_)) => {}
            ("name" | "description", _) => found.push(at.fault(value.span(), "this is text", "put it in quotes")),
            ("view", DeValue::Integer(number)) if number.as_str() == VIEW.to_string() => {}
            ("view", _) => found.push(at.fault(
                value.span(),
                format!("this theme is written for another version of the view; this program has {VIEW}"),
                format!("compare its templates with the list of what templates see, then write `view = {VIEW}`"),
            )),
            ("tokens", DeValue::Table(table)) => {
                let mut table: Vec<_> = table.iter().collect();
                table.sort_by_key(|(key, _)| key.span().start);
                for (key, value) in table {
                    if let Some(token) = token(at, (key, value), known, found) {
                        tokens.push_str(&token);
                    }
                }
            }
            (other, _) => {
                let near = nearest(other, ["name", "description", "view", "tokens"]);
                let help = near
                    .map_or("the keys are `name`, `description`, `view` and `[tokens]`".to_owned(), |near| {
                        format!("did you mean `{near}`?")
                    });
                found.push(at.fault(span, format!("`theme.toml` has no key `{other}`"), help));
            }
        }
    }
    if tokens.is_empty() { tokens } else { format!("@layer tokens{{:root{{{tokens}}}}}\n") }
}

/// One token as a declaration.
fn token(
    at: &At<'_>,
    (key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>),
    known: &BTreeSet<&str>,
    found: &mut Vec<Diagnostic>,
) -> Option<String> {
    const EXAMPLE: &str = "write it as in CSS, in quotes: `radius = \"4px\"`, or for a colour `link = { light = \"#1f4fb2\", dark = \"#8ab4f8\" }`";
    let name = key.get_ref().as_ref();
    if !known.contains(name) {
        found.push(unknown_token(at, key.span().into(), name, known));
        return None;
    }
    let sound = |value: &DeValue<'_>| {
        let text = value.as_str()?.trim();
        (!text.is_empty() && !text.contains([';', '{', '}', '<'])).then(|| text.to_owned())
    };
    let declared = match value.get_ref() {
        DeValue::Table(pair) if pair.len() == 2 => {
            let half = |name: &str| sound(pair.get(name)?.get_ref());
            half("light").zip(half("dark")).map(|(light, dark)| format!("light-dark({light},{dark})"))
        }
        value => sound(value),
    };
    if declared.is_none() {
        found.push(at.fault(value.span(), format!("this is no value for the token `{name}`"), EXAMPLE));
    }
    Some(format!("--{name}:{};", declared?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let own = Files::from([(path.to_owned(), (path.to_owned(), text.to_owned()))]);
        let default = [("css/01-tokens.css", ":root { --link: #000; --radius: 8px; }"), ("templates/script.html", "")];
        let (tokens, found) = read(&own, default.into_iter());
        let places = found.iter().map(|found| {
            let place = found.place.as_ref().expect("each has a place");
            format!("{}:{} {}", place.line, place.column, found.message)
        });
        std::iter::once(tokens).filter(|tokens| !tokens.is_empty()).chain(places).collect()
    }

    #[test]
    fn tokens_become_a_layer() {
        let text = "view = 1\n[tokens]\nradius = \"2px\"\nlink = { light = \"#111\", dark = \"#eee\" }\n";
        assert_eq!(found("theme.toml", text), ["@layer tokens{:root{--radius:2px;--link:light-dark(#111,#eee);}}\n"]);
    }

    #[test]
    fn mistakes_in_theme_toml_are_at_their_line() {
        assert_eq!(
            found("theme.toml", "view = 2\nnmae = \"x\"\n[tokens]\nraduis = \"2px\"\nlink = \"red; }\"\n"),
            [
                "2:1 `theme.toml` has no key `nmae`",
                "4:1 no style sheet has the token `raduis`",
                "5:8 this is no value for the token `link`",
                "1:8 this theme is written for another version of the view; this program has 1",
            ]
        );
        assert!(found("theme.toml", "view 1\n")[0].starts_with("1:"));
    }

    #[test]
    fn mistakes_in_a_style_sheet_are_at_their_line() {
        assert_eq!(found("css/ours.css", "a { b: \"}\" } /* } */\n@layer kinds {\n  c { d: e }\n}\n"), [""; 0]);
        let sound = "@layer kinds, ours;\n:root { --ours: 1px }\na {\n  & b { color: var(--link); }\n  margin: var(--ours) var(--other, 0);\n  @media print { b {}; }\n  c: url(data:image/png;base64,AA==);\n  /* var(--lnk) */ --spaced : 1px; d: var(--spaced) var(--typed);\n}\n@property --typed { inherits: false }\n";
        assert_eq!(found("css/ours.css", sound), [""; 0]);
        for (text, place) in [
            ("a {}\n@layer kinds {\n  c { d: e }\n", "2:1"),
            ("a {} }\n", "1:6"),
            ("a {}\n/* b\n", "2:1"),
            ("a { content: \"x }\n}", "1:14"),
            ("@import \"x.css\";", "1:1"),
            ("a {\n  background #3b0a45;\n  color: red }", "2:3"),
            ("a {\n  /* b */ color }", "2:11"),
            ("a { color: var( --lnk ) }", "1:19"),
            ("a { background: url( 'https://example.org/x') }", "1:17"),
        ] {
            let found = found("css/ours.css", text);
            assert!(found.len() == 1 && found[0].starts_with(place), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_file_that_nothing_uses_is_named() {
        assert_eq!(found("templates/skript.html", "x"), ["1:1 no page uses this file of the theme"]);
        assert_eq!(found("style.css", "a {}"), ["1:1 no page uses this file of the theme"]);
        assert_eq!(found("templates/script.html", "x"), [""; 0]);
        assert_eq!(found("templates/parts/ours.html", "{% include \"parts/ours.html\" %}"), [""; 0]);
    }
}
