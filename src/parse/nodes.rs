//! The Markdown of an entry as a flat list of nodes that can be walked as a tree.
//!
//! pulldown-cmark gives events; a node is an event that also knows where its element ends, so that a reader can go
//! from block to block without a second parse and without a tree of its own.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::dialect::{GUARD, Mapped};
use crate::config::Limits;
use crate::text::Span;

/// An event, its bytes in the whole file, and how many nodes its element has, itself and its end included.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) span: Span,
    pub(crate) length: usize,
}

/// A whole element: one node, or a start, what is in it, and its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'n, 'a> {
    pub(crate) nodes: &'n [Node<'a>],
}

/// Options that keep phrases as they are typed; authoring.md §1 says why the others are off.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS
}

/// Where an entry went past what its book allows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Past {
    /// The first element that is nested too deep.
    pub(crate) nesting: Option<Span>,
    /// The first row of a table that has one cell too many with it.
    pub(crate) cells: Option<Span>,
}

/// Parses `body`, which starts at byte `offset` of its file. Elements deeper than allowed are dropped and their text kept;
/// rows of tables with more cells than allowed are left out, since a short line can stand for thousands of them.
pub(crate) fn parse<'t>(body: &'t str, offset: usize, limits: &Limits) -> (Vec<Node<'t>>, Past) {
    let deepest = limits.nesting;
    let mut past = Past::default();
    let (mut cells, mut columns, mut left_out) = (0, 0, false);
    let mut nodes: Vec<Node<'_>> = Vec::with_capacity(body.len() / 12);
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut text: Option<(Cow<'_, str>, Span)> = None;
    // How many elements are open in which an address stays as it is typed.
    let mut verbatim = 0;
    let has_braces = memchr::memchr(b'{', body.as_bytes()).is_some();
    let source = Texts { text: body, offset, has_braces };
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        let span = Span::from(range).shifted(offset);
        match &event {
            Event::Start(Tag::Table(aligned)) => columns = aligned.len(),
            Event::Start(Tag::TableHead) => cells += columns,
            Event::Start(Tag::TableRow) => {
                cells += columns;
                left_out = cells > limits.cells;
                if left_out {
                    past.cells = past.cells.or(Some(span));
                }
            }
            Event::End(TagEnd::TableRow) if left_out => {
                left_out = false;
                continue;
            }
            _ => {}
        }
        if left_out {
            continue;
        }
        match &event {
            Event::Start(tag) => {
                if let Some(text) = text.take() {
                    source.push(&mut nodes, text, verbatim == 0);
                }
                verbatim += usize::from(is_verbatim(&tag.to_end()));
                depth += 1;
                if depth > deepest {
                    past.nesting = past.nesting.or(Some(span));
                    continue;
                }
                open.push(nodes.len());
            }
            Event::End(tag) => {
                if let Some(text) = text.take() {
                    source.push(&mut nodes, text, verbatim == 0);
                }
                verbatim -= usize::from(is_verbatim(tag));
                depth -= 1;
                if depth >= deepest {
                    continue;
                }
                if let Some(start) = open.pop() {
                    // Of a paragraph that was only a list of attributes nothing is left.
                    if *tag == TagEnd::Paragraph && start + 1 == nodes.len() {
                        nodes.pop();
                        continue;
                    }
                    nodes[start].length = nodes.len() - start + 1;
                }
            }
            _ => {}
        }
        // The parser splits text at every sign that might have meant something; a blank such as `{first_name}` or a
        // sentence is easier to read whole.
        if let Event::Text(words) = event {
            match &mut text {
                Some((so_far, at)) if at.end == span.start => {
                    so_far.to_mut().push_str(&words);
                    at.end = span.end;
                }
                _ => {
                    if let Some(text) = text.take() {
                        source.push(&mut nodes, text, verbatim == 0);
                    }
                    text = Some((cow(words), span));
                }
            }
            continue;
        }
        if let Some(text) = text.take() {
            source.push(&mut nodes, text, verbatim == 0);
        }
        nodes.push(Node { event, span, length: 1 });
    }
    (nodes, past)
}

