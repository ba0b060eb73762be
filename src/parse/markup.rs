//! Writes nodes as HTML, with holes where other entries decide.
//!
//! The markup is what CommonMark 0.31 and GFM prescribe, with few additions: fill-ins are marked, tables can be
//! scrolled with the keyboard, boxes have labels, callouts are titled. Links and pictures become references of the
//! entry; the words of the paragraph around them become their sentence.

use std::collections::HashMap;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag};

use super::callout::{Callout, Title, callout_of};
use super::html;
use super::nodes::{Block, Node, blocks, plain_text};
use super::{Draft, without_attributes};
use crate::entry::{Anchor, Fill, Footnote, Form, Fragment, Hole, Reference, Sentence};
use crate::rules;
use crate::text::{Span, escape_html};

/// The markup of some blocks or of the inside of a paragraph.
pub(crate) fn fragment(draft: &mut Draft<'_>, nodes: &[Node<'_>]) -> Fragment {
    let typed = nodes.iter().filter_map(|node| match &node.event {
        Event::Html(html) | Event::InlineHtml(html) => Some(&**html),
        _ => None,
    });
    let holds_html = typed.clone().next().is_some();
    let span = super::nodes::span_of(nodes);
    let as_text = holds_html && (draft.context.escape_html || html::is_excessive(draft, typed, span));
    let out = Fragment { html: std::mem::take(&mut draft.markup), holes: Vec::new() };
    let own_id = if holds_html && !as_text { html::own_mark(draft) } else { String::new() };
    let mut writer = Writer { draft, out, aligned: Vec::new(), column: 0, in_head: false, own_id, as_text };
    writer.write(nodes);
    let Fragment { html: mut room, holes } = writer.out;
    let out = Fragment { html: room.as_str().to_owned(), holes };
    room.clear();
    draft.markup = room;
    if holds_html && !as_text { html::sanitised(draft, out, span) } else { out }
}

struct Writer<'d, 's> {
    draft: &'d mut Draft<'s>,
    out: Fragment,
    aligned: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// HTML is shown as it is typed.
    as_text: bool,
    /// What stands before our own ids where the sanitiser must tell them from the writer's.
    own_id: String,
}

