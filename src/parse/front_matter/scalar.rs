//! What a value looks like to YAML, and what it was meant to be.
//!
//! Works on one value at a time: whether a quote or bracket is closed, which sign would mislead a parser, where a
//! comment begins, what the items of a bracketed list are. Nothing here reports anything.

use std::ops::Range;

use super::fields::is_block_text;
use super::key_line::is_gap;

/// A quote or list that is open at the end of a line.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    quote: Option<char>,
    depth: usize,
    /// The next character may open a quote inside a list.
    fresh: bool,
}

impl Opened {
    /// `None` if `value` opens nothing, or closes what it opens.
    pub(super) fn new(value: &str) -> Option<Opened> {
        let first = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '[' | '{'))?;
        let mut opened = match first {
            '[' | '{' => Opened { quote: None, depth: 1, fresh: true },
            quote => Opened { quote: Some(quote), depth: 0, fresh: false },
        };
        (!opened.feed(&value[1..])).then_some(opened)
    }

    /// Reads on; `true` once everything is closed.
    pub(super) fn feed(&mut self, line: &str) -> bool {
        let mut chars = line.chars().peekable();
        let mut before = ' ';
        while let Some(c) = chars.next() {
            match self.quote {
                Some('"') if c == '\\' => {
                    chars.next();
                }
                Some('\'') if c == '\'' && chars.peek() == Some(&'\'') => {
                    chars.next();
                }
                Some(quote) if c == quote => {
                    self.quote = None;
                    if self.depth == 0 {
                        return true;
                    }
                }
                Some(_) => {}
                None => match c {
                    '"' | '\'' if self.fresh => (self.quote, self.fresh) = (Some(c), false),
                    '[' | '{' => (self.depth, self.fresh) = (self.depth + 1, true),
                    ']' | '}' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return true;
                        }
                    }
                    ',' | ':' => self.fresh = true,
                    '#' if before.is_whitespace() && chars.peek().is_none_or(|next| next.is_whitespace()) => {
                        return false;
                    }
                    c if c.is_whitespace() => {}
                    _ => self.fresh = false,
                },
            }
            before = c;
        }
        false
    }
}

/// How YAML would take a value. Offsets are bytes of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As text, as it stands.
    Plain,
    /// As text up to a comment.
    Comment(usize),
    /// As text up to a `#` that was meant to stay.
    Hash(usize),
    /// As nothing: it begins with `#`.
    OnlyHash,
    /// Not at all, or as a further field: there is a second colon.
    Colon(usize),
    /// As the text between quotes, of which the second is here.
    Quoted(usize),
    /// A quote that is never closed.
    QuoteOpen,
    /// Text stands behind the closing quote, which is here.
    QuoteThenText(usize),
    /// A comma stands behind the closing quote, which is here.
    QuoteThenComma(usize),
    /// A backslash between double quotes that means nothing.
    Escape(usize),
    /// As a list.
    List,
    /// As a map.
    Map,
    /// As the text on the lines below.
    BlockText,
    /// As an instruction of YAML's own.
    Sign(char),
    /// A character that no text should hold.
    Control(usize),
}

/// How YAML would take `value`, which has no space around it and is not empty.
pub(super) fn look(value: &str) -> Look {
    if let Some(at) = value.find(is_control) {
        return Look::Control(at);
    }
    let Some(first) = value.chars().next() else { return Look::Plain };
    let next = value[first.len_utf8()..].chars().next();
    match first {
        '#' => Look::OnlyHash,
        '"' | '\'' => quoted(value, first),
        '[' => Look::List,
        '{' => Look::Map,
        '|' | '>' if is_block_text(value.lines().next().unwrap_or_default()) => Look::BlockText,
        '|' | '>' | '&' | '*' | '!' | '%' | '@' | '`' | ',' | ']' | '}' => Look::Sign(first),
        '-' | '?' | ':' if next.is_none_or(char::is_whitespace) => Look::Sign(first),
        _ => plain(value),
    }
}

