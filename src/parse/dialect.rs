//! Markdown of other programs, rewritten as ours before it is parsed.
//!
//! A line scanner splits off what no rewriting of events can mend: containers (`!!! note`, `:::note`, `/// note`,
//! `{% hint %}`, `{{< alert >}}`, `=== "Tab"`), which become quotes with a mark, `> [!note]`, and so callouts; tags of template languages,
//! which are dropped; components of MDX; and files that are included. What comes out is ordinary Markdown that knows where
//! each of its bytes stands in the file, so messages, references and passages keep their places.
//!
//! What is code is asked of the Markdown parser itself ([`code::Code`]), never guessed. A text without any sign of a dialect
//! pays for a scan for these signs, and is parsed as it is.

mod code;
mod container;
mod include;
mod mapped;
mod mdx;
mod tags;

use std::collections::HashMap;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::rules::{self, Rule};
use crate::source::{Included, NotIncluded, Source};
use crate::text::{SourcePath, Span};
use code::Code;
use container::Opening;
use include::{Include, Part};
use mdx::Component;
use tags::{Family, Tag, bare_words, value_of};

pub(crate) use include::paths;
pub(crate) use mapped::Mapped;

/// Containers in containers that are read as such; what lies deeper stays as it is typed.
const DEEPEST: usize = 12;

/// A body as ordinary Markdown.
#[derive(Debug, Default)]
pub(crate) struct Standard {
    /// The Markdown.
    pub(crate) body: Mapped,
    /// Tags and marks that were taken out of the text: where they stand, and as they are typed. Nobody sees them, and
    /// they may say who should not see what is between them.
    pub(crate) marks: Vec<(Span, String)>,
    /// The whole of each container, the line that ends it too.
    pub(crate) containers: Vec<Span>,
    /// Where files are included as text.
    pub(crate) included: Vec<Span>,
    dropped: Vec<Dropped>,
    found: Vec<Diagnostic>,
}

/// Tags of one kind that were dropped from a page.
#[derive(Debug)]
struct Dropped {
    kind: Kind,
    /// The first of them.
    span: Span,
    count: usize,
    /// Their names, each once, the first few.
    names: Vec<String>,
}

/// What was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Template,
    Variable,
    Shortcode,
    Component,
}

impl Standard {
    /// The container that begins at a byte of the file.
    pub(crate) fn container_at(&self, start: u32) -> Option<Span> {
        let found = self.containers.binary_search_by_key(&start, |container| container.start).ok()?;
        self.containers.get(found).copied()
    }

    /// What a writer should know: one message a kind, however many there are.
    pub(crate) fn diagnostics(&self, source: &Source, is_book: bool) -> Vec<Diagnostic> {
        let mut all = self.found.clone();
        // In a book, two pairs of brackets are a slip for a blank, which has a message where words are said.
        all.extend(self.dropped.iter().filter(|dropped| !(is_book && dropped.kind == Kind::Variable)).map(|dropped| {
            let names = dropped.names.join(", ");
            let times = if dropped.count == 1 { String::new() } else { format!(" ({} on this page)", dropped.count) };
            let (rule, message, help): (&Rule, _, _) = match dropped.kind {
                Kind::Template => (
                    &rules::TEMPLATE_TAG,
                    format!("tags of a template are left out, and what stands between them is shown: {names}{times}"),
                    "write what the tag stands for; to show it as it is typed, put it in a block of code",
                ),
                Kind::Variable => (
                    &rules::TEMPLATE_TAG,
                    format!("the value of a template is not known here, so it is shown as typed: {names}{times}"),
                    "write what it stands for",
                ),
                Kind::Shortcode => (
                    &rules::SHORTCODE,
                    format!("shortcodes of Hugo are left out, and what they wrap is shown: {names}{times}"),
                    "write what the shortcode stands for in Markdown",
                ),
                Kind::Component => (
                    &rules::COMPONENT,
                    format!("components of MDX are left out, and what stands in them is shown: {names}{times}"),
                    "write what the component shows in Markdown",
                ),
            };
            source.diagnose(rule, dropped.span, message).help(help)
        }));
        all
    }

    fn drop(&mut self, kind: Kind, span: Span, typed: &str, name: &str) {
        if kind != Kind::Variable {
            self.marks.push((span, typed.to_owned()));
        }
        let shown: String = format!("`{}`", name.chars().take(40).collect::<String>());
        match self.dropped.iter_mut().find(|dropped| dropped.kind == kind) {
            Some(dropped) => {
                dropped.count += 1;
                if dropped.names.len() < 5 && !dropped.names.contains(&shown) {
                    dropped.names.push(shown);
                }
            }
            None => self.dropped.push(Dropped { kind, span, count: 1, names: vec![shown] }),
        }
    }
}

/// The body of `source`, which begins at `body_start`, as ordinary Markdown. `None` if it is that already.
pub(crate) fn standard(source: &Source, body_start: usize) -> Option<Standard> {
    let body = &source.text[body_start..];
    if !may_be_foreign(body) {
        return None;
    }
    let mut standard = Standard::default();
    let budget = 20 * body.len() + (64 << 10);
    let included = source.included.iter().map(|file| ((&file.by, file.typed.as_str()), file)).rev().collect();
    let mut rewriter = Rewriter { source, included, standard: &mut standard, files: vec![source.path.clone()], budget };
    let body = rewriter.rewritten(&Mapped::copy_of(body, body_start), 0);
    standard.body = body;
    standard.containers.sort();
    standard.included.sort();
    Some(standard)
}