impl Writer<'_, '_> {
    fn write(&mut self, nodes: &[Node<'_>]) {
        for block in blocks(nodes) {
            self.block(block);
        }
    }

    fn raw(&mut self, markup: &str) {
        self.out.html.push_str(markup);
    }

    fn wrap(&mut self, open: &str, block: Block<'_, '_>, close: &str) {
        self.raw(open);
        self.write(block.inner());
        self.raw(close);
    }

    fn block(&mut self, block: Block<'_, '_>) {
        let Some(tag) = block.tag() else { return self.leaf(&block.nodes[0]) };
        match tag {
            Tag::Paragraph => self.paragraph("<p>", block, "</p>\n"),
            Tag::Heading { level, .. } => {
                // A heading inside a quote or list: not a section, but still a place to jump to.
                let whole = plain_text(block.inner());
                let (text, typed) = without_attributes(&whole);
                let id = self.draft.claim_heading(text, typed);
                let level = (*level as u8).max(2);
                let mut open = format!("<h{level} id=\"{}", self.own_id);
                escape_html(&id, &mut open);
                open.push_str("\">");
                self.draft.anchors.push(Anchor { typed: String::new(), text: text.to_owned(), id });
                let words = without_attributes_at_end(block.inner());
                let first = self.draft.references.len();
                self.raw(&open);
                self.write(&words);
                self.raw(&format!("</h{level}>\n"));
                set_sentences(self.draft, first, &words);
            }
            Tag::BlockQuote(kind) => self.quote(*kind, block),
            Tag::CodeBlock(kind) => self.code(kind, block),
            Tag::List(first) => self.list(*first, block),
            Tag::Item => self.item(block),
            Tag::FootnoteDefinition(_) => {}
            Tag::Table(aligned) => {
                self.aligned = aligned.clone();
                self.wrap("<div class=\"table\" tabindex=\"0\"><table>", block, "</tbody></table></div>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                self.wrap("<thead><tr>", block, "</tr></thead><tbody>\n");
                self.in_head = false;
            }
            Tag::TableRow => {
                self.column = 0;
                self.wrap("<tr>", block, "</tr>\n");
            }
            Tag::TableCell => self.cell(block),
            Tag::HtmlBlock if self.as_text => self.wrap("<p>", block, "</p>\n"),
            Tag::HtmlBlock => self.html_block(block),
            Tag::Emphasis => self.wrap("<em>", block, "</em>"),
            Tag::Strong => self.wrap("<strong>", block, "</strong>"),
            Tag::Strikethrough => self.wrap("<del>", block, "</del>"),
            Tag::Link { link_type, dest_url, .. } => self.link(*link_type, dest_url, block),
            Tag::Image { link_type, dest_url, title, .. } => self.picture(*link_type, dest_url, title, block),
            _ => self.write(block.inner()),
        }
    }

    /// A paragraph or anything else whose words are one run, so that links in it know their sentence.
    fn paragraph(&mut self, open: &str, block: Block<'_, '_>, close: &str) {
        let first = self.draft.references.len();
        self.raw(open);
        self.write(block.inner());
        self.raw(close);
        set_sentences(self.draft, first, block.inner());
    }

    fn leaf(&mut self, node: &Node<'_>) {
        match &node.event {
            Event::Text(text) => self.text(text),
            Event::Code(code) => {
                self.raw("<code>");
                escape_html(code, &mut self.out.html);
                self.raw("</code>");
            }
            Event::SoftBreak => self.raw("\n"),
            Event::HardBreak => self.raw("<br>\n"),
            Event::Rule => self.raw("<hr>\n"),
            Event::FootnoteReference(name) => {
                if let Some((number, first)) = self.draft.footnotes.number(name) {
                    let id = if first { format!(" id=\"{}fn-ref:{number}\"", self.own_id) } else { String::new() };
                    self.raw(&format!("<sup class=\"footnote-ref\"><a{id} href=\"#fn:{number}\">{number}</a></sup>"));
                } else {
                    self.text(&format!("[^{name}]"));
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(html, node.span),
            _ => {}
        }
    }

    fn html_block(&mut self, block: Block<'_, '_>) {
        let start = self.out.html.len();
        self.write(block.inner());
        if let Some(end) = html::end_of_open_tag(&self.out.html[start..]) {
            let message = "a tag of HTML has no end before the empty line";
            let help = "write `>` where the tag ends";
            self.draft.report(self.draft.source.diagnose(&rules::RAW_HTML, block.span(), message).help(help));
            self.raw(end);
        }
    }

    fn html(&mut self, html: &str, span: Span) {
        let trimmed = html.trim();
        if let Some(words) = html::placeholder(trimmed, &self.draft.closed_tags) {
            let shown = format!("{{{words}}}");
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::PLACEHOLDER, span, format!("`{trimmed}` would vanish from the page"))
                    .help(format!("write the blank with curly brackets: `{shown}`"))
                    .suggested_fix(Span::new(span.start as usize, span.start as usize + trimmed.len()), shown),
            );
            return self.text(html);
        }
        if self.as_text {
            return escape_html(html, &mut self.out.html);
        }
        self.raw(html);
    }

    /// Text with its fill-ins marked. A fill-in is `{a few words}`.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let Some(length) = fill_in(&rest[open..]) else {
                escape_html(&rest[..=open], &mut self.out.html);
                rest = &rest[open + 1..];
                continue;
            };
            escape_html(&rest[..open], &mut self.out.html);
            self.raw("<span class=\"blank\">");
            escape_html(&rest[open..open + length], &mut self.out.html);
            self.raw("</span>");
            rest = &rest[open + length..];
        }
        escape_html(rest, &mut self.out.html);
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>, block: Block<'_, '_>) {
        let Some(callout) = callout_of(self.draft, kind, block) else {
            return self.wrap("<blockquote>\n", block, "</blockquote>\n");
        };
        let Callout { class, title, folds, body_from } = callout;
        let (open, head, close) = match folds {
            None => {
                (format!("<div class=\"callout callout-{class}\"><p class=\"callout-title\">"), "</p>\n", "</div>\n")
            }
            Some(open) => {
                let open = if open { " open" } else { "" };
                (format!("<details class=\"callout callout-{class}\"{open}><summary>"), "</summary>\n", "</details>\n")
            }
        };
        self.raw(&open);
        match title {
            Title::Words(title) => escape_html(&title, &mut self.out.html),
            Title::Typed(first, behind) => {
                let from = self.draft.references.len();
                self.text(first);
                self.write(behind);
                set_sentences(self.draft, from, behind);
            }
        }
        self.raw(head);
        match body_from {
            None => self.write(block.inner()),
            Some((rest_of_paragraph, after)) => {
                if !rest_of_paragraph.is_empty() {
                    let first = self.draft.references.len();
                    self.raw("<p>");
                    self.write(rest_of_paragraph);
                    self.raw("</p>\n");
                    set_sentences(self.draft, first, rest_of_paragraph);
                }
                self.write(after);
            }
        }
        self.raw(close);
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>, block: Block<'_, '_>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let language = info
            .trim_start_matches(['{', ' ', '.'])
            .split([' ', ',', '{', '}', ':', '[', '\t'])
            .next()
            .unwrap_or_default();
        let language: String =
            language.chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '_' | '#')).collect();
        self.raw("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.raw(&format!(" class=\"language-{language}\""));
        }
        self.raw(">");
        for node in block.inner() {
            if let Event::Text(text) = &node.event {
                escape_html(text, &mut self.out.html);
            }
        }
        self.raw("</code></pre>\n");
    }

    fn list(&mut self, first: Option<u64>, block: Block<'_, '_>) {
        let tasks = block.children().any(|item| task_of(item).is_some());
        let class = if tasks { " class=\"tasks\"" } else { "" };
        let (open, close) = match first {
            None => (format!("<ul{class}>\n"), "</ul>\n"),
            Some(1) => (format!("<ol{class}>\n"), "</ol>\n"),
            Some(first) => (format!("<ol start=\"{first}\"{class}>\n"), "</ol>\n"),
        };
        self.wrap(&open, block, close);
    }

    fn item(&mut self, block: Block<'_, '_>) {
        let Some((checked, words, rest)) = task_of(block) else {
            self.raw("<li>");
            self.item_words(block.inner());
            return self.raw("</li>\n");
        };
        let checked = if checked { " checked" } else { "" };
        self.raw(&format!("<li class=\"task\"><label><input type=\"checkbox\"{checked}> "));
        let first = self.draft.references.len();
        self.write(words);
        set_sentences(self.draft, first, words);
        self.raw("</label>");
        self.write(rest);
        self.raw("</li>\n");
    }

    /// The inside of an item: in a tight list its words are not in a paragraph.
    fn item_words(&mut self, nodes: &[Node<'_>]) {
        let words =
            blocks(nodes).take_while(|block| block.tag().is_none_or(is_inline)).map(|block| block.nodes.len()).sum();
        let first = self.draft.references.len();
        self.write(&nodes[..words]);
        set_sentences(self.draft, first, &nodes[..words]);
        if words > 0 && words < nodes.len() {
            self.raw("\n");
        }
        self.write(&nodes[words..]);
    }

    fn cell(&mut self, block: Block<'_, '_>) {
        let name = if self.in_head { "th" } else { "td" };
        let class = match self.aligned.get(self.column) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.column += 1;
        let scope = if self.in_head { " scope=\"col\"" } else { "" };
        self.paragraph(&format!("<{name}{scope}{class}>"), block, &format!("</{name}>"));
    }

    fn link(&mut self, link_type: LinkType, address: &str, block: Block<'_, '_>) {
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let typed = plain_text(block.inner());
        // `[[name]]` arrives with its own target as its words; it takes its target's title instead.
        let takes_title = match link_type {
            LinkType::WikiLink { has_pothole } => !has_pothole || typed.is_empty(),
            _ => typed.is_empty() && block.inner().iter().all(|node| !matches!(node.event, Event::Start(_))),
        };
        let address = match link_type {
            LinkType::Email => format!("mailto:{address}"),
            _ => address.to_owned(),
        };
        let text = if takes_title { String::new() } else { typed };
        let form = if wiki { Form::Wiki } else { Form::Link };
        let reference = self.draft.refer(form, &address, text, block.span());
        self.hole(Fill::Open, reference);
        if takes_title {
            self.hole(Fill::Title, reference);
        } else {
            self.write(block.inner());
        }
        self.hole(Fill::Close, reference);
    }

    fn picture(&mut self, link_type: LinkType, address: &str, title: &str, block: Block<'_, '_>) {
        let typed = plain_text(block.inner());
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        // `![[picture.png|600]]`: the number is a width, not a description.
        let described = !wiki || matches!(link_type, LinkType::WikiLink { has_pothole: true });
        let is_width = wiki && !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit() || c == 'x');
        let text = if described && !is_width { typed } else { String::new() };
        // In a table the bar of `![[picture.png\|600]]` leaves its backslash on the address.
        if wiki && !has_picture_name(address.trim_end_matches('\\')) {
            // An entry included in the middle of a sentence is a link to it.
            let reference = self.draft.refer(Form::Wiki, address, text, block.span());
            self.hole(Fill::Open, reference);
            self.hole(Fill::Title, reference);
            return self.hole(Fill::Close, reference);
        }
        let text = if text.is_empty() { title.to_owned() } else { text };
        let reference = self.draft.refer(Form::Picture, address, text, block.span());
        self.hole(Fill::Picture, reference);
    }

    fn hole(&mut self, fill: Fill, reference: usize) {
        self.out.holes.push(Hole { at: self.out.html.len() as u32, fill, reference: reference as u32 });
    }
}