/// Parses a body that was rewritten. The bytes are those of the file.
pub(crate) fn parse_mapped<'t>(body: &'t Mapped, limits: &Limits) -> (Vec<Node<'t>>, Past) {
    let (mut nodes, past) = parse(&body.text, 0, limits);
    for node in &mut nodes {
        node.span = body.in_file(node.span);
        if let Event::Text(text) = &mut node.event
            && text.contains(GUARD)
        {
            *text = text.replace(GUARD, "").into();
        }
    }
    let in_file = |span| body.in_file(span);
    (nodes, Past { nesting: past.nesting.map(in_file), cells: past.cells.map(in_file) })
}

/// Whether an address in such an element is no link of its own.
fn is_verbatim(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Link | TagEnd::Image)
}

/// Finishes texts: takes lists of attributes out, and makes links of the addresses that stand bare in them.
struct Texts<'s> {
    text: &'s str,
    /// The byte of the file at which it begins.
    offset: usize,
    has_braces: bool,
}

impl Texts<'_> {
    fn push<'a>(&self, nodes: &mut Vec<Node<'a>>, (words, span): (Cow<'a, str>, Span), linked: bool) {
        let (words, span) = match linked && self.has_braces && words.contains('{') {
            true => {
                if let Some(id) = id_of_line(nodes, &words) {
                    give_id(nodes, id, span);
                }
                without_attributes(nodes, words, span)
            }
            false => (words, span),
        };
        if words.is_empty() && span.end > span.start {
            return;
        }
        let (words, span) = match mark_of_task(nodes, &words) {
            Some((checked, length)) => {
                let mark = Span { start: span.start, end: span.start + 3 };
                nodes.push(Node { event: Event::TaskListMarker(checked), span: mark, length: 1 });
                let rest = Span { start: span.start + length as u32, ..span };
                (Cow::Owned(words[length..].to_owned()), rest)
            }
            None => (words, span),
        };
        let is_typed =
            || self.text.get(span.start as usize - self.offset..span.end as usize - self.offset) == Some(&*words);
        // Where entities or escapes stand, what was typed and what is meant have different places.
        let found = if linked && may_hold_address(&words) && is_typed() { addresses(&words) } else { Vec::new() };
        if found.is_empty() {
            return nodes.push(Node { event: Event::Text(words.into()), span, length: 1 });
        }
        let mut done = 0;
        let push = |nodes: &mut Vec<Node<'a>>, from: usize, to: usize| {
            if from < to {
                let span = Span::new(from, to).shifted(span.start as usize);
                nodes.push(Node { event: Event::Text(words[from..to].to_owned().into()), span, length: 1 });
            }
        };
        for found in found {
            push(nodes, done, found.start);
            let typed = &words[found.clone()];
            let dest_url = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
            let link = Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: dest_url.into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            };
            let whole = Span::new(found.start, found.end).shifted(span.start as usize);
            nodes.push(Node { event: Event::Start(link), span: whole, length: 3 });
            push(nodes, found.start, found.end);
            nodes.push(Node { event: Event::End(TagEnd::Link), span: whole, length: 1 });
            done = found.end;
        }
        push(nodes, done, words.len());
    }
}

/// The id of a list of attributes that has a line for itself: kramdown's `{: #id .class}` under what it belongs to.
fn id_of_line<'w>(nodes: &[Node<'_>], words: &'w str) -> Option<&'w str> {
    let begins = matches!(nodes.last()?.event, Event::SoftBreak | Event::HardBreak | Event::Start(Tag::Paragraph));
    let is_list = begins && words.starts_with("{:") && attributes(words)?.end == words.trim_end().len();
    let mut list = words.split(|c: char| c.is_whitespace() || "{:}".contains(c)).filter(|_| is_list);
    let id = list.find_map(|word| word.strip_prefix('#'))?;
    (!id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).then_some(id)
}