/// Whether a text has any sign of a dialect.
fn may_be_foreign(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_line = |at: usize| {
        let line = &bytes[at..];
        let spaces = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let line = &line[spaces..];
        match line.first() {
            Some(b'!') => line.starts_with(b"!!!"),
            Some(b'?') => line.starts_with(b"???"),
            Some(b':') => line.starts_with(b":::"),
            Some(b'/') => line.starts_with(b"///"),
            Some(b'=') => line.starts_with(b"=== ") || line.starts_with(b"===!") || line.starts_with(b"===+"),
            Some(b'<') => match line.get(1) {
                Some(b'/') => line.get(2).is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'>'),
                Some(b'<') => line.starts_with(b"<<< "),
                Some(b'!') => include::is_comment(line),
                Some(byte) if byte.is_ascii_lowercase() => {
                    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
                    memchr::memmem::find(&line[..end], b" markdown").is_some()
                }
                Some(byte) => byte.is_ascii_uppercase() || *byte == b'>',
                None => false,
            },
            Some(b'-') => line.starts_with(b"-8<-") || line.starts_with(b"--8<-") || line.starts_with(b"---8<-"),
            Some(b'[') => line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"[!include")),
            Some(b'i') => line.starts_with(b"import "),
            Some(b'e') => line.starts_with(b"export "),
            _ => false,
        }
    };
    starts_line(0)
        || memchr::memchr_iter(b'\n', bytes).any(|at| starts_line(at + 1))
        || memchr::memchr2_iter(b'{', b'%', bytes).any(|at| match bytes[at] {
            b'{' => matches!(bytes.get(at + 1), Some(b'%' | b'{' | b'/')) || bytes[at..].starts_with(b"{# "),
            _ => at > 0 && bytes[at - 1] == b'<',
        })
        || memchr::memmem::find(bytes, b"]](").is_some()
        || memchr::memchr_iter(b'*', bytes).any(|at| {
            if at > 0 && bytes[at - 1] == b'*' {
                return false;
            }
            let beside = |at: usize| bytes.get(at).is_some_and(|byte| *byte >= 0x80);
            let stars = bytes[at..].iter().take_while(|byte| **byte == b'*').count();
            (beside(at.wrapping_sub(1)) || beside(at + stars)) && guard(text, &(at..at + stars)).is_some()
        })
}

struct Rewriter<'r> {
    source: &'r Source,
    /// What each include of each file means; of two that are typed alike the first, which the others equal.
    included: HashMap<(&'r SourcePath, &'r str), &'r Included>,
    standard: &'r mut Standard,
    /// The file that is read and, inside out, those that include it.
    files: Vec<SourcePath>,
    /// Bytes that may still be included.
    budget: usize,
}

/// A text while it is rewritten.
struct Page<'t> {
    text: &'t Mapped,
    code: Code,
    tags: Vec<Tag>,
    /// The first byte of a tag → its place in `tags`.
    tag_at: HashMap<usize, usize>,
    components: Vec<Component>,
    component_at: HashMap<usize, usize>,
    /// The first byte of a line of colons or slashes that opens a container → the first byte of the one that closes it.
    fences: HashMap<usize, usize>,
    depth: usize,
}

impl Page<'_> {
    fn typed(&self, range: &Range<usize>) -> &str {
        &self.text.text[range.clone()]
    }

    /// The end of the line at a byte, its line break included.
    fn end_of_line(&self, at: usize) -> usize {
        let text = self.text.text.as_bytes();
        memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length + 1)
    }

    /// Whether nothing but a tag stands in its lines.
    fn is_alone(&self, range: &Range<usize>) -> bool {
        let text = &self.text.text;
        let before = &text[memchr::memrchr(b'\n', &text.as_bytes()[..range.start]).map_or(0, |at| at + 1)..range.start];
        before.trim().is_empty() && text[range.end..self.end_of_line(range.end)].trim().is_empty()
    }
}

