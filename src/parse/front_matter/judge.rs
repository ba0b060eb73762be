//! Judges each value of a block: would YAML read it, and read it as it is meant?
//!
//! A sound value is left to `yaml`. For any other the cause is reported in the writer's words, and the value is read
//! here, alone, as text: so a slip in one line never costs another.

use std::ops::Range;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules;
use crate::source::Source;
use crate::text::Span;

use super::fields::{Field, is_prose, shortened};
use super::fill::in_curly_quotes;
use super::key_line::is_gap;
use super::keys::{Form, Key, Meaning, meaning};
use super::scalar::{
    Look, bracketed, closing_quote, end_before_comment, in_quotes, look, parts, trimmed, unquoted, wikilinks,
    without_controls,
};
use super::values::{KindRead, kind, status};
use super::{Given, Piece, Value};

/// Lists may lie in lists that deep before they are refused; front matter is flat.
const DEEPEST: usize = 8;

/// Messages about one field.
const MOST_MESSAGES: usize = 20;

/// What is known of a field's value.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// One text, which YAML is to read. With the bytes that it is typed in.
    Text(Piece),
    /// A list, whose items YAML is to read; those that it would take for something else are given.
    List(Vec<(Piece, ReadBy)>),
    /// The value, read here.
    Known(Value),
}

/// Who reads an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadBy {
    /// YAML.
    Yaml,
    /// It has been read here already.
    Us,
}

/// Judges values and collects what is wrong with them.
pub(super) struct Judge<'a> {
    /// The file.
    pub(super) source: &'a Source,
    /// The settings.
    pub(super) config: &'a Config,
    /// Where messages go.
    pub(super) out: &'a mut Vec<Diagnostic>,
    /// Whether something was met that YAML would refuse.
    pub(super) broken: bool,
    /// Fields that stand behind another one on its line.
    pub(super) further: Vec<Given>,
    /// Messages about the field that is being judged.
    pub(super) said: usize,
}

/// What was found in one value or item.
enum Told {
    /// YAML reads it as it stands; here is what it reads, if it is plain or simply quoted.
    Sound(Piece),
    /// It was read here, and YAML would not have read it.
    Mended(Piece),
    /// Nothing is left of it.
    Lost,
}