/// Gives a heading that ends here the id as if it were typed behind its words, and anything else an anchor.
fn give_id(nodes: &mut Vec<Node<'_>>, id: &str, span: Span) {
    if let [.., last, heading, paragraph] = nodes.as_mut_slice()
        && matches!(heading.event, Event::End(TagEnd::Heading(_)))
        && matches!(paragraph.event, Event::Start(Tag::Paragraph))
        && let Event::Text(words) = &mut last.event
        && !words.ends_with('}')
    {
        *words = format!("{words} {{#{id}}}").into();
        return;
    }
    nodes.push(Node { event: Event::InlineHtml(format!("<a id=\"{id}\"></a>").into()), span, length: 1 });
}

/// A text without the attributes that other programs read in braces behind a link, a picture, a heading or a paragraph:
/// `{:target="_blank"}`, `{: .note}`, `{ width=300 }`, `{.x}`. Of a heading's, the id is kept as `{#id}`.
fn without_attributes<'a>(nodes: &[Node<'a>], words: Cow<'a, str>, span: Span) -> (Cow<'a, str>, Span) {
    let last = nodes.last().map(|node| &node.event);
    let begins_line = matches!(last, Some(Event::SoftBreak | Event::HardBreak | Event::Start(Tag::Paragraph)));
    let follows_element = matches!(
        last,
        Some(Event::Code(_) | Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Strong | TagEnd::Emphasis))
    );
    let mut kept = match without_attributes_of_icons(&words) {
        Some(rest) => Cow::Owned(rest),
        None => words,
    };
    if let Some(found) = attributes(&kept).filter(|found| follows_element || (begins_line && found.end == kept.len())) {
        let start = if follows_element { found.end } else { kept.len() };
        kept = Cow::Owned(kept[start..].to_owned());
    }
    let in_heading = nodes.iter().rev().take(64).find_map(|node| match &node.event {
        Event::Start(Tag::Heading { .. }) => Some(true),
        Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) | Event::Start(Tag::Paragraph) => Some(false),
        _ => None,
    });
    let in_heading = in_heading.unwrap_or(false);
    if let Some(open) = kept.rfind('{').filter(|_| kept.trim_end().ends_with('}')) {
        let typed = &kept[open..];
        let is_explicit = typed.starts_with("{:");
        let found = attributes(typed).filter(|found| found.end == typed.trim_end().len());
        if found.is_some() && (in_heading || is_explicit) {
            let id = typed.split(|c: char| c.is_whitespace() || "{:}".contains(c)).find(|word| word.starts_with('#'));
            let before = kept[..open].trim_end();
            let rest = match id.filter(|_| in_heading) {
                Some(id) => format!("{before} {{{id}}}"),
                None => before.to_owned(),
            };
            kept = Cow::Owned(rest);
        }
    }
    (kept, span)
}

/// A text without the attributes behind names of icons, `:material-check:{ .lg }`. `None` if it has none.
fn without_attributes_of_icons(text: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
    let mut kept = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices(":{") {
        let before = text.get(done..at).unwrap_or_default();
        let is_icon = before.ends_with(in_name) && before.trim_end_matches(in_name).ends_with(':');
        let braces = &text[at + 1..text.floor_char_boundary(at + 1 + LONGEST)];
        if let Some(found) = attributes(braces).filter(|_| is_icon) {
            kept.push_str(&text[done..=at]);
            done = at + 1 + found.end;
        }
    }
    (done > 0).then(|| kept + &text[done..])
}