impl Rewriter<'_> {
    fn rewritten(&mut self, text: &Mapped, depth: usize) -> Mapped {
        if depth > DEEPEST || !may_be_foreign(&text.text) {
            let mut same = Mapped::default();
            same.push(text, 0..text.text.len());
            return same;
        }
        let code = Code::of(&text.text);
        let tags = tags::tags(&text.text, &code);
        let components = mdx::components(&text.text, &code);
        let page = Page {
            tag_at: tags.iter().enumerate().map(|(at, tag)| (tag.range.start, at)).collect(),
            component_at: components.iter().enumerate().map(|(at, tag)| (tag.range.start, at)).collect(),
            fences: fences(&text.text, &code),
            text,
            code,
            tags,
            components,
            depth,
        };
        let mut out = Mapped::default();
        let mut at = 0;
        while at < text.text.len() {
            at = self.line(&page, at, &mut out);
        }
        out
    }

    /// Rewrites what begins with the line at a byte, and gives the byte behind it.
    fn line(&mut self, page: &Page<'_>, at: usize, out: &mut Mapped) -> usize {
        let text = &page.text.text;
        let end = page.end_of_line(at);
        let line = &text[at..end];
        let first = at + line.len() - line.trim_start().len();
        let is_comment = page.code.begins(first) && include::is_comment(line.trim_start().as_bytes());
        if page.code.holds(first) && !is_comment {
            let fence = page.code.fence(first).filter(|fence| !shows_markdown(&text[fence.start..]));
            let include = fence.and_then(|_| include::on_line(line)).filter(|include| include.in_code);
            if let Some(include) = include
                && self.include(page, at..end, &include, true, out)
            {
                return end;
            }
            out.push(page.text, at..end);
            return end;
        }
        let next = match text.as_bytes().get(first) {
            Some(b'!' | b'?' | b'=') => self.indented(page, at..end, out),
            Some(b':') => self.colon_fence(page, at..end, out),
            Some(b'/') => self.slash_fence(page, at..end, out),
            Some(b'{') => self.tag(page, first, at..end, out),
            Some(b'<') => self.component(page, first, at, out),
            Some(b'i' | b'e') if first == at && is_after_empty_line(text, at) => self.statements(page, at),
            Some(b'-') => self.snippets(page, at..end, out),
            _ => None,
        };
        if let Some(next) = next {
            return next;
        }
        if let Some(include) = include::on_line(line)
            && self.include(page, at..end, &include, false, out)
        {
            return end;
        }
        self.inline(page, at, out)
    }

    /// `!!! note`, `??? note`, `=== "Tab"` and what is indented below.
    fn indented(&mut self, page: &Page<'_>, line: Range<usize>, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        let typed = &text[line.clone()];
        let opening = container::indented(typed)?;
        let indent = width(typed);
        let mut end = line.end;
        let mut at = line.end;
        while at < text.len() {
            let next = page.end_of_line(at);
            let body = &text[at..next];
            if !body.trim().is_empty() {
                if width(body) < indent + 4 {
                    break;
                }
                end = next;
            }
            at = next;
        }
        let body = dedented(page.text, line.end..end, indent + 4);
        self.boxed(page, &shifted(opening, line.start), &(line.start..line.end), body, end, out);
        Some(end)
    }

    /// `:::note` up to its closing line.
    fn colon_fence(&mut self, page: &Page<'_>, line: Range<usize>, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        let close = *page.fences.get(&line.start)?;
        let typed = &text[line.clone()];
        let opening = container::colons(typed)?.1?;
        let body = dedented(page.text, line.end..close, width(typed));
        let end = page.end_of_line(close);
        self.boxed(page, &shifted(opening, line.start), &line, body, end, out);
        Some(end)
    }

    /// `/// note | Title` up to its closing line. Settings may stand indented right below it.
    fn slash_fence(&mut self, page: &Page<'_>, line: Range<usize>, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        let close = *page.fences.get(&line.start)?;
        let typed = &text[line.clone()];
        let mut opening = shifted(container::slashes(typed)?.1?, line.start);
        let mut start = line.end;
        while start < close {
            let end = page.end_of_line(start);
            let setting = &text[start..end];
            let Some((key, value)) = setting.trim().split_once(':').filter(|_| width(setting) >= width(typed) + 4)
            else {
                break;
            };
            let (key, value) = (key.trim_end(), value.trim());
            if key == "open" && value.eq_ignore_ascii_case("true") && opening.fold == "-" {
                opening.fold = "+";
            } else if key == "type" && !value.is_empty() {
                let at = start + setting.find(value).unwrap_or_default();
                opening.word = at..at + value.len();
            }
            start = end;
        }
        let body = dedented(page.text, start..close, width(typed));
        let end = page.end_of_line(close);
        let word = &text[opening.word.clone()];
        if matches!(word, "html" | "define") || word.ends_with("caption") {
            let head = page.text.range_in_file(&line);
            self.standard.marks.push((head, typed.to_owned()));
            self.unwrapped(page, body, out);
        } else {
            self.boxed(page, &opening, &line, body, end, out);
        }
        Some(end)
    }

    /// A container as a quote that begins with its mark. `head` is what opens it, `end` is the end of all of it.
    fn boxed(
        &mut self,
        page: &Page<'_>,
        opening: &Opening,
        head: &Range<usize>,
        body: Mapped,
        end: usize,
        out: &mut Mapped,
    ) {
        let text = &page.text.text;
        let start = head.start + width_in_bytes(&text[head.clone()]);
        let whole = page.text.range_in_file(&(start..start + text[start..end].trim_end().len()));
        let head_end = start + text[start..head.end].trim_end().len();
        let head_in_file = page.text.range_in_file(&(start..head_end));
        self.standard.marks.push((head_in_file, text[start..head_end].to_owned()));
        self.standard.containers.push(whole);
        let indent = text[head.start..start].to_owned();
        // Two quotes without an empty line between them would be one.
        if last_line(&out.text).trim_start().starts_with('>') {
            out.push_made(&format!("{indent}\n"), Span { end: head_in_file.start, ..head_in_file });
        }
        out.push(page.text, head.start..start);
        out.push_made("> [!", head_in_file);
        match (opening.is_tab, opening.word.is_empty()) {
            (true, _) => out.push_made("tab", head_in_file),
            (false, true) => out.push_made("note", head_in_file),
            (false, false) => out.push(page.text, opening.word.clone()),
        }
        out.push_made(&format!("]{}", opening.fold), head_in_file);
        if !opening.title.is_empty() {
            out.push_made(" ", Span { start: head_in_file.end, ..head_in_file });
            out.push(page.text, opening.title.clone());
        }
        let end_of_head = Span { start: head_in_file.end, ..head_in_file };
        out.push_made("\n", end_of_head);
        let inner = self.rewritten(&body, page.depth + 1);
        if !inner.text.trim().is_empty() {
            out.push_made(&format!("{indent}>\n"), end_of_head);
            let mut at = 0;
            let trimmed = inner.text.trim_end().len();
            for line in inner.text[..trimmed].split_inclusive('\n') {
                let place = inner.range_in_file(&(at..at));
                let sign = if line.trim().is_empty() { ">" } else { "> " };
                out.push_made(&format!("{indent}{sign}"), place);
                out.push(&inner, at..at + line.len());
                at += line.len();
            }
            out.push_made("\n", Span { start: whole.end, ..whole });
        }
        // Text directly below would go on in the quote.
        out.push_made("\n", Span { start: whole.end, ..whole });
    }

    /// What stands between two tags that are dropped, as Markdown of its own.
    fn unwrapped(&mut self, page: &Page<'_>, body: Mapped, out: &mut Mapped) {
        let inner = self.rewritten(&body, page.depth + 1);
        let place = inner.range_in_file(&(0..0));
        out.push_made("\n", place);
        out.push(&inner, 0..inner.text.len());
        if !inner.text.ends_with('\n') {
            out.push_made("\n", inner.range_in_file(&(inner.text.len()..inner.text.len())));
        }
        out.push_made("\n", inner.range_in_file(&(inner.text.len()..inner.text.len())));
    }

    /// A tag that stands alone in its line, with what it begins.
    fn tag(&mut self, page: &Page<'_>, first: usize, line: Range<usize>, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        let index = *page.tag_at.get(&first)?;
        let tag = &page.tags[index];
        let end = &page.tags[tag.end?];
        if !page.is_alone(&tag.range) || !page.is_alone(&end.range) {
            return None;
        }
        let name = page.typed(&tag.name);
        let start_of_body = page.end_of_line(tag.range.end);
        let start_of_end = memchr::memrchr(b'\n', &text.as_bytes()[..end.range.start]).map_or(0, |at| at + 1);
        if start_of_end < start_of_body {
            return None;
        }
        let after = page.end_of_line(end.range.end);
        if name == "comment" && tag.family == Family::Liquid {
            return Some(after);
        }
        if is_code_tag(tag.family, name) {
            self.fenced(page, tag, start_of_body..start_of_end, end, out);
            return Some(after);
        }
        let opening = opening_of(text, tag)?;
        let body = dedented(page.text, start_of_body..start_of_end, width(&text[line.clone()]));
        let body_head = line.start..tag.range.end;
        self.boxed(page, &opening, &body_head, body, after, out);
        Some(after)
    }

    /// `{% highlight ruby %}` as a block of code.
    fn fenced(&mut self, page: &Page<'_>, tag: &Tag, body: Range<usize>, end: &Tag, out: &mut Mapped) {
        let text = &page.text.text;
        let typed = &text[body.clone()];
        let fence = fence_around(typed);
        let name = page.typed(&tag.name);
        let language = match name {
            "highlight" => bare_words(text, &tag.rest).into_iter().next().map_or("", |word| &text[word]),
            other => other,
        };
        let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..tag.range.start]).map_or(0, |at| at + 1);
        let indent = text[line_start..tag.range.start].to_owned();
        let head = page.text.range_in_file(&tag.range);
        out.push(page.text, line_start..tag.range.start);
        out.push_made(&format!("{fence}{language}\n"), head);
        out.push(page.text, body.clone());
        if !typed.is_empty() && !typed.ends_with('\n') {
            out.push_made("\n", Span { start: head.end, ..head });
        }
        out.push_made(&format!("{indent}{fence}\n"), page.text.range_in_file(&end.range));
    }

    /// A component that stands at the start of a line.
    fn component(&mut self, page: &Page<'_>, first: usize, start: usize, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        let index = *page.component_at.get(&first)?;
        let tag = &page.components[index];
        let name = page.typed(&tag.name).to_owned();
        let has_value = text[tag.rest.clone()].contains('=');
        let partner = tag.end.map(|end| &page.components[end]);
        if tag.is_element(text) {
            let end = partner
                .filter(|end| tag.is_markdown(text) && page.is_alone(&tag.range) && page.is_alone(&end.range))?;
            let after = page.end_of_line(tag.range.end);
            let start_of_end = memchr::memrchr(b'\n', &text.as_bytes()[..end.range.start]).map_or(0, |at| at + 1);
            if start_of_end < after {
                return None;
            }
            let behind = page.end_of_line(end.range.end);
            let least = text[after..start_of_end].lines().filter(|line| !line.trim().is_empty()).map(width).min();
            out.push(page.text, start..after);
            self.unwrapped(page, dedented(page.text, after..start_of_end, least.unwrap_or(0)), out);
            out.push(page.text, start_of_end..behind);
            out.push_made("\n", page.text.range_in_file(&(behind..behind)));
            return Some(behind);
        }
        if !(tag.is_end || tag.is_empty || has_value || partner.is_some()) {
            return None;
        }
        let title = value_of(text, &tag.rest, &["title", "label", "summary", "header"]);
        // Docusaurus calls a tab by its value if it has no label.
        let value = || value_of(text, &tag.rest, &["value"]).filter(|_| name == "TabItem");
        let title = title.or_else(value);
        if !page.is_alone(&tag.range) {
            let end = page.end_of_line(tag.range.end);
            let inside = text[tag.range.end..end].trim_end().strip_suffix(&*format!("</{name}>"))?;
            let title = title.filter(|_| name.starts_with("Tab"))?;
            let opening = Opening { word: title.start..title.start, title, fold: "", is_tab: true };
            let body = dedented(page.text, tag.range.end..tag.range.end + inside.len(), 0);
            self.drop(page, Kind::Component, &tag.range, &format!("<{name}>"));
            self.boxed(page, &opening, &(start..tag.range.end), body, end, out);
            return Some(end);
        }
        let after = page.end_of_line(tag.range.end);
        let Some(end) = partner.filter(|end| page.is_alone(&end.range) && end.range.start >= after) else {
            if !tag.is_end {
                self.drop(page, Kind::Component, &tag.range, &format!("<{name}>"));
            }
            return Some(after);
        };
        let start_of_end = memchr::memrchr(b'\n', &text.as_bytes()[..end.range.start]).map_or(0, |at| at + 1);
        let behind = page.end_of_line(end.range.end);
        let least = text[after..start_of_end].lines().filter(|line| !line.trim().is_empty()).map(width).min();
        let body = dedented(page.text, after..start_of_end, least.unwrap_or(0));
        let kind = value_of(text, &tag.rest, &["type", "variant", "intent", "kind"]);
        let is_callout = is_callout_name(&name.to_ascii_lowercase());
        match (is_callout, title) {
            (true, title) => {
                let is_general = is_general(&name.to_ascii_lowercase());
                let word = kind.filter(|_| is_general).unwrap_or(tag.name.clone());
                let fold = if name.eq_ignore_ascii_case("details") { "-" } else { "" };
                let title = title.unwrap_or(tag.range.end..tag.range.end);
                let opening = Opening { word, title, fold, is_tab: false };
                self.boxed(page, &opening, &(start..tag.range.end), body, behind, out);
            }
            (false, Some(title)) => {
                let opening = Opening { word: title.start..title.start, title, fold: "", is_tab: true };
                self.drop(page, Kind::Component, &tag.range, &format!("<{name}>"));
                self.boxed(page, &opening, &(start..tag.range.end), body, behind, out);
            }
            (false, None) => {
                self.drop(page, Kind::Component, &tag.range, &format!("<{name}>"));
                self.unwrapped(page, body, out);
            }
        }
        Some(behind)
    }

    /// `import` and `export` at the start of a paragraph.
    fn statements(&mut self, page: &Page<'_>, at: usize) -> Option<usize> {
        let range = mdx::statements(&page.text.text, at)?;
        let typed = page.typed(&range);
        let word = typed.split_whitespace().next().unwrap_or_default().to_owned();
        let shown = range.start..range.start + typed.trim_end().len();
        self.drop(page, Kind::Component, &shown, &word);
        Some(range.end)
    }

    /// A block of `--8<--` with paths in it.
    fn snippets(&mut self, page: &Page<'_>, line: Range<usize>, out: &mut Mapped) -> Option<usize> {
        let text = &page.text.text;
        include::scissors(&text[line.clone()]).filter(|behind| behind.trim().is_empty())?;
        let mut at = line.end;
        let mut parts = Vec::new();
        loop {
            if at >= text.len() || parts.len() > 100 {
                return None;
            }
            let end = page.end_of_line(at);
            let typed = &text[at..end];
            if include::scissors(typed).is_some_and(|behind| behind.trim().is_empty()) {
                for part in parts {
                    let include = include::in_block(page.typed(&part));
                    self.include(page, part.clone(), &include, false, out);
                }
                return Some(end);
            }
            if !typed.trim().is_empty() {
                parts.push(at..end);
            }
            at = end;
        }
    }

    /// A file in the place of the line that includes it. `false` if it cannot be had.
    fn include(
        &mut self,
        page: &Page<'_>,
        line: Range<usize>,
        include: &Include<'_>,
        in_code: bool,
        out: &mut Mapped,
    ) -> bool {
        let typed = page.typed(&line);
        let start = line.start + width_in_bytes(typed);
        let indent = page.typed(&(line.start..start)).to_owned();
        let span = page.text.range_in_file(&(start..start + page.typed(&(start..line.end)).trim_end().len()));
        let Some((path, text)) = self.included(include, span, in_code) else { return false };
        self.standard.included.push(span);
        let shown = match (in_code, include.as_code) {
            (true, _) => Mapped::made_of(&text, span),
            (false, true) => {
                let language = include.path.rsplit_once('.').map_or("", |(_, extension)| extension);
                let fence = fence_around(&text);
                Mapped::made_of(&format!("{fence}{language}\n{text}{fence}\n"), span)
            }
            (false, false) => {
                let text = without_notes(&text);
                self.files.push(path);
                let inner = self.rewritten(&Mapped::made_of(&text, span), page.depth + 1);
                self.files.pop();
                inner
            }
        };
        push_indented(&shown, &indent, span, out);
        true
    }

    /// The path and the text of a file that is included.
    fn included(&mut self, include: &Include<'_>, span: Span, in_code: bool) -> Option<(SourcePath, String)> {
        let known = self.included.get(&(self.files.last()?, include.path)).copied();
        let missing = |message: String, help: &str| {
            self.source.diagnose(&rules::MISSING_INCLUDE, span, message).help(help.to_owned())
        };
        let file = match known.map_or(Err(NotIncluded::Missing), |file| file.file.as_ref().map_err(|why| *why)) {
            Ok(file) => file,
            Err(why) => {
                let path = include.path;
                let found = match why {
                    NotIncluded::Missing => missing(
                        format!("`{path}` is not there, or lies outside the folder, and is not included"),
                        "write the path from this file to a file of the folder",
                    ),
                    NotIncluded::Unpublished => missing(
                        format!("`{path}` is a draft or retired, so it is not included"),
                        "take this line out, or take the status out of that file when it may be read",
                    ),
                };
                self.standard.found.push(found);
                return None;
            }
        };
        if self.files.contains(&file.path) {
            let message = format!("`{}` includes what includes it, so it is left out here", include.path);
            let found = self.source.diagnose(&rules::INCLUDE_LOOP, span, message);
            self.standard.found.push(found.help("take one of the two includes out"));
            return None;
        }
        // Its facts are no text; a block of code shows the file as it is.
        let is_text = include.part == Part::Whole && !in_code && !include.as_code;
        let text = &file.text[if is_text { file.body_start } else { 0 }..];
        let Some(part) = include::part_of(text, include.part) else {
            let message = format!("`{}` has no such part, and nothing is included", include.path);
            let found = missing(message, "look which lines or marks the file has");
            self.standard.found.push(found);
            return None;
        };
        if part.len() > self.budget {
            let message = "more is included here than a page may hold".to_owned();
            let found = self.source.diagnose(&rules::LIMIT, span, message);
            self.standard.found.push(found.help("link to the file, or split the page"));
            return None;
        }
        self.budget -= part.len();
        Some((file.path.clone(), part))
    }

    /// A line of ordinary text, without the tags in it; a tag may go on in the next line. Gives the byte behind it.
    fn inline(&mut self, page: &Page<'_>, start: usize, out: &mut Mapped) -> usize {
        let text = &page.text.text;
        let mut end = page.end_of_line(start);
        let mut kept = Mapped::default();
        let mut has_tags = false;
        let mut done = start;
        let mut at = start;
        let is_sign = |byte: &u8| matches!(byte, b'{' | b'<' | b'*' | b'[');
        while let Some(found) = text.as_bytes()[at..end].iter().position(is_sign).map(|length| at + length) {
            at = found + 1;
            if text.as_bytes()[found] == b'[' {
                if let Some(close) = bracketed_words(&text[found..end]).filter(|_| !page.code.holds(found)) {
                    for bracket in [found + 1, found + close] {
                        kept.push(page.text, done..bracket);
                        kept.push_made("\\", page.text.range_in_file(&(bracket..bracket)));
                        done = bracket;
                    }
                }
                continue;
            }
            if text.as_bytes()[found] == b'*' {
                let stars = text.as_bytes()[found..end].iter().take_while(|byte| **byte == b'*').count();
                at = found + stars;
                if !page.code.holds(found) {
                    let guard = guard(text, &(found..at));
                    let place = page.text.range_in_file(&(found..found));
                    if guard == Some(Side::Before) {
                        kept.push(page.text, done..found);
                        kept.push_made(GUARD, place);
                        done = found;
                    } else if guard == Some(Side::Behind) {
                        kept.push(page.text, done..at);
                        kept.push_made(GUARD, page.text.range_in_file(&(at..at)));
                        done = at;
                    }
                }
                continue;
            }
            let Some(index) = page.tag_at.get(&found) else { continue };
            let tag = &page.tags[*index];
            kept.push(page.text, done..found);
            let is_kept = self.inline_tag(page, tag, &mut kept);
            // What a comment holds goes with it.
            let is_comment = page.typed(&tag.name) == "comment" && tag.family == Family::Liquid;
            let behind = match tag.end.filter(|_| is_comment && !tag.is_end) {
                Some(end) => page.tags[end].range.end,
                None => tag.range.end,
            };
            has_tags |= !is_kept;
            done = if is_kept { found } else { behind };
            at = behind;
            if at > end {
                end = page.end_of_line(at);
            }
            if is_kept {
                kept.push(page.text, found..behind);
                done = behind;
            }
        }
        kept.push(page.text, done..end);
        // A line that held only tags is none; an empty one in its place would part a list or a table.
        if !(has_tags && kept.text.trim().is_empty()) {
            out.push(&kept, 0..kept.text.len());
        }
        end
    }

    /// A tag among words. `true` leaves it as it is typed.
    fn inline_tag(&mut self, page: &Page<'_>, tag: &Tag, out: &mut Mapped) -> bool {
        let text = &page.text.text;
        let name = page.typed(&tag.name).to_owned();
        let in_address = is_in_address(text, tag.range.start);
        match tag.family {
            Family::Include => {
                let include = include::mdbook(&name, &text[tag.rest.clone()]);
                let span = page.text.range_in_file(&tag.range);
                let Some((_, file)) = include.and_then(|include| self.included(&include, span, false)) else {
                    return true;
                };
                self.standard.included.push(span);
                out.push_made(without_notes(&file).trim(), span);
            }
            Family::Variable => {
                let whole = tag.name.start..tag.rest.end.max(tag.name.end);
                if in_address && let Some(path) = address_of_variable(text, &whole) {
                    out.push(page.text, path);
                    return false;
                }
                let span = page.text.range_in_file(&tag.range);
                self.standard.drop(Kind::Variable, span, "", page.typed(&tag.range));
                return true;
            }
            // Docusaurus hides the id of a heading in a note.
            Family::Note => {
                let line = text[..tag.range.start].rsplit('\n').next().unwrap_or_default();
                let typed = page.typed(&tag.range).trim_matches(['{', '/', '*', ' ', '}']);
                let is_id =
                    |id: &str| !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
                if line.starts_with('#') && typed.strip_prefix('#').is_some_and(is_id) {
                    out.push_made(&format!("{{{typed}}}"), page.text.range_in_file(&tag.range));
                }
            }
            Family::Hugo if matches!(&*name, "ref" | "relref") => {
                if let Some(path) =
                    bare_words(text, &tag.rest).into_iter().next().or(value_of(text, &tag.rest, &["path"]))
                {
                    out.push(page.text, path);
                }
            }
            Family::Liquid if matches!(&*name, "link" | "post_url") && in_address => {
                let whole = tag.rest.clone();
                out.push_made("/", page.text.range_in_file(&(whole.start..whole.start)));
                out.push(page.text, whole);
            }
            Family::Liquid if matches!(&*name, "embed" | "file" | "content-ref") && !tag.is_end => {
                self.drop(page, Kind::Template, &tag.range, &name);
                let address = value_of(text, &tag.rest, &["url", "src"]).filter(|_| name != "content-ref");
                if let Some(address) = address.filter(|address| !text[address.clone()].contains([' ', ')'])) {
                    let span = page.text.range_in_file(&tag.range);
                    let title = value_of(text, &tag.rest, &["title", "caption"]).unwrap_or(address.clone());
                    out.push_made("[", span);
                    out.push(page.text, title);
                    out.push_made("](", span);
                    out.push(page.text, address);
                    out.push_made(")", span);
                }
            }
            Family::Hugo if matches!(&*name, "figure" | "img" | "image") && !tag.is_end => {
                let address = value_of(text, &tag.rest, &["src"])
                    .filter(|address| !text[address.clone()].contains([' ', ')', '<']));
                match address {
                    Some(address) => {
                        let span = page.text.range_in_file(&tag.range);
                        let alt = value_of(text, &tag.rest, &["alt", "caption", "title"]);
                        out.push_made("![", span);
                        if let Some(alt) = alt {
                            out.push(page.text, alt);
                        }
                        out.push_made("](", span);
                        out.push(page.text, address);
                        out.push_made(")", span);
                    }
                    None => self.drop(page, Kind::Shortcode, &tag.range, &name),
                }
            }
            // The end of a tag is no second one.
            _ if tag.is_end => {}
            Family::Hugo => self.drop(page, Kind::Shortcode, &tag.range, &name),
            Family::Liquid | Family::Erb => {
                let shown = if tag.family == Family::Erb { "<% %>" } else { &name };
                self.drop(page, Kind::Template, &tag.range, shown);
            }
        }
        false
    }

    fn drop(&mut self, page: &Page<'_>, kind: Kind, range: &Range<usize>, name: &str) {
        let span = page.text.range_in_file(range);
        self.standard.drop(kind, span, page.typed(range), name);
    }
}