/// The words of a heading without the attributes at their end.
pub(crate) fn without_attributes_at_end<'a>(words: &[Node<'a>]) -> Vec<Node<'a>> {
    let mut words = words.to_vec();
    if let Some(Node { event: Event::Text(last), .. }) = words.last_mut() {
        let kept = without_attributes(last).0.len();
        if kept < last.trim_end().len() {
            *last = last[..kept].to_owned().into();
        }
    }
    words
}

/// Whether an address names a file that a browser shows in place, rather than an entry.
pub(crate) fn has_picture_name(address: &str) -> bool {
    let path = address.split(['#', '?', '|']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "ico"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The length of the fill-in that `text` starts with: `{`, then up to 60 letters, digits, spaces and the signs that
/// stand in words, then `}`.
pub(crate) fn fill_in(text: &str) -> Option<usize> {
    const LONGEST: usize = 60;
    let inside = text.strip_prefix('{')?;
    // The end is not looked for in all the rest of a text, which may be full of brackets that are never closed.
    let end = inside.chars().take(LONGEST + 1).take_while(|c| *c != '}').map(char::len_utf8).sum();
    let words = inside[end..].starts_with('}').then(|| &inside[..end])?;
    let sound = !words.trim().is_empty()
        && words.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'' | '’' | '/' | ',' | '.' | ':' | '\u{a0}')
        });
    sound.then_some(end + 2)
}