/// The list of attributes that a text begins with, braces included. A blank such as `{customer name}` is none.
fn attributes(text: &str) -> Option<Range<usize>> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find('}')?;
    let typed = &inside[..end];
    let is_explicit = typed.starts_with(':');
    let words = typed.trim_start_matches(':').trim();
    let is_attribute = |word: &str| {
        let name = word.trim_start_matches(['.', '#']);
        let named = word.len() > name.len()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
            && !name.is_empty();
        named || word.contains('=') || is_explicit
    };
    // A value in quotes may hold spaces.
    let bare: String = words.split(['"', '\'']).step_by(2).collect::<Vec<_>>().join("\"\"");
    let sound = (!words.is_empty() || is_explicit) && bare.split_whitespace().all(is_attribute);
    sound.then_some(0..end + 2)
}

/// Marks of a task that GFM does not know and Obsidian does: `[/]` begun, `[>]` moved, `[-]` given up. Whether nothing is
/// left to do, and the bytes of the mark with the space behind it.
fn mark_of_task(nodes: &[Node<'_>], words: &str) -> Option<(bool, usize)> {
    let in_item = matches!(
        nodes,
        [.., Node { event: Event::Start(Tag::Item), .. }]
            | [.., Node { event: Event::Start(Tag::Item), .. }, Node { event: Event::Start(Tag::Paragraph), .. }]
    );
    let marks = [("[/] ", false), ("[-] ", true), ("[>] ", true)];
    marks
        .iter()
        .filter(|_| in_item)
        .find(|(mark, _)| words.starts_with(mark))
        .map(|(mark, checked)| (*checked, mark.len()))
}

fn may_hold_address(text: &str) -> bool {
    text.contains("://") || text.contains("www.")
}

/// The bare addresses in a text, by GFM 0.29 §6.9: `http://`, `https://` or `www.`, a host with a point in it, and what
/// follows up to a space or `<`, without the signs that end a sentence and without a bracket that was opened before.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    let mut next = Beginnings::new(text);
    while let Some(start) = next.from(from) {
        let begins = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '/');
        // `[text] (https://…)` and `[text](https:// …)` are slips that have a message of their own.
        let in_link = text[..start].ends_with(")[")
            || text[..start].trim_end_matches(['(', '<', ' ']).ends_with(']') && text[..start].ends_with(['(', '<']);
        let rest = &text[start..];
        let end = rest.find(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '<' | '"' | '”' | '“' | '„' | '»' | '«' | '|')
        });
        let length = without_end_of_sentence(&rest[..end.unwrap_or(rest.len())]);
        let host = rest[..length].split_once("://").map_or(&rest[..length], |(_, behind)| behind);
        let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let sound = host.split('.').count() > 1
            && host
                .split('.')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')));
        if begins && !in_link && sound {
            found.push(start..start + length);
        }
        from = start + length.max(4);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    found
}

/// Where addresses begin in a text. Each beginning is looked for once, not again behind every address.
struct Beginnings<'t>([std::iter::Peekable<std::str::MatchIndices<'t, &'static str>>; 3]);

impl<'t> Beginnings<'t> {
    fn new(text: &'t str) -> Beginnings<'t> {
        Beginnings(["http://", "https://", "www."].map(|start| text.match_indices(start).peekable()))
    }

    /// The first one at `from` or behind it, which never goes back.
    fn from(&mut self, from: usize) -> Option<usize> {
        let next = self.0.iter_mut().filter_map(|starts| {
            while starts.next_if(|(at, _)| *at < from).is_some() {}
            starts.peek().map(|(at, _)| *at)
        });
        next.min()
    }
}

/// The length of an address without the signs behind it that end the sentence or close a bracket around it.
fn without_end_of_sentence(address: &str) -> usize {
    let mut kept = address;
    // Brackets that are closed and were not opened.
    let mut unopened = address.matches(')').count().saturating_sub(address.matches('(').count());
    loop {
        let trimmed = kept.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', ';', '’', '…', ']']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(open) if unopened > 0 => {
                unopened -= 1;
                open
            }
            _ => trimmed,
        };
        if trimmed.len() == kept.len() {
            return kept.len();
        }
        kept = trimmed;
    }
}