/// The container that a tag opens, if it is one: a box, or a label over a body.
fn opening_of(text: &str, tag: &Tag) -> Option<Opening> {
    let name = text[tag.name.clone()].to_ascii_lowercase();
    let nothing = || tag.rest.end..tag.rest.end;
    let bare = || bare_words(text, &tag.rest).into_iter();
    let named_title = value_of(text, &tag.rest, &["title", "summary", "header", "heading", "label", "name"]);
    let is_tab = matches!(&*name, "tab" | "tabitem" | "codetab" | "step");
    let is_folded = matches!(&*name, "details" | "expand" | "expandable" | "collapse" | "spoiler" | "accordion");
    if is_tab || is_folded {
        let title = named_title.or_else(|| bare().next());
        if is_tab && title.is_none() {
            return None;
        }
        let word = match is_folded && title.is_none() {
            true => tag.name.clone(),
            false => tag.rest.end..tag.rest.end,
        };
        let title = title.unwrap_or_else(nothing);
        return Some(Opening { word, title, fold: if is_folded { "-" } else { "" }, is_tab });
    }
    if !is_callout_name(&name) {
        return None;
    }
    let mut words = bare();
    let kind = value_of(text, &tag.rest, &["type", "style", "color", "class", "kind", "level", "context"]);
    let kind = kind.or_else(|| words.next().filter(|word| !text[word.clone()].contains(' ')));
    let is_general = is_general(&name);
    let word = kind.filter(|_| is_general).unwrap_or(tag.name.clone());
    let title = named_title.or_else(|| if is_general { words.next() } else { bare().next() });
    let title = title.filter(|title| !matches!(&text[title.clone()], "true" | "false"));
    Some(Opening { word, title: title.unwrap_or_else(nothing), fold: "", is_tab: false })
}

