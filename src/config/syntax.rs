//! Lines of `book.toml` that are no TOML: which they are, and what to type instead.
//!
//! The `toml` crate says that something is wrong, often far behind the mistake and in its own words. So the text is
//! cut into statements, each is tried alone, and the ones that fail are explained here from what is typed. They are
//! then blanked out, byte for byte, so that the rest can be read with its places unchanged.

use std::ops::Range;

use toml::de::{DeTable, Error};

use super::BookToml;
use crate::diagnostic::Diagnostic;
use crate::rules::CONFIG_SYNTAX;
use crate::text::{Span, fold};

/// Mistakes explained in one run. Behind the last one nothing is read: a file with so many is no `book.toml`.
const MOST_MISTAKES: usize = 20;

/// The text without the statements that cannot be read, and what is wrong with each.
pub(super) fn mend(file: &BookToml<'_>) -> (String, Vec<Diagnostic>) {
    let mut mended = file.text.to_owned();
    let mut found = Vec::new();
    let statements = statements(file.text);
    let mut table_lost = false;
    for Statement { range, header } in statements {
        table_lost &= !header;
        let broken = explain(file, range.clone(), header);
        if broken.is_some() || table_lost || found.len() == MOST_MISTAKES {
            blank(&mut mended, range);
        }
        // Keys below a table name that cannot be read belong to no table that we know.
        table_lost |= header && broken.is_some();
        found.extend(broken.filter(|_| found.len() < MOST_MISTAKES));
    }
    (mended, found)
}

/// What is wrong although every statement can be read alone: a key or a table that is there twice.
pub(super) fn repeated(file: &BookToml<'_>, errors: &[Error]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for error in errors.iter().take(MOST_MISTAKES) {
        let span = within(error.span().unwrap_or_default(), file.text);
        let line = whole_line(file.text, span.start);
        let this = file.text[line.clone()].split('=').next().unwrap_or_default().trim();
        let earlier = this_before(file.text, this, line.start);
        let diagnostic = match (error.message(), earlier) {
            ("duplicate key", Some(earlier)) => {
                let (first, second) = (file.line(earlier), file.line(line.start));
                file.diagnose(&CONFIG_SYNTAX, span.into(), format!("lines {first} and {second} both set `{this}`"))
                    .help(format!("keep one of them; line {first} holds until then"))
            }
            ("duplicate key", None) => file
                .diagnose(&CONFIG_SYNTAX, span.into(), format!("`{this}` is set twice"))
                .help("keep one of them; the first holds until then"),
            _ => general(file, span),
        };
        found.push(diagnostic);
    }
    found
}

/// Where `this` is typed before `end`, as a table name or in front of a `=`.
fn this_before(text: &str, this: &str, end: usize) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    for line in text[..end].split_inclusive('\n') {
        let name = line.split('=').next().unwrap_or_default().trim();
        // The same key in another table is another key.
        if name.starts_with('[') && !this.starts_with('[') {
            found = None;
        }
        if name == this && found.is_none() {
            found = Some(at + line.len() - line.trim_start().len());
        }
        at += line.len();
    }
    found
}

/// One setting or table name, over as many lines as it takes.
struct Statement {
    range: Range<usize>,
    header: bool,
}

fn statements(text: &str) -> Vec<Statement> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.len());
        at += line.len();
    }
    let mut statements = Vec::new();
    let mut n_bad = 0;
    let mut next = 0;
    while next < lines.len() {
        let first = next;
        let line = text[lines[first].clone()].trim_start_matches('\u{feff}').trim();
        next += 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if starts_statement(line).is_some_and(|header| !header) || line.contains('=') {
            match end_of_value(text, &lines, first) {
                Some(end) => next = end,
                // Nothing closes what this line opens, or what does closes too much.
                None if n_bad < MOST_MISTAKES => {
                    n_bad += 1;
                    while next < lines.len() && starts_statement(text[lines[next].clone()].trim()).is_none() {
                        next += 1;
                    }
                }
                None => next = lines.len(),
            }
        }
        let range = lines[first].start..lines[next - 1].end;
        statements.push(Statement { range, header: line.starts_with('[') });
    }
    statements
}

