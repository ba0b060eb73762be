//! Which lines of a block belong to which field.
//!
//! One pass over the lines. It knows only layout: names, indentation, bullets, and whether a list or quote is still
//! open; what a value says is judged afterwards. Every line is taken for something, and a line that YAML would refuse
//! or read otherwise marks its field as unsound.

use std::ops::Range;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::Source;
use crate::text::Span;

use super::key_line::{Dress, KeyLine, Mark, is_gap, is_invisible, key_line, looks_like_key};
use super::keys::{Form, Key, Meaning};
use super::scalar::Opened;
use super::split::{Line, is_mistyped_fence, lines};

/// One item of a list whose items stand on lines of their own.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The bytes behind the bullet, without space around them.
    pub(super) text: Range<usize>,
    /// How far the bullet is indented.
    indent: usize,
}

/// The lines of one field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name as typed, without decoration.
    pub(super) name: Range<usize>,
    /// What it stands for.
    pub(super) meaning: Meaning,
    /// What follows the colon on the same line, without space around it.
    pub(super) value: Range<usize>,
    /// The line with the name.
    pub(super) line: Line,
    /// Further lines that belong to it, as they stand.
    pub(super) more: Vec<Line>,
    /// The items, if there are any on lines of their own.
    pub(super) items: Vec<Item>,
    /// It holds further fields.
    pub(super) nested: bool,
    /// A list or quote that is opened in the value and closed nowhere.
    pub(super) open: bool,
    /// Whether YAML would read it, and as it is meant, as far as layout goes.
    pub(super) sound: bool,
    indent: usize,
}

impl Field {
    /// Whether nothing at all is given.
    pub(super) fn is_empty(&self) -> bool {
        self.value.is_empty() && self.items.is_empty() && self.more.is_empty() && !self.nested
    }

    /// The value with its further lines, without space around it.
    pub(super) fn whole(&self, text: &str) -> Range<usize> {
        let first = self.more.iter().find(|line| line.start < line.end);
        let start = match first {
            Some(line) if self.value.is_empty() => {
                line.start
                    + (text[line.start..line.end].len() - text[line.start..line.end].trim_start_matches(is_gap).len())
            }
            _ => self.value.start,
        };
        let end = self.more.last().map_or(self.value.end, |line| line.end);
        start..start + text[start..end.max(start)].trim_end_matches(is_gap).len()
    }

    /// Whether the field takes several texts.
    pub(super) fn is_list(&self) -> bool {
        self.meaning.key().is_some_and(|key| key.form().is_list())
    }

    /// The name as it is shown in messages.
    pub(super) fn shown<'t>(&self, text: &'t str) -> &'t str {
        &text[self.name.clone()]
    }
}

/// The fields of a block.
pub(super) struct Fields {
    /// In the order of the lines.
    pub(super) fields: Vec<Field>,
    /// Whether some line could not be read as YAML has it.
    pub(super) broken: bool,
    /// Where `audience` stands within another field, so that nobody reads it.
    pub(super) doubtful: Vec<Span>,
}

/// Sorts the lines of `inner` into fields.
pub(super) fn fields(source: &Source, config: &Config, inner: Range<usize>, out: &mut Vec<Diagnostic>) -> Fields {
    let mut sorter = Sorter::new(source, config, inner.clone(), out);
    for line in lines(&source.text, inner) {
        sorter.take(line);
    }
    sorter.close();
    Fields { fields: sorter.fields, broken: sorter.broken, doubtful: sorter.doubtful }
}

struct Sorter<'a> {
    source: &'a Source,
    config: &'a Config,
    out: &'a mut Vec<Diagnostic>,
    fields: Vec<Field>,
    broken: bool,
    doubtful: Vec<Span>,
    /// How far fields are indented.
    base: usize,
    /// Every field begins with `- `.
    bulleted: bool,
    /// The list or quote that the last field opens.
    opened: Option<Opened>,
    /// The last field's value is a text over several lines, `|` or `>`.
    block_text: bool,
}

/// What a line that names a field is taken for.
enum Taken {
    Field { indented: bool },
    Nested,
    Text,
}