/// Whether an element stands inside a line of text.
pub(crate) fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// The first words of a list item, whether its list is tight or loose, and the blocks behind them.
pub(crate) fn words_and_rest<'n, 'a>(item: Block<'n, 'a>) -> (&'n [Node<'a>], &'n [Node<'a>]) {
    let inner = item.inner();
    match blocks(inner).next() {
        Some(first) if first.is_paragraph() => (first.inner(), &inner[first.nodes.len()..]),
        _ => {
            let inline = blocks(inner).take_while(|block| block.tag().is_none_or(is_inline));
            inner.split_at(inline.map(|block| block.nodes.len()).sum())
        }
    }
}

/// Whether the box of a task is ticked, its words, and the blocks behind them. `None` for an item without a box.
pub(crate) fn task_of<'n, 'a>(item: Block<'n, 'a>) -> Option<(bool, &'n [Node<'a>], &'n [Node<'a>])> {
    let (words, rest) = words_and_rest(item);
    match words.first()?.event {
        Event::TaskListMarker(checked) => Some((checked, &words[1..], rest)),
        _ => None,
    }
}

/// Gives every reference made since `first` the sentence around it. `nodes` are the words of one paragraph.
pub(crate) fn set_sentences(draft: &mut Draft<'_>, first: usize, nodes: &[Node<'_>]) {
    if draft.references.len() == first {
        return;
    }
    let mut words = String::new();
    let mut places: HashMap<Span, (usize, usize)> = HashMap::new();
    let mut numbers: HashMap<Span, usize> = HashMap::new();
    for (number, reference) in draft.references.iter().enumerate().skip(first) {
        numbers.entry(reference.span).or_insert(number);
    }
    for block in blocks(nodes) {
        let start = words.len();
        match (block.tag(), &block.nodes[0].event) {
            (None, Event::Text(text) | Event::Code(text)) => words.push_str(text),
            (None, Event::SoftBreak | Event::HardBreak) => words.push(' '),
            (Some(Tag::Link { link_type: LinkType::WikiLink { has_pothole: false }, .. }), _) => {
                words.extend(numbers.get(&block.span()).map(|number| Sentence::title_of(*number)));
            }
            _ => words.push_str(&spoken(block)),
        }
        if let Some(Tag::Link { .. } | Tag::Image { .. }) = block.tag() {
            places.insert(block.span(), (start, words.len()));
        } else if block.tag().is_some() {
            let inside = blocks(block.inner()).filter(|child| matches!(child.tag(), Some(Tag::Link { .. })));
            places.extend(inside.map(|child| (child.span(), (start, words.len()))));
        }
    }
    for reference in &mut draft.references[first..] {
        if let Some((start, end)) = places.get(&reference.span) {
            reference.sentence = sentence(&words, *start, *end);
        }
    }
}