/// Names of tags and components that are boxes.
fn is_callout_name(name: &str) -> bool {
    is_general(name)
        || matches!(
            name,
            "note"
                | "tip"
                | "info"
                | "important"
                | "warning"
                | "caution"
                | "danger"
                | "success"
                | "error"
                | "attention"
                | "question"
                | "example"
                | "details"
                | "only"
        )
}

/// Names of boxes that say in a word of theirs what they are.
fn is_general(name: &str) -> bool {
    matches!(name, "hint" | "alert" | "callout" | "admonition" | "notice" | "aside" | "box")
}

fn is_code_tag(family: Family, name: &str) -> bool {
    name == "mermaid" || name == "highlight" || (family == Family::Hugo && matches!(name, "math" | "katex"))
}

/// Whether a tag stands where the address of a link begins.
fn is_in_address(text: &str, at: usize) -> bool {
    let before = &text[..at];
    ["](", "](<", "]: ", "href=\"", "src=\"", "href='", "src='"].iter().any(|start| before.ends_with(start))
        || before.ends_with("}}") && {
            let open = before.rfind("{{").unwrap_or(0);
            before[..open].ends_with("](")
        }
}

/// The path in a variable that is the start of an address: nothing for the site's own base, which is the root.
fn address_of_variable(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let typed = &text[range.clone()];
    let bases = ["site.baseurl", "site.url", "baseurl", "base_url", "base_path", "site.BaseURL", ".Site.BaseURL"];
    if bases.contains(&typed.trim()) {
        return Some(range.start..range.start);
    }
    let is_path = typed.contains("relative_url") || typed.contains("absolute_url") || typed.contains("relURL");
    let quoted = bare_words(text, range).into_iter().next()?;
    (is_path && text[..quoted.start].ends_with(['"', '\''])).then_some(quoted)
}