/// The line behind the value that begins on line `first`. `None` if it does not end, or its lines are no TOML.
fn end_of_value(text: &str, lines: &[Range<usize>], first: usize) -> Option<usize> {
    let mut open = Open::default();
    for (n, line) in lines.iter().enumerate().skip(first) {
        open.read(&text[line.clone()], line.start);
        if !open.goes_on() {
            let one_line = n == first;
            let sound = || DeTable::parse(&text[lines[first].start..line.end]).is_ok();
            return (one_line || sound()).then_some(n + 1);
        }
    }
    None
}

/// Whether a line looks like the begin of a statement, and then whether it is a table name.
fn starts_statement(line: &str) -> Option<bool> {
    let uncommented = line.split('#').next().unwrap_or_default().trim_end();
    if let Some(name) = uncommented.strip_prefix('[') {
        // `["a", "b"],` is a row of a list.
        return (!name.contains([',', '=']) && !name.starts_with(['"', '\''])).then_some(true);
    }
    let (name, _) = line.split_once('=')?;
    let plain = |c: char| c.is_alphanumeric() || "-_. \"'".contains(c);
    (!name.trim().is_empty() && name.chars().all(plain)).then_some(false)
}

/// What is open at the end of some lines.
#[derive(Default)]
struct Open {
    /// Brackets, and where each stands.
    brackets: Vec<(char, usize)>,
    /// A text over several lines: three of this quote end it.
    long_text: Option<(char, usize)>,
    /// A quote that its line does not close.
    quote: Option<(char, usize)>,
}

impl Open {
    fn goes_on(&self) -> bool {
        self.long_text.is_some() || !self.brackets.is_empty()
    }

    fn read(&mut self, line: &str, offset: usize) {
        let mut rest = line.char_indices().peekable();
        let mut quoted: Option<(char, usize)> = None;
        while let Some((at, c)) = rest.next() {
            let three = |quote: char| line[at..].chars().take(3).filter(|c| *c == quote).count() == 3;
            match (self.long_text, quoted) {
                (Some(('"', _)), _) | (None, Some(('"', _))) if c == '\\' => {
                    rest.next();
                }
                (Some((quote, _)), _) => {
                    if c == quote && three(quote) {
                        self.long_text = None;
                        rest.nth(1);
                    }
                }
                (None, Some((quote, _))) => quoted = quoted.filter(|_| c != quote),
                (None, None) => match c {
                    '"' | '\'' if three(c) => {
                        self.long_text = Some((c, offset + at));
                        rest.nth(1);
                    }
                    '"' | '\'' => quoted = Some((c, offset + at)),
                    '#' => break,
                    '[' | '{' => self.brackets.push((c, offset + at)),
                    ']' | '}' => {
                        self.brackets.pop();
                    }
                    _ => {}
                },
            }
        }
        self.quote = self.quote.or(quoted);
    }
}

/// What is wrong with one statement. `None` if nothing is.
fn explain(file: &BookToml<'_>, range: Range<usize>, header: bool) -> Option<Diagnostic> {
    let error = DeTable::parse_recoverable(&file.text[range.clone()]).1.into_iter().min_by_key(first_byte)?;
    let statement = Typed::new(file, range, &error);
    let explained = statement
        .merge_marks()
        .or_else(|| statement.line_ends())
        .or_else(|| statement.curly_quotes())
        .or_else(|| if header { statement.table_name() } else { None })
        .or_else(|| statement.backslash())
        .or_else(|| statement.bare_colour())
        .or_else(|| statement.unclosed_quote())
        .or_else(|| statement.key(&error))
        .or_else(|| statement.value(&error))
        .or_else(|| statement.unclosed_bracket())
        .or_else(|| statement.comma(&error));
    Some(explained.unwrap_or_else(|| general(file, statement.error.clone())))
}

/// Errors without a place come last.
fn first_byte(error: &Error) -> usize {
    error.span().map_or(usize::MAX, |span| span.start)
}

/// One statement as it is typed.
struct Typed<'f> {
    file: &'f BookToml<'f>,
    /// Where it begins in the file.
    start: usize,
    /// All of its lines.
    text: &'f str,
    /// The line that the crate complains of, without blanks and a comment, and where that begins in the file.
    line: &'f str,
    line_start: usize,
    /// What the crate complains of, in the file.
    error: Range<usize>,
    /// In front of the first `=` of the statement.
    key: &'f str,
    /// Behind it, on the same line, without a comment.
    value: &'f str,
}