/// The words of an inline element as a reader would say them.
fn spoken(block: Block<'_, '_>) -> String {
    match block.tag() {
        Some(Tag::Image { .. }) => String::new(),
        Some(_) => plain_text(block.inner()),
        None => String::new(),
    }
}

/// A file name as words: `being_oncall` → `Being oncall`.
pub(crate) fn readable_name(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let mut readable = String::with_capacity(name.len());
    for word in name.split(|c: char| c == '-' || c == '_' || c.is_whitespace()).filter(|word| !word.is_empty()) {
        if readable.is_empty() {
            let mut letters = word.chars();
            readable.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            readable.push_str(letters.as_str());
        } else {
            readable.push(' ');
            readable.push_str(word);
        }
    }
    if readable.is_empty() { name.to_owned() } else { readable }
}

/// The number by which the name of a file is ordered, and the rest of it: `02-pages`, `1.start`. `None` for days and
/// versions, as Docusaurus has it.
pub(crate) fn numbered(name: &str) -> Option<(i64, &str)> {
    let (number, rest) = name.split_at(name.find(|c: char| !c.is_ascii_digit())?);
    let rest = rest.trim_start().strip_prefix(['-', '_', '.'])?.trim_start_matches(['-', '_', '.', ' ']);
    (!rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit())).then_some((number.parse().ok()?, rest))
}

/// The day before the name of a post, and the name: `2024-01-02-a-quiet-offer`.
pub(crate) fn dated(name: &str) -> Option<(&str, &str)> {
    let (day, rest) = name.split_at_checked(10)?;
    let rest = rest.strip_prefix('-').filter(|rest| !rest.is_empty())?;
    day.parse::<jiff::civil::Date>().is_ok().then_some((day, rest))
}

/// Characters of context on either side; longer sentences are cut at a word.
const CONTEXT: usize = 160;