/// The closing line of each line of colons or slashes that opens a container. A closing run ends the last container that was
/// opened with as many signs, else the last one with fewer.
fn fences(text: &str, code: &Code) -> HashMap<usize, usize> {
    type Read = fn(&str) -> Option<(usize, Option<Opening>)>;
    let mut closes = HashMap::new();
    for (sign, read) in [(":::", container::colons as Read), ("///", container::slashes as Read)] {
        if memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_none() {
            continue;
        }
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            if !line.trim_start().starts_with(sign) || code.holds(start + line.len() - line.trim_start().len()) {
                continue;
            }
            match read(line) {
                // Deeper ones are not looked at, so that each line costs the same.
                Some((count, Some(_))) if open.len() < 64 => open.push((count, start)),
                Some((count, None)) => {
                    let exact = open.iter().rposition(|(opened, _)| *opened == count);
                    let found = exact.or_else(|| open.iter().rposition(|(opened, _)| *opened < count));
                    if let Some(found) = found {
                        closes.insert(open[found].1, start);
                        open.truncate(found);
                    }
                }
                _ => {}
            }
        }
    }
    closes
}

/// Columns of white space at the start of a line.
fn width(line: &str) -> usize {
    let mut columns = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => break,
        }
    }
    columns
}

fn width_in_bytes(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether a block of code is Markdown, so that what looks like an include shows how one is typed.
fn shows_markdown(block: &str) -> bool {
    let info = block.lines().next().unwrap_or_default().trim_start_matches(['`', '~', ' ', '{', '.']);
    matches!(info.split(|c: char| !c.is_alphanumeric()).next(), Some("markdown" | "md"))
}

/// Some lines without as much white space at their start as fills `columns`.
fn dedented(text: &Mapped, range: Range<usize>, columns: usize) -> Mapped {
    let mut out = Mapped::default();
    let mut at = range.start;
    for line in text.text[range].split_inclusive('\n') {
        let mut cut = 0;
        let mut done = 0;
        for byte in line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')) {
            if done >= columns {
                break;
            }
            done += if byte == b' ' { 1 } else { 4 - done % 4 };
            cut += 1;
        }
        out.push(text, at + cut..at + line.len());
        at += line.len();
    }
    out
}