impl<'a> Sorter<'a> {
    fn new(source: &'a Source, config: &'a Config, inner: Range<usize>, out: &'a mut Vec<Diagnostic>) -> Sorter<'a> {
        let text = source.text.as_str();
        let (mut base, mut first) = (usize::MAX, true);
        let mut bulleted = None;
        for line in lines(text, inner) {
            let shown = &text[line.start..line.end];
            let rest = shown.trim_start_matches(' ');
            if first && !shown.trim_matches(is_gap).is_empty() && !rest.starts_with('#') {
                first = false;
                bulleted = rest.strip_prefix("- ").and_then(|behind| {
                    let key = key_line(shown, shown.len() - behind.len(), config)?;
                    (key.meaning.is_known() && key.mark != Mark::Space).then_some(line)
                });
            }
            if !rest.starts_with(['\t', '\u{a0}'])
                && looks_like_key(rest)
                && (bulleted.is_some() || !rest.starts_with("- "))
            {
                base = base.min(shown.len() - rest.len());
            }
        }
        let mut sorter = Sorter {
            source,
            config,
            out,
            fields: Vec::new(),
            broken: false,
            doubtful: Vec::new(),
            base: if base == usize::MAX { 0 } else { base },
            bulleted: bulleted.is_some(),
            opened: None,
            block_text: false,
        };
        if let Some(line) = bulleted {
            let span = Span::new(line.start, line.end);
            sorter.broken = true;
            sorter.out.push(
                source
                    .diagnose(&rules::FRONT_MATTER_SYNTAX, span, "the fields are written as a list")
                    .help("take the `- ` away from the beginning of each field"),
            );
        }
        sorter
    }

    fn text(&self) -> &'a str {
        &self.source.text
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.broken = true;
        self.out.push(diagnostic);
    }