fn sentence(words: &str, start: usize, end: usize) -> Sentence {
    const ENDS: [char; 8] = ['.', '!', '?', '…', '。', '！', '？', '؟'];
    // A paragraph can be as long as a file, and full of links: only what may be shown is looked at.
    let before = &words[..start];
    let before = &before[before.char_indices().rev().nth(2 * CONTEXT).map_or(0, |(at, _)| at)..];
    let begin = before
        .char_indices()
        .rev()
        .find(|(at, c)| {
            let next = before[at + c.len_utf8()..].chars().next();
            ENDS.contains(c) && next.is_none_or(|next| next.is_whitespace() || matches!(c, '。' | '！' | '？'))
        })
        .map_or(0, |(at, c)| at + c.len_utf8());
    let after = &words[end..];
    let after = &after[..after.char_indices().nth(2 * CONTEXT).map_or(after.len(), |(at, _)| at)];
    let stop = after
        .char_indices()
        .find(|(at, c)| {
            let next = after[at + c.len_utf8()..].chars().next();
            ENDS.contains(c) && next.is_none_or(|next| !next.is_alphanumeric())
        })
        .map_or(after.len(), |(at, c)| at + c.len_utf8());
    Sentence { before: tail(before[begin..].trim_start()), after: head(after[..stop].trim_end()) }
}

fn tail(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().rev().nth(CONTEXT) else { return text.to_owned() };
    let cut = text[cut..].find(' ').map_or(cut, |space| cut + space);
    format!("…{}", &text[cut..])
}

fn head(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().nth(CONTEXT) else { return text.to_owned() };
    let cut = text[..cut].rfind(' ').unwrap_or(cut);
    format!("{}…", &text[..cut])
}

/// The notes at the foot of the page, in the order of their numbers. Empty without any that is used.
pub(crate) fn footnotes(draft: &mut Draft<'_>, nodes: &[Node<'_>]) -> Vec<Footnote> {
    let mut notes = Vec::new();
    // A note may be the first to use another one, so the list can grow while it is written.
    while let Some((definition, section)) = draft.footnotes.used(notes.len()) {
        let number = notes.len() + 1;
        let block = Block { nodes: &nodes[definition..definition + nodes[definition].length] };
        draft.footnotes.section = section;
        let mut html = Fragment { html: format!("<li id=\"fn:{number}\" value=\"{number}\">"), holes: Vec::new() };
        html.append(fragment(draft, block.inner()));
        html.html.push_str(&format!(
            "<p><a class=\"footnote-back\" href=\"#fn-ref:{number}\" aria-label=\"↩ {number}\">↩</a></p></li>\n"
        ));
        notes.push(Footnote { section, html });
    }
    notes
}

impl Draft<'_> {
    /// Notes a reference and gives its index.
    pub(crate) fn refer(&mut self, form: Form, address: &str, text: String, span: Span) -> usize {
        let (target, heading) = split_address(form, address);
        self.references.push(Reference { target, heading, form, text, sentence: Sentence::default(), span });
        self.references.len() - 1
    }
}

/// An address without percent-encoding, and what follows its `#`.
fn split_address(form: Form, address: &str) -> (String, Option<String>) {
    // In a table the bar of `[[page\|text]]` leaves its backslash on the target.
    let address = if matches!(form, Form::Wiki | Form::Include | Form::Picture) {
        address.trim_end_matches('\\')
    } else {
        address
    };
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map_or_else(|_| text.to_owned(), |text| text.into_owned())
    };
    if is_external(address) {
        return (address.to_owned(), None);
    }
    match address.split_once('#') {
        Some((target, heading)) => (decode(target.trim()), Some(decode(heading.trim()))),
        None => (decode(address.trim()), None),
    }
}

/// Whether an address begins with a scheme or names a host, so that it leads out of the book.
pub(crate) fn is_external(address: &str) -> bool {
    let address = address.trim_start_matches(|c: char| c.is_control() || c.is_whitespace());
    if address.starts_with("//") {
        return true;
    }
    match address.find([':', '/', '#', '?']) {
        Some(at) if address.as_bytes()[at] == b':' => {
            let scheme = &address[..at];
            // A drive letter is no scheme.
            scheme.len() > 1
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| {
                    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') || c.is_control() || c.is_whitespace()
                })
        }
        _ => false,
    }
}