impl Judge<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.broken = true;
        self.say(diagnostic);
    }

    /// Every message carries its line, so a hostile line with thousands of slips must not have thousands of messages.
    fn say(&mut self, diagnostic: Diagnostic) {
        if self.said < MOST_MESSAGES {
            self.out.push(diagnostic);
        }
        self.said += 1;
    }

    fn text(&self, part: &Range<usize>) -> &str {
        &self.source.text[part.clone()]
    }

    /// A value without the comment behind it.
    fn said(&self, whole: Range<usize>) -> Range<usize> {
        let end = end_before_comment(self.text(&whole)).unwrap_or(whole.len());
        whole.start..whole.start + end
    }

    /// What `field` says, or how it can be found out.
    pub(super) fn judge(&mut self, field: &Field) -> Verdict {
        self.said = 0;
        if !field.meaning.is_read() {
            self.judge_foreign(field);
            return Verdict::Known(Value::Fields);
        }
        if field.nested {
            return self.nested(field);
        }
        if field.is_empty() {
            return Verdict::Known(Value::Empty);
        }
        if !field.items.is_empty() {
            return self.items(field);
        }
        let whole = self.said(field.whole(&self.source.text));
        if whole.is_empty() {
            return Verdict::Known(Value::Empty);
        }
        if self.text(&whole).starts_with('[') {
            return self.list(field, whole);
        }
        if field.is_list() && self.text(&whole).starts_with('#') && self.is_tags(field) {
            return self.hash_tags(field, whole);
        }
        if field.is_list() && self.text(&whole).starts_with('{') {
            return self.braces(field, whole);
        }
        // Who may see an entry is never guessed.
        if field.is_list() && self.text(&whole).starts_with("- ") && field.meaning.key() != Some(Key::Audience) {
            return self.hyphens(field, whole);
        }
        match self.scalar(field, whole.clone(), None) {
            Told::Sound(piece) if field.sound => Verdict::Text(piece),
            Told::Sound(piece) | Told::Mended(piece) => Verdict::Known(Value::Text(piece)),
            Told::Lost => Verdict::Known(Value::Lost),
        }
    }

    /// Tags are typed with `#` in the text of an entry, so many type them so here.
    fn is_tags(&self, field: &Field) -> bool {
        field.meaning.key() == Some(Key::Tags)
    }

    /// A value that nobody reads: only what would keep other programs from reading the block is reported.
    fn judge_foreign(&mut self, field: &Field) {
        if field.shown(&self.source.text) == "<<" {
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_SIGN,
                    Span::from(field.name.clone()),
                    "`<<` takes in fields of elsewhere, and none is taken in",
                )
                .help("write the fields themselves: facts cannot name one another");
            return self.say(diagnostic);
        }
        if field.value.is_empty() {
            return;
        }
        if matches!(look(self.text(&field.value)), Look::Sign('&')) {
            self.anchor(field);
            return;
        }
        if field.nested || !field.items.is_empty() {
            return;
        }
        let whole = self.said(field.whole(&self.source.text));
        match look(self.text(&whole)) {
            Look::Colon(_)
            | Look::QuoteOpen
            | Look::QuoteThenText(_)
            | Look::Sign('*' | '@' | '%' | '`' | ',' | ']' | '}') => {
                self.scalar(field, whole, None);
            }
            Look::List if field.open || bracketed(&self.source.text, whole.clone()).depth > DEEPEST => {
                self.list(field, whole);
            }
            _ => {}
        }
    }

    /// A value that other fields could name. It is sound YAML, and nobody here reads the names.
    fn anchor(&mut self, field: &Field) {
        let name = field.shown(&self.source.text).to_owned();
        let anchor = self.text(&field.value).split_whitespace().next().unwrap_or_default();
        let typed = shortened(anchor);
        let span = Span::new(field.value.start, field.value.start + anchor.len());
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_SIGN,
                span,
                format!("`{typed}` names the value of `{name}` for other fields"),
            )
            .help(format!("delete `{typed}`, and write the value wherever it is used: facts cannot name one another"));
        self.say(diagnostic);
    }

    /// One of our fields that holds further ones.
    fn nested(&mut self, field: &Field) -> Verdict {
        if field.meaning.is_ours() {
            let name = field.shown(&self.source.text).to_owned();
            let span = Span::from(field.name.clone());
            let diagnostic = self
                .source
                .diagnose(
                    &rules::EMPTY_FIELD,
                    span,
                    format!("`{name}` holds further fields, and nothing is left of its value"),
                )
                .help(format!("write the value behind the colon: `{name}: …`"));
            self.say(diagnostic);
        }
        Verdict::Known(Value::Lost)
    }

    /// Items on lines of their own.
    fn items(&mut self, field: &Field) -> Verdict {
        let tags = self.is_tags(field);
        let mut pieces = Vec::with_capacity(field.items.len());
        let mut sound = field.sound;
        for item in &field.items {
            let text = self.text(&item.text);
            if text.is_empty() {
                pieces.push((Piece::default(), ReadBy::Us));
            } else if tags && text.starts_with('#') && !text[1..].starts_with([' ', '#']) {
                self.hint_hash(field, item.text.clone());
                let piece = self.bare(item.text.start + 1..item.text.end);
                pieces.push((piece, ReadBy::Us));
            } else if let Some(names) = wikilinks(&self.source.text, item.text.clone()) {
                let many = names.len() > 1 && text.matches("[[").count() > 1;
                if many {
                    self.report_list(field, &item.text, &names);
                    sound = false;
                }
                pieces.extend(names.into_iter().map(|name| (self.bare(name), ReadBy::Us)));
            } else if text.starts_with(['[', '{'])
                && bracketed(&self.source.text, item.text.clone()).end == Some(item.text.end)
            {
                let inner = bracketed(&self.source.text, item.text.clone());
                pieces.extend(inner.items.into_iter().map(|part| (self.alone(part), ReadBy::Us)));
                sound = false;
            } else {
                match self.scalar(field, self.said(item.text.clone()), Some(Place::Line)) {
                    Told::Sound(piece) => pieces.push((piece, ReadBy::Yaml)),
                    Told::Mended(piece) => {
                        pieces.push((piece, ReadBy::Us));
                        sound = false;
                    }
                    Told::Lost => pieces.push((Piece::default(), ReadBy::Us)),
                }
            }
        }
        // Wikilinks and nested lists give more pieces than there are items, so YAML could not be matched with them.
        if sound && pieces.len() == field.items.len() {
            return Verdict::List(pieces);
        }
        Verdict::Known(Value::List(self.read_alone(pieces)))
    }

    /// A value that begins with a bracket.
    fn list(&mut self, field: &Field, whole: Range<usize>) -> Verdict {
        let text = self.source.text.as_str();
        let name = field.shown(text).to_owned();
        if let Some(names) = wikilinks(text, whole.clone()) {
            if text[whole.clone()].matches("[[").count() > 1 {
                self.report_list(field, &whole, &names);
            }
            let pieces = names.into_iter().map(|name| self.bare(name)).collect();
            return Verdict::Known(Value::List(pieces));
        }
        let list = bracketed(text, whole.clone());
        let span = Span::from(whole.clone());
        if is_prose(field.meaning) || matches!(field.meaning.key().map(Key::form), Some(Form::Hours)) {
            return self.sign(field, whole, '[');
        }
        let Some(end) = list.end else {
            let shown = text[whole.clone()].lines().next().unwrap_or_default().trim_end();
            let mended = self.closed_list(&list.items);
            let line = self.source.line(span);
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_LIST_OPEN,
                    Span::new(whole.start, whole.start + shown.len()),
                    format!("line {line}: the list of `{name}` is not closed"),
                )
                .help(format!("close it with `]`: `{name}: {}`", shortened(&mended)))
                .suggested_fix(span, mended);
            self.report(diagnostic);
            let pieces = list.items.into_iter().map(|item| self.alone(item)).collect();
            return Verdict::Known(Value::List(pieces));
        };
        if list.depth > DEEPEST {
            let message = format!("brackets lie more than {DEEPEST} deep in `{name}`");
            let help = format!("write a plain list: `{name}: [one, two]`");
            let diagnostic = self.source.diagnose(&rules::LIMIT, span, message).help(help);
            self.report(diagnostic);
            return Verdict::Known(Value::Lost);
        }
        let behind = text[end..whole.end].trim_start_matches(is_gap);
        let comment = behind.starts_with('#');
        if !behind.is_empty() && !comment {
            if text[end..whole.end].starts_with('(') {
                return self.sign(field, whole, '[');
            }
            let mended = self.closed_list(&list.items);
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, span, format!("text stands behind the list of `{name}`"))
                .help(format!("write one list: `{name}: {}`", shortened(&mended)));
            self.report(diagnostic);
            let mut items: Vec<Range<usize>> = list.items;
            items.extend(parts(text, end..whole.end, &[',', ';', '[', ']']));
            let pieces = items.into_iter().map(|item| self.alone(item)).collect();
            return Verdict::Known(Value::List(pieces));
        }
        if list.semicolons && field.is_list() {
            let items = list.items.iter().map(|item| self.alone(item.clone())).collect();
            let mended = self.closed_list(&list.items);
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, span, format!("the items of `{name}` are separated by semicolons"))
                .with_severity(Severity::Hint)
                .help(format!("separate them by commas: `{name}: {}`", shortened(&mended)))
                .suggested_fix(Span::new(whole.start, end), mended);
            self.say(diagnostic);
            return Verdict::Known(Value::List(items));
        }
        self.bracketed_items(field, list.items, list.hash)
    }

    fn bracketed_items(&mut self, field: &Field, items: Vec<Range<usize>>, hash: bool) -> Verdict {
        let tags = self.is_tags(field);
        let mut sound = field.sound && !hash;
        let mut pieces = Vec::with_capacity(items.len());
        for item in items {
            let text = self.text(&item);
            if let Some(names) = wikilinks(&self.source.text, item.clone()) {
                sound &= names.len() == 1;
                pieces.extend(names.into_iter().map(|name| (self.bare(name), ReadBy::Us)));
            } else if text.starts_with('#') && tags {
                self.hint_hash(field, item.clone());
                self.broken = true;
                pieces.push((self.bare(item.start + 1..item.end), ReadBy::Us));
            } else if text.starts_with('#') {
                let fixed = in_quotes(text);
                let name = field.shown(&self.source.text).to_owned();
                let diagnostic = self
                    .source
                    .diagnose(
                        &rules::FRONT_MATTER_HASH,
                        Span::from(item.clone()),
                        format!("an item of `{name}` begins with `#`, which hides the rest of the line"),
                    )
                    .help(format!("put it in quotes: `{fixed}`"))
                    .safe_fix(Span::from(item.clone()), fixed);
                self.report(diagnostic);
                pieces.push((self.bare(item), ReadBy::Us));
            } else if text.starts_with('[') && bracketed(&self.source.text, item.clone()).end == Some(item.end) {
                let inner = bracketed(&self.source.text, item.clone()).items;
                pieces.extend(inner.into_iter().map(|part| (self.alone(part), ReadBy::Us)));
                sound = false;
            } else {
                match self.scalar(field, item.clone(), Some(Place::Brackets)) {
                    Told::Sound(piece) => pieces.push((piece, ReadBy::Yaml)),
                    Told::Mended(piece) => {
                        pieces.push((piece, ReadBy::Us));
                        sound = false;
                    }
                    Told::Lost => pieces.push((Piece::default(), ReadBy::Us)),
                }
            }
        }
        if sound { Verdict::List(pieces) } else { Verdict::Known(Value::List(self.read_alone(pieces))) }
    }

    /// `tags: #refund #returns`
    fn hash_tags(&mut self, field: &Field, whole: Range<usize>) -> Verdict {
        let items = parts(&self.source.text, whole.clone(), &[' ', ',', ';', '#', '\n', '\t']);
        let name = field.shown(&self.source.text).to_owned();
        let mended = self.closed_list(&items);
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_LIST, Span::from(whole.clone()), format!("`{name}` are typed without `#`"))
            .with_severity(Severity::Hint)
            .help(format!("type `{name}: {}`", shortened(&mended)))
            .suggested_fix(Span::from(whole), mended);
        self.say(diagnostic);
        Verdict::Known(Value::List(items.into_iter().map(|item| self.bare(item)).collect()))
    }

    /// `tags: {a, b}`
    fn braces(&mut self, field: &Field, whole: Range<usize>) -> Verdict {
        let list = bracketed(&self.source.text, whole.clone());
        if list.end != Some(whole.end) || list.depth > 1 || list.items.iter().any(|item| self.text(item).contains(':'))
        {
            return self.sign(field, whole, '{');
        }
        let name = field.shown(&self.source.text).to_owned();
        let mended = self.closed_list(&list.items);
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_LIST,
                Span::from(whole.clone()),
                format!("the list of `{name}` stands in braces"),
            )
            .help(format!("use square brackets: `{name}: {}`", shortened(&mended)))
            .safe_fix(Span::from(whole), mended);
        self.report(diagnostic);
        Verdict::Known(Value::List(list.items.into_iter().map(|item| self.alone(item)).collect()))
    }

    /// `tags: - late - parcels`
    fn hyphens(&mut self, field: &Field, whole: Range<usize>) -> Verdict {
        let mut items = Vec::new();
        let mut start = whole.start + 2;
        for part in self.text(&whole)[2..].split(" - ") {
            let item = part.trim_matches(is_gap);
            let from = start + (part.len() - part.trim_start_matches(is_gap).len());
            items.push(from..from + item.len());
            start += part.len() + 3;
        }
        items.retain(|item| !item.is_empty());
        let name = field.shown(&self.source.text).to_owned();
        let mended = self.closed_list(&items);
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_LIST,
                Span::from(whole.clone()),
                format!("the items of `{name}` stand behind hyphens on the line of its name, which is no list"),
            )
            .help(format!("type `{name}: {}`, or each item with its hyphen on a line below", shortened(&mended)))
            .suggested_fix(Span::from(whole), mended);
        self.report(diagnostic);
        Verdict::Known(Value::List(items.into_iter().map(|item| self.alone(item)).collect()))
    }

    fn hint_hash(&mut self, field: &Field, item: Range<usize>) {
        let name = field.shown(&self.source.text).to_owned();
        let bare = self.text(&(item.start + 1..item.end)).to_owned();
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_LIST, Span::from(item.clone()), format!("`{name}` are typed without `#`"))
            .with_severity(Severity::Hint)
            .help(format!("type `{}`", shortened(&bare)))
            .safe_fix(Span::from(item), bare);
        self.say(diagnostic);
    }

    /// `owner: [[a]], [[b]]`
    fn report_list(&mut self, field: &Field, whole: &Range<usize>, names: &[Range<usize>]) {
        let name = field.shown(&self.source.text).to_owned();
        let span = Span::from(whole.clone());
        let (message, what, mended) = if field.is_list() {
            (format!("the names in `{name}` are not written as a list"), "a list", self.closed_list(names))
        } else {
            let first = self.closed_list(names.get(..1).unwrap_or_default());
            let first = first.trim_matches(['[', ']']).to_owned();
            (format!("`{name}` takes one name and has several, of which the first is used"), "one", first)
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_LIST, span, message)
            .help(format!("write {what}: `{name}: {}`", shortened(&mended)))
            .suggested_fix(span, mended);
        self.report(diagnostic);
    }

    fn closed_list(&self, items: &[Range<usize>]) -> String {
        let shown: Vec<String> = items
            .iter()
            .map(|item| {
                let text = self.text(item).trim_matches(['[', ']', '#']);
                let plain = look(text) == Look::Plain && !text.contains(['[', ']', '{', '}', ',', '"', '\'']);
                if plain || text.starts_with(['"', '\'']) { text.to_owned() } else { in_quotes(text) }
            })
            .collect();
        format!("[{}]", shown.join(", "))
    }

    /// A value or item that is one text.
    fn scalar(&mut self, field: &Field, part: Range<usize>, item: Option<Place>) -> Told {
        let source = self.source;
        let text = source.text.as_str();
        let value = &text[part.clone()];
        let seen = look(value);
        let in_brackets = item == Some(Place::Brackets);
        if in_brackets && matches!(seen, Look::Plain | Look::Comment(_)) && value.contains(['[', ']', '{', '}']) {
            return self.needs_quotes(field, part, item, "holds a bracket, and such an item needs quotes");
        }
        if in_brackets && value.starts_with(['?', ':']) {
            let sign = value.chars().next().unwrap_or_default();
            return self.needs_quotes(field, part, item, &begins_with(sign));
        }
        match seen {
            Look::Plain => Told::Sound(self.alone(part)),
            Look::Comment(at) => Told::Sound(self.alone(trimmed(text, part.start..part.start + at))),
            Look::Quoted(end) => Told::Sound(self.alone(part.start..part.start + end + 1)),
            Look::BlockText if field.more.iter().any(|line| line.start < line.end) && item.is_none() => {
                Told::Sound(self.block_text(field, part))
            }
            Look::BlockText if item.is_none() && value.len() <= 3 => {
                self.report_empty(field, part, "announces a text on the lines below, and there is none");
                Told::Lost
            }
            Look::Hash(at) => self.hash(field, part, at),
            Look::OnlyHash => self.only_hash(field, part, item),
            Look::Colon(at) => self.colon(field, part, at, item),
            Look::QuoteOpen => self.quote_open(field, part),
            Look::QuoteThenComma(end) => {
                let behind = part.start + end + 1..part.end;
                let diagnostic = source
                    .diagnose(
                        &rules::FRONT_MATTER_SYNTAX,
                        Span::from(behind.clone()),
                        "a comma stands behind the closing quote",
                    )
                    .help("delete the comma")
                    .safe_fix(Span::from(behind), "");
                self.report(diagnostic);
                Told::Mended(self.alone(part.start..part.start + end + 1))
            }
            Look::QuoteThenText(_) => self.quote_then_text(field, part),
            Look::Escape(at) => {
                let quote = part.start + at;
                let sign: String = text[quote..].chars().take(2).collect();
                let inside = part.start + 1..part.start + closing_quote(value, '"').unwrap_or(value.len());
                let fixed = format!("'{}'", text[inside.clone()].replace('\'', "''"));
                let diagnostic = source
                    .diagnose(
                        &rules::FRONT_MATTER_SYNTAX,
                        Span::new(quote, quote + sign.len()),
                        format!("`{sign}` means nothing between double quotes"),
                    )
                    .help(format!("use single quotes: `{}`", shortened(&fixed)))
                    .safe_fix(Span::from(part), fixed);
                self.report(diagnostic);
                Told::Mended(self.bare(inside))
            }
            Look::Control(at) => {
                let at = part.start + at;
                let length = text[at..].chars().next().map_or(0, char::len_utf8);
                let diagnostic = source
                    .diagnose(
                        &rules::FRONT_MATTER_SYNTAX,
                        Span::new(at, at + length),
                        "an invisible character stands in this value",
                    )
                    .help("delete it and type a space instead")
                    .safe_fix(Span::new(at, at + length), " ");
                self.report(diagnostic);
                let mut piece = self.alone(part);
                piece.text = without_controls(&piece.text).trim().to_owned();
                Told::Mended(piece)
            }
            Look::Sign(_) | Look::BlockText | Look::Map | Look::List => {
                if seen == Look::Map && value.contains(": ") && field.meaning.is_ours() && value.ends_with('}') {
                    self.report_empty(field, part, "holds further fields, and nothing is left of its value");
                    self.broken = true;
                    return Told::Lost;
                }
                let sign = value.chars().next().unwrap_or_default();
                self.needs_quotes(field, part, item, &begins_with(sign))
            }
        }
    }

    fn sign(&mut self, field: &Field, part: Range<usize>, sign: char) -> Verdict {
        match self.needs_quotes(field, part, None, &begins_with(sign)) {
            Told::Mended(piece) => Verdict::Known(Value::Text(piece)),
            _ => Verdict::Known(Value::Lost),
        }
    }

    /// Reports a text that needs quotes, and takes all of it as it stands.
    fn needs_quotes(&mut self, field: &Field, part: Range<usize>, item: Option<Place>, message: &str) -> Told {
        let name = field.shown(&self.source.text).to_owned();
        let piece = self.bare(part.clone());
        let fixed = in_quotes(&piece.text);
        let (what, help) = match item {
            None => ("the value of", format!("put it in quotes: `{name}: {}`", shortened(&fixed))),
            Some(_) => ("an item of", format!("put it in quotes: `{}`", shortened(&fixed))),
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_SIGN, Span::from(part.clone()), format!("{what} `{name}` {message}"))
            .help(help)
            .safe_fix(Span::from(part), fixed);
        self.report(diagnostic);
        Told::Mended(piece)
    }

    fn report_empty(&mut self, field: &Field, part: Range<usize>, why: &str) {
        let name = field.shown(&self.source.text).to_owned();
        let severity = if field.meaning.is_ours() { Severity::Error } else { Severity::Hint };
        let diagnostic = self
            .source
            .diagnose(&rules::EMPTY_FIELD, Span::from(part), format!("`{name}` {why}"))
            .with_severity(severity)
            .help(format!("write the value behind the colon: `{name}: …`"));
        self.say(diagnostic);
    }

    fn hash(&mut self, field: &Field, part: Range<usize>, at: usize) -> Told {
        let text = self.source.text.as_str();
        let kept = trimmed(text, part.start..part.start + at);
        if self.is_tags(field) {
            let shown = text[part.clone()].to_owned();
            if shown.split_whitespace().all(|word| word.starts_with('#')) {
                return Told::Mended(self.bare(part));
            }
        }
        let name = field.shown(text).to_owned();
        let fixed = in_quotes(&text[part.clone()]);
        let dropped = Span::new(part.start + at, part.end);
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_HASH, dropped, format!("what follows `#` in `{name}` is dropped"))
            .help(format!("put the value in quotes: `{name}: {}`", shortened(&fixed)))
            .suggested_fix(Span::from(part), fixed);
        self.say(diagnostic);
        Told::Sound(self.alone(kept))
    }

    fn only_hash(&mut self, field: &Field, part: Range<usize>, item: Option<Place>) -> Told {
        let text = self.text(&part);
        // `# in words` is a note behind a field that is left empty.
        if item.is_none() && text[1..].starts_with([' ', '\t']) {
            return Told::Sound(Piece { span: Span::new(part.start, part.start), ..Piece::default() });
        }
        let name = field.shown(&self.source.text).to_owned();
        let fixed = in_quotes(text);
        let severity = if field.meaning.is_ours() { Severity::Error } else { Severity::Hint };
        let diagnostic = self
            .source
            .diagnose(
                &rules::EMPTY_FIELD,
                Span::from(part.clone()),
                format!("nothing is left of `{name}`: what follows `#` is dropped"),
            )
            .with_severity(severity)
            .help(format!("put the value in quotes: `{name}: {}`", shortened(&fixed)))
            .suggested_fix(Span::from(part), fixed);
        self.say(diagnostic);
        Told::Lost
    }

    fn colon(&mut self, field: &Field, part: Range<usize>, at: usize, item: Option<Place>) -> Told {
        let text = self.source.text.as_str();
        if item.is_none()
            && let Some((value, given)) = self.second_field(field, &part, at)
        {
            let name = field.shown(text).to_owned();
            let second = Span::new(given.key.start as usize, part.end);
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_SYNTAX,
                    second,
                    format!("`{name}` and `{}` stand on one line", given.typed),
                )
                .help(format!("begin a new line before `{}`", given.typed))
                .suggested_fix(Span::new(value.end, second.start as usize), "\n");
            self.report(diagnostic);
            self.further.push(given);
            return Told::Mended(self.alone(value));
        }
        let name = field.shown(text).to_owned();
        // Straight quotes in place of the curly ones mend the colon, too.
        if let Some(inside) = in_curly_quotes(&text[part.clone()]) {
            let fixed = in_quotes(inside);
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_SYNTAX,
                    Span::from(part.clone()),
                    format!("the quotes around the value of `{name}` are curly, and only straight ones count"),
                )
                .help(format!("use straight quotes: `{}`", shortened(&fixed)))
                .safe_fix(Span::from(part.clone()), fixed);
            self.report(diagnostic);
            return Told::Mended(Piece { text: inside.to_owned(), span: Span::from(part), quoted: true });
        }
        let fixed = in_quotes(&text[part.clone()]);
        let colon = part.start + at;
        let (message, help) = match item {
            None if at + 1 == part.len() => {
                (format!("the value of `{name}` ends with a colon"), format!("{name}: {fixed}"))
            }
            None => (format!("`{name}` has a second colon"), format!("{name}: {fixed}")),
            Some(Place::Line) => (format!("an item of `{name}` has a colon"), format!("- {fixed}")),
            Some(Place::Brackets) => (format!("an item of `{name}` has a colon"), fixed.clone()),
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_COLON, Span::new(colon, colon + 1), message)
            .help(format!("put it in quotes: `{}`", shortened(&help)))
            .safe_fix(Span::from(part.clone()), fixed);
        self.report(diagnostic);
        Told::Mended(self.bare(part))
    }

    /// A second field on the line, if what stands before its colon is one of our names and not a word of a sentence.
    fn second_field(&self, field: &Field, part: &Range<usize>, at: usize) -> Option<(Range<usize>, Given)> {
        let text = self.source.text.as_str();
        let head = &text[part.start..part.start + at];
        let name_at = head
            .rfind(|c: char| is_gap(c) || matches!(c, ',' | ';' | '|'))
            .map(|at| at + head[at..].chars().next().map_or(1, char::len_utf8))?;
        let typed = &head[name_at..];
        let meaning @ Meaning::Ours(key) = meaning(typed, self.config) else { return None };
        let before = &head[..name_at];
        let value = before.trim_end_matches(|c| is_gap(c) || matches!(c, ',' | ';' | '|'));
        let gap = &before[value.len()..];
        let second = trimmed(text, part.start + at + 1..part.end);
        if value.is_empty() || second.is_empty() || typed.contains(char::is_uppercase) {
            return None;
        }
        let parted = gap.contains(['\t', ',', ';', '|']) || gap.chars().count() > 1;
        let plain = match key {
            Key::Kind => matches!(kind(&text[second.clone()]), KindRead::Known(_)),
            Key::Status => status(&text[second.clone()]).is_ok(),
            Key::Audience => true,
            _ => false,
        };
        if !parted && !plain && (is_prose(field.meaning) || field.is_list()) {
            return None;
        }
        let value = part.start..part.start + value.len();
        let key = Span::new(part.start + name_at, part.start + at);
        let given = Given { typed: typed.to_owned(), key, meaning, value: Value::Text(self.alone(second)) };
        Some((value, given))
    }

    fn quote_open(&mut self, field: &Field, part: Range<usize>) -> Told {
        let text = self.source.text.as_str();
        let name = field.shown(text).to_owned();
        let line = text[part.clone()].lines().next().unwrap_or_default().trim_end();
        let first = part.start..part.start + line.len();
        let quote = &line[..1];
        let other = line[1..].trim_end_matches(['"', '\'', '”', '“', '’', '„']);
        let fixed = in_quotes(other);
        let number = self.source.line(Span::from(part.clone()));
        let message = match line.chars().last() {
            Some('"' | '\'' | '”' | '“' | '’') if line.len() > 1 => {
                format!("line {number}: the quote of `{name}` is closed by another sign than it is opened with")
            }
            _ => format!("line {number}: the quote of `{name}` is never closed"),
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_QUOTE_OPEN, Span::from(first.clone()), message)
            .help(format!("close it with `{quote}`: `{name}: {}`", shortened(&fixed)))
            .suggested_fix(Span::from(first.clone()), fixed);
        self.report(diagnostic);
        let end = if part.end > first.end { part.end } else { first.start + 1 + other.len() };
        Told::Mended(self.bare(part.start + 1..end.max(part.start + 1)))
    }

    fn quote_then_text(&mut self, field: &Field, part: Range<usize>) -> Told {
        let value = self.text(&part);
        let quote = value.chars().next().unwrap_or('"');
        let wrapped = value.len() > 1 && value.ends_with(quote);
        let inside = if wrapped { part.start + 1..part.end - 1 } else { part.clone() };
        let piece = self.bare(inside.clone());
        let fixed = if quote == '\'' && wrapped {
            format!("'{}'", piece.text.replace("''", "'").replace('\'', "''"))
        } else {
            in_quotes(&piece.text)
        };
        let name = field.shown(&self.source.text).to_owned();
        let message = if wrapped {
            format!("the text of `{name}` holds the same quotes that it stands in")
        } else {
            format!("text stands behind the closing quote of `{name}`")
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_SYNTAX, Span::from(part.clone()), message)
            .help(format!("put quotes of another kind around all of it: `{name}: {}`", shortened(&fixed)))
            .safe_fix(Span::from(part), fixed);
        self.report(diagnostic);
        Told::Mended(piece)
    }

    fn block_text(&self, field: &Field, part: Range<usize>) -> Piece {
        let text = self.source.text.as_str();
        let lines: Vec<&str> = field.more.iter().map(|line| text[line.start..line.end].trim_matches(is_gap)).collect();
        let joint = if text[part.clone()].starts_with('|') { "\n" } else { " " };
        let start = field.more.iter().find(|line| !text[line.start..line.end].trim_matches(is_gap).is_empty());
        let start = start.map_or(part.start, |line| line.start);
        Piece {
            text: lines.join(joint).trim().to_owned(),
            span: Span::from(trimmed(text, start..part.end)),
            quoted: true,
        }
    }

    fn read_alone(&self, pieces: Vec<(Piece, ReadBy)>) -> Vec<Piece> {
        pieces.into_iter().map(|(piece, _)| piece).filter(|piece| !piece.text.is_empty()).collect()
    }

    /// A text as it stands; lines are joined by spaces.
    fn bare(&self, part: Range<usize>) -> Piece {
        let part = trimmed(&self.source.text, part);
        Piece { text: joined(self.text(&part)), span: Span::from(part), quoted: false }
    }

    /// A text, without its quotes if it stands in some.
    fn alone(&self, part: Range<usize>) -> Piece {
        let part = trimmed(&self.source.text, part);
        let value = self.text(&part);
        if let Some(quote @ ('"' | '\'')) = value.chars().next()
            && closing_quote(value, quote).is_some_and(|end| end + 1 == value.len())
        {
            let inside = part.start + 1..part.end - 1;
            let text = unquoted(&joined(self.text(&inside)), quote);
            return Piece { text, span: Span::from(inside), quoted: true };
        }
        self.bare(part)
    }
}

fn begins_with(sign: char) -> String {
    let sign = if sign == '`' { "a backtick".to_owned() } else { format!("`{sign}`") };
    format!("begins with {sign}, and text that begins so needs quotes")
}

/// Where an item of a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// On a line of its own.
    Line,
    /// Between brackets.
    Brackets,
}

/// Several lines as one.
fn joined(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    text.lines().map(|line| line.trim_matches(is_gap)).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