/// Lines with white space before each.
fn push_indented(text: &Mapped, indent: &str, span: Span, out: &mut Mapped) {
    let mut at = 0;
    for line in text.text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            out.push_made(indent, span);
        }
        out.push(text, at..at + line.len());
        at += line.len();
    }
    if !out.text.ends_with('\n') {
        out.push_made("\n", Span { start: span.end, ..span });
    }
}

/// A fence that is longer than any run of backticks in a text.
fn fence_around(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn shifted(opening: Opening, by: usize) -> Opening {
    let moved = |range: Range<usize>| range.start + by..range.end + by;
    Opening { word: moved(opening.word), title: moved(opening.title), ..opening }
}

fn last_line(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text).rsplit('\n').next().unwrap_or_default()
}

fn is_after_empty_line(text: &str, at: usize) -> bool {
    at == 0 || last_line(&text[..at]).trim().is_empty()
}

/// An included file without its comments: they cannot be cut out of the file that includes it.
fn without_notes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        let Some(length) = rest[at..].find("-->") else { break };
        kept.push_str(&rest[..at]);
        rest = &rest[at + length + 3..];
    }
    kept.push_str(rest);
    kept
}

/// What stands beside stars so that the Markdown parser takes it for a letter. No writer types it, and it never reaches a
/// page: `nodes` takes it out.
pub(crate) const GUARD: &str = "\u{e002}";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
}