fn plain(value: &str) -> Look {
    let mut before = 'x';
    let mut chars = value.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            ':' if next.is_none_or(|next| matches!(next, ' ' | '\t' | '\n' | '\r')) => return Look::Colon(at),
            '#' if matches!(before, ' ' | '\t' | '\n') => {
                return if is_comment(value, at) { Look::Comment(at) } else { Look::Hash(at) };
            }
            _ => {}
        }
        before = c;
    }
    Look::Plain
}

/// Whether a comment of the writer begins at this `#`, which has a space before it, and not a word that was meant to stay.
fn is_comment(value: &str, at: usize) -> bool {
    let behind = &value[at + 1..];
    let number = behind.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let apart = !number || value[..at].ends_with("  ");
    behind.starts_with('#') || apart && behind.chars().next().is_none_or(char::is_whitespace)
}

/// The end of a value on one line that has a comment behind it: whatever is wrong with the value, the comment is none of it.
pub(super) fn end_before_comment(value: &str) -> Option<usize> {
    if value.contains('\n') {
        return None;
    }
    let from = match value.chars().next()? {
        '#' => return None,
        quote @ ('"' | '\'') => closing_quote(value, quote)?,
        '[' => value.find(']')?,
        _ => 0,
    };
    let signs = value.match_indices('#').map(|(at, _)| at).filter(|at| *at > from);
    let mut comments = signs.filter(|at| value[..*at].ends_with([' ', '\t']) && is_comment(value, *at));
    comments.next().map(|at| value[..at].trim_end().len())
}

fn quoted(value: &str, quote: char) -> Look {
    let Some(end) = closing_quote(value, quote) else { return Look::QuoteOpen };
    let behind = &value[end + 1..];
    let more = behind.trim_start_matches(is_gap);
    let comment = more.starts_with('#') && behind.len() > more.len();
    if !more.is_empty() && !comment {
        let comma = more.chars().all(|c| matches!(c, ',' | ';'));
        return if comma { Look::QuoteThenComma(end) } else { Look::QuoteThenText(end) };
    }
    if quote == '"'
        && let Some(at) = bad_escape(&value[..end])
    {
        return Look::Escape(at);
    }
    Look::Quoted(end)
}

/// Where the quote that `value` begins with is closed.
pub(super) fn closing_quote(value: &str, quote: char) -> Option<usize> {
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                chars.next();
            }
            '\'' if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
            }
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn bad_escape(value: &str) -> Option<usize> {
    let mut chars = value.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            let (_, escaped) = chars.next()?;
            let figures = match escaped {
                // Bells and the like are in no text.
                '0' | 'a' | 'b' | 'v' | 'f' | 'e' => return Some(at),
                'x' => 2,
                'u' => 4,
                'U' => 8,
                c if "t\tn \"/\\N_LPr\n\r".contains(c) => 0,
                _ => return Some(at),
            };
            for _ in 0..figures {
                if !chars.next().is_some_and(|(_, c)| c.is_ascii_hexdigit()) {
                    return Some(at);
                }
            }
        }
    }
    None
}

/// Characters that YAML refuses, or takes for the end of a line.
fn is_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// `value` without control characters and with straight line ends.
pub(super) fn without_controls(value: &str) -> String {
    value.chars().map(|c| if is_control(c) || c == '\r' { ' ' } else { c }).collect()
}

/// A list between brackets.
#[derive(Clone, Debug, Default)]
pub(super) struct Bracketed {
    /// The items, without space around them; empty ones are left out.
    pub(super) items: Vec<Range<usize>>,
    /// The byte behind the closing bracket; `None` if there is none.
    pub(super) end: Option<usize>,
    /// How deep brackets are nested.
    pub(super) depth: usize,
    /// An item begins with `#`.
    pub(super) hash: bool,
    /// The items are separated by semicolons alone.
    pub(super) semicolons: bool,
}