impl<'f> Typed<'f> {
    fn new(file: &'f BookToml<'f>, range: Range<usize>, error: &Error) -> Typed<'f> {
        let text = &file.text[range.clone()];
        let error = within(error.span().unwrap_or_default(), text);
        let (before, line) = {
            let line = whole_line(text, error.start);
            (&text[..line.start], &text[line])
        };
        let blank = line.len() - line.trim_start().len();
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        let (key, value) = first.split_once('=').unwrap_or((first, ""));
        Typed {
            file,
            start: range.start,
            text,
            line: without_comment(line).trim(),
            line_start: range.start + before.len() + blank,
            error: range.start + error.start..range.start + error.end,
            key: key.trim(),
            value: without_comment(value).trim(),
        }
    }

    fn say(&self, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Option<Diagnostic> {
        Some(self.file.diagnose(&CONFIG_SYNTAX, Span::from(at), message).help(help))
    }

    /// The bytes of a part of the statement.
    fn place_of(&self, part: &str) -> Range<usize> {
        let at = self.start + self.text.find(part).unwrap_or_default();
        at..at + part.len()
    }

    fn whole_line(&self) -> Range<usize> {
        self.line_start..self.line_start + self.line.len()
    }

    fn merge_marks(&self) -> Option<Diagnostic> {
        let mark = ["<<<<<<<", "=======", ">>>>>>>"].into_iter().find(|mark| self.text.starts_with(mark))?;
        let message = "two versions of this file were merged and not tidied up";
        self.say(self.place_of(mark), message, format!("keep one of the versions and delete the lines with `{mark}`"))
    }

    fn line_ends(&self) -> Option<Diagnostic> {
        let at = self.text.replace("\r\n", "  ").find('\r')?;
        let at = self.start + at;
        self.say(at..at + 1, "a line ends in a way that is not understood", "save the file with LF or CRLF line ends")
    }

    /// “…”, „…“, «…» and ‘…’ instead of `"…"`.
    fn curly_quotes(&self) -> Option<Diagnostic> {
        const CURLY: &[char] = &['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];
        let mut quoted = None;
        // Inside straight quotes they are letters like others.
        let outside = |(_, c): &(usize, char)| {
            match quoted {
                Some(quote) if quote == *c => quoted = None,
                None if matches!(c, '"' | '\'') => quoted = Some(*c),
                _ => {}
            }
            quoted.is_none() && CURLY.contains(c)
        };
        let (at, c) = self.line.char_indices().find(outside)?;
        let straight = self.line.replace(CURLY, "\"");
        let at = self.line_start + at;
        self.say(at..at + c.len_utf8(), "curly quotes are not understood", format!("write straight ones: `{straight}`"))
            .map(|found| found.suggested_fix(Span::from(self.whole_line()), straight))
    }

    fn table_name(&self) -> Option<Diagnostic> {
        let name = self.line.trim_matches(['[', ']', ' ', '"', '\'']);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_. \"'".contains(c);
        if name.is_empty() {
            return self.say(self.whole_line(), "these brackets hold no table name", "write the name: `[book]`");
        }
        if !self.line.ends_with(']') && !self.line.contains(']') {
            let message = format!("the bracket before `{name}` is never closed");
            return self.say(self.whole_line(), message, format!("write `[{name}]`"));
        }
        if self.line.ends_with(']') && (name.contains(' ') || !name.chars().all(plain)) {
            let message = format!("the table name `{name}` needs quotes");
            return self.say(self.whole_line(), message, format!("write `[\"{name}\"]`"));
        }
        let help = "write nothing but the name and its brackets: `[book]`";
        self.say(self.whole_line(), "this table name cannot be read", help)
    }

    /// `out = "C:\Users"`: between double quotes a backslash begins an escape.
    fn backslash(&self) -> Option<Diagnostic> {
        let near = self.error.start - self.line_start.min(self.error.start);
        let at = self.line.get(..near.min(self.line.len()))?.rfind('\\')?;
        let escaped = self.line[at..].starts_with("\\\\");
        if near - at > 3 || escaped || !self.line.contains('"') {
            return None;
        }
        let at = self.line_start + at;
        let path = self.line.replace('\\', "/");
        let message = "a backslash between double quotes does not stand for itself";
        self.say(at..at + 1, message, format!("write a path with `/`: `{path}`"))
    }

    /// `link = #fff`: the colour is read as a comment.
    fn bare_colour(&self) -> Option<Diagnostic> {
        let is_colour = |digits: &&str| {
            let digits = digits.chars().take_while(char::is_ascii_hexdigit).count();
            matches!(digits, 3 | 6)
        };
        let (before, _) = self.text.char_indices().filter(|(_, c)| *c == '#').find_map(|(at, _)| {
            let before = self.text[..at].trim_end();
            let after = &self.text[at + 1..];
            (before.ends_with(['=', ',', '[']) && is_colour(&after)).then_some((at, after))
        })?;
        let colour: String = self.text[before..].chars().take_while(|c| *c == '#' || c.is_ascii_hexdigit()).collect();
        let at = self.start + before;
        let message = format!("what follows `#` is dropped, so that the colour `{colour}` is lost");
        self.say(at..at + colour.len(), message, format!("put it in quotes: `\"{colour}\"`"))
    }

    fn unclosed_quote(&self) -> Option<Diagnostic> {
        let open = self.open();
        let (quote, at) = open.quote.or(open.long_text)?;
        let mark = if open.quote.is_some() { quote.to_string() } else { quote.to_string().repeat(3) };
        let message = format!("this `{mark}` is never closed");
        let help = match self.value.strip_prefix(quote) {
            Some(value) if open.quote.is_some() && !value.is_empty() && !value.contains(quote) => {
                format!("write `{} = {quote}{value}{quote}`", self.key)
            }
            _ => format!("put `{mark}` at the end of the text as well"),
        };
        self.say(at..at + mark.len(), message, help)
    }

    /// Mistakes in front of the `=`, and the lack of one.
    fn key(&self, error: &Error) -> Option<Diagnostic> {
        let message = error.message();
        let no_equals = message.starts_with("key with no value") || message.starts_with("missing assignment");
        let bad_key = message.starts_with("invalid unquoted key") || message.starts_with("unquoted keys");
        let line = self.line.trim_start_matches("- ");
        if let Some((key, value)) =
            line.split_once(':').filter(|(key, _)| (no_equals || bad_key) && !key.contains(['=', '"', '\'']))
        {
            let (key, value) = (key.trim(), value.trim());
            let message = format!("`{key}` is followed by a colon and not by `=`");
            return self.say(self.whole_line(), message, format!("write `{key} = {}`", quoted(value)));
        }
        if no_equals && line.ends_with(']') && !line.contains(['[', '=']) {
            let name = line.trim_end_matches(']').trim();
            let message = format!("the table name `{name}` has no opening bracket");
            return self.say(self.whole_line(), message, format!("write `[{name}]`"));
        }
        if (no_equals || bad_key) && !self.key.is_empty() && self.text.contains('=') && !self.value.is_empty() {
            let message = format!("the name `{}` needs quotes", self.key);
            let found =
                self.say(self.place_of(self.key), message, format!("write `\"{}\" = {}`", self.key, self.value));
            let sound = !self.key.contains(['"', '\'', '{', '[', '\\']);
            return found
                .filter(|_| sound)
                .map(|found| found.suggested_fix(Span::from(self.place_of(self.key)), format!("\"{}\"", self.key)));
        }
        if no_equals && !self.text.contains('=') {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let message = format!("there is no `=` behind `{key}`");
            let help = format!("write `{key} = {}`", quoted(value.trim()));
            return self.say(self.whole_line(), message, help);
        }
        if bad_key && self.key.is_empty() {
            return self.say(self.whole_line(), "there is no name before the `=`", "write `name = \"value\"`");
        }
        None
    }

    /// Mistakes behind the `=`: no value, a value without quotes, something behind it.
    fn value(&self, error: &Error) -> Option<Diagnostic> {
        let typed = self.file.text[self.error.clone()].trim();
        let key = self.key;
        let one_line = !self.value.starts_with(['[', '{']);
        let bare = error.message().starts_with("string values must be quoted");
        let number = ["digit", "zero", "number", "integer", "float", "date", "time", "radix", "`_`", "sign"];
        if bare && self.value.is_empty() {
            return self.say(self.place_of(key), format!("`{key}` has no value"), format!("write `{key} = \"…\"`"));
        }
        if let ("yes" | "no" | "on" | "off" | "true" | "false", true) = (&*fold(typed), typed == self.value) {
            let word = if matches!(&*fold(typed), "yes" | "on" | "true") { "true" } else { "false" };
            let message = format!("`{typed}` is neither `true` nor `false`");
            return self
                .say(self.error.clone(), message, format!("write `{key} = {word}`"))
                .map(|found| found.suggested_fix(Span::from(self.error.clone()), word));
        }
        if one_line && !self.value.is_empty() && !self.value.starts_with(['"', '\'', '=']) {
            let place = self.place_of(self.value);
            let value = if self.value.contains(',') {
                format!("[{}]", self.value.split(',').map(|part| quoted(part.trim())).collect::<Vec<_>>().join(", "))
            } else {
                quoted(self.value)
            };
            let message = format!("`{}` needs quotes", self.value);
            return self
                .say(place.clone(), message, format!("write `{key} = {value}`"))
                .map(|found| found.suggested_fix(Span::from(place), value));
        }
        if bare || number.iter().any(|word| error.message().contains(word)) && !typed.is_empty() {
            let sound = !typed.is_empty() && !typed.contains(['"', '\'', '\n', '#']);
            return sound.then(|| {
                let fix = format!("write `{}`", quoted(typed));
                self.file
                    .diagnose(&CONFIG_SYNTAX, self.error.clone().into(), format!("`{typed}` needs quotes"))
                    .help(fix)
            });
        }
        if one_line && error.message().starts_with("unexpected key or value") {
            let quote = self.value.chars().next().unwrap_or('"');
            let inner = self.value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
            return match inner.filter(|inner| inner.contains(quote) && !inner.contains('=')) {
                Some(inner) => {
                    let other = if quote == '"' { '\'' } else { '"' };
                    let help = format!("write `{key} = {other}{inner}{other}`");
                    self.say(self.place_of(self.value), "a quote inside the text ends it too early", help)
                }
                None => self.say(
                    self.error.clone(),
                    "something stands behind the value",
                    "begin a new line for each setting",
                ),
            };
        }
        None
    }

    fn unclosed_bracket(&self) -> Option<Diagnostic> {
        let (bracket, at) = self.open().brackets.pop()?;
        let closing = if bracket == '[' { ']' } else { '}' };
        self.say(
            at..at + 1,
            format!("this `{bracket}` is never closed"),
            format!("put `{closing}` behind its last value"),
        )
    }

    fn comma(&self, error: &Error) -> Option<Diagnostic> {
        let at = self.error.clone();
        if error.message().starts_with("missing comma") || error.message().starts_with("extra assignment") {
            return self.say(at, "a comma is missing before this", "put a comma between two values: `[\"a\", \"b\"]`");
        }
        if error.message().starts_with("extra comma") {
            return self.say(at, "there is a comma too many", "put one comma between two values: `[\"a\", \"b\"]`");
        }
        None
    }

    fn open(&self) -> Open {
        let mut open = Open::default();
        let mut at = self.start;
        for line in self.text.split_inclusive('\n') {
            open.read(line, at);
            at += line.len();
        }
        open
    }
}

fn general(file: &BookToml<'_>, span: Range<usize>) -> Diagnostic {
    file.diagnose(&CONFIG_SYNTAX, Span::from(span), "this line cannot be read")
        .help("write a table name, `[book]`, or a setting, `title = \"Playbook\"`")
}

/// A value with straight quotes round it, unless it has them.
fn quoted(value: &str) -> String {
    match value {
        "" => "\"…\"".to_owned(),
        value if value.starts_with(['"', '\'', '[', '{']) => value.to_owned(),
        value if value.contains(['"', '\\']) => format!("'{value}'"),
        value => format!("\"{value}\""),
    }
}

/// A line up to a `#` that stands outside quotes.
fn without_comment(line: &str) -> &str {
    let mut quoted = None;
    for (at, c) in line.char_indices() {
        match quoted {
            Some(quote) if quote == c => quoted = None,
            None if c == '#' => return &line[..at],
            None if matches!(c, '"' | '\'') => quoted = Some(c),
            _ => {}
        }
    }
    line
}

/// A span that the crate gives, at character boundaries of `text`: its ends may lie behind the last byte.
fn within(span: Range<usize>, text: &str) -> Range<usize> {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

/// The line around a byte, without its line end.
fn whole_line(text: &str, at: usize) -> Range<usize> {
    // An error at the very end of the text is about the last line that has something on it.
    let at = if at == text.len() { text.trim_end().len() } else { at };
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    start..end
}

/// Spaces in the place of every byte that is no line end.
fn blank(text: &mut String, range: Range<usize>) {
    let blanks: String = text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range, &blanks);
}