/// Where stars need help to be emphasis: beside punctuation, with a letter of a language without spaces on the other side.
///
/// CommonMark 0.31 §6.2 asks whether spaces or punctuation stand around a run of stars; Chinese and Japanese put neither
/// around a word. By the amendment that the CJK-friendly dialects share, their punctuation counts as a letter here.
fn guard(text: &str, stars: &Range<usize>) -> Option<Side> {
    let before = text[..stars.start].chars().next_back()?;
    let behind = text[stars.end..].chars().next()?;
    let is_sign = |c: char| c.is_ascii_punctuation() || is_cjk_punctuation(c);
    let is_word = |c: char| !c.is_whitespace() && !is_sign(c);
    if text[..stars.start].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
        return None;
    }
    let has_cjk = is_cjk(before) || is_cjk(behind);
    if !has_cjk {
        None
    } else if is_sign(before) && is_word(behind) {
        Some(Side::Before)
    } else if is_word(before) && is_sign(behind) {
        Some(Side::Behind)
    } else {
        None
    }
}

/// Of a link whose words stand in brackets, `[[words]](address)`, the place of the bracket that ends them. Where no address
/// follows, it is a wikilink with a remark.
fn bracketed_words(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("[[")?;
    let length = inside.find(['[', ']', '\n'])?;
    let address = inside[length..].strip_prefix("]](")?;
    let address = &address[..address.find(|c: char| c.is_whitespace() || c == ')')?];
    address.contains(['/', '.', '#', ':']).then_some(2 + length)
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

fn is_cjk_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{30fb}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '“' | '”' | '‘' | '’' | '…' | '—')
}