    fn take(&mut self, line: Line) {
        let shown = &self.text()[line.start..line.end];
        // What takes no room indents nothing.
        let indent = shown.len() - shown.trim_start().len();
        let rest = shown[indent..].trim_matches(is_gap);
        if self.block_text {
            let inside = self.fields.last().is_some_and(|field| rest.is_empty() || indent > field.indent);
            if inside {
                self.extend(line);
                return;
            }
            self.block_text = false;
        }
        if rest.is_empty() {
            return;
        }
        if self.continues_open(line, shown, indent) {
            return;
        }
        let rest = shown[indent..].trim_start_matches(is_invisible);
        if rest.starts_with('#') {
            self.check_note(line, rest);
            return;
        }
        if rest.starts_with("//") || rest.starts_with("<!--") || rest.starts_with("%%") {
            self.report_comment(line, rest);
            return;
        }
        if is_mistyped_fence(shown) {
            let span = Span::new(line.start + indent, line.end);
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_SYNTAX, span, "this line of the facts block sets no field")
                .help("delete the line; the facts block ends where `---` stands alone");
            self.report(diagnostic);
            return;
        }
        let bullet = self.bullet_of_field(rest);
        if bullet == 0 && self.take_item(line, indent, rest) {
            return;
        }
        match key_line(shown, indent + bullet, self.config) {
            Some(key) => match self.taken(&key, &shown[..indent]) {
                Taken::Field { indented } => self.begin(line, indent, bullet, key, indented),
                Taken::Nested => {
                    if let Some(field) = self.fields.last_mut() {
                        field.nested |= field.items.is_empty();
                        field.more.push(line);
                    }
                    if key.meaning == Meaning::Ours(Key::Audience) {
                        self.doubtful.push(Span::from(key.name).shifted(line.start));
                    }
                }
                Taken::Text => self.take_text(line, indent),
            },
            None => self.take_text(line, indent),
        }
    }

    /// The bytes of the bullet before a field's name, where all fields have one.
    fn bullet_of_field(&self, rest: &str) -> usize {
        let behind = rest.strip_prefix("- ").filter(|_| self.bulleted);
        let key = behind.and_then(|behind| key_line(behind, 0, self.config));
        let known = key.is_some_and(|key| key.meaning.is_known() && key.mark != Mark::Space);
        if known { 2 } else { 0 }
    }

    /// Whether the line lies inside a list or quote that an earlier line opens.
    fn continues_open(&mut self, line: Line, shown: &str, indent: usize) -> bool {
        let Some(opened) = self.opened.as_mut() else { return false };
        let field_indent = self.fields.last().map_or(0, |field| field.indent);
        let beside = indent <= field_indent && (looks_like_key(shown) || shown.starts_with("- "));
        let misplaced = indent <= field_indent || shown[..indent].contains('\t');
        let known = |key: KeyLine| key.meaning.is_known() && key.mark != Mark::Space;
        let next_field = beside || (misplaced && key_line(shown, indent, self.config).is_some_and(known));
        if next_field {
            self.opened = None;
            if let Some(field) = self.fields.last_mut() {
                field.open = true;
            }
            return false;
        }
        if opened.feed(shown) {
            self.opened = None;
        }
        self.extend(line);
        true
    }

    /// The end of the block: what is open stays open.
    fn close(&mut self) {
        if self.opened.is_some()
            && let Some(field) = self.fields.last_mut()
        {
            field.open = true;
        }
    }

    fn extend(&mut self, line: Line) {
        if let Some(field) = self.fields.last_mut() {
            field.more.push(line);
        }
    }

    /// `# audience: manager`: a field with the sign of a note before it, which keeps the entry from nobody.
    fn check_note(&mut self, line: Line, rest: &str) {
        let words = rest.trim_start_matches(['#', ' ']);
        let Some(audiences) = &self.config.audiences else { return };
        let Some(key) = key_line(words, 0, self.config) else { return };
        let value = words.get(key.value..).unwrap_or_default().trim_matches(['[', ']', ' ', '"', '\'']);
        if key.meaning != Meaning::Ours(Key::Audience) || key.mark == Mark::Space || audiences.find(value).is_none() {
            return;
        }
        let start = line.end - rest.len();
        let gap = Span::new(start, start + rest.len() - words.len());
        self.out.push(
            self.source
                .diagnose(
                    &rules::FRONT_MATTER_HASH,
                    Span::new(start, line.end),
                    "this line is a note, so that everyone may see the entry",
                )
                .help(format!("if it is meant, take the `#` away: `{}`", words.trim_end()))
                .suggested_fix(gap, ""),
        );
    }

    fn report_comment(&mut self, line: Line, rest: &str) {
        let start = line.end - rest.len();
        let sign = rest.split(|c: char| !matches!(c, '/' | '<' | '!' | '-' | '%')).next().unwrap_or_default();
        let words = rest[sign.len()..].trim().trim_end_matches("-->").trim_end_matches("%%").trim();
        let diagnostic = self
            .source
            .diagnose(
                &rules::FRONT_MATTER_SYNTAX,
                Span::new(start, line.end),
                format!("`{sign}` makes no note in a facts block"),
            )
            .help("begin a note with `# `, or delete the line")
            .safe_fix(Span::new(start, line.end), format!("# {words}"));
        self.report(diagnostic);
    }

    fn taken(&self, key: &KeyLine, leading: &str) -> Taken {
        let deeper = leading.len() > self.base;
        let ours = key.meaning.is_ours();
        let Some(field) = self.fields.last() else {
            return Taken::Field { indented: deeper };
        };
        let prose = field.meaning.key().is_some_and(Key::is_speech);
        match key.mark {
            Mark::Space if deeper || prose || (field.is_list() && field.value.is_empty()) => return Taken::Text,
            Mark::OtherSign if deeper => return Taken::Text,
            Mark::NoSpace if deeper && !key.meaning.is_known() => return Taken::Text,
            _ => {}
        }
        if !deeper {
            return Taken::Field { indented: false };
        }
        if ours && leading.contains(['\t', '\u{a0}']) {
            return Taken::Field { indented: true };
        }
        let empty = field.value.is_empty() && field.items.is_empty();
        if let Some(item) = field.items.last() {
            let in_item = !ours || leading.len() > item.indent;
            return if in_item { Taken::Nested } else { Taken::Field { indented: true } };
        }
        match (empty, field.nested) {
            (_, true) => Taken::Nested,
            // In a stranger's folder a field of this name may hold others: Next.js has a `title` in `related`.
            (true, _) if field.meaning.is_ours() && ours && self.config.is_book => Taken::Field { indented: true },
            (true, _) => Taken::Nested,
            (false, _) if key.meaning.is_known() => Taken::Field { indented: true },
            (false, _) => Taken::Text,
        }
    }

    fn begin(&mut self, line: Line, indent: usize, bullet: usize, key: KeyLine, indented: bool) {
        let text = self.text();
        let shown = &text[line.start..line.end];
        let value = shown[key.value..].trim_end_matches(is_gap).len();
        let value = line.start + key.value..line.start + key.value + value;
        let name = line.start + key.name.start..line.start + key.name.end;
        let mut field = Field {
            name,
            meaning: key.meaning,
            value: value.clone(),
            line,
            more: Vec::new(),
            items: Vec::new(),
            nested: false,
            open: false,
            sound: bullet == 0,
            indent,
        };
        self.opened = Opened::new(&text[value.clone()]);
        self.block_text = is_block_text(&text[value]);
        field.sound &= self.check_indent(line, indent, bullet, &key, indented);
        field.sound &= self.check_mark(line, &key, &field);
        self.fields.push(field);
    }

    /// Whether the field begins where fields begin.
    fn check_indent(&mut self, line: Line, indent: usize, bullet: usize, key: &KeyLine, indented: bool) -> bool {
        if indent == 0 && (bullet > 0 || !indented) {
            return true;
        }
        let shown = &self.text()[line.start..line.end];
        let (leading, name) = (&shown[..indent], &shown[key.name.clone()]);
        let span = Span::new(line.start, line.start + indent);
        let wanted = " ".repeat(self.base);
        let number = self.source.line(span);
        if leading.contains('\t') {
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_TAB, span, format!("line {number} starts with a tab"))
                .help(format!("remove the tab before `{name}`"))
                .safe_fix(span, wanted);
            self.report(diagnostic);
            return false;
        }
        let odd = leading.chars().any(|c| c != ' ' && c.is_whitespace());
        if bullet == 0 && (indented || odd) {
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_INDENT,
                    span,
                    format!("`{name}` is indented and the other fields are not"),
                )
                .help(format!("remove the spaces before `{name}`"))
                .safe_fix(span, wanted);
            self.report(diagnostic);
            return false;
        }
        true
    }

    /// Whether the name and its colon are written as YAML wants them.
    fn check_mark(&mut self, line: Line, key: &KeyLine, field: &Field) -> bool {
        if (key.dress, key.mark) == (Dress::Plain, Mark::Colon) {
            return true;
        }
        let text = self.text();
        let (name, value) = (&text[field.name.clone()], &text[field.value.clone()]);
        let head = Span::new(line.start + key.dressed.start, field.value.start);
        let typed = text[head.range()].trim_end();
        let span = Span::new(head.start as usize, head.start as usize + typed.len());
        let wanted = if value.is_empty() { format!("{name}:") } else { format!("{name}: ") };
        let help = format!("type `{wanted}{}`", shortened(value));
        let (rule, message) = match (key.dress, key.mark) {
            (Dress::Markdown, _) => (
                &rules::FRONT_MATTER_SYNTAX,
                format!("the name `{name}` is marked as in a text, and a fact's name is bare"),
            ),
            (Dress::Curly, Mark::Colon) => {
                let message = format!("the name `{name}` stands in quotes and needs none");
                let hint = self.source.diagnose(&rules::FRONT_MATTER_SYNTAX, span, message);
                let hint = hint.with_severity(crate::diagnostic::Severity::Hint);
                self.out.push(hint.help(help).safe_fix(head, wanted));
                return true;
            }
            (_, Mark::Colon) => return true,
            (_, Mark::OddSpace) => {
                (&rules::FRONT_MATTER_SPACE, format!("the space after `{name}:` is not an ordinary one"))
            }
            (_, Mark::NoSpace) => {
                (&rules::FRONT_MATTER_SPACE, format!("there is no space after the colon of `{name}`"))
            }
            (_, Mark::OddColon) => {
                (&rules::FRONT_MATTER_SYNTAX, format!("the colon after `{name}` is one from another keyboard"))
            }
            (_, Mark::OtherSign | Mark::Space) => {
                (&rules::FRONT_MATTER_SYNTAX, format!("there is no colon after `{name}`"))
            }
        };
        let help = if key.mark == Mark::NoSpace {
            format!("put a space after the colon: `{wanted}{}`", shortened(value))
        } else {
            help
        };
        let diagnostic = self.source.diagnose(rule, span, message).help(help);
        let diagnostic = match key.mark {
            Mark::OtherSign | Mark::Space => diagnostic.suggested_fix(head, wanted),
            _ => diagnostic.safe_fix(head, wanted),
        };
        self.report(diagnostic);
        false
    }

    /// Takes a line that begins with a bullet. `false` if it is no item.
    fn take_item(&mut self, line: Line, indent: usize, rest: &str) -> bool {
        let Some(bullet) = Bullet::of(rest) else { return false };
        let start = line.end - rest.len();
        let typed = &rest[bullet.length..];
        let at = line.end - typed.trim_start_matches(is_gap).len();
        let text = at..at + self.text()[at..line.end].trim_end_matches(is_gap).len();
        let Some(field) = self.fields.last() else {
            if bullet.kind == BulletKind::Sound {
                self.report_stray(line, indent, None);
            }
            return bullet.kind == BulletKind::Sound;
        };
        let name = field.shown(self.text()).to_owned();
        let inline = !field.value.is_empty() && field.items.is_empty();
        if field.nested || (inline && !(field.is_list() && bullet.kind == BulletKind::Sound)) {
            if inline && bullet.kind == BulletKind::Sound && indent <= field.indent {
                self.report_stray(line, indent, Some(&name));
                return true;
            }
            return false;
        }
        if bullet.kind == BulletKind::NoSpace && !field.is_list() && field.items.is_empty() {
            return false;
        }
        let read = field.meaning.is_read();
        let first_indent = field.items.first().map(|item| item.indent);
        let mut sound = true;
        let head = Span::new(start, text.start);
        if inline {
            let value = field.value.clone();
            let span = Span::from(value.clone());
            let message = format!("`{name}` has a value behind its colon and further ones below it");
            let shown = self.text()[value.clone()].to_owned();
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, span, message)
                .help(format!("put every value on a line of its own: `- {}`", shortened(&shown)))
                .suggested_fix(span, format!("\n{}- {shown}", " ".repeat(indent)));
            self.report(diagnostic);
            if let Some(field) = self.fields.last_mut() {
                field.items.push(Item { text: value, indent });
            }
            sound = false;
        } else if read && bullet.kind != BulletKind::Sound {
            let message = match bullet.kind {
                BulletKind::NoSpace => "there is no space after the hyphen of this item".to_owned(),
                _ => format!("this item of `{name}` begins with another sign than a hyphen"),
            };
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_LIST, Span::new(start, line.end), message)
                .help(format!("type `- {}`", shortened(&self.text()[text.clone()])))
                .safe_fix(head, "- ");
            self.report(diagnostic);
            sound = false;
        }
        let leading = &self.text()[line.start..start];
        if leading.contains('\t') {
            let span = Span::new(line.start, start);
            let number = self.source.line(span);
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_TAB, span, format!("line {number} starts with a tab"))
                .help("indent the item with two spaces, or not at all")
                .safe_fix(span, "  ");
            self.report(diagnostic);
            sound = false;
        } else if let Some(first) = first_indent
            && read
            && first != indent
        {
            let span = Span::new(line.start, start);
            let diagnostic = self
                .source
                .diagnose(&rules::FRONT_MATTER_INDENT, span, format!("the items of `{name}` are not indented alike"))
                .help("begin every item under the one above it")
                .safe_fix(span, " ".repeat(first));
            self.report(diagnostic);
            sound = false;
        }
        if let Some(field) = self.fields.last_mut() {
            field.sound &= sound;
            field.items.push(Item { text, indent });
            field.more.push(line);
        }
        true
    }

    /// Takes a line without a name: it goes on with the value above it.
    fn take_text(&mut self, line: Line, indent: usize) {
        let text = self.text();
        let start = line.start + indent;
        let Some(field) = self.fields.last() else {
            self.report_stray(line, indent, None);
            return;
        };
        let name = field.shown(text).to_owned();
        let read = field.meaning.is_read();
        let leading = &text[line.start..start];
        if indent > field.indent && (!read || !leading.contains('\t')) {
            if let Some(field) = self.fields.last_mut() {
                if let Some(item) = field.items.last_mut()
                    && indent > item.indent
                {
                    item.text.end = start + text[start..line.end].trim_end_matches(is_gap).len();
                }
                field.more.push(line);
            }
            return;
        }
        if field.nested {
            self.report_stray(line, indent, Some(&name));
            return;
        }
        let as_item = field.is_list() && field.value.is_empty();
        let span = Span::new(start, line.end);
        let diagnostic = if leading.contains('\t') {
            let span = Span::new(line.start, start);
            let number = self.source.line(span);
            self.source
                .diagnose(&rules::FRONT_MATTER_TAB, span, format!("line {number} starts with a tab"))
                .help("indent the line with two spaces")
                .safe_fix(span, "  ")
        } else if as_item {
            self.source
                .diagnose(
                    &rules::FRONT_MATTER_LIST,
                    span,
                    format!("this item of `{name}` does not begin with a hyphen"),
                )
                .help(format!("type `- {}`", shortened(&text[span.range()])))
                .suggested_fix(Span::new(start, start), "- ")
        } else {
            self.source
                .diagnose(
                    &rules::FRONT_MATTER_SYNTAX,
                    span,
                    format!("this line sets no field; it is read as more of `{name}`"),
                )
                .help(
                    "indent the line with two spaces if it goes on with the line above, or give it a name and a colon",
                )
                .suggested_fix(Span::new(line.start, start), "  ")
        };
        self.report(diagnostic);
        if let Some(field) = self.fields.last_mut() {
            field.sound = false;
            if as_item {
                let end = start + text[start..line.end].trim_end_matches(is_gap).len();
                field.items.push(Item { text: start..end, indent });
            } else if let Some(item) = field.items.last_mut() {
                item.text.end = start + text[start..line.end].trim_end_matches(is_gap).len();
            }
            field.more.push(line);
        }
    }

    fn report_stray(&mut self, line: Line, indent: usize, above: Option<&str>) {
        let span = Span::new(line.start + indent, line.end);
        let message = match above {
            Some(name) => format!("this line sets no field, and `{name}` above it takes no further line"),
            None => "this line sets no field".to_owned(),
        };
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_SYNTAX, span, message)
            .help("give the line a name and a colon, such as `summary: …`, or delete it");
        self.report(diagnostic);
    }
}