fn cow(text: CowStr<'_>) -> Cow<'_, str> {
    match text {
        CowStr::Borrowed(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.into_string()),
    }
}

/// The elements of a run of nodes, in order.
pub(crate) fn blocks<'n, 'a>(mut nodes: &'n [Node<'a>]) -> impl Iterator<Item = Block<'n, 'a>> {
    std::iter::from_fn(move || {
        let length = nodes.first()?.length.min(nodes.len());
        let (block, rest) = nodes.split_at(length);
        nodes = rest;
        Some(Block { nodes: block })
    })
}

impl<'n, 'a> Block<'n, 'a> {
    /// Its tag, if it is an element.
    pub(crate) fn tag(self) -> Option<&'n Tag<'a>> {
        match &self.nodes[0].event {
            Event::Start(tag) => Some(tag),
            _ => None,
        }
    }

    /// Its bytes.
    pub(crate) fn span(self) -> Span {
        self.nodes[0].span
    }

    /// What is between its start and its end.
    pub(crate) fn inner(self) -> &'n [Node<'a>] {
        match self.nodes {
            [] | [_] => &[],
            [_, inner @ .., _] => inner,
        }
    }

    /// The elements directly in it.
    pub(crate) fn children(self) -> impl Iterator<Item = Block<'n, 'a>> {
        blocks(self.inner())
    }

    pub(crate) fn is_paragraph(self) -> bool {
        matches!(self.tag(), Some(Tag::Paragraph))
    }
}

/// The words of a run of nodes, without markup; line breaks become spaces.
pub(crate) fn plain_text(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match &node.event {
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::InlineHtml(html) if html.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => {
                text.push(' ')
            }
            Event::End(end) if end_of_block(end) && !text.is_empty() && !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn end_of_block(end: &pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    matches!(end, TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_) | TagEnd::CodeBlock)
}

/// The bytes from the first node to the last.
pub(crate) fn span_of(nodes: &[Node<'_>]) -> Span {
    match (nodes.first(), nodes.iter().map(|node| node.span.end).max()) {
        (Some(first), Some(end)) => Span { start: first.span.start, end },
        _ => Span::default(),
    }
}

/// The nodes of a paragraph cut into the lines that were typed.
pub(crate) fn lines<'n, 'a>(nodes: &'n [Node<'a>]) -> Vec<&'n [Node<'a>]> {
    nodes.split(|node| matches!(node.event, Event::SoftBreak | Event::HardBreak)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_no_blanks() {
        for text in ["{: .x}", "{.md-button .a}", "{ width=\"3 00\" }", "{:target=\"_blank\"}", "{#id}", "{:toc}"] {
            assert_eq!(attributes(text), Some(0..text.len()), "{text}");
        }
        for text in ["{customer}", "{customer name}", "{}", "{ }", "{a.b}", "{...}", "{1, 2}"] {
            assert_eq!(attributes(text), None, "{text}");
        }
    }

    fn found(text: &str) -> Vec<&str> {
        addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_bare_address_ends_before_the_end_of_its_sentence() {
        for (text, address) in [
            ("See https://example.org/help.", "https://example.org/help"),
            ("(see https://example.org/a_(b))", "https://example.org/a_(b)"),
            ("https://example.org/?a=1&b=2, then", "https://example.org/?a=1&b=2"),
            ("www.example.org!", "www.example.org"),
            ("„https://example.org“", "https://example.org"),
            ("http://example.org:8080/x#y: that", "http://example.org:8080/x#y"),
        ] {
            assert_eq!(found(text), [address], "{text}");
        }
        assert_eq!(found("https://a.org and www.b.org"), ["https://a.org", "www.b.org"]);
        for text in ["https://", "http://localhost", "xhttps://a.org", "www.", "[a] (https://a.org)", "https:// a.org"]
        {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