/// The items of the list that begins at the start of `part`, which is a bracket or a brace.
pub(super) fn bracketed(text: &str, part: Range<usize>) -> Bracketed {
    let mut list = Bracketed::default();
    let (mut depth, mut quote, mut fresh, mut before) = (0usize, None, true, ' ');
    let mut start = part.start + 1;
    let mut chars = text[part.clone()].char_indices().map(|(at, c)| (part.start + at, c)).peekable();
    let mut comment = false;
    while let Some((at, c)) = chars.next() {
        if comment {
            if c == '\n' {
                (comment, start) = (false, at + 1);
            }
            continue;
        }
        match quote {
            Some('"') if c == '\\' => {
                chars.next();
            }
            Some('\'') if c == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '\'' if fresh => (quote, fresh) = (Some(c), false),
                '[' | '{' => {
                    depth += 1;
                    list.depth = list.depth.max(depth);
                    fresh = true;
                }
                ']' | '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        push(text, &mut list.items, start..at);
                        list.end = Some(at + 1);
                        break;
                    }
                }
                ',' if depth == 1 => {
                    push(text, &mut list.items, start..at);
                    (start, fresh) = (at + 1, true);
                }
                ',' | ':' => fresh = true,
                '#' if before.is_whitespace() || matches!(before, '[' | ',') => {
                    if chars.peek().is_none_or(|(_, next)| next.is_whitespace()) {
                        // A comment between items: what stands before it is an item if its comma was forgotten.
                        push(text, &mut list.items, start..at);
                        comment = true;
                    } else {
                        list.hash = true;
                    }
                }
                c if c.is_whitespace() => {}
                _ => fresh = false,
            },
        }
        before = c;
    }
    if list.end.is_none() && !comment {
        push(text, &mut list.items, start.min(part.end)..part.end);
    }
    list.semicolons = list.items.len() == 1 && text[list.items[0].clone()].contains(';');
    if list.semicolons {
        list.items = parts(text, list.items[0].clone(), &[';']);
    }
    list
}

fn push(text: &str, items: &mut Vec<Range<usize>>, item: Range<usize>) {
    let item = trimmed(text, item);
    if !item.is_empty() {
        items.push(item);
    }
}

/// The same bytes without space around them.
pub(super) fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let shown = &text[part.clone()];
    let behind = shown.trim_start_matches(is_gap);
    let start = part.end - behind.len();
    start..start + behind.trim_end_matches(is_gap).len()
}

/// The parts of a text between separators, without space around them and without empty ones.
pub(super) fn parts(text: &str, part: Range<usize>, separators: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = part.start;
    for (at, sign) in text[part.clone()].match_indices(separators) {
        push(text, &mut found, start..part.start + at);
        start = part.start + at + sign.len();
    }
    push(text, &mut found, start..part.end);
    found
}

/// The names in a value that is made of `[[name]]` only, between nothing but commas, semicolons and spaces.
pub(super) fn wikilinks(text: &str, part: Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let rest = &text[at..part.end];
        let inside = rest.strip_prefix("[[")?;
        let length = inside.find("]]")?;
        if inside[..length].contains(['[', ']', '\n']) {
            return None;
        }
        for name in parts(text, at + 2..at + 2 + length, &[',']) {
            // Behind a bar is what readers see, behind `#` a heading.
            let shown = &text[name.clone()];
            let end = shown.find(['|', '#']).unwrap_or(shown.len());
            push(text, &mut found, name.start..name.start + end);
        }
        at += length + 4;
        at += text[at..part.end].len()
            - text[at..part.end].trim_start_matches(|c| matches!(c, ',' | ';') || is_gap(c)).len();
    }
    (!found.is_empty()).then_some(found)
}

/// A text in quotes, such that YAML reads it back as it is.
pub(super) fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// What stands between quotes, with its escapes resolved. `inside` is without the quotes themselves.
pub(super) fn unquoted(inside: &str, quote: char) -> String {
    if quote == '\'' {
        return inside.replace("''", "'");
    }
    let mut text = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => text.push(c),
            _ => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c @ ('"' | '\\' | '/' | ' ')) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => text.push('\\'),
            },
        }
    }
    text
}