/// Whether a value announces a text on the lines below: `|`, `>-`, perhaps with a comment.
pub(super) fn is_block_text(value: &str) -> bool {
    let header = value.split(" #").next().unwrap_or_default().trim_end();
    header.starts_with(['|', '>'])
        && header.len() <= 3
        && header[1..].chars().all(|c| matches!(c, '+' | '-' | '1'..='9'))
}

/// A text as it fits into a message.
pub(super) fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(70) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if line.len() < text.len() => format!("{line} …"),
        None => line.to_owned(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BulletKind {
    Sound,
    NoSpace,
    Odd,
}

struct Bullet {
    kind: BulletKind,
    /// Its bytes, without the space behind it.
    length: usize,
}

impl Bullet {
    fn of(rest: &str) -> Option<Bullet> {
        let sign = rest.chars().next()?;
        let length = sign.len_utf8();
        let next = rest[length..].chars().next();
        let kind = match sign {
            '-' if next.is_none_or(|next| matches!(next, ' ' | '\t')) => BulletKind::Sound,
            '-' if next.is_some_and(is_gap) => BulletKind::Odd,
            '-' if next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '"' | '\'' | '[' | '“')) => {
                BulletKind::NoSpace
            }
            '•' | '·' | '‣' | '◦' | '●' | '▪' | '\u{f0b7}' => BulletKind::Odd,
            '*' | '+' | '–' | '—' if next.is_some_and(is_gap) => BulletKind::Odd,
            _ => return None,
        };
        Some(Bullet { kind, length })
    }
}

/// Whether the field holds sentences, in which brackets, commas and the names of fields are only words.
pub(super) fn is_prose(meaning: Meaning) -> bool {
    meaning.key().is_some_and(|key| matches!(key.form(), Form::Prose | Form::Change))
}
